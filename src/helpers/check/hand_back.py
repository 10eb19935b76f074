"""All that was rejected, for whoever can mend it: a workbook with each row and cell.

It is made to be sent to the pilot that the rows came from. It holds what stands in the export, codes, dates
of birth and possible notes included: it says so, and it is not written where git would take it along.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from helpers.check import Finding
from helpers.cleaning import values
from helpers.cleaning.doubts import summary
from helpers.cleaning.losses import nearest_pilot
from helpers.cleaning.rules import VALUE_LENGTH, reasons_in
from helpers.definitions import UNITS, Definitions
from helpers.export import RawExport
from helpers.export.names import fold
from helpers.folders import PRIVATE_FILE, TargetError, why_not_here, without_times, write_new
from helpers.words import say, texts

OPTION = "--report"
LAST_ROW = 1_048_576  # of a sheet
WIDTHS = {"row": 8, "value": 40, "reason": 50, "write": 60, "nearest": 60, "text": 60}
FAULTS = (
    "file", "row", "column", "registration", "family", "person", "pilot", "value", "rule", "reason", "effect",
    "write",
)  # fmt: skip


def write_hand_back(
    finding: Finding,
    path: Path,
    definitions: Definitions,
    *,
    language: str = "nl",
    pilots: Sequence[str] = (),
) -> int:
    """Write every rejected row and cell of an export to a workbook.

    Gives how many of these rows and cells are left out as they name no known pilot.

    `path` is a new file that ends in `.xlsx`, outside of the export. Only its owner may read it. With
    `pilots` it holds their rows alone, so that it can be sent to them; a name that is no pilot counts for the
    one that it is most like. Raises TargetError: the target is no new workbook,
    lies in the export, or (with real families) where git would take it along; or a pilot is not in the
    dataset.
    """
    assert finding.raw is not None and finding.clean is not None
    if not finding.raw.tables:
        raise TargetError(
            f"{path}: this export is so large that its cells are not at hand again; put the rows of fewer "
            "families into a folder of their own, and hand those back"
        )
    _check_target(path, finding)
    faults = list_faults(finding, definitions, language)
    of_nobody = 0
    if pilots:
        of_nobody = int((~faults["pilot_meant"].isin(finding.raw.dataset.pilots)).sum())
        faults = faults[faults["pilot_meant"].isin(_chosen(pilots, finding.raw))]
    tables = {
        definitions.word("unit_plural", unit, language): faults.loc[faults["unit"] == unit, list(FAULTS)]
        for unit in UNITS
    }
    counted = _texts(faults, finding)
    if len(counted):
        tables[_say("texts", language)] = counted
    lines = _guide(finding, faults, definitions, language, pilots)
    write_new(path, _workbook(lines, tables, language), option=OPTION, mode=PRIVATE_FILE)
    return of_nobody


def list_faults(finding: Finding, definitions: Definitions, language: str) -> pd.DataFrame:
    """List every rejected row and cell with what to write.

    The columns of `FAULTS`, `unit`, `item` (of levels) and `pilot_meant`; values are whole.
    """
    assert finding.raw is not None and finding.clean is not None
    raw = finding.raw
    rejected = finding.clean.rejected.astype({"rule": "str", "effect": "str"})
    frames = [_with_row(_located(raw, rejected, unit, definitions), raw, unit) for unit in UNITS]
    faults = pd.concat(frames, ignore_index=True)
    faults["known_as"] = faults["item"].where(faults["item"] != "", faults["column"].fillna(""))
    names = raw.dataset.columns  # what a column is called in the file
    faults["column"] = [
        raw.headers.get((unit, person, column), names.get(f"{unit}.{column}", names.get(column, column)))
        for unit, person, column in zip(faults["unit"], faults["person"], faults["column"], strict=True)
    ]
    faults["reason"] = faults["reason_en"].map(reasons_in(language))
    faults["effect"] = [definitions.word("effect", effect, language) for effect in faults["effect"]]
    pilots = raw.dataset.pilot_of
    faults["pilot_meant"] = faults["pilot"].map(
        {
            name: pilots.get(fold(str(name)), "") or nearest_pilot(str(name), raw.dataset.pilots)
            for name in faults["pilot"].dropna().unique()
        }
    )
    lost = finding.lost[finding.lost["level"].notna()]
    texts = zip(lost["unit"], lost["item"], lost["text"], strict=True)
    levels = dict(zip(texts, zip(lost["level"], lost["nearest"], strict=True), strict=True))
    faults["write"] = [
        _what_to_write(row, raw, definitions, levels, language) for row in faults.to_dict("records")
    ]
    return faults


def _located(raw: RawExport, rejected: pd.DataFrame, unit: str, definitions: Definitions) -> pd.DataFrame:
    """Find the rows and cells of `rejected` in the table of a unit.

    Gives the `place` of the row, the `item` of a level ("" for all else), and the whole `text` of the cell,
    which `rejected` holds cut or not at all.
    """
    found = rejected[rejected["sheet"] == unit]
    table = raw.tables[unit]
    items = [item.item for item in definitions.unit_items(unit)]
    columns = found["column"].fillna("").astype("str")
    headers = {name: (person, item) for (of, person, item), name in raw.headers.items() if of == unit}
    layout = raw.dataset.layout
    first = ~table["row"].duplicated().to_numpy()
    places = pd.Series(np.flatnonzero(first), table["row"].to_numpy("int64")[first])
    place = places.reindex(found["row"].to_numpy("int64")).fillna(0).to_numpy("int64")
    if layout == "wide" and "persoon" in table:
        place = np.array([*_of_persons(table, found, headers)], dtype="int64")
    if layout == "long":
        filled = {item: table[item].astype("str").str.strip() != "" for item in items}
        of_row = pd.DataFrame(filled).iloc[place]
        item = of_row.idxmax(axis=1).where(of_row.any(axis=1), "").to_numpy() if len(of_row) else np.array([])
        item = np.where(columns.isin(headers), item, "")
    else:
        item = np.array([headers.get(name, ("", name))[1] for name in columns], dtype=object)
        item = np.where(np.isin(item.astype(str), items), item, "")
    names = [one or name for one, name in zip(item, columns, strict=True)]
    text = pd.array(_whole_texts(table, place, names, found["value"]), dtype="str")
    return found.assign(place=place, item=pd.array(item, dtype="str"), text=text)


def _of_persons(
    table: pd.DataFrame, found: pd.DataFrame, headers: Mapping[str, tuple[str, str]]
) -> Iterator[int]:
    """Give the place of the person whom each row of `rejected` is about, of all on a line of a wide export.

    The column of a level names the person; of an attribute it is who has the value, one after the other.
    """
    lines, persons = table.groupby("row").indices, table["persoon"].astype("str").tolist()
    told: set[tuple[int, str]] = set()
    for row, name, value in zip(found["row"], found["column"], found["value"].fillna(""), strict=True):
        person, texts = headers.get(name, ("", ""))[0], table[name] if name in table else None
        about = (
            at
            for at in lines[row]
            if (persons[at] == person if person else texts is None or texts.iloc[at][:VALUE_LENGTH] == value)
            and (at, name) not in told
        )
        at = int(next(about, lines[row][0]))
        told.add((at, name))
        yield at


def _whole_texts(table: pd.DataFrame, place: np.ndarray, names: Sequence[str], told: pd.Series) -> list[str]:
    """Give the text of a cell of each row, or what `rejected` tells of it where that is not its beginning."""
    texts = []
    cells = {name: values.distinct_texts(table[name]) for name in set(names) if name in table}
    for at, name, value in zip(place, names, told, strict=True):
        codes, distinct = cells.get(name, ((), []))
        text = distinct[codes[at]] if len(codes) else ""
        cut = "" if pd.isna(value) else str(value)
        texts.append(text if text.startswith(cut) else cut)
    return texts


def _with_row(found: pd.DataFrame, raw: RawExport, unit: str) -> pd.DataFrame:
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


def _chosen(pilots: Sequence[str], raw: RawExport) -> list[str]:
    known = raw.dataset.pilot_of
    strange = [name for name in pilots if fold(name) not in known]
    if strange:
        raise TargetError(
            f"--pilot {', '.join(strange)}: not in the dataset, which has {', '.join(raw.dataset.pilots)}"
        )
    return [known[fold(name)] for name in pilots]


def _what_to_write(
    row: Mapping[str, Any],
    raw: RawExport,
    definitions: Definitions,
    levels: Mapping[tuple[str, str, str], tuple[int, str]],
    language: str,
) -> str:
    """Say what should stand in a cell, as far as it can be told what was meant."""
    rule, column = row["rule"], row["known_as"]
    known = texts()["write"]
    key = column if rule == "R09" and column in known else rule if rule in known else "R07"
    words: dict[str, Any] = {
        kind: ", ".join(word for word in definitions.vocabulary[kind] if word != "onbekend")
        for kind in ("household_type", "education")
    }
    first, last, pilots = raw.dataset.project_start, raw.dataset.exported_on, ", ".join(raw.dataset.pilots)
    usual = say("write", key, language, first=first, last=last, pilots=pilots, **words)
    meant = row["pilot_meant"] if rule == "R04" else ""
    if rule == "R07" and (found := levels.get((row["unit"], column, str(row["value"]).strip()))):
        meant = f"{found[0]} ({found[1]})"
    return _say("maybe", language, meant=meant, usual=usual) if meant and not pd.isna(meant) else usual


def _texts(faults: pd.DataFrame, finding: Finding) -> pd.DataFrame:
    """Count the texts that are no level, with their nearest label: what is mended once for many cells."""
    lost = faults[faults["rule"] == "R07"]
    text = lost["value"].str.strip().rename("text")
    counts = lost.groupby(["unit", "item", text], sort=False).size().rename("cells").reset_index()
    if counts.empty:
        return counts
    known = finding.lost[["unit", "item", "text", "nearest", "level"]]
    return counts.merge(known, on=["unit", "item", "text"], how="left", validate="one_to_one").sort_values(
        "cells", ascending=False, kind="stable"
    )


def _guide(
    finding: Finding, faults: pd.DataFrame, definitions: Definitions, language: str, pilots: Sequence[str]
) -> list[str]:
    """Say what this is, that it is personal, and how much there is of each rule."""
    assert finding.raw is not None
    dataset = finding.raw.dataset
    lines = [_say("title", language), f"{dataset.title_in(language)} ({dataset.exported_on})"]
    lines += [", ".join(pilots)] if pilots else []
    lines += [_say("synthetic" if dataset.synthetic else "personal", language), _say("how", language)]
    for rule, count in faults["rule"].value_counts().sort_index().items():
        lines.append(f"{rule} {definitions.word('rule', str(rule), language)}: {count}")
    return lines if pilots else [*lines, *(text(language) for text in summary(finding.doubts))]


def _check_target(path: Path, finding: Finding) -> None:
    assert finding.raw is not None
    if path.suffix.lower() != ".xlsx":
        raise TargetError(f"{OPTION} {path}: give the name of a workbook, such as faults.xlsx")
    if path.resolve().is_relative_to(finding.folder.resolve()):
        raise TargetError(f"{OPTION} {path}: lies in the export, and a run would read it as part of that")
    if not finding.raw.dataset.synthetic and (reason := why_not_here(path)):
        raise TargetError(f"{OPTION} {path}: {reason}")


def _workbook(lines: Sequence[str], tables: Mapping[str, pd.DataFrame], language: str) -> bytes:
    """Make the workbook: every text stays text, whatever it begins with."""
    book = Workbook(write_only=True)
    guide = book.create_sheet(_say("guide", language))
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
        header = [_text_cell(sheet, say("hand_back_columns", column, language)) for column in table.columns]
        for cell in header:
            cell.font = Font(bold=True)
        sheet.append(header)
        sheet.auto_filter.ref = f"A1:{chr(ord('A') + len(table.columns) - 1)}{min(len(table) + 1, LAST_ROW)}"
        for row in table.iloc[: LAST_ROW - 1].itertuples(index=False):
            sheet.append([_text_cell(sheet, value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return without_times(file.getvalue())


def _say(part: str, language: str, **facts: Any) -> str:
    return say("hand_back", part, language, **facts)


def _text_cell(sheet: Any, value: Any) -> WriteOnlyCell:
    """Make a cell: numbers as numbers, missing as empty, any text as text and never as a formula."""
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, None if pd.isna(value) else int(value))
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)[:32_767])
    cell.data_type = "s"
    return cell
