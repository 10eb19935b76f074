"""Primary outcomes, all items together, verdicts, H, A and M0, the curve of specifications, and who was lost.

Every table is computed a second time, in plain loops over the clean tables.
"""

import math
import random
import shutil
from collections import Counter, defaultdict
from dataclasses import replace
from statistics import median

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, t

from helpers import nets, parameters, planning, primary, robustness
from helpers.definitions import REFERENCE, ROOT, load
from helpers.definitions.choices import Planning, PrimaryOutcomes
from helpers.definitions.reading import DefinitionError
from helpers.files import csv_text
from helpers.study import Study
from helpers.tables import TABLES
from hostile_export import write_hostile
from small_study import clean_tables, open_study

pytestmark = pytest.mark.usefixtures("few_simulations")

EXPORT = ROOT / "tests" / "data" / "export-0.3"
ITEMS = {
    "stress_parents": ("volwassene", "stress"),
    "stress_children": ("kind", "stress"),
    "care": ("kind", "zorg"),
    "youth_care": ("kind", "jeugdzorg"),
}
NAMES = ["improved", "declined"]


@pytest.fixture(scope="module")
def study():
    return Study.clean(EXPORT)


@pytest.fixture(scope="module")
def families_of(study):
    """(unit, item) -> family -> [net, pairs], of the states."""
    levels = defaultdict(dict)
    for row in study.states.itertuples():
        if not pd.isna(row.level):
            key = (row.family, str(row.person), str(row.unit), row.item)
            levels[key][str(row.moment)] = int(row.level)
    found = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for (family, _, unit, item), moments in levels.items():
        if len(moments) == 2:
            change = moments["follow_up"] - moments["baseline"]
            cell = found[unit, item][family]
            cell[0] += (change > 0) - (change < 0)
            cell[1] += 1
    return found


@pytest.fixture(scope="module")
def score_moves(study):
    """Score before and after of every followed family."""
    at = defaultdict(dict)
    for row in study.domains.itertuples():
        moments = at[row.family]
        moments[str(row.moment)] = moments.get(str(row.moment), 0) + (row.status == "deprived")
    followed = set(study.families.loc[study.families["followed"], "family"])
    return {family: (at[family]["baseline"], at[family]["follow_up"]) for family in sorted(followed)}


def turned_p(nets):
    """Share of all turns whose sum is at least as far out, by adding family after family."""
    ways = Counter({0: 1})
    for net in nets:
        ways = _both(ways, net) if net else ways
    observed, of = abs(sum(nets)), sum(ways.values())
    return sum(n for total, n in ways.items() if abs(total) >= observed) / of


def _both(ways, net):
    made = Counter()
    for total, n in ways.items():
        made[total + net] += n
        made[total - net] += n
    return made


def interval(cells, p):
    """The formula of the interval, leaving out one family at a time, with the rule of agreement."""
    m, pairs = len(cells), sum(n for _, n in cells)
    mean, furthest = pairs / m, max(abs(y) / n for y, n in cells) or 1
    more = [*cells, (furthest * mean, mean), (-furthest * mean, mean)]
    y, n = sum(y for y, _ in more), sum(n for _, n in more)
    without = [(y - yf) / (n - nf) for yf, nf in more]
    units, ratio = len(more), y / n
    variance = (units - 1) / units * sum((one - ratio) ** 2 for one in without)
    free = max(1, pairs**2 / sum(n**2 for _, n in cells) - 1)
    half = t.ppf(0.975, free) * math.sqrt(variance)
    low, high = max(-1, ratio - half), min(1, ratio + half)
    net = sum(y for y, _ in cells)
    if p > 0.05:
        return min(low, 0), max(high, 0)
    return (max(low, 0), high) if net > 0 else (low, min(high, 0))


def wilson(k, n):
    z = norm.ppf(0.975)
    centre, half = (k + z**2 / 2) / (n + z**2), z / (n + z**2) * math.sqrt(k * (n - k) / n + z**2 / 4)
    return centre - half, centre + half


def test_worked_values_of_the_helpers_here():
    assert turned_p([2, 2, -1, 0, 1, 3]) == 3 / 16
    low, high = interval([(1, 1)] * 22 + [(-1, 1)] * 11 + [(0, 1)] * 23, 0.08)
    assert (round(100 * low, 2), round(100 * high, 2)) == (-1.03, 38.96)


