"""The copies that are worked with in JupyterLab, and the hook that keeps real families out of git."""

import os
import re
import shutil
import stat
import subprocess
import sys

import nbformat
import pytest

from datasets import write_dataset
from helpers import lab
from helpers.definitions import ROOT
from helpers.definitions.languages import labels
from helpers.run import _notebooks as documents
from test_exchange import ROWS

HOOK = ROOT / ".githooks" / "pre-commit"


@pytest.fixture(scope="module")
def desks(tmp_path_factory):
    """The desk of a small export: synthetic in English, real in Dutch."""
    place = tmp_path_factory.mktemp("desks")
    found = {}
    for synthetic, language in ((True, "en"), (False, "nl")):
        raw = write_dataset(place / f"raw-{language}", dataset_yml={"synthetic": synthetic}, **ROWS)
        found[synthetic] = lab.prepare(raw, language=language, work=place / "work", clean=place / "clean")
    return found


def notebooks(desk):
    return {path.name: documents.read(path) for path in sorted(desk.folder.glob("*.ipynb"))}


def test_the_copies_are_in_one_language_of_the_chosen_data_and_without_outputs(desks):
    copies = notebooks(desks[True])
    assert {"01_cleaning.ipynb", "04_transitions.ipynb", "explore.ipynb", "template.ipynb"} <= set(copies)
    assert "06_published_claims.ipynb" not in copies  # statements about another study
    for name, copy in copies.items():
        tags = {tag for cell in copy.cells for tag in documents.tags(cell)}
        assert "lang-en" in tags and "lang-nl" not in tags, name
        (parameters,) = (cell.source for cell in copy.cells if "parameters" in documents.tags(cell))
        assert 'language: str = "en"' in parameters and "data/clean/synthetic" not in parameters
        assert str(desks[True].study.folder) in parameters
        assert not any(cell.get("outputs") for cell in copy.cells), name


def test_what_only_shows_writes_nothing_and_the_explorer_saves_beside_the_copies(desks):
    copies = notebooks(desks[True])
    assert 'output: str = ""' in "".join(cell.source for cell in copies["04_transitions.ipynb"].cells)
    saved = f'output: str = "{desks[True].folder.as_posix()}/saved"'
    assert saved in "".join(cell.source for cell in copies["explore.ipynb"].cells)


def test_the_copy_of_a_notebook_runs(desks, monkeypatch):
    (template,) = (copy for name, copy in notebooks(desks[True]).items() if name == "template.ipynb")
    code = [cell.source for cell in template.cells if cell.cell_type == "code"]
    names = {"In": code}
    for source in code[:4]:
        exec(compile(source, "template.ipynb", "exec"), names)
    assert names["study"].language == "en" and set(names["study"].families["family"]) == {
        "LEU-001",
        "LEU-002",
    }


def test_copies_of_real_data_are_internal_for_their_owner_alone_and_the_hook_is_offered(desks):
    folder = desks[False].folder
    assert folder.name.endswith("-internal") and stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert "core.hooksPath .githooks" in "\n".join(lab.told(desks[False]))
    assert "core.hooksPath" not in "\n".join(lab.told(desks[True]))
    for name in ("work/x/04_transitions.ipynb", "work/mijn-internal/start.md"):
        assert subprocess.run(["git", "check-ignore", "-q", name], cwd=ROOT).returncode == 0
    assert "**Echte gegevens.**" in (folder / "start.md").read_text(encoding="utf-8")


def test_a_changed_copy_is_kept_and_named_and_another_is_made_anew(tmp_path):
    raw = write_dataset(tmp_path / "raw", **ROWS)
    first = lab.prepare(raw, work=tmp_path / "work", clean=tmp_path / "clean")
    changed, removed = first.folder / "04_transitions.ipynb", first.folder / "02_baseline.ipynb"
    changed.write_text(changed.read_text().replace("study.answer", "study.show"))
    mine = changed.read_bytes()
    removed.unlink()
    again = lab.prepare(raw, work=tmp_path / "work", clean=tmp_path / "clean")
    assert (again.kept, changed.read_bytes()) == (("04_transitions.ipynb",), mine)
    assert removed.exists() and "04_transitions.ipynb" in "\n".join(lab.told(again))


