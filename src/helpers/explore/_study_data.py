"""The data that the views are made of: read from the clean tables, or cleaned in memory."""

from pathlib import Path

from helpers import cleaning
from helpers.definitions import ROOT
from helpers.folders import resolve
from helpers.study import Study


def open_study(*, clean: str | Path, raw: str | Path, language: str = "nl", seed: int = 2023) -> Study:
    """Open the clean tables; where there are none, clean the export in memory and write nothing.

    Parameters
    ----------
    clean, raw : path
        Folders of the clean tables and of the export.
    language : str
        `nl` or `en`.
    seed : int
        Of the random draws, as in the report.

    Raises
    ------
    PipelineError
        Neither can be read; the message says which file is the trouble.
    """
    if resolve(raw).exists() and not (resolve(clean) / cleaning.STUDY_FILE).exists():
        return Study.clean(raw, language=language, seed=seed)
    return Study.open(clean, language=language, seed=seed)


def from_root(folder: Path) -> str:
    """Write a folder as it is given in a parameter: from the project's root where it lies in it.

    Examples
    --------
    >>> from_root(ROOT / "data" / "clean" / "synthetic")
    'data/clean/synthetic'
    """
    return (folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder).as_posix()
