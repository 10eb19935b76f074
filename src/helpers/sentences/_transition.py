"""What is said of persons that move from level to level (Figures 18–21)."""

from collections.abc import Mapping

import pandas as pd

from helpers.definitions import Figure, Text
from helpers.formats import both, p_value
from helpers.primary import question_of
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
    "Gezinstoets: {p}; per saldo {families_up} {up} en {families_down} {down}. De andere toetsen "
    "staan in de tabel.",
    "Family test: {p}; on balance {families_up} {up} and {families_down} {down}. The other tests are "
    "in the table.",
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
    verdicts: pd.DataFrame | None = None,
) -> Account:
    """Tell who moved from level to level (Figures 18–21).

    Parameters
    ----------
    table : unit, item, baseline_level, follow_up_level, persons, row_share.
    figure : how to read it.
    tests : transition_tests; the row of this figure is told in the caption.
    without : persons of followed families without a known level at both moments.
    verdicts : verdicts, for how sure the change is.
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
        _pairs(total, kind),
        _without(without, kind),
        figure.reading,
        UNCHANGED if same else None,
        _tests(row, total, ways),
    )
    if not total:
        return Account(NO_PAIRS, caption, _moves(table))
    told = None
    if row is not None:
        told = conclusions.net(
            row,
            kind,
            question=question_of(*figure.items[0]),
            verdicts=verdicts,
            looked_again=True,
            moves=figure.moves,
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
    return fill(
        TESTS,
        p=both(p_value, row["family_p"]),
        families_up=counted(int(row["families_improved"]), "family"),
        families_down=counted(int(row["families_declined"]), "family"),
        up=ways["up"],
        down=ways["down"],
    )


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
