"""A finished table → Axes: charts by shape, for any output whose rows have a label and numbers."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from helpers.figures._base import INK, QUIET, SMALLEST, WIDTH, axes, on, wrap

ROW, LINE = 0.3, 0.16  # inches of a row, and of each further line of its label
LABEL = 34  # characters of a line of a label
SHOWN = 0.055  # share of a bar from which on a part has room for its number


def rows_size(labels: Sequence[str], *, legend: bool = False) -> tuple[float, float]:
    """Give the size in inches of a chart of rows."""
    lines = sum(wrap(label, LABEL).count("\n") for label in labels)
    return (WIDTH, 0.55 + ROW * len(labels) + LINE * lines + (0.4 if legend else 0.0))


def bars(
    labels: Sequence[str],
    values: Sequence[float],
    numbers: Sequence[str],
    *,
    colours: Sequence[str],
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a lying bar per row, with its number at the end.

    Parameters
    ----------
    labels, values, numbers, colours
        Of each row: what it is, how long its bar is, what stands at its end, and in which colour.
    title : str
        The finding, above the drawing.
    ax : Axes, optional
        By default those of a new figure.
    """
    ax = axes(ax, rows_size(labels), title)
    places = list(range(len(labels)))
    ax.barh(places, values, height=0.72, color=list(colours), edgecolor=INK, linewidth=0.4)
    top = max([*values, 1e-9])
    for place, value, number in zip(places, values, numbers, strict=True):
        ax.text(value + top * 0.012, place, number, va="center", fontsize=SMALLEST)
    _rows(ax, labels, places)
    ax.set_xlim(0, top * 1.22)
    ax.xaxis.set_visible(False)
    ax.spines["bottom"].set_visible(False)
    return ax


def stacks(
    labels: Sequence[str],
    parts: pd.DataFrame,
    names: Sequence[str],
    *,
    colours: Sequence[str],
    numbers: pd.DataFrame,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a lying bar per row that is divided over its parts, each with its number where there is room.

    Parameters
    ----------
    labels : sequence of str
        What each row is.
    parts : DataFrame
        A row each, a column per part: counts, of which the shares of the row are drawn.
    names, colours
        Of the parts.
    numbers : DataFrame of str
        What stands in each part.
    title, ax
        As in `bars`.
    """
    ax = axes(ax, rows_size(labels, legend=True), title)
    places = list(range(len(labels)))
    shares = parts.div(parts.sum(axis=1).where(parts.sum(axis=1) > 0), axis=0).fillna(0.0)
    left = [0.0] * len(labels)
    for column, colour in zip(shares, colours, strict=True):
        ax.barh(places, shares[column], left=left, height=0.72, color=colour, edgecolor=INK, linewidth=0.4)
        for place, (share, number) in enumerate(zip(shares[column], numbers[column], strict=True)):
            if share >= SHOWN:
                options = {"ha": "center", "va": "center", "fontsize": SMALLEST, "color": on(colour)}
                ax.text(left[place] + share / 2, place, number, **options)  # type: ignore[arg-type]
            left[place] += share
    _rows(ax, labels, places)
    ax.set_xlim(0, 1)
    ax.xaxis.set_visible(False)
    ax.spines["bottom"].set_visible(False)
    marks = [Patch(facecolor=colour, edgecolor=INK, linewidth=0.4) for colour in colours]
    ax.legend(marks, names, loc="upper left", bbox_to_anchor=(0, 0), ncols=min(len(names), 4))
    return ax


def _rows(ax: Axes, labels: Sequence[str], places: Sequence[int]) -> None:
    """Label the rows, the first on top."""
    ax.set_yticks(places, [wrap(label, LABEL) for label in labels])
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.spines["left"].set_color(QUIET)
