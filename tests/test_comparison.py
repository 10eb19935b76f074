"""Coached families beside families for comparison: by hand, against R, and against what planning says."""

import json
from dataclasses import replace
from itertools import combinations, product
from math import hypot, sqrt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from datasets import write_dataset
from helpers import cleaning, inference, planning, primary
from helpers.check import check, finding_text
from helpers.cleaning.doubts import doubts
from helpers.cleaning.families import for_comparison
from helpers.cleaning.losses import losses
from helpers.definitions import LANGUAGES, REFERENCE, load
from helpers.definitions.choices import PilotComparison, Planning
from helpers.exchange import tables_of
from helpers.export import read_export
from helpers.inference import groups
from helpers.outputs import MAKERS
from helpers.study import Study
from raw_exports import DEFINITIONS
from small_study import clean_tables, open_study
from test_charts import WIDTHS, Drawn
from test_show import Shown
from twelve_families import sheets

R = json.loads((Path(__file__).parent / "reference_values" / "comparison.json").read_text(encoding="utf-8"))
HOW = load(PilotComparison)
EXPORT = Path(__file__).parent / "data" / "export-0.3"
NONE = float("nan")


def changes(*families: tuple[str, int | None, int], outcome: str = "score") -> pd.DataFrame:
    """(pilot, score at baseline, 1 or -1 or 0: which way it went) of families of one pair each."""
    rows = pd.DataFrame(families, columns=["pilot", "baseline_score", "way"])
    return rows.assign(
        outcome=outcome,
        family=[f"LEU-{number:03}" for number in range(len(rows))],
        pairs=1,
        improved=(rows.pop("way") > 0).astype("int64"),
        declined=[int(way < 0) for _, _, way in families],
        baseline_score=rows["baseline_score"].astype("Int64"),
    )


def compared(coached: pd.DataFrame, others: pd.DataFrame | None, seed: int = 2023) -> pd.DataFrame:
    table = primary.group_comparison(coached, others, HOW, seed)
    return table.set_index(table["outcome"].astype("str"))


def marked(**given: list[str]) -> Study:
    """An export whose families with a code that ends in 3, 5, 7 or 9 are for comparison."""
    whole = Study.clean(EXPORT)
    families = whole.cleaned.families
    apart = families["family"].str[-1].isin(list("3579"))
    group = apart.map({True: "vergelijking", False: "gezinscoach"}).astype(families["group"].dtype)
    tables = replace(whole.cleaned, families=families.assign(group=group))
    return Study(cleaning.only(tables, families["family"]), whole.states, whole.about, **given)


@pytest.fixture(scope="module")
def study():
    return marked()


# The test --------------------------------------------------------------------------------------------------


def exact(y: list[float], first: list[int], strata: list[int]) -> float:
    """Every allotment in turn: how many lie at least as far from the mean of all."""
    places = [[at for at, one in enumerate(strata) if one == stratum] for stratum in sorted(set(strata))]
    choices = [list(combinations(of, sum(first[at] for at in of))) for of in places]
    sums = np.array([sum(y[at] for chosen in all_of for at in chosen) for all_of in product(*choices)])
    observed = sum(one for one, coached in zip(y, first, strict=True) if coached)
    return float((abs(sums - sums.mean()) >= abs(observed - sums.mean()) - 1e-9).mean())


def error(p: float) -> float:
    """Four Monte Carlo standard errors of 9,999 allotments."""
    return 4 * sqrt(max(p * (1 - p), 1e-3) / 9_999)


def test_two_strata_by_hand():
    """
    In the first stratum two coached families went up, two others stayed and went down: of the six ways to
    choose two of (1, 1, 0, -1) the sums are 2, 1, 0, 1, 0, -1. In the second one of two went up: 1 or 0.
    Observed 2 + 1, mean 1/2 + 1/2: as far as 2 lie 3 (one of twelve) and -1 (one of twelve).
    """
    up, down, first = [1, 1, 0, 0, 1, 0], [0, 0, 0, 1, 0, 0], [1, 1, 0, 0, 1, 0]
    strata = [0, 0, 0, 0, 1, 1]
    p = groups.stratified_test(up, down, [1] * 6, first, strata, seed=1)
    assert exact([1, 1, 0, -1, 1, 0], first, strata) == pytest.approx(2 / 12)
    assert p == pytest.approx(2 / 12, abs=error(2 / 12))


