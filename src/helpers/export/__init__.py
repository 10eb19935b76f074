"""A raw dataset folder as text with provenance: three frames, one per unit, each row with its row number.

Reads three CSV files or one workbook in any of the accepted forms, and stops with one message at a fault
of the files. What stands in the cells is not judged here, but for `registratie_id`: that is for `cleaning`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from helpers.codebook import UNITS
from helpers.export._columns import ROW, rename
from helpers.export._csv_reader import read_csv
from helpers.export._dataset import FILE, Dataset, load_dataset
from helpers.export._dataset_content import Layout, fold_name
from helpers.export._grid import ExportError, Grid, Place, listed, quoted
from helpers.export._workbook_reader import read_workbook, sheet_key

__all__ = [
    "Dataset",
    "ExportError",
    "RawExport",
    "canonical_columns",
    "fold_name",
    "note_columns",
    "read_dataset",
    "read_export",
]

ATTRIBUTES = {
    "huishouden": ("gezinstype",),
    "volwassene": ("persoon", "opleidingsniveau"),
    "kind": ("persoon", "geboortedatum"),
}
NOTE = "_toelichting"
INTEGER = r"([+-]?)0*([0-9]{1,19})(?:\.0{1,2})?"


class HasItems(Protocol):
    """The part of the definitions that the layout depends on."""

    def unit_items(self, unit: str) -> Iterable[Any]:
        """Return the items of a unit, each with its id as `item`, in the annex's order."""


@dataclass(frozen=True)
class RawExport:
    """A raw dataset as it was read.

    Attributes
    ----------
    dataset
        What `dataset.yml` says.
    tables
        Unit -> frame: `row` (Int64, as a spreadsheet shows it, the header is row 1), then the canonical
        columns in the order of the layout, the notes that there are, and unknown columns by their raw names.
        All but `row` are `str`; a blank is "". `registratie_id` holds the text of an integer.
    files
        Unit -> name of the file that its rows came from.
    unknown_columns
        Unit -> columns of its table outside the layout. One called `row` has become `row `, with a space.
    inputs
        All files that were read.
    """

    dataset: Dataset
    tables: dict[str, pd.DataFrame]
    files: dict[str, str]
    unknown_columns: dict[str, tuple[str, ...]]
    inputs: tuple[Path, ...]


def canonical_columns(unit: str, definitions: HasItems) -> tuple[str, ...]:
    """Return the required columns of a unit's sheet in the order of the layout."""
    items = (item.item for item in definitions.unit_items(unit))
    return ("registratie_id", "gezin", "pilootproject", "datum", *ATTRIBUTES[unit], *items)


def note_columns(unit: str, definitions: HasItems) -> tuple[str, ...]:
    """Return the optional columns of a unit's sheet: the coach's notes, one per item."""
    return tuple(f"{item.item}{NOTE}" for item in definitions.unit_items(unit))


def read_dataset(folder: Path | str) -> Dataset:
    """Return what `dataset.yml` in a raw dataset folder says.

    Raises
    ------
    ExportError
        No such folder or file, or any fault of the file; all faults of its content are named at once.
    """
    return load_dataset(_existing(folder))


def read_export(folder: Path | str, definitions: HasItems) -> RawExport:
    """Return the raw tables of a dataset folder.

    Parameters
    ----------
    folder
        Holds `dataset.yml` and three CSV files or one workbook.
    definitions
        Give the items of each unit.

    Raises
    ------
    ExportError
        Any fault of the files: the message names file, row, column and value as far as there are.
    """
    folder = _existing(folder)
    layout: Layout = {u: (*canonical_columns(u, definitions), *note_columns(u, definitions)) for u in UNITS}
    dataset = load_dataset(folder, layout=layout)
    files = _find_files(folder, dataset)
    grids = _read_grids(files, dataset)
    sheets = {
        unit: rename(
            grid,
            unit=unit,
            required=canonical_columns(unit, definitions),
            optional=note_columns(unit, definitions),
            dataset=dataset,
        )
        for unit, grid in grids.items()
    }
    return RawExport(
        dataset=dataset,
        tables={unit: _with_integers(sheet.frame, grids[unit].place) for unit, sheet in sheets.items()},
        files={unit: path.name for unit, path in files.items()},
        unknown_columns={unit: sheet.unknown for unit, sheet in sheets.items()},
        inputs=(folder / FILE, *dict.fromkeys(files.values())),
    )


