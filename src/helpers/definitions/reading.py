"""Reading of the reference files: every fault is noted with its file, its line and the way to it, none stops.

All YAML of the project is read here; `parse_yaml` with `outside` is for a file that somebody else wrote.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, TypeVar, dataclass_transform, get_type_hints

import yaml
from pydantic import ConfigDict, Field, PlainValidator, StringConstraints, TypeAdapter, ValidationError
from pydantic import with_config as configured
from pydantic_core import ErrorDetails, PydanticCustomError

from helpers.errors import PipelineError

Place = tuple[str | int, ...]
Shape = TypeVar("Shape")

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C is ten times as fast
LARGEST, DEEPEST = 200_000, 50  # characters, and levels within each other, of a file from outside
SURROGATE = re.compile("[\ud800-\udfff]")
NULLS = ("", "~", "null", "Null", "NULL")
ID = ("id", "name", "number")  # what entries of a list are known by
SAID = {
    "missing": "is missing",
    "string_type": "must be text (in quotes if it reads as a number or yes/no); found {found}",
    "string_too_short": "must have text",
    "string_pattern_mismatch": "must be a colour such as #1f77b4; found {found}",
    "too_short": "must hold at least one entry",
    "dataclass_type": "must be a block of names with values; found {found}",
    "dict_type": "must be a block of names with values; found {found}",
    "tuple_type": "must be a list; found {found}",
}


class DefinitionError(PipelineError):
    """The reference files cannot be used; `faults` holds one line for each fault."""

    def __init__(self, folder: Path, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        count = f"{len(self.faults)} fault{'' if len(self.faults) == 1 else 's'}"
        super().__init__(
            "\n".join([f"{count} in the definitions in {folder}:", *(f"  {line}" for line in self.faults)])
        )


# ---- types that a file can hold --------------------------------------------------------------------------


@dataclass_transform(frozen_default=True)
def entry(kind: type[Shape]) -> type[Shape]:
    """Make a frozen dataclass that pydantic reads from a file, refusing names that it does not have."""
    config = ConfigDict(extra="forbid", json_schema_extra=_brief)
    return configured(config)(dataclass(frozen=True)(kind))


def _brief(schema: dict[str, Any]) -> None:
    """Keep of a JSON Schema what an editor shows: one paragraph, and no titles that only repeat the names."""
    schema["description"] = schema["description"].partition("\n\n")[0]
    for each in (schema, *schema["properties"].values()):
        each.pop("title", None)


def fault(said: str) -> PydanticCustomError:
    """Give the error with which a type refuses an entry; {found} in it becomes what stands there."""
    return PydanticCustomError("definition", said)  # type: ignore[arg-type]


def is_value(found: object) -> bool:
    """Whether something is a text or a whole number."""
    return (isinstance(found, str) and found != "") or type(found) is int


def _value(found: Any) -> str | int:
    if not is_value(found):
        raise fault("must be text or a whole number; found {found}")
    return found


Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Value = Annotated[str | int, PlainValidator(_value, json_schema_input_type=str | int)]
Count = Annotated[int, Field(strict=True, ge=1)]
Chance = Annotated[float, Field(strict=True, gt=0, lt=1)]
ONE_OR_MORE = Field(min_length=1)  # of a list: Annotated[tuple[X, ...], ONE_OR_MORE]

adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


def nearest(name: object, known: Iterable[object]) -> str:
    """Ask whether the known name that is nearest was meant; nothing when none is near.

    >>> nearest("zorgen", ["stress", "zorg"])
    "; did you mean 'zorg'?"
    """
    near = get_close_matches(str(name), list(map(str, known)), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


# ---- YAML ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Document:
    """A YAML file: its content, the nodes that know on which line each part of it stands, and its faults."""

    name: str
    content: Any
    node: yaml.Node | None
    faults: list[str]

    def at(self, *place: str | int) -> str:
        """Name a place: file, line, and the way to it, with entries of a list by their id, name or number."""
        way, line = way_to(self.node, *place)
        return f"{self.name}, line {line}" + (f", {way}" if way else "")

    def note(self, said: str, *place: str | int) -> None:
        """Note one fault: what is wrong, and where it is."""
        self.faults.append(f"{self.at(*place)}: {said}")

    def once(self, values: Iterable[object], *place: str | int) -> None:
        """Note what stands more than once."""
        for value, times in Counter(values).items():
            if times > 1:
                self.note(f"'{value}' stands {times} times; keep one", *place)

    def rising(self, values: Sequence[float], *place: str | int) -> None:
        """Note numbers that do not rise."""
        if any(before >= after for before, after in pairwise(values)):
            self.note(f"must rise; found {', '.join(map(str, values))}", *place)

    def exactly(self, found: Sequence[object], expected: Sequence[object], *place: str | int) -> None:
        """Note what is missing, too much, or out of order."""
        missing = [value for value in expected if value not in found]
        for value in missing:
            self.note(f"'{value}' is missing", *place)
        for value in dict.fromkeys(found):
            if value not in expected:
                said = f"'{value}' is not one of {', '.join(map(str, expected))}"
                self.note(said + nearest(value, missing), *place)
        if list(found) != list(expected) and sorted(map(str, found)) == sorted(map(str, expected)):
            self.note(f"the order must be {', '.join(map(str, expected))}", *place)

    def names(self, *place: str) -> list[Any]:
        """Give the names in a block, or the ids of a list of entries; nothing when there is no such part."""
        part = self.content
        for step in place:
            part = part.get(step) if isinstance(part, dict) else None
        return _ids(part) if isinstance(part, list) else list(part) if isinstance(part, dict) else []


def way_to(node: yaml.Node | None, *place: str | int) -> tuple[str, int]:
    """Give the way to a place in YAML, and the line on which it begins."""
    way, line = "", 1
    for step in place:
        name, node, mark = _child(node, step)
        line = line if mark is None else mark.line + 1
        way += f"[{name}]" if isinstance(name, int) else f".{name}"
    return way.lstrip("."), line


def _ids(entries: list[Any]) -> list[str | int]:
    blocks = (each for each in entries if isinstance(each, dict))
    named = (next((block[key] for key in ID if key in block), None) for block in blocks)
    return [one for one in named if isinstance(one, str | int)]


def _child(node: yaml.Node | None, step: str | int) -> tuple[str | int, yaml.Node | None, yaml.Mark | None]:
    """One step into a YAML tree: what to call it, the node there, where that begins; None: nothing there."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return step, value, key.start_mark
    elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        found = node.value[step]
        within = found.value if isinstance(found, yaml.MappingNode) else []
        return next((str(v.value) for k, v in within if k.value in ID), step), found, found.start_mark
    return step, None, None


