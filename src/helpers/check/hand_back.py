"""All that was rejected, for whoever can mend it: a workbook and a page with each row and cell.

It is made to be sent to the pilot that the rows came from. It holds what stands in the export, codes, dates
of birth and possible notes included: it says so, and it is not written where git would take it along.
"""

from __future__ import annotations

import html
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from helpers.check import Finding
from helpers.check.git import why_not_here
from helpers.cleaning.losses import located, nearest_pilot, summary
from helpers.definitions import UNITS, Definitions, Text
from helpers.export import RawExport
from helpers.export.names import fold
from helpers.folders import PRIVATE_FILE, TargetError

OPTION = "--report"
LAST_ROW = 1_048_576  # of a sheet
ROWS_OF_PAGE = 20_000  # of a table; the workbook holds all
WIDTHS = {"row": 8, "value": 40, "reason": 50, "write": 60, "nearest": 60, "text": 60}
TITLE = Text("Wat er te verbeteren is in de export", "What there is to mend in the export")
PERSONAL = Text(
    "Persoonlijke gegevens: hierin staan codes van gezinnen en personen, geboortedata en mogelijk "
    "toelichtingen. Bezorg dit alleen aan wie de registraties maakte, langs een veilige weg, en verwijder "
    "het daarna.",
    "Personal data: this holds codes of families and persons, dates of birth and possibly notes. Pass it "
    "only to those who made the registrations, by a safe way, and delete it afterwards.",
)
SYNTHETIC = Text("Deze export is synthetisch: er staat geen echt gezin in.",
                 "This export is synthetic: no real family is in it.")  # fmt: skip
HOW = Text(
    "Verbeter dit in de registratietool, niet in deze lijst, en maak dan een nieuwe export. Rijnummers zijn "
    "die van het exportbestand in een rekenblad. Een verworpen rij telt nergens mee; van een leeggemaakte "
    "cel telt de rest van de rij.",
    "Mend this in the registration tool, not in this list, and then export again. Row numbers are those of "
    "the file in a spreadsheet. A rejected row counts nowhere; with an emptied cell the rest of the row "
    "counts.",
)  # fmt: skip
GUIDE = Text("Lees mij", "Read me")
TEXTS = Text("Teksten zonder niveau", "Texts without a level")
HEADERS = {
    "file": Text("bestand", "file"),
    "row": Text("rij", "row"),
    "column": Text("kolom", "column"),
    "registration": Text("registratie_id", "registratie_id"),
    "family": Text("gezin", "family"),
    "person": Text("persoon", "person"),
    "pilot": Text("pilootproject", "pilot"),
    "value": Text("wat er staat", "what stands there"),
    "rule": Text("regel", "rule"),
    "reason": Text("wat er mis is", "what is wrong"),
    "effect": Text("gevolg", "effect"),
    "write": Text("wat te schrijven", "what to write"),
    "unit": Text("eenheid", "unit"),
    "item": Text("item", "item"),
    "text": Text("tekst", "text"),
    "cells": Text("cellen", "cells"),
    "nearest": Text("meest gelijkend label", "label most like it"),
    "level": Text("niveau zou zijn", "level would be"),
}
FAULTS = (
    "file", "row", "column", "registration", "family", "person", "pilot", "value", "rule", "reason", "effect",
    "write",
)  # fmt: skip
WRITE: Mapping[str, Text] = {
    "R01": Text("de code van het gezin: letters, streepje, cijfers, zoals LEU-007",
                "the code of the family: letters, dash, digits, such as LEU-007"),
    "R02": Text("niets: een testgezin telt niet mee; is dit een echt gezin, geef het dan een eigen code",
                "nothing: a test family does not count; if this is a real family, give it a code of its own"),
    "R03": Text("de dag van de registratie, als JJJJ-MM-DD, van {first} tot en met {last}",
                "the day of the registration, as YYYY-MM-DD, from {first} up to and including {last}"),
    "R04": Text("een van: {pilots}", "one of: {pilots}"),
    "R05": Text("de code van de persoon, zoals V1 of K1, dezelfde als op de andere rijen van die persoon",
                "the code of the person, such as V1 or K1, the same as on that person's other rows"),
    "R06": Text("niets: schrap een van de twee rijen, of verbeter wat anders had moeten zijn",
                "nothing: take one of the two rows out, or mend what should have been different"),
    "R07": Text("1 tot 5, n.v.t., of niets", "1 to 5, n.v.t., or nothing"),
    "R08": Text("voor alle rijen van het gezin hetzelfde pilootproject",
                "the same pilot on all rows of the family"),
    "gezinstype": Text("een van: {household_type}, of niets", "one of: {household_type}, or nothing"),
    "opleidingsniveau": Text("een van: {education}, of niets", "one of: {education}, or nothing"),
    "geboortedatum": Text("de geboortedatum, als JJJJ-MM-DD, of niets",
                          "the date of birth, as YYYY-MM-DD, or nothing"),
}  # fmt: skip
MAYBE = Text("wellicht {what}; anders {else_}", "perhaps {what}; else {else_}")


