"""What takes families into account, against R: families.json and inference.json in reference_values/."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import inference, primary, transitions
from helpers.inference import groups, matrices, poverty

VALUES = Path(__file__).parent / "reference_values"
R = json.loads((VALUES / "inference.json").read_text(encoding="utf-8"))
CASES = R["cases"]
FAMILIES = json.loads((VALUES / "families.json").read_text(encoding="utf-8"))
NETS = FAMILIES["net_shares"]


def having(part):
    return [name for name, case in CASES.items() if case[part]]


def pairs(name):
    """The persons of a case as `transitions.pairs` gives them."""
    persons = pd.DataFrame(CASES[name]["persons"])
    levels = {"baseline": "baseline_level", "follow_up": "follow_up_level"}
    return persons.assign(family=persons["family"].map("F-{:03}".format)).rename(columns=levels)


def moves(persons):
    """How many of each family went from where to where, as `Study.moves` gives it."""
    levels = {"baseline_level": "baseline", "follow_up_level": "follow_up"}
    rows = persons.rename(columns=levels).astype(dict.fromkeys(levels.values(), "str"))
    sizes = rows.groupby(["family", *levels.values()]).size().rename("persons").reset_index()
    return sizes.assign(unit="kind", item="stress")


def swapped(persons):
    """The permutation tests of these persons, of the matrices that `transition_tests` makes of families."""
    return matrices.permutation_tests(
        transitions.squares(moves(persons), persons["family"].unique()), seed=2023
    )


def by_family(name):
    """Improved less declined, and persons, of each family."""
    persons = pairs(name)
    persons["net"] = np.sign(persons["follow_up_level"] - persons["baseline_level"])
    sums = persons.groupby("family")["net"].agg(["sum", "size"])
    return sums["sum"].to_numpy(), sums["size"].to_numpy()


def monte_carlo(p, *draws):
    """Four standard errors of the difference of simulated p-values; one count more or less is allowed."""
    return 4 * math.sqrt(sum(p * (1 - p) / n for n in draws)) + sum(1 / n for n in draws)


def test_the_values_name_the_programs_that_gave_them():
    assert set(R["versions"]) == {"R", "coin", "geepack", "survey", "MASS", "sandwich", "jsonlite"}
    assert set(FAMILIES["versions"]) == {"R", "coin", "sandwich", "survey", "jsonlite"}
    assert all([*R["versions"].values(), *FAMILIES["versions"].values()])


# Families as units ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", NETS.values(), ids=NETS)
def test_family_test_is_coin_s_exact_symmetry_test(case):
    assert inference.family_test(case["net"]) == pytest.approx(case["family_p"], rel=1e-9)


@pytest.mark.parametrize("case", NETS.values(), ids=NETS)
def test_net_interval_leaves_out_one_family_at_a_time(case):
    """sandwich's HC3, (M − 1)/M, and in the script also family by family."""
    ours = inference.net_interval(case["net"], case["n"])
    assert ours == pytest.approx(tuple(case["interval"]), rel=1e-9)


@pytest.mark.parametrize("name", [name for name, case in NETS.items() if "bonett_price" in case])
def test_where_each_family_counts_once_the_interval_is_bonett_and_price_s(name):
    case = NETS[name]
    assert inference.net_interval(case["net"]) == pytest.approx(tuple(case["bonett_price"]), rel=1e-9)


def test_max_t_is_the_share_of_every_turn_there_is():
    case = FAMILIES["max_t"]
    net = np.array(case["net"])
    ours = inference.max_t(net, np.ones_like(net), seed=2023)
    for found, expected in zip(ours, case["p"], strict=True):
        assert found == pytest.approx(expected, abs=monte_carlo(expected, inference.DRAWS))
    exact = [inference.family_test(column) for column in net.T]
    assert exact == pytest.approx(case["families_p"], rel=1e-9)
    assert (np.array(case["p"]) - exact > 0.05).any()  # adjusting makes a difference that would show


def test_specification_curve_is_the_share_of_every_turn_there_is():
    case = FAMILIES["curve"]
    found = inference.specification_curve(case["moves"], case["families"], seed=2023)
    assert found.median == pytest.approx(case["median"])
    assert found.p == pytest.approx(case["p"], abs=monte_carlo(case["p"], inference.DRAWS))


@pytest.mark.parametrize("case", FAMILIES["shares"])
def test_shares_of_persons_are_those_of_survey_in_wilson_s_interval(case):
    found = inference.share_interval(inference.family_sums(case["y"], case["n"]))
    for ours, theirs in [
        (found.share, "share"),
        (found.design_effect, "design_effect"),
        (found.low, "low"),
        (found.high, "high"),
    ]:
        assert float(ours) == pytest.approx(case[theirs], rel=1e-9, abs=1e-12)


def interval(case):
    """The ends that R gives, NaN where it gives none."""
    return [math.nan if end in (None, "NA") else end for end in case["interval"]]


