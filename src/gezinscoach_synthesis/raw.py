"""Next step: rows as text, in the columns of an export, with a mark on what cleaning has to find in them."""

from dataclasses import dataclass, field

from gezinscoach_synthesis.model import ADULT, CHILD, HOUSEHOLD, UNITS, stream
from gezinscoach_synthesis.registrations import Row
from gezinscoach_synthesis.spelling import Hand
from gezinscoach_synthesis.targets import Targets
from helpers.definitions import Definitions

ATTRIBUTE = {HOUSEHOLD: "gezinstype", ADULT: "opleidingsniveau", CHILD: "geboortedatum"}
NOTE = "_toelichting"


@dataclass(frozen=True)
class Fault:
    """What cleaning has to find: a rule, the column that breaks it (None for R06) and what then happens."""

    rule: str
    column: str | None
    effect: str = "row_rejected"


@dataclass(eq=False)
class RawRow:
    """A row as it stands in the file; `line` is its number there, `repeats` the row that it is a copy of."""

    row: Row
    cells: dict[str, str]
    fault: Fault | None = None
    cell_faults: list[Fault] = field(default_factory=list)
    repeats: "RawRow | None" = None
    same_number: bool = False
    line: int = 0

    def reject(self, rule: str, column: str, text: str) -> None:
        """Break a rule for rows."""
        self.cells[column] = text
        self.fault = Fault(rule, column)

    def spoil(self, rule: str, column: str, text: str) -> None:
        """Break a rule for cells."""
        self.cells[column] = text
        self.cell_faults.append(Fault(rule, column, "cell_emptied"))


def columns(unit: str, targets: Targets) -> list[str]:
    """Give the columns of a file: each item followed by its open text where coaches write any, the coach
    last.
    """
    person = [] if unit == HOUSEHOLD else ["persoon"]
    items = [
        name
        for plan in targets.items
        if plan.unit == unit
        for name in ([plan.item, plan.item + NOTE] if plan.notes else [plan.item])
    ]
    return ["registratie_id", "gezin", "pilootproject", "datum", *person, ATTRIBUTE[unit], *items, "coach"]


class Writer:
    """Writes rows down in the hand of the family's coach."""

    def __init__(self, targets: Targets, definitions: Definitions, *, seed: int) -> None:
        self.definitions = definitions
        self.seed = seed
        self.columns = {unit: columns(unit, targets) for unit in UNITS}
        self.hands: dict[str, Hand] = {}

    def hand(self, name: str) -> Hand:
        """Give the handwriting of a coach."""
        if name not in self.hands:
            self.hands[name] = Hand(stream(self.seed, "hand", name))
        return self.hands[name]

    def write(self, row: Row) -> RawRow:
        """Write one row."""
        hand = self.hand(f"{row.family.pilot} {row.family.coach.code}")
        cells = dict.fromkeys(self.columns[row.unit], "")
        cells |= {
            "gezin": hand.family(row.family.code),
            "pilootproject": hand.pilot(row.pilot),
            "datum": hand.day(row.day),
            ATTRIBUTE[row.unit]: hand.attribute(row.attribute),
            "coach": row.family.coach.code,
        }
        if row.person is not None:
            cells["persoon"] = hand.person(row.person.code)
        for item in self.definitions.unit_items(row.unit):
            cells[item.item] = hand.level(row.values.get(item.item), item)
        cells |= {item + NOTE: text for item, text in row.notes.items()}
        return RawRow(row, cells)

    def rewrite(self, raw: RawRow) -> RawRow:
        """Write a row once more, with the same meaning: what cleaning cannot read is copied as it stands."""
        copy = self.write(raw.row)
        copy.cells |= {fault.column: raw.cells[fault.column] for fault in raw.cell_faults if fault.column}
        copy.fault, copy.repeats = Fault("R06", None), raw
        return copy


def blank_items(raw: RawRow, definitions: Definitions) -> list[str]:
    """Give the items of which a row says nothing."""
    return [item.item for item in definitions.unit_items(raw.row.unit) if item.item not in raw.row.values]
