"""What is said of the selection of families and of the figures at baseline."""

from collections.abc import Sequence

import pandas as pd

from helpers.definitions import Definitions, Figure, Text
from helpers.sentences import _conclusion_texts as texts
from helpers.sentences import _conclusions as conclusions
from helpers.sentences._names import UNKNOWN
from helpers.sentences._phrases import (
    AND,
    INTERVAL,
    Account,
    count_and_share,
    counted,
    fill,
    listed,
    named,
    part_of,
    plural,
    sentences,
)

PROFILE_CAPTION = Text(
    "Eenheid: gezinnen en hun kinderen op de nulmeting. Gezinstype: n = {type} bekend, {no_type} onbekend. "
    "Aantal kinderen: n = {families}. Leeftijd: n = {age} bekend, zwangerschappen meegeteld, {no_age} "
    "onbekend.",
    "Unit: families and their children at baseline. Family type: n = {type} known, {no_type} unknown. "
    "Number of children: n = {families}. Age: n = {age} known, expected births counted, {no_age} unknown.",
)
EDUCATION_CAPTION = Text(
    "Eenheid: ouders op de nulmeting; n = {total}, onbekend: {unknown}.",
    "Unit: parents at baseline; n = {total}, unknown: {unknown}.",
)
NO_EDUCATION = Text(
    "Van geen enkele ouder is het opleidingsniveau bekend", "The education of no parent is known"
)
LARGEST_EDUCATION = Text(
    "Grootste groep met een bekend niveau: {values}, {each}; onbekend: {unknown}",
    "Largest group with a known level: {values}, {each}; unknown: {unknown}",
)


def pilot_text(pilot: str, definitions: Definitions) -> Text:
    """Give the name of a pilot; `all` and `unknown` in words."""
    return definitions.vocabulary.get("pilot", {}).get(pilot, Text(pilot, pilot))


def profile(table: pd.DataFrame, *, definitions: Definitions, figure: Figure) -> Account:
    """Tell who the families are (Figure 2).

    Parameters
    ----------
    table : characteristic, value, n, share, ci_low, ci_high.
    definitions : for words.
    figure : how to read it.
    """
    parts = {
        name: table[table["characteristic"].astype(str) == name]
        for name in definitions.vocabulary["characteristic"]
    }
    known = {name: int(rows.loc[rows["value"] != UNKNOWN, "n"].sum()) for name, rows in parts.items()}
    unknown = {name: int(rows.loc[rows["value"] == UNKNOWN, "n"].sum()) for name, rows in parts.items()}
    caption = fill(
        PROFILE_CAPTION,
        type=known["household_type"],
        no_type=unknown["household_type"],
        families=counted(known["children"], "family"),
        age=counted(known["child_age"], "child"),
        no_age=unknown["child_age"],
    )
    start = Text("Staafdiagrammen in drie delen.", "Bar charts in three parts.")
    said = [_characteristic(name, rows, definitions) for name, rows in parts.items()]
    return Account(
        _typical_family(parts, known, definitions),
        sentences(caption, figure.reading, INTERVAL),
        sentences(start, *said),
        texts.REACHED,
    )


def _value(kind: str, value: str, definitions: Definitions) -> Text:
    """Give the words for a value of a characteristic; numbers stay numbers."""
    return definitions.vocabulary.get(kind, {}).get(value, Text(value, value))


def _characteristic(name: str, rows: pd.DataFrame, definitions: Definitions) -> Text:
    """List the counts of one characteristic."""
    pieces = [
        named(_value(name, value, definitions), count_and_share(n, share))
        for value, n, share in zip(rows["value"], rows["n"], rows["share"], strict=True)
    ]
    title = definitions.vocabulary["characteristic"][name]
    if not pieces:
        return fill(Text("{title}: geen gevallen.", "{title}: no cases."), title=_capital(title))
    return fill(
        Text("{title} – {list}.", "{title} – {list}."), title=_capital(title), list=listed(pieces, mark="; ")
    )


def _capital(text: Text) -> Text:
    """Begin with a capital."""
    return Text(text.nl[0].upper() + text.nl[1:], text.en[0].upper() + text.en[1:])


def _typical_family(parts: dict[str, pd.DataFrame], known: dict[str, int], definitions: Definitions) -> Text:
    """Say which family type and which number of children occur most."""
    if not known["household_type"] and not known["children"]:
        return Text("Over geen enkel gezin is iets bekend", "Nothing is known of any family")
    said = []
    for name in ("household_type", "children"):
        rows = parts[name][parts[name]["value"] != UNKNOWN]
        if known[name]:
            most = rows[rows["n"] == rows["n"].max()]
            values = [_value(name, value, definitions) for value in most["value"]]
            if name == "children":
                values = [_children(value.nl) for value in values]
            said.append(_often(values, int(most["n"].iloc[0]), known[name]))
    return fill(Text("Het vaakst: {said}", "Most often: {said}"), said=listed(said, mark="; "))


def _children(number: str) -> Text:
    """Write a number of children."""
    return counted(int(number), "child")


def _often(values: Sequence[Text], n: int, total: int) -> Text:
    """Write what occurs most, with its count; of several that occur equally often, each has it."""
    template = plural(
        len(values),
        Text("{values} ({part})", "{values} ({part})"),
        Text("{values} (elk {part})", "{values} (each {part})"),
    )
    return fill(template, values=listed(values, last=AND), part=part_of(n, total, "family"))


def education(table: pd.DataFrame, *, definitions: Definitions, figure: Figure) -> Account:
    """Tell the education of the adults (Figure 3).

    Parameters
    ----------
    table : education, n, share, ci_low, ci_high.
    definitions : for words.
    figure : how to read it.
    """
    values = table["education"].astype(str)
    total, unknown = int(table["n"].sum()), int(table.loc[values == UNKNOWN, "n"].sum())
    caption = fill(EDUCATION_CAPTION, total=total, unknown=unknown)
    pieces = [
        named(_value("education", value, definitions), count_and_share(n, share))
        for value, n, share in zip(values, table["n"], table["share"], strict=True)
    ]
    start = Text("Staafdiagram, van laag naar hoog – {list}.", "Bar chart, from low to high – {list}.")
    return Account(
        _largest_education(table[values != UNKNOWN], unknown, definitions),
        sentences(caption, figure.reading, INTERVAL),
        fill(start, list=listed(pieces, mark="; ")),
        conclusions.education(total, unknown),
    )


def _largest_education(known: pd.DataFrame, unknown: int, definitions: Definitions) -> Text:
    """Say which known education occurs most."""
    if not known["n"].sum():
        return NO_EDUCATION
    most = known[known["n"] == known["n"].max()]
    each = plural(len(most), Text("{n}", "{n}"), Text("elk {n}", "each {n}"))
    return fill(
        LARGEST_EDUCATION,
        values=listed(
            [_value("education", value, definitions) for value in most["education"].astype(str)], last=AND
        ),
        each=fill(each, n=count_and_share(most["n"].iloc[0], most["share"].iloc[0])),
        unknown=unknown,
    )
