"""Pages: what the frame, the figures and the tables look like, and that the lint finds each kind of fault."""

import base64
import re
import struct
import zlib
from datetime import date

import nbformat
import openpyxl
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers import sentences
from helpers.definitions import load_definitions
from helpers.export.dataset import Dataset
from helpers.formats import slug
from helpers.parameters import resolve
from helpers.protect import Edition
from helpers.run._cite import citations
from helpers.run._findings import design, findings, question
from helpers.run._index import index_content
from helpers.run._lint import MOST_BYTES, lint
from helpers.run._page import LONGEST_ALT, Content, Entry, finish
from helpers.run._page_words import words
from helpers.run._render import TEMPLATES, Frame, PageLink, Sibling, content_of, day, page
from helpers.workbook import write_workbook
from small_notebooks import PNG

CAPTION = (
    '<div class="caption" data-figure="figure_04"><strong>Figuur 4. Huis.</strong> n = 3. '
    '<a href="tables/figure_04.csv">Tabel</a></div>'
)
TABLE = (
    '<div class="data-table" data-table="figure_04"><table border="1" class="dataframe">'
    "<caption>Huis</caption>"
    "<thead><tr><th>niveau</th><th>n</th><th>aandeel</th></tr></thead>"
    "<tbody><tr><th>eigen huis</th><td>2</td><td>66,7 %</td></tr>"
    "<tr><th>ontbreekt</th><td>1</td><td></td></tr></tbody></table></div>"
)


def dataset(**changes):
    settings = {
        "name": "klein",
        "title": "Een <klein> gegeven",
        "synthetic": True,
        "exported_on": date(2023, 9, 30),
        "project_start": date(2022, 3, 1),
        "pilots": ("Leuven", "Bilzen", "Oostende"),
    }
    return Dataset(**settings | changes)


def frame(language="nl", *, parameters=None, siblings=(), internal=False, edition=None, **changes):
    given = resolve(parameters or {})
    return Frame(language, dataset(**changes), given, "0.1.0", internal, siblings=siblings, edition=edition)


def shown(html):
    return new_output("display_data", data={"text/html": html, "text/plain": "twin"})


def image(alt='Twee van drie <gezinnen> & "meer"'):
    metadata = {"image/png": {"alt": alt}} if alt else {}
    return new_output("display_data", data={"image/png": PNG, "text/plain": "twin"}, metadata=metadata)


def book(*outputs, source="1 < 2"):
    """A page in both languages with one code cell."""
    cells = []
    for language, title, section in (("nl", "Titel", "Vraag"), ("en", "Title", "Question")):
        tags = {"tags": [f"lang-{language}"]}
        cells += [
            new_markdown_cell(f"# {title}", metadata=tags),
            new_markdown_cell(f"## {section}", metadata=tags),
        ]
    return new_notebook(cells=[*cells, new_code_cell(source, outputs=list(outputs), execution_count=1)])


def soup_of(notebook, language="nl"):
    return BeautifulSoup(content_of(notebook, language=language).html, "html.parser")


# ---- content ---------------------------------------------------------------------------------------------


def test_cells_in_the_other_language_are_left_out():
    nl, en = (content_of(book(), language=language) for language in ("nl", "en"))
    assert (nl.title, nl.toc) == ("Titel", (Entry("vraag", "Vraag"),))
    assert (en.title, en.toc) == ("Title", (Entry("question", "Question"),))
    assert "Question" not in nl.html and "Vraag" not in en.html


def test_code_is_folded_and_escaped():
    details = soup_of(book()).select_one("details.code")
    assert details.summary.get_text() == "Code"
    assert not details.has_attr("open")
    assert details.pre.get_text().strip() == "1 < 2"


def test_an_image_and_its_caption_become_one_figure_with_a_text_alternative():
    soup = soup_of(book(image(), shown(CAPTION), shown(TABLE)))
    figure = soup.find("figure", id="figure_04")
    assert figure.img["alt"] == 'Twee van drie <gezinnen> & "meer"'
    assert base64.b64decode(figure.img["src"].partition(",")[2]) == base64.b64decode(PNG)
    assert figure.figcaption.get_text() == "Figuur 4. Huis. n = 3. Tabel"
    assert soup.select("div.caption") == []
    assert content_of(book(image(), shown(CAPTION)), language="nl").figures == {
        "figure_04": "Figuur 4. Huis."
    }


