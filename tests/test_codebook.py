"""The reference files and their loader.

Labels and rules below are typed from the annex and from the study's design, not read from the files.
"""

import pandas as pd
import pytest

from helpers.definitions import Condition, Definitions, Part, Text, load_definitions, rule_text


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    return load_definitions()


# --- the codebook against the annex -----------------------------------------------------------------------


UNIT_ITEMS = {
    "huishouden": """
        verblijfplaats betaalbaarheid_woning zelfstandig_wonen onderhoud_woning inkomen schulden voeding
        veiligheid
    """,
    "volwassene": """
        erkenning vangnet vrije_tijd budget_inzicht administratie budget_beheren fysieke_gezondheid
        mentale_gezondheid stress middelengebruik nederlands maatschappelijke_orientatie justitie
        tewerkstelling werkervaring opleiding solliciteren lezen schrijven computergebruik mobiliteit
    """,
    "kind": """
        zorg opvang jeugdzorg babyuitzet kind_en_gezin gezinsondersteuner aanwezigheid_school leertraject
        welbevinden_school vrije_tijd netwerk fysieke_gezondheid mentale_gezondheid stress middelengebruik
        mobiliteit
    """,
}


@pytest.mark.parametrize(("unit", "count"), [("huishouden", 8), ("volwassene", 21), ("kind", 16)])
def test_items_of_each_unit_stand_in_the_order_of_the_annex(definitions, unit, count):
    names = [item.item for item in definitions.unit_items(unit)]
    assert names == UNIT_ITEMS[unit].split()
    assert len(names) == count


def test_there_are_45_items_with_225_labels_in_both_languages(definitions):
    labels = [label for item in definitions.items.values() for label in item.labels]
    assert len(definitions.items) == 45
    assert len([label.nl for label in labels if label.nl]) == 225
    assert len([label.en for label in labels if label.en]) == 225


# unit, item, level, label: typed from the annex; among them the words that its PDF breaks, the row that a
# page break splits, labels that lost a star, and the longest ones.
LABELS = [
    ("huishouden", "verblijfplaats", 3, "Eigen woonst met grote gebreken"),
    ("huishouden", "betaalbaarheid_woning", 5, "Huur/hypotheek wordt op tijd betaald en is betaalbaar"),
    ("huishouden", "inkomen", 1, "Inkomen is zeer ver ontoereikend"),
    (
        "huishouden",
        "schulden",
        1,
        "(Oplopende) schulden en geen financiële ruimte om af te betalen, schuldeisers nog niet op de hoogte "
        "gebracht",
    ),
    ("huishouden", "veiligheid", 4, "Geen fysiek, wel verbaal geweld"),
    ("volwassene", "erkenning", 3, "Soms wel soms niet kunnen zijn wie je bent in onze samenleving"),
    (
        "volwassene",
        "budget_inzicht",
        5,
        "Alle inkomsten en uitgaven zijn gekend en worden nauwkeurig bijgehouden en er is een budgetplan "
        "voor toekomstige uitgaven op lange termijn",
    ),
    ("volwassene", "nederlands", 2, "Taalniveau 1.1 bezig"),
    ("volwassene", "nederlands", 5, "Taalniveau 2.1 of meer behaald"),
    (
        "volwassene",
        "maatschappelijke_orientatie",
        1,
        "Niet ingeschreven voor inburgeringscursus maatschappelijke oriëntatie",
    ),
    ("volwassene", "justitie", 2, "Bezig met het uitvoeren van (voorwaardelijke) straf"),
    (
        "volwassene",
        "justitie",
        3,
        "Geen openstaande straf maar strafblad met grote invloed op het dagelijks leven",
    ),
    ("volwassene", "justitie", 4, "Strafblad met beperkte invloed op het dagelijks leven"),
    ("volwassene", "justitie", 5, "Geen contact met justitie, geen strafblad"),
    ("volwassene", "tewerkstelling", 1, "> 5 jaar werkloos"),
    (
        "volwassene",
        "computergebruik",
        1,
        "Altijd moeite om online zaken te regelen zoals afspraken maken, tegemoetkomingen aanvragen, ...",
    ),
    (
        "volwassene",
        "mobiliteit",
        4,
        "Voldoende en veilige mobiliteitsmiddelen om zich betaalbaar te verplaatsen maar met veel verloren "
        "tijd",
    ),
    ("kind", "jeugdzorg", 1, "Er is een crisissituatie die onmiddellijk professionele hulp vereist"),
    ("kind", "babyuitzet", 4, "Voldoende babyuitzet, maar sommige dingen zijn van slechte kwaliteit"),
    (
        "kind",
        "kind_en_gezin",
        3,
        "Baby/peuter gaat even vaak niet dan wel naar het consult van Kind & Gezin",
    ),
    (
        "kind",
        "gezinsondersteuner",
        2,
        "Er is in het gezin nood aan gezinsondersteuning maar er is geen professionele ondersteuning",
    ),
    ("kind", "welbevinden_school", 3, "Gaat soms wel en soms niet graag naar school/opvang"),
    ("kind", "netwerk", 5, "Ruim voldoende contacten met leeftijdsgenoten"),
]


