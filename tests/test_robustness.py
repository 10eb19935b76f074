"""Attrition, freshness, regression, cutoffs, headlines: by hand first; then figures."""

from statistics import median

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import inference, registration, robustness
from helpers.charts import outputs, style
from helpers.charts.outputs import DIMENSIONS as CHOSEN
from helpers.definitions import LANGUAGES, load, load_definitions
from helpers.definitions.choices import Choices
from helpers.report.layout import worded
from helpers.tables import TABLES
from report_tables import compared, score_pairs
from small_states import NOT_FOLLOWED, NVT, TEXT, states, study_of
from small_study import clean_tables, open_study
from test_charts import WIDTHS, Drawn, crossing, length

CHOICES = load(Choices)
DEFINITIONS = CHOICES.add_words(load_definitions())
NONE = float("nan")
HOME = {"verblijfplaats": 5, "betaalbaarheid_woning": 5, "onderhoud_woning": 5, "inkomen": 5}
INCOME, SAFETY, STRESS = ("huishouden", "inkomen"), ("huishouden", "veiligheid"), ("volwassene", "stress")


def of_item(table, unit, item, **others):
    there = (table["unit"].astype(str) == unit) & (table["item"] == item)
    for name, value in others.items():
        there &= table[name] == value
    (row,) = table[there].to_dict("records")
    return row


# Attrition -------------------------------------------------------------------------------------------


def whose(**followed):
    """whose(A=True, C=False) -> families with pilot Leuven; None is excluded."""
    rows = [
        (name, "Leuven", bool(kept), "excluded" if kept is None else "retained")
        for name, kept in followed.items()
    ]
    frame = pd.DataFrame(rows, columns=["family", "pilot", "followed", "status"])
    return frame.astype({"family": TEXT, "pilot": TEXT})


LOST = states(
    ("A", None, *INCOME, 2, 2),
    ("B", None, *INCOME, 4, 5),
    ("C", None, *INCOME, 5, NOT_FOLLOWED),
    ("D", None, *INCOME, 5, NOT_FOLLOWED),
    ("A", None, *SAFETY, 3, 3),
    ("B", None, *SAFETY, 3, 4),
    ("C", None, *SAFETY, 3, NOT_FOLLOWED),
    ("D", None, *SAFETY, 3, NOT_FOLLOWED),
    ("A", "V1", *STRESS, 1, 1),
    ("A", "V2", *STRESS, 3, 1),
    ("B", "V1", *STRESS, None, 1),  # not known
    ("C", "V1", *STRESS, NVT, NOT_FOLLOWED),  # no level
    ("D", "V1", *STRESS, 2, NOT_FOLLOWED),
)
FOUR = whose(A=True, B=True, C=False, D=False)


def test_attrition_by_hand():
    table = study_of(LOST, FOUR)["attrition"]
    assert table[["unit", "item"]].apply(tuple, axis=1).tolist() == [*DEFINITIONS.items, ("family", "score")]
    income = of_item(table, *INCOME)
    assert (income["n_followed"], income["mean_followed"]) == (2, 3)
    assert (income["n_lost"], income["mean_lost"]) == (2, 5)
    assert income["standardised_difference"] == pytest.approx((3 - 5) / np.sqrt((2 + 0) / 2))
    assert of_item(table, *SAFETY)["standardised_difference"] != 0  # both variances 0: empty
    assert np.isnan(of_item(table, *SAFETY)["standardised_difference"])
    stress = of_item(table, *STRESS)
    assert (stress["n_followed"], stress["mean_followed"], stress["n_lost"], stress["mean_lost"]) == (
        2,
        2,
        1,
        2,
    )
    assert np.isnan(stress["standardised_difference"])  # fewer than two lost
    assert of_item(table, "kind", "zorg")["n_lost"] == 0
    # income 2 is deprived, 4 and 5 are not: score 1 and 0 against 0 and 0
    score = of_item(table, "family", "score")
    assert (score["mean_followed"], score["mean_lost"]) == (0.5, 0)
    assert score["standardised_difference"] == pytest.approx(0.5 / np.sqrt(0.5 / 2))


