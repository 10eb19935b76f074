"""Which families declined, which domains became deprived, and which items fell on which day."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers import tables
from helpers.cleaning import CleanTables
from helpers.cleaning.windows import add_months, of_family
from helpers.definitions import Definitions

WHO = ["family", "person", "unit", "item"]


def last_day(families: pd.DataFrame, *, parameters: Mapping[str, Any]) -> pd.Series:
    """Give for each followed family the last day on which a value or note counts.

    Parameters
    ----------
    families : DataFrame
        family, t0, last_date, followed.
    parameters : mapping
        follow_up_months; follow_up_rule: `at`, or `last` (the last registration).
    """
    followed = families[families["followed"]].set_index("family")
    if parameters["follow_up_rule"] == "last":
        return followed["last_date"]
    return add_months(followed["t0"], months=int(parameters["follow_up_months"]))


def within(rows: pd.DataFrame, until: pd.Series) -> pd.Series:
    """Tell of each row whether its family is followed and its day counts."""
    return (rows["date"] <= of_family(rows["family"], until)).fillna(False).astype("bool")


def declined_families(compared: pd.DataFrame, clean: CleanTables, until: pd.Series) -> pd.DataFrame:
    """List the families with more deprived domains at follow-up than at baseline.

    Parameters
    ----------
    compared : DataFrame
        family, pilot, baseline_score, follow_up_score, class, as from `kansarmoede.compare`.
    clean : CleanTables
        registrations and notes are counted.
    until : Series
        As from `last_day`.

    Returns
    -------
    DataFrame
        number (from 1), family, pilot, baseline_score, follow_up_score, class, registrations and notes up to
        the last day that counts, later_registrations, later_notes; sorted by family.
    """
    worse = compared["follow_up_score"] > compared["baseline_score"]
    found = compared[worse].sort_values("family", ignore_index=True)
    dates = clean.registrations[["family", "date"]].drop_duplicates()
    counted: dict[str, pd.Series] = {"number": pd.Series(range(1, len(found) + 1), dtype="Int64")}
    for name, rows in (("registrations", dates), ("notes", clean.notes)):
        inside = within(rows, until)
        counted[name] = _per_family(rows[inside], found["family"])
        counted[f"later_{name}"] = _per_family(rows[~inside], found["family"])
    return tables.conform("declined_families", found.assign(**counted))


def declined_domains(became: pd.DataFrame) -> pd.DataFrame:
    """Count per domain the declined families in which it became deprived.

    Parameters
    ----------
    became : DataFrame
        As from `became_deprived`.

    Returns
    -------
    DataFrame
        domain (all six), families, from_unknown: how many of them had nothing known of it at baseline.
    """
    counts = became.groupby("domain", observed=False).size().rename("families").reset_index()
    unknown = became[became["before"] == "unknown"].groupby("domain", observed=False).size()
    return tables.conform("declined_domains", counts.assign(from_unknown=unknown.to_numpy()))


def fallen_items(
    states: pd.DataFrame,
    observations: pd.DataFrame,
    became: pd.DataFrame,
    definitions: Definitions,
    until: pd.Series,
    families: pd.Series,
) -> pd.DataFrame:
    """List what fell in each declined family, and when that was first registered.

    Parameters
    ----------
    states : DataFrame
        The states at baseline and follow-up.
    observations : DataFrame
        Every registered value.
    became : DataFrame
        As from `became_deprived`.
    definitions : Definitions
        The domains with their default rules.
    until : Series
        As from `last_day`.
    families : Series
        Codes of the declined families.

    Returns
    -------
    DataFrame
        family, person, unit, item, domain, at_most, baseline_level, follow_up_level, date. First, with their
        domain, the items by which it became deprived: now at or below the level `at_most` of its rule, at
        baseline above it or unknown; the date is the first with such a level. Then, without domain, all other
        items whose level fell; the date is the first with a level below that at baseline.
    """
    levels = _both_levels(states[states["family"].isin(families)])
    by_rule = _below_the_rule(levels, became, definitions)
    fell = levels[levels["follow_up_level"] < levels["baseline_level"]]
    others = fell.merge(by_rule[WHO].drop_duplicates(), on=WHO, how="left", indicator=True, validate="1:1")
    others = others[others["_merge"] == "left_only"].drop(columns="_merge")
    found = pd.concat([by_rule, others], ignore_index=True)
    limit = found["at_most"].fillna(found["baseline_level"] - 1)
    found["date"] = _first_day(found[WHO], limit, observations[within(observations, until)])
    return tables.conform("fallen_items", _in_order(found, definitions))


def _per_family(rows: pd.DataFrame, families: pd.Series) -> pd.Series:
    """Count the rows of each family, in the order of `families`."""
    counts = rows.groupby("family").size().reindex(families, fill_value=0)
    return counts.reset_index(drop=True).astype("Int64")


def became_deprived(status: pd.DataFrame, families: pd.Series) -> pd.DataFrame:
    """List the domains that are deprived at follow-up and were not at baseline.

    Parameters
    ----------
    status : DataFrame
        family, moment, domain, status, as from `kansarmoede.domain_status`.
    families : Series
        Codes of the declined families.

    Returns
    -------
    DataFrame
        family, domain, before (not_deprived, or unknown: nothing of it was known at baseline).
    """
    chosen = status[status["family"].isin(families)]
    before, after = (
        chosen.loc[chosen["moment"] == moment, ["family", "domain", "status"]]
        for moment in ("baseline", "follow_up")
    )
    both = after.merge(before.rename(columns={"status": "before"}), on=["family", "domain"], validate="1:1")
    became = (both["status"] == "deprived") & (both["before"] != "deprived")
    return both.loc[became, ["family", "domain", "before"]].reset_index(drop=True)


def _both_levels(states: pd.DataFrame) -> pd.DataFrame:
    """Everyone's level at both moments: family, person, unit, item, baseline_level, follow_up_level."""
    before, after = (
        states.loc[states["moment"] == moment, [*WHO, "level"]].rename(columns={"level": f"{moment}_level"})
        for moment in ("baseline", "follow_up")
    )
    return before.merge(after, on=WHO, how="outer", validate="one_to_one")


