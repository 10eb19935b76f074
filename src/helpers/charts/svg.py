"""A drawn figure as a small SVG: text stays text, each mark has a title, the same bytes each time.

matplotlib's own writer repeats the style of each piece and numbers all of them, so that two drawings in one
page would share their ids. This one writes the few shapes that charts are made of.
"""

import re
from collections.abc import Callable, Sequence
from html import escape, unescape
from typing import Any

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_hex
from matplotlib.figure import Figure as Canvas
from matplotlib.path import Path

from helpers.charts.style import INK, SIZE, measure

FAMILY = "system-ui,sans-serif"
HEADLINE, HEADLINE_SIZE = 15.0, 12.0  # points of a line of the headline, and of its text
ASCENT, DESCENT = 0.76, 0.24  # of the size of text
STEPS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}
BARE = re.compile(r'viewBox="[^"]*" (data-bare)="([^"]*)"')
LABEL = re.compile(r'(?<=aria-label=")[^"]*')
HEAD = re.compile(r'<g class="headline".*?</g>\n?', re.DOTALL)


def drawing(canvas: Canvas, *, label: str, headline: Sequence[str] = ()) -> str:
    """Write a figure as SVG, an image with a label, without ids or styles.

    canvas: the drawn figure; a `gid` of an artist is the title of its mark, or a line for each of its marks.
    label: what it is, and what stands for it.
    headline: the lines of the finding, above the drawing; `bare` takes them off.
    """
    width, height = 72 * canvas.get_size_inches()
    pen = _Pen(width, height)
    canvas.set_dpi(72)
    for artist in canvas.get_children():
        if artist is not canvas.patch and artist.get_visible():
            artist.draw(pen)
    room = HEADLINE * len(headline) + (5 if headline else 0)
    head = "".join(
        f'<text y="{_short(HEADLINE * (i + 0.8) - room)}">{escape(line, quote=False)}</text>'
        for i, line in enumerate(headline)
    )
    bare = f"0 0 {_short(width)} {_short(height)}"
    shown = f"0 {_short(-room)} {_short(width)} {_short(height + room)}"
    start = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(label)}"'
    looks = f'font-family="{FAMILY}" font-size="{SIZE}" fill="{INK}"'
    above = f'<g class="headline" font-size="{HEADLINE_SIZE}" font-weight="bold">{head}</g>'
    pieces = [above, *pen.pieces] if headline else pen.pieces
    return "\n".join([f'{start} viewBox="{shown}" data-bare="{bare}" {looks}>', *pieces, "</svg>\n"])


def bare(drawn: str) -> str:
    """Take the headline off a drawing: a page has it as text above.

    >>> bare('<svg viewBox="0 -20 9 29" data-bare="0 0 9 9"><g class="headline"><text>Head</text></g></svg>')
    '<svg viewBox="0 0 9 9"></svg>'
    """
    return HEAD.sub("", BARE.sub(r'viewBox="\2"', drawn, count=1), count=1)


def relabelled(drawn: str, change: Callable[[str], str]) -> str:
    """Change what stands for a drawing.

    >>> relabelled('<svg aria-label="Up &amp; down, in all"></svg>', lambda label: label.split(",")[0])
    '<svg aria-label="Up &amp; down"></svg>'
    """
    return LABEL.sub(lambda label: escape(change(unescape(label[0]))), drawn, count=1)


def _short(number: float) -> str:
    """Write a place to a tenth of a point."""
    written = f"{number:.1f}".removesuffix(".0")
    return "0" if written == "-0" else written


