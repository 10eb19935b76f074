"""Beyond two moments: the score by month, what lasts, which needs go together, how levels move."""

from dataclasses import replace
from datetime import date
from itertools import combinations, pairwise

import numpy as np
import pandas as pd

from helpers import kansarmoede, nets
from helpers.baseline import STATES
from helpers.cleaning import CleanTables
from helpers.cleaning.windows import add_months, follow_up_days, in_time, numbered, of_family
from helpers.definitions import LEVELS, LEVERS, Definitions
from helpers.definitions.choices import Course
from helpers.inference import multistate as model
from helpers.kansarmoede import BOTH
from helpers.outputs import counts, derives, family_table
from helpers.primary import PRIMARY, SCORE
from helpers.states import levels_by_day, told_states
from helpers.tables import TABLES

LAST = 0  # in the place of months: the last registration of all
OF_ALL, OF_FOLLOWED, LATER = TABLES["items_distribution"].column("moment").values
LOW = ("1", "2")  # levels


# ---- all items at a glance


@counts("items_distribution")
def item_counts(states: pd.DataFrame, start_states: pd.DataFrame, families: pd.DataFrame) -> pd.DataFrame:
    """Count persons, or families on items of the household, by the state of every item.

    By unit, item, moment and level (1 to 5, not_applicable, missing): n. At `baseline` of all described
    families and at `baseline_followed` of the followed ones those who were there then, at `follow_up` all
    members of the followed ones.
    """
    followed = start_states["family"].isin(families.loc[families["followed"], "family"])
    cell = ["unit", "item", "level"]
    start, later = (
        rows[["unit", "item"]].assign(level=told_states(rows))
        for rows in (start_states, states[states["moment"] == "follow_up"])
    )
    found = {
        moment: rows.groupby(cell).size().to_frame("n").reset_index()
        for moment, rows in {OF_ALL: start, OF_FOLLOWED: start[followed], LATER: later}.items()
    }
    table = pd.concat(found, names=["moment"]).reset_index("moment").astype(dict.fromkeys(cell, "str"))
    return table.set_index(["unit", "item", "moment", "level"])


