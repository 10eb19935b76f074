"""Intervals and tests: by hand, then their relations to each other and to other programs' routines."""

import itertools
import math
import subprocess
import sys
from dataclasses import astuple, replace
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import binomtest
from statsmodels.genmod.generalized_estimating_equations import OrdinalGEE
from statsmodels.stats.contingency_tables import SquareTable
from statsmodels.stats.inter_rater import cohens_kappa

from helpers import inference
from helpers.inference import groups, matrices, poverty

squares = st.integers(2, 5).flatmap(
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


def test_wilson_takes_one_total_for_many_counts():
    low, high = inference.wilson([3, 5], 8)
    np.testing.assert_allclose(low, 1 - high[::-1])  # 3 of 8 and 5 of 8 mirror each other


# Families as units -----------------------------------------------------------------------------------------

kinds_of_families = st.lists(
    st.tuples(st.integers(1, 5), st.integers(-5, 5), st.integers(0, 4)), min_size=1, max_size=8
).map(lambda rows: [(max(-n, min(n, net)), n, families) for n, net, families in rows])


@pytest.mark.parametrize(
    "net, pairs, families, p, low, high",
    [
        ([1, -1, 0], 1, [22, 11, 23], 0.0801433, -0.0103, 0.3896),
        ([1, 0], 1, [4, 52], 0.125, -0.0144, 0.1524),
        ([1, -1, 0], 1, [6, 1, 1], 0.125, -0.1355, 1),
        ([1], 1, [20], 2**-19, 0.7188, 1),
        ([0], 1, [21], 1, -0.1311, 0.1311),
        ([2, 2, -1, 0, 1, 3], [2, 3, 1, 2, 1, 3], 1, 3 / 16, -0.327858, 1),
    ],
)
def test_the_worked_values_of_the_methods(net, pairs, families, p, low, high):
    """The lower end of the first by hand: 10/58 - t * sqrt((35/58 - (11/58)^2)/57), t = 2.0040 with 55."""
    found = inference.net_change(net, pairs, families)
    assert found.family_p == pytest.approx(p, abs=5e-8)
    digits = 5e-7 if len(net) == 6 else 6e-5
    assert (found.net_low, found.net_high) == pytest.approx((low, high), abs=digits)


def test_bonett_and_price_by_hand():
    """22 up, 11 down of 56: b = 23/58, c = 12/58; t with 55 degrees of freedom is 2.004045 (any table)."""
    b, c = 23 / 58, 12 / 58
    half = 2.0040447832891455 * math.sqrt((b + c - (b - c) ** 2) / 57)
    assert inference.net_interval([1, -1, 0], 1, [22, 11, 23]) == pytest.approx((b - c - half, b - c + half))


@pytest.mark.parametrize("sizes", [[100, 100], [10, 190]])
def test_two_families_have_the_interval_of_one_degree_of_freedom(sizes):
    """t with one is tan(.475 pi) = 12.706; two families of 100 are added, as far up and down as any moved."""
    n, y = np.array([*sizes, 100, 100]), np.array([sizes[0], sizes[1], 100, -100]) * 0.01
    ratio = y.sum() / n.sum()
    without = np.array([(y.sum() - y[one]) / (n.sum() - n[one]) for one in range(4)])
    half = math.tan(0.475 * math.pi) * math.sqrt(3 / 4 * ((without - ratio) ** 2).sum())
    found = inference.net_interval(y[:2], sizes)
    assert found == pytest.approx((ratio - half, ratio + half)) and found[1] < 1


@given(kinds_of_families)
def test_the_family_test_is_the_share_of_every_turn(kinds):
    net = np.repeat([kind[0] for kind in kinds], [min(kind[2], 2) for kind in kinds])[:11]
    if len(net) < 2:
        assert math.isnan(inference.family_test(net))
        return
    turns = np.array(list(itertools.product([1, -1], repeat=len(net)))) @ net
    assert inference.family_test(net) == pytest.approx(np.mean(np.abs(turns) >= abs(net.sum())), abs=1e-13)


@given(counts, counts, counts)
def test_where_nets_are_one_the_family_test_is_the_exact_sign_test(up, down, same):
    if up + down + same >= 2:
        found = inference.family_test([1, -1, 0], [up, down, same])
        assert found == pytest.approx(float(inference.sign_test(up, down).exact_p), rel=1e-12)


@given(kinds_of_families, st.randoms())
def test_counts_add_up_and_their_order_does_not_matter(kinds, random):
    """Each family is put into one of three parts; counted there and laid together, in any order."""
    single = [(net, n) for net, n, families in kinds for _ in range(families)]
    parts = [[], [], []]
    for family in single:
        random.choice(parts).append(family)
    rows = [(*kind, part.count(kind)) for part in parts for kind in set(part)]
    random.shuffle(rows)
    together = inference.net_change(*np.array(rows).reshape(-1, 3).T)
    whole = inference.net_change(*np.array(kinds).T)
    for ours, theirs in zip(astuple(together), astuple(whole), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-12, abs=1e-15, nan_ok=True)


@given(kinds_of_families)
def test_what_goes_the_other_way_mirrors(kinds):
    net, n, families = np.array(kinds).T
    up, down = inference.net_change(net, n, families), inference.net_change(-net, n, families)
    assert up.family_p == pytest.approx(down.family_p, nan_ok=True)
    assert (up.net_low, up.net_high) == pytest.approx((-down.net_high, -down.net_low), nan_ok=True, abs=1e-14)
    assert (up.families_improved, up.families_declined) == (down.families_declined, down.families_improved)


@given(kinds_of_families)
def test_test_and_interval_agree_and_no_interval_is_a_point(kinds):
    found = inference.net_change(*np.array(kinds).T)
    if found.families < 2:
        assert np.isnan([found.family_p, found.net_low, found.net_high]).all()
        return
    assert -1 <= found.net_low < found.net_high <= 1
    inside = found.net_low < 0 < found.net_high
    assert inside <= (found.family_p > 0.05)
    if found.family_p > 0.05:
        assert found.net_low <= 0 <= found.net_high
    else:
        assert found.net_low >= 0 if found.net > 0 else found.net_high <= 0


def test_families_without_pairs_are_none():
    with_empty = inference.net_change([1, 0, 0], [2, 0, 1], [3, 9, 2])
    assert with_empty == inference.net_change([1, 0], [2, 1], [3, 2]) and with_empty.families == 5
    assert inference.net_change([], []).families == 0


def test_the_family_test_wants_whole_numbers():
    with pytest.raises(ValueError, match=r"whole numbers were expected, not \[0.5\]"):
        inference.family_test([1, 0.5])


def test_the_family_test_of_many_families():
    """Two thousand families of up to 25 net, against the normal distribution; too small a p is not 0."""
    net = np.random.default_rng(3).integers(-25, 26, 2_000)
    z = abs(net.sum()) / math.sqrt((net**2).sum())
    assert inference.family_test(net) == pytest.approx(2 * NormalDist().cdf(-z), abs=2e-3)
    assert inference.family_test([25], [60]) == 2.0**-59
    assert inference.family_test([2], [3_000]) == 1e-30
    assert set(vars(inference.sign_test(3_000, 0)).values()) == {1e-30}


def test_tossed_coins_in_two_dimensions():
    """Two families add (1, 2), one (0, 1): nine pairs of sums, chances products of binomial ones."""
    first, chances = inference.tossed([[1, 2], [0, 1]], [2, 1])
    assert first.tolist() == [0, 0]
    expected = [[1, 1, 0, 0, 0, 0], [0, 0, 2, 2, 0, 0], [0, 0, 0, 0, 1, 1]]
    np.testing.assert_allclose(chances * 8, expected)


# Many tests at once ----------------------------------------------------------------------------------------


def test_max_t_by_hand():
    """
    Four families. Item a: all up, T = 4/2 = 2, reached by it in 2 of 16 turns; item b the same, item c one
    up: T = 1 always. So p of a and b 1/8, of c 1; nobody moved in d: 1; only one family has a pair in e:
    none.
    """
    net = [[1, 1, 1, 0, 1], [1, 1, 0, 0, 0], [1, 1, 0, 0, 0], [1, 1, 0, 0, 0]]
    pairs = [[1, 1, 1, 1, 1], [1, 1, 1, 1, 0], [1, 1, 1, 1, 0], [1, 1, 1, 1, 0]]
    found = inference.max_t(net, pairs, seed=1)
    assert found[:2] == pytest.approx(1 / 8, abs=0.015) and found[0] == found[1]
    assert found[2:4].tolist() == [1, 1] and math.isnan(found[4])


def test_items_that_go_together_count_as_one():
    """The same item thrice: adjusted it is what it was; three that go apart, nearly three times as much."""
    random = np.random.default_rng(5)
    item = np.repeat([1, -1], [15, 5])
    apart = np.column_stack([item, random.permutation(item), random.permutation(item)])
    alone = inference.family_test(item)
    same = inference.max_t(np.column_stack([item] * 3), np.ones((20, 3)), seed=1)
    assert same == pytest.approx(alone, abs=4 * math.sqrt(alone / 9_999))
    assert inference.max_t(apart, np.ones((20, 3)), seed=1).max() > 2 * alone


@settings(max_examples=20, deadline=None)
@given(hnp.arrays(np.int64, (9, 5), elements=st.integers(-3, 3)), st.randoms())
def test_max_t_is_no_smaller_than_alone_and_the_order_of_items_does_not_matter(net, random):
    found = inference.max_t(net, np.ones_like(net), seed=1)
    alone = np.array([inference.family_test(column) for column in net.T])
    assert (found >= alone - 5 * np.sqrt(alone * (1 - alone) / 9_999) - 2e-4).all()
    order = list(range(5))
    random.shuffle(order)
    np.testing.assert_array_equal(inference.max_t(net[:, order], np.ones_like(net), seed=1), found[order])


def test_above_two_thousand_families_a_normal_distribution_turns_them():
    random = np.random.default_rng(2)
    own = random.choice([-1, 0, 1], p=[0.3, 0.36, 0.34], size=(2_000, 1))
    net = np.hstack([own + random.integers(-1, 2, (2_000, 3)), random.integers(-1, 2, (2_000, 2))])
    one_more = np.vstack([net, np.zeros((1, 5), dtype=int)])  # changes nothing but the number of families
    turned, drawn = (inference.max_t(x, np.ones_like(x), seed=1) for x in (net, one_more))
    assert drawn == pytest.approx(turned, abs=0.025) and (turned < 0.9).any()


def test_verdicts():
    nan = float("nan")
    assert inference.verdict(0.05, 0.05) == "clear"
    assert inference.verdict(0.05, 0.051) == inference.verdict(0.05) == "indication"
    assert inference.verdict(0.051, 0.9) == inference.verdict(nan, nan) == "cannot_be_told"
    assert (
        inference.verdict(0.0501, 0.0499) == "cannot_be_told"
    )  # never clear beside an interval that holds 0


# Shares of persons -----------------------------------------------------------------------------------------


def test_shares_of_persons_worked_by_hand():
    """p = 6/10; sum of (y - p n)^2 = 0 + 1.44 + .16 + .64 = 2.24; 4/3 * 2.24/100 / (.24/10) = 1.24444."""
    found = inference.share_interval(inference.family_sums([3, 0, 1, 2], [5, 2, 1, 2]))
    assert float(found.design_effect) == pytest.approx(4 / 3 * 2.24 / 100 / 0.024)
    assert (float(found.low), float(found.high)) == pytest.approx((0.174198, 0.914283), abs=5e-7)
    none = inference.share_interval(inference.family_sums([0] * 4, [5, 2, 1, 2]))
    assert (float(none.design_effect), float(none.low)) == (3.4, 0)  # (25 + 4 + 1 + 4)/10
    assert float(none.high) == pytest.approx(0.774953, abs=5e-7)


def test_one_family_counts_as_one_person_and_none_as_nothing():
    one = inference.share_interval(inference.family_sums([3], [5]))
    z = 1.959963984540054  # Wilson: (p + z^2/2 ± z sqrt(p(1 - p) + z^2/4))/(1 + z^2) with n = 1
    ends = [(0.6 + z**2 / 2 + side * z * math.sqrt(0.24 + z**2 / 4)) / (1 + z**2) for side in (-1, 1)]
    assert [float(one.low), float(one.high)] == pytest.approx(ends)
    nobody = inference.share_interval(inference.family_sums([], []))
    assert np.isnan([nobody.share, nobody.low, nobody.high, nobody.design_effect]).all()


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=12))
def test_sums_of_shares_add_up(rows):
    y, n = np.array([(min(row), max(row)) for row in rows]).T
    whole, parts = inference.family_sums(y, n), [inference.family_sums(y[i::2], n[i::2]) for i in (0, 1)]
    added = inference.FamilySums(*(a + b for a, b in zip(*map(astuple, parts), strict=True)))
    assert added == whole
    found = inference.share_interval(added)
    if whole.n:
        assert 0 <= found.low <= found.share <= found.high <= 1 and found.low < found.high
        plain = inference.wilson(whole.y, whole.n)
        assert found.low <= plain[0] + 1e-12 and found.high >= plain[1] - 1e-12  # never narrower


