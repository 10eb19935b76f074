"""What notebooks 01 and 09 count beyond the figures, worked again in plain Python."""

from collections import Counter, defaultdict
from itertools import combinations
from shutil import copytree

import pandas as pd
import pytest

from gezinscoach_synthesis import write_dataset
from helpers import course, words
from helpers.definitions import REFERENCE, DefinitionError, load, load_definitions
from helpers.definitions.choices import Course
from helpers.study import Study
from helpers.words import course as of_course
from plain_study import EXPORTED, Plain, months_later
from small_study import NVT, clean_tables, open_study

CUTOFF, SEVERE = 3, 5
STATES = ("not_poor", "poor", "severe")


@pytest.fixture(scope="module", params=["embedded", "another"])
def study(request, tmp_path_factory):
    if request.param == "embedded":
        return Study.clean()
    folder = tmp_path_factory.mktemp("another") / "raw"
    write_dataset(folder, families=60, seed=7)
    return Study.clean(folder)


@pytest.fixture(scope="module")
def plain(study):
    return Plain(study)


def test_the_course_is_that_of_who_was_registered_so_long(study, plain):
    for row in study["course"].to_dict("records"):
        months = row["months"]
        there = [family for family in plain.families if plain.followed(family, months)]
        scores = [(plain.score(family), plain.score(family, months)) for family in there]
        poor = [after for _, after in scores if after >= CUTOFF]
        moved = sum((after < before) - (after > before) for before, after in scores)
        assert row["families"] == len(there)
        assert row["H"] == pytest.approx(len(poor) / len(there))
        assert row["M0"] == pytest.approx(sum(poor) / (6 * len(there)))
        assert row["net"] == pytest.approx(moved / len(there))


def test_every_family_goes_from_one_state_to_the_next(study, plain):
    def state(family, months):
        day = months_later(plain.start(family), months)
        if plain.last(family) < day:
            return "too_late" if day > EXPORTED else "lost"
        score = plain.score(family, months)
        return "severe" if score >= SEVERE else "poor" if score >= CUTOFF else "not_poor"

    expected = Counter(
        (months, state(family, months - 3), state(family, months))
        for family in plain.families
        for months in (3, 6, 9, 12)
    )
    rows = study["course_flow"].astype({"before": "str", "after": "str"}).to_dict("records")
    found = {(row["months"], row["before"], row["after"]): row["families"] for row in rows}
    assert len(rows) == 4 * 6 * 6 and {key: n for key, n in found.items() if n} == expected
    wide = study["course"].set_index("months")["families"]
    for months in (3, 6, 9, 12):
        known = sum(n for (at, _, after), n in found.items() if at == months and after in STATES)
        assert known == wide[months]


def test_a_family_without_a_score_that_counts_has_a_lane_of_its_own():
    home = dict.fromkeys(("schulden", "inkomen", "voeding", "veiligheid"), 5)
    rows = [("A", "huishouden", None, day, home) for day in (0, 100)]
    table = open_study(clean_tables(*rows), unknown_domain="exclude")["course_flow"]
    went = table[table["families"] > 0].astype({"before": "str", "after": "str"})
    assert went[["months", "before", "after"]].to_numpy().tolist() == [
        [3, "unknown", "unknown"],
        [6, "unknown", "lost"],
        [9, "lost", "lost"],
        [12, "lost", "lost"],
    ]


def test_other_months_are_looked_at_when_the_file_says_so(study):
    again = Course(months=(6, 12), least_families=10, least_of_set=5)
    given = {"exported_on": EXPORTED, "unknown_domain": "not_deprived", "again": again}
    later, scores = study.family_table("later_scores"), study.family_table("scores")
    states = course.course_states(scores, later, study.families, **given)
    found = course.course_flow(course.flow_counts(states, again), again, CUTOFF, SEVERE)
    whole = study["course_flow"]
    for side, months in (("before", 3), ("after", 6)):
        start, reached = (table[table["months"] == at] for table, at in ((found, 6), (whole, months)))
        counted = [part.groupby(side, observed=False)["families"].sum().tolist() for part in (start, reached)]
        assert counted[0] == counted[1]
    assert sorted(set(found["months"])) == [6, 12]
    assert course.course(study.counts["course"], again, CUTOFF)["months"].tolist() == [6, 12]