@derives("items_distribution")
def items_distribution(counts: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Distribution of every item over the levels, at baseline and at follow-up."""
    cells = pd.MultiIndex.from_tuples(
        [
            (*key, moment, level)
            for key in definitions.items
            for moment in (OF_ALL, OF_FOLLOWED, LATER)
            for level in STATES
        ],
        names=["unit", "item", "moment", "level"],
    )
    found = counts.reindex(cells, fill_value=0).reset_index()
    known = found["level"].isin(STATES[: len(LEVELS)])
    total = (
        found["n"].where(known, 0).groupby([found["unit"], found["item"], found["moment"]]).transform("sum")
    )
    return found.assign(share=(found["n"] / total.where(total > 0)).where(known))


def low_levels(items_distribution: pd.DataFrame) -> pd.DataFrame:
    """Count how many are low, at level 1 or 2, in the order of the codebook.

    By unit, item and moment: n (of a known level), low, share (low of n).
    """
    rows = items_distribution.astype(dict.fromkeys(["unit", "item", "moment", "level"], "str"))
    known = rows[rows["level"].isin(STATES[: len(LEVELS)])]
    counted = known.assign(low=known["n"].where(known["level"].isin(LOW), 0))
    sums = counted.groupby(["unit", "item", "moment"], sort=False)[["n", "low"]].sum()
    return sums.assign(share=sums["low"] / sums["n"])


def low_shares(items_distribution: pd.DataFrame) -> pd.DataFrame:
    """Give the share at level 1 or 2 of each item, largest first at the start of the followed families.

    By unit and item: a column for each moment, and n, of whom a level is known at that start.
    """
    of = low_levels(items_distribution)
    order = of.index.droplevel("moment").unique()
    shares = of["share"].unstack("moment").loc[order].assign(n=of["n"].xs(OF_FOLLOWED, level="moment"))
    return shares.sort_values(OF_FOLLOWED, ascending=False, kind="stable", na_position="last")


# ---- the score, month by month


@family_table("day_scores")
def day_scores(
    observations: pd.DataFrame,
    families: pd.DataFrame,
    registration_days: pd.DataFrame,
    definitions: Definitions,
) -> pd.DataFrame:
    """Give the score of every described family on each day with a registration, of what was known by then.

    Gives family, date, score, unknown (domains), sorted.
    """
    described = registration_days["family"].isin(families.loc[families["status"] == "retained", "family"])
    days = registration_days.loc[described, ["family", "date"]].reset_index(drop=True)
    known = levels_by_day(observations, of_index(definitions), days).rename(columns={"day": "family"})
    status = kansarmoede.domain_status(known.assign(moment="follow_up"), definitions)
    found = kansarmoede.scores(status).set_index("family").reindex(days.index)
    nothing = {"score": 0, "unknown": len(definitions.kansarmoede.domains)}
    return days.join(found[list(nothing)].fillna(nothing))


@family_table("later_scores")
def later_scores(
    day_scores: pd.DataFrame,
    scores: pd.DataFrame,
    families: pd.DataFrame,
    again: Course,
    unknown_domain: str,
) -> pd.DataFrame:
    """Give the score of families some months after their start beside that at the start.

    Gives family, months (those of `course.yml`, of those who were registered so long or longer; 0: at the
    last registration, of the followed families), baseline_score, follow_up_score.
    """
    parts = []
    days = day_scores.sort_values("date", kind="stable").rename(columns={"date": "until"})
    for months in (*again.months, LAST):
        until = families["last_date"] if months == LAST else add_months(families["t0"], months=months)
        long = families["followed"] if months == LAST else families["last_date"] >= until
        asked = families[["family"]].assign(until=until)[(families["status"] == "retained") & long]
        at = pd.merge_asof(asked.sort_values("until"), days, on="until", by="family")
        both = pd.concat([scores[scores["moment"] == "baseline"], at.assign(moment="follow_up")])
        followed = families.assign(followed=families["family"].isin(asked["family"]))
        compared = kansarmoede.compare(both, followed, unknown_domain)
        parts.append(compared[["family", *BOTH]].assign(months=months))
    return pd.concat(parts, ignore_index=True)[["family", "months", *BOTH]]


def of_index(definitions: Definitions) -> Definitions:
    """Leave out the items that no domain asks for."""
    asked = {
        (one.unit, one.item)
        for domain in definitions.kansarmoede.domains
        for part in domain.default.parts
        for one in part.conditions
    }
    return replace(definitions, items={key: item for key, item in definitions.items.items() if key in asked})


@family_table("second_scores")
def second_scores(
    day_scores: pd.DataFrame,
    families: pd.DataFrame,
    compared: pd.DataFrame,
    follow_up_months: int,
    follow_up_rule: str,
) -> pd.DataFrame:
    """Give the score of followed families on the day of their second registration beside that at follow-up.

    Gives family, baseline_score (on the second day with a registration), follow_up_score; without those whose
    second registration was not before the day of the follow-up.
    """
    second = day_scores[day_scores.groupby("family").cumcount() == 1]
    until = follow_up_days(families.set_index("family"), months=follow_up_months, rule=follow_up_rule)
    second = second[second["date"] < of_family(second["family"], until)]
    both = compared[["family", BOTH[1]]].merge(second, on="family", validate="one_to_one")
    return both.rename(columns={"score": BOTH[0]})[["family", *BOTH]]


@counts("second_pairs")
def second_pairs(second_scores: pd.DataFrame) -> pd.DataFrame:
    """Count families by score at their second registration and at follow-up: families."""
    return second_scores.groupby(BOTH).size().to_frame("families")


@counts("course")
def course_counts(later_scores: pd.DataFrame) -> pd.DataFrame:
    """Count families by months since their start, score at the start and score then: families."""
    rows = later_scores[later_scores["months"] != LAST]
    return rows.groupby(["months", *BOTH]).size().to_frame("families")


@derives("course")
def course(counts: pd.DataFrame, again: Course, poverty_cutoff: int) -> pd.DataFrame:
    """Poverty and the balance of who moved, at some months after the start.

    They are not the same families from row to row.
    """
    domains = len(kansarmoede.SCORES) - 1
    rows = []
    for months in again.months:
        there = counts[counts.index.get_level_values("months") == months].droplevel("months")
        families, score = (
            there["families"].to_numpy(),
            there.index.get_level_values(BOTH[1]).to_numpy("int64"),
        )
        n, poor = int(families.sum()), score >= poverty_cutoff
        moved = nets.net_share(nets.of_scores(there))
        rows.append(
            {
                "months": months,
                "families": n,
                "H": families[poor].sum() / n if n else np.nan,
                "M0": (families * score)[poor].sum() / (n * domains) if n else np.nan,
                **{name: moved[name] for name in ("net", "net_low", "net_high")},
            }
        )
    return pd.DataFrame(rows)


@family_table("course_states")
def course_states(
    scores: pd.DataFrame,
    later_scores: pd.DataFrame,
    families: pd.DataFrame,
    again: Course,
    exported_on: date,
    unknown_domain: str,
) -> pd.DataFrame:
    """Give where the described families stood at their start and months later, or why that is not known.

    Gives family, and a column for 0 and each number of months: the score as text; unknown (registered so
    long, without a score that counts); too_late (began so late that the export ends before); lost.
    """
    described = families[families["status"] == "retained"].set_index("family")
    start = scores[(scores["moment"] == "baseline") & scores["family"].isin(described.index)]
    if unknown_domain == "exclude":
        start = start[start["unknown"] == 0]
    found = {0: start.set_index("family")["score"]}
    later = later_scores[later_scores["months"] != LAST]
    found |= {months: part.set_index("family")[BOTH[1]] for months, part in later.groupby("months")}
    states = {}
    for months in (0, *again.months):
        day = add_months(described["t0"], months=months)
        reasons = [described["last_date"] >= day, day > np.datetime64(exported_on)]
        states[months] = pd.Series(np.select(reasons, ["unknown", "too_late"], "lost"), described.index)
        if months in found:
            states[months].update(found[months].astype("str"))
    return pd.DataFrame(states, described.index).sort_index().reset_index()


@counts("course_flow")
def flow_counts(course_states: pd.DataFrame, again: Course) -> pd.DataFrame:
    """Count the described families by months, score (or lane) at the moment before, and then."""
    parts = {
        months: course_states.groupby(
            [course_states[earlier].rename("before"), course_states[months].rename("after")]
        ).size()
        for earlier, months in pairwise((0, *again.months))
    }
    return pd.concat(parts, names=["months"]).to_frame("families")


@derives("course_flow")
def course_flow(counts: pd.DataFrame, again: Course, poverty_cutoff: int, severe_cutoff: int) -> pd.DataFrame:
    """Tell how all described families went from one state to the next, moment by moment.

    Each family stands once at each of the months.
    """
    states = TABLES["course_flow"].column("before").values
    kinds = [0, poverty_cutoff, severe_cutoff]
    rows = counts.reset_index()
    for side in ("before", "after"):
        score = pd.to_numeric(rows[side], errors="coerce")
        kind = np.searchsorted(kinds, score.fillna(0), side="right") - 1
        rows[side] = rows[side].where(score.isna(), np.array(states)[kind])
    cells = pd.MultiIndex.from_product([again.months, states, states], names=["months", "before", "after"])
    n = rows.groupby(["months", "before", "after"])["families"].sum().reindex(cells, fill_value=0)
    return n.reset_index()


@counts("persistence")
def persistence_counts(
    compared: pd.DataFrame, later_scores: pd.DataFrame, families: pd.DataFrame, follow_up_months: int
) -> pd.DataFrame:
    """Count the followed families by where they went and where they were at their last registration.

    By direction (improved, declined), still and later (both 0 or 1; later: registered again after the day of
    the follow-up): families.
    """
    last = later_scores.loc[later_scores["months"] == LAST, ["family", BOTH[1]]]
    both = compared.merge(last.rename(columns={BOTH[1]: "last"}), on="family", validate="one_to_one")
    days = families.set_index("family").loc[both["family"]].reset_index()
    later = days["last_date"] > add_months(days["t0"], months=follow_up_months)
    way = np.sign(both[BOTH[0]].astype("int64") - both[BOTH[1]].astype("int64"))
    since = np.sign(both[BOTH[0]].astype("int64") - both["last"].astype("int64"))
    rows = pd.DataFrame(
        {
            "direction": way.map({1: "improved", -1: "declined", 0: "unchanged"}),
            "still": (way == since).astype("int64"),
            "later": later.astype("int64"),
        }
    )
    moved = rows[rows["direction"] != "unchanged"]
    return moved.groupby(["direction", "still", "later"]).size().to_frame("families")


@derives("persistence")
def persistence(counts: pd.DataFrame) -> pd.DataFrame:
    """Tell how many of those who moved were still there at their last registration.

    Who was not registered again is still there because nobody looked.
    """
    rows = counts.reset_index()
    found = []
    for direction in ("improved", "declined"):
        of = rows[rows["direction"] == direction]
        n = of["families"]
        found.append(
            {
                "direction": direction,
                "families": n.sum(),
                "still": (n * of["still"]).sum(),
                "registered_later": (n * of["later"]).sum(),
                "still_later": (n * of["still"] * of["later"]).sum(),
            }
        )
    return pd.DataFrame(found)


# ---- which needs go together


@family_table("lacks")
def lacks(domain_status: pd.DataFrame, families: pd.DataFrame) -> pd.DataFrame:
    """Give the domains that each family lacks, at each moment: family, moment, domains (joined by +)."""
    names = list(domain_status["domain"].cat.categories)
    lacking = (domain_status["status"] == "deprived").to_numpy().reshape(-1, len(names))
    kinds, kind = np.unique(lacking, axis=0, return_inverse=True)
    told = ["+".join(name for name, lacks in zip(names, row, strict=True) if lacks) for row in kinds]
    found = domain_status[["family", "moment"]].iloc[:: len(names)].astype({"moment": "str"})
    found = found.assign(domains=pd.array(told, dtype="str").take(kind)).reset_index(drop=True)
    followed = families.loc[families["followed"], "family"]
    again = found[(found["moment"] == "baseline") & found["family"].isin(followed)]
    return pd.concat([found, again.assign(moment=OF_FOLLOWED)], ignore_index=True)


@counts("lacking_sets")
def set_counts(lacks: pd.DataFrame) -> pd.DataFrame:
    """Count families by moment and by the set of domains that they lack: families."""
    return lacks.groupby(["moment", "domains"]).size().to_frame("families")


@derives("domain_pairs")
def domain_pairs(lacking_sets: pd.DataFrame) -> pd.DataFrame:
    """Count the families that lack both of two domains."""
    names = TABLES["domain_pairs"].column("domain").values
    sets = [(when, set(lacking.split("+")), n) for (when, lacking), n in lacking_sets["families"].items()]  # type: ignore[misc]
    rows = [
        {
            "moment": moment,
            "domain": one,
            "other": other,
            "families": sum(n for when, lacking, n in sets if when == moment and {one, other} <= lacking),
        }
        for moment in (OF_ALL, OF_FOLLOWED, LATER)
        for one, other in combinations(names, 2)
    ]
    return pd.DataFrame(rows)


@derives("domain_numbers")
def domain_numbers(lacking_sets: pd.DataFrame) -> pd.DataFrame:
    """Count families by how many of the six domains they lack."""
    rows = lacking_sets.reset_index()
    rows["number"] = [len(text.split("+")) if text else 0 for text in rows["domains"]]
    cells = pd.MultiIndex.from_product(
        [(OF_ALL, OF_FOLLOWED, LATER), kansarmoede.SCORES], names=["moment", "number"]
    )
    n = rows.groupby(["moment", "number"])["families"].sum().reindex(cells, fill_value=0).reset_index()
    total = n["families"].groupby(n["moment"]).transform("sum")
    return n.assign(share=n["families"] / total.where(total > 0))


@derives("domain_sets")
def domain_sets(lacking_sets: pd.DataFrame, again: Course) -> pd.DataFrame:
    """List the sets of domains that enough families lack, the commonest first."""
    rows = lacking_sets[lacking_sets["families"] >= again.least_of_set].reset_index()
    order = {moment: at for at, moment in enumerate((OF_ALL, OF_FOLLOWED, LATER))}
    rows = rows.assign(at=rows["moment"].map(order), domains=rows["domains"].replace("", "-"))
    rows = rows.sort_values(["at", "families", "domains"], ascending=[True, False, True])
    return rows[["moment", "domains", "families"]]


# ---- whose hands it is in


@counts("lever_nets")
def lever_nets(family_nets: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Count the followed families by lever, pairs on its items, and what these did: families."""
    levers = [(*key, item.lever) for key, item in definitions.items.items()]
    item = ["unit", "item"]
    of = pd.DataFrame(levers, columns=[*item, "lever"]).astype(family_nets[item].dtypes.to_dict())
    rows = family_nets.merge(of, on=item, validate="many_to_one")
    sums = rows.groupby(["family", "lever"])[["pairs", "improved", "declined"]].sum()
    return nets.count_families(sums.reset_index(), ["lever"])


@derives("lever_change")
def lever_change(lever_nets: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Tell who moved on the items of each lever, with families as the unit."""
    rows = []
    for lever in LEVERS:
        of = lever_nets[lever_nets.index.get_level_values("lever") == lever].droplevel("lever")
        items = sum(item.lever == lever for item in definitions.items.values())
        rows.append({"lever": lever, "items": items} | nets.net_share(of))
    names = list(TABLES["lever_change"].column_names)
    return pd.DataFrame(rows)[names]


@derives("lever_signals")
def lever_signals(items_distribution: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """List the items that are in the hands of others than the family, by how many are low at follow-up."""
    later = low_levels(items_distribution).xs(LATER, level="moment")
    lever = [definitions.items[key].lever for key in later.index]
    table = later.assign(lever=lever).query("lever != 'family'").reset_index()
    return table.sort_values("share", ascending=False, kind="stable", na_position="last")


KIND = ["outcome", "before", "after", "days", "first"]
OUTCOME_TYPE = pd.CategoricalDtype(list(PRIMARY))
PERSON = ["family", "person"]
READINGS = ("panel", "exact")
WAYS = {"forward": [1], "back": [-1]}  # which moves a rate rests on; other quantities rest on both


@family_table("score_days")
def score_days(
    day_scores: pd.DataFrame,
    scores: pd.DataFrame,
    families: pd.DataFrame,
    baseline_window_days: int,
    unknown_domain: str,
) -> pd.DataFrame:
    """Give the score of every described family at its start and on each day with a registration later.

    Later is after the baseline window, within which the score is that of baseline.

    Gives family, person (missing), date, level (the score; missing where an unknown domain leaves none).
    """
    t0 = families.set_index("family")["t0"]
    start = scores[scores["moment"] == "baseline"].drop(columns="moment")
    start = start.assign(date=of_family(start["family"], t0))
    window = of_family(day_scores["family"], t0) + pd.Timedelta(days=baseline_window_days)
    found = pd.concat([start, day_scores[day_scores["date"] > window]], ignore_index=True)
    told = (found["unknown"] == 0) | (unknown_domain != "exclude")
    found = found.assign(person=pd.NA, level=found["score"].where(told))
    return found.sort_values(["family", "date"])[[*PERSON, "date", "level"]]


@family_table("family_spans")
def family_spans(clean: CleanTables, score_days: pd.DataFrame) -> pd.DataFrame:
    """Count the times between two registrations of each described family that follow each other.

    A person is seen on each day with a registration, at the level that the tool kept; on items that is from
    the first known level. There is a span where a level is known at both ends.

    Gives family, outcome, before, after (levels; of the score, scores), days, first (1: the first span of its
    person or family), spans.
    """
    parts = {outcome: _levels(clean, *item) if item else score_days for outcome, item in PRIMARY.items()}
    seen = pd.concat(parts, names=["outcome"]).reset_index("outcome").reset_index(drop=True)
    person = numbered(seen, ["outcome", *PERSON])
    earlier = seen.groupby(person)[["date", "level"]].shift()
    found = seen[["family", "outcome"]].assign(person=person, before=earlier["level"], after=seen["level"])
    found["days"] = (seen["date"] - earlier["date"]).dt.days
    found = found.dropna(subset=["before", "after"])
    found["first"] = ~found.duplicated("person")
    found = found.astype(dict.fromkeys(KIND[1:], "int64"))
    found = found.groupby(["family", *KIND]).size().rename("spans").reset_index()
    numbers = [*KIND[1:], "spans"]
    return found.assign(**{one: nets.in_few_bytes(found[one].to_numpy()) for one in numbers}).astype(
        {"outcome": OUTCOME_TYPE}
    )


def _levels(clean: CleanTables, unit: str, item: str) -> pd.DataFrame:
    """Give the level of every person on each day with a registration; missing while none is known."""
    rows = clean.registrations
    days = rows.loc[rows["unit"] == unit, [*PERSON, "date"]].drop_duplicates()
    days = days.sort_values([*PERSON, "date"], ignore_index=True)
    known = clean.observations[(clean.observations["unit"] == unit) & (clean.observations["item"] == item)]
    known = in_time(known)
    day = numbered(pd.concat([days, known[list(days)]]), list(days))
    places = pd.Index(day[: len(days)]).get_indexer(day[len(days) :])
    level = pd.Series(pd.NA, days.index, dtype="Int64")
    level.iloc[places] = known["level"].fillna(0).array  # does not apply; of one day, the last is written
    level = level.groupby(numbered(days, PERSON)).ffill()
    return days.assign(level=level.mask(level == 0))


@counts("level_spans")
def level_spans(family_spans: pd.DataFrame) -> pd.DataFrame:
    """Count the spans of all families by outcome, level before and after, days, and first: spans."""
    sums = family_spans.groupby(KIND)[["spans"]].sum().reset_index()
    return sums.astype({**dict.fromkeys(sums, "int64"), "outcome": "str"}).set_index(KIND).sort_index()


@derives("multistate")
def multistate(level_spans: pd.DataFrame, family_spans: pd.DataFrame) -> pd.DataFrame:
    """Tell how often levels move forward and back, from all registrations, in two readings.

    Gives outcome, reading (`panel`: levels may move at any time between two registrations; `exact`: on the
    day of a registration), quantity (`forward`, `back`: moves a month; `ratio`; `sojourn`: months at a level
    that is neither best nor worst; `forward_3` to `back_9`: the chance to stand higher, or lower, than at the
    first registration so many months later), value with low and high, families (with two registrations or
    more), moves (those that were seen), note (why there is no value).
    """
    kinds = level_spans.reset_index().astype({"outcome": "str"})
    rows = []
    for outcome in PRIMARY:
        here = kinds[kinds["outcome"] == outcome].reset_index(drop=True)
        spans = _spans(outcome, here, family_spans[family_spans["outcome"] == outcome])
        families = spans.families(np.ones(len(here), dtype=bool))
        for reading in READINGS:
            levels = len(kansarmoede.SCORES) if outcome == SCORE else len(LEVELS)
            found = model.movement(spans, levels=levels, exact=reading == "exact")
            moves = {way: spans.number[np.sign(spans.after - spans.before) == way].sum() for way in (1, -1)}
            rows += [
                {
                    "outcome": outcome,
                    "reading": reading,
                    "quantity": name,
                    **vars(estimate),
                    "families": families,
                    "moves": sum(moves[way] for way in WAYS.get(name, (1, -1))),
                    "note": found.note or None,
                }
                for name, estimate in found.estimates.items()
            ]
    return pd.DataFrame(rows, columns=list(TABLES["multistate"].column_names))


def _spans(outcome: str, kinds: pd.DataFrame, of_families: pd.DataFrame) -> model.Spans:
    """Lay out the spans of an outcome, levels from 0, the worst."""
    place = kinds.reset_index(names="kind")[[*KIND[1:], "kind"]]
    rows = of_families.merge(place, on=KIND[1:], how="left", validate="many_to_one")
    worst, way = (max(kansarmoede.SCORES), -1) if outcome == SCORE else (min(LEVELS), 1)
    before, after = (way * (kinds[name].to_numpy("int64") - worst) for name in ("before", "after"))
    return model.Spans(
        before=before,
        after=after,
        days=kinds["days"].to_numpy("int64"),
        first=kinds["first"].to_numpy("bool"),
        family=pd.factorize(rows["family"])[0],
        kind=rows["kind"].to_numpy("int64"),
        spans=rows["spans"].to_numpy("int64"),
    )
