"""The types of the claims: a statement of the source report, its measure, and what was published of it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from operator import eq, ge, gt, le, lt
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, PlainValidator
from pydantic_core import PydanticCustomError

from helpers.definitions._claim_measures import Among, Cells, OneMeasure
from helpers.definitions._definitions import Definitions, Text, Words, closed, filled

LONGEST_NUMBER = 40  # signs
HUGE_POWER = re.compile(r"[eE][+-]?0*[1-9][0-9]{2,}$")  # of ten; a few signs that would fill the memory


def number(value: object) -> Fraction:
    """Read a number exactly.

    Examples
    --------
    >>> number(90), number(0.28), number("1/3")
    (Fraction(90, 1), Fraction(7, 25), Fraction(1, 3))
    """
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        text = str(value).strip()
        try:
            if len(text) <= LONGEST_NUMBER and not HUGE_POWER.search(text):
                return Fraction(text)
        except (ValueError, ZeroDivisionError):
            pass
    raise PydanticCustomError(
        "definition_number",
        "must be a number or a fraction such as 1/3, of a size that can be published; found {value}",
        {"value": repr(value)[:LONGEST_NUMBER]},
    )


Number = Annotated[Fraction, PlainValidator(number)]
COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {"=": eq, "≥": ge, ">": gt, "≤": le, "<": lt}


@closed
@dataclass(frozen=True)
class Bounds:
    """Where a value lies: `between`, `at_least` and `at_most` include their numbers, the others do not."""

    equals: Number | None = None
    between: tuple[Number, Number] | None = None
    at_least: Number | None = None
    more_than: Number | None = None
    at_most: Number | None = None
    less_than: Number | None = None

    @property
    def limits(self) -> tuple[tuple[str, Fraction], ...]:
        """The limits as signs and numbers, the lower one first."""
        low, high = self.between or (None, None)
        signs = [("=", self.equals), ("≥", low), ("≥", self.at_least), (">", self.more_than)]
        signs += [("≤", high), ("≤", self.at_most), ("<", self.less_than)]
        return tuple((sign, bound) for sign, bound in signs if bound is not None)

    def hold(self, value: Fraction | float) -> bool:
        """Tell whether a value lies within.

        A fraction, made of counts, is compared exactly; another number as the double that it is.

        Examples
        --------
        >>> Bounds(less_than=Fraction(1, 3)).hold(Fraction(30, 90)), Bounds(equals=Fraction(8)).hold(8.0)
        (False, True)
        """
        exact = isinstance(value, Fraction)
        return all(COMPARED[sign](value, bound if exact else float(bound)) for sign, bound in self.limits)


def some_bound(bounds: Bounds) -> Bounds:
    """Refuse bounds without any, with more than one on a side, or that no number meets."""
    signs = "".join(sign for sign, _ in bounds.limits)
    if not signs:
        raise PydanticCustomError("definition_bounds", "must say what was published: one or two bounds")
    if len(signs) > 2 or signs in ("≥>", "≤<") or ("=" in signs and len(signs) > 1):
        raise PydanticCustomError("definition_bounds", "must have equals alone, or one bound on each side")
    if len(signs) == 2 and bounds.limits[0][1] > bounds.limits[1][1]:
        raise PydanticCustomError("definition_bounds", "the lower bound lies above the upper one")
    return bounds


@closed
@dataclass(frozen=True)
class Wording:
    """Words of the report that stand for bounds wherever it uses them."""

    phrases: Annotated[tuple[Words, ...], BeforeValidator(filled)]
    bounds: Annotated[Bounds, AfterValidator(some_bound)]


@closed
@dataclass(frozen=True)
class Published(Bounds):
    """What the report says of a measure: bounds, the bounds of a wording, or that it is first of a set."""

    wording: Words | None = None
    largest: Among | None = None
    smallest: Among | None = None

    @property
    def among(self) -> Among | None:
        """The set in which the measure is the largest or smallest."""
        return self.largest or self.smallest


def one_statement(published: Published) -> Published:
    """Refuse bounds beside a wording or a set, or both of these."""
    others = [one for one in (published.wording, published.largest, published.smallest) if one is not None]
    if not others:
        some_bound(published)
    elif len(others) > 1 or published.limits:
        raise PydanticCustomError(
            "definition_published", "must have either bounds, or a wording, or largest, or smallest"
        )
    return published


@closed
@dataclass(frozen=True)
class ClaimSection:
    """A section of the report; without any of its `cases` nothing can be told of its claims."""

    id: Words
    title: Text
    place: Text
    cases: Cells


@closed
@dataclass(frozen=True)
class Claim:
    """One quantitative statement of the report, in our own words."""

    id: Words
    section: Words
    place: Text
    claim: Text
    measure: OneMeasure
    published: Annotated[Published, AfterValidator(one_statement)]
    wording: Words


@closed
@dataclass(frozen=True)
class Claims:
    """All claims, the sections that they stand in, and the wordings that they share."""

    wordings: dict[str, Wording]
    sections: Annotated[tuple[ClaimSection, ...], BeforeValidator(filled)]
    claims: Annotated[tuple[Claim, ...], BeforeValidator(filled)]

    def section(self, section_id: str) -> ClaimSection:
        """Give one section; KeyError when there is none of that id."""
        return {section.id: section for section in self.sections}[section_id]

    def bounds(self, claim: Claim) -> Bounds:
        """Give the bounds of a claim: its own, or those of its wording; none where it is first of a set."""
        published = claim.published
        return self.wordings[published.wording].bounds if published.wording else published

    def add_words(self, definitions: Definitions) -> Definitions:
        """Give definitions that also have the titles of the sections."""
        titles = {section.id: section.title for section in self.sections}
        return replace(definitions, vocabulary=definitions.vocabulary | {"claim_section": titles})
