"""A table in words, and how a page lays it out: which columns, their units, what the caption adds.

Numbers are written in the way of the language; the file has everything.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pandas as pd

from helpers.definitions import Definitions, Table, Text
from helpers.definitions.languages import texts
from helpers.definitions.outputs import Column
from helpers.formats import NOTHING, count, decimal, p_value, percentage, points, visible
from helpers.words import say

ITEM, LABEL = "item", "label"  # vocabularies: the codebook; the column that has the words
PERCENT = re.compile(r"\s?%$")
SAID_ONCE = ("unit", "item")  # columns that the caption tells where all rows share the value
MEASURED = ("count", "score", "number", "statistic")  # types of numbers that do not show their unit
POINTS = "points"  # the format of differences of shares
SIGNED = r"\+0\.0+"  # formats of differences between numbers that stand beside them
FEW, MANY = 5, 7  # rows up to which, and columns beyond which, a table is laid on its side

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
    """Put a table, or its first rows, into words.

    `definitions` has words for values, titles of items, domains and classes, and columns that tables share;
    `declared` has titles of columns, formats, and what stands in the file alone. The two ends of an interval,
    in neighbouring columns `x_low` and `x_high`, are one column, called `x_low`; shares of which none has an
    interval have no such column.
    """
    shown = table if rows is None else table.head(rows)
    columns = [definitions.outputs.column(str(name), declared) for name in shown.columns]
    columns = [column for column in columns if not column.file_only]
    pairs = [(low.name, high.name) for low, high in pairwise(columns) if low.name.endswith("_low")]
    ends = {low: high for low, high in pairs if high == f"{low.removesuffix('_low')}_high"}
    hidden = {*ends.values(), *(low for low in ends if "share" in shown and _has_none(shown, low))}
    columns = [column for column in columns if column.name not in hidden]
    usual = definitions.outputs.columns["ci_low"].title  # the lower end of an interval always has one
    words = [
        _interval(shown, column, ends[column.name], language)
        if column.name in ends
        else _column(shown, column, definitions, language)
        for column in columns
    ]
    return Worded(
        tuple(column.name for column in columns),
        tuple((column.title or usual or column.description)(language) for column in columns),
        tuple(zip(*words, strict=True)),
        tuple(_is_number(shown[column.name]) for column in columns),
    )


def _has_none(table: pd.DataFrame, low: str) -> bool:
    """Whether there are shares, and no interval of any: a public edition has none of persons."""
    return bool(table["share"].notna().any() and table[low].isna().all())


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

    >>> interval_text("41.2%", "62.2%", "en"), interval_text("−0,02", "0,58", "nl")
    ('41.2 to 62.2%', '−0,02 tot 0,58')
    """
    return say("shown", "interval", language, low=PERCENT.sub("", low), high=high)


