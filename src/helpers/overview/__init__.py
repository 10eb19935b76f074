"""Small tables for reading: the definitions, the export and the accounts of the cleaning, as pages show them.

They are shown, never written: what a reader may want as a file is declared in `data/reference/tables.yml`.
"""

from helpers.overview._cleaning import accounting, lost_levels, sheets, warnings
from helpers.overview._definitions import choices, domains, pilots
from helpers.overview._words import (
    CHOICES,
    DOMAINS,
    LABELS,
    LOSSES,
    NOT_HOLDING,
    PILOTS,
    SHEETS,
    WARNINGS,
)

__all__ = [
    "CHOICES",
    "DOMAINS",
    "LABELS",
    "LOSSES",
    "NOT_HOLDING",
    "PILOTS",
    "SHEETS",
    "WARNINGS",
    "accounting",
    "choices",
    "domains",
    "lost_levels",
    "pilots",
    "sheets",
    "warnings",
]
