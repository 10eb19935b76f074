"""Values of reference files at the edge of what is read: refused in one line, soon, or taken as they are."""

import shutil

import pytest

from helpers.definitions import REFERENCE, DefinitionError, load
from helpers.definitions.choices import Choices
from helpers.definitions.claims import Claims


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(REFERENCE, tmp_path / "reference")


def test_another_brace_in_a_title_is_text(folder):
    path = folder / "multiverse.yml"
    path.write_text(
        path.read_text("utf-8").replace('"{domain} strenger"', '"{domain} {strenger"'), encoding="utf-8"
    )
    titles = [option.title.nl for option in load(Choices, folder).dimension("mapping").options]
    assert "Inkomen {strenger" in titles


def changed(folder, file, old, new):
    """Replace a piece of a reference file that stands there once or more."""
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize("value", ["1e99", "'1/3'", "0.28"])
def test_numbers_and_fractions_are_read(folder, value):
    load(Claims, changed(folder, "published_claims.yml", "equals: 90", f"equals: {value}"))


def test_a_headline_that_stands_twice_is_refused(folder):
    with pytest.raises(DefinitionError, match="'families' stands 2 times"):
        load(Choices, changed(folder, "multiverse.yml", "- id: headcount", "- id: families"))
