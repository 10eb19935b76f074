"""A raw dataset folder → what a run would do with it, found without writing anything.

The findings are for whoever holds the export. Even so notes, dates of birth and codes of families and persons
are never in them: rows are named by their number, and a code by its shape. In this room `guess` tells what
the columns and tables of an unknown export hold, `draft` writes a first `dataset.yml`, `hand_back` lists all
that was rejected for whoever can mend it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from textwrap import wrap
from typing import Any

import pandas as pd

from helpers.check.draft import draft_of
from helpers.check.guess import Guess, Known, guess, shape
from helpers.cleaning import CleanTables
from helpers.cleaning.doubts import Doubt, nobody, refusal, summary
from helpers.cleaning.export_counts import ExportCounts
from helpers.cleaning.losses import NEAR, may_be_shown, nearest_label, nearest_pilot
from helpers.cleaning.rules import reasons_in
from helpers.definitions import UNITS, Definitions, Text
from helpers.errors import PipelineError
from helpers.export import RawExport, read_any_tables, read_dataset
from helpers.export.dataset import FILE, WORDED, open_questions
from helpers.export.messages import ExportError, quoted, shown
from helpers.folders import git_warnings
from helpers.registration import accounting
from helpers.study import Study
from helpers.words import both, say


@dataclass(frozen=True)
class Unread:
    """A column outside the layout, and the known name nearest to its own."""

    unit: str
    name: str
    nearest: str


@dataclass(frozen=True)
class Finding:
    """What a run would do with a dataset.

    `reasons` say why a run would stop or describe nobody, one line each; none: it is usable. `warnings` say
    what to see to before a report is passed on. `raw` (without its rows where it was cleaned in
    partitions), `clean` (at the default parameters) and `counts`, what the export held, are None where the
    reading stopped. `lost` and `doubts` are what `losses` and `doubts`
    say of it, `silent` the items (unit, item) without a single level from 1 to 5 in the rows that are kept,
    `questions` the lines of `dataset.yml` on which its draft still asks something. Without a `dataset.yml`,
    `seen` is what the tables seem to be about, and `draft` could be one.
    """

    folder: Path
    reasons: tuple[str, ...]
    warnings: tuple[Text, ...] = ()
    unread: tuple[Unread, ...] = ()
    raw: RawExport | None = None
    clean: CleanTables | None = None
    counts: ExportCounts | None = None
    lost: pd.DataFrame = field(default_factory=pd.DataFrame)
    doubts: tuple[Doubt, ...] = ()
    silent: tuple[tuple[str, str], ...] = ()
    questions: tuple[int, ...] = ()
    seen: Guess | None = None
    draft: str = ""

    @property
    def usable(self) -> bool:
        """Whether a run would make a report of it."""
        return not self.reasons


def check(folder: Path | str, definitions: Definitions, *, alone: bool = True) -> Finding:
    """Read an export and clean it at the default parameters; nothing is written.

    The finding has all reasons at once where the dataset cannot be used. One that is not `alone` is part of a
    study, and may hold nobody to describe: all its families may be for comparison.
    """
    folder = Path(folder)
    known = Known.of(definitions)
    study, said = None, ""
    try:
        study = Study.clean(folder)
    except PipelineError as error:
        said = str(error)  # alone, so that nothing of a large export stays in the memory
    if study is None or study.export_counts is None:
        return _finding_of_faulty(folder, tuple(said.splitlines()), known)
    raw, cleaned = study.export or study.export_counts.export, study.cleaned
    reasons = [*refusal(study.doubts), *(nobody(study["flow"]) if alone else ())]
    levels = study.export_counts.levels.reset_index()
    told = {(unit, item) for unit, item, level in levels[["unit", "item", "level"]].to_numpy() if level}
    return Finding(
        folder,
        tuple(reasons),
        (*_git(folder), *(remark.text for remark in raw.remarks), *summary(study.doubts)),
        _unread(raw, known),
        raw,
        cleaned,
        study.export_counts,
        study.losses,
        study.doubts,
        tuple(key for key in definitions.items if key not in told),
        open_questions(folder),
    )


def _git(folder: Path) -> tuple[Text, ...]:
    """Warn of personal data under git; a description that cannot be read counts as one of real families."""
    try:
        synthetic = read_dataset(folder).synthetic
    except ExportError:
        synthetic = False
    return () if synthetic else git_warnings(folder)


def _finding_of_faulty(folder: Path, faults: tuple[str, ...], known: Known) -> Finding:
    """Tell of a folder that cannot be read as a dataset what its tables say of themselves."""
    tables, others = read_any_tables(folder)
    seen = guess(tables, known)
    finding = Finding(folder, faults, _git(folder))
    if tables and not (folder / FILE).exists():
        draft = draft_of(seen, others, known, title=folder.resolve().name)
        return replace(finding, unread=_unread_of_faulty(seen, known), seen=seen, draft=draft)
    try:
        mapped = set(read_dataset(folder).columns.values())
    except ExportError:
        mapped = set()
    unread = _unread_of_faulty(seen, known, mapped)
    return replace(finding, unread=unread, questions=open_questions(folder))


def _unread(raw: RawExport, known: Known) -> tuple[Unread, ...]:
    """List the columns that are not recognised; once where all units stand in one table."""
    found = [Unread(u, name, known.nearest(u, name)) for u in UNITS for name in raw.unknown_columns[u]]
    if raw.dataset.layout == "sheets":
        return tuple(found)
    nearest = {one.name: one.nearest for one in sorted(found, key=lambda one: one.nearest)}
    return tuple(Unread("all", name, nearest[name]) for name in raw.unknown_columns[UNITS[0]])


def _unread_of_faulty(seen: Guess, known: Known, mapped: Set[str] | None = None) -> tuple[Unread, ...]:
    """List the columns that are not recognised in a folder that cannot be read as a dataset.

    `mapped` are those that its description names; None: it has none, and a draft names those that are likely.
    """
    found = []
    for unit, sheet in seen.sheets.items():
        canonical = known.canonical[unit] if unit in UNITS else frozenset().union(*known.canonical.values())
        likely = {column.name: name for name, column in sheet.taken.items()}
        likely |= {column.name: names[0] for column, names in sheet.perhaps}
        columns = [*(column for column, _ in sheet.perhaps), *sheet.free]
        columns += sheet.taken.values() if mapped is not None else []
        for column in sorted(columns, key=lambda column: column.place):
            if column.name not in (mapped or ()) and column.name not in canonical:
                found.append(Unread(unit, column.name, likely.get(column.name, "")))
    return tuple(found)


# ---- a finding in words, for a terminal -----------------------------------------------------------------

WIDTH = 100
EXAMPLES = 3  # of each rule
LOST_ITEMS, LOST_TEXTS = 12, 4  # that are shown, those with most cells
VALUE = 60  # signs of a value
DATE_LIKE = re.compile(r"[\d\s/.:+TZ-]{6,40}")
CODES = ("gezin", "persoon")
SEVERAL = ("R01", "R03", "R07", "R09")  # rules with more than one reason
OF_CELLS = ("R07", "R08", "R09")
HIDDEN = ("geboortedatum",)


def finding_text(finding: Finding, definitions: Definitions, language: str = "en") -> str:
    """Write a finding for a terminal of 100 signs wide, without notes, dates of birth, and codes of people.

    The reasons are in English, as all messages of errors.
    """
    return "\n\n".join("\n".join(lines) for lines in _Told(definitions, language).parts(finding))


def together_text(study: Study, language: str = "en") -> str:
    """Write for a terminal what a run would keep of a study of several datasets, each one of its pilots."""
    told = _Told(study.definitions, language)
    rows = pd.concat([accounting(one.export_counts) for one in study.parts if one.export_counts])
    account = rows[["rows", "kept", "rejected"]].sum().to_dict()
    lines = [
        *nobody(study["flow"]),
        told.say("account", **{str(name): count for name, count in account.items()}),
    ]
    lines += [*told.families(study.cleaned), *told.cases(study.cleaned)]
    written = [part for line in lines for part in _folded(line)]
    return "\n".join([told.say("together", n=len(study.parts)), *written])


def unanswered(questions: Sequence[int]) -> tuple[Text, ...]:
    """Say in a line that `dataset.yml` is a draft with open questions, and on which lines they are."""
    lines = ", ".join(map(str, questions))
    return (both("check", "unanswered", count=len(questions), lines=lines),) if questions else ()


class _Told:
    """What is said of a finding in one language, line by line."""

    def __init__(self, definitions: Definitions, language: str) -> None:
        self.definitions, self.language = definitions, language

    def say(self, part: str, **facts: Any) -> str:
        return say("check", part, self.language, **facts)

    def word(self, kind: str, value: str) -> str:
        return self.definitions.word(kind, value, self.language)

    def parts(self, finding: Finding) -> Iterator[list[str]]:
        """Give each heading with the lines below it, those without lines left out."""
        said = self.say("usable", usable=finding.usable, questions=finding.questions)
        yield [f"{shown(str(finding.folder))}: {said}"]
        warnings = (*finding.warnings, *unanswered(finding.questions))
        sections: list[tuple[str, Iterable[str]]] = [(self.say("reasons"), finding.reasons)]
        if finding.clean is not None and finding.counts is not None:
            sections += self.content(finding.counts, finding.clean)
        sections += [
            (self.say("lost"), self.lost(finding.lost)),
            (self.say("seen"), self.seen(finding.seen) if finding.seen else ()),
            (self.say("unread"), map(self.unread, finding.unread)),
            (self.say("silent"), map(self.silent, finding.silent)),
            (self.say("warnings"), (warning(self.language) for warning in warnings)),
        ]
        for title, lines in sections:
            if written := [part for line in lines for part in _folded(line)]:
                yield [title, *written]
        if finding.draft:
            yield [self.say("draft"), *(f"  {line}" for line in finding.draft.splitlines())]

    def content(self, counts: ExportCounts, clean: CleanTables) -> Iterator[tuple[str, Iterable[str]]]:
        stages = clean.flow.set_index("stage")["families"].to_dict()
        yield self.definitions.outputs.overviews["sheets"].title(self.language), self.sheets(counts)
        days, dataset = clean.registrations["date"], counts.export.dataset
        found = "" if days.empty else f"{days.min():%Y-%m-%d} – {days.max():%Y-%m-%d}"
        allowed = f"{dataset.project_start} – {dataset.exported_on}"
        yield self.say("dates"), [self.say("days", found=found, allowed=allowed)]
        yield self.say("pilots"), self.cases(clean)
        yield self.say("rules"), self.rules(clean, stages)
        yield self.say("kept"), self.families(clean)

    def cases(self, clean: CleanTables) -> list[str]:
        words = {value: word(self.language) for value, word in self.definitions.vocabulary["pilot"].items()}
        pilots = clean.cases_by_pilot["pilot"].astype("str")
        cases = clean.cases_by_pilot.assign(pilot=pilots.map(lambda one: words.get(one, shown(one))))
        rows = cases.to_dict("records")
        return [self.say("pilot", **{str(name): one for name, one in row.items()}) for row in rows]

    def families(self, clean: CleanTables) -> list[str]:
        stages = clean.flow.set_index("stage")["families"].to_dict()
        return [self.say("families", **{str(stage): n for stage, n in stages.items()})]

    def sheets(self, counts: ExportCounts) -> Iterator[str]:
        accounted, raw = accounting(counts).set_index("unit"), counts.export
        if raw.dataset.layout != "sheets":  # the lines of the one file are what is kept and rejected
            yield f"{shown(raw.files[UNITS[0]])}: {self.say('account', **accounted.sum().to_dict())}"
            return
        for unit, row in accounted.to_dict("index").items():
            account = self.say("account", **{str(name): count for name, count in row.items()})
            yield f"{self.word('unit', str(unit))}: {shown(raw.files[str(unit)])}, {account}"

    def rules(self, clean: CleanTables, stages: dict[Any, int]) -> Iterator[str]:
        """Say of each rule what it touched, and show its first rows."""
        totals = clean.cleaning_log.groupby("rule", sort=True)[["rows", "cells"]].sum()
        for rule, (rows, cells) in zip(totals.index, totals.to_numpy(), strict=True):
            yield self.rule(rule, *(("cell", cells) if rule in OF_CELLS else ("row", rows)))
            first = clean.rejected[clean.rejected["rule"] == rule].head(EXAMPLES)
            yield from (self.example(row, clean) for row in first.to_dict("records"))
        yield self.rule("F01", "family", stages["no_household"])
        yield self.rule("F02", "family", stages["too_few_items"])

    def rule(self, rule: str, what: str, count: int) -> str:
        return self.say("rule", rule=rule, word=self.word("rule", rule), what=what, count=count)

    def example(self, row: dict[Any, Any], clean: CleanTables) -> str:
        """Write one rejected row or emptied cell: where it is, and what stands there as far as shown."""
        where = self.say("row", row=row["row"])
        column = "" if pd.isna(row["column"]) else f", {row['column']}"
        reason = f" ({reasons_in(self.language)[row['reason_en']]})" if row["rule"] in SEVERAL else ""
        return f"  {shown(row['file'])}, {row['sheet']}, {where}{column}: {self.value(row, clean)}{reason}"

    def value(self, row: dict[Any, Any], clean: CleanTables) -> str:
        """Show a value: of a code only its shape, of a date of birth nothing, nor of what may be a note."""
        value = "" if pd.isna(row["value"]) else str(row["value"]).strip()
        if row["rule"] == "R06":
            return self.say("same_row", row=value.removeprefix("= row "))
        if not value:
            return self.say("blank")
        if row["column"] in HIDDEN:
            return self.say("not_shown")
        value = shape(value) if row["column"] in CODES else value
        near, rows = 0.0, 0
        if row["rule"] == "R07" and (item := self.definitions.items.get((row["sheet"], row["column"]))):
            near = nearest_label(value, item)[2]
        elif row["column"] == "pilootproject":
            near = NEAR if nearest_pilot(value, list(clean.cases_by_pilot["pilot"])) else 0.0
        elif row["column"] == "datum":
            near = NEAR if DATE_LIKE.fullmatch(value) else 0.0
        elif row["column"] in WORDED:
            rows = int((clean.rejected["value"] == row["value"]).sum())
        return _text(value) if may_be_shown(value, near, rows) else self.say("other_text")

    def lost(self, lost: pd.DataFrame) -> Iterator[str]:
        """Show what stands where a level is expected, most usual first; possible notes as a count."""
        if lost.empty:
            return
        by_item = lost.groupby(["unit", "item"])["cells"].sum().sort_values(ascending=False, kind="stable")
        for unit, item in by_item.index[:LOST_ITEMS]:
            texts = lost[(lost["unit"] == unit) & (lost["item"] == item)]
            open_ = [may_be_shown(*pair) for pair in zip(texts["text"], texts["ratio"], strict=True)]
            visible = texts[open_]
            parts = [
                self.say(
                    "lost_text", cells=row.cells, text=_text(row.text),
                    level=None if pd.isna(row.level) else row.level,
                    nearest=_text(row.nearest) if row.ratio >= NEAR else "",
                )
                for row in visible.head(LOST_TEXTS).itertuples()
            ]  # fmt: skip
            more = int(visible["cells"].iloc[LOST_TEXTS:].sum())
            hidden = int(texts["cells"].sum() - visible["cells"].sum())
            parts += [self.say("more_texts", cells=more)] if more else []
            parts += [f"{hidden} × {self.say('other_text')}"] if hidden else []
            yield f"{unit}.{item}: {'; '.join(parts)}"
        rest = by_item.iloc[LOST_ITEMS:]
        if len(rest):
            yield self.say("more_items", items=len(rest), cells=rest.sum())

    def seen(self, seen: Guess) -> Iterator[str]:
        """Say what each table seems to be about, and which columns it does not seem to have."""
        for unit, sheet in seen.sheets.items():
            where = f"{shown(sheet.name)}, {self.say('rows', rows=sheet.table.rows)}"
            if unit in UNITS and seen.layout == "sheets":
                missing = ", ".join(name for name in sheet.required if name not in sheet.taken)
                row = Known.of(self.definitions).names_below(sheet.table)
                said = self.say("lower", row=row) if row else self.say("not_found", columns=missing)
                yield f"{self.word('unit', unit)}: {where}, {said}"
            elif unit == "all":
                yield f"{where}: {self.say(seen.layout)}"

    def unread(self, one: Unread) -> str:
        near = f" ({self.say('nearest', column=one.nearest)})" if one.nearest else ""
        unit = f"{self.word('unit', one.unit)}: " if one.unit in UNITS else ""
        return f"{unit}{quoted(one.name)}{near}"

    def silent(self, key: tuple[str, str]) -> str:
        title = self.definitions.items[key].title(self.language)
        return f"{self.word('unit', key[0])}: {key[1]} ({title})"


def _folded(line: str) -> list[str]:
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return wrap(line.strip(), WIDTH, initial_indent=indent, subsequent_indent=f"{indent}    ",
                break_on_hyphens=False)  # fmt: skip


def _text(value: str) -> str:
    return quoted(value if len(value) <= VALUE else f"{value[: VALUE - 1]}…")
