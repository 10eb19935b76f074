"""The views of a selection: how many have which value, who moved where, and two selections beside each other.

Every number is made by the functions that make those of the report, of the frame of the selection.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex

from helpers import baseline, nets
from helpers.charts import matrix as squares
from helpers.charts import rows, style
from helpers.charts.names import Names
from helpers.definitions import MOMENTS, Text
from helpers.explore._selection import (
    FAMILY,
    RANGES,
    UNKNOWN,
    Selection,
    SelectionError,
    families_of,
    frame,
    parts,
    subject,
    who,
)
from helpers.inference import family_sums
from helpers.inference.groups import difference_test
from helpers.report.output import Output
from helpers.study import Study
from helpers.words import both, first, say

LANES = tuple(squares.LANES)  # who has no known value at a moment, or was not followed
LEVELS = ["baseline_level", "follow_up_level"]

# ---- tables ----------------------------------------------------------------------------------------------


def distribution(study: Study, selection: Selection) -> pd.DataFrame:
    """Count how many have each value at the moment of the selection, as Figures 4–14 do.

    Returns
    -------
    DataFrame
        group (where it is divided), value (from worst to best, then `not_applicable` and `missing`), label,
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

    Returns
    -------
    DataFrame
        group (where it is divided), n (of a known value at both moments), improved, unchanged, declined, net
        with net_low and net_high, family_p, families_improved, families_declined, as in `item_change`. The
        test is of one question: who asks many finds something.
    """

    def one(part: Selection) -> pd.DataFrame:
        return pd.DataFrame([nets.net_share(nets.count_families(_moves(study, part), []))])

    return _divided(study, selection, one)


def matrix(study: Study, selection: Selection) -> pd.DataFrame:
    """Count who went from which value to which, as Figures 18–21 do.

    Returns
    -------
    DataFrame
        group (where it is divided), baseline_level, follow_up_level (a value, `unknown`, or at follow-up
        `lost`: not followed), n, share (of those who began there and of whom the follow-up is known); all
        pairs.
    """
    values = subject(study, *selection.key).values
    cells = pd.MultiIndex.from_product([[*values, LANES[0]], [*values, *LANES]], names=LEVELS)

    def one(part: Selection) -> pd.DataFrame:
        found = frame(study, part)[list(MOMENTS)].fillna(LANES[1]).set_axis(LEVELS, axis=1)
        lanes = found.where(found.isin([*values, LANES[1]]), LANES[0])
        table = lanes.groupby(LEVELS).size().reindex(cells, fill_value=0).rename("n").reset_index()
        known = table[table[LEVELS].isin(values).all(axis=1)]
        began = known.groupby("baseline_level")["n"].transform("sum")
        return table.assign(share=known["n"] / began.where(began > 0))

    return _divided(study, selection, one)


def contrast(study: Study, one: Selection, other: Selection) -> dict[str, Any]:
    """Hold two selections against each other; what they are divided by is of no weight.

    Returns
    -------
    dict
        sides (of each: shortage, lacking of known, net share of who moved), and p of the difference between
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
    step = found["follow_up"].map(place) - found["baseline"].map(place)
    ways = {"pairs": step.notna(), "improved": step > 0, "declined": step < 0}
    return found[["family"]].assign(**ways).groupby("family").sum().astype("int64").reset_index()


def _divided(study: Study, selection: Selection, make: Callable[[Selection], pd.DataFrame]) -> pd.DataFrame:
    """Make a table of a selection, or of each of its parts."""
    if not selection.by:
        return make(selection)
    found = {name: make(part) for name, part in parts(study, selection).items()}
    if not found:
        raise SelectionError(say("explore", "no_families", study.language))
    return pd.concat(found, names=["group"]).reset_index(level="group").reset_index(drop=True)


# ---- shown -----------------------------------------------------------------------------------------------


def show(output: Output, study: Study, selection: Selection) -> None:
    """Show how many have which value, and who moved; written where the output has a folder.

    Raises
    ------
    SelectionError
        Something does not exist, no family is left, or none of them is followed.
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
    """Show how many have which value: bars, or a divided bar of each part."""
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
    """Show who moved: from where to where, or of each part how many which way."""
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
    said = [f"{one.baseline_level} → {one.follow_up_level}: {one.n}" for one in table.itertuples() if one.n]
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
    """Show a figure with its finding, caption and text alternative."""
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
    """Name the files of a selection."""
    asked = [
        "-".join(map(str, value if isinstance(value, tuple) else (name, value)))
        for name, value in selection.filters.items()
    ]
    by = [f"by_{selection.by}"] if selection.by else []
    counted = [] if selection.count == "persons" or selection.unit == "huishouden" else [selection.count]
    return "_".join([selection.unit, selection.item, selection.moment, *counted, *by, *asked])[:100]


def title_of(study: Study, selection: Selection, *, moment: str) -> Text:
    """Name what is looked at, who is counted, the moment and the families."""
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
    """Say what a filter asks for."""
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
    """Name a value; a level by its number too."""
    return f"{value} {label}" if value.isdigit() and not label.startswith(value) else label


def _stacks(table: pd.DataFrame, study: Study, selection: Selection, ax: Axes) -> Axes:
    """Draw a bar of each part, divided over the values from worst to best."""
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
    """Draw of each part how many moved to which side."""
    names = Names(study.definitions, study.language)
    said, colours = names.ways(*selection.key), names.way_colours(*selection.key)
    laid = table.drop(columns="group").assign(
        label=[f"{group} ({n})" for group, n in zip(table["group"], table["n"], strict=True)],
        end=[names.difference(*ends) for ends in table[["net", "net_low", "net_high"]].to_numpy(float)],
        left_colour=colours["declined"],
        right_colour=colours["improved"],
    )
    return rows.diverging(laid, "declined", "improved", (said["declined"], said["improved"]), ax=ax)


def _square(table: pd.DataFrame, study: Study, selection: Selection, ax: Axes) -> Axes:
    """Draw who went from where to where, the best on top and right."""
    of, names = subject(study, *selection.key), Names(study.definitions, study.language)
    n = table.pivot(index="baseline_level", columns="follow_up_level", values="n")
    before, after = ([lane for lane in LANES if counted.get(lane, 0)] for counted in (n.sum(axis=1), n.sum()))
    called = {value: label(study.language) for value, label in zip(of.values, of.labels, strict=True)}
    return squares.moves(
        n.loc[[*reversed(of.values), *before], [*of.values, *after]],
        {value: _label(value, label) for value, label in called.items()},
        {value: value if value.isdigit() else label for value, label in called.items()},
        lanes={lane: names.say(lane) for lane in LANES},
        ways=names.way_colours(*selection.key),
        said=names.ways(*selection.key),
        head=say("explore", "axes", study.language),
        ax=ax,
    )
