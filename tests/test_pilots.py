"""Pilots side by side: by hand, against R and slow loops; their figures, words and definitions."""

import itertools
import json
from dataclasses import replace
from functools import cache
from math import comb, sqrt
from pathlib import Path
from shutil import copytree
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import inference, kansarmoede, registration, report, robustness, tables, transitions, words
from helpers import pilots as comparison
from helpers.charts import style
from helpers.cleaning import CleanTables
from helpers.definitions import LANGUAGES, REFERENCE, DefinitionError, load
from helpers.definitions.choices import PilotComparison, Strata
from helpers.inference import groups
from helpers.report.output import Output
from helpers.states import start_states
from helpers.words import pilots as as_told
from report_tables import DEFINITIONS
from small_states import NOT_FOLLOWED, NVT, states
from test_charts import WIDTHS, Drawn, length

NO_BREAK = "\u00a0"
HOW = load(PilotComparison)
R = json.loads((Path(__file__).parent / "reference_values" / "pilots.json").read_text(encoding="utf-8"))
SCORE = replace(HOW, aspects=HOW.aspects[:1])
TWO = ("Leuven", "Bilzen")


def scored(**pilots: list[tuple[int, int]]) -> pd.DataFrame:
    """Followed families by pilot, as (score at baseline, at follow-up)."""
    rows = [(f"{pilot[:3].upper()}{pilot[-2:] if pilot[-1].isdigit() else ''}-{i:03}", pilot, *score)
            for pilot, scores in pilots.items() for i, score in enumerate(scores)]  # fmt: skip
    table = pd.DataFrame(rows, columns=["family", "pilot", "baseline_score", "follow_up_score"])
    return table.astype(
        {"baseline_score": "Int64", "follow_up_score": "Int64", "family": "str", "pilot": "str"}
    )


def moves(compared: pd.DataFrame, levels: pd.DataFrame | None = None, how=SCORE) -> pd.DataFrame:
    """What is compared of the families; poor from 3."""
    family_nets = transitions.family_nets(transitions.moves(states() if levels is None else levels))
    return comparison.pilot_changes(family_nets, compared, compared, how, poverty_cutoff=3)


def outcomes(changes: pd.DataFrame, how=SCORE, *, pilots: tuple[str, ...], seed: int = 2023) -> pd.DataFrame:
    tests = comparison.group_tests(changes, how, seed)
    return comparison.outcomes(comparison.pilot_nets(changes), changes, tests, how, pilots)


def limits(changes: pd.DataFrame) -> pd.DataFrame:
    return comparison.limits(comparison.pilot_nets(changes), SCORE)


def heterogeneity(changes: pd.DataFrame, how=SCORE) -> pd.DataFrame:
    return comparison.heterogeneity(changes, comparison.group_tests(changes, how, 2023), how)


def classes(compared: pd.DataFrame, pilots: tuple[str, ...]) -> pd.DataFrame:
    counts = kansarmoede.score_pairs(compared)
    return comparison.transitions(counts, DEFINITIONS, pilots, poverty_cutoff=3)


UP, SAME, DOWN = (5, 4), (5, 5), (4, 5)
SMALL = scored(Leuven=[UP, UP, SAME, DOWN], Bilzen=[UP, DOWN], Oostende=[])


# What chance gives: a draw ---------------------------------------------------------------------------------


def test_a_draw_by_hand():
    """Two up, one down, one unchanged; two are drawn: six ways, of which one gives +2 and two give +1."""
    draw = groups.net_of_draw(2, 1, 4, 2)
    assert draw.values.tolist() == [-1, 0, 1, 2]
    np.testing.assert_allclose(draw.chances, [1 / 6, 2 / 6, 2 / 6, 1 / 6])
    assert draw.two_sided(2) == pytest.approx(2 / 6) and draw.two_sided(0) == 1
    assert draw.between(0.5) == (0, 1) and draw.between(0.95) == (-1, 2)


@pytest.mark.parametrize("case", R["net"], ids=lambda case: str(case["size"]))
def test_a_draw_against_r(case):
    draw = groups.net_of_draw(*(case[name] for name in ("improved", "declined", "families", "size")))
    found = dict(zip(draw.values.tolist(), draw.chances.tolist(), strict=True))
    for value, chance in zip(case["values"], case["chances"], strict=True):
        assert found.get(value, 0) == pytest.approx(chance, rel=1e-8, abs=1e-15)
    assert draw.chances.sum() == pytest.approx(1)


@settings(max_examples=40)
@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12), st.data())
def test_outside_the_limits_is_exactly_what_has_a_small_p(up, down, same, data):
    total = up + down + same
    size = data.draw(st.integers(1, max(1, total))) if total else 0
    draw = groups.net_of_draw(up, down, total, size)
    low, high = draw.between(0.95)
    for value in draw.values.tolist():
        assert (value < low or value > high) == (draw.two_sided(value) <= 0.05)


def test_a_large_draw_is_about_normal(monkeypatch):
    large = 22_000, 11_000, 56_000, 5_000  # variance 2,508; mean 982.1
    rounded = groups.net_of_draw(*large)
    monkeypatch.setattr(groups, "MANY_FAMILIES", 2_600)
    exact = groups.net_of_draw(*large)
    for chance in (0.95, 0.998):
        assert rounded.between(chance) == pytest.approx(exact.between(chance), abs=1)
    for net in (780, 862, 962, 987, 1_022, 1_082, 1_182):
        assert rounded.two_sided(net) == pytest.approx(exact.two_sided(net), rel=0.1, abs=1e-4)
    assert len(rounded.values) != len(exact.values)


