"""The bytes of a CSV file as a grid of text: encoding, delimiter, quotes, row numbers."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Any, BinaryIO

import numpy as np

from helpers.definitions import UNITS, Definitions
from helpers.export.content import refuse_other_kind
from helpers.export.grid import (
    FIRST_ROWS,
    LONGEST_CELL,
    MOST_COLUMNS,
    Column,
    Grid,
    Record,
    build,
    is_too_much,
    of_columns,
    too_long,
)
from helpers.export.messages import ExportError, Faults, Place
from helpers.export.names import fold, tidy

DELIMITERS = (";", ",", "\t", "|")
LONGEST_LINE = 2**22  # signs
ENDLESS = f"holds more than {LONGEST_LINE:,} signs"
HINT = re.compile(r"""[ "]*sep=([^\w\s"]|\t)?[\s";,|]*""", re.IGNORECASE)
BREAK = re.compile("\r\n|\r|\n")
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
USUAL_PAGE = "cp1252"
CODE_PAGES = {
    USUAL_PAGE: "Windows-1252", "mac_roman": "MacRoman", "cp850": "CP850 (DOS)", "cp437": "CP437 (DOS)",
}  # fmt: skip
BLOCK = 2**20  # bytes that pyarrow parses at a time
PART = 2**23  # bytes that are looked at at a time
LIGHTER = 10  # times as much may a regular file hold: four bytes a cell, and each text once
NUMBERED = re.compile(r"[1-5]\s*[-.]\s*")
END_OF_FILE = "\x1a"  # which programs for DOS write after the last line
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
CLOSE = "Close the quotation mark, and write quotation marks inside a text twice"
SAVE_AS_UTF8 = "Save the file again as CSV with encoding UTF-8"


class Words(frozenset[str]):
    """Folded words by which an encoding is told: labels and titles of the codebook, names of dataset.yml."""

    @classmethod
    def of(cls, definitions: Definitions, names: Iterable[str] = ()) -> Words:
        """Collect the labels and titles of the codebook, and other names."""
        items = [item for unit in UNITS for item in definitions.unit_items(unit)]
        texts = [label.nl for item in items for label in item.labels]
        texts += [label for item in items for label in item.alternatives]
        return cls(fold(text) for text in [*texts, *(item.title.nl for item in items), *names])


def read_csv(content: bytes, place: Place, faults: Faults, words: Words) -> Grid:
    """Return the table of a CSV file.

    Its bytes are UTF-8 with or without BOM, UTF-16 with one, else in one of `CODE_PAGES`, which `words` tell;
    the delimiter is `;`, `,`, tab or `|`, or the one that a first line `sep=` names. Quotation marks that are
    wrong and another code page are noted. ExportError where it is no CSV at all or has no header.
    """
    refuse_other_kind(content, place, workbook=False)
    text, is_unicode = decode(content, place)
    text, hint = without_hint(text)
    filled = re.search(f"[^{''.join(DELIMITERS)} \r\n]", text)
    delimiter = find_delimiter(text, hint)
    above = int(hint is not None)
    grid = _read_regular(text, place, faults, delimiter=delimiter, above=above) if filled else None
    if grid is None:
        rows = records(text, place, delimiter=delimiter, above=above) if filled else ()
        grid = build(place, rows, faults, placed=False)
    grid = replace(grid, delimiter=delimiter)
    if is_unicode:
        return grid
    page = code_page(beyond_ascii(grid), words)
    if page != USUAL_PAGE:
        faults.remark(place, "code_page", 1, page=CODE_PAGES[page])
    return in_code_page(grid, page)


def decode(content: bytes, place: Place) -> tuple[str, bool]:
    """Return the text of some bytes without BOM, and whether they are Unicode; else each byte is one sign."""
    if content.startswith(UTF16):  # which programs also call Unicode text
        content = content.decode("utf-16", errors="replace").encode()
    if b"\0" in content:
        row, column = _first_nul(content.decode("cp1252", errors="replace"))
        remedy = f"{SAVE_AS_UTF8} (UTF-16 without its byte order mark holds such bytes)"
        raise place.error("the file holds NUL bytes", remedy, row=row, column=column)
    try:
        text, is_utf8 = content.decode("utf-8"), True
    except UnicodeDecodeError:
        text, is_utf8 = content.removeprefix(codecs.BOM_UTF8).decode("latin-1"), False
    return text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").rstrip(END_OF_FILE), is_utf8


def _first_nul(text: str) -> tuple[int | None, str]:
    """Return row number and column name of the first cell with a NUL, as far as there are."""
    header: list[str] = []
    try:
        for row, cells in enumerate(_rows(text, find_delimiter(text)), 1):
            header = header or cells
            for place, cell in enumerate(cells):
                if "\0" in cell:
                    return row, _column_name(header, place)
    except csv.Error:
        pass
    return None, ""


def beyond_ascii(grid: Grid) -> Counter[bytes]:
    """Count the cells of bytes that are no ASCII."""
    counts: Counter[bytes] = Counter()
    for column in grid.columns:
        for text, count in column.counted().items():
            if not text.isascii():
                counts[text.encode("latin-1")] += count
    return counts


