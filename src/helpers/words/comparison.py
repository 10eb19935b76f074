"""Facts of coached families beside families for comparison."""

from typing import Any

import pandas as pd

from helpers.definitions import Definitions
from helpers.inference import ALPHA
from helpers.outputs import tells

SIDES = ("coached", "comparison")


@tells("group_comparison")
def group_comparison(table: pd.DataFrame, definitions: Definitions) -> dict[str, Any]:
    """Facts of `group_comparison`.

    Gives n (pairs), families (followed ones for comparison), tested (outcomes with a p), apart (names of
    those with a small one), scores (of each group: n, mean at the start), left_out (families without a
    counterpart, of the score), rows (those of the table, with a name).
    """
    words = definitions.vocabulary["outcome"]
    rows = [
        row | {"name": words[str(row["outcome"])]}
        for row in table.astype("object").where(table.notna(), None).to_dict("records")
    ]
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
