"""A figure as bytes, the same each time, and a name that is safe for its files."""

import io
import re
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from PIL import Image

from helpers.charts.style import DOTS, SIZE, wrap
from helpers.charts.svg import HEADLINE, HEADLINE_SIZE, drawing
from helpers.formats import visible

COLOURS = 32  # of a PNG, besides those of its fields: enough for the soft edges of words and lines
FIELD = 40  # pixels: a colour that fills as many in squares of four is a field and kept as it is
CODE = np.array([1 << 16, 1 << 8, 1], np.int32)  # makes one number of red, green and blue


def pngs(canvas: Canvas, headline: str) -> tuple[bytes, bytes]:
    """Save a figure as PNG of few colours, drawn once.

    Returns
    -------
    whole, headless : bytes
        With its headline above it, and without.
    """
    drawn = _pixels(canvas)
    above = drawn[:0]
    if headline:
        lines = _headline(headline, canvas)
        size = (canvas.get_figwidth(), (HEADLINE * len(lines) + 5) / 72)
        words = Canvas(figsize=size, dpi=canvas.dpi)
        look: dict[str, Any] = {"weight": "bold", "fontsize": HEADLINE_SIZE, "linespacing": 1.05}
        words.text(0, 1, "\n".join(lines), va="top", **look)
        above = _pixels(words)
    whole = few_colours(Image.fromarray(np.vstack([above, drawn])))
    return _packed(whole), _packed(whole.crop((0, len(above), whole.width, whole.height)))


def _pixels(canvas: Canvas) -> np.ndarray:
    agg = FigureCanvasAgg(canvas)
    agg.draw()
    return np.asarray(agg.buffer_rgba())[..., :3]


def _headline(words: str, canvas: Canvas) -> list[str]:
    points = 72 * canvas.get_figwidth() * SIZE / HEADLINE_SIZE
    return wrap(words, points, bold=True).split("\n")


def _packed(image: Image.Image) -> bytes:
    """Write an image of few colours as a PNG; packing it as tightly as can be takes five times as long."""
    file = io.BytesIO()
    image.save(file, format="png", dpi=(DOTS, DOTS), compress_level=6)
    return file.getvalue()


def few_colours(image: Image.Image) -> Image.Image:
    """Draw an image in few colours: those of its fields as they are, the others by the nearest of a few.

    Parameters
    ----------
    image : RGB.
    """
    pixels = np.asarray(image).astype(np.int32) @ CODE
    found = np.array([colour for _, colour in image.getcolors(pixels.size) or []])
    fields = _fields(pixels)[: 256 - COLOURS, None] // CODE % 256
    few = image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    rest = np.array(few.getpalette()).reshape(-1, 3)[:COLOURS]
    palette = np.concatenate([fields, rest])
    nearest = ((found[:, None] - palette) ** 2).sum(axis=2).argmin(axis=1)
    place = np.zeros(1 << 24, np.uint8)
    place[found @ CODE] = nearest
    drawn = Image.fromarray(place[pixels])
    drawn.putpalette(palette.astype(np.uint8).tobytes())
    return drawn


def _fields(pixels: np.ndarray) -> np.ndarray:
    """Give the codes of the colours that fill squares of four pixels, those that fill most first."""
    corner = pixels[:-1, :-1]
    flat = (corner == pixels[1:, :-1]) & (corner == pixels[:-1, 1:]) & (corner == pixels[1:, 1:])
    codes, counts = np.unique(corner[flat], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return codes[order][counts[order] >= FIELD]


def svg(canvas: Canvas, label: str, headline: str = "") -> bytes:
    """Save a drawn figure as SVG, headed by the finding: an image with a label; text stays text.

    The label has its number and title, and what stands for it. Nothing in it tells when or where, and it can
    stand in a page beside others: it has no ids.
    """
    lines = _headline(visible(headline), canvas) if headline else []
    return visible(drawing(canvas, label=visible(label), headline=lines)).encode("utf-8")


def file_name(name: str) -> str:
    """Make a name safe as the name of a file: letters, digits, `_` and `-` stay.

    Examples
    --------
    >>> file_name("../Tabel 2")
    'Tabel_2'
    """
    safe = re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_")
    if not safe:
        raise ValueError(f"{name!r} cannot be the name of a file")
    return safe
