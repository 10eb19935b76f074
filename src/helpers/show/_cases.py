"""The declined families one after the other: for internal review only, through the door of all output."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers import figures, sentences
from helpers.case_review import CaseReview, Lexicon, timeline_table
from helpers.definitions import Text
from helpers.show._layout import Layout
from helpers.show._worded import Worded

if TYPE_CHECKING:
    from helpers.show import Output

KEYS = ["unit", "person", "item"]
FALLEN = Text(
    "{family}: wat er zakte tussen nulmeting en opvolgmeting",
    "{family}: what fell between baseline and follow-up",
)
NOTES = Text("{family}: toelichtingen van de coach", "{family}: notes of the coach")
NO_NOTES = Text("Er zijn geen toelichtingen bij dit gezin.", "There are no notes about this family.")
NOBODY = Text("Er is geen gezin dat achteruitging.", "There is no family that declined.")
HEADERS = (
    Text("datum", "date"),
    Text("over", "about"),
    Text("toelichting", "note"),
    Text("thema's", "themes"),
)
NONE = "–"


def cases(output: "Output", review: CaseReview) -> None:
    """Show every declined family: what fell, its timeline, and the notes with their themes.

    Written are `timeline_<number>` for each family, as figure and table, and the tables `fallen_items`,
    `timelines` and `tagged_notes` of all of them.

    Parameters
    ----------
    output : Output
        One for internal review.
    review : CaseReview
        As from `case_review.review`.

    Raises
    ------
    ValueError
        The output is no internal one.
    """
    if not output.internal:
        raise ValueError("single families are shown by an internal output only")
    if review.families.empty:
        output.say(NOBODY)
    for family in review.families.itertuples():
        _case(output, review, family)
    output.file("fallen_items", review.items)
    output.file("timelines", review.timelines)
    output.file("tagged_notes", review.notes)


def _case(output: "Output", review: CaseReview, family: Any) -> None:
    """Show one family."""
    own = {
        name: rows[rows["family"] == family.family]
        for name, rows in vars(review).items()
        if name in ("deprivations", "items", "timelines", "notes")
    }
    definitions = output.definitions
    output.heading(sentences.case_heading(family, families=len(review.families)))
    output.say(sentences.case_fell(own["deprivations"], own["items"], definitions=definitions))
    _timeline(output, own["timelines"], own["items"], family)
    fell = own["items"][[*KEYS, *(name for name in own["items"] if name not in ("family", *KEYS))]]
    if not fell.empty:
        output.table(None, fell, caption=sentences.fill(FALLEN, family=family.family))
    _notes(output, own["notes"], review.lexicon, family)
    later = sentences.case_later(family)
    if later is not None:
        output.remark(later)


def _timeline(output: "Output", timeline: pd.DataFrame, items: pd.DataFrame, family: Any) -> None:
    """Show the items that changed as a figure, and all of them as its table."""
    definitions, language = output.definitions, output.language
    moved = timeline.loc[timeline["change"].notna(), KEYS].drop_duplicates()
    marked = items.loc[items["domain"].notna(), KEYS]
    account = sentences.timeline(timeline, family, marked=marked, definitions=definitions)
    rows = pd.concat([moved, marked], ignore_index=True).drop_duplicates()
    shown = timeline.merge(rows, on=KEYS, how="inner", validate="many_to_one")
    title = account.finding(language)
    output.figure(
        f"timeline_{family.number:02}",
        timeline_table(timeline, language=language),
        lambda ax: figures.timeline(
            shown, marked=marked, definitions=definitions, language=language, title=title, ax=ax
        ),
        title=account.finding,
        caption=account.caption,
        alt=account.alternative,
        size=figures.timeline_size(shown, definitions=definitions, language=language),
    )


def _notes(output: "Output", notes: pd.DataFrame, lexicon: Lexicon, family: Any) -> None:
    """Show the notes of a family, the words that made a tag marked."""
    if notes.empty:
        output.remark(NO_NOTES)
        return
    language = output.language
    titles = {theme.id: theme.title(language) for theme in lexicon.themes.themes}
    rows = []
    for note in notes.itertuples():
        tags = lexicon.tags(note.text)
        what = sentences.about(note.unit, note.person, note.item, output.definitions)(language)
        named = ", ".join(titles[tag.theme] for tag in tags) or NONE
        text = pieces(note.text, [place for tag in tags for place in tag.places])
        rows.append((f"{note.date:%Y-%m-%d}", what, text, named))
    headers = tuple(header(language) for header in HEADERS)
    table = Worded(headers, headers, tuple(rows), (False,) * len(headers))
    output.laid_out(Layout(table, ("",) * len(headers), NOTES(language).format(family=family.family)))


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
