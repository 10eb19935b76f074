"""All reports of a run, made aside and put in place together."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TextIO

import pandas as pd

from helpers.files import MARKS
from helpers.folders import INTERNAL, RunError, is_internal, make_folder, remove, replace_with_copy, swap_all
from helpers.pseudonyms import are_pseudonyms
from helpers.run import _notebooks as notebooks
from helpers.run._disclosure import SafePart, check_published, keep_safe_outputs, protect_parts
from helpers.run._execute import Job
from helpers.run._manifest import reference_hashes
from helpers.run._parts import AFTER, Part, shown_path
from helpers.run._pdf import print_report
from helpers.run._plan import Plan
from helpers.run._progress import execute_in_sight
from helpers.run._report import faults_of, write_provenance, write_report, write_start


def build(
    plan: Plan, builds: Mapping[Path, Path], started: datetime, stream: TextIO, *, printer: str | None
) -> None:
    """Make all reports and the clean tables aside, then put all in place.

    Parameters
    ----------
    plan : Plan
        Of the run.
    builds : mapping of root of reports to Path
        An empty folder beside each root, which the caller removes.
    started : datetime
        When the run began.
    stream : text file
        Where progress and warnings are told.
    printer : str or None
        Chromium, to print each report.

    Raises
    ------
    PipelineError
        A notebook stopped, or what it made may not be published. Nothing has been put in place then.
    """
    made = {
        root: folder / f"report{INTERNAL if is_internal(root) else ''}" for root, folder in builds.items()
    }
    work = builds[plan.out] / "clean"
    definitions = reference_hashes()
    safe = _protect(plan, builds[plan.out], work, stream) if plan.controlled else {}
    jobs = _jobs(plan, plan.parts, made, work, safe)
    execute_in_sight([job for own in jobs for job in own], stream)
    _check_codes(plan, work)
    if reference_hashes() != definitions:
        raise RunError("the definitions in data/reference changed while the notebooks ran; run it again")
    folders = [made[part.root] / part.path for part in plan.parts]
    for part, folder, own in zip(plan.parts, folders, jobs, strict=True):
        if part.target in safe:
            others = [other for other in folders if other != folder and other.is_relative_to(folder)]
            check_published(folder, safe[part.target].tables, others=others)
            _keep_safe(own, stream)
    paths = {folder: target for target, folder in made.items()}
    paths |= {plan.raw: plan.raw} | {
        work / str(number) / plan.clean.name: plan.clean for number in range(len(plan.parts))
    }
    replace = notebooks.HERE | {str(path): shown_path(shown) for path, shown in paths.items()}
    for folder in folders:
        remove(folder / "tables" / MARKS)
    seconds = [
        _write_part(plan, part, own, folder=folder, replace=replace, printer=printer, safe=safe)
        for part, folder, own in zip(plan.parts, folders, jobs, strict=True)
    ]
    for part, folder in zip(plan.parts, folders, strict=True):
        for fault in faults_of(folder, part):
            print(f"warning: {fault}", file=stream)
    for part, folder, spent in reversed(list(zip(plan.parts, folders, seconds, strict=True))):
        write_provenance(folder, plan=plan, part=part, started=started, seconds=spent)
    write_start(made[plan.out], plan, started=started)
    if (work / "0" / plan.clean.name).is_dir():
        replace_with_copy(work / "0" / plan.clean.name, plan.clean, private=plan.private)
    swap_all(made)


def _protect(plan: Plan, aside: Path, work: Path, stream: TextIO) -> dict[Path, SafePart]:
    """Execute all reports once for their exact tables, which nobody gets, and protect these together."""
    print(f"disclosure control ({plan.disclosure}): first the exact tables, then the report", file=stream)
    parts = [part for part in plan.parts if not part.internal]
    if any(part.pilot for part in parts):
        print("no page compares the pilots: nothing on it could be shown", file=stream)
    exact = aside / "exact"
    make_folder(exact, private=True)
    jobs = _jobs(plan, parts, {plan.out: exact}, work, {})
    for job in (job for own in jobs for job in own):
        job.tables_only = True
    execute_in_sight([job for own in jobs for job in own], stream)
    safe = protect_parts(parts, [exact / part.path for part in parts], plan=plan, work=aside / "safe")
    remove(exact)
    remove(work)
    return safe


def _jobs(
    plan: Plan,
    parts: Sequence[Part],
    made: Mapping[Path, Path],
    work: Path,
    safe: Mapping[Path, SafePart],
) -> list[list[Job]]:
    """Make the folders of all parts, and for each part the jobs that write into it, in order.

    All read the clean tables of the first; the first notebook of each report makes them anew, for its own
    page alone.
    """
    jobs: list[list[Job]] = []
    for number, part in enumerate(parts):
        out = made[part.root] / part.path
        make_folder(out, private=part.internal)
        jobs.append([])
        for at, (name, source) in enumerate(part.sources.items()):
            cleans = at == 0 and not part.internal
            values = plan.values(
                name, part, clean=work / str(number if cleans else 0) / plan.clean.name, out=out
            )
            job = Job(name, source, values, plan.notebook_folder, personal=part.internal, of=part.path)
            job.after = [other for other in jobs[-1] if other.name in AFTER.get(name, ())]
            job.scratch = work.parent
            job.key_file = plan.key_file if cleans else None
            job.safe_tables = safe[part.target].folder if part.target in safe else None
            jobs[-1].append(job)
    return jobs


def _keep_safe(jobs: Sequence[Job], stream: TextIO) -> None:
    """Drop from the executed notebooks of a report what has not come through the door."""
    for job in jobs:
        if keep_safe_outputs(job.executed):
            print(f"warning: {job.label}: what came around helpers.show is left out", file=stream)


def _check_codes(plan: Plan, work: Path) -> None:
    """Refuse clean tables with codes where pseudonyms were asked for: a notebook may not know of the key."""
    if plan.key_file is None:
        return
    for number in range(len(plan.parts)):
        file = work / str(number) / plan.clean.name / "families.parquet"
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
    safe: Mapping[Path, SafePart],
) -> dict[str, float]:
    """Write the notebooks, pages and workbook of a report, and print it; tell how long all took."""
    executed = {job.name: notebooks.normalise(job.executed, name=job.name, replace=replace) for job in jobs}
    for name, notebook in executed.items():
        notebooks.set_injected(notebook, plan.shown_values(name, part))
        notebooks.write(notebook, folder / "notebooks" / f"{name}.ipynb")
    tables = safe[part.target].tables if part.target in safe else None
    spent = {job.name: job.seconds for job in jobs}
    spent |= write_report(folder, executed, plan=plan, part=part, safe=tables)
    if printer:
        spent["report.pdf"] = print_report(folder, names=executed, language=part.language, browser=printer)
    return spent