@pytest.mark.parametrize(("unit", "item", "level", "label"), LABELS)
def test_labels_are_the_annex_word_for_word(definitions, unit, item, level, label):
    assert definitions.item(unit, item).label(level, "nl") == label


@pytest.mark.parametrize(
    ("unit", "item", "title"),
    [
        ("huishouden", "onderhoud_woning", "Eigen onderhoud woning"),
        ("volwassene", "budget_inzicht", "Inzicht"),
        ("volwassene", "maatschappelijke_orientatie", "Maatschappelijke oriëntatie via inburgeringstraject"),
        ("volwassene", "computergebruik", "Computer/smartphone gebruik"),
        ("kind", "zorg", "Zorg voor kinderen"),
        ("kind", "opvang", "Opvang van kinderen door anderen"),
        ("kind", "kind_en_gezin", "Kind en gezin"),
        ("kind", "welbevinden_school", "Welbevinden op school/opvang"),
    ],
)
def test_titles_are_those_of_the_annex(definitions, unit, item, title):
    assert definitions.item(unit, item).title("nl") == title


def test_two_items_and_no_other_have_an_alternative_reading(definitions):
    with_alternatives = {key for key, item in definitions.items.items() if any(item.alternatives)}
    assert with_alternatives == {("volwassene", "nederlands"), ("volwassene", "maatschappelijke_orientatie")}
    assert definitions.item("volwassene", "nederlands").alternatives[3] == (
        "Kan spontaan aan een gesprek deelnemen. Kan eigen mening, dromen en verwachtingen beschrijven"
    )


def test_the_items_that_adults_and_children_share_have_the_same_labels(definitions):
    for item in (
        "vrije_tijd",
        "fysieke_gezondheid",
        "mentale_gezondheid",
        "stress",
        "middelengebruik",
        "mobiliteit",
    ):
        adult, child = definitions.item("volwassene", item), definitions.item("kind", item)
        assert (adult.title, adult.labels) == (child.title, child.labels)


def test_no_label_kept_a_star_or_a_gap(definitions):
    for item in definitions.items.values():
        for text in (*(label.nl for label in item.labels), *item.alternatives):
            assert "*" not in text
            assert text == " ".join(text.split())


# --- figures, index, pilots -------------------------------------------------------------------------------


FIGURES = {
    4: ("family", ["huishouden verblijfplaats"]),
    5: ("family", ["huishouden betaalbaarheid_woning"]),
    6: ("family", ["huishouden inkomen"]),
    7: ("family", ["huishouden schulden"]),
    8: ("family", ["volwassene budget_beheren"]),
    9: ("family", ["volwassene vangnet"]),
    10: ("family", ["kind gezinsondersteuner"]),
    11: ("person", ["volwassene stress", "kind stress"]),
    12: ("person", ["volwassene vrije_tijd", "kind vrije_tijd"]),
    13: ("family", ["huishouden veiligheid"]),
    14: ("child", ["kind zorg"]),
    18: ("adult", ["volwassene stress"]),
    19: ("child", ["kind stress"]),
    20: ("child", ["kind zorg"]),
    21: ("child", ["kind jeugdzorg"]),
}


@pytest.mark.parametrize("number", FIGURES)
def test_each_figure_shows_its_items_for_its_unit_of_analysis(definitions, number):
    figure = definitions.figures[f"figure_{number:02d}"]
    assert (figure.unit_of_analysis, [" ".join(key) for key in figure.items]) == FIGURES[number]
    assert figure.kind == ("levels" if number <= 14 else "transition")


