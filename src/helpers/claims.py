"""Which published statements hold, and how often when the retained families are drawn again.

A statement has a measure, whose value in the tables of a report gives the verdict. A draw takes as many
families as there are, with replacement; a family that is drawn twice is two families. What a statement reads
of a table is a sum over families, or a quotient of two: so a draw is a set of weights, and all draws together
are one product, draws × families times families × cells.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers import baseline, inference, kansarmoede, tables
from helpers.definitions.claims import COMPARED, Among, Bounds, Cells, Claim, Claims, Measure, Range
from helpers.inference import FloatArray, IntArray
from helpers.outputs import derives
from helpers.transitions import KNOWN

if TYPE_CHECKING:
    from helpers.study import Study

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
    columns = list(tables.TABLES["claims"].column_names)
    return tables.conform("claims", pd.DataFrame(rows, columns=columns))


@derives("claims_summary")
def summarise(claims: pd.DataFrame, published: Claims) -> pd.DataFrame:
    """Count the verdicts in each section of the report."""
    section_of = {claim.id: claim.section for claim in published.claims}
    sections = [section.id for section in published.sections if section.id in section_of.values()]
    counts = pd.crosstab(claims["id"].map(section_of), claims["verdict"].astype("str"))
    kinds = tables.TABLES["claims"].column("verdict").values
    counts = counts.reindex(index=sections, columns=list(kinds), fill_value=0)
    return counts.rename_axis("section").reset_index()


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

    An exact fraction of counts, else the number as the table has it; None where a table or row is not there,
    a cell is empty, or the whole of a share is 0.
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
    return f"{cells.table}.{cells.column}{_rows_text(cells.rows)}"


def _rows_text(rows: Rows) -> str:
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

    >>> chosen(pd.DataFrame({"level": ["1", "4"]}), {"level": ("1", "2")}).tolist()
    [True, False]
    """
    there = np.ones(len(rows), dtype=bool)
    for name, values in wanted.items():
        found = rows[name].astype("object").map(str)
        if isinstance(values, Range):
            low = float("-inf") if values.at_least is None else values.at_least
            high = float("inf") if values.at_most is None else values.at_most
            there &= pd.to_numeric(found, errors="coerce").between(low, high).to_numpy()
        else:
            there &= found.isin(values if isinstance(values, tuple) else (values,)).to_numpy()
    return there


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


MOST_FAMILIES = 5_000
OF_NO_FAMILY = ("figure_15", "poverty_change_domains")  # tables whose rows are the same whoever is drawn
BEFORE_RETAINED = {"registered", "test", "no_household", "too_few_items"}  # stages that no draw touches
Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Drawn:
    """A number in every draw, exactly: part over whole; it cannot be told where the whole is 0."""

    part: IntArray
    whole: IntArray

    @property
    def known(self) -> Truths:
        """In which draws it can be told."""
        return self.whole > 0

    @property
    def value(self) -> FloatArray:
        """The number, NaN where it cannot be told; equal quotients are equal."""
        return np.divide(self.part, self.whole, out=np.full(self.part.shape, np.nan), where=self.known)

    def over(self, other: "Drawn") -> "Drawn":
        """Divide by another number."""
        return Drawn(self.part * other.whole, self.whole * other.part)

    def less(self, other: "Drawn") -> "Drawn":
        """Take another number off."""
        return Drawn(self.part * other.whole - other.part * self.whole, self.whole * other.whole)


@derives("claims")
def evaluate_again(published: Claims, study: "Study", language: str, seed: int) -> pd.DataFrame:
    """Hold every published statement against the tables, and tell how often it holds when drawn again.

    As from `claims.evaluate`.
    """
    return evaluate(published, tables_of(study), language, redrawn=shares(published, study, seed=seed))


def shares(published: Claims, study: "Study", *, seed: int) -> dict[str, float]:
    """Give the share of the draws that can be told in which each statement holds.

    Without statements about a test, and those of which no draw can tell; empty above 5,000 families.
    """
    families = study.families
    codes = pd.Index(families.loc[families["status"] == "retained", "family"].sort_values())
    if len(codes) > MOST_FAMILIES:
        return {}
    weights = inference.redraws(len(codes), seed=inference.row_seed(seed, "claims"))
    again = Again(study, codes, weights)
    found = {claim.id: again.share(claim, published) for claim in published.claims}
    return {name: share for name, share in found.items() if share is not None}


