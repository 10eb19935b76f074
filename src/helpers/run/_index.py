"""The first page of a report: what was studied, what came out, where to read on, where it comes from."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from helpers.report import KeyResult, too_few
from helpers.run._cite import citations
from helpers.run._first_page import brief, design, few_followed, finished, question
from helpers.run._manifest import versions
from helpers.run._page import Content, Entry, drawings, figure
from helpers.run._render import Frame, environment, parameter_rows, report_title, words
from helpers.tables import TABLES
from helpers.words import texts

FLOW = ("flow", "flow_groups")
MAIN = ("figure_17", "figure_17_moves")  # what happened to the families, as one bar; in groups in public
NEEDS = "needs"  # what a report of one page shows of the start
ABOUT = "about"


def index_content(
    folder: Path,
    contents: Mapping[str, Content],
    *,
    frame: Frame,
    print_out: bool = False,
) -> Content:
    """Make the content of the first page: what came out, in one chart and a few sentences; then how.

    Parameters
    ----------
    folder : Path
        The report, with its tables and figures.
    contents : mapping of str to Content
        The other pages by the name of their notebook, in order.
    frame : Frame
        What all pages of the run share.
    print_out : bool
        Whether it becomes part of one document with all pages.

    Notes
    -----
    Where few families were followed there are no other pages: it tells what needs no test, and the start.
    """
    language, prefix = frame.language, "index--" if print_out else ""
    said, study = words(language), finished(folder, frame)
    results, few, pages = study.key_results(), few_followed(frame, study), contents
    if few:
        results, pages = [one for one in results if (key := TABLES[one.name].key_result) and not key.sure], {}
    main = _drawing(contents, MAIN, folder)
    headline = next((one.headline(language) for one in results if one.headline), report_title(frame))
    html = (
        environment()
        .get_template("index.html.j2")
        .render(
            words=said,
            to=Links(print_out),
            prefix=prefix,
            title=headline,
            question=question(frame, study),
            main=main,
            findings=[_finding(one, pages, language) for one in results],
            too_few=few or (f"{too_few(frame.edition)(language)}." if frame.edition and not results else ""),
            brief=brief(frame, study, tested=bool(pages)) if main else [],
            needs=_needs(contents, folder, prefix) if few else "",
            design=design(frame, study),
            flow=_drawing(contents, FLOW, folder),
            cards=[{"name": name, "title": label(name, one, language)} for name, one in pages.items()],
        )
    )
    return Content(html, report_title(frame), ())


def about_content(
    folder: Path,
    contents: Mapping[str, Content],
    *,
    frame: Frame,
    inputs: Mapping[str, str],
    print_out: bool = False,
) -> Content:
    """Make the content of the last page: files, how to cite, parameters, where all comes from.

    Parameters
    ----------
    folder, contents, frame, print_out
        As for `index_content`.
    inputs : mapping of str to str
        SHA-256 by name of every file that was read.
    """
    language = frame.language
    titles = {
        name: block["heading"].rstrip(".") for one in contents.values() for name, block in one.figures.items()
    }
    tables = sorted(path.stem for path in (folder / "tables").glob("*.csv"))
    said, prefix, to = words(language), f"{ABOUT}--" if print_out else "", Links(print_out)
    sections = ("downloads", "cite", "parameters", "provenance")
    html = (
        environment()
        .get_template("about.html.j2")
        .render(
            words=said,
            to=to,
            prefix=prefix,
            downloads=_downloads(contents, language),
            tables=[
                (
                    to.file(f"tables/{name}.csv", f"{name}.csv"),
                    titles.get(name) or (TABLES[name].heading(language) if name in TABLES else ""),
                )
                for name in tables
            ],
            citations=citations(frame),
            inputs=list(inputs.items()),
            parameters=[(one["name"], one["value"], one["text"]) for one in parameter_rows(frame)],
            versions=list(versions().items()),
        )
    )
    return Content(html, said["about"], tuple(Entry(prefix + name, said[name]) for name in sections))


def label(name: str, content: Content, language: str) -> str:
    """Give what the menu calls a page; by default what stands before the colon of its title."""
    known = texts()["menu"].get(name)
    return str(known[language]) if known else content.title.partition(":")[0].strip() or name


class Links:
    """Where links lead: to pages and files of the report, or in print to places in the one document."""

    def __init__(self, print_out: bool) -> None:
        self.print_out = print_out

    def page(self, name: str, anchor: str = "") -> str:
        """Give the address of a page, or of a place on it."""
        if self.print_out:
            return f"#{name}--{anchor}" if anchor else f"#{name}"
        return f"{name}.html#{anchor}" if anchor else f"{name}.html"

    def file(self, path: str, text: str) -> Markup:
        """Link to a file; in print, where a link would lead to a folder of this machine, only name it."""
        if self.print_out:
            return Markup("{}").format(text)
        return Markup('<a href="{}">{}</a>').format(path, text)


def _needs(contents: Mapping[str, Content], folder: Path, prefix: str) -> Markup:
    """Draw what the needs were at the start."""
    for one in contents.values():
        if NEEDS in one.figures:
            return figure(dict(one.figures[NEEDS]), folder, prefix, one.pictures or None)
    return Markup()


def _finding(result: KeyResult, contents: Mapping[str, Content], language: str) -> dict[str, str]:
    """Give a key result with a link to the figure or page that shows it, where there is one."""
    there = result.page in contents
    figures = contents[result.page].figures if there else {}
    anchor = next((name for name in (result.name, result.shown_as) if name in figures), "")
    heading = figures[anchor]["heading"].rstrip(".") if anchor else TABLES[result.name].heading(language)
    return {
        "title": result.title(language),
        "text": f"{result.text(language)}.",
        "sure": _kept_together(result.sure(language)) if result.sure else "",
        "label": heading,
        "page": result.page if there else "",
        "anchor": anchor,
    }


def _kept_together(text: str) -> str:
    """Let no line break fall inside `p = 0,080` or `95 %`."""
    return re.sub(r"(?<=\bp) ([=<]) (?=\d)", "\u00a0\\1\u00a0", text).replace("95 %", "95\u00a0%")


def _downloads(contents: Iterable[str], language: str) -> list[dict[str, str]]:
    """List the files of the report beside its pages and tables."""
    said = {name: str(text[language]) for name, text in texts()["downloads"].items()}
    executed = said.pop("executed")
    files = said | {f"notebooks/{name}.ipynb": executed for name in contents}
    return [{"file": file, "text": text} for file, text in files.items()]


def _drawing(contents: Mapping[str, Content], names: Sequence[str], folder: Path) -> dict[str, Any] | None:
    """Give the drawings of the first of some figures that stands on one of the pages, and where that is."""
    for page, content in contents.items():
        for name in names:
            if name in content.pictures:
                return {"page": page, "name": name, "drawings": [("picture", content.pictures[name])]}
            if name in content.figures and (drawn := drawings(name, folder)):
                return {"page": page, "name": name, "drawings": drawn}
    return None