def test_the_finding_stands_above_the_image_and_a_hint_for_phones_below_it():
    def headline(name):
        return shown(f'<p class="headline" data-figure="{name}">&lt;{name}&gt;</p>')

    for language, hint in (
        ("nl", "Schuif opzij om alles te zien."),
        ("en", "Scroll sideways to see all."),
    ):
        notebook = book(headline("figure_05"), headline("figure_04"), image(), shown(CAPTION))
        soup = soup_of(notebook, language)
        parts = soup.find("figure", id="figure_04").find_all(recursive=False)
        assert [(part.name, part.get("class")) for part in parts] == [
            ("p", ["headline"]),
            ("div", ["image"]),
            ("p", ["hint"]),
            ("figcaption", None),
        ]
        assert (parts[0].get_text(), parts[2].get_text()) == ("<figure_04>", hint)
        assert not parts[0].has_attr("data-figure")
        assert len(soup.select("p.headline")) == 2  # that of another figure stays where it is
        assert len(soup.select("div.shown")) == 1  # and the wrapper of the first is gone


def test_the_hint_is_seen_only_where_the_image_is_wider_than_the_screen():
    css = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    assert ".hint { display: none; }" in css
    image_rule, hint_rule = (
        re.search(r"max-width: (\d+)rem\) { " + re.escape(start), css)
        for start in (".image img { max-width: none; width: 36rem; }", ".hint { display: block;")
    )
    assert int(hint_rule[1]) < int(image_rule[1])
    margins = 2 * 1.25  # rem: of the frame
    assert int(hint_rule[1]) - margins < 36


def test_a_long_text_alternative_is_cut_short_and_stands_below_the_figure():
    for alt in ("Staven: " + "; ".join(f"item {n}: {n} %" for n in range(90)) + ".", "x" * (LONGEST_ALT + 1)):
        figure = soup_of(book(image(alt), shown(CAPTION))).find("figure")
        short, more = figure.img["alt"], figure.select_one("details.described")
        assert len(short) < 400 and short.endswith("Alles staat in woorden en als tabel onder de figuur.")
        assert (more.summary.get_text(), more.p.get_text()) == ("Figuur in woorden", alt)
        assert alt.startswith(short.partition(". Alles")[0]) and not more.has_attr("open")
    assert (
        "item 10: 10 %"
        in soup_of(book(image("A: " + "; ".join(f"item {n}: {n} %" for n in range(90))), shown(CAPTION))).img[
            "alt"
        ]
    )
    assert soup_of(book(image("a" * LONGEST_ALT), shown(CAPTION))).select("details.described") == []


def test_what_a_notebook_reads_and_its_first_code_are_folded_for_who_runs_it():
    table = "# Titel\n\n**Vraag.** Wie?\n\n| Leest | Schrijft |\n| --- | --- |\n| a | b |"
    cells = [
        new_markdown_cell(table),
        new_code_cell("a = 1"),
        new_code_cell("b", outputs=[shown("<p>b</p>")]),
    ]
    soup = soup_of(new_notebook(cells=cells))
    sources, code = soup.select("details.code")
    assert sources.summary.get_text() == "Voor onderzoekers: wat deze pagina leest en schrijft"
    assert sources.find("th").get_text() == "Leest" and sources.pre.get_text().strip() == "a = 1"
    assert sources.find_parent("div", class_="prose").p.get_text() == "Vraag. Wie?"
    assert code.pre.get_text().strip() == "b"


@pytest.mark.parametrize(
    ("columns", "classes"), [(8, ["region"]), (9, ["region", "many"]), (16, ["region", "wide"])]
)
def test_a_table_of_many_columns_is_printed_smaller_or_across(columns, classes):
    cells = "<td>1</td>" * (columns - 1)
    html = f"<h1>a</h1><table><caption>c</caption><tbody><tr><th>a</th>{cells}</tr></tbody></table>"
    soup = BeautifulSoup(finish(html, words=words("nl")).html, "html.parser")
    assert soup.select_one("div.region")["class"] == classes


def test_a_figure_that_was_drawn_as_svg_links_to_it():
    notebook = book(image(), shown(CAPTION))
    for drawings, expected in (
        (["figure_04"], ["tables/figure_04.csv", "figures/figure_04.svg"]),
        ([], ["tables/figure_04.csv"]),
    ):
        content = content_of(notebook, language="en", drawings=drawings)
        links = BeautifulSoup(content.html, "html.parser").select("figcaption a")
        assert [link["href"] for link in links] == expected


