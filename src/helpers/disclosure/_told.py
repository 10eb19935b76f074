"""Which rounded counts are not shown: those that with others would leave a small count one value."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from helpers.disclosure._quantities import Shown
from helpers.disclosure._solve import limits
from helpers.disclosure._system import Block, Key, Known, Relation, block_of

NEAR = 1e-6


def hidden_counts(
    found: Shown, relations: Sequence[Relation], shown: dict[Key, tuple[int, int]], *, min_cell: int
) -> set[Key]:
    """Find counts to leave out until no small count has one possible value by the equations one by one.

    Parameters
    ----------
    found : Shown
        All quantities.
    relations : sequence
        What ties them.
    shown : dict of quantity to (lowest, highest)
        What a reader takes each rounded count to be.
    min_cell : int
        Counts from 1 to min_cell − 1 are small.
    """
    small = {key for key, one in found.quantities.items() if one.sensitive and 0 < one.value < min_cell}
    top = 2.0 * max((abs(one.value) for one in found.quantities.values()), default=0) + 10 * min_cell
    plain = {key: replace(one, weight=float(key in shown)) for key, one in found.quantities.items()}
    block = block_of(plain, plain, relations, guarded=small, top=top)
    known = {
        i: Known(*shown[key]) if key in shown else Known(-top if plain[key].signed else 0, top)
        for i, key in enumerate(block.keys)
    }
    at, hidden = {key: i for i, key in enumerate(block.keys)}, set[Key]()
    while told := _told(block, known, small):
        mates = [block.keys[i] for i in _mates(block, at[told[0]])]
        some = [key for key in mates if key in shown and key not in hidden]
        if not some:
            small.discard(told[0])  # nothing is left to hide
            continue
        first = min(some, key=lambda key: (found.quantities[key].weight, key))
        hidden.add(first)
        known[at[first]] = Known(0, top)
    return hidden


def _told(block: Block, known: dict[int, Known], small: set[Key]) -> list[Key]:
    """Give the small counts with one possible value."""
    low, high = limits(block, known)
    one = np.floor(high + NEAR) <= np.ceil(low - NEAR)
    return [key for key, told in zip(block.keys, one, strict=True) if told and key in small]


def _mates(block: Block, i: int) -> list[int]:
    """Give the quantities that stand in an equation with one, itself included."""
    rows = block.matrix[:, [i]].nonzero()[0]
    return sorted(set(block.matrix[rows].indices.tolist()) | {i})
