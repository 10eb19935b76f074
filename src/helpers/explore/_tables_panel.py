"""Every clean table, to sort and filter; without internet, for the researcher's own screen."""

from dataclasses import fields
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets  # type: ignore[import-untyped]
import itables
import pandas as pd
from itables.javascript import generate_init_offline_itables_html

from helpers import cleaning
from helpers.cleaning import CleanTables
from helpers.definitions import LANGUAGES, Text
from helpers.definitions.texts import labels
from helpers.explore._exports import save
from helpers.explore._family_panel import internal_line
from helpers.explore._layout import BUTTON, card, labelled, panel, row
from helpers.explore._screen import displayed, framed, list_html, outcome
from helpers.explore._selection import ALL, snippet
from helpers.show import Output
from helpers.study import Study
from helpers.tables import TABLES
from helpers.words import say

MOST = 15_000  # rows: about a megabyte, so that a server lets it through and a browser stays quick
NAMES = (*(field.name for field in fields(CleanTables)), "states")


class TablesPanel:
    """Choose a table and a pilot; below it the table, with a filter below each column."""

    def __init__(self, data: Study, folder: Path | None) -> None:
        self.data, self.folder = data, folder
        options = [(f"{TABLES[name].title(data.language)} ({name})", name) for name in NAMES]
        pilots = [(self._say("all_pilots"), ALL), *((one, one) for one in cleaning.pilots_of(data.tables))]
        self.table = labelled(widgets.Dropdown, self._say("table"), options)
        self.pilot = labelled(widgets.Dropdown, self._say("pilot"), pilots)
        self.export = widgets.Button(description=self._say("export"), icon="lock", layout=BUTTON)
        self.about, self.status = widgets.HTML(), widgets.HTML()
        self.library, self.shown = widgets.Output(), widgets.Output()
        self.library.outputs = (displayed(library()),)
        for widget in (self.table, self.pilot):
            widget.observe(self._changed, "value")
        self.export.on_click(self._save)
        warning = widgets.HTML(internal_line(data.language))
        choose = card(self._say("table"), [warning, self.table, self.pilot, self.export, self.status], grow=1)
        self.view = panel([row([choose]), self.about, self.library, self.shown])
        self.refresh()

    def _say(self, word: str, **facts: Any) -> str:
        return say("explore_tables", word, self.data.language, **facts)

    def _changed(self, change: Any) -> None:
        self.refresh()

    @property
    def pilots(self) -> tuple[str, ...]:
        """The chosen pilot; none means all of them."""
        return () if self.pilot.value == ALL else (self.pilot.value,)

    def chosen(self) -> pd.DataFrame:
        """Give the rows of the chosen table and pilot; tables about the export stay whole."""
        tables = cleaning.select_pilots(self.data.tables, self.pilots)
        if self.table.value == "states":
            return cleaning.select_families(self.data.states, tables.families)
        return getattr(tables, self.table.value)

    def refresh(self) -> None:
        """Show the chosen table, what it is, and what its columns mean."""
        language, rows = self.data.language, self.chosen()
        declared = TABLES[self.table.value]
        meanings = [(column.name, column.description(language)) for column in declared.columns]
        said = [declared.description(language), self._say("rows", n=len(rows)) + "."]
        if len(rows) > MOST:
            said.append(self._say("first", most=MOST, n=len(rows)))
        folded = list_html(self._say("columns"), meanings)
        self.about.value = framed(f"<p>{escape(' '.join(said))}</p>", folded)
        self.status.value = ""
        html = interactive(rows.head(MOST), language) if len(rows) else framed(f"<p>{self._say('empty')}</p>")
        self.shown.outputs = (displayed(html),)

    def _show(self, output: Output) -> None:
        name = "_".join([self.table.value, *self.pilots])
        output.table(
            name, self.chosen(), caption=Text.alike(TABLES[self.table.value].title(self.data.language))
        )

    def _code(self) -> str:
        pilots = f"families = study.families[study.families['pilot'].isin({self.pilots!r})]"
        own = [pilots, "study = study.select(families['family'])"] if self.pilots else []
        table = "states" if self.table.value == "states" else f"tables.{self.table.value}"
        return snippet(self.data, *own, f"table = study.{table}")

    def _save(self, button: Any) -> None:
        self.status.value = outcome(self._saved)

    def _saved(self) -> str:
        """Save the chosen table, unfiltered, in the internal folder."""
        name, code = self.table.value, self._code()
        return save(self.data, self.folder, self._show, name=name, code=code, internal=True)


def library() -> str:
    """Give the program and the style of interactive tables, whole, so that no internet is needed."""
    return generate_init_offline_itables_html(itables.options.dt_bundle)


def words_of_tables(language: str) -> dict[str, str]:
    """Give the words of interactive tables, with the other sign than that of decimals between thousands."""
    words = {name: text(language) for name, text in labels("interactive").items()}
    return words | {"thousands": "." if LANGUAGES[language].decimal == "," else ","}


def interactive(rows: pd.DataFrame, language: str) -> str:
    """Make a table interactive: sorted by a click on a header, filtered by what is typed below its column."""
    texts = [name for name in rows if rows[name].dtype == "str" or rows[name].dtype == "category"]
    plain = rows.assign(**{name: rows[name].astype("str").fillna("") for name in texts})
    return itables.to_html_datatable(
        plain,
        connected=False,
        maxBytes=0,
        showIndex=False,
        column_filters="footer",
        text_in_header_can_be_selected=False,  # a click on it sorts
        classes="display compact nowrap",
        style="width:100%;max-width:100%",
        language=words_of_tables(language),
    )
