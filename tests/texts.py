"""What the report says, to be read: `.venv/bin/python tests/texts.py` makes tests/data/texts anew.

Of each output that is told from templates, by notebook: the texts of the full and the public edition of the
embedded data, of a study of one family and of one without any, in both languages. `test_texts.py` compares.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from helpers import words
from helpers.definitions import LANGUAGES, REFERENCE, ROOT, Text
from helpers.definitions.languages import TEXTS
from helpers.definitions.reading import parse_yaml
from helpers.outputs import MAKERS, OF_KIND
from helpers.protect import Edition
from helpers.study import FinishedStudy, Study
from helpers.tables import TABLES

DATA = Path(__file__).parent / "data"
GOLDEN = DATA / "texts"
EXPORTS = {
    "full": ROOT / "data" / "raw" / "synthetic",
    "one_family": DATA / "export-one-family",
    "empty": DATA / "export-empty",
}
STUDIES = ("full", "public", "one_family", "empty")
SHARED = "shared"  # texts of no output
PARTS = ("finding", "caption", "alternative", "conclusion", "key", "sure", "headline")


@cache
def study(name: str) -> Study:
    """A study that is told of; `public` is the public edition of the full one."""
    if name != "public":
        return Study.clean(EXPORTS[name])
    full, edition = study("full"), Edition()
    settings = {name: value for name, value in full.settings.items() if name != "language"}
    return FinishedStudy(full.published(edition), full.about, edition=edition, **settings)


def outputs(notebook: str) -> Iterator[str]:
    """Name what is told on the page of a notebook, outputs of a kind one by one.

    They stand where the texts of their kind do; where these are nowhere, each has texts of its own.
    """
    kinds = {name for one in notebooks() for name in _with_texts(one)} & OF_KIND["tells"].keys()
    for name in _with_texts(notebook):
        if name in kinds:
            yield from (one for one, table in TABLES.items() if table.kind == name)
        elif (
            name in MAKERS["tells"] or name in TABLES and TABLES[name].kind in OF_KIND["tells"].keys() - kinds
        ):
            yield name


@cache
def _with_texts(notebook: str) -> list[str]:
    """Name the outputs and kinds that have texts in the file of a notebook."""
    return list(parse_yaml((REFERENCE / TEXTS / f"{notebook}.yml").read_text(encoding="utf-8"))[1])


def told(notebook: str) -> dict:
    """Give what is said on a page: output → study → language → part → text."""
    found: dict = {}
    for name in dict.fromkeys(outputs(notebook)):
        for which in STUDIES:
            one = study(which)
            if name in one and (account := one.account(name)):
                found.setdefault(name, {})[which] = {
                    language: {part: said(language) for part in PARTS if (said := _part(account, part))}
                    for language in LANGUAGES
                }
    return found


def _part(account: words.Account, part: str) -> Text | None:
    """Give one text of an account where it has one; an alternative that is the caption is none."""
    said = getattr(account, part)
    return None if not said or part == "alternative" and said == account.caption else said


def notebooks() -> list[str]:
    """Name the notebooks whose outputs are told from templates."""
    return sorted(path.stem for path in (REFERENCE / TEXTS).glob("*.yml") if path.stem != SHARED)


def read(notebook: str) -> dict:
    """Read what was written down."""
    path = GOLDEN / f"{notebook}.yml"
    return parse_yaml(path.read_text(encoding="utf-8"))[1] or {} if path.is_file() else {}


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for notebook in sys.argv[1:] or notebooks():
        text = yaml.safe_dump(told(notebook), allow_unicode=True, sort_keys=False, width=110)
        if text != "{}\n":
            (GOLDEN / f"{notebook}.yml").write_text(text, encoding="utf-8")
