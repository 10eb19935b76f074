"""An archive whose XML parts are watched while they are read: what would fill the memory stops in time.

A workbook of some kilobytes can unpack to gigabytes, or to few bytes of which each becomes an object of a
hundred. What its parts say of their own size is not believed.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import IO
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
MOST_PARTS = 10_000


class TooMuch(Exception):
    """A part of the archive would fill the memory; the message says why."""


class Archive(zipfile.ZipFile):
    """The parts of a workbook, up to a number of bytes in all; their names are compared as Excel does."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        self.unpacked = 0
        self._parts = {_part(info.filename): info for info in self.infolist()}
        if sum(info.file_size for info in self.infolist()) > LARGEST or len(self.infolist()) > MOST_PARTS:
            raise TooMuch(
                f"it unpacks to more than {LARGEST // 2**20} MiB, or to more than {MOST_PARTS:,} parts"
            )

    def has(self, name: str) -> bool:
        """Return whether there is such a part."""
        return _part(name) in self._parts

    def parse(self, name: str, part: Part) -> Iterator[None]:
        """Hand a part to its reader, block by block.

        Raises
        ------
        TooMuch
            It would fill the memory.
        KeyError, expat.ExpatError
            There is no such part, or it is no XML.
        """
        with self.open(self._parts[_part(name)]) as source:
            while block := source.read(BLOCK):
                self.unpacked += len(block)
                if self.unpacked > LARGEST:
                    raise TooMuch(f"it unpacks to more than {LARGEST // 2**20} MiB")
                part.feed(block)
                yield
        part.close()


def _part(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


class Part:
    """A reader of an XML part, which counts what would become objects; what it means is for its subclasses.

    `RECORDS` are the elements that are taken one by one, `LARGEST` the bytes that such a part may have.
    Names come without their namespace.
    """

    RECORDS: frozenset[str] = frozenset()
    LARGEST = LARGEST_WHOLE

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.ordered_attributes = True
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._started
        self._parser.EndElementHandler = self._ended
        self._parser.CharacterDataHandler = self._texts
        self._fed = self._last = self._began = 0
        self._depth = self._record = 0  # depth at which a record began, 0 outside of one
        self._inside = self._outside = self._records = 0
        self._names: dict[str, str] = {}
        self._text: list[str] | None = None  # of the element whose text is wanted

    def start(self, name: str, attributes: list[str]) -> None:
        """Take the start of an element; attributes are name, value, name, …"""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def want_text(self) -> None:
        """Gather the text from here on."""
        self._text = []

    def text(self) -> str:
        """Return the text gathered since `want_text`, and gather no more."""
        text = "".join(self._text or ())
        self._text = None
        return text

    def feed(self, block: bytes) -> None:
        """Parse a block; broken XML stops here already."""
        self._parser.Parse(block, False)
        self._fed += len(block)
        if self._fed > self.LARGEST:
            raise TooMuch(f"a part of it is larger than {self.LARGEST // 2**20} MiB")
        self._check_text(self._fed)

    def close(self) -> None:
        """End the part; XML that is cut off stops here."""
        self._parser.Parse(b"", True)

    def _check_text(self, position: int) -> None:
        if position - self._last > LONGEST_TEXT:
            raise TooMuch(f"a text in it is longer than {LONGEST_TEXT // 2**20} MiB")
        if self._record and position - self._began > LONGEST_RECORD:
            raise TooMuch(f"a row or text in it is longer than {LONGEST_RECORD // 2**20} MiB")

    def _doctype(self, *_: object) -> None:
        raise expat.ExpatError("a document type")  # no workbook has one

    def _texts(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _started(self, name: str, attributes: list[str]) -> None:
        position = self._parser.CurrentByteIndex
        if position - self._last > LONGEST_TEXT or self._record:
            self._check_text(position)
        self._last = position
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooMuch("it is nested too deeply")
        local = self._names.get(name)
        if local is None:
            local = self._names[name] = name.rpartition(":")[2]
        marks = 1 + len(attributes) // 2
        if self._record:
            self._inside += marks
        elif local in self.RECORDS:
            self._record, self._inside, self._began = self._depth, marks, position
            self._records += 1
        else:
            self._outside += marks
        if self._inside > MOST_MARKS or self._outside > MOST_MARKS or self._records > MOST_RECORDS:
            raise TooMuch("it holds more rows, texts or marks than a table has")
        self.start(local, attributes)

    def _ended(self, name: str) -> None:
        self._check_text(self._parser.CurrentByteIndex)
        self._last = self._parser.CurrentByteIndex
        if self._depth == self._record:
            self._record = 0
        self._depth -= 1
        self.end(self._names[name])
