"""All tables of a run as one workbook, with a first sheet that explains each; the same bytes each time."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from helpers.codebook import Text
from helpers.tables import TABLES, Table

GUIDE = Text("Leeswijzer", "Reading guide")
GUIDE_HEADER = (Text("tabel", "table"), Text("kolom", "column"), Text("betekenis", "meaning"))
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can say
NUMBERS = ("Int64", "float64")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(?P<more>(\.[0-9]+)?(e[+-]?[0-9]+)?)")
WIDEST = 60
Value = str | int | float | None


def write_workbook(folder: Path, path: Path, *, language: str, heading: Sequence[str]) -> None:
    """Write every CSV of a folder as a sheet of one workbook.

    Parameters
    ----------
    folder : Path
        Holds the tables as `helpers.show` writes them.
    path : Path
        The workbook to write.
    language : str
        Of the reading guide.
    heading : sequence of str
        Lines for the top of the reading guide, such as what the data are.
    """
    book = Workbook()
    guide = book.active
    guide.title = GUIDE(language)
    tables = {file.stem: _read(file) for file in sorted(folder.glob("*.csv"))}
    _write_guide(guide, tables, language=language, heading=heading)
    for name, rows in tables.items():
        _write_table(book.create_sheet(name), rows, TABLES.get(name))
    path.write_bytes(_without_times(book))


def _read(path: Path) -> list[list[str]]:
    """Read a CSV as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _write_guide(
    sheet: Worksheet, tables: dict[str, list[list[str]]], *, language: str, heading: Sequence[str]
) -> None:
    """Explain each table, then each of its columns."""
    start = len(heading) + 2
    for number, line in enumerate(heading, start=1):
        _put(sheet, number, [line])
    _put(sheet, start, [word(language) for word in GUIDE_HEADER], bold=True)
    for number, row in enumerate(_guide_rows(tables, language), start=start + 1):
        _put(sheet, number, row, bold=not row[1])
        sheet.cell(number, 3).alignment = Alignment(wrap_text=True, vertical="top")
    for letter, width in zip("ABC", (30, 26, 100), strict=True):
        sheet.column_dimensions[letter].width = width


def _guide_rows(tables: dict[str, list[list[str]]], language: str) -> Iterator[list[str]]:
    """Give a row for each table, followed by one for each of its columns."""
    for name, rows in tables.items():
        table = TABLES.get(name)
        yield [name, "", _about(table, language)]
        yield from ([name, column, _meaning(table, column, language)] for column in rows[0])


def _about(table: Table | None, language: str) -> str:
    """Say what a table is about."""
    return f"{table.title(language)}. {table.description(language)}" if table else ""


def _meaning(table: Table | None, column: str, language: str) -> str:
    """Say what a column means."""
    known = {one.name: one for one in table.columns} if table else {}
    return known[column].description(language) if column in known else ""


def _write_table(sheet: Worksheet, rows: list[list[str]], table: Table | None) -> None:
    """Write a table: bold header that stays in view, numbers as numbers, all else as text."""
    header, *body = rows
    _put(sheet, 1, header, bold=True)
    columns = {column.name: column for column in table.columns} if table else {}
    numeric = [name not in columns or columns[name].dtype in NUMBERS for name in header]
    for number, row in enumerate(body, start=2):
        _put(sheet, number, [_value(text, is_number) for text, is_number in zip(row, numeric, strict=True)])
    sheet.freeze_panes = "A2"
    for index, cells in enumerate(zip(*rows, strict=True), start=1):
        width = min(WIDEST, max(len(text) for text in cells) + 2)
        sheet.column_dimensions[get_column_letter(index)].width = width


def _value(text: str, number: bool) -> Value:
    """Turn the text of a CSV into the value of a cell; what is no plain number, such as `<5`, stays text."""
    if text == "":
        return None
    if number and (match := NUMBER.fullmatch(text)):
        return float(text) if match["more"] else int(text)
    return text[1:] if re.match(r"'[=+\-@]", text) else text


def _put(sheet: Worksheet, row: int, values: Sequence[Value], *, bold: bool = False) -> None:
    """Write a row; text is marked as text, so that none of it is ever a formula."""
    for index, value in enumerate(values, start=1):
        if value not in (None, ""):
            if isinstance(value, str):
                value = ILLEGAL_CHARACTERS_RE.sub(" ", value)  # such as the line break of old spreadsheets
            cell = sheet.cell(row, index, value)
            cell.font = Font(bold=bold)
            if isinstance(value, str):
                cell.data_type = "s"


def _without_times(book: Workbook) -> bytes:
    """Save a workbook with fixed dates in place of the time of saving."""
    saved, fixed = io.BytesIO(), io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return fixed.getvalue()
