"""Small tables of a report, written by hand, as tests of figures, sentences and output need them."""

from __future__ import annotations

from itertools import product

import pandas as pd

from helpers import kansarmoede
from helpers.definitions import LEVELS, Definitions, load_definitions
from helpers.tables import conform

DEFINITIONS: Definitions = load_definitions()
NONE = float("nan")
TESTS = ("sign_exact_p", "sign_midp", "sign_holm_p", "family_p", "maxt_p")


def flow(**families: int) -> pd.DataFrame:
    """The selection: 10 registered, of which 7 retained and 4 followed, unless a stage says otherwise."""
    counts = {
        "registered": 10,
        "test": 1,
        "no_household": 2,
        "too_few_items": 1,
        "retained": 7,
        "followed": 4,
    }
    counts |= families
    return conform("flow", pd.DataFrame({"stage": list(counts), "families": list(counts.values())}))


def cases() -> pd.DataFrame:
    """Two pilots, and one family whose rows are all lost."""
    rows = [("Leuven", 6, 4, 3), ("Bilzen", 3, 3, 1), ("unknown", 1, 0, 0)]
    return conform(
        "cases_by_pilot", pd.DataFrame(rows, columns=["pilot", "registered", "retained", "followed"])
    )


def starts(months: dict[str, tuple[int, ...]]) -> pd.DataFrame:
    """How many families of each pilot started in each month."""
    pilots = ("Leuven", "Bilzen", *"ABCDE")
    rows = [(month, pilot, n) for month, of in months.items() for pilot, n in zip(pilots, of, strict=False)]
    return conform("registration_starts", pd.DataFrame(rows, columns=["month", "pilot", "families"]))


def course_flow(went: dict[tuple[int, str, str], int]) -> pd.DataFrame:
    """How many families went from state to state; nobody goes elsewhere."""
    states = ("not_poor", "poor", "severe", "unknown", "too_late", "lost")
    rows = [(*key, went.get(key, 0)) for key in product((3, 6, 9, 12), states, states)]
    return conform("course_flow", pd.DataFrame(rows, columns=["months", "before", "after", "families"]))


def distribution(
    figure: str, counts: dict[tuple[str, str], tuple[int, ...]], language: str = "nl"
) -> pd.DataFrame:
    """Seven counts per item; the intervals are simply 0.05 to either side of the share."""
    rows = []
    for (unit, item), seven in counts.items():
        known = sum(seven[:5])
        labels = [DEFINITIONS.item(unit, item).label(level, language) for level in LEVELS]
        labels += [DEFINITIONS.word("status", status, language) for status in ("not_applicable", "missing")]
        levels = [*map(str, LEVELS), "not_applicable", "missing"]
        for level, label, n in zip(levels, labels, seven, strict=True):
            share = n / known if known and level.isdigit() else NONE
            rows.append((unit, item, level, label, n, share, max(0, share - 0.05), min(1, share + 0.05)))
    columns = ["unit", "item", "level", "label", "n", "share", "ci_low", "ci_high"]
    table = pd.DataFrame(rows, columns=columns)
    table.loc[table["share"].isna(), ["ci_low", "ci_high"]] = NONE
    return conform(figure, table)


def residence(seven: tuple[int, ...] = (1, 2, 0, 4, 3, 1, 2), language: str = "nl") -> pd.DataFrame:
    """Figure 4: 10 known, of which 1 at level 1 and 4 at level 4; 1 not applicable, 2 missing."""
    return distribution("figure_04", {("huishouden", "verblijfplaats"): seven}, language)


def profile() -> pd.DataFrame:
    """Figure 2: 4 families, 5 children."""
    rows = [
        ("household_type", "koppel", 1, 1 / 3),
        ("household_type", "alleenstaande ouder", 2, 2 / 3),
        ("household_type", "onbekend", 1, NONE),
        ("children", "0", 1, 0.25),
        ("children", "1", 2, 0.5),
        ("children", "2", 0, 0.0),
        ("children", "3", 1, 0.25),
        ("child_age", "expected", 1, 0.25),
        ("child_age", "0", 2, 0.5),
        ("child_age", "1", 1, 0.25),
        ("child_age", "onbekend", 1, NONE),
    ]
    table = pd.DataFrame(rows, columns=["characteristic", "value", "n", "share"])
    return conform("figure_02", table.assign(ci_low=table["share"], ci_high=table["share"]))


