"""When families are registered: irregular days, about three months apart at most, within the project's
period.
"""

import calendar
import random
from datetime import date, timedelta

from gezinscoach_synthesis.model import FOLLOW_UP_MONTHS, WINDOW_DAYS, Family, stream
from gezinscoach_synthesis.targets import Targets

SHORTEST_GAP, LONGEST_GAP = 16, 85
SECOND_CONTACT = 0.6
SHORT_STAY = 0.25
INTAKE_ONLY = 0.15
EDGE_DAY = date(2022, 8, 31)


def on_year(day: date, year: int) -> date:
    """Give the same day of another year; 28 February where that year has no 29th."""
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


def add_months(day: date, months: int = FOLLOW_UP_MONTHS) -> date:
    """Give the same day some calendar months later, or the last day of that month.

    Examples
    --------
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
    edges = _edge_cases(families, targets)
    for family in families:
        if family.followed:
            family.dates = _followed_dates(family, targets, rng, edge=edges.get(family.number))
        else:
            family.dates = _short_dates(family, targets, rng, edge=edges.get(family.number))
    _use_last_day(families, targets)
    for family in families:
        family.half_year = add_months(family.t0)


def _edge_cases(families: list[Family], targets: Targets) -> dict[int, str]:
    """Choose the families whose days try the borders of the rules."""
    followed = [f for f in families if f.followed and targets.pilots[f.pilot].start <= EDGE_DAY]
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
    last_start = add_months(targets.exported_on, -FOLLOW_UP_MONTHS) - timedelta(10)
    t0 = _first_day(family, targets, rng, edge=edge, latest=last_start)
    enough = add_months(t0)
    if edge == "month_end":
        return [*_steps(t0, enough - timedelta(6), rng), enough]
    longer = rng.randint(0, 20) if rng.random() < SHORT_STAY else rng.randint(20, 240)
    until = min(enough + timedelta(longer), targets.exported_on)
    dates = _steps(t0, until, rng)
    if dates[-1] < enough:
        dates.append(enough + timedelta(rng.randint(0, (until - enough).days)))
    return dates


def _short_dates(family: Family, targets: Targets, rng: random.Random, *, edge: str | None) -> list[date]:
    t0 = _first_day(family, targets, rng, edge=edge, latest=targets.exported_on - timedelta(6))
    last = add_months(t0) - timedelta(1)
    if edge == "day_short" and last <= targets.exported_on:
        return [*_steps(t0, last - timedelta(6), rng), last]
    if rng.random() < INTAKE_ONLY:
        return [t0]
    return _steps(t0, min(t0 + timedelta(rng.randint(10, 170)), last, targets.exported_on), rng)


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
    drawn = _working_day(start + timedelta(rng.randint(0, (latest - start).days)), earliest=start)
    if edge == "day_short":
        return min(drawn, add_months(targets.exported_on, -FOLLOW_UP_MONTHS))
    return {"month_end": EDGE_DAY, "first_day": targets.project_start}.get(edge or "", drawn)


def _steps(t0: date, until: date, rng: random.Random) -> list[date]:
    """Give t0 and further days up to `until`; often a second contact within the baseline window."""
    dates = [t0]
    gap = rng.randint(3, 27) if rng.random() < SECOND_CONTACT else rng.randint(SHORTEST_GAP, LONGEST_GAP)
    while dates[-1] + timedelta(gap) <= until:
        dates.append(_working_day(dates[-1] + timedelta(gap), earliest=dates[-1] + timedelta(1)))
        gap = rng.randint(SHORTEST_GAP, LONGEST_GAP)
    return dates


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
