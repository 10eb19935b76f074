"""Published statements against tables: by hand, on the embedded data, on others, and broken on purpose."""

import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from datasets import write_dataset
from helpers import claims, words
from helpers.claims import evaluate, summarise, unit, value
from helpers.definitions import REFERENCE, DefinitionError, load, load_definitions
from helpers.definitions.claims import Bounds, Claims, Measure, number
from helpers.study import Study
from helpers.tables import TABLES
from helpers.words import published as as_told
from report_tables import claims_summary

PUBLISHED = load(Claims)
DEFINITIONS = PUBLISHED.add_words(load_definitions())
CLAIMS = {claim.id: claim for claim in PUBLISHED.claims}

# The counts of the report, by the name of their statement, read off chapter 1 (2) and chapter 4 (2.1 to 2.3).
EXACT = {
    "retained_families": 90,
    "followed_families": 56,
    "six_domains": 6,
    "poor_from_three": 3,
    "compared_families": 56,
    "not_poor_at_baseline": 6,
    "poor_at_baseline": 50,
    "improved": 22,
    "out_of_poverty": 4,
    "improved_poor": 16,
    "improved_not_poor": 2,
    "unchanged": 23,
    "stable_not_poor": 4,
    "stable_poor": 19,
    "declined": 11,
    "declined_were_poor": 0,
    "care_falls_short": 13,
    "youth_care_crisis": 6,
}


@pytest.fixture(scope="module")
def made():
    """The study of the embedded data."""
    return Study.clean(Path(__file__).parent / "data" / "export-0.3")


@pytest.fixture(scope="module")
def verdicts(made):
    return evaluate(PUBLISHED, made).set_index("id")


# Measures, by hand -------------------------------------------------------------------------------------

DEBTS = {  # 10 families: 2, 3, 0, 4 at levels 1 to 4, none at 5, 1 missing
    "figure_07": pd.DataFrame(
        {"level": ["1", "2", "3", "4", "5", "missing"], "n": pd.array([2, 3, 0, 4, 0, 1], dtype="Int64")}
    ),
    "item_change": pd.DataFrame({"item": list("abcde"), "net": [0.5, 0.2, 0.2, -0.1, np.nan]}),
    "figure_02": pd.DataFrame(
        {"value": ["expected", "0", "6", "12", "onbekend"], "n": pd.array([5, 1, 2, 4, 7], dtype="Int64")}
    ),
    "transition_tests": pd.DataFrame(
        {
            "figure": ["figure_18", "figure_19"],
            "improved": pd.array([3, 0], dtype="Int64"),
            "declined": pd.array([5, 0], dtype="Int64"),
        }
    ),
}


def measure(**kind):
    """A measure as the file writes it."""
    return TypeAdapter(Measure).validate_python(kind)


def cells(table="figure_07", column="n", **rows):
    return {"table": table, "column": column, "rows": rows}


def share(*levels, of, **rest):
    return {"share": {**cells(level=list(levels)), "of": {"rows": {"level": of}}, **rest}}


KNOWN = [1, 2, 3, 4, 5]
BY_HAND = {
    "one cell": ({"cells": cells(level=4)}, 4),
    "cells are added up": ({"cells": cells(level=[1, 2])}, 5),
    "all rows": ({"cells": cells()}, 10),
    "share of the known": (share(4, of=KNOWN), Fraction(4, 9)),
    "share of all": (share(4, of=[*KNOWN, "missing"]), Fraction(2, 5)),
    "share of nobody": (share(3, of=[3, 5]), None),
    "share of other cells": (
        {"share": {**cells(level=1), "of": cells("transition_tests", "declined", figure="figure_18")}},
        Fraction(2, 5),
    ),
    "difference": ({"difference": [share(2, of=KNOWN), share(1, of=KNOWN)]}, Fraction(1, 9)),
    "difference with nothing": ({"difference": [share(2, of=KNOWN), share(1, of=[3])]}, None),
    "number of rows": ({"count": {"table": "figure_07", "rows": {}}}, 6),
    "number of rows that are so": ({"count": {"table": "figure_02", "rows": {"value": {"at_least": 6}}}}, 2),
    "range leaves words out": ({"cells": cells("figure_02", value={"at_least": 0})}, 7),
    "range with two ends": ({"cells": cells("figure_02", value={"at_least": 1, "at_most": 6})}, 2),
    "range of nobody": ({"cells": cells("figure_02", value={"at_least": 13})}, 0),
    "a number": ({"cells": cells("item_change", "net", item="b")}, 0.2),
    "empty cell": ({"cells": cells("item_change", "net", item="e")}, None),
    "row not there": ({"cells": cells("item_change", "net", item="z")}, None),
    "one of the rows not there": ({"cells": cells(level=[1, 6])}, None),
    "table not there": ({"cells": cells("figure_05", level=1)}, None),
    "rank": ({"rank": {**cells("item_change", "net", item="a"), "end": "highest"}}, 1),
    "equals share the best rank": ({"rank": {**cells("item_change", "net", item="c"), "end": "highest"}}, 2),
    "rank from below": ({"rank": {**cells("item_change", "net", item="c"), "end": "lowest"}}, 2),
    "rank of nothing": ({"rank": {**cells("item_change", "net", item="e"), "end": "lowest"}}, None),
}


