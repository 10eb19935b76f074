"""The timeline of one family, whichever it is: retained or not, followed or not."""

from dataclasses import replace
from difflib import get_close_matches
from types import SimpleNamespace

import pandas as pd

from helpers import case_review
from helpers import words as texts
from helpers.charts import timeline as chart
from helpers.definitions import Text
from helpers.explore._selection import SelectionError
from helpers.show import Output
from helpers.study import Study
from helpers.words import both, say
from helpers.words.case_review import timeline as timeline_facts

KEYS = ["unit", "person", "item"]


def family_codes(data: Study) -> list[str]:
    """List the codes of all families with a kept row."""
    return sorted(data.tables.families["family"])


def find_family(data: Study, code: str) -> pd.Series:
    """Find a family by its code, in small letters or capitals.

    Raises
    ------
    SelectionError
        There is none; the message names codes that look like it.
    """
    code, known = code.strip().upper(), family_codes(data)
    if code not in known:
        said = say("explore_family", "unknown", data.language, code=code)
        near = get_close_matches(code, known, n=3)
        if near:
            said += " " + say("explore_family", "near", data.language, codes=", ".join(near))
        raise SelectionError(said)
    families = data.tables.families
    return families[families["family"] == code].iloc[0]


def family_timeline(data: Study, code: str) -> pd.DataFrame:
    """Follow all items of a family over all of its registration dates.

    Parameters
    ----------
    data : Study
        As from `open_study`.
    code : str
        Of the family.

    Returns
    -------
    DataFrame
        As from `case_review.timelines`: family, person, unit, item, date, level, status, registered, change.
    """
    family = find_family(data, code)
    clean = data.tables
    if family["status"] != "retained":
        clean = replace(clean, observations=clean.excluded_observations)
    until = clean.families.set_index("family")["last_date"]
    return case_review.timelines(clean, until, pd.Series([family["family"]]), data.definitions)


def show_timeline(output: Output, data: Study, code: str, *, all_items: bool = False) -> None:
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
    family, timeline = find_family(data, code), family_timeline(data, code)
    language, definitions = data.language, data.definitions
    if timeline.empty:
        raise SelectionError(say("explore_family", "nothing", language))
    moved = timeline.loc[timeline["change"].notna(), KEYS].drop_duplicates()
    drawn = moved if not (all_items or moved.empty) else timeline[KEYS].drop_duplicates()
    shown = timeline.merge(drawn, on=KEYS, how="inner", validate="many_to_one")
    finding, marked = profile(data, family), moved.head(0)
    nameless = SimpleNamespace(family=family["family"], baseline_score=0, follow_up_score=0)
    facts = timeline_facts(timeline, nameless, marked=marked, definitions=definitions)
    changes = texts.both("timeline", "alternative", **facts)
    output.figure(
        f"timeline_{family['family']}",
        case_review.timeline_table(timeline, language=language),
        lambda ax: chart.timeline(shown, marked=marked, definitions=definitions, language=language, ax=ax),
        title=Text.alike(str(family["family"])),
        caption=both("explore", "timeline"),
        finding=finding,
        alt=both("explore", "for_its_picture", finding=finding, rest=changes),
    )


def profile(data: Study, family: pd.Series) -> Text:
    """Say of a family who it is and when it was registered."""
    return both(
        "explore",
        "profile",
        family=family["family"],
        pilot=family["pilot"],
        type=data.definitions.vocabulary["household_type"][family["household_type"]],
        days=int(family["registrations"]),
        first=f"{family['t0']:%Y-%m-%d}",
        last=f"{family['last_date']:%Y-%m-%d}",
        followed=bool(family["followed"]),
    )
