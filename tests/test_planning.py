"""Planning: by hand, against closed forms and a slow simulation; its figure and definitions."""

from dataclasses import fields, replace
from math import sqrt
from pathlib import Path
from shutil import copytree
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from scipy.stats import t as student

from helpers import inference, kansarmoede, planning, robustness, transitions
from helpers.charts import style
from helpers.definitions import LANGUAGES, REFERENCE, DefinitionError, load
from helpers.definitions.choices import Outcome, Planning
from helpers.inference import groups
from helpers.report.presentations import presentation
from helpers.tables import TABLES, SchemaError, conform
from report_tables import DEFINITIONS, flow
from small_states import NOT_FOLLOWED, states
from test_charts import SVG, WIDTHS, Drawn, crossing

NONE = float("nan")
NO_BREAK = "\u00a0"
SCORE, CHILDREN = Outcome("score"), Outcome("stress_children", ("kind", "stress"))
PLAN = Planning(
    outcomes=(SCORE, CHILDREN),
    net_shares=(0.2, 0.5),
    headline=0.2,
    families_per_group=(40, 100),
    simulations=2_000,
    alpha=0.05,
    target_power=0.8,
    least_families=10,
)


class Observed(NamedTuple):
    """What is counted of the followed families, in the order in which `power` takes it."""

    item_nets: pd.DataFrame
    score_pairs: pd.DataFrame
    flow: pd.DataFrame


NO_COACHES = pd.DataFrame(columns=["family", "organisation", "coach"])


def observed(*families: tuple[int, int, int], scores: tuple[tuple[int, int], ...] = ()) -> Observed:
    """(pairs, improved, declined) of the children of each family; (baseline, follow-up) score of each."""
    table = pd.DataFrame(families, columns=["pairs", "improved", "declined"])
    table = table.assign(unit="kind", item="stress")
    return Observed(
        transitions.item_nets(table),
        scored(*scores),
        flow(registered=2 * len(families), followed=len(families)),
    )


def scored(*scores: tuple[int, int]) -> pd.DataFrame:
    """Counts of families of Leuven by score at baseline and at follow-up."""
    table = pd.DataFrame(scores, columns=["baseline_score", "follow_up_score"])
    return kansarmoede.score_pairs(table.assign(pilot="Leuven"))


def follow_up(*, followed: int, lost: int, excluded: int = 0, too_late: int = 0) -> pd.DataFrame:
    """Counts of families by what became of them; all but those that began too late registered in time."""
    statuses = ["followed"] * followed + ["lost"] * lost
    statuses += ["excluded"] * excluded + ["too_late"] * too_late
    table = pd.DataFrame({"pilot": "Leuven", "status": pd.Series(statuses, dtype="str")})
    return robustness.follow_up_counts(table.assign(in_time=table["status"] != "too_late"))


def one(outcome: Outcome = SCORE, **changed) -> Planning:
    return replace(PLAN, outcomes=(outcome,), **changed)


def simulated_power(counts: Observed, plan: Planning, net: float, families: int) -> float:
    table = planning.power(*counts, plan, seed=1)
    row = table[(table["net"] == net) & (table["families_per_group"] == families)]
    return float(row["power"].iloc[0])


def monte_carlo(share: float, simulations: int) -> float:
    return 4 * sqrt(share * (1 - share) / simulations)


# The test --------------------------------------------------------------------------------------------------


def test_difference_by_hand():
    """
    Two families of one child, one up, one unchanged: share 1/2, residuals 1/2 and -1/2, variance 2/1 * (1/2)
    / 2^2 = 1/4. Two of two children, up and down: share 0, residuals 2 and -2, variance 2 * 8 / 4^2 = 1.
    """
    test = groups.difference_test(
        inference.family_sums([1, 0], [1, 1]), inference.family_sums([2, -2], [2, 2])
    )
    assert float(test.difference) == 0.5
    assert float(test.standard_error) == pytest.approx(sqrt(1.25))
    assert int(test.df) == 2
    t = 0.5 / sqrt(1.25)
    assert float(test.p) == pytest.approx(1 - t / sqrt(2 + t**2))  # Student's t with two degrees of freedom


