"""Dataset and parameters in, an executed and rendered report out; papermill and nbconvert live here only.

A run builds in a folder beside its target and takes the target's place when all has succeeded. The steps:
`_plan` (checks, and which reports), `_execute` (kernels), `_content` and `_pages`, `_documents` (PDF, Word),
`_manifest`, and `_build`, which makes all of them aside and puts them in place, in a public run after the
finished tables; `helpers.folders` builds aside, swaps and locks. `_compare` and `_sheets` are commands.
"""

import hashlib
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from helpers.folders import (
    RunError,
    failed_folder,
    fresh_build,
    internal_folder,
    is_internal,
    locked,
    make_folder,
    remove,
)
from helpers.folders import TargetError as TargetError
from helpers.forks import Nursery
from helpers.pseudonyms import is_open_to_others
from helpers.run import _execute
from helpers.run import _notebooks as notebooks
from helpers.run._build import Tools, Workbooks, build
from helpers.run._compare import compare as compare
from helpers.run._compare import compare_all as compare_all
from helpers.run._documents import find_browser, find_pandoc
from helpers.run._execute import Job, NotebookError
from helpers.run._manifest import verify as verify
from helpers.run._plan import NOTEBOOKS, Plan, make_plan
from helpers.run._sheets import write_sheets as write_sheets


def run(
    raw: Path | str,
    out: Path | str | None = None,
    *,
    pilots: Sequence[str] = (),
    parameters: Mapping[str, object] | None = None,
    pdf: bool = False,
    docx: bool = False,
    stream: TextIO | None = None,
    nursery: Nursery | None = None,
    **asked: Any,
) -> Path:
    """Make a report of a raw dataset, and give its folder.

    Parameters are the options of `gezinscoach run`, whose help tells what each does: `parameters` those that
    differ from their defaults (see `helpers.parameters`); all others are `asked` of `make_plan`, which lists
    them. Besides, progress is told to `stream`, by default the standard error; and kernels come from
    `nursery` when it has been started already.

    PipelineError: parameters, folders, export or definitions cannot be used, or a notebook stopped. The
    previous report and clean tables are then as they were.
    """
    stream = stream or sys.stderr
    started = datetime.now(UTC)
    printer, pandoc = find_browser() if pdf else None, find_pandoc() if docx else None
    plan = make_plan(
        Path(raw),
        Path(out) if out else None,
        given=dict(parameters or {}) | ({"pilots": list(pilots)} if pilots else {}),
        **asked,
    )
    for remark in plan.remarks:
        print(f"warning: {remark}", file=stream)
    if plan.key_file and is_open_to_others(plan.key_file):
        mend = "keep it to yourself (chmod 600)"
        print(f"warning: {asked['key_file']}: others on this machine can read the key; {mend}", file=stream)
    with ExitStack() as stack:
        builds = {}
        for root in plan.roots:
            stack.enter_context(locked(root))
            builds[root] = fresh_build(root, private=plan.private)
            stack.callback(remove, builds[root])
        workbooks = Workbooks()
        stack.callback(workbooks.end)
        work = builds[plan.out] / "clean"
        if plan.edition:  # of which kernels know the folder: what lies beside it is easily found
            work = fresh_build(_apart(plan), private=plan.private)
            stack.callback(remove, work)
        try:
            build(plan, builds, work, Tools(started, stream, printer, pandoc, nursery, workbooks))
        except NotebookError as error:
            raise RunError(f"{error}\n{_keep_partial(plan, error.job)}") from None
        except OSError as error:
            if error.filename is None:  # as of a full disk
                raise RunError(
                    f"{plan.out.parent}: {error.strerror or error}; nothing was replaced"
                ) from None
            raise
        _forget_partial(plan)
    return plan.out


def _apart(plan: Plan) -> Path:
    """Name where the clean tables of a public run are made: apart from its report, by which it is named."""
    report = hashlib.sha256(str(plan.out).encode()).hexdigest()[:8]
    return plan.clean.with_name(f"{plan.clean.name}+{report}")


def refresh(
    names: Sequence[str] = (), *, notebook_folder: Path = NOTEBOOKS, stream: TextIO | None = None
) -> tuple[Path, ...]:
    """Execute the committed notebooks in place with their own parameters, and normalise them.

    `names` are how the names of the notebooks begin, such as `03`; empty: all of them. TargetError names
    those with which none begins.

    Gives the notebooks, each with outputs that are the same whenever and wherever it is executed.

    RunError: a notebook stopped; all of them are then as they were.
    """
    there = notebooks.study_notebooks(notebook_folder)
    if strange := [name for name in names if not any(path.name.startswith(name) for path in there)]:
        known = ", ".join(path.stem for path in there)
        raise TargetError(f"{', '.join(strange)}: no notebook has a name that begins so; there are {known}")
    paths = tuple(path for path in there if not names or path.name.startswith(tuple(names)))
    with locked(notebook_folder):
        jobs = [Job(path.stem, notebooks.read(path), {}, notebook_folder) for path in paths]
        _execute.execute_all(jobs, stream or sys.stderr)
        for path, job in zip(paths, jobs, strict=True):
            notebooks.write(notebooks.normalise(job.executed, name=job.name, replace=notebooks.HERE), path)
    return paths


def _keep_partial(plan: Plan, job: Job) -> str:
    """Keep the notebook that stopped beside its report, and say where."""
    before = "the previous report is as it was" if plan.out.exists() else "no report was written"
    if job.done is None:
        return before.capitalize() + "."
    beside = job.personal and not is_internal(plan.out)
    folder = failed_folder(internal_folder(plan.out) if beside else plan.out) / job.of
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
