"""Which chart each output of the report is: its rows, words and colours, made of the finished table."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.charts import curve, flow, matrix, rows
from helpers.charts.names import SIGNS, Names
from helpers.charts.style import INK, NEUTRAL, NO_SCORE, OTHER, SIDE, UNKNOWN, lighter, nothing
from helpers.course import LATER, OF_ALL, OF_FOLLOWED, low_shares
from helpers.definitions import LEVELS, MOMENTS, Definitions, Direction, Figure
from helpers.formats import count, decimal, first_upper, percentage
from helpers.kansarmoede import ALL, SCORES
from helpers.primary import PRIMARY, question_of
from helpers.words import UNITS

CHANGES = ("green", "yellow", "orange", "red")
DIMENSIONS = (
    "mapping", "members", "unknown_domain", "poverty_cutoff", "follow_up_rule", "baseline_window_days",
)  # fmt: skip
STARS = {"clear": " **", "indication": " *"}
MONTHS_SHOWN = 24  # rows of the chart of the starts, at most
NAMED = 8  # pilots that are all named in the funnel; of more, those outside the limits
# chances that a chart shows
AFTER_SIX: Mapping[str, Direction] = {"forward_6": "improved", "back_6": "declined"}
SHADES = ("#dbe5f1", "#b4c8e0", "#7b9ac4", "#4a6fa5", "#24416d")  # few to many, light to dark


def drawing(
    kind: str, table: pd.DataFrame, *, definitions: Definitions, language: str, **context: Any
) -> Callable[[Axes], Axes]:
    """Give the function that draws an output on Axes, as wide as their figure is.

    kind: of the figure, or the name of the output.
    table: the finished table.
    definitions, language: for words and colours.
    context: what else the chart needs, such as `figure`, `scheme`, `outcomes`.
    """
    chart, names = CHARTS[kind], Names(definitions, language)

    def draw(ax: Axes) -> Axes:
        return nothing(ax, language) if is_empty(table) else chart(table, names, ax, **context)

    return draw


def is_empty(table: pd.DataFrame) -> bool:
    """Whether a table has no case to draw: its counts are all 0, or its shares all missing.

    >>> is_empty(pd.DataFrame({"n": [0, 0], "share": [float("nan")] * 2}))
    True
    """
    counts = [name for name in ("registered", "families", "persons", "n") if name in table][:1]
    shares = [name for name in ("raw_headcount", "change_in_M0", "power", "alpha") if name in table][:1]
    return any(not table[name].sum() for name in counts) or any(table[name].isna().all() for name in shares)


# ---- who the families are --------------------------------------------------------------------------------


def _flow(table: pd.DataFrame, names: Names, ax: Axes, **_: Any) -> Axes:
    """The selection of families: each stage a bar, who is left out at the end of the one before."""
    n = dict(zip(table["stage"].astype(str), table["families"].astype(int), strict=True))
    word = {stage: names.word("flow_stage", stage) for stage in n}
    left, drawn = n["registered"], [(word["registered"], 0, n["registered"], SIDE)]
    for stage in ("no_household", "too_few_items"):
        left -= n[stage]
        drawn.append((names.say("excluded", stage=word[stage]), left, n[stage], OTHER))
    drawn += [
        (word["retained"], 0, n["retained"], SIDE),
        (names.say("not_followed"), n["followed"], n["retained"] - n["followed"], OTHER),
        (word["followed"], 0, n["followed"], SIDE),
        *(
            (names.say("apart", stage=word[one]), 0, n[one], UNKNOWN)
            for one in ("test", "comparison")
            if one in n
        ),
    ]
    frame = pd.DataFrame(drawn, columns=["label", "start", "value", "colour"])
    frame = frame[(frame["value"] > 0) | (frame["colour"] == SIDE)].reset_index(drop=True)
    frame["number"] = [count(value) for value in frame["value"]]
    return rows.bars(frame, ax=ax)


def _starts(table: pd.DataFrame, names: Names, ax: Axes, **_: Any) -> Axes:
    """The families that started in each month, largest pilots apart; of a long time, a bar of some months."""
    wide = table.astype({"pilot": "str"}).pivot(index="month", columns="pilot", values="families")
    wide = wide[list(dict.fromkeys(table["pilot"].astype("str")))].astype("int64")
    largest = wide.sum().sort_values(ascending=False, kind="stable").index[: len(SHADES)]
    frame = wide[[pilot for pilot in wide if pilot in largest]]
    said = [names.pilot(pilot) for pilot in frame]
    if len(wide.columns) > len(frame.columns):
        frame, said = (
            frame.assign(**{ALL: wide.drop(columns=frame.columns).sum(axis=1)}),
            [*said, names.say("others")],
        )
    step = -(-len(frame) // MONTHS_SHOWN)
    months = [frame.index[at : at + step] for at in range(0, len(frame), step)]
    rows_of = [frame.loc[part].sum() for part in months]
    labels = [" – ".join(map(names.month, dict.fromkeys([part[0], part[-1]]))) for part in months]
    frame = pd.DataFrame(rows_of).reset_index(drop=True)
    colours = [*(SHADES[at] for at in (4, 1, 3, 0, 2)), NO_SCORE]
    end = [count(n) for n in frame.sum(axis=1)]
    colours = colours[: len(largest)] + colours[len(SHADES) :]
    parts = list(frame)
    frame.insert(0, "label", labels)
    return rows.stacks(frame.assign(end=end), parts, said, colours[: len(parts)], to_scale=True, ax=ax)


def _profile(table: pd.DataFrame, names: Names, ax: Axes, **_: Any) -> Axes:
    """Figure 2: family type, number of children, age of the children, each on an axis of its own."""
    panels = []
    for name in names.definitions.vocabulary["characteristic"]:
        part = table[table["characteristic"].astype(str) == name]
        words = names.definitions.vocabulary.get(name, {})
        labels = [words[value](names.language) if value in words else value for value in part["value"]]
        frame = pd.DataFrame({"label": labels, "value": part["n"].astype("float64").to_numpy()})
        frame["group"] = first_upper(names.word("characteristic", name))
        pale = part["value"].isin(["onbekend", "expected"])
        frame["colour"] = np.where(pale, OTHER, SIDE)
        panels.append(frame)
    return rows.columns(panels, beside_first=2, ax=ax)


def _education(table: pd.DataFrame, names: Names, ax: Axes, **_: Any) -> Axes:
    """Figure 3: the education of the adults, the highest on top and marked; not known apart."""
    values = list(table["education"].astype(str))
    order = [*reversed(values[:-1]), values[-1]]
    part = table.assign(education=values).set_index("education").loc[order]
    frame = pd.DataFrame({"label": [names.word("education", value) for value in order]})
    frame["value"] = part["n"].to_numpy()
    frame["number"] = [names.with_share(n, share) for n, share in zip(part["n"], part["share"], strict=True)]
    frame["colour"] = [SIDE, *[OTHER] * (len(order) - 2), UNKNOWN]
    return rows.bars(frame, ax=ax)


def _distribution(table: pd.DataFrame, names: Names, ax: Axes, *, figure: Figure, **_: Any) -> Axes:
    """Figures 4–14: how many stand at each level, best on top, the side that the figure is about marked."""
    first, last = figure.about
    frames, brackets, start = [], [], 0
    for unit, item in figure.items:
        part = table[(table["unit"] == unit) & (table["item"] == item)]
        part = part.assign(level=part["level"].astype(str)).set_index("level")
        levels = [str(level) for level in reversed(LEVELS)]
        shown = part.loc[[*levels, *(name for name in ("not_applicable", "missing") if part["n"][name])]]
        side = [level for level in levels if first <= int(level) <= last]
        frame = pd.DataFrame({"value": shown["n"].to_numpy()})
        frame["label"] = [
            f"{level} {label}" if level in levels else label for level, label in shown["label"].items()
        ]
        frame["number"] = [names.with_share(*row) for row in zip(shown["n"], shown["share"], strict=True)]
        frame["colour"] = [
            SIDE if level in side else OTHER if level in levels else UNKNOWN for level in shown.index
        ]
        if len(figure.items) > 1:
            frame["group"] = _panel(unit, item, names, figure)
        frames.append(frame)
        if part.loc[levels, "n"].sum() and len(side) > 1:
            share = part.loc[side, "n"].sum() / part.loc[levels, "n"].sum()
            brackets.append(([start + levels.index(level) for level in side], names.share(share)))
        start += len(frame)
    return rows.bars(pd.concat(frames, ignore_index=True), brackets=brackets, ax=ax)


def _needs(table: pd.DataFrame, names: Names, ax: Axes, **_: Any) -> Axes:
    """Figures 4–14 in one: a bar per item over its levels, problems at the left up to the mark."""
    made = []
    for (figure_id, unit, item), part in table.groupby(["figure", "unit", "item"], sort=False):
        n = part.set_index("level")["n"].astype("int64")
        problems = list(names.definitions.figures[str(figure_id)].problems)
        share = n[problems].sum() / n.sum() if n.sum() else float("nan")
        label = {"label": names.item(unit, item), "edge": share, "end": names.share(share)}
        made.append(label | {str(level): n[level] for level in LEVELS})
    said = [str(level) for level in LEVELS]
    said[0], said[-1] = f"1 ({names.say('worst')})", f"5 ({names.say('best')})"
    levels = [str(level) for level in LEVELS]
    return rows.stacks(pd.DataFrame(made), levels, said, names.definitions.palette.levels, ax=ax)


def _panel(unit: str, item: str, names: Names, figure: Figure) -> str:
    """Name the persons that a panel is about, or the item where all panels are about the same persons."""
    if len({unit for unit, _ in figure.items}) == 1:
        return names.definitions.item(unit, item).title(names.language)
    kind = "family" if figure.unit_of_analysis == "family" else UNITS[unit]
    return first_upper(names.word("unit_of_analysis", kind))


# ---- the index -------------------------------------------------------------------------------------------


def _change_key(names: Names) -> tuple[list[str], list[str]]:
    colours = names.definitions.palette.change
    return [names.say(name) for name in CHANGES], [colours[name].colour for name in CHANGES]


def _scheme(table: pd.DataFrame, names: Names, ax: Axes, **_: Any) -> Axes:
    """Figure 15: what each pair of scores is called."""
    signs = {change.id: SIGNS[change.direction] for change in names.definitions.kansarmoede.classes}
    words = _square(table.assign(word=table["class"].astype(str).map(signs)), "word")
    return _scores(table, words, pd.DataFrame(1.0, words.index, words.columns), names, ax)


def _score_matrix(table: pd.DataFrame, names: Names, ax: Axes, *, scheme: pd.DataFrame, **_: Any) -> Axes:
    """Figure 16: the families by score at both moments, in the colours of the scheme."""
    n = _square(table, "families").astype(int)
    strength = 0.3 + 0.7 * n / max(n.max(axis=None), 1)
    return _scores(
        scheme, n.map(lambda one: count(one) if one else ""), strength.where(n > 0, 0.12), names, ax
    )


def _square(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Lay a column out by both scores: fewer domains is up, and right."""
    wide = table.pivot(index="baseline_score", columns="follow_up_score", values=column)
    return wide.loc[list(SCORES), list(reversed(SCORES))]


