"""What is said of two moments: scores, classes, levels. There is no control group: things moved."""

from collections import Counter

import pandas as pd

from helpers.codebook import Definitions, Figure, Text
from helpers.formats import both, decimal, p_value, percentage
from helpers.sentences._phrases import (
    INTERVAL,
    NOUNS,
    OF_UNIT,
    Account,
    count_and_share,
    counted,
    fill,
    listed,
    part_of,
    plural,
    sentences,
)
from helpers.transitions import WithoutPair

NOBODY_FOLLOWED = Text("Er zijn geen opgevolgde gezinnen", "There are no followed families")
NO_PAIRS = Text(
    "Van niemand is het niveau op beide momenten bekend", "The level at both moments is known of no one"
)
UNCHANGED = Text(
    "Gelijk gebleven kan ook betekenen dat er niet opnieuw naar gekeken is.",
    "Unchanged can also mean that nobody looked again.",
)
SCHEME_FINDING = Text(
    "Minder domeinen met een tekort dan op de nulmeting is vooruitgang, meer is achteruitgang",
    "Fewer deprived domains than at baseline is improvement, more is decline",
)
SCORES_DESCRIBED = Text(
    "Raster van scores op de nulmeting en de opvolgmeting – {list}.",
    "Grid of scores at baseline and at follow-up – {list}.",
)
SCORES_FINDING = Text(
    "Domeinen met een tekort: minder bij {fewer}, evenveel bij {same}, meer bij {more}",
    "Deprived domains: fewer in {fewer}, as many in {same}, more in {more}",
)
ONE_LEFT_OUT = Text(
    "{n} opgevolgd gezin met een onbekend domein is weggelaten.",
    "{n} followed family with an unknown domain is left out.",
)
SOME_LEFT_OUT = Text(
    "{n} opgevolgde gezinnen met een onbekend domein zijn weggelaten.",
    "{n} followed families with an unknown domain are left out.",
)
CLASSES_FINDING = Text(
    "Vooruit: {improved}, waarvan {out} uit kansarmoede; achteruit: {declined}; gelijk: {unchanged}",
    "Improved: {improved}, {out} of them out of poverty; declined: {declined}; unchanged: {unchanged}",
)
TRANSITION_FINDING = Text(
    "Vooruit: {up}; achteruit: {down}; gelijk: {same}", "Improved: {up}; declined: {down}; unchanged: {same}"
)
PAIRS = Text(
    "Eenheid: {unit} van opgevolgde gezinnen; n = {total} met een bekend niveau op beide momenten.",
    "Unit: {unit} of followed families; n = {total} with a known level at both moments.",
)
WITHOUT_PAIR = Text(
    "Niet in de figuur: {n} zonder die twee niveaus.", "Not in the figure: {n} without those two levels."
)
TESTS = Text(
    "Tekentoets van vooruit tegenover achteruit: exact {sign_exact_p}, mid-p-variant {sign_midp}. "
    "Stuart-Maxwell: χ² = {stuart_maxwell_chi2}, df = {df}, {stuart_maxwell_p}; Bowker: χ² = {bowker_chi2},"
    " df = {bowker_df}, {bowker_p}. Lineair gewogen kappa: {kappa_linear}. Vooruit plus de helft van "
    "gelijk: {better}, waarbij 50 % zou zijn dat er evenveel vooruit als achteruit gingen.",
    "Sign test of improved against declined: exact {sign_exact_p}, mid-p variant {sign_midp}. "
    "Stuart–Maxwell: χ² = {stuart_maxwell_chi2}, df = {df}, {stuart_maxwell_p}; Bowker: χ² = {bowker_chi2},"
    " df = {bowker_df}, {bowker_p}. Linearly weighted kappa: {kappa_linear}. Improved plus half of "
    "unchanged: {better}, where 50% would be as many improved as declined.",
)
MOVES = Text(
    "Raster van niveaus op de nulmeting en de opvolgmeting, met het aandeel van wie op dat niveau begon, en"
    " daaronder dezelfde personen als stromen – {list}.",
    "Grid of levels at baseline and at follow-up, with the share of those who began at that level, and "
    "below it the same persons as flows – {list}.",
)


def scheme(table: pd.DataFrame, *, definitions: Definitions, figure: Figure) -> Account:
    """Tell how to read the calibration (Figure 15).

    Parameters
    ----------
    table : baseline_score, follow_up_score, class.
    definitions : for the titles of the classes.
    figure : how to read it.
    """
    cells = Counter(table["class"].astype(str))
    pieces = [
        fill(Text("{title}: {n}", "{title}: {n}"), title=change.title, n=_cells(cells[change.id]))
        for change in definitions.kansarmoede.classes
    ]
    start = Text("Raster van 7 bij 7 scores – {list}.", "Grid of 7 by 7 scores – {list}.")
    caption = sentences(
        Text("Leesschema, zonder gezinnen.", "Reading scheme, without families."), figure.reading
    )
    return Account(SCHEME_FINDING, caption, fill(start, list=listed(pieces, mark="; ")))


def _cells(n: int) -> Text:
    """Count cells."""
    return fill(plural(n, Text("{n} cel", "{n} cell"), Text("{n} cellen", "{n} cells")), n=n)


