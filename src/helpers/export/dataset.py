"""`dataset.yml`: what a raw dataset is, and how its columns, sheets and values are called and laid out."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from helpers.definitions import LANGUAGES, UNITS
from helpers.definitions.reading import nearest, parse_yaml, way_to
from helpers.errors import PipelineError
from helpers.export.content import LARGEST_TEXT, read_bytes
from helpers.export.messages import ExportError, Faults, Place, listed, quoted, shown
from helpers.export.names import fold, sheet_key

FILE = "dataset.yml"
QUESTION = "# ?"  # begins a line on which a draft of it asks something
ALL = "all"  # in `sheets`: the one table of a long or wide export
EVERY = "*"  # in `values`: every item
WORDED = {"gezinstype": "household_type", "opleidingsniveau": "education"}  # attribute -> its vocabulary
LEVEL_WORDS = ("1", "2", "3", "4", "5", "n.v.t.", "")
TEST_CODES = ("TEST", "DEMO")
NAMING = ("columns", "sheets", "units", "layout", "person")  # keys that say how the rest is read
RESERVED = ("all", "unknown")  # values of the column pilot in published tables
TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
OPTIONAL = ("coach", "organisatie", "groep")  # columns that an export may lack, beside the notes
LONG_COLUMNS = ("unit", "item", "value")
NUMBER = "registratie_id"
SHARED = (NUMBER, "gezin", "pilootproject", "datum")  # columns of every unit
NEEDED = (*SHARED, "persoon", *LONG_COLUMNS)  # of which none can be one that was never registered
NOTE_OF_VALUE = "toelichting"
PERSON = "{person} - {item}"
UNIT_OF_PREFIX = {"V": "volwassene", "K": "kind"}
Layout = Mapping[str, tuple[str, ...]]  # unit -> its canonical columns, those that may lack included
WANTED = {
    "title": "Write one line of text",
    "titles": "Write `language: the title in it`, one a line",
    "synthetic": "Write true or false",
    "published": "Write the name of the published study, or leave the key out",
    "exported_on": "Write the day of the export as 2023-09-30",
    "project_start": "Write the first day of the project as 2022-03-01",
    "pilots": "Write the names of the pilots as a list: [Leuven, Oostende]",
    "pilot_names": "Write `how this export also writes a pilot: name of the pilot in pilots`, one a line",
    "test_codes": "Write the letters of test families as a list: [TEST, DEMO], or [] for none",
    "columns": "Write `canonical name: name in this export`, one a line, or "
    '`canonical name: ""` for an item that was never registered',
    "sheets": "Write `unit: name of its file or sheet`, one a line, for huishouden, volwassene or kind, or "
    "`all: name` for the one table of a long or wide export",
    "layout": "Write sheets, long or wide",
    "person": "Write how a column of a person is called, as `{person} - {item}`",
    "units": "Write `how this export names a unit: huishouden, volwassene or kind`, one a line",
    "values": 'Write, for an item or for "*", how this export writes a level: `{stress: {A1: 1, A2: 2}}`; '
    'a level is 1 to 5, n.v.t. or "". Or, for gezinstype or opleidingsniveau, how it writes a word of it: '
    "`{gezinstype: {gehuwd: koppel}}`",
}


def found(value: Any) -> str:
    """Return how a message shows a value of the file."""
    kinds = {dict: "a mapping", list: "a list", type(None): "a blank"}
    return kinds.get(type(value), quoted(str(value)))


def _day(value: Any) -> Any:
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


def _name_or_none(value: Any) -> Any:
    return "" if value == "" else _name(value)


def _of_languages(titles: dict[str, str]) -> dict[str, str]:
    if unknown := [key for key in titles if key not in LANGUAGES]:
        raise ValueError(f"{listed(unknown)} is no language of the report, which has {', '.join(LANGUAGES)}")
    return {language: _seen(title) for language, title in titles.items()}


def _blank_to_text(value: Any) -> Any:
    return "" if value is None else value.strip() if isinstance(value, str) else value


def _word(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _level(value: Any) -> Any:
    """Return a level as `values` may give it (1 to 5, n.v.t. or nothing), and another text as it is."""
    plain = fold(value) if isinstance(value, str) else "" if value is None else value
    plain = "n.v.t." if plain in ("n.v.t", "nvt", "niet van toepassing") else plain
    if plain not in LEVEL_WORDS and not isinstance(value, str):
        raise ValueError(f"{found(value)} is no level")
    return plain if plain in LEVEL_WORDS else value.strip()


def _seen(value: Any) -> Any:
    """Refuse signs that a reader does not see: control signs, and those that turn the order of letters."""
    hidden = [sign for sign in value if not sign.isprintable()] if isinstance(value, str) else []
    if hidden:
        raise ValueError(f"{found(value)} holds a sign that is not seen, U+{ord(hidden[0]):04X}")
    return value


Day = Annotated[dt.date, BeforeValidator(_day)]
Name = Annotated[str, BeforeValidator(_name)]
Names = Annotated[dict[str, Name], BeforeValidator(_blank_to_empty)]
Columns = Annotated[
    dict[str, Annotated[str, BeforeValidator(_name_or_none)]], BeforeValidator(_blank_to_empty)
]
Level = Annotated[str, BeforeValidator(_level)]
Values = Annotated[dict[str, dict[str, Level]], BeforeValidator(_blank_to_empty)]


class Dataset(BaseModel):
    """The description of a raw dataset: the keys of `dataset.yml`, and the name of its folder.

    `titles`: language -> the title in it, where that is another. `synthetic`: no real family is in it.
    `exported_on`, `project_start`: the last and the first day that a registration may have. `pilots`: as
    written, in the file's order; `pilot_names`: another name or spelling in this export -> its name in
    `pilots`. `test_codes`: codes of test families. `columns`, `sheets`: canonical name (or `unit.name`) ->
    name in this export, or "" for what it never registered; unit, or `all`, -> name of its file or sheet.
    `layout`: `sheets` (a table per unit), `long` (a line per value) or `wide` (a line per family and day).
    `person`, `units`: how a column of a person is called in a wide export; prefix of a person code, or name
    of a unit in this export -> unit. `values`: item, `unit.item` or `*` -> text of a cell -> `1` to `5`,
    `n.v.t.` or "" for nothing registered; attribute of `WORDED` -> text of a cell -> a word of it.
    `published`: name of the published study that the data stand for; "" for all others.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, AfterValidator(_of_folder)] = ""
    title: Annotated[str, BeforeValidator(_seen), BeforeValidator(lambda value: value or "")] = ""
    titles: Annotated[Names, AfterValidator(_of_languages)] = Field(default_factory=dict)
    synthetic: Annotated[bool, BeforeValidator(_truth)] = False
    exported_on: Day
    project_start: Day
    pilots: tuple[Annotated[Name, AfterValidator(_seen)], ...]
    pilot_names: Names = Field(default_factory=dict)
    test_codes: tuple[Name, ...] = TEST_CODES
    columns: Columns = Field(default_factory=dict)
    sheets: Names = Field(default_factory=dict)
    layout: Annotated[Literal["sheets", "long", "wide"], BeforeValidator(_word)] = "sheets"
    person: Name = PERSON
    units: Names = Field(default_factory=dict)
    values: Values = Field(default_factory=dict)
    published: Annotated[str, BeforeValidator(_seen), BeforeValidator(_blank_to_text)] = ""

    _faulty: frozenset[str] = PrivateAttr(frozenset())

    @classmethod
    def readable(cls, content: Mapping[str, Any], faulty: set[str]) -> Self:
        """Return what a file with faults says of names by its keys without: for the sake of other faults."""
        said: dict[str, Any] = {"pilots": ()}
        for key in NAMING:
            if key not in faulty and (value := content.get(key)):
                plain = isinstance(value, dict)
                said[key] = {name: text.strip() for name, text in value.items()} if plain else _word(value)
        found = cls.model_construct(**said)
        found._faulty = frozenset(faulty)
        return found

    def sure_of(self, key: str) -> bool:
        """Whether a key of the file has no fault; else a name that is not there is no fault of its own."""
        return key not in self._faulty

    def title_in(self, language: str) -> str:
        """Return the title in a language of the report."""
        return self.titles.get(language, self.title)

    def column(self, unit: str, canonical: str) -> str:
        """Return how this export calls a column: by `unit.name`, else by the plain name, else canonically.

        "" for one that was never registered, and for an optional column that is not mapped and whose name is
        that of another column in this export.
        """
        mapped = self.columns.get(f"{unit}.{canonical}", self.columns.get(canonical))
        if mapped is not None:
            return mapped
        taken = canonical in OPTIONAL and fold(canonical) in map(fold, self.columns.values())
        return "" if taken else canonical

    def sheet(self, unit: str) -> str:
        """Return the name of the unit's file or sheet, as it is written."""
        return self.sheets.get(unit, unit)

    def unit_of(self, name: str) -> str | None:
        """Return the unit that this export calls so, by its own name or by that under `units`."""
        known = {fold(unit): unit for unit in UNITS} | {fold(key): unit for key, unit in self.units.items()}
        return known.get(fold(name))

    def unit_of_person(self, code: str) -> str | None:
        """Return the unit of a person code of a wide export, by the letters that it begins with."""
        known = {fold(key): unit for key, unit in (UNIT_OF_PREFIX | self.units).items()}
        return known.get(re.split(r"[\W\d_]", fold(code), maxsplit=1)[0])

    @classmethod
    def of_all(cls, name: str, datasets: Sequence[Self]) -> Self:
        """Describe several datasets as one, in which each is a pilot under its title.

        Raises ExportError: two have the same title, they were exported on different days, or one is synthetic
        and another real.
        """
        titles = [one.title for one in datasets]
        for fault in _of_pilots(tuple(titles), None):
            remedy = f"Give each dataset a `title` of its own in its {FILE}"
            raise Place(name).error(f"its datasets are told apart by their titles, and {fault}", remedy)
        if len({one.synthetic for one in datasets}) > 1:
            made_up = listed(one.name for one in datasets if one.synthetic)
            raise Place(name).error(f"{made_up} is synthetic, other datasets are real", "Keep the two apart")
        days = sorted({one.exported_on for one in datasets})
        if len(days) > 1:
            problem = f"its datasets were exported on different days, {days[0]} to {days[-1]}"
            remedy = (
                "Who could be followed is told from that day: write the earliest as `exported_on` of all "
            )
            remedy += "of them (what was registered later is then left out)"
            raise Place(name).error(problem, remedy)
        return cls(
            name=name,
            title=name,
            synthetic=datasets[0].synthetic,
            exported_on=days[0],
            project_start=min(one.project_start for one in datasets),
            pilots=tuple(titles),
        )

    @property
    def pilot_of(self) -> dict[str, str]:
        """The pilot that a folded name stands for."""
        pilots = {fold(pilot): pilot for pilot in self.pilots}
        return pilots | {fold(name): pilots[fold(pilot)] for name, pilot in self.pilot_names.items()}

    @field_validator(
        "pilots", "pilot_names", "test_codes", "columns", "sheets", "person", "units", "values",
        "project_start",
    )  # fmt: skip
    @classmethod
    def _fits(cls, value: Any, info: ValidationInfo) -> Any:
        if faults := list(_FAULTS[str(info.field_name)](value, info)):
            raise ValueError("; ".join(faults))
        return value


