"""Rates of going forward and back: spans, R's msm, made-up studies, and what cannot be told."""

import csv
import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from gezinscoach_synthesis import write_dataset
from helpers.inference import multistate as model
from helpers.study import Study
from plain_study import HERE, SPANS, Plain
from small_study import NVT, clean_tables, open_study

R = json.loads((HERE / "reference_values" / "multistate.json").read_text(encoding="utf-8"))
CASES = [(outcome, reading) for outcome, readings in R["outcomes"].items() for reading in readings]
KEY = ["outcome", "family", "before", "after", "days", "first"]
HOME = dict.fromkeys(("schulden", "inkomen", "voeding", "veiligheid"), 3)


def spans_of(study):
    """The spans of a study as plain_study counts them."""
    rows = study.family_table("family_spans").astype({"outcome": "str", "family": "str"})
    return dict(zip(rows[KEY].itertuples(index=False, name=None), rows["spans"], strict=True))


def of_outcome(study, outcome):
    return {key[1:]: n for key, n in spans_of(study).items() if key[0] == outcome}


@pytest.fixture(scope="module")
def published():
    return Study.clean(HERE / "data" / "export-0.3")


# ---- spans --------------------------------------------------------------------------------------------


def test_spans_by_hand():
    days = [(0, 2), (40, None), (70, 3), (70, 4), (100, NVT), (130, 4), (150, 4)]
    rows = [("A", "volwassene", "V1", day, {"stress": level} if level else {}) for day, level in days]
    other = [("B", "volwassene", "V1", day, {"stress": 3}) for day in (0, 10)]
    out = [("C", "volwassene", "V1", day, {"stress": 3}) for day in (0, 10)]
    late = [("D", "volwassene", "V1", 0, {}), ("D", "volwassene", "V1", 5, {"stress": 1})]
    study = open_study(clean_tables(*rows, *other, *out, *late, excluded="C"))
    assert of_outcome(study, "stress_parents") == {
        ("A", 2, 2, 40, 1): 1,  # registered without a level: the tool kept it
        ("A", 2, 4, 30, 0): 1,  # of one day the last
        ("A", 4, 4, 20, 0): 1,  # what does not apply is no level
        ("B", 3, 3, 10, 1): 1,  # too short to be followed
    }


def test_scores_count_from_the_baseline():
    poor = [
        ("A", "huishouden", None, day, HOME | {"inkomen": level}) for day, level in ((0, 3), (20, 2), (50, 1))
    ]
    study = open_study(clean_tables(*poor, ("A", "huishouden", None, 80, {"inkomen": 4})))
    assert of_outcome(study, "score") == {("A", 0, 1, 50, 1): 1, ("A", 1, 0, 30, 0): 1}
    left_out = open_study(study.tables, unknown_domain="exclude")  # only income and housing are known
    assert of_outcome(left_out, "score") == {}


@pytest.mark.parametrize("dataset", ["published", "another"])
def test_spans_are_those_of_the_calendar(dataset, published, tmp_path):
    study = published
    if dataset == "another":
        write_dataset(tmp_path / "raw", families=40, seed=11)
        study = Study.clean(tmp_path / "raw")
    found = spans_of(study)
    assert found == Plain(study).spans()
    if dataset == "published":
        with SPANS.open(encoding="utf-8") as file:
            rows = [(*row[:2], *map(int, row[2:])) for row in list(csv.reader(file))[1:]]
        assert found == {row[:-1]: row[-1] for row in rows}  # what R was given


# ---- R ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("outcome", "reading"), CASES)
def test_rates_and_chances_are_those_of_msm(outcome, reading, published):
    """Values to 2 in 10,000, ends of intervals to 2 in 1,000: optim stops that near to its summit."""
    table = published["multistate"].astype({"outcome": "str", "reading": "str", "quantity": "str"})
    rows = table.query("outcome == @outcome and reading == @reading").set_index("quantity")
    expected = R["outcomes"][outcome][reading]
    assert set(rows.index) == set(expected["quantities"])
    for name, values in expected["quantities"].items():
        assert rows.loc[name, "value"] == pytest.approx(values["value"], rel=2e-4), name
        assert rows.loc[name, "low"] == pytest.approx(values["low"], rel=2e-3), name
        assert rows.loc[name, "high"] == pytest.approx(values["high"], rel=2e-3), name


@pytest.mark.parametrize(("outcome", "reading"), CASES)
def test_no_likelihood_is_higher_than_that_of_msm(outcome, reading):
    """Nor lower: the same spans, the same model, the same summit."""
    with SPANS.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["outcome"] == outcome]
    before, after, days, first, number = (
        np.array([int(row[name]) for row in rows]) for name in ("before", "after", "days", "first", "spans")
    )
    families = np.unique([row["family"] for row in rows], return_inverse=True)[1]
    levels = [6 - before, 6 - after] if outcome == "score" else [before - 1, after - 1]
    of_file = model.Spans(*levels, days, first == 1, families, np.arange(len(rows)), number)
    found = model.movement(of_file, levels=7 if outcome == "score" else 5, exact=reading == "exact")
    expected = R["outcomes"][outcome][reading]
    assert found.loglik == pytest.approx(expected["loglik"], abs=1e-5)
    assert found.further == pytest.approx(expected["further"], abs=1e-4)


