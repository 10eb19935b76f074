"""Reference files that no one writes by hand: refused in one line, soon, and with what to do."""

import shutil
import time

import pytest

from helpers import definitions as codebook
from helpers.definitions import REFERENCE, DefinitionError

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


def changed(folder, file, old, new):
    """Replace a piece of a reference file that stands there once or more."""
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "value", ["1e99999999", "'1e-99999999'", "'1E+00000100'", "'" + "9" * 41 + "'", ".inf"]
)
def test_a_published_number_that_would_fill_the_memory_is_refused_soon(folder, value):
    start = time.monotonic()
    with pytest.raises(DefinitionError) as caught:
        codebook.load_claims(changed(folder, "published_claims.yml", "equals: 90", f"equals: {value}"))
    assert any(
        "must be a number" in line and "published_claims.yml, line" in line for line in caught.value.faults
    )
    assert time.monotonic() - start < 10 and max(map(len, caught.value.faults)) < 300


@pytest.mark.parametrize("value", ["1e99", "'1/3'", "0.28"])
def test_numbers_of_a_size_that_can_be_published_are_read(folder, value):
    codebook.load_claims(changed(folder, "published_claims.yml", "equals: 90", f"equals: {value}"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("simulations: 4000", f"simulations: {10**14}", "simulations"),
        ("simulations: 4000", "simulations: 1000000", "at most 100,000,000"),
        ("[20, 30,", f"[20, 30, {10**9},", "families_per_group"),
    ],
)
def test_a_planning_without_end_is_refused(folder, old, new, said):
    with pytest.raises(DefinitionError) as caught:
        codebook.load_planning(changed(folder, "planning.yml", old, new))
    assert any(line.startswith("planning.yml, line") and said in line for line in caught.value.faults)


@pytest.mark.parametrize(
    "damage",
    ["tables: 3", "tables: {x: {}}", "[]", "x: 1", "tables: {x: {kind: report, columns: [{}]}}",
     "tables: {x: {kind: report, columns: [a]}}\ncolumns: {a: {type: b}}\n"
     "types: {b: {dtype: Int64, low: a, high: 2}}"],
)  # fmt: skip
def test_damaged_declarations_of_tables_are_told_in_one_line(folder, damage):
    (folder / "tables.yml").write_text(damage, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        codebook.load_claims(folder)
    assert [line for line in caught.value.faults if line.startswith("tables.yml: is damaged")]


def test_a_type_of_a_thousand_million_values_is_not_written_out(folder):
    changed(
        folder,
        "tables.yml",
        "\ntypes:\n",
        "\ntypes:\n  endless: {dtype: Int64, low: 0, high: 1000000000000}\n",
    )
    changed(folder, "tables.yml", "\ncolumns:\n", "\ncolumns:\n  endless: {type: endless, nl: x, en: x}\n")
    changed(
        folder, "tables.yml", "\ntables:\n", "\ntables:\n  long:\n    kind: report\n    columns: [endless]\n"
    )
    start = time.monotonic()
    codebook.load_claims(folder)
    assert time.monotonic() - start < 10


def test_a_headline_that_stands_twice_is_refused(folder):
    with pytest.raises(DefinitionError, match="'families' stands 2 times"):
        codebook.load_multiverse(changed(folder, "multiverse.yml", "- id: headcount", "- id: families"))
