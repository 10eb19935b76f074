"""Next step: what goes wrong in a real export, placed so that it is known what cleaning has to make of it.

Nothing here changes what the data say: rejected rows are copies, spoiled cells were blank, and a pilot is
mistaken only after the family's first day.
"""

import random
from datetime import date, timedelta

from gezinscoach_synthesis.dates import in_window
from gezinscoach_synthesis.model import ADULT, CHILD, HOUSEHOLD, UNITS, Family, shuffled, stream
from gezinscoach_synthesis.raw import ATTRIBUTE, Fault, RawRow, Writer, blank_items
from gezinscoach_synthesis.registrations import Row
from gezinscoach_synthesis.targets import Targets
from helpers.definitions import Definitions

TOO_FEW = 3
LONG_AFTER = 320
REPEATED_AFTER = (0, 0, 40)
TEST_CODES = ("TEST", "DEMO")
TESTS = {"TEST-001": "TEST-001", "demo": "DEMO", "Test 2": "TEST-002", "DEMO_12": "DEMO-012", "test": "TEST"}
CODES = ("", "???", "LEU", "12", "LEU-12A", "gezin 4 Bilzen", "BIL--004", "LEU/007")
PILOTS = ("Gent", "", "Kortrijk", "LEU", "Bilzen/Hoeselt")
PERSONS = ("", "  ")
LEVELS = (
    "6",
    "0",
    "3.5",
    "3.",
    "ja",
    "zie toelichting",
    "4/5",
    "3 -",
    "x",
    "goed",
    "2 - weet ik niet",
    "2-3",
)
ATTRIBUTES = {
    HOUSEHOLD: ("gehuwd", "samenwonend", "n.v.t.", "2 ouders"),
    ADULT: ("universiteit", "A2", "beroeps", "n.v.t."),
    CHILD: ("31/02/2015", "1899-12-31", "2015", "12/05/15"),
}


def leave_out(families: list[Family], rows: list[Row], targets: Targets) -> list[Row]:
    """Make the extra families such that cleaning leaves them out; test families and lost rows come with the
    text.
    """
    kinds = excluded_kinds(families, targets)
    few = {number for number, kind in kinds.items() if kind == "too_few_items"}
    none = [number for number, kind in kinds.items() if kind == "no_household"]
    without = set(none[::2])
    for row in rows:
        if row.unit == HOUSEHOLD and row.family.number in few and row.day in in_window(row.family):
            row.values = {item: row.values[item] for item in _first_known(row.family) if item in row.values}
            row.notes = {item: text for item, text in row.notes.items() if item in row.values}
    return [row for row in rows if not (row.unit == HOUSEHOLD and row.family.number in without)]


def _first_known(family: Family) -> list[str]:
    """Give the few household items that a family keeps, and those that do not apply."""
    cells = [cell for (person, _), cell in family.cells.items() if person is None]
    known = [cell.plan.item for cell in cells if cell.level[0] is not None][:TOO_FEW]
    return known + [cell.plan.item for cell in cells if cell.level[0] is None]


def excluded_kinds(families: list[Family], targets: Targets) -> dict[int, str]:
    """Say why each extra family is to be left out, by its number."""
    counts = excluded_counts(targets, sum(not family.excluded for family in families))
    kinds = [kind for kind, count in counts.items() for _ in range(count)]
    extra = [family for family in families if family.excluded]
    return {family.number: kind for family, kind in zip(extra, kinds, strict=True)}


def excluded_counts(targets: Targets, families: int) -> dict[str, int]:
    """How many families to add that cleaning leaves out, by reason; at least one of each."""
    return {kind: max(1, targets.scaled(count, families)) for kind, count in targets.excluded.items()}


def mistake_pilots(families: list[Family], rows: list[Row], targets: Targets, *, seed: int) -> None:
    """Let some rows of some families name another pilot than the family's first rows do (R08)."""
    rng = stream(seed, "pilots")
    kept = [family for family in families if not family.excluded]
    number = max(1, targets.scaled(targets.blemishes["R08"], len(kept)))
    several = [family for family in kept if len(family.dates) > 1]
    mistaken: dict[tuple[int, date], str] = {}
    for family in rng.sample(several, min(number, len(several))):
        other = rng.choice([pilot for pilot in targets.pilots if pilot != family.pilot])
        days = family.dates[1 : 1 + rng.randint(1, 2)]
        mistaken |= {(family.number, day): other for day in days}
    for row in rows:
        row.pilot = mistaken.get((row.family.number, row.day), row.pilot)


