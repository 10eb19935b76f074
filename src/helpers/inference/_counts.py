"""From a few counts to an interval or an exact p-value; p-values adjusted for their number."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom
from scipy.stats import fisher_exact as exact_of_fisher
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class SignTest:
    """Two-sided p-values of as many changes one way as the other; scalars or arrays, as the counts were."""

    exact_p: FloatArray
    mid_p: FloatArray


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


def fisher_exact(with_first: int, first: int, with_second: int, second: int) -> float:
    """Fisher's exact test, two-sided: is a share the same in two groups (Fisher 1922, doi:10.2307/2340521)?

    Parameters
    ----------
    with_first, first : int
        Cases in the first group, and its size.
    with_second, second : int
        The same of the second group.

    Returns
    -------
    float
        p-value; NaN when a group is empty.

    Examples
    --------
    >>> round(fisher_exact(3, 4, 1, 4), 4)  # the lady who tasted tea
    0.4857
    """
    if not (first and second):
        return float("nan")
    table = [[with_first, first - with_first], [with_second, second - with_second]]
    return float(exact_of_fisher(table).pvalue)


def holm(p: ArrayLike) -> FloatArray:
    """p-values adjusted for their number (Holm 1979); NaN stays NaN and is not counted.

    The chance of even one false alarm among them stays below the level.

    Examples
    --------
    >>> holm([0.01, float("nan"), 0.04]).tolist()
    [0.02, nan, 0.04]
    """
    return _adjusted(p, "holm")


def benjamini_hochberg(p: ArrayLike) -> FloatArray:
    """p-values adjusted so that the expected share of false alarms among those called stays below the level.

    (Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x.) NaN stays NaN and is not counted.

    Examples
    --------
    >>> benjamini_hochberg([0.01, float("nan"), 0.04, 0.03]).round(3).tolist()
    [0.03, nan, 0.04, 0.04]
    """
    return _adjusted(p, "fdr_bh")


def _adjusted(p: ArrayLike, method: str) -> FloatArray:
    """Adjust the p-values that are known."""
    values = np.asarray(p, dtype=float)
    adjusted = np.full(values.shape, np.nan)
    known = ~np.isnan(values)
    if known.any():
        adjusted[known] = multipletests(values[known], method=method)[1]
    return adjusted
