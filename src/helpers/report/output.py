"""The one door for all output: what a notebook displays, and what lands in `figures/` and `tables/`.

Everything that a run shows or writes goes through `Output`, so that what may be shown is decided in one
place. The clean data, which are no output, are written by `Study.clean`.
"""

import base64
import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from IPython.core.getipython import get_ipython
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from PIL import Image

from helpers import files
from helpers.charts import style
from helpers.charts.style import DOTS, SIZE, wrap
from helpers.charts.svg import HEADLINE, HEADLINE_SIZE, drawing
from helpers.cleaning import Study
from helpers.definitions import Definitions, Table, Text
from helpers.files import FileError, cleaned_otherwise, csv_text
from helpers.folders import INTERNAL, lies_in_internal
from helpers.formats import visible
from helpers.report.blocks import MIME, PART, Block, figure_block, html_of, markdown, table_block, text_block
from helpers.report.layout import Layout, lay_out, table_text
from helpers.report.presentations import Presentation, presentation
from helpers.tables import TABLES, check
from helpers.words import UNSAID, Account, both, say

PERSONAL = ({"family"}, {"person"}, {"coach"}, {"row", "value"})  # of tables about single families or coaches
IN_RUN = "GEZINSCOACH_RUN"  # in the environment of the kernels of a run
MOST_ROWS = 500  # of a table on a page: what a browser opens at once
Publish = Callable[[dict[str, Any], dict[str, Any]], None]  # shows one output: data and metadata by MIME type


def in_ipython(data: dict[str, Any], metadata: dict[str, Any]) -> None:
    """Display in a notebook or IPython; nowhere else is there something to display on."""
    if get_ipython() is not None:  # type: ignore[no-untyped-call]
        display(data, raw=True, metadata=metadata)  # type: ignore[no-untyped-call]


def is_unprotected(study: Study) -> bool:
    """Whether the data are of real families, outside a run."""
    return not (study.synthetic or IN_RUN in os.environ)


def refuse_exposed(folder: Path | None, study: Study) -> None:
    """Refuse a folder that is not internal for data that nothing protects (FileError)."""
    if folder and is_unprotected(study) and not lies_in_internal(folder):
        raise FileError(
            f"{folder.name}: the data are of real families, and outside a run nothing protects "
            f"them; leave output empty, name a folder that ends in {INTERNAL}, or use `gezinscoach run`"
        )


