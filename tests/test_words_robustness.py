"""What is said of how far one can trust it, on tables that are worked by hand."""

import pandas as pd
import pytest

from helpers import robustness
from helpers.definitions import load, load_definitions
from helpers.definitions.choices import Choices, Planning
from helpers.tables import conform
from helpers.words import account
from helpers.words import robustness as of_robustness
from report_tables import score_pairs

CHOICES, PLAN = load(Choices), load(Planning)
DEFINITIONS = load_definitions()
NONE = float("nan")


def told(name, *facts_of, make=None):
    return account([name], (make or getattr(of_robustness, name))(*facts_of))


# ---- other choices


def specifications(*rows):
    """(net, default, equivalent) -> specifications of 10, 11, … families."""
    same = {"mapping": "default", "unknown_domain": "not_deprived", "poverty_cutoff": 3, "improved": 1}
    same |= {
        "follow_up_rule": "at",
        "declined": 1,
        "out_of_poverty": 0,
        "H_baseline": 0.5,
        "H_follow_up": 0.5,
    }
    made = [
        same
        | {"members": "worst" if i > 2 else "default", "baseline_window_days": (30, 0, 60)[i % 3]}
        | {"families": 10 + i, "net": net, "default": usual, "equivalent": equal}
        for i, (net, usual, equal) in enumerate(rows)
    ]
    return conform("multiverse", pd.DataFrame(made))


FIVE = [(0.2, True, True), (0.1, False, True), (0.0, False, True), (-0.3, False, False), (0.4, False, False)]
CURVE = pd.DataFrame({"specifications": [3], "distinct": [3], "median": [0.1], "p": [0.2]})


def test_range_and_middle_of_the_equivalent_specifications_are_told():
    said = told("multiverse", specifications(*FIVE), CURVE, DEFINITIONS, CHOICES)
    assert said.finding.nl == (
        "Bij 3 even verdedigbare berekeningen loopt het verschil tussen vooruit en achteruit van 0 tot "
        "+20 procentpunt, met +10 in het midden"
    )
    assert said.finding.en == (
        "Across 3 equally defensible calculations the difference between forward and back runs from 0 to "
        "+20 percentage points, with +10 in the middle"
    )
    assert (
        "n from 10 to 14." in said.caption.en and "our own choice (+20 percentage points)" in said.caption.en
    )
    assert "3 of 5 calculations, with 3 different results." in said.caption.en
    assert said.alternative.en.startswith("Equivalent from 0 percentage points to +20 percentage points; ")
    assert "standaard +10 procentpunt" in said.alternative.nl  # the middle of all five
    assert said.conclusion.en.endswith("how many calculations go one way proves nothing.")


@pytest.mark.parametrize(
    ("nets", "finding"),
    [
        ([-0.2, -0.1, 0.1], "runs from −20 to +10 percentage points, with −10 in the middle"),
        ([0.0, 0.0], "Across 2 equally defensible calculations the difference between forward and back is "),
        ([0.1], "Across 1 equally defensible calculation the difference"),
        ([], "No choice leaves any followed families"),
    ],
)
def test_the_difference_over_few_specifications_reads_well(nets, finding):
    table = specifications(*[(net, i == 0, True) for i, net in enumerate(nets)] or [(NONE, True, True)])
    assert told("multiverse", table, CURVE, DEFINITIONS, CHOICES).finding.en.count(finding) == 1


@pytest.mark.parametrize(
    ("p", "words"),
    [(0.2, "cannot be told"), (0.05, "Chance seldom comes as far"), (NONE, "cannot be tested")],
)
def test_the_middle_difference_is_set_against_chance(p, words):
    assert words in told("specification_curve", CURVE.assign(p=p)).finding.en


def test_a_middle_difference_of_nothing_is_not_asked_whether_it_is_chance():
    assert (
        told("specification_curve", CURVE.assign(median=0.0, p=1.0)).finding.en
        == "The middle difference is zero"
    )


def standings(**of):
    """A column of headlines under the default, two other choices, all families fresh, and both bounds."""
    options = [("default", "default"), ("members", "worst"), ("members", "best"), ("fresh", "fresh"),
               ("attrition", "best"), ("attrition", "worst")]  # fmt: skip
    rows = [
        {"dimension": dimension, "option": option, "headline": name, "value": 0.1}
        | {"n": 9 if dimension in ("default", "fresh") else 8}
        | {"standing": "holds" if mark == "+" else "does_not_hold"}
        for name, marks in of.items()
        for (dimension, option), mark in zip(options, marks, strict=True)
    ]
    return conform("headlines", pd.DataFrame(rows))