def _scores(
    scheme: pd.DataFrame, words: pd.DataFrame, strength: pd.DataFrame, names: Names, ax: Axes
) -> Axes:
    """Draw a square of scores, with a dark line between poor and not poor at both moments."""
    classes = _square(scheme.assign(kind=scheme["class"].astype(str)), "kind")
    kinds, palette = names.definitions.kansarmoede.classes, names.definitions.palette.change
    fills = classes.map({kind.id: palette[kind.colour].colour for kind in kinds}.get)
    colours = pd.DataFrame(
        [[lighter(fills.loc[r, c], strength.loc[r, c]) for c in fills] for r in fills.index],
        fills.index,
        fills.columns,
    )
    titles = {kind.id: kind.title(names.language) for kind in kinds}
    told = pd.DataFrame(
        [
            [f"{r} → {c}, {titles[classes.loc[r, c]]}: {words.loc[r, c] or 0}" for c in classes]
            for r in classes.index
        ]
    )
    ax = matrix.cells(
        colours,
        words,
        told,
        rows=[str(score) for score in words.index],
        columns=[str(score) for score in words],
        head=names.say("scores"),
        named=_change_key(names),
        ax=ax,
    )
    poor = scheme[scheme["class"].astype(str) == "out_of_poverty"]["baseline_score"]
    if len(poor):
        ax.axhline(poor.min(), color=INK, linewidth=1.6)
        ax.axvline(len(SCORES) - poor.min(), color=INK, linewidth=1.6)
    return ax


