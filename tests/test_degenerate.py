"""Studies in which everything goes one way, or nothing can be told, and what sentences may say of them."""

import datetime as dt
import re
from functools import cache

import numpy as np
import pytest

from helpers import cleaning
from helpers.cleaning import Study as About
from helpers.definitions import ROOT, load_definitions
from helpers.protect import Edition
from helpers.run._notebooks import study_notebooks
from helpers.states import build_states
from helpers.study import FinishedStudy, Study
from small_study import clean_tables

pytestmark = pytest.mark.usefixtures("few_simulations")

DEFINITIONS = load_definitions()
USUAL = {
    "min_household_items": 4,
    "baseline_window_days": 30,
    "follow_up_months": 6,
    "follow_up_rule": "at",
}
HOME = {"verblijfplaats": 5, "betaalbaarheid_woning": 4, "schulden": 4, "voeding": 4, "veiligheid": 4}
FIGURES = ("figure_18", "figure_19", "figure_20", "figure_21")
ROBUSTNESS = (
    *("multiverse", "specification_curve", "headlines", "cutoffs", "follow_up_status", "attrition"),
    *("attrition_bounds", "freshness", "regression_to_mean", "power", "planning"),
)
WORDS = {
    "nl": {"clear": "duidelijk", "indication": "aanwijzing", "cannot_be_told": "niet uit te maken"},
    "en": {"clear": "clear", "indication": "indication", "cannot_be_told": "cannot be told"},
}


def family(code, income, *stress, last=200):
    """Rows of one family: income and each child's stress before and after."""
    later = min(last, 150)
    yield (code, "huishouden", None, 0, HOME | {"inkomen": income[0]})
    yield (code, "huishouden", None, later, {"inkomen": income[1]})
    yield (code, "huishouden", None, last, {"voeding": 4})
    for number, (before, after) in enumerate(stress, start=1):
        yield (code, "kind", f"K{number}", 0, {"stress": before, "zorg": 4})
        yield (code, "kind", f"K{number}", later, {"stress": after, "zorg": 4})


def noise():
    """Twelve families with two children whose levels mean nothing."""
    draw = np.random.default_rng(8).integers
    for code in "ABCDEFGHIJKL":
        yield from family(code, draw(1, 6, 2).tolist(), *(draw(1, 6, 2).tolist() for _ in range(2)))


UP, LEVEL = (2, 4), (2, 2)
STUDIES = {
    "all up": lambda: [row for code in "ABCDEFGHIJKLMNOPQRST" for row in family(code, UP, (2, 4))],
    "one family": lambda: list(family("A", UP, (2, 4))),
    "nobody followed": lambda: [row for code in "ABCDE" for row in family(code, UP, (2, 4), last=60)],
    "six large families": lambda: [
        row for code in "ABCDEF" for row in family(code, LEVEL, *[(2, 4) if code != "F" else (4, 2)] * 25)
    ],
    "one mover": lambda: [
        row for code in "ABCDEFGHIJKL" for row in family(code, UP if code == "A" else LEVEL, (3, 3))
    ],
    "noise": lambda: list(noise()),
    "nobody moved": lambda: [row for code in "ABCDEFGH" for row in family(code, LEVEL, (3, 3))],
    "households seen once": lambda: [
        (f"LEU-{place}", "huishouden", None, place, HOME | {"inkomen": 1}) for place in range(29)
    ],
}


@cache
def made(name):
    """The study of that name."""
    clean = clean_tables(*STUDIES[name]())
    clean = cleaning.only(clean, clean.families["family"])  # with its flow
    how = {key: value for key, value in USUAL.items() if key != "min_household_items"}
    about = About("x", "x", True, dt.date(2022, 10, 31), dt.date(2022, 3, 1), ("Leuven",), USUAL)
    return Study(clean, build_states(clean, DEFINITIONS, **how), about)


