"""The themes of the coaches' notes, from `data/reference/themes.yml`: read, and every fault named."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from helpers.definitions._definition_checks import filled
from helpers.definitions._definitions import Text, closed
from helpers.definitions._reference_checks import check_once, check_unique
from helpers.definitions._reference_files import Document, Faults, parse, read_yaml

FILE = "themes.yml"
GAP = ".."
WORD = re.compile(r"\*?[a-z0-9']+\*?")
SHORTEST_STEM = 3  # letters beside a `*`: with fewer it would match nearly everything


def plain(text: str) -> str:
    """Give a text as it is compared: lower case, without accents, hyphens as spaces.

    Examples
    --------
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
        raise PydanticCustomError(
            "definition_pattern",
            "is made of words (letters, digits, '), with * only at the beginning or the end of a word, and "
            ".. between words; found {found}",
        )
    if not words or words[0] == GAP or words[-1] == GAP or (GAP, GAP) in zip(words, words[1:], strict=False):
        raise PydanticCustomError("definition_pattern", "must have a word on both sides of ..; found {found}")
    if any("*" in word and len(word.strip("*")) < SHORTEST_STEM for word in words):
        raise PydanticCustomError(
            "definition_pattern", f"must have at least {SHORTEST_STEM} letters beside a *; found {{found}}"
        )
    return " ".join(words)


def words_only(phrase: str) -> str:
    """Refuse anything but words in what takes no signs."""
    if not re.fullmatch(r"[a-z0-9' ]+", plain(phrase)):
        raise PydanticCustomError("definition_pattern", "is made of words alone; found {found}")
    return plain(phrase)


def name(theme_id: str) -> str:
    """Refuse an id that is no plain name; tables hold it."""
    if not re.fullmatch(r"[a-z][a-z_]*", theme_id):
        raise PydanticCustomError("definition_id", "is made of small letters and _; found {found}")
    return theme_id


Pattern = Annotated[str, AfterValidator(possible)]
Phrase = Annotated[str, AfterValidator(words_only)]


@closed
@dataclass(frozen=True)
class Negation:
    """Words before a term that take it back: how far each reaches, what ends that, what is no negation."""

    reach: dict[Phrase, Annotated[int, Field(strict=True, ge=1, le=10)]]
    ends_at: tuple[Phrase, ...]
    exceptions: tuple[Phrase, ...] = ()


@closed
@dataclass(frozen=True)
class Theme:
    """One theme: the patterns that tag a note with it, and those that keep a term from counting."""

    id: Annotated[str, AfterValidator(name)]
    title: Text
    description: Text
    terms: Annotated[tuple[Pattern, ...], BeforeValidator(filled)]
    exclusions: tuple[Pattern, ...] = ()


@closed
@dataclass(frozen=True)
class Themes:
    """The file `themes.yml`: the themes in their order, and how their patterns are compared."""

    gap: Annotated[int, Field(strict=True, ge=0, le=10)]
    negation: Negation
    themes: Annotated[tuple[Theme, ...], BeforeValidator(filled)]

    @property
    def ids(self) -> tuple[str, ...]:
        """The names of the themes, in order."""
        return tuple(theme.id for theme in self.themes)

    def theme(self, theme_id: str) -> Theme:
        """Give the theme with this id; KeyError when there is none."""
        return {theme.id: theme for theme in self.themes}[theme_id]


def read_themes(folder: Path, faults: Faults) -> Themes | None:
    """Read `themes.yml`; whatever is wrong with it is noted."""
    document = read_yaml(folder / FILE, faults)
    if document is None:
        return None
    check_unique(document, "themes", "id", faults)
    _check_twice(document, faults)
    return parse(document, Themes, faults)


def _check_twice(document: Document, faults: Faults) -> None:
    """Note each pattern that a theme has twice, compared as notes are."""
    content = document.content.get("themes") if isinstance(document.content, dict) else None
    for number, entry in enumerate(content if isinstance(content, list) else []):
        for kind in ("terms", "exclusions"):
            patterns = entry.get(kind) if isinstance(entry, dict) else None
            texts = patterns if isinstance(patterns, list) else []
            compared = [plain(one) for one in texts if isinstance(one, str)]
            check_once(document.at("themes", number, kind), compared, faults)
