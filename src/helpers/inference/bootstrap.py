"""Bootstraps of version 0.3, to be deleted once `net_change` has taken their place everywhere."""

import numpy as np
from numpy.typing import ArrayLike

from helpers.inference import DRAWS, Seed


def bootstrap_share(
    numerators: ArrayLike, denominators: ArrayLike, *, seed: Seed, draws: int = DRAWS
) -> tuple[float, float]:
    """95 % percentile interval of a share, by drawing whole families with replacement.

    A draw has as many families as there are; its share is the sum of their numerators over the sum of their
    denominators; draws without a denominator are left out. Families with the same two numbers are drawn
    together, which gives the same distribution. (Field & Welsh 2007, doi:10.1111/j.1467-9868.2007.00593.x.)

    Parameters
    ----------
    numerators, denominators : array, an entry per family
        Such as improved less declined, and persons with a level at both moments.
    seed : int or SeedSequence
        The same seed, the same interval.
    draws : int
        Number of draws.

    Returns
    -------
    low, high : float
        The 2.5th and 97.5th percentile, by linear interpolation; NaN when all denominators are 0. As wide as
        a point when every family has the same share: that is the method's limit, no certainty.

    Examples
    --------
    >>> low, high = bootstrap_share([1] * 22 + [-1] * 11 + [0] * 23, [1] * 56, seed=1)
    >>> round(low, 2), round(high, 2)
    (0.0, 0.39)
    """
    above, below = np.asarray(numerators, dtype=float), np.asarray(denominators, dtype=float)
    if above.shape != below.shape or above.ndim != 1:
        raise ValueError(f"an entry per family in both was expected, not {above.shape} and {below.shape}")
    if below.sum() == 0:
        return float("nan"), float("nan")
    kinds, families = np.unique(np.column_stack([above, below]), axis=0, return_counts=True)
    generator, total = np.random.default_rng(seed), int(families.sum())
    drawn = generator.multinomial(total, families / total, size=draws)
    sums = drawn @ kinds
    some = sums[:, 1] > 0
    low, high = np.percentile(sums[some, 0] / sums[some, 1], [2.5, 97.5])
    return float(low), float(high)


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
