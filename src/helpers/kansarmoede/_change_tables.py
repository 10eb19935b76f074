"""Who moved on the index, with tests and intervals: the headline numbers, each in a table of one row."""

import numpy as np
import pandas as pd

from helpers import inference, tables
from helpers.inference import bootstrap


def score_change(compared: pd.DataFrame, *, seed: int = inference.SEED) -> pd.DataFrame:
    """Count the families whose score fell, stayed and rose, and test falls against rises.

    Parameters
    ----------
    compared : DataFrame
        baseline_score, follow_up_score, as from `kansarmoede.compare`.
    seed : int
        Of the bootstrap of families.

    Returns
    -------
    DataFrame
        One row: n, improved (fewer deprived domains), unchanged, declined, net = (improved − declined)/n with
        net_low and net_high (bootstrap of families), sign_exact_p, sign_midp. Without families counts are 0
        and the rest is empty.

    Examples
    --------
    >>> after = [2] * 22 + [4] * 11 + [3] * 23
    >>> row = score_change(pd.DataFrame({"baseline_score": [3] * 56, "follow_up_score": after})).iloc[0]
    >>> row[["improved", "declined", "sign_exact_p", "sign_midp"]].astype(float).round(4).tolist()
    [22.0, 11.0, 0.0801, 0.0576]
    """
    fell = compared["baseline_score"].to_numpy("int64") - compared["follow_up_score"].to_numpy("int64")
    change = np.sign(fell)
    n, improved, declined = len(change), int((change > 0).sum()), int((change < 0).sum())
    test = inference.sign_test(improved, declined)
    low, high = bootstrap.bootstrap_share(change, np.ones(n), seed=inference.row_seed(seed, "score_change"))
    row = {
        "n": n,
        "improved": improved,
        "unchanged": n - improved - declined,
        "declined": declined,
        "net": (improved - declined) / n if n else np.nan,
        "net_low": low,
        "net_high": high,
        "sign_exact_p": test.exact_p if n else np.nan,
        "sign_midp": test.mid_p if n else np.nan,
    }
    return tables.conform("score_change", pd.DataFrame([row]))


def poverty_change(
    compared: pd.DataFrame, *, poverty_cutoff: int, severe_cutoff: int, seed: int = inference.SEED
) -> pd.DataFrame:
    """Count who is poor at either moment and who moved, with the exact and the mid-p McNemar test.

    Parameters
    ----------
    compared : DataFrame
        baseline_score, follow_up_score, as from `kansarmoede.compare`.
    poverty_cutoff, severe_cutoff : int
        Poor, severely poor is a score of this or more.
    seed : int
        Of the bootstrap of families.

    Returns
    -------
    DataFrame
        One row: n, poor_baseline, poor_follow_up, out_of_poverty, into_poverty, mcnemar_exact_p,
        mcnemar_midp, difference (share poor at follow-up less at baseline) with difference_low and
        difference_high (bootstrap of families), severe_baseline, severe_follow_up.
    """
    n, before, after = len(compared), compared["baseline_score"], compared["follow_up_score"]
    poor, still = before >= poverty_cutoff, after >= poverty_cutoff
    out, into = int((poor & ~still).sum()), int((~poor & still).sum())
    test = inference.mcnemar(out, into)
    low, high = bootstrap.bootstrap_share(
        still.astype(int) - poor.astype(int), np.ones(n), seed=inference.row_seed(seed, "poverty_change")
    )
    row = {
        "n": n,
        "poor_baseline": poor.sum(),
        "poor_follow_up": still.sum(),
        "out_of_poverty": out,
        "into_poverty": into,
        "mcnemar_exact_p": test.exact_p if n else np.nan,
        "mcnemar_midp": test.mid_p if n else np.nan,
        "difference": (into - out) / n if n else np.nan,
        "difference_low": low,
        "difference_high": high,
        "severe_baseline": (before >= severe_cutoff).sum(),
        "severe_follow_up": (after >= severe_cutoff).sum(),
    }
    return tables.conform("poverty_change", pd.DataFrame([row]))