@pytest.mark.parametrize("case", BY_HAND)
def test_a_measure_by_hand(case):
    written, expected = BY_HAND[case]
    found = value(measure(**written), DEBTS)
    assert found == expected and type(found) is type(Fraction(0) if type(expected) is int else expected)


@given(st.lists(st.integers(0, 9), min_size=6, max_size=6), st.sets(st.integers(1, 5), min_size=1))
@settings(max_examples=25)
def test_a_share_is_what_counting_one_by_one_gives(counts, levels):
    states = ["1", "2", "3", "4", "5", "missing"]
    people = [state for state, n in zip(states, counts, strict=True) for _ in range(n)]
    known = [state for state in people if state != "missing"]
    chosen = [state for state in known if int(state) in levels]
    table = pd.DataFrame({"level": states, "n": pd.array(counts, dtype="Int64")})
    found = value(measure(**share(*sorted(levels), of=KNOWN)), {"figure_07": table})
    assert found == (Fraction(len(chosen), len(known)) if known else None)


def test_a_measure_as_text():
    found = claims.measure_text(measure(**share(1, 2, of=KNOWN)))
    assert found == "figure_07.n[level: 1, 2] / figure_07.n[level: 1, 2, 3, 4, 5]"
    found = claims.measure_text(measure(rank={**cells("item_change", "net", item="a"), "end": "lowest"}))
    assert found == "rank of item_change.net[item: a], lowest first"
    found = claims.measure_text(measure(count={"table": "figure_02", "rows": {"value": {"at_least": 6}}}))
    assert found == "rows of figure_02[value: 6 or more]"


def test_the_unit_of_a_measure():
    assert unit(measure(cells=cells())) == "count"
    assert unit(measure(**share(1, of=KNOWN))) == "share"
    assert unit(measure(difference=[share(1, of=KNOWN), share(2, of=KNOWN)])) == "difference"
    assert unit(measure(cells=cells("item_change", "net"))) == "difference"
    assert unit(measure(cells=cells("item_change", "sign_exact_p"))) == "p"
    assert unit(measure(cells=cells("claim_measures", "value"))) == "number"


# Bounds and verdicts, by hand --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bounds", "inside", "outside"),
    [
        ({"equals": 22}, [Fraction(22), 22.0], [Fraction(21), Fraction(45, 2)]),
        ({"between": [0.28, 0.38]}, [Fraction(28, 100), Fraction(38, 100)], [Fraction(279, 1000), 0.39]),
        ({"at_least": "1/3"}, [Fraction(30, 90), 0.34], [Fraction(29, 90), 0.33]),
        ({"less_than": "1/3"}, [Fraction(29, 90), 0.33], [Fraction(30, 90), 0.34]),
        ({"more_than": 0, "at_most": 0.05}, [Fraction(3, 60), 0.05], [Fraction(0), Fraction(4, 60), 0.0501]),
    ],
)
def test_bounds_at_their_edges(bounds, inside, outside):
    """30 of 90 is a third exactly: not less than a third, whatever a rounded number would say."""
    read = {
        name: tuple(map(number, bound)) if isinstance(bound, list) else number(bound)
        for name, bound in bounds.items()
    }
    held = Bounds(**read)
    assert [held.hold(one) for one in inside] == [True] * len(inside)
    assert [held.hold(one) for one in outside] == [False] * len(outside)


