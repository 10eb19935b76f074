"""From tables to quantities: what each cell shows, under one name wherever it is shown."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from helpers.definitions.disclosure import DisclosureRules, RowRule, TableRule
from helpers.disclosure._system import Key, Quantity
from helpers.errors import PipelineError

PLACE = re.compile(r"\{(\w+)\}")
WHOLE = "all"  # what the rows of a table call all pilots together
SPECIAL = ("claims", "claims_summary")  # made of other tables


class DisclosureError(PipelineError):
    """A table cannot be protected: it is not declared, or contradicts another."""


@dataclass(frozen=True)
class Cell:
    """One cell that shows a quantity: report, table, row, column."""

    report: str
    table: str
    row: int
    column: str


@dataclass
class Shown:
    """The quantities of all reports, and the cells in which each is shown."""

    quantities: dict[Key, Quantity] = field(default_factory=dict)
    cells: dict[Key, list[Cell]] = field(default_factory=dict)
    keys: dict[Cell, Key] = field(default_factory=dict)

    def add(self, key: Key, cell: Cell, quantity: Quantity) -> None:
        """Note that a cell shows a quantity; the same name must have the same value everywhere."""
        known = self.quantities.get(key)
        if known is not None and known.value != quantity.value:
            raise DisclosureError(
                f"{cell.table}, row {cell.row + 1}, {cell.column}: {quantity.value} for {' '.join(key)}, "
                f"which {self.cells[key][0].table} has as {known.value}: the tables are not of one run"
            )
        weight = quantity.weight + (known.weight if known else 0)
        self.quantities[key] = replace(quantity, weight=weight)
        self.cells.setdefault(key, []).append(cell)
        self.keys[cell] = key


def key_of(template: str, words: Mapping[str, Any]) -> Key:
    """Give the name of a quantity in one row.

    Examples
    --------
    >>> key_of("level {pilot} {unit} x {level}", {"pilot": "all", "unit": "kind", "level": 3})
    ('level', 'all', 'kind', 'x', '3')
    """
    return tuple(PLACE.sub(lambda place: word(words[place[1]]), part) for part in template.split())


def word(value: Any) -> str:
    """Write a value as a word of a name."""
    return str(value).replace(" ", "_")


def row_rule(rule: TableRule, row: Mapping[str, Any]) -> RowRule:
    """Give what the columns of a row hold: the first rule that is about it."""
    for one in rule.rows:
        if all(str(row[name]) in values for name, values in one.when.items()):
            return one
    raise DisclosureError(f"disclosure.yml says nothing about the row {dict(row)}")


def rows_of(
    report: str, table: pd.DataFrame, settings: Mapping[str, Any]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give each row as words by column, with the settings of the run, and the pilot that it is about."""
    names = list(table.columns)
    for i, values in enumerate(zip(*(table[name].tolist() for name in names), strict=True)):
        words = {**settings, **dict(zip(names, values, strict=True))}
        pilot = words.get("pilot", WHOLE)
        yield i, {**words, "pilot": report if pilot == WHOLE else pilot}


def shown(
    reports: Mapping[str, Mapping[str, pd.DataFrame]], rules: DisclosureRules, settings: Mapping[str, Any]
) -> Shown:
    """Read what the tables of one or more reports show.

    Parameters
    ----------
    reports : mapping of `all` or the name of a pilot to its tables
        Finished tables.
    rules : DisclosureRules
        What their columns hold.
    settings : mapping
        poverty_cutoff, severe_cutoff.

    Raises
    ------
    DisclosureError
        A table or column is not declared, or two tables show different numbers under one name.
    """
    found, by_table = Shown(), rules.by_table
    for report, tables in reports.items():
        for name, table in tables.items():
            if name in rules.plain or name in rules.withheld or name in SPECIAL:
                continue
            if name not in by_table:
                raise DisclosureError(
                    f"{name}: disclosure.yml does not say what it counts, so it is not shown"
                )
            _read(found, report, name, table, by_table[name], rules, settings)
    return found


def _read(
    found: Shown,
    report: str,
    name: str,
    table: pd.DataFrame,
    rule: TableRule,
    rules: DisclosureRules,
    settings: Mapping[str, Any],
) -> None:
    """Read one table."""
    weight = rules.weights[rule.weight]
    for i, words in rows_of(report, table, settings):
        here = row_rule(rule, words)
        unknown = set(table.columns) - here.columns - set(rule.labels)
        if unknown:
            raise DisclosureError(f"{name}: disclosure.yml does not say what {sorted(unknown)} holds")
        for column, template in here.counts.items():
            value = words[column]
            if not pd.isna(value):
                key = key_of(template, words)
                found.add(key, Cell(report, name, i, column), _quantity(key, value, weight, rules))
        for column, counted in here.counted.items():
            value, per = words[column], product(counted.per, words, found)
            if not pd.isna(value) and per is not None:
                key = key_of(counted.of, words)
                each = min(weight, rules.weights["pilot"])
                found.add(key, Cell(report, name, i, column), _quantity(key, value * per, each, rules))


def _quantity(key: Key, value: float, weight: float, rules: DisclosureRules) -> Quantity:
    """Make a quantity; a number that is no whole one is a fault of the declaration."""
    if abs(value - round(value)) > 1e-4:
        raise DisclosureError(f"{' '.join(key)} is {value}, no whole number")
    population = key[0] in rules.populations
    return Quantity(
        value=round(value),
        weight=max(weight, rules.weights["population"]) if population else weight,
        sensitive=key[0] not in rules.amounts,
        signed=key[0] in rules.differences,
        population=population,
    )


def product(
    per: tuple[str | int, ...],
    words: Mapping[str, Any],
    found: Shown,
    *,
    as_shown: Callable[[int], int] = int,
) -> float | None:
    """Multiply what a quantity is divided by; None when it is not known, or 0.

    Parameters
    ----------
    per : numbers, and names of quantities with columns of the row in {}.
    words : the row.
    found : what is shown.
    as_shown : how a quantity is shown, such as rounded.
    """
    made = 1.0
    for part in per:
        quantity = part if isinstance(part, int) else found.quantities.get(key_of(part, words))
        value = as_shown(quantity.value) if isinstance(quantity, Quantity) else quantity
        if not value:
            return None
        made *= value
    return made
