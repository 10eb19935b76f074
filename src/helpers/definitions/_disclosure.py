"""What disclosure control protects, in `data/reference/disclosure.yml`: read and checked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import Field

from helpers.definitions._definitions import Words, closed
from helpers.definitions._reference_files import Document, Faults, read_checked

FILE = "disclosure.yml"
WORDS = ("population", "share", "pilot")
Columns = tuple[Words, ...]
Fraction = Annotated[float, Field(strict=True, gt=0, le=1)]
Positive = Annotated[float, Field(gt=0)]


@closed
@dataclass(frozen=True)
class Counted:
    """A quantity that a column shows divided by others."""

    of: Words
    per: tuple[Words | int, ...]


@closed
@dataclass(frozen=True)
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


@closed
@dataclass(frozen=True)
class Matrix:
    """The columns that make a table a matrix, and the quantities of its summary."""

    before: Words
    after: Words
    summary: Words


@closed
@dataclass(frozen=True)
class TableRule:
    """What the columns of a table hold."""

    rows: tuple[RowRule, ...]
    weight: Words = "detail"
    labels: Columns = ()
    names: Columns = ()
    sorted_by: Words | None = None
    matrix: Matrix | None = None


@closed
@dataclass(frozen=True)
class Sum:
    """An equation: the whole is the sum of its parts."""

    whole: Words
    parts: Columns
    each: Words | None = None
    where: Words | None = None
    times: Words = "1"
    shown: Words | None = None
    unless_false: bool = False


@closed
@dataclass(frozen=True)
class Rest:
    """What is left of a whole without a part."""

    rest: Words
    whole: Words
    part: Words
    times: Words = "1"
    whole_times: int = 1
    sensitive: bool = False


@closed
@dataclass(frozen=True)
class DisclosureRules:
    """What disclosure control protects; the file itself says what each part means."""

    round_to: Annotated[int, Field(strict=True, ge=2)]
    matrix_may_lose: Fraction
    weights: dict[str, Positive]
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


def read_disclosure(folder: Path, faults: Faults) -> DisclosureRules | None:
    """Read and check the file.

    Parameters
    ----------
    folder : where disclosure.yml is.
    faults : what is wrong is noted here.
    """
    return read_checked(folder / FILE, DisclosureRules, _check, faults)


def _check(rules: DisclosureRules, document: Document, faults: Faults) -> None:
    """Note what the types cannot say."""
    for place, said in _unknown_words(rules):
        faults.add(document.at(*place), said)
    _check_twice(rules, document, faults)


def _unknown_words(rules: DisclosureRules) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Give each weight that is not declared, and each statistic that names a column which is not there."""
    missing = [name for name in WORDS if name not in rules.weights]
    if missing:
        yield ("weights",), f"has no weight for {', '.join(missing)}"
    for name, table in rules.tables.items():
        if table.weight not in rules.weights:
            yield ("tables", name, "weight"), f"'{table.weight}' is none of the weights"
        for number, row in enumerate(table.rows):
            known = row.columns | set(table.labels)
            named = {need for needs in row.statistics.values() for need in needs if " " not in need}
            named |= set(row.adjusted.values())
            for need in sorted(named - known):
                yield ("tables", name, "rows", number), f"'{need}' is no column of this table"
    for number, each in enumerate(rules.sums):
        if each.shown and each.shown not in rules.weights:
            yield ("sums", number), f"'{each.shown}' is none of the weights"


def _check_twice(rules: DisclosureRules, document: Document, faults: Faults) -> None:
    """Note a table that stands twice."""
    seen = set(rules.plain) | set(rules.withheld)
    for key, rule in rules.tables.items():
        for name in rule.names or (key,):
            if name in seen:
                faults.add(document.at("tables", key), f"'{name}' stands twice; keep one")
            seen.add(name)
