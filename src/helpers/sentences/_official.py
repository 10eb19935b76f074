"""What is said of the official Flemish series beside the families of this study."""

import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.sentences import _conclusion_texts as texts
from helpers.sentences._names import ALL
from helpers.sentences._phrases import Account, fill, listed, named, sentences, share_text
from helpers.sentences._poverty import at_both

OFFICIAL_DESCRIBED = Text(
    "Lijn van de officiële index in Vlaanderen – {list}.", "Line of the official index in Flanders – {list}."
)
OFFICIAL_FINDING = Text(
    "Niet rechtstreeks te vergelijken: de officiële index was {share} in {year}",
    "Not like for like: the official index was {share} in {year}",
)
OWN_FAMILIES = Text(
    "Deze gezinnen: n = {n}, H {h0} op de nulmeting en {h1} op de opvolgmeting.",
    "These families: n = {n}, H {h0} at baseline and {h1} at follow-up.",
)


def official_series(table: pd.DataFrame, *, measures: pd.DataFrame, definitions: Definitions) -> Account:
    """Tell the official Flemish series, with the warning that it is not like for like.

    Parameters
    ----------
    table : year, percentage, source.
    measures : pilot, moment, families, H.
    definitions : for the warning.
    """
    last = table.sort_values("year").iloc[-1]
    before, after = at_both(measures[measures["pilot"] == ALL])
    finding = fill(OFFICIAL_FINDING, share=share_text(last["percentage"] / 100), year=int(last["year"]))
    own = fill(OWN_FAMILIES, n=int(before["families"]), h0=share_text(before["H"]), h1=share_text(after["H"]))
    years = [named(int(row.year), share_text(row.percentage / 100)) for row in table.itertuples()]
    sources = fill(Text("Bron: {list}.", "Source: {list}."), list="; ".join(dict.fromkeys(table["source"])))
    return Account(
        finding,
        sentences(own, definitions.kansarmoede.official_warning, sources),
        sentences(
            fill(OFFICIAL_DESCRIBED, list=listed(years, mark="; ")),
            own,
            definitions.kansarmoede.official_warning,
        ),
        texts.OFFICIAL,
    )
