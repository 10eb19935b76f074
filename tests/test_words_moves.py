"""What is said of moves from level to level, on studies that are worked by hand."""

import pytest

from helpers.study import Study
from small_study import clean_tables, open_study

HOME = {"verblijfplaats": 5, "betaalbaarheid_woning": 4, "schulden": 4, "voeding": 4, "inkomen": 2}


def study(*parents: tuple, children: tuple = ()) -> Study:
    """A family for each (levels at the start, half a year later) of parents and of children."""
    rows = []
    for number, levels in enumerate([*parents, *children]):
        code = f"F{number:02d}"
        rows += [(code, "huishouden", None, day, HOME) for day in (0, 190)]
        unit, person = ("volwassene", "V1") if number < len(parents) else ("kind", "K1")
        rows += [(code, unit, person, day, of) for day, of in zip((0, 150), levels, strict=True)]
    return open_study(clean_tables(*rows))


def stress(*moves: tuple) -> tuple:
    return tuple(({"stress": before}, {"stress": after} if after else {}) for before, after in moves)


def test_stress_eased_for_two_of_four_and_one_has_no_second_level():
    told = study(*stress((2, 4), (2, 3), (4, 2), (3, 3)), ({}, {"stress": 3})).account("figure_18")
    assert told.finding.nl == (
        "Bij 2 van de 4 ouders nam de stress af, bij 1 nam hij toe: of dat verschil toeval is, is niet "
        "uit te maken"
    )
    assert told.finding.en.startswith("Stress eased for 2 of the 4 parents and grew for 1: ")
    assert told.caption.nl.startswith("Ouders van opgevolgde gezinnen")
    assert "n = 4; niet meegeteld: 1." in told.caption.nl
    assert told.alternative.en == (
        "Counts by level at the start and at follow-up – from level 2 to 3: 1; from level 2 to 4: 1; from "
        "level 3 to 3: 1; from level 4 to 2: 1; from not known to 3: 1; all other cells: 0."
    )
    assert told.conclusion is None


@pytest.mark.parametrize(
    ("moves", "finding"),
    [
        ([(2, 4)] * 12, "Bij 12 van de 12 ouders nam de stress af, bij 0 nam hij toe: duidelijk"),
        ([(3, 3)] * 2, "Bij niemand veranderde de stress (n = 2)"),
        ([], "Van niemand is het niveau op beide momenten bekend"),
    ],
)
def test_certainty_is_one_word_and_only_where_somebody_moved(moves, finding):
    parents = stress(*moves) or (({}, {}),)
    assert study(*parents).account("figure_18").finding.nl == finding


@pytest.mark.parametrize("cutoff", [2, 4])
@pytest.mark.parametrize("name", ["figure_17", "figure_17_moves"])
def test_who_is_poor_is_said_by_the_cutoff_of_the_run(name, cutoff):
    tables = clean_tables(*((code, "huishouden", None, day, HOME) for code in "AB" for day in (0, 190)))
    caption = open_study(tables, poverty_cutoff=cutoff).account(name).caption
    assert f"Kansarm: een tekort op minstens {cutoff} van de 6 domeinen." in caption.nl
    assert f"Poor (kansarm): falling short on at least {cutoff} of 6 domains." in caption.en


@pytest.mark.parametrize(
    ("parents", "others", "large"), [(2, 7, True), (2, 8, False), (2, 0, False), (1, 3, False)]
)
def test_one_family_with_more_than_a_fifth_of_the_persons_is_told_where_there_is_an_interval(
    parents, others, large
):
    """Two parents in one family, one in each other: 2 of 9 is more than a fifth, 2 of 10 is not."""
    rows = [
        (f"F{number:02d}", unit, person, day, of)
        for number in range(others + 1)
        for unit, person, levels in [
            ("huishouden", None, (HOME, HOME)),
            *(
                ("volwassene", who, ({"stress": 2}, {"stress": 3}))
                for who in ["V1", "V2"][: 1 if number else parents]
            ),
        ]
        for day, of in zip((0, 190), levels, strict=True)
    ]
    told = open_study(clean_tables(*rows))
    figure, items = told.account("figure_18").caption, told.account("item_change").caption
    for said in (figure, items):
        assert ("van één gezin: het interval kan te smal zijn" in said.nl) is large
        assert ("from one family: the interval may be too narrow" in said.en) is large
    if large:
        assert "Van hen zijn er 2 van" in figure.nl and "Of these, 2 are from" in figure.en
        assert "Bij 1 item is meer dan een vijfde van de personen van" in items.nl
        assert "For 1 item, more than a fifth of the persons are from" in items.en


