"""From counts to intervals and tests; the only module that calls statsmodels and scipy.

Everything here is exact or closed-form. A matrix is a square array of counts with the state at baseline
in the rows and the state at follow-up in the columns, worst to best, so that the cells above the diagonal
hold what improved.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.csgraph import connected_components
from scipy.stats import binom, chi2
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class SignTest:
    """Two-sided p-values of as many changes one way as the other; scalars or arrays, as the counts were."""

    exact_p: FloatArray
    mid_p: FloatArray


@dataclass(frozen=True)
class ChiSquareTest:
    """A chi-squared statistic, its degrees of freedom and p-value; all empty when there is nobody to test."""

    chi2: float
    df: int | None
    p: float


NOT_TESTED = ChiSquareTest(float("nan"), None, float("nan"))


def wilson(count: ArrayLike, nobs: ArrayLike, *, confidence: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Wilson score interval of a share (Wilson 1927, doi:10.1080/01621459.1927.10502953).

    Parameters
    ----------
    count, nobs : array of int
        Cases, and the number they are a share of; broadcast against each other.
    confidence : float
        Coverage, between 0 and 1; 0.95 means z = 1.959963984540054.

    Returns
    -------
    low, high : arrays of float
        Shares between 0 and 1; NaN where `nobs` is 0.

    Examples
    --------
    >>> low, high = wilson([22, 0], [56, 0])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.276, nan], [0.524, nan])
    """
    cases, total = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(nobs, dtype=float))
    some = total > 0
    low, high = proportion_confint(
        np.where(some, cases, 0.0), np.where(some, total, 1.0), alpha=1 - confidence, method="wilson"
    )
    low = np.where(cases == 0, 0.0, low)  # exactly, not 3e-17
    high = np.where(cases == total, 1.0, high)
    return np.where(some, low, np.nan), np.where(some, high, np.nan)


def sign_test(improved: ArrayLike, declined: ArrayLike) -> SignTest:
    """Two-sided sign test of improved against declined; ties take no part.

    With m the smaller count and X ~ Binomial(improved + declined, 1/2): exact p = min(1, 2 P(X <= m)),
    mid-p = 2 P(X < m) + P(X = m). Both are 1 when the counts are equal, also when both are 0.

    Parameters
    ----------
    improved, declined : array of int
        Broadcast against each other.

    Examples
    --------
    >>> test = sign_test(22, 11)
    >>> round(float(test.exact_p), 4), round(float(test.mid_p), 4)
    (0.0801, 0.0576)
    """
    up, down = np.asarray(improved, dtype=np.int64), np.asarray(declined, dtype=np.int64)
    smaller, moved = np.minimum(up, down), up + down
    exact = np.minimum(1.0, 2 * binom.cdf(smaller, moved, 0.5))
    mid = 2 * binom.cdf(smaller - 1, moved, 0.5) + binom.pmf(smaller, moved, 0.5)
    equal = up == down
    return SignTest(np.where(equal, 1.0, exact)[()], np.where(equal, 1.0, mid)[()])


def mcnemar(out: ArrayLike, into: ArrayLike) -> SignTest:
    """McNemar test on the two kinds of change of a paired yes/no: the sign test on them.

    Examples
    --------
    >>> test = mcnemar(4, 0)
    >>> round(float(test.exact_p), 4), round(float(test.mid_p), 4)
    (0.125, 0.0625)
    """
    return sign_test(out, into)


