"""What the columns of an unknown export hold: their values decide first, their names second.

Nothing here is certain: it is what a draft of `dataset.yml` proposes, and what `check` says of columns that
it does not know. A value decides by what it can be read as (a level of an item, a date, a pilot …), a name by
how alike it is to the names of the codebook, once what names have in common (`(score)`) is taken off.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from helpers.cleaning import values
from helpers.cleaning.doubts import MANY
from helpers.cleaning.losses import coding, nearest_label
from helpers.cleaning.values import read_date
from helpers.definitions import UNITS, Definitions, Item
from helpers.export.columns import NOTE, canonical_columns, layout_of, optional_columns
from helpers.export.dates import all_compact
from helpers.export.grid import Grid
from helpers.export.names import fold
from helpers.formats import without_diacritics

ALIKE = 0.85  # from here on a name is taken for another
PERHAPS = 0.6  # from here on it is worth naming
MOSTLY, MAINLY = 0.8, 0.5  # shares of the cells of a column
LONGEST = 120  # signs of a name that are compared
MOST_ROWS = 20_000  # of a table that are looked at
MOST_CODES = 11  # distinct texts of another coding
COMMON = 3  # names that share their first or last word, from which on it says nothing
LOOKED_UP = 20  # texts of a column that are compared with labels one by one
MOST_PILOTS, MOST_PERSONS = 60, 30  # distinct values
LONG_SPAN = 4 * 365  # days; registrations lie nearer together, dates of birth do not
FILLERS = frozenset({"bij", "van", "de", "het", "over", "at", "on", "of", "the"})
NOTE_WORDS = ("toel", "not", "opm", "comment", "uitleg", "remark")  # begin a word in the name of a note
OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "registratie_id": ("registratie", "registratienummer", "id", "registration id", "momentopname id",
                       "momentopname", "volgnummer", "response id", "record id"),
    "gezin": ("gezinscode", "code gezin", "gezinsnummer", "gezin id", "dossier", "dossiernummer",
              "dossiercode", "family", "family id", "family code", "huishouden id"),
    "pilootproject": ("pilootprojecten", "piloot", "pilot", "pilot project", "project", "gemeente"),
    "datum": ("datum registratie", "registratiedatum", "datum momentopname", "date", "registration date",
              "datum invulling", "invuldatum", "datum gesprek"),
    "gezinstype": ("type gezin", "gezinsvorm", "gezinssamenstelling", "type huishouden", "household type",
                   "family type", "samenstelling gezin"),
    "persoon": ("persoonscode", "code persoon", "persoon id", "persoonsnummer", "person", "person code",
                "gezinslid"),
    "opleidingsniveau": ("niveau opleiding", "hoogste opleidingsniveau", "hoogst behaald diploma", "diploma",
                         "hoogste diploma", "scholingsgraad", "education", "level of education"),
    "geboortedatum": ("datum geboorte", "geboren op", "geboorte datum", "geboortedatum kind", "date of birth",
                      "birth date"),
    "coach": ("gezinscoach", "ingevuld door", "begeleider", "hulpverlener"),
    "organisatie": ("dienst", "organisation", "organization"),
}  # fmt: skip
_PERSON = re.compile(r"[^\W\d_]{1,12}[-_ ]?\d{1,2}")
_NUMBER = re.compile(r"^\W*[0-5]\s*[-–—.):=,]*\s*(?=\D)")
_OTHER_SCALE = re.compile(r"-?\d{1,2}")
_WHOLE = re.compile(r"[-+]?\d{1,19}(?:[.,]0+)?")


@lru_cache(maxsize=10_000)
def folded(name: str) -> str:
    """Return a name as names are compared here: letters and digits only, without case and accents.

    >>> folded(" Maatschappelijke_Oriëntatie* ")
    'maatschappelijke orientatie'
    """
    plain = without_diacritics(unicodedata.normalize("NFKC", name[:LONGEST])).casefold()
    return " ".join(re.findall(r"[^\W_]+", plain))


def shape(code: str) -> str:
    """Return what a code looks like, without what it is.

    >>> shape("Leu--07"), shape("Jan Peeters")
    ('AAA--99', 'AAA AAAAAAA')
    """
    return re.sub(r"[^\W\d_]", "A", re.sub(r"\d", "9", code))


def is_note(column: str) -> bool:
    """Say whether a canonical column holds a coach's open text."""
    return column.endswith(NOTE)


class Levels(NamedTuple):
    """What a column holds of levels: the share of its cells that can be read as one, the cells with a label
    by item and in all, and the share of cells in what seems another coding.
    """

    share: float
    labelled: Counter[tuple[str, str]]
    worded: int
    coded: float


