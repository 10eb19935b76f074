"""Pages: what the frame, the figures and the tables look like, and that the lint finds each kind of fault."""

import base64
import re
import struct
import zlib
from dataclasses import replace
from datetime import date
from html import escape

import nbformat
import openpyxl
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.definitions import load_definitions
from helpers.export.dataset import Dataset
from helpers.formats import slug
from helpers.parameters import resolve
from helpers.protect import Edition
from helpers.report import blocks
from helpers.report.layout import Layout, Worded
from helpers.run._content import Content, Entry, content_of, shortened
from helpers.run._pages import (
    TEMPLATES,
    Frame,
    PageLink,
    Sibling,
    about_content,
    citations,
    day,
    design,
    finished,
    index_content,
    page,
    parameter_rows,
    question,
    report_contents,
    report_title,
)
from helpers.tables import TABLES
from helpers.workbook import write_workbook
from page_faults import MOST_BYTES, lint
from small_notebooks import PNG


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


def layout(
    rows=(("eigen huis", "2"), ("ontbreekt", "1")), headers=("niveau", "n"), caption="Huis", *, first=False
):
    numeric = (first, *(True for _ in headers[1:]))
    table = Worded(tuple(headers), tuple(headers), tuple(rows), numeric)
    return Layout(table, ("",) * len(headers), caption)


def shown(block):
    return new_output("display_data", data={blocks.MIME: block, "text/plain": "twin", "text/html": "twin"})


def a_table(*given, name=None, **more):
    return shown(blocks.table_block(name, layout(*given, **more), language="nl"))


def a_figure(name="figure_04", finding='Twee van drie <gezinnen> & "meer"'):
    return shown(
        blocks.figure_block(
            name,
            finding=finding,
            heading="Figuur 4. Huis.",
            conclusion="Duidelijk.",
            caption="n = 3.",
            link=("tables/figure_04.csv", "Tabel"),
            table=blocks.table_block(name, layout(), language="nl", of_figure=True),
        )
    )


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


def test_code_is_left_out_and_so_is_what_only_draws_a_block_again():
    drawn = new_output(
        "display_data", data={"image/png": PNG, "text/plain": "x"}, metadata={blocks.PART: "f"}
    )
    html = content_of(book(a_figure(), drawn), language="nl").html
    assert "1 &lt; 2" not in html and PNG[:20] not in html and "twin" not in html


def test_what_a_notebook_reads_and_writes_is_left_out():
    notebook = book()
    notebook.cells.insert(1, new_markdown_cell("| Leest |\n| --- |\n| a |", metadata={"tags": ["sources"]}))
    assert "Leest" not in content_of(notebook, language="nl").html


def test_a_figure_is_its_finding_its_drawings_its_caption_and_its_folded_table(tmp_path):
    (tmp_path / "figures").mkdir()
    for end in ("svg", "narrow.svg"):
        svg = f'<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg class="{end}"><title>een</title></svg>'
        (tmp_path / "figures" / f"figure_04.{end}").write_text(svg)
    content = content_of(book(a_figure()), language="nl", folder=tmp_path)
    figure = BeautifulSoup(content.html, "html.parser").find("figure", id="figure_04")
    parts = figure.find_all(recursive=False)
    assert [(part.name, part.get("class")) for part in parts] == [
        ("p", ["headline"]),
        ("div", ["drawing", "wide"]),
        ("div", ["drawing", "narrow"]),
        ("figcaption", None),
        ("details", ["numbers"]),
    ]
    assert figure.p.get_text() == 'Twee van drie <gezinnen> & "meer"'
    assert [svg["class"] for svg in figure.find_all("svg")] == [["svg"], ["narrow.svg"]]
    assert "DOCTYPE" not in content.html and "<?xml" not in content.html
    assert figure.figcaption.get_text() == "Duidelijk.Figuur 4. Huis. n = 3. Tabel"
    assert figure.figcaption.a["href"] == "tables/figure_04.csv"
    assert not figure.details.has_attr("open") and figure.summary.get_text() == "Cijfers als tabel"
    names = [tag["aria-label"] for tag in (figure.summary, figure.figcaption.a)]
    assert names == [
        "Cijfers als tabel: Figuur 4. Huis",
        "Tabel: Figuur 4. Huis",
    ]  # apart from those of others
    assert list(content.figures) == ["figure_04"]


