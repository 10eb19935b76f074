"""What moved between baseline and follow-up: pairs, transition matrices (Figures 18–21), and all items.

A pair is a person of a followed family (for items of the household: the family) with a level at both moments.
"""

import numpy as np
import pandas as pd
from numpy.random import SeedSequence
from numpy.typing import ArrayLike, NDArray

from helpers import inference, nets, tables
from helpers.cleaning.windows import numbered, of_family
from helpers.definitions import LEVELS, Definitions, Figure
from helpers.inference import matrices
from helpers.outputs import counts, derives, family_table
from helpers.states import told_states

WHO = ["family", "person", "unit", "item"]
ITEM = ["unit", "item"]
KNOWN = [str(level) for level in LEVELS]
NOT_COMPARED = "not_compared"
MOVES, UNKNOWN, LOST = ("improved", "unchanged", "declined"), "unknown", "lost"


@family_table("moves")
def moves(states: pd.DataFrame) -> pd.DataFrame:
    """Give of every followed family how many of its members went from where to where, on every item.

    Gives family, unit, item, baseline, follow_up (`1`–`5`, `not_applicable` or `missing`), fresh (registered
    again after the baseline window), persons; for items of the household one each.
    """
    both = _both_moments(states)
    by = ["family", *ITEM, "baseline", "follow_up", "fresh"]
    found = both.groupby(by).size().rename("persons").reset_index()
    return found.astype(dict.fromkeys(by[1:-1], "str"))


def pairs(states: pd.DataFrame, *, unit: str, item: str) -> pd.DataFrame:
    """Give the levels at both moments of all who have them.

    Gives family, person, baseline_level, follow_up_level (1-5), fresh (registered again after the baseline
    window); sorted by family and person.
    """
    both = _both_moments(states[(states["unit"] == unit) & (states["item"] == item)])
    found = both[both["baseline"].isin(KNOWN) & both["follow_up"].isin(KNOWN)].reset_index(drop=True)
    for moment in ("baseline", "follow_up"):
        found[f"{moment}_level"] = found[moment].astype("str").astype("Int64")
    found = found[["family", "person", "baseline_level", "follow_up_level", "fresh"]]
    return found.sort_values(["family", "person"], ignore_index=True)


@family_table("family_nets")
def family_nets(moves: pd.DataFrame) -> pd.DataFrame:
    """Give of every followed family and item its pairs, and how many of these improved and declined.

    Gives family, unit, item, pairs, improved, declined; only where there is a pair.
    """
    changed = _changes(moves)
    sums = changed.groupby(["family", *ITEM])[["pairs", "improved", "declined"]].sum()
    return sums.reset_index()


