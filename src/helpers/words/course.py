"""Facts of all items, of the course over time, of needs together and of when families were registered."""

from math import ceil
from operator import itemgetter

import pandas as pd

from helpers import inference
from helpers.course import LATER, OF_ALL, OF_FOLLOWED, low_shares
from helpers.definitions import Definitions
from helpers.definitions.choices import Course
from helpers.kansarmoede import BOTH
from helpers.outputs import tells
from helpers.words import Facts, first, names

LOWEST = 3  # items that the title names
SCORED = ("not_poor", "poor", "severe")


@tells("items_distribution")
def items(table: pd.DataFrame) -> Facts:
    """Facts of all items: those most often at level 1 or 2 at the start of the followed families.

    Gives n (of whom any level is known), items, lowest (names), low (name, share before, after; most often
    low first), empty (names of items of which nobody has a level).
    """
    shares = low_shares(table)
    said = {key: names.item(*key) for key in shares.index}
    known = shares.dropna(subset=OF_FOLLOWED)
    return {
        "n": int(known["n"].sum()),
        "items": len(shares),
        "lowest": [said[key] for key in known.index[:LOWEST] if known.loc[key, OF_FOLLOWED] > 0],
        "low": [(said[key], row[OF_FOLLOWED], row[LATER]) for key, row in known.iterrows()],
        "empty": [said[key] for key in shares.index if not shares.loc[key, "n"]],
    }


