"""Several datasets as one study, in which each is a pilot: nobody twice, rows laid together, counts added.

However large they are, they are held against each other by what tells families apart (`Traits`), and by the
levels of those few that may be the same.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace

import pandas as pd

from helpers.cleaning import OF_FAMILIES, SHOWN_ROWS, CleanError, CleanTables
from helpers.cleaning.export_counts import contents
from helpers.cleaning.families import UNKNOWN_PILOT, for_comparison
from helpers.export.dataset import Dataset
from helpers.export.names import fold
from helpers.tables import TABLES, conform

FEWEST = 4  # families in two datasets up to which they may be others, in another period by chance
SAME = "with the same code and levels or, under another code, the same levels on the same first day"
MOST = 3 / 4  # of the levels of a family that stands in two datasets, one of which was mended since
CHANCE = 1 / 1000  # that any two families of one code in different datasets are taken for one
SAME_DAY, SAME_LEVEL = 1 / 20, 0.4  # of two families: more often than any two do by chance
WITH_LEVELS = ("observations", "excluded_observations")
LEVEL_AT = ["family", "unit", "person", "date", "item", "level"]
ORDER = {  # of rows that are laid together; those of which all this is the same stay as they are
    "families": ["family"],
    "persons": ["family", "unit", "person"],
    "registrations": ["family", "unit", "person", "date", "registration"],
    "rejected": ["sheet", "row"],
    "observations": ["unit", "family", "person", "date", "registration"],
    "excluded_observations": ["unit", "family", "person", "date", "registration"],
    "notes": ["unit", "family", "person", "date"],
}

# ---- who stands in more than one -------------------------------------------------------------------------


@dataclass(frozen=True)
class Traits:
    """What tells the families of a dataset from those of another one.

    ============ ======================== ==================================================================
    families     family, pilot            t0 and last_date, group
    children     family, pilot, person    born: the last day that a child with a known age may be born on
    days         family, date             levels: how many different ones
    contents     family                   content: what `export_counts.contents` gives
    ============ ======================== ==================================================================
    """

    families: pd.DataFrame
    children: pd.DataFrame
    days: pd.DataFrame
    contents: pd.DataFrame

    @classmethod
    def of(cls, tables: CleanTables) -> "Traits":
        """Take them of clean tables."""
        families = tables.families[["family", "pilot", "t0", "last_date", "group"]]
        levels = levels_of(tables).drop_duplicates()
        return cls(
            families.assign(pilot=families["pilot"].map(fold)),
            _born(tables),
            levels.groupby(["family", "date"]).size().rename("levels").reset_index(),
            contents(tables),
        )

    @classmethod
    def together(cls, parts: Sequence["Traits"]) -> "Traits":
        """Lay those of disjoint sets of families of one dataset below each other."""
        names = [one.name for one in fields(cls)]
        return cls(*(pd.concat([getattr(one, name) for one in parts], ignore_index=True) for name in names))


@dataclass(frozen=True)
class Held:
    """A dataset as it is held against others: whom it has, and the levels of some of its families."""

    name: str  # by which messages name it
    traits: Traits
    levels: Callable[[Iterable[str]], pd.DataFrame]  # as `levels_of`

    @classmethod
    def of(cls, name: str, tables: CleanTables) -> "Held":
        """Take it of clean tables."""

        def levels(families: Iterable[str]) -> pd.DataFrame:
            every = levels_of(tables)
            return every[every["family"].isin(list(families))]

        return cls(name, Traits.of(tables), levels)


def levels_of(tables: CleanTables) -> pd.DataFrame:
    """Give every level, also of families that are left out: family, unit, person, date, item, level."""
    return pd.concat([getattr(tables, name) for name in WITH_LEVELS])[LEVEL_AT]


def _born(tables: CleanTables) -> pd.DataFrame:
    children = tables.persons[(tables.persons["unit"] == "kind") & tables.persons["age_years"].notna()]
    rows = children.merge(tables.families[["family", "pilot", "t0"]], on="family", validate="many_to_one")
    age = pd.to_timedelta(365.25 * rows["age_years"].astype("float64"), unit="D")
    born = rows.assign(pilot=rows["pilot"].map(fold), born=rows["t0"] - age)
    return born[["family", "pilot", "person", "born"]]


def refuse_twice(datasets: Sequence[Held]) -> None:
    """Refuse datasets of which some have the same families (CleanError).

    A family stands in two of them with the same code and most of its levels or, whatever its code, with the
    levels of its first day; or several do with the same code and pilot, one after another: of two years.
    """
    if several := _in_several(datasets):
        twice = sorted(f"{datasets[number].name}/{family}" for number, family in several)
        raise CleanError(
            f"families stand in more than one dataset, {SAME} ({', '.join(twice[:SHOWN_ROWS])} …, in all "
            f"{len(twice)}): they would count twice. Take them out of all but one."
        )
    if years := _in_years([one.traits for one in datasets]):
        raise CleanError(
            f"{len(years)} families with the same code and pilot are in more than one dataset, each later in "
            f"one than in the other ({', '.join(years[:SHOWN_ROWS])} …): they would count twice, and be "
            "followed in none. Put the registrations of all years of a pilot into one dataset; if these are "
            "other families, give each dataset.yml names of its own under `pilots`, and those of the export "
            "under `pilot_names`."
        )


def _in_several(datasets: Sequence[Held]) -> list[tuple[int, str]]:
    """Give the families that stand in several datasets, with its number: with the same content, or code."""
    told = _numbered([one.traits.contents for one in datasets])
    alike = told[told.groupby("content")["dataset"].transform("nunique") > 1]
    found = pd.concat([alike, _of_one_code(datasets)])
    return sorted(
        {(int(n), str(family)) for n, family in zip(found["dataset"], found["family"], strict=True)}
    )


def _of_one_code(datasets: Sequence[Held]) -> pd.DataFrame:
    """Give the families, with the numbers of their datasets, that another one has under the same code.

    Without the name of a dataset before it, that is. Most of their levels stand in that one too, and more
    than chance gives to any two of so many: hundreds of datasets may number their families alike. Levels are
    asked for of those only who have most of them on days on which the other has some.
    """
    days = _numbered([one.traits.days for one in datasets])
    days["code"] = _bare(days["family"])
    days["who"] = days.groupby(["dataset", "family"]).ngroup()
    who = days.drop_duplicates("who").set_index("who").sort_index()
    exports = who["code"].value_counts()
    pairs = (exports * (exports - 1) / 2).sum()
    enough = math.log(max(pairs, 1) * SAME_DAY / CHANCE) / -math.log(SAME_LEVEL)
    others = days[["dataset", "code", "date"]].rename(columns={"dataset": "other"})
    both = days.merge(others, on=["code", "date"]).query("dataset != other")
    shared = both.groupby(["who", "other"])["levels"].sum().reset_index()
    most = MOST * shared["who"].map(days.groupby("who")["levels"].sum())
    maybe = shared[(shared["levels"] > enough) & (shared["levels"] > most)]
    sought = who[who["code"].isin(who.loc[maybe["who"], "code"])]
    hashed = {n: _hashed(datasets[n].levels(own["family"]), own) for n, own in sought.groupby("dataset")}
    found: set[int] = set()
    for other, own in maybe.groupby("other"):
        mine = pd.concat([one[one["who"].isin(own["who"])] for one in hashed.values()])
        there = mine["level_at"].isin(hashed[other]["level_at"])
        same = there.groupby(mine["who"]).agg(["sum", "mean"])
        found |= {*same.index[(same["sum"] > enough) & (same["mean"] > MOST)]}
    return who.loc[sorted(found)]


def _hashed(levels: pd.DataFrame, who: pd.DataFrame) -> pd.DataFrame:
    """Give a hash of each level of some families (`who`) of a dataset: who, level_at."""
    level_at = pd.util.hash_pandas_object(levels.assign(family=_bare(levels["family"])), index=False)
    number = levels["family"].map(pd.Series(who.index, index=who["family"]))
    return pd.DataFrame({"who": number, "level_at": level_at}).drop_duplicates("level_at")


def _numbered(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Lay a table of each dataset below each other, with its number."""
    return pd.concat([table.assign(dataset=n) for n, table in enumerate(tables)], ignore_index=True)