def test_figures_2_to_21_are_there_in_order(definitions):
    assert list(definitions.figures) == [f"figure_{number:02d}" for number in range(2, 22)]


# domain, variant: members, and item=level for each condition; `;` begins a part of its own.
RULES = {
    ("tewerkstelling", "default"): ("all", "volwassene tewerkstelling=3"),
    ("tewerkstelling", "stricter"): ("all", "volwassene tewerkstelling=2"),
    ("tewerkstelling", "looser"): ("any", "volwassene tewerkstelling=3"),
    ("inkomen", "default"): ("household", "huishouden inkomen=2"),
    ("inkomen", "stricter"): ("household", "huishouden inkomen=1"),
    ("inkomen", "looser"): ("household", "huishouden inkomen=3"),
    ("huisvesting", "default"): ("household", "huishouden verblijfplaats=3 onderhoud_woning=2"),
    ("huisvesting", "stricter"): ("household", "huishouden verblijfplaats=2 onderhoud_woning=1"),
    ("huisvesting", "looser"): (
        "household",
        "huishouden verblijfplaats=3 onderhoud_woning=2 betaalbaarheid_woning=2",
    ),
    ("opleiding", "default"): ("all", "volwassene opleiding=2 lezen=2"),
    ("opleiding", "stricter"): ("all", "volwassene opleiding=1 lezen=1"),
    ("opleiding", "looser"): ("all", "volwassene opleiding=3 lezen=2"),
    ("gezondheid", "default"): (
        "any",
        "volwassene fysieke_gezondheid=3 mentale_gezondheid=3 kind fysieke_gezondheid=3 mentale_gezondheid=3",
    ),
    ("gezondheid", "stricter"): (
        "any",
        "volwassene fysieke_gezondheid=2 mentale_gezondheid=2 kind fysieke_gezondheid=2 mentale_gezondheid=2",
    ),
    ("gezondheid", "looser"): (
        "any",
        "volwassene fysieke_gezondheid=3 mentale_gezondheid=3 kind fysieke_gezondheid=3 mentale_gezondheid=3"
        "; volwassene middelengebruik=2",
    ),
    ("stimulatie", "default"): ("any", "kind zorg=3 aanwezigheid_school=2 kind_en_gezin=2"),
    ("stimulatie", "stricter"): ("any", "kind zorg=2 aanwezigheid_school=1 kind_en_gezin=1"),
    ("stimulatie", "looser"): (
        "any",
        "kind zorg=3 aanwezigheid_school=2 kind_en_gezin=2; kind leertraject=2 vrije_tijd=2",
    ),
}


def conditions(written: str) -> set[Condition]:
    """Read `unit item=level item=level unit …`."""
    found, unit = set(), ""
    for word in written.split():
        if "=" in word:
            item, level = word.split("=")
            found.add(Condition(unit, item, int(level)))
        else:
            unit = word
    return found


@pytest.mark.parametrize(("domain", "variant"), RULES)
def test_each_rule_is_the_one_of_the_design(definitions, domain, variant):
    members, written = RULES[(domain, variant)]
    parts = getattr(definitions.kansarmoede.domain(domain), variant).parts
    for part, expected in zip(parts, written.split("; "), strict=True):
        assert part.members == members
        assert set(part.conditions) == conditions(expected)
        assert len(part.conditions) == len(conditions(expected))


def test_the_index_has_six_domains_and_eight_classes_in_order(definitions):
    index = definitions.kansarmoede
    assert [domain.id for domain in index.domains] == (
        ["tewerkstelling", "inkomen", "huisvesting", "opleiding", "gezondheid", "stimulatie"]
    )
    assert [(change.id, change.direction, change.colour) for change in index.classes] == [
        ("out_of_poverty", "improved", "green"),
        ("improved_poor", "improved", "green"),
        ("improved_not_poor", "improved", "green"),
        ("stable_not_poor", "unchanged", "yellow"),
        ("stable_poor", "unchanged", "orange"),
        ("into_poverty", "declined", "red"),
        ("declined_poor", "declined", "red"),
        ("declined_not_poor", "declined", "red"),
    ]


