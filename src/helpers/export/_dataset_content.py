"""The keys of `dataset.yml`, each with what it may hold."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from helpers.definitions import UNITS
from helpers.export._messages import listed, quoted
from helpers.export._workbook_reader import sheet_key
from helpers.formats import without_diacritics

TEST_CODES = ("TEST", "DEMO")
RESERVED = ("all", "unknown")  # values of the column pilot in published tables
TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
Layout = Mapping[str, tuple[str, ...]]  # unit -> its canonical columns, notes included


def raw_name(columns: Mapping[str, str], unit: str, canonical: str) -> str:
    """Return a column's raw name: that of `unit.name`, else of the plain name, else the canonical one."""
    return columns.get(f"{unit}.{canonical}", columns.get(canonical, canonical))


def fold_name(text: str) -> str:
    """Return a name as names are compared: without case, outer white space and diacritics.

    >>> fold_name(" Liège ")
    'liege'
    """
    return without_diacritics(text.strip()).casefold()


def found(value: Any) -> str:
    """Return how a message shows a value of the file."""
    kinds = {dict: "a mapping", list: "a list", type(None): "a blank"}
    return kinds.get(type(value), quoted(str(value)))


def _day(value: Any) -> Any:
    """Return a date written as `YYYY-MM-DD`; nothing else is one."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value.strip()):
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            pass
    raise ValueError(f"{found(value)} is no date")


def _truth(value: Any) -> Any:
    truth = TRUTH.get(value.strip().lower()) if isinstance(value, str) else None
    if truth is None:
        raise ValueError(f"{found(value)} is neither true nor false")
    return truth


def _blank_to_empty(value: Any) -> Any:
    return {} if value is None else value


def _name(value: Any) -> Any:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{found(value)} is no name")
    return value.strip()


def _seen(value: Any) -> Any:
    """Refuse signs that a reader does not see: control signs, and those that turn the order of letters."""
    hidden = [sign for sign in value if not sign.isprintable()] if isinstance(value, str) else []
    if hidden:
        raise ValueError(f"{found(value)} holds a sign that is not seen, U+{ord(hidden[0]):04X}")
    return value


Day = Annotated[dt.date, BeforeValidator(_day)]
Name = Annotated[str, BeforeValidator(_name)]
Names = Annotated[dict[str, Name], BeforeValidator(_blank_to_empty)]


class Content(BaseModel):
    """The keys of `dataset.yml`; every value arrives as text, list or mapping."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[str, BeforeValidator(_seen), BeforeValidator(lambda value: value or "")] = ""
    synthetic: Annotated[bool, BeforeValidator(_truth)] = False
    exported_on: Day
    project_start: Day
    pilots: tuple[Annotated[Name, AfterValidator(_seen)], ...] = Field()
    test_codes: tuple[Name, ...] = TEST_CODES
    columns: Names = Field(default_factory=dict)
    sheets: Names = Field(default_factory=dict)

    @field_validator("pilots")
    @classmethod
    def _pilots_differ(cls, pilots: tuple[str, ...]) -> tuple[str, ...]:
        if not pilots:
            raise ValueError("the list is empty")
        seen: dict[str, str] = {}
        for pilot in pilots:
            if fold_name(pilot) in RESERVED:
                raise ValueError(f"{quoted(pilot)} is a word of the tables and no name of a pilot")
            other = seen.setdefault(fold_name(pilot), pilot)
            if other is not pilot:
                raise ValueError(f"{quoted(other)} and {quoted(pilot)} are the same name")
        return pilots

    @field_validator("test_codes")
    @classmethod
    def _codes_are_readable(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        for code in codes:
            if not any(map(str.isalnum, code)):
                raise ValueError(f"{quoted(code)} holds no letter")
        return codes

    @field_validator("columns")
    @classmethod
    def _columns_fit(cls, columns: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        layout = (info.context or {}).get("layout")
        faults = [] if layout is None else [*_unknown_keys(columns, layout), *_shared(columns, layout)]
        if faults:
            raise ValueError("; ".join(faults))
        return columns

    @field_validator("sheets")
    @classmethod
    def _sheets_fit(cls, sheets: dict[str, str]) -> dict[str, str]:
        faults = [f"{quoted(key)} is no unit" for key in sheets if key not in UNITS]
        faults += [f"{quoted(name)} is a path, not a name" for name in sheets.values() if _is_path(name)]
        by_name = _grouped({unit: sheet_key(sheets.get(unit, unit)) for unit in UNITS})
        faults += [f"{listed(units)} lead to one sheet, {quoted(name)}" for name, units in by_name]
        if faults:
            raise ValueError("; ".join(faults))
        return sheets

    @field_validator("project_start")
    @classmethod
    def _days_in_order(cls, start: dt.date, info: ValidationInfo) -> dt.date:
        exported = info.data.get("exported_on")
        if exported is not None and exported < start:
            raise ValueError(f"{start} is after exported_on, {exported}")
        return start


def _unknown_keys(columns: Mapping[str, str], layout: Layout) -> list[str]:
    """Return a line for each key that names no canonical column of any unit, or of its unit."""
    known = {name for names in layout.values() for name in names}
    known |= {f"{unit}.{name}" for unit, names in layout.items() for name in names}
    return [f"{quoted(key)} names no column of the layout" for key in columns if key not in known]


def _shared(columns: Mapping[str, str], layout: Layout) -> list[str]:
    """Return a line for each raw column to which two canonical ones of a unit lead."""
    return [
        f"{listed(names)} of {unit} lead to one column, {quoted(raw)}"
        for unit, canonical in layout.items()
        for raw, names in _grouped({name: raw_name(columns, unit, name) for name in canonical})
    ]


def _grouped(leads: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each target to which several keys lead, with these keys."""
    keys: dict[str, list[str]] = {}
    for key, target in leads.items():
        keys.setdefault(target, []).append(key)
    return ((target, found) for target, found in keys.items() if len(found) > 1)


def _is_path(name: str) -> bool:
    """Return whether a name could lead out of the folder.

    >>> [_is_path(name) for name in ("gezin.csv", "../gezin", "C:gezin", "..")]
    [False, True, True, True]
    """
    return bool(re.search(r"[/\\:\0]", name)) or sheet_key(name) in ("", ".", "..")
