"""Parameters: what is accepted, and that every fault is named at once, with what would do."""

import json
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.definitions import ROOT
from helpers.parameters import PARAMETERS, ParameterError, check, from_text, resolve

NOTEBOOKS = ROOT / "notebooks"
PILOTS = ("Baldemore", "Oostende", "Leuven")
DEFAULTS = {
    "language": "nl",
    "pilots": [],
    "started_from": "",
    "started_until": "",
    "min_household_items": 4,
    "baseline_window_days": 30,
    "follow_up_months": 6,
    "follow_up_rule": "at",
    "within_family": "worst",
    "poverty_cutoff": 3,
    "severe_cutoff": 5,
    "unknown_domain": "not_deprived",
    "seed": 2023,
    "icc": 0.0,
    "disclosure": "auto",
    "min_cell": 5,
    "min_group": 20,
}
BASELINE_CELL = {
    "clean": "data/clean/a",
    "output": "",
    "language": "nl",
    "pilots": ["Leuven"],
    "within_family": "worst",
}
BASELINE = tuple(BASELINE_CELL)


def faults_of(given):
    """The lines of the message, without its heading."""
    with pytest.raises(ParameterError) as caught:
        resolve(given, pilots=PILOTS)
    heading, _, faults = (
        str(caught.value).partition(": ")
        if "\n" not in str(caught.value)
        else (str(caught.value).partition(":\n"))
    )
    assert heading == "the parameters cannot be used"
    return [line.strip() for line in faults.splitlines()]


def test_without_anything_given_a_run_has_the_defaults_of_the_study():
    assert resolve({}) == DEFAULTS


def test_what_is_given_replaces_its_default_and_nothing_else():
    assert resolve({"poverty_cutoff": 4, "pilots": ("Leuven",)}, pilots=PILOTS) == DEFAULTS | {
        "poverty_cutoff": 4,
        "pilots": ["Leuven"],
    }


# name, lowest and highest value of its range, as the study's methods allow them
RANGES = [
    ("min_household_items", 1, 8),
    ("baseline_window_days", 0, 365),
    ("follow_up_months", 1, 36),
    ("poverty_cutoff", 1, 6),
    ("severe_cutoff", 1, 6),
    ("min_group", 20, 1000),
]


@pytest.mark.parametrize(("name", "low", "high"), RANGES)
def test_a_range_includes_its_ends_and_nothing_beyond(name, low, high):
    easy = {"poverty_cutoff": 1, "severe_cutoff": 6}
    for inside in (low, high):
        if (name, inside) != ("poverty_cutoff", 6):
            assert resolve(easy | {name: inside})[name] == inside
    for outside in (low - 1, high + 1):
        assert faults_of(easy | {name: outside})[0].startswith(
            f"{name}: {outside} is not a whole number from {low} to {high}"
        )


@pytest.mark.parametrize("wrong", [True, 3.0, "3", None, [3], float("nan")])
def test_only_a_true_integer_is_a_whole_number(wrong):
    assert faults_of({"poverty_cutoff": wrong}) == [
        f"poverty_cutoff: {wrong!r} is not a whole number from 1 to 6 (domains)"
    ]


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("language", ["nl", "en"]),
        ("follow_up_rule", ["at", "last"]),
        ("within_family", ["worst", "best", "median"]),
        ("unknown_domain", ["not_deprived", "exclude", "bounds"]),
    ],
)
def test_a_choice_is_one_of_its_words_exactly(name, choices):
    assert [resolve({name: choice})[name] for choice in choices] == choices
    assert resolve({})[name] == choices[0]
    assert faults_of({name: choices[0].upper()}) == [
        f"{name}: {choices[0].upper()!r} is not one of {', '.join(choices)}; did you mean {choices[0]}?"
    ]
    assert faults_of({name: 1}) == [f"{name}: 1 is not one of {', '.join(choices)}"]


def test_severe_poverty_cannot_begin_below_poverty():
    assert resolve({"poverty_cutoff": 5, "severe_cutoff": 5})["severe_cutoff"] == 5
    assert faults_of({"poverty_cutoff": 6}) == [
        "severe_cutoff: 5 lies below poverty_cutoff, which is 6; give at least 6"
    ]


