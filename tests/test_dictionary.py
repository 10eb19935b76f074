"""The committed data dictionary is what the definitions give, and names all of them."""

from dataclasses import replace

import pytest

from helpers.definitions import Text, load_definitions
from helpers.dictionary import DICTIONARY, data_dictionary
from helpers.parameters import PARAMETERS
from helpers.tables import TABLES


@pytest.fixture(scope="module")
def definitions():
    return load_definitions()


@pytest.fixture(scope="module")
def lines(definitions) -> list[str]:
    return data_dictionary(definitions).splitlines()


def test_the_committed_dictionary_is_made_from_the_present_definitions(definitions):
    committed = DICTIONARY.read_text(encoding="utf-8")
    assert committed == data_dictionary(definitions), "make it anew: python -m helpers.dictionary"


def test_every_label_of_every_item_stands_in_it(definitions, lines):
    rows = [line for line in lines if line.startswith("|")]
    for item in definitions.items.values():
        for level, label in enumerate(item.labels, start=1):
            assert any(f"| {level} |" in row and label.nl in row and label.en in row for row in rows), label


def test_every_column_of_every_table_stands_under_its_table(lines):
    for table in TABLES.values():
        start = next(
            n for n, line in enumerate(lines) if line.startswith("### ") and f"`{table.name}`" in line
        )
        section = lines[start + 1 :]
        section = section[: next(n for n, line in enumerate(section) if line.startswith("##"))]
        columns = [line.split("`")[1] for line in section if line.startswith("| `")]
        assert columns == list(table.column_names)


def test_every_parameter_stands_in_it_with_its_default(lines):
    start = lines.index("## Parameters")
    defaults = dict(line.split("`")[1:4:2] for line in lines[start:] if line.startswith("| `"))
    assert list(defaults) == list(PARAMETERS)
    assert defaults["baseline_window_days"] == "30"
    assert defaults["pilots"] == "[]" and defaults["output"] == '""'


def test_a_changed_label_changes_the_dictionary(definitions):
    key = ("huishouden", "schulden")
    item = definitions.items[key]
    labels = (Text(nl="een andere schuld | veel", en="another debt | much"), *item.labels[1:])
    changed = replace(definitions, items=definitions.items | {key: replace(item, labels=labels)})
    row = "| 1 | another debt \\| much · *een andere schuld \\| veel* |"
    assert row in data_dictionary(changed)
    assert row not in data_dictionary(definitions)
