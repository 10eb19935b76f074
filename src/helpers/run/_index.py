"""The first page of a report: what was studied, what came out, where to read on, where it comes from."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from markupsafe import Markup

from helpers.definitions import Definitions
from helpers.run._cite import citations
from helpers.run._findings import design, findings, question
from helpers.run._manifest import versions
from helpers.run._page import Content, finish
from helpers.run._page_words import DOWNLOADS, EXECUTED, words
from helpers.run._render import Frame, environment, parameter_rows
from helpers.tables import TABLES

FLOW_FIGURE = "flow"
CARD_FIGURES = {
    "07_case_review": "theme_counts",
    "01_cleaning": "cases_by_pilot",
    "03_kansarmoede": "figure_17",
    "04_transitions": "transition_tests",
    "05_robustness": "cutoffs",
    "08_pilots": "pilot_limits",
}


def index_content(
    folder: Path,
    contents: Mapping[str, Content],
    *,
    frame: Frame,
    definitions: Definitions,
    inputs: Mapping[str, str],
) -> Content:
    """Make the content of the index page.

    Parameters
    ----------
    folder : Path
        The report, with its tables.
    contents : mapping of str to Content
        The other pages by the name of their notebook, in order.
    frame : Frame
        What all pages of the run share.
    definitions : Definitions
        For the words of the key results.
    inputs : mapping of str to str
        SHA-256 by name of every file that was read.

    Returns
    -------
    Content
        To be put into the frame like any other page.
    """
    language = frame.language
    titles = {name: title.rstrip(".") for one in contents.values() for name, title in one.figures.items()}
    tables = sorted(path.stem for path in (folder / "tables").glob("*.csv"))
    html = (
        environment()
        .get_template("index.html.j2")
        .render(
            words=words(language),
            question=question(frame),
            design=design(frame, folder / "tables", definitions=definitions),
            findings=_findings(folder, contents, definitions, frame),
            flow=_figure(contents.values(), FLOW_FIGURE),
            cards=[_card(name, content) for name, content in contents.items()],
            downloads=_downloads(contents, language),
            tables=[
                {"name": name, "title": titles.get(name) or _title(name, definitions, language)}
                for name in tables
            ],
            editions=[one for one in frame.siblings if not one.current],
            citations=citations(frame),
            inputs=inputs,
            parameters=parameter_rows(frame),
            versions=versions(),
        )
    )
    return finish(html, words=words(language))


def _findings(
    folder: Path,
    contents: Mapping[str, Content],
    definitions: Definitions,
    frame: Frame,
) -> list[dict[str, str]]:
    """Give the key results, each with a link to the figure or page that shows it."""
    told = findings(
        folder / "tables", definitions=definitions, language=frame.language, edition=frame.edition
    )
    shown = {f"{name}.html#{anchor}" for name, content in contents.items() for anchor in content.figures}
    return [
        {
            "title": one.title,
            "text": _kept_together(one.text),
            "label": _title(one.table, definitions, frame.language),
            "link": one.link if one.link in shown else one.page,
        }
        for one in told
        if one.page.removesuffix(".html") in contents
    ]


def _kept_together(text: str) -> str:
    """Let no line break fall inside `p = 0,080` or `95 %`."""
    return re.sub(r"(?<=\bp) ([=<]) (?=\d)", "\u00a0\\1\u00a0", text).replace("95 %", "95\u00a0%")


def _downloads(contents: Iterable[str], language: str) -> list[dict[str, str]]:
    """List the files of the report beside its pages and tables."""
    files = DOWNLOADS | {f"notebooks/{name}.ipynb": EXECUTED for name in contents}
    return [{"file": file, "text": text(language)} for file, text in files.items()]


def _card(name: str, content: Content) -> dict[str, str]:
    """Make the entry of a page: its title, and one of its figures with what it found.

    The text alternative only names the figure, as its finding stands below it and its numbers on the page.
    """
    card = {"file": f"{name}.html", "title": content.title, "image": "", "alt": "", "finding": ""}
    soup = BeautifulSoup(content.html, "html.parser")
    figure = soup.find("figure", id=CARD_FIGURES.get(name, "")) or soup.find("figure")
    image = figure.find("img") if isinstance(figure, Tag) else None
    if not isinstance(figure, Tag) or not isinstance(image, Tag):
        return card
    headline = figure.select_one("p.headline")
    finding = headline.get_text(" ", strip=True) if headline else ""
    alt = content.figures.get(str(figure["id"]), "").rstrip(".") or str(image.get("alt", ""))
    return card | {"image": str(image["src"]), "alt": alt, "finding": _ended(finding)}


def _ended(sentence: str) -> str:
    """End a sentence that is not ended."""
    return f"{sentence}." if sentence and not sentence.endswith(".") else sentence


def _figure(contents: Iterable[Content], name: str) -> Markup:
    """Give a figure that stands on one of the pages, as it stands there."""
    for content in contents:
        figure = BeautifulSoup(content.html, "html.parser").find("figure", id=name)
        if figure is not None:
            return Markup(str(figure))  # noqa: S704
    return Markup("")


def _title(name: str, definitions: Definitions, language: str) -> str:
    """Give the title of a table; that of a figure's table also says what the figure shows."""
    title = TABLES[name].title(language) if name in TABLES else ""
    figure = definitions.figures.get(name)
    return f"{title}. {figure.title(language)}" if figure else title
