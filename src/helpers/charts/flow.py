"""The chart of a way through states: a bar of each moment, and bands as wide as how many go on from it."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from helpers.charts.style import (
    LINE,
    QUIET,
    begin,
    count_lines,
    key,
    key_height,
    lighter,
    measure,
    place,
    wrap,
)
from helpers.formats import count

TALL, MOST = 230.0, 30.0  # points of all together, and of one at most
APART = 13.0  # points between the parts of a bar: one of a single family has room for its number
BAR = 9.0  # points of the width of a bar
PALE = 0.45  # strength of the colour of a band


def flow(
    steps: Sequence[pd.DataFrame],
    heads: Sequence[str],
    names: Mapping[str, str],
    colours: Mapping[str, str],
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw how many went from state to state, moment by moment.

    steps: whole numbers from one moment to the next, by state before (rows) and after (columns): the same
        states on both sides, the first on top.
    heads: what the moments are called: one more than there are steps.
    names, colours: of the states.
    ax: where to draw; by default on a new figure.
    """
    ax, points, _ = begin(ax)
    bars = [steps[0].sum(axis=1), *(step.sum() for step in steps)]
    scale = min(TALL / bars[0].sum(), MOST)
    last = max(measure(word) for word in heads[-1].split(" "))
    beyond = max(5 + max(measure(count(n)) for bar in bars for n in bar), last - BAR)
    apart = (points - BAR - beyond) / len(steps)
    told = [*(wrap(head, apart - 4) for head in heads[:-1]), wrap(heads[-1], BAR + beyond)]
    known = {state: names[state] for state in bars[0].index if any(bar[state] for bar in bars)}
    top = key_height(list(known.values()), points)
    above = top + LINE * max(map(count_lines, told)) + 4
    high = max(scale * bar.sum() + APART * (bar > 0).sum() for bar in bars)
    place([(ax, 0, above, points, high)], above + high)
    ax.set(xlim=(0, points), ylim=(high, 0))
    ax.set_axis_off()
    tops = [_tops(bar, scale) for bar in bars]
    for at, step in enumerate(steps):
        left, right = at * apart + BAR, (at + 1) * apart
        leaves, comes = tops[at].copy(), tops[at + 1].copy()
        for before in step.index:
            for after in step.columns:
                if n := int(step.loc[before, after]):
                    band = PathPatch(
                        _band(left, leaves[before], right, comes[after], n * scale),
                        facecolor=lighter(colours[before], PALE),
                        edgecolor="white",
                        linewidth=0.6,
                    )
                    ends = [f"{heads[at + one]}: {names[state]}" for one, state in enumerate((before, after))]
                    band.set_gid(f"{' → '.join(ends)}: {count(n)}")
                    ax.add_patch(band)
                    leaves[before] += n * scale
                    comes[after] += n * scale
    for at, (bar, head) in enumerate(zip(bars, told, strict=True)):
        for line, words in enumerate(head.split("\n")):
            ax.text(at * apart, LINE * (line + 0.5) - above + top, words, va="center", color=QUIET)
        for state, n in bar[bar > 0].items():
            y = tops[at][state]
            field = Rectangle((at * apart, y), BAR, n * scale, facecolor=colours[state], linewidth=0)
            field.set_gid(f"{heads[at]}, {names[state]}: {count(n)}")
            ax.add_patch(field)
            ax.text(at * apart + BAR + 3, y + n * scale / 2, count(n), va="center")
    key(ax, list(known.values()), [colours[state] for state in known], points, top=-above)
    return ax


def _tops(bar: pd.Series, scale: float) -> pd.Series:
    """Give the upper edge of each part of a bar; parts of nobody take no room."""
    room = bar * scale + APART * (bar > 0)
    return room.cumsum() - room + APART / 2


def _band(left: float, y: float, right: float, end: float, high: float) -> Path:
    """Give a band of one height that leads from a place to another."""
    middle = (left + right) / 2
    there = [(left, y), (middle, y), (middle, end), (right, end)]
    back = [(right, end + high), (middle, end + high), (middle, y + high), (left, y + high)]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    return Path([*there, *back, (left, y)], codes)
