"""The one door: what is displayed, what is written, byte for byte; what is refused."""

import base64
import io
import json
import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from helpers import cleaning
from helpers.definitions import ROOT, Table, Text, load
from helpers.definitions.choices import Choices
from helpers.definitions.claims import Claims
from helpers.definitions.outputs import Column
from helpers.files import Cleaned, FileError, csv_text, keep_clean
from helpers.report import blocks
from helpers.report.layout import lay_out
from helpers.report.output import Output
from helpers.report.presentations import Presentation
from helpers.tables import TABLES, conform, empty
from helpers.words import Account
from report_tables import DEFINITIONS, FIVE, flow, item_change, measures, residence, sign_and_margins, stress

TITLE, CAPTION = (
    Text(nl="Titel & <b>", en="Title & <b>"),
    Text(nl="n = 3, 1 ontbreekt", en="n = 3, 1 missing"),
)
NO_BREAK = "\u00a0"


class Shown(list):
    """What an output displayed: data and metadata, in order."""

    def __call__(self, data, metadata):
        self.append((data, metadata))


def output(folder=None, language="nl"):
    shown = Shown()
    return Output(language=language, folder=folder, definitions=DEFINITIONS, publish=shown), shown


def soup(data) -> BeautifulSoup:
    return BeautifulSoup(data["text/html"], "html.parser")


# ---- what the data are ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "nl",
            "opgeschoond – tot hoelang na de eerste registratie een waarde bij de start hoort: 90 "
            "(standaard 30).",
        ),
        (
            "en",
            "with all defaults – how long after the first registration a value belongs to the baseline: 90 "
            "(default 30).",
        ),
    ],
)
def test_data_that_were_not_cleaned_by_default_say_so_and_others_say_nothing(language, said):
    for days in (30, 90):
        how = {"min_household_items": 4, "baseline_window_days": days}
        about = cleaning.Study("s", "S", True, date(2023, 9, 30), date(2022, 3, 1), ("Leuven",), how)
        shown = Shown()
        Output(language=language, folder=None, definitions=DEFINITIONS, publish=shown, study=about)
        told = [data[blocks.MIME]["text"] for data, _ in shown]
        assert [text.endswith(said) for text in told] == [True] * (days == 90)


# ---- CSV -----------------------------------------------------------------------------------------------


def test_a_table_is_written_byte_for_byte_as_the_contract_says():
    table = pd.DataFrame(
        {
            "text": pd.Series(["Leuven", None, 'a,"b"', "é\nf"], dtype="str"),
            "count": pd.array([3, None, 0, 1], dtype="Int64"),
            "share": [0.1 + 0.2, np.nan, 1.0, 1e-7],
            "truth": [True, False, True, False],
            "day": pd.to_datetime(["2022-03-01", None, "2023-09-30", "2022-12-31"]),
            "level": pd.Categorical(["1", "missing", None, "5"], ["1", "5", "missing"], ordered=True),
        }
    )
    assert csv_text(table) == (
        "text,count,share,truth,day,level\n"
        "Leuven,3,0.30000000000000004,True,2022-03-01,1\n"
        ",,,False,,missing\n"
        '"a,""b""",0,1.0,True,2023-09-30,\n'
        '"é\nf",1,1e-07,False,2022-12-31,5\n'
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+a", "'+a"),
        ("-", "'-"),
        ("@x", "'@x"),
        ("-1.5", "-1.5"),
        ("+2e3", "+2e3"),
        ("a=b", "a=b"),
    ],
)
def test_a_text_that_a_spreadsheet_would_calculate_is_marked(text, written):
    assert csv_text(pd.DataFrame({"value": [text]})) == f"value\n{written}\n"


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_numbers_read_back_to_the_same_double(values):
    header, *written = csv_text(pd.DataFrame({"x": values})).splitlines()
    assert header == "x" and [float(text) for text in written] == values


def test_a_table_without_rows_has_its_header():
    assert csv_text(empty("cases_by_pilot")) == "pilot,registered,retained,followed\n"


# ---- figures -------------------------------------------------------------------------------------------


TOLD = Account(  # of Figure 4
    *[
        Text.alike(words)
        for words in (
            "Zeven op de tien gezinnen wonen niet zonder gebreken: 7 van de 10",
            "n = 10 bekend; niet van toepassing: 1; ontbreekt: 2",
            "Staafdiagram: niveau 1 1, niveau 2 2",
        )
    ]
)