def test_msm_by_itself_finds_a_birth_death_process(published):
    """Where levels go one by one, with no likelihood of ours between."""
    table = published["multistate"].astype({"outcome": "str", "reading": "str", "quantity": "str"})
    value = table.set_index(["outcome", "reading", "quantity"])["value"]
    alone = [case for case in CASES if "birth_death" in R["outcomes"][case[0]][case[1]]]
    assert alone
    for case in alone:
        found = R["outcomes"][case[0]][case[1]]["birth_death"]
        assert value[(*case, "forward")] == pytest.approx(found["forward"], rel=5e-4)
        assert value[(*case, "back")] == pytest.approx(found["back"], rel=5e-4)


def test_the_values_name_the_programs_that_gave_them():
    assert set(R["versions"]) == {"R", "msm", "jsonlite"}
    assert all(R["versions"].values())


# ---- chances and derivatives --------------------------------------------------------------------------


def test_chances_of_two_levels_are_the_textbook_s():
    """From the lower of two levels: f/(f + b) · (1 − exp(−(f + b)t))."""
    found, _ = model.chances(np.log([0.2, 0.1, np.e]), np.array([1, 61, 900]), 2)
    time = np.array([1, 61, 900]) / 30.4375
    assert found[:, 0, 1] == pytest.approx(2 / 3 * (1 - np.exp(-0.3 * time)), rel=1e-12)
    assert found.sum(axis=2) == pytest.approx(np.ones((3, 2)), abs=1e-12)


def rates_of(forward, back, further, levels):
    return model.generators(np.array([np.log(forward), np.log(back), further]), levels)[0]


def test_levels_further_away_are_likelier_the_nearer_they_are():
    rates = rates_of(0.06, 0.03, 0.5, 4)
    assert rates[0] == pytest.approx([-0.06, 0.06 * 4 / 7, 0.06 * 2 / 7, 0.06 / 7])
    assert rates[2] == pytest.approx([0.03 / 3, 0.03 * 2 / 3, -0.09, 0.06])


@pytest.mark.parametrize("parameter", [0, 1, 2])
def test_derivatives_are_those_of_differences(parameter):
    theta, step, days = np.array([-2.5, -3.0, 0.3]), np.eye(3)[parameter] * 1e-5, np.array([20, 333])
    ends = [model.chances(theta + sign * step, days, 5)[0] for sign in (1, -1)]
    slopes = model.chances(theta, days, 5)[1][parameter]
    assert slopes == pytest.approx((ends[0] - ends[1]) / 2e-5, abs=1e-8)


# ---- made-up studies -------------------------------------------------------------------------------------

TRUTH = {"forward": 0.06, "back": 0.03, "further": 0.2}
BEGAN = np.array([0.1, 0.2, 0.3, 0.2, 0.2])


def made_up(rng, families, *, exact=False):
    """Families of three, followed over one to six gaps; siblings move as one, in all but every third family.

    Exact: they are registered on the day of each move, and at the end of every gap.
    """
    rates = rates_of(*TRUTH.values(), levels=5)
    rows = []
    for family in range(families):
        gaps = 15 * rng.integers(1, 8, size=rng.integers(1, 7))
        paths = [life(rng, rates, gaps, exact=exact)] * 3
        if family % 3 == 0:
            paths[1:] = [life(rng, rates, gaps, exact=exact) for _ in range(2)]
        rows += [(family, *span, number == 0) for path in paths for number, span in enumerate(path)]
    kinds, place = np.unique([row[1:] for row in rows], axis=0, return_inverse=True)
    own = Counter(zip([row[0] for row in rows], place.ravel().tolist(), strict=True))
    family, kind = np.array(list(own)).T
    before, after, days, first = kinds.T
    return model.Spans(before, after, days, first == 1, family, kind, np.array(list(own.values())))


def life(rng, rates, gaps, *, exact):
    """(before, after, days) of one person."""
    level, path = int(rng.choice(5, p=BEGAN)), []
    for gap in gaps:
        start, left, since = level, float(gap), 0.0
        while (wait := rng.exponential(30.4375 / -rates[level, level])) < left - since:
            ways = np.maximum(rates[level], 0)
            other = int(rng.choice(5, p=ways / ways.sum()))
            since += wait
            if exact and round(since) > 0:
                path.append((start, other, round(since)))
                left, since, start = left - since, 0.0, other
            level = other
        if not exact or round(left) > 0:
            path.append((start, level, round(left)))
    return path


