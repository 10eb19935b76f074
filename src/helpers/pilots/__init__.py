"""States and scores → pilots side by side: who they work with, who moved, and what chance alone would give.

Pilots stand in the order of the dataset, never in that of an outcome: with a handful of families each, a
ranking says little about a pilot (Goldstein & Spiegelhalter 1996, doi:10.2307/2983325). What is compared, and
from how many families on, is data: `data/reference/pilot_comparison.yml`.
"""

from helpers.definitions import Text
from helpers.pilots._case_mix import case_mix
from helpers.pilots._families import profile, registration
from helpers.pilots._outcomes import changes, heterogeneity, limits, outcomes, transitions

__all__ = [
    "MEASURES",
    "case_mix",
    "changes",
    "heterogeneity",
    "limits",
    "outcomes",
    "profile",
    "registration",
    "transitions",
]

MEASURES = Text(
    "H, A en M0 van de opgevolgde gezinnen per pilootproject, zoals op pagina 03.",
    "H, A and M0 of the followed families by pilot project, as on page 03.",
)