def test_primary_outcomes(study, families_of, score_moves):
    table = study["primary_outcomes"].set_index("outcome")
    cells = {"score": [((a < b) * -1 + (a > b), 1) for a, b in score_moves.values()]}
    cells |= {name: [tuple(cell) for cell in families_of[key].values()] for name, key in ITEMS.items()}
    p = {name: turned_p([net for net, _ in found]) for name, found in cells.items()}
    rising, holm, least = sorted(p, key=p.get), {}, 0.0
    for place, name in enumerate(rising):
        least = max(least, min(1.0, (len(p) - place) * p[name]))
        holm[name] = least
    for name, found in cells.items():
        row, pairs = table.loc[name], sum(n for _, n in found)
        assert row["n"] == pairs
        assert row["net"] == pytest.approx(sum(net for net, _ in found) / pairs)
        assert (row["net_low"], row["net_high"]) == pytest.approx(interval(found, p[name]))
        assert row["family_p"] == pytest.approx(p[name])
        assert row["holm_p"] == pytest.approx(holm[name])
        told = "clear" if holm[name] <= 0.05 else "indication" if p[name] <= 0.05 else "cannot_be_told"
        assert row["verdict"] == told
    assert table["verdict"].tolist()[:3] == ["cannot_be_told", "indication", "indication"]  # by the review


def test_coach_clusters(study, families_of, score_moves):
    who = {}
    for row in study.families.itertuples():
        office = row.pilot if pd.isna(row.organisation) else row.organisation
        who[row.family] = (row.family,) if pd.isna(row.coach) else (office, row.coach)
    moves = {"score": {family: ((b > a) * -1 + (b < a), 1) for family, (a, b) in score_moves.items()}}
    moves |= {name: families_of[key] for name, key in ITEMS.items()}
    table = study["coach_clusters"].set_index("outcome")
    for name, found in moves.items():
        sums = defaultdict(lambda: [0, 0])
        for family, (net, pairs) in found.items():
            sums[who[family]][0] += net
            sums[who[family]][1] += pairs
        row, cells = table.loc[name], [tuple(cell) for cell in sums.values()]
        p = turned_p([net for net, _ in cells])
        assert row["coaches"] == sum(len(one) == 2 for one in sums) >= 10
        assert row["net"] == pytest.approx(study["primary_outcomes"].set_index("outcome").loc[name, "net"])
        assert row["family_p"] == pytest.approx(p)
        assert (row["net_low"], row["net_high"]) == pytest.approx(interval(cells, p))


def coached(coaches, organisations=None, families=20):
    """Families that all improve by a domain, with these coaches; their primary outcomes over coaches."""
    rows = []
    for number in range(families):
        code = chr(65 + number)
        levels = {"inkomen": 2, "schulden": 4, "voeding": 4, "veiligheid": 4}
        days = {0: levels, 150: {"inkomen": 4}, 200: {"voeding": 4}}
        rows += [(code, "huishouden", None, day, registered) for day, registered in days.items()]
    clean = clean_tables(*rows)
    given = {"coach": coaches, "organisation": organisations or [None] * families}
    given = {name: pd.array(values, dtype="str") for name, values in given.items()}
    return open_study(replace(clean, families=clean.families.assign(**given)))


def score_of(study, table):
    return study[table].set_index("outcome").loc["score", ["net", "net_low", "net_high", "family_p"]].tolist()


def test_from_ten_coaches_on_worked_by_hand():
    """Twenty families that improve, two of each of ten coaches: 2 of 2^10 turns are as far, else of 2^20."""
    ten = coached([f"C{number % 10}" for number in range(20)])
    row = ten["coach_clusters"].set_index("outcome").loc["score"]
    assert (row["coaches"], row["net"], row["family_p"]) == (10, 1, 2 / 2**10)
    assert ten["primary_outcomes"].set_index("outcome").loc["score", "family_p"] == 2 / 2**20
    nine = coached([f"C{number % 9}" for number in range(20)])["coach_clusters"].set_index("outcome")
    assert nine.loc["score", "coaches"] == 9 and nine.loc["score", "net":].isna().all()
    assert nine.loc["care", "coaches"] == 0  # of whom nobody has a child
    offices = coached([f"C{number % 9}" for number in range(20)], ["OCMW A", None] * 10)
    assert offices["coach_clusters"]["coaches"].tolist() == [18, 0, 0, 0, 0]