def _layout(info: ValidationInfo) -> Layout | None:
    return (info.context or {}).get("layout")


def _of_pilots(pilots: tuple[str, ...], info: ValidationInfo | None) -> Iterator[str]:
    if not pilots:
        yield "the list is empty"
    seen: dict[str, str] = {}
    for pilot in pilots:
        other = seen.setdefault(fold(pilot), pilot)
        if fold(pilot) in RESERVED:
            yield f"{quoted(pilot)} is a word of the tables and no name of a pilot"
        elif other is not pilot:
            yield f"{quoted(other)} and {quoted(pilot)} are the same name"


def _of_pilot_names(names: dict[str, str], info: ValidationInfo) -> Iterator[str]:
    pilots = {fold(pilot) for pilot in info.data.get("pilots", names.values())}
    yield from (f"{quoted(pilot)} is not in pilots" for pilot in names.values() if fold(pilot) not in pilots)
    yield from (f"{quoted(name)} is itself in pilots" for name in names if fold(name) in pilots)


def _of_test_codes(codes: tuple[str, ...], info: ValidationInfo) -> Iterator[str]:
    yield from (f"{quoted(code)} holds no letter" for code in codes if not any(map(str.isalnum, code)))


def _of_columns(columns: dict[str, str], info: ValidationInfo) -> Iterator[str]:
    if (layout := _layout(info)) is None:
        return
    known = {*_keys(layout), *LONG_COLUMNS, NOTE_OF_VALUE}
    strange = [key for key in columns if key not in known]
    yield from (f"{quoted(key)} names no column of the layout{nearest(key, known)}" for key in strange)
    for key, name in columns.items():
        if not name and key.rpartition(".")[2] in NEEDED:
            yield f'{quoted(key)} is "", which is for what was never registered, and no row can do without it'
    naming = Dataset.model_construct(columns=columns)
    for unit, canonical in layout.items():
        for raw, names in _grouped({name: fold(naming.column(unit, name)) for name in canonical}):
            if raw:
                yield f"{listed(names)} of {unit} lead to one column, {quoted(raw)}"


