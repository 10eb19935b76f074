"""A table as HTML, everything escaped, and its twin in plain text."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from helpers.show._html import escape, visible
from helpers.show._layout import Layout

GROUPED = ": "  # neighbours whose headers begin alike up to this share a header above theirs


def table_html(name: str | None, layout: Layout, link: tuple[str, str] | None = None) -> str:
    """Make a table with caption; the first column heads its row, what a column means is its title.

    Parameters
    ----------
    name : str or None
        Name of the table.
    layout : Layout
        What it says.
    link : (address, words), optional
        To its file.
    """
    table = layout.table
    kinds = [' class="number"' if numeric else "" for numeric in table.numeric]
    body = "\n".join(f"<tr>{_row(row, kinds)}</tr>" for row in table.rows)
    data = f' data-table="{escape(name)}"' if name else ""
    notes = f' <br><span class="note">{escape(" ".join(layout.notes))}</span>' if layout.notes else ""
    file = f'\n<p><a href="{escape(link[0])}">{escape(link[1])}</a></p>' if link else ""
    return (
        f'<div class="data-table"{data}><table><caption>{escape(layout.caption)}{notes}</caption>\n'
        f"<thead>{_head(layout, kinds)}</thead>\n<tbody>\n{body}\n</tbody></table>{file}</div>"
    )


def _row(row: Sequence[str], kinds: Sequence[str]) -> str:
    """Make the cells of one row."""
    first = f'<th scope="row"{kinds[0]}>{escape(row[0])}</th>'
    return first + "".join(f"<td{k}>{escape(v)}</td>" for v, k in zip(row[1:], kinds[1:], strict=True))


def _head(layout: Layout, kinds: Sequence[str]) -> str:
    """Make the row of headers, and one above it where neighbours belong together."""
    titles = [f' title="{escape(text)}"' if text else "" for text in layout.meanings]
    groups = list(_groups(layout.table.headers))
    grouped = any(title for title, _ in groups)
    above: list[str] = []
    below: list[str] = []
    for title, columns in groups:
        if title:
            above.append(f'<th scope="colgroup" colspan="{len(columns)}">{escape(title)}</th>')
        for at in columns:
            header = layout.table.headers[at]
            words = header.removeprefix(title + GROUPED) if title else header
            down = ' rowspan="2"' if grouped and not title else ""
            cell = f'<th scope="col"{down}{kinds[at]}{titles[at]}>{escape(words)}</th>'
            (below if title or not grouped else above).append(cell)
    return "".join(f"<tr>{''.join(cells)}</tr>" for cells in (above, below) if cells)


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

    Examples
    --------
    >>> _group("GEE: p"), _group("netto")
    ('GEE', '')
    """
    group, colon, _ = header.partition(GROUPED)
    return group if colon else ""


def table_text(layout: Layout) -> str:
    """Write a table as plain text, columns aligned."""
    table = layout.table
    lines = [[visible(cell) for cell in line] for line in (table.headers, *table.rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.headers))]
    written = (
        "  ".join(
            cell.rjust(width) if numeric else cell.ljust(width)
            for cell, width, numeric in zip(line, widths, table.numeric, strict=True)
        ).rstrip()
        for line in lines
    )
    return "\n".join([layout.caption, *layout.notes, *written])