# H, A and M0 -----------------------------------------------------------------------------------------------


def test_poverty_by_hand():
    """
    Scores 4, 3, 5, 2 become 2, 3, 4, 2: H from 3/4 to 2/4; A from 12/18 to 7/12; M0 from 12/24 to 7/24. The
    points change by -4, 0, -1, 0: turned, |sum| >= 5 in 2 of 4 ways. A changes by 7/12 - 12/18 = -1/12; with
    the third family turned by 8/12 - 11/18 = 1/18; and the other way round: at least 1/12 in 2 of 4 ways.
    """
    found = poverty.poverty_changes([4, 3, 5, 2], [2, 3, 4, 2], poverty_cutoff=3)
    assert found["H"].change == -0.25 and found["H"].family_p == 1  # one family crossed: 2 of 2 turns
    assert found["M0"].change == pytest.approx(-5 / 24) and found["M0"].family_p == pytest.approx(0.5)
    assert found["A"].change == pytest.approx(-1 / 12) and found["A"].family_p == pytest.approx(0.5)
    before = poverty.poverty_measures([4, 3, 5, 2], poverty_cutoff=3)
    assert [before[name].value for name in ("H", "A", "M0")] == pytest.approx([3 / 4, 12 / 18, 12 / 24])
    assert before["M0"].se == pytest.approx(math.sqrt(14 / 3) / 6 / 2)  # points 4, 3, 5, 0 about 3: 14
    assert poverty.shapley(3 / 4, 12 / 18, 2 / 4, 7 / 12) == pytest.approx((-5 / 32, -5 / 96))


