"""What the tables of an unknown export are about: which unit and columns, and whether they are long or wide.

Nothing here is certain: it is what a draft of `dataset.yml` proposes, and what `check` says of columns that
it does not know. A value decides by what it can be read as (a level of an item, a date, a pilot …), a name by
how alike it is to the names of the codebook, once what names have in common (`(score)`) is taken off. Each
canonical column goes to the column that is ahead of all others in both; what is not clear is asked.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from helpers.cleaning import values
from helpers.cleaning.doubts import MANY
from helpers.cleaning.losses import coding, nearest_label
from helpers.cleaning.values import read_date
from helpers.definitions import UNITS, Definitions, Item, OtherNames, load
from helpers.export.columns import NOTE, canonical_columns, layout_of, optional_columns
from helpers.export.dataset import SHARED, UNIT_OF_PREFIX, WORDED
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
OTHER = load(OtherNames)
PERSONS = frozenset(word for unit in UNITS[1:] for word in OTHER.sheets[unit])
_PERSON = re.compile(r"[^\W\d_]{1,12}[-_ ]?\d{1,2}")
_NUMBER = re.compile(r"^\W*[0-5]\s*[-–—.):=,]*\s*(?=\D)")
_OTHER_SCALE = re.compile(r"-?\d{1,2}")
_WHOLE = re.compile(r"[-+]?\d{1,19}(?:[.,]0+)?")
CLOSE = 0.05  # two that are so near each other cannot be told apart
SURE = 0.5  # evidence of values from here on needs no name
LIKELY = 0.45  # a table with half of the items, or with the very name of a unit
PERSON_COLUMNS = 6  # of a table, from which on it is wide
_PERSON_FIRST = re.compile(
    r"\s*(?P<person>[^\W\d_]{1,12}\s?\d{1,2})(?P<sign>\s*[-–—:._/|]+\s*|\s+)(?P<item>\S.*)"
)
_PERSON_LAST = re.compile(
    r"(?P<item>.*\S)(?P<sign>\s*[-–—:._/|(\[]+\s*|\s+)(?P<person>[^\W\d_]{1,12}\s?\d{1,2})(?P<end>[)\]]?)\s*"
)


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
        from_zero = "0" in strange and "5" not in self.texts
        zero = {str(level) for level in range(1, 5) if str(level) in self.texts} if from_zero else set()
        return tuple(sorted({*strange, *zero}))

    def other_words(self, attribute: str) -> tuple[str, ...]:
        """The texts that are no word of an attribute, when they stand on more than a few cells."""
        known = self.known.vocabulary[attribute]
        other = [text for text in self.texts if values.fold(text) not in known]
        cells = sum(self.texts[text] for text in other)
        return tuple(other) if len(other) <= MOST_CODES and cells > MANY * self.filled else ()

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
                for column, kind in WORDED.items()
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

    def names_below(self, table: Grid) -> int:
        """Return the row that holds the names of columns, where another stands above it; else 0.

        It holds more known names than the header, and enough of them.
        """
        names = frozenset[str]().union(*self.names.values())
        found = {row: sum(folded(cell) in names for cell in cells) for row, cells in table.first}
        most = max(found.values(), default=0)
        rows = [row for row, count in found.items() if count == most >= COMMON]
        return rows[0] if rows and rows[0] != table.header_row else 0

    def items_of(self, unit: str) -> tuple[str, ...]:
        """Return the ids of the items of a unit."""
        return tuple(item for of, item in self.items if of == unit)

    def named(self, unit: str, name: str) -> dict[str, float]:
        """Return the canonical columns that a name may stand for, with how alike they are, best first."""
        return _named(folded(name), tuple(self.names[unit].items()))

    def nearest(self, unit: str, name: str) -> str:
        """Return the canonical column of a unit whose name is most like this one; "" when none is.

        A name that speaks of notes is nearest to a note.
        """
        notes = speaks_of_notes(name)
        for stem in stems(name, common=frozenset()):
            for column in self.named(unit, stem):
                note = f"{column}{NOTE}"
                return note if notes and note in self.canonical[unit] else column
        return ""


def _names(unit: str, definitions: Definitions) -> Iterator[tuple[str, str]]:
    """Yield (folded name, canonical column); of two columns with one name the one that stands last."""
    for item in definitions.unit_items(unit):
        for title in (item.title.en, item.title.nl):
            yield folded(title), item.item
    optional = (column for column in optional_columns(unit, definitions) if not column.endswith(NOTE))
    for column in (*optional, *canonical_columns(unit, definitions)):
        for name in (*OTHER.columns.get(column, ()), column):
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
    if canonical.endswith(NOTE):
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
    # as on the lines of a long one
    whole = column.share(_WHOLE.fullmatch) == 1 and len(column.texts) > MOST_CODES
    return 0.0 if whole or len(column.texts) > 0.9 * column.filled and not column.is_free else -1.0


def _of_family(column: Column) -> float:
    if column.date_share >= MAINLY or column.is_free or column.share(_names_person) >= MAINLY:
        return -1.0
    long_codes = column.share(lambda text: isinstance(values.read_family(text), str) and len(text) > 3)
    return 0.4 + 0.4 * min(1.0, len(column.texts) / 20) if long_codes >= MOSTLY else 0.0


def _of_person(column: Column) -> float:
    many = len(column.texts) > max(MOST_PERSONS, 0.2 * column.filled)
    if column.date_share >= MAINLY or column.is_free or many:
        return -1.0
    short = column.share(lambda text: _names_person(text) or bool(_PERSON.fullmatch(text)) and len(text) <= 3)
    return 0.5 if short >= MOSTLY else 0.0


def _names_person(text: str) -> bool:
    """Tell whether a code says in a word what person it is of, such as `kind 2`."""
    return folded(re.sub(r"\d", "", text)) in PERSONS


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
    return -1.0 if column.date_share < MAINLY else 0.2 if column.span <= LONG_SPAN else 0.5


def _of_code(column: Column) -> float:
    other = max(column.levels.share, column.date_share) >= MAINLY
    return -1.0 if other or column.is_free or column.is_numbered else 0.0


def _of_words(kind: str) -> Any:
    def found(column: Column) -> float:
        share = column.share(lambda text: values.fold(text) in column.known.vocabulary[kind])
        other = max(column.levels.share, column.levels.coded, column.date_share)
        few = len(column.texts) <= MOST_CODES and other < MAINLY and not column.is_free
        return 0.9 if share >= MAINLY else 0.0 if few else -1.0

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


# ---- which column is which, and which table is about what ------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """A table and what its columns seem to be.

    `unit` is that which it is about; of a long or wide table `all`. `taken`: canonical column -> the column
    that it is, by values and name. `perhaps`: columns that may be one, or one of several, canonical columns.
    `against`: columns that have the name of a canonical one, and values that speak against it. `free`:
    columns that are nothing that is known. `required`: canonical columns that a table of this unit needs.
    """

    unit: str
    table: Grid
    taken: Mapping[str, Column]
    perhaps: Sequence[tuple[Column, tuple[str, ...]]] = ()
    against: Sequence[tuple[Column, str]] = ()
    free: Sequence[Column] = ()
    required: Sequence[str] = ()

    @property
    def name(self) -> str:
        """The name of the sheet or file."""
        return self.table.place.sheet or self.table.place.file


@dataclass(frozen=True)
class Guess:
    """What an export seems to be: sheets by unit, or one long or wide table.

    `sheets`: unit -> what its table holds; of a long or wide table `all` alone, and of a wide one
    `huishouden` too. `others` are tables about no unit. `person` is how a wide table writes its columns of
    persons, such as `{person} - {item}`. `units`: letters of persons, or words in the column of the unit,
    that are not ours -> unit. `items`: names of items that neither are ids nor titles, by `unit.item`.
    """

    layout: str
    sheets: Mapping[str, Sheet]
    others: Sequence[Grid] = ()
    person: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)


def guess(tables: Sequence[Grid], known: Known) -> Guess:
    """Tell what the tables of an export (of `helpers.export.read_any_tables`) are about."""
    for table in tables:
        columns = columns_of(table, known)
        found = _as_long(table, columns, known) or _as_wide(table, columns, known)
        if found:
            others = [other for other in tables if other is not table]
            return replace(found, others=others)
    sheets = _by_unit(tables, known)
    used = [sheet.table for sheet in sheets.values()]
    others = [table for table in tables if not any(table is one for one in used)]
    return Guess("sheets", sheets, others)


def _by_unit(tables: Sequence[Grid], known: Known) -> dict[str, Sheet]:
    """Tell which table is about which unit, by its columns first and then by its name."""
    sheets = {
        (unit, place): about(unit, table, columns_of(table, known), known)
        for place, table in enumerate(tables)
        for unit in UNITS
    }
    scores = {}
    for (unit, place), sheet in sheets.items():
        items = known.items_of(unit)
        share = sum(item in sheet.taken for item in items) / len(items)
        scores[unit, place] = share + sheet_likeness(unit, sheet.name) / 2
    found: dict[str, int] = {}
    for (unit, place), score in sorted(scores.items(), key=lambda pair: -pair[1]):
        if score >= LIKELY and unit not in found and place not in found.values():
            found[unit] = place
    return {unit: sheets[unit, found[unit]] for unit in UNITS if unit in found}


def sheet_likeness(unit: str, name: str) -> float:
    """Return how like the names of a unit the name of a sheet or file is (0–1).

    >>> sheet_likeness("kind", "Kinderen 2023.csv") > sheet_likeness("huishouden", "Kinderen 2023.csv")
    True
    """
    words = folded(name.removesuffix(".csv")).split()
    return max(
        (SequenceMatcher(None, one, word).ratio() for one in OTHER.sheets[unit] for word in words), default=0
    )


def about(unit: str, table: Grid, columns: Sequence[Column], known: Known) -> Sheet:
    """Tell which column of a table about a unit is which canonical one.

    Each canonical column is taken by one column at most, the one that is ahead of all others in what its
    values and its name say. Where two are as good, or only a name that is not quite alike speaks for one,
    it is asked.
    """
    by_place = {column.place: column for column in columns}
    scores, perhaps, against = _weighed(unit, columns, known)
    taken = {name: by_place[place] for name, place in _ahead_of_all(scores, perhaps).items()}
    if "organisatie" in taken and "pilootproject" not in taken:  # for want of another
        taken["pilootproject"] = taken.pop("organisatie")
    # open text under the name of an item that no column has
    for note in [name for name in taken if name.endswith(NOTE)]:
        item = note.removesuffix(NOTE)
        if item not in taken and not speaks_of_notes(taken[note].name):
            against[taken.pop(note).place] = item
    placed = {column.place for column in taken.values()}
    asked = []
    for place, found in sorted(perhaps.items()):
        best = sorted(found, key=lambda name: -found[name])[:2]
        if place not in placed and (names := tuple(name for name in best if name not in taken)):
            asked.append((by_place[place], names))
    told = placed | {column.place for column, _ in asked}
    in_order = {name: taken[name] for name in sorted(taken, key=lambda name: taken[name].place)}
    refused = [(by_place[at], name) for at, name in against.items() if at not in told and name not in taken]
    free = [column for column in columns if column.place not in told]
    return Sheet(unit, table, in_order, asked, refused, free, known.required[unit])


Scores = dict[tuple[int, str], float]  # (place of a column, canonical column) -> what speaks for it


def _weighed(
    unit: str, columns: Sequence[Column], known: Known
) -> tuple[Scores, dict[int, dict[str, float]], dict[int, str]]:
    """Weigh values and name of each column.

    Returns what each column is sure enough to be; place -> canonical columns that it may be, by a name that
    is not quite alike; place -> the column of whose name it is, where its values speak against it.
    """
    common = common_words(column.name for column in columns)
    scores: Scores = {}
    perhaps: dict[int, dict[str, float]] = {}
    against: dict[int, str] = {}
    for column in columns:
        for canonical, name in _alike(unit, column, common, known).items():
            if name < PERHAPS and (unit, canonical) in known.items and not column.levels.worded:
                continue  # without a label only a name can say which item it is
            fits = evidence(column, unit, canonical)
            score = 2 * fits + name
            if fits < 0:
                if name >= ALIKE:
                    against[column.place] = canonical
            elif fits >= SURE or name >= ALIKE:
                scores[column.place, canonical] = score
            elif name >= PERHAPS:
                perhaps.setdefault(column.place, {})[canonical] = score
    return scores, perhaps, against


def _ahead_of_all(scores: Scores, perhaps: dict[int, dict[str, float]]) -> dict[str, int]:
    """Give each canonical column the place of the one ahead of all others; two as good go to `perhaps`."""
    taken: dict[str, int] = {}
    used: set[int] = set()
    for (place, canonical), score in sorted(scores.items(), key=lambda pair: -pair[1]):
        if place in used or canonical in taken:
            continue
        near = [pair for pair, its in scores.items() if its > score - CLOSE]
        rivals = [other for other, wanted in near if wanted == canonical and other not in used | {place}]
        others = [name for other, name in near if other == place and name not in {*taken, canonical}]
        if rivals or others:
            for one in (place, *rivals):
                perhaps.setdefault(one, {}).update(dict.fromkeys((canonical, *others), score))
            used |= {place, *rivals}
        else:
            taken[canonical] = place
            used.add(place)
    return taken


def _alike(unit: str, column: Column, common: frozenset[str], known: Known) -> dict[str, float]:
    """Return how alike the name of a column is to each canonical column that it could be at all."""
    named: dict[str, float] = {}
    for stem in stems(column.name, common=common):
        for canonical, score in known.named(unit, stem).items():
            named[canonical] = max(named.get(canonical, 0), score)
    notes = {
        f"{item}{NOTE}": score for item, score in named.items() if f"{item}{NOTE}" in known.canonical[unit]
    }
    if speaks_of_notes(column.name):
        return dict.fromkeys(known.required[unit], 0.0) | notes
    found = dict.fromkeys(known.required[unit], 0.0) | named
    return found | notes if column.is_free else found


def _as_long(table: Grid, columns: Sequence[Column], known: Known) -> Guess | None:
    """Tell whether a line of a table is one answer, and which columns then hold unit, item and value."""
    titles: dict[str, set[tuple[str, str]]] = {}
    for unit, names in known.names.items():
        for name, canonical in names.items():
            if (unit, canonical) in known.items:
                titles.setdefault(name, set()).add((unit, canonical))

    def items_in(column: Column) -> dict[str, set[tuple[str, str]]]:
        common = common_words(column.texts)
        known_stems = {
            text: [stem for stem in stems(text, common=common) if stem in titles] for text in column.texts
        }
        return {text: titles[found[0]] for text, found in known_stems.items() if found}

    found = [
        (sum(column.texts[text] for text in items) / max(column.filled, 1), column, items)
        for column in columns
        if 3 <= len(column.texts) <= 200 and (items := items_in(column))
    ]
    share, of_items, items = max(found, key=lambda one: one[0], default=(0.0, None, {}))
    answers = [column for column in columns if column is not of_items and not column.is_numbered]
    answer = max(answers, key=lambda column: column.levels.share, default=None)
    if of_items is None or answer is None or min(share, answer.levels.share) < MAINLY:
        return None
    words = {folded(word): unit for unit, some in OTHER.sheets.items() for word in some}
    of_unit = [column for column in columns if column.share(lambda text: folded(text) in words) >= MAINLY]
    taken = {"unit": of_unit[0]} if of_unit else {}
    taken |= {"item": of_items, "value": answer}
    notes = [column for column in columns if speaks_of_notes(column.name) and evidence(column, "", NOTE) >= 0]
    taken |= {NOTE.lstrip("_"): notes[0]} if len(notes) == 1 else {}
    rest = [column for column in columns if column not in taken.values()]
    sheet = _of_all(table, rest, known)
    units = {
        text: words[folded(text)] for column in of_unit[:1] for text in column.texts if folded(text) in words
    }
    renamed = {
        f"{unit}.{item}": text
        for text, keys in items.items()
        for unit, item in sorted(keys)
        if folded(text) not in known.names[unit]
    }
    whole = replace(sheet, taken=taken | dict(sheet.taken))
    others = {text: unit for text, unit in units.items() if fold(text) != unit}
    return Guess("long", {"all": whole}, units=others, items=renamed)


def _of_all(table: Grid, columns: Sequence[Column], known: Known) -> Sheet:
    """Tell which columns of a long or wide table say who and when, in whichever unit they stand."""
    taken: dict[str, Column] = {}
    perhaps: list[tuple[Column, tuple[str, ...]]] = []
    for unit in UNITS:
        found = about(unit, table, [column for column in columns if column not in taken.values()], known)
        taken |= {name: one for name, one in found.taken.items() if _says_who(name, unit, known)} | taken
        perhaps += [pair for pair in found.perhaps if all(_says_who(name, unit, known) for name in pair[1])]
    open_ = {column: names for column, names in perhaps if column not in taken.values()}
    free = [column for column in columns if column not in taken.values() and column not in open_]
    return Sheet("all", table, taken, list(open_.items()), (), free)


def _says_who(name: str, unit: str, known: Known) -> bool:
    """Say whether a canonical column is no item, nor a note at one."""
    return (unit, name) not in known.items and not name.endswith(NOTE)


def _as_wide(table: Grid, columns: Sequence[Column], known: Known) -> Guess | None:
    """Tell whether a line of a table holds a whole family, and how its columns name persons and items."""
    persons = ("volwassene", "kind")
    best: list[tuple[Column, re.Match[str]]] = []
    for pattern in (_PERSON_FIRST, _PERSON_LAST):
        parts = [(column, match) for column in columns if (match := pattern.fullmatch(column.name))]
        common = common_words(match["item"] for _, match in parts)
        of_items = [
            (column, match)
            for column, match in parts
            if any(_best_name(unit, match["item"], common, known) for unit in persons)
        ]
        best = max(best, of_items, key=len)
    letters: dict[str, Counter[str]] = {}
    for _, match in best:
        prefix = _letters(match)
        for unit in persons:
            if _best_name(unit, match["item"], frozenset(), known):
                letters.setdefault(prefix, Counter())[unit] += 1
    if len(best) < PERSON_COLUMNS or len(best) < 0.2 * len(columns) or not letters:
        return None
    units = {
        prefix: unit
        for prefix, found in letters.items()
        if (unit := _unit_of(prefix, found)) and UNIT_OF_PREFIX.get(prefix) != unit
    }
    of_person = {column.place for column, _ in best}
    pattern = best[0][1].re
    alike = [(c, m) for c in columns if (m := pattern.fullmatch(c.name)) and _letters(m) in letters]
    strange = {folded(m["item"]): c for c, m in reversed(alike) if c.place not in of_person}
    of_person |= {column.place for column, _ in alike}
    rest = [column for column in columns if column.place not in of_person]
    whole = _of_all(table, rest, known)
    left = [column for column in rest if column not in whole.taken.values()]
    household = about("huishouden", table, left, known)
    items = _other_names(best, units | UNIT_OF_PREFIX, known)
    seen = [*household.taken.values(), *(column for column, _ in household.perhaps)]
    sheets = {
        "all": replace(whole, free=[*(c for c in whole.free if c not in seen), *strange.values()]),
        "huishouden": replace(household, free=(), required=()),
    }
    return Guess("wide", sheets, person=_template(best), units=units, items=items)


def _letters(match: re.Match[str]) -> str:
    return re.sub(r"[\d\s]", "", match["person"]).upper()


def _unit_of(prefix: str, found: Counter[str]) -> str:
    """Return the unit of which most items stand under a prefix; its own word decides between two as good."""
    (first, most), *others = found.most_common()
    if others and others[0][1] == most:
        word = folded(prefix)
        return next(
            (unit for unit in found if any(name.startswith(word) for name in OTHER.sheets[unit])), first
        )
    return first


def _best_name(unit: str, name: str, common: frozenset[str], known: Known) -> str:
    """Return the item or attribute of a unit of which this is the name, "" when none is."""
    for stem in stems(name, common=common):
        for canonical, score in known.named(unit, stem).items():
            if score >= ALIKE and canonical not in SHARED:
                return canonical
    return ""


def _template(found: Sequence[tuple[Column, re.Match[str]]]) -> str:
    """Return how the most columns write person and item, blanks at the ends and repeated ones left out."""
    counts: Counter[str] = Counter()
    for _, match in found:
        sign = re.sub(r"\s+", " ", match["sign"])
        if match.re is _PERSON_FIRST:
            counts[f"{{person}}{sign}{{item}}"] += 1
        else:
            counts[f"{{item}}{sign}{{person}}{match['end']}"] += 1
    return counts.most_common(1)[0][0]


def _other_names(
    found: Sequence[tuple[Column, re.Match[str]]], units: Mapping[str, str], known: Known
) -> dict[str, str]:
    """Return the names in a wide header that are neither the id nor a title, by `unit.item`."""
    common = common_words(match["item"] for _, match in found)
    names: dict[str, str] = {}
    for _, match in found:
        unit = units.get(_letters(match), "")
        name = " ".join(match["item"].split())
        canonical = _best_name(unit, name, common, known) if unit else ""
        if canonical and not speaks_of_notes(name) and folded(name) not in known.names[unit]:
            names.setdefault(f"{unit}.{canonical}", name)
    return names