def headlines(table):
    return told("headlines", table, DEFINITIONS, CHOICES).finding


def test_bounds_and_families_that_are_all_fresh_are_not_counted():
    table = standings(families="++-++-", headcount="+++++-")
    assert headlines(table).nl == (
        "Met telkens één andere keuze nagerekend blijven de bevindingen 3 van de 4 keer overeind; niet "
        "bij: beste lid"
    )
    some = table.assign(n=table["n"].where(table["dimension"] != "fresh", 8))  # one family is not fresh
    assert "the findings still stand 5 of 6 times; not with: best member" in headlines(some).en


def test_a_sign_that_is_not_there_by_default_cannot_stay():
    assert headlines(standings(families="++++++", headcount="-+-+++")).en == (
        "1 of the 2 findings of the research report on the five pilot projects holds; when one choice at a "
        "time is changed, it still stands 2 of 2 times"
    )
    # two that hold, each under the choice with which the other does not
    table = standings(families="++-+++", headcount="+-++++", stress_parents="-+++++")
    assert headlines(table).en.startswith(
        "2 of the 3 findings of the research report on the five pilot projects hold; when one choice at a "
        "time is changed, they still stand 2 of 4 times"
    )
    assert headlines(standings(families="-+++++")).en == (
        "Even with the default choices, none of the findings of the research report on the five pilot "
        "projects holds"
    )


def test_of_many_choices_the_first_are_named_as_in_any_list():
    table = standings(families="++++++")
    failing = {"dimension": "mapping", "headline": "families", "n": 9, "standing": "does_not_hold"}
    ways, domains = ("stricter", "looser"), DEFINITIONS.kansarmoede.domains
    rows = [failing | {"option": f"{domain.id}_{way}"} for domain in domains for way in ways]
    table = conform("headlines", pd.concat([table, pd.DataFrame(rows)], ignore_index=True))
    assert headlines(table).nl.endswith("Opleidingsniveau strenger, Opleidingsniveau ruimer en nog 4 andere")


@pytest.mark.parametrize(
    ("rows", "finding"),
    [
        ([(3, 4, 3)],
         "Poor, of 5 followed families: with the line at 3 domains, 4 at the start and 3 at follow-up"),
        ([(1, 5, 5), (4, 2, 1)],
         "Poor, of 5 followed families: with the line at 1 domain, 5 at the start and 5 at follow-up; with "
         "the line at 4 domains, 2 at the start and 1 at follow-up"),
    ],
)  # fmt: skip
def test_each_cutoff_tells_who_is_poor(rows, finding):
    table = pd.DataFrame(rows, columns=["poverty_cutoff", "poor_baseline", "poor_follow_up"]).assign(n=5)
    assert told("cutoffs", table).finding.en == finding


# ---- who was not followed


STATUS = pd.DataFrame(
    {"pilot": ["all"] * 3 + ["Leuven"], "status": ["followed", "too_late", "lost", "followed"]}
).assign(families=[4, 1, 2, 4])


def compared(*differences):
    """Standardised differences of debts, stress of parents and the score."""
    rows = [("huishouden", "schulden"), ("volwassene", "stress"), ("family", "score")]
    table = pd.DataFrame(rows, columns=["unit", "item"]).assign(standardised_difference=differences)
    return table.assign(mean_followed=[3.0, 3.0, 4.4], mean_lost=[3.0, 3.0, 3.8], n_followed=4, n_lost=3)


@pytest.mark.parametrize(
    ("low", "high", "words"), [(0, 2, "no more than"), (0, 1, "more than"), (3, 3, "fewer than")]
)
def test_noticeable_differences_are_set_against_chance(low, high, words):
    chance = pd.DataFrame({"expected": [1.0], "low": [low], "high": [high]})
    said = told("attrition", compared(-0.3, 0.1, 0.25), chance, STATUS, CHOICES, DEFINITIONS)
    assert said.finding.en == (
        "At the start followed families differ noticeably from the others in 2 of 3 comparisons: "
        f"{words} chance would give"
    )
    assert (
        said.caption.nl.startswith("4 opgevolgde en 3 andere beschreven gezinnen.")
        and "0,2 of meer" in said.caption.nl
    )
    assert said.alternative.nl == "Merkbaar – kansarmoedescore van gezinnen +0,25; schulden −0,30."
    assert said.conclusion.nl == (
        "De opgevolgde gezinnen begonnen gemiddeld met 4,4 domeinen met een tekort, de andere met 3,8."
    )
    assert told("follow_up_status", STATUS).finding.nl == (
        "Niet opgevolgd: 3 van de 7 beschreven gezinnen; 1 begon te laat, "
        "2 werden niet lang genoeg geregistreerd"
    )


