"""Disclosure control of a run: a first pass for the exact tables, one decision for all reports, a last look.

All reports of a run are published together, so they are protected together: the report of all pilots and that
of each. The first pass writes into a private folder that nobody gets; the second pass shows what stands for
its tables.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from nbformat import NotebookNode

from helpers.definitions import load, load_definitions
from helpers.definitions.claims import Claims
from helpers.definitions.disclosure import DisclosureRules
from helpers.disclosure import Protected, protect_together
from helpers.files import csv_text, plain_text
from helpers.folders import RunError, make_folder
from helpers.run._parts import Part
from helpers.run._plan import Plan
from helpers.show.safe import (
    NOTHING,
    REPLACED,
    SAFE_MARK,
    SHORTENED,
    SHOWN,
    SafeTables,
    Stand,
    digest,
    save_safe,
)
from helpers.tables import TABLES, Column

WHOLE = "all"


class SafePart(NamedTuple):
    """The protected tables of one report, and the private folder where its kernels find them."""

    folder: Path
    tables: SafeTables


def protect_parts(
    parts: Sequence[Part], folders: Sequence[Path], *, plan: Plan, work: Path
) -> dict[Path, SafePart]:
    """Protect the exact tables of all reports together, and keep them for the kernels of the second pass.

    What is withheld is decided once; the reports in other languages follow the first.

    Parameters
    ----------
    parts : sequence of Part
        The reports, without the internal review.
    folders : sequence of Path
        What the first pass wrote for each.
    plan : Plan
        Of the run.
    work : Path
        A private folder.

    Returns
    -------
    dict of the folder of a report to SafePart

    Raises
    ------
    DisclosureError
        A table cannot be protected, or is not the same in two languages.
    """
    exact = {part.target: exact_tables(folder) for part, folder in zip(parts, folders, strict=True)}
    first = [part for part in parts if part.language == parts[0].language]
    protected = protect_together(
        {part.pilot or WHOLE: exact[part.target] for part in first},
        mode=plan.disclosure,
        min_cell=plan.min_cell,
        definitions=load_definitions(),
        rules=load(DisclosureRules),
        settings={name: plan.parameters[name] for name in ("poverty_cutoff", "severe_cutoff")},
        claims=load(Claims),
    )
    made: dict[Path, SafePart] = {}
    for part in parts:
        tables = exact[part.target]
        safe = _safe(tables, protected[part.pilot or WHOLE].onto(tables))
        folder = work / str(len(made))
        make_folder(folder, private=True)
        save_safe(safe, folder)
        made[part.target] = SafePart(folder, safe)
    return made


def exact_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Read the tables that a first pass wrote, each as it is declared.

    Raises
    ------
    RunError
        A table is not declared, or does not read back as it was written.
    """
    found = {}
    for path in sorted((folder / "tables").glob("*.csv")):
        name = path.stem
        if name not in TABLES:
            raise RunError(f"{name}: is no declared table, so disclosure control cannot protect it")
        text = path.read_bytes().decode("utf-8")
        texts = pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""])
        table = pd.DataFrame({one.name: _typed(texts[one.name], one) for one in TABLES[name].columns})
        if csv_text(table) != text:
            raise RunError(f"{name}: does not read back as it was written, so it cannot be protected")
        found[name] = table
    return found


def _typed(texts: pd.Series, column: Column) -> pd.Series:
    """Read a column back; a number is that of its text to the last digit."""
    if column.dtype == "float64":
        return texts.map(float, na_action="ignore").astype("float64")
    if column.dtype == "bool":
        return texts.map({"True": True, "False": False})
    if column.dtype == "str":
        return texts.map(plain_text, na_action="ignore").astype("str")
    return texts.astype(column.pandas_dtype)


def check_published(folder: Path, safe: SafeTables, *, others: Sequence[Path] = ()) -> None:
    """Refuse a report with a table or drawing that has not come through the door; others may lie in it.

    Raises
    ------
    RunError
        Names the file.
    """
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if any(path.is_relative_to(other) for other in others):
            continue
        place, name = path.relative_to(folder).parent.as_posix(), path.stem
        told = (place == "tables" and path.suffix == ".csv" and name in safe.names) and (
            path.read_bytes() == csv_text(safe.written(name)).encode("utf-8")
        )
        drawn = place == "figures" and path.suffix in (".png", ".svg") and name in safe.names
        if not (told or drawn):
            raise RunError(
                f"{path.relative_to(folder)}: was not made by `helpers.show` of a protected table, so no "
                "report is made; with disclosure control a notebook shows and writes through `show.Output` "
                "alone"
            )


def keep_safe_outputs(notebook: NotebookNode) -> int:
    """Drop from an executed notebook all outputs that have not come through the door; tell how many."""
    dropped = 0
    for cell in notebook.cells:
        if cell.cell_type == "code":
            kept = [output for output in cell.outputs if output.get("metadata", {}).pop(SAFE_MARK, False)]
            dropped += len(cell.outputs) - len(kept)
            cell.outputs = kept
    return dropped


def _safe(exact: Mapping[str, pd.DataFrame], protected: Protected) -> SafeTables:
    """Put what stands for each exact table beside its hash."""
    stands = {}
    for name, table in exact.items():
        stand = NOTHING
        if name in protected.masked:
            masked = protected.masked[name]
            kind = SHOWN if len(masked.table) == len(table) else SHORTENED
            kind = REPLACED if name in protected.replaced else kind
            stand = Stand(kind, masked.table, protected.written(name), masked.reasons)
        stands[name] = (digest(table), stand)
    return SafeTables(protected.mode, protected.min_cell, stands)