def test_in_a_document_for_print_ids_have_a_prefix_and_files_are_named():
    soup = BeautifulSoup(content_of(book(a_figure()), language="nl", prefix="p--").html, "html.parser")
    assert {tag["id"] for tag in soup.find_all(id=True)} == {"p--titel", "p--vraag", "p--figure_04"}
    assert soup.find("a") is None and "Tabel (tables/figure_04.csv)" in soup.figcaption.get_text()
    assert soup.find("table") is None  # the numbers stand in the figure


def test_what_stands_for_a_drawing_is_short_on_a_page_and_whole_in_a_document_without_the_table(tmp_path):
    (tmp_path / "figures").mkdir()
    whole = "Figuur 4. Huis. " + "; ".join(f"‘huis & haard’ {n}: {n} %" for n in range(60)) + "."
    drawn = f'<svg role="img" aria-label="{escape(whole)}"></svg>'
    (tmp_path / "figures" / "figure_04.svg").write_text(drawn, encoding="utf-8")
    told = [
        BeautifulSoup(
            content_of(book(a_figure()), language="nl", folder=tmp_path, prefix=prefix).html, "html.parser"
        )
        for prefix in ("", "p--")
    ]
    short, long = (one.svg["aria-label"] for one in told)
    assert long == whole and short == shortened(whole, "nl") != whole
    # a browser would print a figure round a drawing as a second picture, without words for it
    assert [one.figure.get("role") for one in told] == [None, "group"]


def test_a_long_text_alternative_is_cut_where_a_sentence_ends():
    long = "Staven: " + "; ".join(f"item {n}: {n} %" for n in range(90)) + "."
    for alternative in (long, "x" * 601):
        short = shortened(alternative, "nl")
        assert len(short) < 400 and short.endswith("Alles staat als tabel onder de figuur.")
        assert alternative.startswith(short.partition(". Alles")[0])
    named = "Stress – " + ", ".join(f"Leuven {n} (n = {n}; -1 tot +1)" for n in range(90))
    assert (
        shortened(named, "nl").removesuffix(". Alles staat als tabel onder de figuur.").endswith("-1 tot +1)")
    )
    assert shortened("x" * 600, "nl") == "x" * 600 and "item 10: 10 %" in shortened(long, "nl")


def test_in_a_document_for_print_a_folded_table_is_its_file_and_stands_open_without_one():
    long = layout([(f"rij {n}", "1") for n in range(blocks.OPEN_UP_TO + 1)], caption="Lang")
    filed, shown = (
        BeautifulSoup(blocks.html_of(block, prefix="p--"), "html.parser")
        for block in (
            blocks.table_block("lang", long, language="nl", link=("tables/lang.csv", "Cijfers")),
            blocks.table_block(None, long, language="nl"),
        )
    )
    assert filed.get_text(strip=True) == "Lang: tables/lang.csv"
    assert len(shown.select("tbody tr")) == blocks.OPEN_UP_TO + 1 and shown.find("details") is None


@pytest.mark.parametrize(
    ("columns", "classes"),
    [(4, []), (5, ["cards"]), (9, ["many", "cards"]), (16, ["wide", "cards"])],
)
def test_a_table_of_many_columns_is_printed_smaller_or_across_and_is_cards_on_a_phone(columns, classes):
    headers = [f"k{n}" for n in range(columns)]
    soup = soup_of(book(a_table([("x",) * columns], headers)))
    region = soup.select_one("div.region")
    assert region["class"] == ["region", *classes]
    labels = [cell.get("data-of") for cell in region.find_all("td")]
    assert labels == (headers[1:] if "cards" in classes else [None] * (columns - 1))


