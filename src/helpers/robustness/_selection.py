"""Who is retained and followed under another baseline window."""

from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.cleaning import CleanTables, add_months, first_in_window


def reselect(
    tables: CleanTables, *, baseline_window_days: int, follow_up_months: int, min_household_items: int
) -> CleanTables:
    """Choose the families anew: F02 looks at the baseline, and so at its window.

    Parameters
    ----------
    tables : CleanTables
        families, registrations, observations and excluded_observations are used.
    baseline_window_days, follow_up_months, min_household_items : int
        In days, calendar months and household items.

    Returns
    -------
    CleanTables
        families, persons and both tables of observations as they would be; of persons only family, person,
        unit and at_baseline. Everything else as it was.
    """
    every = pd.concat([tables.observations, tables.excluded_observations], ignore_index=True)
    families = tables.families.set_index("family")
    at_home = every[every["unit"] == "huishouden"]
    baseline = first_in_window(at_home, families["t0"], by=["family", "item"], days=baseline_window_days)
    known = baseline.groupby("family")["level"].count().reindex(families.index, fill_value=0)
    no_household, too_few = families["rule"] == "F01", (known < min_household_items).astype(bool)
    retained = ~no_household & ~too_few
    long_enough = families["last_date"] >= add_months(families["t0"], months=follow_up_months)
    rule = pd.Series(np.select([no_household, too_few], ["F01", "F02"], ""), families.index)
    status = pd.Series(np.where(retained, "retained", "excluded"), families.index)
    families = families.assign(
        status=status.astype(families["status"].dtype),
        rule=rule.replace("", None).astype(families["rule"].dtype),
        followed=retained & long_enough,
    ).reset_index()[list(tables.families.columns)]
    among = families.loc[families["status"] == "retained", ["family", "t0"]]
    return replace(
        tables,
        families=families,
        persons=_persons(tables.registrations, among, days=baseline_window_days),
        observations=every[every["family"].isin(among["family"])].reset_index(drop=True),
        excluded_observations=every[~every["family"].isin(among["family"])].reset_index(drop=True),
    )


def _persons(registrations: pd.DataFrame, families: pd.DataFrame, *, days: int) -> pd.DataFrame:
    """List the persons of some families: family, person, unit, at_baseline."""
    rows = registrations[registrations["person"].notna()]
    first = rows.groupby(["family", "person", "unit"], observed=True)["date"].min().reset_index()
    persons = first.merge(families, on="family", how="inner", validate="many_to_one")
    end = persons["t0"] + pd.Timedelta(days=days)
    return persons.assign(at_baseline=persons["date"] <= end)[["family", "person", "unit", "at_baseline"]]
