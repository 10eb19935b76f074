"""Small steps that the tests of the reader share."""

from __future__ import annotations

import zipfile

import pytest

from datasets import COLUMNS
from helpers.definitions import load_definitions
from helpers.export import read_export
from helpers.export.messages import ExportError

DEFINITIONS = load_definitions()
UNITS = ("huishouden", "volwassene", "kind")


def read(folder):
    return read_export(folder, DEFINITIONS)


def column(folder, name, unit="huishouden"):
    return read(folder).tables[unit][name].tolist()


def put_csv(folder, text, unit="huishouden"):
    """Replace the file of a unit by these bytes or this text."""
    (folder / f"{unit}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def lines(*rows, unit="huishouden", header=None, end="\n"):
    """CSV text of the layout's header and these lines, each padded to the header's width."""
    names = list(header or COLUMNS[unit])
    padded = [";".join([*row, *[""] * (len(names) - len(row))]) if row is not None else "" for row in rows]
    return end.join([";".join(names), *padded]) + end


def rewrite_parts(path, change):
    """Replace each XML part of a workbook by what `change(name, text)` returns."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, change(name, text))


def stops(folder, *parts, action=read):
    """Check that reading stops with these parts in its message, on one line."""
    with pytest.raises(ExportError) as caught:
        action(folder)
    message = str(caught.value)
    assert [part for part in parts if part not in message] == [], message
    assert "\n" not in message
    return message