def test_excluded_families_are_in_neither_group():
    table = study_of(LOST, whose(A=True, B=True, C=False, D=None))["attrition"]
    assert of_item(table, *INCOME)["n_lost"] == 1


def bounds_of(*scores, lost=0, too_late=0):
    """Bounds of followed families by their scores, when so many others were lost or began too late."""
    of = {"followed": len(scores), "lost": lost, "too_late": too_late, "excluded": 3}
    keys = [("Leuven", status, status != "too_late") for status in of]
    index = pd.MultiIndex.from_tuples(keys, names=["pilot", "status", "in_time"])
    counted = pd.DataFrame({"families": list(of.values())}, index=index)
    rows = [("followed", before, 0, int(np.sign(before - after))) for before, after in scores]
    rows = pd.DataFrame(
        [*rows, *[("lost", 3, 0, 0)] * lost], columns=["status", "baseline_score", "alone", "move"]
    )
    moves = rows.groupby(list(rows.columns)).size().to_frame("families")
    return robustness.attrition_bounds(score_pairs(*scores), counted, moves)


def test_bounds_by_hand():
    """Of 5 families compared 3 improved and 1 declined; of seven one was lost and one began too late."""
    table = bounds_of((3, 2), (3, 2), (5, 1), (1, 2), (4, 4), lost=1, too_late=1)
    assert table[["measure", "case", "families"]].values.tolist() == [
        ["net", "observed", 5],
        ["net", "best", 7],
        ["net", "worst", 7],
        ["net", "best_lost", 6],
        ["net", "worst_lost", 6],
        ["net", "tipping_point", 1],
        ["net", "weighted", 5],
    ]
    assert table["value"].tolist()[:6] == [2 / 5, 4 / 7, 0, 3 / 6, 1 / 6, -2]
    assert np.isnan(table["value"].iloc[6])  # fewer than five were lost


def test_without_lost_families_there_is_no_tipping_point_and_without_any_no_bound():
    assert np.isnan(bounds_of((3, 2), lost=0, too_late=1)["value"].iloc[5])
    assert bounds_of(lost=0, too_late=0)["value"].isna().all()


def test_followed_families_stand_for_the_lost_ones_by_hand():
    """At score 2 all 3 of 3+3 improved, at score 4 3 of 3+9 declined: weights 2 and 4, so (6 - 12) / 18."""
    of = {("followed", 2, 0, 1): 3, ("lost", 2, 0, 0): 3, ("followed", 4, 0, -1): 3, ("lost", 4, 0, 0): 9}
    index = pd.MultiIndex.from_tuples(of, names=["status", "baseline_score", "alone", "move"])
    moves = pd.DataFrame({"families": list(of.values())}, index=index)
    keys = [("Leuven", "followed", True), ("Leuven", "lost", True)]
    counted = pd.MultiIndex.from_tuples(keys, names=["pilot", "status", "in_time"])
    counted = pd.DataFrame({"families": [6, 12]}, index=counted)
    pairs = score_pairs(*[(2, 1)] * 3, *[(4, 5)] * 3)
    table = robustness.attrition_bounds(pairs, counted, moves).set_index("case")["value"]
    assert table["weighted"] == pytest.approx(-1 / 3)
    assert table["observed"] == table["tipping_point"] == 0


# Freshness -------------------------------------------------------------------------------------------


