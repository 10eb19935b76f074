"""The themes of the coaches' notes, from `themes.yml`, and how their patterns are compared."""

import re
import unicodedata
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from helpers.definitions import ReferenceFile, Text
from helpers.definitions.reading import ONE_OR_MORE, Document, entry, fault

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

    def theme(self, theme_id: str) -> Theme:
        """Give the theme with this id; KeyError when there is none."""
        return {theme.id: theme for theme in self.themes}[theme_id]

    def check(self, file: Document, folder: Path) -> None:
        """Note a pattern that a theme has twice, compared as notes are."""
        for number, theme in enumerate(self.themes):
            file.once(theme.terms, "themes", number, "terms")
            file.once(theme.exclusions, "themes", number, "exclusions")
