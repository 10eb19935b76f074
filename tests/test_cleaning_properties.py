"""Properties of cleaning and states on messy exports that are drawn at random."""

import dataclasses
import datetime as dt
import random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import slow_cleaning as slow
from helpers.cleaning import clean, select_families
from helpers.definitions import load_definitions
from helpers.states import build_states
from raw_exports import raw_export

DEFINITIONS = load_definitions()
MANY, FEW = 20, 5  # examples are large, so that a few show much
BY_COLUMN = ("coach", "organisation", "group")  # of families: what columns give that are not drawn here
CHOICES = {"least": 2, "window": 30, "months": 6, "rule": "at"}
NAMES = {"least": "min_household_items", "window": "baseline_window_days", "months": "follow_up_months"}


def mostly(good, texts):
    """Draw one of the texts, but more often one of the first few, which are good."""
    texts = list(texts)
    return st.sampled_from(texts[:good] * 3 + texts)


@st.composite
def sheets(draw):
    """Draw up to ten rows of each sheet, with numbers of their own in any order."""
    drawn = {}
    for unit, size in (("huishouden", 14), ("volwassene", 10), ("kind", 10)):
        columns = {
            "gezin": mostly(4, [*slow.CODES, *slow.TESTS]),
            "pilootproject": mostly(2, slow.PILOTS),
            "datum": mostly(8, slow.DATES),
            **({} if unit == "huishouden" else {"persoon": mostly(3, slow.PERSONS)}),
            slow.ATTRIBUTE[unit]: st.sampled_from(list(slow.LISTS[slow.ATTRIBUTE[unit]])),
            **{item: mostly(7, slow.LEVELS) for item in slow.ITEMS[unit]},
            "stress_toelichting" if unit != "huishouden" else "opmerking": st.sampled_from(
                ["", "", " ", "moe"]
            ),
        }
        rows = draw(st.lists(st.fixed_dictionaries(columns), max_size=size))
        again = draw(st.lists(st.sampled_from(rows), max_size=2)) if rows else []
        numbers = draw(st.permutations(range(1, len(rows + again) + 1)))
        drawn[unit] = [
            row | {"row": place, "registratie_id": str(number)}
            for place, (row, number) in enumerate(zip(rows + again, numbers, strict=True), start=2)
        ]
    return drawn


def cleaned(drawn, choices=CHOICES):
    """Clean drawn rows; `row` is where they stand in the file already."""
    rows = {
        unit: [{k: v for k, v in row.items() if k != "row"} for row in rows] for unit, rows in drawn.items()
    }
    raw = raw_export(**rows, pilots=("Leuven", "Bilzen"), test_codes=("TEST",))
    tables = clean(raw, DEFINITIONS, **{NAMES[name]: choices[name] for name in NAMES})
    states = build_states(
        tables,
        DEFINITIONS,
        baseline_window_days=choices["window"],
        follow_up_months=choices["months"],
        follow_up_rule=choices["rule"],
    )
    return tables, states


def records(frame, *columns):
    """Give rows as tuples of plain Python values, missing as None, days as dates."""
    values = frame[list(columns)].astype("object")
    return [
        tuple(value.date() if isinstance(value, pd.Timestamp) else value for value in row)
        for row in values.where(values.notna(), None).to_numpy()
    ]


