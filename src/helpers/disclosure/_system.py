"""What a reader can work out: counts as unknowns, what ties them as equations, and what stays possible."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint
from scipy.sparse import csr_array

Key = tuple[str, ...]
FloatArray = NDArray[np.float64]
ROUNDING, SLACK = 1e-6, 1e-4  # of one number, of the sum of an equation
MIXED = 8  # solutions on either side that are mixed


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


@dataclass(frozen=True)
class Block:
    """Quantities that hang together, their true values, and what ties them.

    Attributes
    ----------
    keys, values : list of Key, array
        The quantities.
    matrix : sparse array
        A row per equation. The sum of a row may be `least` less or `most` more than it is: 0 for an
        equation, but what is shown nowhere and stands in one equation alone is no column, it gives room.
    least, most : array
        One number per row.
    """

    keys: list[Key]
    values: FloatArray
    matrix: csr_array
    least: FloatArray
    most: FloatArray

    def fits(self, solution: FloatArray) -> bool:
        """Whether values satisfy all that ties them."""
        moved = self.matrix @ (solution - self.values)
        return bool(((moved > self.least - SLACK) & (moved < self.most + SLACK)).all())

    def ties(self, matrix: csr_array, sums: FloatArray) -> LinearConstraint | tuple[()]:
        """Say that all equations hold, for columns whose products now have these sums."""
        used = np.flatnonzero(np.diff(matrix.indptr))
        if not len(used):
            return ()
        return LinearConstraint(matrix[used], (sums + self.least)[used], (sums + self.most)[used])


class Solutions:
    """Values of a block that fit what is shown, as far as they were found; at first the truth alone.

    Solutions stay solutions when more is withheld, so they are kept: most counts are seen to be safe from a
    solution that was looked for on behalf of another.

    Parameters
    ----------
    truth : array
        The true values.
    found : iterable of array
        Other solutions.
    """

    def __init__(self, truth: FloatArray, found: Iterable[FloatArray] = ()) -> None:
        self.truth, self.found = truth, list(found)
        self.low, self.high = (end([truth, *self.found], axis=0) for end in (np.min, np.max))

    def keep(self, solution: FloatArray) -> None:
        """Note a solution."""
        self.found.append(solution)
        self.low, self.high = np.minimum(self.low, solution), np.maximum(self.high, solution)

    def width(self, i: int) -> float:
        """How far the solutions found lie apart in one unknown."""
        return float(self.high[i] - self.low[i])

    def with_shown(self, i: int, *, between: bool) -> "Solutions":
        """Give those in which one unknown has its true value, and mixtures of others."""
        off = np.array([one[i] - self.truth[i] for one in self.found])
        made = [one for one, by in zip(self.found, off, strict=True) if abs(by) < ROUNDING]
        if between:
            above, below = (np.flatnonzero(sign * off >= ROUNDING)[-MIXED:] for sign in (1, -1))
            for one in above:
                for other in below:
                    share = off[one] / (off[one] - off[other])
                    made.append(self.found[one] + share * (self.found[other] - self.found[one]))
        return Solutions(self.truth, made)


def block_of(
    keys: Iterable[Key],
    quantities: Mapping[Key, Quantity],
    relations: Sequence[Relation],
    *,
    guarded: Collection[Key],
    top: float,
) -> Block:
    """Lay out the quantities and relations of a block; what is not among the keys is a known number.

    Parameters
    ----------
    keys : iterable
        The quantities.
    quantities : mapping
        All quantities.
    relations : sequence
        What ties those of the block.
    guarded : collection
        Quantities that are protected; what is shown nowhere, is in one relation alone and is not guarded
        becomes room.
    top : float
        The most that a quantity can be.
    """
    own = set(keys)
    times = Counter(key for relation in relations for key, _ in relation.terms if key in own)
    room = {key for key in own if times[key] == 1 and not quantities[key].weight and key not in guarded}
    names = sorted(own - room)
    at = {key: i for i, key in enumerate(names)}
    rows, columns, factors = [], [], []
    least, most = np.zeros(len(relations)), np.zeros(len(relations))
    for row, relation in enumerate(relations):
        for key, factor in relation.terms:
            if key in at:
                rows.append(row)
                columns.append(at[key])
                factors.append(float(factor))
            elif key in room:
                low = -top if quantities[key].signed else 0.0
                ends = [-factor * (end - quantities[key].value) for end in (low, top)]
                least[row], most[row] = least[row] + min(ends), most[row] + max(ends)
    matrix = csr_array((factors, (rows, columns)), shape=(len(relations), len(names)))
    return Block(names, np.array([quantities[key].value for key in names], dtype=float), matrix, least, most)
