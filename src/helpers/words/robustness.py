"""Facts of what other choices, families that were not followed and chance would make of it."""

from typing import Any

import numpy as np
import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.definitions.choices import Choices
from helpers.inference import ALPHA
from helpers.outputs import tells
from helpers.words import first, names

ALL = "all"  # what the rows of a table call all pilots together
NOT_COUNTED = (
    "default",
    "baseline",
    "attrition",
)  # rows of `headlines` that lean one way by how they are made
NAMED = 4  # choices that are named; of more, how many


@tells("multiverse")
def multiverse(
    table: pd.DataFrame, specification_curve: pd.DataFrame, definitions: Definitions, choices: Choices
) -> dict[str, Any]:
    """Facts of `multiverse`: range and middle of the equivalent specifications, and of each option.

    How many of them go one way is not told: they are the same families each time, which is no evidence.
    """
    some = table[table["net"].notna()]
    same = some[some["equivalent"]]
    words = choices.add_words(definitions).vocabulary
    options = [
        {"name": words[dimension.id][str(option)], "net": net}
        for dimension in choices.dimensions
        for option, net in some.groupby(dimension.id, sort=False)["net"].median().items()
    ]
    return {
        "n": len(same),
        "total": len(some),
        "median": same["net"].median() if len(same) else None,
        "families": _range(some["families"]),
        "net": _range(same["net"]),
        "usual": next(iter(some.loc[some["default"], "net"]), None),
        "distinct": int(specification_curve["distinct"].iloc[0]),
        "options": options,
    }


def _range(values: pd.Series) -> dict[str, Any]:
    """Give the lowest and the highest of some values."""
    return {"low": values.min(), "high": values.max()} if len(values) else {"low": None, "high": None}


@tells("specification_curve")
def specification_curve(table: pd.DataFrame) -> dict[str, Any]:
    """Facts of `specification_curve`: the middle net share, and whether turned families do as well."""
    row = first(table)
    return {"median": row["median"], "by_chance": None if row["p"] is None else row["p"] > ALPHA}


@tells("headlines")
def headlines(table: pd.DataFrame, definitions: Definitions, choices: Choices) -> dict[str, Any]:
    """Facts of `headlines`: how many keep their sign under one other choice, and which do not.

    Counted are the findings that have their sign by default; not the bounds of attrition, nor the families
    with new registrations when those are all families.
    """
    told = table[table["standing"].isin(["holds", "does_not_hold"])]
    usual = told[told["dimension"] == "default"]
    signs = usual.loc[usual["standing"] == "holds", "headline"]
    left_out = [*NOT_COUNTED, *(["fresh"] if _fresh_is_everyone(table) else [])]
    others = told[told["headline"].isin(signs) & ~told["dimension"].isin(left_out)]
    failing = others[others["standing"] == "does_not_hold"]
    words = choices.add_words(definitions).vocabulary
    where = dict.fromkeys(zip(failing["dimension"].astype("str"), failing["option"], strict=True))
    named: list[Text] = [words[dimension][str(option)] for dimension, option in where]
    return {
        "followed": bool(len(told)),
        "findings": len(signs),
        "total": len(others),
        "holds": len(others) - len(failing),
        "failing": named[:NAMED],
        "more": len(named[NAMED:]),
    }


def _fresh_is_everyone(table: pd.DataFrame) -> bool:
    """Whether all families are fresh: each headline is about as many as by default."""
    of = {name: table[table["dimension"] == name].set_index("headline")["n"] for name in ("default", "fresh")}
    return bool(len(of["fresh"]) and of["default"].sum() and of["fresh"].equals(of["default"]))


@tells("follow_up_status")
def follow_up_status(table: pd.DataFrame) -> dict[str, Any]:
    """Facts of `follow_up_status`: families of all pilots by what became of them."""
    n = _statuses(table)
    return {"n": n, "total": sum(n.values())}


def _statuses(table: pd.DataFrame) -> dict[str, int]:
    """Count the families of all pilots by what became of them."""
    rows = table[table["pilot"] == ALL]
    return dict(zip(rows["status"].astype("str"), map(int, rows["families"]), strict=True))


