"""What one cell means. Every accepted spelling and its neighbours that are not accepted, written out."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.cleaning import values
from helpers.cleaning.values import NOT_APPLICABLE, Invalid, read_column, read_level
from helpers.definitions import load_definitions
from helpers.export.names import fold

DEFINITIONS = load_definitions()
HOME = values.level_labels(DEFINITIONS.item("huishouden", "verblijfplaats"))
DUTCH = values.level_labels(DEFINITIONS.item("volwassene", "nederlands"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("LEU-007", "LEU-007"),
        ("leu 7", "LEU-007"),
        ("leu_07", "LEU-007"),
        ("LEU7", "LEU-007"),
        ("  LEU-7\t", "LEU-007"),
        ("LEU-0007", "LEU-007"),
        ("LEU-1234", "LEU-1234"),
        ("LEU-0", "LEU-000"),
        ("zoë-1", "ZOË-001"),
        ("zoe\u0308-1", "ZOË-001"),  # the same letter, written as two signs
        ("LEU \u2013 7", "LEU-007"),
        ("LEU  7", "LEU-007"),
        ("L\u00adEU\u2011007\u200b", "LEU-007"),
        ("'LEU-7", "LEU-007"),
        ('="LEU-007"', "LEU-007"),
    ],
)
def test_family_code_is_normalised(text, code):
    assert values.read_family(text) == code


@pytest.mark.parametrize("text", ["LEU--7", "LEU - - 7", "7", "LEU", "LEU-7a", "LEU.7", "LEU-7.0", "7-LEU"])
def test_family_code_that_cannot_be_read(text):
    assert values.read_family(text) == Invalid(text)


@pytest.mark.parametrize("text", ["", "  ", "\t"])
def test_blank_family_code_is_nothing(text):
    assert values.read_family(text) is None


@pytest.mark.parametrize(
    ("text", "is_test"),
    [
        ("TEST 3", True),
        ("test", True),
        ("t-e_s t-03", True),  # separators off, wherever they stand
        ("DEMO-001", True),
        ("TEST3x", True),  # the letters are all before the first digit
        ("TESTELT-001", False),
        ("LEU-001", False),
        ("3 TEST", False),
        ("", False),
        ("AB12", True),  # the whole code is a test code
        ("AB13", False),
    ],
)
def test_test_codes(text, is_test):
    assert values.are_test_codes([text], ["Test", "DEMO", "ab-12"]) == [is_test]


def test_blank_test_code_makes_no_family_a_test():
    assert values.are_test_codes([""], ["", "-"]) == [False]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023-04-03", date(2023, 4, 3)),
        ("2023-4-3", date(2023, 4, 3)),
        ("3/4/2023", date(2023, 4, 3)),  # the day comes first, always
        ("03-04-2023", date(2023, 4, 3)),
        ("12/11/2022", date(2022, 11, 12)),
        (" 2023-04-03 ", date(2023, 4, 3)),
        ("2023-04-03 9:30", date(2023, 4, 3)),
        ("2023-04-03T23:59:59", date(2023, 4, 3)),
        ("3/4/2023 00:00:00", date(2023, 4, 3)),
        ("29/02/2024", date(2024, 2, 29)),
        ("2023/04/03", date(2023, 4, 3)),
        ("3.4.2023", date(2023, 4, 3)),
        ("3 / 4 / 2023", date(2023, 4, 3)),
        ("2023\u201104\u201103", date(2023, 4, 3)),
        ("\u200e3/4/2023", date(2023, 4, 3)),
        ("2023-04-03 00:00:00.000", date(2023, 4, 3)),
        ("2023-04-03T23:59:59.9999Z", date(2023, 4, 3)),
        ("2023-04-03T23:59:59.999+02:00", date(2023, 4, 3)),  # the day as it is written
        ("2023-04-03 00:30:00-1100", date(2023, 4, 3)),
        ("3/4/2023 10u30", date(2023, 4, 3)),
        ("3 april 2023", date(2023, 4, 3)),
        ("maandag 3 april 2023", date(2023, 4, 3)),
        ("3-apr-2023", date(2023, 4, 3)),
        ("14-May-2022", date(2022, 5, 14)),
        ("1 mrt. 2022 09:00", date(2022, 3, 1)),
        ('="3/4/2023"', date(2023, 4, 3)),
    ],
)
def test_date(text, day):
    assert values.read_date(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2023",
        "29/02/2023",
        "4/13/2023",  # no month 13: the month never comes first
        "3/4/23",
        "3/4-2023",
        "3-4-23",
        "3-apr-23",
        "20230403",  # but for a whole column of them
        "45019",
        "2023-04-03 25:61",
        "2023-04-03 10",
        "2023-04-03 9:5",
        "2023-04-03x",
        "gisteren",
        "0000-01-01",
        "003/4/2023",
    ],
)
def test_date_that_cannot_be_read(text):
    assert values.read_date(text) == Invalid(text)


@pytest.mark.parametrize("text", ["", " ", "-", "–", "—", "?", "onbekend", "ONBEKEND ", "onbekend*"])
def test_nothing_registered(text):
    assert read_level(text, HOME) is None
    assert values.read_birth(text) is None
    assert values.read_word(text, {"koppel": "koppel"}) is None


@pytest.mark.parametrize("text", ["n.v.t.", "n.v.t", "nvt", "NVT", "Niet  van toepassing", "n.v.t.*"])
def test_not_applicable(text):
    assert read_level(text, HOME) == NOT_APPLICABLE


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("1", 1),
        (" 5 ", 5),
        ("3.0", 3),
        ("3,0", 3),
        ("Dakloos", 1),
        ("DAKLÓOS *", 1),
        ("tijdelijke   verblijfplaats", 2),
        ("Tijdelijke\nverblijfplaats", 2),
        ("2 - Tijdelijke verblijfplaats", 2),
        ("2 – tijdelijke verblijfplaats", 2),
        ("2 — tijdelijke verblijfplaats", 2),
        ("2-Tijdelijke verblijfplaats", 2),
        ("2 - Tijdelijke\nverblijfplaats", 2),
        ("2. Tijdelijke verblijfplaats*", 2),
    ],
)
def test_level(text, level):
    assert read_level(text, HOME) == level


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "6",
        "3.5",
        "3,5",
        "3.",
        "3 -",
        "3 –",
        "03",
        "-3",
        "3*",
        "3 Tijdelijke verblijfplaats",
        "3 - Tijdelijke verblijfplaats",  # the label is that of level 2
        "2 - ergens",
        "Tijdelijk",
        "Homeless",  # only Dutch labels
        "n.v.t. nu",
        "=3",
        "=1+2",
        "TRUE",
        "WAAR",
        "#N/A",
        "2023-04-03",
        "*",
        "--",
        "1 of 2",
    ],
)
def test_invalid_level(text):
    assert read_level(text, HOME) == Invalid(text)


def test_alternative_label_means_the_level_too():
    assert (
        read_level(
            "basiskennis van het nederlands. bekende dagelijkse uitdrukkingen eenvoudige zinnen.", DUTCH
        )
        == 2
    )
    assert read_level("Taalniveau 1.1 behaald", DUTCH) == 3
    assert read_level("1 - Geen kennis van het Nederlands", DUTCH) == 1


def test_an_ellipsis_is_three_dots_and_a_long_dash_a_dash():
    labels = {fold("met dagbesteding - werk, school..."): 4}
    assert read_level("Met dagbesteding – werk, school\u2026", labels) == 4


def test_every_label_of_the_codebook_reads_as_its_level():
    for item in DEFINITIONS.items.values():
        labels = values.level_labels(item)
        for level, label in enumerate(item.labels, start=1):
            assert read_level(label.nl, labels) == level, (item.key, label.nl)
            assert read_level(f"{level} - {label.nl}", labels) == level
            assert read_level(f"{level}. {label.nl.upper()}", labels) == level
        for level, label in enumerate(item.alternatives, start=1):
            assert not label or read_level(label, labels) == level


def test_attribute_values_are_compared_like_labels():
    words = {"alleenstaande ouder": "alleenstaande ouder"}
    assert values.read_word(" Alleenstaande  OUDER*", words) == "alleenstaande ouder"
    assert values.read_word("n.v.t.", words) == Invalid("n.v.t.")
    assert values.read_word(" gezin ", words) == Invalid("gezin")


def test_pilot_is_compared_without_case_outer_space_and_diacritics():
    pilots = {fold("Zoë"): "Zoë"}
    assert values.read_pilot(" ZOE ", pilots) == "Zoë"
    assert values.read_pilot("Zo e", pilots) == Invalid("Zo e")
    assert values.read_pilot("", pilots) is None


def test_person_code_is_trimmed_and_in_upper_case():
    assert [values.read_person(text) for text in (" v1 ", "-", "  ")] == ["V1", "-", None]


def test_a_column_is_read_by_meaning():
    column = read_column(
        pd.Series(["3", "3.0", "nvt", "n.v.t.", "-", "", "x", " x", "y"]), lambda t: read_level(t, HOME)
    )
    assert column.codes.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4]
    assert column.invalid.tolist() == [False] * 6 + [True] * 3


def test_a_column_without_rows_is_read():
    column = read_column(pd.Series([], dtype="str"), values.read_date)
    assert column.codes.tolist() == []
    assert list(column.values("datetime64[us]")) == []
    assert column.invalid.tolist() == []


@given(st.integers(1, 5), st.sampled_from(["{}", " {}", "{}.0", "{},0"]))
def test_reading_what_was_read_changes_nothing(level, spelling):
    once = read_level(spelling.format(level), HOME)
    assert once == level and read_level(str(once), HOME) == once


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)))
def test_a_day_reads_the_same_in_each_form(day):
    year = f"{day.year:04d}"
    forms = [
        f"{year}-{day.month}-{day.day}",
        f"{day.day}/{day.month}/{year}",
        f"{day.day:02d}-{day.month:02d}-{year} 1:00",
    ]
    assert {values.read_date(form) for form in forms} == {day}


@given(st.text())
def test_any_text_reads_as_something_and_what_is_invalid_keeps_its_text(text):
    for read in (values.read_family, values.read_date, values.read_birth, lambda t: read_level(t, HOME)):
        meaning = read(text)
        assert not isinstance(meaning, Invalid) or meaning.text.strip() == meaning.text != ""


@given(st.from_regex(r"\A[A-Za-z]{1,4}[-_ ]?[0-9]{1,5}\Z"))
def test_a_normalised_code_is_normal(text):
    code = values.read_family(text)
    assert values.read_family(code) == code
