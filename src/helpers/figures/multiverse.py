"""The specification curve: every specification by its net share, and below it the choices that it makes."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from helpers.definitions import Definitions
from helpers.figures import _words as words
from helpers.figures._base import FAINT, INK, NEUTRAL, QUIET, WIDTH, axes, is_empty, nothing, split
from helpers.formats import count, percentage

ROW = 0.175  # inches of an option
CURVE = 2.3  # inches of the upper panel
DIMENSIONS = (
    "mapping", "members", "unknown_domain", "poverty_cutoff", "follow_up_rule", "baseline_window_days",
)  # fmt: skip
OTHER = QUIET  # not equivalent: small and dark, on the larger and lighter equivalent ones
THIN = 0.35  # points: thousands of marks stand side by side
BANDS = {True: words.EQUIVALENT, False: words.NOT_EQUIVALENT}  # the first lines below the curve


def specification_curve(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw the net share of every specification, from low to high, above the choices that it makes.

    Parameters
    ----------
    table : the choices, default, equivalent, families, net: a row per specification.
    definitions : for the words of the choices.
    language : `nl` or `en`.
    title : the finding.
    ax : where to draw; a new figure by default.
    """
    ax = axes(ax, specification_curve_size(table), title)
    if is_empty(table):
        return nothing(ax, language)
    rows = table[table["net"].notna()].sort_values("net", kind="stable", ignore_index=True)
    below = ROW * (len(_option_rows(table)) + len(BANDS))
    curve, matrix = split(ax, 2, 1, height_ratios=[CURVE, below])
    _curve(curve, rows, language)
    _matrix(matrix, rows, table, definitions, language)
    return ax


def specification_curve_size(table: pd.DataFrame) -> tuple[float, float]:
    """Give the size in inches that holds every option."""
    return (WIDTH, 1.7 + CURVE + ROW * (len(_option_rows(table)) + len(BANDS)))


def _option_rows(table: pd.DataFrame) -> list[tuple[str, object]]:
    """The lines of the lower panel: a dimension (None), then its options."""
    return [(name, option) for name in DIMENSIONS for option in [None, *dict.fromkeys(table[name].tolist())]]


def _curve(ax: Axes, rows: pd.DataFrame, language: str) -> None:
    """Draw the upper panel; those that are not equivalent lie, smaller and darker, on those that are.

    Its axis follows the specifications: it compares them with each other and with zero.
    """
    places = np.arange(len(rows))
    same = rows["equivalent"].to_numpy()
    for which, colour, size in ((same, NEUTRAL[1], 11.0), (~same, OTHER, 1.2)):
        ax.scatter(places[which], rows["net"][which], s=size, color=colour, linewidths=0, rasterized=True)
    ax.axhline(0, color=INK, linewidth=0.9)
    for place in places[rows["default"]]:
        ax.plot(
            [place], [rows["net"][place]], "D", color=INK, markeredgecolor="white", markersize=7, zorder=5
        )
    ax.set_xlim(-len(rows) * 0.01, len(rows) * 1.01)
    ax.set_xticks([])
    low, high = ax.get_ylim()
    ticks = [tick / 10 for tick in range(-10, 11) if low <= tick / 10 <= high]
    ax.set_yticks(ticks, [percentage(tick, language, digits=0, signed=True) for tick in ticks])
    ax.set_ylabel(words.NET(language))
    ax.grid(axis="y")
    _legend(ax, rows, language)


def _legend(ax: Axes, rows: pd.DataFrame, language: str) -> None:
    """Name the three marks and how many there are, above the panel: the dots can be anywhere in it."""
    marks = [
        Line2D([], [], linestyle="", marker="D", color=INK, markersize=7),
        Line2D([], [], linestyle="", marker="o", color=NEUTRAL[1], markersize=5),
        Line2D([], [], linestyle="", marker="o", color=OTHER, markersize=2),
    ]
    same = int(rows["equivalent"].sum())
    numbered = ((words.EQUIVALENT, same), (words.NOT_EQUIVALENT, len(rows) - same))
    names = [words.USUAL(language), *(f"{word(language)} (n = {count(n)})" for word, n in numbered)]
    ax.legend(
        marks, names, loc="lower right", bbox_to_anchor=(1, 1), ncol=3, handletextpad=0.2, columnspacing=1.4
    )


def _matrix(
    ax: Axes, rows: pd.DataFrame, table: pd.DataFrame, definitions: Definitions, language: str
) -> None:
    """Draw the lower panel: a thin mark wherever a specification is of the kind, or takes the option."""
    labels: list[str] = []
    heads: list[int] = []
    for same, word in BANDS.items():
        _marks(ax, len(labels), rows["equivalent"] == same)
        labels.append(word(language))
    for name, option in _option_rows(table):
        if option is None:
            heads.append(len(labels))
            labels.append(definitions.word("dimension", name, language))
            continue
        _marks(ax, len(labels), rows[name] == option)
        labels.append(definitions.word(name, str(option), language))
    ax.set_yticks(range(len(labels)), labels)
    for y, tick in enumerate(ax.get_yticklabels()):
        tick.set_fontweight("bold" if y in heads else "normal")
    for place in np.flatnonzero(rows["default"].to_numpy()):
        ax.axvline(place, color=INK, linewidth=0.9)
    ax.set_ylim(len(labels) - 0.4, -0.6)
    ax.set_xlim(-len(rows) * 0.01, len(rows) * 1.01)
    ax.set_xticks([])
    ax.set_xlabel(words.SPECIFICATIONS(language), color=QUIET)
    ax.spines["left"].set_visible(False)


def _marks(ax: Axes, y: int, there: pd.Series) -> None:
    """Draw one line of the lower panel."""
    places = np.flatnonzero(there.to_numpy())
    ax.vlines(places, y - 0.36, y + 0.36, color=NEUTRAL[2], linewidth=THIN, rasterized=True)
    ax.axhline(y + 0.5, color=FAINT, linewidth=0.5, zorder=0)