def test_a_family_with_a_coach_of_its_own_or_none_is_a_unit():
    own = coached([f"C{number}" for number in range(20)])
    some = coached([f"C{number}" if number < 10 else None for number in range(20)])
    for study in (own, some):
        assert score_of(study, "coach_clusters") == score_of(study, "primary_outcomes")
    none = coached([None] * 20)["coach_clusters"]
    assert none["coaches"].eq(0).all() and none.loc[:, "net":].isna().all(axis=None)


def test_no_table_holds_the_code_of_a_coach_and_those_of_the_review_alone_what_is_of_a_family(tmp_path):
    planted = write_hostile(tmp_path / "export")
    codes = planted.pop("coach")
    personal = [word.upper() for words in planted.values() for word in words]
    assert len(personal) > 600
    study = Study.clean(tmp_path / "export", internal=True)
    there = set(study.families["coach"]) | set(study.families["organisation"])
    assert len(there) == 28 and there <= {code.upper() for code in codes}
    assert study["coach_clusters"]["family_p"].notna().all()
    reviewed = [name for name in study if TABLES[name].kind == "internal"]
    for name in study:
        text = csv_text(study[name]).upper()
        assert not [code for code in codes if code.upper() in text], name
        assert name in reviewed or not [word for word in personal if word in text], name
    assert any(word in csv_text(study[name]).upper() for name in reviewed for word in personal)
    for table in TABLES.values():
        assert table.kind == "clean" or not {"coach", "organisation"} & set(table.column_names), table.name


def test_overall_change(study, families_of):
    change = study["item_change"]
    leading = {
        (str(u), i)
        for u, i, p in zip(change["unit"], change["item"], change["maxt_p"], strict=True)
        if p <= 0.05
    }
    assert leading == {("kind", "gezinsondersteuner"), ("volwassene", "administratie")}
    for row, left_out in zip(study["overall_change"].itertuples(), (set(), leading), strict=True):
        cells, ways = defaultdict(lambda: [0, 0]), Counter()
        for key, found in families_of.items():
            if key not in left_out:
                for family, (net, pairs) in found.items():
                    cells[family][0] += net
                    cells[family][1] += pairs
        moves = study.moves
        for one in moves[
            moves["baseline"].isin(list("12345")) & moves["follow_up"].isin(list("12345"))
        ].itertuples():
            if (one.unit, one.item) not in left_out and one.baseline != one.follow_up:
                ways["improved" if one.follow_up > one.baseline else "declined"] += one.persons
        nets = [net for net, _ in cells.values()]
        p = turned_p(nets)
        assert (row.changes, row.improved, row.declined) == (sum(ways.values()), *(ways[w] for w in NAMES))
        assert row.families_improved == sum(net > 0 for net in nets)
        assert row.families_declined == sum(net < 0 for net in nets)
        assert row.families_level == sum(net == 0 for net in nets)
        assert row.family_p == pytest.approx(p)
        assert (row.net_low, row.net_high) == pytest.approx(interval([tuple(c) for c in cells.values()], p))
    first = study["overall_change"].iloc[0]
    assert first[["improved", "declined", "families_improved", "families_declined"]].tolist() == [
        478,
        235,
        38,
        14,
    ]


def test_a_family_without_a_pair_is_not_one_that_stayed_level():
    families = pd.DataFrame({"pairs": [0, 2, 2], "improved": [0, 1, 0], "declined": [0, 1, 0]})
    assert nets.count_families(families, [])["families"].to_dict() == {(2, 0, 0): 1, (2, 1, 1): 1}


