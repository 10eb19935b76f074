"""A run with `--internal`: two folders from the same clean data, and nothing of the one in the other."""

import io
import json
import os
import shutil
import stat

import nbformat
import pytest
from bs4 import BeautifulSoup

from datasets import write_dataset
from helpers import folders
from helpers import run as pipeline
from helpers.definitions import ROOT
from helpers.parameters import ParameterError
from helpers.run import RunError, TargetError
from helpers.run import _notebooks as documents
from small_notebooks import READ_CLEAN, SHARED, WRITE_CLEAN, WRITE_FLOW, notebook, write_notebooks

HOUSEHOLD = {"gezin": "LEU-077", "pilootproject": "Leuven", "datum": "2022-05-01", "schulden": 3}
NOTE = "Moeder vertelt over de buurman"
REVIEW = f'{SHARED}\npoverty_cutoff = 3\nunknown_domain = "not_deprived"\ninternal = False'
WRITE_NOTES = f"""\
from pathlib import Path
tables = Path(output) / "tables"
tables.mkdir()
_ = (tables / "tagged_notes.csv").write_text("family,text\\nLEU-077,{NOTE}\\n")
print(internal, output, len((Path(clean) / "study.json").read_text()) > 0)
"LEU-077: {NOTE}\""""


class Study:
    """A dataset and three small notebooks, the last one for internal review, and runs of them."""

    def __init__(self, folder, *, review=(WRITE_NOTES,), **dataset):
        self.folder = folder
        yml = dataset or None
        self.raw = write_dataset(folder / "raw" / "klein", huishouden=[HOUSEHOLD], dataset_yml=yml)
        self.notebooks = write_notebooks(
            folder / "notebooks", cleaning=(WRITE_CLEAN, WRITE_FLOW), baseline=(READ_CLEAN,)
        )
        if review:
            nbformat.write(notebook(REVIEW, *review), self.notebooks / "07_case_review.ipynb")
        self.out = folder / "reports" / "klein"
        self.inner = folder / "reports" / "klein-internal"
        self.told = io.StringIO()

    def run(self, **options):
        places = {"notebook_folder": self.notebooks, "clean_folder": self.folder / "clean"}
        return pipeline.run(self.raw, self.out, **places, stream=self.told, **options)