def test_freshness_by_hand():
    frame = states(
        ("A", None, *INCOME, 2, 3, True),  # changed
        ("B", None, *INCOME, 2, 2, True),  # confirmed
        ("C", None, *INCOME, 2, 2, False),  # carried forward
        ("D", None, *INCOME, 2, NOT_FOLLOWED),
        ("C", "V1", *STRESS, 4, 4, False),
        ("C", "V2", *STRESS, 4, None, False),
    )
    families = whose(A=True, B=True, C=True, D=False).assign(
        pilot=pd.array(["Leuven", "Leuven", "Bilzen", "Bilzen"], dtype=TEXT)
    )
    table = study_of(frame, families, pilots=["Leuven", "Bilzen", "Oostende"])["freshness"]
    assert table["pilot"].drop_duplicates().tolist() == ["all", "Leuven", "Bilzen", "Oostende"]
    assert len(table) == 4 * 45
    kinds = ["n", "changed", "confirmed", "carried"]
    assert [of_item(table, *INCOME, pilot="all")[name] for name in kinds] == [3, 1, 1, 1]
    assert [of_item(table, *INCOME, pilot="Leuven")[name] for name in kinds] == [2, 1, 1, 0]
    assert [of_item(table, *INCOME, pilot="Bilzen")[name] for name in kinds] == [1, 0, 0, 1]
    assert [of_item(table, *STRESS, pilot="all")[name] for name in kinds] == [1, 0, 0, 1]
    assert table.loc[table["pilot"] == "Oostende", "n"].sum() == 0


def test_which_families_are_fresh():
    """Two distinct days after day 30 and up to day 184 (six months), rows without a value included."""
    days = {
        "A": [0, 31, 184, 300],  # both ends count
        "B": [0, 30, 184, 300],  # day 30 is in the window
        "C": [0, 31, 185],  # day 185 is too late, but not for `last`
        "D": [0, 100, 100, 200],  # one distinct day
        "E": [0, 31, 60],  # not followed
    }
    rows = [(family, "huishouden", None, day, {}) for family, those in days.items() for day in those]
    tables = clean_tables(*rows)
    assert CHOICES.fresh_registrations == 2
    at, last = (
        open_study(tables, follow_up_rule=rule).family_table("fresh_families")["family"]
        for rule in ("at", "last")
    )
    assert at.tolist() == ["A"]
    assert last.tolist() == ["A", "B", "C", "D"]


def headline_of(table, *places):
    """The headline of some of the families compared, by their places."""
    fresh = table.iloc[list(places)][["family"]]
    return robustness.headline_fresh(robustness.fresh_pairs(table, fresh), 3)


def test_the_headline_of_fresh_families_by_hand():
    table = compared((3, 2), (5, 4), (1, 2), (4, 4))
    found = headline_of(table, 0, 2, 3)
    assert found["measure"].tolist() == ["improved", "declined", "out_of_poverty", "net"]
    assert found["families"].tolist() == [3] * 4 and found["value"].tolist() == [1, 1, 1, 0]
    nobody = headline_of(table)
    assert nobody["value"].tolist()[:3] == [0, 0, 0] and np.isnan(nobody["value"].iloc[3])


# Regression to the mean ------------------------------------------------------------------------------


def regression(pairs):
    """The table of some score pairs, nobody of whom was registered a second time."""
    return robustness.regression_to_mean(pairs, pairs[:0])


def test_regression_by_hand():
    """Two families at 5 fall to 4 and 2, one at 1 rises to 2."""
    table = regression(score_pairs((5, 4), (5, 2), (1, 2)))
    assert table["score"].tolist() == 4 * [*range(7)]
    forward, backward = (
        table[table["direction"] == name].set_index("score") for name in ("forward", "backward")
    )
    assert forward["families"].tolist() == [0, 1, 0, 0, 0, 2, 0]
    assert forward.loc[5, ["mean_other_score", "mean_change"]].tolist() == [3, -2]
    assert forward.loc[1, "mean_change"] == 1 and np.isnan(forward.loc[0, "mean_change"])
    assert backward["families"].tolist() == [0, 0, 2, 0, 1, 0, 0]
    assert backward.loc[2, ["mean_other_score", "mean_change"]].tolist() == [3, 1]  # from 5 and 1
    assert backward.loc[4, "mean_change"] == 1


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=12))
def test_swapping_the_moments_swaps_the_readings(scores):
    there = regression(score_pairs(*scores))
    back = regression(score_pairs(*[(after, before) for before, after in scores]))
    for name, other in (("forward", "backward"), ("backward", "forward")):
        a, b = there[there["direction"] == name], back[back["direction"] == other]
        assert (
            a.drop(columns="direction")
            .reset_index(drop=True)
            .equals(b.drop(columns="direction").reset_index(drop=True))
        )
    total = sum(after - before for before, after in scores)
    forward = there[there["direction"] == "forward"]
    assert (forward["mean_change"] * forward["families"]).sum() == pytest.approx(total)


