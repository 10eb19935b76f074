"""Dataset and parameters in, an executed and rendered report out; papermill and nbconvert live here only.

A run builds in a folder beside its target and takes the target's place when all has succeeded. The steps are
in siblings of this module: `_plan` (checks), `_execute` (kernels), `_report` (pages, workbook, manifest) and
`_folders` (building aside, swapping, locking).
"""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from helpers.codebook import ROOT
from helpers.folders import (
    INTERNAL,
    RunError,
    TargetError,
    failed_folder,
    fresh_build,
    internal_folder,
    locked,
    make_folder,
    remove,
    replace_with_copy,
    swap_all,
)
from helpers.pipeline import _notebooks as notebooks
from helpers.pipeline._execute import Job, NotebookError, execute_all
from helpers.pipeline._manifest import reference_hashes
from helpers.pipeline._plan import Part, Plan, make_plan, shown_path
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
    internal: bool = False,
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
    internal : bool
        Also make the internal review of single families, from the same clean tables, in a folder of its own
        beside the report: the same name and `-internal`. The report knows nothing of it.
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
        internal=internal,
    )
    with ExitStack() as stack:
        builds = {}
        for part in plan.parts:
            stack.enter_context(locked(part.target))
            builds[part.target] = fresh_build(part.target)
            stack.callback(remove, builds[part.target])
        try:
            _build(plan, builds, started, stream or sys.stderr)
        except NotebookError as error:
            raise RunError(f"{error}\n{_keep_partial(plan, error.job)}") from None
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


def _build(plan: Plan, builds: Mapping[Path, Path], started: datetime, stream: TextIO) -> None:
    """Make the report, the internal review and the clean tables aside, then put all in place."""
    clean = builds[plan.out] / "clean"
    made = {
        part.target: builds[part.target] / f"report{INTERNAL if part.internal else ''}" for part in plan.parts
    }
    jobs = _jobs(plan, made, clean)
    definitions = reference_hashes()
    _execute(jobs, stream)
    if reference_hashes() != definitions:
        raise RunError("the definitions in data/reference changed while the notebooks ran; run it again")
    paths = {clean: plan.clean, plan.raw: plan.raw} | {folder: target for target, folder in made.items()}
    replace = HERE | {str(path): shown_path(shown) for path, shown in paths.items()}
    for part in plan.parts:
        own = [job for job in jobs if job.name in part.sources]
        for fault in _write_part(plan, part, own, folder=made[part.target], replace=replace, started=started):
            print(f"warning: {fault}", file=stream)
    if clean.is_dir():
        replace_with_copy(clean, plan.clean)
    swap_all(made)
    _forget_partial(plan)


def _jobs(plan: Plan, made: Mapping[Path, Path], clean: Path) -> list[Job]:
    """Make the folders of all parts, and the jobs that write into them, in the order of the notebooks."""
    jobs = []
    for part in plan.parts:
        out = made[part.target]
        make_folder(out, private=part.internal)
        for name, source in part.sources.items():
            values = plan.values(name, part, clean=clean, out=out)
            jobs.append(Job(name, source, values, plan.notebook_folder, personal=part.internal))
    return jobs


def _write_part(
    plan: Plan,
    part: Part,
    jobs: Sequence[Job],
    *,
    folder: Path,
    replace: Mapping[str, str],
    started: datetime,
) -> list[str]:
    """Write the notebooks, pages, workbook and manifest of a part; say what is wrong with its pages."""
    executed = {job.name: notebooks.normalise(job.executed, name=job.name, replace=replace) for job in jobs}
    for name, notebook in executed.items():
        notebooks.set_injected(notebook, plan.shown_values(name, part))
        notebooks.write(notebook, folder / "notebooks" / f"{name}.ipynb")
    seconds = {job.name: job.seconds for job in jobs}
    return write_report(folder, executed, plan=plan, started=started, seconds=seconds, internal=part.internal)


def _execute(jobs: Sequence[Job], stream: TextIO) -> None:
    """Execute the first notebook, which makes the clean tables, then the others side by side."""
    cells = sum(cell.cell_type == "code" for job in jobs for cell in job.source.cells)
    with progress(cells + sum(bool(job.parameters) for job in jobs), stream=stream) as told:
        for job in jobs:
            job.after_cell = told.cell
        execute_all(jobs[:1], workers=1, after_each=told.done)
        execute_all(jobs[1:], workers=AT_A_TIME, after_each=told.done)


def _keep_partial(plan: Plan, job: Job) -> str:
    """Keep the notebook that stopped beside its report, and say where."""
    before = "the previous report is as it was" if plan.out.exists() else "no report was written"
    if job.done is None:
        return before.capitalize() + "."
    folder = failed_folder(internal_folder(plan.out) if job.personal else plan.out)
    _forget_partial(plan)
    make_folder(folder, private=job.personal)
    path = folder / f"{job.name}.ipynb"
    notebooks.write(notebooks.normalise(job.done, name=job.name), path)
    return f"The notebook as far as it came is {path}; {before}."


def _forget_partial(plan: Plan) -> None:
    """Remove the notebooks that a failed run left beside this report, and their folder when it is empty."""
    for part in plan.parts:
        folder = failed_folder(part.target)
        for name in part.sources:
            (folder / f"{name}.ipynb").unlink(missing_ok=True)
        with suppress(OSError):
            folder.rmdir()
