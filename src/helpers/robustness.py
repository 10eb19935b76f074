"""What other choices, lost families and values that nobody looked at again would make of the findings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers import inference, kansarmoede, nets, tables
from helpers.cleaning.windows import add_months, follow_up_days, numbered, of_family
from helpers.definitions import MOMENTS, Definitions
from helpers.definitions.choices import Choices, Headline
from helpers.inference import groups
from helpers.kansarmoede import ALL, BOTH, SCORES
from helpers.multiverse import KNOWN_TWICE, SCORE, registered_after
from helpers.outputs import counts, derives, family_table
from helpers.transitions import ITEM, KNOWN

ATTRITION = {"best": 1, "worst": -1}
SUMS = ["n", "value", "squares"]  # of the levels of a family: how many, their sum, that of their squares
FOLLOW_UP = ("followed", "too_late", "lost")
LONE_PARENT = "alleenstaande ouder"
OF_INDEX = ("families", "headcount")  # kinds of headlines that follow from a specification
TOUCHES = {  # kinds of headlines that depend on a dimension; all where it is not named
    "mapping": OF_INDEX,
    "members": OF_INDEX,
    "unknown_domain": OF_INDEX,
    "poverty_cutoff": ("headcount",),
    "known": OF_INDEX,
    "attrition": ("families", "persons"),
}
EVERY = ("families", "headcount", "persons", "items")
READINGS = {"forward": BOTH, "backward": BOTH[::-1]}  # direction -> grouped by, and what it changes to


@dataclass(frozen=True)
class Found:
    """A headline under a choice: of how many, its value, whether it holds."""

    n: int
    value: float
    holds: bool


@derives("headlines")
def headlines(
    multiverse: pd.DataFrame, headline_moves: pd.DataFrame, choices: Choices, definitions: Definitions
) -> pd.DataFrame:
    """Hold every headline against every choice that alone departs from the default ones.

    Gives dimension, option, headline, n, value, standing: the default choices; each other option of each
    dimension; `baseline`, the lower of the first two values as baseline, which leans towards improvement;
    `known`, scores from the levels that are known at both moments; `fresh`, freshly registered families only;
    `attrition`, when all who were not followed had improved (best) or declined (worst). `holds`: the net
    share is above zero, the share of poor families fell, the named items have the highest net shares, above
    zero. `unknown`: there is nobody to count.
    """
    rows = []
    for dimension, option, found in _cases(multiverse, headline_moves, choices, definitions):
        for headline in choices.headlines:
            row = {"dimension": dimension, "option": str(option), "headline": headline.id}
            touched = headline.kind in TOUCHES.get(dimension, EVERY)
            rows.append(row | _told(found.get(headline.id) if touched else None, touched))
    return pd.DataFrame(rows)


def _told(found: Found | None, touched: bool) -> dict[str, object]:
    if found is None or found.value != found.value:
        return {"n": 0, "value": float("nan"), "standing": "unknown" if touched else "not_applicable"}
    return {"n": found.n, "value": found.value, "standing": "holds" if found.holds else "does_not_hold"}


def _cases(
    multiverse: pd.DataFrame, moves: pd.DataFrame, choices: Choices, definitions: Definitions
) -> Iterator[tuple[str, str | int, Mapping[str, Found]]]:
    def of_items(dimension: str, option: str | int) -> dict[str, Found]:
        return _of_items(moves.loc[(dimension, str(option))], choices, definitions)

    specifications = multiverse.set_index([dimension.id for dimension in choices.dimensions])
    usual = specifications.loc[tuple(choices.default.values())]
    yield "default", "default", _of_specification(choices, usual) | of_items("default", "default")
    for dimension in choices.dimensions:
        for option in dimension.options:
            if option.id == dimension.default.id:
                continue
            row = specifications.loc[tuple((choices.default | {dimension.id: option.id}).values())]
            found = _of_specification(choices, row)
            if "persons" in TOUCHES.get(dimension.id, EVERY):
                found |= of_items(dimension.id, option.id)
            yield dimension.id, option.id, found
    for name, way in (("baseline", "lower_of_two"), ("fresh", "fresh")):
        counted = _specification(moves.loc[(name, way, *SCORE)])
        yield name, way, _of_specification(choices, counted) | of_items(name, way)
    counted = _specification(moves.loc[("known", KNOWN_TWICE, *SCORE)])
    yield "known", KNOWN_TWICE, _of_specification(choices, counted)
    for case, sign in ATTRITION.items():
        yield "attrition", case, _with_lost(moves, choices, sign)


def _specification(row: pd.Series) -> pd.Series:
    n = float(row["n"]) if row["n"] else np.nan
    return pd.Series(
        {
            "families": row["n"],
            "H_baseline": row["poor_baseline"] / n,
            "H_follow_up": row["poor_follow_up"] / n,
            "net": (row["improved"] - row["declined"]) / n,
        }
    )


def _of_specification(choices: Choices, row: pd.Series) -> dict[str, Found]:
    n, net = int(row["families"]), float(row["net"])
    change = float(row["H_follow_up"]) - float(row["H_baseline"])
    found = {"families": Found(n, net, net > 0), "headcount": Found(n, change, change < 0)}
    return {each.id: found[each.kind] for each in choices.headlines if each.kind in found}


def _of_items(moves: pd.DataFrame, choices: Choices, definitions: Definitions) -> dict[str, Found]:
    changes = moves.reindex(pd.MultiIndex.from_tuples(definitions.items, names=ITEM))
    net = (changes["improved"] - changes["declined"]) / changes["n"].where(changes["n"] > 0)
    found = {}
    for headline in choices.headlines:
        if headline.kind == "persons":
            key = headline.items[0]
            found[headline.id] = Found(int(changes["n"][key]), float(net[key]), bool(net[key] > 0))
        elif headline.kind == "items":
            found[headline.id] = _rank(net, headline)
    return found


def _rank(net: pd.Series, headline: Headline) -> Found:
    """The lowest rank of the named items by net share; empty when one of them has no pairs."""
    named = net.loc[list(headline.items)]
    ranks = net.rank(ascending=False, method="min")
    lowest = float(ranks.loc[list(headline.items)].max(skipna=False))
    holds = lowest <= len(headline.items) and bool((named > 0).all())
    return Found(int(net.notna().sum()), lowest, holds)


def _with_lost(moves: pd.DataFrame, choices: Choices, sign: int) -> dict[str, Found]:
    """The net shares when all who were not followed had moved one way; empty when nobody was followed."""
    found = {}
    for headline in choices.headlines:
        if headline.kind not in ("families", "persons"):
            continue
        key = SCORE if headline.kind == "families" else headline.items[0]
        seen, lost = moves.loc[("default", "default", *key)], int(moves.loc[("attrition", "lost", *key), "n"])
        n, moved = int(seen["n"]) + lost, int(seen["improved"]) - int(seen["declined"]) + sign * lost
        found[headline.id] = Found(n, moved / n if seen["n"] else float("nan"), moved > 0)
    return found


@counts("attrition")
def attrition_counts(states: pd.DataFrame, families: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Count the retained families' members by their baseline on every item, and the families by score.

    By followed (`followed`, `lost`), unit, item and value (level 1–5; score 0–6 of unit `family`, item
    `score`): n.
    """
    values = _values_at_baseline(states, scores)
    retained = families[families["status"] == "retained"].set_index("family")
    values["followed"] = of_family(values["family"], retained["followed"])
    rows = values.dropna(subset="followed")
    by = ["followed", *ITEM, "value"]
    _, first, n = np.unique(numbered(rows, by), return_index=True, return_counts=True)
    found = rows[by].iloc[first].assign(n=n)
    found["followed"] = np.where(found["followed"], "followed", "lost")
    return found.set_index(by).sort_index()


