"""What the first pass of a run with disclosure control needs: the exact tables, and nothing shown."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from helpers.definitions import Text
from helpers.show._surface import Html, Surface, Words


class Ledger:
    """Writes tables and displays nothing, so that nothing is drawn in vain.

    Parameters
    ----------
    surface : Surface
        Where tables are written.
    """

    def __init__(self, surface: Surface) -> None:
        self._write = surface.write_table

    def present(self, name: str, table: pd.DataFrame, context: Mapping[str, Any]) -> None:
        """Write the table of an output."""
        self._write(name, table)

    def figure(self, name: str, table: pd.DataFrame) -> None:
        """Write the table of a figure."""
        self._write(name, table)

    def table(
        self,
        name: str | None,
        table: pd.DataFrame,
        title: Text,
        *,
        labels: Mapping[str, Text] | None,
        rows: int | None,
    ) -> None:
        """Write a table that has a name."""
        self._write(name, table)

    def file(self, name: str, table: pd.DataFrame) -> None:
        """Write a table."""
        self._write(name, table)

    def tell(self, words: Words, tables: Sequence[pd.DataFrame], told: Mapping[str, Any], html: Html) -> None:
        """Say nothing."""
