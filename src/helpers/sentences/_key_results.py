"""What the index says: the key results, each with its uncertainty, in one or two sentences per question.

The caution that there is no control group stands beside them once, so no sentence repeats it.
"""

from typing import Any

import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.formats import both, p_value, percentage
from helpers.sentences import _conclusions as conclusions
from helpers.sentences._change import NOBODY_FOLLOWED
from helpers.sentences._multiverse import NO_SPECIFICATION
from helpers.sentences._names import item_name
from helpers.sentences._phrases import (
    NOTHING,
    OF_UNIT,
    counted,
    ended,
    fill,
    named,
    part_of,
    plural,
    sentences,
    way_words,
)
from helpers.sentences._transition import NO_PAIRS

CLASSES = Text(
    "Vooruit op de kansarmoede-index: {improved} van {families}; achteruit: {declined}; gelijk: {unchanged}. "
    "Netto is dat {net} ({interval}; exacte tekentoets {p}).",
    "Improved on the kansarmoede index: {improved} of {families}; declined: {declined}; unchanged: "
    "{unchanged}. The net share is {net} ({interval}; exact sign test {p}).",
)
UNDECIDED = Text(
    "Of zulke gezinnen vaker vooruit dan achteruit gaan, is met deze aantallen niet uit te maken.",
    "Whether such families improve more often than they decline cannot be told from these numbers.",
)
DECIDED = Text(
    "Dat is meer verschil dan gelijke kansen laten verwachten.",
    "The difference is larger than equal chances lead one to expect.",
)
POVERTY = Text(
    "Kansarm: {before} van {families} bij de nulmeting en {after} bij de opvolgmeting; {out} eruit, "
    "{into} erin. Het verschil is {net} ({interval}; exacte McNemartoets {p}{few}).",
    "Poor: {before} of {families} at baseline and {after} at follow-up; {out} moved out, {into} moved "
    "in. The difference is {net} ({interval}; exact McNemar test {p}{few}).",
)
FEW = Text(
    "; bij zo weinig gezinnen weegt de toets zwaarder dan het interval",
    "; with so few families the test weighs more than the interval",
)
ITEM = Text(
    "{name} – {up}: {n_up}, {down}: {n_down}; netto {net} ({interval}; exacte tekentoets, elke "
    "persoon apart geteld, {p}{holm}).",
    "{name} – {up}: {n_up}, {down}: {n_down}; net {net} ({interval}; exact sign test, counting each person "
    "apart, {p}{holm}).",
)
INTERVAL = Text("95 %-interval over gezinnen {low} tot {high}", "95% interval over families {low} to {high}")
NO_INTERVAL = Text("geen interval: niemand bewoog", "no interval: nobody moved")
NONE_LEFT = Text(
    "Na die correctie is geen van deze verschuivingen nog van toeval te onderscheiden.",
    "After that adjustment none of these shifts can be told from chance.",
)
UNADJUSTED = Text(", niet gecorrigeerd voor het aantal items", ", not adjusted for the number of items")
HOLM = Text(
    ", na correctie voor {n} items {p}",
    ", after adjusting for {n} items {p}",
)
CHOICES = Text(
    "In {up} van {specifications} gingen meer gezinnen vooruit dan achteruit (netto van "
    "{low} tot {high}, het middelste {middle}), en in {fell} daalde het aandeel kansarme gezinnen.",
    "In {up} of {specifications} more families improved than declined (net from {low} to {high}, "
    "the middle one {middle}), and in {fell} the share of poor families fell.",
)
SPECIFICATIONS = (
    Text("{n} gelijkwaardige berekening", "{n} equivalent computation"),
    Text("{n} gelijkwaardige berekeningen", "{n} equivalent computations"),
)
LOST = Text(
    "Van {lost} is geen opvolging bekend: waren die allemaal achteruit of allemaal vooruit gegaan, dan lag "
    "het netto-aandeel op {low} of {high}.",
    "Of {lost} no follow-up is known: had all of them declined or all improved, the net share would be "
    "{low} or {high}.",
)


def key_classes(score_change: pd.DataFrame) -> Text:
    """Tell how many families improved and declined on the index.

    Parameters
    ----------
    score_change : one row of score_change.
    """
    row = score_change.iloc[0]
    if not row["n"]:
        return ended(NOBODY_FOLLOWED)
    moved = {name: int(row[name]) for name in ("improved", "unchanged", "declined")}
    net = _with_interval(conclusions.tested(row))
    told = fill(CLASSES, families=counted(row["n"], "followed_family"), **moved, **net)
    outside = row["net_low"] > 0 or row["net_high"] < 0
    return sentences(told, DECIDED if outside and row["sign_exact_p"] < conclusions.ALPHA else UNDECIDED)


