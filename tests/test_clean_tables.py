"""The clean tables, worked by hand: families, persons, observations; selecting pilots; reading them back."""

import dataclasses
import datetime as dt

import pandas as pd
import pytest

from helpers import cleaning
from helpers.cleaning import (
    CleanError,
    Study,
    clean,
    read_clean,
    select_pilots,
    select_started,
    study_to_json,
)
from helpers.states import build_states
from raw_exports import DEFINITIONS, cleaned, family, household, person, raw_export


def flow(tables):
    return dict(zip(tables.flow["stage"], tables.flow["families"], strict=True))


def one_person(tables):
    assert len(tables.persons) == 1
    return tables.persons.iloc[0]


# --- families -----------------------------------------------------------------------------------------------


def test_flow_counts_every_code_once():
    tables = cleaned(
        [
            household(),  # LEU-001: retained and followed
            household("2022-11-01"),
            household(family="LEU-002"),  # retained, not followed
            household(family="LEU-003", inkomen=""),  # F02: three known items
            household(family="LEU-004", datum="ooit"),  # loses all rows: no household
            household(family="TEST 1"),
            household(family="test-001"),  # the same test family
            household(family="test"),  # a test code without a number counts by its text
            household(family=" TEST ", datum="?"),
            household(family="??"),  # no readable code: in no stage
        ],
        [person("V1", family="LEU-005")],  # F01: no household row
    )
    assert flow(tables) == {
        "registered": 5,
        "test": 2,
        "no_household": 2,
        "too_few_items": 1,
        "retained": 2,
        "followed": 1,
    }
    rules = tables.families.set_index("family")["rule"].astype("object").fillna("")
    assert rules.to_dict() == {"LEU-001": "", "LEU-002": "", "LEU-003": "F02", "LEU-005": "F01"}
    assert tables.cases_by_pilot.to_numpy().tolist() == [
        ["Baldemore", 0, 0, 0],
        ["Oostende", 0, 0, 0],
        ["Leuven", 4, 2, 1],
        ["Herenthout", 0, 0, 0],
        ["Bilzen", 0, 0, 0],
        ["unknown", 1, 0, 0],
    ]


def test_without_lost_families_there_is_no_row_unknown():
    assert "unknown" not in set(cleaned([household()]).cases_by_pilot["pilot"])


def test_f02_counts_levels_at_baseline_only():
    def rule(*rows, **parameters):
        return family(cleaned(list(rows), **parameters))["rule"]

    assert pd.isna(rule(household()))
    assert rule(household(inkomen="n.v.t.")) == "F02"  # not applicable is no level
    assert pd.isna(
        rule(household(inkomen=""), household("2022-05-31", inkomen="1"))
    )  # day 30 is in the window
    assert rule(household(inkomen=""), household("2022-06-01", inkomen="1")) == "F02"  # day 31 is not
    first_stands = [household(inkomen="nvt"), household("2022-05-02", inkomen="1")]
    assert rule(*first_stands) == "F02"
    assert pd.isna(rule(household(inkomen=""), min_household_items=3))
    assert rule(household(inkomen=""), household("2022-05-02", inkomen="1"), baseline_window_days=0) == "F02"


def test_t0_and_last_date_count_rows_without_a_value_in_any_sheet():
    tables = cleaned(
        [household("2022-06-01")],
        [person("V1", "2022-05-20")],
        [person("K1", "2022-12-01"), person("K2", "2022-12-01")],
    )
    row = family(tables)
    assert (row["t0"], row["last_date"]) == (pd.Timestamp("2022-05-20"), pd.Timestamp("2022-12-01"))
    assert row["registrations"] == 3  # distinct dates
    assert (row["adults"], row["children"]) == (1, 2)


@pytest.mark.parametrize(
    ("first", "last", "followed"),
    [
        ("2022-05-01", "2022-11-01", True),
        ("2022-05-01", "2022-10-31", False),
        ("2022-08-31", "2023-02-28", True),  # six months after 31 August is the last day of February
        ("2022-08-31", "2023-02-27", False),
        ("2022-08-30", "2023-02-28", True),
    ],
)
def test_followed_from_six_calendar_months_on(first, last, followed):
    assert family(cleaned([household(first)], [person("V1", last)]))["followed"] == followed


def test_an_excluded_family_is_not_followed():
    tables = cleaned(volwassene=[person("V1"), person("V1", "2023-05-01")])
    assert family(tables)[["status", "followed"]].tolist() == ["excluded", False]


def test_follow_up_months_is_a_parameter():
    rows = [household("2022-05-01"), household("2022-08-01")]
    assert family(cleaned(rows, follow_up_months=3))["followed"]


