"""The chart of one family: its items from date to date."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from helpers.charts import matrix
from helpers.charts.names import SIGNS, Names
from helpers.charts.style import QUIET, canvas_of, lighter, nothing
from helpers.definitions import Definitions

KEYS = ["unit", "person", "item"]
CARRIED = 0.35  # strength of the colour of a value that was not registered that day
CHANGED = {"improved": SIGNS["improved"], "declined": SIGNS["declined"], "other": "◆"}
DATE = 34.0  # points of a date


def timeline(
    table: pd.DataFrame,
    *,
    marked: pd.DataFrame,
    definitions: Definitions,
    language: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw the items of one family (rows) on its registration dates (columns of equal width).

    A value in its full colour was registered that day, a pale one is carried forward; a change has a sign.

    table: unit, person, item, date, level, status, registered, change: rows of one family.
    marked: unit, person, item of the rows whose names are bold.
    definitions, language: for titles and colours.
    ax: where to draw; many dates make its figure wider.
    """
    if table.empty:
        assert ax is not None
        return nothing(ax, language)
    names = Names(definitions, language)
    keys = table[KEYS].drop_duplicates().astype("object").where(lambda key: key.notna(), "")
    rows = [tuple(key) for key in keys.itertuples(index=False)]
    dates = sorted(table["date"].unique())
    cells = {(_key(cell), cell.date): cell for cell in table.itertuples()}
    found = [[cells.get((row, date)) for date in dates] for row in rows]
    labels = [_label(row, names) for row in rows]
    bold = {_key(row) for row in marked.itertuples()}
    if ax is not None:
        figure = canvas_of(ax)
        figure.set_figwidth(max(figure.get_figwidth(), (DATE * len(dates) / (1 - matrix.LABELS)) / 72))
    ax = matrix.cells(
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
