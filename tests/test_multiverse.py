"""The multiverse: by hand, against a slow second computation, against the ordinary pipeline, its file."""

import random
import shutil
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from helpers import cleaning, kansarmoede, multiverse
from helpers.definitions import REFERENCE, ROOT, DefinitionError, Rule, Text, load, load_definitions
from helpers.definitions.choices import Choices
from helpers.export import read_export
from slow_multiverse import Slow
from small_study import NVT, clean_tables, open_study

DEFINITIONS, CHOICES = load_definitions(), load(Choices)
HOME = {"verblijfplaats": 5, "betaalbaarheid_woning": 5, "onderhoud_woning": 5, "inkomen": 5}
FAR = 200  # days: beyond six months


def worked_out(*rows, **options):
    return open_study(clean_tables(*rows, **options))["multiverse"]


def of(table, **chosen):
    """The row of one specification; default where nothing is said."""
    wanted = CHOICES.default | chosen
    there = np.logical_and.reduce([table[name] == value for name, value in wanted.items()])
    (row,) = table[there].to_dict("records")
    return row


# By hand ----------------------------------------------------------------------------------------------


def test_there_is_a_row_for_every_combination_the_last_choice_changing_fastest():
    table = worked_out(("A", "huishouden", None, 0, HOME))
    assert len(table) == 13 * 4 * 4 * 2 * 2 * 3 == 2496
    assert table["baseline_window_days"].head(6).tolist() == [30, 0, 60, 30, 0, 60]
    assert table["follow_up_rule"].head(6).tolist() == ["at", "at", "at", "last", "last", "last"]
    assert table["mapping"].drop_duplicates().tolist() == [
        "default",
        *(f"{d.id}_{variant}" for d in DEFINITIONS.kansarmoede.domains for variant in ("stricter", "looser")),
    ]  # fmt: skip
    assert table["default"].sum() == 1 and table.loc[0, "default"]
    # not equivalent: cutoff 4, rule last, unknown lower and upper
    assert table["equivalent"].sum() == 13 * 4 * 2 * 1 * 1 * 3
    odd = table[~table["equivalent"]]
    assert (
        (odd["poverty_cutoff"] == 4)
        | (odd["follow_up_rule"] == "last")
        | odd["unknown_domain"].isin(["lower", "upper"])
    ).all()


def test_a_family_that_gets_an_income_is_improved_and_leaves_poverty():
    """Income, housing and care lacking at baseline (3 of 6); income is mended at follow-up."""
    table = worked_out(
        ("A", "huishouden", None, 0, HOME | {"inkomen": 2, "verblijfplaats": 3}),
        ("A", "kind", "K1", 0, {"zorg": 3}),
        ("A", "huishouden", None, 100, {"inkomen": 3}),
        ("A", "huishouden", None, FAR, {}),
    )
    row = of(table)
    assert (row["families"], row["improved"], row["declined"], row["out_of_poverty"]) == (1, 1, 0, 1)
    assert (row["H_baseline"], row["H_follow_up"], row["net"]) == (1, 0, 1)
    assert of(table, poverty_cutoff=4)["H_baseline"] == 0  # 3 domains are no poverty from 4
    assert of(table, poverty_cutoff=4)["net"] == 1  # and the score fell all the same
    assert of(table, mapping="inkomen_stricter")["improved"] == 0  # 2 is enough there
    assert of(table, mapping="inkomen_looser")["improved"] == 0  # 3 is still lacking there
    # work, schooling and health are unknown: 6 against 5, poor at both
    upper = of(table, unknown_domain="upper")
    assert (upper["H_baseline"], upper["H_follow_up"], upper["net"]) == (1, 1, 1)
    assert of(table, unknown_domain="lower") == row | {
        "unknown_domain": "lower",
        "default": False,
        "equivalent": False,
    }
    nobody = of(table, unknown_domain="exclude")
    assert nobody["families"] == 0 and np.isnan(nobody["net"]) and np.isnan(nobody["H_baseline"])


