"""The columns of a raw table under their canonical names, and what can be told of them before any rule."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from helpers.definitions import UNITS, Definitions
from helpers.export.csv_text import BREAK, CLOSE, holds_rows
from helpers.export.dataset import FILE, NUMBER, OPTIONAL, SHARED, WORDED, Dataset, Layout
from helpers.export.dates import has_short_year, made_date
from helpers.export.grid import NAMED_ROWS, Column, Grid
from helpers.export.messages import Faults, Place, listed, quoted
from helpers.export.names import fold, unguarded

ROW = "row"
ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "huishouden": ("gezinstype",),
    "volwassene": ("persoon", "opleidingsniveau"),
    "kind": ("persoon", "geboortedatum"),
}
GROUP = OPTIONAL[-1]  # of the household alone
NOTE = "_toelichting"
FILLED_DOWN = ("gezin", "pilootproject", "datum", "persoon")  # a merged cell means the same for each row
CODES = ("gezin", "persoon", "pilootproject")
DAYS = ("datum", "geboortedatum")
ANOTHER = 0.5  # of the items of another unit: then the table is about that one
_WHOLE = re.compile(r"([+-]?)0*([0-9]{1,19})(?:[.,]0{1,2})?")
_SPACED = re.compile(r"[+-]?[0-9]{1,3}(?: [0-9]{3})+")
_DAMAGE: Mapping[str, re.Pattern[str]] = {
    "encoded_twice": re.compile(
        "Ã[\u0080-\u00bf\u0152-\u0178\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|â€.|Â[\u00a0-\u00bf]"
    ),
    "damaged_signs": re.compile("\ufffd"),
    "question_marks": re.compile(r"[^\W\d_]\?[^\W\d_]"),
    "entities": re.compile(r"&(?:[a-zA-Z]{2,8}|#[0-9]{1,6}|#x[0-9a-fA-F]{1,5});"),
}
_WRITTEN: Sequence[tuple[str, re.Pattern[str], str]] = (
    ("in scientific notation", re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?E[+-]?[0-9]+", re.IGNORECASE),
     "Excel shortened the numbers and lost their last digits: take the export of the tool itself, or format "
     "the column as a number without decimals before saving"),
    ("with a sign between thousands", re.compile(r"[+-]?[0-9]{1,3}(?:[.'][0-9]{3})+"),
     "Format the column as a number without a sign between thousands, and save again"),
    ("as a formula", re.compile(r"=.*", re.DOTALL),
     "Open the file in a spreadsheet program and save it, or paste the numbers as values"),
    ("with letters", re.compile(r".*[^\W\d_].*", re.DOTALL),
     "Number the rows of the sheet in the order of registration, and map that column"),
)  # fmt: skip


def canonical_columns(unit: str, definitions: Definitions) -> tuple[str, ...]:
    """Return the required columns of a unit's sheet in the order of the layout."""
    items = (item.item for item in definitions.unit_items(unit))
    return (*SHARED, *ATTRIBUTES[unit], *items)


def note_columns(unit: str, definitions: Definitions) -> tuple[str, ...]:
    """Return the optional columns of a unit's sheet for the coach's notes, one per item."""
    return tuple(f"{item.item}{NOTE}" for item in definitions.unit_items(unit))


def optional_columns(unit: str, definitions: Definitions) -> tuple[str, ...]:
    """Return all columns that a unit's sheet may lack: coach, organisation, group of the family, notes."""
    shared = (name for name in OPTIONAL if name != GROUP or unit == "huishouden")
    return (*shared, *note_columns(unit, definitions))


def layout_of(definitions: Definitions) -> Layout:
    """Return unit -> all its canonical columns, those that may lack included."""
    return {u: (*canonical_columns(u, definitions), *optional_columns(u, definitions)) for u in UNITS}


def words_of(definitions: Definitions) -> dict[str, tuple[str, ...]]:
    """Return attribute -> the words that it can be, of those that are one of some words."""
    return {column: tuple(definitions.vocabulary[kind]) for column, kind in WORDED.items()}


