"""From the rows that are left to the clean tables: registrations, levels, notes, families, persons, counts.

What is given as `judged` are the sheets after the rules for rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.cleaning.rules import Judged
from helpers.cleaning.sheets import GROUPS, NOT_APPLICABLE_CODE, NOTE, Sheet
from helpers.cleaning.values import Invalid
from helpers.cleaning.windows import add_months, first_in_window, in_time, of_family
from helpers.tables import TABLES

UNKNOWN = "onbekend"
UNKNOWN_PILOT = "unknown"
ATTRIBUTE_TYPES = {"household_type": "str", "education": "str", "birth": "datetime64[us]"}
_KEYS = ["family", "person", "date", "registration"]
_STATUS_TYPE = TABLES["observations"].column("status").pandas_dtype


def list_registrations(judged: Iterable[Judged], attributes: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Give the rows that are left, of all sheets, with what `r09_attributes` gives per sheet.

    unit, row, registration, family, person, date, pilot, coach, organisation, household_type, education,
    birth; missing where the sheet has no such column. Of a long export each line is a row.
    """
    frames = []
    for sheet, values in zip(judged, attributes, strict=True):
        frame = sheet.sheet.frame
        own = {
            name: values[name] if name in values else pd.Series(None, frame.index, dtype=dtype)
            for name, dtype in ATTRIBUTE_TYPES.items()
        }
        frames.append(frame.assign(**own)[sheet.left])
    return pd.concat(frames, ignore_index=True)


def list_dates(registrations: pd.DataFrame) -> pd.DataFrame:
    """Give who was registered when: the columns of `registrations`, ordered by family, unit, person, date."""
    columns = list(TABLES["registrations"].column_names)
    return registrations[columns].drop_duplicates().sort_values(columns, kind="stable")


def only_families(judged: Iterable[Judged], families: pd.Series) -> list[Judged]:
    """Give the same sheets with only the rows of some families left."""
    return [
        replace(sheet, left=sheet.left & sheet.sheet.frame["family"].isin(families).to_numpy())
        for sheet in judged
    ]


def list_levels(judged: Sequence[Judged]) -> pd.DataFrame:
    """Give every non-blank level cell of the rows that are left: the columns of `observations`.

    Ordered by unit, family, person, date, registration, item.
    """
    parts, codes, items = [], [], []
    for sheet in judged:
        places = _ordered_places(sheet)
        matrix = sheet.sheet.level_codes[places]
        rows, columns = np.nonzero(matrix)
        frame = sheet.sheet.frame[["unit", *_KEYS]]
        parts.append(frame.iloc[places[rows]])
        codes.append(matrix[rows, columns])
        items.append(pd.array(sheet.sheet.items, dtype="str").take(columns))
    found = pd.concat(parts, ignore_index=True)
    code = np.concatenate(codes)
    applies = code != NOT_APPLICABLE_CODE
    found["item"] = pd.concat([pd.Series(part, dtype="str") for part in items], ignore_index=True)
    found["level"] = pd.arrays.IntegerArray(code.astype("int64"), ~applies)
    found["status"] = pd.Categorical.from_codes((~applies).astype("int8"), dtype=_STATUS_TYPE)
    found["registration"] = found["registration"].astype("Int64")
    return found[list(TABLES["observations"].column_names)]


def list_notes(judged: Iterable[Judged]) -> pd.DataFrame:
    """Give every open text of the rows that are left: the columns of `notes`, ordered as `list_levels`."""
    frames = []
    for sheet in judged:
        places = _ordered_places(sheet)
        frame = sheet.sheet.frame.iloc[places]
        for item in (item for item in sheet.sheet.items if f"{item}{NOTE}" in sheet.sheet):
            text = sheet.sheet.note(item)[places]
            frames.append(frame.assign(item=item, text=text)[~pd.isna(text)])
    columns = list(TABLES["notes"].column_names)
    if not frames:
        return pd.DataFrame({name: pd.Series(dtype="str") for name in columns})
    return pd.concat(frames).sort_values(["unit", *_KEYS], kind="stable")[columns]


