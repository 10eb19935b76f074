"""Next step: from levels at two moments to the registrations that coaches made of them, one row per unit and
day.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from gezinscoach_synthesis.dates import after_window, in_window, tail
from gezinscoach_synthesis.events import YOUTH_CARE
from gezinscoach_synthesis.model import (
    ADULT,
    BASELINE,
    FOLLOW_UP,
    HOUSEHOLD,
    Cell,
    Family,
    Person,
    Value,
    pick,
    stream,
)

AT_FIRST_CONTACT = 0.85
LATER_IN_WINDOW = 0.1
CHANGED_IN_WINDOW = 0.15
PASSING_CHANGE = 0.02
LATER_CHANGE = 0.05
DRIFTING = 0.6
CHANGE_OF_OTHERS = 0.1
KNOWN_LATER = 0.15
CONFIRMED = 0.2
EMPTY_ROW = 0.15
CORRECTED = 0.015
LOW = 3
ENTERED_LATE = 0.06

Events = dict[date, list[tuple[Cell, Value]]]


@dataclass(eq=False)
class Row:
    """One registration of one unit, as the coach meant it; `entered` is the day on which it was typed in."""

    unit: str
    family: Family
    person: Person | None
    day: date
    values: dict[str, Value]
    entered: date
    attribute: str | date | None = None
    notes: dict[str, str] = field(default_factory=dict)
    changes: dict[str, str] = field(default_factory=dict)
    pilot: str = ""
    registration: int = 0


def register(families: list[Family], *, seed: int) -> list[Row]:
    """Make all rows, in the order in which they were typed in."""
    rows = []
    for family in families:
        rng = stream(seed, "rows", str(family.number))
        _first_contacts(family, rng)
        made = _rows(family, _events(family, rng), rng)
        rows += _with_corrections(made, family, rng)
    order = {id(row): place for place, row in enumerate(rows)}
    return sorted(rows, key=lambda row: (row.entered, order[id(row)]))


def _first_contacts(family: Family, rng: random.Random) -> None:
    """Say when each member is first registered: the first adult at once, most others too, late ones later."""
    for person in family.members:
        window = [family.t0 if rng.random() < AT_FIRST_CONTACT else rng.choice(in_window(family))]
        later = after_window(family) if person.late else window
        person.first_date = family.t0 if person is family.members[0] else rng.choice(later)


def _events(family: Family, rng: random.Random) -> Events:
    """List the values that are registered on each day."""
    events: Events = defaultdict(list)
    household = family.t0 if rng.random() < AT_FIRST_CONTACT else in_window(family)[-1]
    for (person, _), cell in family.cells.items():
        first = household if person is None else person.first_date
        assert first is not None
        path = _followed_path if family.followed else _short_path
        for day, value in path(cell, first, rng):
            events[day].append((cell, value))
    return events


def _followed_path(cell: Cell, first: date, rng: random.Random) -> list[tuple[date, Value]]:
    """Give the values of a cell in time: baseline, what passes, follow-up, and what comes after it."""
    before, after = cell.value(BASELINE), cell.value(FOLLOW_UP)
    path: list[tuple[date, Value]] = []
    start = (
        _baseline_day(cell.family, first, rng)
        if before is not None
        else max(first, in_window(cell.family)[-1])
    )
    if before is not None:
        path.append((start, before))
    if after is not None and after != before:
        path += _way(cell, before, after, start, rng)
    elif cell.crisis == "passing" or (after is not None and rng.random() < PASSING_CHANGE):
        path += _passing(cell, start, rng)
    return path + _afterwards(cell, before, after, rng)


def _afterwards(
    cell: Cell, before: Value | None, after: Value | None, rng: random.Random
) -> list[tuple[date, Value]]:
    """Give what becomes of a value after the follow-up: it goes back, goes on, or changes now and then."""
    days, drift = tail(cell.family), cell.family.drift
    if not days or not isinstance(after, int):
        return []
    moved = after - before if isinstance(before, int) else 0
    value = after
    if moved and drift != "level" and rng.random() < DRIFTING:
        value = after - moved if drift == "back" else min(5, max(1, after + (1 if moved > 0 else -1)))
    elif rng.random() < LATER_CHANGE:
        value = _neighbour(after, rng)
    return [] if value == after else [(rng.choice(days), value)]


def _baseline_day(family: Family, first: date, rng: random.Random) -> date:
    days = [day for day in in_window(family) if day >= first]
    return rng.choice(days) if rng.random() < LATER_IN_WINDOW else days[0]


def _way(
    cell: Cell, before: Value | None, after: Value, start: date, rng: random.Random
) -> list[tuple[date, Value]]:
    """Give the days on which a cell comes to its value at follow-up, in two steps where it can."""
    days = [day for day in after_window(cell.family) if day >= start]
    early = [day for day in in_window(cell.family) if day > start]
    if cell.crisis == "passing":
        first, last = sorted(rng.sample(days, 2))
        return [(first, 1), (last, after)]
    if before is None or cell.late:
        return [(start if cell.late else rng.choice(days), after)]
    if early and rng.random() < CHANGED_IN_WINDOW:
        return [(rng.choice(early), after)]
    if isinstance(before, int) and isinstance(after, int) and abs(after - before) > 1 and len(days) > 1:
        first, last = sorted(rng.sample(days, 2))
        return [(first, before + (1 if after > before else -1)), (last, after)]
    return [(rng.choice(days), after)]


def _passing(cell: Cell, start: date, rng: random.Random) -> list[tuple[date, Value]]:
    """Let a value change and come back before the follow-up."""
    early = [] if cell.crisis else in_window(cell.family)
    days = [day for day in (*early, *after_window(cell.family)) if day > start]
    level = cell.level[BASELINE]
    if len(days) < 2 or level is None or not isinstance(cell.value(BASELINE), int):
        return []
    first, last = sorted(rng.sample(days, 2))
    if cell.crisis == "passing":
        return [(first, 1), (last, level)]
    return [] if cell.plan.key == YOUTH_CARE else [(first, _neighbour(level, rng)), (last, level)]


def _neighbour(level: int, rng: random.Random) -> int:
    return rng.choice([near for near in (level - 1, level + 1) if 1 <= near <= 5])


def _short_path(cell: Cell, first: date, rng: random.Random) -> list[tuple[date, Value]]:
    """Give the values of a cell of a family that is not followed: now and then something changes."""
    before = cell.value(BASELINE)
    days = after_window(cell.family)
    if before is None:
        known_later = days and rng.random() < KNOWN_LATER and cell.plan.applies == "all"
        return [(rng.choice(days), rng.randint(2, 4))] if known_later else []
    path = [(_baseline_day(cell.family, first, rng), before)]
    if days and isinstance(before, int) and rng.random() < CHANGE_OF_OTHERS:
        path.append((rng.choice(days), _neighbour(before, rng)))
    return path


def _rows(family: Family, events: Events, rng: random.Random) -> list[Row]:
    """Write a row per unit and day: full rows repeat all that is known, others hold what is new."""
    known: dict[Person | None, dict[str, Value]] = defaultdict(dict)
    rows = []
    for day in family.dates:
        new: dict[Person | None, list[tuple[Cell, Value]]] = defaultdict(list)
        for cell, value in events[day]:
            new[cell.person].append((cell, value))
        made = [
            _row(family, unit, person, day, new[person], known[person], rng)
            for unit, person in _units(family)
        ]
        rows += [row for row in made if row] or [_forced_row(family, day, known, rng)]
    return rows


def _units(family: Family) -> list[tuple[str, Person | None]]:
    return [(HOUSEHOLD, None), *((person.unit, person) for person in family.members)]


def _row(
    family: Family,
    unit: str,
    person: Person | None,
    day: date,
    new: list[tuple[Cell, Value]],
    known: dict[str, Value],
    rng: random.Random,
) -> Row | None:
    """Write the row of one unit on one day, if there is one; `known` is brought up to date."""
    changes = {cell.plan.item: _change(known.get(cell.plan.item), value) for cell, value in new}
    fresh = {cell.plan.item: value for cell, value in new}
    known |= fresh
    there = bool(known) if person is None else person.first_date is not None and person.first_date <= day
    confirmed = _confirmed(known, rng) if there and rng.random() < CONFIRMED and day != family.t0 else {}
    full = family.coach.full_rows
    if not there or not (fresh or confirmed or full or (person and person.first_date == day)):
        return None
    values = dict(known) if full else confirmed | fresh
    return Row(unit, family, person, day, values, _entry_day(day, rng), changes=changes)


def _forced_row(
    family: Family, day: date, known: dict[Person | None, dict[str, Value]], rng: random.Random
) -> Row:
    """Write the row of a visit at which nothing changed: some values confirmed, or none."""
    person = None if known[None] else family.members[0]
    unit = HOUSEHOLD if person is None else ADULT
    values = {} if rng.random() < EMPTY_ROW else _confirmed(known[person], rng)
    return Row(unit, family, person, day, values, _entry_day(day, rng))


def _confirmed(known: dict[str, Value], rng: random.Random) -> dict[str, Value]:
    items = sorted(known)
    return {item: known[item] for item in sorted(rng.sample(items, min(len(items), rng.randint(1, 4))))}


def _change(before: Value | None, after: Value) -> str:
    """Name what happened to an item, as the notes do: first seen low or high, better, worse, or nothing to
    note.
    """
    if not isinstance(after, int):
        return ""
    if not isinstance(before, int):
        return "low" if after <= LOW else "high"
    return "better" if after > before else "worse" if after < before else ""


def _entry_day(day: date, rng: random.Random) -> date:
    return day + timedelta(rng.randint(1, 15)) if rng.random() < ENTERED_LATE else day


def _with_corrections(rows: list[Row], family: Family, rng: random.Random) -> list[Row]:
    """Put a mistaken row before some rows after the baseline window: of one day, the last row counts."""
    corrected = []
    after = set(after_window(family)) | set(tail(family))
    for row in rows:
        items = [item for item, value in row.values.items() if isinstance(value, int)]
        items = [item for item in items if (row.unit, item) != YOUTH_CARE]
        if row.day in after and items and rng.random() < CORRECTED:
            corrected.append(_mistaken(row, rng.choice(items), rng))
        corrected.append(row)
    return corrected


def _mistaken(row: Row, item: str, rng: random.Random) -> Row:
    level = row.values[item]
    assert isinstance(level, int)
    values = row.values | {item: pick(rng, [n for n in range(1, 6) if n != level], [1] * 4)}
    return Row(row.unit, row.family, row.person, row.day, values, row.entered)
