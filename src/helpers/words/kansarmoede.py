"""Facts of the kansarmoede index: who is poor, on which domains, who moved."""

from collections import Counter
from typing import Any

import pandas as pd

from helpers.definitions import MOMENTS, Definitions
from helpers.outputs import tells
from helpers.words import first
from helpers.words.certainty import certainty, family_p

ALL = "all"  # pilots together
LEADING = 3  # domains that a title names
Facts = dict[str, Any]


@tells(kind="scheme")
def scheme(table: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of Figure 15: how many cells each class has (title, n)."""
    cells = Counter(table["class"].astype("str"))
    return {"classes": [{"title": one.title, "n": cells[one.id]} for one in definitions.kansarmoede.classes]}


@tells(kind="score_matrix")
def score_matrix(table: pd.DataFrame, flow: pd.DataFrame) -> Facts:
    """Facts of Figure 16: families with fewer, as many and more domains, and every cell."""
    before, after, n = table["baseline_score"], table["follow_up_score"], table["families"].astype("int64")
    cells = [tuple(map(int, cell)) for cell in table[table["families"] > 0].itertuples(index=False)]
    return _followed(int(n.sum()), flow) | {
        "fewer": int(n[after < before].sum()),
        "more": int(n[after > before].sum()),
        "cells": cells,
    }


@tells(kind="classes")
def classes(
    table: pd.DataFrame, flow: pd.DataFrame, verdicts: pd.DataFrame, definitions: Definitions
) -> Facts:
    """Facts of Figure 17: families that improved, of them out of poverty, that declined, and every class."""
    n = dict(zip(table["class"].astype("str"), map(int, table["families"]), strict=True))
    ways: Counter[str] = Counter()
    for one in definitions.kansarmoede.classes:
        ways[one.direction] += n[one.id]
    return _followed(sum(n.values()), flow) | {
        "improved": ways["improved"],
        "declined": ways["declined"],
        "out": n["out_of_poverty"],
        "sure": certainty("score", verdicts),
        "classes": [{"title": one.title, "n": n[one.id]} for one in definitions.kansarmoede.classes],
    }


def _followed(n: int, flow: pd.DataFrame) -> Facts:
    """Say how many families have a score, and how many followed ones an unknown domain leaves out."""
    stages = dict(zip(flow["stage"].astype("str"), map(int, flow["families"]), strict=True))
    return {"n": n, "left_out": stages.get("followed", n) - n}


@tells("score_change")
def score_change(table: pd.DataFrame, verdicts: pd.DataFrame) -> Facts:
    """Facts of `score_change`: its row, and how sure the difference is."""
    row = first(table)
    return {
        "n": row["n"],
        "row": row,
        "more": row["improved"] - row["declined"],
        "p": family_p(row),
        "sure": certainty("score", verdicts),
    }


@tells("poverty_change")
def poverty_change(table: pd.DataFrame, verdicts: pd.DataFrame) -> Facts:
    """Facts of `poverty_change`: its row, and how sure the difference is."""
    row = first(table)
    return {"n": row["n"], "row": row, "p": family_p(row), "sure": certainty("poverty", verdicts)}


@tells("poverty_measures")
def poverty_measures(table: pd.DataFrame) -> Facts:
    """Facts of `poverty_measures`: on how many of the six domains a poor family falls short on average."""
    rows = table[table["pilot"].astype("str") == ALL].set_index("moment")
    before, after = (rows.loc[moment, "A"] for moment in MOMENTS)
    n = int(rows.loc[MOMENTS[0], "families"]) if pd.notna(before) else 0
    return {"n": n, "before": before, "after": after}


@tells("dominance")
def dominance(table: pd.DataFrame, score_change: pd.DataFrame) -> Facts:
    """Facts of `dominance`: at which cutoffs more families moved in than out."""
    worse = table.loc[table["into"] > table["out"], "cutoff"].astype("int64")
    better = table.loc[table["into"] < table["out"], "cutoff"].astype("int64")
    return {"n": first(score_change)["n"], "worse": list(worse), "better": list(better)}


@tells("poverty_domains")
def poverty_domains(table: pd.DataFrame, score_change: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of `poverty_domains`: who falls short, by domain and moment; the domains that lead."""
    rows = table[table["pilot"].astype("str") == ALL]
    n = {moment: rows[rows["moment"] == moment].set_index("domain")["deprived"] for moment in MOMENTS}
    domains: list[Facts] = [
        {
            "title": domain.title,
            "before": int(n[MOMENTS[0]][domain.id]),
            "after": int(n[MOMENTS[1]][domain.id]),
        }
        for domain in definitions.kansarmoede.domains
    ]
    leading = sorted((one for one in domains if one["before"]), key=lambda one: -one["before"])[:LEADING]
    return {"n": first(score_change)["n"], "domains": domains, "leading": leading}