@pytest.mark.parametrize("case", R["within"], ids=lambda case: f"{case['observed']}")
def test_within_strata_against_the_exact_conditional_test_of_r(case):
    names = ("cases", "families", "sizes")
    chance = groups.cases_within_strata(*(np.atleast_1d(case[name]) for name in names))
    below = chance.chances[chance.values <= case["observed"]].sum()
    above = chance.chances[chance.values >= case["observed"]].sum()
    assert [below, above] == pytest.approx([case["less"], case["greater"]], rel=1e-6)


# What chance gives: groups ---------------------------------------------------------------------------------


def test_statistics_of_groups_by_hand():
    """
    Group 0: families of one, +1 +1 0; group 1: -1 0 0. Net shares 2/3, -1/3, together 1/6. The
    variance of one is (3/6) - 1/36 = 17/36; 3 (1/2)^2 + 3 (1/2)^2 = 3/2, over 17/36. Classes: improved 2
    and 0 (1 expected of each), unchanged 1 and 2 (1.5), declined 0 and 1 (0.5): 2 + 1/3 + 1.
    """
    up, down = [1, 1, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0]
    test = groups.group_tests(up, down, [1] * 6, [0, 0, 0, 1, 1, 1], count=2, seed=1)
    assert test.net_chi2 == pytest.approx(1.5 / (17 / 36))
    assert test.classes_chi2 == pytest.approx(2 + 1 / 3 + 1)


def test_classes_against_r():
    counts = np.array(R["classes"]["counts"])
    rows = [(g, way) for g, row in enumerate(counts) for way, n in enumerate(row) for _ in range(n)]
    group, way = np.array(rows).T
    test = groups.group_tests(way == 0, way == 2, [1] * len(way), group, count=5, seed=3)
    assert test.classes_chi2 == pytest.approx(R["classes"]["chi2"], rel=1e-12)
    assert test.classes_p == pytest.approx(R["classes"]["p"], abs=4 * sqrt(0.09 * 0.91 / 9_999))


FAMILIES = np.array([(2, 0, 3), (0, 1, 1), (1, 1, 2), (0, 0, 2), (0, 3, 4), (1, 0, 1)])  # up, down, pairs
GROUPS = np.array([0, 0, 1, 1, 1, 2])


def slow_statistics(groups: np.ndarray) -> tuple[float, float, list[float]]:
    """Both statistics and the net shares, in plain loops."""
    up, down, n = FAMILIES.T
    share = (up.sum() - down.sum()) / n.sum()
    variance = (up.sum() + down.sum()) / n.sum() - share**2
    net = classes = 0.0
    shares = []
    for g in range(3):
        of = groups == g
        shares.append((up[of].sum() - down[of].sum()) / n[of].sum())
        net += n[of].sum() * (shares[-1] - share) ** 2 / variance
        for part in (up, down, n - up - down):
            expected = n[of].sum() * part.sum() / n.sum()
            classes += (part[of].sum() - expected) ** 2 / expected
    return net, classes, shares


def test_groups_against_all_allotments():
    """Six families of several persons over groups of 2, 3 and 1: sixty ways, each looked at."""
    net, classes, shares = slow_statistics(GROUPS)
    every = [slow_statistics(np.array(way)) for way in set(itertools.permutations(GROUPS.tolist()))]
    assert len(every) == comb(6, 2) * comb(4, 3)
    test = groups.group_tests(*FAMILIES.T, GROUPS, count=3, seed=5)
    assert (test.net_chi2, test.classes_chi2) == (pytest.approx(net), pytest.approx(classes))
    slack = 4 * sqrt(0.25 / 9_999)
    assert test.net_p == pytest.approx(np.mean([one[0] >= net - 1e-9 for one in every]), abs=slack)
    assert test.classes_p == pytest.approx(np.mean([one[1] >= classes - 1e-9 for one in every]), abs=slack)
    for g in range(3):
        drawn = np.array([one[2][g] for one in every])
        tails = np.mean(drawn <= shares[g] + 1e-9), np.mean(drawn >= shares[g] - 1e-9)
        assert test.group_p[g] == pytest.approx(min(1, 2 * min(tails)), abs=2 * slack)


def test_families_without_pairs_and_empty_groups_take_no_part_and_rows_have_no_order():
    test = groups.group_tests(*FAMILIES.T, GROUPS, count=3, seed=5)
    more = np.vstack([FAMILIES[::-1], [(0, 0, 0)]])
    again = groups.group_tests(*more.T, [*GROUPS[::-1], 3], count=5, seed=5)
    assert (again.net_p, again.classes_p, again.net_chi2) == (test.net_p, test.classes_p, test.net_chi2)
    assert again.group_p[:3].tolist() == test.group_p.tolist() and np.isnan(again.group_p[3:]).all()


