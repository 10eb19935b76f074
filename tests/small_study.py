"""Small clean tables for tests, written as registrations (who, on which day, which levels); their studies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from helpers import cleaning
from helpers import tables as declared
from helpers.cleaning import CleanTables
from helpers.cleaning import Study as About
from helpers.definitions import load_definitions
from helpers.states import build_states
from helpers.study import Study

START = dt.date(2022, 3, 1)
NVT = "n.v.t."
CLEANING = {
    "min_household_items": 4,
    "baseline_window_days": 30,
    "follow_up_months": 6,
    "follow_up_rule": "at",
}
Row = tuple[str, str, str | None, int, Mapping[str, int | str]]


def open_study(
    tables: CleanTables, states: pd.DataFrame | None = None, *, pilots: Sequence[str] = (), **given: Any
) -> Study:
    """Open a study of clean tables, and of the states that follow from them when none are given.

    `pilots` are those of the dataset, those of the families by default. Others are settings of `Study`, or
    ways to clean, which are not done again.
    """
    how = {name: given.pop(name, usual) for name, usual in CLEANING.items()}
    if states is None:
        rules = {name: value for name, value in how.items() if name != "min_household_items"}
        states = build_states(tables, load_definitions(), **rules)
    names = list(pilots) or sorted(set(tables.families["pilot"].dropna()))
    cases = pd.DataFrame({"pilot": pd.Series(names, dtype="str"), "registered": 0, "retained": 0})
    cases = declared.conform("cases_by_pilot", cases.assign(followed=0))
    tables = cleaning.only(replace(tables, cases_by_pilot=cases), tables.families["family"])
    about = About("small", "Small", True, dt.date(2023, 9, 30), START, tuple(names), how)
    return Study(tables, states, about, **given)


def clean_tables(
    *rows: Row, excluded: str = "", no_household: str = "", pilot: str = "Leuven"
) -> CleanTables:
    """(family, unit, person, days after 1 March 2022, item -> level) -> clean tables.

    Families named in `excluded` and `no_household` are excluded by F02 and F01; all others are retained, and
    followed when their last day is six months after the first. Within a day the rows stand in order.
    """
    registrations, values = [], []
    for number, (family, unit, person, day, levels) in enumerate(rows, start=1):
        date = pd.Timestamp(START) + pd.Timedelta(days=day)
        key = {"family": family, "unit": unit, "person": person, "date": date, "registration": number}
        registrations.append(key)
        for item, level in levels.items():
            status = "not_applicable" if level == NVT else "observed"
            values.append(key | {"item": item, "level": None if level == NVT else level, "status": status})
    columns = list(declared.TABLES["observations"].column_names)
    frame = pd.DataFrame(values, columns=columns)
    out = set(excluded) | set(no_household)
    families = _families(pd.DataFrame(registrations), excluded, no_household, pilot)
    retained = ~frame["family"].isin(out)
    persons = (
        pd.DataFrame(registrations).dropna(subset="person").drop_duplicates(["family", "unit", "person"])
    )
    persons = persons[~persons["family"].isin(out)].assign(
        education=None, age_years=None, expected=False, at_baseline=True
    )
    given = {
        "families": families,
        "persons": persons[list(declared.TABLES["persons"].column_names)],
        "registrations": pd.DataFrame(registrations),
        "observations": frame[retained],
        "excluded_observations": frame[~retained],
    }
    made = {name: declared.conform(name, table) for name, table in given.items()}
    others = {name: declared.empty(name) for name in CleanTables.__dataclass_fields__ if name not in made}
    return CleanTables(**made, **others)


def _families(rows: pd.DataFrame, excluded: str, no_household: str, pilot: str) -> pd.DataFrame:
    days = rows.groupby("family")["date"].agg(["min", "max"])
    frame = days.rename(columns={"min": "t0", "max": "last_date"}).reset_index()
    rule = ["F01" if f in no_household else "F02" if f in excluded else None for f in frame["family"]]
    retained = pd.Series([each is None for each in rule])
    late = frame["last_date"] >= frame["t0"] + pd.DateOffset(months=6)
    return frame.assign(
        pilot=pilot, coach=None, organisation=None, group=None, household_type="onbekend", registrations=1,
        adults=0, children=0, rule=rule,
        status=["retained" if each else "excluded" for each in retained], followed=retained & late,
    )[list(declared.TABLES["families"].column_names)]  # fmt: skip
