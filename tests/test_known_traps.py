"""Known traps of the libraries: each is shown to be there, and ours to step past it.

When a test fails in its first half, a new version of the library mended the trap: take that half out.
"""

import warnings
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.stats import wilcoxon
from statsmodels.genmod.cov_struct import Independence
from statsmodels.genmod.generalized_estimating_equations import OrdinalGEE
from statsmodels.stats.contingency_tables import SquareTable, mcnemar
from statsmodels.stats.multitest import multipletests

from helpers import inference, transitions
from helpers.inference import matrices

ONE_ZERO = np.array([[5, 6, 0], [2, 7, 3], [0, 1, 4]])


def test_square_table_adds_a_half_to_empty_cells_unless_told_not_to():
    assert SquareTable(ONE_ZERO).table[0, 2] == 0.5  # nobody moved between 1 and 3
    assert SquareTable(ONE_ZERO).symmetry().df == 3
    # by hand: (6 - 2)^2/8 + (3 - 1)^2/4 = 3 on the two pairs that occur; the margins differ by 4, -2, -2, and
    # along a chain of states both statistics are the same
    for test in (matrices.stuart_maxwell(ONE_ZERO), matrices.bowker(ONE_ZERO)):
        assert (test.chi2, test.df) == (pytest.approx(3), 2)
    assert SquareTable(ONE_ZERO).homogeneity().statistic == pytest.approx(2.2727, abs=1e-4)  # not 3


def test_square_table_gives_empty_states_degrees_of_freedom():
    """Levels 2 and 4 at neither moment: three states are left, with two moves among them and one alone."""
    matrix = np.zeros((5, 5), dtype=int)
    matrix[np.ix_([0, 2, 4], [0, 2, 4])] = [[2, 1, 1], [4, 3, 0], [2, 1, 5]]
    theirs = SquareTable(matrix, shift_zeros=False)
    assert theirs.symmetry().df == 10  # all pairs of five levels
    with pytest.warns(UserWarning, match="Unable to invert covariance matrix"):
        assert np.isnan(theirs.homogeneity().pvalue)
    # by hand: (4 - 1)^2/5 + (2 - 1)^2/3 + (1 - 0)^2/1; the pairs are 1-3, 1-5 and 3-5
    symmetry = matrices.bowker(matrix)
    assert (symmetry.chi2, symmetry.df) == (pytest.approx(9 / 5 + 1 / 3 + 1), 3)
    homogeneity = matrices.stuart_maxwell(matrix)
    assert homogeneity.df == 2 and 0 < homogeneity.p < 1


def test_square_table_cannot_take_states_that_nobody_moves_between():
    """1-2 and 3-4 apart: V has rank 2, statsmodels says 3 and gives nothing."""
    matrix = np.eye(4, dtype=int)
    matrix[0, 1], matrix[1, 0], matrix[2, 3], matrix[3, 2] = 6, 2, 5, 4
    with pytest.warns(UserWarning, match="Unable to invert covariance matrix"):
        theirs = SquareTable(matrix, shift_zeros=False).homogeneity()
    assert theirs.df == 3 and np.isnan(theirs.statistic)
    ours = matrices.stuart_maxwell(matrix)
    assert (ours.chi2, ours.df) == (pytest.approx(16 / 8 + 1 / 9), 2)


def test_multipletests_takes_a_missing_p_value_for_a_test():
    """A missing one makes all of BH missing, and counts among the tests of Holm."""
    p = [0.01, np.nan, 0.04]
    assert np.isnan(multipletests(p, method="fdr_bh")[1]).all()
    assert multipletests(p, method="holm")[1][0] == pytest.approx(0.03)  # times three tests
    np.testing.assert_allclose(inference.benjamini_hochberg(p), [0.02, np.nan, 0.04])
    np.testing.assert_allclose(inference.holm(p), [0.02, np.nan, 0.04])  # times two


CHANGES = np.array([0, 0, 1, 1, 1, -1, 2, 1, 1, 0])  # in levels: six up, one down, three unchanged


def turned(statistic):
    """The exact p-value of a statistic by turning each change over, or not: 2^7 ways."""
    moved = CHANGES[CHANGES != 0]
    all_turns = np.array([statistic(moved * turn) for turn in product([1, -1], repeat=len(moved))])
    return np.mean(np.abs(all_turns) >= abs(statistic(moved)) - 1e-9)


def test_wilcoxon_with_pratt_and_exact_is_wrong_with_ties():
    """
    Pratt ranks the ten absolute changes, ties sharing: 0 0 0 get 2, six of size 1 get 6.5, the 2 gets 10. The
    signed ranks then turn over as the changes do, which is the exact test; scipy's number is another one.
    """
    ranks = {1: 6.5, 2: 10.0}
    exact = turned(lambda changes: sum(np.sign(x) * ranks[abs(int(x))] for x in changes))
    theirs = wilcoxon(CHANGES, zero_method="pratt", method="exact").pvalue
    assert exact == pytest.approx(14 / 128)
    assert theirs == pytest.approx(0.16015625)
    # ours counts directions alone, and is what turning them over gives
    assert float(inference.sign_test(6, 1).exact_p) == turned(lambda changes: np.sign(changes).sum())


def test_mcnemar_is_for_two_states_only():
    with pytest.raises(ValueError, match="2x2"):
        mcnemar(ONE_ZERO)
    assert float(inference.sign_test(4, 0).exact_p) == mcnemar([[1, 4], [0, 1]], exact=True).pvalue == 0.125


def test_crosstab_drops_states_that_do_not_occur_even_of_categories():
    before, after = (pd.Series(levels).astype("category") for levels in ([1, 1, 4], [2, 2, 4]))
    every = pd.CategoricalDtype([1, 2, 3, 4, 5], ordered=True)
    assert pd.crosstab(before.astype(every), after.astype(every)).shape == (2, 2)
    moves = [("kind", "zorg", "1", "2", 2), ("kind", "zorg", "4", "4", 1)]
    counted = pd.DataFrame(moves, columns=["unit", "item", "baseline", "follow_up", "persons"])
    matrix = transitions.square(counted, unit="kind", item="zorg")
    assert matrix.shape == (5, 5) and (matrix[0, 1], matrix[3, 3], matrix.sum()) == (2, 1, 3)


def test_ordinal_gee_calls_infinite_odds_converged():
    """Nobody at follow-up is as low as anybody at baseline: the odds are infinite, statsmodels says e^52."""
    before, after, families = [1, 2, 1, 2], [3, 4, 4, 5], ["A", "B", "C", "D"]
    level, moment = np.ravel([before, after], "F").astype(float), np.tile([0.0, 1.0], 4)[:, None]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nor does it warn
        fit = OrdinalGEE(level, moment, np.repeat(range(4), 2), cov_struct=Independence()).fit()
    assert fit.converged and 20 < np.asarray(fit.params)[-1] < 1000
    ours = matrices.ordinal_gee(before, after, families)
    assert ours.note == "gee_not_finite" and np.isnan([ours.log_odds, ours.low, ours.high, ours.p]).all()