def test_the_official_series_is_the_published_one(definitions):
    official = definitions.official.set_index("year")["percentage"].to_dict()
    assert official == {
        2005: 6.5, 2013: 11.2, 2014: 11.4, 2015: 12.0, 2016: 12.82,
        2017: 13.76, 2018: 14.1, 2019: 14.0, 2020: 13.65, 2021: 12.7,
    }  # fmt: skip
    domains = definitions.official_domains.set_index("domain")["percentage"].to_dict()
    assert domains == {"inkomen": 87.0, "opleiding": 81.9, "tewerkstelling": 77.7}
    assert definitions.official["source"].str.len().gt(0).all()


def lightness(colour: str) -> float:
    """Lightness L* (0 black, 100 white) of an sRGB colour, CIE 15."""
    values = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * luminance ** (1 / 3) - 16 if luminance > 216 / 24389 else luminance * 24389 / 27


def test_lightness_of_white_black_and_middle_grey():
    assert lightness("#ffffff") == pytest.approx(100)
    assert lightness("#000000") == 0
    assert lightness("#777777") == pytest.approx(50, abs=0.1)  # published value of this grey: 50.03


def test_level_and_change_colours_survive_greyscale(definitions):
    levels = [lightness(colour) for colour in definitions.palette.levels]
    assert all(better - worse > 8 for worse, better in zip(levels, levels[1:], strict=False))
    changes = sorted(lightness(colour.colour) for colour in definitions.palette.change.values())
    assert all(lighter - darker > 8 for darker, lighter in zip(changes, changes[1:], strict=False))


def test_pilots_hold_the_numbers_of_the_report(definitions):
    pilots = {pilot.name: pilot for pilot in definitions.pilots}
    assert {name: pilot.coaches for name, pilot in pilots.items()} == (
        {"Baldemore": 3, "Oostende": 2, "Leuven": 3, "Herenthout": 1, "Bilzen": 2}
    )
    talks = pd.DataFrame(
        [
            (name, talk.group, talk.people, str(talk.date))
            for name, p in pilots.items()
            for talk in p.interviews
        ],
        columns=["pilot", "group", "people", "date"],
    )
    # Tabel 1: five families spoken to; coordinators of three pilots; 2 + 2 + 1 + 2 + 5 coaches.
    assert talks[talks["group"] == "families"]["people"].sum() == 5
    assert set(talks[talks["group"] == "coordinators"]["pilot"]) == {"Baldemore", "Bilzen", "Leuven"}
    assert talks[talks["group"] == "coaches"]["people"].sum() == 12
    assert dict(talks[talks["pilot"] == "Leuven"][["group", "date"]].to_numpy()) == (
        {"coordinators": "2023-02-17", "coaches": "2023-05-22", "families": "2023-07-17"}
    )


def test_words_are_there_in_both_languages(definitions):
    assert definitions.word("status", "not_applicable", "nl") == "niet van toepassing"
    assert definitions.word("status", "missing", "en") == "missing"
    assert list(definitions.vocabulary["education"])[0] == "geen of lager onderwijs"
    assert list(definitions.vocabulary["education"])[-1] == "onbekend"
    with pytest.raises(KeyError):
        Text(nl="gezin", en="family")("fr")


# --- the text of a rule -----------------------------------------------------------------------------------


def test_a_rule_is_worded_from_its_conditions(definitions):
    parts = (
        Part("all", (Condition("volwassene", "tewerkstelling", 3), Condition("volwassene", "lezen", 1))),
    )
    assert rule_text(parts, definitions.items)("nl") == (
        "alle volwassenen: Tewerkstelling ≤ 3 (‘Onregelmatige tewerkstelling’)"
        " of Lezen ≤ 1 (‘Altijd moeite om brieven te lezen en te begrijpen’)"
    )


def test_what_holds_of_adults_and_children_is_said_once(definitions):
    both = (Condition("volwassene", "mentale_gezondheid", 1), Condition("kind", "mentale_gezondheid", 1))
    parts = (
        Part("any", (*both, Condition("volwassene", "middelengebruik", 2))),
        Part("household", (Condition("huishouden", "inkomen", 2),)),
    )
    assert rule_text(parts, definitions.items)("en") == (
        "at least one adult or child: Mental health ≤ 1 (‘Poor mental health, very many limitations’)"
        " or for an adult Substance use ≤ 2 (‘Dependence and addiction’)"
        "; or household: Income ≤ 2 (‘Income is insufficient’)"
    )