def _of_sheets(sheets: dict[str, str], info: ValidationInfo) -> Iterator[str]:
    yield from (f"{quoted(key)} is no unit" for key in sheets if key not in (*UNITS, ALL))
    yield from (f"{quoted(name)} is a path, not a name" for name in sheets.values() if _is_path(name))
    for name, units in _grouped({unit: sheet_key(sheets.get(unit, unit)) for unit in UNITS}):
        yield f"{listed(units)} lead to one sheet, {quoted(name)}"


def _of_person(person: str, info: ValidationInfo) -> Iterator[str]:
    if not all(person.count(part) == 1 for part in ("{person}", "{item}")) or "}{" in person:
        yield f"{quoted(person)} does not hold {{person}} and {{item}}, with signs between them"


def _of_units(units: dict[str, str], info: ValidationInfo) -> Iterator[str]:
    yield from (f"{quoted(unit)} is no unit" for unit in units.values() if unit not in UNITS)


def _of_values(values: dict[str, dict[str, str]], info: ValidationInfo) -> Iterator[str]:
    if (layout := _layout(info)) is not None:
        known = {EVERY, *_keys(layout)}
        yield from (f"{quoted(key)} is no item{nearest(key, known)}" for key in values if key not in known)
    words: Mapping[str, Sequence[str]] = (info.context or {}).get("words", {})
    for key, texts in values.items():
        attribute = key.rpartition(".")[2]
        for text, said in texts.items():
            if attribute not in WORDED and said not in LEVEL_WORDS:
                yield f"{quoted(f'{key}.{text}')}: {quoted(said)} is no level"
            elif said and attribute in words and fold(said) not in map(fold, words[attribute]):
                yield f"{quoted(f'{key}.{text}')}: {quoted(said)} is none of {listed(words[attribute])}"
        folded: dict[str, str] = {}
        for text, level in texts.items():
            if not fold(text):
                yield f"{quoted(key)}: a blank cell is nothing registered, and needs no value"
            elif folded.setdefault(fold(text), level) != level:
                yield f"{quoted(key)}: {quoted(text)} stands there twice"


