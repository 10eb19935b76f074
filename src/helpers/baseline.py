"""Figures 2 to 14: the retained families at baseline, and measures that stand in no figure."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from helpers import inference
from helpers.cleaning import CleanTables
from helpers.cleaning.windows import add_months, of_family
from helpers.definitions import LEVELS, Definitions, Figure, Table
from helpers.outputs import counts, derives, family_table
from helpers.states import family_level
from helpers.tables import TABLES, SchemaError, conform

UNKNOWN = "onbekend"
EXPECTED = "expected"
YOUTH_CARE, CRISIS_LEVEL = "figure_21", 1
STATES = TABLES["figure_04"].column("level").states
HOUSEHOLD_TYPES = TABLES["families"].column("household_type").values
EDUCATIONS = TABLES["figure_03"].column("education").values
NOT_KNOWN = "unknown"  # the group of what is not known
KNOWN = "known"  # the row of all with a known value
Shares = Callable[..., pd.DataFrame]  # `shares`, or of public counts `protect.rounded_shares`


@counts("flow")
def flow_counts(clean: CleanTables) -> pd.DataFrame:
    """Count families by stage of their selection: families."""
    return clean.flow.set_index("stage")[["families"]]


@counts("flow_groups")
def population_counts(clean: CleanTables) -> pd.DataFrame:
    """Count the families that are registered, retained and followed, by stage: families."""
    return flow_counts(clean).loc[["registered", "retained", "followed"]]


@counts("cases_by_pilot")
def case_counts(clean: CleanTables) -> pd.DataFrame:
    """Count families by pilot: registered, retained, followed."""
    return clean.cases_by_pilot.set_index("pilot")


@derives("cases_by_pilot")
def cases_by_pilot(counts: pd.DataFrame, pilots: Sequence[str]) -> pd.DataFrame:
    """Cases per pilot (Table 2 of the source report).

    In the order of the dataset; families that lost all rows in a last row `unknown`, if any.
    """
    others = [name for name in counts.index if name not in pilots]
    found = counts.reindex(pd.Index([*pilots, *others], name="pilot"), fill_value=0)
    return found.reset_index()


@counts("cleaning_log")
def log_counts(clean: CleanTables) -> pd.DataFrame:
    """Count rows and cells that each rule touched, by rule and sheet: rows, cells."""
    return clean.cleaning_log.set_index(["rule", "sheet"])


@counts("figure_02")
def profile_counts(families: pd.DataFrame, persons: pd.DataFrame) -> pd.DataFrame:
    """Count retained families by type and number of children, and their children by age at baseline.

    By characteristic (household_type, children, child_age) and value: n (families, or children: those there
    at baseline, expected births among them) with the sums over families of `count_members`.
    """
    parts = {
        name: count_members(
            rows["value"], rows["family"], known=rows["value"] != UNKNOWN if name != "children" else None
        )
        for name, rows in profile_values(families, persons).items()
    }
    return pd.concat(parts, names=["characteristic", "value"])


def profile_values(families: pd.DataFrame, persons: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Give of every retained family its type and number of children, and of every child its age.

    Gives household_type, children, child_age: family, value.
    """
    retained = families.loc[families["status"] == "retained", ["family", "household_type"]]
    children = children_at_baseline(persons)
    number = children.groupby("family").size().reindex(retained["family"], fill_value=0)
    age = children["age_years"].astype("str").fillna(UNKNOWN).mask(children["expected"], EXPECTED)
    return {
        "household_type": retained[["family"]].assign(value=retained["household_type"].astype("str")),
        "children": number.astype("str").rename("value").reset_index(),
        "child_age": children[["family"]].assign(value=age),
    }


