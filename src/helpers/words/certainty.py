"""How sure: the verdict on a question, and the p-value behind it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd


def certainty(question: str, verdicts: pd.DataFrame) -> str:
    """Give the verdict on a question (`verdicts`): clear, indication or cannot_be_told."""
    found = verdicts.loc[verdicts["question"].astype("str") == question, "verdict"]
    return str(found.iloc[0]) if len(found) else "cannot_be_told"


def family_p(row: Mapping[str, Any]) -> float:
    """Give the p-value of the family test; of one pair a family it is that of the exact sign test."""
    if "family_p" in row:
        return float("nan") if pd.isna(row["family_p"]) else float(row["family_p"])
    alone = pd.isna(row.get("net_low", row.get("difference_low")))  # one family is no test
    return float("nan") if alone else float(row.get("sign_exact_p", row.get("mcnemar_exact_p", 1.0)))
