"""The data dictionary, made from the definitions; `python -m helpers.dictionary` writes it to docs/.

It lists the items of the instrument, the domains of the index, the tables with their columns, the words for
values and the parameters, so that the document cannot say anything else than what the pipeline does.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from jinja2 import Template

from helpers.definitions import LEVELS, ROOT, UNITS, Definitions, Item, Table, Text, load_definitions
from helpers.definitions.outputs import Column
from helpers.parameters import PARAMETERS
from helpers.tables import TABLES

DICTIONARY = ROOT / "docs" / "data_dictionary.md"
EMPTY: Mapping[object, str] = {(): "[]", "": '""'}  # how a default of nothing is written
TEMPLATE = Path(__file__).parent / "templates" / "data_dictionary.md.j2"


def data_dictionary(definitions: Definitions) -> str:
    """Give the whole document as Markdown; tables and parameters are those of the program."""
    kinds = ("clean", "internal")
    tables = {kind: [each for each in TABLES.values() if each.kind == kind] for kind in kinds}
    tables["report"] = [each for each in TABLES.values() if each.is_report]
    parts = {kind: "\n".join(_tables(of)) for kind, of in tables.items()}
    parameters = [
        (f"`{one.name}`", f"`{EMPTY.get(one.default, one.default)}`", one.allowed, _both(one.text))
        for one in PARAMETERS.values()
    ]
    return Template(TEMPLATE.read_text(encoding="utf-8"), keep_trailing_newline=True).render(
        parts,
        units="\n".join(_unit(definitions, unit) for unit in UNITS),
        domains=_grid(["domain", "reading", "deprived when"], _domain_rows(definitions)),
        vocabulary="\n".join(_vocabulary(kind, words) for kind, words in definitions.vocabulary.items()),
        parameters=_grid(["parameter", "default", "allowed", "meaning"], parameters),
    )


def _unit(definitions: Definitions, unit: str) -> str:
    items = definitions.unit_items(unit)
    heading = f"### `{unit}`: {_both(definitions.vocabulary['unit_plural'][unit])} ({len(items)} items)\n"
    rows = [row for item in items for row in _item_rows(item)]
    return f"{heading}\n{_grid(['item', 'title', 'level', 'label', 'also read as'], rows)}"


def _item_rows(item: Item) -> Iterable[Sequence[str]]:
    """Give five rows, one per level; item and title stand in the first."""
    for level, label, alternative in zip(LEVELS, item.labels, item.alternatives, strict=True):
        first = level == LEVELS[0]
        yield (
            f"`{item.item}`" if first else "",
            _both(item.title) if first else "",
            str(level),
            _both(label),
            alternative,
        )


def _domain_rows(definitions: Definitions) -> Iterable[Sequence[str]]:
    """Give three rows per domain, one per reading; the domain stands in the first."""
    for domain in definitions.kansarmoede.domains:
        readings = {"default": domain.default, "stricter": domain.stricter, "looser": domain.looser}
        for reading, rule in readings.items():
            first = f"`{domain.id}` {_both(domain.title)}" if reading == "default" else ""
            yield first, reading, _both(rule.text)


def _tables(tables: Iterable[Table]) -> Iterable[str]:
    """Give a section per declaration; neighbours with the same columns and key share one."""
    for _, group in groupby(tables, key=lambda table: (table.columns, table.key)):
        alike = list(group)
        yield "### " + ", ".join(f"`{table.name}`" for table in alike) + "\n"
        yield "".join(f"- {_both(table.heading)}{_edition(table)}\n" for table in alike)
        yield "".join(f"{_both(text)}\n\n" for text in dict.fromkeys(table.description for table in alike))[
            :-1
        ]
        if alike[0].key:
            yield "One row per " + ", ".join(f"`{name}`" for name in alike[0].key) + ".\n"
        yield _grid(
            ["column", "type", "meaning"],
            ((f"`{one.name}`", _type(one), _both(one.description)) for one in alike[0].columns),
        )


def _edition(table: Table) -> str:
    if not table.is_report:
        return ""
    if table.public is None:
        return f" (not in the public edition, {table.withheld})"
    return f" (public edition: {'too' if table.public == table.name else f'`{table.public}`'})"


def _type(column: Column) -> str:
    kinds = {"str": "text", "Int64": "whole number", "float64": "number", "bool": "true or false"}
    words = kinds.get(column.dtype, "date")
    if column.dtype == "category":
        words = ", ".join(f"`{value}`" for value in column.values)
    elif column.low is not None and column.high is not None:
        words += f", {column.low:g} to {column.high:g}"
    elif column.low is not None:
        words += f", {column.low:g} or more"
    elif column.high is not None:
        words += f", {column.high:g} or less"
    return words + ("; may be empty" if column.empty else "")


def _vocabulary(kind: str, words: dict[str, Text]) -> str:
    rows = [(f"`{value}`", text.en, text.nl) for value, text in words.items()]
    return f"### `{kind}`\n\n{_grid(['value', 'English', 'Nederlands'], rows)}"


def _both(text: Text) -> str:
    """Give the English words and, in italics and where they differ, the Dutch."""
    return text.en if text.en == text.nl else f"{text.en} · *{text.nl}*"


def _grid(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def main() -> None:
    """Write the document."""
    DICTIONARY.write_text(data_dictionary(load_definitions()), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
