"""What is withheld of all reports together; a matrix that would lose too much is taken out whole."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from helpers.definitions.disclosure import DisclosureRules
from helpers.disclosure._decision import Decision
from helpers.disclosure._quantities import DisclosureError, Shown
from helpers.disclosure._relations import Ties
from helpers.disclosure._suppress import suppress
from helpers.disclosure._system import Key, Quantity

Reports = Mapping[str, Mapping[str, pd.DataFrame]]
Place = tuple[str, str]  # report, table


def refuse_tiny(reports: Reports, found: Shown, min_cell: int) -> None:
    """Refuse a report about so few families that its own total is a small count."""
    for report in reports:
        for stage in ("retained", "followed"):
            quantity = found.quantities.get(("families", report, stage))
            if quantity is not None and 0 < quantity.value < min_cell:
                raise DisclosureError(
                    f"{report}: fewer than {min_cell} {stage} families, so with disclosure control on there "
                    "is nothing to show; take more pilots together, or run it for internal use"
                )


def hide_tiny_pilots(reports: Reports, found: Shown, min_cell: int) -> set[str]:
    """Show nothing by pilot project when one has very few families: its own number would be small.

    Returns
    -------
    set of str
        The pilots of which nothing is shown.
    """
    pilots = {key[1] for key in found.quantities if key[0] == "families"} - set(reports)
    sizes = [found.quantities.get(("families", pilot, "followed")) for pilot in pilots]
    if any(size is not None and 0 < size.value < min_cell for size in sizes):
        for key, quantity in found.quantities.items():
            if len(key) > 1 and key[1] in pilots:
                found.quantities[key] = replace(quantity, weight=0.0, sensitive=False, population=False)
        return pilots
    return set()


def decide(
    reports: Reports, found: Shown, ties: Ties, rules: DisclosureRules, min_cell: int
) -> tuple[Decision, set[Place]]:
    """Decide what is withheld, until no matrix loses too much.

    Parameters
    ----------
    reports : mapping of report to its tables
        Exact tables.
    found : Shown
        What they show; of a matrix that is taken out, nothing is shown any more.
    ties : Ties
        What ties it.
    rules : DisclosureRules
        Which tables are matrices, and how much one may lose.
    min_cell : int
        Counts from 1 to min_cell − 1 are small.

    Returns
    -------
    (Decision, set of (report, table))
        The matrices that were taken out.
    """
    matrices = _matrices(reports, found, rules)
    lost: set[Place] = set()
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


def _matrices(reports: Reports, found: Shown, rules: DisclosureRules) -> dict[Place, list[Key]]:
    """Give what the cells of each matrix count."""
    matrices: dict[Place, list[Key]] = {
        (report, name): []
        for report, tables in reports.items()
        for name in tables
        if name in rules.by_table and rules.by_table[name].matrix
    }
    for key, cells in found.cells.items():
        for place in {(cell.report, cell.table) for cell in cells} & set(matrices):
            matrices[place].append(key)
    return matrices


def _loses(keys: list[Key], quantities: Mapping[Key, Quantity], withheld: set[Key]) -> float:
    """Give the share of the non-zero cells of a matrix that are withheld."""
    some = [key for key in keys if quantities[key].value]
    return sum(key in withheld for key in some) / len(some) if some else 0.0