def test_difference_of_families_of_one_is_welch_s_statistic():
    """Families of one person: the variances are the usual ones, n/(n - 1) and all."""
    one, other = [1, 1, 0, -1, 1], [0, -1, 0, 1]
    test = groups.difference_test(*(inference.family_sums(x, [1] * len(x)) for x in (one, other)))
    expected = sqrt(np.var(one, ddof=1) / 5 + np.var(other, ddof=1) / 4)
    assert float(test.standard_error) == pytest.approx(expected)


def test_families_without_pairs_do_not_count():
    some = inference.family_sums([1, 1, 0, -2], [1, 1, 2, 2])
    assert inference.family_sums([1, 1, 0, -2, 0], [1, 1, 2, 2, 0]) == some and some.families == 4


@pytest.mark.parametrize("net", [[0, 0, 0], [2, 1, 1]])
def test_nothing_varies_nothing_tested(net):
    """Every family has the same share, in whole numbers exactly: no standard error, no p-value."""
    group = inference.family_sums(net, [2, 1, 1])
    test = groups.difference_test(group, group)
    assert float(test.standard_error) == 0 and np.isnan(test.p)


@pytest.mark.parametrize("pairs", [[1], [0, 0], []])
def test_fewer_than_two_families_are_not_tested(pairs):
    few = inference.family_sums([0] * len(pairs), pairs)
    assert np.isnan(groups.difference_test(few, inference.family_sums([1, 0], [1, 1])).p)


# Changes ---------------------------------------------------------------------------------------------------

SMALL = states(
    ("LEU-000", "K1", "kind", "stress", 2, 3),  # two children of one family, one up, one down
    ("LEU-000", "K2", "kind", "stress", 4, 1),
    ("LEU-000", "K3", "kind", "stress", 4, 4),
    ("LEU-001", None, "huishouden", "inkomen", 2, 2),  # followed, no child
    ("LEU-002", "K1", "kind", "stress", 1, NOT_FOLLOWED),
)


def test_kinds_of_families_by_hand():
    """A lower score is better: one family up, one unchanged, one down, so that two lean, whichever way."""
    family_nets = transitions.family_nets(transitions.moves(SMALL))
    assert family_nets.values.tolist() == [
        ["LEU-000", "kind", "stress", 3, 1, 1],
        ["LEU-001", "huishouden", "inkomen", 1, 0, 0],
    ]
    counts = transitions.item_nets(family_nets), scored((3, 2), (4, 4), (1, 5)), flow(followed=2)
    score, children = (planning.kinds(outcome, *counts) for outcome in (SCORE, CHILDREN))
    assert kinds_of(score) == [(1, 0, 1), (1, 1, 2)]
    assert (score.changes, score.largest_net, score.design_effect) == (2, 2 / 3, 1)
    assert kinds_of(children) == [(0, 0, 1), (3, 0, 1)]  # the second family has no child
    assert (children.changes, children.largest_net, children.design_effect) == (2, 0, 0)


def kinds_of(found: planning.Kinds) -> list[tuple[int, int, int]]:
    """(pairs, lean, families) of each kind."""
    return list(zip(found.pairs.tolist(), found.lean.tolist(), found.families.tolist(), strict=True))


# Power -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pairs", [1, 3])
def test_all_moved_agrees_with_the_normal_approximation(pairs):
    """
    Every family moves as one: per family the net is +1 or -1 (in units of its pairs, which cancel), with
    variance 1 - net^2 when coached and 1 when not. So the difference has standard error sqrt((2 - net^2)/n),
    and the test finds it with chance Phi(net/error - 1.96), whatever the size of a family.
    """
    counts = observed(*[(pairs, pairs, 0), (pairs, 0, pairs)] * 5)
    for net, families in [(0.2, 100), (0.5, 40)]:
        error = sqrt((2 - net**2) / families)
        expected = NormalDist().cdf(net / error - NormalDist().inv_cdf(0.975))
        found = simulated_power(counts, one(CHILDREN), net, families)
        assert found == pytest.approx(
            expected, abs=monte_carlo(expected, 2_000) + 0.01
        )  # t is a little wider