score_counts = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 9)), min_size=1, max_size=9
)


@given(score_counts, st.integers(1, 6))
def test_poverty_adds_up(rows, cutoff):
    """M0 = H · A, its change is that of its two parts, counts are families, and dominance agrees with H."""
    before, after, families = np.array(rows).T
    moments = [poverty.poverty_measures(x, families, poverty_cutoff=cutoff) for x in (before, after)]
    changes = poverty.poverty_changes(before, after, families, poverty_cutoff=cutoff)
    if not families.sum():
        assert all(math.isnan(change.change) for change in changes.values())
        return
    for found in moments:
        intensity = 0 if math.isnan(found["A"].value) else found["A"].value
        assert found["M0"].value == pytest.approx(found["H"].value * intensity)
    values = [moment[name].value for moment in moments for name in ("H", "A")]
    assert sum(poverty.shapley(*values)) == pytest.approx(changes["M0"].change, abs=1e-12)
    singly = poverty.poverty_changes(
        np.repeat(before, families), np.repeat(after, families), poverty_cutoff=cutoff
    )
    for name in ("H", "A", "M0"):
        assert astuple(singly[name]) == pytest.approx(astuple(changes[name]), nan_ok=True, abs=1e-12)


def test_turns_that_leave_nobody_poor_at_a_moment_do_not_count():
    """One family out, another in: A from 3/6 to 4/6. With one turned, a moment has no poor: p = 2/4."""
    assert poverty.poverty_changes([3, 0], [0, 4], poverty_cutoff=3)["A"].family_p == 0.5


