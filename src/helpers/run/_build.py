"""All reports of a run, with pages, workbook and documents: made aside, and put in place together."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from posixpath import join, normpath
from typing import Any, Literal, TextIO

import pandas as pd
from nbformat import NotebookNode

from helpers import protect, registration
from helpers.cleaning import COMPARISON, STUDY_FILE, study_to_json
from helpers.cleaning.doubts import DOUBTS, doubts_from_json, nobody, refusal, summary
from helpers.definitions import LANGUAGES, ROOT, Definitions
from helpers.export import is_large
from helpers.files import BESIDE, CLEANED_WITH, MADE, PARTS, csv_text, work_of, write
from helpers.folders import (
    INTERNAL,
    PRIVATE_FILE,
    PUBLISHED,
    EditionError,
    RunError,
    is_internal,
    locked,
    make_folder,
    remove,
    replace_with_copy,
    said_in,
    swap,
)
from helpers.forks import Nursery
from helpers.outputs import add
from helpers.protect import Edition
from helpers.pseudonyms import Key, are_pseudonyms, read_key
from helpers.run import _execute
from helpers.run import _manifest as manifest
from helpers.run import _notebooks as notebooks
from helpers.run import _pages as pages
from helpers.run._documents import PDF, WORD, print_document, write_word
from helpers.run._execute import Job
from helpers.run._plan import Part, Plan, shown_path
from helpers.study import EDITION_FILE, Cleaning, Study

WORKBOOK = "tables.xlsx"
EDITION_NAME = "public"  # of the study that kernels of a public run open


class Workbooks:
    """A process beside the run that makes the workbooks of its reports; starting it takes it a second."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        command = [sys.executable, "-P", "-m", "helpers.workbook"]
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()

    def begin(self, folder: Path, frame: pages.Frame) -> None:
        """Have all tables of a report put into one workbook, headed by what the data are."""
        heading = (
            pages.words(frame.language)["report"],
            pages.named(frame.dataset, frame),
            pages.banner(frame)["text"],
        )
        told = json.dumps([str(folder / "tables"), str(folder / WORKBOOK), frame.language, heading])
        assert self._process.stdin
        with suppress(BrokenPipeError):  # its end is told below
            print(told, file=self._process.stdin, flush=True)

    def wait(self) -> None:
        """Wait for the workbook; RunError where it could not be made."""
        assert self._process.stdout
        if not self._process.stdout.readline():
            _, said = self._process.communicate()
            raise RunError(f"{WORKBOOK} could not be made:\n{said.strip()[-2000:]}")


@dataclass(frozen=True)
class Tools:
    """What a run works with: when it began, where progress is told, what makes kernels and documents."""

    started: datetime
    stream: TextIO
    printer: str | None  # path of Chromium, to print each report
    pandoc: str | None
    nursery: Nursery | None  # None: one of this run alone
    workbooks: Workbooks


