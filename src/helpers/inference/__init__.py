"""From counts and family tables to intervals and tests; no other room calls statsmodels or scipy's tests.

The family is the unit: its members are not independent, so a family moves, is turned or is drawn as a whole.
What is here takes *counts of families* (how many have a net of improved less declined persons, over how many
persons with a level at both moments), which add up over disjoint sets of families; or, where families are
turned or drawn, a *family table*, an array with a row per family in the order of the sorted codes.

`matrices` has second opinions on one transition matrix, `poverty` H, A and M0, `groups` what sets groups of
families side by side: pilots, coached families and others, followed families and those that were lost.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtr, ndtri, stdtrit

DRAWS = 9_999
REDRAWS = 999
ALPHA = 0.05
TOLERANCE = 1e-9  # statistics this close are equal: the order of additions must not decide
NEGLIGIBLE = 1e-30  # chances that are left out of a distribution
MANY_FAMILIES = 2_000  # with more, what holds for large numbers is as good, and takes less
CHUNK = 2_000_000  # numbers held at a time
LARGE_PART = 0.2  # of all pairs: where one family has more, an interval of a net share covers .91 only
NOTHING = float("nan")

Seed = int | SeedSequence
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

Z = float(ndtri(1 - ALPHA / 2))


def row_seed(seed: int, *key: str) -> SeedSequence:
    """Give each row of a table its own stream of random numbers, so that rows do not depend on each other.

    >>> first, again, other = (row_seed(1, name).generate_state(1)[0] for name in ("a", "a", "b"))
    >>> bool(first == again), bool(first == other)
    (True, False)
    """
    return SeedSequence([seed, *(crc32(part.encode("utf-8")) for part in key)])


# Moved, on balance ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NetChange:
    """What moved on balance; NaN where it cannot be told.

    `families` with a pair (a person with a known level at both moments), their pairs `n`, the net share
    (improved less declined, over n) with its 95 % interval, the p-value of the family test, and how many
    families improved and declined on balance.
    """

    families: int
    n: int
    net: float
    net_low: float
    net_high: float
    family_p: float
    families_improved: int
    families_declined: int


def net_change(net: ArrayLike, pairs: ArrayLike = 1, families: ArrayLike = 1) -> NetChange:
    """Say what moved on balance: net share, interval and test, the two in agreement.

    An entry per kind of families: improved less declined members, members with a known level at both moments,
    and how many families are so. Kinds without pairs take no part.

    22 families of one pair improved, 11 declined, 23 stayed.

    >>> found = net_change([1, -1, 0], 1, [22, 11, 23])
    >>> round(found.family_p, 7), round(100 * found.net_low, 2), round(100 * found.net_high, 2)
    (0.0801433, -1.03, 38.96)
    """
    moved, persons, count = _with_pairs(net, pairs, families)
    some, n, total = int(count.sum()), int(count @ persons), int(count @ _whole(moved))
    p = family_test(moved, count)
    share = total / n if n else NOTHING
    low, high = agree(*net_interval(moved, persons, count), p, share)
    return NetChange(some, n, share, low, high, p, int(count[moved > 0].sum()), int(count[moved < 0].sum()))


def family_test(net: ArrayLike, families: ArrayLike = 1) -> float:
    """Test whether families would as likely have gone the other way.

    Of all turns of the families that moved (each up or down by what it moved), the share whose net is at
    least as far from 0 as the observed one; ties count. Where each moved by one it is the exact sign test.
    The distribution is convolved kind by kind, not drawn. (Rosner, Glynn & Lee 2006,
    doi:10.1111/j.1541-0420.2005.00389.x; Datta & Satten 2008, doi:10.1111/j.1541-0420.2007.00923.x.)

    `net` is a whole number of each kind of families, such as improved less declined members, `families` how
    many have it. The p-value is 1 when nobody moved, and never below 10⁻³⁰; NaN with fewer than two families.

    ValueError: a net is not a whole number.

    >>> family_test([2, 2, -1, 0, 1, 3]) == 3 / 16
    True
    """
    moved, count = np.broadcast_arrays(_whole(net), np.asarray(families, dtype=np.int64))
    if count.sum() < 2:
        return NOTHING
    sizes, place = np.unique(np.abs(moved), return_inverse=True)
    of_size = np.bincount(place.ravel(), weights=count.ravel()).astype(np.int64)
    some = (sizes > 0) & (of_size > 0)
    sizes, of_size = sizes[some], of_size[some]
    if not sizes.size:
        return 1.0
    first, chances = tossed(sizes[:, None], of_size)
    nets = 2 * (first[0] + np.arange(len(chances))) - sizes @ of_size
    far = np.abs(nets) >= abs(int((moved * count).sum()))
    inside = chances[~far].sum()
    p = 1 - inside if inside < 0.5 else chances[far].sum()
    # the observed turn and its mirror image are always among them; and what was left out is not 0
    return float(max(p, 0.5 ** (of_size.sum() - 1.0), NEGLIGIBLE))


def net_interval(net: ArrayLike, pairs: ArrayLike = 1, families: ArrayLike = 1) -> tuple[float, float]:
    """95 % interval of a net share Σ net / Σ pairs, families as units.

    Two families of mean size are added, one up and one down as far as the family that moved furthest (wholly
    when nobody did). Then a t interval with the variance of leaving out one family at a time, and as many
    degrees of freedom as the families would have if they were of one size, less one; cut at ±1. Where each
    family counts once it is the interval of Bonett & Price (2012, doi:10.3102/1076998611411915) with t for z
    and n + 1 for n + 2 under the root.

    Arrays as for `net_change`; net may be a fraction. NaN with fewer than two families with pairs.

    >>> low, high = net_interval([0], 1, [21])  # nobody moved
    >>> round(low, 4), round(high, 4)
    (-0.1311, 0.1311)
    """
    moved, persons, count = (part.astype(float) for part in _with_pairs(net, pairs, families))
    some, all_pairs = count.sum(), count @ persons
    if some < 2:
        return NOTHING, NOTHING
    mean = all_pairs / some
    furthest = float(np.max(np.abs(moved) / persons)) or 1.0
    free = max(1.0, all_pairs**2 / (count @ persons**2) - 1)
    y = np.concatenate([moved, [furthest * mean, -furthest * mean]])
    n, weight = np.concatenate([persons, [mean, mean]]), np.concatenate([count, [1.0, 1.0]])
    total, units = weight @ n, some + 2
    ratio = (weight @ y) / total
    left_out = (y - ratio * n) / (1 - n / total)
    variance = (units - 1) / units * (weight @ left_out**2) / total**2
    half = float(stdtrit(free, 1 - ALPHA / 2)) * np.sqrt(variance)
    return max(-1.0, float(ratio - half)), min(1.0, float(ratio + half))


def agree(low: float, high: float, p: float, net: float) -> tuple[float, float]:
    """Let the exact test decide about zero, and the interval about the rest.

    With p > 0.05 the interval holds 0; with p ≤ 0.05 its end beyond 0, seen from the net, is 0.

    >>> agree(0.01, 0.4, 0.07, 0.2), agree(-0.1, 0.4, 0.03, 0.2)
    ((0.0, 0.4), (0.0, 0.4))
    """
    if np.isnan(p) or np.isnan(low):
        return low, high
    if p > ALPHA:
        return min(low, 0.0), max(high, 0.0)
    return (max(low, 0.0), high) if net > 0 else (low, min(high, 0.0))


def tossed(steps: ArrayLike, families: ArrayLike) -> tuple[IntArray, FloatArray]:
    """Distribution of a sum to which each family adds its step or nothing, by the toss of a coin.

    Families with one step add up to a binomial number of steps; the kinds are convolved, and chances below
    10⁻³⁰ left out.

    `steps`, kinds × dimensions, is what a family of the kind adds: 0 or more in each dimension.

    Gives the lowest sum of the distribution, an entry per dimension, and the chances of this sum and the
    following, an axis per dimension.

    >>> tossed([[1], [2]], [1, 1])
    (array([0]), array([0.25, 0.25, 0.25, 0.25]))
    """
    each = np.asarray(steps, dtype=np.int64)
    first, chances = np.zeros(each.shape[1], dtype=np.int64), np.ones((1,) * each.shape[1])
    for step, count in zip(each, np.asarray(families, dtype=np.int64).tolist(), strict=True):
        fewest, coins = _heads(count)
        wider = np.zeros(np.array(chances.shape) + (len(coins) - 1) * step)
        for place, chance in enumerate(coins):
            at = tuple(
                slice(place * s, place * s + size) for s, size in zip(step, chances.shape, strict=True)
            )
            wider[at] += chance * chances
        first = first + fewest * step
        for axis in range(wider.ndim):
            others = tuple(other for other in range(wider.ndim) if other != axis)
            kept = np.flatnonzero(wider.max(axis=others) >= NEGLIGIBLE)
            wider = wider[(slice(None),) * axis + (slice(kept[0], kept[-1] + 1),)]
            first[axis] += kept[0]
        chances = wider
    return first, chances


def _heads(coins: int) -> tuple[int, FloatArray]:
    """Chances of the numbers of heads, and the first number whose chance is not negligible."""
    middle = coins // 2
    above = np.cumprod((coins - np.arange(middle, coins)) / np.arange(middle + 1, coins + 1))
    below = np.cumprod(np.arange(middle, 0, -1) / (coins - np.arange(middle, 0, -1) + 1))
    ways = np.concatenate([below[::-1], [1.0], above])
    chances = ways / ways.sum()
    kept = np.flatnonzero(chances >= NEGLIGIBLE)
    return int(kept[0]), chances[kept[0] : kept[-1] + 1]


def _with_pairs(net: ArrayLike, pairs: ArrayLike, families: ArrayLike) -> tuple[NDArray, IntArray, IntArray]:
    """Kinds of families with pairs, of which there are any."""
    moved, persons, count = (
        np.atleast_1d(part)
        for part in np.broadcast_arrays(np.asarray(net), np.asarray(pairs), np.asarray(families))
    )
    some = (persons > 0) & (count > 0)
    return moved[some], persons[some].astype(np.int64), count[some].astype(np.int64)


def _whole(numbers: ArrayLike) -> IntArray:
    found = np.asarray(numbers)
    whole = np.rint(found).astype(np.int64)
    if not np.array_equal(whole, found):
        raise ValueError(f"whole numbers were expected, not {found[whole != found].ravel()[:3].tolist()}")
    return whole


# Several tests, and what they come to ----------------------------------------------------------------------


def holm(p: ArrayLike) -> FloatArray:
    """p-values adjusted for their number (Holm 1979); NaN stays NaN and is not counted.

    The chance of even one false alarm among them stays below the level.

    >>> holm([0.01, float("nan"), 0.04]).tolist()
    [0.02, nan, 0.04]
    """
    values = np.asarray(p, dtype=float)
    order = np.argsort(values, kind="stable")[: np.count_nonzero(~np.isnan(values))]  # NaN stand last
    adjusted = np.full(values.shape, np.nan)
    times = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(values[order] * times))
    return adjusted


def benjamini_hochberg(p: ArrayLike) -> FloatArray:
    """p-values adjusted so that the expected share of false alarms among those called stays below the level.

    (Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x.) NaN stays NaN and is not counted.

    >>> benjamini_hochberg([0.01, float("nan"), 0.04, 0.03]).round(3).tolist()
    [0.03, nan, 0.04, 0.04]
    """
    from scipy.stats import false_discovery_control

    values = np.asarray(p, dtype=float)
    adjusted = np.full(values.shape, np.nan)
    known = ~np.isnan(values)
    adjusted[known] = false_discovery_control(values[known])
    return adjusted


def max_t(net: ArrayLike, pairs: ArrayLike, *, seed: Seed) -> FloatArray:
    """p-values of the family tests of many items, adjusted for all of them at once, step by step.

    T = |Σ net|/√Σ net², whose denominator does not change when a family is turned. All items of a family are
    turned together, so that items that go together count less than as many apart. Items in falling T: p = (1
    + turns in which the largest T of this item and those behind it is at least its own)/(1 + turns), never
    below the one before. (Westfall & Young 1993, Resampling-Based Multiple Testing, section 2.6.) Above 2,000
    families the sums of a turn are drawn from the normal distribution with their covariance, Σ net·net'.

    Arrays are families × items, of all followed families in the order of the sorted codes. The
    p-value of an item is 1 where nobody moved; NaN with fewer than two families with a pair, and the item is
    then not one of them.

    >>> ten_up, nobody = [[1, 0]] * 10, [[1, 1]] * 10
    >>> max_t(ten_up, nobody, seed=1).round(2).tolist()
    [0.0, 1.0]
    """
    moves = _whole(net).astype(float)
    adjusted = np.full(moves.shape[1], np.nan)
    adjusted[(np.asarray(pairs) > 0).sum(axis=0) >= 2] = 1.0
    spread = np.sqrt((moves**2).sum(axis=0))
    tested = np.flatnonzero((spread > 0) & (adjusted == 1))
    if not tested.size:
        return adjusted
    observed = np.abs(moves.sum(axis=0))[tested] / spread[tested]
    falling = np.argsort(-observed, kind="stable")
    order, observed = tested[falling], observed[falling]
    reached = np.zeros(len(order), dtype=np.int64)
    for sums in _turned(moves[:, order], seed):
        values = np.abs(sums) / spread[order]
        behind = np.maximum.accumulate(values[:, ::-1], axis=1)[:, ::-1]
        reached += (behind >= observed - TOLERANCE).sum(axis=0)
    adjusted[order] = np.maximum.accumulate((1 + reached) / (1 + DRAWS))
    return adjusted


def _turned(moves: NDArray, seed: Seed) -> Iterator[FloatArray]:
    """Yield, in portions, what families (families × sums) add up to after each turn of all of them."""
    generator, families = np.random.default_rng(seed), len(moves)
    if families > MANY_FAMILIES:
        yield normal_draws(cross_products(moves), DRAWS, generator)
        return
    each, portion = moves.astype(float), max(1, CHUNK // families)
    for start in range(0, DRAWS, portion):
        turned = generator.random((min(portion, DRAWS - start), families)) < 0.5
        yield np.where(turned, -1.0, 1.0) @ each


def cross_products(moves: NDArray) -> FloatArray:
    """Add up the products of every two columns over families, some rows at a time; exact for whole numbers.

    >>> cross_products(np.array([[1, 2], [0, -1]], dtype=np.int8)).tolist()
    [[1.0, 2.0], [2.0, 5.0]]
    """
    found = np.zeros((moves.shape[1],) * 2)
    rows = max(1, CHUNK // max(1, moves.shape[1]))
    for start in range(0, len(moves), rows):
        some = moves[start : start + rows].astype(float)
        found += some.T @ some
    return found


def normal_draws(covariance: FloatArray, draws: int, generator: np.random.Generator) -> FloatArray:
    """Draw from the normal distribution around 0 with some covariance: draws × its columns."""
    values, vectors = np.linalg.eigh(covariance)
    return generator.standard_normal((draws, len(values))) @ (vectors * np.sqrt(np.maximum(values, 0))).T


def verdict(family_p: float, adjusted_p: float = NOTHING) -> str:
    """Say in one word of three what a test comes to.

    `family_p` is that of the family test, `adjusted_p` the same adjusted for the tests beside it: Holm's for
    a primary outcome, that of `max_t` for another item, `family_p` itself for the overall test, which is one
    declared test. It is left out for everything else, which is at most an indication. Gives `clear` (both at
    most 0.05), `indication` (`family_p` at most 0.05), else `cannot_be_told`.

    >>> verdict(0.01, 0.04), verdict(0.01, 0.2), verdict(0.01), verdict(0.2, 0.9)
    ('clear', 'indication', 'indication', 'cannot_be_told')
    """
    if not family_p <= ALPHA:
        return "cannot_be_told"
    return "clear" if adjusted_p <= ALPHA else "indication"


# Shares ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FamilySums:
    """What families add up to; scalars or arrays, an entry per group. Sums of disjoint groups add up.

    `families` with n > 0 (pairs, or persons), Σ n, Σ y (what moved on balance, or persons on a level), and
    the sums over families of n², n·y and y².
    """

    families: IntArray
    n: IntArray
    y: IntArray
    nn: IntArray
    ny: IntArray
    yy: IntArray


@dataclass(frozen=True)
class ShareInterval:
    """Share of persons, 95 % interval, and design effect (variance over that of single persons)."""

    share: FloatArray
    low: FloatArray
    high: FloatArray
    design_effect: FloatArray


def family_sums(y: ArrayLike, n: ArrayLike) -> FamilySums:
    """Add up the families of a group; those without pairs or persons do not count.

    An entry per family: improved less declined of n pairs, or persons on a level of n persons.

    >>> sums = family_sums([1, 0, -2, 0], [1, 2, 2, 0])
    >>> int(sums.families), int(sums.n), int(sums.y)
    (3, 5, -1)
    """
    found, persons = np.asarray(y, dtype=np.int64), np.asarray(n, dtype=np.int64)
    terms = [(persons > 0).astype(np.int64), persons, found, persons**2, persons * found, found**2]
    return FamilySums(*np.sum(terms, axis=1))


def wilson(count: ArrayLike, nobs: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """95 % Wilson score interval of a share (Wilson 1927, doi:10.1080/01621459.1927.10502953).

    Shares between 0 and 1; NaN where `nobs` is 0.

    >>> low, high = wilson([22, 0], [56, 0])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.276, nan], [0.524, nan])
    """
    cases, total = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(nobs, dtype=float))
    with np.errstate(divide="ignore", invalid="ignore"):
        return _score_interval(np.where(total > 0, cases / total, np.nan), total)


def share_interval(sums: FamilySums) -> ShareInterval:
    """Share of persons on a level, with a 95 % interval that knows that persons of one family are alike.

    Wilson's interval with the number of persons divided by the design effect, times (t/z)² for the number of
    families, never more than the persons there are (Korn & Graubard 1998, Survey Methodology 24:193). Where
    none or all are on the level, the design effect is that of families of one mind, Σn²/Σn. Empty (NaN)
    without persons. One family counts as one person.

    >>> found = share_interval(family_sums([3, 0, 1, 2], [5, 2, 1, 2]))
    >>> round(float(found.design_effect), 5), round(float(found.low), 6), round(float(found.high), 6)
    (1.24444, 0.174198, 0.914283)
    """
    m, n, y, nn, ny, yy = (
        np.asarray(part, dtype=float) for part in (sums.families, sums.n, sums.y, sums.nn, sums.ny, sums.yy)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(n > 0, y / n, np.nan)
        variance = m / (m - 1) * np.maximum(yy - 2 * share * ny + share**2 * nn, 0) / n**2
        spread = share * (1 - share)
        effect = np.where(spread > 0, variance / (spread / n), nn / n)
        inflation = np.maximum(1, effect * (stdtrit(np.where(m > 1, m - 1, 1), 1 - ALPHA / 2) / Z) ** 2)
        counted = np.where(m > 1, n / inflation, 1.0)
        effect = np.where(m > 1, effect, np.where(m == 1, n, np.nan))
        low, high = _score_interval(share, counted)
    return ShareInterval(share[()], low[()], high[()], effect[()])


def _score_interval(share: FloatArray, n: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Wilson's interval of a share of n, which may be a fraction; the ends are 0 and 1 where the share is."""
    centre = share + Z**2 / (2 * n)
    half = Z * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    low, high = ((centre + side) / (1 + Z**2 / n) for side in (-half, half))
    return np.where(share == 0, 0.0, low), np.where(share == 1, 1.0, high)


