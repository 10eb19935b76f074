"""What is chosen, and its views: how many have which value, who moved where, two selections side by side.

A `Selection` says what to look at, whose, whom to count, at which moment; `frame` gives a row for each who is
counted, with what holds of them at both moments. Every view is made of that frame, by the functions that make
the report. Beside them one family from day to day, and the clean tables.
"""

import hashlib
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from numbers import Integral, Number
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex

from helpers import baseline, case_review, nets
from helpers.case_review import KEYS
from helpers.charts import matrix as squares
from helpers.charts import rows, style
from helpers.charts.names import Names
from helpers.cleaning import STUDY_FILE, CleanTables
from helpers.definitions import LEVELS, MOMENTS, Definitions, Text, load_definitions
from helpers.errors import PipelineError
from helpers.export.dates import day_of
from helpers.folders import resolve
from helpers.inference import family_sums
from helpers.inference.groups import difference_test
from helpers.kansarmoede import SCORES
from helpers.report.output import Output
from helpers.states import WITHIN_FAMILY, family_level
from helpers.study import Study, as_written
from helpers.tables import TABLES
from helpers.words import UNITS as WHO
from helpers.words import both, first, say
from helpers.words.case_review import profile
from helpers.words.case_review import timeline as timeline_facts
from helpers.words.changes import SUFFICIENT

FAMILY, SCORE, PERSONS = "gezin", "score", "persons"
FIRST = next(iter(load_definitions().items))
COUNTS = (PERSONS, *WITHIN_FAMILY)
UNKNOWN = ("not_applicable", "missing")
MOST = 99  # of a range without an end
LONG = 2**23  # bytes of an export that takes more than some seconds to clean
LONGEST_NAME = 100  # signs of the name of a file, without its kind
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

    unit: str = FIRST[0]
    item: str = FIRST[1]
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

    def __post_init__(self) -> None:
        """Take a list as a tuple, the one name where there may be several as a tuple of it, and what is no
        name and no number as its text, which then does not exist.
        """
        for one in fields(self):
            value = getattr(self, one.name)
            several = (value,) if one.default == () and isinstance(value, str) else value
            listed = not isinstance(several, str) and isinstance(several, Iterable)
            plain = tuple(map(_plain, several)) if listed else _plain(several)
            object.__setattr__(self, one.name, plain)

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
    children = baseline.children_at_baseline(study.persons)
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
        "household_types": baseline.HOUSEHOLD_TYPES,
        "educations": baseline.EDUCATIONS,
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
    for name in RANGES:
        asked = getattr(selection, name)
        if not (asked is None or _is_range(asked)):
            raise SelectionError(say("explore", "no_ends", language, what=name, value=asked))
    if selection.followed not in (None, True, False):
        said, value = "True, False", selection.followed
        raise SelectionError(say("explore", "no_choice", language, what="followed", value=value, known=said))
    if selection.by and selection.by not in groupings(selection):
        raise SelectionError(say("explore", "no_group", language, known=", ".join(groupings(selection))))
    return selection


def _plain(value: Any) -> Any:
    """Give a value that can be compared: pandas' missing one says of no question whether it is so."""
    return value if value is None or isinstance(value, str | Number | np.bool_) else str(value)