@dataclass(frozen=True, eq=False)
class Column:
    """A column as it stands in a table: its name, its place, and how often each text stands in it."""

    name: str
    place: int
    texts: Mapping[str, int]
    known: Known

    @cached_property
    def filled(self) -> int:
        """Cells that hold something."""
        return sum(self.texts.values())

    def share(self, is_one: Any) -> float:
        """Return the share of the filled cells whose text passes a test; 0 of an empty column."""
        return sum(count for text, count in self.texts.items() if is_one(text)) / max(self.filled, 1)

    @cached_property
    def dates(self) -> tuple[dt.date, ...]:
        """The distinct days that stand in it, in order."""
        days = {day for text in self.texts if isinstance(day := self.day(text), dt.date)}
        return tuple(sorted(days))

    @cached_property
    def date_share(self) -> float:
        """The share of the cells that can be read as a day."""
        return self.share(lambda text: isinstance(self.day(text), dt.date))

    def day(self, text: str) -> Any:
        """Read a text of it as a day: eight digits are one where all of its cells are."""
        return read_date(text, compact=self.is_compact)

    @cached_property
    def is_compact(self) -> bool:
        """Whether its days are written as eight digits."""
        return all_compact(self.texts)

    @cached_property
    def is_numbered(self) -> bool:
        """Whether each cell holds a whole number of its own."""
        return self.share(_WHOLE.fullmatch) == 1 and len(self.texts) == self.filled

    @cached_property
    def is_free(self) -> bool:
        """Whether it looks like open text: many words, hardly ever the same."""
        words = sum(len(text.split()) * count for text, count in self.texts.items())
        return words > 2.5 * self.filled and len(self.texts) > 0.2 * self.filled

    @cached_property
    def levels(self) -> Levels:
        """What share of it can be read as levels, and of which items."""
        plain = worded = coded = 0
        labelled: Counter[tuple[str, str]] = Counter()
        codes = {text for text in self.texts if coding(text)[0] or _OTHER_SCALE.fullmatch(text)}
        for text, count in self.texts.items():
            keys = self.known.labels.get(_bare(_NUMBER.sub("", text)), frozenset())
            if not isinstance(values.read_level(text, {}), values.Invalid):
                plain += count
            elif keys:
                worded += count
                labelled.update(dict.fromkeys(keys, count))
            elif text in codes and len(codes) <= MOST_CODES:
                coded += count
        filled = max(self.filled, 1)
        return Levels((plain + worded) / filled, labelled, worded, coded / filled)

    @cached_property
    def coded_texts(self) -> tuple[str, ...]:
        """The texts that are levels in another coding, when all that is no level is: few, and repeated."""
        labels_count = self.levels.worded >= MAINLY * self.filled
        strange = [
            text
            for text in self.texts
            if isinstance(values.read_level(text, {}), values.Invalid)
            and not (labels_count and self.known.has_label(text))
        ]
        cells = sum(self.texts[text] for text in strange)
        few = len(strange) <= MOST_CODES and self.filled >= 3 * len(self.texts) and not self.is_free
        if not few or cells <= MANY * self.filled or self.date_share >= MAINLY:
            return ()
        zero = {str(level) for level in range(1, 5) if str(level) in self.texts} if "0" in strange else set()
        return tuple(sorted({*strange, *zero}))

    @property
    def span(self) -> int:
        """Days between its early and its late dates, a tenth at either end left out."""
        tenth = len(self.dates) // 10
        return (self.dates[-1 - tenth] - self.dates[tenth]).days if self.dates else 0


def columns_of(table: Grid, known: Known) -> list[Column]:
    """Return the columns of a table that have a name; words for nothing count as blank."""
    found = []
    for place, name in enumerate(table.header):
        if name:
            counts: Counter[str] = Counter()
            for text, count in table.columns[place].take(slice(MOST_ROWS)).counted().items():
                counts[text.strip()] += count
            texts = {text: n for text, n in counts.most_common() if n and not values.is_nothing(text)}
            found.append(Column(name, place, texts, known))
    return found


