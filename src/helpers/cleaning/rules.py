"""The cleaning rules R01 to R09, in the order in which they are applied.

The words for the keys of reasons are the `reasons` of `data/reference/texts/export.yml`. What a rule touches
goes to `rejected`, so that every row and cell is accounted for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.cleaning.sheets import BIRTH, GROUP, Sheet, unit_column
from helpers.cleaning.values import Invalid
from helpers.cleaning.windows import numbered
from helpers.export.dataset import WORDED, Dataset
from helpers.export.dates import excel_day, has_short_year, made_date
from helpers.export.messages import ExportError
from helpers.tables import empty
from helpers.words import texts

OLDEST_BIRTH = np.datetime64("1900-01-01", "us")
LONGEST_PREGNANCY = np.timedelta64(300, "D")
VALUE_LENGTH = 100
MOST_NO_LEVELS = 1_000_000  # cells; each is listed with its reasons, some hundreds of bytes
MOST_SHARE = 0.2  # of the filled cells; more than both, and the cleaning stops
Faults = Mapping[str, NDArray[np.bool_] | pd.Series]  # reason -> the rows with it, the first one counts
Found = list[pd.DataFrame]  # frames with the columns of `rejected`, none of them empty


@dataclass(frozen=True)
class Judged:
    """A sheet after the rules for rows: which rows are left, and what was rejected so far."""

    sheet: Sheet
    left: NDArray[np.bool_]
    found: Found


def row_rules(sheet: Sheet, dataset: Dataset) -> dict[str, tuple[str, Faults]]:
    """Give R02, R01, R03, R04 and R05: the column that each is about, and the rows with a reason.

    R02: the letters of the family code, or all of it, are a test code. R01: a blank or unreadable family
    code. R03: an unreadable date, or one before `project_start` or after `exported_on`. R04: a pilot that is
    not in the list of the dataset. R05: no person code on the row of an adult or a child.
    """
    family, datum, date = sheet["gezin"], sheet["datum"], sheet.frame["date"]
    return {
        "R02": ("gezin", {"R02": sheet.test}),
        "R01": (
            "gezin",
            {
                "R01 date": family.where_invalid(made_date),
                "R01 digits": family.where_invalid(str.isdigit),
                "R01": family.invalid | family.blank,
            },
        ),
        "R03": (
            "datum",
            {
                "R03 number": datum.where_invalid(lambda text: excel_day(text) is not None),
                "R03 short": datum.where_invalid(has_short_year),
                "R03": date.isna(),
                "R03 early": date < pd.Timestamp(dataset.project_start),
                "R03 late": date > pd.Timestamp(dataset.exported_on),
            },
        ),
        "R04": ("pilootproject", {"R04": sheet.frame["pilot"].isna()}),
        "R05": ("persoon", {"R05": sheet.frame["person"].isna()}),
    }


def judge_rows(sheet: Sheet, dataset: Dataset) -> Judged:
    """Apply the rules for rows: a row is rejected by the first one that it breaks."""
    left = np.ones(len(sheet.raw), dtype=bool)
    found: Found = []
    for column, faults in row_rules(sheet, dataset).values():
        if column in sheet:
            broken = {reason: np.asarray(fault, dtype=bool) & left for reason, fault in faults.items()}
            found += _found(sheet, broken, column=column, effect="row_rejected")
            left &= ~np.logical_or.reduce(list(broken.values()))
    return Judged(sheet, left, found)


def r06_repeats(judged: Sequence[Judged]) -> list[Judged]:
    """R06: rows that mean the same as the row before them, in every column but registratie_id.

    Before it is who stands before it in the order of registratie_id, of the rows of the sheet about the same
    family, person and day. So none goes that brings back what another row had changed: the last one stands.
    Of those that are the same the highest in the file stays.

    Of a long or wide export lines are compared, of a long one those about the same item. Of that a line goes
    as well when a later line of the same registration (family, person, registratie_id) gives its item a
    value.
    """
    kept, compared = [], [_compared(one) for one in judged]
    lines = _same_lines(compared) if judged and judged[0].sheet.kind == "wide" else None
    for one, rows in zip(judged, compared, strict=True):
        if lines is None:
            first = _first_of_same(rows, ["family", "person", "date", "item"])
        else:
            first = rows["row"].map(lines).to_numpy()
        again = first != rows["row"].to_numpy()
        kept.append(_without(one, np.flatnonzero(one.left)[again], "R06", first[again]))
    if kept and kept[0].sheet.kind == "long":
        kept = [_only_latest(one) for one in kept]
    return kept


def _compared(judged: Judged) -> pd.DataFrame:
    """Give of the rows that are left: row, registration, family, person, date, item, meaning.

    `item` is the number of that of a line of a long export; `meaning` is equal where every column but
    registratie_id means the same.
    """
    sheet, left = judged.sheet, judged.left
    rows = sheet.frame.loc[left, ["row", "registration", "family", "person", "date"]].reset_index(drop=True)
    numbers = np.zeros(len(rows), dtype=np.int64)
    for reading in sheet.readings:
        numbers, _ = pd.factorize(numbers * len(reading.meanings) + reading.codes[left])
    return rows.assign(item=sheet["item"].codes[left] if sheet.kind == "long" else 0, meaning=numbers)


def _first_of_same(rows: pd.DataFrame, about: Sequence[str]) -> NDArray[np.int64]:
    """Give for each row the first in the file of those that mean the same and follow each other.

    Rows follow each other in the order of registratie_id, of those that are `about` the same.
    """
    first = rows["row"].to_numpy(copy=True)
    order = np.lexsort((first, rows["registration"].to_numpy(), numbered(rows, about)))
    meaning = rows["meaning"].to_numpy()[order]
    same = np.cumsum(meaning != np.roll(meaning, 1))
    first[order] = pd.Series(first[order]).groupby(same).transform("min").to_numpy()
    return first


def _same_lines(units: Sequence[pd.DataFrame]) -> dict[int, int]:
    """Give for each line of a wide export the first of those that hold the same and follow each other."""
    parts: dict[int, list[tuple[int, int]]] = {}
    for unit, rows in enumerate(units):
        for row, meaning in zip(rows["row"].tolist(), rows["meaning"].tolist(), strict=True):
            parts.setdefault(row, []).append((unit, meaning))
    lines = pd.concat(units).drop_duplicates("row")
    known: dict[tuple[tuple[int, int], ...], int] = {}
    meaning = [known.setdefault(tuple(sorted(parts[row])), len(known)) for row in lines["row"].tolist()]
    first = _first_of_same(lines.assign(meaning=meaning), ["family", "date"])
    return dict(zip(lines["row"].tolist(), first.tolist(), strict=True))


def _without(judged: Judged, places: NDArray[np.intp], reason: str, others: Iterable[int]) -> Judged:
    """Reject rows for the sake of others, whose numbers are told."""
    gone = np.zeros(len(judged.left), dtype=bool)
    gone[places] = True
    told = {int(place): f"= row {other}" for place, other in zip(places, others, strict=True)}
    found = _found(judged.sheet, {reason: gone}, column=None, effect="row_rejected", told=told)
    return Judged(judged.sheet, judged.left & ~gone, judged.found + found)


def _only_latest(judged: Judged) -> Judged:
    """Leave out the lines of a long export for whose item a later line of the registration has a value."""
    sheet = judged.sheet
    places = np.flatnonzero(judged.left)
    lines, items = np.nonzero(sheet.level_codes[places])
    frame = sheet.frame.iloc[places[lines]]
    keys = pd.DataFrame(
        {
            "family": sheet["gezin"].codes[places[lines]],
            "person": sheet["persoon"].codes[places[lines]] if "persoon" in sheet else 0,
            "registration": frame["registration"].to_numpy(),
            "item": items,
            "row": frame["row"].to_numpy(),
        }
    )
    last = keys.groupby(["family", "person", "registration", "item"], sort=False)["row"].transform("last")
    earlier = (last != keys["row"]).to_numpy()
    return _without(judged, places[lines[earlier]], "R06 later", last[earlier])


@dataclass(frozen=True)
class Together:
    """What is looked at in all rows that are left together, of an export or of some whole families of one.

    `numbers`: unit -> rows of the file and their numbers, where each row needs one of its own. `cells` by
    unit and item, in their order: how many are `filled`, how many of these hold no level (`lost`), and the
    first `row` that does not.
    """

    numbers: Mapping[str, tuple[NDArray[np.int64], NDArray[np.int64]]]
    cells: pd.DataFrame

    @classmethod
    def of(cls, judged: Iterable[Judged]) -> Self:
        """Look at sheets after R06. Lines of a long export may share a number: they are a registration."""
        numbers, cells = {}, []
        for sheet, left in ((one.sheet, one.left) for one in judged):
            own = left & sheet.home & (sheet.kind != "long")
            rows = sheet.frame["row"].to_numpy()
            numbers[sheet.unit] = rows[own], sheet.frame["registration"].to_numpy()[own]
            for item in sheet.items:
                counts = list(sheet[item].counted(left))
                filled = sum(count for meaning, count in counts if meaning is not None)
                lost = sum(count for meaning, count in counts if isinstance(meaning, Invalid))
                first = rows[sheet[item].invalid & left][0] if lost else None
                cells.append((sheet.unit, item, filled, lost, first))
        found = pd.DataFrame(cells, columns=["unit", "item", "filled", "lost", "row"])
        return cls(numbers, found.astype({"row": "Int64"}))


def refuse(parts: Sequence[Together], files: Mapping[str, str]) -> None:
    """Stop at what all families of an export show together (ExportError); `files` are those of the units."""
    if lines := [line for unit in files for line in _shared_numbers(parts, unit, files[unit])]:
        raise ExportError("\n".join(lines))
    cells = pd.concat([one.cells for one in parts]).groupby(["unit", "item"], sort=False)
    _refuse_countless(cells.agg({"filled": "sum", "lost": "sum", "row": "min"}), files)


def _shared_numbers(parts: Sequence[Together], unit: str, file: str) -> Iterator[str]:
    """Say where two rows of a unit share a registratie_id: it would not say which of them is later."""
    rows, numbers = (np.concatenate([one.numbers[unit][place] for one in parts]) for place in (0, 1))
    ordered = np.sort(numbers)
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(twice):
        return
    shared = pd.Series(numbers, rows)[np.isin(numbers, twice)].sort_index()
    first = shared.iloc[0]
    where = ", ".join(map(str, shared.index[shared == first]))
    yield (
        f"{file}, {unit}, rows {where}, column `registratie_id`: {first} stands on rows that differ (numbers "
        f"that do so: {len(twice)}). Every registration needs a number of its own: correct the export, or "
        "export again."
    )


def _refuse_countless(cells: pd.DataFrame, files: Mapping[str, str]) -> None:
    """Stop when more cells hold no level (R07) than a list of them could hold, and they are a large share."""
    lost, filled = int(cells["lost"].sum()), int(cells["filled"].sum())
    if lost <= MOST_NO_LEVELS or lost <= MOST_SHARE * filled:
        return
    unit, item = first = (cells["lost"] > 0).idxmax()
    raise ExportError(
        f"{files[unit]}, {unit}, row {cells['row'][first]}, column `{item}`: no level stands here, nor in "
        f"{lost - 1:,} more cells of this export, of {filled:,}; up to {MOST_NO_LEVELS:,} can be listed. "
        "Look how this export writes its levels, and whether each column is what `columns` in dataset.yml "
        "says."
    )


def r07_levels(judged: Judged) -> Found:
    """R07: invalid levels in the rows that are left; the reading has none there already."""
    sheet = judged.sheet
    found: Found = []
    for item in sheet.items:
        reading = sheet[item]
        invalid = reading.invalid & judged.left
        if invalid.any():
            reasons = {"R07 date": reading.where_invalid(made_date) & judged.left, "R07": invalid}
            found += _found(sheet, reasons, column=item)
    return found


def r09_attributes(judged: Judged) -> tuple[Found, pd.DataFrame]:
    """R09: attributes outside their values in the rows that are left.

    Gives the emptied cells, and per row of the sheet household_type, education and birth, as far as it has
    them.
    """
    sheet, left = judged.sheet, judged.left
    found: Found = []
    attributes = pd.DataFrame(index=sheet.frame.index)
    for column in (one for one in (*WORDED, GROUP) if one in sheet):
        found += _found(sheet, {"R09": sheet[column].invalid & left}, column=column)
        if column in WORDED:
            attributes[WORDED[column]] = sheet[column].values("str")
    if BIRTH in sheet:
        birth = pd.Series(sheet[BIRTH].values("datetime64[us]"), index=attributes.index)
        early, late = birth < OLDEST_BIRTH, birth > sheet.frame["date"] + LONGEST_PREGNANCY
        faults = {
            "R09 date": sheet[BIRTH].invalid & left,
            "R09 early": early.to_numpy() & left,
            "R09 late": late.to_numpy() & left,
        }
        found += _found(sheet, faults, column=BIRTH)
        attributes["birth"] = birth.mask(early | late)
    return found, attributes


def r08_families(judged: Iterable[Judged]) -> tuple[Found, pd.DataFrame]:
    """R08: pilot and group of a family are those of its earliest row; rows that name others are logged.

    The sheets come in the order huishouden, volwassene, kind. `stands` is by family: pilot and group; the
    group is missing where no row names one.
    """
    judged = list(judged)
    kept = pd.concat([j.sheet.frame[j.left] for j in judged], ignore_index=True)
    ordered = kept.sort_values(["date", "registration", "unit"], kind="stable")
    found: Found = []
    stands = {}
    for name, column, reason in (("pilot", "pilootproject", "R08"), ("group", GROUP, "R08 group")):
        known = ordered[ordered[name].notna()].drop_duplicates("family")
        stands[name] = known.set_index("family")[name].sort_index()
        for sheet, left in ((j.sheet, j.left) for j in judged):
            own = sheet.frame[name]
            other = own.notna() & (own != sheet.frame["family"].map(stands[name]))
            faults = {reason: left & sheet.home & other.to_numpy()}
            found += _found(sheet, faults, column=column, effect="overruled")
    return found, pd.DataFrame(stands)


def cleaning_log(rejected: pd.DataFrame, sheets: Iterable[Sheet]) -> pd.DataFrame:
    """Count what each rule touched: rule, sheet, rows, cells; a row per rule and unit that has the column.

    Rules stand in the order in which they are applied to cells and families: R09 before R08, as in data.md.
    """
    rules = ("R01", "R02", "R03", "R04", "R05", "R06", "R07", "R09", "R08")
    keys = [(rule, sheet.unit) for rule in rules for sheet in sheets if rule != "R05" or "persoon" in sheet]
    by_row = rejected["effect"] == "row_rejected"
    counts = [rejected[mask].groupby(["rule", "sheet"]).size() for mask in (by_row, ~by_row)]
    log = pd.DataFrame(keys, columns=["rule", "sheet"])
    index = pd.MultiIndex.from_frame(log)
    for name, count in zip(("rows", "cells"), counts, strict=True):
        log[name] = count.reindex(index, fill_value=0).to_numpy()
    return log


def _found(
    sheet: Sheet,
    faults: Faults,
    *,
    column: str | None,
    effect: str = "cell_emptied",
    told: Mapping[int, str] | None = None,
) -> Found:
    """Make rows of `rejected` of the rows that have a fault, under their first reason; nothing of none.

    A line of a wide export stands once, under its home. The value is the text of the cell, cut, unless
    what is `told` of each row is given; of a sheet with pseudonyms it is empty.
    """
    reasons = np.full(len(sheet.raw), "", dtype=object)
    for reason, fault in reversed(list(faults.items())):
        reasons[np.asarray(fault, dtype=bool)] = reason
    whole = effect != "cell_emptied"
    places = np.flatnonzero((reasons != "") & sheet.home if whole else reasons != "")
    if not len(places):
        return []
    why, said = pd.Series(reasons[places], dtype="str"), texts()["reasons"]
    named = sheet.name_of(column, places) if column else [None] * len(places)
    value: Any = None
    if told is not None:
        value = [told[int(place)] for place in places]
    elif column:  # cut to a length that a reader can take in
        value = pd.Series(sheet.told(column, places)).str[:VALUE_LENGTH].array
    found = pd.DataFrame(
        {
            "sheet": unit_column(sheet.unit, len(places)),
            "file": pd.Series(sheet.file, why.index, dtype="str"),
            "row": sheet.raw["row"].iloc[places].to_numpy("int64"),
            "column": pd.array(named, dtype="str"),
            "value": pd.array(value, dtype="str"),
            "rule": why.str[:3],
            "effect": pd.Series(effect, why.index, dtype="str"),
            "reason_nl": why.map({key: said[key]["nl"] for key in said}),
            "reason_en": why.map({key: said[key]["en"] for key in said}),
        }
    )
    return [found]


def reasons_in(language: str) -> dict[str, str]:
    """Give what stands in the table as `reason_en` in the words of a language."""
    return {str(why["en"]): str(why[language]) for why in texts()["reasons"].values()}


def list_rejected(found: Found) -> pd.DataFrame:
    """Make the table `rejected`, in the order of the rows of the export."""
    if not found:
        return empty("rejected")
    return pd.concat(found).sort_values(["sheet", "row"], kind="stable", ignore_index=True)
