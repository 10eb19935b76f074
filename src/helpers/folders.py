"""The folders of a run: made aside, swapped in as a whole, one run at a time; whether git sees them."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import io
import json
import os
import re
import secrets
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from helpers.definitions import ROOT, Text
from helpers.errors import PipelineError
from helpers.words import both

MADE_BY = "gezinscoach"
MANIFEST = "manifest.json"
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can say: equal ones are then equal
PUBLISHED = "published.json"  # beside the clean tables of real data: which public edition was made
INTERNAL = "-internal"  # ending of the name of a folder that is not to be passed on
PRIVATE, PRIVATE_FILE = 0o700, 0o600  # a folder, and a file, for its owner alone
WAIT_STEP = 0.05  # seconds
TRIES, PAUSE = 10, 0.5  # to remove a folder, and seconds between: kernels of a killed run end soon
NO_CURE = 1  # seconds to try again after what another run is not the cause of
AT_CWD, EXCHANGE = -100, 2  # of Linux: AT_FDCWD in fcntl.h, RENAME_EXCHANGE in stdio.h


class RunError(PipelineError):
    """A run that cannot start or did not finish; the message says what stopped it and what is left where."""


class TargetError(RunError):
    """A folder that a run may not write to: the command has to name another one."""


class EditionError(RunError):
    """A public edition that may not stand beside the first: the command has to ask otherwise."""


def resolve(path: str | Path) -> Path:
    """Give a path as it is meant: as given where it is there, else from the project's root."""
    given = Path(path).expanduser()
    return given.resolve() if given.is_absolute() or given.exists() else Path(ROOT, given)


def from_root(path: Path) -> str:
    """Write a path as it is given in a parameter: from the project's root where it lies in it.

    >>> from_root(ROOT / "data" / "clean" / "synthetic")
    'data/clean/synthetic'
    """
    return (path.relative_to(ROOT) if path.is_relative_to(ROOT) else path).as_posix()


def looked_at(path: str | Path) -> str:
    """Say in which places a path was looked for, for the message that it is not there."""
    places = dict.fromkeys((Path(path).expanduser().absolute(), resolve(path)))
    return "looked at " + " and ".join(map(str, places))


def aside(target: Path, purpose: str) -> Path:
    """Name a hidden folder or file beside a target, on the same file system.

    >>> aside(Path("reports/leuven"), "lock").as_posix()
    'reports/.leuven.lock'
    """
    return target.with_name(f".{target.name}.{purpose}")


def failed_folder(target: Path) -> Path:
    """Name the folder that keeps the notebooks of a run that failed."""
    return target.with_name(f"{target.name}.failed")


def internal_folder(target: Path) -> Path:
    """Name the folder of the internal review that goes with a report.

    >>> internal_folder(Path("reports/leuven")).as_posix()
    'reports/leuven-internal'
    """
    return target.with_name(f"{target.name}{INTERNAL}")


def is_internal(folder: Path) -> bool:
    """Tell by its name whether a folder is for internal review, wherever a link of that name leads."""
    return folder.resolve().name.endswith(INTERNAL)


def lies_in_internal(folder: Path) -> bool:
    """Tell whether a folder is for internal review, or lies in one, as that of a language or a pilot does."""
    return any(map(is_internal, (folder, *folder.resolve().parents)))


