"""The clean data as files, swapped in as a whole so that they are never half-written."""

from dataclasses import fields
from pathlib import Path

import pandas as pd

from helpers.cleaning import CleanTables, Study, study_to_json
from helpers.errors import PipelineError
from helpers.folders import fresh_build, keep_private, locked, remove, swap

STUDY_FILE = "study.json"


class ShowError(PipelineError):
    """Something cannot be written where it should be; the message says what and why."""


def save_clean(tables: CleanTables, states: pd.DataFrame, study: Study, folder: str | Path) -> None:
    """Write the clean tables as Parquet, with `study.json`, in place of what the folder held.

    Parameters
    ----------
    tables : CleanTables
        Each of its tables becomes a file of that name.
    states : DataFrame
        The states, as `states.parquet`.
    study : Study
        What the tables are of.
    folder : path
        New, empty, or holding clean data; it is replaced as a whole once everything is written. Where the
        data are real, it is for its owner alone.

    Raises
    ------
    ShowError
        The folder holds other files, which would be lost, or cannot be written to.
    """
    target = Path(folder)
    _check_folder(target)
    frames = {field.name: getattr(tables, field.name) for field in fields(tables)} | {"states": states}
    try:
        with locked(target, wait_seconds=60):
            build = fresh_build(target, private=not study.synthetic)
            try:
                for name, frame in frames.items():
                    frame.to_parquet(build / f"{name}.parquet", index=False)
                (build / STUDY_FILE).write_text(study_to_json(study), encoding="utf-8", newline="\n")
                if not study.synthetic:
                    keep_private(build)
                swap(build, target)
            finally:
                remove(build)
    except OSError as error:
        raise ShowError(f"{target}: the clean data cannot be written ({error})") from None


def _check_folder(folder: Path) -> None:
    """Refuse a folder with files that are no clean data."""
    if folder.exists() and not folder.is_dir():
        raise ShowError(f"{folder}: is a file; give the name of a folder for the clean data")
    if folder.is_dir():
        others = sorted(path.name for path in folder.iterdir() if not _is_clean(path))
        if others:
            raise ShowError(
                f"{folder}: holds {others[0]}, which is no clean data and would be lost; "
                "give a new folder, or one that holds clean data only"
            )


def _is_clean(path: Path) -> bool:
    """Whether a file is one that `save_clean` writes, or marks an empty folder."""
    return path.is_file() and (path.suffix == ".parquet" or path.name in (STUDY_FILE, ".gitkeep"))