@derives("figure_02")
def profile(counts: pd.DataFrame) -> pd.DataFrame:
    """Profile of the retained families: family type, number of children, age of the children.

    Shares are of the families (children) with a known value; `onbekend` has n only.
    """
    parts = {}
    for characteristic in ("household_type", "children", "child_age"):
        found = of(counts, characteristic)
        numbers = [int(value) for value in found.index if value.isdigit()]
        known = [str(number) for number in range(max(numbers, default=-1) + 1)]
        if characteristic == "household_type":
            known = [kind for kind in HOUSEHOLD_TYPES if kind != UNKNOWN]
        elif characteristic == "child_age":
            known = [EXPECTED, *known]
        unknown = [] if characteristic == "children" else [UNKNOWN]
        parts[characteristic] = shares(found, known, unknown, persons=characteristic == "child_age")
    return pd.concat(parts, names=["characteristic", "value"]).reset_index()


@derives(kind="distribution")
def families_by_value(
    counts: pd.DataFrame, declared: Table, share: Shares, populations: pd.DataFrame | None
) -> pd.DataFrame:
    """Families of one population by the values of the first column, with share and interval.

    A row for each value that the column can have. SchemaError where families have another one, and where some
    of the population (`populations`: n of each) have none: they would be in no row.
    """
    column, counted = declared.columns[:2]
    n = counts.iloc[:, 0].set_axis(counts.index.astype("str"))
    if strange := sorted(set(n.index[n > 0]) - set(column.values)):
        raise SchemaError(f"{declared.name}: {column.name} holds {strange}, expected {column.values}")
    if populations is not None:
        refuse_lost(declared.name, n, declared.population(()), populations)
    everyone = pd.concat([n, pd.Series({KNOWN: n.sum()})]).to_frame("n")
    made = share(everyone, column.values, [], persons=False).rename(columns={"n": counted.name})
    return conform(declared.name, made.rename_axis(column.name).reset_index())


def refuse_lost(name: str, groups: pd.Series, population: str, populations: pd.DataFrame) -> None:
    """SchemaError where the groups of a table do not hold each family (person) of its population once."""
    held, total = int(groups.sum()), int(populations.loc[population, "n"])
    if held != total:
        raise SchemaError(
            f"{name}: its groups hold {held} of the {total} that are {population}, and each has to be in one "
            "of them; a group of all others, such as unknown, may be missing"
        )


@counts("figure_03")
def education_counts(persons: pd.DataFrame) -> pd.DataFrame:
    """Count the adults there at baseline by education: n, with the sums over families of `count_members`."""
    adults = adults_at_baseline(persons)
    return count_members(adults["education"].astype("str"), adults["family"]).rename_axis("education")


def adults_at_baseline(persons: pd.DataFrame) -> pd.DataFrame:
    """Give the adults that are there at baseline."""
    return persons[(persons["unit"] == "volwassene") & persons["at_baseline"]]


def children_at_baseline(persons: pd.DataFrame) -> pd.DataFrame:
    """Give the children of retained families that are there at baseline, expected births among them."""
    return persons[(persons["unit"] == "kind") & persons["at_baseline"]]


@derives("figure_03")
def education(counts: pd.DataFrame) -> pd.DataFrame:
    """Education of the adults there at baseline.

    Shares are of all adults, `onbekend` among them.
    """
    table = shares(counts, EDUCATIONS, [], persons=True).rename_axis("education")
    return table.reset_index()


@counts(kind="levels")
def level_counts(
    start_states: pd.DataFrame, families: pd.DataFrame, figure: Figure, within_family: str
) -> pd.DataFrame:
    """Count families or persons by their state on the items of a figure, at baseline (Figures 4 to 14).

    By unit, item and level (1–5, not_applicable, missing): n, of persons with the sums of `count_members`.

    `within_family` says which level of its members a family has on an item of persons: `worst`, `best`,
    `median`.
    """
    parts = {
        key: count_members(found["state"], found["family"], known=found["level"].notna())
        for key, found in states_at_baseline(start_states, families, figure, within_family).items()
    }
    return pd.concat(parts, names=["unit", "item", "level"])


