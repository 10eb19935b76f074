"""What a reader can work out: counts as unknowns, what ties them as equations, and what stays possible."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Key = tuple[str, ...]
FloatArray = NDArray[np.float64]
INTEGER, ZERO_OR_MORE_THAN = 1, 3  # kinds of unknowns of scipy.optimize.milp
ROUNDING = 1e-6
NODES = 200  # of one search in whole numbers; not seconds, so that any machine withholds the same cells
LIMIT_REACHED = 1


@dataclass(frozen=True)
class Quantity:
    """A whole number that tables show, or that follows from what they show.

    Attributes
    ----------
    value : int
        What it is.
    weight : float
        What is lost when it is withheld; 0: no table shows it.
    sensitive : bool
        A number of families or persons, whose small values are protected.
    signed : bool
        May be below zero: a difference.
    population : bool
        What shares are of: withheld only for its own sake.
    """

    value: int
    weight: float = 0.0
    sensitive: bool = True
    signed: bool = False
    population: bool = False


@dataclass(frozen=True)
class Relation:
    """Quantities with their factors, which together are 0."""

    terms: tuple[tuple[Key, int], ...]


@dataclass(frozen=True)
class Known:
    """What a reader takes an unknown to be: from low to high, and whether it may be 0 all the same."""

    low: float
    high: float
    or_zero: bool = False


@dataclass
class Block:
    """Unknowns that hang together: their equations, and every solution found so far.

    Solutions stay solutions when more is withheld, so they are kept: most counts are seen to be safe from a
    solution that was looked for on behalf of another.
    """

    keys: list[Key]
    values: FloatArray
    matrix: csr_array
    low: FloatArray = field(init=False)
    high: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the one solution that is known: the truth."""
        self.low, self.high = self.values.copy(), self.values.copy()

    def keep(self, solution: FloatArray) -> None:
        """Note a solution."""
        self.low = np.minimum(self.low, solution)
        self.high = np.maximum(self.high, solution)

    def width(self, i: int) -> float:
        """How far the solutions found lie apart in one unknown."""
        return float(self.high[i] - self.low[i])


def block_of(keys: Iterable[Key], quantities: Mapping[Key, Quantity], relations: Iterable[Relation]) -> Block:
    """Lay out the quantities and relations of a block; what is not among the keys is a known number."""
    names = sorted(keys)
    at = {key: i for i, key in enumerate(names)}
    rows, columns, factors = [], [], []
    for row, relation in enumerate(relations):
        for key, factor in relation.terms:
            if key in at:
                rows.append(row)
                columns.append(at[key])
                factors.append(float(factor))
    shape = (max(rows, default=-1) + 1, len(names))
    matrix = csr_array((factors, (rows, columns)), shape=shape)
    return Block(names, np.array([quantities[key].value for key in names], dtype=float), matrix)


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
    used = np.flatnonzero(np.diff(matrix.indptr))
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
    rest = matrix[used] @ block.values[free]
    found = milp(
        objective[free],
        constraints=LinearConstraint(matrix[used], rest, rest) if len(used) else (),
        bounds=Bounds(low, high),
        integrality=kinds,
        options={"node_limit": NODES},
    )
    if found.x is None and found.status == LIMIT_REACHED:
        relaxed = {i: Known(0, one.high) if one.or_zero else one for i, one in known.items()}
        return solve(block, relaxed, objective, whole=False, beyond=beyond)
    if found.x is None:
        return None
    solution = block.values.copy()
    solution[free] = np.rint(found.x) if whole else found.x
    if len(used) and np.abs(block.matrix @ (solution - block.values)).max() > ROUNDING * 100:
        return None
    return solution