def build(plan: Plan, builds: Mapping[Path, Path], work: Path, tools: Tools) -> None:
    """Make all reports and the clean tables aside, then put all in place.

    Each root of reports has an empty folder beside it, and `work` is one for the clean tables; the caller
    removes them. On an error nothing has been put in place.
    """
    made = {
        root: folder / f"report{INTERNAL if is_internal(root) else ''}" for root, folder in builds.items()
    }
    definitions = manifest.reference_hashes()
    noted: dict[str, Any] = {}
    if plan.edition:
        with _beside(plan):
            plan, noted = _publish(plan, made, work, tools)
    else:
        _clean_large(plan, tools)
    jobs = _jobs(plan, made, work, tools)
    with nullcontext() if plan.edition else _beside(plan):  # kernels of a public run are told no such folder
        _execute.execute_all(
            [job for own in jobs for job in own],
            tools.stream,
            cleaned=(work / "0" / plan.clean.name / STUDY_FILE).is_file,
            after_cleaning=lambda: None if plan.edition else _look_at_losses(plan, work, tools),
        )
    _check_codes(plan, work)
    if manifest.reference_hashes() != definitions:
        raise RunError("the definitions in data/reference changed while the notebooks ran; run it again")
    paths = {folder: target for target, folder in made.items()}
    paths |= {folder: folder for folder in plan.exports}
    paths |= {work / str(number) / plan.clean.name: plan.clean for number in range(len(plan.parts))}
    shown = notebooks.HERE | {str(path): shown_path(where) for path, where in paths.items()}
    folders = [made[part.root] / part.path for part in plan.parts]
    for folder in folders:
        remove(folder / "tables" / MADE)
        (folder / EDITION_FILE).unlink(missing_ok=True)
    spent = []
    for part, folder, own in zip(plan.parts, folders, jobs, strict=True):
        spent.append({job.name: job.seconds for job in own})
        _write_report(plan, part, folder, _written(plan, part, folder, own, shown), tools, spent[-1])
    for part, folder, seconds in reversed(list(zip(plan.parts, folders, spent, strict=True))):
        _write_provenance(plan, part, folder, tools, seconds)
    _write_start(plan, made[plan.out], tools)
    if noted:
        _takes_a_place(plan, noted)  # another run may have made one meanwhile
    if (work / "0" / plan.clean.name).is_dir():
        replace_with_copy(work / "0" / plan.clean.name, plan.clean, private=plan.private)
    for one in _published_in(plan, noted) if noted else ():
        write_edition(one, noted)
    swap(made)
    for parts in (work_of(plan.clean), work_of(plan.clean, for_comparison=True)):
        with suppress(RunError), locked(parts):  # where another run goes on from them, it removes them
            remove(parts)


# ---- before and after the kernels ------------------------------------------------------------------------


def _clean_large(plan: Plan, tools: Tools) -> None:
    """Clean exports that are large, and count them, before notebooks ask: a terminal tells how far it is.

    The first notebook puts them into their place.
    """
    task, of_study = Cleaning(_how(plan, CLEANED_WITH), _key(plan)), _how(plan, (*OF_STUDY, "icc"))
    for raw in filter(is_large, plan.exports):
        from helpers.partitions import clean_study

        others = raw != plan.raw
        with clean_study(raw, plan.clean, replace(task, for_comparison=others), **of_study) as study:
            _tell_remarks(study, tools)
            if not others:  # of whom hardly anything is asked
                study.make_all()


def _publish(plan: Plan, made: Mapping[Path, Path], work: Path, tools: Tools) -> tuple[Plan, dict[str, Any]]:
    """Clean, count, protect and derive before the first kernel of a public run; say which edition it is."""
    edition = plan.edition
    assert edition is not None
    kept = _how(plan, (*CLEANED_WITH, *OF_STUDY))
    study = Study.clean(plan.raw, work / "0" / plan.clean.name, key=_key(plan), **kept)
    _tell_remarks(study, tools)
    _look_at_losses(plan, work, tools)
    groups: list[tuple[str, ...]] = []
    if plan.each_pilot:
        groups = groups_of(study, edition)
        plan = plan.in_groups(groups)
        told = "; ".join(map(", ".join, groups)) or "none, as there are too few families"
        print(f"groups of at least {edition.min_group} followed families: {told}", file=tools.stream)
    found = edition_of(study, edition, plan.parameters, groups, datasets=plan.inner)
    plan = replace(plan, replace_public=_takes_a_place(plan, found))  # which the manifest says
    if plan.replace_public:
        print("warning: this edition takes the place of another one (--replace-public)", file=tools.stream)
    folders = {made[part.root] / part.path: part.pilots for part in plan.parts}
    write_tables(study, edition, folders, groups)
    return plan, found


def _takes_a_place(plan: Plan, found: Mapping[str, Any]) -> bool:
    """Refuse a second public edition of the same families; say whether it takes the place of the first."""
    return any([check_edition(one, found, replace=plan.replace_public) for one in _published_in(plan, found)])


def _published_in(plan: Plan, found: Mapping[str, Any]) -> list[Path]:
    """Name the folders that hold which public edition was made of these families; none of made-up ones.

    It is one of a dataset, however it was cleaned, or of the same under another name. Of several datasets
    together each holds it too: one of them alone beside all would give counts away.
    """
    if not plan.private:
        return []
    own = [plan.clean.parent / name for name in (plan.dataset.name, *plan.inner)]
    return list(dict.fromkeys([*own, *same_elsewhere(plan.clean.parent, found)]))