def verdict_of(published, tables, *, written=None, cases=10):
    """The verdict of one claim about `written` (the families at level 4) on tables."""
    words = {"nl": "x", "en": "x"}
    claim = {"id": "a", "section": "s", "place": words, "claim": words, "wording": "bijna"}
    claim |= {"measure": written or {"cells": cells(level=4)}, "published": published}
    section = {"id": "s", "title": words, "place": words, "cases": cells("flow", "families")}
    wordings = {"nearly": {"phrases": ["bijna"], "bounds": {"at_least": 3, "less_than": 5}}}
    read = TypeAdapter(Claims).validate_python(
        {"wordings": wordings, "sections": [section], "claims": [claim]}
    )
    flow = pd.DataFrame({"stage": ["followed"], "families": pd.array([cases], dtype="Int64")})
    return evaluate(read, tables | {"flow": flow}).iloc[0]["verdict"]


VERDICTS = [
    ({"equals": 4}, "holds"),
    ({"equals": 5}, "does_not_hold"),
    ({"wording": "nearly"}, "holds"),
    ({"largest": {"rows": {"level": KNOWN}}}, "holds"),
    ({"smallest": {"rows": {"level": KNOWN}}}, "does_not_hold"),
    ({"smallest": {"rows": {"level": [4, "missing"]}}}, "does_not_hold"),
    ({"largest": {"rows": {"level": [4, 6]}}}, "unknown"),  # one of the set is not there
]


@pytest.mark.parametrize(("published", "expected"), VERDICTS)
def test_a_verdict_by_hand(published, expected):
    assert verdict_of(published, DEBTS) == expected


def test_of_equals_each_is_the_largest_but_zeros_tell_nothing():
    tie = {"figure_07": DEBTS["figure_07"].assign(n=pd.array([4, 0, 0, 4, 0, 9], dtype="Int64"))}
    assert verdict_of({"largest": {"rows": {"level": KNOWN}}}, tie) == "holds"
    nobody = {"figure_07": DEBTS["figure_07"].assign(n=pd.array([0] * 6, dtype="Int64"))}
    assert verdict_of({"largest": {"rows": {"level": KNOWN}}}, nobody) == "unknown"


def test_the_largest_of_columns():
    written = {"cells": cells("transition_tests", "declined", figure="figure_18")}
    among = {"columns": ["improved", "declined"]}
    assert verdict_of({"largest": among}, DEBTS, written=written) == "holds"
    assert verdict_of({"smallest": among}, DEBTS, written=written) == "does_not_hold"


def test_nothing_can_be_told_of_nobody_or_of_a_table_that_is_not_there():
    assert verdict_of({"equals": 4}, DEBTS, cases=0) == "unknown"  # the section is about no family
    assert verdict_of({"equals": 4}, {}) == "unknown"
    assert verdict_of({"at_least": 0}, DEBTS, written=share(3, of=[3, 5])) == "unknown"


# The claims of the report ------------------------------------------------------------------------------


def test_there_are_at_least_sixty_statements_each_with_the_words_that_justify_it():
    assert len(CLAIMS) == len(PUBLISHED.claims) >= 60
    assert max(len(claim.wording.split()) for claim in PUBLISHED.claims) <= 9  # quotes are short
    assert {claim.section for claim in PUBLISHED.claims} == {section.id for section in PUBLISHED.sections}
    assert {claim.published.wording for claim in PUBLISHED.claims} - {None} == set(PUBLISHED.wordings)


def test_every_figure_with_cases_has_a_statement():
    places = {claim.place.nl for claim in PUBLISHED.claims}
    assert {f"Figuur {figure.number}" for figure in DEFINITIONS.figures.values()} - places == set()


@pytest.mark.parametrize("name", EXACT)
def test_the_exact_counts_hold_on_the_embedded_data(name, verdicts):
    assert verdicts.loc[name, "computed"] == EXACT[name]
    assert verdicts.loc[name, "published"] == str(EXACT[name])
    assert verdicts.loc[name, "verdict"] == "holds"


def test_the_exact_counts_are_all_that_the_report_gives():
    assert {claim.id for claim in PUBLISHED.claims if claim.published.equals is not None} == set(EXACT)