def _is_range(asked: Any) -> bool:
    whole = isinstance(asked, tuple) and all(isinstance(end, Integral) for end in asked)
    return whole and len(asked) == 2 and asked[0] <= asked[1]


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
        rows = study.domains[study.domains["domain"] == item]
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
    keys = pd.MultiIndex.from_frame(persons.loc[persons["unit"] == unit, ["family", "person"]])
    parts = []
    for moment, states in zip(MOMENTS, (study.start_states, study.states), strict=True):
        members = states[(states["unit"] == unit) & (states["item"] == item)]
        members = members[pd.MultiIndex.from_frame(members[["family", "person"]]).isin(keys)]
        found = family_level(
            members, study.families, unit=unit, item=item, moment=moment, within_family=selection.count
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
        ends = (max(value[0], asked[0]), min(value[1], asked[1]))
        return ends if _is_range(ends) else None
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
    if not (low.isdecimal() and high.isdecimal() and int(low) <= int(high)):
        raise SelectionError(say("explore", "no_range", language, words=words))
    return int(low), int(high)


LANES = tuple(squares.LANES)  # who has no known value at a moment, or was not followed
ENDS = ["baseline_level", "follow_up_level"]
NAMES = (*(field.name for field in fields(CleanTables)), "states")  # of the clean tables
COMPARED: Mapping[str, Callable[[Any, Any], Any]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}


def open_study(*, clean: str | Path, raw: str | Path, language: str = "nl", seed: int = 2023) -> Study:
    """Open the clean tables; where there are none, clean the export in memory and write nothing.

    Of a large one that is said beforehand, as it takes a while. PipelineError where neither can be read; the
    message says which file is the trouble.
    """
    if resolve(raw).exists() and not (resolve(clean) / STUDY_FILE).exists():
        if sum(path.stat().st_size for path in resolve(raw).rglob("*") if path.is_file()) > LONG:
            print(say("explore", "wait", language), flush=True)  # in the notebook, below the cell that waits
        return Study.clean(raw, language=language, seed=seed)
    return Study.open(clean, language=language, seed=seed)


# ---- tables ----------------------------------------------------------------------------------------------


def distribution(study: Study, selection: Selection) -> pd.DataFrame:
    """Count how many have each value at the moment of the selection, as Figures 4–14 do.

    Gives group (where it is divided), value (from worst to best, then `not_applicable` and `missing`), label,
    n, share (of the known values), ci_low, ci_high.
    """
    of, words = subject(study, *selection.key), study.definitions.vocabulary["status"]
    labels = [label(study.language) for label in (*of.labels, *(words[name] for name in UNKNOWN))]

    def one(part: Selection) -> pd.DataFrame:
        found = there(study, part)
        state = found[part.moment]
        counts = baseline.count_members(state, found["family"], known=state.isin(of.values))
        table = baseline.shares(counts, of.values, UNKNOWN, persons=not part.families_counted)
        return table.assign(label=labels).rename_axis("value").reset_index()

    columns = ["value", "label", "n", "share", "ci_low", "ci_high"]
    return _divided(study, selection, lambda part: one(part)[columns])


def change(study: Study, selection: Selection) -> pd.DataFrame:
    """Count who moved which way from baseline to follow-up, and test it with whole families as the unit.

    Gives group (where it is divided), n (of a known value at both moments), improved, unchanged, declined,
    net with net_low and net_high, family_p, families_improved, families_declined, as in `item_change`. The
    test is of one question: who asks many finds something.
    """

    def one(part: Selection) -> pd.DataFrame:
        return pd.DataFrame([nets.net_share(nets.count_families(_moves(study, part), []))])

    return _divided(study, selection, one)


def matrix(study: Study, selection: Selection) -> pd.DataFrame:
    """Count who went from which value to which, as Figures 18–21 do.

    Gives group (where it is divided), baseline_level, follow_up_level (a value, `unknown`, or at follow-up
    `lost`: not followed), n, share (of those who began there and of whom the follow-up is known); all pairs.
    """
    values = subject(study, *selection.key).values
    cells = pd.MultiIndex.from_product([[*values, LANES[0]], [*values, *LANES]], names=ENDS)

    def one(part: Selection) -> pd.DataFrame:
        found = frame(study, part)[list(MOMENTS)].fillna(LANES[1]).set_axis(ENDS, axis=1)
        lanes = found.where(found.isin([*values, LANES[1]]), LANES[0])
        table = lanes.groupby(ENDS).size().reindex(cells, fill_value=0).rename("n").reset_index()
        known = table[table[ENDS].isin(values).all(axis=1)]
        began = known.groupby("baseline_level")["n"].transform("sum")
        return table.assign(share=known["n"] / began.where(began > 0))

    return _divided(study, selection, one)


def contrast(study: Study, one: Selection, other: Selection) -> dict[str, Any]:
    """Hold two selections against each other; what they are divided by is of no weight.

    Gives sides (of each: shortage, lacking of known, net share of who moved), and p of the difference between
    their net shares: None where they share families, or nothing varies.
    """
    sides, sums = [], []
    for chosen in (one, other):
        of, state = subject(study, *chosen.key), there(study, chosen)[chosen.moment]
        moves = _moves(study, chosen)
        found = family_sums(moves["improved"] - moves["declined"], moves["pairs"])
        counted = {"lacking": int(state.isin(of.lacking).sum()), "known": int(state.isin(of.values).sum())}
        sides.append(
            counted | {"shortage": of.shortage, "net": float(found.y / found.n) if found.n else float("nan")}
        )
        sums.append(found)
    p = difference_test(*sums).p
    apart = families_of(study, one).intersection(families_of(study, other)).empty
    return {"sides": sides, "p": float(p) if apart and pd.notna(p) else None}


def there(study: Study, selection: Selection) -> pd.DataFrame:
    """Give the rows of the frame of those who are there at the moment of the selection."""
    found = frame(study, selection)
    return found[found["at_baseline"] if selection.moment == "baseline" else found["follow_up"].notna()]


def _moves(study: Study, selection: Selection) -> pd.DataFrame:
    """Count of every family its pairs of known values, and how many of these improved and declined."""
    place = {value: at for at, value in enumerate(subject(study, *selection.key).values)}
    found = frame(study, selection)
    before, after = (found[moment].map(place).astype("float64") for moment in MOMENTS)
    step = after - before
    ways = {"pairs": step.notna(), "improved": step > 0, "declined": step < 0}
    return found[["family"]].assign(**ways).groupby("family").sum().astype("int64").reset_index()


def _divided(study: Study, selection: Selection, make: Callable[[Selection], pd.DataFrame]) -> pd.DataFrame:
    if not selection.by:
        return make(selection)
    found = {name: make(part) for name, part in parts(study, selection).items()}
    if not found:
        raise SelectionError(say("explore", "no_families", study.language))
    return pd.concat(found, names=["group"]).reset_index(level="group").reset_index(drop=True)


# ---- shown -----------------------------------------------------------------------------------------------


def show(output: Output, study: Study, selection: Selection) -> None:
    """Show how many have which value, and who moved; written where the output has a folder.

    SelectionError where something does not exist, no family is left, or none of them is followed.
    """
    found = frame(study, selection)
    if found.empty:
        raise SelectionError(say("explore", "no_families", study.language))
    followed = bool(found["follow_up"].notna().any())
    if followed or selection.moment == "baseline":
        _show_distribution(output, study, selection)
    if not followed:
        raise SelectionError(say("explore", "no_follow_up", study.language))
    _show_change(output, study, selection)


def _show_distribution(output: Output, study: Study, selection: Selection) -> None:
    table, of = distribution(study, selection), subject(study, *selection.key)
    n = table.groupby("value")["n"].sum()
    facts = {
        "n": int(n[list(of.lacking)].sum()),
        "known": int(n[list(of.values)].sum()),
        "unknown": int(n[list(UNKNOWN)].sum()),
        "left_out": len(there(study, selection)) - int(n.sum()),
        "shortage": of.shortage,
    }
    groups = [f"{group}, " for group in table["group"]] if selection.by else [""] * len(table)
    said = [f"{group}{one.label}: {one.n}" for group, one in zip(groups, table.itertuples(), strict=True)]
    draw = _stacks if selection.by else _bars
    _figure(output, study, selection, "distribution", table, draw, said, facts)


def _show_change(output: Output, study: Study, selection: Selection) -> None:
    moved = change(study, selection)
    row = first(change(study, replace(selection, by="")))
    own = study.definitions.moves(*selection.key)
    facts = row | {
        "without": int(frame(study, selection)["follow_up"].notna().sum()) - row["n"],
        "ways": {way: getattr(own, way) if own else both("charts", way) for way in ("improved", "declined")},
    }
    if selection.by:
        said = [
            f"{one.group}: ▲ {one.improved}, = {one.unchanged}, ▼ {one.declined}"
            for one in moved.itertuples()
        ]
        _figure(output, study, selection, "change", moved, _diverging, said, facts)
        return
    table = matrix(study, selection)
    called = _short(study, selection) | {lane: say("charts", lane, study.language) for lane in LANES}
    ends = [table[end].map(called) for end in ENDS]
    said = [f"{before} → {after}: {n}" for before, after, n in zip(*ends, table["n"], strict=True) if n]
    _figure(output, study, selection, "transition", table, _square, said, facts)
    output.table(f"change_{name_of(selection)}", moved, caption=both("explore", "change_table"), folded=True)


def _figure(
    output: Output,
    study: Study,
    selection: Selection,
    kind: str,
    table: pd.DataFrame,
    draw: Callable[[pd.DataFrame, Study, Selection, Axes], Axes],
    said: list[str],
    facts: dict[str, Any],
) -> None:
    title = title_of(study, selection, moment=selection.moment if kind == "distribution" else "change")
    told = "explore_distribution" if kind == "distribution" else "explore_change"
    facts = facts | {"who": who(selection), "by": selection.by}
    some = facts["known" if kind == "distribution" else "n"]
    output.figure(
        f"{kind}_{name_of(selection)}",
        table,
        lambda ax: draw(table, study, selection, ax) if some else style.nothing(ax, study.language),
        title=title,
        caption=both(told, "caption", **facts),
        finding=both(told, "finding", **facts),
        alt=both("explore", "alternative", title=title, rows=said),
    )


def name_of(selection: Selection) -> str:
    asked = [
        "-".join(map(str, value if isinstance(value, tuple) else (name, value)))
        for name, value in selection.filters.items()
    ]
    by = [f"by_{selection.by}"] if selection.by else []
    counted = [] if selection.count == "persons" or selection.unit == "huishouden" else [selection.count]
    name = "_".join([selection.unit, selection.item, selection.moment, *counted, *by, *asked])
    mark = hashlib.sha256(name.encode()).hexdigest()[:8]  # so that none takes the place of another
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - len(mark) - 1]}-{mark}"


