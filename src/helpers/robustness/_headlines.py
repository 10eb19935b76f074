"""The findings of the report held against each choice: what survives, what does not, what is not touched."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from helpers import tables as declared
from helpers.cleaning import CleanTables, select_families
from helpers.definitions import Choices, Definitions, Headline
from helpers.robustness._freshness import fresh_families
from helpers.robustness._multiverse import multiverse
from helpers.robustness._pairs import count_items, pairs_of_items
from helpers.robustness._selection import reselect
from helpers.states import build_states

ATTRITION = {"best": 1, "worst": -1}
OF_INDEX = ("families", "headcount")  # kinds of headlines that follow from a specification
TOUCHES = {  # kinds of headlines that depend on a dimension; all where it is not named
    "mapping": OF_INDEX,
    "members": OF_INDEX,
    "unknown_domain": OF_INDEX,
    "poverty_cutoff": ("headcount",),
    "attrition": ("families", "persons"),
}
EVERY = ("families", "headcount", "persons", "items")


@dataclass(frozen=True)
class Study:
    """The clean tables and what decides who is in the study."""

    tables: CleanTables
    definitions: Definitions
    choices: Choices
    min_household_items: int
    follow_up_months: int

    def states(self, dimension: str, option: str | int) -> tuple[CleanTables, pd.DataFrame]:
        """Families and states with one choice other than the default ones."""
        chosen = self.choices.default | {dimension: option}
        days = int(chosen["baseline_window_days"])
        selected = reselect(
            self.tables,
            baseline_window_days=days,
            follow_up_months=self.follow_up_months,
            min_household_items=self.min_household_items,
        )
        states = build_states(
            selected,
            self.definitions,
            baseline_window_days=days,
            follow_up_months=self.follow_up_months,
            follow_up_rule=str(chosen["follow_up_rule"]),
        )
        return selected, states

    def fresh(self, selected: CleanTables) -> pd.Series:
        """Codes of the families that are freshly registered, by the default choices."""
        return fresh_families(
            selected.registrations,
            selected.families,
            baseline_window_days=int(self.choices.default["baseline_window_days"]),
            follow_up_months=self.follow_up_months,
            follow_up_rule=str(self.choices.default["follow_up_rule"]),
            at_least=self.choices.fresh_registrations,
        )

    def default_specification(self, families: pd.Series) -> pd.Series:
        """The row of the multiverse with all default choices, of some families."""
        among = families.to_frame("family")
        of_families = {
            name: select_families(getattr(self.tables, name), among)
            for name in ("registrations", "observations", "excluded_observations")
        }
        dimensions = tuple(replace(each, options=(each.default,)) for each in self.choices.dimensions)
        table = multiverse(
            replace(self.tables, **of_families),
            self.definitions,
            replace(self.choices, dimensions=dimensions),
            min_household_items=self.min_household_items,
            follow_up_months=self.follow_up_months,
        )
        return table.iloc[0]


@dataclass(frozen=True)
class Found:
    """A headline under a choice: of how many, its value, whether it holds."""

    n: int
    value: float
    holds: bool


def headlines(
    tables: CleanTables,
    definitions: Definitions,
    choices: Choices,
    specifications: pd.DataFrame,
    *,
    min_household_items: int,
    follow_up_months: int,
) -> pd.DataFrame:
    """Hold every headline against every choice that alone departs from the default ones.

    Parameters
    ----------
    tables, definitions, choices, min_household_items, follow_up_months
        As for `multiverse`.
    specifications : DataFrame
        What `multiverse` gives.

    Returns
    -------
    DataFrame
        dimension, option, headline, n, value, standing: the default choices; each other option of each
        dimension; `fresh`, freshly registered families only; `attrition`, when all who were not followed had
        improved (best) or declined (worst). `holds`: the net share is above zero, the share of poor families
        fell, the named items have the highest net shares, above zero. `unknown`: there is nobody to count.
    """
    study = Study(tables, definitions, choices, min_household_items, follow_up_months)
    rows = []
    for dimension, option, found in _cases(study, specifications):
        for headline in choices.headlines:
            row = {"dimension": dimension, "option": str(option), "headline": headline.id}
            touched = headline.kind in TOUCHES.get(dimension, EVERY)
            rows.append(row | _told(found.get(headline.id) if touched else None, touched))
    return declared.conform("headlines", pd.DataFrame(rows))


def _told(found: Found | None, touched: bool) -> dict[str, object]:
    """The last columns of a row."""
    if found is None or found.value != found.value:
        return {"n": 0, "value": float("nan"), "standing": "unknown" if touched else "not_applicable"}
    return {"n": found.n, "value": found.value, "standing": "holds" if found.holds else "does_not_hold"}


def _cases(
    study: Study, specifications: pd.DataFrame
) -> Iterator[tuple[str, str | int, Mapping[str, Found]]]:
    """Give every choice with what is found under it."""
    choices = study.choices
    selected, states = study.states("baseline_window_days", choices.default["baseline_window_days"])
    usual = _of_states(study, states)
    default = _specification(specifications, choices.default)
    yield "default", "default", _of_specification(choices, default) | usual
    for dimension in choices.dimensions:
        for option in dimension.options:
            if option.id == dimension.default.id:
                continue
            row = _specification(specifications, choices.default | {dimension.id: option.id})
            found = _of_specification(choices, row)
            if "persons" in TOUCHES.get(dimension.id, EVERY):
                found |= _of_states(study, study.states(dimension.id, option.id)[1])
            yield dimension.id, option.id, found
    fresh = study.fresh(selected)
    of_fresh = _of_states(study, states[states["family"].isin(fresh)])
    yield "fresh", "fresh", _of_specification(choices, study.default_specification(fresh)) | of_fresh
    for case, sign in ATTRITION.items():
        yield "attrition", case, _with_lost(study, default, selected, states, sign)


def _specification(specifications: pd.DataFrame, chosen: Mapping[str, str | int]) -> pd.Series:
    """The row of one specification."""
    there = pd.Series(True, index=specifications.index)
    for name, value in chosen.items():
        there &= specifications[name] == value
    return specifications[there].iloc[0]


def _of_specification(choices: Choices, row: pd.Series) -> dict[str, Found]:
    """The headlines about the index."""
    n, net = int(row["families"]), float(row["net"])
    change = float(row["H_follow_up"]) - float(row["H_baseline"])
    found = {"families": Found(n, net, net > 0), "headcount": Found(n, change, change < 0)}
    return {each.id: found[each.kind] for each in choices.headlines if each.kind in found}


def _of_states(study: Study, states: pd.DataFrame) -> dict[str, Found]:
    """The headlines about items."""
    counts = count_items(pairs_of_items(states), study.definitions).set_index(["unit", "item"])
    found = {}
    for headline in study.choices.headlines:
        if headline.kind == "persons":
            row = counts.loc[headline.items[0]]
            found[headline.id] = Found(int(row["n"]), float(row["net"]), bool(row["net"] > 0))
        elif headline.kind == "items":
            found[headline.id] = _rank(counts["net"], headline)
    return found


def _rank(net: pd.Series, headline: Headline) -> Found:
    """The lowest rank of the named items by net share; empty when one of them has no pairs."""
    named = net.loc[list(headline.items)]
    ranks = net.rank(ascending=False, method="min")
    lowest = float(ranks.loc[list(headline.items)].max(skipna=False))
    holds = lowest <= len(headline.items) and bool((named > 0).all())
    return Found(int(net.notna().sum()), lowest, holds)


def _with_lost(
    study: Study, default: pd.Series, selected: CleanTables, states: pd.DataFrame, sign: int
) -> dict[str, Found]:
    """The net shares when all who were not followed had moved one way."""
    families = selected.families
    lost = families.loc[(families["status"] == "retained") & ~families["followed"], "family"]
    counts = count_items(pairs_of_items(states), study.definitions).set_index(["unit", "item"])
    known = states[(states["moment"] == "baseline") & states["level"].notna() & states["family"].isin(lost)]
    found = {}
    for headline in study.choices.headlines:
        if headline.kind == "families":
            found[headline.id] = _bound(default, "families", len(lost), sign)
        elif headline.kind == "persons":
            unit, item = headline.items[0]
            more = int(((known["unit"] == unit) & (known["item"] == item)).sum())
            found[headline.id] = _bound(counts.loc[headline.items[0]], "n", more, sign)
    return found


def _bound(row: pd.Series, count: str, lost: int, sign: int) -> Found:
    """A net share with so many more cases that all moved one way; empty when nobody was followed."""
    n = int(row[count]) + lost
    moved = int(row["improved"]) - int(row["declined"]) + sign * lost
    return Found(n, moved / n if row[count] else float("nan"), moved > 0)