# Cutoffs ---------------------------------------------------------------------------------------------

POOR = states(  # scores: A 3 -> 2, B 4 -> 3, C 2 -> 4
    *[(f, None, "huishouden", "inkomen", b, a) for f, b, a in (("A", 1, 5), ("B", 1, 5), ("C", 5, 1))],
    *[(f, None, "huishouden", "verblijfplaats", b, a) for f, b, a in (("A", 1, 1), ("B", 1, 1), ("C", 5, 1))],
    *[(f, "V1", "volwassene", "tewerkstelling", b, a) for f, b, a in (("A", 1, 1), ("B", 1, 1), ("C", 1, 1))],
    *[(f, "V1", "volwassene", "opleiding", b, a) for f, b, a in (("A", 5, 5), ("B", 1, 1), ("C", 1, 1))],
)


def test_cutoffs_by_hand():
    three, four = study_of(POOR)["cutoffs"].to_dict("records")
    names = ["n", "poor_baseline", "poor_follow_up", "out_of_poverty", "into_poverty"]
    assert [three[name] for name in names] == [3, 2, 2, 1, 1]
    assert [four[name] for name in names] == [3, 1, 1, 1, 1]
    classes = [each.id for each in DEFINITIONS.kansarmoede.classes]
    assert [three[name] for name in classes] == [1, 1, 0, 0, 0, 1, 0, 0]
    assert [four[name] for name in classes] == [1, 0, 1, 0, 0, 1, 0, 0]
    assert (three["H_baseline"], three["A_baseline"]) == (2 / 3, pytest.approx(3.5 / 6))
    assert four["M0_follow_up"] == pytest.approx(4 / 6 / 3)
    assert three["difference"] == 0 and three["difference_low"] < 0 < three["difference_high"]
    assert (three["mcnemar_exact_p"], four["mcnemar_exact_p"]) == (1, 1)


def test_domains_at_each_cutoff_add_up_to_the_change_in_m0():
    table = study_of(POOR)["cutoffs_domains"]
    income = table[(table["poverty_cutoff"] == 3) & (table["domain"] == "inkomen")].iloc[0]
    assert income["censored_baseline"] == pytest.approx(2 / 3)
    assert income["censored_follow_up"] == pytest.approx(1 / 3)
    assert income["contribution_baseline"] == pytest.approx(2 / 7)  # A 3 and B 4 domains
    assert income["change_in_M0"] == pytest.approx(-1 / 18)
    whole = study_of(POOR)["cutoffs"].set_index("poverty_cutoff")
    for k, rows in table.groupby("poverty_cutoff"):
        assert rows["change_in_M0"].sum() == pytest.approx(
            whole.loc[k, "M0_follow_up"] - whole.loc[k, "M0_baseline"]
        )
        assert rows["contribution_follow_up"].sum() == pytest.approx(1)


def test_a_chosen_cutoff_stands_beside_the_others():
    assert CHOICES.cutoffs(3) == (3, 4) and CHOICES.cutoffs(2) == (2, 3, 4)
    assert study_of(POOR, poverty_cutoff=2)["cutoffs"]["poverty_cutoff"].tolist() == [2, 3, 4]


# Many tests ------------------------------------------------------------------------------------------


def test_item_tests_by_hand():
    """Six children up on zorg (p 1/32), five up on stress (1/16), one up and one down on netwerk (1)."""
    table = study_of(MOVED)["item_tests"]
    assert table["item"].tolist()[:3] == ["zorg", "stress", "netwerk"]
    assert table["sign_exact_p"].tolist()[:3] == [pytest.approx(1 / 32), pytest.approx(1 / 16), 1]
    assert table["sign_holm_p"].tolist()[:3] == [pytest.approx(3 / 32), pytest.approx(2 / 16), 1]
    assert table["sign_bh_p"].tolist()[:3] == [pytest.approx(3 / 32), pytest.approx(3 / 32), 1]
    assert table["net"].tolist()[:3] == [1, 1, 0] and table["n"].tolist()[:3] == [6, 5, 2]
    assert table.iloc[3:][["net", "sign_exact_p", "sign_holm_p", "sign_bh_p"]].isna().all(axis=None)
    assert (table.iloc[3:]["n"] == 0).all() and len(table) == 45