@pytest.mark.parametrize(("numeric", "label"), [(True, "k0"), (False, None)])
def test_a_card_that_begins_with_a_number_says_of_what(numeric, label):
    rows = [("1" if numeric else "Leuven", *"2345")]
    table = a_table(rows, [f"k{n}" for n in range(5)], first=numeric)
    assert soup_of(book(table)).select_one("tbody th").get("data-of") == label


@pytest.mark.parametrize(
    ("headers", "row", "cards"),
    [
        (["pilootproject", "geregistreerd", "beschreven", "opgevolgd"], ("Leuven", "6", "6", "6"), True),
        (["van", "naar", "n", "deel"], ("Leuven", "6", "6", "6"), False),
        (
            ["groep", "n (gezinnen)", "aandeel", "95\u00a0%-interval"],
            ("onbekend", "125", "44,6\u00a0%", "38,2 tot 51,2\u00a0%"),
            True,
        ),
        (["van", "naar", "n", "deel"], ("een lange naam die kan breken " * 3, "6", "6", "6"), False),
        (
            ["van", "van 11,1\u00a0% tot meer dan 25,2\u00a0% van 1 tot 9 van alle gezinnen"],
            ("a", "6"),
            False,
        ),
        (
            ["van", "n"],
            ("a", "van 11,1\u00a0% tot meer dan 25,2\u00a0%, van 1 tot 9 van alle"),
            True,
        ),  # a number
    ],
)
def test_a_table_of_few_columns_is_cards_where_it_would_lie_off_the_screen_of_a_phone(headers, row, cards):
    region = soup_of(book(a_table([row], headers))).select_one("div.region")
    assert ("cards" in region["class"]) is cards


def test_a_table_scrolls_and_its_numbers_stand_right():
    region = soup_of(book(a_table())).select_one("div.region")
    assert (region["role"], region["tabindex"]) == ("region", "0")
    assert region["aria-labelledby"] == region.caption["id"] == "table-huis"
    assert [cell["scope"] for cell in region.find_all("th")] == ["col", "col", "row", "row"]
    assert [cell.get_text() for cell in region.find_all(class_="number")] == ["n", "2", "1"]


def test_a_long_table_is_folded_a_short_one_is_not():
    rows = [(str(n), "1") for n in range(16)]
    long, short = (soup_of(book(a_table(rows[:n]))).select("details.numbers") for n in (16, 15))
    assert long[0].summary.get_text() == "Tabel: Huis" and not long[0].has_attr("open") and short == []


def test_neighbours_share_a_header_and_what_is_marked_in_a_cell_is_marked():
    rows = [("2023", (("a < ", False), ("b", True)), "1")]
    soup = soup_of(book(a_table(rows, ("datum", "GEE: laag", "GEE: hoog"))))
    above, below = soup.thead.find_all("tr")
    assert [(th.get_text(), th.get("colspan"), th.get("rowspan")) for th in above.find_all("th")] == [
        ("datum", None, "2"),
        ("GEE", "2", None),
    ]
    assert [th.get_text() for th in below.find_all("th")] == ["laag", "hoog"]
    assert (soup.td.get_text(), soup.mark.get_text()) == ("a < b", "b")


def test_answers_headings_and_remarks_keep_their_rank():
    outputs = [shown(blocks.text_block(rank, f"<{rank}>")) for rank in ("answer", "heading", "remark")]
    content = content_of(book(*outputs), language="nl")
    soup = BeautifulSoup(content.html, "html.parser")
    assert soup.select_one("p.answer").get_text() == "<answer>"
    assert soup.select_one("p.remark").get_text() == "<remark>"
    assert [entry.id for entry in content.toc] == ["vraag", "heading"] and soup.find("h2", id="heading")


