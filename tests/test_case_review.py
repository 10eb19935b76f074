"""The review of the declined families: what fell and when, timelines, themes counted; shown and told.

One family of the small export declines. Its values, in the order of their dates (t0 is 1 May 2022, so the
follow-up is 1 November):

==================== ====== ====== ====== ====== ======
item                  1/5    1/7    15/8   1/10   1/12
==================== ====== ====== ====== ====== ======
inkomen               4      3      2      2      5
schulden              4      1, 2
verblijfplaats        5             n.v.t.
zorg (K1)             5             3             5
aanwezigheid (K1)                   2
mentale gezondh. (K1)               2
==================== ====== ====== ====== ====== ======
"""

import math
from datetime import date
from types import SimpleNamespace
from xml.etree import ElementTree

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_rgb

from datasets import write_dataset
from helpers import case_review, cleaning, inference, kansarmoede, report, words
from helpers.charts import style, svg
from helpers.charts.matrix import timeline
from helpers.definitions import load, load_definitions
from helpers.definitions.choices import Themes
from helpers.export import read_export
from helpers.files import FileError
from helpers.inference import groups
from helpers.report import cases
from helpers.report.output import Output
from helpers.states import build_states
from helpers.study import Study
from helpers.words import case_review as as_told
from test_charts import SVG, Drawn

DEFINITIONS = load_definitions()
THEMES = load(Themes)
FINE = {"verblijfplaats": 5, "onderhoud_woning": 5, "inkomen": 4, "schulden": 4, "veiligheid": 5}
SECRET = "Contract niet verlengd door <b>; geen geweld."


def row(family, day, **values):
    return {"gezin": family, "pilootproject": "Leuven", "datum": day} | values


HOUSEHOLD = [
    row("LEU-001", "2022-05-01", **FINE),
    row("LEU-001", "2022-07-01", inkomen=3, schulden=1, inkomen_toelichting=SECRET),
    row("LEU-001", "2022-07-01", schulden=2),  # of one day, the last row counts
    row("LEU-001", "2022-08-15", inkomen=2, verblijfplaats="nvt"),
    row("LEU-001", "2022-10-01", inkomen=2),
    row("LEU-001", "2022-12-01", inkomen=5, inkomen_toelichting="Later: verhuisd."),
    row("LEU-002", "2022-05-01", **FINE, schulden_toelichting="Op de wachtlijst."),
    row("LEU-002", "2022-12-01", schulden=5),
    row("LEU-003", "2022-05-01", **FINE),
    row("LEU-003", "2022-12-01", inkomen=4),
    row("LEU-004", "2022-05-01", **FINE, schulden_toelichting="Geschorst op school."),  # not followed
]
CHILDREN = [
    row("LEU-001", "2022-05-01", persoon="K1", zorg=5),
    row(
        *("LEU-001", "2022-08-15"),
        persoon="K1",
        zorg=3,
        aanwezigheid_school=2,
        mentale_gezondheid=2,
        zorg_toelichting="Niet meer naar school.",
    ),
    row("LEU-001", "2022-12-01", persoon="K1", zorg=5),
]


def reviewed(folder, household, children=(), **settings):
    """The review of an export."""
    return Study.clean(
        write_dataset(folder / "raw", huishouden=household, kind=children), **settings
    ).case_review


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return reviewed(tmp_path_factory.mktemp("small"), HOUSEHOLD, CHILDREN)


def records(table, *columns):
    return [
        tuple(None if pd.isna(value) else value for value in values)
        for values in table[list(columns)].astype("object").itertuples(index=False)
    ]


# ---- what fell -------------------------------------------------------------------------------------------


def test_the_family_that_declined_by_hand(small):
    assert records(small.families, *small.families.columns) == [
        # inkomen, gezondheid and stimulatie: three domains more, so into poverty; 1 December is later
        (1, "LEU-001", "Leuven", 0, 3, "into_poverty", 4, 1, 2, 1)
    ]


