"""Executed notebooks to the content of pages: prose by nbconvert's Markdown, the rest from blocks."""

import base64
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from helpers.charts import svg
from helpers.formats import slug, visible
from helpers.report import blocks
from helpers.report.layout import flat
from helpers.run._notebooks import in_language, tags
from helpers.words import say

TOC_RANK = 2
NUMBER = re.compile(r"^\d\d · ")  # of a notebook, before its title
SOURCES = "sources"  # tag of a cell that says what a notebook reads and writes: for who runs it
DRAWINGS = {"wide": ".svg", "narrow": ".narrow.svg"}
LONGEST_ALT = 600  # characters of a text alternative that is read in one go
SHORT_ALT = 300  # of a longer one: as much as fits
ACROSS, DOWN = 16.5, 21.0  # centimetres that a picture takes at most in a Word document
LETTERS, LONGEST = 90, 40  # of a line of a table in Word, and those that a column asks for at most


@dataclass(frozen=True)
class Entry:
    """A line of a table of contents."""

    id: str
    text: str


@dataclass(frozen=True)
class Content:
    """The finished content of a page."""

    html: str
    title: str
    toc: tuple[Entry, ...]
    figures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # blocks, by name
    pictures: Mapping[str, Markup] = field(default_factory=dict)  # of figures, for Word


def content_of(
    notebook: NotebookNode,
    *,
    language: str,
    folder: Path | None = None,
    prefix: str = "",
    word: bool = False,
) -> Content:
    """Render the content of an executed notebook in one language, without the frame of the page.

    Markdown cells with the tag of another language (`lang-nl`, `lang-en`) are left out, and so is code. The
    drawings are in `figures/` of the folder, that of the report. The prefix stands before every id, where
    several pages become one document, as they do for Word.
    """
    prose = _Prose(prefix)
    pictures = {
        output.metadata[blocks.PART]: _picture(output)
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if word and "image/png" in output.get("data", {}) and blocks.PART in output.metadata
    }
    html = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and in_language(cell, language) and SOURCES not in tags(cell):
            html.append(f'<div class="prose">{prose.html(cell.source)}</div>')
        for output in cell.get("outputs", ()):
            html.append(_shown(output, language, folder, prefix, pictures if word else None))
            block = output.get("data", {}).get(blocks.MIME, {})
            if block.get("rank") == "heading":
                prose.toc.append(Entry(prefix + prose.name(block["text"]), block["text"]))
    return Content(
        "\n".join(filter(None, html)),
        prose.title,
        tuple(prose.toc),
        {one["name"]: one for one in blocks_of(notebook) if one["kind"] == "figure"},
        pictures,
    )


def figure(
    block: blocks.Block,
    language: str,
    folder: Path | None,
    prefix: str,
    pictures: Mapping[str, Markup] | None,
) -> Markup:
    """Draw a figure with its drawings for a wide and a narrow screen, or with its picture for Word."""
    if pictures is None:
        drawn = drawings(block["name"], folder)
        if not prefix:  # a page has the table below; a document has not, so that all is to be said there
            short = partial(shortened, language=language)
            drawn = [(kind, Markup(svg.relabelled(one, short))) for kind, one in drawn]  # noqa: S704
        html = blocks.html_of(block, prefix=prefix, drawings=drawn)
    else:
        picture = pictures.get(block["name"], "")
        html = blocks.html_of(block, part="word_figure", prefix=prefix, picture=picture)
    return Markup(html)  # noqa: S704


def drawings(name: str, folder: Path | None) -> list[tuple[str, Markup]]:
    """Read the drawings of a figure that the run has written, without what only a file needs before them."""
    found = []
    for kind, end in DRAWINGS.items():
        path = (folder or Path()) / "figures" / f"{name}{end}"
        if folder and path.is_file():
            _, start, drawing = path.read_text(encoding="utf-8").partition("<svg ")
            found.append((kind, Markup(svg.bare(start + drawing))))  # noqa: S704
    return found