def test_nobody_moved_and_one_group():
    nobody = groups.group_tests([0] * 4, [0] * 4, [1, 2, 1, 1], [0, 0, 1, 1], count=2, seed=1)
    assert (nobody.net_chi2, nobody.net_p, nobody.classes_chi2, nobody.classes_p) == (0, 1, 0, 1)
    assert nobody.group_p.tolist() == [1, 1]
    one = groups.group_tests([1, 0], [0, 1], [1, 1], [1, 1], count=2, seed=1)
    assert np.isnan([one.net_p, one.classes_p, one.net_chi2, *one.group_p]).all()


# Who moved -------------------------------------------------------------------------------------------------


def test_changes_by_hand():
    levels = states(
        ("LEU-000", "K1", "kind", "stress", 2, 3),
        ("LEU-000", "K2", "kind", "stress", 4, 1),
        ("BIL-000", "K1", "kind", "stress", 1, NOT_FOLLOWED),
        ("BIL-001", None, "huishouden", "inkomen", 2, 2),
    )
    how = replace(
        HOW, aspects=tuple(a for a in HOW.aspects if a.id in ("score", "poverty", "stress_children"))
    )
    found = moves(scored(Leuven=[(3, 2)], Bilzen=[(4, 6), (2, 1)]), levels, how)
    assert found.values.tolist() == [
        ["score", "BIL-000", "Bilzen", 1, 0, 1],
        ["score", "BIL-001", "Bilzen", 1, 1, 0],
        ["score", "LEU-000", "Leuven", 1, 1, 0],
        ["poverty", "BIL-000", "Bilzen", 1, 0, 0],
        ["poverty", "BIL-001", "Bilzen", 1, 0, 0],
        ["poverty", "LEU-000", "Leuven", 1, 1, 0],  # from 3 to 2 domains: out of poverty
        ["stress_children", "LEU-000", "Leuven", 2, 1, 1],
    ]


def test_outcomes_by_hand():
    """Of six families 3 up, 2 down. Two of them: 15 ways, 1 down-down, 3 up-up, 2 + 6 + 3."""
    found = outcomes(moves(SMALL), pilots=("Leuven", "Bilzen", "Oostende"))
    rows = found[["pilot", "families", "n", "improved", "unchanged", "declined"]].values.tolist()
    assert rows == [
        ["all", 6, 6, 3, 1, 2],
        ["Leuven", 4, 4, 2, 1, 1],
        ["Bilzen", 2, 2, 1, 0, 1],
        ["Oostende", 0, 0, 0, 0, 0],
    ]
    assert found["net"].tolist()[:3] == [1 / 6, 1 / 4, 0] and found["net"].isna().tolist()[3]
    of_two = [-2] + [-1] * 2 + [0] * 6 + [1] * 3 + [2] * 3  # net of every pair of families
    assert found.loc[2, "chance_p"] == pytest.approx(min(1, 2 * sum(net <= 0 for net in of_two) / 15))
    assert found["chance_p"].isna().tolist() == [True, False, False, True]
    apart = outcomes(moves(scored(Leuven=[UP, UP], Bilzen=[DOWN, DOWN, SAME])), pilots=TWO)
    assert apart["chance_p"].tolist()[1:] == pytest.approx([2 / 10, 2 / 10])  # one way of ten, and its mirror


WORKED = [  # improved, declined, unchanged families, the interval that is worked by hand, in percent
    (6, 1, 1, -13.55, 100),
    (20, 0, 0, 71.88, 100),  # alike, and still no certainty
    (0, 0, 21, -13.11, 13.11),
]


def test_each_pilot_has_the_interval_of_its_families_and_one_family_none():
    names = ("Leuven", "Bilzen", "Oostende")
    compared = scored(
        Herenthout=[UP],
        **{name: [UP] * up + [DOWN] * down + [SAME] * same
           for name, (up, down, same, *_) in zip(names, WORKED, strict=True)},
    )  # fmt: skip
    found = outcomes(moves(compared), pilots=("Herenthout", *names)).set_index("pilot")
    assert found.loc["Herenthout", ["net_low", "net_high"]].isna().all()
    for name, (*_, low, high) in zip(names, WORKED, strict=True):
        ends = (100 * found.loc[name, ["net_low", "net_high"]].astype(float)).round(2).tolist()
        assert ends == [low, high], name


def test_all_together_has_the_intervals_of_the_other_pages():
    codes = [*(f"LEU-{i:03}" for i in range(3)), *(f"BIL-{i:03}" for i in range(5))]
    ways = [(2, 3)] * 6 + [(4, 1), (3, 3)]  # six families up and one down of eight, as worked by hand
    levels = states(*((code, "K1", "kind", "stress", *way) for code, way in zip(codes, ways, strict=True)))
    compared = scored(Leuven=[(3, 2), UP, DOWN], Bilzen=[SAME, (2, 4), UP, UP, (4, 2)])
    how = replace(
        HOW, aspects=tuple(a for a in HOW.aspects if a.id in ("score", "poverty", "stress_children"))
    )
    found = outcomes(moves(compared, levels, how), how, pilots=TWO)
    every = found[found["pilot"] == "all"].set_index("aspect")[["net_low", "net_high"]].astype(float)
    counts = kansarmoede.score_pairs(compared)
    score = kansarmoede.score_change(counts, counts).iloc[0]
    poor = kansarmoede.poverty_change(counts, poverty_cutoff=3, severe_cutoff=5).iloc[0]
    assert every.loc["score"].tolist() == [score["net_low"], score["net_high"]]
    assert every.loc["poverty"].tolist() == [-poor["difference_high"], -poor["difference_low"]]
    assert (100 * every.loc["stress_children"]).round(2).tolist() == [-13.55, 100]


