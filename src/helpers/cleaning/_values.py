"""What one cell of an export means: codes, dates, levels and attributes, and how a whole column is read.

Each `read_…` function takes the text of one cell and gives its meaning, None for nothing registered, or
`Invalid` with the text for what cannot be read. A column is read by reading each distinct text once.
"""

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.definitions import Item
from helpers.export import fold_name
from helpers.formats import without_diacritics

NOT_APPLICABLE = "n.v.t."

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_NOTHING = frozenset({"-", "?", "onbekend"})
_NOT_APPLICABLE = frozenset({"n.v.t.", "n.v.t", "nvt", "niet van toepassing"})
FAMILY = re.compile(r"([^\W\d_]+)[-_\s]?([0-9]+)")
_NUMBER = re.compile(r"([1-5])(?:[.,]0)?")
_NUMBER_AND_LABEL = re.compile(r"([1-5])\s*[-.]\s*(.+)", re.DOTALL)
_TIME = r"(?:[ T](?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?)?"
_YEAR_FIRST = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})" + _TIME)
_DAY_FIRST = re.compile(r"(?P<day>[0-9]{1,2})([-/])(?P<month>[0-9]{1,2})\2(?P<year>[0-9]{4})" + _TIME)


class Invalid(NamedTuple):
    """A text, without outer white space, that cannot be read as what it should be."""

    text: str


@dataclass(frozen=True)
class Reading:
    """A column that was read: `meanings` holds each distinct meaning once, `codes` one of them per row.

    Two cells with the same code mean the same, however they are written.
    """

    codes: NDArray[np.int64]
    meanings: tuple[Any, ...]

    @property
    def invalid(self) -> NDArray[np.bool_]:
        """True for each row whose cell cannot be read."""
        return np.array([isinstance(m, Invalid) for m in self.meanings], dtype=bool)[self.codes]

    @property
    def blank(self) -> NDArray[np.bool_]:
        """True for each row whose cell holds nothing."""
        return np.array([m is None for m in self.meanings], dtype=bool)[self.codes]

    def values(self, dtype: Any) -> Any:
        """Give the meaning of each row as a pandas array of `dtype`; invalid and nothing are missing."""
        known = [None if isinstance(m, Invalid) else m for m in self.meanings]
        return pd.array(known, dtype=dtype).take(self.codes)


def read_column(texts: pd.Series, read: Callable[[str], Hashable]) -> Reading:
    """Read a column of texts, each distinct text once.

    Examples
    --------
    >>> column = read_column(pd.Series(["1/3/2023", "2023-03-01", "gisteren", ""]), read_date)
    >>> column.codes.tolist()
    [0, 0, 1, 2]
    >>> column.meanings
    (datetime.date(2023, 3, 1), Invalid(text='gisteren'), None)
    """
    positions, distinct = pd.factorize(texts)
    meanings: dict[Hashable, int] = {}
    lookup = [meanings.setdefault(read(str(text)), len(meanings)) for text in distinct]
    return Reading(np.asarray(lookup, dtype=np.int64)[positions], tuple(meanings))


def fold(text: str) -> str:
    """Fold a text for comparing words: without case, diacritics, stars, extra white space, kinds of dash.

    Examples
    --------
    >>> fold("  Geïntegreerd  of –  \u2026*")
    'geintegreerd of - ...'
    """
    plain = without_diacritics(text.replace("\u2026", "...")).translate(_DASHES).replace("*", "")
    return " ".join(plain.casefold().split())


def read_text(text: str) -> str | None:
    """Read free text: outer white space off, None when nothing is left."""
    return text.strip() or None


def read_person(text: str) -> str | None:
    """Read a person code: outer white space off, upper case; any text but a blank is a code (R05).

    Examples
    --------
    >>> read_person(" v1 "), read_person("e\u0301") == read_person("\u00e9"), read_person(" ")
    ('V1', True, None)
    """
    return unicodedata.normalize("NFC", text.strip()).upper() or None


def read_family(text: str) -> str | Invalid | None:
    """Read a family code: letters, at most one separator, digits (R01).

    Examples
    --------
    >>> read_family(" leu 7"), read_family("LEU-0007"), read_family("LEU-1234"), read_family("LEU--7")
    ('LEU-007', 'LEU-007', 'LEU-1234', Invalid(text='LEU--7'))
    """
    code = unicodedata.normalize("NFC", text.strip())
    match = FAMILY.fullmatch(code)
    if match is None:
        return Invalid(code) if code else None
    return f"{match[1].upper()}-{int(match[2]):03d}"