MOVED = states(
    *(("A", f"K{i}", "kind", "zorg", 2, 3) for i in range(6)),
    *(("A", f"K{i}", "kind", "stress", 2, 5) for i in range(5)),
    ("A", "K1", "kind", "netwerk", 2, 3),
    ("A", "K2", "kind", "netwerk", 2, 1),
)


# Headlines -------------------------------------------------------------------------------------------

STORY = [
    *[(f, "huishouden", None, 0, HOME | {"inkomen": 2 if f != "B" else 5}) for f in "ABC"],
    *[(f, "volwassene", "V1", 0, {"stress": 3, "administratie": 2}) for f in "ABC"],
    *[(f, "kind", "K1", 0, {"stress": 3, "gezinsondersteuner": 2}) for f in "ABC"],
    ("A", "huishouden", None, 100, {"inkomen": 4}),  # improved
    ("B", "huishouden", None, 100, {"inkomen": 1}),  # declined
    ("C", "huishouden", None, 190, {"inkomen": 4}),  # improved, but after the day of the follow-up
    ("A", "volwassene", "V1", 110, {"stress": 5, "administratie": 3}),
    ("B", "volwassene", "V1", 110, {"stress": 4}),
    ("C", "volwassene", "V1", 45, {"stress": 4}),
    ("A", "kind", "K1", 110, {"gezinsondersteuner": 5}),
    ("B", "kind", "K1", 110, {"stress": 1}),
    *[(f, "huishouden", None, 200, {}) for f in "ABC"],
    ("D", "huishouden", None, 0, HOME),  # lost, with one parent whose stress is known
    ("D", "volwassene", "V1", 0, {"stress": 2}),
    ("D", "kind", "K1", 0, {}),
]


def the_headlines(rows, **options):
    return open_study(clean_tables(*rows, **options))["headlines"]


def cell(table, dimension, option, name):
    there = (table["dimension"] == dimension) & (table["option"] == str(option)) & (table["headline"] == name)
    (row,) = table[there].to_dict("records")
    return row["n"], pytest.approx(row["value"], nan_ok=True), row["standing"]


def test_headlines_by_hand():
    table = the_headlines(STORY)
    assert len(table) == (1 + 12 + 3 + 3 + 1 + 1 + 2 + 1 + 1 + 1 + 2) * 5
    usual = {name: cell(table, "default", "default", name) for name in table["headline"].unique()}
    assert usual["families"] == (3, 0, "does_not_hold")  # one up, one down
    assert usual["stress_parents"] == (3, 1, "holds")
    assert usual["stress_children"] == (3, -1 / 3, "does_not_hold")
    # ranks: stress of parents 1 (net 1), then both named items at 1/3: rank 2, of two named
    assert usual["largest_items"] == (8, 2, "holds")  # 4 items of the home, 2 of parents, 2 of children
    assert cell(table, "follow_up_rule", "last", "families") == (3, 1 / 3, "holds")  # C too
    assert cell(table, "poverty_cutoff", 4, "families") == (0, NONE, "not_applicable")
    assert cell(table, "poverty_cutoff", 4, "headcount") == (3, 0, "does_not_hold")  # nobody is poor
    assert cell(table, "mapping", "inkomen_looser", "stress_parents") == (0, NONE, "not_applicable")
    # A and B have two days after the window and up to the follow-up, C has one
    assert cell(table, "fresh", "fresh", "families") == (2, 0, "does_not_hold")
    assert cell(table, "fresh", "fresh", "stress_children") == (2, -1 / 2, "does_not_hold")
    # one family and one parent were lost
    assert cell(table, "attrition", "best", "families") == (4, 1 / 4, "holds")
    assert cell(table, "attrition", "worst", "families") == (4, -1 / 4, "does_not_hold")
    assert cell(table, "attrition", "best", "stress_parents") == (4, 1, "holds")
    assert cell(table, "attrition", "worst", "stress_parents") == (4, 1 / 2, "holds")
    assert cell(table, "attrition", "worst", "stress_children") == (3, -1 / 3, "does_not_hold")
    assert cell(table, "attrition", "worst", "headcount") == (0, NONE, "not_applicable")


