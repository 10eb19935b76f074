"""The cleaning rules, worked by hand: each row of a fixture says which rule it trips."""

from datetime import date

import pandas as pd
import pytest

from datasets import ITEMS
from helpers.cleaning import clean, in_groups
from helpers.cleaning.values import read_date
from helpers.export.messages import ExportError
from raw_exports import DEFINITIONS, cleaned, family, household, person, raw_export, touched

# --- rows ---------------------------------------------------------------------------------------------------


def test_each_rule_for_rows():
    tables = cleaned(
        [
            household(),  # 2: kept
            household(family="leu 1", datum="1/6/2022"),  # 3: kept, another spelling of LEU-001
            household(family="te-st 1", datum="?"),  # 4: R02, which comes before R01 and R03
            household(family="", datum="?"),  # 5: R01, blank, before R03
            household(family="LEU--1"),  # 6: R01, unreadable
            household("31/02/2022", pilootproject="Gent"),  # 7: R03, no such day, before R04
            household("2022-02-28"),  # 8: R03, the day before the project started
            household("2023-10-01"),  # 9: R03, the day after the export
            household("2022-05-02", pilootproject="Gent"),  # 10: R04
            household("2022-05-01 10:00", pilootproject="LEUVEN"),  # 11: R06, means the same as row 2
        ],
        [
            person("V1"),  # 2: kept
            person("  ", pilootproject=""),  # 3: R04 comes before R05
            person("  "),  # 4: R05
        ],
        [person("")],  # 2: R05
    )
    assert touched(tables) == [
        ("huishouden", 4, "gezin", "te-st 1", "R02", "row_rejected"),
        ("huishouden", 5, "gezin", "", "R01", "row_rejected"),
        ("huishouden", 6, "gezin", "LEU--1", "R01", "row_rejected"),
        ("huishouden", 7, "datum", "31/02/2022", "R03", "row_rejected"),
        ("huishouden", 8, "datum", "2022-02-28", "R03", "row_rejected"),
        ("huishouden", 9, "datum", "2023-10-01", "R03", "row_rejected"),
        ("huishouden", 10, "pilootproject", "Gent", "R04", "row_rejected"),
        ("huishouden", 11, "", "= row 2", "R06", "row_rejected"),
        ("volwassene", 3, "pilootproject", "", "R04", "row_rejected"),
        ("volwassene", 4, "persoon", "  ", "R05", "row_rejected"),
        ("kind", 2, "persoon", "", "R05", "row_rejected"),
    ]
    assert family(tables)["registrations"] == 2


def test_rejected_says_file_and_reason_in_both_languages():
    row = cleaned([household("gisteren")]).rejected.iloc[0]
    assert row["file"] == "huishouden.csv"
    days = "2023-01-31, 31/1/2023 {} 31 jan 2023"
    dutch, english = days.format("of"), days.format("or")
    assert row["reason_nl"] == f"geen leesbare datum (dag, maand en jaar, zoals {dutch})"
    assert row["reason_en"] == f"no readable date (day, month and year, such as {english})"
    named = english.replace(" or ", ", ").split(", ")
    assert {read_date(day) for day in named} == {date(2023, 1, 31)}


def test_a_value_is_cut_at_100_characters():
    tables = cleaned([household(inkomen="x" * 101), household("2022-06-01", inkomen="y" * 100)])
    assert [value for *_, value, _, _ in touched(tables)] == ["x" * 100, "y" * 100]


def test_first_and_last_day_of_the_project_are_allowed():
    tables = cleaned([household("1/3/2022"), household("30/9/2023")])
    assert touched(tables) == []
    assert family(tables)["t0"] == pd.Timestamp("2022-03-01")
    assert family(tables)["last_date"] == pd.Timestamp("2023-09-30")


# --- R06: the same row again --------------------------------------------------------------------------------