def test_no_interval_where_nothing_varies_or_one_is_poor():
    same = poverty.poverty_measures([3, 3, 3], poverty_cutoff=3)
    assert same["A"].value == same["M0"].value == 0.5 and same["M0"].se == 0
    assert np.isnan([same["A"].low, same["M0"].high]).all() and same["H"].low > 0.4
    one = poverty.poverty_changes([3, 0, 0], [4, 0, 0], poverty_cutoff=3)["A"]
    assert one.change == pytest.approx(1 / 6) and one.family_p == 1 and math.isnan(one.low)
    left = poverty.poverty_changes([3, 4, 0], [3, 0, 0], poverty_cutoff=3)["A"]
    assert left.change == pytest.approx(-1 / 12) and left.se > 0 and math.isnan(left.low)
    nobody = poverty.poverty_changes([3, 3], [0, 0], poverty_cutoff=3)
    assert math.isnan(nobody["A"].change) and nobody["H"].family_p == 0.5
    assert poverty.shapley(1, 0.5, 0, math.nan) == (-0.5, 0)


# Drawn, dealt and turned anew ------------------------------------------------------------------------------


def test_specification_curve_by_hand():
    """
    Three families, all up in one specification, two up and one not in it in the other: nets 1 and 1, median
    1. Of 8 turns +++ and --- give 1 and -1, ++- gives 1/3 and 1, so 2/3: p = 1/4. The third has no families.
    """
    found = inference.specification_curve([[1, 1, 1], [1, 1, 0], [0, 0, 0]], [3, 2, 0], seed=1)
    assert (found.specifications, found.distinct, found.median, found.low, found.high) == (2, 2, 1, 1, 1)
    assert found.p == pytest.approx(1 / 4, abs=4 * math.sqrt(3 / 16 / 9_999))


