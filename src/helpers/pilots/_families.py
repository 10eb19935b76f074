"""Who is in each pilot, and how completely it registers."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers import inference, tables
from helpers.cleaning import CleanTables, of_family
from helpers.definitions import PilotComparison

ALL = "all"
UNKNOWN = "onbekend"
RANGES = ("not_poor", "poor", "severe")
HOUSEHOLD_TYPES = tables.TABLES["families"].column("household_type").values


def registration(
    clean: CleanTables, states: pd.DataFrame, freshness: pd.DataFrame, *, pilots: Sequence[str]
) -> pd.DataFrame:
    """Count families, and measure how complete the baseline is and how often values were looked at again.

    Parameters
    ----------
    clean : CleanTables
        families, persons and cases_by_pilot are used.
    states : DataFrame
        family, person, unit, item, moment, status of the retained families.
    freshness : DataFrame
        pilot, n, changed, confirmed, as from `robustness.freshness`.
    pilots : sequence of str
        In the order of the rows.

    Returns
    -------
    DataFrame
        pilot (`all`, then each), registered, retained, followed (families), registrations_per_family (mean of
        the retained families), cells (items of the households and persons there at baseline), known (of
        which registered, also as not applicable), known_share, pairs, looked_again (changed or confirmed) and
        looked_again_share. Shares of nothing are empty.
    """
    families = clean.families[clean.families["status"] == "retained"]
    cells = _baseline_cells(states, clean.persons)
    cells = cells.assign(pilot=of_family(cells["family"], families.set_index("family")["pilot"]))
    again = freshness.groupby("pilot")[["n", "changed", "confirmed"]].sum()
    cases = clean.cases_by_pilot.set_index("pilot").reindex(list(pilots)).astype("int64")
    rows = []
    for pilot in (ALL, *pilots):
        of = families if pilot == ALL else families[families["pilot"] == pilot]
        known = cells if pilot == ALL else cells[cells["pilot"] == pilot]
        counted = cases.sum() if pilot == ALL else cases.loc[pilot]
        rows.append(
            {"pilot": pilot, **counted.to_dict()}
            | {"registrations_per_family": of["registrations"].astype("float64").mean()}
            | {"cells": len(known), "known": int((known["status"] != "missing").sum())}
            | {
                "pairs": again.loc[pilot, "n"],
                "looked_again": again.loc[pilot, ["changed", "confirmed"]].sum(),
            }
        )
    table = pd.DataFrame(rows)
    table["known_share"] = _share(table["known"], table["cells"])
    table["looked_again_share"] = _share(table["looked_again"], table["pairs"])
    return tables.conform("pilot_registration", table)


def profile(
    clean: CleanTables,
    scores: pd.DataFrame,
    comparison: PilotComparison,
    *,
    pilots: Sequence[str],
    poverty_cutoff: int,
    severe_cutoff: int,
    unknown_domain: str = "not_deprived",
) -> pd.DataFrame:
    """Describe the retained families of each pilot at baseline.

    Parameters
    ----------
    clean : CleanTables
        families and persons are used.
    scores : DataFrame
        family, moment, score, unknown, as from `kansarmoede.scores`.
    comparison : PilotComparison
        Gives the bands of the number of children.
    pilots : sequence of str
        In the order of the rows.
    poverty_cutoff, severe_cutoff : int
        Poor, severely poor is a score of this or more.
    unknown_domain : str
        With `exclude`, families with an unknown domain at baseline are not counted in score_range.

    Returns
    -------
    DataFrame
        pilot (`all`, then each), feature (household_type, children, score_range), value, n, share, ci_low,
        ci_high (Wilson): every value of every feature. Shares are of the families with a known value.
    """
    families = clean.families[clean.families["status"] == "retained"]
    children = clean.persons[(clean.persons["unit"] == "kind") & clean.persons["at_baseline"]]
    number = children.groupby("family").size().reindex(families["family"], fill_value=0)
    at = scores[scores["moment"] == "baseline"].set_index("family").reindex(families["family"])
    score = at["score"].where(at["unknown"] == 0) if unknown_domain == "exclude" else at["score"]
    ranges = _bands(score, [0, poverty_cutoff, max(severe_cutoff, poverty_cutoff)], RANGES)
    found = {
        "household_type": (families["household_type"].astype("str").to_numpy(), HOUSEHOLD_TYPES),
        "children": (_bands(number, comparison.children, band_names(comparison.children)), None),
        "score_range": (ranges, RANGES),
    }
    parts = [
        _counted(families["pilot"], values, order or band_names(comparison.children), pilots).assign(
            feature=name
        )
        for name, (values, order) in found.items()
    ]
    table = pd.concat(parts, ignore_index=True)
    order = pd.Categorical(table["pilot"], [ALL, *pilots], ordered=True)
    return tables.conform("pilot_profile", table.iloc[order.codes.argsort(kind="stable")])


def band_names(lows: Sequence[int], *, highest: int | None = None) -> tuple[str, ...]:
    """Name bands by their lower ends; the last one is open, or ends at the highest value.

    Examples
    --------
    >>> band_names([0, 1, 3]), band_names([0, 3, 5], highest=6)
    (('0', '1–2', '3+'), ('0–2', '3–4', '5–6'))
    """
    ends = [*(low - 1 for low in lows[1:]), highest]
    return tuple(
        f"{low}+" if end is None else str(low) if low == end else f"{low}–{end}"
        for low, end in zip(lows, ends, strict=True)
    )


def _bands(values: pd.Series, lows: Sequence[int], names: Sequence[str]) -> np.ndarray:
    """Name the band of each value; None where the value is missing."""
    numbers = values.to_numpy("float64", na_value=np.nan)
    places = np.searchsorted(np.asarray(lows), np.nan_to_num(numbers), side="right") - 1
    found = np.array(names, dtype=object)[places]
    found[np.isnan(numbers)] = None
    return found


def _baseline_cells(states: pd.DataFrame, persons: pd.DataFrame) -> pd.DataFrame:
    """Items at baseline of the households and of the persons there at baseline: family, status."""
    at = states.loc[states["moment"] == "baseline", ["family", "person", "unit", "status"]]
    there = persons.loc[persons["at_baseline"], ["family", "person", "unit"]]
    members = at[at["unit"] != "huishouden"].merge(
        there, on=["family", "person", "unit"], validate="many_to_one"
    )
    return pd.concat([at[at["unit"] == "huishouden"], members])[["family", "status"]]


def _counted(
    pilot: pd.Series, values: np.ndarray, order: Sequence[str], pilots: Sequence[str]
) -> pd.DataFrame:
    """Count each value in all pilots and in each; shares are of the known values."""
    found = pd.DataFrame({"pilot": pilot.to_numpy(), "value": values})
    rows = pd.concat([found.assign(pilot=ALL), found])
    index = pd.MultiIndex.from_product([[ALL, *pilots], order], names=["pilot", "value"])
    table = rows.groupby(["pilot", "value"]).size().reindex(index, fill_value=0).rename("n").reset_index()
    known = table["value"] != UNKNOWN
    total = table["n"].where(known, 0).groupby(table["pilot"]).transform("sum")
    low, high = inference.wilson(table["n"].where(known, 0), total)
    share = _share(table["n"], total)
    return table.assign(share=share.where(known), ci_low=np.where(known, low, np.nan),
                        ci_high=np.where(known, high, np.nan))  # fmt: skip


def _share(n: pd.Series, total: pd.Series) -> pd.Series:
    """Divide; nothing by nothing is missing."""
    return n.astype("float64") / total.astype("float64").where(total > 0)
