"""All tables of a run as one workbook, with a first sheet that explains each; the same bytes each time.

For programs the same is said by `datapackage.json`: the columns of every CSV as a Table Schema.
"""

import csv
import io
import json
import re
import sys
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table as Range
from openpyxl.worksheet.table import TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from helpers.definitions import load_definitions
from helpers.definitions.languages import labels
from helpers.definitions.outputs import Column
from helpers.folders import without_times
from helpers.formats import FORMULA, plain_text
from helpers.words import say

TABLES = load_definitions().tables  # without the room that checks frames, so that the process starts fast
WORDS = labels("workbook")

PACKAGE = "datapackage.json"
GUIDE_HEADER = ("table", "column", "meaning", "unit")
NUMBERS = ("Int64", "float64")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(?P<more>(\.[0-9]+)?(e[+-]?[0-9]+)?)")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
FORMATS = {"p": "0.000", "points": "+0.0%", "": "0.000"}  # where a spreadsheet has no such format
MOST_ROWS = 50_000  # of a sheet: it takes seconds to write, and a spreadsheet as long to open
NARROWEST, WIDEST = 10, 60  # characters
GUIDE_WIDTHS = (30, 30, 90, 34)
INK, LINK = "1C1C1C", "0F4C81"
HEAD_FILL = PatternFill("solid", fgColor="EDEBE4")
RULE = Border(bottom=Side("thin", color=INK))
WRAPPED = Alignment(wrap_text=True, vertical="top")
Value = str | int | float | bool | date | None


def write_workbook(folder: Path, path: Path, *, language: str, heading: Sequence[str]) -> None:
    """Write every CSV of a folder, as `helpers.report` writes them, as a sheet of one workbook.

    `language` is that of the reading guide; the lines of the heading stand at its top, such as what the data
    are. A table of more than `MOST_ROWS` rows has no sheet: the guide says that it is only a CSV.
    """
    tables = {}
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as text:
            tables[file.stem] = list(islice(csv.reader(text), MOST_ROWS + 2))
    sheets = {name: rows for name, rows in tables.items() if len(rows) <= MOST_ROWS + 1}
    book = Workbook()
    guide, title = book.active, WORDS["title"](language)
    guide.title = WORDS["guide"](language)
    told = [
        row for name, rows in tables.items() for row in _guide_rows(name, rows[0], language, name in sheets)
    ]
    places = _write_guide(guide, told, [*heading, WORDS["hint"](language)], language, sheets)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        _write_table(sheet, rows, _columns(name))
        _link(sheet.cell(1, 1), guide.title, places[name])
    about = book.properties
    about.title, about.subject, about.language = heading[0] if heading else title, title, language
    about.creator = about.lastModifiedBy = "gezinscoach"
    saved = io.BytesIO()
    book.save(saved)
    path.write_bytes(without_times(saved.getvalue()))


