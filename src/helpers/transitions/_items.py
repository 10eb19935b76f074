"""The change of every item, with intervals and tests."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers import inference, tables
from helpers.definitions import Definitions
from helpers.transitions._pairs import all_pairs, followed_families, net_interval


def item_change(
    states: pd.DataFrame,
    definitions: Definitions,
    *,
    families: Iterable[str] | None = None,
    seed: int = inference.SEED,
) -> pd.DataFrame:
    """Count and test the change of every item.

    Parameters
    ----------
    states : DataFrame
        As for `pairs`.
    definitions : Definitions
        Gives the items and their order.
    families : codes of families, optional
        Only these; all families that are followed when left out.
    seed : int
        Of the bootstrap; each row has a stream of its own.

    Returns
    -------
    DataFrame
        unit, item, n, improved, unchanged_fresh, unchanged_carried (same level, registered again or not),
        declined, net = (improved − declined)/n with net_low and net_high (bootstrap of whole families),
        sign_exact_p, sign_midp, sign_holm_p (over the items with
        pairs). All items, by falling net share, ties in the order of the codebook; those without pairs last,
        with counts 0 and the rest empty.
    """
    chosen = states if families is None else states[states["family"].isin(list(families))]
    found = all_pairs(chosen)
    table = _item_counts(found, definitions)
    some = table["n"] > 0
    test = inference.sign_test(table["improved"], table["declined"])
    table["net"] = (table["improved"] - table["declined"]) / table["n"].where(some)
    table["sign_exact_p"] = np.where(some, test.exact_p, np.nan)
    table["sign_midp"] = np.where(some, test.mid_p, np.nan)
    table["sign_holm_p"] = inference.holm(table["sign_exact_p"])
    table[["net_low", "net_high"]] = _net_intervals(found, table, followed_families(chosen), seed=seed)
    table = table.sort_values("net", ascending=False, kind="stable", na_position="last")
    return tables.conform("item_change", table)


def _item_counts(pairs: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Number of pairs of every item, in the order of the codebook, and how many went which way."""
    before, after = pairs["baseline_level"], pairs["follow_up_level"]
    moved = pairs[["unit", "item"]].assign(
        n=1,
        improved=after > before,
        unchanged_fresh=(after == before) & pairs["fresh"],
        unchanged_carried=(after == before) & ~pairs["fresh"],
        declined=after < before,
    )
    items = pd.MultiIndex.from_tuples(definitions.items, names=["unit", "item"])
    sums = moved.astype({"unit": "str"}).groupby(["unit", "item"]).sum().reindex(items, fill_value=0)
    return sums.astype(np.int64).reset_index()


def _net_intervals(
    found: pd.DataFrame, table: pd.DataFrame, families: pd.Index, *, seed: int
) -> list[tuple[float, float]]:
    """Bootstrap interval of the net share of every item of a table."""
    by_item = dict(tuple(found.astype({"unit": "str"}).groupby(["unit", "item"])))
    keys = zip(table["unit"], table["item"], strict=True)
    return [net_interval(by_item.get(key, found.head(0)), families, seed=seed, key=key) for key in keys]
