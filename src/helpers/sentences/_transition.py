"""What is said of persons that move from level to level (Figures 18–21)."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.definitions import Figure, Text
from helpers.formats import both, decimal, p_value, percentage
from helpers.sentences import _conclusions as conclusions
from helpers.sentences._phrases import (
    NOUNS,
    OF_UNIT,
    OTHER_CELLS,
    Account,
    count_and_share,
    counted,
    fill,
    listed,
    part_of,
    sentences,
    way_words,
)
from helpers.transitions import WithoutPair

NO_PAIRS = Text(
    "Van niemand is het niveau op beide momenten bekend",
    "The level at both moments is known of no one",
)
UNCHANGED = Text(
    "Gelijk gebleven kan ook betekenen dat er niet opnieuw naar gekeken is.",
    "Unchanged can also mean that nobody looked again.",
)
TRANSITION_FINDING = Text(
    "{Up}: {n_up}; {down}: {n_down}; {same}: {n_same}",
    "{Up}: {n_up}; {down}: {n_down}; {same}: {n_same}",
)
PAIRS = Text(
    "Eenheid: {unit} van opgevolgde gezinnen; n = {total} met een bekend niveau op beide momenten.",
    "Unit: {unit} of followed families; n = {total} with a known level at both moments.",
)
WITHOUT_PAIR = Text(
    "Niet in de figuur: {n} zonder die twee niveaus.",
    "Not in the figure: {n} without those two levels.",
)
TESTS = Text(
    "Tekentoets van {up} tegenover {down}: exact {sign_exact_p}, mid-p-variant {sign_midp}. "
    "Stuart-Maxwell: χ² = {stuart_maxwell_chi2}, df = {df}, {stuart_maxwell_p}, met hele gezinnen "
    "verwisseld {stuart_maxwell_permutation_p}; Bowker: χ² = {bowker_chi2}, df = {bowker_df}, "
    "{bowker_p}, met hele gezinnen verwisseld {bowker_permutation_p}. {gee} Lineair gewogen kappa: "
    "{kappa_linear}. {Up} plus de helft van {same}: {better}, waarbij 50 % even vaak {up} als {down} zou "
    "betekenen.",
    "Sign test of {up} against {down}: exact {sign_exact_p}, mid-p variant {sign_midp}. "
    "Stuart–Maxwell: χ² = {stuart_maxwell_chi2}, df = {df}, {stuart_maxwell_p}, with whole families "
    "swapped {stuart_maxwell_permutation_p}; Bowker: χ² = {bowker_chi2}, df = {bowker_df}, {bowker_p}, "
    "with whole families swapped {bowker_permutation_p}. {gee} Linearly weighted kappa: {kappa_linear}. "
    "{Up} plus half of {same}: {better}, where 50% would mean as often {up} as {down}.",
)
GEE = Text(
    "Ordinaal GEE-model met gezinnen als clusters: odds op een hoger niveau bij de opvolgmeting × {odds} "
    "(95 %-interval {low} tot {high}, {p}).",
    "Ordinal GEE model with families as clusters: odds of a higher level at follow-up × {odds} (95% "
    "interval {low} to {high}, {p}).",
)
FEW_FAMILIES = Text(
    "Voor het ordinale GEE-model bewogen te weinig gezinnen.",
    "Too few families moved for the ordinal GEE model.",
)
NO_GEE = Text(
    "Het ordinale GEE-model geeft hier geen schatting.",
    "The ordinal GEE model has no estimate here.",
)
P_VALUES = (
    *("sign_exact_p", "sign_midp", "stuart_maxwell_p", "stuart_maxwell_permutation_p"),
    *("bowker_p", "bowker_permutation_p"),
)
MOVES = Text(
    "Raster van niveaus op de nulmeting en de opvolgmeting, met het aandeel van wie op dat niveau begon, "
    "en daaronder dezelfde personen als stromen – {list}.",
    "Grid of levels at baseline and at follow-up, with the share of those who began at that level, and "
    "below it the same persons as flows – {list}.",
)


def transition(
    table: pd.DataFrame,
    *,
    figure: Figure,
    tests: pd.DataFrame | None = None,
    without: WithoutPair | int | None = None,
    change: pd.DataFrame | None = None,
    moved_families: int | None = None,
) -> Account:
    """Tell who moved from level to level (Figures 18–21).

    Parameters
    ----------
    table : unit, item, baseline_level, follow_up_level, persons, row_share.
    figure : how to read it.
    tests : transition_tests; the row of this figure is told in the caption.
    without : persons of followed families without a known level at both moments.
    change : item_change, for the p-value after adjusting for all items.
    moved_families : families with a member that moved; nothing is concluded from too few.
    """
    kind = OF_UNIT[str(table["unit"].iloc[0])]
    before, after = table["baseline_level"], table["follow_up_level"]
    up, same, down = (
        int(table.loc[moved, "persons"].sum()) for moved in (after > before, after == before, after < before)
    )
    total = up + same + down
    ways = way_words(figure.moves)
    finding = fill(TRANSITION_FINDING, n_up=part_of(up, total, kind), n_down=down, n_same=same, **ways)
    row = None if tests is None else tests[tests["figure"] == figure.id].iloc[0]
    caption = sentences(
        _pairs(total, kind), _without(without, kind), figure.reading, UNCHANGED, _tests(row, total, ways)
    )
    if not total:
        return Account(NO_PAIRS, caption, _moves(table))
    holm = None if change is None else conclusions.adjusted(change, *figure.items[0])
    told = None
    if row is not None:
        told = conclusions.net(
            row, kind, looked_again=True, holm=holm, moved_families=moved_families, moves=figure.moves
        )
    return Account(finding, caption, _moves(table), told)


def _pairs(total: int, kind: str) -> Text:
    """Say of how many the level is known at both moments."""
    return fill(PAIRS, unit=NOUNS[kind][1], total=total)


def _without(without: WithoutPair | int | None, kind: str) -> Text | None:
    """Say how many persons are not in the matrix."""
    if without is None:
        return None
    n = without if isinstance(without, int) else without.total
    return fill(WITHOUT_PAIR, n=counted(n, kind))


def _tests(row: pd.Series | None, total: int, ways: Mapping[str, Text]) -> Text | None:
    """Tell the tests of one figure."""
    if row is None or not total:
        return None
    pieces = {name: both(p_value, row[name]) for name in P_VALUES}
    numbers = {
        name: both(decimal, row[name]) for name in ("stuart_maxwell_chi2", "bowker_chi2", "kappa_linear")
    }
    return fill(
        TESTS,
        df=int(row["stuart_maxwell_df"]),
        bowker_df=int(row["bowker_df"]),
        better=both(percentage, row["p_better"]),
        gee=_gee(row),
        **ways,
        **pieces,
        **numbers,
    )


def _gee(row: pd.Series) -> Text:
    """Tell the ordinal model, or why there is none."""
    if row["note"] == "gee_few_families":
        return FEW_FAMILIES
    if pd.isna(row["gee_low"]):
        return NO_GEE
    numbers = {name: both(decimal, np.exp(row[f"gee_{name}"])) for name in ("low", "high")}
    odds = both(decimal, np.exp(row["gee_log_odds"]))
    return fill(GEE, odds=odds, p=both(p_value, row["gee_p"]), **numbers)


def _moves(table: pd.DataFrame) -> Text:
    """List every cell that is not empty."""
    filled = table[table["persons"] > 0]
    pieces = [
        fill(
            Text("van niveau {b} naar {f}: {n}", "from level {b} to {f}: {n}"),
            b=int(row.baseline_level),
            f=int(row.follow_up_level),
            n=count_and_share(row.persons, row.row_share),
        )
        for row in filled.itertuples()
    ]
    return fill(MOVES, list=listed([*pieces, OTHER_CELLS], mark="; "))