@tells("attrition")
def attrition(
    table: pd.DataFrame,
    attrition_chance: pd.DataFrame,
    follow_up_status: pd.DataFrame,
    choices: Choices,
    definitions: Definitions,
) -> dict[str, Any]:
    """Facts of `attrition`: how many comparisons stand out, what chance gives, and both scores."""
    some = table[table["standardised_difference"].notna()]
    notable = some[some["standardised_difference"].abs() >= choices.notable_difference]
    chance, score = first(attrition_chance), first(table.tail(1))
    observed = len(notable)
    side = None
    if chance["expected"] is not None:
        side = "below" if observed < chance["low"] else "above" if observed > chance["high"] else "within"
    n = _statuses(follow_up_status)
    return {
        "total": len(some),
        "notable": observed,
        "line": choices.notable_difference,
        "side": side,
        "followed": n["followed"],
        "others": n["too_late"] + n["lost"],
        "score": score,
        "differences": [
            {"name": _compared(row, definitions), "value": row.standardised_difference}
            for row in notable.sort_values("standardised_difference", ascending=False).itertuples()
        ],
    }


def _compared(row: Any, definitions: Definitions) -> Text:
    """Name an item, or the score."""
    known = (str(row.unit), row.item) in definitions.items
    return names.item(str(row.unit), row.item) if known else names.question("score", definitions)


@tells("attrition_bounds")
def attrition_bounds(table: pd.DataFrame) -> dict[str, Any]:
    """Facts of `attrition_bounds`: the net share as seen, at both extremes, and weighted."""
    rows = table.set_index(table["case"].astype("str"))
    values = {case: None if pd.isna(value) else float(value) for case, value in rows["value"].items()}
    observed, every = (int(rows.loc[case, "families"]) for case in ("observed", "best"))
    return {"value": values, "observed": observed, "unseen": every - observed}


@tells("freshness")
def freshness(table: pd.DataFrame) -> dict[str, Any]:
    """Facts of `freshness`: what became of all pairs of all items."""
    columns = ["n", "changed", "confirmed", "carried"]
    return {name: int(n) for name, n in table.loc[table["pilot"] == ALL, columns].sum().items()}


@tells("regression_to_mean")
def regression_to_mean(table: pd.DataFrame) -> dict[str, Any]:
    """Facts of `regression_to_mean`: how much more high scores fell than low ones, forward and backward.

    High is above the mean of that moment, low is the rest; without both nothing is compared.
    """
    gaps = {way: _gap(rows[rows["families"] > 0]) for way, rows in table.groupby("direction")}
    forward, backward = gaps.get("forward"), gaps.get("backward")
    pattern = None
    if forward is not None and backward is not None:
        mirrored = "forward" if backward >= 0 else "both" if backward <= forward else "partly"
        pattern = "none" if forward >= 0 else mirrored
    families = int(table.loc[table["direction"] == "forward", "families"].sum())
    return {"pattern": pattern, "families": families}


def _gap(rows: pd.DataFrame) -> float | None:
    """Mean change of families above the mean score less that of the others; None without both."""
    weights = rows["families"].astype("float64")
    mean = (rows["score"] * weights).sum() / weights.sum() if weights.sum() else np.nan
    high = (rows["score"] > mean).to_numpy()
    if not high.any() or high.all():
        return None
    changes = rows["mean_change"].astype("float64")
    return float(
        np.average(changes[high], weights=weights[high]) - np.average(changes[~high], weights=weights[~high])
    )


@tells("cutoffs")
def cutoffs(table: pd.DataFrame) -> dict[str, Any]:
    """Facts of `cutoffs`: how many families are poor from how many domains on, at both moments."""
    columns = ["poverty_cutoff", "poor_baseline", "poor_follow_up"]
    rows = [tuple(map(int, row)) for row in table[columns].itertuples(index=False)]
    return {"n": int(table["n"].iloc[0]), "rows": rows}
