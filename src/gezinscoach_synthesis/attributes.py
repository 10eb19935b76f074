"""Next step: what stands beside the levels in a row: family type, education, date of birth, open text."""

import random
from collections import defaultdict
from datetime import date, timedelta

from gezinscoach_synthesis.dates import after_window, in_window, tail
from gezinscoach_synthesis.model import ADULT, BASELINE, CHILD, HOUSEHOLD, OBSERVED, Family, Person, stream
from gezinscoach_synthesis.registrations import Row
from gezinscoach_synthesis.targets import ItemPlan, Targets, deal, quota

UNKNOWN = "onbekend"
REPEATED = 0.5
KNOWN_LATER = 0.2
MISTYPED = 0.06
NOTED = {"low": 0.18, "high": 0.08, "better": 0.5, "worse": 0.6, "": 0.0}
SCHOOLING = (ADULT, "opleiding")
MISTYPED_DAYS = 10


def describe(rows: list[Row], families: list[Family], targets: Targets, *, seed: int) -> None:
    """Fill in the attributes and notes of all rows."""
    _deal_education(families, targets, stream(seed, "education"))
    of_unit: dict[tuple[int, Person | None], list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.day):
        of_unit[row.family.number, row.person].append(row)
    rng = stream(seed, "attributes")
    for unit_rows in of_unit.values():
        _write_attributes(unit_rows, rng)
    plans = {plan.key: plan for plan in targets.items}
    rng = stream(seed, "notes")
    for row in rows:
        _write_notes(row, plans, rng)


def _deal_education(families: list[Family], targets: Targets, rng: random.Random) -> None:
    """Deal education in quotas, the lowest to who stands lowest on the item about schooling."""
    adults = [(family, person) for family in families for person in family.members if person.unit == ADULT]
    there = [(family, person) for family, person in adults if not person.late]
    shares = dict(targets.education)
    unknown = quota([shares.pop(UNKNOWN), sum(shares.values())], len(there))[0]
    ranked = sorted(there, key=lambda pair: -pair[0].gaps + rng.gauss(0, 1))
    known = sorted(ranked[unknown:], key=lambda pair: _schooling(*pair) + rng.gauss(0, 0.7))
    for (_, person), education in zip(known, deal(shares, len(known)), strict=True):
        person.education = education


def _schooling(family: Family, person: Person) -> float:
    cell = family.cells[person, SCHOOLING]
    return cell.level[BASELINE] or 2.5 if cell.status[BASELINE] == OBSERVED else 2.5


def _write_attributes(rows: list[Row], rng: random.Random) -> None:
    """Write a unit's attribute in its first row and in some of the others; what is unknown may come later."""
    first = rows[0]
    true: str | date | None = _true_attribute(first)
    late = {*after_window(first.family), *tail(first.family)}
    for row in rows:
        if true is not None and (row is first or row.family.coach.full_rows or rng.random() < REPEATED):
            row.attribute = true
        elif true is None and row.day in late and rng.random() < KNOWN_LATER:
            row.attribute = _heard_later(row)
    last = rows[-1]
    if (
        first.unit == CHILD
        and last.attribute is not None
        and last.day > first.day
        and rng.random() < MISTYPED
    ):
        assert isinstance(last.attribute, date)
        first.attribute = last.attribute - timedelta(MISTYPED_DAYS)


def _true_attribute(row: Row) -> str | date | None:
    if row.unit == HOUSEHOLD:
        return None if row.family.household_type == UNKNOWN else row.family.household_type
    assert row.person is not None
    if row.unit == ADULT:
        return row.person.education
    return row.person.birth if row.person.birth_known else None


def _heard_later(row: Row) -> str | None:
    """What a coach hears about a household or an adult only after the baseline window, too late to count."""
    return {HOUSEHOLD: "koppel", ADULT: "lager secundair"}.get(row.unit)


def known_household_type(family: Family, rows: list[Row]) -> str:
    """Give the first family type that is known within the baseline window."""
    window = set(in_window(family))
    return next((str(row.attribute) for row in rows if row.day in window and row.attribute), UNKNOWN)


def _write_notes(row: Row, plans: dict[tuple[str, str], ItemPlan], rng: random.Random) -> None:
    for item, change in row.changes.items():
        texts = plans[row.unit, item].notes.get(change, ())
        if texts and rng.random() < NOTED[change]:
            row.notes[item] = rng.choice(texts)