def is_test_code(text: str, test_codes: Iterable[str]) -> bool:
    """Say whether the letters of a family code, or all of it, are a test code (R02).

    Case and separators (`-`, `_`, white space) do not count; the letters are all before the first digit.

    Examples
    --------
    >>> [is_test_code(text, ["TEST"]) for text in ("TEST 3", "test", "te-st_12", "TESTELT-001")]
    [True, True, True, False]
    """
    code = _without_separators(text)
    letters = re.split(r"[0-9]", code, maxsplit=1)[0]
    tests = {_without_separators(test) for test in test_codes} - {""}
    return code in tests or letters in tests


def _without_separators(code: str) -> str:
    """Fold a code to what R02 compares."""
    return re.sub(r"[-_\s]", "", unicodedata.normalize("NFC", code)).casefold()


def read_date(text: str) -> date | Invalid | None:
    """Read a day, with or without a time of day; the day comes before the month, always (R03).

    Examples
    --------
    >>> read_date("3/4/2023"), read_date("2023-04-03 9:30"), read_date("31/02/2023")
    (datetime.date(2023, 4, 3), datetime.date(2023, 4, 3), Invalid(text='31/02/2023'))
    """
    day = text.strip()
    match = _YEAR_FIRST.fullmatch(day) or _DAY_FIRST.fullmatch(day)
    if match is None:
        return Invalid(day) if day else None
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:  # no such day in the calendar
        return Invalid(day)


def is_nothing(text: str) -> bool:
    """Say whether a cell of a level or attribute holds nothing: blank, any dash, `?`, `onbekend`."""
    return not text.strip() or fold(text) in _NOTHING


def read_birth(text: str) -> date | Invalid | None:
    """Read a date of birth: a day, or nothing in the words of `is_nothing` (R09)."""
    return None if is_nothing(text) else read_date(text)


def read_word(text: str, words: Mapping[str, str]) -> str | Invalid | None:
    """Read one of the values of an attribute (R09); `words` leads from the folded word to the value.

    Examples
    --------
    >>> read_word("Koppel ", {"koppel": "koppel"}), read_word("-", {}), read_word("gezin", {})
    ('koppel', None, Invalid(text='gezin'))
    """
    if is_nothing(text):
        return None
    return words.get(fold(text), Invalid(text.strip()))


def read_pilot(text: str, pilots: Mapping[str, str]) -> str | Invalid | None:
    """Read a pilot (R04); `pilots` leads from `fold_name` of the name to the name."""
    return pilots.get(fold_name(text), Invalid(text.strip())) if text.strip() else None


def level_labels(item: Item) -> dict[str, int]:
    """Give the level of each folded Dutch label of an item, the alternative labels among them."""
    labels = [label.nl for label in item.labels]
    return {
        fold(label): level
        for row in (item.alternatives, labels)
        for level, label in enumerate(row, start=1)
        if fold(label)
    }


def read_level(text: str, labels: Mapping[str, int]) -> int | str | Invalid | None:
    """Read a level cell: 1 to 5, `NOT_APPLICABLE`, None for nothing registered, or `Invalid` (R07).

    Parameters
    ----------
    text : str
        A number (`3`, `3.0`, `3,0`), a number with its label (`3 - label`, `3. label`), a label, or a word
        for not applicable or nothing.
    labels : mapping
        What `level_labels` gives for the item.

    Examples
    --------
    >>> labels = {"dakloos": 1, "tijdelijk": 2}
    >>> [read_level(text, labels) for text in ("2,0", "DAKLOOS*", "1. dakloos", "nvt", "?")]
    [2, 1, 1, 'n.v.t.', None]
    >>> [read_level(text, labels) for text in ("2 - dakloos", "2.")]
    [Invalid(text='2 - dakloos'), Invalid(text='2.')]
    """
    if is_nothing(text):
        return None
    cell, word = text.strip(), fold(text)
    if number := _NUMBER.fullmatch(cell):
        return int(number[1])
    if word in labels:
        return labels[word]
    if word in _NOT_APPLICABLE:
        return NOT_APPLICABLE
    both = _NUMBER_AND_LABEL.fullmatch(cell.translate(_DASHES))
    agrees = both is not None and labels.get(fold(both[2])) == int(both[1])
    return int(both[1]) if both is not None and agrees else Invalid(cell)
