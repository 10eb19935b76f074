"""The tables of a run, by the calls of the notebooks; without those that simulate or vary every choice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from helpers import claims, cleaning, kansarmoede, robustness
from helpers.definitions import Definitions, load_claims, load_multiverse
from helpers.export import read_export
from helpers.states import build_states

SETTINGS = {"poverty_cutoff": 3, "severe_cutoff": 5}


def clean(folder: Path, definitions: Definitions) -> tuple[cleaning.CleanTables, pd.DataFrame]:
    """Clean a raw dataset, and build its states."""
    cleaned = cleaning.clean(read_export(folder, definitions), definitions)
    return cleaned, build_states(cleaned, definitions)


def run_tables(
    cleaned: cleaning.CleanTables,
    states: pd.DataFrame,
    definitions: Definitions,
    pilots: Sequence[str] = (),
) -> dict[str, pd.DataFrame]:
    """Make the tables of a report on all pilots, or on some."""
    tables = cleaning.select_pilots(cleaned, list(pilots))
    states = cleaning.select_families(states, tables.families)
    made = claims.tables_of(tables, states, definitions, follow_up_months=6)
    status = kansarmoede.domain_status(states, definitions)
    scores = kansarmoede.scores(status)
    compared = kansarmoede.compare(
        scores, tables.families, definitions, poverty_cutoff=3, unknown_domain="not_deprived"
    )
    names, choices = cleaning.pilots_of(tables), load_multiverse()
    fresh = robustness.fresh_families(
        tables.registrations,
        tables.families,
        baseline_window_days=30,
        follow_up_months=6,
        follow_up_rule="at",
        at_least=choices.fresh_registrations,
    )
    verdicts = claims.evaluate(load_claims(), made)
    return made | {
        "cases_by_pilot": tables.cases_by_pilot,
        "score_change": kansarmoede.score_change(compared),
        "poverty_measures": kansarmoede.poverty_measures(compared, pilots=names, poverty_cutoff=3),
        "poverty_domains": kansarmoede.poverty_domains(status, compared, pilots=names, poverty_cutoff=3),
        "attrition": robustness.attrition(states, tables.families, scores, definitions),
        "attrition_bounds": robustness.attrition_bounds(compared, tables.families),
        "freshness": robustness.freshness(states, tables.families, definitions, pilots=names),
        "headline_fresh": robustness.headline_fresh(compared, fresh, poverty_cutoff=3),
        "regression_to_mean": robustness.regression_to_mean(compared),
        "cutoffs": robustness.cutoffs(
            scores,
            tables.families,
            definitions,
            poverty_cutoffs=(3, 4),
            severe_cutoff=5,
            unknown_domain="not_deprived",
            seed=2023,
        ),
        "cutoffs_domains": robustness.cutoffs_domains(
            status, tables.families, definitions, poverty_cutoffs=(3, 4), unknown_domain="not_deprived"
        ),
        "item_tests": robustness.item_tests(states, definitions),
        "claims": verdicts,
        "claims_summary": claims.summarise(verdicts, load_claims()),
    }
