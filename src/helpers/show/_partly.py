"""What is left of an output of which something is withheld: what can still be said and drawn."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.show._certain import Made, certain, first_guess
from helpers.show._presentations import Presentation, presentation
from helpers.show._safe_words import of_bars, of_cells, of_no_figure, of_rows
from helpers.show._surface import Surface
from helpers.show._withheld import MATRICES, Image, bars_of, cells_of
from helpers.show.safe import Context, Stand
from helpers.tables import TABLES

TESTS = ("tests",)  # tables that figures of the source report can do without, and then conclude less
EXACT = (
    "verdicts",
    "curve",
    "chance",
    "status",
)  # any output can do without these
ROW_BY_ROW = ("item_change", "item_change_improvers")  # figures that also hold for some of their rows
SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-ZÀ-Þ‘])")


@dataclass(frozen=True)
class Partly:
    """What is left of a figure: its finding, its conclusion, an image, and what is said of it."""

    said: tuple[Text, ...]
    finding: Text | None = None
    conclusion: Text | None = None
    image: Image | None = None


class Maker:
    """Draws and tells an output of tables of which numbers may be withheld.

    Parameters
    ----------
    name : str
        Of the output.
    stand : Stand
        What stands for its table; no rows are missing.
    others : Context
        What else it needs.
    surface : Surface
        Gives the definitions and the language.
    min_cell : int
        Counts from 1 to min_cell − 1 are small.
    asked : collection of str
        What else the notebook gave: where a conclusion needs what is not safe, there is none.
    """

    def __init__(
        self,
        name: str,
        stand: Stand,
        others: Context,
        surface: Surface,
        *,
        min_cell: int,
        asked: Collection[str],
    ) -> None:
        self.name, self.others, self._surface = name, others, surface
        self.stands = [stand, *others.stands.values()]
        self.min_cell, self.language = min_cell, surface.language
        self._concludes = set(TESTS) & set(asked) <= {*others.stands, *others.plain}

    def presentation(self, *tables: pd.DataFrame, headline: bool = True) -> Presentation:
        """Make the presentation of these tables; by default of some that may be."""
        table, *more = tables or [first_guess(one, min_cell=self.min_cell) for one in self.stands]
        shown = presentation(
            self.name,
            table,
            definitions=self._surface.definitions,
            language=self.language,
            headline=headline,
            **dict(zip(self.others.stands, more, strict=True)),
            **self.others.plain,
        )
        return shown if self._concludes else shown.without_conclusion()

    def is_certain(self) -> bool:
        """Whether all that is told and drawn is the same whatever the withheld numbers are."""
        if all(stand.whole for stand in self.stands):
            return True
        return any(self._certain(lambda *tables: [self.presentation(*tables).account])) and self.is_drawn()

    def is_drawn(self) -> bool:
        """Whether the drawing is the same whatever the withheld numbers are."""
        return any(
            self._certain(lambda *tables: [self._surface.drawn(self.presentation(*tables, headline=False))])
        )

    def certain_words(self) -> tuple[Text | None, Text | None]:
        """Give finding and conclusion where they are the same whatever the withheld numbers are."""

        def words(*tables: pd.DataFrame) -> tuple[Text | None, Text | None]:
            account = self.presentation(*tables).account
            return account.finding, account.conclusion

        finding, conclusion = self._certain(words) or (None, None)
        return finding, conclusion

    def certain_sentences(self, of: str) -> tuple[Text, ...]:
        """Give the sentences of the caption, or alternative, that are the same whatever is withheld."""
        kept = self._certain(lambda *tables: sentences_of(getattr(self.presentation(*tables).account, of)))
        return tuple(sentence for sentence in kept if sentence)

    def _certain(self, make: Callable[..., Sequence[Made | None]]) -> tuple[Made | None, ...]:
        """Give what is the same whatever the withheld numbers are."""
        return certain(make, self.stands, min_cell=self.min_cell)


def partly(
    name: str, stand: Stand, maker: Maker | None, *, definitions: Definitions, language: str, min_cell: int
) -> Partly:
    """Say what is left of an output.

    Parameters
    ----------
    name : str
        Of the output.
    stand : Stand
        What stands for its table.
    maker : Maker or None
        Draws and tells it; None where rows are missing or what else it needs may not be shown.
    definitions, language
        For words and colours.
    min_cell : int
        Counts from 1 to min_cell − 1 are small.
    """
    finding, conclusion = maker.certain_words() if maker else (None, None)
    if maker and stand.whole and maker.is_drawn():
        return Partly(maker.certain_sentences("caption"), finding, conclusion, _own_image(maker))
    if maker and name in ROW_BY_ROW and (rows := _whole_rows(stand)).any():
        said = (*maker.certain_sentences("caption"), *of_rows(int(rows.sum()), len(rows)))
        return Partly(said, finding, conclusion, _image_of_rows(maker, rows))
    known = definitions.figures.get(name)
    if maker and known and known.kind in MATRICES:
        cells = cells_of(stand, known, maker.others, definitions=definitions, language=language)
        return Partly(
            (*maker.certain_sentences("caption"), *of_cells(stand, min_cell)), finding, conclusion, cells
        )
    bars = bars_of(stand, known, definitions=definitions, language=language)
    if bars:
        return Partly(of_bars(stand, min_cell), finding, conclusion, bars)
    reading = known.reading if known else TABLES[name].description
    return Partly((reading, *of_no_figure(stand, min_cell)), finding, conclusion)


def sentences_of(text: Text) -> list[Text]:
    """Take a text apart into its sentences; whole where the languages do not have as many.

    Examples
    --------
    >>> [one.en for one in sentences_of(Text("Een, 2 %. Twee.", "One, 2%. Two."))]
    ['One, 2%.', 'Two.']
    """
    nl, en = SENTENCE_END.split(text.nl), SENTENCE_END.split(text.en)
    return [Text(*pair) for pair in zip(nl, en, strict=True)] if len(nl) == len(en) else [text]


def _whole_rows(stand: Stand) -> pd.Series:
    """Tell of which rows nothing is withheld."""
    return (stand.reasons == "").all(axis=1)


def _own_image(maker: Maker) -> Image:
    """Draw an output in its own way, where it may be but not all words about it."""
    shown = maker.presentation(headline=False)
    told = maker.certain_sentences("alternative")
    return Image(shown.draw, shown.size, " ".join(text(maker.language) for text in told))


def _image_of_rows(maker: Maker, rows: pd.Series) -> Image:
    """Draw an output of some of its rows, without what is found of all."""
    table, *others = (first_guess(one, min_cell=maker.min_cell) for one in maker.stands)
    shown = maker.presentation(table[rows.to_numpy()].reset_index(drop=True), *others, headline=False)
    return Image(shown.draw, shown.size, shown.account.alternative(maker.language))