def _ordered_places(judged: Judged) -> np.ndarray:
    """Give the places of the rows that are left, ordered by family, person, date, registration."""
    order = judged.sheet.order
    return order[judged.left[order]]


def summarise_families(
    registrations: pd.DataFrame,
    stands: pd.DataFrame,
    household_levels: pd.DataFrame,
    *,
    min_household_items: int,
    baseline_window_days: int,
    follow_up_months: int,
) -> pd.DataFrame:
    """Make the table `families`: what each family that kept a row is, and whether it is in the study.

    `registrations` are the rows that are left, of all sheets; `stands` pilot and group of each family (R08);
    `household_levels` the non-blank levels of the household rows: family, item, date, registration, level.
    F01: a family has no household row. F02: fewer than `min_household_items` items have a level 1–5 at
    baseline. Families stand in the order of their codes; `adults` and `children` count distinct person codes
    in kept rows, also of excluded families.
    """
    by_family = registrations.groupby("family", sort=True)["date"]
    frame = pd.DataFrame({"pilot": stands["pilot"], "t0": by_family.min(), "last_date": by_family.max()})
    frame["registrations"] = _distinct(registrations, "date").reindex(frame.index, fill_value=0)
    for name, unit in (("adults", "volwassene"), ("children", "kind")):
        of_unit = registrations[registrations["unit"] == unit]
        frame[name] = _distinct(of_unit, "person").reindex(frame.index, fill_value=0)
    household = registrations[registrations["unit"] == "huishouden"]
    frame["household_type"] = _first_known(
        household, "household_type", frame["t0"], by=["family"], days=baseline_window_days
    ).reindex(frame.index, fill_value=UNKNOWN)
    levels = first_in_window(household_levels, frame["t0"], by=["family", "item"], days=baseline_window_days)
    known = levels.groupby("family")["level"].count().reindex(frame.index, fill_value=0)
    f01 = ~frame.index.isin(household["family"])
    f02 = known < min_household_items
    earliest = in_time(registrations)
    for name in ("coach", "organisation"):
        frame[name] = earliest[earliest[name].notna()].drop_duplicates("family").set_index("family")[name]
    frame["group"] = stands["group"]
    frame["rule"] = pd.Series(np.select([f01, f02], ["F01", "F02"], ""), frame.index).replace("", None)
    frame["status"] = np.where(f01 | f02, "excluded", "retained")
    long_enough = frame["last_date"] >= add_months(frame["t0"], months=follow_up_months)
    frame["followed"] = ~(f01 | f02) & long_enough
    return frame.rename_axis("family").reset_index()


def list_persons(
    registrations: pd.DataFrame, families: pd.DataFrame, *, baseline_window_days: int
) -> pd.DataFrame:
    """Make the table `persons`: every adult and child of a retained family.

    Of the rows that are left: unit, registration, family, person, date, education, birth. Age is in completed
    years at t0, the birthday of 29 February being 1 March in other years. The date of birth, the last known
    one, does not leave this function.
    """
    retained = families[families["status"] == "retained"]
    t0 = retained.set_index("family")["t0"]
    rows = registrations[registrations["person"].notna() & registrations["family"].isin(retained["family"])]
    keys = ["family", "unit", "person"]
    persons = rows.groupby(keys, sort=True)["date"].min().reset_index()
    start = of_family(persons["family"], t0)
    persons["at_baseline"] = persons["date"] <= start + pd.Timedelta(days=baseline_window_days)
    education = _first_known(rows, "education", t0, by=keys, days=baseline_window_days)
    birth = in_time(rows[rows["birth"].notna()]).drop_duplicates(keys, keep="last").set_index(keys)["birth"]
    index = pd.MultiIndex.from_frame(persons[keys])
    adults = persons["unit"] == "volwassene"
    education = pd.Series(education.reindex(index).to_numpy(), persons.index, dtype="str")
    persons["education"] = education.fillna(UNKNOWN).where(adults)
    birth = pd.Series(birth.reindex(index).to_numpy(), persons.index, dtype="datetime64[us]")
    persons["expected"] = birth > start
    persons["age_years"] = completed_years(birth.mask(persons["expected"]), start)
    return persons.drop(columns="date")


