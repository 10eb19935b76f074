"""The index for every combination of choices, by arrays: first every status once, then all sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers import tables as declared
from helpers.cleaning import CleanTables
from helpers.definitions import Choices, Definitions, Domain, Part, Rule
from helpers.robustness._cells import HOUSEHOLD, Cells, Ints, Truths, Values, list_cells, with_household

OUTCOMES = ("families", "poor_baseline", "poor_follow_up", "improved", "declined", "out_of_poverty")
ASKED = {"worst": "any", "best": "all", "median": "median"}  # of members, whatever the rule itself asks


@dataclass(frozen=True)
class Counted:
    """Of one moment, per mapping, way to count members, and family: domains deprived, domains unknown."""

    deprived: Ints
    unknown: Ints


def multiverse(
    tables: CleanTables,
    definitions: Definitions,
    choices: Choices,
    *,
    min_household_items: int,
    follow_up_months: int,
) -> pd.DataFrame:
    """Work out the change of the index for every specification: one option of each dimension.

    Everything is done anew from the clean observations: the window decides which families are retained (F02)
    and so who is followed; families without a household row (F01) stay out. `lower` and `upper` take every
    unknown domain, at both moments, as not deprived and as deprived.

    Parameters
    ----------
    tables : CleanTables
        registrations, observations and excluded_observations are used.
    definitions : Definitions
        The domains and their three rules.
    choices : Choices
        The dimensions with their options.
    min_household_items : int
        Household items that must have a level at baseline (F02).
    follow_up_months : int
        Calendar months from t0 to the follow-up.

    Returns
    -------
    DataFrame
        mapping, members, unknown_domain, poverty_cutoff, follow_up_rule, baseline_window_days, default,
        equivalent, families (followed and compared), H_baseline, H_follow_up (share poor; empty without
        families), improved, declined, out_of_poverty (families), net = (improved − declined)/families. A row
        per specification, the last dimension changing fastest.
    """
    cells = list_cells(
        tables,
        with_household(tables.registrations, follow_up_months=follow_up_months),
        list(definitions.items),
    )
    before = {days: cells.first(int(days)) for days in choices.dimension("baseline_window_days").values}
    after = {rule: cells.last(str(rule)) for rule in choices.dimension("follow_up_rule").values}
    compared = {
        days: cells.families.long_enough & (_household_items(cells, values) >= min_household_items)
        for days, values in before.items()
    }
    counted = {
        moment: _count(cells, values, definitions, choices) for moment, values in (before | after).items()
    }
    return _table(choices, _outcomes(choices, counted, compared))


def _household_items(cells: Cells, values: Values) -> Ints:
    """How many household items of each family have a level."""
    at_home = np.array([unit == HOUSEHOLD for unit, _ in cells.items], dtype=bool)
    known = at_home[values.item] & (values.level > 0)
    return np.bincount(cells.family_of[values.person[known]], minlength=len(cells.families.codes))


def _count(cells: Cells, values: Values, definitions: Definitions, choices: Choices) -> Counted:
    """Count deprived and unknown domains for every mapping and every way to count members."""
    mappings = [str(value) for value in choices.dimension("mapping").values]
    members = [str(value) for value in choices.dimension("members").values]
    shape = (len(mappings), len(members), len(cells.families.codes))
    deprived, unknown = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for domain in definitions.kansarmoede.domains:
        readings = [_variant(mapping, domain) for mapping in mappings]
        for variant in sorted(set(readings)):
            lacking, nothing = _status(cells, values, getattr(domain, variant), members)
            takes = [reading == variant for reading in readings]
            deprived[takes] += lacking
            unknown[takes] += nothing
    return Counted(deprived, unknown)


def _variant(mapping: str, domain: Domain) -> str:
    """The variant of a domain's rule that a mapping takes: `inkomen_looser` is looser on inkomen only."""
    named, _, variant = mapping.rpartition("_")
    return variant if named == domain.id else "default"


def _status(cells: Cells, values: Values, rule: Rule, members: Sequence[str]) -> tuple[Truths, Truths]:
    """Tell per way to count members and family whether it is deprived by a rule, and whether unknown."""
    shape = (len(members), len(cells.families.codes))
    deprived, known = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    for part in rule.parts:
        there, lacking = _members(cells, values, part)
        known |= there > 0
        for place, way in enumerate(members):
            deprived[place] |= _enough(ASKED.get(way, part.members), there, lacking)
    return deprived, ~known