def _existing(folder: Path | str) -> Path:
    """Return the folder as a path, or stop when it is none."""
    path = Path(folder)
    if not os.path.isdir(path):
        remedy = f"Name the folder of a raw dataset, with its {FILE}"
        raise Place(str(folder)).error("there is no such folder", remedy)
    return path


def _find_files(folder: Path, dataset: Dataset) -> dict[str, Path]:
    """Return unit -> its CSV file, or the one workbook for all units."""
    visible = [path for path in _listing(folder) if path.is_file() and not path.name.startswith((".", "~$"))]
    workbooks = [path for path in visible if path.suffix.lower() == ".xlsx"]
    tables = [path for path in visible if path.suffix.lower() == ".csv"]
    if not workbooks:
        return {unit: _csv_of(unit, tables, visible, dataset) for unit in UNITS}
    if len(workbooks) > 1:
        raise _too_many(folder, workbooks)
    ours = {sheet_key(name) for unit in UNITS for name in (unit, dataset.sheet(unit))}
    beside = [path for path in tables if sheet_key(path.name) in ours]
    if beside:
        raise _too_many(folder, [*workbooks, *beside])
    return dict.fromkeys(UNITS, workbooks[0])


def _listing(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise _unreadable(Place(folder.name), error) from None


def _unreadable(place: Place, error: OSError) -> ExportError:
    return place.error(
        f"it cannot be read ({error.strerror})", "Close it elsewhere, and check who may read it"
    )


def _too_many(folder: Path, paths: list[Path]) -> ExportError:
    problem = f"it holds {listed(path.name for path in paths)}"
    remedy = "Keep either three CSV files or one workbook in the folder of a dataset"
    return Place(folder.resolve().name).error(problem, remedy)


def _csv_of(unit: str, tables: list[Path], visible: list[Path], dataset: Dataset) -> Path:
    """Return the one CSV file of a unit; names are compared without case."""
    wanted = sheet_key(dataset.sheet(unit))
    hits = [path for path in tables if sheet_key(path.name) == wanted]
    if len(hits) == 1:
        return hits[0]
    if hits:
        problem = f"{listed(path.name for path in hits)} are the same name"
        raise Place(hits[0].name).error(problem, f"Keep one file for {unit}")
    others = listed(path.name for path in visible) or "nothing"
    problem = f"there is no such file (the folder holds {others})"
    remedy = f"Add it, or one .xlsx workbook, or name the file of {quoted(unit)} under `sheets` in {FILE}"
    name = dataset.sheet(unit)
    raise Place(name if name.lower().endswith(".csv") else f"{name}.csv").error(problem, remedy)


def _read_grids(files: dict[str, Path], dataset: Dataset) -> dict[str, Grid]:
    if len(set(files.values())) == 1:
        path = files[UNITS[0]]
        return read_workbook(_content(path), path.name, {unit: dataset.sheet(unit) for unit in UNITS})
    return {unit: read_csv(_content(path), Place(path.name)) for unit, path in files.items()}


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(Place(path.name), error) from None


def _with_integers(frame: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Return the sheet with each registratie_id as the text of an integer, or stop at one that is none."""
    column = "registratie_id"
    found = frame[column].str.strip()
    parts = found.str.extract(f"^{INTEGER}$")
    digits = parts[1].fillna("")
    numbers = [
        int(sign + number) if number else None
        for sign, number in zip(parts[0].fillna(""), digits, strict=True)
    ]
    bad = [number is None or not -(2**63) <= number < 2**63 for number in numbers]
    if any(bad):
        first = bad.index(True)
        value, more = found.iloc[first], sum(bad) - 1
        problem = f"{quoted(value)} is no integer" if value else "it is blank"
        problem += f" (and {more} more in this column)" if more else ""
        remedy = "Every row needs the whole number that the tool gave to the registration"
        raise place.error(problem, remedy, row=int(frame[ROW].iloc[first]), column=column)
    return frame.assign(**{column: pd.array([str(number) for number in numbers], dtype="str")})
