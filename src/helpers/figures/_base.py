"""What all figures share: one visual language, headlines, wrapped words, panels, axes, columns of numbers."""

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from helpers.definitions import Text

WIDTH = 7.0  # inches: a column of the page, and both columns of a journal
SMALLEST = 9.0  # points of the smallest text in a figure; printed on 5 inches it is still 6.5
SIGNED_EDGE = 0.6  # share at which an axis of net shares ends, on both sides
SIGNED_TICKS = (-0.5, -0.25, 0.0, 0.25, 0.5)
INK = "#1a1a1a"
QUIET = "#595959"  # the lightest grey for text that still has a contrast of 7:1 on white
FAINT = "#d9d9d9"
ALL = "all"  # what the rows of a table call all pilots together
NEUTRAL = ("#c5d3e6", "#7b9ac4", "#2b4f81")  # light to dark: for counts that are neither good nor bad

SIZES = {  # inches; figures that grow with their table have a function of their own
    "flow_diagram": (WIDTH, 4.1),
    "profile": (WIDTH, 5.6),
    "education": (WIDTH, 3.1),
    "scheme": (WIDTH, 4.9),
    "score_matrix": (WIDTH, 5.1),
    "classes": (WIDTH, 4.4),
    "alluvial": (WIDTH, 3.3),
    "poverty_domains": (WIDTH, 6.1),
    "change_domains": (WIDTH, 3.7),
    "official_series": (WIDTH, 4.8),
    "one_estimate": (WIDTH, 1.7),
    "regression_to_mean": (WIDTH, 3.9),
    "cutoffs": (WIDTH, 4.6),
    "power": (WIDTH, 4.3),
}

STYLE: dict[str, Any] = {
    # starts with the font that matplotlib brings along, so that no font of the machine matters
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],
    "font.size": 9.5,
    "figure.titlesize": 11.5,
    "figure.titleweight": "bold",
    "figure.facecolor": "white",
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9.5,
    "axes.labelcolor": INK,
    "axes.facecolor": "white",
    "axes.edgecolor": QUIET,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.width": 0.8,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.8,
    "legend.fontsize": 9,
    "figure.constrained_layout.h_pad": 0.07,
    "figure.constrained_layout.w_pad": 0.07,
    "figure.constrained_layout.wspace": 0.04,
    "legend.frameon": False,
    "hatch.linewidth": 0.6,
    "lines.solid_capstyle": "butt",
    "text.color": INK,
    "text.parse_math": False,  # a `$` in a name is a sign, no formula
    "text.usetex": False,
    "savefig.dpi": 150,
    "svg.fonttype": "none",
    "svg.hashsalt": "gezinscoach",
    "path.simplify": True,
}


@contextmanager
def style() -> Iterator[None]:
    """One visual language for every figure: draw and save within it, and nothing stays behind.

    The font is the one that matplotlib brings along; text in an SVG stays text, and its ids are always
    the same.

    Examples
    --------
    >>> with style():
    ...     mpl.rcParams["svg.fonttype"]
    'none'
    """
    with mpl.rc_context(STYLE):
        yield


def axes(ax: Axes | None, size: tuple[float, float], title: str) -> Axes:
    """Give the Axes themselves, or those of a new figure of this size (inches), below their headline."""
    if ax is None:
        # only here: a run draws on figures of its own, without pyplot's global state
        from matplotlib import pyplot

        ax = pyplot.subplots(figsize=size, layout="constrained")[1]
    _headline(ax, title)
    return ax


def _headline(ax: Axes, title: str) -> None:
    """Write the finding over the whole width of the (sub)figure, flush left; nothing for an empty title."""
    if not title:
        return
    figure = ax.get_figure(root=False)
    assert figure is not None
    inches = figure.bbox.width / ax.get_figure(root=True).dpi  # type: ignore[union-attr]
    figure.suptitle(_wrapped_headline(title, inches), x=0.006, ha="left", va="top")


def _wrapped_headline(title: str, inches: float) -> str:
    """Break a headline over lines that fit in so many inches."""
    return wrap(title, int(inches * 10.4), balanced=False)


def headline_lines(title: str) -> int:
    """Count the lines that a headline takes in a figure of the usual width."""
    return lines(_wrapped_headline(title, WIDTH))


def wrap(words: str, width: int, *, balanced: bool = True) -> str:
    r"""Break words over lines of at most `width` characters, never inside a word.

    Balanced: on as few lines, but none much shorter than the others.

    Examples
    --------
    >>> wrap("aa bb cc dd", 8), wrap("aa bb cc dd", 8, balanced=False)
    ('aa bb\ncc dd', 'aa bb cc\ndd')
    """
    broken = _broken(words, width)
    while balanced and width > 2 and len(_broken(words, width - 1)) == len(broken):
        width -= 1
    return "\n".join(_broken(words, width)) or words


def _broken(words: str, width: int) -> list[str]:
    """Break words over lines."""
    return textwrap.wrap(words, width, break_long_words=False, break_on_hyphens=False)


def first_upper(words: str) -> str:
    """Begin with a capital."""
    return words[:1].upper() + words[1:]


def lines(words: str) -> int:
    """Count the lines of wrapped words."""
    return words.count("\n") + 1


