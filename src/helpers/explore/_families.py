"""One family from day to day, and the lists in which families are found: for one's own screen."""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from types import SimpleNamespace

import pandas as pd

from helpers import case_review
from helpers.charts.timeline import timeline as draw
from helpers.definitions import Text
from helpers.explore._selection import SelectionError
from helpers.report.output import Output
from helpers.study import Study
from helpers.words import both, say
from helpers.words.case_review import profile
from helpers.words.case_review import timeline as timeline_facts

KEYS = ["unit", "person", "item"]


def family_groups(study: Study) -> Mapping[str, tuple[str, ...]]:
    """Give the codes of all families, of those of each class of change, and of those without a class."""
    language, families = study.language, study.families
    classes = study.scores.set_index("family")["class"].reindex(families["family"]).to_numpy()
    found = {say("explore_family", "all", language): families["family"]}
    for one in study.definitions.kansarmoede.classes:
        found[one.title(language)] = families.loc[classes == one.id, "family"]
    found[say("explore_family", "not_followed", language)] = families.loc[~families["followed"], "family"]
    return {name: tuple(codes) for name, codes in found.items()}


def find_family(study: Study, code: str) -> pd.Series:
    """Find a family by its code, in small letters or capitals.

    Raises
    ------
    SelectionError
        There is none; the message names codes that look like it.
    """
    code, families = code.strip().upper(), study.families
    if code not in set(families["family"]):
        near = get_close_matches(code, sorted(families["family"]), n=3)
        raise SelectionError(say("explore_family", "unknown", study.language, code=code, near=near))
    return families[families["family"] == code].iloc[0]


def family_timeline(study: Study, code: str) -> pd.DataFrame:
    """Follow all items of a family over all of its registration dates, whether it is retained or not.

    Returns
    -------
    DataFrame
        As from `case_review.timelines`: family, person, unit, item, date, level, status, registered, change.
    """
    family, clean = find_family(study, code), study.tables
    if family["status"] != "retained":
        clean = replace(clean, observations=clean.excluded_observations)
    until = clean.families.set_index("family")["last_date"]
    return case_review.timelines(clean, until, pd.Series([family["family"]]), study.definitions)


def show_timeline(output: Output, study: Study, code: str, *, all_items: bool = False) -> None:
    """Show the timeline of a family through an internal output: what changed, or all items.

    Raises
    ------
    ValueError
        The output is no internal one.
    SelectionError
        There is no such family, or nothing was registered of it.
    """
    if not output.internal:
        raise ValueError("single families are shown by an internal output only")
    family, timeline = find_family(study, code), family_timeline(study, code)
    language, definitions = study.language, study.definitions
    if timeline.empty:
        raise SelectionError(say("explore_family", "nothing", language))
    moved = timeline.loc[timeline["change"].notna(), KEYS].drop_duplicates()
    drawn = moved if not (all_items or moved.empty) else timeline[KEYS].drop_duplicates()
    shown = timeline.merge(drawn, on=KEYS, how="inner", validate="many_to_one")
    finding, marked = profile(family, study.definitions), moved.head(0)
    nameless = SimpleNamespace(family=family["family"], baseline_score=0, follow_up_score=0)
    facts = timeline_facts(timeline, nameless, marked=marked, definitions=definitions)
    output.figure(
        f"timeline_{family['family']}",
        case_review.timeline_table(timeline, language=language),
        lambda ax: draw(shown, marked=marked, definitions=definitions, language=language, ax=ax),
        title=Text.alike(str(family["family"])),
        caption=both("explore", "timeline"),
        finding=finding,
        alt=both("explore", "told", finding=finding, rest=both("timeline", "alternative", **facts)),
    )
