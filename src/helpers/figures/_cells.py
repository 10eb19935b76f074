"""A square of coloured cells with a number and a sign in each, so that no cell depends on its colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_hex
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from helpers.definitions import ChangeClass, Definitions, Direction
from helpers.figures._base import INK, QUIET, lighter, on, wrap
from helpers.figures._words import RIGHT

SIGNS = {"improved": "▲", "unchanged": "=", "declined": "▼"}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def way_colours(definitions: Definitions, unit: str, item: str) -> dict[Direction, str]:
    """Give the colours of the directions: blues for an item whose higher level is not plainly better."""
    palette = definitions.palette
    return palette.moves if definitions.moves(unit, item) else palette.direction


def way_names(definitions: Definitions, unit: str, item: str, language: str) -> dict[str, str]:
    """Give the words of the directions, each behind its sign: those of the item where it has them."""
    own = definitions.moves(unit, item)
    return {
        d: f"{sign} {getattr(own, d)(language) if own else definitions.word('direction', d, language)}"
        for d, sign in SIGNS.items()
    }


def item_and_unit(unit: str, item: str, definitions: Definitions, language: str) -> str:
    """Name an item with its unit, and say what right means where that is not improvement."""
    own = definitions.moves(unit, item)
    title, of = definitions.item(unit, item).title(language), definitions.word("unit", unit, language)
    right = f"; {RIGHT(language)} {own.improved(language)}" if own else ""
    return f"{title} ({of}{right})"


@dataclass(frozen=True)
class Cell:
    """One cell: its place, colour, words in the middle, sign in the corner.

    It is `faint` when it is empty.
    """

    row: int
    column: int
    colour: str
    words: str
    sign: str
    faint: bool = False


def draw_cells(ax: Axes, cells: Sequence[Cell], *, size: float = 11) -> None:
    """Draw the cells of a square; row 0 is on top, column 0 at the left.

    Parameters
    ----------
    ax : where to draw.
    cells : all cells.
    size : points of the words in the middle.
    """
    fills = [to_hex(lighter(cell.colour, 0.22)) if cell.faint else cell.colour for cell in cells]
    _fields(ax, cells, fills)
    for cell, fill in zip(cells, fills, strict=True):
        options: dict[str, Any] = {"color": QUIET if cell.faint else on(fill), "fontsize": 9}
        middle = {"ha": "center", "va": "center", "weight": "normal" if cell.faint else "bold"}
        words = options | middle | {"fontsize": size}
        ax.text(cell.column + 0.5, cell.row + 0.5, cell.words, **words)
        ax.text(cell.column + 0.94, cell.row + 0.92, cell.sign, ha="right", va="bottom", **options)


def _fields(ax: Axes, cells: Sequence[Cell], fills: Sequence[str]) -> None:
    """Fill the square; each cell takes its own colour of a list."""
    import seaborn  # brings scipy.stats along: a second for a kernel that draws no matrix

    places = pd.DataFrame([(cell.row, cell.column, number) for number, cell in enumerate(cells)])
    seaborn.heatmap(
        places.pivot(index=0, columns=1, values=2),
        cmap=ListedColormap(fills),
        vmin=-0.5,
        vmax=len(fills) - 0.5,
        linewidths=1.5,
        linecolor="white",
        cbar=False,
        ax=ax,
    )


def frame(ax: Axes, values: Sequence[Any], *, across: str, down: str) -> None:
    """Give a square of cells its axes: one tick per value, follow-up above, baseline at the left."""
    places = [place + 0.5 for place in range(len(values))]
    ax.xaxis.set_ticks_position("top")
    ax.xaxis.set_label_position("top")
    ax.set_xticks(places, [str(value) for value in values], rotation=0)
    ax.set_yticks(places, [str(value) for value in values], rotation=0)
    ax.tick_params(length=0)
    ax.set_xlabel(across, labelpad=6)
    ax.set_ylabel(down)
    for spine in ax.spines.values():
        spine.set_visible(False)


def borders(ax: Axes, kinds: pd.DataFrame) -> None:
    """Draw a dark line between neighbouring cells of a different kind.

    Parameters
    ----------
    ax : Axes with the cells.
    kinds : a row per row of cells and a column per column.
    """
    values = kinds.to_numpy()
    size = len(values)
    for row in range(size):
        for col in range(size):
            if col + 1 < size and values[row, col] != values[row, col + 1]:
                ax.add_line(Line2D([col + 1] * 2, [row, row + 1], color=INK, linewidth=1.4))
            if row + 1 < size and values[row, col] != values[row + 1, col]:
                ax.add_line(Line2D([col, col + 1], [row + 1] * 2, color=INK, linewidth=1.4))


def codes(definitions: Definitions) -> dict[str, str]:
    """Give each change class its letter and the sign of its direction: `A▲`."""
    classes = definitions.kansarmoede.classes
    return {change.id: LETTERS[i] + SIGNS[change.direction] for i, change in enumerate(classes)}


def class_legend(ax: Axes, definitions: Definitions, language: str, *, left: float = 1.02) -> None:
    """List the change classes at the right: colour, letter, sign and title; `left` in widths of the Axes."""
    signs = codes(definitions)
    handles = [_swatch(change) for change in definitions.kansarmoede.classes]
    names = [wrap(f"{signs[c.id]} {c.title(language)}", 23) for c in definitions.kansarmoede.classes]
    ax.legend(
        handles,
        names,
        loc="center left",
        bbox_to_anchor=(left, 0.5),
        handlelength=1.2,
        handleheight=1.2,
        labelspacing=0.75,
    )


def _swatch(change: ChangeClass) -> Patch:
    """Give a small field in the colour of a class."""
    return Patch(facecolor=change.colour, edgecolor=QUIET, linewidth=0.5)
