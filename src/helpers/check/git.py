"""Whether files of a real dataset could end up in a git history.

Git runs programs that a repository names in its own settings. So it is never asked inside the folder of a
dataset, only from a repository around it, and with those settings off.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from helpers.definitions import Text
from helpers.words import both

SECONDS = 10
OFF = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.untrackedCache=false")


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
