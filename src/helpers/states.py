"""From observations to the state of every item at baseline and at follow-up.

The tool keeps a value until it is changed: the state of an item on a day is its last value on or before it.
The baseline is the first value in the window after t0, the follow-up the last one up to t0 + some months.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.cleaning import CleanTables
from helpers.cleaning.sheets import unit_column
from helpers.cleaning.windows import first_in_window, follow_up_days, last_until, numbered, of_family
from helpers.definitions import LEVELS, MOMENTS, UNITS, Definitions
from helpers.outputs import exact
from helpers.tables import TABLES, conform

FOLLOW_UP_RULES = ("at", "last")
WITHIN_FAMILY = {"worst": "min", "best": "max", "median": "median"}
_COLUMNS = TABLES["states"].column_names
_MOMENT_TYPE = TABLES["states"].column("moment").pandas_dtype
_STATUS_TYPE = TABLES["states"].column("status").pandas_dtype


def build_states(
    tables: CleanTables,
    definitions: Definitions,
    *,
    baseline_window_days: int = 30,
    follow_up_months: int = 6,
    follow_up_rule: str = "at",
) -> pd.DataFrame:
    """Give the state of every item of every person of a retained family.

    The baseline is the first non-blank value in the window. Follow-up values count up to so many calendar
    months from t0, and the last one stands; by the rule `last` it is the last of all, whenever it was
    registered.

    Gives the columns of `states`: every person × item of the unit at baseline, then the same at follow-up for
    the followed families; a state without a value is missing. Not applicable is a value. `fresh`: a non-blank
    value was registered after the baseline window (and by the day up to which values count).
    """
    if follow_up_rule not in FOLLOW_UP_RULES:
        raise ValueError(f"follow_up_rule is {follow_up_rule!r}, expected one of {FOLLOW_UP_RULES}")
    families = tables.families[tables.families["status"] == "retained"].set_index("family")
    grid = _grid(families, tables.persons, definitions)
    values = _numbered(tables.observations, grid)
    baseline = first_in_window(values, families["t0"], by=["cell"], days=baseline_window_days)
    followed = families[families["followed"]]
    until = follow_up_days(followed, months=follow_up_months, rule=follow_up_rule)
    follow_up = last_until(values, until, by=["cell"])
    del values  # of many families it fills much of the memory
    columns = list(_COLUMNS)
    before = _fill(grid, baseline, moment="baseline").assign(fresh=False)[columns]
    after = _fill(grid[grid["followed"]], follow_up, moment="follow_up")
    after["fresh"] = after["date"] > after["t0"] + pd.Timedelta(days=baseline_window_days)
    return conform("states", pd.concat([before, after[columns]], ignore_index=True))


def told_states(states: pd.DataFrame) -> pd.Series:
    """Give the state of each row as a category: `1` to `5`, else `not_applicable` or `missing`."""
    words = [*map(str, LEVELS), *sorted(states["status"].cat.categories)]
    of_status = np.array([words.index(status) for status in states["status"].cat.categories])
    level = states["level"].to_numpy("int64", na_value=0)
    place = np.where(level > 0, level - 1, of_status[states["status"].cat.codes])
    return pd.Series(pd.Categorical.from_codes(place, words), states.index)


@exact("start_states")
def start_states(states: pd.DataFrame, persons: pd.DataFrame) -> pd.DataFrame:
    """Give the states at baseline, of families and of the persons who were there then."""
    who = ["family", "person", "unit"]
    there = persons.loc[persons["at_baseline"], who]
    number = pd.Series(numbered(pd.concat([states[who], there]), who))
    known = number[: len(states)].isin(number[len(states) :]).to_numpy()
    return states[(states["moment"] == "baseline") & ((states["unit"] == UNITS[0]) | known)]


def levels_by_day(observations: pd.DataFrame, definitions: Definitions, days: pd.DataFrame) -> pd.DataFrame:
    """Give the known levels of all items on each day on which a family was registered.

    `days` are all days with a registration of some families, sorted: family, date.

    Gives day (the place of a row in `days`), person, unit, item, level (1-5): a value counts from its day
    until it is replaced.
    """
    families = pd.Index(pd.unique(days["family"]))
    rows = observations[["person", "unit", "item", "date", "registration", "level"]]
    rows = rows.assign(family=_codes(observations["family"], families))
    rows = rows[(rows["family"] >= 0) & _asked(observations, definitions)]
    cell = numbered(rows, ["family", "person", "unit", "item"])
    order = np.lexsort((rows["registration"].to_numpy("int64"), rows["date"].to_numpy(), cell))
    item = pd.CategoricalDtype([*dict.fromkeys(item for _, item in definitions.items)])
    rows, cell = rows.iloc[order].astype({"person": "category", "item": item}), cell[order]
    of_day = _codes(days["family"], families)
    both = pd.concat([days[["date"]].assign(family=of_day), rows[["date", "family"]]])
    number = numbered(both, ["family", "date"])
    start = pd.Index(number[: len(days)]).get_indexer(number[len(days) :])
    last = np.searchsorted(of_day, rows["family"], side="right")  # of the family, and one more
    replaced = np.append(cell[1:] == cell[:-1], False)[: len(cell)]
    length = np.where(replaced, np.append(start[1:], 0)[: len(cell)], last) - start
    length = np.where(rows["level"].notna(), length, 0)
    places = np.repeat(np.arange(len(rows)), length)
    since = np.arange(len(places)) - np.repeat(np.cumsum(length) - length, length)
    levels = rows[["person", "unit", "item", "level"]].iloc[places].reset_index(drop=True)
    return levels.assign(day=start[places] + since)


def _asked(rows: pd.DataFrame, definitions: Definitions) -> NDArray[np.bool_]:
    """Tell which rows are of the items of the definitions."""
    places, distinct = pd.factorize(rows["item"])
    asked = np.array([[(unit, item) in definitions.items for item in distinct] for unit in UNITS])
    return asked[rows["unit"].cat.codes, places]


def family_level(
    states: pd.DataFrame,
    families: pd.DataFrame,
    *,
    unit: str,
    item: str,
    moment: str = "baseline",
    within_family: str = "worst",
) -> pd.DataFrame:
    """Give one level per family on an item, also on an item of adults or children.

    At `baseline` of all retained families, whose members are the persons there then (`states` are to be
    `start_states`); at `follow_up` of the followed ones, whose members are all persons. Of the known levels
    of the members the `worst` stands for the family, the `best`, or the `median`, rounded down.

    Gives family, level (1–5 or missing), status. Without a known level the family is `not_applicable` when it
    has members and the item applies to none, else `missing`.
    """
    wanted = (states["unit"] == unit) & (states["item"] == item) & (states["moment"] == moment)
    members = states[wanted]
    there = families["followed"] if moment == "follow_up" else families["status"] == "retained"
    index = pd.Index(families.loc[there, "family"], name="family")
    by_family = members.groupby("family")
    within = by_family["level"].agg(WITHIN_FAMILY[within_family])
    level = (within // 1).astype("Int64").reindex(index)
    none_applies = (members["status"] == "not_applicable").groupby(members["family"]).all()
    none_applies = none_applies.reindex(index, fill_value=False)
    words = np.select([level.notna(), none_applies], ["observed", "not_applicable"], "missing")
    status = pd.Series(words, index).astype(_STATUS_TYPE)
    return pd.DataFrame({"level": level, "status": status}).reset_index()


def _numbered(observations: pd.DataFrame, grid: pd.DataFrame) -> pd.DataFrame:
    """Give the observations without their texts, so that millions of rows are sorted fast.

    Columns: cell, family (category), date, registration, level, status.
    """
    values = observations[["date", "registration", "level", "status"]]
    families = grid["family"].cat.categories
    codes = _codes(observations["family"], families)
    return values.assign(
        cell=_cell_numbers(observations, grid), family=pd.Categorical.from_codes(codes, categories=families)
    )


def _cell_numbers(rows: pd.DataFrame, grid: pd.DataFrame) -> NDArray[np.int64]:
    """Number the cell (family, person, unit, item) of each row; the grid has categories of all four."""
    numbers = np.zeros(len(rows), dtype=np.int64)
    for name in ("family", "person", "unit", "item"):
        known = grid[name].cat.categories
        numbers = numbers * (len(known) + 1) + _codes(rows[name], known) + 1
    return numbers


def _codes(values: pd.Series, known: pd.Index) -> NDArray[np.int64]:
    """Give the place of each value among the known ones; -1 for a missing value."""
    positions, distinct = pd.factorize(values)
    return np.append(known.get_indexer(pd.Index(distinct)), -1)[positions]


def _grid(families: pd.DataFrame, persons: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Give every cell, in a fixed order: family, person, unit, item, and t0 and followed of the family."""
    household = families.index.to_frame(index=False)
    household["person"] = pd.Series(pd.NA, household.index, dtype="str")
    household["unit"] = unit_column("huishouden", len(household))
    who = pd.concat([household, persons[["family", "person", "unit"]]])
    who = who.sort_values(["family", "unit", "person"], ignore_index=True)
    who["t0"] = of_family(who["family"], families["t0"])
    who["followed"] = of_family(who["family"], families["followed"]).astype("bool")
    items = pd.DataFrame(definitions.items.keys(), columns=["unit", "item"])
    items["unit"] = items["unit"].astype(who["unit"].dtype)
    who = who.astype({"family": "category", "person": "category"})  # a million cells of few texts
    grid = who.merge(items.astype({"item": "category"}), on="unit", how="inner", validate="many_to_many")
    return grid.assign(cell=_cell_numbers(grid, grid))


def _fill(grid: pd.DataFrame, values: pd.DataFrame, *, moment: str) -> pd.DataFrame:
    """Lay the values of one moment over the grid; what has none is missing."""
    places = pd.Index(values["cell"]).get_indexer(grid["cell"])
    known = {name: values[name].array.take(places, allow_fill=True) for name in ("level", "status", "date")}
    states = grid.assign(**known)
    states["status"] = states["status"].fillna("missing")
    code = np.full(len(states), MOMENTS.index(moment), dtype="int8")
    return states.assign(moment=pd.Categorical.from_codes(code, dtype=_MOMENT_TYPE))
