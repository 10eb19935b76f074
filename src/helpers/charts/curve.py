"""Charts of lines: chances by the number of families, points between limits."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from helpers.charts.style import (
    FAINT,
    INK,
    LINE,
    QUIET,
    SIDE,
    begin,
    count_lines,
    key,
    key_height,
    lighter,
    measure,
    place,
    wrap,
)

HEIGHT = 150.0  # points of a panel
TICKS = 15.0  # points of the numbers below an axis
AT_RIGHT: dict[str, Any] = {  # of what is said below a panel
    "xycoords": "axes fraction", "textcoords": "offset points", "ha": "right", "va": "top",
}  # fmt: skip
AWAY = 14.0  # points from a panel to the names of its lines


def panels(
    table: pd.DataFrame,
    x: str,
    y: str,
    *,
    target: tuple[float, str],
    below: str,
    write: Callable[[float], str],
    ax: Axes | None = None,
) -> Axes:
    """Draw chances by a number that grows by factors: a panel per outcome, a line per difference.

    table: `panel`, `line` (what it is called), and the columns `x` and `y`.
    target: a level line, and what it is called.
    below: what the numbers below are.
    write: writes a share.
    ax: where to draw; by default on a new figure.
    """
    import seaborn  # brings scipy.stats along: a second for a kernel that draws no lines

    ax, points, narrow = begin(ax)
    ax.set_axis_off()
    named, lines = list(dict.fromkeys(table["panel"])), list(dict.fromkeys(table["line"]))
    shades = {line: lighter(SIDE, 0.35 + 0.65 * at / max(len(lines) - 1, 1)) for at, line in enumerate(lines)}
    left, right = measure(write(1)) + 6, max(map(measure, lines)) + AWAY + 4
    across = 1 if narrow else len(named)
    wide = (points - left) / across
    title = LINE * max(wrap(name, wide - 12, bold=True).count("\n") + 1 for name in named) + 6
    placed, y_of = [(ax, 0.0, 0.0, points, 1.0)], 0.0
    for at, name in enumerate(named):
        panel, part = ax.figure.add_subplot(), table[table["panel"] == name]
        seaborn.lineplot(
            data=part, x=x, y=y, hue="line", hue_order=lines, palette=shades, marker="o", markersize=4,
            markeredgewidth=0, errorbar=None, legend=False, ax=panel,
        )  # fmt: skip
        _named_lines(panel, part, x, y, lines, write, away=AWAY / (wide - right))
        _chances(panel, part, x, target[0], write, first=not at % across)
        panel.text(
            0, 1, wrap(name, wide - 12, bold=True), transform=panel.transAxes, va="bottom", weight="bold"
        )
        placed.append((panel, left + wide * (at % across), y_of + title, wide - right, HEIGHT))
        if across == 1 or at == len(named) - 1:
            y_of += title + HEIGHT + TICKS + 4
    last = placed[-1][0]
    told = wrap(f"{below}; - - {target[1]}", points - left)
    last.annotate(told, (1, 0), (right, -TICKS - 5), color=QUIET, **AT_RIGHT)
    place(placed, y_of + LINE * count_lines(told) + 2)
    return ax


def _named_lines(
    ax: Axes,
    part: pd.DataFrame,
    x: str,
    y: str,
    lines: Sequence[str],
    write: Callable[[float], str],
    *,
    away: float,
) -> None:
    """Write what each line is beside its end (`away`: of the width), apart where ends meet; title dots."""
    known = part[part[y].notna()]
    ends = known.sort_values(x).groupby("line")[y].last()
    ends = ends.loc[[name for name in reversed(lines) if name in ends.index]]
    apart = LINE / HEIGHT * 1.05
    height = 1.0 + apart
    for name, end in ends.items():
        height = min(float(end), height - apart)
        leads = {"arrowstyle": "-", "color": QUIET, "linewidth": 0.7, "shrinkA": 1, "relpos": (0, 0.5)}
        ax.annotate(
            str(name),
            (known[x].max(), end),
            (1 + away, height),
            textcoords=ax.get_yaxis_transform(),
            va="center",
            arrowprops=leads,
            annotation_clip=False,
        )
    drawn = [line for line in ax.lines if len(line.get_xdata())]
    for line, name in zip(drawn, [name for name in lines if name in set(known["line"])], strict=False):
        dots = known[known["line"] == name].sort_values(x)
        said = [f"{name}, {n}: {write(chance)}" for n, chance in zip(dots[x], dots[y], strict=True)]
        line.set_gid("\n".join(["", *said]))


def _chances(
    ax: Axes, part: pd.DataFrame, x: str, target: float, write: Callable[[float], str], *, first: bool
) -> None:
    """Give a panel of chances its axes and the line of the target."""
    numbers = sorted(set(part[x].astype(int)))
    ax.set_xscale("log")
    shown = [n for at, n in enumerate(numbers) if at in (0, len(numbers) // 2, len(numbers) - 1)]
    ax.set_xticks(shown, [str(n) for n in shown])
    ax.xaxis.set_minor_locator(NullLocator())
    steps = [0, 0.2, 0.4, 0.6, 0.8, 1]
    ax.set_yticks(steps, [write(step) if first else "" for step in steps])
    ax.set(xlim=(numbers[0] / 1.1, numbers[-1] * 1.1), ylim=(0, 1.05), xlabel="", ylabel="")
    ax.grid(axis="y", color=FAINT)
    ax.axhline(target, color=INK, linewidth=1, linestyle=(0, (5, 3)), zorder=1)


def funnel(
    dots: pd.DataFrame,
    limits: Mapping[str, pd.DataFrame],
    together: str,
    ticks: Sequence[tuple[float, str]],
    *,
    below: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw points by their size between limits that narrow.

    dots: label (empty: not named), families, net, told.
    limits: families, net, low, high of each pair of limits, by what they are called.
    together: what the line in the middle is called.
    ticks: places on the standing axis and their words.
    below: what the numbers below are.
    ax: where to draw; by default on a new figure.
    """
    ax, points, _ = begin(ax)
    shades = (lighter(SIDE, 0.22), lighter(SIDE, 0.1))
    bands = []
    for (name, part), shade in zip(
        reversed(list(limits.items())), reversed(shades[: len(limits)]), strict=False
    ):
        part = part.sort_values("families")
        band = ax.fill_between(
            part["families"].astype(float), _envelope(part["low"], least=True), _envelope(part["high"]),
            color=shade, linewidth=0,
        )  # fmt: skip
        band.set_gid(name)
        bands.append(name)
    net = float(next(iter(limits.values()))["net"].iloc[0])
    ax.axhline(net, color=INK, linewidth=0.9)
    for row in dots.itertuples():
        mark = ax.plot(
            [row.families], [row.net], "D", color=SIDE, markeredgecolor="white", markersize=8, zorder=4
        )
        mark[0].set_gid(row.told)
    edge = max(part["families"].max() for part in limits.values())
    low, high = ticks[0][0], ticks[-1][0]
    ax.set_yticks([at for at, _ in ticks], [words for _, words in ticks])
    ax.set(xlim=(float(dots["families"].min()) - 1, float(edge) + 0.5), ylim=(low, high))
    ax.set_xticks(sorted(set(dots["families"].astype(int))))
    ax.grid(axis="y", color=FAINT)
    left = max(measure(words) for _, words in ticks) + 6
    wide, tall = points - left - 4, 1.5 * HEIGHT
    taken: list[tuple[float, float, float]] = []
    line = (net - low) / (high - low) * tall
    span = float(edge) + 1.5 - float(dots["families"].min())
    for row in dots[dots["label"] != ""].sort_values("net").itertuples():
        length = measure(str(row.label)) + 14
        x = (row.families - float(dots["families"].min()) + 1) / span * wide
        goes_left = x + length > wide
        start = x - length if goes_left else x
        y = (row.net - low) / (high - low) * tall
        if abs(y - line) < 0.7 * LINE:  # not on the line
            y = line + (0.7 * LINE if y >= line else -0.7 * LINE)
        while any(
            abs(y - other) < LINE and start < right and start + length > left_of
            for other, left_of, right in taken
        ):
            y += 2
        taken.append((y, start, start + length))
        shift = y - (row.net - low) / (high - low) * tall
        ax.annotate(str(row.label), (row.families, row.net), (-9 if goes_left else 9, shift), va="center",
                    textcoords="offset points", ha="right" if goes_left else "left")  # fmt: skip
    named = [together, *reversed(bands)]
    room = key_height(named, points) + LINE / 2
    unit = tall / (high - low)
    key(ax, named, (INK, *shades[: len(bands)]), points, unit=-unit, top=high + room / unit)
    ax.annotate(below, (1, 0), (0, -TICKS - 2), color=QUIET, **AT_RIGHT)
    place([(ax, left, room, wide, tall)], room + tall + TICKS + LINE + 2)
    return ax


def _envelope(ends: pd.Series, *, least: bool = False) -> Any:
    """Smooth the steps of limits of whole families: they narrow from left to right and never widen."""
    values = ends.to_numpy(float)
    return np.maximum.accumulate(values) if least else np.minimum.accumulate(values)