def completed_years(birth: pd.Series, day: pd.Series) -> pd.Series:
    """Give completed years on a day; missing without a date of birth.

    >>> birth = pd.Series(pd.to_datetime(["2020-02-29", "2020-02-29", None]))
    >>> day = pd.Series(pd.to_datetime(["2022-02-28", "2022-03-01", "2022-03-01"]))
    >>> completed_years(birth, day).tolist()
    [1, 2, <NA>]
    """
    had_no_birthday = (day.dt.month * 100 + day.dt.day) < (birth.dt.month * 100 + birth.dt.day)
    return (day.dt.year - birth.dt.year - had_no_birthday).astype("Int64")


def for_comparison(families: pd.DataFrame) -> pd.Series:
    """Say which families are not coached, but for comparison."""
    return families["group"] == GROUPS[1]


def count_flow(families: pd.DataFrame, *, lost: int, test: int) -> pd.DataFrame:
    """Make the table `flow`: stage, families; those for comparison count apart, where there are any.

    `lost` families have a readable code that is no test and no kept row; they count as coached, since a group
    is not known of them. `test` are the distinct codes of test families.
    """
    apart = for_comparison(families)
    coached = families[~apart]
    counts = {
        "registered": len(coached) + lost,
        "test": test,
        **({"comparison": int(apart.sum())} if apart.any() else {}),
        "no_household": int((coached["rule"] == "F01").sum()) + lost,
        "too_few_items": int((coached["rule"] == "F02").sum()),
        "retained": int((coached["status"] == "retained").sum()),
        "followed": int(coached["followed"].sum()),
    }
    return pd.DataFrame({"stage": list(counts), "families": list(counts.values())})


def count_cases(families: pd.DataFrame, pilots: Iterable[str], *, lost: int) -> pd.DataFrame:
    """Make the table `cases_by_pilot` (Tabel 2): pilot, registered, retained, followed, of the coached.

    Families that lost all rows have no pilot: they are in a last row `unknown`, if there are any.
    """
    coached = families[~for_comparison(families)]
    named = coached.assign(registered=1, retained=coached["status"] == "retained")
    columns = ["registered", "retained", "followed"]
    cases = named.groupby("pilot")[columns].sum().reindex(list(pilots), fill_value=0).astype("int64")
    if lost:
        cases.loc[UNKNOWN_PILOT] = [lost, 0, 0]
    return cases.rename_axis("pilot").reset_index()


def count_codes(sheets: Iterable[Sheet]) -> tuple[int, int]:
    """Count the distinct readable family codes that are no test, and the distinct codes of tests.

    The code of a test that cannot be read counts by its text in upper case without outer white space.
    """
    families: set[str] = set()
    tests: set[str] = set()
    for sheet in sheets:
        reading = sheet["gezin"]
        pairs = pd.DataFrame({"code": reading.codes, "test": sheet.test}).drop_duplicates()
        for place, is_test in pairs.itertuples(index=False):
            code = reading.meanings[place]
            if is_test:
                tests.add(code.text.upper() if isinstance(code, Invalid) else code)
            elif isinstance(code, str):
                families.add(code)
    return len(families), len(tests)


def _distinct(rows: pd.DataFrame, column: str) -> pd.Series:
    return rows.drop_duplicates(["family", column]).groupby("family").size()


def _first_known(rows: pd.DataFrame, column: str, t0: pd.Series, *, by: list[str], days: int) -> pd.Series:
    """Give the first known value of an attribute in the baseline window, by `by`."""
    known = rows[rows[column].notna()]
    return first_in_window(known, t0, by=by, days=days).set_index(by)[column]
