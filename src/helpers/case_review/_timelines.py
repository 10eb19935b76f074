"""The value of every item on every registration date of a family: registered that day, or still in force."""

import numpy as np
import pandas as pd

from helpers import tables
from helpers.case_review._falls import WHO, within
from helpers.cleaning import CleanTables
from helpers.definitions import Definitions
from helpers.words import say

NOT_APPLICABLE = 0  # among levels, to carry it forward like one
SIGNS = {"improved": " ▲", "declined": " ▼", "other": " ◆"}


def timelines(
    clean: CleanTables, until: pd.Series, families: pd.Series, definitions: Definitions
) -> pd.DataFrame:
    """Follow the items of some families from one registration date to the next.

    Parameters
    ----------
    clean : CleanTables
        registrations and observations are used.
    until : Series
        Last day that counts, by family.
    families : Series
        Codes of the families.
    definitions : Definitions
        Gives the order of the items.

    Returns
    -------
    DataFrame
        family, person, unit, item, date, level, status, registered, change. For each item that was ever
        registered of someone by the last day, a row per date on which anything of the family was registered:
        the value in force (the last one so far), whether it was registered that day or is carried forward,
        and how it differs from the date before (improved, declined, or other: to or from not applicable).
        `missing` until its first value.
    """
    dates, values = (
        rows[rows["family"].isin(families) & within(rows, until)]
        for rows in (clean.registrations, clean.observations)
    )
    grid = (
        values[WHO]
        .drop_duplicates()
        .merge(dates[["family", "date"]].drop_duplicates(), on="family", validate="many_to_many")
    )
    ordered = values.sort_values(["date", "registration"], kind="stable")
    last = ordered.drop_duplicates([*WHO, "date"], keep="last")
    last = last.assign(value=last["level"].fillna(NOT_APPLICABLE))[[*WHO, "date", "value"]]
    grid = grid.merge(last, on=[*WHO, "date"], how="left", validate="one_to_one")
    return tables.conform("timelines", _with_values(_in_order(grid, definitions)))


def timeline_table(timeline: pd.DataFrame, *, language: str) -> pd.DataFrame:
    """Lay the timeline of one family out: a row per item, a column per date.

    Parameters
    ----------
    timeline : DataFrame
        Rows of one family, as from `timelines`.
    language : str
        Of the one word in it: `nl` or `en`.

    Returns
    -------
    DataFrame
        unit, person, item, and a column per date (YYYY-MM-DD): the level, between brackets where it was
        carried forward, with ▲, ▼ or ◆ where it changed; n.v.t. (n/a) where it does not apply; empty
        before its first value.
    """
    keys = ["unit", "person", "item"]
    texts = timeline[keys].assign(
        date=timeline["date"].dt.strftime("%Y-%m-%d"),
        text=[_text(row, language) for row in timeline.itertuples()],
    )
    rows = texts[keys].drop_duplicates().reset_index(drop=True)
    for date, values in texts.groupby("date", sort=True):
        at = values.drop(columns="date").rename(columns={"text": str(date)})
        rows = rows.merge(at, on=keys, how="left", validate="one_to_one")
    return rows


def _text(row: object, language: str) -> str:
    """Write the value of one item on one date."""
    level, status, change = row.level, row.status, row.change  # type: ignore[attr-defined]
    if status == "missing":
        return ""
    word = say("case_words", "not_applicable", language) if status == "not_applicable" else str(level)
    word += SIGNS.get(change, "") if isinstance(change, str) else ""
    return word if row.registered else f"({word})"  # type: ignore[attr-defined]


def _in_order(grid: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Sort by family, unit, person, item of the codebook, and date."""
    places = {key: n for n, key in enumerate(definitions.items)}
    keys = zip(grid["unit"].astype("str"), grid["item"], strict=True)
    order = ["family", "unit", "person", "_item", "date"]
    ordered = grid.assign(_item=[places[key] for key in keys])
    return ordered.sort_values(order, kind="stable", ignore_index=True)


def _with_values(grid: pd.DataFrame) -> pd.DataFrame:
    """Carry values forward, and say what changed; the rows of an item stand together, by date."""
    cell = grid.groupby(WHO, observed=True, dropna=False, sort=False).ngroup()
    value = grid["value"].groupby(cell).ffill()
    before = value.groupby(cell).shift()
    known, compared = value.notna(), value.notna() & before.notna()
    level = value.mask(value == NOT_APPLICABLE)
    levels = compared & level.notna() & (before != NOT_APPLICABLE)
    change = np.select(
        [levels & (value > before), levels & (value < before), compared & (value != before)],
        ["improved", "declined", "other"],
        "",
    )
    status = np.select([~known, level.isna()], ["missing", "not_applicable"], "observed")
    found = grid[[*WHO, "date"]].assign(level=level, status=status, registered=grid["value"].notna())
    return found.assign(change=pd.Series(change, grid.index, dtype="str"))