def test_the_table_of_a_figure_can_be_folded_and_scrolled_and_its_numbers_stand_right():
    soup = soup_of(book(image(), shown(CAPTION), shown(TABLE)))
    details = soup.select_one("details.numbers")
    assert details.has_attr("open")
    assert details.summary.get_text() == "Cijfers als tabel"
    region = details.find("div", class_="region")
    assert (region["role"], region["tabindex"]) == ("region", "0")
    assert region["aria-labelledby"] == region.caption["id"]
    assert [cell["scope"] for cell in region.find_all("th")] == ["col", "col", "col", "row", "row"]
    right = [cell.get_text() for cell in region.find_all(class_="number")]
    assert right == ["n", "aandeel", "2", "66,7 %", "1", ""]
    assert "border" not in region.table.attrs


def test_a_long_table_of_a_figure_starts_folded_and_a_table_of_its_own_is_never_folded():
    rows = "".join(f"<tr><th>{n}</th><td>{n}</td></tr>" for n in range(16))
    head = "<caption>Lang</caption><thead><tr><th>a</th><th>b</th></tr></thead>"
    table = f"<table>{head}<tbody>{rows}</tbody></table>"
    own = soup_of(book(shown(table)))
    assert own.find("details", class_="numbers") is None and own.find("div", class_="region")
    below = f'<div class="data-table" data-table="figure_04">{table}</div>'
    assert (
        not soup_of(book(image(), shown(CAPTION), shown(below)))
        .select_one("details.numbers")
        .has_attr("open")
    )


def test_a_table_without_a_figure_keeps_its_place_even_when_the_caption_names_a_figure():
    soup = soup_of(book(shown(CAPTION), shown(TABLE)))  # nobody followed: a caption without an image
    assert soup.find("figure") is None
    assert soup.select_one("div.caption").get_text().startswith("Figuur 4.")
    assert soup.find("table") is not None


def test_the_code_of_cells_that_show_nothing_stands_behind_one_summary():
    cells = [
        *book(source="a = 1").cells,
        new_code_cell("b = 2"),
        new_code_cell("c", outputs=[shown("<p>c</p>")]),
        new_code_cell("d = 4"),
    ]
    soup = soup_of(new_notebook(cells=cells))
    behind = [
        [pre.get_text().strip() for pre in details.find_all("pre")] for details in soup.select("details.code")
    ]
    assert behind == [["a = 1", "b = 2"], ["c"], ["d = 4"]]


def test_a_table_of_the_prose_is_named_after_the_heading_above_it():
    table = "## Lezen\n\n| leest | schrijft |\n| --- | --- |\n| a | 1 |"
    soup = soup_of(new_notebook(cells=[new_markdown_cell("# Titel"), new_markdown_cell(table)]))
    assert soup.caption.get_text() == "Tabel: Lezen"
    assert [cell["scope"] for cell in soup.find_all("th")] == ["col", "col"]


def test_text_that_is_printed_or_shown_as_text_is_escaped():
    outputs = [
        new_output("stream", name="stdout", text="<b>printed</b>"),
        new_output("execute_result", data={"text/plain": "<b>value</b>"}, execution_count=1),
    ]
    soup = soup_of(book(*outputs))
    assert [pre.get_text() for pre in soup.select("pre.printed")] == ["<b>printed</b>", "<b>value</b>"]
    assert soup.find("b") is None


def test_nothing_that_runs_or_styles_itself_comes_through():
    data = {"application/javascript": "alert(1)", "text/plain": "twin"}
    html = "<style scoped>td {color: red}</style><script>alert(1)</script><p>rest</p>"
    soup = soup_of(book(new_output("display_data", data=data), shown(html)))
    assert soup.find(["script", "style"]) is None
    assert [p.get_text() for p in soup.select("div.shown p")] == ["rest"]


def test_headings_get_ids_of_their_own():
    html = (
        "<h1>A</h1><h2>Wie?</h2><h2>Wie!</h2><h3>Wie</h3><figure id='wie-4'></figure><h2>Wie</h2><h2>?</h2>"
    )
    content = finish(html, words=words("nl"))
    assert [entry.id for entry in content.toc] == ["wie", "wie-2", "wie-5", "section"]
    assert slug("Wie is kansarm? (Figuur 16)") == "wie-is-kansarm-figuur-16"
    assert slug("Één gezin à 3") == "een-gezin-a-3"


# ---- frame -----------------------------------------------------------------------------------------------

LINKS = [PageLink("index.html", "Overzicht"), PageLink("01_cleaning.html", "Opschonen & tellen")]


def whole(content=None, *, file="index.html", **settings):
    content = content or Content("<h1>Titel</h1><h2 id='a'>A</h2>", "Titel", (Entry("a", "A"),))
    return BeautifulSoup(page(content, file=file, pages=LINKS, frame=frame(**settings)), "html.parser")


