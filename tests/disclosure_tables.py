"""The tables of a run by name; without those that simulate or vary every choice."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from helpers.study import Study

SETTINGS = {"poverty_cutoff": 3, "severe_cutoff": 5}
FIGURES = tuple(f"figure_{number:02}" for number in range(2, 22))
NAMES = (
    "flow", "cases_by_pilot", *FIGURES,
    "score_change", "poverty_change", "poverty_measures", "poverty_domains", "poverty_change_domains",
    "transition_tests", "item_change", "item_change_improvers", "claim_measures",
    "attrition", "attrition_bounds", "freshness", "headline_fresh", "regression_to_mean",
    "cutoffs", "cutoffs_domains", "item_tests", "claims", "claims_summary",
)  # fmt: skip


def run_tables(study: Study, pilots: Sequence[str] = ()) -> dict[str, pd.DataFrame]:
    """Make the tables of a report on all pilots, or on some."""
    chosen = Study(study.tables, study.states, study.about, pilots=pilots, **SETTINGS)
    return {name: chosen[name] for name in NAMES}