def test_transitions_add_up_to_figure_17():
    found = classes(SMALL, (*TWO, "Oostende"))
    sums = found.groupby("pilot")["families"].sum()
    assert sums.to_dict() == {"all": 6, "Leuven": 4, "Bilzen": 2, "Oostende": 0}
    figure = kansarmoede.figure_17(kansarmoede.score_pairs(SMALL), DEFINITIONS, poverty_cutoff=3)
    own = found[found["pilot"] == "all"].drop(columns="pilot").reset_index(drop=True)
    pd.testing.assert_frame_equal(own, figure)
    parts = found[found["pilot"] != "all"].groupby("class", observed=False)["families"].sum()
    assert parts.tolist() == figure["families"].tolist()


def test_limits_hold_a_pilot_exactly_when_its_p_is_not_small():
    compared = scored(
        Leuven=[UP] * 9 + [SAME], Bilzen=[DOWN] * 7 + [UP], Oostende=[SAME] * 12, Herenthout=[UP]
    )
    changes = moves(compared)
    found = limits(changes)
    ends = found[found["limit"] == 0.95].set_index("families")
    rows = outcomes(changes, pilots=tuple(compared["pilot"].unique()))
    seen = set()
    for row in rows[rows["pilot"] != "all"].itertuples():
        outside = row.net < ends.loc[row.families, "low"] or row.net > ends.loc[row.families, "high"]
        assert outside == (row.chance_p <= 0.05), row
        seen.add(bool(outside))
    assert seen == {True, False}
    assert found["net"].unique().tolist() == [(11 - 7) / 31]
    assert ends.index.tolist() == [*range(1, 13)]  # up to the largest pilot
    assert (ends["low"] <= 4 / 31).all() and (ends["high"] >= 4 / 31).all()


def test_heterogeneity_counts_pilots_and_adjusts_over_its_rows():
    compared = scored(Leuven=[UP] * 8, Bilzen=[DOWN] * 8, Oostende=[])
    how = replace(HOW, aspects=HOW.aspects[:2])
    found = heterogeneity(moves(compared, how=how), how)
    assert found[["aspect", "statistic", "pilots", "families", "n"]].values.tolist() == [
        ["score", "net", 2, 16, 16], ["score", "classes", 2, 16, 16],
        ["poverty", "net", 2, 16, 16], ["poverty", "classes", 2, 16, 16],
    ]  # fmt: skip
    assert found["permutation_p"].tolist()[:2] == pytest.approx([2 / comb(16, 8)] * 2, abs=5e-4)
    assert found["permutation_p"].tolist()[2:] == [1, 1]
    assert found["permutation_holm_p"].tolist() == inference.holm(found["permutation_p"]).tolist()
    child = states(*[("LEU-000", kid, "kind", "stress", 2, 3) for kid in ("K1", "K2")])
    how = replace(HOW, aspects=[one for one in HOW.aspects if one.id in ("score", "stress_children")])
    found = heterogeneity(moves(compared, child, how), how)
    assert found[["pilots", "families", "n"]].drop_duplicates().values.tolist() == [[2, 16, 16], [1, 1, 2]]


# Who they work with ----------------------------------------------------------------------------------------


def clean() -> CleanTables:
    """Three retained families of Leuven and one of Bilzen, and one that is not retained."""
    rows = [
        ("LEU-001", "Leuven", "koppel", 4, "retained", True),
        ("LEU-002", "Leuven", "koppel", 1, "retained", False),
        ("LEU-003", "Leuven", "onbekend", 2, "retained", True),
        ("BIL-001", "Bilzen", "alleenstaande ouder", 3, "retained", True),
        ("BIL-002", "Bilzen", "koppel", 9, "excluded", False),
    ]
    names = ["family", "pilot", "household_type", "registrations", "status", "followed"]
    families = pd.DataFrame(rows, columns=names).astype({"household_type": "category", "status": "category"})
    there = [
        ("LEU-001", "K1", True),
        ("LEU-001", "K2", True),
        ("LEU-003", "K1", False),
        ("BIL-001", "K1", True),
    ]
    persons = pd.DataFrame(there, columns=["family", "person", "at_baseline"]).assign(
        unit=pd.Categorical(["kind"] * 4, ["huishouden", "volwassene", "kind"], ordered=True)
    )
    cases = pd.DataFrame([("Leuven", 4, 3, 2), ("Bilzen", 2, 1, 1), ("unknown", 1, 0, 0)],
                         columns=["pilot", "registered", "retained", "followed"])  # fmt: skip
    empty = pd.DataFrame()
    return CleanTables(families, persons, empty, empty, empty, empty, empty, empty, empty, cases)


