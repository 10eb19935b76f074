"""Which function makes which table: family tables, counts, and what is derived from them.

A function says what it makes with a decorator (the names of tables, or a `kind` of them), and what it is
made of with the names of its parameters: clean tables, family tables, counts, other outputs, definitions and
settings; of all outputs of a kind `declared`, what is declared of one, or `figure`. Those that are
keyword-only are for whoever calls it directly. `helpers.study.Study` hands them in, so that a setting is
given once and each table is made once; the functions themselves are pure. The frame that a function makes of
one output by its name gets the columns, types and order that are declared of it (`tables.conform`).

=============== =====================================================================================
exact           no table, but of whole families: what several counts or outputs are made of
family_table    a row per family, or several that belong to one (a column `family`); laid together and
                sorted they add up
counts          whole numbers in columns, what is counted in the index, of an output or of several that
                share them; they add up by themselves
derives         an output of the report, made of counts (and, on the exact side, of family tables)
publishes       the same output where the counts are public (rounded), so that intervals are others
lists           about single families, for internal review; made of anything, no part of adding up
tells           the facts that the texts of an output name, made of the finished table (`table`), others,
                and `edition`: how counts are rounded
=============== =====================================================================================
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

import pandas as pd

from helpers.tables import conform

STAGES = ("exact", "family_table", "counts", "derives", "publishes", "lists", "tells")
DECLARED = ("derives", "publishes", "lists")
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


def _register(stage: str, *names: str, kind: str = "") -> Callable[[Make], Make]:
    """Declare what a function makes: tables by their names, or all tables of a kind."""

    def register(make: Make) -> Make:
        needs = tuple(
            name for name, one in inspect.signature(make).parameters.items() if one.kind != one.KEYWORD_ONLY
        )
        where = OF_KIND if kind else MAKERS
        plain = make
        if stage in DECLARED and names:
            make = wraps(plain)(lambda *given, **named: conform(names[0], plain(*given, **named)))
        elif stage == "counts":
            make = wraps(plain)(lambda *given, **named: _with_plain_index(plain(*given, **named)))
        for name in (kind,) if kind else names:
            if name in where[stage]:
                raise ValueError(f"{stage} {name}: made by {where[stage][name].make.__name__} already")
            where[stage][name] = Maker(name, stage, make, needs)
        return make

    return register


def _with_plain_index(counted: pd.DataFrame) -> pd.DataFrame:
    """Give counts by whole numbers of numpy, as which they come back from a file too."""
    by = counted.index.to_frame()
    plain = {name: "int64" for name, dtype in by.dtypes.items() if dtype == "Int64"}
    return counted.reset_index().astype(plain).set_index(list(by)) if plain else counted


exact = partial(_register, "exact")
family_table = partial(_register, "family_table")
counts = partial(_register, "counts")
derives = partial(_register, "derives")
publishes = partial(_register, "publishes")
lists = partial(_register, "lists")
tells = partial(_register, "tells")


def makers(stage: str) -> list[Maker]:
    """Give all that makes something of a stage, by name and by kind."""
    return [*MAKERS[stage].values(), *OF_KIND[stage].values()]


def add(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Add up the counts of one name of disjoint sets of families, sorted by what is counted.

    >>> one = pd.DataFrame({"families": [2, 1]}, index=pd.Index([3, 4], name="score"))
    >>> two = pd.DataFrame({"families": [5]}, index=pd.Index([4], name="score"))
    >>> add([one, two])["families"].to_dict()
    {3: 2, 4: 6}
    """
    together = pd.concat(parts)
    return together.groupby(level=list(range(together.index.nlevels)), sort=True).sum()
