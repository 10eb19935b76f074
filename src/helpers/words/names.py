"""What sentences call items, questions and pilots, and how sure they are of a change."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.definitions.languages import texts


def item(unit: str, name: str) -> Text:
    """Name an item: "stress van ouders", not the title of the codebook.

    >>> item("volwassene", "administratie").nl
    'administratie van ouders'
    """
    return Text(**texts()["items"][f"{unit}.{name}"])


def question(name: str, definitions: Definitions) -> Text:
    """Name a question of `verdicts`, such as `score` or `kind.opvang`."""
    unit, dot, of_item = name.partition(".")
    return item(unit, of_item) if dot else definitions.vocabulary["question"][name]


def certainty(question: str, verdicts: pd.DataFrame) -> str:
    """Give the verdict on a question (`verdicts`): clear, indication or cannot_be_told."""
    found = verdicts.loc[verdicts["question"] == question, "verdict"]
    return str(found.iloc[0]) if len(found) else "cannot_be_told"


def family_p(row: Mapping[str, Any]) -> float:
    """Give the p-value of the family test; of one pair a family it is that of the exact sign test."""
    if "family_p" in row:
        return float("nan") if pd.isna(row["family_p"]) else float(row["family_p"])
    alone = pd.isna(row.get("net_low", row.get("difference_low")))  # one family is no test
    return float("nan") if alone else float(row.get("sign_exact_p", row.get("mcnemar_exact_p", 1.0)))


def pilot(name: object, definitions: Definitions) -> Text:
    """Give the name of a pilot; `all` and `unknown` in words."""
    return definitions.vocabulary["pilot"].get(str(name), Text.alike(str(name)))
