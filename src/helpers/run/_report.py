"""What a run leaves beside figures and tables: the pages, the workbook and the manifest."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from posixpath import join, normpath
from types import TracebackType

from nbformat import NotebookNode

from helpers.definitions import ROOT
from helpers.folders import RunError
from helpers.run._first_page import few_followed, finished
from helpers.run._index import ABOUT, about_content, index_content, label
from helpers.run._manifest import (
    NUMBERED,
    git_state,
    hashes,
    keep_definitions,
    reference_hashes,
    sha256,
    versions,
    write_manifest,
)
from helpers.run._page import Content, content_of
from helpers.run._parts import Part, shown_path
from helpers.run._pdf import PDF, print_document
from helpers.run._plan import Comparison, Plan
from helpers.run._render import INDEX, Frame, PageLink, banner, for_word, page, printed, report_title, words
from helpers.run._start import start_page
from helpers.run._word import WORD, write_word

REVIEW = "07_case_review"
LAST = {"01_cleaning": 1, "08_pilots": 2, REVIEW: 3}  # notebooks whose pages follow the others
MAKER = "helpers.workbook"


class Workbooks:
    """A process beside the run that makes the workbooks of its reports; starting it takes it a second."""

    def __enter__(self) -> "Workbooks":
        """Start it."""
        pipe = subprocess.PIPE
        command = [sys.executable, "-P", "-m", MAKER]
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it: nobody waits for a workbook any more."""
        self._process.kill()
        self._process.communicate()

    @contextmanager
    def beside(self, folder: Path, frame: Frame, spent: dict[str, float]) -> Iterator[None]:
        """Put all tables of a report into one workbook, headed by what the data are.

        It is made beside what is done here, and waited for at the end.

        Raises
        ------
        RunError
            The workbook could not be made.
        """
        tables = folder / "tables"
        if not tables.is_dir():
            yield
            return
        assert self._process.stdin and self._process.stdout
        heading: tuple[str, ...] = (
            words(frame.language)["report"],
            frame.dataset.title,
            banner(frame)["text"],
        )
        told = json.dumps([str(tables), str(folder / "tables.xlsx"), frame.language, heading])
        with suppress(BrokenPipeError):  # its end is told below
            print(told, file=self._process.stdin, flush=True)
        yield
        with _timed(spent, "tables.xlsx"):
            done = self._process.stdout.readline()
        if not done:
            _, said = self._process.communicate()
            raise RunError(f"tables.xlsx could not be made:\n{said.strip()[-2000:]}")


def write_report(
    folder: Path,
    executed: Mapping[str, NotebookNode],
    *,
    plan: Plan,
    part: Part,
    workbooks: Workbooks,
    printer: str | None = None,
    pandoc: str | None = None,
) -> dict[str, float]:
    """Write the pages and the workbook of a report, print it, and make a Word document of it.

    Parameters
    ----------
    folder : Path
        The report, with the figures, tables and notebooks of the run.
    executed : mapping of str to NotebookNode
        The notebooks by name, in order.
    plan : Plan
        Of the run.
    part : Part
        Which of its reports this is. In the internal review every page says so.
    workbooks : Workbooks
        Makes the workbook.
    printer : str, optional
        Path of a browser that prints `report.pdf`.
    pandoc : str, optional
        Path of pandoc, which makes `report.docx`.

    Returns
    -------
    dict of str to float
        How many seconds the steps took.
    """
    frame = _frame(folder, plan, part)
    inputs = _inputs(plan)
    if plan.comparison:
        of = plan.comparison
        inputs |= {f"{of.dataset.name}/{path.name}": sha256(path) for path in of.inputs}
    spent: dict[str, float] = {}
    with workbooks.beside(folder, frame, spent):
        with _timed(spent, "pages"):
            _write_pages(folder, executed, frame=frame, inputs=inputs)
        if printer:
            with _timed(spent, PDF):
                contents = report_contents(folder, executed, frame=frame, inputs=inputs, print_out=True)
                print_document(printed(contents, frame=frame), folder / PDF, browser=printer)
        if pandoc:
            with _timed(spent, WORD):
                contents = report_contents(folder, executed, frame=frame, inputs=inputs, word=True)
                write_word(
                    for_word(contents, frame=frame),
                    folder / WORD,
                    title=report_title(frame),
                    running=banner(frame)["text"],
                    day=plan.dataset.exported_on,
                    pandoc=pandoc,
                )
    return spent


def _frame(folder: Path, plan: Plan, part: Part) -> Frame:
    """Give what all pages of a report share, with the pages that its siblings have."""
    frame = Frame(part.language, plan.dataset, part.parameters, versions()["gezinscoach"], part.internal)
    frame = replace(frame, edition=plan.edition_of(part))
    by_path = {one.path: one for one in plan.parts if one.root == part.root}
    siblings = []
    for one in part.siblings:
        other = by_path[normpath(join(part.path, one.folder)).removeprefix(".")]
        there = replace(frame, parameters=other.parameters, edition=plan.edition_of(other))
        few = few_followed(there, finished(folder / one.folder, there))
        names = ("index", ABOUT, *(() if few else other.sources))
        siblings.append(replace(one, pages=frozenset(f"{name}.html" for name in names)))
    return replace(frame, siblings=tuple(siblings))


