"""Raw exports in memory for the tests of cleaning: only the cells that a test is about need to be named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from datasets import COLUMNS
from helpers.cleaning import CleanTables, clean
from helpers.definitions import load_definitions
from helpers.export import RawExport
from helpers.export.dataset import Dataset

DEFINITIONS = load_definitions()
PILOTS = ("Baldemore", "Oostende", "Leuven", "Herenthout", "Bilzen")
Rows = Sequence[Mapping[str, Any]]


def raw_export(huishouden: Rows = (), volwassene: Rows = (), kind: Rows = (), **dataset: Any) -> RawExport:
    """Return rows as `read_export` would: all cells text, the first row of a sheet being row 2.

    A row without `registratie_id` gets its place; keys that are no column of the layout become columns at the
    end.
    """
    sheets = {"huishouden": huishouden, "volwassene": volwassene, "kind": kind}
    return RawExport(
        dataset=Dataset(
            **{
                "name": "test",
                "title": "Test",
                "synthetic": True,
                "exported_on": dt.date(2023, 9, 30),
                "project_start": dt.date(2022, 3, 1),
                "pilots": PILOTS,
                "test_codes": ("TEST", "DEMO"),
                **dataset,
            }
        ),
        tables={unit: _table(unit, rows) for unit, rows in sheets.items()},
        files={unit: f"{unit}.csv" for unit in sheets},
        unknown_columns={unit: () for unit in sheets},
        inputs=(),
    )


def cleaned(huishouden: Rows = (), volwassene: Rows = (), kind: Rows = (), **parameters: Any) -> CleanTables:
    """Clean rows with the project's own definitions."""
    return clean(raw_export(huishouden, volwassene, kind), DEFINITIONS, **parameters)


def family(tables: CleanTables, code: str = "LEU-001") -> pd.Series:
    """Return the row of one family."""
    return tables.families.set_index("family").loc[code]


def touched(tables: CleanTables) -> list[tuple]:
    """Return what `rejected` says, without file and reasons; missing is ""."""
    columns = ["sheet", "row", "column", "value", "rule", "effect"]
    return [tuple(row) for row in tables.rejected[columns].astype("object").fillna("").to_numpy()]


def _table(unit: str, rows: Rows) -> pd.DataFrame:
    extra = dict.fromkeys(name for row in rows for name in row if name not in COLUMNS[unit])
    columns = [*COLUMNS[unit], *extra]
    numbered = [{"registratie_id": place, **row} for place, row in enumerate(rows, 1)]
    cells = {name: pd.array([str(row.get(name, "")) for row in numbered], dtype="str") for name in columns}
    return pd.DataFrame({"row": pd.array(range(2, len(rows) + 2), dtype="Int64"), **cells})


def household(date: str = "2022-05-01", family: str = "LEU-001", **cells: Any) -> dict[str, Any]:
    """Return a household row that passes every rule and has four known items, but for the cells given."""
    known = {"inkomen": "2", "schulden": "3", "voeding": "4", "veiligheid": "5"}
    return {"gezin": family, "pilootproject": "Leuven", "datum": date, **known, **cells}


def person(code: str, date: str = "2022-05-01", family: str = "LEU-001", **cells: Any) -> dict[str, Any]:
    """Return a row of an adult or a child that passes every rule, without levels, but for the cells given."""
    return {"gezin": family, "pilootproject": "Leuven", "datum": date, "persoon": code, **cells}
