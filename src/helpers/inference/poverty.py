"""How much poverty, and what changed: H, A and M0 with their standard errors, intervals and tests.

All of it follows from the number of families by score at baseline and score at follow-up. A family is poor
when its score, the number of deprived domains, reaches the cutoff; its censored score c is score/6 when it is
poor, else 0. H = share of the poor, M0 = mean of c, A = mean of c of the poor, so that M0 = H · A (Alkire &
Foster 2011, doi:10.1016/j.jpubeco.2010.11.006; standard errors as in Alkire et al. 2015, Multidimensional
Poverty Measurement and Analysis, ch. 8).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, stdtrit

from helpers.inference import (
    ALPHA,
    MANY_FAMILIES,
    NOTHING,
    FloatArray,
    IntArray,
    agree,
    family_test,
    net_interval,
    tossed,
    wilson,
)

DOMAINS = 6


@dataclass(frozen=True)
class PovertyMeasure:
    """A measure at one moment, its standard error and 95 % interval; NaN where it cannot be told."""

    value: float
    se: float
    low: float
    high: float


@dataclass(frozen=True)
class PovertyChange:
    """Change of a measure, follow-up less baseline, its standard error, 95 % interval and test."""

    change: float
    se: float
    low: float
    high: float
    family_p: float


def poverty_measures(
    scores: ArrayLike, families: ArrayLike = 1, *, poverty_cutoff: int
) -> dict[str, PovertyMeasure]:
    """H, A and M0 of families at one moment.

    H has Wilson's interval and standard error √(H(1 − H)/(n − 1)); A and M0, means over the poor and over all
    families, have that of Student's t, cut at 0 and 1.

    `families` is how many have each score. Gives `H`, `A`, `M0`. No A without poor families; no interval of A
    or M0 with fewer than two families, or where nothing varies.

    Two of four families are poor, with 3 and 6 of the six domains.

    >>> found = poverty_measures([0, 2, 3, 6], poverty_cutoff=3)
    >>> found["H"].value, found["A"].value, found["M0"].value
    (0.5, 0.75, 0.375)
    """
    count, score = _kinds(families, scores)
    points = _points(score, poverty_cutoff)
    n, poor = int(count.sum()), int(count[points > 0].sum())
    low, high = wilson(poor, n)
    share = poor / n if n else NOTHING
    se = float(np.sqrt(share * (1 - share) / (n - 1))) if n > 1 else NOTHING
    return {
        "H": PovertyMeasure(share, se, float(low), float(high)),
        "A": _mean(points[points > 0], count[points > 0]),
        "M0": _mean(points, count),
    }


def poverty_changes(
    baseline: ArrayLike, follow_up: ArrayLike, families: ArrayLike = 1, *, poverty_cutoff: int
) -> dict[str, PovertyChange]:
    """Changes of H, A and M0, follow-up less baseline.

    H and M0 change by the mean of the families' own changes, with the interval and the family test of a net
    share, in agreement. A is a ratio: its standard error is linearised, its interval that of t, and its p the
    share of all turns (a family's two moments changed round) that leave poor families at both moments and a
    change of A at least as large, from the exact distribution of the number of poor and their points.

    `families` is how many have each pair of scores. Gives `H`, `A`, `M0`; NaN with fewer than two families,
    of A also without poor families at either moment.

    >>> found = poverty_changes([4, 3, 5, 2], [2, 3, 4, 2], poverty_cutoff=3)
    >>> round(found["H"].change, 4), round(found["M0"].change, 4), found["M0"].family_p
    (-0.25, -0.2083, 0.5)
    """
    count, before, after = _kinds(families, baseline, follow_up)
    points = _points(before, poverty_cutoff), _points(after, poverty_cutoff)
    crossed = (points[1] > 0).astype(np.int64) - (points[0] > 0)
    return {
        "H": _paired(crossed, 1, count),
        "A": _change_of_intensity(*points, count),
        "M0": _paired(points[1] - points[0], DOMAINS, count),
    }


def shapley(h_before: float, a_before: float, h_after: float, a_after: float) -> tuple[float, float]:
    """Split the change of M0 exactly over H and A.

    Each share is the mean of what it adds when it changes first and when it changes last: ΔH · (A₀ + A₁)/2
    and ΔA · (H₀ + H₁)/2 (Shorrocks 2013, doi:10.1007/s10888-011-9214-z). A moment without poor families takes
    the A of the other. They add up to the change of M0.

    >>> from_h, from_a = shapley(0.5, 0.75, 0.25, 0.5)
    >>> from_h, from_a, from_h + from_a == 0.25 * 0.5 - 0.5 * 0.75
    (-0.15625, -0.09375, True)
    """
    first = a_after if np.isnan(a_before) else a_before
    last = a_before if np.isnan(a_after) else a_after
    if np.isnan(first):  # nobody is poor at either moment
        first = last = 0.0
    return (h_after - h_before) * (first + last) / 2, (last - first) * (h_before + h_after) / 2


def _kinds(families: ArrayLike, *scores: ArrayLike) -> tuple[IntArray, ...]:
    """How many families there are of each kind, and their scores; kinds without families are none."""
    kinds = np.broadcast_arrays(*(np.asarray(part, dtype=np.int64) for part in (families, *scores)))
    some = np.atleast_1d(kinds[0]) > 0
    return tuple(np.atleast_1d(part)[some] for part in kinds)


def _points(score: IntArray, cutoff: int) -> IntArray:
    """Censored score in sixths: the score of the poor, else 0."""
    return np.where(score >= cutoff, score, 0)


def _mean(points: IntArray, count: IntArray) -> PovertyMeasure:
    """Mean of points in sixths, with the interval of t; squares in whole numbers, so that 0 is exactly 0."""
    n, total = int(count.sum()), int(count @ points)
    if n < 2:
        return PovertyMeasure(total / (n * DOMAINS) if n else NOTHING, NOTHING, NOTHING, NOTHING)
    mean, squares = total / (n * DOMAINS), n * int(count @ points**2) - total**2
    se = float(np.sqrt(squares / (n - 1))) / (n * DOMAINS)
    if not squares:
        return PovertyMeasure(mean, se, NOTHING, NOTHING)
    half = float(stdtrit(n - 1, 1 - ALPHA / 2)) * se
    return PovertyMeasure(mean, se, max(0.0, mean - half), min(1.0, mean + half))


def _paired(change: IntArray, unit: int, count: IntArray) -> PovertyChange:
    """Mean change of families, in whole numbers of 1/unit."""
    n, total = int(count.sum()), int(count @ change)
    if n < 2:
        return PovertyChange(total / (n * unit) if n else NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
    mean, p = total / (n * unit), family_test(change, count)
    se = float(np.sqrt((n * int(count @ change**2) - total**2) / (n - 1))) / (n * unit)
    low, high = agree(*net_interval(change / unit, 1, count), p, mean)
    return PovertyChange(mean, se, low, high, p)


def _change_of_intensity(before: IntArray, after: IntArray, count: IntArray) -> PovertyChange:
    """Change of A; points in sixths at both moments."""
    n = int(count.sum())
    q0, q1 = int(count[before > 0].sum()), int(count[after > 0].sum())
    p0, p1 = int(count @ before), int(count @ after)
    if not (q0 and q1):
        return PovertyChange(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
    change = (p1 / q1 - p0 / q0) / DOMAINS
    if n < 2:
        return PovertyChange(change, NOTHING, NOTHING, NOTHING, NOTHING)
    z = (after * q1 - p1 * (after > 0)) / q1**2 - (before * q0 - p0 * (before > 0)) / q0**2
    same = not ((after * q1 - p1 * (after > 0)) * q0**2 - (before * q0 - p0 * (before > 0)) * q1**2).any()
    se = 0.0 if same else float(np.sqrt(n / (n - 1) * (count @ z**2))) / DOMAINS
    p = _intensity_test(before, after, count)
    if same or min(q0, q1) < 2:
        return PovertyChange(change, se, NOTHING, NOTHING, p)
    half = float(stdtrit(n - 1, 1 - ALPHA / 2)) * se
    return PovertyChange(change, se, max(-1.0, change - half), min(1.0, change + half), p)


def _intensity_test(before: IntArray, after: IntArray, count: IntArray) -> float:
    """Share of turns with poor families at both moments and a change of A at least as large.

    What a family has at the worse of its moments beyond the better one goes to follow-up by the toss of a
    coin. Of more than `MANY_FAMILIES` that moved, the sums are taken as normal.
    """
    more = np.column_stack([(before > 0) ^ (after > 0), np.abs(after - before)]).astype(np.int64)
    kinds, place = np.unique(more, axis=0, return_inverse=True)
    of_kind = np.bincount(place.ravel(), weights=count).astype(np.int64)
    some = kinds.any(axis=1)
    kinds, of_kind = kinds[some], of_kind[some]
    all_poor = int(count @ ((before > 0).astype(int) + (after > 0)))
    all_points = int(count @ (before + after))

    def gap(q: ArrayLike, p: ArrayLike) -> FloatArray:
        """|ΔA| times the poor at both moments."""
        return np.abs(np.asarray(p, dtype=float) * all_poor - all_points * np.asarray(q, dtype=float))

    observed_poor, observed = int(count[after > 0].sum()), int(count @ after)
    least = gap(observed_poor, observed) / (observed_poor * (all_poor - observed_poor))
    if of_kind.sum() > MANY_FAMILIES:
        spread = np.sqrt(of_kind @ (gap(kinds[:, 0], kinds[:, 1]) / 2) ** 2)
        usual = (all_poor**2 - of_kind @ kinds[:, 0]) / 4  # the mean of `weight` below
        return 2 * float(ndtr(-least * usual / spread)) if spread else 1.0
    (first_poor, first_points), chances = tossed(kinds, of_kind)
    always_poor = int(count[(before > 0) & (after > 0)].sum())
    poor = (always_poor + first_poor + np.arange(chances.shape[0]))[:, None]
    points = (int(count @ np.minimum(before, after)) + first_points + np.arange(chances.shape[1]))[None, :]
    both = (poor > 0) & (poor < all_poor)
    weight = poor.astype(float) * (all_poor - poor)
    far = both & (gap(poor, points) >= least * weight * (1 - 1e-12))
    return float(min(1.0, chances[far].sum()))
