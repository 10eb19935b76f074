"""States → deprivation in the six domains → score → change class; the tables of the index.

The index is an Alkire-Foster counting measure with equal weights (Alkire & Foster 2011,
doi:10.1016/j.jpubeco.2010.11.006; source report, chapter 4, section 2.1). Which items make a domain is data:
`data/reference/kansarmoede.yml`.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from helpers import inference, nets, tables
from helpers.cleaning.windows import numbered
from helpers.definitions import MOMENTS, Definitions, Part, Rule
from helpers.inference import IntArray, poverty
from helpers.outputs import counts, derives, family_table, lists

DOMAIN_STATUSES = ("deprived", "not_deprived", "unknown")
UNKNOWN_DOMAIN = ("not_deprived", "exclude", "bounds")
DOMAINS = 6  # of the index; a score counts them, so that it runs from 0 to 6
SCORES = range(DOMAINS + 1)
BOTH = ["baseline_score", "follow_up_score"]
ALL = "all"  # what the rows of a table call all pilots together
CLASS_GROUPS = ("improved", "good_status_quo", "bad_status_quo", "declined")
IN_AND_OUT = ("both", "out", "in", "neither")
ASKED = {"worst": "any", "best": "all", "median": "median"}  # of members, whatever the rule itself asks
Truths = NDArray[np.bool_]
Known = Mapping[tuple[str, str], tuple[IntArray, IntArray]]


@family_table("domain_status")
def domain_status(
    states: pd.DataFrame, definitions: Definitions, *, rules: Mapping[str, Rule] | None = None
) -> pd.DataFrame:
    """Tell for each family, moment and domain whether the family is deprived.

    Missing and not applicable are unknown. A person is deprived when a known item of the rule is at or below
    its level, not deprived when at least one is known and none is, else unknown. Of a part of a rule, *any*
    asks for one deprived member and *all* for nothing but deprived ones among the members that are known;
    without a known member it is unknown. One deprived part is enough; a domain is unknown when all parts are.

    Gives family, moment, domain, status (deprived, not_deprived, unknown): every domain of every family at
    each moment that `states` has of it, sorted.

    `rules`, by domain, take the place of the default ones.
    """
    chosen = {domain.id: domain.default for domain in definitions.kansarmoede.domains}
    if strange := set(rules or {}) - set(chosen):
        raise ValueError(f"rules for {sorted(strange)}, which are no domains: {list(chosen)}")
    who = ["family", "moment"]
    moments = states[who].drop_duplicates().sort_values(who)
    known = states.loc[states["level"].notna(), [*who, "unit", "person", "item", "level"]]
    number = numbered(pd.concat([moments, known[who]]), who)
    place = pd.Index(number[: len(moments)]).get_indexer(number[len(moments) :])
    member, distinct = pd.factorize(numbered(known, [*who, "unit", "person"]))
    family_of = np.zeros(len(distinct), dtype=np.int64)
    family_of[member] = place
    level = known["level"].to_numpy("int64")
    items = known.groupby(["unit", "item"]).indices
    of_item = {key: (member[rows], level[rows]) for key, rows in items.items()}
    cells = np.full((len(moments), len(chosen)), DOMAIN_STATUSES.index("not_deprived"))
    for domain, rule in enumerate((chosen | dict(rules or {})).values()):
        (deprived,), (unknown,) = by_rule(rule, of_item, family_of, families=len(moments))
        cells[deprived, domain] = DOMAIN_STATUSES.index("deprived")
        cells[unknown, domain] = DOMAIN_STATUSES.index("unknown")
    found = moments.iloc[np.repeat(np.arange(len(moments)), len(chosen))].reset_index(drop=True)
    return found.assign(
        domain=pd.Categorical([*chosen] * len(moments), [*chosen], ordered=True),
        status=pd.Categorical.from_codes(cells.ravel(), DOMAIN_STATUSES, ordered=True),
    )


def by_rule(
    rule: Rule, known: Known, family_of: IntArray, *, families: int, members: Sequence[str] = ("default",)
) -> tuple[Truths, Truths]:
    """Tell per way to count members and family whether it is deprived by a rule, and whether unknown.

    `known` has of each unit and item the members of whom a level is known, and that level; `family_of` the
    family of each member, of whom the household is one. Only of `default` the rule says how many are asked.
    """
    shape = (len(members), families)
    deprived, some = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    for part in rule.parts:
        there, lacking = _members(part, known, family_of, families)
        some |= there > 0
        for place, way in enumerate(members):
            deprived[place] |= _enough(ASKED.get(way, part.members), there, lacking)
    return deprived, ~some


def _members(part: Part, known: Known, family_of: IntArray, families: int) -> tuple[IntArray, IntArray]:
    """Count per family the members of whom a part knows something, and those of them that are deprived."""
    some, deprived = (np.zeros(len(family_of), dtype=bool) for _ in range(2))
    for condition in part.conditions:
        if (key := (condition.unit, condition.item)) in known:
            member, level = known[key]
            some[member] = True
            deprived[member[level <= condition.at_most]] = True
    there, lacking = (np.bincount(family_of[who], minlength=families) for who in (some, deprived))
    return there, lacking


def _enough(asked: str, known: IntArray, deprived: IntArray) -> Truths:
    """Whether so many deprived members of those known make the part deprived."""
    if asked == "all":
        return (known > 0) & (deprived == known)
    if asked == "median":
        return (known > 0) & (2 * deprived >= known)
    return deprived > 0


@family_table("scores")
def scores(domain_status: pd.DataFrame) -> pd.DataFrame:
    """Count the deprived domains, and those that are unknown.

    Gives family, moment, score (0-6 domains), unknown (0-6 domains).
    """
    status = domain_status["status"]
    counted = domain_status[["family", "moment"]].assign(
        score=status == "deprived", unknown=status == "unknown"
    )
    counts = counted.groupby(["family", "moment"])[["score", "unknown"]].sum()
    return counts.astype("Int64").reset_index()


def change_class(before: ArrayLike, after: ArrayLike, *, poverty_cutoff: int) -> np.ndarray:
    """Name the way in which a score changed; the eight classes exclude each other and leave nothing out.

    >>> change_class([3, 6, 2], [2, 5, 2], poverty_cutoff=3).tolist()
    ['out_of_poverty', 'improved_poor', 'stable_not_poor']
    """
    pre, post = np.asarray(before, dtype=np.int64), np.asarray(after, dtype=np.int64)
    was_poor, is_poor = pre >= poverty_cutoff, post >= poverty_cutoff
    improved = np.select(
        [was_poor & ~is_poor, is_poor], ["out_of_poverty", "improved_poor"], "improved_not_poor"
    )
    declined = np.select(
        [~was_poor & is_poor, was_poor], ["into_poverty", "declined_poor"], "declined_not_poor"
    )
    stable = np.where(was_poor, "stable_poor", "stable_not_poor")
    return np.select([post < pre, post > pre], [improved, declined], stable)


@family_table("compared")
def compare(
    scores: pd.DataFrame, families: pd.DataFrame, unknown_domain: str = "not_deprived"
) -> pd.DataFrame:
    """Put the scores of the followed families at both moments side by side.

    Gives family, pilot, baseline_score, follow_up_score; one row per family, sorted by code.

    With `exclude`, families with an unknown domain at either moment are left out; else an unknown domain adds
    nothing to the score.
    """
    if unknown_domain not in UNKNOWN_DOMAIN:
        raise ValueError(f"unknown_domain is one of {', '.join(UNKNOWN_DOMAIN)}, not {unknown_domain!r}")
    compared = families.loc[families["followed"], ["family", "pilot"]].sort_values("family")
    for moment in ("baseline", "follow_up"):
        at = scores.loc[scores["moment"] == moment, ["family", "score", "unknown"]]
        at = at.rename(columns={"score": f"{moment}_score", "unknown": f"{moment}_unknown"})
        compared = compared.merge(at, on="family", how="left", validate="one_to_one")
    if unknown_domain == "exclude":
        compared = compared[(compared["baseline_unknown"] == 0) & (compared["follow_up_unknown"] == 0)]
    return compared[["family", "pilot", "baseline_score", "follow_up_score"]].reset_index(drop=True)


@derives("figure_15")
def scheme(definitions: Definitions, poverty_cutoff: int) -> pd.DataFrame:
    """Give the change class of each of the 49 combinations of scores."""
    combinations = pd.MultiIndex.from_product(
        [range(7), range(7)], names=["baseline_score", "follow_up_score"]
    )
    return with_class(combinations.to_frame(index=False), definitions, poverty_cutoff=poverty_cutoff)


@counts("score_pairs")
def score_pairs(compared: pd.DataFrame) -> pd.DataFrame:
    """Count the followed families by pilot, score at baseline and score at follow-up: families."""
    return compared.groupby(["pilot", *BOTH]).size().to_frame("families")


@counts("known_pairs")
def known_pairs(
    states: pd.DataFrame, families: pd.DataFrame, compared: pd.DataFrame, definitions: Definitions
) -> pd.DataFrame:
    """Count the families of `score_pairs` by both scores too, of what is known at both moments.

    A level that a person or household has at one moment only does not count: a domain of which more came to
    be known is neither a decline nor an improvement.
    """
    known = states["level"].notna()
    twice = states.loc[known, ["family", "unit", "person", "item"]].duplicated(keep=False)
    levels = states["level"].where(twice.reindex(states.index, fill_value=False))
    status = domain_status(states.assign(level=levels), definitions)
    return score_pairs(compare(scores(status), families[families["family"].isin(compared["family"])]))


@counts("unknown_scores")
def unknown_scores(scores: pd.DataFrame, compared: pd.DataFrame) -> pd.DataFrame:
    """Count the followed families by pilot, moment, score and number of unknown domains: families."""
    rows = scores.merge(compared[["family", "pilot"]], on="family", validate="many_to_one")
    by = ["pilot", "moment", "score", "unknown"]
    return rows.astype({"moment": "str"}).groupby(by).size().to_frame("families")


@counts("domain_moves")
def domain_moves(domain_status: pd.DataFrame, compared: pd.DataFrame) -> pd.DataFrame:
    """Count the followed families by what became of each domain.

    By pilot, domain, baseline and follow_up (status) and both scores: families.
    """
    status = domain_status.astype({"moment": "str", "status": "str", "domain": "str"})
    both = status.pivot(index=["family", "domain"], columns="moment", values="status")
    both = (
        both.reindex(columns=list(MOMENTS)).reset_index().merge(compared, on="family", validate="many_to_one")
    )
    by = ["pilot", "domain", *MOMENTS, *BOTH]
    return both.groupby(by).size().to_frame("families")


@derives("figure_16")
def figure_16(score_pairs: pd.DataFrame) -> pd.DataFrame:
    """Count the followed families by score at baseline and at follow-up."""
    cells = pd.MultiIndex.from_product([SCORES, SCORES], names=BOTH)
    found = score_pairs.groupby(level=BOTH).sum().reindex(cells, fill_value=0)
    return found.reset_index()


@lists("family_classes")
def family_classes(compared: pd.DataFrame, definitions: Definitions, poverty_cutoff: int) -> pd.DataFrame:
    """List the followed families with their scores and their class of change."""
    return with_class(compared, definitions, poverty_cutoff=poverty_cutoff)


@derives("figure_17")
def figure_17(score_pairs: pd.DataFrame, definitions: Definitions, poverty_cutoff: int) -> pd.DataFrame:
    """Count the followed families by change class."""
    return class_shares(score_pairs, definitions, poverty_cutoff=poverty_cutoff)


def class_shares(score_pairs: pd.DataFrame, definitions: Definitions, *, poverty_cutoff: int) -> pd.DataFrame:
    """Give the change classes of some score pairs, as in Figure 17."""
    before, after = scores_of(score_pairs)
    names = change_class(before, after, poverty_cutoff=poverty_cutoff)
    classes = [change.id for change in definitions.kansarmoede.classes]
    families = score_pairs["families"].groupby(np.asarray(names, dtype=object)).sum()
    families = families.reindex(pd.Index(classes, name="class"), fill_value=0)
    low, high = inference.wilson(families, int(families.sum()))
    table = families.reset_index().assign(share=share_of(families, families.sum()), ci_low=low, ci_high=high)
    return table.astype({"class": pd.CategoricalDtype(classes, ordered=True)})


@counts("figure_17_moves")
def class_group_counts(score_pairs: pd.DataFrame, poverty_cutoff: int) -> pd.DataFrame:
    """Count the followed families by what their score did: by class (`CLASS_GROUPS`), n."""
    before, after = scores_of(score_pairs)
    same = np.where(before >= poverty_cutoff, "bad_status_quo", "good_status_quo")
    group = np.select([after < before, after > before], ["improved", "declined"], same)
    n = score_pairs["families"].groupby(group).sum().reindex(CLASS_GROUPS, fill_value=0)
    return n.rename_axis("class").to_frame("n")


@counts("poverty_moves")
def poverty_move_counts(
    score_pairs: pd.DataFrame,
    domain_moves: pd.DataFrame,
    definitions: Definitions,
    poverty_cutoff: int,
    severe_cutoff: int,
) -> pd.DataFrame:
    """Count the followed families by whether they are poor, severely poor, or deprived in a domain, twice.

    By outcome (poverty, severe, and each domain) and way (both moments, out, in, neither): n. An unknown
    domain counts as not deprived.
    """
    parts = {}
    for outcome, cutoff in (("poverty", poverty_cutoff), ("severe", severe_cutoff)):
        before, after = scores_of(score_pairs)
        parts[outcome] = _in_and_out(before >= cutoff, after >= cutoff, score_pairs["families"])
    moves = domain_moves["families"].reset_index()
    for domain in definitions.kansarmoede.domains:
        rows = moves[moves["domain"] == domain.id]
        lacking = [(rows[moment] == "deprived").to_numpy() for moment in MOMENTS]
        parts[domain.id] = _in_and_out(lacking[0], lacking[1], rows["families"])
    return pd.concat(parts, names=["outcome", "way"]).to_frame("n")


def _in_and_out(before: NDArray[np.bool_], after: NDArray[np.bool_], families: pd.Series) -> pd.Series:
    way = np.select([before & after, before, after], ["both", "out", "in"], "neither")
    return families.groupby(way).sum().reindex(IN_AND_OUT, fill_value=0).astype("int64")


@derives("poverty_moves")
def poverty_moves(counts: pd.DataFrame) -> pd.DataFrame:
    """Tell how many families are poor, severely poor, or deprived in a domain, at both moments or at one."""
    order = counts.index.droplevel("way").unique()
    wide = counts["n"].unstack("way").reindex(order)[[*IN_AND_OUT]]
    return wide.reset_index()


@derives("score_change")
def score_change(score_pairs: pd.DataFrame, known_pairs: pd.DataFrame) -> pd.DataFrame:
    """Count the families whose score fell, stayed and rose, and test falls against rises.

    `known_improved` and `known_declined` are those whose score fell and rose by what is known at both
    moments. Without families counts are 0 and the rest is empty.

    >>> index = pd.MultiIndex.from_tuples([(3, 2), (3, 4), (3, 3)], names=BOTH)
    >>> pairs = pd.DataFrame({"families": [22, 11, 23]}, index=index)
    >>> row = score_change(pairs, pairs).iloc[0]
    >>> row[["improved", "declined", "sign_exact_p", "sign_midp"]].astype(float).round(4).tolist()
    [22.0, 11.0, 0.0801, 0.0576]
    """
    row = nets.net_share(nets.of_scores(score_pairs))
    test = inference.sign_test(int(str(row["improved"])), int(str(row["declined"])))
    some = bool(row["n"])
    row |= {"sign_exact_p": test.exact_p if some else np.nan, "sign_midp": test.mid_p if some else np.nan}
    before, after = scores_of(known_pairs)
    known = known_pairs["families"].to_numpy("int64")
    row |= {"known_improved": known[after < before].sum(), "known_declined": known[after > before].sum()}
    names = list(tables.TABLES["score_change"].column_names)
    return pd.DataFrame([row])[names]


@derives("poverty_change")
def poverty_change(score_pairs: pd.DataFrame, poverty_cutoff: int, severe_cutoff: int) -> pd.DataFrame:
    """Count who is poor at either moment and who moved, with the exact and the mid-p McNemar test."""
    families, (before, after) = score_pairs["families"].to_numpy("int64"), scores_of(score_pairs)
    there = crossings(before, after, poverty_cutoff=poverty_cutoff, severe_cutoff=severe_cutoff)
    row = {"n": int(families.sum())} | {name: int(families[which].sum()) for name, which in there.items()}
    test = inference.sign_test(row["out_of_poverty"], row["into_poverty"])
    moved = nets.net_share(poverty_nets(score_pairs, poverty_cutoff=poverty_cutoff))
    table = pd.DataFrame([row]).assign(
        mcnemar_exact_p=test.exact_p if row["n"] else np.nan,
        mcnemar_midp=test.mid_p if row["n"] else np.nan,
        difference=_opposite(moved["net"]),
        difference_low=_opposite(moved["net_high"]),
        difference_high=_opposite(moved["net_low"]),
    )
    return table[list(tables.TABLES["poverty_change"].column_names)]


def crossings(
    before: ArrayLike, after: ArrayLike, *, poverty_cutoff: int, severe_cutoff: int
) -> dict[str, NDArray[np.bool_]]:
    """Tell of scores at both moments which are of the poor, the severely poor, and those who crossed over.

    Gives poor_baseline, poor_follow_up, out_of_poverty, into_poverty, severe_baseline, severe_follow_up.
    """
    first, second = np.asarray(before, dtype=np.int64), np.asarray(after, dtype=np.int64)
    poor, still = first >= poverty_cutoff, second >= poverty_cutoff
    return {
        "poor_baseline": poor,
        "poor_follow_up": still,
        "out_of_poverty": poor & ~still,
        "into_poverty": ~poor & still,
        "severe_baseline": first >= severe_cutoff,
        "severe_follow_up": second >= severe_cutoff,
    }


def poverty_nets(score_pairs: pd.DataFrame, *, poverty_cutoff: int) -> pd.DataFrame:
    """Count families by whether they came out of or into poverty, as `nets.of_scores` counts scores."""
    poor = score_pairs.reset_index()[[*BOTH, "families"]]
    poor[BOTH] = (poor[BOTH] >= poverty_cutoff).astype("int64")
    return nets.of_scores(poor.set_index(BOTH))


@derives("poverty_measures")
def poverty_measures(score_pairs: pd.DataFrame, pilots: Sequence[str], poverty_cutoff: int) -> pd.DataFrame:
    """Measure poverty at both moments, in all pilots together and in each.

    A is empty when no one is poor, M0 then 0; standard errors and intervals stand in the rows of
    `all`.

    Four families, of which the first two score 3 and 6 and the others 2 and 0: half of them are poor, and
    the poor lack (3 + 6)/2 of 6 domains.

    >>> four = [("Leuven", 3, 2), ("Leuven", 6, 6), ("Leuven", 2, 2), ("Leuven", 0, 0)]
    >>> index = pd.MultiIndex.from_tuples(four, names=["pilot", "baseline_score", "follow_up_score"])
    >>> measures = poverty_measures(pd.DataFrame({"families": 1}, index=index), ["Leuven"], poverty_cutoff=3)
    >>> measures.loc[0, ["H", "A", "M0"]].tolist()
    [0.5, 0.75, 0.375]
    """
    pairs = score_pairs.reset_index()
    rows = pd.concat(
        [
            pairs[["pilot", "families"]].assign(moment=moment, score=pairs[f"{moment}_score"])
            for moment in MOMENTS
        ],
        ignore_index=True,
    )
    table = _measures(rows, pilots, poverty_cutoff=poverty_cutoff)
    for moment in MOMENTS:
        at = rows[rows["moment"] == moment]
        found = poverty.poverty_measures(at["score"], at["families"], poverty_cutoff=poverty_cutoff)
        here = (table["pilot"] == ALL) & (table["moment"] == moment)
        for name, measure in found.items():
            ends = {"se": measure.se, "low": measure.low, "high": measure.high}
            table.loc[here, [f"{name}_{end}" for end in ends]] = list(ends.values())
    return table


@derives("poverty_measure_changes")
def poverty_measure_changes(score_pairs: pd.DataFrame, poverty_cutoff: int) -> pd.DataFrame:
    """Tell how H, A and M0 changed, and how much of the change of M0 is of H and of A.

    What is of H and of A (Shapley) adds up to the change.
    """
    families, (before, after) = score_pairs["families"].to_numpy("int64"), scores_of(score_pairs)
    changes = poverty.poverty_changes(before, after, families, poverty_cutoff=poverty_cutoff)
    sides = [
        poverty.poverty_measures(scores, families, poverty_cutoff=poverty_cutoff)
        for scores in (before, after)
    ]
    from_h, from_a = poverty.shapley(*(side[name].value for side in sides for name in ("H", "A")))
    table = pd.DataFrame([{"measure": name, **vars(found)} for name, found in changes.items()])
    split = table["measure"] == "M0"
    some = bool(families.sum())
    table["from_H"] = np.where(split & some, from_h, np.nan)
    table["from_A"] = np.where(split & some, from_a, np.nan)
    return table


@derives("dominance")
def dominance(score_pairs: pd.DataFrame) -> pd.DataFrame:
    """Compare the share of poor families at both moments at every cutoff, so that none has to be chosen.

    (First-order dominance of the counting measure; Alkire & Foster 2011.)
    """
    families, (before, after) = score_pairs["families"].to_numpy("int64"), scores_of(score_pairs)
    cutoffs, n = np.arange(1, DOMAINS + 1), families.sum() or np.nan
    poor, still = (score >= cutoffs[:, None] for score in (before, after))
    shares = {"H_baseline": poor @ families / n, "H_follow_up": still @ families / n}
    moved = {"into": (~poor & still) @ families, "out": (poor & ~still) @ families}
    return pd.DataFrame({"cutoff": cutoffs, **shares, **moved})


@derives("poverty_bounds")
def poverty_bounds(unknown_scores: pd.DataFrame, pilots: Sequence[str], poverty_cutoff: int) -> pd.DataFrame:
    """Bound H and M0 by what the unknown domains could be.

    Low when no unknown domain is deprived, high when all are.
    """
    rows = unknown_scores.reset_index()
    low = _measures(rows, pilots, poverty_cutoff=poverty_cutoff)
    high = _measures(
        rows.assign(score=rows["score"] + rows["unknown"]), pilots, poverty_cutoff=poverty_cutoff
    )
    return low[["pilot", "moment", "families"]].assign(
        H_low=low["H"], H_high=high["H"], M0_low=low["M0"], M0_high=high["M0"]
    )


@derives("poverty_domains")
def poverty_domains(
    domain_moves: pd.DataFrame, definitions: Definitions, pilots: Sequence[str], poverty_cutoff: int
) -> pd.DataFrame:
    """Count the deprived families per domain, and split M0 over the domains.

    Unknown counts as not deprived.
    """
    moves, names = domain_moves.reset_index(), domain_names(definitions)
    parts = []
    for moment in MOMENTS:
        deprived = (moves[moment] == "deprived") * moves["families"]
        parts.append(
            moves[["pilot", "domain", "families"]].assign(
                moment=moment,
                known=(moves[moment] != "unknown") * moves["families"],
                deprived=deprived,
                censored=deprived * (moves[f"{moment}_score"] >= poverty_cutoff),
            )
        )
    index = _index(pilot=(ALL, *pilots), moment=MOMENTS, domain=names)
    found = _total(with_all(pd.concat(parts)), index, ["families", "known", "deprived", "censored"])
    of_all = found.groupby(["pilot", "moment"])["censored"].transform("sum")
    table = found[["known", "deprived"]].assign(
        raw_headcount=share_of(found["deprived"], found["families"]),
        censored_headcount=share_of(found["censored"], found["families"]),
        contribution=share_of(found["censored"], of_all),
    )
    return table.reset_index()


@derives("poverty_change_domains")
def poverty_change_domains(
    domain_moves: pd.DataFrame, definitions: Definitions, poverty_cutoff: int
) -> pd.DataFrame:
    """Split the change in mean score and in M0 over the domains.

    Unknown counts as not deprived; each column adds up to the change of all domains together.
    """
    moves, names = domain_moves.reset_index(), domain_names(definitions)
    families = moves["families"]
    was, is_ = (moves[moment] == "deprived" for moment in MOMENTS)
    poor, still = (moves[score] >= poverty_cutoff for score in BOTH)
    moves = moves.assign(
        into=(~was & is_) * families,
        out=(was & ~is_) * families,
        censored=((is_ & still).astype("int64") - (was & poor)) * families,
    )
    found = _total(moves, _index(domain=names), ["families", "into", "out", "censored"])
    table = found[["into", "out"]].set_axis(["into_deprivation", "out_of_deprivation"], axis="columns")
    table["change_in_mean_score"] = share_of(found["into"] - found["out"], found["families"])
    table["change_in_M0"] = share_of(found["censored"], DOMAINS * found["families"])
    return table.reset_index()


@derives("kansarmoede_vlaanderen")
def official(definitions: Definitions) -> pd.DataFrame:
    """Give the official series of Flanders, as `data/reference/kansarmoede_vlaanderen.csv` has it."""
    return definitions.official


def domain_names(definitions: Definitions) -> list[str]:
    """Give the ids of the domains, in their order."""
    return [domain.id for domain in definitions.kansarmoede.domains]


def scores_of(pairs: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the scores at both moments of counted pairs."""
    before, after = (pairs.index.get_level_values(name).to_numpy("int64") for name in BOTH)
    return before, after


