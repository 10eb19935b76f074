"""States → pairs of levels → transition matrices, tests, and the change of every item.

A pair is a person (for household items a family) with a known level, 1-5, at both moments; only followed
families have a follow-up. Higher is better.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers import inference, tables
from helpers.codebook import LEVELS, Definitions

WHO = ["family", "person", "unit", "item"]


@dataclass(frozen=True)
class WithoutPair:
    """Persons of followed families that a matrix leaves out, by the moment at which no level is known."""

    baseline: int
    follow_up: int
    both: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.baseline + self.follow_up + self.both


def pairs(states: pd.DataFrame, *, unit: str, item: str) -> pd.DataFrame:
    """Give the levels at both moments of all who have them.

    Parameters
    ----------
    states : DataFrame
        family, person, unit, item, moment, level, fresh.
    unit, item : str
        Item of the codebook.

    Returns
    -------
    DataFrame
        family, person, baseline_level, follow_up_level (1-5), fresh (registered again after the baseline
        window); sorted by family and person.
    """
    found = _all_pairs(states[(states["unit"] == unit) & (states["item"] == item)])
    return found.drop(columns=["unit", "item"]).sort_values(["family", "person"], ignore_index=True)


def without_pair(states: pd.DataFrame, *, unit: str, item: str) -> WithoutPair:
    """Count the persons of followed families without a known level at both moments.

    Parameters
    ----------
    states, unit, item
        As for `pairs`.
    """
    both = _both_moments(states[(states["unit"] == unit) & (states["item"] == item)])
    before, after = both["baseline_level"].isna(), both["follow_up_level"].isna()
    return WithoutPair(
        baseline=int((before & ~after).sum()),
        follow_up=int((~before & after).sum()),
        both=int((before & after).sum()),
    )


def counts(pairs: pd.DataFrame) -> NDArray[np.int64]:
    """Count pairs by level at baseline (rows) and at follow-up (columns), all five levels of both.

    Parameters
    ----------
    pairs : DataFrame
        baseline_level, follow_up_level, as from `pairs`.

    Returns
    -------
    5 × 5 array of int

    Examples
    --------
    >>> counts(pd.DataFrame({"baseline_level": [1, 1, 4], "follow_up_level": [2, 2, 4]}))[[0, 3]].tolist()
    [[0, 2, 0, 0, 0], [0, 0, 0, 1, 0]]
    """
    both = ["baseline_level", "follow_up_level"]
    found = pairs.groupby(both).size().reindex(_cells(), fill_value=0)
    return found.to_numpy(dtype=np.int64).reshape(len(LEVELS), len(LEVELS))


def matrix_table(pairs: pd.DataFrame, *, unit: str, item: str) -> pd.DataFrame:
    """Give the transition matrix as a table, a row per cell.

    Parameters
    ----------
    pairs : DataFrame
        As from `pairs`.
    unit, item : str
        What the pairs are about.

    Returns
    -------
    DataFrame
        unit, item, baseline_level, follow_up_level, persons, row_share: all 25 rows; row_share is the share
        of those who began at that level, empty where nobody did.
    """
    matrix = counts(pairs)
    began = matrix.sum(axis=1, keepdims=True)
    shares = np.where(began > 0, matrix / np.maximum(began, 1), np.nan)
    table = _cells().to_frame(index=False).assign(unit=unit, item=item)
    return tables.conform("figure_18", table.assign(persons=matrix.ravel(), row_share=shares.ravel()))


def transition_tests(states: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Count and test the change of each transition figure, a row per matrix.

    Parameters
    ----------
    states : DataFrame
        As for `pairs`.
    definitions : Definitions
        Gives the figures of kind `transition`, in their order.

    Returns
    -------
    DataFrame
        figure, unit, item, n, improved, unchanged, declined, net, sign_exact_p, sign_midp, chi2, df and p of
        Stuart-Maxwell and of Bowker, kappa_linear, p_better, note. Without pairs the counts are 0 and the
        rest is empty.
    """
    rows = [
        {"figure": figure.id, "unit": unit, "item": item}
        | _tests(counts(pairs(states, unit=unit, item=item)))
        for figure in definitions.figures.values()
        if figure.kind == "transition"
        for unit, item in figure.items
    ]
    names = tables.TABLES["transition_tests"].column_names
    return tables.conform("transition_tests", pd.DataFrame(rows, columns=list(names)))


def item_change(
    states: pd.DataFrame, definitions: Definitions, *, families: Iterable[str] | None = None
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

    Returns
    -------
    DataFrame
        unit, item, n, improved, unchanged_fresh, unchanged_carried (same level, registered again or not),
        declined, net = (improved − declined)/n, sign_exact_p, sign_midp, sign_holm_p (over the items with
        pairs). All items, by falling net share, ties in the order of the codebook; those without pairs last,
        with counts 0 and the rest empty.
    """
    chosen = states if families is None else states[states["family"].isin(list(families))]
    table = _item_counts(_all_pairs(chosen), definitions)
    some = table["n"] > 0
    test = inference.sign_test(table["improved"], table["declined"])
    table["net"] = (table["improved"] - table["declined"]) / table["n"].where(some)
    table["sign_exact_p"] = np.where(some, test.exact_p, np.nan)
    table["sign_midp"] = np.where(some, test.mid_p, np.nan)
    table["sign_holm_p"] = inference.holm(table["sign_exact_p"])
    table = table.sort_values("net", ascending=False, kind="stable", na_position="last")
    return tables.conform("item_change", table)


def _both_moments(states: pd.DataFrame) -> pd.DataFrame:
    """Everyone with a row at follow-up: keys, baseline_level, follow_up_level, fresh."""
    before = states.loc[states["moment"] == "baseline", [*WHO, "level"]]
    after = states.loc[states["moment"] == "follow_up", [*WHO, "level", "fresh"]]
    both = before.rename(columns={"level": "baseline_level"}).merge(
        after.rename(columns={"level": "follow_up_level"}), on=WHO, how="right", validate="one_to_one"
    )
    return both[[*WHO, "baseline_level", "follow_up_level", "fresh"]]


def _all_pairs(states: pd.DataFrame) -> pd.DataFrame:
    """Those of `_both_moments` whose level is known at both."""
    both = _both_moments(states)
    return both[both["baseline_level"].notna() & both["follow_up_level"].notna()]


def _cells() -> pd.MultiIndex:
    return pd.MultiIndex.from_product([LEVELS, LEVELS], names=["baseline_level", "follow_up_level"])


def _tests(matrix: NDArray[np.int64]) -> dict[str, object]:
    """The columns of `transition_tests` that a matrix gives; only the counts when it is empty."""
    n, unchanged = int(matrix.sum()), int(np.trace(matrix))
    improved, declined = int(np.triu(matrix, 1).sum()), int(np.tril(matrix, -1).sum())
    moved: dict[str, object] = {"n": n, "improved": improved, "unchanged": unchanged, "declined": declined}
    if n == 0:
        return moved
    sign = inference.sign_test(improved, declined)
    margins, symmetry = inference.stuart_maxwell(matrix), inference.bowker(matrix)
    return moved | {
        "net": (improved - declined) / n,
        "sign_exact_p": sign.exact_p,
        "sign_midp": sign.mid_p,
        "stuart_maxwell_chi2": margins.chi2,
        "stuart_maxwell_df": margins.df,
        "stuart_maxwell_p": margins.p,
        "bowker_chi2": symmetry.chi2,
        "bowker_df": symmetry.df,
        "bowker_p": symmetry.p,
        "kappa_linear": inference.kappa_linear(matrix),
        "p_better": inference.p_better(matrix),
    }


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
