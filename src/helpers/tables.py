"""The tables of the pipeline, declared once: what a frame must look like at the border of a module.

`data/reference/outputs/` declares every clean table and every table of a report with its columns. A frame
that does not fit is a fault of the program, not of the data.
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from helpers.definitions import Table, load_definitions
from helpers.definitions.outputs import Column
from helpers.errors import PipelineError

if int(pd.__version__.partition(".")[0]) < 3:  # which reads the clean tables as other types
    raise PipelineError(
        f"pandas {pd.__version__} is too old: a package that was installed here put it in the place of "
        "a newer one. Remove .venv and run `python3 run.py lab`; requirements.local.txt names own packages."
    )

TABLES: dict[str, Table] = load_definitions().tables


class SchemaError(ValueError):
    """A frame is not what its table is declared to be."""


def check(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Check a frame against the declaration of its table, and give it back; SchemaError says what does not
    fit.

    Columns, their order, dtypes, bounds and missing values are checked; no two rows may share the key, and
    every state that must have a row has one.

    >>> flow = pd.DataFrame({"stage": ["registered"], "families": [3]})
    >>> check("flow", flow)
    Traceback (most recent call last):
    ...
    helpers.tables.SchemaError: flow: expected 'stage' to have type category, got str
    """
    table = TABLES[name]
    found, expected = list(frame.columns), list(table.column_names)
    if found != expected:
        raise SchemaError(f"{name}: columns are {found}, expected {expected}")
    for fault in _faults(table, frame):
        raise SchemaError(f"{name}: {fault}")
    return frame


def conform(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Give a frame the declared order of columns and the declared dtypes and a fresh index, then check it.

    It has exactly the declared columns, in any order. Texts become categories, numbers `Int64` or `float64`,
    empty text becomes missing. SchemaError where a column is missing or undeclared, or a value does not fit.

    >>> conform("cases_by_pilot", pd.DataFrame({"pilot": ["Leuven"], "registered": [3], "retained": [2],
    ...     "followed": [1.0]})).dtypes.astype(str).tolist()
    ['str', 'Int64', 'Int64', 'Int64']
    """
    table = TABLES[name]
    if set(frame.columns) != set(table.column_names):
        return check(name, frame)
    cast = {column.name: _cast(name, column, frame[column.name]) for column in table.columns}
    return check(name, pd.DataFrame(cast).reset_index(drop=True))


def empty(name: str) -> pd.DataFrame:
    """Give a table without rows, with the declared columns and dtypes.

    >>> empty("notes").dtypes["unit"].categories.tolist()
    ['huishouden', 'volwassene', 'kind']
    """
    return pd.DataFrame(
        {column.name: pd.Series(dtype=column.pandas_dtype) for column in TABLES[name].columns}
    )


def _faults(table: Table, frame: pd.DataFrame) -> Iterator[str]:
    """Say what is wrong with the columns of a frame, and then with its rows, as far as one can tell."""
    for column in table.columns:
        yield from _faults_of_column(column, frame[column.name])
    if table.key and not _all_differ(frame, table.key):
        yield f"two rows share {table.key}"
    if table.complete and not _is_complete(frame, table):
        yield f"not every state of {table.complete} has its row"
    if table.rows is not None and len(frame) != table.rows:
        yield f"{table.rows} row(s) expected"
    for total, parts in table.total:
        if not (frame[total] == frame[list(parts)].sum(axis=1)).all():
            yield f"{total} is not the sum of {parts}"
    if {"share", "ci_low", "ci_high"} <= set(table.column_names) and not _interval_holds_share(frame):
        yield "a share is outside its interval"


def _faults_of_column(column: Column, series: pd.Series) -> Iterator[str]:
    if series.dtype != column.pandas_dtype:
        wanted = column.pandas_dtype if series.dtype == "category" else column.dtype
        yield f"expected {column.name!r} to have type {wanted}, got {series.dtype}"
    elif not column.empty and series.hasnans:
        yield f"{column.name!r} contains null"
    elif column.dtype == "str" and (series == "").any():
        yield f"{column.name!r} holds empty text (use a missing value)"
    elif column.is_number:
        low = -np.inf if column.low is None else column.low
        high = np.inf if column.high is None else column.high
        numbers = series.to_numpy("float64", na_value=np.nan)
        known = numbers[~np.isnan(numbers)]
        if not ((known >= low) & (known <= high) & np.isfinite(known)).all():
            yield f"{column.name!r} is not between {low:g} and {high:g}"


def _all_differ(frame: pd.DataFrame, key: Sequence[str]) -> bool:
    """Whether no two rows share a key; column by column, as the largest tables fill much of the memory."""
    numbers, count = np.zeros(len(frame), dtype=np.int64), 1
    for name in key:
        codes, distinct = pd.factorize(frame[name], use_na_sentinel=False)
        if count * max(len(distinct), 1) >= 2**62:
            numbers, known = pd.factorize(numbers)
            count = len(known)
        numbers *= len(distinct)
        numbers += codes
        count *= max(len(distinct), 1)
    numbers.sort()
    return not bool((numbers[1:] == numbers[:-1]).any())


def _is_complete(frame: pd.DataFrame, table: Table) -> bool:
    """Whether every combination of states has a row in each group of the other key columns."""
    expected = math.prod(len(table.column(name).states) for name in table.complete)
    others = [name for name in table.key if name not in table.complete]
    if not others:
        return len(frame) == expected
    sizes = frame.groupby(others, dropna=False).size()
    return len(sizes) > 0 and bool((sizes == expected).all())


def _interval_holds_share(frame: pd.DataFrame) -> bool:
    known = frame.loc[frame["share"].notna(), ["share", "ci_low", "ci_high"]]
    alone = frame.loc[frame["share"].isna(), ["ci_low", "ci_high"]]
    rounding = 1e-12
    inside = (known["ci_low"] - rounding <= known["share"]) & (known["share"] <= known["ci_high"] + rounding)
    inside |= known[["ci_low", "ci_high"]].isna().all(axis=1)  # public shares of persons have none
    return bool(inside.all()) and bool(alone.isna().all(axis=None))


def _cast(name: str, column: Column, series: pd.Series) -> pd.Series:
    """Give a column its declared dtype; what would be lost in that is an error."""
    if column.dtype != "str" and series.dtype == column.pandas_dtype:
        return series
    source = series
    if isinstance(series.dtype, pd.CategoricalDtype):  # its texts are few
        categories = series.cat.categories.array
        taken = categories.take(series.cat.codes.to_numpy(), allow_fill=True)
        source = pd.Series(taken, series.index)
    if column.values:
        strange = set(source.dropna().unique()) - set(column.values)
        if strange:
            message = f"{name}: {column.name} holds {sorted(strange)}, expected {column.values}"
            raise SchemaError(message)
    try:
        cast = source.astype(column.pandas_dtype)
    except (TypeError, ValueError) as error:
        raise SchemaError(f"{name}: {column.name}: {error}") from None
    blank = cast == "" if column.dtype == "str" else None
    return cast if blank is None or not blank.any() else cast.mask(blank)