def test_on_the_embedded_data_every_wording_holds_too(verdicts):
    others = verdicts[verdicts["verdict"] != "holds"]
    assert others[["published", "computed", "verdict"]].to_dict("index") == {}


def test_computed_values_against_the_tables_themselves(made, verdicts):
    levels = made["figure_04"].set_index("level")["share"]
    assert verdicts.loc["residence_temporary_or_bad", "computed"] == pytest.approx(levels["2"] + levels["3"])
    assert verdicts.loc["affordable", "computed"] == made["figure_05"].set_index("level").loc["5", "share"]
    net = made["figure_09"].set_index("level")["n"]
    assert verdicts.loc["insufficient_net", "computed"] == net[["1", "2", "3"]].sum() / 90  # of all families
    stress = made["figure_11"].set_index(["unit", "level"])["share"]
    parents, children = (stress[who][["1", "2", "3"]].sum() for who in ("volwassene", "kind"))
    assert verdicts.loc["stress_more_among_parents", "computed"] == pytest.approx(parents - children)
    improvers = made["item_change_improvers"].set_index(["unit", "item"])["net"]
    order = improvers.sort_values(ascending=False).index.tolist()
    rank = order.index(("volwassene", "administratie")) + 1
    assert verdicts.loc["administration_contributes_most", "computed"] == rank
    tests = made["transition_tests"].set_index("figure")
    p = tests.loc["figure_19", "family_p"]
    assert verdicts.loc["stress_of_children_significant", "computed"] == p


def test_every_measure_names_tables_that_are_made_and_declared(made):
    named = {part.table for claim in PUBLISHED.claims for part in claim.measure.parts}
    assert named <= set(made) <= set(TABLES)
    for name in named:
        assert tuple(made[name].columns) == TABLES[name].column_names


def test_a_study_holds_its_own_tables_against_the_statements(made, verdicts):
    told = made["claims"].set_index("id")
    pd.testing.assert_frame_equal(told.drop(columns="redrawn"), verdicts.drop(columns="redrawn"))
    assert told["redrawn"].dropna().between(0, 1).all() and told["redrawn"].notna().any()
    pd.testing.assert_frame_equal(made["claims_summary"], summarise(verdicts.reset_index(), PUBLISHED))


def test_the_settings_of_the_study_are_those_of_the_statements(made):
    kept = {"language": "en", "within_family": "best", "poverty_cutoff": 4, "severe_cutoff": 6}
    about = replace(made.about, parameters={**made.about.parameters, "follow_up_months": 1})
    other = Study(made.tables, made.states, about, unknown_domain="exclude", **kept)
    found = other["claims"].set_index("id")
    assert found.loc["compared_families", "computed"] == 55 == other["poverty_change"]["n"].item()
    assert found.loc["poor_from_three", "computed"] == 4
    assert found.loc["poor_at_baseline", "verdict"] == "does_not_hold"
    assert found.loc["improved", "verdict"] == "holds"  # the scores themselves do not depend on the cutoff
    assert found.loc["affordable", "place"] == "chapter 4, 1.2, Figure 5"
    best, worst = (
        study["figure_08"].set_index("level")["share"] for study in (other, made)
    )  # of the members
    assert found.loc["budget_handed_over", "computed"] == pytest.approx(best["1"])
    assert best["1"] < worst["1"]
    assert found.loc["youth_care_crisis", "computed"] < 6  # within a month, in place of six


# Other data --------------------------------------------------------------------------------------------

ROW = {"gezin": "LEU-001", "pilootproject": "Leuven", "datum": "2022-05-01", "schulden": 5, "inkomen": 2}
ROW |= {"voeding": 4, "veiligheid": 5}


def test_where_nobody_is_followed_nothing_is_said_of_the_follow_up(tmp_path):
    made = Study.clean(write_dataset(tmp_path / "raw", huishouden=[ROW]))
    found = evaluate(PUBLISHED, made).set_index("id")
    assert found.loc["retained_families", "computed"] == 1
    assert found.loc["retained_families", "verdict"] == "does_not_hold"
    assert found.loc["no_violence", "computed"] == 1  # the one family is at level 5
    later = [claim.id for claim in PUBLISHED.claims if claim.section in ("4.2.2", "4.2.3")]
    assert (found.loc[later, "verdict"] == "unknown").all() and found.loc[later, "computed"].isna().all()
    assert found.loc["mean_age", "verdict"] == "unknown"  # there are no children
    assert found.loc["six_domains", "verdict"] == "holds"


