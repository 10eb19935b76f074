"""What one cell of an export means: codes, dates, levels and attributes, and how a whole column is read.

Each `read_…` function takes the text of one cell and gives its meaning, None for nothing registered, or
`Invalid` with the text for what cannot be read. A column is read by reading each distinct text once.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.definitions import Item
from helpers.export.dates import day_of
from helpers.export.names import fold, tidy, unguarded

NOT_APPLICABLE = "n.v.t."

_NOTHING = frozenset({"-", "?", "onbekend"})
_NOT_APPLICABLE = frozenset({"n.v.t.", "n.v.t", "nvt", "niet van toepassing"})
_FAMILY = re.compile(r"([^\W\d_]+) ?[-_]? ?([0-9]{1,1000})")
FAMILY_IN_TEXT = re.compile(r"[^\W\d_]+\s?[-_\u2010-\u2015\u2212]?\s?[0-9]{1,1000}")
_BETWEEN = re.compile(r"(?<=[^\W\d_])[-_. ]+(?=[0-9])|(?<![0-9])0+(?=[0-9])|(?<=[0-9])[.,]0+$")
_LETTERS = re.compile(r"[^0-9]*")
_SEPARATORS = dict.fromkeys(map(ord, "-_ "))
_NUMBER = re.compile(r"[0-9](?:[.,][0-9]{1,30})?")
_NUMBER_AND_LABEL = re.compile(r"([1-5]) ?[-.:=)] ?(.+)")
_QUOTES = '"\u201c\u201d\u201e\u00ab\u00bb '
_NOISE = 1e-9  # by which a number may miss the level that it stands for


class Invalid(NamedTuple):
    """A text, without outer white space, that cannot be read as what it should be."""

    text: str


@dataclass(frozen=True)
class Reading:
    """A column that was read: `meanings` holds each distinct meaning once, `codes` one of them per row.

    Two cells with the same code mean the same, however they are written.
    """

    codes: NDArray[np.int32]
    meanings: tuple[Any, ...]

    @property
    def invalid(self) -> NDArray[np.bool_]:
        """True for each row whose cell cannot be read."""
        return np.array([isinstance(m, Invalid) for m in self.meanings], dtype=bool)[self.codes]

    def where_invalid(self, is_so: Callable[[str], bool]) -> NDArray[np.bool_]:
        """True for each row whose cell cannot be read and whose text is so."""
        hits = [isinstance(m, Invalid) and is_so(m.text) for m in self.meanings]
        return np.array(hits, dtype=bool)[self.codes]

    @property
    def blank(self) -> NDArray[np.bool_]:
        """True for each row whose cell holds nothing."""
        return np.array([m is None for m in self.meanings], dtype=bool)[self.codes]

    def counted(self, rows: NDArray[np.bool_]) -> Iterator[tuple[Any, int]]:
        """Give each meaning that stands on some rows, and on how many."""
        counts = np.bincount(self.codes[rows], minlength=len(self.meanings)).tolist()
        return ((meaning, count) for meaning, count in zip(self.meanings, counts, strict=True) if count)

    def values(self, dtype: Any) -> Any:
        """Give the meaning of each row as a pandas array of `dtype`; invalid and nothing are missing."""
        known = [None if isinstance(m, Invalid) else m for m in self.meanings]
        return pd.array(known, dtype=dtype).take(self.codes)


def read_column(texts: pd.Series, read: Callable[[str], Hashable]) -> Reading:
    """Read a column of texts, each distinct text once.

    >>> column = read_column(pd.Series(["1/3/2023", "2023-03-01", "gisteren", ""]), read_date)
    >>> column.codes.tolist()
    [0, 0, 1, 2]
    >>> column.meanings
    (datetime.date(2023, 3, 1), Invalid(text='gisteren'), None)
    """
    positions, distinct = distinct_texts(texts)
    meanings: dict[Hashable, int] = {}
    lookup = [meanings.setdefault(read(text), len(meanings)) for text in distinct]
    return Reading(np.asarray(lookup, dtype=np.int32)[positions], tuple(meanings))


def distinct_texts(texts: pd.Series) -> tuple[NDArray[Any], list[str]]:
    """Give the place of each row's text among the distinct texts of a column, and these."""
    if isinstance(texts.dtype, pd.CategoricalDtype):
        return texts.cat.codes.to_numpy(), texts.cat.categories.tolist()
    positions, distinct = pd.factorize(texts)
    return positions, [str(text) for text in distinct]


