"""A square of coloured cells with a number and a sign in each, so that no cell depends on its colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from helpers.codebook import ChangeClass, Definitions
from helpers.figures._base import INK, QUIET, lighter, on, wrap

SIGNS = {"improved": "▲", "unchanged": "=", "declined": "▼"}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Cell:
    """One cell: its place, colour, words in the middle, sign in the corner; `faint` when it is empty."""

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
    for cell in cells:
        fill = to_hex(lighter(cell.colour, 0.22)) if cell.faint else cell.colour
        ink = QUIET if cell.faint else on(fill)
        corner = (cell.column - 0.5, cell.row - 0.5)
        ax.add_patch(Rectangle(corner, 1, 1, facecolor=fill, edgecolor="white", linewidth=1.5))
        weight = "normal" if cell.faint else "bold"
        options: dict[str, Any] = {"color": ink, "fontsize": 9}
        ax.text(
            cell.column,
            cell.row,
            cell.words,
            ha="center",
            va="center",
            **options | {"fontsize": size, "weight": weight},
        )
        ax.text(cell.column + 0.44, cell.row + 0.42, cell.sign, ha="right", va="bottom", **options)


def frame(ax: Axes, values: Sequence[Any], *, across: str, down: str) -> None:
    """Give a square of cells its axes: one tick per value, follow-up above, baseline at the left."""
    places = range(len(values))
    ax.set_xlim(-0.5, len(values) - 0.5)
    ax.set_ylim(len(values) - 0.5, -0.5)
    ax.xaxis.set_ticks_position("top")
    ax.xaxis.set_label_position("top")
    ax.set_xticks(places, [str(value) for value in values])
    ax.set_yticks(places, [str(value) for value in values])
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
                ax.add_line(Line2D([col + 0.5] * 2, [row - 0.5, row + 0.5], color=INK, linewidth=1.4))
            if row + 1 < size and values[row, col] != values[row + 1, col]:
                ax.add_line(Line2D([col - 0.5, col + 0.5], [row + 0.5] * 2, color=INK, linewidth=1.4))


def codes(definitions: Definitions) -> dict[str, str]:
    """Give each change class its letter and the sign of its direction: `A▲`."""
    classes = definitions.kansarmoede.classes
    return {change.id: LETTERS[i] + SIGNS[change.direction] for i, change in enumerate(classes)}


def class_legend(ax: Axes, definitions: Definitions, language: str) -> None:
    """List the change classes at the right: colour, letter, sign and title."""
    signs = codes(definitions)
    handles = [_swatch(change) for change in definitions.kansarmoede.classes]
    names = [wrap(f"{signs[c.id]} {c.title(language)}", 23) for c in definitions.kansarmoede.classes]
    ax.legend(
        handles,
        names,
        loc="center left",
        bbox_to_anchor=(1.02, 0.5),
        handlelength=1.2,
        handleheight=1.2,
        labelspacing=0.75,
    )


def _swatch(change: ChangeClass) -> Patch:
    """Give a small field in the colour of a class."""
    return Patch(facecolor=change.colour, edgecolor=QUIET, linewidth=0.5)