def _values_at_baseline(states: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Known levels of retained families' members, and the score of each: family, unit, item, value."""
    at_baseline = states[(states["moment"] == "baseline") & states["level"].notna()]
    levels = (
        at_baseline[["family", *ITEM, "level"]].rename(columns={"level": "value"}).astype({"unit": "str"})
    )
    score = scores.loc[scores["moment"] == "baseline", ["family", "score"]].rename(columns={"score": "value"})
    both = [levels, score.assign(unit=SCORE[0], item=SCORE[1])]
    return pd.concat(both, ignore_index=True).astype({"value": "int64"})


@derives("attrition")
def attrition(counts: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Compare the baseline of followed families with that of families that are retained and not followed.

    Gives unit, item, n_followed, mean_followed, n_lost, mean_lost, standardised_difference: the items,
    then unit `family`, item `score`. Levels 1-5 as numbers, of families for household items and else of
    persons; known values only. The difference of the means (followed − lost) is in units of √((s₁² + s₂²)/2),
    with sample variances; empty when either n < 2 or both variances are 0.
    """
    rows = pd.MultiIndex.from_tuples([*definitions.items, SCORE], names=ITEM)
    sums = {name: _sums(counts, name, rows) for name in ("followed", "lost")}
    table = pd.DataFrame(index=rows)
    for name, of in sums.items():
        table[f"n_{name}"], table[f"mean_{name}"] = of["n"], of["value"] / of["n"].where(of["n"] > 0)
    followed, lost = (of.to_numpy("float64").ravel("F") for of in sums.values())
    table["standardised_difference"] = groups.standardised_differences(followed, followed + lost)
    return table.reset_index()


def _sums(counted: pd.DataFrame, group: str, rows: pd.MultiIndex) -> pd.DataFrame:
    here = counted[counted.index.get_level_values("followed") == group].reset_index()
    n, value = here["n"], here["value"]
    sums = here[ITEM].assign(n=n, value=n * value, squares=n * value**2)
    return sums.groupby(ITEM).sum().reindex(rows, fill_value=0)


@family_table("family_follow_up")
def family_follow_up(families: pd.DataFrame, exported_on: date, follow_up_months: int) -> pd.DataFrame:
    """Tell of every family with a kept row whether it was registered in time, and what became of it.

    Gives family, pilot, in_time (its follow-up day, `follow_up_months` after its first registration, is not
    after `exported_on`), status: `followed`; `too_late` (not followed, and not in time); `lost` (the other
    retained families); `excluded`.
    """
    rows = families.sort_values("family", ignore_index=True)
    in_time = add_months(rows["t0"], months=follow_up_months) <= pd.Timestamp(exported_on)
    status = np.select(
        [rows["status"] != "retained", rows["followed"], ~in_time], ["excluded", *FOLLOW_UP[:2]], FOLLOW_UP[2]
    )
    return rows[["family", "pilot"]].assign(in_time=in_time, status=status)


@counts("follow_up_counts")
def follow_up_counts(family_follow_up: pd.DataFrame) -> pd.DataFrame:
    """Count the families with a kept row by pilot, status and whether registered in time: families."""
    return family_follow_up.groupby(["pilot", "status", "in_time"]).size().to_frame("families")


@derives("follow_up_status")
def follow_up_status(follow_up_counts: pd.DataFrame, pilots: Sequence[str]) -> pd.DataFrame:
    """Count the retained families that were followed, that began too late for it, and that were lost."""
    both = kansarmoede.with_all(follow_up_counts.reset_index())
    index = pd.MultiIndex.from_product([[ALL, *pilots], FOLLOW_UP], names=["pilot", "status"])
    found = both.groupby(["pilot", "status"])["families"].sum().reindex(index, fill_value=0)
    return found.reset_index()


@counts("follow_up_scores")
def follow_up_scores(
    family_follow_up: pd.DataFrame, families: pd.DataFrame, scores: pd.DataFrame, compared: pd.DataFrame
) -> pd.DataFrame:
    """Count followed (and compared) and lost families by what may have decided that, and by how they moved.

    By status (`followed`, `lost`), baseline_score, alone (1: a lone parent, else 0) and move (1 improved, −1
    declined, 0 neither, and of lost families): families.
    """
    at = scores.loc[scores["moment"] == "baseline", ["family", "score"]]
    rows = family_follow_up.merge(at, on="family", validate="one_to_one")
    rows = rows.merge(families[["family", "household_type"]], on="family", validate="one_to_one")
    found = nets.score_moves(compared).set_index("family")
    moved = found["improved"] - found["declined"]
    rows = rows[(rows["status"] == "lost") | rows["family"].isin(moved.index)]
    rows = rows.assign(
        baseline_score=rows["score"].astype("int64"),
        alone=(rows["household_type"] == LONE_PARENT).astype("int64"),
        move=moved.reindex(rows["family"]).fillna(0).astype("int64").to_numpy(),
    )
    by = ["status", "baseline_score", "alone", "move"]
    return rows.groupby(by).size().to_frame("families")


@derives("attrition_bounds")
def attrition_bounds(
    score_pairs: pd.DataFrame, follow_up_counts: pd.DataFrame, follow_up_scores: pd.DataFrame
) -> pd.DataFrame:
    """Bound the net share of families by what those who were not followed could have done.

    Gives measure (`net`), case, families, value: as `observed`; `best`, when every retained family that is
    not followed counts as improved; `worst`, when each counts as declined; the same for those only that were
    lost though they began in time (`best_lost`, `worst_lost`); `tipping_point`, the net share of the lost at
    which that of all is 0 (beyond ±1: none that they can have; empty when nobody was lost); `weighted`, the
    followed weighted by 1/P(followed) given baseline score and lone parent (empty with fewer than five
    followed or lost, or without a fit).
    """
    before, after = kansarmoede.scores_of(score_pairs)
    families = score_pairs["families"].to_numpy("int64")
    n = int(families.sum())
    up, down = int(families[after < before].sum()), int(families[after > before].sum())
    lost = int(follow_up_counts.loc[_status(follow_up_counts, "lost"), "families"].sum())
    late = int(follow_up_counts.loc[_status(follow_up_counts, "too_late"), "families"].sum())
    counted = follow_up_scores.reset_index()
    weighted = groups.weighted_net(
        counted["move"].to_numpy("int64"),
        (counted["status"] == "followed").to_numpy(),
        counted[["baseline_score", "alone"]].to_numpy("float64"),
        counted["families"].to_numpy("int64"),
    )
    rows = [("observed", n, float(kansarmoede.share_of(up - down, n)))]
    rows += [
        (f"{case}{among}", n + more, float(kansarmoede.share_of(up - down + sign * more, n + more)))
        for among, more in (("", lost + late), ("_lost", lost))
        for case, sign in ATTRITION.items()
    ]
    rows.append(("tipping_point", lost, (down - up) / lost if n and lost else np.nan))
    rows.append(("weighted", n, weighted))
    table = pd.DataFrame(rows, columns=["case", "families", "value"])
    return table.assign(measure="net")


def _status(counted: pd.DataFrame, status: str) -> NDArray[np.bool_]:
    return np.asarray(counted.index.get_level_values("status") == status)


@family_table("baseline_sums")
def baseline_sums(
    states: pd.DataFrame, scores: pd.DataFrame, family_follow_up: pd.DataFrame, definitions: Definitions
) -> pd.DataFrame:
    """Add up the known levels of each retained family's members at baseline, on every item and the score.

    Laid out (`nets.laid_out`): a row per family, of each item, and last of the score, members, their total
    and their squares.
    """
    levels = _values_at_baseline(states, scores)
    sums = levels.assign(n=1, squares=levels["value"] ** 2).groupby(["family", *ITEM])
    found = sums[SUMS].sum().reset_index()
    retained = family_follow_up.loc[family_follow_up["status"] != "excluded", "family"]
    return nets.laid_out(found, retained, [*definitions.items, SCORE], SUMS)


@derives("attrition_chance")
def attrition_chance(baseline_sums: pd.DataFrame, family_follow_up: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Set the number of notable differences at baseline beside that when chance decided who was followed.

    Gives line (`at_least_0.2`: standardised differences of `attrition` of at least 0.2, either way),
    observed, expected (mean over 999 deals of the label "followed"), low, high (2.5th and 97.5th percentile).
    Expected and its limits are empty when all or none of the retained families are followed.
    """
    retained = family_follow_up[family_follow_up["status"] != "excluded"]
    followed = (retained["status"] == "followed").to_numpy()
    aspects = (baseline_sums.shape[1] - 1) // len(SUMS)
    sums = nets.of_rows(baseline_sums, aspects, len(SUMS)).transpose(2, 0, 1)
    row: dict[str, object] = {"line": "at_least_0.2", "observed": 0}
    if 0 < followed.sum() < len(followed):
        stream = inference.row_seed(seed, "attrition_chance")
        row |= vars(groups.differences_by_chance(sums[0], sums[1], sums[2], followed, seed=stream))
    names = list(tables.TABLES["attrition_chance"].column_names)
    return pd.DataFrame([row], columns=names)


@derives("freshness")
def freshness(level_moves: pd.DataFrame, definitions: Definitions, pilots: Sequence[str]) -> pd.DataFrame:
    """Split the pairs of every item into changed, confirmed and merely carried forward."""
    rows = level_moves.reset_index()
    rows = rows[rows["baseline"].isin(KNOWN) & rows["follow_up"].isin(KNOWN)]
    same, fresh, persons = rows["baseline"] == rows["follow_up"], rows["fresh"].astype(bool), rows["persons"]
    kinds = rows[["pilot", *ITEM]].assign(
        n=persons,
        changed=persons * ~same,
        confirmed=persons * (same & fresh),
        carried=persons * (same & ~fresh),
    )
    found = kansarmoede.with_all(kinds).groupby(["pilot", *ITEM]).sum()
    keys = [(pilot, *key) for pilot in (ALL, *pilots) for key in definitions.items]
    index = pd.MultiIndex.from_tuples(keys, names=["pilot", *ITEM])
    return found.reindex(index, fill_value=0).astype(np.int64).reset_index()


@family_table("fresh_families")
def fresh_families(
    registrations: pd.DataFrame,
    families: pd.DataFrame,
    choices: Choices,
    baseline_window_days: int,
    follow_up_months: int,
    follow_up_rule: str,
) -> pd.DataFrame:
    """Give the followed families with enough registrations after the baseline window up to the follow-up.

    Gives family.
    """
    followed = families[families["followed"]].set_index("family")
    until = follow_up_days(followed, months=follow_up_months, rule=follow_up_rule)
    after = registered_after(registrations, followed["t0"], until, days=baseline_window_days)
    enough = after.reindex(followed.index, fill_value=0) >= choices.fresh_registrations
    return pd.DataFrame({"family": pd.Series(followed.index[enough], dtype="str")})


@counts("fresh_pairs")
def fresh_pairs(compared: pd.DataFrame, fresh_families: pd.DataFrame) -> pd.DataFrame:
    """Count the freshly registered families by score at baseline and at follow-up: families."""
    among = compared[compared["family"].isin(fresh_families["family"])]
    return among.groupby(BOTH).size().to_frame("families")


@derives("headline_fresh")
def headline_fresh(fresh_pairs: pd.DataFrame, poverty_cutoff: int) -> pd.DataFrame:
    """Count what moved among the freshly registered families.

    Net is empty without families.
    """
    before, after = kansarmoede.scores_of(fresh_pairs)
    families = fresh_pairs["families"].to_numpy("int64")
    n, improved, declined = (
        int(families[there].sum()) for there in (before > -1, after < before, after > before)
    )
    values = {
        "improved": improved,
        "declined": declined,
        "out_of_poverty": int(families[(before >= poverty_cutoff) & (after < poverty_cutoff)].sum()),
        "net": (improved - declined) / n if n else np.nan,
    }
    return pd.DataFrame({"measure": list(values), "families": n, "value": list(values.values())})


@derives("regression_to_mean")
def regression_to_mean(score_pairs: pd.DataFrame, second_pairs: pd.DataFrame) -> pd.DataFrame:
    """Give the mean change of families by their score, forward and backward in time.

    Scores differ from moment to moment also where nothing happened. Who scores high at one moment is then,
    on average, lower at the other, whichever of both comes first (Galton 1886, doi:10.2307/2841583). What
    shows in both readings alike is not a change in time.

    Gives direction (`forward`: grouped by score at baseline; `backward`: by score at follow-up;
    `second_forward`, `second_backward`: the same with the second registration as baseline, so that what made
    a family enrol counts less), score (0-6), families, mean_other_score (at the other moment), mean_change
    (from the score to that).

    Two families change places; nothing changed on the whole, yet the highest fell and the lowest rose.

    >>> swapped = pd.DataFrame({"families": 1}, index=pd.MultiIndex.from_tuples([(5, 2), (2, 5)], names=BOTH))
    >>> table = regression_to_mean(swapped, swapped[:0])
    >>> table.loc[table["families"] > 0, ["direction", "score", "mean_change"]].values.tolist()
    [['forward', 2, 3.0], ['forward', 5, -3.0], ['backward', 2, 3.0], ['backward', 5, -3.0]]
    """
    read = [
        (rows.reset_index(), before, *way)
        for before, rows in (("", score_pairs), ("second_", second_pairs))
        for way in READINGS.items()
    ]
    parts = []
    for rows, before, direction, (grouped, other) in read:
        sums = rows.assign(other=rows["families"] * rows[other]).groupby(grouped)[["families", "other"]].sum()
        part = sums.reindex(pd.Index(SCORES, name="score"), fill_value=0).astype("int64").reset_index()
        part["mean_other_score"] = part["other"] / part["families"].where(part["families"] > 0)
        part["mean_change"] = part["mean_other_score"] - part["score"]
        parts.append(part.assign(direction=before + direction))
    return pd.concat(parts, ignore_index=True).drop(columns="other")


@derives("cutoffs")
def cutoffs(
    score_pairs: pd.DataFrame,
    definitions: Definitions,
    choices: Choices,
    poverty_cutoff: int,
    severe_cutoff: int,
) -> pd.DataFrame:
    """Tell who is poor and who moved at every cutoff.

    The cutoffs are those of `choices` and that of the study.
    """
    rows = []
    for cutoff in choices.cutoffs(poverty_cutoff):
        classes = kansarmoede.class_shares(score_pairs, definitions, poverty_cutoff=cutoff)
        row = dict(zip(classes["class"], classes["families"], strict=True))
        row |= kansarmoede.poverty_change(score_pairs, cutoff, severe_cutoff).iloc[0].to_dict()
        measures = kansarmoede.poverty_measures(score_pairs, [], cutoff)
        for moment, measured in zip(MOMENTS, measures.to_dict("records"), strict=True):
            row |= {f"{name}_{moment}": measured[name] for name in ("H", "A", "M0")}
        rows.append(row | {"poverty_cutoff": cutoff})
    names = list(tables.TABLES["cutoffs"].column_names)
    return pd.DataFrame(rows)[names]


@derives("cutoffs_domains")
def cutoffs_domains(
    domain_moves: pd.DataFrame, definitions: Definitions, choices: Choices, poverty_cutoff: int
) -> pd.DataFrame:
    """Split M0 and its change over the domains at every cutoff."""
    parts = []
    for cutoff in choices.cutoffs(poverty_cutoff):
        domains = kansarmoede.poverty_domains(domain_moves, definitions, [], cutoff)
        part = kansarmoede.poverty_change_domains(domain_moves, definitions, cutoff)[
            ["domain", "change_in_M0"]
        ]
        for moment in MOMENTS:
            here = domains[domains["moment"] == moment]
            part[f"censored_{moment}"] = here["censored_headcount"].to_numpy()
            part[f"contribution_{moment}"] = here["contribution"].to_numpy()
        parts.append(part.assign(poverty_cutoff=cutoff))
    return pd.concat(parts, ignore_index=True)


@derives("item_tests")
def item_tests(item_change: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Adjust the sign test of every item for their number in two ways.

    By rising p, ties in the order of the codebook, items without pairs last with the rest empty.
    """
    keys = pd.MultiIndex.from_tuples(definitions.items, names=ITEM)
    table = item_change.astype({"unit": "str"}).set_index(ITEM).reindex(keys).reset_index()
    p = table["sign_exact_p"]
    table = table[[*ITEM, "n", "net", "sign_exact_p"]].assign(
        sign_holm_p=inference.holm(p), sign_bh_p=inference.benjamini_hochberg(p)
    )
    return table.sort_values("sign_exact_p", kind="stable", na_position="last")