def stuart_maxwell(matrix: ArrayLike) -> ChiSquareTest:
    """Test that the distribution over the states is the same at both moments.

    chi2 = d' V^- d, with d the difference of the margins and V its covariance when nothing changed. V is the
    Laplacian of the graph whose edges are the moves between two states, so its rank is the number of states
    less the number of connected parts; leaving one state out of each part makes it regular without changing
    the statistic, and a state that nobody enters or leaves drops out by itself. (Stuart 1955,
    doi:10.1093/biomet/42.3-4.412; Maxwell 1970, doi:10.1192/bjp.116.535.651.)

    Parameters
    ----------
    matrix : square array of int

    Returns
    -------
    ChiSquareTest
        chi2 0, df 0, p 1 when nobody moved; empty when the matrix is.

    Examples
    --------
    >>> test = stuart_maxwell([[5, 6], [2, 7]])  # McNemar: (6 - 2)^2 / (6 + 2)
    >>> test.chi2, test.df, round(test.p, 4)
    (2.0, 1, 0.1573)
    """
    counts = _counts(matrix)
    if counts.sum() == 0:
        return NOT_TESTED
    kept = _one_left_out_of_each_part(_moves(counts))
    difference = (counts.sum(axis=1) - counts.sum(axis=0))[kept]
    covariance = _laplacian(_moves(counts))[np.ix_(kept, kept)]
    statistic = float(difference @ np.linalg.solve(covariance, difference)) if kept.size else 0.0
    return _chi_square(statistic, kept.size)


def bowker(matrix: ArrayLike) -> ChiSquareTest:
    """Test that each change is as frequent as its reverse (Bowker 1948, doi:10.1080/01621459.1948.10483284).

    chi2 = sum over pairs of states of (n_ij - n_ji)^2 / (n_ij + n_ji); df is the number of pairs between
    which anyone moved.

    Returns
    -------
    ChiSquareTest
        chi2 0, df 0, p 1 when nobody moved; empty when the matrix is.

    Examples
    --------
    >>> bowker([[5, 6], [2, 7]]).chi2
    2.0
    """
    counts = _counts(matrix)
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

    Examples
    --------
    >>> kappa_linear([[1, 1], [0, 2]])
    0.5
    """
    counts = _counts(matrix)
    levels = np.arange(len(counts))
    weights = np.abs(levels[:, None] - levels)
    expected = int((weights * np.outer(counts.sum(axis=1), counts.sum(axis=0))).sum())
    if expected == 0:
        return float("nan")
    return 1 - int(counts.sum()) * int((weights * counts).sum()) / expected


def p_better(matrix: ArrayLike) -> float:
    """Chance that a person drawn at random is better at follow-up than at baseline, half of the ties added.

    Examples
    --------
    >>> p_better([[1, 2], [1, 0]])  # 2 improved, 1 unchanged, 1 declined
    0.625
    """
    counts = _counts(matrix)
    if counts.sum() == 0:
        return float("nan")
    improved, unchanged = int(np.triu(counts, 1).sum()), int(np.trace(counts))
    return (improved + unchanged / 2) / int(counts.sum())


def holm(p: ArrayLike) -> FloatArray:
    """p-values adjusted for their number (Holm 1979); NaN stays NaN and is not counted.

    Examples
    --------
    >>> holm([0.01, float("nan"), 0.04]).tolist()
    [0.02, nan, 0.04]
    """
    values = np.asarray(p, dtype=float)
    adjusted = np.full(values.shape, np.nan)
    known = ~np.isnan(values)
    if known.any():
        adjusted[known] = multipletests(values[known], method="holm")[1]
    return adjusted


def _counts(matrix: ArrayLike) -> IntArray:
    counts = np.asarray(matrix, dtype=np.int64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(f"a square matrix of counts was expected, not one of shape {counts.shape}")
    return counts


def _moves(counts: IntArray) -> IntArray:
    """Persons that moved between two states, either way; the diagonal has no say in what is made of it."""
    return counts + counts.T


def _laplacian(moves: IntArray) -> IntArray:
    return np.diag(moves.sum(axis=1)) - moves


def _one_left_out_of_each_part(moves: IntArray) -> NDArray[np.intp]:
    """All states but the first of each connected part; those of no moves are parts by themselves."""
    _, part = connected_components(moves, directed=False)
    first = np.unique(part, return_index=True)[1]
    return np.setdiff1d(np.arange(len(moves)), first)


def _chi_square(statistic: float, df: int) -> ChiSquareTest:
    return ChiSquareTest(statistic, df, float(chi2.sf(statistic, df)) if df else 1.0)