def _opposite(value: object) -> float:
    """Turn the end of an interval round; a missing one stays so."""
    return 0.0 - float(str(value))


def _measures(rows: pd.DataFrame, pilots: Sequence[str], *, poverty_cutoff: int) -> pd.DataFrame:
    """H, A and M0 of counted families with a score: pilot, moment, families, H, A, M0."""
    families = rows["families"]
    poor = (rows["score"] >= poverty_cutoff).astype("int64") * families
    counted = rows.assign(poor=poor, lacking=poor * rows["score"])
    index = _index(pilot=(ALL, *pilots), moment=MOMENTS)
    found = _total(with_all(counted), index, ["families", "poor", "lacking"])
    table = found[["families"]].assign(
        H=share_of(found["poor"], found["families"]),
        A=share_of(found["lacking"], DOMAINS * found["poor"]),
        M0=share_of(found["lacking"], DOMAINS * found["families"]),
    )
    return table.reset_index()


def with_all(rows: pd.DataFrame) -> pd.DataFrame:
    """Every row twice: once as pilot `all`, once under its own."""
    return pd.concat([rows.assign(pilot=ALL), rows], ignore_index=True)


def _index(**levels: Sequence[str]) -> pd.MultiIndex:
    return pd.MultiIndex.from_product([list(values) for values in levels.values()], names=list(levels))


