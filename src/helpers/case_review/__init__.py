"""The families whose kansarmoede score rose: what fell and when, and the coaches' notes, with themes.

For internal review only: tables about single families and the coaches' own words. The source report read
these notes to see why families declined (chapter 4, section 2.2). What fell is in `_falls`, the values from
date to date in `_timelines`, the themes in `_lexicon` and `_theme_counts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers.case_review._falls import (
    became_deprived,
    declined_domains,
    declined_families,
    fallen_items,
    last_day,
)
from helpers.case_review._lexicon import Lexicon, Tag
from helpers.case_review._theme_counts import note_counts, tag_notes, theme_counts
from helpers.case_review._timelines import timeline_table, timelines
from helpers.cleaning import CleanTables, Study
from helpers.definitions import Definitions, Themes
from helpers.errors import PipelineError
from helpers.kansarmoede import domain_status

__all__ = [
    "CaseReview",
    "InternalOnly",
    "Lexicon",
    "Tag",
    "allow",
    "became_deprived",
    "declined_domains",
    "declined_families",
    "fallen_items",
    "note_counts",
    "review",
    "tag_notes",
    "theme_counts",
    "timeline_table",
    "timelines",
]


class InternalOnly(PipelineError):
    """Real families are shown one by one only in an internal run."""


@dataclass(frozen=True)
class CaseReview:
    """What the review of the declined families shows; all but `domains`, `themes` and `note_counts` is about
    single families.

    `families` has the declined ones, in the order in which they are shown; `deprivations`, `items`,
    `timelines` and `notes` are about these. `themes` and `note_counts` compare them with the other families
    of Figure 16.
    """

    families: pd.DataFrame
    domains: pd.DataFrame
    deprivations: pd.DataFrame
    items: pd.DataFrame
    timelines: pd.DataFrame
    notes: pd.DataFrame
    themes: pd.DataFrame
    note_counts: pd.DataFrame
    lexicon: Lexicon


def allow(study: Study, *, internal: bool) -> None:
    """Stop where real families would be shown without that being asked for.

    Parameters
    ----------
    study : Study
        What the data are; synthetic families may be shown to anyone.
    internal : bool
        Whether this is an internal run.

    Raises
    ------
    InternalOnly
        The data are real and the run is not internal.
    """
    if not (study.synthetic or internal):
        raise InternalOnly(
            "this notebook shows real families one by one, with the coaches' notes, so it runs only as part "
            "of `gezinscoach run --internal`, which puts it into a folder of its own (…-internal). Do not "
            "pass that folder on."
        )


def review(
    tables: CleanTables,
    states: pd.DataFrame,
    compared: pd.DataFrame,
    definitions: Definitions,
    themes: Themes,
    *,
    parameters: Mapping[str, Any],
    language: str,
) -> CaseReview:
    """Put together what there is to see about the families that declined.

    Parameters
    ----------
    tables : CleanTables
        families, registrations, observations and notes are used.
    states : DataFrame
        Of the same families.
    compared : DataFrame
        As from `kansarmoede.compare`: declined is who has a higher score at follow-up.
    definitions : Definitions
        Items, domains and their default rules.
    themes : Themes
        As from `codebook.load_themes`.
    parameters : mapping
        Those of the study: follow_up_months and follow_up_rule say up to which day values count; notes and
        registrations after that day are counted, not shown.
    language : str
        `nl` or `en`, for the titles of the themes.
    """
    until = last_day(tables.families, parameters=parameters)
    families = declined_families(compared, tables, until)
    became = became_deprived(domain_status(states, definitions), families["family"])
    lexicon = Lexicon(themes)
    notes = tag_notes(tables.notes, until, lexicon)
    return CaseReview(
        families=families,
        domains=declined_domains(became),
        deprivations=became,
        items=fallen_items(states, tables.observations, became, definitions, until, families["family"]),
        timelines=timelines(tables, until, families["family"], definitions),
        notes=notes[notes["family"].isin(families["family"])].reset_index(drop=True),
        themes=theme_counts(notes, compared, themes, language=language),
        note_counts=note_counts(notes, compared),
        lexicon=lexicon,
    )