LEARNT = [
    *[(f, "huishouden", None, 0, HOME) for f in "ABC"],
    *[(f, "volwassene", "V1", 0, {"fysieke_gezondheid": 5}) for f in "ABC"],
    ("A", "volwassene", "V1", 100, {"mentale_gezondheid": 2}),  # not known at the start
    ("B", "volwassene", "V2", 100, {"mentale_gezondheid": 2}),  # joined
    ("C", "volwassene", "V1", 100, {"fysieke_gezondheid": 2}),  # the only one whose level moved
    ("C", "kind", "K1", 100, {"zorg": 2}),  # a domain of which nothing was known
    *[(f, "huishouden", None, 200, {}) for f in "ABC"],
]


def test_what_only_came_to_be_known_moves_nobody():
    study = open_study(clean_tables(*LEARNT), poverty_cutoff=3)
    assert study.scores["follow_up_score"].tolist() == [1, 1, 2]  # all three declined
    table = study["headlines"]
    assert cell(table, "default", "default", "families") == (3, -1, "does_not_hold")
    assert cell(table, "known", "known_twice", "families") == (3, -1 / 3, "does_not_hold")
    assert cell(table, "known", "known_twice", "headcount") == (3, 0, "does_not_hold")
    assert cell(table, "known", "known_twice", "stress_parents") == (0, NONE, "not_applicable")
    (row,) = study["score_change"].to_dict("records")
    assert [row[name] for name in ("improved", "declined", "known_improved", "known_declined")] == [
        0,
        3,
        0,
        1,
    ]


def test_what_was_known_of_another_child_leaves_no_family_out():
    """Of one child care was known at the start only, of the other at follow-up only; income rose."""
    care, none = {"zorg": 4}, {"zorg": "n.v.t."}
    fine = {"tewerkstelling": 5, "opleiding": 5, "fysieke_gezondheid": 5}
    study = open_study(
        clean_tables(
            ("A", "huishouden", None, 0, HOME | {"inkomen": 1}),
            ("A", "volwassene", "V1", 0, fine),
            ("A", "kind", "K1", 0, care),
            ("A", "huishouden", None, 100, {"inkomen": 4}),
            ("A", "kind", "K1", 100, none),
            ("A", "kind", "K2", 100, care),
            ("A", "huishouden", None, 200, {}),
        ),
        unknown_domain="exclude",
    )
    (row,) = study["score_change"].to_dict("records")
    assert [row[name] for name in ("n", "improved", "known_improved")] == [1, 1, 1]


def test_headlines_of_a_specification_are_those_of_the_multiverse():
    study = open_study(clean_tables(*STORY))
    specifications, table = study["multiverse"], study["headlines"]
    for dimension in CHOICES.dimensions:
        for option in dimension.options:
            if option.id != dimension.default.id and dimension.id != "poverty_cutoff":
                chosen = CHOICES.default | {dimension.id: option.id}
                there = np.logical_and.reduce([specifications[k] == v for k, v in chosen.items()])
                assert (
                    cell(table, dimension.id, option.id, "families")[1]
                    == specifications.loc[there, "net"].item()
                )


def test_a_headline_about_items_needs_the_highest_net_shares():
    """Food improves in all three families: the named items are third."""
    more = [
        (f, "huishouden", None, day, {"voeding": level}) for f in "ABC" for day, level in ((0, 2), (90, 3))
    ]
    assert cell(the_headlines([*STORY, *more]), "default", "default", "largest_items")[1:] == (
        3,
        "does_not_hold",
    )


