"""Exact counts → public counts, and what is derived of these otherwise than of exact ones.

The public edition knows counts of groups only, each rounded to a multiple of `min_cell`, and carried so that
the groups of a population add up to the same total in every table. Then no set of tables narrows a count
below what its own cell says; `docs/methods.md`, *The public edition*, says why, and tests attack it. All that
is shown, said, sorted or named there is decided on these numbers.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
import pandas as pd

from helpers import baseline, inference, primary, transitions
from helpers.definitions import Definitions, Domain, Figure, Table
from helpers.outputs import counts, publishes
from helpers.tables import conform

FAMILIES = ("registered", "retained", "followed")
OF_UNIT = {"volwassene": "adults", "kind": "children"}
WORDS = ("cannot_be_told", "indication", "clear")  # the weakest first
ITEMS = 45  # that the words of items are adjusted for: by fewer, or by more where they hang together
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

        Examples
        --------
        >>> [Edition(5, 20, parts).difference for parts in (1, 2, 3)], Edition(1, 0).difference
        ([10, 10, 15], 0)
        """
        return self.min_cell * max(2, 2 * self.half // self.min_cell + 1) if self.half else 0

    def nearest(self, count: int) -> int:
        """Give the nearest multiple of `min_cell`, which is odd.

        Examples
        --------
        >>> [Edition(5).nearest(count) for count in (0, 2, 3, 56, 58)]
        [0, 0, 5, 55, 60]
        """
        return (count + self.min_cell // 2) // self.min_cell * self.min_cell


EXACT = Edition(1, 0)  # what is shown is what was counted


def carried(exact: pd.Series, total: int, edition: Edition, carrier: str | None = None) -> pd.Series:
    """Round the groups of a population so that they add up to its total.

    Parameters
    ----------
    exact : Series of int, by group
        In the order in which they stand; every family (person) of the population is in one.
    total : int
        Of the population, rounded.
    edition : Edition
        How it is made.
    carrier : str, optional
        The group that carries what is left over where its rounded count is at least twice `min_cell`; by
        default the largest. Otherwise, by `min_cell` at a time, the group that is the largest then.

    Returns
    -------
    Series of int
        Multiples of `min_cell`, none below 0.

    Examples
    --------
    >>> exact = pd.Series({"improved": 22, "unchanged": 23, "declined": 11})
    >>> carried(exact, 55, Edition(5), "unchanged").to_dict()
    {'improved': 20, 'unchanged': 25, 'declined': 10}
    """
    rounded: dict[Hashable, int] = {group: edition.nearest(int(n)) for group, n in exact.items()}
    left = int(total) - sum(rounded.values())

    def largest() -> Hashable:
        return max(rounded, key=rounded.__getitem__)  # the first of them

    first = carrier if carrier in rounded else largest()
    if rounded[first] >= edition.difference and rounded[first] + left >= 0:
        rounded[first] += left
        left = 0
    while left:
        step = edition.min_cell if left > 0 else -edition.min_cell
        rounded[largest()] += step
        left -= step
    return pd.Series(rounded, dtype="int64")


# ---- exact counts → public counts -------------------------------------------------------------------------


@counts("populations")
def populations(
    flow_groups: pd.DataFrame, persons: pd.DataFrame, compared: pd.DataFrame, item_moves: pd.DataFrame
) -> pd.DataFrame:
    """Count whom the tables are about, by population: n.

    Returns
    -------
    DataFrame
        registered, retained, followed, compared (followed families with a score), adults and children (there
        at baseline), adults_followed and children_followed (of followed families).
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

    Parameters
    ----------
    exact : mapping of name to DataFrame
        The counts of a study.
    definitions : Definitions
        Gives the figures and the items.
    edition : Edition
        How it is made.

    Returns
    -------
    dict of name to DataFrame
        Of each public table the counts, in the form of the exact ones but for what serves intervals. What is
        about a population of fewer than `min_group` by its public count is not there.
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

    Parameters
    ----------
    followed : mapping of pilot to int
        Its followed families, in the order of the dataset.
    edition : Edition
        How it is made.

    Returns
    -------
    list of tuple of str
        Each pilot with at least `min_group` followed families by its public count, then all others together;
        where these are too few, they go with the smallest. None where that leaves fewer than two groups.

    Examples
    --------
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

    Parameters
    ----------
    parts : mapping of str to mapping of name to DataFrame
        The public counts of each group, by what it is called.

    Returns
    -------
    dict of name to DataFrame
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
    """Make shares of public counts; the interval is the hull over all counts that round to those shown.

    Parameters, Returns
    -------------------
    As `baseline.shares`. There is no share of fewer than `min_group`, and no interval of persons.
    """
    n = counts["n"].reindex([*known, *unknown], fill_value=0)
    whole = int(n[list(known)].sum())
    some = n.index.isin(known) & (whole >= edition.min_group)
    low, _ = inference.wilson(np.maximum(n - edition.half, 0), whole)
    _, high = inference.wilson(np.minimum(n + edition.half, whole), whole)
    share = n / whole if whole else n * np.nan
    between = some & (not persons)
    return n.to_frame("n").assign(
        share=share.where(some),
        ci_low=np.where(between, low, np.nan),
        ci_high=np.where(between, high, np.nan),
    )


def net_hull(improved: int, unchanged: int, declined: int, edition: Edition) -> tuple[float, float]:
    """Give the ends of all intervals of a net share of families whose counts round to those shown."""
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
    return conform("cases_by_pilot", counts.reset_index())


@publishes("figure_02_groups")
def profile_groups(counts: pd.DataFrame, declared: Table, edition: Edition) -> pd.DataFrame:
    """Derive Figure 2 in groups."""
    there = set(counts.index.get_level_values("characteristic"))
    made = baseline.profile_groups(counts, declared, share=partial(rounded_shares, edition=edition))
    return made[made["characteristic"].astype("str").isin(there)].reset_index(drop=True)


@publishes("figure_03_groups")
def education_groups(counts: pd.DataFrame, declared: Table, edition: Edition) -> pd.DataFrame:
    """Derive Figure 3 in groups."""
    return baseline.education_groups(counts, declared, share=partial(rounded_shares, edition=edition))


@publishes(kind="levels_groups")
def distribution_groups(counts: pd.DataFrame, figure: Figure, edition: Edition) -> pd.DataFrame:
    """Derive Figures 4 to 14 in groups."""
    shares = partial(rounded_shares, edition=edition)
    there = set(counts.index.get_level_values("unit"))
    made = baseline.distribution_groups(counts, figure, share=shares)
    return made[made["unit"].astype("str").isin(there)].reset_index(drop=True)


@publishes(kind="distribution")
def families_by_value(counts: pd.DataFrame, declared: Table, edition: Edition) -> pd.DataFrame:
    """Derive families of one population by the values of a column."""
    return baseline.families_by_value(counts, declared, share=partial(rounded_shares, edition=edition))


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
    return conform("item_moves", table.assign(net=net, net_low=low, net_high=high))


# ---- words of certainty -----------------------------------------------------------------------------------


def public_words(
    verdicts: pd.DataFrame, public: Mapping[str, pd.DataFrame], edition: Edition
) -> pd.DataFrame | None:
    """Hand on the words of the verdicts as far as the public counts allow.

    An outcome of persons and all items together keep their word where the public counts of improved and
    declined differ by twice `min_cell`, and are else not to be told. Where every family counts once (score,
    poverty, items of the household) the test is one of these two counts: the word stands where none that they
    may get would leave one of them fewer than three values; else, and where they are sums of groups, it is
    the weakest that any counts would get that are shown so.

    Parameters
    ----------
    verdicts : DataFrame
        question, verdict; exact.
    public : mapping of name to DataFrame
        Public counts.
    edition : Edition
        How it is made.

    Returns
    -------
    DataFrame or None
        question, outcome (empty where the counts differ by less), verdict; None where nothing is told of the
        followed families.
    """
    if not {"item_moves", "figure_17_moves", "poverty_moves"} & set(public):
        return None
    exact = verdicts.set_index(verdicts["question"].astype("str"))["verdict"].astype("str")
    rows = []
    if "figure_17_moves" in public:
        score = public["figure_17_moves"]["n"]
        poor = public["poverty_moves"]["n"]["poverty"]
        rows.append((primary.SCORE, score["improved"], score["declined"], 5, score["bad_status_quo"]))
        rows.append(("poverty", poor["out"], poor["in"], 0, poor["both"]))
    if "item_moves" in public:
        ways = transitions.ways(public["item_moves"])
        questions = [primary.question_of(*map(str, key)) for key in ways.index]
        tests = np.where(ways.index.get_level_values("unit") == "huishouden", ITEMS, -1)
        ups, downs = ways["improved"], ways["declined"]
        rows += zip(questions, ups, downs, tests, ways["unchanged"], strict=True)
        rows.append(("overall", ups.sum(), downs.sum(), -1, 0))
    told = pd.DataFrame(rows, columns=["question", "up", "down", "tests", "carrier"])
    difference = told["up"] - told["down"]
    way = np.sign(difference).map(primary.WAYS).where(difference.abs() >= edition.difference)
    words = [
        _word(exact[one.question], int(one.up), int(one.down), int(one.tests), int(one.carrier), edition)
        for one in told.itertuples()
    ]
    table = told[["question"]].assign(outcome=way, verdict=words)
    order = {name: place for place, name in enumerate(exact.index)}
    return conform("verdict_words", table.sort_values("question", key=lambda names: names.map(order)))


def _word(exact: str, up: int, down: int, tests: int, carrier: int, edition: Edition) -> str:
    """Give the word of one question.

    Parameters
    ----------
    exact : str
        That of the exact counts.
    up, down : int
        Improved and declined, public.
    tests : int
        That are adjusted for, 0 where none are, −1 of persons.
    carrier : int
        The group that carries, public; where it is small, the other two may carry.
    edition : Edition
        How it is made.
    """
    if tests < 0:
        return exact if abs(up - down) >= edition.difference else WORDS[0]
    off = edition.half + (edition.difference if carrier < edition.difference else 0)
    ups, downs = (range(max(n - off, 0), n + off + 1) for n in (up, down))
    p = {pair: float(inference.sign_test(*pair).exact_p) for pair in product(ups, downs)}
    least = {
        pair: inference.verdict(one, min(1.0, tests * one) if tests else np.nan) for pair, one in p.items()
    }
    may_be = {WORDS[0]: [pair for pair, one in p.items() if one > inference.ALPHA]}
    may_be[WORDS[1]] = [pair for pair, word in least.items() if word == WORDS[1]]
    may_be[WORDS[2]] = [pair for pair, one in p.items() if tests and one <= inference.ALPHA]
    told = [pairs for pairs in may_be.values() if pairs]
    if edition.parts == 1 and all(_stay_open(pairs, ups, downs) for pairs in told):
        return exact
    return next(word for word in WORDS if word in least.values())


def _stay_open(pairs: Sequence[tuple[int, int]], ups: range, downs: range) -> bool:
    """Whether pairs leave both counts three values, and every one to a count that is shown as 0."""
    left = zip((ups, downs), (set(one) for one in zip(*pairs, strict=True)), strict=True)
    return all(len(values) >= (len(span) if 0 in span else 3) for span, values in left)


# ---- what stands in --------------------------------------------------------------------------------------


def stand_in(name: str, definitions: Definitions) -> str | None:
    """Say which table a table is in the public edition: itself, the one that stands in for it, or none."""
    return definitions.tables[name].public if name in definitions.tables else None


def public_tables(definitions: Definitions) -> list[str]:
    """List the tables of the public edition, in the order of their declaration."""
    return [name for name, table in definitions.tables.items() if table.public == name]
