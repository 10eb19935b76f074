"""Self-contained pages: what the first and the last one say, and the frame around the content of each."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml
from markupsafe import Markup
from nbformat import NotebookNode

from helpers.cleaning import Study as About
from helpers.definitions import LANGUAGES, ROOT, load
from helpers.definitions.choices import PilotComparison
from helpers.export.dataset import Dataset
from helpers.parameters import PARAMETERS
from helpers.protect import Edition
from helpers.report import KeyResult, too_few
from helpers.run._content import Content, Entry, content_of, drawings, figure
from helpers.run._manifest import versions
from helpers.study import FinishedStudy, FinishedTables
from helpers.tables import TABLES
from helpers.words import say, templates, texts

TEMPLATES = Path(__file__).parent / "templates"
CITATION = ROOT / "CITATION.cff"
INDEX = "index.html"
ABOUT = "about"
REVIEW = "07_case_review"
LAST = {"01_cleaning": 1, "08_pilots": 2, REVIEW: 3}  # notebooks whose pages follow the others
FLOW = ("flow", "flow_groups")
MAIN = ("figure_17", "figure_17_moves")  # what happened to the families, as one bar; in groups in public
NEEDS = "needs"  # what a report of one page shows of the start
WHOLE = ("score", "overall")  # the questions about all that a family is: the index, and all items together
CAREFUL = ("compared", "conclude")  # what holds without a test


@dataclass(frozen=True)
class Sibling:
    """Another report of the same run: this one in another language, or one of all or other families.

    `folder` leads to it from the folder of this report, as in `../en`; `language` is that of its pages, whose
    files are named in `pages`. A link leads to the same page where it has that, else to its first one.
    """

    kind: Literal["language", "report"]
    label: str
    folder: str
    language: str
    current: bool = False
    pages: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Frame:
    """What all pages of a run share."""

    language: str
    dataset: Dataset
    parameters: Mapping[str, Any]
    version: str
    internal: bool = False
    siblings: tuple[Sibling, ...] = ()
    edition: Edition | None = None  # of the public edition
    beside: Dataset | None = None  # a second export, of families for comparison


@dataclass(frozen=True)
class PageLink:
    """A page in the navigation."""

    file: str
    label: str


def write_pages(
    folder: Path, executed: Mapping[str, NotebookNode], *, frame: Frame, inputs: Mapping[str, str]
) -> None:
    contents = report_contents(folder, executed, frame=frame, inputs=inputs)
    links = [PageLink(f"{name}.html", label(name, one, frame.language)) for name, one in contents.items()]
    for name, content in contents.items():
        html = page(content, file=f"{name}.html", pages=links, frame=frame)
        (folder / f"{name}.html").write_text(html, encoding="utf-8", newline="\n")


def report_contents(
    folder: Path,
    executed: Mapping[str, NotebookNode],
    *,
    frame: Frame,
    inputs: Mapping[str, str],
    kind: Literal["", "print", "word"] = "",
) -> dict[str, Content]:
    """Make the contents of all pages in the order of the menu, from the result to where it comes from.

    They become pages, or parts of one document of a `kind`: for print or for Word. `inputs` has the SHA-256
    of every file that was read.
    """
    print_out = bool(kind)
    contents = {
        name: content_of(
            executed[name],
            language=frame.language,
            folder=folder,
            prefix=f"{name}--" if print_out else "",
            word=kind == "word",
        )
        for name in sorted(executed, key=lambda name: (LAST.get(name, 0), name))
    }
    index = index_content(folder, contents, frame=frame, print_out=print_out)
    about = about_content(folder, contents, frame=frame, inputs=inputs, print_out=print_out)
    if few_followed(frame, finished(folder, frame)):
        contents = {name: one for name, one in contents.items() if name == REVIEW}
    return {"index": index, **contents, ABOUT: about}


def label(name: str, content: Content, language: str) -> str:
    """Give what the menu calls a page; by default what stands before the colon of its title."""
    known = texts()["menu"].get(name)
    return str(known[language]) if known else content.title.partition(":")[0].strip() or name


# ---- the first page --------------------------------------------------------------------------------------


def index_content(
    folder: Path, contents: Mapping[str, Content], *, frame: Frame, print_out: bool = False
) -> Content:
    """Make the content of the first page: what came out, in one chart and a few sentences; then how.

    `contents` are the other pages by the name of their notebook, in order. Where few families were followed
    there are none: it tells what needs no test, and the start.
    """
    language, prefix = frame.language, "index--" if print_out else ""
    study = finished(folder, frame)
    results, few, pages = study.key_results(), few_followed(frame, study), contents
    if few:
        results, pages = [one for one in results if (key := TABLES[one.name].key_result) and not key.sure], {}
    nobody = bool(few) and not _families(study)["retained"]
    if nobody:
        results = []
    main = None if nobody else _drawing(contents, MAIN, folder)
    needs = next((one for one in contents.values() if few and not nobody and NEEDS in one.figures), None)
    html = filled(
        "index",
        words=words(language),
        print_out=print_out,
        prefix=prefix,
        title=next((one.headline(language) for one in results if one.headline), report_title(frame)),
        question=question(frame, study),
        main=main,
        findings=[_finding(one, pages, language) for one in results],
        too_few=few or (f"{too_few(frame.edition)(language)}." if frame.edition and not results else ""),
        brief=_brief(frame, study, pages) if main else [],
        needs=figure(dict(needs.figures[NEEDS]), language, folder, prefix, needs.pictures or None)
        if needs
        else "",
        design=[] if nobody else design(frame, study),
        flow=_drawing(contents, FLOW, folder),
        cards=[{"name": name, "title": label(name, one, language)} for name, one in pages.items()],
    )
    return Content(html, report_title(frame), ())


def finished(folder: Path, frame: Frame) -> FinishedStudy:
    published = (name for name, table in TABLES.items() if table.kind != "internal")
    tables = FinishedTables(folder, only=published)
    about, given = About.of(frame.dataset, {}), dict(frame.parameters) | {"language": frame.language}
    return FinishedStudy(tables, about, edition=frame.edition, **given)


def few_followed(frame: Frame, study: FinishedStudy) -> str:
    """Say why a report about some families has one page only; nothing of one with families enough.

    In a public edition what is too small for a report has none.
    """
    chosen = frame.parameters["pilots"] or period(frame)
    if frame.edition or not chosen or "flow" not in study:
        return ""
    families, least = _families(study), load(PilotComparison).least_families
    followed = families.get("followed", 0)
    if followed >= least:
        return ""
    counted = {"described": families.get("retained", 0), "comparison": families.get("comparison", 0)}
    return say("one_page", "text", frame.language, n=followed, least=least, **counted)


def _families(study: FinishedStudy) -> dict[str, int]:
    """Count the families at each stage; nothing where there are no results."""
    name = "flow_groups" if study.edition else "flow"
    if name not in study:
        return {}
    return dict(zip(study[name]["stage"].astype("str"), map(int, study[name]["families"]), strict=True))


def question(frame: Frame, study: FinishedStudy) -> str:
    """Ask the question of the study in one sentence: of how many families."""
    n, months = _families(study), frame.parameters["follow_up_months"]
    counted = {stage: n.get(stage, 0) for stage in ("retained", "followed")}
    return say("question", "text", frame.language, months=months, **counted)


def _brief(frame: Frame, study: FinishedStudy, pages: Collection[str]) -> list[tuple[str, str]]:
    """Say what must be known of the chart: how sure it is, against what, what to conclude.

    How sure is said where other pages tell of tests, and what stands beside it where one of them shows it.
    Each is named as among the texts; nothing where there are no verdicts.
    """
    if "verdict_words" not in study:
        return []
    found = study["verdict_words"].set_index(study["verdict_words"]["question"].astype("str"))
    facts: dict[str, Any] = {
        str(name): {"sure": str(row["verdict"]), "declined": str(row["outcome"]) == "declined"}
        for name, row in found.loc[found.index.isin(WHOLE)].iterrows()
    }
    parts = ["sure"] if pages and len(facts) == len(WHOLE) else []
    facts |= {"items": len(study.definitions.items), "domains": len(study.definitions.kansarmoede.domains)}
    facts["beside"] = (
        TABLES["group_comparison"].page in pages
        and "group_comparison" in study
        and not study["group_comparison"].empty
    )
    return [(part, say("brief", part, frame.language, **facts)) for part in [*parts, *CAREFUL]]


def design(frame: Frame, study: FinishedStudy) -> list[str]:
    """Say in short sentences who registered what, who is counted when, the measures, what cannot be said."""
    language, dataset, given = frame.language, frame.dataset, frame.parameters
    known = {
        "pilots": _coached(study, given["pilots"] or dataset.pilots),
        "chosen": bool(given["pilots"]),
        "period": period(frame),
        "start": day(dataset.project_start, language),
        "end": day(dataset.exported_on, language),
        "months": given["follow_up_months"],
        "days": given["baseline_window_days"],
        "rule": str(given["follow_up_rule"]),
        "cutoff": given["poverty_cutoff"],
        "items": len(study.definitions.items),
        "domains": len(study.definitions.kansarmoede.domains),
        "half": study.edition.half if study.edition else 0,
    }
    n = _families(study)
    known |= {stage: n.get(stage) for stage in ("registered", "retained", "followed")}
    parts = ("who", *(["moments"] if "retained" in n else []), "measures", "limits")
    return [say("design", part, language, **known) for part in parts]


def _coached(study: FinishedStudy, pilots: Sequence[str]) -> list[str]:
    """Name the pilots, but those in which no family with a coach was registered; a count that is rounded to
    0 tells no such thing.
    """
    if study.edition or "cases_by_pilot" not in study:
        return list(pilots)
    cases = study["cases_by_pilot"]
    nobody = set(cases.loc[cases["registered"] == 0, "pilot"].astype("str"))
    return [pilot for pilot in pilots if pilot not in nobody] or list(pilots)


def _finding(result: KeyResult, contents: Mapping[str, Content], language: str) -> dict[str, str]:
    """Give a key result with a link to the figure or page that shows it, where there is one."""
    there = result.page in contents
    figures = contents[result.page].figures if there else {}
    anchor = next((name for name in (result.name, result.shown_as) if name in figures), "")
    heading = figures[anchor]["heading"].rstrip(".") if anchor else TABLES[result.name].heading(language)
    sure = result.sure(language) if result.sure else ""
    together = re.sub(r"(?<=\bp) ([=<]) (?=\d)", "\u00a0\\1\u00a0", sure).replace("95 %", "95\u00a0%")
    return {
        "title": result.title(language),
        "text": f"{result.text(language)}.",
        "sure": together,
        "label": heading,
        "page": result.page if there else "",
        "anchor": anchor,
    }


def _drawing(contents: Mapping[str, Content], names: Sequence[str], folder: Path) -> dict[str, Any] | None:
    """Give the drawings of the first of some figures that stands on one of the pages, and where that is."""
    for page, content in contents.items():
        for name in names:
            if name in content.pictures:
                return {"page": page, "name": name, "drawings": [("picture", content.pictures[name])]}
            if name in content.figures and (drawn := drawings(name, folder)):
                return {"page": page, "name": name, "drawings": drawn}
    return None


# ---- the last page ---------------------------------------------------------------------------------------


def about_content(
    folder: Path,
    contents: Mapping[str, Content],
    *,
    frame: Frame,
    inputs: Mapping[str, str],
    print_out: bool = False,
) -> Content:
    language = frame.language
    headings = {
        name: block["heading"].rstrip(".") for one in contents.values() for name, block in one.figures.items()
    }
    tables = sorted(path.stem for path in (folder / "tables").glob("*.csv"))
    link = Markup('<a href="tables/{0}.csv">{0}.csv</a>')
    files = {name: text[language] for name, text in texts()["downloads"].items()}
    executed = files.pop("executed")
    files |= {f"notebooks/{name}.ipynb": executed for name in contents}
    said, prefix = words(language), f"{ABOUT}--" if print_out else ""
    html = filled(
        "about",
        words=said,
        print_out=print_out,
        prefix=prefix,
        downloads=files.items(),
        tables=[
            (
                link.format(name),
                headings.get(name) or (TABLES[name].heading(language) if name in TABLES else ""),
            )
            for name in tables
        ],
        citations=citations(frame),
        inputs=list(inputs.items()),
        parameters=parameter_rows(frame),
        versions=list(versions().items()),
    )
    sections = ("downloads", "cite", "parameters", "provenance")
    return Content(html, said["about"], tuple(Entry(prefix + name, said[name]) for name in sections))


def parameter_rows(frame: Frame) -> list[tuple[str, str, str]]:
    def shown(name: str, value: Any) -> str:
        if isinstance(value, (list, tuple)) or value == "":
            return ", ".join(value) or words(frame.language)["all"]
        return f"{value} {PARAMETERS[name].counted_in(frame.language)}".strip()

    given = frame.parameters.items()
    return [(name, shown(name, value), PARAMETERS[name].text(frame.language)) for name, value in given]


def citations(frame: Frame, *, path: Path = CITATION) -> dict[str, Any]:
    """Say how to cite the `software` (also as `bibtex`) and the `datasets`; nothing without the file."""
    if not path.is_file():
        return {}
    cff = yaml.safe_load(path.read_text(encoding="utf-8"))
    authors = [
        one["name"] if "name" in one else f"{one['family-names']}, {one['given-names']}"
        for one in cff["authors"]
    ]
    year = str(cff["date-released"])[:4]
    fields = {"author": f"{{{' and '.join(authors)}}}", "title": cff["title"], "year": year}
    fields |= {"version": cff["version"], "url": cff.get("repository-code"), "doi": cff.get("doi")}
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return {
        "software": f"{' & '.join(authors)} ({year}). {cff['title']} ({cff['version']}).",
        "datasets": [
            f"{named(one, frame)}, {day(one.exported_on, frame.language)}."
            for one in (frame.dataset, *([frame.beside] if frame.beside else []))
        ],
        "bibtex": "\n".join([f"@software{{gezinscoach{year},", *lines, "}"]),
    }


# ---- the frame -------------------------------------------------------------------------------------------


def page(content: Content, *, file: str, pages: Sequence[PageLink], frame: Frame) -> str:
    """Put the content of a page into the frame of the report: a document that needs no other file.

    `pages` is the navigation, in which this page, `file`, is marked.
    """
    at = next((number for number, one in enumerate(pages) if one.file == file), 0)
    return filled(
        "layout",
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


def together(kind: Literal["print", "word"], contents: Mapping[str, Content], *, frame: Frame) -> str:
    """Put the contents of all pages behind each other in one document; they have been made for it."""
    sections = [
        {"name": name, "title": one.title, "toc": one.toc, "html": Markup(one.html)}  # noqa: S704
        for name, one in contents.items()
    ]
    said = _common(frame)
    sections[0]["title"] = said["words"]["findings"]
    return filled(kind, **said, running=_css_text(said["banner"]["text"]), sections=sections)


def start_page(frames: Sequence[Frame]) -> str:
    """Make the page that leads to the reports in each language; the first gives its own language."""
    editions = [
        {
            "language": frame.language,
            "name": LANGUAGES[frame.language].name,
            "report": words(frame.language)["report"],
            "banner": banner(frame),
        }
        for frame in frames
    ]
    return filled("start", editions=editions, css=css(), dataset=named(frames[0].dataset, frames[0]))


def words(language: str) -> dict[str, str]:
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
    """Give what every document says; when it was made stands in the manifest only."""
    language = frame.language
    told = {"dataset": frame.dataset, **({"beside": frame.beside} if frame.beside else {})}
    return {
        "language": language,
        "words": words(language) | {"report": report_title(frame)},
        "css": css(),
        "banner": banner(frame),
        "footer": {
            "dataset": " ".join(
                say("footer", part, language, title=named(one, frame), day=day(one.exported_on, language))
                for part, one in told.items()
            ),
            "run": say("footer", "run", language, version=frame.version),
        },
    }


def css() -> Markup:
    return Markup((TEMPLATES / "report.css").read_text(encoding="utf-8"))  # noqa: S704


def _css_text(text: str) -> Markup:
    """Write a text as one of a style sheet: everything but letters, digits and blanks by its number."""
    return Markup("".join(c if c.isalnum() or c == " " else f"\\{ord(c):06x} " for c in text))  # noqa: S704


def named(dataset: Dataset, frame: Frame) -> str:
    """Name a dataset: by its title and, but in public, the folder in which it lies; there by its pilots, if
    it has no title of its own.
    """
    title = dataset.title_in(frame.language)
    if title != dataset.name:
        return title if frame.edition else f"{title} ({dataset.name})"
    return say("footer", "pilots", frame.language, pilots=dataset.pilots) if frame.edition else title


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
    edition = frame.edition
    rounded = {"m": edition.min_cell, "most": edition.half, "parts": edition.parts} if edition else {}
    return {"kind": kind, "text": " ".join(say("banner", part, frame.language, **rounded) for part in parts)}


def day(when: date, language: str) -> str:
    """Write a date in words.

    >>> day(date(2023, 9, 30), "nl")
    '30 september 2023'
    """
    return f"{when.day} {LANGUAGES[language].months[when.month - 1]} {when.year}"


def filled(template: str, **facts: Any) -> str:
    """Fill in one of the templates of the pages; text that goes in is escaped."""
    return templates(TEMPLATES).get_template(f"{template}.html.j2").render(**facts)
