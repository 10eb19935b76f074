"""Charts of rows: a label, marks along one axis, and numbers at their end.

The frames that are drawn have a row for each row of the chart, with these columns: `label`; optionally
`group`, a heading above the first row that has it; optionally `end`, words at the right edge; and what the
chart itself takes. The vertical unit is a point, from the top down. In a narrow figure labels stand above
their marks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from helpers.charts.style import (
    FAINT,
    INK,
    LINE,
    QUIET,
    SIDE,
    begin,
    beside,
    canvas_of,
    count_lines,
    key,
    key_height,
    measure,
    on,
    place,
    wrap,
)
from helpers.formats import count

BAR, GAP = 13.0, 5.0  # points: how thick a bar is, and how far rows are apart
MANY, CLOSE = 20, 2.0  # rows from which they are this close, so that they fit on a sheet of paper
THIN = 6.0  # points of each of two bars in a row
LABELS = 0.4  # of the width: the most that labels take
HEADING = 20.0  # points of the heading of a panel
AXIS = 16.0  # points of the numbers below an axis
COLUMN = 90.0  # points of the highest standing bar
PAD = 4.0  # points between a mark and its number
ROOM = 5.0  # points at both sides of a number in a part of a bar
BESIDE = 8  # points between labels, bars and what stands at their ends


@dataclass(frozen=True)
class Laid:
    """Where the rows of a chart lie: Axes, middle and thickness of the bars, points from left to right."""

    ax: Axes
    places: NDArray[np.float64]
    width: float
    bar: float = BAR
    narrow: bool = False

    def upright(self, at: float, dashes: str = "-") -> None:
        """Draw a line from the first row to the last, in a narrow figure not through the labels."""
        top, bottom = self.places - self.bar / 2 - 2, self.places + self.bar / 2 + 2
        ends = (top, bottom) if self.narrow else (top[:1], bottom[-1:])
        self.ax.vlines([at] * len(ends[0]), *ends, color=INK, linewidth=0.8, linestyle=dashes, zorder=1)


def bars(
    frame: pd.DataFrame, *, brackets: Sequence[tuple[Sequence[int], str]] = (), ax: Axes | None = None
) -> Axes:
    """Draw a lying bar per row with its number at the end.

    frame: label, value, number (what stands at the end), colour; optionally start, where a bar begins.
    brackets: rows that belong together, and what stands beside them.
    ax: where to draw; by default on a new figure.
    """
    right = 16 + max(measure(words, bold=True) for _, words in brackets) if brackets else 0
    laid = _lay(frame, ax, right=right)
    start = frame["start"].to_numpy(float) if "start" in frame else np.zeros(len(frame))
    value = frame["value"].astype("float64").fillna(0).to_numpy()
    ends = start + value
    drawn = laid.ax.barh(laid.places, value, left=start, height=BAR, color=list(frame["colour"]), linewidth=0)
    _title(
        drawn, [f"{label}: {number}" for label, number in zip(frame["label"], frame["number"], strict=True)]
    )
    room = _fit(np.clip(-ends, 0, None), np.clip(ends, 0, None), frame["number"], laid.width)
    for y, end, number in zip(laid.places, ends, frame["number"], strict=True):
        _number(laid.ax, end, y, number)
    laid.ax.set_xlim(*room)
    if room[0] < 0:
        laid.upright(0)
    for held, words in brackets:
        _bracket(laid, held, words, right=right)
    return laid.ax


def stacks(
    frame: pd.DataFrame,
    parts: Sequence[str],
    names: Sequence[str],
    colours: Sequence[Any],
    *,
    numbers: pd.DataFrame | None = None,
    of_all: bool = False,
    to_scale: bool = False,
    bar: float = BAR,
    ax: Axes | None = None,
) -> Axes:
    """Draw a lying bar per row that is divided over its parts, each with its number where there is room.

    frame: label, and a column of counts for each part; optionally edge, a share up to which a mark holds
        parts together, and `<part>_colour`, where rows have colours of their own.
    parts, names, colours: the columns, what they are called, and their colours.
    numbers: what stands in each part; by default the counts.
    of_all: whether the sum of each row stands at its end.
    to_scale: whether a bar is as long as its sum, the longest as wide as the chart; else all are that wide.
    bar: points of thickness.
    ax: as in `bars`.
    """
    counted = frame[list(parts)].astype("float64")
    written = numbers if numbers is not None else counted.map(count)
    total = counted.sum(axis=1)
    whole = pd.Series(total.max(), total.index) if to_scale else total
    shares = _shares(counted, whole)
    ended = frame.assign(end=[f"n = {count(n)}" for n in total]) if of_all else frame
    ax, points, narrow = begin(ax)
    if (narrow or len(frame) == 1) and "end" not in ended:  # what has no room in its part is not lost
        room = shares * (points if narrow else points - measure(str(frame["label"].iloc[0])) - 2 * BESIDE)
        cramped = ((room > 0) & (room < written.map(measure) + ROOM)).any(axis=1)
        ended = frame.assign(end=written.agg(" · ".join, axis=1).where(cramped, ""))
    laid = _lay(ended, ax, named=(names, colours), bar=bar)
    own = [frame.get(f"{part}_colour", colour) for part, colour in zip(parts, colours, strict=True)]
    _parts(laid, laid.places, shares, written, list(frame["label"]), names, own)
    if "edge" in frame:
        ends = laid.places - bar / 2 - 2, laid.places + bar / 2 + 2
        laid.ax.vlines(frame["edge"], *ends, color=INK, linewidth=2)
    laid.ax.set_xlim(0, 1)
    return laid.ax


def stacked_pairs(
    frames: tuple[pd.DataFrame, pd.DataFrame],
    parts: Sequence[str],
    names: Sequence[str],
    colours: Sequence[Any],
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw two thin divided bars per row, one right below the other; what they are worth is in their titles.

    frames: of the upper and the lower bar: label, and a column of counts for each part; of the upper, end.
    parts, names, colours: as in `stacks`.
    ax: as in `bars`.
    """
    laid = _lay(frames[0], ax, named=(names, colours), bar=2 * THIN)
    for frame, side in zip(frames, (-1, 1), strict=True):
        counted = frame[list(parts)].astype("float64")
        shares, written = _shares(counted, counted.sum(axis=1)), counted.map(count)
        places = laid.places + side * THIN / 2
        thin = replace(laid, bar=THIN - 0.6)
        _parts(thin, places, shares, written, list(frame["label"]), names, colours, inside=False)
    laid.ax.set_xlim(0, 1)
    return laid.ax


