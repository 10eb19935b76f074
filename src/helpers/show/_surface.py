"""What outputs are displayed on and written to: it shows what it is given, and decides nothing."""

import base64
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes

from helpers.charts import style
from helpers.definitions import Definitions, Table, Text
from helpers.files import FileError as ShowError
from helpers.files import csv_text
from helpers.formats import visible
from helpers.show._images import pngs, svg
from helpers.show._layout import Layout, lay_out
from helpers.show._presentations import Presentation
from helpers.show._publish import Publish
from helpers.show._worded import Cell
from helpers.show.blocks import (
    MIME,
    PART,
    Block,
    Link,
    figure_block,
    html_of,
    markdown,
    table_block,
    text_block,
)
from helpers.tables import TABLES
from helpers.words import say

Words = Text | Callable[..., Text]
LONGEST_ALT = 600  # characters of a text alternative that is read in one go
SHORT_ALT = 300  # of a longer one: as much as fits


class Surface:
    """Displays and writes.

    Parameters
    ----------
    language : str
        `nl` or `en`.
    folder : Path or None
        Where `figures/` and `tables/` come; None: nothing is written.
    definitions : Definitions
        Words, titles and colours.
    publish : function of data and metadata by MIME type
        Displays one output.
    """

    def __init__(
        self, language: str, folder: Path | None, definitions: Definitions, publish: Publish
    ) -> None:
        self.language, self.folder, self.definitions, self._publish = language, folder, definitions, publish

    def tell(self, text: Text, rank: str, *, link: Link | None = None) -> None:
        """Show a text of some rank in the language of the run."""
        words = text(self.language)
        self._show(text_block(rank, words, link), words)

    def _show(self, block: Block, text: str) -> None:
        """Display a block, with its twin in plain text."""
        self._publish({"text/html": html_of(block), "text/plain": visible(text), MIME: block}, {})

    def figure(
        self,
        name: str,
        table: pd.DataFrame,
        shown: Presentation,
        *,
        read: pd.DataFrame | None = None,
        part_of: str | None = None,
    ) -> None:
        """Show and write a figure: its finding, its image, its caption with the table folded below.

        The table may read otherwise on the page, and be part of another one that has been written.
        """
        account, heading = shown.account, self.heading(name, shown.title)
        if part_of is None:
            self.write_table(name, table)
        title = say("shown", "numbers", self.language, title=heading.rstrip("."))
        declared = self.definitions.tables.get(part_of or name)
        layout = self._laid_out(declared, table if read is None else read, title, rows=shown.rows)
        finding, caption = account.finding(self.language), account.caption(self.language)
        block = figure_block(
            name,
            finding=finding,
            heading=heading,
            conclusion=account.conclusion(self.language) if account.conclusion else "",
            caption=caption,
            link=self.link(part_of or name),
            table=table_block(name, layout, language=self.language, of_figure=True),
        )
        said = finding or heading
        words = {"text/markdown": f"**{markdown(said)}**", "text/plain": visible(said)}
        self._publish(words | {MIME: block}, {})
        alternative = shortened(account.alternative(self.language), self.language)
        self.image(name, shown.draw, heading, alternative, finding)
        below = {"text/html": html_of(block, part="below_figure"), "text/plain": table_text(layout)}
        self._publish(below, {PART: name})

    def heading(self, name: str, title: Text) -> str:
        """Give the number, where there is one, and the title."""
        known = self.definitions.figures.get(name)
        number = f"{known.called(self.language)}. " if known else ""
        return f"{number}{title(self.language)}."

    def link(self, name: str | None) -> tuple[str, str] | None:
        """Give path and words of the link to the file of a table; None where nothing is written."""
        return (
            (f"tables/{name}.csv", say("shown", "as_file", self.language)) if name and self.folder else None
        )

    def image(
        self, name: str, draw: Callable[[Axes], Axes], heading: str, alt: str, finding: str = ""
    ) -> None:
        """Draw, write and display an image; the written one is headed by its finding, pages have it as text.

        Written are `figures/<name>.png`, `figures/<name>.svg`, and `figures/<name>.narrow.svg` for a phone.
        """
        with style.style():
            canvas, ax = style.canvas()
            draw(ax)
            whole, drawn = pngs(canvas, finding)
            if self.folder:
                self.write(f"figures/{name}.png", whole)
                self.write(f"figures/{name}.svg", svg(canvas, f"{heading} {alt}", finding))
                narrow, ax = style.canvas(style.NARROW)
                draw(ax)
                self.write(f"figures/{name}.narrow.svg", svg(narrow, f"{heading} {alt}"))
        encoded = base64.b64encode(drawn).decode("ascii") + "\n"
        drawing = {"image/png": encoded, "text/plain": f"{heading}\n{alt}"}
        self._publish(drawing, {"image/png": {"alt": alt}, PART: name})

    def table(
        self,
        name: str | None,
        table: pd.DataFrame,
        caption: str,
        *,
        declared: Table | None,
        rows: int | None = None,
        read: pd.DataFrame | None = None,
        folded: bool = False,
    ) -> None:
        """Write and show a table, which may read otherwise on the page, with a link to its file."""
        self.write_table(name, table)
        shown = table if read is None else read
        layout = self._laid_out(declared, shown, caption, rows=rows)
        self.laid_out(name, layout, folded=folded)

    def laid_out(self, name: str | None, layout: Layout, *, folded: bool = False) -> None:
        """Show a table that has been put into words."""
        block = table_block(name, layout, language=self.language, link=self.link(name), folded=folded)
        self._show(block, table_text(layout))

    def _laid_out(
        self, declared: Table | None, table: pd.DataFrame, caption: str, *, rows: int | None
    ) -> Layout:
        """Put a table into words."""
        language = self.language
        return lay_out(declared, table, caption, definitions=self.definitions, language=language, rows=rows)

    def file(self, name: str, table: pd.DataFrame) -> None:
        """Write a declared table and display a link to it."""
        self.write_table(name, table)
        words = say("shown", "rows", self.language, title=TABLES[name].title, n=len(table))
        self._show(text_block("remark", words, self.link(name)), words)

    def write_table(self, name: str | None, table: pd.DataFrame) -> None:
        """Write a table that has a name."""
        if name:
            self.write(f"tables/{name}.csv", csv_text(table).encode("utf-8"))

    def write(self, path: str, content: bytes) -> None:
        """Write a file into the folder, if there is one."""
        if self.folder is None:
            return
        target = self.folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        except OSError as error:
            raise ShowError(f"{target}: cannot be written ({error.strerror})") from None


def shortened(alternative: str, language: str) -> str:
    """Keep what stands for a drawing short enough to listen to; all of it is in the table below."""
    if len(alternative) <= LONGEST_ALT:
        return alternative
    start = alternative[:SHORT_ALT].rpartition(" ")[0]
    ends = max(start.rfind(mark) for mark in ("; ", ". "))
    begun = start[:ends] if ends > 0 else start
    return say("shown", "more_below", language, begun=begun.rstrip(";. "))


def table_text(layout: Layout) -> str:
    """Write a table as plain text, columns aligned."""
    table = layout.table
    lines = [[visible(_plain(cell)) for cell in line] for line in (table.headers, *table.rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.headers))]
    written = (
        "  ".join(
            cell.rjust(width) if numeric else cell.ljust(width)
            for cell, width, numeric in zip(line, widths, table.numeric, strict=True)
        ).rstrip()
        for line in lines
    )
    return "\n".join([layout.caption, *layout.notes, *written])


def _plain(cell: Cell) -> str:
    """Write a cell as text; what is marked in it stands between asterisks."""
    return cell if isinstance(cell, str) else "".join(f"*{text}*" if mark else text for text, mark in cell)