def states_at_baseline(
    start_states: pd.DataFrame, families: pd.DataFrame, figure: Figure, within_family: str
) -> dict[tuple[str, str], pd.DataFrame]:
    """Give of every retained family, or person there at baseline, the state on the items of a figure.

    Gives family, level, and state: the level as text, else not_applicable or missing.
    """
    parts = {}
    for unit, item in figure.items:
        if figure.unit_of_analysis == "family":
            found = family_level(start_states, families, unit=unit, item=item, within_family=within_family)
        else:
            found = start_states[(start_states["unit"] == unit) & (start_states["item"] == item)]
        state = found["level"].astype("str").fillna(found["status"].astype("str"))
        parts[unit, item] = found[["family", "level"]].assign(state=state)
    return parts


@derives(kind="levels")
def distribution(
    counts: pd.DataFrame, figure: Figure, definitions: Definitions, language: str
) -> pd.DataFrame:
    """Distribution of the items of a figure over the levels, at baseline (Figures 4 to 14).

    For each item the five levels, then not_applicable and missing, which have n only; shares are of the known
    levels.
    """
    parts = []
    unknown = [definitions.word("status", status, language) for status in STATES[len(LEVELS) :]]
    for unit, item in figure.items:
        persons = figure.unit_of_analysis != "family"
        part = shares(of(counts, unit, item), STATES[: len(LEVELS)], STATES[len(LEVELS) :], persons=persons)
        labels = [label(language) for label in definitions.item(unit, item).labels] + unknown
        parts.append(part.rename_axis("level").reset_index().assign(unit=unit, item=item, label=labels))
    return conform(figure.id, pd.concat(parts, ignore_index=True))


@derives("needs")
def needs(levels: Mapping[str, pd.DataFrame], definitions: Definitions) -> pd.DataFrame:
    """Figures 4 to 14 laid together, the items with the largest share of problems first."""
    parts = []
    for name, table in levels.items():
        figure = definitions.figures[name]
        known = table[table["level"].astype("str").isin(STATES[: len(LEVELS)])]
        for _, rows in known.groupby(["unit", "item"], sort=False):
            level = rows["level"].astype("str").astype("int64")
            problem = float(rows.loc[level.isin(figure.problems), "share"].sum())
            parts.append(rows.assign(figure=figure.id, level=level, problem=problem))
    order = pd.concat(parts).sort_values("problem", ascending=False, kind="stable", ignore_index=True)
    return order[["figure", "unit", "item", "level", "n", "share"]]


# ---- in groups, for the public edition --------------------------------------------------------------


@counts("figure_02_groups")
def profile_group_counts(families: pd.DataFrame, persons: pd.DataFrame, declared: Table) -> pd.DataFrame:
    """Count as `profile_counts` does, in groups: by characteristic and group."""
    values = profile_values(families, persons)
    parts = {
        name: _count_groups(rows["value"], rows["family"], _grouped(rows["value"], declared.groups[name]))
        for name, rows in values.items()
    }
    return pd.concat(parts, names=["characteristic", "group"])


@derives("figure_02_groups")
def profile_groups(counts: pd.DataFrame, declared: Table, share: Shares) -> pd.DataFrame:
    """Profile of the retained families in groups: family type, number of children, age of the children."""
    parts = {
        name: share(
            of(counts, name),
            [group for group in groups if group != NOT_KNOWN],
            [group for group in groups if group == NOT_KNOWN],
            persons=name == "child_age",
        )
        for name, groups in declared.groups.items()
    }
    return pd.concat(parts, names=["characteristic", "group"]).reset_index()


@counts("figure_03_groups")
def education_group_counts(persons: pd.DataFrame, declared: Table) -> pd.DataFrame:
    """Count the adults there at baseline in groups of education: by group."""
    adults = adults_at_baseline(persons)
    values = adults["education"].astype("str")
    group = values.map(_grouped(values, declared.groups["education"])).fillna(NOT_KNOWN)
    return count_members(group, adults["family"]).rename_axis("group")


