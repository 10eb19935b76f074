"""Charts of cells, colours with words in them: a square, who moved where, one family from date to date."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from helpers.case_review import KEYS
from helpers.charts.names import SIGNS, Names
from helpers.charts.style import (
    LINE,
    QUIET,
    begin,
    beside,
    canvas_of,
    count_lines,
    key,
    key_height,
    lighter,
    measure,
    nothing,
    on,
    place,
    wrap,
)
from helpers.definitions import Definitions, Direction
from helpers.formats import count, first_upper

LABELS = 0.36  # of the width: the most that the names of rows take
CARRIED = 0.35  # strength of the colour of a value that was not registered that day
CHANGED = {"improved": SIGNS["improved"], "declined": SIGNS["declined"], "other": "◆"}
DATE = 34.0  # points of a date
LANES, LANE = {"unknown": "?", "lost": "–"}, "#f2f2f2"  # of whom no value is known at a moment; in short


def cells(
    colours: pd.DataFrame,
    words: pd.DataFrame,
    told: pd.DataFrame,
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    head: str = "",
    short: tuple[Sequence[str], Sequence[str], str] | None = None,
    named: tuple[Sequence[str], Sequence[Any]] = ((), ()),
    bold: Sequence[int] = (),
    labels: float = LABELS,
    most: float = 60.0,
    ax: Axes | None = None,
) -> Axes:
    """Draw a field per cell.

    colours, words, told: of each cell: its colour, what stands in it, and its title; the first row on top.
    rows, columns: the names of both.
    head: what rows and columns are.
    short: rows, columns and head of a narrow figure.
    named: names and colours of a key above.
    bold: places of the rows whose name is bold.
    labels: share of the width that the names of rows take at most.
    most: points of the widest column.
    ax: where to draw; by default on a new figure.
    """
    import seaborn  # brings scipy.stats along: a second for a kernel that draws no matrix

    ax, points, narrow = begin(ax)
    if narrow and short:
        rows, columns, head = short
    names = [wrap(name, labels * points) for name in rows]
    left = max(measure(line, bold=i in bold) for i, name in enumerate(names) for line in name.split("\n")) + 8
    wide = min((points - left) / len(columns), most)
    heads = [wrap(name, wide - 2) for name in columns]
    inside = words.map(lambda word: wrap(str(word), wide - 4))
    high = LINE * max(map(count_lines, [*names, *inside.to_numpy().ravel()])) + 7
    top = key_height(named[0], points)
    said = wrap(head, points).split("\n") if head else []
    above = top + LINE * (len(said) + max(map(count_lines, heads))) + 4
    place([(ax, left, above, wide * len(columns), high * len(rows))], above + high * len(rows) + 1)
    fills = [str(colour) for row in colours.to_numpy() for colour in row]
    seaborn.heatmap(
        pd.DataFrame(np.arange(len(fills)).reshape(colours.shape)),
        cmap=ListedColormap(fills),
        vmin=-0.5,
        vmax=len(fills) - 0.5,
        linewidths=1.5,
        linecolor="white",
        cbar=False,
        xticklabels=False,
        yticklabels=False,
        ax=ax,
    )
    ax.collections[0].set_gid("\n".join(str(one) for row in told.to_numpy() for one in row))
    ax.set(xlabel="", ylabel="")
    for (i, j), word in np.ndenumerate(inside.to_numpy()):
        if word:
            _lines(ax, j + 0.5, i + 0.5, word, high, ha="center", color=on(colours.iloc[i, j]))
    at = {"transform": beside(ax)}
    for i, name in enumerate(names):
        _lines(ax, 0, i + 0.5, name, high, weight="bold" if i in bold else "normal", **at)
    for j, name in enumerate(heads):
        middle = (4 + LINE * count_lines(name) / 2) / high
        _lines(ax, j + 0.5, -middle, name, high, ha="center", color=QUIET)
    key(ax, *named, points, unit=high, top=-above / high)
    if said:
        _lines(ax, 0, (top - above + LINE * len(said) / 2) / high, "\n".join(said), high, color=QUIET, **at)
    return ax


def moves(
    n: pd.DataFrame,
    labels: Mapping[Any, str],
    names: Mapping[Any, str],
    *,
    lanes: Mapping[str, str],
    ways: Mapping[Direction, str],
    said: Mapping[Direction, str],
    head: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw how many went from one value (rows, the best on top) to another (columns, the best at the right).

    n: counts, by value before (the best first) and after (the worst first); the last may be lanes of those
        not known.
    labels, names: of each value, from worst to best: in full, and briefly.
    lanes: what the lanes are called.
    ways, said: colours and words of better, the same, worse.
    head: what rows and columns are.
    ax: where to draw.
    """
    place = {value: at for at, value in enumerate(labels)}
    moved = max(int(n.loc[before, after]) for before in labels for after in labels if before != after)

    def colour(before: Any, after: Any) -> str:
        if not n.loc[before, after]:
            return "#ffffff"
        if before in lanes or after in lanes:
            return LANE
        if before == after:
            return ways["unchanged"]
        way: Direction = "improved" if place[after] > place[before] else "declined"
        return lighter(ways[way], 0.3 + 0.7 * n.loc[before, after] / max(moved, 4))

    lane = {one: word for one, word in lanes.items() if one in n.index or one in n}
    signs = "; ".join([head, *(f"{LANES[one]}: {word}" for one, word in lane.items())])
    capital = {one: first_upper(word) for one, word in lane.items()}
    labels, names, short = {**labels, **capital}, {**names, **capital}, {**names, **LANES}
    told = [
        [f"{names[before]} → {names[after]}: {n.loc[before, after]}" for after in n] for before in n.index
    ]
    return cells(
        pd.DataFrame([[colour(before, after) for after in n] for before in n.index], n.index, n.columns),
        n.map(lambda one: count(one) if one else ""),
        pd.DataFrame(told),
        rows=[labels[value] for value in n.index],
        columns=[names[value] for value in n],
        head=head,
        short=([short[value] for value in n.index], [short[value] for value in n], signs),
        named=([said[way] for way in said], [ways[way] for way in said]),
        labels=0.3,
        ax=ax,
    )