def test_months_that_do_not_rise_are_named_with_their_line(tmp_path):
    folder = copytree(REFERENCE, tmp_path / "reference")
    path = folder / "course.yml"
    path.write_text(path.read_text("utf-8").replace("[3, 6,", "[6, 6,"), "utf-8")
    with pytest.raises(DefinitionError, match=r"course.yml, line \d+.*months: must rise; found 6, 6, 9, 12"):
        load(Course, folder)


def test_six_months_are_those_of_the_report(study):
    row = study["course"].set_index("months").loc[6]
    (change,) = study["score_change"].to_dict("records")
    assert [row["families"], row["net"], row["net_low"]] == [change["n"], change["net"], change["net_low"]]


def test_who_moved_is_looked_for_again_at_the_last_registration(study, plain):
    found = {row["direction"]: row for row in study["persistence"].to_dict("records")}
    for direction, sign in (("improved", 1), ("declined", -1)):
        counted = Counter()
        for family in filter(plain.followed, plain.families):
            before, after, last = (plain.score(family, months) for months in (0, 6, -1))
            if sign * (before - after) > 0:
                still = sign * (before - last) > 0
                later = plain.last(family) > months_later(plain.start(family), 6)
                counted.update(families=1, still=still, registered_later=later, still_later=still and later)
        assert {name: found[direction][name] for name in counted} == counted


def test_the_lower_of_two_values_as_baseline(study, plain):
    rows = study["headlines"].query("dimension == 'baseline' and option == 'lower_of_two'")
    table = rows.set_index("headline")
    followed = [family for family in plain.families if plain.followed(family)]
    scores = [(len(plain.lacks(family, plain.lower_of_two)), plain.score(family, 6)) for family in followed]
    net = sum((after < before) - (after > before) for before, after in scores)
    poor = [sum(score >= CUTOFF for score in side) for side in zip(*scores, strict=True)]
    assert table.loc["families", "value"] == pytest.approx(net / len(followed))
    assert table.loc["headcount", "value"] == pytest.approx((poor[1] - poor[0]) / len(followed))
    moved, pairs = 0, 0
    for family in followed:
        for unit, person, _ in plain.members[family]:
            key = (family, unit, person, "stress")
            before, after = plain.lower_of_two(key), plain.on(key, months_later(plain.start(family), 6))
            if unit == "volwassene" and isinstance(before, int) and isinstance(after, int):
                pairs, moved = pairs + 1, moved + (after > before) - (after < before)
    assert table.loc["stress_parents", "n"] == pairs
    assert table.loc["stress_parents", "value"] == pytest.approx(moved / pairs)


def test_the_second_registration_as_baseline(study, plain):
    days = defaultdict(set)
    for row in study.registrations.to_dict("records"):
        days[row["family"]].add(row["date"].date())
    found = defaultdict(list)
    for family in filter(plain.followed, plain.families):
        second = sorted(days[family])[1]
        if second < months_later(plain.start(family), 6):
            before = len(plain.lacks(family, lambda key, second=second: plain.on(key, second)))
            found[before].append(plain.score(family, 6))
    table = study["regression_to_mean"].query("direction == 'second_forward'").set_index("score")
    assert table["families"].tolist() == [len(found[score]) for score in range(7)]
    for score, later in ((score, later) for score, later in found.items() if later):
        assert table.loc[score, "mean_other_score"] == pytest.approx(sum(later) / len(later))


def test_a_second_registration_on_the_day_of_the_follow_up_is_no_second_baseline():
    days = [("A", "2022-01-10"), ("A", "2022-07-09"), ("B", "2022-01-10"), ("B", "2022-07-10")]
    scores = pd.DataFrame(days, columns=["family", "date"]).assign(score=[3, 2, 3, 2], unknown=0)
    scores["date"] = pd.to_datetime(scores["date"])
    families = scores.groupby("family")["date"].agg(t0="min", last_date="max").reset_index()
    compared = pd.DataFrame({"family": ["A", "B"], "baseline_score": 3, "follow_up_score": 2})
    found = course.second_scores(scores, families, compared, 6, "at")
    assert found.values.tolist() == [["A", 2, 2]]