@dataclass(frozen=True)
class Tables:
    """The rows of the units under canonical names, whatever the layout of the files.

    `frames`: unit -> `row`, canonical columns, notes, unknown columns. `unknown`: unit -> names of the
    columns outside the layout. `headers`: (unit, person code, item) -> name of the column in the file, of a
    long or wide export; the code is "" where the column is that of all persons.
    """

    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    unknown: dict[str, tuple[str, ...]] = field(default_factory=dict)
    headers: dict[tuple[str, str, str], str] = field(default_factory=dict)


@dataclass
class Numbers:
    """What is wrong with the registration numbers of a table, as far as it was read.

    Of so many `cells`, so many are `bad`; `first` is the row of the first of these and what it holds. They
    are `blank` all of them, or `written` in some of the ways that are no number.
    """

    cells: int = 0
    bad: int = 0
    first: tuple[int, str] = (0, "")
    blank: bool = True
    written: Sequence[tuple[str, re.Pattern[str], str]] = _WRITTEN

    def add(self, cells: int, bad: int, row: int, texts: Sequence[str]) -> None:
        """Take note of more rows: distinct texts that are no number, of which the first stands on a row."""
        self.first = self.first if self.bad else (row, texts[0])
        self.cells, self.bad = self.cells + cells, self.bad + bad
        self.blank &= not any(texts)
        self.written = [way for way in self.written if all(map(way[1].fullmatch, texts))]

    def refuse(self, place: Place) -> None:
        """Stop at numbers that are none (ExportError): what every one has is told once, of the column."""
        if not self.bad:
            return
        row, text = self.first
        if self.bad == self.cells > 1 and self.blank:
            remedy = "Every row needs a whole number, later is higher"
            raise place.error("every cell is blank", remedy, column=NUMBER, whole=True)
        if self.bad == self.cells > 1 and self.written:
            how, _, remedy = self.written[0]
            problem = f"every number is written {how}, as {quoted(text)}"
            raise place.error(problem, remedy, column=NUMBER, whole=True)
        problem = _no_number(text) + (f" (and {self.bad - 1} more in this column)" if self.bad > 1 else "")
        remedy = (
            "Every row needs the whole number that the tool gave to the registration; take out totals and "
            "headers between the rows"
        )
        raise place.error(problem, remedy, row=row, column=NUMBER)


