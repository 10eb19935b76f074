"""Exports of one table: a line per value (long), or a line per family and day with all persons in it (wide).

Both become the tables of the units, in which every row keeps the number of its line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.definitions import UNITS
from helpers.export.columns import ATTRIBUTES, NOTE, Reader, Tables, framed
from helpers.export.dataset import FILE, LONG_COLUMNS, NOTE_OF_VALUE, NUMBER, OPTIONAL, SHARED
from helpers.export.grid import Column
from helpers.export.messages import counted, quoted
from helpers.export.names import fold, tidy


def long_tables(reader: Reader) -> Tables:
    """Return the units of a table with a line per value: each line is a row with one item.

    It has the columns of every unit and `unit`, `item`, `value`, under the names that `columns` gives them;
    items are called by id, title or mapping.
    """
    required = (*SHARED[1:], *LONG_COLUMNS)
    others = dict.fromkeys(name for unit in UNITS for name in ATTRIBUTES[unit])
    optional = (NUMBER, *others, *OPTIONAL, NOTE_OF_VALUE)
    names = {name: reader.dataset.column("", name) for name in (*required, *optional)}
    columns, unknown = reader.columns(names, required)
    if not all(name in columns for name in LONG_COLUMNS):
        return Tables()
    item, value, told = columns.pop("item"), columns.pop("value"), columns.pop(NOTE_OF_VALUE, None)
    lookup = {unit: _item_names(unit, reader) for unit in UNITS}
    units = _units_of_lines(reader, columns.pop("unit"), item, lookup)
    tables = Tables()
    strange: dict[str, int] = {}
    for unit in UNITS:
        lines = units == UNITS.index(unit)
        canonical = [lookup[unit].get(fold(text), "") for text in item.texts]
        here, values = item.codes[lines], value.take(lines)
        notes = told.take(lines) if told is not None else None
        own = {
            name: column.take(lines)
            for name, column in columns.items()
            if name in (*SHARED, *ATTRIBUTES[unit], *OPTIONAL)
        }
        for one in reader.definitions.unit_items(unit):
            of_item, of_note = (
                np.isin(here, [place for place, column in enumerate(canonical) if column == name])
                for name in (one.item, f"{one.item}{NOTE}")
            )
            own[one.item] = _where(values, of_item)
            note = _where(values, of_note) if notes is None else _where(notes, of_item)
            if note.filled.any():
                own[f"{one.item}{NOTE}"] = note
            tables.headers[unit, "", one.item] = reader.spelled(names["value"])
        nothing = np.isin(here, [place for place, column in enumerate(canonical) if not column])
        for text, count in _where(item.take(lines), nothing).counted().items():
            if tidy(text) and count:
                strange[text] = strange.get(text, 0) + count
        called = [name or text for name, text in zip(canonical, item.texts, strict=True)]
        about = Column.stacked([Column(called, item.codes)])
        own |= {"item": about.take(lines), "value": _where(values, nothing)}
        own |= {name: column.take(lines) for name, column in unknown.items() if name not in own}
        tables.frames[unit] = framed(own, reader.grid.row_numbers[lines])
        tables.unknown[unit] = tuple(unknown)
    if strange:
        count, place = sum(strange.values()), reader.grid.place
        reader.faults.remark(place, "unknown_items", count, at=names["item"], texts=counted(strange))
    return tables


def wide_tables(reader: Reader) -> Tables:
    """Return the units of a table with a line per family and day, with every person in columns of its own.

    The columns of the household stand there under their names, those of persons under `dataset.person`.
    """
    names, required = _household_names(reader)
    persons = _columns_of_persons(reader)
    taken = {place: name for own in persons.values() for name, places in own.items() for place in places}
    columns, unknown = reader.columns(names, required, of_persons=taken)
    if not all(name in columns for name in SHARED):
        return Tables()
    shared = {name: columns.pop(name) for name in (*SHARED, *OPTIONAL) if name in columns}
    rest = {name: column for name, column in unknown.items() if name not in shared}
    tables = Tables()
    anything = np.zeros(len(reader.grid.row_numbers), dtype=bool)
    parts: dict[str, list[Part]] = {unit: [] for unit in UNITS}
    for (unit, code), places in persons.items():
        own = {name: _latest(reader, where) for name, where in places.items()}
        lines = np.logical_or.reduce([column.filled for column in own.values()])
        anything |= lines
        parts[unit].append(Part(lines, own | {"persoon": _constant(code, lines)}))
        for name, where in places.items():
            tables.headers[unit, code, name] = reader.grid.header[where[0]]
    there = np.logical_or.reduce([anything & False, *(column.filled for column in columns.values())])
    parts["huishouden"].append(Part(there | ~anything, columns))
    for name in filter(names.get, columns):
        tables.headers["huishouden", "", name] = reader.spelled(names[name])
    for unit in UNITS:
        tables.frames[unit] = _stacked(reader, unit, parts[unit], shared | rest)
        tables.unknown[unit] = tuple(rest)
    return tables


class Part(NamedTuple):
    """What a wide table holds of the household or of one person: on which lines, and its columns."""

    lines: np.ndarray
    columns: dict[str, Column]


def _household_names(reader: Reader) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return canonical name -> name in a wide table, of the columns of the household; and the required."""
    items = reader.definitions.unit_items("huishouden")
    required = (*SHARED[1:], *(one.item for one in items))
    notes = [f"{one.item}{NOTE}" for one in items]
    every = (*required, NUMBER, *ATTRIBUTES["huishouden"], *OPTIONAL, *notes)
    names = {name: reader.dataset.column("huishouden", name) for name in every}
    known = {fold(name) for name in reader.grid.header if name}
    titles = {one.item: one.title.nl for one in items}
    titles |= {f"{one.item}{NOTE}": f"{one.title.nl} toelichting" for one in items}
    for name, title in titles.items():
        if names[name] and fold(names[name]) not in known and fold(title) in known:
            names[name] = title
    return names, required