def title_of(study: Study, selection: Selection, *, moment: str) -> Text:
    words = study.definitions.vocabulary
    members = selection.families_counted and selection.unit not in (FAMILY, "huishouden")
    return both(
        "explore",
        "title",
        item=subject(study, *selection.key).title,
        unit="" if selection.unit == FAMILY else words["unit"][selection.unit],
        count=both("explore_counts", selection.count) if members else "",
        moment=words["moment"].get(moment) or both("explore", "of_change"),
        families=[_asked(study, *one) for one in selection.filters.items()],
        by=both("explore_groups", selection.by) if selection.by else "",
    )


def _asked(study: Study, name: str, asked: Any) -> Text:
    if name == "followed":
        return both("explore_followed", "followed" if asked else "not_followed")
    if name in RANGES:
        return both("explore_asked", name, low=asked[0], high=asked[1])
    words = study.definitions.vocabulary
    known = words["household_type"] | words["education"]
    known = known | {one.id: one.title for one in study.definitions.kansarmoede.classes}
    return both("explore_asked", name, values=[known.get(one, one) for one in asked])


# ---- drawn -----------------------------------------------------------------------------------------------


def _bars(table: pd.DataFrame, study: Study, selection: Selection, ax: Axes) -> Axes:
    """Draw a bar of each value, best on top, those that are a shortage marked."""
    of, names = subject(study, *selection.key), Names(study.definitions, study.language)
    is_known = table["value"].isin(of.values)
    shown = pd.concat([table[is_known][::-1], table[~is_known & (table["n"] > 0)]])
    colour = dict.fromkeys(of.values, style.OTHER) | dict.fromkeys(of.lacking, style.SIDE)
    laid = {
        "label": [_label(*pair) for pair in zip(shown["value"], shown["label"], strict=True)],
        "value": shown["n"].to_numpy(),
        "number": [names.with_share(*pair) for pair in zip(shown["n"], shown["share"], strict=True)],
        "colour": [colour.get(value, style.UNKNOWN) for value in shown["value"]],
    }
    return rows.bars(pd.DataFrame(laid), ax=ax)