def test_families_of_several_pairs_against_every_allotment():
    """Net 3 of 12 pairs, R = 1/4: y = improved - declined - pairs/4."""
    up, down, pairs = [2, 0, 1, 1, 0, 2, 1], [0, 1, 1, 0, 1, 1, 0], [2, 1, 3, 1, 1, 3, 1]
    first, strata = [1, 1, 0, 0, 1, 0, 0], [0, 0, 0, 0, 1, 1, 1]
    y = [a - b - n / 4 for a, b, n in zip(up, down, pairs, strict=True)]
    expected = exact(y, first, strata)
    assert 0.1 < expected < 0.9
    assert groups.stratified_test(up, down, pairs, first, strata, seed=2) == pytest.approx(
        expected, abs=error(expected)
    )


@pytest.mark.parametrize("case", R["within"], ids=lambda case: f"{len(case['up'])} {max(case['pairs'])}")
def test_within_strata_against_coin(case):
    ways = (case[name] for name in ("up", "down", "pairs", "first", "stratum"))
    expected = case.get("exact", case["drawn"])
    assert groups.stratified_test(*ways, seed=3) == pytest.approx(expected, abs=error(expected))
    assert case["drawn"] == pytest.approx(expected, abs=4 * sqrt(0.25 / 999_999))


def test_nothing_varies_within_strata_and_nobody_at_all():
    """A difference between strata alone is none within them."""
    assert groups.stratified_test([1, 1, 0, 0], [0] * 4, [1] * 4, [1, 0, 1, 0], [0, 0, 1, 1], seed=1) == 1
    assert np.isnan(groups.stratified_test([], [], [], [], [], seed=1))


def test_the_seed_decides_and_the_order_of_families_does_not():
    case = R["within"][4]
    ways = [np.array(case[name]) for name in ("up", "down", "pairs", "first", "stratum")]
    turned = [way[::-1] for way in ways]
    one, same, other = (
        groups.stratified_test(*of, seed=seed) for of, seed in ((ways, 5), (turned, 5), (ways, 6))
    )
    assert one == same != other


@pytest.mark.parametrize(
    ("first", "second", "interval"),
    [((56, 70), (48, 80), (0.0524, 0.3339)), ((9, 10), (3, 10), (0.1705, 0.8090))],
)
def test_the_interval_of_a_difference_is_that_of_newcombe(first, second, interval):
    """Newcombe 1998 (Statistics in Medicine 17: 873–890), table II, method 10: from Wilson's intervals."""
    ends = [(k / n, *map(float, inference.wilson(k, n))) for k, n in (first, second)]
    assert groups.difference_interval(*ends) == pytest.approx(interval, abs=5e-5)


def test_without_an_interval_there_is_none_of_the_difference():
    assert np.isnan(groups.difference_interval((0.5, 0.1, 0.9), (0.2, NONE, NONE))).all()


# Strata ----------------------------------------------------------------------------------------------------


def test_strata_by_hand():
    """Bands 0 to 4 and 5 to 6: a counterpart in the pilot, else in another pilot, else nowhere."""
    rows = pd.DataFrame(
        [
            ("Leuven", 5, "coached", "Leuven 2"),
            ("Leuven", 6, "comparison", "Leuven 2"),
            ("Leuven", 4, "coached", "1"),  # only coached families in Leuven, others in Bilzen
            ("Bilzen", 0, "comparison", "1"),
            (
                "Bilzen",
                5,
                "coached",
                "",
            ),  # of that band the others are in Leuven, where they have counterparts
            ("Bilzen", None, "comparison", ""),  # no score: a band of its own
        ],
        columns=["pilot", "baseline_score", "group", "stratum"],
    ).astype({"baseline_score": "Int64"})
    assert primary.strata(rows, (0, 5)).fillna("").tolist() == rows["stratum"].tolist()


# Side by side ----------------------------------------------------------------------------------------------

COACHED = changes(("Leuven", 5, 1), ("Leuven", 5, 1), ("Leuven", 6, 0), ("Bilzen", 1, -1))
OTHERS = changes(("Leuven", 5, 0), ("Leuven", 6, -1), ("Oostende", 3, 0))


