"""The tables of the index at every cutoff, side by side."""

from collections.abc import Sequence

import pandas as pd

from helpers import kansarmoede, tables
from helpers.definitions import MOMENTS, Definitions


def cutoffs(
    scores: pd.DataFrame,
    families: pd.DataFrame,
    definitions: Definitions,
    *,
    poverty_cutoffs: Sequence[int],
    severe_cutoff: int,
    unknown_domain: str,
    seed: int,
) -> pd.DataFrame:
    """Tell who is poor and who moved at every cutoff.

    Parameters
    ----------
    scores, families, definitions, unknown_domain
        As for `kansarmoede.compare`.
    poverty_cutoffs : sequence of int
        Poor is a score of this or more.
    severe_cutoff : int
        Severely poor is a score of this or more, at every cutoff.
    seed : int
        Of the intervals.

    Returns
    -------
    DataFrame
        A row per cutoff: poverty_cutoff, the columns of `poverty_change`, H, A and M0 at both moments, and
        the families of the change classes (out of and into poverty are among the former).
    """
    rows = []
    for cutoff in poverty_cutoffs:
        compared = kansarmoede.compare(
            scores, families, definitions, poverty_cutoff=cutoff, unknown_domain=unknown_domain
        )
        change = kansarmoede.poverty_change(
            compared, poverty_cutoff=cutoff, severe_cutoff=severe_cutoff, seed=seed
        )
        measures = kansarmoede.poverty_measures(compared, pilots=[], poverty_cutoff=cutoff)
        classes = compared["class"].astype("str").value_counts()
        row = {
            change_class.id: int(classes.get(change_class.id, 0))
            for change_class in definitions.kansarmoede.classes
        }
        row |= change.iloc[0].to_dict()
        for moment, measured in zip(MOMENTS, measures.to_dict("records"), strict=True):
            row |= {f"{name}_{moment}": measured[name] for name in ("H", "A", "M0")}
        rows.append(row | {"poverty_cutoff": cutoff})
    return tables.conform("cutoffs", pd.DataFrame(rows))


def cutoffs_domains(
    status: pd.DataFrame,
    families: pd.DataFrame,
    definitions: Definitions,
    *,
    poverty_cutoffs: Sequence[int],
    unknown_domain: str,
) -> pd.DataFrame:
    """Split M0 and its change over the domains at every cutoff.

    Parameters
    ----------
    status : DataFrame
        As from `kansarmoede.domain_status`.
    families, definitions, poverty_cutoffs, unknown_domain
        As for `cutoffs`.

    Returns
    -------
    DataFrame
        poverty_cutoff, domain, censored_baseline, censored_follow_up (share of families deprived and poor),
        contribution_baseline, contribution_follow_up (to M0), change_in_M0.
    """
    scores = kansarmoede.scores(status)
    parts = []
    for cutoff in poverty_cutoffs:
        compared = kansarmoede.compare(
            scores, families, definitions, poverty_cutoff=cutoff, unknown_domain=unknown_domain
        )
        domains = kansarmoede.poverty_domains(status, compared, pilots=[], poverty_cutoff=cutoff)
        change = kansarmoede.poverty_change_domains(status, compared, poverty_cutoff=cutoff)
        part = change[["domain", "change_in_M0"]]
        for moment in MOMENTS:
            here = domains[domains["moment"] == moment].set_index("domain")
            part[f"censored_{moment}"] = here["censored_headcount"].to_numpy()
            part[f"contribution_{moment}"] = here["contribution"].to_numpy()
        parts.append(part.assign(poverty_cutoff=cutoff))
    return tables.conform("cutoffs_domains", pd.concat(parts, ignore_index=True))