def test_where_half_stays_the_variance_is_a_half_less():
    """Half of the families never move: variances 1/2 - net^2 and 1/2."""
    counts = observed(scores=((3, 2), (3, 4), (3, 3), (5, 5)) * 3)
    expected = NormalDist().cdf(0.2 / sqrt((1 - 0.2**2) / 100) - NormalDist().inv_cdf(0.975))
    found = simulated_power(counts, one(), 0.2, 100)
    assert found == pytest.approx(expected, abs=monte_carlo(expected, 2_000) + 0.01)


def test_without_a_difference_the_test_finds_one_in_alpha_of_the_studies():
    counts = observed(*[(1, 1, 0), (3, 2, 1), (2, 0, 2), (4, 0, 0), (2, 1, 0)] * 4)
    plan = one(CHILDREN, simulations=8_000)
    for families in plan.families_per_group:
        size = simulated_power(counts, plan, 0.0, families)
        assert size == pytest.approx(0.05, abs=monte_carlo(0.05, 8_000) + 0.005)


def test_a_slow_simulation_agrees():
    """Family by family and study by study, with the test written out."""
    sizes = [(1, 1, 0), (3, 2, 1), (2, 0, 2), (4, 0, 0), (2, 2, 0), (5, 0, 4), (0, 0, 0)]
    plan, net, families = one(CHILDREN), 0.2, 40
    random = np.random.default_rng(8)
    kinds = np.array([(n, up - down) for n, up, down in sizes])
    largest = abs(kinds[:, 1]).sum() / kinds[:, 0].sum()
    found = 0
    for _ in range(1_000):
        groups = []
        for chance in ((1 + net / largest) / 2, 0.5):
            group = [kinds[random.integers(len(kinds))] for _ in range(families)]
            groups.append(
                [(n, abs(lean) * (1 if random.random() < chance else -1)) for n, lean in group if n]
            )
        found += t_test(*groups) < 0.05
    expected = simulated_power(observed(*sizes), plan, net, families)
    assert found / 1_000 == pytest.approx(expected, abs=4 * sqrt(0.25 / 1_000 + 0.25 / 2_000))