def test_the_domains_that_became_deprived_by_hand(small):
    assert records(small.domains, "domain", "families", "from_unknown") == [
        ("tewerkstelling", 0, 0),
        ("inkomen", 1, 0),
        ("huisvesting", 0, 0),
        ("opleiding", 0, 0),
        ("gezondheid", 1, 1),  # nothing of it was known at baseline
        ("stimulatie", 1, 0),
    ]


def test_what_fell_and_when_by_hand(small):
    columns = ("person", "item", "domain", "at_most", "baseline_level", "follow_up_level", "date")
    first = pd.Timestamp("2022-08-15")
    assert records(small.items, *columns) == [
        (None, "inkomen", "inkomen", 2, 4, 2, first),  # 3 on 1 July was not yet at the level of the rule
        ("K1", "mentale_gezondheid", "gezondheid", 3, None, 2, first),
        ("K1", "zorg", "stimulatie", 3, 5, 3, first),
        ("K1", "aanwezigheid_school", "stimulatie", 2, None, 2, first),
        (None, "schulden", None, None, 4, 2, pd.Timestamp("2022-07-01")),
    ]


def test_all_members_of_a_rule_and_no_item_that_fell(tmp_path):
    # Two parents: V1 has no work at either moment; V2 has, until it does not apply: then all known have none.
    rows = [row("LEU-001", day, **values) for day, values in (("2022-05-01", FINE), ("2022-12-01", {}))]
    adults = [
        row("LEU-001", "2022-05-01", persoon=who, tewerkstelling=n) for who, n in (("V1", 1), ("V2", 5))
    ]
    adults.append(row("LEU-001", "2022-08-01", persoon="V2", tewerkstelling="nvt"))
    raw = read_export(write_dataset(tmp_path, huishouden=rows, volwassene=adults), DEFINITIONS)
    tables = cleaning.clean(raw, DEFINITIONS)
    states = build_states(tables, DEFINITIONS)
    status = kansarmoede.domain_status(states, DEFINITIONS)
    became = case_review.became_deprived(status, pd.Series(["LEU-001"]))
    assert records(became, "domain", "before") == [("tewerkstelling", "not_deprived")]
    until = pd.Series(pd.to_datetime(["2022-11-01"]), ["LEU-001"])
    families = pd.Series(["LEU-001"])
    found = case_review.fallen_items(states, tables.observations, became, DEFINITIONS, until, families)
    assert found.empty
    family = SimpleNamespace(family="LEU-001", pilot="Leuven", number=1, baseline_score=0,
                             follow_up_score=1, later_registrations=0, later_notes=0)  # fmt: skip
    given = {"deprivations": became, "items": found, "definitions": DEFINITIONS}
    told = words.both("case", "fell", **as_told.case(family, families=1, **given))
    assert told.nl.startswith("Tekort ontstaan. Tewerkstelling: geen item overschreed de grens")


def test_with_the_last_value_of_all_later_registrations_count(tmp_path):
    review = reviewed(tmp_path, HOUSEHOLD, CHILDREN, follow_up_rule="last")
    # on 1 December income and care are fine again; what the child was registered with once stays
    assert records(review.families, "follow_up_score", "registrations", "later_registrations") == [(2, 5, 0)]
    assert "Later: verhuisd." in set(review.notes["text"])


# ---- timelines -------------------------------------------------------------------------------------------


def test_the_timeline_by_hand(small):
    table = case_review.timeline_table(small.timelines, language="nl")
    assert list(table.columns[3:]) == ["2022-05-01", "2022-07-01", "2022-08-15", "2022-10-01"]
    rows = {key[2]: list(key[3:]) for key in table.itertuples(index=False, name=None)}
    assert rows == {
        "verblijfplaats": ["5", "(5)", "n.v.t. ◆", "(n.v.t.)"],
        "onderhoud_woning": ["5", "(5)", "(5)", "(5)"],
        "inkomen": ["4", "3 ▼", "2 ▼", "2"],
        "schulden": ["4", "2 ▼", "(2)", "(2)"],
        "veiligheid": ["5", "(5)", "(5)", "(5)"],
        "zorg": ["5", "(5)", "3 ▼", "(3)"],
        "aanwezigheid_school": ["", "", "2", "(2)"],
        "mentale_gezondheid": ["", "", "2", "(2)"],
    }
    english = case_review.timeline_table(small.timelines, language="en")
    assert english.iloc[0, 3:].tolist() == ["5", "(5)", "n/a ◆", "(n/a)"]
    assert "n.v.t." not in english.to_csv()


