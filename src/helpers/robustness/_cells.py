"""Registered levels as sorted arrays, so that the value of every cell on a day is one look-up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.cleaning import CleanTables, add_months

HOUSEHOLD = "huishouden"
Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Families:
    """The families with a household row, in the order of their codes: first, last and follow-up day."""

    codes: pd.Index
    t0: NDArray[np.datetime64]
    last: NDArray[np.datetime64]
    day: NDArray[np.datetime64]

    @property
    def long_enough(self) -> Truths:
        """Whose last registration is on the day of the follow-up or later."""
        return self.last >= self.day


@dataclass(frozen=True)
class Values:
    """One value per cell: the number of its person, of its item, and its level, 0 when that is unknown."""

    person: Ints
    item: Ints
    level: Ints


@dataclass(frozen=True)
class Cells:
    """Every non-blank value of some items, by cell (person and item) and within it in time order."""

    families: Families
    items: Mapping[tuple[str, str], int]
    family_of: Ints  # of each person; the household is one
    values: Values
    cell: Ints
    date: NDArray[np.datetime64]

    def first(self, days: int) -> Values:
        """Give the first value of each cell in the baseline window of so many days."""
        end = self.families.t0 + np.timedelta64(days, "D")
        found = self._until(end)
        return self._taken(found[_begins(self.cell[found])])

    def last(self, rule: str) -> Values:
        """Give the last value of each cell up to the day of the follow-up (`at`), or of all (`last`)."""
        found = self._until(self.families.last if rule == "last" else self.families.day)
        return self._taken(found[_begins(self.cell[found][::-1])[::-1]])

    def _until(self, day: NDArray[np.datetime64]) -> Ints:
        """The places of the values on or before a day of their family."""
        return np.flatnonzero(self.date <= day[self.family_of[self.values.person]])

    def _taken(self, places: Ints) -> Values:
        values = self.values
        return Values(values.person[places], values.item[places], values.level[places])


def with_household(registrations: pd.DataFrame, *, follow_up_months: int) -> Families:
    """Give the families that have a household row; first and last day are of their rows of every unit."""
    days = registrations.groupby("family", sort=True)["date"].agg(["min", "max"])
    at_home = registrations.loc[registrations["unit"] == HOUSEHOLD, "family"]
    days = days[days.index.isin(at_home)]
    day = add_months(days["min"], months=follow_up_months)
    return Families(days.index, days["min"].to_numpy(), days["max"].to_numpy(), day.to_numpy())


def list_cells(tables: CleanTables, families: Families, items: Sequence[tuple[str, str]]) -> Cells:
    """Sort the values of some items, of retained and of excluded families alike.

    Parameters
    ----------
    tables : CleanTables
        observations and excluded_observations are used.
    families : Families
        Whose values.
    items : sequence of (unit, item)
        Other items are left out.
    """
    numbers = {key: number for number, key in enumerate(items)}
    rows = pd.concat([tables.observations, tables.excluded_observations], ignore_index=True)
    item = pd.MultiIndex.from_tuples(items).get_indexer(
        pd.MultiIndex.from_arrays([rows["unit"].astype("str"), rows["item"]])
    )
    family = families.codes.get_indexer(pd.Index(rows["family"]))
    kept = (item >= 0) & (family >= 0)
    rows, item, family = rows[kept], item[kept], family[kept]
    person, family_of = _persons(rows, family)
    cell = person * len(items) + item
    order = np.lexsort((rows["registration"].to_numpy("int64"), rows["date"].to_numpy(), cell))
    level = rows["level"].to_numpy("int64", na_value=0)
    values = Values(person[order], item[order].astype(np.int64), level[order])
    return Cells(families, numbers, family_of, values, cell[order], rows["date"].to_numpy()[order])


def _persons(rows: pd.DataFrame, family: Ints) -> tuple[Ints, Ints]:
    """Number the persons (of the household, the family itself), and tell of each its family."""
    who = pd.DataFrame({"family": family, "unit": rows["unit"].astype("str"), "person": rows["person"]})
    person = who.groupby(["family", "unit", "person"], dropna=False, sort=False).ngroup().to_numpy("int64")
    family_of = np.zeros(int(person.max()) + 1 if len(person) else 0, dtype=np.int64)
    family_of[person] = family
    return person, family_of


def _begins(cells: Ints) -> Truths:
    """Where another cell begins, in cells of which equal ones stand together."""
    return np.append(True, cells[1:] != cells[:-1]) if len(cells) else np.zeros(0, dtype=bool)