def test_a_figure_is_its_finding_an_image_its_caption_and_its_table(tmp_path):
    out, shown = output(tmp_path)
    out.present("figure_04", residence(), account=TOLD)
    (finding, _), (image, metadata), (below, part) = shown
    said = "Zeven op de tien gezinnen wonen niet zonder gebreken: 7 van de 10"
    assert finding["text/plain"].startswith(said) and finding["text/markdown"].startswith(f"**{said}")
    block = finding[blocks.MIME]
    assert (block["kind"], block["name"], block["finding"]) == ("figure", "figure_04", finding["text/plain"])
    assert block["table"]["headers"][0] == "niveau" and len(block["table"]["rows"]) == 7
    assert set(image) == {"image/png", "text/plain"} and metadata[blocks.PART] == "figure_04"
    assert set(below) == {"text/html", "text/plain"} and part == {blocks.PART: "figure_04"}
    caption, folded = soup(below).select_one("div.caption"), soup(below).details
    assert caption.strong.text == "Figuur 4. Verblijfplaats van de gezinnen."
    assert caption.a["href"] == "tables/figure_04.csv"
    assert "n = 10 bekend; niet van toepassing: 1; ontbreekt: 2" in caption.text
    assert folded.table and not folded.has_attr("open") and not folded.a
    json.dumps([data for data, _ in shown])  # as a notebook keeps it


def test_the_image_is_a_png_of_the_usual_width_without_a_date(tmp_path):
    out, shown = output(tmp_path)
    out.figure("own", pd.DataFrame({"x": [1]}), lambda ax: ax, title=TITLE, caption=CAPTION)
    png = base64.b64decode(shown[1][0]["image/png"])
    image = Image.open(io.BytesIO(png))
    assert image.size == (1125, 150) and set(image.info) == {"dpi"}
    assert png == (tmp_path / "figures" / "own.png").read_bytes()
    svg = (tmp_path / "figures" / "own.svg").read_text("utf-8")
    assert "date" not in svg and "creator" not in svg


def picture(data) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("L"), dtype=int)


def test_the_finding_is_drawn_in_the_files_and_not_in_the_image_that_is_shown(tmp_path):
    out, shown = output(tmp_path)
    out.present("figure_04", residence(), account=TOLD)
    whole = picture((tmp_path / "figures" / "figure_04.png").read_bytes())
    bare = picture(base64.b64decode(shown[1][0]["image/png"]))
    room = len(whole) - len(bare)
    assert 0.2 * 150 < room < 0.6 * 150  # pixels: one or two lines of the headline, and their margins
    assert (whole[:room] < 128).any()
    assert (np.abs(whole[room:] - bare) < 40).mean() > 0.99  # below the headline they are the same
    assert "Zeven op de tien" in (tmp_path / "figures" / "figure_04.svg").read_text("utf-8")


def test_what_is_shown_does_not_depend_on_whether_files_are_written(tmp_path):
    images = []
    for folder in (tmp_path, None):
        out, shown = output(folder)
        out.present("figure_18", stress())
        images.append(shown[1][0]["image/png"])
    assert images[0] == images[1]


def test_a_second_drawing_is_made_for_a_phone(tmp_path):
    out, _ = output(tmp_path)
    out.present("figure_04", residence(), account=TOLD)
    wide, narrow = (
        (tmp_path / "figures" / f"figure_04{kind}.svg").read_text("utf-8") for kind in ("", ".narrow")
    )
    assert 'data-bare="0 0 540 ' in wide and 'viewBox="0 0 244.8 ' in narrow
    assert "headline" in wide and "headline" not in narrow and ">5 Eigen woonst" in narrow


def test_text_in_the_svg_is_text(tmp_path):
    out, _ = output(tmp_path)
    out.present("figure_04", residence(), account=TOLD)
    svg = (tmp_path / "figures" / "figure_04.svg").read_text("utf-8")
    assert re.search(r"<text[^>]*>1 Dakloos</text>", svg)
    assert 'role="img" aria-label="Figuur 4. Verblijfplaats van de gezinnen. Staafdiagram:' in svg
    assert ' id="' not in svg  # nothing that another drawing of a page has too


