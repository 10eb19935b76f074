"""When families are registered: irregular days, mostly at most three months apart, within the project's
period.
"""

import calendar
import random
from datetime import date, timedelta

from gezinscoach_synthesis.model import FOLLOW_UP_MONTHS, WINDOW_DAYS, Family, stream
from gezinscoach_synthesis.targets import Targets, deal

SHORTEST_GAP, LONGEST_GAP = 16, 85
LAPSE = (95, 145)  # days; from the baseline window on it ends before the follow-up
LONGER = 75  # days at most beyond the months of a family: less than the three to the next number
SECOND_CONTACT = 0.6
INTAKE_ONLY = 0.15
EDGE_DAY = date(2022, 8, 31)
ROOM = 10  # days between the latest day that will do and the export


def on_year(day: date, year: int) -> date:
    """Give the same day of another year; 28 February where that year has no 29th."""
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


def add_months(day: date, months: int = FOLLOW_UP_MONTHS) -> date:
    """Give the same day some calendar months later, or the last day of that month.

    >>> add_months(date(2022, 8, 31), 6)
    datetime.date(2023, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def draw_dates(families: list[Family], targets: Targets, *, seed: int) -> None:
    """Give each family its days of registration, followed families up to six calendar months after t0 or
    later.
    """
    rng = stream(seed, "dates")
    _deal_months(families, targets, rng)
    edges = _edge_cases(families, targets)
    others = [family for family in families if not family.followed and family.number not in edges]
    late = rng.sample(others, min(targets.scaled(targets.late_starts, len(families)), len(others)))
    for family in families:
        edge = edges.get(family.number)
        if family.followed:
            family.dates = _followed_dates(family, targets, rng, edge=edge)
        else:
            family.dates = _short_dates(family, targets, rng, edge="late" if family in late else edge)
    _use_last_day(families, targets)
    for family in families:
        family.half_year = add_months(family.t0)


def _deal_months(families: list[Family], targets: Targets, rng: random.Random) -> None:
    """Say for how many months followed families are registered at least, where their pilot began early
    enough.
    """
    left = [family for family in families if family.followed]
    for months in sorted(deal(targets.months, len(left)), reverse=True):
        last_start = add_months(targets.exported_on, -months) - timedelta(ROOM)
        able = [family for family in left if targets.pilots[family.pilot].start <= last_start]
        family = rng.choice(able or left)
        family.months = months if able else FOLLOW_UP_MONTHS
        left.remove(family)


def _edge_cases(families: list[Family], targets: Targets) -> dict[int, str]:
    """Choose the families whose days try the borders of the rules."""
    followed = [f for f in families if f.followed and targets.pilots[f.pilot].start <= EDGE_DAY]
    followed = [family for family in followed if family.months == FOLLOW_UP_MONTHS]
    first_day = [f for f in families if targets.pilots[f.pilot].start == targets.project_start]
    others = [family for family in families if not family.followed]
    chosen: dict[int, str] = {}
    for group, edge in (
        (others[:1], "day_short"),
        (first_day[-1:], "first_day"),
        (followed[:1], "month_end"),
    ):
        chosen |= {family.number: edge for family in group}
    return chosen


def _followed_dates(family: Family, targets: Targets, rng: random.Random, *, edge: str | None) -> list[date]:
    last_start = add_months(targets.exported_on, -family.months) - timedelta(ROOM)
    t0 = _first_day(family, targets, rng, edge=edge, latest=last_start)
    enough = add_months(t0, family.months)
    if edge == "month_end":
        return [*_steps(family, targets, rng, t0, enough - timedelta(6)), enough]
    until = min(enough + timedelta(rng.randint(0, LONGER)), targets.exported_on)
    dates = _steps(family, targets, rng, t0, until)
    if dates[-1] < enough:
        dates.append(enough + timedelta(rng.randint(0, (until - enough).days)))
    return dates


def _short_dates(family: Family, targets: Targets, rng: random.Random, *, edge: str | None) -> list[date]:
    latest = add_months(targets.exported_on, -FOLLOW_UP_MONTHS)
    t0 = _first_day(family, targets, rng, edge=edge, latest=latest)
    last = add_months(t0) - timedelta(1)
    if edge == "day_short":
        return [*_steps(family, targets, rng, t0, last - timedelta(6)), last]
    if rng.random() < INTAKE_ONLY:
        return [t0]
    until = min(t0 + timedelta(rng.randint(10, 170)), last, targets.exported_on)
    return _steps(family, targets, rng, t0, until)


def _use_last_day(families: list[Family], targets: Targets) -> None:
    """Let the followed family that was seen last be seen on the very day of the export."""
    recent = [family for family in families if family.followed and family.dates[-1] < targets.exported_on]
    if recent:
        family = max(recent, key=lambda family: (family.dates[-1], family.number))
        if targets.exported_on - family.dates[-1] <= timedelta(LONGEST_GAP):
            family.dates.append(targets.exported_on)


def _first_day(
    family: Family, targets: Targets, rng: random.Random, *, edge: str | None, latest: date
) -> date:
    start = targets.pilots[family.pilot].start
    if edge == "late":  # too late for the follow-up to be reached
        start, latest = latest + timedelta(1), targets.exported_on - timedelta(6)
    drawn = _working_day(start + timedelta(rng.randint(0, (latest - start).days)), earliest=start)
    return {"month_end": EDGE_DAY, "first_day": targets.project_start}.get(edge or "", drawn)


def _steps(family: Family, targets: Targets, rng: random.Random, t0: date, until: date) -> list[date]:
    """Give t0 and further days up to `until`; often a second contact within the baseline window."""
    dates = [t0]
    lapses = targets.pilots[family.pilot].lapses * family.coach.lapses / 100
    gap = rng.randint(3, 27) if rng.random() < SECOND_CONTACT else _gap(family, lapses, rng)
    while dates[-1] + timedelta(gap) <= until:
        dates.append(_working_day(dates[-1] + timedelta(gap), earliest=dates[-1] + timedelta(1)))
        gap = _gap(family, lapses, rng)
    return dates


def _gap(family: Family, lapses: float, rng: random.Random) -> int:
    """Give the days until the next registration, at the pace of the coach, now and then too many."""
    if rng.random() < lapses:
        return rng.randint(*LAPSE)
    return min(LONGEST_GAP, round(rng.randint(SHORTEST_GAP, LONGEST_GAP) * family.coach.pace))


def _working_day(day: date, *, earliest: date) -> date:
    """Move a day in the weekend to the Friday before it, if that is not too early."""
    friday = day - timedelta(max(0, day.weekday() - 4))
    return friday if friday >= earliest else day


def in_window(family: Family) -> list[date]:
    """Give the days of registration that count for the baseline."""
    end = family.t0 + timedelta(WINDOW_DAYS)
    return [day for day in family.dates if day <= end]


def after_window(family: Family) -> list[date]:
    """Give the days of registration after the baseline window and up to the follow-up."""
    start = family.t0 + timedelta(WINDOW_DAYS)
    return [day for day in family.dates if start < day <= family.half_year]


def tail(family: Family) -> list[date]:
    """Give the days of registration after the follow-up."""
    return [day for day in family.dates if day > family.half_year]