def test_specifications_that_are_the_same_are_counted_once_but_weigh_as_often():
    found = inference.specification_curve([[1, 1, 0], [1, 1, 0], [0, 1, 1], [-1, 0, 0]], [3] * 4, seed=1)
    assert (found.specifications, found.distinct, found.median) == (4, 2, pytest.approx(2 / 3))


def test_one_mover_is_no_evidence_however_many_specifications():
    """One of twelve families, in 312 specifications: as likely the other way."""
    found = inference.specification_curve(np.eye(1, 12, dtype=int).repeat(312, axis=0), [12] * 312, seed=1)
    assert (found.p, found.distinct, found.median) == (1, 1, pytest.approx(1 / 12))


def test_no_specification_has_families():
    found = inference.specification_curve(np.zeros((2, 0)), [0, 0], seed=1)
    assert found.specifications == 0 and math.isnan(found.p) and math.isnan(found.median)
    assert math.isnan(inference.specification_curve([[1]], [1], seed=1).p)


def test_specifications_of_more_than_two_thousand_families_are_turned_as_those_of_two_thousand():
    random = np.random.default_rng(4)
    own = random.choice([-1, 0, 1], p=[0.31, 0.36, 0.33], size=2_000)
    moves = np.array([own * (random.random(2_000) < share) for share in (1, 0.9, 0.7, 0.7, 0.5)])
    one_more = np.column_stack([moves, np.zeros(5, dtype=int)])  # changes nothing but the number of families
    turned, drawn = (inference.specification_curve(x, [1_500] * 5, seed=1) for x in (moves, one_more))
    assert drawn.p == pytest.approx(turned.p, abs=0.02) and 0.01 < turned.p < 0.5
    assert replace(drawn, p=turned.p) == turned


def test_families_drawn_again():
    """Each family as often as any other: mean 1, variance 1 - 1/n; the same with the same seed."""
    drawn = inference.redraws(50, seed=4, draws=4_000)
    assert (drawn.sum(axis=1) == 50).all() and drawn.mean(axis=0) == pytest.approx(1, abs=0.08)
    assert drawn.var() == pytest.approx(1 - 1 / 50, abs=0.03)
    assert np.array_equal(drawn, inference.redraws(50, seed=4, draws=4_000))
    assert inference.redraws(0, seed=1).shape == (999, 0)


