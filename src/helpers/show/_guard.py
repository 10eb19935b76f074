"""What is shown with disclosure control: only what is made of the protected tables of the run."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from helpers import overview, sentences
from helpers.definitions import LANGUAGES, Text
from helpers.show._certain import certain_text
from helpers.show._html import caption_html, headline_html, remark_html, strong_html
from helpers.show._partly import EXACT, TESTS, Maker, Partly, partly
from helpers.show._safe_words import LEFT_OUT as NOT_SHOWN
from helpers.show._safe_words import NO_SENTENCE, change_words
from helpers.show._surface import NUMBERS, Html, Surface, Words
from helpers.show.safe import LEFT_OUT, REPLACED, SHOWN, SafeTables, Stand
from helpers.tables import TABLES


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
        """Show an output in its usual way where that tells nothing withheld, else what is left of it."""
        stand = self.safe.stand(name, table)
        optional = (*EXACT, *(TESTS if name in self.surface.definitions.figures else ()))
        others = self.safe.context(context, optional=optional)
        if stand.kind != SHOWN or others is None:
            self._in_part(name, stand)
            return
        maker = Maker(name, stand, others, self.surface, min_cell=self.safe.min_cell, asked=context.keys())
        if maker.is_certain():
            self.surface.figure(name, stand.table, maker.presentation(), stand=stand)
        else:
            self._in_part(name, stand, maker)

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
        """Show what stands for a table; one without a name if it counts nobody or is made of such.

        Titles and labels of the notebook may tell numbers: a declared table keeps its own.
        """
        if name is not None:
            self._stand(name, self.safe.stand(name, table), TABLES[name].title, rows=rows)
        elif overview.counts_nobody(title, table):
            self._plain(table, title, labels=labels, rows=rows)
        elif (made := self._made_again(table)) is not None:
            self._plain(made, title, labels=labels, rows=rows)
        else:
            self._stand(None, self.safe.by_content(table), overview.known_title(title), rows=rows)

    def file(self, name: str, table: pd.DataFrame) -> None:
        """Write what stands for a table and link to it, where something may be shown."""
        stand = self.safe.stand(name, table)
        if stand.kind == LEFT_OUT:
            self._left_out(TABLES[name].title)
        else:
            self.surface.file(name, stand.written)

    def tell(self, words: Words, tables: Sequence[pd.DataFrame], told: Mapping[str, Any], html: Html) -> None:
        """Say what is certain of words made of tables; a finished text may be made of anything."""
        text = None if isinstance(words, Text) else self._certain(words, tables, told)
        self.surface.tell(text or NO_SENTENCE, html if text else remark_html)

    def _certain(
        self, words: Callable[..., Text], tables: Sequence[pd.DataFrame], told: Mapping[str, Any]
    ) -> Text | None:
        """Make words of what stands for their tables; None where they depend on what is withheld.

        Only functions of `helpers.sentences`, as a function of the notebook may know the exact numbers.
        """
        others = self.safe.context(told)
        known = words.__module__.startswith(sentences.__name__)
        known &= all(isinstance(table, pd.DataFrame) for table in tables)
        if not known or others is None or set(told) != {*others.stands, *others.plain}:
            return None
        stands = [*map(self.safe.by_content, tables), *others.stands.values()]

        def said(*given: pd.DataFrame) -> Text:
            named = dict(zip(others.stands, given[len(tables) :], strict=True))
            return words(*given[: len(tables)], **named, **others.plain)

        return certain_text(said, stands, min_cell=self.safe.min_cell)

    def _in_part(self, name: str, stand: Stand, maker: Maker | None = None) -> None:
        """Show an output without its own figure: what can be said, its counts, its table."""
        known = self.surface.definitions.figures.get(name)
        title = known.title if known else TABLES[name].title
        if stand.kind == LEFT_OUT:
            self._left_out(title)
            return
        part = partly(
            name,
            stand,
            maker,
            definitions=self.surface.definitions,
            language=self.surface.language,
            min_cell=self.safe.min_cell,
        )
        self._show(name, self.surface.heading(name, title), part)
        self._stand(name, stand, Text(*(f"{NUMBERS(one)}: {title(one)}" for one in LANGUAGES)))

    def _show(self, name: str, heading: str, part: Partly) -> None:
        """Show what is left of a figure: its finding, an image, and what is said below it."""
        language = self.surface.language
        if part.finding:
            self.surface.display(headline_html(name, part.finding(language)), part.finding(language))
        words = " ".join(text(language) for text in part.said)
        concluded = part.conclusion(language) if part.conclusion else ""
        if part.image:
            image = part.image
            self.surface.image(name, image.draw, image.size, heading, image.alternative, headless=False)
            html = caption_html(name, heading, words, None, concluded)
        else:
            html = strong_html(heading, " ".join(filter(None, (concluded, words))))
        self.surface.display(html, " ".join(filter(None, (heading, concluded, words))))

    def _stand(
        self,
        name: str | None,
        stand: Stand,
        title: Text,
        *,
        rows: int | None = None,
    ) -> None:
        """Show what stands for a table."""
        if stand.kind == LEFT_OUT:
            self._left_out(title)
            return
        table, headers, language = stand.table, {}, self.surface.language
        if stand.kind == REPLACED:
            figure = self.surface.definitions.figures.get(name or "")
            table, headers["change"] = change_words(table, figure, language)
        self.surface.table(name, table, title(language), labels=headers, rows=rows, linked=True, stand=stand)

    def _plain(
        self, table: pd.DataFrame, title: Text, *, labels: Mapping[str, Text] | None, rows: int | None
    ) -> None:
        """Show a table that is safe as it is."""
        self.surface.table(None, table, title(self.surface.language), labels=labels, rows=rows)

    def _made_again(self, table: pd.DataFrame) -> pd.DataFrame | None:
        """Make a table of reading anew of the safe table in place of the exact one; None where it is not."""
        of = table.attrs.get(overview.MADE_OF)
        stand = self.safe.stand(of.name, of.table) if of else None
        return of.again(stand.table) if stand is not None and stand.kind == SHOWN else None

    def _left_out(self, title: Text) -> None:
        """Say what is left out."""
        words = NOT_SHOWN(self.surface.language).format(title=title(self.surface.language).rstrip("."))
        self.surface.display(remark_html(words), words)