def test_a_timeline_ends_at_the_states_of_the_follow_up(tmp_path):
    levels = st.sampled_from([1, 3, 5, "nvt", ""])

    @settings(max_examples=12)
    @given(st.lists(st.tuples(st.integers(0, 5), levels, levels), min_size=1, max_size=6))
    def check(values):
        rows = [row("LEU-001", "2022-05-01", **FINE), row("LEU-001", "2022-12-15", inkomen=3)]
        rows += [row("LEU-001", f"2022-{5 + month:02}-20", inkomen=a, voeding=b) for month, a, b in values]
        raw = read_export(write_dataset(tmp_path, huishouden=rows), DEFINITIONS)
        tables = cleaning.clean(raw, DEFINITIONS)
        states = build_states(tables, DEFINITIONS)
        until = pd.Series(pd.to_datetime(["2022-11-01"]), ["LEU-001"])
        lines = case_review.timelines(tables, until, pd.Series(["LEU-001"]), DEFINITIONS)
        last = lines[lines["date"] == lines["date"].max()].set_index("item")
        after = states[states["moment"] == "follow_up"].set_index("item")
        for item in last.index:
            assert last.loc[item, "status"] == after.loc[item, "status"]
            assert last.loc[item, "level"] is after.loc[item, "level"] or (
                last.loc[item, "level"] == after.loc[item, "level"]
            )

    check()


def test_improved_declined_and_other_changes_are_told_apart(tmp_path):
    days = ("2022-05-01", "2022-06-01", "2022-07-01", "2022-08-01", "2022-12-01")
    values = (3, 4, 2, "nvt", 3)
    rows = [row("LEU-001", day, **FINE | {"inkomen": value}) for day, value in zip(days, values, strict=True)]
    raw = read_export(write_dataset(tmp_path, huishouden=rows), DEFINITIONS)
    until = pd.Series(pd.to_datetime(["2022-12-31"]), ["LEU-001"])
    lines = case_review.timelines(
        cleaning.clean(raw, DEFINITIONS), until, pd.Series(["LEU-001"]), DEFINITIONS
    )
    income = lines[lines["item"] == "inkomen"]
    assert records(income, "level", "change") == [
        (3, None), (4, "improved"), (2, "declined"), (None, "other"), (3, "other"),
    ]  # fmt: skip


# ---- themes ----------------------------------------------------------------------------------------------


def test_families_are_counted_by_theme_and_not_their_notes(small):
    counts = small.themes.set_index("theme")
    columns = ["declined_families", "declined_with_theme", "other_families", "other_with_theme"]
    found = {theme: tuple(counts.loc[theme, columns]) for theme in counts.index}
    none = (1, 0, 2, 0)
    assert found == {theme: none for theme in THEMES.ids} | {
        "changing_income": (1, 1, 2, 0),
        "school": (1, 1, 2, 0),  # that of LEU-004 does not count: it is not followed
        "waiting_for_help": (1, 0, 2, 1),
    }  # housing: the note of 1 December comes after the follow-up
    assert counts.loc["school", ["declined_share", "other_share", "difference"]].tolist() == [1, 0, 1]
    assert counts.loc["school", "fisher_exact_p"] == pytest.approx(1 / 3)  # 1 way in 3 to draw that family
    assert counts.loc["waiting_for_help", "fisher_exact_p"] == pytest.approx(1)
    low, high = inference.wilson(1, 1)
    assert counts.loc["school", ["declined_low", "declined_high"]].tolist() == [low, high]


