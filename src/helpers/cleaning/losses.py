"""What an export loses in cleaning, text by text: each that was no level, and the label that it is most like.

The rules empty cells one by one; whether a loss is harmless is seen only in all of them together, which
`doubts` looks at.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher, get_close_matches
from functools import cache

import pandas as pd

from helpers.cleaning import values
from helpers.definitions import LEVELS, Definitions, Item
from helpers.export.messages import FEW, SHORT
from helpers.export.names import fold

NEAR = 0.6  # difflib ratio from which a text is taken for a label, a name for a pilot
EXAMINED = 500  # distinct texts of an item that are compared with its labels, the most usual ones
COMPARED = 300  # signs of such a text
COLUMNS = ("unit", "item", "text", "cells", "nearest", "level", "ratio")

_NUMBERED = re.compile(
    r"\W*0*([1-5])(?:[.,]0+)?(?:%|\W*$|\s*[-.):=,;|\u2010-\u2015]+\s*(?=\D)|\s+(?=\D))(.*)", re.DOTALL
)
_CODE = re.compile(r"([^\W\d_]{1,12})[-_ ]?0*(\d{1,2})")
_PERCENT = re.compile(r"(\d{1,3})\s?%")


def losses(texts: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """List every distinct text that was no level, with the label that it is most like, most cells first.

    `texts` are those of `ExportCounts`. Gives `cells` that R07 emptied because of it; `nearest`, the Dutch
    label that is most like it; the `level` that it would have been, missing where neither a label is near nor
    a number says so; `ratio`, how alike text and label are (0–1, difflib). By item of the codebook, texts
    with as many cells in the order of the alphabet. Notes may be among them.
    """
    of_item = {key: cells for key, cells in texts["cells"].groupby(["unit", "item"])}
    found = [_of_item(of_item[key], item) for key, item in definitions.items.items() if key in of_item]
    words = dict.fromkeys(("unit", "item", "text", "nearest"), "str")
    types = {**words, "cells": "int64", "level": "Int64", "ratio": "float64"}
    frames = found or [pd.DataFrame(columns=list(COLUMNS))]
    return pd.concat(frames, ignore_index=True).astype(types)


def _of_item(cells: pd.Series, item: Item) -> pd.DataFrame:
    counts = cells.droplevel(["unit", "item"]).sort_values(ascending=False, kind="stable")
    compared = [nearest_label(str(text), item) for text in counts.index[:EXAMINED]]
    compared += [(None, None, 0.0)] * (len(counts) - len(compared))
    frame = pd.DataFrame(compared, columns=["nearest", "level", "ratio"])
    return frame.assign(unit=item.unit, item=item.item, text=counts.index, cells=counts.to_numpy())[
        list(COLUMNS)
    ]


def nearest_label(text: str, item: Item) -> tuple[str | None, int | None, float]:
    """Find the label of an item that a text is most like, a number before it taken off.

    The Dutch label, the level that the text would have been, and how alike the two are (0–1). The level is
    that of a label from 0.6 on, and of one that the text is the beginning of; else a number that stands
    before the text or ends a code (`A3`); else None.
    """
    number, rest = numbered(text)
    wanted = values.fold(rest)[:COMPARED]
    labels = values.level_labels(item)
    cut = [label for label in labels if len(wanted) > SHORT and label.startswith(wanted)]
    cut = [label for label in cut if labels[label] == number] or cut
    near = cut[:1] if len({labels[label] for label in cut}) == 1 else []
    near = near or get_close_matches(wanted, list(labels), n=2, cutoff=NEAR)
    if cut and not near:  # several labels begin so
        return item.label(labels[cut[0]], "nl"), None, _alike(wanted, cut[0])
    if not near:
        named = item.label(number, "nl") if number else None
        return named, number, _alike(wanted, values.fold(named)) if named else 0.0
    scores = {label: _alike(wanted, label) for label in near}
    best = max(near, key=lambda label: (scores[label], labels[label] == number))
    level = labels[best]
    shown_label = item.label(level, "nl")
    if values.fold(shown_label) != best:
        shown_label = item.alternatives[level - 1]
    return shown_label, level, scores[best]


def numbered(text: str) -> tuple[int | None, str]:
    """Split a text into the level that a number in it names, and the words after that.

    >>> [numbered(text) for text in ("3) Soms", "05", "3.5", "2-3", "L004", "3 jaar", "Soms")]
    [(3, 'Soms'), (5, ''), (None, '3.5'), (None, '2-3'), (4, ''), (3, 'jaar'), (None, 'Soms')]
    """
    if found := _NUMBERED.fullmatch(text):
        return (int(found[1]), found[2]) if not text.rstrip().endswith("%") else (None, text)
    code = _CODE.fullmatch(text)
    return (int(code[2]), "") if code and int(code[2]) in LEVELS else (None, text)


@cache
def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def may_be_shown(text: str, ratio: float, rows: int = 0) -> bool:
    """Say whether a terminal may show a text from a cell: near a known word, or too short for a note; in a
    column of words also one that stands on several `rows`, as a note does not.
    """
    return ratio >= NEAR or len(text) <= SHORT or rows > FEW


def coding(text: str) -> tuple[str, int]:
    """Give the letters (or `%`) and the number of an answer code, ("", 0) of any other text.

    >>> coding("L005"), coding("40%"), coding("02"), coding("Goed")
    (('l', 5), ('%', 40), ('0', 2), ('', 0))
    """
    if code := _CODE.fullmatch(text):
        return code[1].casefold(), int(code[2])
    if text.startswith("0") and text.strip("0") in {"1", "2", "3", "4", "5"}:
        return "0", int(text)
    percent = _PERCENT.fullmatch(text)
    return ("%", int(percent[1])) if percent else ("", 0)


def nearest_pilot(name: str, pilots: Sequence[str]) -> str:
    """Give the pilot whose name is most like this one, "" when none is.

    >>> nearest_pilot("Oostende", ["Leuven", "Ostende"]), nearest_pilot("Gent", ["Leuven", "Ostende"])
    ('Ostende', '')
    """
    folded = {fold(pilot): pilot for pilot in pilots}
    wanted = fold(name)[:COMPARED]
    return next((folded[near] for near in get_close_matches(wanted, list(folded), n=1, cutoff=NEAR)), "")
