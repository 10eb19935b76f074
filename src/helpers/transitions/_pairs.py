"""Pairs of levels, counted: as a matrix, by family, and as a net share with its interval."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers import inference, tables
from helpers.definitions import LEVELS
from helpers.inference import bootstrap

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
    found = all_pairs(states[(states["unit"] == unit) & (states["item"] == item)])
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


def moved_families(pairs: pd.DataFrame) -> int:
    """Count the families in which anyone moved, up or down.

    Parameters
    ----------
    pairs : DataFrame
        family, baseline_level, follow_up_level, as from `pairs`.
    """
    moved = pairs["baseline_level"] != pairs["follow_up_level"]
    return int(pairs.loc[moved, "family"].nunique())


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


def family_counts(states: pd.DataFrame, *, unit: str, item: str) -> pd.DataFrame:
    """Count the pairs of each followed family, also of those that have none.

    Parameters
    ----------
    states, unit, item
        As for `pairs`.

    Returns
    -------
    DataFrame
        family, n, improved, declined; sorted by family.
    """
    return _per_family(pairs(states, unit=unit, item=item), followed_families(states)).reset_index()


def score_counts(families: pd.Series, before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """Count each family as one pair of a number of its own, of which less is better.

    Parameters
    ----------
    families : Series
        The followed families.
    before, after : Series
        Their number at both moments, such as the kansarmoede score.

    Returns
    -------
    DataFrame
        family, n, improved, declined, as from `family_counts`; in the order of the families.

    Examples
    --------
    >>> score_counts(pd.Series(["a", "b"]), pd.Series([3, 2]), pd.Series([1, 2])).values.tolist()
    [['a', 1, 1, 0], ['b', 1, 0, 0]]
    """
    improved, declined = (moved.astype("int64") for moved in (after < before, after > before))
    return families.to_frame("family").assign(n=1, improved=improved, declined=declined)


def family_matrices(pairs: pd.DataFrame) -> NDArray[np.int64]:
    """Count the pairs of each family by level at baseline and at follow-up.

    Parameters
    ----------
    pairs : DataFrame
        family, baseline_level, follow_up_level, as from `pairs`.

    Returns
    -------
    families × 5 × 5 array of int
        A matrix for each family that has a pair; their sum is `counts(pairs)`.
    """
    numbers, families = pd.factorize(pairs["family"])
    matrices = np.zeros((len(families), len(LEVELS), len(LEVELS)), dtype=np.int64)
    before, after = (
        pairs[f"{moment}_level"].to_numpy("int64") - LEVELS[0] for moment in ("baseline", "follow_up")
    )
    np.add.at(matrices, (numbers, before, after), 1)
    return matrices


def _both_moments(states: pd.DataFrame) -> pd.DataFrame:
    """Everyone with a row at follow-up: keys, baseline_level, follow_up_level, fresh."""
    before = states.loc[states["moment"] == "baseline", [*WHO, "level"]]
    after = states.loc[states["moment"] == "follow_up", [*WHO, "level", "fresh"]]
    both = before.rename(columns={"level": "baseline_level"}).merge(
        after.rename(columns={"level": "follow_up_level"}), on=WHO, how="right", validate="one_to_one"
    )
    return both[[*WHO, "baseline_level", "follow_up_level", "fresh"]]


def all_pairs(states: pd.DataFrame) -> pd.DataFrame:
    """Those of `_both_moments` whose level is known at both."""
    both = _both_moments(states)
    return both[both["baseline_level"].notna() & both["follow_up_level"].notna()]


def _cells() -> pd.MultiIndex:
    return pd.MultiIndex.from_product([LEVELS, LEVELS], names=["baseline_level", "follow_up_level"])


def followed_families(states: pd.DataFrame) -> pd.Index:
    """The families that have a follow-up: a bootstrap draws as many."""
    return pd.Index(
        states.loc[states["moment"] == "follow_up", "family"].unique(), name="family"
    ).sort_values()


def _per_family(pairs: pd.DataFrame, families: pd.Index) -> pd.DataFrame:
    """Pairs of each family, by family: n, improved, declined."""
    before, after = pairs["baseline_level"], pairs["follow_up_level"]
    counted = pairs[["family"]].assign(n=1, improved=after > before, declined=after < before)
    return counted.groupby("family").sum().reindex(families, fill_value=0).astype(np.int64)


def net_interval(
    pairs: pd.DataFrame, families: pd.Index, *, seed: int, key: tuple[str, str]
) -> tuple[float, float]:
    """Bootstrap interval of the net share of an item; the same wherever the item is shown."""
    each = _per_family(pairs, families)
    stream = inference.row_seed(seed, "net", *key)
    return bootstrap.bootstrap_share(each["improved"] - each["declined"], each["n"], seed=stream)
