"""Facts of the selection: which families are described and followed, and from which pilots they are."""

from typing import Any

import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.outputs import tells
from helpers.protect import Edition


@tells("flow", "flow_groups")
def flow(table: pd.DataFrame, definitions: Definitions) -> dict[str, Any]:
    """Facts of `flow`: how many families are at each stage, and what the stages are called."""
    n = dict(zip(table["stage"].astype("str"), table["families"].astype("int64"), strict=True))
    stages = [{"title": definitions.vocabulary["flow_stage"][stage], "n": n[stage]} for stage in n]
    return {"n": n, "stages": stages}


@tells("cases_by_pilot")
def cases_by_pilot(table: pd.DataFrame, definitions: Definitions, edition: Edition) -> dict[str, Any]:
    """Facts of `cases_by_pilot`: who has most described families, of how many."""
    total = int(table["retained"].sum())
    least = int(table["retained"].max()) - max(edition.difference, 1) if total else 0
    first = table[table["retained"] > least] if total else table.head(0)
    most = [
        _with_n(pilot_name(pilot, definitions), int(n))
        for pilot, n in zip(first["pilot"], first["retained"], strict=True)
    ]
    return {"total": total, "most": most}


def _with_n(name: Text, n: int) -> Text:
    return Text.of(lambda language: f"{name(language)} ({n})")


def pilot_name(pilot: object, definitions: Definitions) -> Text:
    """Give the name of a pilot; `all` and `unknown` in words."""
    return definitions.vocabulary["pilot"].get(str(pilot), Text.alike(str(pilot)))


@tells("cleaning_log")
def cleaning_log(table: pd.DataFrame, definitions: Definitions) -> dict[str, Any]:
    """Facts of `cleaning_log`: rows that were rejected, by which rule most, and cells that were emptied."""
    by_rule = table.groupby("rule", observed=True)[["rows", "cells"]].sum()
    most = str(by_rule["rows"].idxmax())
    overruled = int(by_rule["cells"].get("R08", 0))  # another pilot than the one that stands: not emptied
    return {
        "rows": int(by_rule["rows"].sum()),
        "most": {"title": definitions.vocabulary["rule"][most], "rows": int(by_rule["rows"].max())},
        "cells": int(by_rule["cells"].sum()) - overruled,
    }
