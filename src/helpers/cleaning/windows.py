"""Which registered value counts: the first in the baseline window, the last up to a day; calendar months."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def add_months(dates: pd.Series, *, months: int) -> pd.Series:
    """Give the same day some calendar months later, or the last day of that month when it has no such day.

    >>> days = pd.Series(pd.to_datetime(["2022-08-31", "2022-03-15"]))
    >>> add_months(days, months=6).dt.strftime("%Y-%m-%d").tolist()
    ['2023-02-28', '2022-09-15']
    """
    days = dates.to_numpy().astype("datetime64[D]")
    month = days.astype("datetime64[M]")
    wanted = month + np.timedelta64(months, "M")
    later = wanted.astype("datetime64[D]") + (days - month.astype("datetime64[D]"))
    last_day = (wanted + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    return pd.Series(np.minimum(later, last_day).astype("datetime64[us]"), dates.index, name=dates.name)


def follow_up_days(families: pd.DataFrame, *, months: int, rule: str) -> pd.Series:
    """Give the last day on which a value counts for the follow-up; families (the index) have t0, last_date.

    `at`: so many calendar months after t0; `last`: the last registration, whenever it was.
    """
    return families["last_date"] if rule == "last" else add_months(families["t0"], months=months)


def of_family(families: pd.Series, values: pd.Series) -> pd.Series:
    """Look up for each row the value of its family; `values` has the families as index."""
    if isinstance(families.dtype, pd.CategoricalDtype):
        positions, distinct = families.cat.codes.to_numpy(), families.cat.categories
    else:
        positions, distinct = pd.factorize(families)
    return values.reindex(distinct).take(positions).set_axis(families.index)


def numbered(rows: pd.DataFrame, by: Sequence[str]) -> NDArray[np.int64]:
    """Give rows that are alike in some columns, and only these, one number, to group millions by.

    >>> rows = pd.DataFrame({"family": ["A", "A", "A"], "person": ["V1", None, "V1"]})
    >>> numbered(rows, ["family", "person"])
    array([3, 2, 3])
    """
    numbers = np.zeros(len(rows), dtype=np.int64)
    for name in by:
        codes, distinct = pd.factorize(rows[name])
        numbers = numbers * (len(distinct) + 1) + codes + 1
    return numbers


def first_in_window(values: pd.DataFrame, t0: pd.Series, *, by: Sequence[str], days: int) -> pd.DataFrame:
    """Give the first value of each cell in [t0, t0 + days]: its value at baseline.

    `values` are non-blank: family, date, registration and the columns `by` that name a cell; `t0` is by
    family. One row per cell that has a value in the window, earliest (date, registration) first.
    """
    start = of_family(values["family"], t0)
    inside = values["date"].between(start, start + pd.Timedelta(days=days))
    return in_time(values[inside]).drop_duplicates(list(by), keep="first")


def last_until(values: pd.DataFrame, until: pd.Series, *, by: Sequence[str]) -> pd.DataFrame:
    """Give the last value of each cell on or before a day of its family: a row per cell that has one then.

    `values` as of `first_in_window`; families that are not in `until` get no row.
    """
    counts = values["date"] <= of_family(values["family"], until)
    return in_time(values[counts]).drop_duplicates(list(by), keep="last")


def within(rows: pd.DataFrame, until: pd.Series) -> pd.Series:
    """Tell of each row whether its family is followed and its day counts."""
    return (rows["date"] <= of_family(rows["family"], until)).fillna(False).astype("bool")


def in_time(values: pd.DataFrame) -> pd.DataFrame:
    """Order rows by date, and by registratie_id within a date."""
    order = np.lexsort((values["registration"].to_numpy("int64"), values["date"].to_numpy()))
    return values.iloc[order]
