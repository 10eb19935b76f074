"""Reading of the reference files: every fault is noted with its place, none stops the reading."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

Place = tuple[str | int, ...]
Shape = TypeVar("Shape")
DEEPEST = 50  # levels within each other; the files have some ten
MOST_PLACES = 200_000  # of one file, aliases written out; the longest has some thousands
SAID = {
    "missing": "is missing",
    "extra_forbidden": "is not a known name",
    "unexpected_keyword_argument": "is not a known name",
    "string_type": "must be text (in quotes if it reads as a number or yes/no); found {found}",
    "string_too_short": "must have text",
    "string_pattern_mismatch": "must be a colour such as #1f77b4; found {found}",
    "dataclass_type": "must be a block of names with values; found {found}",
    "tuple_type": "must be a list; found {found}",
    "dict_type": "must be a block of names with values; found {found}",
}


@dataclass
class Faults:
    """The faults found so far, one line each, in the order in which they were found."""

    lines: list[str] = field(default_factory=list)

    def add(self, place: str, message: str) -> None:
        """Note one fault: where it is, and what is wrong with it."""
        self.lines.append(f"{place}: {message}")


@dataclass(frozen=True)
class Document:
    """A YAML file: its content, and the line on which each part of it stands."""

    name: str
    content: Any
    lines: dict[Place, int]

    def at(self, *place: str | int) -> str:
        """Name a place in the file: file, line, and the way to it."""
        known = next(place[:n] for n in range(len(place), -1, -1) if place[:n] in self.lines)
        where = f"{self.name}, line {self.lines[known]}"
        return f"{where}, {'.'.join(str(step) for step in place)}" if place else where

    def names(self, *place: str) -> set[str] | None:
        """The names in a block, None when there is no such block."""
        block = self.content
        for step in place:
            block = block.get(step) if isinstance(block, dict) else None
        return set(block) if isinstance(block, dict) else None


LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_text(path: Path, faults: Faults) -> str | None:
    """Read a file as UTF-8, with or without a byte order mark."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        faults.add(path.name, f"is missing from {path.parent}; restore it from the repository")
    except UnicodeDecodeError:
        faults.add(path.name, "is not UTF-8; save it as 'CSV UTF-8' or in a text editor as UTF-8")
    except OSError as error:
        faults.add(path.name, f"cannot be read: {error.strerror}")
    return None


def read_yaml(path: Path, faults: Faults) -> Document | None:
    """Read a YAML file with the line of each part; a name that stands twice is a fault."""
    text = read_text(path, faults)
    if text is None:
        return None
    loader = LOADER(text)
    try:
        node = loader.get_single_node()
        _refuse_loops(node)
        content = None if node is None else loader.construct_document(node)
    except (yaml.YAMLError, ValueError) as error:
        faults.add(*_broken(path.name, error))
        return None
    except RecursionError:
        faults.add(path.name, "is nested too deeply; a definition has a few levels")
        return None
    lines: dict[Place, int] = {(): 1}
    for place, line, twice in _places(node, ()):
        if twice:
            faults.add(f"{path.name}, line {line}", f"'{'.'.join(map(str, place))}' stands twice; keep one")
        lines[place] = line
    return Document(path.name, content, lines)


def _broken(file: str, error: Exception) -> tuple[str, str]:
    """Where a YAML file is broken, and what is wrong there."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    where = f"{file}, line {mark.line + 1}, column {mark.column + 1}" if mark else file
    return where, f"is not valid YAML: {getattr(error, 'problem', None) or error}"


def _refuse_loops(node: yaml.Node | None) -> None:
    """Refuse an alias to what it stands in, and aliases that unfold to far more than anyone wrote."""
    left: list[tuple[yaml.Node, frozenset[int]]] = [] if node is None else [(node, frozenset())]
    found = 0
    while left:
        one, around = left.pop()
        found += 1
        if id(one) in around or found > MOST_PLACES or len(around) > DEEPEST:
            problem = "an alias stands in what it stands for, or this is nested or repeated without end"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=one.start_mark)
        inside = around | {id(one)}
        if isinstance(one, yaml.MappingNode):
            left += [(part, inside) for pair in one.value for part in pair]
        elif isinstance(one, yaml.SequenceNode):
            left += [(part, inside) for part in one.value]


def _places(node: yaml.Node | None, place: Place) -> Iterator[tuple[Place, int, bool]]:
    """Walk a YAML tree: place, line, and whether that name stood there before."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            yield (*place, key.value), key.start_mark.line + 1, key.value in seen
            seen.add(key.value)
            yield from _places(value, (*place, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield (*place, number), value.start_mark.line + 1, False
            yield from _places(value, (*place, number))


def parse(document: Document, shape: type[Shape], faults: Faults, **context: object) -> Shape | None:
    """Turn a YAML file into its type; whatever does not fit is noted with its line.

    `context` is what the file is checked against, such as the keys of the codebook.
    """
    try:
        return TypeAdapter(shape).validate_python(document.content, context=context)
    except ValidationError as error:
        for place, said in _said(error):
            faults.add(document.at(*place), said)
        return None


def read_checked(
    path: Path,
    shape: type[Shape],
    check: Callable[[Shape, Document, Faults], None],
    faults: Faults,
    **context: object,
) -> Shape | None:
    """Read a YAML file as its type, then let `check` note what the type cannot say."""
    document = read_yaml(path, faults)
    if document is None:
        return None
    found = parse(document, shape, faults, **context)
    if found is not None:
        check(found, document, faults)
    return found


def parse_row(
    file: str, number: int, row: dict[str, str], shape: type[Shape], faults: Faults
) -> Shape | None:
    """Turn one row of a CSV file into its type; whatever does not fit is noted with row and column."""
    try:
        return TypeAdapter(shape).validate_python(row)
    except ValidationError as error:
        for place, said in _said(error):
            faults.add(f"{file}, row {number}, column {place[0]}", said)
        return None


def _said(error: ValidationError) -> Iterator[tuple[Place, str]]:
    """Each fault that pydantic found: its place, and what is wrong in a few words."""
    for fault in error.errors(include_url=False):
        place = tuple(step for step in fault["loc"] if step != "[key]")
        ours = fault["type"].startswith("definition_")
        other = fault["msg"].replace("Input should", "must") + "; found {found}"
        said = fault["msg"] if ours else SAID.get(fault["type"], other)
        yield place, said.replace("{found}", _short(fault["input"]))


def _short(value: object) -> str:
    """Show a value in a message, cut where it is long."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def read_table(
    path: Path, columns: tuple[str, ...], faults: Faults
) -> list[tuple[int, dict[str, str]]] | None:
    """Read a CSV file with exactly these columns.

    Returns
    -------
    (row number as a spreadsheet shows it, cells by column) for each row with any text, outer white space off.
    """
    text = read_text(path, faults)
    if text is None:
        return None
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
    if not rows or tuple(rows[0]) != columns:
        faults.add(f"{path.name}, row 1", f"the header must be exactly {','.join(columns)}, with commas")
        return None
    kept = []
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(columns) and any(row):
            faults.add(f"{path.name}, row {number}", f"has {len(row)} cells, the header {len(columns)}")
        elif any(row):
            kept.append((number, dict(zip(columns, row, strict=True))))
    return kept
