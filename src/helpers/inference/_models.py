"""The ordinal model as a second opinion on a transition matrix."""

import warnings
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from statsmodels.genmod.cov_struct import Independence
from statsmodels.genmod.generalized_estimating_equations import OrdinalGEE
from statsmodels.tools.sm_exceptions import ConvergenceWarning

NOT_CONVERGED, ERROR, NOT_FINITE = "gee_not_converged", "gee_error", "gee_not_finite"
FEW_FAMILIES = "gee_few_families"
ENOUGH_FAMILIES = (
    6  # that moved: if fewer did, turning each of them around has more than 1 in 20 ways as lopsided
)
NO_VARIANCE = 1e-8  # of the log odds, as a standard error: what rounding leaves of an exact zero


@dataclass(frozen=True)
class OrdinalGee:
    """Log odds of a higher level at follow-up than at baseline, 95 % Wald interval, p; or why there is none.

    `note` is empty; `gee_not_converged`, `gee_error` or `gee_not_finite` (the odds are infinite, as nobody at
    one moment is better than anybody at the other; or the robust variance is zero, as of one family): the
    numbers are NaN; or `gee_few_families`: the numbers are there, but fewer than six families moved, and a
    robust variance of so few is far too small.
    """

    log_odds: float
    low: float
    high: float
    p: float
    note: str = ""


def ordinal_gee(baseline: ArrayLike, follow_up: ArrayLike, families: ArrayLike) -> OrdinalGee:
    """Fit a proportional-odds model of the level on the moment, with families as clusters.

    Generalised estimating equations for an ordinal outcome, working independence, robust variance over
    families (Lipsitz, Kim & Zhao 1994, doi:10.1002/sim.4780131106; Heagerty & Zeger 1996,
    doi:10.1080/01621459.1996.10476973). Log odds > 0: better at follow-up.

    Parameters
    ----------
    baseline, follow_up : array of int
        The level of each person at both moments.
    families : array
        The family of each person.

    Returns
    -------
    OrdinalGee
    """
    before, after = np.asarray(baseline, dtype=float), np.asarray(follow_up, dtype=float)
    if before.size == 0:
        return _none("")
    groups = np.unique(np.asarray(families), return_inverse=True)[1]
    moved = np.unique(groups[before != after]).size
    if not moved:
        return OrdinalGee(0.0, float("nan"), float("nan"), 1.0)
    if _separated(before, after):
        return _none(NOT_FINITE)
    level = np.concatenate([before, after])
    moment = np.repeat([0.0, 1.0], before.size)[:, None]
    order = np.argsort(np.tile(groups, 2), kind="stable")
    try:
        result = _fitted(level[order], moment[order], np.tile(groups, 2)[order])
        return replace(result, note=result.note or ("" if moved >= ENOUGH_FAMILIES else FEW_FAMILIES))
    except (ValueError, ArithmeticError, IndexError, np.linalg.LinAlgError):
        return _none(ERROR)


def _separated(before: np.ndarray, after: np.ndarray) -> bool:
    """Tell whether the odds are infinite; a fit then stops at some large number and calls it converged."""
    several = np.ptp(np.concatenate([before, after])) > 0
    return bool(several and (before.max() <= after.min() or after.max() <= before.min()))


def _fitted(level: np.ndarray, moment: np.ndarray, groups: np.ndarray) -> OrdinalGee:
    """Fit, and refuse what did not converge or is no number."""
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        result = OrdinalGEE(level, moment, groups, cov_struct=Independence()).fit()
        estimate = [np.asarray(found) for found in (result.params, result.conf_int(), result.pvalues)]
        numbers = np.hstack([found[-1] for found in estimate])
        error = float(np.asarray(result.bse)[-1])
    if any(issubclass(warning.category, ConvergenceWarning) for warning in caught) or not result.converged:
        return _none(NOT_CONVERGED)
    if not np.isfinite(numbers).all() or error < NO_VARIANCE:
        return _none(NOT_FINITE)
    log_odds, low, high, p = (float(number) for number in numbers)
    return OrdinalGee(log_odds, low, high, p)


def _none(note: str) -> OrdinalGee:
    """Give no estimate, and say why."""
    nothing = float("nan")
    return OrdinalGee(nothing, nothing, nothing, nothing, note)
