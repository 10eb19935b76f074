"""The state of an item at baseline and at follow-up, worked by hand on families of one or two persons."""

import pandas as pd
import pytest

from helpers.cleaning import clean, select_families, select_pilots
from helpers.cleaning.windows import add_months
from helpers.definitions import load_definitions
from helpers.states import build_states, family_level, start_states
from raw_exports import household, person, raw_export

DEFINITIONS = load_definitions()


def made(huishouden, volwassene=(), kind=(), **parameters):
    """Clean rows and build their states."""
    tables = clean(raw_export(huishouden, volwassene, kind), DEFINITIONS)
    return tables, build_states(tables, DEFINITIONS, **parameters)


def state(states, moment, item="stress", unit="volwassene", person="V1"):
    """Give one state as level or status, date and fresh."""
    who = states["person"].isna() if unit == "huishouden" else states["person"] == person
    cell = (states["unit"] == unit) & (states["item"] == item) & (states["moment"] == moment) & who
    found = states[cell]
    assert len(found) == 1
    row = found.iloc[0]
    value = row["status"] if pd.isna(row["level"]) else int(row["level"])
    return value, None if pd.isna(row["date"]) else f"{row['date']:%Y-%m-%d}", bool(row["fresh"])


def stress(*registrations, **parameters):
    """Give baseline and follow-up stress of one adult whose family starts on 2022-05-01 and is followed.

    A registration is (date, value).
    """
    rows = [
        person("V1", date, stress=value, registratie_id=n)
        for n, (date, value) in enumerate(registrations, 10)
    ]
    _, states = made([household(), household("2023-09-01")], rows, **parameters)
    return state(states, "baseline"), state(states, "follow_up")


MISSING = ("missing", None, False)


def test_baseline_is_the_first_value_in_the_window_and_follow_up_the_last():
    before, after = stress(("2022-05-01", ""), ("2022-05-10", "2"), ("2022-05-20", "3"), ("2022-10-01", "4"))
    assert before == (2, "2022-05-10", False)
    assert after == (4, "2022-10-01", True)


@pytest.mark.parametrize(
    ("date", "at_baseline"), [("2022-05-31", True), ("2022-06-01", False)]
)  # t0 + 30 days is 31 May
def test_last_day_of_the_window(date, at_baseline):
    before, after = stress((date, "2"))
    assert before == ((2, date, False) if at_baseline else MISSING)
    assert after == (2, date, not at_baseline)


@pytest.mark.parametrize(("date", "counts"), [("2022-11-01", True), ("2022-11-02", False)])
def test_last_day_of_the_follow_up(date, counts):
    _, after = stress(("2022-05-01", "1"), (date, "5"))
    assert after == ((5, date, True) if counts else (1, "2022-05-01", False))


def test_a_later_value_inside_the_window_stands_at_follow_up_and_is_not_fresh():
    assert stress(("2022-05-01", "2"), ("2022-05-20", "4")) == (
        (2, "2022-05-01", False),
        (4, "2022-05-20", False),
    )


def test_the_same_level_registered_again_is_fresh():
    assert stress(("2022-05-01", "2"), ("2022-08-01", "2"))[1] == (2, "2022-08-01", True)


def test_not_applicable_is_a_value():
    assert stress(("2022-05-01", "n.v.t."), ("2022-05-02", "3"), ("2022-09-01", "nvt")) == (
        ("not_applicable", "2022-05-01", False),
        ("not_applicable", "2022-09-01", True),
    )


def test_blank_and_invalid_cells_change_nothing():
    assert stress(("2022-05-01", "2"), ("2022-08-01", "-"), ("2022-09-01", "7"))[1] == (
        2,
        "2022-05-01",
        False,
    )


def test_within_a_date_the_highest_number_is_later():
    rows = [
        person("V1", "2022-05-01", stress="1", registratie_id=9),
        person("V1", "2022-05-01", stress="2", registratie_id=10),
        person("V1", "2022-09-01", stress="3", registratie_id=100),
        person("V1", "2022-09-01 08:00", stress="4", registratie_id=99),
        person("V1", "2022-09-01 07:00", stress="5", registratie_id=-1),  # the time of day does not count
    ]
    _, states = made([household(), household("2022-11-01")], rows)
    assert state(states, "baseline")[0] == 1
    assert state(states, "follow_up")[0] == 3


def test_the_rule_last_takes_the_last_value_of_all():
    values = [("2022-05-01", "1"), ("2022-11-01", "2"), ("2023-08-01", "3")]
    assert stress(*values)[1] == (2, "2022-11-01", True)
    assert stress(*values, follow_up_rule="last")[1] == (3, "2023-08-01", True)


def test_follow_up_months_and_window_are_parameters():
    values = [("2022-05-02", "1"), ("2022-06-01", "2"), ("2022-11-01", "3")]
    before, after = stress(*values, baseline_window_days=0, follow_up_months=1)
    assert before == MISSING
    assert after == (2, "2022-06-01", True)


def test_an_unknown_rule_is_refused():
    with pytest.raises(ValueError, match="follow_up_rule is 'first'"):
        stress(("2022-05-01", "1"), follow_up_rule="first")