def write_hand_back(
    finding: Finding,
    path: Path,
    definitions: Definitions,
    *,
    language: str = "nl",
    pilots: Sequence[str] = (),
) -> tuple[Path, Path]:
    """Write every rejected row and cell to a workbook, and the same as a page beside it.

    Parameters
    ----------
    finding
        What `check` found; its export must have been read.
    path
        The workbook, a new file that ends in `.xlsx`, outside of the export; the page ends in `.html`.
    definitions
        Words, labels and values.
    language
        `nl` or `en`.
    pilots
        Restrict it to rows of these pilots, so that it can be sent to them; a name that is no pilot counts
        for the one that it is most like. Empty means all.

    Returns
    -------
    tuple of Path
        The workbook and the page, which only their owner may read.

    Raises
    ------
    TargetError
        The target is no new workbook, lies in the export, or (with real families) where git would take it
        along; or a pilot is not in the dataset.
    """
    assert finding.raw is not None and finding.clean is not None
    page = path.with_suffix(".html")
    _check_target(path, page, finding)
    faults = list_faults(finding, definitions, language)
    if pilots:
        faults = faults[faults["pilot_meant"].isin(_chosen(pilots, finding.raw))]
    tables = {
        definitions.word("unit_plural", unit, language): faults.loc[faults["unit"] == unit, list(FAULTS)]
        for unit in UNITS
    }
    texts = _texts(faults, finding, language)
    if len(texts):
        tables[TEXTS(language)] = texts
    lines = _guide(finding, faults, definitions, language, pilots)
    written = ((path, _workbook(lines, tables, language)), (page, _page(lines, tables, language).encode()))
    for target, content in written:
        _write_new(target, content)
    return path, page


def list_faults(finding: Finding, definitions: Definitions, language: str) -> pd.DataFrame:
    """List every rejected row and cell with what to write.

    Returns
    -------
    DataFrame
        The columns of `FAULTS`, `unit`, `item` (of levels) and `pilot_meant`; values are whole.
    """
    assert finding.raw is not None and finding.clean is not None
    raw = finding.raw
    found = located(raw, finding.clean.rejected, definitions).astype({"rule": "str", "effect": "str"})
    frames = [_with_row(found[found["sheet"] == unit], raw, unit) for unit in UNITS]
    faults = pd.concat(frames, ignore_index=True)
    faults["known_as"] = faults["item"].where(faults["item"] != "", faults["column"].fillna(""))
    faults["column"] = [_raw_name(raw, *pair) for pair in zip(faults["unit"], faults["column"], strict=True)]
    faults["reason"] = faults[f"reason_{language}"]
    faults["effect"] = [definitions.word("effect", effect, language) for effect in faults["effect"]]
    faults["pilot_meant"] = faults["pilot"].map(
        {name: _meant(str(name), raw) for name in faults["pilot"].dropna().unique()}
    )
    levels = _levels(finding)
    faults["write"] = [
        _what_to_write(row, raw, definitions, levels, language) for row in faults.to_dict("records")
    ]
    return faults


def _raw_name(raw: RawExport, unit: str, column: Any) -> Any:
    """Give the name that a column has in the file, where `dataset.yml` says one."""
    names = raw.dataset.columns
    return column if pd.isna(column) else names.get(f"{unit}.{column}", names.get(column, column))


def _with_row(found: pd.DataFrame, raw: RawExport, unit: str) -> pd.DataFrame:
    """Add what else stands on the row."""
    rows = raw.tables[unit].iloc[found["place"]].astype("str")
    named = {
        "registration": "registratie_id",
        "family": "gezin",
        "person": "persoon",
        "pilot": "pilootproject",
    }
    columns: dict[str, Any] = {
        name: rows[column].array if column in rows else pd.array([""] * len(rows), dtype="str")
        for name, column in named.items()
    }
    return found.assign(unit=unit, value=found["text"], **columns)


