"""What a run is going to do, decided and checked before the first kernel starts."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from helpers.codebook import ROOT, load_definitions
from helpers.export import Dataset, read_dataset, read_export
from helpers.folders import RunError, check_target
from helpers.parameters import PARAMETERS, resolve
from helpers.pipeline import _notebooks as notebooks


@dataclass(frozen=True)
class Plan:
    """A run: where it reads and writes, with which parameters, in which notebooks."""

    raw: Path
    out: Path
    clean: Path
    dataset: Dataset
    inputs: tuple[Path, ...]
    parameters: Mapping[str, Any]
    sources: Mapping[str, NotebookNode]
    notebook_folder: Path

    @property
    def language(self) -> str:
        """The language of the report."""
        return str(self.parameters["language"])

    def values(self, name: str, *, clean: Path, out: Path) -> dict[str, Any]:
        """Give a notebook the parameters that its parameters cell names."""
        folders = {"raw": str(self.raw), "clean": str(clean), "output": str(out)}
        return {one: (folders | dict(self.parameters))[one] for one in named_in(self.sources[name], name)}

    def shown_values(self, name: str) -> dict[str, Any]:
        """Give the same parameters as they are shown: folders under the project, or only their names."""
        shown = {"raw": shown_path(self.raw), "clean": shown_path(self.clean), "output": shown_path(self.out)}
        return {one: (shown | dict(self.parameters))[one] for one in named_in(self.sources[name], name)}


def make_plan(
    raw: Path, out: Path | None, *, given: Mapping[str, object], notebook_folder: Path, clean_folder: Path
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

    Raises
    ------
    ParameterError, ExportError, DefinitionError, RunError
        Whatever would stop the run later.
    """
    raw = Path(raw).resolve()
    dataset = read_dataset(raw)
    parameters = resolve(given, pilots=dataset.pilots)
    out = (ROOT / "reports" / dataset.name if out is None else Path(out)).resolve()
    check_target(out, raw)
    sources = {path.stem: notebooks.read(path) for path in notebooks.study_notebooks(notebook_folder)}
    for name, source in sources.items():
        named_in(source, name)
    export = read_export(raw, load_definitions())
    return Plan(
        raw, out, clean_folder / dataset.name, dataset, export.inputs, parameters, sources, notebook_folder
    )


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
