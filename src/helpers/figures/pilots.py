"""Pilots side by side, in the order of the dataset: their families, and who moved."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.transforms import ScaledTranslation

from helpers.definitions import Definitions
from helpers.figures import _words as words
from helpers.figures._base import (
    FAINT,
    INK,
    QUIET,
    WIDTH,
    axes,
    column,
    first_upper,
    is_empty,
    nothing,
    on,
    share_axis,
    split,
    wrap,
)
from helpers.figures.distributions import pilot_name
from helpers.formats import count, percentage

UNKNOWN = "onbekend"
ROW = 0.27  # inches of a pilot
SHADES = ("#dbe5f1", "#b4c8e0", "#7b9ac4", "#4a6fa5", "#24416d")  # few to many, light to dark
CHANGES = ("green", "yellow", "orange", "red")
SHOWN = {"household_type": 0.28, "children": 0.2, "score_range": 0.2}  # narrower parts carry no number


def pilot_profile(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw what the retained families of each pilot are like: a stacked bar per pilot and feature.

    Parameters
    ----------
    table : pilot (`all` and each), feature, value, n, share.
    definitions : for words.
    language : `nl` or `en`.
    title : the finding.
    ax : where to draw; a new figure by default.
    """
    ax = axes(ax, pilot_profile_size(table), title)
    if is_empty(table):
        return nothing(ax, language)
    pilots = list(dict.fromkeys(table["pilot"]))
    features = list(dict.fromkeys(table["feature"].astype(str)))
    for place, (panel, feature) in enumerate(zip(split(ax, 1, len(features)), features, strict=True)):
        rows = table[(table["feature"] == feature) & (table["value"] != UNKNOWN)]
        values = list(dict.fromkeys(rows["value"]))
        shares = rows.pivot(index="pilot", columns="value", values="share").loc[pilots, values].fillna(0.0)
        colours = _shades(len(values))
        _stack(panel, shares, colours, [[percentage(s, language, digits=0) if s >= SHOWN[feature] else ""
                                         for s in row] for row in shares.to_numpy()])  # fmt: skip
        names = [_named(pilot, table, definitions, language) for pilot in pilots]
        pilot_rows(panel, pilots, names if place == 0 else [""] * len(pilots))
        share_axis(panel, 1.0, language, most=2)
        panel.grid(visible=False)
        panel.set_title(wrap(first_upper(definitions.word("pilot_feature", feature, language)), 22))
        labels = [_value_name(feature, value, definitions, language) for value in values]
        _legend(panel, colours, labels, 3 if feature == "children" else 1)
    return ax


def pilot_profile_size(table: pd.DataFrame) -> tuple[float, float]:
    """Give the size in inches that holds all pilots."""
    return (WIDTH, 2.35 + ROW * table["pilot"].nunique())


def pilot_transitions(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw the followed families of each pilot by colour of change; the numbers are families.

    Parameters
    ----------
    table : pilot (`all` and each), class, families.
    definitions : for the classes and their colours.
    language, title, ax : as in `pilot_profile`.
    """
    ax = axes(ax, pilot_transitions_size(table), title)
    if is_empty(table):
        return nothing(ax, language)
    pilots = list(dict.fromkeys(table["pilot"]))
    kinds = {change.id: change.colour for change in definitions.kansarmoede.classes}
    colours = [definitions.palette.change[name].colour for name in CHANGES]
    counted = table.assign(colour=table["class"].astype(str).map(kinds)).pivot_table(
        index="pilot", columns="colour", values="families", aggfunc="sum"
    )
    families = counted.loc[pilots, colours].astype("float64")
    total = families.sum(axis=1)
    shares = families.div(total.where(total > 0), axis=0).fillna(0.0)
    _stack(ax, shares, colours, [[count(n) if n else "" for n in row] for row in families.to_numpy()])
    pilot_rows(ax, pilots, [pilot_name(pilot, definitions, language) for pilot in pilots])
    column(ax, 26, list(range(len(pilots))), [count(n) for n in total])
    column(ax, 26, [-0.75], ["n"], color=QUIET)
    share_axis(ax, 1.0, language, label=words.OF_FOLLOWED(language))
    ax.grid(visible=False)
    _legend(ax, colours, _change_names(definitions, language), 2, below=0.55)
    return ax


def pilot_transitions_size(table: pd.DataFrame) -> tuple[float, float]:
    """Give the size in inches that holds all pilots."""
    return (WIDTH, 1.95 + ROW * table["pilot"].nunique())


def _stack(ax: Axes, shares: pd.DataFrame, colours: Sequence[str], numbers: Sequence[Sequence[str]]) -> None:
    """Draw a lying bar of shares per row, with a number in each part that has one."""
    left = pd.Series(0.0, index=shares.index)
    places = list(range(len(shares)))
    for i, (value, colour) in enumerate(zip(shares.columns, colours, strict=True)):
        part = shares[value]
        ax.barh(places, part, left=left, height=0.74, color=colour, edgecolor=INK, linewidth=0.4)
        options = {"ha": "center", "va": "center", "fontsize": 9, "color": on(colour)}
        for y, middle in enumerate(left + part / 2):
            ax.text(middle, y, numbers[y][i], **options)  # type: ignore[arg-type]
        left = left + part


def pilot_rows(ax: Axes, pilots: Sequence[str], names: Sequence[str]) -> None:
    """Give each pilot its row, from the top down; a line sets all pilots together apart."""
    ax.set_yticks(range(len(pilots)), list(names))
    ax.set_ylim(len(pilots) - 0.45, -1.05)
    if len(pilots) > 1:
        ax.axhline(0.5, color=FAINT, linewidth=1, zorder=0)


def _named(pilot: str, table: pd.DataFrame, definitions: Definitions, language: str) -> str:
    """Name a pilot with its retained families."""
    of = table[(table["pilot"] == pilot) & (table["feature"] == "household_type")]
    return f"{pilot_name(pilot, definitions, language)} ({count(of['n'].sum())})"


def _shades(number: int) -> list[str]:
    """Spread so many shades from light to dark."""
    last = len(SHADES) - 1
    return [SHADES[round(i * last / max(1, number - 1))] for i in range(number)]


def _value_name(feature: str, value: str, definitions: Definitions, language: str) -> str:
    """Word a value of a feature."""
    text = definitions.vocabulary.get(feature, {}).get(value)
    return text(language) if text else value


def _change_names(definitions: Definitions, language: str) -> list[str]:
    """Name the four colours of change: what went which way, and the two ways of staying."""
    names = []
    for colour in (definitions.palette.change[name].colour for name in CHANGES):
        of = [change for change in definitions.kansarmoede.classes if change.colour == colour]
        alone = len(of) == 1
        word = of[0].title(language) if alone else definitions.word("direction", of[0].direction, language)
        names.append(first_upper(word))
    return names


def _legend(
    ax: Axes, colours: Sequence[str], labels: Sequence[str], columns: int, *, below: float = 0.35
) -> None:
    """Write a legend below the Axes, so many inches under them."""
    fields = [Patch(facecolor=colour, edgecolor=INK, linewidth=0.5) for colour in colours]
    figure = ax.get_figure(root=True)
    assert figure is not None
    place = ax.transAxes + ScaledTranslation(0, -below, figure.dpi_scale_trans)
    ax.legend(
        fields,
        labels,
        loc="upper left",
        bbox_to_anchor=(0, 0),
        bbox_transform=place,
        ncols=columns,
        borderaxespad=0,
        handlelength=1.1,
        columnspacing=1.0,
        handletextpad=0.5,
    )