def test_a_pilot_outside_the_dataset_is_refused_with_the_nearest_name():
    assert faults_of({"pilots": ["leuven"]}) == [
        "pilots: 'leuven' is not in the dataset, which has Baldemore, Oostende, Leuven; did you mean Leuven?"
    ]
    assert faults_of({"pilots": ["Gent"]}) == [
        "pilots: 'Gent' is not in the dataset, which has Baldemore, Oostende, Leuven"
    ]
    assert faults_of({"pilots": ["Leuven", "Leuven"]}) == ["pilots: 'Leuven' is named twice"]
    (fault,) = faults_of({"pilots": "Leuven"})
    assert fault.startswith("pilots: 'Leuven' is not a list of names of pilots")


@pytest.mark.parametrize(
    "wrong", ["2023-02-29", "1/6/2023", "20230601", "2023-6-1", "2023-W10-1", 2023, None]
)
def test_a_day_is_one_of_the_calendar_written_in_one_way(wrong):
    assert resolve({"started_from": "2024-02-29"})["started_from"] == "2024-02-29"
    assert faults_of({"started_until": wrong}) == [
        f"started_until: {wrong!r} is not a day, written as 2023-01-31, or empty"
    ]


def test_a_cohort_cannot_begin_after_its_end_nor_lie_outside_the_dataset():
    day, later = "2023-01-31", "2023-02-01"
    assert resolve({"started_from": day, "started_until": day})["started_until"] == day
    assert faults_of({"started_from": later, "started_until": day}) == [
        "started_from: 2023-02-01 lies after started_until, which is 2023-01-31"
    ]
    period = (date(2023, 1, 31), date(2023, 1, 31))
    assert resolve({"started_from": day, "started_until": day}, period=period)["started_from"] == day
    with pytest.raises(ParameterError, match="started_from: 2023-02-01 lies after the day of the export"):
        resolve({"started_from": later}, period=period)
    with pytest.raises(ParameterError, match="2023-01-30 lies before the start of the project, 2023-01-31"):
        resolve({"started_until": "2023-01-30"}, period=period)


def test_an_unknown_name_is_refused_with_the_nearest_name():
    assert faults_of({"poverty_cutof": 4}) == [
        "poverty_cutof: there is no such parameter; did you mean poverty_cutoff?"
    ]
    (fault,) = faults_of({"zzz": 4})
    assert fault == f"zzz: there is no such parameter; known are {', '.join(DEFAULTS)}"


def test_a_run_sets_its_folders_itself():
    assert faults_of({"clean": "elsewhere"}) == [
        "clean: a run sets this folder itself; use --raw, --comparison and --out"
    ]


@pytest.mark.parametrize("value", [True, False, "true", 1])
def test_whether_a_run_is_internal_is_no_parameter_of_it(value):
    assert faults_of({"internal": value}) == ["internal: is no parameter of a run; use --internal"]


@pytest.mark.parametrize("value", [1, 0, "True", None])
def test_only_a_truth_value_says_that_a_notebook_is_internal(value):
    cell = {"clean": "a", "internal": False}
    assert check(cell | {"internal": True}, declared=tuple(cell))["internal"] is True
    with pytest.raises(
        ParameterError, match=r"internal: .* is not True or False \(on a command line: --internal\)"
    ):
        check(cell | {"internal": value}, declared=tuple(cell))


def test_all_faults_are_named_at_once():
    wrong = {"poverty_cutof": 4, "follow_up_months": 0, "within_family": "wrost", "pilots": ["Gent"]}
    assert [fault.split(":")[0] for fault in faults_of(wrong)] == [
        "poverty_cutof",
        "follow_up_months",
        "within_family",
        "pilots",
    ]


def test_text_of_a_command_line_is_read_strictly():
    # only digits, with or without a minus, make a number; all else stays text, and is refused by `resolve`
    texts = ["4", "-1", "4.0", " 4", "4 ", "1_0", "٤", "4e0", "", "abc", "True", "9" * 40]
    read = [from_text([("poverty_cutoff", text)])["poverty_cutoff"] for text in texts]
    assert read == [4, -1, *texts[2:]]
    for text in texts[1:]:
        with pytest.raises(ParameterError, match="poverty_cutoff"):
            resolve(from_text([("poverty_cutoff", text)]))


def test_text_stays_text_where_words_are_expected():
    assert from_text([("unknown_domain", "bounds"), ("language", "1")]) == {
        "unknown_domain": "bounds",
        "language": "1",
    }


