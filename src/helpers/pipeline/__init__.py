"""Dataset and parameters in, an executed and rendered report out; papermill and nbconvert live here only.

A run builds in a folder beside its target and takes the target's place when all has succeeded. The steps are
in siblings of this module: `_plan` (checks), `_execute` (kernels), `_report` (pages, workbook, manifest) and
`_folders` (building aside, swapping, locking).
"""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from helpers.codebook import ROOT
from helpers.folders import (
    RunError,
    TargetError,
    failed_folder,
    fresh_build,
    locked,
    remove,
    replace_with_copy,
    swap,
)
from helpers.pipeline import _notebooks as notebooks
from helpers.pipeline._execute import Job, NotebookError, execute_all
from helpers.pipeline._manifest import reference_hashes
from helpers.pipeline._plan import Plan, make_plan, shown_path
from helpers.pipeline._progress import progress
from helpers.pipeline._report import write_report

__all__ = ["RunError", "TargetError", "refresh", "run"]

NOTEBOOKS = ROOT / "notebooks"
CLEAN = ROOT / "data" / "clean"
HERE = {f"{ROOT}{os.sep}": ""}  # no output says where the project stands on a machine
AT_A_TIME = 2


def run(
    raw: Path | str,
    out: Path | str | None = None,
    *,
    pilots: Sequence[str] = (),
    parameters: Mapping[str, object] | None = None,
    language: str | None = None,
    notebook_folder: Path = NOTEBOOKS,
    clean_folder: Path = CLEAN,
    stream: TextIO | None = None,
) -> Path:
    """Make a report of a raw dataset.

    Parameters
    ----------
    raw : path
        Folder with `dataset.yml` and the export.
    out : path, optional
        Folder of the report, by default `reports/<name of the dataset>`. Only what an earlier run made, or
        an empty folder, is replaced.
    pilots : sequence of str
        Restrict the report to these pilots; empty means all.
    parameters : mapping, optional
        Other parameters that differ from their defaults (see `helpers.parameters`).
    language : str, optional
        `nl` (default) or `en`.
    notebook_folder, clean_folder : Path
        Where the notebooks are, and where the clean tables go, in a folder named as the dataset.
    stream : text file, optional
        Where progress is told, by default the standard error.

    Returns
    -------
    Path
        The folder of the report.

    Raises
    ------
    PipelineError
        Parameters, folders, export or definitions cannot be used, or a notebook stopped. The previous report
        and clean tables are then as they were.
    """
    given = dict(parameters or {}) | ({"pilots": list(pilots)} if pilots else {})
    given |= {"language": language} if language else {}
    started = datetime.now(UTC)
    plan = make_plan(
        Path(raw),
        Path(out) if out else None,
        given=given,
        notebook_folder=notebook_folder,
        clean_folder=clean_folder,
    )
    with locked(plan.out):
        build = fresh_build(plan.out)
        try:
            _build(plan, build, started, stream or sys.stderr)
        except NotebookError as error:
            raise RunError(f"{error}\n{_keep_partial(plan, error.job)}") from None
        finally:
            remove(build)
    return plan.out


def refresh(*, notebook_folder: Path = NOTEBOOKS, stream: TextIO | None = None) -> tuple[Path, ...]:
    """Execute the committed notebooks in place with their own parameters, and normalise them.

    Returns
    -------
    tuple of Path
        The notebooks, each with outputs that are the same whenever and wherever it is executed.

    Raises
    ------
    RunError
        A notebook stopped; all of them are then as they were.
    """
    paths = notebooks.study_notebooks(notebook_folder)
    with locked(notebook_folder):
        jobs = [Job(path.stem, notebooks.read(path), {}, notebook_folder) for path in paths]
        _execute(jobs, stream or sys.stderr)
        for path, job in zip(paths, jobs, strict=True):
            notebooks.write(notebooks.normalise(job.executed, name=job.name, replace=HERE), path)
    return paths


def _build(plan: Plan, build: Path, started: datetime, stream: TextIO) -> None:
    """Make the report and the clean tables aside, then put both in place."""
    report, clean = build / "report", build / "clean"
    report.mkdir()
    jobs = [
        Job(name, source, plan.values(name, clean=clean, out=report), plan.notebook_folder)
        for name, source in plan.sources.items()
    ]
    definitions = reference_hashes()
    _execute(jobs, stream)
    if reference_hashes() != definitions:
        raise RunError("the definitions in data/reference changed while the notebooks ran; run it again")
    paths = {clean: plan.clean, report: plan.out, plan.raw: plan.raw}
    replace = HERE | {str(path): shown_path(shown) for path, shown in paths.items()}
    executed = {job.name: notebooks.normalise(job.executed, name=job.name, replace=replace) for job in jobs}
    for name, notebook in executed.items():
        notebooks.set_injected(notebook, plan.shown_values(name))
        notebooks.write(notebook, report / "notebooks" / f"{name}.ipynb")
    seconds = {job.name: job.seconds for job in jobs}
    for fault in write_report(report, executed, plan=plan, started=started, seconds=seconds):
        print(f"warning: {fault}", file=stream)
    if clean.is_dir():
        replace_with_copy(clean, plan.clean)
    swap(report, plan.out)
    _forget_partial(plan)


def _execute(jobs: Sequence[Job], stream: TextIO) -> None:
    """Execute the first notebook, which makes the clean tables, then the others side by side."""
    cells = sum(cell.cell_type == "code" for job in jobs for cell in job.source.cells)
    with progress(cells + sum(bool(job.parameters) for job in jobs), stream=stream) as told:
        for job in jobs:
            job.after_cell = told.cell
        execute_all(jobs[:1], workers=1, after_each=told.done)
        execute_all(jobs[1:], workers=AT_A_TIME, after_each=told.done)


def _keep_partial(plan: Plan, job: Job) -> str:
    """Keep the notebook that stopped beside the report, and say where."""
    before = "the previous report is as it was" if plan.out.exists() else "no report was written"
    if job.done is None:
        return before.capitalize() + "."
    path = failed_folder(plan.out) / f"{job.name}.ipynb"
    _forget_partial(plan)
    notebooks.write(notebooks.normalise(job.done, name=job.name), path)
    return f"The notebook as far as it came is {path}; {before}."


def _forget_partial(plan: Plan) -> None:
    """Remove the notebooks that a failed run left beside this report, and their folder when it is empty."""
    folder = failed_folder(plan.out)
    for name in plan.sources:
        (folder / f"{name}.ipynb").unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()
