"""Pairs, matrices, tests and item change: by hand first, then what must always hold."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from helpers import transitions
from helpers.definitions import load_definitions
from helpers.inference import matrices
from small_states import NOT_FOLLOWED, NVT, states

DEFINITIONS = load_definitions()
STRESS = ("volwassene", "stress")

# Stress of parents in three followed families and one that is not followed
SMALL = states(
    ("A", "V1", *STRESS, 2, 3, True),  # improved
    ("A", "V2", *STRESS, 2, 2, True),  # looked at again, unchanged
    ("B", "V1", *STRESS, 2, 2, False),  # carried forward
    ("B", "V2", *STRESS, 5, 1, True),  # declined
    ("C", "V1", *STRESS, 4, 5, True),  # improved
    ("C", "V2", *STRESS, None, 3, True),  # no level at baseline
    ("C", "V3", *STRESS, 3, NVT, True),  # no level at follow-up
    ("C", "V4", *STRESS, NVT, None),  # at neither
    ("D", "V1", *STRESS, 1, NOT_FOLLOWED),
    ("A", "V1", "kind", "stress", 1, 5, True),  # a child with the code of an adult
    ("A", None, "huishouden", "inkomen", 3, 2, True),  # declined
    ("B", None, "huishouden", "inkomen", 3, 3, False),  # carried forward
    ("C", None, "huishouden", "inkomen", None, 4, True),
)


# Pairs and matrices ------------------------------------------------------------------------------------


def test_pairs_by_hand():
    found = transitions.pairs(SMALL, unit="volwassene", item="stress")
    assert found.columns.tolist() == ["family", "person", "baseline_level", "follow_up_level", "fresh"]
    assert found.values.tolist() == [
        ["A", "V1", 2, 3, True],
        ["A", "V2", 2, 2, True],
        ["B", "V1", 2, 2, False],
        ["B", "V2", 5, 1, True],
        ["C", "V1", 4, 5, True],
    ]


def test_a_household_item_pairs_families():
    found = transitions.pairs(SMALL, unit="huishouden", item="inkomen")
    assert found[["family", "baseline_level", "follow_up_level"]].values.tolist() == [
        ["A", 3, 2],
        ["B", 3, 3],
    ]
    assert found["person"].isna().all()


def test_who_has_no_pair_by_reason():
    missing = transitions.without_pair(SMALL, unit="volwassene", item="stress")
    assert missing == transitions.WithoutPair(baseline=1, follow_up=1, both=1)
    assert missing.total == 3  # V1 of D is not followed, and not counted


def test_who_has_no_row_at_baseline_is_not_lost_from_the_count():
    late = SMALL[(SMALL["person"] != "V1") | (SMALL["family"] != "C") | (SMALL["moment"] == "follow_up")]
    missing = transitions.without_pair(late, unit="volwassene", item="stress")
    assert missing == transitions.WithoutPair(baseline=2, follow_up=1, both=1)


def test_matrix_by_hand():
    table = transitions.matrix_table(
        transitions.pairs(SMALL, unit="volwassene", item="stress"), unit="volwassene", item="stress"
    )
    assert table["baseline_level"].tolist() == [1] * 5 + [2] * 5 + [3] * 5 + [4] * 5 + [5] * 5
    assert table["follow_up_level"].tolist() == [1, 2, 3, 4, 5] * 5
    assert (table["unit"] == "volwassene").all() and (table["item"] == "stress").all()
    # fmt: off
    assert table["persons"].tolist() == [
        0, 0, 0, 0, 0,
        0, 2, 1, 0, 0,
        0, 0, 0, 0, 0,
        0, 0, 0, 0, 1,
        1, 0, 0, 0, 0,
    ]
    # fmt: on
    shares = table["row_share"].to_numpy().reshape(5, 5)
    assert np.isnan(shares[[0, 2]]).all()  # nobody began there: missing, not zero
    assert shares[1].tolist() == [0, 2 / 3, 1 / 3, 0, 0]
    assert shares[3].tolist() == [0, 0, 0, 0, 1] and shares[4].tolist() == [1, 0, 0, 0, 0]


# Tests of the transitions ------------------------------------------------------------------------------


def test_transition_tests_by_hand():
    table = transitions.transition_tests(SMALL, DEFINITIONS)
    assert table[["figure", "unit", "item"]].values.tolist() == [
        ["figure_18", "volwassene", "stress"],
        ["figure_19", "kind", "stress"],
        ["figure_20", "kind", "zorg"],
        ["figure_21", "kind", "jeugdzorg"],
    ]
    parents = table.iloc[0]
    # 2 improved, 2 unchanged, 1 declined: net 1/5; sign test on 2 against 1
    assert parents[["n", "improved", "unchanged", "declined", "net"]].tolist() == [5, 2, 2, 1, 0.2]
    assert parents["sign_exact_p"] == 1.0  # 2 * P(X <= 1 of 3) = 2 * 4/8
    assert parents["sign_midp"] == pytest.approx(5 / 8)  # 2 * 1/8 + 3/8
    # parts {2, 3} and {1, 4, 5}; every move is one person one way, so each test is 1 per move
    assert parents[["stuart_maxwell_chi2", "stuart_maxwell_df"]].tolist() == [pytest.approx(3), 3]
    assert parents[["bowker_chi2", "bowker_df"]].tolist() == [pytest.approx(3), 3]
    assert parents["stuart_maxwell_p"] == parents["bowker_p"] == pytest.approx(0.391625, abs=1e-6)
    # steps 1 + 4 + 1 = 6 of 5 persons; margins times steps 3*(1*1+1*1+1*3) + 1*(3*1+2*2+1*1+1*1)
    # + 1*(4*1+3*2+2*1) = 15 + 9 + 12 = 36
    assert parents["kappa_linear"] == pytest.approx(1 - 5 * 6 / 36)
    assert parents["p_better"] == (2 + 1) / 5
    # a bootstrap draws B three times in 1 of 27 draws (3.7 %: -3/6), and C three times as often (3/3)
    assert parents[["net_low", "net_high"]].tolist() == [-0.5, 1]
    # each family has one move of its own, so turning any of them around leaves both statistics at 3
    assert parents[["stuart_maxwell_permutation_p", "bowker_permutation_p"]].tolist() == [1, 1]
    assert parents[["gee_log_odds", "gee_low", "gee_high", "gee_p"]].notna().all()
    assert parents["note"] == "gee_few_families"  # three


def test_where_there_is_no_gee_estimate_the_row_says_so():
    better = states(*((name, "V1", *STRESS, 1, 3) for name in "ABC"))  # nobody at follow-up is below baseline
    parents = transitions.transition_tests(better, DEFINITIONS).iloc[0]
    assert parents["note"] == "gee_not_finite"
    assert parents[["gee_log_odds", "gee_low", "gee_high", "gee_p"]].isna().all()
    still = states(*((name, "V1", *STRESS, 3, 3) for name in "ABC"))
    parents = transitions.transition_tests(still, DEFINITIONS).iloc[0]  # nobody moved: every p is 1
    assert parents[["gee_log_odds", "gee_p"]].tolist() == [0, 1] and pd.isna(parents["note"])


def test_the_gee_has_families_as_clusters_and_better_is_positive():
    """Of eight parents, 3 at level 2 of two before and 5 after: the odds ratio is (5/3)/(3/5)."""
    moves = [(2, 2)] * 2 + [(2, 1)] + [(1, 2)] * 3 + [(1, 1)] * 2
    alone = states(*((f"F{i}", "V1", *STRESS, *move) for i, move in enumerate(moves)))
    together = states(*((f"F{i // 4}", f"V{i}", *STRESS, *move) for i, move in enumerate(moves)))
    rows = [transitions.transition_tests(frame, DEFINITIONS).iloc[0] for frame in (alone, together)]
    for row in rows:
        assert row["gee_log_odds"] == pytest.approx(2 * np.log(5 / 3))
    assert rows[0]["gee_low"] != pytest.approx(rows[1]["gee_low"])


def test_families_that_moved_are_counted_once_up_or_down():
    assert transitions.moved_families(transitions.pairs(SMALL, unit="volwassene", item="stress")) == 3
    assert transitions.moved_families(transitions.pairs(SMALL, unit="huishouden", item="inkomen")) == 1


def test_a_family_of_many_children_counts_as_one_draw():
    """One family of 40 children, all better, among 9 that stay: p of the persons is tiny, of families 1/2."""
    frame = states(
        *(("A", f"K{i}", "kind", "stress", 2, 3) for i in range(40)),
        *((f"F{i}", "K1", "kind", "stress", 2, 2) for i in range(9)),
    )
    row = transitions.transition_tests(frame, DEFINITIONS).iloc[1]
    assert row["stuart_maxwell_p"] < 1e-9 and row["bowker_p"] < 1e-9
    assert (
        row["stuart_maxwell_permutation_p"] == row["bowker_permutation_p"] == 1
    )  # either turn is as extreme
    assert row["net_low"] == 0  # in 35 % of the draws this family is not there


def test_draws_come_from_the_seed():
    moves = [(1, 2), (2, 1), (1, 2), (3, 3), (2, 3), (1, 2), (3, 2), (1, 3)]
    frame = states(  # eight families of one to five parents
        *((f"F{i}", f"V{j}", *STRESS, *moves[(i * j) % 8]) for i in range(8) for j in range(1 + i % 5))
    )
    columns = ["net_low", "net_high", "stuart_maxwell_permutation_p", "bowker_permutation_p"]
    one, again, other = (
        transitions.transition_tests(frame, DEFINITIONS, seed=seed).iloc[0][columns].tolist()
        for seed in (1, 1, 2)
    )
    assert one == again
    assert one[2:] != other[2:] and one == pytest.approx(other, abs=0.05)
    change = of_item(transitions.item_change(frame, DEFINITIONS, seed=1), *STRESS)
    assert change[["net_low", "net_high"]].tolist() == one[:2]  # the same item, wherever it is shown


def test_nobody_moved_and_nobody_there():
    still = states(("A", "V1", *STRESS, 3, 3), ("A", "K1", "kind", "stress", 2, None))
    table = transitions.transition_tests(still, DEFINITIONS).set_index("figure")
    parents = table.loc["figure_18"]
    assert parents[["n", "improved", "unchanged", "declined", "net"]].tolist() == [1, 0, 1, 0, 0]
    assert parents[["sign_exact_p", "sign_midp"]].tolist() == [1, 1]
    assert parents[["stuart_maxwell_chi2", "stuart_maxwell_df", "stuart_maxwell_p"]].tolist() == [0, 0, 1]
    assert parents[["bowker_chi2", "bowker_df", "bowker_p"]].tolist() == [0, 0, 1]
    assert pd.isna(parents["kappa_linear"]) and parents["p_better"] == 0.5
    children = table.loc["figure_19"]
    assert children[["n", "improved", "unchanged", "declined"]].tolist() == [0, 0, 0, 0]
    assert children.loc["net":].isna().all()


# Item change -------------------------------------------------------------------------------------------


def of_item(table, unit, item):
    return table[(table["unit"] == unit) & (table["item"] == item)].iloc[0]


def test_item_change_by_hand():
    table = transitions.item_change(SMALL, DEFINITIONS)
    moved = ["n", "improved", "unchanged_fresh", "unchanged_carried", "declined", "net"]
    assert of_item(table, *STRESS)[moved].tolist() == [5, 2, 1, 1, 1, 0.2]
    assert of_item(table, *STRESS)[["net_low", "net_high"]].tolist() == [-0.5, 1]  # as in the tests above
    assert of_item(table, "kind", "stress")[moved].tolist() == [1, 1, 0, 0, 0, 1]
    one = of_item(table, "kind", "stress")  # one family of three: draws without it are left out
    assert one[["net_low", "net_high"]].tolist() == [1, 1]
    income = of_item(table, "huishouden", "inkomen")
    assert income[["net_low", "net_high"]].tolist() == [-1, 0]  # A alone, B alone
    assert income[moved].tolist() == [2, 0, 0, 1, 1, -0.5]
    assert income[["sign_exact_p", "sign_midp"]].tolist() == [1, pytest.approx(0.5)]
    nobody = of_item(table, "kind", "zorg")
    assert nobody[moved[:-1]].tolist() == [0, 0, 0, 0, 0] and nobody.loc["net":].isna().all()


def test_item_change_has_all_items_by_falling_net_share():
    """Children's stress +1, then ties at 0.5 as the codebook has them, income -0.5, those without pairs."""
    frame = states(
        ("A", None, "huishouden", "inkomen", 2, 1),
        ("B", None, "huishouden", "inkomen", 2, 2),
        ("A", "K1", "kind", "zorg", 2, 3),
        ("A", "K2", "kind", "zorg", 2, 2),
        ("A", "V1", "volwassene", "lezen", 2, 3),
        ("A", "V2", "volwassene", "lezen", 2, 2),
        ("A", None, "huishouden", "schulden", 2, 3),
        ("B", None, "huishouden", "schulden", 2, 2),
        ("A", "K1", "kind", "stress", 2, 3),
    )
    found = transitions.item_change(frame, DEFINITIONS)[["unit", "item"]].apply(tuple, axis=1).tolist()
    first = [("kind", "stress"), ("huishouden", "schulden"), ("volwassene", "lezen"), ("kind", "zorg")]
    first.append(("huishouden", "inkomen"))
    assert found == first + [key for key in DEFINITIONS.items if key not in first]
    assert len(found) == 45


