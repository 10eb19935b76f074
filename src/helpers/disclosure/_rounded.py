"""Rounding: every count to the nearest multiple, and all that is made of counts made anew from them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from math import floor
from typing import Any

import numpy as np
import pandas as pd

from helpers import inference
from helpers.definitions.disclosure import DisclosureRules, RowRule, TableRule
from helpers.disclosure._decision import DERIVED, SMALL
from helpers.disclosure._quantities import Cell, Shown, key_of, product, row_rule, rows_of
from helpers.disclosure._system import Key, Relation
from helpers.disclosure._told import hidden_counts
from helpers.tables import TABLES


def rounded(value: float, base: int) -> int:
    """Round to the nearest multiple, halves up.

    Examples
    --------
    >>> [rounded(n, 5) for n in (0, 2, 3, 7, 8, -3)]
    [0, 0, 5, 5, 10, -5]
    """
    size = base * floor(abs(value) / base + 0.5)
    return int(size) if value >= 0 else -int(size)


def coarse_row(
    rule: RowRule, words: Mapping[str, Any], min_cell: int, *, base: int
) -> dict[str, tuple[Any, str]]:
    """Make the counts of a population of the row's own coarse.

    Parameters
    ----------
    rule : RowRule
        coarse, coarse_shares.
    words : mapping
        The row.
    min_cell, base : int
        Counts from 1 to min_cell − 1 are marked, others rounded to multiples of base.

    Returns
    -------
    dict of column to (value, why it is withheld or nothing)
    """
    made: dict[str, tuple[Any, str]] = {}
    for column in rule.coarse:
        value = words[column]
        if pd.isna(value):
            continue
        small = 0 < value < min_cell
        made[column] = (None, SMALL) if small else (rounded(value, base), "")
    for column, (share, of) in rule.coarse_shares.items():
        value, whole = words[share], words[of]
        if pd.isna(value):
            continue
        count = value * whole
        risky = 0 < count < min_cell or 0 < whole - count < min_cell
        if (risky and column.startswith("H")) or not rounded(whole, base) or whole < min_cell:
            made[column] = (None, DERIVED)
        else:
            made[column] = (float(np.clip(rounded(count, base) / rounded(whole, base), -1, 1)), "")
    return made


def round_table(
    report: str,
    name: str,
    table: pd.DataFrame,
    rule: TableRule,
    rounding: "Rounding",
    settings: Mapping[str, Any],
) -> pd.DataFrame:
    """Round the counts of a table and make what can be made anew from them; the rest is left empty.

    Totals that tables.yml declares are the sums of their rounded parts; shares, their Wilson intervals, net
    shares and means are made of rounded counts. Tests and intervals are made of the exact counts,
    and are not shown.
    """
    rows, base = [], rounding.base
    for i, words in rows_of(report, table, settings):
        here = row_rule(rule, words)
        values = dict(zip(table.columns, table.iloc[i].tolist(), strict=True))
        for column in (*here.counts, *here.coarse):
            if not pd.isna(values[column]):
                values[column] = rounded(values[column], base)
        for column in here.counts:
            if rounding.found.keys.get(Cell(report, name, i, column)) in rounding.hidden:
                values[column] = None
        for total, parts in TABLES[name].total if name in TABLES else ():
            some = [values[part] for part in parts]
            values[total] = None if any(pd.isna(part) for part in some) else sum(some)
        for column, counted in here.counted.items():
            own = rounding.share(key_of(counted.of, words), counted.per, words)
            values[column] = None if pd.isna(words[column]) else own
        for column in (*here.statistics, *here.adjusted):
            values[column] = None
        for column, (share, of) in here.coarse_shares.items():
            if not pd.isna(words[share]) and values[of]:
                values[column] = float(np.clip(rounded(words[share] * words[of], base) / values[of], -1, 1))
            else:
                values[column] = None
        if {"net", "improved", "declined", "n"} <= set(values) and not pd.isna(values["n"]) and values["n"]:
            values["net"] = (values["improved"] - values["declined"]) / values["n"]
        rows.append(values)
    made = pd.DataFrame(rows, columns=list(table.columns))
    made = _shares(name, made)
    return made.astype({column: table[column].dtype for column in table.columns})


class Rounding:
    """How each quantity of a run is shown when counts are rounded.

    A count is rounded. A sum of points, levels or ages, and a difference, would tell far more when it were
    rounded itself, as one family adds several points: it is made anew from rounded counts.

    Parameters
    ----------
    found : Shown
        All quantities.
    relations : sequence of Relation
        What ties them.
    rules : DisclosureRules
        Which are no counts: amounts and differences.
    base : int
        Counts become multiples of it.
    min_cell : int
        Counts from 1 to min_cell − 1 are small.
    """

    def __init__(
        self,
        found: Shown,
        relations: Sequence[Relation],
        rules: DisclosureRules,
        *,
        base: int,
        min_cell: int,
    ) -> None:
        self.found, self.rules, self.base = found, rules, base
        weights = {key: one.weight for key, one in found.quantities.items()}
        shown = {key: self._range(key) for key, weight in weights.items() if weight and self._is_count(key)}
        self.hidden = hidden_counts(found, relations, shown, min_cell=min_cell)
        self.ties: dict[Key, list[Relation]] = defaultdict(list)
        for relation in relations:
            for key, _ in relation.terms:
                if not self._is_count(key):
                    self.ties[key].append(relation)

    def value(self, key: Key) -> int | None:
        """Give a quantity as it is shown; None when it can be made of no rounded counts."""
        if key not in self.found.quantities:
            return None
        if key in self.hidden:
            return None
        if self._is_count(key):
            return rounded(self.found.quantities[key].value, self.base)
        for relation in self.ties.get(key, ()):
            others = {other: factor for other, factor in relation.terms if other != key}
            if all(self._is_shown(other) for other in others):
                total = sum(
                    factor * rounded(self.found.quantities[other].value, self.base)
                    for other, factor in others.items()
                )
                return -total // dict(relation.terms)[key]
        return None

    def share(self, of: Key, per: tuple[str | int, ...], words: Mapping[str, Any]) -> float | None:
        """Make a share or mean of what is shown: a quantity divided by others of a row."""
        value = self.value(of)
        whole = product(per, words, self.found, as_shown=partial(rounded, base=self.base))
        return None if value is None or whole is None else value / whole

    def _range(self, key: Key) -> tuple[int, int]:
        """Give the lowest and the highest count that is rounded to the same."""
        value = rounded(self.found.quantities[key].value, self.base)
        return max(0, value - self.base // 2), value + (self.base - 1) // 2

    def _is_shown(self, key: Key) -> bool:
        """Whether a quantity is a count that a table shows."""
        return self._is_count(key) and self.found.quantities[key].weight > 0 and key not in self.hidden

    def _is_count(self, key: Key) -> bool:
        """Whether a quantity counts families or persons."""
        return key[0] not in (*self.rules.amounts, *self.rules.differences)


def _shares(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Make shares of the rounded counts of a table, with their Wilson intervals."""
    if "share" in table:
        count = "n" if "n" in table else "families"
        groups = [column for column in ("characteristic", "unit", "item") if column in table]
        known = ~table[_last_label(table)].astype("str").isin(["onbekend", "not_applicable", "missing"])
        known |= name == "figure_03"
        counts = table[count].where(known, 0).astype("float64")
        whole = (
            counts.groupby([table[column].astype("str") for column in groups]).transform(_whole)
            if groups
            else _whole(counts)
        )
        whole = whole if isinstance(whole, pd.Series) else pd.Series(whole, index=table.index)
        low, high = inference.wilson(counts, whole)
        share = counts / whole.where(whole > 0)
        table["share"], table["ci_low"], table["ci_high"] = (
            pd.Series(values, index=table.index).where(known & (whole > 0)) for values in (share, low, high)
        )
    if "row_share" in table:
        counts = table["persons"].astype("float64")
        whole = counts.groupby(table["baseline_level"]).transform(_whole)
        table["row_share"] = counts / whole.where(whole > 0)
    return table


def _whole(counts: pd.Series) -> float:
    """Add up counts; nothing when one is not shown."""
    return float(counts.sum(skipna=False))


def _last_label(table: pd.DataFrame) -> str:
    """Give the column that says which values are no known ones."""
    return next(column for column in ("level", "value", "education", "class") if column in table)