def test_verdicts_follow_the_rule_of_their_kind(study):
    table = study["verdicts"].set_index("question")
    assert len(table) == 5 + 5 + 41 and table.index.is_unique
    outcomes = study["primary_outcomes"].set_index("outcome")
    for name, row in outcomes.iterrows():
        assert (table.loc[name, "verdict"], table.loc[name, "adjusted_p"]) == (row["verdict"], row["holm_p"])
    items = study["item_change"]
    items = items.set_index(items["unit"].astype(str) + "." + items["item"])
    others = [name for name in table.index if "." in name]
    assert set(others) == set(items.index) - {".".join(key) for key in ITEMS.values()}
    for name in others:
        p, adjusted = items.loc[name, ["family_p", "maxt_p"]]
        told = "cannot_be_told" if p > 0.05 else "clear" if adjusted <= 0.05 else "indication"
        assert table.loc[name, "verdict"] == told, name
        assert (
            table.loc[name, "outcome"]
            == {1: "improved", 0: "unchanged", -1: "declined"}[np.sign(items.loc[name, "net"])]
        )
    assert table.loc["overall", "verdict"] == "clear"
    assert table.loc["M0", "verdict"] == "indication" and pd.isna(table.loc["M0", "adjusted_p"])
    assert table.loc["poverty", "family_p"] == pytest.approx(0.125)  # 4 out, 0 in
    assert primary.question_of("kind", "zorg") == "care"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[kind, zorg]", "[kind, zorgen]", "no item 'zorgen' of unit 'kind'"),
        ("id: care", "id: housing", "'housing' has no title under question in vocabulary.yml"),
        ("id: care", "id: housing", "outcomes: 'housing' is not one of score, stress_parents"),
        ("{id: score}", "{id: score, item: [kind, opvang]}", "'score' has no item, all others have one"),
        (", item: [kind, zorg]", "", "'score' has no item, all others have one"),
        ("outcomes:", "uitkomsten:", "outcomes: is missing"),
    ],
)
def test_a_fault_in_the_primary_outcomes_is_named_with_its_line(tmp_path, old, new, said):
    folder = tmp_path / "reference"
    shutil.copytree(REFERENCE, folder)
    path = folder / PrimaryOutcomes.FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f"\n{old}" if old[-1] == ":" else old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load(PrimaryOutcomes, folder)
    assert any(line.startswith(PrimaryOutcomes.FILE) and said in line for line in caught.value.faults)


def test_poverty_measures_and_their_changes(study, score_moves):
    n = len(score_moves)
    table = study["poverty_measures"]
    assert table.loc[table["pilot"] != "all", "H_se":"M0_high"].isna().all(axis=None)
    measured = {}
    for moment, place in (("baseline", 0), ("follow_up", 1)):
        row = table[(table["pilot"] == "all") & (table["moment"] == moment)].iloc[0]
        points = [both[place] if both[place] >= 3 else 0 for both in score_moves.values()]
        poor = [c / 6 for c in points if c]
        h, a, m0 = len(poor) / n, np.mean(poor), sum(points) / 6 / n
        measured[place] = h, a, points
        assert (row["H_low"], row["H_high"]) == pytest.approx(wilson(len(poor), n))
        assert row["H_se"] == pytest.approx(math.sqrt(h * (1 - h) / (n - 1)))
        for name, values in (("A", poor), ("M0", [c / 6 for c in points])):
            se = np.std(values, ddof=1) / math.sqrt(len(values))
            half = t.ppf(0.975, len(values) - 1) * se
            mean = {"A": a, "M0": m0}[name]
            expected = (se, max(0, mean - half), min(1, mean + half))
            assert tuple(row[[f"{name}_se", f"{name}_low", f"{name}_high"]]) == pytest.approx(expected)
    (h0, a0, before), (h1, a1, after) = measured[0], measured[1]
    changes = study["poverty_measure_changes"].set_index("measure")
    crossed = [(b > 0) - (a > 0) for a, b in zip(before, after, strict=True)]
    moved = [b - a for a, b in zip(before, after, strict=True)]
    for name, steps, unit in (("H", crossed, 1), ("M0", moved, 6)):
        row, p = changes.loc[name], turned_p(steps)
        assert row["change"] == pytest.approx(sum(steps) / unit / n)
        assert row["se"] == pytest.approx(np.std(steps, ddof=1) / unit / math.sqrt(n))
        assert row["family_p"] == pytest.approx(p)
        assert (row["low"], row["high"]) == pytest.approx(interval([(step / unit, 1) for step in steps], p))
    q0, q1 = sum(c > 0 for c in before), sum(c > 0 for c in after)
    z = [
        (b / 6 - a1 * (b > 0)) / q1 - (a / 6 - a0 * (a > 0)) / q0 for a, b in zip(before, after, strict=True)
    ]
    se = math.sqrt(n / (n - 1) * sum(one**2 for one in z))
    row = changes.loc["A"]
    assert row["se"] == pytest.approx(se)
    half = t.ppf(0.975, n - 1) * se
    assert (row["low"], row["high"]) == pytest.approx((a1 - a0 - half, a1 - a0 + half))
    split = changes.loc["M0", ["from_H", "from_A"]]
    assert tuple(split) == pytest.approx(((h1 - h0) * (a0 + a1) / 2, (a1 - a0) * (h0 + h1) / 2))
    assert split.sum() == pytest.approx(changes.loc["M0", "change"])
    assert changes.loc[["H", "A"], ["from_H", "from_A"]].isna().all(axis=None)
    generator, draws, far = random.Random(5), 4000, 0
    for _ in range(draws):
        pairs = [pair if generator.random() < 0.5 else pair[::-1] for pair in zip(before, after, strict=True)]
        first, last = ([pair[k] for pair in pairs if pair[k]] for k in (0, 1))
        far += bool(first and last) and abs(np.mean(last) - np.mean(first)) / 6 >= abs(a1 - a0) - 1e-12
    assert row["family_p"] == pytest.approx(far / draws, abs=0.03)


