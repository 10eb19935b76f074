"""What cleaning should make of a synthetic dataset, known from how it was made and not from reading it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from gezinscoach_synthesis.attributes import UNKNOWN, known_household_type
from gezinscoach_synthesis.blemishes import TESTS, overruled
from gezinscoach_synthesis.dates import add_months
from gezinscoach_synthesis.model import ADULT, CHILD, HOUSEHOLD, NOT_APPLICABLE, OBSERVED, WINDOW_DAYS, Person
from gezinscoach_synthesis.raw import RawRow
from gezinscoach_synthesis.registrations import Row

VALUE_LENGTH = 100
RULES = {"no_household": "F01", "no_row_left": "F01", "too_few_items": "F02"}


@dataclass(frozen=True)
class Truth:
    """The clean tables that belong to a synthetic dataset, with the default parameters of cleaning.

    `families`, `persons`, `observations`, `notes`, `flow` and `cases_by_pilot` have the columns of the
    clean tables. `rejected` has sheet, row, column, value, rule and effect. Texts are plain `str`, dates
    datetime64[us], levels Int64; rows stand in the order of families, persons and dates.
    """

    families: pd.DataFrame
    persons: pd.DataFrame
    observations: pd.DataFrame
    notes: pd.DataFrame
    rejected: pd.DataFrame
    flow: pd.DataFrame
    cases_by_pilot: pd.DataFrame


def make_truth(raw: Sequence[RawRow], kinds: dict[int, str], pilots: Iterable[str]) -> Truth:
    """Put together what is true of all rows of the files, which have their numbers.

    `kinds` says why a family is to be left out, by its number; retained families are not in it. The pilots
    come in the order of dataset.yml.
    """
    of_family: dict[int, list[Row]] = defaultdict(list)
    for row in sorted((r.row for r in raw if r.fault is None), key=lambda row: (row.day, row.registration)):
        of_family[row.family.number].append(row)
    families = [_family(rows, kinds) for _, rows in sorted(of_family.items())]
    retained = [row for number, rows in sorted(of_family.items()) if number not in kinds for row in rows]
    lost = sum(kind == "no_row_left" for kind in kinds.values())
    tests = {TESTS[r.cells["gezin"]] for r in raw if r.fault is not None and r.fault.rule == "R02"}
    frame = _frame(families, FAMILIES).sort_values("family", ignore_index=True)
    return Truth(
        families=frame,
        persons=_frame(_persons(retained), PERSONS).sort_values(
            ["family", "unit", "person"], ignore_index=True
        ),
        observations=_frame(_observations(retained), OBSERVATIONS),
        notes=_frame(_notes(retained), NOTES),
        rejected=_frame(_rejected(raw), REJECTED),
        flow=_flow(frame, lost=lost, test=len(tests)),
        cases_by_pilot=_cases(frame, pilots, lost=lost),
    )


TEXT, DAY, WHOLE = "str", "datetime64[us]", "Int64"
FAMILIES = {
    "family": TEXT, "pilot": TEXT, "household_type": TEXT, "t0": DAY, "last_date": DAY,
    "registrations": WHOLE, "adults": WHOLE, "children": WHOLE, "status": TEXT, "rule": TEXT,
    "followed": "bool",
}  # fmt: skip
PERSONS = {
    "family": TEXT, "person": TEXT, "unit": TEXT, "education": TEXT, "age_years": WHOLE, "expected": "bool",
    "at_baseline": "bool",
}  # fmt: skip
OBSERVATIONS = {
    "family": TEXT, "person": TEXT, "unit": TEXT, "item": TEXT, "date": DAY, "registration": WHOLE,
    "level": WHOLE, "status": TEXT,
}  # fmt: skip
NOTES = {"family": TEXT, "person": TEXT, "unit": TEXT, "item": TEXT, "date": DAY, "text": TEXT}
REJECTED = {"sheet": TEXT, "row": WHOLE, "column": TEXT, "value": TEXT, "rule": TEXT, "effect": TEXT}


def _frame(rows: Iterable[tuple[Any, ...]], columns: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns), dtype=object).astype(columns)


def _family(rows: list[Row], kinds: dict[int, str]) -> tuple[Any, ...]:
    family = rows[0].family
    dates = {row.day for row in rows}
    persons = {(row.unit, row.person.code) for row in rows if row.person}
    rule = RULES.get(kinds.get(family.number, ""))
    household = [row for row in rows if row.unit == HOUSEHOLD]
    return (
        family.code,
        family.pilot,
        known_household_type(family, household),
        min(dates),
        max(dates),
        len(dates),
        sum(unit == ADULT for unit, _ in persons),
        sum(unit == CHILD for unit, _ in persons),
        "excluded" if rule else "retained",
        rule,
        rule is None and max(dates) >= add_months(min(dates)),
    )


def _persons(rows: Iterable[Row]) -> Iterable[tuple[Any, ...]]:
    first: dict[Person, Row] = {}
    for row in rows:
        if row.person is not None:
            first.setdefault(row.person, row)
    for person, row in first.items():
        t0 = row.family.t0
        birth = person.birth if person.unit == CHILD and person.birth_known else None
        expected = birth is not None and birth > t0
        at_baseline = row.day <= t0 + timedelta(WINDOW_DAYS)
        education = (person.education or UNKNOWN) if person.unit == ADULT else None
        age = _completed_years(birth, t0) if birth is not None and not expected else None
        yield row.family.code, person.code, person.unit, education, age, expected, at_baseline


def _completed_years(birth: date, day: date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _observations(rows: Iterable[Row]) -> Iterable[tuple[Any, ...]]:
    for row in rows:
        person = row.person.code if row.person else None
        for item, value in row.values.items():
            status = NOT_APPLICABLE if value == NOT_APPLICABLE else OBSERVED
            level = value if status == OBSERVED else None
            yield row.family.code, person, row.unit, item, row.day, row.registration, level, status


def _notes(rows: Iterable[Row]) -> Iterable[tuple[Any, ...]]:
    for row in rows:
        person = row.person.code if row.person else None
        for item, text in row.notes.items():
            yield row.family.code, person, row.unit, item, row.day, text


def _rejected(raw: Iterable[RawRow]) -> Iterable[tuple[Any, ...]]:
    for row in raw:
        faults = [row.fault] if row.fault else row.cell_faults + ([overruled(row)] if overruled(row) else [])
        for fault in faults:
            assert fault is not None
            value = row.cells[fault.column] if fault.column else f"= row {_first_line(row)}"
            shown = value[:VALUE_LENGTH] or None
            yield row.row.unit, row.line, fault.column, shown, fault.rule, fault.effect


def _first_line(row: RawRow) -> int:
    assert row.repeats is not None
    return row.repeats.line


def _flow(families: pd.DataFrame, *, lost: int, test: int) -> pd.DataFrame:
    counts = {
        "registered": len(families) + lost,
        "test": test,
        "no_household": int((families["rule"] == "F01").sum()) + lost,
        "too_few_items": int((families["rule"] == "F02").sum()),
        "retained": int((families["status"] == "retained").sum()),
        "followed": int(families["followed"].sum()),
    }
    return _frame(counts.items(), {"stage": TEXT, "families": WHOLE})


def _cases(families: pd.DataFrame, pilots: Iterable[str], *, lost: int) -> pd.DataFrame:
    rows = []
    for pilot in pilots:
        own = families[families["pilot"] == pilot]
        rows.append((pilot, len(own), int((own["status"] == "retained").sum()), int(own["followed"].sum())))
    if lost:
        rows.append(("unknown", lost, 0, 0))
    return _frame(rows, {"pilot": TEXT, "registered": WHOLE, "retained": WHOLE, "followed": WHOLE})
