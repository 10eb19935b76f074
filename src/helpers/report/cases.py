"""The declined families one after the other: for internal review only, through the door of all output."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from helpers import words
from helpers.case_review import CaseReview, Lexicon, timeline_table
from helpers.charts.timeline import timeline
from helpers.report.layout import Layout, Worded
from helpers.report.output import Output
from helpers.words import case_review as case_facts

KEYS = ["unit", "person", "item"]
COLUMNS = ("date", "about", "note", "themes")
NONE = "–"


def cases(output: Output, review: CaseReview) -> None:
    """Show every declined family: what fell, its timeline, and the notes with their themes.

    Written are `timeline_<number>` for each family, as figure and table, and the tables `fallen_items`,
    `timelines` and `tagged_notes` of all of them. ValueError where the output is no internal one.
    """
    if not output.internal:
        raise ValueError("single families are shown by an internal output only")
    if review.families.empty:
        output.say(words.both("case", "nobody"))
    for family in review.families.itertuples():
        _case(output, review, family)
    output.file("fallen_items", review.items)
    output.file("timelines", review.timelines)
    output.file("tagged_notes", review.notes)


def _case(output: Output, review: CaseReview, family: Any) -> None:
    own = {
        name: rows[rows["family"] == family.family]
        for name, rows in vars(review).items()
        if name in ("deprivations", "items", "timelines", "notes")
    }
    facts = case_facts.case(
        family,
        families=len(review.families),
        deprivations=own["deprivations"],
        items=own["items"],
        definitions=output.definitions,
    )
    output.say(words.both("case", "heading", **facts), "heading")
    output.say(words.both("case", "fell", **facts))
    _timeline(output, own["timelines"], own["items"], family)
    fell = own["items"][[*KEYS, *(name for name in own["items"] if name not in ("family", *KEYS))]]
    if not fell.empty:
        output.table(None, fell, caption=words.both("case", "fallen", **facts))
    _notes(output, own["notes"], review.lexicon, family)
    later = words.both("case", "later", **facts)
    if later:
        output.say(later, "remark")


def _timeline(output: Output, timeline_of: pd.DataFrame, items: pd.DataFrame, family: Any) -> None:
    """Show the items that changed as a figure, and all of them as its table."""
    definitions, language = output.definitions, output.language
    moved = timeline_of.loc[timeline_of["change"].notna(), KEYS].drop_duplicates()
    marked = items.loc[items["domain"].notna(), KEYS]
    facts = case_facts.timeline(timeline_of, family, marked=marked, definitions=definitions)
    account = words.account(["timeline"], facts)
    rows = pd.concat([moved, marked], ignore_index=True).drop_duplicates()
    shown = timeline_of.merge(rows, on=KEYS, how="inner", validate="many_to_one")
    output.figure(
        f"timeline_{family.number:02}",
        timeline_table(timeline_of, language=language),
        lambda ax: timeline(shown, marked=marked, definitions=definitions, language=language, ax=ax),
        title=account.finding,
        caption=account.caption,
        alt=account.alternative,
    )


def _notes(output: Output, notes: pd.DataFrame, lexicon: Lexicon, family: Any) -> None:
    """Show the notes of a family, the words that made a tag marked."""
    if notes.empty:
        output.say(words.both("case", "no_notes"), "remark")
        return
    language = output.language
    titles = {theme.id: theme.title(language) for theme in lexicon.themes.themes}
    rows = []
    for note in notes.itertuples():
        tags = lexicon.tags(note.text)
        facts = case_facts.about(note.unit, note.person, note.item, output.definitions)
        what = words.say("case", "about", language, **facts)
        named = ", ".join(titles[tag.theme] for tag in tags) or NONE
        text = pieces(note.text, [place for tag in tags for place in tag.places])
        rows.append((f"{note.date:%Y-%m-%d}", what, text, named))
    headers = tuple(words.say("notes", column, language) for column in COLUMNS)
    table = Worded(headers, headers, tuple(rows), (False,) * len(headers))
    output.laid_out(
        Layout(table, ("",) * len(headers), words.say("case", "notes", language, family=family.family))
    )


def pieces(text: str, places: Sequence[tuple[int, int]]) -> tuple[tuple[str, bool], ...]:
    """Cut a text where a marked place begins or ends, and say of each piece whether it is marked.

    Places may overlap.

    Examples
    --------
    >>> pieces("a < b c", [(4, 5)])
    (('a < ', False), ('b', True), (' c', False))
    """
    inside = [any(start <= at < end for start, end in places) for at in range(len(text))]
    cuts = [at for at in range(1, len(text)) if inside[at] != inside[at - 1]]
    bounds = [0, *cuts, len(text)]
    return tuple((text[a:b], inside[a]) for a, b in pairwise(bounds) if a < b)