@contextmanager
def _beside(plan: Plan) -> Iterator[None]:
    """Have a large export cleaned beside the folder of the dataset, where another run can go on."""
    os.environ[BESIDE] = str(plan.clean.parent)
    try:
        yield
    finally:
        os.environ.pop(BESIDE, None)


def _how(plan: Plan, names: Iterable[str]) -> dict[str, Any]:
    return {name: plan.parameters[name] for name in names}


def _key(plan: Plan) -> Key | None:
    return read_key(plan.key_file) if plan.key_file else None


def _tell_remarks(study: Study, tools: Tools) -> None:
    """Tell what is odd in large exports, which nobody has read before they were cleaned."""
    for one in study.parts:
        if one.raw and one.export_counts and is_large(one.raw):
            of = "" if one.raw == study.raw else f"{one.raw.name}: "
            for remark in one.export_counts.export.remarks:
                print(f"warning: {of}{remark.text('en')}", file=tools.stream)


def _look_at_losses(plan: Plan, work: Path, tools: Tools) -> None:
    """Tell what the clean tables lost; stop where that is too much of an item or a pilot, or all families."""
    folder, reasons = work / "0" / plan.clean.name, []
    for of, path in {"": folder / DOUBTS, f"{COMPARISON}: ": folder / COMPARISON / DOUBTS}.items():
        found = doubts_from_json(path.read_text(encoding="utf-8")) if path.is_file() else ()
        reasons += [f"{of}{line}" for line in refusal(found)]
        if plan.accept_losses or not reasons:
            for told in summary(found):
                print(f"warning: {of}{told('en')}", file=tools.stream)
    if flows := _files_of(folder, "flow"):  # notebooks of one's own need not clean
        reasons += nobody(add([pd.read_parquet(path).set_index("stage") for path in flows]).reset_index())
    if reasons and not plan.accept_losses:
        raise RunError("\n".join(reasons))


def _jobs(plan: Plan, made: Mapping[Path, Path], work: Path, tools: Tools) -> list[list[Job]]:
    """Make the folders of all parts, and for each part the jobs that write into it, in order.

    All read the clean tables of the first; the first notebook of each report makes them anew, for its own
    page alone.
    """
    jobs: list[list[Job]] = []
    first = next(iter(plan.parts[0].sources))
    for number, part in enumerate(plan.parts):
        out = made[part.root] / part.path
        make_folder(out, private=part.internal)
        jobs.append([])
        for name, source in part.sources.items():
            cleans = name == first
            clean = work / str(number if cleans else 0) / plan.clean.name
            job = Job(
                name,
                source,
                plan.values(name, part, clean=clean, out=out),
                plan.notebook_folder,
                personal=part.internal,
                of=part.path,
                key_file=plan.key_file if cleans and not plan.edition else None,
                scratch=made[part.root].parent,
                nursery=tools.nursery,
            )
            jobs[-1].append(job)
    return jobs


def _check_codes(plan: Plan, work: Path) -> None:
    """Refuse clean tables with codes where pseudonyms were asked for: a notebook may not know of the key."""
    if plan.key_file is None:
        return
    for number in range(len(plan.parts)):
        folder = work / str(number) / plan.clean.name
        if number > 0 and not folder.exists():
            continue
        for one in (folder, folder / COMPARISON) if plan.comparison else (folder,):
            files = _files_of(one, "families")
            if not files or not all(are_pseudonyms(pd.read_parquet(file)["family"]) for file in files):
                raise RunError(
                    "the clean tables would hold codes of families, not pseudonyms: the first notebook has "
                    "to clean with `Study.clean`, which takes the key of the run"
                )


def _files_of(folder: Path, name: str) -> list[Path]:
    """Name the files of a clean table: one of each partition, where it is in partitions."""
    return [*folder.glob(f"{name}.parquet"), *folder.glob(f"{PARTS}/**/{name}.parquet")]


# ---- a report --------------------------------------------------------------------------------------------


