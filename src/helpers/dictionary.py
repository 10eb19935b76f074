"""The data dictionary, made from the definitions; `python -m helpers.dictionary` writes it to docs/.

It lists the items of the instrument, the domains of the index, the tables with their columns, the words for
values and the parameters, so that the document cannot say anything else than what the pipeline does.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from helpers.definitions import LEVELS, ROOT, UNITS, Definitions, Item, Table, Text, load_definitions
from helpers.definitions.outputs import Column
from helpers.parameters import PARAMETERS, Parameter
from helpers.tables import TABLES

DICTIONARY = ROOT / "docs" / "data_dictionary.md"

HEADER = """\
# Data dictionary

Made from the definitions by `python -m helpers.dictionary`, and a test compares the two: change
`data/reference/` and make it anew. Explanations are in English and, in italics, in Dutch.

- [The instrument](#the-instrument)
- [The kansarmoede index](#the-kansarmoede-index)
- [Clean tables](#clean-tables)
- [Tables of a report](#tables-of-a-report)
- [Words for values](#words-for-values)
- [Parameters](#parameters)
"""

INSTRUMENT = """\
## The instrument

CEBUD's Sociale Balans: items in three units, each with five levels from the worst situation (1) to the best
(5). The key is (unit, item), since some titles occur for adults and for children. Besides the number and the
Dutch label, an export may hold the words in the last column.
"""

INDEX = """\
## The kansarmoede index

A family's score is the number of domains in which it is deprived. Which items stand for a domain is our
reading of the official criteria; the stricter and the looser reading show how much that matters.
"""

CLEAN = """\
## Clean tables

Parquet files in `data/clean/<dataset>/`, written by notebook 01 only.
"""

INTERNAL = """\
## Tables of the internal review

CSV files in `reports/<run>-internal/tables/`, written only with `--internal`: they are about single families
and hold the coaches' own words. Never part of a published report.
"""

REPORT = """\
## Tables of a report

CSV files in `reports/<run>/tables/`, and all of them in `tables.xlsx`: UTF-8, comma, decimal point, shares
between 0 and 1, empty is missing. The names and columns are stable.
"""


def data_dictionary(definitions: Definitions) -> str:
    """Give the whole document as Markdown.

    Parameters
    ----------
    definitions : Definitions
        The items, figures and words; tables and parameters are those of the program.
    """
    tables = TABLES.values()
    clean, internal = ([each for each in tables if each.kind == kind] for kind in ("clean", "internal"))
    parts = [
        HEADER,
        INSTRUMENT,
        *(_unit(definitions, unit) for unit in UNITS),
        INDEX,
        _grid(["domain", "reading", "deprived when"], _domain_rows(definitions)),
        CLEAN,
        *_tables(clean),
        REPORT,
        *_tables(each for each in tables if each.is_report),
        INTERNAL,
        *_tables(internal),
        "## Words for values\n",
        *(_vocabulary(kind, words) for kind, words in definitions.vocabulary.items()),
        "## Parameters\n",
        _grid(["parameter", "default", "allowed", "meaning"], map(_parameter, PARAMETERS.values())),
    ]
    return "\n".join(parts)


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
        yield _grid(["column", "type", "meaning"], map(_column, alike[0].columns))


def _edition(table: Table) -> str:
    """Say what the public edition has in the place of a table of the report."""
    if not table.is_report:
        return ""
    if table.public is None:
        return f" (not in the public edition, {table.withheld})"
    return f" (public edition: {'too' if table.public == table.name else f'`{table.public}`'})"


def _column(column: Column) -> Sequence[str]:
    return f"`{column.name}`", _type(column), _both(column.description)


def _type(column: Column) -> str:
    """Say in words what a column holds, and whether it may be empty."""
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


def _parameter(parameter: Parameter) -> Sequence[str]:
    default = parameter.default
    shown = "[]" if default == () else '""' if default == "" else str(default)
    return f"`{parameter.name}`", f"`{shown}`", parameter.allowed, _both(parameter.text)


def _both(text: Text) -> str:
    """Give the English words and, in italics and where they differ, the Dutch."""
    return text.en if text.en == text.nl else f"{text.en} · *{text.nl}*"


def _grid(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Make a Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def main() -> None:
    """Write the document."""
    DICTIONARY.write_text(data_dictionary(load_definitions()), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
