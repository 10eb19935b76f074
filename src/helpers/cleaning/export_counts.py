"""What an export held and what became of it, as counts that add up over disjoint sets of whole families.

Doubts, losses and the accounts of an export are derived from these, so that nobody needs all of a large
export at once. `cleaning.clean_and_count` makes them beside the clean tables.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers.cleaning.rules import Judged
from helpers.cleaning.sheets import BIRTH, GROUP
from helpers.cleaning.values import NOT_APPLICABLE, Invalid, distinct_texts, plain_code
from helpers.cleaning.windows import numbered
from helpers.definitions import UNITS
from helpers.export import RawExport
from helpers.export.columns import DAYS
from helpers.export.dataset import WORDED
from helpers.export.dates import form_of, is_month_first
from helpers.outputs import add

if TYPE_CHECKING:
    from helpers.cleaning import CleanTables

LOSING = ("R01", "R03", "R04", "R05")  # what a test family (R02) or a repeated row (R06) says is not lost
TELLING = 20  # levels that two families do not share by chance, where they are
SEVERAL = 3  # different ones or more: a form that was left as it is has one or two
Count = tuple[Any, ...]  # what is counted, and how many


@dataclass(frozen=True)
class ExportCounts:
    """Counts of an export: whole numbers, by what is counted.

    `export` is the export without its tables. Rows are lines of its files; a line of a wide export stands
    under the first unit that it holds anything of.

    ============ ======================== ==================================================================
    texts        unit, item, text         cells that R07 emptied, outer white space off
    levels       unit, item, level        cells of kept rows; level 0 is n.v.t.
    units        unit                     rows, lost (rejected by a rule of `LOSING`), rejected; registrations
                                          that are kept; of these, later than another of the same family and
                                          person, and falls: the number is smaller all the same
    pilots       pilot, or what is none   rows, lost
    places       unit, pilot              families that keep a row, missing: of these those without one there
    families     rows, lost               families with a code that can be read
    reasons      unit, reason in English  rows that are lost
    attributes   unit, column             filled cells of kept rows, emptied (by R09)
    days         unit, date               registrations that are kept
    forms        column, form             days that are written so (`dates.form_of`), of all rows
    contents     content                  families by a hash of the levels of their first day, where these are
                                          telling, and of the ages of the children then
    whole        what                     families, no_group, children with a date of birth, two_births;
                                          persons, alike: of these those with a code like another's; rows
                                          that are left, those that name two_groups or two_pilots; days with
                                          the month_first
    ============ ======================== ==================================================================
    """

    export: RawExport
    texts: pd.DataFrame
    levels: pd.DataFrame
    units: pd.DataFrame
    pilots: pd.DataFrame
    places: pd.DataFrame
    families: pd.DataFrame
    reasons: pd.DataFrame
    attributes: pd.DataFrame
    days: pd.DataFrame
    forms: pd.DataFrame
    contents: pd.DataFrame
    whole: pd.DataFrame


def add_exports(parts: Sequence[ExportCounts]) -> ExportCounts:
    """Add up the counts of disjoint sets of families of one export, in any order."""
    names = [field.name for field in fields(ExportCounts) if field.name != "export"]
    return ExportCounts(
        parts[0].export, **{name: add([getattr(part, name) for part in parts]) for name in names}
    )


def count_export(raw: RawExport, judged: Sequence[Judged], clean: "CleanTables") -> ExportCounts:
    """Count what an export, or some whole families of one, held and what became of it in cleaning."""
    rejected = clean.rejected.astype({"sheet": "str", "rule": "str"})
    lost = rejected[(rejected["effect"] == "row_rejected") & rejected["rule"].isin(LOSING)]
    rows = pd.concat([_rows(one, lost) for one in judged], ignore_index=True)
    families = rows.groupby("family")[["rows", "lost"]].sum()
    texts, levels = _cells(judged)
    return ExportCounts(
        export=replace(raw, tables={}),
        texts=_counts(texts, "unit item text", "cells"),
        levels=_counts(levels, "unit item level", "cells"),
        units=_counts(_units(judged, rows, clean), "unit", "rows lost rejected kept later falls"),
        pilots=_counts(rows, "pilot", "rows lost"),
        places=_counts(_places(clean), "unit pilot", "families missing"),
        families=_counts(families.assign(families=1), "rows lost", "families"),
        reasons=_counts(lost.assign(unit=lost["sheet"], rows=1), "unit reason_en", "rows"),
        attributes=_counts(_attributes(judged, rejected), "unit column", "filled emptied"),
        days=_counts(
            clean.registrations.astype({"unit": "str"}).assign(registrations=1), "unit date", "registrations"
        ),
        forms=_counts(_forms(judged), "column form", "rows"),
        contents=_counts(contents(clean).assign(families=1), "content", "families"),
        whole=_counts(_whole(judged, clean), "what", "count"),
    )


def _counts(rows: Any, by: str, of: str) -> pd.DataFrame:
    """Add rows up by what is counted; the names stand in one text."""
    frame = pd.DataFrame(rows, columns=[*by.split(), *of.split()])
    return add([frame.astype(dict.fromkeys(of.split(), "int64")).set_index(by.split())])


def _rows(judged: Judged, lost: pd.DataFrame) -> pd.DataFrame:
    """Give the lines that are accounted for under a unit: unit, family, pilot or what is none, lost."""
    sheet, pilot = judged.sheet, judged.sheet["pilootproject"]
    written = [one.text if isinstance(one, Invalid) else one or "" for one in pilot.meanings]
    gone = sheet.frame["row"].isin(lost.loc[lost["sheet"] == sheet.unit, "row"])
    return pd.DataFrame(
        {
            "unit": sheet.unit,
            "family": sheet.frame["family"],
            "pilot": pd.array(written, dtype="str").take(pilot.codes),
            "rows": 1,
            "lost": gone.astype("int64"),
        }
    )[sheet.home]


def _cells(judged: Sequence[Judged]) -> tuple[list[Count], list[Count]]:
    """Count the cells of items in the rows that are left: texts that are no level, and levels."""
    texts, levels = [], []
    for sheet, item, left in ((one.sheet, item, one.left) for one in judged for item in one.sheet.items):
        for meaning, count in sheet[item].counted(left):
            if isinstance(meaning, Invalid):
                texts.append((sheet.unit, item, meaning.text, count))
            elif meaning is not None:
                levels.append((sheet.unit, item, 0 if meaning == NOT_APPLICABLE else meaning, count))
    return texts, levels


def _units(judged: Sequence[Judged], rows: pd.DataFrame, clean: "CleanTables") -> Iterator[Count]:
    """Count rows and registrations, and hold the number of each against the one before of its person."""
    log, registered = clean.cleaning_log, clean.registrations["unit"]
    for unit, sheet, left in ((one.sheet.unit, one.sheet, one.left) for one in judged):
        mine = rows.loc[rows["unit"] == unit, "lost"]
        rejected, kept = log.loc[log["sheet"] == unit, "rows"].sum(), (registered == unit).sum()
        ordered = sheet.frame.iloc[sheet.order[left[sheet.order]]]
        person = numbered(ordered, ["family", "person"])
        date, number = ordered["date"].to_numpy(), ordered["registration"].to_numpy()
        later = (person[1:] == person[:-1]) & (date[1:] > date[:-1])
        falls = later & (number[1:] < number[:-1])
        yield unit, len(mine), mine.sum(), rejected, kept, later.sum(), falls.sum()


def _attributes(judged: Sequence[Judged], rejected: pd.DataFrame) -> Iterator[Count]:
    emptied = rejected[rejected["rule"] == "R09"].groupby(["sheet", "column"]).size()
    for one in judged:
        for name in (name for name in (*WORDED, BIRTH, GROUP) if name in one.sheet):
            filled = (~one.sheet[name].blank & one.left).sum()
            yield one.sheet.unit, name, filled, emptied.get((one.sheet.unit, name), 0)


def _places(clean: "CleanTables") -> Iterator[Count]:
    """Count the families of each pilot, and those of whom a sheet has no row that is kept."""
    families, rows = clean.families, clean.registrations
    place = pd.Index(families["family"]).get_indexer(rows["family"])
    for unit in UNITS:
        missing = pd.Series(True, families.index)
        missing.iloc[place[rows["unit"] == unit]] = False
        for pilot, found in missing.groupby(families["pilot"]):
            yield unit, pilot, len(found), found.sum()


def _forms(judged: Sequence[Judged]) -> Iterator[Count]:
    for sheet, name in ((one.sheet, name) for one in judged for name in DAYS if name in one.sheet):
        positions, texts = distinct_texts(sheet.raw[name])
        counts = np.bincount(positions, minlength=len(texts)).tolist()
        yield from ((name, form_of(text), count) for text, count in zip(texts, counts, strict=True))


def contents(clean: "CleanTables") -> pd.DataFrame:
    """Tell families by the levels of their first day and the ages of their children, whatever the codes.

    Gives family and content, a hash, of those with `TELLING` levels or more, `SEVERAL` of them different:
    where two have one, it is the same family.
    """
    columns = ["unit", "item", "date", "level"]
    rows = pd.concat([clean.observations, clean.excluded_observations])[["family", *columns]]
    first = rows[rows["date"] == rows.groupby("family")["date"].transform("min")].dropna()
    children = clean.persons[clean.persons["at_baseline"] & clean.persons["age_years"].notna()]
    hashes = pd.concat([_hashes(first, columns), _hashes(children, ["age_years"])])
    of_family = hashes.groupby("family")["content"].sum()  # which wraps around; rows have no order
    levels = first.groupby("family")["level"]
    telling = (levels.size() >= TELLING) & (levels.nunique() >= SEVERAL)
    return of_family[telling.index[telling]].reset_index()


def _hashes(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Give a hash of some columns of each row: family, content."""
    return rows[["family"]].assign(content=pd.util.hash_pandas_object(rows[columns], index=False))


