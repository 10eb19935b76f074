"""A figure as bytes, the same each time, and a name that is safe for its files."""

import io
import re

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from PIL import Image

DOTS = 150  # per inch


def png(canvas: Canvas) -> bytes:
    """Save a figure as PNG of 256 colours, a third of the size of one with all of them."""
    agg = FigureCanvasAgg(canvas)
    agg.draw()
    image = Image.fromarray(np.asarray(agg.buffer_rgba())).convert("RGB")
    file = io.BytesIO()
    image.quantize(256, dither=Image.Dither.NONE).save(file, format="png", dpi=(DOTS, DOTS))
    return file.getvalue()


def png_without_headline(canvas: Canvas) -> bytes:
    """Save a figure as PNG without its headline and the room for it; the figure itself stays as it is."""
    words, height = canvas.get_suptitle(), canvas.get_figheight()
    if not words:
        return png(canvas)
    headline = next(text for text in canvas.texts if text.get_text() == words)
    room = headline.get_window_extent(FigureCanvasAgg(canvas).get_renderer()).height / canvas.dpi
    headline.set_visible(False)
    headline.set_in_layout(False)
    canvas.set_figheight(height - room - 2 * mpl.rcParams["figure.constrained_layout.h_pad"])
    saved = png(canvas)
    headline.set_visible(True)
    headline.set_in_layout(True)
    canvas.set_figheight(height)
    return saved


def svg(canvas: Canvas, title: str) -> bytes:
    """Save a figure as SVG with its title, laid out as it is; nothing in it tells when or where."""
    canvas.set_layout_engine("none")
    file = io.BytesIO()
    canvas.savefig(file, format="svg", metadata={"Date": None, "Creator": None, "Title": title})
    return file.getvalue()


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
