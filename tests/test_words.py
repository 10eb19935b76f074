"""What is said of an output: on tables worked by hand, in both languages, of many, of one, of none."""

import datetime as dt

import pandas as pd
import pytest
from jinja2 import UndefinedError, nodes
from jinja2.runtime import Macro

from helpers import kansarmoede, words
from helpers.cleaning import Study as About
from helpers.definitions import load
from helpers.definitions.choices import Choices
from helpers.definitions.languages import texts
from helpers.definitions.reading import DefinitionError
from helpers.protect import EXACT, Edition
from helpers.study import FinishedStudy
from helpers.tables import conform
from helpers.words import changes as of_groups
from helpers.words import environment
from report_tables import (
    DEFINITIONS,
    FIVE,
    distribution,
    domains,
    education,
    flow,
    measures,
    profile,
    residence,
    scheme,
    score_pairs,
)

ABOUT = About("small", "Small", True, dt.date(2023, 9, 30), dt.date(2022, 3, 1), ("Leuven",), {})
PUBLIC = Edition(5, 20)


def account(name, edition=None, within_family="worst", **tables):
    """What is said of an output of which these tables are known."""
    given = {"within_family": within_family, "poverty_cutoff": 4}
    study = FinishedStudy(tables, ABOUT, edition=edition, **given)
    return study.account(name)


# ---- shares ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "known", "dutch", "english"),
    [
        (0, 1, "Geen van de gezinnen is dakloos of woont", "None of the families are homeless or live"),
        (2, 100, "Weinig gezinnen zijn dakloos of wonen", "Few families are homeless or live"),
        (
            7,
            100,
            "Minder dan één op de tien gezinnen is dakloos of woont",
            "Fewer than one in ten families are homeless or live",
        ),
        (8, 100, "Eén op de tien gezinnen is dakloos of woont", "One in ten families are homeless or live"),
        (
            30,
            100,
            "Drie op de tien gezinnen zijn dakloos of wonen",
            "Three in ten families are homeless or live",
        ),
        (
            36,
            100,
            "Ruim een derde van de gezinnen is dakloos of woont",
            "Just over a third of the families are homeless or live",
        ),
        (2, 4, "De helft van de gezinnen is dakloos of woont", "Half of the families are homeless or live"),
        (
            22,
            41,
            "Ruim de helft van de gezinnen is dakloos of woont",
            "Just over half of the families are homeless or live",
        ),
        (52, 86, "Zes op de tien gezinnen zijn dakloos of wonen", "Six in ten families are homeless or live"),
        (
            57,
            85,
            "Twee derde van de gezinnen is dakloos of woont",
            "Two thirds of the families are homeless or live",
        ),
        (97, 100, "Bijna alle gezinnen zijn dakloos of wonen", "Almost all families are homeless or live"),
        (4, 4, "Alle gezinnen zijn dakloos of wonen", "All families are homeless or live"),
    ],
)
def test_a_share_is_told_in_words_with_its_counts(n, known, dutch, english):
    said = account("figure_04", figure_04=residence((n, 0, 0, 0, known - n, 0, 0))).finding
    counts = f"{n} van de {known}" if known > 1 else f"{n} van 1"
    assert said.nl == f"{dutch} tijdelijk of met gebreken: {counts}"
    assert said.en == f"{english} in temporary housing or a home with defects: {n} of {known}"


def test_two_shares_of_one_title_are_told_alike():
    both = words.environment("nl", 2).from_string(
        "{{ one|fraction('family', two) }}, {{ two|fraction(beside=one) }}"
    )
    assert both.render(one=20 / 55, two=11 / 55) == "vier op de tien gezinnen, twee op de tien"
    assert both.render(one=20 / 55, two=0.5) == "ruim een derde van de gezinnen, de helft"
    assert both.render(one=0.25, two=0.4).startswith("een kwart")  # two in ten would say too little


