"""Sentences made from tables: every number in them, both languages, one and many, none at all."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import kansarmoede, sentences
from helpers.definitions import LANGUAGES, Text
from helpers.formats import decimal, p_value, percentage
from report_tables import (
    DEFINITIONS,
    FIVE,
    change_domains,
    domains,
    measures,
    scheme,
    score_pairs,
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


def test_the_scheme_counts_the_cells_of_each_class():
    told = sentences.scheme(scheme(), definitions=DEFINITIONS, figure=FIGURES["figure_15"])
    assert [int(n) for n in numbers(told.alternative.en)[2:]] == [12, 6, 3, 3, 4, 12, 6, 3]
    assert sum(int(n) for n in numbers(told.alternative.en)[2:]) == 49


def test_scores_tell_fewer_as_many_and_more():
    table = kansarmoede.figure_16(score_pairs(*FIVE))
    told = sentences.score_matrix(table, figure=FIGURES["figure_16"], left_out=2)
    assert (
        told.finding.nl == "Domeinen met een tekort: minder bij 2 van 5 gezinnen, evenveel bij 2, meer bij 1"
    )
    assert "n = 5." in told.caption.nl
    assert "2 opgevolgde gezinnen met een onbekend domein zijn weggelaten." in told.caption.nl
    assert (
        "from 3 to 2: 1; from 4 to 5: 1; from 5 to 5: 1; from 6 to 5: 1; all other cells: 0"
        in told.alternative.en
    )


def test_one_family_left_out_is_one():
    table = kansarmoede.figure_17(score_pairs(*FIVE), DEFINITIONS, 3)
    told = sentences.classes(table, definitions=DEFINITIONS, figure=FIGURES["figure_17"], left_out=1)
    assert "1 opgevolgd gezin met een onbekend domein is weggelaten." in told.caption.nl


def test_classes_tell_improved_out_declined_and_unchanged():
    table = kansarmoede.figure_17(score_pairs(*FIVE), DEFINITIONS, 3)
    told = sentences.classes(table, definitions=DEFINITIONS, figure=FIGURES["figure_17"])
    assert told.finding.nl == "Vooruit: 2 van 5 gezinnen, waarvan 1 uit kansarmoede; achteruit: 1; gelijk: 2"
    assert numbers(told.alternative.en) == ["1", "20.0", "1", "20.0", "0", "0.0"] + ["1", "20.0"] * 2 + [
        *("0", "0.0", "1", "20.0", "0", "0.0")
    ]


# ---- poverty -------------------------------------------------------------------------------------------


def test_poverty_change_tells_in_out_and_the_test():
    table = kansarmoede.poverty_change(score_pairs(*FIVE), poverty_cutoff=3, severe_cutoff=5)
    said = sentences.poverty_change(table)
    assert said.nl.startswith(
        "Kansarm, van 5 opgevolgde gezinnen: 4 op de nulmeting en 3 op de opvolgmeting. "
    )
    assert "1 gezin raakte uit kansarmoede, 0 erin (exacte McNemartoets: p = 1,000" in said.nl
    assert said.en.endswith("Severely poor: 2 at baseline and 3 at follow-up.")


def test_measures_tell_h_a_and_m0_of_every_pilot():
    told = sentences.poverty_measures(measures(*FIVE), definitions=DEFINITIONS)
    assert (
        told.finding.en == "H, the share of poor families, went from 80.0% to 60.0%; M0 from 0.600 to 0.500"
    )
    assert "Leuven (n = 5): H 80.0% and 60.0%, A 75.0% and 83.3%, M0 0.600 and 0.500." in told.alternative.en
    assert "Bilzen (n = 0): H – en –, A – en –, M0 – en –." in told.alternative.nl


def test_domains_tell_where_most_are_deprived():
    told = sentences.poverty_domains(domains(), measures=measures(*FIVE), definitions=DEFINITIONS)
    assert told.finding.nl == (
        f"Het vaakst een tekort: op de nulmeting Tewerkstelling (100,0{NO_BREAK}%), "
        f"op de opvolgmeting Tewerkstelling (75,0{NO_BREAK}%)"
    )
    assert "Inkomen, nulmeting: 3 (75,0" in told.alternative.nl and "n = 5" in told.caption.nl


def test_the_change_in_m0_is_told_with_its_largest_parts():
    told = sentences.change_domains(change_domains(), measures=measures(*FIVE), definitions=DEFINITIONS)
    assert told.finding.en == (
        "M0 changed by −0.015; largest fall: Employment (−0.020); largest rise: Housing (+0.010)"
    )
    assert "Tewerkstelling: 4 eruit, 1 erin, M0 −0,020" in told.alternative.nl


def test_an_unchanged_m0_has_no_largest_part():
    told = sentences.change_domains(
        change_domains((0.0,) * 6), measures=measures(*FIVE), definitions=DEFINITIONS
    )
    assert told.finding.nl == "M0 veranderde met 0,000"


# ---- none, and wording ---------------------------------------------------------------------------------


def every_account(families: tuple = ()) -> list[sentences.Account]:
    d, none = DEFINITIONS, measures(*families)
    figure_16 = kansarmoede.figure_16(score_pairs(*families))
    figure_17 = kansarmoede.figure_17(score_pairs(*families), d, 3)
    return [
        sentences.score_matrix(figure_16, figure=FIGURES["figure_16"]),
        sentences.classes(figure_17, definitions=d, figure=FIGURES["figure_17"]),
        sentences.poverty_measures(none, definitions=d),
        sentences.poverty_domains(domains(len(families)), measures=none, definitions=d),
        sentences.change_domains(change_domains(), measures=none, definitions=d),
    ]


def test_without_cases_every_finding_says_so_and_no_number_is_missing():
    told = every_account()
    nobody = {"Er zijn geen opgevolgde gezinnen"}
    assert all(account.finding.nl in nobody for account in told)
    for account in told:
        for text in (account.finding, account.caption, account.alternative):
            assert "nan" not in (text.nl + text.en).lower().replace("finan", "")


def test_no_families_at_all_can_be_told():
    empty = kansarmoede.poverty_change(score_pairs(), poverty_cutoff=3, severe_cutoff=5)
    assert sentences.poverty_change(empty).nl == "Er zijn geen opgevolgde gezinnen."


def test_nothing_is_called_an_effect_or_significant():
    for account in every_account(FIVE):
        for text in (account.finding, account.caption, account.alternative):
            assert not re.search("effect|significan", text.nl + text.en, re.IGNORECASE)
            assert not re.search(r"\{|\}| {2}", text.nl + text.en)
