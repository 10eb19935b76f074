"""The synthesiser: small parts by hand, clean result = truth, what a dataset has to hold, its errors."""

import csv
import io
import re
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta
from statistics import mean, median, stdev
from types import SimpleNamespace

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gezinscoach_synthesis import DEFAULT_SEED, SynthesisError, draw, synthesise
from gezinscoach_synthesis.baseline import assign
from gezinscoach_synthesis.dates import add_months
from gezinscoach_synthesis.deprivation import _bind
from gezinscoach_synthesis.model import BASELINE, FOLLOW_UP, OBSERVED, Cell, Coach, Family, Person, stream
from gezinscoach_synthesis.raw import Writer
from gezinscoach_synthesis.registrations import Row
from gezinscoach_synthesis.targets import deal, load_targets, quota
from helpers import kansarmoede
from helpers.cleaning import clean
from helpers.definitions import ROOT, UNITS, load_definitions
from helpers.errors import PipelineError
from helpers.export import read_export
from helpers.states import build_states
from helpers.study import Study

COMMITTED = ROOT / "data" / "raw" / "synthetic"
TARGETS = ROOT / "data" / "reference" / "synthesis.yml"
SMALL = dict(families=12, seed=3)


@pytest.fixture(scope="module")
def definitions():
    return load_definitions()


@pytest.fixture(scope="module")
def targets():
    return load_targets(TARGETS)


# By hand


@pytest.mark.parametrize(
    ("weights", "total", "counts"),
    [
        ([1, 1], 3, [2, 1]),  # 1.5 and 1.5: the first gets what is left
        ([2, 1, 1], 2, [1, 1, 0]),  # 1, 0.5, 0.5
        ([4, 16, 2, 4, 19, 0, 11, 0], 56, [4, 16, 2, 4, 19, 0, 11, 0]),  # as published, for 56
        ([4, 16, 2, 4, 19, 0, 11, 0], 1, [0, 0, 0, 0, 1, 0, 0, 0]),  # one family is of the largest class
        ([1, 2], 0, [0, 0]),
    ],
)
def test_quota(weights, total, counts):
    assert quota(weights, total) == counts


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8).filter(any), st.integers(0, 500))
def test_quota_adds_up_and_is_within_one_of_the_share(weights, total):
    counts = quota(weights, total)
    assert sum(counts) == total
    assert all(abs(n - w * total / sum(weights)) < 1 for n, w in zip(counts, weights, strict=True))


def test_deal_keeps_the_order_of_the_values():
    assert deal({"koppel": 2, "alleen": 1}, 6) == ["koppel"] * 4 + ["alleen"] * 2


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2022, 8, 31), 6, date(2023, 2, 28)),  # no 31 February: the last day
        (date(2022, 3, 1), 6, date(2022, 9, 1)),
        (date(2023, 9, 30), -6, date(2023, 3, 30)),
        (date(2022, 7, 15), 6, date(2023, 1, 15)),  # over the end of the year
    ],
)
def test_add_months(day, months, later):
    assert add_months(day, months) == later


def make_family(targets, *units: str) -> Family:
    """A family with a household and one member per unit named, all of whose cells are known."""
    coach = Coach("Leuven", "coach 1", False, leans={}, gaps=0, pace=1, lapses=1)
    family = Family(0, coach, "koppel", followed=True, direction="unchanged", dates=[date(2022, 5, 2)])
    family.members = [Person(unit, f"{unit[0]}{n}", age=5) for n, unit in enumerate(units, start=1)]
    family.themes = dict.fromkeys({plan.theme for plan in targets.items}, 0.0)
    for plan in targets.items:
        for person in family.of_unit(plan.unit):
            family.cells[person, plan.key] = Cell(family, person, plan)
    return family


