"""The tables that follow from compared scores: Figures 16 and 17, H, A and M0, and their split over domains.

All are about the families of Figure 16: those that are followed and in scope. Every row is there, whoever is
in it: without families counts are 0 and shares empty.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from helpers import inference, tables
from helpers.definitions import MOMENTS, Definitions

DOMAINS = 6  # of the kansarmoede index; a score counts them, so that it runs from 0 to 6
MOMENT = pd.CategoricalDtype(MOMENTS, ordered=True)


def figure_16(compared: pd.DataFrame) -> pd.DataFrame:
    """Count the followed families by score at baseline and at follow-up.

    Parameters
    ----------
    compared : DataFrame
        baseline_score, follow_up_score, as from `kansarmoede.compare`.

    Returns
    -------
    DataFrame
        baseline_score, follow_up_score, families: all 49 rows.
    """
    both = ["baseline_score", "follow_up_score"]
    cells = pd.MultiIndex.from_product([range(DOMAINS + 1)] * 2, names=both)
    counts = compared.groupby(both).size().reindex(cells, fill_value=0)
    return tables.conform("figure_16", counts.rename("families").reset_index())


def figure_17(compared: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Count the followed families by change class.

    Parameters
    ----------
    compared : DataFrame
        class, as from `kansarmoede.compare`.
    definitions : Definitions
        Gives the change classes and their order.

    Returns
    -------
    DataFrame
        class, families, share, ci_low, ci_high: all eight classes; shares of all families compared, with
        their 95 % Wilson interval.
    """
    classes = pd.CategoricalDtype([change.id for change in definitions.kansarmoede.classes], ordered=True)
    counts = compared["class"].astype(classes).value_counts(sort=False)
    low, high = inference.wilson(counts, len(compared))
    table = pd.DataFrame({"class": counts.index, "families": counts.to_numpy()})
    table["share"] = _share(table["families"], len(compared))
    return tables.conform("figure_17", table.assign(ci_low=low, ci_high=high))


def poverty_measures(compared: pd.DataFrame, *, pilots: Sequence[str], poverty_cutoff: int) -> pd.DataFrame:
    """Measure poverty at both moments, in all pilots together and in each.

    Parameters
    ----------
    compared : DataFrame
        family, pilot, baseline_score, follow_up_score, as from `kansarmoede.compare`.
    pilots : sequence of str
        Pilots in the order of the rows; those without families have their rows too.
    poverty_cutoff : int
        Poor is a score of this or more.

    Returns
    -------
    DataFrame
        pilot (`all`, then each), moment, families, H (share of families that is poor), A (mean score of the
        poor / 6; empty when no one is), M0 = H·A (0 when no one is poor).

    Examples
    --------
    Four families, of which the first two score 3 and 6 and the others 2 and 0: half of them are poor, and
    the poor lack (3 + 6)/2 of 6 domains.

    >>> four = pd.DataFrame({"family": list("abcd"), "pilot": "Leuven", "baseline_score": [3, 6, 2, 0],
    ...                      "follow_up_score": [2, 6, 2, 0]})
    >>> measures = poverty_measures(four, pilots=["Leuven"], poverty_cutoff=3)
    >>> print(measures.head(1).to_string(index=False))
    pilot   moment  families   H    A    M0
      all baseline         4 0.5 0.75 0.375
    """
    rows = _per_moment(compared)
    return tables.conform("poverty_measures", _measures(rows, pilots=pilots, poverty_cutoff=poverty_cutoff))


def poverty_bounds(
    scores: pd.DataFrame, compared: pd.DataFrame, *, pilots: Sequence[str], poverty_cutoff: int
) -> pd.DataFrame:
    """Bound H and M0 by what the unknown domains could be.

    Parameters
    ----------
    scores : DataFrame
        family, moment, score, unknown, as from `kansarmoede.scores`.
    compared : DataFrame
        Families to measure, as from `kansarmoede.compare` with `unknown_domain="bounds"`.
    pilots, poverty_cutoff
        As for `poverty_measures`.

    Returns
    -------
    DataFrame
        pilot, moment, families, H_low, H_high, M0_low, M0_high; low when no unknown domain is deprived, high
        when all are.
    """
    rows = _per_moment(compared).merge(
        scores[["family", "moment", "unknown"]], on=["family", "moment"], validate="one_to_one"
    )
    low = _measures(rows, pilots=pilots, poverty_cutoff=poverty_cutoff)
    most = rows.assign(score=rows["score"] + rows["unknown"])
    high = _measures(most, pilots=pilots, poverty_cutoff=poverty_cutoff)
    bounds = low[["pilot", "moment", "families"]].assign(
        H_low=low["H"], H_high=high["H"], M0_low=low["M0"], M0_high=high["M0"]
    )
    return tables.conform("poverty_bounds", bounds)


