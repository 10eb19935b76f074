"""A raw dataset folder as text with provenance: three frames, one per unit, each row with its row number.

Reads three CSV files, one workbook, or the one table of a long or wide export, in any of the accepted forms,
and stops with one message at the faults of the files. What stands in the cells is not judged here, but for
`registratie_id`: that is for `cleaning`. What is read and is worth telling all the same is a remark.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.definitions import UNITS, Definitions, load_definitions
from helpers.export.columns import Numbers, Reader, Tables, layout_of, words_of
from helpers.export.csv_blocks import Irregular, blocks_of
from helpers.export.csv_text import Words
from helpers.export.dataset import ALL, FILE, Dataset, describe, path_of, told_of
from helpers.export.dates import all_compact
from helpers.export.files import TABLE, WORKBOOK, datasets_in, read_all_grids, read_grids, tables_of_units
from helpers.export.grid import Grid
from helpers.export.layouts import long_tables, wide_tables
from helpers.export.messages import ExportError, Faults, Place, Remark
from helpers.export.order import Order
from helpers.folders import looked_at, resolve

LARGE = 2**27  # bytes of CSV files
UNPACKED = 3  # times the bytes of a workbook: what its tables have as CSV files, about


@dataclass(frozen=True)
class OfWhole:
    """What is to be known of a whole export where only some of its rows are at hand.

    `compact` are the columns (unit, name) in which all days are written as `20220514`; `families` the codes
    of all families.
    """

    compact: frozenset[tuple[str, str]]
    families: frozenset[str]


@dataclass(frozen=True)
class RawExport:
    """A raw dataset as it was read.

    `tables`: unit -> frame: `row` (Int64, as a spreadsheet shows it, the header is row 1), then the canonical
    columns in the order of the layout, those optional ones that there are, and unknown columns by their raw
    names. All but `row` are texts (categories); a blank is "". `registratie_id` holds the text of an integer.
    Of a long export each line is one row of one unit, with one item; of a wide one each line is a row of the
    household and of each person that it holds anything of.

    `files`: unit -> name of the file that its rows came from. `unknown_columns`: unit -> columns of its table
    outside the layout; one called `row` has become `row `, with a space. `inputs` are all files that were
    read. By unit, or `all` of a long or wide export: `rows_read`, counted as its file was read, before any
    table was made of them; `nameless`, values in columns without a name, which are ignored. `headers`: (unit,
    person code or "", item) -> name of the column in the file, of a long or wide export.
    """

    dataset: Dataset
    tables: dict[str, pd.DataFrame]
    files: dict[str, str]
    unknown_columns: dict[str, tuple[str, ...]]
    inputs: tuple[Path, ...]
    rows_read: Mapping[str, int] = field(default_factory=dict)
    nameless: Mapping[str, int] = field(default_factory=dict)
    headers: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    of_whole: OfWhole | None = None

    def is_compact(self, unit: str, column: str) -> bool:
        """Return whether all days of a column are written as `20220514`."""
        if self.of_whole:
            return (unit, column) in self.of_whole.compact
        return all_compact(self.tables[unit][column].unique())

    def lines(self, unit: str) -> NDArray[np.int64]:
        """Return the numbers of the lines that are accounted for under a unit: each line of a file once.

        A line of a wide export that holds several units is one of the first of them.
        """
        rows = self.tables[unit]["row"].to_numpy("int64")
        if self.dataset.layout != "wide":
            return rows
        before = [self.tables[one]["row"].to_numpy("int64") for one in UNITS[: UNITS.index(unit)]]
        return np.setdiff1d(rows, np.concatenate([np.empty(0, dtype=np.int64), *before]))


def read_dataset(folder: Path | str) -> Dataset:
    """Return what `dataset.yml` in a raw dataset folder says, or what those of several datasets say together.

    ExportError names all faults of the file at once, or says that there is none.
    """
    folder = _existing(folder)
    if inner := datasets_in(folder):
        found = []
        for one in inner:
            with told_of(one, folder):
                found.append(read_dataset(one))
        return Dataset.of_all(folder.resolve().name, found)
    faults = Faults()
    dataset = describe(folder, faults, layout=None)
    faults.stop()
    return dataset


def read_beside(comparison: Path | str, dataset: Dataset) -> Dataset:
    """Return what `dataset.yml` of a second export says, whose families are set beside those of a dataset.

    ExportError as for `read_dataset`, and where one of both is synthetic, the other real.
    """
    found = read_dataset(comparison)
    if found.synthetic != dataset.synthetic:
        kinds = ("real", "synthetic") if dataset.synthetic else ("synthetic", "real")
        raise ExportError(f"comparison {comparison}: its families are {kinds[0]}, the coached {kinds[1]}.")
    return found


def is_large(folder: Path) -> bool:
    """Tell whether the CSV files of a folder are so large that they are better cleaned in partitions.

    Of several datasets in one, workbooks count too.
    """
    several = datasets_in(folder)
    return sum(bytes_of(one, packed=bool(several)) for one in several or (folder,)) > LARGE


def bytes_of(folder: Path, *, packed: bool = False) -> int:
    """Give how many bytes the CSV files of a folder have together; 0 where that cannot be told.

    With `packed` workbooks count as so many as their tables would have.
    """
    times = {TABLE: 1} | ({WORKBOOK: UNPACKED} if packed else {})
    try:
        files = [path for path in folder.iterdir() if path.is_file()]
        return sum(path.stat().st_size * times.get(path.suffix.lower(), 0) for path in files)
    except OSError:  # whoever reads them says what is wrong
        return 0


def parts_of(folder: Path | str) -> tuple[Path, ...]:
    """Return the folders of the datasets that a raw folder holds, by name: itself, where it is one."""
    folder = _existing(folder)
    return datasets_in(folder) or (folder,)


def read_export(folder: Path | str, definitions: Definitions) -> RawExport:
    """Return the raw tables of a dataset folder.

    The folder holds `dataset.yml` and three CSV files or one workbook, or one table of a long or wide export;
    `definitions` give the items of each unit, and the labels by which code pages are told.

    Raises ExportError: any fault of the files: each line names file, row, column and value as far as there
    are.
    """
    folder = _existing(folder)
    faults = Faults()
    dataset = describe(folder, faults, layout=layout_of(definitions), words=words_of(definitions))
    words = Words.of(definitions, (*dataset.pilots, *dataset.columns.values()))
    files, grids = read_grids(folder, dataset, faults, words)
    tables = Tables()
    for unit, grid in grids.items():
        reader = Reader(grid, faults, definitions, dataset)
        if unit == ALL:
            tables = long_tables(reader) if dataset.layout == "long" else wide_tables(reader)
        else:
            tables.frames[unit], tables.unknown[unit] = reader.sheet(unit)
    faults.stop()
    days = [Faults() for _ in tables.frames]
    for (unit, frame), noted in zip(tables.frames.items(), days, strict=True):
        order = Order((grids.get(unit) or grids[ALL]).place, dataset, definitions, noted)
        order.add(frame)
        order.note()
    return RawExport(
        dataset=dataset,
        tables=tables.frames,
        files={unit: (files.get(unit) or files[ALL]).name for unit in UNITS},
        unknown_columns=tables.unknown,
        inputs=(path_of(folder), *dict.fromkeys(files.values())),
        rows_read={unit: grid.rows for unit, grid in grids.items()},
        nameless={unit: grid.nameless for unit, grid in grids.items()},
        headers=tables.headers,
        remarks=tuple(dict.fromkeys(one for found in (faults, *days) for one in found.remarks)),
    )


def inputs_of(folder: Path, definitions: Definitions) -> tuple[Path, ...]:
    """Return the files of an export without reading its tables, where these are a CSV file for each unit.

    What is wrong with these is told when they are read. ExportError: the tables are others, and cannot be.
    """
    try:
        return (path_of(folder), *files_of(folder, definitions)[1].values())
    except Irregular:
        return read_export(folder, definitions).inputs


def files_of(folder: Path | str, definitions: Definitions) -> tuple[Dataset, dict[str, Path], Faults]:
    """Return what `dataset.yml` says, the CSV files of units, and what is wrong or odd with these.

    Raises Irregular: the tables are others, or there are none.
    """
    folder, faults = _existing(folder), Faults()
    dataset = describe(folder, faults, layout=layout_of(definitions), words=words_of(definitions))
    files = tables_of_units(folder, dataset, faults) if dataset.layout == "sheets" else {}
    if not files:
        raise Irregular
    return dataset, files, faults


@dataclass(frozen=True)
class InBlocks:
    """What is known of a sheet whose rows were handed out: its columns, how many rows, what is odd in it.

    That was noted of the `file`, its columns (`faults`) and its `days`.
    """

    columns: pd.Index
    unknown: tuple[str, ...]
    rows: int
    nameless: int
    file: Faults
    faults: Faults
    days: Faults


def read_in_blocks(
    unit: str, path: Path, dataset: Dataset, definitions: Definitions, put: Callable[[pd.DataFrame], None]
) -> InBlocks:
    """Hand out the rows of a regular CSV file of any size, some at a time, as `read_export` has them.

    Raises Irregular: it is another file, or has a row that is not regular; what was handed out before is then
    not all. From the first block with a fault on none is handed out, and all are looked at.
    """
    file, faults, days, numbers = Faults(), Faults(), Faults(), Numbers()
    words = Words.of(definitions, (*dataset.pilots, *dataset.columns.values()))
    columns, rows, nameless = pd.Index([]), 0, 0
    order = Order(Place(path.name), dataset, definitions, days)
    unknown: tuple[str, ...] = ()
    with file.noted():
        for grid in _filled(blocks_of(path, file, words)):
            noted = Faults() if faults.lines else faults  # of the header only once
            frame, unknown = Reader(grid, noted, definitions, dataset, numbers).sheet(unit)
            if faults.lines or numbers.bad:
                continue
            order.add(frame)
            columns, rows, nameless = frame.columns, rows + grid.rows, nameless + grid.nameless
            put(frame)
        order.note()
        with faults.noted():
            numbers.refuse(Place(path.name))
    return InBlocks(columns, unknown, rows, nameless, file, faults, days)


def _filled(blocks: Iterator[Grid]) -> Iterator[Grid]:
    """Leave out blocks without rows; of a table without any its last one stays."""
    last, some = None, False
    for last in blocks:
        if last.rows:
            some = True
            yield last
    if last and not some:
        yield last


def without_rows(
    folder: Path | str,
    dataset: Dataset,
    files: Mapping[str, Path],
    sheets: Mapping[str, InBlocks],
    faults: Faults,
) -> RawExport:
    """Return an export whose rows were handed out; ExportError names the faults of all its sheets.

    `faults` are those of its files.
    """
    read, tables, days = (
        [getattr(one, name) for one in sheets.values()] for name in ("file", "faults", "days")
    )
    noted = [faults, *read, *tables]
    Faults(
        [line for one in noted for line in one.columns], [line for one in noted for line in one.others]
    ).stop()
    return RawExport(
        dataset=dataset,
        tables={unit: pd.DataFrame(columns=one.columns) for unit, one in sheets.items()},
        files={unit: path.name for unit, path in files.items()},
        unknown_columns={unit: one.unknown for unit, one in sheets.items()},
        inputs=(path_of(_existing(folder)), *files.values()),
        rows_read={unit: one.rows for unit, one in sheets.items()},
        nameless={unit: one.nameless for unit, one in sheets.items()},
        remarks=tuple(one for found in (*read, faults, *tables, *days) for one in found.remarks),
    )


def read_any_tables(folder: Path | str) -> tuple[tuple[Grid, ...], tuple[str, ...]]:
    """Return every table of a folder as it stands there, without `dataset.yml`, and the faults on the way."""
    faults = Faults()
    grids = read_all_grids(_existing(folder), faults, Words.of(load_definitions()))
    return tuple(grids), tuple(faults.lines)


def _existing(folder: Path | str) -> Path:
    """Return the folder as a path, as given or from the project's root, or stop when it is none."""
    path = resolve(folder)
    if not os.path.isdir(path):
        remedy = f"Name the folder of a raw dataset, with its {FILE}"
        raise Place(str(folder)).error(f"there is no such folder; {looked_at(folder)}", remedy)
    return path