def test_levels_are_dealt_in_quotas_within_bounds(targets):
    families = [make_family(targets) for _ in range(4)]
    cells = [family.cells[None, ("huishouden", "inkomen")] for family in families]
    cells[0].narrow(BASELINE, high=2)  # deprived
    cells[1].narrow(BASELINE, low=3)  # not deprived
    assign(cells, [25, 25, 25, 25, 0], BASELINE, rng=stream(1, "test"))
    levels = [cell.level[BASELINE] for cell in cells]
    assert sorted(levels) == [1, 2, 3, 4]  # a quarter each
    assert levels[0] <= 2
    assert levels[1] >= 3


def test_cells_with_least_choice_come_first(targets):
    # two of four may only stand at 5; half of all stands at 5: so the other two stand at 1
    cells = [make_family(targets).cells[None, ("huishouden", "inkomen")] for _ in range(4)]
    for cell in cells[:2]:
        cell.narrow(BASELINE, low=5)
    assign(cells, [50, 0, 0, 0, 50], BASELINE, rng=stream(1, "test"))
    assert [cell.level[BASELINE] for cell in cells] == [5, 5, 1, 1]


def test_a_coach_leans_to_high_levels_on_some_items(targets):
    families = [make_family(targets) for _ in range(2)]
    found = {}
    for lean in (100, -100):  # so much that chance does not matter
        families[1].coach = replace(families[1].coach, leans={("huishouden", "schulden"): lean})
        for item in ("schulden", "inkomen"):
            cells = [family.cells[None, ("huishouden", item)] for family in families]
            assign(cells, [1, 0, 0, 0, 1], BASELINE, rng=stream(1, "test"))
            found[item, lean] = [cell.level[BASELINE] for cell in cells]
    assert found["schulden", 100] == [1, 5]
    assert found["schulden", -100] == [5, 1]
    assert found["inkomen", 100] == found["inkomen", -100]


def test_the_worst_levels_go_to_the_most_severe_families(targets):
    families = [make_family(targets) for _ in range(3)]
    for family, severity in zip(families, (0, 100, -100), strict=True):  # 100: chance does not matter
        family.severity = severity
    cells = [family.cells[None, ("huishouden", "schulden")] for family in families]
    assign(cells, [1, 0, 1, 0, 1], BASELINE, rng=stream(1, "test"))
    assert [cell.level[BASELINE] for cell in cells] == [3, 1, 5]


def test_bounds_of_a_domain_that_is_left(targets, definitions):
    # gezondheid, any member: deprived at baseline through one cell at 3 or lower; then all are above 3
    family = make_family(targets, "volwassene", "kind")
    _bind(family, definitions.kansarmoede.domain("gezondheid").default, (True, False), stream(1, "test"))
    health = [
        c
        for (_, (_, item)), c in family.cells.items()
        if item in ("fysieke_gezondheid", "mentale_gezondheid")
    ]
    assert len(health) == 4
    assert [cell.bounds[FOLLOW_UP] for cell in health] == [(4, 5)] * 4
    drivers = [cell for cell in health if cell.pinned[BASELINE]]
    assert [cell.bounds[BASELINE] for cell in drivers] == [(1, 3)]


def test_bounds_of_a_domain_of_all_adults(targets, definitions):
    # tewerkstelling, all adults: deprived when both are at 3 or lower, sound when one is known above it
    rule = definitions.kansarmoede.domain("tewerkstelling").default
    deprived, sound = (make_family(targets, "volwassene", "volwassene") for _ in range(2))
    _bind(deprived, rule, (True, True), stream(1, "test"))
    _bind(sound, rule, (False, False), stream(1, "test"))
    work = [
        [c for (_, (_, item)), c in f.cells.items() if item == "tewerkstelling"] for f in (deprived, sound)
    ]
    assert [cell.bounds[BASELINE] for cell in work[0]] == [(1, 3), (1, 3)]
    assert sorted(cell.bounds[BASELINE] for cell in work[1]) == [(1, 5), (4, 5)]
    assert [cell.pinned[BASELINE] for cell in work[1]].count(True) == 1


