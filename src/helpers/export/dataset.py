"""`dataset.yml`: what a raw dataset is, and how its columns, sheets and values are called and laid out."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from helpers.definitions import UNITS
from helpers.definitions.reading import parse_yaml
from helpers.export.content import LARGEST_TEXT, read_bytes
from helpers.export.messages import ExportError, Faults, Place, listed, quoted, shown
from helpers.export.names import fold, sheet_key

FILE = "dataset.yml"
QUESTION = "# ?"  # begins a line on which a draft of it asks something
ALL = "all"  # in `sheets`: the one table of a long or wide export
EVERY = "*"  # in `values`: every item
LEVEL_WORDS = ("1", "2", "3", "4", "5", "n.v.t.", "")
TEST_CODES = ("TEST", "DEMO")
RESERVED = ("all", "unknown")  # values of the column pilot in published tables
TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
OPTIONAL = ("coach", "organisatie", "groep")  # columns that an export may lack, beside the notes
LONG_COLUMNS = ("unit", "item", "value")
NOTE_OF_VALUE = "toelichting"
PERSON = "{person} - {item}"
UNIT_OF_PREFIX = {"V": "volwassene", "K": "kind"}
Layout = Mapping[str, tuple[str, ...]]  # unit -> its canonical columns, those that may lack included
WANTED = {
    "title": "Write one line of text",
    "synthetic": "Write true or false",
    "published": "Write the name of the published study, or leave the key out",
    "exported_on": "Write the day of the export as 2023-09-30",
    "project_start": "Write the first day of the project as 2022-03-01",
    "pilots": "Write the names of the pilots as a list: [Leuven, Oostende]",
    "pilot_names": "Write `how this export also writes a pilot: name of the pilot in pilots`, one a line",
    "test_codes": "Write the letters of test families as a list: [TEST, DEMO], or [] for none",
    "columns": "Write `canonical name: name in this export`, one a line",
    "sheets": "Write `unit: name of its file or sheet`, one a line, for huishouden, volwassene or kind, or "
    "`all: name` for the one table of a long or wide export",
    "layout": "Write sheets, long or wide",
    "person": "Write how a column of a person is called, as `{person} - {item}`",
    "units": "Write `how this export names a unit: huishouden, volwassene or kind`, one a line",
    "values": 'Write, for an item or for "*", how this export writes a level: `{stress: {A1: 1, A2: 2}}`; '
    'a level is 1 to 5, n.v.t. or ""',
}


def raw_name(columns: Mapping[str, str], unit: str, canonical: str) -> str:
    """Return a column's raw name: that of `unit.name`, else of the plain name, else the canonical one.

    "" for an optional column that is not mapped and whose name is that of another column in this export.
    """
    mapped = columns.get(f"{unit}.{canonical}", columns.get(canonical))
    if mapped is not None:
        return mapped
    taken = canonical in OPTIONAL and fold(canonical) in map(fold, columns.values())
    return "" if taken else canonical


def found(value: Any) -> str:
    """Return how a message shows a value of the file."""
    kinds = {dict: "a mapping", list: "a list", type(None): "a blank"}
    return kinds.get(type(value), quoted(str(value)))


def _day(value: Any) -> Any:
    """Return a date written as `YYYY-MM-DD`; nothing else is one."""
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value.strip()):
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            pass
    raise ValueError(f"{found(value)} is no date")


def _of_folder(name: str, info: ValidationInfo) -> str:
    """Refuse the name of the folder as a key of the file, which comes with a context."""
    if info.context is not None:
        raise ValueError("there is no such key")
    return name


def _truth(value: Any) -> Any:
    if isinstance(value, bool):
        return value
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


def _blank_to_text(value: Any) -> Any:
    return "" if value is None else value.strip() if isinstance(value, str) else value


def _word(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _level(value: Any) -> Any:
    """Return a level as `values` may give it: 1 to 5, n.v.t. or nothing."""
    plain = fold(value) if isinstance(value, str) else "" if value is None else value
    plain = "n.v.t." if plain in ("n.v.t", "nvt", "niet van toepassing") else plain
    if plain not in LEVEL_WORDS:
        raise ValueError(f"{found(value)} is no level")
    return plain


def _seen(value: Any) -> Any:
    """Refuse signs that a reader does not see: control signs, and those that turn the order of letters."""
    hidden = [sign for sign in value if not sign.isprintable()] if isinstance(value, str) else []
    if hidden:
        raise ValueError(f"{found(value)} holds a sign that is not seen, U+{ord(hidden[0]):04X}")
    return value


Day = Annotated[dt.date, BeforeValidator(_day)]
Name = Annotated[str, BeforeValidator(_name)]
Names = Annotated[dict[str, Name], BeforeValidator(_blank_to_empty)]
Level = Annotated[str, BeforeValidator(_level)]
Values = Annotated[dict[str, dict[str, Level]], BeforeValidator(_blank_to_empty)]


class Dataset(BaseModel):
    """The description of a raw dataset: the keys of `dataset.yml`, and the name of its folder.

    Attributes
    ----------
    name, title
        Name of the folder, and title for pages (default: the name).
    synthetic
        Whether no real family is in it; False unless the file says so.
    exported_on, project_start
        The last and the first day that a registration may have.
    pilots
        Names as written, in the file's order.
    pilot_names
        Another name or spelling of a pilot in this export -> its name in `pilots`.
    test_codes
        Codes of test families.
    columns, sheets
        Canonical name (or `unit.name`) -> name in this export; unit, or `all`, -> name of its file or sheet.
    layout
        `sheets` (a table per unit), `long` (a line per value) or `wide` (a line per family and day).
    person, units
        How a column of a person is called in a wide export; prefix of a person code, or name of a unit in
        this export -> unit.
    values
        Item, `unit.item` or `*` -> text of a cell -> `1` to `5`, `n.v.t.` or "" for nothing registered.
    published
        Name of the published study that the data stand for; "" for all others.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, AfterValidator(_of_folder)] = ""
    title: Annotated[str, BeforeValidator(_seen), BeforeValidator(lambda value: value or "")] = ""
    synthetic: Annotated[bool, BeforeValidator(_truth)] = False
    exported_on: Day
    project_start: Day
    pilots: tuple[Annotated[Name, AfterValidator(_seen)], ...]
    pilot_names: Names = Field(default_factory=dict)
    test_codes: tuple[Name, ...] = TEST_CODES
    columns: Names = Field(default_factory=dict)
    sheets: Names = Field(default_factory=dict)
    layout: Annotated[Literal["sheets", "long", "wide"], BeforeValidator(_word)] = "sheets"
    person: Name = PERSON
    units: Names = Field(default_factory=dict)
    values: Values = Field(default_factory=dict)
    published: Annotated[str, BeforeValidator(_seen), BeforeValidator(_blank_to_text)] = ""

    @property
    def pilot_of(self) -> dict[str, str]:
        """The pilot that a folded name stands for."""
        pilots = {fold(pilot): pilot for pilot in self.pilots}
        return pilots | {fold(name): pilots[fold(pilot)] for name, pilot in self.pilot_names.items()}

    @field_validator("pilots")
    @classmethod
    def _pilots_differ(cls, pilots: tuple[str, ...]) -> tuple[str, ...]:
        if not pilots:
            raise ValueError("the list is empty")
        seen: dict[str, str] = {}
        for pilot in pilots:
            if fold(pilot) in RESERVED:
                raise ValueError(f"{quoted(pilot)} is a word of the tables and no name of a pilot")
            other = seen.setdefault(fold(pilot), pilot)
            if other is not pilot:
                raise ValueError(f"{quoted(other)} and {quoted(pilot)} are the same name")
        return pilots

    @field_validator("pilot_names")
    @classmethod
    def _names_of_pilots(cls, names: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        pilots = {fold(pilot) for pilot in info.data.get("pilots", names.values())}
        faults = [
            f"{quoted(pilot)} is not in pilots" for pilot in names.values() if fold(pilot) not in pilots
        ]
        faults += [f"{quoted(name)} is itself in pilots" for name in names if fold(name) in pilots]
        if faults:
            raise ValueError("; ".join(faults))
        return names

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
        if layout is None:
            return columns
        faults = [*_unknown_keys(columns, layout), *_shared(columns, layout)]
        if faults:
            raise ValueError("; ".join(faults))
        return columns

    @field_validator("sheets")
    @classmethod
    def _sheets_fit(cls, sheets: dict[str, str]) -> dict[str, str]:
        faults = [f"{quoted(key)} is no unit" for key in sheets if key not in (*UNITS, ALL)]
        faults += [f"{quoted(name)} is a path, not a name" for name in sheets.values() if _is_path(name)]
        by_name = _grouped({unit: sheet_key(sheets.get(unit, unit)) for unit in UNITS})
        faults += [f"{listed(units)} lead to one sheet, {quoted(name)}" for name, units in by_name]
        if faults:
            raise ValueError("; ".join(faults))
        return sheets

    @field_validator("person")
    @classmethod
    def _person_fits(cls, person: str) -> str:
        if not all(person.count(part) == 1 for part in ("{person}", "{item}")) or "}{" in person:
            raise ValueError(
                f"{quoted(person)} does not hold {{person}} and {{item}}, with signs between them"
            )
        return person

    @field_validator("units")
    @classmethod
    def _units_fit(cls, units: dict[str, str]) -> dict[str, str]:
        if faults := [f"{quoted(unit)} is no unit" for unit in units.values() if unit not in UNITS]:
            raise ValueError("; ".join(faults))
        return units

    @field_validator("values")
    @classmethod
    def _values_fit(
        cls, values: dict[str, dict[str, str]], info: ValidationInfo
    ) -> dict[str, dict[str, str]]:
        layout = (info.context or {}).get("layout")
        known = None if layout is None else {EVERY, *(key for key in _keys(layout) if key != EVERY)}
        faults = [f"{quoted(key)} is no item" for key in values if known is not None and key not in known]
        for key, texts in values.items():
            folded: dict[str, str] = {}
            for text, level in texts.items():
                if not fold(text):
                    faults.append(f"{quoted(key)}: a blank cell is nothing registered, and needs no value")
                elif folded.setdefault(fold(text), level) != level:
                    faults.append(f"{quoted(key)}: {quoted(text)} stands there twice")
        if faults:
            raise ValueError("; ".join(faults))
        return values

    @field_validator("project_start")
    @classmethod
    def _days_in_order(cls, start: dt.date, info: ValidationInfo) -> dt.date:
        exported = info.data.get("exported_on")
        if exported is not None and exported < start:
            raise ValueError(f"{start} is after exported_on, {exported}")
        return start


def _unknown_keys(columns: Mapping[str, str], layout: Layout) -> list[str]:
    """Return a line for each key that names no canonical column of any unit, or of its unit."""
    known = {*_keys(layout), *LONG_COLUMNS, NOTE_OF_VALUE}
    return [f"{quoted(key)} names no column of the layout" for key in columns if key not in known]


def _keys(layout: Layout) -> set[str]:
    """Return the names of columns, and those with their unit before them."""
    names = {name for columns in layout.values() for name in columns}
    return names | {f"{unit}.{name}" for unit, columns in layout.items() for name in columns}


def _shared(columns: Mapping[str, str], layout: Layout) -> list[str]:
    """Return a line for each raw column to which two canonical ones of a unit lead."""
    return [
        f"{listed(names)} of {unit} lead to one column, {quoted(raw)}"
        for unit, canonical in layout.items()
        for raw, names in _grouped({name: fold(raw_name(columns, unit, name)) for name in canonical})
        if raw
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


@dataclass(frozen=True)
class Naming:
    """How an export calls its columns and sheets, as far as its description can be read.

    Where it cannot, the canonical names are tried, and a name that is not there is no fault of its own.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    sheets: Mapping[str, str] = field(default_factory=dict)
    sure_of_columns: bool = True
    sure_of_sheets: bool = True
    layout: str = "sheets"
    person: str = PERSON
    units: Mapping[str, str] = field(default_factory=dict)

    def column(self, unit: str, canonical: str) -> str:
        """Return how this export calls a canonical column of the unit."""
        return raw_name(self.columns, unit, canonical)

    def sheet(self, unit: str) -> str:
        """Return the name of the unit's file or sheet, as it is written."""
        return self.sheets.get(unit, unit)

    def unit_of(self, name: str) -> str | None:
        """Return the unit that this export calls so, by its own name or by that under `units`."""
        known = {fold(unit): unit for unit in UNITS} | {fold(key): unit for key, unit in self.units.items()}
        return known.get(fold(name))

    def unit_of_person(self, code: str) -> str | None:
        """Return the unit of a person code of a wide export, by the letters that it begins with."""
        known = {fold(key): unit for key, unit in (UNIT_OF_PREFIX | dict(self.units)).items()}
        return known.get(re.split(r"[\W\d_]", fold(code), maxsplit=1)[0])


UNSURE = Naming(sure_of_columns=False, sure_of_sheets=False)


def open_questions(folder: Path | str) -> tuple[int, ...]:
    """Return the lines of `dataset.yml` on which a draft still asks something: those that begin with `# ?`.

    None where there is no such file, or none that can be read.
    """
    try:
        lines = _text(Path(folder)).splitlines()
    except (ExportError, FileNotFoundError, UnicodeDecodeError):
        return ()
    return tuple(number for number, line in enumerate(lines, 1) if line.lstrip().startswith(QUESTION))


def describe(folder: Path, faults: Faults, *, layout: Layout | None) -> tuple[Dataset | None, Naming]:
    """Return the description of a dataset, None when it has a fault, and what it says of names all the same.

    Parameters
    ----------
    folder
        Holds `dataset.yml`.
    faults
        What is wrong is noted here: no file, broken or unsafe YAML, or any fault of its content, all at once.
    layout
        Where given, the keys of `columns` are checked against it.
    """
    try:
        content = _read(folder)
        found = Dataset.model_validate(content, context={"layout": layout})
    except ExportError as error:
        faults.add(error)
        return None, UNSURE
    except ValidationError as error:
        details = error.errors()
        faults.add(ExportError("\n".join(dict.fromkeys(map(_fault, details)))))
        return None, _readable_names(content, {str(detail["loc"][0]) for detail in details})
    name = folder.resolve().name
    dataset = found.model_copy(update={"name": name, "title": found.title or name})
    naming = Naming(
        dataset.columns, dataset.sheets, layout=dataset.layout, person=dataset.person, units=dataset.units
    )
    return dataset, naming


def _readable_names(content: Mapping[str, Any], faulty: set[str]) -> Naming:
    """Return the names of a description of which other keys have faults."""
    said = {key: value for key, value in content.items() if key not in faulty}
    names = {
        key: {name: text.strip() for name, text in (said.get(key) or {}).items()}
        for key in ("columns", "sheets", "units")
    }
    return Naming(
        **names,
        sure_of_columns="columns" not in faulty,
        sure_of_sheets="sheets" not in faulty,
        layout=said.get("layout") or "sheets",
        person=said.get("person") or PERSON,
    )


def path_of(folder: Path) -> Path:
    """Return where the description of a dataset is, in whatever case its name is written."""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError:
        names = []
    return folder / next((name for name in (FILE, *names) if name in names and fold(name) == FILE), FILE)


def _text(folder: Path) -> str:
    return read_bytes(path_of(folder), largest=LARGEST_TEXT).decode("utf-8-sig")


def _almost(folder: Path) -> str:
    """Return the name of a file that is called almost as it should be; "" for none."""
    names = sorted(path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    texts = [name for name in names if re.search(r"[.]ya?ml|^dataset([.]txt)?$", name, re.IGNORECASE)]
    return next(iter(difflib.get_close_matches(FILE, texts, n=1, cutoff=0.6)), "")


def _read(folder: Path) -> Any:
    place = Place(FILE)
    try:
        content = parse_yaml(_text(folder), outside=True)[1]
    except FileNotFoundError:
        almost = _almost(folder)
        remedy = (
            f"{quoted(almost)} is there: rename it to {FILE}"
            if almost
            else "Every raw dataset needs one, with at least exported_on, project_start and pilots; "
            "`gezinscoach check --draft-mapping` drafts it"
        )
        raise place.error(f"there is no such file in the folder {quoted(folder.name)}", remedy) from None
    except UnicodeDecodeError:
        raise place.error("it is not in UTF-8", "Save it again with encoding UTF-8") from None
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        problem = f"it cannot be read as YAML{line} ({shown(str(fault.problem or fault.context))})"
        raise place.error(problem, "Write `key: value`, one a line") from None
    if not isinstance(content, dict):
        problem = "it is empty" if content is None else "it does not hold keys and values"
        raise place.error(problem, "Write `key: value`, one a line")
    return content


def _fault(detail: Any) -> str:
    """Return one line for one fault that pydantic found."""
    kind, where = detail["type"], detail["loc"]
    key = str(where[0])
    start = f"{FILE}, key {quoted('.'.join(part for part in where if isinstance(part, str)))}"
    if kind == "extra_forbidden" or key == "name":
        return f"{start}: there is no such key. Known are {listed(WANTED)}."
    if kind == "missing":
        problem = "it is missing"
    elif kind == "value_error":
        problem = str(detail["ctx"]["error"])
    else:
        problem = f"{found(detail['input'])} does not fit here"
    return f"{start}: {problem}. {WANTED[key]}."
