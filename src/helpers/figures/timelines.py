"""Figures of the internal review: one family's items from date to date, and themes in the notes."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from helpers.definitions import Definitions
from helpers.figures import _words as words
from helpers.figures._base import (
    INK,
    QUIET,
    WIDTH,
    axes,
    column,
    lighter,
    lines,
    nothing,
    on,
    share_axis,
    wrap,
)
from helpers.figures._cells import SIGNS
from helpers.figures._rows import LINE, row_positions
from helpers.formats import count, decimal

ROW = 0.2  # inches
COLUMN = 0.42  # inches: a date with its values needs that much
NAMES = 2.9  # inches for the names of the items
CARRIED = 0.35  # strength of the colour of a value that was not registered that day
KEYS = ["unit", "person", "item"]
CHANGED = {"improved": SIGNS["improved"], "declined": SIGNS["declined"], "other": "◆"}
THEME_ROW = 0.36  # inches


def timeline(
    table: pd.DataFrame,
    *,
    marked: pd.DataFrame,
    definitions: Definitions,
    language: str,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the items of one family (rows) on its registration dates (columns of equal width).

    A value in its full colour was registered that day, a pale one is carried forward; a change has a sign
    beside its number and a dark edge at its left.

    Parameters
    ----------
    table : unit, person, item, date, level, status, registered, change: rows of one family.
    marked : unit, person, item of the rows whose names are bold.
    definitions : for titles and colours.
    language : `nl` or `en`.
    title : the finding.
    ax : where to draw; a new figure by default. The vertical unit is an inch, from the top down.
    """
    ax = axes(ax, timeline_size(table, definitions=definitions, language=language), title)
    if table.empty:
        return nothing(ax, language)
    rows = table[KEYS].drop_duplicates().reset_index(drop=True)
    names = _names(rows, definitions, language)
    heights = [ROW + LINE * (lines(name) - 1) for name in names]
    places = row_positions(heights)
    dates = sorted(table["date"].unique())
    where = rows.assign(place=places, height=heights)
    cells = table.merge(where, on=KEYS, validate="many_to_one")
    for cell in cells.itertuples():
        _cell(ax, dates.index(cell.date), cell, definitions)
    ax.set_xlim(0, len(dates))
    ax.set_ylim(sum(heights), 0)
    _frame(ax, rows, places, names, marked)
    _between_persons(ax, rows, heights, len(dates))
    ax.set_xticks([n + 0.5 for n in range(len(dates))], [f"{date:%d/%m}\n{date:%Y}" for date in dates])
    ax.xaxis.set_ticks_position("top")
    ax.tick_params(length=0)
    return ax


def timeline_size(table: pd.DataFrame, *, definitions: Definitions, language: str) -> tuple[float, float]:
    """Give the size in inches that holds all rows, and all dates."""
    names = _names(table[KEYS].drop_duplicates(), definitions, language)
    further = sum(lines(name) - 1 for name in names)
    width = max(WIDTH, NAMES + COLUMN * table["date"].nunique())
    return (width, 1.25 + ROW * len(names) + LINE * further)


def _names(rows: pd.DataFrame, definitions: Definitions, language: str) -> list[str]:
    """Name each row by person, or household, and item."""
    named = zip(rows["unit"].astype(str), rows["person"], rows["item"], strict=True)
    return [
        wrap(
            f"{definitions.word('unit', unit, language).capitalize() if pd.isna(person) else person}"
            f" · {definitions.item(unit, item).title(language)}",
            38,
            balanced=False,
        )
        for unit, person, item in named
    ]


def _cell(ax: Axes, left: int, cell: Any, definitions: Definitions) -> None:
    """Draw one value: its colour, its number, and how it changed."""
    if cell.status == "missing":
        return
    palette = definitions.palette
    observed = cell.status == "observed"
    full = palette.levels[int(cell.level) - 1] if observed else palette.not_applicable
    fill = full if cell.registered else to_hex(lighter(full, CARRIED))
    top = cell.place - cell.height / 2
    ax.add_patch(Rectangle((left, top), 1, cell.height, facecolor=fill, edgecolor="white", linewidth=1.2))
    changed = isinstance(cell.change, str)
    text = (str(cell.level) if observed else "–") + (f" {CHANGED[cell.change]}" if changed else "")
    weight = "bold" if changed else "normal"
    options = {"ha": "center", "va": "center", "fontsize": 9, "weight": weight, "color": on(fill)}
    ax.text(left + 0.5, cell.place, text, **options)
    if changed:
        ax.vlines(left, top, top + cell.height, color=INK, linewidth=2.4, zorder=3)