def test_the_frame_names_language_title_pages_and_sections():
    soup = whole(file="01_cleaning.html")
    assert soup.html["lang"] == "nl"
    assert soup.title.get_text() == "Titel – Gezinscoaching in registratiedata"
    current = soup.find(attrs={"aria-current": "page"})
    assert (current["href"], current.get_text()) == ("01_cleaning.html", "Opschonen & tellen")
    assert [link["href"] for link in soup.select("nav.toc a")] == ["#a"]
    assert soup.select_one("a.skip")["href"] == "#main" and soup.main["id"] == "main"
    assert whole(language="en").html["lang"] == "en"


def test_every_page_says_what_the_data_are():
    banners = {
        (synthetic, language): whole(
            synthetic=synthetic, language=language, edition=None if synthetic else Edition(5, 20)
        )
        .select_one(".banner")
        .get_text()
        for synthetic in (True, False)
        for language in ("nl", "en")
    }
    assert banners[True, "nl"].startswith("Synthetische gegevens: geen enkel gezin")
    assert banners[True, "en"].startswith("Synthetic data: no family")
    assert banners[False, "nl"].startswith(
        "Publieke uitgave: alle aantallen zijn afgerond op veelvouden van 5"
    )
    assert banners[False, "en"].startswith("Public edition: all counts are rounded to multiples of 5")
    internal = whole(synthetic=False, language="nl", internal=True).select_one(".banner").get_text()
    assert internal.startswith("Volledige uitgave van echte gegevens") and "niet verspreiden" in internal
    with pytest.raises(ValueError, match="public or internal"):
        whole(synthetic=False)


def test_the_footer_names_dataset_version_and_parameters_and_what_is_given_is_escaped():
    soup = whole(parameters={"pilots": ["Leuven"], "poverty_cutoff": 4})
    text = soup.footer.get_text()
    assert "Dataset: Een <klein> gegeven (klein), geëxporteerd op 30 september 2023." in text
    assert "gezinscoach 0.1.0." in text
    terms = [term.get_text() for term in soup.footer.find_all("dt")]
    assert terms[:3] == ["language = nl", "pilots = Leuven", "min_household_items = 4 items"]
    assert "poverty_cutoff = 4 domeinen" in terms
    assert "pilots = alle" in [term.get_text() for term in whole().footer.find_all("dt")]


def test_a_date_is_written_in_words():
    assert [day(date(2023, 3, 1), language) for language in ("nl", "en")] == ["1 maart 2023", "1 March 2023"]


SIBLINGS = (
    Sibling("language", "Nederlands", "../../../nl/pilots/leuven", "nl", current=True),
    Sibling("language", "English", "../../../en/pilots/leuven", "en"),
    Sibling("whole", "alle pilootprojecten", "../..", "nl"),
    Sibling("pilot", "Leuven", ".", "nl", current=True),
    Sibling("pilot", "Bilzen & Co", "../bilzen", "nl"),
)


def test_a_page_leads_to_its_twin_in_the_other_language_and_to_the_other_reports():
    soup = whole(file="01_cleaning.html", siblings=SIBLINGS)
    languages, reports = soup.select("header nav.editions")
    assert (languages["aria-label"], reports["aria-label"]) == ("Taal", "Dit rapport gaat over")
    (twin,) = languages.find_all("a")
    assert twin["href"] == "../../../en/pilots/leuven/01_cleaning.html"
    assert (twin["lang"], twin["hreflang"], twin.get_text()) == ("en", "en", "English")
    assert [(a["href"], a.get_text()) for a in reports.find_all("a")] == [
        ("../../index.html", "alle pilootprojecten"),
        ("../bilzen/index.html", "Bilzen & Co"),
    ]
    assert [one.get_text() for one in soup.select('[aria-current="true"]')] == ["Nederlands", "Leuven"]
    assert len(soup.select('[aria-current="page"]')) == 1
    assert whole().select("nav.editions") == []


def test_links_to_reports_that_are_not_there_yet_are_left_out_on_request(report):
    html = (
        "<h1>a</h1><a href='../en/x.html'>a</a><a href='pilots/leuven/index.html'>a</a><a href='b.html'>b</a>"
    )
    path = report / "01_cleaning.html"
    content = finish(html, words=words("nl"))
    path.write_text(page(content, file=path.name, pages=LINKS, frame=frame()), encoding="utf-8")
    dead = [f"01_cleaning.html: dead link: {link}" for link in ("../en/x.html", "b.html")]
    assert lint(path, outside=False) == dead[1:]
    assert lint(path) == [*dead, "01_cleaning.html: dead link: pilots/leuven/index.html"]