def test_registration_by_hand():
    levels = states(
        ("LEU-001", None, "huishouden", "inkomen", 2, 2),
        ("LEU-002", None, "huishouden", "inkomen", None, NOT_FOLLOWED),
        ("LEU-003", None, "huishouden", "inkomen", NVT, 3),
        ("LEU-003", "K1", "kind", "stress", None, 4),  # not there at baseline: no item of it can be missing
        ("LEU-001", "K1", "kind", "stress", 2, 3, True),
        ("BIL-001", "K1", "kind", "stress", 1, 1, True),
        ("BIL-001", None, "huishouden", "inkomen", None, 1),
    )
    families = clean().families
    compared = scored(Leuven=[SAME])
    moved = transitions.level_moves(transitions.moves(levels), families, compared)
    fresh = robustness.freshness(moved, DEFINITIONS, TWO)
    counts = comparison.registration_counts(clean(), start_states(levels, clean().persons))
    found = comparison.registration(counts, clean().cases_by_pilot, fresh, TWO)
    assert found.drop(columns=["known_share", "looked_again_share"]).values.tolist() == [
        ["all", 6, 4, 3, 2.5, 6, 4, 3, 2],
        ["Leuven", 4, 3, 2, 7 / 3, 4, 3, 2, 1],
        ["Bilzen", 2, 1, 1, 3, 2, 1, 1, 1],
    ]
    assert found["known_share"].tolist() == [4 / 6, 3 / 4, 1 / 2]
    assert found["looked_again_share"].tolist() == [2 / 3, 1 / 2, 1]


def scores() -> pd.DataFrame:
    rows = [("LEU-001", 2, 0), ("LEU-002", 3, 1), ("LEU-003", 5, 0), ("BIL-001", 6, 2)]
    table = pd.DataFrame(rows, columns=["family", "score", "unknown"]).assign(moment="baseline")
    return table.astype({"score": "Int64", "unknown": "Int64"})


def profile(unknown_domain: str = "not_deprived", start: pd.DataFrame | None = None) -> pd.DataFrame:
    counts = comparison.profile_counts(clean(), scores() if start is None else start, unknown_domain)
    return comparison.profile(counts, HOW, TWO, poverty_cutoff=3, severe_cutoff=5)


def test_profile_by_hand():
    found = profile().set_index(["pilot", "feature", "value"]).sort_index()
    assert found.loc[("Leuven", "household_type"), "n"].to_dict() == {
        "koppel": 2, "alleenstaande ouder": 0, "onbekend": 1
    }  # fmt: skip
    assert found.loc[("Leuven", "household_type", "koppel"), "share"] == 1  # of the two that are known
    assert found.loc[("Leuven", "household_type", "onbekend"), ["share", "ci_low", "ci_high"]].isna().all()
    assert found.loc[("all", "children"), "n"].to_dict() == {"0": 2, "1": 1, "2": 1, "3": 0, "4+": 0}
    assert found.loc[("Leuven", "score_range"), "n"].to_dict() == {"not_poor": 1, "poor": 1, "severe": 1}
    low, high = map(float, inference.wilson(1, 3))
    ends = found.loc[("Leuven", "score_range", "poor"), ["ci_low", "ci_high"]].tolist()
    assert ends == pytest.approx([low, high])
    nothing = profile(start=scores().assign(score=0)).set_index(["pilot", "feature", "value"]).sort_index()
    assert nothing.loc[("all", "score_range"), "n"].to_dict() == {"not_poor": 4, "poor": 0, "severe": 0}


def test_profile_leaves_out_unknown_domains_where_asked():
    found = profile(unknown_domain="exclude").set_index(["pilot", "feature", "value"]).sort_index()
    assert found.loc[("all", "score_range"), "n"].to_dict() == {"not_poor": 1, "poor": 0, "severe": 1}


# At the same case mix --------------------------------------------------------------------------------------

LEVELS = replace(
    HOW, strata=(Strata("score", (0, 5)),), least_families=4, least_expected=1, least_elsewhere=2
)


def household(compared: pd.DataFrame, *types: str) -> pd.DataFrame:
    kinds = types or ["koppel"] * len(compared)
    return compared[["family"]].assign(household_type=pd.Categorical(kinds))


def mixed(compared: pd.DataFrame, how=LEVELS, *types: str) -> pd.DataFrame:
    pilots = tuple(dict.fromkeys(compared["pilot"]))
    return case_mix(compared, household(compared, *types), how, (*pilots, "Oostende"))


def case_mix(compared: pd.DataFrame, families: pd.DataFrame, how, pilots: tuple[str, ...]) -> pd.DataFrame:
    return comparison.case_mix(comparison.case_mix_counts(compared, families), how, pilots)


MIX = scored(
    Leuven=[(6, 5), (5, 5), (5, 4), (2, 1), (2, 2), (1, 1)],  # severe: 2 of 3 improved; others 1 of 3
    Bilzen=[(6, 6), (5, 4), (5, 6), (5, 5), (3, 2), (4, 4), (0, 0), (1, 0), (2, 3), (2, 2)],  # 1 of 4; 2 of 6
)


def test_expected_by_hand():
    """Leuven: 3 families times 1/4 and 3 times 2/6 are 1.75 expected, 3 observed; the tail by enumeration."""
    row = mixed(MIX).set_index(["pilot", "way"]).loc[("Leuven", "improved")]
    assert (row["families"], row["observed"]) == (6, 3)
    assert row["expected"] == pytest.approx(1.75)
    assert [row["excess"], row["ratio"]] == pytest.approx([1.25, 3 / 1.75])
    ways = [
        comb(3, a) * comb(4, 3 - a) / comb(7, 3) for a in range(4)
    ]  # severe: 3 of 7 improved, 3 of Leuven
    others = [comb(3, a) * comb(6, 3 - a) / comb(9, 3) for a in range(4)]  # the others: 3 of 9, 3 of Leuven
    upper = sum(x * y for a, x in enumerate(ways) for b, y in enumerate(others) if a + b >= 3)
    assert row["strata_p"] == pytest.approx(min(1, 2 * upper))
    assert row[["excess_low", "excess_high"]].isna().all()


