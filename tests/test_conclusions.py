"""What is concluded: only what test and interval bear, never a cause; in both languages."""

import re

import pandas as pd
import pytest

from helpers import kansarmoede, sentences
from helpers.definitions import LANGUAGES
from helpers.sentences import _conclusions as conclusions
from helpers.tables import TABLES, conform
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
CAUSAL = re.compile(
    r"effect|impact|dankzij|doordat|leid[et]|zorgt|veroorzaakt|thanks to|because of|leads|caused by|signific",
    re.I,
)


def net_row(net: float, low: float, high: float, p: float) -> pd.Series:
    moved = {"improved": 5, "unchanged": 2, "declined": 3}
    return pd.Series(moved | {"net": net, "net_low": low, "net_high": high, "sign_exact_p": p})


@pytest.mark.parametrize(
    "row, dutch, english",
    [
        (
            net_row(0.2, 0.05, 0.35, 0.01),
            "Bij ouders gaat het vaker vooruit dan achteruit: een aanwijzing",
            "Among parents improvement outnumbers decline",
        ),
        (
            net_row(-0.2, -0.35, -0.05, 0.01),
            "Bij ouders gaat het vaker achteruit dan vooruit: een aanwijzing",
            "Among parents decline outnumbers improvement",
        ),
        (net_row(0.2, -0.05, 0.45, 0.2), "niet uit te maken", "cannot be told"),
        (net_row(0.0, -0.1, 0.1, 1.0), "niet uit te maken", "cannot be told"),
    ],
)
def test_a_direction_is_said_only_as_far_as_the_test_goes(row, dutch, english):
    told = conclusions.net(row, "adult")
    assert dutch in told.nl and english in told.en
    assert told.nl.endswith("zonder controlegroep zegt dit niets over de oorzaak.")


def test_a_direction_comes_with_its_numbers():
    told = conclusions.net(net_row(0.1875, 0.037, 0.338, 0.0107), "adult")
    assert (
        f"een aanwijzing, niet meer (netto +18,8{NO_BREAK}%, 95{NO_BREAK}%-interval over gezinnen "
        f"+3,7{NO_BREAK}% tot +33,8{NO_BREAK}%, gezinstoets p = 0,011); zonder"
    ) in told.nl
    assert "(net +18.8%, 95% interval over families +3.7% to +33.8%, family test p = 0.011)" in told.en


def test_the_verdict_of_the_table_is_told():
    verdicts = pd.DataFrame({"question": ["score"], "verdict": ["clear"]})
    row = net_row(0.1875, 0.037, 0.338, 0.0107)
    told = conclusions.net(row, "adult", question="score", verdicts=verdicts)
    assert "vaker vooruit dan achteruit: duidelijk (" in told.nl
    verdicts["verdict"] = "cannot_be_told"
    told = conclusions.net(row, "adult", question="score", verdicts=verdicts)
    assert "cannot be told" in told.en


def crossing(out: int, into: int, difference: float, low: float, high: float, p: float) -> pd.Series:
    names = [
        "out_of_poverty",
        "into_poverty",
        "difference",
        "difference_low",
        "difference_high",
        "mcnemar_exact_p",
    ]
    return pd.Series(dict(zip(names, (out, into, difference, low, high, p), strict=True)))


def test_few_families_that_cross_the_line_are_not_called_a_change():
    """Four out and none in, as published."""
    told = conclusions.crossed(crossing(4, 0, -4 / 56, -0.1524, 0.0144, 0.125))
    assert (
        f"is met deze aantallen niet uit te maken (verschil −7,1 procentpunt, 95{NO_BREAK}%-interval over "
        "gezinnen −15,2 tot +1,4, gezinstoets p = 0,125)"
    ) in told.nl
    assert "changes in general cannot be told from these numbers" in told.en
    nobody = conclusions.crossed(crossing(0, 0, 0, -0.1, 0.1, 1.0))
    assert nobody.en.startswith("No family moved into or out of poverty")


def test_many_families_that_cross_the_line_one_way_are_an_indication():
    told = conclusions.crossed(crossing(30, 8, -0.22, -0.34, -0.1, 0.0005))
    assert "uit kansarmoede dan erin: een aanwijzing" in told.nl and "p < 0,001" in told.nl
    told = conclusions.crossed(crossing(8, 30, 0.22, 0.1, 0.34, 0.0005))
    assert "More families enter poverty than leave it: an indication" in told.en


def test_nobody_that_moved_has_no_test():
    still = net_row(0.0, 0.0, 0.0, 1.0)
    told = conclusions.net(still.mask(still.index.isin(["improved", "declined"]), 0), "child")
    assert told.en == ("Nobody improved or declined; without a control group this says nothing of the cause.")


def test_nothing_is_concluded_from_one_family():
    row = net_row(1.0, float("nan"), float("nan"), float("nan"))
    assert conclusions.net(row, "child").en.startswith("One family says nothing about other families")


@pytest.mark.parametrize(
    "numbers, said", [([6, 18], "6 tot 18 opgevolgde"), ([1], "1 opgevolgd gezin;"), ([], "0 ")]
)
def test_pilots_of_one_size_are_not_a_range(numbers, said):
    assert f"Per pilootproject zijn het {said}" in conclusions.pilots(numbers).nl


def accounts() -> list[sentences.Account]:
    """Every figure of pages 01 to 04, each with its conclusion."""
    five, known = score_pairs(*FIVE), {"definitions": DEFINITIONS}
    change = kansarmoede.poverty_change(five, poverty_cutoff=3, severe_cutoff=5)
    moved = kansarmoede.score_change(five)
    return [
        sentences.scheme(scheme(), **known, figure=FIGURES["figure_15"]),
        sentences.score_matrix(kansarmoede.figure_16(five), figure=FIGURES["figure_16"]),
        sentences.classes(
            kansarmoede.figure_17(five, DEFINITIONS, 3), **known, figure=FIGURES["figure_17"], tests=moved
        ),
        sentences.score_net(moved),
        sentences.poverty_line(change),
        sentences.poverty_measures(measures(*FIVE), **known),
        sentences.poverty_domains(domains(), measures=measures(*FIVE), **known),
        sentences.change_domains(change_domains(), measures=measures(*FIVE), **known),
    ]


def test_every_figure_has_one_conclusion_and_none_gives_a_cause():
    for account in accounts():
        for language in LANGUAGES:
            said = account.conclusion(language)
            assert said.endswith(".") and said.count(". ") == 0
            assert not CAUSAL.search(said), said


def test_of_nobody_nothing_is_concluded():
    nobody = conform("score_change", pd.DataFrame([dict.fromkeys(TABLES["score_change"].column_names, 0)]))
    assert sentences.score_net(nobody).conclusion is None