def _below_the_rule(levels: pd.DataFrame, became: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Give the items by which a domain became deprived: `levels`, domain, at_most."""
    rows = [
        (domain.id, condition.unit, condition.item, condition.at_most)
        for domain in definitions.kansarmoede.domains
        for part in domain.default.parts
        for condition in part.conditions
    ]
    rules = pd.DataFrame(rows, columns=["domain", "unit", "item", "at_most"])
    rules = rules.astype({"unit": levels["unit"].dtype, "item": levels["item"].dtype, "at_most": "Int64"})
    strictest = rules.groupby(["domain", "unit", "item"], observed=True, as_index=False)["at_most"].max()
    asked = became.astype({"domain": "str"})[["family", "domain"]]
    found = levels.merge(strictest.astype({"domain": "str"}), on=["unit", "item"], validate="many_to_many")
    found = found.merge(asked, on=["family", "domain"], validate="many_to_one")
    was_above = (found["baseline_level"] > found["at_most"]).fillna(True)  # or unknown
    return found[(found["follow_up_level"] <= found["at_most"]).fillna(False) & was_above]


def _first_day(who: pd.DataFrame, limit: pd.Series, observations: pd.DataFrame) -> pd.Series:
    """Give the first day on which each was registered at the level `limit` or lower."""
    asked = who.assign(limit=limit, number=range(len(who)))
    found = asked.merge(observations[[*WHO, "date", "level"]], on=WHO, how="left", validate="many_to_many")
    low = found[(found["level"] <= found["limit"]).fillna(False)]
    return low.groupby("number")["date"].min().reindex(range(len(who))).set_axis(who.index)


def _in_order(items: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Sort by family; items of domains first, by domain; then in the order of the codebook."""
    domains = {domain.id: n for n, domain in enumerate(definitions.kansarmoede.domains)}
    places = {key: n for n, key in enumerate(definitions.items)}
    keys = zip(items["unit"].astype("str"), items["item"], strict=True)
    order = items.assign(
        _domain=items["domain"].map(domains).fillna(len(domains)), _item=[places[key] for key in keys]
    ).sort_values(["family", "_domain", "_item", "person"], kind="stable")
    return order.drop(columns=["_domain", "_item"])
