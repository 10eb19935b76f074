"""Reference files that no one writes by hand: refused in one line, soon, and with what to do."""

import shutil
import time

import pytest

from helpers import codebook
from helpers.codebook import REFERENCE, DefinitionError

NINE = "[" + ", ".join(["*{0}"] * 9) + "]"
LAUGHS = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"{name}: &{name} {NINE.format(before)}\n" for before, name in zip("abcdefg", "bcdefgh", strict=True)
)


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(REFERENCE, tmp_path / "reference")


@pytest.mark.parametrize(
    ("file", "load", "added", "said"),
    [
        ("planning.yml", codebook.load_planning, "x: &x [*x]", "an alias stands in what it stands for"),
        ("planning.yml", codebook.load_planning, "x: " + "[" * 3000 + "]" * 3000, "nested"),
        ("themes.yml", codebook.load_themes, "x: " + "[" * 90 + "]" * 90, "nested"),
        ("multiverse.yml", codebook.load_multiverse, LAUGHS, "repeated without end"),
    ],
)
def test_yaml_that_unfolds_without_end_is_refused_soon(folder, file, load, added, said):
    with (folder / file).open("a", encoding="utf-8") as text:
        text.write(f"\n{added}\n")
    start = time.monotonic()
    with pytest.raises(DefinitionError) as caught:
        load(folder)
    assert any(line.startswith(file) and said in line for line in caught.value.faults)
    assert time.monotonic() - start < 5


def test_the_embedded_claims_use_aliases_and_are_read():
    assert "*retained" in (REFERENCE / "published_claims.yml").read_text(encoding="utf-8")
    assert len(codebook.load_claims().claims) >= 60


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("- id: 4\n", "- id: 7\n", "lies from 1 to 6; found 7"),
        ("- id: 60\n", "- id: -30\n", "from 0 to 365; found -30"),
    ],
)
def test_choices_outside_what_a_parameter_may_be_are_refused(folder, old, new, said):
    path = folder / "multiverse.yml"
    path.write_text(path.read_text("utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(DefinitionError, match=said):
        codebook.load_multiverse(folder)


def test_another_brace_in_a_title_is_text(folder):
    path = folder / "multiverse.yml"
    path.write_text(
        path.read_text("utf-8").replace('"{domain} strenger"', '"{domain} {strenger"'), encoding="utf-8"
    )
    titles = [option.title.nl for option in codebook.load_multiverse(folder).dimension("mapping").options]
    assert "Inkomen {strenger" in titles
