"""The columns of a raw sheet under their canonical names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from helpers.export._dataset import FILE, Naming
from helpers.export._grid import Grid
from helpers.export._messages import Faults, listed, quoted

ROW = "row"


@dataclass(frozen=True)
class Sheet:
    """One unit's raw rows under canonical names, and the names of the columns outside the layout."""

    frame: pd.DataFrame
    unknown: tuple[str, ...]


def rename(
    grid: Grid,
    faults: Faults,
    *,
    unit: str,
    required: Sequence[str],
    optional: Sequence[str],
    naming: Naming,
) -> Sheet:
    """Return the sheet with `row` first, then required, optional and unknown columns.

    Parameters
    ----------
    grid
        The table as it stands in the file.
    faults
        A name that stands twice, also after renaming, and required columns that are missing are noted here.
    unit
        `huishouden`, `volwassene` or `kind`.
    required, optional
        Canonical names in the order of the layout; those that are not there are left out.
    naming
        Knows how this export calls its columns.
    """
    _note_twice(grid, faults)
    raw = {name: naming.column(unit, name) for name in (*required, *optional)}
    if naming.sure_of_columns:
        _note_missing(grid, {name: raw[name] for name in required}, faults)
    present = {name: found for name, found in raw.items() if found in grid.header}
    used = set(present.values())
    unknown = [name for name in grid.header if name and name not in used]
    kept = {
        name: f"{name} " if name == ROW or name in raw else name for name in unknown
    }  # a name that is taken gets a space: raw names have no outer white space
    positions = [grid.header.index(name) for name in (*present.values(), *unknown)]
    names = [*present, *(kept[name] for name in unknown)]
    frame = grid.cells[positions].set_axis(names, axis="columns")
    frame.insert(0, ROW, frame.index.to_series(index=frame.index).astype("Int64"))
    return Sheet(frame=frame.reset_index(drop=True), unknown=tuple(kept.values()))


def _note_twice(grid: Grid, faults: Faults) -> None:
    counts = Counter(name for name in grid.header if name)
    twice = [name for name, count in counts.items() if count > 1]
    if twice:
        problem = f"the header holds {listed(twice)} more than once"
        faults.add(grid.place.error(problem, "Give every column a name of its own"))


def _note_missing(grid: Grid, raw: dict[str, str], faults: Faults) -> None:
    missing = [quoted(found) + _said(name, found) for name, found in raw.items() if found not in grid.header]
    if len(missing) == len(raw):
        names = listed(filter(None, grid.header))
        problem = f"the first row with a value is the header, and holds none of the columns, but {names}"
        remedy = (
            "Take out what stands above the names of the columns, separate the cells by `;`, `,` or a tab, "
            f"or write under `columns` in {FILE} how this export calls them"
        )
        faults.add(grid.place.error(problem, remedy))
    elif missing:
        problem = f"the header has no column {', '.join(missing)}"
        remedy = f"Add the column, or write under `columns` in {FILE} how this export calls it"
        faults.add(grid.place.error(problem, remedy))


def _said(name: str, found: str) -> str:
    return "" if name == found else f" ({FILE}: {quoted(name)})"