def _written(
    plan: Plan, part: Part, folder: Path, jobs: Sequence[Job], shown: Mapping[str, str]
) -> dict[str, NotebookNode]:
    """Write the executed notebooks of a report, with folders as they are shown; give them by name."""
    executed = {}
    for job in jobs:
        notebook = notebooks.normalise(job.executed, name=job.name, replace=shown)
        if plan.edition:
            notebook = notebooks.without_empty_sections(notebook)
        notebooks.set_injected(notebook, plan.shown_values(job.name, part))
        notebooks.write(notebook, folder / "notebooks" / f"{job.name}.ipynb")
        executed[job.name] = notebook
    return executed


def _write_report(
    plan: Plan,
    part: Part,
    folder: Path,
    executed: Mapping[str, NotebookNode],
    tools: Tools,
    spent: dict[str, float],
) -> None:
    def document(kind: Literal["print", "word"]) -> str:
        contents = pages.report_contents(folder, executed, frame=frame, inputs=inputs, kind=kind)
        return pages.together(kind, contents, frame=frame)

    frame, inputs = _frame(plan, part, folder), _inputs(plan)
    if beside := plan.comparison:
        of_beside = manifest.hashes(beside.inputs, under=beside.raw)
        inputs |= {f"{beside.dataset.name}/{name}": digest for name, digest in of_beside.items()}
    has_tables = (folder / "tables").is_dir()
    if has_tables:
        tools.workbooks.begin(folder, frame)
    with _timed(spent, "pages"):
        pages.write_pages(folder, executed, frame=frame, inputs=inputs)
    if tools.printer:
        with _timed(spent, PDF):
            print_document(document("print"), folder / PDF, browser=tools.printer)
    if tools.pandoc:
        with _timed(spent, WORD):
            write_word(
                document("word"),
                folder / WORD,
                title=pages.report_title(frame),
                running=pages.banner(frame)["text"],
                day=plan.dataset.exported_on,
                pandoc=tools.pandoc,
            )
    if has_tables:
        with _timed(spent, WORKBOOK):
            tools.workbooks.wait()


@contextmanager
def _timed(spent: dict[str, float], step: str) -> Iterator[None]:
    start = time.monotonic()
    yield
    spent[step] = time.monotonic() - start


def _frame(plan: Plan, part: Part, folder: Path | None = None) -> pages.Frame:
    """Give what all pages of a report share; with its folder, also the pages that its siblings have."""
    edition, version = plan.edition_of(part), manifest.versions()["gezinscoach"]
    beside = plan.comparison.dataset if plan.comparison else None
    frame = pages.Frame(
        part.language, plan.dataset, part.parameters, version, part.internal, edition=edition, beside=beside
    )
    if folder is None:
        return frame
    by_path = {one.path: one for one in plan.parts if one.root == part.root}
    siblings = []
    for one in part.siblings:
        other = by_path[normpath(join(part.path, one.folder)).removeprefix(".")]
        there = replace(frame, parameters=other.parameters, edition=plan.edition_of(other))
        few = pages.few_followed(there, pages.finished(folder / one.folder, there))
        names = ("index", pages.ABOUT, *(() if few else other.sources))
        siblings.append(replace(one, pages=frozenset(f"{name}.html" for name in names)))
    return replace(frame, siblings=tuple(siblings))


# ---- where it came from ----------------------------------------------------------------------------------


def _write_provenance(
    plan: Plan, part: Part, folder: Path, tools: Tools, seconds: Mapping[str, float]
) -> None:
    manifest.keep_definitions(folder)
    files = (plan.notebook_folder / f"{name}.ipynb" for name in part.sources)
    content = {
        **({"internal": True} if part.internal else {}),
        "parameters": dict(part.parameters),
        **_of_run(plan, tools, seconds),
        "notebooks": manifest.hashes(files, under=plan.notebook_folder),
    }
    manifest.write_manifest(folder, content)


def _write_start(plan: Plan, folder: Path, tools: Tools) -> None:
    """Write what leads to the reports of a run in more than one language; nothing where there is one."""
    parts = [part for part in plan.parts if part.root == plan.out]
    if not parts[0].path:
        return
    frames = [_frame(plan, part) for part in parts if part.path == part.language]
    (folder / pages.INDEX).write_text(pages.start_page(frames), encoding="utf-8", newline="\n")
    manifest.write_manifest(folder, _of_run(plan, tools, {}) | {"reports": [part.path for part in parts]})