def test_of_an_export_without_rows_nothing_can_be_told(tmp_path):
    found = evaluate(PUBLISHED, Study.clean(write_dataset(tmp_path / "raw")))
    assert set(found["verdict"]) == {"unknown"} and len(found) == len(CLAIMS)


def test_the_place_is_in_the_language_of_the_run(made):
    english = evaluate(PUBLISHED, made, language="en").set_index("id")
    assert english.loc["affordable", "place"] == "chapter 4, 1.2, Figure 5"


# Summary, sentences, figure ----------------------------------------------------------------------------


def test_the_summary_counts_each_statement_once_in_its_section(verdicts):
    spoiled = verdicts.reset_index()
    spoiled.loc[spoiled["id"].isin(["affordable", "arrears"]), "verdict"] = "does_not_hold"
    spoiled.loc[spoiled["id"] == "eviction", "verdict"] = "unknown"
    found = summarise(spoiled, PUBLISHED).set_index("section")
    assert found.index.tolist() == [section.id for section in PUBLISHED.sections]
    assert found.loc["4.1.2"].tolist() == [3, 2, 1]
    assert found.loc["4.1.1"].tolist() == [5, 0, 0]
    assert found.to_numpy().sum() == len(CLAIMS)
    turned = replace(PUBLISHED, sections=PUBLISHED.sections[::-1])
    assert summarise(spoiled, turned)["section"].tolist() == found.index.tolist()[::-1]


def told(
    table: pd.DataFrame, claims: dict[str, str] | None = None, *, synthetic: bool = True
) -> words.Account:
    """What is said of the summary, and of statements with their verdicts."""
    about = SimpleNamespace(synthetic=synthetic)
    verdicts = pd.DataFrame((claims or {}).items(), columns=["id", "verdict"])
    return words.account(["claims_summary"], as_told.claims_summary(table, verdicts, PUBLISHED, about))


def test_exact_numbers_and_wordings_are_counted_apart():
    claims = {"improved": "holds", "declined": "does_not_hold", "affordable": "holds"}
    said = told(claims_summary(), claims, synthetic=False).finding
    assert said.nl.endswith("te zeggen: 1 van de 2 exacte aantallen en 1 van de 1 verwoordingen")
    assert said.en.endswith("be told: 1 of the 2 exact numbers and 1 of the 1 wordings")


def test_the_finding_counts_in_both_languages():
    account = told(claims_summary(), synthetic=False)
    assert account.finding.nl == (
        "7 van de 12 gepubliceerde uitspraken kloppen met deze gegevens, 4 niet; van 1 is het niet te zeggen"
    )
    assert account.finding.en == (
        "7 of the 12 published statements hold on these data, 4 do not; for 1 it cannot be told"
    )


def test_full_agreement_on_synthetic_data_says_in_the_same_breath_that_it_was_made():
    whole = claims_summary().assign(does_not_hold=0, unknown=0)
    assert told(whole).finding.en == "All 7 published statements hold on data made to match them"
    assert (
        told(whole, synthetic=False).finding.nl == "Alle 7 gepubliceerde uitspraken kloppen met deze gegevens"
    )


def test_one_statement_that_holds_is_said_in_the_singular():
    table = claims_summary().head(1).assign(holds=1, does_not_hold=1, unknown=0)
    assert told(table).finding.en == (
        "1 of the 2 published statements holds on data made to match them, 1 does not"
    )


WORDS = {  # statement: published and computed, as a page says them
    "improved": ("22", "22"),
    "affordable": ("28\u00a0% tot 38\u00a0%", "32,9\u00a0%"),
    "support_too_little": ("≥\u00a016,5\u00a0% en <\u00a020\u00a0%", "18,9\u00a0%"),
    "sufficient_net": ("<\u00a01/3", "30,3\u00a0%"),
    "mean_age": ("≥\u00a07,5 en <\u00a08,5", "7,97"),
    "stress_of_parents_significant": ("≤\u00a00,05", "p = 0,031: aanwijzing"),
    "leisure_of_parents": (">\u00a00 procentpunt", "+14,3 procentpunt"),
    "administration_contributes_most": ("rang ≤\u00a02", "rang 2"),
    "residence_largest": ("het grootst van de niveaus 1, 2, 3, 4 en 5", "32"),
    "stress_of_parents_unchanged": ("het grootst van vooruitgang, status quo en achteruitgang", "49"),
    "upper_secondary": (
        "het grootst van geen of lager onderwijs, lager secundair, hoger secundair en hoger onderwijs",
        "35",
    ),
}


