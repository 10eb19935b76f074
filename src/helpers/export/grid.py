"""What a CSV file and a sheet of a workbook have in common: a header, and numbered rows of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.export.messages import ExportError, Faults, Overfull, Place
from helpers.export.names import tidy

CHUNK_CELLS = 200_000  # cells held as Python lists at a time
MOST_COLUMNS = 1_000  # the layout has some forty
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of any sheet
LONGEST_CELL = 131_072  # signs
NAMED_ROWS = 3  # rows of one kind of fault that a message names, beside the first
FIRST_ROWS = 20  # rows in which a header is looked for that stands lower
MOST_CELLS = 6_000_000  # of all tables; a short row of a workbook stands for as many cells as the header
MOST_SIGNS = 100_000_000  # of all tables; in a workbook many cells may stand for one text
LESS = "Export fewer families at a time, or leave out columns that the layout does not have"

Record = tuple[int, Sequence[str]]


@dataclass
class Load:
    """Cells and signs of an export that were read so far: all of it has to fit in the memory."""

    cells: int = 0
    signs: int = 0

    def add(self, place: Place, row: int, *, cells: int, signs: int) -> None:
        """Count what some rows hold, of which `row` is the last.

        Raises
        ------
        Overfull
            All that was read so far is more than fits.
        """
        self.cells += cells
        self.signs += signs
        if self.cells > MOST_CELLS or self.signs > MOST_SIGNS:
            problem = f"the export holds more than {MOST_CELLS:,} cells or {MOST_SIGNS:,} signs up to here"
            raise Overfull(str(place.error(problem, LESS, row=row)))


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

    def take(self, places: NDArray[np.intp] | NDArray[np.bool_]) -> Column:
        """Return some of the rows."""
        return Column(self.texts, self.codes[places])

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

    def compact(self) -> Column:
        """Return the column without the texts that no row holds."""
        counts = np.bincount(self.codes, minlength=len(self.texts))
        if counts.all():
            return self
        codes = (np.cumsum(counts > 0) - 1).astype(np.int32)
        return Column(
            [text for text, count in zip(self.texts, counts, strict=True) if count], codes[self.codes]
        )

    def categorical(self) -> pd.Categorical:
        """Return the column as pandas has it: categories are the texts."""
        return pd.Categorical.from_codes(self.codes, categories=pd.Index(self.texts, dtype="str"))

    @classmethod
    def of(cls, texts: Iterable[str]) -> Column:
        """Return a column of these texts."""
        encoder = _Encoder()
        encoder.add(list(texts))
        return encoder.column()

    @classmethod
    def stacked(cls, columns: Sequence[Column]) -> Column:
        """Return the rows of several columns below each other."""
        known: dict[str, int] = {}
        parts = [
            np.array([known.setdefault(text, len(known)) for text in one.texts], dtype=np.int32)[one.codes]
            for one in columns
        ]
        return cls(tuple(known), np.concatenate(parts) if parts else np.empty(0, dtype=np.int32))


class _Codes(dict[str, int]):
    """Text -> code; a text that is new gets the next one."""

    def __missing__(self, text: str) -> int:
        code = self[text] = len(self)
        return code


class _Encoder:
    """A column on its way from the file."""

    def __init__(self) -> None:
        self._known = _Codes()
        self._codes: list[NDArray[np.int32]] = []

    def add(self, texts: Sequence[str]) -> None:
        """Take some rows."""
        self._codes.append(np.fromiter(map(self._known.__getitem__, texts), dtype=np.int32, count=len(texts)))

    def column(self) -> Column:
        codes = np.concatenate(self._codes) if self._codes else np.empty(0, dtype=np.int32)
        return Column(tuple(self._known), codes)


@dataclass(frozen=True)
class Grid:
    """A table as it stands in the file.

    Attributes
    ----------
    place
        The file and sheet.
    header
        The column names without outer white space; a column without a name is "".
    columns
        One for each name of the header.
    row_numbers
        The number of each row, as a spreadsheet has it.
    rows
        Rows with a value in a column that has a name, counted as they were read.
    nameless
        Values that stand in columns without a name, or beside the table, which no one reads.
    header_row
        Number of the row of the header.
    first
        The first rows, the header among them, as they were read.
    short
        Row number -> cells, of rows that end before the header does; what they lack is blank in `columns`.
    long
        Row number -> cells, of rows with values beyond the header; they are not in `columns`.
    merged
        Ranges of merged cells of a workbook: first and last row, first and last column, from 1.
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

    @cached_property
    def cells(self) -> pd.DataFrame:
        """One text column per header cell, named 0, 1, …; the index holds the row numbers."""
        texts = {place: column.categorical().astype("str") for place, column in enumerate(self.columns)}
        return pd.DataFrame(texts, index=pd.Index(self.row_numbers, dtype="int64", name="row"))


def too_long(place: Place, row: int, name: str = "") -> ExportError:
    """Return the error for a cell that no export holds; often a quotation mark was left open."""
    problem = f"a cell holds more than {LONGEST_CELL:,} signs, or a quotation mark is not closed"
    return place.error(problem, "Shorten the text, or close the quotation mark", row=row, column=name)


