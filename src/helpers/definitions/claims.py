"""The published results of the source report, from `published_claims.yml`: statements and their measures."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, replace
from fractions import Fraction
from operator import eq, ge, gt, le, lt
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import PlainValidator, model_validator

from helpers.definitions import Definitions, Key, ReferenceFile, Text, load_definitions
from helpers.definitions.outputs import Table, unknown_item
from helpers.definitions.reading import ONE_OR_MORE, Document, Words, entry, fault, is_value, nearest

# ---- measures: which cells of the report's tables, and what of them --------------------------------------


@entry
class Range:
    """Rows whose value, read as a number, lies within these bounds; rows that hold a word do not."""

    at_least: int | None = None
    at_most: int | None = None

    def __str__(self) -> str:
        """Write the range: `6 or more`, `0 to 11`."""
        if self.at_most is None:
            return f"{self.at_least} or more"
        return f"{self.at_most} or less" if self.at_least is None else f"{self.at_least} to {self.at_most}"


def chosen(found: Any) -> str | tuple[str, ...] | Range:
    """Read which values of a column are meant: one, a list, or a range; levels may be written as numbers."""
    if isinstance(found, list) and found and all(map(is_value, found)):
        return tuple(map(str, found))
    if isinstance(found, dict) and found and set(found) <= {"at_least", "at_most"}:
        if all(type(bound) is int for bound in found.values()):
            return Range(**found)
    if is_value(found):
        return str(found)
    raise fault("must be a value, a list of values, or whole numbers at_least and at_most; found {found}")


def several(found: Any) -> tuple[str, ...]:
    """Read a list of values."""
    read = chosen(found)
    if not isinstance(read, tuple):
        raise fault("must be a list of values; found {found}")
    return read


Chosen = Annotated[
    str | tuple[str, ...] | Range,
    PlainValidator(chosen, json_schema_input_type=str | int | list[str | int] | Range),
]
Several = Annotated[tuple[str, ...], PlainValidator(several, json_schema_input_type=list[str | int])]
Rows = dict[str, Chosen]


@entry
class Cells:
    """The cells of one column in some rows of a table; several are added up."""

    table: Words
    column: Words
    rows: Rows


@entry
class Whole:
    """What a share is of; what is not given is as in the part, but for the rows of another table."""

    table: Words | None = None
    column: Words | None = None
    rows: Rows | None = None


@entry
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


@entry
class Counted:
    """The number of rows of a table that are so."""

    table: Words
    rows: Rows


@entry
class Rank:
    """The place of one row among all rows of a table by a column: 1 is the highest, or the lowest."""

    table: Words
    column: Words
    rows: Rows
    end: Literal["highest", "lowest"]


@entry
class Measure:
    """What is computed: cells, a share, a difference of two measures, a number of rows, or a rank."""

    cells: Cells | None = None
    share: Share | None = None
    difference: "tuple[Measure, Measure] | None" = None
    count: Counted | None = None
    rank: Rank | None = None

    @property
    def parts(self) -> tuple[Cells, ...]:
        """All the cells that it names; of a number of rows without a column."""
        if self.difference:
            return (*self.difference[0].parts, *self.difference[1].parts)
        if self.share:
            return (self.share.part, self.share.whole)
        if self.count:
            return (Cells(self.count.table, "", self.count.rows),)
        if self.rank:
            return (Cells(self.rank.table, self.rank.column, self.rank.rows),)
        return (self.cells,) if self.cells else ()

    @model_validator(mode="after")
    def one_kind(self) -> Self:
        """Refuse a measure of no kind, or of two."""
        kinds = [field.name for field in fields(self)]
        given = [kind for kind in kinds if getattr(self, kind) is not None]
        if len(given) != 1:
            raise fault(f"must have exactly one of {', '.join(kinds)}; found {len(given)}")
        return self


@entry
class Among:
    """What the cells of a claim are compared with: other rows of the table, or other columns of the row."""

    rows: dict[str, Several] | None = None
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


# ---- what was published ----------------------------------------------------------------------------------


def number(value: object) -> Fraction:
    """Read a number exactly.

    >>> number(90), number(0.28), number("1/3")
    (Fraction(90, 1), Fraction(7, 25), Fraction(1, 3))
    """
    with suppress(ValueError, ZeroDivisionError):
        return Fraction(str(value))
    raise fault("must be a number or a fraction such as 1/3; found {found}")


Number = Annotated[Fraction, PlainValidator(number, json_schema_input_type=float | str)]
COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {"=": eq, "≥": ge, ">": gt, "≤": le, "<": lt}


@entry
class Bounds:
    """Where a value lies: `between`, `at_least` and `at_most` include their numbers, the others do not."""

    equals: Number | None = None
    between: tuple[Number, Number] | None = None
    at_least: Number | None = None
    more_than: Number | None = None
    at_most: Number | None = None
    less_than: Number | None = None

    @property
    def limits(self) -> tuple[tuple[str, Fraction], ...]:
        """The limits as signs and numbers, the lower one first."""
        low, high = self.between or (None, None)
        signs = [("=", self.equals), ("≥", low), ("≥", self.at_least), (">", self.more_than)]
        signs += [("≤", high), ("≤", self.at_most), ("<", self.less_than)]
        return tuple((sign, bound) for sign, bound in signs if bound is not None)

    def hold(self, value: Fraction | float) -> bool:
        """Tell whether a value lies within.

        A fraction, made of counts, is compared exactly; another number as the double that it is.

        >>> Bounds(less_than=Fraction(1, 3)).hold(Fraction(30, 90)), Bounds(equals=Fraction(8)).hold(8.0)
        (False, True)
        """
        exact = isinstance(value, Fraction)
        return all(COMPARED[sign](value, bound if exact else float(bound)) for sign, bound in self.limits)

    @model_validator(mode="after")
    def possible(self) -> Self:
        """Refuse what nobody can have published."""
        self.refuse()
        return self

    def refuse(self) -> None:
        """Refuse bounds without any, with more than one on a side, or that no number meets."""
        signs = "".join(sign for sign, _ in self.limits)
        if not signs:
            raise fault("must say what was published: one or two bounds")
        if len(signs) > 2 or signs in ("≥>", "≤<") or ("=" in signs and len(signs) > 1):
            raise fault("must have equals alone, or one bound on each side")
        if len(signs) == 2 and self.limits[0][1] > self.limits[1][1]:
            raise fault("the lower bound lies above the upper one")


@entry
class Wording:
    """Words of the report that stand for bounds wherever it uses them."""

    phrases: Annotated[tuple[Words, ...], ONE_OR_MORE]
    bounds: Bounds


@entry
class Published(Bounds):
    """What the report says of a measure: bounds, the bounds of a wording, or that it is first of a set."""

    wording: Words | None = None
    largest: Among | None = None
    smallest: Among | None = None

    @property
    def among(self) -> Among | None:
        """The set in which the measure is the largest or smallest."""
        return self.largest or self.smallest

    def refuse(self) -> None:
        """Refuse bounds beside a wording or a set, or both of these."""
        others = [one for one in (self.wording, self.largest, self.smallest) if one is not None]
        if len(others) > 1 or (others and self.limits):
            raise fault("must have either bounds, or a wording, or largest, or smallest")
        if not others:
            super().refuse()


# ---- the file --------------------------------------------------------------------------------------------


@entry
class ClaimSection:
    """A section of the report; without any of its `cases` nothing can be told of its claims."""

    id: Words
    title: Text
    place: Text
    cases: Cells


@entry
class Claim:
    """One quantitative statement of the report, in our own words."""

    id: Words
    section: Words
    place: Text
    claim: Text
    measure: Measure
    published: Published
    wording: Words

    @property
    def compared(self) -> tuple[Cells, ...]:
        """The cells among which those of the claim are the largest or smallest; none where that is not so."""
        among, cells = self.published.among, self.measure.cells
        return among.sets(cells) if among and cells else ()


@entry
class Claims(ReferenceFile):
    """published_claims.yml: all claims, the sections that they stand in, the wordings that they share."""

    FILE = "published_claims.yml"

    wordings: dict[str, Wording]
    sections: tuple[ClaimSection, ...]
    claims: tuple[Claim, ...]

    def section(self, section_id: str) -> ClaimSection:
        """Give one section; KeyError when there is none of that id."""
        return {section.id: section for section in self.sections}[section_id]

    def bounds(self, claim: Claim) -> Bounds:
        """Give the bounds of a claim: its own, or those of its wording; none where it is first of a set."""
        published = claim.published
        return self.wordings[published.wording].bounds if published.wording else published

    def add_words(self, definitions: Definitions) -> Definitions:
        """Give definitions that also have the titles of the sections."""
        titles = {section.id: section.title for section in self.sections}
        return replace(definitions, vocabulary=definitions.vocabulary | {"claim_section": titles})

    def check(self, file: Document, folder: Path) -> None:
        """Note a measure that names a table, column, value or item that does not exist, and its like."""
        definitions = load_definitions(folder)
        tables = {name: table for name, table in definitions.tables.items() if table.is_report}
        items = definitions.items
        for number, section in enumerate(self.sections):
            for said in _cell_faults(section.cases, tables, items):
                file.note(said, "sections", number, "cases")
        for number, claim in enumerate(self.claims):
            for part, said in _claim_faults(claim, self):
                file.note(said, "claims", number, part)
            named = (*claim.measure.parts, *claim.compared)
            for said in dict.fromkeys(one for cells in named for one in _cell_faults(cells, tables, items)):
                file.note(said, "claims", number, "measure")


def _claim_faults(claim: Claim, claims: Claims) -> Iterator[tuple[str, str]]:
    sections = [section.id for section in claims.sections]
    if claim.section not in sections:
        yield "section", f"this file has no section '{claim.section}'; use one of {', '.join(sections)}"
    name = claim.published.wording
    if name and name not in claims.wordings:
        said = f"this file has no wording '{name}'; use one of {', '.join(claims.wordings)}"
        yield "published", said + nearest(name, claims.wordings)
    elif name:
        phrases = claims.wordings[name].phrases
        if not any(phrase.casefold() in claim.wording.casefold() for phrase in phrases):
            yield "wording", f"must hold a phrase of wording '{name}': {', '.join(phrases)}"
    if claim.published.among and not claim.measure.cells:
        yield "measure", "largest and smallest go with a measure of kind 'cells'"
    elif claim.published.among and claim.measure.cells not in claim.compared:
        yield "published", "the set does not hold the measure itself; add its row or column"


def _cell_faults(cells: Cells, tables: Mapping[str, Table], items: Collection[Key]) -> Iterator[str]:
    """Say what is not declared of what a measure names, and what there is instead."""
    if cells.table not in tables:
        said = f"outputs/ has no table '{cells.table}' of a report; use one of {', '.join(tables)}"
        yield said + nearest(cells.table, tables)
        return
    table = tables[cells.table]
    columns = {column.name: column for column in table.columns}
    for name in dict.fromkeys(name for name in (cells.column, *cells.rows) if name):
        if name not in columns:
            said = f"table '{table.name}' has no column '{name}'; use one of {', '.join(columns)}"
            yield said + nearest(name, columns)
    if cells.column in columns and not columns[cells.column].is_number:
        numbers = [column.name for column in table.columns if column.is_number]
        yield f"column '{cells.column}' of '{table.name}' holds no numbers; use one of {', '.join(numbers)}"
    for name, wanted in cells.rows.items():
        known = [str(state) for state in columns[name].states] if name in columns else []
        for value in (wanted,) if isinstance(wanted, str) else wanted if isinstance(wanted, tuple) else ():
            if known and value not in known:
                said = f"'{name}' of table '{table.name}' is never '{value}'; use one of {', '.join(known)}"
                yield said + nearest(value, known)
    unit, item = cells.rows.get("unit"), cells.rows.get("item")
    if isinstance(item, str) and unit is None:
        yield f"item '{item}' needs its unit beside it: unit and item together name an item"
    elif isinstance(item, str) and isinstance(unit, str) and (unit, item) not in items:
        yield unknown_item((unit, item), items)