def test_holm_adjusts_over_the_items_with_pairs():
    """Six children up on zorg: p = 2/64, times 2 items with pairs; stress, up and down, has p 1."""
    frame = states(
        *(("A", f"K{i}", "kind", "zorg", 2, 3) for i in range(6)),
        ("A", "K1", "kind", "stress", 2, 3),
        ("A", "K2", "kind", "stress", 3, 2),
    )
    table = transitions.item_change(frame, DEFINITIONS)
    care = of_item(table, "kind", "zorg")
    assert (care["sign_exact_p"], care["sign_holm_p"]) == (pytest.approx(2 / 64), pytest.approx(4 / 64))
    assert of_item(table, "kind", "stress")["sign_holm_p"] == 1
    assert table["sign_holm_p"].notna().sum() == 2


def test_item_change_of_chosen_families():
    table = transitions.item_change(SMALL, DEFINITIONS, families=["A", "C"])
    assert of_item(table, *STRESS)[["n", "improved", "unchanged_fresh", "declined"]].tolist() == [3, 2, 1, 0]
    assert of_item(table, "huishouden", "inkomen")["n"] == 1
    nobody = transitions.item_change(SMALL, DEFINITIONS, families=pd.Series([], dtype="str"))
    assert nobody["n"].sum() == 0 and len(nobody) == 45
    assert nobody[["unit", "item"]].apply(tuple, axis=1).tolist() == list(DEFINITIONS.items)


