"""The tables of Figures 2 to 14: the retained families at baseline, and measures that stand in no figure."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.cleaning import add_months, of_family
from helpers.definitions import LEVELS, Definitions, Figure
from helpers.inference import wilson
from helpers.states import family_level
from helpers.tables import TABLES, conform

UNKNOWN = "onbekend"
EXPECTED = "expected"
CRISIS_LEVEL = 1
STATES = TABLES["figure_04"].column("level").states


def figure_02(families: pd.DataFrame, persons: pd.DataFrame) -> pd.DataFrame:
    """Profile of the retained families: family type, number of children, age of the children.

    Parameters
    ----------
    families, persons : DataFrame
        The clean tables.

    Returns
    -------
    DataFrame
        characteristic, value, n, share, ci_low, ci_high. Children are those there at baseline, expected
        births counted. Shares are of the families (children) with a known value; `onbekend` has n only.
    """
    retained = families[families["status"] == "retained"]
    children = _children(persons)
    types = list(families["household_type"].cat.categories)
    per_family = children.groupby("family").size().reindex(retained["family"], fill_value=0)
    oldest = children["age_years"].max()
    ages = [] if pd.isna(oldest) else list(range(int(oldest) + 1))
    age = children["age_years"].astype("str").fillna(UNKNOWN).mask(children["expected"], EXPECTED)
    parts = {
        "household_type": _counted(retained["household_type"], types),
        "children": _counted(per_family, range(max(per_family, default=-1) + 1)),
        "child_age": _counted(age, [EXPECTED, *map(str, ages), UNKNOWN]),
    }
    table = pd.concat(parts, names=["characteristic", "value"]).reset_index(name="n")
    known = table["value"] != UNKNOWN
    total = table["n"].where(known).groupby(table["characteristic"]).transform("sum")
    return conform("figure_02", _with_shares(table, total, known))


def figure_03(persons: pd.DataFrame) -> pd.DataFrame:
    """Education of the adults there at baseline.

    Parameters
    ----------
    persons : DataFrame
        The clean table.

    Returns
    -------
    DataFrame
        education, n, share, ci_low, ci_high; shares are of all adults, `onbekend` among them.
    """
    adults = persons[(persons["unit"] == "volwassene") & persons["at_baseline"]]
    levels = list(persons["education"].cat.categories)
    table = _counted(adults["education"], levels).rename_axis("education").reset_index(name="n")
    return conform("figure_03", _with_shares(table, int(table["n"].sum()), table["n"].notna()))


def distribution(
    states: pd.DataFrame,
    families: pd.DataFrame,
    persons: pd.DataFrame,
    definitions: Definitions,
    *,
    figure: Figure,
    language: str = "nl",
    within_family: str = "worst",
) -> pd.DataFrame:
    """Distribution of the items of a figure over the levels, at baseline (Figures 4 to 14).

    Parameters
    ----------
    states, families, persons : DataFrame
        The clean tables.
    definitions : Definitions
        Labels and words.
    figure : Figure
        Its items, and its unit of analysis: families, or else persons there at baseline.
    language : str
        `nl` or `en`, of the labels.
    within_family : str
        Which level of its members a family has on an item of persons: `worst`, `best`, `median`.

    Returns
    -------
    DataFrame
        unit, item, level, label, n, share, ci_low, ci_high: for each item the five levels, then
        not_applicable and missing, which have n only; shares are of the known levels.
    """
    parts = []
    for unit, item in figure.items:
        if figure.unit_of_analysis == "family":
            found = family_level(states, families, persons, unit=unit, item=item, within_family=within_family)
        else:
            found = _persons_at_baseline(states, persons, unit=unit, item=item)
        table = _seven_rows(found).assign(unit=unit, item=item)
        parts.append(table.assign(label=_labels(definitions, unit=unit, item=item, language=language)))
    return conform(figure.id, pd.concat(parts, ignore_index=True))


def claim_measures(
    families: pd.DataFrame, persons: pd.DataFrame, observations: pd.DataFrame, *, follow_up_months: int = 6
) -> pd.DataFrame:
    """Measures that the source report speaks of and no other table holds.

    Parameters
    ----------
    families, persons, observations : DataFrame
        The clean tables.
    follow_up_months : int
        Calendar months from t0 up to and including which a youth care crisis counts.

    Returns
    -------
    DataFrame
        measure, value: `children_mean_age` (years, children at baseline of a known age, expected births left
        out), `children_per_family` (children at baseline, expected births counted, over all retained
        families), `families_with_youth_care_crisis` (followed families with a child at level 1 of jeugdzorg
        at any registration from t0 on); a mean of nobody is missing.
    """
    children = _children(persons)
    retained = int((families["status"] == "retained").sum())
    followed = families[families["followed"]].set_index("family")
    until = add_months(followed["t0"], months=follow_up_months)
    crisis = observations[
        (observations["unit"] == "kind")
        & (observations["item"] == "jeugdzorg")
        & (observations["level"] == CRISIS_LEVEL)
    ]
    in_time = crisis["date"] <= of_family(crisis["family"], until)
    values = {
        "children_mean_age": children["age_years"].astype("Float64").mean(),
        "children_per_family": len(children) / retained if retained else None,
        "families_with_youth_care_crisis": crisis.loc[in_time, "family"].nunique(),
    }
    value = pd.array(list(values.values()), dtype="Float64").to_numpy("float64", na_value=np.nan)
    return conform("claim_measures", pd.DataFrame({"measure": list(values), "value": value}))


def _children(persons: pd.DataFrame) -> pd.DataFrame:
    """Children of retained families that are there at baseline, expected births among them."""
    return persons[(persons["unit"] == "kind") & persons["at_baseline"]]


def _counted(values: pd.Series, rows: Sequence | range) -> pd.Series:
    """Count each of the values, in this order, zeros too; the index is text."""
    counts = values.value_counts().reindex(list(rows), fill_value=0)
    return counts.set_axis(counts.index.astype("str"))


def _with_shares(table: pd.DataFrame, total: pd.Series | int, known: pd.Series) -> pd.DataFrame:
    """Add share of the total and its Wilson interval to n; only where the value is known."""
    n = table["n"].where(known).to_numpy("float64", na_value=np.nan)
    nobs = np.broadcast_to(np.asarray(total, dtype="float64"), n.shape)
    share = np.divide(n, nobs, out=np.full_like(n, np.nan), where=nobs > 0)
    low, high = wilson(np.nan_to_num(n), nobs)
    shown = ~np.isnan(share)
    return table.assign(
        share=share, ci_low=np.where(shown, low, np.nan), ci_high=np.where(shown, high, np.nan)
    )


def _persons_at_baseline(
    states: pd.DataFrame, persons: pd.DataFrame, *, unit: str, item: str
) -> pd.DataFrame:
    """Give the baseline states on an item of the persons there at baseline."""
    wanted = (states["unit"] == unit) & (states["item"] == item) & (states["moment"] == "baseline")
    there = persons.loc[persons["at_baseline"], ["family", "person", "unit"]]
    return states[wanted].merge(there, on=["family", "person", "unit"], how="inner", validate="one_to_one")


def _seven_rows(found: pd.DataFrame) -> pd.DataFrame:
    """Count states by level, not applicable and missing; shares are of the levels."""
    state = found["level"].astype("str").fillna(found["status"].astype("str"))
    table = _counted(state, STATES).rename_axis("level").reset_index(name="n")
    known = table["level"].isin([str(level) for level in LEVELS])
    return _with_shares(table, int(table.loc[known, "n"].sum()), known)


def _labels(definitions: Definitions, *, unit: str, item: str, language: str) -> list[str]:
    """Give the labels of the seven rows."""
    labels = definitions.item(unit, item).labels
    words = [definitions.word("status", status, language) for status in ("not_applicable", "missing")]
    return [*(label(language) for label in labels), *words]