def test_the_same_table_gives_the_same_bytes(tmp_path):
    displayed = []
    for folder in ("a", "b"):
        out, shown = output(tmp_path / folder)
        out.present("figure_18", stress())
        displayed.append(list(shown))
    assert displayed[0] == displayed[1]
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*.*"))
    assert [str(path) for path in files] == [
        "figures/figure_18.narrow.svg",
        "figures/figure_18.png",
        "figures/figure_18.svg",
        "tables/figure_18.csv",
    ]
    for path in files:
        assert (tmp_path / "a" / path).read_bytes() == (tmp_path / "b" / path).read_bytes()


@pytest.mark.parametrize("folder", [None, ""])
def test_without_a_folder_nothing_is_written_and_nothing_linked(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    out, shown = output(folder)
    out.present("figure_04", residence(), account=TOLD)
    assert len(shown) == 3 and not soup(shown[2][0]).a
    assert not list(tmp_path.iterdir())


def test_english_says_the_same():
    out, shown = output(language="en")
    out.present("flow", flow())
    assert soup(shown[2][0]).caption.text == "Numbers: From registered to followed"
    assert [cell.text for cell in soup(shown[2][0]).select("tbody tr:first-child *")] == ["registered", "10"]


def test_words_are_escaped():
    out, shown = output()
    table = pd.DataFrame({"<i>": ["<b>&"], "y": ["<b>"]})
    out.figure("own", table, lambda ax: ax, title=TITLE, caption=TITLE)
    out.table(None, table, caption=TITLE)
    out.say(Text.alike("<script>"))
    for data, _ in shown:
        assert not BeautifulSoup(data.get("text/html", ""), "html.parser").find(["b", "i", "script"])
    assert "<script>" in shown[-1][0]["text/plain"]


def test_an_unknown_figure_is_a_fault_that_names_the_known():
    out, _ = output()
    with pytest.raises(ValueError, match="figure_99.*registration_starts"):
        out.present("figure_99", residence())


# ---- tables and sentences ------------------------------------------------------------------------------


def rows_of(page) -> dict[str, list[str]]:
    """The cells of each row, by the cell that heads it."""
    return {row.th.text: [cell.text for cell in row.find_all("td")] for row in page.select("tbody tr")}


def test_a_table_shows_words_and_numbers_of_the_language():
    out, shown = output()
    rows = [sign_and_margins().assign(figure=f"figure_{number}") for number in range(18, 24)]
    out.table("transition_tests", conform("transition_tests", pd.concat(rows)))
    page = soup(shown[0][0])
    heads = [head.text for head in page.select("thead th:not([colspan])")]
    row = [cell.text for cell in page.select("tbody tr")[0].find_all(["th", "td"])]
    assert len(row) == len(heads) and row[0] == "Figuur 18" and row[1:5] == ["10", "5", "4", "1"]
    assert row[5] == "+40,0" and heads[5].endswith("(procentpunt)") and "0,219" in row
    assert row[-4:] == ["–", "0,188", "4", "1"]  # no note; the test of families, and how many moved
    assert page.caption.text.startswith("Toetsen bij de overgangen")
    # all rows are about one item, which the caption says once
    assert "Eenheid: volwassene. Item: Stress. Aantallen: personen." in page.caption.text


def test_a_few_rows_of_many_columns_lie_on_their_side():
    out, shown = output()
    out.table("transition_tests", sign_and_margins())
    page = soup(shown[0][0])
    assert [head.text for head in page.select("thead th")] == ["maat", "waarde"]
    cells = rows_of(page)
    assert cells["figuur"] == ["Figuur 18"] and cells["item"] == ["Stress"] and cells["n"] == ["10"]
    assert cells["netto (procentpunt)"] == ["+40,0"] and cells["tekentoets: p, exact"] == ["0,219"]
    assert cells["Bowker: χ²"] == ["6,00"] and cells["Bowker: vrijheidsgraden"] == ["2"]
    assert cells["opmerking"] == ["–"] and "–: geen waarde" in page.caption.text
    figures = pd.concat([sign_and_margins(), sign_and_margins().assign(figure="figure_19")])
    out.table("transition_tests", figures.reset_index(drop=True))
    page = soup(shown[1][0])
    assert [head.text for head in page.select("thead th")] == ["figuur", "Figuur 18", "Figuur 19"]
    assert rows_of(page)["vooruit"] == ["5", "5"]
    assert len({len(row.find_all(["th", "td"])) for row in page.find_all("tr")}) == 1


def test_the_two_ends_of_an_interval_are_one_column():
    out, shown = output(language="en")
    table = pd.DataFrame({"net": [0.4, None], "net_low": [-0.125, None], "net_high": [0.05, None]})
    out.table(None, table, caption=CAPTION)
    page = soup(shown[0][0])
    assert [head.text for head in page.select("thead th")] == [
        "net (percentage points)",
        "net, 95% interval (percentage points)",
    ]
    assert rows_of(page) == {"+40.0": ["−12.5 to +5.0"], "–": ["–"]}
    ends = pd.DataFrame({"gee_low": [-0.5], "gee_high": [0.25], "a_low": [0.1], "b_high": [0.2]})
    out.table(None, ends, caption=CAPTION)
    assert [cell.text for cell in soup(shown[1][0]).select("tbody *")][1:] == [
        "−0.50 to 0.25",
        "0.10",
        "0.20",
    ]


def test_each_number_says_its_unit_in_its_header_or_once_in_the_caption():
    out, shown = output(language="en")
    out.table("cases_by_pilot", conform_cases())
    out.present("figure_04", residence())
    out.table("figure_16", scheme_of_none())
    cases, levels, scores = (soup(data) for data, _ in shown if "<table" in data.get("text/html", ""))
    assert cases.caption.span.text == "Counts: families."
    assert [head.text for head in cases.select("thead th")][1:] == ["registered", "described", "followed"]
    assert "n (families)" in [head.text for head in levels.select("thead th")]
    heads = [head.text for head in scores.select("thead th")]
    assert heads == ["score at the start (domains)", "score at follow-up (domains)", "families"]


def conform_cases() -> pd.DataFrame:
    return conform(
        "cases_by_pilot",
        pd.DataFrame({"pilot": ["Leuven"], "registered": [3], "retained": [2], "followed": [1]}),
    )


def scheme_of_none() -> pd.DataFrame:
    cells = pd.MultiIndex.from_product([range(7), range(7)], names=["baseline_score", "follow_up_score"])
    return conform("figure_16", pd.DataFrame({"families": 0}, index=cells).reset_index())


def test_every_count_of_a_report_has_a_unit():
    counts = [
        (table.name, column.name)
        for table in TABLES.values()
        if table.is_report
        for column in table.columns
        if column.type in ("count", "share", "difference", "statistic") and column.unit is None
    ]
    assert counts == []


def test_what_is_called_a_p_value_is_written_as_one():
    columns = [c for table in TABLES.values() if table.kind != "clean" for c in table.columns]
    called = {c.name for c in columns if c.name == "p" or c.name.endswith(("_p", "_midp"))}
    assert {c.name for c in columns if c.format == "p"} == called
    assert {c.unit and c.unit.en for c in columns if c.name in called} == {"p-value, 0–1"}


def test_every_vocabulary_that_a_column_names_has_words():
    words = load(Claims).add_words(load(Choices).add_words(DEFINITIONS)).vocabulary
    known = {*words, "item", "question", "domain", "domain_set", "class", "figure", "label", ""}
    assert {c.vocabulary for table in TABLES.values() for c in table.columns} <= known


def titled(**titles: str) -> Table:
    """The declaration of a table that gives its columns titles, the same in both languages."""
    texts = {name: Text.alike(title) for name, title in titles.items()}
    columns = tuple(Column(name, "", "", text, title=text) for name, text in texts.items())
    return Table("own", "overview", TITLE, TITLE, columns, ())


def test_neighbours_that_belong_together_have_a_header_above_theirs():
    out, shown = output()
    table = pd.DataFrame({"pilot": ["Leuven"], "a": [1.0], "b": [2.0], "c": [3.0]})
    out.table(None, table, declared=titled(a="<i>: x", b="<i>: y", c="GEE: p"))
    above, below = soup(shown[0][0]).select("thead tr")
    assert [(th.text, th["scope"], th.get("colspan"), th.get("rowspan")) for th in above("th")] == [
        ("pilootproject", "col", None, "2"), ("<i>", "colgroup", "2", None), ("GEE: p", "col", None, "2"),
    ]  # fmt: skip
    assert [(th.text, th["scope"]) for th in below("th")] == [("x", "col"), ("y", "col")]
    assert "<i>: x" in shown[0][0]["text/plain"]  # the plain twin has one row of headers


def test_differences_beside_what_they_are_of_are_said_to_be_unrounded():
    out, shown = output(language="en")
    out.table(None, pd.DataFrame({"M0_baseline": [0.6964], "change_in_M0": [-0.0565]}), caption=CAPTION)
    assert soup(shown[0][0]).caption.span.text == "Differences were worked out before rounding."
    out.table(None, pd.DataFrame({"M0_baseline": [0.6964]}), caption=CAPTION)
    assert soup(shown[1][0]).caption.span is None


def test_a_value_is_written_in_the_way_of_what_it_is_of():
    out, shown = output()
    kinds = ["families", "headcount", "largest_items", "children_mean_age"]
    table = pd.DataFrame({"headline": kinds, "value": [0.25, -0.0714, 2.0, 7.5]})
    out.table(None, table, declared=TABLES["headlines"])
    cells = [cell.text for cell in soup(shown[0][0]).select("tbody td")]
    assert cells == ["+25 procentpunt", "−7,1 procentpunt", "rang 2", "7,50"]


def test_truth_values_are_words_and_stand_left():
    out, shown = output()
    out.table(None, pd.DataFrame({"pilot": ["Leuven"], "default": [True]}), caption=CAPTION)
    cell = soup(shown[0][0]).select_one("tbody td")
    assert cell.text == "ja" and not cell.get("class")


def test_a_table_without_a_caption_of_a_figure_above_it_links_to_its_file(tmp_path):
    out, shown = output(tmp_path)
    out.table("cases_by_pilot", conform_cases())
    out.present("figure_04", residence())
    own, below = (soup(data) for data, _ in (shown[0], shown[-1]))
    assert own.a["href"] == "tables/cases_by_pilot.csv" and not own.table.a
    assert below.table and len(below.find_all("a")) == 1  # that of the caption


def test_headers_have_scope_and_say_what_they_mean():
    out, shown = output()
    out.table("cases_by_pilot", empty("cases_by_pilot"))
    heads = soup(shown[0][0]).select("thead th")
    assert {head["scope"] for head in heads} == {"col"}
    assert heads[0]["title"] == TABLES["cases_by_pilot"].column("pilot").description.nl


def test_every_declared_column_of_a_report_has_a_title_in_both_languages():
    columns = [column for table in TABLES.values() if table.is_report for column in table.columns]
    assert {column.name for column in columns if column.title is None} == {
        column.name for column in columns if column.name.endswith("_high")
    }  # an interval has the title of its lower end


@pytest.mark.parametrize(("language", "first"), [("nl", "Schulden"), ("en", "Debts")])
def test_items_units_and_shares_are_worded(language, first):
    out, shown = output(language=language)
    words = {"definitions": DEFINITIONS, "language": language}
    out.laid_out(lay_out(TABLES["item_change"], item_change(), "x", rows=1, **words))
    row = [cell.text for cell in soup(shown[0][0]).select("tbody tr")[0].find_all(["th", "td"])]
    assert row[1] == first and row[2:7] == ["10", "6", "1", "2", "1"]
    assert len(soup(shown[0][0]).select("tbody tr")) == 1
    part = {"nl": "(eerste 1 van 45 rijen)", "en": "(first 1 of 45 rows)"}[language]
    assert soup(shown[0][0]).caption.contents[0].strip().endswith(part)


def test_the_file_has_all_rows_also_when_few_are_shown(tmp_path):
    out, _ = output(tmp_path)
    out.shown("item_change", item_change(), Presentation(TITLE, lambda ax: ax, TOLD, rows=3))
    assert len((tmp_path / "tables" / "item_change.csv").read_text("utf-8").splitlines()) == 46


def test_of_a_written_table_a_page_has_as_many_rows_as_a_browser_opens_at_once(tmp_path):
    out, shown = output(tmp_path)
    pilots = pd.Series([f"Gemeente {n:03}" for n in range(501)], dtype="str")
    out.table("cases_by_pilot", conform_cases().iloc[[0] * 501].assign(pilot=pilots.to_numpy()))
    assert len((tmp_path / "tables" / "cases_by_pilot.csv").read_text("utf-8").splitlines()) == 502
    assert len(soup(shown[0][0]).select("tbody tr")) == 500
    assert "(eerste 500 van 501 rijen)" in soup(shown[0][0]).caption.text


def test_a_table_has_a_plain_twin_with_aligned_columns():
    out, shown = output()
    table = pd.DataFrame({"pilot": ["Leuven", "all"], "n": pd.array([3, 12], dtype="Int64")})
    out.table(None, table, caption=Text(nl="Gezinnen", en="Families"))
    assert shown[0][0]["text/plain"] == "Gezinnen\npilootproject   n\nLeuven          3\nalle           12"


def test_titles_of_columns_can_be_given():
    out, shown = output()
    out.table(None, pd.DataFrame({"x": [0.5]}), declared=titled(x="maat"))
    assert soup(shown[0][0]).select_one("thead th").text == "maat" and "0,50" in soup(shown[0][0]).text


@pytest.mark.parametrize(("language", "spoken"), [("nl", []), ("en", ["nl"])])
def test_text_that_is_in_another_language_than_the_page_says_so(language, spoken):
    out, shown = output(language=language)
    out.table(
        None, pd.DataFrame({"cells": [1], "text": ["Zoekt werk"]}), caption=Text(nl="Noten", en="Notes")
    )
    assert [tag["lang"] for tag in soup(shown[0][0]).select("td [lang]")] == spoken


def test_a_sentence_is_a_paragraph():
    out, shown = output()
    out.say(Text(nl="Vier gezinnen.", en="Four families."))
    block = {"kind": "text", "rank": "finding", "text": "Vier gezinnen.", "link": None}
    html = '<p class="finding">Vier gezinnen.</p>'
    assert shown == [({"text/html": html, "text/plain": "Vier gezinnen.", blocks.MIME: block}, {})]


def test_values_of_a_measure_are_written_in_its_way():
    out, shown = output(language="en")
    out.table("poverty_measures", measures(*FIVE))
    row = [cell.text for cell in soup(shown[0][0]).select("tbody tr")[0].find_all(["th", "td"])]
    assert row == ["all", "at the start", "5", "80.0%", "75.0%", "0.600"]


# ---- what is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [["family", "n"], ["person"], ["coach", "net"], ["row", "value", "rule"]])
def test_what_is_about_single_families_is_not_shown(columns, tmp_path):
    out, shown = output(tmp_path)
    with pytest.raises(ValueError, match="single families"):
        out.table("mine", pd.DataFrame({name: [1] for name in columns}), caption=CAPTION)
    assert not shown and not list(tmp_path.iterdir())


def test_an_output_for_internal_review_may_show_single_families(tmp_path):
    shown = Shown()
    folder = tmp_path / "mine-internal"
    out = Output(language="nl", folder=folder, definitions=DEFINITIONS, publish=shown, internal=True)
    out.table("mine", pd.DataFrame({"family": ["LEU-001"], "n": [1]}), caption=CAPTION)
    assert "LEU-001" in shown[0][0]["text/html"]
    assert (folder / "tables" / "mine.csv").read_text() == "family,n\nLEU-001,1\n"


def test_headings_remarks_and_links_are_escaped(tmp_path):
    shown = Shown()
    options = {"definitions": DEFINITIONS, "publish": shown, "internal": True}
    out = Output(language="nl", folder=tmp_path / "x-internal", **options)
    out.say(TITLE, "heading")
    out.say(TITLE, "remark")
    out.file("tagged_notes", empty("tagged_notes"))
    assert [data["text/html"] for data, _ in shown] == [
        '<h2 id="titel-b">Titel &amp; &lt;b&gt;</h2>',
        '<p class="remark">Titel &amp; &lt;b&gt;</p>',
        '<p class="remark">Toelichtingen met hun thema&#39;s: 0 rijen. '
        '<a href="tables/tagged_notes.csv">Cijfers als CSV-bestand</a></p>',
    ]
    assert shown[0][0]["text/plain"] == "Titel & <b>"


def test_a_table_that_is_not_as_declared_is_not_shown(tmp_path):
    out, shown = output(tmp_path)
    with pytest.raises(Exception, match="flow: columns are"):
        out.present("flow", flow().assign(extra=1))
    assert not shown and not list(tmp_path.iterdir())


def test_names_stay_inside_the_folder(tmp_path):
    out, _ = output(tmp_path / "run")
    out.table("../../Tabel 2.csv", pd.DataFrame({"x": [1]}), caption=CAPTION)
    assert [str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.csv")] == ["run/tables/Tabel_2_csv.csv"]
    with pytest.raises(ValueError):
        out.table("..", pd.DataFrame({"x": [1]}), caption=CAPTION)


def test_a_folder_that_cannot_be_written_to_is_said_in_one_line(tmp_path):
    (tmp_path / "tables").write_text("a file where the folder should be")
    out, _ = output(tmp_path)
    with pytest.raises(FileError, match=r"flow\.csv: cannot be written"):
        out.table("flow", flow())


def test_outside_a_notebook_nothing_is_printed(capsys):
    Output(language="nl", folder=None, definitions=DEFINITIONS).say(CAPTION)
    assert capsys.readouterr() == ("", "")


# ---- clean data ----------------------------------------------------------------------------------------

USUAL = {
    "min_household_items": 4,
    "baseline_window_days": 30,
    "follow_up_months": 6,
    "follow_up_rule": "at",
}
STUDY = cleaning.Study("proef", "Proef", True, date(2023, 9, 30), date(2022, 3, 1), ("Leuven",), USUAL)
NAMES = [
    *("families", "persons", "registrations", "observations", "excluded_observations", "rejected", "flow"),
    *("notes", "cleaning_log", "cases_by_pilot"),
    "states",
]


def clean_tables() -> tuple[cleaning.CleanTables, pd.DataFrame]:
    tables = cleaning.CleanTables(**{name: empty(name) for name in NAMES[:-1]} | {"flow": flow()})
    return tables, empty("states")


def kept(folder):
    """Write the clean tables into a folder; where they came to be."""
    tables, states = clean_tables()
    return keep_clean(Cleaned(tables, states, STUDY, ROOT / "data" / "raw" / "proef"), folder)


def test_clean_data_are_one_parquet_per_table_and_the_study(tmp_path):
    assert kept(tmp_path / "clean") == tmp_path / "clean"
    files = {path.name for path in (tmp_path / "clean").iterdir()}
    assert files == {f"{name}.parquet" for name in NAMES} | {"study.json"}
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "clean" / "flow.parquet"), flow())
    assert cleaning.study_from_json((tmp_path / "clean" / "study.json").read_text("utf-8")) == STUDY
    assert [path.name for path in tmp_path.iterdir()] == ["clean"]  # nothing is left beside


