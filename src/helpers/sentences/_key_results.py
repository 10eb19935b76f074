"""What the index says: the key results, each with its uncertainty, in one or two sentences per question.

The caution that there is no control group stands beside them once, so no sentence repeats it.
"""

from typing import Any

import pandas as pd

from helpers.definitions import Definitions, Text
from helpers.formats import both, p_value, percentage
from helpers.primary import question_of
from helpers.sentences import _conclusion_texts as say
from helpers.sentences import _conclusions as conclusions
from helpers.sentences._change import NOBODY_FOLLOWED
from helpers.sentences._multiverse import NO_SPECIFICATION, range_of
from helpers.sentences._names import NO_PAIRS, item_name
from helpers.sentences._phrases import (
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

CLASSES = Text(
    "Vooruit op de kansarmoede-index: {improved} van {families}; achteruit: {declined}; gelijk: {unchanged}. "
    "Netto is dat {net} ({interval}; gezinstoets {p}).",
    "Improved on the kansarmoede index: {improved} of {families}; declined: {declined}; unchanged: "
    "{unchanged}. The net share is {net} ({interval}; family test {p}).",
)
VERDICT = Text("Hoe zeker dat verschil is: {word}.", "How sure that difference is: {word}.")
POVERTY = Text(
    "Kansarm: {before} van {families} bij de nulmeting en {after} bij de opvolgmeting; {out} eruit, "
    "{into} erin. Het verschil is {net} ({interval}; gezinstoets {p}): {word}.",
    "Poor: {before} of {families} at baseline and {after} at follow-up; {out} moved out, {into} moved "
    "in. The difference is {net} ({interval}; family test {p}): {word}.",
)
ITEM = Text(
    "{name} – {up}: {n_up}, {down}: {n_down}; netto {net} ({interval}; gezinstoets {p}): {word}.",
    "{name} – {up}: {n_up}, {down}: {n_down}; net {net} ({interval}; family test {p}): {word}.",
)
NEITHER = Text("{name} – van {n} bewoog niemand.", "{name} – of {n} nobody moved.")
OVERALL = Text(
    "Van {changes} op alle items samen gingen er {improved} vooruit en {declined} achteruit; per saldo "
    "{up} vooruit, {down} achteruit en {level} gelijk (netto {net} van alle paren, {interval}; "
    "gezinstoets {p}): {word}.",
    "Of {changes} on all items together {improved} were up and {declined} down; on balance {up} "
    "improved, {down} declined and {level} stayed level (net {net} of all pairs, {interval}; family test "
    "{p}): {word}.",
)
ONE_FAMILY = Text(
    "Met één gezin zeggen andere berekeningen niets over wat gezinnen gewoonlijk doen",
    "With one family other computations say nothing about what families usually do",
)
NO_CHANGES = Text("Op geen enkel item veranderde er iets.", "Nothing changed on any item.")
CHANGES = (Text("{n} verandering", "{n} change"), Text("{n} veranderingen", "{n} changes"))
CHOICES = Text(
    "Over {specifications} ({distinct} daarvan met een eigen uitkomst) is het middelste netto-aandeel "
    "{median}, {range}; keert men gezinnen willekeurig om, dan ligt dat middelste minstens zo "
    "ver van nul met {p}.",
    "Over {specifications} ({distinct} of them with a result of their own) the middle net share is {median}, "
    "{range}; when families are turned at random, that middle lies at least as far from zero "
    "with {p}.",
)
SPECIFICATIONS = (
    Text("{n} gelijkwaardige berekening", "{n} equivalent computation"),
    Text("{n} gelijkwaardige berekeningen", "{n} equivalent computations"),
)
LOST = Text(
    "Van {lost} die op tijd begonnen is geen opvolging bekend: waren die allemaal achteruit of allemaal "
    "vooruit gegaan, dan lag het netto-aandeel op {low} of {high}.",
    "Of {lost} that began in time no follow-up is known: had all of them declined or all improved, the net "
    "share would be {low} or {high}.",
)


def key_classes(score_change: pd.DataFrame, verdicts: pd.DataFrame | None = None) -> Text:
    """Tell how many families improved and declined on the index.

    Parameters
    ----------
    score_change : one row of score_change.
    verdicts : verdicts, for how sure it is.
    """
    row = score_change.iloc[0]
    if not row["n"]:
        return ended(NOBODY_FOLLOWED)
    moved = {name: int(row[name]) for name in ("improved", "unchanged", "declined")}
    told = fill(CLASSES, families=counted(row["n"], "followed_family"), **moved, **conclusions.tested(row))
    word = conclusions.certainty(conclusions.family_p(row), "score", verdicts)
    return sentences(
        told, fill(VERDICT, word=say.CERTAIN[word]) if moved["improved"] + moved["declined"] else None
    )


def key_poverty(poverty_change: pd.DataFrame, verdicts: pd.DataFrame | None = None) -> Text:
    """Tell how many families were poor at both moments, and who moved in and out.

    Parameters
    ----------
    poverty_change : one row of poverty_change.
    verdicts : verdicts, for how sure it is.
    """
    row = poverty_change.iloc[0]
    if not row["n"]:
        return ended(NOBODY_FOLLOWED)
    numbers = conclusions.difference(row)
    p = conclusions.family_p(row)
    return fill(
        POVERTY,
        before=int(row["poor_baseline"]),
        after=int(row["poor_follow_up"]),
        families=counted(row["n"], "followed_family"),
        out=int(row["out_of_poverty"]),
        into=int(row["into_poverty"]),
        p=both(p_value, p),
        word=say.CERTAIN[conclusions.certainty(p, "poverty", verdicts)],
        interval=conclusions.interval(numbers, row["difference_low"]),
        net=numbers["net"],
    )


def key_items(
    tests: pd.DataFrame,
    verdicts: pd.DataFrame | None,
    *,
    figures: tuple[str, ...],
    definitions: Definitions,
) -> Text:
    """Tell how the persons of some transition figures moved.

    Parameters
    ----------
    tests : transition_tests.
    verdicts : verdicts, for how sure it is.
    figures : which rows of the tests, in order.
    definitions : for the names of items and of their directions.
    """
    rows = [next(tests[tests["figure"] == name].itertuples()) for name in figures]
    return sentences(*(_item(row, verdicts, definitions) for row in rows))


def key_overall(overall_change: pd.DataFrame, verdicts: pd.DataFrame | None = None) -> Text:
    """Tell how many changes of all items together went up and down, and in how many families.

    Parameters
    ----------
    overall_change : overall_change; its first row is told.
    verdicts : verdicts, for how sure it is.
    """
    row = overall_change.iloc[0]
    changes = int(row["changes"])
    if pd.isna(row["net"]):
        return ended(NO_PAIRS)
    if not changes:
        return NO_CHANGES
    return fill(
        OVERALL,
        changes=fill(plural(changes, *CHANGES), n=changes),
        improved=int(row["improved"]),
        declined=int(row["declined"]),
        up=counted(int(row["families_improved"]), "family"),
        down=int(row["families_declined"]),
        level=int(row["families_level"]),
        word=say.CERTAIN[conclusions.certainty(conclusions.family_p(row), "overall", verdicts)],
        **conclusions.tested(row),
    )


def key_robustness(curve: pd.DataFrame, bounds: pd.DataFrame | None) -> Text:
    """Tell what other choices do to the headline, and what the families without follow-up could do.

    Parameters
    ----------
    curve : specification_curve.
    bounds : attrition_bounds; None: left out.
    """
    row = curve.iloc[0]
    if not row["specifications"]:
        return ended(NO_SPECIFICATION)
    if pd.isna(row["p"]):
        return ended(ONE_FAMILY)
    n = int(row["specifications"])
    told = fill(
        CHOICES,
        specifications=fill(plural(n, *SPECIFICATIONS), n=n),
        distinct=int(row["distinct"]),
        p=both(p_value, row["p"]),
        median=both(percentage, row["median"], signed=True),
        range=range_of(row["low"], row["high"]),
    )
    return sentences(told, None if bounds is None else _lost(bounds))


def _lost(bounds: pd.DataFrame) -> Text | None:
    """Tell how far the lost families could move the net share; None where there are none."""
    cases = bounds.set_index(bounds["case"].astype("str"))
    number, ends = cases.loc["tipping_point", "families"], cases.loc[["worst_lost", "best_lost"], "value"]
    if pd.isna(number) or not number or ends.isna().any() or not cases.loc["observed", "families"]:
        return None
    low, high = (both(percentage, value, signed=True) for value in ends)
    return fill(LOST, lost=counted(int(number), "family"), low=low, high=high)


def _item(row: Any, verdicts: pd.DataFrame | None, definitions: Definitions) -> Text:
    """Tell the row of one figure."""
    key, name = (str(row.unit), str(row.item)), item_name(row, definitions)
    if not row.n:
        return ended(named(name, NO_PAIRS))
    ways = way_words(definitions.moves(*key))
    if not row.improved + row.declined:
        return fill(NEITHER, name=name, n=counted(int(row.n), OF_UNIT[key[0]]))
    return fill(
        ITEM,
        name=name,
        up=ways["up"],
        down=ways["down"],
        n_up=part_of(int(row.improved), int(row.n), OF_UNIT[key[0]]),
        n_down=int(row.declined),
        word=say.CERTAIN[conclusions.certainty(row.family_p, question_of(*key), verdicts)],
        **conclusions.tested(row._asdict()),
    )