def _classes(table: pd.DataFrame, names: Names, ax: Axes, **_: Any) -> Axes:
    """Figure 17: one bar that adds up, with those who crossed the line of poverty marked off."""
    label = first_upper(names.word("unit_of_analysis", "followed_family"))
    ax = _by_colour(table.assign(label=label), names, ax, bar=2 * rows.BAR)
    n = table.set_index(table["class"].astype(str))["families"].astype(int)
    for name, where in (("out_of_poverty", "left"), ("into_poverty", "right")):
        if n.get(name, 0):
            rows.mark_end(ax, n[name] / n.sum(), names.say(name.split("_")[0], n=n[name]), where)
    return ax


def _by_colour(table: pd.DataFrame, names: Names, ax: Axes, *, bar: float = rows.BAR) -> Axes:
    """Draw classes of change as one bar for each label, in its four colours."""
    kinds = names.definitions.kansarmoede.classes
    wide = table.assign(kind=table["class"].astype(str)).pivot(
        index="label", columns="kind", values="families"
    )
    wide = wide.loc[list(dict.fromkeys(table["label"]))].astype("float64")
    said, colours = _change_key(names)
    frame = pd.DataFrame(
        {name: wide[[k.id for k in kinds if k.colour == name]].sum(axis=1) for name in CHANGES}
    ).reset_index()
    return rows.stacks(frame, CHANGES, said, colours, of_all=True, bar=bar, ax=ax)


