"""Net shares of pilots side by side, with their intervals and beside the limits that chance alone gives."""

import pandas as pd
from matplotlib.axes import Axes

from helpers.definitions import Definitions
from helpers.figures import _words as words
from helpers.figures._base import (
    ALL,
    INK,
    NEUTRAL,
    QUIET,
    WIDTH,
    axes,
    column,
    first_upper,
    is_empty,
    nothing,
    split,
    wrap,
)
from helpers.figures.distributions import pilot_name
from helpers.figures.pilots import ROW, pilot_rows
from helpers.formats import count, percentage

COLUMNS = 3  # of small multiples
EDGES = (0.25, 0.5, 0.75, 1.0)
NAMED = 8  # with more pilots only those outside the limits are named in the funnel


def pilot_outcomes(
    table: pd.DataFrame, *, definitions: Definitions, language: str, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw the net share of each pilot with its interval, a panel per subject, all on one scale.

    Parameters
    ----------
    table : pilot (`all` and each), aspect, n, net, net_low, net_high.
    definitions : for words.
    language, title, ax : as in `pilot_profile`.
    """
    ax = axes(ax, pilot_outcomes_size(table), title)
    if is_empty(table):
        return nothing(ax, language)
    pilots = list(dict.fromkeys(table["pilot"]))
    names = [pilot_name(pilot, definitions, language) for pilot in pilots]
    aspects = list(dict.fromkeys(table["aspect"].astype(str)))
    panels = split(ax, -(-len(aspects) // COLUMNS), COLUMNS)
    for place, panel in enumerate(panels):
        if place >= len(aspects):
            panel.set_axis_off()
            continue
        rows = table[table["aspect"] == aspects[place]].set_index("pilot").loc[pilots]
        _net_rows(panel, rows, _edge(table[["net", "net_low", "net_high"]]), language)
        pilot_rows(panel, pilots, names if place % COLUMNS == 0 else [""] * len(pilots))
        word = definitions.word("pilot_aspect", aspects[place], language)
        panel.set_title(wrap(first_upper(word), 22), fontsize=9.5)
    panels[COLUMNS * ((len(aspects) - 1) // COLUMNS)].set_xlabel(words.NET_AXIS(language), loc="left")
    return ax


def pilot_outcomes_size(table: pd.DataFrame) -> tuple[float, float]:
    """Give the size in inches that holds all pilots and subjects."""
    rows = -(-table["aspect"].nunique() // COLUMNS)
    return (WIDTH, 1.2 + rows * (0.75 + ROW * table["pilot"].nunique()))


def pilot_limits(
    table: pd.DataFrame,
    *,
    outcomes: pd.DataFrame,
    definitions: Definitions,
    language: str,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the net share of each pilot against its families, between the limits that chance alone gives.

    Parameters
    ----------
    table : families, limit, net, low, high.
    outcomes : pilot, aspect, families, net: the rows of the score are the points.
    definitions : not used; every figure takes them.
    language, title, ax : as in `pilot_profile`.
    """
    ax = axes(ax, LIMITS_SIZE, title)
    if is_empty(table):
        return nothing(ax, language, of=words.ONE_PILOT)
    looks = [("-", 1.3), ("--", 1.0), (":", 1.0)]
    for (limit, rows), (dashes, width) in zip(table.groupby("limit"), looks * len(table), strict=False):
        said = words.LIMITS(language).format(chance=percentage(limit, language, digits=_digits(limit)))
        for name, label in (("low", said), ("high", None)):
            ax.step(rows["families"].astype(int), rows[name], where="mid", color=QUIET, linestyle=dashes,
                    linewidth=width, label=label)  # fmt: skip
    ax.axhline(float(table["net"].iloc[0]), color=INK, linewidth=0.9, label=words.ALL_TOGETHER(language))
    points = outcomes[(outcomes["aspect"] == "score") & (outcomes["pilot"] != ALL) & (outcomes["n"] > 0)]
    ax.plot(points["families"].astype(int), points["net"], "D", color=NEUTRAL[2], markeredgecolor="white",
            markersize=8, zorder=4)  # fmt: skip
    largest = int(table["families"].max())
    ax.set_xlim(0, largest * 1.28)
    ticks = [tick for tick in ax.get_xticks() if tick <= largest and float(tick).is_integer()]
    ax.set_xticks(ticks)
    seen = table[table["families"] >= int(points["families"].min())]
    edge = max(_edge(seen[["low", "high"]]), _edge(points[["net"]]))
    ax.set_ylim(-1.05 * edge, 1.05 * edge)
    steps = [-edge, -edge / 2, 0, edge / 2, edge]
    ax.set_yticks(steps, [percentage(x, language, digits=_digits(x), signed=True) for x in steps])
    ax.grid(axis="y")
    _name_points(ax, points, table, edge)
    ax.set_xlabel(words.OF_PILOT(language))
    ax.set_ylabel(words.NET_UPWARDS(language))
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
    return ax


LIMITS_SIZE = (WIDTH, 4.4)
PLATE = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}


