"""The sheets of an Excel workbook as grids of text, as whoever opens it sees them.

The parts of the archive are read here, one pass each, for the sake of what a table as such does not show:
what is hidden, filtered, merged or struck out, formulas without a value, the place of every cell. A format
such as `0 "dagen"` or `Standaard` makes no date of a number.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from helpers.export import archive as limits
from helpers.export.archive import Archive, Part, TooMuch
from helpers.export.content import refuse_other_kind
from helpers.export.grid import LAST_COLUMN, LAST_ROW, Grid, Load, Record, build
from helpers.export.messages import ExportError, Faults, Place, listed, quoted
from helpers.export.names import sheet_key

MOST_SHEETS = 50  # that are looked at where it is not said which are ours
MOST_MERGED = 100_000
NAMED = 5  # ranges that a remark names
REMEDY = "Save it again in a spreadsheet program"
AS_CSV = "Export it as three CSV files"
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
LETTERS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
NOISE = 1e-9  # by which a number may miss the whole number that it stands for, relative
YES = ("1", "true")
BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)))
_DATE = re.compile(
    r"(?:y+|j+|m{1,5}|d{1,4}|h{1,2}|u{1,2}|s{1,2}(?:[.,]0+)?|am/pm|a/p|b+|e+|t(?=h)|[\s/.:,\-])+"
)
_LITERAL = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


def read_workbook(
    content: bytes,
    file: str,
    sheets: Mapping[str, str] | None,
    faults: Faults,
    *,
    load: Load,
    sure: bool = True,
) -> dict[str, Grid]:
    """Return the tables of a workbook.

    Parameters
    ----------
    content
        The bytes of the `.xlsx` file.
    file
        Its name, for messages.
    sheets
        Unit -> name of its sheet, compared as names are, without the suffix `.csv`. None: all sheets, by
        their own names.
    faults
        What is wrong with one sheet is noted here, and the others are read; so is what is hidden, filtered,
        struck out or without a value.
    load
        What was read of the export before.
    sure
        Whether a sheet that is missing is a fault.

    Returns
    -------
    dict
        Unit -> grid. Numbers that miss a whole one by rounding alone arrive as integers (`3`), dates as
        `YYYY-MM-DD[ HH:MM:SS]`, truth values as `TRUE` and `FALSE`, formulas as the value that was saved with
        them (without one as `=` and their text), errors as they are shown (`#N/A`).

    Raises
    ------
    ExportError
        No readable workbook, or one that would fill the memory.
    """
    place = Place(file)
    if not content:
        raise place.error("it is empty", "Export it again")
    refuse_other_kind(content, place, workbook=True)
    try:
        with Archive(io.BytesIO(content)) as opened:
            _refuse_packed(opened, place)
            return _read(_Book(opened), place, sheets, faults, load=load, sure=sure)
    except ExportError:
        raise
    except TooMuch as error:
        raise place.error(str(error), AS_CSV) from None
    except Exception as error:  # whatever a broken file makes zipfile and the parser stumble over
        raise _broken(place) from error


def _broken(place: Place) -> ExportError:
    problem = "it cannot be read as an Excel workbook; it is damaged or incomplete"
    return place.error(problem, "Open it in a spreadsheet program and save it again as .xlsx")


def _refuse_packed(archive: Archive, place: Place) -> None:
    """Stop at parts that are protected, or packed in a way of their own."""
    if any(part.flag_bits & 1 for part in archive.infolist()):
        raise place.error("its parts are protected by a password", "Save it as .xlsx without a password")
    if any(
        part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in archive.infolist()
    ):
        raise place.error("it is packed as no spreadsheet program does", REMEDY)


def _read(
    book: _Book, place: Place, sheets: Mapping[str, str] | None, faults: Faults, *, load: Load, sure: bool
) -> dict[str, Grid]:
    if sheets is None and len(book.sheets) > MOST_SHEETS:
        raise place.error(f"it has more than {MOST_SHEETS} sheets", "Keep the three of the registrations")
    wanted = sheets if sheets is not None else {sheet.name: sheet.name for sheet in book.sheets}
    grids = {}
    for unit, name in wanted.items():
        with faults.noted():
            sheet = _find_sheet(book, name, place, sure=sure)
            if sheet is not None:
                grids[unit] = _grid(book, sheet, Place(place.file, sheet.name), faults, load)
    return grids


def _grid(book: _Book, sheet: _Sheet, place: Place, faults: Faults, load: Load) -> Grid:
    """Return the table of one sheet; where its XML is broken the whole workbook is."""
    part = _Rows(book, place)
    try:
        grid = build(place, part.rows(book.archive, sheet.part), faults, load=load, placed=True)
    except TooMuch as error:
        raise place.error(str(error), AS_CSV) from None
    grid = replace(grid, merged=tuple(part.merged))
    _remark(grid, sheet, part, faults)
    return grid


def _find_sheet(book: _Book, name: str, place: Place, *, sure: bool) -> _Sheet | None:
    """Return the one sheet of that name; None when there is none and that is no fault."""
    hits = [sheet for sheet in book.sheets if sheet_key(sheet.name) == sheet_key(name)]
    if len(hits) == 1 or not (hits or sure):
        return hits[0] if hits else None
    names = listed(sheet.name for sheet in book.sheets) or "none"
    problem = f"sheet {listed([name])} " + ("stands there twice" if hits else "is missing")
    remedy = "Rename the sheet, or name it under `sheets` in dataset.yml"
    raise place.error(f"{problem} (sheets: {names})", remedy)


def _remark(grid: Grid, sheet: _Sheet, part: _Rows, faults: Faults) -> None:
    """Note what whoever opens the sheet does not see, or sees otherwise than it is read."""
    place, names = grid.place, grid.header
    rows = set(grid.row_numbers.tolist())
    if sheet.hidden:
        faults.remark(place, "hidden_sheet", 1)
    if hidden := sorted(rows.intersection(part.hidden)):
        faults.remark(place, "hidden_rows", len(hidden), at=_some(map(str, hidden)))
    if part.filtered:
        faults.remark(place, "filter", 1)
    columns = [
        name
        for position, name in enumerate(names, 1)
        if name and any(first <= position <= last for first, last in part.hidden_columns)
    ]
    if columns:
        faults.remark(place, "hidden_columns", len(columns), at=listed(columns), columns=listed(columns))
    for kind, found in (("struck_out", part.struck), ("formulas_without_values", part.formulas)):
        for position, count in sorted(found.items()):
            if position <= len(names) and (name := names[position - 1]):
                faults.remark(place, kind, count, at=name, column=quoted(name))


def _some(texts: Iterator[str]) -> str:
    found = list(texts)
    return ", ".join(found[:NAMED]) + (" …" if len(found) > NAMED else "")


# --- the parts of a workbook -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Sheet:
    name: str
    part: str
    hidden: bool


class _Book:
    """What all sheets of a workbook share: their names, the texts of cells, and how numbers are shown."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        top = self._relations("_rels/.rels", "")
        path = next((target for kind, target in top.values() if kind == "officeDocument"), "xl/workbook.xml")
        folder, file = posixpath.split(path)
        relations = self._relations(posixpath.join(folder, "_rels", f"{file}.rels"), folder)
        names = _Names()
        self._parse(path, names)
        self.from_1904 = names.from_1904
        self.sheets = [
            _Sheet(name, relations[key][1], hidden)
            for name, key, hidden in names.sheets
            if key in relations and relations[key][0] == "worksheet"
        ]
        kinds = {"styles": f"{folder}/styles.xml", "sharedStrings": f"{folder}/sharedStrings.xml"}
        kinds |= {kind: target for kind, target in relations.values()}
        styles = _Styles()
        if archive.has(kinds["styles"]):
            self._parse(kinds["styles"], styles)
        self.dates, self.struck = styles.dates(), styles.struck()
        self.texts: list[str] = []
        self.struck_texts: set[int] = set()
        if archive.has(kinds["sharedStrings"]):
            shared = _Shared()
            self._parse(kinds["sharedStrings"], shared)
            self.texts, self.struck_texts = shared.texts, shared.struck
        if not self.sheets:
            raise ValueError("no sheets")

    def _parse(self, name: str, part: Part) -> None:
        for _ in self.archive.parse(name, part):
            pass

    def _relations(self, name: str, folder: str) -> dict[str, tuple[str, str]]:
        """Return id -> (kind, part) of what a part leads to inside the archive."""
        if not self.archive.has(name):
            return {}
        part = _Relations()
        self._parse(name, part)
        return {
            key: (
                kind.rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"),
            )
            for key, kind, target in part.found
        }


