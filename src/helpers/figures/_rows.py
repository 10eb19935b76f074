"""Bars with their interval and numbers: lying (`row_chart`) and standing (`column_chart`)."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from helpers.figures._base import INK, QUIET, column, lines, share_axis, whiskers
from helpers.figures._words import SHARE
from helpers.formats import count, percentage

LINE = 0.16  # inches that a line of 9-point text takes
BAR = 0.25  # inches that a bar is thick
GAP = 0.12


def row_heights(labels: Sequence[str]) -> list[float]:
    """Inches that each row takes, from the lines of its label."""
    return [max(BAR + GAP, LINE * lines(label) + GAP) for label in labels]


def apart_heights(count: int) -> list[float]:
    """Inches that each row without a bar takes."""
    return [LINE + GAP] * count


def row_positions(heights: Sequence[float], start: float = 0.0) -> list[float]:
    """Middle of each row in inches from the top."""
    return [start + sum(heights[:i]) + heights[i] / 2 for i in range(len(heights))]


def row_chart(
    ax: Axes,
    labels: Sequence[str],
    table: pd.DataFrame,
    *,
    colours: Sequence[str],
    language: str,
    apart: Sequence[tuple[str, int]] = (),
    names: bool = True,
    steps: int = 5,
    positions: Sequence[float] | None = None,
) -> Axes:
    """Draw lying bars with Wilson intervals; share and n stand in columns at the right.

    The axis runs to 100 %, whatever the shares, so that figures compare with each other and between pilots.

    Parameters
    ----------
    ax : where to draw; the vertical unit is an inch, from the top down.
    labels, colours : the wrapped label and the colour of each bar, first on top.
    table : n, share, ci_low, ci_high: a row per bar, in the same order.
    language : `nl` or `en`.
    apart : (label, n) of cases without a level: in grey below the bars, with no bar.
    names : whether the labels are written.
    steps : most steps on the axis.
    positions : middle of each bar; by default from the labels.
    """
    words = [*labels, *(label for label, _ in apart)]
    heights = row_heights(labels)
    bars = list(positions) if positions is not None else row_positions(heights)
    places = bars + row_positions(apart_heights(len(apart)), bars[-1] + heights[-1] / 2 + GAP)
    ax.barh(bars, table["share"].fillna(0), height=BAR, color=list(colours), edgecolor=INK, linewidth=0.5)
    whiskers(ax, bars, table["ci_low"], table["ci_high"])
    edge = bars[0] - heights[0] / 2
    _numbers(ax, places, table, apart, language, head=edge - LINE / 2)
    ax.set_yticks(places, words if names else [""] * len(words))
    for tick in ax.get_yticklabels()[len(labels) :]:
        tick.set_color(QUIET)
    ax.set_ylim(places[-1] + (LINE if apart else heights[-1]) / 2 + GAP / 2, edge)
    share_axis(ax, 1.0, language, most=steps)
    return ax


def _numbers(
    ax: Axes,
    places: Sequence[float],
    table: pd.DataFrame,
    apart: Sequence[tuple[str, int]],
    language: str,
    *,
    head: float,
) -> None:
    """Write share and n at the right of each row, with their names above."""
    bars, others = places[: len(table)], places[len(table) :]
    column(ax, 46, bars, [percentage(share, language) for share in table["share"]])
    column(ax, 76, bars, [count(n) for n in table["n"]])
    column(ax, 76, others, [count(n) for _, n in apart], color=QUIET)
    column(ax, 46, [head], [SHARE(language)], color=QUIET)
    column(ax, 76, [head], ["n"], color=QUIET)


def column_chart(
    ax: Axes,
    places: Sequence[float],
    labels: Sequence[str],
    table: pd.DataFrame,
    *,
    colours: Sequence[str],
    language: str,
    axis_label: str,
) -> Axes:
    """Draw standing bars with Wilson intervals and n above each, on an axis to 100 %.

    Parameters
    ----------
    ax : where to draw.
    places : middle of each bar.
    labels : name under each bar.
    table : n, share, ci_low, ci_high: a row per bar.
    colours : one per bar.
    language : `nl` or `en`.
    axis_label : what the shares are of.
    """
    ax.bar(places, table["share"].fillna(0), width=0.78, color=list(colours), edgecolor=INK, linewidth=0.5)
    whiskers(ax, places, table["ci_low"], table["ci_high"], vertical=True)
    heights = table["ci_high"].fillna(0)
    for place, height, n in zip(places, heights, table["n"], strict=True):
        ax.annotate(count(n), (place, height), (0, 2), textcoords="offset points", ha="center", fontsize=9)
    ax.set_xticks(list(places), list(labels))
    share_axis(ax, 1.0, language, label=axis_label, axis="y")
    return ax