def test_rows_come_for_every_pilot_and_strata_and_say_why_not():
    found = mixed(MIX, replace(LEVELS, least_expected=2)).set_index(["pilot", "way"])
    assert found["why_not"].to_dict() == {
        ("Leuven", "improved"): "few_expected",  # 1.75
        ("Leuven", "declined"): "few_expected",
        ("Bilzen", "improved"): None,
        ("Bilzen", "declined"): "few_expected",
        ("Oostende", "improved"): "no_families",
        ("Oostende", "declined"): "no_families",
    } or found["why_not"].isna().tolist() == [False, False, True, False, False, False]
    assert found.loc[("Leuven", "improved"), "expected"] == pytest.approx(1.75)
    empty = found.loc[[("Leuven", "improved"), ("Oostende", "improved")], ["excess", "ratio", "strata_p"]]
    assert empty.isna().all(axis=None)


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        (replace(LEVELS, least_families=7), "few_families"),
        (replace(LEVELS, least_elsewhere=5), "few_elsewhere"),
        (replace(LEVELS, least_expected=2), "few_expected"),
    ],
)
def test_each_threshold_forbids(how, reason):
    row = mixed(MIX, how).iloc[0]
    assert (row["pilot"], row["why_not"]) == ("Leuven", reason)


def test_a_single_pilot_has_no_others():
    row = mixed(MIX[MIX["pilot"] == "Leuven"]).iloc[0]
    assert row["why_not"] == "one_pilot" and pd.isna(row["expected"])


def test_family_type_makes_strata_too():
    how = replace(LEVELS, strata=(Strata("household_type"),), least_elsewhere=1)
    types = ["koppel"] * 3 + ["onbekend"] * 3 + ["koppel"] * 8 + ["onbekend"] * 2
    row = mixed(MIX, how, *types).iloc[0]
    assert row["expected"] == pytest.approx(3 * 3 / 8 + 3 * 0 / 2)


@settings(max_examples=5)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=12, max_size=24), st.randoms())
def test_the_order_of_the_families_changes_nothing(found, random):
    half = len(found) // 2
    compared = scored(Leuven=found[:half], Bilzen=found[half:])
    order = list(range(len(compared)))
    random.shuffle(order)
    shuffled = compared.iloc[order].reset_index(drop=True)
    for one, other in zip(everything(compared), everything(shuffled), strict=True):
        pd.testing.assert_frame_equal(one, other)


def everything(compared: pd.DataFrame) -> list[pd.DataFrame]:
    changes = moves(compared)
    return [
        case_mix(compared, household(compared), LEVELS, TWO),
        outcomes(changes, pilots=TWO),
        limits(changes),
        heterogeneity(changes),
        classes(compared, TWO),
    ]


# Figures ---------------------------------------------------------------------------------------------------


def outcome_table(compared: pd.DataFrame) -> pd.DataFrame:
    return outcomes(moves(compared), pilots=tuple(dict.fromkeys(compared["pilot"])))


STUDIES = {
    "two": scored(Leuven=[UP, UP, SAME, DOWN, (2, 2), (3, 2)], Bilzen=[UP, DOWN]),
    "one more": scored(Leuven=[UP, UP, SAME, DOWN, (2, 2), (3, 2)], Bilzen=[UP, DOWN], Oostende=[UP]),
    "apart": scored(Leuven=[UP] * 9 + [SAME], Bilzen=[DOWN] * 9),
    "alone": scored(Leuven=[UP, DOWN, SAME, UP, UP]),
    "nobody": scored(Leuven=[]),
    "many": scored(**{f"Pilootproject {i:02}": [UP, DOWN, SAME, UP][: 1 + i % 4] * 3 for i in range(12)}),
}


@cache
def drawings(study: str) -> dict[str, tuple[pd.DataFrame, dict]]:
    """The finished tables of a study, and what else their figures take."""
    compared = STUDIES[study]
    changes, pilots = moves(compared), tuple(dict.fromkeys(compared["pilot"]))
    table = outcome_table(compared)
    return {
        "pilot_profile": (profile(), {}),
        "pilot_transitions": (classes(compared, pilots), {}),
        "pilot_outcomes": (table, {}),
        "pilot_limits": (limits(changes), {"outcomes": table}),
    }


def draw(name: str, study: str = "two", language: str = "nl", width: float = style.WIDE) -> Drawn:
    table, context = drawings(study)[name]
    return Drawn(name, table, width, language, **context)


def test_classes_are_bars_of_shares_with_their_families():
    shown = draw("pilot_transitions")
    for pilot, expected in {"alle": (4, 1, 1, 2), "Leuven": (3, 1, 1, 1), "Bilzen": (1, 0, 0, 1)}.items():
        bars = {title: mark for title, mark in shown.marks.items() if title.startswith(f"{pilot}, ")}
        assert [int(title.rsplit(": ", 1)[1]) for title in bars] == list(expected)
        lengths = [length(mark) for mark in bars.values()]
        whole = sum(lengths)
        assert [round(sum(expected) * one / whole, 1) for one in lengths] == list(expected)
        assert f"n = {sum(expected)}" in shown.words


