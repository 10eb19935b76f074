"""Figures of attrition, freshness, regression to the mean and the cutoffs."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from helpers.definitions import Definitions
from helpers.figures import _words as words
from helpers.figures._base import (
    ALL,
    FAINT,
    INK,
    NEUTRAL,
    QUIET,
    SIZES,
    WIDTH,
    axes,
    column,
    is_empty,
    lines,
    nothing,
    share_axis,
    split,
    wrap,
)
from helpers.figures._cells import codes
from helpers.figures._rows import row_positions
from helpers.figures.distributions import pilot_name
from helpers.formats import NOTHING, count, decimal, percentage

NAMED, UNNAMED = 0.21, 0.075  # inches of a row with and without a name
LINE = 0.145  # inches of each further line of a name
HEAD = 0.4  # inches above the first row, for the names of the columns
BAR = 0.2  # inches of a row of bars
KINDS = ("changed", "confirmed", "carried")
HATCHES = ("", "", "////")


def attrition(
    table: pd.DataFrame,
    *,
    notable: float,
    definitions: Definitions,
    language: str,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the standardised difference of every item, from low to high; the notable ones are named.

    Parameters
    ----------
    table : unit, item, n_followed, n_lost, standardised_difference.
    notable : from this difference on, either way, an item is named.
    definitions : for titles.
    language : `nl` or `en`.
    title : the finding.
    ax : where to draw; a new figure by default. The vertical unit is an inch, from the top down.
    """
    ax = axes(ax, attrition_size(table, notable=notable), title)
    rows = table[table["standardised_difference"].notna()]
    if rows.empty:
        return nothing(ax, language, of=words.NO_COMPARISON)
    rows = rows.sort_values("standardised_difference", ascending=False, kind="stable", ignore_index=True)
    named = rows["standardised_difference"].abs() >= notable
    labels = [_item(row, definitions, language) for row in rows.itertuples()]
    heights = [_named(lines(label)) if name else UNNAMED for label, name in zip(labels, named, strict=True)]
    places = row_positions(heights)
    for line in (-notable, notable):
        ax.axvline(line, color=QUIET, linewidth=0.9, linestyle="--")
    ax.axvline(0, color=INK, linewidth=0.9)
    for place, value, name in zip(places, rows["standardised_difference"], named, strict=True):
        size, colour = (6, NEUTRAL[2]) if name else (3.5, NEUTRAL[1])
        ax.plot([0, value], [place, place], color=FAINT, linewidth=1.2, zorder=1)
        ax.plot([value], [place], "o", color=colour, markersize=size)
    shown = rows[named]
    at = [place for place, name in zip(places, named, strict=True) if name]
    ax.set_yticks(at, [label for label, name in zip(labels, named, strict=True) if name])
    _attrition_columns(ax, at, shown, language)
    ax.set_ylim(sum(heights) + 0.1, -HEAD)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5, symmetric=True))
    ticks = ax.get_xticks()
    ax.set_xticks(ticks, [decimal(tick, language, digits=1, signed=True) for tick in ticks])
    reach = max(1.15 * float(rows["standardised_difference"].abs().max()), 1.5 * notable)
    ax.set_xlim(-reach, reach)
    ax.set_xlabel(words.DIFFERENCE_AXIS(language))
    return ax


def _named(rows: int) -> float:
    """Give the inches of a row with a name of so many lines."""
    return NAMED + LINE * (rows - 1)


def _attrition_columns(ax: Axes, places: Sequence[float], shown: pd.DataFrame, language: str) -> None:
    """Write the difference and both numbers of cases at the right of the named rows."""
    differences = [decimal(value, language, signed=True) for value in shown["standardised_difference"]]
    column(ax, 40, places, differences)
    for points, name, head in ((98, "n_followed", words.FOLLOWED), (130, "n_lost", words.LOST)):
        column(ax, points, places, [count(n) for n in shown[name]])
        column(ax, points, [-HEAD / 2], [head(language)], color=QUIET)


def attrition_size(table: pd.DataFrame, *, notable: float) -> tuple[float, float]:
    """Give the size in inches that holds all items, some with a name on two lines."""
    differences = table["standardised_difference"].dropna()
    if differences.empty:
        return (WIDTH, 1.6)
    named = int((differences.abs() >= notable).sum())
    return (WIDTH, 1.7 + HEAD + 1.25 * NAMED * named + UNNAMED * (len(differences) - named))


