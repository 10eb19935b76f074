"""Facts of the families at baseline: who they are, and who stands on the side that a figure is about."""

from collections.abc import Mapping

import pandas as pd

from helpers.definitions import Definitions, Figure, Text
from helpers.outputs import tells
from helpers.protect import Edition
from helpers.words import UNITS, Facts, names

LARGEST = 3  # needs that a title names
UNKNOWN = ("not_applicable", "missing", "unknown")


@tells(kind="levels")
def distribution(table: pd.DataFrame, figure: Figure, definitions: Definitions, within_family: str) -> Facts:
    """Facts of a distribution over the levels of one item, or of two side by side.

    Gives all, side: who (a noun), n (on the side that the figure is about), known, share, na, missing, levels
    (label, n, share), of every item and of those of which anything is known; first, last: levels of the side;
    members, within: of whom in the family which level counts, where it is one of several persons.
    """
    unit = figure.items[0][0]
    of_members = figure.unit_of_analysis == "family" and unit != "huishouden"
    found = side_of(table, figure, level="level")
    for part, key in zip(found, figure.items, strict=True):
        rows = table[(table["unit"] == key[0]) & (table["item"] == key[1])]
        labels = definitions.item(*key).labels
        part["levels"] = [
            {"label": label, "n": int(n), "share": share}
            for label, n, share in zip(labels, rows["n"], rows["share"], strict=False)
        ]
    members = UNITS[unit] if of_members else ""
    return _sides(found, figure) | {"members": members, "within": within_family}


@tells(kind="levels_groups")
def distribution_groups(table: pd.DataFrame, figure: Figure, edition: Edition) -> Facts:
    """Facts of a distribution over groups of levels, as of `distribution`; of too few nothing is told."""
    every = side_of(table, figure, level="group")
    found = [part for part in every if part["known"] + part["missing"]]
    return _sides(found or every, figure, least=edition.min_group) | {"rounded": edition.half > 0}


def _sides(found: list[Facts], figure: Figure, *, least: int = 0) -> Facts:
    """Put together what is told of all, and of those of whom enough is known."""
    told = [part for part in found if part["known"] >= max(least, 1)]
    first, last = figure.about
    return {"all": found, "side": told, "n": len(told), "first": first, "last": last}


def side_of(table: pd.DataFrame, figure: Figure, *, level: str) -> list[Facts]:
    """Count who stands on the side that a figure is about.

    The column `level` is called `group` in a table in groups of levels (`1-2`).

    For each item: who, n, known, share, na, missing.
    """
    first, last = figure.about
    found = []
    for unit, item in figure.items:
        rows = table[(table["unit"] == unit) & (table["item"] == item)]
        n = rows.set_index(rows[level].astype("str"))["n"].astype("int64")
        known = n.drop([name for name in UNKNOWN if name in n.index])
        ends = known.index.str.split("-")
        on_side = [first <= int(end[0]) and int(end[-1]) <= last for end in ends]
        whole, of_side = int(known.sum()), int(known[on_side].sum())
        found.append(
            {
                "who": "family" if figure.unit_of_analysis == "family" else UNITS[unit],
                "n": of_side,
                "known": whole,
                "share": of_side / whole if whole else float("nan"),
                "na": int(n.get("not_applicable", 0)),
                "missing": int(n.get("missing", 0) + n.get("unknown", 0)),
            }
        )
    return found


