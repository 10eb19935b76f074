"""The value of a measure in the tables of a report, and the same measure as text."""

from collections.abc import Mapping
from fractions import Fraction

import pandas as pd

from helpers.definitions import Among, Cells, Measure, Range

Rows = Mapping[str, str | tuple[str, ...] | Range]
Tables = Mapping[str, pd.DataFrame]
Value = Fraction | float


def value(measure: Measure, tables: Tables) -> Value | None:
    """Compute a measure.

    Parameters
    ----------
    measure : Measure
        Cells, a share, a difference, a number of rows, or a rank.
    tables : mapping of name to DataFrame
        The tables of a report.

    Returns
    -------
    Fraction, float or None
        An exact fraction of counts, else the number as the table has it; None where a table or row is not
        there, a cell is empty, or the whole of a share is 0.
    """
    if measure.difference:
        first, second = (value(part, tables) for part in measure.difference)
        return None if first is None or second is None else first - second
    if measure.share:
        part, whole = cells_value(measure.share.part, tables), cells_value(measure.share.whole, tables)
        return part / whole if part is not None and whole else None
    if measure.rank:
        return _rank(measure, tables)
    if measure.count:
        rows = _rows(Cells(measure.count.table, "", measure.count.rows), tables)
        return None if rows is None else Fraction(len(rows))
    assert measure.cells is not None
    return cells_value(measure.cells, tables)


def cells_value(cells: Cells, tables: Tables) -> Value | None:
    """Add up the cells of one column in the chosen rows.

    Examples
    --------
    >>> flow = pd.DataFrame({"stage": ["retained", "followed"], "families": [90, 56]})
    >>> cells_value(Cells("flow", "families", {"stage": ("retained", "followed")}), {"flow": flow})
    Fraction(146, 1)
    """
    rows = _rows(cells, tables)
    if rows is None or rows[cells.column].isna().any():
        return None
    found = rows[cells.column]
    if pd.api.types.is_integer_dtype(found.dtype):
        return Fraction(int(found.sum()))
    return float(found.sum())


def first_of(cells: Cells, among: Among, tables: Tables, *, largest: bool) -> bool | None:
    """Tell whether cells are the largest (smallest) of a set; of equals, each is.

    Parameters
    ----------
    cells, among
        The cells, and what they are compared with.
    tables : mapping of name to DataFrame
        The tables of a report.
    largest : bool
        Or else the smallest.

    Returns
    -------
    bool or None
        None where one of the set has no value, or all are 0.
    """
    own = cells_value(cells, tables)
    values = [cells_value(other, tables) for other in among.sets(cells)]
    known = [one for one in values if one is not None]
    if own is None or len(known) < len(values) or not any(known):
        return None
    return own == (max(known) if largest else min(known))


def measure_text(measure: Measure) -> str:
    """Write a measure as a formula: tables, columns and rows by the names that they have in the files.

    Examples
    --------
    >>> measure_text(Measure(cells=Cells("figure_04", "n", {"level": ("1", "2")})))
    'figure_04.n[level: 1, 2]'
    """
    if measure.difference:
        return " − ".join(measure_text(part) for part in measure.difference)
    if measure.share:
        return f"{_cells_text(measure.share.part)} / {_cells_text(measure.share.whole)}"
    if measure.rank:
        rank = measure.rank
        return f"rank of {_cells_text(Cells(rank.table, rank.column, rank.rows))}, {rank.end} first"
    if measure.count:
        return f"rows of {measure.count.table}{_rows_text(measure.count.rows)}"
    assert measure.cells is not None
    return _cells_text(measure.cells)


def _cells_text(cells: Cells) -> str:
    """Write cells."""
    return f"{cells.table}.{cells.column}{_rows_text(cells.rows)}"


def _rows_text(rows: Rows) -> str:
    """Write which rows; nothing for all."""
    pieces = [f"{name}: {', '.join(v) if isinstance(v, tuple) else v}" for name, v in rows.items()]
    return f"[{'; '.join(pieces)}]" if pieces else ""


def _rows(cells: Cells, tables: Tables) -> pd.DataFrame | None:
    """Give the chosen rows; None when there is no such table, or no row of a value that is asked for."""
    if cells.table not in tables:
        return None
    rows = tables[cells.table]
    for name, wanted in cells.rows.items():
        found = rows[name].astype("object").map(str)
        if isinstance(wanted, Range):
            rows = rows[_within(found, wanted)]
            continue
        values = wanted if isinstance(wanted, tuple) else (wanted,)
        if set(values) - set(found):
            return None
        rows = rows[found.isin(values)]
    return rows


def _within(found: pd.Series, wanted: Range) -> pd.Series:
    """Tell which texts are numbers in a range."""
    numbers = pd.to_numeric(found, errors="coerce")
    low = float("-inf") if wanted.at_least is None else wanted.at_least
    high = float("inf") if wanted.at_most is None else wanted.at_most
    return numbers.between(low, high)


def _rank(measure: Measure, tables: Tables) -> Value | None:
    """Give the place of a row among all rows with a value; equals share the best place."""
    rank = measure.rank
    assert rank is not None
    own = cells_value(Cells(rank.table, rank.column, rank.rows), tables)
    if own is None:
        return None
    others = tables[rank.table][rank.column].dropna()
    ahead = others > own if rank.end == "highest" else others < own
    return Fraction(1 + int(ahead.sum()))
