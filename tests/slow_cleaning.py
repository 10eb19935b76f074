"""The cleaning rules and states once more: one row at a time, plain Python, from the design's text alone.

Cells are not parsed: a test draws them from lists that say what each text means. `X` means that it cannot be
read.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from itertools import groupby
from typing import Any

X = "cannot be read"
NVT = "n.v.t."
START, END = dt.date(2022, 3, 1), dt.date(2023, 9, 30)
UNITS = ("huishouden", "volwassene", "kind")

CODES = {
    "LEU-001": "LEU-001",
    " leu 1": "LEU-001",
    "LEU2": "LEU-002",
    "ost_0003": "OST-003",
    "": X,
    "LEU--1": X,
}
TESTS = {"TEST 1": "TEST-001", "te-st": "TE-ST", "test1": "TEST-001"}
DATES = {
    "2022-05-01": dt.date(2022, 5, 1),
    "1/5/2022": dt.date(2022, 5, 1),
    "2022-05-31 10:00": dt.date(2022, 5, 31),
    "1-6-2022": dt.date(2022, 6, 1),
    "2022-08-31": dt.date(2022, 8, 31),
    "2022-10-31": dt.date(2022, 10, 31),
    "1/11/2022": dt.date(2022, 11, 1),
    "2023-02-28": dt.date(2023, 2, 28),
    "2022-02-28": dt.date(2022, 2, 28),
    "2023-10-01": dt.date(2023, 10, 1),
    "31/02/2023": X,
}
PILOTS = {"Leuven": "Leuven", " LEUVEN": "Leuven", "bilzen": "Bilzen", "Gent": X}
PERSONS = {"V1": "V1", " v1": "V1", "K2": "K2", "": X}
LEVELS = {
    "": None,
    "–": None,
    "1": 1,
    "2": 2,
    "3": 3,
    "3,0": 3,
    "nvt": NVT,
    "N.V.T.": NVT,
    "6": X,
    " 6": X,
    "7": X,
}
TYPES = {
    "": None,
    "?": None,
    "Koppel": "koppel",
    "koppel ": "koppel",
    "alleenstaande ouder": "alleenstaande ouder",
    "zus": X,
}
SCHOOLING = {
    "": None,
    "onbekend": None,
    "Lager secundair": "lager secundair",
    "hoger onderwijs": "hoger onderwijs",
    "n.v.t.": X,
}
BIRTHS = {
    "": None,
    "-": None,
    "2015-05-01": dt.date(2015, 5, 1),
    "1/5/2015": dt.date(2015, 5, 1),
    "29/2/2016": dt.date(2016, 2, 29),
    "2022-07-01": dt.date(2022, 7, 1),
    "2023-09-01": dt.date(2023, 9, 1),
    "1/1/1899": dt.date(1899, 1, 1),
    "mei": X,
}
LISTS = {
    "gezin": CODES | TESTS,
    "datum": DATES,
    "pilootproject": PILOTS,
    "persoon": PERSONS,
    "gezinstype": TYPES,
    "opleidingsniveau": SCHOOLING,
    "geboortedatum": BIRTHS,
}
ITEMS = {
    "huishouden": ("inkomen", "schulden", "voeding"),
    "volwassene": ("stress",),
    "kind": ("stress", "jeugdzorg"),
}
ATTRIBUTE = {"huishouden": "gezinstype", "volwassene": "opleidingsniveau", "kind": "geboortedatum"}

Row = dict[str, Any]


def meaning(unit: str, column: str, text: str) -> Any:
    """Say what a cell means."""
    if column in ITEMS[unit]:
        return LEVELS[text]
    return LISTS[column][text] if column in LISTS else text.strip()


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day some months later, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def row_rule(unit: str, row: Row, kept: list[Row]) -> str:
    """The first rule that a row breaks by itself, or ""."""
    means = {
        column: meaning(unit, column, text)
        for column, text in row.items()
        if column not in ("row", "registratie_id")
    }
    if row["gezin"] in TESTS:
        return "R02"
    if means["gezin"] == X:
        return "R01"
    if means["datum"] == X or not START <= means["datum"] <= END:
        return "R03"
    if means["pilootproject"] == X:
        return "R04"
    if unit != "huishouden" and means["persoon"] == X:
        return "R05"
    # what cannot be read compares by its text, without outer white space
    key = {column: row[column].strip() if value == X else value for column, value in means.items()}
    kept.append(row | {"key": key, "means": means})
    return ""


def repeats(rows: list[Row]) -> list[Row]:
    """The rows that say again what the one before them says of the family, person and day (R06)."""

    def about(row: Row) -> tuple:
        means = row["means"]
        return means["gezin"], means["datum"], means.get("persoon") or ""

    found = []
    ordered = sorted(rows, key=lambda row: (about(row), int(row["registratie_id"]), row["row"]))
    for _, same in groupby(ordered, key=lambda row: row["key"]):
        found += sorted(same, key=lambda row: row["row"])[1:]
    return found


class Slow:
    """The clean tables of some rows (unit -> list of column -> text) as Python sets and dicts."""

    def __init__(
        self, sheets: dict[str, list[Row]], *, least: int, window: int, months: int, rule: str
    ) -> None:
        self.touched: set[tuple] = set()
        self.kept: dict[str, list[Row]] = {unit: [] for unit in UNITS}
        for unit in UNITS:
            for row in sheets[unit]:
                if broken := row_rule(unit, row, self.kept[unit]):
                    self.touched.add((unit, row["row"], broken))
            for row in repeats(self.kept[unit]):
                self.touched.add((unit, row["row"], "R06"))
                self.kept[unit].remove(row)
        everyone = [(unit, row) for unit in UNITS for row in sheets[unit]]
        self.registered = {CODES[r["gezin"]] for _, r in everyone if r["gezin"] in CODES} - {X}
        self.tests = {TESTS[r["gezin"]] for _, r in everyone if r["gezin"] in TESTS}
        self.window, self.months, self.rule = dt.timedelta(window), months, rule
        self.by_family: dict[str, list[tuple]] = defaultdict(list)
        for place, unit in enumerate(UNITS):
            for row in self.kept[unit]:
                order = (row["means"]["datum"], int(row["registratie_id"]), place)
                self.by_family[row["means"]["gezin"]].append((order, unit, row))
        self._cells()
        self.families = {code: self._family(rows, least) for code, rows in self.by_family.items()}

    def _cells(self) -> None:
        """R07, R09 and R08."""
        for rows in self.by_family.values():
            rows.sort(key=lambda entry: entry[0])
            pilot = rows[0][2]["means"]["pilootproject"]
            for _, unit, row in rows:
                for item in ITEMS[unit]:
                    if row["means"][item] == X:
                        self.touched.add((unit, row["row"], item, "R07"))
                column = ATTRIBUTE[unit]
                value, day = row["means"][column], row["means"]["datum"]
                strange = isinstance(value, dt.date) and not (
                    dt.date(1900, 1, 1) <= value <= day + dt.timedelta(300)
                )
                if value == X or strange:
                    self.touched.add((unit, row["row"], column, "R09"))
                    row["means"][column] = None
                if row["means"]["pilootproject"] != pilot:
                    self.touched.add((unit, row["row"], "pilootproject", "R08"))

    def _values(self, rows: list[tuple], unit: str, column: str, person: str | None = None) -> list[tuple]:
        """(date, value) of the non-blank cells of a column in time order."""
        return [
            (order[0], row["means"][column])
            for order, its_unit, row in rows
            if its_unit == unit and (person is None or row["means"]["persoon"] == person)
            and row["means"][column] not in (None, X)
        ]  # fmt: skip

    def _family(self, rows: list[tuple], least: int) -> dict[str, Any]:
        days = [order[0] for order, _, _ in rows]
        t0, last = days[0], days[-1]
        at_home = [row for _, unit, row in rows if unit == "huishouden"]
        baseline = [
            next((v for day, v in self._values(rows, "huishouden", item) if day <= t0 + self.window), None)
            for item in ITEMS["huishouden"]
        ]
        rule = "F01" if not at_home else "F02" if sum(v in (1, 2, 3) for v in baseline) < least else None
        types = [v for day, v in self._values(rows, "huishouden", "gezinstype") if day <= t0 + self.window]
        return {
            "pilot": rows[0][2]["means"]["pilootproject"],
            "household_type": types[0] if types else "onbekend",
            "t0": t0,
            "last_date": last,
            "registrations": len(set(days)),
            "adults": len(self._persons(rows, "volwassene")),
            "children": len(self._persons(rows, "kind")),
            "status": "excluded" if rule else "retained",
            "rule": rule,
            "followed": rule is None and last >= add_months(t0, self.months),
        }

    def _persons(self, rows: list[tuple], unit: str) -> list[str]:
        return sorted({row["means"]["persoon"] for _, its_unit, row in rows if its_unit == unit})

    @property
    def persons(self) -> dict[tuple, tuple]:
        """(family, person, unit) -> education, age, expected, at_baseline."""
        found = {}
        for code, family in self.families.items():
            if family["status"] == "excluded":
                continue
            rows, t0 = self.by_family[code], family["t0"]
            for unit in ("volwassene", "kind"):
                for person in self._persons(rows, unit):
                    known = self._values(rows, unit, ATTRIBUTE[unit], person)
                    first = min(o[0] for o, u, r in rows if u == unit and r["means"]["persoon"] == person)
                    early = [v for day, v in known if day <= t0 + self.window]
                    education = (early[0] if early else "onbekend") if unit == "volwassene" else None
                    birth = known[-1][1] if known and unit == "kind" else None
                    expected = birth is not None and birth > t0
                    age = None if birth is None or expected else (
                        t0.year - birth.year - ((t0.month, t0.day) < (birth.month, birth.day))
                    )  # fmt: skip
                    found[code, person, unit] = (education, age, expected, first <= t0 + self.window)
        return found

    @property
    def states(self) -> dict[tuple, tuple]:
        """(family, person, unit, item, moment) -> value (None: missing), date, fresh."""
        found = {}
        who = [(code, None, "huishouden") for code, f in self.families.items() if f["status"] == "retained"]
        for code, person, unit in [*who, *self.persons]:
            family = self.families[code]
            t0, end = family["t0"], family["t0"] + self.window
            until = dt.date.max if self.rule == "last" else add_months(t0, self.months)
            for item in ITEMS[unit]:
                values = self._values(self.by_family[code], unit, item, person)
                first = [(value, day, False) for day, value in values if day <= end][:1]
                last = [(value, day, day > end) for day, value in values if day <= until][-1:]
                found[code, person, unit, item, "baseline"] = first[0] if first else (None, None, False)
                if family["followed"]:
                    found[code, person, unit, item, "follow_up"] = last[0] if last else (None, None, False)
        return found
