"""A third language is more of the same data: proved with a toy language in a copy of the project."""

import html
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import toy_language
from helpers.definitions import REFERENCE, ROOT

NOTEBOOKS = ("01_cleaning", "03_kansarmoede")
PAGES = ("index", *NOTEBOOKS, "about")


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A copy of the project with one language more."""
    copy = tmp_path_factory.mktemp("toy")
    for folder in ("src", "notebooks", "data/reference", "data/raw/synthetic"):
        shutil.copytree(ROOT / folder, copy / folder)
    toy_language.add_language(copy)
    return copy


@pytest.fixture(scope="module")
def pages(project) -> dict[str, str]:
    """A report in the toy language: what can be read on each page."""
    command = [sys.executable, toy_language.__file__, "report", *NOTEBOOKS]
    environment = os.environ | {"PYTHONPATH": str(project / "src"), "GEZINSCOACH_RUN": "1"}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {name: read(project / "report" / f"{name}.html") for name in PAGES}


def read(path: Path) -> str:
    """What a page shows, its drawings and what is said of a column included; blanks as one."""
    page = re.sub(r"<(style|script).*?</\1>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    spoken = " ".join(re.findall(r'(?:alt|title|aria-label)="([^"]*)"', page))
    return " ".join(html.unescape(f"{re.sub('<[^>]+>', ' ', page)} {spoken}").split())


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_no_sentence_of_another_language_is_left_on_a_page(pages, page, language):
    assert [piece for piece in toy_language.pieces(language, REFERENCE) if piece in pages[page]] == []


@pytest.mark.parametrize("page", PAGES)
def test_each_page_speaks_the_language(pages, page):
    english = toy_language.pieces("en", REFERENCE)
    assert len([piece for piece in english if toy_language.toy(piece) in pages[page]]) >= 9


def test_numbers_are_written_as_languages_yml_says(pages):
    assert re.search(r"\d'\d pct", pages["03_kansarmoede"])
    assert not re.search(r"\d[.,]\d+\s?%", " ".join(pages.values()))
