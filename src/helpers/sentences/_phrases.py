"""Pieces of sentences in two languages: templates filled in, numbers with their noun, lists."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from helpers.definitions import LANGUAGES, Moves, Text
from helpers.formats import both, count, percentage
from helpers.words import Account as Account

Piece = Text | str | int
NOTHING = Text("", "")
NOUNS = {
    "family": (Text("gezin", "family"), Text("gezinnen", "families")),
    "followed_family": (
        Text("opgevolgd gezin", "followed family"),
        Text("opgevolgde gezinnen", "followed families"),
    ),
    "adult": (Text("ouder", "parent"), Text("ouders", "parents")),
    "child": (Text("kind", "child"), Text("kinderen", "children")),
    "item": (Text("item", "item"), Text("items", "items")),
    "registration": (Text("registratie", "registration"), Text("registraties", "registrations")),
    "note": (Text("toelichting", "note"), Text("toelichtingen", "notes")),
}
OF_UNIT = {"huishouden": "family", "volwassene": "adult", "kind": "child"}
INTERVAL = Text(
    "De lijnen door de balken zijn 95 %-betrouwbaarheidsintervallen (Wilson).",
    "The lines through the bars are 95% confidence intervals (Wilson).",
)


def fill(template: Text, **pieces: Piece) -> Text:
    """Put words and numbers into a template, in both languages.

    Examples
    --------
    >>> fill(Text("{n} van {all}", "{n} of {all}"), n=3, all=Text("alle", "all")).nl
    '3 van alle'
    """
    return Text(*(_fill(template, pieces, language) for language in LANGUAGES))


def _fill(template: Text, pieces: dict[str, Piece], language: str) -> str:
    """Fill the template of one language."""
    words = {name: p(language) if isinstance(p, Text) else str(p) for name, p in pieces.items()}
    return template(language).format(**words)


def sentences(*texts: Text | None) -> Text:
    """Put sentences behind each other; None is left out."""
    said = [text for text in texts if text is not None]
    return Text(*(" ".join(text(language) for text in said) for language in LANGUAGES))


def listed(texts: Iterable[Text], *, mark: str = ", ", last: Text | None = None) -> Text:
    """Put pieces behind each other: with a mark between them, and `last` before the last one.

    Examples
    --------
    >>> listed([Text("a", "a"), Text("b", "b"), Text("c", "c")], last=AND).nl
    'a, b en c'
    """
    pieces = list(texts)
    return Text(*(_listed([p(language) for p in pieces], mark, last, language) for language in LANGUAGES))


AND = Text(" en ", " and ")


def _listed(pieces: Sequence[str], mark: str, last: Text | None, language: str) -> str:
    """List the pieces of one language."""
    if last is None or len(pieces) < 2:
        return mark.join(pieces)
    return mark.join(pieces[:-1]) + last(language) + pieces[-1]


def plural(n: int, one: Text, many: Text) -> Text:
    """Choose the singular for one, else the plural."""
    return one if n == 1 else many


def noun(n: int, kind: str) -> Text:
    """Give the noun that goes with a number; `kind` is a key of NOUNS."""
    return plural(n, *NOUNS[kind])


def counted(n: int, kind: str) -> Text:
    """Give a number with its noun.

    Examples
    --------
    >>> counted(1, "family").en, counted(2, "child").nl
    ('1 family', '2 kinderen')
    """
    return fill(Text("{n} {noun}", "{n} {noun}"), n=int(n), noun=noun(int(n), kind))


def part_of(n: int, total: int, kind: str) -> Text:
    """Say that n of a total: `30 van 88 gezinnen`."""
    return fill(Text("{n} van {total}", "{n} of {total}"), n=int(n), total=counted(total, kind))


def share_text(share: float) -> Text:
    """Write a share as a percentage in both languages."""
    return both(percentage, share)


def count_and_share(n: int, share: float) -> Text:
    """Write a count, and the share that it is where there is one: `30 (34,1 %)`."""
    if share != share:  # missing
        return Text(count(n), count(n))
    return fill(Text("{n} ({share})", "{n} ({share})"), n=int(n), share=share_text(share))


STACKED_BARS = Text("Gestapelde balken – {list}.", "Stacked bars – {list}.")
OTHER_CELLS = Text("alle andere cellen: 0", "all other cells: 0")
ARROWS = Text(
    "Een pijl aan de rand wijst naar wat buiten de as valt.",
    "An arrow at the edge points to what lies beyond the axis.",
)
IMPROVED, UNCHANGED, DECLINED = (
    Text("vooruit", "improved"),
    Text("gelijk", "unchanged"),
    Text("achteruit", "declined"),
)


def way_words(moves: Moves | None) -> dict[str, Text]:
    """Give the words for up, same and down, and for `Up` with a capital; those of the item where it has them.

    Examples
    --------
    >>> way_words(None)["Up"].nl
    'Vooruit'
    """
    up, same, down = (
        (moves.improved, moves.unchanged, moves.declined) if moves else (IMPROVED, UNCHANGED, DECLINED)
    )
    capital = Text(*(up(language)[:1].upper() + up(language)[1:] for language in LANGUAGES))
    return {"up": up, "same": same, "down": down, "Up": capital}


def named(name: Piece, value: Piece) -> Text:
    """Give a value behind its name: `vooruit: 12`."""
    return fill(Text("{name}: {value}", "{name}: {value}"), name=name, value=value)


def estimate(row: Mapping[str, Any] | pd.Series) -> dict[str, Text]:
    """Write a net share with the ends of its interval: net, low, high.

    Parameters
    ----------
    row : net, net_low, net_high.
    """
    columns = {"net": "net", "low": "net_low", "high": "net_high"}
    return {key: both(percentage, row[column], signed=True) for key, column in columns.items()}


def ended(text: Text) -> Text:
    """Make a sentence of a finding."""
    return Text(f"{text.nl}.", f"{text.en}.")


def quoted(text: Text) -> Text:
    """Put a label between quotation marks."""
    return Text(f"‘{text.nl}’", f"‘{text.en}’")
