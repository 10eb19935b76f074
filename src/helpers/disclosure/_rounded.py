"""Rounding: every count to the nearest multiple, and all that is made of counts made anew from them."""

from collections.abc import Mapping
from math import floor
from typing import Any

import numpy as np
import pandas as pd

from helpers import inference
from helpers.codebook import DisclosureRules, RowRule, TableRule
from helpers.disclosure._quantities import Shown, key_of, row_rule, rows_of
from helpers.tables import TABLES

SMALL, DERIVED = "small", "derived"
MOVED = {"net": ("improved", "declined", "n"), "p_better": ("improved", "declined", "n")}


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
    rules: DisclosureRules,
    found: Shown,
    settings: Mapping[str, Any],
    *,
    base: int,
) -> pd.DataFrame:
    """Round the counts of a table and make what can be made anew from them; the rest is left empty.

    Totals that tables.yml declares are the sums of their rounded parts; shares, their Wilson intervals and
    net shares are made of rounded counts. Tests, bootstrap intervals and means are made of the exact counts,
    and are not shown.
    """
    made = table.reset_index(drop=True).copy()
    for column in made:
        if any(
            column in row.counts or column in row.coarse for row in rule.rows
        ) and pd.api.types.is_numeric_dtype(made[column].dtype):
            made[column] = made[column].astype("object")
    rows = []
    for i, words in rows_of(report, table, settings):
        here = row_rule(rule, words)
        values = dict(zip(table.columns, table.iloc[i].tolist(), strict=True))
        for column in (*here.counts, *here.coarse):
            if not pd.isna(values[column]):
                values[column] = rounded(values[column], base)
        for total, parts in TABLES[name].total if name in TABLES else ():
            values[total] = sum(values[part] for part in parts)
        for column, counted in here.counted.items():
            values[column] = _share(key_of(counted.of, words), counted.per, words, found, base)
        for column in (*here.statistics, *here.adjusted):
            values[column] = None
        for column, (share, of) in here.coarse_shares.items():
            if not pd.isna(words[share]) and values[of]:
                values[column] = float(np.clip(rounded(words[share] * words[of], base) / values[of], -1, 1))
            else:
                values[column] = None
        if {"net", "improved", "declined", "n"} <= set(values) and values["n"]:
            values["net"] = (values["improved"] - values["declined"]) / values["n"]
        rows.append(values)
    made = pd.DataFrame(rows, columns=list(table.columns))
    made = _shares(name, made)
    return made.astype({column: table[column].dtype for column in table.columns})


def _share(
    key: tuple[str, ...], per: tuple[str | int, ...], words: Mapping[str, Any], found: Shown, base: int
) -> float | None:
    """Make a share of one rounded quantity in others."""
    quantity = found.quantities.get(key)
    if quantity is None:
        return None
    whole = 1
    for part in per:
        if isinstance(part, int):
            whole *= part
            continue
        of = found.quantities.get(key_of(part, words))
        if of is None:
            return None
        whole *= rounded(of.value, base)
    return rounded(quantity.value, base) / whole if whole else None


def _shares(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Make shares of the rounded counts of a table, with their Wilson intervals."""
    if "share" in table:
        count = "n" if "n" in table else "families"
        groups = [column for column in ("characteristic", "unit", "item") if column in table]
        known = ~table[_last_label(table)].astype("str").isin(["onbekend", "not_applicable", "missing"])
        known |= name == "figure_03"
        counts = table[count].where(known, 0).astype("float64")
        whole = (
            counts.groupby([table[column].astype("str") for column in groups]).transform("sum")
            if groups
            else counts.sum()
        )
        whole = whole if isinstance(whole, pd.Series) else pd.Series(whole, index=table.index)
        low, high = inference.wilson(counts, whole)
        share = counts / whole.where(whole > 0)
        table["share"], table["ci_low"], table["ci_high"] = (
            pd.Series(values, index=table.index).where(known & (whole > 0)) for values in (share, low, high)
        )
    if "row_share" in table:
        counts = table["persons"].astype("float64")
        whole = counts.groupby(table["baseline_level"]).transform("sum")
        table["row_share"] = counts / whole.where(whole > 0)
    return table


def _last_label(table: pd.DataFrame) -> str:
    """Give the column that says which values are no known ones."""
    return next(column for column in ("level", "value", "education", "class") if column in table)
