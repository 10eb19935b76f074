"""Groups of families side by side: pilots; coached families and others; followed families and lost ones.

Of pilots: had the families been allotted to them by lot, each would be a draw without replacement from all of
them; every p-value and limit follows from that, and nothing is assumed of the families.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, ndtr, stdtr

from helpers.inference import (
    DRAWS,
    MANY_FAMILIES,
    NOTHING,
    REDRAWS,
    TOLERANCE,
    FamilySums,
    FloatArray,
    IntArray,
    Seed,
    cross_products,
    normal_draws,
    wilson,
)

ENOUGH_FOR_WEIGHTS = 5  # families followed, and lost
LARGEST_COEFFICIENT = 15  # beyond it a group is as good as always, or never, followed
LARGE_DIFFERENCE = 0.2  # standard deviations


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

    Exact; where its variance is above 2,000, a normal distribution with the same mean and variance, cut at
    the halves between whole numbers.

    Of one that improved, one that declined and one unchanged, two are drawn.

    >>> draw = net_of_draw(1, 1, 3, 2)
    >>> draw.values.tolist(), draw.chances.round(3).tolist()
    ([-1, 0, 1], [0.333, 0.333, 0.333])
    """
    net, moved = (improved - declined) / max(1, families), (improved + declined) / max(1, families)
    variance = size * (families - size) / max(1, families - 1) * (moved - net**2)
    if variance > MANY_FAMILIES:
        return _normal(size * net, np.sqrt(variance))
    up, down = _likely(improved, families, size), _likely(declined, families, size)[:, None]
    unchanged = families - improved - declined
    rest = size - up - down
    possible = (rest >= 0) & (rest <= unchanged)
    ways = _log_choose(improved, up) + _log_choose(declined, down)
    of_rest = _log_choose(unchanged, np.arange(unchanged + 1))[rest[possible]]
    chances = np.exp(ways[possible] + of_rest - _log_choose(families, np.array(size)))
    found = (up - down)[possible]
    first = int(found.min())
    there = np.flatnonzero(np.bincount(found - first))
    total = np.bincount(found - first, weights=chances).astype(np.float64)
    return Chances(first + there, total[there])


def _normal(mean: float, spread: float) -> Chances:
    """Give the whole numbers that a normal distribution rounds to."""
    values = np.arange(int(mean - 12 * spread), int(mean + 12 * spread) + 1)
    below, above = ((values + side - mean) / spread for side in (-0.5, 0.5))
    # exact in each tail
    chances = np.where(below > 0, ndtr(-below) - ndtr(-above), ndtr(above) - ndtr(below))
    return Chances(values, chances)


def _likely(cases: int, families: int, size: int) -> IntArray:
    """Numbers of cases that a draw may hold, without those further from the mean than chance ever goes.

    By Bernstein's inequality all that is left out has a probability below 1 in 10^25.
    """
    share = cases / max(1, families)
    mean = size * share
    reach = 12 * np.sqrt(mean * (1 - share)) + 40
    return np.arange(max(0, int(mean - reach)), min(cases, size, int(mean + reach)) + 1)


def cases_within_strata(cases: ArrayLike, families: ArrayLike, sizes: ArrayLike) -> Chances:
    """Distribution of the cases of a group when families are allotted to it by lot within each stratum.

    (As the exact conditional test of Mantel and Haenszel: the sum of independent hypergeometric counts;
    Mehta, Patel & Gray 1985, doi:10.1080/01621459.1985.10478212.)

    An entry per stratum: cases among all families, all families, and how many of these the group has.

    >>> cases_within_strata([1, 1], [2, 2], [1, 1]).chances.tolist()  # two coins
    [0.25, 0.5, 0.25]
    """
    total = np.ones(1)
    for case, family, size in np.column_stack([cases, families, sizes]).astype(np.int64).tolist():
        found = np.arange(case + 1)  # of what cannot be there are 0 ways, whose logarithm is -inf
        ways = _log_choose(case, found) + _log_choose(family - case, size - found)
        total = np.convolve(total, np.exp(ways - _log_choose(family, np.array(size))))
    return Chances(np.arange(len(total)), total / total.sum())