# ---- style -----------------------------------------------------------------------------------------------


def colours(css):
    """Text colours of the style sheet with the names of the variables resolved."""
    variables = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", css))
    values = re.findall(r"[{;\s]color: (?:var\(--([a-z]+)\)|(#[0-9a-f]{3,6}))", css)
    return {variables.get(name, value) for name, value in values}


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_text_colour_has_a_contrast_of_at_least_4_5_on_every_background():
    css = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    backgrounds = ["#ffffff", "#f6f5f2", "#fff6dc", "#fdecee"]
    assert set(re.findall(r"background: (#[0-9a-f]{6})", css)) <= set(backgrounds)
    found = colours(css)
    assert len(found) >= 5
    ratios = {
        (text, behind): (luminance(behind) + 0.05) / (luminance(text) + 0.05)
        for text in found
        for behind in backgrounds
    }
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}


# ---- lint ------------------------------------------------------------------------------------------------


@pytest.fixture
def report(tmp_path):
    """A folder in which all links of a good page lead somewhere."""
    (tmp_path / "tables").mkdir()
    for name in ("index.html", "01_cleaning.html", "manifest.json", "tables/figure_04.csv"):
        (tmp_path / name).write_text("x")
    return tmp_path


def linted(report, html=None, *, change=lambda text: text):
    content = finish(
        html or content_of(book(image(), shown(CAPTION), shown(TABLE)), language="nl").html, words=words("nl")
    )
    text = page(content, file="01_cleaning.html", pages=LINKS, frame=frame())
    path = report / "01_cleaning.html"
    path.write_text(change(text), encoding="utf-8")
    return [fault.removeprefix("01_cleaning.html: ") for fault in lint(path)]


def test_a_good_page_has_no_fault(report):
    assert linted(report) == []


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        (
            "<h1>a</h1><img src='data:image/png;base64,x'>",
            "an image without text alternative (outside a figure)",
        ),
        ("<h1>a</h1><img alt=' ' src='data:x'>", "an image without text alternative (outside a figure)"),
        ("<h1>a</h1><figure id='f'><img alt='a' src='data:x'></figure>", "a figure without caption (f)"),
        ("<h2>a</h2>", "0 headings of the first rank"),
        ("<h1>a</h1><h1>b</h1>", "2 headings of the first rank"),
        ("<h1>a</h1><h3>b</h3>", "a heading of rank 3 after rank 1"),
        (
            "<h1>a</h1><table><caption>a</caption><tr><td>a</td></tr></table>",
            "table 1 has header cells without scope, or none",
        ),
        ("<h1>a</h1><p id='x'></p><p id='x'></p>", "the id x stands twice"),
        ("<h1>a</h1><a href='https://example.org'>a</a>", "an external address: https://example.org"),
        ("<h1>a</h1><img alt='a' src='//example.org/a.png'>", "an external address: //example.org/a.png"),
        ("<h1>a</h1><a href='/etc/passwd'>a</a>", "an address on this machine: /etc/passwd"),
        ("<h1>a</h1><a href='file:///a'>a</a>", "an external address: file:///a"),
        (
            "<h1>a</h1><p style='background: url(a.png)'>a</p>",
            "a style that loads something: background: url(a.png)",
        ),
        ("<h1>a</h1><a href='tables/other.csv'>a</a>", "dead link: tables/other.csv"),
        ("<h1>a</h1><a href='#nowhere'>a</a>", "dead link: #nowhere"),
        ("<h1>a</h1><iframe></iframe>", "an element that loads or runs something"),
    ],
)
def test_each_fault_of_the_content_is_found(report, html, fault):
    assert fault in linted(report, html)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('<html lang="nl">', "<html>", "no language"),
        ("<title>Titel – Gezinscoaching in registratiedata</title>", "<title> </title>", "no title"),
        ('aria-current="page"', "", "not one current page in the navigation"),
        ("<footer>", "<div>", "not one footer"),
        ('<caption id="table-1">Huis</caption>', "", "table 1 without caption"),
        ("<style>", "<style>@import 'a.css';", "a style sheet that loads something"),
        ("</main>", "<!--" + "x" * MOST_BYTES + "--></main>", "more than"),
    ],
)
def test_each_fault_of_the_frame_is_found(report, old, new, fault):
    faults = linted(report, change=lambda text: text.replace(old, new, 1))
    assert any(fault in line for line in faults)


