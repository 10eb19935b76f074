"""What a CSV file and a sheet of a workbook have in common: a header, and numbered rows of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import pandas as pd

from helpers.errors import PipelineError

CHUNK = 20_000  # rows held as Python lists at a time
SHOWN = 80  # characters of a name or value that a message repeats

Record = tuple[int, Sequence[str]]


class ExportError(PipelineError):
    """The raw dataset cannot be read: the message names file, row, column and value, and what to do."""


@dataclass(frozen=True)
class Place:
    """Where a table was read from: the file and, in a workbook, the sheet."""

    file: str
    sheet: str = ""

    def error(self, problem: str, remedy: str, *, row: int | None = None, column: str = "") -> ExportError:
        """Return the error that says where the problem is, what it is and what to do."""
        parts = [shown(self.file)]
        parts += [f"sheet {shown(self.sheet)}"] if self.sheet else []
        parts += [f"row {row}"] if row is not None else []
        parts += [f"column {quoted(column)}"] if column else []
        return ExportError(f"{', '.join(parts)}: {problem}. {remedy}.")


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
    """

    place: Place
    header: tuple[str, ...]
    cells: pd.DataFrame


def shown(text: str) -> str:
    r"""Return the text on one line, without control signs and not too long.

    >>> shown("a\nb")
    'a\\nb'
    """
    cut = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in cut)


def quoted(text: str) -> str:
    """Return the text as messages show names and values."""
    return f"`{shown(text)}`"


def listed(names: Iterable[str]) -> str:
    """Return names as messages list them."""
    return ", ".join(quoted(name) for name in names)


def build(place: Place, records: Iterable[Record], *, ragged: bool) -> Grid:
    """Return the grid of numbered rows, of which the first with any value is the header.

    Parameters
    ----------
    place
        The file and sheet, for messages.
    records
        Row number and cells of each row, blank rows too; rows without any value are left out.
    ragged
        Whether a row may have fewer cells than the header, or blank ones beyond it, as in a workbook.

    Raises
    ------
    ExportError
        The table is empty, or a row has more or fewer cells than the header.
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
    fitted = ((row, _fit(place, row, cells, width=len(header), ragged=ragged)) for row, cells in filled)
    return Grid(place=place, header=tuple(header), cells=_frame(_named(fitted, header), width=len(header)))


def _fit(place: Place, row: int, cells: Sequence[str], *, width: int, ragged: bool) -> Sequence[str]:
    """Return exactly as many cells as the header has, or stop."""
    if len(cells) == width:
        return cells
    if ragged and not any(map(str.strip, cells[width:])):
        return [*cells[:width], *[""] * (width - len(cells))]
    found = len(cells) if not ragged else max(i for i, cell in enumerate(cells, 1) if cell.strip())
    remedy = (
        "Give every column a name in the header, or remove what stands beside the table"
        if ragged
        else "Text that holds the delimiter, a quotation mark or a line break must stand in quotation marks"
    )
    raise place.error(f"the row has {found} cells and the header {width}", remedy, row=row)


def _named(rows: Iterator[Record], header: Sequence[str]) -> Iterator[Record]:
    """Leave out rows that hold nothing but values in columns without a name."""
    named = [position for position, name in enumerate(header) if name]
    if len(named) == len(header):
        return rows
    return ((row, cells) for row, cells in rows if any(cells[position].strip() for position in named))


def _frame(rows: Iterator[Record], *, width: int) -> pd.DataFrame:
    """Return the rows as text columns, made in pieces so that a large file fits in memory."""
    pieces = []
    while chunk := list(islice(rows, CHUNK)):
        columns = zip(*(cells for _, cells in chunk), strict=True)
        pieces.append(_piece([row for row, _ in chunk], columns))
    if not pieces:
        return _piece([], ([] for _ in range(width)))
    return pd.concat(pieces)


def _piece(numbers: list[int], columns: Iterable[Sequence[str]]) -> pd.DataFrame:
    index = pd.Index(numbers, dtype="int64", name="row")
    texts = {position: pd.array(list(column), dtype="str") for position, column in enumerate(columns)}
    return pd.DataFrame(texts, index=index)
