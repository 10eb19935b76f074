"""Whether files of a real dataset could end up in a git history.

Git runs programs that a repository names in its own settings. So it is never asked inside the folder of a
dataset, only from a repository around it, and with those settings off.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from helpers.definitions import Text

SECONDS = 10
OFF = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.untrackedCache=false")


def git_warnings(folder: Path) -> tuple[Text, ...]:
    """Warn when a dataset lies in a git repository that tracks it, or does not ignore it.

    Parameters
    ----------
    folder
        A dataset with real families.

    Returns
    -------
    tuple of Text
        Empty when it lies in no repository, is ignored by it, or git cannot be asked.
    """
    folder = folder.resolve()
    if (folder / ".git").exists():
        return (
            Text(
                "de map met echte gegevens is zelf een git-opslagplaats; verwijder de map .git eruit",
                "the folder with real data is itself a git repository; take the folder .git out of it",
            ),
        )
    root = next((parent for parent in folder.parents if (parent / ".git").exists()), None)
    if root is None:
        return ()
    tracked = _git(root, "ls-files", "-z", "--", _literal(folder.relative_to(root)))
    if tracked is not None and tracked.returncode == 0 and tracked.stdout:
        count = tracked.stdout.count(b"\0")
        return (
            Text(
                f"git volgt {count} bestanden van deze echte dataset: ze staan in de geschiedenis van de "
                "opslagplaats. Haal ze eruit (git rm --cached) en deel die geschiedenis niet",
                f"git tracks {count} files of this real dataset: they are in the history of the repository. "
                "Take them out (git rm --cached) and do not share that history",
            ),
        )
    ignored = _git(root, "check-ignore", "-q", "--", str(folder.relative_to(root) / "dataset.yml"))
    if ignored is not None and ignored.returncode == 1:
        return (
            Text(
                "git negeert deze map met echte gegevens niet: een `git add` neemt ze mee. Leg ze in "
                "data/raw/, of zet de map in .gitignore",
                "git does not ignore this folder with real data: a `git add` takes it along. Put it in "
                "data/raw/, or name the folder in .gitignore",
            ),
        )
    return ()


def _literal(path: Path) -> str:
    """Return a path that git does not read as a pattern."""
    return f":(literal){path}"


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

    Git is asked whether it ignores the file: what it tracks, or would take along, goes into a history that is
    shared.
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