def test_notes_are_tagged_with_the_words_that_say_so(small):
    assert records(small.notes, "item", "themes", "words") == [
        ("inkomen", "changing_income", "Contract niet verlengd"),
        ("zorg", "school", "Niet meer naar school"),
    ]


def test_how_much_was_written_by_hand(small):
    assert records(small.note_counts, *small.note_counts.columns) == [
        ("declined", 1, 1, 2, 2.0, 2.0),
        ("other", 2, 1, 1, 0.5, 0.5),
    ]


@given(st.integers(1, 12), st.integers(1, 12), st.data())
def test_fisher_agrees_with_adding_up_the_hypergeometric_chances(first, second, data):
    a, b = data.draw(st.integers(0, first)), data.draw(st.integers(0, second))
    total = math.comb(first + second, a + b)
    chance = {
        k: math.comb(first, k) * math.comb(second, a + b - k) / total
        for k in range(max(0, a + b - second), min(first, a + b) + 1)
    }
    expected = sum(p for p in chance.values() if p <= chance[a] * (1 + 1e-7))
    assert groups.fisher_exact(a, first, b, second) == pytest.approx(expected, abs=1e-12)


def test_fisher_has_no_answer_about_nobody():
    assert math.isnan(groups.fisher_exact(0, 0, 3, 4)) and math.isnan(groups.fisher_exact(1, 2, 0, 0))


def test_without_a_declined_family_every_table_has_its_rows(tmp_path):
    review = reviewed(tmp_path, [one for one in HOUSEHOLD if one["gezin"] != "LEU-001"])
    assert review.families.empty and review.items.empty and review.timelines.empty and review.notes.empty
    assert review.domains["families"].tolist() == [0] * 6
    assert review.themes["declined_families"].tolist() == [0] * 10
    assert review.themes[["declined_share", "fisher_exact_p", "fisher_holm_p"]].isna().all(axis=None)
    assert records(review.note_counts, "group", "notes", "notes_per_family")[0] == ("declined", 0, None)
    out, shown = output()
    cases(out, review)
    assert told(review.themes, review.note_counts).finding.nl == "Geen enkel opgevolgd gezin ging achteruit"
    assert "Er is geen gezin dat achteruitging." in [data["text/plain"] for data, _ in shown]


def test_of_many_families_those_that_rose_most_are_shown(tmp_path, monkeypatch):
    low = {"inkomen": 2}
    fell = {"LEU-001": low, "LEU-002": low, "LEU-003": low | {"onderhoud_woning": 1}}
    rows = [
        row(code, day, **values)
        for code, own in fell.items()
        for day, values in {"2022-05-01": FINE, "2022-10-01": own, "2022-12-01": own}.items()
    ]
    review = reviewed(tmp_path, rows)
    rise = review.families["follow_up_score"] - review.families["baseline_score"]
    assert rise.tolist() == [1, 1, 2]
    monkeypatch.setattr(report, "MOST_CASES", 2)
    out, shown = output()
    cases(out, review)
    texts = [data["text/plain"] for data, _ in shown]
    assert [text for text in texts if text.startswith("Gezin ")] == [
        "Gezin 1 van 3: LEU-001 (Leuven), van 0 naar 1 domeinen",
        "Gezin 3 van 3: LEU-003 (Leuven), van 0 naar 2 domeinen",
    ]
    assert texts[0].startswith("Getoond zijn de 2 gezinnen, van 3, waarvan de score het meest steeg")
    assert set(review.items["family"]) == set(fell)  # the tables have all


# ---- who may see it --------------------------------------------------------------------------------------


def study(synthetic):
    return SimpleNamespace(synthetic=synthetic, exported_on=date(2023, 9, 30))


def test_real_families_are_shown_in_an_internal_run_only():
    with pytest.raises(case_review.InternalOnly, match="--internal"):
        case_review.allow(study(False), internal=False)
    case_review.allow(study(False), internal=True)
    case_review.allow(study(True), internal=False)


def output(folder=None, language="nl", internal=True):
    shown = []
    out = Output(
        language=language,
        folder=folder,
        definitions=DEFINITIONS,
        publish=lambda data, metadata: shown.append((data, metadata)),
        internal=internal,
    )
    return out, shown


