"""How faults of an export are told: where, what and what to do, one line for each, all of them at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from helpers.definitions import Text
from helpers.errors import PipelineError
from helpers.words import both

FEW = 2  # lines on which a text may be a note; a word of the export stands on more
SHORT = 12  # signs of a text that is too short for a note
SHOWN = 80  # characters of a name or value that a message repeats
NAMED = 20  # names that a message lists


class ExportError(PipelineError):
    """The raw dataset cannot be read: each line names file, row, column and value, and what to do."""

    @property
    def faults(self) -> tuple[str, ...]:
        """The faults, one line each."""
        return tuple(str(self).splitlines())


class TooLarge(ExportError):
    """The export is larger than what is read as a whole: other faults may be the cause, or are not told."""


class Overfull(TooLarge):
    """The export would fill the memory: no more of it is read, whatever else may be wrong with it."""


class WholeColumn(ExportError):
    """A fault that every cell of a column has: it is told before those of single rows."""


@dataclass(frozen=True)
class Remark:
    """What was read and is worth telling all the same, once for each table and kind.

    `kind` is one word, such as `code_page`, of `data/reference/texts/export.yml`. `file`, `sheet` ("" in a
    CSV file) and `place` (column, rows or range, "" for the whole table) say where; `count` how many cells,
    rows, ranges or files. `text` is a sentence for whoever holds the export, with file and place in it; never
    a code of a family or person, a date of birth or a note.
    """

    kind: str
    file: str
    sheet: str
    place: str
    count: int
    text: Text


@dataclass
class Faults:
    """The faults found so far, one line each: those of whole columns, then the others, as they were found.

    `odd` is no fault: what was read all the same and is worth telling. `cells` and `signs` were read of
    the export so far; one of the faults may be that it is `too_large`.
    """

    columns: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    odd: dict[tuple[str, Place, str], tuple[Counter[str], dict[str, Any]]] = field(default_factory=dict)
    cells: int = 0
    signs: int = 0
    too_large: bool = False

    @property
    def lines(self) -> list[str]:
        """All faults, each once."""
        return list(dict.fromkeys([*self.columns, *self.others]))

    def remark(
        self, place: Place, kind: str, count: int | Mapping[str, int], *, at: str = "", **facts: Any
    ) -> None:
        """Note a remark about a table; the same of another block of it adds to the count.

        `at` is its column, rows or range, `facts` what its text names; where `count` is by column, these are
        found at the end. Of what was counted 0 times nothing is told.
        """
        counts, _ = self.odd.setdefault((kind, place, at), (Counter(), facts))
        counts.update(count if isinstance(count, Mapping) else {at: count})

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What was noted, in the order in which it was first looked for."""
        return tuple(
            _remark(kind, place, at, {name: n for name, n in counts.items() if n}, facts)
            for (kind, place, at), (counts, facts) in self.odd.items()
            if counts.total()
        )

    def add(self, error: ExportError) -> None:
        """Note what would have stopped the reading."""
        (self.columns if isinstance(error, WholeColumn) else self.others).extend(error.faults)
        self.too_large |= isinstance(error, TooLarge)

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

        Raises ExportError: names them all, each once. TooLarge, where that is one of them.
        """
        if self.lines:
            raise (TooLarge if self.too_large else ExportError)("\n".join(self.lines))


def _remark(kind: str, place: Place, at: str, counts: Mapping[str, int], facts: dict[str, Any]) -> Remark:
    """Put a remark into words; `counts` are by column, or all `at` one place."""
    if set(counts) != {at}:
        at = listed(counts)
        facts = facts | {"columns": at}
    count = sum(counts.values())
    start = shown(place.file) + (f", {shown(place.sheet)}" if place.sheet else "")
    said = both("remarks", kind, count=count, **facts)
    text = Text.of(lambda language: f"{start}: {said(language)}")
    return Remark(kind, place.file, place.sheet, at, count, text)


@dataclass(frozen=True)
class Place:
    """Where a table was read from: the file and, in a workbook, the sheet."""

    file: str
    sheet: str = ""

    def error(
        self, problem: str, remedy: str, *, row: int | None = None, column: str = "", whole: bool = False
    ) -> ExportError:
        """Return the error that says where the problem is, what it is and what to do.

        `whole`: every cell of the column has it.
        """
        parts = [shown(self.file)]
        parts += [f"sheet {shown(self.sheet)}"] if self.sheet else []
        parts += [f"row {row}"] if row is not None else []
        parts += [f"column {quoted(column)}"] if column else []
        return (WholeColumn if whole else ExportError)(f"{', '.join(parts)}: {problem}. {remedy}.")


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


def counted(texts: Mapping[str, int]) -> Text:
    """Return texts of cells as messages list them, but what may be a note: that is only counted.

    >>> counted({"Kleuter": 1, "Hoe gaat het?": 9, "Jan is weer ziek": 1, "": 2})("en")
    '`Kleuter`, `Hoe gaat het?`, other text (1), blank'
    """
    filled = {text: count for text, count in texts.items() if text.strip()}
    told = [text for text, count in filled.items() if count > FEW or len(text) <= SHORT]
    hidden = sum(count for text, count in filled.items() if text not in told)
    blank = len(filled) < len(texts)
    return both("counted", "texts", shown=listed(told), hidden=hidden, blank=blank)
