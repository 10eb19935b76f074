"""A finding as plain text for a terminal, in either language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

import pandas as pd

from helpers.check._finding import Finding, Seen, Unread
from helpers.cleaning import CleanTables
from helpers.definitions import Definitions, Text
from helpers.export import RawExport, quoted, shown
from helpers.overview import accounting

WIDTH = 100
EXAMPLES = 3  # of each rule
VALUE = 40  # signs of a value
CODES = ("gezin", "persoon")
SEVERAL = ("R03", "R09")  # rules with more than one reason
HIDDEN = ("geboortedatum",)
USABLE = Text("bruikbaar", "usable")
NOT_USABLE = Text("niet bruikbaar", "not usable")
REASONS = Text("Waarom een run zou stoppen", "Why a run would stop")
WARNINGS = Text("Let op", "Warnings")
SHEETS = Text("Wat er in de export staat", "What the export holds")
DATES = Text("Data van de registraties", "Dates of the registrations")
PILOTS = Text("Gezinnen per pilootproject", "Families by pilot project")
RULES = Text(
    "Wat de regels doen (van een code staat er alleen de vorm: A voor een letter, 9 voor een cijfer)",
    "What the rules do (of a code only its shape is shown: A for a letter, 9 for a digit)",
)
UNREAD = Text("Kolommen die niet herkend worden en niet meedoen",
              "Columns that are not recognised and take no part")  # fmt: skip
SILENT = Text("Items zonder een enkel niveau", "Items without a single level")
KEPT = Text("Wat een run zou houden, met de standaardparameters",
            "What a run would keep, at the default parameters")  # fmt: skip
QUESTIONS = Text(", maar dataset.yml heeft nog open vragen",
                 ", but dataset.yml has open questions")  # fmt: skip
SEEN = Text("Wat er in de export lijkt te staan, aan de namen te zien (zeker pas met een dataset.yml)",
            "What the export seems to hold, by its names (certain only with a dataset.yml)")  # fmt: skip
DRAFT = Text("De dataset.yml die `--draft-mapping` zou schrijven",
             "The dataset.yml that `--draft-mapping` would write")  # fmt: skip
NEAREST = Text("meest gelijkend", "nearest known name")


def finding_text(finding: Finding, definitions: Definitions, language: str = "en") -> str:
    """Write a finding for a terminal of 100 signs wide.

    Parameters
    ----------
    finding : Finding
        What `check` gives.
    definitions : Definitions
        Words for units, items and rules.
    language : str
        `nl` or `en`; the reasons are in English, as all messages of errors.

    Returns
    -------
    str
        Without notes, dates of birth, and codes of families and persons.
    """
    verdict = (USABLE if finding.usable else NOT_USABLE)(language)
    verdict += QUESTIONS(language) if finding.questions else ""
    parts = [[f"{shown(str(finding.folder))}: {verdict}"]]
    parts += _section(REASONS(language), finding.reasons)
    if finding.raw is not None and finding.clean is not None:
        parts += _content(finding.raw, finding.clean, definitions, language)
    parts += _section(SEEN(language), (_seen(one, definitions, language) for one in finding.seen))
    parts += _section(UNREAD(language), (_unread(one, definitions, language) for one in finding.unread))
    parts += _section(SILENT(language), _silent(finding, definitions, language))
    warnings = [*finding.warnings, *unanswered(finding.questions)]
    parts += _section(WARNINGS(language), (warning(language) for warning in warnings))
    parts += (
        [[DRAFT(language), *(f"  {line}" for line in finding.draft.splitlines())]] if finding.draft else []
    )
    return "\n\n".join("\n".join(lines) for lines in parts)


def unanswered(questions: Sequence[int]) -> tuple[Text, ...]:
    """Say in one line that `dataset.yml` is a draft with open questions, and on which lines; nothing of none.

    Parameters
    ----------
    questions : sequence of int
        As `helpers.export.open_questions` gives them.
    """
    if not questions:
        return ()
    lines = ", ".join(map(str, questions))
    return (
        Text(
            f"dataset.yml is nog een ontwerp: {len(questions)} open vragen (`# ?` op regel {lines}). "
            "Antwoord, en haal die regels weg; tot dan kunnen dagen, pilootprojecten en kolommen fout zijn",
            f"dataset.yml is still a draft: {len(questions)} open questions (`# ?` on line {lines}). "
            "Answer them, and take these lines out; until then days, pilots and columns may be wrong",
        ),
    )


def _section(title: str, lines: Iterable[str]) -> list[list[str]]:
    """Give a heading with lines below it, none without lines."""
    written = [part for line in lines for part in _folded(line)]
    return [[title, *written]] if written else []


def _folded(line: str) -> list[str]:
    """Break a line of more than the width, and indent what follows."""
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return wrap(line.strip(), WIDTH, initial_indent=indent, subsequent_indent=f"{indent}    ",
                break_on_hyphens=False)  # fmt: skip


def _content(
    raw: RawExport, clean: CleanTables, definitions: Definitions, language: str
) -> Iterator[list[str]]:
    """Give the sections on what was read and what is kept."""
    for title, lines in (
        (SHEETS, _sheets(raw, clean, definitions, language)),
        (DATES, _dates(raw, clean, language)),
        (PILOTS, _pilots(clean, language)),
        (RULES, _rules(clean, definitions, language)),
        (KEPT, _kept(clean, language)),
    ):
        yield from _section(title(language), lines)


def _sheets(raw: RawExport, clean: CleanTables, definitions: Definitions, language: str) -> Iterator[str]:
    for row in accounting(raw, clean).itertuples(index=False):
        unit = definitions.word("unit", row.unit, language)
        counts = Text(
            f"{row.rows} rijen, {row.kept} behouden, {row.rejected} verworpen",
            f"{row.rows} rows, {row.kept} kept, {row.rejected} rejected",
        )
        yield f"{unit}: {shown(raw.files[row.unit])}, {counts(language)}"


def _dates(raw: RawExport, clean: CleanTables, language: str) -> Iterator[str]:
    days = clean.registrations["date"]
    allowed = f"{raw.dataset.project_start} – {raw.dataset.exported_on}"
    found = "–" if days.empty else f"{days.min():%Y-%m-%d} – {days.max():%Y-%m-%d}"
    yield Text(
        f"{found} in de rijen die behouden zijn; dataset.yml laat {allowed} toe",
        f"{found} in the rows that are kept; dataset.yml allows {allowed}",
    )(language)


def _pilots(clean: CleanTables, language: str) -> Iterator[str]:
    for row in clean.cases_by_pilot.itertuples(index=False):
        counts = Text(
            f"{row.registered} geregistreerd, {row.retained} weerhouden, {row.followed} opgevolgd",
            f"{row.registered} registered, {row.retained} retained, {row.followed} followed",
        )
        yield f"{shown(row.pilot)}: {counts(language)}"


def _rules(clean: CleanTables, definitions: Definitions, language: str) -> Iterator[str]:
    """Say of each rule what it touched, and show its first rows."""
    totals = clean.cleaning_log.groupby("rule", sort=True, observed=True)[["rows", "cells"]].sum()
    for rule, (rows, cells) in zip(totals.index, totals.to_numpy(), strict=True):
        count = Text(f"{rows} rijen", f"{rows} rows")(language)
        if rule in ("R07", "R08", "R09"):
            count = Text(f"{cells} cellen", f"{cells} cells")(language)
        yield f"{rule} {definitions.word('rule', rule, language)}: {count}"
        first = clean.rejected[clean.rejected["rule"] == rule].head(EXAMPLES)
        yield from (_example(row, language) for _, row in first.iterrows())
    families = clean.families["rule"].value_counts()
    for rule in ("F01", "F02"):
        gone = int(families.get(rule, 0)) + (_without_rows(clean) if rule == "F01" else 0)
        yield f"{rule} {definitions.word('rule', rule, language)}: " + Text(
            f"{gone} {'gezin' if gone == 1 else 'gezinnen'}",
            f"{gone} {'family' if gone == 1 else 'families'}",
        )(language)


def _without_rows(clean: CleanTables) -> int:
    """Count the families that lost all their rows."""
    return _stage(clean, "registered") - len(clean.families)


def _stage(clean: CleanTables, stage: str) -> int:
    return int(clean.flow.set_index("stage")["families"].loc[stage])


def _example(row: pd.Series, language: str) -> str:
    """Write one rejected row or emptied cell: where it is, and what stands there as far as that is shown."""
    where = Text(f"rij {row['row']}", f"row {row['row']}")(language)
    column = "" if pd.isna(row["column"]) else f", {row['column']}"
    reason = f" ({row['reason_nl' if language == 'nl' else 'reason_en']})" if row["rule"] in SEVERAL else ""
    return f"  {shown(row['file'])}, {row['sheet']}, {where}{column}: {_value(row, language)}{reason}"


def _value(row: pd.Series, language: str) -> str:
    """Show a value: cut, of a code only its shape, of a date of birth nothing."""
    if row["rule"] == "R06":
        return str(row["value"]).replace("row", Text("rij", "row")(language))
    value = "" if pd.isna(row["value"]) else str(row["value"]).strip()
    if not value:
        return Text("leeg", "blank")(language)
    if row["column"] in HIDDEN:
        return Text("niet getoond", "not shown")(language)
    value = shape(value) if row["column"] in CODES else value
    return quoted(value if len(value) <= VALUE else f"{value[: VALUE - 1]}…")


def shape(code: str) -> str:
    """Return what a code looks like, without what it is.

    >>> shape("Leu--07"), shape("Jan Peeters")
    ('AAA--99', 'AAA AAAAAAA')
    """
    return re.sub(r"[^\W\d_]", "A", re.sub(r"\d", "9", code))


def _seen(one: Seen, definitions: Definitions, language: str) -> str:
    """Say what a table seems to be about, and which columns it does not seem to have."""
    missing = ", ".join(one.missing) or Text("geen", "none")(language)
    return f"{definitions.word('unit', one.unit, language)}: {shown(one.name)}, " + Text(
        f"{one.rows} rijen, niet gevonden kolommen: {missing}",
        f"{one.rows} rows, columns not found: {missing}",
    )(language)


def _unread(one: Unread, definitions: Definitions, language: str) -> str:
    unit = definitions.word("unit", one.unit, language)
    near = f" ({NEAREST(language)}: {one.nearest})" if one.nearest else ""
    return f"{unit}: {quoted(one.name)}{near}"


def _silent(finding: Finding, definitions: Definitions, language: str) -> Sequence[str]:
    return [
        f"{definitions.word('unit', unit, language)}: {item} "
        f"({definitions.items[unit, item].title(language)})"
        for unit, item in finding.silent
    ]


def _kept(clean: CleanTables, language: str) -> Iterator[str]:
    registered, test, retained, followed = (
        _stage(clean, stage) for stage in ("registered", "test", "retained", "followed")
    )
    yield Text(
        f"{registered} gezinnen in de export (en {test} testgezinnen, die wegvallen): {retained} weerhouden, "
        f"waarvan {followed} opgevolgd",
        f"{registered} families in the export (and {test} test families, which are left out): {retained} "
        f"retained, of whom {followed} followed",
    )(language)
