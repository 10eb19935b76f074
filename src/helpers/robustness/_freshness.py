"""Which follow-up values were looked at again, and what is found where the whole family was."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers import tables
from helpers.cleaning import add_months, of_family
from helpers.definitions import Definitions
from helpers.robustness._pairs import pairs_of_items


def freshness(
    states: pd.DataFrame, families: pd.DataFrame, definitions: Definitions, *, pilots: Sequence[str]
) -> pd.DataFrame:
    """Split the pairs of every item into changed, confirmed and merely carried forward.

    Parameters
    ----------
    states : DataFrame
        family, person, unit, item, moment, level, fresh.
    families : DataFrame
        family, pilot.
    definitions : Definitions
        The items and their order.
    pilots : sequence of str
        In the order of the rows; those without families have their rows too.

    Returns
    -------
    DataFrame
        pilot (`all`, then each), unit, item, n, changed (another level), confirmed (the same, registered
        again after the baseline window), carried (the same, not registered again).
    """
    pairs = pairs_of_items(states)
    same = pairs["before"] == pairs["after"]
    kinds = pairs[["unit", "item"]].assign(
        pilot=of_family(pairs["family"], families.set_index("family")["pilot"]),
        n=1,
        changed=~same,
        confirmed=same & pairs["fresh"],
        carried=same & ~pairs["fresh"],
    )
    rows = pd.concat([kinds.assign(pilot="all"), kinds], ignore_index=True)
    counts = rows.groupby(["pilot", "unit", "item"])[["n", "changed", "confirmed", "carried"]].sum()
    keys = [(pilot, *key) for pilot in ("all", *pilots) for key in definitions.items]
    index = pd.MultiIndex.from_tuples(keys, names=["pilot", "unit", "item"])
    return tables.conform("freshness", counts.reindex(index, fill_value=0).astype(np.int64).reset_index())


def fresh_families(
    registrations: pd.DataFrame,
    families: pd.DataFrame,
    *,
    baseline_window_days: int,
    follow_up_months: int,
    follow_up_rule: str,
    at_least: int,
) -> pd.Series:
    """Give the followed families with enough registrations after the baseline window up to the follow-up.

    Parameters
    ----------
    registrations : DataFrame
        family, date: a row per kept row; a registration is a distinct date.
    families : DataFrame
        family, t0, last_date, followed.
    baseline_window_days, follow_up_months : int
        In days and calendar months.
    follow_up_rule : str
        `at`: up to the day of the follow-up; `last`: up to the last registration.
    at_least : int
        How many registrations are enough.

    Returns
    -------
    Series of str
        Codes of families.
    """
    followed = families[families["followed"]].set_index("family")
    until = followed["last_date"]
    if follow_up_rule == "at":
        until = add_months(followed["t0"], months=follow_up_months)
    days = registrations[["family", "date"]].drop_duplicates()
    days = days[days["family"].isin(followed.index)]
    window = pd.Timedelta(days=baseline_window_days)
    after = days["date"] > of_family(days["family"], followed["t0"]) + window
    counted = days[after & (days["date"] <= of_family(days["family"], until))].groupby("family").size()
    enough = counted.reindex(followed.index, fill_value=0) >= at_least
    return pd.Series(followed.index[enough], dtype="str")


def headline_fresh(compared: pd.DataFrame, fresh: pd.Series, *, poverty_cutoff: int) -> pd.DataFrame:
    """Count what moved among the freshly registered families.

    Parameters
    ----------
    compared : DataFrame
        family, baseline_score, follow_up_score, as from `kansarmoede.compare`.
    fresh : Series of str
        Codes, as from `fresh_families`.
    poverty_cutoff : int
        Poor is a score of this or more.

    Returns
    -------
    DataFrame
        measure (improved, declined, out_of_poverty, net), families, value; net is empty without families.
    """
    among = compared[compared["family"].isin(fresh)]
    before, after = among["baseline_score"], among["follow_up_score"]
    improved, declined = int((after < before).sum()), int((after > before).sum())
    out = int(((before >= poverty_cutoff) & (after < poverty_cutoff)).sum())
    values = {
        "improved": improved,
        "declined": declined,
        "out_of_poverty": out,
        "net": (improved - declined) / len(among) if len(among) else np.nan,
    }
    table = pd.DataFrame({"measure": list(values), "families": len(among), "value": list(values.values())})
    return tables.conform("headline_fresh", table)
