"""What a run is going to do, decided and checked before the first kernel starts."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from helpers.codebook import (
    ROOT,
    load_claims,
    load_definitions,
    load_multiverse,
    load_planning,
    load_themes,
)
from helpers.export import Dataset, read_dataset, read_export
from helpers.folders import INTERNAL, RunError, TargetError, check_target, internal_folder, is_internal
from helpers.parameters import PARAMETERS, resolve
from helpers.pipeline import _notebooks as notebooks


@dataclass(frozen=True)
class Plan:
    """A run: where it reads and writes, with which parameters, in which notebooks.

    `internal_sources` are those of the internal review; empty when the run is not to make one.
    """

    raw: Path
    out: Path
    clean: Path
    dataset: Dataset
    inputs: tuple[Path, ...]
    parameters: Mapping[str, Any]
    sources: Mapping[str, NotebookNode]
    notebook_folder: Path
    internal_sources: Mapping[str, NotebookNode] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """The language of the report."""
        return str(self.parameters["language"])

    @property
    def parts(self) -> tuple["Part", ...]:
        """The report, and the internal review where there is one."""
        report = Part(self.out, self.sources, internal=False)
        if not self.internal_sources:
            return (report,)
        return (report, Part(internal_folder(self.out), self.internal_sources, internal=True))

    def values(self, name: str, part: "Part", *, clean: Path, out: Path) -> dict[str, Any]:
        """Give a notebook the parameters that its parameters cell names."""
        return self._values(name, part, {"raw": str(self.raw), "clean": str(clean), "output": str(out)})

    def shown_values(self, name: str, part: "Part") -> dict[str, Any]:
        """Give the same parameters as they are shown: folders under the project, or only their names."""
        folders = {"raw": self.raw, "clean": self.clean, "output": part.target}
        return self._values(name, part, {one: shown_path(path) for one, path in folders.items()})

    def _values(self, name: str, part: "Part", folders: Mapping[str, str]) -> dict[str, Any]:
        known = dict(folders) | dict(self.parameters) | {"internal": part.internal}
        return {one: known[one] for one in named_in(part.sources[name], name)}


@dataclass(frozen=True)
class Part:
    """What a run puts into one folder: the report, or the internal review, with its notebooks."""

    target: Path
    sources: Mapping[str, NotebookNode]
    internal: bool


def make_plan(
    raw: Path,
    out: Path | None,
    *,
    given: Mapping[str, object],
    notebook_folder: Path,
    clean_folder: Path,
    internal: bool = False,
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
        Whether to make the internal review too. A notebook whose parameters cell sets `internal` belongs to
        that, and to no report.

    Raises
    ------
    ParameterError, ExportError, DefinitionError, RunError
        Whatever would stop the run later.
    """
    raw = Path(raw).resolve()
    dataset = read_dataset(raw)
    parameters = resolve(given, pilots=dataset.pilots)
    out = (ROOT / "reports" / dataset.name if out is None else Path(out)).resolve()
    _check_targets(out, raw, internal=internal)
    read = {path.stem: notebooks.read(path) for path in notebooks.study_notebooks(notebook_folder)}
    personal = {name: source for name, source in read.items() if "internal" in named_in(source, name)}
    sources = {name: source for name, source in read.items() if name not in personal}
    if internal and not personal:
        raise RunError(f"{notebook_folder}: holds no notebook for an internal review")
    definitions = load_definitions()
    for load in (load_multiverse, load_planning, load_claims, load_themes):
        load()
    export = read_export(raw, definitions)
    return Plan(
        raw,
        out,
        clean_folder / dataset.name,
        dataset,
        export.inputs,
        parameters,
        sources,
        notebook_folder,
        personal if internal else {},
    )


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


def shown_path(path: Path) -> str:
    """Write a folder as it may be shown: under the project from its root, elsewhere by its name alone."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def _targets(line: ast.stmt) -> list[str]:
    """List the names that a line of Python sets."""
    targets = line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]