def _lines(ax: Axes, x: float, middle: float, words: str, high: float, **options: Any) -> None:
    """Write lines around a height, each by itself, so that any font keeps them where they are."""
    lines = words.split("\n")
    for number, line in enumerate(lines):
        y = middle + (number - (len(lines) - 1) / 2) * LINE / high
        ax.text(x, y, line, va="center", **options)


# ---- one family from date to date ------------------------------------------------------------------------


def timeline(
    table: pd.DataFrame, *, marked: pd.DataFrame, definitions: Definitions, language: str, ax: Axes
) -> Axes:
    """Draw the items of one family (rows) on its registration dates (columns of equal width).

    A value in its full colour was registered that day, a pale one is carried forward; a change has a sign.

    table: unit, person, item, date, level, status, registered, change: rows of one family.
    marked: unit, person, item of the rows whose names are bold.
    definitions, language: for titles and colours.
    ax: where to draw; many dates make its figure wider.
    """
    if table.empty:
        return nothing(ax, language)
    names = Names(definitions, language)
    keys = table[KEYS].drop_duplicates().astype("object").where(lambda key: key.notna(), "")
    rows = [tuple(key) for key in keys.itertuples(index=False)]
    dates = sorted(table["date"].unique())
    values = {(_key(cell), cell.date): cell for cell in table.itertuples()}
    found = [[values.get((row, date)) for date in dates] for row in rows]
    labels = [_label(row, names) for row in rows]
    bold = {_key(row) for row in marked.itertuples()}
    figure = canvas_of(ax)
    figure.set_figwidth(max(figure.get_figwidth(), DATE * len(dates) / (1 - LABELS) / 72))
    ax = cells(
        pd.DataFrame([[_colour(cell, definitions) for cell in row] for row in found]),
        pd.DataFrame([[_words(cell) for cell in row] for row in found]),
        pd.DataFrame(
            [[f"{label}, {date:%d/%m/%Y}: {_words(cell)}" for date, cell in zip(dates, row, strict=True)]
             for label, row in zip(labels, found, strict=True)]
        ),
        rows=labels,
        columns=[f"{date:%d/%m} {date:%Y}" for date in dates],
        bold=[at for at, row in enumerate(rows) if row in bold],
        ax=ax,
    )  # fmt: skip
    for at in range(1, len(rows)):  # between one person and the next
        if rows[at][:2] != rows[at - 1][:2]:
            ax.axhline(at, color=QUIET, linewidth=0.8)
    return ax


def _key(row: Any) -> tuple[str, str, str]:
    """Give unit, person and item of a row; the household is no person."""
    return str(row.unit), "" if pd.isna(row.person) else str(row.person), str(row.item)


def _label(key: tuple[str, str, str], names: Names) -> str:
    unit, person, item = key
    title = names.definitions.item(unit, item).title(names.language)
    return f"{person or names.word('unit', unit).capitalize()} · {title}"


def _colour(cell: Any, definitions: Definitions) -> str:
    if cell is None or cell.status == "missing":
        return "#ffffff"
    palette = definitions.palette
    full = palette.levels[int(cell.level) - 1] if cell.status == "observed" else palette.not_applicable
    return full if cell.registered else lighter(full, CARRIED)


def _words(cell: Any) -> str:
    if cell is None or cell.status == "missing":
        return ""
    changed = f" {CHANGED[cell.change]}" if isinstance(cell.change, str) else ""
    return (str(cell.level) if cell.status == "observed" else "–") + changed
