"""The protected tables of a run, as its kernels find them: what stands for an exact table at the door.

A run with disclosure control protects all its tables together, writes them into a private folder of its own,
and tells the kernels in their environment where that is. What is not there is not shown.
"""

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.definitions import Text
from helpers.disclosure import OTHER, SMALL
from helpers.files import FileError as ShowError
from helpers.files import csv_text

# Tells the kernels of a run where the protected tables are; empty without disclosure control.
SAFE_TABLES = "GEZINSCOACH_SAFE_TABLES"
TABLES_ONLY = "GEZINSCOACH_TABLES_ONLY"  # tells the kernels of a first pass to write the exact tables alone
SAFE_MARK = "gezinscoach_safe"  # metadata of what has passed disclosure control; a report does not keep it
INDEX_FILE = "tables.json"
SHOWN, SHORTENED, REPLACED, LEFT_OUT = "shown", "shortened", "replaced", "left_out"
DEFINITIONS = "helpers.definitions"  # what comes from there counts nobody
COUNTED = (SMALL, OTHER)  # reasons of counts, which read `<5` and `x`
PARTS = ("table", "written", "reasons")


@dataclass(frozen=True)
class Stand:
    """What stands for an exact table.

    Attributes
    ----------
    kind : str
        `shown`; `shortened`: without some of its rows; `replaced`: a matrix whose summary stands in its
        place; `left_out`: nothing may be shown.
    table : DataFrame
        Empty where something is withheld; for figures and sentences.
    written : DataFrame
        As it is written: withheld counts read `<5` or `x`.
    reasons : DataFrame
        For each cell why it is withheld, or nothing.
    """

    kind: str
    table: pd.DataFrame
    written: pd.DataFrame
    reasons: pd.DataFrame

    @property
    def whole(self) -> bool:
        """Whether all of the table is shown."""
        return self.kind == SHOWN and not bool((self.reasons != "").any(axis=None))

    @property
    def lacks_words(self) -> bool:
        """Whether anything but numbers is withheld."""
        withheld = [name for name in self.table if (self.reasons[name] != "").any()]
        return any(str(self.table[name].dtype) not in ("Int64", "float64") for name in withheld)

    @property
    def marks(self) -> pd.DataFrame:
        """For each cell the mark that stands there, or nothing."""
        counted = self.reasons.isin(COUNTED)
        return self.written.astype("object").where(counted, "").reset_index(drop=True)


NOTHING = Stand(LEFT_OUT, pd.DataFrame(), pd.DataFrame(), pd.DataFrame())


@dataclass(frozen=True)
class Context:
    """What else an output needs, by name: what stands for tables, and what counts nobody."""

    stands: dict[str, Stand]
    plain: dict[str, Any]


class SafeTables:
    """The protected tables of one report.

    Parameters
    ----------
    mode : str
        `suppress` or `round`.
    min_cell : int
        Counts from 1 to min_cell − 1 are small.
    stands : mapping of str to (hash of the exact table, Stand)
        By the name of the table.
    """

    def __init__(self, mode: str, min_cell: int, stands: Mapping[str, tuple[str, Stand]]) -> None:
        self.mode, self.min_cell, self._stands = mode, min_cell, dict(stands)

    @property
    def names(self) -> tuple[str, ...]:
        """The tables that may be shown."""
        return tuple(name for name, (_, stand) in self._stands.items() if stand.kind != LEFT_OUT)

    def stand(self, name: str, table: pd.DataFrame) -> Stand:
        """Give what stands for an exact table.

        Raises
        ------
        ShowError
            The run has not protected a table of that name, or another one.
        """
        if name not in self._stands:
            raise ShowError(f"{name}: the run has not protected this table, so it is not shown")
        known, stand = self._stands[name]
        if known != digest(table):
            raise ShowError(f"{name}: is not the table that the run has protected, so it is not shown")
        return stand

    def named(self, name: str) -> Stand:
        """Give what stands for the table of that name; nothing, where the run has none."""
        return self._stands[name][1] if name in self._stands else NOTHING

    def by_content(self, table: pd.DataFrame) -> Stand:
        """Give what stands for a table whose name is not told; nothing, where it is none that is known."""
        content = digest(table)
        found = [stand for known, stand in self._stands.values() if known == content]
        same = all(digest(one.written) == digest(found[0].written) for one in found[1:])
        return found[0] if found and same else NOTHING

    def context(self, context: Mapping[str, Any], *, optional: Collection[str] = ()) -> "Context | None":
        """Make what else an output needs safe; None where a table in it may not be shown and is not optional.

        Tables are those that stand for them; definitions, truth values and words without a number stay. All
        else is left out, as a number may count anything; so is an optional table that lacks words.
        """
        made = Context({}, {})
        for name, value in context.items():
            if isinstance(value, pd.DataFrame):
                stand = self.by_content(value)
                if stand.kind == SHOWN and not (stand.lacks_words and name in optional):
                    made.stands[name] = stand
                elif name not in optional:
                    return None
            elif _counts_nobody(value):
                made.plain[name] = value
        return made

    def written(self, name: str) -> pd.DataFrame:
        """Give a table as it is written."""
        return self._stands[name][1].written


