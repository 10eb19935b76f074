"""The official Flemish series, for orientation, with the warning that it is not like for like."""

import pandas as pd
from matplotlib.axes import Axes

from helpers.definitions import MOMENTS, Definitions
from helpers.figures import _words as words
from helpers.figures._base import ALL, INK, NEUTRAL, SIZES, axes, share_axis, split, wrap
from helpers.formats import count, decimal, percentage


def official_series(
    table: pd.DataFrame,
    *,
    measures: pd.DataFrame,
    definitions: Definitions,
    language: str,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the official Flemish index over the years and, apart, H of these families; with the warning.

    Parameters
    ----------
    table : year, percentage (per cent): the official series.
    measures : pilot, moment, families, H (share): the rows of `all` are drawn.
    definitions : for words.
    language : `nl` or `en`.
    title : the finding.
    ax : where to draw; a new figure by default.
    """
    ax = axes(ax, SIZES["official_series"], title)
    panels, warning = split(ax, 2, 1, height_ratios=[1, 0.2])
    series, families = split(panels, 1, 2, width_ratios=[1.7, 1])
    _series(series, table, language)
    _sample(families, measures, definitions, language)
    n = measures.loc[measures["pilot"] == ALL, "families"].max()
    heads = (words.OFFICIAL(language), words.SAMPLE(language).format(n=count(n)))
    said = (words.OF_BIRTHS(language), words.OF_FOLLOWED(language))
    for panel, head, of in zip((series, families), heads, said, strict=True):
        share_axis(panel, 1.08, language, axis="y", label=of)
        panel.set_title(head, fontsize=9.5)
    warning.set_axis_off()
    box = {"boxstyle": "round,pad=0.5", "facecolor": "#fff6d6", "edgecolor": INK, "linewidth": 0.8}
    text = "⚠ " + definitions.kansarmoede.official_warning(language)
    warning.text(
        0.5, 0.5, wrap(text, 92), ha="center", va="center", fontsize=9, bbox=box, transform=warning.transAxes
    )
    return ax


def _series(ax: Axes, table: pd.DataFrame, language: str) -> None:
    """Draw the official percentages as a line with its numbers."""
    years, shares = table["year"].astype(int), table["percentage"] / 100
    every = pd.Series(shares.to_numpy(), index=years).reindex(range(years.min(), years.max() + 1))
    # no line through years without a number
    ax.plot(every.index, every, "-o", color=NEUTRAL[2], markersize=4)
    for i, (year, share) in enumerate(zip(years, shares, strict=True)):
        side, va = ((0, 6), "bottom") if i % 2 == 0 else ((0, -6), "top")
        options = {"textcoords": "offset points", "ha": "center", "va": va, "fontsize": 9}
        ax.annotate(decimal(100 * share, language, digits=1), (year, share), side, **options)
    ax.set_xticks(years, [str(year) for year in years], rotation=90)
    ax.set_xlim(years.min() - 0.8, years.max() + 0.8)


def _sample(ax: Axes, measures: pd.DataFrame, definitions: Definitions, language: str) -> None:
    """Draw H of all followed families at both moments."""
    rows = measures[measures["pilot"] == ALL]
    shares = rows.set_index(rows["moment"].astype(str))["H"].loc[list(MOMENTS)]
    ax.bar([0, 1], shares.fillna(0), color=NEUTRAL[1:], edgecolor=INK, linewidth=0.5, width=0.7)
    options = {"textcoords": "offset points", "ha": "center", "fontsize": 9}
    for x, share in enumerate(shares):
        ax.annotate(percentage(share, language), (x, 0 if pd.isna(share) else share), (0, 3), **options)
    ax.set_xticks([0, 1], [definitions.word("moment", moment, language) for moment in MOMENTS])
    ax.set_xlim(-0.7, 1.7)
