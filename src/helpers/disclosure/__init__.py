"""The tables of a run → the same tables, safe to show: no small group of families can be told from them.

Counts from 1 to min_cell − 1 are withheld, with all that would tell them: other counts of the same table
or of another, shares, means and tests. Which columns count what, and what ties them, is data:
`data/reference/disclosure.yml`. Reports on the whole and on single pilots that are published together are
protected together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from helpers.codebook import Claims, Definitions, DisclosureRules
from helpers.disclosure._finished import emptied, held_against, log_of, whole
from helpers.disclosure._masked import DERIVED, MARK, Masked, Masker, small_mark, summary
from helpers.disclosure._quantities import SPECIAL, WHOLE, Cell, DisclosureError, Shown, shown
from helpers.disclosure._relations import Ties
from helpers.disclosure._rounded import round_table, rounded
from helpers.disclosure._suppress import OTHER, SMALL, Decision, suppress
from helpers.disclosure._system import Key, Quantity, Relation

__all__ = [
    "DERIVED", "MARK", "OTHER", "SMALL", "DisclosureError", "Masked", "Protected", "Quantity", "Relation",
    "protect", "protect_together", "rounded", "small_mark", "suppress",
]  # fmt: skip

MODES = ("off", "suppress", "round")
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
    replaced : tuple of str
        Matrices that lost so much that who improved, stayed and declined stands in their place.
    log : DataFrame
        table, row, column, reason (`small`, `other`, `derived`): a row per withheld cell.
    open : tuple of str
        Quantities that can still be worked out; none, unless populations themselves are tiny.
    """

    mode: str
    min_cell: int
    masked: dict[str, Masked]
    replaced: tuple[str, ...]
    log: pd.DataFrame
    open: tuple[str, ...] = ()

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables for figures and sentences: declared dtypes, empty where withheld."""
        return {name: one.table for name, one in self.masked.items()}

    def written(self, name: str) -> pd.DataFrame:
        """Give a table as it is written and shown: withheld counts read `<5` or `x`."""
        return self.masked[name].marked(self.min_cell)

    @property
    def summary(self) -> pd.DataFrame:
        """Count the withheld cells: table, cells (with a value before), small, other, derived."""
        rows = []
        for name, one in self.masked.items():
            why = one.reasons.to_numpy().ravel()
            counts = {reason: int((why == reason).sum()) for reason in (SMALL, OTHER, DERIVED)}
            rows.append({"table": name, "cells": int(one.table.size), **counts})
        return pd.DataFrame(rows, columns=["table", "cells", SMALL, OTHER, DERIVED])


def protect(
    tables: Tables,
    *,
    mode: str,
    min_cell: int,
    definitions: Definitions,
    rules: DisclosureRules,
    settings: Mapping[str, Any],
    claims: Claims | None = None,
) -> Protected:
    """Protect the tables of one report; see `protect_together`."""
    return protect_together(
        {WHOLE: tables},
        mode=mode,
        min_cell=min_cell,
        definitions=definitions,
        rules=rules,
        settings=settings,
        claims=claims,
    )[WHOLE]


def protect_together(
    reports: Mapping[str, Tables],
    *,
    mode: str,
    min_cell: int,
    definitions: Definitions,
    rules: DisclosureRules,
    settings: Mapping[str, Any],
    claims: Claims | None = None,
) -> dict[str, Protected]:
    """Protect the tables of all reports that are published together.

    Parameters
    ----------
    reports : mapping of `all` or the name of a pilot to its tables by name
        Finished, exact tables.
    mode : str
        `off`: as they are. `suppress`: small counts, and what would tell them, are withheld. `round`: every
        count is rounded, and what is made of counts is made anew.
    min_cell : int
        Counts from 1 to min_cell − 1 are small; at least 2.
    definitions : Definitions
        The order of the items.
    rules : DisclosureRules
        What the columns of each table hold.
    settings : mapping
        poverty_cutoff, severe_cutoff: of the run.
    claims : Claims, optional
        To hold the published statements against what is shown; without them these two tables are left out.

    Returns
    -------
    dict of report to Protected

    Raises
    ------
    DisclosureError
        A table is not declared in disclosure.yml, tables contradict each other, or a report is about so few
        families that even their number is small.
    """
    if mode not in MODES:
        raise ValueError(f"mode is one of {', '.join(MODES)}, not {mode!r}")
    if min_cell < 2:
        raise ValueError(f"min_cell is at least 2, not {min_cell}")
    if mode == "off":
        return {
            report: Protected(
                mode, min_cell, {name: whole(one) for name, one in tables.items()}, (), log_of({})
            )
            for report, tables in reports.items()
        }
    found = shown(reports, rules, settings)
    if mode == "round":
        return _round(reports, found, min_cell, rules, settings, claims)
    _refuse_tiny(reports, found, min_cell)
    hidden = _hide_tiny_pilots(reports, found, min_cell)
    ties = Ties(found, rules, settings)
    decision, lost = _decide(reports, found, ties, rules, min_cell)
    masker = Masker(found, decision, rules, settings, definitions, min_cell)
    return {
        report: _protected(report, tables, masker, lost, decision, min_cell, claims, hidden)
        for report, tables in reports.items()
    }


def _refuse_tiny(reports: Mapping[str, Tables], found: Shown, min_cell: int) -> None:
    """Refuse a report about so few families that its own total is a small count."""
    for report in reports:
        for stage in ("retained", "followed"):
            quantity = found.quantities.get(("families", report, stage))
            if quantity is not None and 0 < quantity.value < min_cell:
                raise DisclosureError(
                    f"{report}: fewer than {min_cell} {stage} families, so with disclosure control on there "
                    "is nothing to show; take more pilots together, or run it for internal use"
                )


def _hide_tiny_pilots(reports: Mapping[str, Tables], found: Shown, min_cell: int) -> set[str]:
    """Show nothing by pilot project when one has very few families: its own number would be small."""
    pilots = {key[1] for key in found.quantities if key[0] == "families"} - set(reports)
    sizes = [found.quantities.get(("families", pilot, "followed")) for pilot in pilots]
    if any(size is not None and 0 < size.value < min_cell for size in sizes):
        for key, quantity in found.quantities.items():
            if len(key) > 1 and key[1] in pilots:
                found.quantities[key] = replace(quantity, weight=0.0, sensitive=False, population=False)
        return pilots
    return set()


def _decide(
    reports: Mapping[str, Tables], found: Shown, ties: Ties, rules: DisclosureRules, min_cell: int
) -> tuple[Decision, set[tuple[str, str]]]:
    """Decide what is withheld; a matrix that loses too much is taken out, and the rest decided anew."""
    matrices = {
        (report, name): [key for key, cells in found.cells.items() if _in(cells, report, name)]
        for report, tables in reports.items()
        for name in tables
        if name in rules.by_table and rules.by_table[name].matrix
    }
    lost: set[tuple[str, str]] = set()
    withheld = {key for key, one in found.quantities.items() if one.sensitive and 0 < one.value < min_cell}
    decision = None
    while True:
        new = {
            place
            for place, keys in matrices.items()
            if place not in lost and _loses(keys, found.quantities, withheld) > rules.matrix_may_lose
        }
        if decision is not None and not new:
            return decision, lost
        lost |= new
        changed = {key for place in new for key in matrices[place]}
        for key in changed:
            found.quantities[key] = replace(found.quantities[key], weight=0.0, sensitive=False)
        decision = suppress(
            found.quantities, ties.relations, min_cell=min_cell, before=decision, changed=changed
        )
        withheld = set(decision.withheld)


def _in(cells: list[Cell], report: str, table: str) -> bool:
    """Whether one of the cells is of a table."""
    return any(cell.report == report and cell.table == table for cell in cells)


def _loses(keys: list[Key], quantities: Mapping[Key, Quantity], withheld: set[Key]) -> float:
    """Give the share of the non-zero cells of a matrix that are withheld."""
    some = [key for key in keys if quantities[key].value]
    return sum(key in withheld for key in some) / len(some) if some else 0.0


def _protected(
    report: str,
    tables: Tables,
    masker: Masker,
    lost: set[tuple[str, str]],
    decision: Decision,
    min_cell: int,
    claims: Claims | None,
    hidden: set[str],
) -> Protected:
    """Apply a decision to the tables of one report."""

    def shows(key: Key) -> tuple[Any, str]:
        quantity = masker.found.quantities.get(key)
        why = decision.withheld.get(key, "" if quantity and quantity.weight else OTHER)
        return (quantity.value if quantity else None), why if why in ("", SMALL) else OTHER

    made = [name for name in tables if name not in SPECIAL and name not in masker.rules.withheld]
    masked = {name: _without(hidden, masker.mask(report, name, tables[name])) for name in made}
    replaced = sorted(name for where, name in lost if where == report)
    for name in replaced:
        masked[name] = summary(tables[name], masker.rules.by_table[name], report, shows)
    masked |= held_against(tables, masked, claims)
    return Protected(
        mode="suppress",
        min_cell=min_cell,
        masked={name: masked[name] for name in tables if name in masked},
        replaced=tuple(replaced),
        log=log_of(masked),
        open=tuple(" ".join(key) for key in decision.open),
    )


def _without(pilots: set[str], masked: Masked) -> Masked:
    """Leave out the rows of pilots of which nothing is shown."""
    if not pilots or "pilot" not in masked.table:
        return masked
    rows = ~masked.table["pilot"].isin(pilots)
    return Masked(
        masked.table[rows].reset_index(drop=True), masked.reasons[rows.to_numpy()].reset_index(drop=True)
    )


def _round(
    reports: Mapping[str, Tables],
    found: Shown,
    min_cell: int,
    rules: DisclosureRules,
    settings: Mapping[str, Any],
    claims: Claims | None,
) -> dict[str, Protected]:
    """Round the tables of all reports."""
    base = max(rules.round_to, min_cell)
    made = {}
    for report, tables in reports.items():
        masked = {}
        for name, one in tables.items():
            if name in rules.by_table:
                rule = rules.by_table[name]
                coarse = round_table(report, name, one, rule, rules, found, settings, base=base)
                masked[name] = emptied(one, coarse)
            elif name in rules.plain:
                masked[name] = whole(one)
        masked |= held_against(tables, masked, claims)
        kept = {name: masked[name] for name in tables if name in masked}
        made[report] = Protected("round", min_cell, kept, (), log_of(kept))
    return made
