"""What the tables of an unknown export are about: which unit and columns, and whether they are long or wide.

Each canonical column goes to the column that is ahead of all others in what its values and its name say;
what is not clear is asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from helpers.check.columns import (
    ALIKE,
    MAINLY,
    PERHAPS,
    Column,
    Known,
    columns_of,
    common_words,
    evidence,
    folded,
    is_note,
    speaks_of_notes,
    stems,
)
from helpers.definitions import UNITS
from helpers.export.columns import NOTE, SHARED
from helpers.export.dataset import UNIT_OF_PREFIX
from helpers.export.grid import Grid
from helpers.export.names import fold

CLOSE = 0.05  # two that are so near each other cannot be told apart
SURE = 0.5  # evidence of values from here on needs no name
LIKELY = 0.45  # a table with half of the items, or with the very name of a unit
PERSON_COLUMNS = 6  # of a table, from which on it is wide
SHEETS: Mapping[str, tuple[str, ...]] = {
    "huishouden": ("huishouden", "huishoudens", "gezin", "gezinnen", "household", "households"),
    "volwassene": ("volwassene", "volwassenen", "ouder", "ouders", "adult", "adults"),
    "kind": ("kind", "kinderen", "child", "children"),
}
_PERSON_FIRST = re.compile(
    r"\s*(?P<person>[^\W\d_]{1,12}\s?\d{1,2})(?P<sign>\s*[-–—:._/|]+\s*|\s+)(?P<item>\S.*)"
)
_PERSON_LAST = re.compile(
    r"(?P<item>.*\S)(?P<sign>\s*[-–—:._/|(\[]+\s*|\s+)(?P<person>[^\W\d_]{1,12}\s?\d{1,2})(?P<end>[)\]]?)\s*"
)


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
            return Guess(**{**vars(found), "others": others})
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
        (SequenceMatcher(None, one, word).ratio() for one in SHEETS[unit] for word in words), default=0
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
    for note in filter(is_note, list(taken)):  # open text under the name of an item that no column has
        item = note.removesuffix(NOTE)
        if item not in taken and not speaks_of_notes(taken[note].name):
            against[taken.pop(note).place] = item
    placed = {column.place for column in taken.values()}
    asked = [
        (by_place[place], tuple(name for name, _ in sorted(found.items(), key=lambda pair: -pair[1])[:2]))
        for place, found in sorted(perhaps.items())
        if place not in placed
    ]
    asked = [
        (column, open_) for column, names in asked if (open_ := tuple(n for n in names if n not in taken))
    ]
    told = placed | {column.place for column, _ in asked}
    return Sheet(
        unit,
        table,
        {name: taken[name] for name in sorted(taken, key=lambda name: taken[name].place)},
        asked,
        [
            (by_place[place], name)
            for place, name in against.items()
            if place not in told and name not in taken
        ],
        [column for column in columns if column.place not in told],
        known.required[unit],
    )


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
    words = {folded(word): unit for unit, some in SHEETS.items() for word in some}
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
    return Guess(
        "long",
        {"all": whole},
        units={text: unit for text, unit in units.items() if fold(text) != unit},
        items=renamed,
    )


def _of_all(table: Grid, columns: Sequence[Column], known: Known) -> Sheet:
    """Tell which columns of a long or wide table say who and when, in whichever unit they stand."""
    taken: dict[str, Column] = {}
    perhaps: list[tuple[Column, tuple[str, ...]]] = []
    for unit in UNITS:
        found = about(unit, table, [column for column in columns if column not in taken.values()], known)
        taken |= {
            name: column for name, column in found.taken.items() if _says_who(name, unit, known)
        } | taken
        perhaps += [
            (column, names)
            for column, names in found.perhaps
            if all(_says_who(name, unit, known) for name in names)
        ]
    open_ = {column: names for column, names in perhaps if column not in taken.values()}
    free = [column for column in columns if column not in taken.values() and column not in open_]
    return Sheet("all", table, taken, list(open_.items()), (), free)


def _says_who(name: str, unit: str, known: Known) -> bool:
    """Say whether a canonical column is no item, nor a note at one."""
    return (unit, name) not in known.items and not is_note(name)


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
    alike = {c.place for c in columns if (m := pattern.fullmatch(c.name)) and _letters(m) in letters}
    rest = [column for column in columns if column.place not in of_person | alike]
    whole = _of_all(table, rest, known)
    left = [column for column in rest if column not in whole.taken.values()]
    household = about("huishouden", table, left, known)
    items = _other_names(best, units | UNIT_OF_PREFIX, known)
    seen = {column.place for column in household.taken.values()} | {
        column.place for column, _ in household.perhaps
    }
    all_free = [column for column in whole.free if column.place not in seen]
    return Guess(
        "wide",
        {
            "all": Sheet("all", table, whole.taken, whole.perhaps, (), all_free),
            "huishouden": Sheet(
                "huishouden", table, household.taken, household.perhaps, household.against, ()
            ),
        },
        person=_template(best),
        units=units,
        items=items,
    )


def _letters(match: re.Match[str]) -> str:
    return re.sub(r"[\d\s]", "", match["person"]).upper()


def _unit_of(prefix: str, found: Counter[str]) -> str:
    """Return the unit of which most items stand under a prefix; its own word decides between two as good."""
    (first, most), *others = found.most_common()
    if others and others[0][1] == most:
        word = folded(prefix)
        return next((unit for unit in found if any(name.startswith(word) for name in SHEETS[unit])), first)
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
        sign = " ".join(f" {match['sign']} ".split()) if match["sign"].strip() else " "
        sign = re.sub(r"\s+", " ", match["sign"]) if match["sign"].strip() else sign
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
