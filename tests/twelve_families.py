"""One small export that tests change by an edit: every number in it can be counted by hand.

Twelve families, six of each of two pilots, with a household, an adult and a child, each registered on three
days: 36 rows a sheet. The i-th row (from 0) has level 1 + i mod 5 at every item, so that level 1 stands on 8
rows and each other level on 7.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from datasets import ITEMS
from raw_exports import DEFINITIONS

DAYS = ("2022-05-01", "2022-09-01", "2023-05-01")
Edit = Callable[[str, int, dict[str, Any]], None]


def sheets(edit: Edit = lambda *_: None) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each unit, once `edit(unit, place, row)` has changed them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for unit, items in ITEMS.items():
        found[unit] = []
        for place in range(36):
            number = place // 3
            row: dict[str, Any] = {
                "registratie_id": place + 1,
                "gezin": f"FAM-{number:03d}",
                "pilootproject": "Leuven" if number < 6 else "Oostende",
                "datum": DAYS[place % 3],
            }
            if unit == "huishouden":
                row["gezinstype"] = "koppel" if number % 2 else "alleenstaande ouder"
            elif unit == "volwassene":
                row |= {"persoon": "V1", "opleidingsniveau": "lager secundair"}
            else:
                row |= {"persoon": "K1", "geboortedatum": f"{2006 + number}-03-04"}
            row |= dict.fromkeys(items, 1 + place % 5)
            edit(unit, place, row)
            found[unit].append(row)
    return found


def various(unit: str, first: int) -> dict[str, int]:
    """Return a level for each item of a unit, one higher than that of the item before, or 1 after 5."""
    return {item: 1 + (first + place) % 5 for place, item in enumerate(ITEMS[unit])}


def label(unit: str, item: str, level: int) -> str:
    """Return the Dutch label of a level."""
    return DEFINITIONS.item(unit, item).label(level, "nl")


def with_labels(unit: str, place: int, row: dict[str, Any]) -> None:
    """Write each level as `3 - label`, on every fourth row as the number alone."""
    if place % 4:
        row.update({item: f"{row[item]} - {label(unit, item, row[item])}" for item in ITEMS[unit]})
