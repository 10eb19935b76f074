"""A regular CSV file of any size in blocks, so that an export may be larger than the memory."""

from __future__ import annotations

import codecs
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from helpers.export.content import checked, refuse_other_kind, unreadable
from helpers.export.csv_text import (
    CODE_PAGES,
    END_OF_FILE,
    LONGEST_LINE,
    USUAL_PAGE,
    Between,
    Words,
    beyond_ascii,
    code_page,
    column_of,
    find_delimiter,
    in_code_page,
    odd_quote,
    plain_header,
    records,
    regular,
    without_hint,
)
from helpers.export.grid import FIRST_ROWS, LONGEST_CELL, Column, Grid, Record, of_columns
from helpers.export.messages import ExportError, Faults, Place

BLOCK = 2**23  # bytes that are read at a time; pyarrow reads up to 32 ahead
TOGETHER = 4  # blocks that are a table
TAIL = 2**16  # bytes at the end of a file that may be line breaks
HEAD = 4 * LONGEST_LINE + 64  # bytes that hold the header, whatever its signs
BELOW = "this row or one below it"


class Irregular(Exception):
    """The file is no regular one, the message may say why: it is read as a whole, if it is not too large."""


def blocks_of(path: Path, faults: Faults, words: Words, *, block: int = 0) -> Iterator[Grid]:
    """Yield a regular CSV file in tables of some blocks of bytes each (0: `BLOCK`), in the order of its rows.

    Laid below each other they are the table that `read_csv` returns; only the first has the first rows.
    Regular is what that reads many times as fast as any other. A code page is noted in `faults`, as there.
    Raises Irregular: the file is another one; that may be seen in its last row. ExportError: it cannot be
    read.
    """
    try:
        yield from _blocks_of(path, faults, words, block or BLOCK)
    except OSError as error:
        raise unreadable(Place(path.name), error) from None


def _blocks_of(path: Path, faults: Faults, words: Words, block: int) -> Iterator[Grid]:
    size = checked(path).st_size
    with path.open("rb") as file:
        head = file.read(HEAD)
    refuse_other_kind(head, Place(path.name), workbook=False)
    end = _end(path, size)
    is_utf8 = _is_utf8(path, end)
    encoding = "utf-8" if is_utf8 else "latin-1"
    start = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    while is_utf8 and head.startswith(codecs.BOM_UTF8, start):
        start += len(codecs.BOM_UTF8)
    text = codecs.getincrementaldecoder(encoding)().decode(head[start:end])
    below, hint = without_hint(text)
    start += len(text[: len(text) - len(below)].encode(encoding))
    delimiter = find_delimiter(below, hint)
    above = int(hint is not None)
    _refuse_odd_quotes(path, start, end, delimiter, above + 1)
    try:
        rows = records(below, Place(path.name), delimiter=delimiter, above=above)
        first = list(islice(rows, FIRST_ROWS))
    except ExportError as error:
        raise Irregular(str(error)) from None
    header = plain_header(first[0][1]) if first else None
    if header is None or (len(first) < FIRST_ROWS and len(head) < size):
        raise _irregular(path, 1, "the first row is no header of two columns and more that all have a name")
    began = (first[0][0], header), *first[1:]
    table = _Regular(path, start, end, encoding, delimiter, above, began)
    if is_utf8:
        yield from table.blocks(block)
        return
    counts: Counter[bytes] = Counter()
    for grid in table.blocks(block):
        counts += beyond_ascii(grid)
    page = code_page(counts, words)
    if page != USUAL_PAGE:
        faults.remark(Place(path.name), "code_page", 1, page=CODE_PAGES[page])
    yield from (in_code_page(grid, page) for grid in table.blocks(block))


@dataclass(frozen=True)
class _Regular:
    """A regular table in a file, from one place up to another, that can be read again and again.

    So many lines stand `above` it; `first` are its first rows, of which the first is the header.
    """

    path: Path
    start: int
    end: int
    encoding: str
    delimiter: str
    above: int
    first: tuple[Record, ...]

    def blocks(self, size: int) -> Iterator[Grid]:
        """Yield its rows in tables of some blocks of bytes."""
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        place, row, header = Place(self.path.name), self.above + 2, self.first[0][1]
        width, first = len(header), self.first
        known: dict[str, Any] = {"header_row": self.above + 1, "delimiter": self.delimiter}
        if len(first) == 1:  # the header alone, which pyarrow does not read
            nothing = [Column.of(())] * width
            yield of_columns(place, header, nothing, np.arange(0), first=first, **known)
            return
        how = regular(width, self.delimiter, block_size=size)
        file = pa.PythonFile(Between(self.path.open("rb"), self.start, self.end, self.encoding))
        try:
            with arrow_csv.open_csv(file, *how) as reader:
                while batches := list(islice(reader, TOGETHER)):
                    table = pa.Table.from_batches(batches).unify_dictionaries()
                    columns = [column_of(one.combine_chunks()) for one in table.columns]
                    longest = [max(map(len, one.texts), default=0) for one in columns]
                    if max(longest) > LONGEST_CELL or 2 * sum(longest) + 3 * width > LONGEST_LINE:
                        raise _irregular(self.path, row, f"{BELOW} has a text of very many signs")
                    numbers = np.arange(row, row + table.num_rows)
                    yield of_columns(place, header, columns, numbers, first=first, **known)
                    row, first = row + table.num_rows, first[:1]
        except pa.ArrowInvalid:
            problem = f"{BELOW} has more or fewer cells than the header, or a quotation mark is not closed"
            raise _irregular(self.path, row, problem) from None


def _end(path: Path, size: int) -> int:
    """Give where the last row ends, before line breaks and what programs for DOS write after it."""
    with path.open("rb") as file:
        file.seek(-min(size, TAIL), io.SEEK_END)
        tail = file.read()
    kept = tail.rstrip(END_OF_FILE.encode()).rstrip(b"\r\n")
    if not kept:
        raise Irregular
    return size - len(tail) + len(kept)


def _is_utf8(path: Path, end: int) -> bool:
    """Tell whether a file is UTF-8; Irregular where it holds NUL."""
    decoder, is_utf8 = codecs.getincrementaldecoder("utf-8")(), True
    with Between(path.open("rb"), 0, end) as file:
        content = b" "
        while content:
            content = file.read(BLOCK)
            if b"\0" in content:
                raise _irregular(path, None, "it holds NUL bytes, as UTF-16 does")
            try:
                if is_utf8:
                    decoder.decode(content, final=not content)
            except UnicodeDecodeError:
                is_utf8 = False
    return is_utf8


def _refuse_odd_quotes(path: Path, start: int, end: int, delimiter: str, row: int) -> None:
    place = odd_quote(_bytes_of(path, start, end), delimiter)
    if place is None:
        return
    row += sum(part.count(b"\n") for part in _bytes_of(path, start, start + place))
    if start + place == end:  # where pyarrow would close it
        raise _irregular(path, row, "a quotation mark that is opened here or above is not closed")
    raise _irregular(path, row, "a quotation mark stands neither around a whole cell nor twice inside one")


def _bytes_of(path: Path, start: int, end: int) -> Iterator[bytes]:
    with Between(path.open("rb"), start, end) as file:
        while content := file.read(BLOCK):
            yield content


def _irregular(path: Path, row: int | None, problem: str) -> Irregular:
    """Say why a file cannot be read in blocks; rows are counted by line breaks."""
    remedy = "Mend it: an export that is too large to be read as a whole is regular to its last row"
    return Irregular(str(Place(path.name).error(problem, remedy, row=row)))