def _bare(family: pd.Series) -> pd.Series:
    """Give codes without the name of a dataset before them."""
    return family.str.replace("^.*/", "", regex=True)


def _in_years(datasets: Sequence[Traits]) -> list[str]:
    """Give the codes of families that several datasets name with the same pilot, if each comes after another.

    Different families of one code overlap, some of them, in pilots that run beside each other; in pilots that
    follow each other most of their children are of other ages.
    """
    keys = ["family", "pilot"]
    rows = pd.concat([one.families for one in datasets]).sort_values("t0", kind="stable")
    before = rows.groupby(keys)["last_date"].shift()
    shared = rows[before.notna()]
    apart = (shared["t0"] > before[before.notna()]).to_numpy()
    children = pd.concat([one.children for one in datasets])
    children = children.merge(shared[keys].drop_duplicates(), on=keys, validate="many_to_one")
    born = children.groupby([*keys, "person"])["born"].agg(["size", "min", "max"]).query("size > 1")
    others = (born["max"] - born["min"] > pd.Timedelta(days=366)).mean() > 1 / 2  # False without children
    return sorted(set(shared["family"])) if apart.sum() > FEWEST and apart.all() and not others else []


def refuse_both(others: Held, coached: Held) -> None:
    """Refuse a second export as the families for comparison of a first one (CleanError).

    One of the exports has both groups, or a family stands in both, as `refuse_twice` has it. Families are
    known by export and code: the same code may stand in both, for other families.
    """
    of, families = f"comparison {others.name}", others.traits.families
    if for_comparison(coached.traits.families).any():
        raise CleanError(
            f"{of}: the export itself has families for comparison (column groep); give these or a second "
            "export, not both."
        )
    coach = families["group"].notna()  # a group for comparison is taken off, as all of them are
    if coach.any():
        named = ", ".join(families.loc[coach, "family"].head(SHOWN_ROWS))
        raise CleanError(
            f"{of}: {coach.sum()} families have groep gezinscoach ({named}); expected an export of families "
            "for comparison alone: take these out, or use the export with --raw and no --comparison."
        )
    if twice := sorted({family for number, family in _in_several([others, coached]) if number == 0}):
        raise CleanError(
            f"{of}: {len(twice)} families stand in the other export too, {SAME} "
            f"({', '.join(twice[:SHOWN_ROWS])}): a family is coached or for comparison. Take them out of "
            "one of the two."
        )