# Nobody, one family, a pilot without families --------------------------------------------------------


def test_with_nobody_followed_every_table_has_its_rows():
    lonely = [("D", "huishouden", None, 0, HOME), ("D", "volwassene", "V1", 0, {"stress": 2})]
    study = open_study(clean_tables(*lonely))
    headlines = study["headlines"]
    assert len(headlines) == 140
    assert set(headlines["standing"]) == {"unknown", "not_applicable"} and headlines["value"].isna().all()
    attrition = study["attrition"]
    assert len(attrition) == 46 and attrition["n_followed"].sum() == 0 and attrition["n_lost"].sum() == 6
    bounds = study["attrition_bounds"]
    assert np.isnan(bounds["value"].iloc[0]) and bounds["value"].tolist()[1:5] == [1, -1, 1, -1]
    assert len(bounds) == 7 and bounds["value"].iloc[5:].isna().all()  # no tipping point, no weights
    fresh = study["freshness"]
    assert len(fresh) == 90 and fresh["n"].sum() == 0
    assert study["headline_fresh"]["families"].sum() == 0
    regression = study["regression_to_mean"]
    assert len(regression) == 28 and regression["families"].sum() == 0
    cutoffs = study["cutoffs"]
    assert cutoffs["n"].tolist() == [0, 0] and cutoffs["difference"].isna().all()
    assert cutoffs.filter(regex="^(H|A|M0)_").isna().all(axis=None)
    domains = study["cutoffs_domains"]
    assert len(domains) == 12 and domains["change_in_M0"].isna().all()
    assert len(study["item_tests"]) == 45


def test_one_family_is_enough_for_every_table():
    table = the_headlines([STORY[0], ("A", "huishouden", None, 184, {"inkomen": 5})])
    assert cell(table, "default", "default", "families") == (1, 1, "holds")
    assert cell(table, "default", "default", "stress_parents") == (0, NONE, "unknown")
    assert cell(table, "attrition", "worst", "families") == (1, 1, "holds")  # nobody was lost


# Figures ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told():
    """A table of each kind, from small data, with what else its figure needs."""
    study = open_study(clean_tables(*STORY), pilots=["Leuven", "Bilzen"])
    lost = states(*[(f, None, *key, level, level if f in "AB" else NOT_FOLLOWED)
                    for i, key in enumerate(DEFINITIONS.items) if key[0] == "huishouden"
                    for f, level in zip("ABCD", (2, 3 + i % 2, 3, 5), strict=True)])  # fmt: skip
    return {
        "multiverse": (study["multiverse"], {}),
        "attrition": (study_of(lost, FOUR)["attrition"], {"choices": CHOICES}),
    }


def drawn(name, table, context, language="nl", width=style.WIDE):
    return Drawn(name, table, width, language, **context)


def test_every_choice_has_a_row_from_its_lowest_to_its_highest_net_share(told):
    table, context = told["multiverse"]
    some = table[table["net"].notna()]
    shown = drawn("multiverse", table, context)
    rows = sum(some[name].nunique() for name in CHOSEN) + some["equivalent"].nunique()
    said = [title for title in shown.marks if " tot " in title]
    assert len(said) == rows == sum(word.endswith(" pp") and " tot " in word for word in shown.words)
    lowest, highest = (round(100 * end) for end in (some["net"].min(), some["net"].max()))
    assert any(f"{lowest:+d} tot {highest:+d} pp".replace("-", "−") in title for title in said)


def test_the_diamond_of_a_choice_is_the_median_that_title_and_caption_name(told, monkeypatch):
    table, _ = told["multiverse"]
    net = pd.Series([0.0, 0.0, 0.6] * len(table)).head(len(table)).set_axis(table.index)
    table = table.assign(net=net.where(table["net"].notna()))
    frames = []
    monkeypatch.setattr(outputs.rows, "intervals", lambda frame, **_: frames.append(frame))
    outputs.drawing("multiverse", table, definitions=DEFINITIONS, language="nl")(None)
    same = table.loc[table["equivalent"] & table["net"].notna(), "net"]
    assert frames[0]["value"].iloc[0] == median(same) != same.mean()


