"""What the report puts out: tables, figures and overviews, each declared once in `outputs/<notebook>.yml`.

`outputs/shared.yml` holds what several share (units, types, columns, kinds) and says what each name means.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pandas as pd
from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationInfo, model_validator

from helpers.definitions.languages import Text, texts
from helpers.definitions.reading import (
    ONE_OR_MORE,
    Count,
    Document,
    Value,
    Words,
    entry,
    fault,
    nearest,
    read_yaml,
    typed,
)

FOLDER, SHARED = "outputs", "shared"
UNITS = ("huishouden", "volwassene", "kind")
GROUPS = "_groups"  # how the name of an output in groups ends that stands beside each figure of a kind
UNKNOWN = "unknown"  # the group of what is not known

Key = tuple[str, str]
Names = tuple[Words, ...]
Direction = Literal["improved", "unchanged", "declined"]
OneToFive = Annotated[int, Field(strict=True, ge=1, le=5)]

SCHEMA_TYPES = {
    "str": "string",
    "category": "string",
    "bool": "boolean",
    "Int64": "integer",
    "float64": "number",
    "datetime64[us]": "date",
}
USUAL_SIDE = (1, 3)  # levels that a figure is about that names no others


def unknown_item(key: Key, items: Iterable[Key]) -> str:
    """Say that the codebook does not have an item, and which of its unit is nearest."""
    near = nearest(key[1], [item for unit, item in items if unit == key[0]])
    return f"sociale_balans.csv has no item '{key[1]}' of unit '{key[0]}'{near}"


def known_item(key: Key, info: ValidationInfo) -> Key:
    """Refuse a (unit, item) that the codebook does not have; the codebook comes as validation context."""
    items = (info.context or {}).get("items")
    if items and key not in items:
        raise fault(unknown_item(key, items))
    return key


KnownItem = Annotated[Key, AfterValidator(known_item)]


# ---- what a declaration becomes ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """One column: its dtype, bounds, the ordered values of a category, and whether a value may be missing.

    The unit (families, domains, share) is None for what is counted in nothing, such as a name or a date.
    `format` says how a page writes a number, `formats` how by what `by` names in its row; `vocabulary` where
    the words for values are, `by` the column whose value names that. `title` heads the column on a page; an
    interval has that of its lower end. Columns that are `file_only` stand on no page. `language` is that of
    its text, whatever that of the page.
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
    title: Text | None = None
    format: str = ""
    formats: Mapping[str, str] = field(default_factory=dict)
    vocabulary: str = ""
    by: str = ""
    file_only: bool = False
    language: str = ""

    @cached_property
    def pandas_dtype(self) -> Any:
        """The dtype as pandas takes it."""
        if self.dtype == "category":
            return pd.CategoricalDtype(self.values, ordered=True)
        return pd.StringDtype(na_value=float("nan")) if self.dtype == "str" else self.dtype

    @property
    def schema_type(self) -> str:
        """The type as a Table Schema calls it."""
        return SCHEMA_TYPES[self.dtype]

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


@entry
class Moves:
    """What the three directions and the two ends of a scale are called where `improved` would judge."""

    improved: Text
    unchanged: Text
    declined: Text
    worst: Text
    best: Text


UnitOfAnalysis = Literal["family", "adult", "child", "person", "followed_family"]
UNITS_COUNTED: Mapping[str, tuple[str, ...]] = {
    "family": UNITS,
    "adult": ("volwassene",),
    "child": ("kind",),
    "person": ("volwassene", "kind"),
    "followed_family": (),
}


@dataclass(frozen=True)
class Figure:
    """One figure of the source report: what it shows, of whom, on which page, and how to read it."""

    number: int
    title: Text
    kind: str
    unit_of_analysis: str
    items: tuple[Key, ...]
    page: str
    source_section: str
    reading: Text
    moves: Moves | None = None
    side: tuple[int, int] | None = None
    levels: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Name of the figure's files, such as `figure_04`."""
        return f"figure_{self.number:02d}"

    def called(self, language: str) -> str:
        """Name the figure by its number."""
        return str(texts()["figure_number"][language]).format(number=self.number)

    @property
    def about(self) -> tuple[int, int]:
        """First and last level of the side that it is about."""
        return self.side or USUAL_SIDE

    @property
    def problems(self) -> tuple[int, ...]:
        """The levels that are a problem: its side, or what is below it where that is the good one."""
        first, last = self.about
        return tuple(range(1, last + 1 if first == 1 else first))

    @property
    def group_of(self) -> dict[str, str]:
        """The group of each level (`"1"` to `"5"`) in the public edition."""
        return {str(level): group for group in self.levels for level in within(group)}


