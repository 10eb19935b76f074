"""The figure of planning: the chance of finding a difference by the number of families."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from helpers.definitions import Definitions
from helpers.figures import _words as words
from helpers.figures._base import INK, QUIET, SIZES, axes, first_upper, is_empty, nothing, split, wrap
from helpers.formats import percentage, points

LINES = (  # colour (the larger the difference, the darker), dashes and marker
    ("#82a5d6", "-", "o"),
    ("#4f7ab8", "--", "s"),
    ("#2b4f81", "-", "D"),
    ("#101f38", "--", "^"),
    ("#1a1a1a", "-.", "v"),
    ("#595959", "-.", "P"),
)
NO_DIFFERENCE = (QUIET, ":", ".")
TICKS = 5  # at most so many numbers of families are written below a panel


def power(
    table: pd.DataFrame,
    *,
    target: float,
    definitions: Definitions,
    language: str,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the power by the number of families, a panel per outcome and a line per net share.

    Parameters
    ----------
    table : outcome, net, families_per_group, power, power_low, power_high.
    target : the power that is meant to be reached, drawn as a level line.
    definitions : for the titles of the outcomes.
    language : `nl` or `en`.
    title : the finding.
    ax : where to draw; a new figure by default.
    """
    ax = axes(ax, SIZES["power"], title)
    if is_empty(table):
        return nothing(ax, language)
    outcomes = list(dict.fromkeys(table["outcome"].astype(str)))
    body, legend = split(ax, 2, 1, height_ratios=[1, 0.12])
    panels = split(body, 1, len(outcomes))
    for panel, outcome in zip(panels, outcomes, strict=True):
        rows = table[table["outcome"] == outcome]
        _curves(panel, rows, language)
        _power_axes(panel, rows, target, language, first=panel is panels[0])
        name = definitions.word("planning_outcome", outcome, language)
        panel.set_title(wrap(first_upper(name), 26), fontsize=9.5)
    panels[len(panels) // 2].set_xlabel(words.FAMILIES_PER_GROUP(language))
    _legend(legend, panels[0])
    return ax


def _curves(ax: Axes, rows: pd.DataFrame, language: str) -> None:
    """Draw a line per net share with its interval; say which ones the observed movement does not allow."""
    absent = []
    looks = iter(LINES * len(rows))
    for net, line in rows.groupby("net"):
        colour, dashes, marker = NO_DIFFERENCE if net == 0 else next(looks)
        if line["power"].isna().all():
            absent.append(points(net, language, signed=True))
        families = line["families_per_group"].astype(int)
        label = words.NO_DIFFERENCE(language) if net == 0 else points(net, language, signed=True)
        options = {"color": colour, "linestyle": dashes, "marker": marker, "markersize": 3.5}
        ax.plot(families, line["power"], label=label, linewidth=1.4, **options)
        ax.vlines(families, line["power_low"], line["power_high"], color=colour, linewidth=0.8)
    if absent:
        _say_absent(ax, absent, rows["power"].isna().all(), language)


def _say_absent(ax: Axes, absent: Sequence[str], everything: bool, language: str) -> None:
    """Write in the panel what could not be simulated."""
    what = words.NO_PAIRS if everything else words.NOT_FEASIBLE
    text = what(language).format(net=", ".join(absent))
    place = (0.5, 0.5, "center", "center") if everything else (0.99, 0.08, "right", "bottom")
    options = {"fontsize": 9, "color": QUIET, "zorder": 1, "transform": ax.transAxes}
    ax.text(*place[:2], wrap(text, 19), ha=place[2], va=place[3], **options)


def _power_axes(ax: Axes, rows: pd.DataFrame, target: float, language: str, *, first: bool) -> None:
    """Give the axes their ticks and draw the target; the number of families grows by factors."""
    families = sorted(set(rows["families_per_group"].astype(int)))
    ax.set_xscale("log")
    shown = families[:: -(-len(families) // TICKS)]
    ax.set_xticks(shown, [str(n) for n in shown])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlim(families[0] / 1.15, families[-1] * 1.15)
    ax.set_ylim(0, 1.03)
    steps = [0, 0.2, 0.4, 0.6, 0.8, 1]
    ax.set_yticks(steps, [percentage(y, language, digits=0) for y in steps] if first else [""] * len(steps))
    ax.set_ylabel(words.CHANCE_OF_FINDING(language) if first else "")
    ax.grid(axis="y")
    goal = f"{words.TARGET(language)} {percentage(target, language, digits=0)}"
    ax.axhline(target, color=INK, linewidth=1, linestyle=(0, (6, 3)), zorder=1, label=goal)


def _legend(ax: Axes, panel: Axes) -> None:
    """Put the meaning of the lines below the panels."""
    ax.set_axis_off()
    handles, labels = panel.get_legend_handles_labels()
    ax.legend(handles, labels, loc="center", ncol=3, handlelength=3.2, columnspacing=1.6)
