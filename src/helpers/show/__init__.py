"""The one door for all output: what a notebook displays, and what lands in `figures/` and `tables/`.

Everything that a run shows or writes goes through `Output`, so that what may be shown is decided in one
place. The clean data, which are no output, are written by `save_clean`.
"""

import base64
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from helpers import figures, overview
from helpers.cleaning import Study
from helpers.codebook import LANGUAGES, Definitions, Text
from helpers.folders import INTERNAL, is_internal
from helpers.show._cases import cases
from helpers.show._clean_writer import ShowError, save_clean
from helpers.show._code import save_code
from helpers.show._csv import csv_text
from helpers.show._html import (
    caption_html,
    heading_html,
    headline_html,
    paragraph_html,
    remark_html,
    strong_html,
    visible,
)
from helpers.show._images import DOTS, file_name, png, png_without_headline, svg
from helpers.show._layout import lay_out
from helpers.show._presentations import OFFICIAL, presentation
from helpers.show._publish import Publish, in_ipython, safely
from helpers.show._safe import LEFT_OUT, REPLACED, SHOWN, SafeTables, Stand, safe_context, safe_tables_of_run
from helpers.show._safe_words import LEFT_OUT as NOT_SHOWN
from helpers.show._safe_words import NO_SENTENCE, change_words, said_of
from helpers.show._tables_html import table_html, table_text
from helpers.show._withheld import panels_of
from helpers.show._withheld import told as panels_told
from helpers.tables import TABLES, check

__all__ = ["OFFICIAL", "Output", "ShowError", "cases", "save_clean", "save_code"]

FIGURE = Text("Figuur", "Figure")
NUMBERS = Text("Cijfers", "Numbers")
ROWS = Text("{n} rijen.", "{n} rows.")
AS_FILE = Text("Cijfers als CSV-bestand", "Numbers as a CSV file")
TESTS = ("tests", "change")  # tables that figures of the source report can do without, and then conclude less
PERSONAL = ({"family"}, {"person"}, {"row", "value"})  # columns of tables about single families