class Again:
    """The cells of the report's tables in every draw."""

    def __init__(self, study: "Study", codes: pd.Index, weights: IntArray) -> None:
        self.study, self.codes = study, codes
        self.weights = weights.astype("float32")  # exact up to 16 million, and twice as fast
        self.frames = dict(family_cells(study))
        self.drawn: dict[str, tuple[pd.DataFrame, dict[str, IntArray]]] = {}

    def share(self, claim: Claim, published: Claims) -> float | None:
        """Give the share of the draws in which a statement holds; None when no draw can tell."""
        cases = self.cells(published.section(claim.section).cases)
        told = None if is_test(claim.measure) else self._holds(claim, published)
        if told is None or cases is None:
            return None
        holds, known = told
        known = known & (cases.part > 0)
        return float(holds[known].mean()) if known.any() else None

    def _holds(self, claim: Claim, published: Claims) -> tuple[Truths, Truths] | None:
        """Tell in which draws a statement holds, and in which it can be told."""
        own, among, cells = self.value(claim.measure), claim.published.among, claim.measure.cells
        if own is None:
            return None
        if among is None:
            limits = published.bounds(claim).limits
            holds = [
                COMPARED[sign](own.part * bound.denominator, bound.numerator * own.whole)
                for sign, bound in limits
            ]
            return np.asarray(np.array(holds).all(axis=0)), own.known
        assert cells is not None
        others = [self.cells(one) for one in among.sets(cells)]
        known = [one for one in others if one is not None]
        if len(known) < len(others):
            return None
        values = np.array([one.value for one in known])
        ahead = values > own.value if claim.published.largest else values < own.value
        told = np.logical_and.reduce([one.known for one in known]) & (values != 0).any(axis=0)
        return np.asarray(~ahead.any(axis=0)), told

    def value(self, measure: Measure) -> Drawn | None:
        """Compute a measure in every draw; None when it is made of something that is not drawn."""
        if measure.difference or measure.share:
            if measure.difference:
                pair = [self.value(part) for part in measure.difference]
            else:
                assert measure.share is not None
                pair = [self.cells(measure.share.part), self.cells(measure.share.whole)]
            first, second = pair
            if first is None or second is None:
                return None
            return first.less(second) if measure.difference else first.over(second)
        if measure.count:
            if measure.count.table not in OF_NO_FAMILY:
                return None
            return self._constant(value(measure, tables_of(self.study)))
        if measure.rank:
            return self._rank(measure)
        assert measure.cells is not None
        return self.cells(measure.cells)

    def _rank(self, measure: Measure) -> Drawn | None:
        """Give the place of a row among all rows with a value, in every draw; equals share the best place."""
        rank = measure.rank
        assert rank is not None
        own = self.cells(Cells(rank.table, rank.column, rank.rows))
        every = self.each(rank.table, rank.column)
        if own is None or every is None:
            return None
        mine = own.value[:, None]
        ahead = every.value > mine if rank.end == "highest" else every.value < mine
        return Drawn(1 + ahead.sum(axis=1), own.known.astype("int64"))

    def cells(self, cells: Cells) -> Drawn | None:
        """Add up the cells of one column in the chosen rows, in every draw."""
        if cells.table == "flow" and cells.rows.get("stage") in BEFORE_RETAINED:
            return self._constant(cells_value(cells, tables_of(self.study)))
        every = self.each(cells.table, cells.column)
        if every is None:
            return None
        rows = np.flatnonzero(chosen(self.labels(cells.table), cells.rows))
        if not len(rows):
            nothing = np.zeros(len(self.weights), dtype=np.int64)
            return Drawn(nothing, nothing if _is_quotient(cells) else nothing + 1)
        if _is_quotient(cells):
            if len(rows) > 1:
                return None
            return Drawn(every.part[:, rows[0]], every.whole[:, rows[0]])
        return Drawn(every.part[:, rows].sum(axis=1), every.whole[:, 0])

    def each(self, table: str, column: str) -> Drawn | None:
        """Give a column of a table in every draw, draws × rows; None when it is not drawn."""
        if table not in self.frames:
            return None
        columns = self._columns(table)
        if table == "claim_measures":
            pairs = baseline.CLAIM_MEASURES.values()
            parts = np.column_stack([columns[part][:, 0] for part, _ in pairs])
            one = np.ones(len(parts), dtype=np.int64)
            return Drawn(parts, np.column_stack([columns[of][:, 0] if of else one for _, of in pairs]))
        if column == "net":
            return Drawn(columns["improved"] - columns["declined"], columns["n"])
        return Drawn(columns[column], np.ones_like(columns[column])) if column in columns else None

    def labels(self, table: str) -> pd.DataFrame:
        """Name the rows of a table, in their order."""
        if table == "claim_measures":
            return pd.DataFrame({"measure": list(baseline.CLAIM_MEASURES)})
        self._columns(table)
        return self.drawn[table][0]

    def _columns(self, table: str) -> dict[str, IntArray]:
        """Give the sums over families of every column of a table in every draw, made once."""
        if table not in self.drawn:
            frame = self.frames[table]
            names = [name for name in frame.columns if frame[name].dtype.kind not in "iu"]
            labels = [name for name in names if name != "family"]
            rows = frame.groupby(labels).ngroup().to_numpy() if labels else np.zeros(len(frame), int)
            some = frame[labels].assign(row=rows).drop_duplicates("row").sort_values("row")
            size = max(1, len(some))
            place = self.codes.get_indexer(pd.Index(frame["family"])) * size + rows
            columns = {}
            for name in (name for name in frame.columns if name not in names):
                amounts = np.bincount(place, frame[name], minlength=len(self.codes) * size)
                sums = self.weights @ amounts.reshape(len(self.codes), size).astype("float32")
                columns[name] = np.rint(sums).astype(np.int64)
            self.drawn[table] = some[labels].reset_index(drop=True), columns
        return self.drawn[table][1]

    def _constant(self, number: Value | None) -> Drawn | None:
        if number is None or isinstance(number, float):
            return None
        one = np.ones(len(self.weights), dtype=np.int64)
        return Drawn(one * number.numerator, one * number.denominator)


