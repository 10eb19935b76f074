"""Facts of the outputs in groups of which the public edition is made: selection, index, items, certainty."""

from typing import Any

import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.definitions.texts import texts
from helpers.outputs import tells
from helpers.primary import PRIMARY, question_of
from helpers.protect import Edition
from helpers.words import UNITS, first, names
from helpers.words.certainty import certainty, family_p

LEADING = 3  # items that a title names
KNOWN = 10  # with a known level at both moments, that an item needs to be named
WAYS = ("improved", "unchanged", "declined", "unknown")
Facts = dict[str, Any]


@tells(kind="distribution")
def families_by_value(table: pd.DataFrame) -> Facts:
    """Facts of families by the values of a column.

    Gives n (families in all), rows (of each value, by the names of the columns), most (the largest of them).
    """
    column, counted = table.columns[:2]
    rows = [
        {column: value, counted: int(n)}
        for value, n in zip(table[column].astype("str"), table[counted], strict=True)
    ]
    most = max(rows, key=lambda row: row[counted])
    return {"n": sum(row[counted] for row in rows), "rows": rows, "most": most}


@tells("figure_17_moves")
def figure_17_moves(table: pd.DataFrame, verdict_words: pd.DataFrame, edition: Edition) -> Facts:
    """Facts of `figure_17_moves`: families by what their score did, and how sure the difference is."""
    n = dict(zip(table["class"].astype("str"), map(int, table["families"]), strict=True))
    return {"n": sum(n.values()), **n, "sure": certainty("score", verdict_words)} | _apart(
        n["improved"], n["declined"], edition
    )


@tells("poverty_moves")
def poverty_moves(table: pd.DataFrame, verdict_words: pd.DataFrame, edition: Edition) -> Facts:
    """Facts of `poverty_moves`: who is poor at the start and at follow-up, who moved out and in."""
    row = table.set_index(table["outcome"].astype("str")).loc["poverty"].drop("outcome").astype("int64")
    return {
        "n": int(row.sum()),
        "before": int(row["both"] + row["out"]),
        "after": int(row["both"] + row["in"]),
        "out": int(row["out"]),
        "into": int(row["in"]),
        "sure": certainty("poverty", verdict_words),
    } | _apart(row["out"], row["in"], edition)


def _apart(up: int, down: int, edition: Edition) -> Facts:
    """Say by how many one exceeds the other, and whether the rounding is too coarse to tell."""
    more = int(up) - int(down)
    return {"more": more, "close": abs(more) < edition.difference, "rounded": edition.half > 0}


@tells("item_moves")
def item_moves(table: pd.DataFrame, verdict_words: pd.DataFrame, edition: Edition) -> Facts:
    """Facts of `item_moves`: the items that led, of those that differ enough, and which of them are clear.

    An item that only a few have a level of does not lead: one of them would turn its place.
    """
    ways = table[["improved", "unchanged", "declined"]].astype("int64")
    up = ways["improved"] - ways["declined"]
    leading = table[(up >= max(edition.difference, 1)) & table["net"].notna() & (ways.sum(axis=1) >= KNOWN)]
    leading = leading.sort_values("net", ascending=False, kind="stable").head(LEADING)
    found = [
        (names.item(row.unit, row.item), certainty(question_of(row.unit, row.item), verdict_words))
        for row in leading.itertuples()
    ]
    return {
        "leading": [name for name, _ in found],
        "clear": [name for name, sure in found if sure == "clear"],
        "noted": _noted(leading, [sure for _, sure in found]),
        "rounded": edition.half > 0,
    }


def _noted(leading: pd.DataFrame, sure: list[str]) -> Text:
    """Give what must be said of the items that the key result names: the clear ones, else those that lead."""
    ids = [f"{row.unit}.{row.item}" for row in leading.itertuples()]
    named = [one for one, word in zip(ids, sure, strict=True) if word == "clear"] or ids
    notes = [Text(**texts()["notes_on_items"][one]) for one in named if one in texts()["notes_on_items"]]
    return Text.of(lambda language: "".join(f"; {note(language)}" for note in notes))


@tells("item_moves_one")
def item_moves_one(
    table: pd.DataFrame, verdict_words: pd.DataFrame, edition: Edition, definitions: Definitions
) -> Facts:
    """Facts of one row of `item_moves`; `moves` are words of its own for the ways, which judge not."""
    row = table.iloc[0]
    n = {name: int(row[name]) for name in WAYS}
    return {
        **n,
        "n": sum(n.values()) - n["unknown"],
        "who": UNITS[str(row["unit"])],
        "title": names.item(row["unit"], row["item"]),
        "moves": definitions.moves(str(row["unit"]), str(row["item"])),
        "sure": certainty(question_of(row["unit"], row["item"]), verdict_words),
    } | _apart(n["improved"], n["declined"], edition)


@tells("verdict_words")
def of_verdicts(table: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of `verdict_words`: the questions that clearly went up."""
    rows = table[(table["verdict"] == "clear") & (table["outcome"] == "improved")]
    return {"clear": [names.question(name, definitions) for name in rows["question"].astype("str")]}


@tells("verdicts")
def verdicts(table: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of `verdicts`: the items that are clear, the primary outcomes among them apart, with their p."""
    clear = table[table["verdict"] == "clear"]
    items = [one for one in clear.itertuples() if "." in str(one.question)]
    outcomes = [one for one in clear.itertuples() if PRIMARY.get(str(one.question))]
    told = {
        name: [{"name": names.question(str(one.question), definitions), "p": one.adjusted_p} for one in some]
        for name, some in (("clear", items), ("outcomes", outcomes))
    }
    return told | {"items": len(definitions.items), "primary": len(PRIMARY)}


@tells("transition_tests")
def care(table: pd.DataFrame) -> Facts:
    """Facts of `transition_tests`: the row of the care for the children."""
    row = first(table[table["item"].astype("str") == "zorg"])
    return {"row": row, "p": family_p(row)}