def test_the_grid_is_complete():
    tables, states = made(
        [household(), household("2022-11-01"), household(family="LEU-002")],
        [person("V1"), person("V1", family="LEU-002"), person("V9", family="LEU-009")],  # LEU-009 is excluded
        [person("K1", "2022-10-01"), person("V1")],
    )
    sizes = states.groupby(["moment", "family", "unit"], observed=False).size()
    assert sizes[sizes > 0].to_dict() == {
        ("baseline", "LEU-001", "huishouden"): 8,
        ("baseline", "LEU-001", "volwassene"): 21,
        ("baseline", "LEU-001", "kind"): 32,  # V1 is a child here too
        ("baseline", "LEU-002", "huishouden"): 8,
        ("baseline", "LEU-002", "volwassene"): 21,
        ("follow_up", "LEU-001", "huishouden"): 8,  # LEU-002 is not followed
        ("follow_up", "LEU-001", "volwassene"): 21,
        ("follow_up", "LEU-001", "kind"): 32,
    }
    first = states[(states["family"] == "LEU-002") & (states["unit"] == "volwassene")]["item"].tolist()
    assert first == [item.item for item in DEFINITIONS.unit_items("volwassene")]


def test_adult_and_child_of_one_code_are_two_persons():
    _, states = made([household()], [person("V1", stress="1")], [person("V1", stress="5")])
    assert state(states, "baseline")[0] == 1
    assert state(states, "baseline", unit="kind")[0] == 5


def test_values_of_a_household_have_no_person():
    _, states = made([household(), household("2022-11-01", inkomen="4")], [person("V1")])
    assert state(states, "baseline", "inkomen", "huishouden") == (2, "2022-05-01", False)
    assert state(states, "follow_up", "inkomen", "huishouden") == (4, "2022-11-01", True)


def test_changing_only_one_item_leaves_the_others_as_they_were():
    change = {"gezin": "LEU-001", "pilootproject": "Leuven", "datum": "2022-11-01", "schulden": "5"}
    _, states = made([household(), change])
    assert state(states, "follow_up", "schulden", "huishouden") == (5, "2022-11-01", True)
    assert state(states, "follow_up", "inkomen", "huishouden") == (2, "2022-05-01", False)


def test_states_of_some_pilots_are_a_part_of_all_states():
    tables, states = made(
        [household(), household("2022-12-01"), household(family="BIL-001", pilootproject="Bilzen")],
        [person("V1", stress="2"), person("V1", family="BIL-001", pilootproject="Bilzen", stress="3")],
    )
    chosen = select_pilots(tables, ["Leuven"])
    expected = select_families(states, chosen.families)
    pd.testing.assert_frame_equal(build_states(chosen, DEFINITIONS), expected)
    assert set(expected["family"]) == {"LEU-001"}


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2022-08-31", 6, "2023-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2022-03-31", 1, "2022-04-30"),
        ("2022-12-15", 1, "2023-01-15"),
        ("2022-05-01", 0, "2022-05-01"),
        ("2022-02-28", 6, "2022-08-28"),  # the end of a month is not kept
    ],
)
def test_calendar_months(day, months, later):
    found = add_months(pd.Series(pd.to_datetime([day]), index=["LEU-001"]), months=months)
    assert found.tolist() == [pd.Timestamp(later)] and found.index.tolist() == ["LEU-001"]


# --- the level of a family ----------------------------------------------------------------------------------


def level(*values, within_family="worst", moment="baseline", late=()):
    """Give the family's stress: one adult per value, `late` being those that come after the window."""
    adults = [person(f"V{n}", stress=value) for n, value in enumerate(values, 1)]
    adults += [person(f"W{n}", "2022-09-01", stress=value) for n, value in enumerate(late, 1)]
    tables, states = made([household(), household("2023-01-01")], adults)
    found = family_level(
        start_states(states, tables.persons) if moment == "baseline" else states,
        tables.families,
        unit="volwassene",
        item="stress",
        moment=moment,
        within_family=within_family,
    )
    assert found["family"].tolist() == ["LEU-001"]
    return found["status"].iloc[0] if pd.isna(found["level"].iloc[0]) else int(found["level"].iloc[0])


def test_the_worst_known_level_stands():
    assert level("4", "2", "") == 2
    assert level("4", "nvt") == 4


def test_best_and_median_rounded_down():
    assert level("4", "2", "3", within_family="best") == 4
    assert level("2", "3", within_family="median") == 2
    assert level("1", "4", "5", within_family="median") == 4
    assert level("1", "2", "5", "5", within_family="median") == 3


def test_not_applicable_only_when_it_applies_to_nobody():
    assert level("nvt", "n.v.t.") == "not_applicable"
    assert level("nvt", "") == "missing"
    assert level("") == "missing"
    assert level() == "missing"  # a family without adults


def test_who_comes_later_is_no_member_at_baseline():
    assert level("nvt", late=["2"]) == "not_applicable"
    assert level("nvt", late=["2"], moment="follow_up") == 2
    assert level("3", late=["2"]) == 3


def test_household_items_have_their_own_level_and_follow_up_is_for_followed_families():
    tables, states = made(
        [
            household(),
            household("2022-11-01", inkomen="5"),
            household(family="LEU-002", voeding="nvt", inkomen="1", onderhoud_woning="2"),
        ]
    )

    def levels(item, moment):
        found = family_level(states, tables.families, unit="huishouden", item=item, moment=moment)
        value = found["level"].astype("object").where(found["level"].notna(), found["status"].astype("str"))
        return dict(zip(found["family"], value, strict=True))

    assert levels("inkomen", "baseline") == {"LEU-001": 2, "LEU-002": 1}
    assert levels("voeding", "baseline") == {"LEU-001": 4, "LEU-002": "not_applicable"}
    assert levels("onderhoud_woning", "baseline") == {"LEU-001": "missing", "LEU-002": 2}
    assert levels("inkomen", "follow_up") == {"LEU-001": 5}
