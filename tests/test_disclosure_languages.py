"""One decision for the reports in all languages: the same tables with other texts show as much."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import disclosure_tables
import report_tables
from gezinscoach_synthesis import write_dataset
from helpers.definitions import load, load_definitions
from helpers.definitions.claims import Claims
from helpers.definitions.disclosure import DisclosureRules
from helpers.disclosure import DisclosureError, Protected, protect_together
from helpers.files import csv_text
from helpers.study import Study

SEVEN = (11, 2, 0, 40, 30, 6, 7)
PARENTS = ("volwassene", "stress")


def protect(tables, mode="suppress") -> Protected:
    return protect_together(
        {"all": tables}, mode=mode, min_cell=5, definitions=load_definitions(), rules=load(DisclosureRules),
        settings=disclosure_tables.SETTINGS, claims=load(Claims),
    )["all"]  # fmt: skip


def texts_of(protected: Protected) -> dict[str, str]:
    """All that is written, and why."""
    return {
        name: csv_text(protected.written(name)) + csv_text(one.reasons)
        for name, one in protected.masked.items()
    }


def test_the_labels_are_of_the_other_language_and_the_marks_stay():
    safe = protect({"figure_04": report_tables.residence(SEVEN)})
    written = safe.onto({"figure_04": report_tables.residence(SEVEN, "en")}).written("figure_04")
    assert written["label"].tolist()[0] == "Homeless"
    assert written["label"].tolist()[5:] == ["not applicable", "missing"]
    assert written["n"].tolist() == ["x", "<5", "0", "40", "30", "6", "7"]
    assert written["share"].isna().tolist()[:2] == [True, True]
    assert safe.written("figure_04")["label"].iloc[0] == "Dakloos"


def test_a_matrix_that_is_replaced_stays_so():
    few = report_tables.transition(
        "figure_18", *PARENTS, {(1, 2): 9, (2, 2): 20, (3, 2): 1, (4, 5): 2, (5, 5): 1}
    )
    tables = {"figure_18": few, "figure_04": report_tables.residence(SEVEN)}
    other = {"figure_18": few.copy(), "figure_04": report_tables.residence(SEVEN, "en")}
    safe = protect(tables).onto(other)
    assert safe.replaced == ("figure_18",)
    assert safe.written("figure_18")["change"].tolist() == ["improved", "unchanged", "declined"]
    assert texts_of(safe) == texts_of(protect(other))


@pytest.mark.parametrize("mode", ["off", "suppress", "round"])
def test_other_numbers_are_refused(mode):
    safe = protect({"figure_04": report_tables.residence(SEVEN)}, mode)
    with pytest.raises(DisclosureError, match="figure_04: differs between the languages in more than"):
        safe.onto({"figure_04": report_tables.residence((11, 3, 0, 40, 30, 6, 7), "en")})
    with pytest.raises(DisclosureError, match="figure_03: differs"):
        safe.onto({"figure_04": report_tables.residence(SEVEN), "figure_03": report_tables.education()})
    with pytest.raises(DisclosureError, match="figure_04: differs"):
        safe.onto({})


def test_a_table_that_is_left_out_must_be_the_same_too():
    shown = {"figure_04": report_tables.residence(SEVEN)}
    safe = protect(shown | {"pilot_limits": pd.DataFrame({"families": [3]})})
    with pytest.raises(DisclosureError, match="pilot_limits: differs"):
        safe.onto(shown | {"pilot_limits": pd.DataFrame({"families": [4]})})


def test_rows_of_something_else_are_refused():
    table = report_tables.distribution("figure_04", {("huishouden", "verblijfplaats"): SEVEN})
    other = report_tables.distribution("figure_04", {("huishouden", "inkomen"): SEVEN})
    with pytest.raises(DisclosureError, match="figure_04"):
        protect({"figure_04": table}).onto({"figure_04": other})


def test_a_text_that_is_missing_in_one_language_alone_is_refused():
    table = report_tables.residence(SEVEN)
    other = table.assign(label=table["label"].mask(table["level"] == "2"))
    with pytest.raises(DisclosureError, match="figure_04"):
        protect({"figure_04": table}).onto({"figure_04": other})


@settings(max_examples=5, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=7, max_size=7))
def test_it_is_as_if_the_other_language_had_been_protected(numbers):
    table, other = (report_tables.residence(tuple(numbers), language) for language in ("nl", "en"))
    assert texts_of(protect({"figure_04": table}).onto({"figure_04": other})) == texts_of(
        protect({"figure_04": other})
    )


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["suppress", "round"])
def test_it_is_as_if_all_tables_of_the_other_language_had_been_protected(tmp_path, mode):
    folder = write_dataset(tmp_path / "small", families=14, seed=1)
    tables = disclosure_tables.run_tables(Study.clean(folder))
    other = {
        name: table.assign(
            **{text: "in English: " + table[text] for text in ("label", "place") if text in table}
        )
        for name, table in tables.items()
    }
    safe, again = protect(tables, mode).onto(other), protect(other, mode)
    assert mode == "round" or safe.replaced
    assert safe.written("claims")["place"].str.startswith("in English: ").all()
    assert (safe.tables["claims"]["verdict"] != tables["claims"]["verdict"]).any()
    assert texts_of(safe) == texts_of(again) and safe.replaced == again.replaced
