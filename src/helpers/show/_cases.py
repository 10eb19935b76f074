"""The declined families one after the other: for internal review only, through the door of all output."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers import figures, sentences
from helpers.case_review import CaseReview, Lexicon, timeline_table
from helpers.definitions import Text
from helpers.show._html import escape

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
    rows, lines = [], []
    for note in notes.itertuples():
        tags = lexicon.tags(note.text)
        day = f"{note.date:%Y-%m-%d}"
        what = sentences.about(note.unit, note.person, note.item, output.definitions)(language)
        named = ", ".join(titles[tag.theme] for tag in tags) or NONE
        places = [place for tag in tags for place in tag.places]
        rows.append([escape(day), escape(what), marked_html(note.text, places), escape(named)])
        lines.append(f"{day}  {what}: {marked_text(note.text, places)} [{named}]")
    caption = NOTES(language).format(family=family.family)
    html = _table([header(language) for header in HEADERS], rows, caption)
    output.display(html, "\n".join([caption, *lines]))


def _table(headers: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> str:
    """Make a table of cells that are HTML already; the first of each row heads it."""
    head = "".join(f'<th scope="col">{escape(header)}</th>' for header in headers)
    body = "\n".join(
        f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in others) + "</tr>"
        for first, *others in rows
    )
    return (
        f'<div class="data-table"><table><caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )


def marked_html(text: str, places: Sequence[tuple[int, int]]) -> str:
    """Write a text with the given places marked; everything in it is escaped.

    Examples
    --------
    >>> marked_html("a < b c", [(4, 5)])
    'a &lt; <mark>b</mark> c'
    """
    pieces = ((escape(piece), inside) for piece, inside in _pieces(text, places))
    return "".join(f"<mark>{piece}</mark>" if inside else piece for piece, inside in pieces).replace(
        "\n", "<br>"
    )


def marked_text(text: str, places: Sequence[tuple[int, int]]) -> str:
    """Write a text on one line with the given places between asterisks."""
    pieces = [f"*{piece}*" if inside else piece for piece, inside in _pieces(text, places)]
    return " ".join("".join(pieces).split())


def _pieces(text: str, places: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """Cut a text where a marked place begins or ends; places may overlap."""
    inside = [any(start <= at < end for start, end in places) for at in range(len(text))]
    cuts = [at for at in range(1, len(text)) if inside[at] != inside[at - 1]]
    bounds = [0, *cuts, len(text)]
    return [(text[a:b], inside[a]) for a, b in zip(bounds, bounds[1:], strict=False) if a < b]