def test_text_that_is_printed_is_escaped_and_what_is_not_ours_shows_its_image_or_its_text():
    alt = {"image/png": {"alt": 'een "alt"'}}
    outputs = [
        new_output("stream", name="stdout", text="<b>printed</b>"),
        new_output("execute_result", data={"text/plain": "<b>value</b>"}, execution_count=1),
        new_output("display_data", data={"text/html": "<script>1</script>", "text/plain": "twin"}),
        new_output("display_data", data={"application/javascript": "alert(1)"}),
        new_output("display_data", data={"image/png": PNG, "text/plain": "x"}, metadata=alt),
    ]
    soup = soup_of(book(*outputs))
    printed = [pre.get_text() for pre in soup.select("pre.printed")]
    assert printed == ["<b>printed</b>", "<b>value</b>", "twin"]
    assert soup.find(["b", "script"]) is None and soup.img["alt"] == 'een "alt"'


def test_signs_that_are_not_seen_are_written_by_their_numbers():
    block = blocks.table_block(None, layout([("a\u202eb", "1")]), language="nl")
    assert block["rows"] == [["a[U+202E]b", "1"]]


def test_headings_get_ids_of_their_own_and_no_markup_of_the_prose_runs():
    source = "# 04 · A\n\n## Wie?\n\n## Wie!\n\n### Wie\n\n## ?\n\n<script>1</script>"
    content = content_of(new_notebook(cells=[new_markdown_cell(source)]), language="nl")
    assert content.title == "A" and [entry.id for entry in content.toc] == ["wie", "wie-2", "section"]
    assert "<script>" not in content.html
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
    assert len(soup.select("nav.menu a, .menu-fold a")) == 2 * len(LINKS)  # folded on a phone
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
    summed = whole(synthetic=False, language="en", edition=Edition(parts=3)).select_one(".banner").text
    assert "all counts are the sum of those of 3 groups, each rounded to multiples of 5" in summed
    assert "0 is 0 to 6." in summed
    internal = whole(synthetic=False, language="nl", internal=True).select_one(".banner").get_text()
    assert internal.startswith("Volledige uitgave van echte gegevens") and "niet verspreiden" in internal
    with pytest.raises(ValueError, match="public or internal"):
        whole(synthetic=False)


def test_the_footer_names_dataset_and_version_and_what_is_given_is_escaped():
    soup = whole()
    text = soup.footer.get_text()
    assert "Dataset: Een <klein> gegeven (klein), geëxporteerd op 30 september 2023." in text
    assert "gezinscoach 0.1.0." in text
    assert [(link["rel"], link["href"]) for link in soup.select(".along a")] == [
        (["next"], "01_cleaning.html")
    ]
    assert [link["rel"] for link in whole(file="01_cleaning.html").select(".along a")] == [["prev"]]


def test_a_date_is_written_in_words():
    assert [day(date(2023, 3, 1), language) for language in ("nl", "en")] == ["1 maart 2023", "1 March 2023"]


SIBLINGS = (
    Sibling("language", "Nederlands", "../../../nl/pilots/leuven", "nl", current=True),
    Sibling("language", "English", "../../../en/pilots/leuven", "en", pages=frozenset(["01_cleaning.html"])),
    Sibling("whole", "alle pilootprojecten", "../..", "nl", pages=frozenset(["01_cleaning.html"])),
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
        ("../../01_cleaning.html", "alle pilootprojecten"),
        ("../bilzen/index.html", "Bilzen & Co"),  # which has one page alone
    ]
    assert [one.get_text() for one in soup.select('[aria-current="true"]')] == ["Nederlands", "Leuven"]
    assert len(soup.select('nav.menu [aria-current="page"]')) == 1
    assert whole().select("nav.editions") == []


def test_links_to_reports_that_are_not_there_yet_are_left_out_on_request(report):
    html = (
        "<h1>a</h1><a href='../en/x.html'>a</a><a href='pilots/leuven/index.html'>a</a><a href='b.html'>b</a>"
    )
    path = report / "01_cleaning.html"
    content = Content(html, "a", ())
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
    assert len(found) >= 3
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
    content = Content(html, "Titel", ()) if html else content_of(book(a_figure(), a_table()), language="nl")
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
        ('<caption id="table-figure-04">Huis</caption>', "", "table 1 without caption"),
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
MOVES = (
    "class,families,share,ci_low,ci_high\nimproved,22,0.39,0.28,0.52\ngood_status_quo,4,0.07,0.02,0.17\n"
    "bad_status_quo,19,0.34,0.22,0.47\ndeclined,11,0.2,0.11,0.32\n"
)
SURE = "question,outcome,verdict\nscore,improved,indication\noverall,declined,clear\n"
FLOW = "stage,families\nregistered,114\ntest,3\nno_household,12\ntoo_few_items,12\nretained,90\nfollowed,56\n"