def education(counts: tuple[int, ...] = (3, 4, 1, 0, 2)) -> pd.DataFrame:
    """Figure 3: 10 parents, 2 of them unknown."""
    values = ["geen of lager onderwijs", "lager secundair", "hoger secundair", "hoger onderwijs", "onbekend"]
    total = sum(counts)
    shares = [n / total if total else NONE for n in counts]
    table = pd.DataFrame(
        {"education": values, "n": counts, "share": shares, "ci_low": shares, "ci_high": shares}
    )
    return conform("figure_03", table)


def compared(*scores: tuple[int, int]) -> pd.DataFrame:
    """Followed families of Leuven with a score at baseline and at follow-up; poor from 3 domains."""
    rows = [(f"LEU-{i:03}", "Leuven", before, after) for i, (before, after) in enumerate(scores)]
    table = pd.DataFrame(rows, columns=["family", "pilot", "baseline_score", "follow_up_score"])
    table = table.astype(
        {"baseline_score": "Int64", "follow_up_score": "Int64", "family": "str", "pilot": "str"}
    )
    names = kansarmoede.change_class(
        table["baseline_score"].to_numpy("int64"),
        table["follow_up_score"].to_numpy("int64"),
        poverty_cutoff=3,
    )
    classes = [change.id for change in DEFINITIONS.kansarmoede.classes]
    return table.assign(**{"class": pd.Categorical(names, classes, ordered=True)})


def score_pairs(*scores: tuple[int, int]) -> pd.DataFrame:
    """The same families, counted by pilot and both scores."""
    return kansarmoede.score_pairs(compared(*scores))


FIVE = ((3, 2), (5, 5), (6, 5), (1, 1), (4, 5))  # out of poverty, stable, better, stable not poor, worse


def scheme() -> pd.DataFrame:
    """Figure 15 with poverty from 3 domains."""
    return kansarmoede.scheme(DEFINITIONS, poverty_cutoff=3)


def measures(*scores: tuple[int, int]) -> pd.DataFrame:
    """H, A and M0 of families of Leuven, for all, Leuven, and Bilzen that has none."""
    pairs = kansarmoede.score_pairs(compared(*scores))
    return kansarmoede.poverty_measures(pairs, pilots=["Leuven", "Bilzen"], poverty_cutoff=3)


def domains(families: int = 4) -> pd.DataFrame:
    """Deprived families of 4 per domain: from 4 in the first to none in the last; one fewer at follow-up."""
    ids = [domain.id for domain in DEFINITIONS.kansarmoede.domains]
    rows = []
    for pilot in ("all", "Leuven"):
        for moment, fewer in (("baseline", 0), ("follow_up", 1)):
            for i, domain in enumerate(ids):
                n = max(0, 4 - i - fewer) if families else 0
                share = n / families if families else NONE
                rows.append((pilot, moment, domain, families, n, share, share / 2, share / 3))
    columns = ["pilot", "moment", "domain", "known", "deprived"]
    columns += ["raw_headcount", "censored_headcount", "contribution"]
    table = pd.DataFrame(rows, columns=columns)
    return conform("poverty_domains", table.assign(domain=pd.Categorical(table["domain"], ids, ordered=True)))


def change_domains(changes: tuple[float, ...] = (-0.02, 0.0, 0.01, 0.0, -0.005, 0.0)) -> pd.DataFrame:
    """What each of the six domains adds to the change in M0."""
    ids = [domain.id for domain in DEFINITIONS.kansarmoede.domains]
    table = pd.DataFrame({"domain": pd.Categorical(ids, ids, ordered=True)})
    table = table.assign(into_deprivation=[1, 0, 3, 0, 2, 0], out_of_deprivation=[4, 0, 1, 0, 3, 0])
    return conform("poverty_change_domains", table.assign(change_in_mean_score=changes, change_in_M0=changes))


