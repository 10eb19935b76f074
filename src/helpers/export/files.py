"""The files of a raw dataset folder: which there are, and which of them holds which unit."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from helpers.definitions import UNITS
from helpers.export.content import LARGEST_TABLE, SUFFIXES, read_bytes, refuse_by_content, unreadable
from helpers.export.csv_text import Words, read_csv
from helpers.export.dataset import ALL, FILE, Naming
from helpers.export.grid import Grid, Load
from helpers.export.messages import ExportError, Faults, Place, listed, quoted
from helpers.export.names import fold, sheet_key
from helpers.export.workbook import read_workbook

OURS = (WORKBOOK, TABLE) = (".xlsx", ".csv")
ARCHIVES = (".zip", ".gz", ".7z", ".rar")
FROM_HERE_ALIKE = 0.6  # ratio of difflib from which on a name is proposed for another
_ENDINGS = re.compile(r"(?: ?\([0-9]+\))?(?:\.[a-z0-9]{1,5})+$")


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
        place, suffix = Place(path.name), path.suffix.lower()
        if path.is_dir():
            if any(found.suffix.lower() in OURS for found in _visible(path)):
                raise place.error("the tables stand in this subfolder", f"Put them beside {FILE}")
        elif suffix in SUFFIXES:
            refuse_by_content(content_of(path), suffix, place)
        elif suffix in ARCHIVES:
            raise place.error("it is an archive", "Unpack it, and put what it holds into the folder")


def read_grids(
    folder: Path, naming: Naming, faults: Faults, words: Words
) -> tuple[dict[str, Path], dict[str, Grid]]:
    """Return unit -> its file, and unit -> its table, as far as they can be read; faults are noted.

    Parameters
    ----------
    folder
        The dataset.
    naming
        How the export calls its sheets. Where that is in doubt, a missing sheet is no fault. Of a long or
        wide export the one table is that of the unit `all`.
    faults
        Noted here, of all files.
    words
        By which code pages are told.
    """
    files: dict[str, Path] = {}
    grids: dict[str, Grid] = {}
    load = Load()
    units = UNITS if naming.layout == "sheets" else (ALL,)
    with faults.noted(overfull=True):
        visible = look(folder)
        if visible.workbooks:
            path = visible.workbooks[0]
            _refuse_beside(visible, naming)
            files = dict.fromkeys(units, path)
            wanted = {unit: naming.sheet(unit) for unit in units}
            sure = naming.sure_of_sheets
            if ALL in wanted and ALL not in naming.sheets:
                grids = _only_sheet(read_workbook(content_of(path), path.name, None, faults, load=load), path)
            else:
                grids = read_workbook(content_of(path), path.name, wanted, faults, load=load, sure=sure)
        else:
            for unit in units:
                with faults.noted():
                    if (found := _csv_of(unit, visible, naming)) is not None:
                        files[unit] = found
                        grids[unit] = read_csv(content_of(found), Place(found.name), faults, load, words)
        _note_unread(visible, files.values(), faults)
    return files, grids


def read_all_grids(folder: Path, faults: Faults, words: Words) -> list[Grid]:
    """Return every table of a folder whatever its name: its CSV files, or the sheets of its workbook.

    Parameters
    ----------
    folder
        Needs no `dataset.yml`.
    faults
        Noted here; what can be read is returned all the same.
    words
        By which code pages are told.
    """
    grids: list[Grid] = []
    load = Load()
    with faults.noted(overfull=True):
        visible = look(folder)
        for path in visible.workbooks:
            grids += read_workbook(content_of(path), path.name, None, faults, load=load).values()
        for path in () if visible.workbooks else visible.tables:
            with faults.noted():
                grids.append(read_csv(content_of(path), Place(path.name), faults, load, words))
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


def _note_unread(visible: Visible, files: Iterable[Path], faults: Faults) -> None:
    """Note which tables lie in the folder and are not read: copies, mostly."""
    read = {path.name for path in files}
    for path in (*visible.workbooks, *visible.tables):
        if path.name not in read and not path.is_dir():
            faults.remark(Place(path.name), "unread_file", 1)


def _refuse_beside(visible: Visible, naming: Naming) -> None:
    """Stop at a CSV file of one of the units beside a workbook."""
    ours = {sheet_key(name) for unit in (*UNITS, ALL) for name in (unit, naming.sheet(unit))}
    beside = [path for path in visible.tables if sheet_key(path.name) in ours and not path.is_dir()]
    if beside:
        raise _too_many(visible.folder, (*visible.workbooks, *beside))


def _too_many(folder: Path, paths: tuple[Path, ...]) -> ExportError:
    problem = f"it holds {listed(path.name for path in paths)}"
    remedy = "Keep either three CSV files or one workbook in the folder of a dataset"
    return Place(folder.resolve().name).error(problem, remedy)


def _only_sheet(grids: dict[str, Grid], path: Path) -> dict[str, Grid]:
    """Return the one table of a workbook of a long or wide export."""
    if len(grids) > 1:
        remedy = f"Write under `sheets` in {FILE} which one it is: `{ALL}: NAME`"
        raise Place(path.name).error(f"it has the sheets {listed(grids)}", remedy)
    return dict.fromkeys([ALL], *grids.values()) if grids else {}


def _csv_of(unit: str, visible: Visible, naming: Naming) -> Path | None:
    """Return the one CSV file of a unit; names are compared as names are."""
    if unit == ALL and ALL not in naming.sheets:
        return _only_table(visible)
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
    name = naming.sheet(unit)
    name = name if name.lower().endswith(TABLE) else f"{name}{TABLE}"
    remedy = f"Add it, or one .xlsx workbook, or name the file of {quoted(unit)} under `sheets` in {FILE}"
    raise Place(name).error(problem, _almost(name, visible, naming) or remedy)


def _only_table(visible: Visible) -> Path:
    """Return the one CSV file of a long or wide export."""
    if len(visible.tables) == 1:
        return visible.tables[0]
    found = listed(path.name for path in visible.tables) or "no CSV file"
    remedy = f"Write under `sheets` in {FILE} which one it is: `{ALL}: NAME`"
    raise Place(visible.folder.resolve().name).error(f"the folder holds {found}", remedy)


def _almost(name: str, visible: Visible, naming: Naming) -> str:
    """Say what to do with a file whose name is one suffix away or almost the same; "" for none."""
    taken = {sheet_key(naming.sheet(unit)) for unit in UNITS}
    stems = {
        one: _ENDINGS.sub("", fold(one))
        for one in visible.names
        if sheet_key(one) not in taken and not fold(one).startswith("dataset.")
    }
    wanted = sheet_key(name)
    same = [one for one, stem in stems.items() if stem == wanted]
    if not same:
        near = difflib.get_close_matches(wanted, stems.values(), n=1, cutoff=FROM_HERE_ALIKE)
        near += [stem for stem in stems.values() if stem.startswith(wanted) or wanted.startswith(stem)]
        close = [one for one, stem in stems.items() if stem in near]
        return f"{quoted(close[0])} is there: rename it, or name it under `sheets` in {FILE}" if close else ""
    if same[0].lower().endswith(ARCHIVES):
        return f"{quoted(same[0])} is there, an archive: unpack it"
    return f"{quoted(same[0])} is there: rename it to {name}, if it is that file"