def test_without_any_family_nothing_breaks():
    nothing = SMALL.iloc[:0]
    assert transitions.transition_tests(nothing, DEFINITIONS)["n"].tolist() == [0, 0, 0, 0]
    assert transitions.item_change(nothing, DEFINITIONS)["n"].sum() == 0
    found = transitions.pairs(nothing, unit="kind", item="zorg")
    table = transitions.matrix_table(found, unit="kind", item="zorg")
    assert table["persons"].sum() == 0 and table["row_share"].isna().all()
    assert transitions.without_pair(nothing, unit="kind", item="zorg").total == 0


# What must always hold ---------------------------------------------------------------------------------

few = settings(max_examples=15)  # each example is three families with every item at both moments
ITEMS = [("volwassene", "stress"), ("kind", "stress"), ("kind", "zorg"), ("huishouden", "inkomen")]
CELLS = [
    (family, None if unit == "huishouden" else person, unit, item)
    for family in "ABC"
    for unit, item in ITEMS
    for person in (["P1"] if unit == "huishouden" else ["P1", "P2", "P3"])
]
levels = hnp.arrays(np.int64, (len(CELLS), 2), elements=st.integers(0, 5))
fresh = hnp.arrays(bool, (len(CELLS),))


def many_states(array, seen):
    """Levels of three families at both moments, 0 is missing."""
    values = [[int(level) or None for level in pair] for pair in array]
    return states(*((*cell, *values[i], bool(seen[i])) for i, cell in enumerate(CELLS)))


