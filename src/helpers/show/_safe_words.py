"""The words around what disclosure control withholds."""

import pandas as pd

from helpers.definitions import Figure, Text
from helpers.sentences import way_words
from helpers.show.safe import REPLACED, Stand

MARKS = Text(
    "Met onthullingscontrole: ‘<{min_cell}’ staat voor een aantal van 1 tot en met {most}, ‘x’ voor een "
    "aantal dat weggelaten is omdat een ander er anders uit af te leiden was. Aandelen en toetsen die zulke "
    "aantallen zouden verraden, zijn leeg; waar andere keuzes vergeleken worden, zijn aantallen afgerond op "
    "een veelvoud van {base}. De uitleg op een pagina gaat over het volledige rapport: waar een kop, figuur "
    "of aandeel ontbreekt, is dat weggelaten.",
    "With disclosure control: ‘<{min_cell}’ stands for a count from 1 to {most}, ‘x’ for a count that is "
    "withheld because another could be worked out from it. Shares and tests that would tell such counts are "
    "empty; where other choices are compared, counts are rounded to a multiple of {base}. "
    "The explanations on a page are about the full report: where a headline, figure or share is missing, it "
    "is withheld.",
)
ROUNDED = Text(
    "Met onthullingscontrole: alle aantallen zijn afgerond op een veelvoud van {base}, en aandelen zijn van "
    "de afgeronde aantallen gemaakt. Wat alleen uit de exacte aantallen te berekenen is, of een klein aantal "
    "zou verraden, is leeg.",
    "With disclosure control: all counts are rounded to a multiple of {base}, and shares are made of the "
    "rounded counts. What can be computed from the exact counts only, or would tell a small one, is empty.",
)
SHORT = Text(
    "‘<{min_cell}’: 1 tot en met {most}; ‘x’: weggelaten.", "‘<{min_cell}’: 1 to {most}; ‘x’: withheld."
)
NO_FIGURE = Text(
    "Figuur niet getoond: een deel van de cijfers die erin zouden staan, is weggelaten, zodat geen gezin "
    "herkenbaar is.",
    "Figure not shown: part of the numbers that it would hold is withheld, so that no family can be "
    "recognised.",
)
DRAWN = Text("Deze figuur toont aantallen, geen aandelen.", "This figure shows counts, not shares.")
HATCHED = Text(
    "Een gearceerde staaf is altijd even lang: haar aantal is niet getoond, zodat geen gezin herkenbaar is.",
    "A hatched bar is always equally long: its count is not shown, so that no family can be recognised.",
)
HATCHED_CELLS = Text(
    "Het aantal in een gearceerde cel is niet getoond, zodat geen gezin herkenbaar is.",
    "The count in a hatched cell is not shown, so that no family can be recognised.",
)
SOME_ROWS = Text(
    "Getekend zijn de {rows} van de {of} rijen waarvan niets weggelaten is; de andere staan in de tabel.",
    "Drawn are the {rows} of {of} rows of which nothing is withheld; the others stand in the table.",
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


def control_words(mode: str, min_cell: int, *, round_to: int) -> Text:
    """Say that disclosure control is on, and what the marks mean; `round_to` is that of disclosure.yml."""
    text = MARKS if mode == "suppress" else ROUNDED
    known = {"min_cell": min_cell, "most": min_cell - 1, "base": max(round_to, min_cell)}
    return Text(text.nl.format(**known), text.en.format(**known))


def of_bars(stand: Stand, min_cell: int) -> tuple[Text, ...]:
    """Say why there are bars of counts in place of the usual figure, and what is withheld."""
    summary = (SUMMARY,) if stand.kind == REPLACED else ()
    marks = _marks(stand, min_cell)
    return (DRAWN, *summary, *((HATCHED, *marks) if marks else ()))


def of_cells(stand: Stand, min_cell: int) -> tuple[Text, ...]:
    """Say what the hatched cells of a matrix are, where there are any."""
    hatched = bool((stand.reasons[[*stand.table.select_dtypes("Int64")]] != "").any(axis=None))
    return (HATCHED_CELLS, *_marks(stand, min_cell)) if hatched else ()


def of_rows(rows: int, of: int) -> tuple[Text, ...]:
    """Say that some rows of a figure are not drawn."""
    return (Text(*(words.format(rows=rows, of=of) for words in (SOME_ROWS.nl, SOME_ROWS.en))),)


def of_no_figure(stand: Stand, min_cell: int) -> tuple[Text, ...]:
    """Say why there is no figure, and what is withheld of the table."""
    return (NO_FIGURE, *_marks(stand, min_cell))


def _marks(stand: Stand, min_cell: int) -> tuple[Text, ...]:
    """Say what the marks mean, where there are any."""
    if not bool((stand.marks != "").any(axis=None)):
        return ()
    return (Text(*(words.format(min_cell=min_cell, most=min_cell - 1) for words in (SHORT.nl, SHORT.en))),)


def change_words(table: pd.DataFrame, figure: Figure | None, language: str) -> tuple[pd.DataFrame, Text]:
    """Word who improved, stayed and declined, in the words of the figure; give the header of that column."""
    words = way_words(figure.moves if figure else None)
    of = dict(zip(("improved", "unchanged", "declined"), ("up", "same", "down"), strict=True))
    worded = [words[of[value]](language) for value in table["change"]]
    return table.assign(change=worded), CHANGE
