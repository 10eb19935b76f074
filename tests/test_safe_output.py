"""What goes out is safe: no text of an input becomes a tag, a formula, a formula of TeX, code or a path."""

import ast
import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree

import openpyxl
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from datasets import write_dataset
from helpers import run as pipeline
from helpers.charts import outputs, style
from helpers.definitions import Table, Text, load_definitions
from helpers.definitions.outputs import Column
from helpers.files import csv_text, plain_text, safe_text
from helpers.formats import visible
from helpers.parameters import ParameterError, from_text, resolve
from helpers.report.blocks import MIME
from helpers.report.output import Output, pngs, svg
from helpers.report.presentations import Presentation
from helpers.run._notebooks import set_injected
from helpers.run._plan import folder_names
from helpers.words import Account
from helpers.workbook import write_workbook
from hostile_export import PILOTS
from small_notebooks import READ_CLEAN, WRITE_CLEAN, WRITE_FLOW, write_notebooks

MARKUP = "<script>alert(1)</script>\" onerror='x' </title></text>]]> & {{ 7*7 }} {% raw %} $\\frac{x$"
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


# ---- CSV and workbook: formulas ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+a", "'+a"),
        ("-b", "'-b"),
        ("@c", "'@c"),
        ("\t=d", "\t'=d"),
        ("\r=e", "\r'=e"),
        ("\n\n=f", "\n\n'=f"),
        ("  -g", "  '-g"),
        ("\u00a0\ufeff\u200b=h", "\u00a0\ufeff\u200b'=h"),
        ("\uff1di", "'\uff1di"),  # the wide = of East Asian keyboards
        ("a;=j", "a;'=j"),  # where a spreadsheet divides at ;
        ("a\n- k\n- l", "a\n'- k\n'- l"),
        ("-1", "-1"),
        ("+32470123456", "+32470123456"),  # a number, as a spreadsheet sees it too
        (" -1.5e3 ", " -1.5e3 "),
        ("-1+2", "'-1+2"),
        ("a=b", "a=b"),
        ("3 - goed", "3 - goed"),
        ("<5", "<5"),
        ("", ""),
    ],
)
def test_what_begins_as_a_formula_gets_a_mark(text, written):
    assert safe_text(text) == written
    assert plain_text(written) == text


@settings(max_examples=300)
@given(st.text(alphabet="=+-@'; \t\r\na1\u00a0\u200b\uff1d,\"", max_size=12))
def test_no_cell_begins_as_a_formula_however_the_file_is_divided(text):
    """As read by our own rules, and by one that divides at every `;`, tab and line and knows no quotes."""
    written = csv_text(pd.DataFrame({"a": [text], "b": ["x"]}))
    ours = [cell for row in csv.reader(io.StringIO(written, newline="")) for cell in row]
    theirs = re.split(r"[;\t\r\n]", safe_text(text))
    for cell in [*ours, *theirs]:
        seen = cell.strip().strip("\u200b\u00a0 \t\r\n")
        whole = NUMBER.fullmatch(text.strip()) is not None
        assert whole or not seen.startswith(("=", "+", "-", "@", "\uff1d")), (text, cell)
    if "'" not in text:
        assert plain_text(safe_text(text)) == text


def test_a_header_is_no_formula_either():
    assert csv_text(pd.DataFrame({"=1+1": ["a"], "@b": ["c"]})).splitlines()[0] == "'=1+1,'@b"


