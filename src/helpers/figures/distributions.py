"""Figures of how families and persons stand at baseline, and of the cases per pilot."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers.definitions import LEVELS, Definitions, Figure
from helpers.figures import _words as words
from helpers.figures._base import (
    INK,
    NEUTRAL,
    QUIET,
    SIZES,
    SMALLEST,
    WIDTH,
    axes,
    is_empty,
    nothing,
    split,
    wrap,
)
from helpers.figures._rows import BAR, apart_heights, column_chart, row_chart, row_heights
from helpers.formats import count

ALONE, SHARED = 34, 24  # characters of a label: of one panel, of panels with the same labels
UNIT_OF = {"huishouden": "family", "volwassene": "adult", "kind": "child"}


def distribution(
    table: pd.DataFrame,
    *,
    definitions: Definitions,
    figure: Figure,
    language: str,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw how many stand at each level (Figures 4–14): a panel per item, worst level on top, best below.

    Parameters
    ----------
    table : unit, item, level, label, n, share, ci_low, ci_high; seven rows per item.
    definitions : for colours, labels and words.
    figure : which figure it is: its items, in order, and its unit of analysis.
    language : `nl` or `en`, the language of `label`.
    title : the finding.
    ax : where to draw; a new figure by default.

    Returns
    -------
    Axes drawn on; with several items they hold the panels.
    """
    ax = axes(ax, distribution_size(table), title)
    parts = [_item_rows(table, key) for key in figure.items]
    if len(parts) == 1:
        return _one(ax, parts[0], definitions, language)
    beside = _fit_beside(parts)
    places = (
        split(ax, 1, 2)
        if beside
        else split(ax, len(parts), 1, height_ratios=[_height(p, ALONE) for p in parts])
    )
    for i, (panel, part) in enumerate(zip(places, parts, strict=True)):
        width, steps = (SHARED, 3) if beside else (ALONE, 5)
        _one(panel, part, definitions, language, width=width, names=not (beside and i), steps=steps)
        panel.set_title(_panel_title(part, parts, figure, definitions, language), pad=20)
    return ax


def _fit_beside(parts: Sequence[pd.DataFrame]) -> bool:
    """Whether two items have the same labels, so that panels beside each other can share them."""
    return len(parts) == 2 and list(parts[0]["label"]) == list(parts[1]["label"])


def _height(rows: pd.DataFrame, width: int) -> float:
    """Give the inches that the panel of one item takes, without title and axis."""
    return sum(row_heights(_labels(rows.iloc[:5], width))) + sum(apart_heights(2))


def distribution_size(table: pd.DataFrame) -> tuple[float, float]:
    """Give the size in inches that holds the labels of a distribution."""
    items = [part for _, part in table.groupby(["unit", "item"], observed=True, sort=False)]
    if _fit_beside(items):
        return (WIDTH, _height(items[0], SHARED) + 1.75)
    return (WIDTH, sum(_height(part, ALONE) for part in items) + 1.45 + 0.9 * (len(items) - 1))


def _item_rows(table: pd.DataFrame, key: tuple[str, str]) -> pd.DataFrame:
    """Give one item's seven rows in the order level 1–5, not applicable, missing."""
    order = [*map(str, LEVELS), "not_applicable", "missing"]
    rows = table[(table["unit"] == key[0]) & (table["item"] == key[1])]
    return rows.assign(level=rows["level"].astype(str)).set_index("level").loc[order].reset_index()


def _labels(rows: pd.DataFrame, width: int) -> list[str]:
    """Number and wrap the labels of the levels."""
    return [
        wrap(f"{level} {label}", width) for level, label in zip(rows["level"], rows["label"], strict=True)
    ]


def _one(
    ax: Axes,
    rows: pd.DataFrame,
    definitions: Definitions,
    language: str,
    *,
    width: int = ALONE,
    names: bool = True,
    steps: int = 5,
) -> Axes:
    """Draw the panel of one item."""
    levels, apart = rows.iloc[:5], rows.iloc[5:]
    if not rows["n"].sum():
        return nothing(ax, language)
    return row_chart(
        ax,
        _labels(levels, width),
        levels,
        colours=definitions.palette.levels,
        language=language,
        apart=list(zip(apart["label"], apart["n"], strict=True)),
        names=names,
        steps=steps,
    )


def _panel_title(
    rows: pd.DataFrame,
    parts: Sequence[pd.DataFrame],
    figure: Figure,
    definitions: Definitions,
    language: str,
) -> str:
    """Name the persons that a panel is about, or the item where all panels are about the same persons."""
    unit, item = str(rows["unit"].iloc[0]), rows["item"].iloc[0]
    if len({str(part["unit"].iloc[0]) for part in parts}) == 1:
        return definitions.item(unit, item).title(language)
    kind = "family" if figure.unit_of_analysis == "family" else UNIT_OF[unit]
    return definitions.word("unit_of_analysis", kind, language).capitalize()


