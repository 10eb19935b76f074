"""The themes of the coaches' notes: words as coaches write them, negations, compounds; faults of the file."""

import re
import shutil
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.case_review import Lexicon
from helpers.definitions import REFERENCE, DefinitionError, load
from helpers.definitions.choices import Themes

LEXICON = Lexicon(load(Themes))


def themes(text):
    return [tag.theme for tag in LEXICON.tags(text)]


def words(text):
    return [word for tag in LEXICON.tags(text) for word in tag.words(text)]


# Sentences written by hand, as coaches write them, with the themes that a reader gives them.
SENTENCES = {
    "incomplete_baseline": [
        "Nu pas durft mama te zeggen hoe het echt zit.",
        "Bij de nulmeting te positief ingeschat.",
        "Er was eerst vertrouwen op te bouwen.",
        "Achteraf bleek dat er nog een kind was.",
        "Dit kwam pas na enkele maanden naar boven.",
        "Had dit lang verzwegen.",
    ],
    "waiting_for_help": [
        "Staat op de wachtlijst van het CGG.",
        "Op verschillende wachtlijsten ingeschreven",
        "WACHTLIJST",
        "Diagnose laat op zich wachten.",
        "Wachten nog altijd op een diagnose ASS.",
        "We wachten op opstart van de thuisbegeleiding.",
        "VAPH-aanvraag is ingediend.",
        "Geen plaats vrij binnen het CKG.",
        "Alles is volzet",
    ],
    "changing_income": [
        "Leefloon stopgezet.",
        "Het leefloon van mama werd vorige maand geschorst.",
        "Interimcontract is niet verlengd, contract afgelopen.",
        "Staat op de ziekenkas.",
        "Papa werd ontslagen.",
        "Wisselende inkomsten door dagcontracten",
        "Ontvangt geen alimentatie.",
        "Valt terug op een werkloosheidsuitkering",
        "Is al drie maanden arbeidsongeschikt.",
    ],
    "changing_costs": [
        "Onverwachte ziekenhuisfactuur.",
        "Hoge energieafrekening gekregen",
        "De eindafrekening van de verwarming kwam binnen.",
        "Gerechtsdeurwaarder aan de deur.",
        "Wasmachine is kapot.",
        "Huurprijs is opnieuw gestegen door de index.",
        "Aanmaningen stapelen zich op",
    ],
    "spending_priorities": [
        "Gezin legt andere prioriteiten.",
        "Kocht een nieuwe smartphone.",
        "Stuurt elke maand geld naar de familie.",
        "Houdt zich niet aan de afspraken van het budgetbeheer.",
        "Gokverslaving van papa",
        "Alles op krediet gekocht",
    ],
    "relations_and_abuse": [
        "Partnergeweld gemeld.",
        "Er is sprake van huiselijk geweld.",
        "Intrafamiliaal geweld, ex-partner is vertrokken",
        "Kinderen werden mishandeld.",
        "Vechtscheiding.",
        "Ouders gaan uit elkaar",
        "Veel ruzies thuis.",
        "Vroeger seksueel misbruikt.",
        "Verblijft in een vluchthuis.",
    ],
    "support_lost": [
        "Oma is overleden.",
        "Contact met haar zus is verbroken.",
        "Steun van de buurvrouw valt helaas weg.",
        "Staat er alleen voor.",
        "Het steungezin is gestopt.",
        "Heel geïsoleerd.",
        "Thuisbegeleiding stopgezet",
    ],
    "housing": [
        "Grote huurachterstand.",
        "Uithuiszetting dreigt",
        "Vrederechter beslist over de uitdrijving.",
        "Vochtproblemen en schimmelvorming in de kamers.",
        "Gezin is verhuisd.",
        "Het appartement is veel te klein.",
        "Op zoek naar een betaalbare woning.",
        "Dakloos sinds vorige week.",
        "Woning onbewoonbaar verklaard",
        "Staat op de wachtlijst voor een sociale woning.",
    ],
    "escalation": [
        "Conflictueus gesprek escaleerde.".replace("Conflictueus ", ""),
        "De situatie is geëscaleerd.",
        "Loopt uit de hand.",
        "Gedwongen opname vorige week",
        "Kinderen werden uit huis geplaatst",
        "Jongen is weggelopen.",
        "Suïcidale gedachten",
        "Crisisopname in het ziekenhuis.",
        "Is hervallen in drugs.",
    ],
    "school": [
        "Spijbelt al weken.",
        "Zoon spijbelde opnieuw",
        "Geschorst na een vechtpartij.",
        "Definitief uitgesloten.",
        "Gaat niet meer naar school.",
        "Wordt gepest in de klas.",
        "Het CLB volgt op.",
        "Vaak onwettig afwezig",
        "Moet blijven zitten.",
        "Schooluitval dreigt.",
    ],
}