VERDICTS = pd.DataFrame({"question": ["stress_parents"], "verdict": ["indication"]})


@pytest.mark.parametrize("name", WORDS)
def test_bounds_and_values_in_words(name, verdicts):
    found = as_told.worded(CLAIMS[name], verdicts.loc[name], PUBLISHED, DEFINITIONS, VERDICTS)
    assert (found["published"].nl, found["computed"].nl) == WORDS[name]


def laid_out(verdicts: pd.DataFrame, language: str) -> pd.DataFrame:
    return as_told.statements(verdicts, PUBLISHED, DEFINITIONS, VERDICTS, language)


def test_a_statement_has_the_report_s_words_and_a_sign_with_its_verdict(verdicts):
    spoiled = verdicts.reset_index()
    spoiled.loc[spoiled["id"] == "debts", ["computed", "verdict"]] = [np.nan, "unknown"]
    found = laid_out(spoiled, "en")
    assert found["claim"].tolist() == [claim.claim.en for claim in PUBLISHED.claims]
    third = found[found["wording"] == "‘een derde ... schuldenvrij’"].iloc[0]
    assert third[["published", "verdict"]].tolist() == ["28% to 38%", "✓\u00a0holds"]
    untold = found[found["verdict"] == "?\u00a0cannot be told"]
    assert untold["computed"].tolist() == ["–"] and len(untold) == 1


def test_what_does_not_hold_is_listed_with_its_measure(verdicts):
    spoiled = verdicts.reset_index()
    assert as_told.disagreements(spoiled, laid_out(spoiled, "nl")).empty
    spoiled.loc[spoiled["id"] == "improved", ["computed", "verdict"]] = [21.0, "does_not_hold"]
    spoiled.loc[spoiled["id"] == "no_violence", ["computed", "verdict"]] = [np.nan, "unknown"]
    found = as_told.disagreements(spoiled, laid_out(spoiled, "nl"))
    assert found["claim"].tolist() == [CLAIMS["no_violence"].claim.nl, "22 gezinnen gaan vooruit."]
    measure = "figure_17.families[class: out_of_poverty, improved_poor, improved_not_poor]"
    assert found.iloc[1, 1:].tolist() == [measure, "22", "21", "✗\u00a0klopt niet"]


# A broken file -----------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    """A copy of the reference files, to break."""
    return shutil.copytree(REFERENCE, tmp_path / "reference")


def test_a_study_of_which_nothing_was_published(folder, made):
    path = folder / "published_claims.yml"
    path.write_text("wordings: {}\nsections: []\nclaims: []\n", encoding="utf-8")
    nothing = load(Claims, folder)
    found = evaluate(nothing, made)
    assert found.empty and list(found) == list(TABLES["claims"].column_names)
    assert summarise(found, nothing).empty


def faults_after(folder, old, new):
    """The faults of the file after one change, without the heading."""
    path = folder / "published_claims.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load(Claims, folder)
    return caught.value.faults