def test_a_text_of_the_workbook_stays_a_text_also_when_somebody_edits_it(tmp_path):
    texts = ["=1+1", "\t@SUM(A1)", "a\n=b", "gewoon", '=cmd|"/C calc"!A0']
    (tmp_path / "tables").mkdir()
    table = pd.DataFrame({"=kop": texts, "n": [1, 2, 3, 4, 5]})
    (tmp_path / "tables" / "losse.csv").write_text(csv_text(table), encoding="utf-8", newline="")
    write_workbook(tmp_path / "tables", tmp_path / "b.xlsx", language="nl", heading=["=1+2", "+3"])
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    cells = [row[0] for row in book["losse"].iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == texts
    assert {cell.data_type for sheet in book for row in sheet for cell in row} <= {"s", "n"}
    assert [bool(cell.quotePrefix) for cell in cells] == [True, True, False, False, True]
    assert [bool(book.worksheets[0].cell(n, 1).quotePrefix) for n in (1, 2)] == [True, True]


# ---- pages and notebooks -----------------------------------------------------------------------------------


def published(say):
    """What an output displays, by MIME type."""
    found = []
    output = Output(
        language="nl",
        folder=None,
        definitions=load_definitions(),
        publish=lambda data, metadata: found.append((data, metadata)),
    )
    say(output)
    return found


def test_every_piece_of_the_door_shows_hostile_text_as_text():
    table = pd.DataFrame({MARKUP: [MARKUP, "b"], "n": [1, 2]})
    text = Text.alike(MARKUP)
    columns = tuple(Column(name, "", "", text, title=text) for name in table)
    declared = Table("x", "overview", text, text, columns, ())
    pieces = [
        *published(lambda output: output.say(text)),
        *published(lambda output: output.say(text, "heading")),
        *published(lambda output: output.say(text, "remark")),
        *published(lambda output: output.table(None, table, caption=text, declared=declared)),
        *published(
            lambda output: output.shown(
                "x", table, Presentation(text, lambda ax: ax, Account(text, text, text, text))
            )
        ),
    ]
    pages = [data["text/html"] for data, _ in pieces if "text/html" in data]
    assert len(pages) == 5
    (said,) = [data["text/markdown"] for data, _ in pieces if "text/markdown" in data]
    rendered = MarkdownWithMath(renderer=IPythonRenderer(escape=False)).render(said)
    assert {tag.name for tag in BeautifulSoup(rendered, "html.parser").find_all(True)} == {"p", "strong"}
    assert BeautifulSoup(rendered, "html.parser").get_text().strip() == MARKUP
    for page in pages:
        soup = BeautifulSoup(page, "html.parser")
        known = {
            "p",
            "h2",
            "details",
            "summary",
            "div",
            "strong",
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "span",
            "br",
        }
        assert {tag.name for tag in soup.find_all(True)} <= known
        assert not [name for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")]
        assert MARKUP in soup.get_text()


def test_signs_that_are_not_seen_are_seen():
    text = Text(nl="a\u202eb\x07\u2066c\ud800\ufeff é\n👨\u200d👩", en="")
    ((data, _),) = published(lambda output: output.say(text))
    for shown in (data["text/html"], data["text/plain"], data[MIME]["text"]):
        assert "a[U+202E]b[U+0007][U+2066]c[U+D800][U+FEFF] é\n👨\u200d👩" in shown
    rows = pd.DataFrame({"kolom": ["x\u202ey"]})
    ((data, _),) = published(lambda output: output.table(None, rows, caption=Text.alike("k")))
    assert all("x[U+202E]y" in str(shown) for shown in data.values())


# ---- figures -----------------------------------------------------------------------------------------------

NAMES = ["$\\frac{x$", "$x^2$", "</text><script>alert(1)</script>", "]]> & \x01\u202e", "%s {0} \\n"]


def drawn():
    table = pd.DataFrame({"month": "2022-03", "pilot": NAMES, "families": [9, 8, 7, 6, 5]})
    with style.style():
        canvas, ax = style.canvas()
        outputs.drawing("registration_starts", table, definitions=load_definitions(), language="nl")(ax)
        return pngs(canvas, NAMES[0])[0], svg(canvas, MARKUP, NAMES[0])


@pytest.mark.filterwarnings("ignore:Glyph")  # the control characters have none
def test_a_name_is_drawn_as_it_is_written():
    """No mathematics, no TeX, no tag of the SVG; and the SVG is well-formed."""
    image, drawing = drawn()
    assert image.startswith(b"\x89PNG")
    root = ElementTree.fromstring(drawing)
    space = "{http://www.w3.org/2000/svg}"
    texts = ["".join(text.itertext()) for text in root.iter(f"{space}text")]
    for name in (NAMES[0], NAMES[1], NAMES[4]):
        assert name in texts
    assert any("<script>" in text for text in texts) and list(root.iter(f"{space}script")) == []
    assert any("[U+0001][U+202E]" in text for text in texts)
    assert root.get("aria-label") == MARKUP


def test_no_program_of_tex_is_asked():
    with style.style():
        import matplotlib

        assert (matplotlib.rcParams["text.usetex"], matplotlib.rcParams["text.parse_math"]) == (False, False)


# ---- names of folders and files ----------------------------------------------------------------------------


def test_folders_of_pilots_are_safe_on_every_system():
    names = [
        "../../x",
        "a/b",
        "a\\b",
        "CON",
        "nul",
        "Com1",
        "Lpt9",
        ".",
        "..",
        "~",
        "x" * 300,
        "a\nb",
        "日本",
        "-p",
        "é:ü*?",
    ]
    found = folder_names(names)
    assert list(found) == names
    assert len(set(found.values())) == len(names)
    reserved = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
    for folder in found.values():
        assert re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", folder) and len(folder) <= 70
        assert folder not in reserved


def test_a_name_that_ends_in_a_sign_where_it_is_cut_leaves_no_hyphen():
    assert folder_names([f"{'a' * 59}-b"]) == {f"{'a' * 59}-b": "a" * 59}


# ---- parameters --------------------------------------------------------------------------------------------

CODE = [
    '"]; import os; os._exit(3); x = ["',
    "'''\"\"\"",
    "a\\",
    "a\\\nimport os\n",
    "a\u2028import os; os._exit(3)\u2029\x85b",
    "{{ 7*7 }} {x!r} {% include 'x' %} %(a)s $HOME `id` \\u0041 \\N{BELL}",
    "#\rimport os",
    "\x00" * 2,
]


@settings(max_examples=100)
@given(st.lists(st.text(), max_size=4), st.integers(), st.booleans())
def test_what_is_shown_as_parameters_is_nothing_but_their_values(names, number, truth):
    from nbformat.v4 import new_code_cell, new_notebook

    cell = new_code_cell("", metadata={"tags": ["injected-parameters"]})
    values = {"pilots": names, "seed": number, "internal": truth}
    set_injected(notebook := new_notebook(cells=[cell]), values)
    body = ast.parse(notebook.cells[0].source).body
    assert {line.targets[0].id: ast.literal_eval(line.value) for line in body} == values


PRINT = "import json\nprint(json.dumps(pilots))"


def test_a_name_of_a_pilot_reaches_the_notebook_as_a_text_and_no_more(tmp_path):
    pilots = [*PILOTS, *(name.strip() for name in CODE if name.isprintable())]
    rows = [{"gezin": "LEU-001", "pilootproject": PILOTS[0], "datum": "2022-05-01", "schulden": 3}]
    raw = write_dataset(tmp_path / "raw" / "x", huishouden=rows, dataset_yml={"pilots": pilots})
    cells = {"cleaning": (WRITE_CLEAN, WRITE_FLOW, PRINT), "baseline": (READ_CLEAN, PRINT)}
    notebooks = write_notebooks(tmp_path / "notebooks", **cells)
    report = pipeline.run(
        raw,
        tmp_path / "report",
        pilots=pilots,
        notebook_folder=notebooks,
        clean_folder=tmp_path / "clean",
        stream=io.StringIO(),
    )
    for path in (report / "notebooks").glob("*.ipynb"):
        found = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert json.loads("".join(found[-1]["outputs"][0]["text"])) == pilots
        (injected,) = (cell for cell in found if "injected-parameters" in cell["metadata"].get("tags", []))
        values = {
            line.targets[0].id: ast.literal_eval(line.value)
            for line in ast.parse("".join(injected["source"])).body
        }
        assert values["pilots"] == pilots
    assert (
        json.loads((report / "manifest.json").read_text(encoding="utf-8"))["parameters"]["pilots"] == pilots
    )
    for page in report.glob("*.html"):
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        assert soup.select("main script, header script, img[onerror], svg") == []
        assert len(soup.find_all("script")) == 1  # our own
        assert page.name != "about.html" or all(name in soup.get_text() for name in PILOTS)


@pytest.mark.parametrize(
    "text", ["4; import os", "__import__('os')", "[4]", "4\n", "'4'", "0x4", "4_0", "\u0664", *CODE]
)
def test_a_value_of_a_command_line_is_a_whole_number_or_refused(text):
    with pytest.raises(ParameterError):
        resolve(from_text([("poverty_cutoff", text)]))
    with pytest.raises(ParameterError):
        resolve(from_text([("language", text)]))
    with pytest.raises(ParameterError):
        resolve(from_text([(text, "4")]))


def test_hidden_signs_in_names_of_the_dataset_stop_the_run(tmp_path):
    from helpers.export import read_dataset
    from helpers.export.messages import ExportError

    for changes in ({"title": "a\u202eb"}, {"pilots": ["Leu\u200bven"]}, {"pilots": ["a\x07b"]}):
        text = json.dumps(
            {**{"exported_on": "2023-09-30", "project_start": "2022-03-01", "pilots": ["x"]}, **changes}
        )
        with pytest.raises(ExportError, match=r"U\+(202E|200B|0007)"):
            read_dataset(write_dataset(tmp_path, dataset_yml=text))


def test_visible_leaves_ordinary_texts_alone():
    for text in ("Liège", "a\tb\nc", "1\u202f234", "naïef – “x”", "日本", "שלום"):
        assert visible(text) == text
