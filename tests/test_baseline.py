"""The tables of Figures 2 to 14, worked by hand. Intervals: Wilson, by the formulas written out below."""

import dataclasses
import math
from types import SimpleNamespace

import pandas as pd
import pytest
from scipy.stats import t

from helpers import baseline
from helpers.tables import TABLES, SchemaError
from raw_exports import DEFINITIONS, cleaned, household, person
from small_study import open_study


def wilson(count, n, z=1.959963984540054):
    """Wilson (1927), as in any textbook."""
    centre, spread = (
        count / n + z * z / (2 * n),
        z * math.sqrt(count / n * (1 - count / n) / n + (z / (2 * n)) ** 2),
    )
    return (centre - spread) / (1 + z * z / n), (centre + spread) / (1 + z * z / n)


def of_families(*families, z=1.959963984540054):
    """Wilson for (y, n) of each family: n over its design effect, with t for z (Korn & Graubard 1998)."""
    m, total, cases = len(families), sum(n for _, n in families), sum(y for y, _ in families)
    share = cases / total
    variance = m / (m - 1) * sum((y - share * n) ** 2 for y, n in families) / total**2
    if 0 < share < 1:
        effect = variance / (share * (1 - share) / total)
    else:
        effect = sum(n * n for _, n in families) / total
    counted = total / max(1, effect * (t.ppf(0.975, m - 1) / z) ** 2)
    return wilson(share * counted, counted)


def test_a_value_that_a_distribution_does_not_declare_is_an_error_and_not_left_out():
    size = dataclasses.replace(TABLES["flow"].column("stage"), name="size", values=("1", "3+"))
    columns = (size, TABLES["flow"].column("families"))
    declared = dataclasses.replace(TABLES["flow"], name="sizes", columns=columns, group="retained")
    there = pd.DataFrame({"n": [9, 7]}, index=["registered", "retained"])
    counts = pd.DataFrame({"families": [6, 1, 0]}, index=["1", "2", "4"])
    with pytest.raises(SchemaError, match=r"sizes: size holds \['2'\], expected"):
        baseline.families_by_value(counts, declared, baseline.shares, there)
    counts = pd.DataFrame({"families": [4, 2]}, index=["1", "3+"])  # one has no size
    with pytest.raises(SchemaError, match="sizes: its groups hold 6 of the 7 that are retained"):
        baseline.families_by_value(counts, declared, baseline.shares, there)


def test_the_design_effect_by_hand():
    """Worked apart from any program: 3 of 5, 0 of 2, 1 of 1, 2 of 2; and none of the ten."""
    assert of_families((3, 5), (0, 2), (1, 1), (2, 2)) == pytest.approx((0.174198, 0.914283), abs=5e-7)
    assert of_families((0, 5), (0, 2), (0, 1), (0, 2)) == pytest.approx((0, 0.774953), abs=5e-7)


def rows(table, *columns):
    """Give some columns of a table as tuples, missing as None."""
    values = table[list(columns)].astype("object")
    return [tuple(row) for row in values.where(values.notna(), None).to_numpy()]


@pytest.fixture
def four_families():
    """LEU-001 couple, 2 children; LEU-002 single parent, none; LEU-003 unknown, 1; LEU-004 is excluded."""
    return cleaned(
        [
            household(gezinstype="koppel"),
            household(family="LEU-002", gezinstype="alleenstaande ouder"),
            household(family="LEU-003"),
            {"gezin": "LEU-004", "pilootproject": "Leuven", "datum": "2022-05-01", "gezinstype": "koppel"},
        ],
        [
            person("V1", opleidingsniveau="hoger onderwijs"),
            person("V2", opleidingsniveau="lager secundair"),
            person("V1", family="LEU-002", opleidingsniveau="lager secundair"),
            person("V1", family="LEU-003"),
            person("V9", "2022-07-01", opleidingsniveau="hoger onderwijs"),  # came after the window
            person("V1", family="LEU-004", opleidingsniveau="hoger onderwijs"),
        ],
        [
            person("K1", geboortedatum="2020-04-01"),  # 2 years
            person("K2", geboortedatum="2022-08-01"),  # expected
            person("K3", "2022-07-01", geboortedatum="2012-08-01"),  # came after the window
            person("K1", family="LEU-003"),  # of unknown age
            person("K1", family="LEU-004", geboortedatum="2015-04-01"),
        ],
    )


