"""Tiny raw datasets for tests, written by hand: only the cells that a test is about need to be named.

row = {"gezin": "LEU-001", "pilootproject": "Leuven", "datum": "2022-05-01", "schulden": 3}
folder = write_dataset(tmp_path / "raw", huishouden=[row])
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import yaml

from helpers.definitions import UNITS, load_definitions

ITEMS: dict[str, tuple[str, ...]] = {  # those of the codebook, which test_codebook.py holds against the annex
    unit: tuple(item.item for item in load_definitions().unit_items(unit)) for unit in UNITS
}
COLUMNS: dict[str, tuple[str, ...]] = {
    "huishouden": ("registratie_id", "gezin", "pilootproject", "datum", "gezinstype", *ITEMS["huishouden"]),
    "volwassene": (
        "registratie_id",
        "gezin",
        "pilootproject",
        "datum",
        "persoon",
        "opleidingsniveau",
        *ITEMS["volwassene"],
    ),
    "kind": ("registratie_id", "gezin", "pilootproject", "datum", "persoon", "geboortedatum", *ITEMS["kind"]),
}
DATASET: dict[str, Any] = {
    "title": "Test",
    "synthetic": True,
    "exported_on": "2023-09-30",
    "project_start": "2022-03-01",
    "pilots": ["Baldemore", "Oostende", "Leuven", "Herenthout", "Bilzen"],
}

Rows = Sequence[Mapping[str, Any]]


def write_dataset(
    folder: Path | str,
    *,
    huishouden: Rows = (),
    volwassene: Rows = (),
    kind: Rows = (),
    layout: str = "csv",
    delimiter: str = ";",
    encoding: str = "utf-8",
    dataset_yml: Mapping[str, Any] | str | None = None,
    rename: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
) -> Path:
    """Write a raw dataset and return its folder.

    Parameters
    ----------
    folder
        Made when it is not there.
    huishouden, volwassene, kind
        The rows of each sheet as column -> value. Columns of the layout that no row names are there and
        blank; other names become extra columns at the end. Without a `registratie_id` a row gets its place
        (1, 2, …).
    layout
        `csv` (three files) or `xlsx` (one workbook `export.xlsx` with real dates, numbers and truth values).
    delimiter, encoding
        Of the CSV files; encodings by their Python names (`utf-8`, `utf-8-sig`, `cp1252`).
    dataset_yml
        Keys that differ from `DATASET` (None: leave the key out), or the whole text of the file.
    rename
        Canonical name -> name to write in the header, or `unit.name` -> name.
    names
        Unit -> file (sheet) name to write, without suffix.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dataset.yml").write_text(_dataset_text(dataset_yml), encoding="utf-8")
    names = {unit: unit for unit in COLUMNS} | dict(names or {})
    sheets = {
        unit: _grid(unit, rows, rename or {})
        for unit, rows in (("huishouden", huishouden), ("volwassene", volwassene), ("kind", kind))
    }
    if layout == "xlsx":
        write_workbook(folder / "export.xlsx", {names[unit]: grid for unit, grid in sheets.items()})
    else:
        for unit, grid in sheets.items():
            text = csv_text(grid, delimiter=delimiter)
            (folder / f"{names[unit]}.csv").write_bytes(text.encode(encoding))
    return folder


def write_workbook(path: Path, sheets: Mapping[str, Iterable[Sequence[Any]]]) -> Path:
    """Write sheet name -> rows of cells to one workbook, and return its path."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    workbook.save(path)
    return path


def csv_text(grid: Iterable[Sequence[Any]], *, delimiter: str = ";") -> str:
    """Return rows of cells as CSV text, with quotes where they are needed."""
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows([_csv_cell(value) for value in row] for row in grid)
    return file.getvalue()


def _dataset_text(changes: Mapping[str, Any] | str | None) -> str:
    if isinstance(changes, str):
        return changes
    content = {key: value for key, value in {**DATASET, **(changes or {})}.items() if value is not None}
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


def _grid(unit: str, rows: Rows, rename: Mapping[str, str]) -> list[list[Any]]:
    extra = dict.fromkeys(name for row in rows for name in row if name not in COLUMNS[unit])
    columns = [*COLUMNS[unit], *extra]
    header = [rename.get(f"{unit}.{name}", rename.get(name, name)) for name in columns]
    numbered = [{"registratie_id": number, **row} for number, row in enumerate(rows, 1)]
    return [header, *([row.get(name) for name in columns] for row in numbered)]


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    return str(value)
