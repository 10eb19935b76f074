"""Small tables for reading: the definitions, the export and the accounts of the cleaning, as pages show them.

They are shown, never written: what a reader may want as a file is declared in `data/reference/outputs/`.
"""

from helpers.overview._cleaning import accounting, lost_levels, sheets, warnings
from helpers.overview._definitions import choices, domains, pilots

__all__ = [
    "accounting",
    "choices",
    "domains",
    "lost_levels",
    "pilots",
    "sheets",
    "warnings",
]
