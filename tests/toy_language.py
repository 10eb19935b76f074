"""A third language for a copy of the project, made by machine: English with dots on its vowels.

`python tests/toy_language.py OUT NOTEBOOK…` runs in such a copy and makes a report in that language in OUT,
with the pages of some notebooks, all in one process.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import yaml

from helpers.definitions.reading import parse_yaml

CODE = "xx"
DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # the one in C is ten times as fast
FILLED_IN = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{\w+\})", re.DOTALL)  # by Jinja, or by `format`
DOTTED = str.maketrans("aeiouy", "äëïöüÿ")


def toy(text: str) -> str:
    """Say an English text in the toy language; what is filled in stays."""
    pieces = FILLED_IN.split(text)
    return "".join(piece if FILLED_IN.fullmatch(piece) else piece.translate(DOTTED) for piece in pieces)


def translated(content: Any) -> Any:
    """Say all texts of a reference file in the toy language too, wherever something stands in English."""
    if isinstance(content, list):
        return [translated(one) for one in content]
    if not isinstance(content, dict):
        return content
    said = {name: translated(part) for name, part in content.items()}
    return said | {CODE: _each(content["en"])} if {"nl", "en"} <= set(content) else said


def _each(words: Any) -> Any:
    return [toy(word) for word in words] if isinstance(words, list) else toy(words)


def add_language(project: Path) -> None:
    """Add the toy language to a copy of the project: its reference files, codebook and notebooks."""
    reference = project / "data" / "reference"
    for path in reference.rglob("*.yml"):
        content = parse_yaml(path.read_text(encoding="utf-8"))[1]
        if path.name == "languages.yml":
            english = content["en"]
            months = [toy(month) for month in english["months"]]
            content[CODE] = english | {"name": "Töÿ", "decimal": "'", "percent": " pct", "months": months}
        else:
            content = translated(content)
        path.write_text(
            yaml.dump(content, Dumper=DUMPER, allow_unicode=True, sort_keys=False), encoding="utf-8"
        )
    _add_columns(reference / "sociale_balans.csv")
    for path in (project / "notebooks").glob("*.ipynb"):
        book = nbformat.read(path, as_version=4)
        cells = []
        for cell in book.cells:
            cells.append(cell)
            if "lang-en" in cell.metadata.get("tags", []):
                source = "\n".join(_each(cell.source.split("\n")))
                cells.append(nbformat.v4.new_markdown_cell(source, metadata={"tags": [f"lang-{CODE}"]}))
        book.cells = cells
        nbformat.write(book, path)


def _add_columns(path: Path) -> None:
    """Give the codebook the columns of the language: each after the English ones."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    levels = [f"level_{level}_en" for level in range(1, 6)]
    more = {"title_en": ["title_en"], levels[-1]: levels}  # which columns follow which
    columns = [name for one in rows[0] for name in (one, *map(_own, more.get(one, ())))]
    for row in rows:
        row |= {_own(name): toy(row[name]) for name in ("title_en", *levels)}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def _own(column: str) -> str:
    return column.replace("_en", f"_{CODE}")


@cache
def pieces(language: str, reference: Path) -> set[str]:
    """List what the texts say in a language, in pieces between what is filled in, of three words and more."""
    found = set()
    for path in (reference / "texts").glob("*.yml"):
        for text in _said(parse_yaml(path.read_text(encoding="utf-8"))[1], language):
            found |= {
                " ".join(piece.split()) for piece in FILLED_IN.split(text) if not FILLED_IN.fullmatch(piece)
            }
    return {piece for piece in found if len(re.findall(r"[^\W\d_]{2,}", piece)) >= 3}


def _said(content: Any, language: str) -> Iterator[str]:
    for name, part in content.items() if isinstance(content, dict) else enumerate(content):
        if name == language:
            yield from part if isinstance(part, list) else [part]
        elif isinstance(part, dict | list):
            yield from _said(part, language)


def make_report(out: Path, names: list[str]) -> None:
    """Make a report with the pages of some notebooks: their cells are executed in this process."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    from helpers.parameters import resolve
    from helpers.run import _notebooks as documents
    from helpers.run._pages import Frame, PageLink, page, report_contents
    from helpers.study import Study

    InteractiveShell.instance()
    study = Study.clean("data/raw/synthetic", out / "clean", output=out, language=CODE)
    executed = {}
    for name in names:
        executed[name] = book = documents.read(Path("notebooks", f"{name}.ipynb"))
        for cell in book.cells:
            if cell.cell_type == "code" and cell.source.startswith("study."):
                with capture_output() as shown:
                    exec(cell.source, {"study": study})  # noqa: S102  as a kernel does
                cell.outputs = [
                    nbformat.v4.new_output("display_data", data=one.data, metadata=one.metadata)
                    for one in shown.outputs
                ]
    assert study.export is not None
    frame = Frame(CODE, study.export.dataset, resolve({"language": CODE}), "1.0.0")
    contents = report_contents(out, executed, frame=frame, inputs={})
    links = [PageLink(f"{name}.html", name) for name in contents]
    for name, content in contents.items():
        html = page(content, file=f"{name}.html", pages=links, frame=frame)
        (out / f"{name}.html").write_text(html, encoding="utf-8")


if __name__ == "__main__":
    make_report(Path(sys.argv[1]), sys.argv[2:])
