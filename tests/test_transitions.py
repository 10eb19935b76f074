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
from small_states import NOT_FOLLOWED, NVT, moved, states, study_of

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


def level_moves(frame):
    """Counts by what persons did on every item; the scores of their families are not looked at."""
    within = pd.DataFrame({"family": frame["family"].unique(), "pilot": "Leuven"})
    nobody = pd.DataFrame(columns=["family", "baseline_score", "follow_up_score"])
    return transitions.level_moves(transitions.moves(frame), within, nobody)


def item_nets(frame):
    return transitions.item_nets(transitions.family_nets(transitions.moves(frame)))


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


def test_who_has_no_pair():
    missing = transitions.without_pair(level_moves(SMALL), unit="volwassene", item="stress")
    assert missing == 3  # V2, V3 and V4 of C; V1 of D is not followed, and not counted


def test_lanes_hold_those_without_a_pair_by_the_level_that_is_known():
    families = pd.DataFrame({"family": list("ABCDE"), "followed": [True, True, True, False, False]})
    families["status"] = ["retained"] * 4 + ["too_few_items"]
    baseline = states(("E", "V1", *STRESS, 1, NOT_FOLLOWED), ("D", "V2", *STRESS, None, NOT_FOLLOWED))
    lost = transitions.lost_levels(pd.concat([SMALL, baseline]), families)
    found = transitions.lanes(level_moves(SMALL), lost, unit="volwassene", item="stress")
    assert {tuple(row) for row in found.to_numpy()} == {
        (3, "unknown", 1),  # V3 of C
        ("unknown", 3, 1),  # V2 of C
        ("unknown", "unknown", 1),  # V4 of C
        (1, "lost", 1),  # V1 of D, and not of E, which is not described
        ("unknown", "lost", 1),  # V2 of D
    }


def test_who_has_no_row_at_baseline_is_not_lost_from_the_count():
    late = SMALL[(SMALL["person"] != "V1") | (SMALL["family"] != "C") | (SMALL["moment"] == "follow_up")]
    missing = transitions.without_pair(level_moves(late), unit="volwassene", item="stress")
    assert missing == 4


def test_matrix_by_hand():
    table = transitions.matrix(level_moves(SMALL), DEFINITIONS.figures["figure_18"])
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
    table = study_of(SMALL)["transition_tests"]
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
    # of two pairs one better in A, one worse in B, of one pair one better in C: every turn is as far from 0
    low, high, p = moved((1, 2), (-1, 2), (1, 1))
    assert p == 1 and parents[["net_low", "net_high", "family_p"]].tolist() == pytest.approx([low, high, 1])
    assert parents[["families_improved", "families_declined"]].tolist() == [2, 1]
    # each family has one move of its own, so turning any of them around leaves both statistics at 3
    assert parents[["stuart_maxwell_permutation_p", "bowker_permutation_p"]].tolist() == [1, 1]
    assert parents[["gee_log_odds", "gee_low", "gee_high", "gee_p"]].notna().all()
    assert parents["note"] == "gee_few_families"  # three


def test_where_there_is_no_gee_estimate_the_row_says_so():
    better = states(*((name, "V1", *STRESS, 1, 3) for name in "ABC"))  # nobody at follow-up is below baseline
    parents = study_of(better)["transition_tests"].iloc[0]
    assert parents["note"] == "gee_not_finite"
    assert parents[["gee_log_odds", "gee_low", "gee_high", "gee_p"]].isna().all()
    still = states(*((name, "V1", *STRESS, 3, 3) for name in "ABC"))
    parents = study_of(still)["transition_tests"].iloc[0]  # nobody moved: every p is 1
    assert parents[["gee_log_odds", "gee_p"]].tolist() == [0, 1] and pd.isna(parents["note"])


def test_the_gee_has_families_as_clusters_and_better_is_positive():
    """Of eight parents, 3 at level 2 of two before and 5 after: the odds ratio is (5/3)/(3/5)."""
    moves = [(2, 2)] * 2 + [(2, 1)] + [(1, 2)] * 3 + [(1, 1)] * 2
    alone = states(*((f"F{i}", "V1", *STRESS, *move) for i, move in enumerate(moves)))
    together = states(*((f"F{i // 4}", f"V{i}", *STRESS, *move) for i, move in enumerate(moves)))
    rows = [study_of(frame)["transition_tests"].iloc[0] for frame in (alone, together)]
    for row in rows:
        assert row["gee_log_odds"] == pytest.approx(2 * np.log(5 / 3))
    assert rows[0]["gee_low"] != pytest.approx(rows[1]["gee_low"])


