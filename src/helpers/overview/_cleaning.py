"""The export and the accounts of the cleaning, as pages show them."""

import pandas as pd

from helpers.cleaning import CleanTables
from helpers.cleaning.losses import losses
from helpers.definitions import Definitions, Text
from helpers.export import RawExport


def sheets(exported: RawExport, language: str) -> pd.DataFrame:
    """Say per sheet of an export how many rows it has and which of its columns are not recognised.

    Returns
    -------
    DataFrame
        unit, file, rows, unknown_columns.
    """
    nothing = Text("geen", "none")(language)
    return pd.DataFrame(
        {
            "unit": unit,
            "file": exported.files[unit],
            "rows": len(table),
            "unknown_columns": ", ".join(exported.unknown_columns[unit]) or nothing,
        }
        for unit, table in exported.tables.items()
    )


def accounting(exported: RawExport, cleaned: CleanTables) -> pd.DataFrame:
    """Account for every row of the export.

    Returns
    -------
    DataFrame
        unit, rows, kept, rejected, each counted by itself: in the export, in the registrations and in the
        cleaning log. `clean` stops when rows are not kept + rejected. Of a long or wide export rows are lines
        of its file, each under one unit; what is kept of them is the rest, as a registration has many lines
        or a line many registrations.
    """
    rows = pd.Series({unit: len(exported.lines(unit)) for unit in exported.tables}, name="rows")
    log = cleaned.cleaning_log
    rejected = log.groupby(log["sheet"].astype("str"))["rows"].sum().reindex(rows.index, fill_value=0)
    kept = cleaned.registrations["unit"].astype("str").value_counts().reindex(rows.index, fill_value=0)
    kept = kept if exported.dataset.layout == "sheets" else rows - rejected
    table = pd.DataFrame({"rows": rows, "kept": kept, "rejected": rejected})
    return table.rename_axis("unit").reset_index()


def lost_levels(exported: RawExport, cleaned: CleanTables, definitions: Definitions) -> pd.DataFrame:
    """List what R07 emptied by what it would have been; the texts themselves may be personal and stay out.

    Returns
    -------
    DataFrame
        unit, item, nearest (label of the codebook), would_be (level; empty where nothing tells), cells.
    """
    lost = losses(exported, cleaned, definitions).rename(columns={"level": "would_be"})
    by = ["unit", "item", "nearest", "would_be"]
    return lost.groupby(by, dropna=False, observed=True, sort=True)["cells"].sum().reset_index()


def known_states(states: pd.DataFrame) -> pd.DataFrame:
    """Count the states of each unit at each moment.

    Returns
    -------
    DataFrame
        unit, moment, observed, not_applicable, missing, and fresh: how many were registered again after
        the baseline window, empty at baseline. Persons who came later count too: at baseline they are
        missing.
    """
    by = [states["unit"], states["moment"]]
    counts = states["status"].groupby(by, observed=False).value_counts().unstack(fill_value=0)
    counts.columns = counts.columns.astype("str")
    counts["fresh"] = states["fresh"].groupby(by, observed=False).sum()
    counted = counts.astype("Int64").reset_index()
    return counted.assign(fresh=counted["fresh"].mask(counted["moment"] == "baseline"))
