"""Charts of cells: a square of colours with words in them, under the names of its columns."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from helpers.charts.style import (
    LINE,
    QUIET,
    WIDE,
    begin,
    beside,
    count_lines,
    key,
    key_height,
    measure,
    on,
    place,
    wrap,
)

LABELS = 0.36  # of the width: the most that the names of rows take


def cells(
    colours: pd.DataFrame,
    words: pd.DataFrame,
    told: pd.DataFrame,
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    head: str = "",
    short: tuple[Sequence[str], Sequence[str], str] | None = None,
    named: tuple[Sequence[str], Sequence[Any]] = ((), ()),
    bold: Sequence[int] = (),
    labels: float = LABELS,
    most: float = 60.0,
    width: float = WIDE,
    ax: Axes | None = None,
) -> Axes:
    """Draw a field per cell.

    Parameters
    ----------
    colours, words, told : of each cell: its colour, what stands in it, and its title; the first row on top.
    rows, columns : the names of both.
    head : what rows and columns are.
    short : rows, columns and head of a narrow figure.
    named : names and colours of a key above.
    bold : places of the rows whose name is bold.
    labels : share of the width that the names of rows take at most.
    most : points of the widest column.
    width, ax : inches of a new figure, or where to draw.
    """
    import seaborn  # brings scipy.stats along: a second for a kernel that draws no matrix

    ax, points, narrow = begin(ax, width)
    if narrow and short:
        rows, columns, head = short
    names = [wrap(name, labels * points) for name in rows]
    left = max(measure(line, bold=i in bold) for i, name in enumerate(names) for line in name.split("\n")) + 8
    wide = min((points - left) / len(columns), most)
    heads = [wrap(name, wide - 2) for name in columns]
    inside = words.map(lambda word: wrap(str(word), wide - 4))
    high = LINE * max(map(count_lines, [*names, *inside.to_numpy().ravel()])) + 7
    top = key_height(named[0], points)
    said = wrap(head, points).split("\n") if head else []
    above = top + LINE * (len(said) + max(map(count_lines, heads))) + 4
    place([(ax, left, above, wide * len(columns), high * len(rows))], above + high * len(rows) + 1)
    fills = [str(colour) for row in colours.to_numpy() for colour in row]
    seaborn.heatmap(
        pd.DataFrame(np.arange(len(fills)).reshape(colours.shape)),
        cmap=ListedColormap(fills),
        vmin=-0.5,
        vmax=len(fills) - 0.5,
        linewidths=1.5,
        linecolor="white",
        cbar=False,
        xticklabels=False,
        yticklabels=False,
        ax=ax,
    )
    ax.collections[0].set_gid("\n".join(str(one) for row in told.to_numpy() for one in row))
    ax.set(xlabel="", ylabel="")
    for (i, j), word in np.ndenumerate(inside.to_numpy()):
        if word:
            _lines(ax, j + 0.5, i + 0.5, word, high, ha="center", color=on(colours.iloc[i, j]))
    at = {"transform": beside(ax)}
    for i, name in enumerate(names):
        _lines(ax, 0, i + 0.5, name, high, weight="bold" if i in bold else "normal", **at)
    for j, name in enumerate(heads):
        middle = (4 + LINE * count_lines(name) / 2) / high
        _lines(ax, j + 0.5, -middle, name, high, ha="center", color=QUIET)
    key(ax, *named, points, unit=high, top=-above / high)
    if said:
        _lines(ax, 0, (top - above + LINE * len(said) / 2) / high, "\n".join(said), high, color=QUIET, **at)
    return ax


def _lines(ax: Axes, x: float, middle: float, words: str, high: float, **options: Any) -> None:
    """Write lines around a height, each by itself, so that any font keeps them where they are."""
    lines = words.split("\n")
    for number, line in enumerate(lines):
        y = middle + (number - (len(lines) - 1) / 2) * LINE / high
        ax.text(x, y, line, va="center", **options)