def test_six_families_worked_by_hand():
    """Net and pairs 2 of 2, 2 of 3, -1 of 1, 0 of 2, 1 of 1, 3 of 3: p 3/16, -0.327858 to 1."""
    ways = {"A": "++", "B": "++=", "C": "-", "D": "==", "E": "+", "F": "+++"}
    to = {"+": 4, "=": 3, "-": 2}
    frame = states(
        *((f, f"V{i}", *STRESS, 3, to[way]) for f, each in ways.items() for i, way in enumerate(each))
    )
    row = study_of(frame)["transition_tests"].iloc[0]
    assert row["family_p"] == 3 / 16
    assert row[["net_low", "net_high"]].tolist() == [pytest.approx(-0.327858, abs=5e-7), 1]
    assert moved((2, 2), (2, 3), (-1, 1), (0, 2), (1, 1), (3, 3)) == pytest.approx(
        (-0.327858, 1, 3 / 16), abs=5e-7
    )
    assert row[["net", "families_improved", "families_declined"]].tolist() == [7 / 12, 4, 1]


def test_a_family_of_many_children_counts_as_one_family():
    """One family of 40 children, all better, among 9 that stay: p of the persons is tiny, of families 1."""
    frame = states(
        *(("A", f"K{i}", "kind", "stress", 2, 3) for i in range(40)),
        *((f"F{i}", "K1", "kind", "stress", 2, 2) for i in range(9)),
    )
    row = study_of(frame)["transition_tests"].iloc[1]
    assert row["stuart_maxwell_p"] < 1e-9 and row["bowker_p"] < 1e-9
    assert (
        row["stuart_maxwell_permutation_p"] == row["bowker_permutation_p"] == 1
    )  # either turn is as extreme
    low, high, p = moved((40, 40), *[(0, 1)] * 9)
    assert (row["net_low"], row["net_high"], row["family_p"]) == pytest.approx((low, high, p))
    assert low < 0 and p == 1


def test_draws_come_from_the_seed():
    moves = [(1, 2), (2, 1), (1, 2), (3, 3), (2, 3), (1, 2), (3, 2), (1, 3)]
    frame = states(  # eight families of one to five parents
        *((f"F{i}", f"V{j}", *STRESS, *moves[(i * j) % 8]) for i in range(8) for j in range(1 + i % 5))
    )
    columns = ["net_low", "net_high", "family_p", "stuart_maxwell_permutation_p", "bowker_permutation_p"]
    studies = [study_of(frame, seed=seed) for seed in (1, 1, 2)]
    one, again, other = (each["transition_tests"].iloc[0][columns].tolist() for each in studies)
    assert one == again
    assert one[:3] == other[:3]  # no draws in these
    assert one[3:] != other[3:] and one == pytest.approx(other, abs=0.05)
    changes = [of_item(each["item_change"], *STRESS) for each in studies]
    assert changes[0][["net_low", "net_high", "family_p"]].tolist() == one[:3]  # the same, wherever shown
    adjusted = [change["maxt_p"] for change in changes]
    assert adjusted[0] == adjusted[1] != adjusted[2] == pytest.approx(adjusted[0], abs=0.05)
    assert adjusted[0] == pytest.approx(one[2], abs=0.05)  # of one item that moved there is nothing to adjust


def test_nobody_moved_and_nobody_there():
    still = states(("A", "V1", *STRESS, 3, 3), ("A", "K1", "kind", "stress", 2, None))
    table = study_of(still)["transition_tests"].set_index("figure")
    parents = table.loc["figure_18"]
    assert parents[["n", "improved", "unchanged", "declined", "net"]].tolist() == [1, 0, 1, 0, 0]
    assert parents[["sign_exact_p", "sign_midp"]].tolist() == [1, 1]
    assert parents[["stuart_maxwell_chi2", "stuart_maxwell_df", "stuart_maxwell_p"]].tolist() == [0, 0, 1]
    assert parents[["bowker_chi2", "bowker_df", "bowker_p"]].tolist() == [0, 0, 1]
    assert pd.isna(parents["kappa_linear"]) and parents["p_better"] == 0.5
    children = table.loc["figure_19"]
    assert children[["n", "improved", "unchanged", "declined"]].tolist() == [0, 0, 0, 0]
    families = ["families_improved", "families_declined"]
    assert children[families].tolist() == [0, 0] and children.loc["net":].drop(families).isna().all()


# Item change -------------------------------------------------------------------------------------------


def of_item(table, unit, item):
    return table[(table["unit"] == unit) & (table["item"] == item)].iloc[0]