def _digits(chance: float) -> int:
    """Give the decimals that a percentage needs."""
    return 0 if round(1000 * chance) % 10 == 0 else 1


def _name_points(ax: Axes, points: pd.DataFrame, table: pd.DataFrame, edge: float) -> None:
    """Write names beside the points, apart where points lie close; with many pilots only those outside."""
    limits = table[table["limit"] == table["limit"].min()].set_index("families")
    ends = limits.loc[points["families"].tolist()]
    outside = (points["net"].to_numpy() < ends["low"]) | (points["net"].to_numpy() > ends["high"])
    shown = points[outside.to_numpy()] if len(points) > NAMED else points
    reach, placed = 0.16 * float(table["families"].max()), list[tuple[float, float]]()
    for (families, net), rows in shown.groupby(["families", "net"]):
        height = float(net)
        while any(abs(x - families) < reach and abs(y - height) < 0.08 * edge for x, y in placed):
            height += 0.08 * edge
        placed.append((float(families), height))
        ax.annotate(", ".join(rows["pilot"]), (families, height), (7, 0), textcoords="offset points",
                    va="center", fontsize=9, zorder=5, bbox=PLATE)  # fmt: skip


def _edge(shares: pd.DataFrame) -> float:
    """End of an axis around zero that holds all of them: a quarter, a half, three quarters or all."""
    widest = shares.abs().max(axis=None)
    return next((edge for edge in EDGES if widest <= edge), EDGES[-1])


def _net_rows(ax: Axes, rows: pd.DataFrame, edge: float, language: str) -> None:
    """Draw a diamond and a line per pilot, the level of all together, and n at the right."""
    places = list(range(len(rows)))
    ax.axvline(0, color=INK, linewidth=0.9, zorder=1)
    together = rows["net"].iloc[0]
    if pd.notna(together):
        ax.axvline(float(together), color=QUIET, linewidth=1, linestyle="--", zorder=2)
    ax.hlines(places, rows["net_low"], rows["net_high"], color=INK, linewidth=1.6, zorder=3)
    for y, (pilot, net) in zip(places, rows["net"].items(), strict=True):
        colour = INK if pilot == ALL else NEUTRAL[2]
        ax.plot([net], [y], "D", color=colour, markeredgecolor="white", markersize=6.5, zorder=4)
    column(ax, 22, places, [count(n) for n in rows["n"]])
    column(ax, 22, [-0.75], ["n"], color=QUIET)
    ticks = [-edge, 0, edge]
    ax.set_xticks(ticks, [percentage(tick, language, digits=0, signed=True) for tick in ticks])
    ax.set_xticks([-edge / 2, edge / 2], minor=True)
    ax.set_xlim(-1.08 * edge, 1.08 * edge)
    ax.grid(axis="x", which="both")