def said_in(path: Path) -> dict[str, Any]:
    """Give what a JSON file holds under its names; nothing where it is not there, or cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def check_target(target: Path, raw: Path) -> None:
    """Refuse a target (TargetError) that is no report, or that lies in the raw export or around it."""
    target = target.resolve()
    keep_apart(target, raw, named=f"--out {target}")
    if target.is_relative_to(ROOT / "data"):
        raise TargetError(f"--out {target}: lies among the data; give a folder in reports/, or elsewhere")
    if target.exists() and not target.is_dir():
        raise TargetError(f"--out {target}: is a file; give the name of a folder")
    if target.exists() and any(target.iterdir()) and not is_report(target):
        raise TargetError(
            f"--out {target}: holds files that no run made, and a run replaces the whole folder; "
            "give a new or an empty folder"
        )


def keep_apart(target: Path, raw: Path, *, named: str = "") -> None:
    """Refuse a target in the raw export or around it (TargetError): an export is never written to."""
    target, raw = target.resolve(), raw.resolve()
    if target.is_relative_to(raw) or raw.is_relative_to(target):
        said = f"overlaps the raw export {raw}, which is never written to; give a folder apart"
        raise TargetError(f"{named or target}: {said}")


def check_page(page: Path, *, personal: bool) -> None:
    """Refuse a file that a page may not be written to (TargetError).

    Its name ends in `.html`, and it lies in no report, where it would take the place of a page or go with the
    next run. One about single families lies in an internal folder, and not where git would take it along.
    """
    reason = why_not_here(page) if personal else ""
    if page.suffix.lower() != ".html":
        reason = "is a page; give a name that ends in .html"
    elif any(map(is_report, page.resolve().parents)):
        reason = "lies in a report, which the next run replaces as a whole; give a place outside of it"
    elif personal and not lies_in_internal(page.parent):
        reason = f"would show single families; give a file in a folder of the name …{INTERNAL}"
    if reason:
        raise TargetError(f"--out {page}: {reason}")


def is_report(folder: Path) -> bool:
    """Tell whether a folder is what an earlier run left, by its manifest."""
    return said_in(folder / MANIFEST).get("made_by") == MADE_BY


@contextmanager
def locked(target: Path, *, wait_seconds: float = 0) -> Iterator[None]:
    """Keep every other run away from a target; the lock goes with the process that holds it.

    RunError where another run has it, or the folder around the target cannot be written to.
    """
    path = aside(target, "lock")
    connection = _exclusive(path, target, wait_seconds)
    try:
        yield
    finally:
        with suppress(OSError):  # where a file in use cannot be removed, it stays, empty
            path.unlink()
        connection.close()


def _exclusive(path: Path, target: Path, wait_seconds: float) -> sqlite3.Connection:
    """Lock a file. SQLite does that alike on all systems, and no lock outlives its process."""
    begun = time.monotonic()
    while True:
        connection = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()  # the system says better than SQLite why no file can be made
            connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
            connection.execute("BEGIN EXCLUSIVE")
            return connection
        except (OSError, sqlite3.OperationalError) as error:
            if connection is not None:
                connection.close()
            waited, busy = time.monotonic() - begun, "locked" in str(error)
            if busy and waited >= wait_seconds:
                said = f"{target}: another run is writing there; try again when it is done"
                raise RunError(said) from None
            if not busy and waited >= min(wait_seconds, NO_CURE):
                why = getattr(error, "strerror", None) or error
                raise RunError(f"{target.parent}: cannot be written to ({why})") from None
        time.sleep(WAIT_STEP)


def check_ready(target: Path, *, room: int, wait_seconds: float = 0) -> None:
    """Refuse, before any work for it, a target that cannot be written, is in use, or has too little room.

    `room` is in bytes; another run may still be writing there for `wait_seconds`.
    """
    missing = [folder for folder in target.parents if not folder.exists()]
    try:
        with locked(target, wait_seconds=wait_seconds):
            free = shutil.disk_usage(target.parent).free
    finally:
        for folder in missing:  # nothing is left behind, as the run may stop yet
            with suppress(OSError):
                folder.rmdir()
    if free < room:
        raise RunError(
            f"{target.parent}: {free / 2**20:,.0f} MiB are free on that disk, and this run needs about "
            f"{room / 2**20:,.0f} MiB for {target.name}. Make room there first"
        )


def fresh_build(target: Path, *, private: bool = False) -> Path:
    """Make an empty build folder, after clearing what a killed run has left; call it under the lock.

    Its name is its own: kernels of a killed run live on for a moment, and write where that run built. A
    private one, and that of an internal folder, is for its owner alone, where the system knows owners.
    """
    old = aside(target, "old")
    if old.exists() and not target.exists():
        old.rename(target)
    left = re.compile(re.escape(aside(target, "").name) + r"[0-9a-f]{8}\.build")
    beside = target.parent.iterdir() if target.parent.exists() else ()
    for folder in (old, *(path for path in beside if left.fullmatch(path.name))):
        remove(folder)
    build = aside(target, f"{secrets.token_hex(4)}.build")
    make_folder(build, private=private or is_internal(target))
    return build


def make_folder(folder: Path, *, private: bool) -> None:
    """Make a folder where there is none, and keep it from all but its owner when it is private."""
    folder.mkdir(parents=True, exist_ok=True)
    if private:
        with suppress(OSError):
            folder.chmod(PRIVATE)


def write_new(path: Path, content: bytes, *, option: str, mode: int = 0o666) -> None:
    """Write a file that was not there; TargetError names the option of the command that asked for it."""
    try:
        with open(path, "xb", opener=partial(os.open, mode=mode)) as file:
            file.write(content)
    except FileExistsError:
        raise TargetError(f"{option} {path}: is there already; name a new file") from None
    except OSError as error:
        raise TargetError(f"{option} {path}: cannot be written ({error.strerror})") from None


def keep_private(folder: Path) -> None:
    """Keep a folder, and every file and folder in it, from all but its owner."""
    for path in (folder, *folder.rglob("*")):
        with suppress(OSError):
            path.chmod(PRIVATE if path.is_dir() else PRIVATE_FILE)


def swap(finished: Mapping[Path, Path]) -> None:
    """Put finished folders (values) in the places of their targets (keys), all of them or none (RunError)."""
    placed: list[Path] = []
    for target, new in finished.items():
        try:
            _put(new, target)
        except OSError as error:
            for done in reversed(placed):
                done.rename(finished[done])
                _put_back(done)
            raise RunError(f"{target}: cannot be replaced ({error}); is a file in it open?") from None
        placed.append(target)
    for target in placed:
        remove(aside(target, "old"))


def _put(new: Path, target: Path) -> None:
    """Put a folder in the place of the target, which is set aside; on an error it comes back."""
    if target.exists():
        if _exchanged(new, target):
            new.rename(aside(target, "old"))
            return
        target.rename(aside(target, "old"))
    try:
        new.rename(target)
    except OSError:
        _put_back(target)
        raise


def _exchanged(new: Path, target: Path) -> bool:
    """Let two folders change places in one step, so that there always is one; False where Linux is not.

    Python has no function for it; elsewhere a run that is killed between two steps leaves the previous report
    set aside, and the next run brings it back.
    """
    call = getattr(ctypes.CDLL(None), "renameat2", None) if sys.platform == "linux" else None
    if call is None:
        return False
    call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return bool(call(AT_CWD, os.fsencode(new), AT_CWD, os.fsencode(target), EXCHANGE) == 0)


def _put_back(target: Path) -> None:
    if aside(target, "old").exists():
        aside(target, "old").rename(target)


@contextmanager
def replacing(target: Path, *, private: bool, wait_seconds: float = 0) -> Iterator[Path]:
    """Give an empty folder for what is to stand in the place of the target, and put it there in the end.

    What says which public edition was made of a dataset stays. A private one is for its owner alone. On an
    error the target is as it was.
    """
    with locked(target, wait_seconds=wait_seconds):
        build = fresh_build(target, private=private)
        try:
            yield build
            if private:
                keep_private(build)
            if (target / PUBLISHED).is_file():
                shutil.copy2(target / PUBLISHED, build / PUBLISHED)
            swap({target: build})
        finally:
            remove(build)


def replace_with_copy(new: Path, target: Path, *, private: bool) -> None:
    """Put a copy of a folder in the place of the target, which may be on another file system."""
    if private:
        keep_private(new)  # the copy gets the permissions of what is copied
    with replacing(target, private=private, wait_seconds=60) as build:
        shutil.copytree(new, build, dirs_exist_ok=True)


def remove(folder: Path) -> None:
    """Remove a folder with all in it, where there is one, and what a killed run still puts there."""
    if folder.is_symlink():
        os.unlink(folder)
    for tries_left in reversed(range(TRIES)):
        try:
            if folder.exists():
                shutil.rmtree(folder)
            return
        except OSError as error:
            if error.errno != errno.ENOTEMPTY or not tries_left:
                raise
            time.sleep(PAUSE)


def sha256(path: Path) -> str:
    """Give the hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Pack files by their names, with the same bytes each time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(zipfile.ZipInfo(name, FIRST_DAY), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def without_times(workbook: bytes) -> bytes:
    """Give a workbook as it was saved, with a fixed date in place of the time of saving."""
    about = "docProps/core.xml"
    with zipfile.ZipFile(io.BytesIO(workbook)) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    parts[about] = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", parts[about])
    return zipped(parts)


SECONDS = 10
OFF = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.untrackedCache=false")


# ---- git --------------------------------------------------------------------------------------------------
# It runs programs that a repository names in its own settings. So it is never asked inside the folder of a
# dataset, only from a repository around it, and with those settings off.


def git_warnings(folder: Path) -> tuple[Text, ...]:
    """Warn when a dataset with real families lies in a git repository that tracks it, or does not ignore it.

    None when it lies in no repository, is ignored by it, or git cannot be asked.
    """
    folder = folder.resolve()
    if (folder / ".git").exists():
        return (both("check", "git_folder"),)
    root = next((parent for parent in folder.parents if (parent / ".git").exists()), None)
    if root is None:
        return ()
    tracked = _git(root, "ls-files", "-z", "--", f":(literal){folder.relative_to(root)}")
    if tracked is not None and tracked.returncode == 0 and tracked.stdout:
        return (both("check", "git_tracks", count=tracked.stdout.count(b"\0")),)
    ignored = _git(root, "check-ignore", "-q", "--", str(folder.relative_to(root) / "dataset.yml"))
    return (both("check", "git_takes"),) if ignored is not None and ignored.returncode == 1 else ()


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes] | None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        return subprocess.run(
            ["git", *OFF, *arguments], cwd=root, env=environment, capture_output=True, timeout=SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return None


def why_not_here(path: Path) -> str:
    """Say why a file with personal data should not be written to a path, "" where nothing speaks against it.

    What git tracks, or would take along, goes into a history that is shared.
    """
    path = path.resolve()
    root = next((parent for parent in path.parents if (parent / ".git").exists()), None)
    if root is None:
        return ""
    ignored = _git(root, "check-ignore", "-q", "--", str(path.relative_to(root)))
    if ignored is not None and ignored.returncode == 0:
        return ""
    if ignored is not None and ignored.returncode == 1:
        return (
            f"it would hold personal data, and git does not ignore {path.name} there; give a place outside "
            f"of {root}, or one that .gitignore names"
        )
    return f"it would hold personal data, and git could not be asked about it; give a place outside of {root}"