@pytest.mark.parametrize(
    ("theme", "text"), [(theme, text) for theme, texts in SENTENCES.items() for text in texts]
)
def test_a_sentence_gets_its_theme_and_no_other(theme, text):
    assert themes(text) == [theme]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Diagnose laat op zich wachten; leefloon stopgezet.", ["waiting_for_help", "changing_income"]),
        ("Partnergeweld is geëscaleerd, politie kwam.", ["relations_and_abuse", "escalation"]),
        ("Huurachterstand en een deurwaarder.", ["changing_costs", "housing"]),
        ("Steun van het OCMW is weggevallen.", ["changing_income", "spending_priorities"]),
        ("Vertelt nu pas over geweld door ex-partner.", ["incomplete_baseline", "relations_and_abuse"]),
    ],
)
def test_a_note_can_have_several_themes_in_their_order(text, expected):
    assert themes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Soms een hard woord, geen geweld.",
        "Er is geen sprake van geweld.",
        "Geen fysiek geweld.",
        "Geen geweld of misbruik.",
        "Groeit op zonder ruzie.",
        "Is nooit geschorst.",
        "Werd niet geschorst.",
        "Geen huurachterstand meer",
        "Nooit politie gezien.",
    ],
)
def test_what_is_denied_makes_no_tag(text):
    assert themes(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Niet alleen geweld.", ["relations_and_abuse"]),
        ("Verloopt niet zonder ruzie.", ["relations_and_abuse"]),  # two words that are no denial together
        ("Geen wonder dat ruzie volgt.", ["relations_and_abuse"]),
        ("Geen geld door huurachterstand.", ["housing"]),  # `door` ends what `geen` denies
        ("Geen geld, partnergeweld.", ["relations_and_abuse"]),  # so does the end of the clause
        ("Geen tijd. Verhuisd.", ["housing"]),
        ("Kan niet slapen wegens geweld.", ["relations_and_abuse"]),  # `niet` reaches one word
        ("Contract niet verlengd.", ["changing_income"]),  # a term with a denial of its own
        ("Geen geweld meer, wel ruzie.", ["relations_and_abuse"]),  # one of two is denied
    ],
)
def test_a_denial_reaches_no_further_than_it_should(text, expected):
    assert themes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Geweldig gedaan!",
        "Is overweldigd door de papieren.",
        "Alcoholmisbruik van vroeger.",
        "Zus wil graag voetballen.",
        "Ontslag uit het ziekenhuis gepland.",
        "Goed gesprek over vrije tijd.",
        "",
        "…",
        "12/05: ok",
    ],
)
def test_what_only_looks_like_a_theme_makes_no_tag(text):
    assert themes(text) == []


def test_an_exclusion_hands_the_note_to_the_theme_that_it_is_about():
    assert themes("Haar zus is verhuisd.") == ["support_lost"]
    assert themes("Het gezin is verhuisd.") == ["housing"]
    assert themes("Leefloon is geschorst.") == ["changing_income"]
    assert themes("Zoon is geschorst.") == ["school"]


def test_capitals_accents_hyphens_and_lines_make_no_difference():
    texts = ("geescaleerd", "GEËSCALEERD", "Geëscaleerd.", "gee\u0308scaleerd", "\n geëscaleerd\n")
    assert [themes(text) for text in texts] == [["escalation"]] * 5
    assert themes("ex partner") == themes("ex-partner") == themes("Ex–partner".replace("–", "-"))
    assert themes("pas\nnu") == []  # a new line ends a clause


def test_the_words_are_those_of_the_note_as_they_stand_there():
    assert words("Zij is GEËSCALEERD; Huurachterstand, ex-Partner!") == [
        "ex-Partner",
        "Huurachterstand",
        "GEËSCALEERD",
    ]
    text = "Steun van de buurvrouw valt helaas weg."
    (tag,) = LEXICON.tags(text)
    assert tag.places == ((0, len(text) - 1),)
    assert words("ﬁjn: gee\u0308scaleerd!") == ["gee\u0308scaleerd"]  # a ligature before it moves no place