def _named(attributes: list[str]) -> dict[str, str]:
    """Return attributes by their names without namespace."""
    return {
        name.rpartition(":")[2]: value for name, value in zip(attributes[::2], attributes[1::2], strict=True)
    }


class _Relations(Part):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []

    def start(self, name: str, attributes: list[str]) -> None:
        found = _named(attributes)
        if name == "Relationship" and found.get("TargetMode") != "External":
            self.found.append((found["Id"], found["Type"], found["Target"].replace("\\", "/")))


class _Names(Part):
    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str, bool]] = []
        self.from_1904 = False

    def start(self, name: str, attributes: list[str]) -> None:
        if name == "sheet":
            found = _named(attributes)
            self.sheets.append((found["name"], found["id"], found.get("state", "visible") != "visible"))
        elif name == "workbookPr":
            self.from_1904 = _named(attributes).get("date1904", "") in YES


class _Styles(Part):
    def __init__(self) -> None:
        super().__init__()
        self._formats: dict[int, str] = {}
        self._fonts: list[bool] = []
        self._cells: list[tuple[int, int]] = []
        self._within: list[str] = []

    def start(self, name: str, attributes: list[str]) -> None:
        found = _named(attributes)
        if name == "numFmt":
            self._formats[int(found["numFmtId"])] = found.get("formatCode", "")
        elif name == "font" and "fonts" in self._within:
            self._fonts.append(False)
        elif name == "strike" and self._within[-2:] == ["fonts", "font"]:
            self._fonts[-1] = found.get("val", "1") in YES
        elif name == "xf" and self._within[-1:] == ["cellXfs"]:
            self._cells.append((int(found.get("numFmtId", 0)), int(found.get("fontId", 0))))
        self._within.append(name)

    def end(self, name: str) -> None:
        self._within.pop()

    def dates(self) -> frozenset[int]:
        """Return the styles in which a number is shown as a date."""
        return frozenset(
            style
            for style, (number, _) in enumerate(self._cells)
            if (
                is_date_format(self._formats[number]) if number in self._formats else number in BUILT_IN_DATES
            )
        )

    def struck(self) -> frozenset[int]:
        """Return the styles in which text is struck out."""
        fonts = dict(enumerate(self._fonts))
        return frozenset(style for style, (_, font) in enumerate(self._cells) if fonts.get(font, False))


