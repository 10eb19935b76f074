"""What outputs are displayed on and written to: it shows what it is given, and decides nothing."""

import base64
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from helpers import figures
from helpers.definitions import Definitions, Text
from helpers.files import FileError as ShowError
from helpers.files import csv_text
from helpers.show._html import caption_html, headline_html, remark_html, visible
from helpers.show._images import DOTS, pngs, svg
from helpers.show._layout import lay_out
from helpers.show._presentations import Presentation
from helpers.show._publish import Publish
from helpers.show._tables_html import table_html, table_text
from helpers.tables import TABLES

FIGURE = Text("Figuur", "Figure")
Html = Callable[[str], str]
Words = Text | Callable[..., Text]
NUMBERS = Text("Cijfers", "Numbers")
ROWS = Text("{n} rijen.", "{n} rows.")
AS_FILE = Text("Cijfers als CSV-bestand", "Numbers as a CSV file")


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

    def display(self, html: str, text: str) -> None:
        """Display HTML with its twin in plain text."""
        self._publish({"text/html": html, "text/plain": visible(text)}, {})

    def tell(self, text: Text, html: Html) -> None:
        """Display a text in the language of the run."""
        self.display(html(text(self.language)), text(self.language))

    def figure(
        self,
        name: str,
        table: pd.DataFrame,
        shown: Presentation,
        *,
        read: pd.DataFrame | None = None,
        part_of: str | None = None,
        labels: Mapping[str, Text] | None = None,
    ) -> None:
        """Display and write a figure: its finding, image, caption and table.

        The table may read otherwise on the page, and be part of another one that has been written.
        """
        account, heading = shown.account, self.heading(name, shown.title)
        if finding := account.finding(self.language):
            self.display(headline_html(name, finding), finding)
        alternative = account.alternative(self.language)
        self.image(name, shown.draw, shown.size, heading, alternative, headless=bool(finding))
        words = account.caption(self.language)
        told = account.conclusion(self.language) if account.conclusion else ""
        html = caption_html(name, heading, words, self.link(part_of or name), told)
        self._publish({"text/html": html, "text/plain": " ".join(filter(None, (heading, told, words)))}, {})
        title = f"{NUMBERS(self.language)}: {heading.rstrip('.')}"
        self.table(name, table, title, labels=labels, rows=shown.rows, read=read, written=part_of is None)

    def heading(self, name: str, title: Text) -> str:
        """Give the number, where there is one, and the title."""
        known = self.definitions.figures.get(name)
        number = f"{FIGURE(self.language)} {known.number}. " if known and known.number else ""
        return f"{number}{title(self.language)}."

    def link(self, name: str | None) -> tuple[str, str] | None:
        """Give path and words of the link to the file of a table; None where nothing is written."""
        return (f"tables/{name}.csv", AS_FILE(self.language)) if name and self.folder else None

    def image(
        self,
        name: str,
        draw: Callable[[Axes], Axes],
        size: tuple[float, float],
        heading: str,
        alt: str,
        *,
        headless: bool,
    ) -> None:
        """Draw, write and display an image."""
        with figures.style():
            canvas = _canvas(draw, size)
            whole, drawn = pngs(canvas)
            if self.folder:
                self.write(f"figures/{name}.png", whole)
                self.write(f"figures/{name}.svg", svg(canvas, heading, alt))
            if not headless:
                drawn = whole
        encoded = base64.b64encode(drawn).decode("ascii") + "\n"
        self._publish({"image/png": encoded, "text/plain": f"{heading}\n{alt}"}, {"image/png": {"alt": alt}})

    def table(
        self,
        name: str | None,
        table: pd.DataFrame,
        caption: str,
        *,
        labels: Mapping[str, Text] | None = None,
        rows: int | None = None,
        linked: bool = False,
        read: pd.DataFrame | None = None,
        written: bool = True,
    ) -> None:
        """Write and display a table, with a link to its file where no caption above has one."""
        if written:
            self.write_table(name, table)
        layout = lay_out(
            name,
            table if read is None else read,
            caption,
            definitions=self.definitions,
            language=self.language,
            labels=labels,
            rows=rows,
        )
        html = table_html(name, layout, self.link(name) if linked else None)
        self._publish({"text/html": html, "text/plain": table_text(layout)}, {})

    def file(self, name: str, table: pd.DataFrame) -> None:
        """Write a declared table and display a link to it."""
        self.write_table(name, table)
        words = f"{TABLES[name].title(self.language)}: {ROWS(self.language).format(n=len(table))}"
        self.display(remark_html(words, self.link(name)), words)

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


def _canvas(draw: Callable[[Axes], Axes], size: tuple[float, float]) -> Canvas:
    """Draw on a canvas of its own."""
    canvas = Canvas(figsize=size, dpi=DOTS, layout="constrained")
    draw(canvas.subplots())
    return canvas
