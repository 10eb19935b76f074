"""A sheet per family, for the coaches' own talk: where it stands now, how old that is, and what changed."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers.cleaning import CleanTables
from helpers.cleaning.windows import in_time
from helpers.definitions import UNITS, Definitions
from helpers.outputs import lists
from helpers.tables import conform

WHO = ["family", "unit", "person", "item"]


@lists("family_sheets")
def family_sheets(clean: CleanTables, definitions: Definitions) -> pd.DataFrame:
    """Give the first and the last value of every item of the retained families.

    Gives family, unit, person, item; first_date, first_level; last_date, last_level (missing: not
    applicable); change from the first to the last (improved, declined; other: to or from not applicable; or
    none). What was never registered has no row. In the order of the codebook.
    """
    retained = clean.families.loc[clean.families["status"] == "retained", "family"]
    values = clean.observations[clean.observations["family"].isin(retained)]
    values = in_time(values)
    first, last = (values.drop_duplicates(WHO, keep=end).set_index(WHO) for end in ("first", "last"))
    of = ["date", "level", "status"]
    rows = first[of].add_suffix("_1").join(last[of].add_suffix("_2"))
    levels = rows["level_1"].notna() & rows["level_2"].notna()
    step = (rows["level_2"] - rows["level_1"]).fillna(0)
    other = ~levels & (rows["status_1"].astype("str") != rows["status_2"].astype("str"))
    change = pd.Series(pd.NA, rows.index, dtype="str")
    rows["change"] = (
        change.mask(levels & (step > 0), "improved")
        .mask(levels & (step < 0), "declined")
        .mask(other, "other")
    )
    order = {key: at for at, key in enumerate(definitions.items)}
    found = rows.reset_index()
    keys = zip(found["unit"].astype("str"), found["item"].astype("str"), strict=True)
    found = found.assign(at=[order[key] for key in keys]).sort_values(["family", "at", "person"])
    names = {"date_1": "first_date", "level_1": "first_level", "date_2": "last_date", "level_2": "last_level"}
    return conform("family_sheets", found.rename(columns=names)[[*WHO, *names.values(), "change"]])


def sheet(family: Mapping[str, Any], rows: pd.DataFrame, notes: pd.DataFrame) -> dict[str, Any]:
    """Lay one family out: a table for each unit with a row per item and a column per person.

    Gives family; units: unit, persons, items (item, cells: one per person, None where nothing was ever
    registered, else level, first, change, date, old: not of the family's last day); notes in order of date.
    """
    units = []
    for unit in UNITS:
        of = rows[rows["unit"] == unit]
        if of.empty:
            continue
        persons = sorted(of["person"].fillna("").unique())
        cells = {(row.item, "" if pd.isna(row.person) else row.person): row for row in of.itertuples()}
        units.append(
            {
                "unit": unit,
                "persons": persons,
                "items": [
                    (item, [_cell(cells.get((item, person)), family["last_date"]) for person in persons])
                    for item in of["item"].unique()
                ],
            }
        )
    ordered = notes.sort_values(["date", "unit", "person"], kind="stable")
    return {"family": family, "units": units, "notes": ordered.to_dict("records")}


def _cell(row: Any, last_day: pd.Timestamp) -> dict[str, Any] | None:
    """What one person has on one item."""
    if row is None:
        return None
    first, last = (None if pd.isna(level) else int(level) for level in (row.first_level, row.last_level))
    change = row.change if isinstance(row.change, str) else ""
    return {
        "level": last,
        "first": first,
        "change": change,
        "date": row.last_date,
        "old": row.last_date < last_day,
    }
