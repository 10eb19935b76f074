"""The difference between the net shares of two groups: a t-test that takes whole families as its units."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as student

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class FamilySums:
    """What a group's families add up to; scalars or arrays, an entry per group.

    `families` with a pair, their `pairs` and `net` (improved less declined), and the sums over families of
    pairs², pairs × net and net².
    """

    families: IntArray
    pairs: IntArray
    net: IntArray
    pairs_pairs: IntArray
    pairs_net: IntArray
    net_net: IntArray


@dataclass(frozen=True)
class DifferenceTest:
    """Difference of two net shares, its standard error, degrees of freedom and two-sided p-value.

    `p` is NaN where nothing varies (standard error 0) or a group has fewer than two families with a pair.
    """

    difference: FloatArray
    standard_error: FloatArray
    df: IntArray
    p: FloatArray


def family_sums(net: ArrayLike, pairs: ArrayLike, families: ArrayLike | None = None) -> FamilySums:
    """Add up the families of a group, or of many groups that consist of the same kinds of families.

    Parameters
    ----------
    net, pairs : array of int, an entry per kind of family
        Improved less declined, and persons with a level at both moments. Families without pairs do not count.
    families : array of int, … × kinds, optional
        How many families of each kind each group has; one of each when left out.

    Examples
    --------
    >>> sums = family_sums([1, 0, -2], [1, 2, 2], families=[[2, 1, 0], [0, 1, 1]])
    >>> sums.families.tolist(), sums.pairs.tolist(), sums.net.tolist()
    ([3, 2], [4, 4], [2, -2])
    """
    moved, persons = np.asarray(net, dtype=np.int64), np.asarray(pairs, dtype=np.int64)
    drawn = np.ones(len(persons), dtype=np.int64) if families is None else np.asarray(families, np.int64)
    some = (persons > 0).astype(np.int64)
    terms = [some, persons, moved, persons**2, persons * moved, moved**2]
    return FamilySums(*(drawn @ term for term in terms))


def difference_test(one: FamilySums, other: FamilySums) -> DifferenceTest:
    """Two-sided t-test of the difference between the net shares of two independent groups of families.

    A net share is a ratio of two sums over families, R = Σ net / Σ pairs. Its linearised variance is
    m/(m − 1) · Σ (net − R · pairs)² / (Σ pairs)², over the m families with a pair, which counts all persons
    of a family as one unit; the variances of the two groups add up, and t has m₁ + m₂ − 2 degrees of freedom.
    (Cochran 1977, Sampling Techniques, 3rd ed., sections 2.11 and 6.4; as `svyratio` of R's `survey`.)

    Parameters
    ----------
    one, other : FamilySums
        The two groups, as from `family_sums`; of the same shape.

    Returns
    -------
    DifferenceTest
        Net share of `one` less that of `other`.

    Examples
    --------
    >>> coached, others = family_sums([1, 1, 0, 1], [1, 1, 1, 1]), family_sums([1, -1, 0, -1], [1, 1, 1, 1])
    >>> test = difference_test(coached, others)
    >>> float(test.difference), int(test.df), round(float(test.p), 4)
    (1.0, 6, 0.1135)
    """
    df = one.families + other.families - 2
    with np.errstate(divide="ignore", invalid="ignore"):
        difference = one.net / one.pairs - other.net / other.pairs
        error = np.sqrt(_variance(one) + _variance(other))
        p = np.where(error > 0, 2 * student.sf(np.abs(difference) / error, df), np.nan)
    return DifferenceTest(difference, error, df, p[()])


def _variance(group: FamilySums) -> FloatArray:
    """Linearised variance of a net share; the sum of squares in whole numbers, so that 0 is exactly 0."""
    squares = (
        group.net_net * group.pairs**2
        - 2 * group.net * group.pairs * group.pairs_net
        + group.net**2 * group.pairs_pairs
    )
    some = np.where(group.families > 1, group.families, np.nan)
    return some / (some - 1) * squares / group.pairs.astype(float) ** 4