@dataclass(frozen=True)
class Known:
    """What the codebook says of names and values.

    `names`: unit -> folded name -> the canonical column that is called so; without notes. `required` and
    `canonical`: unit -> its required columns in the order of the layout; all its canonical columns. `labels`:
    folded label -> the (unit, item) that have it.
    """

    names: Mapping[str, Mapping[str, str]]
    required: Mapping[str, tuple[str, ...]]
    canonical: Mapping[str, frozenset[str]]
    items: Mapping[tuple[str, str], Item]
    labels: Mapping[str, frozenset[tuple[str, str]]]
    vocabulary: Mapping[str, frozenset[str]]
    pilots: frozenset[str]

    @classmethod
    def of(cls, definitions: Definitions) -> Known:
        """Collect the canonical names, the titles of the items in both languages, and other usual names."""
        labels: dict[str, set[tuple[str, str]]] = {}
        for key, item in definitions.items.items():
            for label in values.level_labels(item):
                labels.setdefault(_bare(label), set()).add(key)
        return cls(
            {unit: dict(_names(unit, definitions)) for unit in UNITS},
            {unit: canonical_columns(unit, definitions) for unit in UNITS},
            {unit: frozenset(columns) for unit, columns in layout_of(definitions).items()},
            definitions.items,
            {label: frozenset(keys) for label, keys in labels.items()},
            {
                column: frozenset(map(values.fold, definitions.vocabulary[kind]))
                for column, kind in (("gezinstype", "household_type"), ("opleidingsniveau", "education"))
            },
            frozenset(fold(pilot.name) for pilot in definitions.pilots),
        )

    def has_label(self, text: str) -> bool:
        """Say whether a text is a label of some item, with or without a number before it."""
        return _bare(_NUMBER.sub("", text)) in self.labels

    def has_word(self, text: str) -> bool:
        """Say whether a text is a value of an attribute, or the name of a pilot."""
        word = values.fold(text)
        return fold(text) in self.pilots or any(word in words for words in self.vocabulary.values())

    def items_of(self, unit: str) -> tuple[str, ...]:
        """Return the ids of the items of a unit."""
        return tuple(item for of, item in self.items if of == unit)

    def named(self, unit: str, name: str) -> dict[str, float]:
        """Return the canonical columns that a name may stand for, with how alike they are, best first."""
        return _named(folded(name), tuple(self.names[unit].items()))

    def nearest(self, unit: str, name: str, *, there: Collection[str] = ()) -> str:
        """Return the canonical column of a unit whose name is most like this one; "" when none is.

        Columns that are `there` already need no other name. A name that speaks of notes is nearest to a note.
        """
        notes = speaks_of_notes(name)
        for stem in stems(name, common=frozenset()):
            for column in self.named(unit, stem):
                note = f"{column}{NOTE}"
                wanted = note if notes and note in self.canonical[unit] else column
                if wanted not in there:
                    return wanted
        return ""


def _names(unit: str, definitions: Definitions) -> Iterator[tuple[str, str]]:
    """Yield (folded name, canonical column); of two columns with one name the one that stands last."""
    for item in definitions.unit_items(unit):
        for title in (item.title.en, item.title.nl):
            yield folded(title), item.item
    optional = (column for column in optional_columns(unit, definitions) if not is_note(column))
    for column in (*optional, *canonical_columns(unit, definitions)):
        for name in (*OTHER_NAMES.get(column, ()), column):
            yield folded(name), column


@lru_cache(maxsize=20_000)
def _named(wanted: str, names: tuple[tuple[str, str], ...]) -> dict[str, float]:
    known = dict(names)
    best: dict[str, float] = {}
    for one in get_close_matches(wanted, known, n=8, cutoff=PERHAPS):
        score = SequenceMatcher(None, one, wanted).ratio()
        best[known[one]] = max(best.get(known[one], 0), score)
    return dict(sorted(best.items(), key=lambda pair: -pair[1]))


def _bare(label: str) -> str:
    """Return a label without the signs at its ends, folded."""
    return values.fold(label).strip(" .;:,'\"")


def speaks_of_notes(name: str) -> bool:
    """Say whether a word in a name begins as words for notes do."""
    return any(word.startswith(NOTE_WORDS) for word in folded(name).split())


def common_words(names: Iterable[str]) -> frozenset[str]:
    """Return words with which so many names begin or end that they do not tell them apart.

    >>> sorted(common_words(["Zorg (score)", "Opvang (score)", "Stress (score)", "Stress - opmerking"]))
    ['score']
    """
    words = [found for name in names if (found := folded(name).split())]
    first, last = Counter(found[0] for found in words), Counter(found[-1] for found in words)
    return frozenset(word for counts in (first, last) for word, count in counts.items() if count >= COMMON)


def stems(name: str, *, common: frozenset[str]) -> list[str]:
    """Return a name, and what is left of it without words that many names have, and without words for notes.

    >>> stems("Verblijfplaats (score)", common=frozenset({"score"}))
    ['verblijfplaats score', 'verblijfplaats']
    >>> stems("Nota bij stress", common=frozenset()), stems("Stress - opm. coach", common=frozenset())
    (['nota bij stress', 'stress'], ['stress opm coach', 'stress'])
    """
    found = [folded(name).split()]
    for end in (-1, 0):
        found += [_without(words, common, end) for words in found]
    found += [_beside_note(words) for words in found]
    return list(dict.fromkeys(" ".join(words) for words in found))


