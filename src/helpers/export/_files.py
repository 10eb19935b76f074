"""The files of a raw dataset folder: which there are, and which of them holds which unit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from helpers.definitions import UNITS
from helpers.export._csv_reader import read_csv
from helpers.export._dataset import FILE, Naming
from helpers.export._grid import Grid
from helpers.export._kinds import AS_XLSX, SUFFIXES
from helpers.export._load import Load
from helpers.export._messages import ExportError, Faults, Place, listed, quoted
from helpers.export._ordinary import LARGEST_TABLE, read_bytes, unreadable
from helpers.export._workbook_reader import read_workbook, sheet_key

OURS = (WORKBOOK, TABLE) = (".xlsx", ".csv")


@dataclass(frozen=True)
class Visible:
    """What a folder holds, but for hidden files: its workbooks, its CSV files, and all names."""

    folder: Path
    workbooks: tuple[Path, ...]
    tables: tuple[Path, ...]
    names: tuple[str, ...]


def look(folder: Path) -> Visible:
    """Return what there is in a folder, in the order of the names.

    Raises
    ------
    ExportError
        The folder cannot be read, it holds two workbooks, or tables only in a form or place that is not read.
    """
    paths = _visible(folder)
    workbooks = tuple(path for path in paths if path.suffix.lower() == WORKBOOK and not path.is_dir())
    tables = tuple(path for path in paths if path.suffix.lower() == TABLE)
    if len(workbooks) > 1:
        raise _too_many(folder, workbooks)
    if not workbooks and not tables:
        _refuse_elsewhere(paths)
    return Visible(folder, workbooks, tables, tuple(path.name for path in paths))


def _visible(folder: Path) -> list[Path]:
    """Return what is in a folder by name; files that systems and programs leave behind are not seen."""
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~$", "__MACOSX")))
    except OSError as error:
        raise unreadable(Place(folder.name), error) from None


def _refuse_elsewhere(paths: list[Path]) -> None:
    """Stop at a folder without tables of ours that holds others: in another form, an archive, a subfolder."""
    for path in paths:
        place = Place(path.name)
        if path.is_dir():
            if any(found.suffix.lower() in OURS for found in _visible(path)):
                raise place.error("the tables stand in this subfolder", f"Put them beside {FILE}")
        elif path.suffix.lower() in SUFFIXES:
            raise place.error(f"it is {SUFFIXES[path.suffix.lower()]}", AS_XLSX)
        elif path.suffix.lower() == ".zip":
            raise place.error("it is an archive", "Unpack it, and put what it holds into the folder")


def read_grids(folder: Path, naming: Naming, faults: Faults) -> tuple[dict[str, Path], dict[str, Grid]]:
    """Return unit -> its file, and unit -> its table, as far as they can be read; faults are noted.

    Parameters
    ----------
    folder
        The dataset.
    naming
        How the export calls its sheets. Where that is in doubt, a missing sheet is no fault.
    faults
        Noted here, of all files.
    """
    files: dict[str, Path] = {}
    grids: dict[str, Grid] = {}
    load = Load()
    with faults.noted(overfull=True):
        visible = look(folder)
        if visible.workbooks:
            path = visible.workbooks[0]
            _refuse_beside(visible, naming)
            files = dict.fromkeys(UNITS, path)
            wanted = {unit: naming.sheet(unit) for unit in UNITS}
            sure = naming.sure_of_sheets
            grids = read_workbook(content_of(path), path.name, wanted, faults, load=load, sure=sure)
        else:
            for unit in UNITS:
                with faults.noted():
                    if (found := _csv_of(unit, visible, naming)) is not None:
                        files[unit] = found
                        grids[unit] = read_csv(content_of(found), Place(found.name), faults, load)
    return files, grids


def read_all_grids(folder: Path, faults: Faults) -> list[Grid]:
    """Return every table of a folder whatever its name: its CSV files, or the sheets of its workbook.

    Parameters
    ----------
    folder
        Needs no `dataset.yml`.
    faults
        Noted here; what can be read is returned all the same.
    """
    grids: list[Grid] = []
    load = Load()
    with faults.noted(overfull=True):
        visible = look(folder)
        for path in visible.workbooks:
            grids += read_workbook(content_of(path), path.name, None, faults, load=load).values()
        for path in () if visible.workbooks else visible.tables:
            with faults.noted():
                grids.append(read_csv(content_of(path), Place(path.name), faults, load))
    return grids


def content_of(path: Path) -> bytes:
    """Return the bytes of a CSV file or a workbook.

    Raises
    ------
    ExportError
        It is no ordinary file of the folder, is too large, or cannot be read.
    """
    try:
        return read_bytes(path, largest=LARGEST_TABLE)
    except FileNotFoundError as error:  # it went while we looked
        raise unreadable(Place(path.name), error) from None


def _refuse_beside(visible: Visible, naming: Naming) -> None:
    """Stop at a CSV file of one of the units beside a workbook."""
    ours = {sheet_key(name) for unit in UNITS for name in (unit, naming.sheet(unit))}
    beside = [path for path in visible.tables if sheet_key(path.name) in ours and not path.is_dir()]
    if beside:
        raise _too_many(visible.folder, (*visible.workbooks, *beside))


def _too_many(folder: Path, paths: tuple[Path, ...]) -> ExportError:
    problem = f"it holds {listed(path.name for path in paths)}"
    remedy = "Keep either three CSV files or one workbook in the folder of a dataset"
    return Place(folder.resolve().name).error(problem, remedy)


def _csv_of(unit: str, visible: Visible, naming: Naming) -> Path | None:
    """Return the one CSV file of a unit; names are compared without case."""
    wanted = sheet_key(naming.sheet(unit))
    hits = [path for path in visible.tables if sheet_key(path.name) == wanted]
    if len(hits) == 1:
        return hits[0]
    if hits:
        problem = f"{listed(path.name for path in hits)} are the same name"
        raise Place(hits[0].name).error(problem, f"Keep one file for {unit}")
    if not naming.sure_of_sheets:
        return None
    others = listed(visible.names) or "nothing"
    problem = f"there is no such file (the folder holds {others})"
    remedy = f"Add it, or one .xlsx workbook, or name the file of {quoted(unit)} under `sheets` in {FILE}"
    name = naming.sheet(unit)
    raise Place(name if name.lower().endswith(".csv") else f"{name}.csv").error(problem, remedy)
