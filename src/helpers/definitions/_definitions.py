"""The types of the study's definitions; `helpers.definitions` reads and checks them.

They are plain frozen dataclasses. The annotations say what a reference file may hold, and pydantic checks
exactly that when a file is read.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

import pandas as pd
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    with_config,
)
from pydantic_core import PydanticCustomError

from helpers.definitions._definition_checks import Key, complete, filled, known_key

UNITS = ("huishouden", "volwassene", "kind")
LEVELS = (1, 2, 3, 4, 5)
MOMENTS = ("baseline", "follow_up")
STATUSES = ("observed", "not_applicable", "missing")
LANGUAGES = ("nl", "en")
DOMAINS = ("tewerkstelling", "inkomen", "huisvesting", "opleiding", "gezondheid", "stimulatie")
CHANGE_CLASSES = (
    "out_of_poverty",
    "improved_poor",
    "improved_not_poor",
    "stable_not_poor",
    "stable_poor",
    "into_poverty",
    "declined_poor",
    "declined_not_poor",
)

Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
Unit = Literal["huishouden", "volwassene", "kind"]
Direction = Literal["improved", "unchanged", "declined"]
CutOff = Annotated[int, Field(strict=True, ge=1, le=4)]
Count = Annotated[int, Field(strict=True, ge=1)]

closed = with_config(ConfigDict(extra="forbid"))


@closed
@dataclass(frozen=True)
class Text:
    """The same words in Dutch and in English.

    Examples
    --------
    >>> Text("gezin", "family")("en")
    'family'
    """

    nl: Words
    en: Words

    def __call__(self, language: str) -> str:
        """Give the words in one language, `nl` or `en`."""
        return {"nl": self.nl, "en": self.en}[language]


@dataclass(frozen=True)
class Item:
    """One item of the Sociale Balans; its five labels run from the worst situation to the best."""

    unit: str
    section: Text
    item: str
    title: Text
    labels: tuple[Text, ...]
    alternatives: tuple[str, ...]
    note: str

    @property
    def key(self) -> Key:
        """(unit, item): only together do they name an item."""
        return (self.unit, self.item)

    def label(self, level: int, language: str) -> str:
        """Give the label of a level from 1 to 5."""
        return self.labels[level - 1](language)


@closed
@dataclass(frozen=True)
class Moves:
    """What the three directions and the two ends of a scale are called where `improved` would judge."""

    improved: Text
    unchanged: Text
    declined: Text
    worst: Text
    best: Text


@closed
@dataclass(frozen=True)
class Figure:
    """One figure of the source report: what it shows, of whom, on which page, and how to read it."""

    number: Count
    title: Text
    kind: Literal["profile", "education", "distribution", "scheme", "score_matrix", "classes", "transition"]
    unit_of_analysis: Literal["family", "adult", "child", "person", "followed_family"]
    items: tuple[Annotated[Key, AfterValidator(known_key)], ...]
    page: Words
    source_section: Words
    reading: Text
    moves: Moves | None = None

    @property
    def id(self) -> str:
        """Name of the figure's files, such as `figure_04`."""
        return f"figure_{self.number:02d}"


@closed
@dataclass(frozen=True)
class NamedColour:
    """A colour and what it is called."""

    colour: Colour
    name: Text


@closed
@dataclass(frozen=True)
class Palette:
    """Colours: levels 1 to 5, the states without a level, the change classes, the directions.

    `moves` holds the directions of a figure that has words of its own for them, and so does not judge.
    """

    levels: tuple[Colour, Colour, Colour, Colour, Colour]
    not_applicable: Colour
    missing: Colour
    change: dict[str, NamedColour]
    direction: Annotated[dict[Direction, Colour], AfterValidator(complete)]
    moves: Annotated[dict[Direction, Colour], AfterValidator(complete)]


@closed
@dataclass(frozen=True)
class Condition:
    """True of who stands at `at_most` or lower on an item."""

    unit: Unit
    item: str
    at_most: CutOff


