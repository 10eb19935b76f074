"""Figures of ways: how the families were selected, and who moved from level to level."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, PathPatch, Rectangle
from matplotlib.path import Path

from helpers.definitions import LEVELS, Definitions, Direction
from helpers.figures import _words as words
from helpers.figures._base import (
    INK,
    NEUTRAL,
    QUIET,
    SIZES,
    axes,
    is_empty,
    nothing,
    on,
    split,
    wrap,
)
from helpers.figures._cells import way_colours, way_names
from helpers.figures.matrices import direction_of, transition_matrix, transition_matrix_size
from helpers.formats import count

ROOM = 0.06  # share of the height between two nodes
NOT_FOLLOWED = "not_followed"  # a box that the table has no row for: retained less followed
NODE = 0.028  # width of a node, of the width of the Axes


def flow_diagram(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw the selection of families: registered, excluded, retained, followed or not; test families apart.

    Parameters
    ----------
    table : stage, families; six rows.
    definitions : for words.
    language : `nl` or `en`.
    title : the finding.
    ax : where to draw; a new figure by default.
    """
    ax = axes(ax, SIZES["flow_diagram"], title)
    if is_empty(table):
        return nothing(ax, language)
    boxes = _stages(table, definitions, language)
    ax.set_axis_off()
    ax.set_xlim(0, 7)
    ax.set_ylim(3.5, -0.05)
    middle = {"registered": 0.4, "retained": 1.75, "followed": 3.15}
    for (stage, y), colour in zip(middle.items(), NEUTRAL, strict=True):
        _box(ax, (1.75, y), boxes[stage], colour)
    _box(ax, (5.25, 0.4), boxes["test"], "white", dashed=True)
    for stage, y in (("no_household", 1.05), ("too_few_items", 1.75)):
        _box(ax, (5.25, y), boxes[stage], "#f2f2f2")
        _arrow(ax, (1.75, y if y < 1.3 else 1.05), (3.62, y), bend=y > 1.3)
    _box(ax, (5.25, 2.45), boxes[NOT_FOLLOWED], "#f2f2f2")
    _arrow(ax, (1.75, 2.45), (3.62, 2.45))
    _arrow(ax, (1.75, 0.67), (1.75, 1.48))
    _arrow(ax, (1.75, 2.02), (1.75, 2.88))
    return ax


def _stages(table: pd.DataFrame, definitions: Definitions, language: str) -> dict[str, tuple[str, str]]:
    """Give the number and the words of each stage."""
    notes = {"test": words.APART, "no_household": words.EXCLUDED, "too_few_items": words.EXCLUDED}
    boxes = {}
    n = dict(zip(table["stage"].astype(str), table["families"], strict=True))
    for stage, families in n.items():
        name = definitions.word("flow_stage", stage, language)
        note = f"{notes[stage](language)}: " if stage in notes else ""
        boxes[stage] = (count(families), wrap(note + name, 30))
    left = n["retained"] - n["followed"]
    return boxes | {NOT_FOLLOWED: (count(left), wrap(words.NOT_FOLLOWED(language), 30))}


def _box(
    ax: Axes, middle: tuple[float, float], words: tuple[str, str], colour: str, *, dashed: bool = False
) -> None:
    """Draw a box with a number and words beside it."""
    x, y = middle
    ax.add_patch(
        FancyBboxPatch(
            (x - 1.6, y - 0.25),
            3.2,
            0.5,
            boxstyle="round,pad=0,rounding_size=0.06",
            facecolor=colour,
            edgecolor=QUIET if dashed else INK,
            linestyle="--" if dashed else "-",
            linewidth=0.9,
        )
    )
    number, name = words
    ax.text(x - 1.02, y, number, ha="right", va="center", fontsize=13, weight="bold", color=on(colour))
    ax.text(x - 0.9, y, name, ha="left", va="center", color=on(colour), linespacing=1.15)


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], *, bend: bool = False) -> None:
    """Draw an arrow; a bent one turns at the middle."""
    middle = [((start[0] + end[0]) / 2 + 0.85, y) for y in (start[1], end[1])] if bend else []
    points = [start, *middle, end]
    for (x0, y0), (x1, y1) in zip(points[:-2], points[1:-1], strict=True):
        ax.plot([x0, x1], [y0, y1], color=INK, linewidth=1, solid_capstyle="projecting")
    arrow = {"arrowstyle": "-|>", "color": INK, "linewidth": 1, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, points[-2], arrowprops=arrow)