@pytest.fixture
def tables(tmp_path):
    folder = tmp_path / "tables"
    folder.mkdir()
    for name, text in {
        "flow": FLOW,
        "figure_17": CLASSES,
        "figure_17_moves": MOVES,
        "verdict_words": SURE,
    }.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def test_families_that_are_too_few_to_show_are_not_told_to_be_none(tables):
    (tables / "flow_groups.csv").write_text("stage,families\nregistered,25\nretained,20\n")
    given = frame(synthetic=False, edition=Edition(5, 20))
    _, moments, *_ = design(given, finished(tables.parent, given))
    assert moments.endswith("hebben een bruikbare nulmeting, van de eerste 30 dagen.")


def test_the_question_and_the_design_are_told_with_the_numbers_of_the_run(tables):
    given = frame(parameters={"follow_up_months": 3, "baseline_window_days": 14, "poverty_cutoff": 4})
    told = question(given, finished(tables.parent, given))
    assert told.startswith("Hoe stonden 90 gezinnen ervoor")
    assert told.endswith("in de 3 maanden daarna bij de 56 die opgevolgd werden?")
    who, moments, measures, limits = design(given, finished(tables.parent, given))
    assert "Leuven, Bilzen en Oostende registreerden van 1 maart 2022 tot 30 september 2023" in who
    assert "weggelaten" not in who
    assert moments.startswith("90 van de 114 geregistreerde gezinnen") and "de eerste 14 dagen" in moments
    assert (
        "Daarvan werden er 56 minstens 3 maanden later" in moments
        and "wat op dat moment genoteerd was" in moments
    )
    assert "45 items" in measures and "minstens 4 van 6 domeinen" in measures
    assert limits.startswith("De coaches scoren zelf")
    one = frame("en", parameters={"pilots": ["Bilzen"], "follow_up_rule": "last"})
    who, moments, *_ = design(one, finished(tables.parent, one))
    assert who.startswith("From 1 March 2022 to 30 September 2023, family coaches in Bilzen used")
    assert "other pilots are left out. The tests make no allowance" in who and "noted last of all" in moments
    (tables / "flow.csv").unlink()
    assert len(design(one, finished(tables.parent, one))) == 3


def test_coaches_are_not_said_to_work_where_all_families_are_for_comparison(tables):
    cases = "pilot,registered,retained,followed\nLeuven,5,4,3\nBilzen,0,0,0\nOostende,1,0,0\n"
    (tables / "cases_by_pilot.csv").write_text(cases)
    exact = design(frame(), finished(tables.parent, frame()))[0]
    assert exact.startswith("Gezinscoaches in Leuven en Oostende registreerden")
    grouped = cases.replace("Leuven", '"Leuven, Oostende"').replace("Oostende,1,0,0\n", "")
    (tables / "cases_by_pilot.csv").write_text(grouped)  # as a public edition has them; 0 may be 2
    public = frame(synthetic=False, edition=Edition(5, 20))
    told = design(public, finished(tables.parent, public))[0]
    assert told.startswith("Gezinscoaches in Leuven, Bilzen en Oostende registreerden")


@pytest.mark.parametrize(
    ("since", "until", "told"),
    [
        ("2022-06-01", "", "die vanaf 1 juni 2022 begonnen"),
        ("", "2022-08-31", "die tot en met 31 augustus 2022 begonnen"),
        ("2022-06-01", "2022-08-31", "die van 1 juni 2022 tot en met 31 augustus 2022 begonnen"),
    ],
)
def test_a_report_of_a_cohort_says_so_in_its_title_and_its_design(tables, since, until, told):
    days = {"started_from": since, "started_until": until}
    given = frame(parameters=days | {"pilots": ["Leuven"]})
    who, *_ = design(given, finished(tables.parent, given))
    assert f"Alleen gezinnen {told}, tellen mee. Dat een deel apart" in who
    assert report_title(given) == f"Gezinscoaching in registratiedata: Leuven; gezinnen {told}"
    shown = {name: value for name, value, _ in parameter_rows(given)}
    assert {name: shown[name] for name in days} == {name: day or "alle" for name, day in days.items()}


