"""What a file in a dataset folder is: one whose bytes may be read, and of which kind these are.

Links out of the folder, pipes and devices are not read. Tables in a form that is not read are named, with
what to save them as.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

from helpers.export.messages import ExportError, Place, TooLarge

LARGEST_TABLE = 2**28  # bytes of a CSV file or a workbook
LARGEST_TEXT = 2**20  # bytes of a dataset.yml
CHECK = "Close it elsewhere, and check who may read it"
AS_XLSX = "Open it in a spreadsheet program and save it as an ordinary workbook (.xlsx), without a password"
AS_CSV = "Save it as CSV with encoding UTF-8"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # container of old workbooks, and of workbooks under a password
SUFFIXES: Mapping[str, str] = {
    ".xls": "an old Excel workbook (.xls)",
    ".xlsb": "a binary Excel workbook (.xlsb)",
    ".xlsm": "an Excel workbook with macros (.xlsm)",
    ".ods": "an OpenDocument spreadsheet (.ods)",
    ".numbers": "a Numbers document",
}
ARCHIVES = (b"PK\3\4", b"PK\5\6")  # one with parts, and an empty one
HEAD = 4096  # bytes of a file in which its kind is told


def read_bytes(path: Path, *, largest: int) -> bytes:
    """Return the bytes of a file in a dataset folder, which may have the `largest` number of them.

    FileNotFoundError: there is nothing of that name. ExportError: as `checked`, or it is too large.
    """
    found = checked(path)
    if found.st_size > largest:
        problem = f"it has {found.st_size:,} bytes, more than {largest:,}"
        raise TooLarge(str(Place(path.name).error(problem, "Take a smaller export")))
    try:
        return path.read_bytes()
    except OSError as error:
        raise unreadable(Place(path.name), error) from None


def checked(path: Path) -> os.stat_result:
    """Return what the system says of a file in a dataset folder.

    FileNotFoundError: there is nothing of that name. ExportError: it is no ordinary file, a link that leads
    out of the folder or nowhere, or cannot be read.
    """
    place = Place(path.name)
    try:
        found = os.lstat(path)
        if stat.S_ISLNK(found.st_mode):
            _check_link(path, place)
            found = os.stat(path)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise unreadable(place, error) from None
    if stat.S_ISDIR(found.st_mode):
        raise place.error("it is a folder", "Put a file of that name there")
    if not stat.S_ISREG(found.st_mode):
        problem = "it is no ordinary file but a pipe or a device"
        raise place.error(problem, "Put a file of that name there")
    return found


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


def refuse_other_kind(content: bytes, place: Place, *, workbook: bool) -> None:
    """Stop at a file that has the name of a workbook, or of a CSV file, and is something else that is known.

    Raises ExportError: says what it is, and what to save it as.
    """
    if content.startswith(OLE):
        kind = _kind_of_container(content)
    elif content.startswith(ARCHIVES):
        kind = _kind_of_archive(content) or ("" if workbook else "a workbook or another archive, and no CSV")
    else:
        kind = _kind_of_text(content)
        if not kind and workbook and is_text(content):
            raise place.error("it is no workbook but CSV text", "Rename it, so that its name ends in .csv")
    if kind:
        raise place.error(f"it is {kind}", AS_XLSX if workbook else AS_CSV)


def is_text(content: bytes) -> bool:
    """Return whether some bytes are lines of text with a delimiter in the first one."""
    head = content[:HEAD]
    line = head.lstrip(b"\xef\xbb\xbf").split(b"\n")[0].split(b"\r")[0]
    signs = sum(byte < 32 and byte not in b"\t\n\r\f\x1a" for byte in head)
    return signs == 0 and any(delimiter in line for delimiter in (b";", b",", b"\t", b"|"))


def _kind_of_container(content: bytes) -> str:
    """Name what a container of old workbooks holds, by the names in it."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "protected by a password"
    old = SUFFIXES[".xls"]
    return old if "Workbook".encode("utf-16-le") in content else f"{old}, or protected by a password"


def _kind_of_archive(content: bytes) -> str:
    """Name a document that is packed as a workbook is, "" for a workbook and whatever cannot be told."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except Exception:  # zipfile raises several kinds on damaged files
        return ""
    if "xl/workbook.bin" in names:
        return SUFFIXES[".xlsb"]
    if "content.xml" in names:
        return SUFFIXES[".ods"]
    if any(name.endswith(".iwa") or name == "Index.zip" for name in names):
        return SUFFIXES[".numbers"]
    return ""


def _kind_of_text(content: bytes) -> str:
    """Name a page or an old XML workbook, which programs also write under the name of a workbook."""
    head = content[:HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return "an XML workbook of Excel 2003"
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head")):
        return "a web page (HTML)"
    return ""
