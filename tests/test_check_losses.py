"""What an export loses, looked at for meaning; every number is counted by hand on the twelve families."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from datasets import ITEMS
from helpers.cleaning import clean_and_count
from helpers.cleaning.doubts import Doubt, _never, doubts, refusal, summary, too_many
from helpers.cleaning.losses import EXAMINED, losses, may_be_shown, nearest_label
from helpers.definitions import Text
from helpers.export import RawExport
from raw_exports import DEFINITIONS, raw_export
from twelve_families import DAYS, Edit, label, sheets, various

TODAY = dt.date(2024, 1, 1)


def export(edit: Edit = lambda *_: None, **dataset: Any):
    """The twelve families in memory."""
    return raw_export(**sheets(edit), **dataset)


def found(edit: Edit = lambda *_: None, today: dt.date = TODAY, **dataset: Any):
    counts = counted(export(edit, **dataset))
    return doubts(counts, losses(counts.texts, DEFINITIONS), DEFINITIONS, today=today)


def lost(edit: Edit):
    return losses(counted(export(edit)).texts, DEFINITIONS)


def counted(raw: RawExport):
    return clean_and_count(raw, DEFINITIONS)[1]


def of_kind(kind: str, some):
    return [doubt for doubt in some if doubt.kind == kind]


def written(unit: str, item: str, how: Callable[[int, int], Any]) -> Edit:
    """Write another value at an item: how(level, place), None for the level as it is."""

    def edit(of: str, place: int, row: dict[str, Any]) -> None:
        value = how(row[item], place) if of == unit else None
        if value is not None:
            row[item] = value

    return edit


def test_nothing_is_said_of_an_export_in_order():
    assert found() == ()


# --- texts -----------------------------------------------------------------------------------------------


def test_a_text_is_told_whole_with_its_nearest_label():
    """Twice the signs in common over all signs: the label of n signs against n + 9, and its first 100."""
    text = f"2 - {label('huishouden', 'schulden', 2)} (crisis)"
    table = lost(written("huishouden", "schulden", lambda level, _: text if level == 2 else None))
    (row,) = table.itertuples()
    signs = len(label("huishouden", "schulden", 2))
    assert (row.unit, row.item, row.text, row.cells, row.level) == ("huishouden", "schulden", text, 7, 2)
    assert row.nearest == label("huishouden", "schulden", 2) and len(text) > 100
    assert row.ratio == pytest.approx(2 * signs / (2 * signs + 9))


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("5) Altijd voldoende zorg voor kinderen", 5),
        ("Altijd voldoende zorg voor kind", 5),
        ("3 - kan beter", 3),  # no label is near, and the number says so
        ("niveau 4", 4),
        ("A2", 2),
        ("05", 5),
        ("3.5", None),
        ("2-3", None),
        ("4/5", None),
        ("6", None),
        ("20%", None),
        ("zie toelichting", None),
    ],
)
def test_which_level_a_text_would_have_been(text, level):
    assert nearest_label(text, DEFINITIONS.item("kind", "zorg"))[1] == level


def test_a_beginning_that_two_labels_share_is_told_by_its_number():
    begin = label("huishouden", "schulden", 1)[:39]
    assert label("huishouden", "schulden", 2).startswith(begin)
    table = lost(
        written("huishouden", "schulden", lambda level, _: f"{level} - {begin}" if level < 3 else None)
    )
    assert dict(zip(table["text"], table["level"], strict=True)) == {f"1 - {begin}": 1, f"2 - {begin}": 2}


def test_a_note_in_the_place_of_a_level_is_like_no_label():
    note = "zie het verslag van vorige maand"
    assert nearest_label(note, DEFINITIONS.item("kind", "stress")) == (None, None, 0.0)
    some = found(written("kind", "stress", lambda level, _: note if level == 1 else None))
    assert of_kind("item_loses", some) and not of_kind("labels_changed", some)


def test_more_texts_than_are_compared_are_all_listed():
    """Of an item that is mapped to a column of notes each cell may hold another text."""
    texts = [("volwassene", "stress", f"verslag {number}") for number in range(EXAMINED + 1)]
    index = pd.MultiIndex.from_tuples(texts, names=["unit", "item", "text"])
    table = losses(pd.DataFrame({"cells": 1}, index), DEFINITIONS)
    assert table["cells"].sum() == len(texts) and table["nearest"].isna().iloc[-1]


def test_only_what_is_near_a_label_or_short_may_be_shown():
    assert may_be_shown("Jan is ziek.", 0.1) and may_be_shown("een hele lange tekst", 0.6)
    assert not may_be_shown("Jan is ziek .", 0.59)


# --- items and levels ------------------------------------------------------------------------------------


def test_one_level_of_one_item_that_is_lost_is_told_with_counts():
    some = found(written("kind", "stress", lambda level, _: "2 (vaak)" if level == 2 else None))
    assert {doubt.kind for doubt in some} == {"item_loses", "levels_lost"}
    (item,), (level,) = of_kind("item_loses", some), of_kind("levels_lost", some)
    assert (item.unit, item.item, item.count, item.of) == ("kind", "stress", 7, 36)
    assert (level.levels, level.count, level.of) == ((2,), 7, 7)
    assert level.text.en == "child stress: level 2 7 of 7, others 0 of 29"
    assert too_many(some) == ()  # 19 %


def test_as_many_cells_lost_over_all_levels_are_no_pattern():
    some = found(written("kind", "stress", lambda level, place: f"{level} (?)" if place < 10 else None))
    assert [doubt.kind for doubt in some] == ["item_loses"]
    assert some[0].count == 10 and too_many(some) == tuple(some)  # 28 %


def test_two_low_levels_of_every_item_are_told_together():
    def edit(unit, place, row):
        row.update(
            {
                item: f"{row[item]} - {label(unit, item, row[item])} (!)"
                for item in ITEMS[unit]
                if row[item] < 3
            }
        )

    some = found(edit)
    assert {doubt.levels for doubt in of_kind("levels_lost", some)} == {(1, 2)}
    assert len(of_kind("levels_lost", some)) == 45 and not of_kind("never", some)
    line = next(text.en for text in summary(some) if text.en.startswith("What is lost"))
    assert "level 1, 2 at 45 items" in line and line.endswith("and 37 more")


@pytest.mark.parametrize(("text", "count", "kinds"), [("x", 1, []), ("x", 2, ["item_loses"]), ("0", 1, [])])
def test_one_slip_in_an_item_is_not_told(text, count, kinds):
    some = found(written("kind", "zorg", lambda _, place: text if place < count else None))
    assert [doubt.kind for doubt in some] == [kind for kind in kinds if count / 36 > 0.05]


def test_a_level_that_never_occurs_among_thirty():
    """Level 5 becomes 4: 36 known values without a 5; with 29 known values nothing is said."""
    some = found(written("volwassene", "lezen", lambda level, _: 4 if level == 5 else None))
    assert [(doubt.kind, doubt.item, doubt.levels, doubt.of) for doubt in some] == [
        ("never", "lezen", (5,), 36)
    ]
    blank = written(
        "volwassene", "lezen", lambda level, place: "" if place < 7 else 4 if level == 5 else None
    )
    assert found(blank) == ()


@pytest.mark.parametrize(
    ("kept", "never"),
    [
        ((30, 30, 10, 1, 0), []),  # one in 71 has level 4: half of that is missed by chance
        ((0, 1, 5, 16, 53), []),
        ((20, 20, 20, 20, 0), [5]),  # a scale of four levels
        ((40, 40, 40, 0, 0), [4, 5]),
        ((40, 0, 40, 40, 40), [2]),
        ((40, 0, 2, 40, 40), []),  # the rarer of the two beside it
        ((0, 0, 0, 0, 0), []),
    ],
)
def test_that_a_rare_level_does_not_occur_is_no_doubt(kept, never):
    assert list(_never(np.array(kept))) == never


def test_a_long_list_counts_the_items_of_each_level():
    lacking = [
        Doubt.told("never", unit="kind", item="stress", of=36, levels=levels, where="stress")
        for levels in [(5,), *[(1, 5)] * 8]
    ]
    (line,) = summary(lacking)
    assert "level 1, 5 at 8 items; level 5 at 1 item: stress" in line.en and "bij 1 item: " in line.nl
    assert line.en.endswith("; and 1 more")


def test_a_scale_from_nought():
    some = found(written("kind", "stress", lambda level, _: level - 1))
    (scale,) = of_kind("other_scale", some)
    assert (scale.count, scale.of) == (8, 36)
    assert scale.text.en == "child stress: 0 (8), and never 5: a scale from 0?"


def test_a_scale_to_ten():
    (scale,) = of_kind("other_scale", found(written("kind", "stress", lambda level, _: 2 * level)))
    assert scale.text.en == "child stress: 6 (7), 8 (7), 10 (7)"


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (lambda level: f"A{level}", "answer codes as of LimeSurvey or REDCap: `A1`, `A2`, `A3`, `A4`, `A5`"),
        (lambda level: f"L00{level}", "answer codes as of LimeSurvey or REDCap: `L001`, `L002`, `L003`, "),
        (lambda level: f"{20 * level}%", "written so: `20%`, `40%`, `60%`, `80%`, `100%` (1620 cells)"),
        (lambda level: f"0{level}", "written so: `01`, `02`, `03`, `04`, `05` (1620 cells)"),
        (lambda level: ["Slecht", "Zwak", "Matig", "Goed", "Top"][level - 1], "the same words at many items"),
    ],
)  # fmt: skip
def test_another_coding_is_told_once_and_stops_a_run(how, said):
    def edit(unit, place, row):
        row.update({item: how(row[item]) for item in ITEMS[unit]})

    some = found(edit)
    (coding,) = of_kind("coding", some)
    assert coding.text.en.startswith(said) and coding.count == 1620
    lines = refusal(some)
    assert lines[0].startswith("Items that lose more than 20% of their cells") and lines[0].endswith(
        "37 more"
    )
    assert any(said in line for line in lines) and "--accept-losses" in lines[-1]


@pytest.mark.parametrize(
    "how",
    [
        lambda place: "A3",
        lambda place: f"A{1 + place % 9}",  # beyond five levels, as codes of persons are
        lambda place: f"A{1 + place}" if place < 2 else None,
    ],
    ids=["one code", "other numbers", "two slips"],
)
def test_codes_that_are_no_other_coding(how):
    some = found(written("kind", "stress", lambda _, place: how(place)))
    assert of_kind("item_loses", some) and not of_kind("coding", some)


@pytest.mark.parametrize(
    ("how", "change"),
    [
        (lambda level, text: f"{level} - {text.replace('ë', '&euml;').replace('/', '&#x2F;')}", "entities"),
        (lambda level, text: f"{level} - {text}".encode().decode("cp1252"), "encoded_twice"),
        (lambda level, text: text.replace("ë", "?"), "unreadable"),
        (lambda level, text: f"{text}.", "signs"),
        (lambda level, text: text[:30], "cut"),
        (lambda level, text: f"{text} (gevraagd)", "added"),
    ],
)
def test_how_labels_were_changed(how, change):
    item = "schulden"
    edit = written(
        "huishouden",
        item,
        lambda level, _: how(level, label("huishouden", item, level)) if level < 3 else None,
    )
    (doubt,) = of_kind("labels_changed", found(edit))
    assert (doubt.name, doubt.count) == (change, 15)


# --- rows, pilots, families ------------------------------------------------------------------------------


def test_a_pilot_that_is_written_otherwise_in_the_description():
    some = found(pilots=("Leuven", "Ostende"))
    (pilot,) = of_kind("pilot_loses", some)
    assert (pilot.name, pilot.count, pilot.of) == ("Ostende", 54, 54)
    (name,) = of_kind("pilot_unknown", some)
    assert name.text.en == "`Oostende` (54 rows, most like `Ostende`)"
    assert [(doubt.name, doubt.count, doubt.of) for doubt in of_kind("sheet_loses", some)] == [
        (f"{unit}.csv", 18, 36) for unit in ITEMS
    ]
    assert of_kind("families_lose", some)[0].text.en == "6 of 12, at most 9 of 9 (100%) rows"
    assert {doubt.kind for doubt in too_many(some)} == {"pilot_loses", "pilot_unknown"}


def test_a_pilot_that_is_not_listed_stops_by_its_share_of_all_rows():
    some = found(pilots=("Leuven", "Bilzen"))
    assert [(doubt.name, doubt.count, doubt.of) for doubt in too_many(some)] == [("Oostende", 54, 108)]

    def edit(_, place, row):
        row["pilootproject"] = "Gent" if place < 3 else row["pilootproject"]

    some = found(edit)
    assert [doubt.text.en for doubt in of_kind("pilot_unknown", some)] == ["`Gent` (9 rows)"]
    assert too_many(some) == ()


def test_a_text_that_may_be_a_note_is_not_shown_as_a_pilot():
    def edit(_, place, row):
        row["pilootproject"] = "de vader van Jan is ziek" if place < 3 else row["pilootproject"]

    some = found(edit)
    assert [doubt.text.en for doubt in of_kind("pilot_unknown", some)] == ["other text (9 rows)"]
    assert "Jan" not in " ".join(text.nl + text.en for text in summary(some))


@pytest.mark.parametrize(("rows", "told"), [(1, []), (2, ["1 of 12, at most 2 of 9 (22%) rows"])])
def test_one_row_of_a_family_is_a_slip(rows, told):
    def edit(unit, place, row):
        row["datum"] = "gisteren" if unit == "kind" and place < rows else row["datum"]

    assert [doubt.text.en for doubt in of_kind("families_lose", found(edit))] == told


@pytest.mark.parametrize(("count", "stops"), [(4, False), (5, True)])
def test_up_to_four_losses_stop_no_run_whatever_their_share(count, stops):
    assert bool(too_many([Doubt("item_loses", Text(nl="", en=""), count=count, of=count)])) == stops


def test_rows_of_tests_and_repeated_rows_are_not_lost():
    def edit(unit, place, row):
        row["gezin"] = "TEST-1" if place < 9 else row["gezin"]
        if place % 3 == 2:  # as the row before it
            row |= {"datum": DAYS[1]} | dict.fromkeys(ITEMS[unit], 1 + (place - 1) % 5)

    kept = {"item_loses", "sheet_loses", "pilot_loses", "families_lose"}
    assert not [doubt for doubt in found(edit) if doubt.kind in kept]


def test_an_attribute_in_another_coding():
    def edit(unit, place, row):
        if unit == "huishouden":
            row["gezinstype"] = "1" if place % 2 else "koppel"

    (attribute,) = found(edit)
    assert (attribute.kind, attribute.name, attribute.count, attribute.of) == (
        "attribute_loses",
        "gezinstype",
        18,
        36,
    )


# --- persons, numbers, days -----------------------------------------------------------------------


def test_two_dates_of_birth_but_not_one_that_was_only_expected():
    def edit(unit, place, row):
        if unit == "kind" and place == 1:
            row["geboortedatum"] = "2018-03-04"  # on the other rows of this child 2006
        if unit == "kind" and place == 3:
            row["geboortedatum"] = "2022-06-15"  # six weeks after the registration
        if unit == "kind" and place in (4, 5):
            row["geboortedatum"] = "2022-06-20"

    (births,) = found(edit)
    assert (births.kind, births.count, births.of) == ("two_births", 1, 12)
    assert "2018" not in births.text.en


def test_numbers_that_fall_while_dates_rise():
    def edit(unit, place, row):
        row["registratie_id"] = -place if unit == "kind" else place

    (falls,) = found(edit)
    assert (falls.kind, falls.unit, falls.count, falls.of) == ("ids_fall", "kind", 24, 24)


@pytest.mark.parametrize(("late", "told"), [(4, 0), (5, 1)])
def test_some_registrations_are_entered_late_without_a_doubt(late, told):
    """Of 24 numbers that follow another one of their child, four are not yet a fifth, five are."""

    def edit(unit, place, row):
        if unit == "kind" and place < 3 * late and place % 3 == 1:  # after the third of its family
            row["registratie_id"] = int(row["registratie_id"]) + 10_000

    assert len(of_kind("ids_fall", found(edit))) == told


def test_days_in_the_future_and_a_start_that_lets_every_day_in():
    days = {"exported_on": dt.date(2203, 9, 30), "project_start": dt.date(1900, 3, 1)}
    some = found(today=dt.date(2022, 12, 31), **days)
    kinds = [("future", 36), ("early_start", 0), ("late_export", 0)]
    assert [(doubt.kind, doubt.count) for doubt in some] == kinds
    assert "project_start is 1900-03-01, the first registration 2022-05-01" in some[1].text.en


# --- what a filter, a sort or a program leaves of an export -------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "families", "told"), [("volwassene", 7, 5), ("volwassene", 8, 0), ("kind", 7, 5), ("kind", 8, 0)]
)
def test_a_sheet_in_which_many_families_have_no_row(unit, families, told):
    rows = sheets()
    rows[unit] = rows[unit][: 3 * families]
    counts = counted(raw_export(**rows))
    some = of_kind("no_row", doubts(counts, losses(counts.texts, DEFINITIONS), DEFINITIONS, today=TODAY))
    assert [(doubt.unit, doubt.count, doubt.of) for doubt in some] == [(unit, told, 12)] * bool(told)


def test_children_of_whom_a_pilot_has_none():
    """Five of forty families without a child are no matter, but where they are all of a pilot."""
    counts = counted(export())
    places = counts.places.assign(families=[5, 35] * 3, missing=0)
    places.loc[("kind", "Leuven"), "missing"] = 5
    counts = replace(counts, places=places)
    (none,) = doubts(counts, losses(counts.texts, DEFINITIONS), DEFINITIONS, today=TODAY)
    assert (none.kind, none.unit, none.name, none.count, none.of) == ("no_row", "kind", "Leuven", 5, 5)
    places.loc[("kind", "Leuven"), "missing"] = 4
    assert doubts(counts, losses(counts.texts, DEFINITIONS), DEFINITIONS, today=TODAY) == ()


@pytest.mark.parametrize(("day", "told"), [("2022-10-28", ["kind"]), ("2022-10-29", [])])
def test_a_sheet_that_ends_long_before_the_others(day, told):
    def edit(unit, place, row):
        if unit == "kind" and place % 3 == 2:  # on the others the last day is 2023-05-01
            row["datum"] = day

    some = found(edit)
    assert [(doubt.kind, doubt.unit) for doubt in some] == [("ends_early", unit) for unit in told]
    assert all(f"(kind): {day}, the last of all 2023-05-01" in doubt.text.en for doubt in some)


@pytest.mark.parametrize(("rows", "told"), [((30, 30), False), ((29, 30), True), ((30, 29), True)])
def test_a_sheet_that_is_registered_once_a_year_ends_no_earlier_than_it_pauses(rows, told):
    """Households in May of each year, the others up to a year after the last May."""
    days = [("huishouden", "2022-05-01", rows[0]), ("huishouden", "2023-05-02", rows[1])]
    days += [(unit, day, 40) for unit in ("volwassene", "kind") for day in ("2022-03-01", "2024-05-01")]
    table = pd.DataFrame(days, columns=["unit", "date", "registrations"]).astype({"date": "datetime64[us]"})
    counts = replace(counted(export()), days=table.set_index(["unit", "date"]))
    some = doubts(counts, losses(counts.texts, DEFINITIONS), DEFINITIONS, today=dt.date(2024, 6, 1))
    assert [doubt.unit for doubt in some if doubt.kind == "ends_early"] == ["huishouden"] * told


def test_a_pilot_that_is_not_there_where_most_others_are():
    (none,) = found(pilots=("Leuven", "Bilzen", "Oostende"))
    assert (none.kind, none.name) == ("no_pilot", "Bilzen")
    assert found(pilots=("Leuven", "Bilzen", "Oostende", "Herenthout")) == ()


def test_a_column_of_pilots_that_was_sorted_by_itself():
    def edit(unit, place, row):
        row["pilootproject"] = "Leuven" if place % 3 else "Oostende"  # on the first day of each family

    (pilots,) = found(edit)
    assert (pilots.kind, pilots.count, pilots.of) == ("two_pilots", 72, 108)
    assert "(R08)" in refusal([pilots])[0] and "72 of 108 (67%)" in refusal([pilots])[0]


@pytest.mark.parametrize(("code", "told"), [("v-01", 24), ("V 1", 24), ("V10", 0), ("v1", 0)])
def test_codes_of_persons_that_differ_by_a_nought(code, told):
    def edit(unit, place, row):
        if unit == "volwassene" and place % 3 == 1:
            row["persoon"] = code

    some = found(edit)
    of = 36 if code != "v1" else 24
    assert [(doubt.kind, doubt.count, doubt.of) for doubt in some] == [("alike", told, of)] * bool(told)


def families_again(unit, rows, *, first_day=None, level=None, born=None):
    """The rows of three families under other codes, of their persons too, until the second day."""
    for place, row in enumerate(rows[:9]):
        row |= various(unit, place // 3)
    again = [row | {"gezin": f"NEW-{row['gezin'][-3:]}"} for row in rows[:9] if row["datum"] != DAYS[2]]
    for number, row in enumerate(again):
        row |= {"registratie_id": 100 + number, **({"persoon": "P7"} if "persoon" in row else {})}
        row |= {"datum": first_day} if first_day and row["datum"] == DAYS[0] else {}
        row |= {"stress": level} if level and unit == "volwassene" and number == 0 else {}
        row |= {"geboortedatum": born} if born and "geboortedatum" in row else {}
    return [*rows, *again]


@pytest.mark.parametrize(
    ("other", "told"),
    [({}, 6), ({"first_day": "2022-05-02"}, 0), ({"level": 5}, 4), ({"born": "2021-03-04"}, 0)],
)
def test_families_that_stand_there_again_under_another_code(other, told):
    """A later export of a pilot laid below an older one with codes of its own: both of a pair are counted."""
    twice = raw_export(**{unit: families_again(unit, rows, **other) for unit, rows in sheets().items()})
    counts = counted(twice)
    some = doubts(counts, losses(counts.texts, DEFINITIONS), DEFINITIONS, today=TODAY)
    assert [(one.kind, one.count, one.of) for one in of_kind("twice", some)] == [("twice", told, 15)] * bool(
        told
    )


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (("2022-05-01", "13/09/2022", "31/12/2022"), [("swapped", 36)]),
        (("2022-05-01 00:00:00", "13/9/2022", "31.12.2022"), [("swapped", 36)]),
        (("2022-05-01", "13/09/2022", "01/12/2022"), []),
        (("2022-05-01", "2022-09-13", "31/12/2022"), []),
        (("2022-05-01T22:00:00.000Z", "2022-09-01T22:00:00.000Z", "2022-12-31T23:00Z"), [("midnight", 108)]),
        (("2022-05-01T22:00:00.000Z", "2022-09-01T22:00:00.000Z", "2022-12-31T09:41Z"), []),
    ],
)
def test_days_that_a_program_changed(days, told):
    def edit(unit, place, row):
        row["datum"] = days[place % 3]

    some = found(edit, exported_on=dt.date(2022, 12, 31))
    assert [(doubt.kind, doubt.count) for doubt in some] == told


@pytest.mark.parametrize(
    ("rows", "later", "earlier", "families", "told"),
    [
        (65_535, 0, 0, 12, 1),
        (1_048_575, 0, 0, 12, 1),
        (10_000, 0, 0, 12, 0),  # whole: a round number by chance
        (10_000, 0, 0, 11, 1),  # others have one family in twelve more
        (10_000, 0, 8, 12, 1),  # others go on for eight days
        (10_000, 8, 0, 12, 1),  # they began eight days before, as where the newest stand first
        (10_000, 7, 7, 12, 0),
        (10_001, 8, 8, 11, 0),
        (0, 0, 0, 12, 0),
    ],
)
def test_a_table_that_ends_where_a_program_does(rows, later, earlier, families, told):
    def edit(unit, place, row):
        moved = dt.timedelta((later, 0, -earlier)[place % 3] if unit == "kind" else 0)
        row["datum"] = str(dt.date.fromisoformat(row["datum"]) + moved)

    tables = sheets(edit)
    counts = counted(raw_export(**{**tables, "kind": tables["kind"][: 3 * families]}))
    counts = replace(counts, export=replace(counts.export, rows_read={"kind": rows}))
    some = doubts(counts, losses(counts.texts, DEFINITIONS), DEFINITIONS, today=TODAY)
    assert [(doubt.kind, doubt.unit, doubt.count) for doubt in some] == [("cut_off", "kind", rows)] * told


def test_a_round_number_of_households_or_of_lines_is_told_where_one_may_lack():
    tables = sheets()
    lacking = counted(raw_export(**{**tables, "huishouden": tables["huishouden"][:33]}))
    for unit, told in (("huishouden", True), ("volwassene", False), ("all", True)):
        counts = replace(lacking, export=replace(lacking.export, rows_read={unit: 1_000}))
        some = doubts(counts, losses(counts.texts, DEFINITIONS), DEFINITIONS, today=TODAY)
        assert bool(of_kind("cut_off", some)) == told
