"""What protected tables come with: claims held against what is shown, and a list of what is withheld."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers import claims as claim_tables
from helpers.codebook import Claims
from helpers.disclosure._masked import DERIVED, Masked

Tables = Mapping[str, pd.DataFrame]


def whole(table: pd.DataFrame) -> Masked:
    """Give a table of which nothing is withheld."""
    return Masked(table, pd.DataFrame("", index=range(len(table)), columns=table.columns, dtype="object"))


def held_against(tables: Tables, masked: Mapping[str, Masked], claims: Claims | None) -> dict[str, Masked]:
    """Hold the published statements against what is shown: what reads a withheld cell cannot be told."""
    if claims is None or "claims" not in tables:
        return {}
    names = {name for name, one in masked.items() if (one.reasons != "").any(axis=None)}
    readable = {name: one.table for name, one in masked.items() if "change" not in one.table.columns}
    verdicts = claim_tables.evaluate(claims, readable)
    verdicts["place"] = tables["claims"]["place"].to_numpy()
    partly = [
        bool((claim.measure.rank or claim.measure.count) and _reads(claim.measure) & names)
        for claim in claims.claims
    ]
    verdicts["computed"] = verdicts["computed"].mask(partly)
    verdicts["verdict"] = verdicts["verdict"].mask(partly, "unknown")
    made = {"claims": _compared(tables["claims"], verdicts)}
    if "claims_summary" in tables:
        summarised = claim_tables.summarise(verdicts, claims)
        made["claims_summary"] = whole(summarised)
    return made


def _reads(measure: Any) -> set[str]:
    """Give the tables that a rank or a number of rows is about."""
    return {part.table for part in (measure.rank, measure.count) if part}


def _compared(before: pd.DataFrame, after: pd.DataFrame) -> Masked:
    """Mark what the verdicts have lost."""
    masked = whole(after)
    masked.reasons["computed"] = (before["computed"].notna() & after["computed"].isna()).map(
        {True: DERIVED, False: ""}
    )
    return masked


def emptied(before: pd.DataFrame, after: pd.DataFrame) -> Masked:
    """Mark what rounding leaves empty."""
    masked = whole(after)
    for column in after:
        masked.reasons[column] = (before[column].notna().to_numpy() & after[column].isna()).map(
            {True: DERIVED, False: ""}
        )
    return masked


def log_of(masked: Mapping[str, Masked]) -> pd.DataFrame:
    """List every withheld cell."""
    rows = [
        (name, int(row) + 1, column, why)
        for name, one in masked.items()
        for column in one.reasons
        for row, why in enumerate(one.reasons[column])
        if why
    ]
    return pd.DataFrame(rows, columns=["table", "row", "column", "reason"])