# ---- index -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def definitions():
    return load_definitions()


CLASSES = (  # 22 of 56 improve, as in the source report
    "class,families,share,ci_low,ci_high\nout_of_poverty,4,0.07,0.02,0.17\nimproved_poor,16,0.29,0.18,0.41\n"
    "improved_not_poor,2,0.04,0.01,0.12\nstable_not_poor,4,0.07,0.02,0.17\nstable_poor,19,0.34,0.22,0.47\n"
    "into_poverty,0,0,0,0.06\ndeclined_poor,11,0.2,0.11,0.32\ndeclined_not_poor,0,0,0,0.06\n"
)
FLOW = "stage,families\nregistered,114\ntest,3\nno_household,12\ntoo_few_items,12\nretained,90\nfollowed,56\n"


NET = (
    "n,improved,unchanged,declined,net,net_low,net_high,sign_exact_p,sign_midp\n"
    "56,22,23,11,0.196429,0.0,0.392857,0.080143,0.0576\n"
)
POOR = (
    "n,poor_baseline,poor_follow_up,out_of_poverty,into_poverty,mcnemar_exact_p,mcnemar_midp,difference,"
    "difference_low,difference_high,severe_baseline,severe_follow_up\n"
    "56,50,46,4,0,0.125,0.0625,-0.0714286,-0.142857,-0.017857,32,28\n"
)
TESTED = (
    "figure,unit,item,n,improved,unchanged,declined,net,net_low,net_high,sign_exact_p,family_p\n"
    "figure_18,volwassene,stress,80,23,49,8,0.1875,0.036585,0.338028,0.010674,0.021\n"
    "figure_19,kind,stress,127,30,86,11,0.149606,0.030075,0.273438,0.004324,0.032\n"
    "figure_20,kind,zorg,147,13,116,18,-0.034014,-0.138158,0.067573,0.473130,0.643\n"
    "figure_21,kind,jeugdzorg,146,13,124,9,0.027397,-0.041096,0.103226,0.523467,0.754\n"
)
OVERALL = (  # only the first row is told
    "items,changes,improved,declined,families_improved,families_declined,families_level,net,net_low,net_high,"
    "family_p\nall,600,350,250,31,20,5,0.04,0.01,0.07,0.019\n"
    "without_leading,500,280,220,28,22,6,0.03,0.0,0.06,0.06\n"
)
VERDICTS = (
    "question,outcome,family_p,adjusted_p,verdict\nscore,improved,0.080143,0.24,cannot_be_told\n"
    "poverty,improved,0.125,,cannot_be_told\nstress_parents,improved,0.021,0.04,clear\n"
    "stress_children,improved,0.032,0.13,indication\ncare,declined,0.643,1.0,cannot_be_told\n"
    "youth_care,improved,0.754,1.0,cannot_be_told\noverall,improved,0.019,0.019,clear\n"
)
CURVE = "specifications,distinct,median,low,high,p,draws\n2,1,0.05,-0.1,0.2,0.3,999\n"
BOUNDS = (
    "measure,case,families,value\nnet,observed,56,0.196429\nnet,best_lost,90,0.5\n"
    "net,worst_lost,90,-0.255556\nnet,tipping_point,34,0.32\n"
)


