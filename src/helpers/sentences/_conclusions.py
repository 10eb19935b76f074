"""What can and what cannot be concluded from a figure: one careful sentence, made from its numbers.

There is no control group, so no sentence gives a cause. That more improved than declined is only said when
the exact test and the interval over families agree: the test takes persons of one family as independent, the
interval of few families is too narrow.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from helpers.definitions import LANGUAGES, MOMENTS, Definitions, Moves, Text
from helpers.formats import both, decimal, p_value, points
from helpers.sentences import _conclusion_texts as say
from helpers.sentences._names import ALL, item_name
from helpers.sentences._phrases import (
    AND,
    NOTHING,
    NOUNS,
    counted,
    estimate,
    fill,
    listed,
    noun,
    part_of,
    plural,
    share_text,
    way_words,
)

ALPHA = 0.05  # the complement of the 95 % of all intervals
FEW_MOVES = 10  # below this the bootstrap of a difference rests on a handful of families
ENOUGH_FAMILIES = 6  # that moved: fewer, each counted once, could not differ from chance (2/2**5 > ALPHA)
NAMED = 4  # more items than this are counted, not named


def flow(n: dict[str, int]) -> Text:
    """Conclude from the selection; `n` holds the families per stage."""
    if not n["followed"]:
        return say.FOLLOWED_NONE
    if n["followed"] == n["retained"]:
        return say.FOLLOWED_ALL
    part = part_of(n["followed"], n["retained"], "family")
    return fill(say.FOLLOWED_PART, part=part, share=share_text(n["followed"] / n["retained"]))


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


def share(rows: pd.DataFrame, who: str) -> Text:
    """Conclude from the seven rows of one item (level, n, share, ci_low, ci_high)."""
    known = rows[rows["share"].notna()]
    if known.empty or not known["n"].sum():
        return say.REACHED
    most = known.loc[known["n"].idxmax()]
    return fill(
        say.SHARE,
        who=NOUNS[who][1],
        level=str(most["level"]),
        low=share_text(most["ci_low"]),
        high=share_text(most["ci_high"]),
        unknown=_unknown(rows, who),
    )


def groups(tables: Sequence[pd.DataFrame], who: Sequence[str]) -> Text:
    """Conclude from the rows of two items side by side."""
    missing = [_missing(rows) for rows in tables]
    said = [counted(n, kind) for n, kind in zip(missing, who, strict=True) if n]
    unknown = fill(say.UNKNOWN, n=listed(said, last=AND)) if said else NOTHING
    return fill(say.GROUPS, unknown=unknown)


def _missing(rows: pd.DataFrame) -> int:
    """Count those whose level is not known though the item applies."""
    return int(rows.loc[rows["level"].astype(str) == "missing", "n"].sum())


def _unknown(rows: pd.DataFrame, who: str) -> Text:
    """Say how many have no known level, where there are any."""
    n = _missing(rows)
    return fill(say.UNKNOWN, n=counted(n, who)) if n else NOTHING


def education(total: int, unknown: int) -> Text:
    """Conclude from the education of the parents."""
    if not unknown:
        return say.EDUCATION_KNOWN
    return fill(say.EDUCATION, part=part_of(unknown, total, "adult"), share=both(points, unknown / total))


def net(
    row: pd.Series,
    who: str,
    *,
    looked_again: bool = False,
    holm: Text | None = None,
    moved_families: int | None = None,
    moves: Moves | None = None,
) -> Text:
    """Conclude from improved against declined.

    Parameters
    ----------
    row : improved, declined, net, net_low, net_high, sign_exact_p.
    who : whom it counts, a key of NOUNS.
    looked_again : whether unchanged can mean that nobody looked.
    holm : what is left after adjusting for all items, as from `adjusted`.
    moved_families : in how many families anyone moved, where it counts persons.
    moves : the words of an item whose higher level is not plainly better.
    """
    again = say.LOOKED_AGAIN if looked_again else NOTHING
    ways = way_words(moves)
    if not row["improved"] + row["declined"]:
        return _joined(fill(say.NEITHER, **ways) if moves else say.NOBODY_MOVED, again, say.NO_CAUSE)
    enough = moved_families is None or moved_families >= ENOUGH_FAMILIES
    decided = enough and row["sign_exact_p"] < ALPHA
    undecided, more, fewer = (
        (say.EITHER, say.MORE_UP, say.MORE_DOWN) if moves else (say.UNDECIDED, say.MORE, say.FEWER)
    )
    template = undecided
    if decided and row["net_low"] > 0:
        template = more
    elif decided and row["net_high"] < 0:
        template = fewer
    said = fill(template, who=NOUNS[who][1], holm=holm or NOTHING, **tested(row), **ways)
    return _joined(said, again, say.NO_CAUSE)


def adjusted(change: pd.DataFrame, unit: str, item: str, *, words: Text = say.HOLM) -> Text:
    """Say what the p-value of an item is after adjusting for all items of item_change."""
    p = both(p_value, adjusted_p(change, unit, item))
    return fill(words, n=int((change["n"] > 0).sum()), p=p)


def adjusted_p(change: pd.DataFrame, unit: str, item: str) -> float:
    """Give the p-value of an item after adjusting for all items of item_change."""
    here = (change["unit"].astype(str) == unit) & (change["item"] == item)
    return float(change.loc[here, "sign_holm_p"].iloc[0])


def _joined(*parts: Text) -> Text:
    """Put parts of a sentence behind each other as they are."""
    return Text(*("".join(part(language) for part in parts) for language in LANGUAGES))


def tested(row: Mapping[str, Any] | pd.Series) -> dict[str, Text]:
    """Write a net share with its interval and exact test."""
    return estimate(row) | {"p": both(p_value, row["sign_exact_p"])}


def difference(row: pd.Series) -> dict[str, Text]:
    """Write a difference of shares with its interval, in percentage points."""
    ends = {
        key: both(decimal, 100 * row[f"difference_{key}"], digits=1, signed=True) for key in ("low", "high")
    }
    return {"net": both(points, row["difference"], signed=True)} | ends


def crossed(row: pd.Series) -> Text:
    """Conclude from who went in and out of poverty (a row of poverty_change)."""
    numbers = difference(row) | {"p": both(p_value, row["mcnemar_exact_p"])}
    out, into = int(row["out_of_poverty"]), int(row["into_poverty"])
    if row["mcnemar_exact_p"] < ALPHA and not row["difference_low"] <= 0 <= row["difference_high"]:
        said = fill(say.CROSSED, side=say.OUTWARDS if out > into else say.INWARDS, **numbers)
    else:
        few = say.FEW if 0 < out + into < FEW_MOVES else NOTHING
        said = fill(say.NOT_CROSSED, few=few, **numbers)
    return _joined(said, say.NO_CAUSE)


def items(table: pd.DataFrame, definitions: Definitions) -> Text:
    """Conclude from the change of all items (item_change)."""
    some = table[table["n"] > 0]
    alone = int(((some["net_low"] > 0) | (some["net_high"] < 0)).sum())
    left = some[some["sign_holm_p"] < ALPHA]
    said = fill(say.ITEMS, items=counted(len(some), "item"), alone=alone, left=_left(left, definitions))
    return _joined(said, say.NO_CAUSE)


def _left(left: pd.DataFrame, definitions: Definitions) -> Text:
    """Say which items remain after adjustment."""
    if left.empty:
        return Text("blijft er geen enkel over", "none is left")
    if len(left) > NAMED:
        return fill(Text("blijven er {n} over", "{n} are left"), n=len(left))
    names = [item_name(row, definitions) for row in left.itertuples()]
    one, many = (
        Text("blijft over: {names}", "{names} is left"),
        Text("blijven over: {names}", "{names} are left"),
    )
    return fill(plural(len(left), one, many), names=listed(names, last=AND))


def measures(table: pd.DataFrame) -> Text:
    """Conclude from poverty_measures, which has the families of each pilot."""
    first = table[(table["moment"].astype(str) == MOMENTS[0]) & (table["pilot"] != ALL)]
    return pilots([int(n) for n in first["families"]])