# --- attributes ---------------------------------------------------------------------------------------------


def test_household_type_is_the_first_known_in_the_baseline_window():
    def household_type(*types):
        dates = ["2022-05-01", "2022-05-31", "2022-06-01"]
        rows = [household(date, gezinstype=word) for date, word in zip(dates, types, strict=True)]
        return family(cleaned(rows))["household_type"]

    assert household_type("", "koppel", "alleenstaande ouder") == "koppel"
    assert household_type("alleenstaande ouder", "koppel", "") == "alleenstaande ouder"
    assert household_type("onbekend", "", "koppel") == "onbekend"  # only after the window


def test_education_is_the_first_known_in_the_baseline_window():
    adult = person("V1", opleidingsniveau="onbekend")
    later = person("V1", "2022-05-02", opleidingsniveau="Hoger  Secundair")
    too_late = person("V1", "2022-06-01", opleidingsniveau="hoger onderwijs")
    assert one_person(cleaned([household()], [adult, later, too_late]))["education"] == "hoger secundair"
    assert one_person(cleaned([household()], [adult, too_late]))["education"] == "onbekend"


def test_on_one_date_the_lowest_number_is_first_as_a_number_not_as_text():
    rows = [
        person("V1", registratie_id=10, opleidingsniveau="hoger onderwijs"),
        person("V1", registratie_id=9, opleidingsniveau="lager secundair"),
    ]
    assert one_person(cleaned([household()], rows))["education"] == "lager secundair"


def test_date_of_birth_is_the_last_known_of_all_rows():
    rows = [
        person("K1", "2022-05-01", geboortedatum="2010-01-01"),
        person("K1", "2023-05-01", geboortedatum="2012-01-01"),
        person("K1", "2023-06-01", geboortedatum=""),
    ]
    assert one_person(cleaned([household()], kind=rows))["age_years"] == 10


@pytest.mark.parametrize(
    ("birth", "t0", "age", "expected"),
    [
        ("2014-05-02", "2022-05-01", 7, False),  # the day before the birthday
        ("2014-05-01", "2022-05-01", 8, False),
        ("2022-05-01", "2022-05-01", 0, False),  # born on t0
        ("2022-05-02", "2022-05-01", None, True),
        ("2020-02-29", "2023-02-28", 2, False),  # the birthday is 1 March
        ("2020-02-29", "2023-03-01", 3, False),
        ("", "2022-05-01", None, False),
    ],
)
def test_age_in_completed_years_at_t0(birth, t0, age, expected):
    child = one_person(cleaned([household(t0)], kind=[person("K1", t0, geboortedatum=birth)]))
    assert child["expected"] == expected
    assert pd.isna(child["age_years"]) if age is None else child["age_years"] == age


def test_persons_are_those_of_retained_families_by_unit():
    tables = cleaned(
        [household()],
        [
            person("V1"),
            person("V1", "2022-06-15"),
            person("V2", "2022-06-01"),
            person("V1", family="LEU-009"),
        ],
        [person("V1", "2022-05-31")],  # V1 may be an adult and a child
    )
    found = tables.persons[["family", "person", "unit", "at_baseline"]].to_numpy().tolist()
    assert found == [
        ["LEU-001", "V1", "volwassene", True],
        ["LEU-001", "V2", "volwassene", False],  # first seen on day 31
        ["LEU-001", "V1", "kind", True],
    ]


def test_the_date_of_birth_does_not_reach_the_clean_tables():
    tables = cleaned([household()], kind=[person("K1", geboortedatum="2014-05-17")])
    for field in dataclasses.fields(tables):
        assert "2014-05-17" not in getattr(tables, field.name).to_csv()


# --- observations and notes ---------------------------------------------------------------------------------


def test_observations_are_the_cells_with_a_value_of_retained_families():
    tables = cleaned(
        [household(verblijfplaats="Dakloos", inkomen="?", schulden="nvt", zelfstandig_wonen="4")],
        [person("V1", registratie_id=30, stress="2")],
        [person("K1", family="LEU-002", stress="2")],  # an excluded family
    )
    found = tables.observations.astype("object").where(tables.observations.notna(), None).to_numpy().tolist()
    day = pd.Timestamp("2022-05-01")
    assert found == [
        ["LEU-001", None, "huishouden", "verblijfplaats", day, 1, 1, "observed"],
        ["LEU-001", None, "huishouden", "zelfstandig_wonen", day, 1, 4, "observed"],
        ["LEU-001", None, "huishouden", "schulden", day, 1, None, "not_applicable"],
        ["LEU-001", None, "huishouden", "voeding", day, 1, 4, "observed"],
        ["LEU-001", None, "huishouden", "veiligheid", day, 1, 5, "observed"],
        ["LEU-001", "V1", "volwassene", "stress", day, 30, 2, "observed"],
    ]