def test_needs_are_counted_together(study, plain):
    lacking = {
        "baseline": [plain.lacks(family, plain.at_start) for family in plain.families],
        "baseline_followed": [
            plain.lacks(family, plain.at_start) for family in plain.families if plain.followed(family)
        ],
        "follow_up": [
            plain.lacks(family, lambda key: plain.on(key, months_later(plain.start(key[0]), 6)))
            for family in plain.families
            if plain.followed(family)
        ],
    }
    pairs = {
        (moment, *pair): sum(set(pair) <= set(one) for one in sets)
        for moment, sets in lacking.items()
        for pair in combinations([domain.id for domain in load_definitions().kansarmoede.domains], 2)
    }
    rows = study["domain_pairs"].to_dict("records")
    assert {(row["moment"], row["domain"], row["other"]): row["families"] for row in rows} == pairs
    rows = study["domain_numbers"].to_dict("records")
    numbers = {(row["moment"], row["number"]): row["families"] for row in rows}
    for moment, sets in lacking.items():
        assert [numbers[moment, number] for number in range(7)] == [
            sum(len(one) == number for one in sets) for number in range(7)
        ]
        common = Counter("+".join(one) or "-" for one in sets)
        table = study["domain_sets"].query("moment == @moment")
        listed = dict(zip(table["domains"], table["families"], strict=True))
        assert listed == {name: n for name, n in common.items() if n >= 5}
        assert list(listed.values()) == sorted(listed.values(), reverse=True)


def test_every_item_is_counted_at_both_moments(study, plain):
    counted = Counter()
    for family in plain.families:
        who = [("huishouden", None, True), *plain.members[family]]
        day = months_later(plain.start(family), 6)
        for unit, item in load_definitions().items:
            for _, person, there in (one for one in who if one[0] == unit):
                key = (family, unit, person, item)
                if there:
                    counted[unit, item, "baseline", str(plain.at_start(key))] += 1
                if plain.followed(family):
                    if there:
                        counted[unit, item, "baseline_followed", str(plain.at_start(key))] += 1
                    counted[unit, item, "follow_up", str(plain.on(key, day))] += 1
    rows = study["items_distribution"].astype("object").to_dict("records")
    found = {(row["unit"], row["item"], row["moment"], row["level"]): row["n"] for row in rows if row["n"]}
    assert found == counted
    assert len(rows) == 45 * 3 * 7


def test_shares_are_of_the_known_levels(study):
    table = study["items_distribution"]
    known = ~table["level"].isin(["not_applicable", "missing"])
    sums = table[known].groupby(["unit", "item", "moment"], observed=True)["share"].sum()
    assert sums[sums > 0].round(9).eq(1).all()
    assert table.loc[~known, "share"].isna().all()


def test_moves_are_added_up_by_lever(study, plain):
    counted, definitions = defaultdict(Counter), load_definitions()
    low = Counter()
    for (family, unit, person, item), _ in plain.values.items():
        if not plain.followed(family):
            continue
        key, lever = (family, unit, person, item), definitions.item(unit, item).lever
        before, after = plain.at_start(key), plain.on(key, months_later(plain.start(family), 6))
        if isinstance(before, int) and isinstance(after, int):
            counted[lever].update(n=1, improved=after > before, declined=after < before)
        if isinstance(after, int):
            low[unit, item, "n"] += 1
            low[unit, item, "low"] += after <= 2
    for row in study["lever_change"].astype({"lever": "str"}).to_dict("records"):
        assert {name: row[name] for name in counted[row["lever"]]} == counted[row["lever"]]
    assert study["lever_change"]["items"].tolist() == [8, 18, 19]
    signals = study["lever_signals"]
    assert set(signals["lever"]) == {"structural", "service"} and len(signals) == 26
    assert signals["share"].dropna().is_monotonic_decreasing
    for row in signals.to_dict("records"):
        assert [row["n"], row["low"]] == [low[row["unit"], row["item"], name] for name in ("n", "low")]


def test_what_moved_by_lever_is_told_with_how_sure_that_is():
    table = pd.DataFrame(
        {
            "lever": ["structural", "service", "family"],
            "n": [9, 9, 0],
            "net": [0.254, -0.1, None],
            "family_p": [0.04, 0.06, None],
        }
    )
    said = words.account(["lever_change"], of_course.levers(table, load_definitions())).finding.en
    assert said == (
        "Net forward on items that depend most on rules and means: +25 percentage points (indication); "
        "on services on offer: −10 percentage points (cannot be told); on family and coach: not known"
    )