@pytest.fixture
def tables(tmp_path):
    folder = tmp_path / "tables"
    folder.mkdir()
    written = {"flow": FLOW, "figure_17": CLASSES, "score_change": NET, "poverty_change": POOR}
    written |= {"transition_tests": TESTED, "overall_change": OVERALL, "verdicts": VERDICTS}
    written |= {"specification_curve": CURVE, "attrition_bounds": BOUNDS}
    for name, text in written.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def test_key_results_are_told_from_the_tables_in_both_languages(tables, definitions):
    told = {
        language: findings(tables, definitions=definitions, language=language) for language in ("nl", "en")
    }
    assert [one.link for one in told["nl"]] == [
        "03_kansarmoede.html#figure_17",
        "03_kansarmoede.html#poverty_change",
        "04_transitions.html#figure_18",
        "04_transitions.html#figure_20",
        "04_transitions.html#item_change",
        "05_robustness.html#multiverse",
    ]
    classes, poverty, stress, care, overall, choices = (one.text for one in told["en"])
    assert classes == (
        "Improved on the kansarmoede index: 22 of 56 followed families; declined: 11; unchanged: 23. The net "
        "share is +19.6% (95% interval over families 0.0% to +39.3%; family test p = 0.080). "
        "How sure that difference is: cannot be told."
    )
    assert poverty == (
        "Poor: 50 of 56 followed families at baseline and 46 at follow-up; 4 moved out, 0 moved in. The "
        "difference is −7.1 percentage points (95% interval over families −14.3 to −1.8; family test "
        "p = 0.125): cannot be told."
    )
    assert stress.startswith(
        "Stress (adult) – improved: 23 of 80 parents, declined: 8; net +18.8% (95% interval over families "
        "+3.7% to +33.8%; family test p = 0.021): clear. Stress (child)"
    )
    assert stress.endswith("family test p = 0.032): an indication, no more.")
    assert "Youth care (child) – less youth care: 13 of 146 children, more youth care: 9;" in care
    assert care.count(": cannot be told.") == 2 and "clear" not in care
    assert overall == (
        "Of 600 changes on all items together 350 were up and 250 down; on balance 31 families improved, "
        "20 declined and 5 stayed level (net +4.0% of all pairs, 95% interval over families +1.0% to +7.0%; "
        "family test p = 0.019): clear."
    )
    assert choices == (
        "Over 2 equivalent computations (1 of them with a result of their own) the middle net share is "
        "+5.0%, from −10.0% to +20.0%; when families are turned at random, that middle lies at least as "
        "far from zero with p = 0.300. Of 34 families that began in time no follow-up is known: had all of "
        "them declined or all improved, the net share would be −25.6% or +50.0%."
    )
    for nl, en in zip(told["nl"], told["en"], strict=True):
        numbers = [re.findall(r"\d+", one.text.replace("95 %", "95%")) for one in (nl, en)]
        assert numbers[0] == numbers[1] and nl.text != en.text


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        ({"net_low": 0.1, "sign_exact_p": 0.01}, None, "an indication, no more."),  # never clear of itself
        ({"net_low": 0.1}, None, "cannot be told."),  # the interval alone does not decide
        ({"sign_exact_p": 0.05}, None, "an indication, no more."),
        ({"sign_exact_p": 0.0501}, None, "cannot be told."),
        ({"sign_exact_p": 0.01, "family_p": 0.2}, None, "cannot be told."),  # families weigh, not persons
        ({"net_low": 0.1, "sign_exact_p": 0.01}, "clear", "How sure that difference is: clear."),
        ({"net_low": 0.1, "sign_exact_p": 0.01}, "cannot_be_told", "cannot be told."),
        ({"n": 0}, "clear", "followed"),
    ],
)
def test_how_sure_a_direction_is_comes_of_its_verdict_or_else_of_the_family_test(changes, verdict, words):
    row = {"n": 56, "improved": 22, "unchanged": 23, "declined": 11, "net": 0.196}
    row |= {"net_low": 0.0, "net_high": 0.393, "sign_exact_p": 0.08}
    verdicts = pd.DataFrame({"question": ["care", "score"], "verdict": ["indication", verdict]})
    told = sentences.key_classes(pd.DataFrame([row | changes]), verdicts if verdict else None).en
    assert words in told
    assert ("is: clear" in told) == (verdict == "clear" and "n" not in changes)


def test_the_question_and_the_design_are_told_with_the_numbers_of_the_run(tables, definitions):
    given = frame(parameters={"follow_up_months": 3, "baseline_window_days": 14, "poverty_cutoff": 4})
    assert question(given).endswith("in de 3 maanden daarna?")
    who, moments, measures, limits = design(given, tables, definitions=definitions)
    assert "Leuven, Bilzen en Oostende registreerden van 1 maart 2022 tot 30 september 2023" in who
    assert "weggelaten" not in who
    assert moments.startswith("90 van de 114 geregistreerde gezinnen") and "tot en met 14 dagen" in moments
    assert "56 daarvan werden minstens 3 maanden later" in moments and "dat moment het laatst" in moments
    assert "45 items" in measures and "minstens 4 van 6 domeinen" in measures
    assert "geen controlegroep en de coaches scoren zelf" in limits
    one = frame("en", parameters={"pilots": ["Bilzen"], "follow_up_rule": "last"})
    who, moments, *_ = design(one, tables, definitions=definitions)
    assert who.startswith("Family coaches in Bilzen registered from 1 March 2022")
    assert "other pilots are left out; that a part" in who and "noted last of all" in moments
    (tables / "flow.csv").unlink()
    assert len(design(one, tables, definitions=definitions)) == 3


