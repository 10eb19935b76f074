"""Notebooks as documents: read, find a cell's heading, make two executions of one notebook the same bytes."""

import json
import os
import platform
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from helpers.definitions import ROOT
from helpers.folders import RunError

HERE = {f"{ROOT}{os.sep}": ""}  # no output says where the project stands on a machine

INJECTED = "injected-parameters"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
PYTHON = {  # as its kernel says; JupyterLab writes it into every notebook that it saves
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": platform.python_version(),
}

FULL = "full"  # tag of markdown that holds of exact numbers only
LOOK = "look"  # tag of code to copy and vary, for whoever opens the notebook


def study_notebooks(folder: Path) -> tuple[Path, ...]:
    """List the numbered notebooks of a folder in the order in which they run."""
    found = tuple(sorted(folder.glob("[0-9][0-9]_*.ipynb")))
    if not found:
        raise RunError(f"{folder}: holds no numbered notebook, such as 01_cleaning.ipynb")
    return found


def read(path: Path) -> NotebookNode:
    """Read a notebook; RunError where the file is none, or no cell is tagged `parameters`."""
    try:
        notebook = nbformat.read(path, as_version=4)
    except (OSError, ValueError, TypeError, AttributeError, nbformat.ValidationError) as error:
        raise RunError(f"{path.name}: is no notebook that can be read ({error})") from None
    if not any("parameters" in tags(cell) for cell in notebook.cells):
        raise RunError(f"{path.name}: no cell is tagged `parameters`, so it would run on its own defaults")
    return notebook


def write(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook as JupyterLab does, with the same bytes for the same content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")


def tags(cell: NotebookNode) -> tuple[str, ...]:
    return tuple(cell.metadata.get("tags", ()))


def in_language(cell: NotebookNode, language: str) -> bool:
    """Tell whether a cell belongs in a page of this language: it carries no tag of another one."""
    languages = [tag.removeprefix("lang-") for tag in tags(cell) if tag.startswith("lang-")]
    return not languages or language in languages


def heading_of(notebook: NotebookNode, index: int, *, language: str) -> str:
    """Give the heading under which a cell stands, without its marks; empty where there is none."""
    for cell in reversed(notebook.cells[: index + 1]):
        if cell.cell_type == "markdown" and in_language(cell, language):
            headings = re.findall(r"^#{1,6}\s+(.+?)\s*#*$", cell.source, flags=re.MULTILINE)
            if headings:
                return headings[-1]
    return ""


def without(notebook: NotebookNode, tag: str) -> NotebookNode:
    kept = nbformat.from_dict(notebook)
    kept.cells = [cell for cell in notebook.cells if tag not in tags(cell)]
    return kept


def without_empty_sections(notebook: NotebookNode) -> NotebookNode:
    """Leave out the sections of which no cell shows anything, with their headings and words.

    A section begins with the markdown cells that open with a heading of the second rank. Words alone are no
    such section, nor are those after the last code: the foot of a page. What only holds of exact numbers (tag
    `full`) goes too.
    """
    sections: list[list[NotebookNode]] = [[]]
    last = max(at for at, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    for at, cell in enumerate(notebook.cells):
        heads = cell.cell_type == "markdown" and cell.source.startswith("## ")
        if at == last + 1 or heads and not (sections[-1] and sections[-1][-1].cell_type == "markdown"):
            sections.append([])
        sections[-1].append(cell)
    kept = nbformat.from_dict(notebook)
    kept.cells = [
        cell
        for number, section in enumerate(sections)
        if number == 0
        or any(cell.get("outputs") for cell in section)
        or all(cell.cell_type == "markdown" for cell in section)
        for cell in section
        if FULL not in tags(cell)
    ]
    return kept


def normalise(notebook: NotebookNode, *, name: str, replace: Mapping[str, str] | None = None) -> NotebookNode:
    """Take off what differs between two executions, or between two machines.

    The new notebook has no times, ids of cells that are made of its name, each stream in one piece, and the
    version of Python that executed it. `replace` has texts that may stand in an output, such as the path of a
    build folder, and what to put there.
    """
    executed = {"version": notebook.metadata.get("language_info", {}).get("version", PYTHON["version"])}
    normal = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL, "language_info": PYTHON | executed})
    normal.cells = [_normal_cell(cell, f"{name}-{i:02d}") for i, cell in enumerate(notebook.cells)]
    for cell in normal.cells:
        if cell.cell_type == "code":
            cell.outputs = [_replaced(output, replace or {}) for output in _joined_streams(cell.outputs)]
    return normal


def set_injected(notebook: NotebookNode, values: Mapping[str, Any]) -> None:
    """Write the parameters of a run into the cell that papermill injected, with paths that last."""
    for cell in notebook.cells:
        if INJECTED in tags(cell):
            lines = [
                f"{name} = {value if isinstance(value, bool) else json.dumps(value, ensure_ascii=False)}"
                for name, value in values.items()
            ]
            cell.source = "\n".join(["# Parameters of this run", *lines])


def _normal_cell(cell: NotebookNode, identifier: str) -> NotebookNode:
    kept = {key: cell[key] for key in ("cell_type", "source", "attachments") if key in cell}
    if cell.cell_type == "code":
        kept |= {"outputs": cell.outputs, "execution_count": cell.execution_count}
    metadata = {"tags": sorted(tags(cell))} if tags(cell) else {}
    return nbformat.from_dict(kept | {"id": identifier, "metadata": metadata})


def _joined_streams(outputs: Iterable[NotebookNode]) -> list[NotebookNode]:
    """Put together what was printed in one go but came in pieces."""
    joined: list[NotebookNode] = []
    for output in outputs:
        if joined and output.output_type == "stream" and output.get("name") == joined[-1].get("name"):
            joined[-1] = nbformat.from_dict({**joined[-1], "text": joined[-1].text + output.text})
        else:
            joined.append(output)
    return joined


def _replaced(value: Any, replace: Mapping[str, str]) -> Any:
    """Replace texts everywhere in an output but in images, the longest first."""
    if isinstance(value, str):
        for old in sorted(replace, key=len, reverse=True):
            value = value.replace(old, replace[old])
        return value
    if isinstance(value, list):
        return [_replaced(one, replace) for one in value]
    if isinstance(value, dict):
        return nbformat.from_dict(
            {k: one if str(k).startswith("image/") else _replaced(one, replace) for k, one in value.items()}
        )
    return value