def test_observations_of_excluded_families_are_kept_apart():
    few = household(family="LEU-002", inkomen="2", verblijfplaats="", schulden="", voeding="", veiligheid="")
    tables = cleaned([household(), few], [person("V1", family="LEU-003", stress="n.v.t.")])
    found = tables.excluded_observations.astype("object")
    assert found[["family", "item", "level", "status"]].where(found.notna(), None).to_numpy().tolist() == [
        ["LEU-002", "inkomen", 2, "observed"],  # F02
        ["LEU-003", "stress", None, "not_applicable"],  # F01
    ]
    assert set(tables.observations["family"]) == {"LEU-001"}


def test_registrations_are_all_kept_rows_also_those_without_a_value():
    empty = {name: "" for name in ("verblijfplaats", "inkomen", "schulden", "voeding", "veiligheid")}
    tables = cleaned(
        [household(), household("2022-07-01", **empty), household("ooit")],
        [person("V1", date="2022-06-01"), person("V1", family="LEU-002")],  # the second has no household
    )
    found = tables.registrations.assign(date=tables.registrations["date"].dt.strftime("%d/%m"))
    assert found[["family", "unit", "person", "date"]].fillna("").to_numpy().tolist() == [
        ["LEU-001", "huishouden", "", "01/05"],
        ["LEU-001", "huishouden", "", "01/07"],
        ["LEU-001", "volwassene", "V1", "01/06"],
        ["LEU-002", "volwassene", "V1", "01/05"],
    ]


def test_notes_are_a_table_of_their_own():
    tables = cleaned(
        [household(inkomen_toelichting=" krap "), household("2022-06-01", inkomen_toelichting="  ")],
        [person("V1", stress_toelichting="moe"), person("V1", family="LEU-002", stress_toelichting="weg")],
    )
    found = tables.notes.astype("object").where(tables.notes.notna(), None).to_numpy().tolist()
    day = pd.Timestamp("2022-05-01")
    assert found == [
        ["LEU-001", None, "huishouden", "inkomen", day, "krap"],
        ["LEU-001", "V1", "volwassene", "stress", day, "moe"],
    ]


def test_an_export_without_rows_gives_empty_tables():
    tables = cleaned()
    assert set(flow(tables).values()) == {0}
    assert tables.families.empty and tables.persons.empty and tables.observations.empty and tables.notes.empty
    assert tables.cleaning_log[["rows", "cells"]].to_numpy().sum() == 0


def test_the_raw_export_stays_as_it_was():
    raw = raw_export([household(inkomen="x"), household("ooit")])
    before = {unit: table.copy() for unit, table in raw.tables.items()}
    clean(raw, DEFINITIONS)
    for unit, table in raw.tables.items():
        pd.testing.assert_frame_equal(table, before[unit])


# --- selecting pilots ---------------------------------------------------------------------------------------


@pytest.fixture
def two_pilots():
    """Leuven: one followed family, one that F01 excludes. Bilzen: one retained. One family lost all rows."""
    return cleaned(
        [
            household(),
            household("2022-12-01"),
            household(family="BIL-001", pilootproject="Bilzen"),
            household("ooit", family="LEU-009"),
            household(family="TEST"),
        ],
        [person("V1", family="LEU-002"), person("V1", family="BIL-001", pilootproject="Bilzen", stress="1")],
    )


def test_selecting_a_pilot_keeps_its_families_whole(two_pilots):
    chosen = select_pilots(two_pilots, ["leuven"])
    assert chosen.families["family"].tolist() == ["LEU-001", "LEU-002"]
    assert set(chosen.observations["family"]) == {"LEU-001"}
    assert set(chosen.registrations["family"]) == {"LEU-001", "LEU-002"}
    assert set(chosen.excluded_observations["family"]) <= {"LEU-002"}
    assert chosen.persons.empty
    assert flow(chosen) == {
        "registered": 2,
        "test": 0,
        "no_household": 1,
        "too_few_items": 0,
        "retained": 1,
        "followed": 1,
    }
    assert chosen.cases_by_pilot.to_numpy().tolist() == [["Leuven", 2, 1, 1]]
    assert chosen.rejected is two_pilots.rejected and chosen.cleaning_log is two_pilots.cleaning_log