class _Table:
    """The rows of a table on their way from the file to the grid."""

    def __init__(self, place: Place, header: Sequence[str], load: Load, *, placed: bool) -> None:
        self.place, self.header, self.load, self.placed = place, header, load, placed
        self.encoders = [_Encoder() for _ in header]
        self.numbers: list[int] = []
        self.beside = 0
        self.short: dict[int, int] = {}
        self.long: dict[int, int] = {}
        self._chunk: list[Sequence[str]] = []
        self._fresh: list[int] = []

    def read(self, records: Iterable[Record]) -> None:
        """Take the rows, in chunks so that a large file fits in memory."""
        width = len(self.header)
        most = max(1, CHUNK_CELLS // width)
        chunk, fresh = self._chunk, self._fresh
        for row, cells in records:
            fitted = cells if len(cells) == width else self._fitted(row, cells)
            if fitted is None:
                continue
            chunk.append(fitted)
            fresh.append(row)
            if len(chunk) >= most:
                self.flush()

    def _fitted(self, row: int, cells: Sequence[str]) -> Sequence[str] | None:
        """Return a row at the width of the header; None when it holds nothing, or too much."""
        width = len(self.header)
        extra = sum(1 for cell in cells[width:] if tidy(cell))
        if not any(map(tidy, cells)):
            return None
        if self.placed:
            self.beside += extra
        elif extra:
            self._weigh(row, cells)
            self.long[row] = len(cells)
            return None
        elif len(cells) < width:
            self.short[row] = len(cells)
        return [*cells[:width], *[""] * (width - len(cells))]

    def _weigh(self, row: int, cells: Sequence[str]) -> None:
        """Count a row that no column takes."""
        if max(map(len, cells)) > LONGEST_CELL:
            raise too_long(self.place, row)
        self.load.add(self.place, row, cells=0, signs=sum(map(len, cells)))

    def flush(self) -> None:
        """Take what was gathered into the columns."""
        if not self._chunk:
            return
        signs = 0
        for name, encoder, column in zip(
            self.header, self.encoders, zip(*self._chunk, strict=True), strict=True
        ):
            lengths = list(map(len, column))
            if max(lengths) > LONGEST_CELL:
                raise too_long(self.place, self._fresh[lengths.index(max(lengths))], name)
            encoder.add(column)
            signs += sum(lengths)
        cells = len(self._chunk) * len(self.header)
        self.load.add(self.place, self._fresh[-1], cells=cells, signs=signs)
        self.numbers += self._fresh
        self._chunk.clear()
        self._fresh.clear()

    def grid(self, header_row: int, first: Sequence[Record]) -> Grid:
        """Return the rows that hold a value under a name."""
        columns = [encoder.column() for encoder in self.encoders]
        rows = np.asarray(self.numbers, dtype=np.int64)
        kept, nameless = np.zeros(len(rows), dtype=bool), self.beside
        for name, column in zip(self.header, columns, strict=True):
            if name:
                kept |= column.filled
            else:
                nameless += int(column.filled.sum())
        if not kept.all():
            columns, rows = [column.take(kept) for column in columns], rows[kept]
        read = int(kept.sum())
        return Grid(
            self.place, tuple(self.header), tuple(columns), rows, read, nameless, header_row, tuple(first),
            self.short, self.long,
        )  # fmt: skip


def build(place: Place, records: Iterable[Record], faults: Faults, *, load: Load, placed: bool) -> Grid:
    """Return the grid of numbered rows, of which the first with any value is the header.

    Parameters
    ----------
    place
        The file and sheet, for messages.
    records
        Row number and cells of each row, blank rows too; rows without any value are left out.
    faults
        A fault at which the records end is noted here.
    load
        What was read of the export before.
    placed
        Whether each cell has its place, as in a workbook: then what stands beyond the header is beside the
        table, and a short row lacks nothing.

    Raises
    ------
    ExportError
        The table is empty, its header has too many columns, or the export is too large to be read.
    """
    rows = iter(records)
    header_row, named = next(((row, cells) for row, cells in rows if any(map(tidy, cells))), (0, ()))
    if not named:
        raise place.error(
            "it is empty", "Export it again: at least the header with the column names must be there"
        )
    header = [name.strip() for name in named]
    while placed and not tidy(header[-1]):
        header.pop()
    header = [name if tidy(name) else "" for name in header]
    if len(header) > MOST_COLUMNS:
        problem = f"the header has {len(header):,} columns, more than {MOST_COLUMNS:,}"
        remedy = "Keep the columns of the registrations, and take the others out"
        raise place.error(problem, remedy, row=header_row)
    if max(map(len, header)) > LONGEST_CELL:
        raise too_long(place, header_row)
    first: list[Record] = [(header_row, header)]
    table = _Table(place, header, load, placed=placed)
    with faults.noted():
        table.read(_remembered(rows, first))
    table.flush()
    return table.grid(header_row, first)


def _remembered(records: Iterator[Record], first: list[Record]) -> Iterator[Record]:
    """Yield the rows, and keep the first ones."""
    for record in records:
        first.append(record)
        yield record
        if len(first) >= FIRST_ROWS:
            break
    yield from records
