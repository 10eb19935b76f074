"""What a high score alone makes expect: the change by score, read forward and backward in time."""

import pandas as pd

from helpers import tables

SCORES = range(7)  # of the kansarmoede index: it counts six domains
READINGS = {  # direction -> what is grouped by, and what it changes to
    "forward": ("baseline_score", "follow_up_score"),
    "backward": ("follow_up_score", "baseline_score"),
}


def regression_to_mean(compared: pd.DataFrame) -> pd.DataFrame:
    """Give the mean change of families by their score, forward and backward in time.

    Scores differ from moment to moment also where nothing happened. Who scores high at one moment is then,
    on average, lower at the other, whichever of both comes first (Galton 1886, doi:10.2307/2841583). What
    shows in both readings alike is not a change in time.

    Parameters
    ----------
    compared : DataFrame
        baseline_score, follow_up_score, as from `kansarmoede.compare`.

    Returns
    -------
    DataFrame
        direction (`forward`: grouped by score at baseline; `backward`: by score at follow-up), score (0-6),
        families, mean_other_score (at the other moment), mean_change (from the score to that).

    Examples
    --------
    Two families change places; nothing changed on the whole, yet the highest fell and the lowest rose.

    >>> swapped = pd.DataFrame({"baseline_score": [5, 2], "follow_up_score": [2, 5]})
    >>> table = regression_to_mean(swapped)
    >>> table.loc[table["families"] > 0, ["direction", "score", "mean_change"]].values.tolist()
    [['forward', 2, 3.0], ['forward', 5, -3.0], ['backward', 2, 3.0], ['backward', 5, -3.0]]
    """
    parts = []
    for direction, (grouped, other) in READINGS.items():
        scores = compared[[grouped, other]].astype("float64")
        found = scores.groupby(grouped)[other].agg(["size", "mean"]).reindex([float(s) for s in SCORES])
        part = pd.DataFrame({"score": SCORES, "families": found["size"].fillna(0).astype("int64").to_numpy()})
        part["mean_other_score"] = found["mean"].to_numpy()
        part["mean_change"] = part["mean_other_score"] - part["score"]
        parts.append(part.assign(direction=direction))
    return tables.conform("regression_to_mean", pd.concat(parts, ignore_index=True))