def transition(figure: str, unit: str, item: str, moves: dict[tuple[int, int], int]) -> pd.DataFrame:
    """The 25 cells of a matrix, of which only those that are named hold persons."""
    began = {level: sum(n for (before, _), n in moves.items() if before == level) for level in LEVELS}
    rows = [
        (unit, item, b, f, moves.get((b, f), 0), moves.get((b, f), 0) / began[b] if began[b] else NONE)
        for b in LEVELS
        for f in LEVELS
    ]
    columns = ["unit", "item", "baseline_level", "follow_up_level", "persons", "row_share"]
    return conform(figure, pd.DataFrame(rows, columns=columns))


STRESS_MOVES = {(1, 1): 1, (1, 2): 3, (2, 4): 2, (4, 4): 3, (5, 2): 1}  # 10 parents: 5 up, 4 same, 1 down


def stress(moves: dict[tuple[int, int], int] | None = None) -> pd.DataFrame:
    """Figure 18."""
    return transition("figure_18", "volwassene", "stress", STRESS_MOVES if moves is None else moves)


def sign_and_margins() -> pd.DataFrame:
    """The row of tests of Figure 18: numbers that no computation gives, to see that they are copied."""
    row = {
        "figure": "figure_18", "unit": "volwassene", "item": "stress", "n": 10, "improved": 5, "unchanged": 4,
        "declined": 1, "net": 0.4, "net_low": -0.1, "net_high": 0.8, "sign_exact_p": 0.21875,
        "sign_midp": 0.125, "stuart_maxwell_chi2": 5.25, "stuart_maxwell_df": 3, "stuart_maxwell_p": 0.154,
        "stuart_maxwell_permutation_p": 0.1712, "bowker_chi2": 6.0, "bowker_df": 2, "bowker_p": 0.0498,
        "bowker_permutation_p": 0.0613, "kappa_linear": 0.31, "p_better": 0.7, "gee_log_odds": 0.9,
        "gee_low": -0.05, "gee_high": 1.85, "gee_p": 0.0634, "note": None, "family_p": 0.1875,
        "families_improved": 4, "families_declined": 1,
    }  # fmt: skip
    return conform("transition_tests", pd.DataFrame([row]))


def item_change(pairs: bool = True) -> pd.DataFrame:
    """All 45 items: schulden 6 up of 10, zorg (of children) 1 up 3 down of 5, all others without pairs."""
    moved = (
        {("huishouden", "schulden"): (10, 6, 1, 2, 1, 0.5), ("kind", "zorg"): (5, 1, 0, 1, 3, -0.4)}
        if pairs
        else {}
    )
    others = {key: (0, 0, 0, 0, 0, NONE) for key in DEFINITIONS.items if key not in moved}
    rows = [(*key, *counts) for key, counts in (moved | others).items()]
    columns = ["unit", "item", "n", "improved", "unchanged_fresh", "unchanged_carried", "declined", "net"]
    table = pd.DataFrame(rows, columns=columns)
    some = table["net"].notna()
    tests = {
        name: some.map({True: 0.5, False: NONE})
        for name in ("sign_exact_p", "sign_midp", "sign_holm_p", "family_p", "maxt_p")
    }
    families = {"families_improved": table["improved"], "families_declined": table["declined"]}
    interval = {"net_low": table["net"] - 0.25, "net_high": table["net"] + 0.25}
    return conform("item_change", table.assign(**interval, **tests, **families))


def claims_summary() -> pd.DataFrame:
    """Published statements of three sections: 7 hold, 4 do not, of 1 nothing can be told."""
    rows = [("1.2", 4, 1, 0), ("4.1.1", 2, 3, 0), ("4.2.3", 1, 0, 1)]
    columns = ["section", "holds", "does_not_hold", "unknown"]
    return conform("claims_summary", pd.DataFrame(rows, columns=columns))
