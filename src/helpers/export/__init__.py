"""A raw dataset folder as text with provenance: three frames, one per unit, each row with its row number.

Reads three CSV files or one workbook in any of the accepted forms, and stops with one message at a fault
of the files. What stands in the cells is not judged here, but for `registratie_id`: that is for `cleaning`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from helpers.definitions import UNITS
from helpers.export._columns import ROW, rename
from helpers.export._dataset import FILE, QUESTION, Dataset, describe, load_dataset, open_questions
from helpers.export._dataset_content import Layout, fold_name
from helpers.export._files import read_all_grids, read_grids
from helpers.export._grid import Grid
from helpers.export._messages import ExportError, Faults, Place, quoted, shown

__all__ = [
    "FILE",
    "QUESTION",
    "Dataset",
    "ExportError",
    "Faults",
    "Grid",
    "RawExport",
    "canonical_columns",
    "fold_name",
    "note_columns",
    "open_questions",
    "quoted",
    "read_any_tables",
    "read_dataset",
    "read_export",
    "shown",
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
    rows_read
        Unit -> rows that were counted as its file was read, before any table was made of them.
    nameless
        Unit -> values in columns without a name, which are ignored.
    """

    dataset: Dataset
    tables: dict[str, pd.DataFrame]
    files: dict[str, str]
    unknown_columns: dict[str, tuple[str, ...]]
    inputs: tuple[Path, ...]
    rows_read: Mapping[str, int] = field(default_factory=dict)
    nameless: Mapping[str, int] = field(default_factory=dict)


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
    faults = Faults()
    dataset, naming = describe(folder, faults, layout=layout)
    files, grids = read_grids(folder, naming, faults)
    tables: dict[str, pd.DataFrame] = {}
    unknown: dict[str, tuple[str, ...]] = {}
    for unit, grid in grids.items():
        sheet = rename(
            grid,
            faults,
            unit=unit,
            required=canonical_columns(unit, definitions),
            optional=note_columns(unit, definitions),
            naming=naming,
        )
        unknown[unit] = sheet.unknown
        with faults.noted():
            tables[unit] = _with_integers(sheet.frame, grid.place)
    faults.stop()
    assert dataset is not None  # without a fault there is one
    return RawExport(
        dataset=dataset,
        tables=tables,
        files={unit: path.name for unit, path in files.items()},
        unknown_columns=unknown,
        inputs=(folder / FILE, *dict.fromkeys(files.values())),
        rows_read={unit: grid.rows for unit, grid in grids.items()},
        nameless={unit: grid.nameless for unit, grid in grids.items()},
    )


def read_any_tables(folder: Path | str) -> tuple[tuple[Grid, ...], tuple[str, ...]]:
    """Return every table of a folder as it stands there, without `dataset.yml`, and the faults on the way.

    Raises
    ------
    ExportError
        There is no such folder.
    """
    faults = Faults()
    grids = read_all_grids(_existing(folder), faults)
    return tuple(grids), tuple(faults.lines)


def _existing(folder: Path | str) -> Path:
    """Return the folder as a path, or stop when it is none."""
    path = Path(folder)
    if not os.path.isdir(path):
        remedy = f"Name the folder of a raw dataset, with its {FILE}"
        raise Place(str(folder)).error("there is no such folder", remedy)
    return path


def _with_integers(frame: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Return the sheet with each registratie_id as the text of an integer, or stop at those that are none."""
    column = "registratie_id"
    if column not in frame:
        return frame  # its absence has been noted
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
        more = sum(bad) - 1
        problem = _no_number(found.iloc[first]) + (f" (and {more} more in this column)" if more else "")
        remedy = (
            "Every row needs the whole number that the tool gave to the registration; take out totals and "
            "headers between the rows"
        )
        raise place.error(problem, remedy, row=int(frame[ROW].iloc[first]), column=column)
    return frame.assign(**{column: pd.array([str(number) for number in numbers], dtype="str")})


def _no_number(value: str) -> str:
    """Say what is wrong with a registratie_id."""
    if not value:
        return "it is blank"
    if re.fullmatch(r"[+-]?[0-9]+(\.0{1,2})?", value):
        return f"{quoted(value)} is a number beyond the largest that is read, 9223372036854775807 (19 digits)"
    return f"{quoted(value)} is no integer"
