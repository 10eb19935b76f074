"""What is varied, planned, compared, looked at again and looked for in notes: `multiverse.yml` and others."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field

from helpers.definitions import DOMAINS, Definitions, Domain, ReferenceFile, Text, load_definitions
from helpers.definitions.outputs import KnownItem
from helpers.definitions.reading import (
    ONE_OR_MORE,
    Chance,
    Count,
    Document,
    Value,
    Words,
    entry,
    fault,
    nearest,
)

# ---- the choices behind the index ------------------------------------------------------------------------

VARIANTS = ("stricter", "looser")
KNOWN: Mapping[str, tuple[str, ...] | range] = {  # numbers: as of the parameters of these names
    "mapping": ("default", *VARIANTS),
    "members": ("default", "worst", "best", "median"),
    "unknown_domain": ("not_deprived", "exclude", "lower", "upper"),
    "poverty_cutoff": range(1, 7),
    "follow_up_rule": ("at", "last"),
    "baseline_window_days": range(0, 366),
}
ITEMS = {"families": (0, 0), "headcount": (0, 0), "persons": (1, 1), "items": (1, inf)}
Yes = Annotated[bool, Field(strict=True)]


@entry
class Option:
    """One way to make a choice: its value, whether it asks the same question as the default one, and why."""

    id: Value
    title: Text
    equivalent: Yes
    why: Text
    default: Yes = False
    each_domain: Yes = False

    def of_domain(self, domain: Domain) -> Self:
        """Give the option of one domain, such as `inkomen_stricter`."""
        title = Text.of(lambda language: self.title(language).replace("{domain}", domain.title(language)))
        return replace(self, id=f"{domain.id}_{self.id}", title=title)


@entry
class Dimension:
    """One choice and its options, the default one among them."""

    id: Words
    title: Text
    options: Annotated[tuple[Option, ...], ONE_OR_MORE]

    @property
    def default(self) -> Option:
        """The option that says so, else the first one."""
        return next((option for option in self.options if option.default), self.options[0])

    @property
    def values(self) -> tuple[str | int, ...]:
        """The values of the options, in their order."""
        return tuple(option.id for option in self.options)

    def check(self, file: Document, *place: str | int) -> None:
        """Note options that the code does not know, and more than one default."""
        known = KNOWN.get(self.id)
        for number, option in enumerate(self.options):
            if known is not None and option.id not in known:
                one, near = f"one of {', '.join(map(str, known))}", nearest(option.id, known)
                if isinstance(known, range):
                    one, near = f"a whole number from {known[0]} to {known[-1]}", ""
                file.note(f"an option of '{self.id}' is {one}; found {option.id!r}{near}", *place, number)
            if option.each_domain != (self.id == "mapping" and option.id in VARIANTS):
                said = "each_domain: true goes with stricter and looser of 'mapping', and with them only"
                file.note(said, *place, number)
        if sum(option.default for option in self.options) > 1:
            file.note("two options are the default; keep one", *place)

    def by_domain(self, domains: Iterable[Domain]) -> Self:
        """Give one option per domain for each that says so: all of a domain behind each other."""
        alone = [option for option in self.options if not option.each_domain]
        each = [option for option in self.options if option.each_domain]
        made = [option.of_domain(domain) for domain in domains for option in each]
        return replace(self, options=(*alone, *made))


@entry
class Headline:
    """A finding that is held against each choice, and the items that it is about."""

    id: Words
    kind: Literal["families", "headcount", "persons", "items"]
    title: Text
    short: Text
    items: tuple[KnownItem, ...] = ()


@entry
class Choices(ReferenceFile):
    """multiverse.yml: what notebook 05 varies, the headlines held against it, and thresholds."""

    FILE = "multiverse.yml"

    dimensions: Annotated[tuple[Dimension, ...], ONE_OR_MORE]
    headlines: Annotated[tuple[Headline, ...], ONE_OR_MORE]
    notable_difference: Annotated[float, Field(gt=0)]
    fresh_registrations: Count
    least_known: Count
    carried_at_most: Annotated[float, Field(ge=0, lt=1)]

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
        words["headline_kind"] = {each.id: Text.alike(each.kind) for each in self.headlines}
        words["headline_short"] = {headline.id: headline.short for headline in self.headlines}
        for kind, more in (("direction", "time_direction"), ("unit", "attrition_unit")):
            words[kind] = definitions.vocabulary[kind] | definitions.vocabulary[more]
        return replace(definitions, vocabulary=definitions.vocabulary | words)

    def check(self, file: Document, folder: Path) -> None:
        """Note dimensions and options that the code does not know, and headlines without their items."""
        file.exactly([one.id for one in self.dimensions], list(KNOWN), "dimensions")
        for number, dimension in enumerate(self.dimensions):
            dimension.check(file, "dimensions", number, "options")
        for number, headline in enumerate(self.headlines):
            low, high = ITEMS[headline.kind]
            if not low <= len(headline.items) <= high:
                many = f"{low}" if low == high else f"{low} or more"
                said = f"kind '{headline.kind}' takes {many} in items; found {len(headline.items)}"
                file.note(said, "headlines", number)

    @classmethod
    def read(cls, folder: Path, faults: list[str]) -> Self | None:
        """Read and check the file; an option for each domain becomes one option per domain."""
        found = super().read(folder, faults)
        if found is None:
            return None
        domains = load_definitions(folder).kansarmoede.domains
        return replace(found, dimensions=tuple(one.by_domain(domains) for one in found.dimensions))


# ---- the planning of a next wave -------------------------------------------------------------------------

Families = Annotated[int, Field(strict=True, ge=2, le=1_000_000)]
Chances = Annotated[tuple[Chance, ...], ONE_OR_MORE]


@entry
class Outcome:
    """What a net share is about: an item, or without one the score or the poverty of a family."""

    id: Words
    item: KnownItem | None = None


@entry
class Planning(ReferenceFile):
    """planning.yml: outcomes, differences (shares), families per group, and when a difference is found."""

    FILE = "planning.yml"

    outcomes: Annotated[tuple[Outcome, ...], ONE_OR_MORE]
    net_shares: Chances
    headline: Chance
    families_per_group: Annotated[tuple[Families, ...], ONE_OR_MORE]
    simulations: Annotated[int, Field(strict=True, ge=100, le=1_000_000)]
    alpha: Chance
    target_power: Chance
    least_families: Count

    def check(self, file: Document, folder: Path) -> None:
        """Note outcomes not titled or declared, numbers that do not rise, a headline not simulated."""
        _check_titles("outcomes", self.outcomes, "planning_outcome", file, folder)
        declared = load_definitions(folder).tables["power"].column("outcome").values
        for number, each in enumerate(self.outcomes):
            if each.id not in declared:
                said = f"'{each.id}' is not among the values of planning_outcome in outputs/shared.yml"
                file.note(said, "outcomes", number)
        file.rising(self.net_shares, "net_shares")
        file.rising(self.families_per_group, "families_per_group")
        if self.headline not in self.net_shares:
            file.note(f"must be one of net_shares; found {self.headline}", "headline")


# ---- what was chosen beforehand --------------------------------------------------------------------------


@entry
class PrimaryOutcomes(ReferenceFile):
    """primary_outcomes.yml: the questions that were chosen before anybody looked at the data."""

    FILE = "primary_outcomes.yml"

    outcomes: Annotated[tuple[Outcome, ...], ONE_OR_MORE]

    def check(self, file: Document, folder: Path) -> None:
        """Note outcomes that are not titled or declared, and those without their item."""
        for kind in ("outcome", "question"):
            _check_titles("outcomes", self.outcomes, kind, file, folder)
        declared = load_definitions(folder).tables["primary_outcomes"].column("outcome").values
        file.exactly([one.id for one in self.outcomes], declared, "outcomes")
        for number, each in enumerate(self.outcomes):
            if (each.id == "score") != (each.item is None):
                file.note("'score' has no item, all others have one", "outcomes", number)


# ---- pilot projects side by side -------------------------------------------------------------------------

OF_FAMILIES = ("score", "poverty")
Bands = Annotated[tuple[Annotated[int, Field(strict=True, ge=0)], ...], ONE_OR_MORE]


@entry
class Strata:
    """What families are alike in at baseline; `bands` are the lower ends of the bands of the score."""

    id: Literal["score", "household_type"]
    bands: Bands | None = None


@entry
class PilotComparison(ReferenceFile):
    """pilot_comparison.yml: what notebook 08 compares between pilots, and from how many families on."""

    FILE = "pilot_comparison.yml"

    aspects: Annotated[tuple[Outcome, ...], ONE_OR_MORE]
    children: Bands
    limits: Chances
    alpha: Chance
    strata: tuple[Strata, ...]
    least_families: Count
    least_expected: Count
    least_elsewhere: Count

    def check(self, file: Document, folder: Path) -> None:
        """Note aspects and strata that do not go with their titles, items and bands."""
        _check_titles("aspects", self.aspects, "pilot_aspect", file, folder)
        if (first := self.aspects[0].id) != "score":
            file.note(f"must begin with 'score'; found '{first}'", "aspects")
        for number, aspect in enumerate(self.aspects):
            if (aspect.id in OF_FAMILIES) != (aspect.item is None):
                said = f"{' and '.join(OF_FAMILIES)} have no item, all others have one"
                file.note(said, "aspects", number)
            elif aspect.item is not None and aspect.item[0] == "huishouden":
                file.note("must be an item of volwassene or kind; found one of huishouden", "aspects", number)
        file.rising(self.children, "children")
        file.rising(self.limits, "limits")
        if self.children[0] != 0:
            file.note(f"must begin with 0; found {self.children[0]}", "children")
        for number, each in enumerate(self.strata):
            if (each.id == "score") != (each.bands is not None):
                file.note("'score' has bands, and nothing else has", "strata", number)
            elif each.bands is not None:
                file.rising(each.bands, "strata", number, "bands")
                if each.bands[0] != 0 or each.bands[-1] > len(DOMAINS):
                    said = f"bands begin with 0 and end at {len(DOMAINS)} at most"
                    file.note(said, "strata", number, "bands")


# ---- beyond two moments ----------------------------------------------------------------------------------


@entry
class Course(ReferenceFile):
    """course.yml: the months at which families are looked at again, and from how many on that is told."""

    FILE = "course.yml"

    months: Annotated[tuple[Count, ...], ONE_OR_MORE]
    least_families: Count
    least_of_set: Count

    def check(self, file: Document, folder: Path) -> None:
        """Note months that do not rise."""
        file.rising(self.months, "months")


def _check_titles(name: str, entries: Sequence[Outcome], kind: str, file: Document, folder: Path) -> None:
    titles = load_definitions(folder).vocabulary.get(kind, {})
    for number, each in enumerate(entries):
        if each.id not in titles:
            said = f"'{each.id}' has no title under {kind} in vocabulary.yml{nearest(each.id, titles)}"
            file.note(said, name, number)


# ---- the themes of the coaches' notes -------------------------------------------------------------------

GAP = ".."
WORD = re.compile(r"\*?[a-z0-9']+\*?")
SHORTEST_STEM = 3  # letters beside a `*`: with fewer it would match nearly everything


def plain(text: str) -> str:
    """Give a text as it is compared: lower case, without accents, hyphens as spaces.

    >>> plain("VAPH-aanvraag geëscaleerd")
    'vaph aanvraag geescaleerd'
    """
    letters = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()
    return " ".join(bare.replace("-", " ").split())


def possible(pattern: str) -> str:
    """Refuse a pattern that no note can match, or nearly every one; give it as it is compared."""
    words = plain(pattern).split()
    if any(word != GAP and not WORD.fullmatch(word) for word in words):
        raise fault(
            "is made of words (letters, digits, '), with * only at the beginning or the end of a word, and "
            ".. between words; found {found}"
        )
    if not words or words[0] == GAP or words[-1] == GAP or (GAP, GAP) in zip(words, words[1:], strict=False):
        raise fault("must have a word on both sides of ..; found {found}")
    if any("*" in word and len(word.strip("*")) < SHORTEST_STEM for word in words):
        raise fault(f"must have at least {SHORTEST_STEM} letters beside a *; found {{found}}")
    return " ".join(words)


def words_only(phrase: str) -> str:
    """Refuse anything but words in what takes no signs."""
    if not re.fullmatch(r"[a-z0-9' ]+", plain(phrase)):
        raise fault("is made of words alone; found {found}")
    return plain(phrase)


def plain_name(theme_id: str) -> str:
    """Refuse an id that is no plain name; tables hold it."""
    if not re.fullmatch(r"[a-z][a-z_]*", theme_id):
        raise fault("is made of small letters and _; found {found}")
    return theme_id


Pattern = Annotated[str, AfterValidator(possible)]
Phrase = Annotated[str, AfterValidator(words_only)]


@entry
class Negation:
    """Words before a term that take it back: how far each reaches, what ends that, what is no negation."""

    reach: dict[Phrase, Annotated[int, Field(strict=True, ge=1, le=10)]]
    ends_at: tuple[Phrase, ...]
    exceptions: tuple[Phrase, ...] = ()


@entry
class Theme:
    """One theme: the patterns that tag a note with it, and those that keep a term from counting."""

    id: Annotated[str, AfterValidator(plain_name)]
    title: Text
    description: Text
    terms: Annotated[tuple[Pattern, ...], ONE_OR_MORE]
    exclusions: tuple[Pattern, ...] = ()


@entry
class Themes(ReferenceFile):
    """themes.yml: the themes in their order, and how their patterns are compared."""

    FILE, ALONE = "themes.yml", True

    gap: Annotated[int, Field(strict=True, ge=0, le=10)]
    negation: Negation
    themes: Annotated[tuple[Theme, ...], ONE_OR_MORE]

    @property
    def ids(self) -> tuple[str, ...]:
        """The names of the themes, in order."""
        return tuple(theme.id for theme in self.themes)

    def check(self, file: Document, folder: Path) -> None:
        """Note a pattern that a theme has twice, compared as notes are."""
        for number, theme in enumerate(self.themes):
            file.once(theme.terms, "themes", number, "terms")
            file.once(theme.exclusions, "themes", number, "exclusions")
