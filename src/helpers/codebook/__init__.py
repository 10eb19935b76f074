"""The study's definitions: reference files in, typed and checked definitions out.

What a researcher may dispute is in `data/reference/`: the 45 items with their labels, the figures, the
kansarmoede index, the official series, the pilot projects, and the words for every value.
`load_definitions` reads it all and names all faults at once. The types are in `_definitions`.
"""

from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path
from typing import TypeVar

import pandas as pd

from helpers.codebook._build import build_index, build_items
from helpers.codebook._claim_measures import Among, Cells, Measure, Range
from helpers.codebook._claim_types import Bounds, Claim, Claims, ClaimSection
from helpers.codebook._claims import read_claims
from helpers.codebook._definitions import (
    CHANGE_CLASSES,
    DOMAINS,
    LANGUAGES,
    LEVELS,
    MOMENTS,
    STATUSES,
    UNITS,
    ChangeClass,
    Condition,
    Definitions,
    Direction,
    Domain,
    Figure,
    Interview,
    Item,
    Kansarmoede,
    Key,
    Moves,
    Palette,
    Part,
    Pilot,
    Rule,
    Text,
)
from helpers.codebook._disclosure import DisclosureRules, RowRule, TableRule, read_disclosure
from helpers.codebook._multiverse import Choices, Dimension, Headline, Option, read_choices
from helpers.codebook._pilot_comparison import Aspect, PilotComparison, Strata, read_pilot_comparison
from helpers.codebook._planning import Outcome, Plan, read_plan
from helpers.codebook._reference_checks import (
    FIGURE_NUMBERS,
    Rows,
    check_exactly,
    check_index,
    check_items,
    check_official,
    check_unique,
    check_vocabulary,
)
from helpers.codebook._reference_files import Faults, parse, parse_row, read_table, read_yaml
from helpers.codebook._reference_shapes import (
    ITEM_COLUMNS,
    OFFICIAL_COLUMNS,
    FiguresFile,
    KansarmoedeFile,
    OfficialDomain,
    OfficialRow,
    PilotsFile,
    Vocabulary,
)
from helpers.codebook._rule_text import rule_text
from helpers.codebook._themes import Negation, Theme, Themes, plain, read_themes
from helpers.errors import PipelineError

__all__ = [
    "CHANGE_CLASSES", "DOMAINS", "LANGUAGES", "LEVELS", "MOMENTS", "REFERENCE", "ROOT", "STATUSES", "UNITS",
    "ChangeClass", "Condition", "DefinitionError", "Definitions", "Domain", "Figure", "Interview", "Item",
    "Choices", "Dimension", "Headline", "Kansarmoede", "Option", "Palette", "Part", "Pilot", "Rule", "Text",
    "Negation", "Outcome", "Plan", "Theme", "Themes", "load_definitions", "load_multiverse", "load_planning",
    "Among", "Bounds", "Cells", "Claim", "Claims", "ClaimSection", "Measure", "Range", "load_claims",
    "Aspect", "PilotComparison", "Strata", "load_pilot_comparison",
    "DisclosureRules", "RowRule", "TableRule", "load_disclosure",
    "Direction", "Moves", "load_themes", "plain", "rule_text",
]  # fmt: skip

ROOT = Path(__file__).resolve().parents[3]
REFERENCE = ROOT / "data" / "reference"


class DefinitionError(PipelineError):
    """The reference files cannot be used; `faults` holds one line for each fault."""

    def __init__(self, folder: Path, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        count = f"{len(faults)} fault{'' if len(faults) == 1 else 's'}"
        super().__init__(
            "\n".join([f"{count} in the definitions in {folder}:", *(f"  {line}" for line in faults)])
        )


def load_definitions(folder: Path = REFERENCE) -> Definitions:
    """Read and check the reference files.

    Parameters
    ----------
    folder : where sociale_balans.csv, figures.yml, kansarmoede.yml, kansarmoede_vlaanderen.csv,
        pilots.yml and vocabulary.yml are.

    Raises
    ------
    DefinitionError
        Naming every fault of every file: file, row or line, what was found, what was expected.
    """
    folder, faults = Path(folder), Faults()
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
        raise DefinitionError(folder, faults.lines)
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


def load_claims(folder: Path = REFERENCE) -> Claims:
    """Read and check the published results of the source report.

    Parameters
    ----------
    folder : where published_claims.yml and tables.yml are, beside the definitions.

    Raises
    ------
    DefinitionError
        Naming every fault: line, what was found, what was expected. A measure that names a table, column,
        value or item that does not exist is one.
    """
    folder, faults = Path(folder), Faults()
    return _whole(read_claims(folder, load_definitions(folder), faults), folder, faults)


def load_multiverse(folder: Path = REFERENCE) -> Choices:
    """Read and check the choices that notebook 05 varies, an option per domain for those of the domains.

    Parameters
    ----------
    folder : where multiverse.yml is, beside the definitions.

    Raises
    ------
    DefinitionError
        Naming every fault: line, what was found, what was expected.
    """
    folder, faults = Path(folder), Faults()
    return _whole(read_choices(folder, load_definitions(folder), faults), folder, faults)


def load_planning(folder: Path = REFERENCE) -> Plan:
    """Read and check what the planning of a next wave simulates.

    Parameters
    ----------
    folder : where planning.yml is, beside the definitions.

    Raises
    ------
    DefinitionError
        Naming every fault: line, what was found, what was expected.
    """
    folder, faults = Path(folder), Faults()
    return _whole(read_plan(folder, load_definitions(folder), faults), folder, faults)


def load_pilot_comparison(folder: Path = REFERENCE) -> PilotComparison:
    """Read and check how notebook 08 compares the pilot projects.

    Parameters
    ----------
    folder : where pilot_comparison.yml is, beside the definitions.

    Raises
    ------
    DefinitionError
        Naming every fault: line, what was found, what was expected.
    """
    folder, faults = Path(folder), Faults()
    return _whole(read_pilot_comparison(folder, load_definitions(folder), faults), folder, faults)


def load_disclosure(folder: Path = REFERENCE) -> DisclosureRules:
    """Read and check what disclosure control protects.

    Parameters
    ----------
    folder : where disclosure.yml is.

    Raises
    ------
    DefinitionError
        Naming every fault: line, what was found, what was expected.
    """
    folder, faults = Path(folder), Faults()
    return _whole(read_disclosure(folder, faults), folder, faults)


def load_themes(folder: Path = REFERENCE) -> Themes:
    """Read and check the themes with which notebook 07 tags the coaches' notes.

    Parameters
    ----------
    folder : where themes.yml is.

    Raises
    ------
    DefinitionError
        Naming every fault: line, what was found, what was expected.
    """
    folder, faults = Path(folder), Faults()
    return _whole(read_themes(folder, faults), folder, faults)


Read = TypeVar("Read")


def _whole(read: Read | None, folder: Path, faults: Faults) -> Read:
    """Give what was read when nothing is wrong with it; else name every fault."""
    if read is None or faults.lines:
        raise DefinitionError(folder, faults.lines)
    return read


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
