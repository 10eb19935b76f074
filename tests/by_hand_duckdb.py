"""From an export of `scale_export` to counts of moves, as one writes it by hand in SQL for duckdb.

It leaves out what `by_hand_polars` leaves out.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pandas as pd

LEVEL = "CASE {item} WHEN 'n.v.t.' THEN 9 ELSE left({item}, 1)::TINYINT END AS {item}"
SHEET = """
    CREATE TABLE {unit} AS
    SELECT {who}, datum::DATE AS day, {levels},
           -- rows in order: by day, and by registration within a day
           datediff('day', DATE '1970-01-01', datum::DATE)::BIGINT * 1000000000
               + registratie_id::BIGINT AS place
    FROM read_csv('{path}', delim = ';', quote = '"', header = true, all_varchar = true)
"""
FAMILIES = """
    CREATE TABLE families AS
    SELECT gezin, min(day) AS t0, max(day) AS last, t0 + INTERVAL 6 MONTH AS until
    FROM ({days}) GROUP BY gezin
"""
STATES = """
    CREATE TABLE {unit}_states AS
    SELECT {who}, any_value(last) AS last, any_value(until) AS until, {states}
    FROM {unit} JOIN families USING (gezin) GROUP BY {who}
"""
STATE = """
    arg_min({item}, place) FILTER (day <= t0 + 30) AS before_{item},
    arg_max({item}, place) FILTER (day <= until) AS after_{item}
"""
NOT_FOLLOWED = "DELETE FROM huishouden_states WHERE {known} < 4 OR last < until"
FOLLOWED = "CREATE OR REPLACE TABLE families AS FROM families SEMI JOIN huishouden_states USING (gezin)"
COUNT = """
    SELECT '{unit}' AS unit, '{item}' AS item,
           before_{item} AS before, after_{item} AS after, count(*) AS persons
    FROM {unit}_states GROUP BY ALL
"""
WORD = """
    CASE WHEN {moment} IS NULL THEN 'missing' WHEN {moment} = 9 THEN 'not_applicable'
    ELSE {moment}::VARCHAR END AS {name}
"""


def moves(folder: Path, items: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Count persons of followed families: unit, item, baseline, follow_up, persons."""
    who = {unit: "gezin" if unit == "huishouden" else "gezin, persoon" for unit in items}
    with duckdb.connect() as base:
        for unit in items:
            levels = ", ".join(LEVEL.format(item=item) for item in items[unit])
            base.execute(SHEET.format(unit=unit, who=who[unit], levels=levels, path=folder / f"{unit}.csv"))
        days = " UNION ALL ".join(f"SELECT gezin, day FROM {unit}" for unit in items)
        base.execute(FAMILIES.format(days=days))
        for unit in items:  # households first
            states = ", ".join(STATE.format(item=item) for item in items[unit])
            base.execute(STATES.format(unit=unit, who=who[unit], states=states))
            if unit == "huishouden":
                known = " + ".join(f"coalesce((before_{item} <= 5)::INT, 0)" for item in items[unit])
                base.execute(NOT_FOLLOWED.format(known=known))
                base.execute(FOLLOWED)
        every = [COUNT.format(unit=unit, item=item) for unit in items for item in items[unit]]
        moments = {"before": "baseline", "after": "follow_up"}
        words = ", ".join(WORD.format(moment=moment, name=name) for moment, name in moments.items())
        return base.execute(f"SELECT unit, item, {words}, persons FROM ({' UNION ALL '.join(every)})").df()