def _item(row: object, definitions: Definitions, language: str) -> str:
    """Name an item by title and unit; the score of a family as such."""
    unit, item = str(row.unit), row.item  # type: ignore[attr-defined]
    if (unit, item) not in definitions.items:
        return words.SCORE(language)
    title, of = definitions.item(unit, item).title(language), definitions.word("unit", unit, language)
    return wrap(f"{title} ({of})", 43)


def freshness(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw which share of the pairs changed, was confirmed or carried forward: per pilot, and per item.

    Parameters
    ----------
    table : pilot (`all` and each), unit, item, n, changed, confirmed, carried.
    definitions : for titles and words.
    language : `nl` or `en`.
    title : the finding.
    ax : where to draw; a new figure by default.
    """
    ax = axes(ax, freshness_size(table), title)
    if is_empty(table):
        return nothing(ax, language)
    pilots = table.groupby("pilot", sort=False)[["n", *KINDS]].sum()
    items = table[table["pilot"] == ALL]
    items = items.iloc[
        (-(items["carried"] / items["n"].where(items["n"] > 0)).fillna(-1)).argsort(kind="stable")
    ]
    above, below = split(ax, 2, 1, height_ratios=[BAR * (len(pilots) + 2), BAR * (len(items) + 2)])
    names = [pilot_name(str(pilot), definitions, language) for pilot in pilots.index]
    _stacked(above, pilots, names, language)
    _stacked(below, items, _item_names(items, definitions, language), language)
    above.set_title(words.BY_PILOT(language))
    below.set_title(words.BY_ITEM(language))
    figure = ax.get_figure(root=False)
    assert figure is not None
    fields = [
        Patch(facecolor=colour, edgecolor=INK, linewidth=0.5, hatch=hatch)
        for colour, hatch in zip(NEUTRAL[::-1], HATCHES, strict=True)
    ]
    labels = [definitions.word("freshness", kind, language) for kind in KINDS]
    figure.legend(fields, labels, loc="outside lower center", ncols=3)
    return ax


def freshness_size(table: pd.DataFrame) -> tuple[float, float]:
    """Give the size in inches that holds all pilots and items."""
    items = int((table["pilot"] == ALL).sum())
    return (WIDTH, 2.3 + BAR * (table["pilot"].nunique() + items + 4))


def _item_names(rows: pd.DataFrame, definitions: Definitions, language: str) -> list[str]:
    """Name items by title and unit, on two lines where one is too short."""
    return [_item(row, definitions, language) for row in rows.itertuples()]


def _stacked(ax: Axes, table: pd.DataFrame, names: Sequence[str], language: str) -> None:
    """Draw lying bars of three shares; n and the share carried forward stand at the right."""
    heights = [1 + 0.7 * (lines(name) - 1) for name in names]
    places = [place - 0.5 for place in row_positions(heights)]
    total = table["n"].astype("float64").where(table["n"] > 0)
    left = pd.Series(0.0, index=table.index)
    for kind, colour, hatch in zip(KINDS, NEUTRAL[::-1], HATCHES, strict=True):
        shares = (table[kind].astype("float64") / total).fillna(0)
        ax.barh(
            places, shares, left=left, height=0.7, color=colour, edgecolor=INK, linewidth=0.4, hatch=hatch
        )
        left = left + shares
    carried = [percentage(share, language, digits=0) for share in table["carried"].astype("float64") / total]
    column(ax, 42, places, carried)
    column(ax, 74, places, [count(n) for n in table["n"]])
    column(ax, 42, [-0.95], [words.CARRIED(language)], color=QUIET)
    column(ax, 74, [-0.95], ["n"], color=QUIET)
    ax.set_yticks(places, names)
    ax.set_ylim(sum(heights) - 0.4, -1.3)
    share_axis(ax, 1.0, language)
    ax.grid(visible=False)


def regression_to_mean(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw the mean change by score, forward in time at the left and backward at the right.

    Parameters
    ----------
    table : direction, score, families, mean_change.
    definitions : for the words of the moments.
    language : `nl` or `en`.
    title : the finding.
    ax : where to draw; a new figure by default.
    """
    ax = axes(ax, SIZES["regression_to_mean"], title)
    if is_empty(table):
        return nothing(ax, language)
    known = table["mean_change"].dropna()
    low, high = min(-0.5, float(known.min())), max(0.5, float(known.max()))
    titles = {"forward": words.FORWARD, "backward": words.BACKWARD}
    moments = {"forward": "baseline", "backward": "follow_up"}
    for place, (panel, direction) in enumerate(zip(split(ax, 1, 2), titles, strict=True)):
        rows = table[table["direction"] == direction]
        panel.bar(
            rows["score"].astype(int), rows["mean_change"].fillna(0), width=0.72, color=NEUTRAL[1],
            edgecolor=INK, linewidth=0.5,
        )  # fmt: skip
        _changes(panel, rows, language)
        panel.axhline(0, color=INK, linewidth=0.9)
        panel.set_title(wrap(titles[direction](language), 34))
        panel.set_ylim(low * 1.3 - 0.15, high * 1.3 + 0.15)
        panel.set_xlim(-0.6, 6.6)
        scores = rows["score"].astype(int).tolist()
        panel.set_xticks(
            scores, [f"{s}\n({count(n)})" for s, n in zip(scores, rows["families"], strict=True)]
        )
        moment = definitions.word("moment", moments[direction], language)
        panel.set_xlabel(words.SCORE_AND_FAMILIES(language).format(moment=moment))
        ticks = [tick for tick in panel.get_yticks() if low * 1.3 - 0.15 <= tick <= high * 1.3 + 0.15]
        panel.set_yticks(ticks, ["" if place else decimal(t, language, digits=1, signed=True) for t in ticks])
    ax.figure.axes[1].set_ylabel(words.MEAN_CHANGE(language))
    return ax


def _changes(ax: Axes, rows: pd.DataFrame, language: str) -> None:
    """Write the change at the end of each bar."""
    for score, change in zip(rows["score"], rows["mean_change"], strict=True):
        if pd.notna(change):
            up = change > 0
            ax.annotate(
                decimal(change, language, signed=True), (int(score), change), (0, 3 if up else -3),
                textcoords="offset points", ha="center", va="bottom" if up else "top", fontsize=9,
            )  # fmt: skip


def cutoffs(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw the change classes at every cutoff side by side, with H and M0 above them.

    Parameters
    ----------
    table : poverty_cutoff, n, H and M0 at both moments, the eight classes.
    definitions : for the classes and their colours.
    language : `nl` or `en`.
    title : the finding.
    ax : where to draw; a new figure by default.
    """
    ax = axes(ax, SIZES["cutoffs"], title)
    if is_empty(table):
        return nothing(ax, language)
    classes = definitions.kansarmoede.classes
    signs = codes(definitions)
    names = [wrap(f"{signs[each.id]} {each.title(language)}", 26) for each in classes]
    most = max(int(table[each.id].max()) for each in classes)
    panels = split(ax, 1, len(table))
    for place, (panel, row) in enumerate(zip(panels, table.to_dict("records"), strict=True)):
        counts = [int(row[each.id]) for each in classes]
        colours = [each.colour for each in classes]
        panel.barh(range(len(classes)), counts, height=0.7, color=colours, edgecolor=INK, linewidth=0.5)
        for y, number in enumerate(counts):
            options = {"textcoords": "offset points", "va": "center", "fontsize": 9}
            panel.annotate(count(number), (number, y), (4, 0), **options)  # type: ignore[arg-type]
        panel.set_yticks(range(len(classes)), names if place == 0 else [""] * len(classes))
        panel.set_ylim(len(classes) - 0.4, -0.6)
        panel.set_xlim(0, max(1, most) * 1.15)
        panel.set_title(_measured(row, language), fontsize=9.5)
        panel.set_xlabel(f"{words.FAMILIES(language)} (n = {count(row['n'])})")
    return ax


def _measured(row: dict[str, object], language: str) -> str:
    """Say what the cutoff is, and H and M0 at both moments."""
    shares = [percentage(row[name], language) for name in ("H_baseline", "H_follow_up")]
    means = [decimal(row[name], language, digits=3) for name in ("M0_baseline", "M0_follow_up")]
    arrow = " → "
    k = row["poverty_cutoff"]
    head = (words.FROM_DOMAIN if k == 1 else words.FROM_DOMAINS)(language).format(k=count(k))
    return f"{head}\nH {arrow.join(shares) or NOTHING}\nM0 {arrow.join(means)}"