def _columns_of_persons(reader: Reader) -> dict[tuple[str, str], dict[str, list[int]]]:
    """Return (unit, person code) -> canonical column -> the places of its columns in a wide table."""
    pattern = _pattern(reader.dataset.person)
    lookup = {unit: _item_names(unit, reader) for unit in UNITS[1:]}
    persons: dict[tuple[str, str], dict[str, list[int]]] = {}
    for place, header in enumerate(reader.grid.header):
        found = pattern.fullmatch(fold(header)) if header else None
        unit = reader.dataset.unit_of_person(found["person"]) if found else None
        column = lookup[unit].get(fold(found["item"])) if found and unit in lookup else None
        if found and unit and column:
            code = tidy(found["person"]).upper()
            persons.setdefault((unit, code), {}).setdefault(column, []).append(place)
    return persons


def _item_names(unit: str, reader: Reader) -> dict[str, str]:
    """Return folded name -> column of a unit: items and notes by id, title or mapping, and the attributes.

    What was never registered is not among them.
    """
    titles: dict[str, list[str]] = {}
    for one in reader.definitions.unit_items(unit):
        for suffix in (NOTE, ""):
            spoken = [f"{title}{suffix.replace('_', ' ')}" for title in (one.title.en, one.title.nl)]
            titles[f"{one.item}{suffix}"] = spoken
    titles |= {column: [] for column in ATTRIBUTES[unit] if column != "persoon"}
    found: dict[str, str] = {}
    for column, spoken in titles.items():
        if mapped := reader.dataset.column(unit, column):
            found |= dict.fromkeys(map(fold, (*spoken, column, mapped)), column)
    return found


def _pattern(person: str) -> re.Pattern[str]:
    parts = re.split(r"(\{person\}|\{item\})", tidy(person).casefold())
    groups = {"{person}": "(?P<person>.+?)", "{item}": "(?P<item>.+)"}
    return re.compile(
        r"\s*".join(groups.get(part) or re.escape(part.strip()) for part in parts if part.strip())
    )


def _units_of_lines(
    reader: Reader, column: Column, item: Column, lookup: Mapping[str, Mapping[str, str]]
) -> np.ndarray:
    """Return the place in UNITS of the unit of each line; a blank one is that of its item, if it has one."""
    of_text = [reader.dataset.unit_of(text) for text in column.texts]
    codes = np.array([UNITS.index(unit) if unit else -1 for unit in of_text], dtype=np.int64)[column.codes]
    of_item = []
    for text in item.texts:
        units = [place for place, unit in enumerate(UNITS) if fold(text) in lookup[unit]]
        of_item.append(units[0] if len(units) == 1 else -1)
    blank = ~column.filled
    codes[blank] = np.array(of_item, dtype=np.int64)[item.codes[blank]]
    if (lost := codes == -1).any():
        texts = {text: count for text, count in column.take(lost).counted().items() if count}
        row = int(reader.grid.row_numbers[int(lost.argmax())])
        problem = f"{int(lost.sum())} lines are about {counted(texts)('en')}, which is no unit"
        remedy = f"Write under `units` in {FILE} which of {', '.join(map(quoted, UNITS))} each is"
        spelled = reader.spelled(reader.dataset.columns.get("unit", "unit"))
        reader.faults.add(reader.grid.place.error(problem, remedy, row=row, column=spelled))
    return codes


def _where(column: Column, mask: np.ndarray) -> Column:
    """Return a column that is blank but where the mask holds."""
    return Column.stacked([Column(("", *column.texts), np.where(mask, column.codes + 1, 0).astype(np.int32))])


def _latest(reader: Reader, places: list[int]) -> Column:
    """Return one column of several of one name: of each line the last cell in which something stands."""
    column = reader.grid.columns[places[0]]
    for place in places[1:]:
        other = reader.grid.columns[place]
        both = column.filled & other.filled
        texts = [fold(text) for text in column.texts], [fold(text) for text in other.texts]
        differ = [
            line
            for line in np.flatnonzero(both)
            if texts[0][column.codes[line]] != texts[1][other.codes[line]]
        ]
        if differ:
            raw, row = reader.grid.header[place], int(reader.grid.row_numbers[differ[0]])
            reader.faults.remark(
                reader.grid.place, "two_values", len(differ), at=raw, column=quoted(raw), row=row
            )
        both_columns = Column.stacked([column, other])
        ours, theirs = np.split(both_columns.codes, 2)
        column = Column(both_columns.texts, np.where(other.filled, theirs, ours))
    return column


def _constant(text: str, lines: np.ndarray) -> Column:
    return Column([text], np.zeros(len(lines), np.int32))


def _stacked(reader: Reader, unit: str, parts: Sequence[Part], shared: dict[str, Column]) -> pd.DataFrame:
    """Return the rows of a unit: those of each person below each other, then in the order of the lines."""
    items = (one.item for one in reader.definitions.unit_items(unit))
    names = dict.fromkeys(
        [*shared, *ATTRIBUTES[unit], *items, *(name for part in parts for name in part.columns)]
    )
    columns = {
        name: Column.stacked(
            [(shared | part.columns).get(name, _constant("", part.lines)).take(part.lines) for part in parts]
        )
        for name in names
    }
    numbers = reader.grid.row_numbers
    rows = np.concatenate([numbers[:0], *(numbers[part.lines] for part in parts)])
    order = np.argsort(rows, kind="stable")
    return framed({name: column.take(order) for name, column in columns.items()}, rows[order])
