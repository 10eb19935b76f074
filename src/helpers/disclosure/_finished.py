"""A decision → the protected tables of one report, with the claims held against what is shown of them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers import claims as claim_tables
from helpers.definitions.claims import Claims
from helpers.disclosure._decision import DERIVED
from helpers.disclosure._masked import Masked, Masker
from helpers.disclosure._protected import Protected, Tables
from helpers.disclosure._quantities import SPECIAL
from helpers.disclosure._rounded import Rounding, round_table


def finished(
    report: str,
    tables: Tables,
    masker: Masker,
    lost: set[tuple[str, str]],
    hidden: set[str],
    claims: Claims | None,
) -> Protected:
    """Apply a decision to the tables of one report.

    Parameters
    ----------
    report, tables : the report, and its exact tables.
    masker : knows the decision.
    lost : the matrices (report, table) that are replaced by their summary.
    hidden : the pilots of which nothing is shown.
    claims : the published statements, to hold against what is shown.
    """
    made = [name for name in tables if name not in SPECIAL and name not in masker.rules.withheld]
    masked = {name: _without(hidden, masker.mask(report, name, tables[name])) for name in made}
    replaced = sorted(name for where, name in lost if where == report)
    for name in replaced:
        masked[name] = masker.summary(report, name, tables[name])
    masked |= _held_against(tables, masked, claims)
    return Protected.of(
        tables,
        "suppress",
        masker.min_cell,
        masked,
        replaced=tuple(replaced),
        open=tuple(" ".join(key) for key in masker.decision.open),
    )


def rounded_report(
    report: str,
    tables: Tables,
    rounding: Rounding,
    settings: Mapping[str, Any],
    min_cell: int,
    claims: Claims | None,
) -> Protected:
    """Round the tables of one report.

    Parameters
    ----------
    report, tables : the report, and its exact tables.
    rounding : how each quantity is shown.
    settings, min_cell, claims : as of `protect_together`.
    """
    rules = rounding.rules
    masked = {name: whole(one) for name, one in tables.items() if name in rules.plain}
    for name, one in tables.items():
        if name in rules.by_table:
            coarse = round_table(report, name, one, rules.by_table[name], rounding, settings)
            masked[name] = _emptied(one, coarse)
    masked |= _held_against(tables, masked, claims)
    return Protected.of(tables, "round", min_cell, masked)


def whole(table: pd.DataFrame) -> Masked:
    """Give a table of which nothing is withheld."""
    return Masked(table, pd.DataFrame("", index=range(len(table)), columns=table.columns, dtype="object"))


def _without(pilots: set[str], masked: Masked) -> Masked:
    """Leave out the rows of pilots of which nothing is shown."""
    if not pilots or "pilot" not in masked.table:
        return masked
    rows = ~masked.table["pilot"].isin(pilots)
    return Masked(
        masked.table[rows].reset_index(drop=True), masked.reasons[rows.to_numpy()].reset_index(drop=True)
    )


def _held_against(tables: Tables, masked: Mapping[str, Masked], claims: Claims | None) -> dict[str, Masked]:
    """Hold the published statements against what is shown: what reads a withheld cell cannot be told."""
    if claims is None or "claims" not in tables:
        return {}
    names = {
        name
        for name, one in masked.items()
        if (one.reasons != "").any(axis=None) or len(one.table) != len(tables[name])
    }
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


def _emptied(before: pd.DataFrame, after: pd.DataFrame) -> Masked:
    """Mark what rounding leaves empty."""
    masked = whole(after)
    for column in after:
        masked.reasons[column] = (before[column].notna().to_numpy() & after[column].isna()).map(
            {True: DERIVED, False: ""}
        )
    return masked
