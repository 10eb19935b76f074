"""The choices behind the index, in `data/reference/multiverse.yml`: read, checked, one option per domain."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StrictInt, StrictStr

from helpers.definitions._definition_checks import Key, known_key
from helpers.definitions._definitions import (
    DOMAINS,
    Count,
    Definitions,
    Text,
    Words,
    closed,
    filled,
)
from helpers.definitions._reference_checks import check_unique
from helpers.definitions._reference_files import Document, Faults, parse, read_yaml

FILE = "multiverse.yml"
VARIANTS = ("stricter", "looser")
KNOWN: Mapping[str, tuple[str, ...] | None] = {  # None: any whole number
    "mapping": ("default", *VARIANTS),
    "members": ("default", "worst", "best", "median"),
    "unknown_domain": ("not_deprived", "exclude", "lower", "upper"),
    "poverty_cutoff": None,
    "follow_up_rule": ("at", "last"),
    "baseline_window_days": None,
}
RANGES = {"poverty_cutoff": (1, 6), "baseline_window_days": (0, 365)}  # as of the parameters of these names
ITEMS = {"families": (0, 0), "headcount": (0, 0), "persons": (1, 1), "items": (1, 45)}


@closed
@dataclass(frozen=True)
class Option:
    """One way to make a choice: its value, whether it asks the same question as the default one, and why."""

    id: StrictStr | StrictInt
    title: Text
    equivalent: Annotated[bool, Field(strict=True)]
    why: Text
    default: Annotated[bool, Field(strict=True)] = False
    each_domain: Annotated[bool, Field(strict=True)] = False


@closed
@dataclass(frozen=True)
class Dimension:
    """One choice and its options, the default one among them."""

    id: Words
    title: Text
    options: Annotated[tuple[Option, ...], BeforeValidator(filled)]

    @property
    def default(self) -> Option:
        """The option that says so, else the first one."""
        return next((option for option in self.options if option.default), self.options[0])

    @property
    def values(self) -> tuple[str | int, ...]:
        """The values of the options, in their order."""
        return tuple(option.id for option in self.options)


@closed
@dataclass(frozen=True)
class Headline:
    """A finding that is held against each choice, and the items that it is about."""

    id: Words
    kind: Literal["families", "headcount", "persons", "items"]
    title: Text
    short: Text
    items: tuple[Annotated[Key, AfterValidator(known_key)], ...] = ()


@closed
@dataclass(frozen=True)
class Choices:
    """The dimensions of the multiverse, the headlines, and three thresholds."""

    dimensions: Annotated[tuple[Dimension, ...], BeforeValidator(filled)]
    headlines: Annotated[tuple[Headline, ...], BeforeValidator(filled)]
    notable_difference: Annotated[float, Field(gt=0)]
    test_level: Annotated[float, Field(gt=0, lt=1)]
    fresh_registrations: Count

    def dimension(self, name: str) -> Dimension:
        """Give one dimension; KeyError when there is none of that name."""
        return {dimension.id: dimension for dimension in self.dimensions}[name]

    @property
    def default(self) -> dict[str, str | int]:
        """The default value of each dimension."""
        return {dimension.id: dimension.default.id for dimension in self.dimensions}

    def cutoffs(self, chosen: int) -> tuple[int, ...]:
        """Give the cutoffs to show side by side: the options, and the one that was chosen, rising."""
        return tuple(sorted({int(value) for value in self.dimension("poverty_cutoff").values} | {chosen}))

    def add_words(self, definitions: Definitions) -> Definitions:
        """Give definitions that also have the words for options, dimensions and headlines."""
        words = {
            dimension.id: {str(option.id): option.title for option in dimension.options}
            for dimension in self.dimensions
        }
        words["dimension"] = definitions.vocabulary.get("dimension", {}) | {
            dimension.id: dimension.title for dimension in self.dimensions
        }
        words["headline"] = {headline.id: headline.title for headline in self.headlines}
        words["headline_kind"] = {each.id: Text(each.kind, each.kind) for each in self.headlines}
        words["headline_short"] = {headline.id: headline.short for headline in self.headlines}
        for kind, more in (("direction", "time_direction"), ("unit", "attrition_unit")):
            words[kind] = definitions.vocabulary[kind] | definitions.vocabulary[more]
        return replace(definitions, vocabulary=definitions.vocabulary | words)


def read_choices(folder: Path, definitions: Definitions, faults: Faults) -> Choices | None:
    """Read and check the file; options for each domain become one option per domain, in their order.

    Parameters
    ----------
    folder : where multiverse.yml is.
    definitions : for the items and the titles of the domains.
    faults : what is wrong is noted here.
    """
    document = read_yaml(folder / FILE, faults)
    if document is None:
        return None
    check_unique(document, "headlines", "id", faults)
    choices = parse(document, Choices, faults, items=set(definitions.items))
    if choices is None:
        return None
    _check(choices, document, faults)
    titles = {domain.id: domain.title for domain in definitions.kansarmoede.domains}
    dimensions = tuple(
        replace(dimension, options=_options(dimension, titles)) for dimension in choices.dimensions
    )
    return replace(choices, dimensions=dimensions)


def _check(choices: Choices, document: Document, faults: Faults) -> None:
    """Note what the types cannot say: the six dimensions, known options, one default, items that fit."""
    if (found := [dimension.id for dimension in choices.dimensions]) != list(KNOWN):
        faults.add(document.at("dimensions"), f"must be {', '.join(KNOWN)}; found {', '.join(found)}")
    for place, dimension in enumerate(choices.dimensions):
        _check_options(dimension, document.at("dimensions", place), faults)
    for place, headline in enumerate(choices.headlines):
        low, high = ITEMS[headline.kind]
        if not low <= len(headline.items) <= high:
            faults.add(
                document.at("headlines", place),
                f"kind '{headline.kind}' takes {low} to {high} items; found {len(headline.items)}",
            )


def _check_options(dimension: Dimension, place: str, faults: Faults) -> None:
    """Note options that the code does not know, that stand twice, and more than one default."""
    known = KNOWN.get(dimension.id)
    for option in dimension.options:
        if isinstance(option.id, str) if known is None else option.id not in known:
            expected = "a whole number" if known is None else f"one of {', '.join(known)}"
            faults.add(place, f"an option of '{dimension.id}' is {expected}; found {option.id!r}")
        elif known is None and not RANGES[dimension.id][0] <= int(option.id) <= RANGES[dimension.id][1]:
            low, high = RANGES[dimension.id]
            faults.add(place, f"an option of '{dimension.id}' lies from {low} to {high}; found {option.id}")
        if option.each_domain != (dimension.id == "mapping" and option.id in VARIANTS):
            faults.add(
                place, "each_domain: true goes with stricter and looser of 'mapping', and with them only"
            )
    for value, times in Counter(dimension.values).items():
        if times > 1:
            faults.add(place, f"option {value!r} stands {times} times; keep one")
    if sum(option.default for option in dimension.options) > 1:
        faults.add(place, "two options are the default; keep one")


def _options(dimension: Dimension, titles: Mapping[str, Text]) -> tuple[Option, ...]:
    """Give the options, with one per domain for those that say so: all of a domain behind each other."""
    alone = [option for option in dimension.options if not option.each_domain]
    each = [option for option in dimension.options if option.each_domain]
    made = [_of_domain(option, domain, titles[domain]) for domain in DOMAINS for option in each]
    return (*alone, *made)


def _of_domain(option: Option, domain: str, title: Text) -> Option:
    """Give the option of one domain, such as `inkomen_stricter`."""
    words = Text(option.title.nl.replace("{domain}", title.nl), option.title.en.replace("{domain}", title.en))
    return replace(option, id=f"{domain}_{option.id}", title=words)
