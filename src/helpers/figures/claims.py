"""The figure of the published results: how many statements of each section hold on the data at hand."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from helpers.claims import SIGNS
from helpers.definitions import Definitions, Text
from helpers.figures._base import INK, QUIET, WIDTH, axes, column, lines, wrap
from helpers.figures._rows import row_positions
from helpers.formats import count

ROW = 0.3  # inches of a row with one line
LINE = 0.15  # inches of each further line
HEAD = 0.26  # inches above the first row
COLUMNS = {"holds": 18, "does_not_hold": 44, "unknown": 70}  # points to the right of the bars
STATEMENTS = Text("aantal uitspraken", "number of statements")


def claims_summary(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw per section how many statements hold, do not hold, or cannot be told.

    Parameters
    ----------
    table : section, holds, does_not_hold, unknown; in the order to draw.
    definitions : for the titles of the sections, words and colours.
    language : `nl` or `en`.
    title : the finding.
    ax : where to draw; a new figure by default. The vertical unit is an inch, from the top down.
    """
    names = _section_names(table, definitions, language)
    ax = axes(ax, claims_summary_size(table, definitions=definitions, language=language), title)
    heights = [ROW + LINE * (lines(name) - 1) for name in names]
    places = row_positions(heights)
    palette = definitions.palette
    colours = (palette.change["green"].colour, palette.change["red"].colour, palette.not_applicable)
    start = pd.Series(0, table.index)
    for (verdict, sign), colour in zip(SIGNS.items(), colours, strict=True):
        n = table[verdict].astype(int)
        ax.barh(places, n, height=0.17, left=start, color=colour, edgecolor=INK, linewidth=0.5)
        column(ax, COLUMNS[verdict], places, [count(number) for number in n])
        column(ax, COLUMNS[verdict], [-HEAD / 2], [sign], color=QUIET)
        start = start + n
    ax.set_yticks(places, names)
    ax.set_ylim(sum(heights), -HEAD)
    ax.set_xlim(0, 1.02 * max([1, *start]))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    ax.grid(axis="x")
    ax.set_xlabel(STATEMENTS(language))
    words = [
        f"{sign} {definitions.word('claim_verdict', verdict, language)}" for verdict, sign in SIGNS.items()
    ]
    boxes = [Patch(facecolor=colour, edgecolor=INK, linewidth=0.5) for colour in colours]
    ax.legend(boxes, words, loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)
    return ax


def claims_summary_size(
    table: pd.DataFrame, *, definitions: Definitions, language: str
) -> tuple[float, float]:
    """Give the size in inches that holds all sections."""
    further = sum(lines(name) - 1 for name in _section_names(table, definitions, language))
    return (WIDTH, 1.6 + ROW * len(table) + LINE * further)


def _section_names(table: pd.DataFrame, definitions: Definitions, language: str) -> list[str]:
    """Name each row by the title of its section."""
    titles = definitions.vocabulary.get("claim_section", {})
    return [wrap(titles.get(name, Text(name, name))(language), 34) for name in table["section"]]