def test_a_comparison_by_hand():
    """
    Coached 2 of 4 up and 1 down, the others 1 of 3 down; means of 5, 5, 6, 1 and of 5, 6, 3. Leuven has both
    groups in the band from 5 on, Bilzen and Oostende together in that below; all have a counterpart. p by
    every allotment: three of five in one stratum, one of two in the other.
    """
    row = compared(COACHED, OTHERS).loc["score"]
    assert row[["coached_families", "coached_n", "comparison_families", "comparison_n"]].tolist() == [
        4,
        4,
        3,
        3,
    ]
    assert row[["coached_net", "comparison_net", "difference"]].tolist() == pytest.approx(
        [1 / 4, -1 / 3, 7 / 12]
    )
    assert row[["coached_score", "comparison_score"]].tolist() == pytest.approx([17 / 4, 14 / 3])
    assert row[["strata", "left_out"]].tolist() == [2, 0]
    expected = exact([1, 1, 0, 0, -1, -1, 0], [1, 1, 1, 0, 0, 1, 0], [0, 0, 0, 0, 0, 1, 1])
    assert row["strata_p"] == pytest.approx(expected, abs=error(expected))
    low = 7 / 12 - hypot(1 / 4 - row["coached_net_low"], row["comparison_net_high"] + 1 / 3)
    assert row["difference_low"] == pytest.approx(low)


def test_the_other_outcomes_have_their_rows_without_families():
    table = compared(COACHED, OTHERS)
    assert table.index.tolist() == ["score", "stress_parents", "stress_children", "care", "youth_care"]
    rest = table.drop(index="score")
    assert (rest[["coached_n", "comparison_families", "strata", "left_out"]] == 0).all(axis=None)
    assert rest[["coached_net", "difference", "difference_low", "strata_p"]].isna().all(axis=None)


@pytest.mark.parametrize("others", [OTHERS.iloc[:0], OTHERS.iloc[:1]])
def test_a_group_of_nobody_or_one_family(others):
    """One family has a net but no interval; without families there is nothing to compare with."""
    row = compared(COACHED, others).loc["score"]
    assert row["comparison_families"] == len(others)
    assert np.isnan(row["difference_low"]) and np.isnan(row["comparison_net_low"])
    assert np.isnan(row["strata_p"]) == (not len(others))
    assert row["left_out"] == (1 if len(others) else 4)


def test_without_families_for_comparison_there_is_no_row():
    assert compared(COACHED, None).empty
    assert Study.clean(EXPORT)["group_comparison"].empty


# The study -------------------------------------------------------------------------------------------------


def test_a_study_by_hand():
    """Of two coached families a parent's stress fell and stayed, of one for comparison it rose."""
    rows = [
        (family, unit, person, day, {item: level})
        for family, before, after in (("A", 2, 4), ("B", 3, 3), ("C", 4, 1))
        for day, level in ((0, before), (170, after), (200, after))
        for unit, person, item in (("huishouden", None, "inkomen"), ("volwassene", "V1", "stress"))
    ]
    tables = clean_tables(*rows)
    group = tables.families["group"].where(tables.families["family"] != "C", "vergelijking")
    opened = open_study(replace(tables, families=tables.families.assign(group=group)))
    assert opened.families["family"].tolist() == ["A", "B"]
    assert opened.others.families["family"].tolist() == ["C"] and opened.others.others is None
    assert opened.pairs("volwassene", "stress")["family"].tolist() == ["A", "B"]
    row = opened["group_comparison"].set_index("outcome").loc["stress_parents"]
    assert row[["coached_net", "comparison_net"]].tolist() == [0.5, -1]


