"""The study's definitions: reference files in, typed and checked definitions out.

What a researcher may dispute is in `data/reference/`: the 45 items with their labels, the figures, the
kansarmoede index, the official series, the pilot projects, and the words for every value.
`load_definitions` reads it all and names all faults at once. The types are in `_definitions`.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from helpers.definitions._claim_measures import Among, Cells, Measure, Range
from helpers.definitions._claim_types import Bounds, Claim, Claims, ClaimSection
from helpers.definitions._claims import read_claims
from helpers.definitions._definitions import (
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
    Moves,
    Palette,
    Part,
    Pilot,
    Rule,
    Text,
)
from helpers.definitions._disclosure import DisclosureRules, RowRule, TableRule, read_disclosure
from helpers.definitions._multiverse import Choices, Dimension, Headline, Option, read_choices
from helpers.definitions._pilot_comparison import Aspect, PilotComparison, Strata, read_pilot_comparison
from helpers.definitions._planning import Outcome, Plan, read_plan
from helpers.definitions._reference_files import Faults
from helpers.definitions._rule_text import rule_text
from helpers.definitions._study_files import read_definitions
from helpers.definitions._themes import Negation, Theme, Themes, plain, read_themes
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
    return _load(read_definitions, folder)


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
    return _load_beside(read_claims, folder)


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
    return _load_beside(read_choices, folder)


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
    return _load_beside(read_plan, folder)


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
    return _load_beside(read_pilot_comparison, folder)


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
    return _load(read_disclosure, folder)


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
    return _load(read_themes, folder)


Read = TypeVar("Read")


def _load(read: Callable[[Path, Faults], Read | None], folder: Path) -> Read:
    """Give what was read when nothing is wrong with it; else name every fault."""
    folder, faults = Path(folder), Faults()
    found = read(folder, faults)
    if found is None or faults.lines:
        raise DefinitionError(folder, faults.lines)
    return found


def _load_beside(read: Callable[[Path, Definitions, Faults], Read | None], folder: Path) -> Read:
    """Load a file that is about the definitions beside it."""
    definitions = load_definitions(folder)
    return _load(lambda place, faults: read(place, definitions, faults), folder)
