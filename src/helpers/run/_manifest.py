"""Where a run came from and what it left, the only file with times; and whether that still holds."""

import json
import platform
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from helpers.cleaning import COMPARISON
from helpers.definitions import CODEBOOK, OFFICIAL, REFERENCE, ROOT
from helpers.definitions.languages import TEXTS
from helpers.definitions.outputs import FOLDER
from helpers.folders import MADE_BY, MANIFEST, RunError, is_report, sha256, zipped

DEFINITIONS = "definitions.zip"
SCHEMAS = "schemas"  # of definitions, for editors: made of the program, they define nothing
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


def hashes(paths: Iterable[Path], *, under: Path) -> dict[str, str]:
    return {path.relative_to(under).as_posix(): sha256(path) for path in paths}


def reference_hashes() -> dict[str, str]:
    return hashes(_reference_files(), under=REFERENCE)


def _reference_files() -> list[Path]:
    """List the definitions that a run reads; whatever else lies there is of somebody, and in no report."""
    described = {f"{path.stem}.yml" for path in (REFERENCE / SCHEMAS).glob("*.json")}
    own = [REFERENCE / name for name in sorted({CODEBOOK, OFFICIAL, *described})]
    parts = [path for folder in (FOLDER, TEXTS) for path in sorted((REFERENCE / folder).glob("*.yml"))]
    return [path for path in (*own, *parts) if path.is_file()]


def keep_definitions(folder: Path) -> None:
    kept = {path.relative_to(REFERENCE).as_posix(): path.read_bytes() for path in _reference_files()}
    (folder / DEFINITIONS).write_bytes(zipped(kept))


@cache
def versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def git_state(root: Path) -> dict[str, str | bool | None]:
    """Give the commit of a project and whether files differ from it; None without git or without a commit."""

    def asked(*arguments: str) -> str | None:
        command = ["git", "-C", str(root), *arguments]
        try:
            return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout
        except (OSError, subprocess.SubprocessError):
            return None

    top = asked("rev-parse", "--show-toplevel")
    here = top is not None and Path(top.strip()).resolve() == root.resolve()
    commit, changes = asked("rev-parse", "--verify", "HEAD"), asked("status", "--porcelain")
    if not here or commit is None or changes is None:
        return {"commit": None, "dirty": None}
    return {"commit": commit.strip(), "dirty": bool(changes.strip())}


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a report; RunError where it has none of a run."""
    if not is_report(folder):
        raise RunError(f"{folder}: is no report of a run; its {MANIFEST} is missing or not of this program")
    found: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return found


def write_manifest(folder: Path, content: Mapping[str, Any]) -> None:
    """Write the manifest of a finished report, with the SHA-256 of every other file in it."""
    outputs = hashes(_files_of(folder), under=folder)
    text = json.dumps({"made_by": MADE_BY, **content, "outputs": outputs}, ensure_ascii=False, indent=2)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")


def _files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)


# ---- verify ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verified:
    """What was compared with a manifest: how many files agree, and what does not."""

    agree: int
    faults: tuple[str, ...]
    unseen: tuple[str, ...]


def verify(folder: Path, *, raw: Path | None = None) -> Verified:
    """Compare the files of a report, its inputs and the definitions with the hashes in its manifest.

    `folder` may be the root of a run in more than one language; `raw` is by default where the manifest says
    it was, under the project.

    `agree` counts the files with the SHA-256 of the manifest; `faults` names each file that is changed,
    missing or more than was written; `unseen` says what could not be compared because it is not here.

    RunError: the folder has no manifest of a run, or one that cannot be read.
    """
    manifest = read_manifest(folder)
    outputs = _hashes(manifest, "outputs", folder)
    there = {path.relative_to(folder).as_posix() for path in _files_of(folder)}
    faults = [f"{name}: is no file that the run wrote" for name in sorted(there - outputs.keys())]
    agree, found = _compare(folder, outputs)
    faults += found
    unseen = []
    read = [("inputs", manifest, "inputs", raw or _folder(manifest, "dataset"))]
    read += [("reference", manifest, "reference", REFERENCE)]
    if COMPARISON in manifest:
        read += [(COMPARISON, manifest[COMPARISON], "inputs", _folder(manifest, COMPARISON))]
    for name, of, hashed, place in read:
        hashes_of = _hashes(of, hashed, folder)
        if place is None or not place.is_dir():
            where = "; --raw says where they are" if name == "inputs" else ""
            unseen.append(f"{name}: not here, so not compared ({len(hashes_of)} files){where}")
            continue
        same, found = _compare(place, _named(hashes_of, place) if name == "inputs" else hashes_of)
        agree, faults = agree + same, faults + found
    return Verified(agree, tuple(faults), tuple(unseen))


def _compare(folder: Path, hashes_of: dict[str, str]) -> tuple[int, list[str]]:
    """Count the files of a folder that are as they were, and name those that are not."""
    faults = []
    for name, digest in hashes_of.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            faults.append(f"{name}: leads out of {folder.name}")
        elif not path.is_file():
            faults.append(f"{folder.name}/{name}: is missing")
        elif sha256(path) != digest:
            faults.append(f"{folder.name}/{name}: is not what the run read or wrote")
    return len(hashes_of) - len(faults), faults


def _named(hashes_of: dict[str, str], folder: Path) -> dict[str, str]:
    """Give the files of an export their names again where a public edition has numbers for them."""
    known = {
        sha256(path): path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    }
    return {
        known.get(digest, name) if name.startswith(NUMBERED) else name: digest
        for name, digest in hashes_of.items()
    }


def _hashes(manifest: Any, name: str, folder: Path) -> dict[str, str]:
    found = manifest.get(name) if isinstance(manifest, dict) else None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise RunError(f"{folder / MANIFEST}: holds no hashes of its {name}; it was changed by hand")
    return found


def _folder(manifest: dict[str, Any], of: str) -> Path | None:
    """Find the export where the manifest says it was; only a folder of the project is named in full."""
    dataset = manifest.get(of)
    name = dataset.get("folder") if isinstance(dataset, dict) else None
    if not isinstance(name, str):
        return None
    folder = (ROOT / name).resolve()
    return folder if folder.is_relative_to(ROOT) and folder != ROOT else None
