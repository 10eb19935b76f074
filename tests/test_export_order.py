"""One column that was sorted by itself: told of whatever column it is, and not where rows went along."""

import csv
import io
import shutil
from datetime import date, timedelta

import pandas as pd
import pytest

from helpers.definitions import ROOT, load_definitions
from helpers.export import read_export
from helpers.export.csv_text import find_delimiter
from helpers.export.dates import day_of
from helpers.export.order import _of_families
from helpers.partitions import split
from helpers.study import RAW

COLUMNS = [
    ("huishouden", "inkomen"),
    ("huishouden", "gezinstype"),
    ("volwassene", "stress"),
    ("volwassene", "opleidingsniveau"),
    ("volwassene", "persoon"),
    ("kind", "zorg"),
    ("kind", "geboortedatum"),
]


@pytest.fixture
def folder(tmp_path):
    """The embedded export, its rows in the order of their numbers."""
    made = tmp_path / "raw"
    shutil.copytree(ROOT / RAW, made)
    return made


def rows_of(path):
    text = path.read_bytes().decode("cp1252" if path.stem == "volwassene" else "utf-8-sig")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=find_delimiter(text))
    return [row for row in rows if any(row)]


def rewrite(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)


def key_of(text):
    day = day_of(text)
    return (not text, str(day) if day else text.casefold())


def sort_alone(rows, name, *, falling=False):
    """Sort one column as a spreadsheet program does, blanks last."""
    at = rows[0].index(name)
    filled = sorted((row[at] for row in rows[1:] if row[at]), key=key_of, reverse=falling)
    for row, text in zip(rows[1:], [*filled, *[""] * len(rows)], strict=False):
        row[at] = text
    return rows


def sort_whole(rows, *names):
    """Sort rows as they are by one column after the other, the first one first."""
    for at in map(rows[0].index, reversed(names)):
        rows = [rows[0], *sorted(rows[1:], key=lambda row: key_of(row[at]))]
    return rows


def told(folder):
    found = read_export(folder, load_definitions()).remarks
    return {(one.text.en.split(":")[0], one.count) for one in found if one.kind == "sorted_alone"}


@pytest.mark.parametrize(
    "order", [(), ("gezin", "datum"), ("datum",), ("pilootproject", "gezin"), ("gezin",)]
)
@pytest.mark.parametrize("falling", [False, True])
def test_an_export_in_any_order_has_none(folder, order, falling):
    for path in folder.glob("*.csv"):
        rows = sort_whole(rows_of(path), *order)
        rewrite(path, [rows[0], *reversed(rows[1:])] if falling else rows)
    assert told(folder) == set()


def test_nor_has_one_without_rows(folder):
    for path in folder.glob("*.csv"):
        rewrite(path, rows_of(path)[:1])
    assert told(folder) == set()


@pytest.mark.parametrize("falling", [False, True])
@pytest.mark.parametrize(("unit", "name"), COLUMNS)
def test_a_column_that_was_sorted_by_itself_is_told(folder, unit, name, falling):
    path = folder / f"{unit}.csv"
    rows = sort_alone(rows_of(path), name, falling=falling)
    rewrite(path, rows)
    cells = sum(bool(row[rows[0].index(name)]) for row in rows[1:])
    assert told(folder) == {(f"{unit}.csv", cells)}
    (remark,) = (one for one in read_export(folder, load_definitions()).remarks if one.kind == "sorted_alone")
    assert f"{unit}.csv: `{name}`" in remark.text.en


@pytest.mark.parametrize("first", ["registratie_id", "gezin"])
def test_it_is_told_of_an_export_in_the_order_of_families_too(folder, first):
    path = folder / "kind.csv"
    rewrite(path, sort_alone(sort_whole(rows_of(path), first), "zorg"))
    assert [name for name, _ in told(folder)] == ["kind.csv"]


@pytest.mark.parametrize("then", [(), ("gezin", "datum"), ("registratie_id",)])
@pytest.mark.parametrize(("unit", "name"), COLUMNS)
def test_rows_that_were_sorted_as_a_whole_are_not(folder, unit, name, then):
    path = folder / f"{unit}.csv"
    rewrite(path, sort_whole(rows_of(path), name, *then))
    assert told(folder) == set()


@pytest.mark.parametrize("name", ["inkomen", "gezinstype"])
def test_nor_where_they_were_numbered_afterwards(folder, name):
    path = folder / "huishouden.csv"
    rows = sort_whole(rows_of(path), name, "gezin")
    rewrite(path, [rows[0], *([str(at), *row[1:]] for at, row in enumerate(rows[1:], start=1))])
    assert told(folder) == set()