def test_figure_02(four_families):
    table = open_study(four_families)["figure_02"]
    third, half = 1 / 3, 1 / 2
    assert rows(table, "characteristic", "value", "n", "share") == [
        ("household_type", "koppel", 1, half),  # of the two families of known type
        ("household_type", "alleenstaande ouder", 1, half),
        ("household_type", "onbekend", 1, None),
        ("children", "0", 1, third),
        ("children", "1", 1, third),
        ("children", "2", 1, third),  # an expected birth counts, a later child does not
        ("child_age", "expected", 1, half),
        ("child_age", "0", 0, 0.0),
        ("child_age", "1", 0, 0.0),
        ("child_age", "2", 1, half),
        ("child_age", "onbekend", 1, None),
    ]
    of_two, of_three = wilson(1, 2), wilson(1, 3)
    assert rows(table, "ci_low", "ci_high")[0] == pytest.approx(of_two)
    assert rows(table, "ci_low", "ci_high")[3] == pytest.approx(of_three)
    assert rows(table, "ci_low", "ci_high")[2] == (None, None)
    # both children of a known age are of one family, which counts as one person
    assert rows(table, "ci_low", "ci_high")[6] == pytest.approx(wilson(0.5, 1))
    assert rows(table, "ci_low", "ci_high")[7] == pytest.approx(wilson(0, 1))


def test_figure_02_shows_every_number_up_to_the_largest_family_and_the_oldest_child():
    tables = cleaned([household()], kind=[person(f"K{n}", geboortedatum="2010-01-01") for n in range(3)])
    table = open_study(tables)["figure_02"]
    of = table.groupby("characteristic", observed=False)["value"].agg(list)
    assert of["children"] == ["0", "1", "2", "3"]
    assert of["child_age"] == ["expected", *(str(age) for age in range(13)), "onbekend"]


def test_figure_02_without_families():
    tables = cleaned()
    table = open_study(tables)["figure_02"]
    assert rows(table, "characteristic", "value", "n", "share") == [
        ("household_type", "koppel", 0, None),
        ("household_type", "alleenstaande ouder", 0, None),
        ("household_type", "onbekend", 0, None),
        ("child_age", "expected", 0, None),
        ("child_age", "onbekend", 0, None),
    ]


def test_figure_03(four_families):
    table = open_study(four_families)["figure_03"]
    assert rows(table, "education", "n", "share") == [
        ("geen of lager onderwijs", 0, 0.0),
        ("lager secundair", 2, 0.5),
        ("hoger secundair", 0, 0.0),
        ("hoger onderwijs", 1, 0.25),
        ("onbekend", 1, 0.25),  # unknown is among them
    ]
    # of two, one and one adults
    assert rows(table, "ci_low", "ci_high")[1] == pytest.approx(of_families((1, 2), (1, 1), (0, 1)))
    assert rows(table, "ci_low", "ci_high")[4] == pytest.approx(of_families((0, 2), (0, 1), (1, 1)))
    assert rows(table, "ci_low", "ci_high")[0] == pytest.approx(of_families((0, 2), (0, 1), (0, 1)))


def test_figure_03_without_adults():
    table = open_study(cleaned([household()]))["figure_03"]
    assert rows(table, "n", "share") == [(0, None)] * 5


def drawn(tables, figure, **settings):
    return open_study(tables, **settings)[figure]


def test_a_household_item_counts_families():
    incomes = ["1", "1", "2", "n.v.t.", ""]
    tables = cleaned(
        [
            household(family=f"LEU-{n}", inkomen=level, onderhoud_woning="1")
            for n, level in enumerate(incomes, 1)
        ]
    )
    table = drawn(tables, "figure_06")
    assert rows(table, "unit", "item", "level", "n", "share") == [
        ("huishouden", "inkomen", "1", 2, 2 / 3),
        ("huishouden", "inkomen", "2", 1, 1 / 3),
        ("huishouden", "inkomen", "3", 0, 0.0),
        ("huishouden", "inkomen", "4", 0, 0.0),
        ("huishouden", "inkomen", "5", 0, 0.0),
        ("huishouden", "inkomen", "not_applicable", 1, None),
        ("huishouden", "inkomen", "missing", 1, None),
    ]
    assert rows(table, "ci_low", "ci_high")[0] == pytest.approx(wilson(2, 3))
    assert rows(table, "ci_low", "ci_high")[5:] == [(None, None)] * 2


def test_labels_are_in_the_language_of_the_report():
    tables = cleaned([household()])
    item = DEFINITIONS.item("huishouden", "inkomen")
    dutch, english = (
        drawn(tables, "figure_06", language=language)["label"].tolist() for language in ("nl", "en")
    )
    assert dutch == [*(label.nl for label in item.labels), "niet van toepassing", "ontbreekt"]
    assert english == [*(label.en for label in item.labels), "not applicable", "missing"]


def test_an_item_of_adults_counts_families_by_their_worst_member():
    tables = cleaned(
        [household(), household(family="LEU-002"), household(family="LEU-003")],
        [
            person("V1", vangnet="2"),
            person("V2", vangnet="5"),
            person("V3", "2022-08-01", vangnet="1"),  # came later
            person("V1", family="LEU-002", vangnet="nvt"),
        ],
    )
    assert drawn(tables, "figure_09")["n"].tolist() == [0, 1, 0, 0, 0, 1, 1]
    assert drawn(tables, "figure_09", within_family="best")["n"].tolist() == [0, 0, 0, 0, 1, 1, 1]
    assert drawn(tables, "figure_09", within_family="median")["n"].tolist() == [0, 0, 1, 0, 0, 1, 1]