def t_test(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> float:
    """Two-sided p of the difference of two ratios."""
    ratios, variances = [], []
    for group in (one, other):
        n, net = np.array(group).T
        ratio = net.sum() / n.sum()
        ratios.append(ratio)
        variances.append(len(n) / (len(n) - 1) * ((net - ratio * n) ** 2).sum() / n.sum() ** 2)
    size = abs(ratios[0] - ratios[1]) / sqrt(sum(variances))
    return float(2 * student.sf(size, len(one) + len(other) - 2))


def test_more_than_the_movement_allows_is_left_empty():
    """The leanings are |2 - 1| and |0 - 2| of eight pairs: 3/8 had all gone one way, and no more."""
    counts = observed((3, 2, 1), (2, 0, 2), (3, 0, 0))
    plan = one(CHILDREN, net_shares=(0.2, 0.375, 0.376), simulations=200)
    table = planning.power(*counts, plan, seed=1).set_index("net")
    empty = table[["power", "power_low", "power_high"]].isna()
    assert not empty.loc[[0.0, 0.2, 0.375]].any(axis=None) and empty.loc[0.376].all(axis=None)


@pytest.mark.parametrize("families", [[], [(0, 0, 0)]])
def test_without_pairs_there_are_all_rows_and_no_numbers(families):
    counts = observed(*families)
    table = planning.power(*counts, one(CHILDREN), seed=1)
    assert len(table) == 3 * 2 and table["power"].isna().all()
    status = follow_up(followed=len(families), lost=len(families))
    needed = planning.families_needed(table, *counts, status, NO_COACHES, one(CHILDREN), 0.0)
    assert needed["answer"].tolist() == ["no_pairs"] * 2
    assert needed["families_observed"].tolist() == [len(families)] * 2
    assert needed["followed_share"].dropna().tolist() == [0.5] * 2 * len(families)
    rest = needed.drop(columns=["outcome", "net", "answer", "families_observed", "followed_share"])
    assert rest.isna().all(axis=None)


def test_nobody_moved_is_never_found():
    table = planning.power(*observed((2, 0, 0), (1, 0, 0)), one(CHILDREN, simulations=200), seed=1)
    assert table.loc[table["net"] == 0, "power"].tolist() == [0, 0]
    assert table.loc[table["net"] > 0, "power"].isna().all()


def test_a_row_does_not_depend_on_the_others_and_the_global_state_stays():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    counts = observed(scores=((3, 2), (3, 4), (3, 3)) * 5)
    table = planning.power(*counts, one(), seed=1)
    for families in PLAN.families_per_group:
        fewer = planning.power(*counts, one(net_shares=(0.5,), families_per_group=(families,)), seed=1)
        there = (table["net"] != 0.2) & (table["families_per_group"] == families)
        pd.testing.assert_frame_equal(fewer, table[there].reset_index(drop=True))
    assert not planning.power(*counts, one(), seed=2)["power"].equals(table["power"])
    assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_no_two_groups_of_families_share_their_random_numbers(monkeypatch):
    keys = []
    seed = inference.row_seed
    monkeypatch.setattr(inference, "row_seed", lambda *key: keys.append(key) or seed(*key))
    counts = observed((1, 1, 0), scores=((3, 2),))
    planning.power(*counts, replace(PLAN, simulations=2 * planning.PORTION), seed=5)
    assert len(set(keys)) == len(keys) == len(PLAN.outcomes) * 2 * 2  # groups, portions
    assert {key[0] for key in keys} == {5}


def test_what_is_drawn_is_added_up_family_by_family():
    """The numbers from which all follows are those of `random`, which no version of numpy has changed."""
    found = planning.kinds(CHILDREN, *observed((1, 1, 0), (3, 0, 2), (2, 1, 1), (0, 0, 0)))
    families = [(n, lean) for n, lean, count in kinds_of(found) for _ in range(count)]
    sums = planning._drawn(found, (2, 5), 3, 7)
    lots = np.random.default_rng(7).random((5, 3))
    for chance in (0.5, 0.8):
        group = sums(chance)
        for size, place in ((2, 0), (5, 1)):
            for study in range(3):
                drawn = [divmod(4 * lot, 1) for lot in lots[:size, study]]
                went = [(families[int(at)], 1 if way < chance else -1) for at, way in drawn]
                n, net = np.array([(n, lean * way) for (n, lean), way in went]).T
                expected = ((n > 0).sum(), n.sum(), net.sum(), n @ n, n @ net, net @ net)
                assert tuple(getattr(group, one.name)[place, study] for one in fields(group)) == expected


def test_power_rises_with_families_and_with_the_difference():
    counts = observed(*[(1, 1, 0), (3, 2, 1), (2, 0, 2), (4, 0, 0), (2, 1, 0)] * 4)
    plan = one(CHILDREN, net_shares=(0.1, 0.2, 0.3), families_per_group=(20, 40, 60, 80))
    table = planning.power(*counts, plan, seed=1)
    grid = table[table["net"] > 0].pivot(index="net", columns="families_per_group", values="power")
    assert (grid.diff().iloc[1:] > 0).all(axis=None) and (grid.diff(axis=1).iloc[:, 1:] > 0).all(axis=None)


def test_portions_of_simulations_leave_none_out(monkeypatch):
    """Held in small portions the numbers drawn are others, their law is the same."""
    counts = observed(*[(1, 1, 0), (1, 0, 1)] * 5)
    whole = simulated_power(counts, one(CHILDREN), 0.5, 40)
    monkeypatch.setattr(planning, "PORTION", 7)
    assert simulated_power(counts, one(CHILDREN), 0.5, 40) == pytest.approx(whole, abs=0.06)


# How many families -----------------------------------------------------------------------------------------

GRID = (20, 40, 80)


def curve(*powers: float, net: float = 0.2, outcome: str = "score") -> pd.DataFrame:
    rows = [(outcome, net, n, power, power, power) for n, power in zip(GRID, powers, strict=True)]
    return conform("power", pd.DataFrame(rows, columns=list(TABLES["power"].column_names)))


@pytest.mark.parametrize(
    ("powers", "answer", "families", "registered"),
    [
        ((0.5, 0.7, 0.9), "found", 60, 150),  # halfway between 40 and 80; 4 of 10 in time were followed
        ((0.5, 0.7, 0.8), "found", 80, 200),  # exactly the target
        ((0.1, 0.79, 0.99), "found", 42, 105),  # 40 + 40 * 0.01/0.2
        ((0.1, 0.79, 0.93), "found", 43, 108),  # 40 + 40 * 0.01/0.14 = 42.9, rounded up; 107.5 too
        ((0.8, 0.9, 1.0), "at_most", 20, 50),
        ((0.1, 0.2, 0.79), "above", None, None),
        ((NONE, NONE, NONE), "infeasible", None, None),
    ],
)
def test_families_needed_by_hand(powers, answer, families, registered):
    plan = one(net_shares=(0.2,), families_per_group=GRID)
    nets, pairs, _ = observed(scores=((3, 2), (3, 4), (3, 3)))
    status = follow_up(followed=4, lost=4, excluded=2, too_late=5)
    (row,) = planning.families_needed(
        curve(*powers), nets, pairs, flow(), status, NO_COACHES, plan, 0.0
    ).itertuples()
    assert (row.outcome, row.net, row.answer, row.followed_share) == ("score", 0.2, answer, 0.4)
    found = [None if pd.isna(n) else n for n in (row.families_needed, row.registered_needed)]
    assert found == [families, registered]


def test_families_without_a_coach_are_no_families_of_one():
    """60 are needed, 4 of 10 in time are followed, two coaches have four families: 60 · (1 + 0.5) · 10/4."""
    plan, status = one(net_shares=(0.2,), families_per_group=GRID), follow_up(followed=4, lost=6)
    coaches = pd.DataFrame(
        {"family": list("ABCDE"), "organisation": "OCMW", "coach": ["C1", "C1", "C1", "C2", None]}
    )
    given = curve(0.5, 0.7, 0.9), *observed(scores=((3, 2), (3, 4), (3, 3)))[:2], flow(), status
    (row,) = planning.families_needed(*given, coaches, plan, 0.5).itertuples()
    assert (row.families_needed, row.registered_needed) == (60, 225)


def test_largest_net_and_design_effect_by_hand():
    """Leanings 1, 2, 0 of eight pairs: 3/8. Squares 1 + 4 + 0 over 3 + 2 + 2 changes: 5/7."""
    counts = observed((3, 2, 1), (2, 0, 2), (3, 1, 1))
    plan = one(CHILDREN, net_shares=(0.2,), families_per_group=GRID)
    table = curve(0.5, 0.7, 0.9, outcome="stress_children")
    status = follow_up(followed=3, lost=3)
    (row,) = planning.families_needed(table, *counts, status, NO_COACHES, plan, 0.0).itertuples()
    assert (row.largest_net, row.design_effect) == (3 / 8, pytest.approx(5 / 7))
    assert row.families_observed == 3


# Figure ----------------------------------------------------------------------------------------------------


def drawn_table() -> pd.DataFrame:
    """Two outcomes; for children 0.5 cannot be."""
    rows = []
    for outcome in ("score", "stress_children"):
        for net, base in ((0.0, 0.05), (0.2, 0.3), (0.5, 0.6)):
            for n, more in zip(GRID, (0, 0.1, 0.3), strict=True):
                power = NONE if (outcome, net) == ("stress_children", 0.5) else base + more * (net > 0)
                rows.append((outcome, net, n, power, power - 0.01, power + 0.01))
    return conform("power", pd.DataFrame(rows, columns=list(TABLES["power"].column_names)))


def draw(table: pd.DataFrame, language: str = "nl", width: float = style.WIDE) -> Drawn:
    return Drawn("power", table, width, language, plan=DRAWN)


DRAWN = replace(PLAN, families_per_group=GRID, simulations=400)


def test_a_panel_per_outcome_and_a_line_per_net_share_with_the_numbers_of_the_table():
    table = drawn_table()
    shown = draw(table)
    bold = [text.text for text in shown.texts if text.get("font-weight") == "bold"]
    assert " ".join(bold) == "Kansarmoedescore van gezinnen Stress van kinderen"
    titles = [title.text for title in shown.root.iter(f"{SVG}title")]
    lines = table.dropna()[["net", "families_per_group", "power"]].to_numpy()
    expected = [f"{100 * net:+.0f} pp, {n:.0f}: {100 * power:.0f}" for net, n, power in lines]
    expected = [title.replace("+0 pp", "0 pp") for title in expected]
    assert sorted(title.removesuffix(f"{NO_BREAK}%") for title in titles) == sorted(expected)
    assert any(f"doel: 80{NO_BREAK}%" in word for word in shown.words)


def test_lines_of_four_differences_have_four_shades_the_larger_the_darker():
    table = pd.concat([curve(0.1, 0.2, 0.3, net=net) for net in (0.1, 0.15, 0.2, 0.3)], ignore_index=True)
    dots = {title.split(",")[0]: dot.get("fill") for title, dot in draw(table).marks.items()}
    shades = [sum(to_rgb(dots[f"+{net} pp"])) for net in (10, 15, 20, 30)]
    assert shades == sorted(set(shades), reverse=True) and len(shades) == 4


def test_without_any_chance_nothing_is_drawn():
    table = drawn_table()
    table[["power", "power_low", "power_high"]] = NONE
    assert draw(table).words == ["Er zijn geen gevallen om te tonen."]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_no_word_is_cut_or_lies_on_another(language, width):
    shown = draw(drawn_table(), language, width)
    for text in shown.texts:
        left, top, right, bottom = shown.box(text)
        assert left > -1 and top > -1 and right < shown.width + 1 and bottom < shown.height + 1, text.text
    assert not crossing(shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figure_is_shown_by_its_name(language):
    shown = presentation("power", drawn_table(), definitions=DEFINITIONS, language=language, plan=DRAWN)
    assert shown.title == TABLES["power"].title and shown.rows == len(GRID)


# Definitions -----------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copytree(REFERENCE, tmp_path / "reference")


def test_the_plan_that_is_there_has_declared_outcomes_and_titles():
    plan = load(Planning)
    outcomes = [outcome.id for outcome in plan.outcomes]
    assert outcomes == ["score", "stress_parents", "stress_children"]
    assert outcomes == list(DEFINITIONS.vocabulary["planning_outcome"])
    declared = {column.name: column for column in TABLES["planning"].columns}
    assert (
        list(DEFINITIONS.vocabulary["planning_answer"]) == declared["answer"].pandas_dtype.categories.tolist()
    )
    assert plan.outcomes[1].item == ("volwassene", "stress")
    assert (plan.alpha, plan.target_power, plan.headline) == (0.05, 0.8, 0.2)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[kind, stress]", "[kind, stres]", "no item 'stres' of unit 'kind'"),
        ("headline: 0.20", "headline: 0.25", "headline: must be one of net_shares; found 0.25"),
        ("[0.10, 0.15", "[0.15, 0.10", "net_shares: must rise; found 0.15, 0.1, 0.2, 0.3"),
        ("[20, 30,", "[20, 20,", "families_per_group: must rise; found 20, 20"),
        ("id: stress_parents", "id: stress_adults", "'stress_adults' has no title under planning_outcome"),
        ("id: stress_parents", "id: stress_adults", "not among the values of planning_outcome in outputs"),
        ("id: stress_parents", "id: score", "'score' stands 2 times; keep one"),
        ("alpha: 0.05", "alpha: 5", "alpha: must be"),
        ("target_power: 0.8", "target: 0.8", "target_power: is missing"),
    ],
)  # fmt: skip
def test_a_fault_in_the_file_is_named_with_its_line(folder, old, new, said):
    path = folder / "planning.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError) as error:
        load(Planning, folder)
    assert any(line.startswith("planning.yml, line ") and said in line for line in error.value.faults)


def test_an_undeclared_outcome_is_refused():
    with pytest.raises(SchemaError):
        planning.power(*observed(scores=((3, 2),)), one(Outcome("income"), simulations=100), seed=1)