def test_dominance(study, score_moves):
    table, n = study["dominance"].set_index("cutoff"), len(score_moves)
    for k in range(1, 7):
        before, after = ([both[place] >= k for both in score_moves.values()] for place in (0, 1))
        assert table.loc[k, "H_baseline"] == sum(before) / n
        assert table.loc[k, "H_follow_up"] == sum(after) / n
        assert table.loc[k, "into"] == sum(b and not a for a, b in zip(before, after, strict=True))
        assert table.loc[k, "out"] == sum(a and not b for a, b in zip(before, after, strict=True))


def test_specification_curve(study):
    row = study["specification_curve"].iloc[0]
    every = study["multiverse"]
    same = every[every["equivalent"] & (every["families"] > 0)]
    assert row["specifications"] == len(same) == 312
    assert row["distinct"] == len(set(same[["families", "improved", "declined"]].itertuples(index=False)))
    assert row["median"] == pytest.approx(median(same["net"]))
    assert (row["low"], row["high"]) == pytest.approx((same["net"].min(), same["net"].max()))
    signs = study.family_table("specification_moves").drop(columns="family").to_numpy(float)
    turns = np.random.default_rng(99).choice([-1, 1], size=(4000, len(signs)))
    medians = np.median(turns @ signs / same["families"].to_numpy(), axis=1)
    p = (1 + (np.abs(medians) >= abs(row["median"]) - 1e-12).sum()) / 4001
    assert row["p"] == pytest.approx(p, abs=0.02)
    assert row["draws"] == 9999


def months_later(day, months):
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    last = (pd.Timestamp(year=year, month=month, day=1) + pd.offsets.MonthEnd(0)).day
    return pd.Timestamp(year=year, month=month, day=min(day.day, last))


@pytest.fixture(scope="module")
def status(study):
    """Family -> followed, too_late or lost, of the retained ones."""
    found = {}
    for row in study.families.itertuples():
        if row.status == "retained":
            day = months_later(row.t0, 6)
            late = day > pd.Timestamp(study.about.exported_on)
            found[row.family] = "followed" if row.last_date >= day else "too_late" if late else "lost"
    return found


def test_follow_up_status(study, status):
    pilot = study.families.set_index("family")["pilot"]
    expected = Counter((pilot[family], word) for family, word in status.items())
    expected += Counter(("all", word) for word in status.values())
    found = study["follow_up_status"]
    assert {(r.pilot, str(r.status)): r.families for r in found.itertuples()} == dict(expected)
    assert found["families"].tolist()[:3] == [56, 11, 23]  # by the review


def test_attrition_bounds(study, status, score_moves):
    table = study["attrition_bounds"].set_index("case")
    assert table.loc["best_lost", ["families", "value"]].tolist() == [79, pytest.approx((11 + 23) / 79)]
    assert table.loc["worst_lost", ["families", "value"]].tolist() == [79, pytest.approx((11 - 23) / 79)]
    assert table.loc["tipping_point", ["families", "value"]].tolist() == [23, pytest.approx(-11 / 23)]
    kinds = study.families.set_index("family")["household_type"].astype(str)
    domains = study.domains[study.domains["moment"] == "baseline"]
    score = (domains["status"] == "deprived").groupby(domains["family"]).sum()
    among = [family for family, word in status.items() if word != "too_late"]
    x = np.array([[1, score[f], kinds[f] == "alleenstaande ouder"] for f in among], dtype=float)
    y = np.array([status[f] == "followed" for f in among], dtype=float)
    b = np.zeros(3)
    for _ in range(50):  # Newton
        p = 1 / (1 + np.exp(-x @ b))
        b += np.linalg.solve(x.T * (p * (1 - p)) @ x, x.T @ (y - p))
    weights = {f: 1 / chance for f, chance in zip(among, p, strict=True) if status[f] == "followed"}
    net = sum(w * np.sign(score_moves[f][0] - score_moves[f][1]) for f, w in weights.items())
    row = table.loc["weighted", ["families", "value"]]
    assert row.tolist() == [56, pytest.approx(net / sum(weights.values()))]


