"""Would other pilots have seen as many families move, had they worked with these families?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers import inference, tables
from helpers.definitions import DOMAINS, PilotComparison, Strata
from helpers.inference import bootstrap, groups
from helpers.pilots._families import HOUSEHOLD_TYPES, band_names

WAYS = ("improved", "declined")
NOTHING = float("nan")
IntArray = NDArray[np.int64]


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


def case_mix(
    compared: pd.DataFrame,
    families: pd.DataFrame,
    comparison: PilotComparison,
    *,
    pilots: Sequence[str],
    seed: int = inference.SEED,
) -> pd.DataFrame:
    """Set how many families moved on the score beside how many would elsewhere, at the same case mix.

    Indirect standardisation (Breslow & Day 1987, IARC Scientific Publications 82, section 2.3): in each
    stratum of baseline the share that improved (declined) in the other pilots, times the families of this
    pilot. It is done only where enough families carry it; else the row says why not. Direct
    standardisation would need a share in every stratum of every pilot, which so few families do not give.
    What is not registered, or changes after baseline, is not adjusted for. Score at baseline and change in
    score share their errors: families that score high by chance fall back by themselves (regression to the
    mean), so strata of the score also take away what pilots differ in by that.

    Parameters
    ----------
    compared : DataFrame
        family, pilot, baseline_score, follow_up_score, as from `kansarmoede.compare`.
    families : DataFrame
        family, household_type.
    comparison : PilotComparison
        Gives the strata and from how many families on.
    pilots : sequence of str
        In the order of the rows.
    seed : int
        Of the bootstrap; each row has a stream of its own.

    Returns
    -------
    DataFrame
        pilot, strata, way, families, observed, expected, excess = observed − expected with excess_low
        and excess_high (bootstrap of families within strata), ratio = observed/expected, strata_p (exact,
        families allotted by lot within strata), why_not. Where there is no adjustment all but families and
        observed is empty; where too few are expected, the expected number stands.
    """
    known = compared.merge(families[["family", "household_type"]], on="family", validate="one_to_one")
    before, after = known["baseline_score"].astype("int64"), known["follow_up_score"].astype("int64")
    moved = {"improved": after < before, "declined": after > before}
    rows = []
    for pilot in pilots:
        here = (known["pilot"] == pilot).to_numpy()
        for strata in comparison.strata:
            stratum, count = _stratum(known, strata)
            for way in WAYS:
                found = _split(stratum, here, moved[way].to_numpy(), count)
                key = (pilot, strata.id, way)
                rows.append(dict(zip(KEY, key, strict=True)) | _row(found, comparison, key, seed))
    return tables.conform("pilot_case_mix", pd.DataFrame(rows, columns=list(COLUMNS)))


KEY = ("pilot", "strata", "way")
COLUMNS = tables.TABLES["pilot_case_mix"].column_names


def _stratum(known: pd.DataFrame, strata: Strata) -> tuple[IntArray, int]:
    """Number the stratum of each family, and say how many strata there are."""
    if strata.bands is None:
        return pd.Categorical(known["household_type"].astype("str"), HOUSEHOLD_TYPES).codes.astype(
            np.int64
        ), len(HOUSEHOLD_TYPES)
    places = np.searchsorted(strata.bands, known["baseline_score"].astype("int64"), side="right") - 1
    return places.astype(np.int64), len(band_names(strata.bands, highest=len(DOMAINS)))


def _split(stratum: IntArray, here: NDArray[np.bool_], case: NDArray[np.bool_], count: int) -> Split:
    """Count families and cases by stratum, here and elsewhere."""
    return Split(*(np.bincount(stratum[some], minlength=count)
                     for some in (here, here & case, ~here, ~here & case)))  # fmt: skip


def _row(found: Split, comparison: PilotComparison, key: tuple[str, ...], seed: int) -> dict[str, object]:
    """Adjust, or say why not."""
    observed, expected = int(found.own.sum()), found.expected
    row: dict[str, object] = {"families": int(found.sizes.sum()), "observed": observed}
    if why_not := _why_not(found, comparison):
        return row | {"why_not": why_not, "expected": expected if why_not == "few_expected" else NOTHING}
    low, high = bootstrap.excess_interval(
        found.own, found.sizes, found.other, found.others,
        seed=inference.row_seed(seed, "pilot_case_mix", *key),
    )  # fmt: skip
    chance = groups.cases_within_strata(found.own + found.other, found.sizes + found.others, found.sizes)
    return row | {
        "expected": expected,
        "excess": observed - expected,
        "excess_low": low,
        "excess_high": high,
        "ratio": observed / expected,
        "strata_p": chance.two_sided(observed),
    }


def _why_not(found: Split, comparison: PilotComparison) -> str | None:
    """Give the first reason that forbids an adjustment; None where there is none."""
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
