"""What can and what cannot be concluded from a figure: one careful sentence, made from its numbers.

There is no control group, so no sentence gives a cause. That more improved than declined is only said as far
as the verdict on that question goes, which is the same wherever it is told.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from helpers.definitions import LANGUAGES, MOMENTS, Text
from helpers.formats import both, decimal, p_value, points
from helpers.inference import verdict
from helpers.sentences import _conclusion_texts as say
from helpers.sentences._names import ALL
from helpers.sentences._phrases import (
    NOUNS,
    estimate,
    fill,
    noun,
)

ALPHA = 0.05  # the complement of the 95 % of all intervals
CANNOT_BE_TOLD = "cannot_be_told"


def pilots(followed: Sequence[int]) -> Text:
    """Conclude from the numbers of followed families per pilot."""
    low, high = min(followed, default=0), max(followed, default=0)
    range_of = Text("{low} tot {high}", "{low} to {high}") if low < high else Text("{high}", "{high}")
    families = fill(
        Text("{n} {families}", "{n} {families}"),
        n=fill(range_of, low=low, high=high),
        families=noun(high, "followed_family"),
    )
    return fill(say.PILOTS_NOT_TESTED, families=families)


def net(
    row: pd.Series,
    who: str,
    *,
    question: str = "",
    verdicts: pd.DataFrame | None = None,
) -> Text:
    """Conclude from improved against declined.

    Parameters
    ----------
    row : improved, unchanged, declined, net, net_low, net_high, family_p (or sign_exact_p, which is the same
        where each family counts once).
    who : whom it counts, a key of NOUNS.
    question, verdicts : whose verdict is told; without, the change is an indication at most.
    """
    if not row["improved"] + row["declined"]:
        return _joined(say.NOBODY_MOVED, say.NO_CAUSE)
    if pd.isna(row["net_low"]):
        return _joined(say.ONE_FAMILY, say.NO_CAUSE)
    word = certainty(family_p(row), question, verdicts)
    template = say.UNDECIDED if word == CANNOT_BE_TOLD else say.MORE if row["net"] > 0 else say.FEWER
    said = fill(template, who=NOUNS[who][1], certainty=say.CERTAIN[word], **tested(row))
    return _joined(said, say.NO_CAUSE)


def family_p(row: Mapping[str, Any] | pd.Series) -> float:
    """Give the p-value of the family test; of one pair a family it is that of the exact sign test."""
    if "family_p" in row:
        return float(row["family_p"])
    alone = pd.isna(row.get("net_low", row.get("difference_low")))  # one family is no test
    return float("nan") if alone else float(row.get("sign_exact_p", row.get("mcnemar_exact_p", 1.0)))


def certainty(p: float, question: str = "", verdicts: pd.DataFrame | None = None) -> str:
    """Give the verdict on a question; without one it is that of an untold test, an indication at most."""
    if verdicts is not None:
        found = verdicts.loc[verdicts["question"] == question, "verdict"]
        if len(found):
            return str(found.iloc[0])
    return verdict(p)


def _joined(*parts: Text) -> Text:
    """Put parts of a sentence behind each other as they are."""
    return Text(*("".join(part(language) for part in parts) for language in LANGUAGES))


def tested(row: Mapping[str, Any] | pd.Series) -> dict[str, Text]:
    """Write a net share with its interval and family test."""
    numbers = estimate(row)
    return numbers | {"p": both(p_value, family_p(row)), "interval": interval(numbers, row["net_low"])}


def interval(numbers: Mapping[str, Text], low: float) -> Text:
    """Write an interval, or why there is none; one whose two ends read alike is not shown."""
    if pd.isna(low):
        return say.NO_INTERVAL
    ends = {key: numbers[key] for key in ("low", "high")}
    return say.NARROW if ends["low"] == ends["high"] else fill(say.INTERVAL, **ends)


def difference(row: pd.Series) -> dict[str, Text]:
    """Write a difference of shares with its interval, in percentage points."""
    ends = {
        key: both(decimal, 100 * row[f"difference_{key}"], digits=1, signed=True) for key in ("low", "high")
    }
    return {"net": both(points, row["difference"], signed=True)} | ends


def crossed(row: pd.Series, verdicts: pd.DataFrame | None = None) -> Text:
    """Conclude from who went in and out of poverty (a row of poverty_change)."""
    out, into = int(row["out_of_poverty"]), int(row["into_poverty"])
    if not out + into:
        return _joined(say.NOBODY_CROSSED, say.NO_CAUSE)
    if pd.isna(row["difference_low"]):
        return _joined(say.ONE_FAMILY, say.NO_CAUSE)
    numbers = difference(row)
    numbers |= {
        "p": both(p_value, family_p(row)), "interval": interval(numbers, row["difference_low"])
    }  # fmt: skip
    word = certainty(family_p(row), "poverty", verdicts)
    if word == CANNOT_BE_TOLD:
        return _joined(fill(say.NOT_CROSSED, **numbers), say.NO_CAUSE)
    side = say.OUTWARDS if out > into else say.INWARDS
    return _joined(fill(say.CROSSED, side=side, certainty=say.CERTAIN[word], **numbers), say.NO_CAUSE)


def measures(table: pd.DataFrame) -> Text:
    """Conclude from poverty_measures, which has the families of each pilot."""
    first = table[(table["moment"].astype(str) == MOMENTS[0]) & (table["pilot"] != ALL)]
    return pilots([int(n) for n in first["families"]])