def test_attrition_chance(study, status):
    row = study["attrition_chance"].iloc[0]
    assert row["observed"] == (study["attrition"]["standardised_difference"].abs() >= 0.2).sum()
    values = defaultdict(list)
    at = study.states[(study.states["moment"] == "baseline") & study.states["level"].notna()]
    for one in at.itertuples():
        values[str(one.unit), one.item].append((one.family, int(one.level)))
    domains = study.domains[study.domains["moment"] == "baseline"]
    score = (domains["status"] == "deprived").groupby(domains["family"]).sum()
    values["family", "score"] = list(score.items())
    codes, generator, numbers = sorted(status), random.Random(11), []
    for _ in range(150):
        chosen = set(generator.sample(codes, 56))
        large = 0
        for known in values.values():
            sides = [[v for f, v in known if (f in chosen) is side] for side in (True, False)]
            if min(map(len, sides)) > 1:
                spread = math.sqrt(sum(np.var(side, ddof=1) for side in sides) / 2)
                large += spread > 0 and abs(np.mean(sides[0]) - np.mean(sides[1])) / spread >= 0.2
        numbers.append(large)
    assert row["expected"] == pytest.approx(np.mean(numbers), abs=2)
    assert (row["low"], row["high"]) == pytest.approx(tuple(np.percentile(numbers, [2.5, 97.5])), abs=4)


def test_nobody_to_compare_gives_no_chance(study):
    follow_up = study.family_table("family_follow_up").query("status != 'excluded'").assign(status="lost")
    row = robustness.attrition_chance(study.family_table("baseline_sums"), follow_up, 1).iloc[0]
    assert row["observed"] == 0 and row[["expected", "low", "high"]].isna().all()


@pytest.mark.parametrize(
    ("icc", "coached", "needed"),
    [
        (0.0, True, 200),
        (0.02, False, 200 * (1 + (96 / 5 - 1) * 0.02)),  # five pilots
        (0.02, True, 200 * (1 + (96 / 15 - 1) * 0.02)),  # three coaches in each
    ],
)
def test_planning_counts_those_registered_in_time(study, icc, coached, needed):
    plan = load(Planning)
    plan = replace(plan, outcomes=plan.outcomes[:1], net_shares=(0.2,), families_per_group=(100, 300))
    rows = {"outcome": "score", "net": 0.2, "families_per_group": [100, 300], "power": [0.6, 1.0]}
    given = [study.counts[name] for name in ("item_nets", "score_pairs")]
    coaches = study.family_table("family_coaches")
    assert len(coaches) == 96 and coaches["coach"].notna().all()
    given += [study["flow"], study.counts["follow_up_counts"], coaches if coached else coaches.head(0)]
    table = planning.families_needed(pd.DataFrame(rows), *given, plan, icc)
    row, families = table.iloc[0], study.families
    days = [months_later(day, 6) for day in families["t0"]]
    in_time = sum(day <= pd.Timestamp(study.about.exported_on) for day in days)
    assert (len(families), in_time, row["families_needed"]) == (96, 85, 200)
    low, high = wilson(56, 85)
    assert row["followed_share"] == 56 / 85
    assert row["registered_needed"] == math.ceil(needed * 85 / 56)
    assert (row["registered_low"], row["registered_high"]) == (
        math.ceil(needed / high),
        math.ceil(needed / low),
    )


def test_the_correlation_within_pilots_is_a_number_from_nothing_to_one():
    assert parameters.from_text([("icc", "0.05"), ("seed", "0.5")]) == {"icc": 0.05, "seed": "0.5"}
    assert parameters.resolve({"icc": 1})["icc"] == 1
    for wrong in (1.5, -0.1, True, "0.05", float("nan")):
        with pytest.raises(parameters.ParameterError, match="icc: .* is not a number from 0 to 1"):
            parameters.resolve({"icc": wrong})
    with pytest.raises(parameters.ParameterError, match="icc"):
        Study.clean(EXPORT, icc=2)