@family_table("family_ways")
def family_ways(family_nets: pd.DataFrame, followed: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Lay `family_nets` out (`nets.laid_out`): a row per followed family, of each item its three numbers."""
    return nets.laid_out(family_nets, followed["family"], list(definitions.items), nets.WAYS)


@family_table("figure_squares")
def figure_squares(moves: pd.DataFrame, followed: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Lay the matrices of the transition figures out (`nets.in_rows`): a row per followed family."""
    known = moves[moves["baseline"].isin(KNOWN) & moves["follow_up"].isin(KNOWN)]
    found = [
        squares(known[(known["unit"] == unit) & (known["item"] == item)], followed["family"])
        for _, unit, item in transition_items(definitions)
    ]
    return nets.in_rows(followed["family"], np.stack(found, axis=1))


@counts("level_moves")
def level_moves(moves: pd.DataFrame, families: pd.DataFrame, compared: pd.DataFrame) -> pd.DataFrame:
    """Count persons (for items of the household, families) by where they went on every item.

    By pilot, score (what the kansarmoede score of the family did: improved, unchanged, declined, or
    not_compared), unit, item, baseline, follow_up and fresh: persons.
    """
    step = np.sign(compared["baseline_score"].astype("int64") - compared["follow_up_score"].astype("int64"))
    direction = pd.Series(
        step.map({1: "improved", 0: "unchanged", -1: "declined"}).to_numpy(), compared["family"]
    )
    rows = moves.assign(
        pilot=of_family(moves["family"], families.set_index("family")["pilot"]),
        score=direction.reindex(moves["family"]).fillna(NOT_COMPARED).to_numpy(),
    )
    by = ["pilot", "score", *ITEM, "baseline", "follow_up", "fresh"]
    return rows.groupby(by)[["persons"]].sum()


@counts("lost_levels")
def lost_levels(states: pd.DataFrame, families: pd.DataFrame) -> pd.DataFrame:
    """Count persons (families) at baseline whose family was described and not followed, on every item.

    By unit, item and baseline (`1`–`5`, `not_applicable`, `missing`): persons.
    """
    lost = families.loc[(families["status"] == "retained") & ~families["followed"], "family"]
    rows = states[(states["moment"] == "baseline") & states["family"].isin(lost)]
    rows = rows[ITEM].assign(baseline=told_states(rows)).astype("str")
    return rows.groupby([*ITEM, "baseline"]).size().to_frame("persons")


@counts("item_moves")
def way_counts(level_moves: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Count all persons of followed families (for items of the household, families) by what they did.

    By unit, item and way (improved, unchanged, declined; unknown without a level at both moments): n.
    """
    rows = level_moves.reset_index()
    known = rows["baseline"].isin(KNOWN) & rows["follow_up"].isin(KNOWN)
    before, after = (rows[moment].where(known, "0").astype("int64") for moment in ("baseline", "follow_up"))
    step = np.sign(after - before)
    rows["way"] = step.map({1: "improved", 0: "unchanged", -1: "declined"}).where(known, UNKNOWN)
    found = rows.groupby([*ITEM, "way"])["persons"].sum()
    cells = [(*item, way) for item in definitions.items for way in (*MOVES, UNKNOWN)]
    return found.reindex(pd.MultiIndex.from_tuples(cells, names=[*ITEM, "way"]), fill_value=0).to_frame("n")


@derives("item_moves")
def item_moves(counts: pd.DataFrame, item_change: pd.DataFrame) -> pd.DataFrame:
    """Tell of every item how many went which way, those without both levels among them.

    Items in the order of the codebook.
    """
    net = item_change.astype({"unit": "str"}).set_index(ITEM)[["net", "net_low", "net_high"]]
    return ways(counts).join(net).reset_index()


def ways(counts: pd.DataFrame) -> pd.DataFrame:
    """Lay counts by unit, item and way out: a row per item, a column per way."""
    order = counts.index.droplevel("way").unique()
    return counts["n"].unstack("way").reindex(order)[[*MOVES, UNKNOWN]]


@counts("item_nets")
def item_nets(family_nets: pd.DataFrame) -> pd.DataFrame:
    """Count the followed families by item, pairs, and how many of these improved and declined: families."""
    return nets.count_families(family_nets, ITEM)


@counts("improvers_nets")
def improvers_nets(family_nets: pd.DataFrame, compared: pd.DataFrame) -> pd.DataFrame:
    """Count as `item_nets` does the families whose kansarmoede score fell."""
    improved = compared.loc[compared["follow_up_score"] < compared["baseline_score"], "family"]
    return nets.count_families(family_nets[family_nets["family"].isin(improved)], ITEM)


@derives(kind="transition")
def matrix(level_moves: pd.DataFrame, figure: Figure) -> pd.DataFrame:
    """Give the transition matrix of an item as a table (Figures 18 to 21).

    All 25 rows; row_share is empty where nobody began at that level.
    """
    unit, item = figure.items[0]
    found = square(level_moves, unit=unit, item=item)
    began = found.sum(axis=1, keepdims=True)
    row_shares = np.where(began > 0, found / np.maximum(began, 1), np.nan)
    cells = pd.MultiIndex.from_product([LEVELS, LEVELS], names=["baseline_level", "follow_up_level"])
    table = cells.to_frame(index=False).assign(unit=unit, item=item)
    return tables.conform(figure.id, table.assign(persons=found.ravel(), row_share=row_shares.ravel()))


def square(level_moves: pd.DataFrame, *, unit: str, item: str) -> NDArray[np.int64]:
    """Give the 5 × 5 matrix of an item: persons by level at baseline (rows) and at follow-up (columns)."""
    found = of_item(level_moves, unit=unit, item=item).groupby(["baseline", "follow_up"])["persons"].sum()
    cells = pd.MultiIndex.from_product([KNOWN, KNOWN], names=["baseline", "follow_up"])
    return found.reindex(cells, fill_value=0).to_numpy("int64").reshape(len(LEVELS), len(LEVELS))


def without_pair(level_moves: pd.DataFrame, *, unit: str, item: str) -> int:
    """Count the persons of followed families without a known level at both moments."""
    rows = of_item(level_moves, unit=unit, item=item)
    paired = rows["baseline"].isin(KNOWN) & rows["follow_up"].isin(KNOWN)
    return int(rows.loc[~paired, "persons"].sum())


def lanes(level_moves: pd.DataFrame, lost_levels: pd.DataFrame, *, unit: str, item: str) -> pd.DataFrame:
    """Count the persons without a known level at a moment, by that at the other.

    Gives baseline, follow_up (a level, `unknown`, or at follow-up `lost`: of a family that was not followed;
    not both known), persons.
    """
    rows = of_item(level_moves, unit=unit, item=item)
    rows = pd.concat([rows, of_item(lost_levels, unit=unit, item=item).assign(follow_up=LOST)])
    for moment in ("baseline", "follow_up"):
        levels = rows[moment].astype("str")
        known = [int(one) if one in KNOWN else one if one == LOST else UNKNOWN for one in levels]
        rows = rows.assign(**{moment: pd.Series(known, rows.index, dtype="object")})
    rows = rows[rows["baseline"].isin([UNKNOWN]) | rows["follow_up"].isin([UNKNOWN, LOST])]
    return rows.groupby(["baseline", "follow_up"], sort=False)["persons"].sum().reset_index()


def of_item(counted: pd.DataFrame, *, unit: str, item: str) -> pd.DataFrame:
    """Give the counts of one item, what is counted as columns."""
    rows = counted.reset_index()
    return rows[(rows["unit"] == unit) & (rows["item"] == item)]


@derives("transition_tests")
def transition_tests(
    level_moves: pd.DataFrame,
    item_nets: pd.DataFrame,
    figure_squares: pd.DataFrame,
    definitions: Definitions,
    seed: int,
) -> pd.DataFrame:
    """Count and test the change of each transition figure, a row per matrix.

    Without pairs the counts are 0 and the rest is empty.
    """
    items = transition_items(definitions)
    of_families = nets.of_rows(figure_squares, len(items), len(LEVELS), len(LEVELS))
    rows = [
        {"figure": figure, "unit": unit, "item": item}
        | nets.net_share(nets_of(item_nets, unit=unit, item=item))
        | test_matrix(square(level_moves, unit=unit, item=item))
        | _test_families(of_families[:, number], inference.row_seed(seed, "permutation", unit, item))
        for number, (figure, unit, item) in enumerate(items)
    ]
    names = list(tables.TABLES["transition_tests"].column_names)
    return pd.DataFrame(rows, columns=names)


def transition_items(definitions: Definitions) -> list[tuple[str, str, str]]:
    """Name the transition figures with unit and item of their matrices, in their order."""
    of_kind = [figure for figure in definitions.figures.values() if figure.kind == "transition"]
    return [(figure.id, unit, item) for figure in of_kind for unit, item in figure.items]


def nets_of(item_nets: pd.DataFrame, *, unit: str, item: str) -> pd.DataFrame:
    """Give the nets of one item, by pairs, improved and declined."""
    there = item_nets.index.get_level_values("unit") == unit
    there &= item_nets.index.get_level_values("item") == item
    return item_nets[there].droplevel(ITEM)


def test_matrix(matrix: NDArray[np.int64]) -> dict[str, object]:
    """Say what a matrix says by itself, its persons taken as independent; nothing of an empty one."""
    if not matrix.sum():
        return {}
    sign = inference.sign_test(int(np.triu(matrix, 1).sum()), int(np.tril(matrix, -1).sum()))
    margins, symmetry = matrices.stuart_maxwell(matrix), matrices.bowker(matrix)
    return {
        "sign_exact_p": sign.exact_p,
        "sign_midp": sign.mid_p,
        "stuart_maxwell_chi2": margins.chi2,
        "stuart_maxwell_df": margins.df,
        "stuart_maxwell_p": margins.p,
        "bowker_chi2": symmetry.chi2,
        "bowker_df": symmetry.df,
        "bowker_p": symmetry.p,
        "kappa_linear": matrices.kappa_linear(matrix),
        "p_better": matrices.p_better(matrix),
    }


def _test_families(matrix_of: NDArray[np.integer], stream: SeedSequence) -> dict[str, object]:
    """Say what a matrix says with whole families as the unit (families × 5 × 5), in the table only."""
    family, before, after = np.nonzero(matrix_of)
    if not len(family):
        return {}
    swapped = matrices.permutation_tests(matrix_of, seed=stream)
    persons = matrix_of[family, before, after]
    gee = matrices.ordinal_gee(*(np.repeat(part, persons) for part in (before, after, family)))
    return {
        "stuart_maxwell_permutation_p": swapped.stuart_maxwell_p,
        "bowker_permutation_p": swapped.bowker_p,
        "gee_log_odds": gee.log_odds,
        "gee_low": gee.low,
        "gee_high": gee.high,
        "gee_p": gee.p,
        "note": gee.note or None,
    }


def squares(moves: pd.DataFrame, families: ArrayLike) -> NDArray[np.int64]:
    """Give the matrix of some families, of moves between levels on an item: families × 5 × 5."""
    index = pd.Index(families)
    numbers = index.get_indexer(moves["family"])
    found = np.zeros((len(index), len(LEVELS), len(LEVELS)), dtype=np.int64)
    before, after = (moves[moment].astype("int64").to_numpy() - 1 for moment in ("baseline", "follow_up"))
    np.add.at(found, (numbers, before, after), moves["persons"].to_numpy("int64"))
    return found


@derives("item_change")
def item_change(
    level_moves: pd.DataFrame,
    item_nets: pd.DataFrame,
    family_ways: pd.DataFrame,
    definitions: Definitions,
    seed: int,
) -> pd.DataFrame:
    """Count and test the change of every item.

    All items, by falling net share, ties in the order of the codebook; those without pairs last, with counts
    0 and the rest empty.
    """
    table = _items(level_moves, item_nets, definitions)
    pairs, improved, declined = nets.of_rows(family_ways, len(definitions.items), len(nets.WAYS)).T
    stream = inference.row_seed(seed, "item_change")
    table["maxt_p"] = inference.max_t((improved - declined).T, pairs.T, seed=stream)
    return _sorted("item_change", table)


@derives("item_change_improvers")
def item_change_improvers(
    level_moves: pd.DataFrame, improvers_nets: pd.DataFrame, definitions: Definitions
) -> pd.DataFrame:
    """Count the change of every item of the families whose kansarmoede score fell.

    As `item_change`, without maxt_p; no intervals and no family_p, as these families were chosen by their
    outcome.
    """
    improved = level_moves[level_moves.index.get_level_values("score") == "improved"]
    table = _items(improved, improvers_nets, definitions)
    table[["net_low", "net_high", "family_p"]] = np.nan
    return _sorted("item_change_improvers", table)


@family_table("followed")
def followed(families: pd.DataFrame) -> pd.DataFrame:
    """Give the families that are followed, and their pilot: family, pilot."""
    there = families.loc[families["followed"], ["family", "pilot"]]
    return there.sort_values("family", ignore_index=True)


def _items(level_moves: pd.DataFrame, item_nets: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    changed = _changes(level_moves.reset_index())
    fresh = changed["fresh"]
    same = changed["pairs"] - changed["improved"] - changed["declined"]
    split = changed[ITEM].assign(unchanged_fresh=same * fresh, unchanged_carried=same * ~fresh)
    sums = split.groupby(ITEM).sum()
    rows = [
        {"unit": unit, "item": item, **nets.net_share(nets_of(item_nets, unit=unit, item=item))}
        for unit, item in definitions.items
    ]
    table = pd.DataFrame(rows)
    sums = sums.reindex(pd.MultiIndex.from_frame(table[ITEM]), fill_value=0).astype("int64")
    some = table["n"] > 0
    test = inference.sign_test(table["improved"], table["declined"])
    table = table.assign(
        unchanged_fresh=sums["unchanged_fresh"].to_numpy(),
        unchanged_carried=sums["unchanged_carried"].to_numpy(),
        sign_exact_p=np.where(some, test.exact_p, np.nan),
        sign_midp=np.where(some, test.mid_p, np.nan),
    )
    return table.assign(sign_holm_p=inference.holm(table["sign_exact_p"]))


def _sorted(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Put items with the highest net share first, those without pairs last; only the declared columns."""
    declared = table[list(tables.TABLES[name].column_names)]
    return declared.sort_values("net", ascending=False, kind="stable", na_position="last")


def _changes(moves: pd.DataFrame) -> pd.DataFrame:
    """Give the moves between known levels, with pairs, improved and declined in persons."""
    known = moves[moves["baseline"].isin(KNOWN) & moves["follow_up"].isin(KNOWN)]
    persons, before, after = known["persons"], known["baseline"], known["follow_up"]
    return known.assign(
        pairs=persons, improved=persons * (after > before), declined=persons * (after < before)
    )


def _both_moments(states: pd.DataFrame) -> pd.DataFrame:
    """Everyone with a row at follow-up: who, baseline and follow_up (`told_states`), fresh."""
    of = pd.Series(numbered(states, WHO), states.index)
    before, after = (states["moment"] == moment for moment in ("baseline", "follow_up"))
    told = told_states(states)
    places = pd.Index(of[before]).get_indexer(of[after])
    both = states.loc[after, [*WHO, "fresh"]].assign(follow_up=told[after])
    both["baseline"] = told[before].array.take(places, allow_fill=True)
    unit = both["unit"].cat.set_categories(sorted(both["unit"].cat.categories))
    return both.assign(
        unit=unit, item=both["item"].astype("category"), baseline=both["baseline"].fillna("missing")
    )
