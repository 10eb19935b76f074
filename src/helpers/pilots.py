"""Pilots side by side: who they work with, who moved, and what chance alone would give.

Pilots stand in the order of the dataset, never in that of an outcome: with a handful of families each, a
ranking says little about a pilot (Goldstein & Spiegelhalter 1996, doi:10.2307/2983325). What is compared, and
from how many families on, is data: `data/reference/pilot_comparison.yml`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers import inference, kansarmoede, nets, tables
from helpers.baseline import HOUSEHOLD_TYPES, UNKNOWN, children_at_baseline
from helpers.cleaning import CleanTables
from helpers.cleaning.windows import of_family
from helpers.definitions import Definitions
from helpers.definitions.choices import Outcome, PilotComparison, Strata
from helpers.inference import NOTHING, IntArray, groups
from helpers.kansarmoede import ALL, BOTH
from helpers.outputs import counts, derives, exact, family_table
from helpers.primary import moves_of

RANGES = ("not_poor", "poor", "severe")
WAYS = ("improved", "declined")
SIZES = 60  # at most about so many numbers of families have limits


# ---- who is in each pilot, and how completely it registers


@counts("pilot_registration")
def registration_counts(clean: CleanTables, start_states: pd.DataFrame) -> pd.DataFrame:
    """Count by pilot: retained families, their registrations, and the items known at baseline.

    By pilot: retained, registrations, cells (items of the households and persons there at baseline), known
    (of which registered, also as not applicable).
    """
    families = clean.families[clean.families["status"] == "retained"]
    pilot = families.set_index("family")["pilot"]
    of = families.groupby("pilot").agg(retained=("family", "size"), registrations=("registrations", "sum"))
    cells = pd.DataFrame(
        {"pilot": of_family(start_states["family"], pilot), "known": start_states["status"] != "missing"}
    )
    found = cells.groupby("pilot").agg(cells=("known", "size"), known=("known", "sum"))
    return of.join(found, how="outer").fillna(0).astype(np.int64).rename_axis("pilot")


@derives("pilot_registration")
def registration(
    counts: pd.DataFrame, cases_by_pilot: pd.DataFrame, freshness: pd.DataFrame, pilots: Sequence[str]
) -> pd.DataFrame:
    """Count families, and measure how complete the baseline is and how often values were looked at again.

    Shares of nothing are empty.
    """
    again = freshness.groupby("pilot")[["n", "changed", "confirmed"]].sum().loc[[ALL, *pilots]]
    cases = cases_by_pilot.set_index("pilot").reindex(list(pilots)).astype("int64")
    found = counts.reindex(list(pilots), fill_value=0)
    both = cases.join(found[["registrations", "cells", "known"]])
    table = pd.concat([both.sum().to_frame(ALL).T, both]).rename_axis("pilot")
    table["pairs"] = again["n"]
    table["looked_again"] = again["changed"] + again["confirmed"]
    table = table.assign(
        registrations_per_family=kansarmoede.share_of(table.pop("registrations"), table["retained"]),
        known_share=kansarmoede.share_of(table["known"], table["cells"]),
        looked_again_share=kansarmoede.share_of(table["looked_again"], table["pairs"]),
    )
    return table.reset_index()


@counts("pilot_profile")
def profile_counts(clean: CleanTables, scores: pd.DataFrame, unknown_domain: str) -> pd.DataFrame:
    """Count the retained families at baseline by pilot.

    By pilot, feature (household_type, children: their number, score) and value: n. With
    `unknown_domain="exclude"`, families with an unknown domain have no score.
    """
    families = clean.families[clean.families["status"] == "retained"]
    children = children_at_baseline(clean.persons)
    number = children.groupby("family").size().reindex(families["family"], fill_value=0)
    at = scores[scores["moment"] == "baseline"].set_index("family").reindex(families["family"])
    score = at["score"].where(at["unknown"] == 0) if unknown_domain == "exclude" else at["score"]
    values = {"household_type": families["household_type"], "children": number, "score": score}
    parts = [
        pd.DataFrame(
            {"pilot": families["pilot"].to_numpy(), "feature": name, "value": value.astype("str").array}
        )
        for name, value in values.items()
    ]
    return pd.concat(parts).dropna().groupby(["pilot", "feature", "value"]).size().to_frame("n")


@derives("pilot_profile")
def profile(
    counts: pd.DataFrame,
    comparison: PilotComparison,
    pilots: Sequence[str],
    poverty_cutoff: int,
    severe_cutoff: int,
) -> pd.DataFrame:
    """Describe the retained families of each pilot at baseline.

    Every value of every feature; shares are of the families with a known value.
    """
    rows = counts.reset_index()
    children = band_names(comparison.children)
    ranges = [0, poverty_cutoff, max(severe_cutoff, poverty_cutoff)]
    parts = []
    for feature, source, lows, names in (
        ("household_type", "household_type", None, HOUSEHOLD_TYPES),
        ("children", "children", comparison.children, children),
        ("score_range", "score", ranges, RANGES),
    ):
        found = rows[rows["feature"] == source]
        if lows is not None:
            places = np.searchsorted(lows, found["value"].astype("int64"), side="right") - 1
            found = found.assign(value=np.array(names, dtype=object)[places])
        parts.append(_profiled(found, names, pilots).assign(feature=feature))
    table = pd.concat(parts, ignore_index=True)
    order = pd.Categorical(table["pilot"], [ALL, *pilots], ordered=True)
    return table.iloc[order.codes.argsort(kind="stable")]


def band_names(lows: Sequence[int]) -> tuple[str, ...]:
    """Name bands by their lower ends; the last one is open.

    >>> band_names([0, 1, 3])
    ('0', '1–2', '3+')
    """
    bands = [str(low) if low + 1 == above else f"{low}–{above - 1}" for low, above in pairwise(lows)]
    return (*bands, f"{lows[-1]}+")


def _profiled(rows: pd.DataFrame, names: Sequence[str], pilots: Sequence[str]) -> pd.DataFrame:
    """Count each value in all pilots and in each; shares are of the known values."""
    index = pd.MultiIndex.from_product([[ALL, *pilots], names], names=["pilot", "value"])
    n = kansarmoede.with_all(rows).groupby(["pilot", "value"])["n"].sum()
    table = n.reindex(index, fill_value=0).reset_index()
    known = table["value"] != UNKNOWN
    total = table["n"].where(known, 0).groupby(table["pilot"]).transform("sum")
    low, high = inference.wilson(table["n"].where(known, 0), total)
    share = pd.Series(kansarmoede.share_of(table["n"], total), table.index)
    return table.assign(
        share=share.where(known), ci_low=np.where(known, low, np.nan), ci_high=np.where(known, high, np.nan)
    )


# ---- who moved in each pilot, and how far pilots lie apart beside what chance alone gives


@derives("pilot_transitions")
def transitions(
    score_pairs: pd.DataFrame, definitions: Definitions, pilots: Sequence[str], poverty_cutoff: int
) -> pd.DataFrame:
    """Count the followed families by class of change, in all pilots and in each."""
    of = score_pairs.index.get_level_values("pilot")
    parts = [
        kansarmoede.class_shares(
            score_pairs if pilot == ALL else score_pairs[of == pilot],
            definitions,
            poverty_cutoff=poverty_cutoff,
        ).assign(pilot=pilot)
        for pilot in (ALL, *pilots)
    ]
    return pd.concat(parts, ignore_index=True)


@family_table("pilot_changes")
def pilot_changes(
    family_nets: pd.DataFrame,
    compared: pd.DataFrame,
    families: pd.DataFrame,
    comparison: PilotComparison,
    poverty_cutoff: int,
) -> pd.DataFrame:
    """Count the changes of every followed family, for each aspect that is compared.

    Gives aspect, family, pilot, pairs (1 for the score and poverty), improved, declined; only where there is
    a pair.
    """
    parts = [_moved(family_nets, compared, aspect, poverty_cutoff) for aspect in comparison.aspects]
    table = pd.concat(parts, ignore_index=True)
    pilot = of_family(table["family"], families.set_index("family")["pilot"])
    return table.assign(pilot=pilot)[["aspect", "family", "pilot", *nets.WAYS]]


@counts("pilot_nets")
def pilot_nets(pilot_changes: pd.DataFrame) -> pd.DataFrame:
    """Count the followed families by pilot, aspect, pairs, and how many of these improved and declined."""
    return nets.count_families(pilot_changes, ["pilot", "aspect"])


@exact("pilot_tests")
def group_tests(
    pilot_changes: pd.DataFrame, comparison: PilotComparison, seed: int
) -> dict[str, groups.GroupTests]:
    """Allot families to the pilots by lot: the tests of each aspect, pilots with a pair by name."""
    found = {}
    for aspect in comparison.aspects:
        of = pilot_changes[pilot_changes["aspect"] == aspect.id]
        names, group = np.unique(of["pilot"].astype("str"), return_inverse=True)
        stream = inference.row_seed(seed, "pilot_heterogeneity", aspect.id)
        moves = of["improved"], of["declined"], of["pairs"]
        found[aspect.id] = groups.group_tests(*moves, group, count=len(names), seed=stream)
    return found


@derives("pilot_outcomes")
def outcomes(
    pilot_nets: pd.DataFrame,
    pilot_changes: pd.DataFrame,
    pilot_tests: Mapping[str, groups.GroupTests],
    comparison: PilotComparison,
    pilots: Sequence[str],
) -> pd.DataFrame:
    """Put improved and declined side by side, in all pilots together and in each.

    `chance_p` is against as many families drawn by lot from all; exact where each family counts once.
    """
    names = list(tables.TABLES["pilot_outcomes"].column_names)
    rows = []
    for aspect in comparison.aspects:
        moved = pilot_changes[pilot_changes["aspect"] == aspect.id]
        apart = _chance_p(moved, aspect, pilots, pilot_tests[aspect.id])
        of = _of_aspect(pilot_nets, aspect.id)
        for pilot in (ALL, *pilots):
            here = of if pilot == ALL else of[of.index.get_level_values("pilot") == pilot]
            row = {"pilot": pilot, "aspect": aspect.id, "chance_p": apart.get(pilot, NOTHING)}
            here = here.groupby(level=nets.WAYS).sum()
            rows.append(row | nets.net_share(here) | {"families": int(here["families"].sum())})
    return pd.DataFrame(rows)[names]


@derives("pilot_limits")
def limits(pilot_nets: pd.DataFrame, comparison: PilotComparison) -> pd.DataFrame:
    """Give the limits of the funnel: the net share on the score of so many families drawn by lot from all.

    A pilot lies outside the limits of 95 % exactly when its chance_p is below 0.05. (Spiegelhalter 2005,
    doi:10.1002/sim.1970; here without replacement and exact, because the pilots together are all families.)

    For numbers of families up to that of the largest pilot, each pilot's own among them. No rows when fewer
    than two pilots have families.
    """
    of = _of_aspect(pilot_nets, "score").reset_index()
    per_pilot = of.groupby("pilot")["families"].sum()
    if len(per_pilot) < 2:
        return tables.empty("pilot_limits")
    up, down = (int(of[way] @ of["families"]) for way in WAYS)
    total = int(per_pilot.sum())
    some = np.linspace(1, per_pilot.max(), min(SIZES, int(per_pilot.max())))
    rows = []
    for size in sorted({*some.round().astype(int).tolist(), *per_pilot.tolist()}):
        draw = groups.net_of_draw(up, down, total, size)
        for limit in comparison.limits:
            low, high = draw.between(limit)
            rows.append((size, limit, (up - down) / total, low / size, high / size))
    return pd.DataFrame(rows, columns=["families", "limit", "net", "low", "high"])


@derives("pilot_heterogeneity")
def heterogeneity(
    pilot_changes: pd.DataFrame, pilot_tests: Mapping[str, groups.GroupTests], comparison: PilotComparison
) -> pd.DataFrame:
    """Test whether pilots lie further apart than when families are allotted to them by lot."""
    rows = []
    for aspect in comparison.aspects:
        of, test = pilot_changes[pilot_changes["aspect"] == aspect.id], pilot_tests[aspect.id]
        n, there = of["pairs"].sum(), of["pilot"].nunique()
        row = {"aspect": aspect.id, "pilots": there, "families": len(of), "n": n}
        rows.append(row | {"statistic": "net", "chi2": test.net_chi2, "permutation_p": test.net_p})
        rows.append(
            row | {"statistic": "classes", "chi2": test.classes_chi2, "permutation_p": test.classes_p}
        )
    table = pd.DataFrame(rows)
    return table.assign(permutation_holm_p=inference.holm(table["permutation_p"]))


def _moved(
    family_nets: pd.DataFrame, compared: pd.DataFrame, aspect: Outcome, poverty_cutoff: int
) -> pd.DataFrame:
    """Count family by family on one aspect: aspect, family, pairs, improved, declined."""
    if aspect.id == "poverty":
        compared = compared.assign(**{score: compared[score] >= poverty_cutoff for score in BOTH})
    return moves_of(aspect.item, compared, family_nets).assign(aspect=aspect.id).sort_values("family")


def _of_aspect(pilot_nets: pd.DataFrame, aspect: str) -> pd.DataFrame:
    there = pilot_nets.index.get_level_values("aspect") == aspect
    return pilot_nets[there].droplevel("aspect")


def _chance_p(
    of: pd.DataFrame, aspect: Outcome, pilots: Sequence[str], tests: groups.GroupTests
) -> dict[str, float]:
    """Set each pilot that has pairs against as many families drawn by lot."""
    names = [pilot for pilot in pilots if (of["pilot"] == pilot).any()]
    if len(names) < 2:
        return {}
    if aspect.item:
        return dict(zip(sorted(names), tests.group_p.tolist(), strict=True))
    up, down = (int(of[way].sum()) for way in WAYS)
    found = {}
    for pilot, here in of.groupby("pilot"):
        net = int(here["improved"].sum() - here["declined"].sum())
        found[str(pilot)] = groups.net_of_draw(up, down, len(of), len(here)).two_sided(net)
    return found


# ---- would other pilots have seen as many families move, had they worked with these families?


@dataclass(frozen=True)
class Split:
    """Families and cases by stratum: of a pilot, and of all others."""

    sizes: IntArray
    own: IntArray
    others: IntArray
    other: IntArray

    @property
    def expected(self) -> float:
        """Cases had each family been one as often as the others of its stratum; NaN where there are none."""
        some = self.sizes > 0
        with np.errstate(divide="ignore", invalid="ignore"):
            return float((self.sizes[some] * self.other[some] / self.others[some]).sum())


@counts("pilot_case_mix")
def case_mix_counts(compared: pd.DataFrame, families: pd.DataFrame) -> pd.DataFrame:
    """Count the followed families by pilot, household_type and both scores: families."""
    known = compared.merge(families[["family", "household_type"]], on="family", validate="one_to_one")
    by = ["pilot", "household_type", *BOTH]
    return known.astype({"household_type": "str"}).groupby(by).size().to_frame("families")


@derives("pilot_case_mix")
def case_mix(counts: pd.DataFrame, comparison: PilotComparison, pilots: Sequence[str]) -> pd.DataFrame:
    """Set how many families moved on the score beside how many would elsewhere, at the same case mix.

    Indirect standardisation (Breslow & Day 1987, IARC Scientific Publications 82, section 2.3): in each
    stratum of baseline the share that improved (declined) in the other pilots, times the families of this
    pilot. It is done only where enough families carry it; else the row says why not. Direct
    standardisation would need a share in every stratum of every pilot, which so few families do not give.
    What is not registered, or changes after baseline, is not adjusted for. Score at baseline and change in
    score share their errors: families that score high by chance fall back by themselves (regression to the
    mean), so strata of the score also take away what pilots differ in by that.

    Where there is no adjustment all but families and observed is empty; where too few are expected, the
    expected number stands.
    """
    known = counts.reset_index()
    moved = {
        "improved": known["follow_up_score"] < known["baseline_score"],
        "declined": known["follow_up_score"] > known["baseline_score"],
    }
    names = list(tables.TABLES["pilot_case_mix"].column_names)
    rows = []
    for pilot in pilots:
        here = (known["pilot"] == pilot).to_numpy()
        for strata in comparison.strata:
            stratum, count = _stratum(known, strata)
            for way in WAYS:
                found = _split(stratum, known["families"], here, moved[way].to_numpy(), count)
                key = {"pilot": pilot, "strata": strata.id, "way": way}
                rows.append(key | _adjusted(found, comparison))
    return pd.DataFrame(rows, columns=names)


def _stratum(known: pd.DataFrame, strata: Strata) -> tuple[IntArray, int]:
    if strata.bands is None:
        types = pd.Categorical(known["household_type"], HOUSEHOLD_TYPES)
        return types.codes.astype(np.int64), len(HOUSEHOLD_TYPES)
    places = np.searchsorted(strata.bands, known["baseline_score"].astype("int64"), side="right") - 1
    return places.astype(np.int64), len(strata.bands)


def _split(
    stratum: IntArray, families: pd.Series, here: NDArray[np.bool_], case: NDArray[np.bool_], count: int
) -> Split:
    number = families.to_numpy("int64")
    found = (
        np.bincount(stratum[some], weights=number[some], minlength=count).astype(np.int64)
        for some in (here, here & case, ~here, ~here & case)
    )
    return Split(*found)


def _adjusted(found: Split, comparison: PilotComparison) -> dict[str, object]:
    observed, expected = int(found.own.sum()), found.expected
    row: dict[str, object] = {"families": int(found.sizes.sum()), "observed": observed}
    if why_not := _why_not(found, comparison):
        return row | {"why_not": why_not, "expected": expected if why_not == "few_expected" else NOTHING}
    chance = groups.cases_within_strata(found.own + found.other, found.sizes + found.others, found.sizes)
    return row | {
        "expected": expected,
        "excess": observed - expected,
        "ratio": observed / expected,
        "strata_p": chance.two_sided(observed),
    }


def _why_not(found: Split, comparison: PilotComparison) -> str | None:
    families = int(found.sizes.sum())
    if not families:
        return "no_families"
    if not found.others.sum():
        return "one_pilot"
    if families < comparison.least_families:
        return "few_families"
    if (found.others[found.sizes > 0] < comparison.least_elsewhere).any():
        return "few_elsewhere"
    if min(found.expected, families - found.expected) < comparison.least_expected:
        return "few_expected"
    return None
