"""The words around what disclosure control withholds."""

import pandas as pd

from helpers.codebook import Figure, Text
from helpers.sentences import way_words
from helpers.show.safe import REPLACED, SafeTables, Stand

MARKS = Text(
    "Met onthullingscontrole: ‘<{min_cell}’ staat voor een aantal van 1 tot en met {most}, ‘x’ voor een "
    "aantal dat weggelaten is omdat een ander er anders uit af te leiden was. Aandelen en toetsen die zulke "
    "aantallen zouden verraden, zijn leeg; waar andere keuzes vergeleken worden, zijn aantallen afgerond op "
    "een veelvoud van {base}.",
    "With disclosure control: ‘<{min_cell}’ stands for a count from 1 to {most}, ‘x’ for a count that is "
    "withheld because another could be worked out from it. Shares and tests that would tell such counts are "
    "empty; where other choices are compared, counts are rounded to a multiple of {base}.",
)
ROUNDED = Text(
    "Met onthullingscontrole: alle aantallen zijn afgerond op een veelvoud van {base}, en aandelen zijn van "
    "de afgeronde aantallen gemaakt. Wat alleen uit de exacte aantallen te berekenen is, is leeg.",
    "With disclosure control: all counts are rounded to a multiple of {base}, and shares are made of the "
    "rounded counts. What can be computed from the exact counts only is empty.",
)
SHORT = Text(
    "‘<{min_cell}’: 1 tot en met {most}; ‘x’: weggelaten.", "‘<{min_cell}’: 1 to {most}; ‘x’: withheld."
)
NO_FIGURE = Text(
    "Figuur niet getoond: een deel van haar cijfers is weggelaten om geen enkel gezin herkenbaar te maken.",
    "Figure not shown: part of its numbers is withheld, so that no family can be recognised.",
)
DRAWN = Text("Deze figuur toont aantallen.", "This figure shows counts.")
HATCHED = Text(
    "Een gearceerde staaf is altijd even lang: haar aantal is niet getoond, zodat geen gezin herkenbaar is.",
    "A hatched bar is always equally long: its count is not shown, so that no family can be recognised.",
)
SUMMARY = Text(
    "Te veel cellen zouden weggelaten zijn: hier staat alleen in welke richting er iets verschoof.",
    "Too many cells would be withheld: here stands only in which direction something shifted.",
)
LEFT_OUT = Text(
    "Niet getoond met onthullingscontrole: {title}.",
    "Not shown with disclosure control: {title}.",
)
CHANGE = Text("verandering", "change")
NO_SENTENCE = Text(
    "Hier is een tekst weggelaten die van exacte aantallen gemaakt is.",
    "A text that is made of exact counts is left out here.",
)


def control_words(mode: str, min_cell: int, *, round_to: int = 5) -> Text:
    """Say that disclosure control is on, and what the marks mean."""
    text = MARKS if mode == "suppress" else ROUNDED
    known = {"min_cell": min_cell, "most": min_cell - 1, "base": max(round_to, min_cell)}
    return Text(text.nl.format(**known), text.en.format(**known))


def said_of(stand: Stand, safe: SafeTables, *, drawn: bool) -> tuple[Text, ...]:
    """Say what is withheld of an output, and why there is no figure, or another one."""
    said = [DRAWN if drawn else NO_FIGURE]
    said += [SUMMARY] if stand.kind == REPLACED else []
    if bool((stand.marks != "").any(axis=None)):
        known = {"min_cell": safe.min_cell, "most": safe.min_cell - 1}
        said += [HATCHED] if drawn else []
        said += [Text(SHORT.nl.format(**known), SHORT.en.format(**known))]
    return tuple(said)


def change_words(table: pd.DataFrame, figure: Figure | None, language: str) -> tuple[pd.DataFrame, Text]:
    """Word who improved, stayed and declined, in the words of the figure; give the header of that column."""
    words = way_words(figure.moves if figure else None)
    of = dict(zip(("improved", "unchanged", "declined"), ("up", "same", "down"), strict=True))
    worded = [words[of[value]](language) for value in table["change"]]
    return table.assign(change=worded), CHANGE