def _poverty_domains(table: pd.DataFrame, names: Names, ax: Axes, **_: Any) -> Axes:
    """The share of families deprived in each domain, at both moments."""
    part = table[table["pilot"] == ALL]
    part = part.assign(domain=part["domain"].astype(str))
    wide = part.pivot(index="domain", columns="moment", values="raw_headcount")
    domains = names.definitions.kansarmoede.domains
    wide = wide.loc[[domain.id for domain in domains]]
    if wide.isna().all(axis=None):
        return nothing(ax, names.language)
    frame = _ways(wide, [domain.title(names.language) for domain in domains], names.share, names)
    low = min(0.9, np.floor(10 * frame[list(MOMENTS)].min(axis=None)) / 10)
    ticks = names.ticks(np.arange(1.0, low - 0.01, -0.1).tolist(), percentage, digits=0)  # less to the right
    first, last = (names.word("moment", moment) for moment in MOMENTS)
    return rows.dumbbells(frame, *MOMENTS, (first, last), ticks=ticks, ax=ax)


def _ways(wide: pd.DataFrame, labels: list[str], write: Callable[[Any], str], names: Names) -> pd.DataFrame:
    """Lay out a measure of poverty at both moments; a change of less than a point has no direction."""
    frame = wide[list(MOMENTS)].astype("float64").reset_index(drop=True)
    less = frame["baseline"] - frame["follow_up"]
    way = np.select([less >= 0.005, less <= -0.005], ["improved", "declined"], "unchanged")
    frame["colour"] = [names.definitions.palette.direction[one] for one in way]
    frame["label"] = labels
    pairs = zip(frame["baseline"], frame["follow_up"], strict=True)
    frame["end"] = ["–" if pd.isna(a) and pd.isna(b) else f"{write(a)} → {write(b)}" for a, b in pairs]
    return frame


# ---- what moved ------------------------------------------------------------------------------------------


def _transition(
    table: pd.DataFrame, names: Names, ax: Axes, *, lanes: pd.DataFrame | None = None, **_: Any
) -> Axes:
    """Figures 18–21: the persons by level at both moments, five on top and right."""
    key = (str(table["unit"].iloc[0]), str(table["item"].iloc[0]))
    n = table.pivot(index="baseline_level", columns="follow_up_level", values="persons").astype(int)
    n = n.loc[list(reversed(LEVELS)), list(LEVELS)]
    if lanes is not None:
        n = _with_lanes(n, lanes)
    item, own = names.definitions.item(*key), names.definitions.moves(*key)
    ends = (
        (own.worst(names.language), own.best(names.language))
        if own
        else (names.say("worst"), names.say("best"))
    )
    return matrix.moves(
        n,
        {level: f"{level} {item.label(level, names.language)}" for level in LEVELS},
        {level: str(level) for level in LEVELS},
        lanes={one: names.say(one) for one in matrix.LANES},
        ways=names.way_colours(*key),
        said=names.ways(*key),
        head=names.say("levels", worst=ends[0], best=ends[1]),
        ax=ax,
    )


