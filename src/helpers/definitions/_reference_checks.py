"""What must hold across the rows and entries of the reference files; faults are noted, never raised."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import combinations, pairwise

from helpers.definitions._definitions import CHANGE_CLASSES, DOMAINS, LEVELS, MOMENTS, STATUSES, UNITS
from helpers.definitions._reference_files import Document, Faults

Rows = list[tuple[int, dict[str, str]]]

FILE = "sociale_balans.csv"
ITEMS_PER_UNIT = {"huishouden": 8, "volwassene": 21, "kind": 16}
FIGURE_NUMBERS = tuple(range(2, 22))
VALUES = {
    "unit": UNITS,
    "unit_plural": UNITS,
    "unit_of_analysis": ("family", "adult", "child", "person", "followed_family"),
    "moment": MOMENTS,
    "note": ("gee_not_converged", "gee_error", "gee_not_finite", "gee_few_families"),
    "status": STATUSES,
    "freshness": ("changed", "confirmed", "carried"),
    "household_type": ("koppel", "alleenstaande ouder", "onbekend"),
    "education": (
        "geen of lager onderwijs",
        "lager secundair",
        "hoger secundair",
        "hoger onderwijs",
        "onbekend",
    ),
    "characteristic": ("household_type", "children", "child_age"),
    "child_age": ("expected", "onbekend"),
    "flow_stage": ("registered", "test", "no_household", "too_few_items", "retained", "followed"),
    "family_status": ("retained", "excluded"),
    "effect": ("row_rejected", "cell_emptied", "overruled"),
    "rule": ("R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "F01", "F02"),
    "domain_status": ("deprived", "not_deprived", "unknown"),
    "direction": ("improved", "unchanged", "declined"),
    "score_range": ("not_poor", "poor", "severe"),
    "variant": ("default", "stricter", "looser"),
    "measure": ("H", "A", "M0"),
    "claim_verdict": ("holds", "does_not_hold", "unknown"),
    "pilot": ("all", "unknown"),
    "review_group": ("declined", "other"),
}


def comparable(text: str) -> str:
    """Text as labels are compared: without case, extra white space, diacritics and stars.

    Examples
    --------
    >>> comparable("Maatschappelijke  oriëntatie *")
    'maatschappelijke orientatie'
    """
    letters = unicodedata.normalize("NFKD", text.replace("*", ""))
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).casefold().split())


def check_items(rows: Rows, faults: Faults) -> None:
    """Check the codebook: known units, 8 + 21 + 16 items, unique keys, no blank and no ambiguous label."""
    seen: dict[tuple[str, str], int] = {}
    for number, row in rows:
        if row["unit"] not in UNITS:
            faults.add(
                f"{FILE}, row {number}, column unit",
                f"must be one of {', '.join(UNITS)}; found '{row['unit']}'",
            )
        key = (row["unit"], row["item"])
        if key in seen:
            faults.add(
                f"{FILE}, row {number}",
                f"item '{key[1]}' of unit '{key[0]}' stands in row {seen[key]} already",
            )
        seen.setdefault(key, number)
        _check_blanks(number, row, faults)
        _check_labels(number, row, faults)
    counts = Counter(unit for unit, _ in seen)
    for unit, expected in ITEMS_PER_UNIT.items():
        if counts[unit] != expected:
            faults.add(FILE, f"must hold {expected} items of unit '{unit}'; found {counts[unit]}")


def _check_blanks(number: int, row: Mapping[str, str], faults: Faults) -> None:
    """Every column but the alternatives and the note is filled; alternatives are all there or none is."""
    alternatives = [f"alt_{level}_nl" for level in LEVELS]
    required = [column for column in row if column not in (*alternatives, "note", "unit")]
    if any(row[column] for column in alternatives):
        required += alternatives
    for column in required:
        if not row[column]:
            faults.add(f"{FILE}, row {number}, column {column}", f"item '{row['item']}' must have text here")


def _check_labels(number: int, row: Mapping[str, str], faults: Faults) -> None:
    """No two levels of an item share a label: a registration in words could not be read."""
    dutch = [(level, f"{kind}_{level}_nl") for kind in ("level", "alt") for level in LEVELS]
    english = [(level, f"level_{level}_en") for level in LEVELS]
    for (one, first), (other, second) in [*combinations(dutch, 2), *combinations(english, 2)]:
        if one != other and row[first] and comparable(row[first]) == comparable(row[second]):
            where = f"{FILE}, row {number}, columns {first} and {second}"
            faults.add(where, f"item '{row['item']}' has the same label twice: '{row[second]}'")


def check_exactly(
    document: Document, name: str, key: str, expected: Iterable[object], faults: Faults
) -> None:
    """Check that a list of entries holds exactly these ids (or numbers), each once, in this order."""
    content = document.content.get(name) if isinstance(document.content, dict) else None
    if not isinstance(content, list):
        return
    found = [entry.get(key) for entry in content if isinstance(entry, dict)]
    _compare(document.at(name), found, list(expected), faults)


def check_unique(document: Document, name: str, key: str, faults: Faults) -> None:
    """Check that no two entries of a list have the same name."""
    content = document.content.get(name) if isinstance(document.content, dict) else None
    entries = content if isinstance(content, list) else []
    ids = [str(entry.get(key)) for entry in entries if isinstance(entry, dict)]
    check_once(document.at(name), ids, faults)


def check_once(where: str, values: Iterable[str], faults: Faults) -> None:
    """Note what stands more than once."""
    for value, times in Counter(values).items():
        if times > 1:
            faults.add(where, f"'{value}' stands {times} times; keep one")


def check_rising(document: Document, name: str, values: Iterable[float], faults: Faults) -> None:
    """Note numbers that do not rise."""
    if any(before >= after for before, after in pairwise(values)):
        faults.add(document.at(name), f"must rise; found {', '.join(map(str, values))}")


def check_vocabulary(document: Document, sections: Iterable[str], faults: Faults) -> None:
    """Check that each closed vocabulary has words for its values, and `section` for the codebook's."""
    content = document.content if isinstance(document.content, dict) else {}
    for kind, expected in (VALUES | {"section": tuple(dict.fromkeys(sections))}).items():
        if not isinstance(content.get(kind), dict):
            faults.add(document.name, f"must have words for '{kind}': {', '.join(expected)}")
        elif kind == "section":
            for section in expected:
                if section not in content[kind]:
                    faults.add(document.at(kind), f"has no words for '{section}', a section of {FILE}")
        else:
            _compare(document.at(kind), list(content[kind]), list(expected), faults)


