"""Executed notebooks to self-contained pages: nbconvert for the content, one frame around all of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import nbformat
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

from helpers.export.dataset import Dataset
from helpers.parameters import PARAMETERS
from helpers.protect import Edition
from helpers.run._notebooks import in_language
from helpers.run._page import Content, finish
from helpers.run._page_words import (
    DATASET,
    FULL,
    MONTHS,
    PUBLIC,
    REVIEW,
    RUN,
    SYNTHETIC,
    words,
)

TEMPLATES = Path(__file__).parent / "templates"
INDEX = "index.html"
SHOWN_TYPES = ["text/html", "text/markdown", "image/png", "text/plain"]


@dataclass(frozen=True)
class Frame:
    """What all pages of a run share."""

    language: str
    dataset: Dataset
    parameters: Mapping[str, Any]
    version: str
    internal: bool = False
    siblings: tuple["Sibling", ...] = ()
    edition: Edition | None = None  # of the public edition


@dataclass(frozen=True)
class Sibling:
    """Another report of the same run: this one in another language, the whole one, or one of a pilot.

    `folder` leads to it from the folder of this report, as in `../en`; `language` is that of its pages. A
    sibling of kind `language` has the same pages; of the others a link leads to their index.
    """

    kind: Literal["language", "whole", "pilot"]
    label: str
    folder: str
    language: str
    current: bool = False


@dataclass(frozen=True)
class PageLink:
    """A page in the navigation."""

    file: str
    label: str


def content_of(notebook: NotebookNode, *, language: str, drawings: Collection[str] = ()) -> Content:
    """Render the content of an executed notebook in one language, without the frame of the page.

    Parameters
    ----------
    notebook : NotebookNode
        Markdown cells with the tag of another language (`lang-nl`, `lang-en`) are left out.
    language : str
        `nl` or `en`.
    drawings : collection of str
        Names of the figures that can also be had as SVG.

    Returns
    -------
    Content
        HTML, the first heading as title, and the headings for a table of contents.
    """
    chosen = nbformat.from_dict(notebook)
    chosen.cells = [cell for cell in notebook.cells if in_language(cell, language)]
    html, _ = _exporter().from_notebook_node(chosen)
    return finish(html, words=words(language), drawings=drawings)


def page(content: Content, *, file: str, pages: Sequence[PageLink], frame: Frame) -> str:
    """Put the content of a page into the frame of the report.

    Parameters
    ----------
    content : Content
        Of this page.
    file : str
        Name of this page; it is marked in the navigation.
    pages : sequence of PageLink
        The navigation, in order.
    frame : Frame
        What all pages of a run share.

    Returns
    -------
    str
        A whole HTML document that needs no other file.
    """
    language = frame.language
    return (
        environment()
        .get_template("layout.html.j2")
        .render(
            language=language,
            words=words(language),
            css=Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),  # noqa: S704
            title=content.title,
            content=Markup(content.html),  # noqa: S704
            toc=content.toc,
            pages=pages,
            file=file,
            banner=banner(frame),
            languages=[one for one in frame.siblings if one.kind == "language"],
            reports=[one for one in frame.siblings if one.kind != "language"],
            footer=_footer(frame),
        )
    )


def banner(frame: Frame) -> dict[str, str]:
    """Say on every page what the data are: synthetic, or real, or about single families."""
    if frame.edition:
        texts = [SYNTHETIC] if frame.dataset.synthetic else []
        texts.append(PUBLIC)
        said = " ".join(text(frame.language) for text in texts)
        return {"kind": "public", "text": said.format(m=frame.edition.min_cell, half=frame.edition.half)}
    if frame.internal:
        texts = [REVIEW, SYNTHETIC] if frame.dataset.synthetic else [FULL, REVIEW]
        return {"kind": "internal", "text": " ".join(text(frame.language) for text in texts)}
    if frame.dataset.synthetic:
        return {"kind": "synthetic", "text": SYNTHETIC(frame.language)}
    raise ValueError("pages of real families are public or internal")


def day(when: date, language: str) -> str:
    """Write a date in words.

    Examples
    --------
    >>> day(date(2023, 9, 30), "nl")
    '30 september 2023'
    """
    return f"{when.day} {MONTHS[when.month - 1](language)} {when.year}"


@cache
def environment() -> Environment:
    """Give the templates of the pages; text that goes in is escaped."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
    )


def _footer(frame: Frame) -> dict[str, Any]:
    """Say which data, version and parameters a page comes from; times stand in the manifest only."""
    language, dataset = frame.language, frame.dataset
    exported = day(dataset.exported_on, language)
    return {
        "dataset": DATASET(language).format(title=dataset.title, name=dataset.name, day=exported),
        "run": RUN(language).format(version=frame.version),
        "parameters": parameter_rows(frame),
    }


def parameter_rows(frame: Frame) -> list[dict[str, str]]:
    """List the parameters of a run with their values and meaning."""
    return [
        {
            "name": name,
            "value": _shown(value, PARAMETERS[name].unit, frame.language),
            "text": PARAMETERS[name].text(frame.language),
        }
        for name, value in frame.parameters.items()
    ]


def _shown(value: Any, unit: Any, language: str) -> str:
    """Write the value of a parameter, with its unit."""
    if isinstance(value, (list, tuple)):
        return ", ".join(value) or words(language)["all"]
    return f"{value} {unit(language)}" if unit else str(value)


@cache
def _exporter() -> HTMLExporter:
    """Give nbconvert with our template, none of its own styles, and only the kinds of output that we show."""
    settings = Config(
        {
            "NbConvertBase": {"display_data_priority": SHOWN_TYPES},
            "CSSHTMLHeaderPreprocessor": {"enabled": False},
            "HTMLExporter": {"exclude_anchor_links": True},
        }
    )
    return HTMLExporter(
        config=settings,
        template_name="notebook",
        extra_template_basedirs=[str(TEMPLATES)],
        template_file="index.html.j2",
    )
