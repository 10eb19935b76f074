"""A first `dataset.yml` for an export that nobody described yet: what its files tell of themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from helpers.check._nearest import Known, units_of
from helpers.cleaning import read_date
from helpers.definitions import UNITS, Definitions
from helpers.export import FILE, QUESTION, ExportError, Grid, fold_name, quoted, read_any_tables, shown

FEW_ROWS = 0.01  # a name of a pilot on fewer of the rows is taken for a slip
LONGEST_GAP = 120  # days; registrations follow each other within three months
MOST_PILOTS = 50


def draft_mapping(folder: Path | str, definitions: Definitions) -> str:
    """Draft a `dataset.yml`: names of sheets and columns, pilots and dates, with a comment at each guess.

    Parameters
    ----------
    folder : path
        A raw dataset folder; it needs no `dataset.yml`, and one that is there is not read.
    definitions : Definitions
        The codebook: names are matched to the titles of its items.

    Returns
    -------
    str
        YAML. Lines that begin with `# ?` want an answer.

    Raises
    ------
    ExportError
        The folder holds no table that can be read; names every fault.
    """
    tables, faults = read_any_tables(folder)
    if not tables:
        raise ExportError(
            "\n".join(faults) or f"{shown(Path(folder).name)}: it holds no CSV file or workbook."
        )
    return draft_of(tables, faults, Known.of(definitions), title=Path(folder).resolve().name)


def draft_of(tables: Sequence[Grid], faults: Sequence[str], known: Known, *, title: str) -> str:
    """Draft a `dataset.yml` for tables as `read_any_tables` gives them, with the faults on the way."""
    units = units_of(tables, known)
    taken = {unit: known.taken(unit, table.header) for unit, table in units.items()}
    cells = {unit: _cells(table, taken[unit][0]) for unit, table in units.items()}
    parts = [
        _head(faults),
        _yaml({"title": title}),
        _yaml({"synthetic": False}, "# true only when no real family is in it: every page says so then"),
        _dates(cells),
        _pilots(cells),
        _yaml({"test_codes": ["TEST", "DEMO"]}, "# letters of the codes of test families"),
        _columns(units, taken, known),
        _sheets(units, tables),
    ]
    return "\n".join(part for part in parts if part)


def _head(faults: Sequence[str]) -> str:
    lines = [
        f"# A draft of {FILE}, made from the names and values in the export. Read every line, answer",
        f"# those that begin with `{QUESTION}` and take them out, put this file into the folder of the",
        "# export, and then run `gezinscoach check` on that folder: it counts what is still open.",
    ]
    return "\n".join([*lines, *(f"{QUESTION} could not be read: {shown(fault)}" for fault in faults)])


def _yaml(content: Mapping[str, Any], *comments: str) -> str:
    """Write keys and values with comments above them; a comment is one line whatever is in it."""
    dumped = yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False, width=100)
    return "\n".join([*comments, dumped.rstrip("\n")])


def _cells(table: Grid, taken: Mapping[str, str]) -> pd.DataFrame:
    """Give the columns of a table that were recognised, by their canonical names."""
    places = {column: table.header.index(name) for column, name in taken.items()}
    return table.cells[list(places.values())].set_axis(list(places), axis="columns")


def _column(cells: Mapping[str, pd.DataFrame], name: str) -> pd.Series:
    """Put a column of all units below each other."""
    found = [frame[name] for frame in cells.values() if name in frame]
    return pd.concat(found, ignore_index=True) if found else pd.Series(dtype="str")


def _dates(cells: Mapping[str, pd.DataFrame]) -> str:
    """Propose the days of the project's start and of the export: the ends of the registrations."""
    texts = _column(cells, "datum")
    days = [day for day in map(read_date, map(str, texts)) if isinstance(day, dt.date)]
    if not days:
        return "\n".join(
            [f"{QUESTION} no readable dates were found: write the days of the export and of the start",
             "# exported_on: 2023-09-30", "# project_start: 2022-03-01"]
        )  # fmt: skip
    first, last = _unbroken(days)
    outside = sum(1 for day in days if not first <= day <= last)
    beside = f"# {outside} rows have a date far from these two days" if outside else ""
    return "\n".join(
        [
            "# The two days are guesses, the last and the first registration in the export. As long as they",
            "# stand here, R03 finds no registration before the project or after the export.",
            *([beside] if beside else []),
            _yaml({"exported_on": last}, f"{QUESTION} on which day was the export made?"),
            _yaml({"project_start": first}, f"{QUESTION} on which day did the project begin?"),
        ]
    )


