"""Tables in, sentences in both languages out: findings, captions, and texts that can stand for a figure.

Everything with a number in it is made here from the table, never typed. There is no control group, so a
sentence says that something moved or changed, not why; it speaks of a test only with its p-value.
"""

from helpers.sentences._change import classes, scheme, score_matrix
from helpers.sentences._cutoffs import cutoffs, item_tests
from helpers.sentences._estimates import poverty_line, score_net
from helpers.sentences._freshness import freshness_by_item, headline_fresh
from helpers.sentences._lost import attrition, attrition_bounds
from helpers.sentences._multiverse import headlines, multiverse
from helpers.sentences._phrases import Account, counted, fill, listed, way_words
from helpers.sentences._planning import planning, power
from helpers.sentences._poverty import change_domains, poverty_change, poverty_domains, poverty_measures
from helpers.sentences._regression import regression_to_mean

__all__ = [
    "Account",
    "attrition",
    "attrition_bounds",
    "change_domains",
    "classes",
    "counted",
    "cutoffs",
    "fill",
    "freshness_by_item",
    "headline_fresh",
    "headlines",
    "item_tests",
    "listed",
    "multiverse",
    "planning",
    "poverty_change",
    "poverty_domains",
    "poverty_line",
    "poverty_measures",
    "power",
    "regression_to_mean",
    "scheme",
    "score_matrix",
    "score_net",
    "way_words",
]