def test_every_spelling_is_read_back(targets, definitions):
    # what the hands of coaches write is what cleaning reads, for every level of every item
    from helpers.cleaning.values import level_labels, read_date, read_family, read_level

    writer = Writer(targets, definitions, seed=5)
    for item in definitions.items.values():
        labels = level_labels(item)
        for coach in ("a", "b", "c", "d"):
            for level in (1, 2, 3, 4, 5):
                assert read_level(writer.hand(coach).level(level, item), labels) == level
    for coach in ("a", "b", "c", "d"):
        for number in range(60):
            day = date(2022, 3, 1) + timedelta(7 * number)
            assert read_date(writer.hand(coach).day(day)) == day
            assert read_family(writer.hand(coach).family(f"LEU-{number:03d}")) == f"LEU-{number:03d}"


def test_a_row_is_written_in_the_columns_of_the_layout(targets, definitions):
    family = make_family(targets, "volwassene")
    family.code = "LEU-004"
    row = Row("volwassene", family, family.members[0], date(2022, 5, 2), {"lezen": 4}, date(2022, 5, 2))
    row.pilot, row.notes = "Leuven", {"stress": "Gespannen."}
    cells = Writer(targets, definitions, seed=1).write(row).cells
    assert list(cells)[:6] == [
        "registratie_id",
        "gezin",
        "pilootproject",
        "datum",
        "persoon",
        "opleidingsniveau",
    ]
    assert cells["stress_toelichting"] == "Gespannen."
    assert cells["lezen"] != ""


# Clean result = truth


