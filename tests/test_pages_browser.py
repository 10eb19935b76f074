"""Pages as a browser shows them: keyboard, phones, print, and what axe tells; made from small notebooks."""

import io

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pypdf import PdfReader

from helpers.definitions import LANGUAGES
from helpers.definitions.languages import texts
from helpers.run._content import content_of
from helpers.run._pages import PageLink, page
from page_faults import lint
from seen_pages import ROOT, faults_in, open_page
from test_render import SIBLINGS, a_figure, a_table, frame

pytestmark = pytest.mark.slow

LINKS = [PageLink("index.html", "Overzicht"), PageLink("01_cleaning.html", "Opschonen")]
FOCUSED = "document.activeElement"
PLACE = f"""(() => {{
  const one = {FOCUSED}, box = one.getClientRects()[0], style = getComputedStyle(one);
  const there = document.elementFromPoint(box.left + 1, Math.max(box.top, 0) + 1);
  return [one.tagName, one.contains(there), style.outlineStyle != 'none'];
}})()"""
REACHED = "a[href], summary, input, [tabindex='0']"


def wide_table(columns, rows, caption):
    headers = [f"kolom {n}" for n in range(columns)]
    return a_table([(f"rij {row}", *["1.234,5"] * (columns - 1)) for row in range(rows)], headers, caption)


def cells():
    return [
        new_markdown_cell("# Titel\n\n**Vraag.** Wie?"),
        new_code_cell("a = 1"),
        new_markdown_cell("## Eerst"),
        new_code_cell("b", outputs=[a_figure()]),
        new_markdown_cell("## Dan"),
        new_code_cell("c", outputs=[wide_table(17, 4, "Breed"), wide_table(3, 120, "Lang")]),
        new_code_cell("cards", outputs=[wide_table(6, 13, "Kaarten")]),
        new_code_cell("d", outputs=[new_output("stream", name="stdout", text="gedrukt")]),
    ]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A page without fault that has something of everything, but no other page beside it."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "figures").mkdir()
    for end, width in (("svg", 700), ("narrow.svg", 340)):
        drawing = (
            f'<svg role="img" aria-label="x" width="{width}" height="90" viewBox="0 0 {width} 90">'
            '<text y="20">woorden</text></svg>'
        )
        (folder / "figures" / f"figure_04.{end}").write_text(drawing)
    content = content_of(new_notebook(cells=cells()), language="nl", folder=folder)
    path = folder / "01_cleaning.html"
    html = page(content, file=path.name, pages=LINKS, frame=frame(siblings=SIBLINGS))
    path.write_text(html, encoding="utf-8")
    assert [fault for fault in lint(path, outside=False) if "dead link" not in fault] == []
    return path


def test_a_page_with_all_its_parts_has_no_fault(browser, path):
    assert faults_in(browser, path, 1280, 390, 320) == []


def test_axe_does_find_what_is_wrong(browser, path, tmp_path):
    """The guard itself: too pale a text, too small a summary, too wide a page, an image far down a table."""
    worse = tmp_path / "worse.html"
    small = "summary { font-size: 1px; padding: 0; min-height: 0 }"
    style = f"<style>.report {{ color: #bbb }} footer {{ width: 3000px }} {small}"
    html = path.read_text(encoding="utf-8").replace("</head>", f"{style}</style></head>")
    assert "rij 119" in html
    worse.write_text(html.replace("rij 119", '<img src="data:,">'), encoding="utf-8")
    found = " ".join(faults_in(browser, worse, 390))
    assert all(fault in found for fault in ("color-contrast", "target-size", "px sideways", "image-alt"))


@pytest.mark.parametrize("width", [1280, 390])
def test_tab_reaches_everything_in_order_and_shows_where_it_is(browser, path, width):
    seen = open_page(browser, path, width=width, reduced_motion="reduce")
    visible = f'[...document.querySelectorAll("{REACHED}")].filter(one => one.checkVisibility())'
    expected = seen.evaluate(f"{visible}.map(one => one.outerHTML.slice(0, 200))")
    assert len(expected) > 10
    reached = []
    for _ in expected:
        seen.keyboard.press("Tab")
        tag, visible, outlined = seen.evaluate(PLACE)
        assert visible and outlined, tag
        reached.append(seen.evaluate(f"{FOCUSED}.outerHTML.slice(0, 200)"))
    assert reached == expected
    seen.close()


def test_the_skip_link_leads_to_the_content_and_enter_unfolds(browser, path):
    seen = open_page(browser, path)
    seen.keyboard.press("Tab")
    assert seen.evaluate(f"{FOCUSED}.className") == "skip"
    assert seen.evaluate(f"{FOCUSED}.getBoundingClientRect().left") == 0  # seen when it has the focus
    seen.keyboard.press("Enter")
    assert seen.evaluate(f"{FOCUSED}.id") == "main"
    seen.keyboard.press("Tab")
    while seen.evaluate(f"{FOCUSED}.tagName") != "SUMMARY":
        seen.keyboard.press("Tab")
    for opened in (True, False):
        seen.keyboard.press("Enter")
        assert seen.evaluate(f"{FOCUSED}.parentElement.open") is opened
    seen.close()


def test_the_rows_of_a_wide_table_are_cards_on_a_phone(browser, path):
    seen = open_page(browser, path, width=390)
    region = seen.locator(".region.wide")
    assert region.evaluate("one => one.scrollWidth <= one.clientWidth")  # its rows are cards
    assert region.locator("td").first.evaluate("one => getComputedStyle(one).display") == "block"
    assert seen.evaluate(f"{ROOT}.scrollLeft") == 0
    seen.close()


