"""A table as a page shows it: headers and values in words, numbers in the way of the language."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.formats import NOTHING, count, decimal, is_p_value, p_value, percentage, points
from helpers.show._headers import (
    DIGITS,
    HEADERS,
    INTERVAL,
    INTERVALS,
    MEASURES,
    PLAIN,
    POINTS,
    RANK,
    SHARES,
    SIGNED_NUMBERS,
    SIGNED_SHARES,
    VALUES,
)

KINDS = {  # vocabularies of columns that are not called as they are
    "stage": "flow_stage",
    "sheet": "unit",
    "pilot": "pilot",
    "moment": "moment",
    "unit": "unit",
    "level": "status",
    "education": "education",
    "characteristic": "characteristic",
    "rule": "rule",
    "direction": "direction",
    "household_type": "household_type",
    "effect": "effect",
    "note": "note",
    "section": "claim_section",
    "case": "bound",
    "standing": "standing",
    "dimension": "dimension",
    "headline": "headline",
    "mapping": "mapping",
    "members": "members",
    "unknown_domain": "unknown_domain",
    "follow_up_rule": "follow_up_rule",
    "group": "review_group",
    "outcome": "outcome",
    "question": "question",
    "status": "follow_up_status",
    "items": "item_set",
    "line": "line",
    "verdict": "verdict",
    "answer": "planning_answer",
    "aspect": "pilot_aspect",
    "feature": "pilot_feature",
    "statistic": "pilot_statistic",
    "strata": "pilot_strata",
    "way": "direction",
    "why_not": "why_not",
}
YES, NO = Text("ja", "yes"), Text("nee", "no")
TO = Text("tot", "to")
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
    labels: Mapping[str, Text] | None = None,
    rows: int | None = None,
    hidden: Collection[str] = (),
) -> Worded:
    """Put a table into words.

    Parameters
    ----------
    table : DataFrame
        Any table of the report.
    definitions : Definitions
        Words for values, titles of items, domains and classes.
    language : str
        `nl` or `en`.
    labels : mapping of column to Text, optional
        Column titles other than the usual ones.
    rows : int, optional
        How many rows to show; all by default.
    hidden : collection of str, optional
        Columns to leave out.

    Returns
    -------
    Worded
        The two ends of an interval, in neighbouring columns `x_low` and `x_high`, are one column, called
        `x_low`.
    """
    shown = table if rows is None else table.head(rows)
    titles = HEADERS | dict(labels or {})
    names = [name for name in shown.columns if name not in hidden]
    ends = {low: high for low, high in pairwise(names) if _is_interval(low, high)}
    names = [name for name in names if name not in ends.values()]
    titles |= {low: INTERVALS.get(low, INTERVAL) for low in ends}
    headers = tuple(titles[name](language) if name in titles else str(name) for name in names)
    columns = [
        _interval(shown, name, ends[name], language)
        if name in ends
        else _column(shown, name, definitions, language)
        for name in names
    ]
    return Worded(
        tuple(names),
        headers,
        tuple(zip(*columns, strict=True)),
        tuple(_is_number(shown[name]) for name in names),
    )


def _is_interval(low: str, high: str) -> bool:
    """Whether two columns are the ends of one interval."""
    return low.endswith("_low") and high == f"{low.removesuffix('_low')}_high"


def _is_number(series: pd.Series) -> bool:
    """Whether the values of a column are numbers; truth values are words."""
    kind = series.dtype
    return pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind)


def _interval(table: pd.DataFrame, low: str, high: str, language: str) -> list[str]:
    """Word an interval: its two ends, with the sign of a percentage once."""
    whole = table[low].dtype != "float64"
    ends = (
        (number(a, low, language, whole=whole), number(b, high, language, whole=whole))
        for a, b in zip(table[low], table[high], strict=True)
    )
    return [NOTHING if NOTHING in pair else interval_text(*pair, language) for pair in ends]


def _column(table: pd.DataFrame, name: str, definitions: Definitions, language: str) -> list[str]:
    """Word one column."""
    series = table[name]
    if pd.api.types.is_bool_dtype(series.dtype):
        return [NOTHING if pd.isna(value) else (YES if value else NO)(language) for value in series]
    if name == "value" and (kinds := next((k for k in ("headline", "measure") if k in table), None)):
        return [_of(kind, value, language) for kind, value in zip(table[kinds], series, strict=True)]
    plain = next((digits[name] for key, digits in PLAIN.items() if key in table and name in digits), None)
    if plain is not None and series.dtype == "float64":
        return [
            decimal(value, language, digits=plain, signed="change" in table and name != "se")
            for value in series
        ]
    if pd.api.types.is_numeric_dtype(series.dtype):
        return [number(value, name, language, whole=series.dtype != "float64") for value in series]
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return [NOTHING if pd.isna(value) else value.date().isoformat() for value in series]
    values = [None if pd.isna(value) else value for value in series.astype("object")]
    if name == "item" and "unit" in table:
        units = table["unit"].astype(str)
        return [_item(unit, item, definitions, language) for unit, item in zip(units, values, strict=True)]
    if name == "theme" and "label" in table:
        return [str(label) for label in table["label"]]
    if name == "verdict" and "claim_nl" in table:
        return [_word("claim_verdict", value, definitions, language) for value in values]
    if name == "option" and "dimension" in table:
        kinds = table["dimension"].astype(str)
        return [_word(kind, value, definitions, language) for kind, value in zip(kinds, values, strict=True)]
    if name == "value" and {"characteristic", "feature"} & set(table):
        kinds = table["feature" if "feature" in table else "characteristic"].astype(str)
        return [_word(kind, value, definitions, language) for kind, value in zip(kinds, values, strict=True)]
    return [_value(name, value, definitions, language) for value in values]


def interval_text(low: str, high: str, language: str) -> str:
    """Write the two ends of an interval.

    Examples
    --------
    >>> interval_text("41.2%", "62.2%", "en"), interval_text("−0,02", "0,58", "nl")
    ('41.2 to 62.2%', '−0,02 tot 0,58')
    """
    return f"{PERCENT.sub('', low)} {TO(language)} {high}"


def number(value: Any, name: str, language: str, *, whole: bool) -> str:
    """Write a number in the way of its column: count, share, p-value, or a plain number.

    Examples
    --------
    >>> number(0.0801, "sign_exact_p", "nl", whole=False), number(0.5, "share", "en", whole=False)
    ('0,080', '50.0%')
    """
    if whole:
        return count(value)
    if is_p_value(name):
        return p_value(value, language).removeprefix("p ").removeprefix("= ")
    if name in SHARES or name in SIGNED_SHARES:
        return percentage(value, language, signed=name in SIGNED_SHARES)
    if name in POINTS:
        return decimal(None if pd.isna(value) else 100 * value, language, digits=1, signed=True)
    if name == "value" and not pd.isna(value) and float(value).is_integer():
        return decimal(value, language, digits=0)
    return decimal(value, language, digits=DIGITS.get(name, 2), signed=name in SIGNED_NUMBERS)


def _of(kind: str, value: Any, language: str) -> str:
    """Write a value in the way of what it is of, which the same row names."""
    way = VALUES.get(kind)
    if pd.isna(value) or way is None:
        return number(value, "value", language, whole=False)
    if way == "rank":
        return RANK(language).format(rank=count(value))
    if way == "points":
        return points(value, language, signed=True)
    return percentage(value, language, signed=True)


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


def _value(name: str, value: Any, definitions: Definitions, language: str) -> str:
    """Word a value that is no number."""
    if value is None:
        return NOTHING
    if name == "rule":
        word = _word("rule", value, definitions, language)
        return word if word == value else f"{value} {word}"
    if name == "question" and "." in str(value):
        unit, item = str(value).split(".")
        return f"{_item(unit, item, definitions, language)} ({_word('unit', unit, definitions, language)})"
    if name == "measure" and value in MEASURES:
        return MEASURES[value](language)
    titles: Sequence[Any] = ()
    if name == "domain":
        titles = definitions.kansarmoede.domains
    elif name == "class":
        titles = definitions.kansarmoede.classes
    elif name == "figure" and value in definitions.figures:
        return f"{Text('Figuur', 'Figure')(language)} {definitions.figures[value].number}"
    found = {title.id: title.title(language) for title in titles}
    return found.get(str(value)) or _word(KINDS.get(name, ""), value, definitions, language)
