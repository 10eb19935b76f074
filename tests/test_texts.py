"""What the report says, against what was written down and read (tests/data/texts)."""

import re

import pytest

import texts

HOLE = re.compile(r"\bnan\b|\bNone\b(?! of)|\binf\b|[{}]|  |\s[.,;:)]|\(\s|[.,;:]{2}")
CAUSAL = re.compile(
    r"effect|impact|dankzij|doordat|leid[et]\b|veroorzaakt|thanks to|because of|\bleads\b|caused by|signific",
    re.I,
)
NOTEBOOKS = pytest.mark.parametrize("notebook", texts.notebooks())


@NOTEBOOKS
def test_the_report_says_what_was_written_down(notebook):
    """If the new texts are meant: `.venv/bin/python tests/texts.py`, and read the difference."""
    written, now = texts.read(notebook), texts.told(notebook)
    assert list(now) == list(written)
    for name, studies in now.items():
        assert studies == written[name], f"{name}: .venv/bin/python tests/texts.py {notebook}"


@NOTEBOOKS
def test_no_text_has_a_hole_or_a_number_that_is_none(notebook):
    for name, studies in texts.told(notebook).items():
        for which, languages in studies.items():
            for parts in languages.values():
                for part, said in parts.items():
                    assert not HOLE.search(said), (name, which, part, said)
                    assert not CAUSAL.search(said), (name, which, part, said)  # there is no control group


@pytest.mark.parametrize("which", texts.STUDIES)
def test_key_results_are_six_short_sentences_without_a_test(which):
    found = texts.study(which).key_results()
    assert 1 <= len(found) <= 6 and len({one.name for one in found}) == len(found)
    for one in found:
        for language in ("nl", "en"):
            said = one.text(language)
            assert len(said.split()) <= 25 and not re.search(r"\bp [=<]|interval|toets|\btest\b", said), said
    assert sum(one.headline is not None for one in found) == 1
