"""Rows in = rows kept + rows rejected, per sheet: held in every run, against what was read from the files."""

import pandas as pd

from helpers.errors import PipelineError
from helpers.export import RawExport

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
    for unit, table in raw.tables.items():
        rows = table["row"].astype("int64")
        counted = raw.rows_read.get(unit, len(rows))
        mine = kept.loc[kept["unit"] == unit, "row"]
        gone = by_row.loc[by_row["sheet"] == unit, "row"]
        written = int((registrations["unit"] == unit).sum())
        found = pd.concat([mine, gone]).astype("int64")
        if sorted(found) == sorted(rows) and counted == len(rows) and written == len(mine):
            continue
        strange = sorted({*set(rows) ^ set(found), *found[found.duplicated()]})[:SHOWN_ROWS]
        raise CleanError(
            f"{raw.files[unit]}, {unit}: {counted} rows were read, {len(mine)} are kept ({written} of them "
            f"written) and {len(gone)} rejected; rows that are not accounted for once: "
            f"{', '.join(map(str, strange)) or 'none that can be named'}. This is a fault of the program, "
            "not of the export: nothing was written; report it."
        )
