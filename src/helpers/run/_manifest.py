"""Where a run came from and what it left: the only file of a report in which times stand."""

import hashlib
import json
import platform
import subprocess
import zipfile
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from helpers.definitions import REFERENCE
from helpers.folders import FIRST_DAY, MADE_BY, MANIFEST, RunError, is_report

DEFINITIONS = "definitions.zip"
SCHEMAS = "schemas"  # made of the program, for editors: they define nothing
NUMBERED = "export-"  # how a public edition names the files that were read, and a number

PACKAGES = (
    "gezinscoach",
    "ipykernel",
    "matplotlib",
    "nbconvert",
    "numpy",
    "openpyxl",
    "pandas",
    "papermill",
    "pyarrow",
    "scipy",
    "seaborn",
    "statsmodels",
)


def sha256(path: Path) -> str:
    """Give the SHA-256 of a file as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashes(paths: Iterable[Path], *, under: Path) -> dict[str, str]:
    """Give the SHA-256 of files by their path under a folder, sorted."""
    return {path.relative_to(under).as_posix(): sha256(path) for path in sorted(paths)}


def reference_hashes() -> dict[str, str]:
    """Give the SHA-256 of the study's definitions."""
    return hashes(reference_files(), under=REFERENCE)


def reference_files() -> list[Path]:
    """List the files that define the study, its outputs and their texts."""
    found = sorted(path for path in REFERENCE.rglob("*") if path.is_file())
    return [path for path in found if path.relative_to(REFERENCE).parts[0] != SCHEMAS]


def keep_definitions(folder: Path) -> None:
    """Keep a copy of the definitions in a report, so that two reports can be compared line by line."""
    with zipfile.ZipFile(folder / DEFINITIONS, "w", zipfile.ZIP_DEFLATED) as kept:
        for path in reference_files():
            one = zipfile.ZipInfo(path.relative_to(REFERENCE).as_posix(), FIRST_DAY)
            kept.writestr(one, path.read_bytes(), zipfile.ZIP_DEFLATED)


def files_of(folder: Path) -> list[Path]:
    """List all files in a folder and the folders in it, but no manifest."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)


@cache
def versions() -> dict[str, str]:
    """Give the versions of Python and of the packages that results may depend on."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def git_state(root: Path) -> dict[str, str | bool | None]:
    """Give the commit of a project and whether files differ from it; None without git or without a commit."""
    top = _git(root, "rev-parse", "--show-toplevel")
    if top is None or Path(top.strip()).resolve() != root.resolve():
        return {"commit": None, "dirty": None}
    commit, changes = _git(root, "rev-parse", "--verify", "HEAD"), _git(root, "status", "--porcelain")
    if commit is None or changes is None:
        return {"commit": None, "dirty": None}
    return {"commit": commit.strip(), "dirty": bool(changes.strip())}


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a report.

    Raises
    ------
    RunError
        The folder has no manifest of a run.
    """
    if not is_report(folder):
        raise RunError(f"{folder}: is no report of a run; its {MANIFEST} is missing or not of this program")
    found: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return found


def write_manifest(folder: Path, content: Mapping[str, Any]) -> None:
    """Write the manifest of a finished report, with the SHA-256 of every other file in it."""
    outputs = hashes(files_of(folder), under=folder)
    text = json.dumps({"made_by": MADE_BY, **content, "outputs": outputs}, ensure_ascii=False, indent=2)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")


def _git(root: Path, *arguments: str) -> str | None:
    """Ask git something about a folder; None where it cannot say."""
    try:
        answer = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout
