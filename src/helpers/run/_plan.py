"""What a run is going to do, decided and checked before the first kernel starts.

Its reports: in each language, of all pilots and of each one, and the internal review.
"""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from helpers.cleaning import COMPARISON
from helpers.definitions import LANGUAGES, ROOT, Definitions, load, load_definitions
from helpers.definitions.choices import Choices, Course, Planning, Themes
from helpers.definitions.claims import Claims
from helpers.export import inputs_of, is_large, parts_of, read_beside, read_dataset, read_export
from helpers.export.dataset import Dataset, told_of
from helpers.export.files import datasets_in
from helpers.files import WAIT, check_clean
from helpers.files import clean_folder as clean_of
from helpers.folders import (
    INTERNAL,
    RunError,
    TargetError,
    check_ready,
    check_target,
    internal_folder,
    is_internal,
)
from helpers.formats import slug
from helpers.parameters import PARAMETERS, ParameterError, resolve
from helpers.protect import Edition
from helpers.pseudonyms import read_key
from helpers.run import _notebooks as notebooks
from helpers.run._pages import Sibling, words

NOTEBOOKS, CLEAN = ROOT / "notebooks", ROOT / "data" / "clean"
ROOM_OF_REPORT = 30 * 2**20  # bytes of a report while it is made, scratch included
CLEAN_OF_EXPORT = 2  # bytes of clean tables for each byte of the export, at most
PILOTS = "pilots"  # folder of the reports of single pilots, inside the report of all
RESERVED = re.compile("con|prn|aux|nul|(com|lpt)[0-9]")  # names that no folder can have on Windows
SIDE_BY_SIDE = "08_pilots"  # the notebook that compares the pilots; it goes with their own reports
OF_ALL = "06_published_claims"  # of what was published of a study: in the report of all its families alone


@dataclass(frozen=True)
class Part:
    """One report of a run: where it stands, what it is about, and with which notebooks.

    `root` is the folder that is swapped in as a whole; `path` leads from it to this report, empty for the
    root itself.
    """

    root: Path
    path: str
    sources: Mapping[str, NotebookNode]
    parameters: Mapping[str, Any]
    internal: bool = False
    siblings: tuple[Sibling, ...] = ()
    pilots: tuple[str, ...] = ()  # those that it is about, beside the report of all

    @property
    def language(self) -> str:
        return str(self.parameters["language"])


@dataclass(frozen=True)
class Comparison:
    """A second export, of families for comparison."""

    raw: Path
    dataset: Dataset
    inputs: tuple[Path, ...]


@dataclass(frozen=True)
class Plan:
    """A run: where it reads and writes, and which reports it makes; the first is about all in it."""

    raw: Path
    out: Path
    clean: Path
    dataset: Dataset
    inner: tuple[str, ...]  # names of the datasets that it consists of, if of several
    inputs: tuple[Path, ...]
    parameters: Mapping[str, Any]
    notebook_folder: Path
    parts: tuple[Part, ...]
    key_file: Path | None
    edition: Edition | None  # of a public run
    accept_losses: bool
    replace_public: bool
    remarks: tuple[str, ...]
    each_pilot: bool
    comparison: Comparison | None

    @property
    def private(self) -> bool:
        """Whether what the run holds on its way is about real families, and for its owner alone."""
        return not self.dataset.synthetic

    @property
    def exports(self) -> tuple[Path, ...]:
        """The folders that are read: that of the export, and of the one for comparison."""
        return (self.raw, self.comparison.raw) if self.comparison else (self.raw,)

    @property
    def roots(self) -> tuple[Path, ...]:
        """The folders that are put in place as a whole: that of the reports, and of the internal review."""
        return tuple(dict.fromkeys(part.root for part in self.parts))

    def values(self, name: str, part: Part, *, clean: Path, out: Path) -> dict[str, Any]:
        """Give a notebook the parameters that its parameters cell names."""
        raw, tables = ("", "") if self.edition else (str(self.raw), str(clean))
        beside = str(self.comparison.raw) if self.comparison else ""
        folders = {"raw": raw, "clean": tables, "comparison": beside, "output": str(out)}
        return self._values(name, part, folders)

    def shown_values(self, name: str, part: Part) -> dict[str, Any]:
        """Give the same parameters as they are shown: folders under the project, or only their names."""
        paths = {"raw": self.raw, "clean": self.clean}
        folders = {one: "" if self.edition else shown_path(path) for one, path in paths.items()}
        folders["comparison"] = shown_path(self.comparison.raw) if self.comparison else ""
        folders["output"] = _joined(shown_path(part.root), part.path)
        return self._values(name, part, folders)

    def edition_of(self, part: Part) -> Edition | None:
        """Say how a report is protected: the one of all is the sum of those of the groups."""
        groups = {one.pilots for one in self.parts if one.pilots}
        if self.edition is None or part.pilots or not groups:
            return self.edition
        return replace(self.edition, parts=len(groups))

    def in_groups(self, groups: Sequence[tuple[str, ...]]) -> "Plan":
        """Give the same run with a report of each group of pilots, beside that of all."""
        first = self.parts[0]
        languages = list(dict.fromkeys(part.language for part in self.parts))
        parts = report_parts(first.root, first.sources, self.parameters, languages=languages, groups=groups)
        return replace(self, parts=parts)

    def _values(self, name: str, part: Part, folders: Mapping[str, str]) -> dict[str, Any]:
        known = dict(folders) | dict(part.parameters) | {"internal": part.internal}
        return {one: known[one] for one in named_in(part.sources[name], name)}


