"""What a run is going to do, decided and checked before the first kernel starts."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from helpers.cleaning import clean
from helpers.cleaning.losses import Doubt, doubts, refusal
from helpers.definitions import ROOT, Definitions, load, load_definitions
from helpers.definitions.choices import Choices, Planning
from helpers.definitions.claims import Claims
from helpers.definitions.disclosure import DisclosureRules
from helpers.definitions.themes import Themes
from helpers.export import RawExport, read_dataset, read_export
from helpers.export.dataset import Dataset
from helpers.files import clean_folder as clean_of
from helpers.folders import INTERNAL, RunError, TargetError, check_target, internal_folder, is_internal
from helpers.parameters import PARAMETERS, ParameterError, resolve
from helpers.pseudonyms import read_key
from helpers.run import _notebooks as notebooks
from helpers.run._parts import Part, report_parts, shown_path, without_comparison


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
    disclosure: str = "off"
    min_cell: int = 5
    doubts: tuple[Doubt, ...] = ()

    @property
    def controlled(self) -> bool:
        """Whether disclosure control is on."""
        return self.disclosure != "off"

    @property
    def private(self) -> bool:
        """Whether what the run holds on its way is about real families, and for its owner alone."""
        return not self.dataset.synthetic

    @property
    def roots(self) -> tuple[Path, ...]:
        """The folders that are put in place as a whole: that of the reports, and of the internal review."""
        return tuple(dict.fromkeys(part.root for part in self.parts))

    def values(self, name: str, part: Part, *, clean: Path, out: Path) -> dict[str, Any]:
        """Give a notebook the parameters that its parameters cell names."""
        return self._values(name, part, {"raw": str(self.raw), "clean": str(clean), "output": str(out)})

    def shown_values(self, name: str, part: Part) -> dict[str, Any]:
        """Give the same parameters as they are shown: folders under the project, or only their names."""
        folders = {one: shown_path(path) for one, path in {"raw": self.raw, "clean": self.clean}.items()}
        place = f"{shown_path(part.root)}/{part.path}" if part.path else shown_path(part.root)
        return self._values(name, part, folders | {"output": place})

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
    internal: bool = False,
    languages: Sequence[str] = (),
    each_pilot: bool = False,
    key_file: Path | None = None,
    accept_losses: bool = False,
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
    internal : bool
        Whether to make the internal review too, in the first language. A notebook whose parameters cell sets
        `internal` belongs to that, and to no report.
    languages : sequence of str
        Languages of the report; by default the one of `given`.
    each_pilot : bool
        Whether each pilot gets a report of its own beside that of all.
    key_file : Path, optional
        Holds the key of the pseudonyms.
    accept_losses : bool
        Whether to go on where so much of an item or a pilot is lost that a report would be another one.

    Raises
    ------
    ParameterError, ExportError, DefinitionError, KeyFileError, RunError
        Whatever would stop the run later.
    """
    raw = Path(raw).resolve()
    dataset = read_dataset(raw)
    languages = list(dict.fromkeys(languages))
    resolved = [
        resolve({**given, "language": language}, pilots=dataset.pilots) for language in languages
    ] or [resolve(given, pilots=dataset.pilots)]
    mode = _disclosure(resolved[0]["disclosure"], dataset, internal=internal)
    min_cell = resolved[0]["min_cell"]
    resolved = [_told(one, mode, dataset) for one in resolved]
    parameters = resolved[0]
    out = (ROOT / "reports" / dataset.name if out is None else Path(out)).resolve()
    if key_file is not None:
        read_key(key_file, away_from=(raw, out, internal_folder(out), clean_folder))
    _check_targets(out, raw, internal=internal)
    sources, personal = _sources(notebook_folder)
    if internal and not personal:
        raise RunError(f"{notebook_folder}: holds no notebook for an internal review")
    parts = report_parts(
        out,
        sources if mode == "off" else without_comparison(sources),
        parameters,
        languages=[one["language"] for one in resolved],
        pilots=_pilots_apart(parameters["pilots"] or dataset.pilots) if each_pilot else (),
    )
    if internal:
        parts += (Part(internal_folder(out), "", personal, parameters, internal=True),)
    definitions = load_definitions()
    for kind in (Choices, Planning, Claims, Themes, DisclosureRules):
        load(kind)
    export = read_export(raw, definitions)
    found = _doubts(export, definitions, parameters, accept=accept_losses)
    return Plan(
        raw,
        out,
        clean_of(clean_folder / dataset.name, parameters, read_key(key_file) if key_file else None),
        dataset,
        export.inputs,
        parameters,
        notebook_folder,
        parts,
        key_file.resolve() if key_file else None,
        mode,
        min_cell,
        found,
    )


def _doubts(
    export: RawExport, definitions: Definitions, parameters: Mapping[str, Any], *, accept: bool
) -> tuple[Doubt, ...]:
    """Look at what the rules of cleaning would lose, and stop where that is too much.

    Raises
    ------
    RunError
        More than a fifth of an item's levels or a pilot's rows would be lost.
    """
    of_rows = ("min_household_items", "baseline_window_days", "follow_up_months")
    cleaned = clean(export, definitions, **{name: parameters[name] for name in of_rows})
    found = doubts(export, cleaned, definitions)
    if not accept and (lines := refusal(found)):
        raise RunError("\n".join(lines))
    return found


def _disclosure(asked: str, dataset: Dataset, *, internal: bool) -> str:
    """Decide whether there is disclosure control: on real data there is, unless they are for internal use.

    Raises
    ------
    ParameterError
        Real data without disclosure control were asked for, and not for internal use.
    """
    if asked == "auto":
        return "off" if dataset.synthetic else "suppress"
    if asked == "off" and not dataset.synthetic and not internal:
        raise ParameterError(
            "disclosure: off shows small groups of real families, so it is for internal use only; add "
            "--internal, or take suppress or round"
        )
    return asked


def _told(parameters: dict[str, Any], mode: str, dataset: Dataset) -> dict[str, Any]:
    """Name the parameters of disclosure control as they are; synthetic data without it need no word of it."""
    if mode == "off" and dataset.synthetic:
        return {name: value for name, value in parameters.items() if name not in ("disclosure", "min_cell")}
    return parameters | {"disclosure": mode}


def _sources(folder: Path) -> tuple[dict[str, NotebookNode], dict[str, NotebookNode]]:
    """Read the notebooks of the report, and those of the internal review."""
    read = {path.stem: notebooks.read(path) for path in notebooks.study_notebooks(folder)}
    personal = {name: source for name, source in read.items() if "internal" in named_in(source, name)}
    return {name: source for name, source in read.items() if name not in personal}, personal


def _pilots_apart(pilots: Sequence[str]) -> Sequence[str]:
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
    return pilots


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
