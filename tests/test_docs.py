"""The documents speak of files, parameters and entries that exist."""

import re

import pytest

import helpers
from helpers.definitions import REFERENCE, ROOT
from helpers.parameters import PARAMETERS

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "reports" / "README.md"])
ASSUMPTIONS = (ROOT / "docs" / "assumptions.md").read_text(encoding="utf-8")
ENTRIES = re.split(r"^### ", ASSUMPTIONS, flags=re.MULTILINE)[1:]


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as they are made on the usual platforms."""
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        name, _, anchor = target.partition("#")
        place = (document.parent / name).resolve() if name else document
        assert place.exists(), target
        if anchor:
            assert anchor in anchors(place.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.split("\n")[0])
def test_every_assumption_is_rated_and_says_where_to_change_it(entry):
    assert re.search(r"Weight (high|medium|low) · confidence (high|medium|low)\.\n", entry)
    assert re.search(
        r"\*Change it:\*|Fixed|[Nn]ot yet in the\s+pipeline|Nothing in the data|Not a choice", entry
    )


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.split("\n")[0])
def test_the_files_that_an_assumption_names_exist(entry):
    for name in re.findall(r"`(\w+\.(?:yml|csv))`", entry):
        assert name == "dataset.yml" or (REFERENCE / name).exists(), name


def test_every_parameter_that_changes_results_has_an_assumption():
    disputable = {name for name, one in PARAMETERS.items() if one.kind in ("whole", "choice")} - {"language"}
    assert {name for name in disputable if f"`{name}`" not in ASSUMPTIONS} == set()


def test_the_ids_of_assumptions_are_unique():
    ids = [entry.split("\n")[0] for entry in ENTRIES]
    assert len(ids) == len(set(ids)) > 30


def test_the_rooms_are_named_and_no_more_is_offered_for_completion():
    rows = re.findall(r"^(\w+) {2,}\S", helpers.__doc__, flags=re.MULTILINE)
    serving = re.findall(r"`(\w+)`", helpers.__doc__.partition("serve several")[0].rpartition("===")[2])
    assert sorted([*rows, *serving, "__version__"]) == sorted(dir(helpers))
