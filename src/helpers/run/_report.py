"""What a run leaves beside figures and tables: the pages, the workbook and the manifest."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from nbformat import NotebookNode

from helpers.definitions import ROOT, load_definitions
from helpers.folders import RunError
from helpers.run._index import index_content
from helpers.run._lint import lint
from helpers.run._manifest import (
    git_state,
    hashes,
    reference_hashes,
    sha256,
    versions,
    write_manifest,
)
from helpers.run._page import Content
from helpers.run._page_words import words
from helpers.run._parts import Part, shown_path
from helpers.run._plan import Plan
from helpers.run._render import INDEX, Frame, PageLink, banner, content_of, page
from helpers.run._start import start_page

MAKER = "helpers.workbook"  # makes the workbook in a process of its own


def write_report(
    folder: Path,
    executed: Mapping[str, NotebookNode],
    *,
    plan: Plan,
    part: Part,
) -> dict[str, float]:
    """Write the pages and the workbook of a report.

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

    Returns
    -------
    dict of str to float
        How many seconds the steps took.
    """
    frame = Frame(
        part.language,
        plan.dataset,
        part.parameters,
        versions()["gezinscoach"],
        part.internal,
        part.siblings,
        plan.edition,
    )
    inputs = {path.name: sha256(path) for path in plan.inputs}
    spent: dict[str, float] = {}
    with _workbook_beside(folder, frame, spent), _timed(spent, "pages"):
        _write_pages(folder, executed, frame=frame, inputs=inputs)
    return spent


def faults_of(folder: Path, part: Part) -> list[str]:
    """List what is wrong with the pages of a report, when all reports of the run are there.

    Of an internal review the faults are only counted, as one may name a family.
    """
    faults = [
        part.under(fault)
        for path in sorted(folder.glob("*.html"))
        for fault in lint(path, internal=part.internal)
    ]
    return [f"{len(faults)} fault(s) in the internal pages"] if part.internal and faults else faults


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
        Frame(part.language, plan.dataset, part.parameters, versions()["gezinscoach"], edition=plan.edition)
        for part in editions
    ]
    (folder / INDEX).write_text(start_page(frames), encoding="utf-8", newline="\n")
    content = _of_run(plan, started, {})
    write_manifest(folder, content | {"reports": [part.path for part in parts]})


@contextmanager
def _workbook_beside(folder: Path, frame: Frame, spent: dict[str, float]) -> Iterator[None]:
    """Put all tables into one workbook, headed by what the data are, in a process beside what is done here.

    It is waited for at the end, and ended where what is done here fails.
    """
    tables = folder / "tables"
    if not tables.is_dir():
        yield
        return
    heading: tuple[str, ...] = (words(frame.language)["report"], frame.dataset.title, banner(frame)["text"])
    told = json.dumps([str(tables), str(folder / "tables.xlsx"), frame.language, heading])
    command = [sys.executable, "-P", "-m", MAKER, told]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield
        except BaseException:
            process.kill()
            raise
        with _timed(spent, "tables.xlsx"):
            _, said = process.communicate()
    if process.returncode:
        raise RunError(f"tables.xlsx could not be made:\n{said.strip()[-2000:]}")


def _write_pages(
    folder: Path,
    executed: Mapping[str, NotebookNode],
    *,
    frame: Frame,
    inputs: Mapping[str, str],
) -> None:
    """Write a page for each notebook and the index."""
    drawings = {path.stem for path in (folder / "figures").glob("*.svg")}
    contents = {
        name: content_of(notebook, language=frame.language, drawings=drawings)
        for name, notebook in executed.items()
    }
    links = [PageLink(INDEX, words(frame.language)["overview"])]
    links += [PageLink(f"{name}.html", _label(content.title) or name) for name, content in contents.items()]
    index = index_content(folder, contents, frame=frame, definitions=load_definitions(), inputs=inputs)
    finished: dict[str, Content] = {INDEX: index, **{f"{name}.html": one for name, one in contents.items()}}
    (folder / "manifest.json").touch()  # written last, but the pages link to it
    for file, content in finished.items():
        html = page(content, file=file, pages=links, frame=frame)
        (folder / file).write_text(html, encoding="utf-8", newline="\n")


def _label(title: str) -> str:
    """Shorten a title for the navigation: what stands before a colon."""
    return title.partition(":")[0].strip()


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
            "name": plan.dataset.name,
            "title": plan.dataset.title,
            "synthetic": plan.dataset.synthetic,
            "exported_on": plan.dataset.exported_on.isoformat(),
            "folder": shown_path(plan.raw),
            **({"pseudonymised": True} if plan.key_file else {}),
        },
        "started": started.isoformat(timespec="seconds"),
        "finished": finished.isoformat(timespec="seconds"),
        "seconds": {
            **{step: round(took, 2) for step, took in seconds.items()},
            "all": round((finished - started).total_seconds(), 2),
        },
        "git": git_state(ROOT),
        "versions": versions(),
        "inputs": {path.name: sha256(path) for path in plan.inputs},
        "reference": reference_hashes(),
    }


@contextmanager
def _timed(spent: dict[str, float], step: str) -> Iterator[None]:
    """Note how many seconds a step took."""
    start = time.monotonic()
    yield
    spent[step] = time.monotonic() - start
