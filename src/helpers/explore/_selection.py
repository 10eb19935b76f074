"""What is chosen: what to look at, whose, whom to count, at which moment; and the frame that it gives.

A `Selection` says it; `frame` gives a row for each who is counted, with what holds of them at both moments.
Every view is made of that frame.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

import pandas as pd

from helpers.definitions import LEVELS, MOMENTS, Definitions, Text
from helpers.errors import PipelineError
from helpers.kansarmoede import SCORES
from helpers.states import WITHIN_FAMILY, family_level
from helpers.study import Study
from helpers.tables import TABLES
from helpers.words import UNITS as WHO
from helpers.words import both, say
from helpers.words.changes import SUFFICIENT

FAMILY, SCORE, PERSONS = "gezin", "score", "persons"
COUNTS = (PERSONS, *WITHIN_FAMILY)
UNKNOWN = ("not_applicable", "missing")
MOST = 99  # of a range without an end
COLUMNS = {  # what each filter looks at, of families and of their persons
    "pilots": "pilot",
    "household_types": "household_type",
    "children": "children",
    "scores": "score",
    "classes": "class",
    "followed": "followed",
    "without_coaches": "coach",
    "ages": "age_years",
    "educations": "education",
}
RANGES = ("children", "scores", "ages")
OF_PERSONS = {"ages": "kind", "educations": "volwassene"}
GROUPS = {  # what a selection can be divided by, and the filter that each part then has
    "pilot": "pilots",
    "household_type": "household_types",
    "children": "children",
    "class": "classes",
    "followed": "followed",
    "education": "educations",
    "age": "ages",
}
Range = tuple[int, int]


class SelectionError(PipelineError):
    """Something is chosen that does not exist; the message says what can be."""


@dataclass(frozen=True)
class Selection:
    """What to look at and whose. A filter that is left out keeps everyone.

    Parameters
    ----------
    unit, item : str
        An item of the Sociale Balans; or of a `gezin` its `score`, or a domain of the index.
    moment : str
        `baseline` (all retained families), or `follow_up` (the followed ones).
    count : str
        `persons` (of items of the household the families), or which member's level stands for the family:
        `worst`, `best`, `median`.
    by : str
        What to divide it by: `pilot`, `household_type`, `children`, `class`, `followed`; where persons are
        counted also `education` (adults) and `age` (children).
    pilots, household_types, classes : tuple of str
        Families of these.
    children, scores : (least, most)
        Families with so many children at baseline, with such a score at baseline.
    followed : bool
        Only families that are, or that are not.
    without_coaches : tuple of str
        Families of these are left out.
    ages, educations : (least, most), tuple of str
        Children of this age, adults of this education, where they are counted; else families with such a one.
    """

    unit: str = "huishouden"
    item: str = "verblijfplaats"
    moment: str = "baseline"
    count: str = PERSONS
    by: str = ""
    pilots: tuple[str, ...] = ()
    household_types: tuple[str, ...] = ()
    children: Range | None = None
    ages: Range | None = None
    educations: tuple[str, ...] = ()
    scores: Range | None = None
    classes: tuple[str, ...] = ()
    followed: bool | None = None
    without_coaches: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        return (self.unit, self.item)

    @property
    def families_counted(self) -> bool:
        return self.unit in (FAMILY, "huishouden") or self.count != PERSONS

    @property
    def filters(self) -> dict[str, Any]:
        """The filters that keep not everyone."""
        given = {name: getattr(self, name) for name in COLUMNS}
        return {name: asked for name, asked in given.items() if asked not in ((), None)}

    def code(self) -> str:
        """Write it as Python, without what it has by default.

        >>> Selection("kind", "stress", pilots=("Leuven",)).code()
        "explore.Selection(unit='kind', item='stress', pilots=('Leuven',))"
        """
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        usual = {field.name: field.default for field in fields(self)}
        given = [
            f"{name}={value!r}"
            for name, value in values.items()
            if value != usual[name] or name in ("unit", "item")
        ]
        return f"explore.Selection({', '.join(given)})"


@dataclass(frozen=True)
class Subject:
    """What is looked at: its values from worst to best, their names, and which of them are a shortage."""

    title: Text
    values: tuple[str, ...]
    labels: tuple[Text, ...]
    lacking: tuple[str, ...]
    shortage: Text


@lru_cache(maxsize=128)
def subject(study: Study, unit: str, item: str) -> Subject:
    """Describe an item, the score or a domain; SelectionError where there is none of that name."""
    definitions = study.definitions
    if (unit, item) not in subjects(definitions):
        raise SelectionError(say("explore", "no_item", study.language, unit=unit, item=item))
    if unit != FAMILY:
        found = definitions.item(unit, item)
        values = tuple(map(str, LEVELS))
        low = both("explore", "low_levels", most=SUFFICIENT - 1)
        return Subject(found.title, values, found.labels, values[: SUFFICIENT - 1], low)
    if item == SCORE:
        values = tuple(str(score) for score in reversed(SCORES))
        poor = study.settings["poverty_cutoff"]
        labels = tuple(both("explore", "domains", n=int(value)) for value in values)
        lacking = tuple(value for value in values if int(value) >= poor)
        return Subject(both("explore", "score"), values, labels, lacking, both("explore", "poor", n=poor))
    words = definitions.vocabulary["domain_status"]
    values = ("deprived", "not_deprived")
    title = both("explore", "domain", domain=definitions.kansarmoede.domain(item).title)
    return Subject(title, values, tuple(words[one] for one in values), values[:1], words["deprived"])


def subjects(definitions: Definitions) -> tuple[tuple[str, str], ...]:
    """List (unit, item) of all that can be looked at: the score, the domains, the items."""
    domains = [(FAMILY, domain.id) for domain in definitions.kansarmoede.domains]
    return ((FAMILY, SCORE), *domains, *definitions.items)


@lru_cache(maxsize=16)
def traits(study: Study) -> pd.DataFrame:
    """Give of every retained family (the index) what it can be chosen by, children and score at baseline."""
    families = study.families[study.families["status"] == "retained"].set_index("family")
    children = study.persons[(study.persons["unit"] == "kind") & study.persons["at_baseline"]]
    score = study.family_table("scores").query("moment == 'baseline'").set_index("family")["score"]
    return pd.DataFrame(
        {
            "pilot": families["pilot"],
            "household_type": families["household_type"].astype("str"),
            "children": children.groupby("family").size().reindex(families.index, fill_value=0),
            "score": score.reindex(families.index),
            "class": study.scores.set_index("family")["class"].astype("str").reindex(families.index),
            "followed": families["followed"],
            "coach": families["coach"],
        }
    )


def options(study: Study) -> Mapping[str, tuple[str, ...]]:
    return {
        "moment": MOMENTS,
        "count": COUNTS,
        "by": ("", *GROUPS),
        "pilots": tuple(study.pilots),
        "household_types": TABLES["families"].column("household_type").values,
        "educations": TABLES["figure_03"].column("education").values,
        "classes": tuple(one.id for one in study.definitions.kansarmoede.classes),
        "without_coaches": tuple(sorted(traits(study)["coach"].dropna().unique())),
    }


def groupings(selection: Selection) -> tuple[str, ...]:
    """Name what a selection can be divided by: by what persons are only where these are counted."""
    unit = "" if selection.families_counted else selection.unit
    return tuple(name for name, of in GROUPS.items() if OF_PERSONS.get(of, unit) == unit)


def checked(study: Study, selection: Selection) -> Selection:
    """Refuse what does not exist, and say what can be chosen instead."""
    language = study.language
    subject(study, *selection.key)
    for name, known in options(study).items():
        value = getattr(selection, name)
        for one in value if isinstance(value, tuple) else (value,):
            if one not in known:
                said = ", ".join(filter(None, known))
                raise SelectionError(say("explore", "no_choice", language, what=name, value=one, known=said))
    if selection.by and selection.by not in groupings(selection):
        raise SelectionError(say("explore", "no_group", language, known=", ".join(groupings(selection))))
    return selection


@lru_cache(maxsize=128)
def frame(study: Study, selection: Selection) -> pd.DataFrame:
    """Give who is counted, and what holds of them at both moments, whatever the moment of the selection.

    Gives family, person (empty where families are counted), at_baseline (whether there then), baseline and
    follow_up: a value of the subject, `not_applicable` or `missing`; follow_up is empty for who is not
    followed. Sorted.
    """
    unit, item = checked(study, selection).key
    families, persons = _chosen(study, selection)
    if unit == FAMILY:
        found = _of_families(study, item)
    elif selection.families_counted and unit != "huishouden":
        found = _of_members(study, selection, persons)
    else:
        found = _of_persons(study, unit, item, persons)
    found = found[found["family"].isin(families)]
    followed = traits(study)["followed"].reindex(found["family"]).to_numpy("bool")
    both = found[list(MOMENTS)].astype("str").fillna(UNKNOWN[-1])
    columns = ["family", "person", "at_baseline", "baseline", "follow_up"]
    found = found.assign(baseline=both["baseline"], follow_up=both["follow_up"].where(followed))
    return found[columns].sort_values(["family", "person"], ignore_index=True)


def families_of(study: Study, selection: Selection) -> pd.Index:
    return _chosen(study, checked(study, selection))[0]


def _chosen(study: Study, selection: Selection) -> tuple[pd.Index, pd.DataFrame]:
    rows, persons = traits(study), study.persons
    for name, asked in selection.filters.items():
        if name in OF_PERSONS:
            other = persons["unit"] != OF_PERSONS[name]
            persons = persons[other | _fits(persons[COLUMNS[name]], name, asked)]
            there = persons.loc[(persons["unit"] == OF_PERSONS[name]) & persons["at_baseline"], "family"]
            rows = rows[rows.index.isin(there)]
        else:
            rows = rows[_fits(rows[COLUMNS[name]], name, asked)]
    return rows.index, persons[persons["family"].isin(rows.index)]


def _fits(values: pd.Series, name: str, asked: Any) -> pd.Series:
    if name in RANGES:
        return values.between(*asked).fillna(False).astype("bool")
    if name == "followed":
        return values == asked
    there = values.astype("str").isin(asked)
    return ~there if name == "without_coaches" else there


def _of_families(study: Study, item: str) -> pd.DataFrame:
    if item == SCORE:
        rows = study.family_table("scores").assign(state=lambda found: found["score"].astype("str"))
    else:
        rows = study.domains[study.domains["domain"].astype("str") == item]
        rows = rows.assign(state=rows["status"].astype("str").replace("unknown", UNKNOWN[-1]))
    return _wide(rows.assign(person="")).assign(at_baseline=True)


def _of_persons(study: Study, unit: str, item: str, persons: pd.DataFrame) -> pd.DataFrame:
    rows = study.states[(study.states["unit"] == unit) & (study.states["item"] == item)]
    found = _wide(rows.assign(state=_state(rows), person=rows["person"].fillna("")))
    if unit == "huishouden":
        return found.assign(at_baseline=True)
    there = persons.loc[persons["unit"] == unit, ["family", "person", "at_baseline"]]
    return found.merge(there, on=["family", "person"], how="inner", validate="one_to_one")


def _of_members(study: Study, selection: Selection, persons: pd.DataFrame) -> pd.DataFrame:
    """Give the state of every family at both moments: that of one of its chosen members."""
    unit, item = selection.key
    rows = study.states[(study.states["unit"] == unit) & (study.states["item"] == item)]
    keys = pd.MultiIndex.from_frame(persons.loc[persons["unit"] == unit, ["family", "person"]])
    rows = rows[pd.MultiIndex.from_frame(rows[["family", "person"]]).isin(keys)]
    parts = []
    for moment in MOMENTS:
        found = family_level(
            rows, study.families, persons, unit=unit, item=item, moment=moment, within_family=selection.count
        )
        parts.append(found.assign(state=_state(found), moment=moment, person=""))
    return _wide(pd.concat(parts)).assign(at_baseline=True)


def _state(rows: pd.DataFrame) -> pd.Series:
    return rows["level"].astype("str").fillna(rows["status"].astype("str"))


def _wide(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows.assign(moment=rows["moment"].astype("str"))
    wide = rows.pivot(index=["family", "person"], columns="moment", values="state")
    return wide.reindex(columns=list(MOMENTS)).reset_index().rename_axis(columns=None)


def parts(study: Study, selection: Selection) -> dict[str, Selection]:
    """Divide a selection by what it is divided by, each part by its name; what is in none is not there.

    One that is not divided is one part, without a name.
    """
    if not checked(study, selection).by:
        return {"": selection}
    name = GROUPS[selection.by]
    asked = getattr(selection, name)
    found = {}
    for value, label in _values(study, selection.by):
        of = value if asked in ((), None) else _overlap(name, value, asked)
        part = replace(selection, by="", **{name: of})
        if of not in ((), None) and len(frame(study, part)):
            found[label] = part
    return found


def _overlap(name: str, value: Any, asked: Any) -> Any:
    if name in RANGES:
        return (max(value[0], asked[0]), min(value[1], asked[1]))
    if name == "followed":
        return value if value == asked else None
    return tuple(one for one in value if one in asked)


def _values(study: Study, by: str) -> list[tuple[Any, str]]:
    definitions, language = study.definitions, study.language
    declared = {"children": "children", "age": "child_age"}
    if by in declared:
        groups = TABLES["figure_02_groups"].groups[declared[by]]
        ends = {name: of for name, of in groups.items() if of and isinstance(of[0], int)}
        return [((of[0], of[-1]), say("explore", "range", language, what=name)) for name, of in ends.items()]
    if by == "followed":
        return [
            (one, say("explore_followed", "followed" if one else "not_followed", language))
            for one in (True, False)
        ]
    values = options(study)[GROUPS[by]]
    if by == "class":
        titles = {one.id: one.title(language) for one in definitions.kansarmoede.classes}
    else:
        known = definitions.vocabulary.get(by, {})
        titles = {value: known[value](language) if value in known else value for value in values}
    return [((value,), titles[value]) for value in values]


def who(selection: Selection) -> str:
    return "family" if selection.families_counted else WHO[selection.unit]


def between(words: str, language: str) -> Range | None:
    """Read a range as it is typed: `2`, `1-3`, `3+`; nothing is no range.

    >>> between("1-3", "en"), between("3+", "en"), between("2", "en"), between(" ", "en")
    ((1, 3), (3, 99), (2, 2), None)
    """
    text = words.replace("–", "-").replace(" ", "")
    if not text:
        return None
    low, dash, high = text.rstrip("+").partition("-")
    high = str(MOST) if text.endswith("+") or (dash and not high) else high or low
    if not (low.isdigit() and high.isdigit() and int(low) <= int(high)):
        raise SelectionError(say("explore", "no_range", language, words=words))
    return int(low), int(high)
