"""The few pieces of HTML that a page is made of, everything escaped, and their twins in plain text."""

from collections.abc import Sequence
from html import escape

from helpers.show._worded import Worded


def caption_html(
    name: str, heading: str, caption: str, link: tuple[str, str] | None, conclusion: str = ""
) -> str:
    """Make the caption of a figure: heading, conclusion, text, and a link (address, words) to its table."""
    address = f' <a href="{escape(link[0])}">{escape(link[1])}</a>' if link else ""
    told = f'<p class="conclusion">{escape(conclusion)}</p>' if conclusion else ""
    return (
        f'<div class="caption" data-figure="{escape(name)}"><strong>{escape(heading)}</strong> '
        f"{told}{escape(caption)}{address}</div>"
    )


def headline_html(name: str, words: str) -> str:
    """Make the finding of a figure, which stands above its image."""
    return f'<p class="headline" data-figure="{escape(name)}">{escape(words)}</p>'


def paragraph_html(words: str) -> str:
    """Make a sentence or paragraph."""
    return f'<p class="finding">{escape(words)}</p>'


def heading_html(words: str) -> str:
    """Make a heading of the second rank."""
    return f"<h2>{escape(words)}</h2>"


def remark_html(words: str, link: tuple[str, str] | None = None) -> str:
    """Make a plain paragraph, with a link (address, words) behind it where there is one."""
    address = f' <a href="{escape(link[0])}">{escape(link[1])}</a>' if link else ""
    return f"<p>{escape(words)}{address}</p>"


def table_html(name: str | None, table: Worded, caption: str, descriptions: Sequence[str] = ()) -> str:
    """Make a table with caption; the first column heads its row, what a column means is its title."""
    titles = [f' title="{escape(text)}"' if text else "" for text in descriptions] or [""] * len(
        table.headers
    )
    kinds = [' class="number"' if numeric else "" for numeric in table.numeric]
    head = "".join(
        f'<th scope="col"{kind}{title}>{escape(header)}</th>'
        for header, kind, title in zip(table.headers, kinds, titles, strict=True)
    )
    body = "\n".join(f"<tr>{_row(row, kinds)}</tr>" for row in table.rows)
    data = f' data-table="{escape(name)}"' if name else ""
    return (
        f'<div class="data-table"{data}><table><caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )


def _row(row: Sequence[str], kinds: Sequence[str]) -> str:
    """Make the cells of one row."""
    first = f'<th scope="row"{kinds[0]}>{escape(row[0])}</th>'
    return first + "".join(f"<td{k}>{escape(v)}</td>" for v, k in zip(row[1:], kinds[1:], strict=True))


def table_text(table: Worded, caption: str) -> str:
    """Write a table as plain text, columns aligned."""
    lines = [table.headers, *table.rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.headers))]
    written = (
        "  ".join(
            cell.rjust(width) if numeric else cell.ljust(width)
            for cell, width, numeric in zip(line, widths, table.numeric, strict=True)
        ).rstrip()
        for line in lines
    )
    return "\n".join([caption, *written])
