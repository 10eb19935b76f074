"""What a run is going to do, decided and checked before the first kernel starts."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from helpers.cleaning import COMPARISON
from helpers.definitions import ROOT, load, load_definitions
from helpers.definitions.choices import Choices, Course, Planning
from helpers.definitions.claims import Claims
from helpers.definitions.themes import Themes
from helpers.export import read_dataset, read_export
from helpers.export.dataset import Dataset
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
from helpers.parameters import PARAMETERS, ParameterError, resolve
from helpers.protect import Edition
from helpers.pseudonyms import read_key
from helpers.run import _notebooks as notebooks
from helpers.run._parts import Part, report_parts, shown_path

ROOM_OF_REPORT = 30 * 2**20  # bytes of a report while it is made, scratch included
CLEAN_OF_EXPORT = 2  # bytes of clean tables for each byte of the export, at most


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
    inputs: tuple[Path, ...]
    parameters: Mapping[str, Any]
    notebook_folder: Path
    parts: tuple[Part, ...]
    key_file: Path | None = None
    edition: Edition | None = None  # of a public run
    accept_losses: bool = False
    replace_public: bool = False
    remarks: tuple[str, ...] = ()
    each_pilot: bool = False
    comparison: "Comparison | None" = None

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
        place = f"{shown_path(part.root)}/{part.path}" if part.path else shown_path(part.root)
        beside = shown_path(self.comparison.raw) if self.comparison else ""
        return self._values(name, part, folders | {"comparison": beside, "output": place})

    def edition_of(self, part: Part) -> Edition | None:
        """Say how a report is protected: the one of all is the sum of those of the groups."""
        groups = {one.pilots for one in self.parts if one.pilots}
        if self.edition is None or part.pilots or not groups:
            return self.edition
        return replace(self.edition, parts=len(groups))

    def in_groups(self, groups: Sequence[tuple[str, ...]]) -> "Plan":
        """Give the same run with a report of each group of pilots, beside that of all."""
        first = self.parts[0]
        languages = dict.fromkeys(part.language for part in self.parts)
        parts = report_parts(
            first.root, first.sources, self.parameters, languages=list(languages), groups=groups
        )
        return replace(self, parts=parts)

    def _values(self, name: str, part: Part, folders: Mapping[str, str]) -> dict[str, Any]:
        known = dict(folders) | dict(part.parameters) | {"internal": part.internal}
        return {one: known[one] for one in named_in(part.sources[name], name)}


def make_plan(
    raw: Path,
    out: Path | None,
    *,
    given: Mapping[str, object],
    notebook_folder: Path,
    clean_folder: Path,
    comparison: Path | None = None,
    internal: bool = False,
    languages: Sequence[str] = (),
    each_pilot: bool = False,
    key_file: Path | None = None,
    accept_losses: bool = False,
    replace_public: bool = False,
    look: bool = False,
) -> Plan:
    """Check parameters, folders, notebooks, definitions and export, and decide where all goes.

    Parameters
    ----------
    raw : Path
        Folder of the raw dataset.
    out : Path, optional
        Folder of the report; by default `reports/<name of the dataset>` in the project.
    given : mapping
        Parameters that differ from their defaults.
    notebook_folder, clean_folder : Path
        Where the notebooks are, and where the clean tables of all datasets go.
    comparison : Path, optional
        Folder of a second export, of families for comparison; not in a public edition, which is about the
        coached alone.
    internal : bool
        Whether to make the internal review too, in the first language. A notebook whose parameters cell sets
        `internal` belongs to that, and to no report.
    languages : sequence of str
        Languages of the report; by default the one of `given`.
    each_pilot : bool
        Whether each pilot gets a report of its own beside that of all; in a public edition groups of pilots
        do, which are known when their families have been counted.
    key_file : Path, optional
        Holds the key of the pseudonyms.
    accept_losses : bool
        Whether to go on where so much of an item or a pilot is lost that a report would be another one.
    replace_public : bool
        Whether another public edition may take the place of the first, which was never sent.
    look : bool
        Whether cells tagged `look` are executed and shown; never in a public edition, which has no frames.

    Raises
    ------
    ParameterError, ExportError, DefinitionError, KeyFileError, RunError
        Whatever would stop the run later.
    """
    raw = Path(raw).resolve()
    dataset = read_dataset(raw)
    languages = list(dict.fromkeys(languages))
    known: dict[str, Any] = {
        "pilots": dataset.pilots,
        "period": (dataset.project_start, dataset.exported_on),
    }
    resolved = [resolve({**given, "language": language}, **known) for language in languages]
    resolved = resolved or [resolve(given, **known)]
    edition = _edition(resolved[0], dataset, internal=internal)
    if comparison and edition:
        raise ParameterError(
            "--comparison: a public edition is about the coached families alone; leave it out, or "
            "give --internal"
        )
    beside = read_dataset(Path(comparison).resolve()) if comparison else None
    resolved = [_told(one, edition, dataset) for one in resolved]
    parameters = resolved[0]
    out = (ROOT / "reports" / dataset.name if out is None else Path(out)).resolve()
    if key_file is not None:
        folders = (raw, *([comparison] if comparison else []), out, internal_folder(out), clean_folder)
        read_key(key_file, away_from=folders)
    _check_targets(out, raw, internal=internal)
    sources, personal = _sources(notebook_folder, look=look and edition is None)
    if internal and dataset.synthetic and not personal:
        raise RunError(f"{notebook_folder}: holds no notebook for an internal review")
    shown = {table.page for table in load_definitions().tables.values() if table.public}
    full = internal and not dataset.synthetic  # the full edition of real data, and nothing else
    parts = report_parts(
        internal_folder(out) if full else out,
        ({name: one for name, one in sources.items() if name in shown} or sources)
        if edition
        else sources | (personal if full else {}),
        parameters,
        languages=[one["language"] for one in resolved],
        groups=_pilots_apart(parameters["pilots"] or dataset.pilots) if each_pilot else (),
        internal=full,
    )
    if internal and not full:
        parts += (Part(internal_folder(out), "", personal, parameters, internal=True),)
    how = parameters | ({COMPARISON: beside.name} if beside else {})
    clean = clean_of(clean_folder / dataset.name, how, read_key(key_file) if key_file else None)
    _check_folders(parts, clean, raw, comparison)
    definitions = load_definitions()
    for kind in (Choices, Planning, Course, Claims, Themes):
        load(kind)
    export = read_export(raw, definitions)
    remarks, second = [one.text("en") for one in export.remarks], None
    if comparison and beside:
        others = read_export(Path(comparison).resolve(), definitions)
        remarks += [f"{COMPARISON}: {one.text('en')}" for one in others.remarks]
        second = Comparison(Path(comparison).resolve(), beside, others.inputs)
    return Plan(
        raw,
        parts[0].root,
        clean,
        dataset,
        export.inputs,
        parameters,
        notebook_folder,
        parts,
        key_file.resolve() if key_file else None,
        edition,
        accept_losses,
        replace_public,
        tuple(remarks),
        each_pilot,
        second,
    )


def _edition(given: Mapping[str, Any], dataset: Dataset, *, internal: bool) -> Edition | None:
    """Say how the public edition is made; None for the full one.

    Raises
    ------
    ParameterError
        Real data were asked for both ways.
    """
    asked = given["disclosure"] == "public"
    if internal and asked:
        raise ParameterError("disclosure: --internal makes the full edition; leave out one of the two")
    if asked or not (dataset.synthetic or internal):
        return Edition(given["min_cell"], given["min_group"])
    return None


def _told(parameters: dict[str, Any], edition: Edition | None, dataset: Dataset) -> dict[str, Any]:
    """Name the parameters of the public edition where there is one."""
    if edition is None:
        of_public = ("disclosure", "min_cell", "min_group")
        return {name: value for name, value in parameters.items() if name not in of_public}
    return parameters | {"disclosure": "public"}


def _sources(folder: Path, *, look: bool) -> tuple[dict[str, NotebookNode], dict[str, NotebookNode]]:
    """Read the notebooks of the report, and those of the internal review."""
    read = {path.stem: notebooks.read(path) for path in notebooks.study_notebooks(folder)}
    if not look:
        read = {name: notebooks.without(one, notebooks.LOOK) for name, one in read.items()}
    personal = {name: source for name, source in read.items() if "internal" in named_in(source, name)}
    return {name: source for name, source in read.items() if name not in personal}, personal


def _pilots_apart(pilots: Sequence[str]) -> list[tuple[str, ...]]:
    """Refuse reports of each pilot where there is only one.

    Raises
    ------
    ParameterError
        Says so.
    """
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


def _check_folders(parts: Sequence[Part], clean: Path, raw: Path, comparison: Path | None) -> None:
    """Refuse what would stop the run at its end: folders and disks that cannot take what it makes.

    Raises
    ------
    RunError, FileError
        A folder cannot be written to, another run writes there, its disk is too full, or it holds other data.
    """
    check_clean(clean, raw, comparison)
    folders = [raw, *([comparison] if comparison else [])]
    export = sum(path.stat().st_size for one in folders for path in one.iterdir() if path.is_file())
    check_ready(clean, room=CLEAN_OF_EXPORT * export, wait_seconds=WAIT)
    for root in dict.fromkeys(part.root for part in parts):
        own = sum(part.root == root for part in parts)
        check_ready(root, room=own * (ROOM_OF_REPORT + CLEAN_OF_EXPORT * export))


def named_in(notebook: NotebookNode, name: str) -> tuple[str, ...]:
    """List the parameters that the parameters cell of a notebook sets.

    Raises
    ------
    RunError
        The cell is no Python, or sets what is no parameter.
    """
    source = next(cell.source for cell in notebook.cells if "parameters" in notebooks.tags(cell))
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise RunError(f"{name}: the parameters cell is no Python ({error.msg})") from None
    targets = [target for line in body for target in _targets(line)]
    unknown = [target for target in targets if target not in PARAMETERS]
    if unknown:
        raise RunError(f"{name}: the parameters cell sets {', '.join(unknown)}, which is no parameter")
    return tuple(targets)


def _targets(line: ast.stmt) -> list[str]:
    """List the names that a line of Python sets."""
    targets = line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]