@few
@given(levels, fresh)
def test_margins_of_the_matrix_are_the_distributions_of_the_pairs(array, seen):
    frame = many_states(array, seen)
    for unit, item in ITEMS:
        found = transitions.pairs(frame, unit=unit, item=item)
        table = transitions.matrix_table(found, unit=unit, item=item)
        for column in ("baseline_level", "follow_up_level"):
            margin = table.groupby(column)["persons"].sum()
            counted = found[column].value_counts().reindex(range(1, 6), fill_value=0)
            assert margin.tolist() == counted.tolist()
        began = table.groupby("baseline_level")["row_share"].sum(min_count=1).dropna()
        np.testing.assert_allclose(began, 1)
        people = frame[(frame["unit"] == unit) & (frame["item"] == item) & (frame["moment"] == "follow_up")]
        missing = transitions.without_pair(frame, unit=unit, item=item)
        assert len(found) + missing.total == len(people)


@few
@given(levels, fresh)
def test_item_change_and_transition_tests_tell_the_same(array, seen):
    frame = many_states(array, seen)
    change, tests = (
        transitions.item_change(frame, DEFINITIONS),
        transitions.transition_tests(frame, DEFINITIONS),
    )
    both = tests.merge(change, on=["unit", "item"], suffixes=("", "_item"), validate="one_to_one")
    assert len(both) == 4
    for name in ("n", "improved", "declined", "net", "net_low", "net_high", "sign_exact_p", "sign_midp"):
        assert both[name].equals(both[f"{name}_item"].rename(name))
    unchanged = both["unchanged_fresh"] + both["unchanged_carried"]
    assert both["unchanged"].equals(unchanged.rename("unchanged"))
    some = change["n"] > 0
    assert (change.loc[some, "sign_holm_p"] >= change.loc[some, "sign_exact_p"]).all()
    for row in tests.itertuples():
        matrix = transitions.counts(transitions.pairs(frame, unit=row.unit, item=row.item))
        test = matrices.bowker(matrix)
        assert (row.n == 0 and pd.isna(row.bowker_df)) or row.bowker_df == test.df


