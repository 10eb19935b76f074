"""The cleaning rules R01 to R09, one function per rule, in the order in which they are applied.

A function for rows gives, for each row of a sheet, the key in `REASONS` of what is wrong with it, or "".
What a rule touches goes to `rejected`, so that every row and cell is accounted for.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.cleaning._refusals import refuse_shared_numbers
from helpers.cleaning._sheets import ATTRIBUTES, BIRTH, Sheet, unit_column
from helpers.definitions import Text
from helpers.export import Dataset
from helpers.tables import empty

OLDEST_BIRTH = np.datetime64("1900-01-01", "us")
LONGEST_PREGNANCY = np.timedelta64(300, "D")
VALUE_LENGTH = 100
REASONS = {
    "R01": Text("geen leesbare gezinscode: letters, hoogstens één scheidingsteken, cijfers",
                "no readable family code: letters, at most one separator, digits"),
    "R02": Text("testcode in plaats van een gezinscode", "test code instead of a family code"),
    "R03": Text("geen leesbare datum (JJJJ-MM-DD, D/M/JJJJ of D-M-JJJJ)",
                "no readable date (YYYY-MM-DD, D/M/YYYY or D-M-YYYY)"),
    "R03 early": Text("datum voor het begin van het project", "date before the start of the project"),
    "R03 late": Text("datum na de dag van de export", "date after the day of the export"),
    "R04": Text("pilootproject staat niet in de lijst van dataset.yml",
                "pilot is not in the list of dataset.yml"),
    "R05": Text("persoonscode ontbreekt", "person code is missing"),
    "R06": Text("gelijk aan een eerdere rij van het blad, op registratie_id na",
                "equal to an earlier row of the sheet but for registratie_id"),
    "R07": Text("geen niveau van 1 tot 5, label van het item, n.v.t. of leeg",
                "no level from 1 to 5, label of the item, not applicable or blank"),
    "R09": Text("waarde staat niet in de lijst van dit kenmerk",
                "value is not in the list of this attribute"),
    "R09 date": Text("geen leesbare geboortedatum", "no readable date of birth"),
    "R09 early": Text("geboortedatum voor 1900", "date of birth before 1900"),
    "R09 late": Text("geboortedatum meer dan 300 dagen na de registratie",
                     "date of birth more than 300 days after the registration"),
    "R08": Text("ander pilootproject dan de vroegste rij van het gezin; dat van de vroegste rij geldt",
                "another pilot than the family's earliest row, whose pilot stands"),
}  # fmt: skip

Reasons = NDArray[np.object_]
Found = list[pd.DataFrame]  # frames with the columns of `rejected`, none of them empty


@dataclass(frozen=True)
class Judged:
    """A sheet after the rules for rows: which rows are left, and what was rejected so far."""

    sheet: Sheet
    left: NDArray[np.bool_]
    found: Found


def r02_test_family(sheet: Sheet, dataset: Dataset) -> Reasons:
    """R02: the letters of the family code, or all of it, are a test code."""
    return _reasons(sheet, {"R02": sheet.test})


def r01_family(sheet: Sheet, dataset: Dataset) -> Reasons:
    """R01: blank or unreadable family code."""
    return _reasons(sheet, {"R01": sheet.frame["family"].isna()})


def r03_date(sheet: Sheet, dataset: Dataset) -> Reasons:
    """R03: unreadable date, or one before `project_start` or after `exported_on`."""
    date = sheet.frame["date"]
    return _reasons(
        sheet,
        {
            "R03": date.isna(),
            "R03 early": date < pd.Timestamp(dataset.project_start),
            "R03 late": date > pd.Timestamp(dataset.exported_on),
        },
    )


def r04_pilot(sheet: Sheet, dataset: Dataset) -> Reasons:
    """R04: a pilot that is not in the list of the dataset."""
    return _reasons(sheet, {"R04": sheet.frame["pilot"].isna()})


def r05_person(sheet: Sheet, dataset: Dataset) -> Reasons:
    """R05: no person code on the row of an adult or a child."""
    return _reasons(sheet, {"R05": sheet.frame["person"].isna()})


ROW_RULES: tuple[tuple[str, Callable[[Sheet, Dataset], Reasons]], ...] = (
    ("gezin", r02_test_family),
    ("gezin", r01_family),
    ("datum", r03_date),
    ("pilootproject", r04_pilot),
    ("persoon", r05_person),
)


def judge_rows(sheet: Sheet, dataset: Dataset) -> Judged:
    """Apply R02, R01, R03, R04, R05 and R06: a row is rejected by the first rule that it breaks.

    Raises
    ------
    ExportError
        Two rows that are left share a registratie_id.
    """
    left = np.ones(len(sheet.raw), dtype=bool)
    found: Found = []
    for column, rule in ((column, rule) for column, rule in ROW_RULES if column in sheet):
        reasons = np.where(left, rule(sheet, dataset), "")
        found += _found(sheet, reasons, column=column, effect="row_rejected")
        left &= reasons == ""
    reasons, repeated = r06_repeats(sheet, left)
    found += _found(sheet, reasons, column=None, effect="row_rejected", value=repeated)
    left &= reasons == ""
    refuse_shared_numbers(sheet, left)
    return Judged(sheet, left, found)


def r06_repeats(sheet: Sheet, left: NDArray[np.bool_]) -> tuple[Reasons, list[str]]:
    """R06: rows that mean the same as an earlier row in every column but registratie_id.

    Returns
    -------
    reasons : array
        A reason or "" for each row of the sheet.
    values : list of str
        Per repeated row which row it repeats: `= row 2`.
    """
    places = np.flatnonzero(left)
    columns = range(len(sheet.readings))
    meanings = pd.DataFrame({place: sheet.readings[place].codes[places] for place in columns}, places)
    meanings = meanings[meanings.duplicated(keep=False)]
    rows = sheet.frame["row"].loc[meanings.index]
    first = rows.groupby([meanings[place] for place in columns], sort=False).transform("first")
    repeats = first[rows != first]
    reasons = np.full(len(left), "", dtype=object)
    reasons[repeats.index] = "R06"
    return reasons, [f"= row {number}" for number in repeats]


def r07_levels(judged: Judged) -> Found:
    """R07: invalid levels in the rows that are left; the reading has none there already."""
    sheet = judged.sheet
    found: Found = []
    for item in sheet.items:
        found += _found(sheet, _reasons(sheet, {"R07": sheet[item].invalid & judged.left}), column=item)
    return found


def r09_attributes(judged: Judged) -> tuple[Found, pd.DataFrame]:
    """R09: attributes outside their values in the rows that are left.

    Returns
    -------
    found : list of DataFrame
        The emptied cells.
    attributes : DataFrame
        Per row of the sheet the columns household_type, education and birth, as far as the sheet has them.
    """
    sheet, left = judged.sheet, judged.left
    found: Found = []
    attributes = pd.DataFrame(index=sheet.frame.index)
    for column, name in ATTRIBUTES.items():
        if column in sheet:
            found += _found(sheet, _reasons(sheet, {"R09": sheet[column].invalid & left}), column=column)
            attributes[name] = sheet[column].values("str")
    if BIRTH in sheet:
        birth = pd.Series(sheet[BIRTH].values("datetime64[us]"), index=attributes.index)
        early, late = birth < OLDEST_BIRTH, birth > sheet.frame["date"] + LONGEST_PREGNANCY
        faults = {
            "R09 date": sheet[BIRTH].invalid & left,
            "R09 early": early.to_numpy() & left,
            "R09 late": late.to_numpy() & left,
        }
        found += _found(sheet, _reasons(sheet, faults), column=BIRTH)
        attributes["birth"] = birth.mask(early | late)
    return found, attributes


def r08_pilots(judged: Iterable[Judged]) -> tuple[Found, pd.Series]:
    """R08: the pilot of a family is that of its earliest row; rows that name another are logged.

    Parameters
    ----------
    judged : iterable of Judged
        The sheets, in the order huishouden, volwassene, kind.

    Returns
    -------
    found : list of DataFrame
        A row for each row that names another pilot than the one that stands.
    pilots : Series of str
        The pilot of each family, by family.
    """
    judged = list(judged)
    kept = pd.concat([j.sheet.frame[j.left] for j in judged], ignore_index=True)
    ordered = kept.sort_values(["date", "registration", "unit"], kind="stable")
    pilots = ordered.drop_duplicates("family").set_index("family")["pilot"].sort_index()
    found: Found = []
    for sheet, left in ((j.sheet, j.left) for j in judged):
        other = left & (sheet.frame["pilot"] != sheet.frame["family"].map(pilots)).to_numpy()
        reasons = _reasons(sheet, {"R08": other})
        found += _found(sheet, reasons, column="pilootproject", effect="overruled")
    return found, pilots


def cleaning_log(rejected: pd.DataFrame, sheets: Iterable[Sheet]) -> pd.DataFrame:
    """Count what each rule touched: rule, sheet, rows, cells; a row per rule and unit that has the column.

    Rules stand in the order in which they are applied to cells and families: R09 before R08, as in data.md.
    """
    rules = ("R01", "R02", "R03", "R04", "R05", "R06", "R07", "R09", "R08")
    keys = [(rule, sheet.unit) for rule in rules for sheet in sheets if rule != "R05" or "persoon" in sheet]
    by_row = rejected["effect"] == "row_rejected"
    counts = [rejected[mask].groupby(["rule", "sheet"], observed=True).size() for mask in (by_row, ~by_row)]
    log = pd.DataFrame(keys, columns=["rule", "sheet"])
    index = pd.MultiIndex.from_frame(log)
    for name, count in zip(("rows", "cells"), counts, strict=True):
        log[name] = count.reindex(index, fill_value=0).to_numpy()
    return log


def _reasons(sheet: Sheet, faults: Mapping[str, NDArray[np.bool_] | pd.Series]) -> Reasons:
    """Give each row the first reason that holds, or ""."""
    reasons = np.full(len(sheet.raw), "", dtype=object)
    for reason, fault in reversed(list(faults.items())):
        reasons[np.asarray(fault, dtype=bool)] = reason
    return reasons


def _found(
    sheet: Sheet,
    reasons: Reasons,
    *,
    column: str | None,
    effect: str = "cell_emptied",
    value: Sequence[str] | None = None,
) -> Found:
    """Make rows of `rejected` of the rows that have a reason, or nothing of none.

    `value` is the text of the cell, cut, unless it is given; of a sheet with pseudonyms it is empty.
    """
    places = np.flatnonzero(reasons != "")
    if not len(places):
        return []
    why = pd.Series(reasons[places], dtype="str")
    raw = sheet.raw.iloc[places]
    found = pd.DataFrame(
        {
            "sheet": unit_column(sheet.unit, len(places)),
            "file": pd.Series(sheet.file, why.index, dtype="str"),
            "row": raw["row"].to_numpy("int64"),
            "column": pd.Series(column, why.index, dtype="str"),
            "value": _cut(sheet.told(column, places)) if value is None and column else value,
            "rule": why.str[:3],
            "effect": pd.Series(effect, why.index, dtype="str"),
            "reason_nl": why.map({key: reason.nl for key, reason in REASONS.items()}),
            "reason_en": why.map({key: reason.en for key, reason in REASONS.items()}),
        }
    )
    return [found]


def _cut(cells: pd.api.extensions.ExtensionArray) -> pd.api.extensions.ExtensionArray:
    """Cut texts to a length that a reader can take in."""
    return pd.Series(cells).str[:VALUE_LENGTH].array


def list_rejected(found: Found) -> pd.DataFrame:
    """Make the table `rejected`, in the order of the rows of the export."""
    if not found:
        return empty("rejected")
    return pd.concat(found).sort_values(["sheet", "row"], kind="stable", ignore_index=True)
