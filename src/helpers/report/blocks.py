"""What a cell shows, as data: blocks that JupyterLab and the pages draw with the same templates.

The first output of each thing that is shown carries its block under `MIME`; the outputs that only draw it for
JupyterLab carry `PART` in their metadata. Pages are made of the blocks, and of nothing else that is shown.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from helpers.charts.style import SIZE, measure
from helpers.formats import slug, visible
from helpers.report.layout import Layout, Worded, flat
from helpers.words import say, templates

MIME = "application/vnd.gezinscoach+json"
PART = "gezinscoach"
TEMPLATES = Path(__file__).parent / "templates"
GROUPED = ": "  # neighbours whose headers begin alike up to this share a header above theirs
OPEN_UP_TO = 15  # rows of a table that stand open on a page
MANY_FROM, WIDE_FROM = 9, 16  # columns from which a table is printed smaller, and across the page
CARDS_FROM = 5  # columns from which a row is a card on a phone; it is where fewer have no room as well
PHONE, CELL, BETWEEN = 328, 15, 12  # pixels: for a table on a small phone, its letters, after a column
MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
Block = dict[str, Any]
Link = tuple[str, str]  # address, words


def text_block(rank: str, text: str, link: Link | None = None) -> Block:
    """Make the block of a text: an `answer`, a `finding`, a `heading` or a `remark`."""
    return _seen({"kind": "text", "rank": rank, "text": text, "link": link})


def table_block(
    name: str | None,
    layout: Layout,
    *,
    language: str,
    link: Link | None = None,
    of_figure: bool = False,
    folded: bool = False,
) -> Block:
    """Make the block of a table as it is printed.

    A table that has a file has a name, and a link to it. One that repeats a figure is folded, and so is a
    long one, or a short one where a sentence says the same (`folded`).
    """
    table = layout.table
    long = folded or len(table.rows) > OPEN_UP_TO
    fold = say("shown", "table_folded", language, caption=layout.caption) if long else None
    fold = say("shown", "numbers_folded", language) if of_figure else fold
    columns = len(table.headers)
    return _seen(
        {
            "kind": "table",
            "id": f"table-{slug(name or layout.caption)}",
            "caption": layout.caption,
            "notes": layout.notes,
            "head": list(_head(layout)),
            "headers": table.headers,
            "numeric": table.numeric,
            "rows": table.rows,
            **({"languages": layout.languages} if layout.languages else {}),
            "size": "wide" if columns >= WIDE_FROM else "many" if columns >= MANY_FROM else "",
            "cards": columns >= CARDS_FROM or _least_width(table) > PHONE,
            "fold": fold,
            "link": link,
        }
    )


def figure_block(
    name: str, *, finding: str, heading: str, conclusion: str, caption: str, link: Link | None, table: Block
) -> Block:
    """Make the block of a figure: what it found, its caption, and its table."""
    said = {"finding": finding, "heading": heading, "conclusion": conclusion, "caption": caption}
    return _seen({"kind": "figure", "name": name, **said, "link": link}) | {"table": table}


def html_of(block: Block, *, part: str = "", prefix: str = "", **more: Any) -> str:
    """Draw a block by a macro of the templates: that of a part, or by default that of its kind.

    `prefix` stands before every id, where several pages become one document; `more` is what else the macro
    takes, such as the `drawings` of a figure.
    """
    macro = getattr(templates(TEMPLATES).get_template("blocks.html.j2").module, part or str(block["kind"]))
    return str(macro(block, prefix=prefix, **more)).strip()


def markdown(text: str) -> str:
    r"""Write a text as Markdown that reads as it is.

    >>> print(markdown("5 * 6 <b>"))
    5 \* 6 \<b\>
    """
    return MARKDOWN.sub(r"\\\1", " ".join(visible(text).split()))


def _least_width(table: Worded) -> float:
    """Reckon how narrow a table can be, in pixels: numbers stay on one line, texts break between words."""

    def widest(at: int) -> float:
        cells = {flat(row[at]) for row in table.rows}
        whole = cells if table.numeric[at] else {word for cell in cells for word in cell.split(" ")}
        headers = table.headers[at].split(" ")
        return max(0.0, *(measure(word, bold=True) for word in headers), *map(measure, whole))

    return sum(widest(at) * CELL / SIZE + BETWEEN for at in range(len(table.headers)))


def _seen(value: Any) -> Any:
    """Write signs that are not seen by their numbers, everywhere in a block."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, Mapping):
        return {key: _seen(one) for key, one in value.items()}
    return [_seen(one) for one in value] if isinstance(value, (list, tuple)) else value


def _head(layout: Layout) -> Iterator[list[Block]]:
    """Make the row of headers, and one above it where neighbours belong together."""
    groups = list(_groups(layout.table.headers))
    grouped = any(title for title, _ in groups)
    above: list[Block] = []
    below: list[Block] = []
    for title, columns in groups:
        if title:
            above.append(_cell(title, columns=len(columns)))
        for at in columns:
            header = layout.table.headers[at]
            cell = _cell(
                header.removeprefix(title + GROUPED) if title else header,
                rows=2 if grouped and not title else 1,
                numeric=layout.table.numeric[at],
                meaning=layout.meanings[at],
            )
            (below if title or not grouped else above).append(cell)
    yield from (row for row in (above, below) if row)


def _cell(text: str, *, columns: int = 0, rows: int = 1, numeric: bool = False, meaning: str = "") -> Block:
    """Make a header: its text, over how many columns and rows it goes, and what its column means."""
    return {"text": text, "columns": columns, "rows": rows, "numeric": numeric, "meaning": meaning}


def _groups(headers: Sequence[str]) -> Iterator[tuple[str, list[int]]]:
    """Give the places of neighbours with what they have in common; alone, with nothing."""
    for title, run in groupby(range(len(headers)), key=lambda at: _group(headers[at])):
        places = list(run)
        if title and len(places) > 1:
            yield title, places
        else:
            yield from (("", [place]) for place in places)


def _group(header: str) -> str:
    """Give what stands before the first colon of a header; nothing without one.

    >>> _group("GEE: p"), _group("netto")
    ('GEE', '')
    """
    group, colon, _ = header.partition(GROUPED)
    return group if colon else ""