class Spoiler:
    """Puts every kind of fault into rows that are written down; see `spoil`."""

    def __init__(self, writer: Writer, targets: Targets, definitions: Definitions, *, families: int) -> None:
        self.writer, self.targets, self.definitions = writer, targets, definitions
        self.families = families
        self.rng = stream(writer.seed, "blemishes")

    def spoil(self, raw: list[RawRow], kinds: dict[int, str]) -> list[RawRow]:
        """Give all rows with their faults, copies that are to be rejected among them, in the order of the
        file.
        """
        for row in raw:
            self._spoil_excluded(row, kinds.get(row.row.family.number, ""))
        kept = shuffled([row for row in raw if not row.row.family.excluded], self.rng)
        self._spoil_levels(kept)
        self._spoil_attributes(kept)
        copies = self._rejected_copies(kept) + self._repeats(kept)
        after: dict[int, list[RawRow]] = {}
        places = {id(row): place for place, row in enumerate(raw)}
        for copy in copies:
            place = self.rng.randrange(len(raw))
            if copy.repeats:
                place = min(places[id(copy.repeats)] + self.rng.choice(REPEATED_AFTER), len(raw) - 1)
            after.setdefault(place, []).append(copy)
        return [row for place, own in enumerate(raw) for row in (own, *after.get(place, []))]

    def _number(self, rule: str) -> int:
        return max(1, self.targets.scaled(self.targets.blemishes[rule], self.families))

    def _spoil_excluded(self, raw: RawRow, kind: str) -> None:
        """Break a rule in every row of a test family, of a family without rows left, or of its household."""
        if kind == "test":
            raw.reject("R02", "gezin", list(TESTS)[raw.row.family.number % len(TESTS)])
        elif kind == "no_row_left":
            rules = ("R03", "R04") if raw.row.unit == HOUSEHOLD else ("R03", "R04", "R05")
            self._break(raw, self.rng.choice(rules))
        elif kind == "no_household" and raw.row.unit == HOUSEHOLD:
            self._break(raw, "R03")

    def _break(self, raw: RawRow, rule: str, number: int | None = None) -> None:
        column, texts = {
            "R01": ("gezin", CODES),
            "R03": ("datum", self._dates()),
            "R04": ("pilootproject", PILOTS),
            "R05": ("persoon", PERSONS),
        }[rule]
        raw.reject(rule, column, self.rng.choice(texts) if number is None else texts[number % len(texts)])

    def _dates(self) -> tuple[str, ...]:
        early = self.targets.project_start - timedelta(1)
        late = self.targets.exported_on + timedelta(1)
        unreadable = (
            "31/02/2023",
            "44927",
            "voorjaar 2023",
            "15/03/22",
            "",
            "2023-13-05",
            "12/04/2023 25:61",
        )
        return (
            early.isoformat(),
            f"{late.day}/{late.month}/{late.year}",
            *unreadable,
            "2022-1-15",
            "2-1-2024",
        )

    def _rejected_copies(self, rows: list[RawRow]) -> list[RawRow]:
        """Copy rows and break one rule in each copy, in every sheet that has the column in turn."""
        of_unit = {unit: [row for row in rows if row.row.unit == unit] for unit in UNITS}
        copies = []
        for rule, units in (("R01", UNITS), ("R03", UNITS), ("R04", UNITS), ("R05", (ADULT, CHILD))):
            there = [unit for unit in units if of_unit[unit]]
            for number in range(self._number(rule)):
                copy = self.writer.write(self.rng.choice(of_unit[there[number % len(there)]]).row)
                self._break(copy, rule, number)
                copies.append(copy)
        return copies

    def _repeats(self, rows: list[RawRow]) -> list[RawRow]:
        """Write some rows a second time (R06), now and then under the same number."""
        copies = [self.writer.rewrite(row) for row in rows[: self._number("R06")]]
        for copy in copies[::3]:
            copy.same_number = True
        return copies

    def _spoil_levels(self, rows: list[RawRow]) -> None:
        """Put what is no level into blank cells (R07)."""
        open_rows = [row for row in shuffled(rows, self.rng) if blank_items(row, self.definitions)]
        for number, raw in enumerate(open_rows[: self._number("R07")]):
            items = blank_items(raw, self.definitions)
            raw.spoil("R07", self.rng.choice(items), LEVELS[number % len(LEVELS)])

    def _spoil_attributes(self, rows: list[RawRow]) -> None:
        """Put what is no such attribute into blank cells (R09), also a birth that is too far away."""
        blank = [row for row in shuffled(rows, self.rng) if row.row.attribute is None]
        for number, raw in enumerate(blank[: self._number("R09")]):
            texts: tuple[str, ...] = ATTRIBUTES[raw.row.unit]
            if raw.row.unit == CHILD:
                texts = (*texts, (raw.row.day + timedelta(LONG_AFTER)).isoformat())
            raw.spoil("R09", ATTRIBUTE[raw.row.unit], texts[number % len(texts)])


def overruled(raw: RawRow) -> Fault | None:
    """Say whether a row names another pilot than the one that stands for its family (R08)."""
    if raw.fault is None and raw.row.pilot != raw.row.family.pilot:
        return Fault("R08", "pilootproject", "overruled")
    return None


def strange_note(rows: list[Row], rng: random.Random) -> None:
    """Write one note over two lines, with quotation marks and a semicolon in it."""
    noted = [row for row in rows if row.notes and not row.family.excluded]
    if noted:
        row = rng.choice(noted)
        item = sorted(row.notes)[0]
        row.notes[item] += '\nZegt: "dat lukt wel"; volgende week terug bellen.'
