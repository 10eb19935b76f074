"""The committed notebooks: executed, normalised, in both languages, and telling rather than doing."""

import ast
import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
from ipykernel.ipkernel import IPythonKernel
from jupyter_server.services.contents.filemanager import FileContentsManager
from nbformat.sign import NotebookNotary, SQLiteSignatureStore
from PIL import Image

from helpers.definitions import LANGUAGES, ROOT
from helpers.parameters import PARAMETERS
from helpers.run import _notebooks as documents
from helpers.study import Study

FOLDER = ROOT / "notebooks"
NOTEBOOKS = tuple(path.stem for path in documents.study_notebooks(FOLDER))
DOING = (  # loops, definitions and conditions on data belong in a helper
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.For,
    ast.While,
    ast.Try,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)
LONGEST = 20  # lines of a cell
EMPTY = ROOT / "tests" / "data" / "export-empty"


@pytest.fixture(scope="module", params=NOTEBOOKS)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def notebook(name):
    return documents.read(FOLDER / f"{name}.ipynb")


@pytest.fixture(scope="module")
def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def telling(code):
    """What a run executes: all code but the cells to look."""
    return [cell for cell in code if documents.LOOK not in documents.tags(cell)]


def nodes(cells):
    return [node for cell in cells for node in ast.walk(ast.parse(cell.source))]


# ---- executed and normalised -----------------------------------------------------------------------------


def test_every_code_cell_was_executed_in_order(code):
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))


OF_OTHERS = re.compile("disagreements|group_comparison")  # what the embedded study has nothing of


def test_every_cell_that_shows_something_has_its_outputs(code):
    showing = [cell for cell in code if "study.show(" in cell.source and not OF_OTHERS.search(cell.source)]
    assert showing
    assert [cell.source for cell in showing if not cell.outputs] == []


def test_no_cell_failed_warned_or_printed(code):
    kinds = {output.output_type for cell in code for output in cell.outputs}
    assert kinds <= {"display_data", "execute_result"}


def test_every_output_has_a_twin_in_plain_text(code):
    data = [output.data for cell in code for output in cell.outputs]
    assert [sorted(one) for one in data if "text/plain" not in one] == []


def test_the_file_is_normalised(name, notebook, tmp_path):
    documents.write(documents.normalise(notebook, name=name), tmp_path / "again.ipynb")
    assert (tmp_path / "again.ipynb").read_bytes() == (FOLDER / f"{name}.ipynb").read_bytes()


def test_the_file_is_as_the_server_of_jupyterlab_saves_it(name, tmp_path):
    """With the language of the kernel, which JupyterLab puts in; the version is that of who executed it."""
    committed = (FOLDER / f"{name}.ipynb").read_bytes()
    (tmp_path / "opened.ipynb").write_bytes(committed)
    signatures = SQLiteSignatureStore(":memory:")
    notary = NotebookNotary(store_factory=lambda: signatures, data_dir=str(tmp_path))
    manager = FileContentsManager(root_dir=str(tmp_path), notary=notary)
    opened = manager.get("opened.ipynb")["content"]
    version = opened["metadata"]["language_info"]["version"]
    opened["metadata"]["language_info"] = IPythonKernel.language_info | {"version": version}
    manager.save({"type": "notebook", "content": opened}, "opened.ipynb")
    signatures.close()
    assert (tmp_path / "opened.ipynb").read_bytes() == committed


def test_no_output_tells_where_it_was_made(name):
    text = (FOLDER / f"{name}.ipynb").read_text(encoding="utf-8")
    assert [place for place in (str(ROOT), str(Path.home())) if place in text] == []


@pytest.mark.slow
def test_the_images_are_those_of_a_run(name, telling, whole_run):
    """Texts and tables are compared by nbval, which passes images by."""
    folder = whole_run.review if name.startswith("07") else whole_run.report
    if name.startswith("08"):
        pytest.skip("goes with the reports of single pilots")
    executed = documents.read(folder / "notebooks" / f"{name}.ipynb")
    images = [
        [
            pixels(output.data["image/png"])
            for cell in cells
            for output in cell.get("outputs", ())
            if "image/png" in output.get("data", {})
        ]
        for cells in (telling, executed.cells)
    ]
    mend = "run `gezinscoach notebooks`, read the difference, and commit it"
    assert [one.shape for one in images[0]] == [one.shape for one in images[1]], mend
    # the soft edge of a mark may round the other way in another process: a pixel here or there, and with
    # it the mean that stands for all soft edges of its colour, by one of the 255 steps
    apart = [(abs(one - other) > 1).any(axis=2).mean() for one, other in zip(*images, strict=True)]
    assert all(share < 1e-5 for share in apart), mend