def test_care_tells_who_left_enough_and_youth_care_never_says_better():
    levels = [(5, 3, 4, 2), (4, 2, 2, 3), (3, 4, 3, 3), (4, 5, 5, 1)]  # care before and after, help likewise
    children = tuple(
        ({"zorg": care, "jeugdzorg": help_}, {"zorg": later, "jeugdzorg": helped})
        for care, later, help_, helped in levels
    )
    of = study(children=children)
    care, help_ = of.account("figure_20"), of.account("figure_21")
    assert care.finding.nl.startswith("Bij 2 van de 4 kinderen werd de zorg beter, bij 2 slechter: ")
    assert care.conclusion.nl == (
        "2 kinderen gingen van voldoende zorg (niveau 4 of 5) naar te weinig, 1 andersom."
    )
    assert help_.finding.en.startswith("1 of the 4 children has less youth care than at the start, 2 more: ")
    assert of.account("claim_measures").finding.en == (
        "In 1 followed family a child had a crisis between the start and the follow-up that called "
        "for immediate youth care"
    )


def test_care_that_clearly_got_worse_for_some_is_not_said_to_have_stayed_the_same():
    levels = [(3, 2)] * 12 + [(4, 4)] * 20
    of = study(children=tuple(({"zorg": before}, {"zorg": after}) for before, after in levels))
    told = of.key_results()[4].text
    assert told.nl == (
        "Zorg voor kinderen bleef gelijk of werd niet herbekeken bij 20 van de 32 kinderen; van de andere "
        "gingen er meer achteruit dan vooruit: duidelijk"
    )
    assert told.en.endswith("; more of the others got worse than better: clear")
    assert of.account("verdict_words").finding.nl == (
        "Duidelijk achteruit: zorg voor de kinderen en alle items samen"
    )


def test_all_items_together_count_families_and_name_what_is_clear():
    rising = ({"stress": 2, "vangnet": 3}, {"stress": 4, "vangnet": 3})
    falling = ({"stress": 4, "vangnet": 3}, {"stress": 3, "vangnet": 3})
    of = study(*[rising] * 11, falling)
    overall, items = of.account("overall_change"), of.account("item_change")
    assert overall.finding.nl.startswith(
        "Over alle items samen gingen 11 van de 12 opgevolgde gezinnen vooruit en 1 achteruit: duidelijk"
    )
    assert items.finding.nl == "Duidelijk vooruit: stress van ouders"
    assert "stress van ouders: 11 vooruit, 1 achteruit, 0 gelijk" in items.alternative.nl
    assert "jeugdzorg: 0 minder jeugdzorg, 0 meer jeugdzorg, 0 gelijk" in items.alternative.nl
    assert items.caption.nl.count("van 0 tot 12") == 1


def test_the_five_questions_are_told_by_their_verdict():
    worse = ({"stress": 4}, {"stress": 2})
    told = study(*[worse] * 12).account("primary_outcomes").finding
    assert told.nl == (
        "Van deze 5 is duidelijk: stress van ouders (achteruit); niet uit te maken: kansarmoedescore van "
        "gezinnen, stress van kinderen, zorg voor de kinderen en aanwezigheid van jeugdzorg"
    )
    assert study(worse).account("coach_clusters").finding.en == (
        "There are too few coaches (0) to count coaches instead of families"
    )
