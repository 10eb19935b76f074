"""The tests of the transition figures, a row per matrix."""

import numpy as np
import pandas as pd
from numpy.random import SeedSequence
from numpy.typing import NDArray

from helpers import inference, tables
from helpers.definitions import Definitions
from helpers.inference import matrices
from helpers.transitions._pairs import counts, family_matrices, followed_families, net_interval, pairs


def transition_tests(
    states: pd.DataFrame, definitions: Definitions, *, seed: int = inference.SEED
) -> pd.DataFrame:
    """Count and test the change of each transition figure, a row per matrix.

    Parameters
    ----------
    states : DataFrame
        As for `pairs`.
    definitions : Definitions
        Gives the figures of kind `transition`, in their order.
    seed : int
        Of the bootstrap and the permutations; each row has a stream of its own.

    Returns
    -------
    DataFrame
        figure, unit, item, n, improved, unchanged, declined, net with net_low and net_high (bootstrap of
        whole families), sign_exact_p, sign_midp, chi2, df and p of Stuart-Maxwell and of Bowker, each with a
        permutation_p (moments of whole families swapped), kappa_linear, p_better, gee_log_odds with
        gee_low, gee_high, gee_p, and note: why there is no GEE. Without pairs the counts are 0 and the rest
        is empty.
    """
    followed = followed_families(states)
    rows = [
        {"figure": figure.id, "unit": unit, "item": item}
        | _tests(pairs(states, unit=unit, item=item), followed, seed=seed, key=(unit, item))
        for figure in definitions.figures.values()
        if figure.kind == "transition"
        for unit, item in figure.items
    ]
    names = tables.TABLES["transition_tests"].column_names
    return tables.conform("transition_tests", pd.DataFrame(rows, columns=list(names)))


def _tests(pairs: pd.DataFrame, families: pd.Index, *, seed: int, key: tuple[str, str]) -> dict[str, object]:
    """The columns of `transition_tests` that pairs give; only the counts when there are none."""
    matrix = counts(pairs)
    n, unchanged = int(matrix.sum()), int(np.trace(matrix))
    improved, declined = int(np.triu(matrix, 1).sum()), int(np.tril(matrix, -1).sum())
    moved: dict[str, object] = {"n": n, "improved": improved, "unchanged": unchanged, "declined": declined}
    if n == 0:
        return moved
    sign = inference.sign_test(improved, declined)
    low, high = net_interval(pairs, families, seed=seed, key=key)
    return moved | {
        "net": (improved - declined) / n,
        "net_low": low,
        "net_high": high,
        "sign_exact_p": sign.exact_p,
        "sign_midp": sign.mid_p,
        **_matrix_tests(matrix),
        **_family_tests(pairs, seed=inference.row_seed(seed, "permutation", *key)),
    }


def _matrix_tests(matrix: NDArray[np.int64]) -> dict[str, object]:
    """What a matrix says by itself, its persons taken as independent."""
    margins, symmetry = matrices.stuart_maxwell(matrix), matrices.bowker(matrix)
    return {
        "stuart_maxwell_chi2": margins.chi2,
        "stuart_maxwell_df": margins.df,
        "stuart_maxwell_p": margins.p,
        "bowker_chi2": symmetry.chi2,
        "bowker_df": symmetry.df,
        "bowker_p": symmetry.p,
        "kappa_linear": matrices.kappa_linear(matrix),
        "p_better": matrices.p_better(matrix),
    }


def _family_tests(pairs: pd.DataFrame, *, seed: SeedSequence) -> dict[str, object]:
    """What is said with whole families as the unit."""
    swapped = matrices.permutation_tests(family_matrices(pairs), seed=seed)
    gee = matrices.ordinal_gee(pairs["baseline_level"], pairs["follow_up_level"], pairs["family"])
    return {
        "stuart_maxwell_permutation_p": swapped.stuart_maxwell_p,
        "bowker_permutation_p": swapped.bowker_p,
        "gee_log_odds": gee.log_odds,
        "gee_low": gee.low,
        "gee_high": gee.high,
        "gee_p": gee.p,
        "note": gee.note or None,
    }