def make_plan(
    raw: Path,
    out: Path | None,
    *,
    given: Mapping[str, object],
    languages: Sequence[str] = (),
    comparison: Path | None = None,
    internal: bool = False,
    each_pilot: bool = False,
    key_file: Path | None = None,
    accept_losses: bool = False,
    replace_public: bool = False,
    look: bool = False,
    notebook_folder: Path = NOTEBOOKS,
    clean_folder: Path = CLEAN,
) -> Plan:
    """Check parameters, folders, notebooks, definitions and export, and decide where all goes.

    `given` are parameters that differ from their defaults, `languages` those of the reports, `key_file` is
    that of `--pseudonymise`; the others are as of `gezinscoach run`. Clean tables go into `clean_folder`, in
    a folder named as the dataset. What would stop the run later stops it here. A notebook
    whose parameters cell sets `internal` belongs to the internal review, in the first language, and to no
    report.
    """
    raw = raw.resolve()
    exports = [raw, *([Path(comparison).resolve()] if comparison else [])]
    dataset = read_dataset(raw)
    known: dict[str, Any] = {"pilots": dataset.pilots, "period": (dataset.project_start, dataset.exported_on)}
    resolved = [resolve({**given, "language": language}, **known) for language in dict.fromkeys(languages)]
    parameters = resolved[0] if resolved else resolve(given, **known)
    edition = _edition(parameters, dataset, internal=internal)
    if comparison and edition:
        raise ParameterError(
            "--comparison: a public edition is about the coached families alone; leave it out, or "
            "give --internal"
        )
    beside = read_beside(exports[1], dataset) if comparison else None
    if edition:
        parameters |= {"disclosure": "public"}
    else:
        of_public = ("disclosure", "min_cell", "min_group")
        parameters = {name: value for name, value in parameters.items() if name not in of_public}
    out = (out or ROOT / "reports" / dataset.name).resolve()
    key = (
        read_key(key_file, away_from=(*exports, out, internal_folder(out), clean_folder))
        if key_file
        else None
    )
    _check_targets(out, raw, internal=internal)
    sources, personal = _sources(notebook_folder, look=look and edition is None)
    if not dataset.published or not load(Claims).claims:
        sources.pop(OF_ALL, None)
    if internal and dataset.synthetic and not personal:
        raise RunError(f"{notebook_folder}: holds no notebook for an internal review")
    definitions = load_definitions()
    full = internal and not dataset.synthetic  # the full edition of real data, and nothing else
    if full:
        sources |= personal
    elif edition:
        shown = {table.page for table in definitions.tables.values() if table.public}
        sources = {name: one for name, one in sources.items() if name in shown} or sources
    parts = report_parts(
        internal_folder(out) if full else out,
        sources,
        parameters,
        languages=[one["language"] for one in resolved] or [parameters["language"]],
        groups=_pilots_apart(parameters["pilots"] or dataset.pilots) if each_pilot else (),
        internal=full,
    )
    if internal and not full:
        parts += (Part(internal_folder(out), "", personal, parameters, internal=True),)
    how = parameters | ({COMPARISON: beside.name} if beside else {})
    clean = clean_of(clean_folder / dataset.name, how, key)
    _check_folders(parts, clean, exports)
    for kind in (Choices, Planning, Course, Claims, Themes):
        load(kind)
    inputs, remarks = _read(raw, definitions)
    second = None
    if beside:
        others, odd = _read(exports[1], definitions)
        remarks += [f"{COMPARISON}: {remark}" for remark in odd]
        second = Comparison(exports[1], beside, others)
    return Plan(
        raw=raw,
        out=parts[0].root,
        clean=clean,
        dataset=dataset,
        inner=tuple(one.name for one in datasets_in(raw)),
        inputs=inputs,
        parameters=parameters,
        notebook_folder=notebook_folder,
        parts=parts,
        key_file=key_file.resolve() if key_file else None,
        edition=edition,
        accept_losses=accept_losses,
        replace_public=replace_public,
        remarks=tuple(remarks),
        each_pilot=each_pilot,
        comparison=second,
    )