def test_all_spellings_of_one_meaning_are_the_same_row():
    tables = cleaned(
        volwassene=[
            person("V1", opleidingsniveau="-", stress="3", lezen="", justitie="nvt"),
            person(
                " v1",
                "1/5/2022",
                "leu_1",
                opleidingsniveau="onbekend",
                stress="3,0",
                lezen="–",
                justitie="N.V.T.",
            ),
        ]
    )
    assert touched(tables) == [("volwassene", 3, "", "= row 2", "R06", "row_rejected")]


@pytest.mark.parametrize(
    "cells",
    [
        {"stress": "4"},
        {"stress": "n.v.t."},
        {"stress": "drie"},  # an invalid level counts as its text
        {"opleidingsniveau": "lager secundair"},
        {"pilootproject": "Bilzen"},
        {"datum": "2022-05-02"},
        {"persoon": "V2"},
        {"stress_toelichting": "iets"},  # notes and unknown columns count
        {"opmerking": "iets"},
    ],
)
def test_a_row_that_differs_somewhere_stays(cells):
    first = person("V1", stress="3", stress_toelichting="", opmerking="")
    tables = cleaned(volwassene=[first, first | cells])
    assert "R06" not in set(tables.rejected["rule"].astype("str"))


def test_outer_white_space_and_registratie_id_do_not_make_a_row_differ():
    first = person("V1", stress="drie", stress_toelichting="moe", opmerking="x", registratie_id=5)
    again = first | {"stress": " drie", "stress_toelichting": "moe ", "opmerking": " x", "registratie_id": 4}
    tables = cleaned(volwassene=[first, again, again | {"registratie_id": 5}])
    assert [row for row in touched(tables) if row[4] == "R06"] == [
        ("volwassene", 3, "", "= row 2", "R06", "row_rejected"),
        ("volwassene", 4, "", "= row 2", "R06", "row_rejected"),  # an equal registratie_id is no obstacle
    ]
    assert tables.cleaning_log.set_index(["rule", "sheet"])["cells"][("R07", "volwassene")] == 1  # row 2 only


def test_a_level_that_is_taken_back_on_one_day_stands():
    days = [("1", "3"), ("2", "4"), ("3", "3"), ("4", "3")]  # registratie_id and stress; only 4 says 3 again
    start = [household(**dict.fromkeys(ITEMS["huishouden"], "3"))]
    tables = cleaned(start, [person("V1", registratie_id=number, stress=level) for number, level in days])
    assert touched(tables) == [("volwassene", 5, "", "= row 4", "R06", "row_rejected")]
    assert tables.observations.query("item == 'stress'")["level"].tolist() == [3, 4, 3]


def test_the_row_that_is_highest_in_the_file_stays():
    tables = cleaned([household(registratie_id=9), household(registratie_id=1)])
    assert tables.observations["registration"].unique().tolist() == [9]


def test_two_different_rows_may_not_share_a_registratie_id():
    rows = [household(registratie_id=7), household("2022-06-01", registratie_id=7)]
    with pytest.raises(ExportError) as error:
        cleaned(rows)
    assert str(error.value).startswith("huishouden.csv, huishouden, rows 2, 3, column `registratie_id`: 7 ")


def test_rows_that_a_rule_rejects_may_share_a_registratie_id():
    tables = cleaned([household(registratie_id=7), household("ooit", registratie_id=7)])
    assert [rule for *_, rule, _ in touched(tables)] == ["R03"]


def test_two_sheets_may_share_registratie_ids():
    assert touched(cleaned([household(registratie_id=1)], [person("V1", registratie_id=1)])) == []


# --- cells --------------------------------------------------------------------------------------------------


def test_an_invalid_level_is_emptied_and_its_row_kept():
    tables = cleaned([household(verblijfplaats="1", inkomen="6"), household("gisteren", inkomen="3-mei")])
    assert touched(tables) == [
        ("huishouden", 2, "inkomen", "6", "R07", "cell_emptied"),
        ("huishouden", 3, "datum", "gisteren", "R03", "row_rejected"),  # its level is not looked at
    ]
    assert set(tables.observations["item"]) == {"verblijfplaats", "schulden", "voeding", "veiligheid"}


