"""What `tables.yml` declares: each table that the pipeline writes, column by column."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pandas as pd
from pydantic import BeforeValidator

from helpers.definitions import ReferenceFile, Text, load_definitions
from helpers.definitions.reading import ONE_OR_MORE, Count, Document, Words, entry, nearest

Names = tuple[Words, ...]


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
    def is_number(self) -> bool:
        """Whether it holds numbers to compute with."""
        return self.dtype in ("Int64", "float64")

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


# ---- the file --------------------------------------------------------------------------------------------


@entry
class TypeEntry:
    """What values a column can have."""

    dtype: Literal["str", "Int64", "float64", "bool", "datetime64[us]", "category"]
    low: float | None = None
    high: float | None = None
    unit: Words | None = None
    values: Names = ()


@entry
class ColumnEntry:
    """A column; in a table, what is not given is that of the shared column of the same name."""

    type: Words | None = None
    unit: Words | None = None
    empty: bool | None = None
    nl: Words | None = None
    en: Words | None = None


def named(column: object) -> object:
    """Read the name of a shared column as a declaration that adds nothing to it."""
    return {column: {}} if isinstance(column, str) else column


ColumnUse = Annotated[
    dict[str, ColumnEntry], BeforeValidator(named, json_schema_input_type=str | dict[str, ColumnEntry])
]


@entry
class TableEntry:
    """A table, or with `names` or `figures` several tables with the same columns."""

    kind: Literal["clean", "report", "internal"]
    title: Text
    description: Text
    key: Names
    columns: Annotated[tuple[ColumnUse, ...], ONE_OR_MORE]
    names: Names = ()
    figures: Literal["distribution", "transition"] | None = None
    suffix: str = ""
    titles: dict[str, Text] = field(default_factory=dict)
    descriptions: dict[str, Text] = field(default_factory=dict)
    complete: Names = ()
    rows: Count | None = None
    total: dict[str, Names] = field(default_factory=dict)

    @property
    def uses(self) -> list[tuple[str, ColumnEntry]]:
        """The columns by name, in order."""
        return [one for use in self.columns for one in use.items()]

    def check(self, names: Names, file: Document, *place: str | int) -> None:
        """Note columns that are named and not there, and titles of other tables."""
        columns = [name for name, _ in self.uses]
        file.once(columns, *place, "columns")
        of_total = [name for whole, parts in self.total.items() for name in (whole, *parts)]
        for part, named in (("key", self.key), ("complete", self.complete), ("total", of_total)):
            for name in named:
                if name not in columns:
                    file.note(f"has no column '{name}'{nearest(name, columns)}", *place, part)
        for name in {**self.titles, **self.descriptions}:
            if name not in names:
                file.note(f"'{name}' is none of its names{nearest(name, names)}", *place)


@entry
class Tables(ReferenceFile):
    """tables.yml: the units, types and columns that tables share, and the tables."""

    FILE = "tables.yml"

    units: dict[str, Text]
    types: dict[str, TypeEntry]
    columns: dict[str, ColumnEntry]
    tables: dict[str, TableEntry]

    @property
    def declared(self) -> dict[str, Table]:
        """All tables by name, in the order of the file."""
        made = {}
        for one in self.tables.values():
            columns = tuple(self._column(*use) for use in one.uses)
            for each in one.names:
                title = one.titles.get(each, one.title)
                number = each.removeprefix("figure_").removesuffix(one.suffix).lstrip("0")
                made[each] = Table(
                    name=each,
                    kind=one.kind,
                    title=Text(title.nl.format(number=number), title.en.format(number=number)),
                    description=one.descriptions.get(each, one.description),
                    columns=columns,
                    key=one.key,
                    complete=one.complete,
                    rows=one.rows,
                    total=tuple(one.total.items()),
                )
        return made

    def _whole(self, name: str, own: ColumnEntry) -> ColumnEntry:
        """Give a column of a table with what it has of the shared one."""
        given = {key: value for key, value in vars(own).items() if value is not None}
        return replace(self.columns.get(name, ColumnEntry()), **given)

    def _column(self, name: str, own: ColumnEntry) -> Column:
        """Give a column whose declaration has been checked."""
        whole = self._whole(name, own)
        kind = self.types[str(whole.type)]
        unit = whole.unit or kind.unit
        return Column(
            name=name,
            type=str(whole.type),
            dtype=kind.dtype,
            description=Text(str(whole.nl), str(whole.en)),
            empty=bool(whole.empty),
            low=kind.low,
            high=kind.high,
            values=kind.values,
            unit=self.units[unit] if unit else None,
        )

    def check(self, file: Document, folder: Path) -> None:
        """Note types, units and columns that are not there, and tables that stand twice or are missing."""
        for name, kind in self.types.items():
            self._check_known("units", kind.unit, file, "types", name)
        for name, shared in self.columns.items():
            self._check_known("units", shared.unit, file, "columns", name)
            self._check_known("types", shared.type, file, "columns", name)
        for name, table in self.tables.items():
            table.check(self._names(name, folder), file, "tables", name)
            for number, (column, own) in enumerate(table.uses):
                place, whole = ("tables", name, "columns", number), self._whole(column, own)
                self._check_known("units", own.unit, file, *place)
                self._check_known("types", own.type, file, *place)
                missing = [part for part in ("type", "nl", "en") if getattr(whole, part) is None]
                if missing:
                    said = (
                        f"column '{column}' has no {', '.join(missing)}, nor has a shared column of its name"
                    )
                    file.note(said + nearest(column, self.columns), *place)
        names = [each for name in self.tables for each in self._names(name, folder)]
        file.once(names, "tables")
        for figure in load_definitions(folder).figures:
            if figure not in names:
                kinds = "of a kind that `figures` names"
                file.note(
                    f"has no '{figure}', which figures.yml has; declare it, or let it be {kinds}", "tables"
                )

    def _check_known(self, part: str, name: str | None, file: Document, *place: str | int) -> None:
        """Note a unit or a type that is not declared."""
        known = getattr(self, part)
        if name is not None and name not in known:
            file.note(f"'{name}' is none of the {part}{nearest(name, known)}", *place)

    def _names(self, name: str, folder: Path) -> Names:
        """Give the names of the tables that a declaration stands for."""
        table = self.tables[name]
        if table.figures is None:
            return table.names or (name,)
        figures = load_definitions(folder).figures.values()
        return tuple(figure.id + table.suffix for figure in figures if figure.kind == table.figures)

    @classmethod
    def read(cls, folder: Path, faults: list[str]) -> Self | None:
        """Read and check the file; each declaration gets the names of its tables."""
        found = super().read(folder, faults)
        if found is None:
            return None
        named = {name: replace(one, names=found._names(name, folder)) for name, one in found.tables.items()}
        return replace(found, tables=named)
