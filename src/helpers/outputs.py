"""Which function makes which table: family tables, counts, and what is derived from them.

A function says what it makes with a decorator, and what it is made of with the names of its parameters: clean
tables, family tables, counts, other outputs, definitions and settings (those that are keyword-only are for
whoever calls it directly). `helpers.study.Study` hands them in,
so that a setting is given once and each table is made once; the functions themselves are pure.

=============== =====================================================================================
family_table    a row per family, or several that belong to one; laid together and sorted they add up
counts          whole numbers in columns, what is counted in the index; they add up by themselves
derives         an output of the report, made of counts (and, on the exact side, of family tables)
exact           no table, but of whole families: arrays that several counts are made of
publishes       the same output where the counts are public (rounded); made of counts alone
lists           about single families, for internal review; made of anything, no part of adding up
tells           the facts that the texts of an output name, made of the finished table (`table`) and others
=============== =====================================================================================
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

STAGES = ("exact", "family_table", "counts", "derives", "publishes", "lists", "tells")
OWN = "counts"  # the parameter of a derived table that stands for the counts of its own name
Make = Callable[..., Any]


@dataclass(frozen=True)
class Maker:
    """A function that makes a table, or all tables of a kind, and the names of what it needs."""

    name: str
    stage: str
    make: Make
    needs: tuple[str, ...]


MAKERS: dict[str, dict[str, Maker]] = {stage: {} for stage in STAGES}  # by the name of the table
OF_KIND: dict[str, dict[str, Maker]] = {stage: {} for stage in STAGES}  # by the kind of the tables


def exact(*names: str) -> Callable[[Make], Make]:
    """Declare that a function makes something that is no table and that counts are made of."""
    return _register("exact", names)


def family_table(*names: str) -> Callable[[Make], Make]:
    """Declare that a function makes a family table: it has a column `family`, and its rows add up."""
    return _register("family_table", names)


def counts(*names: str, kind: str = "") -> Callable[[Make], Make]:
    """Declare that a function counts: an index that says what, columns of whole numbers that add up.

    The names are of an output, or of counts that several outputs share. One for all outputs of a kind asks
    for `declared`, what is declared of them, or for `figure`.
    """
    return _register("counts", names, kind)


def derives(*names: str, kind: str = "") -> Callable[[Make], Make]:
    """Declare that a function makes an output of the report, or all of a kind, of counts."""
    return _register("derives", names, kind)


def publishes(*names: str, kind: str = "") -> Callable[[Make], Make]:
    """Declare that a function makes an output, or all of a kind, of public counts: intervals are others."""
    return _register("publishes", names, kind)


def lists(*names: str) -> Callable[[Make], Make]:
    """Declare that a function makes a table about single families, for internal review only."""
    return _register("lists", names)


def tells(*names: str, kind: str = "") -> Callable[[Make], Make]:
    """Declare that a function makes the facts of an output's texts, or of those of a kind.

    Its parameter `table` is the output itself; the others name tables, counts, definitions or settings, and
    `edition`, how counts are rounded.
    """
    return _register("tells", names, kind)


def _register(stage: str, names: Sequence[str], kind: str = "") -> Callable[[Make], Make]:
    def register(make: Make) -> Make:
        needs = tuple(
            name for name, one in inspect.signature(make).parameters.items() if one.kind != one.KEYWORD_ONLY
        )
        where = OF_KIND if kind else MAKERS
        for name in (kind,) if kind else names:
            if name in where[stage]:
                raise ValueError(f"{stage} {name}: made by {where[stage][name].make.__name__} already")
            where[stage][name] = Maker(name, stage, make, needs)
        return make

    return register


def add(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Add up the counts of one name of disjoint sets of families, sorted by what is counted.

    Examples
    --------
    >>> one = pd.DataFrame({"families": [2, 1]}, index=pd.Index([3, 4], name="score"))
    >>> two = pd.DataFrame({"families": [5]}, index=pd.Index([4], name="score"))
    >>> add([one, two])["families"].to_dict()
    {3: 2, 4: 6}
    """
    together = pd.concat(parts)
    return together.groupby(level=list(range(together.index.nlevels)), sort=True).sum()
