"""The definitions of the study: items, words, figures, index, official series, pilots; read and checked."""

from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path

import pandas as pd

from helpers.definitions._build import build_index, build_items
from helpers.definitions._definitions import Definitions, Key
from helpers.definitions._reference_checks import (
    FIGURE_NUMBERS,
    Rows,
    check_exactly,
    check_index,
    check_items,
    check_official,
    check_unique,
    check_vocabulary,
)
from helpers.definitions._reference_files import Faults, parse, parse_row, read_table, read_yaml
from helpers.definitions._reference_shapes import (
    ITEM_COLUMNS,
    OFFICIAL_COLUMNS,
    FiguresFile,
    KansarmoedeFile,
    OfficialDomain,
    OfficialRow,
    PilotsFile,
    Vocabulary,
)


def read_definitions(folder: Path, faults: Faults) -> Definitions | None:
    """Read and check the files.

    Parameters
    ----------
    folder : where sociale_balans.csv, figures.yml, kansarmoede.yml, kansarmoede_vlaanderen.csv,
        pilots.yml and vocabulary.yml are.
    faults : what is wrong is noted here.
    """
    rows = _read_items(folder, faults)
    vocabulary = _read_vocabulary(folder, rows, faults)
    figures, colours = _read_figures(folder, rows, faults)
    index = _read_index(folder, rows, colours, faults)
    official = _read_official(folder, faults)
    pilots = _read_pilots(folder, faults)
    if (
        rows is None
        or vocabulary is None
        or figures is None
        or index is None
        or pilots is None
        or faults.lines
    ):
        return None
    items = build_items(rows, vocabulary)
    return Definitions(
        items=items,
        figures={figure.id: figure for figure in figures.figures},
        palette=figures.palette,
        kansarmoede=build_index(index, figures.palette, items),
        official=_frame(official, OfficialRow).astype({"year": "Int64"}),
        official_domains=_frame(index.official_domains, OfficialDomain),
        pilots=pilots.pilots,
        vocabulary=vocabulary,
    )


def _keys(rows: Rows | None) -> set[Key] | None:
    """The (unit, item) keys of the codebook; None when it could not be read."""
    return None if rows is None else {(row["unit"], row["item"]) for _, row in rows}


def _read_items(folder: Path, faults: Faults) -> Rows | None:
    """Read and check the codebook's rows."""
    rows = read_table(folder / "sociale_balans.csv", ITEM_COLUMNS, faults)
    if rows is not None:
        check_items(rows, faults)
    return rows


def _read_vocabulary(folder: Path, rows: Rows | None, faults: Faults) -> Vocabulary | None:
    """Read the words and check that none is missing."""
    document = read_yaml(folder / "vocabulary.yml", faults)
    if document is None:
        return None
    check_vocabulary(document, [row["section"] for _, row in rows or []], faults)
    return parse(document, Vocabulary, faults)


def _read_figures(
    folder: Path, rows: Rows | None, faults: Faults
) -> tuple[FiguresFile | None, set[str] | None]:
    """Read the figures and the palette; also the names of its colours, as far as they can be read."""
    document = read_yaml(folder / "figures.yml", faults)
    if document is None:
        return None, None
    check_exactly(document, "figures", "number", FIGURE_NUMBERS, faults)
    return parse(document, FiguresFile, faults, items=_keys(rows)), document.names("palette", "change")


def _read_index(
    folder: Path, rows: Rows | None, colours: set[str] | None, faults: Faults
) -> KansarmoedeFile | None:
    """Read the kansarmoede index."""
    document = read_yaml(folder / "kansarmoede.yml", faults)
    if document is None:
        return None
    check_index(document, faults)
    return parse(document, KansarmoedeFile, faults, items=_keys(rows), colours=colours)


def _read_pilots(folder: Path, faults: Faults) -> PilotsFile | None:
    """Read the pilot projects."""
    document = read_yaml(folder / "pilots.yml", faults)
    if document is None:
        return None
    check_unique(document, "pilots", "name", faults)
    return parse(document, PilotsFile, faults)


def _read_official(folder: Path, faults: Faults) -> list[OfficialRow]:
    """Read the official Flemish series."""
    file = "kansarmoede_vlaanderen.csv"
    rows = read_table(folder / file, OFFICIAL_COLUMNS, faults)
    if rows == []:
        faults.add(file, "must hold at least one year")
    series = [(number, parse_row(file, number, row, OfficialRow, faults)) for number, row in rows or []]
    check_official([(number, row.year) for number, row in series if row], faults)
    return [row for _, row in series if row]


def _frame(rows: Sequence[OfficialRow] | Sequence[OfficialDomain], shape: type) -> pd.DataFrame:
    """Turn checked rows into a frame with the columns of their type."""
    columns = [field.name for field in fields(shape)]
    return pd.DataFrame([astuple(row) for row in rows], columns=columns)
