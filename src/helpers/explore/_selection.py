"""What is chosen: an item, whose families, whom to count, and which moment."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from helpers import cleaning
from helpers.definitions import MOMENTS, ROOT, Definitions
from helpers.errors import PipelineError
from helpers.explore._study_data import from_root
from helpers.states import WITHIN_FAMILY
from helpers.study import Study
from helpers.tables import TABLES
from helpers.words import say

ALL = "all"
PERSONS = "persons"
CHANGE = "change"
COUNTS = (PERSONS, *WITHIN_FAMILY)
SHOWN = (*MOMENTS, CHANGE)
FAMILY_TYPES = TABLES["families"].column("household_type").values
SNIPPET = """\
from helpers import explore
from helpers.study import Study

study = Study.{opened}, language={language!r}, seed={seed})
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


def choose(data: Study, selection: Selection) -> Study:
    """Give the study of the families that a selection is about.

    Raises
    ------
    SelectionError, CleanError
        The item, a pilot or another choice does not exist.
    """
    check(selection, data.definitions, data.language)
    return _chosen(data, selection.pilots, selection.household_type)


@lru_cache(maxsize=16)
def _chosen(data: Study, pilots: tuple[str, ...], household_type: str) -> Study:
    """Select once, so that what is made for one view serves the next."""
    families = cleaning.select_pilots(data.tables, pilots).families
    if household_type != ALL:
        families = families[families["household_type"] == household_type]
    return data.select(families["family"])


def check(selection: Selection, definitions: Definitions, language: str) -> None:
    """Refuse what does not exist.

    Raises
    ------
    SelectionError
        Says what can be chosen instead.
    """
    if selection.key not in definitions.items:
        raise SelectionError(
            say("explore", "unknown_item", language, item=selection.item, unit=selection.unit)
        )
    known: dict[str, Iterable[str]] = {
        "household_type": (ALL, *FAMILY_TYPES),
        "count": COUNTS,
        "moment": SHOWN,
    }
    for name, values in known.items():
        value: Any = getattr(selection, name)
        if value not in values:
            known_here = ", ".join(values)
            said = say("explore", "unknown_choice", language, what=name, value=value, known=known_here)
            raise SelectionError(said)


def snippet(data: Study, *rest: str) -> str:
    """Write the code that opens the same data and does the rest."""
    opened = f"open({from_root(data.folder)!r}" if data.folder else f"clean({from_root(data.raw or ROOT)!r}"
    return SNIPPET.format(
        opened=opened, language=data.language, seed=data.settings["seed"], rest="\n".join(rest)
    )