@entry
class KeyEntry:
    """That the first page tells an output: at which place, under which title, how sure by which output."""

    order: Count
    title: Text
    sure: Words | None = None


Groups = Mapping[str, Mapping[str, tuple[str | int, ...]]]


@dataclass(frozen=True)
class Table:
    """One table: its columns in order, the key of a row, and what must hold between its rows and columns.

    `page` is the notebook that shows it, or links to it where it is `file_only`.

    `public` names the table that the public edition has in its place: itself, another, or None, and
    `withheld` says why. There it divides the total of `group` (one, or one by the first part of the key), and
    `carries` takes what rounding leaves over.
    """

    name: str
    kind: str
    title: Text
    description: Text
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    complete: tuple[str, ...] = ()
    rows: int | None = None
    total: tuple[tuple[str, tuple[str, ...]], ...] = ()
    page: str = ""
    figure: Figure | None = None
    file_only: bool = False
    key_result: KeyEntry | None = None
    public: str | None = None
    withheld: str = ""
    group: str | Mapping[str, str] = ""
    groups: Groups = field(default_factory=dict)
    carries: str | None = None

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Give one column by its name."""
        return self.columns[self.column_names.index(name)]

    @property
    def heading(self) -> Text:
        """The title, of a figure with its number before it."""
        figure = self.figure
        if figure is None or figure.id != self.name:
            return self.title
        return Text.of(lambda language: f"{figure.called(language)}. {self.title(language)}")

    @property
    def is_report(self) -> bool:
        """Whether it is part of the report; not the clean tables, nor those of the internal review."""
        return self.kind not in ("clean", "internal")

    def population(self, key: tuple[str, ...]) -> str:
        """Name the population whose total a part of the table divides, by the values of its key."""
        if isinstance(self.group, str):
            return self.group
        families = self.figure is not None and self.figure.unit_of_analysis == "family"
        return self.group[UNITS[0] if families else key[0]]

    def groups_of(self, key: tuple[str, ...]) -> list[str]:
        """List the groups of a part of the table, in order: values of its last key, else what it counts."""
        if self.groups:
            return [*self.groups[key[0] if key else next(iter(self.groups))]]
        if self.figure is not None and self.figure.levels:
            return [*self.figure.levels, UNKNOWN]
        last = self.column(self.key[-1])
        if last.values and len(self.key) == len(key) + 1:
            return [*last.values]
        return [column.name for column in self.columns if column.type == "count"]


@dataclass(frozen=True)
class Outputs:
    """All declared outputs by name: tables, the figures of the source report, overviews without a file.

    `columns` are those that several share, for a table that is not declared.
    """

    tables: dict[str, Table]
    figures: dict[str, Figure]
    overviews: dict[str, Table]
    columns: dict[str, Column]

    def column(self, name: str, table: Table | None) -> Column:
        """Give a column of a table, else the shared one of that name, else one of which nothing is known."""
        own = [column for column in table.columns if column.name == name] if table else []
        known = own[0] if own else self.columns.get(name)
        return known or Column(name, "", "", Text.alike(name), title=Text.alike(name))


def within(group: str) -> range:
    """List the levels of a group such as `1-2`."""
    ends = group.split("-")
    return range(int(ends[0]), int(ends[-1]) + 1)


# ---- the files -------------------------------------------------------------------------------------------


FORMAT = r"^(p|points|rank|mixed|\+?0(\.0+)?%?)$"


def _format(found: str) -> str:
    if not re.match(FORMAT, found):
        raise fault("must be a format such as 0.0%, +0.00, points or p; found {found}")
    return found


Format = Annotated[Words, AfterValidator(_format)]


@entry
class TypeEntry:
    """What values a column can have, in which unit, and how a page writes them."""

    dtype: Literal["str", "Int64", "float64", "bool", "datetime64[us]", "category"]
    low: float | None = None
    high: float | None = None
    unit: Words | None = None
    values: Names = ()
    format: Format | None = None
    vocabulary: Words | None = None


@entry
class ColumnEntry:
    """A column; what is not given is that of the shared column of the same name, then of its type."""

    type: Words | None = None
    values: Names | None = None
    unit: Words | None = None
    empty: bool | None = None
    title: Text | None = None
    format: Format | None = None
    formats: dict[Words, Format] | None = None
    vocabulary: Words | None = None
    by: Words | None = None
    file_only: bool | None = None
    language: Words | None = None
    description: Text | None = None


def _named(column: object) -> object:
    """Read nothing as a shared column as it is, and a word as its type."""
    return {} if column is None else {"type": column} if isinstance(column, str) else column


ColumnUse = Annotated[ColumnEntry, BeforeValidator(_named, json_schema_input_type=str | ColumnEntry | None)]
Columns = dict[Words, ColumnUse]


def _public(found: object) -> object:
    if found is not True and (not isinstance(found, str) or not found or found == "no"):
        raise fault("must be true, the name of the output that stands in, or 'no, because …'; found {found}")
    return found


def _population(found: object) -> object:
    named = found.values() if isinstance(found, dict) else [found]
    if not all(isinstance(one, str) and one for one in named):
        raise fault("must name a population, or one by the first part of the key; found {found}")
    return found


Public = Annotated[bool | str, PlainValidator(_public, json_schema_input_type=bool | str)]
Population = Annotated[
    str | dict[str, str], PlainValidator(_population, json_schema_input_type=str | dict[str, str])
]


def _levels(groups: Names) -> Names:
    if not all(part.isdigit() for group in groups for part in group.split("-")):
        raise fault("a group of levels is written as 3 or 1-2")
    if sorted(level for group in groups for level in within(group)) != [1, 2, 3, 4, 5]:
        raise fault("every level from 1 to 5 stands in one group")
    return groups


Levels = Annotated[Names, AfterValidator(_levels)]


@entry
class KindEntry:
    """What outputs of a kind share; with `of`, one beside each output of that kind, in groups."""

    of: Words | None = None
    title: Text | None = None
    description: Text | None = None
    items: tuple[Count, Count] | None = None
    levels: Levels = ()
    reading: Text | None = None
    key: Names = ()
    complete: Names = ()
    public: Public | None = None
    group: Population = ""
    columns: Columns = field(default_factory=dict)


@entry
class OutputEntry:
    """An output: a table, with `kind` one of a known kind, such as a figure; the kind gives what is not here.

    A figure of the source report is called `figure_22`, and says its unit of analysis and where it stands.
    """

    title: Text
    kind: Words = "table"
    description: Text | None = None
    unit_of_analysis: UnitOfAnalysis | None = None
    items: tuple[KnownItem, ...] = ()
    side: tuple[OneToFive, OneToFive] | None = None
    levels: Levels = ()
    moves: Moves | None = None
    source_section: Words | None = None
    reading: Text | None = None
    key: Names = ()
    complete: Names = ()
    rows: Count | None = None
    total: dict[Words, Names] = field(default_factory=dict)
    file_only: bool = False
    key_result: KeyEntry | None = None
    public: Public | None = None
    group: Population = ""
    groups: dict[Words, dict[Words, tuple[Value, ...]]] = field(default_factory=dict)
    carries: Words | None = None
    columns: Columns = field(default_factory=dict)

    @model_validator(mode="after")
    def matching(self) -> Self:
        """Refuse items that the unit of analysis cannot count."""
        for unit, item in self.items:
            if self.unit_of_analysis and unit not in UNITS_COUNTED[self.unit_of_analysis]:
                raise fault(
                    f"unit_of_analysis '{self.unit_of_analysis}' does not go with '{item}' of unit '{unit}'"
                )
        return self


@entry
class Shared:
    """outputs/shared.yml: the units, types, columns and kinds that outputs share."""

    units: dict[Words, Text]
    types: dict[Words, TypeEntry]
    columns: Columns
    kinds: dict[Words, KindEntry]


OutputsFile = Annotated[dict[Words, OutputEntry], ONE_OR_MORE]
PLAIN_KINDS = ("table", "clean", "internal", "overview")
SINGLE_FIGURES = ("profile", "education", "scheme", "score_matrix", "classes")
FIGURE = re.compile(r"figure_(\d\d)")
DISTRIBUTION = "distribution"  # of families of one population over the values of the first column
FAMILIES = ("registered", "retained", "followed", "compared")  # populations of families


def read_outputs(folder: Path, items: Mapping[Key, Any], faults: list[str]) -> Outputs | None:
    """Read and check all files of `outputs/`; what is wrong is noted."""
    paths = sorted((folder / FOLDER).glob("*.yml"))
    files = {path.stem: read_yaml(path, faults, name=f"{FOLDER}/{path.name}") for path in paths}
    if SHARED not in files:
        faults.append(f"{FOLDER}/{SHARED}.yml: is missing from {folder}; restore it from the repository")
        return None
    common = files.pop(SHARED)
    shared = typed(common, Shared)
    pages = [(page, file, typed(file, OutputsFile, items=items)) for page, file in files.items()]  # type: ignore[arg-type]
    if common is None or shared is None:
        return None
    declared = _Declared(shared, common)
    for page, file, entries in pages:
        if file is not None and entries is not None:
            declared.add(page, entries, file)
    if faults:
        return None
    declared.check_public()
    return declared.outputs()


def _check_known(
    known: Iterable[str], part: str, name: str | None, file: Document, *place: str | int
) -> None:
    if name is not None and name not in known:
        file.note(f"'{name}' is none of the {part}{nearest(name, known)}", *place)


class _Declared:
    """What has been declared so far, file by file."""

    def __init__(self, shared: Shared, file: Document) -> None:
        self.shared = shared
        self.made: dict[str, Table] = {}
        self.files: dict[str, Document] = {}
        for name, kind in shared.types.items():
            _check_known(shared.units, "units", kind.unit, file, "types", name)
        for name, column in shared.columns.items():
            self._check_column(column, file, "columns", name)
        for name, of in shared.kinds.items():
            _check_known(shared.kinds, "kinds", of.of, file, "kinds", name)
        self.of_kind = {
            name: self._columns(kind.columns, file, "kinds", name) for name, kind in shared.kinds.items()
        }

    def outputs(self) -> Outputs:
        tables = {name: one for name, one in self.made.items() if one.kind != "overview"}
        figures = {name: one.figure for name, one in sorted(tables.items()) if one.figure}
        return Outputs(
            tables,
            {name: figure for name, figure in figures.items() if figure.id == name},
            {name: one for name, one in self.made.items() if one.kind == "overview"},
            {name: self._column(name, column, ()) for name, column in self.shared.columns.items()},
        )

    def add(self, page: str, entries: Mapping[str, OutputEntry], file: Document) -> None:
        """Add the outputs of one file, then those that stand beside them in groups."""
        beside = []
        for name, one in entries.items():
            if name in self.files:
                file.note(f"stands in {self.files[name].name} too; keep one", name)
            self.files[name] = file
            kinds = (*PLAIN_KINDS, *SINGLE_FIGURES, *self.shared.kinds)
            _check_known(kinds, "kinds", one.kind, file, name, "kind")
            self.made[name] = self._table(page, name, one, file)
            of = [kind for kind, other in self.shared.kinds.items() if other.of == one.kind]
            beside += [_in_groups(kind, self.shared.kinds[kind], self.made[name]) for kind in of]
        for made in beside:
            self.made[made.name] = replace(made, columns=self.of_kind[made.kind])
            self.files[made.name] = file

    def _table(self, page: str, name: str, one: OutputEntry, file: Document) -> Table:
        kind = self.shared.kinds.get(one.kind, KindEntry())
        columns = self._columns(one.columns, file, name, untyped=one.kind == "overview")
        first = tuple(one.columns)[:1] if one.kind == DISTRIBUTION else ()
        public = one.public if one.public is not None else kind.public
        named = _name_of(public, name)
        own = ("kind", "title", "rows", "file_only", "key_result", "groups", "carries")
        made = Table(
            name=name,
            description=one.description or kind.description or one.title,
            columns=columns + self.of_kind.get(one.kind, ()),
            key=one.key or kind.key or first,
            complete=one.complete or kind.complete or first,
            total=tuple(one.total.items()),
            page=page,
            figure=_figure(page, name, one, kind, file),
            public=named,
            withheld=str(public).removeprefix("no,").strip() if named is None else "",
            group=one.group or kind.group,
            **{part: getattr(one, part) for part in own},
        )
        if made.is_report and public is None and one.kind != "overview":
            said = "true, the output that stands in, or 'no, because …'"
            file.note(f"must say in `public` whether it is public: {said}", name)
        _check_columns(made, file)
        if one.kind == DISTRIBUTION and not (columns and columns[0].values and made.group in FAMILIES):
            said = f"needs `values` of its first column, and one `group` of families: {', '.join(FAMILIES)}"
            file.note(f"kind '{DISTRIBUTION}' {said}", name)
        return made

    def _columns(
        self, uses: Columns, file: Document, *place: str, untyped: bool = False
    ) -> tuple[Column, ...]:
        """Make columns; what they, their shared columns and their types do not say is noted."""
        made = []
        for name, own in uses.items():
            self._check_column(own, file, *place, "columns", name)
            given = {key: value for key, value in vars(own).items() if value is not None}
            whole = replace(self.shared.columns.get(name, ColumnEntry()), **given)
            missing = [] if whole.type or own.values or untyped else ["type"]
            missing += [] if whole.title or whole.description else ["title"]
            if missing:
                said = f"has no {' and no '.join(missing)}, nor has a shared column of its name"
                file.note(said + nearest(name, self.shared.columns), *place, "columns", name)
            made.append(self._column(name, whole, () if own.type else own.values or ()))
        return tuple(made)

    def _column(self, name: str, whole: ColumnEntry, values: Names) -> Column:
        kind = TypeEntry("category") if values else self.shared.types.get(str(whole.type), TypeEntry("str"))
        given = [{k: v for k, v in vars(one).items() if v is not None} for one in (kind, whole)]
        known: dict[str, Any] = given[0] | given[1]
        known |= {
            "type": "category" if values else str(whole.type),
            "description": whole.description or whole.title or Text.alike(name),
            "values": values or kind.values,
            "unit": self.shared.units.get(known.get("unit", "")),
        }
        return Column(name, **known)

    def _check_column(self, column: ColumnEntry, file: Document, *place: str) -> None:
        _check_known(self.shared.units, "units", column.unit, file, *place)
        _check_known(self.shared.types, "types", column.type, file, *place)

    def check_public(self) -> None:
        """Note what stands in and is not there, and groups of nothing."""
        for name, table in self.made.items():
            file = self.files[name]
            if table.public is not None:
                public = [other for other, one in self.made.items() if one.public == other]
                _check_known(public, "public outputs", table.public, file, name, "public")
            sure = table.key_result.sure if table.key_result else None
            _check_known(self.made, "outputs", sure, file, name, "key_result")
            groups = [*table.column_names, *(table.column(table.key[-1]).values if table.key else ())]
            _check_known(groups, "groups", table.carries, file, name, "carries")


def _figure(page: str, name: str, one: OutputEntry, kind: KindEntry, file: Document) -> Figure | None:
    low, high = kind.items or (0, 0)
    if not low <= len(one.items) <= high:
        expected = "none" if high == 0 else str(low) if low == high else f"{low} to {high}"
        file.note(f"kind '{one.kind}' takes {expected} in items; found {len(one.items)}", name)
    number = FIGURE.fullmatch(name)
    if number is None:
        if kind.items:
            file.note(f"an output of kind '{one.kind}' is a figure, called such as figure_22", name)
        return None
    own = ("title", "kind", "unit_of_analysis", "items", "source_section", "moves", "side")
    given = {part: getattr(one, part) for part in own} | {"reading": one.reading or kind.reading}
    if missing := [part for part in ("unit_of_analysis", "source_section", "reading") if not given[part]]:
        file.note(f"is a figure, and has no {', '.join(missing)}", name)
    return Figure(number=int(number[1]), page=page, levels=one.levels or kind.levels, **given)


def _in_groups(name: str, kind: KindEntry, whole: Table) -> Table:
    """Make the output in groups that stands beside a figure, still without its columns."""
    number = whole.figure.number if whole.figure else 0
    title = kind.title or whole.title
    own = whole.name + GROUPS
    return Table(
        name=own,
        kind=name,
        title=Text.of(lambda language: title(language).format(number=number)),
        description=kind.description or title,
        columns=(),
        key=kind.key,
        complete=kind.complete,
        page=whole.page,
        figure=whole.figure,
        public=_name_of(kind.public, own),
        group=kind.group,
    )


def _name_of(public: bool | str | None, name: str) -> str | None:
    """Name the output that the public edition has in the place of one: itself, another or none."""
    if public is True:
        return name
    if public in (None, False) or str(public).startswith("no,"):
        return None
    return str(public).format(name=name)


def _check_columns(table: Table, file: Document) -> None:
    columns = table.column_names
    if not columns:
        file.note("has no columns, nor has its kind", table.name)
    of_total = [name for whole, parts in table.total for name in (whole, *parts)]
    for part, named in (("key", table.key), ("complete", table.complete), ("total", of_total)):
        for name in named:
            if name not in columns:
                file.note(f"has no column '{name}'{nearest(name, columns)}", table.name, part)
            elif part == "complete" and not table.column(name).states:
                said = f"'{name}' can have any value; list its `values`, or give its type `low` and `high`"
                file.note(said, table.name, part)