def _label(value: str, label: str) -> str:
    return f"{value} {label}" if value.isdigit() and not label.startswith(value) else label


def _stacks(table: pd.DataFrame, study: Study, selection: Selection, ax: Axes) -> Axes:
    of, language = subject(study, *selection.key), study.language
    wide = table.pivot(index="group", columns="value", values="n")
    laid = wide.loc[list(dict.fromkeys(table["group"])), list(of.values)].rename_axis("label").reset_index()
    ramp = LinearSegmentedColormap.from_list("levels", study.definitions.palette.levels)
    called = [
        value if value.isdigit() else label(language)
        for value, label in zip(of.values, of.labels, strict=True)
    ]
    colours = [to_hex(ramp(at / (len(called) - 1))) for at in range(len(called))]
    return rows.stacks(laid, of.values, called, colours, of_all=True, ax=ax)


def _diverging(table: pd.DataFrame, study: Study, selection: Selection, ax: Axes) -> Axes:
    names = Names(study.definitions, study.language)
    said, colours = names.ways(*selection.key), names.way_colours(*selection.key)
    laid = table.drop(columns="group").assign(
        label=[f"{group} ({n})" for group, n in zip(table["group"], table["n"], strict=True)],
        end=[names.difference(*ends) for ends in table[["net", "net_low", "net_high"]].to_numpy(float)],
        declined_colour=colours["declined"],
        improved_colour=colours["improved"],
    )
    return rows.diverging(laid, (said["declined"], said["improved"]), ax=ax)