def _meant(name: str, raw: RawExport) -> str:
    pilots = {fold(pilot): pilot for pilot in raw.dataset.pilots}
    return pilots.get(fold(name), "") or nearest_pilot(name, raw.dataset.pilots)


def _chosen(pilots: Sequence[str], raw: RawExport) -> list[str]:
    known = {fold(pilot): pilot for pilot in raw.dataset.pilots}
    strange = [name for name in pilots if fold(name) not in known]
    if strange:
        raise TargetError(
            f"--pilot {', '.join(strange)}: not in the dataset, which has {', '.join(known.values())}"
        )
    return [known[fold(name)] for name in pilots]


def _levels(finding: Finding) -> Mapping[tuple[str, str, str], tuple[int, str]]:
    """Give level and nearest label of each lost text that has one."""
    lost = finding.lost[finding.lost["level"].notna()]
    keys = zip(lost["unit"], lost["item"], lost["text"], strict=True)
    return dict(zip(keys, zip(lost["level"], lost["nearest"], strict=True), strict=True))


def _what_to_write(
    row: Mapping[str, Any],
    raw: RawExport,
    definitions: Definitions,
    levels: Mapping[tuple[str, str, str], tuple[int, str]],
    language: str,
) -> str:
    """Say what should stand in a cell, as far as it can be told what was meant."""
    rule, column = row["rule"], row["known_as"]
    template = WRITE[column if rule == "R09" and column in WRITE else rule if rule in WRITE else "R07"]
    words = {
        kind: ", ".join(word for word in definitions.vocabulary[kind] if word != "onbekend")
        for kind in ("household_type", "education")
    }
    usual = template(language).format(
        first=raw.dataset.project_start,
        last=raw.dataset.exported_on,
        pilots=", ".join(raw.dataset.pilots),
        **words,
    )
    meant = row["pilot_meant"] if rule == "R04" else ""
    if rule == "R07" and (found := levels.get((row["unit"], column, str(row["value"]).strip()))):
        meant = f"{found[0]} ({found[1]})"
    return MAYBE(language).format(what=meant, else_=usual) if meant and not pd.isna(meant) else usual


def _texts(faults: pd.DataFrame, finding: Finding, language: str) -> pd.DataFrame:
    """Count the texts that are no level, with their nearest label: what is mended once for many cells."""
    lost = faults[faults["rule"] == "R07"]
    text = lost["value"].str.strip().rename("text")
    counts = lost.groupby(["unit", "item", text], sort=False).size().rename("cells").reset_index()
    known = finding.lost[["unit", "item", "text", "nearest", "level"]] if len(counts) else finding.lost
    if counts.empty:
        return counts
    return counts.merge(known, on=["unit", "item", "text"], how="left", validate="one_to_one").sort_values(
        "cells", ascending=False, kind="stable"
    )


def _guide(
    finding: Finding, faults: pd.DataFrame, definitions: Definitions, language: str, pilots: Sequence[str]
) -> list[str]:
    """Say what this is, that it is personal, and how much there is of each rule."""
    assert finding.raw is not None
    dataset = finding.raw.dataset
    lines = [TITLE(language), f"{dataset.title} ({dataset.exported_on})"]
    lines += [", ".join(pilots)] if pilots else []
    lines += [(SYNTHETIC if dataset.synthetic else PERSONAL)(language), HOW(language)]
    for rule, count in faults["rule"].value_counts().sort_index().items():
        lines.append(f"{rule} {definitions.word('rule', str(rule), language)}: {count}")
    return lines if pilots else [*lines, *(text(language) for text in summary(finding.doubts))]


