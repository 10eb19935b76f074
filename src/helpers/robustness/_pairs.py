"""Levels at both moments, of every item at once."""

import numpy as np
import pandas as pd

from helpers.definitions import Definitions

WHO = ["family", "person", "unit", "item"]


def pairs_of_items(states: pd.DataFrame) -> pd.DataFrame:
    """Give everyone with a known level at both moments, on every item.

    Parameters
    ----------
    states : DataFrame
        family, person, unit, item, moment, level, fresh.

    Returns
    -------
    DataFrame
        family, person, unit, item, before, after (levels), fresh.
    """
    known = states[states["level"].notna()]
    before = known.loc[known["moment"] == "baseline", [*WHO, "level"]].rename(columns={"level": "before"})
    after = known.loc[known["moment"] == "follow_up", [*WHO, "level", "fresh"]]
    both = before.merge(after.rename(columns={"level": "after"}), on=WHO, validate="one_to_one")
    return both.astype({"unit": "str"})


def count_items(pairs: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Count the pairs of every item, and how many went which way.

    Returns
    -------
    DataFrame
        unit, item, n, improved, declined, net (empty without pairs): all items in the order of the codebook.
    """
    moved = pairs[["unit", "item"]].assign(
        n=1, improved=pairs["after"] > pairs["before"], declined=pairs["after"] < pairs["before"]
    )
    items = pd.MultiIndex.from_tuples(definitions.items, names=["unit", "item"])
    counts = moved.groupby(["unit", "item"]).sum().reindex(items, fill_value=0).astype(np.int64)
    counts["net"] = (counts["improved"] - counts["declined"]) / counts["n"].where(counts["n"] > 0)
    return counts.reset_index()