@cache
def said(name, language):
    """What the pages and the first page say of change, by what they say it of."""
    one = made(name)
    accounts = {
        "score": one.account("score_change"),
        "poverty": one.account("poverty_change"),
        "items": one.account("item_change"),
        "questions": one.account("primary_outcomes"),
        "coaches": one.account("coach_clusters"),
        "overall": one.account("overall_change"),
        **{name: one.account(name) for name in ROBUSTNESS},
    }  # fmt: skip
    accounts |= {figure: one.account(figure) for figure in FIGURES}
    told = {}
    for of, account in accounts.items():
        parts = [account.finding, account.caption, account.alternative, account.conclusion]
        told[f"finding of {of}"] = account.finding(language)
        told[of] = " ".join(part(language) for part in parts if part)
        told[f"conclusion of {of}"] = account.conclusion(language) if account.conclusion else ""
    named = {"figure_17": "score", "poverty_change": "poverty"}
    for result in one.key_results():
        behind = [result.text(language), result.sure(language) if result.sure else ""]
        told[f"first {named.get(result.name, result.name)}"] = " ".join(behind)
    first = {}
    return told | {of: text(language) for of, text in first.items()}


EVERY = pytest.mark.parametrize("language", ["nl", "en"])
NAMES = pytest.mark.parametrize("name", STUDIES)


@NAMES
@EVERY
def test_no_sentence_has_an_interval_of_one_point_or_a_number_that_is_none(name, language):
    for of, text in said(name, language).items():
        ends = re.findall(r"interval[^.;:()]*? ([−+]?[\d.,]+)\s?%? (?:tot|to) ([−+]?[\d.,]*\d)", text)
        assert not [pair for pair in ends if pair[0] == pair[1]], (of, text)
        assert not re.search(r"\bnan\b|\bNone\b|\binf\b|\{", text), (of, text)


@NAMES
@EVERY
def test_nobody_moved_is_only_said_where_nobody_did(name, language):
    one, told = made(name), said(name, language)
    moved = {"score": one["score_change"].iloc[0]} | {
        row["figure"]: row for row in one["transition_tests"].to_dict("records")
    }
    nobody = {
        "nl": r"niemand (ging|bewoog|veranderde)|bewoog niemand", "en": r"nobody (improved|moved)|for no one"
    }[language]  # fmt: skip
    for of, row in moved.items():
        if row["improved"] + row["declined"]:
            for text in (told[of], told.get(f"first {of}", "")):
                assert not re.search(nobody, text, flags=re.IGNORECASE), (of, text)


@NAMES
@EVERY
def test_pages_and_first_page_have_the_verdict_of_the_table(name, language):
    one, told = made(name), said(name, language)
    verdicts = one["verdicts"].set_index("question")["verdict"].astype(str)
    questions = {"score": "score", "figure_19": "stress_children", "figure_20": "care"}
    counts = {"score": one["score_change"].iloc[0]} | {
        row["figure"]: row for row in one["transition_tests"].to_dict("records")
    }
    for of, question in questions.items():
        n, moves = counts[of]["n"], counts[of]["improved"] + counts[of]["declined"]
        if not n or not moves:
            continue
        word = WORDS[language][verdicts[question]]
        others = [other for other in WORDS[language].values() if other != word]
        for text in (told[of], told.get(f"first {of}", "")):
            assert not any(other in text for other in others), (of, text)
        assert word in told.get(f"first {of}", word)


@pytest.mark.parametrize(
    ("name", "question", "verdict"),
    [
        ("all up", "score", "clear"),
        ("all up", "stress_children", "clear"),
        ("all up", "overall", "clear"),
        ("one family", "score", "cannot_be_told"),
        ("one family", "overall", "cannot_be_told"),
        ("six large families", "stress_children", "cannot_be_told"),  # five up, one down: p 0.22
        ("one mover", "score", "cannot_be_told"),
        ("noise", "score", "cannot_be_told"),
        ("noise", "overall", "cannot_be_told"),
        ("nobody moved", "score", "cannot_be_told"),
    ],
)
def test_verdicts(name, question, verdict):
    assert made(name)["verdicts"].set_index("question").loc[question, "verdict"] == verdict


