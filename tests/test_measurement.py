"""How well the scales measure: against R (reference_values/reliability.R), by hand, and in plain pandas."""

import json
from math import isnan, nan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import measurement
from helpers.study import Study

HERE = Path(__file__).parent
R = json.loads((HERE / "reference_values" / "reliability.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return Study.clean(HERE / "data" / "export-0.3", tmp_path_factory.mktemp("clean") / "old")


def products_of(values):
    """The sums that `item_products` makes, of a table of who × items."""
    rows = pd.DataFrame(values, dtype="float64").rename_axis(index="family", columns="item").stack().dropna()
    rows = rows.rename("value").reset_index().astype({"item": "str", "value": "int64"})
    counted = measurement.item_products(rows.assign(scale="kind", person=""))
    return measurement._products(counted, "kind")


@pytest.mark.parametrize("case", R["scales"].values(), ids=R["scales"])
def test_alpha_and_omega_are_those_of_r(case):
    found = measurement.reliability(products_of(case["values"]))
    assert found.items == len(case["values"][0])
    assert found.alpha == pytest.approx(case["alpha"], abs=1e-12)
    assert found.omega == pytest.approx(case["omega"], abs=1e-8)
    assert found.variance_of_mean == pytest.approx(case["variance_of_mean"], abs=1e-12)
    ends = measurement.alpha_interval(found.alpha, len(case["values"]), found.items)
    assert ends == pytest.approx((case["low"], case["high"]), abs=1e-10)


@pytest.mark.parametrize("case", R["shares"].values(), ids=R["shares"])
def test_the_share_between_groups_is_that_of_r(case):
    found = measurement.intraclass(np.array(case["values"]), np.array(case["groups"]))
    assert found == pytest.approx(case["share"], abs=1e-12)


def test_items_that_do_not_vary_or_hardly_meet_are_left_out():
    generator = np.random.default_rng(1)
    common = generator.integers(1, 4, size=40)
    values = pd.DataFrame({n: common + generator.integers(0, 3, size=40) for n in "abc"}, dtype="float64")
    three = measurement.reliability(products_of(values.to_numpy()))
    values["constant"] = 3.0
    values["rare"] = [float(n % 5 + 1) if n < 9 else nan for n in range(40)]
    five = measurement.reliability(products_of(values.to_numpy()))
    assert three.items == five.items == 3
    assert five.alpha == pytest.approx(three.alpha, abs=1e-12)


def test_two_items_have_an_alpha_and_no_omega():
    found = measurement.reliability(products_of([[1, 2], [2, 2], [3, 4], [2, 1], [4, 3]] * 6))
    assert 0 < found.alpha < 1 and isnan(found.omega)


@pytest.mark.parametrize("values", [[], [[1]], [[1, 2]] * 30, [[n % 2 + 1] for n in range(30)]])
def test_a_scale_without_two_items_that_vary_has_no_alpha(values):
    found = measurement.reliability(products_of(values))
    assert isnan(found.alpha) and isnan(found.omega)
    assert all(map(isnan, measurement.alpha_interval(found.alpha, 30, found.items)))


def test_items_that_go_against_each_other_have_no_omega_and_no_wild_number():
    rows = [[1, 5, 2], [5, 1, 4], [2, 4, 3], [4, 2, 3], [3, 3, 1], [3, 3, 5]] * 3
    found = measurement.reliability(products_of(rows))
    assert found.alpha < 1 and (isnan(found.omega) or 0 <= found.omega <= 1)


def test_the_smallest_change_by_hand():
    # standard deviation 2, alpha 0.75: error 2·√0.25 = 1, so 1.96·√2·1 = 2.7719
    assert measurement.smallest_change(4, 0.75) == pytest.approx(2.771808, abs=1e-6)
    assert measurement.smallest_change(4, 1) == 0


def test_groups_of_one_tell_nothing_of_groups():
    assert isnan(measurement.intraclass(np.array([1.0, 2.0, 4.0]), np.array([0, 1, 2])))
    assert isnan(measurement.intraclass(np.array([1.0, 2.0]), np.array([0, 0])))
    assert isnan(measurement.intraclass(np.array([]), np.array([], dtype=int)))
    assert measurement.intraclass(np.array([1.0, 1, 1, 1]), np.array([0, 0, 1, 1])) != 0  # nothing varies


def alpha_of(wide):
    """Cronbach's alpha as pandas has the pairwise covariances, and the standard deviation of the mean."""
    covariance = wide.cov(min_periods=10)
    while (lacks := covariance.isna().sum()).any():
        worst = lacks[lacks == lacks.max()].index[-1]
        covariance = covariance.drop(index=worst, columns=worst)
    covariance = covariance.to_numpy()
    k = len(covariance)
    return k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()), np.sqrt(covariance.sum()) / k


def test_the_table_worked_again_from_the_clean_tables(study):
    table = study["measurement"].set_index("scale")
    persons = study.persons[study.persons["at_baseline"]]
    start = study.states[(study.states["moment"] == "baseline") & study.states["level"].notna()]
    for unit in ("huishouden", "volwassene", "kind"):
        rows = start[start["unit"] == unit].astype({"level": "float64"})
        if unit != "huishouden":
            rows = rows.merge(persons[["family", "person"]], on=["family", "person"])
        wide = rows.pivot(index=["family", "person"], columns="item", values="level")
        alpha, spread = alpha_of(wide)
        assert table.loc[unit, "alpha"] == pytest.approx(alpha, abs=1e-12)
        assert table.loc[unit, "smallest_change"] == pytest.approx(
            1.959964 * np.sqrt(2 * (1 - alpha)) * spread
        )
        assert (table.loc[unit, "n"], table.loc[unit, "families"]) == (len(wide), rows["family"].nunique())
        levels = wide.stack().dropna()
        assert table.loc[unit, "floor"] == pytest.approx((levels == 1).mean())
        assert table.loc[unit, "ceiling"] == pytest.approx((levels == 5).mean())
    lacks = study.domains[study.domains["moment"] == "baseline"]
    wide = lacks.assign(lack=(lacks["status"] == "deprived") * 1.0).pivot(
        index="family", columns="domain", values="lack"
    )
    alpha, spread = alpha_of(wide)
    assert table.loc["index", "alpha"] == pytest.approx(alpha, abs=1e-12)
    wanted = 1.959964 * np.sqrt(2 * (1 - alpha)) * 6 * spread
    assert table.loc["index", "smallest_change"] == pytest.approx(wanted, rel=1e-6)
    assert table.loc["index", "floor"] == pytest.approx((wide.sum(axis=1) == 6).mean())
    assert table.loc["index", "ceiling"] == pytest.approx((wide.sum(axis=1) == 0).mean())


def test_the_share_between_coaches_is_that_of_the_scale_and_of_families_with_a_coach(study):
    values = study.family_table("family_values")
    own = values[values["scale"] == "kind"].set_index("family")["value"]
    high = own > own.median()
    coaches = study.family_table("family_coaches")
    coaches = coaches.assign(
        organisation="OCMW", coach=coaches["family"].map(high.map({True: "C1", False: "C2"}))
    )
    counts = [study.counts[name] for name in ("item_products", "scale_sizes", "repeated_values")]
    tables = [study[name] for name in ("items_distribution", "domain_numbers")]
    table = measurement.measurement(*counts, *tables, values, coaches).set_index("scale")
    share = measurement.intraclass(own.to_numpy(), high.to_numpy("int64"))
    assert share > 0.5 and table.loc["kind", ["coaches", "coach_share"]].tolist() == [2, pytest.approx(share)]


def test_values_registered_again_soon_counted_one_by_one(study):
    retained = set(study.families.loc[study.families["status"] == "retained", "family"])
    series = {}
    for row in study.observations.itertuples():
        if row.family in retained and not pd.isna(row.level):
            key = (row.family, "" if pd.isna(row.person) else row.person, row.unit, row.item)
            series.setdefault(key, {})[row.date] = (row.registration, row.level)
    again, other = dict.fromkeys(["huishouden", "volwassene", "kind"], 0), {}
    for key, days in series.items():
        dates = sorted(days)
        for one, two in zip(dates, dates[1:], strict=False):
            if (two - one).days <= 30:
                again[key[2]] += 1
                other[key[2]] = other.get(key[2], 0) + (days[one][1] != days[two][1])
    table = study["measurement"].set_index("scale")
    assert sum(again.values()) > 500
    for unit, n in again.items():
        assert table.loc[unit, "repeated"] == n
        assert table.loc[unit, "differing"] == pytest.approx(other[unit] / n)


def test_coaches_that_register_with_a_hand_of_their_own_show():
    values = np.array([1.0, 1.5, 1.2, 1.3] + [3.0, 3.5, 3.2, 3.3] + [4.6, 4.9, 4.8, 4.7])
    # means 1.25, 3.25, 4.75: between 4 Σ(mean − 3.0833)²/2 = 12.3333,
    # within (0.13 + 0.13 + 0.05)/9 = 0.034444
    expected = (12.333333 - 0.034444) / (12.333333 + 3 * 0.034444)
    assert measurement.intraclass(values, np.repeat([0, 1, 2], 4)) == pytest.approx(expected, abs=1e-6)
