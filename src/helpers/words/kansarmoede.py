"""Facts of the kansarmoede index: who is poor, who moved in and out."""

from typing import Any

import pandas as pd

from helpers.outputs import tells
from helpers.words import first
from helpers.words.certainty import certainty, family_p


@tells("poverty_change")
def poverty_change(table: pd.DataFrame, verdicts: pd.DataFrame) -> dict[str, Any]:
    """Facts of `poverty_change`: its row, and how sure the difference is."""
    row = first(table)
    return {"row": row, "p": family_p(row), "sure": certainty("poverty", verdicts)}


@tells("score_change")
def score_change(table: pd.DataFrame) -> dict[str, Any]:
    """Facts of `score_change`: its row."""
    row = first(table)
    return {"row": row, "p": family_p(row)}
