"""How often statements hold when families are drawn again, against studies made of the families drawn."""

import time
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from helpers import claims, inference
from helpers.cleaning import CleanTables
from helpers.definitions import ROOT, load
from helpers.definitions.claims import Cells, Claims, Measure, Rank
from helpers.study import Study

PUBLISHED = load(Claims)
SMALLEST = [  # of each of a set that has a largest
    replace(
        one,
        id=f"{one.id}_{cells.column}",
        measure=replace(one.measure, cells=cells),
        published=replace(one.published, largest=None, smallest=among),
    )
    for one in PUBLISHED.claims
    if (among := one.published.largest) and among.columns
    for cells in among.sets(one.measure.cells)
]


@pytest.fixture(scope="module")
def study():
    return Study.clean(ROOT / "tests" / "data" / "export-0.3")


def drawn(study, codes, weights):
    """The study of a draw: a family that is drawn twice is two families, under codes of their own."""
    times = dict(zip(codes, weights, strict=True))

    def again(frame):
        copies = [
            frame[frame["family"].map(times) > copy].assign(
                family=lambda rows, c=copy: rows["family"] + f"/{c}"
            )
            for copy in range(max(times.values()))
        ]
        return pd.concat(copies, ignore_index=True)

    tables = {}
    for one in fields(CleanTables):
        frame = getattr(study.tables, one.name)
        tables[one.name] = again(frame) if "family" in frame else frame
    followed = int(tables["families"]["followed"].sum())
    flow = tables["flow"].copy()
    flow.loc[flow["stage"] == "followed", "families"] = followed
    return Study(CleanTables(**tables | {"flow": flow}), again(study.states), study.about)


def test_each_draw_is_the_study_of_its_families(study):
    retained = study.families.loc[study.families["status"] == "retained", "family"]
    codes = pd.Index(sorted(retained))
    lost = np.flatnonzero(~codes.isin(study.families.loc[study.families["followed"], "family"]))
    of_lost = np.bincount(np.resize(lost, len(codes)), minlength=len(codes))
    weights = np.vstack([inference.redraws(len(codes), seed=3, draws=2), of_lost])
    again = claims.Again(study, codes, weights)
    said = replace(PUBLISHED, claims=(*PUBLISHED.claims, *SMALLEST))
    found = {claim.id: again.share(claim, said) for claim in said.claims}
    studies = [drawn(study, codes, row) for row in weights]
    made = pd.concat([claims.evaluate(said, one) for one in studies]).astype({"verdict": "str"})
    for claim in said.claims:
        own = made[made["id"] == claim.id]
        told = own.loc[own["verdict"] != "unknown", "verdict"] == "holds"
        test = claims.is_test(claim.measure)
        assert found[claim.id] == (None if test or told.empty else told.mean()), claim.id
        if not test:
            known = own["computed"].notna().to_numpy()
            computed = own["computed"].to_numpy("float64")[known]
            assert again.value(claim.measure).value[known] == pytest.approx(computed), claim.id
    assert {None, 0, 0.5, 1} < set(found.values())  # draws differ, and of nobody some cannot be told


def test_a_share_is_of_all_draws(study):
    """Of 90 families 56 are followed: how often a draw has as many again, by the binomial distribution."""
    from scipy.stats import binom

    shares = claims.shares(PUBLISHED, study, seed=study.settings["seed"])
    assert shares["followed_families"] == pytest.approx(binom.pmf(56, 90, 56 / 90), abs=0.03)
    assert shares["six_domains"] == shares["retained_families"] == 1
    tests = {claim.id for claim in PUBLISHED.claims if claims.is_test(claim.measure)}
    assert tests == {"stress_of_parents_significant", "stress_of_children_significant"}
    assert not tests & set(shares) and len(shares) == 98
    table = study["claims"].set_index("id")
    assert table["redrawn"].dropna().to_dict() == pytest.approx(shares)


def test_it_takes_at_most_three_seconds(study):
    study["claims"]
    start = time.process_time()
    claims.shares(PUBLISHED, study, seed=1)
    assert time.process_time() - start < 3


def test_not_above_five_thousand_families_nor_without_any(study, monkeypatch):
    monkeypatch.setattr(claims, "MOST_FAMILIES", 89)
    assert claims.shares(PUBLISHED, study, seed=1) == {}
    nobody = Study.clean(ROOT / "tests" / "data" / "export-empty")
    assert claims.shares(PUBLISHED, nobody, seed=1) == {}


def test_a_statement_about_what_is_not_drawn_has_no_share(study):
    claim = next(one for one in PUBLISHED.claims if one.id == "compared_families")
    drawn, cells = claim.measure, Cells("poverty_measures", "H", {"moment": "baseline"})
    alone = Measure(cells=cells)
    rank = Measure(rank=Rank(cells.table, cells.column, cells.rows, "highest"))
    weights = np.ones((2, 90), dtype=np.int64)
    again = claims.Again(study, pd.Index(sorted(study.persons["family"].unique())), weights)
    for measure in (alone, rank, *(Measure(difference=pair) for pair in ((drawn, alone), (alone, drawn)))):
        assert again.share(replace(claim, measure=measure), PUBLISHED) is None
    assert again.share(claim, PUBLISHED) == 1