@pytest.mark.parametrize(("name", "first"), [("gezin", "registratie_id"), ("datum", "gezin")])
@pytest.mark.parametrize("unit", ["huishouden", "volwassene", "kind"])
def test_codes_or_days_that_were_sorted_by_themselves_are_told(folder, unit, name, first):
    path = folder / f"{unit}.csv"
    rows = sort_whole(rows_of(path), first, "datum")
    rewrite(path, sort_alone(rows, name))
    (remark,) = (one for one in read_export(folder, load_definitions()).remarks if one.kind == "sorted_alone")
    assert remark.text.en.startswith(f"{unit}.csv: `gezin`, `datum`:")


def children(header, levels, pilots, *, persons=("K1",), days=((0, 60, 120),)):
    """Families that began nine days after each other, each with a level, a pilot, and days since, in turn."""
    rows = [
        {"gezin": f"{family:02d}", "pilootproject": pilot, "persoon": person, "zorg": level}
        | {"datum": f"{date(2022, 4, 1) + timedelta(9 * family + day)}"}
        for family, (level, pilot) in enumerate(zip(levels, pilots, strict=True))
        for day in days[family % len(days)]
        for person in persons
    ]
    numbered = [one | {"registratie_id": at} for at, one in enumerate(rows, start=1)]
    return [header, *([one.get(name, "") for name in header] for one in numbered)]


def test_nor_have_siblings_who_are_alike(folder):
    path = folder / "kind.csv"
    rewrite(path, children(rows_of(path)[0], "222333444", ["Leuven"] * 9, persons=("K1", "K2", "K3")))
    assert told(folder) == set()


def test_nor_has_an_item_that_each_pilot_fills_in_alike_for_all(folder):
    path, levels = folder / "kind.csv", "2" * 10 + "3" * 10 + "4" * 10
    pilots = ["Bilzen"] * 10 + ["Leuven"] * 10 + ["Oostende"] * 10
    rewrite(path, children(rows_of(path)[0], levels, pilots))
    assert told(folder) == set()
    rewrite(path, children(rows_of(path)[0], levels, pilots[::3] * 3))
    assert told(folder) == {("kind.csv", 90)}


def test_nor_has_a_baseline_that_one_coach_takes_in_two_visits_family_after_family(folder):
    path = folder / "kind.csv"
    rewrite(path, children(rows_of(path)[0], "234" * 10, ["Leuven"] * 30, days=[(0, 3)]))
    assert told(folder) == set()


def test_nor_has_an_export_of_which_few_families_were_registered_again(folder):
    path, days = folder / "kind.csv", [(0, 30, 60), *[(0,)] * 4]
    rewrite(path, children(rows_of(path)[0], "234" * 42, ["Leuven"] * 126, days=days))
    assert told(folder) == set()


@pytest.mark.parametrize("most", [800, 200_000])
def test_a_file_that_is_read_in_blocks_tells_the_same(folder, tmp_path, monkeypatch, most):
    """Whatever stands across the end of a block; of many rows those of some families are looked at."""
    monkeypatch.setattr("helpers.export.order.MOST_ROWS", most)
    monkeypatch.setattr("helpers.export.csv_blocks.BLOCK", 12_000)
    monkeypatch.setattr("helpers.export.csv_blocks.TOGETHER", 1)
    for path in folder.glob("*.csv"):
        rewrite(path, sort_alone(rows_of(path), "zorg" if path.stem == "kind" else "datum"))
    rows = rows_of(folder / "huishouden.csv")
    for number, row in enumerate(rows[30:90]):
        row[rows[0].index("datum")] = (date(2022, 5, 1) + timedelta(number)).isoformat()
    rewrite(folder / "huishouden.csv", rows)
    whole = [one.text.en for one in read_export(folder, load_definitions()).remarks]
    assert any("on 60 rows (31–90)" in one for one in whole)
    assert any(one.startswith("kind.csv: `zorg`: the values are in order") for one in whole)
    monkeypatch.setattr("helpers.partitions.read_export", None)
    assert [one.text.en for one in split(folder, tmp_path / "into", 2).remarks] == whole


def test_of_rows_without_a_family_none_is_left_where_there_are_too_many():
    """Else there are never fewer of them, and looking for fewer goes on for ever."""
    blank = pd.DataFrame({"gezin": pd.Categorical([""] * 5)})
    assert len(_of_families(blank, 1)) == 5 and len(_of_families(blank, 2)) == 0
