"""How each output of the report is drawn and told: its chart, and what is said of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from helpers.charts import outputs
from helpers.definitions import Definitions, Figure, Text
from helpers.tables import TABLES
from helpers.words import UNSAID, Account


@dataclass(frozen=True)
class Presentation:
    """What a figure needs to be shown: its title, how to draw it, what to say of it.

    It is drawn for the width of the figure that holds the Axes, and makes that as high as it needs.
    """

    title: Text
    draw: Callable[[Axes], Axes]
    account: Account
    rows: int | None = None  # of the table that are shown; None: all


def presentation(
    name: str,
    table: pd.DataFrame,
    *,
    definitions: Definitions,
    language: str,
    account: Account | None = None,
    **context: Any,
) -> Presentation:
    """Say how an output is drawn and told.

    Parameters
    ----------
    name : str
        A figure of the source report, or one of the tables that are drawn.
    table : DataFrame
        The finished table.
    definitions : Definitions
        Words and colours.
    language : str
        `nl` or `en`.
    account : Account, optional
        What is said of it.
    context
        What else the figure or its sentences need, such as `scheme`, `measures`, `tests`.
    """
    figure = definitions.figures.get(name)
    kind = figure.kind if figure else name
    if kind not in outputs.CHARTS:
        raise ValueError(f"nothing is known of how to draw {name!r}; known are {sorted(outputs.CHARTS)}")
    given = {**context, **({"figure": figure} if figure else {}), "definitions": definitions}
    draw = outputs.drawing(kind, table, language=language, **given)
    rows = ROWS[kind](table) if kind in ROWS else None
    return Presentation(_title(name, figure), draw, account or Account(UNSAID, UNSAID, UNSAID), rows)


def _title(name: str, figure: Figure | None) -> Text:
    """Give the title of an output."""
    if figure:
        return figure.title
    return TABLES[name].title


ROWS: Mapping[str, Callable[[pd.DataFrame], int]] = {  # of long tables that are shown; the file has all
    "multiverse": lambda table: 10,
    **dict.fromkeys(("pilot_profile", "pilot_transitions", "pilot_limits"), lambda table: 66),
    "power": lambda table: int(table["families_per_group"].nunique()),
}