def _with_lanes(n: pd.DataFrame, lanes: pd.DataFrame) -> pd.DataFrame:
    """Put rows and columns of those without a known level to a square of counts, where there are any."""
    before, after = (
        [one for one in matrix.LANES if (lanes[moment] == one).any()] for moment in ("baseline", "follow_up")
    )
    wide = n.reindex(index=[*n.index, *before], columns=[*n.columns, *after], fill_value=0)
    for one in lanes.itertuples():
        wide.loc[one.baseline, one.follow_up] = one.persons
    return wide


def _item_change(
    table: pd.DataFrame, names: Names, ax: Axes, *, verdicts: pd.DataFrame | None = None, **_: Any
) -> Axes:
    """Who moved on each item: declined to the left, improved to the right; at the end how sure that is."""
    sure = {} if verdicts is None else dict(zip(verdicts["question"], verdicts["verdict"], strict=True))
    keys = list(zip(table["unit"].astype(str), table["item"], strict=True))
    colours = [names.way_colours(*key) for key in keys]
    frame = table.assign(
        label=[names.item(*key) for key in keys],
        declined_colour=[colour["declined"] for colour in colours],
        improved_colour=[colour["improved"] for colour in colours],
        end=[
            names.difference(net) + STARS.get(str(sure.get(question_of(*key))), "")
            for key, net in zip(keys, table["net"], strict=True)
        ],
    )
    return rows.diverging(frame, (names.say("declined"), names.say("improved")), ax=ax)


def _estimates(
    table: pd.DataFrame, column: str, labels: list[str], names: Names, ax: Axes, **more: Any
) -> Axes:
    frame = _with_ends(table, column)
    frame["label"], frame["end"] = labels, [names.difference(*row) for row in frame.to_numpy()]
    for name, values in more.items():
        frame[name] = list(values)
    return rows.intervals(frame, ticks=names.around_zero(frame[["value", "low", "high"]]), ax=ax)


def _with_ends(table: pd.DataFrame, column: str) -> pd.DataFrame:
    ends = table[[column, f"{column}_low", f"{column}_high"]].astype("float64")
    return ends.set_axis(["value", "low", "high"], axis=1).reset_index(drop=True)


# ---- how sure --------------------------------------------------------------------------------------------


def _multiverse(table: pd.DataFrame, names: Names, ax: Axes, **_: Any) -> Axes:
    """The net share under every choice: least to most, the middle half thick, the median marked."""
    known = table[table["net"].notna()]
    usual = float(known.loc[known["default"], "net"].iloc[0]) if known["default"].any() else 0.0
    parts = [
        (names.say("equivalent"), "", known[known["equivalent"]]),
        (names.say("not_equivalent"), "", known[~known["equivalent"]]),
    ]
    for name in DIMENSIONS:
        parts += [
            (names.word(name, option), names.word("dimension", name), known[known[name] == option])
            for option in dict.fromkeys(table[name].tolist())
        ]
    made = [
        {
            "label": first_upper(label),
            "group": group,
            "value": part["net"].median(),
            **dict(
                zip(
                    ("low", "thick_low", "thick_high", "high"),
                    part["net"].quantile([0, 0.25, 0.75, 1]),
                    strict=True,
                )
            ),
            "end": names.range(part["net"].min(), part["net"].max()),
        }
        for label, group, part in parts
        if len(part)
    ]
    frame = pd.DataFrame(made).assign(colour=NEUTRAL[1])
    ticks = names.around_zero(frame[["low", "high"]])
    low = min(0.0, frame["low"].min())
    return rows.intervals(
        frame, ticks=[tick for tick in ticks if tick[0] >= low - 0.051], lines=(0, usual), ax=ax
    )


def _attrition(table: pd.DataFrame, names: Names, ax: Axes, *, choices: Any = None, **_: Any) -> Axes:
    """How far who was followed stands from who was not, where that is notable."""
    rows_of = table[table["standardised_difference"].notna()]
    if rows_of.empty:
        return nothing(ax, names.language, of="no_comparison")
    notable = choices.notable_difference if choices is not None else 0.0
    shown = rows_of[rows_of["standardised_difference"].abs() >= notable]
    shown = shown if len(shown) else rows_of
    shown = shown.sort_values("standardised_difference", ascending=False, kind="stable")
    frame = pd.DataFrame(
        {
            "label": [names.item(*key) for key in zip(shown["unit"].astype(str), shown["item"], strict=True)],
            "value": shown["standardised_difference"].astype("float64").to_numpy(),
            "number": [decimal(x, names.language, signed=True) for x in shown["standardised_difference"]],
            "colour": SIDE,
        }
    )
    return rows.bars(frame, ax=ax)


