"""Pages as a browser shows them: keyboard, phones, print, and what axe tells; made from small notebooks."""

import io

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pypdf import PdfReader

from helpers.run._lint import lint
from helpers.run._render import PageLink, content_of, page
from seen_pages import ROOT, faults_in, open_page
from test_render import CAPTION, SIBLINGS, TABLE, frame, image, shown

pytestmark = pytest.mark.slow

LINKS = [PageLink("index.html", "Overzicht"), PageLink("01_cleaning.html", "Opschonen")]
FOCUSED = "document.activeElement"
PLACE = f"""(() => {{
  const one = {FOCUSED}, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  return [one.tagName, box.width > 0 && box.height > 0, style.outlineStyle != 'none'];
}})()"""
REACHED = "a[href], summary, [tabindex='0']"


def wide_table(columns, rows, caption):
    head = "".join(f"<th>kolom {n}</th>" for n in range(columns))
    body = "".join(f"<tr><th>rij {row}</th>{'<td>1.234,5</td>' * (columns - 1)}</tr>" for row in range(rows))
    return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def cells():
    reads = "| Leest | Schrijft |\n| --- | --- |\n| `clean` | `figure_04` |"
    return [
        new_markdown_cell(f"# Titel\n\n**Vraag.** Wie?\n\n{reads}"),
        new_code_cell("a = 1"),
        new_markdown_cell("## Eerst"),
        new_code_cell(
            "b", outputs=[image("lang: " + "; ".join(["een 1"] * 200)), shown(CAPTION), shown(TABLE)]
        ),
        new_markdown_cell("## Dan"),
        new_code_cell("c", outputs=[shown(wide_table(17, 4, "Breed")), shown(wide_table(3, 120, "Lang"))]),
        new_code_cell("d", outputs=[new_output("stream", name="stdout", text="gedrukt")]),
    ]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A page without fault that has something of everything, but no other page beside it."""
    content = content_of(new_notebook(cells=cells()), language="nl", drawings=["figure_04"])
    folder = tmp_path_factory.mktemp("page")
    path = folder / "01_cleaning.html"
    html = page(content, file=path.name, pages=LINKS, frame=frame(siblings=SIBLINGS))
    path.write_text(html, encoding="utf-8")
    assert [fault for fault in lint(path, outside=False) if "dead link" not in fault] == []
    return path


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_a_page_with_all_its_parts_has_no_fault(browser, path, width):
    assert faults_in(browser, path, width=width) == []


def test_axe_does_find_what_is_wrong(browser, path, tmp_path):
    """The guard itself: a text that is too pale, a summary that is too small, a page that is too wide."""
    worse = tmp_path / "worse.html"
    style = "<style>.report { color: #bbb } footer { width: 3000px } .pages a { font-size: 1px; padding: 0 }"
    worse.write_text(
        path.read_text(encoding="utf-8").replace("</head>", f"{style}</style></head>"), encoding="utf-8"
    )
    found = " ".join(faults_in(browser, worse, width=390))
    assert all(fault in found for fault in ("color-contrast", "target-size", "px sideways"))


@pytest.mark.parametrize("width", [1280, 390])
def test_tab_reaches_everything_in_order_and_shows_where_it_is(browser, path, width):
    seen = open_page(browser, path, width=width)
    visible = f'[...document.querySelectorAll("{REACHED}")].filter(one => one.checkVisibility())'
    expected = seen.evaluate(f"{visible}.map(one => one.outerHTML.slice(0, 200))")
    assert len(expected) > 15
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
    assert seen.evaluate(f"{FOCUSED}.tagName") == "SUMMARY"
    for opened in (True, False):
        seen.keyboard.press("Enter")
        assert seen.evaluate(f"{FOCUSED}.parentElement.open") is opened
    seen.close()


def test_a_region_that_is_too_wide_scrolls_by_the_keyboard(browser, path):
    seen = open_page(browser, path, width=390)
    region = seen.locator(".region.wide")
    region.focus()
    seen.keyboard.press("ArrowRight")
    seen.wait_for_function("document.querySelector('.region.wide').scrollLeft > 0")
    assert seen.evaluate(f"{ROOT}.scrollLeft") == 0
    seen.close()


def test_the_contents_are_folded_on_a_phone_and_beside_the_text_on_a_desk(browser, path):
    for width, shown_one, hidden_one in ((390, ".toc-fold", "nav.toc"), (1280, "nav.toc", ".toc-fold")):
        seen = open_page(browser, path, width=width)
        assert seen.locator(shown_one).is_visible() and not seen.locator(hidden_one).is_visible()
        seen.close()


def test_who_asked_for_less_motion_gets_none_and_forced_colours_mark_the_page(browser, path):
    seen = open_page(browser, path, reduced_motion="reduce", forced_colors="active")
    assert seen.evaluate(f"getComputedStyle({ROOT}).scrollBehavior") == "auto"
    here, other = (
        seen.evaluate(f"getComputedStyle(document.querySelector('.pages a{which}')).borderBottomColor")
        for which in ("[aria-current]", ":not([aria-current])")
    )
    assert here != other
    seen.close()
    seen = open_page(browser, path)
    assert seen.evaluate(f"getComputedStyle({ROOT}).scrollBehavior") == "smooth"
    seen.close()


def test_print_unfolds_numbers_repeats_heads_and_turns_the_widest_table(browser, path):
    seen = open_page(browser, path)
    pages = PdfReader(io.BytesIO(seen.pdf(prefer_css_page_size=True))).pages
    seen.close()
    texts = [one.extract_text() for one in pages]
    turned = [float(one.mediabox.width) > float(one.mediabox.height) for one in pages]
    assert turned.count(True) == 1 and "kolom 16" in texts[turned.index(True)]
    long = [text for text in texts if "rij 60" in text or "rij 110" in text]
    assert len(long) == 2 and all("kolom 2" in text for text in long)
    everything = " ".join(texts)
    assert "66,7 %" in everything and "Schuif opzij" not in everything and "Op deze pagina" not in everything