def _compare(where: str, found: list[object], expected: list[object], faults: Faults) -> None:
    """Say what is missing, too much, twice, or out of order."""
    for value in expected:
        if value not in found:
            faults.add(where, f"'{value}' is missing")
    for value, times in Counter(map(str, found)).items():
        if value not in map(str, expected):
            faults.add(where, f"'{value}' is not one of {', '.join(map(str, expected))}")
        elif times > 1:
            faults.add(where, f"'{value}' stands {times} times; keep one")
    if found != expected and sorted(map(str, found)) == sorted(map(str, expected)):
        faults.add(where, f"the order must be {', '.join(map(str, expected))}")


def check_official(years: Iterable[tuple[int, int]], faults: Faults) -> None:
    """Check that the official series has each year once, rising; `years` holds (row, year)."""
    before: int | None = None
    for row, year in years:
        if before is not None and year <= before:
            faults.add(
                f"kansarmoede_vlaanderen.csv, row {row}", f"years must rise; found {year} after {before}"
            )
        before = year


def check_index(document: Document, faults: Faults) -> None:
    """Check that `kansarmoede.yml` has the six domains and the eight change classes, in order."""
    check_exactly(document, "domains", "id", DOMAINS, faults)
    check_exactly(document, "classes", "id", CHANGE_CLASSES, faults)
