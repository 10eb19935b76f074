"""A finding as plain text for a terminal, in either language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

import pandas as pd

from helpers.check import Finding, Unread
from helpers.check.columns import Guess, shape
from helpers.cleaning import CleanTables
from helpers.cleaning.losses import NEAR, may_be_shown, nearest_label, nearest_pilot
from helpers.definitions import UNITS, Definitions, Text
from helpers.export import RawExport
from helpers.export.messages import quoted, shown
from helpers.overview import accounting

WIDTH = 100
EXAMPLES = 3  # of each rule
LOST_ITEMS, LOST_TEXTS = 12, 4  # that are shown, those with most cells
VALUE = 60  # signs of a value
DATE_LIKE = re.compile(r"[\d\s/.:+TZ-]{6,40}")
CODES = ("gezin", "persoon")
SEVERAL = ("R01", "R03", "R07", "R09")  # rules with more than one reason
HIDDEN = ("geboortedatum",)
USABLE = Text("bruikbaar", "usable")
NOT_USABLE = Text("niet bruikbaar", "not usable")
REASONS = Text("Waarom een run zou stoppen", "Why a run would stop")
WARNINGS = Text("Let op", "Warnings")
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
LOST = Text("Teksten die geen niveau zijn (R07), en het label waar ze het meest op lijken",
            "Texts that are no level (R07), and the label that they are most like")  # fmt: skip
SEEN = Text("Wat er in de export lijkt te staan, naar waarden en namen (zeker pas met dataset.yml)",
            "What the export seems to hold, by values and names (certain only with dataset.yml)")  # fmt: skip
LAYOUTS = {
    "long": Text("één antwoord per lijn (`layout: long`)", "one answer a line (`layout: long`)"),
    "wide": Text("één gezin per lijn (`layout: wide`)", "one family a line (`layout: wide`)"),
}
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
    parts += _section(LOST(language), _lost(finding, language))
    if finding.seen is not None:
        parts += _section(SEEN(language), _seen(finding.seen, definitions, language))
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
        (definitions.outputs.overviews["sheets"].title, _sheets(raw, clean, definitions, language)),
        (DATES, _dates(raw, clean, language)),
        (PILOTS, _pilots(clean, language)),
        (RULES, _rules(clean, definitions, language)),
        (KEPT, _kept(clean, language)),
    ):
        yield from _section(title(language), lines)


def _sheets(raw: RawExport, clean: CleanTables, definitions: Definitions, language: str) -> Iterator[str]:
    accounted = accounting(raw, clean)
    if raw.dataset.layout != "sheets":  # the lines of the one file are what is kept and rejected
        lines = accounted[["rows", "kept", "rejected"]].sum()
        yield f"{shown(raw.files[UNITS[0]])}: {_accounts(*lines)(language)}"
        return
    for row in accounted.itertuples(index=False):
        unit = definitions.word("unit", row.unit, language)
        counts = _accounts(row.rows, row.kept, row.rejected)
        yield f"{unit}: {shown(raw.files[row.unit])}, {counts(language)}"


def _accounts(rows: int, kept: int, rejected: int) -> Text:
    return Text(
        f"{rows} rijen, {kept} behouden, {rejected} verworpen",
        f"{rows} rows, {kept} kept, {rejected} rejected",
    )


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
        yield from (_example(row, clean, definitions, language) for _, row in first.iterrows())
    for rule, stage in (("F01", "no_household"), ("F02", "too_few_items")):
        gone = _stage(clean, stage)
        yield f"{rule} {definitions.word('rule', rule, language)}: " + Text(
            f"{gone} {'gezin' if gone == 1 else 'gezinnen'}",
            f"{gone} {'family' if gone == 1 else 'families'}",
        )(language)


def _stage(clean: CleanTables, stage: str) -> int:
    return int(clean.flow.set_index("stage")["families"].loc[stage])


def _example(row: pd.Series, clean: CleanTables, definitions: Definitions, language: str) -> str:
    """Write one rejected row or emptied cell: where it is, and what stands there as far as that is shown."""
    where = Text(f"rij {row['row']}", f"row {row['row']}")(language)
    column = "" if pd.isna(row["column"]) else f", {row['column']}"
    reason = f" ({row['reason_nl' if language == 'nl' else 'reason_en']})" if row["rule"] in SEVERAL else ""
    value = _value(row, clean, definitions, language)
    return f"  {shown(row['file'])}, {row['sheet']}, {where}{column}: {value}{reason}"


def _value(row: pd.Series, clean: CleanTables, definitions: Definitions, language: str) -> str:
    """Show a value: of a code only its shape, of a date of birth nothing, nor of what may be a note."""
    if row["rule"] == "R06":
        return str(row["value"]).replace("row", Text("rij", "row")(language))
    value = "" if pd.isna(row["value"]) else str(row["value"]).strip()
    if not value:
        return Text("leeg", "blank")(language)
    if row["column"] in HIDDEN:
        return Text("niet getoond", "not shown")(language)
    value = shape(value) if row["column"] in CODES else value
    near = 0.0
    if row["rule"] == "R07" and (item := definitions.items.get((row["sheet"], row["column"]))):
        near = nearest_label(value, item)[2]
    elif row["column"] == "pilootproject":
        near = NEAR if nearest_pilot(value, list(clean.cases_by_pilot["pilot"])) else 0.0
    elif row["column"] == "datum":
        near = NEAR if DATE_LIKE.fullmatch(value) else 0.0
    return _text(value) if may_be_shown(value, near) else OTHER(language)


OTHER = Text("andere tekst", "other text")


def _text(value: str) -> str:
    return quoted(value if len(value) <= VALUE else f"{value[: VALUE - 1]}…")


def _lost(finding: Finding, language: str) -> Iterator[str]:
    """Show what stands where a level is expected, by item, most usual first; possible notes as a count."""
    lost = finding.lost
    if lost.empty:
        return
    by_item = lost.groupby(["unit", "item"])["cells"].sum().sort_values(ascending=False, kind="stable")
    word = Text("niveau", "level")(language)
    for unit, item in by_item.index[:LOST_ITEMS]:
        texts = lost[(lost["unit"] == unit) & (lost["item"] == item)]
        visible = [may_be_shown(*pair) for pair in zip(texts["text"], texts["ratio"], strict=True)]
        parts = []
        for row in texts[visible].head(LOST_TEXTS).itertuples():
            near = f" = {word} {row.level}, {_text(row.nearest)}" if row.ratio >= NEAR else ""
            near = near or (f" = {word} {row.level}" if not pd.isna(row.level) else "")
            parts.append(f"{row.cells} × {_text(row.text)}{near}")
        more = int(texts[visible]["cells"].iloc[LOST_TEXTS:].sum())
        hidden = int(texts.loc[[not one for one in visible], "cells"].sum())
        parts += [f"{more} × " + Text("nog meer", "more")(language)] if more else []
        parts += [f"{hidden} × {OTHER(language)}"] if hidden else []
        yield f"{unit}.{item}: {'; '.join(parts)}"
    rest = by_item.iloc[LOST_ITEMS:]
    if len(rest):
        yield Text(
            f"en nog {len(rest)} items, met {rest.sum()} cellen; `--report` toont ze alle",
            f"and {len(rest)} more items, with {rest.sum()} cells; `--report` shows them all",
        )(language)


def _seen(seen: Guess, definitions: Definitions, language: str) -> Iterator[str]:
    """Say what each table seems to be about, and which columns it does not seem to have."""
    for unit, sheet in seen.sheets.items():
        rows = Text(f"{sheet.table.rows} rijen", f"{sheet.table.rows} rows")(language)
        if unit in UNITS and seen.layout == "sheets":
            wanted = sheet.required
            missing = ", ".join(name for name in wanted if name not in sheet.taken)
            missing = missing or Text("geen", "none")(language)
            what = Text(f"niet gevonden kolommen: {missing}", f"columns not found: {missing}")(language)
            yield f"{definitions.word('unit', unit, language)}: {shown(sheet.name)}, {rows}, {what}"
        elif unit == "all":
            yield f"{shown(sheet.name)}, {rows}: {LAYOUTS[seen.layout](language)}"


def _unread(one: Unread, definitions: Definitions, language: str) -> str:
    near = f" ({NEAREST(language)}: {one.nearest})" if one.nearest else ""
    unit = f"{definitions.word('unit', one.unit, language)}: " if one.unit in UNITS else ""
    return f"{unit}{quoted(one.name)}{near}"


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