def number(value: Any, way: str, language: str, *, whole: bool = False) -> str:
    """Write a number in the way of its column, as in `outputs/shared.yml`; by default `0.00`.

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
    if way == POINTS:
        return points(value, language, digits=1, signed=True, unit=False)
    if way == "mixed":
        return decimal(value, language, digits=0 if float(value).is_integer() else 2)
    return decimal(value, language, digits=digits if way else 2, signed=signed)


def _of(way: str, value: Any, language: str) -> str:
    """Write a value in the way of what it is of, with its unit, since the column has none."""
    if pd.isna(value):
        return NOTHING
    if way == "rank":
        return say("shown", "rank", language, rank=count(value))
    return points(value, language, signed=True) if way == POINTS else number(value, way, language)


def _item(unit: str, item: Any, definitions: Definitions, language: str) -> str:
    known = definitions.items.get((unit, item))
    return known.title(language) if known else str(item or NOTHING)


def _word(kind: str, value: Any, definitions: Definitions, language: str) -> str:
    if value is None:
        return NOTHING
    text = definitions.vocabulary.get(kind, {}).get(str(value))
    return text(language) if text else str(value)


def _value(kind: str, value: Any, definitions: Definitions, language: str) -> str:
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
    if kind == "domain_set":  # joined by +; none: "-"
        joined = [_value("domain", one, definitions, language) for one in str(value).split("+")]
        return NOTHING if value == "-" else ", ".join(joined)
    index = definitions.kansarmoede
    titles: Sequence[Any] = {"domain": index.domains, "class": index.classes}.get(kind, ())
    found = {title.id: title.title(language) for title in titles}
    return found.get(str(value)) or _word(kind, value, definitions, language)


# ---- on a page -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Layout:
    """A table as it stands on a page: its words, the meaning of each column, its caption and notes.

    `languages` has of each column that of its text, where that is not the language of the page.
    """

    table: Worded
    meanings: tuple[str, ...]
    caption: str
    notes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


def lay_out(
    declared: Table | None,
    table: pd.DataFrame,
    caption: str,
    *,
    definitions: Definitions,
    language: str,
    rows: int | None = None,
) -> Layout:
    """Lay out a table for reading, or its first rows; the other parameters are those of `worded`.

    Unit and item are left to the notes where all rows share them. A few rows of many columns lie on their
    side, so that a phone and a sheet of paper can hold them.
    """
    shown = worded(table, definitions=definitions, language=language, declared=declared, rows=rows)
    columns = [definitions.outputs.column(name, declared) for name in shown.names]
    once = [
        name
        for name in SAID_ONCE
        if declared and name in shown.names and len(table) > 1 and table[name].nunique(dropna=False) == 1
    ]
    at_once = [shown.names.index(name) for name in shown.names if name in once]
    said_once = [f"{shown.headers[at]}: {shown.rows[0][at]}." for at in at_once]
    units = _units(declared, shown.names, definitions) if declared else {}
    units |= {column.name: ("", Text(**texts()[POINTS])) for column in columns if column.format == POINTS}
    told, in_headers = _placed(units, shown, language)
    notes = [*(said[:1].upper() + said[1:] for said in said_once), *told]
    if any(column.name == "difference" or re.fullmatch(SIGNED, column.format) for column in columns):
        notes.append(say("shown", "unrounded", language))
    if any(NOTHING in row for row in shown.rows):
        notes.append(say("shown", "dash", language))
    if len(shown.rows) < len(table):
        part = say("shown", "first_rows", language, shown=len(shown.rows), n=len(table))
        caption = f"{caption.rstrip('.')} {part}"
    laid = replace(shown, headers=in_headers).without(once)
    known = {column.name: column.description(language) for column in declared.columns} if declared else {}
    meanings = tuple(known.get(column, "") for column in laid.names)
    if 0 < len(table) <= FEW and len(laid.rows) == len(table) and len(laid.names) > MANY:
        return _on_its_side(Layout(laid, meanings, caption, tuple(notes)), language)
    spoken = (definitions.outputs.column(column, declared).language for column in laid.names)
    return Layout(laid, meanings, caption, tuple(notes), others(spoken, language))


def others(spoken: Iterable[str], language: str) -> tuple[str, ...]:
    """Keep the languages that are not that of the page; nothing where all are that.

    >>> others(["", "nl"], "nl"), others(["", "nl"], "en")
    ((), ('', 'nl'))
    """
    found = tuple(one if one != language else "" for one in spoken)
    return found if any(found) else ()


def _units(declared: Table, shown: Sequence[str], definitions: Definitions) -> dict[str, tuple[str, Text]]:
    """Give type and unit of each column whose numbers do not show what they count.

    What the rows of a distribution count is said by its figure.
    """
    columns = [column for column in declared.columns if column.name in shown]
    units = {c.name: (c.type, c.unit) for c in columns if c.unit is not None and c.type in MEASURED}
    if declared.figure is not None and {"level", "group"} & {*shown} and "n" in units:
        counted = definitions.vocabulary["unit_of_analysis"][declared.figure.unit_of_analysis]
        units["n"] = ("count", counted)
    return units


def _placed(
    units: Mapping[str, tuple[str, Text]], shown: Worded, language: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Put the unit that several counts share in a note, the others in the headers that do not say it."""
    titles = dict(zip(shown.names, shown.headers, strict=True))
    unsaid = {
        column: (kind, unit(language))
        for column, (kind, unit) in units.items()
        if unit(language) not in titles[column]
    }
    ((most, times),) = Counter(unit for kind, unit in unsaid.values() if kind == "count").most_common(1) or [
        ("", 0)
    ]
    noted = most if times > 1 else ""
    headers = tuple(
        f"{title} ({unsaid[column][1]})" if column in unsaid and unsaid[column] != ("count", noted) else title
        for column, title in titles.items()
    )
    return ((say("shown", "counts", language, unit=noted),) if noted else ()), headers


def _on_its_side(layout: Layout, language: str) -> Layout:
    """Turn rows into columns: the headers head the rows, the first column heads the columns."""
    table = layout.table
    first, names, columns = table.headers[0], table.headers[1:], [row[1:] for row in table.rows]
    heads = tuple(str(row[0]) for row in table.rows)
    if len(table.rows) == 1:  # nothing tells it from another: it is the values themselves
        first, value = (say("shown", word, language) for word in ("measure", "value"))
        names, columns, heads = table.headers, [*table.rows], (value,)
    turned = Worded(
        names=("",) * (1 + len(heads)),
        headers=(first, *heads),
        rows=tuple((name, *row) for name, row in zip(names, zip(*columns, strict=True), strict=True)),
        numeric=(False, *(True for _ in heads)),
    )
    return replace(layout, table=turned, meanings=("",) * len(turned.headers))


def table_text(layout: Layout) -> str:
    """Write a table as plain text, columns aligned."""
    table = layout.table
    lines = [[visible(_plain(cell)) for cell in line] for line in (table.headers, *table.rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.headers))]
    written = (
        "  ".join(
            cell.rjust(width) if numeric else cell.ljust(width)
            for cell, width, numeric in zip(line, widths, table.numeric, strict=True)
        ).rstrip()
        for line in lines
    )
    return "\n".join([layout.caption, *layout.notes, *written])


def flat(cell: Cell) -> str:
    """Give the text of a cell, without what is marked in it."""
    return cell if isinstance(cell, str) else "".join(text for text, _ in cell)


def _plain(cell: Cell) -> str:
    """Write a cell as text; what is marked in it stands between asterisks."""
    return cell if isinstance(cell, str) else "".join(f"*{text}*" if mark else text for text, mark in cell)