def _read(raw: Path, definitions: Definitions) -> tuple[tuple[Path, ...], list[str]]:
    """Read all datasets of a raw folder: their files, and what was remarked on the way.

    One that is cleaned in partitions is read, and remarked on, then.
    """
    files: list[Path] = []
    remarks: list[str] = []
    for folder in parts_of(raw):
        with told_of(folder, raw):
            if is_large(folder):
                files += inputs_of(folder, definitions)
                continue
            read = read_export(folder, definitions)
        files += read.inputs
        of = "" if folder == raw else f"{folder.name}: "
        remarks += [f"{of}{one.text('en')}" for one in read.remarks]
    return tuple(files), remarks


def _edition(given: Mapping[str, Any], dataset: Dataset, *, internal: bool) -> Edition | None:
    asked = given["disclosure"] == "public"
    if internal and asked:
        raise ParameterError("disclosure: --internal makes the full edition; leave out one of the two")
    if asked or not (dataset.synthetic or internal):
        return Edition(given["min_cell"], given["min_group"])
    return None


def _sources(folder: Path, *, look: bool) -> tuple[dict[str, NotebookNode], dict[str, NotebookNode]]:
    read = {path.stem: notebooks.read(path) for path in notebooks.study_notebooks(folder)}
    if not look:
        read = {name: notebooks.without(one, notebooks.LOOK) for name, one in read.items()}
    personal = {name: source for name, source in read.items() if "internal" in named_in(source, name)}
    return {name: source for name, source in read.items() if name not in personal}, personal


def _pilots_apart(pilots: Sequence[str]) -> list[tuple[str, ...]]:
    if len(pilots) < 2:
        raise ParameterError(
            f"--each-pilot: there is one pilot only, {pilots[0]}, which the report itself is about"
        )
    return [(pilot,) for pilot in pilots]


def _check_targets(out: Path, raw: Path, *, internal: bool) -> None:
    """Refuse folders that may not be replaced, and a report under the name of an internal one."""
    if is_internal(out):
        raise TargetError(
            f"--out {out}: a name that ends in {INTERNAL} is for internal reviews; give the report another "
            f"name"
        )
    check_target(out, raw)
    if internal:
        check_target(internal_folder(out), raw)


def _check_folders(parts: Sequence[Part], clean: Path, exports: Sequence[Path]) -> None:
    """Refuse what would stop the run at its end: folders and disks that cannot take what it makes."""
    check_clean(clean, *exports)
    export = sum(path.stat().st_size for one in exports for path in one.rglob("*") if path.is_file())
    check_ready(clean, room=CLEAN_OF_EXPORT * export, wait_seconds=WAIT)
    for root in dict.fromkeys(part.root for part in parts):
        own = sum(part.root == root for part in parts)
        check_ready(root, room=own * (ROOM_OF_REPORT + CLEAN_OF_EXPORT * export))


