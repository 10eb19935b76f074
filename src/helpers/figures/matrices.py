"""Figures of two moments against each other: the scheme, the scores, the change classes, levels."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from helpers.definitions import LEVELS, Definitions, Direction, Text
from helpers.figures import _words as words
from helpers.figures._base import QUIET, SIZES, WIDTH, axes, is_empty, lighter, lines, nothing, wrap
from helpers.figures._cells import SIGNS, Cell, borders, class_legend, codes, draw_cells, frame, way_colours
from helpers.figures._rows import GAP, LINE, row_chart, row_heights
from helpers.formats import count, percentage

SCORES = tuple(range(7))


def scheme(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw how to read the calibration (Figure 15): the class of every pair of scores, in its colour.

    Parameters
    ----------
    table : baseline_score, follow_up_score, class; 49 rows.
    definitions : for the classes, their colours and titles.
    language : `nl` or `en`.
    title : the finding.
    ax : where to draw; a new figure by default.
    """
    ax = axes(ax, SIZES["scheme"], title)
    colours = {change.id: change.colour for change in definitions.kansarmoede.classes}
    signs = codes(definitions)
    cells = [
        Cell(row, col, colours[kind], signs[kind], "")
        for row, col, kind in zip(
            table["baseline_score"], table["follow_up_score"], table["class"].astype(str), strict=True
        )
    ]
    draw_cells(ax, cells)
    _score_frame(ax, table, definitions, language)
    return ax


