"""Counts of families by what their members did → net share, interval and test with families as the unit."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers import inference

WAYS = ["pairs", "improved", "declined"]  # of a family: pairs of levels, and how many went which way


def count_families(moves: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Count families by their pairs and by how many of these improved and declined.

    By `by`, pairs, improved and declined: families. Those without a pair are not counted.

    `by` names other columns to count by.
    """
    some = moves[moves["pairs"] > 0]
    return some.groupby([*by, *WAYS]).size().to_frame("families")


def large_families(counted: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Give, by unit and item, how many pairs one family has where that is too many for a sure interval.

    `counted` is of `count_families` by unit and item; of a single family there is no interval.
    """
    found = {}
    for (unit, item), rows in counted.groupby(["unit", "item"]):
        pairs, families = rows.index.get_level_values("pairs").to_numpy("int64"), rows["families"].to_numpy()
        largest = int(pairs.max())
        if largest > 1 and families.sum() > 1 and largest > inference.LARGE_PART * (pairs @ families):
            found[str(unit), str(item)] = largest
    return found


def of_scores(pairs: pd.DataFrame) -> pd.DataFrame:
    """Count families as one pair each of a number of which less is better.

    By pairs (1), improved and declined (0 or 1): families.
    """
    before, after = (pairs.index.get_level_values(f"{moment}_score") for moment in ("baseline", "follow_up"))
    ways = {"pairs": 1, "improved": (after < before).astype(int), "declined": (after > before).astype(int)}
    return pairs.reset_index(drop=True).assign(**ways).groupby(WAYS)[["families"]].sum()


def score_moves(compared: pd.DataFrame) -> pd.DataFrame:
    """Give of every family which way a number went of which less is better.

    Gives family, pairs (1), improved and declined (0 or 1).
    """
    before, after = (compared[f"{moment}_score"].astype("int64") for moment in ("baseline", "follow_up"))
    ways = {"improved": (after < before).astype("int64"), "declined": (after > before).astype("int64")}
    return compared[["family"]].assign(pairs=1, **ways)


def net_share(nets: pd.DataFrame) -> dict[str, object]:
    """Measure who moved: net share of the pairs with its interval, and the family test.

    Gives n (pairs), improved, unchanged, declined, net = (improved − declined)/n, net_low, net_high,
    family_p, families_improved, families_declined. Without pairs the counts are 0 and the rest is missing;
    with one family only, interval and test are.
    """
    pairs, up, down = (nets.index.get_level_values(name).to_numpy("int64") for name in WAYS)
    families = nets["families"].to_numpy("int64")
    n, improved, declined = (int(number @ families) for number in (pairs, up, down))
    found = vars(inference.net_change(up - down, pairs, families))
    moved = {"n": n, "improved": improved, "unchanged": n - improved - declined, "declined": declined}
    return moved | {name: value for name, value in found.items() if name != "families"}


def in_rows(families: pd.Series | pd.Index, numbers: NDArray) -> pd.DataFrame:
    """Give whole numbers of families (families × more) as a family table: family, then a column per number.

    Of a million families there are hundreds of millions: they are kept in as few bytes as they take.
    """
    rows = pd.DataFrame(in_few_bytes(numbers.reshape(len(numbers), int(np.prod(numbers.shape[1:])))))
    rows.columns = [*map(str, rows.columns)]
    rows.insert(0, "family", pd.array(families, dtype="str"))
    return rows


def in_few_bytes(numbers: NDArray) -> NDArray:
    """Give whole numbers in the smallest type that holds them and their opposites."""
    return numbers.astype(np.min_scalar_type(-int(np.abs(numbers).max(initial=0)) - 1))


def of_rows(table: pd.DataFrame, *shape: int) -> NDArray:
    """Give the numbers of `in_rows` again, for each family in some shape."""
    return table.drop(columns="family").to_numpy().reshape(len(table), *shape)


def laid_out(
    rows: pd.DataFrame, families: pd.Series, keys: Sequence[tuple[str, str]], names: list[str]
) -> pd.DataFrame:
    """Lay rows of families, units and items out (`in_rows`): all names of the first key, of the second…

    0 where a family has no row.
    """
    who = pd.Index(families).get_indexer(rows["family"])
    what = pd.MultiIndex.from_tuples(keys).get_indexer(pd.MultiIndex.from_frame(rows[["unit", "item"]]))
    found = np.zeros((len(families), len(keys), len(names)), dtype=np.int64)
    found[who, what] = rows[names]
    return in_rows(families, found)