def test_a_name_given_twice_is_refused():
    with pytest.raises(ParameterError, match="poverty_cutoff: given twice"):
        from_text([("poverty_cutoff", "3"), ("poverty_cutoff", "4")])


def test_a_notebook_gets_the_parameters_that_it_declares_as_they_are_given():
    assert check(BASELINE_CELL, declared=BASELINE) == BASELINE_CELL
    given = BASELINE_CELL | {"output": "reports/a", "pilots": ()}
    assert check(given, declared=BASELINE) == given


def test_imports_and_what_the_kernel_defines_are_no_parameters():
    kernel = {
        "In": ["1"],
        "Out": {},
        "_": 3,
        "_i1": "x",
        "__name__": "__main__",
        "re": re,
        "resolve": resolve,
    }
    assert check(BASELINE_CELL | kernel, declared=BASELINE) == BASELINE_CELL


def test_a_notebook_refuses_unknown_missing_and_misplaced_names_at_once():
    cell = {name: value for name, value in BASELINE_CELL.items() if name != "language"}
    with pytest.raises(ParameterError) as caught:
        check(cell | {"within_famly": "best", "poverty_cutoff": 3, "clean": ""}, declared=BASELINE)
    assert str(caught.value).splitlines() == [
        "the parameters cannot be used:",
        "  within_famly: there is no such parameter; did you mean within_family?",
        "  poverty_cutoff: is no parameter of this notebook, which has clean, output, language, pilots, "
        "within_family",
        "  language: missing, expected one of nl, en",
    ]


@pytest.mark.parametrize(
    "history",
    [
        ["clean: str = 'a'\nseed: int = 1"],
        ["", "import pandas", "clean: str = 'a'  # folder\nseed: int = 1\n", "seed = 7", "not python ("],
        ["seed: int = 1", "clean: str = 'a'\nseed: int = 1", "x: int = 3"],
    ],
)
def test_a_notebook_declares_what_its_last_typed_cell_of_parameters_has(history):
    assert check({"In": history, "clean": "a", "seed": 7}) == {"clean": "a", "seed": 7}
    with pytest.raises(ParameterError, match="which has clean, seed"):
        check({"In": history, "clean": "a", "seed": 7, "poverty_cutoff": 3})
    with pytest.raises(ParameterError, match="seed: missing"):
        check({"In": history, "clean": "a"})


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_has_no_parameter_that_is_not_declared_and_no_default_of_its_own(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    (cell,) = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", ())]
    source = "".join(cell["source"])
    values: dict = {}
    exec(source, values)
    given = check(values | {"In": [source]})
    defaults = {name: PARAMETERS[name].default for name in given} | {"pilots": []}
    saved = {"output": "reports/explore"} if path.stem == "explore" else {}
    assert given == {name: (defaults | saved)[name] for name in given} and "clean" in given


def test_every_default_is_accepted_by_its_own_parameter():
    assert [name for name, one in PARAMETERS.items() if not one.accepts(one.default)] == []


@given(
    st.dictionaries(
        st.sampled_from(sorted(DEFAULTS)) | st.text(max_size=8),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.text()),
        max_size=4,
    )
)
def test_whatever_is_given_there_is_an_answer_or_a_parameter_error(given_values):
    try:
        resolved = resolve(given_values, pilots=PILOTS)
    except ParameterError:
        return
    assert list(resolved) == list(DEFAULTS)
    assert all(PARAMETERS[name].accepts(value) for name, value in resolved.items())
    assert resolved["severe_cutoff"] >= resolved["poverty_cutoff"]


def test_the_largest_seed_can_be_given_on_a_command_line():
    largest = 2**32 - 1
    assert resolve(from_text([("seed", str(largest))]))["seed"] == largest
    with pytest.raises(ParameterError, match="seed"):
        resolve(from_text([("seed", str(largest + 1))]))


def test_counts_are_rounded_to_odd_numbers_from_five_on():
    assert [resolve({"min_cell": m})["min_cell"] for m in (5, 7, 9, 11)] == [5, 7, 9, 11]
    for m in (3, 6, 13):
        (fault,) = faults_of({"min_cell": m})
        assert fault == f"min_cell: {m} is not one of 5, 7, 9, 11 (families or persons)"


def test_what_is_gone_is_refused_with_what_to_write():
    (fault,) = faults_of({"disclosure": "suppress"})
    assert fault.endswith("leave it out: real data get the public edition, and --internal makes the full one")