def test_the_coached_are_what_they_are_without_the_others(study):
    """All that is counted or listed, but for the flow, and with it all that is derived from that."""
    families = study.cleaned.families
    coached = families[~for_comparison(families)]
    alone = replace(study.cleaned, families=coached.assign(group=pd.NA).astype(families.dtypes))
    without = Study(cleaning.only(alone, coached["family"]), study.states, study.about)
    made = {
        "counts": lambda one: one.counts,
        "family_table": lambda one: {name: one.family_table(name) for name in MAKERS["family_table"]},
        "lists": lambda one: {name: one[name] for name in MAKERS["lists"] if name in one},
    }
    differ = []
    for stage, of in made.items():
        with_others, none = of(study), of(without)
        assert set(with_others) == set(none), stage
        differ += [name for name in with_others if not with_others[name].equals(none[name])]
    assert differ == ["flow"]
    assert {name for name, one in MAKERS["derives"].items() if "other_changes" in one.needs} == {
        "group_comparison"
    }
    assert len(study.others.families) + len(coached) == len(families)
    flow = [one["flow"].set_index("stage")["families"].to_dict() for one in (study, without, study.others)]
    assert flow[0] == flow[1] | {"comparison": flow[2]["registered"]}


def test_pilots_are_chosen_of_both_groups(study):
    one = marked(pilots=["Leuven"])
    assert set(one.families["pilot"]) == set(one.others.families["pilot"]) == {"Leuven"}
    both = study.select([*one.families["family"], *one.others.families["family"]])
    pd.testing.assert_frame_equal(both["group_comparison"], one["group_comparison"])


def test_the_public_edition_is_about_the_coached(study):
    from helpers.protect import Edition

    published = study.published(Edition(5, 20))
    assert "group_comparison" not in published
    registered = published["flow_groups"].set_index("stage")["families"]["registered"]
    assert abs(registered - len(study.families)) <= 2


def test_families_for_comparison_are_taken_along_with_their_group(study):
    families = next(one.frame for one in tables_of(study) if one.name == "families")
    assert len(families) == len(study.cleaned.families)
    known = study.cleaned.families.set_index("family")["group"]
    assert families["group"].astype("str").tolist() == known[families["family"]].astype("str").tolist()
    assert families.loc[families["group"] == "vergelijking", "baseline_score"].notna().any()


def test_doubts_name_rows_that_contradict_and_families_without_a_group():
    raw = read_export(EXPORT, DEFINITIONS)
    sheet = raw.tables["huishouden"]
    code = sheet["gezin"].str.strip()
    group = pd.Series(np.where(code == code.mode()[0], "vergelijking", ""), sheet.index)
    group[group[group != ""].index[-1]] = "gezinscoach"
    grouped = replace(raw, tables=raw.tables | {"huishouden": sheet.assign(groep=group)})
    counts = cleaning.clean_and_count(grouped, DEFINITIONS)[1]
    found = {one.kind: one for one in doubts(counts, losses(counts.texts, DEFINITIONS), DEFINITIONS)}
    assert found["two_groups"].count == 1
    assert found["no_group"].count == found["no_group"].of - 1
    assert "no_group" not in {one.kind for one in Study.clean(EXPORT).doubts}


def test_check_accounts_for_the_rows_of_both_groups(tmp_path):
    def edit(_, place, row):
        row["groep"] = "vergelijking" if place < 12 else "gezinscoach"

    said = finding_text(check(write_dataset(tmp_path, **sheets(edit)), DEFINITIONS), DEFINITIONS)
    assert said.count("36 rows, 36 kept, 0 rejected") == 3


# What planning says ----------------------------------------------------------------------------------------


def drawn(rows, followed, good_way, families, generator):
    """A group as planning draws it: families with replacement, whose changes go one way or the other."""
    places = generator.integers(followed, size=families)
    group = rows.iloc[places[places < len(rows)]].reset_index(drop=True)
    lean = (group["improved"] - group["declined"]).abs()
    good = generator.random(len(group)) < good_way
    return group.assign(improved=lean.where(good, 0), declined=lean.where(~good, 0))


