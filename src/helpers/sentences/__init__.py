"""Tables in, sentences in both languages out: findings, captions, and texts that can stand for a figure.

Everything with a number in it is made here from the table, never typed. There is no control group, so a
sentence says that something moved or changed, not why; it speaks of a test only with its p-value.
"""

from helpers.sentences._phrases import Account, counted, fill, listed, way_words

__all__ = [
    "Account",
    "counted",
    "fill",
    "listed",
    "way_words",
]