@pytest.mark.parametrize(
    ("lacking", "of_members", "worst", "median", "best"),
    [
        (1, 3, True, False, False),
        (1, 2, True, True, False),
        (2, 3, True, True, False),
        (3, 3, True, True, True),
    ],
)
def test_which_members_count(lacking, of_members, worst, median, best):
    """So many of the children lack care at follow-up; the sixth one has no known level and counts nowhere."""
    children = [("A", "kind", f"K{i}", 0, {"zorg": 5}) for i in range(of_members)]
    later = [("A", "kind", f"K{i}", 90, {"zorg": 3}) for i in range(lacking)]
    table = worked_out(
        ("A", "huishouden", None, 0, HOME), *children, ("A", "kind", "K9", 0, {"zorg": NVT}), *later,
        ("A", "huishouden", None, FAR, {}),
    )  # fmt: skip
    for members, expected in (("worst", worst), ("median", median), ("best", best), ("default", worst)):
        assert of(table, members=members)["declined"] == expected, members


def test_a_looser_reading_has_two_parts_each_asked_of_all_children():
    """Of two children one lacks care and the other a learning path: under `best` neither is true of all."""
    rows = [
        ("A", "huishouden", None, 0, HOME),
        ("A", "kind", "K1", 0, {"zorg": 5, "leertraject": 5}),
        ("A", "kind", "K2", 0, {"zorg": 5, "leertraject": 5}),
        ("A", "kind", "K1", 90, {"zorg": 2}),
        ("A", "kind", "K2", 90, {"leertraject": 2}),
        ("A", "huishouden", None, FAR, {}),
    ]
    table = worked_out(*rows)
    assert of(table, mapping="stimulatie_looser", members="best")["declined"] == 0
    assert of(table, mapping="stimulatie_looser", members="worst")["declined"] == 1
    both = worked_out(*rows, ("A", "kind", "K1", 91, {"leertraject": 1}))
    assert of(both, mapping="stimulatie_looser", members="best")["declined"] == 1


def test_the_window_decides_who_is_retained():
    """A: 4 items on day 0. B: the fourth on day 45. C: no household row. D: nothing at all before day 40."""
    rows = [
        ("A", "huishouden", None, 0, HOME),
        ("A", "huishouden", None, FAR, {}),
        ("B", "huishouden", None, 0, {"inkomen": 5, "voeding": 5, "schulden": 5, "veiligheid": NVT}),
        ("B", "huishouden", None, 45, {"verblijfplaats": 5}),
        ("B", "huishouden", None, FAR, {}),
        ("C", "kind", "K1", 0, {"zorg": 5}),
        ("C", "kind", "K1", FAR, {}),
        ("D", "kind", "K1", 0, {}),
        ("D", "huishouden", None, 31, HOME),
        ("D", "kind", "K1", FAR, {}),
    ]
    tables = clean_tables(*rows, excluded="BD", no_household="C")
    anyone = open_study(tables, min_household_items=0)["multiverse"]
    assert of(anyone)["families"] == 3  # without a household row no family is in the study
    table = worked_out(*rows, excluded="BD", no_household="C")
    counts = [of(table, baseline_window_days=days)["families"] for days in (0, 30, 60)]
    assert counts == [1, 1, 3]
    # and the other way round: a value that was not applicable first hides the level after it
    hidden = worked_out(
        ("A", "huishouden", None, 0, HOME | {"inkomen": NVT}),
        ("A", "huishouden", None, 10, {"inkomen": 4}),
        ("A", "huishouden", None, FAR, {}),
    )
    assert of(hidden)["families"] == 0