@pytest.mark.slow
def test_a_study_has_the_power_that_planning_says(monkeypatch):
    """
    A stratum of k families compares k - 1, so that S strata ask for S families more, both groups together.
    Without a difference the test finds one five times in a hundred.
    """
    outcome, net, families = "stress_children", 0.2, 100
    monkeypatch.setattr(groups, "DRAWS", 999)  # as many as a p-value near 0.05 needs
    whole = Study.clean(EXPORT)
    plan = replace(
        load(Planning), net_shares=(net,), headline=net, families_per_group=(families,), simulations=4_000
    )
    plan = replace(plan, outcomes=tuple(one for one in plan.outcomes if one.id == outcome))
    counted = whole.counts["item_nets"], whole.counts["score_pairs"], whole["flow"]
    power = planning.power(*counted, plan, seed=1).set_index("net")["power"]
    largest = planning.kinds(plan.outcomes[0], *counted).largest_net
    rows = whole.family_table("outcome_changes")
    rows = rows[rows["outcome"] == outcome]
    followed = int(whole.families["followed"].sum())
    bands = (0, 5)
    studies, strata = 300, primary.strata(rows.assign(group=np.arange(len(rows))), bands).nunique()
    for shift in (net, 0.0):
        generator = np.random.default_rng(7)
        sides = {"coached": (1 + shift / largest) / 2, "comparison": 0.5}
        found = 0
        for seed in range(studies):
            both = pd.concat(
                [
                    drawn(rows, followed, good, families + strata // 2, generator).assign(group=group)
                    for group, good in sides.items()
                ],
                ignore_index=True,
            )
            both = both.assign(stratum=primary.strata(both, bands)).dropna(subset="stratum")
            ways = (both[name] for name in ("improved", "declined", "pairs"))
            p = groups.stratified_test(*ways, both["group"] == "coached", both["stratum"], seed=seed)
            found += p < plan.alpha
        error_of = sqrt(power[shift] * (1 - power[shift]) * (1 / studies + 1 / plan.simulations))
        assert found / studies == pytest.approx(power[shift], abs=3 * error_of)


# Shown -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_both_groups_are_drawn_and_no_word_is_cut(study, width, language):
    table = study["group_comparison"]
    shown = Drawn("group_comparison", table, width, language)
    bold = [text for text in shown.texts if text.get("font-weight") == "bold"]
    assert len(bold) == 5
    word = {"nl": ("gecoacht", "ter vergelijking"), "en": ("coached", "for comparison")}[language]
    for side, name in zip(("coached", "comparison"), word, strict=True):
        labels = [f"{name} (n = {n})" for n in table[f"{side}_n"]]
        assert set(labels) <= {text.replace("\u00a0", " ") for text in shown.words}
    for text in shown.texts:
        left, top, right, bottom = shown.box(text)
        assert left > -1 and right < shown.width + 1 and bottom < shown.height + 1, text.text


def test_the_section_is_there_only_with_families_for_comparison(study, monkeypatch):
    shown = Shown()
    monkeypatch.setattr("helpers.report.output.in_ipython", shown)
    for one in (study, study.select(study.families["family"])):
        from helpers import report

        monkeypatch.setattr(report.output_of(one), "_publish", shown)
        shown.append(one)
        one.show("group_comparison")
    texts = ["study" if isinstance(one, Study) else one[0].get("text/plain", "") for one in shown]
    assert texts[1] == "Naast gezinnen zonder gezinscoach" and texts[-1] == "study"


def test_what_is_said_names_the_design_and_both_starts(study):
    table = study["group_comparison"]
    said = study.account("group_comparison")
    score = table.iloc[0]
    starts = [f"{score[f'{side}_score']:.1f}" for side in ("coached", "comparison")]
    assert all(start in said.conclusion.en for start in starts)
    assert said.conclusion.en.startswith("It was not drawn by lot who was coached")
    assert f"{score['left_out']} of the" in said.caption.en
    apart = study.account("group_comparison", table.assign(strata_p=[0.04, 0.2, 0.3, NONE, 0.9]))
    assert apart.finding.en.endswith("an indication for poverty score of families")
    none = study.account("group_comparison", table.assign(strata_p=[0.6, 0.2, 0.3, NONE, 0.9]))
    assert none.finding.en.endswith("cannot be told for any of the 4 outcomes")
    empty = study.account("group_comparison", table.assign(comparison_families=0, strata_p=NONE))
    assert empty.finding.nl == "Geen enkel gezin ter vergelijking is lang genoeg opgevolgd"


@pytest.mark.parametrize("word", ["effect", "impact", "dankzij", "thanks to", "doordat", "leidt", "leads"])
def test_no_text_names_a_cause(word):
    text = (REFERENCE / "texts" / "09_deeper.yml").read_text(encoding="utf-8").partition("group_comparison:")
    assert word not in text[2].lower()
