"""The small language of the measures of the claims: which cells of the report's tables, and what of them."""

from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, PlainValidator
from pydantic_core import PydanticCustomError

from helpers.definitions._definitions import Words, closed


@dataclass(frozen=True)
class Range:
    """Rows whose value, read as a number, lies within these bounds; rows that hold a word do not."""

    at_least: int | None = None
    at_most: int | None = None

    def __str__(self) -> str:
        """Write the range: `6 or more`, `0 to 11`."""
        if self.at_most is None:
            return f"{self.at_least} or more"
        return f"{self.at_most} or less" if self.at_least is None else f"{self.at_least} to {self.at_most}"


def chosen(value: Any) -> str | tuple[str, ...] | Range:
    """Read which values of a column are meant: one, a list, or a range; levels may be written as numbers."""
    if isinstance(value, list) and value and all(_is_value(one) for one in value):
        return tuple(map(str, value))
    if isinstance(value, dict) and value and set(value) <= {"at_least", "at_most"}:
        if all(type(bound) is int for bound in value.values()):
            return Range(**value)
    if _is_value(value):
        return str(value)
    raise PydanticCustomError(
        "definition_rows",
        "must be a value, a list of values, or whole numbers at_least and at_most; found {value}",
        {"value": repr(value)},
    )


def several(value: Any) -> tuple[str, ...]:
    """Read a list of values."""
    read = chosen(value)
    if not isinstance(read, tuple):
        raise PydanticCustomError(
            "definition_rows", "must be a list of values; found {value}", {"value": repr(value)}
        )
    return read


def _is_value(value: object) -> bool:
    """Whether something is a text or a whole number."""
    return (isinstance(value, str) and value != "") or type(value) is int


Chosen = str | tuple[str, ...] | Range
Rows = dict[str, Annotated[Chosen, PlainValidator(chosen)]]


@closed
@dataclass(frozen=True)
class Cells:
    """The cells of one column in some rows of a table; several are added up."""

    table: Words
    column: Words
    rows: Rows


@closed
@dataclass(frozen=True)
class Whole:
    """What a share is of; what is not given is as in the part, but for the rows of another table."""

    table: Words | None = None
    column: Words | None = None
    rows: Rows | None = None


@closed
@dataclass(frozen=True)
class Share:
    """The cells of a table divided by those of the whole."""

    table: Words
    column: Words
    rows: Rows
    of: Whole

    @property
    def part(self) -> Cells:
        """The numerator."""
        return Cells(self.table, self.column, self.rows)

    @property
    def whole(self) -> Cells:
        """The denominator."""
        rows = ({} if self.of.table else self.rows) | (self.of.rows or {})
        return Cells(self.of.table or self.table, self.of.column or self.column, rows)


@closed
@dataclass(frozen=True)
class Counted:
    """The number of rows of a table that are so."""

    table: Words
    rows: Rows


@closed
@dataclass(frozen=True)
class Rank:
    """The place of one row among all rows of a table by a column: 1 is the highest, or the lowest."""

    table: Words
    column: Words
    rows: Rows
    end: Literal["highest", "lowest"]


def one_kind(measure: "Measure") -> "Measure":
    """Refuse a measure of no kind, or of two."""
    given = [field.name for field in fields(measure) if getattr(measure, field.name) is not None]
    if len(given) != 1:
        known = ", ".join(field.name for field in fields(measure))
        raise PydanticCustomError(
            "definition_measure", f"must have exactly one of {known}; found {len(given)}"
        )
    return measure


@closed
@dataclass(frozen=True)
class Measure:
    """What is computed: cells, a share, a difference of two measures, a number of rows, or a rank."""

    cells: Cells | None = None
    share: Share | None = None
    difference: "tuple[OneMeasure, OneMeasure] | None" = None
    count: Counted | None = None
    rank: Rank | None = None

    @property
    def parts(self) -> tuple[Cells, ...]:
        """All the cells that it names."""
        if self.difference:
            return (*self.difference[0].parts, *self.difference[1].parts)
        if self.share:
            return (self.share.part, self.share.whole)
        if self.count:
            return (Cells(self.count.table, "", self.count.rows),)
        if self.rank:
            return (Cells(self.rank.table, self.rank.column, self.rank.rows),)
        return (self.cells,) if self.cells else ()


OneMeasure = Annotated[Measure, AfterValidator(one_kind)]


@closed
@dataclass(frozen=True)
class Among:
    """What the cells of a claim are compared with: other rows of the table, or other columns of the row."""

    rows: dict[str, Annotated[tuple[str, ...], PlainValidator(several)]] | None = None
    columns: tuple[str, ...] | None = None

    def sets(self, cells: Cells) -> tuple[Cells, ...]:
        """Give the cells to compare with, those of the claim among them."""
        if self.columns is not None:
            return tuple(replace(cells, column=column) for column in self.columns)
        return tuple(
            replace(cells, rows=cells.rows | {name: value})
            for name, values in (self.rows or {}).items()
            for value in values
        )
