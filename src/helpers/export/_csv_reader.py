"""The bytes of a CSV file as a grid of text: encoding, delimiter, quotes, row numbers."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from helpers.export._grid import LONGEST_CELL, Grid, Record, build, too_long
from helpers.export._kinds import refuse_other_kind
from helpers.export._load import Load
from helpers.export._messages import ExportError, Faults, Place

DELIMITERS = (";", ",", "\t")
MIXED = re.compile("Ã[¡-¿]")  # a UTF-8 letter that was read as two signs of Windows-1252
LONGEST_LINE = 2**22  # signs
ENDLESS = f"holds more than {LONGEST_LINE:,} signs"
HINT = re.compile(r"\s*sep=.?[\r\n]", re.IGNORECASE)
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
SAVE_AS_UTF8 = "Save the file again as CSV with encoding UTF-8"


def read_csv(content: bytes, place: Place, faults: Faults, load: Load) -> Grid:
    """Return the table of a CSV file.

    Parameters
    ----------
    content
        The bytes of the file: UTF-8 with or without BOM, else Windows-1252; delimiter `;`, `,` or tab.
    place
        The file, for messages.
    faults
        Quotation marks and numbers of cells: what is wrong with them is noted here.
    load
        What was read of the export before.

    Raises
    ------
    ExportError
        No CSV at all, encoding, or no header: the message names row and column as far as there are.
    """
    refuse_other_kind(content, place, workbook=False)
    text = decode(content, place)
    if HINT.match(text):
        raise place.error("its first line is a hint for Excel, `sep=`", "Take that line out", row=1)
    filled = re.search(f"[^{''.join(DELIMITERS)} \r\n]", text)
    records = _records(text, place, delimiter=find_delimiter(text)) if filled else ()
    return build(place, records, faults, load=load, ragged=False)


def decode(content: bytes, place: Place) -> str:
    """Return the text of UTF-8 or Windows-1252 bytes, without BOM, or stop."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise place.error("it is in UTF-16, which programs also call Unicode text", SAVE_AS_UTF8)
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
        return len(_header(text, delimiter))
    except csv.Error:
        return 0


def _rows(text: str, delimiter: str, *, strict: bool = False) -> Iterator[list[str]]:
    """Yield the cells of each row, blank rows too.

    Raises
    ------
    csv.Error
        The file cannot be read up to its end.
    """
    return csv.reader(_lines(text), delimiter=delimiter, strict=strict)


def _lines(text: str) -> Iterator[str]:
    """Yield the lines; one of which the cells would fill the memory is none."""
    for line in io.StringIO(text, newline=""):
        if len(line) > LONGEST_LINE:
            raise csv.Error(ENDLESS)
        yield line


def _header(text: str, delimiter: str) -> list[str]:
    """Return the cells of the first row with any value."""
    return next((cells for cells in _rows(text, delimiter) if any(map(str.strip, cells))), [])


def _records(text: str, place: Place, *, delimiter: str) -> Iterator[Record]:
    """Yield the number and the cells of each row; a row with a line break in quotes is one row."""
    row = 0
    try:
        for row, cells in enumerate(_rows(text, delimiter, strict=True), 1):
            yield row, cells
    except csv.Error as error:
        raise _quotation_error(str(error), text, place, row=row + 1, delimiter=delimiter) from None


def _quotation_error(problem: str, text: str, place: Place, *, row: int, delimiter: str) -> ExportError:
    """Return the error for a quotation mark that is left open or not doubled, or a row without end."""
    if problem == ENDLESS:
        remedy = "Save the file again as CSV, one registration a line"
        return place.error(f"the line {problem}", remedy, row=row)
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
    return too_long(
        place, row, [_column_name(_header(text, delimiter), text.count(delimiter, start, long.start()))]
    )


def _open_column(text: str, *, row: int, delimiter: str) -> str:
    """Return the name of the last column of the row in which the text ends, if that can be told."""
    try:
        cells = next(islice(_rows(text, delimiter), row - 1, None))
    except csv.Error:  # the open cell is larger than any cell may be
        return ""
    return _column_name(_header(text, delimiter), len(cells) - 1) if row > 1 else ""


def _error_at(text: str, pattern: re.Pattern[str], place: Place, problem: str, remedy: str) -> ExportError:
    """Return the error for the first cell in which the pattern occurs."""
    row, column = _locate(text, pattern)
    return place.error(problem, remedy, row=row, column=column)


def _locate(text: str, pattern: re.Pattern[str]) -> tuple[int | None, str]:
    """Return row number and column name of the first cell that holds the pattern, as far as there are."""
    header: list[str] = []
    try:
        for row, cells in enumerate(_rows(text, find_delimiter(text)), 1):
            header = header or cells
            hit = next((position for position, cell in enumerate(cells) if pattern.search(cell)), None)
            if hit is not None:
                return row, _column_name(header, hit)
    except csv.Error:
        pass
    return None, ""


def _column_name(header: list[str], position: int) -> str:
    return header[position].strip() if position < len(header) else ""
