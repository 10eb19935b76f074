"""How each output of the report is drawn and told: its chart, and what is said of it; in groups as well.

Outputs in groups are what the public edition shows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from helpers import words
from helpers.charts import outputs, rows
from helpers.charts.matrix import LANE
from helpers.charts.names import Names
from helpers.charts.style import OTHER, SIDE, UNKNOWN
from helpers.definitions import Definitions, Direction, Figure, Text
from helpers.definitions.outputs import DISTRIBUTION
from helpers.formats import count, first_upper
from helpers.tables import TABLES
from helpers.words import UNSAID, Account, names


@dataclass(frozen=True)
class Presentation:
    """What a figure needs to be shown: its title, how to draw it, what to say of it.

    It is drawn for the width of the figure that holds the Axes, and makes that as high as it needs.
    """

    title: Text
    draw: Callable[[Axes], Axes]
    account: Account
    rows: int | None = None  # of the table that are shown; None: all


def presentation(
    name: str,
    table: pd.DataFrame,
    *,
    definitions: Definitions,
    language: str,
    account: Account | None = None,
    **context: Any,
) -> Presentation:
    """Say how a figure of the source report, or a table that is drawn, is drawn and told.

    `account` is what is said of it; `context` what else its drawing needs, such as `scheme`, `lanes`,
    `outcomes`.
    """
    figure, kind = definitions.figures.get(name), chart_of(name, definitions)
    if kind not in outputs.CHARTS:
        raise ValueError(f"nothing is known of how to draw {name!r}; known are {sorted(outputs.CHARTS)}")
    given = {**context, **({"figure": figure} if figure else {}), "definitions": definitions}
    draw = outputs.drawing(kind, table, language=language, **given)
    rows = ROWS[kind](table) if kind in ROWS else None
    title = figure.title if figure else TABLES[name].title
    return Presentation(title, draw, account or Account(UNSAID, UNSAID, UNSAID), rows)


def chart_of(name: str, definitions: Definitions) -> str:
    """Name the chart of an output: that of its kind, of a figure; else one of its own, where there is one."""
    figure = definitions.figures.get(name)
    return figure.kind if figure else name


ROWS: Mapping[str, Callable[[pd.DataFrame], int]] = {  # of long tables that are shown; the file has all
    "multiverse": lambda table: 10,
    **dict.fromkeys(("pilot_profile", "pilot_transitions", "pilot_limits"), lambda table: 66),
    "power": lambda table: int(table["families_per_group"].nunique()),
}


# ---- in groups -------------------------------------------------------------------------------------------


def chart(
    name: str,
    table: pd.DataFrame,
    *,
    definitions: Definitions,
    language: str,
    figure: Figure | None = None,
    half: int = 0,
) -> tuple[Callable[[Axes], Axes], str]:
    """Give what draws the chart of an output in groups, and what stands for it in words.

    Its name is `item_moves_one` for one row of `item_moves`; `figure` is that of the source report that it
    stands for; a count may lie as far as `half` from what is shown.
    """
    called = Names(definitions, language)
    if name in STACKS:
        frame, parts, colours = STACKS[name](table, called)
        said = _names_of(parts, table, called)
        numbers = frame[parts].map(lambda n: shown(n, half))
        words_of = [
            f"{label} – " + ", ".join(f"{part}: {n}" for part, n in zip(said, numbers.iloc[at], strict=True))
            for at, label in enumerate(frame["label"])
        ]
        draw = partial(rows.stacks, frame, parts, said, colours, numbers=numbers)
        return lambda ax: draw(ax=ax), "; ".join(words_of) + "."
    frame = _bars(name, table, called, figure, half)
    heads = frame["group"] if "group" in frame else [""] * len(frame)
    words_of = [
        f"{f'{head}, ' if head else ''}{label}: {number}"
        for head, label, number in zip(heads, frame["label"], frame["number"], strict=True)
    ]
    return lambda ax: rows.bars(frame, ax=ax), "; ".join(words_of) + "."


def _names_of(parts: list[str], table: pd.DataFrame, called: Names) -> list[str]:
    """Name the parts of stacked bars; of one item that has words of its own for the ways, in these."""
    ways: Mapping[Any, str] = {}
    if "item" in table and len(table) == 1:
        key = str(table["unit"].iloc[0]), str(table["item"].iloc[0])
        ways = called.ways(*key) if called.definitions.moves(*key) else {}
    return [ways.get(part) or _group(part, called.language) for part in parts]


def shown(n: Any, half: int) -> str:
    """Write a count; a rounded 0 as what it may be.

    >>> shown(0, 2), shown(10, 2), shown(0, 0)
    ('0–2', '10', '0')
    """
    return f"0–{half}" if half and n == 0 else count(n)


def as_read(table: pd.DataFrame, definitions: Definitions, language: str, half: int) -> pd.DataFrame:
    """Give a table as a page shows it: groups in words, a rounded 0 as what it may be."""
    read = table.copy()
    worded = ("group", "class", "outcome") if "both" in read else ("group", "class")
    for column in worded:  # elsewhere the outcome is a way, which pages have a word for
        if column in read:
            read[column] = [_group(str(value), language, definitions) for value in read[column]]
    if "characteristic" in read:
        pairs = zip(table["characteristic"], table["group"], strict=True)
        known = definitions.vocabulary
        read["group"] = [
            known[kind][group](language) if group in known.get(kind, {}) else _group(group, language)
            for kind, group in pairs
        ]
    if half and "n" in read and "share" in read:
        read["share"] = read["share"].where(read["n"] > 0)
    for column in read if half else ():
        if str(read[column].dtype) == "Int64":
            read[column] = [shown(n, half) for n in read[column]]
    return read


def _group(name: str, language: str, definitions: Definitions | None = None) -> str:
    known = words.texts()["groups"].get(name)
    if known:
        return str(known[language])
    if definitions:
        for domain in definitions.kansarmoede.domains:
            if domain.id == name:
                return domain.title(language)
    return name.replace("-", "–")


def _bars(name: str, table: pd.DataFrame, called: Names, figure: Figure | None, half: int) -> pd.DataFrame:
    if name == "flow_groups":
        frame = table.rename(columns={"families": "value"}).assign(colour=SIDE)
        frame["label"] = [called.word("flow_stage", stage) for stage in table["stage"]]
        return frame.assign(number=[shown(n, half) for n in table["families"]])
    if figure is not None and figure.kind == "levels":  # best on top, as in the full edition
        known = table["group"] != "unknown"
        items = [part for _, part in table.groupby(["unit", "item"], sort=False)]
        halves = [(part[known[part.index]][::-1], part[~known[part.index]]) for part in items]
        table = pd.concat([rows_of for pair in halves for rows_of in pair])
    counted = "n" if "n" in table else str(table.columns[1])
    frame = table.rename(columns={counted: "value", "group": "of"})
    frame["number"] = [
        shown(n, half) + ("" if pd.isna(share) or half and not n else f" · {called.share(share)}")
        for n, share in zip(table[counted], table["share"], strict=True)
    ]
    if name in TABLES and TABLES[name].kind == DISTRIBUTION:
        column = TABLES[name].columns[0]
        known, language = called.definitions.vocabulary.get(column.vocabulary, {}), called.language
        labels_of = [
            known[value](language) if value in known else _group(value, language)
            for value in table[column.name].astype("str")
        ]
        return frame.assign(label=labels_of, colour=SIDE)
    labels = [_label(row, called, figure) for row in table.itertuples()]
    frame["group"], frame["label"] = [head for head, _, _ in labels], [label for _, label, _ in labels]
    frame["colour"] = [
        UNKNOWN if group == "unknown" else SIDE if on_side else OTHER
        for group, (_, _, on_side) in zip(table["group"], labels, strict=True)
    ]
    return frame


def _label(row: Any, called: Names, figure: Figure | None) -> tuple[str, str, bool]:
    """Head and name a row of bars, and say whether it is on the side that the figure is about."""
    said, definitions, language = _group(str(row.group), called.language), called.definitions, called.language
    if figure is None or figure.kind != "levels":
        kind = getattr(row, "characteristic", "")
        known = definitions.vocabulary.get(str(kind), {}).get(str(row.group))
        head = first_upper(called.word("characteristic", kind)) if kind else ""
        return head, known(language) if known else said, True
    head = called.word("unit", row.unit).capitalize() if len(figure.items) > 1 else ""
    if row.group == "unknown":
        return head, said, False
    ends = [int(end) for end in str(row.group).split("-")]
    item = definitions.item(str(row.unit), str(row.item))
    labels = [item.labels[end - 1](language) for end in dict.fromkeys(ends)]
    side = figure.about
    return head, " … ".join(labels), side[0] <= ends[0] and ends[-1] <= side[1]


Stacks = tuple[pd.DataFrame, list[str], list[str]]


def _score(table: pd.DataFrame, called: Names) -> Stacks:
    parts = table.set_index(table["class"].astype("str"))["families"].astype("int64")
    frame = parts.to_frame().T.assign(label=called.word("unit_of_analysis", "followed_family"))
    palette = called.definitions.palette.change
    return frame, list(parts.index), [palette[name].colour for name in ("green", "yellow", "orange", "red")]


def _poverty(table: pd.DataFrame, called: Names) -> Stacks:
    labels = [_group(str(outcome), called.language, called.definitions) for outcome in table["outcome"]]
    palette = called.definitions.palette.change
    colours = [palette[name].colour for name in ("orange", "green", "red", "yellow")]
    return table.assign(label=labels), ["both", "out", "in", "neither"], colours


def _items(table: pd.DataFrame, called: Names) -> Stacks:
    frame = table.sort_values("net", ascending=False, kind="stable", na_position="last")
    palette, language = called.definitions.palette, called.language
    parts: tuple[Direction, ...] = ("improved", "unchanged", "declined")
    own = [called.definitions.moves(str(row.unit), str(row.item)) for row in frame.itertuples()]
    left = [
        f" ({called.say('left', less=moves.improved(language))})" if moves and not all(own) else ""
        for moves in own
    ]
    items = [names.item(row.unit, row.item)(language) for row in frame.itertuples()]
    frame["label"] = [item + said for item, said in zip(items, left, strict=True)]
    for part in parts:
        colours = [(palette.moves if moves else palette.direction)[part] for moves in own]
        frame[f"{part}_colour"] = colours
    usual = palette.moves if all(own) else palette.direction
    return frame, [*parts, "unknown"], [*(usual[part] for part in parts), LANE]


STACKS: Mapping[str, Callable[[pd.DataFrame, Names], Stacks]] = {
    "figure_17_moves": _score,
    "poverty_moves": _poverty,
    "item_moves": _items,
    "item_moves_one": _items,
}
WITHOUT_CHART: Sequence[str] = ("verdict_words", "cleaning_log", "cases_by_pilot")
OPEN: Sequence[str] = ("cases_by_pilot",)  # tables of these that say more than a sentence