@derives("figure_03_groups")
def education_groups(counts: pd.DataFrame, declared: Table, share: Shares) -> pd.DataFrame:
    """Education of the adults there at baseline in groups.

    Shares are of all adults, `unknown` among them.
    """
    made = share(counts, [*declared.groups["education"]], [], persons=True).rename_axis("group")
    return made.reset_index()


@counts(kind="levels_groups")
def level_group_counts(
    start_states: pd.DataFrame, families: pd.DataFrame, figure: Figure, within_family: str
) -> pd.DataFrame:
    """Count as `level_counts` does, in groups of levels: by unit, item and group."""
    named = figure.group_of
    parts = {
        key: _count_groups(found["state"], found["family"], named)
        for key, found in states_at_baseline(start_states, families, figure, within_family).items()
    }
    return pd.concat(parts, names=["unit", "item", "group"])


@derives(kind="levels_groups")
def distribution_groups(counts: pd.DataFrame, figure: Figure, share: Shares) -> pd.DataFrame:
    """Distribution of the items of a figure over groups of levels, at baseline.

    Groups are levels as `1-2`, then `unknown`: not applicable or missing, which has n only.
    """
    known = list(figure.levels)
    persons = figure.unit_of_analysis != "family"
    parts = {key: share(of(counts, *key), known, [NOT_KNOWN], persons=persons) for key in figure.items}
    table = pd.concat(parts, names=["unit", "item", "group"]).reset_index()
    return conform(f"{figure.id}_groups", table)


def _grouped(values: pd.Series, groups: Mapping[str, Sequence[str | int]]) -> dict[str, str]:
    """Give the group of each value: the one that names it, or that names the numbers on both sides of it."""
    named = {value: group for group, of in groups.items() for value in of if isinstance(value, str)}
    ranges = {group: of for group, of in groups.items() if of and isinstance(of[0], int)}
    numbers = {group: range(int(of[0]), int(of[-1]) + 1) for group, of in ranges.items()}
    return named | {
        value: group
        for value in values.unique()
        for group, of in numbers.items()
        if value.isdigit() and int(value) in of
    }


def _count_groups(values: pd.Series, family: pd.Series, named: Mapping[str, str]) -> pd.DataFrame:
    """Count as `count_members`, by the group of each value; what has none is unknown."""
    group = values.map(named)
    return count_members(group.fillna(NOT_KNOWN), family, known=group.notna())


# ---- further measures ------------------------------------------------------------------------------------


@family_table("claim_members")
def claim_members(
    families: pd.DataFrame,
    persons: pd.DataFrame,
    observations: pd.DataFrame,
    definitions: Definitions,
    follow_up_months: int,
) -> pd.DataFrame:
    """Count in every retained family what the source report speaks of and no other table holds.

    Gives family, retained (1), children (at baseline, expected births among them), children_of_known_age and
    their years_of_children, families_with_youth_care_crisis (1: followed, with a child at level 1 of
    the item of Figure 21 at any registration from t0 up to and including `follow_up_months` later).
    """
    retained = families.loc[families["status"] == "retained", "family"].sort_values()
    children = children_at_baseline(persons).groupby("family")["age_years"]
    followed = families[families["followed"]].set_index("family")
    until = add_months(followed["t0"], months=follow_up_months)
    unit, item = definitions.figures[YOUTH_CARE].items[0] if YOUTH_CARE in definitions.figures else ("", "")
    crisis = observations[
        (observations["unit"] == unit)
        & (observations["item"] == item)
        & (observations["level"] == CRISIS_LEVEL)
    ]
    in_time = crisis.loc[crisis["date"] <= of_family(crisis["family"], until), "family"]
    numbers = {
        "children": children.size(),
        "children_of_known_age": children.count(),
        "years_of_children": children.sum(),
    }
    table = pd.DataFrame(numbers).reindex(retained).fillna(0).astype("int64")
    table.insert(0, "retained", 1)
    table["families_with_youth_care_crisis"] = table.index.isin(in_time).astype("int64")
    return table.rename_axis("family").reset_index()


