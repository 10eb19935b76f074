"""Sentences made from tables: every number in them, both languages, one and many, none at all."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import sentences
from helpers.definitions import LANGUAGES, Text
from helpers.formats import decimal, p_value, percentage
from report_tables import (
    DEFINITIONS,
)

NO_BREAK = "\u00a0"
FIGURES = DEFINITIONS.figures


def numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:[.,]\d+)?", text)


# ---- numbers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "dutch", "english"),
    [
        (22 / 56, f"39,3{NO_BREAK}%", "39.3%"),
        (0.0, f"0,0{NO_BREAK}%", "0.0%"),
        (1.0, f"100,0{NO_BREAK}%", "100.0%"),
    ],
)
def test_a_percentage_has_one_decimal_and_the_comma_or_point_of_its_language(share, dutch, english):
    assert (percentage(share, "nl"), percentage(share, "en")) == (dutch, english)


def test_numbers_are_rounded_half_up_as_readers_do():
    assert percentage(0.0625, "en") == "6.3%"  # 6.25 exactly
    assert percentage(0.145, "en", digits=0) == "15%"  # 14.5, though 0.145 * 100 is 14.499999999999998
    assert decimal(-0.125, "en") == "−0.13"


def test_signs_are_real_and_zero_has_none():
    assert [decimal(x, "en", signed=True) for x in (0.5, -0.5, 0, -0.001)] == [
        "+0.50",
        "−0.50",
        "0.00",
        "0.00",
    ]


def test_what_is_missing_is_a_dash():
    assert [percentage(None, "nl"), decimal(float("nan"), "nl"), p_value(pd.NA, "nl")] == ["–", "–", "p –"]


@given(st.floats(0, 1), st.sampled_from(LANGUAGES))
def test_a_written_percentage_reads_back_to_the_share(share, language):
    read = percentage(share, language).replace(NO_BREAK, "").rstrip("%").replace(",", ".")
    assert abs(float(read) / 100 - share) <= 0.0005 + 1e-12


# ---- words ---------------------------------------------------------------------------------------------


def test_one_has_the_singular_and_none_the_plural():
    assert [sentences.counted(n, "child").nl for n in (0, 1, 2)] == ["0 kinderen", "1 kind", "2 kinderen"]
    assert sentences.counted(1, "followed_family").en == "1 followed family"


def test_lists_end_as_a_language_ends_them():
    items = [Text(x, x) for x in "abc"]
    assert sentences.listed(items, last=Text(" en ", " and ")).en == "a, b and c"
    assert sentences.listed(items[:1], last=Text(" en ", " and ")).nl == "a"


# ---- selection and baseline ----------------------------------------------------------------------------


# ---- change --------------------------------------------------------------------------------------------


# ---- poverty -------------------------------------------------------------------------------------------
