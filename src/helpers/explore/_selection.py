"""What is chosen: an item, whose families, whom to count, and which moment."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from helpers import cleaning
from helpers.definitions import MOMENTS, Definitions, Text
from helpers.errors import PipelineError
from helpers.explore._study_data import StudyData, from_root
from helpers.states import WITHIN_FAMILY
from helpers.tables import TABLES

ALL = "all"
PERSONS = "persons"
CHANGE = "change"
COUNTS = (PERSONS, *WITHIN_FAMILY)
SHOWN = (*MOMENTS, CHANGE)
FAMILY_TYPES = TABLES["families"].column("household_type").values
UNKNOWN_ITEM = Text(
    "Er is geen item ‘{item}’ bij {unit}; kies er een uit data/reference/sociale_balans.csv.",
    "There is no item ‘{item}’ of {unit}; choose one of data/reference/sociale_balans.csv.",
)
UNKNOWN_CHOICE = Text(
    "{name}: ‘{value}’ bestaat niet; kies uit {known}.", "{name}: there is no ‘{value}’; choose from {known}."
)
SNIPPET = """\
from helpers import explore

data = explore.open_study(clean={clean!r}, raw={raw!r}, language={language!r}, seed={seed})
{rest}
"""


class SelectionError(PipelineError):
    """Something is chosen that does not exist; the message says what can be."""


@dataclass(frozen=True)
class Selection:
    """One view. No pilots: all of them.

    `count` is `persons` (for household items the families), or which member's level stands for the family
    in the distribution: `worst`, `best`, `median`. `moment` is `baseline`, `follow_up` or `change`.
    """

    unit: str
    item: str
    pilots: tuple[str, ...] = ()
    household_type: str = ALL
    count: str = PERSONS
    moment: str = MOMENTS[0]

    @property
    def key(self) -> tuple[str, str]:
        """(unit, item)."""
        return (self.unit, self.item)

    @property
    def families_counted(self) -> bool:
        """Whether the distribution counts families."""
        return self.unit == "huishouden" or self.count != PERSONS

    @property
    def name(self) -> str:
        """What tells it from other selections in the name of a file, moment and count left out."""
        family_type = () if self.household_type == ALL else (self.household_type,)
        return "_".join([self.unit, self.item, *self.pilots, *family_type])

    def code(self) -> str:
        """Write it as Python, without what it has by default.

        Examples
        --------
        >>> Selection("kind", "stress", pilots=("Leuven",)).code()
        "explore.Selection(unit='kind', item='stress', pilots=('Leuven',))"
        """
        given = [field for field in fields(self) if getattr(self, field.name) != field.default]
        values = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in given)
        return f"explore.Selection({values})"


@dataclass(frozen=True)
class Chosen:
    """The families of a selection, with their persons and states."""

    families: pd.DataFrame
    persons: pd.DataFrame
    states: pd.DataFrame

    @property
    def retained(self) -> int:
        """How many families are described at baseline."""
        return int((self.families["status"] == "retained").sum())

    @property
    def followed(self) -> int:
        """How many have a follow-up."""
        return int(self.families["followed"].sum())


def choose(data: StudyData, selection: Selection) -> Chosen:
    """Give the families that a selection is about, whole.

    Raises
    ------
    SelectionError, CleanError
        The item, a pilot or another choice does not exist.
    """
    check(selection, data.definitions, data.language)
    tables = cleaning.select_pilots(data.tables, selection.pilots)
    families = tables.families
    if selection.household_type != ALL:
        families = families[families["household_type"] == selection.household_type].reset_index(drop=True)
    persons, states = (cleaning.select_families(rows, families) for rows in (tables.persons, data.states))
    return Chosen(families, persons, states)


def check(selection: Selection, definitions: Definitions, language: str) -> None:
    """Refuse what does not exist.

    Raises
    ------
    SelectionError
        Says what can be chosen instead.
    """
    if selection.key not in definitions.items:
        raise SelectionError(UNKNOWN_ITEM(language).format(item=selection.item, unit=selection.unit))
    known: dict[str, Iterable[str]] = {
        "household_type": (ALL, *FAMILY_TYPES),
        "count": COUNTS,
        "moment": SHOWN,
    }
    for name, values in known.items():
        value: Any = getattr(selection, name)
        if value not in values:
            words = UNKNOWN_CHOICE(language)
            raise SelectionError(words.format(name=name, value=value, known=", ".join(values)))


def snippet(data: StudyData, *rest: str) -> str:
    """Write the code that opens the same data and does the rest."""
    folders = {"clean": from_root(data.clean), "raw": from_root(data.raw)}
    return SNIPPET.format(**folders, language=data.language, seed=data.seed, rest="\n".join(rest))