def test_an_output_for_a_report_shows_no_case(small, tmp_path):
    out, shown = output(tmp_path, internal=False)
    with pytest.raises(ValueError, match="internal output only"):
        cases(out, small)
    for name in (
        "declined_families",
        "fallen_items",
        "timelines",
        "tagged_notes",
        "theme_counts",
        "note_counts",
    ):
        with pytest.raises(ValueError, match="internal review alone|single families"):
            out.table(
                name, {"theme_counts": small.themes, "note_counts": small.note_counts}.get(name, small.items)
            )
    with pytest.raises(ValueError, match="internal review alone"):
        out.present("theme_counts", small.themes)
    with pytest.raises(ValueError, match="internal review alone"):
        out.file("tagged_notes", small.notes)
    assert shown == [] and list(tmp_path.iterdir()) == []


def test_an_internal_output_writes_into_an_internal_folder_only(tmp_path):
    for name in ("report", "internal", "x-internal-2", "-internal.old"):
        with pytest.raises(FileError, match="must end in -internal"):
            output(tmp_path / name)
    (tmp_path / "report").mkdir()
    (tmp_path / "x-internal").symlink_to(tmp_path / "report")
    with pytest.raises(FileError, match="must end in -internal"):
        output(tmp_path / "x-internal")  # by its name, but it leads into a report
    output(tmp_path / "report-internal")
    output(tmp_path / "report-internal" / "nl")  # of a language, or of a pilot
    output(None)


# ---- what is shown ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shown(small, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out") / "small-internal"
    out, pieces = output(folder)
    cases(out, small)
    return folder, pieces


def soups(shown, selector):
    found = [
        BeautifulSoup(data.get("text/html", ""), "html.parser").select_one(selector) for data, _ in shown[1]
    ]
    return [one for one in found if one is not None]


def test_each_family_has_a_heading_for_the_table_of_contents(shown):
    assert [one.text for one in soups(shown, "h2")] == [
        "Gezin 1 van 1: LEU-001 (Leuven), van 0 naar 3 domeinen"
    ]


def test_the_notes_are_escaped_and_their_words_marked(shown):
    (table,) = [one for one in soups(shown, "table") if "toelichtingen van de coach" in one.caption.text]
    cells = [[cell.text for cell in line.select("th, td")] for line in table.select("tbody tr")]
    assert cells == [
        ["2022-07-01", "huishouden · Inkomen", SECRET, "Veranderlijk inkomen"],
        ["2022-08-15", "K1 · Zorg voor kinderen", "Niet meer naar school.", "School"],
    ]
    assert [mark.text for mark in table.select("mark")] == ["Contract niet verlengd", "Niet meer naar school"]
    assert table.select("b") == []


def test_what_fell_is_told_with_its_first_day(shown):
    (told,) = soups(shown, "p.finding")
    assert told.text == (
        "Tekort ontstaan. Inkomen: huishouden ‘Inkomen’ van 4 naar 2 (eerst op 2022-08-15). "
        "Gezondheid (bij de start onbekend): K1 ‘Mentale gezondheid’ van onbekend naar 2 (eerst op "
        "2022-08-15). Stimulatieniveau van het kind: K1 ‘Zorg voor kinderen’ van 5 naar 3 (eerst op "
        "2022-08-15); K1 ‘Aanwezigheid school’ van onbekend naar 2 (eerst op 2022-08-15)."
    )
    later = [one.text for one in soups(shown, "p") if "Na de opvolgmeting" in one.text]
    assert later == ["Na de opvolgmeting volgden nog 1 registratie en 1 toelichting; die staan hier niet."]


def test_the_alternative_of_a_timeline_tells_every_change(shown):
    alternatives = [of["image/png"]["alt"] for _, of in shown[1] if "image/png" in of]
    assert alternatives == [
        "Veranderingen. 2022-07-01: huishouden ‘Inkomen’ naar 3, huishouden ‘Schulden’ naar 2; 2022-08-15: "
        "huishouden ‘Verblijfplaats’ naar niet van toepassing, huishouden ‘Inkomen’ naar 2, K1 ‘Zorg voor "
        "kinderen’ naar 3."
    ]