@settings(max_examples=MANY)
@given(
    sheets(),
    st.fixed_dictionaries(
        {
            "least": st.integers(1, 3),
            "window": st.sampled_from([0, 30, 31]),
            "months": st.sampled_from([1, 6]),
            "rule": st.sampled_from(["at", "last"]),
        }
    ),
)
def test_the_tables_are_those_of_the_rules_applied_row_by_row(drawn, choices):
    tables, states = cleaned(drawn, choices)
    expected = slow.Slow(drawn, **choices)

    by_row = tables.rejected["effect"] == "row_rejected"
    touched = records(tables.rejected[by_row], "sheet", "row", "rule")
    touched += records(tables.rejected[~by_row], "sheet", "row", "column", "rule")
    assert set(touched) == expected.touched
    assert len(tables.rejected) == len(expected.touched)

    assert tables.families[list(BY_COLUMN)].isna().all(axis=None)  # no column gives them
    columns = ["family", *(name for name in tables.families if name not in ("family", *BY_COLUMN))]
    families = {
        row[0]: dict(zip(columns[1:], row[1:], strict=True)) for row in records(tables.families, *columns)
    }
    assert families == expected.families

    who = records(tables.persons, "family", "person", "unit")
    what = records(tables.persons, "education", "age_years", "expected", "at_baseline")
    assert dict(zip(who, what, strict=True)) == expected.persons

    drawn_items = [(unit, item) for unit, items in slow.ITEMS.items() for item in items]
    is_drawn = pd.MultiIndex.from_frame(states[["unit", "item"]].astype("str")).isin(drawn_items)
    assert (states.loc[~is_drawn, "status"] == "missing").all()
    cells = records(states[is_drawn], "family", "person", "unit", "item", "moment")
    values = [
        (slow.NVT if status == "not_applicable" else level, date, fresh)
        for level, status, date, fresh in records(states[is_drawn], "level", "status", "date", "fresh")
    ]
    assert dict(zip(cells, values, strict=True)) == expected.states

    stages = dict(records(tables.flow, "stage", "families"))
    assert stages["registered"] == len(expected.registered)
    assert stages["test"] == len(expected.tests)
    assert stages["followed"] == sum(family["followed"] for family in expected.families.values())
    assert stages["registered"] == stages["no_household"] + stages["too_few_items"] + stages["retained"]
    assert tables.cases_by_pilot["registered"].sum() == stages["registered"]


@settings(max_examples=FEW)
@given(sheets())
def test_every_row_is_kept_or_rejected_once(drawn):
    """Kept rows are those that a level of their own shows up from; each row gets one here."""
    marked = {unit: [row | {slow.ITEMS[unit][0]: "1"} for row in rows] for unit, rows in drawn.items()}
    tables, _ = cleaned(marked, CHOICES | {"least": 1})
    retained = set(tables.families.loc[tables.families["status"] == "retained", "family"])
    log = tables.cleaning_log.groupby("sheet", observed=False)["rows"].sum()
    for unit, rows in marked.items():
        seen = tables.observations[
            (tables.observations["unit"] == unit) & (tables.observations["item"] == slow.ITEMS[unit][0])
        ]
        rejected = tables.rejected[
            (tables.rejected["sheet"] == unit) & (tables.rejected["effect"] == "row_rejected")
        ]
        excluded = [
            row
            for row in rows
            if row["row"] not in set(rejected["row"]) and slow.CODES[row["gezin"]] not in retained
        ]
        assert len(seen) + len(excluded) + len(rejected) == len(rows)
        assert rejected["row"].is_unique and log[unit] == len(rejected)


PARTS = ("families", "persons", "observations", "notes")


@settings(max_examples=FEW)
@given(sheets())
def test_splitting_the_families_changes_nothing(drawn):
    """The tables of some whole families are those families' part of the tables of all."""
    whole, all_states = cleaned(drawn)
    halves = [{"LEU-001"}, {"LEU-002", "OST-003"}]
    for half in halves:
        # a row of another family is made unreadable, so that registrations and rows keep their numbers
        part = {
            unit: [row if slow.CODES.get(row["gezin"]) in half else row | {"gezin": ""} for row in rows]
            for unit, rows in drawn.items()
        }
        tables, states = cleaned(part)
        mine = pd.DataFrame({"family": sorted(half)})
        for name in PARTS:
            expected = select_families(getattr(whole, name), mine)
            pd.testing.assert_frame_equal(getattr(tables, name), expected)
        pd.testing.assert_frame_equal(states, select_families(all_states, mine))


@settings(max_examples=FEW)
@given(sheets(), st.integers(0, 9))
def test_the_order_of_the_rows_changes_nothing_but_which_repeat_stays(drawn, seed):
    """Rows in another order; of equal rows the numbers are made equal too, so that any may stay."""
    numbers = {}
    for unit, rows in drawn.items():
        for row in rows:
            means = tuple(
                row[column].strip() if (value := slow.meaning(unit, column, row[column])) == slow.X else value
                for column in row
                if column not in ("row", "registratie_id")
            )
            row["registratie_id"] = numbers.setdefault((unit, means), row["registratie_id"])
    shuffled = {unit: random.Random(seed).sample(rows, len(rows)) for unit, rows in drawn.items()}
    before, states_before = cleaned(drawn)
    after, states_after = cleaned(shuffled)
    for name in (*PARTS, "flow", "cases_by_pilot", "cleaning_log"):
        pd.testing.assert_frame_equal(getattr(before, name), getattr(after, name))
    pd.testing.assert_frame_equal(states_before, states_after)


