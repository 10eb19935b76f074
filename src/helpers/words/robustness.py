"""Facts of what other choices, families that were not followed and chance would make of it; of planning."""

import numpy as np
import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.definitions.choices import Choices, Planning
from helpers.formats import points
from helpers.inference import ALPHA
from helpers.kansarmoede import ALL
from helpers.outputs import tells
from helpers.words import Facts, first, names, records

# rows of `headlines` that lean one way by how they are made
NOT_COUNTED = ("default", "baseline", "attrition")


@tells("multiverse")
def multiverse(
    table: pd.DataFrame, specification_curve: pd.DataFrame, definitions: Definitions, choices: Choices
) -> Facts:
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


def _range(values: pd.Series) -> Facts:
    return {"low": values.min(), "high": values.max()} if len(values) else {"low": None, "high": None}


@tells("specification_curve")
def specification_curve(table: pd.DataFrame) -> Facts:
    """Facts of `specification_curve`: the middle net share, and whether turned families do as well."""
    row = first(table)
    return {"median": row["median"], "by_chance": None if row["p"] is None else row["p"] > ALPHA}


@tells("headlines")
def headlines(table: pd.DataFrame, definitions: Definitions, choices: Choices) -> Facts:
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
    where = dict.fromkeys(zip(failing["dimension"], failing["option"], strict=True))
    return {
        "followed": bool(len(told)),
        "findings": len(signs),
        "asked": table["headline"].nunique(),
        "total": len(others),
        "holds": len(others) - len(failing),
        "failing": [words[dimension][str(option)] for dimension, option in where],
    }


def _fresh_is_everyone(table: pd.DataFrame) -> bool:
    """Whether all families are fresh: each headline is about as many as by default."""
    of = {name: table[table["dimension"] == name].set_index("headline")["n"] for name in ("default", "fresh")}
    return bool(len(of["fresh"]) and of["default"].sum() and of["fresh"].equals(of["default"]))


@tells("follow_up_status")
def follow_up_status(table: pd.DataFrame) -> Facts:
    """Facts of `follow_up_status`: families of all pilots by what became of them."""
    n = _statuses(table)
    return {"n": n, "total": sum(n.values())}


def _statuses(table: pd.DataFrame) -> dict[str, int]:
    rows = table[table["pilot"] == ALL]
    return dict(zip(rows["status"], map(int, rows["families"]), strict=True))


@tells("attrition")
def attrition(
    table: pd.DataFrame,
    attrition_chance: pd.DataFrame,
    follow_up_status: pd.DataFrame,
    choices: Choices,
    definitions: Definitions,
) -> Facts:
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
        "chance": chance,
        "followed": n["followed"],
        "others": n["too_late"] + n["lost"],
        "score": score,
        "differences": [
            {
                "name": names.item(str(row.unit), row.item)
                if (str(row.unit), row.item) in definitions.items
                else names.question("score", definitions),
                "value": row.standardised_difference,
            }
            for row in notable.sort_values("standardised_difference", ascending=False).itertuples()
        ],
    }


@tells("attrition_bounds")
def attrition_bounds(table: pd.DataFrame) -> Facts:
    """Facts of `attrition_bounds`: the net share as seen, at both extremes, and weighted."""
    rows = table.set_index(table["case"].astype("str"))
    values = {case: None if pd.isna(value) else float(value) for case, value in rows["value"].items()}
    observed, every = (int(rows.loc[case, "families"]) for case in ("observed", "best"))
    return {"value": values, "observed": observed, "unseen": every - observed}


@tells("freshness")
def freshness(table: pd.DataFrame, choices: Choices) -> Facts:
    """Facts of `freshness`: what became of all pairs of all items; whether each row repeats all levels."""
    columns = ["n", "changed", "confirmed", "carried"]
    all_items = {str(name): int(n) for name, n in table.loc[table["pilot"] == ALL, columns].sum().items()}
    unchanged = all_items["confirmed"] + all_items["carried"]
    few_carried = all_items["carried"] <= unchanged * choices.carried_at_most
    return all_items | {"repeated": unchanged >= choices.least_known and few_carried}