def parse_yaml(text: str, *, outside: bool = False) -> tuple[yaml.Node | None, Any]:
    """Read a YAML text: its nodes, and its content.

    With `outside` it is somebody else's. Every value then stays the text that was written (`2023-09-30`,
    `yes` and `007` too), or None for nothing; tags, aliases and what is very long or deep are refused.

    yaml.MarkedYAMLError says what is wrong (`problem`) and where (`problem_mark`): broken YAML, a name that
    stands twice.

    >>> parse_yaml("pilots: [Leuven, 007]", outside=True)[1]
    {'pilots': ['Leuven', '007']}
    """
    try:
        if outside:
            _refuse_tricks(text)
        loader = LOADER(text)
        node = loader.get_single_node()
        return node, None if node is None else _content(node, loader, outside)
    except (yaml.reader.ReaderError, ValueError) as error:  # the latter of the loader that is not in C
        reason = getattr(error, "reason", error)
        raise yaml.MarkedYAMLError(problem=f"holds a sign that YAML does not allow ({reason})") from None


@lru_cache(maxsize=64)
def _parsed(text: str) -> tuple[yaml.Node | None, Any]:
    """Read the text of a definition, once: when one file changes, the others are as they were."""
    return parse_yaml(text)


def _content(node: yaml.Node, loader: Any, outside: bool) -> Any:
    if isinstance(node, yaml.MappingNode):
        content: dict[Any, Any] = {}
        for key, value in node.value:
            name = _content(key, loader, outside) if isinstance(key, yaml.ScalarNode) else None
            if name is None or name in content:
                problem = "a name must be text" if name is None else f"'{name}' stands twice; keep one"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            content[name] = _content(value, loader, outside)
        return content
    if isinstance(node, yaml.SequenceNode):
        return [_content(one, loader, outside) for one in node.value]
    if outside:
        quoted = getattr(node, "style", None)
        return None if not quoted and node.value in NULLS else node.value
    if node.tag == "tag:yaml.org,2002:str":
        return node.value
    try:
        return loader.construct_object(node)
    except ValueError as error:  # a date such as 2023-02-30
        raise yaml.MarkedYAMLError(problem=str(error), problem_mark=node.start_mark) from None


def _refuse_tricks(text: str) -> None:
    """Refuse what a plain description never holds, before anything is built of it."""
    if len(text) > LARGEST:
        raise yaml.MarkedYAMLError(problem=f"it is longer than {LARGEST:,} characters")
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        problem = "it is nested too deeply" if depth > DEEPEST else None
        if isinstance(event, yaml.AliasEvent):
            problem = "an alias (`*name`) is not accepted"
        elif tag := getattr(event, "tag", None):
            problem = f"a tag (`{tag}`) is not accepted"
        elif SURROGATE.search(getattr(event, "value", "")):  # which the loader in C refuses by itself
            problem = "half a sign is not accepted"
        if problem:
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)  # type: ignore[arg-type]


def read_yaml(path: Path, faults: list[str], *, name: str = "") -> Document | None:
    """Read a YAML file; in each list of entries with an id, a name or a number, each has one of its own.

    Faults call it `name`, by default the name of the file.
    """
    text = _text(path, faults)
    return None if text is None else document_of(text, name or path.name, faults)


