"""All reports of a run, made aside and put in place together."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from helpers.cleaning import COMPARISON, STUDY_FILE
from helpers.cleaning.doubts import DOUBTS, doubts_from_json, refusal, summary
from helpers.files import CLEANED_WITH, MADE
from helpers.folders import INTERNAL, RunError, is_internal, make_folder, remove, replace_with_copy, swap_all
from helpers.forks import Nursery
from helpers.pseudonyms import are_pseudonyms, read_key
from helpers.run import _notebooks as notebooks
from helpers.run._execute import Job
from helpers.run._manifest import reference_hashes
from helpers.run._parts import Part, shown_path
from helpers.run._plan import Plan
from helpers.run._progress import execute_in_sight
from helpers.run._public import (
    OF_STUDY,
    check_edition,
    edition_of,
    groups_of,
    write_edition,
    write_tables,
)
from helpers.run._report import Workbooks, write_provenance, write_report, write_start
from helpers.study import EDITION_FILE, Study


def build(
    plan: Plan,
    builds: Mapping[Path, Path],
    started: datetime,
    stream: TextIO,
    *,
    printer: str | None,
    pandoc: str | None,
    nursery: Nursery | None,
    workbooks: Workbooks,
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
    pandoc : str or None
        Pandoc, to make a Word document of each report.
    nursery : Nursery or None
        Where kernels come from; None: one of this run alone.
    workbooks : Workbooks
        Makes the workbook of each report.

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
    study = _protected(plan, work, stream)
    groups: list[tuple[str, ...]] = []
    if study and (edition := plan.edition) and plan.each_pilot:
        groups = groups_of(study, edition)
        plan = plan.in_groups(groups)
        told = "; ".join(map(", ".join, groups)) or "none, as there are too few families"
        print(f"groups of at least {edition.min_group} followed families: {told}", file=stream)
    jobs = _jobs(plan, made, work, nursery)
    noted = _publish(plan, study, groups, made, stream) if study else {}
    execute_in_sight(
        [job for own in jobs for job in own],
        stream,
        cleaned=(work / "0" / plan.clean.name / STUDY_FILE).is_file,
        after_cleaning=(lambda: None) if plan.edition else lambda: _look_at_losses(plan, work, stream),
    )
    _check_codes(plan, work)
    if reference_hashes() != definitions:
        raise RunError("the definitions in data/reference changed while the notebooks ran; run it again")
    folders = [made[part.root] / part.path for part in plan.parts]
    paths = {folder: target for target, folder in made.items()}
    paths |= {folder: folder for folder in plan.exports} | {
        work / str(number) / plan.clean.name: plan.clean for number in range(len(plan.parts))
    }
    replace = notebooks.HERE | {str(path): shown_path(shown) for path, shown in paths.items()}
    for folder in folders:
        remove(folder / "tables" / MADE)
        (folder / EDITION_FILE).unlink(missing_ok=True)
    seconds = [
        _write_part(
            plan,
            part,
            own,
            folder=folder,
            replace=replace,
            printer=printer,
            pandoc=pandoc,
            workbooks=workbooks,
        )
        for part, folder, own in zip(plan.parts, folders, jobs, strict=True)
    ]
    for part, folder, spent in reversed(list(zip(plan.parts, folders, seconds, strict=True))):
        write_provenance(folder, plan=plan, part=part, started=started, seconds=spent)
    write_start(made[plan.out], plan, started=started)
    if (work / "0" / plan.clean.name).is_dir():
        replace_with_copy(work / "0" / plan.clean.name, plan.clean, private=plan.private)
    if noted and plan.private:
        write_edition(_published_in(plan), noted)
    swap_all(made)


def _protected(plan: Plan, work: Path, stream: TextIO) -> Study | None:
    """Clean before the first kernel of a public run; nothing for a full one."""
    if plan.edition is None:
        return None
    kept = {name: plan.parameters[name] for name in OF_STUDY}
    of_cleaning = {name: one for name, one in plan.parameters.items() if name in CLEANED_WITH}
    key = read_key(plan.key_file) if plan.key_file else None
    study = Study.clean(plan.raw, work / "0" / plan.clean.name, key=key, **of_cleaning, **kept)
    _look_at_losses(plan, work, stream)
    return study


def _publish(
    plan: Plan,
    study: Study,
    groups: Sequence[tuple[str, ...]],
    made: Mapping[Path, Path],
    stream: TextIO,
) -> dict[str, Any]:
    """Count, protect and derive before the first kernel of a public run.

    Returns
    -------
    dict
        Which edition it is.
    """
    assert plan.edition is not None
    found = edition_of(study, plan.edition, plan.parameters, groups)
    if plan.private and check_edition(_published_in(plan), found, replace=plan.replace_public):
        print("warning: this edition takes the place of another one (--replace-public)", file=stream)
        found["replaces"] = True
    folders = {made[part.root] / part.path: part.pilots for part in plan.parts}
    write_tables(study, plan.edition, folders, groups)
    return found


def _published_in(plan: Plan) -> Path:
    """Name the folder that holds which public edition was made of a dataset, however it was cleaned."""
    return plan.clean.parent / plan.dataset.name


def _look_at_losses(plan: Plan, work: Path, stream: TextIO) -> None:
    """Tell what the clean tables lost, and stop where that is too much.

    Raises
    ------
    RunError
        More than a fifth of an item's levels or a pilot's rows would be lost.
    """
    folder = work / "0" / plan.clean.name
    for of, path in {"": folder / DOUBTS, f"{COMPARISON}: ": folder / COMPARISON / DOUBTS}.items():
        found = doubts_from_json(path.read_text(encoding="utf-8")) if path.is_file() else ()
        if not plan.accept_losses and (lines := refusal(found)):
            raise RunError("\n".join(f"{of}{line}" for line in lines))
        for told in summary(found):
            print(f"warning: {of}{told('en')}", file=stream)


def _jobs(plan: Plan, made: Mapping[Path, Path], work: Path, nursery: Nursery | None) -> list[list[Job]]:
    """Make the folders of all parts, and for each part the jobs that write into it, in order.

    All read the clean tables of the first; the first notebook of each report makes them anew, for its own
    page alone.
    """
    jobs: list[list[Job]] = []
    for number, part in enumerate(plan.parts):
        out = made[part.root] / part.path
        make_folder(out, private=part.internal)
        jobs.append([])
        for at, (name, source) in enumerate(part.sources.items()):
            cleans = at == 0 and not (part.internal and number)
            values = plan.values(
                name, part, clean=work / str(number if cleans else 0) / plan.clean.name, out=out
            )
            job = Job(name, source, values, plan.notebook_folder, personal=part.internal, of=part.path)
            job.scratch, job.nursery = work.parent, nursery
            job.key_file = plan.key_file if cleans and not plan.edition else None
            jobs[-1].append(job)
    return jobs


def _check_codes(plan: Plan, work: Path) -> None:
    """Refuse clean tables with codes where pseudonyms were asked for: a notebook may not know of the key."""
    if plan.key_file is None:
        return
    for number in range(len(plan.parts)):
        file = work / str(number) / plan.clean.name / "families.parquet"
        beside = file.parent / COMPARISON / file.name
        if (number == 0 or file.parent.exists()) and not all(
            one.is_file() and are_pseudonyms(pd.read_parquet(one, columns=["family"])["family"])
            for one in ([file, beside] if plan.comparison else [file])
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
    pandoc: str | None,
    workbooks: Workbooks,
) -> dict[str, float]:
    """Write the notebooks, pages, workbook and documents of a report; tell how long all took."""
    executed = {job.name: notebooks.normalise(job.executed, name=job.name, replace=replace) for job in jobs}
    if plan.edition:
        executed = {name: notebooks.without_empty_sections(one) for name, one in executed.items()}
    for name, notebook in executed.items():
        notebooks.set_injected(notebook, plan.shown_values(name, part))
        notebooks.write(notebook, folder / "notebooks" / f"{name}.ipynb")
    spent = {job.name: job.seconds for job in jobs}
    made = write_report(
        folder, executed, plan=plan, part=part, workbooks=workbooks, printer=printer, pandoc=pandoc
    )
    return spent | made
