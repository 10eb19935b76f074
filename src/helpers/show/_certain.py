"""What is the same whatever the withheld numbers are: that can be said and drawn.

It is made several times, each time of tables with other numbers where some are withheld. What comes out the
same each time rests on what is shown alone. The exact numbers have no part in it, so nothing can be told of
them.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
import pandas as pd

from helpers.codebook import Text
from helpers.show._headers import POINTS, SIGNED_NUMBERS, SIGNED_SHARES
from helpers.show.safe import SHOWN, Stand

SMALL = "small"  # why a count is withheld that is known to be from 1 to min_cell − 1
DRAWS = 6  # besides the lowest and the highest numbers that may be
SIGNED = {*SIGNED_SHARES, *SIGNED_NUMBERS, *POINTS}  # columns of numbers that may lie below zero
IMPOSSIBLE = (ValueError, KeyError, IndexError, TypeError, ArithmeticError)  # of numbers that do not agree
Made = TypeVar("Made")
Draw = Callable[[float, float], float]


def certain(
    make: Callable[..., Sequence[Made | None]], stands: Sequence[Stand], *, min_cell: int
) -> tuple[Made | None, ...]:
    """Give what is certain of what is made of some tables.

    Parameters
    ----------
    make : function of as many tables as there are stands
        Gives some things, always as many.
    stands : sequence of Stand
        What stands for these tables.
    min_cell : int
        Counts from 1 to min_cell − 1 are small.

    Returns
    -------
    tuple
        Each thing, or None where it is not the same whatever the withheld numbers are. Empty where nothing
        can be made: rows or words are withheld, or some numbers that may be do not agree.
    """
    if any(stand.kind != SHOWN or _loses_words(stand) for stand in stands):
        return ()
    if all(stand.whole for stand in stands):
        return tuple(make(*(stand.table for stand in stands)))
    made: list[tuple[Made | None, ...]] = []
    for tables in zip(*(guesses(stand, min_cell=min_cell) for stand in stands), strict=True):
        try:
            made.append(tuple(make(*tables)))
            made[0] = tuple(
                one if one == other else None for one, other in zip(made[0], made[-1], strict=True)
            )
        except IMPOSSIBLE:
            return ()
        if all(one is None for one in made[0]):
            break
    return made[0]


def certain_text(words: Callable[..., Text], stands: Sequence[Stand], *, min_cell: int) -> Text | None:
    """Give the words that are made of some tables; None where they depend on what is withheld."""
    found = certain(lambda *tables: [words(*tables)], stands, min_cell=min_cell)
    return found[0] if found else None


def first_guess(stand: Stand, *, min_cell: int) -> pd.DataFrame:
    """Give a table with some numbers where others are withheld, for what is the same whatever they are."""
    return next(guesses(stand, min_cell=min_cell))


def guesses(stand: Stand, *, min_cell: int) -> Iterator[pd.DataFrame]:
    """Yield a table with other numbers each time where some are withheld: the lowest, the highest, any."""
    yield _filled(stand, lambda low, high: low, min_cell=min_cell)
    yield _filled(stand, lambda low, high: high, min_cell=min_cell)
    for seed in range(DRAWS):
        yield _filled(stand, np.random.default_rng(seed).uniform, min_cell=min_cell)


def _filled(stand: Stand, draw: Draw, *, min_cell: int) -> pd.DataFrame:
    """Fill what is withheld with numbers between the lowest and highest that may be."""
    table = stand.table.copy()
    for name in table.columns:
        rows = np.flatnonzero((stand.reasons[name] != "").to_numpy())
        if len(rows):
            known, whys = table[name].dropna(), stand.reasons[name].iloc[rows]
            table.loc[table.index[rows], name] = [_number(known, name, why, draw, min_cell) for why in whys]
    return table


def _number(known: pd.Series, name: str, why: str, draw: Draw, min_cell: int) -> float:
    """Give one number that may stand in a column."""
    if why == SMALL:
        return round(draw(1, min_cell - 1))
    if known.dtype == "Int64":
        return round(draw(0, 10 * min_cell + int(known.max() if len(known) else 0)))
    return draw(-1.0 if name in SIGNED else 0.0, 1.0)


def _loses_words(stand: Stand) -> bool:
    """Whether anything but numbers is withheld."""
    withheld = [name for name in stand.table if (stand.reasons[name] != "").any()]
    return any(str(stand.table[name].dtype) not in ("Int64", "float64") for name in withheld)
