"""Estimates around zero with their intervals, a row each: net shares and differences of shares."""

from collections.abc import Callable, Sequence

import pandas as pd
from matplotlib.axes import Axes

from helpers.definitions import Definitions
from helpers.figures import _words as words
from helpers.figures._base import (
    INK,
    QUIET,
    SIZES,
    WIDTH,
    arrows,
    axes,
    column,
    is_empty,
    nothing,
    signed_share_axis,
    wrap,
)
from helpers.figures._cells import item_and_unit
from helpers.figures._rows import row_heights, row_positions
from helpers.formats import count, decimal, percentage

HEAD = 0.2  # inches above the first row


def net_shares(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw the net share of each transition figure with its interval.

    Parameters
    ----------
    table : figure, unit, item, n, net, net_low, net_high (transition_tests).
    definitions : for titles and words.
    language : `nl` or `en`.
    title : the finding.
    ax : where to draw; a new figure by default.
    """
    ax = axes(ax, net_shares_size(table), title)
    names = [
        wrap(item_and_unit(*key, definitions, language), 34)
        for key in zip(table["unit"].astype(str), table["item"], strict=True)
    ]
    return _rows(ax, names, table, "net", language, words.NET_AXIS(language))


def net_shares_size(table: pd.DataFrame) -> tuple[float, float]:
    """Give the size in inches that holds a row per matrix."""
    return (WIDTH, 1.4 + 0.45 * len(table))


def poverty_line(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw the change in the share of poor families with its interval.

    Parameters
    ----------
    table : one row: n, difference, difference_low, difference_high (poverty_change).
    definitions : not used; every figure takes them.
    language : `nl` or `en`.
    title : the finding.
    ax : where to draw; a new figure by default.
    """
    ax = axes(ax, SIZES["one_estimate"], title)
    label = words.POOR_AXIS(language)
    names = [wrap(words.POOR_DIFFERENCE(language), 34)]
    return _rows(ax, names, table, "difference", language, label, write=_points)


def score_net(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw the net share of families that improved, with its interval.

    Parameters
    ----------
    table : one row: n, net, net_low, net_high (score_change).
    definitions : not used; every figure takes them.
    language : `nl` or `en`.
    title : the finding.
    ax : where to draw; a new figure by default.
    """
    ax = axes(ax, SIZES["one_estimate"], title)
    names = [wrap(words.NET_OF_FAMILIES(language), 34)]
    return _rows(ax, names, table, "net", language, words.NET_AXIS(language))


def _share(value: float, language: str, digits: int = 1) -> str:
    """Write a net share."""
    return percentage(value, language, digits=digits, signed=True)


def _points(value: float, language: str, digits: int = 1) -> str:
    """Write a difference of shares in percentage points, the axis says so."""
    return decimal(100 * value, language, digits=digits, signed=True)


def _rows(
    ax: Axes,
    names: Sequence[str],
    table: pd.DataFrame,
    column_name: str,
    language: str,
    label: str,
    *,
    write: Callable[..., str] = _share,
) -> Axes:
    """Draw a row per estimate: a line for the interval, a diamond, the numbers at the right."""
    if is_empty(table):
        return nothing(ax, language)
    columns = [column_name, f"{column_name}_low", f"{column_name}_high"]
    rows = table[columns].set_axis(["estimate", "low", "high"], axis="columns")
    heights = row_heights(names)
    places = row_positions(heights)
    ax.hlines(places, rows["low"], rows["high"], color=INK, linewidth=1.6, zorder=3)
    marks = {"color": INK, "markeredgecolor": "white", "markersize": 7, "linestyle": "", "zorder": 4}
    ax.plot(rows["estimate"], places, "D", **marks)
    ax.axvline(0, color=INK, linewidth=0.9, zorder=2)
    column(ax, 26, places, [count(n) for n in table["n"]])
    column(ax, 26, [-HEAD / 2], ["n"], color=QUIET)
    column(ax, 76, places, [write(value, language) for value in rows["estimate"]])
    ends = zip(rows["low"], rows["high"], strict=True)
    to = words.TO(language)
    column(ax, 180, places, [f"{write(low, language)} {to} {write(high, language)}" for low, high in ends])
    column(ax, 180, [-HEAD / 2], [words.INTERVAL(language)], color=QUIET)
    ax.set_yticks(places, list(names))
    ax.set_ylim(sum(heights), -HEAD)
    signed_share_axis(ax, language, write, label=label)
    arrows(ax, places, rows["low"], rows["high"])
    return ax