def _members(cells: Cells, values: Values, part: Part) -> tuple[Ints, Ints]:
    """Count per family the members of whom a part knows something, and those of them that are deprived."""
    limit = np.zeros(len(cells.items), dtype=np.int64)
    for condition in part.conditions:
        number = cells.items[(condition.unit, condition.item)]
        limit[number] = max(limit[number], condition.at_most)
    asked = (limit[values.item] > 0) & (values.level > 0)
    lacking = asked & (values.level <= limit[values.item])
    known, deprived = (_by_family(cells, values.person[found]) for found in (asked, lacking))
    return known, deprived


def _by_family(cells: Cells, persons: Ints) -> Ints:
    """Count the distinct persons of each family."""
    there = np.zeros(len(cells.family_of), dtype=bool)
    there[persons] = True
    return np.bincount(cells.family_of[there], minlength=len(cells.families.codes))


def _enough(asked: str, known: Ints, deprived: Ints) -> Truths:
    """Whether so many deprived members of those known make the part deprived; a household is one member."""
    if asked == "all":
        return (known > 0) & (deprived == known)
    if asked == "median":
        return (known > 0) & (2 * deprived >= known)
    return deprived > 0


def _outcomes(
    choices: Choices,
    counted: Mapping[str | int, Counted],
    compared: Mapping[str | int, Truths],
) -> dict[str, NDArray[np.int64]]:
    """Count the families of every specification; each array has an axis per dimension, in their order."""
    shape = tuple(len(dimension.options) for dimension in choices.dimensions)
    outcomes = {name: np.zeros(shape, dtype=np.int64) for name in OUTCOMES}
    cutoffs = [int(value) for value in choices.dimension("poverty_cutoff").values]
    for w, days in enumerate(compared):
        for r, rule in enumerate(choices.dimension("follow_up_rule").values):
            for u, unknown in enumerate(choices.dimension("unknown_domain").values):
                pre, post, among = _scores(counted[days], counted[rule], str(unknown))
                for k, cutoff in enumerate(cutoffs):
                    counts = _compare(pre, post, among & compared[days], cutoff)
                    for name, count in counts.items():
                        outcomes[name][:, :, u, k, r, w] = count
    return outcomes


def _scores(before: Counted, after: Counted, unknown: str) -> tuple[Ints, Ints, Truths]:
    """Give the scores at both moments and which families count, by what an unknown domain means."""
    pre, post = before.deprived, after.deprived
    everyone = np.ones(pre.shape, dtype=bool)
    if unknown == "upper":
        return pre + before.unknown, post + after.unknown, everyone
    if unknown == "exclude":
        return pre, post, (before.unknown == 0) & (after.unknown == 0)
    return pre, post, everyone


def _compare(pre: Ints, post: Ints, among: Truths, cutoff: int) -> dict[str, Ints]:
    """Count families along the last axis."""
    poor, still = pre >= cutoff, post >= cutoff
    cases = {
        "families": among,
        "poor_baseline": among & poor,
        "poor_follow_up": among & still,
        "improved": among & (post < pre),
        "declined": among & (post > pre),
        "out_of_poverty": among & poor & ~still,
    }
    return {name: case.sum(axis=-1) for name, case in cases.items()}


def _table(choices: Choices, outcomes: Mapping[str, NDArray[np.int64]]) -> pd.DataFrame:
    """Lay the outcomes out, a row per specification."""
    names = [dimension.id for dimension in choices.dimensions]
    index = pd.MultiIndex.from_product([dimension.values for dimension in choices.dimensions], names=names)
    table = index.to_frame(index=False)
    usual, equivalent = np.ones(len(table), dtype=bool), np.ones(len(table), dtype=bool)
    for dimension in choices.dimensions:
        same = {option.id: option.equivalent for option in dimension.options}
        usual &= (table[dimension.id] == dimension.default.id).to_numpy()
        equivalent &= table[dimension.id].map(same).to_numpy(dtype=bool)
    counts = pd.DataFrame({name: array.ravel() for name, array in outcomes.items()})
    some = counts["families"].where(counts["families"] > 0).astype("float64")
    table = table.assign(default=usual, equivalent=equivalent, families=counts["families"])
    table["H_baseline"] = counts["poor_baseline"] / some
    table["H_follow_up"] = counts["poor_follow_up"] / some
    for name in ("improved", "declined", "out_of_poverty"):
        table[name] = counts[name]
    table["net"] = (counts["improved"] - counts["declined"]) / some
    return declared.conform("multiverse", table)
