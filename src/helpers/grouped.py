"""How the outputs in groups are drawn and told: what the public edition shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from helpers import charts, words
from helpers.definitions import Definitions, Figure, Text
from helpers.formats import count, percentage
from helpers.protect import EXACT, Edition
from helpers.show import Presentation
from helpers.words import names
from helpers.words.baseline import USUAL_SIDE

SIDE, OTHER, UNKNOWN = "#1f4e79", "#b9c9dc", "#e4e4e4"
Draw = Callable[..., Axes]


@dataclass(frozen=True)
class Chart:
    """A chart of rows: how it is drawn, what stands for it in words, and its size in inches."""

    draw: Callable[[Axes], Axes]
    alternative: str
    size: tuple[float, float]


def presentation(
    name: str,
    table: pd.DataFrame,
    title: Text,
    account: words.Account,
    *,
    definitions: Definitions,
    language: str,
    figure: Figure | None = None,
    edition: Edition = EXACT,
) -> Presentation:
    """Say how an output in groups is drawn and told.

    Parameters
    ----------
    name : str
        Of the output; `item_moves_one` for one row of `item_moves`.
    table : DataFrame
        The finished table.
    title : Text
        Of the output.
    account : Account
        What is said of it.
    definitions, language
        For words and colours.
    figure : Figure, optional
        The figure of the source report that it stands for.
    edition : Edition
        How its counts are rounded.
    """
    made = chart(name, table, definitions=definitions, language=language, figure=figure, half=edition.half)
    if account.alternative == account.caption:  # none of its own
        account = replace(account, alternative=Text(made.alternative, made.alternative))
    return Presentation(title, made.draw, account, made.size)


# ---- charts ----------------------------------------------------------------------------------------------


def chart(
    name: str,
    table: pd.DataFrame,
    *,
    definitions: Definitions,
    language: str,
    figure: Figure | None = None,
    half: int = 0,
) -> Chart:
    """Make the chart of an output in groups."""
    if name in STACKS:
        labels, parts, colours = STACKS[name](table, definitions, language)
        names = [_group(part, language) for part in parts]
        numbers = parts.map(lambda n: shown(n, half))
        draw = partial(charts.stacks, labels, parts, names, colours=colours, numbers=numbers)
        words_of = [
            f"{label} – " + ", ".join(f"{part}: {n}" for part, n in zip(names, numbers.iloc[at], strict=True))
            for at, label in enumerate(labels)
        ]
        return Chart(lambda ax: draw(ax=ax), "; ".join(words_of) + ".", charts.rows_size(labels, legend=True))
    labels, values, numbers_of, colours = _bars(name, table, definitions, language, figure, half)
    draw_bars = partial(charts.bars, labels, values, numbers_of, colours=colours)
    words_of = [f"{label}: {number}" for label, number in zip(labels, numbers_of, strict=True)]
    return Chart(lambda ax: draw_bars(ax=ax), "; ".join(words_of) + ".", charts.rows_size(labels))


def shown(n: Any, half: int) -> str:
    """Write a count; a rounded 0 as what it may be.

    Examples
    --------
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
    for column in read if half else ():
        if str(read[column].dtype) == "Int64":
            read[column] = [shown(n, half) for n in read[column]]
    return read


def _group(name: str, language: str, definitions: Definitions | None = None) -> str:
    """Put a group in words."""
    known = words.texts()["groups"].get(name)
    if known:
        return str(known[language])
    if definitions:
        for domain in definitions.kansarmoede.domains:
            if domain.id == name:
                return domain.title(language)
    return name.replace("-", "–")


Rows = tuple[list[str], list[float], list[str], list[str]]


def _bars(
    name: str,
    table: pd.DataFrame,
    definitions: Definitions,
    language: str,
    figure: Figure | None,
    half: int,
) -> Rows:
    """Lay out bars: labels, values, numbers at their end, colours."""
    if name == "flow_groups":
        labels = [definitions.word("flow_stage", str(stage), language) for stage in table["stage"]]
        n = table["families"].astype("float64")
        return labels, list(n), [shown(one, half) for one in n], [SIDE] * len(table)
    share = table["share"].astype("float64")
    numbers = [
        shown(n, half) + ("" if one != one else f"  ·  {percentage(one, language, digits=0)}")
        for n, one in zip(table["n"], share, strict=True)
    ]
    labels, colours = [], []
    for row in table.itertuples():
        label, on_side = _label(row, definitions, language, figure)
        labels.append(label)
        colours.append(UNKNOWN if row.group == "unknown" else SIDE if on_side else OTHER)
    return labels, list(table["n"].astype("float64")), numbers, colours


def _label(row: Any, definitions: Definitions, language: str, figure: Figure | None) -> tuple[str, bool]:
    """Name a row of bars, and say whether it is on the side that the figure is about."""
    if figure is None or figure.kind != "levels":
        kind = getattr(row, "characteristic", "")
        said = _group(str(row.group), language)
        known = definitions.vocabulary.get(str(kind), {}).get(str(row.group))
        if known:
            said = known(language)
        first = definitions.word("characteristic", str(kind), language) if kind else ""
        return (f"{first}: {said}" if first else said), True
    who = definitions.word("unit", str(row.unit), language) if len(figure.items) > 1 else ""
    if row.group == "unknown":
        return ": ".join(filter(None, (who, _group("unknown", language)))), False
    ends = [int(end) for end in str(row.group).split("-")]
    item = definitions.item(str(row.unit), str(row.item))
    labels = [item.labels[end - 1](language) for end in dict.fromkeys(ends)]
    side = figure.side or USUAL_SIDE
    on_side = side[0] <= ends[0] and ends[-1] <= side[1]
    return ": ".join(filter(None, (who, " … ".join(labels)))), on_side


Stacks = tuple[list[str], pd.DataFrame, list[str]]


def _score(table: pd.DataFrame, definitions: Definitions, language: str) -> Stacks:
    """Lay out what the score did."""
    parts = table.set_index(table["class"].astype("str"))[["families"]].T.astype("int64")
    palette = definitions.palette.change
    colours = [palette[name].colour for name in ("green", "yellow", "orange", "red")]
    return [definitions.vocabulary["unit_of_analysis"]["followed_family"](language)], parts, colours


def _poverty(table: pd.DataFrame, definitions: Definitions, language: str) -> Stacks:
    """Lay out who was poor, or deprived, when."""
    labels = [_group(str(outcome), language, definitions) for outcome in table["outcome"]]
    parts = table[["both", "out", "in", "neither"]].astype("int64")
    palette = definitions.palette.change
    return labels, parts, [palette[name].colour for name in ("orange", "green", "red", "yellow")]


def _items(table: pd.DataFrame, definitions: Definitions, language: str) -> Stacks:
    """Lay out the items, by what their net share was."""
    order = table.sort_values("net", ascending=False, kind="stable", na_position="last")
    labels = [names.item(row.unit, row.item)(language) for row in order.itertuples()]
    parts = order[["improved", "unchanged", "declined", "unknown"]].astype("int64")
    ways = definitions.palette.direction
    return labels, parts, [*(ways[name] for name in ("improved", "unchanged", "declined")), "#ffffff"]


STACKS: Mapping[str, Callable[[pd.DataFrame, Definitions, str], Stacks]] = {
    "figure_17_moves": _score,
    "poverty_moves": _poverty,
    "item_moves": _items,
    "item_moves_one": _items,
}
WITHOUT_CHART: Sequence[str] = ("verdict_words", "cleaning_log", "cases_by_pilot")
