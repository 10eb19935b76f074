"""How to cite a report: the software by CITATION.cff, and the dataset with its export date."""

from pathlib import Path
from typing import Any

import yaml

from helpers.definitions import ROOT
from helpers.run._render import Frame, day, named

CITATION = ROOT / "CITATION.cff"


def citations(frame: Frame, *, path: Path = CITATION) -> dict[str, str]:
    """Say how to cite the software and the data.

    Parameters
    ----------
    frame : Frame
        Gives the dataset.
    path : Path
        The citation file of the project; without it nothing is said.

    Returns
    -------
    dict of str to str
        `software` and `dataset` as plain text, `bibtex` for a reference manager; empty without the file.
    """
    if not path.is_file():
        return {}
    cff = yaml.safe_load(path.read_text(encoding="utf-8"))
    year, authors = str(cff["date-released"])[:4], " & ".join(_author(one) for one in cff["authors"])
    dataset = frame.dataset
    return {
        "software": f"{authors} ({year}). {cff['title']} ({cff['version']}).",
        "dataset": f"{named(frame)}, {day(dataset.exported_on, frame.language)}.",
        "bibtex": _bibtex(cff, authors, year),
    }


def _author(author: dict[str, Any]) -> str:
    """Name an author: a person, or a group by its name."""
    if "name" in author:
        return str(author["name"])
    return f"{author['family-names']}, {author['given-names']}"


def _bibtex(cff: dict[str, Any], authors: str, year: str) -> str:
    """Write an entry for a reference manager."""
    fields = {"author": f"{{{authors.replace(' & ', ' and ')}}}", "title": cff["title"], "year": year}
    fields |= {"version": cff["version"], "url": cff.get("repository-code"), "doi": cff.get("doi")}
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@software{{gezinscoach{year},", *lines, "}"])
