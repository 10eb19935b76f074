"""How pilots are compared, in `data/reference/pilot_comparison.yml`: read and checked."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from helpers.definitions._definition_checks import Fraction, Key, filled, known_key
from helpers.definitions._definitions import DOMAINS, Definitions, Words, closed
from helpers.definitions._reference_checks import check_once, check_rising
from helpers.definitions._reference_files import Document, Faults, read_checked

FILE = "pilot_comparison.yml"
OF_FAMILIES = ("score", "poverty")
HIGHEST_SCORE = len(DOMAINS)
Number = Annotated[int, Field(strict=True, ge=1)]
Bands = Annotated[tuple[Annotated[int, Field(strict=True, ge=0)], ...], BeforeValidator(filled)]


@closed
@dataclass(frozen=True)
class Aspect:
    """What a change is about: an item of persons, or without one the score or the poverty of a family."""

    id: Words
    item: Annotated[Key, AfterValidator(known_key)] | None = None


@closed
@dataclass(frozen=True)
class Strata:
    """What families are alike in at baseline; `bands` are the lower ends of the bands of the score."""

    id: Literal["score", "household_type"]
    bands: Bands | None = None


@closed
@dataclass(frozen=True)
class PilotComparison:
    """What is compared between pilots, and from how many families on."""

    aspects: Annotated[tuple[Aspect, ...], BeforeValidator(filled)]
    children: Bands
    interval_families: Number
    limits: Annotated[tuple[Fraction, ...], BeforeValidator(filled)]
    alpha: Fraction
    strata: tuple[Strata, ...]
    least_families: Number
    least_expected: Number
    least_elsewhere: Number


def read_pilot_comparison(folder: Path, definitions: Definitions, faults: Faults) -> PilotComparison | None:
    """Read and check the file.

    Parameters
    ----------
    folder : where pilot_comparison.yml is.
    definitions : for the items and the titles of the aspects.
    faults : what is wrong is noted here.
    """
    check = partial(_check, definitions=definitions)
    return read_checked(folder / FILE, PilotComparison, check, faults, items=set(definitions.items))


def _check(
    comparison: PilotComparison, document: Document, faults: Faults, *, definitions: Definitions
) -> None:
    """Note what the types cannot say."""
    _check_aspects(comparison, document, definitions, faults)
    check_once(document.at("strata"), [each.id for each in comparison.strata], faults)
    check_rising(document, "children", comparison.children, faults)
    check_rising(document, "limits", comparison.limits, faults)
    if comparison.children[0] != 0:
        faults.add(document.at("children"), f"must begin with 0; found {comparison.children[0]}")
    for number, each in enumerate(comparison.strata):
        place = ("strata", number)
        if (each.id == "score") != (each.bands is not None):
            faults.add(document.at(*place), "'score' has bands, and nothing else has")
        elif each.bands is not None:
            check_rising(document, "strata", each.bands, faults)
            if each.bands[0] != 0 or each.bands[-1] > HIGHEST_SCORE:
                faults.add(document.at(*place), f"bands begin with 0 and end at {HIGHEST_SCORE} at most")


def _check_aspects(
    comparison: PilotComparison, document: Document, definitions: Definitions, faults: Faults
) -> None:
    """Each aspect once, with a title, the score first, and an item of persons where there is one."""
    check_once(document.at("aspects"), [aspect.id for aspect in comparison.aspects], faults)
    if comparison.aspects[0].id != "score":
        faults.add(document.at("aspects"), f"must begin with 'score'; found '{comparison.aspects[0].id}'")
    for number, aspect in enumerate(comparison.aspects):
        place = document.at("aspects", number)
        if aspect.id not in definitions.vocabulary.get("pilot_aspect", {}):
            faults.add(place, f"'{aspect.id}' has no title under pilot_aspect in vocabulary.yml")
        if (aspect.id in OF_FAMILIES) != (aspect.item is None):
            faults.add(place, f"{' and '.join(OF_FAMILIES)} have no item, all others have one")
        elif aspect.item is not None and aspect.item[0] == "huishouden":
            faults.add(place, "must be an item of volwassene or kind; found one of huishouden")