def test_net_shares_have_a_diamond_each_and_say_their_interval_where_there_is_one():
    shown = draw("pilot_outcomes", "one more")
    assert len(shown.marks) == 4
    assert sum(" tot " in title for title in shown.marks) == 3  # none for a single family
    assert any(title.startswith("Oostende (n = 1): +100 pp") for title in shown.marks)


def test_the_funnel_has_a_named_diamond_per_pilot_between_its_limits():
    table, _ = drawings("two")["pilot_limits"]
    shown = draw("pilot_limits")
    assert {"Leuven", "Bilzen"} <= set(shown.words)
    assert {"Leuven: +33 pp", "Bilzen: 0 pp"} <= set(shown.marks)
    bands = [title for title in shown.marks if title.startswith("grenzen van het toeval")]
    assert len(bands) == table["limit"].nunique()


def test_the_profile_has_a_group_per_feature_and_counts_its_values():
    shown = draw("pilot_profile")
    bold = [text.text for text in shown.texts if text.get("font-weight") == "bold"]
    assert bold == ["Gezinstype", "Aantal kinderen", "Kansarmoede bij de start"]
    found = profile().set_index(["feature", "value", "pilot"])["n"]
    severe = [title for title in shown.marks if ", zwaar kansarm: " in title]
    assert [int(title.rsplit(": ", 1)[1]) for title in severe] == [
        found["score_range", "severe", pilot] for pilot in ("all", *TWO)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["pilot_profile", "pilot_transitions", "pilot_outcomes", "pilot_limits"])
def test_no_word_is_cut(name, width, language):
    for study in ("two", "many"):
        shown = draw(name, study, language, width)
        for text in shown.texts:
            left, top, right, bottom = shown.box(text)
            assert left > -1 and top > -1, text.text
            assert right < shown.width + 1 and bottom < shown.height + 1, text.text


@pytest.mark.parametrize("name", ["pilot_transitions", "pilot_outcomes", "pilot_limits"])
def test_without_followed_families_it_is_said(name):
    said = draw(name, "nobody").words
    none = "Er zijn geen gevallen om te tonen."
    two = "Er zijn geen twee pilootprojecten met opgevolgde gezinnen om te vergelijken."
    assert {none, two} & set(said)


# Words -----------------------------------------------------------------------------------------------------


def told(name: str, study: str = "two", least: int = 2) -> words.Account:
    table, context = drawings(study)[name]
    facts = {
        "pilot_profile": lambda: as_told.pilot_profile(table, DEFINITIONS),
        "pilot_transitions": lambda: as_told.pilot_transitions(
            table, replace(HOW, least_families=least), DEFINITIONS
        ),
        "pilot_outcomes": lambda: as_told.pilot_outcomes(table, heterogeneity_of(study), HOW, DEFINITIONS),
        "pilot_limits": lambda: as_told.pilot_limits(table, context["outcomes"], HOW, DEFINITIONS),
    }[name]()
    return words.account([name], facts)


def heterogeneity_of(study: str) -> pd.DataFrame:
    return heterogeneity(moves(STUDIES[study]))


@pytest.mark.parametrize(("least", "ends"), [(0.1, ": from 10% in Bilzen to 16% in Leuven"), (0.158, "")])
def test_pilots_that_looked_again_as_often_are_not_set_apart(least, ends):
    table = pd.DataFrame({"pilot": ["all", "Leuven", "Bilzen"], "looked_again_share": [0.159, 0.162, least]})
    said = words.account(["pilot_registration"], as_told.pilot_registration(table, DEFINITIONS)).finding
    assert said.en == f"16% of the values at follow-up have been looked at again since the start{ends}"


def test_pilots_are_counted_by_the_way_most_families_went():
    said = told("pilot_transitions")  # Leuven 3 up and 1 down of 6, Bilzen 1 and 1 of 2
    assert said.finding.nl == "In 1 van de 2 pilootprojecten gingen meer gezinnen vooruit dan achteruit"
    assert "Bilzen (n = 2): 1 vooruit, 0 gelijk, 1 achteruit" in said.alternative.nl
    few = told("pilot_transitions", least=3).finding  # of two no share is told, on their own page or here
    assert few.nl == "Over Bilzen is te weinig bekend: minder dan 3 opgevolgde gezinnen"
    assert told("pilot_transitions", "alone").finding.en == ("Forward: 3 of the 5 followed families; back: 1")


def test_the_funnel_says_whether_anyone_stands_out():
    said = told("pilot_limits")
    assert said.finding.nl == (
        "Geen van de 2 pilootprojecten ligt verder van het geheel dan het toeval meestal geeft"
    )
    assert "95%" in said.caption.en and "at most 0.10" in said.caption.en  # 2 × 5 %
    assert said.alternative.nl.startswith("Leuven: n = 6, +33,3 procentpunt, grenzen 0 tot ")
    assert told("pilot_limits", "apart").finding.en == (
        "Leuven and Bilzen lie further from the whole than chance usually gives"
    )