def pixels(encoded):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB"), "int16")


# ---- both languages --------------------------------------------------------------------------------------


def test_prose_comes_in_pairs_dutch_first(notebook):
    prose = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    languages = [tuple(tag for tag in documents.tags(cell) if tag.startswith("lang-")) for cell in prose]
    assert languages == [("lang-nl",), ("lang-en",)] * (len(prose) // 2)


def test_both_languages_have_the_same_headings_and_tables(notebook):
    shapes = {
        language: [
            (re.findall(r"^#+", cell.source, flags=re.MULTILINE), cell.source.count("\n|"))
            for cell in notebook.cells
            if f"lang-{language}" in documents.tags(cell)
        ]
        for language in LANGUAGES
    }
    assert shapes["nl"] == shapes["en"]


def test_the_first_cell_says_question_reads_writes_and_parameters_and_the_answer_follows(notebook):
    dutch, english, *sources = (cell.source for cell in notebook.cells[:4])
    assert dutch.startswith("# ") and english.startswith("# ")
    assert "Vraag" in dutch and "Question" in english
    assert [word for word in ("Leest", "Schrijft", "Parameters") if word not in sources[0]] == []
    assert [word for word in ("Reads", "Writes", "Parameters") if word not in sources[1]] == []
    assert all("sources" in documents.tags(cell) for cell in notebook.cells[2:4])  # not on the page
    answers = [cell for cell in notebook.cells if cell.source.startswith("study.answer(")]
    assert len(answers) == 1 or "Intern" in dutch  # single families have no answer


# ---- the shape of the code -------------------------------------------------------------------------------


def test_the_second_cell_imports_and_no_other_does(telling):
    def imports(cell):
        return {isinstance(line, (ast.Import, ast.ImportFrom)) for line in ast.parse(cell.source).body}

    assert imports(telling[0]) == {True}
    assert [cell.source for cell in telling[1:] if True in imports(cell)] == []


def test_the_third_cell_sets_the_declared_parameters_to_their_defaults(name, code):
    assert documents.tags(code[1]) == ("parameters",)
    lines = ast.parse(code[1].source).body
    assert all(isinstance(line, ast.AnnAssign) for line in lines)
    values = {line.target.id: ast.literal_eval(line.value) for line in lines}
    defaults = {one: PARAMETERS[one].default for one in values}
    assert values == {
        one: list(value) if isinstance(value, tuple) else value for one, value in defaults.items()
    }
    assert {"clean", "output", "language", "pilots"} <= set(values)


def test_a_notebook_has_the_settings_that_its_tables_depend_on_and_no_other(name, code):
    study = Study.clean(EMPTY)
    shown = [table for cell in code for table in re.findall(r'study\.show\("(\w+)"', cell.source)]
    needed = {one for table in shown if table in study for one in study.depends_on(table)}
    declared = {line.target.id for line in ast.parse(code[1].source).body}
    assert declared & set(study.settings) == needed | {"language"}


def test_each_parameter_has_a_line_with_a_comment(code):
    lines = code[1].source.splitlines()
    assert len(lines) == len(ast.parse(code[1].source).body)
    assert [line for line in lines if not re.search(r"  # \S+", line)] == []


def test_the_fourth_cell_opens_the_study_with_these_parameters(name, code):
    made = "clean" if name == "01_cleaning" else "open"
    assert code[2].source == f"study = Study.{made}(**settings(globals()))"


def test_cells_load_transform_check_or_show_and_no_more(telling):
    assert [ast.unparse(node) for node in nodes(telling) if isinstance(node, DOING)] == []
    assert [cell.source for cell in telling if len(cell.source.splitlines()) > LONGEST] == []


def test_no_path_and_no_number_to_dispute_stands_in_the_code(telling):
    constants = [node.value for node in nodes(telling[3:]) if isinstance(node, ast.Constant)]
    numbers = [value for value in constants if type(value) in (int, float)]
    assert set(numbers) <= {0, 1}
    assert [value for value in constants if isinstance(value, str) and re.search(r"[/\\]", value)] == []


def test_no_cell_ends_in_a_semicolon_or_holds_a_magic(code):
    assert [cell.source for cell in code if re.search(r";\s*$|^[%!]", cell.source, flags=re.MULTILINE)] == []


def test_most_notebooks_have_cells_to_look_in_plain_pandas_and_seaborn(name, code):
    cells = [cell.source for cell in code if documents.LOOK in documents.tags(cell)]
    assert cells or name == "07_case_review"  # which is about single families
    assert [source for source in cells if re.search(r"helpers|study\.show|output", source)] == []