def is_date_format(code: str) -> bool:
    r"""Return whether a number is a date in this format: it holds nothing but signs of dates and literals.

    Examples
    --------
    >>> [is_date_format(code) for code in ("yyyy-mm-dd", "d/m/yy h:mm;@", '[$-413]d mmmm jjjj', "dd\\.mm")]
    [True, True, True, True]
    >>> [is_date_format(code) for code in ("0 ds", "Standaard", '0 "dagen"', "[h]:mm", "#,##0.00", "")]
    [False, False, False, False, False, False]
    """
    plain = _LITERAL.sub("", code.split(";")[0]).lower().strip().removesuffix("@")
    return _DATE.fullmatch(plain) is not None and re.search("[yjmdhus]", plain) is not None


class _Shared(Part):
    """The texts that cells share; what is read aloud in their stead is left out."""

    RECORDS = frozenset({"si"})

    def __init__(self) -> None:
        super().__init__()
        self.LARGEST = limits.LARGEST_SHARED
        self.texts: list[str] = []
        self.struck: set[int] = set()
        self._pieces: list[str] = []
        self._aloud = False

    def start(self, name: str, attributes: list[str]) -> None:
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            self._aloud = True
        elif name == "strike" and _named(attributes).get("val", "1") in YES:
            self.struck.add(len(self.texts))
        elif name == "t" and not self._aloud:
            self.want_text()

    def end(self, name: str) -> None:
        if name == "si":
            self.texts.append(unescaped("".join(self._pieces)))
        elif name == "rPh":
            self._aloud = False
        elif name == "t" and not self._aloud:
            self._pieces.append(self.text())