def stacks_by_group(
    groups: Sequence[tuple[str, pd.DataFrame, Sequence[str]]],
    shades: Sequence[str],
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw lying bars that are divided over other parts in each group, light to dark.

    groups: of each: its heading, counts (a row per label, a column per part), and what the parts are called.
    shades: light to dark.
    ax: as in `bars`.
    """
    frame = pd.DataFrame(
        [(heading, str(label)) for heading, part, _ in groups for label in part.index],
        columns=["group", "label"],
    )
    last = len(shades) - 1
    keys = {
        heading: (names, [shades[round(i * last / max(len(names) - 1, 1))] for i in range(len(names))])
        for heading, _, names in groups
    }
    laid, at = _lay(frame, ax, keys=keys), 0
    for heading, part, names in groups:
        places, written = laid.places[at : at + len(part)], part.map(count)
        shares = _shares(part, part.sum(axis=1))
        _parts(laid, places, shares, written, list(part.index), names, keys[heading][1])
        at += len(part)
    laid.ax.set_xlim(0, 1)
    return laid.ax


def _shares(counted: pd.DataFrame, whole: pd.Series) -> pd.DataFrame:
    """Divide the counts of each row; nothing where there is nobody."""
    return counted.div(whole.where(whole > 0), axis=0).fillna(0.0)


def _parts(
    laid: Laid,
    places: NDArray[np.float64],
    shares: pd.DataFrame,
    written: pd.DataFrame,
    labels: Sequence[str],
    names: Sequence[str],
    colours: Sequence[Any],
    *,
    inside: bool = True,
) -> None:
    """Draw bars of shares, each part with its title, and its number inside where there is room."""
    left = np.zeros(len(shares))
    for part, name, colour in zip(shares, names, colours, strict=True):
        wide, each = shares[part].to_numpy(), pd.Series(colour, index=shares.index)
        drawn = laid.ax.barh(
            places, wide, left=left, height=laid.bar, color=list(each), edgecolor="white", linewidth=0.6
        )
        _title(drawn, [f"{label}, {name}: {n}" for label, n in zip(labels, written[part], strict=True)])
        for y, start, share, number, field in zip(places, left, wide, written[part], each, strict=True):
            if inside and share * laid.width >= measure(number) + ROOM:
                laid.ax.text(start + share / 2, y, number, ha="center", va="center", color=on(field))
        left = left + wide


def diverging(frame: pd.DataFrame, names: tuple[str, str], *, ax: Axes | None = None) -> Axes:
    """Draw two bars per row from the middle outwards, with their counts at the ends.

    frame: label, the counts `declined` (to the left) and `improved`, `declined_colour` and `improved_colour`.
    names: what both are called.
    ax: as in `bars`.
    """
    usual = [frame["declined_colour"].iloc[0], frame["improved_colour"].iloc[0]]
    laid = _lay(frame, ax, named=(names, usual))
    ends = []
    for way, name, sign in zip(("declined", "improved"), names, (-1, 1), strict=True):
        values, colours = frame[way].astype("float64").fillna(0).to_numpy(), list(frame[f"{way}_colour"])
        drawn = laid.ax.barh(laid.places, sign * values, height=BAR, color=colours, linewidth=0)
        numbers = [count(n) if n else "" for n in values]
        _title(
            drawn, [f"{label}, {name}: {count(n)}" for label, n in zip(frame["label"], values, strict=True)]
        )
        for y, value, number in zip(laid.places, values, numbers, strict=True):
            _number(laid.ax, sign * value, y, number, sign)
        ends.append((values, numbers))
    (low, said_low), (high, said_high) = ends
    longest = [max(pair, key=measure) for pair in zip(said_low, said_high, strict=True)]
    laid.ax.set_xlim(*_fit(low, high, longest, laid.width, both=True))
    laid.upright(0)
    return laid.ax


def intervals(
    frame: pd.DataFrame,
    *,
    ticks: Sequence[tuple[float, str]],
    lines: Sequence[float] = (0,),
    ax: Axes | None = None,
) -> Axes:
    """Draw a diamond with its interval per row.

    frame: label, value, low, high, end; optionally colour, and thick_low and thick_high: an inner interval.
    ticks: places on the axis and their words; it reaches from the first to the last, or as far as the data.
    lines: where a dark line stands, and where a broken one.
    ax: as in `bars`.
    """
    laid = _lay(frame, ax, ticks=ticks)
    draw = laid.ax
    colours = list(frame["colour"]) if "colour" in frame else [SIDE] * len(frame)
    drawn = draw.hlines(laid.places, frame["low"], frame["high"], color=colours, linewidth=1.6)
    told = [f"{label}: {end}" for label, end in zip(frame["label"], frame["end"], strict=True)]
    drawn.set_gid("\n".join(told))
    if "thick_low" in frame:
        draw.hlines(laid.places, frame["thick_low"], frame["thick_high"], color=colours, linewidth=6)
    for y, value, colour, words in zip(laid.places, frame["value"], colours, told, strict=True):
        mark = draw.plot([value], [y], "D", color=colour, markeredgecolor="white", markersize=6.5, zorder=4)
        mark[0].set_gid(words)
    _axis(laid, ticks, frame[["value", "low", "high"]])
    for at, dashes in zip(lines, ("-", "--"), strict=False):
        laid.upright(at, dashes=dashes)
    return draw


def dumbbells(
    frame: pd.DataFrame,
    first: str,
    last: str,
    names: tuple[str, str],
    *,
    ticks: Sequence[tuple[float, str]],
    ax: Axes | None = None,
) -> Axes:
    """Draw two marks per row and the way between them: open where it began, full where it ended.

    frame: label, the two columns, colour (of the way), end.
    first, last: the columns.
    names: what they are called.
    ticks: as in `intervals`.
    ax: as in `bars`.
    """
    laid = _lay(frame, ax, ticks=ticks, named=(names, ("white", INK)), dots=True)
    for y, row in zip(laid.places, frame.to_dict("records"), strict=True):
        way = laid.ax.plot([row[first], row[last]], [y, y], color=row["colour"], linewidth=4, zorder=2)
        way[0].set_gid(f"{row['label']}: {row['end']}")
        laid.ax.plot([row[first]], [y], "o", color=INK, markerfacecolor="white", markersize=7, zorder=3)
        laid.ax.plot([row[last]], [y], "o", color=INK, markersize=5.5, zorder=4)
    _axis(laid, ticks, frame[[first, last]])
    return laid.ax


def columns(panels: Sequence[pd.DataFrame], *, beside_first: int = 1, ax: Axes | None = None) -> Axes:
    """Draw standing bars, a panel each with an axis of its own.

    panels: of each panel: label, value, colour; `group` is its title.
    beside_first: how many panels share the first line of a wide figure; the others have one each.
    ax: as in `bars`.
    """
    ax, points, narrow = begin(ax)
    ax.set_axis_off()
    placed, y = [(ax, 0.0, 0.0, points, 1.0)], 0.0
    for number, frame in enumerate(panels):
        together = 1 if narrow or number >= beside_first else beside_first
        wide, gap = points / together, 14 if together > 1 else 0
        panel = ax.figure.add_subplot()
        placed.append((panel, wide * (number % together), y + HEADING + LINE, wide - gap, COLUMN))
        _standing(panel, frame, wide - gap)
        if together == 1 or number == together - 1:
            y += HEADING + LINE + COLUMN + 2 * LINE + 8
    place(placed, y)
    return ax


def _standing(ax: Axes, frame: pd.DataFrame, width: float) -> None:
    """Draw one panel of standing bars, with numbers and labels as far as they have room."""
    values, places = frame["value"].to_numpy(float), np.arange(len(frame))
    top = max(float(values.max(initial=0)), 1.0)
    slot = width / max(len(frame), 1)
    drawn = ax.bar(places, values, width=min(0.8, 60 / slot), color=list(frame["colour"]), linewidth=0)
    numbers = [count(value) for value in values]
    _title(drawn, [f"{label}: {number}" for label, number in zip(frame["label"], numbers, strict=True)])
    if max(map(measure, numbers), default=0) < slot:
        for at, value, number in zip(places, values, numbers, strict=True):
            ax.text(at, value + 0.02 * top, number, ha="center", va="bottom")
    for x, label, side, line in _with_room(list(frame["label"]), slot):
        shift, down = {"center": 0.0, "left": -0.5, "right": 0.5}[side], 0.03 + line * LINE / COLUMN
        words = label if line else wrap(label, max(slot - 4, 30))
        ax.text(x + shift, -down * top, words, ha=side, va="top", color=QUIET)
    ax.set(xlim=(-0.5, max(len(frame), 1) - 0.5), ylim=(0, top), xticks=[], yticks=[])
    ax.spines["left"].set_visible(False)
    title = str(frame["group"].iloc[0])
    ax.text(-0.5, top + top * (LINE + HEADING / 2) / COLUMN, title, va="center", weight="bold")


def _with_room(labels: Sequence[str], slot: float) -> list[tuple[int, str, str, int]]:
    """Choose the labels that have room below their bars, the first and the last in any case.

    Each with its side and its line: an end that is wider than its bar stands below the others.
    """
    if all(measure(word) < slot - 2 for label in labels for word in label.split()):
        return [(x, label, "center", 0) for x, label in enumerate(labels)]
    last = len(labels) - 1
    wide = {x for x in (0, last) if measure(labels[x]) > slot}
    end = (last + 1) * slot if last in wide else (last + 0.5) * slot - measure(labels[last]) / 2 - 4
    chosen, edge = [], -4.0
    for x, label in enumerate(labels):
        start, length = (x + 0.5) * slot - measure(label) / 2, measure(label)
        if x in wide:
            chosen.append((x, label, "right" if x else "left", 1))
        elif x == last or (start >= edge + 4 and start + length <= end):
            chosen.append((x, label, "center", 0))
            edge = start + length
    return chosen


def mark_end(ax: Axes, share: float, words: str, side: str) -> None:
    """Hold a share at the left or right end of a chart of one stacked bar together, with words below it."""
    bottom = ax.get_ylim()[0]
    start, end = (0.0, share) if side == "left" else (1 - share, 1.0)
    low, high = bottom - GAP, bottom - GAP + 6
    ax.plot([start, start, end, end], [low, high, high, low], color=QUIET, linewidth=1, clip_on=False)
    ax.text(start if side == "left" else end, high + LINE / 2 + 1, words, ha=side, va="center", color=QUIET)
    box, (width, high_before) = ax.get_position(), 72 * canvas_of(ax).get_size_inches()
    top = (1 - box.y1) * high_before
    needed = max(high_before, bottom + LINE + 8)
    place([(ax, box.x0 * width, top, box.width * width, box.height * high_before)], needed)


# ---- laying out ------------------------------------------------------------------------------------------


def _lay(
    frame: pd.DataFrame,
    ax: Axes | None,
    *,
    right: float = 0,
    ticks: Sequence[tuple[float, str]] = (),
    named: tuple[Sequence[str], Sequence[Any]] = ((), ()),
    keys: Mapping[str, tuple[Sequence[str], Sequence[Any]]] | None = None,
    bar: float = BAR,
    dots: bool = False,
) -> Laid:
    """Give rows their places; write labels, headings, `named` parts above (`keys`: below a heading), ends.

    What is named above are fields of colour, or `dots`.
    """
    ax, points, narrow = begin(ax)
    labels, room = list(frame["label"]), points - right if narrow else LABELS * points
    ends = list(frame["end"]) if "end" in frame else [""] * len(frame)
    beyond = max(map(measure, ends)) + (BESIDE if any(ends) else 0)
    broken = [wrap(label, room - (beyond if narrow else 0)) for label in labels]
    left = 0.0 if narrow else max(measure(line) for label in broken for line in label.split("\n")) + BESIDE
    marks = points - left - right - (0 if narrow else beyond)
    insets = [max(4.0, measure(ticks[end][1]) / 2) if ticks else 0.0 for end in (0, -1)]
    y = top = key_height(named[0], points) or 3.0
    groups = list(frame["group"]) if "group" in frame else [""] * len(frame)
    at: dict[str, Any] = {"transform": beside(ax), "va": "center"}
    places = []
    for number, (group, label, end) in enumerate(zip(groups, broken, ends, strict=True)):
        if group and (not number or group != groups[number - 1]):
            y += 6 if number else 0
            for line in wrap(group, points, bold=True).split("\n"):
                ax.text(0, y + LINE / 2, line, weight="bold", **at)
                y += LINE
            y += 4
            if keys:
                key(ax, *keys[group], points, top=y)
                y += key_height(keys[group][0], points)
        high = LINE * count_lines(label)
        row = high + 1 + bar if narrow else max(high, bar)
        places.append(y + (row - bar / 2 if narrow else row / 2))
        first = y if narrow else y + (row - high) / 2
        for at_line, words in enumerate(label.split("\n")):
            ax.text(0, first + LINE * (at_line + 0.5), words, **at)
        ax.text(points, y + (LINE if narrow else row) / 2, end, ha="right", **at)
        y += row + (CLOSE if len(labels) >= MANY and not narrow else GAP) + (1 if narrow else 0)
    wide = marks - sum(insets)
    place([(ax, left + insets[0], top, wide, y - top)], y + (AXIS if ticks else 0))
    ax.set_ylim(y, top)
    key(ax, *named, points, dots=dots)
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)
    if not ticks:
        ax.set_xticks([])
    return Laid(ax, np.array(places), wide, bar, narrow)


def _fit(
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    numbers: Sequence[str],
    width: float,
    *,
    both: bool = False,
) -> tuple[float, float]:
    """Give the ends of an axis on which all bars and the numbers at their ends fit, as long as can be.

    Numbers stand at the ends of bars that go left (`low`) or right (`high`), or at `both`.
    """
    wide = np.array([measure(number) + PAD if number else 0.0 for number in numbers])
    at_low = np.where((low > 0) | both, wide, 0.0)
    at_high = np.where((low == 0) | both, wide, 0.0)
    none, most = 0.0, width / max(float((low + high).max(initial=0)), 1e-9)
    for _ in range(40):  # points of a unit, halved until both sides fit
        scale = (none + most) / 2
        needed = (low * scale + at_low).max(initial=0) + (high * scale + at_high).max(initial=0)
        none, most = (scale, most) if needed <= width else (none, scale)
    scale = max(none, 1e-9)
    left = (low * scale + at_low).max(initial=0) if both or low.any() else 0.0
    return -left / scale, (width - left) / scale


def _number(ax: Axes, end: float, y: float, number: str, sign: int = 0) -> None:
    goes_left = sign < 0 or (not sign and end < 0)
    ax.annotate(
        number,
        (end, y),
        (-PAD if goes_left else PAD, 0),
        textcoords="offset points",
        ha="right" if goes_left else "left",
        va="center",
        annotation_clip=False,
    )


def _title(drawn: Any, told: Any) -> None:
    for bar, words in zip(drawn, told, strict=True):
        bar.set_gid(words)


def _bracket(laid: Laid, rows: Sequence[int], words: str, *, right: float) -> None:
    """Hold rows together at the right, with words beside them."""
    top, bottom = laid.places[min(rows)] - BAR / 2, laid.places[max(rows)] + BAR / 2
    ax = laid.ax
    edge = 72 * canvas_of(ax).get_figwidth() - right + 3
    at = {"transform": beside(ax), "clip_on": False}
    ax.plot([edge, edge + 5, edge + 5, edge], [top, top, bottom, bottom], color=QUIET, linewidth=1, **at)
    ax.text(edge + 10, (top + bottom) / 2, words, va="center", weight="bold", transform=beside(ax))


def _axis(laid: Laid, ticks: Sequence[tuple[float, str]], shown: pd.DataFrame) -> None:
    """Draw an axis with a faint grid, as far as ticks or data reach, in the direction of the ticks."""
    ax, places = laid.ax, [at for at, _ in ticks]
    known = np.array([*places, *shown.to_numpy(float).ravel()])
    ends = np.nanmin(known), np.nanmax(known)
    ax.set_xlim(*(ends if places[0] < places[-1] else ends[::-1]))
    step = abs(places[1] - places[0]) / (ends[1] - ends[0]) * laid.width
    every = int(-(-(max(measure(words) for _, words in ticks) + 6) // step))
    ax.set_xticks(places[::every], [words for _, words in ticks[::every]])
    ax.grid(axis="x", color=FAINT)
    ax.tick_params(axis="x", length=0, pad=2)