def test_labels_dealt_anew_by_hand():
    """
    Four families with levels 1, 2, 4, 5, two of them followed: the means differ by 3 where 1, 2 are together
    (two of six deals), by 1 for 1, 4 and by 0 for 1, 5. So |d| >= 0.2 in four of six deals; observed: yes.
    """
    level = np.array([[1], [2], [4], [5]])
    found = groups.differences_by_chance(
        level > 0, level, level**2, [True, True, False, False], seed=1, deals=9_999
    )
    assert found.observed == 1 and found.expected == pytest.approx(4 / 6, abs=0.02)
    assert (found.low, found.high) == (0, 1)


def test_labels_are_dealt_over_many_families_as_over_fewer(monkeypatch):
    """Forty aspects that go together, each known of one family in ten; one that is the same everywhere."""
    random, many = np.random.default_rng(6), 2 * groups.MANY_FAMILIES
    known = random.integers(0, 3, (many, 41)) * (random.random((many, 41)) < 0.1)
    own = random.integers(1, 4, (many, 1)) + random.integers(0, 3, (many, 41))
    own[:, -1] = 3
    sums, followed = (known, known * own, known * own**2), random.random(many) < 0.15
    drawn = groups.differences_by_chance(*sums, followed, seed=1, deals=3_000)
    monkeypatch.setattr(groups, "MANY_FAMILIES", many)
    dealt = groups.differences_by_chance(*sums, followed, seed=2, deals=3_000)
    assert drawn.observed == dealt.observed and dealt.expected > 1
    assert drawn.expected == pytest.approx(dealt.expected, rel=0.05)
    assert (drawn.low, drawn.high) == pytest.approx((dealt.low, dealt.high), abs=1)


def test_one_family_has_a_change_of_intensity_and_nothing_to_say_how_sure_it_is():
    found = poverty.poverty_changes([3], [4], [1], poverty_cutoff=3)["A"]
    assert found.change == pytest.approx(1 / 6)
    assert np.isnan([found.se, found.low, found.high, found.family_p]).all()


def test_two_families_have_a_mean_with_its_error():
    """3 and 6 of six domains: mean 3/4, standard deviation √(2 · (1/4)²), over √2."""
    found = poverty.poverty_measures([3, 6], [1, 1], poverty_cutoff=3)["M0"]
    assert (found.value, found.se, found.low, found.high) == (0.75, pytest.approx(0.25), 0, 1)


def test_who_lacks_one_domain_is_poor_where_one_is_enough():
    found = poverty.poverty_changes([1, 2], [2, 2], [1, 1], poverty_cutoff=1)["A"]
    assert found.change == pytest.approx((4 / 2 - 3 / 2) / 6)


def test_of_many_families_that_lack_six_domains_or_are_not_poor_intensity_cannot_change():
    moved = [1000, 1500, 1400]  # stayed poor, came out, fell in
    found = poverty.poverty_changes([6, 6, 0], [6, 0, 6], moved, poverty_cutoff=6)["A"]
    assert (found.change, found.se, found.family_p) == (0, 0, 1)


@pytest.mark.parametrize("lean", [0.0, 0.02, 0.04])
def test_the_change_of_intensity_of_many_families_is_as_by_all_turns(monkeypatch, lean):
    random, many = np.random.default_rng(7), 6 * poverty.MANY_FAMILIES
    before = random.integers(0, 7, many)
    step = random.choice([-1, 0, 1], many, p=[0.3 + lean, 0.4, 0.3 - lean])
    after = np.clip(before + step, 0, 6)
    found = poverty.poverty_changes(before, after, poverty_cutoff=3)["A"]
    monkeypatch.setattr(poverty, "MANY_FAMILIES", many)
    exact = poverty.poverty_changes(before, after, poverty_cutoff=3)["A"]
    assert 1e-6 < exact.family_p < 1 and found.family_p == pytest.approx(exact.family_p, rel=0.02)