def test_a_report_is_cited_with_its_data_and_their_day(tmp_path):
    path = tmp_path / "CITATION.cff"
    path.write_text(
        "title: A study\nversion: 1.2.0\ndate-released: 2026-11-21\nauthors:\n"
        "- {family-names: Peeters, given-names: An}\n- name: The others\n"
    )
    told = citations(frame(), path=path)
    assert told["software"] == "Peeters, An & The others (2026). A study (1.2.0)."
    assert told["dataset"] == "Een <klein> gegeven (klein), 30 september 2023."
    assert "author = {{Peeters, An and The others}}," in told["bibtex"] and "url" not in told["bibtex"]
    assert citations(frame(), path=tmp_path / "none") == {}
    assert "2026" in citations(frame())["software"]


def test_the_index_links_pages_tables_and_sources(tables, definitions, tmp_path):
    notebook = book(image("een alternatief"), shown(CAPTION.replace("figure_04", "flow")))
    contents = {"01_cleaning": content_of(notebook, language="nl")}
    content = index_content(
        tmp_path, contents, frame=frame(), definitions=definitions, inputs={"huishouden.csv": "ab12"}
    )
    soup = BeautifulSoup(content.html, "html.parser")
    assert [entry.text for entry in content.toc] == [
        "Hoe het onderzocht is",
        "Van geregistreerd naar opgevolgd",
        "De pagina's",
        "Bestanden",
        "Hoe te citeren",
        "Herkomst",
    ]
    assert soup.select(".finding") == []  # the pages that show them are not part of this run
    assert len(soup.select("ul.design li")) == 4
    assert soup.find("figure", id="flow").img["alt"] == "een alternatief"
    assert [card.a["href"] for card in soup.select("ul.cards li")] == ["01_cleaning.html"]
    assert soup.select_one("ul.cards img")["alt"] == "Figuur 4. Huis"  # what it shows is told on its page
    links = {link["href"] for link in soup.find_all("a")}
    assert {"tables/flow.csv", "tables/figure_17.csv", "tables.xlsx", "manifest.json"} <= links
    assert "notebooks/01_cleaning.ipynb" in links
    rows = [[cell.get_text(strip=True) for cell in row.find_all(["th", "td"])] for row in soup.find_all("tr")]
    assert ["figure_17.csv", "Figuur 17. " + definitions.figures["figure_17"].title("nl")] in rows
    assert ["huishouden.csv", "ab12"] in rows
    assert ["poverty_cutoff", "3 domeinen", "vanaf deze score is een gezin kansarm"] in rows


# ---- workbook --------------------------------------------------------------------------------------------


def cells(sheet):
    return [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()]


def test_the_workbook_never_makes_a_formula_and_keeps_what_is_no_number_as_text(tmp_path):
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "figure_02.csv").write_text(
        "characteristic,value,n,share,ci_low,ci_high\nchildren,0,12,0.1,1e-05,\nchildren,'=1+1,<5,,,\n"
    )
    (folder / "own.csv").write_text("code,n\n007,7\n'-x,-7\n=2,nan\n")
    write_workbook(folder, tmp_path / "tables.xlsx", language="en", heading=["Head"])
    book = openpyxl.load_workbook(tmp_path / "tables.xlsx")
    assert book.sheetnames == ["Reading guide", "figure_02", "own"]
    empty = (None, "n")
    assert cells(book["figure_02"])[1:] == [
        [("children", "s"), ("0", "s"), (12, "n"), (0.1, "n"), (1e-05, "n"), empty],
        [("children", "s"), ("=1+1", "s"), ("<5", "s"), empty, empty, empty],
    ]
    assert cells(book["own"])[1:] == [
        [("007", "s"), (7, "n")],
        [("-x", "s"), (-7, "n")],
        [("=2", "s"), ("nan", "s")],
    ]
    assert next(book["Reading guide"].values)[0] == "Head"


def test_the_notebook_that_was_rendered_is_as_it_was():
    notebook = book(image(), shown(CAPTION))
    before = nbformat.writes(notebook)
    content_of(notebook, language="nl")
    assert nbformat.writes(notebook) == before


def test_the_white_point_of_the_small_notebooks_is_an_image():
    data = base64.b64decode(PNG)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == (1, 1)
    assert zlib.crc32(data[12:29]) == struct.unpack(">I", data[29:33])[0]


def test_a_sign_that_no_workbook_may_hold_is_a_space(tmp_path):
    (tmp_path / "flow.csv").write_text("stage,families\nno\x0btest,3\n", encoding="utf-8")
    write_workbook(tmp_path, tmp_path / "tables.xlsx", language="nl", heading=[])
    assert openpyxl.load_workbook(tmp_path / "tables.xlsx")["flow"]["A2"].value == "no test"
