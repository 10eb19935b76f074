"""When families were registered, and what: starts by month, gaps, who is due, items that nobody uses."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from helpers.cleaning.windows import add_months
from helpers.definitions import Definitions
from helpers.outputs import counts, derives, family_table, lists
from helpers.tables import conform

RULE_MONTHS = 3  # the instrument asks for one registration per family per three months


@counts("registration_starts")
def start_counts(families: pd.DataFrame) -> pd.DataFrame:
    """Count families by the month and pilot of their first kept row: families."""
    month = families["t0"].dt.strftime("%Y-%m").rename("month")
    return families.groupby([month, "pilot"]).size().to_frame("families")


@derives("registration_starts")
def registration_starts(counts: pd.DataFrame, pilots: Sequence[str]) -> pd.DataFrame:
    """Give the families that started, for each month from the first to the last and each pilot.

    Gives month (YYYY-MM), pilot, families; months without a start have 0.
    """
    months = counts.index.get_level_values("month")
    known = (
        [f"{month:%Y-%m}" for month in pd.period_range(min(months), max(months), freq="M")]
        if len(counts)
        else []
    )
    cells = pd.MultiIndex.from_product([known, pilots], names=["month", "pilot"])
    return conform("registration_starts", counts.reindex(cells, fill_value=0).reset_index())


@family_table("registration_days")
def registration_days(registrations: pd.DataFrame, families: pd.DataFrame) -> pd.DataFrame:
    """Give the days on which each family was registered, with the time until the next.

    Gives family, pilot, date, and longer: whether the next registration came more than three months later;
    missing on the last day of a family.
    """
    days = registrations[["family", "date"]].drop_duplicates().sort_values(["family", "date"])
    days = days.merge(families[["family", "pilot"]], on="family", validate="many_to_one")
    following = days.groupby("family")["date"].shift(-1)
    longer = (following > add_months(days["date"], months=RULE_MONTHS)).astype("boolean")
    return days[["family", "pilot", "date"]].assign(longer=longer.mask(following.isna()))


@counts("registration_gaps")
def gap_counts(registration_days: pd.DataFrame, families: pd.DataFrame, exported_on: date) -> pd.DataFrame:
    """Count by pilot: gaps between two registrations, those longer than three months, and families.

    By pilot: gaps, longer_than_three_months, families, and silent: those whose last registration is more than
    three months before the day of the export.
    """
    between = registration_days.dropna(subset="longer")
    due = is_due(families, exported_on)
    parts = {
        "gaps": between.groupby("pilot").size(),
        "longer_than_three_months": between["longer"].astype("int64").groupby(between["pilot"]).sum(),
        "families": families.groupby("pilot").size(),
        "silent": due.astype("int64").groupby(families["pilot"]).sum(),
    }
    return pd.DataFrame(parts).fillna(0).astype("int64").rename_axis("pilot")


@derives("registration_gaps")
def registration_gaps(counts: pd.DataFrame, pilots: Sequence[str]) -> pd.DataFrame:
    """Hold registrations against the rule of one per family per three months."""
    found = counts.reindex(pd.Index(pilots, name="pilot"), fill_value=0)
    return conform("registration_gaps", found.reset_index())


@counts("item_use")
def use_counts(observations: pd.DataFrame) -> pd.DataFrame:
    """Count persons, or families on items of the household, by unit and item: known, moved (of these)."""
    known = observations[observations["status"] == "observed"].astype({"unit": "str"})
    who = [known["family"], known["person"].fillna(""), known["unit"], known["item"]]
    levels = known["level"].groupby(who).nunique().to_frame("levels").reset_index()
    rows = levels.assign(known=1, moved=(levels["levels"] > 1).astype("int64"))
    return rows.groupby(["unit", "item"])[["known", "moved"]].sum()


@derives("item_use")
def item_use(counts: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Tell of every item who ever had a level, and whose level ever became another.

    Gives unit, item, known, moved: of the described families, in the order of the codebook.
    """
    items = pd.MultiIndex.from_tuples(list(definitions.items), names=["unit", "item"])
    return conform("item_use", counts.reindex(items, fill_value=0).reset_index())


@lists("due_families")
def due_families(families: pd.DataFrame, exported_on: date) -> pd.DataFrame:
    """List the retained families that are due: not registered in the last three months before the export.

    Gives family, pilot, last_date, days (from then to the export); longest ago first. Its coach stands in the
    clean table `families`: codes of coaches are in no table of a report.
    """
    due = families[is_due(families, exported_on) & (families["status"] == "retained")]
    days = (pd.Timestamp(exported_on) - due["last_date"]).dt.days
    found = due[["family", "pilot", "last_date"]].assign(days=days)
    return conform("due_families", found.sort_values(["days", "family"], ascending=[False, True]))


def is_due(families: pd.DataFrame, exported_on: date) -> pd.Series:
    """Tell which families were last registered more than three months before the export."""
    return add_months(families["last_date"], months=RULE_MONTHS) < np.datetime64(exported_on)