def code_page(counts: Mapping[bytes, int], words: Words) -> str:
    """Return the code page in which most cells are known words; at a tie Windows-1252."""

    def known(page: str) -> int:
        found = ((fold(cell.decode(page, "replace")), count) for cell, count in counts.items())
        return sum(n for text, n in found if text in words or NUMBERED.sub("", text, count=1) in words)

    return max(CODE_PAGES, key=known)  # of equal ones the first


def in_code_page(grid: Grid, page: str) -> Grid:
    """Return a table of bytes as the text of a code page; a byte that is none of it becomes U+FFFD."""

    def decoded(text: str) -> str:
        return text if text.isascii() else text.encode("latin-1").decode(page, errors="replace")

    return replace(
        grid,
        header=tuple(map(decoded, grid.header)),
        columns=tuple(Column([*map(decoded, column.texts)], column.codes) for column in grid.columns),
        first=tuple((row, [*map(decoded, cells)]) for row, cells in grid.first),
    )


def without_hint(text: str) -> tuple[str, str | None]:
    """Return the text below a first line `sep=`, and the delimiter that it names, "" for none; else None."""
    line = LINE.match(text)
    found = HINT.fullmatch(line[0]) if line and len(line[0]) < LONGEST_CELL else None
    return (text[line.end() :], found[1] or "") if line and found else (text, None)


def find_delimiter(text: str, hint: str | None = None) -> str:
    """Return the delimiter that gives the header most cells (at a tie the first of `;`, `,`, tab, `|`).

    The one that the file names stands, unless the header is a single cell with it.
    """

    def cells(delimiter: str) -> int:
        try:
            return len(_header(text, delimiter))
        except csv.Error:
            return 0

    return hint if hint and cells(hint) > 1 else max(DELIMITERS, key=cells)


def _rows(text: str, delimiter: str, *, strict: bool = False) -> Iterator[list[str]]:
    """Return the cells of each row, blank rows too; csv.Error where the file cannot be read further."""

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            if len(line) > LONGEST_LINE:  # its cells would fill the memory
                raise csv.Error(ENDLESS)
            yield line

    return csv.reader(lines(), delimiter=delimiter, strict=strict)


def _header(text: str, delimiter: str) -> list[str]:
    rows = _rows(text[: LONGEST_LINE + 2], delimiter)
    return next((cells for cells in rows if any(map(str.strip, cells))), [])


def records(text: str, place: Place, *, delimiter: str, above: int) -> Iterator[Record]:
    """Yield the number and the cells of each row; a row with a line break in quotes is one row.

    So many lines stood `above` this text.
    """
    row = above
    try:
        for row, cells in enumerate(_rows(text, delimiter, strict=True), above + 1):
            yield row, cells
    except csv.Error as error:
        raise _stopped(str(error), text, place, row + 1, delimiter, above) from None


def _read_regular(text: str, place: Place, faults: Faults, *, delimiter: str, above: int) -> Grid | None:
    """Return the table of a regular text as `build` would, many times as fast; None of any other text.

    Regular is a header in the first row and as many cells in every other, with quotation marks around whole
    cells only: what pyarrow and `csv` are sure to read alike. Whatever asks for a message is not.
    """
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    content = text.rstrip("\r\n").encode()
    parts = (content[start : start + PART] for start in range(0, len(content), PART))
    if odd_quote(parts, delimiter) is not None:
        return None
    try:
        first = list(islice(records(text, place, delimiter=delimiter, above=above), FIRST_ROWS))
    except ExportError:
        return None
    header = plain_header(first[0][1])
    if header is None:
        return None
    width = len(header)
    try:
        file = pa.PythonFile(Between(io.BytesIO(content), 0, len(content)))
        table = arrow_csv.read_csv(file, *regular(width, delimiter))
    except pa.ArrowInvalid:
        return None
    columns = [column_of(one.combine_chunks()) for one in table.unify_dictionaries().columns]
    longest = [max(map(len, one.texts), default=0) for one in columns]
    cells = table.num_rows * width // LIGHTER
    signs = sum(len(text) for one in columns for text in one.texts)
    may_stop = max(longest) > LONGEST_CELL or 2 * sum(longest) + 3 * width > LONGEST_LINE
    if may_stop or is_too_much(faults, cells, signs):
        return None
    faults.cells, faults.signs = faults.cells + cells, faults.signs + signs
    numbers = np.arange(above + 2, above + 2 + table.num_rows)
    first[0] = first[0][0], header
    return of_columns(place, header, columns, numbers, header_row=above + 1, first=tuple(first))


