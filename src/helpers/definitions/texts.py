"""The words of `data/reference/texts/`: what is said and shown, in every language of the report."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from helpers.definitions.languages import LANGUAGES, REFERENCE, Text
from helpers.definitions.reading import DefinitionError, Document, Place, nearest, read_yaml

TEXTS = "texts"
SHARE = "share"  # of a share that has a name: a number, which stands beside its words


@cache
def texts(folder: Path = REFERENCE) -> Mapping[str, Any]:
    """Read all texts: those of each output by its name, and those that have a name of their own.

    DefinitionError names each text that lacks a language, with its file and line.
    """
    faults: list[str] = []
    found: dict[str, Any] = {}
    for path in sorted((folder / TEXTS).glob("*.yml")):
        if (document := read_yaml(path, faults, name=f"{TEXTS}/{path.name}")) is None:
            continue
        _check(document, document.content, ())
        for name in set(found) & set(document.content):
            document.note("stands in another file too; keep one", name)
        found |= document.content
    if faults:
        raise DefinitionError(folder, faults)
    return found


def names_of(file: str, folder: Path = REFERENCE) -> list[str]:
    """Name the texts that stand in one file, such as `04_transitions`."""
    document = read_yaml(folder / TEXTS / f"{file}.yml", [])
    return document.names() if document else []


def labels(block: str) -> Mapping[str, Text]:
    """Give plain words, which nothing is filled into by a template, by their names in a block.

    >>> labels("certain")["clear"].en
    'clear'
    """
    return {name: Text(**words) for name, words in texts()[block].items()}


def _check(document: Document, part: Any, place: Place) -> None:
    """Note words that stand in no language, and what is not said in every one."""
    if isinstance(part, dict) and not set(part).isdisjoint(LANGUAGES):
        for code in LANGUAGES:
            if code not in part:
                document.note("is missing", *place, code)
            elif not part[code]:
                document.note("must have text", *place, code)
        for other in set(part) - set(LANGUAGES) - {SHARE}:
            said = f"is no language of languages.yml, which has {', '.join(LANGUAGES)}"
            document.note(said + nearest(other, LANGUAGES), *place, other)
    elif isinstance(part, dict | list):
        for step, within in part.items() if isinstance(part, dict) else enumerate(part):
            _check(document, within, (*place, step))
    else:
        document.note(f"must have words in each language: {', '.join(LANGUAGES)}", *place)