def test_the_day_of_the_follow_up_and_the_last_registration():
    """Income is lost on day 190, after six months (184 days); followed either way."""
    table = worked_out(
        ("A", "huishouden", None, 0, HOME),
        ("A", "huishouden", None, 190, {"inkomen": 1}),
    )
    assert of(table)["declined"] == 0 and of(table, follow_up_rule="last")["declined"] == 1
    early = worked_out(("A", "huishouden", None, 0, HOME), ("A", "huishouden", None, 183, {"inkomen": 1}))
    assert of(early)["families"] == of(early, follow_up_rule="last")["families"] == 0
    exact = worked_out(("A", "huishouden", None, 0, HOME), ("A", "huishouden", None, 184, {"inkomen": 1}))
    assert of(exact)["declined"] == 1


def test_nobody_followed_leaves_every_row_with_zeros_and_the_rest_empty():
    for rows in ([("A", "huishouden", None, 0, HOME)], [("C", "kind", "K1", 0, {})]):
        table = worked_out(*rows, no_household="C")
        assert len(table) == 2496
        assert table[["families", "improved", "declined", "out_of_poverty"]].sum().sum() == 0
        assert table[["H_baseline", "H_follow_up", "net"]].isna().all(axis=None)


# Against other computations ---------------------------------------------------------------------------

ITEMS = {
    "huishouden": ["verblijfplaats", "betaalbaarheid_woning", "onderhoud_woning", "inkomen", "voeding"],
    "volwassene": ["tewerkstelling", "opleiding", "lezen", "mentale_gezondheid", "middelengebruik", "stress"],
    "kind": ["zorg", "aanwezigheid_school", "leertraject", "vrije_tijd", "fysieke_gezondheid"],
}  # fmt: skip


def random_rows(seed):
    """Seven families with up to three persons of each unit, registered on a few days."""
    draw = random.Random(seed)
    rows = []
    for family in "ABCDEFG":
        days = sorted({0, *(draw.choice([5, 29, 30, 31, 45, 60, 61, 150, 184, 190, 260]) for _ in range(5))})
        for day in days:
            for unit, persons in (
                ("huishouden", [None]),
                ("volwassene", ["V1", "V2"]),
                ("kind", ["K1", "K2", "V1"]),
            ):
                for person in persons:
                    if draw.random() < (0.8 if unit == "huishouden" and family != "G" else 0.35):
                        levels = [1, 2, 3, 4, 5, NVT]
                        chosen = [item for item in ITEMS[unit] if draw.random() < 0.7]
                        rows.append(
                            (family, unit, person, day, {item: draw.choice(levels) for item in chosen})
                        )
    return rows  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_sample_of_specifications_is_what_a_slow_computation_gives(seed):
    rows = random_rows(seed)
    slow = Slow(rows, DEFINITIONS, least=3, months=6)
    table = open_study(clean_tables(*rows, excluded="F"), min_household_items=3)["multiverse"]
    sample = table.sample(100, random_state=seed)
    found = 0
    for row in sample.astype(object).where(sample.notna(), None).to_dict("records"):
        expected = slow.outcome(row)
        assert {name: row[name] for name in expected} == expected, row
        found += expected["families"]
    assert found > 100  # the sample is about something


@cache
def exported():
    return read_export(ROOT / "data" / "raw" / "synthetic", DEFINITIONS)


@cache
def cleaned(days):
    return cleaning.clean(exported(), DEFINITIONS, baseline_window_days=days)


@cache
def embedded():
    return open_study(cleaned(30))["multiverse"]


def with_members(rule, members):
    """A rule that asks any or all of its members."""
    asked = {"worst": "any", "best": "all"}.get(members)
    parts = [
        part if part.members == "household" or not asked else replace(part, members=asked)
        for part in rule.parts
    ]
    return Rule(tuple(parts), Text(nl="regel", en="rule"))  # fmt: skip


@cache
def study_of(days, rule):
    return open_study(cleaned(days), baseline_window_days=days, follow_up_rule=rule)