def test_a_report_is_cited_with_its_data_and_their_day(tmp_path):
    path = tmp_path / "CITATION.cff"
    path.write_text(
        "title: A study\nversion: 1.2.0\ndate-released: 2026-11-21\nauthors:\n"
        "- {family-names: Peeters, given-names: An}\n- name: The others\n"
    )
    told = citations(frame(), path=path)
    assert told["software"] == "Peeters, An & The others (2026). A study (1.2.0)."
    assert told["datasets"] == ["Een <klein> gegeven (klein), 30 september 2023."]
    second = dataset(name="ernaast", title="Zonder coach", titles={"en": "Without a coach"})
    both = citations(replace(frame(language="en"), beside=second), path=path)["datasets"]
    assert both[1] == "Without a coach (ernaast), 30 September 2023."
    assert "author = {{Peeters, An and The others}}," in told["bibtex"] and "url" not in told["bibtex"]
    assert citations(frame(), path=tmp_path / "none") == {}
    assert "2026" in citations(frame())["software"]


def test_the_first_page_shows_what_came_out_and_leads_to_the_others(tables, tmp_path):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "flow.svg").write_text("<svg width='1'><title>stroom</title></svg>")
    answer = shown(blocks.text_block("answer", "Ja."))
    (tmp_path / "figures" / "figure_17.svg").write_text("<svg width='1'><title>balk</title></svg>")
    shown_too = book(answer, a_figure("flow"), a_figure("figure_17"))
    contents = {"01_cleaning": content_of(shown_too, language="nl", folder=tmp_path)}
    content = index_content(tmp_path, contents, frame=frame())
    soup = BeautifulSoup(content.html, "html.parser")
    assert soup.h1.get_text() == "Vier op de tien gezinnen gingen vooruit, twee op de tien achteruit"
    (result,) = soup.select(".findings li")  # the tables of the others are not there, nor is the page
    assert "11 gezinnen meer vooruit dan achteruit: een aanwijzing." in result.get_text()
    assert result.find("a") is None
    assert len(soup.select("ul.design li")) == 4
    assert [one.get_text() for one in soup.select("div.drawing.wide svg title")] == ["balk", "stroom"]
    told = [one.get_text() for one in soup.select("h1 ~ .brief dt")]  # before anything to unfold or scroll to
    assert told == ["Hoe zeker is dit?", "Vergeleken met wat?", "Wat te besluiten?"]
    sure, compared, conclude = (one.get_text() for one in soup.select(".brief dd"))
    assert (
        "een aanwijzing van vooruitgang" in sure
        and "45 geregistreerde items samen: duidelijk achteruit" in sure
    )
    assert "zonder coach" in compared and conclude.startswith("Niet dat de coaching werkt, en ook niet")
    (card,) = soup.select("ul.cards li")
    assert (card.a["href"], card.a.get_text()) == ("01_cleaning.html", "Registratie")
    assert card.p is None  # what a page answers stands there, not twice


def test_the_first_page_knows_of_families_for_comparison(tables, tmp_path):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "figure_17.svg").write_text("<svg width='1'><title>balk</title></svg>")
    pages = {"03_kansarmoede": book(a_figure("figure_17")), "09_deeper": book()}
    whole = {name: content_of(one, language="nl", folder=tmp_path) for name, one in pages.items()}
    one_page = {"03_kansarmoede": whole["03_kansarmoede"]}
    names, told = TABLES["group_comparison"].column_names, []
    some = ",".join(["score", *["1"] * (len(names) - 1)])
    for row, contents in (("", whole), (some, whole), (some, one_page)):
        (tables / "group_comparison.csv").write_text(f"{','.join(names)}\n{row}\n")
        soup = BeautifulSoup(index_content(tmp_path, contents, frame=frame()).html, "html.parser")
        told.append([one.get_text() for one in soup.select(".brief dd")[1:]])
    assert "niet met gezinnen zonder coach" in told[0][0] and "vergelijkt met gezinnen" in told[0][1]
    assert "op de pagina Verdieping" in told[1][0] and "besliste het lot niet" in told[1][1]
    assert told[2] == told[0]  # there is no such page to lead to


