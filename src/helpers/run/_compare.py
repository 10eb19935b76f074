"""What moved between reports: settings, definitions, data and programs, then every finding and every cell."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

from helpers.definitions import Definitions, load, load_definitions
from helpers.definitions.choices import Choices
from helpers.definitions.claims import Claims
from helpers.definitions.languages import texts
from helpers.files import table_of, write
from helpers.folders import PRIVATE_FILE, RunError, check_page, is_internal
from helpers.formats import NOTHING
from helpers.report import blocks
from helpers.report.layout import flat, worded
from helpers.run._content import blocks_of
from helpers.run._manifest import DEFINITIONS, read_manifest
from helpers.run._pages import css, filled
from helpers.tables import TABLES, SchemaError
from helpers.words import say

ROUNDING = 1e-9  # numbers nearer than this, of the larger, are the same number on another machine
RESULTS = ("findings", "verdicts", "tables")
SHOWN = 12  # rows of a section on a terminal
DIGITS = 6  # of a number that no page shows
HASH = 12  # characters of a SHA-256 or a commit that are shown


@dataclass(frozen=True)
class Row:
    """One thing that differs: where it stands, and what it is in either report; nothing where it is not."""

    place: str
    before: str
    after: str


@dataclass(frozen=True)
class Section:
    """What differs in one respect, under a title; `kind` is its name in the texts.

    `language` is that of the rows, where these are sentences of the reports.
    """

    kind: str
    title: str
    rows: tuple[Row, ...]
    language: str = ""


@dataclass(frozen=True)
class Comparison:
    """Two reports beside each other: their names, and the sections in which something differs."""

    before: str
    after: str
    remarks: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def moved(self) -> bool:
        """Whether a finding, a verdict or a cell of a table differs, whatever else does."""
        return any(section.kind in RESULTS for section in self.sections)


class Report:
    """A report that a run left: its manifest, its tables, what its pages say, and its definitions."""

    def __init__(self, folder: Path, language: str = "") -> None:
        manifest = read_manifest(folder)
        if reports := manifest.get("reports"):
            folder = folder / (language if language in reports else str(reports[0]))
            manifest = read_manifest(folder)
        self.folder, self.manifest = folder, manifest

    def part(self, name: str) -> Mapping[str, Any]:
        found = self.manifest.get(name)
        return found if isinstance(found, dict) else {}

    @property
    def language(self) -> str:
        return str(self.part("parameters").get("language", ""))

    @property
    def edition(self) -> str:
        """Whether it is the public edition, an internal one, or the full one of synthetic data."""
        if self.manifest.get("internal"):
            return "internal"
        return "full" if "flow" in self.tables else "public"

    @cached_property
    def tables(self) -> dict[str, str]:
        found = {}
        for path in sorted((self.folder / "tables").glob("*.csv")):
            with self.reading(path):
                found[path.stem] = path.read_text(encoding="utf-8")
        return found

    @contextmanager
    def reading(self, path: Path) -> Iterator[None]:
        """Read a file; RunError where it is not as a run writes it, as after a spreadsheet saved it."""
        try:
            yield
        except (ValueError, nbformat.ValidationError, zipfile.BadZipFile) as error:
            said = f"`gezinscoach verify {self.folder}` names every file that is not as the run left it"
            raise RunError(f"{path}: cannot be read ({type(error).__name__}); {said}") from None

    @cached_property
    def findings(self) -> dict[str, str]:
        """What its pages say, by their titles: the answer of each, and of each output what it found."""
        found: dict[str, str] = {}
        for path in sorted((self.folder / "notebooks").glob("*.ipynb")):
            menu, said = texts()["menu"].get(path.stem), ""
            page = str(menu[self.language]) if menu else path.stem
            with self.reading(path):
                notebook = nbformat.read(path, as_version=4)
            for block in blocks_of(notebook):
                if block["kind"] == "text" and block["rank"] == "answer":
                    found[page] = block["text"]
                elif block["kind"] == "text":
                    said = block["text"] if block["rank"] == "finding" else ""
                elif sentence := said or block.get("finding"):
                    found[f"{page}: {self._title(block)}"] = sentence
                    said = ""
        return found

    def _title(self, block: Mapping[str, Any]) -> str:
        """Give the title of an output: that of its table, which settings do not change, or its own."""
        name = str(block.get("name", ""))
        return TABLES[name].heading(self.language) if name in TABLES else str(block.get("caption") or name)

    @cached_property
    def definitions(self) -> dict[str, list[str]] | None:
        """The lines of each file of definitions; None where a run of an older version kept none."""
        path = self.folder / DEFINITIONS
        if not path.is_file():
            return None
        with self.reading(path), zipfile.ZipFile(path) as kept:
            return {name: kept.read(name).decode("utf-8").splitlines() for name in kept.namelist()}


def compare(before: Path, after: Path, *, language: str = "en") -> Comparison:
    """Say what differs between two reports, or the roots of runs in more than one language.

    Cells of a table are matched by its declared key, those of an unknown one by their row. Findings are
    compared, as the reports have them, where both are in one language. Numbers differ when they do by more
    than 1e-9. A folder without a manifest of a run is a RunError.
    """
    a, b = Report(before, language), Report(after, language)
    folders = before.resolve(), after.resolve()
    alike = folders[0].name == folders[1].name  # then with the folder around them
    names = [f"{one.parent.name}/{one.name}" if alike else one.name for one in folders]
    remarks = [] if a.edition == b.edition else [say("compare", "editions", language)]
    same_language = a.language == b.language
    if not same_language:
        remarks.append(say("compare", "languages", language))
    cells = list(_tables(a, b, language))
    by_table: dict[str, list[Row]] = {}
    for _, table, row in cells:
        by_table.setdefault(table, []).append(row)

    def section(kind: str, rows: Sequence[Row], table: str = "") -> Section:
        title = TABLES[table].heading(language) if table in TABLES else ""
        said = say("compare", kind, language, n=len(rows), table=table, title=title)
        return Section(kind, said, tuple(rows), a.language if kind == "findings" else "")

    found = [
        section("parameters", _mapped(a.part("parameters"), b.part("parameters"), leave=("language",))),
        section("definitions", list(_definitions(a, b, language))),
        section("data", _mapped(_data(a), _data(b))),
        section("programs", _mapped(_programs(a, language), _programs(b, language))),
        section("findings", _mapped(a.findings, b.findings) if same_language else ()),
        section("verdicts", [row for column, _, row in cells if column == "verdict"]),
        *(section("tables", rows, table) for table, rows in by_table.items()),
    ]
    sections = tuple(one for one in found if one.rows)
    return Comparison(names[0], names[1], tuple(remarks), sections)


def compare_all(
    before: Path, others: Sequence[Path], *, language: str = "en", page: Path | None = None
) -> tuple[list[Comparison], str]:
    """Compare a report with each of some others; give the comparisons, and a text for a terminal.

    `page` is a file for all of it; TargetError says where it may not lie, as one about single families in a
    folder that is not internal.
    """
    internal = any(is_internal(one) or Report(one).edition == "internal" for one in (before, *others))
    if page:
        check_page(page, personal=internal)
    found = [compare(before, other, language=language) for other in others]
    if page:
        write(page, _page(found, language=language, internal=internal).encode())
        if internal:
            page.chmod(PRIVATE_FILE)
    return found, "\n\n".join(_as_text(one, language=language) for one in found)


def _as_text(comparison: Comparison, *, language: str) -> str:
    lines = [say("compare", "heading", language, before=comparison.before, after=comparison.after)]
    lines += [_summary(comparison, language), *comparison.remarks]
    for section in comparison.sections:
        lines += ["", section.title]
        lines += [f"  {row.place}: {row.before} → {row.after}" for row in section.rows[:SHOWN]]
        if (more := len(section.rows) - SHOWN) > 0:
            lines.append(f"  {say('compare', 'more', language, n=more)}")
    return "\n".join(lines)


def _page(comparisons: Iterable[Comparison], *, language: str, internal: bool) -> str:
    """Write comparisons as one page that needs no other file; of single families it says so."""
    parts = [(one, _summary(one, language)) for one in comparisons]
    headings = [say("compare", "heading", language, before=one.before, after=one.after) for one, _ in parts]
    return filled(
        "compare",
        language=language,
        css=css(),
        parts=list(zip(headings, parts, strict=True)),
        title=say("compare", "title", language),
        place=say("compare", "place", language),
        banner=say("banner", "review", language) if internal else "",
        open_up_to=blocks.OPEN_UP_TO,
    )


def _summary(comparison: Comparison, language: str) -> str:
    counted = {kind: 0 for kind in RESULTS} | {"cells": 0}
    for section in comparison.sections:
        if section.kind == "tables":
            counted["tables"] += 1
            counted["cells"] += len(section.rows)
        elif section.kind in counted:
            counted[section.kind] = len(section.rows)
    return say("compare", "summary" if comparison.moved else "nothing", language, **counted)


def _mapped(
    before: Mapping[str, Any], after: Mapping[str, Any], leave: Iterable[str] = ()
) -> tuple[Row, ...]:
    names = [name for name in dict.fromkeys([*before, *after]) if name not in leave]
    return tuple(
        Row(name, _text(before.get(name)), _text(after.get(name)))
        for name in names
        if before.get(name) != after.get(name)
    )


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or NOTHING
    return NOTHING if value is None or value == "" else str(value)


def _data(report: Report) -> dict[str, Any]:
    """Give what a report was made of: the dataset, and each file by the beginning of its hash."""
    files = {name: str(digest)[:HASH] for name, digest in report.part("inputs").items()}
    known = report.part("dataset")
    return {name: known.get(name) for name in ("title", "exported_on", "synthetic")} | files


def _programs(report: Report, language: str) -> dict[str, Any]:
    """Give what a report was made with: versions of programs, and the commit of this one."""
    git = report.part("git")
    commit = str(git.get("commit") or "")[:HASH]
    changed = say("compare", "changed", language, commit=commit) if git.get("dirty") else commit
    return {say("compare", "commit", language): changed or None} | dict(report.part("versions"))


def _definitions(a: Report, b: Report, language: str) -> Iterator[Row]:
    """Give the lines of definitions that differ; where a report kept none, the files."""
    if a.definitions is None or b.definitions is None:
        gone = say("compare", "other_lines", language)
        yield from (Row(row.place, "", gone) for row in _mapped(a.part("reference"), b.part("reference")))
        return
    for name in dict.fromkeys([*a.definitions, *b.definitions]):
        old, new = a.definitions.get(name, []), b.definitions.get(name, [])
        for kind, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind != "equal":
                lines = zip_longest(old[first:last], new[start:end], fillvalue="")
                for at, (was, now) in enumerate(lines):
                    yield Row(f"{name}:{start + at + 1}", was.strip(), now.strip())


def _tables(a: Report, b: Report, language: str) -> Iterator[tuple[str, str, Row]]:
    """Give column, table and row of every cell that moved; a row of one report alone is one of them."""
    definitions = load(Claims).add_words(load(Choices).add_words(load_definitions()))
    for name in dict.fromkeys([*a.tables, *b.tables]):
        if name not in a.tables or name not in b.tables:
            there, missing = say("compare", "there", language), NOTHING
            row = Row(name, *((there, missing) if name in a.tables else (missing, there)))
            yield "", name, row
        elif a.tables[name] != b.tables[name]:
            printed = []
            for one in (a, b):
                with one.reading(one.folder / "tables" / f"{name}.csv"):
                    printed.append(_Printed(name, one.tables[name], definitions, language))
            was, now = printed
            for column, row in _cells(was, now, language):
                yield column, name, row


class _Printed:
    """A table as its file has it, and as a page would print it."""

    def __init__(self, name: str, text: str, definitions: Definitions, language: str) -> None:
        self.raw = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False)
        try:
            typed, declared = table_of(name, text), TABLES[name]
        except (KeyError, ValueError, SchemaError):  # of another version, or of one's own
            typed, declared = self.raw, None
        self.declared = declared is not None
        said = worded(typed, definitions=definitions, language=language, declared=declared)
        self.numbers = {name for name, number in zip(said.names, said.numeric, strict=True) if number}
        self.titles = dict(zip(said.names, said.headers, strict=True))
        self.words = {name: [flat(row[at]) for row in said.rows] for at, name in enumerate(said.names)}
        stated = f"claim_{language}"  # a statement by its words, not by its short name
        known = (stated,) if stated in self.raw else TABLES[name].key if name in TABLES else ()
        named = [column for column in known if column in self.raw]
        joined = ["\t".join(row) for row in self.raw[named].itertuples(index=False)]
        keys = pd.Series(joined, self.raw.index, dtype="str")
        times = keys.groupby(keys).cumcount().astype("str")
        self.rows = dict(zip(keys + "\t" + times, range(len(keys)), strict=True))
        self.named = named

    def place(self, at: int) -> str:
        """Name a row by its key, in words; without one by its number, where there is more than one."""
        if not self.named:
            return f"#{at + 1}" if len(self.raw) > 1 else ""
        return " · ".join(self._named(name, at) for name in self.named)

    def _named(self, name: str, at: int) -> str:
        """Write one part of a key; a number alone would say nothing."""
        if name not in self.words:
            return str(self.raw[name].iloc[at])
        return f"{self.titles[name]} {self.words[name][at]}" if name in self.numbers else self.words[name][at]

    def column(self, name: str) -> str:
        """Give the column of the page that shows a column of the file: an interval is one."""
        low = name.removesuffix("_high") + "_low"
        return low if name.endswith("_high") and low in self.words else name

    def value(self, name: str, at: int) -> str:
        """Give a value as a page prints it; else as the file has it, a number in brief."""
        shown = self.column(name)
        if self.declared and shown in self.words:
            return self.words[shown][at]
        return _brief(self.raw[name].iloc[at]) or NOTHING


def _cells(was: _Printed, now: _Printed, language: str) -> Iterator[tuple[str, Row]]:
    """Give what differs between two tables of one name, row by row, in the order of the second."""
    there = say("compare", "there", language)
    for key in dict.fromkeys([*now.rows, *was.rows]):
        a, b = was.rows.get(key), now.rows.get(key)
        if a is None or b is None:
            place = now.place(b) if b is not None else was.place(a or 0)
            yield "", Row(place, NOTHING if a is None else there, NOTHING if b is None else there)
            continue
        told = set()
        for name in dict.fromkeys([*now.raw, *was.raw]):
            old = was.raw[name].iloc[a] if name in was.raw else None
            new = now.raw[name].iloc[b] if name in now.raw else None
            shown = now.column(name)
            if _same(old, new) or shown in told:
                continue
            told.add(shown)
            title = now.titles.get(shown) or was.titles.get(shown) or name
            before = NOTHING if old is None else was.value(name, a)
            after = NOTHING if new is None else now.value(name, b)
            if before == after:  # alike once rounded
                before, after = _brief(str(old)), _brief(str(new))
            if before == after:
                before, after = str(old), str(new)
            place = now.place(b)
            yield name, Row(f"{place} – {title}" if place else title, before, after)


def _brief(text: str) -> str:
    """Write a number with the digits that a reader can use, anything else as it is."""
    try:
        return f"{float(text):.{DIGITS}g}" if "." in text else text
    except ValueError:
        return text


def _same(old: str | None, new: str | None) -> bool:
    """Whether two cells are the same text, or the same number but for rounding."""
    if old is None or new is None or old == new:
        return old == new
    try:
        a, b = float(old), float(new)
    except ValueError:
        return False
    return abs(a - b) <= ROUNDING * max(1.0, abs(a), abs(b))
