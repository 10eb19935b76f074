"""What is shown with disclosure control: only what is made of the protected tables of the run."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd

from helpers import figures, overview
from helpers.codebook import LANGUAGES, Text
from helpers.show._html import caption_html, remark_html, strong_html
from helpers.show._presentations import presentation
from helpers.show._safe_words import LEFT_OUT as NOT_SHOWN
from helpers.show._safe_words import NO_SENTENCE, change_words, said_of
from helpers.show._surface import NUMBERS, Surface
from helpers.show._withheld import panels_of, told
from helpers.show.safe import LEFT_OUT, REPLACED, SHOWN, SafeTables, Stand, safe_context
from helpers.tables import TABLES

TESTS = ("tests", "change")  # tables that figures of the source report can do without, and then conclude less


class Guard:
    """Shows in place of an exact table what stands for it, and of all else nothing.

    Parameters
    ----------
    safe : SafeTables
        What stands for each exact table.
    surface : Surface
        Where it is shown.
    """

    def __init__(self, safe: SafeTables, surface: Surface) -> None:
        self.safe, self.surface = safe, surface

    def present(self, name: str, table: pd.DataFrame, context: Mapping[str, Any]) -> None:
        """Show an output in its usual way where nothing of it is withheld, else what is left of it."""
        known = self.surface.definitions.figures
        stand = self.safe.stand(name, table)
        made = safe_context(context, self.safe, optional=TESTS if name in known else ())
        if not stand.whole or made is None:
            self._in_part(name, stand)
            return
        concluding = {*TESTS, "moved_families"} & set(context) <= set(made)
        shown = presentation(
            name,
            stand.table,
            definitions=self.surface.definitions,
            language=self.surface.language,
            **made,
        )
        self.surface.figure(name, stand.table, shown if concluding else shown.without_conclusion())

    def figure(self, name: str, table: pd.DataFrame) -> None:
        """Show in place of a drawing of the notebook, which nobody knows, what is left of its table."""
        self._in_part(name, self.safe.stand(name, table))

    def table(
        self,
        name: str | None,
        table: pd.DataFrame,
        title: Text,
        *,
        labels: Mapping[str, Text] | None,
        rows: int | None,
    ) -> None:
        """Show what stands for a table; one without a name if it counts nobody or is made of such."""
        if name is not None:
            self._stand(name, self.safe.stand(name, table), title, labels=labels, rows=rows)
        elif overview.counts_nobody(title, table):
            self._plain(table, title, labels=labels, rows=rows)
        elif (made := self._made_again(table)) is not None:
            self._plain(made, title, labels=labels, rows=rows)
        else:
            self._stand(None, self.safe.by_content(table), title, labels=labels, rows=rows)

    def file(self, name: str, table: pd.DataFrame) -> pd.DataFrame | None:
        """Give a table as it may be written; None, and said so, where nothing of it may be."""
        stand = self.safe.stand(name, table)
        if stand.kind == LEFT_OUT:
            self._left_out(TABLES[name].title)
            return None
        return stand.written

    def tell(self) -> None:
        """Say that there is a text, which may be made of anything."""
        self.surface.tell(NO_SENTENCE, remark_html)

    def _made_again(self, table: pd.DataFrame) -> pd.DataFrame | None:
        """Make a table of reading anew of the safe table in place of the exact one; None where it is not."""
        of = table.attrs.get(overview.MADE_OF)
        stand = self.safe.stand(of.name, of.table) if of else None
        return of.again(stand.table) if stand is not None and stand.kind == SHOWN else None

    def _plain(
        self, table: pd.DataFrame, title: Text, *, labels: Mapping[str, Text] | None, rows: int | None
    ) -> None:
        """Show a table that is safe as it is."""
        self.surface.table(None, table, title(self.surface.language), labels=labels, rows=rows)

    def _in_part(self, name: str, stand: Stand) -> None:
        """Show an output without its own figure: what it is, how to read it, its counts and its table."""
        known = self.surface.definitions.figures.get(name)
        title = known.title if known else TABLES[name].title
        if stand.kind == LEFT_OUT:
            self._left_out(title)
            return
        drawn = self._counts(name, stand, self.surface.heading(name, title))
        said = said_of(stand, self.safe, drawn=drawn)
        if stand.kind != REPLACED:
            said = (known.reading if known else TABLES[name].description, *said)
        self._caption(name, self.surface.heading(name, title), said, drawn=drawn)
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
            self._left_out(title)
            return
        table, headers, language = stand.table, dict(labels or {}), self.surface.language
        if stand.kind == REPLACED:
            figure = self.surface.definitions.figures.get(name or "")
            table, headers["change"] = change_words(table, figure, language)
        self.surface.table(name, table, title(language), labels=headers, rows=rows, linked=True, stand=stand)

    def _counts(self, name: str, stand: Stand, heading: str) -> bool:
        """Draw the counts of a table of which some are withheld; tell whether it has any to draw."""
        known, language = self.surface.definitions.figures.get(name), self.surface.language
        table = change_words(stand.table, known, language)[0] if stand.kind == REPLACED else stand.table
        panels = panels_of(
            stand,
            table,
            definitions=self.surface.definitions,
            language=language,
            moves=known is not None and known.moves is not None,
        )
        if panels is None:
            return False
        draw = partial(
            figures.withheld_counts, panels, definitions=self.surface.definitions, language=language
        )
        size = figures.withheld_size(panels)
        self.surface.image(
            name, lambda ax: draw(ax=ax), size, heading, told(panels, language), headless=False
        )
        return True

    def _caption(self, name: str, heading: str, said: tuple[Text, ...], *, drawn: bool) -> None:
        """Say what an output is and what is withheld of it."""
        words = " ".join(text(self.surface.language) for text in said)
        html = caption_html(name, heading, words, None) if drawn else strong_html(heading, words)
        self.surface.display(html, f"{heading} {words}")

    def _left_out(self, title: Text) -> None:
        """Say what is left out."""
        words = NOT_SHOWN(self.surface.language).format(title=title(self.surface.language).rstrip("."))
        self.surface.display(remark_html(words), words)
