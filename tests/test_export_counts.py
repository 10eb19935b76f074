"""What an export held, counted: partitions of whole families add up to the whole, in any number and order."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace

import numpy as np
import pytest

from datasets import ITEMS, csv_text
from helpers import registration
from helpers.cleaning import clean_and_count, values
from helpers.cleaning.doubts import doubts, doubts_to_json
from helpers.cleaning.export_counts import add_exports
from helpers.cleaning.losses import losses
from helpers.definitions import ROOT
from helpers.export import read_export
from raw_exports import DEFINITIONS, raw_export
from twelve_families import DAYS, label, sheets, various

WORDS = ["Slecht", "Zwak", "Matig", "Goed", "Top"]
WIDE = """title: Test
synthetic: true
exported_on: 2023-09-30
project_start: 2022-03-01
pilots: [Leuven]
layout: wide
person: "{person} - {item}"
"""


def losing_levels(unit, place, row):
    """Words for levels, as many of one as of another; labels that go on; a scale to ten."""
    first, second, third = ITEMS[unit][:3]
    row[first] = WORDS[row[first] - 1]
    row[third] *= 2
    if row[second] < 3:
        row[second] = f"{row[second]} - {label(unit, second, row[second])} (!)"


def losing_rows(unit, place, row):
    """Names that are no pilot, codes that are none or of a test, and dates that are none."""
    row["pilootproject"] = {0: "Leuvn", 1: "Gent", 2: "Aalst"}.get(place // 3, row["pilootproject"])
    row["gezin"] = {9: "TEST-1", 10: "", 11: "GEZIN", 30: "fam 10"}.get(place, row["gezin"])
    row["datum"] = {12: "05/13/2022", 13: "gisteren", 14: "2021-01-01"}.get(place, row["datum"])


def contradicting(unit, place, row):
    """Numbers that fall, two dates of birth, families in two groups or in none, values of no attribute."""
    group = ("gezinscoach", "vergelijking")[place % 2] if place > 5 else ""
    row |= {"registratie_id": -place, "groep": group}
    if unit == "kind" and place % 4 == 0:
        row["geboortedatum"] = "2018-03-04"
    if unit == "huishouden" and place % 3:
        row["gezinstype"] = "samen"


def changed_by_programs(unit, place, row):
    """A pilot sorted by itself, codes with a nought more, month and day swapped, a sheet cut off."""
    row["pilootproject"] = "Leuven" if place % 3 else "Oostende"
    row["datum"] = ("2022-05-01", "13/09/2022", "31/12/2022")[place % 3]
    if unit == "volwassene":
        row |= {"persoon": "V1" if place % 2 else "V01", "gezin": f"FAM-{place // 6:03d}"}


def pasted_twice(unit, place, row):
    """The second six families are the first six, under other codes."""
    row |= {
        name: value
        for name, value in sheets()[unit][place % 18].items()
        if name not in ("gezin", "registratie_id")
    } | various(unit, place % 18)


def embedded(_):
    return read_export(ROOT / "data" / "raw" / "synthetic", DEFINITIONS)


def wide(folder):
    """The twelve families on a line for each day, half of them of another pilot than the description has."""
    of_unit = sheets(losing_levels)
    lines = [dict(household) for household in of_unit["huishouden"]]
    for unit, code in (("volwassene", "V1"), ("kind", "K1")):
        for line, row in zip(lines, of_unit[unit], strict=True):
            line |= {
                f"{code} - {item}": row[item] if line["datum"] != DAYS[1] else "" for item in ITEMS[unit]
            }
    (folder / "dataset.yml").write_text(WIDE, encoding="utf-8")
    (folder / "export.csv").write_text(csv_text([list(lines[0]), *(line.values() for line in lines)]))
    return read_export(folder, DEFINITIONS)


EXPORTS = {
    "the embedded export": (embedded, {"pilot_unknown"}),
    "levels that are lost": (
        lambda _: raw_export(**sheets(losing_levels)),
        {"item_loses", "levels_lost", "other_scale", "coding", "labels_changed"},
    ),
    "rows that are lost": (
        lambda _: raw_export(**sheets(losing_rows)),
        {"sheet_loses", "pilot_loses", "pilot_unknown", "families_lose", "month_first"},
    ),
    "rows that contradict": (
        lambda _: raw_export(**sheets(contradicting)),
        {"ids_fall", "two_births", "two_groups", "attribute_loses", "no_group"},
    ),
    "rows that programs changed": (
        lambda _: raw_export(**sheets(changed_by_programs)),
        {"no_row", "two_pilots", "alike", "swapped"},
    ),
    "families under two codes": (lambda _: raw_export(**sheets(pasted_twice)), {"twice"}),
    "a wide export": (wide, {"levels_lost", "sheet_loses", "pilot_unknown"}),
}


def part_of(text, parts):
    """Deal a family by its code; what is no code by its text."""
    code = values.read_family(text)
    return int(hashlib.sha256(str(code).encode()).hexdigest(), 16) % parts


def in_parts(raw, parts):
    """Clean an export in partitions of whole families, and count each."""
    for number in range(parts):
        tables = {
            unit: rows[np.array([part_of(text, parts) == number for text in rows["gezin"]], dtype=bool)]
            for unit, rows in raw.tables.items()
        }
        read = {unit: len(rows) for unit, rows in tables.items()} if raw.dataset.layout == "sheets" else {}
        part = replace(raw, tables=tables, rows_read=read)
        yield clean_and_count(part, DEFINITIONS)[1]


def told(counts):
    """Give all that is told of an export."""
    lost = losses(counts.texts, DEFINITIONS)
    found = doubts(counts, lost, DEFINITIONS, today=dt.date(2023, 1, 1))
    shown = [registration.warnings(counts, found, DEFINITIONS, "nl", exact=one) for one in (True, False)]
    tables = [lost, registration.sheets(counts, "nl"), *shown]
    return {one.kind for one in found}, doubts_to_json(found), [table.to_csv() for table in tables]


@pytest.fixture(params=EXPORTS, scope="module")
def export(request, tmp_path_factory):
    make, kinds = EXPORTS[request.param]
    raw = make(tmp_path_factory.mktemp("export"))
    whole = told(clean_and_count(raw, DEFINITIONS)[1])
    assert kinds | {"future"} <= whole[0]
    return raw, whole


@pytest.mark.parametrize("parts", [1, 7])
def test_what_is_told_of_partitions_is_told_of_the_whole(export, parts):
    raw, whole = export
    counted = list(in_parts(raw, parts))
    assert told(add_exports(counted)) == whole
    first, *others = reversed(counted)
    assert told(add_exports([first, add_exports(others)] if others else [first])) == whole