class Output:
    """Shows figures, tables and sentences in the language of a run, and writes them into its folder.

    Without a folder, in which `figures/` and `tables/` come, nothing is written. `study` says what the data
    are. `publish` takes data and metadata by MIME type and displays one output, by default in IPython. An
    output for `internal` review may show single families; all that a `public` one shows is made of public
    counts. FileError where an internal output, or one of real data outside a run, is given a folder whose
    name does not end in `-internal`, and that lies in none of such a name.
    """

    def __init__(
        self,
        *,
        language: str,
        folder: str | Path | None,
        definitions: Definitions,
        study: Study | None = None,
        publish: Publish = in_ipython,
        internal: bool = False,
        public: bool = False,
    ) -> None:
        self.language = language
        self.folder = Path(folder) if folder and str(folder) else None
        self.definitions = definitions
        self.internal = internal
        self._publish = publish
        exposed = self.folder.name if self.folder and not lies_in_internal(self.folder) else ""
        if internal and exposed:
            raise FileError(
                f"{exposed}: shows single families, so its name must end in {INTERNAL}; leave "
                "output empty, or use `gezinscoach run --internal`"
            )
        if study is not None and not (internal or public):
            refuse_exposed(self.folder, study)
            if is_unprotected(study) and publish is in_ipython:
                self.say(both("shown", "unprotected"), "remark")
        if study is not None and (ways := cleaned_otherwise(study.parameters)):
            self.say(both("shown", "cleaned_otherwise", ways=ways), "remark")

    # ---- what may be shown, as it is shown -----------------------------------------------------------------

    def shown(
        self,
        name: str,
        table: pd.DataFrame,
        shown: Presentation,
        *,
        read: pd.DataFrame | None = None,
        part_of: str | None = None,
    ) -> None:
        """Show and write a figure: its finding, its image, its caption with the table folded below.

        Written are `figures/<name>.svg`, `.narrow.svg` and `.png`, and `tables/<name>.csv`, unless it is part
        of a table that has been written. `read` is the table as a page has it, where that is other text.
        """
        account, figure = shown.account, self.definitions.figures.get(name)
        number = f"{figure.called(self.language)}. " if figure else ""
        heading = f"{number}{shown.title(self.language)}."
        if part_of is None:
            self.write(name, table)
        title = say("shown", "numbers", self.language, title=heading.rstrip("."))
        declared = self.definitions.tables.get(part_of or name)
        layout = self._laid_out(declared, table if read is None else read, title, rows=shown.rows)
        finding = account.finding(self.language)
        block = figure_block(
            name,
            finding=finding,
            heading=heading,
            conclusion=account.conclusion(self.language) if account.conclusion else "",
            caption=account.caption(self.language),
            link=self._link(part_of or name),
            table=table_block(name, layout, language=self.language, of_figure=True),
        )
        said = finding or heading
        words = {"text/markdown": f"**{markdown(said)}**", "text/plain": visible(said)}
        self._publish(words | {MIME: block}, {})
        self._image(name, shown.draw, heading, account.alternative(self.language), finding)
        below = {"text/html": html_of(block, part="below_figure"), "text/plain": table_text(layout)}
        self._publish(below, {PART: name})

    def present(
        self, name: str, table: pd.DataFrame, *, account: Account | None = None, **context: Any
    ) -> None:
        """Show an output of the report in its usual way: figure, caption, table.

        `account` is what is said of it; `context` what else its drawing needs (see `presentation`).
        """
        self._check(name, table)
        definitions, language = self.definitions, self.language
        shown = presentation(
            name, table, definitions=definitions, language=language, account=account, **context
        )
        self.shown(name, table, shown)

    def figure(
        self,
        name: str,
        table: pd.DataFrame,
        draw: Callable[[Axes], Axes],
        *,
        title: Text,
        caption: Text,
        finding: Text | None = None,
        alt: Text | None = None,
    ) -> None:
        """Show a figure with its caption and its table, all written under its name.

        `draw` draws it, and makes it as high as it needs. A figure of the source report gets its number
        before the title. The caption says unit, n, missing, and how to read it; the finding is the headline,
        on a page as text above the image. `alt` stands for the drawing, with its numbers but without the
        finding; by default the caption does.
        """
        name = file_name(name)
        self._check(name, table)
        account = Account(finding or UNSAID, caption, alt or caption)
        self.shown(name, table, Presentation(title, draw, account))

    def table(
        self,
        name: str | None,
        table: pd.DataFrame,
        *,
        caption: Text | None = None,
        declared: Table | None = None,
        read: pd.DataFrame | None = None,
        folded: bool = False,
    ) -> None:
        """Show a table, declared or any other that is about no single family; write it where it has a name.

        The caption is by default the declared title. `declared` is for what stands under another name: an
        overview, or a table that it is part of; `read` is the table as a page has it, where that is other
        text. Of a written table a page has the first `MOST_ROWS` rows. It is `folded` where a sentence tells
        what it says.
        """
        name = file_name(name) if name else None
        self._check(name, table)
        declared = declared or self.definitions.tables.get(name or "")
        title = caption or (declared.title if declared else None)
        if title is None:
            raise ValueError("a table that is not declared needs a caption")
        self.write(name, table)
        rows = MOST_ROWS if name else None
        layout = self._laid_out(declared, table if read is None else read, title(self.language), rows)
        self.laid_out(layout, name, folded=folded)

    def laid_out(self, layout: Layout, name: str | None = None, *, folded: bool = False) -> None:
        """Show a table that has been put into words; what goes in has passed the checks."""
        block = table_block(name, layout, language=self.language, link=self._link(name), folded=folded)
        self._show(block, table_text(layout))

    def file(self, name: str, table: pd.DataFrame) -> None:
        """Write `tables/<name>.csv` of a declared table and show a link to it, not the table itself."""
        self._check(name, table)
        self.write(name, table)
        words = say("shown", "rows", self.language, title=TABLES[name].title, n=len(table))
        self._show(text_block("remark", words, self._link(name)), words)

    def say(self, words: Text, rank: str = "finding") -> None:
        """Show a text: a `finding`, a `remark`, the `answer` of a page, or a `heading` of the second rank."""
        self._show(text_block(rank, words(self.language)), words(self.language))

    def write(self, name: str | None, table: pd.DataFrame) -> None:
        """Write `tables/<name>.csv` of a table that has a name, and show nothing."""
        if name:
            self._keep(f"tables/{name}.csv", csv_text(table).encode("utf-8"))

    def save_code(self, name: str, code: str) -> None:
        """Write `code/<name>.py`: the Python that reproduces what was saved."""
        self._keep(f"code/{file_name(name)}.py", code.encode("utf-8"))

    # ---- how ----------------------------------------------------------------------------------------------

    def _keep(self, path: str, content: bytes) -> None:
        if self.folder:
            files.write(self.folder / path, content)

    def _show(self, block: Block, text: str) -> None:
        self._publish({"text/html": html_of(block), "text/plain": visible(text), MIME: block}, {})

    def _link(self, name: str | None) -> tuple[str, str] | None:
        if not (name and self.folder):
            return None
        return f"tables/{name}.csv", say("shown", "as_file", self.language)

    def _image(self, name: str, draw: Callable[[Axes], Axes], heading: str, alt: str, finding: str) -> None:
        """Draw, write and display an image; the finding heads the written one, on pages it is text."""
        with style.style():
            canvas, ax = style.canvas()
            draw(ax)
            whole, drawn = pngs(canvas, finding)
            if self.folder:
                self._keep(f"figures/{name}.png", whole)
                self._keep(f"figures/{name}.svg", svg(canvas, f"{heading} {alt}", finding))
                narrow, ax = style.canvas(style.NARROW)
                draw(ax)
                self._keep(f"figures/{name}.narrow.svg", svg(narrow, f"{heading} {alt}"))
        encoded = base64.b64encode(drawn).decode("ascii") + "\n"
        drawing = {"image/png": encoded, "text/plain": f"{heading}\n{alt}"}
        self._publish(drawing, {"image/png": {"alt": alt}, PART: name})

    def _laid_out(
        self, declared: Table | None, table: pd.DataFrame, caption: str, rows: int | None = None
    ) -> Layout:
        words = {"definitions": self.definitions, "language": self.language}
        return lay_out(declared, table, caption, rows=rows, **words)  # type: ignore[arg-type]

    def _check(self, name: str | None, table: pd.DataFrame) -> None:
        """Refuse what no published page may show, and a table that is not as declared."""
        personal = [columns for columns in PERSONAL if columns <= set(table.columns)]
        if not self.internal and name in TABLES and TABLES[name].kind == "internal":
            raise ValueError(f"{name} is for internal review alone: not shown")
        if not self.internal and personal:
            raise ValueError(
                f"a table with {sorted(personal[0])} is about single families or coaches: not shown"
            )
        if name in TABLES:
            check(name, table)


COLOURS = 32  # of a PNG, besides those of its fields: enough for the soft edges of words and lines
FIELD = 40  # pixels: a colour that fills as many in squares of four is a field and kept as it is
CODE = np.array([1 << 16, 1 << 8, 1], np.int32)  # makes one number of red, green and blue


def pngs(canvas: Canvas, headline: str) -> tuple[bytes, bytes]:
    """Save a figure as PNG of few colours, drawn once.

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
    """Draw an image in few colours: those of its fields as they are, the others by the nearest of a few."""
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

    >>> file_name("../Tabel 2")
    'Tabel_2'
    """
    safe = re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_")
    if not safe:
        raise ValueError(f"{name!r} cannot be the name of a file")
    return safe