@pytest.mark.parametrize("case", FAMILIES["poverty"])
def test_poverty_measures_are_t_test_s_and_prop_test_s(case):
    for moment, scores in zip(case["moments"], (case["baseline"], case["follow_up"]), strict=True):
        found = poverty.poverty_measures(scores, poverty_cutoff=case["cutoff"])
        for name, expected in moment.items():
            ours = [found[name].value, found[name].se, found[name].low, found[name].high]
            theirs = [expected["value"], expected["se"], *interval(expected)]
            assert ours == pytest.approx(theirs, rel=1e-9, nan_ok=True)


@pytest.mark.parametrize("case", FAMILIES["poverty"])
def test_changes_of_poverty_measures(case):
    """H and M0 as net shares; A by survey's delta method, and every turn there is."""
    found = poverty.poverty_changes(case["baseline"], case["follow_up"], poverty_cutoff=case["cutoff"])
    for name, ours in found.items():
        expected = case[name]
        assert (ours.change, ours.se) == pytest.approx(
            (expected["change"], expected["se"]), rel=1e-9, abs=1e-15
        )
        assert ours.family_p == pytest.approx(expected["p"], rel=1e-9)
        low, high = expected["interval"]
        if name != "A":
            low, high = inference.agree(low, high, expected["p"], expected["change"])
        assert (ours.low, ours.high) == pytest.approx((low, high), rel=1e-9)
    measures = [
        poverty.poverty_measures(case[moment], poverty_cutoff=case["cutoff"])
        for moment in ("baseline", "follow_up")
    ]
    split = poverty.shapley(*(moment[name].value for moment in measures for name in ("H", "A")))
    assert split == pytest.approx(tuple(case["shapley"]), rel=1e-9)
    assert sum(split) == pytest.approx(found["M0"].change)


@pytest.mark.parametrize("case", FAMILIES["lost"])
def test_weights_of_the_followed_are_those_of_glm(case):
    known = np.column_stack([case["score"], case["alone"]])
    found = groups.weighted_net(case["move"], case["followed"], known)
    assert found == pytest.approx(case["weighted"], rel=1e-8)
    kinds, families = np.unique(
        np.column_stack([case["move"], case["followed"], known]), axis=0, return_counts=True
    )
    assert groups.weighted_net(kinds[:, 0], kinds[:, 1], kinds[:, 2:], families) == pytest.approx(
        found, rel=1e-9
    )


@pytest.mark.parametrize("case", FAMILIES["lost"])
def test_standardised_differences(case):
    sums = np.hstack([case[name] for name in ("n", "total", "squares")]).astype(float)
    followed = np.asarray(case["followed"], dtype=float) @ sums
    found = groups.standardised_differences(followed, sums.sum(axis=0))
    assert found == pytest.approx(case["difference"], rel=1e-10)


@pytest.mark.parametrize("case", FAMILIES["register"])
def test_families_to_register(case):
    names = ("needed", "followed", "in_time")
    found = groups.families_to_register(
        *(case[name] for name in names), per_coach=case["per_coach"], icc=case["icc"]
    )
    assert [float(number) for number in found] == case["registered"]


# Coaches in the place of families -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def of_coaches():
    """`coach_clusters` of the cases, each outcome with families of its own."""
    codes, compared, moved = [], [], []
    for outcome, case in FAMILIES["coaches"].items():
        rows = pd.DataFrame({name: case[name] for name in ("net", "n", "coach", "organisation")})
        rows["family"] = [f"{outcome}-{number:03}" for number in range(len(rows))]
        codes.append(rows.assign(pilot="one"))
        unit, item = primary.PRIMARY[outcome] or ("", "")
        way = {"improved": rows["net"].clip(lower=0), "declined": (-rows["net"]).clip(lower=0)}
        moved.append(rows[["family"]].assign(unit=unit, item=item, pairs=rows["n"], **way))
        if not item:
            scores = {"baseline_score": 3, "follow_up_score": 3 - rows["net"]}
            compared.append(rows[["family"]].assign(**scores))
    families, scores, nets = (pd.concat(frames, ignore_index=True) for frames in (codes, compared, moved))
    changes = primary.outcome_changes(nets, scores, families)
    return primary.coach_clusters(changes, primary.family_coaches(families)).set_index("outcome")


@pytest.mark.parametrize("outcome", FAMILIES["coaches"])
def test_a_coach_is_turned_with_all_families(of_coaches, outcome):
    """Sums by R's rowsum; an organisation has its own coaches, a family without a coach stands for itself."""
    expected, row = FAMILIES["coaches"][outcome], of_coaches.loc[outcome]
    assert row["coaches"] == expected["coaches"]
    numbers = row[["net", "net_low", "net_high", "family_p"]].astype(float)
    if expected["coaches"] < 10:
        assert numbers.isna().all()
        return
    low, high = inference.agree(*expected["interval"], expected["family_p"], expected["share"])
    assert numbers.tolist() == pytest.approx(
        [expected["share"], low, high, expected["family_p"]], rel=1e-9, abs=1e-12
    )


