"""The sheets of an Excel workbook as grids of text; formulas are never evaluated."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import openpyxl

from helpers.export._grid import ExportError, Grid, Place, Record, build, listed

OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # container of password-protected workbooks and of the old .xls
LARGEST = 2**30  # bytes that a workbook may unpack to
LAST_ROW = 1_048_576
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def read_workbook(content: bytes, file: str, sheets: Mapping[str, str]) -> dict[str, Grid]:
    """Return the tables of a workbook.

    Parameters
    ----------
    content
        The bytes of the `.xlsx` file.
    file
        Its name, for messages.
    sheets
        Unit -> name of its sheet; names are compared without case, outer white space and the suffix `.csv`.

    Returns
    -------
    dict
        Unit -> grid. Numbers without a fraction arrive as integers (`3`), dates as `YYYY-MM-DD[ HH:MM:SS]`,
        truth values as `TRUE` and `FALSE`, formulas as their text, errors as they are shown (`#N/A`).

    Raises
    ------
    ExportError
        No readable workbook, a sheet is missing or stands twice, or a row does not fit its header.
    """
    place = Place(file)
    _check_container(content, place)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and the like, which play no part here
            return _read(content, file, sheets)
    except ExportError:
        raise
    except Exception as error:  # whatever a broken file makes the library stumble over
        raise _broken(place) from error


def _broken(place: Place) -> ExportError:
    problem = "it cannot be read as an Excel workbook; it is damaged or incomplete"
    return place.error(problem, "Open it in a spreadsheet program and save it again as .xlsx")


def _check_container(content: bytes, place: Place) -> None:
    """Stop at a file that is no .xlsx, is protected, or would fill the memory."""
    if content.startswith(OLE):
        problem = "it is protected by a password, or an old .xls workbook"
        raise place.error(problem, "Save it as .xlsx without a password")
    if not content:
        raise place.error("it is empty", "Export it again")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except Exception as error:  # zipfile raises several kinds on damaged files
        raise _broken(place) from error
    if size > LARGEST:
        raise place.error("it unpacks to more than 1 GiB", "Export it as three CSV files")


def _read(content: bytes, file: str, sheets: Mapping[str, str]) -> dict[str, Grid]:
    workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    try:
        found = {unit: _find_sheet(workbook, name, Place(file)) for unit, name in sheets.items()}
        return {
            unit: build(Place(file, sheet.title), _records(sheet, Place(file, sheet.title)), ragged=True)
            for unit, sheet in found.items()
        }
    finally:
        workbook.close()


def _find_sheet(workbook: Any, name: str, place: Place) -> Any:
    """Return the one sheet of that name."""
    hits = [sheet for sheet in workbook.worksheets if sheet_key(sheet.title) == sheet_key(name)]
    if len(hits) == 1:
        return hits[0]
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
    """Yield the number and the cells of each row, blank rows too."""
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    for row, values in enumerate(sheet.iter_rows(values_only=True), 1):
        if row > LAST_ROW:
            raise place.error(
                "it has more rows than a sheet can have", "Save it again in a spreadsheet program"
            )
        yield row, [cell_text(value) for value in values]


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