def _short(study: Study, selection: Selection) -> dict[str, str]:
    """Name the values of what is chosen in short: a level by its number, others in words."""
    of = subject(study, *selection.key)
    labels = zip(of.values, of.labels, strict=True)
    return {value: value if value.isdigit() else label(study.language) for value, label in labels}


def _square(table: pd.DataFrame, study: Study, selection: Selection, ax: Axes) -> Axes:
    """Draw who went from where to where, the best on top and right."""
    of, names = subject(study, *selection.key), Names(study.definitions, study.language)
    n = table.pivot(index="baseline_level", columns="follow_up_level", values="n")
    before, after = ([lane for lane in LANES if counted.get(lane, 0)] for counted in (n.sum(axis=1), n.sum()))
    called = {value: label(study.language) for value, label in zip(of.values, of.labels, strict=True)}
    return squares.moves(
        n.loc[[*reversed(of.values), *before], [*of.values, *after]],
        {value: _label(value, label) for value, label in called.items()},
        _short(study, selection),
        lanes={lane: names.say(lane) for lane in LANES},
        ways=names.way_colours(*selection.key),
        said=names.ways(*selection.key),
        head=say("explore", "axes", study.language),
        ax=ax,
    )


# ---- one family -----------------------------------------------------------------------------------------


def family_groups(study: Study) -> Mapping[str, tuple[str, ...]]:
    """Give the codes of all families, of those of each class of change, and of those without a class."""
    language, families = study.language, study.families
    classes = study.scores.set_index("family")["class"].reindex(families["family"]).to_numpy()
    found = {say("explore_family", "all", language): families["family"]}
    for one in study.definitions.kansarmoede.classes:
        found[one.title(language)] = families.loc[classes == one.id, "family"]
    found[say("explore_family", "not_followed", language)] = families.loc[~families["followed"], "family"]
    return {name: tuple(codes) for name, codes in found.items()}


def find_family(study: Study, code: str) -> pd.Series:
    """Find a family by its code, in any case; SelectionError names codes that look like it."""
    families = study.families
    found, near = as_written(code, families["family"])
    if not found:
        raise SelectionError(say("explore_family", "unknown", study.language, code=code, near=near))
    return families[families["family"] == found].iloc[0]


def family_timeline(study: Study, code: str) -> pd.DataFrame:
    """Follow all items of a family over all of its registration dates, whether it is retained or not.

    As from `case_review.timelines`: family, person, unit, item, date, level, status, registered, change.
    """
    family, clean = find_family(study, code), study.tables
    if family["status"] != "retained":
        clean = replace(clean, observations=clean.excluded_observations)
    until = clean.families.set_index("family")["last_date"]
    return case_review.timelines(clean, until, pd.Series([family["family"]]), study.definitions)