@settings(max_examples=FEW)
@given(sheets(), st.data())
def test_that_a_repeated_row_is_left_out_changes_no_state(drawn, data):
    """Also where a row says again what another one of that day had changed; with remarks all rows stay."""
    for rows in drawn.values():
        who = ("gezin", "datum", "pilootproject", "persoon")
        again = [row for row in rows[:2] for _ in range(2)]
        other = (
            data.draw(st.lists(st.sampled_from(rows), min_size=len(again), max_size=len(again)))
            if rows
            else []
        )
        same = [
            row | {name: one[name] for name in who if name in one}
            for one, row in zip(again, other, strict=True)
        ]
        for row in (one for both in zip(same, again, strict=True) for one in both):
            rows.append(row | {"row": len(rows) + 2, "registratie_id": str(len(rows) + 1)})
    tables, states = cleaned(drawn)
    apart = {unit: [row | {"stands": str(row["row"])} for row in rows] for unit, rows in drawn.items()}
    every, states_of_every = cleaned(apart)
    assert "R06" not in set(every.rejected["rule"].astype("str"))
    pd.testing.assert_frame_equal(tables.families, every.families)
    pd.testing.assert_frame_equal(tables.persons, every.persons)
    pd.testing.assert_frame_equal(states, states_of_every)
    for keep in ("first", "last"):
        pd.testing.assert_frame_equal(_values_of_days(tables, keep), _values_of_days(every, keep))


def _values_of_days(tables, keep):
    """Give the first or the last value that each item of each person has on each day."""
    rows = pd.concat([tables.observations, tables.excluded_observations])
    ordered = rows.sort_values(["family", "unit", "person", "item", "date", "registration"])
    found = ordered.drop_duplicates(["family", "unit", "person", "item", "date"], keep=keep)
    return found.drop(columns="registration").reset_index(drop=True)


@settings(max_examples=FEW)
@given(sheets())
def test_cleaning_what_was_cleaned_changes_nothing(drawn):
    """The kept rows, written out in their normal form, come through whole and give the same tables."""
    tables, states = cleaned(drawn)
    rejected = tables.rejected[tables.rejected["effect"] == "row_rejected"]
    gone = set(records(rejected, "sheet", "row"))
    pilots = dict(records(tables.families, "family", "pilot"))
    normal = {
        unit: [_normal_form(unit, row, pilots) for row in rows if (unit, row["row"]) not in gone]
        for unit, rows in drawn.items()
    }
    again, states_again = cleaned(normal)
    repeats = set(again.rejected["rule"].astype("str"))
    assert repeats <= {"R06"}  # two pilots or two invalid texts may have been all that told two rows apart
    if not repeats:
        for name in PARTS:
            pd.testing.assert_frame_equal(getattr(again, name), getattr(tables, name))
        pd.testing.assert_frame_equal(states_again, states)


def _normal_form(unit, row, pilots):
    """Write each cell as its meaning, and nothing where it has none."""
    family = slow.CODES[row["gezin"]]
    day = slow.DATES[row["datum"]]
    normal = row | {"gezin": family, "datum": day.isoformat(), "pilootproject": pilots[family]}
    for column in (*slow.ITEMS[unit], slow.ATTRIBUTE[unit]):
        value = slow.meaning(unit, column, row[column])
        strange = isinstance(value, dt.date) and not dt.date(1900, 1, 1) <= value <= day + dt.timedelta(300)
        normal[column] = "" if value is None or value == slow.X or strange else str(value)
    return normal


def test_the_caller_s_tables_are_never_changed():
    rows = {
        "gezin": "LEU-001",
        "pilootproject": "Leuven",
        "datum": "2022-05-01",
        "inkomen": "1",
        "schulden": "2",
    }
    drawn = {"huishouden": [rows | {"row": 2, "registratie_id": "1"}], "volwassene": [], "kind": []}
    tables, _ = cleaned(drawn)
    copies = {field.name: getattr(tables, field.name).copy() for field in dataclasses.fields(tables)}
    build_states(tables, DEFINITIONS)
    for name, copy in copies.items():
        pd.testing.assert_frame_equal(getattr(tables, name), copy)


@pytest.mark.parametrize(("day", "months", "later"), [(dt.date(2022, 8, 31), 6, dt.date(2023, 2, 28))])
def test_the_slow_rules_know_calendar_months(day, months, later):
    assert slow.add_months(day, months) == later
