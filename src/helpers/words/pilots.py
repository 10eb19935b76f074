"""Facts of the pilots side by side: no ranking, and whether a difference is more than chance gives."""

from collections.abc import Sequence

import pandas as pd

from helpers.baseline import UNKNOWN
from helpers.definitions import Definitions
from helpers.definitions.choices import PilotComparison
from helpers.kansarmoede import ALL
from helpers.outputs import tells
from helpers.words import Facts, names, records

POOR = ("poor", "severe")
NET = "net"


@tells("pilot_registration")
def pilot_registration(table: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of `pilot_registration`: how many values were looked at again, in all and from least to most."""
    shares = table.dropna(subset="looked_again_share").astype({"looked_again_share": "float64"})
    pilots = shares[shares["pilot"] != ALL].sort_values("looked_again_share", kind="stable")
    ends = [
        {"pilot": names.pilot(row.pilot, definitions), "share": row.looked_again_share}
        for row in pilots.itertuples()
    ]
    every = shares.loc[shares["pilot"] == ALL, "looked_again_share"]
    return {"share": None if every.empty else every.iloc[0], "ends": _ends(ends)}


@tells("pilot_profile")
def pilot_profile(table: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of `pilot_profile`: who of the described families was poor at the start, and all counts."""
    scores = table[table["feature"] == "score_range"]
    known = scores.groupby("pilot", sort=False)["n"].sum().astype("int64")
    poor = scores[scores["value"].isin(POOR)].groupby("pilot", sort=False)["n"].sum().astype("int64")
    pilots = [
        {"pilot": names.pilot(pilot, definitions), "n": int(poor[pilot]), "known": int(n)}
        for pilot, n in known.items()
        if n and pilot != ALL
    ]
    unknown = table[(table["value"] == UNKNOWN) & (table["pilot"] == ALL)]
    return {
        "all": {"n": int(poor.get(ALL, 0)), "known": int(known.get(ALL, 0))},
        "ends": _ends(sorted(pilots, key=lambda one: one["n"] / one["known"])),
        "families": int(table[(table["feature"] == "household_type") & (table["pilot"] == ALL)]["n"].sum()),
        "unknown": int(unknown["n"].sum()),
        "described": [
            {"pilot": names.pilot(pilot, definitions), "features": _features(rows, definitions)}
            for pilot, rows in table[table["n"] > 0].groupby("pilot", sort=False)
        ],
    }


def _ends(rising: Sequence[Facts]) -> list[Facts]:
    """Give the first and last; nothing of fewer than two."""
    return [rising[0], rising[-1]] if len(rising) > 1 else []


def _features(rows: pd.DataFrame, definitions: Definitions) -> list[Facts]:
    """Name what is counted of one pilot: of each feature every value that occurs."""
    words = definitions.vocabulary
    return [
        {
            "title": words["pilot_feature"][str(feature)],
            "counts": [(words.get(str(feature), {}).get(row.value, row.value), int(row.n)) for row in found],
        }
        for feature, values in rows.groupby("feature", sort=False)
        for found in [list(values.itertuples())]
    ]


@tells("pilot_transitions")
def pilot_transitions(table: pd.DataFrame, comparison: PilotComparison, definitions: Definitions) -> Facts:
    """Facts of `pilot_transitions`: which way the families of each pilot went, and which have too few."""
    ways = {change.id: change.direction for change in definitions.kansarmoede.classes}
    counts = table.assign(way=table["class"].astype("str").map(ways)).pivot_table(
        index="pilot", columns="way", values="families", aggfunc="sum", sort=False
    )
    pilots = [
        {"pilot": names.pilot(pilot, definitions), "n": sum(row.values()), **row}
        for pilot, row in counts.astype("int64").to_dict("index").items()
    ]
    every, each = pilots[0], [one for one in pilots[1:] if one["n"]]
    up = [one for one in each if one["improved"] > one["declined"]]
    least = comparison.least_families
    few = [one["pilot"] for one in each if one["n"] < least]
    return {"all": every, "pilots": each, "up": len(up), "few": few, "least": least}


@tells("pilot_outcomes")
def pilot_outcomes(
    table: pd.DataFrame,
    pilot_heterogeneity: pd.DataFrame,
    comparison: PilotComparison,
    definitions: Definitions,
) -> Facts:
    """Facts of `pilot_outcomes`: on which subjects the pilots differ more than chance gives."""
    titles = definitions.vocabulary["pilot_aspect"]
    tested = _tested(pilot_heterogeneity)
    tested = tested[tested["statistic"] == NET]
    apart = tested[tested["permutation_holm_p"] < comparison.alpha]
    known = table[table["n"] > 0]
    return {
        "followed": int(table["families"].max()),
        "subjects": len(tested),
        "apart": [titles[str(aspect)] for aspect in apart["aspect"]],
        "nets": [
            {
                "title": titles[str(aspect)],
                "pilots": [{"name": names.pilot(row["pilot"], definitions), **row} for row in records(rows)],
            }
            for aspect, rows in known.groupby("aspect", sort=False)
        ],
    }


def _tested(tests: pd.DataFrame) -> pd.DataFrame:
    """Give what could be tested: with two pilots that have followed families."""
    return tests.dropna(subset="permutation_p")


@tells("pilot_limits")
def pilot_limits(
    table: pd.DataFrame, pilot_outcomes: pd.DataFrame, comparison: PilotComparison, definitions: Definitions
) -> Facts:
    """Facts of `pilot_limits`: which pilots lie outside what chance gives a group of their size."""
    limit = comparison.limits[0]
    ends = table.loc[table["limit"] == limit, ["families", "low", "high"]]
    score = pilot_outcomes[(pilot_outcomes["aspect"] == "score") & (pilot_outcomes["pilot"] != ALL)]
    points = [
        {"name": names.pilot(row["pilot"], definitions), **row}
        for row in records(score[["pilot", "families", "net"]].merge(ends, on="families", validate="m:1"))
    ]
    return {
        "chance": limit,
        "points": points,
        "outside": [one["name"] for one in points if not one["low"] <= one["net"] <= one["high"]],
        "expected": len(points) * (1 - limit),
    }


@tells("pilot_heterogeneity")
def pilot_heterogeneity(table: pd.DataFrame, comparison: PilotComparison) -> Facts:
    """Facts of `pilot_heterogeneity`: how many tests there are, and how many stand out among so many."""
    tested = _tested(table)
    small = tested["permutation_holm_p"] < comparison.alpha
    return {"tests": len(tested), "small": int(small.sum())}


@tells("pilot_case_mix")
def pilot_case_mix(table: pd.DataFrame, comparison: PilotComparison) -> Facts:
    """Facts of `pilot_case_mix`: how many rows can be adjusted, in how many chance seldom gives as much."""
    done = table[table["why_not"].isna()]
    small = int((done["strata_p"] < comparison.alpha).sum())
    return {
        "rows": len(table),
        "done": len(done),
        "small": small,
        "expected": comparison.alpha * len(done),
        "families": int(table["families"].sum()),
    }
