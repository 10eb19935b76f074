"""Facts of planning: how many families a difference takes."""

from typing import Any

import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.definitions.choices import Planning
from helpers.formats import points
from helpers.outputs import tells
from helpers.words import first

NO_PAIRS = "no_pairs"


@tells("power")
def power(
    table: pd.DataFrame, planning: pd.DataFrame, plan: Planning, definitions: Definitions
) -> dict[str, Any]:
    """Facts of `power`: the families of each group that the difference of the headline takes, every line."""
    known = table[table["power"].notna()]
    lines = [
        {
            "name": _title(str(outcome), definitions),
            "net": float(net),
            "few": first(line),
            "many": first(line.tail(1)),
        }
        for (outcome, net), line in known.groupby(["outcome", "net"], observed=True)
    ]
    return {
        "drawn_from": int(planning["families_observed"].max()),
        "net": plan.headline,
        "target": plan.target_power,
        "studies": plan.simulations,
        "answers": _answers(planning, "families_needed", plan, definitions),
        "lines": lines,
    }


@tells("planning")
def planning(table: pd.DataFrame, plan: Planning, definitions: Definitions) -> dict[str, Any]:
    """Facts of `planning`: how many families to register, and which share of them is followed."""
    return {
        "drawn_from": int(table["families_observed"].max()),
        "net": plan.headline,
        "share": first(table)["followed_share"],
        "answers": _answers(table, "registered_needed", plan, definitions),
    }


def _answers(
    table: pd.DataFrame, column: str, plan: Planning, definitions: Definitions
) -> list[dict[str, Any]]:
    """Give for the difference of the headline each outcome with its number, and what kind of answer it is."""
    rows = table[(table["net"] == plan.headline) & (table["answer"].astype("str") != NO_PAIRS)]
    return [
        {
            "name": _title(str(row.outcome), definitions),
            "answer": str(row.answer),
            "n": None if pd.isna(n) else int(n),
            "largest": plan.families_per_group[-1],
        }
        for row, n in zip(rows.itertuples(), rows[column], strict=True)
    ]


def _title(outcome: str, definitions: Definitions) -> Text:
    """Give the title of an outcome."""
    return definitions.vocabulary["planning_outcome"][outcome]


def to_register(table: pd.DataFrame, plan: Planning, definitions: Definitions, language: str) -> pd.DataFrame:
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