def _unbroken(days: Iterable[dt.date]) -> tuple[dt.date, dt.date]:
    """Find the stretch with most rows in which no two dates that follow each other lie far apart.

    >>> _unbroken([dt.date(1922, 5, 1), dt.date(2022, 5, 1), dt.date(2022, 6, 1)])
    (datetime.date(2022, 5, 1), datetime.date(2022, 6, 1))
    """
    ordered = sorted(days)
    breaks = [
        place
        for place, (one, next_one) in enumerate(pairwise(ordered), 1)
        if (next_one - one).days > LONGEST_GAP
    ]
    stretches = [ordered[start:end] for start, end in pairwise([0, *breaks, len(ordered)])]
    longest = max(stretches, key=len)
    return longest[0], longest[-1]


def _pilots(cells: Mapping[str, pd.DataFrame]) -> str:
    """List the pilots by their most usual spelling; names on few rows are left to whoever reads it."""
    texts = _column(cells, "pilootproject").str.strip()
    texts = texts[texts != ""]
    if texts.empty:
        return f"{QUESTION} no column with the pilot was found\n# pilots: [Leuven, Oostende]"
    names = pd.DataFrame({"name": texts, "key": texts.map(fold_name)})
    counts = names.groupby("key")["name"].agg(["size", lambda spelt: spelt.value_counts().index[0]])
    counts.columns = pd.Index(["rows", "name"])
    counts = counts.sort_values(["rows", "name"], ascending=[False, True])
    usual = counts["rows"] >= FEW_ROWS * len(texts)
    rare = counts[~usual]
    comments = [
        f"{QUESTION} is {quoted(str(row['name']))} a pilot too? It stands on {row['rows']} rows; if not, "
        "they are rejected (R04)"
        for _, row in rare.head(MOST_PILOTS).iterrows()
    ]
    return _yaml({"pilots": sorted(counts.loc[usual, "name"].head(MOST_PILOTS))}, *comments)


def _columns(
    units: Mapping[str, Grid], taken: Mapping[str, tuple[dict[str, str], dict[str, list[str]]]], known: Known
) -> str:
    """Map the canonical names on those of the export, and ask about what could not be matched.

    What may be a column is proposed below the others, in lines of which only the `#` has to go.
    """
    comments: list[str] = []
    asked: list[str] = []
    for unit, (found, doubtful) in taken.items():
        free = [name for name in units[unit].header if name and name not in {*found.values(), *doubtful}]
        may_be = {name: column for name in free if (column := known.nearest(unit, name, there=found))}
        for name, near in (doubtful | {name: [column] for name, column in may_be.items()}).items():
            asked += [f"{QUESTION} {unit}: {quoted(name)} may be {' or '.join(near)}"]
            asked += [f"# {unit}.{column}: {_in_quotes(name)}" for column in near]
        required = [column for column in known.required[unit] if column not in found]
        comments += [f"{QUESTION} {unit}: no column was found for {column}" for column in required]
        rest = [name for name in free if name not in may_be]
        comments += [f"# {unit}: {quoted(name)} is not recognised and takes no part" for name in rest]
    columns = _shortest({unit: found for unit, (found, _) in taken.items()})
    head = (
        _yaml({"columns": columns}, *comments) if columns or not asked else "\n".join([*comments, "columns:"])
    )
    return "\n".join([head, *(f"  {line}" for line in asked)])


def _in_quotes(name: str) -> str:
    """Write a name as YAML on one line, whatever is in it."""
    return yaml.safe_dump(name, default_style='"', allow_unicode=name.isprintable(), width=2**20).rstrip("\n")


def _shortest(mapped: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Write one line for a column that has the same name in each unit, else one for each unit."""
    columns = dict.fromkeys(column for found in mapped.values() for column in found)
    lines: dict[str, str] = {}
    for column in columns:
        names = {unit: found[column] for unit, found in mapped.items() if column in found}
        if len(set(names.values())) == 1:
            name = next(iter(names.values()))
            lines |= {} if name == column else {column: name}
        else:
            lines |= {f"{unit}.{column}": name for unit, name in names.items() if name != column}
    return lines


def _sheets(units: Mapping[str, Grid], tables: Sequence[Grid]) -> str:
    """Map the units on the sheets or files of the export."""
    names = {unit: table.place.sheet or table.place.file for unit, table in units.items()}
    missing = [unit for unit in UNITS if unit not in units]
    others = [
        table.place.sheet or table.place.file
        for table in tables
        if not any(table is one for one in units.values())
    ]
    comments = [f"{QUESTION} no sheet or file was found for {unit}" for unit in missing]
    comments += [f"# {quoted(name)} is about no unit and is not read" for name in others]
    return _yaml({"sheets": {unit: name for unit, name in names.items() if not _same(unit, name)}}, *comments)


def _same(unit: str, name: str) -> bool:
    return name.strip().casefold().removesuffix(".csv") == unit