class _Pen(RendererBase):
    """Writes what artists draw as pieces of SVG."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__()
        self.width, self.height = width, height
        self.pieces: list[str] = []
        self._titles: list[str] = []

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Take the titles of the marks that follow."""
        if gid:
            self._titles = gid.split("\n")

    def close_group(self, s: str) -> None:
        """Forget the titles that no mark took."""
        self._titles = []

    def draw_path(self, gc: Any, path: Path, transform: Any, rgbFace: Any = None) -> None:  # noqa: N803
        if looks := self._looks(gc, rgbFace):
            self._put(f'<path d="{self._steps(path, transform)}"{looks}', "path")

    def draw_markers(
        self,
        gc: Any,
        marker_path: Path,
        marker_trans: Any,
        path: Path,
        trans: Any,
        rgbFace: Any = None,  # noqa: N803
    ) -> None:
        looks = self._looks(gc, rgbFace)
        round_one = marker_path.codes is not None and Path.CURVE4 in marker_path.codes
        for x, y in trans.transform(path.vertices):
            if not np.isfinite([x, y]).all():
                continue
            if round_one:
                radius = marker_path.get_extents(marker_trans).width / 2
                middle = f'cx="{_short(x)}" cy="{_short(self.height - y)}"'
                self._put(f'<circle {middle} r="{_short(radius)}"{looks}', "circle")
            else:
                self.draw_path(gc, marker_path, marker_trans.frozen().translate(x, y), rgbFace)

    def draw_text(
        self,
        gc: Any,
        x: float,
        y: float,
        s: str,
        prop: Any,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        """Write a line of words, held where its artist holds it, so that any font fits."""
        anchor = ""
        if mtext is not None and not angle and mtext.get_ha() != "left":
            anchor = {"center": ' text-anchor="middle"', "right": ' text-anchor="end"'}[mtext.get_ha()]
            x = mtext.get_transform().transform(mtext.get_unitless_position())[0]
        looks = anchor
        if prop.get_weight() in ("bold", 700):
            looks += ' font-weight="bold"'
        if round(prop.get_size_in_points(), 1) != SIZE:
            looks += f' font-size="{_short(prop.get_size_in_points())}"'
        if (colour := to_hex(gc.get_rgb())) != INK:
            looks += f' fill="{colour}"'
        if angle:
            looks += f' transform="rotate({_short(-angle)} {_short(x)} {_short(y)})"'
        self.pieces.append(f'<text x="{_short(x)}" y="{_short(y)}"{looks}>{escape(s, quote=False)}</text>')

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, float, float]:
        """Measure words; all lines are of one height, so that their feet stand on one line."""
        size = prop.get_size_in_points()
        width = measure(s, bold=prop.get_weight() in ("bold", 700)) * size / SIZE
        return width, ASCENT * size + DESCENT * size, DESCENT * size

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Give the size in points."""
        return self.width, self.height

    def _looks(self, gc: Any, fill: Any) -> str:
        """Write fill and line of a mark; nothing where it has neither."""
        line = gc.get_linewidth() if gc.get_rgb()[3] else 0
        filled = fill is not None and (len(fill) < 4 or fill[3] > 0)
        if not (line or filled):
            return ""
        looks = f' fill="{to_hex(fill)}"' if filled else ' fill="none"'
        if line:
            looks += f' stroke="{to_hex(gc.get_rgb())}"' + (
                f' stroke-width="{_short(line)}"' if line != 1 else ""
            )
            _, dashes = gc.get_dashes()
            if dashes is not None:
                looks += f' stroke-dasharray="{" ".join(_short(dash) for dash in dashes)}"'
        return looks

    def _steps(self, path: Path, transform: Any) -> str:
        """Write the way of a path, its heights running down."""
        steps: list[str] = []
        for points, code in path.iter_segments(transform, simplify=False, curves=True):
            if code == Path.CLOSEPOLY:
                steps.append("Z")
                continue
            places = points.reshape(-1, 2)
            here = [_short(float(x)) + " " + _short(self.height - float(y)) for x, y in places]
            steps.append(STEPS[code] + " ".join(here))
        return "".join(steps)

    def _put(self, piece: str, tag: str) -> None:
        """Add a piece, with the next title if there is one."""
        if self._titles:
            title = escape(self._titles.pop(0), quote=False)
            self.pieces.append(f"{piece}><title>{title}</title></{tag}>" if title else f"{piece}/>")
        else:
            self.pieces.append(f"{piece}/>")
