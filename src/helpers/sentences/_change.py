"""What is said of scores and classes at two moments. There is no control group: things moved."""

from collections import Counter

import pandas as pd

from helpers.definitions import Definitions, Figure, Text
from helpers.sentences import _conclusion_texts as texts
from helpers.sentences import _conclusions as conclusions
from helpers.sentences._phrases import (
    INTERVAL,
    OTHER_CELLS,
    Account,
    count_and_share,
    fill,
    listed,
    named,
    part_of,
    plural,
    sentences,
)

NOBODY_FOLLOWED = Text("Er zijn geen opgevolgde gezinnen", "There are no followed families")
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


def scheme(table: pd.DataFrame, *, definitions: Definitions, figure: Figure) -> Account:
    """Tell how to read the calibration (Figure 15).

    Parameters
    ----------
    table : baseline_score, follow_up_score, class.
    definitions : for the titles of the classes.
    figure : how to read it.
    """
    cells = Counter(table["class"].astype(str))
    pieces = [named(change.title, _cells(cells[change.id])) for change in definitions.kansarmoede.classes]
    start = Text("Raster van 7 bij 7 scores – {list}.", "Grid of 7 by 7 scores – {list}.")
    caption = sentences(
        Text("Leesschema, zonder gezinnen.", "Reading scheme, without families."), figure.reading
    )
    return Account(SCHEME_FINDING, caption, fill(start, list=listed(pieces, mark="; ")), texts.SCHEME)


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
    alternative = fill(SCORES_DESCRIBED, list=listed([*pieces, OTHER_CELLS], mark="; "))
    caption = sentences(families_caption(total, left_out), figure.reading)
    if not total:
        return Account(NOBODY_FOLLOWED, caption, alternative)
    return Account(finding, caption, alternative, texts.SCORES)


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


def classes(
    table: pd.DataFrame,
    *,
    definitions: Definitions,
    figure: Figure,
    left_out: int = 0,
    tests: pd.DataFrame | None = None,
    verdicts: pd.DataFrame | None = None,
) -> Account:
    """Tell how many families improved, stayed and declined (Figure 17).

    Parameters
    ----------
    table : class, families, share, ci_low, ci_high.
    definitions : for the classes.
    figure : how to read it.
    left_out : followed families left out for an unknown domain.
    tests : score_change, of which the test is told.
    verdicts : verdicts, for how sure it is.
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
        named(titles[kind], count_and_share(families, share))
        for kind, families, share in zip(
            table["class"].astype(str), table["families"], table["share"], strict=True
        )
    ]
    start = Text("Staafdiagram van acht klassen – {list}.", "Bar chart of eight classes – {list}.")
    caption = sentences(families_caption(total, left_out), figure.reading, INTERVAL)
    alternative = fill(start, list=listed(pieces, mark="; "))
    if not total:
        return Account(NOBODY_FOLLOWED, caption, alternative)
    if tests is None:
        return Account(finding, caption, alternative)
    told = conclusions.net(tests.iloc[0], "followed_family", question="score", verdicts=verdicts)
    return Account(finding, caption, alternative, told)