def test_item_change_by_hand():
    table = study_of(SMALL)["item_change"]
    counted = ["n", "improved", "unchanged_fresh", "unchanged_carried", "declined", "net"]
    assert of_item(table, *STRESS)[counted].tolist() == [5, 2, 1, 1, 1, 0.2]
    low, high, p = moved((1, 2), (-1, 2), (1, 1))  # as in the tests above
    inferred = ["net_low", "net_high", "family_p", "families_improved", "families_declined"]
    assert of_item(table, *STRESS)[inferred].tolist() == pytest.approx([low, high, p, 2, 1])
    assert of_item(table, "kind", "stress")[counted].tolist() == [1, 1, 0, 0, 0, 1]
    one = of_item(table, "kind", "stress")  # of one family nothing can be said
    assert one[["net_low", "net_high", "family_p", "maxt_p"]].isna().all()
    assert one[["families_improved", "families_declined"]].tolist() == [1, 0]
    income = of_item(table, "huishouden", "inkomen")
    # one down of two: −1/4 ± 12.7·√((1/4 + 2/4 − 1/16)/3), cut at both ends
    assert income[["net_low", "net_high", "family_p", "maxt_p"]].tolist() == [-1, 1, 1, 1]
    assert income[counted].tolist() == [2, 0, 0, 1, 1, -0.5]
    assert income[["sign_exact_p", "sign_midp"]].tolist() == [1, pytest.approx(0.5)]
    nobody = of_item(table, "kind", "zorg")
    assert nobody[counted[:-1]].tolist() == [0, 0, 0, 0, 0]
    assert nobody[inferred[-2:]].tolist() == [0, 0] and nobody.loc["net":].drop(inferred[-2:]).isna().all()


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
    found = study_of(frame)["item_change"][["unit", "item"]].apply(tuple, axis=1).tolist()
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
    table = study_of(frame)["item_change"]
    care = of_item(table, "kind", "zorg")
    assert (care["sign_exact_p"], care["sign_holm_p"]) == (pytest.approx(2 / 64), pytest.approx(4 / 64))
    assert of_item(table, "kind", "stress")["sign_holm_p"] == 1
    assert table["sign_holm_p"].notna().sum() == 2


def test_item_change_of_chosen_families():
    table = study_of(SMALL).select(["A", "C"])["item_change"]
    assert of_item(table, *STRESS)[["n", "improved", "unchanged_fresh", "declined"]].tolist() == [3, 2, 1, 0]
    assert of_item(table, "huishouden", "inkomen")["n"] == 1
    nobody = study_of(SMALL).select([])["item_change"]
    assert nobody["n"].sum() == 0 and len(nobody) == 45
    assert nobody[["unit", "item"]].apply(tuple, axis=1).tolist() == list(DEFINITIONS.items)


def test_item_change_of_families_whose_score_fell():
    """Income is lacking at 2, not at 3: A and B improve, C declines, D stays; so A and B are looked at."""
    frame = states(
        *(
            (f, None, "huishouden", "inkomen", *pair)
            for f, *pair in (("A", 2, 3), ("B", 1, 4), ("C", 3, 2), ("D", 4, 5))
        ),
        ("A", "V1", *STRESS, 2, 3),
        ("A", "V2", *STRESS, 2, 2, True),
        ("B", "V1", *STRESS, 3, 1),
        ("C", "V1", *STRESS, 1, 5),
        ("D", "V1", *STRESS, 1, 5),
        ("C", "V2", *STRESS, 3, 3),
    )
    table = study_of(frame)["item_change_improvers"]
    assert table[["unit", "item"]].iloc[0].tolist() == ["huishouden", "inkomen"]
    counted = ["n", "improved", "unchanged_fresh", "unchanged_carried", "declined", "net"]
    assert of_item(table, "huishouden", "inkomen")[counted].tolist() == [2, 2, 0, 0, 0, 1]
    stress = of_item(table, *STRESS)
    assert stress[counted].tolist() == [3, 1, 1, 0, 1, 0]
    assert stress[["families_improved", "families_declined"]].tolist() == [1, 1]
    assert stress["sign_exact_p"] == 1  # persons only: the families were chosen by their outcome
    assert table[["net_low", "net_high", "family_p"]].isna().all(axis=None)
    assert len(table) == 45 and table["n"].sum() == 5


