"""Tables in, sentences in both languages out: findings, captions, and texts that can stand for a figure.

Everything with a number in it is made here from the table, never typed. There is no control group, so a
sentence says that something moved or changed, not why; it speaks of a test only with its p-value.
"""

from helpers.sentences._baseline import cases, education, flow, profile
from helpers.sentences._change import classes, scheme, score_matrix, transition
from helpers.sentences._distribution import distribution
from helpers.sentences._item import freshness, item_change
from helpers.sentences._official import official_series
from helpers.sentences._phrases import Account, counted, fill, listed
from helpers.sentences._poverty import change_domains, poverty_change, poverty_domains, poverty_measures

__all__ = [
    "Account",
    "cases",
    "change_domains",
    "classes",
    "counted",
    "distribution",
    "education",
    "fill",
    "flow",
    "freshness",
    "item_change",
    "listed",
    "official_series",
    "poverty_change",
    "poverty_domains",
    "poverty_measures",
    "profile",
    "scheme",
    "score_matrix",
    "transition",
]
