"""An archive whose parts are watched while they are read: what would fill the memory stops in time.

A workbook of some kilobytes can unpack to gigabytes, or to few bytes of which each becomes an object of a
hundred. What its parts say of their own size is not believed.
"""

from __future__ import annotations

import zipfile
from typing import Any
from xml.parsers import expat

LARGEST = 2**29  # bytes that a workbook may unpack to
BLOCK = 2**16  # bytes
LARGEST_WHOLE = 2**25  # bytes of a part that is read at once: styles, names of sheets
LARGEST_SHARED = 2**27  # bytes of a part with texts that cells share, which are all kept
LONGEST_TEXT = 2**22  # bytes between two marks
LONGEST_RECORD = 2**24  # bytes of one row, or of one text
MOST_RECORDS = 2_000_000  # rows of a sheet, texts that cells share
MOST_MARKS = 200_000  # elements and attributes of one row or text, and of all that is in neither
DEEPEST = 200  # elements within each other
SHARED = "si"
RECORDS = ("row", SHARED)  # read one by one


class TooMuch(Exception):
    """A part of the archive would fill the memory; the message says why."""


class GuardedArchive(zipfile.ZipFile):
    """An archive that is read through a guard, up to a number of bytes in all."""

    unpacked = 0

    def open(self, *args: Any, **options: Any) -> Any:
        """Open a part for reading."""
        return _GuardedPart(super().open(*args, **options), self)


class _GuardedPart:
    """A part that is read; each block of it is parsed before it is handed on."""

    def __init__(self, source: Any, archive: GuardedArchive) -> None:
        self._source = source
        self._archive = archive
        self._marks: _Marks | None = None

    def read(self, size: int | None = -1) -> bytes:
        """Read some bytes; without a size all of them, and then everything in it counts together."""
        if size is not None and size >= 0:
            return self._block(size, whole=False)
        return b"".join(iter(lambda: self._block(BLOCK, whole=True), b""))

    def _block(self, size: int, *, whole: bool) -> bytes:
        block: bytes = self._source.read(min(size, BLOCK))
        self._archive.unpacked += len(block)
        if self._archive.unpacked > LARGEST:
            raise TooMuch(f"it unpacks to more than {LARGEST // 2**20} MiB")
        self._marks = self._marks or _Marks(whole=whole)
        self._marks.feed(block)
        return block

    def close(self) -> None:
        """Close the part."""
        self._source.close()

    def __enter__(self) -> _GuardedPart:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Marks:
    """Counts of what a parser would make objects of."""

    def __init__(self, *, whole: bool) -> None:
        self._parser = expat.ParserCreate()
        self._parser.ordered_attributes = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._records_count = not whole
        self._largest = LARGEST_WHOLE if whole else LARGEST
        self._fed = self._last = self._began = 0
        self._depth = self._record = 0  # depth at which a record began, 0 outside of one
        self._inside = self._outside = self._records = 0

    def feed(self, block: bytes) -> None:
        """Parse a block; broken XML stops here already."""
        self._parser.Parse(block, False)
        self._fed += len(block)
        if self._fed > self._largest:
            raise TooMuch(f"a part of it is larger than {self._largest // 2**20} MiB")
        self._check_text(self._fed)

    def _check_text(self, position: int) -> None:
        if position - self._last > LONGEST_TEXT:
            raise TooMuch(f"a text in it is longer than {LONGEST_TEXT // 2**20} MiB")
        if self._record and position - self._began > LONGEST_RECORD:
            raise TooMuch(f"a row or text in it is longer than {LONGEST_RECORD // 2**20} MiB")

    def _doctype(self, *_: object) -> None:
        raise expat.ExpatError("a document type")  # no workbook has one

    def _start(self, name: str, attributes: list[str]) -> None:
        position = self._parser.CurrentByteIndex
        self._check_text(position)
        self._last = position
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooMuch("it is nested too deeply")
        marks = 1 + len(attributes) // 2
        if self._record:
            self._inside += marks
        elif self._records_count and name.rpartition(":")[2] in RECORDS:
            self._record, self._inside, self._began = self._depth, marks, position
            self._records += 1
            if name.rpartition(":")[2] == SHARED:
                self._largest = LARGEST_SHARED
        else:
            self._outside += marks
        if max(self._inside, self._outside) > MOST_MARKS or self._records > MOST_RECORDS:
            raise TooMuch("it holds more rows, texts or marks than a table has")

    def _end(self, name: str) -> None:
        self._check_text(self._parser.CurrentByteIndex)
        self._last = self._parser.CurrentByteIndex
        if self._depth == self._record:
            self._record = 0
        self._depth -= 1
