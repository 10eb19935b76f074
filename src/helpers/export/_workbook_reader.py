"""The sheets of an Excel workbook as grids of text; formulas are never evaluated."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._reader import WorkSheetParser

from helpers.export._grid import LAST_COLUMN, LAST_ROW, Grid, Record, build
from helpers.export._guarded import LARGEST, GuardedArchive, TooMuch
from helpers.export._kinds import refuse_other_kind, refuse_strict
from helpers.export._load import Load
from helpers.export._messages import ExportError, Faults, Place, listed

MOST_PARTS = 10_000
MOST_SHEETS = 50  # that are looked at where it is not said which are ours
REMEDY = "Save it again in a spreadsheet program"
AS_CSV = "Export it as three CSV files"
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


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
        Unit -> name of its sheet; names are compared without case, outer white space and the suffix `.csv`.
        None: all sheets, by their own names.
    faults
        What is wrong with one sheet is noted here, and the others are read.
    load
        What was read of the export before.
    sure
        Whether a sheet that is missing is a fault.

    Returns
    -------
    dict
        Unit -> grid. Numbers without a fraction arrive as integers (`3`), dates as `YYYY-MM-DD[ HH:MM:SS]`,
        truth values as `TRUE` and `FALSE`, formulas as their text, errors as they are shown (`#N/A`).

    Raises
    ------
    ExportError
        No readable workbook, or one that would fill the memory.
    """
    place = Place(file)
    archive = _open(content, place)
    try:
        with warnings.catch_warnings(), archive:
            warnings.simplefilter("ignore")  # about styles and the like, which play no part here
            return _read(archive, place, sheets, faults, load=load, sure=sure)
    except ExportError:
        raise
    except TooMuch as error:
        raise place.error(str(error), AS_CSV) from None
    except Exception as error:  # whatever a broken file makes the library stumble over
        raise _broken(place) from error


def _broken(place: Place) -> ExportError:
    problem = "it cannot be read as an Excel workbook; it is damaged or incomplete"
    return place.error(problem, "Open it in a spreadsheet program and save it again as .xlsx")


def _open(content: bytes, place: Place) -> GuardedArchive:
    """Open a workbook, or stop at a file that is none, is protected, or would fill the memory."""
    if not content:
        raise place.error("it is empty", "Export it again")
    refuse_other_kind(content, place, workbook=True)
    try:
        archive = GuardedArchive(io.BytesIO(content))
        parts = archive.infolist()
    except Exception as error:  # zipfile raises several kinds on damaged files
        raise _broken(place) from error
    if any(part.flag_bits & 1 for part in parts):
        raise place.error("its parts are protected by a password", "Save it as .xlsx without a password")
    if sum(part.file_size for part in parts) > LARGEST or len(parts) > MOST_PARTS:
        problem = f"it unpacks to more than {LARGEST // 2**20} MiB, or to more than {MOST_PARTS:,} parts"
        raise place.error(problem, AS_CSV)
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise place.error("it is packed as no spreadsheet program does", REMEDY)
    return archive


def _read(
    archive: GuardedArchive,
    place: Place,
    sheets: Mapping[str, str] | None,
    faults: Faults,
    *,
    load: Load,
    sure: bool,
) -> dict[str, Grid]:
    refuse_strict(archive, place)
    reader = ExcelReader(archive.fp, read_only=True, keep_links=False)
    reader.archive = archive
    reader.read()
    workbook = reader.wb
    grids = {}
    if sheets is None and len(workbook.worksheets) > MOST_SHEETS:
        raise place.error(f"it has more than {MOST_SHEETS} sheets", "Keep the three of the registrations")
    wanted = sheets if sheets is not None else {sheet.title: sheet.title for sheet in workbook.worksheets}
    for unit, name in wanted.items():
        with faults.noted():
            sheet = _find_sheet(workbook, name, place, sure=sure)
            if sheet is not None:
                grids[unit] = _grid(sheet, Place(place.file, sheet.title), faults, load)
    return grids


def _grid(sheet: Any, place: Place, faults: Faults, load: Load) -> Grid:
    """Return the table of one sheet; where its XML is broken the whole workbook is."""
    try:
        return build(place, _records(sheet, place), faults, load=load, ragged=True)
    except TooMuch as error:
        raise place.error(str(error), AS_CSV) from None


def _find_sheet(workbook: Any, name: str, place: Place, *, sure: bool) -> Any:
    """Return the one sheet of that name; None when there is none and that is no fault."""
    hits = [sheet for sheet in workbook.worksheets if sheet_key(sheet.title) == sheet_key(name)]
    if len(hits) == 1 or not (hits or sure):
        return hits[0] if hits else None
    names = listed(workbook.sheetnames) or "none"
    problem = f"sheet {listed([name])} " + ("stands there twice" if hits else "is missing")
    remedy = "Rename the sheet, or name it under `sheets` in dataset.yml"
    raise place.error(f"{problem} (sheets: {names})", remedy)


def sheet_key(name: str) -> str:
    """Return what is compared of the name of a sheet or file.

    >>> sheet_key(" Huishouden.CSV")
    'huishouden'
    """
    return name.strip().casefold().removesuffix(".csv")


def _records(sheet: Any, place: Place) -> Iterator[Record]:
    """Yield the number and the cells of each row that is there, up to its last cell with a value.

    What the file says of the size of the sheet is not asked; its rows must stand in their order.
    """
    book, last = sheet.parent, 0
    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for row, cells in parser.parse():
            parser.row_dimensions.clear()  # heights and the like
            if row > LAST_ROW:
                raise place.error("it has more rows than a sheet can have", REMEDY)
            if row <= last:
                raise place.error(f"the row stands below row {last}", REMEDY, row=row)
            last = row
            yield row, _texts(cells, place, row)


def _texts(cells: Sequence[Mapping[str, Any]], place: Place, row: int) -> list[str]:
    """Return the texts of a row by their columns."""
    texts: list[str] = []
    for cell in cells:
        text, column = cell_text(cell["value"]), cell["column"]
        if not text:
            continue
        texts += [""] * (column - len(texts))
        if texts[column - 1] or column > LAST_COLUMN:
            raise place.error(f"column {column} stands there twice, or beyond the last one", REMEDY, row=row)
        texts[column - 1] = text
    return texts


def cell_text(value: Any) -> str:
    """Return the value of a cell as text.

    >>> [cell_text(value) for value in (None, 3.0, 3.5, True, dt.datetime(2023, 1, 31), "#N/A")]
    ['', '3', '3.5', 'TRUE', '2023-01-31', '#N/A']
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return ESCAPED.sub(_unescaped, value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds").removesuffix(" 00:00:00")
    if isinstance(value, int | float | dt.date | dt.time | dt.timedelta):
        return str(value)
    return str(
        getattr(value, "text", None) or "="
    )  # the formula of an array, or of a data table, which has no text


def _unescaped(match: re.Match[str]) -> str:
    """Return the sign for which a workbook writes `_x000D_`, where it is one that a text can hold."""
    code = int(match[1], 16)
    return chr(code) if code and not 0xD800 <= code <= 0xDFFF else match[0]