def test_every_link_of_the_start_page_leads_somewhere(desks):
    study = desks[True].study
    for language in ("nl", "en"):
        study.language = language
        page = lab.start_page(
            study, [name for name in labels("lab_links") if "/" not in name], ROOT / "work" / "x"
        )
        links = re.findall(r"\]\((.+?)\)", page)
        assert len(links) == len(labels("lab_links"))
        for link in links:
            at = ROOT / "work" / "x" / link if "/" in link else ROOT / "notebooks" / link
            assert os.path.exists(os.path.normpath(at)), link


def test_jupyterlab_saves_nothing_by_itself_and_the_users_own_settings_are_read(desks, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", "/home/of/somebody/.jupyter")
    command, environment = lab.jupyter(desks[True], ["--no-browser"])
    assert command[-1] == "--no-browser" and any(word.endswith("/lab/tree/start.md") for word in command)
    assert environment["GEZINSCOACH_WATCHED"] == "1"
    assert environment["JUPYTER_CONFIG_PATH"].startswith("/home/of/somebody/.jupyter")
    assert environment["JUPYTERLAB_SETTINGS_DIR"].startswith("/home/of/somebody/.jupyter/lab")


# ---- the hook ----------------------------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path):
    """A repository with the hook in force."""
    git(tmp_path, "init", "-q")
    shutil.copytree(HOOK.parent, tmp_path / ".githooks")
    hook = tmp_path / ".githooks" / "pre-commit"
    hook.write_text(f"#!{sys.executable}\n" + HOOK.read_text().split("\n", 1)[1])
    git(tmp_path, "config", "core.hooksPath", ".githooks")
    return tmp_path


def git(folder, *words):
    own = {
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@b",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@b",
    }
    return subprocess.run(["git", *words], cwd=folder, env=os.environ | own, capture_output=True, text=True)


def commit(folder, name, content):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(content)
    git(folder, "add", "-f", name)
    done = git(folder, "commit", "-q", "-m", "x")
    git(folder, "reset", "-q")
    return done


def notebook_of(clean, shown):
    cell = nbformat.v4.new_code_cell(f'clean: str = "{clean}"  # folder')
    other = nbformat.v4.new_code_cell("study.show('figure_18')")
    other.outputs = [nbformat.v4.new_output("display_data", {"text/html": shown})] if shown else []
    return nbformat.writes(nbformat.v4.new_notebook(cells=[cell, other]))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.ipynb", notebook_of("data/clean/synthetic", "Vooruit: 23"), ""),
        ("a.ipynb", notebook_of("data/clean/mijn", ""), ""),
        ("a.ipynb", notebook_of("data/clean/mijn", "Vooruit: 23"), "outputs of other data"),
        ("a.ipynb", notebook_of("", "Real data without disclosure control: for …"), "shows real data"),
        ("a.ipynb", "no notebook", "no notebook"),
        ("work/mijn-internal/start.md", "x", "single families"),
        ("states.SAV", "x", "single families"),
        ("readme.md", "x", ""),
        ("readme.md", "x" * 2_000_001, "larger than 2 MB"),
    ],
)
def test_the_hook_refuses_what_would_take_families_along(repository, name, content, told):
    done = commit(repository, name, content)
    assert (done.returncode != 0) == bool(told), done.stderr
    assert told in done.stderr


def test_the_hook_knows_the_words_that_stand_above_real_data():
    for words in labels("shown")["unprotected"].words:
        assert words.split(":")[0] in HOOK.read_text(encoding="utf-8")


def test_the_hook_lets_through_what_the_project_holds():
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split("\n")
    program = HOOK.read_text(encoding="utf-8").split("def main")[0]
    space: dict = {"__name__": "hook"}
    exec(compile(program, "pre-commit", "exec"), space)
    held = [name for name in names if name and not name.endswith(".ipynb") and space["fault"](name)]
    assert held == []
