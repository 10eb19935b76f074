"""An attack on what is published: read the CSV text, write down what anyone knows of the tables, and solve.

Nothing here reads `disclosure.yml` or the code that protects: what ties the tables is written out again,
from what the tables mean. A count is worked out when the linear program over all that is published leaves it
one value.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Mapping
from itertools import product
from math import ceil, floor

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array

import disclosure_tables
from gezinscoach_synthesis import write_dataset
from helpers.definitions import ROOT, load, load_definitions
from helpers.definitions.claims import Claims
from helpers.definitions.disclosure import DisclosureRules
from helpers.disclosure import Quantity, Relation, protect_together, suppress
from helpers.files import csv_text
from helpers.study import Study

MIN_CELL = 5
SMALL, OTHER = f"<{MIN_CELL}", "x"
MANY = 10_000.0
EXITS = (("stage", "no_household"), ("stage", "too_few_items"), ("stage", "test"))  # of unknown pilots too
LEVELS = "12345"
SCORES = "0123456"
Published = Mapping[str, Mapping[str, str]]  # report -> table -> CSV text


class Reader:
    """A reader with the published tables of some reports, a computer and no other knowledge."""

    def __init__(self, published: Published) -> None:
        self.low: dict[tuple, float] = {}
        self.high: dict[tuple, float] = {}
        self.marked: set[tuple] = set()
        self.equations: list[dict[tuple, float]] = []
        for report, tables in published.items():
            for name, text in tables.items():
                rows = list(csv.DictReader(io.StringIO(text)))
                self._read(report, name, rows)
        self._tie()

    # -- what a cell tells --------------------

    def cell(self, name: tuple, text: str) -> None:
        """A count: a number, small, withheld, or not there."""
        if name not in self.low:
            self.low[name], self.high[name] = 0.0, MANY
        if text == SMALL:
            self.low[name], self.high[name] = max(self.low[name], 1), min(self.high[name], MIN_CELL - 1)
            self.marked.add(name)
        elif text == OTHER:
            self.marked.add(name)
        elif text:
            self.low[name] = self.high[name] = float(text)

    def says(self, terms: dict[tuple, float]) -> None:
        """Something that is 0."""
        for name in terms:
            if name not in self.low:
                self.low[name], self.high[name] = 0.0, MANY
        self.equations.append(terms)

    def ratio(self, part: tuple, whole: tuple, text: str, factor: float = 1.0) -> None:
        """A share or mean: part = share × factor × whole."""
        if text:
            self.says({part: 1.0, whole: -float(text) * factor})

    def net(self, up: tuple, down: tuple, whole: tuple, text: str) -> None:
        """A net share."""
        if text:
            self.says({up: 1.0, down: -1.0, whole: -float(text)})

    # -- what each table tells --------------------

    def _read(self, report: str, name: str, rows: list[dict[str, str]]) -> None:
        r = report
        for row in rows:
            p = r if row.get("pilot", "all") == "all" else row["pilot"]
            key = (row.get("unit"), row.get("item"))
            if name == "flow":
                kept = row["stage"] in ("retained", "followed")
                self.cell(
                    (r, "families", row["stage"]) if kept else (r, "stage", row["stage"]), row["families"]
                )
            elif name == "cases_by_pilot":
                self.cell((p, "stage", "registered"), row["registered"])
                self.cell((p, "families", "retained"), row["retained"])
                self.cell((p, "families", "followed"), row["followed"])
            elif name == "figure_02":
                self.cell((r, row["characteristic"], row["value"]), row["n"])
                self.ratio(
                    (r, row["characteristic"], row["value"]),
                    (r, "known", row["characteristic"]),
                    row["share"],
                )
            elif name == "figure_03":
                self.cell((r, "education", row["education"]), row["n"])
                self.ratio((r, "education", row["education"]), (r, "persons", "volwassene"), row["share"])
            elif "level" in row:
                kind = "worst" if name in ("figure_08", "figure_09", "figure_10") else "level"
                self.cell((r, kind, *key, row["level"]), row["n"])
                self.ratio((r, kind, *key, row["level"]), (r, "known " + kind, *key), row["share"])
            elif name == "figure_16" and "change" in row:
                self.cell((r, "change", row["change"]), row["families"])
            elif name == "figure_16":
                self.cell((r, "score", row["baseline_score"], row["follow_up_score"]), row["families"])
            elif name == "figure_17":
                self.cell((r, "class", "3", row["class"]), row["families"])
                self.ratio((r, "class", "3", row["class"]), (r, "families", "followed"), row["share"])
            elif "persons" in row and "change" in row:
                self.cell((r, "moved", *key, row["change"]), row["persons"])
            elif "persons" in row:
                cell = (r, "cell", *key, row["baseline_level"], row["follow_up_level"])
                self.cell(cell, row["persons"])
                self.ratio(cell, (r, "cell row", *key, row["baseline_level"]), row["row_share"])
            elif name == "score_change":
                for way in ("improved", "unchanged", "declined"):
                    self.cell((r, "change", way), row[way])
                self.net(
                    (r, "change", "improved"),
                    (r, "change", "declined"),
                    (r, "families", "followed"),
                    row["net"],
                )
            elif name in ("poverty_change", "cutoffs"):
                self._poverty(r, row.get("poverty_cutoff", "3"), row)
            elif name == "poverty_measures":
                self.ratio((p, "poor", row["moment"], "3"), (p, "families", "followed"), row["H"])
                self.ratio((p, "poorpoints", row["moment"], "3"), (p, "families", "followed"), row["M0"], 6)
                self.ratio(
                    (p, "poorpoints", row["moment"], "3"), (p, "poor", row["moment"], "3"), row["A"], 6
                )
            elif name == "poverty_domains":
                at = (row["moment"], row["domain"])
                self.cell((p, "domain known", *at), row["known"])
                self.cell((p, "deprived", *at), row["deprived"])
                self.ratio((p, "deprived", *at), (p, "families", "followed"), row["raw_headcount"])
                self.ratio((p, "censored", *at, "3"), (p, "families", "followed"), row["censored_headcount"])
                self.ratio(
                    (p, "censored", *at, "3"), (p, "poorpoints", row["moment"], "3"), row["contribution"]
                )
            elif name == "poverty_change_domains":
                self._domain(r, row)
            elif name == "cutoffs_domains":
                k, d = row["poverty_cutoff"], row["domain"]
                for moment in ("baseline", "follow_up"):
                    self.ratio(
                        (r, "censored", moment, d, k), (r, "families", "followed"), row[f"censored_{moment}"]
                    )
                    whole = (r, "poorpoints", moment, k)
                    self.ratio((r, "censored", moment, d, k), whole, row[f"contribution_{moment}"])
                self._change_in_m0(r, d, k, row["change_in_M0"])
            elif name in ("item_change", "transition_tests", "item_tests", "item_change_improvers"):
                self._moves(r, "improvers" if name == "item_change_improvers" else "everyone", row)
            elif name == "freshness":
                everyone = (p, "everyone", *key)
                self.cell((*everyone, "n"), row["n"])
                for mine, theirs in (("confirmed", "unchanged_fresh"), ("carried", "unchanged_carried")):
                    self.cell((*everyone, theirs), row[mine])
                self.cell((*everyone, "changed"), row["changed"])
            elif name == "claim_measures" and row["measure"] == "families_with_youth_care_crisis":
                self.cell((r, "crisis"), row["value"])
            elif name == "claim_measures" and row["measure"] == "children_per_family":
                self.ratio((r, "persons", "kind"), (r, "families", "retained"), row["value"])
            elif name == "claim_measures":
                self.ratio((r, "ages summed"), (r, "ages known"), row["value"])
            elif name == "attrition" and row["unit"] == "family":
                self.ratio((r, "points", "baseline"), (r, "families", "followed"), row["mean_followed"])
            elif name == "attrition":
                for group in ("followed", "lost"):
                    self.cell((r, group, *key), row[f"n_{group}"])
                    self.ratio((r, "sum " + group, *key), (r, group, *key), row[f"mean_{group}"])
            elif name == "headline_fresh" and row["measure"] != "net":
                self.cell((r, "fresh", "families"), row["families"])
                self.cell((r, "fresh", row["measure"]), row["value"])
            elif name == "headline_fresh":
                whole = (r, "fresh", "families")
                self.net((r, "fresh", "improved"), (r, "fresh", "declined"), whole, row["value"])
            elif name == "attrition_bounds" and row["case"] == "observed":
                whole = (r, "families", "followed")
                self.net((r, "change", "improved"), (r, "change", "declined"), whole, row["value"])
            elif name == "regression_to_mean":
                side = "start" if row["direction"] == "forward" else "end"
                self.cell((r, side, row["score"]), row["families"])
                self.ratio(
                    (r, side, row["score"], "points"), (r, side, row["score"]), row["mean_other_score"]
                )

    def _poverty(self, r: str, k: str, row: dict[str, str]) -> None:
        for moment in ("baseline", "follow_up"):
            self.cell((r, "poor", moment, k), row[f"poor_{moment}"])
            self.cell((r, "poor", moment, "5"), row[f"severe_{moment}"])
            self.ratio((r, "poor", moment, k), (r, "families", "followed"), row.get(f"H_{moment}", ""))
            self.ratio(
                (r, "poorpoints", moment, k), (r, "families", "followed"), row.get(f"M0_{moment}", ""), 6
            )
            self.ratio((r, "poorpoints", moment, k), (r, "poor", moment, k), row.get(f"A_{moment}", ""), 6)
        for name in CLASSES & set(row):
            self.cell((r, "class", k, name), row[name])
        whole = (r, "families", "followed")
        self.net((r, "poor", "follow_up", k), (r, "poor", "baseline", k), whole, row["difference"])

    def _domain(self, r: str, row: dict[str, str]) -> None:
        d, into, out = row["domain"], (r, "into", row["domain"]), (r, "out", row["domain"])
        self.cell(into, row["into_deprivation"])
        self.cell(out, row["out_of_deprivation"])
        self.net(into, out, (r, "families", "followed"), row["change_in_mean_score"])
        before, after = (r, "deprived", "baseline", d), (r, "deprived", "follow_up", d)
        self.says({after: 1, before: -1, into: -1, out: 1})
        self._change_in_m0(r, d, "3", row["change_in_M0"])

    def _change_in_m0(self, r: str, d: str, k: str, text: str) -> None:
        if text:
            after, before = (r, "censored", "follow_up", d, k), (r, "censored", "baseline", d, k)
            self.says({after: 1, before: -1, (r, "families", "followed"): -6 * float(text)})

    def _moves(self, r: str, who: str, row: dict[str, str]) -> None:
        item = (r, who, row["unit"], row["item"])
        self.cell((*item, "n"), row["n"])
        for name in ("improved", "unchanged", "unchanged_fresh", "unchanged_carried", "declined"):
            if name in row:
                self.cell((*item, name), row[name])
        self.net((*item, "improved"), (*item, "declined"), (*item, "n"), row["net"])
        if row.get("p_better"):
            half = {(*item, "improved"): 1.0, (*item, "unchanged"): 0.5}
            self.says(half | {(*item, "n"): -float(row["p_better"])})

    # -- what anyone knows --------------------

    def total(self, whole: tuple, parts: dict[tuple, float] | list[tuple]) -> None:
        """The whole is the sum of its parts, when all parts are in the tables."""
        parts = parts if isinstance(parts, dict) else dict.fromkeys(parts, 1.0)
        if parts and all(part in self.low for part in parts):
            self.says({whole: -1.0, **parts})

    def at_most(self, part: tuple, whole: tuple, factor: float = 1.0) -> None:
        """A part is no more than its whole."""
        if part in self.low and whole in self.low:
            self.says({whole: factor, part: -1.0, ("rest", part, whole): -1.0})

    def _tie(self) -> None:
        names = list(self.low)
        by_kind = defaultdict(list)
        for name in names:
            by_kind[name[0], name[1]].append(name)
        for r in sorted({name[0] for name in names}):
            self._tie_report(r, by_kind)
        lost = {"unknown"}  # families that lost all rows stand in no other table
        named = {name[0] for name in names if name[1] == "families"} - {"all"}
        for name in [name for name in list(self.low) if name[0] == "all"]:
            pilots = sorted(named if name[1:] == ("stage", "registered") else named - lost)
            parts = [(pilot, *name[1:]) for pilot in pilots if (pilot, *name[1:]) in self.low]
            profiles = name[1] in ("children", "child_age") and all(by_kind[p, name[1]] for p in pilots)
            everywhere = len(parts) == len(pilots) and name[1:] not in EXITS
            if parts and (everywhere or profiles):
                self.total(name, parts)

    def _tie_report(self, r: str, by_kind: Mapping[tuple, list[tuple]]) -> None:
        followed, retained = (r, "families", "followed"), (r, "families", "retained")
        self.total(
            (r, "stage", "registered"),
            [(r, "stage", "no_household"), (r, "stage", "too_few_items"), retained],
        )
        for kind, whole in (
            ("household_type", retained),
            ("children", retained),
            ("child_age", (r, "persons", "kind")),
        ):
            cells = by_kind[r, kind]
            self.total(whole, cells)
            if kind == "household_type" or kind == "child_age":
                self.total((r, "known", kind), [cell for cell in cells if cell[2] != "onbekend"])
            else:
                self.total((r, "known", kind), cells)
                self.total((r, "persons", "kind"), {cell: float(cell[2]) for cell in cells})
        ages = [cell for cell in by_kind[r, "child_age"] if cell[2].isdigit()]
        self.total((r, "ages known"), ages)
        self.total((r, "ages summed"), {cell: float(cell[2]) for cell in ages})
        self.total((r, "persons", "volwassene"), by_kind[r, "education"])
        self._tie_levels(r, by_kind, retained)
        self._tie_scores(r, followed)
        self._tie_domains(r, by_kind, followed)
        for who in ("everyone", "improvers"):
            for item in {cell[:4] for cell in by_kind[r, who]}:
                self._tie_item(item)
        self.at_most((r, "fresh", "families"), followed)
        for way in ("improved", "declined"):
            self.at_most((r, "fresh", way), (r, "change", way))
        self.at_most((r, "fresh", "out_of_poverty"), (r, "class", "3", "out_of_poverty"))

    def _tie_levels(self, r: str, by_kind: Mapping[tuple, list[tuple]], retained: tuple) -> None:
        for kind in ("level", "worst"):
            for unit, item in {(cell[2], cell[3]) for cell in by_kind[r, kind]}:
                cells = [(r, kind, unit, item, level) for level in (*LEVELS, "not_applicable", "missing")]
                families = kind == "worst" or unit == "huishouden"
                self.total(retained if families else (r, "persons", unit), cells)
                self.total((r, "known " + kind, unit, item), cells[:5])
                if kind == "level":
                    self.total(
                        (r, "known level", unit, item), [(r, g, unit, item) for g in ("followed", "lost")]
                    )
                    weights = {(r, "level", unit, item, level): float(level) for level in LEVELS}
                    sums = {(r, "sum followed", unit, item): -1.0, (r, "sum lost", unit, item): -1.0}
                    if all(name in self.low for name in sums):
                        self.says(weights | sums)

    def _tie_scores(self, r: str, followed: tuple) -> None:
        cells = {(b, f): (r, "score", b, f) for b, f in product(SCORES, SCORES)}
        for cell in cells.values():
            self.low.setdefault(cell, 0.0)
            self.high.setdefault(cell, MANY)
        if (r, "change", "improved") not in self.low:
            return  # the pilots of a report: only their totals are shown
        for s in SCORES:
            self.total((r, "start", s), [cells[s, f] for f in SCORES])
            self.total((r, "end", s), [cells[b, s] for b in SCORES])
            self.total((r, "start", s, "points"), {cells[s, f]: float(f) for f in SCORES})
            self.total((r, "end", s, "points"), {cells[b, s]: float(b) for b in SCORES})
        self.total(followed, list(cells.values()))
        for name, test in WAYS.items():
            self.total((r, "change", name), [cell for (b, f), cell in cells.items() if test(b, f)])
        for k in "34":
            for name, test in RULES.items():
                self.total((r, "class", k, name), [cell for (b, f), cell in cells.items() if test(b, f, k)])
        for k in "345":
            self.total((r, "poor", "baseline", k), [cell for (b, f), cell in cells.items() if b >= k])
            self.total((r, "poor", "follow_up", k), [cell for (b, f), cell in cells.items() if f >= k])
            some = {cell: float(b) for (b, f), cell in cells.items() if b >= k}
            self.total((r, "poorpoints", "baseline", k), some)
            some = {cell: float(f) for (b, f), cell in cells.items() if f >= k}
            self.total((r, "poorpoints", "follow_up", k), some)
        self.total((r, "points", "baseline"), {cell: float(b) for (b, f), cell in cells.items()})
        self.total((r, "points", "follow_up"), {cell: float(f) for (b, f), cell in cells.items()})

    def _tie_domains(self, r: str, by_kind: Mapping[tuple, list[tuple]], followed: tuple) -> None:
        for moment in ("baseline", "follow_up"):
            domains = sorted({cell[3] for cell in by_kind[r, "deprived"] if cell[2] == moment})
            if domains:
                self.total((r, "points", moment), [(r, "deprived", moment, d) for d in domains])
            for k in "34":
                if domains:
                    self.total((r, "poorpoints", moment, k), [(r, "censored", moment, d, k) for d in domains])
                self.at_most((r, "poor", moment, k), followed)
                self.at_most((r, "poorpoints", moment, k), (r, "poor", moment, k), 6.0)
                if (r, "poorpoints", moment, k) in self.low and (r, "poor", moment, k) in self.low:
                    least = {(r, "poorpoints", moment, k): 1.0, (r, "poor", moment, k): -float(k)}
                    self.says(least | {("least", r, moment, k): -1.0})
                for d in domains:
                    self.at_most((r, "censored", moment, d, k), (r, "deprived", moment, d))
                    self.at_most((r, "censored", moment, d, k), (r, "poor", moment, k))
            for d in domains:
                self.at_most((r, "deprived", moment, d), (r, "domain known", moment, d))
                self.at_most((r, "domain known", moment, d), followed)

    def _tie_item(self, item: tuple) -> None:
        r, who, unit, name = item
        way = {
            key: (*item, key) for key in ("n", "improved", "declined", "unchanged_fresh", "unchanged_carried")
        }
        self.total((*item, "changed"), [way["improved"], way["declined"]])
        self.total((*item, "unchanged"), [way["unchanged_fresh"], way["unchanged_carried"]])
        self.total(way["n"], [(*item, "changed"), way["unchanged_fresh"], way["unchanged_carried"]])
        if who == "improvers":
            for key, part in way.items():
                self.at_most(part, (r, "everyone", unit, name, key))
            return
        if unit == "huishouden":
            self.at_most(way["n"], (r, "families", "followed"))
        cells = {(b, f): (r, "cell", unit, name, b, f) for b, f in product(LEVELS, LEVELS)}
        if all(cell in self.low for cell in cells.values()):
            for key, test in WAYS_UP.items():
                self.total((*item, key), [cell for (b, f), cell in cells.items() if test(b, f)])
            for b in LEVELS:
                self.total((r, "cell row", unit, name, b), [cells[b, f] for f in LEVELS])

    # -- solving --------------------

    def intervals(self, *, marks: bool = True) -> dict[tuple, tuple[float, float]]:
        """What each withheld count may be, by the linear program over everything that is published."""
        low, high = dict(self.low), dict(self.high)
        if not marks:
            for name in self.marked:
                if low[name] < high[name]:
                    low[name], high[name] = 0.0, MANY
        found = {}
        for names, equations in self._parts(low, high):
            wanted = [name for name in names if name in self.marked]
            if wanted:
                found |= _solve(names, equations, wanted, low, high)
        for name in self.marked - set(found):  # in no equation, or told by another table
            found[name] = (low[name], high[name])
        return found

    def _parts(self, low: dict, high: dict) -> list[tuple[list[tuple], list[tuple[dict, float]]]]:
        """What hangs together, with known numbers taken out."""
        root: dict[tuple, tuple] = {}

        def top(name: tuple) -> tuple:
            root.setdefault(name, name)
            while root[name] != name:
                root[name] = root[root[name]]
                name = root[name]
            return name

        reduced = []
        for terms in self.equations:
            open_ = {name: factor for name, factor in terms.items() if low[name] < high[name]}
            known = sum(factor * low[name] for name, factor in terms.items() if name not in open_)
            if open_:
                reduced.append((open_, -known))
                first, *others = open_
                for other in others:
                    root[top(other)] = top(first)
                top(first)
        members, ties = defaultdict(list), defaultdict(list)
        for name in root:
            members[top(name)].append(name)
        for terms, known in reduced:
            ties[top(next(iter(terms)))].append((terms, known))
        return [(members[one], ties[one]) for one in members]


def _above(b: str, f: str) -> bool:
    return f < b


WAYS = {"improved": _above, "unchanged": lambda b, f: f == b, "declined": lambda b, f: f > b}
WAYS_UP = {"improved": lambda b, f: f > b, "unchanged": lambda b, f: f == b, "declined": _above}
RULES = {
    "out_of_poverty": lambda b, f, k: b >= k > f,
    "into_poverty": lambda b, f, k: f >= k > b,
    "improved_poor": lambda b, f, k: k <= f < b,
    "improved_not_poor": lambda b, f, k: f < b < k,
    "stable_poor": lambda b, f, k: b == f >= k,
    "stable_not_poor": lambda b, f, k: b == f < k,
    "declined_poor": lambda b, f, k: k <= b < f,
    "declined_not_poor": lambda b, f, k: b < f < k,
}
CLASSES = set(RULES)


def _solve(
    names: list[tuple], equations: list[tuple[dict, float]], wanted: list[tuple], low: dict, high: dict
) -> dict[tuple, tuple[float, float]]:
    """Least and most of each; a solution found for one narrows the work for the others."""
    at = {name: i for i, name in enumerate(names)}
    entries = [
        (row, at[name], factor) for row, (terms, _) in enumerate(equations) for name, factor in terms.items()
    ]
    rows, columns, factors = zip(*entries, strict=True)
    matrix = csr_array((factors, (rows, columns)), shape=(len(equations), len(names)))
    sums = np.array([known for _, known in equations])
    bounds = np.array([(low[name], high[name]) for name in names])
    least, most = np.full(len(names), np.inf), np.full(len(names), -np.inf)
    for name in wanted:
        i = at[name]
        for sign in (1, -1):
            if most[i] - least[i] >= MIN_CELL:
                break
            objective = np.zeros(len(names))
            objective[i] = sign
            found = linprog(objective, A_eq=matrix, b_eq=sums, bounds=bounds)
            assert found.status in (0, 3), f"what is published contradicts itself: {found.message}"
            if found.x is None:
                least[i], most[i] = (-np.inf, most[i]) if sign > 0 else (least[i], np.inf)
                continue
            least, most = np.minimum(least, found.x), np.maximum(most, found.x)
    return {name: (float(least[at[name]]), float(most[at[name]])) for name in wanted}


def told(intervals: Mapping[tuple, tuple[float, float]]) -> list[tuple]:
    """The withheld counts of which only one whole number is possible."""
    return [name for name, (least, most) in intervals.items() if floor(most + 1e-4) <= ceil(least - 1e-4)]


def published(reports: Mapping[str, Mapping[str, pd.DataFrame]]) -> Published:
    """Everything that a protected run writes."""
    protected = protect_together(
        reports,
        mode="suppress",
        min_cell=MIN_CELL,
        definitions=load_definitions(),
        rules=load(DisclosureRules),
        settings=disclosure_tables.SETTINGS,
        claims=load(Claims),
    )
    for one in protected.values():
        assert one.open == ()
    return {
        report: {name: csv_text(one.written(name)) for name in one.masked}
        for report, one in protected.items()
    }


def naively(tables: Mapping[str, pd.DataFrame]) -> Published:
    """Only small counts are withheld, with the numbers of their own row; matrices stay."""
    made = {}
    for name, table in tables.items():
        if name in ("claims", "claims_summary", "cleaning_log", "claim_measures"):
            continue
        shown = table.astype("object")
        counts = [c for c in table if table[c].dtype == "Int64" and c not in ("poverty_cutoff", "score")]
        counts = [c for c in counts if not c.endswith(("_score", "_level", "_df"))]
        for column in counts:
            small = table[column].between(1, MIN_CELL - 1).fillna(False)
            shown[column] = shown[column].mask(small, SMALL)
            others = [c for c in table if table[c].dtype == "float64"]
            shown.loc[small.to_numpy(dtype=bool), others] = None
        made[name] = csv_text(shown)
    return {"all": made}


@pytest.fixture(scope="module")
def embedded():
    """The tables of the whole and of every pilot of the embedded export."""
    study = Study.clean(ROOT / "tests" / "data" / "export-0.3")
    reports = {"all": disclosure_tables.run_tables(study)}
    return reports | {pilot: disclosure_tables.run_tables(study, [pilot]) for pilot in study.pilots}


def check(reports: Mapping[str, Mapping[str, pd.DataFrame]]) -> Reader:
    """No withheld count can be told, and by the numbers alone each may be min_cell values apart."""
    reader = Reader(published(reports))
    assert reader.marked
    assert told(reader.intervals()) == []
    apart = {name: most - least for name, (least, most) in reader.intervals(marks=False).items()}
    assert [name for name, width in apart.items() if width < MIN_CELL - 1e-4] == []
    return reader


@pytest.mark.slow
def test_nothing_withheld_of_the_embedded_data_can_be_told(embedded):
    check({"all": embedded["all"]})


@pytest.mark.slow
@pytest.mark.parametrize("pilot", ["Leuven", "Herenthout"])
def test_nothing_withheld_of_one_pilot_can_be_told(embedded, pilot):
    check({"all": embedded[pilot]})


@pytest.mark.slow
def test_nothing_withheld_can_be_told_from_the_whole_and_all_pilots_at_once(embedded):
    check(embedded)


@pytest.mark.slow
def test_the_attack_breaks_tables_that_withhold_small_counts_only(embedded):
    reader = Reader(naively(embedded["all"]))
    intervals = reader.intervals()
    worked_out = told(intervals)
    assert len(worked_out) > 50
    assert (
        "all",
        "class",
        "3",
        "out_of_poverty",
    ) in worked_out  # 50 poor before, 46 after, nobody became poor


@pytest.mark.slow
def test_reports_protected_one_by_one_do_not_protect_each_other(embedded):
    """Why the whole and the pilots are protected together."""
    alone = {report: published({"all": embedded[report]})["all"] for report in ("all", "Leuven")}
    assert told(Reader(alone).intervals())


@pytest.mark.slow
@pytest.mark.parametrize(("families", "seed"), [(14, 1), (30, 2)])
def test_nothing_withheld_of_a_small_study_can_be_told(tmp_path, families, seed):
    folder = write_dataset(tmp_path / "small", families=families, seed=seed)
    check({"all": disclosure_tables.run_tables(Study.clean(folder))})


# -- one table, every possibility --------------------


def two_way(cells: list[list[int]]) -> tuple[dict, list[Relation]]:
    """The cells of a table with its margins and grand total, as quantities and equations."""
    rows, columns = range(len(cells)), range(len(cells[0]))
    values = {("cell", str(i), str(j)): cells[i][j] for i in rows for j in columns}
    values |= {("row", str(i)): sum(cells[i]) for i in rows}
    values |= {("column", str(j)): sum(cells[i][j] for i in rows) for j in columns}
    values[("total",)] = sum(map(sum, cells))
    ties = [[("row", str(i)), *(("cell", str(i), str(j)) for j in columns)] for i in rows]
    ties += [[("column", str(j)), *(("cell", str(i), str(j)) for i in rows)] for j in columns]
    ties += [
        [("total",), *(("row", str(i)) for i in rows)],
        [("total",), *(("column", str(j)) for j in columns)],
    ]
    quantities = {key: Quantity(value, weight=1.0 + 9 * (key[0] != "cell")) for key, value in values.items()}
    return quantities, [Relation(((whole, -1), *((part, 1) for part in parts))) for whole, *parts in ties]


@settings(max_examples=15)
@given(st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=2), min_size=2, max_size=3))
def test_every_withheld_cell_of_a_small_table_has_two_values_when_all_tables_are_tried(cells):
    quantities, ties = two_way(cells)
    decision = suppress(quantities, ties, min_cell=MIN_CELL)
    possible = defaultdict(set)
    top = max(max(row) for row in cells) + 2 * MIN_CELL
    places = [key for key in quantities if key[0] == "cell"]
    choices = [_choices(key, quantities[key].value, decision.withheld, top) for key in places]
    for values in _completions(places, choices, quantities, decision.withheld, (len(cells), len(cells[0]))):
        for key, value in values.items():
            possible[key].add(value)
    for key in decision.withheld:
        assert len(possible[key]) > 1, (key, decision.withheld)


def _choices(key: tuple, value: int, withheld: Mapping, top: int) -> list[int]:
    """What a reader takes a cell to be."""
    why = withheld.get(key)
    if why is None:
        return [value]
    return list(range(1, MIN_CELL)) if why == "small" else list(range(top))


def _completions(places, choices, quantities, withheld, shape):
    """Every table that fits what is shown, margins included."""
    fits = {
        key: _choices(key, quantities[key].value, withheld, 10**6)
        if withheld.get(key) != "other" and withheld.get(key) != "any"
        else None
        for key in quantities
    }
    rows, columns = shape
    by_row = [choices[i * columns : (i + 1) * columns] for i in range(rows)]
    possible = [
        [one for one in product(*options) if fits["row", str(i)] is None or sum(one) in fits["row", str(i)]]
        for i, options in enumerate(by_row)
    ]
    for picked in product(*(options[:400] for options in possible)):
        sums = [sum(row[j] for row in picked) for j in range(columns)]
        whole = sum(sums)
        if any(
            fits["column", str(j)] is not None and sums[j] not in fits["column", str(j)]
            for j in range(columns)
        ):
            continue
        if fits[("total",)] is not None and whole not in fits[("total",)]:
            continue
        found = {("cell", str(i), str(j)): picked[i][j] for i in range(rows) for j in range(columns)}
        found |= {("row", str(i)): sum(picked[i]) for i in range(rows)}
        found |= {("column", str(j)): sums[j] for j in range(columns)} | {("total",): whole}
        yield found
