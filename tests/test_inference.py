"""Intervals and tests: by hand, then their relations to each other and to other programs' routines."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import binomtest
from statsmodels.stats.contingency_tables import SquareTable
from statsmodels.stats.inter_rater import cohens_kappa

from helpers import inference
from helpers.inference import bootstrap, matrices

matrices = st.integers(2, 5).flatmap(
    lambda k: hnp.arrays(np.int64, (k, k), elements=st.one_of(st.just(0), st.integers(0, 30)))
)
counts = st.integers(0, 60)


# Wilson ------------------------------------------------------------------------------------------------


def test_wilson_by_hand():
    """1 of 4 with z = 1.96: centre (1 + z^2/2)/(4 + z^2), half width z/(4 + z^2) * sqrt(3/4 + z^2/4)."""
    z = 1.959963984540054
    centre, half = (1 + z**2 / 2) / (4 + z**2), z / (4 + z**2) * math.sqrt(3 / 4 + z**2 / 4)
    low, high = inference.wilson(1, 4)
    assert (float(low), float(high)) == pytest.approx((centre - half, centre + half), rel=1e-14)


def test_wilson_of_the_report():
    low, high = inference.wilson(22, 56)
    assert (round(float(low), 3), round(float(high), 3)) == (0.276, 0.524)


def test_wilson_edges():
    low, high = inference.wilson([0, 0, 7, 0], [7, 56, 7, 0])
    assert low[:2].tolist() == [0.0, 0.0] and high[2] == 1.0
    assert np.isnan([low[3], high[3]]).all()


def test_wilson_takes_one_total_for_many_counts_and_another_confidence():
    low, high = inference.wilson([3, 5], 8)
    np.testing.assert_allclose(low, 1 - high[::-1])  # 3 of 8 and 5 of 8 mirror each other
    wide, _ = inference.wilson(3, 8, confidence=0.99)
    assert wide < low[0]


# Sign and McNemar --------------------------------------------------------------------------------------


def test_sign_test_by_hand():
    """3 against 1: P(X <= 1) = 5/16, so exact 10/16; P(X < 1) = 1/16, P(X = 1) = 4/16, so mid-p 6/16."""
    test = inference.sign_test(3, 1)
    assert (float(test.exact_p), float(test.mid_p)) == pytest.approx((10 / 16, 6 / 16), rel=1e-14)


def test_the_report_s_moves():
    test = inference.sign_test(22, 11)
    assert (round(float(test.exact_p), 4), round(float(test.mid_p), 4)) == (0.0801, 0.0576)
    test = inference.mcnemar(4, 0)
    assert (float(test.exact_p), float(test.mid_p)) == pytest.approx((0.125, 0.0625), rel=1e-14)


@pytest.mark.parametrize("count", [0, 1, 2, 7, 30])
def test_equal_counts_give_one(count):
    test = inference.sign_test(count, count)
    assert float(test.exact_p) == 1.0 and float(test.mid_p) == 1.0


@given(counts, counts)
def test_sign_test_is_scipy_s_binomial_test_and_does_not_mind_the_direction(up, down):
    test, mirrored = inference.sign_test(up, down), inference.sign_test(down, up)
    assert test == mirrored
    assert 0 < test.mid_p <= test.exact_p <= 1
    if up + down:
        assert float(test.exact_p) == pytest.approx(binomtest(up, up + down).pvalue)


# Stuart-Maxwell and Bowker -----------------------------------------------------------------------------


def test_stuart_maxwell_three_states_by_hand():
    """
    1 to 2 four times and once back, 2 to 3 twice. Row less column margins d = (3, -1, -2); without state 3
    V = [[5, -5], [-5, 7]], determinant 10, inverse [[7, 5], [5, 5]]/10, and d' V^-1 d = (7*9 - 2*5*3 +
    5*1)/10 = 3.8.
    """
    test = matrices.stuart_maxwell([[9, 4, 0], [1, 0, 2], [0, 0, 5]])
    assert (test.chi2, test.df) == (pytest.approx(3.8), 2)


def test_stuart_maxwell_adds_up_over_parts_that_nobody_moves_between():
    """1-2 and 4-5 apart: McNemar (6 - 2)^2/8 + (5 - 4)^2/9, one degree of freedom each; 3 only stays."""
    matrix = np.diag([1, 1, 7, 0, 2])
    matrix[0, 1], matrix[1, 0], matrix[3, 4], matrix[4, 3] = 6, 2, 5, 4
    test = matrices.stuart_maxwell(matrix)
    assert (test.chi2, test.df) == (pytest.approx(2 + 1 / 9), 2)
    assert matrices.bowker(matrix) == test  # every part has two states


def test_bowker_by_hand():
    """(4 - 1)^2/5 + (2 - 0)^2/2; the pair 1-3 is empty and has no degree of freedom."""
    test = matrices.bowker([[9, 4, 0], [1, 0, 2], [0, 0, 5]])
    assert (test.chi2, test.df) == (pytest.approx(3.8), 2)


def test_a_round_keeps_the_margins_and_breaks_the_symmetry():
    """1 to 2, 2 to 3, 3 to 1, three persons each: equal margins, and 3^2/3 for each of three pairs."""
    matrix = [[0, 3, 0], [0, 0, 3], [3, 0, 0]]
    assert matrices.stuart_maxwell(matrix) == matrices.ChiSquareTest(0.0, 2, 1.0)
    assert (matrices.bowker(matrix).chi2, matrices.bowker(matrix).df) == (pytest.approx(9), 3)


@pytest.mark.parametrize("test", [matrices.stuart_maxwell, matrices.bowker])
def test_nobody_moved_and_nobody_there(test):
    assert test(np.diag([0, 3, 0, 1, 0])) == matrices.ChiSquareTest(0.0, 0, 1.0)
    empty = test(np.zeros((5, 5)))
    assert math.isnan(empty.chi2) and empty.df is None and math.isnan(empty.p)


@given(counts, counts, counts, counts)
def test_on_two_states_both_are_mcnemar(stay, up, down, stay_too):
    matrix = [[stay, up], [down, stay_too]]
    homogeneity, symmetry = matrices.stuart_maxwell(matrix), matrices.bowker(matrix)
    if up + down:
        assert homogeneity.chi2 == pytest.approx((up - down) ** 2 / (up + down))
        assert symmetry.chi2 == pytest.approx((up - down) ** 2 / (up + down))
        assert homogeneity.df == symmetry.df == 1


@given(hnp.arrays(np.int64, (4, 4), elements=st.integers(1, 30)))
def test_on_full_tables_both_are_statsmodels(matrix):
    table = SquareTable(matrix, shift_zeros=False)
    for ours, theirs in [
        (matrices.stuart_maxwell(matrix), table.homogeneity()),
        (matrices.bowker(matrix), table.symmetry()),
    ]:
        assert (ours.chi2, ours.df) == (pytest.approx(theirs.statistic, abs=1e-9), theirs.df)
        assert ours.p == pytest.approx(theirs.pvalue, abs=1e-9)


@given(matrices, st.randoms())
def test_names_and_direction_of_the_states_do_not_matter(matrix, random):
    """Neither test knows the order of the states, nor which moment is which; an empty state adds nothing."""
    order = list(range(len(matrix)))
    random.shuffle(order)
    for test in (matrices.stuart_maxwell, matrices.bowker):
        plain = test(matrix)
        for changed in (matrix[np.ix_(order, order)], matrix.T, np.pad(matrix, (1, 0))):
            assert test(changed).df == plain.df
            assert test(changed).chi2 == pytest.approx(plain.chi2, rel=1e-8, abs=1e-10, nan_ok=True)


@given(matrices)
def test_symmetry_is_the_stronger_claim(matrix):
    """Equal flows both ways make equal margins, so Bowker is never the smaller, nor has fewer df."""
    homogeneity, symmetry = matrices.stuart_maxwell(matrix), matrices.bowker(matrix)
    if matrix.sum():
        assert homogeneity.chi2 <= symmetry.chi2 + 1e-8 and homogeneity.df <= symmetry.df


# Kappa, p_better, Holm ---------------------------------------------------------------------------------


def test_kappa_by_hand():
    """
    Rows 2, 2 and columns 1, 3: one step is seen once in 4 persons; by chance in (2*3 + 2*1)/16 of them. So
    kappa = 1 - (1/4)/(8/16).
    """
    assert matrices.kappa_linear([[1, 1], [0, 2]]) == 0.5


def test_kappa_counts_a_level_between_that_does_not_occur():
    """
    Nobody on level 3, which is still between 2 and 4. Rows 3, 1, 0, 1 and columns 1, 2, 0, 2 of 5 persons:
    steps seen 1 + 3 = 4; products of margins times steps 3*(1*2 + 3*2) + (1*1 + 2*2) + (3*1 + 2*2) = 36.
    """
    matrix = [[1, 1, 0, 1], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1]]
    assert matrices.kappa_linear(matrix) == pytest.approx(1 - 5 * 4 / 36)


def test_kappa_without_room_for_disagreement():
    assert math.isnan(matrices.kappa_linear(np.diag([0, 0, 4, 0, 0])))
    assert math.isnan(matrices.kappa_linear(np.zeros((5, 5))))
    assert matrices.kappa_linear(np.diag([1, 0, 4, 0, 0])) == 1.0


@given(hnp.arrays(np.int64, (5, 5), elements=st.integers(0, 20)))
def test_kappa_is_statsmodels(matrix):
    ours = matrices.kappa_linear(matrix)
    if not math.isnan(ours):
        theirs = cohens_kappa(matrix, wt="linear", return_results=False)
        assert ours == pytest.approx(theirs, abs=1e-12)


def test_p_better_by_hand():
    matrix = np.zeros((5, 5))
    matrix[0, 4], matrix[1, 1], matrix[3, 2] = 2, 5, 1  # 2 improved, 5 unchanged, 1 declined
    assert matrices.p_better(matrix) == (2 + 2.5) / 8
    assert math.isnan(matrices.p_better(np.zeros((5, 5))))


@given(hnp.arrays(np.int64, (5, 5), elements=st.integers(0, 20)))
def test_p_better_is_half_the_net_share_above_a_half(matrix):
    if n := matrix.sum():
        net = (np.triu(matrix, 1).sum() - np.tril(matrix, -1).sum()) / n
        assert matrices.p_better(matrix) == pytest.approx(0.5 + net / 2)
        assert matrices.p_better(matrix) + matrices.p_better(matrix.T) == pytest.approx(1)


def test_holm_by_hand():
    """Smallest of three times 3, next times 2, largest times 1, never below the one before, never above 1."""
    np.testing.assert_allclose(inference.holm([0.02, np.nan, 0.01, 0.9]), [0.04, np.nan, 0.03, 0.9])
    np.testing.assert_allclose(inference.holm([0.4, 0.5]), [0.8, 0.8])
    np.testing.assert_allclose(inference.holm([0.6, 0.7]), [1.0, 1.0])
    assert np.isnan(inference.holm([np.nan, np.nan])).all() and inference.holm([]).size == 0


def test_benjamini_hochberg_by_hand():
    """Sorted 0.01, 0.02, 0.04 of three: 0.03, 0.03, 0.04, each the least of what follows; NaN is no test."""
    found = inference.benjamini_hochberg([0.04, float("nan"), 0.01, 0.02])
    assert found[[0, 2, 3]].tolist() == pytest.approx([0.04, 0.03, 0.03]) and np.isnan(found[1])
    assert np.isnan(inference.benjamini_hochberg([float("nan")])).all()


# Whole families ----------------------------------------------------------------------------------------


def test_bootstrap_draws_families_with_all_their_persons():
    """Families +3 of 3 and -1 of 1: a draw of two is 1 (1/4), 2/4 (1/2) or -1 (1/4)."""
    assert bootstrap.bootstrap_share([3, -1], [3, 1], seed=1) == (-1, 1)
    low, high = bootstrap.bootstrap_share([3, -1] * 40, [3, 1] * 40, seed=1)
    assert low < 0.5 < high  # the net share of them all is 80/160


def test_bootstrap_leaves_out_draws_without_anyone():
    assert bootstrap.bootstrap_share([1, 0, 0], [2, 0, 0], seed=1) == (0.5, 0.5)
    assert np.isnan(bootstrap.bootstrap_share([0, 0], [0, 0], seed=1)).all()
    assert np.isnan(bootstrap.bootstrap_share([], [], seed=1)).all()


def test_bootstrap_does_not_mind_the_order_of_families():
    one = bootstrap.bootstrap_share([1, -1, 0, 2, 1], [1, 2, 1, 2, 3], seed=1)
    assert one == bootstrap.bootstrap_share([2, 1, 0, 1, -1], [2, 3, 1, 1, 2], seed=1)


def test_bootstrap_wants_an_entry_per_family():
    with pytest.raises(ValueError, match="an entry per family"):
        bootstrap.bootstrap_share([1, 2], [1], seed=1)


family_matrices = hnp.arrays(np.int64, (7, 3, 3), elements=st.integers(0, 2))


@settings(max_examples=12, deadline=None)
@given(family_matrices)
def test_permutation_is_the_share_of_all_swaps_that_are_as_extreme(matrices):
    """Every one of the 2^7 swaps, each worked out anew by the tests themselves, against 9,999 drawn ones."""
    found = matrices.permutation_tests(matrices, seed=1)
    for name, test in (("stuart_maxwell_p", matrices.stuart_maxwell), ("bowker_p", matrices.bowker)):
        if not matrices.sum():
            assert np.isnan(getattr(found, name))
            continue
        observed = test(matrices.sum(axis=0)).chi2
        swapped = [
            np.where(np.array(turn)[:, None, None], matrices.transpose(0, 2, 1), matrices).sum(axis=0)
            for turn in itertools.product([False, True], repeat=7)
        ]
        exact = np.mean([test(table).chi2 >= observed - 1e-9 for table in swapped])
        error = math.sqrt(exact * (1 - exact) / 9_999)
        assert getattr(found, name) == pytest.approx(exact, abs=5 * error + 1e-4)


def test_permutation_p_is_never_zero():
    matrices = [[[0, 1], [0, 0]]] * 40  # 2/2^40 of the swaps are as extreme
    found = matrices.permutation_tests(matrices, seed=1)
    assert found.bowker_p == found.stuart_maxwell_p == 1 / 10_000


def test_rows_have_streams_of_their_own():
    draws = {
        key: np.random.default_rng(inference.row_seed(*key)).integers(2**60)
        for key in [(1, "net", "a"), (1, "net", "b"), (2, "net", "a"), (1, "neta"), (1, "permutation", "a")]
    }
    assert len(set(draws.values())) == len(draws)


@pytest.mark.parametrize(
    "before, after, note",
    [
        ([], [], ""),
        ([1, 2, 2], [2, 3, 3], "gee_not_finite"),  # nobody after is below anybody before
        ([4, 5], [1, 2], "gee_not_finite"),
    ],
)
def test_no_gee_estimate_and_why(before, after, note):
    found = matrices.ordinal_gee(before, after, list("abc")[: len(before)])
    assert found.note == note
    assert np.isnan([found.log_odds, found.low, found.high, found.p]).all()


def test_gee_when_nobody_moved_has_p_one_whatever_the_order():
    for before, families in (([3, 3], "ab"), ([4, 3, 3, 1, 1, 4], "abbaba"), ([1, 4, 3, 1, 4, 3], "aaabbb")):
        found = matrices.ordinal_gee(before, before, list(families))
        assert (found.log_odds, found.p, found.note) == (0, 1, "") and np.isnan(found.low)


def test_gee_of_one_family_has_no_variance():
    assert matrices.ordinal_gee([2, 3, 4], [3, 4, 4], ["a"] * 3).note == "gee_not_finite"


@pytest.mark.parametrize(("families", "note"), [(5, "gee_few_families"), (6, "")])
def test_gee_of_few_families_that_moved_says_so(families, note):
    moves = [(2, 3), (3, 2), (1, 2), (4, 5), (2, 4), (3, 4)][:families] + [(3, 3), (2, 2)]
    before, after = zip(*moves, strict=True)
    found = matrices.ordinal_gee(before, after, range(len(moves)))
    assert found.note == note and np.isfinite([found.log_odds, found.low, found.high, found.p]).all()


def test_gee_that_does_not_converge_says_so(monkeypatch):
    class Stuck:
        converged = False
        params = pvalues = bse = np.array([0.1])

        def conf_int(self):
            return np.array([[0.0, 0.2]])

    monkeypatch.setattr("helpers.inference._models.OrdinalGEE.fit", lambda self: Stuck())
    assert matrices.ordinal_gee([1, 2, 3], [2, 1, 3], list("abc")).note == "gee_not_converged"


def test_gee_turns_its_sign_with_the_moments():
    before, after, families = [1, 2, 3, 2, 4, 3], [2, 2, 4, 1, 5, 4], list("aabbcd")
    forth = matrices.ordinal_gee(before, after, families)
    back = matrices.ordinal_gee(after, before, families)
    assert forth.log_odds > 0
    assert (back.log_odds, back.low, back.high) == pytest.approx((-forth.log_odds, -forth.high, -forth.low))


def test_a_table_that_is_not_square_is_a_fault_of_the_program():
    with pytest.raises(ValueError, match="square"):
        matrices.bowker(np.zeros((2, 3)))