def test_weights_by_hand():
    """
    Alone: 4 of 8 followed, all up; not alone: 8 of 10, none up. With one covariate of two values the fit is
    the shares themselves: weights 2 and 1.25, so (4 * 2)/(4 * 2 + 8 * 1.25) = 8/18. A constant changes
    nothing.
    """
    followed, alone = np.repeat([1, 0, 1, 0], [4, 4, 8, 2]), np.repeat([1, 1, 0, 0], [4, 4, 8, 2])
    known = np.column_stack([np.full(18, 3), alone])
    found = groups.weighted_net(alone, followed, known)
    assert found == pytest.approx(8 / 18)


@pytest.mark.parametrize(
    "followed, known",
    [
        ([1] * 4 + [0] * 9, [0, 1] * 6 + [1]),  # fewer than five followed
        ([1] * 9 + [0] * 4, [0, 1] * 6 + [1]),  # or lost
        ([1] * 6 + [0] * 6, [1] * 6 + [0] * 6),  # who was followed is known for certain
        ([1] * 10 + [0] * 6, [1] * 5 + [0] * 11),  # or for some
    ],
)
def test_no_weights(followed, known):
    assert math.isnan(groups.weighted_net([1] * len(followed), followed, np.array(known)[:, None]))


def test_families_to_register_by_hand():
    """200 followed of 10 in 20: 400; each of 11 families per coach with icc .1 counts half: 800."""
    assert float(groups.families_to_register(200, 10, 20)[0]) == 400
    assert float(groups.families_to_register(200, 10, 20, per_coach=11, icc=0.1)[0]) == 800
    number, low, high = groups.families_to_register([200, np.nan], 10, 20)
    assert low[0] < number[0] < high[0] and np.isnan([number[1], low[1], high[1]]).all()
    assert np.isnan(groups.families_to_register(200, 0, 0)).all()
    nobody = groups.families_to_register(200, 0, 9)
    assert np.isnan(nobody[0]) and nobody[1] > 200 and np.isnan(nobody[2])


def test_the_room_is_imported_without_statsmodels():
    """It takes a second in every kernel, and only the GEE and the weights need it."""
    modules = ["", ".matrices", ".poverty", ".groups"]
    code = "import sys; " + "; ".join(f"import helpers.inference{name}" for name in modules)
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            code + "; print([m for m in ('statsmodels', 'scipy.stats') if m in sys.modules])",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


# Sign and McNemar --------------------------------------------------------------------------------------


def test_sign_test_by_hand():
    """3 against 1: P(X <= 1) = 5/16, so exact 10/16; P(X < 1) = 1/16, P(X = 1) = 4/16, so mid-p 6/16."""
    test = inference.sign_test(3, 1)
    assert (float(test.exact_p), float(test.mid_p)) == pytest.approx((10 / 16, 6 / 16), rel=1e-14)


def test_the_report_s_moves():
    test = inference.sign_test(22, 11)
    assert (round(float(test.exact_p), 4), round(float(test.mid_p), 4)) == (0.0801, 0.0576)
    test = inference.sign_test(4, 0)
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


@given(squares, st.randoms())
def test_names_and_direction_of_the_states_do_not_matter(matrix, random):
    """Neither test knows the order of the states, nor which moment is which; an empty state adds nothing."""
    order = list(range(len(matrix)))
    random.shuffle(order)
    for test in (matrices.stuart_maxwell, matrices.bowker):
        plain = test(matrix)
        for changed in (matrix[np.ix_(order, order)], matrix.T, np.pad(matrix, (1, 0))):
            assert test(changed).df == plain.df
            assert test(changed).chi2 == pytest.approx(plain.chi2, rel=1e-8, abs=1e-10, nan_ok=True)


@given(squares)
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


family_matrices = hnp.arrays(np.int64, (7, 3, 3), elements=st.integers(0, 2))


@settings(max_examples=12, deadline=None)
@given(family_matrices)
def test_permutation_is_the_share_of_all_swaps_that_are_as_extreme(moves):
    """Every one of the 2^7 swaps, each worked out anew by the tests themselves, against 9,999 drawn ones."""
    found = matrices.permutation_tests(moves, seed=1)
    for name, test in (("stuart_maxwell_p", matrices.stuart_maxwell), ("bowker_p", matrices.bowker)):
        if not moves.sum():
            assert np.isnan(getattr(found, name))
            continue
        observed = test(moves.sum(axis=0)).chi2
        swapped = [
            np.where(np.array(turn)[:, None, None], moves.transpose(0, 2, 1), moves).sum(axis=0)
            for turn in itertools.product([False, True], repeat=7)
        ]
        exact = np.mean([test(table).chi2 >= observed - 1e-9 for table in swapped])
        error = math.sqrt(exact * (1 - exact) / 9_999)
        assert getattr(found, name) == pytest.approx(exact, abs=5 * error + 1e-4)