@pytest.mark.parametrize("exact", [False, True])
def test_known_rates_are_found_again(exact):
    found = model.movement(made_up(np.random.default_rng(4), 2_500, exact=exact), levels=5, exact=exact)
    for name in ("forward", "back"):
        assert found.estimates[name].value == pytest.approx(TRUTH[name], rel=0.08)
        assert found.estimates[name].low < TRUTH[name] < found.estimates[name].high
    assert found.further == pytest.approx(TRUTH["further"], abs=0.05)


def test_intervals_cover_when_siblings_move_together():
    """In 100 studies of 50 families; three Monte Carlo errors allowed."""
    rng = np.random.default_rng(5)
    chance, _ = model.chances(np.array([np.log(0.06), np.log(0.03), 0.2]), np.array([183]), 5)
    truth = TRUTH | {"ratio": 2.0, "forward_6": BEGAN @ np.triu(chance[0], 1).sum(axis=1)}
    covered = Counter()
    for _ in range(100):
        found = model.movement(made_up(rng, 50), levels=5, exact=False).estimates
        covered.update(name for name, one in found.items() if one.low <= truth.get(name, np.nan) <= one.high)
    for name in ("forward", "back", "ratio", "forward_6"):
        assert covered[name] / 100 > 0.95 - 3 * np.sqrt(0.95 * 0.05 / 100), name


# ---- what cannot be told ------------------------------------------------------------------------------


def spans(*rows):
    """(family, before, after, days, spans) → Spans; all first ones."""
    family, before, after, days, number = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    many = np.arange(len(rows))
    return model.Spans(before, after, days, np.ones(len(rows), bool), family, many, number)


UP, DOWN, STAY = (1, 2, 60, 1), (3, 2, 60, 1), (2, 2, 60, 3)
UNTOLD = {
    "nobody": [],
    "no moves": [(f, *STAY) for f in range(20)],
    "all one way": [(f, *UP) for f in range(20)],
    "one family": [(0, *UP), (0, *DOWN), (0, *STAY)] * 9,
    "four families back": [(f, *UP) for f in range(20)] + [(f, *DOWN) for f in range(4)],
}


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("case", UNTOLD)
def test_with_few_that_moved_nothing_is_told(case, exact):
    found = model.movement(spans(*UNTOLD[case]), levels=5, exact=exact)
    assert found.note == "few_moved"
    assert np.isnan([[one.value, one.low, one.high] for one in found.estimates.values()]).all()


def test_levels_that_are_always_as_they_come_have_no_rates():
    """A year apart and evenly spread, whatever the level was: the faster, the better it fits."""
    rows = [
        (5 * f + before, before, after, 365, 1) for f in range(4) for before in range(5) for after in range(5)
    ]
    found = model.movement(spans(*rows), levels=5, exact=False)
    assert found.note == "flat"
    exact = model.movement(spans(*rows), levels=5, exact=True)
    assert exact.note == "" and exact.estimates["ratio"].value == pytest.approx(1, rel=1e-6)


@pytest.mark.parametrize("exact", [False, True])
def test_a_level_where_nobody_is_and_gaps_of_one_length_leave_rates(exact):
    rows = [(f, 1, 2, 30, 1) for f in range(8)] + [(f + 8, 3, 2, 30, 1) for f in range(6)]
    rows += [(f, 2, 2, 30, 4) for f in range(14)]
    found = model.movement(spans(*rows), levels=5, exact=exact).estimates
    assert 0 < found["forward"].low < found["forward"].value < found["forward"].high < 2
    assert found["ratio"].value > 1


def test_exact_times_count_moves_by_the_time_in_which_they_could_be_made():
    """Six forward in 64 spans of two months below the best level, five back in 64 above the worst."""
    rows = (
        [(f, *UP) for f in range(6)]
        + [(f + 6, *DOWN) for f in range(5)]
        + [(f, 2, 2, 60, 3) for f in range(11)]
    )
    rows += [(20, 4, 4, 60, 20), (21, 0, 0, 60, 20)]
    found = model.movement(spans(*rows), levels=5, exact=True).estimates
    assert found["forward"].value == pytest.approx(6 / (64 * 60 / 30.4375), rel=1e-11)
    assert found["back"].value == pytest.approx(5 / (64 * 60 / 30.4375), rel=1e-11)
    assert found["sojourn"].value == pytest.approx(64 * 60 / 30.4375 / 11, rel=1e-11)


def test_a_study_without_two_registrations_tells_nothing_and_says_why():
    table = open_study(clean_tables(("A", "huishouden", None, 0, HOME)))["multistate"]
    assert set(table["note"]) == {"few_moved"} and table["value"].isna().all()
    assert set(table["families"]) == set(table["moves"]) == {0}


def test_who_begins_at_the_best_level_cannot_stand_higher():
    rows = [(f, 4, 3, 60, 1) for f in range(8)]
    later = [(f, 3, 4, 60, 1) for f in range(8)]
    of_all = spans(*rows, *later)
    began = replace(of_all, first=of_all.before == 4)
    found = model.movement(began, levels=5, exact=True).estimates["forward_6"]
    assert found.value == 0 and np.isnan(found.low) and np.isnan(found.high)
