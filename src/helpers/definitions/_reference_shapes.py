"""What the reference files hold, as they are written; `helpers.definitions` turns it into definitions."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from helpers.definitions._definitions import (
    DOMAINS,
    LEVELS,
    UNITS,
    Direction,
    Figure,
    Palette,
    Part,
    Pilot,
    Text,
    Words,
    closed,
    filled,
    matching_part,
)

ITEM_COLUMNS = (
    "unit",
    "section",
    "item",
    "title_nl",
    "title_en",
    *(f"level_{level}_nl" for level in LEVELS),
    *(f"level_{level}_en" for level in LEVELS),
    *(f"alt_{level}_nl" for level in LEVELS),
    "note",
)
OFFICIAL_COLUMNS = ("year", "percentage", "source")

ITEMS_OF_KIND = {"distribution": (1, 2), "transition": (1, 1)}
UNITS_COUNTED: dict[str, tuple[str, ...]] = {
    "family": UNITS,
    "adult": ("volwassene",),
    "child": ("kind",),
    "person": ("volwassene", "kind"),
    "followed_family": (),
}

RuleParts = Annotated[tuple[Annotated[Part, AfterValidator(matching_part)], ...], BeforeValidator(filled)]
Vocabulary = dict[str, dict[str, Text]]


def known_colour(name: str, info: ValidationInfo) -> str:
    """Refuse the name of a colour that the palette does not have; the palette comes as validation context."""
    colours = (info.context or {}).get("colours")
    if colours is not None and name not in colours:
        raise PydanticCustomError(
            "definition_colour", f"palette.change of figures.yml has no colour '{name}'"
        )
    return name


def known_domain(domain: str) -> str:
    """Refuse what is none of the six domains."""
    if domain not in DOMAINS:
        raise PydanticCustomError("definition_domain", f"a domain is one of {', '.join(DOMAINS)}")
    return domain


def matching_figure(figure: Figure) -> Figure:
    """Refuse a figure whose items its kind or its unit of analysis cannot show."""
    low, high = ITEMS_OF_KIND.get(figure.kind, (0, 0))
    if not low <= len(figure.items) <= high:
        expected = "none" if high == 0 else str(low) if low == high else f"{low} to {high}"
        raise PydanticCustomError(
            "definition_figure", f"kind '{figure.kind}' takes {expected} in items; found {len(figure.items)}"
        )
    for unit, item in figure.items:
        if unit not in UNITS_COUNTED[figure.unit_of_analysis]:
            raise PydanticCustomError(
                "definition_figure",
                f"unit_of_analysis '{figure.unit_of_analysis}' does not go with '{item}' of unit '{unit}'",
            )
    return figure


@closed
@dataclass(frozen=True)
class DomainEntry:
    """A domain as `kansarmoede.yml` writes it: rules without their text."""

    id: Words
    title: Text
    criterion: Text
    source: Words
    default: RuleParts
    stricter: RuleParts
    looser: RuleParts


@closed
@dataclass(frozen=True)
class ClassEntry:
    """A change class as `kansarmoede.yml` writes it: with the name of its colour."""

    id: Words
    title: Text
    direction: Direction
    colour: Annotated[str, AfterValidator(known_colour)]


@closed
@dataclass(frozen=True)
class OfficialRow:
    """One year of the official index, in per cent."""

    year: Annotated[int, Field(ge=1990, le=2100)]
    percentage: Annotated[float, Field(gt=0, lt=100)]
    source: Words


@closed
@dataclass(frozen=True)
class OfficialDomain:
    """Of all children born poor by the official index, the percentage deprived in a domain."""

    domain: Annotated[str, AfterValidator(known_domain)]
    year: Annotated[int, Field(ge=1990, le=2100)]
    percentage: Annotated[float, Field(gt=0, lt=100)]
    source: Words


@closed
@dataclass(frozen=True)
class KansarmoedeFile:
    """The file `kansarmoede.yml`."""

    domains: tuple[DomainEntry, ...]
    classes: tuple[ClassEntry, ...]
    official_warning: Text
    official_domains: tuple[OfficialDomain, ...]


@closed
@dataclass(frozen=True)
class FiguresFile:
    """The file `figures.yml`."""

    palette: Palette
    figures: tuple[Annotated[Figure, AfterValidator(matching_figure)], ...]


@closed
@dataclass(frozen=True)
class PilotsFile:
    """The file `pilots.yml`."""

    pilots: Annotated[tuple[Pilot, ...], BeforeValidator(filled)]
