"""The tables that the published results are held against, made from the clean tables."""

import pandas as pd

from helpers import baseline, kansarmoede, transitions
from helpers.cleaning import CleanTables
from helpers.definitions import Definitions
from helpers.inference import SEED


def tables_of(
    tables: CleanTables,
    states: pd.DataFrame,
    definitions: Definitions,
    *,
    follow_up_months: int,
    within_family: str = "worst",
    poverty_cutoff: int = 3,
    severe_cutoff: int = 5,
    unknown_domain: str = "not_deprived",
    seed: int = SEED,
) -> dict[str, pd.DataFrame]:
    """Make the tables of a report that claims are about, in the same way as the notebooks before.

    Parameters
    ----------
    tables : CleanTables
        Of the families in scope.
    states : DataFrame
        Their states.
    definitions : Definitions
        Figures and items.
    follow_up_months : int
        Calendar months from t0 that the tables were cleaned with.
    within_family, poverty_cutoff, severe_cutoff, unknown_domain, seed
        As for the tables themselves.

    Returns
    -------
    dict of name to DataFrame
        flow, figure_02 to figure_21, poverty_change, poverty_change_domains, transition_tests, item_change,
        item_change_improvers, claim_measures.
    """
    status = kansarmoede.domain_status(states, definitions)
    compared = kansarmoede.compare(
        kansarmoede.scores(status),
        tables.families,
        definitions,
        poverty_cutoff=poverty_cutoff,
        unknown_domain=unknown_domain,
    )
    change = kansarmoede.poverty_change(
        compared, poverty_cutoff=poverty_cutoff, severe_cutoff=severe_cutoff, seed=seed
    )
    domains = kansarmoede.poverty_change_domains(status, compared, poverty_cutoff=poverty_cutoff)
    improvers = kansarmoede.improving_families(compared)
    return {
        "flow": tables.flow,
        **_at_baseline(tables, states, definitions, within_family, follow_up_months),
        "figure_15": kansarmoede.figure_15(definitions, poverty_cutoff=poverty_cutoff),
        "figure_16": kansarmoede.figure_16(compared),
        "figure_17": kansarmoede.figure_17(compared, definitions),
        "poverty_change": change,
        "poverty_change_domains": domains,
        **_matrices(states, definitions),
        "transition_tests": transitions.transition_tests(states, definitions, seed=seed),
        "item_change": transitions.item_change(states, definitions, seed=seed),
        "item_change_improvers": transitions.item_change(states, definitions, families=improvers, seed=seed),
    }


def _at_baseline(
    tables: CleanTables, states: pd.DataFrame, definitions: Definitions, within_family: str, months: int
) -> dict[str, pd.DataFrame]:
    """Make the tables of the retained families at baseline, and the measures that stand in no figure."""
    families, persons = tables.families, tables.persons
    distributions = {
        figure.id: baseline.distribution(
            states, families, persons, definitions, figure=figure, within_family=within_family
        )
        for figure in definitions.figures.values()
        if figure.kind == "distribution"
    }
    measures = baseline.claim_measures(families, persons, tables.observations, follow_up_months=months)
    return {
        "figure_02": baseline.figure_02(families, persons),
        "figure_03": baseline.figure_03(persons),
        **distributions,
        "claim_measures": measures,
    }


def _matrices(states: pd.DataFrame, definitions: Definitions) -> dict[str, pd.DataFrame]:
    """Make the transition matrices."""
    return {
        figure.id: transitions.matrix_table(
            transitions.pairs(states, unit=unit, item=item), unit=unit, item=item
        )
        for figure in definitions.figures.values()
        if figure.kind == "transition"
        for unit, item in figure.items
    }
