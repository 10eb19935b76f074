"""Claims + tables → verdicts: which published statements hold on the data at hand.

The claims and what their wording is taken to mean are data: `data/reference/published_claims.yml`. That a
statement holds says that the tables agree with what was published, not why.
"""

from fractions import Fraction

import numpy as np
import pandas as pd

from helpers import tables
from helpers.claims._claim_tables import tables_of
from helpers.claims._measures import Tables, Value, cells_value, first_of, measure_text, value
from helpers.definitions import Bounds, Claim, Claims, Measure

__all__ = [
    "SIGNS", "evaluate", "measure_text", "published_text", "summarise", "tables_of", "unit", "value",
]  # fmt: skip

SIGNS = {"holds": "✓", "does_not_hold": "✗", "unknown": "?"}  # a verdict is never told by its colour alone


def evaluate(claims: Claims, made: Tables, *, language: str = "nl") -> pd.DataFrame:
    """Hold every published statement against the tables.

    Parameters
    ----------
    claims : Claims
        The statements, as `codebook.load_claims` gives them.
    made : mapping of name to DataFrame
        The tables of a report, as from `tables_of`.
    language : str
        `nl` or `en`, of the place in the report.

    Returns
    -------
    DataFrame
        id, place, claim_nl, claim_en, measure (a formula), published (bounds), computed (empty where there is
        no value), verdict: `holds`, `does_not_hold`, or `unknown` where a table, row or value is missing
        or the section of the claim is about nobody.
    """
    rows = []
    for claim in claims.claims:
        section = claims.section(claim.section)
        computed = value(claim.measure, made) if cells_value(section.cases, made) else None
        rows.append(
            {
                "id": claim.id,
                "place": f"{section.place(language)}, {claim.place(language)}",
                "claim_nl": claim.claim.nl,
                "claim_en": claim.claim.en,
                "measure": measure_text(claim.measure),
                "published": published_text(claim, claims),
                "computed": np.nan if computed is None else float(computed),
                "verdict": _verdict(claim, claims, computed, made),
            }
        )
    return tables.conform("claims", pd.DataFrame(rows))


def summarise(verdicts: pd.DataFrame, claims: Claims) -> pd.DataFrame:
    """Count the verdicts in each section of the report.

    Parameters
    ----------
    verdicts : DataFrame
        id, verdict, as from `evaluate`.
    claims : Claims
        Gives the section of each, and their order.

    Returns
    -------
    DataFrame
        section, holds, does_not_hold, unknown: every section that has claims.
    """
    section_of = {claim.id: claim.section for claim in claims.claims}
    sections = [section.id for section in claims.sections if section.id in section_of.values()]
    counts = pd.crosstab(verdicts["id"].map(section_of), verdicts["verdict"].astype("str"))
    kinds = tables.TABLES["claims"].column("verdict").values
    counts = counts.reindex(index=sections, columns=list(kinds), fill_value=0)
    return tables.conform("claims_summary", counts.rename_axis("section").reset_index())


def published_text(claim: Claim, claims: Claims) -> str:
    """Write what was published, as signs and numbers; shares lie between 0 and 1.

    Parameters
    ----------
    claim : Claim
        The statement.
    claims : Claims
        Gives the bounds of its wording.
    """
    published = claim.published
    if published.among is None:
        return _bounds_text(claims.bounds(claim))
    rows = (published.among.rows or {}).values()
    names = [str(value) for values in rows for value in values] if rows else published.among.columns or ()
    return f"{'largest' if published.largest else 'smallest'} of {', '.join(names)}"


def unit(measure: Measure) -> str:
    """Say what a measure is: `count`, `share`, `difference` (of shares), `rank`, `p` or `number`.

    Examples
    --------
    >>> from helpers.definitions import Cells
    >>> unit(Measure(cells=Cells("transition_tests", "sign_exact_p", {})))
    'p'
    """
    if measure.difference:
        part = unit(measure.difference[0])
        return "difference" if part == "share" else part
    if measure.share:
        return "share"
    if measure.cells is None:
        return "rank" if measure.rank else "count"
    column = tables.TABLES[measure.cells.table].column(measure.cells.column)
    if column.dtype == "Int64":
        return "count"
    if column.name.endswith(("_p", "_midp")):
        return "p"
    return column.type if column.type in ("share", "difference") else "number"


def _bounds_text(bounds: Bounds) -> str:
    """Write bounds: `90`, `0.28–0.38`, `> 0, ≤ 0.05`, `> 1/3`."""
    if bounds.equals is not None:
        return _number_text(bounds.equals)
    if bounds.between is not None:
        return "–".join(map(_number_text, bounds.between))
    return ", ".join(f"{sign} {_number_text(bound)}" for sign, bound in bounds.limits)


def _number_text(bound: Fraction) -> str:
    """Write a bound; as a fraction where four decimals cannot hold it."""
    short = f"{float(bound):.4f}".rstrip("0").rstrip(".")
    return short if Fraction(short) == bound else str(bound)


def _verdict(claim: Claim, claims: Claims, computed: Value | None, made: Tables) -> str:
    """Say whether a statement holds."""
    if computed is None:
        return "unknown"
    among, cells = claim.published.among, claim.measure.cells
    if among is None:
        holds: bool | None = claims.bounds(claim).hold(computed)
    else:
        assert cells is not None
        holds = first_of(cells, among, made, largest=claim.published.largest is not None)
    return "unknown" if holds is None else "holds" if holds else "does_not_hold"