def write_provenance(
    folder: Path, *, plan: Plan, part: Part, started: datetime, seconds: Mapping[str, float]
) -> None:
    """Write the manifest of a finished report.

    Parameters
    ----------
    folder : Path
        The report, complete.
    plan : Plan
        Of the run.
    part : Part
        Which of its reports this is.
    started : datetime
        When the run began.
    seconds : mapping of str to float
        How long each notebook and step took.
    """
    keep_definitions(folder)
    content = _content(plan, part, started, seconds)
    write_manifest(folder, ({"internal": True} if part.internal else {}) | content)


def write_start(folder: Path, plan: Plan, *, started: datetime) -> None:
    """Write what leads to the reports of a run in more than one language; nothing where there is one.

    Parameters
    ----------
    folder : Path
        The root of the run, with all its reports and their manifests.
    plan : Plan
        Of the run.
    started : datetime
        When the run began.
    """
    parts = [part for part in plan.parts if part.root == plan.out]
    if not parts[0].path:
        return
    editions = [part for part in parts if part.path == part.language]
    frames = [
        Frame(
            part.language,
            plan.dataset,
            part.parameters,
            versions()["gezinscoach"],
            edition=plan.edition_of(part),
        )
        for part in editions
    ]
    (folder / INDEX).write_text(start_page(frames), encoding="utf-8", newline="\n")
    content = _of_run(plan, started, {})
    write_manifest(folder, content | {"reports": [part.path for part in parts]})


def _write_pages(
    folder: Path,
    executed: Mapping[str, NotebookNode],
    *,
    frame: Frame,
    inputs: Mapping[str, str],
) -> None:
    """Write all pages."""
    contents = report_contents(folder, executed, frame=frame, inputs=inputs)
    links = [PageLink(f"{name}.html", label(name, one, frame.language)) for name, one in contents.items()]
    (folder / "manifest.json").touch()  # written last, but the pages link to it
    for name, content in contents.items():
        html = page(content, file=f"{name}.html", pages=links, frame=frame)
        (folder / f"{name}.html").write_text(html, encoding="utf-8", newline="\n")


def report_contents(
    folder: Path,
    executed: Mapping[str, NotebookNode],
    *,
    frame: Frame,
    inputs: Mapping[str, str],
    print_out: bool = False,
    word: bool = False,
) -> dict[str, Content]:
    """Make the contents of all pages in the order of the menu, from the result to where it comes from.

    They become pages, or parts of one document for print or for Word.
    """
    print_out = print_out or word
    order = sorted(executed, key=lambda name: (LAST.get(name, 0), name))
    contents = {
        name: content_of(
            executed[name],
            language=frame.language,
            folder=folder,
            prefix=f"{name}--" if print_out else "",
            word=word,
        )
        for name in order
    }
    index = index_content(folder, contents, frame=frame, print_out=print_out)
    about = about_content(folder, contents, frame=frame, inputs=inputs, print_out=print_out)
    if few_followed(frame, finished(folder, frame)):
        contents = {name: one for name, one in contents.items() if name == REVIEW}
    return {"index": index, **contents, ABOUT: about}


def _content(plan: Plan, part: Part, started: datetime, seconds: Mapping[str, float]) -> dict[str, object]:
    """Collect where a report came from, and when."""
    notebooks = (plan.notebook_folder / f"{name}.ipynb" for name in part.sources)
    return {
        "parameters": dict(part.parameters),
        **_of_run(plan, started, seconds),
        "notebooks": hashes(notebooks, under=plan.notebook_folder),
    }


def _of_run(plan: Plan, started: datetime, seconds: Mapping[str, float]) -> dict[str, object]:
    """Collect what all reports of a run share."""
    finished = datetime.now(UTC)
    return {
        "dataset": {
            **({} if plan.edition else {"name": plan.dataset.name, "folder": shown_path(plan.raw)}),
            "title": plan.dataset.title,
            "synthetic": plan.dataset.synthetic,
            "exported_on": plan.dataset.exported_on.isoformat(),
            **({"pseudonymised": True} if plan.key_file else {}),
        },
        **({"comparison": _of_comparison(plan.comparison)} if plan.comparison else {}),
        "started": started.isoformat(timespec="seconds"),
        "finished": finished.isoformat(timespec="seconds"),
        "seconds": {
            **{step: round(took, 2) for step, took in seconds.items()},
            "all": round((finished - started).total_seconds(), 2),
        },
        "git": git_state(ROOT),
        "versions": versions(),
        "inputs": _inputs(plan),
        "reference": reference_hashes(),
    }


def _of_comparison(beside: Comparison) -> dict[str, object]:
    """Say where families for comparison came from."""
    return {
        "name": beside.dataset.name,
        "folder": shown_path(beside.raw),
        "title": beside.dataset.title,
        "exported_on": beside.dataset.exported_on.isoformat(),
        "inputs": {path.name: sha256(path) for path in beside.inputs},
    }


def _inputs(plan: Plan) -> dict[str, str]:
    """Give SHA-256 of what was read; in a public edition files have numbers, as names may be of people."""
    about, *files = plan.inputs
    names = (
        [f"{NUMBERED}{at}" for at, _ in enumerate(files, 1)] if plan.edition else [one.name for one in files]
    )
    return {about.name: sha256(about)} | {name: sha256(path) for name, path in zip(names, files, strict=True)}


@contextmanager
def _timed(spent: dict[str, float], step: str) -> Iterator[None]:
    """Note how many seconds a step took."""
    start = time.monotonic()
    yield
    spent[step] = time.monotonic() - start
