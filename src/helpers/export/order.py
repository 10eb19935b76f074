"""What the order of the rows tells: days that a program filled down, a column that was sorted by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from math import lgamma, log
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import union_categoricals

from helpers.definitions import Definitions
from helpers.export.columns import ATTRIBUTES, DAYS, ROW
from helpers.export.dataset import NUMBER, SHARED, Dataset
from helpers.export.dates import day_of, excel_day
from helpers.export.grid import NAMED_ROWS
from helpers.export.messages import Faults, Place, quoted
from helpers.export.names import fold

FILLED = 14  # rows, each a day after the one above: nobody registers so, weekends and all
ACCIDENT = log(1e-6)  # of the chance that families stand in the order of their values
ENOUGH, FEW = 3, 8  # parts in order; rows that a part has
FIFTHS = 5  # parts of days in order
MOST_ROWS = 200_000  # in which a column is looked for that was sorted by itself
MANY = 20  # families with more than two days: a baseline may take as many
Numbers = NDArray[np.int64]


class Order:
    """The order of the rows of a table, which may come in blocks: what it tells is noted in the end.

    That is what a spreadsheet program did to it: that it counted days, filled them down, or sorted one column
    and not the others. The last is looked for in the rows of whole families, `MOST_ROWS` at most.
    """

    def __init__(self, place: Place, dataset: Dataset, definitions: Definitions, faults: Faults) -> None:
        self._place, self._dataset, self._faults = place, dataset, faults
        of_units = (name for of in ATTRIBUTES.values() for name in of)
        self._known = {*(item for _, item in definitions.items), *of_units}
        self._filled: list[tuple[int, int, int]] = []  # first and last row, and how many
        self._run = np.empty((2, 0), np.int64)  # days and rows of one that may go on in the next block
        self._some: list[pd.DataFrame] = []
        self._every = 1

    def add(self, frame: pd.DataFrame) -> None:
        """Take note of some rows; of days that are numbers of Excel at once."""
        if "datum" not in frame:
            return
        self._note_numbers(frame["datum"])
        self._note_filled(np.stack([_read(frame["datum"]), frame[ROW].to_numpy("int64")]))
        names = [name for name in frame if name in {ROW, *SHARED, *self._known}]
        self._some.append(_of_families(frame[names], self._every))
        while sum(map(len, self._some)) > MOST_ROWS:
            self._every *= 2
            self._some = [_of_families(one, self._every) for one in self._some]

    def _note_numbers(self, written: pd.Series) -> None:
        if not {"project_start", "exported_on"} <= self._dataset.model_fields_set:
            return  # dataset.yml has a fault: what is odd is not told
        texts, codes = written.cat.categories, written.cat.codes.to_numpy()
        counts = np.bincount(codes, minlength=len(texts))
        first, last = self._dataset.project_start, self._dataset.exported_on
        days = {
            place: day
            for place, text in enumerate(texts)
            if counts[place] and (day := excel_day(text)) and first <= day <= last
        }
        if days:
            one = next(iter(days))
            facts = {"number": quoted(texts[one]), "day": f"{days[one]:%d/%m/%Y}"}
            self._faults.remark(
                self._place, "day_numbers", int(counts[list(days)].sum()), at="datum", **facts
            )

    def _note_filled(self, days_and_rows: Numbers) -> None:
        """Take note of the rows of which each has the day after the one above."""
        days, rows = joined = np.concatenate([self._run, days_and_rows], axis=1)
        next_day = np.diff(days) == 1
        ends = np.flatnonzero(np.diff(np.concatenate([[False], next_day, [False]]).astype(np.int8)))
        runs = ends.reshape(-1, 2).tolist()
        goes_on = bool(runs) and runs[-1][1] == len(days) - 1
        self._run = joined[:, runs.pop()[0] if goes_on else -1 :].copy()
        self._filled += [
            (int(rows[first]), int(rows[last]), last - first + 1)
            for first, last in runs
            if last - first >= FILLED
        ]

    def note(self) -> None:
        """Note what all rows tell together."""
        if not self._some:
            return
        self._note_filled(np.array([[0], [0]]))  # the last one ends too
        if self._filled:
            named = ", ".join(f"{first}–{last}" for first, last, _ in self._filled[:NAMED_ROWS])
            count = sum(rows for _, _, rows in self._filled)
            self._faults.remark(self._place, "filled_days", count, at="datum", rows=named)
        rows = pd.concat([one[ROW] for one in self._some], ignore_index=True)
        texts = (name for name in self._some[0] if name != ROW)
        frame = pd.DataFrame(
            {ROW: rows, **{name: union_categoricals([one[name] for one in self._some]) for name in texts}}
        )
        self._faults.remark(self._place, "sorted_alone", dict(_sorted_alone(frame, self._known)))


def _of_families(frame: pd.DataFrame, every: int) -> pd.DataFrame:
    """Give the rows of one family in so many, the same ones in each block."""
    if every == 1:
        return frame
    families = frame["gezin"].cat
    folded = (fold(code).encode("utf-8", "replace") for code in families.categories)
    drawn = [(crc32(code) + 1) % every == 0 for code in folded]  # not 0, which every number divides
    some = frame[np.array(drawn, dtype=bool)[families.codes]]
    return pd.DataFrame(  # without texts of other rows, which of each block would stay in memory
        {name: one if name == ROW else one.cat.remove_unused_categories() for name, one in some.items()}
    )


def _read(days: pd.Series) -> Numbers:
    """Give the day of each row as a number, 0 where none can be read."""
    read = [day.toordinal() if (day := day_of(text)) else 0 for text in days.cat.categories]
    return np.array(read, dtype=np.int64)[days.cat.codes]


def _sorted_alone(frame: pd.DataFrame, known: Collection[str]) -> Iterator[tuple[str, int]]:
    """Give the columns, and their cells, that stand in an order of their own while rows stand in another."""
    days = _read(frame["datum"])
    number, row = frame[NUMBER].astype("str").to_numpy("int64"), frame[ROW].to_numpy("int64")
    families, family = _folded(frame["gezin"])
    orders = [days, np.argsort(np.argsort(families))[family]]
    if (np.diff(number) != np.diff(row)).any():  # else rows may have been numbered after they were sorted
        orders.append(number)
    if _one_by_one(family, days):
        yield from dict.fromkeys(("gezin", "datum"), len(frame)).items()
    for name in (name for name in frame if name in known):
        there = np.flatnonzero((frame[name].cat.categories != "")[frame[name].cat.codes])
        values = frame[name].iloc[there]
        stretches = _in_order(values, family[there], is_day=name in DAYS)
        if any(_keep_apart([order[there[part]] for part in stretches]) for order in orders):
            of_pilots = values.groupby(frame["pilootproject"].iloc[there])
            if of_pilots.nunique().max() > 1:  # else each pilot fills in one value for all
                yield name, len(values)


def _in_order(values: pd.Series, family: Numbers, *, is_day: bool) -> list[NDArray[np.intp]]:
    """Give the rows of each stretch of equal values, or those of the fifths of days in order.

    None where families, in whatever order, would have so few stretches by chance; persons of one are alike.
    """
    if is_day:
        found = _read(values)
        steps = np.diff(found[found > 0])
        if not len(steps) or ((steps < 0).any() and (steps > 0).any()):
            return []
        edges = len(values) * np.arange(1, FIFTHS) // FIFTHS
    else:
        _, found = _folded(values)
        edges = np.flatnonzero(np.diff(found)) + 1
        if len(edges) >= 2 * len(np.unique(found)):
            return []
    first = found[np.unique(family, return_index=True)[1]]
    counts = np.unique(first, return_counts=True)[1].tolist()
    ways = lgamma(len(first) + 1) - sum(lgamma(count + 1) for count in counts)
    beyond = min(len(edges), len(first) - 1)
    in_order = log(2) if is_day else (beyond + 1) * log(len(counts)) + _choices(len(first) - 1, beyond)
    return np.split(np.arange(len(values)), edges) if in_order - ways < ACCIDENT else []


def _choices(among: float, some: float) -> float:
    """Give the logarithm of how many choices there are of some among others."""
    return lgamma(among + 1) - lgamma(some + 1) - lgamma(among - some + 1)


def _keep_apart(parts: list[Numbers]) -> bool:
    """Tell whether parts of the rows stand one after the other in another order too, by the middle of each.

    Rows that were sorted as a whole are mixed in every other order.
    """
    ends = np.array([np.quantile(part, [0.25, 0.75]) for part in parts if len(part) >= FEW])
    if len(ends) < ENOUGH:
        return False
    return bool((ends[:-1, 1] <= ends[1:, 0]).all() or (ends[:-1, 0] >= ends[1:, 1]).all())


def _one_by_one(family: Numbers, days: Numbers) -> bool:
    """Tell whether each family stands together and begins as the one before has ended, as never happens."""
    steps, ends = np.sign(np.diff(days)), np.diff(family) != 0
    often = pd.Series(days).groupby(family).nunique() > 2
    if often.sum() < MANY or ends.sum() > 1.1 * len(often):
        return False
    forth = np.sign(steps[~ends].sum())
    last = ends & often.loc[family[:-1]].to_numpy()
    return bool((steps[last] == -forth).mean() < 0.25)


def _folded(values: pd.Series) -> tuple[list[str], Numbers]:
    """Give the different texts of a column, whatever their case, and the place of each row among them."""
    codes, texts = pd.factorize(np.array([fold(text) for text in values.cat.categories], dtype=object))
    return texts.tolist(), codes[values.cat.codes]