def write_package(folder: Path, path: Path, *, language: str, heading: Sequence[str]) -> None:
    """Describe every CSV of a folder in a Frictionless data package, each with its Table Schema.

    The package lies beside the folder; the first line of the heading is its title, the others describe it.
    """
    resources = []
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as text:
            header = next(csv.reader(text))
        resources.append(_resource(f"{folder.name}/{file.name}", file.stem, header, language))
    title, *about = heading or [WORDS["title"](language)]
    package = {
        "profile": "tabular-data-package",
        "name": "gezinscoach-report",
        "title": title,
        "description": "\n".join(about),
        "version": version("gezinscoach"),
        "resources": resources,
    }
    path.write_text(json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")


def _resource(path: str, name: str, header: Sequence[str], language: str) -> dict[str, Any]:
    table, columns = TABLES.get(name), _columns(name)
    schema: dict[str, Any] = {"fields": [_field(one, columns.get(one), language) for one in header]}
    if table and set(table.key) <= set(header) and not any(columns[one].empty for one in table.key):
        schema["primaryKey"] = list(table.key)
    said = {"title": table.heading(language), "description": table.description(language)} if table else {}
    kind = {"profile": "tabular-data-resource", "format": "csv", "encoding": "utf-8"}
    return {"name": name, "path": path, **said, **kind, "schema": schema | {"missingValues": [""]}}


def _field(name: str, column: Column | None, language: str) -> dict[str, Any]:
    if column is None:
        return {"name": name, "type": "any"}
    number = int if column.dtype == "Int64" else float
    ends = {"minimum": column.low, "maximum": column.high}
    constraints: dict[str, Any] = {end: number(value) for end, value in ends.items() if value is not None}
    if column.values:
        constraints["enum"] = list(column.values)
    return {
        "name": name,
        "type": column.schema_type,
        **({"title": column.title(language)} if column.title else {}),
        "description": column.description(language),
        "constraints": {"required": not column.empty, **constraints},
    }


def _columns(name: str) -> dict[str, Column]:
    return {column.name: column for column in TABLES[name].columns} if name in TABLES else {}


def _guide_rows(
    name: str, header: Sequence[str], language: str, in_sheet: bool
) -> Iterator[tuple[str, str, str, str]]:
    table, columns = TABLES.get(name), _columns(name)
    said = [*dict.fromkeys((table.heading(language), table.description(language)))] if table else []
    if not in_sheet:
        said.append(say("workbook", "only_csv", language, file=name, rows=MOST_ROWS))
    yield name, "", " ".join(f"{text.rstrip('.')}." for text in said), ""
    for column in header:
        known = columns.get(column)
        yield name, column, *((known.description(language), _unit(known, language)) if known else ("", ""))


def _unit(column: Column, language: str) -> str:
    unit = column.unit or WORDS.get(column.dtype)
    return "; ".join(text(language) for text in (unit, WORDS["empty"] if column.empty else None) if text)


def _write_guide(
    sheet: Worksheet,
    rows: Sequence[tuple[str, str, str, str]],
    lines: Sequence[str],
    language: str,
    sheets: Container[str],
) -> dict[str, int]:
    """Explain each table, then each of its columns; give the row at which each table is explained."""
    start = len(lines) + 2
    for number, line in enumerate(lines, start=1):
        _put(sheet.cell(number, 1), line)
    _head(sheet, start, [WORDS[word](language) for word in GUIDE_HEADER])
    places = {}
    for number, row in enumerate(rows, start=start + 1):
        for at, text in enumerate(row, start=1):
            _put(sheet.cell(number, at), text or None)
            sheet.cell(number, at).alignment = WRAPPED
        name, column, *_ = row
        if not column:
            places[name] = number
            sheet.cell(number, 3).font = Font(bold=True)
            if name in sheets:
                _link(sheet.cell(number, 1), name, 1)
    for at, width in enumerate(GUIDE_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.auto_filter.ref = f"A{start}:{get_column_letter(len(GUIDE_HEADER))}{start + max(1, len(rows))}"
    _set_page(sheet, head=start)
    return places


def _write_table(sheet: Worksheet, rows: list[list[str]], columns: Mapping[str, Column]) -> None:
    """Write a table as a range with a name: a header that stays in view and filters, numbers as numbers."""
    header, *body = rows
    _head(sheet, 1, header)
    for at, name in enumerate(header):
        width = _write_column(sheet, at + 1, [row[at] for row in body], columns.get(name))
        # 4: room for the arrow of the filter
        width = min(WIDEST, max(NARROWEST, len(name) + 4, width + 2))
        sheet.column_dimensions[get_column_letter(at + 1)].width = width
    corner = f"{get_column_letter(len(header))}{max(2, len(rows))}"
    named = Range(displayName="t_" + re.sub(r"\W", "_", sheet.title), ref=f"A1:{corner}")
    named.tableStyleInfo = TableStyleInfo("TableStyleLight1", showRowStripes=True)
    sheet.add_table(named)
    _set_page(sheet, head=1)


def _write_column(sheet: Worksheet, at: int, texts: Sequence[str], column: Column | None) -> int:
    longest, shown = 0, _format(column)
    for number, text in enumerate(texts, start=2):
        value = _value(text, column)
        if value is None:
            continue
        cell = sheet.cell(number, at)
        _put(cell, value)
        if not isinstance(value, str):
            cell.number_format = shown
            continue
        longest = max(longest, len(value))
        if len(value) > WIDEST:
            cell.alignment = WRAPPED
    return longest


def _head(sheet: Worksheet, row: int, words: Sequence[str]) -> None:
    for at, word in enumerate(words, start=1):
        cell = sheet.cell(row, at)
        _put(cell, word)
        cell.font, cell.fill, cell.border = Font(bold=True, color=INK), HEAD_FILL, RULE
        cell.alignment = Alignment(wrap_text=True, vertical="bottom")


def _set_page(sheet: Worksheet, *, head: int) -> None:
    """Keep the header in view; print across the page, as wide as it is, the header on each sheet of paper."""
    sheet.freeze_panes = f"A{head + 1}"
    sheet.print_title_rows = f"{head}:{head}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&A, &P/&N"


def _link(cell: Cell, sheet: str, row: int) -> None:
    cell.hyperlink = Hyperlink(
        ref=cell.coordinate, location=f"{quote_sheetname(sheet)}!A{row}", tooltip=sheet
    )
    cell.font = Font(bold=True, color=LINK, underline="single")


def _value(text: str, column: Column | None) -> Value:
    """Turn the text of a CSV into the value of a cell; what is no plain number stays text."""
    kind = column.dtype if column else "float64"
    if text == "":
        return None
    if kind in NUMBERS and (match := NUMBER.fullmatch(text)):
        return float(text) if match["more"] else int(text)
    if kind == "bool" and text in ("True", "False"):
        return text == "True"
    if kind.startswith("datetime") and DAY.fullmatch(text):
        return date.fromisoformat(text)
    return plain_text(text)


def _format(column: Column | None) -> str:
    """Say how a spreadsheet shows the numbers of a column; the values stay what they are."""
    if column is None or column.dtype not in ("float64", "datetime64[us]"):
        return "General"
    if column.dtype != "float64":
        return "yyyy-mm-dd"
    if column.unit is None:  # each row is of something else
        return "General"
    plain = FORMATS.get(column.format, column.format)
    return f"{plain};-{plain[1:]};{plain[1:]}" if plain.startswith("+") else plain


def _put(cell: Cell, value: Value) -> None:
    """Write a value; text is marked as text, so that none of it is ever a formula.

    openpyxl would round a number to 16 digits, one less than a double may need: its digits are ours.
    """
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", value)  # such as the line break of old spreadsheets
        cell.data_type = "s"
        cell.quotePrefix = bool(FORMULA.match(value))  # nor when somebody edits the cell
    elif isinstance(value, float):
        cell.value = repr(value)
        cell.data_type = "n"
    elif value is not None:
        cell.value = value


if __name__ == "__main__":
    for _line in sys.stdin:  # one report; answered when its workbook is made
        _tables, _path, _language, _heading = json.loads(_line)
        write_workbook(Path(_tables), Path(_path), language=_language, heading=_heading)
        write_package(Path(_tables), Path(_path).with_name(PACKAGE), language=_language, heading=_heading)
        print(_path, flush=True)
