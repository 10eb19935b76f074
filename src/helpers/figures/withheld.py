"""The figure of counts of which disclosure control withholds some: bars, hatched where there is no number."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers.definitions import Definitions, Text
from helpers.figures._base import INK, WIDTH, axes, column, split, wrap
from helpers.figures._cells import HATCH
from helpers.figures._rows import BAR, row_heights, row_positions

STUB = 0.12  # of the axis: the length of a hatched bar, whatever the count
COUNT, HATCHED = Text("aantal", "count"), Text("gearceerd: niet getoond", "hatched: not shown")
LABEL = 34  # characters


@dataclass(frozen=True)
class CountRow:
    """A bar: its label, its count or None where that is withheld, what stands at its end, its colour."""

    label: str
    count: int | None
    text: str
    colour: str


Panels = Sequence[tuple[str, Sequence[CountRow]]]


def withheld_counts(
    panels: Panels,
    *,
    definitions: Definitions,
    language: str,
    unit: str = "",
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw counts, a panel for each group; what is withheld is a hatched bar of always the same length.

    Parameters
    ----------
    panels : (title, rows) of each group, first on top.
    definitions : for the colour of what is not known.
    language : `nl` or `en`.
    unit : what is counted.
    title : the finding.
    ax : where to draw; a new figure by default.
    """
    ax = axes(ax, withheld_size(panels), title)
    top = max([1, *(row.count for _, rows in panels for row in rows if row.count is not None)])
    heights = [sum(row_heights(_labels(rows))) + 0.6 for _, rows in panels]
    places = [ax] if len(panels) == 1 else split(ax, len(panels), 1, height_ratios=heights)
    for panel, (name, rows) in zip(places, panels, strict=True):
        _panel(panel, rows, top=top, hidden=definitions.palette.missing)
        if len(panels) > 1:
            panel.set_title(name)
    hidden = any(row.count is None for _, rows in panels for row in rows)
    counted = f"{COUNT(language)} {unit}".strip()
    places[-1].set_xlabel(f"{counted}; {HATCHED(language)}" if hidden else counted)
    return ax


def withheld_size(panels: Panels) -> tuple[float, float]:
    """Give the size in inches that holds all rows."""
    return (WIDTH, sum(sum(row_heights(_labels(rows))) + 0.6 for _, rows in panels) + 0.6)


def _labels(rows: Sequence[CountRow]) -> list[str]:
    """Wrap the labels."""
    return [wrap(row.label, LABEL) for row in rows]


def _panel(ax: Axes, rows: Sequence[CountRow], *, top: int, hidden: str) -> None:
    """Draw the bars of one group, on the axis that all groups share."""
    labels = _labels(rows)
    heights = row_heights(labels)
    places = row_positions(heights)
    for place, row in zip(places, rows, strict=True):
        known = row.count is not None
        ax.barh(
            place,
            row.count if row.count is not None else STUB * top,
            height=BAR,
            color=row.colour if known else hidden,
            hatch=None if known else HATCH,
            edgecolor=INK,
            linewidth=0.5,
        )
    column(ax, 40, places, [row.text for row in rows])
    ax.set_yticks(places, labels)
    ax.set_ylim(places[-1] + heights[-1] / 2, places[0] - heights[0] / 2)
    ax.set_xlim(0, 1.05 * top)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    ax.grid(axis="x")
