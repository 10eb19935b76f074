"""What a CSV file and a sheet of a workbook have in common: a header, and numbered rows of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import pandas as pd

from helpers.export._load import Load
from helpers.export._messages import ExportError, Faults, Place

CHUNK_CELLS = 500_000  # cells held as Python lists at a time
MOST_COLUMNS = 1_000  # the layout has some forty
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of any sheet
LONGEST_CELL = 131_072  # signs
NAMED_ROWS = 3  # rows of one kind of fault that a message names, beside the first

Record = tuple[int, Sequence[str]]


@dataclass(frozen=True)
class Grid:
    """A table as it stands in the file.

    Attributes
    ----------
    place
        The file and sheet.
    header
        The column names without outer white space; a column without a name is "".
    cells
        One text column per header cell, named 0, 1, …; the index holds row numbers as a spreadsheet has them.
    rows
        Rows with a value in a column that has a name, counted as they were read.
    nameless
        Values that stand in columns without a name, which no one reads.
    """

    place: Place
    header: tuple[str, ...]
    cells: pd.DataFrame
    rows: int
    nameless: int


@dataclass
class _Rows:
    """Rows on their way from the file to the grid: what they hold, and which of them do not fit."""

    place: Place
    header: Sequence[str]
    ragged: bool
    load: Load
    read: int = 0
    nameless: int = 0
    unfit: int = 0
    first_unfit: list[tuple[int, int]] = field(default_factory=list)

    def fitted(self, records: Iterable[Record]) -> Iterator[Record]:
        """Yield the rows with as many cells as the header; leave out those without a value under a name."""
        width = len(self.header)
        named = [position for position, name in enumerate(self.header) if name]
        for row, cells in records:
            self._weigh(row, cells)
            if len(cells) != width:
                if not self.ragged:
                    self._leave_out(row, len(cells))
                    continue
                self.nameless += sum(1 for cell in cells[width:] if cell.strip())
                cells = [*cells[:width], *[""] * (width - len(cells))]
            if len(named) == width and not self.ragged:
                under_names = 1  # a row without any value does not come here
            else:
                under_names = sum(1 for position in named if cells[position].strip())
                self.nameless += sum(1 for cell in cells if cell.strip()) - under_names
            if under_names:
                self.read += 1
                self.load.add(self.place, row, cells=width)
                yield row, cells

    def _weigh(self, row: int, cells: Sequence[str]) -> None:
        """Stop at a cell, or an export, so large that it would fill the memory."""
        signs = sum(map(len, cells))
        if signs > LONGEST_CELL:
            for position, cell in enumerate(cells):
                if len(cell) > LONGEST_CELL:
                    raise too_long(self.place, row, self.header[position : position + 1])
        self.load.add(self.place, row, signs=signs)

    def _leave_out(self, row: int, cells: int) -> None:
        """Count a row with more or fewer cells than the header; the first ones are remembered."""
        self.unfit += 1
        if self.unfit <= 1 + NAMED_ROWS:
            self.first_unfit.append((row, cells))

    def note_unfit(self, faults: Faults) -> None:
        """Note the rows with more or fewer cells than the header: the first with its cells, then others."""
        if not self.unfit:
            return
        (row, cells), *others = self.first_unfit
        problem = f"the row has {cells} cells and the header {len(self.header)}"
        if others:
            some = ", ".join(str(number) for number, _ in others)
            more = self.unfit - len(self.first_unfit)
            problem += f" (nor does row {some}{f' and {more} more' if more > 0 else ''})"
        remedy = (
            "Text that holds the delimiter, a quotation mark or a line break must stand in quotation marks"
        )
        faults.add(self.place.error(problem, remedy, row=row))


def too_long(place: Place, row: int, name: Sequence[str]) -> ExportError:
    """Return the error for a cell that no export holds; often a quotation mark was left open."""
    problem = f"a cell holds more than {LONGEST_CELL:,} signs, or a quotation mark is not closed"
    return place.error(
        problem, "Shorten the text, or close the quotation mark", row=row, column="".join(name)
    )


def build(place: Place, records: Iterable[Record], faults: Faults, *, load: Load, ragged: bool) -> Grid:
    """Return the grid of numbered rows, of which the first with any value is the header.

    Parameters
    ----------
    place
        The file and sheet, for messages.
    records
        Row number and cells of each row, blank rows too; rows without any value are left out.
    faults
        Rows that do not fit are noted here and left out; so is a fault at which the records end.
    load
        What was read of the export before.
    ragged
        Whether a row may have fewer cells than the header, or more, as in a workbook: each cell has its place
        there, and what stands beside the table is in a column without a name.

    Raises
    ------
    ExportError
        The table is empty, its header has too many columns, or the export is too large to be read.
    """
    filled = ((row, cells) for row, cells in records if any(map(str.strip, cells)))
    first = next(filled, None)
    if first is None:
        raise place.error(
            "it is empty", "Export it again: at least the header with the column names must be there"
        )
    header = [name.strip() for name in first[1]]
    while ragged and not header[-1]:
        header.pop()
    if len(header) > MOST_COLUMNS:
        problem = f"the header has {len(header):,} columns, more than {MOST_COLUMNS:,}"
        raise place.error(
            problem, "Keep the columns of the registrations, and take the others out", row=first[0]
        )
    if max(map(len, header)) > LONGEST_CELL:
        raise too_long(place, first[0], ())
    rows = _Rows(place, header, ragged, load)
    cells = _frame(_until_fault(rows.fitted(filled), faults), width=len(header))
    rows.note_unfit(faults)
    return Grid(place, tuple(header), cells, rows.read, rows.nameless)


def _until_fault(records: Iterator[Record], faults: Faults) -> Iterator[Record]:
    """Yield the rows before a fault of the file, and note that fault."""
    with faults.noted():
        yield from records


def _frame(rows: Iterator[Record], *, width: int) -> pd.DataFrame:
    """Return the rows as text columns, made in pieces so that a large file fits in memory."""
    pieces = []
    while chunk := list(islice(rows, max(1, CHUNK_CELLS // width))):
        columns = zip(*(cells for _, cells in chunk), strict=True)
        pieces.append(_piece([row for row, _ in chunk], columns))
    if not pieces:
        return _piece([], ([] for _ in range(width)))
    return pd.concat(pieces)


def _piece(numbers: list[int], columns: Iterable[Sequence[str]]) -> pd.DataFrame:
    index = pd.Index(numbers, dtype="int64", name="row")
    texts = {position: pd.array(list(column), dtype="str") for position, column in enumerate(columns)}
    return pd.DataFrame(texts, index=index)