def _frame(
    ax: Axes, rows: pd.DataFrame, places: Sequence[float], names: Sequence[str], marked: pd.DataFrame
) -> None:
    """Write the names of the rows, in bold where they are marked."""
    ax.set_yticks(places, names)
    bold = {tuple(map(str, key)) for key in marked[KEYS].itertuples(index=False)}
    for label, key in zip(ax.get_yticklabels(), rows.itertuples(index=False), strict=True):
        if tuple(map(str, key)) in bold:
            label.set_fontweight("bold")
    for spine in ax.spines.values():
        spine.set_visible(False)


def _between_persons(ax: Axes, rows: pd.DataFrame, heights: Sequence[float], width: int) -> None:
    """Draw a line between the rows of one person and the next."""
    whose = rows["unit"].astype(str) + rows["person"].fillna("").astype(str)
    for n in range(1, len(rows)):
        if whose.iloc[n] != whose.iloc[n - 1]:
            ax.hlines(sum(heights[:n]), 0, width, color=QUIET, linewidth=0.8, zorder=2)


def themes(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw per theme the share of families with a note about it: declined (◆) above the others (○).

    Parameters
    ----------
    table : label, and of both groups (`declined`, `other`) families, with_theme, share, low, high.
    definitions : for the words and the colour of a decline.
    language : `nl` or `en`.
    title : the finding.
    ax : where to draw; a new figure by default. The vertical unit is an inch, from the top down.
    """
    ax = axes(ax, themes_size(table), title)
    if table.empty or not table[["declined_families", "other_families"]].max(axis=None):
        return nothing(ax, language)
    places = [THEME_ROW * (n + 0.5) for n in range(len(table))]
    for n in range(1, len(table), 2):
        ax.axhspan(THEME_ROW * n, THEME_ROW * (n + 1), color="#f4f4f4", linewidth=0, zorder=0)
    red = definitions.palette.direction["declined"]
    for group, shift, marker, fill in (("declined", -0.07, "D", red), ("other", 0.07, "o", "white")):
        rows = [place + shift for place in places]
        name = definitions.word("review_group", group, language)
        label = f"{name} (n = {count(table[f'{group}_families'].iloc[0])})"
        ax.hlines(rows, table[f"{group}_low"], table[f"{group}_high"], color=INK, linewidth=1, zorder=2)
        ax.plot(
            table[f"{group}_share"], rows, marker, markerfacecolor=fill, markeredgecolor=INK, markersize=6,
            linestyle="", zorder=3, label=label, clip_on=False,
        )  # fmt: skip
    _theme_columns(ax, places, table, language)
    ax.set_yticks(places, [wrap(label, 30) for label in table["label"]])
    ax.set_ylim(THEME_ROW * len(table), 0)
    share_axis(ax, 1.0, language, label=words.SHARE_OF_FAMILIES(language))
    ax.legend(loc="lower left", bbox_to_anchor=(-0.36, 1.0), ncols=2, handletextpad=0.3)
    return ax


def themes_size(table: pd.DataFrame) -> tuple[float, float]:
    """Give the size in inches that holds all themes."""
    return (WIDTH, 1.6 + THEME_ROW * len(table))


def _theme_columns(ax: Axes, places: Sequence[float], table: pd.DataFrame, language: str) -> None:
    """Write the counts of both groups at the right of each theme, and the difference in percentage points."""
    column(ax, 36, places, [f"◆ {count(n)}" for n in table["declined_with_theme"]])
    column(ax, 66, places, [f"○ {count(n)}" for n in table["other_with_theme"]])
    column(ax, 122, places, [decimal(100 * d, language, digits=0, signed=True) for d in table["difference"]])
    column(ax, 122, [-0.17], [words.DIFFERENCE(language)], color=QUIET)
