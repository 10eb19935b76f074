"""How much of an export has been read: all its sheets and files together have to fit in the memory."""

from __future__ import annotations

from dataclasses import dataclass

from helpers.export._messages import Overfull, Place

MOST_CELLS = 6_000_000  # of all tables; a short row of a workbook stands for as many cells as the header
MOST_SIGNS = 100_000_000  # of all tables; in a workbook many cells may stand for one text
LESS = "Export fewer families at a time, or leave out columns that the layout does not have"


@dataclass
class Load:
    """Cells and signs of an export that were read so far."""

    cells: int = 0
    signs: int = 0

    def add(self, place: Place, row: int, *, cells: int = 0, signs: int = 0) -> None:
        """Count what a row holds.

        Raises
        ------
        Overfull
            All that was read so far is more than fits.
        """
        self.cells += cells
        self.signs += signs
        if self.cells > MOST_CELLS or self.signs > MOST_SIGNS:
            problem = f"the export holds more than {MOST_CELLS:,} cells or {MOST_SIGNS:,} signs up to here"
            raise Overfull(str(place.error(problem, LESS, row=row)))