def document_of(text: str, name: str, faults: list[str]) -> Document | None:
    """Read a YAML text; faults call it `name`."""
    try:
        node, content = _parsed(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{name}, line {mark.line + 1}, column {mark.column + 1}" if mark else name
        faults.append(f"{where}: is not valid YAML: {error.problem or error}")
        return None
    document = Document(name, content, node, faults)
    for place, entries in _lists(content or [], ()):
        document.once(_ids(entries), *place)
    return document


def _lists(content: Any, place: Place) -> Iterator[tuple[Place, list[Any]]]:
    if isinstance(content, list):
        yield place, content
    parts = content.items() if isinstance(content, dict) else enumerate(content)
    for step, part in parts:
        if isinstance(part, dict | list):
            yield from _lists(part, (*place, step))


def _text(path: Path, faults: list[str]) -> str | None:
    """Read a file as UTF-8, with or without a byte order mark."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        faults.append(f"{path.name}: is missing from {path.parent}; restore it from the repository")
    except UnicodeDecodeError:
        said = "is not UTF-8; save it as 'CSV UTF-8' or in a text editor as UTF-8"
        faults.append(f"{path.name}: {said}")
    except OSError as error:
        faults.append(f"{path.name}: cannot be read: {error.strerror}")
    return None


def typed(document: Document | None, shape: type[Shape], **context: object) -> Shape | None:
    """Turn what a file holds into its type; whatever does not fit is noted with its line.

    `context` is what the file is checked against, such as the items of the codebook.
    """
    if document is None:
        return None
    try:
        return adapter(shape).validate_python(document.content, context=context)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            if one["type"] == "too_short" and one["input"]:
                continue  # pydantic counts the entries without faults
            place = tuple(step for step in one["loc"] if step != "[key]")
            document.note(_said(one, place, shape), *place)
        return None


def _said(found: ErrorDetails, place: Place, shape: Any) -> str:
    if found["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        known = _names(shape, place[:-1])
        return f"is not a known name; use {', '.join(known)}{nearest(place[-1], known)}"
    other = found["msg"].replace("Input should", "must") + "; found {found}"
    said = found["msg"] if found["type"] == "definition" else SAID.get(found["type"], other)
    if found["type"] == "literal_error":
        said += nearest(found["input"], re.findall("'(.*?)'", found["ctx"]["expected"]))
    value = repr(found["input"])
    return said.replace("{found}", value if len(value) <= 60 else f"{value[:57]}...")


def _names(shape: Any, place: Place) -> list[str]:
    """Give the names that an entry has, by the schema of its file and the way to it."""
    schema = part = adapter(shape).json_schema()
    for step in (*place, None):
        while "$ref" in part or "anyOf" in part:
            if "$ref" in part:
                part = schema["$defs"][part["$ref"].rpartition("/")[2]]
            else:
                part = next(
                    one for one in part["anyOf"] if "$ref" in one or one["type"] in ("object", "array")
                )
        if isinstance(step, int):
            part = part["prefixItems"][step] if "prefixItems" in part else part["items"]
        elif step is not None:
            part = part["properties"][step] if "properties" in part else part["additionalProperties"]
    return list(part["properties"])


# ---- CSV -------------------------------------------------------------------------------------------------


def read_csv(path: Path, columns: tuple[str, ...], faults: list[str]) -> dict[int, dict[str, str]]:
    """Read a CSV file with exactly these columns.

    Cells by column, outer white space off, of each row with any text; by the row's number in a spreadsheet.
    """
    text = _text(path, faults)
    if text is None:
        return {}
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
    if not rows or tuple(rows[0]) != columns:
        said = f"the header must be exactly {','.join(columns)}, with commas"
        faults.append(f"{path.name}, row 1: {said}")
        return {}
    kept = {number: row for number, row in enumerate(rows[1:], start=2) if any(row)}
    for number, row in kept.items():
        if len(row) != len(columns):
            faults.append(f"{path.name}, row {number}: has {len(row)} cells, the header {len(columns)}")
    if not kept:
        faults.append(f"{path.name}: must hold at least one row")
    return {n: dict(zip(columns, row, strict=True)) for n, row in kept.items() if len(row) == len(columns)}


def read_rows(path: Path, shape: type[Shape], faults: list[str]) -> dict[int, Shape]:
    """Read a CSV file, each row as a type whose fields are the columns; by the number of the row."""
    found = {}
    for number, row in read_csv(path, tuple(get_type_hints(shape)), faults).items():
        try:
            found[number] = adapter(shape).validate_python(row)
        except ValidationError as error:
            for one in error.errors(include_url=False):
                place = f"{path.name}, row {number}, column {one['loc'][0]}"
                faults.append(f"{place}: {_said(one, one['loc'], shape)}")
    return found