@tells("needs")
def needs(table: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of all needs: needs (item, n on the side of problems, known), and the three largest (`most`)."""
    found = []
    for (figure, unit, item), rows in table.groupby(["figure", "unit", "item"], sort=False):
        problem = rows["level"].isin(definitions.figures[str(figure)].problems)
        n = rows["n"].astype("int64")
        found.append(
            {"item": names.item(str(unit), str(item)), "n": int(n[problem].sum()), "known": int(n.sum())}
        )
    known = [one for one in found if one["known"]]
    return {"needs": found, "most": [one["item"] for one in known[:LARGEST] if one["n"]], "n": len(known)}


@tells("figure_02_groups")
def profile_groups(table: pd.DataFrame) -> Facts:
    """Facts of `figure_02_groups`: couples, single parents, families with more than two children, unknown."""
    n = {name: part for name, part in table.groupby(table["characteristic"].astype("str"), sort=False)}
    kinds, children, ages = (_by_group(n.get(name)) for name in ("household_type", "children", "child_age"))
    return {
        "n": sum(children.values()),
        "couples": kinds.get("koppel", 0),
        "single": kinds.get("alleenstaande ouder", 0),
        "larger": sum(children.values()) - children.get("0-2", 0),
        "no_kind": kinds.get("unknown", 0),
        "children": sum(ages.values()),
        "no_age": ages.get("unknown", 0),
    }


def _by_group(rows: pd.DataFrame | None) -> Mapping[str, int]:
    """Give counts by group; none where a characteristic is not there."""
    return {} if rows is None else dict(zip(rows["group"], map(int, rows["n"]), strict=True))


@tells(kind="profile")
def profile(table: pd.DataFrame, figure_02_groups: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of Figure 2: those of its groups, and every count (title, counts: name, n)."""
    parts = []
    for name, title in definitions.vocabulary["characteristic"].items():
        rows = table[table["characteristic"] == name]
        known = definitions.vocabulary.get(name, {})
        values = [
            {"name": known.get(value, value), "n": int(n)}
            for value, n in zip(rows["value"].astype("str"), rows["n"], strict=True)
        ]
        parts.append({"title": title, "counts": values})
    return profile_groups(figure_02_groups) | {"parts": parts}


@tells("figure_03_groups")
def education_groups(table: pd.DataFrame) -> Facts:
    """Facts of `figure_03_groups`: who has higher education, of how many it is known."""
    n = _by_group(table)
    unknown = n["unknown"]
    return {
        "n": sum(n.values()),
        "higher": n["higher"],
        "known": sum(n.values()) - unknown,
        "unknown": unknown,
    }


@tells(kind="education")
def education(table: pd.DataFrame, figure_03_groups: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of Figure 3: those of its groups, and every count (values: name, n)."""
    known = definitions.vocabulary["education"]
    values = [
        {"name": known.get(value, value), "n": int(n)}
        for value, n in zip(table["education"], table["n"], strict=True)
    ]
    return education_groups(figure_03_groups) | {"values": values}


@tells("flow", "flow_groups")
def flow(table: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of `flow`: how many families are at each stage, and what the stages are called."""
    n = dict(zip(table["stage"], table["families"].astype("int64"), strict=True))
    stages = [{"title": definitions.vocabulary["flow_stage"][stage], "n": n[stage]} for stage in n]
    return {"n": n, "stages": stages}


@tells("cases_by_pilot")
def cases_by_pilot(table: pd.DataFrame, definitions: Definitions, edition: Edition) -> Facts:
    """Facts of `cases_by_pilot`: who has most described families, of how many."""
    total = int(table["retained"].sum())
    least = table["retained"].max() - max(edition.difference, 1)
    first = table[table["retained"] > least] if total else table.head(0)
    most = [
        Text(**{code: f"{said} ({n})" for code, said in names.pilot(one, definitions).by_language.items()})
        for one, n in zip(first["pilot"], first["retained"], strict=True)
    ]
    return {"total": total, "most": most}


@tells("cleaning_log")
def cleaning_log(table: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of `cleaning_log`: rows that were rejected, by which rule most, and cells that were emptied."""
    by_rule = table.groupby("rule")[["rows", "cells"]].sum()
    most = str(by_rule["rows"].idxmax())
    overruled = int(by_rule["cells"].get("R08", 0))  # another pilot than the one that stands: not emptied
    return {
        "rows": int(by_rule["rows"].sum()),
        "most": {"title": definitions.vocabulary["rule"][most], "rows": int(by_rule["rows"].max())},
        "cells": int(by_rule["cells"].sum()) - overruled,
    }