def score_matrix(table: pd.DataFrame, *, figure: Figure, left_out: int = 0) -> Account:
    """Tell how the scores of the followed families moved (Figure 16).

    Parameters
    ----------
    table : baseline_score, follow_up_score, families.
    figure : how to read it.
    left_out : followed families left out for an unknown domain.
    """
    before, after = table["baseline_score"], table["follow_up_score"]
    fewer, same, more = (
        int(table.loc[moved, "families"].sum()) for moved in (after < before, after == before, after > before)
    )
    total = fewer + same + more
    finding = fill(SCORES_FINDING, fewer=part_of(fewer, total, "family"), same=same, more=more)
    filled = table[table["families"] > 0]
    pieces = [
        fill(Text("van {b} naar {f}: {n}", "from {b} to {f}: {n}"), b=int(b), f=int(f), n=int(n))
        for b, f, n in filled.itertuples(index=False)
    ]
    zeros = Text("alle andere cellen: 0", "all other cells: 0")
    alternative = fill(SCORES_DESCRIBED, list=listed([*pieces, zeros], mark="; "))
    caption = sentences(families_caption(total, left_out), figure.reading)
    return Account(finding if total else NOBODY_FOLLOWED, caption, alternative)


def families_caption(total: int, left_out: int = 0) -> Text:
    """Say which families a figure of the index is about, and how many are left out."""
    said = fill(
        Text("Eenheid: opgevolgde gezinnen; n = {total}.", "Unit: followed families; n = {total}."),
        total=total,
    )
    if not left_out:
        return said
    out = fill(plural(left_out, ONE_LEFT_OUT, SOME_LEFT_OUT), n=left_out)
    return sentences(said, out)


def classes(table: pd.DataFrame, *, definitions: Definitions, figure: Figure, left_out: int = 0) -> Account:
    """Tell how many families improved, stayed and declined (Figure 17).

    Parameters
    ----------
    table : class, families, share, ci_low, ci_high.
    definitions : for the classes.
    figure : how to read it.
    left_out : followed families left out for an unknown domain.
    """
    n = dict(zip(table["class"].astype(str), table["families"].astype(int), strict=True))
    total = sum(n.values())
    moved = Counter({"improved": 0, "unchanged": 0, "declined": 0})
    for change in definitions.kansarmoede.classes:
        moved[change.direction] += n[change.id]
    finding = fill(
        CLASSES_FINDING,
        out=n["out_of_poverty"],
        **moved | {"improved": part_of(moved["improved"], total, "family")},
    )
    titles = {change.id: change.title for change in definitions.kansarmoede.classes}
    pieces = [
        fill(Text("{title}: {n}", "{title}: {n}"), title=titles[kind], n=count_and_share(families, share))
        for kind, families, share in zip(
            table["class"].astype(str), table["families"], table["share"], strict=True
        )
    ]
    start = Text("Staafdiagram van acht klassen – {list}.", "Bar chart of eight classes – {list}.")
    caption = sentences(families_caption(total, left_out), figure.reading, INTERVAL)
    return Account(
        finding if total else NOBODY_FOLLOWED, caption, fill(start, list=listed(pieces, mark="; "))
    )


def transition(
    table: pd.DataFrame,
    *,
    figure: Figure,
    tests: pd.DataFrame | None = None,
    without: WithoutPair | int | None = None,
) -> Account:
    """Tell who moved from level to level (Figures 18–21).

    Parameters
    ----------
    table : unit, item, baseline_level, follow_up_level, persons, row_share.
    figure : how to read it.
    tests : transition_tests; the row of this figure is told in the caption.
    without : persons of followed families without a known level at both moments.
    """
    kind = OF_UNIT[str(table["unit"].iloc[0])]
    before, after = table["baseline_level"], table["follow_up_level"]
    up, same, down = (
        int(table.loc[moved, "persons"].sum()) for moved in (after > before, after == before, after < before)
    )
    total = up + same + down
    finding = fill(TRANSITION_FINDING, up=part_of(up, total, kind), down=down, same=same)
    caption = sentences(
        _pairs(total, kind), _without(without, kind), figure.reading, UNCHANGED, _tests(tests, figure, total)
    )
    return Account(finding if total else NO_PAIRS, caption, _moves(table))


def _pairs(total: int, kind: str) -> Text:
    """Say of how many the level is known at both moments."""
    return fill(PAIRS, unit=NOUNS[kind][1], total=total)


def _without(without: WithoutPair | int | None, kind: str) -> Text | None:
    """Say how many persons are not in the matrix."""
    if without is None:
        return None
    n = without if isinstance(without, int) else without.total
    return fill(WITHOUT_PAIR, n=counted(n, kind))


def _tests(tests: pd.DataFrame | None, figure: Figure, total: int) -> Text | None:
    """Tell the tests of one figure."""
    if tests is None or not total:
        return None
    row = tests[tests["figure"] == figure.id].iloc[0]
    pieces = {
        name: both(p_value, row[name])
        for name in ("sign_exact_p", "sign_midp", "stuart_maxwell_p", "bowker_p")
    }
    numbers = {
        name: both(decimal, row[name]) for name in ("stuart_maxwell_chi2", "bowker_chi2", "kappa_linear")
    }
    return fill(
        TESTS,
        df=int(row["stuart_maxwell_df"]),
        bowker_df=int(row["bowker_df"]),
        better=both(percentage, row["p_better"]),
        **pieces,
        **numbers,
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
    return fill(MOVES, list=listed([*pieces, Text("alle andere cellen: 0", "all other cells: 0")], mark="; "))
