"""From the sheets after the row rules to long tables: a row per registration, per level, per note."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.cleaning.rules import Judged
from helpers.cleaning.sheets import NOT_APPLICABLE_CODE, NOTE
from helpers.cleaning.windows import duplicated, in_order
from helpers.tables import TABLES

ATTRIBUTE_TYPES = {"household_type": "str", "education": "str", "birth": "datetime64[us]"}
_KEYS = ["family", "person", "date", "registration"]
_STATUS_TYPE = TABLES["observations"].column("status").pandas_dtype


def list_registrations(judged: Iterable[Judged], attributes: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Give the rows that are left, of all sheets, with what `r09_attributes` gives per sheet.

    Returns
    -------
    DataFrame
        unit, row, registration, family, person, date, pilot, coach, organisation, household_type, education,
        birth; missing where the sheet has no such column. Of a long export each line is a row.
    """
    frames = []
    for sheet, values in zip(judged, attributes, strict=True):
        frame = sheet.sheet.frame
        own = {
            name: values[name] if name in values else pd.Series(None, frame.index, dtype=dtype)
            for name, dtype in ATTRIBUTE_TYPES.items()
        }
        frames.append(frame.assign(**own)[sheet.left])
    return pd.concat(frames, ignore_index=True)


def list_dates(registrations: pd.DataFrame) -> pd.DataFrame:
    """Give who was registered when: the columns of `registrations`, ordered by family, unit, person, date."""
    columns = list(TABLES["registrations"].column_names)
    rows = registrations[columns]
    rows = rows[~duplicated(rows, columns)]
    return rows.iloc[in_order(rows, columns)]


def only_families(judged: Iterable[Judged], families: pd.Series) -> list[Judged]:
    """Give the same sheets with only the rows of some families left."""
    return [
        replace(sheet, left=sheet.left & sheet.sheet.frame["family"].isin(families).to_numpy())
        for sheet in judged
    ]


def list_levels(judged: Sequence[Judged]) -> pd.DataFrame:
    """Give every non-blank level cell of the rows that are left: the columns of `observations`.

    Ordered by unit, family, person, date, registration, item.
    """
    parts, codes, items = [], [], []
    for sheet in judged:
        places = _ordered_places(sheet)
        matrix = sheet.sheet.level_codes()[places]
        rows, columns = np.nonzero(matrix)
        frame = sheet.sheet.frame[["unit", *_KEYS]]
        parts.append(frame.iloc[places[rows]])
        codes.append(matrix[rows, columns])
        items.append(pd.array(sheet.sheet.items, dtype="str").take(columns))
    found = pd.concat(parts, ignore_index=True)
    code = np.concatenate(codes)
    applies = code != NOT_APPLICABLE_CODE
    found["item"] = pd.concat([pd.Series(part, dtype="str") for part in items], ignore_index=True)
    found["level"] = pd.arrays.IntegerArray(code.astype("int64"), ~applies)
    found["status"] = pd.Categorical.from_codes((~applies).astype("int8"), dtype=_STATUS_TYPE)
    found["registration"] = found["registration"].astype("Int64")
    return found[list(TABLES["observations"].column_names)]


def list_notes(judged: Iterable[Judged]) -> pd.DataFrame:
    """Give every open text of the rows that are left: the columns of `notes`, ordered as `list_levels`."""
    frames = []
    for sheet in judged:
        places = _ordered_places(sheet)
        frame = sheet.sheet.frame.iloc[places]
        for item in (item for item in sheet.sheet.items if f"{item}{NOTE}" in sheet.sheet):
            text = sheet.sheet.note(item)[places]
            frames.append(frame.assign(item=item, text=text)[~pd.isna(text)])
    columns = list(TABLES["notes"].column_names)
    if not frames:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in columns})
    notes = pd.concat(frames, ignore_index=True)
    return notes.sort_values(["unit", *_KEYS], kind="stable", ignore_index=True)[columns]


def _ordered_places(judged: Judged) -> np.ndarray:
    """Give the places of the rows that are left, ordered by family, person, date, registration."""
    left = np.flatnonzero(judged.left)
    return left[in_order(judged.sheet.frame.iloc[left], _KEYS)]
