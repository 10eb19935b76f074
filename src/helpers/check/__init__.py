"""A raw dataset folder → what a run would do with it, found without writing anything.

The findings are for whoever holds the export. Even so notes, dates of birth and codes of families and persons
are never in them: rows are named by their number, and a code by its shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.check._doubts import doubts
from helpers.check._draft import draft_mapping, draft_of
from helpers.check._finding import Finding, Seen, Unread
from helpers.check._nearest import Known, units_of
from helpers.check._under_git import git_warnings
from helpers.check._words import finding_text, unanswered
from helpers.cleaning import CleanTables, clean
from helpers.definitions import UNITS, Definitions, Text
from helpers.errors import PipelineError
from helpers.export import (
    FILE,
    ExportError,
    Grid,
    RawExport,
    open_questions,
    read_any_tables,
    read_dataset,
    read_export,
)
from helpers.parameters import PARAMETERS

__all__ = ["Finding", "Seen", "Unread", "check", "draft_mapping", "finding_text", "unanswered"]

USED = ("min_household_items", "baseline_window_days", "follow_up_months")


def check(folder: Path | str, definitions: Definitions) -> Finding:
    """Read an export and clean it at the default parameters; nothing is written.

    Parameters
    ----------
    folder : path
        A raw dataset folder.
    definitions : Definitions
        The codebook.

    Returns
    -------
    Finding
        With all reasons at once where the dataset cannot be used.
    """
    folder = Path(folder)
    known = Known.of(definitions)
    faults, raw, cleaned = _cleaned(folder, definitions)
    if raw is None or cleaned is None:
        return _finding_of_faulty(folder, faults, known)
    retained = int((cleaned.families["status"] == "retained").sum())
    reasons = () if retained else (_nobody(len(cleaned.families)),)
    return Finding(
        folder,
        reasons,
        (*_git(folder), *doubts(raw, cleaned)),
        _unread(raw, known),
        raw,
        cleaned,
        _silent_items(cleaned, definitions),
        open_questions(folder),
    )


def _cleaned(
    folder: Path, definitions: Definitions
) -> tuple[tuple[str, ...], RawExport | None, CleanTables | None]:
    """Read and clean; or give the faults alone, so that nothing of a large export stays in the memory."""
    try:
        raw = read_export(folder, definitions)
        return (), raw, clean(raw, definitions, **_defaults())
    except PipelineError as error:
        return tuple(str(error).splitlines()), None, None


def _defaults() -> dict[str, Any]:
    return {name: PARAMETERS[name].default for name in USED}


def _git(folder: Path) -> tuple[Text, ...]:
    """Warn of personal data under git; a description that cannot be read counts as one of real families."""
    try:
        synthetic = read_dataset(folder).synthetic
    except ExportError:
        synthetic = False
    return () if synthetic else git_warnings(folder)


def _nobody(families: int) -> str:
    return (
        f"no family would be retained: {families} families keep a row after the rules, and none of them "
        "has a household row with enough known items at baseline. See the rules below for what was rejected."
    )


def _unread(raw: RawExport, known: Known) -> tuple[Unread, ...]:
    """List the columns that are not recognised."""
    return tuple(
        Unread(unit, name, known.nearest(unit, name)) for unit in UNITS for name in raw.unknown_columns[unit]
    )


def _finding_of_faulty(folder: Path, faults: tuple[str, ...], known: Known) -> Finding:
    """Tell of a folder that cannot be read as a dataset what its tables say of themselves."""
    try:
        tables, others = read_any_tables(folder)
    except ExportError:
        tables, others = (), ()
    finding = Finding(folder, faults, _git(folder), _unread_of_faulty(folder, tables, known))
    if tables and not (folder / FILE).exists():
        draft = draft_of(tables, others, known, title=folder.resolve().name)
        return replace(finding, seen=_seen(tables, known), draft=draft)
    return replace(finding, questions=open_questions(folder))


def _seen(tables: Sequence[Grid], known: Known) -> tuple[Seen, ...]:
    """Tell what each table seems to be about, and which required columns it does not seem to have."""
    found = []
    for unit, table in units_of(tables, known).items():
        taken, _ = known.taken(unit, table.header)
        missing = tuple(column for column in known.required[unit] if column not in taken)
        found.append(Seen(unit, table.place.sheet or table.place.file, table.rows, missing))
    return tuple(found)


def _unread_of_faulty(folder: Path, tables: Sequence[Grid], known: Known) -> tuple[Unread, ...]:
    """List the columns that are not recognised in a folder that cannot be read as a dataset."""
    try:
        mapped = set(read_dataset(folder).columns.values())
    except ExportError:
        mapped = set()
    return tuple(
        Unread(unit, name, known.nearest(unit, name, there=table.header))
        for unit, table in units_of(tables, known).items()
        for name in dict.fromkeys(table.header)
        if name and name not in mapped and name not in known.canonical[unit]
    )


def _silent_items(cleaned: CleanTables, definitions: Definitions) -> tuple[tuple[str, str], ...]:
    """List the items without a single level."""
    levels = pd.concat([cleaned.observations, cleaned.excluded_observations])
    levels = levels[levels["level"].notna()]
    known = set(zip(levels["unit"].astype("str"), levels["item"].astype("str"), strict=True))
    return tuple(key for key in definitions.items if key not in known)
