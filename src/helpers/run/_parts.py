"""The reports of one run: in each language, of all pilots and of each one, and the internal review."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from helpers.definitions import LANGUAGES, ROOT
from helpers.formats import slug
from helpers.run._render import Sibling, words

PILOTS = "pilots"  # folder of the reports of single pilots, inside the report of all
RESERVED = re.compile("con|prn|aux|nul|(com|lpt)[0-9]")  # names that no folder can have on Windows
COMPARISON = "08_pilots"  # the notebook that compares the pilots; it goes with their own reports


@dataclass(frozen=True)
class Part:
    """One report of a run: where it stands, what it is about, and with which notebooks.

    `root` is the folder that is swapped in as a whole; `path` leads from it to this report, empty for the
    root itself.
    """

    root: Path
    path: str
    sources: Mapping[str, NotebookNode]
    parameters: Mapping[str, Any]
    internal: bool = False
    siblings: tuple[Sibling, ...] = ()
    pilots: tuple[str, ...] = ()  # those that it is about, beside the report of all

    @property
    def target(self) -> Path:
        """The folder of this report."""
        return self.root / self.path if self.path else self.root

    @property
    def language(self) -> str:
        """The language of this report."""
        return str(self.parameters["language"])

    def under(self, name: str) -> str:
        """Name something of this part, from the root."""
        return f"{self.path}/{name}" if self.path else name


def report_parts(
    root: Path,
    sources: Mapping[str, NotebookNode],
    parameters: Mapping[str, Any],
    *,
    languages: Sequence[str],
    groups: Sequence[tuple[str, ...]] = (),
    internal: bool = False,
) -> tuple[Part, ...]:
    """List the reports of a run, the first of which is about all families in the first language.

    Parameters
    ----------
    root : Path
        Where the reports come. With one language the report is the root itself, with more each has a folder
        in it, named as the language.
    sources : mapping of str to NotebookNode
        The notebooks of a report. The one that compares pilots is left out where these have no report.
    parameters : mapping
        Of all reports; language and pilots are set for each.
    languages : sequence of str
        In the order given.
    groups : sequence of tuple of str
        The pilots, or groups of pilots, that get a report of their own, in `pilots/<name>` of the report of
        all; empty: none.
    internal : bool
        Whether they are not to be passed on.

    Returns
    -------
    tuple of Part
        Each knows its siblings: the same report in the other languages, and the other ones in its own.
    """
    single = without_comparison(sources)
    whole = dict(sources) if groups else single
    named = {", ".join(group): group for group in groups}
    folders = {"": "", **{name: f"{PILOTS}/{folder}" for name, folder in folder_names([*named]).items()}}
    parts = []
    for language in languages:
        for name, folder in folders.items():
            own = {"language": language} | ({"pilots": list(named[name])} if name else {})
            place = _joined(language if len(languages) > 1 else "", folder)
            siblings = _siblings(language, name, place, languages, folders)
            given = dict(parameters) | own
            chosen = single if name else whole
            parts.append(Part(root, place, chosen, given, internal, siblings, named.get(name, ())))
    return tuple(parts)


def without_comparison(sources: Mapping[str, NotebookNode]) -> dict[str, NotebookNode]:
    """Leave out the notebook that compares pilots."""
    return {name: one for name, one in sources.items() if name != COMPARISON}


def folder_names(pilots: Sequence[str]) -> dict[str, str]:
    """Give each pilot the name of a folder: small letters and digits, no two the same, none that is reserved.

    Examples
    --------
    >>> folder_names(["Sint-Niklaas", "Liège", "../LIEGE"])
    {'Sint-Niklaas': 'sint-niklaas', 'Liège': 'liege', '../LIEGE': 'liege-2'}
    """
    names: dict[str, str] = {}
    for pilot in pilots:
        base = slug(pilot)[:60].strip("-") or "pilot"
        base = f"pilot-{base}" if RESERVED.fullmatch(base) else base
        name, number = base, 1
        while name in names.values():
            number += 1
            name = f"{base}-{number}"
        names[pilot] = name
    return names


def shown_path(path: Path) -> str:
    """Write a folder as it may be shown: under the project from its root, elsewhere by its name alone."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def _siblings(
    language: str, pilot: str, place: str, languages: Sequence[str], folders: Mapping[str, str]
) -> tuple[Sibling, ...]:
    """List this report in every language, then all reports in this language; none where it stands alone."""
    up = "/".join([".."] * len([part for part in place.split("/") if part]))
    found = []
    if len(languages) > 1:
        for other in languages:
            folder = _joined(up, other, folders[pilot])
            label = LANGUAGES[other].name
            found.append(Sibling("language", label, folder, other, current=other == language))
    if len(folders) > 1:
        for name, folder in folders.items():
            path = _joined(up, language if len(languages) > 1 else "", folder) or "."
            label = name or words(language)["all_pilots"]
            kind = "pilot" if name else "whole"
            found.append(Sibling(kind, label, path, language, current=name == pilot))  # type: ignore[arg-type]
    return tuple(found)


def _joined(*parts: str) -> str:
    """Join the parts of a path, without the empty ones."""
    return "/".join(part for part in parts if part)