def _power(table: pd.DataFrame, names: Names, ax: Axes, *, plan: Any, **_: Any) -> Axes:
    """The chance of finding a difference by the number of families, a panel per outcome."""
    named = {
        o: first_upper(names.word("planning_outcome", o)) for o in dict.fromkeys(table["outcome"].astype(str))
    }
    return curve.panels(
        table.assign(
            panel=table["outcome"].astype(str).map(named),
            line=[names.difference(net) for net in table["net"]],
        ),
        "families_per_group",
        "power",
        target=(plan.target_power, names.say("target", share=names.share(plan.target_power))),
        below=names.say("families_per_group"),
        write=names.share,
        ax=ax,
    )


# ---- pilots side by side, and single families ------------------------------------------------------------


def _pilot_profile(table: pd.DataFrame, names: Names, ax: Axes, **_: Any) -> Axes:
    """What the retained families of each pilot are like: a bar per pilot and feature, over its values."""
    parts = []
    known = table[table["value"] != "onbekend"]
    for feature, part in known.groupby(known["feature"].astype(str), sort=False):
        wide = part.pivot(index="pilot", columns="value", values="n").loc[list(dict.fromkeys(part["pilot"]))]
        wide = wide[list(dict.fromkeys(part["value"]))].fillna(0)
        words = names.definitions.vocabulary.get(feature, {})
        said = [words[value](names.language) if value in words else str(value) for value in wide]
        parts.append(
            (
                first_upper(names.word("pilot_feature", feature)),
                wide.set_axis([names.pilot(p) for p in wide.index]),
                said,
            )
        )
    return rows.stacks_by_group(parts, SHADES, ax=ax)


def _pilot_outcomes(table: pd.DataFrame, names: Names, ax: Axes, **_: Any) -> Axes:
    """The net share of each pilot with its interval, by subject."""
    labels = [f"{names.pilot(p)} (n = {count(n)})" for p, n in zip(table["pilot"], table["n"], strict=True)]
    groups = [first_upper(names.word("pilot_aspect", aspect)) for aspect in table["aspect"]]
    colours = [INK if pilot == ALL else NEUTRAL[2] for pilot in table["pilot"]]
    return _estimates(table, "net", labels, names, ax, group=groups, colour=colours)


def _group_comparison(table: pd.DataFrame, names: Names, ax: Axes, **_: Any) -> Axes:
    """The net share of coached families and of families for comparison, by outcome."""
    ends = ["n", "net", "net_low", "net_high"]
    groups = names.definitions.tables["families"].column("group").values
    parts = []
    for group, colour, side in zip(groups, (INK, NEUTRAL[1]), ("coached", "comparison"), strict=True):
        part = table[[f"{side}_{end}" for end in ends]].set_axis(ends, axis=1)
        outcome = [first_upper(names.word("outcome", str(one))) for one in table["outcome"]]
        label = [f"{names.word('study_group', group)} (n = {count(n)})" for n in part["n"]]
        parts.append(part.assign(outcome=outcome, label=label, colour=colour))
    both = pd.concat(parts).sort_index(kind="stable")
    more = {"group": both["outcome"], "colour": both["colour"]}
    return _estimates(both, "net", list(both["label"]), names, ax, **more)


def _pilot_limits(table: pd.DataFrame, names: Names, ax: Axes, *, outcomes: pd.DataFrame, **_: Any) -> Axes:
    """The net share of each pilot by its families, within the limits that chance alone gives."""
    if not len(table):
        return nothing(ax, names.language, of="no_pilots")
    dots = outcomes[(outcomes["aspect"] == "score") & (outcomes["pilot"] != ALL) & (outcomes["n"] > 0)]
    seen = table[table["families"] >= int(dots["families"].min())]
    ticks = names.around_zero(pd.concat([seen[["low", "high"]].stack(), dots["net"]]).to_frame())
    limits = {
        names.say("limits", chance=names.share(limit, 0 if limit == round(limit, 2) else 1)): part
        for limit, part in seen.groupby("limit")
    }
    narrowest = seen[seen["limit"] == seen["limit"].min()].set_index("families")
    ends = narrowest.loc[dots["families"].tolist()]
    outside = (dots["net"].to_numpy() < ends["low"]) | (dots["net"].to_numpy() > ends["high"])
    named = dots["pilot"].where(outside.to_numpy() | (len(dots) <= NAMED), "")
    return curve.funnel(
        dots.assign(
            label=named,
            told=[
                f"{pilot}: {names.difference(net)}"
                for pilot, net in zip(dots["pilot"], dots["net"], strict=True)
            ],
        ),
        limits,
        names.say("together"),
        ticks,
        below=names.say("of_pilot"),
        ax=ax,
    )


