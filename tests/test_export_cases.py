"""Exports as people really have them, each one edit away from a small one: nothing is lost in silence.

An edit changes the three texts of a base export, or its workbook; what must come of it stands beside it: the
whole export is read, a remark of some kind is made, or a message says the words that lead to the remedy.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from datasets import COLUMNS, write_dataset
from helpers.cleaning import clean, clean_and_count
from helpers.cleaning.doubts import doubts
from helpers.cleaning.losses import losses
from helpers.export import RawExport, read_export
from helpers.export.messages import ExportError
from helpers.pseudonyms import Key
from helpers.registration import accounting
from helpers.states import build_states
from raw_exports import DEFINITIONS, household
from raw_folders import rewrite_parts

Texts = dict[str, list[list[str]]]
DESCRIPTION = """\
exported_on: 2023-09-30
project_start: 2022-03-01
pilots: [Leuven, Oostende]
"""
FAMILIES = {"LEU-001": "Leuven", "OOS-002": "Oostende", "LEU-003": "Leuven", "OOS-004": "Oostende"}
DAYS = ("14/05/2022", "22/08/2022", "30/11/2022")


def base() -> Texts:
    """Four families with three registrations each of household, adult and child; all items filled."""
    texts: Texts = {unit: [[*COLUMNS[unit], "coach", "opmerking"]] for unit in COLUMNS}
    number = 1000
    for place, (family, pilot) in enumerate(FAMILIES.items()):
        for visit, day in enumerate(DAYS):
            for unit, rows in texts.items():
                number += 1
                cells = dict.fromkeys(rows[0], "")
                cells |= {
                    "registratie_id": str(number),
                    "gezin": family,
                    "pilootproject": pilot,
                    "datum": day,
                }
                cells |= {"persoon": "V1" if unit == "volwassene" else "K1", "gezinstype": "koppel"}
                cells |= {"opleidingsniveau": "hoger secundair", "geboortedatum": "01/02/2015"}
                for order, item in enumerate(DEFINITIONS.unit_items(unit)):
                    level = (place + visit + order) % 5 + 1
                    cells[item.item] = f"{level} - {item.label(level, 'nl')}" if order % 2 else str(level)
                rows.append([cells[name] for name in rows[0]])
    return texts


def write(folder: Path, texts: Texts, *, encoding: str = "utf-8", delimiter: str = ";", end: str = "\n",
          above: str = "") -> None:  # fmt: skip
    for unit, rows in texts.items():
        lines = [
            delimiter.join(f'"{cell}"' if delimiter in cell or '"' in cell else cell for cell in row)
            for row in rows
        ]
        content = above + end.join(lines) + end
        (folder / f"{unit}.csv").write_bytes(content.encode(encoding))


def write_book(
    folder: Path, texts: Texts, change: Callable[[openpyxl.Workbook], None] = lambda _: None
) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for unit, rows in texts.items():
        sheet = book.create_sheet(unit)
        for row in rows:
            sheet.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    change(book)
    book.save(folder / "export.xlsx")


def column(name: str, change: Callable[[str], str], unit: str | None = None) -> Callable[[Texts], None]:
    """An edit of every cell of a column."""

    def edit(texts: Texts) -> None:
        for one, rows in texts.items():
            if name in rows[0] and unit in (None, one):
                place = rows[0].index(name)
                for row in rows[1:]:
                    row[place] = change(row[place])

    return edit


def header(change: Callable[[str], str]) -> Callable[[Texts], None]:
    def edit(texts: Texts) -> None:
        for rows in texts.values():
            rows[0] = [change(name) for name in rows[0]]

    return edit


def labels(change: Callable[[str], str]) -> Callable[[Texts], None]:
    """An edit of every cell with a label."""

    def edit(texts: Texts) -> None:
        for rows in texts.values():
            for row in rows[1:]:
                row[:] = [change(cell) if re.match("[1-5] - ", cell) else cell for cell in row]

    return edit


def short(cells: int) -> Callable[[Texts], None]:
    """Leave out the last cells of the last six rows."""

    def edit(texts: Texts) -> None:
        for rows in texts.values():
            for row in rows[-6:]:
                del row[-cells:]

    return edit


def read(folder: Path, description: str = DESCRIPTION) -> RawExport:
    if not any(path.name.casefold().startswith("dataset") for path in folder.iterdir()):
        (folder / "dataset.yml").write_text(description)
    return read_export(folder, DEFINITIONS)


def known(raw: RawExport) -> list[tuple]:
    """What is known of whom and when, as the clean tables have it."""
    observed = clean(raw, DEFINITIONS).observations
    columns = ["family", "person", "unit", "item", "date", "level"]
    return sorted(tuple(map(str, row)) for row in observed[columns].itertuples(index=False))


@pytest.fixture(scope="module")
def expected(tmp_path_factory) -> list[tuple]:
    folder = tmp_path_factory.mktemp("base")
    write(folder, base())
    found = known(read(folder))
    assert len(found) == 12 * 45  # every item of each registration
    return found


def same(raw: RawExport, expected: list[tuple]) -> None:
    """Nothing of the base is lost or changed."""
    assert known(raw) == expected


# --- cells of a CSV file: read as they are meant -----------------------------------------------------------

MONTHS = {"05": "mei", "08": "augustus", "11": "November"}

EDITS: dict[str, Callable[[Texts], None]] = {
    "codes with an en dash": column("gezin", lambda code: code.replace("-", "\u2013")),
    "codes with a spaced dash": column("gezin", lambda code: code.replace("-", " - ")),
    "codes with an invisible sign": column("gezin", lambda code: f"{code}\u200b"),
    "codes with a soft hyphen": column("gezin", lambda code: f"{code[:2]}\u00ad{code[2:]}"),
    "codes as text of Excel": column("gezin", lambda code: f"'{code}"),
    "codes guarded as formulas": column("gezin", lambda code: f'=""{code}""'),
    "pilots decomposed, in capitals": column("pilootproject", lambda name: f" {name.upper()}\u00a0"),
    "persons in small letters": column("persoon", lambda code: f"{code.lower()} "),
    "dates with slashes, year first": column("datum", lambda day: "/".join(reversed(day.split("/")))),
    "dates with points": column("datum", lambda day: day.replace("/", ".")),
    "compact dates": column("datum", lambda day: "".join(reversed(day.split("/")))),
    "dates with months in words": column("datum", lambda day: f"{day[:2]} {MONTHS[day[3:5]]} {day[6:]}"),
    "dates of a database": column("datum", lambda day: "-".join(reversed(day.split("/"))) + " 00:00:00.000"),
    "dates with an offset": column("datum", lambda day: f"{day[6:]}-{day[3:5]}-{day[:2]}T23:59:59.999+01:00"),
    "dates with a sign of direction": column("datum", lambda day: f"\u200e{day}"),
    "dates with no-break hyphens": column("datum", lambda day: day.replace("/", "\u2011")),
    "dates with spaces": column("datum", lambda day: day.replace("/", " / ")),
    "numbers with a decimal comma": column("registratie_id", lambda number: f"{number},00"),
    "numbers with a no-break space": column("registratie_id", lambda text: f"{text[0]}\u00a0{text[1:]}"),
    "negative numbers": column("registratie_id", lambda number: str(int(number) - 5000)),
    "names in capitals": header(str.upper),
    "names with an invisible sign": header(lambda name: f"{name}\ufeff"),
    "labels with a soft hyphen": labels(lambda label: f"{label[:9]}\u00ad{label[9:]}"),
    "labels with a no-break space": labels(lambda label: label.replace(" ", "\u00a0")),
    "labels with an en dash": labels(lambda label: label.replace(" - ", " \u2013 ", 1)),
    "labels after a parenthesis": labels(lambda label: label.replace(" - ", ") ", 1)),
    "labels after an equals sign": labels(lambda label: label.replace(" - ", " = ", 1)),
    "levels with two decimals": column("inkomen", lambda level: f"{level[0]},00"),
    "levels with the noise of a computation": column("stress", lambda level: f"{level[0]}.000000000001"),
    "rows that end before two blank cells": short(2),
}  # fmt: skip


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_what_has_one_meaning_is_read(tmp_path, expected, edit):
    texts = base()
    edit(texts)
    write(tmp_path, texts)
    raw = read(tmp_path)
    assert raw.remarks == ()
    same(raw, expected)


WRITTEN: dict[str, dict[str, str]] = {
    "a hint": {"above": "sep=;\n"},
    "a hint in capitals after a mark": {"above": "\ufeffSEP=;\r\n"},
    "a hint in quotation marks": {"above": '"sep=;"\n'},
    "a padded hint": {"above": "sep=;;;;\n"},
    "a hint of a tab": {"above": "sep=\t\n", "delimiter": "\t"},
    "a hint of a bar": {"above": "sep=|\n", "delimiter": "|"},
    "a hint of a sign of its own": {"above": "sep=^\n", "delimiter": "^"},
    "a bar without a hint": {"delimiter": "|"},
    "a hint that is no longer true": {"above": "sep=,\n"},
    "old line ends": {"end": "\r"},
    "the end of a file of DOS": {"end": "\n", "above": "\n"},
}


@pytest.mark.parametrize("how", WRITTEN.values(), ids=WRITTEN)
def test_the_file_says_how_it_is_read(tmp_path, expected, how):
    write(tmp_path, base(), **how)
    raw = read(tmp_path)
    same(raw, expected)
    assert raw.tables["kind"]["row"].iloc[0] == (3 if how.get("above", "").strip("\ufeff") else 2)


def test_the_sign_that_ends_a_file_of_dos_is_no_row(tmp_path, expected):
    write(tmp_path, base())
    path = tmp_path / "kind.csv"
    path.write_bytes(path.read_bytes() + b"\x1a")
    same(read(tmp_path), expected)


@pytest.mark.parametrize(
    ("encoding", "name"), [("mac_roman", "MacRoman"), ("cp850", "CP850"), ("cp437", "CP850")]
)
def test_the_labels_tell_the_code_page(tmp_path, expected, encoding, name):
    """CP437 and CP850 have the letters of the labels at the same bytes."""
    write(tmp_path, base(), encoding=encoding)
    raw = read(tmp_path)
    same(raw, expected)
    assert {(remark.kind, remark.file) for remark in raw.remarks} == {
        ("code_page", f"{unit}.csv") for unit in ("volwassene", "huishouden", "kind") if has_accents(unit)
    }
    assert all(name in remark.text.en and name in remark.text.nl for remark in raw.remarks)


def has_accents(unit: str) -> bool:
    return any(not cell.isascii() for row in base()[unit] for cell in row)


def test_windows_is_read_without_a_word(tmp_path, expected):
    write(tmp_path, base(), encoding="cp1252")
    raw = read(tmp_path)
    same(raw, expected)
    assert raw.remarks == ()


# --- what is read and told, or lost and told ---------------------------------------------------------------


def accents(change: Callable[[str], str]) -> Callable[[Texts], None]:
    return labels(lambda label: label if label.isascii() else change(label))


TOLD: dict[str, tuple[Callable[[Texts], None], str, str]] = {
    "encoded twice": (
        accents(lambda label: label.encode().decode("cp1252")),
        "encoded_twice",
        "encoded twice",
    ),
    "signs lost": (
        accents(lambda label: label.encode("ascii", "replace").decode()),
        "question_marks",
        "`?` between",
    ),
    "signs unreadable": (accents(lambda label: label.replace("ë", "\ufffd")), "damaged_signs", "U+FFFD"),
    "signs of a page": (accents(lambda label: label.replace("ë", "&euml;")), "entities", "entities"),
    "codes made dates": (
        column("gezin", lambda code: f"{int(code[-3:])}-mei"),
        "made_dates",
        "column `gezin`: 12 cells",
    ),
    "levels made dates": (column("zorg", lambda level: "3/05/2023"), "made_dates", "column `zorg`: 12 cells"),
    "day numbers": (column("datum", lambda day: "44695,0"), "day_numbers", "`44695,0` is 14/05/2022"),
    "short years": (column("datum", lambda day: day[:6] + day[8:]), "short_years", "write four"),
    "no rows": (lambda texts: texts["kind"].__delitem__(slice(1, None)), "no_rows", "not a single row"),
}


@pytest.mark.parametrize(("edit", "kind", "part"), TOLD.values(), ids=TOLD)
def test_what_was_damaged_is_told_once_for_each_file(tmp_path, edit, kind, part):
    texts = base()
    edit(texts)
    write(tmp_path, texts)
    remarks = [remark for remark in read(tmp_path).remarks if remark.kind == kind]
    assert any(part in remark.text.en for remark in remarks)
    assert len({remark.file for remark in remarks}) == len(remarks)
    assert not any(code in remark.text.en for remark in remarks for code in FAMILIES)


def test_a_number_of_no_day_of_the_project_is_not_called_a_day(tmp_path):
    texts = base()
    column("datum", lambda day: "12345")(texts)  # 18 October 1933
    write(tmp_path, texts)
    assert "day_numbers" not in {remark.kind for remark in read(tmp_path).remarks}


def test_a_table_that_lies_beside_is_named(tmp_path, expected):
    write(tmp_path, base())
    (tmp_path / "2023").mkdir()
    beside = ["2023/kind.csv", "huishouden (1).csv", "kind 2023.xls", "vorig jaar.zip"]
    for name in (*beside, "leesmij.txt", "2023/leesmij.txt"):
        (tmp_path / name).write_text("x")
    raw = read(tmp_path)
    same(raw, expected)
    assert {(remark.kind, remark.file) for remark in raw.remarks} == {
        ("unread_file", name) for name in beside
    }


# --- messages ----------------------------------------------------------------------------------------------


def add_row(*cells: str) -> Callable[[Texts], None]:
    return lambda texts: texts["kind"].append(list(cells))


REFUSED: dict[str, tuple[Callable[[Texts], None], str]] = {
    "scientific numbers": (column("registratie_id", lambda number: f"1,0{number}E+15"),
                           "column `registratie_id`: every number is written in scientific notation"),
    "thousands": (column("registratie_id", lambda number: f"{number[0]}.{number[1:]}"), "a sign between "
        "thousands"),
    "codes of a tool": (column("registratie_id", lambda number: f"R_{number}"), "every number is "
        "written with letters"),
    "a total below": (add_row("Aantal rijen: 36"), "kind.csv, row 14: the row ends 23 cells early. Take "
                                                   "out totals"),
    "a row cut short": (lambda texts: texts["kind"][5].__delitem__(slice(9, None)), "kind.csv, row 6: "
        "the row ends"),
    "a line above": (lambda texts: texts["kind"].insert(0, ["# export"]), "which are in row 2"),
    "another unit": (lambda texts: texts.update(kind=texts["volwassene"]), "It holds the columns of "
        "`volwassene`"),
    "a name one sign away": (header(lambda name: name.replace("registratie_id", "registratie id")),
                             "`registratie_id` (`registratie id` is there)"),
}  # fmt: skip


@pytest.mark.parametrize(("edit", "said"), REFUSED.values(), ids=REFUSED)
def test_a_message_says_what_is_wrong_once(tmp_path, edit, said):
    texts = base()
    edit(texts)
    write(tmp_path, texts)
    with pytest.raises(ExportError) as caught:
        read(tmp_path)
    assert said in str(caught.value)
    files = [line.split(".csv")[0] for line in caught.value.faults]
    assert len(files) == len(set(files))  # one line for each file: nothing that follows from it


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind.csv", "kind.csv.csv", "`kind.csv.csv` is there: rename it to kind.csv"),
        ("kind.csv", "kind.txt", "`kind.txt` is there"),
        ("kind.csv", "kind.zip", "`kind.zip` is there, an archive"),
        ("kind.csv", "kinderen.csv", "`kinderen.csv` is there"),
        ("dataset.yml", "dataset.yml.txt", "`dataset.yml.txt` is there: rename it"),
        ("dataset.yml", "dataset.yaml", "`dataset.yaml` is there: rename it"),
    ],
)
def test_a_name_one_suffix_away(tmp_path, old, new, said):
    write(tmp_path, base())
    (tmp_path / "dataset.yml").write_text(DESCRIPTION)
    (tmp_path / old).rename(tmp_path / new)
    with pytest.raises(ExportError, match=re.escape(said)):
        read_export(tmp_path, DEFINITIONS)


def test_names_of_files_are_folded(tmp_path, expected):
    write(tmp_path, base())
    (tmp_path / "Dataset.YML").write_text(DESCRIPTION + "sheets: {kind: Kinde\u0308ren}\n")
    (tmp_path / "kind.csv").rename(tmp_path / "KINDËREN.csv")
    raw = read_export(tmp_path, DEFINITIONS)
    same(raw, expected)
    assert raw.inputs[0].name == "Dataset.YML"


# --- workbooks as seen -------------------------------------------------------------------------------------


def with_formulas(name: str, text: str) -> str:
    """Put a formula before each saved level of the column `zelfstandig_wonen` of the household."""
    place = openpyxl.utils.get_column_letter(COLUMNS["huishouden"].index("zelfstandig_wonen") + 1)
    cell = rf'(<c r="{place}[0-9]+"[^>]*>)(<v>[1-5]</v>)'
    return re.sub(cell, r"\1<f>IF(1,2,3)</f>\2", text) if name.endswith("sheet1.xml") else text


def test_formulas_are_read_as_the_values_that_were_saved(tmp_path, expected):
    write_book(tmp_path, base())
    rewrite_parts(tmp_path / "export.xlsx", with_formulas)
    raw = read(tmp_path)
    same(raw, expected)
    assert raw.remarks == ()


def hide_rows(book: openpyxl.Workbook) -> None:
    for row in range(2, 8):
        book["kind"].row_dimensions[row].hidden = True


def hide_column(book: openpyxl.Workbook) -> None:
    book["kind"].column_dimensions["H"].hidden = True


def hide_sheet(book: openpyxl.Workbook) -> None:
    book["kind"].sheet_state = "hidden"


def filter_rows(book: openpyxl.Workbook) -> None:
    book["kind"].auto_filter.ref = "A1:V13"
    book["kind"].auto_filter.add_filter_column(2, ["Leuven"])


def strike(book: openpyxl.Workbook) -> None:
    for row in (2, 3):
        book["kind"].cell(row, 8).font = openpyxl.styles.Font(strike=True)


def merge_codes(book: openpyxl.Workbook) -> None:
    for first in range(2, 14, 3):
        book["kind"].merge_cells(f"B{first}:B{first + 2}")


def odd_formats(book: openpyxl.Workbook) -> None:
    for row in range(2, 14):
        for place, form in ((7, "0 ds"), (9, "Standaard"), (11, '0 "dagen"'), (13, "[$EUR] 0")):
            book["kind"].cell(row, place).number_format = form


SEEN: dict[str, tuple[Callable[[openpyxl.Workbook], None], list[tuple[str, int]]]] = {
    "hidden rows": (hide_rows, [("hidden_rows", 6)]),
    "a hidden column": (hide_column, [("hidden_columns", 1)]),
    "a hidden sheet": (hide_sheet, [("hidden_sheet", 1)]),
    "a filter": (filter_rows, [("filter", 1)]),
    "struck out": (strike, [("struck_out", 2)]),
    "merged codes": (merge_codes, [("merged", 4)]),
    "formats that are no dates": (odd_formats, []),
}


@pytest.mark.parametrize(("change", "told"), SEEN.values(), ids=SEEN)
def test_a_workbook_is_read_whole_and_what_is_not_seen_is_told(tmp_path, expected, change, told):
    write_book(tmp_path, base(), change)
    raw = read(tmp_path)
    same(raw, expected)
    assert [(remark.kind, remark.count) for remark in raw.remarks] == told
    assert all((remark.file, remark.sheet) == ("export.xlsx", "kind") for remark in raw.remarks)


def test_a_sheet_of_another_year_that_is_not_read_is_named(tmp_path, expected):
    def add(book: openpyxl.Workbook) -> None:
        book.copy_worksheet(book["kind"]).title = "kind 2021"
        book.create_sheet("sjabloon").append([cell.value for cell in book["kind"][1]])  # without a row
        for row in (["item", "betekenis"], ["stress", "hoe het gaat"]):
            (book["uitleg"] if "uitleg" in book else book.create_sheet("uitleg")).append(row)

    write_book(tmp_path, base(), add)
    raw = read(tmp_path)
    same(raw, expected)
    assert [(remark.kind, remark.sheet) for remark in raw.remarks] == [("unread_sheet", "kind 2021")]
    assert "has the columns of `kind`" in raw.remarks[0].text.en
    rewrite_parts(tmp_path / "export.xlsx", lambda name, text: "<x" if name.endswith("/sheet4.xml") else text)
    same(read(tmp_path), expected)  # nobody needs what is damaged there


@pytest.mark.parametrize("name", ["groep", "Groepen", "opmerking"])
def test_a_column_that_is_called_almost_as_an_optional_one_is_told(tmp_path, name):
    write_dataset(tmp_path, huishouden=[household() | {name: "vergelijking"}])
    remarks = [(remark.kind, remark.file, remark.place) for remark in read(tmp_path).remarks]
    told = [("optional_column", "huishouden.csv", name)]  # its families would count as coached
    assert [one for one in remarks if one[0] == "optional_column"] == (told if name == "Groepen" else [])


def test_merged_levels_are_told_and_not_filled(tmp_path, expected):
    def merge(book: openpyxl.Workbook) -> None:
        book["kind"].merge_cells("G2:G4")

    write_book(tmp_path, base(), merge)
    raw = read(tmp_path)
    assert len(known(raw)) == len(expected) - 2
    assert [remark.kind for remark in raw.remarks] == ["merged"]
    assert "2–4" in raw.remarks[0].text.nl and "unmerge" in raw.remarks[0].text.en


def test_formulas_without_a_value_are_named_once(tmp_path):
    def formulas(book: openpyxl.Workbook) -> None:
        for row in range(2, 14):
            book["kind"].cell(row, 7).value = "=1+2"

    write_book(tmp_path, base(), formulas)
    raw = read(tmp_path)
    assert [(remark.kind, remark.count) for remark in raw.remarks] == [("formulas_without_values", 12)]
    rejected = clean(raw, DEFINITIONS).rejected
    assert set(rejected["value"]) == {"=1+2"} and len(rejected) == 12


# --- values, coach, organisation ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "values"),
    [
        (lambda level: f"A{level}", '{"*": {A1: 1, a2: 2, A3: 3, A4: 4, A5: 5}}'),
        (lambda level: str(int(level) - 1), '{"*": {"0": 1, "1": 2, "2": 3, "3": 4, "4": 5}}'),
        (lambda level: f"{int(level) * 20} %", '{"*": {20 %: 1, 40 %: 2, 60 %: 3, 80 %: 4, 100 %: 5}}'),
    ],
)
def test_values_says_how_another_coding_is_read(tmp_path, expected, code, values):
    texts = base()
    for unit, rows in texts.items():
        places = [rows[0].index(item.item) for item in DEFINITIONS.unit_items(unit)]
        for row in rows[1:]:
            for place in places:
                row[place] = code(row[place][0])
    write(tmp_path, texts)
    same(read(tmp_path, f"{DESCRIPTION}values: {values}\n"), expected)


def test_values_of_one_item_go_before_those_of_all_and_may_be_nothing(tmp_path):
    texts = base()
    for unit, cells in (("volwassene", ["99", "-9", "A", "7"]), ("kind", ["99", "-9", "A", "7"])):
        place = texts[unit][0].index("stress")
        for row, cell in zip(texts[unit][1:5], cells, strict=True):
            row[place] = cell
    write(tmp_path, texts)
    values = '{"*": {"99": n.v.t., "-9": "", A: 1}, kind.stress: {A: 5}}'
    tables = clean(read(tmp_path, f"{DESCRIPTION}values: {values}\n"), DEFINITIONS)
    stress = tables.observations[tables.observations["item"] == "stress"].astype(
        {"unit": "str", "status": "str"}
    )
    first = stress[stress["registration"].isin([1002, 1005, 1008, 1011, 1003, 1006, 1009, 1012])]
    told = first[["unit", "registration", "level", "status"]].fillna({"level": 0}).to_numpy().tolist()
    assert sorted(told) == [
        ["kind", 1003, 0, "not_applicable"], ["kind", 1009, 5, "observed"],
        ["volwassene", 1002, 0, "not_applicable"], ["volwassene", 1008, 1, "observed"],
    ]  # fmt: skip
    assert tables.rejected["value"].tolist() == ["7", "7"]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("values: {stres: {A: 1}}", "`stres` is no item"),
        ("values: {stress: {A: 6}}", "`6` is no level"),
        ("values: {stress: {A: goed}}", "`stress.A`: `goed` is no level"),
        ("values: {gezinstype: {gehuwd: paar}}", "`gezinstype.gehuwd`: `paar` is none of `koppel`, `alleen"),
        ("values: {gezinstype: {gehuwd: 1}}", "`1` is none of"),
        ("values: {stress: {A: 1, a: 2}}", "stands there twice"),
        ("layout: breed", "`breed` does not fit here"),
        ('person: "{person}{item}"', "with signs between them"),
        ("units: {P: baby}", "`baby` is no unit"),
        ("sheets: {alles: x}", "`alles` is no unit"),
    ],
)
def test_faults_of_the_new_keys(tmp_path, key, said):
    write(tmp_path, base())
    with pytest.raises(ExportError, match=re.escape(said)):
        read(tmp_path, f"{DESCRIPTION}{key}\n")


WORDS = "values: {gezinstype: {gehuwd: Koppel, alleenstaande moeder: alleenstaande ouder, zie nota: ''}}\n"


@pytest.mark.parametrize(
    ("description", "types", "emptied"),
    [
        (DESCRIPTION, ["onbekend", "onbekend", "onbekend", "koppel"], 9),
        (DESCRIPTION + WORDS, ["koppel", "alleenstaande ouder", "onbekend", "koppel"], 0),
    ],
)
def test_the_words_of_an_attribute_can_be_said_in_another_way(tmp_path, description, types, emptied):
    texts = base()
    place = texts["huishouden"][0].index("gezinstype")
    for row, word in enumerate(["Gehuwd ", "alleenstaande moeder", "zie nota"]):
        for line in texts["huishouden"][1 + 3 * row : 4 + 3 * row]:
            line[place] = word
    write(tmp_path, texts)
    tables = clean(read(tmp_path, description), DEFINITIONS)
    found = tables.families.set_index("family")["household_type"]
    assert found[[*FAMILIES]].tolist() == types
    assert (tables.rejected["rule"] == "R09").sum() == emptied


def test_coach_and_organisation_are_those_of_the_earliest_row_that_has_one(tmp_path):
    texts = base()
    texts["huishouden"][0].append("organisatie")
    for row, organisation in zip(texts["huishouden"][1:], ["", "-", "ocmw a", *["B"] * 9], strict=True):
        row.append(organisation)
    place = texts["kind"][0].index("coach")
    for row, coach in zip(texts["kind"][1:4], ["", "c\u20112 ", "C3"], strict=True):
        row[place] = coach
    write(tmp_path, texts)
    raw = read(tmp_path)
    families = clean(raw, DEFINITIONS).families.set_index("family")
    assert families["coach"].fillna("").tolist() == ["C-2", "", "", ""]
    key = Key(b"a key of this test alone")
    pseudonyms = clean(raw, DEFINITIONS, key=key).families["coach"].dropna().tolist()
    assert pseudonyms == [key.other("coach", "C-2")]
    assert families.loc["LEU-001", "organisation"] == "OCMW A"
    assert raw.unknown_columns["huishouden"] == ("opmerking",)


# --- long and wide exports ---------------------------------------------------------------------------------

LONG = f"{DESCRIPTION}layout: long\ncolumns: {{item: vraag, value: antwoord, unit: eenheid}}\n"
WIDE = f"{DESCRIPTION}layout: wide\n"


def long_lines(*, with_id: bool = True) -> list[list[str]]:
    names = ["gezin", "pilootproject", "datum", "Eenheid", "persoon", "Vraag", "Antwoord", "gezinstype"]
    lines = [[*(["registratie_id"] if with_id else []), *names]]
    for unit, rows in base().items():
        for row in rows[1:]:
            cells = dict(zip(rows[0], row, strict=True))
            for item in DEFINITIONS.unit_items(unit):
                line = [cells[name] for name in ("gezin", "pilootproject", "datum")]
                line += [
                    unit.upper(),
                    cells.get("persoon", ""),
                    item.title.nl,
                    cells[item.item],
                    cells.get("gezinstype", ""),
                ]
                lines.append([*([cells["registratie_id"]] if with_id else []), *line])
    return lines


def wide_lines() -> list[list[str]]:
    texts = base()
    shared = ["registratie_id", "gezin", "pilootproject", "datum"]
    own = {unit: [item.item for item in DEFINITIONS.unit_items(unit)] for unit in texts}
    lines = [
        [
            *shared,
            *own["huishouden"],
            *(f"V1 - {i}" for i in own["volwassene"]),
            *(f"k1 – {i}" for i in own["kind"]),
        ]
    ]
    for rows in zip(*(texts[unit][1:] for unit in ("huishouden", "volwassene", "kind")), strict=True):
        cells = {
            unit: dict(zip(texts[unit][0], row, strict=True)) for unit, row in zip(texts, rows, strict=True)
        }
        line = [cells["huishouden"][name] for name in shared]
        lines.append([*line, *(cells[unit][item] for unit in own for item in own[unit])])
    return lines


def write_one(folder: Path, lines: list[list[str]]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "alles.csv").write_text("\n".join(";".join(line) for line in lines), encoding="utf-8")
    return folder


def test_base_has_no_delimiter_in_its_labels():
    assert not any(";" in cell for rows in base().values() for row in rows for cell in row)


@pytest.mark.parametrize("with_id", [True, False])
def test_a_long_export_says_the_same_as_ours(tmp_path, expected, with_id):
    raw = read(write_one(tmp_path / "x", long_lines(with_id=with_id)), LONG)
    same(raw, expected)
    assert [remark.kind for remark in raw.remarks] == ([] if with_id else ["missing_id"])
    assert raw.rows_read == {"all": 540}
    tables = clean(raw, DEFINITIONS)
    assert len(tables.registrations) == 36
    assert build_states(tables, DEFINITIONS)["level"].notna().all()


def test_lines_of_a_long_export_are_accounted_for_one_by_one(tmp_path):
    """Two rows of a test, one of no pilot, one without a person, a repeat, an overruled value, R07."""
    lines = long_lines()
    _, (number, family, pilot, day, unit, person, item, value, kind) = lines[0], lines[1]
    rest = [number, family, pilot, day, unit, person]
    lines += [
        ["9001", "TEST-1", *lines[1][2:]], ["9001", "TEST-1", *lines[2][2:]],
        [number, family, "Brugge", *lines[1][3:]],
        ["9002", family, pilot, day, "kind", "", "Stress", "3", ""],
        [*rest, item, value, kind],  # row 546 repeats row 2
        [*rest, "Inkomen", "5 - Inkomen is zeer ruim toereikend", kind], [*rest, "Inkomen", "9", kind],
        *([*rest, "Hoe gaat het?", answer, kind] for answer in ("goed", "beter", "best")),
        [*rest, "Jan is weer ziek", "goed", kind],
    ]  # fmt: skip
    raw = read(write_one(tmp_path / "x", lines), LONG)
    tables, counts = clean_and_count(raw, DEFINITIONS)
    table = accounting(counts)[["rows", "kept", "rejected"]].sum()
    assert table.tolist() == [len(lines) - 1, len(lines) - 1 - 5, 5]
    touched = tables.rejected[["row", "column", "value", "rule", "effect"]].astype("object").fillna("")
    found = [tuple(row) for row in touched.to_numpy().tolist()]
    assert (542, "gezin", "TEST-1", "R02", "row_rejected") in found
    assert (544, "pilootproject", "Brugge", "R04", "row_rejected") in found
    assert (545, "persoon", "", "R05", "row_rejected") in found
    assert (546, "", "= row 2", "R06", "row_rejected") in found
    assert (548, "Antwoord", "9", "R07", "cell_emptied") in found
    assert [remark.kind for remark in raw.remarks] == ["unknown_items"]
    assert "`Hoe gaat het?`, other text (1)" in raw.remarks[0].text.en
    assert sum(len(raw.lines(unit)) for unit in raw.tables) == raw.rows_read["all"] == len(lines) - 1


def test_a_blank_answer_repeats_that_of_no_other_item(tmp_path):
    lines = [[*line, "app" if place else "Bron"] for place, line in enumerate(long_lines())]
    for line in lines[1:5]:
        line[7] = ""
    lines.append([*lines[2][:6], lines[2][6].upper(), *lines[2][7:]])
    lines.append([*lines[2][:-1], "papier"])  # differs in a column that is not known
    tables = clean(read(write_one(tmp_path / "x", lines), LONG), DEFINITIONS)
    (repeat,) = tables.rejected.to_dict("records")
    assert (repeat["row"], repeat["rule"], repeat["value"]) == (len(lines) - 1, "R06", "= row 3")


def test_a_registration_of_another_pilot_is_one_of_many_however_many_lines_it_has(tmp_path):
    lines = long_lines()
    last = max(lines[1:], key=lambda line: (line[3], line[0]))
    other = "Leuven" if last[2] == "Oostende" else "Oostende"
    for line in lines:
        line[2] = other if line[0] == last[0] else line[2]
    tables, counts = clean_and_count(read(write_one(tmp_path / "x", lines), LONG), DEFINITIONS)
    assert (tables.rejected["rule"] == "R08").sum() > 36 / 5  # of 36 registrations: a run would stop
    some = doubts(counts, losses(counts.texts, DEFINITIONS), DEFINITIONS)
    assert "two_pilots" not in {doubt.kind for doubt in some}


def test_the_later_of_two_values_of_a_registration_stands(tmp_path):
    lines = long_lines()
    income = next(line for line in lines if line[6] == "Inkomen")
    lines.append([*income[:7], "3", income[8]])
    tables = clean(read(write_one(tmp_path / "x", lines), LONG), DEFINITIONS)
    row = tables.rejected.iloc[0]
    assert (row["row"], row["rule"], row["value"]) == (lines.index(income) + 1, "R06", f"= row {len(lines)}")
    first = tables.observations[tables.observations["registration"] == int(income[0])].set_index("item")
    assert first.loc["inkomen", "level"] == 3


@pytest.mark.parametrize(("rows", "told"), [(15, [15]), (14, [])])
def test_days_that_were_filled_down(tmp_path, rows, told):
    texts = base()
    kind = texts["kind"]
    kind += [list(row) for row in kind[1:]]
    place = kind[0].index("datum")
    for number, row in enumerate(kind[2 : 2 + rows], start=1):
        row[place] = f"{number:02d}/08/2022"
    for number, row in enumerate(kind[1:], start=1):
        row[0] = str(number)
    kind[1][place], kind[2 + rows][place] = "01/03/2023", "01/03/2023"
    write(tmp_path, texts)
    remarks = [remark for remark in read(tmp_path).remarks if remark.kind == "filled_days"]
    assert [remark.count for remark in remarks] == told
    assert all(f"(3–{2 + rows})" in remark.text.en for remark in remarks)


@pytest.mark.parametrize("with_id", [True, False])
def test_a_line_that_takes_back_what_another_changed_stands(tmp_path, with_id):
    lines = long_lines(with_id=with_id)
    place = next(place for place, line in enumerate(lines) if "Inkomen" in line)
    first, answer = lines[place], lines[0].index("Antwoord")
    later = ["9001"] if with_id else []
    for value in ("1", first[answer]):
        line = [*later, *first[len(later) : answer], value, *first[answer + 1 :]]
        lines.append(line)
        later = ["9002"] if with_id else []
    tables = clean(read(write_one(tmp_path / "x", lines), LONG), DEFINITIONS)
    values = tables.observations.query("family == 'LEU-001' and item == 'inkomen'")
    assert values.drop_duplicates("date", keep="last")["level"].iloc[0] == int(first[answer][0]) != 1
    assert {9001, 9002} <= set(values["registration"]) or not with_id  # numbers tell them apart, not days


@pytest.mark.parametrize(
    ("key", "named"),
    [(None, {"V1 - stress", "V2 - stress"}), (Key(b"of a test, and no secret at all"), {"stress"})],
)
def test_two_persons_of_one_line_may_have_the_same_fault(tmp_path, key, named):
    lines = [[*line, "vaak" if place else "V2 - stress"] for place, line in enumerate(wide_lines())]
    lines[1][lines[0].index("V1 - stress")] = "vaak"
    tables = clean(read(write_one(tmp_path / "x", lines), WIDE), DEFINITIONS, key=key)
    emptied = tables.rejected[tables.rejected["rule"] == "R07"]
    assert set(emptied["column"]) == named
    assert (emptied["row"] == 2).sum() == 2 and len(emptied) == len(lines)


def test_a_line_of_a_wide_export_that_takes_back_another_stands(tmp_path):
    lines = wide_lines()
    names, first = lines[0], lines[1]
    changed = ["9001", *first[1:]]
    changed[names.index("V1 - stress")] = "1" if first[names.index("V1 - stress")][:1] != "1" else "5"
    lines += [changed, ["9002", *first[1:]], ["9003", *first[1:]]]  # the last one alone says nothing new
    tables = clean(read(write_one(tmp_path / "x", lines), WIDE), DEFINITIONS)
    again = tables.rejected[tables.rejected["rule"] == "R06"]
    assert [(row["row"], row["value"]) for _, row in again.iterrows()] == [
        (len(lines), f"= row {len(lines) - 1}")
    ]
    stress = tables.observations.query("unit == 'volwassene' and item == 'stress' and registration > 9000")
    assert stress["level"].tolist() == [int(line[names.index("V1 - stress")][0]) for line in (changed, first)]


def test_a_unit_that_is_none_is_named_with_what_to_write(tmp_path):
    lines = [[cell.replace("KIND", "Kleuter") for cell in line] for line in long_lines()]
    with pytest.raises(
        ExportError, match="192 lines are about `Kleuter`, which is no unit. Write under `units`"
    ):
        read(write_one(tmp_path / "x", lines), LONG)
    raw = read_export_with(tmp_path / "y", lines, f"{LONG}units: {{kleuter: kind}}\n")
    assert len(raw.tables["kind"]) == 192


def read_export_with(folder: Path, lines: list[list[str]], description: str) -> RawExport:
    return read(write_one(folder, lines), description)


def test_a_wide_export_says_the_same_as_ours(tmp_path, expected):
    raw = read(write_one(tmp_path / "x", wide_lines()), WIDE)
    same(raw, expected)
    assert (raw.rows_read, raw.remarks) == ({"all": 12}, ())
    assert {unit: len(raw.lines(unit)) for unit in raw.tables} == {
        "huishouden": 12,
        "volwassene": 0,
        "kind": 0,
    }


@pytest.mark.parametrize(
    ("column", "text", "kinds"),
    [
        ("K1 - geboortedatum", "21/08/2018", []),
        ("K1 - geboortedatum", "21/08/18", ["short_years"]),
        ("K1 - stress toelichting", "School?thuis", []),
        ("K1 - stress toelichting", "3/5", []),
        ("k1 – stress", "3/05/2023", ["made_dates"]),
    ],
)
def test_what_columns_of_persons_hold_tells_what_is_odd_in_them(tmp_path, column, text, kinds):
    lines = wide_lines()
    if column not in lines[0]:
        lines = [[*line, column if line is lines[0] else ""] for line in lines]
    lines[1][lines[0].index(column)] = text
    assert [remark.kind for remark in read(write_one(tmp_path / "x", lines), WIDE).remarks] == kinds


def test_lines_of_a_wide_export_are_accounted_for_once(tmp_path):
    lines = wide_lines()
    header_line = lines[0]
    pilot, stress = header_line.index("pilootproject"), header_line.index("V1 - stress")
    lines.append(["1", *lines[1][1:]])  # row 14 repeats row 2
    lines.append(["2", *lines[2][1:]])
    lines[-1][pilot] = "Brugge"
    lines.append(["3", *lines[3][1:]])
    lines[-1][stress] = "9"  # row 16: no level, and so no repeat
    lines.append(
        ["4", *lines[4][1:4], *[""] * (len(header_line) - 4)]
    )  # holds nothing: a registration all the same
    lines.append(["5", *lines[5][1:4], *[""] * 8, *lines[5][12:]])  # no household
    raw = read(write_one(tmp_path / "x", lines), WIDE)
    tables = clean(raw, DEFINITIONS)
    touched = tables.rejected[["sheet", "row", "column", "value", "rule"]].astype("object").fillna("")
    assert [tuple(row) for row in touched.to_numpy().tolist()] == [
        ("huishouden", 14, "", "= row 2", "R06"),
        ("huishouden", 15, "pilootproject", "Brugge", "R04"),
        ("volwassene", 16, "V1 - stress", "9", "R07"),
    ]
    assert {unit: len(raw.lines(unit)) for unit in raw.tables} == {
        "huishouden": 16,
        "volwassene": 1,
        "kind": 0,
    }
    assert tables.cleaning_log["rows"].sum() == 2
    hidden = clean(raw, DEFINITIONS, key=Key(b"a key of this test alone")).rejected
    assert hidden["column"].fillna("").tolist() == ["", "pilootproject", "stress"]  # and not whose it is
    assert hidden["value"].fillna("").tolist() == ["= row 2", "", ""]
    assert len(tables.registrations) == 3 * 12 + 3 + 1 + 2


def test_columns_of_one_person_that_are_alike_are_one(tmp_path, expected):
    """As a pivot makes them of codes with and without a blank."""
    lines = wide_lines()
    place = lines[0].index("V1 - stress")
    for number, line in enumerate(lines):
        line.append("v1  -  Stress" if number == 0 else line[place] if number % 2 else "")
        if number and number % 2:
            line[place] = ""
    raw = read(write_one(tmp_path / "x", lines), WIDE)
    same(raw, expected)


def test_a_wide_export_with_codes_of_its_own(tmp_path, expected):
    lines = wide_lines()
    lines[0] = [re.sub("^(V1) - (.*)$", r"\2 (Ouder 1)", name) for name in lines[0]]
    lines[0] = [re.sub("^(k1) – (.*)$", r"\2 (K1)", name) for name in lines[0]]
    raw = read(
        write_one(tmp_path / "x", lines), WIDE + 'person: "{item} ({person})"\nunits: {Ouder: volwassene}\n'
    )
    assert [row[3:] for row in known(raw)] == [row[3:] for row in expected]
    assert set(raw.tables["volwassene"]["persoon"]) == {"OUDER 1"}