# Persons as units: second opinions -------------------------------------------------------------------------


@dataclass(frozen=True)
class SignTest:
    """Two-sided p-values of as many changes one way as the other; scalars or arrays, as the counts were."""

    exact_p: FloatArray
    mid_p: FloatArray


def sign_test(improved: ArrayLike, declined: ArrayLike) -> SignTest:
    """Two-sided sign test of improved against declined; ties take no part.

    With m the smaller count and X ~ Binomial(improved + declined, 1/2): exact p = min(1, 2 P(X <= m)),
    mid-p = 2 P(X < m) + P(X = m). Both are 1 when the counts are equal, also when both are 0, and never below
    10⁻³⁰.

    >>> test = sign_test(22, 11)
    >>> round(float(test.exact_p), 4), round(float(test.mid_p), 4)
    (0.0801, 0.0576)
    """
    up, down = np.asarray(improved, dtype=np.int64), np.asarray(declined, dtype=np.int64)
    smaller, moved = np.minimum(up, down), up + down
    up_to = bdtr(smaller.astype(float), moved, 0.5)
    less = np.where(smaller > 0, bdtr(np.maximum(smaller - 1, 0).astype(float), moved, 0.5), 0.0)
    equal, apart = up == down, np.abs(up - down)
    exact_p = np.where(apart <= 1, 1.0, np.minimum(1.0, 2 * up_to))  # exactly, so that ties stay ties
    both = (np.maximum(p, NEGLIGIBLE) for p in (exact_p, np.where(equal, 1.0, up_to + less)))
    return SignTest(*(p[()] for p in both))


