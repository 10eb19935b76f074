"""Values that fit all that is known of a block: linear programs, in whole numbers where it matters."""

from collections.abc import Mapping

import numpy as np
from scipy.optimize import Bounds, milp
from scipy.sparse import csr_array, hstack

from helpers.disclosure._system import ROUNDING, Block, FloatArray, Known

INTEGER, ZERO_OR_MORE_THAN = 1, 3  # kinds of unknowns of scipy.optimize.milp
NODES = 200  # of one search in whole numbers; not seconds, so that any machine withholds the same cells
PLAINLY = {"presolve": False}  # a linear program of moves: sooner done than simplified
ANY_WILL_DO = {"node_limit": NODES, "mip_rel_gap": 1e6}  # the first solution in whole numbers
STEPS = 8  # of one look at equations one by one
LIMIT_REACHED = 1


def solve(
    block: Block,
    known: Mapping[int, Known],
    objective: FloatArray,
    *,
    whole: bool,
    beyond: tuple[int, float, float] | None = None,
) -> FloatArray | None:
    """Find the values that fit all that is known and have the least objective.

    Parameters
    ----------
    block : Block
        What is not in `known` has its true value.
    known : mapping of position to Known
        The unknowns.
    objective : array
        A factor for each unknown of the block.
    whole : bool
        Whether values are whole numbers, and `or_zero` counts.
    beyond : (position, low, high), optional
        Narrower bounds of one unknown.

    Returns
    -------
    array or None
        A value for each quantity of the block; None when there is none. Whole numbers that are neither
        found nor ruled out after many steps give way to any numbers: what a linear program can tell.
    """
    free = np.array(sorted(known), dtype=int)
    matrix = block.matrix[:, free]
    low = np.array([known[i].low for i in free])
    high = np.array([known[i].high for i in free])
    if beyond:
        place = int(np.searchsorted(free, beyond[0]))
        low[place], high[place] = max(low[place], beyond[1]), min(high[place], beyond[2])
        if low[place] > high[place]:
            return None
    kinds = np.zeros(len(free))
    if whole:
        kinds[:] = [ZERO_OR_MORE_THAN if known[i].or_zero else INTEGER for i in free]
        if beyond and known[beyond[0]].or_zero:
            kinds[place] = INTEGER
    found = milp(
        objective[free],
        constraints=block.ties(matrix, matrix @ block.values[free]),
        bounds=Bounds(low, high),
        integrality=kinds,
        options=ANY_WILL_DO,
    )
    if found.x is None and found.status == LIMIT_REACHED:
        relaxed = {i: Known(0, one.high) if one.or_zero else one for i, one in known.items()}
        return solve(block, relaxed, objective, whole=False, beyond=beyond)
    if found.x is None:
        return None
    solution = block.values.copy()
    solution[free] = np.rint(found.x) if whole else found.x
    return solution if block.fits(solution) else None


def limits(block: Block, known: Mapping[int, Known]) -> tuple[FloatArray, FloatArray]:
    """Give between what each quantity lies as far as single equations tell, one after the other."""
    low, high = block.values.copy(), block.values.copy()
    for i, one in known.items():
        low[i], high[i] = one.low, one.high
    factor, columns = block.matrix.data, block.matrix.indices
    rows = np.repeat(np.arange(block.matrix.shape[0]), np.diff(block.matrix.indptr))
    truth = block.matrix @ block.values
    for _ in range(STEPS):
        ends = np.sort(factor * np.stack([low[columns], high[columns]]), axis=0)
        least, most = (np.bincount(rows, end, block.matrix.shape[0]) for end in ends)
        # what the others of an equation leave
        own = np.stack(
            [(truth + block.least - most)[rows] + ends[1], (truth + block.most - least)[rows] + ends[0]]
        )
        left = np.sort(own / factor, axis=0)
        before = high - low
        np.maximum.at(low, columns, left[0])
        np.minimum.at(high, columns, left[1])
        if (before - (high - low)).max(initial=0) < ROUNDING:
            break
    return low, high


def shortest(block: Block, known: Mapping[int, Known], target: int, far: float) -> FloatArray | None:
    """Move one unknown so far from what it is, and others as little as that takes.

    Such moves touch few unknowns and are mostly in whole numbers, which a linear program cannot ask for.

    Returns
    -------
    array or None
        A value for each quantity of the block; None when it cannot move, or others not in whole numbers.
    """
    free = np.array(sorted(known), dtype=int)
    values, matrix, place = block.values[free], block.matrix[:, free], int(np.searchsorted(free, target))
    rise = np.array([known[i].high for i in free]) - values
    fall = values - np.array([known[i].low for i in free])
    least = np.zeros(2 * len(free))
    least[place + (len(free) if far < 0 else 0)] = abs(far)
    most = np.concatenate([rise, fall])
    if (least > most).any():
        return None
    most[place + (0 if far < 0 else len(free))] = 0
    found = milp(
        np.ones(2 * len(free)),
        constraints=block.ties(csr_array(hstack([matrix, -matrix], format="csr")), np.zeros(matrix.shape[0])),
        bounds=Bounds(least, most),
        options=PLAINLY,
    )
    if found.x is None:
        return None
    moved = found.x[: len(free)] - found.x[len(free) :]
    if np.abs(moved - np.rint(moved)).max() > ROUNDING:
        return None
    solution = block.values.copy()
    solution[free] += np.rint(moved)
    return solution
