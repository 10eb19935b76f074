"""All registrations: how long levels stay, and how often they move forward and back."""

import numpy as np
import pandas as pd

from helpers import kansarmoede
from helpers.cleaning import CleanTables
from helpers.cleaning.windows import in_time, of_family
from helpers.course import of_index
from helpers.definitions import LEVELS, Definitions
from helpers.inference import multistate as model
from helpers.outputs import counts, derives, family_table
from helpers.primary import PRIMARY, SCORE
from helpers.states import levels_on
from helpers.tables import TABLES, conform

KIND = ["outcome", "before", "after", "days", "first"]
PERSON = ["family", "person"]
READINGS = ("panel", "exact")
WAYS = {"forward": [1], "back": [-1]}  # which moves a rate rests on; other quantities rest on both


@family_table("score_days")
def score_days(
    clean: CleanTables,
    registration_days: pd.DataFrame,
    scores: pd.DataFrame,
    definitions: Definitions,
    baseline_window_days: int,
    unknown_domain: str,
) -> pd.DataFrame:
    """Give the score of every described family at its start and on each day with a registration later.

    Later is after the baseline window, within which the score is that of baseline.

    Gives family, person (missing), date, level (the score; missing where an unknown domain leaves none).
    """
    t0 = clean.families[clean.families["status"] == "retained"].set_index("family")["t0"]
    start = scores[scores["moment"] == "baseline"].drop(columns="moment")
    start = start.assign(date=of_family(start["family"], t0))
    days = registration_days[registration_days["family"].isin(t0.index)]
    window = of_family(days["family"], t0) + pd.Timedelta(days=baseline_window_days)
    days = days.loc[days["date"] > window, ["family", "date"]].reset_index(drop=True)
    known = levels_on(clean, of_index(definitions), days).rename(columns={"day": "family"})
    status = kansarmoede.domain_status(known.assign(moment="follow_up"), definitions)
    later = kansarmoede.scores(status).set_index("family").reindex(days.index)
    nothing = {"score": 0, "unknown": len(definitions.kansarmoede.domains)}
    found = pd.concat([start, days.join(later[list(nothing)].fillna(nothing))], ignore_index=True)
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
    person = ["outcome", *PERSON]
    earlier = seen.groupby(person, dropna=False)[["date", "level"]].shift()
    found = seen.assign(before=earlier["level"], after=seen["level"])
    found["days"] = (seen["date"] - earlier["date"]).dt.days
    found = found.dropna(subset=["before", "after"])
    found["first"] = ~found.duplicated(person)
    found = found.astype(dict.fromkeys(KIND[1:], "int64"))
    return found.groupby(["family", *KIND]).size().rename("spans").reset_index()


def _levels(clean: CleanTables, unit: str, item: str) -> pd.DataFrame:
    """Give the level of every person on each day with a registration; missing while none is known."""
    rows = clean.registrations
    days = rows.loc[rows["unit"] == unit, [*PERSON, "date"]]
    known = clean.observations[(clean.observations["unit"] == unit) & (clean.observations["item"] == item)]
    last = in_time(known).drop_duplicates([*PERSON, "date"], keep="last")
    last = last.assign(level=last["level"].fillna(0))  # does not apply
    days = days.drop_duplicates().merge(
        last[[*PERSON, "date", "level"]], on=[*PERSON, "date"], how="left", validate="one_to_one"
    )
    days = days.sort_values([*PERSON, "date"])
    level = days.groupby(PERSON)["level"].ffill()
    return days.assign(level=level.mask(level == 0))


@counts("level_spans")
def level_spans(family_spans: pd.DataFrame) -> pd.DataFrame:
    """Count the spans of all families by outcome, level before and after, days, and first: spans."""
    return family_spans.groupby(KIND)[["spans"]].sum()


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
        for reading in READINGS:
            levels = len(kansarmoede.SCORES) if outcome == SCORE else len(LEVELS)
            found = model.movement(spans, levels=levels, exact=reading == "exact")
            rows += [
                {
                    "outcome": outcome,
                    "reading": reading,
                    "quantity": name,
                    **vars(estimate),
                    "families": np.unique(spans.family).size,
                    "moves": _moves(spans, name),
                    "note": found.note or None,
                }
                for name, estimate in found.estimates.items()
            ]
    return conform("multistate", pd.DataFrame(rows, columns=list(TABLES["multistate"].column_names)))


def _spans(outcome: str, kinds: pd.DataFrame, of_families: pd.DataFrame) -> model.Spans:
    """Lay out the spans of an outcome, levels from 0, the worst."""
    place = kinds.reset_index(names="kind")[[*KIND, "kind"]]
    rows = of_families.merge(place, on=KIND, how="left", validate="many_to_one")
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


def _moves(spans: model.Spans, quantity: str) -> int:
    """Count the moves that a quantity rests on: of a rate those of its direction."""
    way = np.sign(spans.after - spans.before)
    return int(spans.number[np.isin(way, WAYS.get(quantity, [1, -1]))].sum())
