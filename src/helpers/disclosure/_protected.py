"""The tables of a report, safe to show."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from helpers.disclosure._decision import DERIVED, OTHER, SMALL
from helpers.disclosure._masked import Masked
from helpers.disclosure._quantities import DisclosureError
from helpers.tables import TABLES

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Protected:
    """The tables of a report, safe to show.

    Attributes
    ----------
    mode : str
        `off`, `suppress` or `round`.
    min_cell : int
        Counts from 1 to min_cell − 1 are small.
    masked : dict of name to Masked
        Each table with empty cells where something is withheld, and why.
    numbers : mapping of name to str
        A hash of each exact table but its texts, also of those that are not shown.
    replaced : tuple of str
        Matrices that lost so much that who improved, stayed and declined stands in their place.
    open : tuple of str
        Quantities that can still be worked out; none, unless populations themselves are tiny.
    """

    mode: str
    min_cell: int
    masked: dict[str, Masked]
    numbers: Mapping[str, str]
    replaced: tuple[str, ...] = ()
    open: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, exact: Tables, mode: str, min_cell: int, masked: Mapping[str, Masked], **others: tuple[str, ...]
    ) -> "Protected":
        """Put masked tables in the order of the exact ones, with the hashes of these."""
        return cls(
            mode=mode,
            min_cell=min_cell,
            masked={name: masked[name] for name in exact if name in masked},
            numbers={name: numbers_of(name, table) for name, table in exact.items()},
            **others,
        )

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables for figures and sentences: declared dtypes, empty where withheld."""
        return {name: one.table for name, one in self.masked.items()}

    def written(self, name: str) -> pd.DataFrame:
        """Give a table as it is written and shown: withheld counts read `<5` or `x`."""
        return self.masked[name].marked(self.min_cell)

    @property
    def log(self) -> pd.DataFrame:
        """Each withheld cell: table, row, column, reason (`small`, `other`, `derived`)."""
        rows = [
            (name, int(row) + 1, column, why)
            for name, one in self.masked.items()
            for column in one.reasons
            for row, why in enumerate(one.reasons[column])
            if why
        ]
        return pd.DataFrame(rows, columns=["table", "row", "column", "reason"])

    @property
    def summary(self) -> pd.DataFrame:
        """Count the withheld cells: table, cells (with a value before), small, other, derived."""
        rows = []
        for name, one in self.masked.items():
            why = one.reasons.to_numpy().ravel()
            counts = {reason: int((why == reason).sum()) for reason in (SMALL, OTHER, DERIVED)}
            rows.append({"table": name, "cells": int(one.table.size), **counts})
        return pd.DataFrame(rows, columns=["table", "cells", SMALL, OTHER, DERIVED])

    def onto(self, tables: Tables) -> "Protected":
        """Show as much of the same tables in another language.

        Parameters
        ----------
        tables : mapping of name to DataFrame
            The exact tables, which differ in their texts alone.

        Raises
        ------
        DisclosureError
            The tables are not the same, so that what is withheld of the one need not protect the other.
        """
        others = {name: numbers_of(name, table) for name, table in tables.items()}
        for name in sorted({*self.numbers, *others}):
            if self.numbers.get(name) != others.get(name):
                raise DisclosureError(
                    f"{name}: differs between the languages in more than its texts, so what is withheld in "
                    "one need not protect the other; make the reports one by one"
                )
        masked = {name: _worded(name, one, tables[name]) for name, one in self.masked.items()}
        return replace(self, masked=masked)


def numbers_of(name: str, table: pd.DataFrame) -> str:
    """Hash all of a table but its texts; which texts are missing, and what names a row, counts."""
    texts = _texts(name, table)
    plain = table.assign(**{column: table[column].isna() for column in texts})
    return hashlib.sha256(plain.to_csv(index=False).encode("utf-8")).hexdigest()


def _texts(name: str, table: pd.DataFrame) -> list[str]:
    """Give the columns of free text: they name no row, and say nothing that a number does not."""
    key = TABLES[name].key if name in TABLES else ()
    return [column for column in table if key and table[column].dtype == "str" and column not in key]


def _worded(name: str, masked: Masked, other: pd.DataFrame) -> Masked:
    """Take the texts that are shown from the same table in another language."""
    table = masked.table.copy()
    texts = [column for column in _texts(name, other) if column in table]
    if texts:
        key = list(TABLES[name].key)
        found = table[key].merge(other[[*key, *texts]], on=key, how="left")
        for column in texts:
            shown = masked.reasons[column].to_numpy() == ""
            table[column] = table[column].where(~shown, found[column].to_numpy())
    return replace(masked, table=table)
