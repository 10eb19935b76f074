"""The questions of the study: the primary outcomes, all items together, and one verdict per question.

The primary outcomes are also tested with coaches in place of families (`coach_clusters`).

Coached families are set beside families for comparison (`group_comparison`): nobody was coached by lot, so
that a difference says nothing about its cause. What the test takes out is that the groups come from other
pilots and begin elsewhere: it deals families anew within strata of these.

Everything that pages, the first page and the published statements say of how sure a change is, is read from
`verdicts`.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers import inference, kansarmoede, nets, tables
from helpers.cleaning.windows import of_family
from helpers.definitions import Definitions, load
from helpers.definitions.choices import PilotComparison, PrimaryOutcomes
from helpers.inference import groups
from helpers.outputs import counts, derives, family_table
from helpers.transitions import ITEM, nets_of

SCORE = "score"
# without an item: the score of families
PRIMARY: Mapping[str, tuple[str, str] | None] = {one.id: one.item for one in load(PrimaryOutcomes).outcomes}
FEWEST_COACHES = 10  # with fewer, an outcome is not tested over coaches
COACH = ["organisation", "coach"]
ALL_ITEMS, WITHOUT_LEADING = "all", "without_leading"
WAYS = {-1: "declined", 0: "unchanged", 1: "improved"}


def question_of(unit: str, item: str) -> str:
    """Name the question about an item, as in `verdicts`.

    >>> question_of("kind", "zorg"), question_of("kind", "opvang")
    ('care', 'kind.opvang')
    """
    named = {key: name for name, key in PRIMARY.items()}
    return named.get((unit, item), f"{unit}.{item}")


@derives("primary_outcomes")
def primary_outcomes(score_pairs: pd.DataFrame, item_nets: pd.DataFrame) -> pd.DataFrame:
    """Test the primary outcomes, adjusted for their number."""
    rows = []
    for outcome, item in PRIMARY.items():
        of = nets_of(item_nets, unit=item[0], item=item[1]) if item else nets.of_scores(score_pairs)
        rows.append({"outcome": outcome} | nets.net_share(of))
    table = pd.DataFrame(rows)
    table["holm_p"] = inference.holm(table["family_p"])
    table["verdict"] = [
        inference.verdict(p, adjusted) for p, adjusted in zip(table["family_p"], table["holm_p"], strict=True)
    ]
    return table[list(tables.TABLES["primary_outcomes"].column_names)]


def moves_of(item: tuple[str, str] | None, compared: pd.DataFrame, family_nets: pd.DataFrame) -> pd.DataFrame:
    """Give what each followed family did on an item, or without one on the score: family, and `nets.WAYS`."""
    if item is None:
        return nets.score_moves(compared)
    return family_nets.loc[(family_nets[ITEM] == list(item)).all(axis="columns"), ["family", *nets.WAYS]]


@family_table("family_coaches")
def family_coaches(families: pd.DataFrame) -> pd.DataFrame:
    """Give the coach of every family: family, organisation (where there is none, the pilot), coach.

    A code names a coach within an organisation; it is missing where a family has no coach.
    """
    rows = families.sort_values("family", ignore_index=True)
    organisation = rows["organisation"].fillna(rows["pilot"])
    return rows[["family", "coach"]].assign(organisation=organisation)


@derives("coach_clusters")
def coach_clusters(outcome_changes: pd.DataFrame, family_coaches: pd.DataFrame) -> pd.DataFrame:
    """Test the primary outcomes with coaches in the place of families.

    All families of a coach are turned, and left out, together; a family without a coach stands for itself.

    Empty with fewer than ten coaches.
    """
    rows = []
    for outcome in PRIMARY:
        moves = outcome_changes[outcome_changes["outcome"] == outcome]
        known = moves.merge(family_coaches, on="family", how="left", validate="one_to_one")
        coaches = len(known.dropna(subset="coach").drop_duplicates(COACH))
        of_coaches = known.assign(alone=known["family"].where(known["coach"].isna()))
        sums = of_coaches.groupby([*COACH, "alone"], dropna=False)[nets.WAYS].sum()
        found = nets.net_share(nets.count_families(sums, [])) if coaches >= FEWEST_COACHES else {}
        tested = {name: found.get(name, np.nan) for name in ("net", "net_low", "net_high", "family_p")}
        rows.append({"outcome": outcome, "coaches": coaches} | tested)
    return pd.DataFrame(rows)


@family_table("family_totals")
def family_totals(family_nets: pd.DataFrame) -> pd.DataFrame:
    """Add up all items of every followed family: family, pairs, improved, declined."""
    return family_nets.groupby("family")[nets.WAYS].sum().reset_index()


@counts("overall_nets")
def overall_nets(family_totals: pd.DataFrame) -> pd.DataFrame:
    """Count the followed families by pairs of all items, and how many improved and declined: families."""
    return nets.count_families(family_totals, [])


@derives("overall_change")
def overall_change(
    overall_nets: pd.DataFrame,
    family_ways: pd.DataFrame,
    item_change: pd.DataFrame,
    definitions: Definitions,
) -> pd.DataFrame:
    """Test all items together, and what is left without those that stand out by themselves.

    `without_leading` is without the items with maxt_p of at most 0.05.
    """
    leading = item_change.loc[item_change["maxt_p"] <= inference.ALPHA, ITEM].astype("str")
    stands_out = pd.MultiIndex.from_tuples(definitions.items).isin(pd.MultiIndex.from_frame(leading))
    sums = nets.of_rows(family_ways, len(stands_out), len(nets.WAYS))[:, ~stands_out].sum(axis=1)
    rest = nets.count_families(pd.DataFrame(sums, columns=nets.WAYS), [])
    rows = [_overall(ALL_ITEMS, overall_nets), _overall(WITHOUT_LEADING, rest)]
    return pd.DataFrame(rows)


def _overall(items: str, counted: pd.DataFrame) -> dict[str, object]:
    found = nets.net_share(counted)
    improved, declined = int(str(found["improved"])), int(str(found["declined"]))
    up, down = int(str(found["families_improved"])), int(str(found["families_declined"]))
    return {
        "items": items,
        "changes": improved + declined,
        "improved": improved,
        "declined": declined,
        "families_improved": up,
        "families_declined": down,
        "families_level": int(counted["families"].sum()) - up - down,
        **{name: found[name] for name in ("net", "net_low", "net_high", "family_p")},
    }


@derives("verdicts")
def verdicts(
    primary_outcomes: pd.DataFrame,
    overall_change: pd.DataFrame,
    poverty_measure_changes: pd.DataFrame,
    item_change: pd.DataFrame,
    score_pairs: pd.DataFrame,
    definitions: Definitions,
    poverty_cutoff: int,
) -> pd.DataFrame:
    """Give one verdict per question.

    A primary outcome is clear when its p-value adjusted by Holm is at most 0.05, another item when that
    adjusted for all items is, all items together when their one declared test is; H, A, M0 and poverty are
    at most an indication.

    Gives question (the primary outcomes, `poverty`, `overall`, `H`, `A`, `M0`, and `unit.item` of every other
    item), outcome (improved, unchanged or declined on balance; empty where nobody can be compared), family_p,
    adjusted_p (empty where nothing adjusts), verdict (`clear`, `indication`, `cannot_be_told`).
    """
    poverty = nets.net_share(kansarmoede.poverty_nets(score_pairs, poverty_cutoff=poverty_cutoff))
    overall = overall_change.set_index(overall_change["items"].astype("str")).loc[ALL_ITEMS]
    rows = [(str(row.outcome), row.net, row.family_p, row.holm_p) for row in primary_outcomes.itertuples()]
    rows += [
        ("poverty", poverty["net"], poverty["family_p"], np.nan),
        ("overall", overall["net"], overall["family_p"], overall["family_p"]),
    ]
    rows += [  # less is better
        (str(row.measure), -float(str(row.change)), row.family_p, np.nan)
        for row in poverty_measure_changes.itertuples()
    ]
    changes = item_change.set_index(pd.MultiIndex.from_frame(item_change[ITEM].astype("str")))
    others = [key for key in definitions.items if key not in PRIMARY.values()]
    rows += [
        (question_of(*key), changes["net"][key], changes["family_p"][key], changes["maxt_p"][key])
        for key in others
    ]
    return _told(rows)


@derives("verdict_words")
def verdict_words(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Give the verdicts as words alone: question, outcome, verdict."""
    return verdicts[["question", "outcome", "verdict"]]