def test_permutation_p_is_never_zero():
    moves = [[[0, 1], [0, 0]]] * 40  # 2/2^40 of the swaps are as extreme
    found = matrices.permutation_tests(moves, seed=1)
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

    monkeypatch.setattr(OrdinalGEE, "fit", lambda self, cov_type: Stuck())
    assert matrices.ordinal_gee([1, 2, 3], [2, 1, 3], list("abc")).note == "gee_not_converged"


def test_gee_of_many_families_is_that_of_fewer_without_the_bias_that_few_have(monkeypatch):
    many = 2 * matrices.MANY_FAMILIES
    draw = np.random.default_rng(3)
    families = np.repeat(np.arange(many), draw.integers(1, 4, many))
    before = draw.integers(1, 6, families.size)
    after = np.clip(before + draw.choice([-1, 0, 0, 1], families.size), 1, 5)

    found = matrices.ordinal_gee(before, after, families)
    monkeypatch.setattr(matrices, "MANY_FAMILIES", many + 1)
    reduced = matrices.ordinal_gee(before, after, families)

    assert found.log_odds == pytest.approx(reduced.log_odds, rel=1e-6)
    assert found.high - found.low == pytest.approx(reduced.high - reduced.low, rel=1e-3)
    assert found.high - found.low < reduced.high - reduced.low  # the bias is towards zero
    assert 0.01 < found.p < 0.99 and found.p == pytest.approx(reduced.p, rel=1e-2)
    assert [found.low, found.high] == pytest.approx([reduced.low, reduced.high], rel=1e-2)


def test_what_always_goes_together_is_drawn_together():
    drawn = inference.normal_draws(4.0 * np.ones((2, 2)), 2_000, np.random.default_rng(1))
    assert drawn[:, 0] == pytest.approx(drawn[:, 1], abs=1e-6)
    assert np.std(drawn[:, 0]) == pytest.approx(2, rel=0.05)


def test_many_families_that_are_all_alike_have_no_variance():
    families = np.repeat(np.arange(matrices.MANY_FAMILIES + 1), 2)
    before, after = np.tile([1, 3], len(families) // 2), np.tile([2, 3], len(families) // 2)
    assert matrices.ordinal_gee(before, after, families).note == "gee_not_finite"


def test_moments_of_many_families_are_swapped_as_those_of_fewer(monkeypatch):
    draw, many = np.random.default_rng(5), 2 * matrices.MANY_FAMILIES
    families = np.zeros((many, 4, 4), dtype=int)
    for _ in range(2):  # children, each to another level
        before = draw.integers(0, 4, many)
        np.add.at(families, (np.arange(many), before, (before + draw.choice([1, 2, 3], many)) % 4), 1)
    drawn = matrices.permutation_tests(families, seed=1)
    monkeypatch.setattr(matrices, "MANY_FAMILIES", many)
    swapped = matrices.permutation_tests(families, seed=2)
    assert astuple(drawn) == pytest.approx(astuple(swapped), abs=0.02)
    assert 0.05 < min(astuple(drawn)) and max(astuple(drawn)) < 0.95


def test_gee_turns_its_sign_with_the_moments():
    before, after, families = [1, 2, 3, 2, 4, 3], [2, 2, 4, 1, 5, 4], list("aabbcd")
    forth = matrices.ordinal_gee(before, after, families)
    back = matrices.ordinal_gee(after, before, families)
    assert forth.log_odds > 0
    assert (back.log_odds, back.low, back.high) == pytest.approx((-forth.log_odds, -forth.high, -forth.low))


def test_a_table_that_is_not_square_is_a_fault_of_the_program():
    with pytest.raises(ValueError, match="square"):
        matrices.bowker(np.zeros((2, 3)))
