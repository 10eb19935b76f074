"""Tables in, sentences in both languages out: findings, captions, and texts that can stand for a figure.

Everything with a number in it is made here from the table, never typed. There is no control group, so a
sentence says that something moved or changed, not why; it speaks of a test only with its p-value.
"""

from helpers.sentences._change import classes, scheme, score_matrix
from helpers.sentences._estimates import poverty_line, score_net
from helpers.sentences._phrases import Account, counted, fill, listed, way_words
from helpers.sentences._poverty import change_domains, poverty_change, poverty_domains, poverty_measures

__all__ = [
    "Account",
    "change_domains",
    "classes",
    "counted",
    "fill",
    "listed",
    "poverty_change",
    "poverty_domains",
    "poverty_line",
    "poverty_measures",
    "scheme",
    "score_matrix",
    "score_net",
    "way_words",
]
