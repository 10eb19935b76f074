"""A run: what it leaves, that it repeats, and that what goes wrong leaves the previous report as it was."""

import errno
import hashlib
import io
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import threading
import time

import nbformat
import openpyxl
import pytest

from datasets import write_dataset
from helpers import folders
from helpers import run as pipeline
from helpers.definitions import ROOT
from helpers.export.messages import ExportError
from helpers.parameters import ParameterError
from helpers.run import RunError, TargetError, _build
from helpers.run import _notebooks as documents
from helpers.run._manifest import git_state
from helpers.run._plan import named_in, shown_path
from small_notebooks import CLEANING, READ_CLEAN, WRITE_CLEAN, WRITE_FLOW, notebook, write_notebooks

HOUSEHOLD = {"gezin": "LEU-001", "pilootproject": "Leuven", "datum": "2022-05-01", "schulden": 3}


class Study:
    """A dataset and notebooks in a folder of their own, and runs of them."""

    def __init__(self, folder, **cells):
        self.folder = folder
        self.raw = write_dataset(folder / "raw" / "klein", huishouden=[HOUSEHOLD])
        self.notebooks = write_notebooks(folder / "notebooks", **cells)
        self.clean = folder / "clean"
        self.out = folder / "reports" / "klein"
        self.told = io.StringIO()

    def run(self, **options):
        self.told = io.StringIO()
        folders = {"notebook_folder": self.notebooks, "clean_folder": self.clean}
        return pipeline.run(self.raw, self.out, **folders, stream=self.told, **options)


def content(folder):
    """Every file of a folder but the manifest, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


def listing(folder):
    """The names in a folder, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run that succeeded, with parameters of its own."""
    study = Study(tmp_path_factory.mktemp("finished"))
    study.run(pilots=["Leuven"], parameters={"follow_up_months": 3, "within_family": "best"})
    return study


# ---- what a run leaves ----------------------------------------------------------------------------------


def test_a_run_leaves_pages_notebooks_tables_figures_and_a_manifest(finished):
    assert sorted(content(finished.out)) == [
        "01_cleaning.html",
        "02_baseline.html",
        "about.html",
        "datapackage.json",
        "definitions.zip",
        "figures/flow.png",
        "figures/flow.svg",
        "index.html",
        "notebooks/01_cleaning.ipynb",
        "notebooks/02_baseline.ipynb",
        "tables.xlsx",
        "tables/flow.csv",
    ]


def test_a_run_leaves_nothing_beside_the_report_and_the_clean_tables(finished):
    assert listing(finished.out.parent) == ["klein"]
    (made,) = listing(finished.clean)  # named by how it was made
    assert made == "klein+follow_up_months-3"
    assert content(finished.clean / made).keys() == {"study.json"}


def test_the_kernels_got_the_parameters(finished):
    executed = documents.read(finished.out / "notebooks" / "01_cleaning.ipynb")
    injected = next(cell for cell in executed.cells if "injected-parameters" in documents.tags(cell))
    assert injected.source.splitlines() == [
        "# Parameters of this run",
        'raw = "klein"',  # outside the project: the name of the folder and no more
        'clean = "klein+follow_up_months-3"',
        'output = "klein"',
        'language = "nl"',
        'pilots = ["Leuven"]',
        "min_household_items = 4",
        "baseline_window_days = 30",
        "follow_up_months = 3",
        'follow_up_rule = "at"',
    ]
    printed = executed.cells[-4].outputs[0].text.split()
    # output, clean and raw as they are shown; pilots; months; the working directory; hash("a") with seed 0
    expected = subprocess.run(
        [sys.executable, "-c", 'print(hash("a"))'],
        env=os.environ | {"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert printed == [
        "klein",
        "klein+follow_up_months-3",
        "klein",
        "['Leuven']",
        "3",
        str(finished.notebooks),
        expected,
    ]
    second = documents.read(finished.out / "notebooks" / "02_baseline.ipynb")
    assert second.cells[-1].outputs[0].data["text/plain"].endswith("'best')")


def test_no_path_of_this_machine_is_left(finished):
    places = [str(finished.folder).encode(), b".klein.", str(ROOT).encode()]
    texts = {name: text for name, text in content(finished.out).items() if not name.endswith(".png")}
    # but for the working directory, which the small notebook prints on purpose
    texts = {name: text.replace(str(finished.notebooks).encode(), b"") for name, text in texts.items()}
    assert [(name, place) for name, text in texts.items() for place in places if place in text] == []


def test_executed_notebooks_hold_no_times_and_fixed_ids(finished):
    executed = documents.read(finished.out / "notebooks" / "01_cleaning.ipynb")
    assert executed.metadata == {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {
            "codemirror_mode": {"name": "ipython", "version": 3},
            "file_extension": ".py",
            "mimetype": "text/x-python",
            "name": "python",
            "nbconvert_exporter": "python",
            "pygments_lexer": "ipython3",
            "version": platform.python_version(),
        },
    }
    assert [cell.id for cell in executed.cells[:3]] == ["01_cleaning-00", "01_cleaning-01", "01_cleaning-02"]
    assert {key for cell in executed.cells for key in cell.metadata} == {"tags"}
    counts = [cell.execution_count for cell in executed.cells if cell.cell_type == "code"]
    assert counts == [1, 2, 3, 4, 5]


def test_the_same_inputs_and_parameters_give_the_same_bytes(finished):
    first = content(finished.out)
    time.sleep(1.1)  # a second later, in case a time of saving went in somewhere
    finished.run(pilots=["Leuven"], parameters={"follow_up_months": 3, "within_family": "best"})
    second = content(finished.out)
    assert list(second) == list(first)
    assert [name for name in first if first[name] != second[name]] == []


BEGUN = "from pathlib import Path\nbegun = Path(output) / 'begun.txt'\n"
WAIT_FOR_NEXT = (
    BEGUN
    + """\
