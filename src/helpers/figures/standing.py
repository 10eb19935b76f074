"""What keeps its sign: every headline under every choice that alone departs from the default."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from helpers.definitions import Definitions
from helpers.figures import _words as words_of
from helpers.figures._base import FAINT, INK, QUIET, WIDTH, axes, is_empty, lighter, nothing, wrap
from helpers.formats import NOTHING, count, decimal, percentage

ROW = 0.215  # inches of a row
HEAD = 0.62  # inches above the first row, for the names of the columns
LEGEND = 0.67
MARKS = {"holds": "✓", "does_not_hold": "✗", "not_applicable": "", "unknown": "?"}
COLOURS = {"holds": "improved", "does_not_hold": "declined"}  # -> directions of the palette


def headlines(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw a row per choice and a column per headline; each cell has its sign (✓, ✗) and number.

    Parameters
    ----------
    table : dimension, option, headline, n, value, standing.
    definitions : for words and colours, those of the choices among them.
    language : `nl` or `en`.
    title : the finding.
    ax : where to draw; a new figure by default. The vertical unit is an inch, from the top down.
    """
    ax = axes(ax, headlines_size(table), title)
    if is_empty(table):
        return nothing(ax, language)
    names = list(dict.fromkeys(table["headline"]))
    labels: list[tuple[float, str, bool]] = []
    y = 0.0
    for dimension, rows in table.groupby("dimension", sort=False):
        if rows["option"].nunique() > 1:
            labels.append((y + ROW / 2, definitions.word("dimension", str(dimension), language), True))
            y += ROW
        for option, cells in rows.groupby("option", sort=False):
            alone = rows["option"].nunique() == 1
            labels.append((y + ROW / 2, definitions.word(str(dimension), str(option), language), alone))
            for cell in cells.itertuples():
                _cell(ax, names.index(cell.headline), y, cell, definitions, language)
            y += ROW
    _finish(ax, labels, [definitions.word("headline_short", name, language) for name in names], y)
    _legend(ax, y, len(names), definitions, language)
    return ax


def headlines_size(table: pd.DataFrame) -> tuple[float, float]:
    """Give the size in inches that holds every choice."""
    choices = table[["dimension", "option"]].drop_duplicates()
    groups = int((choices.groupby("dimension").size() > 1).sum())
    return (WIDTH, 1.0 + HEAD + LEGEND + ROW * (len(choices) + groups))


def _cell(ax: Axes, x: int, y: float, cell: object, definitions: Definitions, language: str) -> None:
    """Draw one cell: its colour, its mark and its number."""
    standing = str(cell.standing)  # type: ignore[attr-defined]
    direction = COLOURS.get(standing)
    colour = "white" if direction is None else lighter(definitions.palette.direction[direction], 0.35)  # type: ignore[index]
    field = Rectangle(
        (x + 0.02, y + 0.01), 0.96, ROW - 0.02, facecolor=colour, edgecolor=FAINT, linewidth=0.6
    )
    ax.add_patch(field)
    kind = definitions.word("headline_kind", str(cell.headline), language)  # type: ignore[attr-defined]
    words = f"{MARKS[standing]} {_number(cell, kind, language)}".strip()
    if standing == "not_applicable":
        words = NOTHING
    ink = QUIET if direction is None else INK
    ax.text(x + 0.5, y + ROW / 2, words, ha="center", va="center", fontsize=9, color=ink)


def _number(cell: object, kind: str, language: str) -> str:
    """Write the value: a rank as such, a difference in percentage points, a net share with its sign."""
    value = cell.value  # type: ignore[attr-defined]
    if pd.isna(value):
        return ""
    if kind == "items":
        return count(value)
    if kind == "headcount":
        return f"{decimal(100 * value, language, digits=1, signed=True)} pp"
    return percentage(value, language, signed=True)


def _finish(ax: Axes, labels: Sequence[tuple[float, str, bool]], names: Sequence[str], bottom: float) -> None:
    """Write the names of rows and columns."""
    ax.set_yticks([y for y, _, _ in labels], [words for _, words, _ in labels])
    for tick, (_, _, bold) in zip(ax.get_yticklabels(), labels, strict=True):
        tick.set_fontweight("bold" if bold else "normal")
    ax.xaxis.set_ticks_position("top")
    ax.set_xticks([x + 0.5 for x in range(len(names))], [wrap(name, 10) for name in names])
    ax.set_xlim(0, len(names))
    ax.set_ylim(bottom + 0.59, 0)
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _legend(ax: Axes, bottom: float, columns: int, definitions: Definitions, language: str) -> None:
    """Say below the cells what the marks mean."""
    marks = {**MARKS, "not_applicable": NOTHING}
    words = [f"{mark} {definitions.word('standing', standing, language)}" for standing, mark in marks.items()]
    for place, pair in enumerate((words[:2], words[2:], [words_of.POINTS(language)])):
        options = {"ha": "right", "va": "center", "fontsize": 9, "color": QUIET}
        ax.text(columns, bottom + 0.13 + 0.17 * place, "    ".join(pair), **options)  # type: ignore[arg-type]
