"""What a square matrix of counts says: is the change lopsided, how much persists, who is better off."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.csgraph import connected_components
from scipy.stats import chi2

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class ChiSquareTest:
    """A chi-squared statistic, its degrees of freedom and p-value; all empty when there is nobody to test."""

    chi2: float
    df: int | None
    p: float


NOT_TESTED = ChiSquareTest(float("nan"), None, float("nan"))


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
    counts = square_counts(matrix)
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

    Examples
    --------
    >>> kappa_linear([[1, 1], [0, 2]])
    0.5
    """
    counts = square_counts(matrix)
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
    counts = square_counts(matrix)
    if counts.sum() == 0:
        return float("nan")
    improved, unchanged = int(np.triu(counts, 1).sum()), int(np.trace(counts))
    return (improved + unchanged / 2) / int(counts.sum())


def square_counts(matrix: ArrayLike) -> IntArray:
    """Give a matrix as an array of counts.

    Raises
    ------
    ValueError
        It is not square.
    """
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
