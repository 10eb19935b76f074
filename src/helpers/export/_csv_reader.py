"""The bytes of a CSV file as a grid of text: encoding, delimiter, quotes, row numbers."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from helpers.export._grid import LONGEST_CELL, Grid, Record, build, too_long
from helpers.export._messages import ExportError, Faults, Place

DELIMITERS = (";", ",", "\t")
MIXED = re.compile("Ã[¡-¿]")  # a UTF-8 letter that was read as two signs of Windows-1252
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
SAVE_AS_UTF8 = "Save the file again as CSV with encoding UTF-8"


def read_csv(content: bytes, place: Place, faults: Faults) -> Grid:
    """Return the table of a CSV file.

    Parameters
    ----------
    content
        The bytes of the file: UTF-8 with or without BOM, else Windows-1252; delimiter `;`, `,` or tab.
    place
        The file, for messages.
    faults
        Quotation marks and numbers of cells: what is wrong with them is noted here.

    Raises
    ------
    ExportError
        Encoding, or no header: the message names row and column as far as there are.
    """
    text = decode(content, place)
    filled = text.strip("".join(DELIMITERS) + " \r\n")
    records = _records(text, place, delimiter=find_delimiter(text)) if filled else ()
    return build(place, records, faults, ragged=False)


def decode(content: bytes, place: Place) -> str:
    """Return the text of UTF-8 or Windows-1252 bytes, without BOM, or stop."""
    if b"\0" in content:
        text = content.decode("cp1252", errors="replace")
        remedy = f"{SAVE_AS_UTF8} (files saved as 'Unicode text' or UTF-16 hold such bytes)"
        raise _error_at(text, re.compile("\0"), place, "the file holds NUL bytes", remedy)
    try:
        return content.decode("utf-8-sig").lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")
    except UnicodeDecodeError:
        return _decode_windows(content, place)


def _decode_windows(content: bytes, place: Place) -> str:
    """Return the text of Windows-1252 bytes; a file that is partly UTF-8 stops."""
    if content.startswith(codecs.BOM_UTF8):
        text, problem = (
            content.decode("utf-8", errors="replace"),
            "mixed encodings: the file begins as UTF-8, this is none",
        )
        raise _error_at(text, re.compile(UNREADABLE), place, problem, SAVE_AS_UTF8)
    text = content.decode("cp1252", errors="replace")
    if UNREADABLE in text:
        problem = "a byte that is neither UTF-8 nor Windows-1252"
        raise _error_at(text, re.compile(UNREADABLE), place, problem, SAVE_AS_UTF8)
    mixed = MIXED.search(text)
    if mixed:
        problem = f"mixed encodings: the file is not UTF-8, but `{mixed[0]}` stands here as if it were"
        raise _error_at(text, MIXED, place, problem, SAVE_AS_UTF8)
    return text


def find_delimiter(text: str) -> str:
    """Return the delimiter that gives the header most cells (at a tie the first of `;`, `,`, tab).

    >>> find_delimiter('registratie_id,"gezin;code",datum')
    ','
    """
    return max(DELIMITERS, key=lambda delimiter: _header_cells(text, delimiter))


def _header_cells(text: str, delimiter: str) -> int:
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return len(next((cells for cells in reader if any(map(str.strip, cells))), ()))
    except csv.Error:
        return 0


def _records(text: str, place: Place, *, delimiter: str) -> Iterator[Record]:
    """Yield the number and the cells of each row; a row with a line break in quotes is one row."""
    row = 0
    try:
        for row, cells in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1
        ):
            yield row, cells
    except csv.Error as error:
        raise _quotation_error(str(error), text, place, row=row + 1, delimiter=delimiter) from None


def _quotation_error(problem: str, text: str, place: Place, *, row: int, delimiter: str) -> ExportError:
    """Return the error for a quotation mark that is left open or not doubled."""
    if "field larger" in problem:
        return _long_cell(text, place, row=row, delimiter=delimiter)
    remedy = "Close the quotation mark, and write quotation marks inside a text twice"
    if "expected after" in problem:
        return place.error("text follows a closing quotation mark", remedy, row=row)
    column = _open_column(text, row=row, delimiter=delimiter)
    return place.error("a quotation mark is opened here and not closed", remedy, row=row, column=column)


def _long_cell(text: str, place: Place, *, row: int, delimiter: str) -> ExportError:
    """Return the error for a cell without end; its column is named where no quotation mark is before it."""
    long = re.search(f'[^{delimiter}"\r\n]{{{LONGEST_CELL + 1}}}', text)
    start = text.rfind("\n", 0, long.start()) + 1 if long else 0
    if long is None or row == 1 or '"' in text[start : long.start()]:
        return too_long(place, row, ())
    header = next(cells for cells in _plain_rows(text, delimiter) if any(map(str.strip, cells)))
    return too_long(place, row, [_column_name(header, text.count(delimiter, start, long.start()))])


def _plain_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _open_column(text: str, *, row: int, delimiter: str) -> str:
    """Return the name of the last column of the row in which the text ends, if that can be told."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:  # the open cell is larger than any cell may be
        return ""
    header = next((cells for cells in rows if any(map(str.strip, cells))), [])
    return _column_name(header, len(rows[row - 1]) - 1) if row > 1 else ""


def _error_at(text: str, pattern: re.Pattern[str], place: Place, problem: str, remedy: str) -> ExportError:
    """Return the error for the first cell in which the pattern occurs."""
    row, column = _locate(text, pattern)
    return place.error(problem, remedy, row=row, column=column)


def _locate(text: str, pattern: re.Pattern[str]) -> tuple[int | None, str]:
    """Return row number and column name of the first cell that holds the pattern, as far as there are."""
    header: list[str] = []
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=find_delimiter(text))
        for row, cells in enumerate(rows, 1):
            header = header or cells
            hit = next((position for position, cell in enumerate(cells) if pattern.search(cell)), None)
            if hit is not None:
                return row, _column_name(header, hit)
    except csv.Error:
        pass
    return None, ""


def _column_name(header: list[str], position: int) -> str:
    return header[position].strip() if position < len(header) else ""
