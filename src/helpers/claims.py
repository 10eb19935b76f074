"""Which published statements hold: the value of a measure in the tables of a report, and the verdict."""

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import pandas as pd

from helpers import tables
from helpers.definitions.claims import Among, Bounds, Cells, Claim, Claims, Measure, Range
from helpers.outputs import derives

Rows = Mapping[str, str | tuple[str, ...] | Range]
Tables = Mapping[str, pd.DataFrame]  # a study is one
Value = Fraction | float
SIGNS = {"holds": "✓", "does_not_hold": "✗", "unknown": "?"}  # a verdict is never told by its colour alone


def evaluate(
    published: Claims, study: Tables, language: str = "nl", *, redrawn: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Hold every published statement against the tables.

    Gives id, place, claim_nl, claim_en, measure (a formula), published (bounds), computed (empty where there
    is no value), verdict: `holds`, `does_not_hold`, or `unknown` where a table, row or value is missing or
    the section of the claim is about nobody; redrawn.

    `redrawn` tells how often each holds when the families are drawn again.
    """
    rows = []
    for claim in published.claims:
        section = published.section(claim.section)
        computed = value(claim.measure, study) if cells_value(section.cases, study) else None
        rows.append(
            {
                "id": claim.id,
                "place": f"{section.place(language)}, {claim.place(language)}",
                "claim_nl": claim.claim.nl,
                "claim_en": claim.claim.en,
                "measure": measure_text(claim.measure),
                "published": published_text(claim, published),
                "computed": np.nan if computed is None else float(computed),
                "verdict": _verdict(claim, published, computed, study),
                "redrawn": (redrawn or {}).get(claim.id, np.nan),
            }
        )
    return tables.conform("claims", pd.DataFrame(rows))


@derives("claims_summary")
def summarise(claims: pd.DataFrame, published: Claims) -> pd.DataFrame:
    """Count the verdicts in each section of the report.

    Gives section, holds, does_not_hold, unknown: every section that has claims.
    """
    section_of = {claim.id: claim.section for claim in published.claims}
    sections = [section.id for section in published.sections if section.id in section_of.values()]
    counts = pd.crosstab(claims["id"].map(section_of), claims["verdict"].astype("str"))
    kinds = tables.TABLES["claims"].column("verdict").values
    counts = counts.reindex(index=sections, columns=list(kinds), fill_value=0)
    return tables.conform("claims_summary", counts.rename_axis("section").reset_index())


def published_text(claim: Claim, claims: Claims) -> str:
    """Write what was published, as signs and numbers; shares lie between 0 and 1."""
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
    >>> from helpers.definitions.claims import Cells
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


# ---- measures


def value(measure: Measure, tables: Tables) -> Value | None:
    """Compute a measure.

    Returns
    -------
    Fraction, float or None
        An exact fraction of counts, else the number as the table has it; None where a table or row is not
        there, a cell is empty, or the whole of a share is 0.
    """
    if measure.difference:
        first, second = (value(part, tables) for part in measure.difference)
        return None if first is None or second is None else first - second
    if measure.share:
        part, whole = cells_value(measure.share.part, tables), cells_value(measure.share.whole, tables)
        return part / whole if part is not None and whole else None
    if measure.rank:
        return _rank(measure, tables)
    if measure.count:
        rows = _rows(Cells(measure.count.table, "", measure.count.rows), tables)
        return None if rows is None else Fraction(len(rows))
    assert measure.cells is not None
    return cells_value(measure.cells, tables)


def cells_value(cells: Cells, tables: Tables) -> Value | None:
    """Add up the cells of one column in the chosen rows.

    Examples
    --------
    >>> flow = pd.DataFrame({"stage": ["retained", "followed"], "families": [90, 56]})
    >>> cells_value(Cells("flow", "families", {"stage": ("retained", "followed")}), {"flow": flow})
    Fraction(146, 1)
    """
    rows = _rows(cells, tables)
    if rows is None or rows[cells.column].isna().any():
        return None
    found = rows[cells.column]
    if pd.api.types.is_integer_dtype(found.dtype):
        return Fraction(int(found.sum()))
    return float(found.sum())


def first_of(cells: Cells, among: Among, tables: Tables, *, largest: bool) -> bool | None:
    """Tell whether cells are the largest (smallest) of a set; of equals, each is.

    Returns
    -------
    bool or None
        None where one of the set has no value, or all are 0.
    """
    own = cells_value(cells, tables)
    values = [cells_value(other, tables) for other in among.sets(cells)]
    known = [one for one in values if one is not None]
    if own is None or len(known) < len(values) or not any(known):
        return None
    return own == (max(known) if largest else min(known))


def measure_text(measure: Measure) -> str:
    """Write a measure as a formula: tables, columns and rows by the names that they have in the files.

    Examples
    --------
    >>> measure_text(Measure(cells=Cells("figure_04", "n", {"level": ("1", "2")})))
    'figure_04.n[level: 1, 2]'
    """
    if measure.difference:
        return " − ".join(measure_text(part) for part in measure.difference)
    if measure.share:
        return f"{_cells_text(measure.share.part)} / {_cells_text(measure.share.whole)}"
    if measure.rank:
        rank = measure.rank
        return f"rank of {_cells_text(Cells(rank.table, rank.column, rank.rows))}, {rank.end} first"
    if measure.count:
        return f"rows of {measure.count.table}{_rows_text(measure.count.rows)}"
    assert measure.cells is not None
    return _cells_text(measure.cells)


def _cells_text(cells: Cells) -> str:
    """Write cells."""
    return f"{cells.table}.{cells.column}{_rows_text(cells.rows)}"


def _rows_text(rows: Rows) -> str:
    """Write which rows; nothing for all."""
    pieces = [f"{name}: {', '.join(v) if isinstance(v, tuple) else v}" for name, v in rows.items()]
    return f"[{'; '.join(pieces)}]" if pieces else ""


def _rows(cells: Cells, tables: Tables) -> pd.DataFrame | None:
    """Give the chosen rows; None when there is no such table, or no row of a value that is asked for."""
    if cells.table not in tables:
        return None
    rows = tables[cells.table]
    for name, wanted in cells.rows.items():
        values = (
            set() if isinstance(wanted, Range) else set(wanted if isinstance(wanted, tuple) else (wanted,))
        )
        if values - set(rows[name].astype("object").map(str)):
            return None
        rows = rows[chosen(rows, {name: wanted})]
    return rows


def chosen(rows: pd.DataFrame, wanted: Rows) -> np.ndarray:
    """Tell which rows are asked for, of those that are there.

    Examples
    --------
    >>> chosen(pd.DataFrame({"level": ["1", "4"]}), {"level": ("1", "2")}).tolist()
    [True, False]
    """
    there = np.ones(len(rows), dtype=bool)
    for name, values in wanted.items():
        found = rows[name].astype("object").map(str)
        if isinstance(values, Range):
            there &= _within(found, values).to_numpy()
        else:
            there &= found.isin(values if isinstance(values, tuple) else (values,)).to_numpy()
    return there


def _within(found: pd.Series, wanted: Range) -> pd.Series:
    """Tell which texts are numbers in a range."""
    numbers = pd.to_numeric(found, errors="coerce")
    low = float("-inf") if wanted.at_least is None else wanted.at_least
    high = float("inf") if wanted.at_most is None else wanted.at_most
    return numbers.between(low, high)


def _rank(measure: Measure, tables: Tables) -> Value | None:
    """Give the place of a row among all rows with a value; equals share the best place."""
    rank = measure.rank
    assert rank is not None
    own = cells_value(Cells(rank.table, rank.column, rank.rows), tables)
    if own is None:
        return None
    others = tables[rank.table][rank.column].dropna()
    ahead = others > own if rank.end == "highest" else others < own
    return Fraction(1 + int(ahead.sum()))