def test_attributes_outside_their_values_are_emptied():
    tables = cleaned(
        [household(gezinstype="gezin"), household("2022-05-02", gezinstype="Koppel")],
        [person("V1", opleidingsniveau="n.v.t."), person("V1", "2022-05-02", opleidingsniveau="?")],
        [
            person("K1", geboortedatum="in mei"),  # unreadable
            person("K2", geboortedatum="31/12/1899"),  # before 1900
            person("K3", geboortedatum="2023-02-26"),  # 301 days after the registration
            person("K4", geboortedatum="2023-02-25"),  # 300 days: an expected birth
            person("K5", geboortedatum="1/1/1900"),
            person("K6", geboortedatum="onbekend"),  # nothing registered
        ],
    )
    assert touched(tables) == [
        ("huishouden", 2, "gezinstype", "gezin", "R09", "cell_emptied"),
        ("volwassene", 2, "opleidingsniveau", "n.v.t.", "R09", "cell_emptied"),
        ("kind", 2, "geboortedatum", "in mei", "R09", "cell_emptied"),
        ("kind", 3, "geboortedatum", "31/12/1899", "R09", "cell_emptied"),
        ("kind", 4, "geboortedatum", "2023-02-26", "R09", "cell_emptied"),
    ]
    assert tables.rejected["reason_en"].tolist()[2:] == [
        "no readable date of birth",
        "date of birth before 1900",
        "date of birth more than 300 days after the registration",
    ]
    assert family(tables)["household_type"] == "koppel"
    children = tables.persons[tables.persons["unit"] == "kind"].set_index("person")
    assert children["expected"].tolist() == [False, False, False, True, False, False]
    assert children["age_years"].dropna().to_dict() == {"K5": 122}


# --- R08: one pilot per family ------------------------------------------------------------------------------


def test_the_pilot_of_the_earliest_row_stands_and_each_other_row_is_logged():
    tables = cleaned(
        [household("2022-06-01", pilootproject="Bilzen"), household("2022-07-01", pilootproject="oostende")],
        [
            person("V1", "2022-05-01", pilootproject="Oostende", registratie_id=11),
            person("V1", "2022-05-02", pilootproject="Leuven", registratie_id=10),
        ],
    )
    assert family(tables)["pilot"] == "Oostende"
    assert touched(tables) == [
        ("huishouden", 2, "pilootproject", "Bilzen", "R08", "overruled"),
        ("volwassene", 3, "pilootproject", "Leuven", "R08", "overruled"),
    ]


def test_ties_between_pilots_go_to_the_lowest_number_then_to_the_first_sheet():
    by_number = cleaned(
        [household(registratie_id=10)], [person("V1", registratie_id=9, pilootproject="Bilzen")]
    )
    assert family(by_number)["pilot"] == "Bilzen"
    by_sheet = cleaned(
        kind=[person("K1", registratie_id=9, pilootproject="Oostende")],
        volwassene=[person("V1", registratie_id=9, pilootproject="Bilzen")],
    )
    assert family(by_sheet)["pilot"] == "Bilzen"


def test_a_rejected_row_gives_no_pilot():
    tables = cleaned([household("2022-02-01", pilootproject="Bilzen"), household()])
    assert family(tables)["pilot"] == "Leuven"
    assert [rule for *_, rule, _ in touched(tables)] == ["R03"]


# --- R08: one group per family ------------------------------------------------------------------------------

GROUPED = {
    "LEU-001": ["", "vergelijking", "gezinscoach"],  # the first that is named stands
    "LEU-002": ["gezinscoach"],
    "LEU-003": ["Vergelijking "],
    "LEU-004": ["controle"],  # no group: R09
}


def grouped(**given):
    rows = [
        household(f"2022-0{5 + number}-01", family=code, groep=group, **dict.fromkeys(ITEMS["huishouden"], 3))
        for code, groups in GROUPED.items()
        for number, group in enumerate(groups)
    ]
    return cleaned(rows, [person("V1", family=code, stress=2) for code in GROUPED], **given)