def test_no_file_name_holds_a_family_and_nothing_lies_outside_the_folder(shown):
    folder, _ = shown
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert names == [
        "figures/timeline_01.narrow.svg",
        "figures/timeline_01.png",
        "figures/timeline_01.svg",
        "tables/fallen_items.csv",
        "tables/tagged_notes.csv",
        "tables/timeline_01.csv",
        "tables/timelines.csv",
    ]
    assert [path.name for path in folder.parent.iterdir()] == ["small-internal"]


# ---- figures and words -----------------------------------------------------------------------------------


def drawn_timeline(timelines, marked):
    """The timeline of a family as an SVG, parsed."""
    with style.style():
        canvas, ax = style.canvas()
        timeline(timelines, marked=marked, definitions=DEFINITIONS, language="nl", ax=ax)
        return ElementTree.fromstring(svg.drawing(canvas, label="T"))


def test_the_timeline_draws_values_changes_and_bold_names(small):
    fell = small.items[small.items["domain"].notna()]
    texts = list(drawn_timeline(small.timelines, fell).iter(f"{SVG}text"))
    words = [text.text for text in texts]
    assert words.count("2 ▼") == 2 and words.count("– ◆") == 1 and words.count("3 ▼") == 2
    values = [word for word in words if word[0] in "12345–" and "/" not in word and len(word) < 4]
    assert len(values) == 8 * 4 - 4  # nothing where nothing is registered yet
    assert [text.text for text in texts if text.get("font-weight") == "bold"] == [
        "Huishouden · Inkomen",
        "K1 · Zorg voor kinderen",
        "K1 · Aanwezigheid school",
        "K1 · Mentale gezondheid",
    ]
    assert "01/05 2022" in words


def test_a_value_that_was_carried_forward_is_paler(small):
    debts = small.timelines[small.timelines["item"] == "schulden"]
    cells = drawn_timeline(debts, debts.head(0)).iter(f"{SVG}path")
    _, registered, carried = [to_rgb(cell.get("fill")) for cell in cells][:3]  # 2 on 1 July, then carried
    assert sum(carried) > sum(registered)


def test_the_figure_of_themes_counts_both_groups(small):
    shown = Drawn("theme_counts", small.themes)
    ends = [
        f"{other} · {declined}"
        for other, declined in zip(
            small.themes["other_with_theme"], small.themes["declined_with_theme"], strict=True
        )
    ]
    assert [title.rsplit(": ", 1)[1] for title in shown.marks] == ends
    assert {"achteruitgegaan (n = 1)", "andere opgevolgde gezinnen (n = 2)"} <= set(shown.words)


def told(table: pd.DataFrame, counts: pd.DataFrame) -> words.Account:
    return words.account(["theme_counts"], as_told.theme_counts(table, counts, load(Themes)))


def test_the_themes_are_told_without_a_reason(small):
    account = told(small.themes, small.note_counts)
    assert account.finding.nl == (
        "Geen enkel thema springt eruit; het grootste verschil is ‘Veranderlijk inkomen’, bij 1 van 1 "
        "gezinnen die achteruitgingen en bij 0 van de 2 andere"
    )
    assert "School: 1 van 1 tegenover 0 van de 2" in account.alternative.nl
    assert account.conclusion.en == (
        "Coaches wrote 2.0 notes on average about a family that declined, 0.5 about another; those who write "
        "more touch on more themes for that reason alone."
    )


