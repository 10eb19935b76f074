"""Small tables for reading: the definitions, the export and the accounts of the cleaning, as pages show them.

They are shown, never written: what a reader may want as a file is declared in `data/reference/tables.yml`.
"""

from helpers.overview._claims import claims, disagreements
from helpers.overview._cleaning import accounting, known_states, lost_levels, sheets, warnings
from helpers.overview._definitions import choices, domains, pilots, wordings
from helpers.overview._words import (
    ACCOUNTING,
    CHOICES,
    DOMAINS,
    KNOWN_STATES,
    LABELS,
    LOSSES,
    NOT_HOLDING,
    PILOTS,
    SHEETS,
    WARNINGS,
    WORDINGS,
)

__all__ = [
    "ACCOUNTING",
    "CHOICES",
    "DOMAINS",
    "KNOWN_STATES",
    "LABELS",
    "LOSSES",
    "NOT_HOLDING",
    "PILOTS",
    "SHEETS",
    "WARNINGS",
    "WORDINGS",
    "accounting",
    "choices",
    "claims",
    "disagreements",
    "domains",
    "known_states",
    "lost_levels",
    "pilots",
    "sheets",
    "warnings",
    "wordings",
]
