"""Small clean tables for tests, written as registrations: who, on which day, with which levels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from helpers import tables as declared
from helpers.cleaning import CleanTables

START = dt.date(2022, 3, 1)
NVT = "n.v.t."
Row = tuple[str, str, str | None, int, Mapping[str, int | str]]


def study(*rows: Row, excluded: str = "", no_household: str = "", pilot: str = "Leuven") -> CleanTables:
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
        pilot=pilot, household_type="onbekend", registrations=1, adults=0, children=0, rule=rule,
        status=["retained" if each else "excluded" for each in retained], followed=retained & late,
    )[list(declared.TABLES["families"].column_names)]  # fmt: skip