def test_parents_and_children_are_counted_as_persons_side_by_side():
    tables = cleaned(
        [household(), household(family="LEU-002")],
        [person("V1", stress="1"), person("V2", stress="1"), person("V1", family="LEU-002")],
        [
            person("K1", stress="4"),
            person("K2", stress="nvt"),
            person("K3", "2022-08-01", stress="1"),  # came later: counts nowhere
        ],
    )
    table = drawn(tables, "figure_11")
    assert rows(table, "unit", "level", "n")[:7] == [
        ("volwassene", "1", 2),
        ("volwassene", "2", 0),
        ("volwassene", "3", 0),
        ("volwassene", "4", 0),
        ("volwassene", "5", 0),
        ("volwassene", "not_applicable", 0),
        ("volwassene", "missing", 1),
    ]
    assert table["n"].tolist()[7:] == [0, 0, 0, 1, 0, 1, 0]
    assert table["share"].dropna().tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 1, 0]


def test_the_unit_of_analysis_is_data():
    tables = cleaned([household()], [person("V1", vangnet="2"), person("V2", vangnet="5")])
    by_person = dataclasses.replace(DEFINITIONS.figures["figure_09"], unit_of_analysis="adult")
    start = open_study(tables).start_states
    counts = baseline.level_counts(start, tables.families, by_person, "worst")
    table = baseline.distribution(counts, by_person, DEFINITIONS, "nl")
    assert table["n"].tolist() == [0, 1, 0, 0, 1, 0, 0]


def measures(tables, **parameters):
    table = open_study(tables, **parameters)["claim_measures"]
    return dict(zip(table["measure"], table["value"], strict=True))


def test_claim_measures_about_children(four_families):
    found = measures(four_families)
    assert found["children_mean_age"] == 2.0  # the expected birth and the unknown age left out
    assert found["children_per_family"] == 1.0  # three children, three retained families


def test_a_mean_of_nobody_is_missing():
    found = measures(cleaned())
    assert pd.isna(found["children_mean_age"]) and pd.isna(found["children_per_family"])
    assert found["families_with_youth_care_crisis"] == 0


def test_families_with_a_youth_care_crisis():
    tables = cleaned(
        [
            household(date, family=f"LEU-{n}")
            for n in range(1, 8)
            for date in ("2022-05-01", "2023-01-01")
            if n < 7 or date < "2023"
        ],
        kind=[
            person("K1", "2022-08-01", "LEU-1", jeugdzorg="1"),
            person("K1", "2022-09-01", "LEU-1", jeugdzorg="4"),  # a crisis in between counts
            person("K1", "2022-11-01", "LEU-2", jeugdzorg="1"),  # t0 + 6 months itself
            person("K2", "2022-11-01", "LEU-2", jeugdzorg="1"),  # one family all the same
            person("K1", "2022-11-02", "LEU-3", jeugdzorg="1"),  # a day too late
            person("K1", "2022-08-01", "LEU-4", jeugdzorg="2"),
            person("K1", "2022-08-01", "LEU-5", zorg="1"),
            person("K1", "2022-05-01", "LEU-6", jeugdzorg="1"),  # t0 itself
            person("K1", "2022-05-01", "LEU-7", jeugdzorg="1"),  # not followed
        ],
    )
    assert measures(tables)["families_with_youth_care_crisis"] == 3
    assert measures(tables, follow_up_months=7)["families_with_youth_care_crisis"] == 4


def test_a_crisis_is_one_of_the_item_of_figure_21_and_unknown_without_that_figure():
    """The item has another name in the codebook of another year, or the figure is left out."""
    days = [household(date, family="LEU-1") for date in ("2022-05-01", "2023-01-01")]
    tables = cleaned(days, kind=[person("K1", "2022-08-01", "LEU-1", zorg="1", jeugdzorg="3")])
    study = open_study(tables)
    figures = {name: one for name, one in DEFINITIONS.figures.items() if name != "figure_21"}
    other = dataclasses.replace(DEFINITIONS.figures["figure_21"], items=(("kind", "zorg"),))
    for those, crises in ((figures | {"figure_21": other}, 1), (figures, None), (DEFINITIONS.figures, 0)):
        outputs = SimpleNamespace(figures=those)
        definitions = dataclasses.replace(DEFINITIONS, outputs=outputs)
        members = baseline.claim_members(
            study.families, study.persons, study.observations, definitions, follow_up_months=6
        )
        found = baseline.claim_measures(baseline.claim_counts(members), definitions).set_index("measure")
        value = found["value"]["families_with_youth_care_crisis"]
        assert value == crises if crises is not None else pd.isna(value)
