"""A table as a page shows it: headers and values in words, numbers in the way of the language."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from helpers.definitions import Definitions, Table, Text
from helpers.definitions.outputs import Column
from helpers.formats import NOTHING, count, decimal, p_value, percentage, points
from helpers.words import say

ITEM, LABEL = "item", "label"  # vocabularies: the codebook; the column that has the words
PERCENT = re.compile(r"\s?%$")


Cell = str | tuple[tuple[str, bool], ...]  # a text, or its pieces and whether each is marked


@dataclass(frozen=True)
class Worded:
    """A table in words: the names of its columns, their headers, the rows, and which columns hold numbers."""

    names: tuple[str, ...]
    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: tuple[bool, ...]

    def without(self, names: Collection[str]) -> "Worded":
        """Leave columns out."""
        kept = [at for at, name in enumerate(self.names) if name not in names]
        return Worded(
            tuple(self.names[at] for at in kept),
            tuple(self.headers[at] for at in kept),
            tuple(tuple(row[at] for at in kept) for row in self.rows),
            tuple(self.numeric[at] for at in kept),
        )


def worded(
    table: pd.DataFrame,
    *,
    definitions: Definitions,
    language: str,
    declared: Table | None = None,
    rows: int | None = None,
) -> Worded:
    """Put a table into words.

    Parameters
    ----------
    table : DataFrame
        Any table of the report.
    definitions : Definitions
        Words for values, titles of items, domains and classes, and columns that tables share.
    language : str
        `nl` or `en`.
    declared : Table, optional
        What is declared of it: titles of columns, formats, words for values, what stands in the file alone.
    rows : int, optional
        How many rows to show; all by default.

    Returns
    -------
    Worded
        The two ends of an interval, in neighbouring columns `x_low` and `x_high`, are one column, called
        `x_low`.
    """
    shown = table if rows is None else table.head(rows)
    columns = [definitions.outputs.column(str(name), declared) for name in shown.columns]
    columns = [column for column in columns if not column.file_only]
    ends = {low.name: high.name for low, high in pairwise(columns) if _is_interval(low.name, high.name)}
    columns = [column for column in columns if column.name not in ends.values()]
    words = [
        _interval(shown, column, ends[column.name], language)
        if column.name in ends
        else _column(shown, column, definitions, language)
        for column in columns
    ]
    return Worded(
        tuple(column.name for column in columns),
        tuple(_title(column, definitions)(language) for column in columns),
        tuple(zip(*words, strict=True)),
        tuple(_is_number(shown[column.name]) for column in columns),
    )


def _title(column: Column, definitions: Definitions) -> Text:
    """Give the title of a column; that of the lower end of an interval is always given."""
    return column.title or definitions.outputs.columns["ci_low"].title or column.description


def _is_interval(low: str, high: str) -> bool:
    """Whether two columns are the ends of one interval."""
    return low.endswith("_low") and high == f"{low.removesuffix('_low')}_high"


def _is_number(series: pd.Series) -> bool:
    """Whether the values of a column are numbers; truth values are words."""
    kind = series.dtype
    return pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind)


def _interval(table: pd.DataFrame, column: Column, high: str, language: str) -> list[str]:
    """Word an interval: its two ends, with the sign of a percentage once."""
    way, whole = column.format, table[column.name].dtype != "float64"
    ends = (
        (number(a, way, language, whole=whole), number(b, way, language, whole=whole))
        for a, b in zip(table[column.name], table[high], strict=True)
    )
    return [NOTHING if NOTHING in pair else interval_text(*pair, language) for pair in ends]


def _column(table: pd.DataFrame, column: Column, definitions: Definitions, language: str) -> list[str]:
    """Word one column."""
    series = table[column.name]
    by = table[column.by].astype("str") if column.by in table else None
    if pd.api.types.is_bool_dtype(series.dtype):
        said = {truth: say("shown", word, language) for truth, word in ((True, "yes"), (False, "no"))}
        return [NOTHING if pd.isna(value) else said[bool(value)] for value in series]
    if pd.api.types.is_numeric_dtype(series.dtype):
        whole = series.dtype != "float64"
        if by is not None:
            return [
                _of(column.formats[kind], value, language)
                if kind in column.formats
                else number(value, column.format, language, whole=whole)
                for kind, value in zip(by, series, strict=True)
            ]
        return [number(value, column.format, language, whole=whole) for value in series]
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return [NOTHING if pd.isna(value) else value.date().isoformat() for value in series]
    values = [None if pd.isna(value) else value for value in series.astype("object")]
    if column.vocabulary == ITEM and "unit" in table:
        units = table["unit"].astype("str")
        return [_item(unit, item, definitions, language) for unit, item in zip(units, values, strict=True)]
    if column.vocabulary == LABEL and LABEL in table:
        return [str(label) for label in table[LABEL]]
    kinds = by if by is not None else [column.vocabulary] * len(values)
    return [_value(kind, value, definitions, language) for kind, value in zip(kinds, values, strict=True)]


def interval_text(low: str, high: str, language: str) -> str:
    """Write the two ends of an interval.

    Examples
    --------
    >>> interval_text("41.2%", "62.2%", "en"), interval_text("−0,02", "0,58", "nl")
    ('41.2 to 62.2%', '−0,02 tot 0,58')
    """
    return say("shown", "interval", language, low=PERCENT.sub("", low), high=high)


def number(value: Any, way: str, language: str, *, whole: bool = False) -> str:
    """Write a number in the way of its column.

    Parameters
    ----------
    value : number, or missing.
    way : as in `outputs/shared.yml`: `0.0%`, `+0.0%`, `0.000`, `points`, `p`, `mixed`; by default `0.00`.
    language : `nl` or `en`.
    whole : it is a count.

    Examples
    --------
    >>> number(0.0801, "p", "nl"), number(0.5, "0.0%", "en"), number(-0.0565, "+0.000", "en")
    ('0,080', '50.0%', '−0.057')
    """
    signed, digits = way.startswith("+"), len(way.rstrip("%").partition(".")[2])
    if whole:
        return count(value)
    if way == "p":
        return p_value(value, language).removeprefix("p ").removeprefix("= ")
    if way.endswith("%"):
        return percentage(value, language, digits=digits, signed=signed)
    if way == "points":
        return decimal(None if pd.isna(value) else 100 * value, language, digits=1, signed=True)
    if way == "mixed":
        return decimal(value, language, digits=0 if float(value).is_integer() else 2)
    return decimal(value, language, digits=digits if way else 2, signed=signed)


def _of(way: str, value: Any, language: str) -> str:
    """Write a value in the way of what it is of, with its unit, since the column has none."""
    if pd.isna(value):
        return NOTHING
    if way == "rank":
        return say("shown", "rank", language, rank=count(value))
    return points(value, language, signed=True) if way == "points" else number(value, way, language)


def _item(unit: str, item: Any, definitions: Definitions, language: str) -> str:
    """Give the title of an item."""
    known = definitions.items.get((unit, item))
    return known.title(language) if known else str(item or NOTHING)


def _word(kind: str, value: Any, definitions: Definitions, language: str) -> str:
    """Give the word of a vocabulary; the value itself where there is none."""
    if value is None:
        return NOTHING
    text = definitions.vocabulary.get(kind, {}).get(str(value))
    return text(language) if text else str(value)


def _value(kind: str, value: Any, definitions: Definitions, language: str) -> str:
    """Word a value that is no number, by its vocabulary."""
    if value is None:
        return NOTHING
    if kind == "rule":
        word = _word(kind, value, definitions, language)
        return word if word == value else f"{value} {word}"
    if kind == "question" and "." in str(value):
        unit, item = str(value).split(".")
        return f"{_item(unit, item, definitions, language)} ({_word('unit', unit, definitions, language)})"
    if kind == "figure" and value in definitions.figures:
        return definitions.figures[value].called(language)
    index = definitions.kansarmoede
    titles: Sequence[Any] = {"domain": index.domains, "class": index.classes}.get(kind, ())
    found = {title.id: title.title(language) for title in titles}
    return found.get(str(value)) or _word(kind, value, definitions, language)
