"""The notebooks to work with: copies that git ignores, in one language, on a chosen export.

What is run, changed and saved in JupyterLab never reaches a file that git tracks: the copies lie in `work/`,
those of real data in a folder that ends in `-internal`. A copy that was changed is kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
from jupyter_core.paths import jupyter_config_dir

from helpers.cleaning.doubts import summary
from helpers.definitions import DEFAULT, ROOT
from helpers.definitions.languages import labels
from helpers.export import read_dataset
from helpers.files import WATCHED
from helpers.folders import INTERNAL, from_root, make_folder, resolve, said_in
from helpers.pseudonyms import KEY_FILE, read_key
from helpers.run import _notebooks as documents
from helpers.run._pages import day
from helpers.study import RAW, Study
from helpers.words import say

WORK, CLEAN = ROOT / "work", ROOT / "data" / "clean"
MADE = ".made.json"  # what was written into a folder, to know what was changed since
START = "start.md"
OTHERS = ("explore.ipynb", "template.ipynb")  # besides the numbered notebooks
SETTINGS: Mapping[str, Any] = {
    "@jupyterlab/docmanager-extension:plugin": {
        "autosave": False,  # what is shown of real data is kept when somebody saves it, and not before
        "defaultViewers": {"markdown": "Markdown Preview"},
    },
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}
STYLE = """\
.jp-RenderedHTMLCommon :is(td, th):not(.number) { text-align: left !important; }
.jp-RenderedHTMLCommon table { margin-left: 0 !important; }
.jp-OutputArea :is(img, svg) { max-width: min(780px, 100%) !important; height: auto !important; }
.jp-RenderedHTMLCommon :is(p, li) { max-width: 50em; }
"""


@dataclass(frozen=True)
class Desk:
    """Where the copies are, of which study, and which of them were changed and so kept."""

    folder: Path
    study: Study
    kept: tuple[str, ...]


def prepare(
    raw: str | Path = RAW,
    *,
    language: str = DEFAULT,
    key_file: Path | None = None,
    work: Path = WORK,
    clean: Path = CLEAN,
) -> Desk:
    """Clean an export and lay out the notebooks for it, without the words of other languages.

    `work` and `clean` are the folders in which those of this dataset come. Copies that were changed since the
    last time are as they were.
    """
    dataset = read_dataset(raw)
    key = read_key(key_file, away_from=(resolve(raw), work, clean)) if key_file else None
    study = Study.clean(raw, clean / dataset.name, key=key, language=language)
    assert study.folder is not None
    name = study.folder.name + ("" if language == DEFAULT else f"-{language}")
    folder = work / (name if dataset.synthetic else name + INTERNAL)
    make_folder(folder, private=not dataset.synthetic)
    values = {
        "raw": from_root(resolve(raw)),
        "clean": from_root(study.folder),
        "language": language,
        "output": from_root(folder / "saved"),
    }
    embedded = resolve(raw) == Path(ROOT, RAW) and language == DEFAULT  # the outputs that are committed fit
    notebooks = ROOT / "notebooks"
    files = {
        path.name: _copy(path, values, keep_outputs=embedded)
        for path in (*documents.study_notebooks(notebooks), *(notebooks / name for name in OTHERS))
        if path.name != "06_published_claims.ipynb" or dataset.published
    }
    files[START] = start_page(study, tuple(files), folder)
    return Desk(folder, study, _lay_out(folder, files))


def _copy(path: Path, values: Mapping[str, str], *, keep_outputs: bool) -> str:
    """Give a notebook in one language, with the folders of this dataset in its parameters."""
    notebook = documents.read(path)
    notebook.cells = [cell for cell in notebook.cells if documents.in_language(cell, values["language"])]
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    for cell in notebook.cells:
        if "parameters" in documents.tags(cell):
            for name, value in values.items():
                if name != "output" or "Explorer" in code:  # what only shows keeps no output
                    given = f"{name}: str = {json.dumps(value)}".replace("\\", r"\\")
                    cell.source = re.sub(rf'^{name}: str = "[^"]*"', given, cell.source, flags=re.MULTILINE)
        if cell.cell_type == "code" and not keep_outputs:
            cell.outputs, cell.execution_count = [], None
    return nbformat.writes(notebook) + "\n"


def start_page(study: Study, there: Sequence[str], folder: Path) -> str:
    """Say what these data are, and what to open for which question, in the language of the study.

    `there` names the notebooks that lie beside the page, in the folder; from that links lead to the documents
    of the project.
    """
    families, link = study.families, labels("lab_links")
    says = partial(say, "lab", language=study.language)
    of_data = says(
        "export",
        day=day(study.about.exported_on, study.language),
        retained=int((families["status"] == "retained").sum()),
        followed=int(families["followed"].sum()),
    )
    kind = says("synthetic" if study.about.synthetic else "real")
    rows = [
        f"| {what(study.language)} | [{Path(name).stem}]({target}) |"
        for name, what in link.items()
        if (target := name if name in there else _document(name, folder))
    ]
    table = [f"| {says('wish')} | {says('target')} |", "| --- | --- |", *rows]
    parts = (
        f"# {study.about.title_in(study.language)}",
        f"{kind} {of_data} {says('open')}",
        "\n".join(table),
        says("foot"),
    )
    return "\n\n".join(parts) + "\n"


def _document(name: str, folder: Path) -> str:
    if name.endswith(".ipynb") or not folder.is_relative_to(ROOT):
        return ""
    return Path(os.path.relpath(ROOT / name, folder)).as_posix()


def _lay_out(folder: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    """Write the files, but those that somebody changed; name these."""
    made, kept = said_in(folder / MADE), []
    for name, text in files.items():
        path = folder / name
        if path.exists() and _mark(path.read_bytes()) != made.get(name):
            kept.append(name)
            continue
        path.write_text(text, encoding="utf-8", newline="\n")
        made[name] = _mark(text.encode())
    (folder / MADE).write_text(json.dumps(made, indent=2), encoding="utf-8")
    return tuple(kept)


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# ---- JupyterLab ------------------------------------------------------------------------------------------


def jupyter(
    desk: Desk, arguments: Sequence[str] = (), *, key_file: Path | None = None
) -> tuple[list[str], dict]:
    """Give the command that opens JupyterLab at the start page, and its environment.

    The user's own settings of Jupyter are read too, and go before those of this room.
    """
    own = desk.folder / ".jupyter"
    for path, text in (
        (own / "settings" / "overrides.json", json.dumps(SETTINGS, indent=2)),
        (own / "custom" / "custom.css", STYLE),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    root = ROOT if desk.folder.is_relative_to(ROOT) else desk.folder
    page = (desk.folder / START).relative_to(root).as_posix()
    command = [
        *(sys.executable, "-m", "jupyterlab", "--custom-css", "--LabApp.news_url=None"),
        f"--LabApp.app_settings_dir={own / 'settings'}",
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{page}",
        *arguments,
    ]
    users = jupyter_config_dir()
    environment = {
        WATCHED: "1",
        "JUPYTER_PREFER_ENV_PATH": "1",  # the kernel of this environment, not one that the user installed
        "JUPYTER_CONFIG_DIR": str(own),
        "JUPYTER_CONFIG_PATH": os.pathsep.join([users, os.environ.get("JUPYTER_CONFIG_PATH", "")]).rstrip(
            os.pathsep
        ),
        "JUPYTERLAB_SETTINGS_DIR": os.environ.get(
            "JUPYTERLAB_SETTINGS_DIR", os.path.join(users, "lab", "user-settings")
        ),
    }
    if key_file:
        environment[KEY_FILE] = str(key_file.resolve())
    return command, dict(os.environ) | environment


def told(desk: Desk) -> list[str]:
    """Say what was laid out, and what to look out for."""
    lines = [f"warning: {text('en')}" for text in summary(desk.study.doubts)]
    if not desk.study.about.synthetic:
        lines.append(
            "real data: the copies are internal, and git ignores them. To have git refuse notebooks that "
            "show real families, once: git config core.hooksPath .githooks"
        )
    if desk.kept:
        lines.append(f"kept as you changed them: {', '.join(desk.kept)}")
    return [*lines, f"copies to work with: {desk.folder}"]
