"""The Word document: headings, contents, pictures with alternatives, captions, tables; read back as XML."""

import io
import re
import zipfile
from datetime import date
from xml.etree import ElementTree

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.folders import RunError
from helpers.report import blocks
from helpers.run import _documents
from helpers.run._content import content_of
from helpers.run._pages import together
from small_notebooks import PNG
from test_render import a_figure, a_table, frame

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
ALTERNATIVE = 'Twee "eigen" & een huur'
GIVEN = {"title": "Een rapport", "running": "Geen echt <gezin>", "day": date(2023, 9, 30)}


def document():
    """One page as it is put together for Word."""
    long = [(f"rij {n}", "1.234") for n in range(blocks.OPEN_UP_TO + 1)]
    seen = {"image/png": {"alt": ALTERNATIVE}, blocks.PART: "figure_04"}
    picture = new_output("display_data", data={"image/png": PNG}, metadata=seen)
    cells = [
        new_markdown_cell("# Hoe wonen gezinnen?"),
        new_markdown_cell("## Huis & haard"),
        new_code_cell("a", outputs=[a_figure(), picture]),
        new_code_cell("b", outputs=[a_table([("een <rij>", "2")], caption="Kort")]),
        new_code_cell("c", outputs=[a_table(long, caption="Lang")]),
    ]
    content = content_of(new_notebook(cells=cells), language="nl", prefix="een--", word=True)
    return together("word", {"een": content}, frame=frame())


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The parts of a document by name."""
    files = []
    for number in range(2):
        path = tmp_path_factory.mktemp("word") / f"{number}.docx"
        _documents.write_word(document(), path, pandoc=_documents.find_pandoc(), **GIVEN)
        files.append(path.read_bytes())
    assert files[0] == files[1]
    with zipfile.ZipFile(io.BytesIO(files[0])) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


@pytest.fixture(scope="module")
def body(made):
    return ElementTree.fromstring(made["word/document.xml"]).find(f"{W}body")


def text(element):
    return "".join(piece.text or "" for piece in element.iter(f"{W}t"))


def styled(body, name):
    """The texts of all paragraphs of a style."""
    styles = [(one.find(f"{W}pPr/{W}pStyle"), one) for one in body.iter(f"{W}p")]
    return [text(one) for style, one in styles if style is not None and style.get(f"{W}val") == name]


def test_headings_and_contents_lead_to_each_other(body):
    assert styled(body, "Title") == ["Een rapport"]
    assert styled(body, "Heading1") == ["Hoe wonen gezinnen?"]
    assert styled(body, "Heading2") == ["Huis & haard"] == styled(body, "TOC2")
    places = {mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")}
    links = [link.get(f"{W}anchor") for link in body.iter(f"{W}hyperlink")]
    assert len(links) == 2 and places.issuperset(links)
    fields = [one.get(f"{W}fldCharType") for one in body.iter(f"{W}fldChar")]
    assert fields == ["begin", "separate", "end"]


def test_a_figure_is_its_finding_a_picture_with_an_alternative_and_a_caption(made, body):
    assert styled(body, "Headline") == ['Twee van drie <gezinnen> & "meer"']
    (drawn,) = body.iter(f"{DRAWING}docPr")
    assert drawn.get("descr") == ALTERNATIVE
    (embedded,) = re.findall(rb'r:embed="(\w+)"', made["word/document.xml"])
    assert f"word/media/{embedded.decode()}.png" in made
    assert styled(body, "ImageCaption") == ["Figuur 4. Huis. n = 3. Tabel (tables/figure_04.csv)"]
    assert b"base64" not in made["word/document.xml"]


def test_tables_have_heads_captions_and_numbers_at_the_right(body):
    short, long = body.iter(f"{W}tbl")
    assert [text(cell) for cell in short.iter(f"{W}tc")] == ["niveau", "n", "een <rij>", "2"]
    assert short.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None
    sides = [cell.find(f"{W}p/{W}pPr/{W}jc") for cell in short.iter(f"{W}tc")]
    assert ["" if side is None else side.get(f"{W}val") for side in sides][1::2] == ["right", "right"]
    assert len(list(long.iter(f"{W}tr"))) == blocks.OPEN_UP_TO + 2  # folded on a page, and without a file
    assert styled(body, "TableCaption") == ["Kort", "Lang"]


def test_every_page_says_what_the_data_are_and_its_number(made, body):
    assert text(ElementTree.fromstring(made["word/header1.xml"])) == "Geen echt <gezin>"
    assert b" PAGE " in made["word/footer1.xml"]
    (section,) = body.iter(f"{W}sectPr")
    assert section.find(f"{W}pgSz").get(f"{W}w") == "11906"  # A4, in twentieths of a point
    related = made["word/_rels/document.xml.rels"].decode()
    for kind, file in (("header", "header1.xml"), ("footer", "footer1.xml")):
        (place,) = [value for _, value in section.find(f"{W}{kind}Reference").items() if value != "default"]
        assert re.search(rf'Id="{place}"[^>]*Target="{file}"', related)
    assert b"2023-09-30" in made["docProps/core.xml"]  # of the data, not of today


def test_a_document_that_pandoc_cannot_make_is_told(tmp_path):
    with pytest.raises(RunError, match="--docx: pandoc could not"):
        _documents.write_word("<p>x</p>", tmp_path / "x.docx", pandoc="false", **GIVEN)
    assert not (tmp_path / "x.docx").exists()
