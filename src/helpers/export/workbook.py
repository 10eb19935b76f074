"""The sheets of an Excel workbook as grids of text, as whoever opens it sees them.

The parts of the archive are read here, for the sake of what a table as such does not show: what is hidden,
filtered, merged or struck out, formulas without a value, the place of every cell. A format such as
`0 "dagen"` or `Standaard` makes no date of a number.

A workbook of some kilobytes can unpack to gigabytes, or to few bytes of which each becomes an object of a
hundred. So what its parts say of their own size is not believed, and each row or text is let go once it is
read.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple
from xml.etree import ElementTree

from helpers.export.content import refuse_other_kind
from helpers.export.grid import LAST_COLUMN, LAST_ROW, Grid, Record, build
from helpers.export.messages import ExportError, Faults, Place, listed, quoted
from helpers.export.names import fold, sheet_key, tidy

LARGEST = 2**29  # bytes that a workbook may unpack to
LARGEST_PIECE = 2**22  # bytes of a row, of a text, and of all that stands between two of them
LARGEST_SHARED = 2**27  # signs of the texts that cells share, which are all kept
DEEPEST = 200  # elements within each other
MOST_PARTS = 10_000
MOST_SHEETS = 50  # that are looked at where it is not said which are ours
MOST_MERGED = 100_000
NAMED = 5  # ranges that a remark names
REMEDY = "Save it again in a spreadsheet program"
AS_CSV = "Export it as three CSV files"
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
CELL = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
NOISE = 1e-9  # by which a number may miss the whole number that it stands for, relative
YES = ("1", "true")
BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)))
_DATE = re.compile(
    r"(?:y+|j+|m{1,5}|d{1,4}|h{1,2}|u{1,2}|s{1,2}(?:[.,]0+)?|am/pm|a/p|b+|e+|t(?=h)|[\s/.:,\-])+"
)
_LITERAL = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


class TooMuch(Exception):
    """A part of the archive would fill the memory; the message says why."""


def read_workbook(
    content: bytes, file: str, sheets: Mapping[str, str] | None, faults: Faults, *, sure: bool = True
) -> dict[str, Grid]:
    """Return the tables of a workbook, by unit.

    Numbers that miss a whole one by rounding alone arrive as integers (`3`), dates as
    `YYYY-MM-DD[ HH:MM:SS]`, truth values as `TRUE` and `FALSE`, formulas as the value that was saved with
    them (without one as `=` and their text), errors as they are shown (`#N/A`).

    `sheets` leads from units to the names of their sheets, compared as names are; with None all are read, by
    their own names. What is wrong with one sheet is noted in `faults`, and the others are read; so is what is
    hidden, filtered, struck out or without a value. A sheet that is missing is a fault where we are `sure` of
    its name. Raises ExportError: no readable workbook, or one that would fill the memory.
    """
    place = Place(file)
    if not content:
        raise place.error("it is empty", "Export it again")
    refuse_other_kind(content, place, workbook=True)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read(_Book(archive, place), place, sheets, faults, sure=sure)
    except ExportError:
        raise
    except TooMuch as error:
        raise place.error(str(error), AS_CSV) from None
    except Exception as error:  # whatever a broken file makes zipfile and the parser stumble over
        problem = "it cannot be read as an Excel workbook; it is damaged or incomplete"
        remedy = "Open it in a spreadsheet program and save it again as .xlsx"
        raise place.error(problem, remedy) from error


def _read(
    book: _Book, place: Place, sheets: Mapping[str, str] | None, faults: Faults, *, sure: bool
) -> dict[str, Grid]:
    if sheets is None and len(book.sheets) > MOST_SHEETS:
        raise place.error(f"it has more than {MOST_SHEETS} sheets", "Keep the three of the registrations")
    wanted = sheets if sheets is not None else {sheet.name: sheet.name for sheet in book.sheets}
    grids = {}
    for unit, name in wanted.items():
        with faults.noted():
            if (sheet := _find_sheet(book, name, place, sure=sure)) is not None:
                rows = _Rows(book, Place(place.file, sheet.name))
                try:
                    grid = build(rows.place, rows.records(sheet.part), faults, placed=True)
                except TooMuch as error:
                    raise rows.place.error(str(error), AS_CSV) from None
                grids[unit] = replace(grid, merged=tuple(rows.merged))
                _remark(grids[unit], sheet, rows, faults)
    columns = {grid.place.sheet: set(map(fold, filter(None, grid.header))) for grid in grids.values()}
    for sheet in book.sheets[:MOST_SHEETS]:
        if sheet.name not in columns and (like := _like(book, Place(place.file, sheet.name), sheet, columns)):
            faults.remark(Place(place.file, sheet.name), "unread_sheet", 1, like=quoted(like))
    return grids


def _like(book: _Book, place: Place, sheet: _Sheet, columns: Mapping[str, set[str]]) -> str:
    """Return the sheet of which another one has most of the columns, with a row below them; "" for none."""
    with suppress(Exception):  # what is not read may be damaged
        filled = (cells for _, cells in _Rows(book, place).records(sheet.part) if any(map(tidy, cells)))
        names, _ = (set(map(fold, cells)) for cells in islice(filled, 2))
        return next((one for one, own in columns.items() if 2 * len(names & own) > len(own)), "")
    return ""


def _find_sheet(book: _Book, name: str, place: Place, *, sure: bool) -> _Sheet | None:
    """Return the one sheet of that name; None when there is none and that is no fault."""
    hits = [sheet for sheet in book.sheets if sheet_key(sheet.name) == sheet_key(name)]
    if len(hits) == 1 or not (hits or sure):
        return hits[0] if hits else None
    names = listed(sheet.name for sheet in book.sheets) or "none"
    problem = f"sheet {listed([name])} " + ("stands there twice" if hits else "is missing")
    remedy = "Rename the sheet, or name it under `sheets` in dataset.yml"
    raise place.error(f"{problem} (sheets: {names})", remedy)


def _remark(grid: Grid, sheet: _Sheet, found: _Rows, faults: Faults) -> None:
    """Note what whoever opens the sheet does not see, or sees otherwise than it is read."""
    place, names = grid.place, dict(enumerate(grid.header, 1))
    if sheet.hidden:
        faults.remark(place, "hidden_sheet", 1)
    if hidden := sorted(found.hidden.intersection(grid.row_numbers.tolist())):
        some = ", ".join(map(str, hidden[:NAMED])) + (" …" if len(hidden) > NAMED else "")
        faults.remark(place, "hidden_rows", len(hidden), at=some)
    if found.filtered:
        faults.remark(place, "filter", 1)
    columns = [
        name for at, name in names.items() if name and any(a <= at <= b for a, b in found.hidden_columns)
    ]
    if columns:
        faults.remark(place, "hidden_columns", len(columns), at=listed(columns), columns=listed(columns))
    for kind, counts in (("struck_out", found.struck), ("formulas_without_values", found.formulas)):
        for at, count in sorted(counts.items()):
            if name := names.get(at):
                faults.remark(place, kind, count, at=name, column=quoted(name))


# --- the parts of a workbook -------------------------------------------------------------------------------


class _Sheet(NamedTuple):
    name: str
    part: str
    hidden: bool


class _Part:
    """A part of the archive as a file, which stops when too much of it is read at once."""

    def __init__(self, book: _Book, name: str) -> None:
        self.book, self.source = book, book.archive.open(book.parts[_key(name)])
        self.since, self.tail = 0, b""  # bytes since the last row or text; the end of the last block

    def read(self, size: int) -> bytes:
        block = self.source.read(size)
        self.book.unpacked += len(block)
        self.since += len(block)
        if self.book.unpacked > LARGEST:
            raise TooMuch(f"it unpacks to more than {LARGEST // 2**20} MiB")
        if self.since > LARGEST_PIECE:
            raise TooMuch(
                f"a row or text, or what stands between two, is larger than {LARGEST_PIECE // 2**20} MiB"
            )
        if b"<!DOCTYPE" in (self.tail + block).replace(b"\0", b""):  # which UTF-16 has between letters
            raise ValueError("no XML of a workbook")  # that has no document type, and so no entities
        self.tail = block[-18:]
        return block


class _Book:
    """What all sheets of a workbook share: their names, the texts of cells, and how numbers are shown."""

    def __init__(self, archive: zipfile.ZipFile, place: Place) -> None:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > LARGEST or len(parts) > MOST_PARTS:
            more = f"{LARGEST // 2**20} MiB, or to more than {MOST_PARTS:,} parts"
            raise TooMuch(f"it unpacks to more than {more}")
        if any(part.flag_bits & 1 for part in parts):
            raise place.error("its parts are protected by a password", "Save it as .xlsx without a password")
        if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
            raise place.error("it is packed as no spreadsheet program does", REMEDY)
        self.archive, self.unpacked = archive, 0
        self.parts = {_key(part.filename): part for part in parts}
        top = self.relations("_rels/.rels", "")
        path = next((target for kind, target in top.values() if kind == "officeDocument"), "xl/workbook.xml")
        folder, file = posixpath.split(path)
        relations = self.relations(posixpath.join(folder, "_rels", f"{file}.rels"), folder)
        book = self.tree(path)
        self.from_1904 = any(one.get("date1904") in YES for one in book.iter("workbookPr"))
        self.sheets = [
            _Sheet(sheet.attrib["name"], relations[key][1], sheet.get("state", "visible") != "visible")
            for sheet in book.iter("sheet")
            if relations.get(key := _named(sheet)["id"], ("",))[0] == "worksheet"
        ]
        if not self.sheets:
            raise ValueError("no sheets")
        kinds = {"styles": f"{folder}/styles.xml", "sharedStrings": f"{folder}/sharedStrings.xml"}
        kinds |= dict(relations.values())
        self.dates, self.struck = self.styles(kinds["styles"])
        self.texts: list[str] = []
        self.struck_texts: set[int] = set()
        if _key(kinds["sharedStrings"]) in self.parts:
            self.share(kinds["sharedStrings"])

    def elements(self, name: str, piece: str = "") -> Iterator[tuple[str, ElementTree.Element]]:
        """Yield each element of a part at its end, under its name without namespace.

        What was read up to the end of each `piece`, such as a row, is let go after it.
        """
        part: Any = _Part(self, name)
        around: list[ElementTree.Element] = []
        plain: dict[str, str] = {}
        for event, element in ElementTree.iterparse(part, ("start", "end")):
            if event == "start":
                around.append(element)
                if len(around) > DEEPEST:
                    raise TooMuch("it is nested too deeply")
                continue
            around.pop()
            tag = plain.get(element.tag) or plain.setdefault(element.tag, element.tag.rpartition("}")[2])
            element.tag = tag
            yield tag, element
            if tag == piece:
                part.since = 0
                for one in around:
                    one.clear()

    def tree(self, name: str) -> ElementTree.Element:
        """Return a small part as a whole."""
        *_, (_, root) = self.elements(name)
        return root

    def relations(self, name: str, folder: str) -> dict[str, tuple[str, str]]:
        """Return id -> (kind, part) of what a part leads to inside the archive."""
        if _key(name) not in self.parts:
            return {}
        return {
            one.attrib["Id"]: (
                one.attrib["Type"].rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, one.attrib["Target"].replace("\\", "/"))),
            )
            for one in self.tree(name).iter("Relationship")
            if one.get("TargetMode") != "External"
        }

    def styles(self, name: str) -> tuple[frozenset[int], frozenset[int]]:
        """Return the styles in which a number is shown as a date, and those in which text is struck out."""
        if _key(name) not in self.parts:
            return frozenset(), frozenset()
        root = self.tree(name)
        formats = {int(one.attrib["numFmtId"]): one.get("formatCode", "") for one in root.iter("numFmt")}
        dates = {number for number, code in formats.items() if is_date_format(code)}
        dates |= BUILT_IN_DATES - set(formats)
        struck = {at for at, font in enumerate(root.iterfind("fonts/font")) if _is_struck(font)}
        cells = list(enumerate(root.iterfind("cellXfs/xf")))
        return (
            frozenset(style for style, cell in cells if int(cell.get("numFmtId", 0)) in dates),
            frozenset(style for style, cell in cells if int(cell.get("fontId", 0)) in struck),
        )

    def share(self, name: str) -> None:
        held = 0
        for tag, element in self.elements(name, "si"):
            if tag == "si":
                if _is_struck(element):
                    self.struck_texts.add(len(self.texts))
                self.texts.append(_text(element))
                held += 64 + len(self.texts[-1])  # with what Python keeps beside each
                if held > LARGEST_SHARED:
                    raise TooMuch(f"the texts of its cells have more than {LARGEST_SHARED:,} signs")


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _named(element: ElementTree.Element) -> dict[str, str]:
    return {name.rpartition("}")[2]: value for name, value in element.items()}


def _is_struck(element: ElementTree.Element) -> bool:
    return any(one.get("val", "1") in YES for one in element.iter("strike"))


def _text(element: ElementTree.Element) -> str:
    """Return a text with its runs, without what is read aloud in their stead."""
    pieces = [piece for part in element for piece in (part if part.tag == "r" else [part])]
    return unescaped("".join(piece.text or "" for piece in pieces if piece.tag == "t"))


def is_date_format(code: str) -> bool:
    r"""Return whether a number is a date in this format: it holds nothing but signs of dates and literals.

    >>> [is_date_format(code) for code in ("yyyy-mm-dd", "d/m/yy h:mm;@", '[$-413]d mmmm jjjj', "dd\\.mm")]
    [True, True, True, True]
    >>> [is_date_format(code) for code in ("0 ds", "Standaard", '0 "dagen"', "[h]:mm", "#,##0.00", "")]
    [False, False, False, False, False, False]
    """
    plain = _LITERAL.sub("", code.split(";")[0]).lower().strip().removesuffix("@")
    return _DATE.fullmatch(plain) is not None and re.search("[yjmdhus]", plain) is not None


class _Rows:
    """The rows of a sheet, and what of it is hidden, merged, filtered, struck out or without a value."""

    def __init__(self, book: _Book, place: Place) -> None:
        self.book, self.place = book, place
        self.hidden: set[int] = set()
        self.hidden_columns: list[tuple[int, int]] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.filtered = False
        self.struck: Counter[int] = Counter()  # cells by the number of their column
        self.formulas: Counter[int] = Counter()

    def records(self, part: str) -> Iterator[Record]:
        """Yield the number and the cells of each row that is there, up to its last cell with a value."""
        row = 0
        for tag, element in self.book.elements(part, "row"):
            if tag == "row":
                row = self._number(element, row)
                yield row, self._cells(element, row)
            elif tag == "col" and (element.get("hidden") in YES or element.get("width") == "0"):
                self.hidden_columns.append((int(element.attrib["min"]), int(element.attrib["max"])))
            elif tag == "mergeCell":
                self._merge(element.get("ref", ""))
            elif tag == "filterColumn":
                self.filtered = True

    def _number(self, element: ElementTree.Element, before: int) -> int:
        number = int(element.get("r", before + 1))
        if number > LAST_ROW:
            raise self.place.error("it has more rows than a sheet can have", REMEDY)
        if number <= before:
            raise self.place.error(f"the row stands below row {before}", REMEDY, row=number)
        if element.get("hidden") in YES or element.get("ht") == "0":
            self.hidden.add(number)
        return number

    def _cells(self, row: ElementTree.Element, number: int) -> list[str]:
        texts: list[str] = []
        column = 0
        for cell in row.iterfind("c"):
            reference = cell.get("r")
            column = _column_of(reference.rstrip("0123456789")) if reference else column + 1
            parts = {part.tag: part for part in cell}
            text = self._text_of(cell, parts, column)
            if not text:
                continue
            texts += [""] * (column - len(texts))
            if column > LAST_COLUMN or texts[column - 1]:
                problem = f"column {column} stands there twice, or beyond the last one"
                raise self.place.error(problem, REMEDY, row=number)
            texts[column - 1] = text
            if int(cell.get("s", 0)) in self.book.struck or (
                cell.get("t") == "s" and "v" in parts and int(parts["v"].text or -1) in self.book.struck_texts
            ):
                self.struck[column] += 1
        return texts

    def _text_of(self, cell: ElementTree.Element, parts: dict[str, ElementTree.Element], column: int) -> str:
        value = parts["v"].text if "v" in parts else None
        kind = cell.get("t", "n")
        if not value and "f" in parts and kind != "str" and "is" not in parts:
            self.formulas[column] += 1
            return f"={parts['f'].text or ''}"
        if kind == "inlineStr" or "v" not in parts:
            return _text(parts["is"]) if "is" in parts else ""
        if not value:
            return ""
        if kind == "n":
            return number_text(value, int(cell.get("s", 0)) in self.book.dates, self.book.from_1904)
        if kind == "s":
            if int(value) < 0:
                raise IndexError(value)
            return self.book.texts[int(value)]
        if kind == "b":
            return "TRUE" if value.strip() in YES else "FALSE"
        if kind == "d":
            return value.strip().replace("T", " ").removesuffix(" 00:00:00")
        return unescaped(value)

    def _merge(self, reference: str) -> None:
        ends = [CELL.fullmatch(end) for end in reference.split(":")]
        if len(ends) == 2 and ends[0] and ends[1] and len(self.merged) < MOST_MERGED:
            (left, first), (right, last) = ends[0].groups(), ends[1].groups()
            self.merged.append((int(first), int(last), _column_of(left), _column_of(right)))


@lru_cache(maxsize=LAST_COLUMN)
def _column_of(letters: str) -> int:
    if not re.fullmatch("[A-Z]{1,3}", letters):
        raise ValueError(f"no cell: {letters}")
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


@lru_cache(maxsize=100_000)
def number_text(value: str, is_date: bool, from_1904: bool = False) -> str:
    """Return a number of a cell as text.

    >>> [number_text(value, False) for value in ("3", "3.0", "3.000000000001", "3.5", "1E+20")]
    ['3', '3', '3', '3.5', '100000000000000000000']
    >>> [number_text(value, True) for value in ("44695", "44695.4375", "44695.99999999", "0.5", "99999999")]
    ['2022-05-14', '2022-05-14 10:30:00', '2022-05-14 23:59:59', '12:00:00', '#VALUE!']
    """
    number = float(value)
    if not math.isfinite(number):
        return value.strip()
    if is_date:
        return _day_text(number, from_1904)
    whole = round(number)
    return str(whole) if abs(number - whole) <= NOISE * max(1.0, abs(number)) else repr(number)


def _day_text(serial: float, from_1904: bool) -> str:
    """Return the day and time that a serial number stands for; seconds are cut off: the day never moves."""
    day, seconds = int(serial // 1), int(serial % 1 * 86_400 + 1e-5)
    clock = str(dt.timedelta(seconds=min(seconds, 86_399))).rjust(8, "0")
    if 0 <= serial < 1:
        return clock
    try:
        if from_1904:
            found = dt.date(1904, 1, 1) + dt.timedelta(days=day)
        else:  # Excel counts a 29 February 1900 that never was
            found = dt.date(1899, 12, 31 if 0 < day < 60 else 30) + dt.timedelta(days=day)
    except OverflowError:
        return "#VALUE!"
    if serial < 0 or found.year > 9999:
        return "#VALUE!"
    return found.isoformat() if seconds == 0 else f"{found} {clock}"


def unescaped(text: str) -> str:
    """Return a text in which `_x000D_` and the like are the signs for which a workbook writes them."""
    return ESCAPED.sub(_sign, text) if "_x" in text else text


def _sign(match: re.Match[str]) -> str:
    """Return the sign, where it is one that a text can hold."""
    code = int(match[1], 16)
    return chr(code) if code and not 0xD800 <= code <= 0xDFFF else match[0]