# ---- laid together ---------------------------------------------------------------------------------------


def together(
    parts: Sequence[tuple[Dataset, CleanTables, pd.DataFrame]], whole: Dataset
) -> tuple[CleanTables, pd.DataFrame]:
    """Lay the clean tables and the states of several datasets together, each of which becomes a pilot.

    Raises CleanError as `refuse_twice`.
    """
    refuse_twice([Held.of(one.name, tables) for one, tables, _ in parts])
    tables, states = zip(*(as_pilot(cleaned, own, one, whole) for one, cleaned, own in parts), strict=True)
    return laid_together(tables), states_together(states)


def as_pilot(
    tables: CleanTables, states: pd.DataFrame, dataset: Dataset, whole: Dataset
) -> tuple[CleanTables, pd.DataFrame]:
    """Give clean tables and states of a dataset, or of some families in it, as those of a pilot of a whole.

    A family is known by dataset and code, as `gent/G-001`, so that the same code may be of another family in
    another dataset, and so are coaches and organisations. Its pilot is the title of the dataset, whatever
    pilot its own export names. Files in `rejected` are named with their dataset too; among the cases are
    those of the other pilots, 0 here.
    """
    named = {name: _named(getattr(tables, name), dataset) for name in (*OF_FAMILIES, "rejected")}
    families = _named(tables.families, dataset).assign(pilot=dataset.title).astype({"pilot": "str"})
    pilot = tables.cases_by_pilot["pilot"]
    cases = tables.cases_by_pilot.assign(pilot=pilot.where(pilot == UNKNOWN_PILOT, dataset.title))
    cases = cases.astype({"pilot": "str"}).groupby("pilot").sum()
    unknown = [UNKNOWN_PILOT] if UNKNOWN_PILOT in cases.index else []
    cases = cases.reindex(pd.Index([*whole.pilots, *unknown], name="pilot"), fill_value=0).reset_index()
    counted = conform("cases_by_pilot", cases)
    laid = replace(tables, families=families, cases_by_pilot=counted, **named)
    return laid, conform("states", _named(states, dataset))


def _named(rows: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Name the families, coaches, organisations and files of a dataset with it."""
    names = [name for name in ("family", "coach", "organisation", "file") if name in rows]
    return rows.assign(**{name: f"{dataset.name}/" + rows[name] for name in names})


def laid_together(parts: Sequence[CleanTables]) -> CleanTables:
    """Lay the clean tables of different families together, in the order of codes, and add their counts up."""
    rows = {
        name: pd.concat([getattr(tables, name) for tables in parts]).sort_values(ORDER[name], kind="stable")
        for name in ("families", *OF_FAMILIES, "rejected")
    }
    cases = _added([tables.cases_by_pilot for tables in parts], ["pilot"])
    stages = TABLES["flow"].column("stage").values
    counts = {
        "flow": _added([tables.flow for tables in parts], ["stage"]).sort_values(
            "stage", key=lambda names: names.map(stages.index)
        ),
        "cleaning_log": _added([tables.cleaning_log for tables in parts], ["rule", "sheet"]),
        "cases_by_pilot": cases.sort_values("pilot", key=lambda names: names == UNKNOWN_PILOT, kind="stable"),
    }
    return CleanTables(**{name: conform(name, table) for name, table in {**rows, **counts}.items()})


def states_together(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Lay the states of different families together, in the order of moments and codes."""
    return pd.concat(parts, ignore_index=True).sort_values(
        ["moment", "family"], kind="stable", ignore_index=True
    )


def _added(tables: Sequence[pd.DataFrame], by: list[str]) -> pd.DataFrame:
    """Add counts up, in the order in which their keys first stand."""
    rows = pd.concat([table.astype(dict.fromkeys(by, "str")) for table in tables])
    return rows.groupby(by, sort=False).sum().reset_index()