@pytest.mark.parametrize(
    ("holm", "en"),
    [
        ((0.079, 0.2), "No theme stands out; the largest difference is ‘"),
        ((0.05, 0.2), "No theme stands out; the largest difference is ‘"),
        ((0.049, 0.2), "The largest difference is ‘"),
        ((0.3, 0.049), "The largest difference is ‘"),
    ],
)
def test_the_largest_difference_is_a_finding_only_when_a_theme_stands_out(small, holm, en):
    table = small.themes.head(2).assign(
        declined_families=11, other_families=45, declined_with_theme=[5, 0], other_with_theme=[4, 20],
        difference=[0.366, -0.444], fisher_exact_p=[0.01, 0.2], fisher_holm_p=holm,
    )  # fmt: skip
    finding = told(table, small.note_counts).finding.en
    assert finding.startswith(en)
    assert finding.endswith("in 0 of 11 families that declined and in 20 of 45 others")


def test_the_page_shows_themes_by_their_title_and_tells_the_groups_apart(small, tmp_path):
    out, shown = output(tmp_path / "x-internal")
    out.present("theme_counts", small.themes)
    table = BeautifulSoup(shown[-1][0]["text/html"], "html.parser").table
    groups, heads = ([head.text for head in row.find_all("th")] for row in table.select("thead tr"))
    assert groups[:3] == ["thema", "achteruitgegaan", "andere"]
    assert heads == ["gezinnen", "met het thema", "aandeel", "95\N{NO-BREAK SPACE}%-interval"] * 2 + [
        "p, exact",
        "p, Holm",
    ]
    assert [head.text for head in table.select("tbody th")] == small.themes["label"].tolist()
    titles = {head.text: head["title"] for head in reversed(table.select("thead th[title]"))}
    assert titles["gezinnen"] == "Gezinnen die achteruitgingen"  # each header still has its own meaning
    assert "incomplete_baseline" not in table.text
    written = (tmp_path / "x-internal" / "tables" / "theme_counts.csv").read_text("utf-8")
    assert written.startswith("theme,label,declined_families,") and "incomplete_baseline" in written


@pytest.mark.parametrize(
    ("registrations", "notes", "nl", "en"),
    [
        (
            1,
            0,
            "volgde nog 1 registratie; die staat hier niet.",
            "came 1 registration; it is not shown here.",
        ),
        (3, 0, "volgden nog 3 registraties; die staan hier niet.", "came 3 registrations; they are not"),
        (0, 1, "volgde nog 1 toelichting; die staat hier niet.", "came 1 note; it is not shown here."),
        (3, 2, "nog 3 registraties en 2 toelichtingen; die staan", "came 3 registrations and 2 notes; they"),
    ],
)
def test_what_came_later_is_told_in_the_right_number_and_without_zeros(registrations, notes, nl, en):
    later = words.both("case", "later", later={"registrations": registrations, "notes": notes})
    assert nl in later.nl and en in later.en


def test_nothing_is_said_when_nothing_came_later():
    assert words.both("case", "later", later={"registrations": 0, "notes": 0}).nl == ""


def test_the_caption_of_a_timeline_counts_the_items_left_out(small):
    (family,) = small.families.itertuples()
    fell = small.items[small.items["domain"].notna()]

    def caption(rows):
        facts = as_told.timeline(rows, family, marked=fell, definitions=DEFINITIONS)
        return words.both("timeline", "caption", **facts)

    # of 8 items 4 changed, 2 others were unknown before: 2 are not drawn
    assert caption(small.timelines).nl.endswith(" 2 andere items staan alleen in de tabel.")
    fewer = small.timelines[small.timelines["item"] != "veiligheid"]
    assert caption(fewer).en.endswith("One other item is in the table only.")
    drawn = fewer[fewer["item"] != "onderhoud_woning"]
    assert caption(drawn).nl.endswith("◆ van of naar niet van toepassing (–).")


def test_a_family_is_told_in_english_too(tmp_path):
    review = reviewed(tmp_path, HOUSEHOLD, CHILDREN, language="en")
    out, shown = output(language="en")
    cases(out, review)
    texts = "\n".join(data["text/plain"] for data, _ in shown)
    for said in (
        "Family 1 of 1: LEU-001 (Leuven), from 0 to 3 domains",
        "Became deprived. Income: household ‘Income’ from 4 to 2 (first on 2022-08-15).",
        "Changing income",
        "1 registration and 1 note; they are not shown here.",
    ):
        assert said in texts
