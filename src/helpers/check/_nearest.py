"""Names in an export and the names that we know: how alike they are, without case, accents and signs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache

from helpers.definitions import UNITS, Definitions
from helpers.export import Grid, canonical_columns, note_columns
from helpers.formats import without_diacritics

ALIKE = 0.85  # from here on a name is taken for another
PERHAPS = 0.6  # from here on it is worth naming
CLOSE = 0.05  # two that are so near each other cannot be told apart
LONGEST = 120  # signs of a name that are compared
LIKELY = 0.45  # a table with half of the items, or with the very name of a unit
NOTE = "_toelichting"
OF_NOTES = ("toel", "not", "opm")  # in a name of a column with notes
OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "registratie_id": ("registratie", "registratienummer", "registratie nummer", "id", "registration id"),
    "gezin": ("gezinscode", "code gezin", "gezinsnummer", "gezin id", "dossier", "dossiernummer", "family"),
    "pilootproject": ("pilootprojecten", "piloot", "pilot", "pilot project", "project"),
    "datum": ("datum registratie", "registratiedatum", "datum momentopname", "date", "registration date"),
    "gezinstype": ("type gezin", "gezinsvorm", "type huishouden", "household type", "family type"),
    "persoon": ("persoonscode", "code persoon", "persoon id", "persoonsnummer", "person", "person code"),
    "opleidingsniveau": ("niveau opleiding", "hoogste opleidingsniveau", "education", "level of education"),
    "geboortedatum": ("datum geboorte", "geboren op", "geboorte datum", "date of birth", "birth date"),
}
SHEETS: Mapping[str, tuple[str, ...]] = {
    "huishouden": ("huishouden", "huishoudens", "gezin", "gezinnen", "household", "households"),
    "volwassene": ("volwassene", "volwassenen", "ouder", "ouders", "adult", "adults"),
    "kind": ("kind", "kinderen", "child", "children"),
}


@lru_cache(maxsize=10_000)
def folded(name: str) -> str:
    """Return a name as names are compared here: letters and digits only, without case and accents.

    >>> folded(" Maatschappelijke_Oriëntatie* ")
    'maatschappelijke orientatie'
    """
    plain = without_diacritics(unicodedata.normalize("NFKC", name[:LONGEST])).casefold()
    return " ".join(re.findall(r"[^\W_]+", plain))


@dataclass(frozen=True)
class Known:
    """Unit -> folded name -> the canonical column that is called so; unit -> all its canonical columns."""

    names: Mapping[str, Mapping[str, str]]
    canonical: Mapping[str, frozenset[str]]
    required: Mapping[str, tuple[str, ...]]
    items: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, definitions: Definitions) -> Known:
        """Collect the canonical names, the titles of the items in both languages, and other usual names."""
        return cls(
            {unit: dict(_names(unit, definitions)) for unit in UNITS},
            {
                unit: frozenset((*canonical_columns(unit, definitions), *note_columns(unit, definitions)))
                for unit in UNITS
            },
            {unit: canonical_columns(unit, definitions) for unit in UNITS},
            {unit: tuple(item.item for item in definitions.unit_items(unit)) for unit in UNITS},
        )

    def nearest(self, unit: str, name: str, *, there: Collection[str] = ()) -> str:
        """Return the canonical column of a unit whose name is most like this one; "" when none is.

        Columns that are `there` already need no other name, and are not named; nor are notes, but for a name
        that speaks of notes.
        """
        found = self.candidates(unit, name, at_least=PERHAPS)
        notes = any(word in folded(name) for word in OF_NOTES)
        likely = (column for column, _ in found if column not in there)
        return next((column for column in likely if notes or not column.endswith(NOTE)), "")

    def candidates(self, unit: str, name: str, *, at_least: float) -> list[tuple[str, float]]:
        """Return the canonical columns that a name may stand for and how alike they are (0–1), best first."""
        names, wanted = self.names[unit], folded(name)
        best: dict[str, float] = {}
        for one in get_close_matches(wanted, names, n=8, cutoff=at_least):
            score = SequenceMatcher(None, one, wanted).ratio()
            best[names[one]] = max(best.get(names[one], 0), score)
        return sorted(best.items(), key=lambda pair: -pair[1])

    def taken(self, unit: str, header: Sequence[str]) -> tuple[dict[str, str], dict[str, list[str]]]:
        """Take names for canonical columns, each for one at most.

        Returns
        -------
        taken
            Canonical column -> name.
        doubtful
            Name -> canonical columns that it may stand for, where that cannot be told.
        """
        found = {name: self.candidates(unit, name, at_least=ALIKE) for name in header if name}
        taken: dict[str, str] = {}
        doubtful: dict[str, list[str]] = {}
        ranked = sorted((name for name in found if found[name]), key=lambda name: -found[name][0][1])
        for name in ranked:
            score = found[name][0][1]
            near = [column for column, other in found[name] if other >= score - CLOSE and other < 1]
            near = [found[name][0][0]] if score == 1 else near
            free = [column for column in near if column not in taken]
            if len(near) == 1 and free:
                taken[near[0]] = name
            else:
                doubtful[name] = near
        return taken, doubtful


def _names(unit: str, definitions: Definitions) -> Iterable[tuple[str, str]]:
    """Yield (folded name, canonical column); of two columns with one name the one that stands last."""
    for item in definitions.unit_items(unit):
        for title in (item.title.nl, item.title.en):
            for words in (f"{title} toelichting", f"toelichting {title}", f"{title} note"):
                yield folded(words), f"{item.item}{NOTE}"
        for title in (item.title.en, item.title.nl):
            yield folded(title), item.item
    for column in note_columns(unit, definitions):
        yield folded(column), column
    for column in canonical_columns(unit, definitions):
        for name in (*OTHER_NAMES.get(column, ()), column):
            yield folded(name), column


def units_of(tables: Sequence[Grid], known: Known) -> dict[str, Grid]:
    """Tell which table is about which unit, by its columns first and then by its name.

    Returns
    -------
    dict
        Unit -> table, in the order of the units; without those that no table seems to be about.
    """
    scores = {
        (unit, place): _about(unit, table, known) for unit in UNITS for place, table in enumerate(tables)
    }
    found: dict[str, int] = {}
    for (unit, place), score in sorted(scores.items(), key=lambda pair: -pair[1]):
        if score >= LIKELY and unit not in found and place not in found.values():
            found[unit] = place
    return {unit: tables[found[unit]] for unit in UNITS if unit in found}


def _about(unit: str, table: Grid, known: Known) -> float:
    """Score how much a table seems to be about a unit: the share of its items that it has, and its name."""
    taken, _ = known.taken(unit, table.header)
    share = sum(1 for item in known.items[unit] if item in taken) / len(known.items[unit])
    return share + sheet_likeness(unit, table.place.sheet or table.place.file) / 2


def sheet_likeness(unit: str, name: str) -> float:
    """Return how like the names of a unit the name of a sheet or file is (0–1).

    >>> sheet_likeness("kind", "Kinderen 2023.csv") > sheet_likeness("huishouden", "Kinderen 2023.csv")
    True
    """
    words = folded(name.removesuffix(".csv")).split()
    return max(
        (SequenceMatcher(None, one, word).ratio() for one in SHEETS[unit] for word in words), default=0
    )
