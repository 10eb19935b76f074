"""Dataset and parameters in, an executed and rendered report out; papermill and nbconvert live here only.

A run builds in a folder beside its target and takes the target's place when all has succeeded. The steps are
in siblings of this module: `_plan` (checks), `_parts` (which reports), `_execute` (kernels), `_report`
(pages, workbook, manifest) and `_pdf`; `helpers.folders` builds aside, swaps and locks.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import pandas as pd

from helpers.codebook import ROOT
from helpers.folders import (
    INTERNAL,
    RunError,
    TargetError,
    failed_folder,
    fresh_build,
    internal_folder,
    is_internal,
    locked,
    make_folder,
    remove,
    replace_with_copy,
    swap_all,
)
from helpers.pipeline import _notebooks as notebooks
from helpers.pipeline._disclosure import check_published, keep_safe_outputs, protect_parts
from helpers.pipeline._execute import Job, NotebookError, execute_all
from helpers.pipeline._manifest import reference_hashes
from helpers.pipeline._parts import Part, shown_path
from helpers.pipeline._pdf import find_browser, print_report
from helpers.pipeline._plan import Plan, make_plan
from helpers.pipeline._progress import progress
from helpers.pipeline._report import faults_of, write_provenance, write_report, write_start
from helpers.pipeline._verify import Verified, verify
from helpers.pseudonyms import are_pseudonyms, is_open_to_others
from helpers.show._safe import SafeTables

__all__ = ["RunError", "TargetError", "Verified", "refresh", "run", "verify"]

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
    languages: Sequence[str] = (),
    internal: bool = False,
    each_pilot: bool = False,
    pdf: bool = False,
    key_file: Path | None = None,
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
    languages : sequence of str
        `nl` (default), `en` or both: then each has a report of its own in a folder of that name, and every
        page leads to its twin.
    internal : bool
        Also make the internal review of single families, from the same clean tables, in a folder of its own
        beside the report: the same name and `-internal`. The report knows nothing of it.
    each_pilot : bool
        Also make a report of each pilot, in `pilots/<name>` of the report, and a page that compares them.
    pdf : bool
        Also print each report to `report.pdf`, with Chromium.
    key_file : Path, optional
        Holds the key that turns the codes of families and persons into pseudonyms, before anything is written
        of them.
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
    started = datetime.now(UTC)
    printer = find_browser() if pdf else None
    plan = make_plan(
        Path(raw),
        Path(out) if out else None,
        given=given,
        notebook_folder=notebook_folder,
        clean_folder=clean_folder,
        internal=internal,
        languages=languages,
        each_pilot=each_pilot,
        key_file=key_file,
    )
    if plan.key_file and is_open_to_others(plan.key_file):
        mend = "keep it to yourself (chmod 600)"
        print(
            f"warning: {key_file}: others on this machine can read the key; {mend}", file=stream or sys.stderr
        )
    with ExitStack() as stack:
        builds = {}
        for root in plan.roots:
            stack.enter_context(locked(root))
            builds[root] = fresh_build(root, private=plan.private)
            stack.callback(remove, builds[root])
        try:
            _build(plan, builds, started, stream or sys.stderr, printer=printer)
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


def _build(
    plan: Plan, builds: Mapping[Path, Path], started: datetime, stream: TextIO, *, printer: str | None
) -> None:
    """Make all reports and the clean tables aside, then put all in place."""
    made = {root: build / f"report{INTERNAL if is_internal(root) else ''}" for root, build in builds.items()}
    work = builds[plan.out] / "clean"
    definitions = reference_hashes()
    safe = _protect(plan, builds[plan.out], work, stream) if plan.controlled else {}
    jobs = _jobs(plan, plan.parts, made, work, safe)
    _execute([job for own in jobs for job in own], stream)
    _check_codes(plan, work)
    if reference_hashes() != definitions:
        raise RunError("the definitions in data/reference changed while the notebooks ran; run it again")
    paths = {folder: target for target, folder in made.items()}
    paths |= {plan.raw: plan.raw} | {work / str(number): plan.clean for number in range(len(plan.parts))}
    replace = HERE | {str(path): shown_path(shown) for path, shown in paths.items()}
    folders = [made[part.root] / part.path for part in plan.parts]
    for part, folder, own in zip(plan.parts, folders, jobs, strict=True):
        if part.path in safe and not part.internal:
            others = [other for other in folders if other != folder and other.is_relative_to(folder)]
            check_published(folder, safe[part.path][1], others=others)
            for job in own:
                if keep_safe_outputs(job.executed):
                    print(f"warning: {job.label}: what came around helpers.show is left out", file=stream)
    seconds = []
    for part, folder, own in zip(plan.parts, folders, jobs, strict=True):
        tables = safe[part.path][1] if part.path in safe and not part.internal else None
        seconds.append(
            _write_part(plan, part, own, folder=folder, replace=replace, printer=printer, safe=tables)
        )
    for part, folder in zip(plan.parts, folders, strict=True):
        for fault in faults_of(folder, part):
            print(f"warning: {fault}", file=stream)
    for part, folder, spent in reversed(list(zip(plan.parts, folders, seconds, strict=True))):
        write_provenance(folder, plan=plan, part=part, started=started, seconds=spent)
    write_start(made[plan.out], plan, started=started)
    if (work / "0").is_dir():
        replace_with_copy(work / "0", plan.clean, private=plan.private)
    swap_all(made)
    _forget_partial(plan)


def _protect(plan: Plan, build: Path, work: Path, stream: TextIO) -> dict[str, tuple[Path, SafeTables]]:
    """Execute all reports once for their exact tables, which nobody gets, and protect these together."""
    print(f"disclosure control ({plan.disclosure}): first the exact tables, then the report", file=stream)
    parts = [part for part in plan.parts if not part.internal]
    exact = build / "exact"
    make_folder(exact, private=True)
    made = {plan.out: exact}
    jobs = _jobs(plan, parts, made, work, {})
    _execute([job for own in jobs for job in own], stream)
    folders = [exact / part.path for part in parts]
    safe = protect_parts(parts, folders, plan=plan, work=build / "safe")
    remove(exact)
    remove(work)
    return safe


def _jobs(
    plan: Plan,
    parts: Sequence[Part],
    made: Mapping[Path, Path],
    work: Path,
    safe: Mapping[str, tuple[Path, SafeTables]],
) -> list[list[Job]]:
    """Make the folders of all parts, and for each part the jobs that write into it, in order.

    All read the clean tables of the first; the first notebook of each part makes them anew, for its own page
    alone.
    """
    jobs: list[list[Job]] = []
    for number, part in enumerate(parts):
        out = made[part.root] / part.path
        make_folder(out, private=part.internal)
        jobs.append([])
        for at, (name, source) in enumerate(part.sources.items()):
            clean = work / str(number if at == 0 and not part.internal else 0)
            values = plan.values(name, part, clean=clean, out=out)
            job = Job(name, source, values, plan.notebook_folder, personal=part.internal, of=part.path)
            job.key_file = plan.key_file if at == 0 and not part.internal else None
            job.safe_tables = safe[part.path][0] if part.path in safe and not part.internal else None
            jobs[-1].append(job)
    return jobs


def _check_codes(plan: Plan, work: Path) -> None:
    """Refuse clean tables with codes where pseudonyms were asked for: a notebook may not know of the key."""
    if plan.key_file is None:
        return
    for number in range(len(plan.parts)):
        file = work / str(number) / "families.parquet"
        if (number == 0 or file.parent.exists()) and not (
            file.is_file() and are_pseudonyms(pd.read_parquet(file, columns=["family"])["family"])
        ):
            raise RunError(
                "the clean tables would hold codes of families, not pseudonyms: the first notebook has to "
                "give `cleaning.clean` the key of the run (`key=pseudonyms.key_of_run()`)"
            )


def _write_part(
    plan: Plan,
    part: Part,
    jobs: Sequence[Job],
    *,
    folder: Path,
    replace: Mapping[str, str],
    printer: str | None,
    safe: SafeTables | None = None,
) -> dict[str, float]:
    """Write the notebooks, pages and workbook of a report, and print it; tell how long all took."""
    executed = {job.name: notebooks.normalise(job.executed, name=job.name, replace=replace) for job in jobs}
    for name, notebook in executed.items():
        notebooks.set_injected(notebook, plan.shown_values(name, part))
        notebooks.write(notebook, folder / "notebooks" / f"{name}.ipynb")
    spent = {job.name: job.seconds for job in jobs} | write_report(
        folder, executed, plan=plan, part=part, safe=safe
    )
    if printer:
        spent["report.pdf"] = print_report(folder, names=executed, language=part.language, browser=printer)
    return spent


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
    folder = failed_folder(internal_folder(plan.out) if job.personal else plan.out) / job.of
    _forget_partial(plan)
    make_folder(folder, private=job.personal or plan.private)
    path = folder / f"{job.name}.ipynb"
    notebooks.write(notebooks.normalise(job.done, name=job.name), path)
    return f"The notebook as far as it came is {path}; {before}."


def _forget_partial(plan: Plan) -> None:
    """Remove the notebooks that a failed run left beside this report, and their folder when it is empty."""
    for part in plan.parts:
        top = failed_folder(part.root)
        folder = top / part.path
        for name in part.sources:
            (folder / f"{name}.ipynb").unlink(missing_ok=True)
        for empty in (folder, *folder.parents):
            if empty.is_relative_to(top):
                with suppress(OSError):
                    empty.rmdir()