@pytest.mark.parametrize(
    ("followed", "chosen", "alone"),
    [
        (9, {"pilots": ["Leuven"]}, 1),
        (10, {"pilots": ["Leuven"]}, 0),
        (9, {"started_until": "2022-08-31"}, 1),
        (9, {}, 0),
    ],
)
def test_a_part_with_few_followed_families_has_one_page_without_tests(tables, followed, chosen, alone):
    (tables / "flow.csv").write_text(FLOW.replace("followed,56", f"followed,{followed}"))
    folder, given = tables.parent, frame(parameters=chosen)
    pages = {"02_baseline": book(a_figure("needs")), "07_case_review": book()}
    contents = report_contents(folder, pages, frame=given, inputs={})
    review = ["07_case_review"]  # of single families: never left out
    assert list(contents) == ["index", *([] if alone else ["02_baseline"]), *review, "about"]
    soup = BeautifulSoup(contents["index"].html, "html.parser")
    assert (soup.find("figure", id="needs") is not None) == (soup.find("ul", class_="cards") is None) == alone
    assert ("Er zijn hier maar 9 gezinnen opgevolgd. Met minder dan 10" in soup.get_text()) == alone
    assert ("aanwijzing" in soup.get_text()) != alone


def test_a_part_whose_families_are_all_for_comparison_says_where_they_are(tables):
    flow = "stage,families\nregistered,0\ntest,0\ncomparison,3\nno_household,0\ntoo_few_items,0\n"
    (tables / "flow.csv").write_text(f"{flow}retained,0\nfollowed,0\n")
    given = frame(parameters={"pilots": ["Leuven"]})
    pages = {"02_baseline": book(a_figure("needs")), "03_kansarmoede": book(a_figure("figure_17"))}
    contents = report_contents(tables.parent, pages, frame=given, inputs={})
    soup = BeautifulSoup(contents["index"].html, "html.parser")
    assert "de 3 gezinnen van hier zijn er ter vergelijking, en staan op de pagina Verdieping" in soup.text
    assert not soup.select(".findings, .brief, .design, figure, .main-figure")  # nothing that is empty


def test_the_last_page_links_files_and_says_where_all_comes_from(tables, definitions, tmp_path):
    contents = {"01_cleaning": content_of(book(a_figure("flow")), language="nl")}
    given = {"frame": frame(), "inputs": {"huishouden.csv": "ab12"}}
    content = about_content(tmp_path, contents, **given)
    soup = BeautifulSoup(content.html, "html.parser")
    assert [entry.id for entry in content.toc] == [heading["id"] for heading in soup.find_all("h2")]
    links = {link["href"] for link in soup.find_all("a")}
    assert {"tables/flow.csv", "tables/figure_17.csv", "tables.xlsx", "manifest.json"} <= links
    assert "notebooks/01_cleaning.ipynb" in links
    rows = [[cell.get_text(strip=True) for cell in row.find_all(["th", "td"])] for row in soup.find_all("tr")]
    assert ["figure_17.csv", "Figuur 17. " + definitions.figures["figure_17"].title("nl")] in rows
    assert ["huishouden.csv", "ab12"] in rows
    assert ["poverty_cutoff", "3 domeinen", "vanaf deze score is een gezin kansarm"] in rows
    printed = about_content(tmp_path, contents, **given, print_out=True)
    assert "<a " not in printed.html and "tables.xlsx: " in printed.html and "flow.csv" not in printed.html


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
    notebook = book(a_figure())
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