def by_the_pipeline(chosen):
    """Scores at both moments as the notebooks of the index compute them."""
    domains = DEFINITIONS.kansarmoede.domains
    rules = {}
    for domain in domains:
        variant = (
            chosen["mapping"].removeprefix(f"{domain.id}_")
            if chosen["mapping"].startswith(domain.id)
            else "default"
        )
        rules[domain.id] = with_members(getattr(domain, variant), chosen["members"])
    study = study_of(chosen["baseline_window_days"], chosen["follow_up_rule"])
    scores = kansarmoede.scores(kansarmoede.domain_status(study.states, DEFINITIONS, rules=rules))
    return kansarmoede.compare(scores, study.families, chosen["unknown_domain"])


def test_the_default_is_what_figure_17_and_poverty_change_say():
    row, study = of(embedded()), study_of(30, "at")
    change = study["poverty_change"].iloc[0]
    classes = study["figure_17"].set_index("class")["families"]
    directions = {each.id: each.direction for each in DEFINITIONS.kansarmoede.classes}
    assert row["families"] == change["n"] == 56
    assert row["improved"] == sum(n for name, n in classes.items() if directions[name] == "improved") == 22
    assert row["declined"] == sum(n for name, n in classes.items() if directions[name] == "declined") == 11
    assert row["out_of_poverty"] == change["out_of_poverty"] == 4
    assert (
        row["H_baseline"] == change["poor_baseline"] / 56
        and row["H_follow_up"] == change["poor_follow_up"] / 56
    )


def test_a_sample_of_specifications_is_what_the_pipeline_gives_on_a_cleaning_of_its_own():
    table = embedded()
    same = table[(table["members"] != "median") & table["unknown_domain"].isin(["not_deprived", "exclude"])]
    for row in same.sample(24, random_state=5).to_dict("records"):
        compared = by_the_pipeline(row)
        before, after = compared["baseline_score"], compared["follow_up_score"]
        k = row["poverty_cutoff"]
        assert row["families"] == len(compared)
        assert (row["improved"], row["declined"]) == ((after < before).sum(), (after > before).sum())
        assert row["out_of_poverty"] == ((before >= k) & (after < k)).sum()
        assert row["H_baseline"] == pytest.approx((before >= k).mean())
        assert row["H_follow_up"] == pytest.approx((after >= k).mean())


@pytest.mark.parametrize(("days", "rule"), [(0, "at"), (60, "last")])
def test_choosing_families_and_values_anew_is_what_cleaning_with_that_window_does(days, rule):
    worlds = multiverse.worlds(cleaned(30), DEFINITIONS, CHOICES, 4, 6)
    anew = study_of(days, rule)
    followed = anew.families[anew.families["followed"]].set_index("family")
    chosen, of = worlds.among[days], worlds.cells.families
    assert of.codes[chosen].tolist() == sorted(followed.index)
    followed = followed.loc[of.codes[chosen]]
    assert (followed["t0"].to_numpy() == of.t0[chosen]).all()
    assert (followed["last_date"].to_numpy() == of.last[chosen]).all()
    items = list(worlds.cells.items)
    for moment, values in (("baseline", worlds.cells.first(days)), ("follow_up", worlds.cells.last(rule))):
        there = anew.states[(anew.states["moment"] == moment) & anew.states["level"].notna()]
        there = there[there["family"].isin(followed.index)]
        expected = sorted(
            zip(there["family"], there["unit"].astype(str), there["item"], there["level"], strict=True)
        )
        family = worlds.cells.family_of[values.person]
        known = (values.level > 0) & chosen[family]
        found = [
            (of.codes[f], *items[i], level)
            for f, i, level in zip(family[known], values.item[known], values.level[known], strict=True)
        ]
        assert sorted(found) == expected and len(found) > 1000


# What must always hold ---------------------------------------------------------------------------------