# Swapping the two moments of whole families --------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_permutation_of_whole_families(name):
    """R goes through all swaps of the families that moved (up to 2^13), or 20,000 of them."""
    expected = CASES[name]["by_families"]
    draws = [inference.DRAWS] if expected["exact"] else [inference.DRAWS, expected["swaps"]]
    test = swapped(pairs(name))
    for ours, theirs in [
        (test.stuart_maxwell_p, expected["homogeneity_p"]),
        (test.bowker_p, expected["symmetry_p"]),
    ]:
        assert ours == pytest.approx(theirs, abs=monte_carlo(theirs, *draws))


@pytest.mark.parametrize("name", having("by_persons"))
def test_families_of_one_person_are_swapped_as_coin_swaps_persons(name):
    expected = CASES[name]["by_persons"]
    persons = pairs(name)
    matrix = transitions.square(moves(persons), unit="kind", item="stress")
    assert matrices.stuart_maxwell(matrix).chi2 == pytest.approx(expected["chi2"])
    test = swapped(persons)
    tolerance = monte_carlo(expected["p"], inference.DRAWS, expected["draws"])
    assert test.stuart_maxwell_p == pytest.approx(expected["p"], abs=tolerance)


def test_the_cases_tell_whole_families_from_persons():
    """Somewhere the p-value of swapping persons is far from that of swapping families, so it would show."""
    persons, expected = pairs("study"), CASES["study"]["by_families"]
    alone = persons.assign(family=[f"P-{i:03}" for i in range(len(persons))])
    families, singly = swapped(persons), swapped(alone)
    tolerance = monte_carlo(expected["homogeneity_p"], inference.DRAWS, expected["swaps"])
    assert abs(singly.stuart_maxwell_p - expected["homogeneity_p"]) > 3 * tolerance
    assert abs(families.stuart_maxwell_p - expected["homogeneity_p"]) < tolerance


# GEE -----------------------------------------------------------------------------------------------------


def fit(name):
    persons = pairs(name)
    return matrices.ordinal_gee(persons["baseline_level"], persons["follow_up_level"], persons["family"])


@pytest.mark.parametrize("name", having("gee"))
def test_gee_is_geeglm_on_the_stacked_indicators(name):
    """The same equations: binary GEE of 'above this level'; covariance of Mancl & DeRouen, written out."""
    ours, expected = fit(name), CASES[name]["gee"]["stacked"]
    assert ours.note == ""
    for part in ("log_odds", "low", "high", "p"):
        assert getattr(ours, part) == pytest.approx(expected[part], rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("name", [name for name in having("gee") if "ordgee" in CASES[name]["gee"]])
def test_gee_on_two_levels_is_ordgee(name):
    """Sign and estimate: log odds > 0 is better at follow-up in both. The bias of ordgee's interval stays."""
    ours, expected = fit(name), CASES[name]["gee"]["ordgee"]
    assert ours.log_odds == pytest.approx(expected["log_odds"], rel=1e-6)
    assert 1 < (ours.high - ours.low) / (expected["high"] - expected["low"]) < 1.1


@pytest.mark.parametrize("name", [name for name in having("gee") if "likelihood" in CASES[name]["gee"]])
def test_gee_is_close_to_the_proportional_odds_model(name):
    """
    MASS::polr with a robust variance over families weighs the indicators of one answer as nested ones, the
    GEE of statsmodels as independent ones. Both are consistent for the same log odds and no more than a
    quarter of a standard error apart here; equal they are only with two levels.
    """
    ours, expected = fit(name), CASES[name]["gee"]["likelihood"]
    assert abs(ours.log_odds - expected["log_odds"]) < 0.25 * expected["se"]
    assert (ours.high - ours.low) / (expected["high"] - expected["low"]) == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("name", [name for name in having("gee") if "larger" in CASES[name]["gee"]])
def test_why_ordgee_is_no_reference_beyond_two_levels(name):
    """
    geepack 1.3.9's ordgee differs from polr, with which working independence should agree to the last digit
    in families of one person and moment. It is reproduced by a covariance of the nested indicators that has
    the larger of their two expectations where the smaller belongs; with the smaller one polr comes back.
    """
    values = CASES[name]["gee"]
    assert values["ordgee_log_odds"] == pytest.approx(values["larger"], rel=1e-6)
    assert values["likelihood"]["log_odds"] == pytest.approx(values["smaller"], rel=1e-6)
    assert abs(values["larger"] - values["smaller"]) > 0.01


# Two groups -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("expected", R["differences"], ids=lambda pair: f"{pair['one']}-{pair['other']}")
def test_difference_of_two_groups_is_that_of_survey(expected):
    one, other = (inference.family_sums(*by_family(expected[side])) for side in ("one", "other"))
    test = groups.difference_test(one, other)
    assert test.df == expected["df"]
    for ours, part in [(test.difference, "difference"), (test.standard_error, "se"), (test.p, "p")]:
        assert float(ours) == pytest.approx(expected[part], rel=1e-10)


# p-values together -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", R["adjusted"])
def test_adjusted_p_values(case):
    p, bh, holm = (np.array(case[name], dtype=float) for name in ("p", "bh", "holm"))
    np.testing.assert_allclose(inference.benjamini_hochberg(p), bh, rtol=1e-12)
    np.testing.assert_allclose(inference.holm(p), holm, rtol=1e-12)
