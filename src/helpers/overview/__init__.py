"""Small tables for reading: the definitions, the export and the accounts of the cleaning, as pages show them.

They are shown, never written: what a reader may want as a file is declared in `data/reference/tables.yml`.
"""

from helpers.overview._claims import MADE_OF, claims, disagreements
from helpers.overview._cleaning import accounting, known_states, lost_levels, sheets
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
    WORDINGS,
    counts_nobody,
    known_title,
)

__all__ = [
    "ACCOUNTING",
    "CHOICES",
    "DOMAINS",
    "KNOWN_STATES",
    "LABELS",
    "LOSSES",
    "MADE_OF",
    "NOT_HOLDING",
    "PILOTS",
    "SHEETS",
    "WORDINGS",
    "accounting",
    "choices",
    "claims",
    "counts_nobody",
    "disagreements",
    "domains",
    "known_states",
    "lost_levels",
    "known_title",
    "pilots",
    "sheets",
    "wordings",
]