def _told(rows: Sequence[tuple[str, object, object, object]]) -> pd.DataFrame:
    """Add the way and the verdict to question, net, p-value and adjusted p-value."""
    table = pd.DataFrame(rows, columns=["question", "net", "family_p", "adjusted_p"])
    numbers = table[["net", "family_p", "adjusted_p"]].astype("float64")
    known = numbers["net"].notna()
    return table[["question"]].assign(
        outcome=np.sign(numbers["net"].round(15)).map(WAYS).where(known),
        family_p=numbers["family_p"],
        adjusted_p=numbers["adjusted_p"],
        verdict=[inference.verdict(*p) for p in numbers[["family_p", "adjusted_p"]].to_numpy()],
    )


START = "baseline_score"


@family_table("outcome_changes")
def outcome_changes(
    family_nets: pd.DataFrame, compared: pd.DataFrame, families: pd.DataFrame
) -> pd.DataFrame:
    """Count the changes of every followed family, for each primary outcome.

    Gives outcome, family, pilot, baseline_score (missing where an unknown domain leaves a family without),
    pairs (1 for the score), improved, declined; only where there is a pair.
    """
    parts = [
        moves_of(item, compared, family_nets).assign(outcome=outcome).sort_values("family")
        for outcome, item in PRIMARY.items()
    ]
    table = pd.concat(parts, ignore_index=True)
    pilot = of_family(table["family"], families.set_index("family")["pilot"])
    score = of_family(table["family"], compared.set_index("family")[START])
    return table.assign(pilot=pilot, **{START: score})[["outcome", "family", "pilot", START, *nets.WAYS]]