def key_poverty(poverty_change: pd.DataFrame) -> Text:
    """Tell how many families were poor at both moments, and who moved in and out.

    Parameters
    ----------
    poverty_change : one row of poverty_change.
    """
    row = poverty_change.iloc[0]
    if not row["n"]:
        return ended(NOBODY_FOLLOWED)
    out, into = int(row["out_of_poverty"]), int(row["into_poverty"])
    return fill(
        POVERTY,
        before=int(row["poor_baseline"]),
        after=int(row["poor_follow_up"]),
        families=counted(row["n"], "followed_family"),
        out=out,
        into=into,
        p=both(p_value, row["mcnemar_exact_p"]),
        few=FEW if 0 < out + into < conclusions.FEW_MOVES else NOTHING,
        **_with_interval(conclusions.difference(row)),
    )


def key_items(
    tests: pd.DataFrame, change: pd.DataFrame | None, *, figures: tuple[str, ...], definitions: Definitions
) -> Text:
    """Tell how the persons of some transition figures moved.

    Parameters
    ----------
    tests : transition_tests.
    change : item_change, for the p-value after adjusting for all items; None: left out.
    figures : which rows of the tests, in order.
    definitions : for the names of items and of their directions.
    """
    rows = [next(tests[tests["figure"] == name].itertuples()) for name in figures]
    told = [_item(row, change, definitions) for row in rows]
    moved = [(str(row.unit), str(row.item)) for row in rows if row.n]
    if change is not None and moved:
        adjusted = [conclusions.adjusted_p(change, *key) for key in moved]
        told += [NONE_LEFT] if all(p >= conclusions.ALPHA for p in adjusted) else []
    return sentences(*told)


def key_robustness(multiverse: pd.DataFrame, bounds: pd.DataFrame | None) -> Text:
    """Tell what other choices do to the headline, and what the families without follow-up could do.

    Parameters
    ----------
    multiverse : a row per specification.
    bounds : attrition_bounds; None: left out.
    """
    same = multiverse[multiverse["equivalent"] & (multiverse["families"] > 0)]
    if same.empty:
        return ended(NO_SPECIFICATION)
    fell = int((same["H_follow_up"] < same["H_baseline"]).sum())
    told = fill(
        CHOICES,
        up=int((same["net"] > 0).sum()),
        specifications=fill(plural(len(same), *SPECIFICATIONS), n=len(same)),
        fell=fell,
        low=both(percentage, same["net"].min(), signed=True),
        middle=both(percentage, same["net"].median(), signed=True),
        high=both(percentage, same["net"].max(), signed=True),
    )
    return sentences(told, None if bounds is None else _lost(bounds))


def _lost(bounds: pd.DataFrame) -> Text | None:
    """Tell how far the families without follow-up could move the net share; None where there are none."""
    cases = bounds.set_index("case")
    lost = int(cases.loc["best", "families"] - cases.loc["observed", "families"])
    if not lost or cases.loc[["best", "worst"], "value"].isna().any():
        return None
    ends = {
        key: both(percentage, cases.loc[case, "value"], signed=True)
        for key, case in (("low", "worst"), ("high", "best"))
    }
    return fill(LOST, lost=counted(lost, "family"), **ends)


def _item(row: Any, change: pd.DataFrame | None, definitions: Definitions) -> Text:
    """Tell the row of one figure."""
    key, name = (str(row.unit), str(row.item)), item_name(row, definitions)
    if not row.n:
        return ended(named(name, NO_PAIRS))
    ways = way_words(definitions.moves(*key))
    return fill(
        ITEM,
        name=name,
        up=ways["up"],
        down=ways["down"],
        n_up=part_of(int(row.improved), int(row.n), OF_UNIT[key[0]]),
        n_down=int(row.declined),
        holm=UNADJUSTED if change is None else conclusions.adjusted(change, *key, words=HOLM),
        **_with_interval(conclusions.tested(row._asdict())),
    )


def _with_interval(numbers: dict[str, Text]) -> dict[str, Text]:
    """Add the words for an interval to its ends; where nobody moved the bootstrap has none to give."""
    known = numbers["low"] != numbers["high"]
    interval = fill(INTERVAL, low=numbers["low"], high=numbers["high"]) if known else NO_INTERVAL
    return {**numbers, "interval": interval}
