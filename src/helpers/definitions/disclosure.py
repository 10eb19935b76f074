"""What disclosure control protects, from `disclosure.yml`; the head of the file says what each part means."""

from dataclasses import field
from pathlib import Path
from typing import Annotated

from pydantic import Field

from helpers.definitions import ReferenceFile
from helpers.definitions.reading import Document, Value, Words, entry, nearest

WORDS = ("population", "share", "pilot")
Columns = tuple[Words, ...]


@entry
class Counted:
    """A quantity that a column shows divided by others."""

    of: Words
    per: tuple[Value, ...]


@entry
class RowRule:
    """What the columns of some rows of a table hold."""

    when: dict[str, Columns] = field(default_factory=dict)
    counts: dict[str, Words] = field(default_factory=dict)
    counted: dict[str, Counted] = field(default_factory=dict)
    statistics: dict[str, Columns] = field(default_factory=dict)
    coarse: Columns = ()
    coarse_shares: dict[str, Columns] = field(default_factory=dict)
    adjusted: dict[str, Words] = field(default_factory=dict)
    plain: Columns = ()

    @property
    def columns(self) -> set[str]:
        """The columns that the rule is about."""
        named = (self.counts, self.counted, self.statistics, self.coarse_shares, self.adjusted)
        return {*self.coarse, *self.plain, *(name for part in named for name in part)}


@entry
class Matrix:
    """The columns that make a table a matrix, and the quantities of its summary."""

    before: Words
    after: Words
    summary: Words


@entry
class TableRule:
    """What the columns of a table hold."""

    rows: tuple[RowRule, ...]
    weight: Words = "detail"
    labels: Columns = ()
    names: Columns = ()
    sorted_by: Words | None = None
    matrix: Matrix | None = None


@entry
class Sum:
    """An equation: the whole is the sum of its parts."""

    whole: Words
    parts: Columns
    each: Words | None = None
    where: Words | None = None
    times: Words = "1"
    shown: Words | None = None
    unless_false: bool = False


@entry
class Rest:
    """What is left of a whole without a part."""

    rest: Words
    whole: Words
    part: Words
    times: Words = "1"
    whole_times: int = 1
    sensitive: bool = False


@entry
class DisclosureRules(ReferenceFile):
    """disclosure.yml: what disclosure control protects."""

    FILE, ALONE = "disclosure.yml", True

    round_to: Annotated[int, Field(strict=True, ge=2)]
    matrix_may_lose: Annotated[float, Field(strict=True, gt=0, le=1)]
    weights: dict[str, Annotated[float, Field(gt=0)]]
    populations: Columns
    amounts: Columns
    differences: Columns
    plain: dict[str, Words]
    withheld: dict[str, Words]
    tables: dict[str, TableRule]
    sums: tuple[Sum, ...]
    rests: tuple[Rest, ...]

    @property
    def by_table(self) -> dict[str, TableRule]:
        """The rule of each table by its own name."""
        return {name: rule for key, rule in self.tables.items() for name in (rule.names or (key,))}

    def check(self, file: Document, folder: Path) -> None:
        """Note a weight that is not declared, a column that is not there, a table that stands twice."""
        missing = [name for name in WORDS if name not in self.weights]
        if missing:
            file.note(f"has no weight for {', '.join(missing)}", "weights")
        seen = {*self.plain, *self.withheld}
        for name, table in self.tables.items():
            if table.weight not in self.weights:
                said = f"'{table.weight}' is none of the weights{nearest(table.weight, self.weights)}"
                file.note(said, "tables", name, "weight")
            for number, row in enumerate(table.rows):
                known = row.columns | set(table.labels)
                named = {need for needs in row.statistics.values() for need in needs if " " not in need}
                for need in sorted((named | set(row.adjusted.values())) - known):
                    said = f"'{need}' is no column of this table{nearest(need, known)}"
                    file.note(said, "tables", name, "rows", number)
            for each in table.names or (name,):
                if each in seen:
                    file.note(f"'{each}' stands twice; keep one", "tables", name)
                seen.add(each)
        for number, one in enumerate(self.sums):
            if one.shown and one.shown not in self.weights:
                file.note(
                    f"'{one.shown}' is none of the weights{nearest(one.shown, self.weights)}", "sums", number
                )
