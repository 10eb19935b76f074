"""Numbers in words of a language, and the words that go with them."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.definitions import LANGUAGES, Text
from helpers.formats import decimal, p_value, percentage
from helpers.words import environment

NO_BREAK = "\u00a0"


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


@given(st.floats(0, 1), st.sampled_from([*LANGUAGES]))
def test_a_written_percentage_reads_back_to_the_share(share, language):
    read = percentage(share, language).replace(NO_BREAK, "").rstrip("%").replace(",", ".")
    assert abs(float(read) / 100 - share) <= 0.0005 + 1e-12


# ---- words ---------------------------------------------------------------------------------------------


def rendered(template, language, **facts):
    return environment(language, 0).from_string(template).render(facts)


def test_one_has_the_singular_and_none_the_plural():
    counted = "{{ n }} {{ n|noun('child') }}"
    assert [rendered(counted, "nl", n=n) for n in (0, 1, 2)] == ["0 kinderen", "1 kind", "2 kinderen"]
    assert rendered("1 {{ 1|noun('followed_family') }}", "en") == "1 followed family"


def test_lists_end_as_a_language_ends_them():
    items = [Text.alike(x) for x in "abc"]
    assert rendered("{{ items|listed }}", "en", items=items) == "a, b and c"
    assert rendered("{{ items|listed }}", "nl", items=items[:1]) == "a"