def _of_run(plan: Plan, tools: Tools, seconds: Mapping[str, float]) -> dict[str, object]:
    ended, beside = datetime.now(UTC), plan.comparison
    of_comparison: dict[str, object] = {}
    if beside:
        of_comparison = {
            "name": beside.dataset.name,
            "folder": shown_path(beside.raw),
            "title": beside.dataset.title,
            "exported_on": beside.dataset.exported_on.isoformat(),
            "inputs": manifest.hashes(beside.inputs, under=beside.raw),
        }
    return {
        "dataset": {
            **({} if plan.edition else {"name": plan.dataset.name, "folder": shown_path(plan.raw)}),
            "title": pages.named(plan.dataset, _frame(plan, plan.parts[0]))
            if plan.edition
            else plan.dataset.title,
            "synthetic": plan.dataset.synthetic,
            "exported_on": plan.dataset.exported_on.isoformat(),
            **({"pseudonymised": True} if plan.key_file else {}),
        },
        **({"replaces": True} if plan.edition and plan.replace_public else {}),
        **({"comparison": of_comparison} if beside else {}),
        "started": tools.started.isoformat(timespec="seconds"),
        "finished": ended.isoformat(timespec="seconds"),
        "seconds": {
            **{step: round(took, 2) for step, took in seconds.items()},
            "all": round((ended - tools.started).total_seconds(), 2),
        },
        "git": manifest.git_state(ROOT),
        "versions": manifest.versions(),
        "inputs": _inputs(plan),
        "reference": manifest.reference_hashes(),
    }


def _inputs(plan: Plan) -> dict[str, str]:
    """Give SHA-256 of what was read; in a public edition files have numbers, as names may be of people."""
    found = manifest.hashes(plan.inputs, under=plan.raw)
    if plan.edition is None:
        return found
    about = plan.inputs[0].name  # dataset.yml, of one dataset
    files = [(name, digest) for name, digest in found.items() if name != about]
    known = {about: found[about]} if about in found else {}
    return known | {f"{manifest.NUMBERED}{number}": digest for number, (_, digest) in enumerate(files, 1)}


OF_STUDY = (
    *("within_family", "poverty_cutoff", "severe_cutoff", "unknown_domain", "seed"),
    *("pilots", "started_from", "started_until"),
)


def groups_of(study: Study, edition: Edition) -> list[tuple[str, ...]]:
    """Divide the pilots of a study into groups that get a report; none where their families are too few."""
    followed = study.families.loc[study.families["followed"].fillna(False), "pilot"].value_counts()
    return protect.groups_of({pilot: int(followed.get(pilot, 0)) for pilot in study.pilots}, edition)


def write_tables(
    study: Study, edition: Edition, folders: Mapping[Path, tuple[str, ...]], groups: Sequence[tuple[str, ...]]
) -> None:
    """Write the finished public tables into the folder of each report, with what says how they were made.

    Each folder comes with the pilots that its report is about, none for that of all; no kernel is given the
    study itself.
    """
    found = study.published_in_groups(edition, groups)
    about = study.about  # its name is that of a folder, which may be one of people
    about = replace(about, name=EDITION_NAME, title=about.title if about.title != about.name else "")
    warnings = {
        language: registration.all_warnings(study, language, exact=False).to_dict("list")
        for language in LANGUAGES
    }
    for folder, pilots in folders.items():
        tables, own = found[pilots]
        make_folder(folder / "tables", private=False)
        for name, table in tables.items():
            (folder / "tables" / f"{name}.csv").write_text(csv_text(table), encoding="utf-8", newline="\n")
        content = {
            "study": json.loads(study_to_json(about)),
            "edition": asdict(own),
            "tables": list(tables),
            "warnings": {} if pilots else warnings,
        }
        (folder / EDITION_FILE).write_text(json.dumps(content, default=_plain), encoding="utf-8")


def _plain(value: object) -> object:
    """Write what JSON does not know: a missing value, a number of numpy."""
    return None if pd.isna(value) else int(str(value))  # type: ignore[call-overload]


