"""Who was not followed: their baseline beside that of the followed, and what they could have changed."""

import numpy as np
import pandas as pd

from helpers import tables
from helpers.definitions import Definitions


def attrition(
    states: pd.DataFrame, families: pd.DataFrame, scores: pd.DataFrame, definitions: Definitions
) -> pd.DataFrame:
    """Compare the baseline of followed families with that of families that are retained and not followed.

    Parameters
    ----------
    states : DataFrame
        family, unit, item, moment, level: of the retained families.
    families : DataFrame
        family, status, followed.
    scores : DataFrame
        family, moment, score, as from `kansarmoede.scores`; an unknown domain counts as not deprived.
    definitions : Definitions
        The items and their order.

    Returns
    -------
    DataFrame
        unit, item, n_followed, mean_followed, n_lost, mean_lost, standardised_difference: the 45 items, then
        unit `family`, item `score`. Levels 1-5 as numbers, of families for household items and else of
        persons; known values only. The difference of the means (followed − lost) is in units of
        √((s₁² + s₂²)/2), with sample variances; empty when either n < 2 or both variances are 0.
    """
    at_baseline = states[(states["moment"] == "baseline") & states["level"].notna()]
    levels = at_baseline[["family", "unit", "item", "level"]].rename(columns={"level": "value"})
    score = scores.loc[scores["moment"] == "baseline", ["family", "score"]].rename(columns={"score": "value"})
    values = pd.concat(
        [levels.astype({"unit": "str"}), score.assign(unit="family", item="score")], ignore_index=True
    )
    retained = families.loc[families["status"] == "retained", ["family", "followed"]]
    values = values.merge(retained, on="family", how="inner", validate="many_to_one")
    rows = pd.MultiIndex.from_tuples([*definitions.items, ("family", "score")], names=["unit", "item"])
    return tables.conform("attrition", _compared(values.astype({"value": "float64"}), rows).reset_index())


def _compared(values: pd.DataFrame, rows: pd.MultiIndex) -> pd.DataFrame:
    """Number, mean and standardised difference of both groups, per item."""
    grouped = values.groupby(["unit", "item", "followed"])["value"].agg(["size", "mean", "var"])
    followed, lost = (_of_group(grouped, rows, which) for which in (True, False))
    spread = np.sqrt((followed["var"] + lost["var"]) / 2)  # a variance of fewer than two is missing
    difference = (followed["mean"] - lost["mean"]) / spread.where(spread > 0)
    return pd.DataFrame(
        {
            "n_followed": followed["size"],
            "mean_followed": followed["mean"],
            "n_lost": lost["size"],
            "mean_lost": lost["mean"],
            "standardised_difference": difference,
        }
    )


def _of_group(grouped: pd.DataFrame, rows: pd.MultiIndex, followed: bool) -> pd.DataFrame:
    """One group, a row per item; size 0 and the rest empty where it has nobody."""
    here = grouped[grouped.index.get_level_values("followed") == followed].droplevel("followed")
    found = here.reindex(rows)
    return found.assign(size=found["size"].fillna(0).astype(np.int64))


def attrition_bounds(compared: pd.DataFrame, families: pd.DataFrame) -> pd.DataFrame:
    """Bound the net share of families by what those who were not followed could have done.

    Parameters
    ----------
    compared : DataFrame
        baseline_score, follow_up_score, as from `kansarmoede.compare`.
    families : DataFrame
        status, followed.

    Returns
    -------
    DataFrame
        measure (`net`), case, families, value: as `observed`; `best`, when every retained family that is not
        followed counts as improved; `worst`, when each counts as declined.

    Examples
    --------
    >>> compared = pd.DataFrame({"baseline_score": [3, 3], "follow_up_score": [2, 3]})
    >>> families = pd.DataFrame({"status": ["retained"] * 4, "followed": [True, True, False, False]})
    >>> attrition_bounds(compared, families)[["families", "value"]].values.tolist()
    [[2, 0.5], [4, 0.75], [4, -0.25]]
    """
    moved = np.sign(compared["baseline_score"] - compared["follow_up_score"]).sum()
    lost = int(((families["status"] == "retained") & ~families["followed"]).sum())
    rows = [("observed", len(compared), moved)]
    rows += [(case, len(compared) + lost, moved + sign * lost) for case, sign in (("best", 1), ("worst", -1))]
    table = pd.DataFrame(rows, columns=["case", "families", "net"])
    value = table["net"] / table["families"].where(table["families"] > 0)
    return tables.conform("attrition_bounds", table[["case", "families"]].assign(measure="net", value=value))
