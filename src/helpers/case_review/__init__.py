"""The families whose kansarmoede score rose: what fell and when, and the coaches' notes, with themes.

For internal review only: tables about single families and the coaches' own words. The source report read
these notes to see why families declined (chapter 4, section 2.2). What fell is in `_falls`, the values from
date to date in `_timelines`, the themes in `_lexicon` and `_theme_counts`.
"""

from dataclasses import dataclass

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
from helpers.cleaning import CleanTables
from helpers.cleaning.study import Study
from helpers.definitions import Definitions
from helpers.definitions.themes import Themes
from helpers.errors import PipelineError
from helpers.kansarmoede import domain_status, with_class
from helpers.outputs import exact, lists

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


@exact("case_review")
def review(
    clean: CleanTables,
    states: pd.DataFrame,
    compared: pd.DataFrame,
    definitions: Definitions,
    themes: Themes,
    about: Study,
    language: str,
    poverty_cutoff: int,
) -> CaseReview:
    """Put together what there is to see about the families that declined.

    Parameters
    ----------
    clean : CleanTables
        families, registrations, observations and notes are used.
    states : DataFrame
        Of the same families.
    compared : DataFrame
        As from `kansarmoede.compare`: declined is who has a higher score at follow-up.
    definitions : Definitions
        Items, domains and their default rules.
    themes : Themes
        As from `codebook.load_themes`.
    about : Study
        Its parameters: follow_up_months and follow_up_rule say up to which day values count; notes and
        registrations after that day are counted, not shown.
    language : str
        `nl` or `en`, for the titles of the themes.
    poverty_cutoff : int
        Poor is a score of this or more.
    """
    compared = with_class(compared, definitions, poverty_cutoff=poverty_cutoff)
    until = last_day(clean.families, parameters=about.parameters)
    families = declined_families(compared, clean, until)
    became = became_deprived(domain_status(states, definitions), families["family"])
    lexicon = Lexicon(themes)
    notes = tag_notes(clean.notes, until, lexicon)
    return CaseReview(
        families=families,
        domains=declined_domains(became),
        deprivations=became,
        items=fallen_items(states, clean.observations, became, definitions, until, families["family"]),
        timelines=timelines(clean, until, families["family"], definitions),
        notes=notes[notes["family"].isin(families["family"])].reset_index(drop=True),
        themes=theme_counts(notes, compared, themes, language=language),
        note_counts=note_counts(notes, compared),
        lexicon=lexicon,
    )


@lists("declined_families")
def list_families(case_review: CaseReview) -> pd.DataFrame:
    """List the families that declined, as `review` has them."""
    return case_review.families


@lists("declined_domains")
def list_domains(case_review: CaseReview) -> pd.DataFrame:
    """Count the domains that these families came to lack."""
    return case_review.domains


@lists("theme_counts")
def list_themes(case_review: CaseReview) -> pd.DataFrame:
    """Count the themes of their notes beside those of other families."""
    return case_review.themes


@lists("note_counts")
def list_notes(case_review: CaseReview) -> pd.DataFrame:
    """Count their notes beside those of other families."""
    return case_review.note_counts
