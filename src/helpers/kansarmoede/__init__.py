"""States → deprivation in the six domains → score → change class; the tables of the index.

The index is an Alkire-Foster counting measure with equal weights (Alkire & Foster 2011,
doi:10.1016/j.jpubeco.2010.11.006; source report, chapter 4, section 2.1). Which items make a domain is data:
`data/reference/kansarmoede.yml`.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from helpers import tables
from helpers.definitions import Definitions, Rule
from helpers.kansarmoede._change_tables import poverty_change, score_change
from helpers.kansarmoede._poverty_tables import (
    figure_16,
    figure_17,
    poverty_bounds,
    poverty_change_domains,
    poverty_domains,
    poverty_measures,
)

__all__ = [
    "change_class",
    "compare",
    "domain_status",
    "figure_15",
    "figure_16",
    "figure_17",
    "improving_families",
    "poverty_bounds",
    "poverty_change",
    "poverty_change_domains",
    "poverty_domains",
    "poverty_measures",
    "score_change",
    "scores",
]

DOMAIN_STATUSES = ("deprived", "not_deprived", "unknown")
UNKNOWN_DOMAIN = ("not_deprived", "exclude", "bounds")


def domain_status(
    states: pd.DataFrame, definitions: Definitions, *, rules: Mapping[str, Rule] | None = None
) -> pd.DataFrame:
    """Tell for each family, moment and domain whether the family is deprived.

    Missing and not applicable are unknown. A person is deprived when a known item of the rule is at or below
    its level, not deprived when at least one is known and none is, else unknown. Of a part of a rule, *any*
    asks for one deprived member and *all* for nothing but deprived ones among the members that are known;
    without a known member it is unknown. One deprived part is enough; a domain is unknown when all parts are.

    Parameters
    ----------
    states : DataFrame
        family, person, unit, item, moment, level (1-5) of the retained families.
    definitions : Definitions
        Gives the domains and their default rules.
    rules : mapping of domain id to Rule, optional
        Rules to use instead of the default ones.

    Returns
    -------
    DataFrame
        family, moment, domain, status (deprived, not_deprived, unknown): every domain of every family at each
        moment that `states` has of it, sorted.
    """
    chosen = {domain.id: domain.default for domain in definitions.kansarmoede.domains}
    if strange := set(rules or {}) - set(chosen):
        raise ValueError(f"rules for {sorted(strange)}, which are no domains: {list(chosen)}")
    parts = _parts(states, _conditions(chosen | dict(rules or {}), states=states))
    known = parts.groupby(["family", "moment", "domain"], observed=True)["deprived"].any().reset_index()
    known["status"] = np.where(known.pop("deprived"), "deprived", "not_deprived")
    status = _every_domain(states, list(chosen)).merge(
        known, on=["family", "moment", "domain"], how="left", validate="one_to_one"
    )
    words = status["status"].fillna("unknown")
    return status.assign(status=pd.Categorical(words, DOMAIN_STATUSES, ordered=True))


def scores(status: pd.DataFrame) -> pd.DataFrame:
    """Count the deprived domains, and those that are unknown.

    Parameters
    ----------
    status : DataFrame
        family, moment, domain, status, as from `domain_status`.

    Returns
    -------
    DataFrame
        family, moment, score (0-6 domains), unknown (0-6 domains).
    """
    counted = status[["family", "moment"]].assign(
        score=status["status"] == "deprived", unknown=status["status"] == "unknown"
    )
    counts = counted.groupby(["family", "moment"], observed=True)[["score", "unknown"]].sum()
    return counts.astype("Int64").reset_index()


def change_class(before: ArrayLike, after: ArrayLike, *, poverty_cutoff: int) -> np.ndarray:
    """Name the way in which a score changed; the eight classes exclude each other and leave nothing out.

    Parameters
    ----------
    before, after : array of int
        Scores at baseline and at follow-up, 0-6.
    poverty_cutoff : int
        Poor is a score of this or more.

    Returns
    -------
    array of str

    Examples
    --------
    >>> change_class([3, 6, 2], [2, 5, 2], poverty_cutoff=3).tolist()
    ['out_of_poverty', 'improved_poor', 'stable_not_poor']
    """
    pre, post = np.asarray(before, dtype=np.int64), np.asarray(after, dtype=np.int64)
    was_poor, is_poor = pre >= poverty_cutoff, post >= poverty_cutoff
    improved = np.select(
        [was_poor & ~is_poor, is_poor], ["out_of_poverty", "improved_poor"], "improved_not_poor"
    )
    declined = np.select(
        [~was_poor & is_poor, was_poor], ["into_poverty", "declined_poor"], "declined_not_poor"
    )
    stable = np.where(was_poor, "stable_poor", "stable_not_poor")
    return np.select([post < pre, post > pre], [improved, declined], stable)


def compare(
    scores: pd.DataFrame,
    families: pd.DataFrame,
    definitions: Definitions,
    *,
    poverty_cutoff: int,
    unknown_domain: str,
) -> pd.DataFrame:
    """Put the scores of the followed families at both moments side by side.

    Parameters
    ----------
    scores : DataFrame
        family, moment, score, unknown, as from `scores`.
    families : DataFrame
        family, pilot, followed.
    definitions : Definitions
        Gives the change classes and their order.
    poverty_cutoff : int
        Poor is a score of this or more.
    unknown_domain : str
        `not_deprived` or `bounds`: an unknown domain adds nothing to the score. `exclude`: families with an
        unknown domain at either moment are left out.

    Returns
    -------
    DataFrame
        family, pilot, baseline_score, follow_up_score, class; one row per family, sorted by code.
    """
    if unknown_domain not in UNKNOWN_DOMAIN:
        raise ValueError(f"unknown_domain is one of {', '.join(UNKNOWN_DOMAIN)}, not {unknown_domain!r}")
    compared = families.loc[families["followed"], ["family", "pilot"]].sort_values("family")
    for moment in ("baseline", "follow_up"):
        at = scores.loc[scores["moment"] == moment, ["family", "score", "unknown"]]
        at = at.rename(columns={"score": f"{moment}_score", "unknown": f"{moment}_unknown"})
        compared = compared.merge(at, on="family", how="left", validate="one_to_one")
    if unknown_domain == "exclude":
        compared = compared[(compared["baseline_unknown"] == 0) & (compared["follow_up_unknown"] == 0)]
    compared = compared[["family", "pilot", "baseline_score", "follow_up_score"]].reset_index(drop=True)
    return _with_class(compared, definitions, poverty_cutoff=poverty_cutoff)


def figure_15(definitions: Definitions, *, poverty_cutoff: int) -> pd.DataFrame:
    """Give the change class of each of the 49 combinations of scores.

    Returns
    -------
    DataFrame
        baseline_score, follow_up_score, class.
    """
    combinations = pd.MultiIndex.from_product(
        [range(7), range(7)], names=["baseline_score", "follow_up_score"]
    )
    scheme = _with_class(combinations.to_frame(index=False), definitions, poverty_cutoff=poverty_cutoff)
    return tables.conform("figure_15", scheme)


def improving_families(compared: pd.DataFrame) -> pd.Series:
    """Give the codes of the families whose score fell, in whichever class.

    Parameters
    ----------
    compared : DataFrame
        As from `compare`.
    """
    return compared.loc[compared["follow_up_score"] < compared["baseline_score"], "family"]


def _every_domain(states: pd.DataFrame, domains: list[str]) -> pd.DataFrame:
    """One row per family, moment that `states` has of it, and domain; sorted."""
    moments = states[["family", "moment"]].drop_duplicates().sort_values(["family", "moment"])
    category = pd.CategoricalDtype(domains, ordered=True)
    return moments.merge(pd.DataFrame({"domain": pd.Series(domains, dtype=category)}), how="cross")


def _with_class(compared: pd.DataFrame, definitions: Definitions, *, poverty_cutoff: int) -> pd.DataFrame:
    classes = [change.id for change in definitions.kansarmoede.classes]
    names = change_class(
        compared["baseline_score"], compared["follow_up_score"], poverty_cutoff=poverty_cutoff
    )
    return compared.assign(**{"class": pd.Categorical(names, classes, ordered=True)})


def _conditions(rules: Mapping[str, Rule], *, states: pd.DataFrame) -> pd.DataFrame:
    """One row per condition: domain, part (number), all_members, unit, item, at_most; keys as in `states`."""
    rows = [
        (domain, number, part.members == "all", condition.unit, condition.item, condition.at_most)
        for domain, rule in rules.items()
        for number, part in enumerate(rule.parts)
        for condition in part.conditions
    ]
    conditions = pd.DataFrame(rows, columns=["domain", "part", "all_members", "unit", "item", "at_most"])
    domains = pd.CategoricalDtype(list(rules), ordered=True)
    return conditions.astype({"domain": domains, "unit": states["unit"].dtype, "item": states["item"].dtype})


def _parts(states: pd.DataFrame, conditions: pd.DataFrame) -> pd.DataFrame:
    """Parts of rules with a known member: family, moment, domain, part, deprived."""
    levels = states.loc[states["level"].notna(), ["family", "moment", "unit", "person", "item", "level"]]
    known = levels.merge(
        conditions, on=["unit", "item"], validate="many_to_many"
    )  # an item may serve two rules
    known["deprived"] = known["level"] <= known["at_most"]
    part = ["family", "moment", "domain", "part", "all_members"]
    by_person = known.groupby([*part, "unit", "person"], observed=True, dropna=False)["deprived"].any()
    found = by_person.groupby(part, observed=True).agg(["any", "all"]).reset_index()
    found["deprived"] = found["all"].where(found["all_members"], found["any"])
    return found[["family", "moment", "domain", "part", "deprived"]]
