"""The cheapest counts to withhold so that one count can be something else: a linear program of moves."""

from collections.abc import Mapping

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

from helpers.disclosure._system import INTEGER, NODES, ZERO_OR_MORE_THAN, Block, FloatArray, Known

SOME = 1e-6


def cheapest(
    block: Block,
    known: Mapping[int, Known],
    prices: Mapping[int, float],
    lows: Mapping[int, float],
    leaps: Mapping[int, float],
    *,
    target: int,
    lacks: float,
    top: float,
    whole: bool,
) -> list[int]:
    """Find the shown counts that must move when one unknown moves further than it can now, at least price.

    Parameters
    ----------
    block : Block
        Its solutions so far tell how far the unknown moves now.
    known : mapping of position to Known
        The unknowns.
    prices, lows : mapping of position to float
        What each shown count costs, and the lowest that it can be.
    leaps : mapping of position to float
        Shown counts that, once withheld, are read as 0 or at least this.
    target : int
        Position of the unknown.
    lacks : float
        How much further it must move, all in all.
    top : float
        The highest that a count can be.
    whole : bool
        Only whole numbers.

    Returns
    -------
    list of int
        Positions; empty when nothing helps.
    """
    own = block.values[target]
    up = (block.high[target] - own) + lacks
    down = (own - block.low[target]) + min(lacks, max(0.0, block.low[target] - known[target].low))
    tries = []
    for sign, far in ((1, up), (-1, down)):
        if sign < 0 and far <= own - block.low[target] + SOME:
            continue
        found = _moves(block, known, prices, lows, leaps, target, sign * far, top, whole=whole)
        if found is not None:
            tries.append(found)
    return min(tries, key=lambda found: found[0])[1] if tries else []


def _moves(
    block: Block,
    known: Mapping[int, Known],
    prices: Mapping[int, float],
    lows: Mapping[int, float],
    leaps: Mapping[int, float],
    target: int,
    far: float,
    top: float,
    *,
    whole: bool,
) -> tuple[float, list[int]] | None:
    """Move the target so far, and what must move with it at least price: the price, and what moves."""
    free, shown = np.array(sorted(known), dtype=int), np.array(sorted(prices), dtype=int)
    values = block.values
    low, high, kinds = _bounds_of_unknowns(free, known, values, target, far, top, whole=whole)
    if (low > high).any():
        return None
    room = values[shown] - np.array([lows[i] for i in shown], dtype=float)
    rise, fall = np.full(len(shown), top), room
    first = np.zeros(len(shown))
    rising = np.full(len(shown), INTEGER if whole else 0)
    if whole:
        for place, i in enumerate(shown):
            least = leaps.get(int(i), 0)
            if least and values[i] >= least:
                fall[place] = values[i] - least
            elif least:
                first[place], rising[place], fall[place] = least, ZERO_OR_MORE_THAN, 0
    matrix = block.matrix
    wide = hstack([matrix[:, free], matrix[:, shown], -matrix[:, shown]], format="csr")
    paid = np.array([prices[i] for i in shown])
    found = milp(
        np.concatenate([np.zeros(len(free)), paid, paid]),
        constraints=_balance(csr_array(wide), matrix[:, free] @ values[free]),
        bounds=Bounds(np.concatenate([low, first, 0 * fall]), np.concatenate([high, rise, fall])),
        integrality=np.concatenate([kinds, rising, np.full(len(shown), INTEGER if whole else 0)]),
        options={"node_limit": NODES},
    )
    if found.x is None:
        return None
    moved = found.x[len(free) : len(free) + len(shown)] - found.x[len(free) + len(shown) :]
    chosen = [int(i) for i, by in zip(shown, moved, strict=True) if abs(by) > SOME]
    return (float(paid @ np.abs(moved)), chosen) if chosen else None


def _bounds_of_unknowns(
    free: np.ndarray,
    known: Mapping[int, Known],
    values: FloatArray,
    target: int,
    far: float,
    top: float,
    *,
    whole: bool,
) -> tuple[FloatArray, FloatArray, np.ndarray]:
    """Give what each unknown can be; the target lies at least so far from what it is."""
    low = np.array([known[i].low for i in free], dtype=float)
    high = np.array([known[i].high for i in free], dtype=float)
    kinds = np.zeros(len(free))
    if whole:
        kinds[:] = [ZERO_OR_MORE_THAN if known[i].or_zero else INTEGER for i in free]
    place = int(np.searchsorted(free, target))
    end = values[target] + far
    if far > 0:
        low[place] = max(low[place], end)
    elif known[target].or_zero and end <= low[place]:
        low[place] = high[place] = 0 if end < known[target].low else end
        kinds[place] = INTEGER if whole else 0
    else:
        high[place] = min(high[place], end)
    return low, high, kinds


def _balance(matrix: csr_array, sums: FloatArray) -> LinearConstraint | tuple[()]:
    """Say that all equations still hold."""
    used = np.flatnonzero(np.diff(matrix.indptr))
    return LinearConstraint(matrix[used], sums[used], sums[used]) if len(used) else ()