def _counts_nobody(value: object) -> bool:
    """Whether a value cannot be made of counts: a definition, a truth value, words without a number."""
    if isinstance(value, str | Text):
        return not any(
            sign.isdecimal() for sign in (value if isinstance(value, str) else value.nl + value.en)
        )
    return isinstance(value, bool) or type(value).__module__.startswith(DEFINITIONS)


def digest(table: pd.DataFrame) -> str:
    """Give the SHA-256 of a table as it would be written."""
    return hashlib.sha256(csv_text(table).encode("utf-8")).hexdigest()


def save_safe(safe: SafeTables, folder: Path) -> None:
    """Write the protected tables of a report, for its kernels alone.

    Raises
    ------
    ShowError
        A table does not read back as it was.
    """
    index: dict[str, Any] = {"mode": safe.mode, "min_cell": safe.min_cell, "tables": {}}
    for name, (known, stand) in safe._stands.items():
        index["tables"][name] = {"digest": known, "kind": stand.kind}
        if stand.kind == LEFT_OUT:
            continue
        for part in PARTS:
            getattr(stand, part).to_parquet(folder / f"{name}.{part}.parquet", index=False)
    (folder / INDEX_FILE).write_text(json.dumps(index), encoding="utf-8")
    for name, (_, stand) in read_safe(folder)._stands.items():
        before = safe._stands[name][1]
        if any(digest(getattr(stand, part)) != digest(getattr(before, part)) for part in PARTS):
            raise ShowError(f"{name}: its protected table cannot be kept as it is")


def read_safe(folder: Path) -> SafeTables:
    """Read the protected tables of a report."""
    index = json.loads((folder / INDEX_FILE).read_text(encoding="utf-8"))
    stands = {}
    for name, about in index["tables"].items():
        stand = NOTHING
        if about["kind"] != LEFT_OUT:
            parts = {part: pd.read_parquet(folder / f"{name}.{part}.parquet") for part in PARTS}
            stand = Stand(about["kind"], **parts)
        stands[name] = (about["digest"], stand)
    return SafeTables(index["mode"], index["min_cell"], stands)


def in_run() -> bool:
    """Whether this is a kernel of a run, which decides what is shown; else somebody looks for themselves."""
    return SAFE_TABLES in os.environ


def tables_only() -> bool:
    """Whether this is a kernel of the first pass of a run with disclosure control."""
    return TABLES_ONLY in os.environ


def safe_tables_of_run() -> SafeTables | None:
    """Give the protected tables of the run that this kernel belongs to; None without disclosure control.

    Raises
    ------
    ShowError
        The run has disclosure control, and its tables are not there.
    """
    folder = os.environ.get(SAFE_TABLES)
    if not folder:
        return None
    try:
        return read_safe(Path(folder))
    except (OSError, ValueError, KeyError) as error:
        raise ShowError(
            f"the protected tables of the run cannot be read, so nothing is shown ({error})"
        ) from None
