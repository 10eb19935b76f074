"""Facts of what moved from level to level, item by item and all items together."""

from typing import Any

import pandas as pd

from helpers import inference
from helpers.definitions import Definitions, Figure
from helpers.definitions.texts import labels
from helpers.inference import ALPHA
from helpers.outputs import tells
from helpers.primary import ALL_ITEMS, WITHOUT_LEADING, question_of
from helpers.transitions import lanes, without_pair
from helpers.words import UNITS, names
from helpers.words.certainty import certainty

SUFFICIENT = 4  # a level from which there is enough of what an item is about


@tells(kind="transition")
def transition(
    table: pd.DataFrame,
    figure: Figure,
    level_moves: pd.DataFrame,
    lost_levels: pd.DataFrame,
    verdicts: pd.DataFrame | None,
) -> dict[str, Any]:
    """Facts of Figures 18–21: who moved which way, who left enough and who came to it, every cell.

    Without verdicts nothing is said of how sure it is.
    """
    (unit, item), before, after = figure.items[0], table["baseline_level"], table["follow_up_level"]
    ways = {"improved": after > before, "unchanged": after == before, "declined": after < before}
    counted = {way: _persons(table, rows) for way, rows in ways.items()}
    others = lanes(level_moves, lost_levels, unit=unit, item=item)
    others = others[others["persons"] > 0].sort_values(
        ["baseline", "follow_up"], key=lambda one: one.astype("str")
    )
    cells = table.loc[table["persons"] > 0, ["baseline_level", "follow_up_level", "persons"]]
    return {
        "who": UNITS[unit],
        "n": counted,
        "total": sum(counted.values()),
        "without": without_pair(level_moves, unit=unit, item=item).total,
        "left": _persons(table, (before >= SUFFICIENT) & (after < SUFFICIENT)),
        "entered": _persons(table, (before < SUFFICIENT) & (after >= SUFFICIENT)),
        "moves": figure.moves,
        "reading": figure.reading,
        "sure": None if verdicts is None else certainty(question_of(unit, item), verdicts),
        "cells": [tuple(map(int, cell)) for cell in cells.itertuples(index=False)],
        "lanes": [
            (_named(one.baseline), _named(one.follow_up), int(one.persons)) for one in others.itertuples()
        ],
    }


def _named(level: Any) -> Any:
    """Give a level as it is, and what is no level in words."""
    return labels("charts").get(str(level), level)


def _persons(table: pd.DataFrame, rows: pd.Series) -> int:
    """Count the persons in some cells."""
    return int(table.loc[rows, "persons"].sum())


@tells("primary_outcomes")
def primary_outcomes(table: pd.DataFrame, definitions: Definitions) -> dict[str, Any]:
    """Facts of `primary_outcomes`: which questions got which verdict, and which of them went down."""
    return {
        verdict: [
            {
                "name": names.question(str(row.outcome), definitions),
                "declined": verdict != "cannot_be_told" and row.net < 0,
            }
            for row in table[table["verdict"].astype("str") == verdict].itertuples()
        ]
        for verdict in ("clear", "indication", "cannot_be_told")
    }


@tells("coach_clusters")
def coach_clusters(
    table: pd.DataFrame, primary_outcomes: pd.DataFrame, definitions: Definitions
) -> dict[str, Any]:
    """Facts of `coach_clusters`: which questions stand out with coaches, and with families, as units."""
    tested = table[table["family_p"].notna()]
    tested = tested.assign(holm_p=inference.holm(tested["family_p"]))
    return {
        "coaches": int(table["coaches"].max()),
        "tested": len(tested),
        "by_coach": _standing_out(tested, definitions),
        "by_family": _standing_out(primary_outcomes, definitions),
    }


def _standing_out(table: pd.DataFrame, definitions: Definitions) -> list[Any]:
    """Name the outcomes that are clear: whose test stands out among them all."""
    return [
        names.question(str(outcome), definitions)
        for outcome in table.loc[table["holm_p"] <= ALPHA, "outcome"]
    ]


@tells("overall_change")
def overall_change(table: pd.DataFrame, verdicts: pd.DataFrame) -> dict[str, Any]:
    """Facts of `overall_change`: families by the balance of all their items, and of those left over."""
    rows = table.set_index(table["items"].astype("str"))
    every, rest = (
        {way: int(rows.loc[items, f"families_{way}"]) for way in ("improved", "declined", "level")}
        for items in (ALL_ITEMS, WITHOUT_LEADING)
    )
    sure = certainty("overall", verdicts)
    return {"every": every, "rest": rest, "total": sum(every.values()), "sure": sure}


@tells("item_change")
def item_change(
    table: pd.DataFrame, verdicts: pd.DataFrame | None, definitions: Definitions
) -> dict[str, Any]:
    """Facts of `item_change`: every item, those that are clear by their way, and how many are indicated."""
    some = table[table["n"] > 0]
    questions = [question_of(*key) for key in zip(some["unit"].astype("str"), some["item"], strict=True)]
    words = pd.Series([certainty(one, verdicts) if verdicts is not None else "" for one in questions])
    clear = some[(words == "clear").to_numpy()]
    return {
        "items": [
            {
                "name": names.item(str(row.unit), row.item),
                "improved": int(row.improved),
                "unchanged": int(row.unchanged_fresh + row.unchanged_carried),
                "declined": int(row.declined),
                "moves": definitions.moves(str(row.unit), row.item),
            }
            for row in table.itertuples()
        ],
        "tested": len(some),
        "sure": bool(words.isin(["clear", "indication"]).any()),
        "low": int(table["n"].min()),
        "high": int(table["n"].max()),
        "up": _names(clear[clear["net"] > 0]),
        "down": _names(clear[clear["net"] < 0]),
        "indicated": int((words == "indication").sum()),
    }


def _names(rows: pd.DataFrame) -> list[Any]:
    """Name the items of some rows."""
    return [names.item(str(row.unit), row.item) for row in rows.itertuples()]


@tells("claim_measures")
def claim_measures(table: pd.DataFrame) -> dict[str, Any]:
    """Facts of `claim_measures`: the families with a crisis; the other measures stand on other pages."""
    values = table.set_index(table["measure"].astype("str"))["value"]
    return {"crises": int(values["families_with_youth_care_crisis"])}
