"""A figure as bytes, the same each time, and a name that is safe for its files."""

import io
import re
from html import escape

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from PIL import Image

from helpers.formats import visible

DOTS = 150  # per inch
COLOURS = 32  # of a PNG, besides those of its fields: enough for the soft edges of words and lines
FIELD = 40  # pixels: a colour that fills as many in squares of four is a field and kept as it is
CODE = np.array([1 << 16, 1 << 8, 1], np.int32)  # makes one number of red, green and blue
PLACES = re.compile(r'( (?:d|x|y|transform)=")([^"]*)"')  # attributes of an SVG that hold places in points
GROUP_ID = re.compile(r' id="[A-Za-z0-9.]+_\d+"')  # of groups and texts, to which nothing refers
LONG = re.compile(r"(\.\d\d)\d+")  # beyond a hundredth of a point


def pngs(canvas: Canvas) -> tuple[bytes, bytes]:
    """Save a figure as PNG of few colours, laid out and drawn once.

    Returns
    -------
    whole, headless : bytes
        With its headline, and without it and the room for it.
    """
    agg = FigureCanvasAgg(canvas)
    agg.draw()
    image = Image.fromarray(np.asarray(agg.buffer_rgba())).convert("RGB")
    image = few_colours(image)
    whole = _packed(image)
    words = canvas.get_suptitle()
    if not words:
        return whole, whole
    headline = next(text for text in canvas.texts if text.get_text() == words)
    pad = mpl.rcParams["figure.constrained_layout.h_pad"] * canvas.dpi
    above = image.height - headline.get_window_extent(agg.get_renderer()).y0 + pad
    return whole, _packed(image.crop((0, int(above), image.width, image.height)))


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


def svg(canvas: Canvas, label: str) -> bytes:
    """Save a figure as SVG, laid out as it is: an image with a label; text stays text.

    Nothing in it tells when or where, and it can stand in a page beside others: no id of it is a plain one.

    Parameters
    ----------
    canvas : the drawn figure.
    label : its number and title, and what stands for it.
    """
    canvas.set_layout_engine("none")
    file = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": label}):
        canvas.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    drawn = GROUP_ID.sub("", PLACES.sub(_shorter, visible(file.getvalue())))
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1).encode("utf-8")


def _shorter(attribute: re.Match[str]) -> str:
    """Write the places in an attribute of an SVG to a hundredth of a point."""
    return attribute[1] + LONG.sub(r"\1", attribute[2]) + '"'


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
