"""Whether a report, and the export it was made from, are still what its manifest says."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.cleaning import COMPARISON
from helpers.definitions import REFERENCE, ROOT
from helpers.folders import MANIFEST, RunError
from helpers.run._manifest import NUMBERED, files_of, read_manifest, sha256


@dataclass(frozen=True)
class Verified:
    """What was compared with a manifest: how many files agree, and what does not."""

    agree: int
    faults: tuple[str, ...]
    unseen: tuple[str, ...]


def verify(folder: Path, *, raw: Path | None = None) -> Verified:
    """Compare the files of a report, its inputs and the definitions with the hashes in its manifest.

    Parameters
    ----------
    folder : Path
        A report, or the root of a run in more than one language.
    raw : Path, optional
        The folder of the export; by default where the manifest says it was, under the project.

    Returns
    -------
    Verified
        `agree` counts the files with the SHA-256 of the manifest; `faults` names each file that is changed,
        missing or more than was written; `unseen` says what could not be compared because it is not here.

    Raises
    ------
    RunError
        The folder has no manifest of a run, or one that cannot be read.
    """
    manifest = read_manifest(folder)
    outputs = _hashes(manifest, "outputs", folder)
    there = {path.relative_to(folder).as_posix() for path in files_of(folder)}
    faults = [f"{name}: is no file that the run wrote" for name in sorted(there - outputs.keys())]
    agree, found = _compare(folder, outputs)
    faults += found
    unseen = []
    places = {"inputs": raw or _folder(manifest, "dataset"), "reference": REFERENCE}
    if COMPARISON in manifest:
        places[COMPARISON] = _folder(manifest, COMPARISON)
    for name, place in places.items():
        of = manifest[COMPARISON] if name == COMPARISON else manifest
        hashes = _hashes(of, "inputs" if name == COMPARISON else name, folder)
        if place is None or not place.is_dir():
            unseen.append(f"{name}: not here, so not compared ({len(hashes)} files)")
            continue
        same, found = _compare(place, _named(hashes, place) if name == "inputs" else hashes)
        agree, faults = agree + same, faults + found
    return Verified(agree, tuple(faults), tuple(unseen))


def _compare(folder: Path, hashes: dict[str, str]) -> tuple[int, list[str]]:
    """Count the files of a folder that are as they were, and name those that are not."""
    faults = []
    for name, digest in hashes.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            faults.append(f"{name}: leads out of {folder.name}")
        elif not path.is_file():
            faults.append(f"{folder.name}/{name}: is missing")
        elif sha256(path) != digest:
            faults.append(f"{folder.name}/{name}: is not what the run read or wrote")
    return len(hashes) - len(faults), faults


def _named(hashes: dict[str, str], folder: Path) -> dict[str, str]:
    """Give the files of an export their names again where a public edition has numbers for them."""
    known = {sha256(path): path.name for path in folder.iterdir() if path.is_file()}
    return {
        known.get(digest, name) if name.startswith(NUMBERED) else name: digest
        for name, digest in hashes.items()
    }


def _hashes(manifest: dict[str, Any], name: str, folder: Path) -> dict[str, str]:
    """Read one list of hashes from a manifest."""
    found = manifest.get(name)
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise RunError(f"{folder / MANIFEST}: holds no hashes of its {name}; it was changed by hand")
    return found


def _folder(manifest: dict[str, Any], of: str) -> Path | None:
    """Find the export where the manifest says it was; only a folder of the project is named in full."""
    dataset = manifest.get(of)
    name = dataset.get("folder") if isinstance(dataset, dict) else None
    if not isinstance(name, str) or not name:
        return None
    folder = (ROOT / name).resolve()
    return folder if folder.is_relative_to(ROOT) and folder != ROOT else None