@tells("regression_to_mean")
def regression_to_mean(table: pd.DataFrame) -> Facts:
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
def cutoffs(table: pd.DataFrame) -> Facts:
    """Facts of `cutoffs`: how many families are poor from how many domains on, at both moments."""
    columns = ["poverty_cutoff", "poor_baseline", "poor_follow_up"]
    rows = [tuple(map(int, row)) for row in table[columns].itertuples(index=False)]
    return {"n": int(table["n"].iloc[0]), "rows": rows}


NO_PAIRS = "no_pairs"


@tells("power")
def power(table: pd.DataFrame, planning: pd.DataFrame, plan: Planning, definitions: Definitions) -> Facts:
    """Facts of `power`: the families of each group that the difference of the headline takes, every line."""
    known = table[table["power"].notna()]
    lines = [
        {
            "name": _title(str(outcome), definitions),
            "net": float(net),
            "few": first(line),
            "many": first(line.tail(1)),
        }
        for (outcome, net), line in known.groupby(["outcome", "net"])
    ]
    return {
        **_drawn_from(planning, plan),
        "net": plan.headline,
        "target": plan.target_power,
        "studies": plan.simulations,
        **_answers(planning, "families_needed", plan, definitions),
        "lines": lines,
    }


@tells("planning")
def planning(table: pd.DataFrame, plan: Planning, definitions: Definitions) -> Facts:
    """Facts of `planning`: how many families to register, and which share of them is followed."""
    return {
        **_drawn_from(table, plan),
        "net": plan.headline,
        "share": first(table)["followed_share"],
        **_answers(table, "registered_needed", plan, definitions),
    }


def _drawn_from(table: pd.DataFrame, plan: Planning) -> Facts:
    """Say how many families studies are drawn from, and whether these are too few to know how they move."""
    families = int(table["families_observed"].max())
    return {"drawn_from": families, "few": families < plan.least_families}


def _answers(table: pd.DataFrame, column: str, plan: Planning, definitions: Definitions) -> Facts:
    """Give for the difference of the headline each outcome with its number, and what kind of answer it is."""
    rows = table[(table["net"] == plan.headline) & (table["answer"] != NO_PAIRS)]
    answers = [
        {
            "name": _title(str(row.outcome), definitions),
            "answer": str(row.answer),
            "n": None if pd.isna(n) else int(n),
            "largest": plan.families_per_group[-1],
        }
        for row, n in zip(rows.itertuples(), rows[column], strict=True)
    ]
    return {"answers": answers, "infeasible": {one["answer"] for one in answers} == {"infeasible"}}


def _title(outcome: str, definitions: Definitions) -> Text:
    return definitions.vocabulary["planning_outcome"][outcome]


def to_register(table: pd.DataFrame, definitions: Definitions, language: str) -> pd.DataFrame:
    """Lay out how many families to register per group: a row per question, a column per difference."""
    answers = definitions.vocabulary["planning_answer"]
    cells = table.assign(
        outcome=[_title(outcome, definitions)(language) for outcome in table["outcome"].astype("str")],
        needed=[
            answers[str(answer)](language) if pd.isna(n) else str(int(n))
            for answer, n in zip(table["answer"], table["registered_needed"], strict=True)
        ],
    )
    wide = cells.pivot(index="outcome", columns="net", values="needed").loc[cells["outcome"].unique()]
    return wide.rename(columns=lambda net: points(net, language)).rename_axis(columns=None).reset_index()


SIDES = ("coached", "comparison")


@tells("group_comparison")
def group_comparison(table: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of `group_comparison`.

    Gives n (pairs), families (followed ones for comparison), tested (outcomes with a p), apart (names of
    those with a small one), scores (of each group: n, mean at the start), left_out (families without a
    counterpart, of the score), rows (those of the table, with a name).
    """
    words = definitions.vocabulary["outcome"]
    rows = [row | {"name": words[str(row["outcome"])]} for row in records(table)]
    score = rows[0] if rows else {}
    return {
        "n": int(table[[f"{side}_n" for side in SIDES]].sum(axis=None)),
        "families": max((row["comparison_families"] for row in rows), default=0),
        "tested": sum(row["strata_p"] is not None for row in rows),
        "apart": [row["name"] for row in rows if row["strata_p"] is not None and row["strata_p"] <= ALPHA],
        "scores": {side: (score.get(f"{side}_families"), score.get(f"{side}_score")) for side in SIDES},
        "left_out": score.get("left_out"),
        "rows": rows,
    }
