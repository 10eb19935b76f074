"""What a run leaves beside figures and tables: the pages, the workbook and the manifest."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from nbformat import NotebookNode

from helpers.codebook import ROOT, load_definitions
from helpers.pipeline._index import index_content
from helpers.pipeline._lint import lint
from helpers.pipeline._manifest import (
    git_state,
    hashes,
    reference_hashes,
    sha256,
    versions,
    write_manifest,
)
from helpers.pipeline._page import Content
from helpers.pipeline._page_words import words
from helpers.pipeline._plan import Plan, shown_path
from helpers.pipeline._render import INDEX, Frame, PageLink, banner, content_of, page
from helpers.pipeline._workbook import write_workbook


def write_report(
    folder: Path,
    executed: Mapping[str, NotebookNode],
    *,
    plan: Plan,
    started: datetime,
    seconds: Mapping[str, float],
    internal: bool = False,
) -> list[str]:
    """Write the pages, the workbook and the manifest of a run.

    Parameters
    ----------
    folder : Path
        The report, with the figures, tables and notebooks of the run.
    executed : mapping of str to NotebookNode
        The notebooks by name, in order.
    plan : Plan
        Of the run.
    started : datetime
        When it began.
    seconds : mapping of str to float
        How long each notebook took.
    internal : bool
        Whether this is the internal review: every page says so, and the faults are only counted, as one may
        name a family.

    Returns
    -------
    list of str
        What is wrong with the pages; empty when nothing is.
    """
    frame = Frame(plan.language, plan.dataset, plan.parameters, versions()["gezinscoach"], internal)
    inputs = {path.name: sha256(path) for path in plan.inputs}
    spent = dict(seconds)
    with _timed(spent, "tables.xlsx"):
        _write_tables(folder, frame)
    with _timed(spent, "pages"):
        _write_pages(folder, executed, frame=frame, inputs=inputs)
        faults = [fault for path in sorted(folder.glob("*.html")) for fault in lint(path, internal=internal)]
    content = _content(plan, inputs, started, spent, names=executed)
    write_manifest(folder, ({"internal": True} if internal else {}) | content)
    return [f"{len(faults)} fault(s) in the internal pages"] if internal and faults else faults


def _write_tables(folder: Path, frame: Frame) -> None:
    """Put all tables into one workbook, headed by what the data are."""
    tables = folder / "tables"
    if tables.is_dir():
        heading = (words(frame.language)["report"], frame.dataset.title, banner(frame)["text"])
        write_workbook(tables, folder / "tables.xlsx", language=frame.language, heading=heading)


def _write_pages(
    folder: Path, executed: Mapping[str, NotebookNode], *, frame: Frame, inputs: Mapping[str, str]
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


def _content(
    plan: Plan,
    inputs: Mapping[str, str],
    started: datetime,
    seconds: Mapping[str, float],
    *,
    names: Iterable[str],
) -> dict[str, object]:
    """Collect where a run came from, and when."""
    finished = datetime.now(UTC)
    notebooks = (plan.notebook_folder / f"{name}.ipynb" for name in names)
    return {
        "dataset": {
            "name": plan.dataset.name,
            "title": plan.dataset.title,
            "synthetic": plan.dataset.synthetic,
            "exported_on": plan.dataset.exported_on.isoformat(),
            "folder": shown_path(plan.raw),
        },
        "parameters": dict(plan.parameters),
        "started": started.isoformat(timespec="seconds"),
        "finished": finished.isoformat(timespec="seconds"),
        "seconds": {
            **{step: round(took, 2) for step, took in seconds.items()},
            "all": round((finished - started).total_seconds(), 2),
        },
        "git": git_state(ROOT),
        "versions": versions(),
        "inputs": dict(inputs),
        "reference": reference_hashes(),
        "notebooks": hashes(notebooks, under=plan.notebook_folder),
    }


@contextmanager
def _timed(spent: dict[str, float], step: str) -> Iterator[None]:
    """Note how many seconds a step took."""
    start = time.monotonic()
    yield
    spent[step] = time.monotonic() - start