def _themes(table: pd.DataFrame, names: Names, ax: Axes, **_: Any) -> Axes:
    """The share of families with a note about each theme, where the score got worse and elsewhere."""
    if not table[["declined_families", "other_families"]].max(axis=None):
        return nothing(ax, names.language)
    groups = {
        group: f"{names.word('review_group', group)} (n = {count(table[f'{group}_families'].iloc[0])})"
        for group in ("other", "declined")
    }
    frame = table.assign(
        colour=UNKNOWN,
        end=[
            f"{count(o)} · {count(d)}"
            for o, d in zip(table["other_with_theme"], table["declined_with_theme"], strict=True)
        ],
    )
    top = 0.25 * max(1, np.ceil(4 * table[["other_share", "declined_share"]].max(axis=None)))
    ticks = names.ticks(np.arange(0, top + 0.01, 0.25).tolist(), percentage, digits=0)
    said = (groups["other"], groups["declined"])
    return rows.dumbbells(frame, "other_share", "declined_share", said, ticks=ticks, ax=ax)


# ---- beyond two moments ----------------------------------------------------------------------------------


def _items(table: pd.DataFrame, names: Names, ax: Axes, **_: Any) -> Axes:
    """Every item by level at both moments of the followed families, most often low on top."""
    rows_of = table.astype({"unit": "str", "item": "str", "moment": "str", "level": "str"})
    wide = rows_of.pivot(index=["unit", "item", "moment"], columns="level", values="n").astype("int64")
    levels, low = [str(level) for level in LEVELS], low_shares(table)
    labels = [names.item(*key) for key in low.index]
    before, after = (
        wide.loc[[(*key, moment) for key in low.index], levels]
        .reset_index(drop=True)
        .assign(label=[f"{label}, {names.say(word)}" for label in labels])
        for moment, word in ((OF_FOLLOWED, "start"), (LATER, "follow_up"))
    )
    ends = zip(low[OF_FOLLOWED], low[LATER], strict=True)
    before = before.assign(label=labels, end=[f"{names.share(a)} → {names.share(b)}" for a, b in ends])
    said = list(levels)
    said[0], said[-1] = f"1 ({names.say('worst')})", f"5 ({names.say('best')})"
    return rows.stacked_pairs((before, after), levels, said, names.definitions.palette.levels, ax=ax)


def _course(table: pd.DataFrame, names: Names, ax: Axes, **_: Any) -> Axes:
    """How all described families went from state to state, best on top; of whom it is not known, below."""
    order = list(dict.fromkeys(table["before"].astype("str")))
    wide = table.astype({"before": "str", "after": "str"}).set_index(["before", "after"])
    steps = [part["families"].unstack().loc[order, order] for _, part in wide.groupby("months")]
    worst, middle, best = (names.definitions.palette.levels[at] for at in (0, 2, 4))
    colours = dict(zip(order, (best, middle, worst, NO_SCORE, OTHER, UNKNOWN), strict=True))
    heads = [
        names.say("start"),
        *(names.say("months", n=int(months)) for months in sorted(set(table["months"]))),
    ]
    return flow.flow(
        steps, heads, {state: names.word("course_state", state) for state in order}, colours, ax=ax
    )


def _multistate(table: pd.DataFrame, names: Names, ax: Axes, **_: Any) -> Axes:
    """The chances to stand better and worse after six months, by outcome and reading."""
    part = table.astype({"quantity": "str"}).set_index("quantity").loc[list(AFTER_SIX)].reset_index()
    part = part.sort_values("outcome", kind="stable")
    if part["value"].isna().all():
        return nothing(ax, names.language)
    ways = [AFTER_SIX[one] for one in part["quantity"]]
    frame = part[["value", "low", "high"]].astype("float64").reset_index(drop=True)
    frame["group"] = [first_upper(names.word("outcome", outcome)) for outcome in part["outcome"]]
    items = [PRIMARY.get(str(outcome)) or ("", "") for outcome in part["outcome"]]
    frame["label"] = [
        f"{names.ways(*item)[way]}, {names.word('reading', reading)}"
        for item, way, reading in zip(items, ways, part["reading"], strict=True)
    ]
    frame["colour"] = [names.way_colours(*item)[way] for item, way in zip(items, ways, strict=True)]
    frame["end"] = [names.chance(*row) for row in frame[["value", "low", "high"]].to_numpy()]
    top = 0.1 * np.ceil(10 * frame["high"].max())
    ticks = names.ticks(np.arange(0, top + 0.01, 0.1).tolist(), percentage, digits=0)
    return rows.intervals(frame, ticks=ticks, ax=ax)