@pytest.mark.parametrize(("width", "wide"), [(1280, "region"), (390, "group")])
def test_only_a_table_that_scrolls_is_a_landmark_and_a_stop_of_the_keyboard(browser, path, width, wide):
    seen = open_page(browser, path, width=width)
    told = 'all => all.map(one => [one.getAttribute("role"), one.tabIndex === 0])'
    of_cards = ["group", False]
    assert seen.locator(".region:visible").evaluate_all(told) == [[wide, wide == "region"], of_cards]
    seen.close()


def test_contents_and_menu_are_folded_on_a_phone_where_figures_have_a_drawing_of_their_own(browser, path):
    for width, shown_one, hidden_one in ((390, ".toc-fold", "nav.toc"), (1280, "nav.toc", ".toc-fold")):
        seen = open_page(browser, path, width=width)
        assert seen.locator(shown_one).is_visible() and not seen.locator(hidden_one).is_visible()
        phone = width == 390
        menus = (".menu-fold", "nav.menu"), (".drawing.narrow", ".drawing.wide")
        for narrow, wide in menus:
            assert seen.locator(narrow).is_visible() is phone and seen.locator(wide).is_visible() is not phone
        seen.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_of_a_report_with_all_its_pages_is_one_row(browser, tmp_path, language):
    """All but the review of single families, which is in few reports."""
    names = [(name, said[language]) for name, said in texts()["menu"].items() if name != "07_case_review"]
    links = [PageLink(f"{name}.html", said) for name, said in names]
    content = content_of(new_notebook(cells=cells()[:1]), language=language, folder=tmp_path)
    path = tmp_path / "08_pilots.html"
    path.write_text(page(content, file=path.name, pages=links, frame=frame(language)), encoding="utf-8")
    seen = open_page(browser, path)
    tops = seen.locator("nav.menu a").evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
    assert len(tops) == len(links) == 10 and len(set(tops)) == 1
    seen.close()


def test_a_long_table_is_sorted_by_a_header_and_filtered_by_a_word(browser, path):
    seen = open_page(browser, path)
    seen.locator("summary", has_text="Lang").click()
    table = seen.locator("table", has_text="Lang")
    first = table.locator("tbody tr").first
    button = table.get_by_role("button").first
    for way, row in (("ascending", "rij 0"), ("descending", "rij 99")):  # as words, not as numbers
        button.press("Enter")
        assert button.locator("..").get_attribute("aria-sort") == way
        assert first.locator("th").inner_text() == row
    seen.get_by_label("Toon rijen met").first.fill("rij 11")
    visible = [row.locator("th").inner_text() for row in table.locator("tbody tr:visible").all()]
    assert sorted(visible) == ["rij 11", *(f"rij 11{n}" for n in range(10))]
    assert seen.locator("output").first.inner_text() == "11 / 120 rijen"  # a status, which is said aloud
    assert seen.locator("table", has_text="Huis").get_by_role("button").count() == 0  # a short one
    seen.close()


def test_cards_are_sorted_and_filtered_too(browser, path):
    seen = open_page(browser, path, width=390)
    cards = seen.locator("table", has_text="Kaarten")
    cards.get_by_role("button").first.click()
    cards.get_by_role("button").first.click()
    assert cards.locator("tbody th").first.inner_text() == "rij 9"
    seen.get_by_label("Toon rijen met").last.fill("rij 11")
    assert cards.locator("tbody tr:visible").count() == 1
    seen.close()


def test_more_room_between_letters_leaves_drawings_as_they_are(browser, path):
    """Their words would lie over each other; those of the page do get it."""
    seen = open_page(browser, path)
    seen.add_style_tag(content="* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important }")
    for which, spaced in ((".drawing text", False), ("h1", True)):
        style = seen.locator(which).first.evaluate("one => [getComputedStyle(one).letterSpacing]")
        assert (style != ["normal"]) is spaced
    seen.close()


def test_who_asked_for_less_motion_gets_none_and_forced_colours_mark_the_page(browser, path):
    seen = open_page(browser, path, reduced_motion="reduce", forced_colors="active")
    assert seen.evaluate(f"getComputedStyle({ROOT}).scrollBehavior") == "auto"
    here, other = (
        seen.evaluate(f"getComputedStyle(document.querySelector('.pages a{which}')).borderBottomColor")
        for which in ("[aria-current]", ":not([aria-current])")
    )
    assert here != other
    ground = "getComputedStyle(document.querySelector('.drawing svg')).backgroundColor"
    assert seen.evaluate(ground) == "rgb(255, 255, 255)"  # drawings are to be read on white
    seen.close()
    seen = open_page(browser, path)
    assert seen.evaluate(f"getComputedStyle({ROOT}).scrollBehavior") == "smooth"
    seen.close()


def printed(seen):
    """The pages on paper: their texts, and which lie on their side."""
    pages = PdfReader(io.BytesIO(seen.pdf(prefer_css_page_size=True))).pages
    turned = [float(one.mediabox.width) > float(one.mediabox.height) for one in pages]
    return [one.extract_text() for one in pages], turned


def test_print_has_what_is_open_repeats_heads_and_turns_the_widest_table(browser, path):
    seen = open_page(browser, path)
    texts, turned = printed(seen)
    everything = " ".join(texts)
    assert turned.count(True) == 1 and "kolom 16" in texts[turned.index(True)]
    assert "Tabel: Lang" in everything and "rij 60" not in everything  # folded: named, not printed
    assert "Op deze pagina" not in everything
    assert "eigen huis" not in everything  # the table that repeats a figure
    seen.locator("summary", has_text="Lang").click()
    texts, _ = printed(seen)
    seen.close()
    long = [text for text in texts if "rij 60" in text or "rij 110" in text]
    assert len(long) == 2 and all("kolom 2" in text for text in long)
