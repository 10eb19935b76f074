"""The closed-form tests against R: reference_values/closed_form.json, made by closed_form.R beside it."""

import json
from pathlib import Path

import numpy as np
import pytest

from helpers import inference
from helpers.inference import matrices

R = json.loads((Path(__file__).parent / "reference_values" / "closed_form.json").read_text(encoding="utf-8"))
MATRICES = R["matrices"]

# Unaided distance vision of 7,477 women aged 30-39, right eye (rows) by left eye, best to worst grade
# (Stuart 1953, Biometrika 40, 105-110). Published with it: Stuart-Maxwell 11.96 on 3 degrees of freedom,
# Bowker 19.11 on 6.
STUART_1953 = np.array(
    [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]
)


def column(table, name):
    return np.array([row[name] for row in table], dtype=float)


def test_the_values_name_the_programs_that_gave_them():
    assert set(R["versions"]) == {"R", "coin", "vcd", "MASS", "jsonlite"}
    assert all(R["versions"].values())


def test_stuart_1953_as_published():
    assert STUART_1953.sum() == 7477
    homogeneity, symmetry = matrices.stuart_maxwell(STUART_1953), matrices.bowker(STUART_1953)
    assert (round(homogeneity.chi2, 2), homogeneity.df) == (11.96, 3)
    assert (round(symmetry.chi2, 2), symmetry.df) == (19.11, 6)
    assert MATRICES["stuart_1953"]["matrix"] == STUART_1953.tolist()


def test_wilson():
    low, high = inference.wilson(column(R["wilson"], "count"), column(R["wilson"], "nobs"))
    np.testing.assert_allclose(low, column(R["wilson"], "low"), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(high, column(R["wilson"], "high"), rtol=1e-12)


def test_sign_test():
    test = inference.sign_test(column(R["sign"], "improved"), column(R["sign"], "declined"))
    np.testing.assert_allclose(test.exact_p, column(R["sign"], "exact_p"), rtol=1e-12)
    np.testing.assert_allclose(test.mid_p, column(R["sign"], "mid_p"), rtol=1e-12)


def test_holm():
    p, adjusted = (np.array(R["holm"][name], dtype=float) for name in ("p", "adjusted"))
    np.testing.assert_allclose(inference.holm(p), adjusted, rtol=1e-12)


@pytest.mark.parametrize("case", MATRICES.values(), ids=MATRICES)
def test_stuart_maxwell(case):
    test, expected = matrices.stuart_maxwell(case["matrix"]), case["stuart_maxwell"]
    assert test.df == expected["df"]
    np.testing.assert_allclose([test.chi2, test.p], [expected["chi2"], expected["p"]], rtol=1e-9, atol=1e-12)
    if expected["coin_df"] is not None:  # nothing for coin to test where nobody moved
        assert test.df == expected["coin_df"]
        assert test.chi2 == pytest.approx(expected["coin_chi2"], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("case", MATRICES.values(), ids=MATRICES)
def test_bowker(case):
    test, expected = matrices.bowker(case["matrix"]), case["bowker"]
    assert test.df == expected["df"]
    np.testing.assert_allclose([test.chi2, test.p], [expected["chi2"], expected["p"]], rtol=1e-9)
    if expected["mcnemar_test_chi2"] is not None:  # NaN in R where some pair of states has no moves
        assert test.chi2 == pytest.approx(expected["mcnemar_test_chi2"], rel=1e-9)
        assert test.df == expected["mcnemar_test_df"]


@pytest.mark.parametrize("case", MATRICES.values(), ids=MATRICES)
def test_kappa(case):
    assert matrices.kappa_linear(case["matrix"]) == pytest.approx(case["kappa_linear"], rel=1e-9, abs=1e-12)


def test_the_cases_reach_every_rank():
    """Full rank, several parts, states that do not occur, and nobody moved are all among them."""
    five = [case for case in MATRICES.values() if len(case["matrix"]) == 5]
    assert {case["stuart_maxwell"]["df"] for case in five} == {0, 1, 2, 3, 4}
    assert sum(case["bowker"]["mcnemar_test_chi2"] is not None for case in MATRICES.values()) >= 5