def test_selected_pilots_stand_in_the_order_of_the_dataset(two_pilots):
    chosen = select_pilots(two_pilots, ("Bilzen", "Leuven", "Bilzen"))
    assert chosen.cases_by_pilot["pilot"].tolist() == ["Leuven", "Bilzen"]


def test_selecting_nothing_keeps_everything(two_pilots):
    assert select_pilots(two_pilots, ()) is two_pilots


@pytest.mark.parametrize("name", ["Gent", "unknown"])
def test_a_pilot_that_is_not_in_the_dataset_is_refused(two_pilots, name):
    with pytest.raises(
        CleanError, match=f"pilots: {name} not in this dataset; expected .*Baldemore, Oostende"
    ):
        select_pilots(two_pilots, ["Leuven", name])


# --- cohorts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "until", "there"),
    [
        ("2022-03-15", "", ["LEU-002", "LEU-003"]),
        ("2022-03-16", "", ["LEU-003"]),
        ("", "2022-03-15", ["LEU-001", "LEU-002"]),
        ("2022-03-15", "2022-03-15", ["LEU-002"]),
    ],
)
def test_a_cohort_has_the_families_first_registered_in_its_period(since, until, there):
    days = {"LEU-001": "2022-03-14", "LEU-002": "2022-03-15", "LEU-003": "2022-04-01"}
    later = [household("2022-12-01", family="LEU-001")]
    tables = cleaned([household(day, family=family) for family, day in days.items()] + later, [])
    chosen = select_started(tables, since, until)
    assert chosen.families["family"].tolist() == there
    assert set(chosen.observations["family"]) == set(chosen.registrations["family"]) == set(there)
    assert chosen.cases_by_pilot["registered"].sum() == flow(chosen)["registered"] == len(there)


def test_a_period_in_which_nobody_started_is_refused_with_the_days_that_there_are(two_pilots):
    with pytest.raises(
        CleanError, match="^started_from 2023-01-01: no family was first .* 2022-05-01 and 2022-05-01$"
    ):
        select_started(two_pilots, "2023-01-01", "")


# --- reading and writing ------------------------------------------------------------------------------------

STUDY = Study(
    name="test",
    title="Een tëst",
    synthetic=True,
    exported_on=dt.date(2023, 9, 30),
    project_start=dt.date(2022, 3, 1),
    pilots=("Leuven", "Bilzen"),
    parameters={
        "min_household_items": 4,
        "baseline_window_days": 30,
        "follow_up_months": 6,
        "follow_up_rule": "at",
    },
)


def test_a_study_survives_json():
    text = study_to_json(STUDY)
    assert cleaning.study_from_json(text) == STUDY
    assert '"title": "Een tëst"' in text and '"exported_on": "2023-09-30"' in text


def test_a_study_is_made_of_the_dataset():
    dataset = raw_export(pilots=("Leuven", "Bilzen"), title="Een tëst").dataset
    assert Study.of(dataset, STUDY.parameters) == STUDY


def write(tables, folder):
    states = build_states(tables, DEFINITIONS)
    for field in dataclasses.fields(tables):
        getattr(tables, field.name).to_parquet(folder / f"{field.name}.parquet")
    states.to_parquet(folder / "states.parquet")
    (folder / "study.json").write_text(study_to_json(STUDY), encoding="utf-8")
    return states


def test_clean_tables_are_read_back_as_they_were_written(two_pilots, tmp_path):
    states = write(two_pilots, tmp_path)
    tables, states_again, study = read_clean(tmp_path)
    assert study == STUDY
    pd.testing.assert_frame_equal(states_again, states)
    for field in dataclasses.fields(tables):
        pd.testing.assert_frame_equal(getattr(tables, field.name), getattr(two_pilots, field.name))


def test_a_folder_without_clean_tables_says_what_to_do(two_pilots, tmp_path):
    with pytest.raises(CleanError, match=r"families.parquet is not there.*01_cleaning"):
        read_clean(tmp_path)
    write(two_pilots, tmp_path)
    (tmp_path / "study.json").write_text("{}", encoding="utf-8")
    with pytest.raises(CleanError, match=r"study.json cannot be read"):
        read_clean(tmp_path)
    (tmp_path / "persons.parquet").write_bytes(b"no parquet")
    with pytest.raises(CleanError, match=r"persons.parquet cannot be read"):
        read_clean(tmp_path)


def test_a_table_of_another_shape_cannot_be_read(two_pilots, tmp_path):
    write(two_pilots, tmp_path)
    two_pilots.families.drop(columns="pilot").to_parquet(tmp_path / "families.parquet")
    with pytest.raises(CleanError, match=r"families.parquet cannot be read"):
        read_clean(tmp_path)
