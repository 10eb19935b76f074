"""The files of a raw dataset folder: which there are, and which of them holds which unit."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from helpers.definitions import UNITS
from helpers.export.content import AS_XLSX, LARGEST_TABLE, SUFFIXES, read_bytes, refuse_other_kind, unreadable
from helpers.export.csv_text import Words, read_csv
from helpers.export.dataset import ALL, FILE, Dataset, path_of
from helpers.export.grid import Grid
from helpers.export.messages import ExportError, Faults, Place, listed, quoted
from helpers.export.names import fold, sheet_key
from helpers.export.workbook import read_workbook

OURS = (WORKBOOK, TABLE) = (".xlsx", ".csv")
ARCHIVES = (".zip", ".gz", ".7z", ".rar")
TABLES = (*OURS, *SUFFIXES, *ARCHIVES, ".tsv")  # which a folder may hold that is read without them
FROM_HERE_ALIKE = 0.6  # ratio of difflib from which on a name is proposed for another
WHICH = f"Write under `sheets` in {FILE} which one it is: `{ALL}: NAME`"
_ENDINGS = re.compile(r"(?: ?\([0-9]+\))?(?:\.[a-z0-9]{1,5})+$")


class Visible(NamedTuple):
    """What a folder holds, but for hidden files: its workbooks, its CSV files, and all names."""

    folder: Path
    workbooks: list[Path]
    tables: list[Path]
    names: list[str]


def look(folder: Path) -> Visible:
    """Return what there is in a folder, in the order of the names.

    Raises ExportError: the folder cannot be read, it holds two workbooks, or tables only in a form or place
    that is not read.
    """
    paths = _visible(folder)
    workbooks = [path for path in paths if path.suffix.lower() == WORKBOOK and not path.is_dir()]
    tables = [path for path in paths if path.suffix.lower() == TABLE]
    if len(workbooks) > 1:
        raise _too_many(folder, workbooks, "Keep the export, and move the others to another folder")
    for path in paths if not workbooks and not tables else ():
        place, suffix = Place(path.name), path.suffix.lower()
        if path.is_dir():
            if any(found.suffix.lower() in OURS for found in _visible(path)):
                raise place.error("the tables stand in this subfolder", f"Put them beside {FILE}")
        elif suffix in SUFFIXES:
            refuse_other_kind(content_of(path), place, workbook=True)
            raise place.error(f"it is {SUFFIXES[suffix]}", AS_XLSX)
        elif suffix in ARCHIVES:
            raise place.error("it is an archive", "Unpack it, and put what it holds into the folder")
    return Visible(folder, workbooks, tables, [path.name for path in paths])


def datasets_in(folder: Path) -> tuple[Path, ...]:
    """Return the folders of the datasets that a folder holds, by name; none where it is a dataset itself.

    A folder with tables and no `dataset.yml` is one of them where another has it, so that none is left out in
    silence. Raises ExportError: tables or another `dataset.yml` lie beside the folders, or a dataset further
    down.
    """
    inner = [path for path in _visible(folder) if path.is_dir()]
    known = [path.name for path in inner if path_of(path).is_file()]
    if known and path_of(folder).is_file():
        remedy = f"Take this {FILE} out, if they are one study; take these folders out, if they are not"
        raise Place(folder.resolve().name).error(f"its {FILE} hides the datasets {listed(known)}", remedy)
    if not known:
        return ()
    if loose := _tables_in(folder):
        remedy = f"Put them into a folder of their own with its {FILE}, or take them out"
        raise Place(folder.resolve().name).error(f"{listed(loose)} stand beside the datasets", remedy)
    for path in inner:
        if not path_of(path).is_file() and any(path.rglob(FILE)):
            remedy = "Put each dataset beside the others"
            raise Place(path.name).error("a dataset stands further down in this folder", remedy)
    return tuple(path for path in inner if path_of(path).is_file() or _tables_in(path))


def _tables_in(folder: Path) -> list[str]:
    return [path.name for path in _visible(folder) if path.suffix.lower() in OURS and not path.is_dir()]


def _visible(folder: Path) -> list[Path]:
    """Return what is in a folder by name; files that systems and programs leave behind are not seen."""
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~$", "__MACOSX")))
    except OSError as error:
        raise unreadable(Place(folder.name), error) from None


def read_grids(
    folder: Path, dataset: Dataset, faults: Faults, words: Words
) -> tuple[dict[str, Path], dict[str, Grid]]:
    """Return unit -> its file, and unit -> its table, as far as they can be read; faults are noted.

    Of a long or wide export the one table is that of the unit `all`. `words` tell code pages.
    """
    files: dict[str, Path] = {}
    grids: dict[str, Grid] = {}
    units = UNITS if dataset.layout == "sheets" else (ALL,)
    with faults.noted(overfull=True):
        visible = look(folder)
        if visible.workbooks:
            path = visible.workbooks[0]
            _refuse_beside(visible, dataset)
            files = dict.fromkeys(units, path)
            if ALL in units and ALL not in dataset.sheets:
                grids = read_workbook(content_of(path), path.name, None, faults)
                if len(grids) > 1:
                    raise Place(path.name).error(f"it has the sheets {listed(grids)}", WHICH)
                grids = dict.fromkeys(units, *grids.values()) if grids else {}
            else:
                wanted, sure = {unit: dataset.sheet(unit) for unit in units}, dataset.sure_of("sheets")
                grids = read_workbook(content_of(path), path.name, wanted, faults, sure=sure)
        else:
            for unit in units:
                with faults.noted():
                    if (found := _csv_of(unit, visible, dataset)) is not None:
                        files[unit] = found
                        grids[unit] = read_csv(content_of(found), Place(found.name), faults, words)
        _note_unread(visible, files.values(), faults)
    return files, grids


def tables_of_units(folder: Path, dataset: Dataset, faults: Faults) -> dict[str, Path]:
    """Return unit -> its CSV file, as far as there are; nothing of a folder with a workbook.

    What is wrong, and other tables that lie there, are noted as by `read_grids`.
    """
    files: dict[str, Path] = {}
    with faults.noted():
        visible = look(folder)
        for unit in () if visible.workbooks else UNITS:
            with faults.noted():
                if (found := _csv_of(unit, visible, dataset)) is not None:
                    files[unit] = found
        _note_unread(visible, files.values(), faults)
    return files


def read_all_grids(folder: Path, faults: Faults, words: Words) -> list[Grid]:
    """Return every table of a folder whatever its name: its CSV files, or the sheets of its workbook.

    The folder needs no `dataset.yml`; what is wrong is noted, and what can be read is returned all the same.
    """
    grids: list[Grid] = []
    with faults.noted(overfull=True):
        visible = look(folder)
        for path in visible.workbooks:
            grids += read_workbook(content_of(path), path.name, None, faults).values()
        for path in () if visible.workbooks else visible.tables:
            with faults.noted():
                grids.append(read_csv(content_of(path), Place(path.name), faults, words))
    return grids


def content_of(path: Path) -> bytes:
    """Return the bytes of a CSV file or a workbook.

    Raises ExportError: it is no ordinary file of the folder, is too large, or cannot be read.
    """
    try:
        return read_bytes(path, largest=LARGEST_TABLE)
    except FileNotFoundError as error:  # it went while we looked
        raise unreadable(Place(path.name), error) from None


def _note_unread(visible: Visible, files: Iterable[Path], faults: Faults) -> None:
    """Note which tables lie in the folder, or one within it, and are not read: copies, or those of a year."""
    read, paths = set(files), [visible.folder / name for name in visible.names]
    inner = [path for path in paths if path.is_dir() and os.access(path, os.R_OK | os.X_OK)]
    for path in (*paths, *(found for one in inner for found in _visible(one))):
        if path.suffix.lower() in TABLES and path not in read and not path.is_dir():
            faults.remark(Place(path.relative_to(visible.folder).as_posix()), "unread_file", 1)


def _refuse_beside(visible: Visible, dataset: Dataset) -> None:
    ours = {sheet_key(name) for unit in (*UNITS, ALL) for name in (unit, dataset.sheet(unit))}
    beside = [path for path in visible.tables if sheet_key(path.name) in ours and not path.is_dir()]
    if beside:
        book = listed(path.name for path in visible.workbooks)
        remedy = f"Move {book} to another folder, or the CSV files if {book} is the export"
        raise _too_many(visible.folder, (*visible.workbooks, *beside), remedy)


def _too_many(folder: Path, paths: Sequence[Path], remedy: str) -> ExportError:
    problem = f"it holds {listed(path.name for path in paths)}, and not all of them can be the export"
    return Place(folder.resolve().name).error(problem, remedy)


def _csv_of(unit: str, visible: Visible, dataset: Dataset) -> Path | None:
    """Return the one CSV file of a unit; names are compared as names are."""
    if unit == ALL and ALL not in dataset.sheets:
        if len(visible.tables) != 1:
            found = listed(path.name for path in visible.tables) or "no CSV file"
            raise Place(visible.folder.resolve().name).error(f"the folder holds {found}", WHICH)
        return visible.tables[0]
    name = dataset.sheet(unit)
    hits = [path for path in visible.tables if sheet_key(path.name) == sheet_key(name)]
    if len(hits) > 1:
        problem = f"{listed(path.name for path in hits)} are the same name"
        raise Place(hits[0].name).error(problem, f"Keep one file for {unit}")
    if hits or not dataset.sure_of("sheets"):
        return hits[0] if hits else None
    problem = f"there is no such file (the folder holds {listed(visible.names) or 'nothing'})"
    name = name if name.lower().endswith(TABLE) else f"{name}{TABLE}"
    remedy = f"Add it, or one .xlsx workbook, or name the file of {quoted(unit)} under `sheets` in {FILE}"
    raise Place(name).error(problem, _almost(name, visible, dataset) or remedy)


def _almost(name: str, visible: Visible, dataset: Dataset) -> str:
    """Say what to do with a file whose name is one suffix away or almost the same; "" for none."""
    taken = {sheet_key(dataset.sheet(unit)) for unit in UNITS}
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