def poverty_domains(
    status: pd.DataFrame, compared: pd.DataFrame, *, pilots: Sequence[str], poverty_cutoff: int
) -> pd.DataFrame:
    """Count the deprived families per domain, and split M0 over the domains.

    Parameters
    ----------
    status : DataFrame
        family, moment, domain, status, as from `kansarmoede.domain_status`.
    compared, pilots, poverty_cutoff
        As for `poverty_measures`.

    Returns
    -------
    DataFrame
        pilot, moment, domain, known, deprived, raw_headcount = deprived/families, censored_headcount =
        (deprived and poor)/families, contribution = (censored_headcount/6)/M0, empty when M0 is 0. Unknown
        counts as not deprived.
    """
    rows = _with_pilot_all(_deprivations(status, compared, poverty_cutoff=poverty_cutoff))
    index = _index(pilot=("all", *pilots), moment=MOMENTS, domain=status["domain"].cat.categories)
    counts = _total(rows, index, ["known", "deprived", "censored"])
    families = rows.groupby(index.names, observed=True).size().reindex(index, fill_value=0)
    of_all = counts.groupby(["pilot", "moment"])["censored"].transform("sum")
    table = counts[["known", "deprived"]].assign(
        raw_headcount=_share(counts["deprived"], families),
        censored_headcount=_share(counts["censored"], families),
        contribution=_share(counts["censored"], of_all),
    )
    return tables.conform("poverty_domains", _flat(table, domain=status["domain"].dtype))


def poverty_change_domains(
    status: pd.DataFrame, compared: pd.DataFrame, *, poverty_cutoff: int
) -> pd.DataFrame:
    """Split the change in mean score and in M0 over the domains.

    Parameters
    ----------
    status, compared, poverty_cutoff
        As for `poverty_domains`.

    Returns
    -------
    DataFrame
        domain, into_deprivation, out_of_deprivation (families), change_in_mean_score = (into − out)/families,
        change_in_M0 = (censored headcount after − before)/6. Unknown counts as not deprived; each column adds
        up to the change of all domains together.
    """
    rows = _deprivations(status, compared, poverty_cutoff=poverty_cutoff)
    before, after = (
        rows[rows["moment"] == moment].set_index(["family", "domain"])[["deprived", "censored"]].astype(int)
        for moment in MOMENTS
    )
    change = after - before
    moved = change.assign(into=change["deprived"] == 1, out=change["deprived"] == -1)
    counts = _total(moved, _index(domain=status["domain"].cat.categories), ["into", "out", "censored"])
    table = counts[["into", "out"]].set_axis(["into_deprivation", "out_of_deprivation"], axis="columns")
    table["change_in_mean_score"] = _share(counts["into"] - counts["out"], len(compared))
    table["change_in_M0"] = _share(counts["censored"], DOMAINS * len(compared))
    return tables.conform("poverty_change_domains", _flat(table, domain=status["domain"].dtype))


def _per_moment(compared: pd.DataFrame) -> pd.DataFrame:
    """One row per family and moment: family, pilot, moment, score."""
    sides = [
        compared[["family", "pilot"]].assign(moment=moment, score=compared[f"{moment}_score"])
        for moment in MOMENTS
    ]
    return pd.concat(sides, ignore_index=True).astype({"moment": MOMENT})


def _measures(rows: pd.DataFrame, *, pilots: Sequence[str], poverty_cutoff: int) -> pd.DataFrame:
    """H, A and M0 of families with a score: pilot, moment, families, H, A, M0."""
    poor = rows["score"] >= poverty_cutoff
    counted = rows.assign(families=1, poor=poor.astype(int), lacking=rows["score"].where(poor, 0))
    index = _index(pilot=("all", *pilots), moment=MOMENTS)
    counts = _total(_with_pilot_all(counted), index, ["families", "poor", "lacking"])
    table = counts[["families"]].assign(
        H=_share(counts["poor"], counts["families"]),
        A=_share(counts["lacking"], DOMAINS * counts["poor"]),
        M0=_share(counts["lacking"], DOMAINS * counts["families"]),
    )
    return _flat(table)


def _deprivations(status: pd.DataFrame, compared: pd.DataFrame, *, poverty_cutoff: int) -> pd.DataFrame:
    """One row per family, moment and domain: pilot, known, deprived, censored (deprived and poor)."""
    rows = status.merge(_per_moment(compared), on=["family", "moment"], validate="many_to_one")
    deprived = rows["status"] == "deprived"
    return rows[["family", "pilot", "moment", "domain"]].assign(
        known=rows["status"] != "unknown",
        deprived=deprived,
        censored=deprived & (rows["score"] >= poverty_cutoff),
    )


def _with_pilot_all(rows: pd.DataFrame) -> pd.DataFrame:
    """Every row twice: once as pilot `all`, once under its own."""
    return pd.concat([rows.assign(pilot="all"), rows], ignore_index=True)


def _index(**levels: Sequence[str]) -> pd.MultiIndex:
    return pd.MultiIndex.from_product([list(values) for values in levels.values()], names=list(levels))


def _total(rows: pd.DataFrame, index: pd.MultiIndex, columns: list[str]) -> pd.DataFrame:
    """Sums of columns in each cell of `index`, 0 where there is no row."""
    sums = rows.groupby(list(index.names), observed=True)[columns].sum()
    if index.nlevels == 1:
        sums.index = pd.MultiIndex.from_arrays([sums.index], names=index.names)
    return sums.reindex(index, fill_value=0).astype(np.int64)


def _share(part: ArrayLike, whole: ArrayLike) -> NDArray[np.float64]:
    """Quotient of counts, NaN where the whole is 0."""
    parts, wholes = np.broadcast_arrays(np.asarray(part, dtype=float), np.asarray(whole, dtype=float))
    return np.divide(parts, wholes, out=np.full(parts.shape, np.nan), where=wholes != 0)


def _flat(table: pd.DataFrame, **categories: pd.CategoricalDtype) -> pd.DataFrame:
    """Index levels as columns, those defined in the reference files as ordered categories."""
    return table.reset_index().astype(categories)