def read_text(text: str) -> str | None:
    """Read free text: outer white space off, None when nothing is left."""
    return text.strip() or None


def read_person(text: str) -> str | None:
    """Read the code of a person or coach: as it is seen, in upper case; any text but a blank is one (R05).

    >>> read_person(" v1 "), read_person("e\u0301") == read_person("\u00e9"), read_person(" \u200b")
    ('V1', True, None)
    """
    return unguarded(text).upper() or None


def plain_code(text: str) -> str:
    """Give the code of a person without what people and spreadsheets write in one way or another.

    >>> [plain_code(code) for code in ("V1", "V01", "V 1", "V-1", "V10", "1.0", "1-1")]
    ['V1', 'V1', 'V1', 'V1', 'V10', '1', '1-1']
    """
    return _BETWEEN.sub("", text)


def read_code(text: str) -> str | None:
    """Read an optional code, of a coach or an organisation; the words of `is_nothing` are none."""
    return None if is_nothing(text) else read_person(text)


def read_family(text: str) -> str | Invalid | None:
    """Read a family code: letters, at most one separator, digits (R01).

    >>> read_family(" leu 7"), read_family("LEU \u2013 0007"), read_family("LEU-1234"), read_family("LEU--7")
    ('LEU-007', 'LEU-007', 'LEU-1234', Invalid(text='LEU--7'))
    """
    code = unguarded(text)
    match = _FAMILY.fullmatch(code)
    if match is None:
        return Invalid(text.strip()) if code else None
    return f"{match[1].upper()}-{int(match[2]):03d}"


def are_test_codes(texts: Iterable[str], test_codes: Iterable[str]) -> list[bool]:
    """Say of each text whether the letters of a family code, or all of it, are a test code (R02).

    Case and separators (`-`, `_`, white space) do not count; the letters are all before the first digit.

    >>> are_test_codes(["TEST 3", "test", "te-st_12", "TESTELT-001"], ["TEST"])
    [True, True, True, False]
    """
    tests = {_without_separators(test) for test in test_codes} - {""}
    codes = map(_without_separators, texts)
    return [code in tests or _LETTERS.match(code)[0] in tests for code in codes]  # type: ignore[index]


def _without_separators(code: str) -> str:
    """Fold a code to what R02 compares."""
    return unguarded(code).translate(_SEPARATORS).casefold()


def read_date(text: str, *, compact: bool = False) -> date | Invalid | None:
    """Read a day, with or without a time of day; the day comes before the month, always (R03).

    Its forms are those of `helpers.export.dates.day_of`; `compact`: `20230403` is one too.

    >>> read_date("3/4/2023"), read_date("2023-04-03 9:30"), read_date("31/02/2023")
    (datetime.date(2023, 4, 3), datetime.date(2023, 4, 3), Invalid(text='31/02/2023'))
    """
    day = day_of(text, compact=compact)
    if day is not None:
        return day
    return Invalid(text.strip()) if tidy(text) else None


def is_nothing(text: str) -> bool:
    """Say whether a cell of a level or attribute holds nothing: blank, any dash, `?`, `onbekend`."""
    return not tidy(text) or fold(text) in _NOTHING


def read_birth(text: str, *, compact: bool = False) -> date | Invalid | None:
    """Read a date of birth: a day, or nothing in the words of `is_nothing` (R09)."""
    return None if is_nothing(text) else read_date(text, compact=compact)


def given_words(
    given: Mapping[str, Mapping[str, str]], unit: str, column: str, known: Iterable[str]
) -> dict[str, str | None]:
    """Give folded text -> word of an attribute: the words themselves, and what `dataset.yml` says of others.

    >>> given = {"gezinstype": {"Gehuwd": "koppel", "x": "onbekend"}}
    >>> given_words(given, "huishouden", "gezinstype", ["koppel"])
    {'koppel': 'koppel', 'gehuwd': 'koppel', 'x': None}
    """
    words: dict[str, str | None] = {fold(word): word for word in known}
    said = {**given.get(column, {}), **given.get(f"{unit}.{column}", {})}
    meant = {fold(text): None if is_nothing(word) else words[fold(word)] for text, word in said.items()}
    return words | meant