def test_items_are_adjusted_for_all_of_them_together():
    """Six families up on two items that go together: p 2/64 each; a third item splits three to three."""
    frame = states(
        *((f, "V1", *STRESS, 2, 3) for f in "ABCDEF"),
        *((f, "V1", "volwassene", "lezen", 2, 3) for f in "ABCDEF"),
        *((f, None, "huishouden", "voeding", 3, 2 if f in "ABC" else 4) for f in "ABCDEF"),
    )
    table = study_of(frame)["item_change"]
    both = table[(table["unit"] == "volwassene") & table["item"].isin(["stress", "lezen"])]
    assert both["family_p"].tolist() == [2 / 64, 2 / 64]
    # by enumeration: T is √6 when all turn the same way, for the first two 2 of 64, for food 2 other ones
    assert both["maxt_p"].tolist() == pytest.approx([4 / 64, 4 / 64], abs=0.008)
    food = of_item(table, "huishouden", "voeding")
    assert (food["net"], food["family_p"], food["maxt_p"]) == (0, 1, 1)
    assert table["maxt_p"].notna().sum() == 3


def test_without_any_family_nothing_breaks():
    nothing = study_of(SMALL.iloc[:0])
    assert nothing["transition_tests"]["n"].tolist() == [0, 0, 0, 0]
    assert nothing["item_change"]["n"].sum() == 0 == nothing["item_change_improvers"]["n"].sum()
    table = nothing["figure_20"]
    assert table["persons"].sum() == 0 and table["row_share"].isna().all()
    assert transitions.without_pair(level_moves(SMALL.iloc[:0]), unit="kind", item="zorg") == 0


# What must always hold ---------------------------------------------------------------------------------

few = settings(max_examples=8)  # each example is three families with every item at both moments
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
    moves = level_moves(frame)
    for unit, item in ITEMS:
        found = transitions.pairs(frame, unit=unit, item=item)
        for figure in DEFINITIONS.figures.values():
            if figure.kind == "transition" and figure.items == ((unit, item),):
                table = transitions.matrix(moves, figure)
                for column in ("baseline_level", "follow_up_level"):
                    margin = table.groupby(column)["persons"].sum()
                    counted = found[column].value_counts().reindex(range(1, 6), fill_value=0)
                    assert margin.tolist() == counted.tolist()
                began = table.groupby("baseline_level")["row_share"].sum(min_count=1).dropna()
                np.testing.assert_allclose(began, 1)
        people = frame[(frame["unit"] == unit) & (frame["item"] == item) & (frame["moment"] == "follow_up")]
        square = transitions.square(moves, unit=unit, item=item)
        levels_of = [found[f"{moment}_level"] for moment in ("baseline", "follow_up")]
        assert all(
            square[b - 1, a - 1] == ((levels_of[0] == b) & (levels_of[1] == a)).sum()
            for b in range(1, 6)
            for a in range(1, 6)
        )
        missing = transitions.without_pair(moves, unit=unit, item=item)
        assert len(found) + missing == len(people)


@few
@given(levels, fresh)
def test_item_change_and_transition_tests_tell_the_same(array, seen):
    frame = many_states(array, seen)
    study = study_of(frame)
    change, tests = study["item_change"], study["transition_tests"]
    both = tests.merge(change, on=["unit", "item"], suffixes=("", "_item"), validate="one_to_one")
    assert len(both) == 4
    for name in (
        "n",
        "improved",
        "declined",
        "net",
        "net_low",
        "net_high",
        "family_p",
        "sign_exact_p",
        "sign_midp",
    ):
        assert both[name].equals(both[f"{name}_item"].rename(name))
    unchanged = both["unchanged_fresh"] + both["unchanged_carried"]
    assert both["unchanged"].equals(unchanged.rename("unchanged"))
    some = change["n"] > 0
    assert (change.loc[some, "sign_holm_p"] >= change.loc[some, "sign_exact_p"]).all()
    tested = change[change["family_p"].notna()]
    assert (tested["maxt_p"] >= tested["family_p"] - 0.02).all()  # of 9,999 draws
    for row in tests.itertuples():
        matrix = transitions.square(study.counts["level_moves"], unit=row.unit, item=row.item)
        test = matrices.bowker(matrix)
        assert (row.n == 0 and pd.isna(row.bowker_df)) or row.bowker_df == test.df


@few
@given(levels, fresh)
def test_swapping_the_moments_swaps_improved_and_declined(array, seen):
    forth = study_of(many_states(array, seen))["transition_tests"]
    back = study_of(many_states(array[:, ::-1], seen))["transition_tests"]
    assert forth["improved"].tolist() == back["declined"].tolist()
    np.testing.assert_allclose(forth["net"], -back["net"])
    np.testing.assert_allclose(forth["net_low"], -back["net_high"])
    np.testing.assert_allclose(forth["p_better"], 1 - back["p_better"])
    for name in ("family_p", "sign_midp", "stuart_maxwell_chi2", "bowker_chi2", "kappa_linear"):
        np.testing.assert_allclose(forth[name], back[name], atol=1e-9)