def test_without_two_groups_nothing_is_compared():
    chance = pd.DataFrame({"expected": [NONE], "low": [NONE], "high": [NONE]})
    said = told("attrition", compared(NONE, NONE, NONE), chance, STATUS, CHOICES, DEFINITIONS)
    assert said.finding.nl == "Er zijn geen twee groepen om te vergelijken" and said.conclusion is None


def bounds(followed, described, *values):
    """The net share as seen, at best and at worst."""
    cases = pd.DataFrame(
        {"case": ["observed", "best", "worst"], "families": [followed, described, described]}
    )
    return told("attrition_bounds", cases.assign(value=values or NONE)).finding


def test_the_extremes_of_who_was_not_followed():
    assert bounds(2, 4, 0.5, 0.75, -0.25).nl == (
        "Hoe het de 2 niet-opgevolgde gezinnen verging, is niet bekend: gingen ze allemaal vooruit, dan was "
        "het verschil +75 procentpunt in plaats van +50 procentpunt; gingen ze allemaal achteruit, dan −25 "
        "procentpunt"
    )
    assert bounds(2, 3, 0.5, 0.7, 0.0).en.startswith("What became of the one family that was not followed")
    assert bounds(2, 2).nl == "Alle beschreven gezinnen zijn opgevolgd"
    assert bounds(0, 3).en == "There are no followed families"


# ---- what was looked at again, and who was chosen at a bad moment


def test_levels_that_were_only_carried_forward_are_counted():
    table = pd.DataFrame({"pilot": ["all", "all", "Leuven"], "item": ["zorg", "stress", "zorg"]})
    table = table.assign(n=[3, 2, 3], changed=[1, 0, 1], confirmed=[1, 0, 1], carried=[1, 2, 1])
    assert told("freshness", table, CHOICES).finding.en == (
        "Of 5 levels compared: 1 changed, 1 looked at again and unchanged, 3 only carried forward"
    )


@pytest.mark.parametrize(
    ("n", "repeated"),
    [([19, 19, 0], True), ([19, 19, 1], True), ([19, 19, 2], False), ([1, 10, 0], True), ([1, 9, 0], False)],
)
def test_an_export_that_repeats_all_levels_at_each_registration_is_told(n, repeated):
    """1 of 20 unchanged levels may be carried forward, 2 of 21 may not; of 9 unchanged nothing is said."""
    table = pd.DataFrame([["all", sum(n), *n]], columns=["pilot", "n", "changed", "confirmed", "carried"])
    said = told("freshness", table, CHOICES).finding
    assert (
        said.nl.endswith("herhaalt bij elke registratie alle niveaus, zodat ‘opnieuw bekeken’ weinig zegt")
        is repeated
    )
    assert (
        said.en.endswith("repeats all levels at each registration, so that ‘looked at again’ says little")
        is repeated
    )


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        ([(5, 2), (2, 5)], "read backward in time they did so at least as much"),
        ([(6, 3), (3, 3), (6, 5), (3, 3)], "read backward in time they did not"),  # all that moved fell
        ([(5, 3), (5, 5), (3, 3), (3, 3)], "part of that also shows"),  # forward −1, backward −2/3
        ([(5, 5), (2, 2)], "High and low scores came no closer together"),
        ([(4, 3), (4, 3)], "There are too few different scores to compare high with low ones"),
        ([], "There are no followed families"),
    ],
)
def test_high_scores_are_read_forward_and_backward(scores, words):
    pairs = score_pairs(*scores)
    table = robustness.regression_to_mean(pairs, pairs[:0])
    assert words in told("regression_to_mean", table).finding.en


# ---- planning


def needed(*answers, families=56):
    """(outcome, net, answer, families, registered) -> planning."""
    columns = ["outcome", "net", "answer", "families_needed", "registered_needed"]
    table = pd.DataFrame(answers, columns=columns)
    table = table.assign(families_observed=families, followed_share=0.4, largest_net=0.45, design_effect=1.0)
    return conform("planning", table.assign(registered_low=table["registered_needed"],
                                            registered_high=table["registered_needed"]))  # fmt: skip