# Drawn and turned anew -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SpecificationCurve:
    """Net shares under many specifications: how many, how many distinct, median, lowest, highest, and p."""

    specifications: int
    distinct: int
    median: float
    low: float
    high: float
    p: float
    draws: int


def specification_curve(moves: ArrayLike, families: ArrayLike, *, seed: Seed) -> SpecificationCurve:
    """Test the median net share of many specifications against turned families.

    A turn takes the scores of a family at both moments together in all specifications:
    p = (1 + turns with a median at least as far from 0)/(1 + turns). (Simonsohn, Simmons & Nelson 2020,
    doi:10.1038/s41562-020-0912-z.) Above 2,000 families turns are drawn as those of `max_t` are.

    `moves`, specifications × families in the order of the sorted codes, is 1 improved, −1 declined, 0 neither
    or not in the specification; `families` is how many each specification has. Specifications without take no
    part. `distinct` counts different (families, improved, declined). All but the counts is NaN without
    specifications, p also when none has two families.

    >>> found = specification_curve([[1, 1, 0], [1, 1, -1]], [3, 3], seed=1)
    >>> found.distinct, round(found.median, 3), found.p > 0.4  # exactly 1/2
    (2, 0.5, True)
    """
    signs, n = np.asarray(moves), np.asarray(families, dtype=np.int64)
    signs, n = signs[n > 0], n[n > 0]
    if not len(n):
        return SpecificationCurve(0, 0, NOTHING, NOTHING, NOTHING, NOTHING, DRAWS)
    distinct = np.unique(np.column_stack([n, (signs > 0).sum(axis=1), (signs < 0).sum(axis=1)]), axis=0)
    nets = signs.sum(axis=1) / n
    p = NOTHING
    if n.max() >= 2:
        least = abs(float(np.median(nets))) - 1e-12
        medians = (np.median(sums / n, axis=1) for sums in _turned(signs.T, seed))
        p = (1 + sum(int((np.abs(found) >= least).sum()) for found in medians)) / (1 + DRAWS)
    return SpecificationCurve(
        len(n), len(distinct), float(np.median(nets)), float(nets.min()), float(nets.max()), p, DRAWS
    )


def redraws(families: int, *, seed: Seed, draws: int = REDRAWS) -> IntArray:
    """Draw as many families as there are, with replacement: how often each family is in each draw.

    A family that is drawn twice is two families.

    The columns stand in the order of the sorted codes. Weights are draws × families;
    each row adds up to the number of families.

    >>> redraws(4, seed=1, draws=3).sum(axis=1).tolist()
    [4, 4, 4]
    """
    if not families:
        return np.zeros((draws, 0), dtype=np.int64)
    return np.random.default_rng(seed).multinomial(families, np.full(families, 1 / families), size=draws)