def alluvial(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw who moved from which level to which: bands from baseline (left) to follow-up (right).

    Parameters
    ----------
    table : unit, item, baseline_level, follow_up_level, persons; 25 rows of one item.
    definitions, language, title, ax : as in `flow_diagram`.
    """
    ax = axes(ax, SIZES["alluvial"], title)
    total = int(table["persons"].sum())
    if not total:
        return nothing(ax, language)
    flows = table.pivot(index="baseline_level", columns="follow_up_level", values="persons").astype(int)
    flows = flows.loc[list(LEVELS), list(LEVELS)]
    sides = {"baseline": flows.sum(axis=1), "follow_up": flows.sum(axis=0)}
    left, right = (_node_tops(sizes, total) for sizes in sides.values())
    key = (str(table["unit"].iloc[0]), str(table["item"].iloc[0]))
    _bands(ax, flows, left, right, total, way_colours(definitions, *key))
    for (moment, sizes), tops, x in zip(sides.items(), (left, right), (0.0, 1 - NODE), strict=True):
        _nodes(ax, sizes, tops, total, x, definitions, language)
        ax.text(
            x + NODE / 2,
            -0.045,
            definitions.word("moment", moment, language).capitalize(),
            ha="center",
            va="bottom",
        )
    ax.set_xlim(-0.01, 1.2)
    ax.set_ylim(1 + ROOM * 4 + 0.02, -0.12)
    ax.set_axis_off()
    _direction_legend(ax, way_colours(definitions, *key), way_names(definitions, *key, language).values())
    return ax


def _node_tops(sizes: pd.Series, total: int) -> dict[int, float]:
    """Give the top of each node: sizes as shares of the total, with room between."""
    tops = sizes.cumsum().shift(fill_value=0) / total
    return {level: float(tops[level]) + ROOM * i for i, level in enumerate(LEVELS)}


def _bands(
    ax: Axes,
    flows: pd.DataFrame,
    left: Mapping[int, float],
    right: Mapping[int, float],
    total: int,
    colours: Mapping[Direction, str],
) -> None:
    """Draw the bands, those that stay first so that movement lies on top."""
    leaves, arrives = dict(left), dict(right)
    bands = []
    for baseline in LEVELS:
        for follow_up in LEVELS:
            height = flows.loc[baseline, follow_up] / total
            if height:
                direction = direction_of(baseline, follow_up)
                bands.append(
                    (direction != "unchanged", direction, leaves[baseline], arrives[follow_up], height)
                )
            leaves[baseline] += height
            arrives[follow_up] += height
    for _, direction, start, end, height in sorted(bands, key=lambda band: band[0]):
        ax.add_patch(_band(start, end, height, colours[direction], direction))


def _band(start: float, end: float, height: float, colour: str, direction: str) -> PathPatch:
    """Make one band between the nodes: a smooth curve of even height."""
    x0, x1, middle = NODE, 1 - NODE, 0.5
    points = [
        (x0, start), (middle, start), (middle, end), (x1, end),
        (x1, end + height), (middle, end + height), (middle, start + height), (x0, start + height),
        (x0, start),
    ]  # fmt: skip
    moves = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    return PathPatch(
        Path(points, moves), facecolor=colour, edgecolor=INK, linewidth=0.3, alpha=0.85, label=direction
    )


def _nodes(
    ax: Axes,
    sizes: pd.Series,
    tops: Mapping[int, float],
    total: int,
    x: float,
    definitions: Definitions,
    language: str,
) -> None:
    """Draw the nodes of one moment with level and n; names that would touch move apart."""
    outward = -1 if x == 0 else 1
    edge = x if x == 0 else x + NODE
    middles = [tops[level] + sizes[level] / total / 2 for level in LEVELS]
    for level, middle, y in zip(LEVELS, middles, spread(middles, 0.085), strict=True):
        colour = definitions.palette.levels[level - 1]
        node = Rectangle(
            (x, tops[level]), NODE, sizes[level] / total, facecolor=colour, edgecolor=INK, linewidth=0.5
        )
        ax.add_patch(node)
        ax.plot(
            [edge, edge + outward * 0.015, edge + outward * 0.03],
            [middle, middle, y],
            color=QUIET,
            linewidth=0.6,
        )
        name = f"{words.LEVEL(language)} {level}: {count(sizes[level])}"
        ax.text(
            edge + outward * 0.036, y, name, ha="right" if outward < 0 else "left", va="center", fontsize=9
        )


def spread(middles: Sequence[float], room: float) -> list[float]:
    """Move positions apart, in order, so that neighbours keep a distance; those with room enough stay.

    Examples
    --------
    >>> [round(y, 2) for y in spread([0.5, 0.5, 0.9], 0.1)]
    [0.45, 0.55, 0.9]
    """
    groups: list[tuple[float, int]] = []  # centre and number of positions
    for middle in middles:
        group = (middle, 1)
        while groups and group[0] - groups[-1][0] < room * (group[1] + groups[-1][1]) / 2:
            centre, size = groups.pop()
            group = ((centre * size + group[0] * group[1]) / (size + group[1]), size + group[1])
        groups.append(group)
    return [centre + room * (i - (size - 1) / 2) for centre, size in groups for i in range(size)]


def _direction_legend(ax: Axes, colours: Mapping[Direction, str], names: Iterable[str]) -> None:
    """Name the colours of the three directions, with their signs."""
    fields = [
        Rectangle((0, 0), 1, 1, facecolor=colour, edgecolor=QUIET, linewidth=0.5)
        for colour in (colours["improved"], colours["unchanged"], colours["declined"])
    ]
    ax.legend(
        fields,
        list(names),
        loc="upper center",
        bbox_to_anchor=(0.5, 0),
        ncols=3,
        borderaxespad=0,
        handlelength=1.2,
    )


def transition(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw a transition (Figures 18–21) twice: as a matrix, and below it as bands for reading.

    Parameters
    ----------
    table : unit, item, baseline_level, follow_up_level, persons, row_share; 25 rows of one item.
    definitions, language, title, ax : as in `flow_diagram`.
    """
    ax = axes(ax, transition_size(table, definitions=definitions, language=language), title)
    if is_empty(table):
        return nothing(ax, language)
    upper = transition_matrix_size(table, definitions=definitions, language=language)[1]
    lower = SIZES["alluvial"][1]
    matrix, bands = split(ax, 2, 1, height_ratios=[upper, lower])
    transition_matrix(table, definitions=definitions, language=language, ax=matrix)
    alluvial(table, definitions=definitions, language=language, ax=bands)
    return ax


def transition_size(table: pd.DataFrame, *, definitions: Definitions, language: str) -> tuple[float, float]:
    """Give the size in inches that holds a matrix and its bands."""
    width, upper = transition_matrix_size(table, definitions=definitions, language=language)
    return (width, upper + SIZES["alluvial"][1] + 0.3)
