"""Facts of what moved: the kansarmoede index, item by item, all items together; how sure that is."""

from collections import Counter
from typing import Any

import pandas as pd

from helpers import inference
from helpers.definitions import MOMENTS, Definitions, Figure, Text
from helpers.definitions.choices import Choices
from helpers.definitions.languages import labels, texts
from helpers.inference import ALPHA
from helpers.kansarmoede import ALL
from helpers.nets import large_families
from helpers.outputs import tells
from helpers.primary import ALL_ITEMS, PRIMARY, WITHOUT_LEADING, question_of
from helpers.protect import Edition
from helpers.transitions import lanes, without_pair
from helpers.words import TENTHS, UNITS, Facts, first, names
from helpers.words.names import certainty, family_p

LEADING = 3  # domains, or items, that a title names
SUFFICIENT = 4  # a level from which there is enough of what an item is about
WAYS = ("improved", "unchanged", "declined", "unknown")


@tells(kind="scheme")
def scheme(table: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of Figure 15: how many cells each class has (title, n)."""
    cells = Counter(table["class"])
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
def classes(table: pd.DataFrame, flow: pd.DataFrame, definitions: Definitions, poverty_cutoff: int) -> Facts:
    """Facts of Figure 17: families that improved, of them out of poverty, that declined, and every class."""
    n = dict(zip(table["class"], map(int, table["families"]), strict=True))
    ways: Counter[str] = Counter()
    for one in definitions.kansarmoede.classes:
        ways[one.direction] += n[one.id]
    return _followed(sum(n.values()), flow) | {
        "improved": ways["improved"],
        "declined": ways["declined"],
        "out": n["out_of_poverty"],
        "classes": [{"title": one.title, "n": n[one.id]} for one in definitions.kansarmoede.classes],
        "cutoff": poverty_cutoff,
    }


def _followed(n: int, flow: pd.DataFrame) -> Facts:
    """Say how many families have a score, and how many followed ones an unknown domain leaves out."""
    stages = dict(zip(flow["stage"], map(int, flow["families"]), strict=True))
    return {"n": n, "left_out": stages.get("followed", n) - n}


@tells("score_change")
def score_change(table: pd.DataFrame, verdicts: pd.DataFrame) -> Facts:
    """Facts of `score_change`: its row, how sure the difference is, whether what came to be known matters."""
    row = first(table)
    return {
        "n": row["n"],
        "row": row,
        "learnt": any(row[way] != row[f"known_{way}"] for way in ("improved", "declined")),
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
def poverty_measures(table: pd.DataFrame, verdicts: pd.DataFrame) -> Facts:
    """Facts of `poverty_measures`: on how many of the six domains a poor family falls short on average.

    The poor of both moments are not the same families: how sure the difference is, is the verdict on A.
    """
    rows = table[table["pilot"] == ALL].set_index("moment")
    before, after = (rows.loc[moment, "A"] for moment in MOMENTS)
    n = int(rows.loc[MOMENTS[0], "families"]) if pd.notna(before) else 0
    return {"n": n, "before": before, "after": after, "sure": certainty("A", verdicts)}


@tells("dominance")
def dominance(table: pd.DataFrame, score_change: pd.DataFrame) -> Facts:
    """Facts of `dominance`: at which cutoffs more families moved in than out."""
    worse = table.loc[table["into"] > table["out"], "cutoff"].astype("int64")
    better = table.loc[table["into"] < table["out"], "cutoff"].astype("int64")
    return {"n": first(score_change)["n"], "worse": list(worse), "better": list(better)}


@tells("poverty_domains")
def poverty_domains(table: pd.DataFrame, score_change: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of `poverty_domains`: who falls short, by domain and moment; the domains that lead."""
    rows = table[table["pilot"] == ALL]
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


@tells(kind="transition")
def transition(
    table: pd.DataFrame,
    figure: Figure,
    level_moves: pd.DataFrame,
    lost_levels: pd.DataFrame,
    item_nets: pd.DataFrame,
    verdicts: pd.DataFrame | None,
) -> Facts:
    """Facts of Figures 18–21: who moved which way, who left enough and who came to it, every cell.

    `large` is how many persons one family has where that makes an interval unsure.

    Without verdicts nothing is said of how sure it is.
    """
    (unit, item), before, after = figure.items[0], table["baseline_level"], table["follow_up_level"]
    ways = {"improved": after > before, "unchanged": after == before, "declined": after < before}
    counted = {way: _persons(table, rows) for way, rows in ways.items()}
    others = lanes(level_moves, lost_levels, unit=unit, item=item)
    others = others[others["persons"] > 0].sort_values(
        ["baseline", "follow_up"], key=lambda one: one.astype("str")
    )
    cells = table.loc[table["persons"] > 0, ["baseline_level", "follow_up_level", "persons"]]
    return {
        "who": UNITS[unit],
        "n": counted,
        "total": sum(counted.values()),
        "without": without_pair(level_moves, unit=unit, item=item),
        "large": large_families(item_nets).get((unit, item), 0),
        "left": _persons(table, (before >= SUFFICIENT) & (after < SUFFICIENT)),
        "entered": _persons(table, (before < SUFFICIENT) & (after >= SUFFICIENT)),
        "moves": figure.moves,
        "reading": figure.reading,
        "sure": None if verdicts is None else certainty(question_of(unit, item), verdicts),
        "cells": [tuple(map(int, cell)) for cell in cells.itertuples(index=False)],
        "lanes": [
            (_named(one.baseline), _named(one.follow_up), int(one.persons)) for one in others.itertuples()
        ],
    }


def _named(level: Any) -> Any:
    """Give a level as it is, and what is no level in words."""
    return labels("charts").get(str(level), level)


def _persons(table: pd.DataFrame, rows: pd.Series) -> int:
    return int(table.loc[rows, "persons"].sum())


@tells("primary_outcomes")
def primary_outcomes(table: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of `primary_outcomes`: which questions got which verdict, and which of them went down."""
    return {
        verdict: [
            {
                "name": names.question(str(row.outcome), definitions),
                "declined": verdict != "cannot_be_told" and row.net < 0,
            }
            for row in table[table["verdict"] == verdict].itertuples()
        ]
        for verdict in ("clear", "indication", "cannot_be_told")
    }


@tells("coach_clusters")
def coach_clusters(table: pd.DataFrame, primary_outcomes: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of `coach_clusters`: which questions stand out with coaches, and with families, as units."""
    tested = table[table["family_p"].notna()]
    tested = tested.assign(holm_p=inference.holm(tested["family_p"]))
    return {
        "coaches": int(table["coaches"].max()),
        "tested": len(tested),
        "by_coach": _standing_out(tested, definitions),
        "by_family": _standing_out(primary_outcomes, definitions),
    }


def _standing_out(table: pd.DataFrame, definitions: Definitions) -> list[Any]:
    """Name the outcomes that are clear: whose test stands out among them all."""
    return [
        names.question(str(outcome), definitions)
        for outcome in table.loc[table["holm_p"] <= ALPHA, "outcome"]
    ]


@tells("overall_change")
def overall_change(table: pd.DataFrame, verdicts: pd.DataFrame) -> Facts:
    """Facts of `overall_change`: families by the balance of all their items, and of those left over."""
    rows = table.set_index(table["items"].astype("str"))
    every, rest = (
        {way: int(rows.loc[items, f"families_{way}"]) for way in ("improved", "declined", "level")}
        for items in (ALL_ITEMS, WITHOUT_LEADING)
    )
    sure = certainty("overall", verdicts)
    return {"every": every, "rest": rest, "total": sum(every.values()), "sure": sure}


@tells("item_change")
def item_change(
    table: pd.DataFrame, item_nets: pd.DataFrame, verdicts: pd.DataFrame | None, definitions: Definitions
) -> Facts:
    """Facts of `item_change`: every item, those that are clear by their way, and how many are indicated.

    `large` is of how many items one family makes the interval unsure.
    """
    some = table[table["n"] > 0]
    questions = [question_of(*key) for key in zip(some["unit"], some["item"], strict=True)]
    words = pd.Series([certainty(one, verdicts) if verdicts is not None else "" for one in questions])
    clear = some[(words == "clear").to_numpy()]
    return {
        "items": [
            {
                "name": names.item(str(row.unit), row.item),
                "improved": int(row.improved),
                "unchanged": int(row.unchanged_fresh + row.unchanged_carried),
                "declined": int(row.declined),
                "moves": definitions.moves(str(row.unit), row.item),
            }
            for row in table.itertuples()
        ],
        "tested": len(some),
        "sure": bool(words.isin(["clear", "indication"]).any()),
        "low": int(table["n"].min()),
        "high": int(table["n"].max()),
        "up": _names(clear[clear["net"] > 0]),
        "down": _names(clear[clear["net"] < 0][::-1]),  # the most first, as above
        "indicated": int((words == "indication").sum()),
        "large": len(large_families(item_nets)),
    }


def _names(rows: pd.DataFrame) -> list[Any]:
    return [names.item(str(row.unit), row.item) for row in rows.itertuples()]


@tells("claim_measures")
def claim_measures(table: pd.DataFrame) -> Facts:
    """Facts of `claim_measures`: the families with a crisis; the other measures stand on other pages."""
    values = table.set_index(table["measure"].astype("str"))["value"]
    return {"crises": int(values["families_with_youth_care_crisis"])}


@tells(kind="distribution")
def families_by_value(table: pd.DataFrame) -> Facts:
    """Facts of families by the values of a column.

    Gives n (families in all), rows (of each value, by the names of the columns), most (the largest of them).
    """
    column, counted = table.columns[:2]
    rows = [
        {column: value, counted: int(n)}
        for value, n in zip(table[column].astype("str"), table[counted], strict=True)
    ]
    most = max(rows, key=lambda row: row[counted])
    return {"n": sum(row[counted] for row in rows), "rows": rows, "most": most}


@tells("figure_17_moves")
def figure_17_moves(
    table: pd.DataFrame, verdict_words: pd.DataFrame, edition: Edition, poverty_cutoff: int
) -> Facts:
    """Facts of `figure_17_moves`: families by what their score did, and how sure the difference is.

    `few` are too few families to tell in tenths of them.
    """
    n = dict(zip(table["class"], map(int, table["families"]), strict=True))
    total = sum(n.values())
    told = {"few": total < TENTHS, "sure": certainty("score", verdict_words), "cutoff": poverty_cutoff}
    return {"n": total, **n, **told, **_apart(n["improved"], n["declined"], edition)}


@tells("poverty_moves")
def poverty_moves(table: pd.DataFrame, verdict_words: pd.DataFrame, edition: Edition) -> Facts:
    """Facts of `poverty_moves`: who is poor at the start and at follow-up, who moved out and in."""
    row = table.set_index(table["outcome"].astype("str")).loc["poverty"].drop("outcome").astype("int64")
    return {
        "n": int(row.sum()),
        "before": int(row["both"] + row["out"]),
        "after": int(row["both"] + row["in"]),
        "out": int(row["out"]),
        "into": int(row["in"]),
        "sure": certainty("poverty", verdict_words),
    } | _apart(row["out"], row["in"], edition)


def _apart(up: int, down: int, edition: Edition) -> Facts:
    """Say by how many one exceeds the other, and whether the rounding is too coarse to tell."""
    more = int(up) - int(down)
    return {"more": more, "close": abs(more) < edition.difference, "rounded": edition.half > 0}


@tells("item_moves")
def item_moves(table: pd.DataFrame, verdict_words: pd.DataFrame, edition: Edition, choices: Choices) -> Facts:
    """Facts of `item_moves`: the items that led, of those that differ enough, and which of them are clear.

    An item that only a few have a level of does not lead: one of them would turn its place. `fewer` says
    that some item of so few went forward all the same; `back` is the one that went back by more than any
    went forward, and `sure` how sure that is.
    """
    ways = table[["improved", "unchanged", "declined"]].astype("int64")
    up = ways["improved"] - ways["declined"]
    enough = ways.sum(axis=1) >= choices.least_known
    moved = table[enough & (up.abs() >= max(edition.difference, 1)) & table["net"].notna()]
    moved = moved.sort_values("net", ascending=False, kind="stable")
    leading, last = moved[moved["net"] > 0].head(LEADING), moved.tail(1)
    back = last[last["net"] < -leading["net"].max()] if len(leading) else last
    found, worst = (
        [
            (names.item(row.unit, row.item), certainty(question_of(row.unit, row.item), verdict_words))
            for row in rows.itertuples()
        ]
        for rows in (leading, back)
    )
    worse, how_sure = worst[0] if worst else (None, None)
    return {
        "leading": [name for name, _ in found],
        "clear": [name for name, sure in found if sure == "clear"],
        "noted": _noted(leading),
        "back": worse,
        "sure": how_sure,
        "compared": bool(ways.to_numpy().any()),
        "least": choices.least_known,
        "fewer": bool((up[~enough] > 0).any()),
        "rounded": edition.half > 0,
    }


def _noted(leading: pd.DataFrame) -> Text:
    """Give what must be said of the items that the key result names."""
    ids = [f"{row.unit}.{row.item}" for row in leading.itertuples()]
    notes = [Text(**texts()["notes_on_items"][one]) for one in ids if one in texts()["notes_on_items"]]
    return Text.of(lambda language: "".join(f"; {note(language)}" for note in notes))


@tells("item_moves_one")
def item_moves_one(
    table: pd.DataFrame, verdict_words: pd.DataFrame, edition: Edition, definitions: Definitions
) -> Facts:
    """Facts of one row of `item_moves`; `moves` are words of its own for the ways, which judge not."""
    row = table.iloc[0]
    n = {name: int(row[name]) for name in WAYS}
    return {
        **n,
        "n": sum(n.values()) - n["unknown"],
        "who": UNITS[str(row["unit"])],
        "title": names.item(row["unit"], row["item"]),
        "moves": definitions.moves(str(row["unit"]), str(row["item"])),
        "sure": certainty(question_of(row["unit"], row["item"]), verdict_words),
    } | _apart(n["improved"], n["declined"], edition)


@tells("verdict_words")
def of_verdicts(table: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of `verdict_words`: the questions that clearly went up, and down."""
    clear = table[table["verdict"] == "clear"].set_index("outcome")["question"].astype("str")
    return {
        way: [names.question(name, definitions) for name in clear[clear.index == outcome]]
        for way, outcome in (("up", "improved"), ("down", "declined"))
    }


@tells("verdicts")
def verdicts(table: pd.DataFrame, definitions: Definitions) -> Facts:
    """Facts of `verdicts`: the items that are clear, the primary outcomes among them apart, with their p."""
    clear = table[table["verdict"] == "clear"]
    items = [one for one in clear.itertuples() if "." in str(one.question)]
    outcomes = [one for one in clear.itertuples() if PRIMARY.get(str(one.question))]
    told = {
        name: [{"name": names.question(str(one.question), definitions), "p": one.adjusted_p} for one in some]
        for name, some in (("clear", items), ("outcomes", outcomes))
    }
    return told | {"items": len(definitions.items), "primary": len(PRIMARY)}


@tells("transition_tests")
def care(table: pd.DataFrame) -> Facts:
    """Facts of `transition_tests`: the row of the care for the children."""
    row = first(table[table["figure"] == "figure_20"])
    return {"row": row, "p": family_p(row)}
