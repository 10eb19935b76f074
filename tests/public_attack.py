"""An attack on a public edition: what somebody can work out who adds up everything that it shows.

He knows the rule, the true total of every population and what holds of families whatever they answered, and
bounds each count by integer programs. `.venv/bin/python tests/public_attack.py 33` attacks so many studies
of 20 to 300 families, and says what falls.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations_with_replacement, product

import numpy as np
import pandas as pd
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from helpers import inference
from helpers.definitions import load_definitions
from helpers.primary import SCORE, question_of
from helpers.protect import (
    FAMILIES,
    ITEMS,
    WORDS,
    Edition,
    _word,
    carried,
    partitions,
    public_counts,
    public_words,
)
from helpers.study import Study

DEFINITIONS = load_definitions()
DOMAINS = [domain.id for domain in DEFINITIONS.kansarmoede.domains]
ALPHA = 0.05
FEW = 4  # left over, in multiples, at most: seven groups that lie two off each, and their total
Cell = Hashable  # name of the table, its keys, the group


@dataclass
class Shown:
    """A table of groups: what is shown, what is true, and which group carries."""

    population: str
    shown: dict[str, int]
    true: dict[str, int]
    carrier: str | None


@cache
def before_carrying(shown: tuple[int, ...], carrier: int | None, total: int, m: int) -> list[tuple[int, ...]]:
    """List the rounded counts that are shown so once what is left over has been carried."""
    found = []
    names = list(range(len(shown)))
    for left in range(-FEW, FEW + 1):
        for at in combinations_with_replacement(names, abs(left)):
            rounded = list(shown)
            for place in at:
                rounded[place] -= m if left > 0 else -m
            if min(rounded) < 0 or tuple(rounded) in found:
                continue
            series = pd.Series(rounded, index=names)
            if tuple(carried(series, total, Edition(m), carrier)) == shown:
                found.append(tuple(rounded))
    return found


def tables_of(study: Study, edition: Edition) -> dict[tuple, Shown]:
    """Give every table of groups that an edition shows, by its name and keys."""
    exact, public = study.counts, public_counts(study.counts, DEFINITIONS, edition)
    found = {}
    for name, declared in partitions(DEFINITIONS).items():
        if name not in public:
            continue
        n, true = public[name]["n"], exact[name].iloc[:, 0]
        keys = list(n.index.names[:-1])
        for key, part in n.groupby(level=keys, sort=False) if keys else [((), n)]:
            where = key if isinstance(key, tuple) else (key,)
            groups = part.droplevel(keys) if keys else part
            found[name, *where] = Shown(
                declared.population(where),
                {str(group): int(count) for group, count in groups.items()},
                {str(group): int(true.get((*where, group) if keys else group, 0)) for group in groups.index},
                declared.carries,
            )
    if "cases_by_pilot" in public:
        for stage in FAMILIES:
            n = public["cases_by_pilot"][stage]
            true = exact["cases_by_pilot"][stage].reindex(n.index, fill_value=0)
            as_counts = [{str(pilot): int(count) for pilot, count in one.items()} for one in (n, true)]
            found["cases", stage] = Shown(stage, *as_counts, None)
    return found


@dataclass
class Program:
    """An integer program: whole numbers within bounds, and linear rows."""

    names: dict[Hashable, int] = field(default_factory=dict)
    most: list[float] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def number(self, name: Hashable, most: float = np.inf) -> int:
        """Add a number that is not negative."""
        self.names[name] = len(self.names)
        self.most.append(most)
        return self.names[name]

    def row(self, terms: Mapping[Hashable, float], low: float, high: float) -> None:
        """Add a row; what the edition does not show is left out of the whole row."""
        if all(name in self.names for name in terms):
            self.rows.append(({self.names[name]: by for name, by in terms.items()}, low, high))

    def parts(self) -> dict[int, tuple[dict[int, int], LinearConstraint, np.ndarray]]:
        """Give by number the part of the program that it hangs together with: places, rows, upper bounds."""
        at = [(row, place, by) for row, one in enumerate(self.rows) for place, by in one[0].items()]
        row, place, by = (np.array(one) for one in zip(*at, strict=True))
        matrix = csr_matrix((by, (row, place)), (len(self.rows), len(self.names)))
        low, high = (np.array([one[end] for one in self.rows]) for end in (1, 2))
        _, label = connected_components(abs(matrix.T) @ abs(matrix), directed=False)
        found = {}
        for part in np.unique(label):
            own = np.flatnonzero(label == part)
            rows = np.unique(matrix[:, own].nonzero()[0])
            rule = LinearConstraint(matrix[rows][:, own], low[rows], high[rows])
            places = {int(number): at for at, number in enumerate(own)}
            found |= dict.fromkeys(places, (places, rule, np.array(self.most)[own]))
        return found


def program(study: Study, edition: Edition) -> tuple[Program, dict[tuple, Shown]]:
    """Write down all that is known of the counts behind an edition."""
    tables, made = tables_of(study, edition), Program()
    totals = study.counts["populations"]["n"]
    half = edition.min_cell // 2
    for name, table in tables.items():
        cells = [(*name, group) for group in table.shown]
        for cell in cells:
            made.number(cell)
        made.row(dict.fromkeys(cells, 1), *[int(totals[table.population])] * 2)
        groups, shown = list(table.shown), tuple(table.shown.values())
        carrier = groups.index(table.carrier) if table.carrier in groups else None
        ways = before_carrying(
            shown, carrier, edition.nearest(int(totals[table.population])), edition.min_cell
        )
        for at, _ in enumerate(ways):
            made.number((*name, "way", at), 1)
        chosen = {(*name, "way", at): 1 for at, _ in enumerate(ways)}
        made.row(chosen, 1, 1)
        for place, cell in enumerate(cells):
            near = {(*name, "way", at): -float(way[place]) for at, way in enumerate(ways)}
            made.row({cell: 1} | near, -half, half)
    for terms, low, high in known_of_families(totals, study.pilots):
        made.row(terms, low, high)
    for up, down, allowed in told_by_words(study, tables, edition):
        for at, _ in enumerate(allowed):
            made.number((up, down, at), 1)
        made.row({(up, down, at): 1 for at, _ in enumerate(allowed)}, 1, 1)
        for cell, which in ((up, 0), (down, 1)):
            made.row({cell: 1} | {(up, down, at): -pair[which] for at, pair in enumerate(allowed)}, 0, 0)
    return made, tables


def known_of_families(totals: pd.Series, pilots: tuple[str, ...]) -> Iterator[tuple[dict, float, float]]:
    """Say what holds of any families: rows of terms with a lower and an upper bound."""
    score, outcome = "figure_17_moves", "poverty_moves"

    def below(lesser: list[Cell], greater: list[Cell], by: float = 0) -> tuple[dict, float, float]:
        terms: dict[Cell, float] = {}
        for cells, sign in ((lesser, 1), (greater, -1)):
            for cell in cells:
                terms[cell] = terms.get(cell, 0) + sign
        return terms, -np.inf, by

    def at(moment: str, name: str, times: int = 1) -> list[Cell]:
        return [(outcome, name, way) for way in ("both", "out" if moment == "start" else "in")] * times

    every_out, every_in = ([(outcome, name, way) for name in DOMAINS] for way in ("out", "in"))
    yield below([(outcome, "poverty", "out")], [(score, "improved")])
    yield below([(outcome, "poverty", "in")], [(score, "declined")])
    yield below([(outcome, "severe", "out")], [(score, "improved")])
    yield below([(outcome, "severe", "in")], [(score, "declined")])
    yield below([(score, "good_status_quo")], [(outcome, "poverty", "neither")])
    yield below([(score, "bad_status_quo")], [(outcome, "poverty", "both")])
    yield below([(score, "improved")], every_out)
    yield below([(score, "declined")], every_in)
    yield below([(score, "improved"), *every_in], [*every_out, *[(score, "declined")] * 6])
    yield below([(score, "declined"), *every_out], [*every_in, *[(score, "improved")] * 6])
    families = int(totals["compared"])
    for moment in ("start", "end"):
        deprived = [cell for name in DOMAINS for cell in at(moment, name)]
        poor, severe = at(moment, "poverty"), at(moment, "severe")
        yield below(severe, poor)
        yield below([*poor * 3, *severe * 2], deprived)  # poor from 3 domains, severely poor from 5
        yield below(deprived, [*poor * 2, *severe * 2], 2 * families)
    for name in DOMAINS:
        others = [other for other in DOMAINS if other != name]
        back, on = ([(outcome, other, way) for other in others] for way in ("in", "out"))
        yield below([(outcome, name, "out")], [(score, "improved"), *back])
        yield below([(outcome, name, "in")], [(score, "declined"), *on])
        moved = [
            ("item_moves", condition.unit, condition.item)
            for part in DEFINITIONS.kansarmoede.domain(name).default.parts
            for condition in part.conditions
        ]
        for way, to in (("out", "improved"), ("in", "declined")):
            yield below([(outcome, name, way)], [(*item, one) for item in moved for one in (to, "unknown")])
    lost = int(totals["retained"] - totals["followed"])
    for item, low in (("inkomen", "1-2"), ("verblijfplaats", "1-3")):
        figure = next(
            (f"{one.id}_groups", "huishouden", item)
            for one in DEFINITIONS.figures.values()
            if one.kind == "levels" and ("huishouden", item) in one.items
        )
        name = "inkomen" if item == "inkomen" else "huisvesting"
        if name == item:  # the domain is that item and no other
            yield below(at("start", name), [(*figure, low)])
        yield below([(*figure, low)], at("start", name), lost)
    for one in DEFINITIONS.figures.values():
        if one.kind == "levels" and one.items[0][0] == "huishouden":
            unit, item = one.items[0]
            figure, moves = (f"{one.id}_groups", unit, item), ("item_moves", unit, item)
            best = list(one.levels)[-1]
            below_best = [(*figure, group) for group in list(one.levels)[:-1]]
            yield below([(*figure, "unknown")], [(*moves, "unknown")], lost)
            if best == "5":
                yield below([(*moves, "improved")], below_best)
    sizes = DEFINITIONS.tables["figure_02_groups"].groups["children"]
    least, most = (
        {("figure_02_groups", "children", group): float(ends[at]) for group, ends in sizes.items()}
        for at in (0, -1)
    )
    yield least, -np.inf, int(totals["children"])
    yield most, int(totals["children"]), np.inf
    for pilot in (*pilots, "unknown"):
        for lesser, greater in (("followed", "retained"), ("retained", "registered")):
            yield below([("cases", lesser, pilot)], [("cases", greater, pilot)])


def told_by_words(
    study: Study, tables: Mapping[tuple, Shown], edition: Edition
) -> Iterator[tuple[Cell, Cell, list[tuple[int, int]]]]:
    """Say which counts the words of certainty allow where each family counts once: up, down, pairs."""
    words = public_words(study["verdicts"], public_counts(study.counts, DEFINITIONS, edition), edition)
    if words is None:
        return
    said = words.set_index(words["question"].astype("str"))["verdict"].astype("str")
    asked = {SCORE: (("figure_17_moves",), "improved", "declined", 5)}
    asked |= {"poverty": (("poverty_moves", "poverty"), "out", "in", 0)}
    for unit, item in DEFINITIONS.items:
        if unit == "huishouden":
            asked[question_of(unit, item)] = (("item_moves", unit, item), "improved", "declined", ITEMS)
    for question, (name, up, down, tests) in asked.items():
        if name not in tables:
            continue
        shown, carrier = tables[name].shown, str(tables[name].carrier)
        groups = [up, down, carrier, *(group for group in shown if group not in (up, down, carrier))]
        counts = [shown[group] for group in groups]
        told = [word for word in WORDS if _word(word, counts, tests, edition) == said[question]]
        spans = [range(max(shown[way] - WIDE, 0), shown[way] + WIDE + 1) for way in (up, down)]
        allowed = [pair for pair in product(*spans) if any(may_be(word, tests, *pair) for word in told)]
        yield (*name, up), (*name, down), allowed


WIDE = 12  # that a count may be off what is shown, carrying included


def may_be(word: str, tests: int, up: int, down: int) -> bool:
    """Whether these counts may have got that word, whatever it was adjusted to."""
    p = float(inference.sign_test(up, down).exact_p)
    if word == "cannot_be_told" or p > ALPHA:
        return word == "cannot_be_told" and p > ALPHA
    return bool(tests) if word == "clear" else tests * p > ALPHA or not tests


def ranges(made: Program, cells: list[Cell]) -> dict[Cell, tuple[int, int]]:
    """Bound counts: the least and the most that they can be."""
    parts, found = made.parts(), {}
    for cell in cells:
        number, ends = made.names[cell], []
        places, rule, most = parts[number]
        for sign in (1, -1):
            aim = np.zeros(len(places))
            aim[places[number]] = sign
            done = milp(aim, integrality=np.ones(len(places)), bounds=(0, most), constraints=rule)
            assert done.status == 0, (cell, done.message)
            ends.append(round(sign * done.fun))
        found[cell] = (ends[0], ends[1])
    return found


def fallen(study: Study, edition: Edition, *, most: float = np.inf) -> tuple[int, list[str]]:
    """Attack the counts that are shown up to `most`; give how many, and what is told that should not be.

    A count keeps three values; one that is shown as 0 may be any from 0 to half of `min_cell`.
    """
    made, tables = program(study, edition)
    truth = {(*name, group): n for name, table in tables.items() for group, n in table.true.items()}
    for terms, low, high in made.rows:
        if set(terms) <= {made.names[cell] for cell in truth}:
            place = {made.names[cell]: n for cell, n in truth.items()}
            assert low <= sum(by * place[at] for at, by in terms.items()) <= high, terms  # so it is in truth
    shown = {(*name, group): n for name, table in tables.items() for group, n in table.shown.items()}
    cells = [cell for cell in shown if shown[cell] <= most and cell not in EMPTY]
    faults = []
    for cell, (low, high) in ranges(made, cells).items():
        assert low <= truth[cell] <= high, (cell, low, truth[cell], high)
        if high - low < 2 or shown[cell] == 0 and (low > 0 or high < edition.half):
            faults.append(f"{cell}: shown {shown[cell]}, is {low} to {high}, truly {truth[cell]}")
    return len(cells), faults


EMPTY = (("cases", "retained", "unknown"), ("cases", "followed", "unknown"))  # without rows nothing can be


def samples(n: int) -> Iterator[tuple[str, Study]]:
    """Give the embedded study, a made-up one of 300 families, and samples of both from 20 families on."""
    from gezinscoach_synthesis import write_dataset

    whole = Study.clean("data/raw/synthetic")
    with tempfile.TemporaryDirectory() as folder:
        made = Study.clean(write_dataset(f"{folder}/made", families=300, seed=7))
    yield "embedded", whole
    yield "300 made-up families", made
    sizes = ((whole, (20, 25, 30, 40, 50, 60)), (made, (20, 30, 45, 60, 80, 100, 120, 150, 200, 250)))
    plan = [(study, size) for study, own in sizes for size in own]
    for at in range(n - 2):
        study, size = plan[at % len(plan)]
        codes = study.families.loc[study.families["status"] == "retained", "family"]
        drawn = np.random.default_rng(at).choice(codes, size, replace=False)
        yield f"{size} of {len(study.families)} families, {at}", study.select(drawn)


if __name__ == "__main__":
    attacked = 0
    for name, one in samples(int(sys.argv[1])):
        count, found = fallen(one, Edition(), most=5)  # larger ones have more values to begin with
        attacked += count
        print(f"{name}: {count} counts, {len(found)} fall", *found, sep="\n  ", flush=True)
    print(f"{attacked} counts")
