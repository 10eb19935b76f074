"""Whether what a measure names is there: tables, columns and values as in `tables.yml`, and items."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.definitions._claim_measures import Cells, Range
from helpers.definitions._definition_checks import Key
from helpers.definitions._reference_files import Faults, read_yaml

MOST_VALUES = 1_000  # that are worth listing
NUMBERS = ("Int64", "float64")


@dataclass(frozen=True)
class DeclaredColumn:
    """What the values of a column are: their dtype, and all of them where they can be listed."""

    dtype: str
    values: tuple[str, ...] = ()


Declared = Mapping[str, Mapping[str, DeclaredColumn]]


def declared_tables(folder: Path, faults: Faults) -> Declared | None:
    """Read which tables there are, and their columns.

    The whole declaration is checked where it is used, in `helpers.tables`, which comes after this package.

    Parameters
    ----------
    folder : where tables.yml is.
    faults : noted here when the file cannot be read.
    """
    document = read_yaml(folder / "tables.yml", faults)
    if document is None:
        return None
    try:
        return _declared(document.content)
    except (AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
        said = f"is damaged, so that no claim can be held against it ({type(error).__name__}: {error})"
        faults.add(document.name, f"{said}; restore it from the repository")
        return None


def _declared(content: Mapping[str, Any]) -> Declared:
    """Give the tables of a report; any error that a damaged declaration leads to is left to the caller."""
    return {
        name: dict(_column(entry, content) for entry in table["columns"])
        for first, table in content["tables"].items()
        for name in table.get("names", [first])
        if table["kind"] == "report"
    }


def _column(entry: str | Mapping[str, Any], content: Mapping[str, Any]) -> tuple[str, DeclaredColumn]:
    """Give the name of a column and what its values are."""
    name, own = (entry, {}) if isinstance(entry, str) else next(iter(entry.items()))
    kind = content["types"][(content["columns"].get(name, {}) | own)["type"]]
    bounded = kind["dtype"] == "Int64" and {"low", "high"} <= set(kind)
    bounded = bounded and kind["high"] - kind["low"] < MOST_VALUES
    values = range(kind["low"], kind["high"] + 1) if bounded else kind.get("values", ())
    return name, DeclaredColumn(kind["dtype"], tuple(map(str, values)))


def faults_of(cells: Cells, tables: Declared, items: Collection[Key]) -> Iterator[str]:
    """Say what is not declared of what a measure names, and what there is instead.

    Parameters
    ----------
    cells : a table, a column (blank: none is asked for) and rows.
    tables : as from `declared_tables`.
    items : (unit, item) of the codebook.
    """
    columns = tables.get(cells.table)
    if columns is None:
        yield f"tables.yml has no table '{cells.table}' of a report; use one of {', '.join(tables)}"
        return
    names = [*cells.rows] if cells.column == "" else [cells.column, *cells.rows]
    for name in dict.fromkeys(names):
        if name not in columns:
            yield f"table '{cells.table}' has no column '{name}'; use one of {', '.join(columns)}"
    if cells.column in columns and columns[cells.column].dtype not in NUMBERS:
        numbers = [name for name, column in columns.items() if column.dtype in NUMBERS]
        yield f"column '{cells.column}' of '{cells.table}' holds no numbers; use one of {', '.join(numbers)}"
    yield from _value_faults(cells, columns, items)


def _value_faults(
    cells: Cells, columns: Mapping[str, DeclaredColumn], items: Collection[Key]
) -> Iterator[str]:
    """Say which values of rows cannot occur."""
    for name, wanted in cells.rows.items():
        known = columns[name].values if name in columns else ()
        values = () if isinstance(wanted, Range) else wanted if isinstance(wanted, tuple) else (wanted,)
        for value in values:
            if known and value not in known:
                yield f"'{name}' of table '{cells.table}' is never '{value}'; use one of {', '.join(known)}"
    unit, item = cells.rows.get("unit"), cells.rows.get("item")
    if isinstance(item, str) and isinstance(unit, str) and (unit, item) not in items:
        yield f"sociale_balans.csv has no item '{item}' of unit '{unit}'"
    elif isinstance(item, str) and unit is None:
        yield f"item '{item}' needs its unit beside it: unit and item together name an item"