@pytest.mark.parametrize(
    ("improved", "declined", "english"),
    [
        (22, 11, "Four in ten families moved forward, two in ten back"),
        (5, 8, "5 of the 56 families moved forward, 8 back"),  # of each one in ten, rounded
        (6, 6, "One in ten families moved forward, one in ten back"),
    ],
)
def test_two_shares_that_differ_are_not_told_in_the_same_words(improved, declined, english):
    assert headline(improved, declined, 56) == english


def test_fewer_than_ten_families_are_not_told_in_tenths():
    assert headline(1, 0, 2) == "1 of the 2 families moved forward, 0 back"
    assert headline(3, 3, 9) == "3 of the 9 families moved forward, 3 back"
    assert headline(0, 0, 9) == "None of the families moved forward, none back"
    assert headline(5, 2, 10) == "Five in ten families moved forward, two in ten back"


@pytest.mark.parametrize(
    ("edition", "out", "into", "end"),
    [
        (PUBLIC, 5, 10, "poverty, 10 into it: no difference larger than the rounding"),
        (PUBLIC, 0, 10, "into it: whether that difference is chance cannot be told"),
        (EXACT, 5, 10, "into it: whether that difference is chance cannot be told"),
    ],
)
def test_a_difference_that_rounding_may_have_made_is_none_in_poverty_either(edition, out, into, end):
    row = {"outcome": ["poverty"], "both": [40], "out": [out], "in": [into], "neither": [10]}
    facts = of_groups.poverty_moves(pd.DataFrame(row), VERDICTS, edition)
    assert words.account(["poverty_moves"], facts, half=edition.half).key.en.endswith(end)


def headline(improved, declined, n):
    classes = ["improved", "good_status_quo", "bad_status_quo", "declined"]
    table = pd.DataFrame({"class": classes, "families": [improved, 0, n - improved - declined, declined]})
    facts = of_groups.figure_17_moves(table, VERDICTS, EXACT, 3)
    return words.account(["figure_17_moves"], facts).headline.en


# ---- families at baseline --------------------------------------------------------------------------------


def test_a_text_that_names_a_fact_that_is_not_given_is_named_with_those_that_are(monkeypatch):
    made = {"sizes": {"finding": {"nl": "{{ mst.size }}", "en": "{{ most.size }}"}}}
    monkeypatch.setattr(words, "texts", lambda: made)
    given = {"most": {"size": "2"}, "n": 9}
    assert words.say("sizes", "finding", "en", **given) == "2"
    with pytest.raises(UndefinedError, match="text sizes.finding.nl: 'mst' is undefined; .* given: most, n"):
        words.say("sizes", "finding", "nl", **given)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("caption", "texts, sized.caption.nl: there is no such text; restore it"),
        ("finding", "texts, sized.finding.nl: cannot be filled in: Encountered unknown tag 'most'"),
    ],
)
def test_a_text_that_is_gone_or_no_template_is_named(monkeypatch, part, said):
    monkeypatch.setattr(words, "texts", lambda: {"sized": {"finding": {"nl": "{% most }}"}}})
    with pytest.raises(DefinitionError, match=said):
        words.say("sized", part, "nl")


def test_a_finding_of_which_nothing_gives_the_facts_is_named(monkeypatch):
    assert account("sized") is None
    monkeypatch.setattr("helpers.study.texts", lambda: {"sized": {"finding": {}}})
    with pytest.raises(DefinitionError, match=r"texts:\n  sized.finding: .*@tells"):
        account("sized")


def test_no_macro_stands_in_for_a_fact_that_is_not_given():
    shared = environment("nl", 0)
    macros = {name for name, one in shared.globals.items() if isinstance(one, Macro)}
    read = set()
    for parts in texts().values():
        for text in parts.values() if isinstance(parts, dict) else ():
            tree = shared.parse(text["nl"]) if isinstance(text, dict) and "nl" in text else nodes.Template([])
            called = {id(call.node) for call in tree.find_all(nodes.Call)}
            read |= {name.name for name in tree.find_all(nodes.Name) if id(name) not in called}
    assert "who" in read and len(macros) == 11
    assert not read & macros


