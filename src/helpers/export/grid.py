"""What a CSV file and a sheet of a workbook have in common: a header, and numbered rows of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.export.messages import ExportError, Faults, Overfull, Place
from helpers.export.names import tidy

MOST_COLUMNS = 1_000  # the layout has some forty
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of any sheet
LONGEST_CELL = 131_072  # signs
NAMED_ROWS = 3  # rows of one kind of fault that a message names, beside the first
FIRST_ROWS = 20  # rows in which a header is looked for that stands lower
MOST_CELLS = 6_000_000  # of all tables; a short row of a workbook stands for as many cells as the header
MOST_SIGNS = 100_000_000  # of all tables; in a workbook many cells may stand for one text

Record = tuple[int, Sequence[str]]


class Column:
    """A column of texts: each distinct text once, in the order in which they occur, and a code per row."""

    def __init__(self, texts: Sequence[str], codes: NDArray[np.int32]) -> None:
        self.texts = tuple(texts)
        self.codes = codes

    @cached_property
    def filled(self) -> NDArray[np.bool_]:
        """True for each row in which something stands."""
        seen = [text[:1].isalnum() or bool(tidy(text)) for text in self.texts]
        return np.array(seen, dtype=bool)[self.codes]

    def take(self, places: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Column:
        """Return some of the rows."""
        return Column(self.texts, self.codes[places])

    def without_unused(self) -> Column:
        """Return the column without texts that no row holds."""
        codes, used = pd.factorize(self.codes)
        return Column([self.texts[code] for code in used], codes.astype(np.int32))

    def counted(self) -> dict[str, int]:
        """Return how many rows hold each text."""
        return dict(zip(self.texts, np.bincount(self.codes, minlength=len(self.texts)).tolist(), strict=True))

    def changed(self, texts: Mapping[int, str]) -> Column:
        """Return the column with other texts at some places."""
        known = {text: code for code, text in enumerate(self.texts)}
        codes = self.codes.copy()
        for place, text in texts.items():
            codes[place] = known.setdefault(text, len(known))
        return Column(tuple(known), codes)

    def categorical(self) -> pd.Categorical:
        """Return the column as pandas has it: categories are the texts that some row holds."""
        texts = pd.Index(self.texts, dtype="str")
        return pd.Categorical.from_codes(self.codes, categories=texts).remove_unused_categories()

    @classmethod
    def of(cls, texts: Sequence[str]) -> Column:
        """Return a column of these texts."""
        known = {text: code for code, text in enumerate(dict.fromkeys(texts))}
        return cls(tuple(known), np.fromiter(map(known.__getitem__, texts), np.int32, count=len(texts)))

    @classmethod
    def stacked(cls, columns: Sequence[Column]) -> Column:
        """Return the rows of several columns below each other."""
        known: dict[str, int] = {}
        parts = [np.empty(0, dtype=np.int32)]
        for one in columns:
            codes = [known.setdefault(text, len(known)) for text in one.texts]
            parts.append(np.array(codes, dtype=np.int32)[one.codes])
        return cls(tuple(known), np.concatenate(parts))


@dataclass(frozen=True)
class Grid:
    """A table as it stands in the file.

    `header` are the column names without outer white space, "" for a column without a name; `columns` one for
    each of them; `row_numbers` as a spreadsheet has them. `rows` are those with a value in a column that has
    a name, counted as they were read; `nameless` the values in columns without a name, or beside the table,
    which no one reads. `header_row` is the row of the header, `first` the first rows, the header among them,
    as they were read. `short` and `long`: row number -> cells, of rows that end before the header does (what
    they lack is blank in `columns`), and of rows with values beyond it, which are not in `columns`. `merged`:
    ranges of merged cells of a workbook, first and last row, first and last column, from 1. `delimiter`: what
    stands between the cells of a CSV file.
    """

    place: Place
    header: tuple[str, ...]
    columns: tuple[Column, ...]
    row_numbers: NDArray[np.int64]
    rows: int
    nameless: int
    header_row: int = 1
    first: tuple[Record, ...] = ()
    short: Mapping[int, int] = field(default_factory=dict)
    long: Mapping[int, int] = field(default_factory=dict)
    merged: tuple[tuple[int, int, int, int], ...] = ()
    delimiter: str = ""


def build(place: Place, records: Iterable[Record], faults: Faults, *, placed: bool) -> Grid:
    """Return the grid of numbered rows, of which the first with any value is the header.

    `records` are row number and cells, blank rows too; rows without any value are left out. A fault at which
    they end is noted in `faults`, which know what was read of the export before. With `placed` each cell has
    its place, as in a workbook: then what stands beyond the header is beside the table, and a short row lacks
    nothing.

    Raises ExportError: the table is empty, its header has too many columns, or the export is too large to be
    read.
    """
    rows = iter(records)
    header_row, named = next(((row, cells) for row, cells in rows if any(map(tidy, cells))), (0, ()))
    if not named:
        remedy = "Export it again: at least the header with the column names must be there"
        raise place.error("it is empty", remedy)
    header = _header(named, header_row, place, placed=placed)
    width, nameless = len(header), 0
    first: list[Record] = [(header_row, header)]
    short: dict[int, int] = {}
    long: dict[int, int] = {}
    numbers: list[int] = []
    kept: list[list[str]] = []
    texts: dict[str, str] = {}  # so that each distinct text is kept once
    for row, cells in _up_to_a_fault(rows, faults):
        if len(first) < FIRST_ROWS:
            first.append((row, cells))
        if len(cells) != width:
            if not any(map(tidy, cells)):
                continue
            beyond = sum(1 for cell in cells[width:] if tidy(cell))
            if placed:
                nameless += beyond
            elif beyond:
                _weigh(row, cells, header, place, faults)
                long[row] = len(cells)
                continue
            elif len(cells) < width:
                short[row] = len(cells)
            cells = [*cells[:width], *[""] * (width - len(cells))]
        _weigh(row, cells, header, place, faults)
        numbers.append(row)
        kept.append([texts.setdefault(cell, cell) for cell in cells])
    columns = [Column.of(cells) for cells in zip(*kept, strict=True)] or [Column.of(())] * width
    at = np.asarray(numbers, dtype=np.int64)
    known = {"header_row": header_row, "first": tuple(first), "short": short, "long": long}
    return of_columns(place, header, columns, at, nameless=nameless, **known)


def of_columns(
    place: Place,
    header: Sequence[str],
    columns: Sequence[Column],
    row_numbers: NDArray[np.int64],
    *,
    nameless: int = 0,
    **known: Any,
) -> Grid:
    """Return the grid of columns without the rows in which nothing stands; `known` are its other fields."""
    there = np.zeros(len(row_numbers), dtype=bool)
    for name, column in zip(header, columns, strict=True):
        there |= column.filled & bool(name)
        nameless += 0 if name else int(column.filled.sum())
    taken = (
        tuple(columns) if there.all() else tuple(column.take(there).without_unused() for column in columns)
    )
    read = row_numbers[there]
    return Grid(place, tuple(header), taken, read, len(read), nameless, **known)


def _header(named: Sequence[str], row: int, place: Place, *, placed: bool) -> list[str]:
    header = [name.strip() if tidy(name) else "" for name in named]
    while placed and not header[-1]:
        header.pop()
    if len(header) > MOST_COLUMNS:
        problem = f"the header has {len(header):,} columns, more than {MOST_COLUMNS:,}"
        remedy = "Keep the columns of the registrations, and take the others out"
        raise place.error(problem, remedy, row=row)
    if max(map(len, header)) > LONGEST_CELL:
        raise too_long(place, row)
    return header


def _up_to_a_fault(rows: Iterator[Record], faults: Faults) -> Iterator[Record]:
    """Yield the rows; a fault at which they end is noted."""
    with faults.noted():
        yield from rows


def _weigh(row: int, cells: Sequence[str], header: Sequence[str], place: Place, faults: Faults) -> None:
    """Count what a row holds, and stop at what no export holds, or when all of it would fill the memory."""
    lengths = list(map(len, cells))
    if (longest := max(lengths)) > LONGEST_CELL:
        at = lengths.index(longest)
        raise too_long(place, row, header[at] if len(lengths) == len(header) else "")
    faults.cells += len(header)
    faults.signs += sum(lengths)
    if is_too_much(faults, 0, 0):
        problem = f"the export holds more than {MOST_CELLS:,} cells or {MOST_SIGNS:,} signs up to here"
        remedy = "Export fewer families at a time, or leave out columns that the layout does not have"
        raise Overfull(str(place.error(problem, remedy, row=row)))


def is_too_much(faults: Faults, cells: int, signs: int) -> bool:
    """Say whether all that was read of an export, with so much more, would fill the memory."""
    return faults.cells + cells > MOST_CELLS or faults.signs + signs > MOST_SIGNS


def too_long(place: Place, row: int, name: str = "") -> ExportError:
    """Return the error for a cell that no export holds; often a quotation mark was left open."""
    problem = f"a cell holds more than {LONGEST_CELL:,} signs, or a quotation mark is not closed"
    return place.error(problem, "Shorten the text, or close the quotation mark", row=row, column=name)