@settings(max_examples=5)
@given(levels, fresh, st.randoms())
def test_counts_of_parts_add_up_and_order_does_not_matter(array, seen, random):
    frame = many_states(array, seen)
    whole = transitions.item_change(frame, DEFINITIONS)
    order = list(range(len(frame)))
    random.shuffle(order)
    assert transitions.item_change(frame.iloc[order], DEFINITIONS).equals(whole)
    counted = ["n", "improved", "unchanged_fresh", "unchanged_carried", "declined"]
    parts = [
        transitions.item_change(frame, DEFINITIONS, families=part).set_index(["unit", "item"])[counted]
        for part in ({"A"}, {"B", "C"})
    ]
    assert parts[0].add(parts[1]).sort_index().equals(whole.set_index(["unit", "item"])[counted].sort_index())


@few
@given(levels, fresh)
def test_swapping_the_moments_swaps_improved_and_declined(array, seen):
    forth = transitions.transition_tests(many_states(array, seen), DEFINITIONS)
    back = transitions.transition_tests(many_states(array[:, ::-1], seen), DEFINITIONS)
    assert forth["improved"].tolist() == back["declined"].tolist()
    np.testing.assert_allclose(forth["net"], -back["net"])
    np.testing.assert_allclose(forth["p_better"], 1 - back["p_better"])
    for name in ("sign_midp", "stuart_maxwell_chi2", "bowker_chi2", "kappa_linear"):
        np.testing.assert_allclose(forth[name], back[name], atol=1e-9)
