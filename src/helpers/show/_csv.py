"""A table as CSV text that reads back to the same values: the contract of a report's `tables/`."""

import csv
import io
import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
# A spreadsheet knows a formula by its first sign, whatever blank or unseen signs come before. One that
# divides lines at `;` or tabs does not see our quotation marks, and takes what follows them for a cell.
UNSEEN = "[\\s\\x00-\\x20\\x7f-\\xa0\\u200b-\\u200f\\u2028-\\u202f\\u2060-\\u206f\\ufeff]*"
SIGN = "[=+\\-@\\uff1d\\uff0b\\uff0d\\uff20]"
FORMULA = re.compile(f"(^|[;\\t\\r\\n])({UNSEEN})({SIGN})")
MARKED = re.compile(f"(^|[;\\t\\r\\n])({UNSEEN})'({SIGN})")


def csv_text(table: pd.DataFrame) -> str:
    r"""Write a table as CSV: comma, `.` decimal, line feed.

    Missing is empty. A number is the shortest text that reads back to the same double; counts have no decimal
    point. Dates are YYYY-MM-DD. What a spreadsheet would take for a formula gets a `'` before it.

    Parameters
    ----------
    table : DataFrame
        Columns of text, category, Int64, float64, bool or datetime.

    Examples
    --------
    >>> csv_text(pd.DataFrame({"pilot": ["Leuven", "=1+1"], "share": [0.1, None]}))
    "pilot,share\nLeuven,0.1\n'=1+1,\n"
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([safe_text(str(name)) for name in table.columns])
    writer.writerows(zip(*(_cells(table[name]) for name in table.columns), strict=True))
    return file.getvalue()


def _cells(series: pd.Series) -> Iterable[str]:
    """Write every value of a column."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype("object")
    return [_cell(value) for value in series.tolist()]


def _cell(value: object) -> str:
    """Write one value."""
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    if isinstance(value, bool | np.bool_ | int | np.integer):
        return str(value)
    if isinstance(value, float | np.floating):
        return repr(float(value))
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if value == value.normalize() else value.isoformat()
    return safe_text(str(value))


def safe_text(text: str) -> str:
    r"""Put a `'` before what a spreadsheet would take for a formula; numbers stay as they are.

    Examples
    --------
    >>> safe_text("-1"), safe_text("-a"), safe_text(" @x"), safe_text("a;=b")
    ('-1', "'-a", " '@x", "a;'=b")
    """
    return text if NUMBER.fullmatch(text.strip()) else FORMULA.sub(r"\1\2'\3", text)


def plain_text(text: str) -> str:
    """Take off what `safe_text` put in, for where text is text.

    Examples
    --------
    >>> plain_text("'-a"), plain_text("a;'=b"), plain_text("'a'")
    ('-a', 'a;=b', "'a'")
    """
    return MARKED.sub(r"\1\2\3", text)
