"""How faults of an export are told: where, what and what to do, one line for each, all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from helpers.errors import PipelineError

SHOWN = 80  # characters of a name or value that a message repeats
NAMED = 20  # names that a message lists


class ExportError(PipelineError):
    """The raw dataset cannot be read: each line names file, row, column and value, and what to do."""

    @property
    def faults(self) -> tuple[str, ...]:
        """The faults, one line each."""
        return tuple(str(self).splitlines())


class Overfull(ExportError):
    """The export would fill the memory: no more of it is read, whatever else may be wrong with it."""


@dataclass
class Faults:
    """The faults found so far, one line each, in the order in which they were found."""

    lines: list[str] = field(default_factory=list)

    def add(self, error: ExportError) -> None:
        """Note what would have stopped the reading."""
        self.lines += error.faults

    @contextmanager
    def noted(self, *, overfull: bool = False) -> Iterator[None]:
        """Note the faults at which a step stops, and go on after it; `overfull`: at that one too."""
        try:
            yield
        except Overfull as error:
            if not overfull:
                raise
            self.add(error)
        except ExportError as error:
            self.add(error)

    def stop(self) -> None:
        """Stop when there is any fault.

        Raises
        ------
        ExportError
            Names them all, each once.
        """
        if self.lines:
            raise ExportError("\n".join(dict.fromkeys(self.lines)))


@dataclass(frozen=True)
class Place:
    """Where a table was read from: the file and, in a workbook, the sheet."""

    file: str
    sheet: str = ""

    def error(self, problem: str, remedy: str, *, row: int | None = None, column: str = "") -> ExportError:
        """Return the error that says where the problem is, what it is and what to do."""
        parts = [shown(self.file)]
        parts += [f"sheet {shown(self.sheet)}"] if self.sheet else []
        parts += [f"row {row}"] if row is not None else []
        parts += [f"column {quoted(column)}"] if column else []
        return ExportError(f"{', '.join(parts)}: {problem}. {remedy}.")


def shown(text: str) -> str:
    r"""Return the text on one line, without control signs and not too long.

    >>> shown("a\nb")
    'a\\nb'
    """
    cut = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in cut)


def quoted(text: str) -> str:
    """Return the text as messages show names and values."""
    return f"`{shown(text)}`"


def listed(names: Iterable[str]) -> str:
    """Return names as messages list them, the first twenty.

    >>> listed(["gezin", "datum"])
    '`gezin`, `datum`'
    """
    names = list(names)
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(map(quoted, names[:NAMED])) + more
