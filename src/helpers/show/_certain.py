"""What is the same whatever the withheld numbers are: that can be said and drawn.

It is made several times, each time of tables with other numbers where some are withheld. What comes out the
same each time rests on what is shown alone. The exact numbers have no part in it, so nothing can be told of
them.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
import pandas as pd

from helpers.definitions import Text
from helpers.disclosure import OTHER, SMALL
from helpers.show._headers import POINTS, SHARES, SIGNED_SHARES, is_p_value
from helpers.show.safe import COUNTED, SHOWN, Stand

DRAWS = 6  # besides the lowest and the highest numbers that may be
SIGNED = SIGNED_SHARES | POINTS  # columns of shares and differences of shares
IMPOSSIBLE = (  # of numbers that do not agree
    *(ValueError, LookupError, TypeError, AttributeError, ArithmeticError, StopIteration),
)
Made = TypeVar("Made")
Draw = Callable[[float, float, str], float]


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
    if any(stand.kind != SHOWN or stand.lacks_words for stand in stands):
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
    """Yield a table with other numbers each time where some are withheld.

    The lowest and the highest that may be, no count and no difference at all, the widest intervals, and any.
    """
    draws: tuple[Draw, ...] = (
        lambda low, high, name: low,
        lambda low, high, name: high,
        lambda low, high, name: max(low, 0),
        lambda low, high, name: high if name.endswith("_high") else low,
    )
    for draw in draws:
        yield _filled(stand, draw, min_cell=min_cell)
    for seed in range(DRAWS):
        yield _filled(stand, _any(seed), min_cell=min_cell)


def _any(seed: int) -> Draw:
    """Draw any number between two."""
    uniform = np.random.default_rng(seed).uniform
    return lambda low, high, name: float(uniform(low, high))


def _filled(stand: Stand, draw: Draw, *, min_cell: int) -> pd.DataFrame:
    """Fill what is withheld with numbers between the lowest and highest that may be."""
    table = stand.table.copy()
    for name in table.columns:
        rows = np.flatnonzero((stand.reasons[name] != "").to_numpy())
        if len(rows):
            known = table[name].dropna()
            ranges = [_range(known, name, why, min_cell) for why in stand.reasons[name].iloc[rows]]
            values = [draw(low, high, name) for low, high in ranges]
            whole = known.dtype == "Int64" or stand.reasons[name].isin(COUNTED).any()
            table.loc[table.index[rows], name] = [round(value) for value in values] if whole else values
    return table


def _range(known: pd.Series, name: str, why: str, min_cell: int) -> tuple[float, float]:
    """Give the lowest and the highest number that may stand in a column."""
    most = float(known.abs().max()) if len(known) else 0.0
    if why == SMALL:
        return 1, min_cell - 1
    if why == OTHER or known.dtype == "Int64":
        return 0, 10 * min_cell + most
    if name in SHARES or is_p_value(name):
        return 0, 1
    beyond = 1 if name in SIGNED else 10 * max(1, most)
    return -beyond, beyond