def test_the_caller_s_tables_stay_as_they_are():
    tables = cleaned(30)
    names = ("registrations", "observations", "excluded_observations")
    before = {name: getattr(tables, name).copy() for name in names}
    worlds = multiverse.worlds(tables, DEFINITIONS, CHOICES, 4, 6)
    multiverse.headline_moves(worlds, tables, DEFINITIONS, CHOICES, 4)
    for name, copy in before.items():
        pd.testing.assert_frame_equal(getattr(tables, name), copy)


def test_bounds_hold_whatever_the_unknown_domains_are():
    table = embedded()
    keys = ["mapping", "members", "poverty_cutoff", "follow_up_rule", "baseline_window_days"]
    h = table.pivot(index=keys, columns="unknown_domain", values="H_baseline")
    assert (h["lower"] == h["not_deprived"]).all() and (h["lower"] <= h["upper"]).all()
    higher = table.pivot(
        index=[*keys[:2], *keys[3:], "unknown_domain"], columns="poverty_cutoff", values="H_baseline"
    )
    assert (higher[4] <= higher[3]).all()


# The file ----------------------------------------------------------------------------------------------


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(REFERENCE, tmp_path, dirs_exist_ok=True)
    return tmp_path


def edit(folder, *changes):
    path = folder / "multiverse.yml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def test_what_is_changed_in_the_file_is_what_is_worked_out(copy):
    edit(copy, ("- id: 60\n", "- id: 90\n"), ("nl: 60 dagen, en: 60 days", "nl: 90 dagen, en: 90 days"))
    changed = load(Choices, copy)
    assert changed.dimension("baseline_window_days").values == (30, 0, 90)
    tables = clean_tables(("A", "huishouden", None, 0, HOME))
    worlds = multiverse.worlds(tables, DEFINITIONS, changed, 4, 6)
    table = multiverse.multiverse(multiverse.specification_counts(worlds, changed), changed)
    assert set(table["baseline_window_days"]) == {0, 30, 90}


def test_the_default_can_be_another_option(copy):
    edit(copy, ("      - id: 0\n", "      - id: 0\n        default: true\n"))
    assert load(Choices, copy).default["baseline_window_days"] == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([("- id: mapping\n", "- id: readings\n")], "'readings' is not one of mapping, members"),
        ([("- id: worst\n", "- id: meanest\n")], "one of default, worst, best, median; found 'meanest'"),
        ([("- id: 60\n", "- id: sixty\n")], "is a whole number from 0 to 365; found 'sixty'"),
        ([("- id: 60\n", "- id: 30\n")], "'30' stands 2 times"),
        ([("each_domain: true\n", "each_domain: false\n")], "each_domain: true goes with stricter"),
        ([("[[volwassene, stress]]", "[[volwassene, zorg]]")], "no item 'zorg' of unit 'volwassene'"),
        ([("    items: [[kind, stress]]\n", "")], "kind 'persons' takes 1 in items; found 0"),
        ([("equivalent: true", "equivalent: maybe")], "must be a valid boolean"),
        ([("notable_difference: 0.2", "notable_difference: 0")], "greater than 0"),
        (
            [(f"- id: {days}\n", f"- id: {days}\n        default: true\n") for days in (30, 0)],
            "two options are the default",
        ),
    ],
)  # fmt: skip
def test_a_fault_in_the_file_is_named_with_its_line(copy, changes, message):
    edit(copy, *changes)
    with pytest.raises(DefinitionError, match=message) as caught:
        load(Choices, copy)
    assert all(line.startswith("multiverse.yml, line ") for line in caught.value.faults)


def test_all_faults_are_named_at_once(copy):
    edit(copy, ("- id: 60\n", "- id: sixty\n"), ("- id: worst\n", "- id: meanest\n"))
    with pytest.raises(DefinitionError) as caught:
        load(Choices, copy)
    assert len(caught.value.faults) == 2


def test_without_the_file_it_says_so(copy):
    (copy / "multiverse.yml").unlink()
    with pytest.raises(DefinitionError, match=r"multiverse\.yml: is missing"):
        load(Choices, copy)
