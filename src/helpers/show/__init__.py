"""The one door for all output: what a notebook displays, and what lands in `figures/` and `tables/`.

Everything that a run shows or writes goes through `Output`, so that what may be shown is decided in one
place. The clean data, which are no output, are written by `save_clean`.
"""

import base64
import io
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from IPython.core.getipython import get_ipython
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from PIL import Image

from helpers import figures
from helpers.cleaning import Study
from helpers.codebook import LANGUAGES, Definitions, Text
from helpers.show._clean_writer import ShowError, save_clean
from helpers.show._csv import csv_text
from helpers.show._html import caption_html, paragraph_html, table_html, table_text
from helpers.show._presentations import OFFICIAL, presentation
from helpers.show._worded import worded
from helpers.tables import TABLES, check

__all__ = ["OFFICIAL", "Output", "ShowError", "save_clean"]

Publish = Callable[[dict[str, str], dict[str, Any]], None]
FIGURE = Text("Figuur", "Figure")
NUMBERS = Text("Cijfers", "Numbers")
DOTS = 150  # per inch
AS_FILE = Text("Cijfers als CSV-bestand", "Numbers as a CSV file")
PERSONAL = ({"family"}, {"person"}, {"row", "value"})  # columns of tables about single families


def _publish(data: dict[str, str], metadata: dict[str, Any]) -> None:
    """Display in a notebook or IPython; nowhere else is there something to display on."""
    if get_ipython() is not None:  # type: ignore[no-untyped-call]
        display(data, raw=True, metadata=metadata)  # type: ignore[no-untyped-call]


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
    """

    def __init__(
        self,
        *,
        language: str,
        folder: str | Path | None,
        definitions: Definitions,
        study: Study | None = None,
        publish: Publish = _publish,
    ) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"language is one of {', '.join(LANGUAGES)}, not {language!r}")
        self.language = language
        self.folder = Path(folder) if folder and str(folder) else None
        self.definitions = definitions
        self.study = study
        self._publish = publish

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
        shown = presentation(name, table, definitions=self.definitions, language=self.language, **context)
        account = shown.account
        alt = Text(*(f"{account.finding(lang)}. {account.alternative(lang)}" for lang in LANGUAGES))
        self.figure(
            name, table, shown.draw, title=shown.title, caption=account.caption, alt=alt, size=shown.size
        )

    def figure(
        self,
        name: str,
        table: pd.DataFrame,
        draw: Callable[[Axes], Axes],
        *,
        title: Text,
        caption: Text,
        alt: Text | None = None,
        size: tuple[float, float] = (7.0, 4.0),
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
        alt : Text, optional
            What stands for the figure, with its numbers; the caption by default.
        size : (width, height)
            In inches.
        """
        name = file_name(name)
        self._check(name, table)
        heading = self._heading(name, title)
        alternative = (alt or caption)(self.language)
        self._image(name, draw, size, heading, alternative)
        words = caption(self.language)
        link = (f"tables/{name}.csv", AS_FILE(self.language)) if self.folder else None
        html = caption_html(name, heading, words, link)
        self._publish({"text/html": html, "text/plain": f"{heading} {words}"}, {})
        self._table(name, table, f"{NUMBERS(self.language)}: {heading.rstrip('.')}")

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
        self._table(name, table, title(self.language), labels=labels, rows=rows)

    def say(self, text: Text) -> None:
        """Show a sentence or paragraph in the language of the run."""
        words = text(self.language)
        self._publish({"text/html": paragraph_html(words), "text/plain": words}, {})

    def _check(self, name: str | None, table: pd.DataFrame) -> None:
        """Refuse what no page may show, and a table that is not as declared."""
        personal = [columns for columns in PERSONAL if columns <= set(table.columns)]
        if personal:
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
        self, name: str, draw: Callable[[Axes], Axes], size: tuple[float, float], heading: str, alt: str
    ) -> None:
        """Draw, write and display the image."""
        with figures.style():
            canvas = Canvas(figsize=size, dpi=DOTS, layout="constrained")
            draw(canvas.subplots())
            png = _png(canvas)
            if self.folder:
                self._write(f"figures/{name}.png", png)
                self._write(f"figures/{name}.svg", _svg(canvas, heading))
        encoded = base64.b64encode(png).decode("ascii") + "\n"
        self._publish({"image/png": encoded, "text/plain": f"{heading}\n{alt}"}, {"image/png": {"alt": alt}})

    def _table(
        self,
        name: str | None,
        table: pd.DataFrame,
        caption: str,
        *,
        labels: Mapping[str, Text] | None = None,
        rows: int | None = None,
    ) -> None:
        """Write and display a table."""
        if name and self.folder:
            self._write(f"tables/{name}.csv", csv_text(table).encode("utf-8"))
        shown = worded(table, definitions=self.definitions, language=self.language, labels=labels, rows=rows)
        means = (
            {column.name: column.description(self.language) for column in TABLES[name].columns}
            if name in TABLES
            else {}
        )
        html = table_html(name, shown, caption, [means.get(column, "") for column in table.columns])
        self._publish({"text/html": html, "text/plain": table_text(shown, caption)}, {})

    def _write(self, path: str, content: bytes) -> None:
        """Write a file into the folder."""
        assert self.folder is not None
        target = self.folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        except OSError as error:
            raise ShowError(f"{target}: cannot be written ({error.strerror})") from None


def _png(canvas: Canvas) -> bytes:
    """Save a figure as PNG of 256 colours, a third of the size of one with all of them."""
    agg = FigureCanvasAgg(canvas)
    agg.draw()
    image = Image.fromarray(np.asarray(agg.buffer_rgba())).convert("RGB")
    file = io.BytesIO()
    image.quantize(256, dither=Image.Dither.NONE).save(file, format="png", dpi=(DOTS, DOTS))
    return file.getvalue()


def _svg(canvas: Canvas, title: str) -> bytes:
    """Save a figure as SVG with its title, laid out as it is; nothing in it tells when or where."""
    canvas.set_layout_engine("none")
    file = io.BytesIO()
    canvas.savefig(file, format="svg", metadata={"Date": None, "Creator": None, "Title": title})
    return file.getvalue()


def file_name(name: str) -> str:
    """Make a name safe as the name of a file: letters, digits, `_` and `-` stay.

    Examples
    --------
    >>> file_name("../Tabel 2")
    'Tabel_2'
    """
    safe = re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_")
    if not safe:
        raise ValueError(f"{name!r} cannot be the name of a file")
    return safe