def test_a_gap_holds_at_most_so_many_words():
    five = "Steun van haar lieve oude buurvrouw valt weg."  # van haar lieve oude buurvrouw
    assert themes(five) == ["support_lost"]
    assert themes(five.replace("oude", "heel oude")) == []


@settings(max_examples=60)
@given(st.text(alphabet="aegwld. ,;!\n-'ëé1geen geweld", max_size=60))
def test_places_lie_in_the_text_and_hold_words(text):
    for tag in LEXICON.tags(text):
        for start, end in tag.places:
            assert 0 <= start < end <= len(text) and re.fullmatch(r"\S(.*\S)?", text[start:end], re.DOTALL)


@settings(max_examples=30)
@given(
    st.sampled_from([text for texts in SENTENCES.values() for text in texts]), st.text("bcfkmp ", max_size=20)
)
def test_a_sentence_of_its_own_before_or_after_changes_nothing(text, other):
    assert themes(f"{other}. {text}") == themes(text) == themes(f"{text}\n{other}")


def test_a_long_note_takes_no_long_time():
    start = time.perf_counter()
    LEXICON.tags("wacht op de steun van het contract " * 300)
    assert time.perf_counter() - start < 5


# ---- the file --------------------------------------------------------------------------------------------


@pytest.fixture
def edit(tmp_path):
    """A function that replaces texts in a copy of the file and gives the faults of loading it."""
    shutil.copy(REFERENCE / "themes.yml", tmp_path)

    def faults(*changes):
        path = tmp_path / "themes.yml"
        text = path.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DefinitionError) as error:
            load(Themes, tmp_path)
        return error.value.faults

    return faults


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("gap: 5", "gap: -1", "gap: must be greater than or equal to 0"),
        ("gap: 5", "gap: 5\nstem: 2", "stem: is not a known name"),
        ("ends_at: [door,", "endsat: []\n  ends_at: [door,", "negation.endsat: is not a known name"),
        ("id: school", "id: housing", "'housing' stands 2 times; keep one"),
        ("id: school", "id: De school", "small letters and _; found 'De school'"),
        ("en: \"School\"}", "en: \"\"}", "must have text"),
        ("[schooluitval,", "[scho*uitval,", "with * only at the beginning or the end of a word"),
        ("[schooluitval,", "[school*, \"a*\",", "must have at least 3 letters beside a *; found 'a*'"),
        ("[schooluitval,", "[\".. school\",", "must have a word on both sides of .."),
        ("[schooluitval,", "[\"school .. ..  uit\",", "must have a word on both sides of .."),
        ("[schooluitval,", "[\"(school\",", "is made of words (letters, digits, ')"),
        ("[schooluitval,", "[\" \",", "must have a word on both sides of .."),
        ("[schooluitval,", "[12,", "must be text (in quotes if it reads as a number or yes/no); found 12"),
        ("[schooluitval,", "[geschorst,", "'geschorst' stands 2 times; keep one"),
        ("{geen: 3,", "{geen: drie,", "reach.geen"),
        ("[niet alleen,", "[\"niet*\",", "is made of words alone"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_line(edit, old, new, said):
    (fault,) = edit((old, new))
    assert said in fault and re.match(r"themes.yml, line \d+", fault)


def test_a_theme_needs_terms(edit):
    text = (REFERENCE / "themes.yml").read_text(encoding="utf-8")
    terms = text[text.rindex("    terms:") : text.rindex("    exclusions:")]
    (fault,) = edit((terms, "    terms: []\n"))
    assert "themes.school.terms: must hold at least one entry" in fault


def test_all_faults_are_named_at_once(edit):
    faults = edit(("gap: 5", "gap: vier"), ("id: school", "id: housing"), ("[schooluitval,", "[scho*uitval,"))
    assert len(faults) == 3


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(DefinitionError, match="themes.yml: is missing"):
        load(Themes, tmp_path)


def test_every_theme_recognises_one_of_its_own_terms_as_written():
    for theme in LEXICON.themes.themes:
        plain = [term for term in theme.terms if "*" not in term and ".." not in term]
        assert plain and all(theme.id in themes(term) for term in plain[:5])


def test_the_ten_themes_are_those_of_the_report():
    assert LEXICON.themes.ids == tuple(SENTENCES)