import time
end = time.monotonic() + 60
while not begun.exists() and time.monotonic() < end:
    time.sleep(0.05)
assert begun.exists()"""
)


def test_the_others_begin_when_the_clean_tables_are_there(tmp_path):
    """The first notebook waits for what the second writes."""
    cells = {"cleaning": (WRITE_CLEAN, WAIT_FOR_NEXT), "baseline": (READ_CLEAN, BEGUN + "begun.touch()")}
    assert (Study(tmp_path, **cells).run() / "begun.txt").exists()


def test_execute_is_a_line_for_each_notebook_where_there_is_no_terminal(finished):
    lines = [line for line in finished.told.getvalue().splitlines() if not line.startswith("warning")]
    assert [re.sub(r"[\d.]+ s$", "", line) for line in lines] == ["01_cleaning  ", "02_baseline  "]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


def test_execute_is_a_bar_of_cells_on_a_terminal_and_gone_at_the_end(tmp_path):
    folder = write_notebooks(tmp_path / "notebooks", cleaning=("'a'",), baseline=("2",))
    terminal = Terminal()
    pipeline.refresh(notebook_folder=folder, stream=terminal)
    told = terminal.getvalue()
    assert "0/4" in told and re.search("02_baseline: .*[34]/4", told)  # two code cells in each notebook
    assert "\n" not in told and told.rstrip(" ").endswith("\r")


def test_the_manifest_names_what_went_in_and_what_came_out(finished):
    manifest = json.loads((finished.out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["dataset"] == {
        "name": "klein",
        "title": "Test",
        "synthetic": True,
        "exported_on": "2023-09-30",
        "folder": "klein",
    }
    assert manifest["parameters"]["pilots"] == ["Leuven"]
    assert manifest["parameters"]["follow_up_months"] == 3
    assert manifest["parameters"]["poverty_cutoff"] == 3
    expected = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in finished.raw.iterdir()}
    assert manifest["inputs"] == expected
    assert manifest["outputs"] == {
        name: hashlib.sha256(data).hexdigest() for name, data in content(finished.out).items()
    }
    codebook = ROOT / "data" / "reference" / "sociale_balans.csv"
    assert manifest["reference"]["sociale_balans.csv"] == hashlib.sha256(codebook.read_bytes()).hexdigest()
    assert manifest["versions"]["python"] == ".".join(map(str, sys.version_info[:3]))
    assert {"commit", "dirty"} == set(manifest["git"])
    assert manifest["started"] <= manifest["finished"]
    assert set(manifest["seconds"]) == {"01_cleaning", "02_baseline", "tables.xlsx", "pages", "all"}


def test_the_workbook_explains_each_table_and_keeps_numbers_as_numbers(finished):
    book = openpyxl.load_workbook(finished.out / "tables.xlsx")
    assert book.sheetnames == ["Leeswijzer", "flow"]
    assert list(book["flow"].values)[:3] == [("stage", "families"), ("registered", 13), ("test", 0)]
    guide = list(book["Leeswijzer"].values)
    assert guide[5] == ("tabel", "kolom", "betekenis", "eenheid")
    assert [row[:2] for row in guide[6:]] == [("flow", None), ("flow", "stage"), ("flow", "families")]
    assert all(row[2] for row in guide[6:])


# ---- what stops a run before anything runs ---------------------------------------------------------------


@pytest.fixture
def study(tmp_path):
    return Study(tmp_path)


def test_parameters_are_checked_before_anything_is_written(study):
    with pytest.raises(ParameterError, match="(?s)poverty_cutof.*follow_up_months.*Gent"):
        study.run(pilots=["Gent"], parameters={"poverty_cutof": 3, "follow_up_months": 0})
    assert listing(study.folder) == ["notebooks", "raw"]


def test_a_faulty_export_stops_the_run_before_a_kernel_starts(study):
    (study.raw / "kind.csv").unlink()
    with pytest.raises(ExportError, match="kind"):
        study.run()
    assert listing(study.folder) == ["notebooks", "raw"]


def test_a_notebook_whose_parameters_cell_sets_what_is_no_parameter_stops_the_run(study):
    nbformat.write(notebook("languag = 'nl'\nx, pilots = 1, []"), study.notebooks / "02_baseline.ipynb")
    with pytest.raises(
        RunError, match="02_baseline: the parameters cell sets languag, which is no parameter"
    ):
        study.run()


def test_a_notebook_without_a_parameters_cell_would_run_on_its_defaults_and_stops_the_run(study):
    made = notebook("language = 'nl'")
    del made.cells[2].metadata["tags"]
    nbformat.write(made, study.notebooks / "02_baseline.ipynb")
    with pytest.raises(RunError, match="02_baseline.ipynb: no cell is tagged `parameters`"):
        study.run()


@pytest.mark.parametrize("text", ["", "{}", '{"cells": 1}', "no json"])
def test_a_broken_notebook_stops_the_run(study, text):
    (study.notebooks / "02_baseline.ipynb").write_text(text)
    with pytest.raises(RunError, match="02_baseline.ipynb"):
        study.run()


def test_a_folder_without_notebooks_stops_the_run(study, tmp_path):
    study.notebooks = tmp_path
    with pytest.raises(RunError, match="holds no numbered notebook"):
        study.run()


@pytest.mark.parametrize("place", ["raw/klein", "raw/klein/report", "raw", "."])
def test_a_report_is_never_put_in_or_around_the_raw_export(study, place):
    study.out = study.folder / place
    before = content(study.folder)
    with pytest.raises(TargetError, match="overlaps the raw export"):
        study.run()
    assert content(study.folder) == before


def test_only_a_report_or_an_empty_folder_is_replaced(study):
    study.out.mkdir(parents=True)
    (study.out / "thesis.txt").write_text("years of work")
    with pytest.raises(TargetError, match="holds files that no run made"):
        study.run()
    (study.out / "manifest.json").write_text('{"name": "a web application"}')
    with pytest.raises(TargetError, match="holds files that no run made"):
        study.run()
    (study.out / "manifest.json").write_text("[1")
    with pytest.raises(TargetError, match="holds files that no run made"):
        study.run()
    assert (study.out / "thesis.txt").read_text() == "years of work"
    study.out = study.out / "thesis.txt"
    with pytest.raises(TargetError, match="is a file"):
        study.run()


# ---- what goes wrong on the way --------------------------------------------------------------------------


def test_a_failing_cell_is_named_and_the_previous_report_stays(tmp_path):
    study = Study(tmp_path, cleaning=(WRITE_CLEAN, WRITE_FLOW), baseline=(READ_CLEAN, "x = 1\nx / 0", "3"))
    study.out.mkdir(parents=True)
    (study.out / "manifest.json").write_text('{"made_by": "gezinscoach"}')
    (study.clean / "klein").mkdir(parents=True)
    (study.clean / "klein" / "study.json").write_text("before")
    with pytest.raises(RunError) as caught:
        study.run()
    lines = str(caught.value).splitlines()
    # the third code cell of the second notebook, after the injected one: In [4], cell 10 as it is kept
    assert lines[0] == '02_baseline stopped at cell 10 (In [4]), under "Stap 2":'
    assert "----> 2 x / 0" in lines
    partial = study.out.parent / "klein.failed" / "02_baseline.ipynb"
    assert lines[-2:] == [
        "ZeroDivisionError: division by zero",
        f"The notebook as far as it came is {partial}; the previous report is as it was.",
    ]
    cells = documents.read(partial).cells
    assert cells[9].outputs[0].ename == "ZeroDivisionError"
    assert cells[12].execution_count is None
    assert listing(study.out) == ["manifest.json"]
    assert (study.clean / "klein" / "study.json").read_text() == "before"
    assert listing(study.out.parent) == ["klein", "klein.failed"]
    write_notebooks(study.notebooks)
    study.run()
    assert listing(study.out.parent) == ["klein"]
    assert (study.clean / "klein" / "study.json").read_text() != "before"


def test_an_error_meant_for_the_reader_is_shown_as_its_message_alone(tmp_path):
    cells = ("from helpers.export import read_dataset\nread_dataset('/nowhere')",)
    study = Study(tmp_path, cleaning=cells)
    with pytest.raises(RunError) as caught:
        study.run()
    first, second, last = str(caught.value).splitlines()
    assert first == '01_cleaning stopped at cell 7 (In [3]), under "Stap 1":'
    assert "/nowhere" in second and "Traceback" not in second
    assert last.endswith("; no report was written.")


def test_a_workbook_that_cannot_be_made_stops_the_run(tmp_path):
    no_header = WRITE_FLOW + "\n(tables / 'odd.csv').touch()"
    study = Study(tmp_path, cleaning=(WRITE_CLEAN, no_header))
    with pytest.raises(RunError, match=r"(?s)tables\.xlsx could not be made:.*IndexError"):
        study.run()
    assert not study.out.exists()


def test_a_kernel_that_dies_is_reported_and_the_others_are_ended(tmp_path):
    study = Study(tmp_path, cleaning=(WRITE_CLEAN,), baseline=("import os\nos._exit(1)",))
    third = notebook("language = 'nl'", "import time\ntime.sleep(60)")
    nbformat.write(third, study.notebooks / "03_kansarmoede.ipynb")
    start = time.monotonic()
    with pytest.raises(RunError, match="(?s)02_baseline stopped at cell 7.*Stap 1.*the kernel died"):
        study.run()
    assert time.monotonic() - start < 30


def test_what_a_killed_run_left_is_cleared_and_a_report_that_was_set_aside_comes_back(study):
    reports = study.out.parent
    reports.mkdir(parents=True)
    killed, old = folders.fresh_build(study.out), folders.aside(study.out, "old")
    (killed / "half.html").write_text("half")
    others = [folders.fresh_build(reports / name) for name in ("klein.2", "klein-internal")]
    old.mkdir()
    (old / "manifest.json").write_text('{"made_by": "gezinscoach"}')
    with folders.locked(study.out):
        fresh = folders.fresh_build(study.out)
    assert fresh != killed, "a kernel of the killed run would write into this one"
    assert listing(fresh) == [] and listing(study.out) == ["manifest.json"]
    assert listing(reports) == sorted(["klein", *(folder.name for folder in (fresh, *others))])


def test_a_folder_into_which_a_killed_run_still_writes_is_removed_when_it_has_ended(tmp_path, monkeypatch):
    folder, times = tmp_path / "build", []

    def removed(path, really=shutil.rmtree):
        times.append(path)
        really(path)
        if len(times) == 1:
            (path / "tables").mkdir(parents=True)
            raise OSError(errno.ENOTEMPTY, "Directory not empty", str(path))

    monkeypatch.setattr(folders.shutil, "rmtree", removed)
    monkeypatch.setattr(folders, "PAUSE", 0)
    (folder / "tables").mkdir(parents=True)
    folders.remove(folder)
    assert not folder.exists() and times == [folder, folder]


def test_two_runs_cannot_write_to_one_report(study):
    with folders.locked(study.out), pytest.raises(RunError, match="another run is writing there"):
        study.run()
    with folders.locked(study.out):
        pass
    assert listing(study.out.parent) == []


def test_a_lock_goes_with_the_process_that_held_it(study):
    study.out.parent.mkdir()
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom helpers.folders import locked\n"
        "with locked(Path(sys.argv[1])):\n    print('locked', flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, study.out], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "locked\n"
        with pytest.raises(RunError, match="another run"), folders.locked(study.out):
            pass
        holder.kill()
        holder.wait()
    with folders.locked(study.out):
        pass


def test_a_lock_can_be_waited_for(study):
    held = threading.Event()

    def hold():
        with folders.locked(study.out):
            held.set()
            time.sleep(0.3)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    with folders.locked(study.out, wait_seconds=10):
        pass
    thread.join()


def test_a_swap_that_the_system_refuses_leaves_the_old_folder(tmp_path):
    target = tmp_path / "report"
    target.mkdir()
    (target / "index.html").write_text("old")
    with pytest.raises(RunError, match="cannot be replaced"):
        folders.swap({target: tmp_path / "not there"})
    assert content(tmp_path) == {"report/index.html": b"old"}


# ---- pieces ----------------------------------------------------------------------------------------------


def test_the_parameters_of_a_notebook_are_those_that_its_cell_names():
    annotated = notebook('language: str = "nl"  # taal\npilots: list[str] = []')
    assert named_in(annotated, "x") == ("language", "pilots")
    assert named_in(notebook(CLEANING), "x")[:2] == ("raw", "clean")
    with pytest.raises(RunError, match="x: the parameters cell is no Python"):
        named_in(notebook("language ="), "x")


def test_folders_are_shown_from_the_root_of_the_project_or_by_their_name(tmp_path):
    assert shown_path(ROOT / "data" / "raw" / "synthetic") == "data/raw/synthetic"
    assert shown_path(tmp_path / "export-2023") == "export-2023"


def test_streams_that_came_in_pieces_become_one():
    cell = nbformat.v4.new_code_cell(
        "print(1)",
        outputs=[
            nbformat.v4.new_output("stream", name="stdout", text="a"),
            nbformat.v4.new_output("stream", name="stdout", text="b"),
            nbformat.v4.new_output("stream", name="stderr", text="c"),
            nbformat.v4.new_output("display_data", data={"text/plain": "/home/x/a", "image/png": "/home/x"}),
            nbformat.v4.new_output("display_data", data={"text/plain": "d"}),
        ],
    )
    book = nbformat.v4.new_notebook(cells=[cell])
    outputs = documents.normalise(book, name="n", replace={"/home/x/": "", "/home/x": "x"}).cells[0].outputs
    assert [output.get("text") for output in outputs] == ["ab", "c", None, None]
    assert outputs[2].data == {"text/plain": "a", "image/png": "/home/x"}  # images are left alone
    assert cell.outputs[0].text == "a"  # the notebook that was given is as it was


def test_the_heading_of_a_cell_is_the_last_one_before_it_in_the_language():
    book = notebook("language = 'nl'", "1", "2")
    assert documents.heading_of(book, 8, language="nl") == "Stap 2"
    assert documents.heading_of(book, 8, language="en") == "Step 2"
    assert documents.heading_of(book, 2, language="en") == "A title"
    assert documents.heading_of(nbformat.v4.new_notebook(cells=book.cells[2:3]), 0, language="nl") == ""


def git(folder, *arguments):
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(["git", "-C", folder, *identity, *arguments], check=True, capture_output=True)


def test_the_state_of_git_is_told_where_there_is_one(tmp_path):
    nothing = {"commit": None, "dirty": None}
    assert git_state(tmp_path) == nothing
    git(tmp_path, "init")
    assert git_state(tmp_path) == nothing  # no commit yet
    (tmp_path / "a").write_text("a")
    git(tmp_path, "add", "a")
    git(tmp_path, "commit", "-m", "a")
    state = git_state(tmp_path)
    assert (len(state["commit"]), state["dirty"]) == (40, False)
    (tmp_path / "b").write_text("b")
    assert git_state(tmp_path) == {"commit": state["commit"], "dirty": True}
    (tmp_path / "inner").mkdir()
    assert (
        git_state(tmp_path / "inner") == nothing
    )  # a project inside another repository is not that repository


# ---- the committed notebooks -----------------------------------------------------------------------------


def test_refreshing_notebooks_twice_changes_nothing(tmp_path):
    folder = write_notebooks(
        tmp_path / "notebooks", cleaning=("import time\nprint('a')\n'b'",), baseline=("2",)
    )
    told = io.StringIO()
    assert [path.name for path in pipeline.refresh(notebook_folder=folder, stream=told)] == listing(folder)
    once = content(folder)
    executed = documents.read(folder / "01_cleaning.ipynb")
    assert [cell.execution_count for cell in executed.cells if cell.cell_type == "code"] == [1, 2]
    assert not any("injected-parameters" in documents.tags(cell) for cell in executed.cells)
    pipeline.refresh(notebook_folder=folder, stream=told)
    assert content(folder) == once
    assert listing(tmp_path) == ["notebooks"]


def test_a_notebook_that_stops_leaves_all_committed_notebooks_as_they_were(tmp_path):
    folder = write_notebooks(tmp_path / "notebooks", cleaning=("'a'",), baseline=("1 / 0",))
    before = content(folder)
    with pytest.raises(RunError, match="02_baseline stopped"):
        pipeline.refresh(notebook_folder=folder, stream=io.StringIO())
    assert content(folder) == before


def test_a_report_is_never_put_among_the_data_of_the_project(study):
    study.out = ROOT / "data" / "raw" / "another-export"
    with pytest.raises(TargetError, match="lies among the data"):
        study.run()
    assert not study.out.exists()


def test_definitions_that_change_during_a_run_stop_it(study, monkeypatch):
    seen = iter([{"kansarmoede.yml": "a"}, {"kansarmoede.yml": "b"}])
    monkeypatch.setattr(_build.manifest, "reference_hashes", lambda: next(seen))
    with pytest.raises(RunError, match="changed while the notebooks ran"):
        study.run()
    assert not study.out.exists()
