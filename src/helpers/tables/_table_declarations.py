"""What `data/reference/tables.yml` declares, as dataclasses; `helpers.tables` checks frames against it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from helpers.definitions import REFERENCE, Text

TABLES_FILE = REFERENCE / "tables.yml"


@dataclass(frozen=True)
class Column:
    """One column: its dtype, bounds, the ordered values of a category, and whether a value may be missing.

    The unit (families, domains, share) is None for what is counted in nothing, such as a name or a date.
    """

    name: str
    type: str
    dtype: str
    description: Text
    empty: bool = False
    low: float | None = None
    high: float | None = None
    values: tuple[str, ...] = ()
    unit: Text | None = None

    @property
    def pandas_dtype(self) -> Any:
        """The dtype as pandas takes it."""
        if self.dtype == "category":
            return pd.CategoricalDtype(self.values, ordered=True)
        return pd.StringDtype(na_value=float("nan")) if self.dtype == "str" else self.dtype

    @property
    def states(self) -> tuple[Any, ...]:
        """All values that the column can have, where they can be listed: a category, or a bounded integer."""
        if self.dtype == "Int64" and self.low is not None and self.high is not None:
            return tuple(range(int(self.low), int(self.high) + 1))
        return self.values


@dataclass(frozen=True)
class Table:
    """One table: its columns in order, the key of a row, and what must hold between its rows and columns."""

    name: str
    kind: str
    title: Text
    description: Text
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    complete: tuple[str, ...] = ()
    rows: int | None = None
    total: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Give one column by its name."""
        return self.columns[self.column_names.index(name)]


def read_tables(path: Path = TABLES_FILE) -> dict[str, Table]:
    """Read all declarations, in the order of the file.

    Parameters
    ----------
    path : Path
        A file of the form that the comment at the top of `data/reference/tables.yml` describes.

    Returns
    -------
    dict of str to Table
        By name; a declaration with `names` gives a table per name.
    """
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {
        table.name: table
        for name, declared in content["tables"].items()
        for table in _tables(name, declared, content)
    }


def _tables(name: str, declared: Mapping[str, Any], content: Mapping[str, Any]) -> Iterator[Table]:
    """Give the tables of one declaration."""
    columns = tuple(_column(entry, content) for entry in declared["columns"])
    for each in declared.get("names", [name]):
        title = declared.get("titles", {}).get(each, declared["title"])
        description = declared.get("descriptions", {}).get(each, declared["description"])
        number = each.removeprefix("figure_").lstrip("0")
        yield Table(
            name=each,
            kind=declared["kind"],
            title=Text(**{language: words.format(number=number) for language, words in title.items()}),
            description=Text(**description),
            columns=columns,
            key=tuple(declared["key"]),
            complete=tuple(declared.get("complete", ())),
            rows=declared.get("rows"),
            total=tuple((total, tuple(parts)) for total, parts in declared.get("total", {}).items()),
        )


def _column(entry: str | Mapping[str, Any], content: Mapping[str, Any]) -> Column:
    """Give a column from the name of a shared one, or from a name with its own declaration."""
    name, own = (entry, {}) if isinstance(entry, str) else next(iter(entry.items()))
    declared = content["columns"].get(name, {}) | own
    kind = content["types"][declared["type"]]
    unit = declared.get("unit", kind.get("unit"))
    return Column(
        name=name,
        type=declared["type"],
        dtype=kind["dtype"],
        description=Text(nl=declared["nl"], en=declared["en"]),
        empty=declared.get("empty", False),
        low=kind.get("low"),
        high=kind.get("high"),
        values=tuple(kind.get("values", ())),
        unit=Text(**content["units"][unit]) if unit else None,
    )