def named_in(notebook: NotebookNode, name: str) -> tuple[str, ...]:
    """List the parameters that the parameters cell of a notebook sets; RunError for what is none."""
    source = next(cell.source for cell in notebook.cells if "parameters" in notebooks.tags(cell))
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise RunError(f"{name}: the parameters cell is no Python ({error.msg})") from None
    set_by = [
        line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)] for line in body
    ]
    names = [target.id for targets in set_by for target in targets if isinstance(target, ast.Name)]
    unknown = [target for target in names if target not in PARAMETERS]
    if unknown:
        raise RunError(f"{name}: the parameters cell sets {', '.join(unknown)}, which is no parameter")
    return tuple(names)


# ---- the reports of a run --------------------------------------------------------------------------------


def report_parts(
    root: Path,
    sources: Mapping[str, NotebookNode],
    parameters: Mapping[str, Any],
    *,
    languages: Sequence[str],
    groups: Sequence[tuple[str, ...]] = (),
    internal: bool = False,
) -> tuple[Part, ...]:
    """List the reports of a run, the first of which is about all families in the first language.

    With one language the report is the root itself, with more each has a folder in it, named as the
    language. Pilots, or groups of them, have a report of their own in `pilots/<name>` of the report of all;
    the notebook that compares pilots is left out where these have none, and that on what was published of
    all families where a report is about some. Each report knows its siblings: the
    same one in the other languages, and the other ones in its own.
    """
    single = {name: one for name, one in sources.items() if name != SIDE_BY_SIDE}
    named = {", ".join(group): group for group in groups}
    folders = {"": "", **{name: f"{PILOTS}/{folder}" for name, folder in folder_names([*named]).items()}}
    parts = []
    for language in languages:
        for name, folder in folders.items():
            place = _joined(language if len(languages) > 1 else "", folder)
            siblings = _siblings(language, name, place, languages, folders)
            given = dict(parameters) | {"language": language}
            if name:
                given["pilots"] = list(named[name])
            chosen = single if name or not groups else sources
            if any(given.get(one) for one in ("pilots", "started_from", "started_until")):
                chosen = {one: source for one, source in chosen.items() if one != OF_ALL}
            parts.append(Part(root, place, chosen, given, internal, siblings, named.get(name, ())))
    return tuple(parts)


def folder_names(pilots: Sequence[str]) -> dict[str, str]:
    """Give each pilot the name of a folder: small letters and digits, no two the same, none that is reserved.

    >>> folder_names(["Sint-Niklaas", "Liège", "../LIEGE"])
    {'Sint-Niklaas': 'sint-niklaas', 'Liège': 'liege', '../LIEGE': 'liege-2'}
    """
    names: dict[str, str] = {}
    for pilot in pilots:
        base = slug(pilot)[:60].strip("-") or "pilot"
        base = f"pilot-{base}" if RESERVED.fullmatch(base) else base
        name, number = base, 1
        while name in names.values():
            number += 1
            name = f"{base}-{number}"
        names[pilot] = name
    return names


def shown_path(path: Path) -> str:
    """Write a folder as it may be shown: under the project from its root, elsewhere by its name alone."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def _siblings(
    language: str, pilot: str, place: str, languages: Sequence[str], folders: Mapping[str, str]
) -> tuple[Sibling, ...]:
    """List this report in every language, then all reports in this language; none where it stands alone."""
    up = "/".join([".."] * len(Path(place).parts))
    found = []
    if len(languages) > 1:
        for other in languages:
            folder = _joined(up, other, folders[pilot])
            name = LANGUAGES[other].name
            found.append(Sibling("language", name, folder, other, current=other == language))
    if len(folders) > 1:
        for name, folder in folders.items():
            path = _joined(up, language if len(languages) > 1 else "", folder) or "."
            label = name or words(language)["all_pilots"]
            found.append(Sibling("report", label, path, language, current=name == pilot))
    return tuple(found)


def _joined(*parts: str) -> str:
    return "/".join(part for part in parts if part)
