"""Tables in, sentences in both languages out: findings, captions, and texts that can stand for a figure.

Everything with a number in it is made here from the table, never typed. There is no control group, so a
sentence says that something moved or changed, not why; it speaks of a test only with its p-value.
"""

from helpers._baseline_sentences import cases, education, flow, profile
from helpers._change_sentences import classes, scheme, score_matrix, transition
from helpers._distribution_sentences import distribution
from helpers._item_sentences import freshness, item_change
from helpers._official_sentences import official_series
from helpers._phrases import Account, counted, fill, listed
from helpers._poverty_sentences import change_domains, poverty_change, poverty_domains, poverty_measures

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
