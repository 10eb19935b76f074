"""What takes families into account, against R: reference_values/inference.json, made by inference.R there."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import inference, transitions
from helpers.inference import bootstrap, groups, matrices

R = json.loads((Path(__file__).parent / "reference_values" / "inference.json").read_text(encoding="utf-8"))
CASES = R["cases"]


def having(part):
    return [name for name, case in CASES.items() if case[part]]


def pairs(name):
    """The persons of a case as `transitions.pairs` gives them."""
    persons = pd.DataFrame(CASES[name]["persons"])
    levels = {"baseline": "baseline_level", "follow_up": "follow_up_level"}
    return persons.assign(family=persons["family"].map("F-{:03}".format)).rename(columns=levels)


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
    assert set(R["versions"]) == {"R", "coin", "geepack", "survey", "boot", "MASS", "sandwich", "jsonlite"}
    assert all(R["versions"].values())


# Swapping the two moments of whole families --------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_permutation_of_whole_families(name):
    """R goes through all swaps of the families that moved (up to 2^13), or 20,000 of them."""
    expected = CASES[name]["by_families"]
    draws = [inference.DRAWS] if expected["exact"] else [inference.DRAWS, expected["swaps"]]
    test = matrices.permutation_tests(transitions.family_matrices(pairs(name)), seed=2023)
    for ours, theirs in [
        (test.stuart_maxwell_p, expected["homogeneity_p"]),
        (test.bowker_p, expected["symmetry_p"]),
    ]:
        assert ours == pytest.approx(theirs, abs=monte_carlo(theirs, *draws))


@pytest.mark.parametrize("name", having("by_persons"))
def test_families_of_one_person_are_swapped_as_coin_swaps_persons(name):
    expected = CASES[name]["by_persons"]
    persons = pairs(name)
    assert matrices.stuart_maxwell(transitions.counts(persons)).chi2 == pytest.approx(expected["chi2"])
    test = matrices.permutation_tests(transitions.family_matrices(persons), seed=2023)
    tolerance = monte_carlo(expected["p"], inference.DRAWS, expected["draws"])
    assert test.stuart_maxwell_p == pytest.approx(expected["p"], abs=tolerance)


def test_the_cases_tell_whole_families_from_persons():
    """Somewhere the p-value of swapping persons is far from that of swapping families, so it would show."""
    persons, expected = pairs("study"), CASES["study"]["by_families"]
    alone = persons.assign(family=[f"P-{i:03}" for i in range(len(persons))])
    families, singly = (
        matrices.permutation_tests(transitions.family_matrices(who), seed=2023) for who in (persons, alone)
    )
    tolerance = monte_carlo(expected["homogeneity_p"], inference.DRAWS, expected["swaps"])
    assert abs(singly.stuart_maxwell_p - expected["homogeneity_p"]) > 3 * tolerance
    assert abs(families.stuart_maxwell_p - expected["homogeneity_p"]) < tolerance


# GEE -----------------------------------------------------------------------------------------------------


def fit(name):
    persons = pairs(name)
    return matrices.ordinal_gee(persons["baseline_level"], persons["follow_up_level"], persons["family"])


@pytest.mark.parametrize("name", having("gee"))
def test_gee_is_geeglm_on_the_stacked_indicators(name):
    """The same equations: binary GEE of 'above this level', working independence, robust over families."""
    ours, expected = fit(name), CASES[name]["gee"]["stacked"]
    assert ours.note == ""
    for part in ("log_odds", "low", "high", "p"):
        assert getattr(ours, part) == pytest.approx(expected[part], rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("name", [name for name in having("gee") if "ordgee" in CASES[name]["gee"]])
def test_gee_on_two_levels_is_ordgee(name):
    """Sign, estimate and robust interval: log odds > 0 is better at follow-up in both programs."""
    ours, expected = fit(name), CASES[name]["gee"]["ordgee"]
    assert ours.log_odds == pytest.approx(expected["log_odds"], rel=1e-6)
    assert (ours.low, ours.high) == pytest.approx((expected["low"], expected["high"]), rel=1e-6)


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


# Net shares of families ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", having("interval"))
def test_bootstrap_of_whole_families(name):
    """
    The ends of boot's percentile interval (200,000 draws) lie within the Monte Carlo error of 9,999 draws:
    four standard errors of a quantile of a normal distribution, 0.027 of its standard deviation, and a step
    of the discrete share.
    """
    net, persons = by_family(name)
    expected = CASES[name]["interval"]
    assert net.sum() / persons.sum() == pytest.approx(expected["net"])
    ends = bootstrap.bootstrap_share(net, persons, seed=inference.row_seed(2023, name))
    tolerance = 4 * 0.027 * expected["sd"] + 1 / persons.sum()
    assert ends == pytest.approx((expected["low"], expected["high"]), abs=tolerance)


def test_bootstrap_against_every_resample_there_is():
    """Five families have 5^5 resamples, whose quantiles R gives: both ends stand on an atom of that."""
    net, persons = by_family("opposed")
    every = CASES["opposed"]["interval"]["every"]
    assert bootstrap.bootstrap_share(net, persons, seed=2023) == pytest.approx(every)


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