def _of_start(start: dt.date, info: ValidationInfo) -> Iterator[str]:
    exported = info.data.get("exported_on")
    if exported is not None and exported < start:
        yield f"{start} is after exported_on, {exported}"


_FAULTS: Mapping[str, Callable[[Any, ValidationInfo], Iterator[str]]] = {
    "pilots": _of_pilots, "pilot_names": _of_pilot_names, "test_codes": _of_test_codes,
    "columns": _of_columns, "sheets": _of_sheets, "person": _of_person, "units": _of_units,
    "values": _of_values, "project_start": _of_start,
}  # fmt: skip


def _keys(layout: Layout) -> set[str]:
    names = {name for columns in layout.values() for name in columns}
    return names | {f"{unit}.{name}" for unit, columns in layout.items() for name in columns}


def _grouped(leads: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each target to which several keys lead, with these keys."""
    for target in dict.fromkeys(leads.values()):
        if len(keys := [key for key, one in leads.items() if one == target]) > 1:
            yield target, keys


def _is_path(name: str) -> bool:
    """Return whether a name could lead out of the folder.

    >>> [_is_path(name) for name in ("gezin.csv", "../gezin", "C:gezin", "..")]
    [False, True, True, True]
    """
    return bool(re.search(r"[/\\:\0]", name)) or sheet_key(name) in ("", ".", "..")


def open_questions(folder: Path | str) -> tuple[int, ...]:
    """Return the lines of `dataset.yml` on which a draft still asks something: those that begin with `# ?`.

    None where there is no such file, or none that can be read.
    """
    try:
        lines = _text(Path(folder)).splitlines()
    except (ExportError, FileNotFoundError, UnicodeDecodeError):
        return ()
    return tuple(number for number, line in enumerate(lines, 1) if line.lstrip().startswith(QUESTION))


def describe(
    folder: Path, faults: Faults, *, layout: Layout | None, words: Mapping[str, Sequence[str]] | None = None
) -> Dataset:
    """Return the description of a dataset; with a fault, what it says of names all the same.

    What is wrong is noted: no file, broken or unsafe YAML, or any fault of its content, all at once. Where a
    `layout` is given, the keys of `columns` are checked against it; where `words` of attributes are, what
    `values` says of them.
    """
    try:
        node, content = _read(folder)
    except ExportError as error:
        faults.add(error)
        return Dataset.readable({}, set(Dataset.model_fields))
    try:
        found = Dataset.model_validate(content, context={"layout": layout, "words": words or {}})
    except ValidationError as error:
        details = error.errors()
        faults.add(ExportError("\n".join(dict.fromkeys(_fault(one, node) for one in details))))
        return Dataset.readable(content, {str(detail["loc"][0]) for detail in details})
    name = folder.resolve().name
    return found.model_copy(update={"name": name, "title": found.title or name})


def path_of(folder: Path) -> Path:
    """Return where the description of a dataset is, in whatever case its name is written."""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError:
        names = []
    return folder / next((name for name in (FILE, *names) if name in names and fold(name) == FILE), FILE)


@contextmanager
def told_of(folder: Path, whole: Path) -> Iterator[None]:
    """Name the dataset in each line of an error, where it is one of several in the folder `whole`."""
    try:
        yield
    except PipelineError as error:
        if folder == whole:
            raise
        raise type(error)("\n".join(f"{folder.name}: {line}" for line in str(error).splitlines())) from None


def _read(folder: Path) -> tuple[yaml.Node | None, dict[str, Any]]:
    place, remedy = Place(FILE), "Write `key: value`, one a line"
    try:
        node, content = parse_yaml(_text(folder), outside=True)
    except FileNotFoundError:
        remedy = "Every raw dataset needs one, with at least exported_on, project_start and pilots; "
        remedy += "`gezinscoach check --draft-mapping` drafts it"
        names = (path.name for path in sorted(folder.iterdir()) if path.is_file())
        texts = [name for name in names if re.search(r"(?i)^[^.].*[.]ya?ml|^dataset([.]txt)?$", name)]
        if almost := difflib.get_close_matches(FILE, texts, n=1, cutoff=0.6):
            remedy = f"{quoted(almost[0])} is there: rename it to {FILE}"
        raise place.error(f"there is no such file in the folder {quoted(folder.name)}", remedy) from None
    except UnicodeDecodeError:
        raise place.error("it is not in UTF-8", "Save it again with encoding UTF-8") from None
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        said = shown(str(fault.problem or fault.context))
        raise place.error(f"it cannot be read as YAML{line} ({said})", remedy) from None
    if not isinstance(content, dict):
        problem = "it is empty" if content is None else "it does not hold keys and values"
        raise place.error(problem, remedy)
    return node, content


def _text(folder: Path) -> str:
    return read_bytes(path_of(folder), largest=LARGEST_TEXT).decode("utf-8-sig")


def _fault(detail: Any, node: yaml.Node | None) -> str:
    """Return one line for one fault that pydantic found."""
    kind, where = detail["type"], detail["loc"]
    key = str(where[0])
    line = "" if kind == "missing" else f", line {way_to(node, *where)[1]}"
    start = f"{FILE}{line}, key {quoted('.'.join(part for part in where if isinstance(part, str)))}"
    if kind == "extra_forbidden" or key == "name":
        return f"{start}: there is no such key{nearest(key, WANTED)}. Known are {listed(WANTED)}."
    if kind == "missing":
        problem = "it is missing"
    elif kind == "value_error":
        problem = str(detail["ctx"]["error"])
    else:
        problem = f"{found(detail['input'])} does not fit here"
    return f"{start}: {problem}. {WANTED[key]}."
