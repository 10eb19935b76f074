"""What can still be drawn and told of a table of which some counts are withheld."""

from collections.abc import Iterator

import pandas as pd

from helpers.codebook import Definitions, Text
from helpers.figures.withheld import CountRow
from helpers.show._worded import worded
from helpers.show.safe import Stand

LABELS = ("label", "education", "class", "change", "value", "stage")  # what the rows of a chart are
COUNTS = ("n", "persons", "families")
GROUPS = ("characteristic", "item")
PLAIN = "#7b9ac4"
DESCRIBED = Text(
    "Staafdiagram van aantallen, gearceerd waar het aantal niet getoond is.",
    "Bar chart of counts, hatched where the count is not shown.",
)
FEWER, UNSHOWN = Text("minder dan", "fewer than"), Text("niet getoond", "not shown")
Panels = list[tuple[str, list[CountRow]]]


def panels_of(
    stand: Stand, table: pd.DataFrame, *, definitions: Definitions, language: str, moves: bool
) -> Panels | None:
    """Give the bars of a table with one count per row; None where it is no such table.

    Parameters
    ----------
    stand : Stand
        What stands for the exact table.
    table : DataFrame
        The same, with who improved, stayed and declined in words.
    definitions : Definitions
        Words and colours.
    language : str
        `nl` or `en`.
    moves : bool
        Whether the figure has words of its own for the directions, and so colours that do not judge.
    """
    label = next((name for name in LABELS if name in table), None)
    count = next((name for name in COUNTS if name in table), None)
    if label is None or count is None or (label == "value" and "characteristic" not in table):
        return None
    words = worded(table, definitions=definitions, language=language, marks=stand.marks)
    at = {name: words.names.index(name) for name in (label, count)}
    group = next((words.names.index(name) for name in GROUPS if name in words.names), None)
    units = words.names.index("unit") if "unit" in words.names else None
    colours = list(_colours(stand.table, label, definitions, moves=moves))
    panels: dict[str, list[CountRow]] = {}
    levels = [f"{level} " if str(level).isdigit() else "" for level in stand.table.get("level", words.rows)]
    for row, level, colour, value in zip(words.rows, levels, colours, stand.table[count], strict=True):
        name = ": ".join(row[place] for place in (units, group) if place is not None)
        known = None if pd.isna(value) else int(value)
        panels.setdefault(name, []).append(CountRow(level + row[at[label]], known, row[at[count]], colour))
    return list(panels.items())


def told(panels: Panels, language: str) -> str:
    """Say in words what the bars show."""
    parts = []
    for name, rows in panels:
        listed = "; ".join(f"{row.label}: {_spoken(row.text, language)}" for row in rows)
        parts.append(f"{name} – {listed}." if len(panels) > 1 else f"{listed}.")
    return " ".join([DESCRIBED(language), *parts])


def _spoken(text: str, language: str) -> str:
    """Say a count, or the mark that stands for it."""
    if text.startswith("<"):
        return f"{FEWER(language)} {text[1:]}"
    return UNSHOWN(language) if text == "x" else text


def _colours(table: pd.DataFrame, label: str, definitions: Definitions, *, moves: bool) -> Iterator[str]:
    """Give the colour of each row."""
    palette = definitions.palette
    levels = {str(level): colour for level, colour in enumerate(palette.levels, start=1)}
    known: dict[str, str] = {
        "label": levels | {"not_applicable": palette.not_applicable, "missing": palette.missing},
        "class": {name: one.colour for name, one in palette.change.items()},
        "change": {
            str(name): colour for name, colour in (palette.moves if moves else palette.direction).items()
        },
    }.get(label, {})
    for value in table["level" if label == "label" else label].astype("str"):
        yield known.get(value, PLAIN)
