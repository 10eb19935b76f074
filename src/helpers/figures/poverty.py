"""Figures of the index as a measure: H, A and M0, the domains, their change."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from helpers.definitions import MOMENTS, Definitions
from helpers.figures import _words as words
from helpers.figures._base import (
    ALL,
    INK,
    NEUTRAL,
    QUIET,
    SIZES,
    SMALLEST,
    WIDTH,
    axes,
    column,
    is_empty,
    lighter,
    nothing,
    share_axis,
    split,
    wrap,
)
from helpers.figures._cells import SIGNS
from helpers.figures.distributions import pilot_name
from helpers.formats import NOTHING, count, decimal, percentage

ROW = 0.23  # inches of a bar with its space


def poverty_measures(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw H, A and M0 at both moments, for all families and per pilot: open at baseline, full at follow-up.

    The line between them is coloured by direction, and the numbers carry its sign: less poverty is improved.

    Parameters
    ----------
    table : pilot (`all` and each), moment, families, H, A, M0.
    definitions : for words and colours.
    language : `nl` or `en`.
    title : the finding.
    ax : where to draw; a new figure by default.
    """
    pilots = list(dict.fromkeys(table["pilot"]))
    ax = axes(ax, measures_size(table), title)
    if is_empty(table):
        return nothing(ax, language)
    wide = {
        name: table.pivot(index="pilot", columns="moment", values=name).loc[pilots]
        for name in ("families", "H", "A", "M0")
    }
    names = [
        f"{wrap(pilot_name(pilot, definitions, language), 18)}\n(n = {count(n)})"
        for pilot, n in wide["families"]["baseline"].items()
    ]
    for i, (panel, name) in enumerate(zip(split(ax, 1, 3), ("H", "A", "M0"), strict=True)):
        _measure(panel, wide[name], name, definitions, language)
        panel.set_yticks(range(len(pilots)), names if i == 0 else [""] * len(pilots))
        panel.set_title(wrap(definitions.word("measure", name, language), 20), fontsize=9.5)
    _moment_legend(ax, definitions, language)
    return ax


def measures_size(table: pd.DataFrame) -> tuple[float, float]:
    """Give the size in inches that holds the pilots of a table of measures."""
    return (WIDTH, 1.9 + 0.48 * table["pilot"].nunique())


def _measure(ax: Axes, values: pd.DataFrame, name: str, definitions: Definitions, language: str) -> None:
    """Draw one measure: a line from baseline to follow-up per pilot, the numbers above it."""
    for y, (before, after) in enumerate(zip(values["baseline"], values["follow_up"], strict=True)):
        direction = "improved" if after < before else "declined" if after > before else "unchanged"
        colour = definitions.palette.direction[direction]  # type: ignore[index]
        ax.plot([before, after], [y, y], color=colour, linewidth=4, zorder=2)
        ax.plot([before], [y], "o", color=INK, markerfacecolor="white", markersize=6.5, zorder=3)
        ax.plot([after], [y], "o", color=INK, markersize=4.5, zorder=4)
        sign = "" if pd.isna(after) or pd.isna(before) else f" {SIGNS[direction]}"
        written = _from_to(before, after, name, language) + sign
        ax.text(0.02, y - 0.36, written, va="center", fontsize=SMALLEST)
    ax.set_ylim(len(values) - 0.55, -0.75)
    share_axis(ax, 1.0, language)
    ax.set_xticks([0, 0.5, 1], [_written(x, name, language, digits=0) for x in (0, 0.5, 1)])
    ax.set_xlim(-0.03, 1.03)


def _from_to(before: float, after: float, name: str, language: str) -> str:
    """Write a measure at both moments."""
    if pd.isna(before) and pd.isna(after):
        return NOTHING
    return f"{_written(before, name, language)} → {_written(after, name, language)}"


def _written(value: float, name: str, language: str, *, digits: int = 1) -> str:
    """Write H and A as percentages, M0 as the number that it is."""
    return (
        decimal(value, language, digits=digits + 2 if digits else 1)
        if name == "M0"
        else percentage(value, language, digits=digits)
    )


def _moment_legend(ax: Axes, definitions: Definitions, language: str) -> None:
    """Name the open and the full mark, and what the colour and sign of a line say, below the panels."""
    marks = [
        Line2D([], [], linestyle="", marker="o", color=INK, markerfacecolor=face, markersize=size)
        for face, size in (("white", 6.5), (INK, 4.5))
    ]
    names = [definitions.word("moment", moment, language) for moment in MOMENTS]
    said = {"improved": words.LESS_POVERTY, "declined": words.MORE_POVERTY}
    for direction, word in said.items():
        colour = definitions.palette.direction[direction]  # type: ignore[index]
        marks.append(Line2D([], [], color=colour, linewidth=4))
        names.append(f"{SIGNS[direction]} {word(language)}")
    _legend_below(ax, marks, names)


def _legend_below(ax: Axes, handles: Sequence[Any], names: Sequence[str]) -> None:
    """Write a legend below the (sub)figure."""
    figure = ax.get_figure(root=False)
    assert figure is not None
    figure.legend(handles, names, loc="outside lower center", ncols=len(names))