def shortened(alternative: str, language: str) -> str:
    """Keep what stands for a drawing short enough to listen to; all of it is in the table below."""
    if len(alternative) <= LONGEST_ALT:
        return alternative
    start = alternative[:SHORT_ALT].rpartition(" ")[0]
    whole = [at for at in range(len(start)) if start.count("(", 0, at) == start.count(")", 0, at)]

    def last(*marks: str) -> int:
        return max((at for at in whole if start.startswith(marks, at)), default=0)

    begun = start[: last("; ", ". ") or last(", ") or len(start)]
    return say("shown", "more_below", language, begun=begun.rstrip(";. "))


def blocks_of(notebook: NotebookNode) -> Iterator[blocks.Block]:
    """Give the blocks of what is shown."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if blocks.MIME in output.get("data", {}):
                yield output["data"][blocks.MIME]


def _shown(
    output: NotebookNode,
    language: str,
    folder: Path | None,
    prefix: str,
    pictures: Mapping[str, Markup] | None,
) -> str:
    """Draw an output: from its block; printed text as it is; what only draws a block again, not at all."""
    data = output.get("data", {})
    if blocks.MIME in data:
        block = data[blocks.MIME]
        if block["kind"] == "figure":
            return figure(block, language, folder, prefix, pictures)
        if block["kind"] == "table" and pictures is not None:
            return blocks.html_of(block, part="word_table", prefix=prefix, widths=_widths(block))
        return blocks.html_of(block, prefix=prefix)
    if blocks.PART in output.get("metadata", {}):
        return ""
    if "image/png" in data:
        return _picture(output)
    text = "".join(output.get("text") or data.get("text/plain", ""))
    return Markup('<pre class="printed">{}</pre>').format(visible(text)) if text else ""


def _picture(output: NotebookNode) -> Markup:
    """Make an image of what a cell shows, with its alternative, no larger than a sheet of paper."""
    alt = output.metadata.get("image/png", {}).get("alt", "")
    source = "".join(output["data"]["image/png"]).replace("\n", "")
    wide, high = struct.unpack(">II", base64.b64decode(source[:64])[16:24])
    size = round(min(ACROSS, DOWN * wide / high), 1)
    tag = '<img src="data:image/png;base64,{}" alt="{}" style="width: {}cm">'
    return Markup(tag).format(source, alt, size)  # noqa: S704


def _widths(block: blocks.Block) -> list[int]:
    """Share the width of a page among the columns of a table: room for the longest word, then for more."""
    rows = [block["headers"], *([flat(value) for value in row] for row in block["rows"])]
    columns = list(zip(*rows, strict=True))
    least = [max(len(word) for cell in column for word in [*cell.split(), ""]) + 2 for column in columns]
    more = [
        max(min(max(map(len, column)), LONGEST) - one, 0) for one, column in zip(least, columns, strict=True)
    ]
    room = min(max(LETTERS - sum(least), 0) / max(sum(more), 1), 1)
    wide = [one + room * other for one, other in zip(least, more, strict=True)]
    return [round(100 * one / max(sum(wide), LETTERS)) for one in wide]


class _Prose(IPythonRenderer):
    """The Markdown of one page; it gives headings ids of their own, and remembers them."""

    def __init__(self, prefix: str) -> None:
        super().__init__(escape=True, exclude_anchor_links=True)
        self.prefix, self.title = prefix, ""
        self.toc: list[Entry] = []
        self._taken = {"main"}

    def html(self, source: str) -> str:
        return str(MarkdownWithMath(renderer=self).render(source))

    def name(self, text: str) -> str:
        """Give a heading an id of its own."""
        name, number = slug(text) or "section", 2
        while name in self._taken:
            name, number = f"{slug(text) or 'section'}-{number}", number + 1
        self._taken.add(name)
        return name

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        text = NUMBER.sub("", text) if level == 1 else text
        plain = Markup(text).striptags()
        if level == 1:
            self.title = self.title or plain
        name = self.name(plain)
        if level == TOC_RANK:
            self.toc.append(Entry(self.prefix + name, plain))
        return f'<h{level} id="{self.prefix}{name}">{text}</h{level}>\n'