@counts("claim_measures")
def claim_counts(claim_members: pd.DataFrame) -> pd.DataFrame:
    """Add up `claim_members` over the families, by measure: n."""
    return claim_members.drop(columns="family").sum().rename_axis("measure").to_frame("n").astype("int64")


CLAIM_MEASURES = {  # what is divided by what
    "children_mean_age": ("years_of_children", "children_of_known_age"),
    "children_per_family": ("children", "retained"),
    "families_with_youth_care_crisis": ("families_with_youth_care_crisis", None),
}


@derives("claim_measures")
def claim_measures(counts: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Measures that the source report speaks of and no other table holds.

    A mean of nobody is missing, and so are crises where the study has no Figure 21.
    """
    n = counts["n"]
    values = {
        name: float(n[part]) if whole is None else n[part] / n[whole] if n[whole] else np.nan
        for name, (part, whole) in CLAIM_MEASURES.items()
    }
    if YOUTH_CARE not in definitions.figures:
        values["families_with_youth_care_crisis"] = np.nan
    return pd.Series(values, name="value").rename_axis("measure").reset_index()


def count_members(values: pd.Series, family: pd.Series, *, known: pd.Series | None = None) -> pd.DataFrame:
    """Count persons, or families, by value, with what a design effect of families needs.

    By value, and for all of a known value together (`known`): n (persons), and of the families with y > 0 of
    them among size persons of a known value: families, squares (Σy²) and products (Σy·size).

    `known` tells whose value is known, so that shares are of these; all by default.
    """
    everyone = pd.Series(True, values.index) if known is None else known
    size = everyone.groupby(family).sum()
    persons = pd.DataFrame({"value": values, "family": family}).assign(n=1)
    both = pd.concat([persons, persons[everyone].assign(value=KNOWN)])
    y = both.groupby(["value", "family"])["n"].sum().to_frame().reset_index("family")
    y = y.assign(families=1, squares=y["n"] ** 2, products=y["n"] * size.reindex(y["family"]).to_numpy())
    return y.drop(columns="family").groupby(level="value").sum().astype(np.int64)


def of(counts: pd.DataFrame, *key: str) -> pd.DataFrame:
    """Give the counts of one key, by what is left of the index; none where nothing was counted."""
    there = np.ones(len(counts), dtype=bool)
    for level, value in enumerate(key):
        there &= counts.index.get_level_values(level) == value
    return counts[there].droplevel(list(range(len(key))))


def shares(
    counts: pd.DataFrame, known: Sequence[str], unknown: Sequence[str], *, persons: bool
) -> pd.DataFrame:
    """Make shares of counts, with their 95 % intervals.

    By value: n, share (of the known values), ci_low, ci_high (Wilson; of persons with the design effect of
    their families).

    `known` and `unknown` are the rows, in their order; `persons` tells whether several of a family may be
    counted.
    """
    found = counts.reindex([*known, *unknown], fill_value=0)
    of = counts.reindex([KNOWN], fill_value=0).iloc[0]
    some = found.index.isin(known) & bool(of["n"] > 0)
    if persons:
        sums = inference.FamilySums(
            of["families"],
            of["n"],
            found["n"].to_numpy(),
            of["squares"],
            found["products"].to_numpy(),
            found["squares"].to_numpy(),
        )
        interval = inference.share_interval(sums)
        low, high = interval.low, interval.high
    else:
        low, high = inference.wilson(found["n"].to_numpy(), of["n"])
    return found[["n"]].assign(
        share=(found["n"] / of["n"]).where(some),
        ci_low=np.where(some, low, np.nan),
        ci_high=np.where(some, high, np.nan),
    )