def test_of_many_names_the_first_are_listed():
    listed = {code: words.environment(code, 0).from_string("{{ names|listed }}") for code in ("nl", "en")}
    for number, dutch, english in (
        (2, "a en b", "a and b"),
        (9, "a, b, c, d, e, f, g, h en i", "a, b, c, d, e, f, g, h and i"),
        (10, "a, b, c, d, e, f, g, h en nog 2 andere", "a, b, c, d, e, f, g, h and 2 more"),
    ):
        names = "abcdefghij"[:number]
        assert [listed[code].render(names=names) for code in ("nl", "en")] == [dutch, english]


def test_the_profile_tells_couples_single_parents_and_larger_families():
    rows = [
        ("household_type", "koppel", 1),
        ("household_type", "alleenstaande ouder", 2),
        ("household_type", "unknown", 1),
        ("children", "0-2", 3),
        ("children", "3-4", 1),
        ("children", "5+", 0),
        ("child_age", "0-2", 4),
        ("child_age", "unknown", 1),
    ]
    groups = pd.DataFrame(rows, columns=["characteristic", "group", "n"])
    groups = conform("figure_02_groups", groups.assign(share=0.5, ci_low=0.4, ci_high=0.6))
    said = account("figure_02", figure_02=profile(), figure_02_groups=groups)
    assert (
        said.finding.nl
        == "1 koppel en 2 alleenstaande ouders; 1 van de 4 gezinnen heeft drie of meer kinderen"
    )
    assert said.finding.en == "1 couple and 2 single parents; 1 of the 4 families has three or more children"
    assert said.caption.en.endswith(
        "Children: n = 5, expected births included; age at the first registration, unknown: 1."
    )
    assert "Leeftijd van de kinderen – zwangerschap: 1, 0: 2, 1: 1, onbekend: 1." in said.alternative.nl
    assert account("figure_02_groups", figure_02_groups=groups).finding == said.finding


def test_education_tells_who_went_on_and_of_how_many_it_is_not_known():
    rows = [("at_most_lower_secondary", 5), ("upper_secondary", 2), ("higher", 1), ("unknown", 2)]
    groups = pd.DataFrame(rows, columns=["group", "n"]).assign(share=0.1, ci_low=0.1, ci_high=0.1)
    said = account("figure_03", figure_03=education(), figure_03_groups=conform("figure_03_groups", groups))
    assert said.finding.nl.startswith(
        "1 van de 8 ouders van wie de opleiding bekend is, volgde hoger onderwijs"
    )
    assert said.finding.en.endswith("for 2 it is unknown") and "n = 10" in said.caption.en


def test_a_distribution_tells_the_side_that_it_is_about_and_who_is_unknown():
    said = account("figure_04", figure_04=residence())  # 7 of 10 at levels 1 to 4
    assert (
        said.finding.nl
        == "Zeven op de tien gezinnen zijn dakloos of wonen tijdelijk of met gebreken: 7 van de 10"
    )
    assert said.finding.en.startswith(
        "Seven in ten families are homeless or live in temporary housing or a home with defects"
    )
    assert said.caption.nl == "Gezinnen: n = 10, niet van toepassing: 1, onbekend: 2."
    assert "‘Eigen woonst met grote gebreken’: 0 (0,0\u00a0%)" in said.alternative.nl
    assert said.conclusion is None


def test_of_nobody_known_nothing_else_is_told():
    said = account("figure_04", figure_04=residence((0, 0, 0, 0, 0, 3, 2)))
    assert (said.finding.nl, said.caption.nl) == ("Van niemand is het niveau bekend", "")