def group_tests(
    improved: ArrayLike, declined: ArrayLike, pairs: ArrayLike, groups: ArrayLike, *, count: int, seed: Seed
) -> GroupTests:
    """Test whether groups of families differ more than when families are allotted to them by lot.

    With R the net share of a group and n its pairs, and a bar over what is of all groups together: net χ² = Σ
    n (R − R̄)²/s², where s² = (improved + declined)/n̄ − R̄² is the variance of one pair; classes χ² is
    Pearson's, of groups by improved, unchanged and declined. On families of one pair both are about
    χ²-distributed; no use is made of that. p = (1 + allotments with a value at least the observed one)/(1 +
    allotments), all members of a family together (Phipson & Smyth 2010, doi:10.2202/1544-6115.1585).
    `group_p` sets each group apart: twice the smaller tail of its net share.

    An entry per family; those without pairs take no part. `groups` are numbers from 0, `count` is how many
    there are, with or without families. χ² is 0 and p 1 when nobody moved.
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
    allotted = _allotments(moves, sizes[there], seed)
    values, nets, drawn = _statistics(observed), _nets(observed), _nets(allotted)
    extreme = (_statistics(allotted) >= values - TOLERANCE).sum(axis=0)
    below = (drawn <= nets + TOLERANCE).sum(axis=0)
    above = (drawn >= nets - TOLERANCE).sum(axis=0)
    apart[there] = np.minimum(1.0, 2 * (1 + np.minimum(below, above)) / (1 + DRAWS))
    p = (1 + extreme) / (1 + DRAWS)
    return GroupTests(float(values[0, 0]), float(p[0]), float(values[0, 1]), float(p[1]), apart)


def stratified_test(
    improved: ArrayLike,
    declined: ArrayLike,
    pairs: ArrayLike,
    first: ArrayLike,
    strata: ArrayLike,
    *,
    seed: Seed,
) -> float:
    """Test whether two groups of families differ more than when families are dealt anew within each stratum.

    Of each family y = improved − declined − R · pairs, R the net share of all of them; the statistic is how
    far Σ y over the first group lies from its mean over all allotments, each with as many families of every
    stratum. p = (1 + allotments that lie at least as far)/(1 + allotments), all members of a family together
    (Phipson & Smyth 2010). It is the test of `oneway_test(y ~ group | stratum)` of R's `coin` (Hothorn et al.
    2006, doi:10.1198/000313006X118430).

    An entry per family, each with a pair: whether it is in the first group, and its stratum. The p-value is
    1 when nothing varies within strata; NaN without families.
    """
    up, down, n = (np.asarray(part, dtype=np.int64) for part in (improved, declined, pairs))
    group, stratum = np.asarray(first, dtype=bool), np.asarray(strata)
    if not len(n):
        return NOTHING
    y = up - down - n * ((up - down).sum() / n.sum())
    generator = np.random.default_rng(seed)
    observed, drawn = 0.0, np.zeros(DRAWS)
    for one in np.unique(stratum):
        of, own = y[stratum == one], group[stratum == one]
        values, families = np.unique(of, return_counts=True)
        mean = own.sum() * of.mean()
        observed += of[own].sum() - mean
        drawn += generator.multivariate_hypergeometric(families, own.sum(), size=DRAWS) @ values - mean
    return float((1 + (np.abs(drawn) >= np.abs(observed) - TOLERANCE).sum()) / (1 + DRAWS))


def _log_choose(of: int, some: IntArray) -> FloatArray:
    return np.asarray(gammaln(of + 1) - gammaln(some + 1) - gammaln(of - some + 1))


def _allotments(moves: IntArray, sizes: IntArray, seed: Seed) -> IntArray:
    """Sums of each group (draws × groups × 3) after families are allotted to the groups by lot.

    Families that move alike are allotted together: how many of a kind a group gets is hypergeometric, kind by
    kind and group by group from what is left.
    """
    kinds, families = np.unique(moves, axis=0, return_counts=True)
    generator = np.random.default_rng(seed)
    left = np.tile(families, (DRAWS, 1))
    sums = np.empty((DRAWS, len(sizes), kinds.shape[1]), dtype=np.int64)
    for group, size in enumerate(sizes):
        taken, needed = np.empty_like(left), np.full(DRAWS, size)
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


# Two groups ----------------------------------------------------------------------------------------------


def fisher_exact(with_first: int, first: int, with_second: int, second: int) -> float:
    """Fisher's exact test, two-sided: is a share the same in two groups (Fisher 1922, doi:10.2307/2340521)?

    NaN when a group is empty.

    >>> round(fisher_exact(3, 4, 1, 4), 4)  # the lady who tasted tea
    0.4857
    """
    if not (first and second):
        return NOTHING
    from scipy.stats import fisher_exact as exact_of_fisher

    table = [[with_first, first - with_first], [with_second, second - with_second]]
    return float(exact_of_fisher(table).pvalue)


@dataclass(frozen=True)
class DifferenceTest:
    """Difference of two net shares, its standard error, degrees of freedom and two-sided p-value.

    `p` is NaN where nothing varies (standard error 0) or a group has fewer than two families with a pair.
    """

    difference: FloatArray
    standard_error: FloatArray
    df: IntArray
    p: FloatArray


def difference_test(one: FamilySums, other: FamilySums) -> DifferenceTest:
    """Two-sided t-test of the difference between the net shares of two independent groups of families.

    A net share is a ratio of two sums over families, R = Σ net / Σ pairs. Its linearised variance is
    m/(m − 1) · Σ (net − R · pairs)² / (Σ pairs)², over the m families with a pair, which counts all persons
    of a family as one unit; the variances of the two groups add up, and t has m₁ + m₂ − 2 degrees of freedom.
    (Cochran 1977, Sampling Techniques, 3rd ed., sections 2.11 and 6.4; as `svyratio` of R's `survey`.) Net
    share of `one` less that of `other`.

    >>> from helpers.inference import family_sums
    >>> coached, others = family_sums([1, 1, 0, 1], [1, 1, 1, 1]), family_sums([1, -1, 0, -1], [1, 1, 1, 1])
    >>> test = difference_test(coached, others)
    >>> float(test.difference), int(test.df), round(float(test.p), 4)
    (1.0, 6, 0.1135)
    """
    df = one.families + other.families - 2
    with np.errstate(divide="ignore", invalid="ignore"):
        difference = one.y / one.n - other.y / other.n
        error = np.sqrt(_variance(one) + _variance(other))
        p = np.where(error > 0, 2 * stdtr(df, -np.abs(difference) / error), np.nan)
    return DifferenceTest(difference, error, df, p[()])


def _variance(group: FamilySums) -> FloatArray:
    """Linearised variance of a net share; the sum of squares in whole numbers, so that 0 is exactly 0."""
    squares = group.yy * group.n**2 - 2 * group.y * group.n * group.ny + group.y**2 * group.nn
    some = np.where(group.families > 1, group.families, np.nan)
    return some / (some - 1) * squares / group.n.astype(float) ** 4


def difference_interval(one: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """Interval of the difference of two independent estimates, from the interval of each.

    Square and add: d − √((e₁ − l₁)² + (u₂ − e₂)²) to d + √((u₁ − e₁)² + (e₂ − l₂)²), d = e₁ − e₂ (Newcombe
    1998; Zou & Donner 2008, doi:10.1002/sim.3095). A group of few families makes it as wide as its own is.

    Each is an estimate with its lower and upper end. NaN where an end is missing.

    >>> low, high = difference_interval((0.5, 0.2, 0.7), (0.1, -0.3, 0.5))
    >>> round(low, 3), round(high, 3)  # 0.4 - 0.5, 0.4 + sqrt(0.2)
    (-0.1, 0.847)
    """
    (first, low, high), (second, other_low, other_high) = one, other
    difference = first - second
    return (
        difference - float(np.hypot(first - low, other_high - second)),
        difference + float(np.hypot(high - first, second - other_low)),
    )


def families_to_register(
    needed: ArrayLike, followed: int, in_time: int, *, per_coach: float = 1.0, icc: float = 0.0
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """How many families have to be registered so that as many as needed are followed.

    ⌈needed · D/share⌉, with the share followed of those registered in time and D = 1 + (k − 1) · icc the
    design effect of k families per coach (Kish 1965, Survey Sampling, section 5.4); its ends from those of
    Wilson's interval of the share.

    `needed` are families to be followed; `per_coach` is the mean number of families per coach, or per pilot.
    Whole numbers; NaN where there is no share, or it is 0.

    >>> [float(end) for end in families_to_register(200, 56, 85)]
    [304.0, 267.0, 362.0]
    """
    families = np.asarray(needed, dtype=float) * (1 + (per_coach - 1) * icc)
    ends = wilson(followed, in_time)
    share = np.where(in_time > 0, followed, np.nan) / max(in_time, 1)
    least = 1 - 1e-12  # so that what arithmetic adds to a whole number is not rounded up
    found = [np.ceil(families / np.where(end > 0, end, np.nan) * least) for end in (share, ends[1], ends[0])]
    return found[0], found[1], found[2]


# Followed and lost ---------------------------------------------------------------------------------------


def weighted_net(
    moves: ArrayLike, followed: ArrayLike, known: ArrayLike, families: ArrayLike | None = None
) -> float:
    """Net share of the followed families, each weighted by 1/P(followed) given its baseline.

    P(followed) by logistic regression (maximum likelihood) on a constant and the columns of `known`; a
    constant column is left out. (Inverse probability weighting; Seaman & White 2013,
    doi:10.1177/0962280210395740.)

    An entry per kind of families: `moves` is 1 improved, −1 declined, 0 neither (of lost families it does not
    count), `known` has columns such as the score at baseline, `families` is how many are of the kind (one
    when left out). It is NaN with fewer than five families followed or lost, when the likelihood has no
    maximum, or a coefficient is beyond 15.

    Of families without a covariate that counts, all weights are equal.

    >>> weighted_net([1] * 6 + [0] * 4 + [0] * 5, [True] * 10 + [False] * 5, [[2, 1]] * 15)
    0.6
    """
    count = np.ones(len(np.asarray(moves)), dtype=np.int64) if families is None else np.asarray(families)
    sign, there = np.repeat(np.asarray(moves), count), np.repeat(np.asarray(followed, dtype=bool), count)
    columns = np.repeat(np.asarray(known, dtype=float), count, axis=0)
    if min(np.count_nonzero(there), np.count_nonzero(~there)) < ENOUGH_FOR_WEIGHTS:
        return NOTHING
    columns = columns[:, np.ptp(columns, axis=0) > 0]
    chance = _chances_of_following(there, columns)
    if chance is None:
        return NOTHING
    weight = 1 / chance[there]
    return float((weight * sign[there]).sum() / weight.sum())


def _chances_of_following(followed: NDArray[np.bool_], columns: FloatArray) -> FloatArray | None:
    """Fit, and give the fitted chances; None when the fit is not to be trusted."""
    # costs a kernel a second, and only this function needs it
    from statsmodels.discrete.discrete_model import Logit

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of separation: the coefficients tell it
        model = Logit(followed.astype(float), np.column_stack([np.ones(len(followed)), columns]))
        try:
            fit = model.fit(method="newton", maxiter=100, tol=1e-12, disp=0)
        except np.linalg.LinAlgError:
            return None
    coefficients = np.asarray(fit.params)
    if not fit.mle_retvals["converged"] or not (np.abs(coefficients) <= LARGEST_COEFFICIENT).all():
        return None
    return np.asarray(fit.predict())


@dataclass(frozen=True)
class DifferencesByChance:
    """How many standardised differences are at least 0.2: observed, and when labels are dealt by chance.

    `expected` is the mean of the deals, `low` and `high` their 2.5th and 97.5th percentile.
    """

    observed: int
    expected: float
    low: float
    high: float


def standardised_differences(followed: FloatArray, whole: FloatArray) -> FloatArray:
    """Difference of the means of followed and other families, in units of spread, for each aspect.

    (m₁ − m₂)/√((s₁² + s₂²)/2), with sample variances.

    Sums over the followed families and over all: of every aspect how many persons have a known level (or
    families, of what is their own), then of every aspect the sum of their levels, then that of the squares;
    of the followed for one set of labels or for many. NaN with fewer than two known values on either side, or
    where nothing varies.

    Levels 4 and 5 of followed families, 1 and 2 of the others: 3/√0.5.

    >>> standardised_differences(np.array([2, 9, 41]), np.array([4, 12, 46])).round(4)
    array([4.2426])
    """
    sides = []
    for side in (followed, whole - followed):
        known, level, square = np.split(side, 3, axis=-1)
        spread = known * square - level**2  # whole numbers: 0 is exactly 0
        with np.errstate(divide="ignore", invalid="ignore"):
            sides.append((level / known, np.where(known < 2, np.nan, spread / (known * (known - 1)))))
    (mean, variance), (other_mean, other_variance) = sides
    pooled = (variance + other_variance) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(pooled > 0, (mean - other_mean) / np.sqrt(pooled), np.nan))


def differences_by_chance(
    n: ArrayLike,
    total: ArrayLike,
    squares: ArrayLike,
    followed: ArrayLike,
    *,
    seed: Seed,
    deals: int = REDRAWS,
) -> DifferencesByChance:
    """Set the number of large standardised differences beside that when it is chance who was followed.

    The labels "followed" are dealt anew over the families, as many as there are. Above 2,000 families the
    sums of the followed are drawn from the normal distribution with the covariance of such a deal.
    """
    label, generator = np.asarray(followed, dtype=bool), np.random.default_rng(seed)
    sums = np.hstack([np.asarray(part) for part in (n, total, squares)])
    whole = sums.sum(axis=0).astype(float)
    observed = _large(sums[label].sum(axis=0).astype(float), whole)
    chance = _large(_dealt(sums, label, deals, generator), whole)
    low, high = np.percentile(chance, [2.5, 97.5])
    return DifferencesByChance(int(observed), float(np.mean(chance)), float(low), float(high))


def _dealt(
    sums: IntArray, label: NDArray[np.bool_], deals: int, generator: np.random.Generator
) -> FloatArray:
    """Give the sums over the families that get the label, for each time that it is dealt anew."""
    families, share = len(label), label.mean()
    if families > MANY_FAMILIES:
        whole = sums.sum(axis=0)
        around = cross_products(sums) - np.outer(whole, whole / families)
        covariance = share * (1 - share) * families / (families - 1) * around
        return share * whole + normal_draws(covariance, deals, generator)
    dealt = generator.permuted(np.tile(label, (deals, 1)), axis=1)
    return dealt.astype(float) @ sums.astype(float)


def _large(followed: FloatArray, whole: FloatArray) -> IntArray:
    found = np.abs(standardised_differences(followed, whole))
    return np.asarray((found >= LARGE_DIFFERENCE).sum(axis=-1))