@dataclass
class _Cell:
    """A cell on its way."""

    column: int = 0
    kind: str = "n"
    style: int = 0
    formula: str | None = None
    value: str | None = None
    pieces: list[str] = field(default_factory=list)


class _Rows(Part):
    """The rows of a sheet, and what of it is hidden, merged, filtered, struck out or without a value."""

    RECORDS = frozenset({"row"})

    def __init__(self, book: _Book, place: Place) -> None:
        super().__init__()
        self.LARGEST = limits.LARGEST
        self._book, self._place = book, place
        self._done: list[Record] = []
        self._row = 0
        self._texts_of_row: list[str] = []
        self._cell: _Cell | None = None
        self._column = 0
        self._columns: dict[str, int] = {}
        self._numbers: dict[tuple[str, bool], str] = {}
        self._aloud = False
        self.hidden: set[int] = set()
        self.hidden_columns: list[tuple[int, int]] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.filtered = False
        self.struck: dict[int, int] = {}
        self.formulas: dict[int, int] = {}

    def rows(self, archive: Archive, name: str) -> Iterator[Record]:
        """Yield the number and the cells of each row that is there, up to its last cell with a value."""
        for _ in archive.parse(name, self):
            yield from self._done
            self._done.clear()
        yield from self._done

    def start(self, name: str, attributes: list[str]) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name in ("v", "f"):
            self.want_text()
            if name == "f" and self._cell is not None:
                self._cell.formula = ""
        elif name == "t" and self._cell is not None and not self._aloud:
            self.want_text()
        elif name == "rPh":
            self._aloud = True
        elif name == "row":
            self._start_row(_named(attributes))
        elif name == "col":
            found = _named(attributes)
            if found.get("hidden", "0") in YES or found.get("width") == "0":
                self.hidden_columns.append((int(found["min"]), int(found["max"])))
        elif name == "mergeCell":
            self._merge(_named(attributes).get("ref", ""))
        elif name == "filterColumn":
            self.filtered = True

    def end(self, name: str) -> None:
        cell = self._cell
        if name == "v" and cell is not None:
            cell.value = self.text()
        elif name == "c" and cell is not None:
            self._end_cell(cell)
            self._cell = None
        elif name == "t" and cell is not None and not self._aloud:
            cell.pieces.append(self.text())
        elif name == "f" and cell is not None:
            cell.formula = self.text()
        elif name == "rPh":
            self._aloud = False
        elif name == "row":
            self._done.append((self._row, self._texts_of_row))

    def _start_row(self, found: Mapping[str, str]) -> None:
        number = int(found["r"]) if "r" in found else self._row + 1
        if number > LAST_ROW:
            raise self._place.error("it has more rows than a sheet can have", REMEDY)
        if number <= self._row:
            raise self._place.error(f"the row stands below row {self._row}", REMEDY, row=number)
        self._row, self._column, self._texts_of_row = number, 0, []
        if found.get("hidden", "0") in YES or found.get("ht") == "0":
            self.hidden.add(number)

    def _start_cell(self, attributes: list[str]) -> None:
        cell = self._cell = _Cell()
        for place in range(0, len(attributes), 2):
            name, value = attributes[place], attributes[place + 1]
            if name == "r":
                self._column = self._column_of(value) - 1
            elif name == "t":
                cell.kind = value
            elif name == "s":
                cell.style = int(value)
        self._column += 1
        cell.column = self._column

    def _column_of(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        number = self._columns.get(letters)
        if number is None:
            if not re.fullmatch("[A-Z]{1,3}", letters):
                raise ValueError(f"no cell: {reference}")
            number = 0
            for letter in letters:
                number = 26 * number + ord(letter) - 64
            self._columns[letters] = number
        return number

    def _end_cell(self, cell: _Cell) -> None:
        text = self._text_of(cell)
        if not text:
            return
        texts, column = self._texts_of_row, cell.column
        texts += [""] * (column - len(texts))
        if column > LAST_COLUMN or texts[column - 1]:
            problem = f"column {column} stands there twice, or beyond the last one"
            raise self._place.error(problem, REMEDY, row=self._row)
        texts[column - 1] = text
        if cell.style in self._book.struck or (
            cell.kind == "s" and cell.value and int(cell.value) in self._book.struck_texts
        ):
            self.struck[column] = self.struck.get(column, 0) + 1

    def _text_of(self, cell: _Cell) -> str:
        """Return what a cell shows, as text."""
        value = cell.value
        if not value and cell.formula is not None and cell.kind != "str" and not cell.pieces:
            self.formulas[cell.column] = self.formulas.get(cell.column, 0) + 1
            return f"={cell.formula}"
        if cell.kind == "inlineStr" or (value is None and cell.pieces):
            return unescaped("".join(cell.pieces))
        if not value:
            return ""
        if cell.kind == "n":
            key = (value, cell.style in self._book.dates)
            if key not in self._numbers:
                self._numbers[key] = number_text(*key, from_1904=self._book.from_1904)
            return self._numbers[key]
        if cell.kind == "s":
            place = int(value)
            if place < 0:
                raise IndexError(value)
            return self._book.texts[place]
        if cell.kind == "b":
            return "TRUE" if value.strip() in YES else "FALSE"
        if cell.kind == "d":
            return value.strip().replace("T", " ").removesuffix(" 00:00:00")
        return unescaped(value)

    def _merge(self, reference: str) -> None:
        ends = [LETTERS.fullmatch(end) for end in reference.split(":")]
        if len(ends) != 2 or ends[0] is None or ends[1] is None:
            return
        (first, last) = ((int(end[2]), self._column_of(end[1])) for end in ends if end)
        if len(self.merged) < MOST_MERGED:
            self.merged.append((first[0], last[0], first[1], last[1]))


def number_text(value: str, is_date: bool, *, from_1904: bool = False) -> str:
    """Return a number of a cell as text.

    Examples
    --------
    >>> [number_text(value, False) for value in ("3", "3.0", "3.000000000001", "3.5", "1E+20")]
    ['3', '3', '3', '3.5', '100000000000000000000']
    >>> [number_text(value, True) for value in ("44695", "44695.4375", "44695.99999999", "0.5", "99999999")]
    ['2022-05-14', '2022-05-14 10:30:00', '2022-05-14 23:59:59', '12:00:00', '#VALUE!']
    """
    number = float(value)
    if not math.isfinite(number):
        return value.strip()
    if is_date:
        return _day_text(number, from_1904=from_1904)
    whole = round(number)
    return str(whole) if abs(number - whole) <= NOISE * max(1.0, abs(number)) else repr(number)


def _day_text(serial: float, *, from_1904: bool) -> str:
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
