"""What all charts share: one look, words that are measured and broken, room on a page of points."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure as Canvas
from matplotlib.font_manager import findfont, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D, Transform, blended_transform_factory

from helpers.words import say

WIDE, NARROW = 7.5, 3.4  # inches: a column of a page, and the screen of a phone
DOTS = 150  # of an inch of a PNG
SIZE, LINE = 9.5, 12.5  # points of all text, and of a line of it
INK, QUIET, FAINT = "#1a1a1a", "#595959", "#e4e4e4"  # the second still has a contrast of 7:1 on white
SIDE, OTHER, UNKNOWN = "#1f4e79", "#b9c9dc", "#e4e4e4"  # what a figure is about, the rest, what is not known
NO_SCORE = "#b5b5b5"  # who is there, but cannot be placed
NEUTRAL = ("#c5d3e6", "#7896c1", "#2b4f81")  # light to dark: for counts that are neither good nor bad
SWATCH = 9.0  # points of the field of a colour in a key

STYLE: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib, and is as wide as any that a page may have
    "font.size": SIZE,
    "figure.facecolor": "white",
    "axes.labelsize": SIZE,
    "axes.labelcolor": QUIET,
    "axes.facecolor": "none",
    "axes.edgecolor": QUIET,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "xtick.labelsize": SIZE,
    "ytick.labelsize": SIZE,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "grid.color": FAINT,
    "grid.linewidth": 0.8,
    "lines.solid_capstyle": "butt",
    "text.color": INK,
    "text.parse_math": False,  # a `$` in a name is a sign, no formula
    "text.usetex": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "gezinscoach",
}


@contextmanager
def style() -> Iterator[None]:
    """One look for every chart: draw and save within it, and nothing stays behind.

    >>> with style():
    ...     mpl.rcParams["svg.fonttype"]
    'none'
    """
    with mpl.rc_context(STYLE):
        yield


def canvas(width: float = WIDE) -> tuple[Canvas, Axes]:
    """Give a figure of so many inches and its Axes; the chart on them makes it as high as it needs."""
    figure = Canvas(figsize=(width, 1), dpi=DOTS)
    return figure, figure.subplots()


def begin(ax: Axes | None) -> tuple[Axes, float, bool]:
    """Give the Axes to draw on, the points of width of their figure, and whether that is narrow.

    Without Axes a new figure is made, as wide as a page.
    """
    if ax is None:
        # only here: a run draws on figures of its own, without pyplot's global state
        from matplotlib import pyplot

        ax = pyplot.subplots(figsize=(WIDE, 1))[1]
    ax.figure.set_layout_engine("none")
    inches = canvas_of(ax).get_figwidth()
    return ax, 72 * inches, inches < 0.7 * WIDE


def canvas_of(ax: Axes) -> Canvas:
    """Give the figure that Axes are on."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    return figure


def place(panels: Sequence[tuple[Axes, float, float, float, float]], height: float) -> None:
    """Make a figure so many points high, and give each of its Axes its place.

    panels: of each Axes its left, top, width and height in points, from the upper left corner.
    height: of the figure, in points.
    """
    figure = canvas_of(panels[0][0])
    figure.set_figheight(height / 72)
    width = 72 * figure.get_figwidth()
    for ax, left, top, wide, high in panels:
        ax.set_position((left / width, 1 - (top + high) / height, wide / width, high / height))


def beside(ax: Axes) -> Transform:
    """Give the transform of a place in points from the left edge of the figure, at a height in data."""
    return blended_transform_factory(Affine2D().scale(1 / 72) + canvas_of(ax).dpi_scale_trans, ax.transData)


@lru_cache(maxsize=4096)
def measure(words: str, *, bold: bool = False) -> float:
    """Measure a line of words in points, as wide as any font of a page would make it."""
    font = get_font(_file(bold))
    font.set_size(SIZE, 72)
    font.set_text(words, 0.0, flags=LoadFlags.NO_HINTING)
    return float(font.get_width_height()[0]) / 64


@cache
def _file(bold: bool) -> str:
    """Find the font that words are measured in."""
    return str(findfont("DejaVu Sans:bold" if bold else "DejaVu Sans"))


@lru_cache(maxsize=4096)
def wrap(words: str, points: float, *, bold: bool = False) -> str:
    r"""Break words over lines of at most so many points, on as few as can be; a long word stays whole.

    >>> wrap("aa bb cc", 36)
    'aa bb\ncc'
    """
    lines: list[str] = []
    for word in words.split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and measure(joined, bold=bold) <= points:
            lines[-1] = joined
        else:
            lines.append(word)
    return "\n".join(lines)


def count_lines(words: str) -> int:
    """Count the lines of wrapped words."""
    return words.count("\n") + 1


def on(colour: Any) -> str:
    """Black or white, whichever reads better on a colour (WCAG relative luminance)."""
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    luminance = 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    return INK if (luminance + 0.05) / 0.06 > 1.05 / (luminance + 0.05) else "#ffffff"


def lighter(colour: Any, strength: float) -> str:
    """Mix a colour with white: strength 1 is the colour itself, 0 is white."""
    return to_hex(1 - strength * (1 - np.array(to_rgb(colour))))


def nothing(ax: Axes, language: str, *, of: str = "nothing") -> Axes:
    """Say in the place of a chart that there is nothing to draw."""
    ax, width, _ = begin(ax)
    words = wrap(say("charts", of, language), width - 20)
    place([(ax, 0, 0, width, 50)], 50)
    ax.set_axis_off()
    ax.set(xlim=(0, width), ylim=(50, 0))
    ax.text(0, 25, words, va="center", color=QUIET)
    return ax


def key_places(names: Sequence[str], width: float) -> list[tuple[float, float]]:
    """Give the places of the colours of a key, in as many lines as they need in so many points."""
    places, x, y = [], 0.0, 2.0
    for name in names:
        wide = SWATCH + 5 + measure(name)
        if x and x + wide > width:
            x, y = 0.0, y + LINE + 1
        places.append((x, y))
        x += wide + 14
    return places


def key_height(names: Sequence[str], width: float) -> float:
    """Give the points that a key takes; 0 without names."""
    return key_places(names, width)[-1][1] + LINE + 4 if names else 0.0


def key(
    ax: Axes,
    names: Sequence[str],
    colours: Sequence[Any],
    width: float,
    *,
    unit: float = 1,
    top: float = 0,
    dots: bool = False,
) -> None:
    """Name colours above a chart.

    ax: where; heights run down.
    names, colours: of the parts, in their order.
    width: of the figure, in points.
    unit, top: points of the vertical unit of the Axes (negative where heights run up), and the height in it
        of the upper edge of the figure.
    dots: whether the colours are those of dots, not of fields.
    """
    for (x, y), name, colour in zip(key_places(names, width), names, colours, strict=True):
        at = {"transform": beside(ax), "clip_on": False}
        if dots:
            middle = [x + SWATCH / 2], [top + (y + SWATCH / 2) / unit]
            ax.plot(*middle, "o", color=INK, markerfacecolor=colour, markersize=6, **at)
            ax.text(x + SWATCH + 5, middle[1][0], name, va="center", transform=beside(ax))
            continue
        field = Rectangle((x, top + y / unit), SWATCH, SWATCH / unit, facecolor=colour, linewidth=0.4, **at)
        field.set_edgecolor(QUIET)
        ax.add_patch(field)
        ax.text(x + SWATCH + 5, top + (y + SWATCH / 2) / unit, name, va="center", transform=beside(ax))