@tells("course_flow")
def flow(table: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of where families stood: n (described), rows (months, known: how many have a score), stood.

    Gives stood: of the start (months 0) and each later moment, its states (name, families).
    """
    words = definitions.vocabulary["course_state"]
    before = table[table["months"] == table["months"].min()].groupby("before")["families"].sum()
    moments = {0: before} | {
        int(months): part.groupby("after", observed=False)["families"].sum()
        for months, part in table.groupby("months")
    }
    stood = [
        {"months": months, "states": [(words[str(state)], int(n)) for state, n in of.items() if n]}
        for months, of in moments.items()
    ]
    known = [
        {"months": months, "known": int(of[list(SCORED)].sum())} for months, of in moments.items() if months
    ]
    return {"n": int(before.sum()), "rows": known, "stood": stood}


@tells("course")
def course(table: pd.DataFrame, again: Course) -> Facts:
    """Facts of the course: n, the first month and, of those with families enough, the last.

    Gives n, first and last (months, families, poor; last is None where it is the first).
    """
    rows = [
        {"months": int(m), "families": int(n), "poor": round(float(h) * int(n)) if n else 0}
        for m, n, h in zip(table["months"], table["families"], table["H"].fillna(0), strict=True)
    ]
    some = [row for row in rows[1:] if row["families"] >= again.least_families]
    return {"n": rows[0]["families"], "first": rows[0], "last": some[-1] if some else None}


@tells("multistate")
def chances(table: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of how levels move: the chances to stand better and worse after six months.

    Gives n and fewest (families seen twice or more, by outcome), rows (of each outcome and reading that has
    them: name, reading, better and worse, each with value, low and high), told (outcomes of the first
    reading), ends (of these, of better and worse the least and the most: name, value), untold (names).
    """
    outcomes, readings = definitions.vocabulary["outcome"], definitions.vocabulary["reading"]
    wide = table.astype(dict.fromkeys(["outcome", "reading", "quantity"], "str"))
    rows: list[Facts] = []
    untold: list[Facts] = []
    for (outcome, reading), part in wide.groupby(["outcome", "reading"], sort=False):
        found = part.set_index("quantity")[["value", "low", "high"]].to_dict("index")
        row = {"name": outcomes[outcome], "reading": readings[reading]}
        row |= {"better": found["forward_6"], "worse": found["back_6"]}
        (untold if pd.isna(found["forward_6"]["value"]) else rows).append(row)
    told = [row for row in rows if row["reading"] == next(iter(readings.values()))]
    families = table["families"]
    return {
        "n": int(families.max()),
        "fewest": int(families.min()),
        "rows": rows,
        "told": len(told),
        "ends": {way: _ends(told, way) for way in ("better", "worse")} if told else {},
        "untold": list(dict.fromkeys(row["name"] for row in untold)),
    }


def _ends(rows: list[Facts], way: str) -> Facts:
    order = sorted(
        ({"name": row["name"], "value": row[way]["value"]} for row in rows), key=itemgetter("value")
    )
    return {"least": order[0], "most": order[-1]}


@tells("persistence")
def persistence(table: pd.DataFrame) -> Facts:
    """Facts of what lasts: n (who moved), later (of these, registered later), still (of these, as before)."""
    sums = table[["families", "registered_later", "still_later"]].sum().astype(int)
    return dict(zip(("n", "later", "still"), sums, strict=True))


@tells("domain_numbers")
def numbers(table: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of how many domains families lack: n, many (5 or 6), few (at most 1), moments with numbers."""
    wide = (
        table.astype({"moment": "str"}).pivot(index="moment", columns="number", values="families").astype(int)
    )
    start = wide.loc[OF_ALL]
    words = definitions.vocabulary["population_moment"]
    return {
        "n": int(start.sum()),
        "many": int(start[[5, 6]].sum()),
        "few": int(start[[0, 1]].sum()),
        "moments": [
            {"name": words[moment], "numbers": [str(n) for n in wide.loc[moment]]}
            for moment in (OF_ALL, OF_FOLLOWED, LATER)
        ],
    }


@tells("domain_pairs")
def pairs(table: pd.DataFrame, domain_numbers: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of pairs at the start: n, the commonest pair, its families, and pairs (one, other, families)."""
    rows = table[table["moment"] == OF_ALL]
    title = {domain.id: domain.title for domain in definitions.kansarmoede.domains}
    every = [
        (title[str(one)], title[str(other)], int(n))
        for one, other, n in zip(rows["domain"], rows["other"], rows["families"], strict=True)
    ]
    one, other, most = max(every, key=lambda row: row[2])
    return {"n": _described(domain_numbers), "one": one, "other": other, "families": most, "pairs": every}


@tells("domain_sets")
def sets(table: pd.DataFrame, domain_numbers: pd.DataFrame, again: Course, definitions: Definitions) -> Facts:
    """Facts of combinations at the start: n, the commonest with its families (0: none), and least of one."""
    title = {domain.id: domain.title for domain in definitions.kansarmoede.domains}
    row = first(table[table["moment"] == OF_ALL])
    found = [title[one] for one in str(row.get("domains", "-")).split("+") if one in title]
    return {"n": _described(domain_numbers), "domains": found, "families": row.get("families", 0)} | {
        "least": again.least_of_set
    }


def _described(domain_numbers: pd.DataFrame) -> int:
    return int(domain_numbers.loc[domain_numbers["moment"] == OF_ALL, "families"].sum())


@tells("registration_gaps")
def gaps(table: pd.DataFrame) -> Facts:
    """Facts of the rhythm: n (families), gaps, long (longer than three months), silent at the export."""
    total = table[["gaps", "longer_than_three_months", "families", "silent"]].sum()
    return {
        "n": int(total["families"]),
        "gaps": int(total["gaps"]),
        "long": int(total["longer_than_three_months"]),
        "silent": int(total["silent"]),
    }


@tells("registration_starts")
def starts(table: pd.DataFrame) -> Facts:
    """Facts of the starts: n, the first, the last and the fullest month, and months (month, n)."""
    by_month = table.groupby("month")["families"].sum()
    some = by_month[by_month > 0]
    if some.empty:
        return {"n": 0}
    return {
        "n": int(some.sum()),
        "first": some.index[0],
        "last": some.index[-1],
        "peak": some.idxmax(),
        "most": int(some.max()),
        "months": [(str(month), int(n)) for month, n in by_month.items()],
    }


@tells("item_use")
def item_use(table: pd.DataFrame) -> Facts:
    """Facts of what was used: n (filled in), items, empty and still (names)."""
    none = table["known"] == 0
    keys = pd.Series([*zip(table["unit"], table["item"], strict=True)], dtype="object")
    return {
        "n": int(table["known"].sum()),
        "items": len(table),
        "empty": [names.item(*key) for key in keys[none]],
        "still": [names.item(*key) for key in keys[~none & (table["moved"] == 0)]],
    }


@tells("lever_change")
def levers(table: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of what moved by lever: n (pairs), rows (name, net in whole percentage points, how sure)."""
    words = definitions.vocabulary["lever"]
    rows = [
        {
            "name": words[str(lever)],
            "net": None if pd.isna(net) else round(float(net), 2),
            "sure": inference.verdict(p),  # nothing adjusts: at most an indication
        }
        for lever, net, p in zip(table["lever"], table["net"], table["family_p"], strict=True)
    ]
    return {"n": int(table["n"].sum()), "rows": rows}


@tells("lever_signals")
def signals(table: pd.DataFrame) -> Facts:
    """Facts of the signals: n (known levels), lowest (names of the items that are most often low)."""
    low = table[table["low"] > 0].head(LOWEST)
    keys = zip(low["unit"], low["item"], strict=True)
    return {"n": int(table["n"].sum()), "lowest": [names.item(*key) for key in keys]}


@tells("measurement")
def measurement(table: pd.DataFrame, score_pairs: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of how well the scales measure.

    Gives n (measured), least (whole domains that a family must differ; None where it is not known), moved and
    one (families whose score moved, and by one domain), scales (name, alpha).
    """
    before, after = (score_pairs.index.get_level_values(name).astype("int64") for name in BOTH)
    step, families = abs(after - before), score_pairs["families"].to_numpy("int64")
    least = table.loc[table["scale"] == "index", "smallest_change"].iloc[0]
    words = definitions.vocabulary["scale"]
    return {
        "n": int(table["n"].sum()),
        "least": None if pd.isna(least) else max(1, ceil(least)),
        "moved": int(families[step > 0].sum()),
        "one": int(families[step == 1].sum()),
        "scales": [
            (words[str(scale)], None if pd.isna(alpha) else float(alpha))
            for scale, alpha in zip(table["scale"], table["alpha"], strict=True)
        ],
    }