def _total(rows: pd.DataFrame, index: pd.MultiIndex, columns: list[str]) -> pd.DataFrame:
    """Sums of columns in each cell of `index`, 0 where there is no row."""
    sums = rows.groupby(list(index.names))[columns].sum()
    if index.nlevels == 1:
        sums.index = pd.MultiIndex.from_arrays([sums.index], names=index.names)
    return sums.reindex(index, fill_value=0).astype(np.int64)


def share_of(part: ArrayLike, whole: ArrayLike) -> NDArray[np.float64]:
    """Quotient of counts, NaN where the whole is 0."""
    parts, wholes = np.broadcast_arrays(np.asarray(part, dtype=float), np.asarray(whole, dtype=float))
    return np.divide(parts, wholes, out=np.full(parts.shape, np.nan), where=wholes != 0)


def with_class(compared: pd.DataFrame, definitions: Definitions, *, poverty_cutoff: int) -> pd.DataFrame:
    """Add to scores at both moments the class of change, an ordered category."""
    classes = [change.id for change in definitions.kansarmoede.classes]
    names = change_class(
        compared["baseline_score"], compared["follow_up_score"], poverty_cutoff=poverty_cutoff
    )
    return compared.assign(**{"class": pd.Categorical(names, classes, ordered=True)})