def test_two_groups_are_told_in_one_sentence_and_the_one_that_is_known_alone():
    both = {("volwassene", "stress"): (3, 1, 0, 1, 0, 0, 4), ("kind", "stress"): (0, 0, 1, 1, 0, 2, 0)}
    said = account("figure_11", figure_11=distribution("figure_11", both))
    assert said.finding.nl == (
        "Acht op de tien ouders en de helft van de kinderen hebben soms tot altijd ongezonde stress: "
        "4 van de 5 en 1 van de 2"
    )
    assert said.caption.en == "Parents: n = 5, not known: 4. Children: n = 2, not applicable: 2."
    alone = both | {("kind", "stress"): (0, 0, 0, 0, 0, 0, 3)}
    said = account("figure_11", figure_11=distribution("figure_11", alone))
    assert said.finding.en == "Eight in ten parents have unhealthy stress at least sometimes: 4 of 5"


@pytest.mark.parametrize(
    ("within", "dutch"), [("worst", "slechtste"), ("best", "beste"), ("median", "middelste")]
)
def test_which_member_stands_for_the_family_is_told_where_there_are_several(within, dutch):
    table = distribution("figure_08", {("volwassene", "budget_beheren"): (1, 0, 0, 0, 0, 0, 0)})
    said = account("figure_08", figure_08=table, within_family=within)
    assert f"Per gezin telt het {dutch} niveau van de ouders." in said.caption.nl
    assert "telt" not in account("figure_04", figure_04=residence(), within_family=within).caption.nl


def in_groups(**n):
    """Figure 5 in groups."""
    rows = pd.DataFrame(
        {"unit": "huishouden", "item": "betaalbaarheid_woning", "group": list(n), "n": n.values()}
    )
    rows["group"] = rows["group"].str.removeprefix("g").str.replace("_", "-")
    return conform("figure_05_groups", rows.assign(unit="huishouden", share=0.5, ci_low=0.4, ci_high=0.6))


def test_rounded_groups_are_told_as_rounded():
    none = in_groups(g1_2=0, g3_4=0, g5=40, unknown=5)
    said = account("figure_05_groups", PUBLIC, figure_05_groups=none)
    assert said.finding.nl == "Weinig gezinnen hebben moeite om de woning te betalen: hooguit twee van de 40"
    few = in_groups(g1_2=5, g3_4=5, g5=5, unknown=20)  # 15 known, fewer than 20
    said = account("figure_05_groups", PUBLIC, figure_05_groups=few)
    assert said.finding.en == "Too few families have a known level"


def test_an_item_that_few_have_a_level_of_leads_no_title():
    """All three who have one moved forward on computers; of forty, ten on debts."""
    table = pd.DataFrame(
        {
            "unit": ["volwassene", "huishouden"],
            "item": ["computergebruik", "schulden"],
            "improved": [3, 10],
            "unchanged": [0, 30],
            "declined": [0, 0],
            "net": [1.0, 0.25],
        }
    )
    words = pd.DataFrame({"question": [], "verdict": []})
    told = of_groups.item_moves(table, words, EXACT, load(Choices))["leading"]
    assert [str(one.nl) for one in told] == ["schulden"]


def led(*rows, clear=(), edition=EXACT):
    """The key result on items (unit, item, improved, unchanged, declined) of which some are clear."""
    table = pd.DataFrame(rows, columns=["unit", "item", "improved", "unchanged", "declined"])
    net = (table["improved"] - table["declined"]) / table[["improved", "unchanged", "declined"]].sum(axis=1)
    verdicts = pd.DataFrame({"question": clear, "verdict": ["clear"] * len(clear)})
    facts = of_groups.item_moves(table.assign(net=net), verdicts, edition, load(Choices))
    return words.account(["item_moves"], facts).key.en


DEBTS, STRESS = ("huishouden", "schulden", 11, 20, 1), ("volwassene", "stress", 13, 25, 1)
FEW, BACK = ("kind", "zorg", 4, 1, 0), ("huishouden", "schulden", 1, 20, 11)
THE_LARGEST = "The largest improvements were in debts and parents' stress"