@pytest.mark.parametrize("study", ["alone", "nobody"])
def test_one_pilot_is_not_compared(study):
    assert told("pilot_limits", study).finding.nl.startswith("Er zijn geen twee pilootprojecten")
    tests = heterogeneity_of(study)
    said = words.account(["pilot_heterogeneity"], as_told.pilot_heterogeneity(tests, HOW))
    assert said.finding.en.startswith("There are fewer than two pilot projects")
    assert tests[["chi2", "permutation_p", "permutation_holm_p"]].isna().all(axis=None)


def test_subjects_that_differ_are_named_and_same_is_not_proved():
    assert told("pilot_outcomes").finding.nl.startswith("Op geen enkel onderwerp verschillen")
    assert told("pilot_outcomes", "apart").finding.en == (
        "Pilot projects differ by more than chance alone would give on: poverty score of families"
    )
    said = words.account(["pilot_heterogeneity"], as_told.pilot_heterogeneity(heterogeneity_of("two"), HOW))
    assert said.finding.en.startswith("None of the 2 comparisons stands out; that does not prove")


def test_the_profile_names_both_ends_of_the_poor_and_whom_it_counts():
    said = told("pilot_profile")
    assert said.finding.nl == (
        "Kansarm bij de start: 2 van de 3 beschreven gezinnen in Leuven, 1 van 1 in Bilzen"
    )
    assert "telt alleen opgevolgde gezinnen" in said.caption.nl


def test_the_case_mix_is_counted():
    def said(table):
        return words.account(["pilot_case_mix"], as_told.pilot_case_mix(table, HOW)).finding.nl

    table = mixed(MIX, replace(LEVELS, least_expected=2))
    assert said(table).startswith(
        "Vergelijken binnen dezelfde groep kan in 1 van de 6 gevallen; in geen enkele"
    )
    assert said(table).endswith("meer af van wat te verwachten was dan het toeval meestal geeft")
    one = said(table.assign(strata_p=0.01))
    assert "; in 1 wijkt" in one and one.endswith("; het toeval alleen geeft er gemiddeld hoogstens 0,05")
    assert said(table.assign(why_not="few_families")).startswith("Voor een vergelijking")
    assert said(table.assign(families=0)) == "Er zijn geen opgevolgde gezinnen"


@pytest.mark.parametrize(
    "word", ["effect", "impact", "leidt", "leads", "beste", "best ", "slechtste", "worst"]
)
def test_no_text_ranks_or_names_a_cause(word):
    assert word not in (REFERENCE / "texts" / "08_pilots.yml").read_text(encoding="utf-8").lower()


# Definitions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{id: score}\n", "{id: score}\n  - {id: score}\n", "'score' stands 2 times"),
        ("{id: poverty}", "{id: wealth}", "'wealth' has no title under pilot_aspect"),
        ("{id: poverty}", "{id: poverty, item: [kind, stress]}", "have no item"),
        ("item: [kind, zorg]", "item: [huishouden, inkomen]", "found one of huishouden"),
        ("item: [kind, zorg]", "item: [kind, zorgen]", "no item 'zorgen'"),
        ("  - {id: score}\n  - {id: poverty}\n", "  - {id: poverty}\n", "must begin with 'score'"),
        ("children: [0, 1", "children: [1, 2", "must begin with 0"),
        ("limits: [0.95, 0.998]", "limits: [0.998, 0.95]", "must rise"),
        ("bands: [0, 5]", "bands: [1, 5]", "bands begin with 0"),
        ("bands: [0, 5]", "bands: [0, 5, 4]", "must rise"),
        ("{id: household_type}", "{id: household_type, bands: [0]}", "'score' has bands"),
        ("{id: household_type}", "{id: score, bands: [0]}", "'score' stands 2 times"),
        ("least_families: 10", "least_families: 0", "least_families"),
    ],
)  # fmt: skip
def test_faults_of_the_file_are_named_with_their_line(tmp_path, old, new, said):
    folder = copytree(REFERENCE, tmp_path / "reference")
    path = folder / "pilot_comparison.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load(PilotComparison, folder)
    assert any(
        said in line and line.startswith("pilot_comparison.yml, line ") for line in caught.value.faults
    )


def test_every_value_has_its_words_in_the_order_of_its_column():
    words = {"aspect": "pilot_aspect", "feature": "pilot_feature", "statistic": "pilot_statistic",
             "strata": "pilot_strata", "why_not": "why_not"}  # fmt: skip
    columns = {c.name: c for name, t in tables.TABLES.items() if name.startswith("pilot_") for c in t.columns}
    for column, kind in words.items():
        assert columns[column].values == tuple(DEFINITIONS.vocabulary[kind]), column


def test_only_pilots_of_the_study_are_described():
    """Whom the five projects of the research report work with, says nothing about those of another export."""
    assert list(registration.pilots(DEFINITIONS, ("Gent", "Leuven"), "nl")["pilot"]) == ["Leuven"]
    assert registration.pilots(DEFINITIONS, ("Gent",), "nl").empty
    shown = []
    output = Output(
        language="nl", folder=None, definitions=DEFINITIONS, publish=lambda *one: shown.append(one)
    )
    for pilots in (("Gent",), ("Leuven",)):
        study = SimpleNamespace(about=SimpleNamespace(pilots=pilots), language="nl", edition=None)
        report._overview(study, output, "pilots")
        assert len(shown) == (pilots == ("Leuven",))
