"""What rests on whole families: persons of one family are not independent, so families are drawn or turned.

Random numbers come from a stream of their own for each row of a table; the global random state is not used.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import ArrayLike, NDArray

from helpers.inference._matrices import square_counts

DRAWS = 9_999
SEED = 2023  # what the notebooks and a run set by default
CHUNK = 2_000_000  # numbers held at a time
TOLERANCE = 1e-9  # statistics this close are equal: the order of additions must not decide

Seed = int | SeedSequence
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class PermutationTests:
    """Permutation p-values of the two statistics of a matrix; empty when there is nobody to test."""

    stuart_maxwell_p: float
    bowker_p: float


def row_seed(seed: int, *key: str) -> SeedSequence:
    """Give each row of a table its own stream of random numbers, so that rows do not depend on each other.

    Parameters
    ----------
    seed : int
        The one that the researcher sets.
    key : str
        What names the table and the row.

    Examples
    --------
    >>> first, again, other = (row_seed(1, name).generate_state(1)[0] for name in ("a", "a", "b"))
    >>> bool(first == again), bool(first == other)
    (True, False)
    """
    return SeedSequence([seed, *(crc32(part.encode("utf-8")) for part in key)])


def bootstrap_share(
    numerators: ArrayLike, denominators: ArrayLike, *, seed: Seed, draws: int = DRAWS
) -> tuple[float, float]:
    """95 % percentile interval of a share, by drawing whole families with replacement.

    A draw has as many families as there are; its share is the sum of their numerators over the sum of their
    denominators; draws without a denominator are left out. Families with the same two numbers are drawn
    together, which gives the same distribution. (Field & Welsh 2007, doi:10.1111/j.1467-9868.2007.00593.x.)

    Parameters
    ----------
    numerators, denominators : array, an entry per family
        Such as improved less declined, and persons with a level at both moments.
    seed : int or SeedSequence
        The same seed, the same interval.
    draws : int
        Number of draws.

    Returns
    -------
    low, high : float
        The 2.5th and 97.5th percentile, by linear interpolation; NaN when all denominators are 0. As wide as
        a point when every family has the same share: that is the method's limit, no certainty.

    Examples
    --------
    >>> low, high = bootstrap_share([1] * 22 + [-1] * 11 + [0] * 23, [1] * 56, seed=1)
    >>> round(low, 2), round(high, 2)
    (0.0, 0.39)
    """
    above, below = np.asarray(numerators, dtype=float), np.asarray(denominators, dtype=float)
    if above.shape != below.shape or above.ndim != 1:
        raise ValueError(f"an entry per family in both was expected, not {above.shape} and {below.shape}")
    if below.sum() == 0:
        return float("nan"), float("nan")
    kinds, families = np.unique(np.column_stack([above, below]), axis=0, return_counts=True)
    generator, total = np.random.default_rng(seed), int(families.sum())
    drawn = generator.multinomial(total, families / total, size=draws)
    sums = drawn @ kinds
    some = sums[:, 1] > 0
    low, high = np.percentile(sums[some, 0] / sums[some, 1], [2.5, 97.5])
    return float(low), float(high)


def permutation_tests(matrices: ArrayLike, *, seed: Seed, draws: int = DRAWS) -> PermutationTests:
    """Permutation p-values of Stuart-Maxwell and Bowker that swap the two moments of whole families.

    If nothing moved on balance, a family's baseline might as well have been its follow-up. Each swap turns
    every family's matrix over with chance 1/2, all its persons together. Swapping leaves the denominators of
    both statistics as they are (they hold the moves in both directions), so only the differences are drawn.
    p = (1 + swaps with a statistic at least the observed one)/(1 + swaps). (Phipson & Smyth 2010,
    doi:10.2202/1544-6115.1585.)

    Parameters
    ----------
    matrices : array of int, families × states × states
        A transition matrix per family; the families that have persons in it.
    seed : int or SeedSequence
        The same seed, the same p-values.
    draws : int
        Number of swaps.

    Returns
    -------
    PermutationTests
        1 when nobody moved; empty when there is nobody.

    Examples
    --------
    >>> better = [[[0, 1], [0, 0]]] * 8  # eight families of one person, all better
    >>> permutation_tests(better, seed=1).bowker_p < 0.02  # exactly 2/2**8 with all swaps
    True
    """
    counts = np.asarray(matrices, dtype=np.int64)
    total = square_counts(counts.sum(axis=0))
    if total.sum() == 0:
        return PermutationTests(float("nan"), float("nan"))
    upper = np.triu_indices(len(total), 1)
    turns = (counts - counts.transpose(0, 2, 1))[:, *upper]
    moves = (total + total.T)[upper]
    flows = np.zeros((len(moves), len(total)))  # what a net move from i to j does to the margins
    flows[np.arange(len(moves)), upper[0]], flows[np.arange(len(moves)), upper[1]] = 1, -1
    covariance = np.diag((total + total.T).sum(axis=1)) - (total + total.T)
    inverse = np.linalg.pinv(covariance.astype(float), rcond=1e-10, hermitian=True)
    weights = np.divide(1.0, moves, out=np.zeros(len(moves)), where=moves > 0)

    def statistics(net: FloatArray) -> FloatArray:
        margins = net @ flows
        return np.stack([((margins @ inverse) * margins).sum(axis=1), (net**2) @ weights])

    observed = statistics(turns.sum(axis=0, keepdims=True).astype(float))
    extreme = sum(
        (statistics(net) >= observed - TOLERANCE).sum(axis=1) for net in _swapped(turns, seed, draws)
    )
    p = (1 + extreme) / (1 + draws)
    return PermutationTests(float(p[0]), float(p[1]))


def _swapped(turns: NDArray[np.int64], seed: Seed, draws: int) -> Iterator[FloatArray]:
    """Yield, in portions, the net moves after each swap; families that move alike are swapped together."""
    kinds, families = np.unique(turns[turns.any(axis=1)], axis=0, return_counts=True)
    generator = np.random.default_rng(seed)
    portion = max(1, CHUNK // max(1, len(families)))
    for start in range(0, draws, portion):
        size = (min(portion, draws - start), len(families))
        yield (2.0 * generator.binomial(families, 0.5, size=size) - families) @ kinds
