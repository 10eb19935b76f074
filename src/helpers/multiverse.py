"""The index, and what moved, for every combination of choices: everything anew from the clean data.

Registered levels stand in sorted arrays, so that the value of every cell (person and item) on a day is one
look-up. Every status of a domain is worked out once; specifications are sums over these.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers import inference, nets
from helpers.cleaning import CleanTables
from helpers.cleaning.windows import add_months, numbered, of_family
from helpers.definitions import UNITS, Definitions
from helpers.definitions.choices import Choices
from helpers.kansarmoede import by_rule
from helpers.outputs import counts, derives, exact, family_table

OUTCOMES = ("families", "poor_baseline", "poor_follow_up", "improved", "declined", "out_of_poverty")
SCORE = ("family", "score")
KNOWN_TWICE = "known_twice"
OF_DIRECTION = ("mapping", "members", "unknown_domain", "follow_up_rule", "baseline_window_days")

HOUSEHOLD = "huishouden"
Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Families:
    """The families with a household row, in the order of their codes: first, last and follow-up day."""

    codes: pd.Index
    t0: NDArray[np.datetime64]
    last: NDArray[np.datetime64]
    day: NDArray[np.datetime64]

    @property
    def long_enough(self) -> Truths:
        """Whose last registration is on the day of the follow-up or later."""
        return self.last >= self.day


@dataclass(frozen=True)
class Values:
    """One value per cell: the number of its person, of its item, and its level, 0 when that is unknown."""

    person: Ints
    item: Ints
    level: Ints

    def known(self, items: int) -> list[tuple[Ints, Ints]]:
        """Give of each item the persons of whom a level is known, and that level."""
        order = np.argsort(self.item.astype(np.int16), kind="stable")  # small numbers sort fast
        order = order[self.level[order] > 0]
        ends = np.searchsorted(self.item[order], np.arange(1, items))
        return list(zip(np.split(self.person[order], ends), np.split(self.level[order], ends), strict=True))


@dataclass(frozen=True)
class Cells:
    """Every non-blank value of some items, by cell (person and item) and within it in time order."""

    families: Families
    items: Mapping[tuple[str, str], int]
    family_of: Ints  # of each person; the household is one
    values: Values
    cell: Ints
    date: NDArray[np.datetime64]

    def first(self, days: int) -> Values:
        """Give the first value of each cell in the baseline window of so many days."""
        end = self.families.t0 + np.timedelta64(days, "D")
        found = self._until(end)
        return self._taken(found[_begins(self.cell[found])])

    def last(self, rule: str) -> Values:
        """Give the last value of each cell up to the day of the follow-up (`at`), or of all (`last`)."""
        found = self._until(self.families.last if rule == "last" else self.families.day)
        return self._taken(found[_begins(self.cell[found][::-1])[::-1]])

    def lower_of_two(self, rule: str) -> Values:
        """Give the lower of the first two known levels of each cell, up to the day of the follow-up."""
        found = self._until(self.families.last if rule == "last" else self.families.day)
        found = found[self.values.level[found] > 0]
        begins = _begins(self.cell[found])
        second = np.append(False, begins[:-1])[: len(found)] & ~begins
        pair = found[begins | second]
        first = np.flatnonzero(_begins(self.cell[pair]))
        taken = self._taken(pair[first])
        lowest = np.minimum.reduceat(self.values.level[pair], first) if len(first) else taken.level
        return Values(taken.person, taken.item, lowest)

    def known(self, families: pd.Series) -> tuple[Ints, Ints, NDArray[np.datetime64]]:
        """Give the known levels of some families: cell, level and date."""
        asked = pd.Index(families).get_indexer(self.families.codes) >= 0
        there = (self.values.level > 0) & asked[self.family_of[self.values.person]]
        return self.cell[there], self.values.level[there], self.date[there]

    def _until(self, day: NDArray[np.datetime64]) -> Ints:
        return np.flatnonzero(self.date <= day[self.family_of[self.values.person]])

    def _taken(self, places: Ints) -> Values:
        values = self.values
        return Values(values.person[places], values.item[places], values.level[places])


def known_twice(before: Values, after: Values, items: int) -> list[Values]:
    """Leave the cells whose level is known at both moments, of so many items: at the first, at the second.

    >>> start = Values(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([3, 0, 4]))
    >>> later = Values(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([2, 5, 0, 1]))
    >>> [values.level.tolist() for values in known_twice(start, later, items=2)]
    [[3], [2]]
    """
    first, second = (values.person * items + values.item for values in (before, after))
    both = np.intersect1d(first[before.level > 0], second[after.level > 0], assume_unique=True)
    kept = ((before, np.isin(first, both)), (after, np.isin(second, both)))
    return [Values(values.person[some], values.item[some], values.level[some]) for values, some in kept]


def with_household(registrations: pd.DataFrame, *, follow_up_months: int) -> Families:
    """Give the families that have a household row; first and last day are of their rows of every unit."""
    days = registrations.groupby("family", sort=True)["date"].agg(["min", "max"])
    at_home = registrations.loc[registrations["unit"] == HOUSEHOLD, "family"]
    days = days[pd.Index(at_home.unique()).get_indexer(days.index) >= 0]
    day = add_months(days["min"], months=follow_up_months)
    return Families(days.index, days["min"].to_numpy(), days["max"].to_numpy(), day.to_numpy())


def list_cells(tables: CleanTables, families: Families, items: Sequence[tuple[str, str]]) -> Cells:
    """Sort the values of some items, of retained and of excluded families alike."""
    columns = ["family", "person", "unit", "item", "date", "registration", "level"]
    both = [tables.observations[columns], tables.excluded_observations[columns]]
    rows = pd.concat(both, ignore_index=True)
    numbers = {key: number for number, key in enumerate(items)}
    places, names = pd.factorize(rows["item"])
    of_unit = [[numbers.get((unit, name), -1) for name in names] for unit in UNITS]
    item = np.array(of_unit, dtype=np.int64).reshape(len(UNITS), -1)[rows["unit"].cat.codes, places]
    places, codes = pd.factorize(rows["family"])
    family = families.codes.get_indexer(codes)[places]
    number = numbered(rows, ["family", "unit", "person"])  # of the household, the family
    kept = (item >= 0) & (family >= 0)
    item, family, (person, distinct) = item[kept], family[kept], pd.factorize(number[kept])
    family_of = np.zeros(len(distinct), dtype=np.int64)
    family_of[person] = family
    cell, date = person * len(items) + item, rows["date"].to_numpy()[kept]
    order = np.lexsort((rows["registration"].to_numpy("int64")[kept], date, cell))
    level = rows["level"].to_numpy("int64", na_value=0)[kept]
    values = Values(person[order], item[order], level[order])
    return Cells(families, numbers, family_of, values, cell[order], date[order])


def _begins(cells: Ints) -> Truths:
    """Where another cell begins, in cells of which equal ones stand together."""
    return np.append(True, cells[1:] != cells[:-1]) if len(cells) else np.zeros(0, dtype=bool)


@dataclass(frozen=True)
class Counted:
    """Of one moment, per mapping, way to count members, and family: domains deprived, domains unknown."""

    deprived: Ints
    unknown: Ints


@dataclass(frozen=True)
class Worlds:
    """The families and their domains under every choice that needs the data.

    `before` and `after` are counted by baseline window and by follow-up rule; `among` tells by window which
    families are retained (F02) and followed.
    """

    cells: Cells
    before: Mapping[int, Counted]
    after: Mapping[str, Counted]
    among: Mapping[int, Truths]

    def scores(self, window: int, rule: str, unknown: str) -> tuple[Ints, Ints, Truths]:
        """Give scores at both moments, by what an unknown domain means, and who counts.

        Each is mappings × members × families.
        """
        before, after, among = self.before[window], self.after[rule], self.among[window]
        pre, post = before.deprived, after.deprived
        if unknown == "upper":
            pre, post = pre + before.unknown, post + after.unknown
        known = (before.unknown == 0) & (after.unknown == 0) if unknown == "exclude" else True
        return pre, post, np.broadcast_to(among & known, pre.shape)


@exact("worlds")
def worlds(
    clean: CleanTables,
    definitions: Definitions,
    choices: Choices,
    min_household_items: int,
    follow_up_months: int,
) -> Worlds:
    """Work out the domains of every family under every mapping, way to count members, window and rule.

    The window decides which families are retained (F02) and so who is followed; families without a household
    row (F01) stay out.
    """
    of = with_household(clean.registrations, follow_up_months=follow_up_months)
    cells = list_cells(clean, of, list(definitions.items))
    first = {int(days): cells.first(int(days)) for days in choices.dimension("baseline_window_days").values}
    last = {str(rule): cells.last(str(rule)) for rule in choices.dimension("follow_up_rule").values}
    return Worlds(
        cells,
        {days: _count(cells, values, definitions, choices) for days, values in first.items()},
        {rule: _count(cells, values, definitions, choices) for rule, values in last.items()},
        {
            days: of.long_enough & (_household_items(cells, values) >= min_household_items)
            for days, values in first.items()
        },
    )


@counts("multiverse")
def specification_counts(worlds: Worlds, choices: Choices) -> pd.DataFrame:
    """Count the families of every specification: one option of each dimension.

    `lower` and `upper` take every unknown domain, at both moments, as not deprived and as deprived.

    By mapping, members, unknown_domain, poverty_cutoff, follow_up_rule and baseline_window_days: families
    (followed and compared), poor_baseline, poor_follow_up, improved, declined, out_of_poverty.
    """
    shape = tuple(len(dimension.options) for dimension in choices.dimensions)
    outcomes = {name: np.zeros(shape, dtype=np.int64) for name in OUTCOMES}
    cutoffs = [int(value) for value in choices.dimension("poverty_cutoff").values]
    for place, (pre, post, among) in _in_turn(worlds, choices):
        for k, cutoff in enumerate(cutoffs):
            u, r, w = place
            for name, count in _compare(pre, post, among, cutoff).items():
                outcomes[name][:, :, u, k, r, w] = count
    names = [dimension.id for dimension in choices.dimensions]
    index = pd.MultiIndex.from_product([dimension.values for dimension in choices.dimensions], names=names)
    return pd.DataFrame({name: array.ravel() for name, array in outcomes.items()}, index=index)


def _in_turn(
    worlds: Worlds, choices: Choices
) -> Iterator[tuple[tuple[int, int, int], tuple[Ints, Ints, Truths]]]:
    """Give scores for every way with unknown domains, rule and window, with the places of these."""
    for w, days in enumerate(worlds.among):
        for r, rule in enumerate(worlds.after):
            for u, unknown in enumerate(choices.dimension("unknown_domain").values):
                yield (u, r, w), worlds.scores(days, rule, str(unknown))


@derives("multiverse")
def multiverse(counts: pd.DataFrame, choices: Choices) -> pd.DataFrame:
    """Work out the change of the index for every specification.

    A row per specification, the last dimension changing fastest.
    """
    names = [dimension.id for dimension in choices.dimensions]
    index = pd.MultiIndex.from_product([dimension.values for dimension in choices.dimensions], names=names)
    table = index.to_frame(index=False)
    usual, equivalent = np.ones(len(table), dtype=bool), np.ones(len(table), dtype=bool)
    for dimension in choices.dimensions:
        same = {option.id: option.equivalent for option in dimension.options}
        usual &= (table[dimension.id] == dimension.default.id).to_numpy()
        equivalent &= table[dimension.id].map(same).to_numpy(dtype=bool)
    found = counts.reindex(index).reset_index(drop=True)
    some = found["families"].where(found["families"] > 0).astype("float64")
    table = table.assign(default=usual, equivalent=equivalent, families=found["families"])
    table["H_baseline"] = found["poor_baseline"] / some
    table["H_follow_up"] = found["poor_follow_up"] / some
    for name in ("improved", "declined", "out_of_poverty"):
        table[name] = found[name]
    table["net"] = (found["improved"] - found["declined"]) / some
    return table


@family_table("specification_moves")
def specification_moves(worlds: Worlds, choices: Choices) -> pd.DataFrame:
    """Give the direction in which each family moved in every equivalent specification.

    Gives family, then a column per equivalent specification (in the order of `multiverse`, at the default
    cutoff, of which directions do not depend): 1 improved, −1 declined, 0 neither or not in it. Families that
    are in none have no row.
    """
    alike = {
        dimension.id: [option.equivalent for option in dimension.options] for dimension in choices.dimensions
    }
    codes = worlds.cells.families.codes
    both = np.ix_(alike["mapping"], alike["members"])
    asked = [alike[name] for name in OF_DIRECTION[2:]]
    signs = np.zeros((*(sum(alike[name]) for name in OF_DIRECTION), len(codes)), dtype=np.int8)
    there = np.zeros(len(codes), dtype=bool)
    for place, (pre, post, among) in _in_turn(worlds, choices):
        if all(options[at] for options, at in zip(asked, place, strict=True)):
            u, r, w = (sum(options[:at]) for options, at in zip(asked, place, strict=True))
            signs[:, :, u, r, w] = (np.sign(pre - post) * among)[both]
            there |= among[both].any(axis=(0, 1))
    flat = signs.reshape(int(np.prod(signs.shape[:-1])), len(codes)).T[there]
    return nets.in_rows(codes[there], flat)


@derives("specification_curve")
def specification_curve(
    specification_moves: pd.DataFrame, multiverse: pd.DataFrame, choices: Choices, seed: int
) -> pd.DataFrame:
    """Test the median net share of the equivalent specifications against turned families."""
    alike = {
        each.id: [option.id for option in each.options if option.equivalent] for each in choices.dimensions
    }
    alike["poverty_cutoff"] = [choices.default["poverty_cutoff"]]
    families = multiverse.loc[multiverse[list(alike)].isin(alike).all(axis=1), "families"]
    moves = specification_moves.drop(columns="family").to_numpy("int8").T
    stream = inference.row_seed(seed, "specification_curve")
    found = inference.specification_curve(moves, families, seed=stream)
    return pd.DataFrame([vars(found)])


@counts("headline_moves")
def headline_moves(
    worlds: Worlds, clean: CleanTables, definitions: Definitions, choices: Choices, min_household_items: int
) -> pd.DataFrame:
    """Count who moved on every item, under each choice of window and rule that alone is not the default.

    By dimension, option, unit and item: n (pairs), improved, declined. Beside the options of both dimensions
    `default`, `baseline` (the lower of the first two values), `fresh` (families with enough registrations
    after the baseline), and `lost`: retained and not followed, n of a known level at baseline. For unit
    `family`, item `score`: the families by the default specification, with poor_baseline, poor_follow_up and
    out_of_poverty, the same by the levels that are `known` at both moments, and the number of those lost.
    """
    cells, usual = worlds.cells, choices.default
    window, rule = int(usual["baseline_window_days"]), str(usual["follow_up_rule"])
    first = {days: cells.first(days) for days in worlds.among}
    last = {way: cells.last(way) for way in worlds.after}
    fresh = _fresh(clean, choices, worlds)
    lost = (_household_items(cells, first[window]) >= min_household_items) & ~cells.families.long_enough
    among = worlds.among[window]
    parts = {("default", "default"): _item_changes(cells, first[window], last[rule], among)}
    for days in set(worlds.among) - {window}:
        chosen = worlds.among[days]
        parts["baseline_window_days", str(days)] = _item_changes(cells, first[days], last[rule], chosen)
    for way in set(worlds.after) - {rule}:
        parts["follow_up_rule", way] = _item_changes(cells, first[window], last[way], among)
    lower = cells.lower_of_two(rule)
    parts["baseline", "lower_of_two"] = _item_changes(cells, lower, last[rule], among)
    parts["fresh", "fresh"] = _item_changes(cells, first[window], last[rule], fresh)
    parts["attrition", "lost"] = _item_changes(cells, first[window], first[window], lost)
    scores = {("default", "default", *SCORE): _default_specification(worlds, choices, among)}
    lowered = replace(worlds, before={window: _count(cells, lower, definitions, choices)})
    scores["baseline", "lower_of_two", *SCORE] = _default_specification(lowered, choices, among)
    pre, post = (
        _count(cells, values, definitions, choices)
        for values in known_twice(first[window], last[rule], len(cells.items))
    )
    twice = replace(worlds, before={window: pre}, after={rule: post})
    scores["known", KNOWN_TWICE, *SCORE] = _default_specification(twice, choices, among)
    scores["fresh", "fresh", *SCORE] = _default_specification(worlds, choices, fresh)
    scores["attrition", "lost", *SCORE] = {"n": int(lost.sum())}
    table = pd.concat(parts, names=["dimension", "option", "unit", "item"])
    index = pd.MultiIndex.from_tuples(scores, names=table.index.names)
    table = pd.concat([table, pd.DataFrame(list(scores.values()), index=index)])
    return table.fillna(0).astype(np.int64).sort_index()


def _item_changes(cells: Cells, before: Values, after: Values, among: Truths) -> pd.DataFrame:
    """Count the pairs of every item of some families: by unit and item, n, improved, declined."""
    size = len(cells.items)
    level = np.zeros((2, len(cells.family_of) * size), dtype=np.int64)
    for side, values in enumerate((before, after)):
        level[side, values.person * size + values.item] = values.level
    level = level.reshape(2, -1, size)[:, among[cells.family_of]]
    pair = (level > 0).all(axis=0)
    index = pd.MultiIndex.from_tuples(list(cells.items), names=["unit", "item"])
    return pd.DataFrame(
        {
            "n": pair.sum(axis=0),
            "improved": (pair & (level[1] > level[0])).sum(axis=0),
            "declined": (pair & (level[1] < level[0])).sum(axis=0),
        },
        index=index,
    )


def _default_specification(worlds: Worlds, choices: Choices, who: Truths) -> dict[str, int]:
    usual = choices.default
    window, rule = int(usual["baseline_window_days"]), str(usual["follow_up_rule"])
    pre, post, among = worlds.scores(window, rule, str(usual["unknown_domain"]))
    mapping = list(choices.dimension("mapping").values).index(usual["mapping"])
    members = list(choices.dimension("members").values).index(usual["members"])
    counted = _compare(
        pre[mapping, members],
        post[mapping, members],
        among[mapping, members] & who,
        int(usual["poverty_cutoff"]),
    )
    named = {"n": counted.pop("families"), **counted}
    return {name: int(count) for name, count in named.items()}


def _fresh(clean: CleanTables, choices: Choices, worlds: Worlds) -> Truths:
    window = int(choices.default["baseline_window_days"])
    of = worlds.cells.families
    until = of.last if choices.default["follow_up_rule"] == "last" else of.day
    after = registered_after(
        clean.registrations, pd.Series(of.t0, of.codes), pd.Series(until, of.codes), days=window
    )
    enough = after.reindex(of.codes, fill_value=0).to_numpy() >= choices.fresh_registrations
    return worlds.among[window] & enough


def registered_after(registrations: pd.DataFrame, t0: pd.Series, until: pd.Series, *, days: int) -> pd.Series:
    """Count the registrations of families after the baseline window and up to a day.

    A registration is a distinct date; `days` is the length of the baseline window.

    By family; without those that have none.
    """
    rows = registrations[["family", "date"]].drop_duplicates()
    rows = rows[rows["family"].isin(t0.index)]
    first, last = (of_family(rows["family"], day) for day in (t0, until))
    between = (rows["date"] > first + pd.Timedelta(days=days)) & (rows["date"] <= last)
    return rows[between].groupby("family").size()


def _household_items(cells: Cells, values: Values) -> Ints:
    at_home = np.array([unit == HOUSEHOLD for unit, _ in cells.items], dtype=bool)
    known = at_home[values.item] & (values.level > 0)
    return np.bincount(cells.family_of[values.person[known]], minlength=len(cells.families.codes))


def _count(cells: Cells, values: Values, definitions: Definitions, choices: Choices) -> Counted:
    """Count deprived and unknown domains for every mapping and every way to count members."""
    mappings = [str(value) for value in choices.dimension("mapping").values]
    members = [str(value) for value in choices.dimension("members").values]
    families = len(cells.families.codes)
    shape = (len(mappings), len(members), families)
    deprived, unknown = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    known = dict(zip(cells.items, values.known(len(cells.items)), strict=True))
    for domain in definitions.kansarmoede.domains:
        # of `inkomen_looser` the rule is looser on inkomen only
        named = [mapping.rpartition("_")[::2] for mapping in mappings]
        readings = [variant if of == domain.id else "default" for of, variant in named]
        for variant in sorted(set(readings)):
            rule = getattr(domain, variant)
            lacking, nothing = by_rule(rule, known, cells.family_of, families=families, members=members)
            takes = [reading == variant for reading in readings]
            deprived[takes] += lacking
            unknown[takes] += nothing
    return Counted(deprived, unknown)


def _compare(pre: Ints, post: Ints, among: Truths, cutoff: int) -> dict[str, Ints]:
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
