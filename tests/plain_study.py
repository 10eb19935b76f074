"""A study in plain Python, as docs/methods.md says it: baseline, value on a day, domains, score, and spans.

    .venv/bin/python tests/plain_study.py

writes down the spans of tests/data/export-0.3 for R: reference_values/multistate_spans.csv.
"""

import calendar
import csv
import datetime as dt
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

from helpers.definitions import load_definitions
from helpers.study import Study

WINDOW = 30
EXPORTED = dt.date(2023, 9, 30)
HERE = Path(__file__).parent
SPANS = HERE / "reference_values" / "multistate_spans.csv"
OUTCOMES = {
    "stress_parents": ("volwassene", "stress"),
    "stress_children": ("kind", "stress"),
    "care": ("kind", "zorg"),
    "youth_care": ("kind", "jeugdzorg"),
}


def months_later(day, months):
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


class Plain:
    """The clean observations as dictionaries, with baseline, value on a day, domains and score."""

    def __init__(self, study):
        rows = study.families.to_dict("records")
        self.families = {row["family"]: row for row in rows if row["status"] == "retained"}
        self.all = rows
        self.domains = load_definitions().kansarmoede.domains
        self.values = defaultdict(list)
        seen = study.observations.sort_values(["date", "registration"])
        for row in seen.astype("object").to_dict("records"):
            person = row["person"] if isinstance(row["person"], str) else None
            level = int(row["level"]) if row["status"] == "observed" else "not_applicable"
            key = (row["family"], row["unit"], person, row["item"])
            self.values[key].append((row["date"].date(), level))
        self.days = defaultdict(set)
        for row in study.registrations.to_dict("records"):
            self.days[row["family"], str(row["unit"]), row["person"]].add(row["date"].date())
        self.members = defaultdict(list)
        for row in study.persons.to_dict("records"):
            self.members[row["family"]].append((row["unit"], row["person"], row["at_baseline"]))

    def start(self, family):
        return self.families[family]["t0"].date()

    def last(self, family):
        return self.families[family]["last_date"].date()

    def followed(self, family, months=6):
        return self.last(family) >= months_later(self.start(family), months)

    def at_start(self, key):
        end = self.start(key[0]) + dt.timedelta(days=WINDOW)
        return next((level for day, level in self.values.get(key, ()) if day <= end), "missing")

    def on(self, key, day):
        return next((level for when, level in reversed(self.values.get(key, ())) if when <= day), "missing")

    def lacks(self, family, value):
        """The domains that a family lacks, by a function that gives the value of a key."""
        found = []
        who = [("huishouden", None), *((unit, person) for unit, person, _ in self.members[family])]
        for domain in self.domains:
            for part in domain.default.parts:
                deprived = []
                for unit, person in who:
                    wanted = [one for one in part.conditions if one.unit == unit]
                    levels = [(value((family, unit, person, one.item)), one.at_most) for one in wanted]
                    known = [(level, most) for level, most in levels if isinstance(level, int)]
                    if known:
                        deprived.append(any(level <= most for level, most in known))
                if deprived and (all(deprived) if part.members == "all" else any(deprived)):
                    found.append(domain.id)
                    break
        return found

    def lower_of_two(self, key):
        """The lower of the first two known levels up to the day of the follow-up."""
        day = months_later(self.start(key[0]), 6)
        known = [level for when, level in self.values.get(key, ()) if when <= day and isinstance(level, int)]
        return min(known[:2], default="missing")

    def score(self, family, months=0):
        """The score at the start, or so many months later."""
        if not months:
            return len(self.lacks(family, self.at_start))
        day = months_later(self.start(family), months) if months > 0 else dt.date.max
        return len(self.lacks(family, lambda key: self.on(key, day)))

    def spans(self):
        """Count (outcome, family, before, after, days, first): every two days that follow each other.

        First: 1 for the first span of a person, or family.
        """
        found = Counter()
        for family in self.families:
            for outcome, (unit, item) in OUTCOMES.items():
                for _, person, _ in (one for one in self.members[family] if one[0] == unit):
                    key = (family, unit, person, item)
                    seen = [(day, self.on(key, day)) for day in sorted(self.days[family, unit, person])]
                    found.update((outcome, family, *span) for span in between(seen))
            window = self.start(family) + dt.timedelta(days=WINDOW)
            days = sorted({day for (of, _, _), days in self.days.items() if of == family for day in days})
            seen = [(self.start(family), self.score(family))]
            for day in (day for day in days if day > window):
                lacks = self.lacks(family, lambda key, day=day: self.on(key, day))
                seen.append((day, len(lacks)))
            found.update(("score", family, *span) for span in between(seen))
        return found


def between(seen):
    """Give (before, after, days, first) of days that follow each other with a level at both."""
    first = 1
    for (day, before), (later, after) in pairwise(seen):
        if isinstance(before, int) and isinstance(after, int):
            yield before, after, (later - day).days, first
            first = 0


def main():
    """Write down the spans of the export of version 0.3."""
    spans = Plain(Study.clean(HERE / "data" / "export-0.3")).spans()
    with SPANS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["outcome", "family", "before", "after", "days", "first", "spans"])
        writer.writerows([*span, n] for span, n in sorted(spans.items()))


if __name__ == "__main__":
    main()