def odd_quote(blocks: Iterable[bytes], delimiter: str) -> int | None:
    """Return the place of the first quotation mark that is neither around a whole cell nor twice inside one.

    The text comes in blocks; of a mark that is left open the place is where the text ends. Marks open and
    close by turns: before one that opens, and behind one that closes, a cell ends or there is another.
    """
    mark, fits = ord('"'), np.zeros(256, dtype=bool)
    fits[list(f'"\r\n{delimiter}'.encode())] = True
    before, marks, start = b"\n", 0, 0
    for block in blocks:
        signs = np.frombuffer(before + block, dtype=np.uint8)
        places = np.flatnonzero(signs == mark)
        opens, closes = places[marks % 2 :: 2], places[1 - marks % 2 :: 2]
        opens, closes = opens[opens > 0], closes[closes < len(block)]  # others: with the block before, behind
        odd = [*opens[~fits[signs[opens - 1]]][:1], *closes[~fits[signs[closes + 1]]][:1]]
        if odd:
            return start + int(min(odd)) - 1
        before, start = block[-1:], start + len(block)
        marks += len(places) - before.count(b'"')  # which is counted with the next block
    return start if (marks + before.count(b'"')) % 2 else None


def plain_header(cells: Sequence[str]) -> list[str] | None:
    """Return the names of a regular table; None where one is blank, or there are too few or many."""
    header = list(map(str.strip, cells))
    return header if 2 <= len(header) <= MOST_COLUMNS and all(map(tidy, header)) else None


def regular(width: int, delimiter: str, *, block_size: int = BLOCK) -> tuple[Any, Any, Any]:
    """Return how pyarrow reads a regular table below its header: each column as texts with codes."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    names = list(map(str, range(width)))
    texts = dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string()))
    return (
        arrow_csv.ReadOptions(column_names=names, skip_rows_after_names=1, block_size=block_size),
        arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False),
        arrow_csv.ConvertOptions(column_types=texts, strings_can_be_null=False),
    )


class Between(io.RawIOBase):
    """The bytes of a file from one place up to another; in Latin-1 as UTF-8.

    What is read at a time ends in no half of a line break where more follows: pyarrow would lose the other
    half. So it would where it converted itself, in blocks of its own.
    """

    def __init__(self, file: BinaryIO, start: int, end: int, encoding: str = "utf-8") -> None:
        self._file, self._left, self._latin = file, end - start, encoding != "utf-8"
        self._file.seek(start)

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as there is something, and give how many bytes."""
        room = len(buffer) // 2 if self._latin else len(buffer)
        content = self._file.read(min(room, self._left))
        if 1 < len(content) < self._left and content.endswith(b"\r"):
            content = content[:-1]
            self._file.seek(-1, io.SEEK_CUR)
        self._left -= len(content)
        made = content.decode("latin-1").encode() if self._latin else content
        buffer[: len(made)] = made
        return len(made)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


def column_of(found: Any) -> Column:
    """Return a column of pyarrow, texts with codes, as one of a grid."""
    return Column(found.dictionary.to_pylist(), found.indices.to_numpy())


def holds_rows(text: str, place: int, grid: Grid) -> bool:
    """Say whether a cell holds the end of its row, whole rows and the beginning of one more.

    Then a quotation mark was left open at this place of the header, and closed by one further down. Rows have
    the cells of the header; where they begin with a number they may end early.
    """
    first, *middle, last = BREAK.split(text)
    width, between = len(grid.header) - 1, grid.delimiter
    below = [*filter(str.strip, middle), last]
    counts = [line.count(between) for line in (first, *below)]
    whole = [width - place, *[width] * (len(below) - 1), place]
    begun = all(line.partition(between)[0].strip(' "').isdigit() for line in below)
    early = begun and counts[-1] == place and all(one <= of for one, of in zip(counts, whole, strict=True))
    spaced = text.count(f"{between} ")  # as in the sentences of a note
    return (early or counts == whole) and 2 * spaced < sum(counts)


def _stopped(problem: str, text: str, place: Place, row: int, delimiter: str, above: int) -> ExportError:
    """Return the error for a quotation mark that is left open or not doubled, or a row without end."""
    if problem == ENDLESS:
        return place.error(
            f"the line {problem}", "Save the file again as CSV, one registration a line", row=row
        )
    if "field larger" in problem:
        return _long_cell(text, place, row, delimiter)
    if "expected after" in problem:
        return place.error("text follows a closing quotation mark", CLOSE, row=row)
    column = ""  # the last one of the row in which the text ends
    if row - above > 1:
        with suppress(csv.Error):  # the open cell is larger than any cell may be
            cells = next(islice(_rows(text, delimiter), row - above - 1, None))
            column = _column_name(_header(text, delimiter), len(cells) - 1)
    return place.error("a quotation mark is opened here and not closed", CLOSE, row=row, column=column)


def _long_cell(text: str, place: Place, row: int, delimiter: str) -> ExportError:
    """Return the error for a cell without end; its column is named where no quotation mark is before it."""
    long = re.search(f'[^{re.escape(delimiter)}"\r\n]{{{LONGEST_CELL + 1}}}', text)
    start = text.rfind("\n", 0, long.start()) + 1 if long else 0
    if long is None or row == 1 or '"' in text[start : long.start()]:
        return too_long(place, row)
    at = text.count(delimiter, start, long.start())
    return too_long(place, row, _column_name(_header(text, delimiter), at))


def _column_name(header: list[str], position: int) -> str:
    return header[position].strip() if position < len(header) else ""
