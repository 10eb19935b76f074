"""Drawings of counts of which some are withheld: bars and matrices, hatched where the count is not shown."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pandas as pd
from matplotlib.axes import Axes

from helpers import figures
from helpers.definitions import Definitions, Figure, Text
from helpers.disclosure import MARK
from helpers.figures.withheld import CountRow
from helpers.formats import NOTHING
from helpers.show._safe_words import change_words
from helpers.show._worded import worded
from helpers.show.safe import REPLACED, Context, Stand

LABELS = ("label", "education", "class", "change", "value", "stage")  # what the rows of a chart are
COUNTS = ("n", "persons", "families")
GROUPS = ("characteristic", "item")
PLAIN = "#7b9ac4"
DESCRIBED = Text("Staafdiagram van aantallen.", "Bar chart of counts.")
HATCHED = Text("Gearceerd waar het aantal niet getoond is.", "Hatched where the count is not shown.")
MATRICES = {  # the columns of what a matrix counts, from where and to where
    "score_matrix": ("families", "baseline_score", "follow_up_score"),
    "transition": ("persons", "baseline_level", "follow_up_level"),
}
MATRIX = Text(
    "Matrix van aantallen, gearceerd waar het aantal niet getoond is; van – naar:",
    "Matrix of counts, hatched where the count is not shown; from – to:",
)
CELL = Text("{before} naar {after}: {n}", "{before} to {after}: {n}")
FEWER, UNSHOWN = Text("minder dan", "fewer than"), Text("niet getoond", "not shown")
Panels = list[tuple[str, list[CountRow]]]


@dataclass(frozen=True)
class Image:
    """A drawing, its size in inches and what can stand for it."""

    draw: Callable[[Axes], Axes]
    size: tuple[float, float]
    alternative: str


def cells_of(
    stand: Stand, figure: Figure, others: Context, *, definitions: Definitions, language: str
) -> Image:
    """Draw a matrix.

    Parameters
    ----------
    stand : Stand
        What stands for its table.
    figure : Figure
        Of a kind in MATRICES.
    others : Context
        With the scheme, for the matrix of scores.
    definitions, language
        For words and colours.
    """
    table = stand.table
    if figure.kind == "score_matrix":
        draw: Callable[..., Axes] = partial(figures.score_matrix, scheme=others.stands["scheme"].table)
        size = figures.SIZES["score_matrix"]
    else:
        draw = figures.transition_matrix
        size = figures.transition_matrix_size(table, definitions=definitions, language=language)
    counts, before, after = MATRICES[figure.kind]
    left_out = table[counts].isna().map({True: NOTHING, False: ""})
    marks = [mark or other for mark, other in zip(stand.marks[counts], left_out, strict=True)]
    drawn = partial(draw, table, marks=marks, definitions=definitions, language=language)
    rows = zip(table[before], table[after], table[counts], marks, strict=True)
    said = [
        CELL(language).format(before=before, after=after, n=_spoken(mark or str(n), language))
        for before, after, n, mark in rows
        if mark or n
    ]
    return Image(lambda ax: drawn(ax=ax), size, f"{MATRIX(language)} {'; '.join(said)}.")


def bars_of(stand: Stand, figure: Figure | None, *, definitions: Definitions, language: str) -> Image | None:
    """Draw the counts of a table as bars; None where it has none to draw.

    Parameters
    ----------
    stand : Stand
        What stands for the exact table.
    figure : Figure or None
        Of figures.yml, where it is one.
    definitions, language
        For words and colours.
    """
    table = change_words(stand.table, figure, language)[0] if stand.kind == REPLACED else stand.table
    moves = figure is not None and figure.moves is not None
    panels = _panels(stand, table, definitions=definitions, language=language, moves=moves)
    if panels is None:
        return None
    unit = definitions.vocabulary["unit_of_analysis"][figure.unit_of_analysis](language) if figure else ""
    draw = partial(figures.withheld_counts, panels, definitions=definitions, language=language, unit=unit)
    return Image(lambda ax: draw(ax=ax), figures.withheld_size(panels), _told(panels, language))


def _panels(
    stand: Stand, table: pd.DataFrame, *, definitions: Definitions, language: str, moves: bool
) -> Panels | None:
    """Give the bars of a table with one count per row; None where it is no such table.

    Parameters
    ----------
    stand : Stand
        What stands for the exact table.
    table : DataFrame
        The same, with who improved, stayed and declined in words.
    definitions : Definitions
        Words and colours.
    language : str
        `nl` or `en`.
    moves : bool
        Whether the figure has words of its own for the directions, and so colours that do not judge.
    """
    label = next((name for name in LABELS if name in table), None)
    count = next((name for name in COUNTS if name in table), None)
    if label is None or count is None or (label == "value" and "characteristic" not in table):
        return None
    words = worded(table, definitions=definitions, language=language, marks=stand.marks)
    at = {name: words.names.index(name) for name in (label, count)}
    group = next((words.names.index(name) for name in GROUPS if name in words.names), None)
    units = words.names.index("unit") if "unit" in words.names else None
    colours = list(_colours(stand.table, label, definitions, moves=moves))
    panels: dict[str, list[CountRow]] = {}
    levels = [f"{level} " if str(level).isdigit() else "" for level in stand.table.get("level", words.rows)]
    for row, level, colour, value in zip(words.rows, levels, colours, stand.table[count], strict=True):
        name = ": ".join(row[place] for place in (units, group) if place is not None)
        known = None if pd.isna(value) else int(value)
        panels.setdefault(name, []).append(CountRow(level + row[at[label]], known, row[at[count]], colour))
    return list(panels.items())


def _told(panels: Panels, language: str) -> str:
    """Say in words what the bars show."""
    parts = []
    for name, rows in panels:
        listed = "; ".join(f"{row.label}: {_spoken(row.text, language)}" for row in rows)
        parts.append(f"{name} – {listed}." if len(panels) > 1 else f"{listed}.")
    hatched = any(row.count is None for _, rows in panels for row in rows)
    return " ".join([DESCRIBED(language), *([HATCHED(language)] if hatched else []), *parts])


def _spoken(text: str, language: str) -> str:
    """Say a count, or the mark that stands for it."""
    if text.startswith("<"):
        return f"{FEWER(language)} {text[1:]}"
    return UNSHOWN(language) if text in (MARK, NOTHING) else text


def _colours(table: pd.DataFrame, label: str, definitions: Definitions, *, moves: bool) -> Iterator[str]:
    """Give the colour of each row."""
    palette = definitions.palette
    levels = {str(level): colour for level, colour in enumerate(palette.levels, start=1)}
    known: dict[str, str] = {
        "label": levels | {"not_applicable": palette.not_applicable, "missing": palette.missing},
        "class": {change.id: change.colour for change in definitions.kansarmoede.classes},
        "change": {
            str(name): colour for name, colour in (palette.moves if moves else palette.direction).items()
        },
    }.get(label, {})
    for value in table["level" if label == "label" else label].astype("str"):
        yield known.get(value, PLAIN)