BROKEN = {  # old, new, what the one fault says
    "table": (
        "{table: figure_04,",
        "{table: figure_44,",
        "outputs/ has no table 'figure_44' of a report; use",
    ),
    "clean table": (
        "{table: figure_04,",
        "{table: persons,",
        "has no table 'persons' of a report; use one of flow",
    ),
    "column": (
        "table: figure_03, column: n",
        "table: figure_03, column: m",
        "has no column 'm'; use one of education, n",
    ),
    "column of words": (
        "figure_03, column: n, rows: {education: onbekend}",
        "figure_03, column: education, rows: {education: onbekend}",
        "column 'education' of 'figure_03' holds no numbers; use one of n, share",
    ),
    "column of rows": (
        "rows: {stage: followed}}",
        "rows: {step: followed}}",
        "table 'flow' has no column 'step'; use",
    ),
    "level": (
        "column: n, rows: {level: 4}}}\n    published: {largest: {rows: {level: [1, 2, 3, 4, 5]}}}",
        "column: n, rows: {level: 4}}}\n    published: {largest: {rows: {level: [1, 2, 3, 4, 7]}}}",
        "'level' of table 'figure_04' is never '7'; use one of 1, 2, 3, 4, 5, not_applicable, missing",
    ),
    "class": (
        "rows: {class: out_of_poverty}",
        "rows: {class: rich}",
        "'class' of table 'figure_17' is never 'rich'",
    ),
    "score": (
        "baseline_level: [4, 5], f",
        "baseline_level: [4, 6], f",
        "is never '6'; use one of 1, 2, 3, 4, 5",
    ),
    "item": (
        "item: administratie",
        "item: administration",
        "has no item 'administration' of unit 'volwassene'",
    ),
    "item without unit": (
        "unit: volwassene, item: administratie",
        "item: administratie",
        "'administratie' needs its unit",
    ),
    "section": ('section: "4.1.2"', 'section: "4.9"', "this file has no section '4.9'; use one of 1.2, 4.1,"),
    "wording": (
        "{wording: two_thirds}",
        "{wording: two_halves}",
        "has no wording 'two_halves'; use one of exceptional",
    ),
    "quotation": (
        "wording: twee derde van",
        "wording: drie derde van",
        "must hold a phrase of wording 'two_thirds': twee derde",
    ),
    "no measure": (
        "{cells: {table: poverty_change, column: n, rows: {}}}\n    published: {equals: 56}",
        "{}\n    published: {equals: 56}",
        "must have exactly one of cells, share, difference, count, rank; found 0",
    ),
    "two bounds too many": (
        "{at_least: 85}",
        "{at_least: 85, more_than: 80}",
        "must have equals alone, or one bound on",
    ),
    "bounds crossed": (
        "{at_least: 85}",
        "{at_least: 85, less_than: 80}",
        "the lower bound lies above the upper one",
    ),
    "no bounds": ("{at_least: 85}", "{}", "must say what was published: one or two bounds"),
    "bounds beside a wording": (
        "{wording: two_thirds}",
        "{wording: two_thirds, at_least: 1}",
        "must have either bounds, or a wording",
    ),
    "no number": (
        "{at_least: 85}",
        "{at_least: many}",
        "must be a number or a fraction such as 1/3; found 'many'",
    ),
    "division by zero": (
        "{less_than: 1/4}",
        "{less_than: 1/0}",
        "must be a number or a fraction such as 1/3; found '1/0'",
    ),
    "range": (
        "value: {at_least: 18}",
        "value: {from: 18}",
        "must be a value, a list of values, or whole numbers",
    ),
    "set without itself": (
        "rows: {level: 2}}}\n    published: {largest: {rows: {level: [1, 2, 3, 4, 5]}}}",
        "rows: {level: 2}}}\n    published: {largest: {rows: {level: [1, 3]}}}",
        "the set does not hold the measure itself; add its row or column",
    ),
    "unknown name": (
        '    section: "1.2"\n',
        '    chapter: 1\n    section: "1.2"\n',
        "chapter: is not a known name",
    ),
    "twice": ("- id: improved\n", "- id: declined\n", "'declined' stands 2 times; keep one"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_named_with_place_and_remedy(case, folder):
    old, new, expected = BROKEN[case]
    (fault,) = faults_after(folder, old, new)
    assert fault.startswith("published_claims.yml, line ") and expected in fault


def test_the_line_of_a_fault_is_where_the_claim_stands(folder):
    lines = (folder / "published_claims.yml").read_text(encoding="utf-8").splitlines()
    line = next(i for i, text in enumerate(lines, 1) if "item: administratie" in text)
    (fault,) = faults_after(folder, "item: administratie", "item: administration")
    assert fault.startswith(f"published_claims.yml, line {line}, claims.")


def test_all_faults_are_named_at_once(folder):
    path = folder / "published_claims.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("figure_04", "figure_44"), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load(Claims, folder)
    assert len(caught.value.faults) == 5  # one for each of the five claims of Figure 4


def test_a_missing_file_is_said_to_be_missing(folder):
    (folder / "published_claims.yml").unlink()
    with pytest.raises(DefinitionError, match=r"published_claims\.yml: is missing from .*; restore it"):
        load(Claims, folder)