def known_condition(condition: Condition, info: ValidationInfo) -> Condition:
    """Refuse a condition on an item that the codebook does not have."""
    known_key((condition.unit, condition.item), info)
    return condition


def matching_part(part: "Part") -> "Part":
    """Refuse a part that asks the household about a person's item, or the persons about a household's."""
    if any((part.members == "household") != (c.unit == "huishouden") for c in part.conditions):
        raise PydanticCustomError(
            "definition_members",
            "members 'household' goes with items of unit huishouden only, 'any' and 'all' with the others",
        )
    return part


@closed
@dataclass(frozen=True)
class Part:
    """Conditions, one of which is enough, asked of the household, of any member or of all members."""

    members: Literal["household", "any", "all"]
    conditions: Annotated[
        tuple[Annotated[Condition, AfterValidator(known_condition)], ...], BeforeValidator(filled)
    ]


@dataclass(frozen=True)
class Rule:
    """When a domain counts as deprived: one part is enough. `text` is made from the parts."""

    parts: tuple[Part, ...]
    text: Text


@dataclass(frozen=True)
class Domain:
    """One of the six domains of the kansarmoede index, with its official criterion and our three readings."""

    id: str
    title: Text
    criterion: Text
    source: str
    default: Rule
    stricter: Rule
    looser: Rule


@dataclass(frozen=True)
class ChangeClass:
    """One of the eight ways in which a family's score can change, or not."""

    id: str
    title: Text
    direction: str
    colour: str
    colour_name: Text


@dataclass(frozen=True)
class Kansarmoede:
    """The index: six domains, eight change classes, and the warning beside the official Flemish series."""

    domains: tuple[Domain, ...]
    classes: tuple[ChangeClass, ...]
    official_warning: Text

    def domain(self, domain_id: str) -> Domain:
        """Give the domain with this id; KeyError when there is none."""
        return {domain.id: domain for domain in self.domains}[domain_id]

    def change_class(self, class_id: str) -> ChangeClass:
        """Give the change class with this id; KeyError when there is none."""
        return {change.id: change for change in self.classes}[class_id]


@closed
@dataclass(frozen=True)
class Interview:
    """One conversation of the source report's Tabel 1; `people` is None where the table gives no number."""

    group: Literal["coordinators", "coaches", "families"]
    date: date
    people: Count | None = None
    note: Text | None = None


@closed
@dataclass(frozen=True)
class Pilot:
    """One pilot project, as Figuur 1 and Tabel 1 of the source report describe it."""

    name: Words
    area: Text
    organisation: Text
    coaches: Count
    coaches_note: Text
    target_group: Text
    working: Text
    partners: Text
    specificity: Text
    caseload: Text
    project_name: Text | None = None
    interviews: tuple[Interview, ...] = ()


@dataclass(frozen=True, eq=False)
class Definitions:
    """Everything in `data/reference/`, checked.

    `official` (year, percentage, source) is the official Flemish index, per cent of births;
    `official_domains` (domain, year, percentage, source) the share of poor children deprived in a domain.
    """

    items: dict[Key, Item]
    figures: dict[str, Figure]
    palette: Palette
    kansarmoede: Kansarmoede
    official: pd.DataFrame
    official_domains: pd.DataFrame
    pilots: tuple[Pilot, ...]
    vocabulary: dict[str, dict[str, Text]]

    def item(self, unit: str, item: str) -> Item:
        """Give one item; KeyError when the codebook has no such (unit, item)."""
        return self.items[(unit, item)]

    def moves(self, unit: str, item: str) -> Moves | None:
        """Give the words of an item's directions where a figure says so; None: improved and declined do."""
        own = (f.moves for f in self.figures.values() if f.moves and (unit, item) in f.items)
        return next(own, None)

    def unit_items(self, unit: str) -> tuple[Item, ...]:
        """Give the items of a unit, in the order of the annex."""
        return tuple(item for item in self.items.values() if item.unit == unit)

    def word(self, kind: str, value: str, language: str) -> str:
        """Give the word for a value of a closed vocabulary, such as `word("unit", "kind", "en")`."""
        return self.vocabulary[kind][value](language)