def is_test(measure: Measure) -> bool:
    """Whether a measure is a p-value."""
    return any(cells.column.endswith(("_p", "_midp")) for cells in measure.parts)


def family_cells(study: "Study") -> Iterable[tuple[str, pd.DataFrame]]:
    """Give what each family adds to the cells of the tables that statements read.

    Gives family; the columns that name a row of the table, as text; whole numbers to add up.
    """
    families, persons, start = study.families, study.persons, study.start_states
    retained = families.loc[families["status"] == "retained", ["family", "followed"]]
    yield (
        "flow",
        pd.concat(
            [
                retained[["family"]].assign(stage="retained", families=1),
                retained.loc[retained["followed"], ["family"]].assign(stage="followed", families=1),
            ]
        ),
    )
    yield "claim_measures", study.family_table("claim_members")
    profile = baseline.profile_values(families, persons)
    parts = [rows.assign(characteristic=name, n=1) for name, rows in profile.items()]
    yield "figure_02", pd.concat(parts)
    adults = baseline.adults_at_baseline(persons)
    yield "figure_03", adults[["family"]].assign(education=adults["education"].astype("str"), n=1)
    within = study.settings["within_family"]
    for figure in study.definitions.figures.values():
        if figure.kind == "levels":
            found = baseline.states_at_baseline(start, families, figure, within)
            yield (
                figure.id,
                pd.concat(
                    rows[["family"]].assign(unit=unit, item=item, level=rows["state"], n=1)
                    for (unit, item), rows in found.items()
                ),
            )
    yield from _of_scores(study)
    yield from _of_moves(study)


def _of_scores(study: "Study") -> Iterable[tuple[str, pd.DataFrame]]:
    scores = study.scores
    before, after = (scores[name].astype("int64") for name in kansarmoede.BOTH)
    cutoff, severe = study.settings["poverty_cutoff"], study.settings["severe_cutoff"]
    family = scores[["family"]]
    yield (
        "figure_16",
        family.assign(baseline_score=before.astype("str"), follow_up_score=after.astype("str"), families=1),
    )
    yield "figure_17", family.assign(**{"class": scores["class"].astype("str")}, families=1)
    flags = kansarmoede.crossings(before, after, poverty_cutoff=cutoff, severe_cutoff=severe)
    yield "poverty_change", family.assign(n=1, **{name: flag.astype("int64") for name, flag in flags.items()})


def _of_moves(study: "Study") -> Iterable[tuple[str, pd.DataFrame]]:
    moves = study.family_table("moves")
    moves = moves[moves["baseline"].isin(KNOWN) & moves["follow_up"].isin(KNOWN)]
    nets = study.family_table("family_nets").rename(columns={"pairs": "n"})
    nets = nets.assign(unchanged=nets["n"] - nets["improved"] - nets["declined"])
    yield "item_change", nets
    scores = study.scores
    improved = scores.loc[scores["follow_up_score"] < scores["baseline_score"], "family"]
    yield "item_change_improvers", nets[nets["family"].isin(improved)]
    tests = []
    for figure in study.definitions.figures.values():
        if figure.kind != "transition":
            continue
        unit, item = figure.items[0]
        here = moves[(moves["unit"] == unit) & (moves["item"] == item)]
        here = here.rename(columns={"baseline": "baseline_level", "follow_up": "follow_up_level"})
        names = ["family", "unit", "item", "baseline_level", "follow_up_level", "persons"]
        yield figure.id, here[names]
        tests.append(nets[(nets["unit"] == unit) & (nets["item"] == item)].assign(figure=figure.id))
    yield "transition_tests", pd.concat(tests)


def _is_quotient(cells: Cells) -> bool:
    """Whether a cell is a quotient, so that cells cannot be added up."""
    return cells.column == "net" or cells.table == "claim_measures"


def tables_of(study: "Study") -> Tables:
    """Take a study for the mapping of its tables that it is."""
    return cast("Tables", study)
