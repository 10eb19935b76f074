"""How often levels move forward and back, from all registrations: a Markov model in continuous time.

A *span* is the time between two registrations of a person that follow each other: a level before, a level
after, and the days between. Levels are numbered from the worst, 0. From every level but the best a person
moves forward at one rate, from every level but the worst back at another; of the levels that lie that way
each is as likely as the one before it times `further`, between 0 (always the next level: a birth-death
process) and 1 (all alike).

Registrations are often made because something changed, and the data cannot tell how often. So two readings
stand beside each other: `panel`, where the days of registration say nothing and a level may have moved and
come back between them (Kalbfleisch & Lawless 1985, doi:10.1080/01621459.1985.10478195), and `exact`, where a
level stays until the day on which another is registered. Intervals are those of a sandwich with families as
units (White 1982, doi:10.2307/1912526), on the logarithm of rates and the log odds of chances.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, stdtrit

from helpers.inference import ALPHA, NOTHING, FloatArray, IntArray

DAYS = 30.4375  # of a month
MONTHS = (3, 6, 9)
FEWEST = 5  # families that moved forward, and back
FEW_MOVED, FLAT = "few_moved", "flat"
LOWEST, HIGHEST = np.log(1e-5), np.log(DAYS)  # a move a day is more than registrations can tell
NEVER = 1e-6  # as near to 0 as `further` is looked for
TERMS = 30  # of the series: as exact as numbers are, at any rate that is looked for
PRECISE = 1e-15  # what the log-likelihood of a span can still gain where the search ends
NEWTON = 2  # steps after that, so that another machine finds the same to nine digits
STEP = 1e-4  # of a difference, where a second derivative is taken
QUANTITIES = (
    *("forward", "back", "ratio", "sojourn"),
    *(f"{way}_{months}" for way in ("forward", "back") for months in MONTHS),
)


@dataclass(frozen=True)
class Spans:
    """Kinds of spans, and how many of each kind every family has.

    Of a kind: the level `before` and `after` (0 is the worst), `days` (1 or more), and whether it is the
    `first` of a person. Of a family (a number from 0) and a `kind` (a place among them): how many `spans`.
    """

    before: IntArray
    after: IntArray
    days: IntArray
    first: NDArray[np.bool_]
    family: IntArray
    kind: IntArray
    spans: IntArray

    @cached_property
    def number(self) -> IntArray:
        """How many spans there are of each kind."""
        return np.bincount(self.kind, self.spans, len(self.days)).astype(np.int64)

    def families(self, moved: NDArray[np.bool_]) -> int:
        """Count the families that have a span of some kinds."""
        return int(np.count_nonzero(np.bincount(self.family[moved[self.kind] & (self.spans > 0)])))


@dataclass(frozen=True)
class Estimate:
    """A quantity with its 95 % interval; NaN where it cannot be told."""

    value: float
    low: float = NOTHING
    high: float = NOTHING


@dataclass(frozen=True)
class Movement:
    """What a model says: rates a month `forward` and `back`, their `ratio`, `sojourn` and chances.

    `sojourn`: months at a level that is neither the best nor the worst, on average. `forward_3`: the chance
    to stand higher three months after the first registration, of persons who began at the levels at which
    these did. `further`: how likely a level is beside the one before it. `note` says why there is nothing.
    """

    estimates: dict[str, Estimate]
    further: float = NOTHING
    loglik: float = NOTHING
    note: str = ""


def movement(spans: Spans, *, levels: int, exact: bool) -> Movement:
    """Fit the model to spans, and say what follows from it.

    With `exact` levels move on the day on which another is registered; else at any time between. With fewer
    than five families that moved forward, or back, and where the spans fit any rates alike, everything is NaN
    and `note` is `few_moved` or `flat`.

    Six families go up after a month and six down, all at the middle of five levels: twelve months of twelve.

    >>> many = np.arange(12)
    >>> found = movement(Spans(np.full(2, 2), np.array([3, 1]), np.array([30, 30]), np.ones(2, bool),
    ...     many, many // 6, np.ones(12, int)), levels=5, exact=True)
    >>> round(found.estimates["ratio"].value, 6), round(found.estimates["forward"].value, 3)
    (1.0, 0.507)
    """
    moved = spans.after - spans.before
    if min(spans.families(moved > 0), spans.families(moved < 0)) < FEWEST:
        return _nothing(FEW_MOVED)
    theta = _summit(spans, levels, exact)
    free = [0, 1, 2] if 10 * NEVER < theta[2] < 1 - NEVER else [0, 1]
    for _ in range(NEWTON):
        curve = _curvature(theta, free, spans, levels, exact)
        inside = LOWEST + STEP < theta[:2].min() and theta[:2].max() < HIGHEST - STEP
        if not inside or not np.isfinite(curve).all() or np.linalg.eigvalsh(curve).min() <= 0:
            return _nothing(FLAT)  # the likelihood has no summit
        value, slope = _loglik(theta, spans, levels, exact)
        theta[free] += np.linalg.solve(curve, slope[free] @ spans.number)
    spread = _sandwich(curve, slope, free, spans)
    who_moved = spans.families(moved != 0)
    half = float(stdtrit(who_moved - 1, 1 - ALPHA / 2))
    began = np.bincount(spans.before[spans.first], spans.number[spans.first], levels)  # persons, by level
    estimates = dict(_estimates(theta, spread, half, began / began.sum()))
    return Movement(estimates, float(theta[2]), float(value @ spans.number))


def _summit(spans: Spans, levels: int, exact: bool) -> FloatArray:
    """Look for the parameters that fit best: log forward, log back, further."""
    from scipy.optimize import minimize  # takes long to load

    number = spans.number / spans.number.sum()

    def lack(theta: FloatArray) -> tuple[float, FloatArray]:
        value, slopes = _loglik(theta, spans, levels, exact)
        return -float(value @ number), -slopes @ number

    bounds = [(LOWEST, HIGHEST), (LOWEST, HIGHEST), (NEVER, 1.0)]
    start = np.clip(_start(spans, levels), *np.transpose(bounds))
    found: FloatArray = minimize(lack, start, jac=True, method="L-BFGS-B", bounds=bounds, tol=PRECISE).x
    return found


def _start(spans: Spans, levels: int) -> FloatArray:
    """Give where to look first: moves over the time at levels from which they can be made; mostly by one."""
    time, moved = spans.number * spans.days / DAYS, spans.after - spans.before
    forward = spans.number[moved > 0].sum() / time[spans.before < levels - 1].sum()
    back = spans.number[moved < 0].sum() / time[spans.before > 0].sum()
    return np.array([np.log(forward), np.log(back), 0.2])


def _nothing(note: str) -> Movement:
    return Movement({name: Estimate(NOTHING) for name in QUANTITIES}, note=note)


def generators(theta: FloatArray, levels: int) -> FloatArray:
    """Rates of going from each level (rows) to each other, which add up to 0, and their derivatives.

    `theta` is log forward, log back, further, by which the derivatives are.

    >>> generators(np.array([np.log(0.2), np.log(0.1), 0.0]), 3)[0]
    array([[-0.2,  0.2,  0. ],
           [ 0.1, -0.3,  0.2],
           [ 0. ,  0.1, -0.1]])
    """
    forward, back, further = np.exp(theta[0]), np.exp(theta[1]), theta[2]
    weight, slope = np.zeros((levels, levels)), np.zeros((levels, levels))
    for level in range(levels):
        for way in (1, -1):
            to = np.arange(level + way, levels if way > 0 else -1, way)
            far = np.arange(len(to))
            power = further**far
            change = far * further ** np.maximum(far - 1.0, 0.0)
            total = power.sum()
            weight[level, to] = power / total
            slope[level, to] = (change - power * change.sum() / total) / total
    up, down = np.triu(np.ones((levels, levels)), 1), np.tril(np.ones((levels, levels)), -1)
    parts = [weight * up * forward, weight * down * back, slope * (up * forward + down * back)]
    made = np.stack([parts[0] + parts[1], *parts])
    made[:, np.arange(levels), np.arange(levels)] = -made.sum(axis=2)
    return made


def chances(theta: FloatArray, days: IntArray, levels: int) -> tuple[FloatArray, FloatArray]:
    """Chances of going from level to level in some days, and their derivatives.

    Those of a day are the series of the matrix exponential; of more days they are products of its squares.

    `theta` is log forward, log back, further; `days` are different ones.

    They are days × levels × levels, derivatives with the three parameters in front.
    """
    made = generators(theta, levels) / DAYS
    power, turn, term, slope = np.eye(levels), np.zeros((3, levels, levels)), np.eye(levels), 0 * made[1:]
    for place in range(1, TERMS):
        term, slope = term @ made[0] / place, (slope @ made[0] + term @ made[1:]) / place
        power, turn = power + term, turn + slope
    found = np.tile(np.eye(levels), (len(days), 1, 1))
    slopes = np.zeros((3, len(days), levels, levels))
    for bit in range(int(days.max(initial=0)).bit_length()):
        some = np.flatnonzero(days >> bit & 1)
        slopes[:, some] = slopes[:, some] @ power + found[some] @ turn[:, None]
        found[some] = found[some] @ power
        power, turn = power @ power, turn @ power + power @ turn
    return found, slopes


def _loglik(theta: FloatArray, spans: Spans, levels: int, exact: bool) -> tuple[FloatArray, FloatArray]:
    """Give the log-likelihood of a span of each kind, and its derivatives (parameters × kinds)."""
    before, after = spans.before, spans.after
    if exact:
        made = generators(theta, levels)
        rate, slope = made[0][before, after], made[1:, before, after]
        moved = before != after
        stays, slope_stays = made[0][before, before], made[1:, before, before]
        months = spans.days / DAYS
        log = np.log(np.where(moved, rate, 1.0))
        return stays * months + log, slope_stays * months + np.where(moved, slope / rate, 0.0)
    days, place = np.unique(spans.days, return_inverse=True)
    found, slopes = chances(theta, days, levels)
    chance = np.maximum(found[place, before, after], np.finfo(float).tiny)
    return np.log(chance), slopes[:, place, before, after] / chance


def _curvature(theta: FloatArray, free: list[int], spans: Spans, levels: int, exact: bool) -> FloatArray:
    """Give the second derivatives of the log-likelihood by the free parameters, without their sign."""
    curve = np.empty((len(free), len(free)))
    for row, parameter in enumerate(free):
        step = np.zeros(3)
        step[parameter] = min(STEP, theta[2] / 2, (1 - theta[2]) / 2) if parameter == 2 else STEP
        after, before = (_loglik(theta + way * step, spans, levels, exact)[1] for way in (1, -1))
        curve[row] = ((before - after) @ spans.number)[free] / (2 * step[parameter])
    return (curve + curve.T) / 2


def _sandwich(curve: FloatArray, slope: FloatArray, free: list[int], spans: Spans) -> FloatArray:
    """Give the covariance of the parameters over families."""
    of_family = [np.bincount(spans.family, slope[one][spans.kind] * spans.spans) for one in free]
    scores = np.stack(of_family, axis=1)
    bread = np.linalg.inv(curve)
    covariance = np.zeros((3, 3))
    many = np.count_nonzero(np.bincount(spans.family))
    covariance[np.ix_(free, free)] = many / (many - 1) * bread @ (scores.T @ scores) @ bread
    return covariance


def _estimates(
    theta: FloatArray, spread: FloatArray, half: float, began: FloatArray
) -> Iterable[tuple[str, Estimate]]:
    forward, back = np.exp(theta[:2])
    total = forward + back
    for name, log, slope in (
        ("forward", theta[0], [1, 0, 0]),
        ("back", theta[1], [0, 1, 0]),
        ("ratio", theta[0] - theta[1], [1, -1, 0]),
        ("sojourn", -np.log(total), [-forward / total, -back / total, 0]),
    ):
        error = half * float(np.sqrt(np.array(slope) @ spread @ np.array(slope)))
        yield name, Estimate(*(float(np.exp(log + side * error)) for side in (0, -1, 1)))
    levels = len(began)
    found, slopes = chances(theta, np.rint(np.array(MONTHS) * DAYS).astype(np.int64), levels)
    sides = {"forward": np.triu(np.ones((levels, levels)), 1), "back": np.tril(np.ones((levels, levels)), -1)}
    for way, side in sides.items():
        each = np.einsum("i,tij,ij->t", began, found, side)
        change = np.einsum("i,ptij,ij->tp", began, slopes, side)
        for months, chance, by in zip(MONTHS, each, change, strict=True):
            if not 0 < chance < 1:  # all began at the end of that side
                yield f"{way}_{months}", Estimate(float(chance))
                continue
            error = half * float(np.sqrt(by @ spread @ by)) / (chance * (1 - chance))
            ends = (float(expit(logit(chance) + side_of * error)) for side_of in (-1, 1))
            yield f"{way}_{months}", Estimate(float(chance), *ends)