def read_word(text: str, words: Mapping[str, str | None]) -> str | Invalid | None:
    """Read one of the values of an attribute (R09); `words` leads from the folded word to the value.

    >>> read_word("Koppel ", {"koppel": "koppel"}), read_word("-", {}), read_word("gezin", {})
    ('koppel', None, Invalid(text='gezin'))
    """
    if is_nothing(text):
        return None
    return words.get(fold(text), Invalid(text.strip()))


def read_pilot(text: str, pilots: Mapping[str, str]) -> str | Invalid | None:
    """Read a pilot (R04); `pilots` leads from the folded name to the name."""
    return pilots.get(fold(text), Invalid(text.strip())) if tidy(text) else None


def level_labels(item: Item) -> dict[str, int]:
    """Give the level of each folded Dutch label of an item, the alternative labels among them."""
    labels = [label.nl for label in item.labels]
    return {
        fold(label): level
        for row in (item.alternatives, labels)
        for level, label in enumerate(row, start=1)
        if fold(label)
    }


def given_levels(values: Mapping[str, Mapping[str, str]], item: Item) -> dict[str, int | str | None]:
    """Give what `values` in `dataset.yml` says of an item: folded text -> level, not applicable or nothing.

    What is said of `unit.item` goes before what is said of the item, and that before `*`.
    """
    meanings = {"": None, NOT_APPLICABLE: NOT_APPLICABLE}
    return {
        fold(text): meanings[level] if level in meanings else int(level)
        for key in ("*", item.item, f"{item.unit}.{item.item}")
        for text, level in values.get(key, {}).items()
    }


def read_level(
    text: str, labels: Mapping[str, int], given: Mapping[str, int | str | None] | None = None
) -> int | str | Invalid | None:
    """Read a level cell: 1 to 5, `NOT_APPLICABLE`, None for nothing registered, or `Invalid` (R07).

    A number (`3`, `3.0`, `3,00`), a number with its label (`3 - label`, `3. label`), a label of
    `level_labels`, or a word for not applicable or nothing. What is `given` in `dataset.yml` goes before all
    else; where that counts otherwise (a `0` for level 1), a number that is not in it is no level.

    >>> labels = {"dakloos": 1, "tijdelijk": 2}
    >>> [read_level(text, labels) for text in ("2,0", "DAKLOOS*", "1. dakloos", "nvt", "?")]
    [2, 1, 1, 'n.v.t.', None]
    >>> [read_level(text, labels) for text in ("2 - dakloos", "2.", "3.000000000001", "3,00", "05")]
    [Invalid(text='2 - dakloos'), Invalid(text='2.'), 3, 3, Invalid(text='05')]
    >>> [read_level(text, labels, {"a1": 1, "0": 1, "-9": None}) for text in ("A1", "0", "-9", "3")]
    [1, 1, None, Invalid(text='3')]
    """
    plain = unguarded(text)
    if not plain:
        return None
    word = fold(plain)
    if given and word in given:
        return given[word]
    if word in _NOTHING:
        return None
    if _NUMBER.fullmatch(plain):
        number = float(plain.replace(",", "."))
        level = round(number)
        is_level = (
            abs(number - level) <= _NOISE and 1 <= level <= 5 and not (given and _counts_otherwise(given))
        )
        return level if is_level else Invalid(text.strip())
    word = word.strip(_QUOTES)
    if word in labels:
        return labels[word]
    if word in _NOT_APPLICABLE:
        return NOT_APPLICABLE
    both = _NUMBER_AND_LABEL.fullmatch(word)
    agrees = both is not None and labels.get(both[2].strip(_QUOTES)) == int(both[1])
    return int(both[1]) if both is not None and agrees else Invalid(text.strip())


def _counts_otherwise(given: Mapping[str, int | str | None]) -> bool:
    return any(
        text.isdigit() and isinstance(level, int) and int(text) != level for text, level in given.items()
    )