def show_timeline(output: Output, study: Study, code: str, *, all_items: bool = False) -> None:
    """Show the timeline of a family through an internal output: what changed, or all items.

    ValueError where the output is no internal one, SelectionError where there is no such family or nothing
    was registered of it.
    """
    if not output.internal:
        raise ValueError("single families are shown by an internal output only")
    family, timeline = find_family(study, code), family_timeline(study, code)
    language, definitions = study.language, study.definitions
    if timeline.empty:
        raise SelectionError(say("explore_family", "nothing", language))
    moved = timeline.loc[timeline["change"].notna(), KEYS].drop_duplicates()
    drawn = moved if not (all_items or moved.empty) else timeline[KEYS].drop_duplicates()
    shown = timeline.merge(drawn, on=KEYS, how="inner", validate="many_to_one")
    finding, marked = profile(family, study.definitions), moved.head(0)
    nameless = SimpleNamespace(family=family["family"], baseline_score=0, follow_up_score=0)
    facts = timeline_facts(timeline, nameless, marked=marked, definitions=definitions)
    output.figure(
        f"timeline_{family['family']}",
        case_review.timeline_table(timeline, language=language),
        lambda ax: squares.timeline(shown, marked=marked, definitions=definitions, language=language, ax=ax),
        title=Text.alike(str(family["family"])),
        caption=both("explore", "timeline"),
        finding=finding,
        alt=both("explore", "told", finding=finding, rest=both("timeline", "alternative", **facts)),
    )


# ---- the clean tables -----------------------------------------------------------------------------------


def clean_table(
    study: Study, name: str, *, where: Mapping[str, Any] | None = None, chosen: Selection | None = None
) -> pd.DataFrame:
    """Give the rows of a clean table, or of `states`, that fit.

    `where` has what is asked of columns: `Leuven` (a text that holds it, in small letters or capitals), `=1`,
    `<3`, `>=2022-05-01` or `>=1/5/2022`; a selection keeps only its families, but tables about the export
    stay whole. SelectionError where there is no such table or column, or it cannot be compared with that.
    """
    if name not in NAMES:
        known = ", ".join(NAMES)
        raise SelectionError(
            say("explore", "no_choice", study.language, what="table", value=name, known=known)
        )
    rows = study.states if name == "states" else getattr(study.tables, name)
    if chosen is not None and "family" in rows:
        rows = rows[rows["family"].isin(families_of(study, chosen))]
    for column, asked in (where or {}).items():
        if column not in rows:
            known = ", ".join(rows.columns)
            raise SelectionError(say("explore", "no_column", study.language, what=column, known=known))
        if wanted := str(asked).strip():
            rows = rows[_meets(rows[column], wanted, study.language)]
    return rows


def _day(words: str) -> pd.Timestamp:
    """Read a day as the export has them, the day first; ValueError where it is none."""
    day = day_of(words)
    if day is None:
        raise ValueError
    return pd.Timestamp(day)


def _meets(values: pd.Series, asked: str, language: str) -> pd.Series:
    """Tell which values are as asked; a missing one never is."""
    sign, what = re.fullmatch(r"(<=|>=|<|>|=)?\s*(.*)", asked, flags=re.DOTALL).groups()  # type: ignore[union-attr]
    if not sign:
        return values.astype("str").str.contains(what, case=False, regex=False, na=False)
    try:
        if pd.api.types.is_datetime64_any_dtype(values):
            fits = COMPARED[sign](values, _day(what))
        elif pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            fits = COMPARED[sign](values, float(what.replace(",", ".")))
        else:
            fits = COMPARED[sign](values.astype("str").str.casefold(), what.casefold())
    except (ValueError, TypeError):
        raise SelectionError(
            say("explore", "no_condition", language, what=values.name, asked=asked)
        ) from None
    return fits.fillna(False).astype("bool") & values.notna()