def poverty_domains(
    table: pd.DataFrame,
    *,
    definitions: Definitions,
    language: str,
    pilot: str = ALL,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw per domain the deprived families at both moments: pale all of them, full those that are also poor.

    Parameters
    ----------
    table : pilot, moment, domain, deprived, raw_headcount, censored_headcount, contribution.
    definitions, language, title, ax : as in `poverty_measures`.
    pilot : whose rows to draw.
    """
    ax = axes(ax, SIZES["poverty_domains"], title)
    rows = table[table["pilot"] == pilot]
    if rows["raw_headcount"].isna().all():
        return nothing(ax, language)
    ticks: list[tuple[float, str, bool]] = []
    for i, domain in enumerate(definitions.kansarmoede.domains):
        top = i * 3.3 * ROW
        ticks.append((top, domain.title(language), True))
        for j, moment in enumerate(MOMENTS):
            row = rows[
                (rows["domain"].astype(str) == domain.id) & (rows["moment"].astype(str) == moment)
            ].iloc[0]
            y = top + (j + 1) * ROW
            ticks.append((y, definitions.word("moment", moment, language), False))
            _domain_bar(ax, y, row, NEUTRAL[j + 1], language)
    _domain_axis(ax, ticks, language)
    fields = [
        Patch(facecolor=NEUTRAL[2], edgecolor=INK, linewidth=0.6),
        Patch(facecolor=lighter(NEUTRAL[2], 0.3), edgecolor=NEUTRAL[2], linewidth=0.6, hatch="////"),
    ]
    _legend_below(ax, fields, [words.DEPRIVED_AND_POOR(language), words.DEPRIVED_NOT_POOR(language)])
    return ax


def _domain_bar(ax: Axes, y: float, row: pd.Series, colour: str, language: str) -> None:
    """Draw one domain at one moment, with its numbers at the right."""
    options: dict[str, Any] = {"height": ROW * 0.82, "linewidth": 0.6}
    ax.barh(y, row["raw_headcount"], color=lighter(colour, 0.3), edgecolor=colour, hatch="////", **options)
    ax.barh(y, row["censored_headcount"], color=colour, edgecolor=INK, **options)
    column(ax, 26, [y], [count(row["deprived"])])
    for points, name in ((72, "raw_headcount"), (138, "censored_headcount"), (186, "contribution")):
        column(ax, points, [y], [percentage(row[name], language)])


def _domain_axis(ax: Axes, ticks: Sequence[tuple[float, str, bool]], language: str) -> None:
    """Finish the figure of the domains: names at the left, heads of the columns, axis of shares."""
    ax.set_yticks([y for y, _, _ in ticks], [name for _, name, _ in ticks])
    for label, (_, _, bold) in zip(ax.get_yticklabels(), ticks, strict=True):
        label.set_fontweight("bold" if bold else "normal")
    heads = {26: "n", 72: words.DEPRIVED(language), 138: words.AND_POOR(language)}
    for points, head in (heads | {186: words.CONTRIBUTION(language)}).items():
        column(ax, points, [ticks[0][0]], [head], color=QUIET)
    ax.set_ylim(ticks[-1][0] + ROW * 0.7, -ROW * 0.6)
    share_axis(ax, 1.0, language, label=words.SHARE_OF_FAMILIES(language), most=4)


def change_domains(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw what each domain adds to the change in M0: left of zero is less poverty.

    The axis ends at the most that a domain can add, whatever the table holds.

    Parameters
    ----------
    table : domain, into_deprivation, out_of_deprivation, change_in_M0.
    definitions, language, title, ax : as in `poverty_measures`.
    """
    ax = axes(ax, SIZES["change_domains"], title)
    changes = table["change_in_M0"]
    if changes.isna().all():
        return nothing(ax, language)
    directions = ["improved" if x < 0 else "declined" if x > 0 else "unchanged" for x in changes]
    colours = [definitions.palette.direction[direction] for direction in directions]  # type: ignore[index]
    places = list(range(len(table)))
    ax.barh(places, changes, height=0.6, color=colours, edgecolor=INK, linewidth=0.5)
    ax.axvline(0, color=INK, linewidth=0.9)
    titles = [
        definitions.kansarmoede.domain(domain).title(language) for domain in table["domain"].astype(str)
    ]
    ax.set_yticks(places, [wrap(title, 26) for title in titles])
    ax.set_ylim(len(table) - 0.5, -1.4)
    _change_columns(ax, table, directions, language)
    _change_axis(ax, len(table), language)
    return ax


def _change_columns(ax: Axes, table: pd.DataFrame, directions: Sequence[str], language: str) -> None:
    """Write at the right who left and who entered deprivation, and the change with its sign."""
    places = list(range(len(table)))
    columns = (
        (44, words.OUT(language), [count(n) for n in table["out_of_deprivation"]]),
        (96, words.INTO(language), [count(n) for n in table["into_deprivation"]]),
        (
            150,
            words.CHANGE(language),
            [decimal(x, language, digits=3, signed=True) for x in table["change_in_M0"]],
        ),
        (166, "", [SIGNS[direction] for direction in directions]),
    )
    for points, head, values in columns:
        column(ax, points, [-0.9], [head], color=QUIET)
        column(ax, points, places, values)


def _change_axis(ax: Axes, domains: int, language: str) -> None:
    """Give the change in M0 its axis: one of so many domains cannot add more than its part of one."""
    ticks = [-0.1, -0.05, 0.0, 0.05, 0.1]
    ax.set_xticks(ticks, [decimal(tick, language, digits=2, signed=True) for tick in ticks])
    ax.set_xlim(-1 / domains, 1 / domains)
    ax.grid(axis="x")
    ax.set_xlabel(words.CHANGE_IN_M0(language))