@pytest.mark.parametrize(
    ("rows", "clear", "english"),
    [
        ([DEBTS, STRESS], (), f"{THE_LARGEST}: none of them is clear"),
        ([DEBTS, STRESS], ("huishouden.schulden", "stress_parents"), f"{THE_LARGEST}: clear"),
        ([DEBTS, STRESS], ("stress_parents",), f"{THE_LARGEST}; of these, clear: parents' stress"),
        ([FEW], (), "No item with at least 10 to compare improved more than it declined"),
        ([("kind", "zorg", 0, 10, 0)], (), "No item improved more than it declined"),
        ([BACK, FEW], ("huishouden.schulden",), "Debts moved most, for the worse: clear"),
        (
            [("volwassene", "stress", 6, 26, 0), ("kind", "zorg", 0, 9, 1), BACK],
            ("huishouden.schulden",),
            "The largest improvement was in parents' stress: it is not clear; debts moved most, for "
            "the worse: clear",
        ),
        (
            [DEBTS, ("volwassene", "stress", 1, 20, 11)],
            (),
            "The largest improvement was in debts: it is not clear",
        ),
        ([("kind", "zorg", 0, 0, 0)], (), "No one has a known level at both moments"),
    ],
)
def test_what_led_is_told_whether_or_not_it_is_clear(rows, clear, english):
    assert led(*rows, clear=clear) == english


# ---- kansarmoede -----------------------------------------------------------------------------------------

VERDICTS = pd.DataFrame({"question": ["score", "poverty"], "verdict": ["indication", "cannot_be_told"]})


def of_five(name, *families, followed=5, known=()):
    """What is said of five families (or others) with these scores, and these by what was `known` twice."""
    pairs = score_pairs(*families)
    made = {
        "figure_15": scheme(),
        "figure_16": kansarmoede.figure_16(pairs),
        "figure_17": kansarmoede.figure_17(pairs, DEFINITIONS, 3),
        "score_change": kansarmoede.score_change(pairs, score_pairs(*(known or families))),
        "poverty_change": kansarmoede.poverty_change(pairs, poverty_cutoff=3, severe_cutoff=5),
        "flow": flow(followed=followed),
        "verdicts": VERDICTS,
    }
    return account(name, **made)


def test_scores_tell_who_has_fewer_and_who_more_and_whom_an_unknown_domain_leaves_out():
    said = of_five("figure_16", *FIVE, followed=7)
    up, down = (sum(sign * (before - after) > 0 for before, after in FIVE) for sign in (1, -1))
    assert said.finding.en == (
        f"{up} of the 5 families fall short on fewer domains than at the start, {down} on more"
    )
    assert "n = 5, 2 met een onbekend domein weggelaten." in said.caption.nl
    assert said.alternative.en.endswith("all other cells: 0.")


def test_classes_tell_forward_out_of_poverty_and_back():
    said = of_five("figure_17", (5, 2), (4, 3), (2, 2), (3, 5))
    assert (
        said.finding.nl == "2 van de 4 gezinnen gingen vooruit, van wie 1 uit kansarmoede; 1 ging achteruit"
    )
    assert (
        said.caption.en
        == "Followed families; n = 4, 1 with an unknown domain left out. Poor (kansarm): falling short on at "
        "least 4 of 6 domains. Each family is in one class."
    )


@pytest.mark.parametrize(
    ("families", "english"),
    [
        (((5, 2), (4, 3), (2, 2), (3, 5)), "1 more family moved forward than back: an indication"),
        (((2, 5), (3, 3)), "1 more family moved back than forward: an indication"),
        (((2, 5), (5, 2)), "As many families moved forward as back: an indication"),
        (((3, 3),), "No family moved forward or back"),
        ((), "No followed family has a score"),
    ],
)
def test_a_difference_is_told_in_families_and_with_its_verdict(families, english):
    assert of_five("score_change", *families).finding.en == english


