"""Self-contained pages: the content of each, in one frame."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from helpers.definitions import LANGUAGES
from helpers.export.dataset import Dataset
from helpers.parameters import PARAMETERS
from helpers.protect import Edition
from helpers.run._page import Content
from helpers.words import say, texts

TEMPLATES = Path(__file__).parent / "templates"
INDEX = "index.html"


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

    `folder` leads to it from the folder of this report, as in `../en`; `language` is that of its pages, whose
    files are named in `pages`. A link leads to the same page where it has that, else to its first one.
    """

    kind: Literal["language", "whole", "pilot"]
    label: str
    folder: str
    language: str
    current: bool = False
    pages: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PageLink:
    """A page in the navigation."""

    file: str
    label: str


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
    at = next((number for number, one in enumerate(pages) if one.file == file), 0)
    return (
        environment()
        .get_template("layout.html.j2")
        .render(
            **_common(frame),
            title=content.title,
            content=Markup(content.html),  # noqa: S704
            toc=content.toc,
            pages=pages,
            file=file,
            previous=pages[at - 1] if at else None,
            following=pages[at + 1] if at + 1 < len(pages) else None,
            languages=[one for one in frame.siblings if one.kind == "language"],
            reports=[one for one in frame.siblings if one.kind != "language"],
            decimal=LANGUAGES[frame.language].decimal,
            script=Markup((TEMPLATES / "report.js").read_text(encoding="utf-8")),  # noqa: S704
        )
    )


def printed(contents: Mapping[str, Content], *, frame: Frame) -> str:
    """Put the contents of all pages behind each other in one document for print.

    Parameters
    ----------
    contents : mapping of str to Content
        By the name of the page, in order; made with that name as prefix.
    frame : Frame
        What all pages of a run share.
    """
    return _together("print.html.j2", contents, frame)


def for_word(contents: Mapping[str, Content], *, frame: Frame) -> str:
    """Put the contents of all pages behind each other in one document that becomes one of Word.

    Parameters
    ----------
    contents, frame
        As for `printed`, made for Word.
    """
    return _together("word.html.j2", contents, frame)


def _together(template: str, contents: Mapping[str, Content], frame: Frame) -> str:
    """Render one document with all pages."""
    sections = [
        {"name": name, "title": one.title, "toc": one.toc, "html": Markup(one.html)}  # noqa: S704
        for name, one in contents.items()
    ]
    said = _common(frame)
    sections[0]["title"] = said["words"]["findings"]
    running = _css_text(said["banner"]["text"])
    return environment().get_template(template).render(**said, running=running, sections=sections)


def words(language: str) -> dict[str, str]:
    """Give the words of the frame, the first page and the last, in one language."""
    return {name: str(text[language]) for name, text in texts()["page"].items()}


def report_title(frame: Frame) -> str:
    """Name the report, with the pilots and the cohort that it is about where these are not all."""
    title, about = words(frame.language)["report"], [", ".join(frame.parameters["pilots"]), period(frame)]
    return f"{title}: {'; '.join(filter(None, about))}" if any(about) else title


def period(frame: Frame) -> str:
    """Say when the families of the report started; nothing where they all count."""
    days = [frame.parameters[name] for name in ("started_from", "started_until")]
    since, until = (day(date.fromisoformat(one), frame.language) if one else "" for one in days)
    return say("period", "text", frame.language, since=since, until=until) if any(days) else ""


def _common(frame: Frame) -> dict[str, Any]:
    """Give what every document says."""
    return {
        "language": frame.language,
        "words": words(frame.language) | {"report": report_title(frame)},
        "css": css(),
        "banner": banner(frame),
        "footer": _footer(frame),
    }


def css() -> Markup:
    """Give the style sheet of every page."""
    return Markup((TEMPLATES / "report.css").read_text(encoding="utf-8"))  # noqa: S704


def _css_text(text: str) -> Markup:
    """Write a text as one of a style sheet: everything but letters, digits and blanks by its number."""
    return Markup("".join(c if c.isalnum() or c == " " else f"\\{ord(c):06x} " for c in text))  # noqa: S704


def named(frame: Frame) -> str:
    """Name the dataset: by its title and, where that does not go out, the folder in which it lies."""
    dataset = frame.dataset
    return dataset.title if frame.edition else f"{dataset.title} ({dataset.name})"


def banner(frame: Frame) -> dict[str, str]:
    """Say on every page what the data are: synthetic, or real, or about single families."""
    if frame.edition:
        kind, parts = "public", ["synthetic", "public"] if frame.dataset.synthetic else ["public"]
    elif frame.internal:
        kind, parts = "internal", ["review", "synthetic"] if frame.dataset.synthetic else ["full", "review"]
    elif frame.dataset.synthetic:
        kind, parts = "synthetic", ["synthetic"]
    else:
        raise ValueError("pages of real families are public or internal")
    rounded = {"m": frame.edition.min_cell, "most": frame.edition.half} if frame.edition else {}
    return {"kind": kind, "text": " ".join(say("banner", part, frame.language, **rounded) for part in parts)}


def day(when: date, language: str) -> str:
    """Write a date in words.

    Examples
    --------
    >>> day(date(2023, 9, 30), "nl")
    '30 september 2023'
    """
    month = LANGUAGES[language].months[when.month - 1]
    return f"{when.day} {month} {when.year}"


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
        "dataset": say("footer", "dataset", language, title=named(frame), day=exported),
        "run": say("footer", "run", language, version=frame.version),
    }


def parameter_rows(frame: Frame) -> list[dict[str, str]]:
    """List the parameters of a run with their values and meaning."""
    return [
        {
            "name": name,
            "value": _shown(value, PARAMETERS[name].counted_in, frame.language),
            "text": PARAMETERS[name].text(frame.language),
        }
        for name, value in frame.parameters.items()
    ]


def _shown(value: Any, unit: Any, language: str) -> str:
    """Write the value of a parameter, with its unit."""
    if isinstance(value, (list, tuple)) or value == "":
        return ", ".join(value) or words(language)["all"]
    return f"{value} {unit(language)}" if unit else str(value)
