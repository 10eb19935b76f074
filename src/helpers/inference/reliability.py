"""How well a scale measures: cross products of its items → alpha, omega, the smallest change that counts."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from numpy.typing import NDArray

FEWEST = 10  # of whom both items of a pair are known
Z = 1.959963984540054  # of a 95 % interval


@dataclass(frozen=True)
class Products:
    """Sums over those of whom both items of a pair are known; each attribute is items × items.

    `n` is how many; `x`, `xx` and `xy` are sums of the values of the item of the row, of their squares, of
    products.
    """

    n: NDArray[np.float64]
    x: NDArray[np.float64]
    xx: NDArray[np.float64]
    xy: NDArray[np.float64]


@dataclass(frozen=True)
class Reliability:
    """Of a scale: its items that can be compared, alpha, omega, and the variance of their mean."""

    items: int
    alpha: float = nan
    omega: float = nan
    variance_of_mean: float = nan


def reliability(products: Products) -> Reliability:
    """Tell how far the items of a scale measure one thing.

    Cronbach's alpha of the covariances, each over those of whom both items are known (1951,
    doi:10.1007/BF02310555; of items of 0 and 1 it is KR-20). McDonald's omega of one factor by principal axes
    of the correlations (1999, Test Theory, chapter 6). Items that do not vary are left out, and so is the
    item with most pairs known of fewer than ten, until there is no such pair.

    NaN with fewer than two items; omega needs three, and is NaN where an item's communality passes 1
    (Heywood) or the axes do not settle.
    """
    n = products.n
    with np.errstate(divide="ignore", invalid="ignore"):
        covariance = (products.xy - products.x * products.x.T / n) / (n - 1)
        variance = (products.xx - products.x**2 / n) / (n - 1)
        correlation = covariance / np.sqrt(variance * variance.T)
    kept = np.flatnonzero(np.diag(variance) > 0)
    missing = (n < FEWEST) | ~np.isfinite(correlation)
    while len(kept) and (lacks := missing[np.ix_(kept, kept)].sum(axis=1)).any():
        kept = np.delete(kept, np.flatnonzero(lacks == lacks.max())[-1])
    k = len(kept)
    if k < 2:
        return Reliability(k)
    own = covariance[np.ix_(kept, kept)]
    alpha = k / (k - 1) * (1 - np.trace(own) / own.sum()) if own.sum() > 0 else nan
    return Reliability(k, float(alpha), _omega(correlation[np.ix_(kept, kept)]), float(own.sum() / k**2))


def _omega(correlation: NDArray[np.float64]) -> float:
    """McDonald's omega of one factor; the communalities begin at the largest correlations."""
    if len(correlation) < 3:
        return nan
    reduced = correlation.copy()
    common = np.abs(correlation - np.eye(len(correlation))).max(axis=1)
    for _ in range(10_000):
        np.fill_diagonal(reduced, common)
        values, vectors = np.linalg.eigh(reduced)
        before, common = common, values[-1] * vectors[:, -1] ** 2
        if values[-1] <= 0 or common.max() > 1:
            return nan
        if np.abs(common - before).max() < 1e-10:
            loadings = np.sqrt(values[-1]) * vectors[:, -1]
            shared = loadings.sum() ** 2
            return float(shared / (shared + (1 - common).sum()))
    return nan


def alpha_interval(alpha: float, families: int, items: int) -> tuple[float, float]:
    """95 % interval of alpha, with families as the number that were measured (Feldt 1965).

    (1 − α̂)/(1 − α) has an F distribution of (families − 1)(items − 1) and families − 1 degrees of freedom
    (doi:10.1007/BF02289499). Members of a family count once, so that the interval is rather too wide.
    """
    if families < 2 or items < 2 or not np.isfinite(alpha):
        return nan, nan
    from scipy.stats import f

    of = (families - 1, (families - 1) * (items - 1))
    low, high = 1 - (1 - alpha) * f.ppf([0.975, 0.025], *of)
    return float(low), float(high)


def smallest_change(variance: float, alpha: float) -> float:
    """How far two measurements of one family must differ to pass what chance alone gives in 95 of 100.

    1.96 √2 times the standard error of measurement, SD √(1 − alpha); in the units of the scale.
    """
    return Z * sqrt(2 * variance * (1 - alpha)) if alpha <= 1 and variance >= 0 else nan


def intraclass(values: NDArray[np.float64], groups: NDArray[np.int64]) -> float:
    """Share of the variance that lies between groups, by one-way analysis of variance (Donner 1986).

    (B − W)/(B + (n₀ − 1)W) of the mean squares between and within groups (doi:10.2307/1403259); below 0
    counts as 0. NaN with fewer than two groups, or without a group of two.
    """
    number, sizes = np.unique(groups, return_inverse=True, return_counts=True)[1:]
    total, count = len(values), len(sizes)
    if count < 2 or count == total:
        return nan
    means = np.bincount(number, weights=values) / sizes
    between = float(sizes @ (means - values.mean()) ** 2) / (count - 1)
    within = float(((values - means[number]) ** 2).sum()) / (total - count)
    size = (total - float(sizes @ sizes) / total) / (count - 1)
    spread = between + (size - 1) * within
    return max(0.0, (between - within) / spread) if spread > 0 else nan
