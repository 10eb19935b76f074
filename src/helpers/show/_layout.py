"""How a page lays out a table: which columns, their units, what the caption adds; the file has everything."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from helpers.definitions import Definitions, Table, Text
from helpers.definitions.outputs import Column
from helpers.formats import NOTHING
from helpers.show._worded import Worded, worded
from helpers.words import say

SAID_ONCE = ("unit", "item")  # columns that the caption tells where all rows share the value
MEASURED = ("count", "score", "number", "statistic")  # types of numbers that do not show their unit
DIFFERENCE = r"points|\+0\.0+"  # formats of differences between numbers that stand beside them
FEW, MANY = 5, 7  # rows up to which, and columns beyond which, a table is laid on its side


@dataclass(frozen=True)
class Layout:
    """A table as it stands on a page: its words, the meaning of each column, its caption and notes."""

    table: Worded
    meanings: tuple[str, ...]
    caption: str
    notes: tuple[str, ...] = ()


def lay_out(
    declared: Table | None,
    table: pd.DataFrame,
    caption: str,
    *,
    definitions: Definitions,
    language: str,
    rows: int | None = None,
) -> Layout:
    """Lay out a table for reading.

    Parameters
    ----------
    declared : Table or None
        What is declared of it: titles, formats, units, meanings.
    table : DataFrame
        All rows and columns.
    caption : str
        What the table is called.
    definitions : Definitions
        Words for values, titles of items, domains and classes.
    language : str
        `nl` or `en`.
    rows : int, optional
        How many rows to show; all by default.

    Returns
    -------
    Layout
        Unit and item are left to the notes where all rows share them. A few rows of many columns lie on
        their side, so that a phone and a sheet of paper can hold them.
    """
    shown = worded(table, definitions=definitions, language=language, declared=declared, rows=rows)
    columns = [definitions.outputs.column(name, declared) for name in shown.names]
    once = [column for column in shown.names if declared and _is_said_once(table, column)]
    units = _units(declared, shown.names, definitions) if declared else {}
    told, in_headers = _placed(units, shown, language)
    notes = (*_said_once(shown, once), *told, *_remarks(shown, columns, language))
    if len(shown.rows) < len(table):
        part = say("shown", "first_rows", language, shown=len(shown.rows), n=len(table))
        caption = f"{caption.rstrip('.')} {part}"
    laid = replace(shown, headers=in_headers).without(once)
    known = {column.name: column.description(language) for column in declared.columns} if declared else {}
    meanings = tuple(known.get(column, "") for column in laid.names)
    if 0 < len(table) <= FEW and len(laid.rows) == len(table) and len(laid.names) > MANY:
        return _on_its_side(Layout(laid, meanings, caption, notes), language)
    return Layout(laid, meanings, caption, notes)


def _is_said_once(table: pd.DataFrame, column: str) -> bool:
    """Whether a column says the same in every one of several rows."""
    return column in SAID_ONCE and len(table) > 1 and table[column].nunique(dropna=False) == 1


def _said_once(shown: Worded, columns: Sequence[str]) -> Iterator[str]:
    """Tell the value that all rows share."""
    for column in columns:
        at = shown.names.index(column)
        said = f"{shown.headers[at]}: {shown.rows[0][at]}."
        yield said[:1].upper() + said[1:]


def _units(declared: Table, shown: Sequence[str], definitions: Definitions) -> dict[str, tuple[str, Text]]:
    """Give type and unit of each column whose numbers do not show what they count.

    What the rows of a distribution count is said by its figure.
    """
    columns = [column for column in declared.columns if column.name in shown]
    units = {c.name: (c.type, c.unit) for c in columns if c.unit is not None and c.type in MEASURED}
    if declared.figure is not None and "level" in shown and "n" in units:
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


def _remarks(shown: Worded, columns: Sequence[Column], language: str) -> Iterator[str]:
    """Say how differences were worked out, and what a dash means, where there are any."""
    if any(re.fullmatch(DIFFERENCE, column.format) for column in columns):
        yield say("shown", "unrounded", language)
    if any(NOTHING in row for row in shown.rows):
        yield say("shown", "dash", language)


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