def test_what_only_came_to_be_known_is_taken_off_a_difference():
    told = of_five("score_change", (2, 5), (3, 3), known=((2, 2), (3, 2)))
    assert told.sure.en.endswith(" By what is known at both moments: 1 forward, 0 back.")
    fewer = of_five("score_change", (2, 5), (3, 3), known=((2, 2), (3, 3)))  # only who moved back are others
    assert fewer.finding.en.endswith(
        "Counting only what is known at both moments, 0 moved forward and 0 back"
    )
    said = told.finding
    assert said.en == (
        "1 more family moved back than forward: an indication. Counting only what is known at both moments, "
        "1 moved forward and 0 back"
    )
    assert said.nl.endswith("bekend is, dan ging er 1 vooruit en 0 achteruit")


def test_what_is_behind_a_difference_is_told_apart():
    said = of_five("score_change", (5, 2), (4, 3), (2, 2), (3, 5))
    assert "p =" not in said.finding.en and said.sure.en.startswith(
        "n = 4; forward minus back: +25 percentage points"
    )


def test_in_and_out_of_poverty():
    said = of_five("poverty_change", (5, 2), (4, 3), (2, 2), (3, 5))  # poor from three domains
    assert said.finding.nl == (
        "3 van de 4 opgevolgde gezinnen waren kansarm bij de start, 2 bij de opvolging (1 eruit, 0 erin): "
        "of dat verschil toeval is, is niet uit te maken"
    )
    nobody = of_five("poverty_change", (2, 2))
    assert nobody.finding.en == "0 of 1 followed family was poor at the start, 0 at follow-up (0 out, 0 in)"


def test_the_scheme_counts_its_cells():
    assert "Achteruitgang, in kansarmoede: 12 cellen" in of_five("figure_15", *FIVE).alternative.nl


@pytest.mark.parametrize(
    ("into", "out", "english"),
    [
        (
            [0, 0, 0],
            [0, 3, 1],
            "Wherever the line is drawn, from 1 to 6 domains: nowhere did more",
        ),
        (
            [1] * 6,
            [0] * 6,
            "Wherever the line is drawn, from 1 to 6 domains, more families moved into poverty",
        ),
        ([2, 0, 3], [0, 3, 1], "With the line at 1 and 3 domains, more families moved into poverty than out"),
        (
            [1, 0, 0],
            [1, 0, 0],
            "Wherever the line is drawn, as many families moved into poverty as",
        ),
    ],
)
def test_the_line_of_poverty_drawn_elsewhere(into, out, english):
    table = pd.DataFrame({"cutoff": range(1, len(into) + 1), "into": into, "out": out})
    said = account(
        "dominance", dominance=table, score_change=kansarmoede.score_change(*[score_pairs(*FIVE)] * 2)
    )
    assert said.finding.en.startswith(english)


def test_domains_tell_where_most_fall_short_and_depth_in_domains():
    change = kansarmoede.score_change(*[score_pairs(*FIVE)] * 2)
    said = account("poverty_domains", poverty_domains=domains(), score_change=change)
    deprived = domains().query("pilot == 'all' and moment == 'baseline'")["deprived"]
    assert f"({deprived.max()} of the 5 families at the start)" in said.finding.en
    sure = pd.DataFrame({"question": ["A"], "verdict": ["indication"]})
    depth = account("poverty_measures", poverty_measures=measures((5, 3), (3, 2)), verdicts=sure)
    assert depth.finding.en == (
        "At the start a poor family falls short on 4.0 of the 6 domains on average, at follow-up on 3.0: "
        "an indication"
    )
    same = account("poverty_measures", poverty_measures=measures((4, 4)), verdicts=sure)
    assert same.finding.en.endswith("4.0 of the 6 domains on average, at follow-up too")
    nobody = account("poverty_measures", poverty_measures=measures(), verdicts=sure)
    assert nobody.finding.en == "No followed family is poor at the start"
