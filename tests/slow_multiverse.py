"""The multiverse once more: a family and a specification at a time, plain Python, from the design's text."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from typing import Any

from helpers.definitions import Definitions
from small_study import NVT, START, Row

Specification = dict[str, Any]


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day some months later, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class Slow:
    """Families as lists of rows in time order; `outcome` works out one specification."""

    def __init__(self, rows: list[Row], definitions: Definitions, *, least: int, months: int) -> None:
        self.definitions, self.least, self.months = definitions, least, months
        self.families: dict[str, list[tuple]] = defaultdict(list)
        for number, (family, unit, person, day, levels) in enumerate(rows):
            date = START + dt.timedelta(day)
            self.families[family].append((date, number, unit, person, levels))
        for registered in self.families.values():
            registered.sort(key=lambda row: row[:2])

    def outcome(self, chosen: Specification) -> dict[str, Any]:
        """The columns that follow from the choices."""
        scores = []
        for registered in self.families.values():
            t0, last = registered[0][0], registered[-1][0]
            day = add_months(t0, self.months)
            before = self._values(registered, t0 + dt.timedelta(chosen["baseline_window_days"]), first=True)
            after = self._values(registered, last if chosen["follow_up_rule"] == "last" else day, first=False)
            at_home = any(unit == "huishouden" for _, _, unit, _, _ in registered)
            known = sum(unit == "huishouden" and level != NVT for (unit, _, _), level in before.items())
            if not at_home or known < self.least or last < day:
                continue
            pre, post = self._score(before, chosen), self._score(after, chosen)
            if pre is not None and post is not None:
                scores.append((pre, post))
        k, n = chosen["poverty_cutoff"], len(scores)
        better, worse = sum(b < a for a, b in scores), sum(b > a for a, b in scores)
        return {
            "families": n,
            "H_baseline": sum(a >= k for a, _ in scores) / n if n else None,
            "H_follow_up": sum(b >= k for _, b in scores) / n if n else None,
            "improved": better,
            "declined": worse,
            "out_of_poverty": sum(a >= k > b for a, b in scores),
            "net": (better - worse) / n if n else None,
        }

    def _values(self, registered: list[tuple], end: dt.date, *, first: bool) -> dict[tuple, Any]:
        """(unit, person, item) -> first or last value on or before a day."""
        found: dict[tuple, Any] = {}
        for date, _, unit, person, levels in registered:
            for item, level in levels.items():
                if date <= end and not (first and (unit, person, item) in found):
                    found[unit, person, item] = level
        return found

    def _score(self, values: dict[tuple, Any], chosen: Specification) -> int | None:
        """Deprived domains; None when an unknown one leaves the family out."""
        score = 0
        for domain in self.definitions.kansarmoede.domains:
            variant = "default"
            if chosen["mapping"].startswith(domain.id):
                variant = chosen["mapping"].removeprefix(f"{domain.id}_")
            parts = [self._part(values, part, chosen["members"]) for part in getattr(domain, variant).parts]
            if all(part is None for part in parts):
                if chosen["unknown_domain"] == "exclude":
                    return None
                score += chosen["unknown_domain"] == "upper"
            else:
                score += any(parts)
        return score

    def _part(self, values: dict[tuple, Any], part: Any, members: str) -> bool | None:
        """Whether a part finds the family deprived; None when it is unknown."""
        who: dict[tuple, bool] = {}
        for condition in part.conditions:
            for (unit, person, item), level in values.items():
                if (unit, item) == (condition.unit, condition.item) and level != NVT:
                    lacking = level <= condition.at_most
                    who[unit, person] = who.get((unit, person), False) or lacking
        if not who:
            return None
        lacking = sum(who.values())
        if members == "worst" or (members == "default" and part.members in ("any", "household")):
            return lacking >= 1
        if members == "best" or members == "default":
            return lacking == len(who)
        return lacking >= len(who) / 2