def _without(name: list[str], common: frozenset[str], end: int) -> list[str]:
    """Take words that many names have off one end of a name, and small words that then stand there."""
    left = list(name)
    while len(left) > 1 and (left[end] in common or (len(left) < len(name) and left[end] in FILLERS)):
        left.pop(end)
    return left


def _beside_note(name: list[str]) -> list[str]:
    """Give what stands before the first word for a note, or after it where that is the first."""
    place = next((place for place, word in enumerate(name) if word.startswith(NOTE_WORDS)), len(name))
    return name[:place] or _without(name, frozenset(name[:1]), 0)


def evidence(column: Column, unit: str, canonical: str) -> float:
    """Return what the values of a column say about its being a canonical one.

    From 0.5 on they say so by themselves; 0 says nothing, −1 that it cannot be.
    """
    if not column.filled:
        return 0.0
    if is_note(canonical):
        other = max(column.levels.share, column.levels.coded, column.date_share) >= MAINLY
        return -1.0 if other or column.is_numbered else 0.2
    if (unit, canonical) in column.known.items:
        return _of_item(column, column.known.items[unit, canonical])
    return _OF_COLUMNS[canonical](column) if canonical in _OF_COLUMNS else 0.0


def _of_item(column: Column, item: Item) -> float:
    levels = column.levels
    own = levels.labelled[item.key]
    if levels.worded and (own or levels.worded >= MAINLY * column.filled):
        return levels.share * own / levels.worded if own >= MOSTLY * levels.worded else -1.0
    if levels.share >= MAINLY:
        return 0.3 * levels.share
    if levels.coded >= MOSTLY or column.coded_texts:
        return 0.0
    texts = Counter(column.texts).most_common(LOOKED_UP)
    near = sum(count for text, count in texts if nearest_label(text, item)[2] >= PERHAPS)
    return 0.8 if near >= MAINLY * sum(count for _, count in texts) else -1.0


def _of_id(column: Column) -> float:
    if column.is_numbered:
        return 0.6
    whole = (
        column.share(_WHOLE.fullmatch) == 1 and len(column.texts) > MOST_CODES
    )  # as on the lines of a long one
    return 0.0 if whole or len(column.texts) > 0.9 * column.filled and not column.is_free else -1.0


def _of_family(column: Column) -> float:
    if column.date_share >= MAINLY or column.is_free:
        return -1.0
    long_codes = column.share(lambda text: isinstance(values.read_family(text), str) and len(text) > 3)
    return 0.4 + 0.4 * min(1.0, len(column.texts) / 20) if long_codes >= MOSTLY else 0.0


def _of_person(column: Column) -> float:
    if (
        column.date_share >= MAINLY
        or column.is_free
        or len(column.texts) > max(MOST_PERSONS, 0.2 * column.filled)
    ):
        return -1.0
    short = column.share(lambda text: bool(_PERSON.fullmatch(text)) and len(text) <= 3)
    return 0.5 if short >= MOSTLY else 0.0


def _of_pilot(column: Column) -> float:
    if column.share(lambda text: fold(text) in column.known.pilots) >= MAINLY:
        return 0.9
    other = max(column.levels.share, column.levels.coded, column.date_share, column.share(_WHOLE.fullmatch))
    return -1.0 if other >= MAINLY or column.is_free or len(column.texts) > MOST_PILOTS else 0.1


def _of_date(column: Column) -> float:
    if column.date_share < MAINLY:
        return 0.0 if column.share(lambda text: any(sign.isdigit() for sign in text)) >= MOSTLY else -1.0
    return 0.5 if column.span <= LONG_SPAN else 0.2


def _of_birth(column: Column) -> float:
    if column.date_share < MAINLY:
        return -1.0
    return 0.2 if column.span <= LONG_SPAN else 0.5


def _of_code(column: Column) -> float:
    other = max(column.levels.share, column.date_share) >= MAINLY
    return -1.0 if other or column.is_free or column.is_numbered else 0.0


def _of_words(kind: str) -> Any:
    def found(column: Column) -> float:
        share = column.share(lambda text: values.fold(text) in column.known.vocabulary[kind])
        return 0.9 if share >= MAINLY else -1.0

    return found


_OF_COLUMNS: Mapping[str, Any] = {
    "registratie_id": _of_id,
    "gezin": _of_family,
    "persoon": _of_person,
    "pilootproject": _of_pilot,
    "datum": _of_date,
    "geboortedatum": _of_birth,
    "coach": _of_code,
    "organisatie": _of_code,
    "gezinstype": _of_words("gezinstype"),
    "opleidingsniveau": _of_words("opleidingsniveau"),
}
