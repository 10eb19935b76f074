"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from helpers.cleaning import CleanTables
from helpers.definitions import Text
from helpers.export import RawExport


@dataclass(frozen=True)
class Unread:
    """A column outside the layout: where it is, what it is called, and the known name nearest to that."""

    unit: str
    name: str
    nearest: str


@dataclass(frozen=True)
class Seen:
    """A table that seems to be about a unit, by its names: where it is, its rows, and columns not found."""

    unit: str
    name: str
    rows: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """What a run would do with a dataset.

    Attributes
    ----------
    folder
        The dataset.
    reasons
        Why a run would stop or describe nobody, one line each; none: it is usable.
    warnings
        What to see to before a report is passed on.
    unread
        Columns that are not recognised.
    raw, clean
        What was read, and the clean tables at the default parameters; None where the reading stopped.
    silent
        (unit, item) without a single level from 1 to 5 in the rows that are kept.
    questions
        Lines of `dataset.yml` on which its draft still asks something.
    seen, draft
        Without a `dataset.yml`: what the tables seem to be about, and the draft that could be one.
    """

    folder: Path
    reasons: tuple[str, ...]
    warnings: tuple[Text, ...] = ()
    unread: tuple[Unread, ...] = ()
    raw: RawExport | None = None
    clean: CleanTables | None = None
    silent: tuple[tuple[str, str], ...] = ()
    questions: tuple[int, ...] = ()
    seen: tuple[Seen, ...] = ()
    draft: str = ""

    @property
    def usable(self) -> bool:
        """Whether a run would make a report of it."""
        return not self.reasons