def same(truth: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """Compare two tables row by row, whatever the order of their rows and the types that say the same."""
    tables = []
    for frame in (truth, cleaned[list(truth.columns)]):
        texts = frame.astype("object").where(frame.notna(), None).map(str)
        tables.append(texts.sort_values(list(texts.columns), ignore_index=True))
    pd.testing.assert_frame_equal(*tables)


@pytest.mark.parametrize(("families", "seed"), [(90, DEFAULT_SEED), (90, 4), (12, 3), (5, 8), (1, 0)])
def test_round_trip(tmp_path, definitions, families, seed):
    truth = synthesise(tmp_path / "export", families=families, seed=seed, definitions=definitions)
    cleaned = clean(read_export(tmp_path / "export", definitions), definitions)
    for name in ("families", "persons", "observations", "notes", "rejected", "flow", "cases_by_pilot"):
        same(getattr(truth, name), getattr(cleaned, name))
    assert len(truth.observations) > 0


# What every dataset holds


@pytest.fixture(scope="module")
def committed(definitions):
    return clean(read_export(COMMITTED, definitions), definitions)


@pytest.fixture(scope="module")
def cells():
    """All cells of level columns of the committed files, and all other cells by column."""
    items = {item for _, item in load_definitions().items}
    levels, others = [], Counter()
    for unit in UNITS:
        content = (COMMITTED / f"{unit}.csv").read_bytes()
        text = content.decode("cp1252" if unit == "volwassene" else "utf-8-sig")
        for row in csv.DictReader(io.StringIO(text), delimiter="," if unit == "kind" else ";"):
            levels += [value for column, value in row.items() if column in items]
            others.update((column, value) for column, value in row.items() if column not in items)
    return levels, others


def test_the_committed_files_are_made_by_the_default_seed():
    files, _ = draw()
    assert {path.name for path in COMMITTED.iterdir()} == set(files)
    for name, content in files.items():
        assert (COMMITTED / name).read_bytes() == content, f"{name}: make the dataset anew, it has changed"


def test_the_seed_decides(definitions):
    first, again, other = (draw(families=12, seed=seed, definitions=definitions)[0] for seed in (3, 3, 4))
    assert first == again
    assert first["kind.csv"] != other["kind.csv"]


def test_no_larger_than_two_megabytes():
    assert sum(path.stat().st_size for path in COMMITTED.iterdir()) < 2_000_000


def test_says_that_it_is_synthetic():
    assert yaml.safe_load((COMMITTED / "dataset.yml").read_text(encoding="utf-8"))["synthetic"] is True
    assert "No real family" in (COMMITTED / "README.md").read_text(encoding="utf-8")


def test_every_rule_is_hit(committed):
    log = committed.cleaning_log.astype({"rule": str}).groupby("rule")[["rows", "cells"]].sum().sum(axis=1)
    assert sorted(log[log > 0].index) == [f"R0{n}" for n in range(1, 10)]
    excluded = committed.families["rule"].dropna()
    assert set(excluded) == {"F01", "F02"}
    flow = committed.flow.astype({"stage": str}).set_index("stage")["families"]
    assert flow["test"] > 0
    assert flow["no_household"] > (excluded == "F01").sum()  # a family lost all its rows


@pytest.mark.parametrize(
    "form",
    [
        r"[1-5]",
        r"[1-5]\.0",
        r"[1-5],0",
        r"[1-5] - \w.+",
        r"[1-5]\. \w.+",
        r"[1-5] – \w.+",
        r"Inkomen is ontoereikend",  # a label alone
        r"(\d - )?Geen kennis van het Nederlands",  # an alternative label
        r"[^a-z]*[A-Z]{4}[^a-z]+",  # capitals
        r".+ \*",
        r"\S+  .+",
        r"n\.v\.t\.",
        r"nvt",
        r"niet van toepassing",
        r"",
        r"-",
        r"\?",
        r"onbekend",
    ],
)
def test_every_form_of_a_level_occurs(cells, form):
    assert any(re.fullmatch(form, cell) for cell in cells[0])


@pytest.mark.parametrize(
    ("column", "form"),
    [
        ("datum", r"2\d{3}-\d\d-\d\d"),
        ("datum", r"\d{1,2}/\d{1,2}/2\d{3}"),
        ("datum", r"\d{1,2}-\d{1,2}-2\d{3}"),
        ("datum", r".+[ T]\d{1,2}:\d\d"),
        ("datum", r".+ \d{1,2}:\d\d:\d\d"),
        ("gezin", r"[A-Z]{3}-\d{3}"),
        ("gezin", r"[a-z]{3}[ _-]?\d+"),
        ("gezin", r"[A-Za-z]{3} \d+"),
        ("gezin", r"[A-Za-z]{3}_\d+"),
        ("gezin", r"[A-Za-z]{3}\d+"),
        ("gezin", r""),
        ("pilootproject", r"leuven|bilzen|oostende|baldemore|herenthout"),
        ("pilootproject", r"\s\w+|\w+\s"),
        ("persoon", r"v\d|k\d"),
        ("persoon", r"\s*"),
        ("gezinstype", r"koppel"),
        ("geboortedatum", r"\d{1,2}/\d{1,2}/2\d{3}"),
    ],
)
def test_every_form_of_another_cell_occurs(cells, column, form):
    assert any(name == column and re.fullmatch(form, value) for name, value in cells[1])


def test_full_rows_and_rows_of_changes(committed):
    later = committed.observations.merge(
        committed.families[["family", "t0"]], on="family", validate="many_to_one"
    )
    later = later[(later["date"] > later["t0"]) & (later["unit"] == "kind")]
    per_row = later.groupby("registration").size()
    assert (per_row >= 10).mean() > 0.1  # of 16 items
    assert (per_row <= 4).mean() > 0.4


def test_borders_of_the_rules_are_tried(committed):
    retained = committed.families[committed.families["status"] == "retained"]
    t0, last = retained["t0"].dt.date, retained["last_date"].dt.date
    half_year = t0.map(add_months)
    assert ((last == half_year) & retained["followed"]).any()
    assert ((last == half_year.map(lambda day: day - timedelta(1))) & ~retained["followed"]).any()
    assert (t0 == date(2022, 3, 1)).any()
    assert (last == date(2023, 9, 30)).any()


def test_some_come_later_and_some_are_expected(committed):
    persons = committed.persons
    late = persons[~persons["at_baseline"]]
    assert set(late["unit"].astype(str)) == {"volwassene", "kind"}
    assert (persons["expected"] & persons["at_baseline"]).any()


def test_a_note_over_two_lines_keeps_the_row_numbers(committed):
    assert committed.notes["text"].str.contains("\n").any()


# What coaches did, in plain Python from the rows of the files


@pytest.fixture(scope="module", params=["committed", "larger"])
def visits(request):
    """Days of registration, pilot and coach of each family; the rows with family and coach."""
    if request.param == "committed":
        files = {f"{unit}.csv": (COMMITTED / f"{unit}.csv").read_bytes() for unit in UNITS}
    else:
        files = draw(families=270, seed=6)[0]
    days, of, rows = defaultdict(set), {}, []
    for unit, encoding, delimiter in (
        ("huishouden", "utf-8-sig", ";"), ("volwassene", "cp1252", ";"), ("kind", "utf-8", ","),
    ):  # fmt: skip
        for row in csv.DictReader(io.StringIO(files[f"{unit}.csv"].decode(encoding)), delimiter=delimiter):
            code = re.fullmatch(r"(BAL|OOS|LEU|HER|BIL)[-_ ]?(\d+)", row["gezin"].upper())
            day = as_day(row["datum"].split("T")[0].split(" ")[0])
            if code and day and PROJECT_START <= day <= EXPORTED_ON:
                family = f"{code[1]}-{int(code[2])}"
                days[family].add(day)
                of[family] = (code[1], f"{code[1]} {row['coach']}")
                rows.append((unit, family, of[family][1], row | {"day": day}))
    return SimpleNamespace(days={family: sorted(those) for family, those in days.items()}, of=of, rows=rows)


PROJECT_START, EXPORTED_ON = date(2022, 3, 1), date(2023, 9, 30)
ADULT_ITEMS = [item for unit, item in load_definitions().items if unit == "volwassene"]
NOTHING = ("", "-", "?", "–", "onbekend", "Onbekend")


def as_day(text: str) -> date | None:
    parts = re.split("[-/]", text)
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return None
    year, month, day = (int(part) for part in (parts if len(parts[0]) == 4 else parts[::-1]))
    return date(year, month, day) if month <= 12 and day <= 28 + 3 * (month != 2) else None


def months_between(first: date, last: date) -> int:
    """Whole months; no month end is so late here that it would matter."""
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def test_the_rule_of_three_months_is_broken_here_and_there(visits):
    gaps = defaultdict(list)
    for family, days in visits.days.items():
        gaps[visits.of[family][0]] += [(b - a).days for a, b in zip(days, days[1:], strict=False)]
    every = [gap for those in gaps.values() for gap in those]
    assert 1 / 9 < sum(gap > 92 for gap in every) / len(every) < 1 / 5
    of_pilot = [sum(gap > 92 for gap in those) / len(those) for those in gaps.values()]
    assert len(of_pilot) == 5
    assert max(of_pilot) > 2 * min(of_pilot) > 0
    assert stdev(every) > 10


def test_some_families_are_registered_for_a_year_and_more(visits):
    months = [months_between(days[0], days[-1]) for days in visits.days.values()]
    six, nine, twelve, fifteen = (sum(n >= least for n in months) for least in (6, 9, 12, 15))
    assert 0.28 < nine / six < 0.42
    assert 0.12 < twelve / six < 0.22
    assert fifteen >= 3


def test_families_start_all_the_time_and_some_too_late(visits):
    starts = [days[0] for days in visits.days.values()]
    late = [day for day in starts if day > date(2023, 3, 30)]  # six months before the export
    assert 0.06 < len(late) / len(starts) < 0.16
    assert len({(day.year, day.month) for day in starts}) >= 17  # of 19 months


def test_coaches_have_a_hand_of_their_own(visits):
    per_pilot = Counter(pilot for pilot, _ in set(visits.of.values()))
    assert set(per_pilot.values()) == {3}
    paces, blanks = defaultdict(list), defaultdict(list)
    for family, days in visits.days.items():
        paces[visits.of[family][1]] += [(b - a).days for a, b in zip(days, days[1:], strict=False)]
    for unit, family, coach, row in visits.rows:
        if unit == "volwassene" and row["day"] == visits.days[family][0]:
            blanks[coach].append(sum(row[item] in NOTHING for item in ADULT_ITEMS))
    usual = sorted(mean(gaps) for gaps in paces.values())
    assert usual[-3] > 1.25 * usual[2]
    empty = sorted(mean(counts) for counts in blanks.values())
    assert empty[-3] > 1.3 * empty[2]


def test_coaches_give_levels_of_their_own(visits):
    # F of the mean first level of families by coach: 1 on average when coaches do not differ
    labels = {}
    with (ROOT / "data" / "reference" / "sociale_balans.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            labels |= {(row["item"], row[f"level_{n}_nl"].lower()): n for n in range(1, 6)}
    first = defaultdict(dict)
    items = load_definitions().items
    for unit, family, coach, row in sorted(visits.rows, key=lambda row: row[-1]["day"]):
        for of, item in items:
            written = re.match(r"([1-5])(\D|$)", row[item]) if of == unit else None
            level = int(written[1]) if written else labels.get((item, row.get(item, "").lower()))
            if of == unit and level:
                first[unit, item].setdefault((coach, family, row.get("persoon")), level)
    ratios = []
    for levels in first.values():
        families = defaultdict(list)
        for (coach, family, _), level in levels.items():
            families[coach, family].append(level)
        groups = defaultdict(list)
        for (coach, _), those in families.items():
            groups[coach].append(mean(those))
        every = [level for those in groups.values() for level in those]
        between = sum(len(those) * (mean(those) - mean(every)) ** 2 for those in groups.values())
        within = sum((level - mean(those)) ** 2 for those in groups.values() for level in those)
        ratios.append(between / (len(groups) - 1) / (within / (len(every) - len(groups))))
    assert len(ratios) == 45
    assert mean(ratios) > 1.5


def test_some_items_are_hardly_filled_in_on_the_first_day(visits):
    known = defaultdict(lambda: defaultdict(bool))
    for unit, family, _, row in visits.rows:
        for item in ADULT_ITEMS if unit == "volwassene" and row["day"] == visits.days[family][0] else ():
            known[item][family, row["persoon"].strip().upper()] |= row[item] not in NOTHING
    filled = {item: mean(persons.values()) for item, persons in known.items()}
    assert filled["computergebruik"] < 0.4
    assert median(filled.values()) > 0.7


# Items hang together


@pytest.fixture(scope="module")
def states(committed, definitions):
    return build_states(committed, definitions)


def test_stress_of_parents_and_children_goes_together(states):
    stress = states[(states["item"] == "stress") & (states["moment"] == "baseline")]
    means = stress.groupby(["family", "unit"], observed=True)["level"].mean().unstack().astype("float64")
    assert 0.3 < means["volwassene"].corr(means["kind"]) < 0.9


@pytest.mark.parametrize("item", ["zorg", "stress", "vrije_tijd", "aanwezigheid_school"])
def test_brothers_and_sisters_resemble_each_other(states, item):
    children = states[
        (states["unit"] == "kind") & (states["item"] == item) & (states["moment"] == "baseline")
    ]
    children = children[children["level"].notna()].astype({"level": "float64"})
    own = children["level"] - children.groupby("family")["level"].transform("mean")
    assert own.var() < 0.7 * children["level"].var()


def test_a_family_in_deep_trouble_is_so_on_many_items(states):
    known = states[(states["moment"] == "baseline") & states["level"].notna()]
    means = known.groupby(["family", "unit", "item"], observed=True)["level"].mean().unstack(["unit", "item"])
    correlations = means.astype("float64").corr(min_periods=30).stack(["unit", "item"], future_stack=True)
    assert 0.15 < correlations[correlations < 1].mean() < 0.6


def test_change_has_structure(states, definitions):
    key = ["family", "unit", "person", "item"]
    levels = states.assign(person=states["person"].fillna("-")).set_index([*key, "moment"])["level"]
    pairs = levels.unstack("moment").dropna().astype("int64")
    change = (pairs["follow_up"] - pairs["baseline"]).rename("change").reset_index()
    moved = change.assign(moved=change["change"] != 0).groupby("family")["moved"].sum().sort_values()
    assert moved.tail(11).sum() > 0.3 * moved.sum()  # a fifth of the 56 families: more than their share
    scores = kansarmoede.scores(kansarmoede.domain_status(states, definitions))
    score = scores.assign(moment=scores["moment"].astype(str)).pivot(
        index="family", columns="moment", values="score"
    )
    direction = (
        score.dropna().diff(axis=1)["follow_up"].map(lambda d: "up" if d < 0 else "down" if d > 0 else "same")
    )
    mean = change.assign(direction=change["family"].map(direction)).groupby("direction")["change"].mean()
    assert mean["up"] > mean["same"] > mean["down"]


# Other sizes


def test_quotas_scale(tmp_path, definitions):
    synthesise(tmp_path / "export", families=180, seed=2, definitions=definitions)
    study = Study.clean(tmp_path / "export")
    assert study["figure_17"]["families"].tolist() == [8, 32, 4, 8, 38, 0, 22, 0]
    assert (study.families["status"] == "retained").sum() == 180


@pytest.mark.parametrize("families", [1, 2, 3, 7])
def test_few_families(definitions, families):
    for seed in range(5):
        truth = draw(families=families, seed=seed, definitions=definitions)[1]
        assert (truth.families["status"] == "retained").sum() == families


# Errors


def test_no_families():
    with pytest.raises(SynthesisError, match="families: 0; expected 1 or more"):
        draw(families=0)


def test_refuses_the_codebook_of_another_instrument(definitions):
    items = {key: item for key, item in definitions.items.items() if key != ("kind", "babyuitzet")}
    energy = replace(definitions.item("huishouden", "inkomen"), item="energie")
    said = (
        r"synthesis\.yml, items: has no entry for huishouden\.energie; "
        r"sociale_balans\.csv does not have kind\.babyuitzet"
    )
    with pytest.raises(SynthesisError, match=said):
        draw(families=12, definitions=replace(definitions, items=items | {energy.key: energy}))


def test_refuses_a_folder_with_other_files(tmp_path):
    (tmp_path / "export.xlsx").write_bytes(b"")
    with pytest.raises(SynthesisError, match="holds export.xlsx"):
        synthesise(tmp_path, **SMALL)


@pytest.mark.parametrize("content", ["synthetic: false", "title: x", "[", None])
def test_refuses_to_write_over_real_data(tmp_path, content):
    (tmp_path / "kind.csv").write_text("echt", encoding="utf-8")
    if content is not None:
        (tmp_path / "dataset.yml").write_text(content, encoding="utf-8")
    with pytest.raises(SynthesisError, match="do not say synthetic: true"):
        synthesise(tmp_path, **SMALL)
    assert (tmp_path / "kind.csv").read_text(encoding="utf-8") == "echt"


def test_writes_over_its_own_files_and_nothing_else(tmp_path):
    synthesise(tmp_path, **SMALL)
    synthesise(tmp_path, families=12, seed=4)
    assert (tmp_path / "kind.csv").read_bytes() == draw(families=12, seed=4)[0]["kind.csv"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "README.md",
        "dataset.yml",
        "huishouden.csv",
        "kind.csv",
        "volwassene.csv",
    ]


@pytest.mark.parametrize("text", ["[", "families: 90", "- a", ""])
def test_targets_that_cannot_be_read(tmp_path, text):
    path = tmp_path / "synthesis.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PipelineError, match="synthesis.yml: cannot be read as targets"):
        load_targets(path)


def test_targets_name_every_item_of_the_codebook(targets, definitions):
    assert [plan.key for plan in targets.items] == list(definitions.items)
    assert set(targets.domains) == {domain.id for domain in definitions.kansarmoede.domains}
    assert set(targets.change_classes) == {change.id for change in definitions.kansarmoede.classes}
    assert all(cell == OBSERVED for cell in Cell(make_family(targets), None, targets.items[0]).status)