def content(folder):
    """Every file of a folder by its path."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def listing(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """What a run with `--internal` left, and the files of a run without it before that."""
    study = Study(tmp_path_factory.mktemp("review"))
    study.run()
    before, beside = content(study.out), listing(study.out.parent)
    study.run(internal=True)
    return study, before, beside


def test_without_internal_the_review_is_not_executed(finished):
    _, before, beside = finished
    assert beside == ["klein"]
    assert sorted(before) == [
        "01_cleaning.html",
        "02_baseline.html",
        "about.html",
        "datapackage.json",
        "definitions.zip",
        "index.html",
        "manifest.json",
        "notebooks/01_cleaning.ipynb",
        "notebooks/02_baseline.ipynb",
        "tables.xlsx",
        "tables/flow.csv",
    ]


def test_the_report_is_the_same_with_and_without_internal(finished):
    study, before, _ = finished
    after = content(study.out)
    assert list(after) == list(before)
    assert [name for name in after if name != "manifest.json" and after[name] != before[name]] == []


def test_the_report_holds_no_note_no_family_and_no_word_of_the_review(finished):
    study, _, _ = finished
    # the style sheet has a class for a banner of that name, on every page of every report
    texts = {name: text.replace(b".banner.internal", b"") for name, text in content(study.out).items()}
    del texts["definitions.zip"]  # the project's own, those of the review too, whatever a run makes
    manifest = json.loads(texts["manifest.json"])
    texts["manifest.json"] = json.dumps(
        {part: manifest[part] for part in manifest if part != "reference"}
    ).encode()
    for word in (NOTE, "LEU-077", "07_case_review", "internal", "Intern "):
        assert [name for name, text in texts.items() if word.lower().encode() in text.lower()] == []


def test_the_internal_folder_is_a_report_of_its_own(finished):
    study, _, _ = finished
    assert listing(study.out.parent) == ["klein", "klein-internal"]
    assert sorted(content(study.inner)) == [
        "07_case_review.html",
        "about.html",
        "datapackage.json",
        "definitions.zip",
        "index.html",
        "manifest.json",
        "notebooks/07_case_review.ipynb",
        "tables.xlsx",
        "tables/tagged_notes.csv",
    ]
    manifest = json.loads((study.inner / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["made_by"], manifest["internal"]) == ("gezinscoach", True)
    assert set(manifest["notebooks"]) == {"07_case_review.ipynb"}
    assert folders.is_report(study.inner)  # so that a later run may replace it
    assert NOTE not in json.dumps(manifest, ensure_ascii=False) and "LEU-077" not in json.dumps(manifest)


def test_every_internal_page_says_that_it_is(finished):
    study, _, _ = finished
    for page in sorted(study.inner.glob("*.html")):
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        (banner,) = soup.select("header p.banner.internal")
        assert banner.text.startswith("Intern – niet verspreiden: ")
        assert banner.text.endswith("geen enkel gezin in dit rapport bestaat echt.")
        links = [str(link["href"]) for link in soup.select("a[href]") if not link["href"].startswith("#")]
        assert [
            link for link in links if ".." in link or not (study.inner / link.partition("#")[0]).exists()
        ] == []


def test_the_notebook_was_told_that_the_run_is_internal(finished):
    study, _, _ = finished
    executed = documents.read(study.inner / "notebooks" / "07_case_review.ipynb")
    injected = next(cell for cell in executed.cells if "injected-parameters" in documents.tags(cell))
    assert injected.source.splitlines()[-1] == "internal = True"  # as Python writes it
    assert 'output = "klein-internal"' in injected.source.splitlines()
    assert executed.cells[-1].outputs[0].text == "True klein-internal True\n"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_the_internal_folder_is_for_its_owner_alone(finished):
    study, _, _ = finished
    assert mode(study.inner) == 0o700
    assert mode(study.out) != 0o700


def test_what_is_told_of_the_run_names_no_family(finished):
    study, _, _ = finished
    assert NOTE not in study.told.getvalue() and "LEU-077" not in study.told.getvalue()


def test_an_older_internal_folder_stays_as_it_is_without_internal(finished):
    study, _, _ = finished
    before = content(study.inner)
    study.run()
    assert content(study.inner) == before


def test_a_review_that_stops_leaves_both_reports_and_repeats_no_note(tmp_path):
    failing = (WRITE_NOTES, f"raise KeyError('LEU-077: {NOTE}')")
    study = Study(tmp_path, review=failing)
    for folder in (study.out, study.inner):
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text('{"made_by": "gezinscoach"}')
    with pytest.raises(RunError) as caught:
        study.run(internal=True)
    message = str(caught.value)
    assert "07_case_review stopped at cell" in message and "KeyError" in message
    assert NOTE not in message and "LEU-077" not in message
    kept = tmp_path / "reports" / "klein-internal.failed"
    assert str(kept / "07_case_review.ipynb") in message
    assert NOTE in (kept / "07_case_review.ipynb").read_text(encoding="utf-8")
    assert os.name == "nt" or mode(kept) == 0o700
    assert listing(tmp_path / "reports") == ["klein", "klein-internal", "klein-internal.failed"]
    assert listing(study.out) == listing(study.inner) == ["manifest.json"]
    assert not (tmp_path / "clean" / "klein").exists()


@pytest.mark.slow
def test_families_of_a_real_study_are_reviewed_in_an_internal_report_of_two_languages(tmp_path):
    described = HOUSEHOLD | dict.fromkeys(("inkomen", "voeding", "veiligheid"), 3)
    raw = write_dataset(tmp_path / "raw", huishouden=[described], dataset_yml={"synthetic": False})
    few = tmp_path / "notebooks"
    few.mkdir()
    for name in ("01_cleaning", "07_case_review"):
        shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", few)
    how = {"notebook_folder": few, "clean_folder": tmp_path / "clean", "stream": io.StringIO()}
    out = pipeline.run(raw, tmp_path / "report", internal=True, languages=["nl", "en"], **how)
    assert out.name == "report-internal"
    assert [(out / language / "07_case_review.html").is_file() for language in ("nl", "en")] == [True] * 2


# ---- what stops a run before anything runs ---------------------------------------------------------------


def test_a_report_never_has_the_name_of_an_internal_one(tmp_path):
    study = Study(tmp_path)
    study.out = tmp_path / "reports" / "klein-internal"
    with pytest.raises(TargetError, match="ends in -internal is for internal reviews"):
        study.run()
    with pytest.raises(TargetError, match="ends in -internal is for internal reviews"):
        study.run(internal=True)


def test_an_internal_folder_that_no_run_made_is_not_replaced(tmp_path):
    study = Study(tmp_path)
    study.inner.mkdir(parents=True)
    (study.inner / "thesis.txt").write_text("years of work")
    with pytest.raises(TargetError, match="klein-internal: holds files that no run made"):
        study.run(internal=True)
    assert listing(tmp_path / "reports") == ["klein-internal"]


def test_there_must_be_a_notebook_for_an_internal_review(tmp_path):
    study = Study(tmp_path, review=())
    with pytest.raises(RunError, match="holds no notebook for an internal review"):
        study.run(internal=True)


def test_internal_is_no_parameter_that_can_be_given(tmp_path):
    study = Study(tmp_path)
    for value in (True, "true"):
        with pytest.raises(ParameterError, match="internal: is no parameter of a run; use --internal"):
            study.run(parameters={"internal": value})


def test_two_runs_cannot_write_to_one_internal_folder(tmp_path):
    study = Study(tmp_path)
    with folders.locked(study.inner), pytest.raises(RunError, match="another run is writing there"):
        study.run(internal=True)
    assert listing(study.out.parent) == []


# ---- folders ---------------------------------------------------------------------------------------------


def folder_with(path, text):
    path.mkdir(parents=True)
    (path / "index.html").write_text(text)
    return path


def test_folders_are_swapped_all_or_none(tmp_path):
    old = {name: folder_with(tmp_path / name, f"old {name}") for name in ("a", "b")}
    new = {name: folder_with(tmp_path / f"new-{name}", f"new {name}") for name in ("a", "b")}
    with pytest.raises(RunError, match="b: cannot be replaced"):
        folders.swap({old["a"]: new["a"], old["b"]: tmp_path / "not there"})
    assert content(tmp_path) == {
        "a/index.html": b"old a",
        "b/index.html": b"old b",
        "new-a/index.html": b"new a",
        "new-b/index.html": b"new b",
    }
    folders.swap({old["a"]: new["a"], old["b"]: new["b"], tmp_path / "c": folder_with(tmp_path / "n", "c")})
    assert content(tmp_path) == {"a/index.html": b"new a", "b/index.html": b"new b", "c/index.html": b"c"}


def test_a_swap_that_fails_takes_a_new_folder_away_again(tmp_path):
    new = folder_with(tmp_path / "new", "new")
    with pytest.raises(RunError, match="cannot be replaced"):
        folders.swap({tmp_path / "a": new, tmp_path / "b": tmp_path / "not there"})
    assert content(tmp_path) == {"new/index.html": b"new"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_what_is_built_for_an_internal_folder_or_of_real_families_is_private_from_the_start(tmp_path):
    assert mode(folders.fresh_build(tmp_path / "x-internal")) == 0o700
    assert mode(folders.fresh_build(tmp_path / "x")) != 0o700
    with folders.replacing(tmp_path / "clean", private=True) as build:
        assert mode(build) == 0o700


def test_git_ignores_an_internal_review_wherever_it_is_written():
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"*-internal/", "*-internal.failed/"} <= set(lines)
