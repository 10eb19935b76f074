"""Short column titles, and how the numbers of a column are shown; what a column means is declared."""

from helpers.codebook import Text

HEADERS = {
    "A": Text("A", "A"),
    "H": Text("H", "H"),
    "H_high": Text("H, hoogst", "H, highest"),
    "H_low": Text("H, laagst", "H, lowest"),
    "M0": Text("M0", "M0"),
    "M0_high": Text("M0, hoogst", "M0, highest"),
    "M0_low": Text("M0, laagst", "M0, lowest"),
    "baseline_level": Text("niveau nulmeting", "level at baseline"),
    "baseline_score": Text("score nulmeting", "score at baseline"),
    "bowker_chi2": Text("Bowker χ²", "Bowker χ²"),
    "bowker_df": Text("Bowker df", "Bowker df"),
    "bowker_p": Text("Bowker p", "Bowker p"),
    "cells": Text("cellen", "cells"),
    "censored_headcount": Text("tekort en kansarm", "deprived and poor"),
    "change_in_M0": Text("verandering in M0", "change in M0"),
    "change_in_mean_score": Text("verandering in gemiddelde score", "change in mean score"),
    "characteristic": Text("kenmerk", "characteristic"),
    "ci_high": Text("95 %-interval, tot", "95% interval, to"),
    "ci_low": Text("95 %-interval, van", "95% interval, from"),
    "class": Text("klasse", "class"),
    "contribution": Text("bijdrage aan M0", "contribution to M0"),
    "declined": Text("achteruit", "declined"),
    "deprived": Text("met een tekort", "deprived"),
    "difference": Text("verschil", "difference"),
    "domain": Text("domein", "domain"),
    "education": Text("opleidingsniveau", "education"),
    "families": Text("gezinnen", "families"),
    "figure": Text("figuur", "figure"),
    "follow_up_level": Text("niveau opvolgmeting", "level at follow-up"),
    "follow_up_score": Text("score opvolgmeting", "score at follow-up"),
    "followed": Text("opgevolgd", "followed"),
    "improved": Text("vooruit", "improved"),
    "into_deprivation": Text("tekort ontstaan", "became deprived"),
    "into_poverty": Text("in kansarmoede", "into poverty"),
    "item": Text("item", "item"),
    "kappa_linear": Text("kappa (lineair)", "kappa (linear)"),
    "known": Text("bekend", "known"),
    "label": Text("label", "label"),
    "level": Text("niveau", "level"),
    "mcnemar_exact_p": Text("McNemar exact p", "McNemar exact p"),
    "mcnemar_midp": Text("McNemar mid-p", "McNemar mid-p"),
    "measure": Text("maat", "measure"),
    "moment": Text("moment", "moment"),
    "n": Text("n", "n"),
    "net": Text("netto", "net"),
    "note": Text("opmerking", "note"),
    "out_of_deprivation": Text("tekort verdwenen", "no longer deprived"),
    "out_of_poverty": Text("uit kansarmoede", "out of poverty"),
    "p_better": Text("vooruit + ½ gelijk", "improved + ½ unchanged"),
    "percentage": Text("percentage", "percentage"),
    "persons": Text("personen", "persons"),
    "pilot": Text("pilootproject", "pilot project"),
    "poor_baseline": Text("kansarm, nulmeting", "poor at baseline"),
    "poor_follow_up": Text("kansarm, opvolgmeting", "poor at follow-up"),
    "raw_headcount": Text("aandeel met een tekort", "share deprived"),
    "registered": Text("geregistreerd", "registered"),
    "retained": Text("weerhouden", "retained"),
    "row_share": Text("aandeel van de rij", "share of the row"),
    "rows": Text("rijen", "rows"),
    "rule": Text("regel", "rule"),
    "severe_baseline": Text("zwaar kansarm, nulmeting", "severely poor at baseline"),
    "severe_follow_up": Text("zwaar kansarm, opvolgmeting", "severely poor at follow-up"),
    "share": Text("aandeel", "share"),
    "sheet": Text("eenheid", "unit"),
    "sign_exact_p": Text("tekentoets exact p", "sign test exact p"),
    "sign_holm_p": Text("tekentoets p, Holm", "sign test p, Holm"),
    "sign_midp": Text("tekentoets mid-p", "sign test mid-p"),
    "source": Text("bron", "source"),
    "stage": Text("stap", "step"),
    "stuart_maxwell_chi2": Text("Stuart-Maxwell χ²", "Stuart–Maxwell χ²"),
    "stuart_maxwell_df": Text("Stuart-Maxwell df", "Stuart–Maxwell df"),
    "stuart_maxwell_p": Text("Stuart-Maxwell p", "Stuart–Maxwell p"),
    "unchanged": Text("gelijk", "unchanged"),
    "unchanged_carried": Text("gelijk, overgenomen", "unchanged, carried forward"),
    "unchanged_fresh": Text("gelijk, opnieuw geregistreerd", "unchanged, registered again"),
    "unit": Text("eenheid", "unit"),
    "value": Text("waarde", "value"),
    "year": Text("jaar", "year"),
}

MEASURES = {
    "children_mean_age": Text(
        "gemiddelde leeftijd van de kinderen, jaren", "mean age of the children, years"
    ),
    "children_per_family": Text("kinderen per gezin", "children per family"),
    "families_with_youth_care_crisis": Text(
        "gezinnen met een crisis in de jeugdzorg van een kind", "families with a youth care crisis of a child"
    ),
}
SHARES = frozenset(
    [
        *("share", "ci_low", "ci_high", "row_share", "p_better", "H", "A", "H_low", "H_high"),
        *("raw_headcount", "censored_headcount", "contribution"),
    ]
)
SIGNED_SHARES = frozenset(("net", "difference"))
SIGNED_NUMBERS = frozenset(("change_in_M0", "change_in_mean_score"))
DIGITS = {"M0": 3, "M0_low": 3, "M0_high": 3, "change_in_M0": 3, "change_in_mean_score": 3}


def is_p_value(name: str) -> bool:
    """Whether a column holds p-values.

    Examples
    --------
    >>> is_p_value("sign_midp"), is_p_value("bowker_p"), is_p_value("p_better")
    (True, True, False)
    """
    return name.endswith(("_p", "_midp"))
