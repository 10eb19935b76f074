"""Exact counts → public counts, and what is derived of these otherwise than of exact ones.

The public edition knows counts of groups only, each rounded to a multiple of `min_cell`, and carried so that
the groups of a population add up to the same total in every table. Then no set of tables narrows a count
below what its own cell says; `docs/methods.md`, *The public edition*, says why, and tests attack it. All that
is shown, said, sorted or named there is decided on these numbers.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd

from helpers import baseline, inference, primary, transitions
from helpers.definitions import UNITS, Definitions, Domain, Table, load_definitions
from helpers.outputs import counts, family_table, publishes
from helpers.tables import conform

FAMILIES = ("registered", "retained", "followed")
OF_UNIT = {"volwassene": "adults", "kind": "children"}
WORDS = ("cannot_be_told", "indication", "clear")  # the weakest first
# that the words of items are adjusted for: by fewer, or by more where they hang together
ITEMS = len(load_definitions().items)
COUNTED = {  # of each family, in a public edition
    "families": ["pilot", "household_type", "status", "followed"],
    "persons": ["unit", "education", "age_years", "expected", "at_baseline"],
    "start_states": ["unit", "item", "level", "status"],
    "moves": ["unit", "item", "baseline", "follow_up", "persons"],
    "domains": ["moment", "domain", "status"],
}
OF_ALL = ("cleaning_log", "cases_by_pilot")  # not of a group: rows of the export, and the groups themselves


@dataclass(frozen=True)
class Edition:
    """How a public edition is made: to what counts are rounded, and from how many there are results.

    Where groups of families are protected each by itself, what is shown of all is the sum of so many `parts`.
    """

    min_cell: int = 5
    min_group: int = 20
    parts: int = 1

    @property
    def half(self) -> int:
        """How far a count may lie from what is shown."""
        return self.parts * (self.min_cell // 2)

    @property
    def difference(self) -> int:
        """From where on two counts are told apart: rounding cannot turn them; exact ones always are.

        >>> [Edition(5, 20, parts).difference for parts in (1, 2, 3)], Edition(1, 0).difference
        ([10, 10, 15], 0)
        """
        return self.min_cell * max(2, 2 * self.half // self.min_cell + 1) if self.half else 0

    def nearest(self, count: int) -> int:
        """Give the nearest multiple of `min_cell`, which is odd.

        >>> [Edition(5).nearest(count) for count in (0, 2, 3, 56, 58)]
        [0, 0, 5, 55, 60]
        """
        return (count + self.min_cell // 2) // self.min_cell * self.min_cell


EXACT = Edition(1, 0)  # what is shown is what was counted


def carried(exact: pd.Series, total: int, edition: Edition, carrier: str | None = None) -> pd.Series:
    """Round the groups of a population so that they add up to its total.

    Every family (person) of the population, of that `total`, is in one. The group `carrier` carries what is
    left over where its rounded count is at least twice `min_cell`; by default the largest. Otherwise, by
    `min_cell` at a time, the group that is the largest then.

    Multiples of `min_cell`, none below 0.

    >>> exact = pd.Series({"improved": 22, "unchanged": 23, "declined": 11})
    >>> carried(exact, 55, Edition(5), "unchanged").to_dict()
    {'improved': 20, 'unchanged': 25, 'declined': 10}
    """
    rounded = [edition.nearest(int(n)) for n in exact]
    groups = list(exact.index)
    first = groups.index(carrier) if carrier in groups else rounded.index(max(rounded))
    return pd.Series(_spread(rounded, int(total) - sum(rounded), first, edition), exact.index, dtype="int64")


def _spread(rounded: Sequence[int], left: int, first: int, edition: Edition) -> list[int]:
    """Give what is left over to the first group or, by `min_cell` at a time, to the largest then."""
    made = list(rounded)
    if made[first] >= edition.difference and made[first] + left >= 0:
        made[first] += left
        return made
    while left:
        step = edition.min_cell if left > 0 else -edition.min_cell
        made[made.index(max(made))] += step
        left -= step
    return made


def _before(shown: Sequence[int], carrier: int, edition: Edition) -> list[tuple[int, ...]]:
    """List the rounded counts of groups that are shown so once what is left over has been carried."""
    most = (len(shown) + 1) * edition.half // edition.min_cell
    found: dict[tuple[int, ...], None] = {}
    for left in range(-most, most + 1):
        for places in combinations_with_replacement(range(len(shown)), abs(left)):
            rounded = list(shown)
            for place in places:
                rounded[place] -= edition.min_cell if left > 0 else -edition.min_cell
            if min(rounded) >= 0 and _spread(rounded, left * edition.min_cell, carrier, edition) == [*shown]:
                found[tuple(rounded)] = None
    return list(found)


# ---- exact counts → public counts -------------------------------------------------------------------------


@counts("populations")
def populations(
    flow_groups: pd.DataFrame, persons: pd.DataFrame, compared: pd.DataFrame, item_moves: pd.DataFrame
) -> pd.DataFrame:
    """Count whom the tables are about, by population: n.

    Gives registered, retained, followed, compared (followed families with a score), adults and children
    (there at baseline), adults_followed and children_followed (of followed families).
    """
    there = persons.loc[persons["at_baseline"], "unit"].astype("str")
    everyone = item_moves.groupby(level=["unit", "item"])["n"].sum().groupby(level="unit").max()
    found = {name: flow_groups["families"].get(name, 0) for name in FAMILIES} | {"compared": len(compared)}
    for unit, name in OF_UNIT.items():
        found |= {name: (there == unit).sum(), f"{name}_followed": everyone.get(unit, 0)}
    return pd.Series(found, dtype="int64").rename_axis("population").to_frame("n")


def public_counts(
    exact: Mapping[str, pd.DataFrame], definitions: Definitions, edition: Edition
) -> dict[str, pd.DataFrame]:
    """Make the counts public that may be.

    Of each public table the counts, in the form of the exact ones but for what serves intervals. What is
    about a population of fewer than `min_group` by its public count is not there. SchemaError where the
    groups of a table do not hold its whole population.
    """
    totals = {str(name): edition.nearest(int(n)) for name, n in exact["populations"]["n"].items()}
    told = {name for name, total in totals.items() if total >= edition.min_group}
    stages = [name for name in FAMILIES if name in told]
    found = {"cleaning_log": exact["cleaning_log"]}
    if stages:
        found["flow_groups"] = pd.Series(totals)[stages].rename_axis("stage").to_frame("families")
    if len(stages) == len(FAMILIES):
        cases = exact["cases_by_pilot"]
        all_rows = list(dict.fromkeys([*cases.index, baseline.NOT_KNOWN]))  # always: a row tells of one
        columns = {
            name: carried(cases[name].reindex(all_rows, fill_value=0), totals[name], edition)
            for name in stages
        }
        found["cases_by_pilot"] = pd.DataFrame(columns).rename_axis("pilot")
    twice = [(one.id,) for one in definitions.kansarmoede.domains if _is_an_item(one)]
    for name, table in partitions(definitions).items():
        own = exact[name].iloc[:, 0]
        own = own[own.index.get_level_values(-1) != baseline.KNOWN]
        keys = list(own.index.names[:-1])
        parts = {}
        for key, part in own.groupby(level=keys, sort=False) if keys else [((), own)]:
            where = key if isinstance(key, tuple) else (key,)
            population = table.population(where)
            if population in told and where not in twice:
                each = part.droplevel(keys) if keys else part
                all_groups = each.reindex(table.groups_of(where), fill_value=0)
                baseline.refuse_lost(name, all_groups, population, exact["populations"])
                parts[where] = carried(all_groups, totals[population], edition, table.carries)
        if parts:
            names = [*keys, own.index.names[-1]]
            rows = {(*where, group): n for where, part in parts.items() for group, n in part.items()}
            index = pd.Index(list(rows), tupleize_cols=True) if keys else pd.Index([row[0] for row in rows])
            found[name] = pd.DataFrame({own.name: list(rows.values())}, index=index.set_names(names))
    return found


def _is_an_item(domain: Domain) -> bool:
    """Whether a domain is one item of the household, of which each family is counted among the items already.

    Who came to fall short declined or was unknown: where both are shown as 0, a 5 would be 3 or 4.
    """
    conditions = [one for part in domain.default.parts for one in part.conditions]
    return len(conditions) == 1 and conditions[0].unit == "huishouden"


def groups_of(followed: Mapping[str, int], edition: Edition) -> list[tuple[str, ...]]:
    """Divide the pilots into groups about which there are results.

    Each pilot with at least `min_group` followed families by its public count, then all others together;
    where these are too few, they go with the smallest. None where that leaves fewer than two groups.

    >>> groups_of({"Leuven": 31, "Gent": 9, "Bilzen": 24, "Aalst": 14}, Edition())
    [('Leuven',), ('Bilzen',), ('Gent', 'Aalst')]
    >>> groups_of({"Leuven": 31, "Gent": 9, "Bilzen": 24}, Edition())
    [('Leuven',), ('Gent', 'Bilzen')]
    >>> groups_of({"Leuven": 31, "Gent": 9}, Edition())
    []
    """
    public = {pilot: edition.nearest(n) for pilot, n in followed.items()}
    alone = [pilot for pilot, n in public.items() if n >= edition.min_group]
    others = [pilot for pilot in followed if pilot not in alone]
    if others and alone and edition.nearest(sum(followed[pilot] for pilot in others)) < edition.min_group:
        smallest = min(alone, key=lambda pilot: public[pilot])
        alone.remove(smallest)
        others = [pilot for pilot in followed if pilot in (*others, smallest)]
    groups = [*((pilot,) for pilot in alone), *([tuple(others)] if others else [])]
    return groups if len(groups) > 1 else []


def together(parts: Mapping[str, Mapping[str, pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """Add up the public counts of groups of families: what is shown of all is no more than that.

    What there is of every group; the cases are those of the groups.
    """
    first, *others = parts.values()
    found = {}
    for name, table in first.items():
        if name in OF_ALL or any(name not in other for other in others):
            continue
        rows = [row for row in table.index if all(row in other[name].index for other in others)]
        if rows:
            found[name] = sum((other[name].loc[rows] for other in others), start=table.loc[rows])
    cases = {part: own["flow_groups"]["families"] for part, own in parts.items()}
    found["cases_by_pilot"] = pd.DataFrame(cases).T.rename_axis("pilot")
    return found


def partitions(definitions: Definitions) -> dict[str, Table]:
    """Give the tables of groups in which each family (person) of a population falls once."""
    return {name: table for name, table in definitions.tables.items() if table.group}


# ---- public counts → tables --------------------------------------------------------------------------------


def rounded_shares(
    counts: pd.DataFrame, known: list[str], unknown: list[str], *, persons: bool, edition: Edition
) -> pd.DataFrame:
    """Make shares of public counts; the interval is the hull over all counts up to `half` from those shown.

    Parameters, Returns
    -------------------
    As `baseline.shares`. There is no share of fewer than `min_group`, and no interval of persons.
    """
    n = counts["n"].reindex([*known, *unknown], fill_value=0)
    whole = int(n[list(known)].sum())
    some = n.index.isin(known) & (whole >= edition.min_group)
    low, _ = inference.wilson(np.maximum(n - edition.half, 0), whole)
    _, high = inference.wilson(np.minimum(n + edition.half, whole), whole)
    between = some & (not persons)
    return n.to_frame("n").assign(
        share=(n / whole).where(some),
        ci_low=np.where(between, low, np.nan),
        ci_high=np.where(between, high, np.nan),
    )


def told_of(counts: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """Leave out of a table in parts those of which there are no counts: they are about too few."""
    if counts.index.nlevels == 1:
        return made
    part = counts.index.names[0]
    return made[made[part].astype("str").isin(counts.index.get_level_values(part))].reset_index(drop=True)


def net_hull(improved: int, unchanged: int, declined: int, edition: Edition) -> tuple[float, float]:
    """Give the ends of all intervals of a net share of families with counts up to `half` from those shown."""
    n, half = improved + unchanged + declined, edition.half
    ends = []
    for sign in (-1, 1):
        up = min(max(improved + sign * half, 0), n)
        down = min(max(declined - sign * half, 0), n - up)
        ends.append(inference.net_change([1, -1, 0], 1, [up, down, n - up - down]))
    return min(end.net_low for end in ends), max(end.net_high for end in ends)


@publishes("cases_by_pilot")
def cases_by_pilot(counts: pd.DataFrame) -> pd.DataFrame:
    """Derive the cases of each pilot or, where there are groups, of each of these."""
    return counts.reset_index()


@publishes("item_moves")
def item_moves(counts: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """Derive who went which way; no net of fewer than `min_group`, and an interval of families only."""
    table = transitions.ways(counts).reset_index()
    known = table[list(transitions.MOVES)].sum(axis=1)
    net = ((table["improved"] - table["declined"]) / known.where(known > 0)).where(known >= edition.min_group)
    ends = [
        net_hull(row.improved, row.unchanged, row.declined, edition)
        if row.unit == "huishouden" and not pd.isna(there)
        else (np.nan, np.nan)
        for row, there in zip(table.itertuples(), net, strict=True)
    ]
    low, high = zip(*ends, strict=True)
    return table.assign(net=net, net_low=low, net_high=high)


# ---- words of certainty -----------------------------------------------------------------------------------


def public_words(
    verdicts: pd.DataFrame, public: Mapping[str, pd.DataFrame], edition: Edition
) -> pd.DataFrame | None:
    """Hand on the words of the verdicts as far as the public counts allow.

    An outcome of persons and all items together keep their word where the public counts of improved and
    declined differ by twice `min_cell`, and are else not to be told. Where every family counts once (score,
    poverty, items of the household, and of persons where there are no more of them than families) the test is
    one of these two counts: the word stands where none that they may get would leave one of them fewer than
    three values, whatever the exact total is; else, and where they are sums of groups, it is the weakest that
    any counts would get that are shown so.

    Gives question, outcome (empty where the counts differ by less), verdict; None where nothing is told of
    the followed families.
    """
    if not {"item_moves", "figure_17_moves", "poverty_moves"} & set(public):
        return None
    exact = verdicts.set_index(verdicts["question"].astype("str"))["verdict"].astype("str")
    rows: list[tuple[str, int, int, str]] = []
    if "figure_17_moves" in public:
        score, poor = public["figure_17_moves"]["n"], public["poverty_moves"]["n"]["poverty"]
        outcomes = len(primary.PRIMARY)
        for question, n, groups, tests in (
            (primary.SCORE, score, ("improved", "declined", "bad_status_quo", "good_status_quo"), outcomes),
            ("poverty", poor, ("out", "in", "both", "neither"), 0),
        ):
            up, down, *others = (int(n[group]) for group in groups)
            rows.append((question, up, down, _word(exact[question], [up, down, *others], tests, edition)))
    if "item_moves" in public:
        ways = transitions.ways(public["item_moves"])[["improved", "declined", "unchanged", "unknown"]]
        members = ways.sum(axis=1).groupby(level="unit").max()
        families = members.get(UNITS[0], 0)
        for (unit, item), *counts in ways.astype("int64").itertuples():
            question, (up, down, *_) = primary.question_of(str(unit), str(item)), counts
            words = [] if unit == UNITS[0] else [_of_persons(exact[question], up, down, edition)]
            if members[unit] <= families:
                words.append(_word(exact[question], counts, ITEMS, edition))
            rows.append((question, up, down, min(words, key=WORDS.index)))
        up, down = int(ways["improved"].sum()), int(ways["declined"].sum())
        rows.append(("overall", up, down, _of_persons(exact["overall"], up, down, edition)))
    told = pd.DataFrame(rows, columns=["question", "up", "down", "verdict"])
    difference = told["up"] - told["down"]
    way = np.sign(difference).map(primary.WAYS).where(difference.abs() >= edition.difference)
    table = told[["question", "verdict"]].assign(outcome=way)
    order = {name: place for place, name in enumerate(exact.index)}
    return conform("verdict_words", table.sort_values("question", key=lambda names: names.map(order)))


def _of_persons(exact: str, up: int, down: int, edition: Edition) -> str:
    """Give the word of a question about persons, by the public counts of improved and declined."""
    return exact if abs(up - down) >= edition.difference else WORDS[0]


def _word(exact: str, shown: Sequence[int], tests: int, edition: Edition) -> str:
    """Give the word of a question on which every family counts once.

    `shown` are the public counts of improved, declined, the group that carries, and the others; `tests` is
    how many are adjusted for, 0 where none are.
    """
    by_total = _may_be_shown(tuple(map(int, shown)), edition)
    words = {pair: _words(*pair, tests) for pairs in by_total for pair in pairs}
    left = [([one for one in pairs if word in words[one]], pairs) for pairs in by_total for word in WORDS]
    if edition.parts == 1 and all(_stay_open(*one, shown, edition) for one in left if one[0]):
        return exact
    return next(word for word in WORDS if any(word in some for some in words.values()))


@cache
def _words(up: int, down: int, tests: int) -> set[str]:
    """Say which words counts may get: the adjusted p is that of one test at least, of all at most."""
    p = float(inference.sign_test(up, down).exact_p)
    weakest = inference.verdict(p, min(1.0, tests * p) if tests else np.nan)
    return {weakest, WORDS[2]} if tests and p <= inference.ALPHA else {weakest}


@cache
def _may_be_shown(shown: tuple[int, ...], edition: Edition) -> list[list[tuple[int, int]]]:
    """List the exact counts of the first two groups that a table may have, for each exact total by itself."""
    half, total = edition.half, sum(shown)
    boxes = [[(max(n - half, 0), n + half) for n in way] for way in _before(shown, 2, edition)]
    found = []
    for exact in range(max(total - half, 0), total + half + 1):
        pairs = {
            (up, down)
            for (up_from, up_to), (down_from, down_to), *rest in boxes
            for up in range(up_from, up_to + 1)
            for down in range(down_from, down_to + 1)
            if sum(low for low, _ in rest) <= exact - up - down <= sum(high for _, high in rest)
        }
        found.append(sorted(pairs))
    return found


def _stay_open(
    left: Sequence[tuple[int, int]],
    pairs: Sequence[tuple[int, int]],
    shown: Sequence[int],
    edition: Edition,
) -> bool:
    """Whether what a word leaves of pairs leaves both counts three values, and all to one shown as 0."""
    for count, *some in zip(shown, zip(*left, strict=True), zip(*pairs, strict=True), strict=False):
        (low, high), span = ((min(values), max(values)) for values in some)
        told = high - low < 2 or (count == 0 and (low > 0 or high < edition.half))
        if told and (low, high) != span:
            return False
    return True


# ---- what stands in --------------------------------------------------------------------------------------


def stand_in(name: str, definitions: Definitions) -> str | None:
    """Say which table a table is in the public edition: itself, the one that stands in for it, or none."""
    return definitions.tables[name].public if name in definitions.tables else None


def public_tables(definitions: Definitions) -> list[str]:
    """List the tables of the public edition, in the order of their declaration."""
    return [name for name, table in definitions.tables.items() if table.public == name]


# ---- which edition it is ---------------------------------------------------------------------------------


@family_table("counted")
def counted(
    families: pd.DataFrame,
    persons: pd.DataFrame,
    start_states: pd.DataFrame,
    moves: pd.DataFrame,
    domain_status: pd.DataFrame,
) -> pd.DataFrame:
    """Give a digest of what is counted of each family, whatever its code and those of its members are.

    What no table counts, such as a later registration or another coach, makes it no other family. Gives
    family, digest.
    """
    ways = moves.groupby(["family", *COUNTED["moves"][:-1]])["persons"].sum().reset_index()
    frames = {"persons": persons, "start_states": start_states, "moves": ways, "domains": domain_status}
    found = [families.set_index("family")[COUNTED["families"]].astype("str")]
    for name, frame in frames.items():
        rows = pd.util.hash_pandas_object(frame[COUNTED[name]].astype("str"), index=False)
        of_family = rows.groupby(frame["family"]).sum()  # which wraps around; rows have no order
        found.append(of_family.reindex(families["family"], fill_value=0).rename(name))
    told = pd.concat(found, axis=1).astype("str").itertuples(index=False, name=None)
    return families[["family"]].assign(digest=pd.array(list(map(digest, told)), dtype="str"))


def digest(told: object) -> str:
    """Give a short SHA-256 of something, the same in each process.

    >>> digest(["Leuven", 3])
    '661bb48f66bbe897'
    """
    return hashlib.sha256(json.dumps(told, default=dict).encode()).hexdigest()[:16]
