"""How much weight a finding bears: what other choices, lost families and old values would make of it.

The multiverse works the index out anew for every combination of the choices in multiverse.yml; the other
tables ask who was lost, which values were looked at again, what a high score alone makes expect, and what is
left when 45 items are tested at once. `headlines` holds the findings of the report against each choice.
"""

from helpers.robustness._attrition import attrition, attrition_bounds
from helpers.robustness._cutoffs import cutoffs, cutoffs_domains
from helpers.robustness._freshness import fresh_families, freshness, headline_fresh
from helpers.robustness._headlines import headlines
from helpers.robustness._items import item_tests
from helpers.robustness._multiverse import multiverse
from helpers.robustness._regression import regression_to_mean
from helpers.robustness._selection import reselect

__all__ = [
    "attrition",
    "attrition_bounds",
    "cutoffs",
    "cutoffs_domains",
    "fresh_families",
    "freshness",
    "headline_fresh",
    "headlines",
    "item_tests",
    "multiverse",
    "regression_to_mean",
    "reselect",
]