def _check_target(path: Path, page: Path, finding: Finding) -> None:
    """Refuse a target that is no new file, that a run would read, or that git would take along."""
    assert finding.raw is not None
    if path.suffix.lower() != ".xlsx":
        raise TargetError(
            f"{OPTION} {path}: give the name of a workbook, such as faults.xlsx; a page goes with it"
        )
    if not path.parent.is_dir():
        raise TargetError(f"{OPTION} {path}: there is no folder {path.parent}")
    for target in (path, page):
        if target.exists():
            raise TargetError(f"{OPTION} {path}: {target.name} is there already; name a new file")
    if path.resolve().is_relative_to(finding.folder.resolve()):
        raise TargetError(f"{OPTION} {path}: lies in the export, and a run would read it as part of that")
    if not finding.raw.dataset.synthetic:
        for target in (path, page):
            if reason := why_not_here(target):
                raise TargetError(f"{OPTION} {path}: {reason}")


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, and that was not there."""
    try:
        handle = os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), PRIVATE_FILE
        )
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except FileExistsError:
        raise TargetError(f"{OPTION} {path}: is there already; name a new file") from None
    except OSError as error:
        raise TargetError(f"{OPTION} {path}: cannot be written ({error.strerror})") from None


def _workbook(lines: Sequence[str], tables: Mapping[str, pd.DataFrame], language: str) -> bytes:
    """Make the workbook: every text stays text, whatever it begins with."""
    book = Workbook(write_only=True)
    guide = book.create_sheet(GUIDE(language))
    guide.column_dimensions["A"].width = 120
    for place, line in enumerate(lines):
        cell = _text_cell(guide, line)
        cell.font, cell.alignment = Font(bold=place == 0), Alignment(wrap_text=True, vertical="top")
        guide.append([cell])
    for name, table in tables.items():
        sheet = book.create_sheet(name[:31])
        sheet.freeze_panes = "A2"
        for place, column in enumerate(table.columns):
            sheet.column_dimensions[chr(ord("A") + place)].width = WIDTHS.get(column, 16)
        header = [_text_cell(sheet, HEADERS[column](language)) for column in table.columns]
        for cell in header:
            cell.font = Font(bold=True)
        sheet.append(header)
        sheet.auto_filter.ref = f"A1:{chr(ord('A') + len(table.columns) - 1)}{min(len(table) + 1, LAST_ROW)}"
        for row in table.iloc[: LAST_ROW - 1].itertuples(index=False):
            sheet.append([_text_cell(sheet, value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _text_cell(sheet: Any, value: Any) -> WriteOnlyCell:
    """Make a cell: numbers as numbers, missing as empty, any text as text and never as a formula."""
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, None if pd.isna(value) else int(value))
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)[:32_767])
    cell.data_type = "s"
    return cell


def _page(lines: Sequence[str], tables: Mapping[str, pd.DataFrame], language: str) -> str:
    """Make the page: the same tables, to be read in any browser without any other file."""
    title, *others = lines
    parts = [
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{html.escape(title)}</title>\n<style>{STYLE}</style></head>\n<body>",
        f"<h1>{html.escape(title)}</h1>",
        *(f"<p>{html.escape(line)}</p>" for line in others),
    ]
    for name, table in tables.items():
        parts += _table(name, table, language)
    return "\n".join([*parts, "</body>\n</html>\n"])


STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem;color:#1c1c1c}"
    "div{overflow-x:auto}table{border-collapse:collapse}"
    "th,td{border-bottom:1px solid #ccc;padding:.3rem .6rem;text-align:left;vertical-align:top}"
    "td{overflow-wrap:anywhere;min-width:4rem}"
)


def _table(name: str, table: pd.DataFrame, language: str) -> Iterator[str]:
    """Write a table of the page, with how many rows it has."""
    rows = Text(f"{len(table)} rijen", f"{len(table)} rows")(language)
    yield f"<h2>{html.escape(name)}</h2>\n<p>{rows}</p>"
    if table.empty:
        return
    if len(table) > ROWS_OF_PAGE:
        first = Text(
            f"Hier staan de eerste {ROWS_OF_PAGE}; het werkboek heeft ze alle.",
            f"Here are the first {ROWS_OF_PAGE}; the workbook has them all.",
        )
        yield f"<p>{first(language)}</p>"
    heads = "".join(
        f'<th scope="col">{html.escape(HEADERS[column](language))}</th>' for column in table.columns
    )
    yield f'<div tabindex="0" role="region" aria-label="{html.escape(name)}"><table>'
    yield f"<thead><tr>{heads}</tr></thead>\n<tbody>"
    for row in table.head(ROWS_OF_PAGE).itertuples(index=False):
        cells = ("" if pd.isna(value) else html.escape(str(value)) for value in row)
        yield "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
    yield "</tbody></table></div>"