def _whole(judged: Sequence[Judged], clean: "CleanTables") -> Iterator[Count]:
    """Count what is not told by unit; a child that was still expected may be born on another day."""
    rejected, groups = clean.rejected, clean.families["group"]
    children = judged[UNITS.index("kind")]
    sheet = children.sheet
    yield "families", len(groups)
    yield "rows", sum(one.left.sum() for one in judged)  # of a long export lines, as in R08
    yield "no_group", groups.isna().sum()
    for what, column in (("two_groups", GROUP), ("two_pilots", "pilootproject")):
        yield what, ((rejected["column"] == column) & (rejected["rule"] == "R08")).sum()
    days = rejected.loc[rejected["column"] == "datum", "value"].dropna()
    yield "month_first", sum(map(is_month_first, days))
    birth = sheet[BIRTH].values("datetime64[us]") if BIRTH in sheet else pd.NaT
    born = sheet.frame.assign(birth=birth)[children.left]
    births = born[born["birth"] <= born["date"]].groupby(["family", "person"])["birth"].nunique()
    yield "children", len(births)
    yield "two_births", (births > 1).sum()
    for one in (one for one in judged if "persoon" in one.sheet):
        code = one.sheet["persoon"]
        plain = pd.array([plain_code(text or "") for text in code.meanings], dtype="str").take(code.codes)
        persons = one.sheet.frame[["family", "person"]].assign(plain=plain)[one.left].drop_duplicates()
        yield "persons", len(persons)
        yield "alike", persons.duplicated(["family", "plain"], keep=False).sum()