def test_all_up_has_a_true_interval():
    row = made("all up")["score_change"].iloc[0]
    assert (round(100 * row["net_low"], 2), row["net_high"]) == (71.88, 1)
    told = said("all up", "nl")
    assert "+71,9 tot +100 procentpunt" in told["first score"] and "duidelijk" in told["first score"]


def test_one_family_is_said_to_be_one():
    told = said("one family", "en")
    assert "there is only one family" in told["first score"]
    assert made("one family")["primary_outcomes"].iloc[0][["net_low", "family_p", "holm_p"]].isna().all()


def test_one_family_is_no_plan():
    told = said("one family", "en")
    assert told["planning"].startswith("How many families to register cannot be told from 1 family")
    assert told["finding of poverty"].startswith("0 of 1 followed family was poor at the start, 0 at")
    assert "cannot be told" not in said("all up", "en")["planning"] + said("all up", "en")["power"]


@pytest.mark.parametrize(
    ("name", "finding"),
    [
        ("all up", "Clearly better: income and children's stress"),
        ("six large families", "For no item is the shift clear"),
        ("noise", "For no item is the shift clear"),
        ("nobody moved", "For no item is the shift clear"),
        ("nobody followed", "No one has a known level at both moments"),
    ],
)
def test_only_what_is_clear_is_named(name, finding):
    assert said(name, "en")["finding of items"] == finding


def test_one_mover_is_no_robust_finding():
    row = made("one mover")["specification_curve"].iloc[0]
    assert row["p"] == 1 and row["distinct"] < row["specifications"]


def test_noise_turned_at_random_is_as_lopsided():
    assert made("noise")["specification_curve"]["p"].iloc[0] > 0.05
    assert "312 van 312" not in " ".join(said("noise", "nl").values())


def test_large_families_count_once():
    row = made("six large families")["transition_tests"].set_index("figure").loc["figure_19"]
    assert (row["improved"], row["declined"]) == (125, 25)
    assert row["family_p"] == pytest.approx(14 / 64) and row["sign_exact_p"] < 1e-9
    assert row["net_low"] < 0 < row["net_high"]
    assert "p < 0,001" not in said("six large families", "nl")["figure_19"]


def test_nobody_followed_is_said():
    for language, words in (("nl", "Geen enkel opgevolgd gezin"), ("en", "No followed family")):
        assert words in said("nobody followed", language)["first score"]
    status = made("nobody followed")["follow_up_status"]
    assert status.loc[status["pilot"] == "all", "families"].tolist() == [0, 0, 5]
    assert len(made("nobody followed")["verdicts"]) == 51


def shown():
    """The names of what pages show, after the one on the cleaning."""
    sources = [path.read_text(encoding="utf-8") for path in study_notebooks(ROOT / "notebooks")[1:]]
    names = re.findall(r'study\.show\(\\"(\w+)\\"\)', "".join(sources))
    overviews = DEFINITIONS.outputs.overviews
    return [name for name in dict.fromkeys(names) if name not in (*overviews, "cases")]


def test_whatever_a_page_shows_is_there_where_households_were_seen_once(capsys):
    assert len(shown()) > 50
    for name in shown():
        made("households seen once").show(name)


def test_whatever_a_public_page_shows_is_there_where_households_were_seen_once(capsys):
    study, edition = made("households seen once"), Edition()
    public = FinishedStudy(study.published(edition), study.about, edition=edition)
    for name in shown():
        public.show(name)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", "Van 30 geregistreerde gezinnen zijn er te weinig om te tonen beschreven"),
        ("en", "Of 30 registered families, too few to show are described"),
    ],
)
def test_too_few_described_families_are_not_counted_in_public(language, said):
    study, edition = made("households seen once"), Edition()
    public = FinishedStudy(study.published(edition), study.about, edition=edition)
    registered = public["flow_groups"].head(1)
    assert registered["stage"].tolist() == ["registered"]
    assert public.account("flow_groups", registered).finding(language) == said
