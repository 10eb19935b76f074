"""States → pairs of levels → transition matrices, tests, and the change of every item.

A pair is a person (for household items a family) with a known level, 1-5, at both moments; only followed
families have a follow-up. Higher is better.
"""

from helpers.transitions._items import item_change
from helpers.transitions._pairs import (
    WithoutPair,
    counts,
    family_counts,
    family_matrices,
    matrix_table,
    moved_families,
    pairs,
    score_counts,
    without_pair,
)
from helpers.transitions._tests import transition_tests

__all__ = [
    "WithoutPair",
    "counts",
    "family_counts",
    "family_matrices",
    "item_change",
    "matrix_table",
    "moved_families",
    "pairs",
    "score_counts",
    "transition_tests",
    "without_pair",
]
