"""Exports that no rule for a row or a cell can mend: here the cleaning stops."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from helpers.cleaning._sheets import Sheet
from helpers.export import ExportError

MOST_NO_LEVELS = 1_000_000  # cells; each is listed with its reasons, some hundreds of bytes


def refuse_shared_numbers(sheet: Sheet, left: NDArray[np.bool_]) -> None:
    """Stop when two of the rows that are left share a registratie_id: it would not say which is later.

    Raises
    ------
    ExportError
        Names the first number that does so, with its rows.
    """
    kept = sheet.frame[left]
    shared = kept[kept["registration"].duplicated(keep=False)]
    if not shared.empty:
        number = shared["registration"].iloc[0]
        rows = ", ".join(shared.loc[shared["registration"] == number, "row"].astype("str"))
        raise ExportError(
            f"{sheet.file}, {sheet.unit}, rows {rows}, column `registratie_id`: {number} stands on rows that "
            f"differ (numbers that do so: {shared['registration'].nunique()}). Every registration needs a "
            "number of its own: correct the export, or export again."
        )


def refuse_countless(sheets: Iterable[tuple[Sheet, NDArray[np.bool_]]]) -> None:
    """Stop when more cells hold no level (R07) than a list of them could hold in memory.

    Parameters
    ----------
    sheets : iterable of (Sheet, array)
        Each with the rows of it that are left.

    Raises
    ------
    ExportError
        Names the first of these cells, and how many there are.
    """
    found = [(sheet, item, sheet[item].invalid & left) for sheet, left in sheets for item in sheet.items]
    count = sum(int(faults.sum()) for _, _, faults in found)
    if count > MOST_NO_LEVELS:
        sheet, item, faults = next(one for one in found if one[2].any())
        row = sheet.frame["row"].iloc[int(faults.argmax())]
        raise ExportError(
            f"{sheet.file}, {sheet.unit}, row {row}, column `{item}`: no level stands here, nor in "
            f"{count - 1:,} more cells of this export; up to {MOST_NO_LEVELS:,} can be listed. Look how this "
            "export writes its levels, and whether each column is what `columns` in dataset.yml says."
        )
