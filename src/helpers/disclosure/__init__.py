"""The tables of a run → the same tables, safe to show: no small group of families can be told from them.

Counts from 1 to min_cell − 1 are withheld, with all that would tell them: other counts of the same table
or of another, shares, means and tests. Which columns count what, and what ties them, is data:
`data/reference/disclosure.yml`. Reports on the whole and on single pilots that are published together are
protected together.
"""

from collections.abc import Mapping
from typing import Any

from helpers.definitions import Definitions
from helpers.definitions.claims import Claims
from helpers.definitions.disclosure import DisclosureRules
from helpers.disclosure._decide import Reports, decide, hide_tiny_pilots, refuse_tiny
from helpers.disclosure._decision import DERIVED, OTHER, SMALL
from helpers.disclosure._finished import finished, rounded_report, whole
from helpers.disclosure._masked import MARK, Masked, Masker, small_mark
from helpers.disclosure._protected import Protected
from helpers.disclosure._quantities import DisclosureError, shown
from helpers.disclosure._relations import Ties
from helpers.disclosure._rounded import Rounding, rounded
from helpers.disclosure._suppress import suppress
from helpers.disclosure._system import Quantity, Relation

__all__ = [
    "DERIVED", "MARK", "OTHER", "SMALL", "DisclosureError", "Masked", "Protected", "Quantity", "Relation",
    "protect_together", "rounded", "small_mark", "suppress",
]  # fmt: skip

MODES = ("off", "suppress", "round")


def protect_together(
    reports: Reports,
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
            report: Protected.of(tables, mode, min_cell, {name: whole(one) for name, one in tables.items()})
            for report, tables in reports.items()
        }
    found = shown(reports, rules, settings)
    if mode == "round":
        ties = Ties(found, rules, settings)
        rounding = Rounding(
            found, ties.relations, rules, base=max(rules.round_to, min_cell), min_cell=min_cell
        )
        return {
            report: rounded_report(report, tables, rounding, settings, min_cell, claims)
            for report, tables in reports.items()
        }
    refuse_tiny(reports, found, min_cell)
    hidden = hide_tiny_pilots(reports, found, min_cell)
    ties = Ties(found, rules, settings)
    decision, lost = decide(reports, found, ties, rules, min_cell)
    masker = Masker(found, decision, rules, settings, definitions, min_cell)
    return {
        report: finished(report, tables, masker, lost, hidden, claims) for report, tables in reports.items()
    }