@derives("group_comparison")
def group_comparison(
    outcome_changes: pd.DataFrame, other_changes: pd.DataFrame | None, comparison: PilotComparison, seed: int
) -> pd.DataFrame:
    """Put the primary outcomes of coached families and of families for comparison side by side.

    The difference is that of all families. `strata_p` deals families anew within pilot and band of the score
    at baseline (`pilot_comparison.yml`); where a stratum has families of one group only, within the band,
    over pilots; families that have no counterpart there either are left out. It has the power for which
    `planning` counts families, with one family more for each stratum.

    No rows without families for comparison.

    `other_changes` is None where there are no others.
    """
    if other_changes is None:
        return tables.empty("group_comparison")
    both = {"coached": outcome_changes, "comparison": other_changes}
    bands = next((one.bands for one in comparison.strata if one.bands), (0,))
    rows = []
    for outcome in PRIMARY:
        of = {group: changes[changes["outcome"] == outcome] for group, changes in both.items()}
        stream = inference.row_seed(seed, "group_comparison", outcome)
        rows.append({"outcome": outcome} | _side_by_side(of) | _within_strata(of, bands, stream))
    return pd.DataFrame(rows)


def _side_by_side(of: dict[str, pd.DataFrame]) -> dict[str, object]:
    """Describe each group by itself, and how far they lie apart."""
    found: dict[str, object] = {}
    ends = []
    for group, moves in of.items():
        share = nets.net_share(nets.count_families(moves, []))
        ends.append([float(str(share[name])) for name in ("net", "net_low", "net_high")])
        found |= {f"{group}_{name}": share[name] for name in ("n", "net", "net_low", "net_high")}
        score = moves[START].astype("float64").mean()
        found |= {f"{group}_families": len(moves), f"{group}_score": score}
    low, high = groups.difference_interval(*ends)
    return found | {"difference": ends[0][0] - ends[1][0], "difference_low": low, "difference_high": high}


def _within_strata(
    of: dict[str, pd.DataFrame], bands: Sequence[int], seed: inference.Seed
) -> dict[str, object]:
    rows = pd.concat([moves.assign(group=group) for group, moves in of.items()], ignore_index=True)
    stratum = strata(rows, bands)
    taken = stratum.notna()
    rows, stratum = rows[taken], stratum[taken]
    p = groups.stratified_test(
        rows["improved"],
        rows["declined"],
        rows["pairs"],
        rows["group"] == "coached",
        pd.factorize(stratum, sort=True)[0],
        seed=seed,
    )
    return {"strata": stratum.nunique(), "left_out": int((~taken).sum()), "strata_p": p}


def strata(rows: pd.DataFrame, bands: Sequence[int]) -> pd.Series:
    """Name the stratum in which each family has a counterpart.

    `bands` are the lower ends of the bands of the score, rising; a family without a score is in a band of its
    own.

    It is pilot and band, where both groups are in that; else the band, where both are among the families that
    are left; else missing.
    """
    score = rows[START].astype("float64").fillna(-1)
    band = pd.Series(np.searchsorted(bands, score, side="right"), rows.index).astype("str")
    names = pd.Series(pd.NA, rows.index, dtype="str")
    for name in (rows["pilot"] + " " + band, band):
        left = names.isna()
        has_both = rows["group"][left].groupby(name[left]).transform("nunique") > 1
        names = names.mask(left & has_both.reindex(rows.index, fill_value=False), name)
    return names