def _domain_numbers(table: pd.DataFrame, names: Names, ax: Axes, **_: Any) -> Axes:
    """How many domains families lack, a bar for each moment and population."""
    wide = table.astype({"moment": "str"}).pivot(index="moment", columns="number", values="families")
    wide = wide.loc[list(dict.fromkeys(table["moment"].astype("str")))].astype("float64")
    frame = wide.reset_index(drop=True).set_axis([str(number) for number in wide], axis=1)
    frame.insert(0, "label", [first_upper(names.word("population_moment", moment)) for moment in wide.index])
    parts = list(reversed(frame.columns[1:]))
    shades = [lighter(SHADES[-1], (int(number) + 0.5) / len(parts)) for number in parts]
    said = [names.say("domains_lacking", n=int(number)) for number in parts]
    return rows.stacks(frame, parts, said, shades, of_all=True, ax=ax)


def _domain_pairs(table: pd.DataFrame, names: Names, ax: Axes, **_: Any) -> Axes:
    """How many families lack both of two domains at the start; of a pair only one cell is filled."""
    part = table[table["moment"] == OF_ALL].astype({"domain": "str", "other": "str"})
    title = {domain.id: domain.title(names.language) for domain in names.definitions.kansarmoede.domains}
    order = list(title)
    n = part.pivot(index="other", columns="domain", values="families").reindex(order[1:], columns=order[:-1])
    most = max(n.max(axis=None), 1)
    colours = n.map(lambda one: "#ffffff" if pd.isna(one) else lighter(SIDE, 0.15 + 0.85 * one / most))
    words = n.map(lambda one: "" if pd.isna(one) else count(one))
    told = pd.DataFrame(
        [
            [f"{title[a]}, {title[b]}: {words.loc[a, b]}" if words.loc[a, b] else "" for b in n]
            for a in n.index
        ]
    )
    return matrix.cells(
        colours,
        words,
        told,
        rows=[title[one] for one in n.index],
        columns=[title[one] for one in n],
        short=(
            [f"{order.index(one) + 1} {title[one]}" for one in n.index],
            [str(place) for place in range(1, len(order))],
            f"1 {title[order[0]]}",
        ),
        most=90,
        ax=ax,
    )


def _measurement(table: pd.DataFrame, names: Names, ax: Axes, **_: Any) -> Axes:
    known = table[table["alpha"].notna()]
    frame = _with_ends(known, "alpha")
    said = frame.map(lambda one: decimal(one, names.language))
    frame["label"] = [first_upper(names.word("scale", str(scale))) for scale in known["scale"]]
    frame["end"] = [names.between(*row) for row in said.to_numpy()]
    ticks = names.ticks([0, 0.25, 0.5, 0.75, 1], decimal, digits=2)
    return rows.intervals(frame, ticks=ticks, ax=ax)


CHARTS: Mapping[str, Callable[..., Axes]] = {
    "course_flow": _course,
    "domain_numbers": _domain_numbers,
    "domain_pairs": _domain_pairs,
    "items_distribution": _items,
    "attrition": _attrition,
    "classes": _classes,
    "education": _education,
    "flow": _flow,
    "group_comparison": _group_comparison,
    "item_change": _item_change,
    "levels": _distribution,
    "measurement": _measurement,
    "multistate": _multistate,
    "multiverse": _multiverse,
    "needs": _needs,
    "pilot_limits": _pilot_limits,
    "pilot_outcomes": _pilot_outcomes,
    "pilot_profile": _pilot_profile,
    "pilot_transitions": lambda table, names, ax, **_: _by_colour(
        table.assign(label=list(map(names.pilot, table["pilot"]))), names, ax
    ),
    "poverty_domains": _poverty_domains,
    "power": _power,
    "profile": _profile,
    "registration_starts": _starts,
    "scheme": _scheme,
    "score_matrix": _score_matrix,
    "theme_counts": _themes,
    "transition": _transition,
}