def edition_of(
    study: Study,
    edition: Edition,
    parameters: Mapping[str, Any],
    groups: Sequence[tuple[str, ...]],
    datasets: Sequence[str] = (),
) -> dict[str, Any]:
    """Describe an edition so that another one of the same data is known from it.

    `families` has a digest of what is counted of each family, sorted, and `definitions` one of what decides
    in which group it is counted.
    """
    shown = {name: parameters[name] for name in (*OF_STUDY, *study.about.parameters)}
    return {
        "parameters": {name: list(one) if isinstance(one, tuple) else one for name, one in shown.items()},
        "min_cell": edition.min_cell,
        "min_group": edition.min_group,
        "groups": [list(group) for group in groups],
        "datasets": list(datasets),
        "definitions": protect.digest(_deciding(study.definitions)),
        "families": sorted(study.family_table("counted")["digest"]),
    }


def _deciding(definitions: Definitions) -> list[object]:
    """List what decides in which group of a public table a family or person is counted."""
    tables = [
        (name, table.group, table.groups, table.carries, table.figure and table.figure.levels)
        for name, table in protect.partitions(definitions).items()
    ]
    domains = [
        (one.id, part.members, [(asked.unit, asked.item, asked.at_most) for asked in part.conditions])
        for one in definitions.kansarmoede.domains
        for part in one.default.parts
    ]
    return [*tables, *domains]


def check_edition(folder: Path, found: Mapping[str, Any], *, replace: bool) -> bool:
    """Refuse a second public edition of a dataset: beside the first it would give counts away.

    The first is noted in the folder, `data/clean/<dataset>`, with the families of those before it. Where it
    was never sent, it may be replaced; whether it is, is given. The error names what differs, or the note
    that cannot be read.
    """
    path = folder / PUBLISHED
    if not path.exists():
        return False
    if not (before := said_in(path)) and not replace:
        raise RunError(
            f"{path}: says which public edition there is of these data, and cannot be read. Put back a copy "
            "of it, or give --replace-public if that edition was never sent."
        )
    if not before:
        return True
    differs = [
        f"{name} was {before['parameters'].get(name)!r}, now {value!r}"
        for name, value in found["parameters"].items()
        if before["parameters"].get(name) != value
    ]
    differs += [
        f"{name} was {before.get(name)}, now {found[name]}"
        for name in ("min_cell", "min_group", "groups", "datasets")
        if before.get(name, []) != found[name]
    ]
    if before.get("definitions") != found["definitions"]:
        differs.append("groups or domains are defined otherwise in data/reference")
    least = found["min_group"]
    changed = [_changed(found, one) for one in (before["families"], *before.get("earlier", ()))]
    if 0 < min(changed) < least:
        differs.append(f"{min(changed)} families were added, removed or changed; at least {least} are needed")
    if differs and not replace:
        raise EditionError(
            f"a public edition of these data exists already ({folder.name}), and a second one beside it "
            "would give counts away:\n  "
            + "\n  ".join(differs)
            + "\nMake the same edition again, use --internal for other settings, or --replace-public if the "
            "first was never sent."
        )
    return bool(differs)


def _changed(found: Mapping[str, Any], before: Sequence[str]) -> int:
    """Count the families that are others than in an edition before: those added, or those gone if more."""
    new, old = Counter(found["families"]), Counter(before)
    return max((new - old).total(), (old - new).total())


def same_elsewhere(folder: Path, found: Mapping[str, Any]) -> list[Path]:
    """Name the folders of datasets of which an edition shares most families with this one.

    An export that is delivered again lies in a folder of its own, under a name of its own.
    """
    own, notes = set(found["families"]), folder.glob(f"*/{PUBLISHED}")  # many excluded families are alike
    others = {path.parent: set(said_in(path).get("families", ())) for path in notes}
    return [one for one, other in others.items() if 2 * len(own & other) > min(len(own), len(other))]


def write_edition(folder: Path, found: Mapping[str, Any]) -> None:
    """Note which public edition was made, after those that were sent; for the owner of the data alone."""
    make_folder(folder, private=True)
    path = folder / PUBLISHED
    before = said_in(path)
    replaced = not before or check_edition(folder, found, replace=True)
    sent = [*before.get("earlier", ()), *([] if replaced else [before["families"]])]
    earlier = [families for families in sent if families != found["families"]]
    write(path, f"{json.dumps({**found, 'earlier': earlier}, indent=1)}\n".encode())
    path.chmod(PRIVATE_FILE)
