"""The bytes of an ordinary file of a dataset folder; links out of it, pipes and devices are not read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from helpers.export.messages import ExportError, Place

LARGEST_TABLE = 2**28  # bytes of a CSV file or a workbook
LARGEST_TEXT = 2**20  # bytes of a dataset.yml
CHECK = "Close it elsewhere, and check who may read it"


def read_bytes(path: Path, *, largest: int) -> bytes:
    """Return the bytes of a file in a dataset folder.

    Parameters
    ----------
    path
        The file, in its folder.
    largest
        Bytes that it may have.

    Raises
    ------
    FileNotFoundError
        There is nothing of that name.
    ExportError
        It is no ordinary file, a link that leads out of the folder or nowhere, too large, or cannot be read.
    """
    place = Place(path.name)
    try:
        found = os.lstat(path)
        if stat.S_ISLNK(found.st_mode):
            _check_link(path, place)
            found = os.stat(path)
        _check_kind(found, place, largest=largest)
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise unreadable(place, error) from None


def unreadable(place: Place, error: OSError) -> ExportError:
    """Return the error for what the system does not let us read."""
    return place.error(f"it cannot be read ({error.strerror})", CHECK)


def _check_link(path: Path, place: Place) -> None:
    remedy = "Put the file itself in the folder"
    try:
        target = os.path.realpath(path, strict=True)
    except OSError:
        raise place.error("it is a link that leads nowhere", remedy) from None
    home = os.path.realpath(path.parent)
    if os.path.commonpath([home, target]) != home:
        raise place.error("it is a link that leads out of the folder", remedy)


def _check_kind(found: os.stat_result, place: Place, *, largest: int) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise place.error("it is a folder", "Put a file of that name there")
    if not stat.S_ISREG(found.st_mode):
        raise place.error("it is no ordinary file but a pipe or a device", "Put a file of that name there")
    if found.st_size > largest:
        raise place.error(f"it has {found.st_size:,} bytes, more than {largest:,}", "Take a smaller export")