class Reader:
    """A table of an export on its way to canonical columns; what is wrong or odd is noted in `faults`.

    Of a block of a table `numbers` are those of all its blocks, whose faults are told in the end.
    """

    def __init__(
        self,
        grid: Grid,
        faults: Faults,
        definitions: Definitions,
        dataset: Dataset,
        numbers: Numbers | None = None,
    ) -> None:
        self.grid, self.faults, self.definitions, self.dataset = grid, faults, definitions, dataset
        self.numbers = numbers

    def sheet(self, unit: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
        """Return the table of one unit: `row`, canonical and unknown columns; and the unknown names."""
        required = canonical_columns(unit, self.definitions)
        all_names = (*required, *optional_columns(unit, self.definitions))
        names = {name: self.dataset.column(unit, name) for name in all_names}
        columns, unknown = self.columns(names, required, unit=unit)
        return framed(columns | unknown, self.grid.row_numbers), tuple(unknown)

    def columns(
        self,
        names: Mapping[str, str],
        required: Collection[str],
        *,
        unit: str = "",
        of_persons: Mapping[int, str] = MappingProxyType({}),
    ) -> tuple[dict[str, Column], dict[str, Column]]:
        """Return the columns of a table by canonical name, and those outside the layout by their own.

        Names that are alike, required columns that are missing, rows of another width and numbers that are
        none are noted. Where registratie_id is not required, the numbers of the lines stand for it. `names`
        lead from canonical names to those in this export; the table is about a `unit`, "" for all. In neither
        are the columns `of_persons` of a wide table, canonical names by place; their own may repeat.
        """
        grid = self.grid
        absent = [name for name in required if not names[name]]
        required = [name for name in required if name not in absent]
        persons = {grid.header[place]: grid.columns[place] for place in of_persons}
        known = self._positions(set(map(fold, persons)))
        places = {name: known[fold(raw)] for name, raw in names.items() if fold(raw) in known}
        bad = frozenset[int]()
        if self._note_missing({name: names[name] for name in required}, places, unit):
            needed = {place for name, place in places.items() if name in required}
            bad = self._note_rows(needed, places.get(NUMBER))
            self._note_swallowed()
        columns = self._filled_down(places)
        if absent:
            columns |= dict.fromkeys(absent, Column.of([""] * len(grid.row_numbers)))
            columns = {name: columns[name] for name in names if name in columns}
        self._remark_on(persons | columns, {grid.header[place]: name for place, name in of_persons.items()})
        if NUMBER not in required and not (NUMBER in columns and columns[NUMBER].filled.any()):
            columns[NUMBER] = Column.of([str(row) for row in grid.row_numbers])
            self.faults.remark(grid.place, "missing_id", len(grid.row_numbers), at=NUMBER)
        elif NUMBER in columns:
            read = Numbers() if self.numbers is None else self.numbers
            columns[NUMBER] = self._numbers(columns[NUMBER], bad, read)
            if self.numbers is None:
                with self.faults.noted():
                    read.refuse(grid.place)
        used = {*places.values(), *of_persons}
        free = {place: name for place, name in enumerate(grid.header) if name and place not in used}
        for lacking in (names[name] for name in OPTIONAL if name in names and name not in places):
            for near in _nearest(lacking, [*free.values()]):
                self.faults.remark(
                    grid.place, "optional_column", 1, at=near, near=quoted(near), wanted=lacking
                )
        unknown = {
            f"{name} " if name == ROW or name in names else name: grid.columns[place]
            for place, name in free.items()
        }  # a name that is taken gets a space: raw names have no outer white space
        return columns, unknown

    def spelled(self, name: str) -> str:
        """Return a name of the header as it is written there."""
        return next(one for one in self.grid.header if one and fold(one) == fold(name))

    def _positions(self, may_repeat: Collection[str]) -> dict[str, int]:
        """Return folded name -> place of the first column of that name; names that are alike are noted."""
        found: dict[str, int] = {}
        twice: list[str] = []
        for place, name in enumerate(self.grid.header):
            if name and found.setdefault(fold(name), place) != place and fold(name) not in may_repeat:
                twice += [self.grid.header[found[fold(name)]], name]
        if twice:
            problem = f"the header holds {listed(dict.fromkeys(twice))} more than once"
            self.faults.add(self.grid.place.error(problem, "Give every column a name of its own"))
        return found

    def _note_missing(self, names: Mapping[str, str], places: Mapping[str, int], unit: str) -> bool:
        """Note the required columns that are missing; return whether any column of the layout is there.

        Where none is, that alone is told: all else follows from it.
        """
        header = self.grid.header
        missing = [name for name in names if name not in places]
        if not self.dataset.sure_of("columns") or not missing:
            return bool(places)
        if len(missing) == len(names):
            problem = "the first row with a value is the header, and holds none of the columns, but "
            problem += listed(filter(None, header))
            remedy = (
                "Take out what stands above the names of the columns, separate the cells by `;`, `,` or a "
                f"tab, or write under `columns` in {FILE} how this export calls them"
            )
            wanted = {fold(raw) for raw in names.values()}
            found = {row: len(wanted & {*map(fold, cells)}) for row, cells in self.grid.first[1:]}
            lower = max(found, key=lambda row: found[row], default=None)
            if lower is not None and 2 * found[lower] >= len(wanted):
                remedy = f"Take out what stands above the names of the columns, which are in row {lower}"
            self.faults.add(self.grid.place.error(problem, remedy))
            return bool(places)
        free = [name for place, name in enumerate(header) if name and place not in places.values()]
        said = ", ".join(quoted(names[name]) + _said(name, names[name], free) for name in missing)
        remedy = (
            f'Write under `columns` in {FILE} how this export calls it, or "" for an item that was never '
            "registered"
        )
        if unit and (other := self._other_unit(unit)):
            remedy = f"It holds the columns of {quoted(other)}: put the file of {quoted(unit)} there"
        self.faults.add(self.grid.place.error(f"the header has no column {said}", remedy))
        return True

    def _other_unit(self, unit: str) -> str:
        header = {fold(name) for name in self.grid.header}

        def share(one: str) -> float:
            items = [item.item for item in self.definitions.unit_items(one)]
            return sum(item in header for item in items) / len(items)

        best = max(UNITS, key=share)
        return best if best != unit and share(best) > ANOTHER else ""

    def _note_rows(self, needed: set[int], number: int | None) -> frozenset[int]:
        """Note the rows that have more cells than the header, and those that end early; return the latter.

        A short row is read when what it lacks is blank in the rows beside it, or when its number is whole and
        it lacks only what any row may lack.
        """
        grid, width = self.grid, len(self.grid.header)
        if grid.long:
            rows = sorted(grid.long)
            problem = f"the row has {grid.long[rows[0]]} cells and the header {width}" + _others(rows)
            remedy = "Text that holds the delimiter, a quotation mark or a line break must stand in "
            remedy += "quotation marks"
            self.faults.add(grid.place.error(problem, remedy, row=rows[0]))
        places = {int(row): place for place, row in enumerate(grid.row_numbers)} if grid.short else {}

        def may_be_short(row: int) -> bool:
            lacks = [one for one in range(grid.short[row], width) if grid.header[one]]
            beside = [one for one in (places[row] - 1, places[row] + 1) if 0 <= one < len(grid.row_numbers)]
            if beside and not any(grid.columns[lack].filled[one] for lack in lacks for one in beside):
                return True
            text = _text(grid.columns[number], places[row]) if number is not None else ""
            return bool(_WHOLE.fullmatch(unguarded(text))) and not needed.intersection(lacks)

        bad = [row for row in sorted(grid.short) if row in places and not may_be_short(row)]
        if bad:
            lacks = width - grid.short[bad[0]]
            problem = f"the row ends {lacks} {'cell' if lacks == 1 else 'cells'} early" + _others(bad)
            remedy = (
                "Take out totals and notes below or between the rows; of a registration write all cells "
                "(Excel leaves out empty cells at the end)"
            )
            self.faults.add(grid.place.error(problem, remedy, row=bad[0]))
        return frozenset(bad)

    def _note_swallowed(self) -> None:
        """Note the cells of a CSV file that hold rows, as the quotation mark of one was left open."""
        grid = self.grid
        for place, column in enumerate(grid.columns if grid.delimiter else ()):
            whole = [one for one, text in enumerate(column.texts) if BREAK.search(text)]
            whole = [one for one in whole if holds_rows(column.texts[one], place, grid)]
            for at in np.flatnonzero(np.isin(column.codes, whole))[:1]:
                rows = len(BREAK.findall(_text(column, at)))
                problem = f"a quotation mark is opened here and closed {rows} lines further down"
                problem += ", which would all be part of this cell"
                row = int(grid.row_numbers[at])
                self.faults.add(grid.place.error(problem, CLOSE, row=row, column=grid.header[place]))

    def _filled_down(self, places: Mapping[str, int]) -> dict[str, Column]:
        """Return the columns, merged codes, pilots, days and persons filled down; merged cells are named."""
        columns = {name: self.grid.columns[place] for name, place in places.items()}
        names = {place: name for name, place in places.items()}
        rows = self.grid.row_numbers
        touched: dict[int, list[str]] = {}
        filled: dict[str, dict[int, str]] = {}
        for first, last, left, right in sorted(self.grid.merged):
            inside = np.flatnonzero((rows >= max(first, self.grid.header_row)) & (rows <= last))
            if left > len(self.grid.header) or not len(inside) or (first == last and left == right):
                continue
            touched.setdefault(left - 1, []).append(f"{first}–{last}")
            name = names.get(left - 1)
            if name in FILLED_DOWN and rows[inside[0]] == first:
                text = _text(columns[name], inside[0])
                blank = (place for place in inside[1:] if not columns[name].filled[place])
                filled.setdefault(name, {}).update(dict.fromkeys(map(int, blank), text))
        for name, texts in filled.items():
            columns[name] = columns[name].changed(texts)
        for place, ranges in sorted(touched.items()):
            raw = self.grid.header[place]
            if not raw:
                continue
            down = names.get(place) in FILLED_DOWN
            some = ", ".join(ranges[:NAMED_ROWS]) + (" …" if len(ranges) > NAMED_ROWS else "")
            facts = {"column": quoted(raw), "rows": some, "down": down}
            self.faults.remark(self.grid.place, "merged", len(ranges), at=raw, **facts)
        return columns

    def _numbers(self, column: Column, skip: Collection[int], found: Numbers) -> Column:
        """Return the registration numbers as texts of integers; take note of those that are none.

        Rows to `skip` have been told of already.
        """
        read = [_integer(text) for text in column.texts]
        told = np.isin(self.grid.row_numbers, list(skip))
        counts = np.bincount(column.codes[~told], minlength=len(read))
        bad = [place for place, number in enumerate(read) if number is None and counts[place]]
        if bad:
            first = int((np.isin(column.codes, bad) & ~told).argmax())
            written = [unguarded(column.texts[place]) for place in dict.fromkeys([column.codes[first], *bad])]
            row = int(self.grid.row_numbers[first])
            found.add(int(counts.sum()), int(counts[bad].sum()), row, written)
            return column
        found.cells += int(counts.sum())
        return Column.stacked([Column([number or "" for number in read], column.codes)])

    def _remark_on(self, columns: Mapping[str, Column], canonical: Mapping[str, str]) -> None:
        """Note texts that were damaged on their way, and what Excel made of dates, codes and levels.

        `canonical` names the columns that have another name here.
        """
        place, remark = self.grid.place, self.faults.remark
        holds = {name: canonical.get(name, name) for name in columns}
        for kind, pattern in _DAMAGE.items():
            counts = {
                name: _holding(column, pattern)
                for name, column in columns.items()
                if kind != "question_marks" or not holds[name].endswith(NOTE)
            }
            remark(place, kind, counts)
        if not len(self.grid.row_numbers):
            remark(place, "no_rows", 1)
        coded = {*CODES, *(item for _, item in self.definitions.items)}
        for kind, of, is_so in (("made_dates", coded, made_date), ("short_years", DAYS, has_short_year)):
            for name in (name for name in columns if holds[name] in of):
                remark(place, kind, _count(columns[name], is_so), at=name, column=quoted(name))


def framed(columns: Mapping[str, Column], rows: Any) -> pd.DataFrame:
    """Return columns as a frame with the row numbers first."""
    texts = {name: column.categorical() for name, column in columns.items()}
    return pd.DataFrame({ROW: pd.array(rows, dtype="Int64"), **texts})


def _said(name: str, raw: str, free: Sequence[str]) -> str:
    """Say what a missing column is, and which name of the header is most like it."""
    parts = [] if name == raw else [f"{FILE}: {quoted(name)}"]
    parts += [f"{quoted(one)} is there" for one in _nearest(raw, free)]
    return f" ({', '.join(parts)})" if parts else ""


def _nearest(raw: str, free: Sequence[str]) -> list[str]:
    """Find the name of the header that is most like the one of a column that is not there, if any is."""
    near = difflib.get_close_matches(fold(raw), {fold(one): one for one in free}, n=1, cutoff=0.8)
    return [one for one in free if near and fold(one) == near[0]]


def _others(rows: Sequence[int]) -> str:
    """Say on which other rows it is so, the first ones."""
    if len(rows) == 1:
        return ""
    more = len(rows) - 1 - NAMED_ROWS
    some = ", ".join(map(str, rows[1 : 1 + NAMED_ROWS]))
    return f" (so does row {some}{f' and {more} more' if more > 0 else ''})"


def _text(column: Column, place: int) -> str:
    return column.texts[int(column.codes[place])]


def _integer(text: str) -> str | None:
    if text.isdigit() and text.isascii() and len(text) < 19:
        return str(int(text))
    plain = unguarded(text)
    if _SPACED.fullmatch(plain):
        plain = plain.replace(" ", "")
    found = _WHOLE.fullmatch(plain)
    if found is None:
        return None
    number = int(found[1] + found[2])
    return str(number) if -(2**63) <= number < 2**63 else None


def _no_number(value: str) -> str:
    if not value:
        return "it is blank"
    if re.fullmatch(r"[+-]?[0-9]+([.,]0{1,2})?", value):
        return f"{quoted(value)} is a number beyond the largest that is read, 9223372036854775807 (19 digits)"
    return f"{quoted(value)} is no integer"


def _count(column: Column, is_so: Callable[[str], bool]) -> int:
    hits = [place for place, text in enumerate(column.texts) if is_so(text)]
    return int(np.isin(column.codes, hits).sum()) if hits else 0


def _holding(column: Column, pattern: re.Pattern[str]) -> int:
    """Return how many cells hold the pattern; all distinct texts are searched at once before each is."""
    whole = "\n".join(column.texts)
    return _count(column, lambda text: pattern.search(text) is not None) if pattern.search(whole) else 0