def split(ax: Axes, rows: int, columns: int, **ratios: Sequence[float]) -> list[Axes]:
    """Divide the place of one Axes over panels, row by row; the Axes themselves become invisible.

    Parameters
    ----------
    ax : Axes of a subplot.
    rows, columns : number of panels.
    ratios : `height_ratios`, `width_ratios`.
    """
    ax.set_axis_off()
    place = ax.get_subplotspec()
    if place is None:
        raise ValueError("a figure with several panels needs Axes that are a subplot")
    figure = ax.get_figure(root=False)
    assert figure is not None
    return [figure.add_subplot(cell) for cell in place.subgridspec(rows, columns, **ratios)]


def is_empty(table: pd.DataFrame) -> bool:
    """Whether a table has no case to draw: its counts are all 0, or its shares all missing.

    Examples
    --------
    >>> is_empty(pd.DataFrame({"n": [0, 0], "share": [float("nan")] * 2}))
    True
    """
    counts = [name for name in ("registered", "families", "persons", "n") if name in table]
    if counts:
        return not bool(table[counts[0]].sum())
    shares = [name for name in ("raw_headcount", "change_in_M0", "power") if name in table]
    return bool(shares) and bool(table[shares[0]].isna().all())


def nothing(ax: Axes, language: str, *, of: Text | None = None) -> Axes:
    """Say in the Axes that there is nothing to draw."""
    words = of or Text("Er zijn geen gevallen om te tonen.", "There are no cases to show.")
    ax.set_axis_off()
    box = {"boxstyle": "round,pad=0.8", "facecolor": "#f5f5f5", "edgecolor": FAINT}
    ax.text(
        0.5,
        0.5,
        wrap(words(language), 50),
        ha="center",
        va="center",
        color=QUIET,
        transform=ax.transAxes,
        bbox=box,
    )
    return ax


def on(colour: str) -> str:
    """Black or white, whichever reads better on a colour (WCAG relative luminance)."""
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    luminance = 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    return INK if (luminance + 0.05) / 0.06 > 1.05 / (luminance + 0.05) else "#ffffff"


def lighter(colour: str, strength: float) -> tuple[float, float, float]:
    """Mix a colour with white: strength 1 is the colour itself, 0 is white."""
    red, green, blue = to_rgb(colour)
    return (1 - strength * (1 - red), 1 - strength * (1 - green), 1 - strength * (1 - blue))


def share_axis(
    ax: Axes, top: float, language: str, *, label: str = "", axis: str = "x", most: int = 5
) -> None:
    """Make an axis of shares from 0 to `top`, in per cent, with a light grid and at most so many steps."""
    step = next((s for s in (0.2, 0.25) if top / s <= most + 0.01), 0.5)
    ticks = [i * step for i in range(int(top / step + 1.001))]
    percent = "\u00a0%" if language == "nl" else "%"
    names = [f"{round(100 * tick)}{percent}" for tick in ticks]
    if axis == "x":
        ax.set_xlim(0, top)
        ax.set_xticks(ticks, names)
        ax.set_xlabel(label)
    else:
        ax.set_ylim(0, top)
        ax.set_yticks(ticks, names)
        ax.set_ylabel(label)
    ax.grid(axis=axis)  # type: ignore[arg-type]


def signed_share_axis(ax: Axes, language: str, write: Callable[..., str], *, label: str) -> None:
    """Make a level axis of differences of shares that ends at the same shares whatever the table holds.

    So figures of small and large groups compare; what lies further gets an arrow (`arrows`) and its number.

    Parameters
    ----------
    ax : where.
    language : `nl` or `en`.
    write : writes a tick: the share, the language, `digits`.
    label : what the axis shows.
    """
    ax.set_xlim(-SIGNED_EDGE, SIGNED_EDGE)
    ax.set_xticks(SIGNED_TICKS, [write(tick, language, digits=0) for tick in SIGNED_TICKS])
    ax.set_xlabel(label)
    ax.grid(axis="x")


def arrows(ax: Axes, positions: Sequence[float], low: Iterable[float], high: Iterable[float]) -> None:
    """Point with an arrow at the edge of a signed axis to what lies beyond it."""
    marks: dict[str, Any] = {"color": INK, "markeredgecolor": "white", "markersize": 7, "zorder": 5}
    for position, first, last in zip(positions, low, high, strict=True):
        for beyond, marker, side in ((first < -SIGNED_EDGE, "<", -1), (last > SIGNED_EDGE, ">", 1)):
            if beyond:
                ax.plot([side * SIGNED_EDGE], [position], marker, clip_on=False, **marks)


def whiskers(ax: Axes, positions: Any, low: Any, high: Any, *, vertical: bool = False) -> None:
    """Draw intervals as dark lines; lying ones have a light edge, so that they show on dark bars."""
    draw = ax.vlines if vertical else ax.hlines
    if not vertical:
        draw(positions, low, high, color="white", linewidth=3.2)
    draw(positions, low, high, color=INK, linewidth=1.2)


def column(ax: Axes, points: float, positions: Sequence[float], words: Sequence[str], **options: Any) -> None:
    """Write a column of numbers, right-aligned at a number of points to the right of the Axes."""
    settings = {"ha": "right", "va": "center", "fontsize": SMALLEST, "annotation_clip": False} | options
    for y, word in zip(positions, words, strict=True):
        ax.annotate(
            word,
            (1, y),
            (points, 0),
            xycoords=ax.get_yaxis_transform(),
            textcoords="offset points",
            **settings,
        )