def score_matrix(
    table: pd.DataFrame,
    *,
    scheme: pd.DataFrame,
    definitions: Definitions,
    language: str,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the families by score at both moments (Figure 16), coloured as the scheme; empty cells are faint.

    Parameters
    ----------
    table : baseline_score, follow_up_score, families; 49 rows.
    scheme : baseline_score, follow_up_score, class: the table of Figure 15.
    definitions, language, title, ax : as in `scheme`.
    """
    ax = axes(ax, SIZES["score_matrix"], title)
    if is_empty(table):
        return nothing(ax, language)
    cells = table.merge(scheme, on=["baseline_score", "follow_up_score"], validate="one_to_one")
    colours = {change.id: change.colour for change in definitions.kansarmoede.classes}
    signs = codes(definitions)
    rows = zip(
        cells["baseline_score"],
        cells["follow_up_score"],
        cells["class"].astype(str),
        cells["families"],
        strict=True,
    )
    draw_cells(ax, [_score_cell(r, c, colours[kind], signs[kind], n) for r, c, kind, n in rows])
    _score_frame(ax, scheme, definitions, language, left=1.14)
    _margins(ax, table, language)
    return ax


def _score_cell(row: int, column: int, colour: str, sign: str, n: Any) -> Cell:
    """Make one cell of a score matrix."""
    return Cell(row, column, colour, count(n), sign, faint=n == 0)


def _margins(ax: Axes, table: pd.DataFrame, language: str) -> None:
    """Write the families with each score at the right (baseline) and below (follow-up), and all of them."""
    options: dict[str, Any] = {"ha": "center", "va": "center", "annotation_clip": False, "fontsize": 10}
    edge = len(SCORES)
    rows, columns = (
        table.groupby(name)["families"].agg(lambda families: families.sum(skipna=False))
        for name in ("baseline_score", "follow_up_score")
    )
    for score in SCORES:
        ax.annotate(count(rows[score]), (edge + 0.5, score + 0.5), **options)
        ax.annotate(count(columns[score]), (score + 0.5, edge + 0.4), **options)
    ax.annotate(count(rows.sum(skipna=False)), (edge + 0.5, edge + 0.4), weight="bold", **options)
    ax.annotate(words.TOTAL(language), (edge + 0.5, -0.28), color=QUIET, **options | {"fontsize": 9})
    ax.annotate(words.TOTAL(language), (-0.28, edge + 0.4), color=QUIET, **options | {"fontsize": 9})


def _score_frame(
    ax: Axes, scheme: pd.DataFrame, definitions: Definitions, language: str, *, left: float = 1.02
) -> None:
    """Finish a square of scores: axes, borders between the classes, legend from `left` on."""
    across, down = (
        _at(words.SCORE_AT, moment, definitions, language) for moment in ("follow_up", "baseline")
    )
    frame(ax, SCORES, across=across, down=down)
    ax.set_aspect("equal")
    kinds = scheme.assign(**{"class": scheme["class"].astype(str)})
    borders(ax, kinds.pivot(index="baseline_score", columns="follow_up_score", values="class"))
    class_legend(ax, definitions, language, left=left)


def _at(label: Text, moment: str, definitions: Definitions, language: str) -> str:
    """Put the moment into the label of an axis."""
    return label(language).format(moment=definitions.word("moment", moment, language))


def classes(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw the families per change class (Figure 17): improved, unchanged, declined, each in its colour.

    Parameters
    ----------
    table : class, families, share, ci_low, ci_high; 8 rows.
    definitions, language, title, ax : as in `scheme`.
    """
    ax = axes(ax, SIZES["classes"], title)
    if is_empty(table):
        return nothing(ax, language)
    kinds = [definitions.kansarmoede.change_class(kind) for kind in table["class"].astype(str)]
    signs = codes(definitions)
    labels = [wrap(f"{signs[kind.id]} {kind.title(language)}", 40) for kind in kinds]
    directions = [kind.direction for kind in kinds]
    return row_chart(
        ax,
        labels,
        table.rename(columns={"families": "n"}),
        colours=[kind.colour for kind in kinds],
        language=language,
        positions=_grouped(row_heights(labels), directions),
    )


def _grouped(heights: list[float], groups: list[str]) -> list[float]:
    """Place rows below each other, with more room where a new group begins."""
    places, edge = [], 0.0
    for i, height in enumerate(heights):
        edge += 2 * GAP if i and groups[i] != groups[i - 1] else 0
        places.append(edge + height / 2)
        edge += height
    return places


def transition_matrix(
    table: pd.DataFrame,
    *,
    definitions: Definitions,
    language: str,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the persons by level at both moments (Figures 18–21): count and share of the row in each cell.

    A cell is the deeper in colour, the larger its share of the row.

    Parameters
    ----------
    table : unit, item, baseline_level, follow_up_level, persons, row_share; 25 rows of one item.
    definitions, language, title, ax : as in `scheme`.
    """
    ax = axes(ax, transition_matrix_size(table, definitions=definitions, language=language), title)
    if is_empty(table):
        return nothing(ax, language)
    draw_cells(ax, _transition_cells(table, definitions, language), size=10)
    frame(
        ax,
        LEVELS,
        across=_ends(table, definitions, language),
        down=_at(words.LEVEL_AT, "baseline", definitions, language),
    )
    ax.set_yticks([level - 0.5 for level in LEVELS], _level_names(table, definitions, language))
    return ax


def transition_matrix_size(
    table: pd.DataFrame, *, definitions: Definitions, language: str
) -> tuple[float, float]:
    """Give the size in inches that holds the labels of a transition matrix."""
    most = max(lines(name) for name in _level_names(table, definitions, language))
    return (WIDTH, 0.95 + 5 * max(0.66, LINE * most + GAP))


def _level_names(table: pd.DataFrame, definitions: Definitions, language: str) -> list[str]:
    """Number and wrap the labels of the item's levels."""
    item = definitions.item(*_key(table))
    return [wrap(f"{level} {item.label(level, language)}", 25) for level in LEVELS]


def _key(table: pd.DataFrame) -> tuple[str, str]:
    """Give the (unit, item) that a transition is of."""
    return str(table["unit"].iloc[0]), str(table["item"].iloc[0])


def _ends(table: pd.DataFrame, definitions: Definitions, language: str) -> str:
    """Name the axis of follow-up with its two ends."""
    label = _at(words.LEVEL_AT, "follow_up", definitions, language)
    own = definitions.moves(*_key(table))
    worst, best = (own.worst, own.best) if own else (words.WORST, words.BEST)
    return f"{label}: 1 {worst(language)} – 5 {best(language)}"


def _transition_cells(table: pd.DataFrame, definitions: Definitions, language: str) -> list[Cell]:
    """Make the 25 cells of a transition matrix."""
    columns = ("baseline_level", "follow_up_level", "persons", "row_share")
    rows = zip(*(table[name] for name in columns), strict=True)
    colours = way_colours(definitions, *_key(table))
    return [_transition_cell(int(b), int(f), n, share, colours, language) for b, f, n, share in rows]


def _transition_cell(
    baseline: int,
    follow_up: int,
    n: Any,
    share: float,
    colours: Mapping[Direction, str],
    language: str,
) -> Cell:
    """Make one cell: its colour is the direction's, paler for a smaller share."""
    direction = direction_of(baseline, follow_up)
    strength = 0.35 + 0.65 * (0 if pd.isna(share) else share)
    colour = to_hex(lighter(colours[direction], strength))
    written = f"{count(n)}\n{percentage(share, language)}" if n and not pd.isna(share) else count(n)
    return Cell(baseline - 1, follow_up - 1, colour, written, SIGNS[direction], faint=not n)


def direction_of(baseline: int, follow_up: int) -> Direction:
    """Say which way a level moved: `improved`, `unchanged` or `declined`.

    Examples
    --------
    >>> direction_of(2, 4)
    'improved'
    """
    return "improved" if follow_up > baseline else "declined" if follow_up < baseline else "unchanged"
