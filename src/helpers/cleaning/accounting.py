"""Rows in = rows kept + rows rejected, per file: held in every run."""

from typing import NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.errors import PipelineError
from helpers.export import RawExport
from helpers.export.dataset import ALL

KEYS = ["family", "person", "date", "registration"]  # of a registration of a unit
SHOWN_ROWS = 5  # that a message names


class CleanError(PipelineError):
    """The clean tables are not there or cannot be read, a pilot is not in them, or a row was lost."""


def account_for_rows(
    raw: RawExport, kept: pd.DataFrame, registrations: pd.DataFrame, rejected: pd.DataFrame
) -> None:
    """Hold the rows of the files against those that are kept and rejected: each is one of the two, once.

    Parameters
    ----------
    raw : RawExport
        Has the row numbers as they were read, and how many rows were counted while the files were read.
    kept : DataFrame
        unit, row: the rows from which the clean tables are made.
    registrations, rejected : DataFrame
        The clean tables in which every kept and every rejected row stands.

    Raises
    ------
    CleanError
        Names the sheet, its counts and the first rows that are lost, or that stand twice.
    """
    by_row = rejected[rejected["effect"] == "row_rejected"]
    written = registrations["unit"].value_counts()
    for unit in raw.tables:
        of_unit = kept[kept["unit"] == unit]
        if int(written.get(unit, 0)) != len(of_unit.drop_duplicates(KEYS)):
            _lost(
                raw,
                unit,
                of_unit["row"],
                by_row.loc[by_row["sheet"] == unit, "row"],
                int(written.get(unit, 0)),
            )
    sources = (
        {ALL: list(raw.tables)} if raw.dataset.layout != "sheets" else {unit: [unit] for unit in raw.tables}
    )
    for source, units in sources.items():
        rows = np.concatenate([raw.lines(unit) for unit in units])
        mine = kept.loc[kept["unit"].isin(units), "row"].astype("int64")
        mine = mine.drop_duplicates() if raw.dataset.layout == "wide" else mine
        gone = by_row.loc[by_row["sheet"].isin(units), "row"].astype("int64")
        found = np.concatenate([mine, gone])
        if not np.array_equal(np.sort(found), np.sort(rows)) or raw.rows_read.get(source, len(rows)) != len(
            rows
        ):
            _lost(raw, units[0], mine, gone, len(mine), rows=rows, counted=raw.rows_read.get(source))


def _lost(
    raw: RawExport,
    unit: str,
    mine: pd.Series,
    gone: pd.Series,
    written: int,
    *,
    rows: NDArray[np.int64] | None = None,
    counted: int | None = None,
) -> NoReturn:
    rows = raw.lines(unit) if rows is None else rows
    found = pd.concat([mine, gone]).astype("int64")
    strange = sorted({*(set(rows) ^ set(found)), *found[found.duplicated()]})[:SHOWN_ROWS]
    raise CleanError(
        f"{raw.files[unit]}, {unit}: {len(rows) if counted is None else counted} rows were read, "
        f"{len(mine)} are "
        f"kept ({written} of them written) and {len(gone)} rejected; rows that are not accounted for once: "
        f"{', '.join(map(str, strange)) or 'none that can be named'}. This is a fault of the program, "
        "not of the export: nothing was written; report it."
    )
