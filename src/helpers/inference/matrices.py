"""Second opinions on one transition matrix, which stand in the tables beside the family test.

A matrix is a square array of counts with the state at baseline in the rows and the state at follow-up in the
columns, worst to best, so that the cells above the diagonal hold what improved. Stuart–Maxwell, Bowker and
kappa treat persons as independent; the permutation swaps whole families, and the ordinal model has them as
clusters.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse.csgraph import connected_components
from scipy.special import chdtrc, expit, logit, ndtr

from helpers.inference import (
    CHUNK,
    DRAWS,
    MANY_FAMILIES,
    NOTHING,
    TOLERANCE,
    FloatArray,
    IntArray,
    Seed,
    Z,
    cross_products,
    normal_draws,
)

NOT_CONVERGED, ERROR, NOT_FINITE = "gee_not_converged", "gee_error", "gee_not_finite"
FEW_FAMILIES = "gee_few_families"
# that moved: if fewer did, turning each of them around has more than 1 in 20 ways as lopsided
ENOUGH_FAMILIES = 6
STEPS, SMALL_STEP = 50, 1e-10  # towards the log odds of many families
NO_VARIANCE = 1e-8  # of the log odds, as a standard error: what rounding leaves of an exact zero


@dataclass(frozen=True)
class ChiSquareTest:
    """A chi-squared statistic, its degrees of freedom and p-value; all empty when there is nobody to test."""

    chi2: float
    df: int | None
    p: float


NOT_TESTED = ChiSquareTest(NOTHING, None, NOTHING)


def stuart_maxwell(matrix: ArrayLike) -> ChiSquareTest:
    """Test that the distribution over the states is the same at both moments.

    chi2 = d' V^- d, with d the difference of the margins and V its covariance when nothing changed. V is the
    Laplacian of the graph whose edges are the moves between two states, so its rank is the number of states
    less the number of connected parts; leaving one state out of each part makes it regular without changing
    the statistic, and a state that nobody enters or leaves drops out by itself. (Stuart 1955,
    doi:10.1093/biomet/42.3-4.412; Maxwell 1970, doi:10.1192/bjp.116.535.651.) chi2 and df are 0 and p is 1
    when nobody moved; empty when the matrix is.

    >>> test = stuart_maxwell([[5, 6], [2, 7]])  # McNemar: (6 - 2)^2 / (6 + 2)
    >>> test.chi2, test.df, round(test.p, 4)
    (2.0, 1, 0.1573)
    """
    counts = square_counts(matrix)
    if counts.sum() == 0:
        return NOT_TESTED
    moves = _moves(counts)
    _, part = connected_components(moves, directed=False)  # states of no moves are parts by themselves
    kept = np.setdiff1d(np.arange(len(moves)), np.unique(part, return_index=True)[1])
    difference = (counts.sum(axis=1) - counts.sum(axis=0))[kept]
    covariance = (np.diag(moves.sum(axis=1)) - moves)[np.ix_(kept, kept)]
    return _chi_square(float(difference @ np.linalg.solve(covariance, difference)), kept.size)


def bowker(matrix: ArrayLike) -> ChiSquareTest:
    """Test that each change is as frequent as its reverse (Bowker 1948, doi:10.1080/01621459.1948.10483284).

    chi2 = sum over pairs of states of (n_ij - n_ji)^2 / (n_ij + n_ji); df is the number of pairs between
    which anyone moved. chi2 and df are 0 and p is 1 when nobody moved; empty when the matrix is.

    >>> bowker([[5, 6], [2, 7]]).chi2
    2.0
    """
    counts = square_counts(matrix)
    if counts.sum() == 0:
        return NOT_TESTED
    upper = np.triu_indices(len(counts), 1)
    there, back = counts[upper], counts.T[upper]
    moved = there + back > 0
    there, back = there[moved], back[moved]
    return _chi_square(float(((there - back) ** 2 / (there + back)).sum()), int(moved.sum()))


def kappa_linear(matrix: ArrayLike) -> float:
    """Weighted kappa with disagreement |i - j| between levels: persistence beyond chance.

    1 when nobody moved, 0 when the levels at both moments have nothing to do with each other. NaN when
    chance alone leaves no room for disagreement (all persons on one and the same level), and when the
    matrix is empty. (Cohen 1968, doi:10.1037/h0026256.)

    >>> kappa_linear([[1, 1], [0, 2]])
    0.5
    """
    counts = square_counts(matrix)
    levels = np.arange(len(counts))
    weights = np.abs(levels[:, None] - levels)
    expected = int((weights * np.outer(counts.sum(axis=1), counts.sum(axis=0))).sum())
    if expected == 0:
        return NOTHING
    return 1 - int(counts.sum()) * int((weights * counts).sum()) / expected


def p_better(matrix: ArrayLike) -> float:
    """Chance that a person drawn at random is better at follow-up than at baseline, half of the ties added.

    >>> p_better([[1, 2], [1, 0]])  # 2 improved, 1 unchanged, 1 declined
    0.625
    """
    counts = square_counts(matrix)
    if counts.sum() == 0:
        return NOTHING
    improved, unchanged = int(np.triu(counts, 1).sum()), int(np.trace(counts))
    return (improved + unchanged / 2) / int(counts.sum())


def square_counts(matrix: ArrayLike) -> IntArray:
    """Give a matrix as an array of counts.

    ValueError: it is not square.
    """
    counts = np.asarray(matrix, dtype=np.int64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(f"a square matrix of counts was expected, not one of shape {counts.shape}")
    return counts


def _moves(counts: IntArray) -> IntArray:
    """Persons that moved between two states, either way; the diagonal has no say in what is made of it."""
    return counts + counts.T


def _chi_square(statistic: float, df: int) -> ChiSquareTest:
    return ChiSquareTest(statistic, df, float(chdtrc(df, statistic)) if df else 1.0)


# Whole families swapped ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class PermutationTests:
    """Permutation p-values of the two statistics of a matrix; empty when there is nobody to test."""

    stuart_maxwell_p: float
    bowker_p: float


def permutation_tests(matrices: ArrayLike, *, seed: Seed, draws: int = DRAWS) -> PermutationTests:
    """Permutation p-values of Stuart-Maxwell and Bowker that swap the two moments of whole families.

    If nothing moved on balance, a family's baseline might as well have been its follow-up. Each swap turns
    every family's matrix over with chance 1/2, all its persons together. Swapping leaves the denominators of
    both statistics as they are (they hold the moves in both directions), so only the differences are drawn.
    p = (1 + swaps with a statistic at least the observed one)/(1 + swaps). (Phipson & Smyth 2010,
    doi:10.2202/1544-6115.1585.) Where more than `MANY_FAMILIES` moved, the differences are drawn from the
    normal distribution with their covariance.

    `matrices`, families × states × states, has the transition matrix of each family that has persons in it.
    p is 1 when nobody moved; empty when there is nobody.

    >>> better = [[[0, 1], [0, 0]]] * 8  # eight families of one person, all better
    >>> permutation_tests(better, seed=1).bowker_p < 0.02  # exactly 2/2**8 with all swaps
    True
    """
    counts = np.asarray(matrices, dtype=np.int64)
    total = square_counts(counts.sum(axis=0))
    if total.sum() == 0:
        return PermutationTests(NOTHING, NOTHING)
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
    extreme = [(statistics(net) >= observed - TOLERANCE).sum(axis=1) for net in _swapped(turns, seed, draws)]
    p = (1 + np.sum(extreme, axis=0)) / (1 + draws)
    return PermutationTests(float(p[0]), float(p[1]))


def _swapped(turns: IntArray, seed: Seed, draws: int) -> Iterator[FloatArray]:
    """Yield, in portions, the net moves after each swap; families that move alike are swapped together."""
    moved, generator = turns[turns.any(axis=1)], np.random.default_rng(seed)
    if len(moved) > MANY_FAMILIES:
        yield normal_draws(cross_products(moved), draws, generator)
        return
    kinds, families = np.unique(moved, axis=0, return_counts=True)
    portion = max(1, CHUNK // max(1, len(families)))
    for start in range(0, draws, portion):
        size = (min(portion, draws - start), len(families))
        yield (2.0 * generator.binomial(families, 0.5, size=size) - families) @ kinds


# The ordinal model -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OrdinalGee:
    """Log odds of a higher level at follow-up than at baseline, 95 % Wald interval, p; or why there is none.

    `note` is empty; `gee_not_converged`, `gee_error` or `gee_not_finite` (the odds are infinite, as nobody at
    one moment is better than anybody at the other; or one family has no variance, or it is zero): the numbers
    are NaN; or `gee_few_families`: the numbers are there, but fewer than six families moved, and a variance
    over so few is not to be trusted.
    """

    log_odds: float
    low: float
    high: float
    p: float
    note: str = ""


def ordinal_gee(baseline: ArrayLike, follow_up: ArrayLike, families: ArrayLike) -> OrdinalGee:
    """Fit a proportional-odds model of the level on the moment, with families as clusters.

    Generalised estimating equations for an ordinal outcome, working independence (Lipsitz, Kim & Zhao 1994,
    doi:10.1002/sim.4780131106; Heagerty & Zeger 1996, doi:10.1080/01621459.1996.10476973), with the
    covariance over families of which the bias with few of them is reduced (Mancl & DeRouen 2001,
    doi:10.1111/j.0006-341X.2001.00126.x). Log odds > 0: better at follow-up. Above `MANY_FAMILIES` there is
    no bias to reduce: the same equations are then solved with what families add up to.
    """
    before, after = np.asarray(baseline, dtype=float), np.asarray(follow_up, dtype=float)
    if before.size == 0:
        return _none("")
    groups = np.unique(np.asarray(families), return_inverse=True)[1]
    moved = np.unique(groups[before != after]).size
    if not moved:
        return OrdinalGee(0.0, NOTHING, NOTHING, 1.0)
    if _separated(before, after) or groups.max() == 0:
        return _none(NOT_FINITE)
    try:
        result = (_of_many if groups.max() >= MANY_FAMILIES else _fitted)(before, after, groups)
        return replace(result, note=result.note or ("" if moved >= ENOUGH_FAMILIES else FEW_FAMILIES))
    except (ValueError, ArithmeticError, IndexError, np.linalg.LinAlgError):
        return _none(ERROR)


def _separated(before: np.ndarray, after: np.ndarray) -> bool:
    """Tell whether the odds are infinite; a fit then stops at some large number and calls it converged."""
    return bool(before.max() <= after.min() or after.max() <= before.min())


def _fitted(before: np.ndarray, after: np.ndarray, groups: np.ndarray) -> OrdinalGee:
    # statsmodels costs a kernel a second, and only this function needs it
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = _fit(before, after, groups)
        estimate = [np.asarray(found) for found in (result.params, result.conf_int(), result.pvalues)]
        numbers = np.hstack([found[-1] for found in estimate])
        error = float(np.asarray(result.bse)[-1])
    if any(issubclass(warning.category, ConvergenceWarning) for warning in caught) or not result.converged:
        return _none(NOT_CONVERGED)
    if not np.isfinite(numbers).all() or error < NO_VARIANCE:
        return _none(NOT_FINITE)
    log_odds, low, high, p = (float(number) for number in numbers)
    return OrdinalGee(log_odds, low, high, p)


def _fit(before: np.ndarray, after: np.ndarray, groups: np.ndarray) -> Any:
    from statsmodels.genmod.cov_struct import Independence
    from statsmodels.genmod.generalized_estimating_equations import OrdinalGEE

    level, moment = np.concatenate([before, after]), np.repeat([0.0, 1.0], before.size)[:, None]
    family = np.tile(groups, 2)
    order = np.argsort(family, kind="stable")
    model = OrdinalGEE(level[order], moment[order], family[order], cov_struct=Independence())
    return model.fit(cov_type="bias_reduced")


def _of_many(before: np.ndarray, after: np.ndarray, groups: np.ndarray) -> OrdinalGee:
    """Solve whether persons lie above each cut, from the persons of each family by moment and level.

    Their chance depends on cut and moment alone: the estimate follows from the sums over families, and its
    variance from the sums of their products.
    """
    levels, place = np.unique(np.concatenate([before, after]), return_inverse=True)
    cuts, size = len(levels) - 1, 2 * len(levels)
    cell = np.tile(groups * size, 2) + np.repeat([0, len(levels)], before.size) + place
    persons = np.bincount(cell, minlength=(int(groups.max()) + 1) * size).reshape(-1, size)
    above = np.kron(np.eye(2), np.tri(len(levels), cuts, -1))  # moment and level × moment and cut
    all_of = np.kron(np.eye(2), np.ones((len(levels), cuts)))
    design = np.column_stack([np.tile(np.eye(cuts), (2, 1)), np.repeat([0.0, 1.0], cuts)])
    high, n = persons.sum(axis=0) @ above, persons.sum(axis=0) @ all_of
    odds = np.append(logit(high.reshape(2, -1).sum(axis=0) / n.reshape(2, -1).sum(axis=0)), 0.0)
    for _ in range(STEPS):
        chance = expit(design @ odds)
        inverse = np.linalg.inv((design.T * (n * chance * (1 - chance))) @ design)
        step = inverse @ design.T @ (high - n * chance)
        odds += step
        if np.abs(step).max() < SMALL_STEP:
            break
    else:
        return _none(NOT_CONVERGED)
    scores = (above - all_of * chance) @ design @ inverse
    variance = float((scores.T @ cross_products(persons) @ scores)[-1, -1])
    if variance < NO_VARIANCE**2:  # rounding may leave a little less than 0
        return _none(NOT_FINITE)
    log_odds, error = float(odds[-1]), variance**0.5
    p = 2 * float(ndtr(-abs(log_odds) / error))
    return OrdinalGee(log_odds, log_odds - Z * error, log_odds + Z * error, p)


def _none(note: str) -> OrdinalGee:
    return OrdinalGee(NOTHING, NOTHING, NOTHING, NOTHING, note)
