"""Several groups of families side by side: what chance alone would make of their differences.

Had the families been allotted to the groups by lot, each group would be a draw without replacement from all
of them. Every p-value and limit here follows from that; nothing is assumed of the families.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from helpers.inference._families import DRAWS, TOLERANCE, FloatArray, Seed
from helpers.inference._matrices import IntArray


@dataclass(frozen=True)
class Chances:
    """A number that chance decides: the values that it can have, rising, and how probable each is."""

    values: IntArray
    chances: FloatArray

    def two_sided(self, observed: int) -> float:
        """Twice the smaller tail, the observed value in it, at most 1."""
        below = float(self.chances[self.values <= observed].sum())
        above = float(self.chances[self.values >= observed].sum())
        return min(1.0, 2 * min(below, above))

    def between(self, chance: float) -> tuple[int, int]:
        """Give the narrowest limits outside which lies at most (1 - chance)/2 at either side."""
        tail = (1 - chance) / 2 + TOLERANCE
        low = self.values[np.cumsum(self.chances) > tail][0]
        high = self.values[np.cumsum(self.chances[::-1])[::-1] > tail][-1]
        return int(low), int(high)


@dataclass(frozen=True)
class GroupTests:
    """Differences between groups, with permutation p-values; empty with fewer than two groups with pairs.

    `net_chi2` is about the net shares, `classes_chi2` about improved, unchanged and declined; `group_p` has
    an entry per group, NaN where it has no pairs.
    """

    net_chi2: float
    net_p: float
    classes_chi2: float
    classes_p: float
    group_p: FloatArray


def net_of_draw(improved: int, declined: int, families: int, size: int) -> Chances:
    """Distribution of improved less declined in a draw of families without replacement.

    Parameters
    ----------
    improved, declined, families : int
        Of all families: how many improved, declined, and how many there are.
    size : int
        Families drawn.

    Examples
    --------
    Of one that improved, one that declined and one unchanged, two are drawn.

    >>> draw = net_of_draw(1, 1, 3, 2)
    >>> draw.values.tolist(), draw.chances.round(3).tolist()
    ([-1, 0, 1], [0.333, 0.333, 0.333])
    """
    up, down = np.meshgrid(np.arange(min(improved, size) + 1), np.arange(min(declined, size) + 1))
    unchanged = families - improved - declined
    rest = size - up - down
    possible = (rest >= 0) & (rest <= unchanged)
    up, down, rest = up[possible], down[possible], rest[possible]
    ways = _log_choose(improved, up) + _log_choose(declined, down) + _log_choose(unchanged, rest)
    chances = np.exp(ways - _log_choose(families, np.array(size)))
    values, places = np.unique(up - down, return_inverse=True)
    return Chances(values, np.bincount(places, weights=chances).astype(np.float64))


def cases_within_strata(cases: ArrayLike, families: ArrayLike, sizes: ArrayLike) -> Chances:
    """Distribution of the cases of a group when families are allotted to it by lot within each stratum.

    (As the exact conditional test of Mantel and Haenszel: the sum of independent hypergeometric counts;
    Mehta, Patel & Gray 1985, doi:10.1080/01621459.1985.10478212.)

    Parameters
    ----------
    cases, families, sizes : array of int, an entry per stratum
        Cases among all families, all families, and how many of these the group has.

    Examples
    --------
    >>> cases_within_strata([1, 1], [2, 2], [1, 1]).chances.tolist()  # two coins
    [0.25, 0.5, 0.25]
    """
    total = np.ones(1)
    for case, family, size in np.column_stack([cases, families, sizes]).astype(np.int64).tolist():
        found = np.arange(case + 1)
        possible = (size - found >= 0) & (size - found <= family - case)
        found = found[possible]
        ways = _log_choose(case, found) + _log_choose(family - case, size - found)
        one = np.zeros(int(found.max()) + 1)
        one[found] = np.exp(ways - _log_choose(family, np.array(size)))
        total = np.convolve(total, one)
    return Chances(np.arange(len(total)), total / total.sum())


def excess_interval(
    own: ArrayLike, sizes: ArrayLike, other: ArrayLike, others: ArrayLike, *, seed: Seed, draws: int = DRAWS
) -> tuple[float, float]:
    """95 % percentile interval of observed less expected, by drawing families within strata.

    Expected are the cases that a group would have if in each stratum as large a share of its families were
    cases as of the other families (indirect standardisation; Breslow & Day 1987, IARC Scientific Publications
    82, section 2.3). The families of the group and the other ones are drawn anew within each stratum, as
    many as there are, so that both what is observed and what is expected vary.

    Parameters
    ----------
    own, sizes : array of int, an entry per stratum
        Cases and families of the group.
    other, others : array of int
        Cases and families elsewhere; at least one family in each stratum that the group has.
    seed : int or SeedSequence
        The same seed, the same interval.
    draws : int
        Number of draws.

    Returns
    -------
    low, high : float
        In families. A stratum in which all or none are cases does not vary: that is the method's limit.
    """
    cases, group, rest_cases, rest = (np.asarray(x, dtype=np.int64) for x in (own, sizes, other, others))
    some = group > 0
    cases, group, rest_cases, rest = cases[some], group[some], rest_cases[some], rest[some]
    generator = np.random.default_rng(seed)
    observed = generator.binomial(group, cases / group, size=(draws, len(group))).sum(axis=1)
    elsewhere = generator.binomial(rest, rest_cases / rest, size=(draws, len(group))) / rest
    low, high = np.percentile(observed - elsewhere @ group, [2.5, 97.5])
    return float(low), float(high)


def group_tests(
    improved: ArrayLike,
    declined: ArrayLike,
    pairs: ArrayLike,
    groups: ArrayLike,
    *,
    count: int,
    seed: Seed,
    draws: int = DRAWS,
) -> GroupTests:
    """Test whether groups of families differ more than when families are allotted to them by lot.

    With R the net share of a group and n its pairs, and a bar over what is of all groups together:
    net χ² = Σ n (R − R̄)²/s², where s² = (improved + declined)/n̄ − R̄² is the variance of one pair; classes χ²
    is Pearson's, of groups by improved, unchanged and declined. On families of one pair both are about
    χ²-distributed; no use is made of that. p = (1 + allotments with a value at least the observed one)/(1 +
    allotments), all members of a family together (Phipson & Smyth 2010, doi:10.2202/1544-6115.1585).
    `group_p` sets each group apart: twice the smaller tail of its net share.

    Parameters
    ----------
    improved, declined, pairs : array of int, an entry per family
        Families without pairs take no part.
    groups : array of int, an entry per family
        Number of the group, from 0.
    count : int
        How many groups there are, with or without families.
    seed : int or SeedSequence
        The same seed, the same p-values.
    draws : int
        Number of allotments.

    Returns
    -------
    GroupTests
        χ² 0 and p 1 when nobody moved.
    """
    moves = np.column_stack([improved, declined, pairs]).astype(np.int64)
    some = moves[:, 2] > 0
    moves, group = moves[some], np.asarray(groups, dtype=np.int64)[some]
    sizes = np.bincount(group, minlength=count)
    there = sizes > 0
    apart = np.full(count, np.nan)
    if there.sum() < 2:
        return GroupTests(np.nan, np.nan, np.nan, np.nan, apart)
    observed = np.stack([np.bincount(group, weights=part, minlength=count) for part in moves.T], axis=1)
    observed = observed[None, there].astype(np.int64)
    allotted = _allotments(moves, sizes[there], seed, draws)
    values, nets, drawn = _statistics(observed), _nets(observed), _nets(allotted)
    extreme = (_statistics(allotted) >= values - TOLERANCE).sum(axis=0)
    below = (drawn <= nets + TOLERANCE).sum(axis=0)
    above = (drawn >= nets - TOLERANCE).sum(axis=0)
    apart[there] = np.minimum(1.0, 2 * (1 + np.minimum(below, above)) / (1 + draws))
    p = (1 + extreme) / (1 + draws)
    return GroupTests(float(values[0, 0]), float(p[0]), float(values[0, 1]), float(p[1]), apart)


def _log_choose(of: int, some: IntArray) -> FloatArray:
    """Logarithm of the number of ways to choose."""
    return np.asarray(gammaln(of + 1) - gammaln(some + 1) - gammaln(of - some + 1))


def _allotments(moves: IntArray, sizes: IntArray, seed: Seed, draws: int) -> IntArray:
    """Sums of each group (draws × groups × 3) after families are allotted to the groups by lot.

    Families that move alike are allotted together: how many of a kind a group gets is hypergeometric, kind by
    kind and group by group from what is left.
    """
    kinds, families = np.unique(moves, axis=0, return_counts=True)
    generator = np.random.default_rng(seed)
    left = np.tile(families, (draws, 1))
    sums = np.empty((draws, len(sizes), kinds.shape[1]), dtype=np.int64)
    for group, size in enumerate(sizes):
        taken, needed = np.empty_like(left), np.full(draws, size)
        rest = left.sum(axis=1)
        for kind in range(len(kinds)):
            rest = rest - left[:, kind]
            taken[:, kind] = generator.hypergeometric(left[:, kind], rest, needed)
            needed = needed - taken[:, kind]
        left = left - taken
        sums[:, group] = taken @ kinds
    return sums


def _nets(sums: IntArray) -> FloatArray:
    """Net share of each group: draws × groups."""
    return np.asarray((sums[..., 0] - sums[..., 1]) / sums[..., 2])


def _statistics(sums: IntArray) -> FloatArray:
    """χ² of the net shares and of the classes: draws × 2. Zero where nothing varies."""
    up, down, n = sums[..., 0], sums[..., 1], sums[..., 2]
    total = n[0].sum()
    share = (up[0].sum() - down[0].sum()) / total
    variance = (up[0].sum() + down[0].sum()) / total - share**2
    between = (n * (_nets(sums) - share) ** 2).sum(axis=1)
    net = between / variance if variance > TOLERANCE else np.zeros(len(sums))
    classes = np.zeros(len(sums))
    for part in (up, down, n - up - down):
        expected = n * (part[0].sum() / total)
        off = np.divide((part - expected) ** 2, expected, out=np.zeros(expected.shape), where=expected > 0)
        classes += off.sum(axis=1)
    return np.column_stack([net, classes])