class Output:
    """Shows figures, tables and sentences in the language of a run, and writes them into its folder.

    Parameters
    ----------
    language : str
        `nl` or `en`.
    folder : path or None
        Where `figures/` and `tables/` come; None or empty: nothing is written.
    definitions : Definitions
        Words, titles and colours.
    study : Study, optional
        What the data are.
    publish : function of data and metadata by MIME type, optional
        Displays one output; IPython's display by default.
    internal : bool
        For internal review: may show single families, and writes only into a folder whose name ends in
        `-internal`.
    safe : SafeTables, optional
        With disclosure control: what stands for each exact table. By default that of the run, where it has
        disclosure control. Then no table, sentence or drawing is shown that is not made of these.

    Raises
    ------
    ShowError
        An internal output was given a folder that is no internal one; with disclosure control, a table that
        the run has not protected.
    """

    def __init__(
        self,
        *,
        language: str,
        folder: str | Path | None,
        definitions: Definitions,
        study: Study | None = None,
        publish: Publish = in_ipython,
        internal: bool = False,
        safe: SafeTables | None = None,
    ) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"language is one of {', '.join(LANGUAGES)}, not {language!r}")
        self.language = language
        self.folder = Path(folder) if folder and str(folder) else None
        self.definitions = definitions
        self.study = study
        self.internal = internal
        self._safe = None if internal else safe or safe_tables_of_run()
        self._publish = safely(publish) if self._safe else publish
        if internal and self.folder and not is_internal(self.folder):
            raise ShowError(
                f"{self.folder.name}: shows single families, so its name must end in {INTERNAL}; leave "
                "output empty, or use `gezinscoach run --internal`"
            )

    def present(self, name: str, table: pd.DataFrame, **context: Any) -> None:
        """Show an output of the report in its usual way: figure, caption, table.

        Parameters
        ----------
        name : str
            A figure of figures.yml (`figure_04`), or `flow`, `cases_by_pilot`, `item_change`,
            `item_change_improvers`, `poverty_measures`, `poverty_domains`, `poverty_change_domains`,
            `kansarmoede_vlaanderen`.
        table : DataFrame
            The finished table.
        context
            What else it needs: `scheme` (figure_16), `measures` (domains, official series), `tests` and
            `without` (transitions), `within_family` (distributions), `left_out` (families without a score).
        """
        if self._safe is None:
            self._present(name, table, context)
            return
        self._check(name, table)
        optional = TESTS if name in self.definitions.figures else ()
        stand, told = self._safe.stand(name, table), safe_context(context, self._safe, optional=optional)
        if stand.whole and told is not None:
            concluding = {*TESTS, "moved_families"} & set(context) <= set(told)
            self._present(name, stand.table, told, concluding=concluding)
        else:
            self._without_figure(name, stand)

    def _present(
        self, name: str, table: pd.DataFrame, context: Mapping[str, Any], *, concluding: bool = True
    ) -> None:
        """Show an output with its figure."""
        shown = presentation(name, table, definitions=self.definitions, language=self.language, **context)
        account = shown.account
        self._figure(
            name,
            table,
            shown.draw,
            title=shown.title,
            caption=account.caption,
            finding=account.finding,
            conclusion=account.conclusion if concluding else None,
            alt=account.alternative,
            size=shown.size,
            rows=shown.rows,
        )

    def figure(
        self,
        name: str,
        table: pd.DataFrame,
        draw: Callable[[Axes], Axes],
        *,
        title: Text,
        caption: Text,
        finding: Text | None = None,
        conclusion: Text | None = None,
        alt: Text | None = None,
        size: tuple[float, float] = (7.0, 4.0),
        rows: int | None = None,
    ) -> None:
        """Show a figure with its caption and its table.

        Written are `figures/<name>.svg`, `figures/<name>.png` and `tables/<name>.csv`.

        Parameters
        ----------
        name : str
            Name of the figure, its table and their files.
        table : DataFrame
            The numbers behind the figure.
        draw : function of Axes
            Draws the figure.
        title : Text
            Title; a figure of the source report gets its number before it.
        caption : Text
            Unit, n, missing, and how to read it.
        finding : Text, optional
            The headline of the drawing: a page has it as text above the image, which then has it in its files
            only.
        conclusion : Text, optional
            What can and what cannot be concluded.
        alt : Text, optional
            What stands for the figure, with its numbers, without the finding, which stands above it as text;
            the caption by default.
        size : (width, height)
            In inches.
        rows : int, optional
            How many rows of the table to show; the file always has all.
        """
        self._check(file_name(name), table)
        if self._safe is not None:  # what draws and tells is made of the exact table
            self._without_figure(name, self._safe.stand(name, table))
            return
        self._figure(
            name,
            table,
            draw,
            title=title,
            caption=caption,
            finding=finding,
            conclusion=conclusion,
            alt=alt,
            size=size,
            rows=rows,
        )

    def _figure(
        self,
        name: str,
        table: pd.DataFrame,
        draw: Callable[[Axes], Axes],
        *,
        title: Text,
        caption: Text,
        finding: Text | None,
        conclusion: Text | None,
        alt: Text | None,
        size: tuple[float, float],
        rows: int | None,
    ) -> None:
        """Show and write what may be shown."""
        name = file_name(name)
        if self._safe is None:
            self._check(name, table)
        heading = self._heading(name, title)
        alternative = (alt or caption)(self.language)
        if finding:
            words = finding(self.language)
            self._display(headline_html(name, words), words)
        self._image(name, draw, size, heading, alternative, headless=finding is not None)
        words = caption(self.language)
        link = (f"tables/{name}.csv", AS_FILE(self.language)) if self.folder else None
        told = conclusion(self.language) if conclusion else ""
        html = caption_html(name, heading, words, link, told)
        self._publish({"text/html": html, "text/plain": " ".join(filter(None, (heading, told, words)))}, {})
        self._table(name, table, f"{NUMBERS(self.language)}: {heading.rstrip('.')}", rows=rows)

    def table(
        self,
        name: str | None,
        table: pd.DataFrame,
        *,
        caption: Text | None = None,
        labels: Mapping[str, Text] | None = None,
        rows: int | None = None,
    ) -> None:
        """Show a table; write `tables/<name>.csv`.

        Parameters
        ----------
        name : str or None
            Name of the table and its file; None: it is shown only.
        table : DataFrame
            A declared table, or any other that is about no single family.
        caption : Text, optional
            The declared title by default.
        labels : mapping of column to Text, optional
            Column titles other than the usual ones.
        rows : int, optional
            How many rows to show; the file always has all.
        """
        name = file_name(name) if name else None
        self._check(name, table)
        title = caption or (TABLES[name].title if name in TABLES else None)
        if title is None:
            raise ValueError("a table that is not declared needs a caption")
        if self._safe is None or (name is None and overview.counts_nobody(title, table)):
            self._table(name, table, title(self.language), labels=labels, rows=rows, linked=True)
            return
        if name is None and overview.MADE_OF in table.attrs:
            of = table.attrs[overview.MADE_OF]
            made = self._safe.stand(of.name, of.table)
            if made.kind == SHOWN:
                self._table(None, of.again(made.table), title(self.language), labels=labels, rows=rows)
                return
        stand = self._safe.stand(name, table) if name else self._safe.by_content(table)
        self._stand(name, stand, title, labels=labels, rows=rows)

    def say(self, text: Text) -> None:
        """Show a sentence or paragraph in the language of the run; none with disclosure control."""
        self._tell(text, paragraph_html)

    def heading(self, text: Text) -> None:
        """Begin a part of the page under a heading of the second rank, which the table of contents lists."""
        self._tell(text, heading_html)

    def remark(self, text: Text) -> None:
        """Show a remark: a paragraph that is no finding; none with disclosure control."""
        self._tell(text, remark_html)

    def _tell(self, text: Text, html: Callable[[str], str]) -> None:
        """Show a text; with disclosure control only say that there is one: it may be made of anything."""
        if self._safe is not None:
            text, html = NO_SENTENCE, remark_html
        self._display(html(text(self.language)), text(self.language))

    def file(self, name: str, table: pd.DataFrame) -> None:
        """Write `tables/<name>.csv` of a declared table and show a link to it, not the table itself."""
        self._check(name, table)
        title = TABLES[name].title(self.language)
        if self._safe is not None:
            stand = self._safe.stand(name, table)
            if stand.kind == LEFT_OUT:
                self._not_shown(TABLES[name].title)
                return
            table = stand.written
        if self.folder:
            self._write(f"tables/{name}.csv", csv_text(table).encode("utf-8"))
        link = (f"tables/{name}.csv", AS_FILE(self.language)) if self.folder else None
        words = f"{title}: {ROWS(self.language).format(n=len(table))}"
        self._display(remark_html(words, link), words)

    def display(self, html: str, text: str) -> None:
        """Display finished HTML with its twin in plain text; what goes in has passed the checks above.

        Raises
        ------
        ShowError
            With disclosure control nobody knows what it is made of.
        """
        if self._safe is not None:
            raise ShowError("finished HTML is not shown with disclosure control: use present or table")
        self._display(html, text)

    def _display(self, html: str, text: str) -> None:
        """Display what may be shown."""
        self._publish({"text/html": html, "text/plain": visible(text)}, {})

    def _without_figure(self, name: str, stand: Stand) -> None:
        """Show an output of which something is withheld: what it is, how to read it, and its table."""
        assert self._safe is not None
        known = self.definitions.figures.get(name)
        title = known.title if known else TABLES[name].title
        if stand.kind == LEFT_OUT:
            self._not_shown(title)
            return
        reading = known.reading if known else TABLES[name].description
        heading, table = self._heading(name, title), stand.table
        if stand.kind == REPLACED:
            table, _ = change_words(table, known, self.language)
        panels = panels_of(
            stand,
            table,
            definitions=self.definitions,
            language=self.language,
            moves=known is not None and known.moves is not None,
        )
        told = said_of(stand, self._safe, drawn=panels is not None)
        told = told if stand.kind == REPLACED else (reading, *told)
        words = " ".join(text(self.language) for text in told)
        if panels is None:
            self._display(strong_html(heading, words), f"{heading} {words}")
        else:
            draw = partial(
                figures.withheld_counts, panels, definitions=self.definitions, language=self.language
            )
            alt, size = panels_told(panels, self.language), figures.withheld_size(panels)
            self._image(name, lambda ax: draw(ax=ax), size, heading, alt, headless=False)
            html = caption_html(name, heading, words, None)
            self._publish({"text/html": html, "text/plain": f"{heading} {words}"}, {})
        self._stand(name, stand, Text(*(f"{NUMBERS(one)}: {title(one)}" for one in LANGUAGES)))

    def _stand(
        self,
        name: str | None,
        stand: Stand,
        title: Text,
        *,
        labels: Mapping[str, Text] | None = None,
        rows: int | None = None,
    ) -> None:
        """Show what stands for a table."""
        if stand.kind == LEFT_OUT:
            self._not_shown(title)
            return
        table, labels = stand.table, dict(labels or {})
        if stand.kind == REPLACED:
            figure = self.definitions.figures.get(name or "")
            table, header = change_words(table, figure, self.language)
            labels["change"] = header
        self._table(name, table, title(self.language), labels=labels, rows=rows, linked=True, stand=stand)

    def _not_shown(self, title: Text) -> None:
        """Say what is left out."""
        words = NOT_SHOWN(self.language).format(title=title(self.language).rstrip("."))
        self._display(remark_html(words), words)

    def _check(self, name: str | None, table: pd.DataFrame) -> None:
        """Refuse what no published page may show, and a table that is not as declared."""
        personal = [columns for columns in PERSONAL if columns <= set(table.columns)]
        if not self.internal and name in TABLES and TABLES[name].kind == "internal":
            raise ValueError(f"{name} is for internal review alone: not shown")
        if not self.internal and personal:
            raise ValueError(f"a table with {sorted(personal[0])} is about single families: not shown")
        if name in TABLES:
            check(name, table)

    def _heading(self, name: str, title: Text) -> str:
        """Give the number, where there is one, and the title."""
        number = self.definitions.figures[name].number if name in self.definitions.figures else None
        return (
            f"{FIGURE(self.language)} {number}. {title(self.language)}."
            if number
            else f"{title(self.language)}."
        )

    def _image(
        self,
        name: str,
        draw: Callable[[Axes], Axes],
        size: tuple[float, float],
        heading: str,
        alt: str,
        *,
        headless: bool,
    ) -> None:
        """Draw, write and display the image."""
        with figures.style():
            canvas = Canvas(figsize=size, dpi=DOTS, layout="constrained")
            draw(canvas.subplots())
            drawn = png_without_headline(canvas) if headless else png(canvas)
            if self.folder:
                self._write(f"figures/{name}.png", png(canvas) if headless else drawn)
                self._write(f"figures/{name}.svg", svg(canvas, heading, alt))
        encoded = base64.b64encode(drawn).decode("ascii") + "\n"
        self._publish({"image/png": encoded, "text/plain": f"{heading}\n{alt}"}, {"image/png": {"alt": alt}})

    def _table(
        self,
        name: str | None,
        table: pd.DataFrame,
        caption: str,
        *,
        labels: Mapping[str, Text] | None = None,
        rows: int | None = None,
        linked: bool = False,
        stand: Stand | None = None,
    ) -> None:
        """Write and display a table, with a link to its file where no caption above has one."""
        path = f"tables/{name}.csv" if name and self.folder else None
        if path:
            self._write(path, csv_text(stand.written if stand else table).encode("utf-8"))
        layout = lay_out(
            name,
            table,
            caption,
            definitions=self.definitions,
            language=self.language,
            labels=labels,
            rows=rows,
            marks=stand.marks if stand else None,
        )
        link = (path, AS_FILE(self.language)) if path and linked else None
        self._publish({"text/html": table_html(name, layout, link), "text/plain": table_text(layout)}, {})

    def _write(self, path: str, content: bytes) -> None:
        """Write a file into the folder."""
        assert self.folder is not None
        target = self.folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        except OSError as error:
            raise ShowError(f"{target}: cannot be written ({error.strerror})") from None