def test_clean_data_read_back_as_they_were(tmp_path):
    tables, states = clean_tables()
    kept(tmp_path)
    read, read_states, study = cleaning.read_clean(tmp_path)
    for name in NAMES[:-1]:
        pd.testing.assert_frame_equal(getattr(read, name), getattr(tables, name))
    pd.testing.assert_frame_equal(read_states, states)
    assert study == STUDY


def test_the_same_clean_data_have_the_same_bytes_and_replace_the_old(tmp_path):
    for folder in ("a", "b"):
        kept(tmp_path / folder)
    (tmp_path / "b" / "old.parquet").write_bytes(b"of an earlier run")
    kept(tmp_path / "b")
    assert not (tmp_path / "b" / "old.parquet").exists()
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_a_failure_leaves_the_old_clean_data_as_they_were(tmp_path, monkeypatch):
    kept(tmp_path / "clean")
    before = {path.name: path.read_bytes() for path in (tmp_path / "clean").iterdir()}

    def fail(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", fail)
    with pytest.raises(FileError, match="disk full"):
        kept(tmp_path / "clean")
    assert {path.name: path.read_bytes() for path in (tmp_path / "clean").iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["clean"]


def test_a_folder_with_other_files_is_not_replaced(tmp_path):
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(FileError, match="thesis.docx"):
        kept(tmp_path)
    assert (tmp_path / "thesis.docx").read_text() == "years of work"


def test_shares_without_any_interval_have_no_column_of_dashes():
    out, shown = output(language="en")
    table = pd.DataFrame({"group": ["1-2", "3"], "share": [0.25, 0.75], "ci_low": [None, 0.5]})
    for lows in ([None, 0.5], [None, None]):
        out.table(
            None,
            table.assign(ci_low=lows, ci_high=[None, 1.0]).astype({"ci_low": "float64"}),
            caption=CAPTION,
        )
    heads = [[head.text for head in soup(one[0]).select("thead th")] for one in shown]
    assert heads == [["group", "share", "95% interval"], ["group", "share"]]
