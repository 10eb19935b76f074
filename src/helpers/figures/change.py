"""The figure of what moved: improved, unchanged and declined for every item of the Sociale Balans."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from helpers.definitions import Definitions, Direction
from helpers.figures import _words as words
from helpers.figures._base import (
    INK,
    QUIET,
    WIDTH,
    arrows,
    axes,
    column,
    is_empty,
    lines,
    nothing,
    signed_share_axis,
    wrap,
)
from helpers.figures._cells import SIGNS, item_and_unit, way_colours
from helpers.figures._rows import row_positions
from helpers.formats import count, percentage

ROW = 0.2  # inches of a row with one line
LINE = 0.145  # inches of each further line
HEAD = 0.28  # inches above the first row


def item_change(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw who moved on each item: declined to the left, improved to the right, net share and interval.

    Parameters
    ----------
    table : unit, item, n, improved, unchanged_fresh, unchanged_carried, declined, net, net_low, net_high; in
        the order to draw.
    definitions : for titles, words and colours.
    language : `nl` or `en`.
    title : the finding.
    ax : where to draw; a new figure by default. The vertical unit is an inch, from the top down.
    """
    names = _item_names(table, definitions, language)
    ax = axes(ax, item_change_size(table, definitions=definitions, language=language), title)
    if is_empty(table):
        return nothing(ax, language)
    heights = [ROW + LINE * (lines(name) - 1) for name in names]
    places = row_positions(heights)
    for place, height in list(zip(places, heights, strict=True))[1::2]:
        ax.axhspan(place - height / 2, place + height / 2, color="#f4f4f4", linewidth=0, zorder=0)
    for direction in ("declined", "improved"):
        _bars(ax, places, table, direction, definitions)
    ax.hlines(places, table["net_low"], table["net_high"], color="white", linewidth=3, zorder=3)
    ax.hlines(places, table["net_low"], table["net_high"], color=INK, linewidth=1.1, zorder=3)
    ax.plot(
        table["net"], places, "D", color=INK, markeredgecolor="white", markersize=5, linestyle="", zorder=4
    )
    ax.axvline(0, color=INK, linewidth=0.9, zorder=3)
    ax.set_yticks(places, names)
    ax.set_ylim(sum(heights), -HEAD)
    _without_pairs(ax, places, table, language)
    _change_columns(ax, places, table, language)
    arrows(ax, places, table["net_low"].fillna(0), table["net_high"].fillna(0))
    signed_share_axis(ax, language, _without_sign, label=words.SHARE_OF_PAIRS(language))
    return ax


def item_change_size(table: pd.DataFrame, *, definitions: Definitions, language: str) -> tuple[float, float]:
    """Give the size in inches that holds all items."""
    further = sum(lines(name) - 1 for name in _item_names(table, definitions, language))
    return (WIDTH, 1.3 + ROW * len(table) + LINE * further)


def _item_names(table: pd.DataFrame, definitions: Definitions, language: str) -> list[str]:
    """Name each row by item and unit."""
    keys = zip(table["unit"].astype(str), table["item"], strict=True)
    return [wrap(item_and_unit(*key, definitions, language), 36) for key in keys]


def _bars(
    ax: Axes, places: Sequence[float], table: pd.DataFrame, direction: Direction, definitions: Definitions
) -> None:
    """Draw the bars of one direction."""
    sign = 1 if direction == "improved" else -1
    shares = table[direction].astype("float64") / table["n"].astype("float64").where(table["n"] > 0)
    keys = zip(table["unit"].astype(str), table["item"], strict=True)
    colours = [way_colours(definitions, *key)[direction] for key in keys]
    ax.barh(
        places, sign * shares.fillna(0), height=0.15, color=colours, edgecolor=INK, linewidth=0.4, zorder=2
    )


def _without_pairs(ax: Axes, places: Sequence[float], table: pd.DataFrame, language: str) -> None:
    """Say in grey which items have no pairs."""
    for label, place, n in zip(ax.get_yticklabels(), places, table["n"], strict=True):
        if not n:
            label.set_color(QUIET)
            options = {"textcoords": "offset points", "va": "center", "color": QUIET, "fontsize": 9}
            ax.annotate(words.NO_PAIRS(language), (0, place), (5, 0), **options)


def _change_columns(ax: Axes, places: Sequence[float], table: pd.DataFrame, language: str) -> None:
    """Write at the right how many declined, stayed and improved, and the net share; signs stand above."""
    counts = {
        "declined": table["declined"],
        "unchanged": table["unchanged_fresh"] + table["unchanged_carried"],
        "improved": table["improved"],
    }
    for points, (direction, numbers) in zip((20, 46, 72), counts.items(), strict=True):
        column(ax, points, places, [count(n) for n in numbers])
        column(ax, points, [-HEAD / 2], [SIGNS[direction]], color=QUIET)
    column(ax, 124, places, [percentage(net, language, signed=True) for net in table["net"]])
    column(ax, 124, [-HEAD / 2], [words.NET(language) + " ◆"], color=QUIET)


def _without_sign(share: float, language: str, *, digits: int) -> str:
    """Write a share without its sign: left and right say which way."""
    return percentage(abs(share), language, digits=digits)