@pytest.mark.parametrize(("low", "named"), [([1, 0], True), ([0, 0], False)])
def test_signals_name_items_only_where_anybody_stands_low(low, named):
    table = pd.DataFrame(
        {"unit": "huishouden", "item": ["inkomen", "verblijfplaats"], "n": [3, 3], "low": low}
    )
    said = words.account(["lever_signals"], of_course.signals(table)).finding.en
    assert said.endswith("most often low at follow-up: income") == named
    assert said.startswith("None of the items") != named


def test_starts_and_gaps_are_those_of_the_calendar(study, plain):
    starts = Counter((f"{row['t0']:%Y-%m}", row["pilot"]) for row in plain.all)
    rows = study["registration_starts"].to_dict("records")
    assert {(row["month"], row["pilot"]): row["families"] for row in rows if row["families"]} == starts
    days = defaultdict(set)
    for row in study.registrations.to_dict("records"):
        days[row["family"]].add(row["date"].date())
    expected = defaultdict(Counter)
    for row in plain.all:
        dates = sorted(days[row["family"]])
        long = [months_later(one, 3) < two for one, two in zip(dates, dates[1:], strict=False)]
        silent = months_later(dates[-1], 3) < EXPORTED
        expected[row["pilot"]].update(
            gaps=len(long), longer_than_three_months=sum(long), families=1, silent=silent
        )
    found = study["registration_gaps"].set_index("pilot").to_dict("index")
    assert found == {pilot: dict(counts) for pilot, counts in expected.items()}


def test_who_used_an_item_and_whose_level_ever_changed(study, plain):
    known, moved = Counter(), Counter()
    for (_, unit, _, item), values in plain.values.items():
        levels = {level for _, level in values if isinstance(level, int)}
        known[unit, item] += bool(levels)
        moved[unit, item] += len(levels) > 1
    rows = study["item_use"].astype({"unit": "str"}).to_dict("records")
    assert [(row["unit"], row["item"]) for row in rows] == list(load_definitions().items)
    for row in rows:
        key = (row["unit"], row["item"])
        assert (row["known"], row["moved"]) == (known[key], moved[key])


def test_items_without_use_are_named_and_of_many_the_first():
    home = {item: 3 for unit, item in load_definitions().items if unit == "huishouden"}
    rows = [("A", "huishouden", None, day, home | {"schulden": level}) for day, level in ((0, 3), (40, 4))]
    few = home | {"inkomen": 4}
    told = open_study(clean_tables(*rows, ("A", "huishouden", None, 80, few))).account("item_use").finding
    assert told.en.startswith("Never filled in: recognition of parents, parents' safety net")
    assert f"parents' mental health and {45 - len(home) - 8} more; changed for nobody: where" in told.en
    rest = {item: 5 for item in home if item not in ("schulden", "veiligheid")}
    told = open_study(clean_tables(*rows, ("A", "huishouden", None, 80, rest))).account("item_use").finding
    assert told.nl.endswith(" andere; bij niemand veranderd: veiligheid in het gezin")


def test_a_gap_of_three_months_to_the_day_keeps_the_rule():
    rows = [
        ("A", "huishouden", None, day, {"schulden": 3}) for day in (0, 92, 185)
    ]  # 1 March, 1 June, 2 September
    found = open_study(clean_tables(*rows))["registration_gaps"].iloc[0]
    assert (found["gaps"], found["longer_than_three_months"]) == (2, 1)


def test_families_that_are_due_are_listed_longest_ago_first():
    long_ago = ("A", "huishouden", None, 0, {"schulden": 3})
    longer = ("B", "huishouden", None, 0, {"schulden": 3})
    recent = ("C", "huishouden", None, 520, {"schulden": 3})  # 3 August 2023
    tables = clean_tables(long_ago, ("A", "huishouden", None, 200, {"schulden": 4}), longer, recent)
    found = open_study(tables)["due_families"]
    assert found["family"].tolist() == ["B", "A"]
    assert found["days"].tolist() == [578, 378]


def test_what_does_not_apply_is_none_of_the_first_two_values():
    home = dict.fromkeys(("schulden", "inkomen", "voeding", "veiligheid"), 3)
    days = [(0, NVT), (10, 3), (20, 2), (150, 4), (200, 4)]
    rows = [("A", "volwassene", "V1", day, {"stress": level}) for day, level in days]
    table = open_study(clean_tables(("A", "huishouden", None, 0, home), *rows))["headlines"]
    found = table.query("dimension == 'baseline' and headline == 'stress_parents'").iloc[0]
    assert [found["n"], found["value"]] == [1, 1]