def test_the_first_group_that_is_named_stands_and_each_other_row_is_logged():
    tables = grouped()
    groups = tables.families.set_index("family")["group"].astype("object").fillna("").to_dict()
    assert groups == {
        "LEU-001": "vergelijking", "LEU-002": "gezinscoach", "LEU-003": "vergelijking", "LEU-004": ""
    }  # fmt: skip
    assert touched(tables) == [
        ("huishouden", 4, "groep", "gezinscoach", "R08", "overruled"),
        ("huishouden", 7, "groep", "controle", "R09", "cell_emptied"),
    ]
    assert tables.rejected["reason_en"].tolist()[0].startswith("another group than the family's earliest row")


def test_families_for_comparison_count_apart():
    """One coached, one for comparison; of a third no row is kept, so that its group is not known."""
    rows = [household(family=code, groep=GROUPED[code][0]) for code in ("LEU-002", "LEU-003")]
    tables = cleaned([household("ooit", family="LEU-005"), *rows])
    assert tables.flow.set_index("stage")["families"].to_dict() == {
        "registered": 2, "test": 0, "comparison": 1, "no_household": 1, "too_few_items": 0,
        "retained": 1, "followed": 0,
    }  # fmt: skip
    cases = tables.cases_by_pilot.set_index("pilot")["registered"]
    assert cases[cases > 0].to_dict() == {"Leuven": 1, "unknown": 1}


def test_coached_and_others_are_set_apart_whole():
    tables = grouped()
    coached, others = in_groups(tables)
    assert coached.families["family"].tolist() == ["LEU-002", "LEU-004"]
    assert others.families["family"].tolist() == ["LEU-001", "LEU-003"]
    for name in ("persons", "registrations", "observations"):
        whole, *parts = (getattr(one, name) for one in (tables, coached, others))
        assert len(whole) == sum(map(len, parts)) and all(len(part) for part in parts)
    assert coached.flow.equals(tables.flow)
    assert others.flow.set_index("stage")["families"].to_dict() == {
        "registered": 2, "test": 0, "no_household": 0, "too_few_items": 0, "retained": 2, "followed": 0
    }  # fmt: skip
    same, none = in_groups(coached)
    assert none is None and same is coached


# --- the log ------------------------------------------------------------------------------------------------


def test_cleaning_log_has_a_row_for_each_rule_and_unit_with_zeros():
    tables = cleaned(
        [
            household("ooit"),
            household(inkomen="x", voeding="y"),
            household("2022-05-02", pilootproject="Bilzen"),
        ]
    )
    log = tables.cleaning_log
    assert len(log) == 26  # nine rules, three units, but R05 has no household column
    assert ("R05", "huishouden") not in set(zip(log["rule"], log["sheet"], strict=True))
    log = log.set_index(["rule", "sheet"])
    assert log[log.sum(axis=1) > 0].to_dict("index") == {
        ("R03", "huishouden"): {"rows": 1, "cells": 0},
        ("R07", "huishouden"): {"rows": 0, "cells": 2},
        ("R08", "huishouden"): {"rows": 0, "cells": 1},
    }


def test_columns_of_another_unit_are_unknown_columns():
    tables = cleaned(
        [household(persoon=""), household("2022-06-01", persoon="V9", geboortedatum="x")],
        [person("V1", geboortedatum="1980-01-01", gezinstype="x")],
    )
    assert touched(tables) == []
    assert tables.persons["age_years"].isna().all() and tables.persons["unit"].tolist() == ["volwassene"]
    assert "huishouden" not in tables.cleaning_log.loc[tables.cleaning_log["rule"] == "R05", "sheet"].tolist()


def test_rows_under_another_spelling_of_a_pilot_are_kept_as_rows_of_that_pilot():
    rows = [household("2022-05-01", pilootproject=" LEU"), household("2022-06-01", pilootproject="Gent")]
    cleaned_as = clean(raw_export(rows, pilot_names={"leu": "Leuven"}), DEFINITIONS)
    assert family(cleaned_as)["pilot"] == "Leuven"
    assert touched(cleaned_as) == [("huishouden", 3, "pilootproject", "Gent", "R04", "row_rejected")]
