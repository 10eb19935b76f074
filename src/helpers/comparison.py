"""Coached families beside families for comparison: who moved, and what chance alone would give.

Nobody was coached by lot, so that a difference says nothing about its cause. What the test takes out is that
the groups come from other pilots and begin elsewhere: it deals families anew within strata of these.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers import inference, nets, tables
from helpers.cleaning.windows import of_family
from helpers.definitions.choices import PilotComparison
from helpers.inference import groups
from helpers.outputs import derives, family_table
from helpers.primary import PRIMARY, moves_of

SCORE = "baseline_score"


@family_table("outcome_changes")
def outcome_changes(
    family_nets: pd.DataFrame, compared: pd.DataFrame, families: pd.DataFrame
) -> pd.DataFrame:
    """Count the changes of every followed family, for each primary outcome.

    Gives outcome, family, pilot, baseline_score (missing where an unknown domain leaves a family without),
    pairs (1 for the score), improved, declined; only where there is a pair.
    """
    parts = [
        moves_of(item, compared, family_nets).assign(outcome=outcome).sort_values("family")
        for outcome, item in PRIMARY.items()
    ]
    table = pd.concat(parts, ignore_index=True)
    pilot = of_family(table["family"], families.set_index("family")["pilot"])
    score = of_family(table["family"], compared.set_index("family")[SCORE])
    return table.assign(pilot=pilot, **{SCORE: score})[["outcome", "family", "pilot", SCORE, *nets.WAYS]]


@derives("group_comparison")
def group_comparison(
    outcome_changes: pd.DataFrame,
    other_changes: pd.DataFrame | None,
    comparison: PilotComparison,
    seed: int,
) -> pd.DataFrame:
    """Put the primary outcomes of coached families and of families for comparison side by side.

    The difference is that of all families. `strata_p` deals families anew within pilot and band of the score
    at baseline (`pilot_comparison.yml`); where a stratum has families of one group only, within the band,
    over pilots; families that have no counterpart there either are left out. It has the power for which
    `planning` counts families, with one family more for each stratum.

    Gives outcome; of each group families (with a pair), n (pairs), net with its interval, mean score at
    baseline; difference of the nets with difference_low and difference_high; strata (that have both groups),
    left_out (families in none of them), strata_p. No rows without families for comparison.

    `other_changes` is None where there are no others.
    """
    if other_changes is None:
        return tables.empty("group_comparison")
    both = {"coached": outcome_changes, "comparison": other_changes}
    bands = next((one.bands for one in comparison.strata if one.bands), (0,))
    rows = []
    for outcome in PRIMARY:
        of = {group: changes[changes["outcome"] == outcome] for group, changes in both.items()}
        stream = inference.row_seed(seed, "group_comparison", outcome)
        rows.append({"outcome": outcome} | _side_by_side(of) | _within_strata(of, bands, stream))
    return tables.conform("group_comparison", pd.DataFrame(rows))


def _side_by_side(of: dict[str, pd.DataFrame]) -> dict[str, object]:
    """Describe each group by itself, and how far they lie apart."""
    found: dict[str, object] = {}
    ends = []
    for group, moves in of.items():
        share = nets.net_share(nets.count_families(moves, []))
        ends.append([float(str(share[name])) for name in ("net", "net_low", "net_high")])
        found |= {f"{group}_{name}": share[name] for name in ("n", "net", "net_low", "net_high")}
        score = moves[SCORE].astype("float64").mean()
        found |= {f"{group}_families": len(moves), f"{group}_score": score}
    low, high = groups.difference_interval(*ends)
    return found | {
        "difference": ends[0][0] - ends[1][0],
        "difference_low": low,
        "difference_high": high,
    }


def _within_strata(
    of: dict[str, pd.DataFrame], bands: Sequence[int], seed: inference.Seed
) -> dict[str, object]:
    rows = pd.concat([moves.assign(group=group) for group, moves in of.items()], ignore_index=True)
    stratum = strata(rows, bands)
    taken = stratum.notna()
    rows, stratum = rows[taken], stratum[taken]
    p = groups.stratified_test(
        rows["improved"],
        rows["declined"],
        rows["pairs"],
        rows["group"] == "coached",
        pd.factorize(stratum, sort=True)[0],
        seed=seed,
    )
    return {"strata": stratum.nunique(), "left_out": int((~taken).sum()), "strata_p": p}


def strata(rows: pd.DataFrame, bands: Sequence[int]) -> pd.Series:
    """Name the stratum in which each family has a counterpart.

    `bands` are the lower ends of the bands of the score, rising; a family without a score is in a band of its
    own.

    Returns
    -------
    Series of str
        Pilot and band, where both groups are in that; else the band, where both are among the families that
        are left; else missing.
    """
    score = rows[SCORE].astype("float64").fillna(-1)
    band = pd.Series(np.searchsorted(bands, score, side="right"), rows.index).astype("str")
    names = pd.Series(pd.NA, rows.index, dtype="str")
    for name in (rows["pilot"] + " " + band, band):
        left = names.isna()
        has_both = rows["group"][left].groupby(name[left]).transform("nunique") > 1
        names = names.mask(left & has_both.reindex(rows.index, fill_value=False), name)
    return names