def education(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw the education of the adults (Figure 3), lowest on top; unknown in grey, part of the whole.

    Parameters
    ----------
    table : education, n, share, ci_low, ci_high.
    definitions, language, title, ax : as in `distribution`.
    """
    ax = axes(ax, SIZES["education"], title)
    if is_empty(table):
        return nothing(ax, language)
    values = table["education"].astype(str)
    labels = [wrap(definitions.word("education", value, language), ALONE) for value in values]
    colours = [definitions.palette.missing if value == "onbekend" else NEUTRAL[1] for value in values]
    return row_chart(ax, labels, table, colours=colours, language=language)


def profile(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw the profile of the families (Figure 2): family type, number of children, age of the children.

    Parameters
    ----------
    table : characteristic, value, n, share, ci_low, ci_high.
    definitions, language, title, ax : as in `distribution`.
    """
    ax = axes(ax, SIZES["profile"], title)
    if is_empty(table):
        return nothing(ax, language)
    upper, lower = split(ax, 2, 1, height_ratios=[1, 1.15])
    kinds, children = split(upper, 1, 2, width_ratios=[1, 1])
    parts = {
        name: table[table["characteristic"].astype(str) == name]
        for name in definitions.vocabulary["characteristic"]
    }
    _household_type(kinds, parts["household_type"], definitions, language)
    _children(children, parts["children"], language)
    _child_age(lower, parts["child_age"], definitions, language)
    for panel, name in ((kinds, "household_type"), (children, "children"), (lower, "child_age")):
        panel.set_title(
            definitions.word("characteristic", name, language).capitalize(), pad=8 if panel is lower else 20
        )
    return ax


def _known(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the rows of known values."""
    return rows[rows["value"] != "onbekend"]


def _unknown(rows: pd.DataFrame) -> int:
    """Give the number of cases with an unknown value."""
    return int(rows.loc[rows["value"] == "onbekend", "n"].sum())


def _household_type(ax: Axes, rows: pd.DataFrame, definitions: Definitions, language: str) -> None:
    """Draw the panel of family types."""
    known = _known(rows)
    labels = [wrap(definitions.word("household_type", value, language), 14) for value in known["value"]]
    unknown = (definitions.word("household_type", "onbekend", language), _unknown(rows))
    row_chart(
        ax, labels, known, colours=[NEUTRAL[1]] * len(known), language=language, apart=[unknown], steps=3
    )


def _children(ax: Axes, rows: pd.DataFrame, language: str) -> None:
    """Draw the panel of the number of children per family."""
    if rows.empty:
        nothing(ax, language)
        return
    values = rows["value"].astype(int).tolist()
    label = words.SHARE(language)
    colours = [NEUTRAL[1]] * len(values)
    column_chart(
        ax, values, list(map(str, values)), rows, colours=colours, language=language, axis_label=label
    )
    ax.set_xlabel(words.CHILDREN(language))


def _child_age(ax: Axes, rows: pd.DataFrame, definitions: Definitions, language: str) -> None:
    """Draw the panel of the ages as counts; expected births stand apart at the left, unknown ages are named.

    No shares: of some twenty ages they are all small, and an axis to 100 % would show nothing.
    """
    known = _known(rows)
    places = [-2.6 if value == "expected" else float(value) for value in known["value"]]
    expected = wrap(definitions.word("child_age", "expected", language), 9)
    labels = [expected if value == "expected" else value for value in known["value"]]
    colours = [NEUTRAL[0] if value == "expected" else NEUTRAL[1] for value in known["value"]]
    bars = ax.bar(places, known["n"].astype(int), width=0.78, color=colours, edgecolor=INK, linewidth=0.5)
    ax.bar_label(bars, [count(n) for n in known["n"]], padding=2, fontsize=SMALLEST)
    ax.set_xticks(places, labels)
    ax.set_ylim(0, 1.15 * max(1, int(known["n"].max())))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    ax.set_ylabel(words.CHILDREN(language))
    ax.grid(axis="y")
    ax.set_xlim(-4.4, max(places) + 0.8)
    ax.set_xlabel(words.AGE(language))
    unknown = f"{definitions.word('child_age', 'onbekend', language)}: n = {_unknown(rows)}"
    ax.text(1, 1, unknown, transform=ax.transAxes, ha="right", va="bottom", color=QUIET, fontsize=9)


def cases(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw the families per pilot (Tabel 2): registered, retained, followed.

    Parameters
    ----------
    table : pilot, registered, retained, followed.
    definitions, language, title, ax : as in `distribution`.
    """
    ax = axes(ax, cases_size(table), title)
    if is_empty(table):
        return nothing(ax, language)
    names = [pilot_name(pilot, definitions, language) for pilot in table["pilot"]]
    for i, (stage, colour) in enumerate(zip(("registered", "retained", "followed"), NEUTRAL, strict=True)):
        places = [row + (i - 1) * BAR for row in range(len(table))]
        bars = ax.barh(
            places, table[stage].astype(int), height=BAR * 0.92, color=colour, edgecolor=QUIET, linewidth=0.4
        )
        bars.set_label(definitions.word("flow_stage", stage, language))
        ax.bar_label(bars, [count(n) for n in table[stage]], padding=3, fontsize=9)
    ax.set_yticks(range(len(table)), names)
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel(words.FAMILIES(language))
    ax.set_xlim(0, float(table["registered"].max()) * 1.08)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)
    return ax


def cases_size(table: pd.DataFrame) -> tuple[float, float]:
    """Give the size in inches that holds the pilots of Tabel 2."""
    return (WIDTH, 1.3 + 0.66 * max(2, len(table)))


def pilot_name(pilot: str, definitions: Definitions, language: str) -> str:
    """Give the name of a pilot; `all` and `unknown` in the language."""
    known = definitions.vocabulary.get("pilot", {})
    return known[pilot](language) if pilot in known else pilot