ANSWERS = [
    ("score", 0.1, "above", None, None),
    ("score", 0.2, "found", 60, 150),
    ("stress_parents", 0.1, "found", 900, 2000),
    ("stress_parents", 0.2, "at_most", 20, 50),
    ("stress_children", 0.1, "found", 90, 225),
    ("stress_children", 0.2, "infeasible", None, None),
]
LINES = pd.DataFrame({"outcome": "score", "net": [0.0, 0.0, 0.2, 0.2], "families_per_group": [20, 80, 20, 80],
                      "power": [0.05, 0.05, 0.3, 0.6]})  # fmt: skip


def test_the_difference_of_the_headline_takes_so_many_families():
    said = told("power", LINES, needed(*ANSWERS), PLAN, DEFINITIONS, make=of_robustness.power)
    assert said.finding.nl == (
        "Om een verschil van 20 procentpunt te vinden, zijn per groep zoveel opgevolgde gezinnen nodig: 60 "
        "(kansarmoedescore van gezinnen) en hoogstens 20 (stress van ouders); te weinig bewoog om na te "
        "bootsen: stress van kinderen"
    )
    assert "poverty score of families, 20 percentage points: from 30.0% at 20 to 60.0% at 80" in (
        said.alternative.en
    )
    assert "no difference: from 5.0% at 20 to 5.0% at 80" in said.alternative.en
    assert "n = 56 opgevolgde gezinnen" in said.caption.nl
    said = told("planning", needed(*ANSWERS), PLAN, DEFINITIONS, make=of_robustness.planning)
    assert said.finding.en == (
        "Of the registered families that began in time, 40% were followed: a difference of 20 percentage "
        "points therefore requires this many registered families per group: 150 (poverty score of families) "
        "and at most 50 (stress of parents); too little moved to simulate: stress of children"
    )


@pytest.mark.parametrize(
    ("families", "of_them"),
    [(1, "1 gezin"), (PLAN.least_families - 1, f"{PLAN.least_families - 1} gezinnen")],
)
def test_a_few_families_or_none_are_no_plan(families, of_them):
    few = needed(*ANSWERS, families=families)
    said = told("planning", few, PLAN, DEFINITIONS, make=of_robustness.planning)
    assert said.finding.nl == f"Uit {of_them} is niet af te leiden hoeveel gezinnen te registreren zijn"
    said = told("power", LINES, few, PLAN, DEFINITIONS, make=of_robustness.power)
    assert said.finding.nl == f"Uit {of_them} is niet af te leiden hoeveel gezinnen een vergelijking vraagt"
    assert said.conclusion is None


def test_from_so_many_families_on_a_plan_is_told_and_without_any_none():
    enough = needed(*ANSWERS, families=PLAN.least_families)
    said = told("planning", enough, PLAN, DEFINITIONS, make=of_robustness.planning)
    assert said.finding.en.startswith("Of the registered families that began in time")
    none = needed(*[(outcome, net, "no_pairs", None, None) for outcome, net, *_ in ANSWERS], families=0)
    said = told("power", LINES, none, PLAN, DEFINITIONS, make=of_robustness.power)
    assert (
        said.finding.en == "There are no followed families to draw studies from" and said.conclusion is None
    )


def test_a_difference_that_nobody_moved_enough_for_is_told_once():
    none = needed(*[(outcome, net, "infeasible", None, None) for outcome, net, *_ in ANSWERS])
    said = told("power", LINES, none, PLAN, DEFINITIONS, make=of_robustness.power)
    assert said.finding.en == (
        "Too little moved in these families to simulate a difference of 20 percentage points"
    )
    assert said.conclusion is None  # that a study which finds nothing proves nothing is about a found number
    assert not told("planning", none, PLAN, DEFINITIONS, make=of_robustness.planning).finding


def test_what_to_register_is_laid_out_by_question_and_difference():
    table = of_robustness.to_register(needed(*ANSWERS), DEFINITIONS, "en")
    assert table.columns.tolist() == ["outcome", "10 percentage points", "20 percentage points"]
    assert table.to_numpy().tolist() == [
        ["poverty score of families", "more than simulated", "150"],
        ["stress of parents", "2000", "50"],
        ["stress of children", "225", "cannot be simulated"],
    ]