def test_only_notable_differences_are_drawn_the_largest_first(told):
    table, context = told["attrition"]
    notable = table.loc[table["standardised_difference"].abs() >= 0.2, "standardised_difference"]
    shown = drawn("attrition", table, context)
    lengths = [length(mark) for mark in shown.marks.values()]
    assert len(lengths) == len(notable)
    expected = sorted(notable, reverse=True)
    assert lengths == pytest.approx([abs(one) * lengths[0] / expected[0] for one in expected], abs=0.2)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["multiverse", "attrition"])
def test_nothing_is_cut_and_no_words_lie_on_each_other(told, name, width, language):
    table, context = told[name]
    shown = drawn(name, table, context, language, width)
    for text in shown.texts:
        left, top, right, bottom = shown.box(text)
        assert left > -1 and top > -1 and right < shown.width + 1 and bottom < shown.height + 1, text.text
    assert not crossing(shown)


EMPTY = {
    "multiverse": "families", "attrition": "n_followed",
}  # fmt: skip


@pytest.mark.parametrize("name", EMPTY)
def test_without_cases_a_figure_says_so(told, name):
    table, context = told[name]
    nothing = table.copy()
    for column in nothing.columns:
        if nothing[column].dtype == "Int64" and column not in (
            "score",
            "poverty_cutoff",
            "baseline_window_days",
        ):
            nothing[column] = 0
        elif nothing[column].dtype == "float64":
            nothing[column] = NONE
    if name == "headlines":
        nothing["standing"] = nothing["standing"].where(nothing["standing"] == "not_applicable", "unknown")
    (word,) = drawn(name, nothing, context).words
    assert word.startswith(("Er zijn geen gevallen", "Er zijn geen twee groepen"))


def test_the_score_says_in_the_figure_which_way_is_worse(told):
    table, context = told["attrition"]
    table = table.copy()
    table.loc[table.index[-1], "standardised_difference"] = 0.9
    assert "Kansarmoedescore (rechts: slechter)" in drawn("attrition", table, context).words


def test_a_table_of_choices_is_shown_in_words():
    table = open_study(clean_tables(*STORY), pilots=["Leuven", "Bilzen"])["headlines"]
    shown = worded(table, definitions=DEFINITIONS, language="nl", declared=TABLES["headlines"])
    row = shown.rows[table.index[table["option"] == "inkomen_looser"][0]]
    assert row[:3] == ("Lezing van de domeinen", "Inkomen ruimer", "Meer gezinnen vooruit dan achteruit")
    assert row[-1] in ("zelfde teken", "ander teken") and shown.headers[-1].endswith("?")
    score = worded(study_of(LOST, FOUR)["attrition"].tail(1), declared=TABLES["attrition"],
                   definitions=DEFINITIONS, language="nl").rows[0]  # fmt: skip
    assert score[:2] == ("gezin", "score")


def test_the_choices_are_listed_with_the_default_first_and_why():
    table = registration.choices(CHOICES, "en")
    assert len(table) == 13 + 4 + 4 + 2 + 2 + 3
    window = table[table["dimension"] == "Baseline window"]
    assert window["option"].tolist() == ["30 days", "the first day only", "60 days"]
    odd = table[~table["equivalent"]]
    assert odd["option"].tolist() == [
        "lower bound: nowhere deprived", "upper bound: everywhere deprived", "poor from 4 domains",
        "at the last registration",
    ]  # fmt: skip
    assert "another meaning of poor" in odd["why"].tolist()


def test_the_chance_level_is_never_beaten_by_adjusting():
    table = study_of(MOVED)["item_tests"]
    p = table["sign_exact_p"].to_numpy()
    np.testing.assert_allclose(table["sign_holm_p"], inference.holm(p))
    known = ~np.isnan(p)
    assert (table["sign_bh_p"][known] <= table["sign_holm_p"][known]).all()
    assert (table["sign_bh_p"][known] >= p[known]).all()
