"""What in an export asks for a second look: which item, pilot, sheet or family loses too much, and why.

No rule stops at these. `doubts` finds them, `summary` puts them into sentences, and `refusal` says at which
of them a run stops; it also does where it would describe `nobody`.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import numpy as np
import pandas as pd

from helpers.cleaning import values
from helpers.cleaning.export_counts import ExportCounts
from helpers.cleaning.losses import NEAR, coding, may_be_shown, nearest_pilot, numbered
from helpers.definitions import LEVELS, UNITS, Definitions, Text
from helpers.definitions.languages import labels, texts
from helpers.definitions.reading import adapter
from helpers.export import RawExport
from helpers.export.messages import SHORT, quoted, shown
from helpers.export.names import fold
from helpers.words import both

SOME, MANY, TOO_MANY = 0.01, 0.05, 0.2  # of the cells of an item, or the rows of a sheet, pilot, family
SLIPS, FEW = 2, 4  # lost cells or rows up to here are slips; up to here stop no run, whatever their share
ENOUGH = 30  # values of an item of which a level may be missed; days of which the writing tells
CUT = (65_535, 65_536, 1_048_575, 1_048_576)  # rows at which spreadsheet programs end
ROUND = 1_000  # rows, of which a tool gives a multiple when it has no more than that
WEEK = pd.Timedelta(days=7)  # by which the first or last days of whole sheets may differ
UNLIKELY = 0.001  # probability below which the levels that are lost are no accident
EARLY = 366  # days from the start of the project to its first registration
LATE = 184  # days from the last registration to the day of the export: twice the time between two of a family
DOUBTS = "doubts.json"  # beside the clean tables
PARTS = 8  # of one kind that a summary names
CAUSES = ("coding", "labels_changed", "sheet_loses")  # kinds that tell why so much is lost
LIMITED = ("item_loses", "pilot_loses", "pilot_unknown", "two_pilots")  # kinds of which too many stop a run
# kinds that count families, children or their levels, or tell that there are none; those whose name may be
# that of a person, as of a file, or of a pilot that has hardly anybody
OF_FAMILIES = (
    *("never", "families_lose", "no_row", "no_rows", "no_pilot", "no_group", "two_births", "alike", "twice"),
)
UNNAMED = ("sheet_loses", "pilot_loses", "ids_fall", "ends_early", "cut_off", "nameless")
FORMS = tuple(f"{one} first, {day}" for one in ("year", "day") for day in ("before", "after"))
FORMS += ("midnight", "in UTC")
_WHOLE = re.compile(r"([-+]?\d{1,4})(?:[.,]0+)?")
_CHANGES = {
    "entities": re.compile(r"&(?:#\w{1,6}|[A-Za-z]{2,8});"),
    "encoded_twice": re.compile("[\u00c2-\u00c5][\u0080-\u00bf\u2018-\u203a\u20ac\u0152-\u0192\u02c6\u02dc]"),
    "unreadable": re.compile("\ufffd|(?<=[^\\W\\d_])\\?(?=[^\\W\\d_])"),
}


@dataclass(frozen=True)
class Doubt:
    """Something in an export that no rule stops at, and that may be wrong all the same.

    `kind` is one of `doubt_kinds` in `data/reference/texts/export.yml`. `text` says what it is, without codes
    of families or persons, notes or dates of birth. `unit`, `item` and `name` (a pilot or file) say what it
    is about; `count` cells, rows, families or persons among `of` are touched; `levels` are lost more than
    others, or never occur.
    """

    kind: str
    text: Text
    unit: str = ""
    item: str = ""
    name: str = ""
    count: int = 0
    of: int = 0
    levels: tuple[int, ...] = ()

    @classmethod
    def told(
        cls, kind: str, *, unit: str = "", item: str = "", name: str = "", count: int = 0, of: int = 0,
        levels: tuple[int, ...] = (), **facts: Any,
    ) -> Self:  # fmt: skip
        """Make a doubt with the text of its kind; `facts` are what that names beside count, of and levels."""
        text = both("doubts", kind, count=count, of=of, levels=levels, **facts)
        return cls(kind, text, unit, item, name, count, of, levels)

    def of_dataset(self, title: str) -> Self:
        """Say of which dataset it is, where a study has several."""
        return replace(self, text=Text.of(lambda language: f"{title}: {self.text(language)}"))

    @property
    def share(self) -> float:
        """`count` as a share of `of`; 0 where there is nothing to count."""
        return self.count / self.of if self.of else 0.0


def doubts(
    counts: ExportCounts, lost: pd.DataFrame, definitions: Definitions, *, today: dt.date | None = None
) -> tuple[Doubt, ...]:
    """Say what in an export asks for a second look, in the order of their kinds.

    Shares are of the non-blank cells of an item in the rows that are kept (levels, n.v.t. and what R07
    emptied), and of the rows of a sheet, pilot or family; rows of test families (R02) and repeated rows (R06)
    are not lost. A name that is no pilot counts for the pilot that it is most like. `lost` is what `losses`
    gives; dates after `today` lie in the future, by default that of the computer.
    """
    levels = list(_of_levels(lost, counts, definitions))
    losing = {(doubt.unit, doubt.item) for doubt in levels if doubt.kind == "item_loses"}
    in_losing = [key in losing for key in zip(lost["unit"], lost["item"], strict=True)]
    found = [
        *levels,
        *_codings(lost[np.array(in_losing, dtype=bool)]),
        *_changed_labels(lost),
        *_attributes(counts),
        *_of_rows(counts),
        *_of_pilots(counts),
        *_of_places(counts),
        *_of_families(counts.families.reset_index()),
        *_of_whole(counts),
        *_of_days(counts, today or dt.date.today()),
        *_of_forms(counts.forms["rows"]),
        *_cut_off(counts),
        *(
            _of_sheet(counts.export, unit)("nameless", count=count)
            for unit, count in counts.export.nameless.items()
            if count
        ),
    ]
    order = list(texts()["doubt_kinds"])
    return tuple(sorted(found, key=lambda doubt: order.index(doubt.kind)))


def doubts_to_json(doubts: Sequence[Doubt]) -> str:
    """Write doubts as JSON text."""
    return adapter(tuple[Doubt, ...]).dump_json(tuple(doubts), indent=1).decode() + "\n"


def doubts_from_json(text: str) -> tuple[Doubt, ...]:
    """Read what `doubts_to_json` wrote."""
    return adapter(tuple[Doubt, ...]).validate_json(text)


def too_many(doubts: Iterable[Doubt]) -> tuple[Doubt, ...]:
    """Pick the doubts at which a run should stop unless somebody accepts the losses.

    They are: more than 20 % of the cells of an item, of the rows of a pilot, or of all rows for a name that
    is no pilot of `dataset.yml`, or for pilots that are not those of their families; five at least.
    """
    return tuple(
        doubt for doubt in doubts if doubt.kind in LIMITED and doubt.share > TOO_MANY and doubt.count > FEW
    )


def summary(doubts: Iterable[Doubt], *, limit: float = MANY) -> tuple[Text, ...]:
    """Put doubts into sentences, one for each kind; of a long list the first parts, and before them which
    levels it is about, and at how many items. `limit` is the share that is said to be lost at least.
    """
    by_kind: dict[str, list[Doubt]] = {}
    for doubt in doubts:
        by_kind.setdefault(doubt.kind, []).append(doubt)
    return tuple(_sentence(kind, found, limit) for kind, found in by_kind.items())


def what(kind: str, limit: float = MANY) -> Text:
    """Say in general what a kind of doubts is."""
    return both("doubt_kinds", kind, limit=round(100 * limit))


def _sentence(kind: str, found: Sequence[Doubt], limit: float) -> Text:
    more = max(len(found) - PARTS, 0)
    alike = Counter(", ".join(map(str, doubt.levels)) for doubt in found if more and doubt.levels)
    named = [doubt.text for doubt in found[:PARTS]]
    said = what(kind, limit)
    return both("summary", "text", what=said, named=named, alike=alike.most_common(3), more=more)


def refusal(doubts: Sequence[Doubt]) -> tuple[str, ...]:
    """Say why a run stops at its losses, one line for each kind; nothing when they are within the limits."""
    beyond = too_many(doubts)
    if not beyond:
        return ()
    lines = [*summary(beyond, limit=TOO_MANY), *summary(doubt for doubt in doubts if doubt.kind in CAUSES)]
    remedy = (
        "So much is lost that the report would be about other data. Mend the export or dataset.yml "
        "(`gezinscoach check` says what is lost), or give --accept-losses if you know why"
    )
    return (*(line("en") for line in lines), f"{remedy}.")


def nobody(flow: pd.DataFrame) -> tuple[str, ...]:
    """Say by the table `flow` that a run would describe no family; nothing where it would."""
    families = flow.set_index("stage")["families"]
    if families["retained"]:
        return ()
    return (
        f"no family would be described: {families['no_household']} have no household row that is kept, "
        f"{families['too_few_items']} too few known household items at the start. `gezinscoach check` says "
        "what was rejected.",
    )


def _of_levels(lost: pd.DataFrame, counts: ExportCounts, definitions: Definitions) -> Iterator[Doubt]:
    """Look at each item: how much it loses, which levels, other scales, and levels that it never has."""
    of_item = {key: texts for key, texts in lost.groupby(["unit", "item"], sort=False)}
    kept = counts.levels["cells"].unstack(fill_value=0)
    kept = kept.reindex(pd.MultiIndex.from_tuples(definitions.items), columns=[0, *LEVELS], fill_value=0)
    for (key, item), cells in zip(definitions.items.items(), kept.to_numpy("int64"), strict=True):
        gone, levels = of_item.get(key, lost.iloc[:0]), cells[1:]
        count = int(gone["cells"].sum())
        of, known = count + int(cells.sum()), int(levels.sum())
        unit = definitions.vocabulary["unit"][item.unit]
        told = partial(
            Doubt.told, unit=item.unit, item=item.item,
            where=both("doubt_places", "item", unit=unit, item=item.item),
        )  # fmt: skip
        if count > MANY * of and (count > 1 or count == of):
            yield told("item_loses", count=count, of=of)
        if found := _lost_levels(gone, levels):
            yield told("levels_lost", **found)
        if found := _other_scale(gone, levels, of):
            yield told("other_scale", **found)
        lost_too = set(gone["level"].dropna())
        never = tuple(level for level in _never(levels) if level not in lost_too)
        if never and known >= ENOUGH:
            yield told("never", of=known, levels=never)


def _never(kept: np.ndarray) -> Iterator[int]:
    """Give the levels that never occur, when that is no accident.

    One is expected half as often as the level beside it, the rarer of two, and a quarter where that never
    occurs either: that of few families nobody has the worst or the best level of an item is as it should be.
    """
    places, known = np.flatnonzero(kept), kept.sum()
    for place in np.flatnonzero(kept == 0):
        sides = (places[places < place][-1:], places[places > place][:1])
        shares = [kept[at] / known / 2 ** abs(at - place) for side in sides for at in side]
        if shares and (1 - min(shares)) ** known < UNLIKELY:
            yield int(place) + 1


def _lost_levels(texts: pd.DataFrame, kept: np.ndarray) -> dict[str, Any]:
    """Find the levels that lose more than the others, when that is no accident (hypergeometric tail)."""
    from scipy.stats import hypergeom  # takes a second, which a kernel that cleans nothing need not wait

    gone = texts.groupby("level")["cells"].sum().reindex(list(LEVELS), fill_value=0).to_numpy("int64")
    there = gone + kept
    if gone.sum() <= 1:
        return {}
    ordered = np.argsort(-(gone / np.maximum(there, 1)), kind="stable")
    splits = [ordered[:size] for size in range(1, 5)]
    chances = [hypergeom.sf(gone[top].sum() - 1, there.sum(), gone.sum(), there[top].sum()) for top in splits]
    worst = np.sort(splits[int(np.argmin(chances))])
    count, of = int(gone[worst].sum()), int(there[worst].sum())
    if min(chances) * len(splits) > UNLIKELY or count <= MANY * max(of, 1):
        return {}
    return {
        "count": count,
        "of": of,
        "levels": tuple(int(place) + 1 for place in worst),
        "each": [(int(place) + 1, int(gone[place]), int(there[place])) for place in worst],
        "others": (int(gone.sum()) - count, int(there.sum()) - of),
    }


def _other_scale(texts: pd.DataFrame, kept: np.ndarray, of: int) -> dict[str, Any]:
    """Find whole numbers outside 1 to 5, too often for a slip, or 0 in the place of 5."""
    numbers = pd.array([_whole(text) for text in texts["text"]], dtype="Int64")
    cells = texts["cells"].groupby(numbers).sum()
    count = int(cells.sum())
    from_0 = 0 in cells.index and kept[4] == 0 and cells.index.max() <= 4 and of >= ENOUGH
    if not from_0 and (count < SLIPS or count <= SOME * of):
        return {}
    some = ", ".join(f"{int(number)} ({int(many)})" for number, many in cells.items())
    return {"count": count, "of": of, "numbers": some, "from_0": from_0}


def _whole(text: str) -> int | None:
    """Give a whole number outside 1 to 5, as a level of another scale; None of any other text."""
    found = _WHOLE.fullmatch(text)
    return int(found[1]) if found and int(found[1]) not in LEVELS else None


def _codings(lost: pd.DataFrame) -> Iterator[Doubt]:
    """Name the codings that the lost texts seem to be in: answer codes, percentages, the same words."""
    coded: dict[str, list[tuple[str, int, int]]] = {}
    for text, cells in lost.groupby("text")["cells"].sum().items():
        kind, number = coding(str(text))
        if kind:
            coded.setdefault(kind, []).append((str(text), number, int(cells)))
    seen: set[str] = set()
    for kind, found in coded.items():
        numbers = {number for _, number, _ in found}
        count = sum(cells for _, _, cells in found)
        if count <= SLIPS or len(numbers) < 2 or (kind != "%" and not numbers <= {0, 1, 2, 3, 4, 5}):
            continue
        seen |= {text for text, _, _ in found}
        found.sort(key=lambda one: one[1])
        names = ", ".join(quoted(text) for text, _, _ in found[:PARTS])
        how = "letters" if kind.isalpha() else "written"
        yield Doubt.told("coding", count=count, how=how, names=names)
    yield from _same_words(lost[~lost["text"].isin(seen)])


def _same_words(lost: pd.DataFrame) -> Iterator[Doubt]:
    """Name words that stand in the place of levels in three items or more."""
    is_word = [
        _whole(text) is None and not isinstance(values.read_date(text), dt.date) for text in lost["text"]
    ]
    words = lost[(lost["ratio"] < NEAR).to_numpy() & np.array(is_word, dtype=bool)]
    by_text = words.groupby("text").agg(items=("item", "size"), cells=("cells", "sum"))
    same = by_text[(by_text["items"] >= 3) & (by_text["cells"] > SLIPS)].sort_values(
        "cells", ascending=False, kind="stable"
    )
    if same.empty:
        return
    shown_words = [quoted(str(text)) for text in same.index if may_be_shown(str(text), 0)][:PARTS]
    names, count = ", ".join(shown_words), int(same["cells"].sum())
    yield Doubt.told("coding", count=count, how="words", names=names)


def _changed_labels(lost: pd.DataFrame) -> Iterator[Doubt]:
    """Say in which way the texts that are near a label differ from it."""
    near = lost[lost["nearest"].notna() & (lost["text"].str.len() > SHORT)]
    changes = [_change(text, label) for text, label in zip(near["text"], near["nearest"], strict=True)]
    near = near.assign(change=changes)
    near = near[(near["ratio"] >= NEAR) | (near["change"] != "other")]
    for change, found in near.groupby("change", sort=False):
        cells, items = int(found["cells"].sum()), len(found[["unit", "item"]].drop_duplicates())
        if cells > SLIPS:
            where = both("label_changes", str(change))
            yield Doubt.told("labels_changed", name=str(change), count=cells, where=where, items=items)


def _change(text: str, label: str) -> str:
    for change, pattern in _CHANGES.items():
        if pattern.search(text):
            return change
    words, known = values.fold(numbered(text)[1]), values.fold(label)
    if re.findall(r"\w+", words) == re.findall(r"\w+", known):
        return "signs"
    if known.startswith(words):
        return "cut"
    return "added" if words.startswith(known) else "other"


def _attributes(counts: ExportCounts) -> Iterator[Doubt]:
    cells = counts.attributes
    for unit, name in ((unit, name) for unit in UNITS for of, name in cells.index if of == unit):
        filled, count = map(int, cells.loc[(unit, name), ["filled", "emptied"]])
        if count > MANY * filled and count > 1:
            yield Doubt.told(
                "attribute_loses", unit=unit, name=name, where=name, count=count, of=max(filled, count)
            )


def _of_rows(counts: ExportCounts) -> Iterator[Doubt]:
    """Look at the rows of each sheet, say why most of those that are lost are, and whether numbers fall."""
    for unit in UNITS:
        told = _of_sheet(counts.export, unit)
        of, count, later, falls = map(int, counts.units.loc[unit, ["rows", "lost", "later", "falls"]])
        if count > MANY * of:
            own = counts.reasons[counts.reasons.index.get_level_values(0) == unit]
            own = own if len(own) else counts.reasons  # of a wide export a line stands under one unit
            most = own["rows"].groupby("reason_en").sum().idxmax()
            reason = next(why for why in labels("reasons").values() if why.en == most)
            yield told("sheet_loses", count=count, of=of, reason=reason)
        if falls > SLIPS and falls > TOO_MANY * later:  # some are always entered late
            yield told("ids_fall", count=falls, of=later)


def _of_sheet(raw: RawExport, unit: str) -> Callable[..., Doubt]:
    """Give what makes a doubt of the table of a unit, or of the one for all, named by its file."""
    of_unit = unit if unit in UNITS else ""
    name = raw.files[of_unit or UNITS[0]]
    return partial(Doubt.told, unit=of_unit, name=name, where=_sheet(raw, unit))


def _sheet(raw: RawExport, unit: str) -> str:
    """Name the file of a unit; a long or wide export has one for all."""
    return f"{shown(raw.files[unit])} ({unit})" if unit in UNITS else shown(raw.files[UNITS[0]])


def _of_pilots(counts: ExportCounts) -> Iterator[Doubt]:
    """Look at the rows of each pilot, and at names that are none."""
    dataset = counts.export.dataset
    written = counts.pilots.sort_values("rows", ascending=False, kind="stable")
    names = {str(name): dataset.pilot_of.get(fold(str(name)), "") for name in written.index if str(name)}
    near = {name: nearest_pilot(name, dataset.pilots) for name, pilot in names.items() if not pilot}
    of_pilot = written.groupby(written.index.map(names | near)).sum()
    for pilot in dataset.pilots:
        of, count = map(int, of_pilot.loc[pilot]) if pilot in of_pilot.index else (0, 0)
        if count > MANY * of:
            yield Doubt.told("pilot_loses", name=pilot, where=shown(pilot), count=count, of=of)
    without = [pilot for pilot in dataset.pilots if pilot not in of_pilot.index]
    if 2 * len(without) < len(dataset.pilots):  # else it is the export of a few of them
        yield from (Doubt.told("no_pilot", name=pilot, where=shown(pilot)) for pilot in without)
    hidden, of = 0, int(written["rows"].sum())
    for name, pilot in near.items():
        count = int(written.loc[name, "rows"])
        if not may_be_shown(name, float(bool(pilot))):
            hidden += count
            continue
        where, meant_one = quoted(name), quoted(pilot) if pilot else ""
        yield Doubt.told("pilot_unknown", name=name, count=count, of=of, where=where, near=meant_one)
    if hidden:
        yield Doubt.told("pilot_unknown", count=hidden, of=of, where="", near="")


def _of_places(counts: ExportCounts) -> Iterator[Doubt]:
    """Tell of families without a row in a sheet, which a filter or cut may leave.

    A family may have no child, but hardly so many of them, nor all of a pilot.
    """
    for unit, of_pilots in counts.places.groupby("unit"):
        told = _of_sheet(counts.export, str(unit))
        of, count = map(int, of_pilots[["families", "missing"]].sum())
        some = of_pilots[(of_pilots["missing"] == of_pilots["families"]) & (of_pilots["missing"] > FEW)]
        if count < of and count > max(FEW, of * (TOO_MANY if unit == "kind" else MANY)):
            yield told("no_row", count=count, of=of)
        elif count < of:
            for (_, pilot), missing in some["missing"].items():
                where = f"{_sheet(counts.export, str(unit))}, {shown(str(pilot))}"
                yield told("no_row", name=str(pilot), where=where, count=int(missing), of=int(missing))


def _of_families(alike: pd.DataFrame) -> Iterator[Doubt]:
    """Count families that lose rows; the worst lost the most rows, and of these the greatest share."""
    losing = alike[(alike["lost"] > MANY * alike["rows"]) & (alike["lost"] >= SLIPS)]
    if losing.empty:
        return
    worst = losing.sort_values(["lost", "rows"], ascending=[False, True]).iloc[0]
    count, of = int(losing["families"].sum()), int(alike["families"].sum())
    yield Doubt.told("families_lose", count=count, of=of, worst=(int(worst["lost"]), int(worst["rows"])))


def _of_whole(counts: ExportCounts) -> Iterator[Doubt]:
    """Tell of groups and pilots that contradict or miss, of who may be somebody else, of odd months."""
    found = counts.whole["count"].to_dict()
    about = {"two_groups": (UNITS[0], 0), "two_births": ("kind", found["children"]), "month_first": ("", 0)}
    for kind, (unit, of) in about.items():
        if found[kind]:
            yield Doubt.told(kind, unit=unit, count=found[kind], of=of)
    if found["two_pilots"] > max(FEW, MANY * found["rows"]):
        yield Doubt.told("two_pilots", unit=UNITS[0], count=found["two_pilots"], of=found["rows"])
    contents = counts.contents["families"]
    if twice := int(contents[contents > 1].sum()):
        yield Doubt.told("twice", count=twice, of=found["families"])
    if found["alike"]:
        yield Doubt.told("alike", count=found["alike"], of=found["persons"])
    if 0 < found["no_group"] < found["families"]:
        yield Doubt.told("no_group", unit=UNITS[0], count=found["no_group"], of=found["families"])


def _of_days(counts: ExportCounts, today: dt.date) -> Iterator[Doubt]:
    """Tell of registrations in the future, and of what begins or ends long before or after the others."""
    of_units, dataset = counts.days["registrations"], counts.export.dataset
    days = of_units.groupby("date").sum()
    later = int(days[days.index > pd.Timestamp(today)].sum())
    if later or dataset.exported_on > today:
        yield Doubt.told("future", count=later, of=int(days.sum()), until=dataset.exported_on)
    start = dataset.project_start
    if len(days) and (days.index.min().date() - start).days > EARLY:
        yield Doubt.told("early_start", start=start, first=days.index.min().date())
    if len(days) and (dataset.exported_on - days.index.max().date()).days > LATE:
        yield Doubt.told("late_export", until=dataset.exported_on, last=days.index.max().date())
    for unit, own in of_units.groupby("unit"):
        last, others = (one.index.get_level_values("date").max() for one in (own, of_units))
        silent = (others - last).days
        if own.sum() >= ENOUGH and silent > LATE and silent > _longest_pause(own):
            told = _of_sheet(counts.export, str(unit))
            yield told("ends_early", last=last.date(), others=others.date())


def _longest_pause(days: pd.Series) -> int:
    """Give the most days in a row without a registration, enough before and after: of a yearly round many."""
    rows = days.groupby("date").sum().sort_index()
    before = rows.cumsum().shift(fill_value=0)
    amid = (before >= ENOUGH) & (rows.sum() - before >= ENOUGH)
    pauses = rows.index.to_series().diff().dt.days
    return int(pauses[amid].max()) if amid.any() else 0


def _of_forms(rows: pd.Series) -> Iterator[Doubt]:
    """Tell of days that a program changed: month and day in place of each other, or midnight in UTC."""
    for column, of_column in rows.groupby("column"):
        counts = {form: int(of_column.get((column, form), 0)) for form in FORMS}
        year_before, year_after, day_before, day_after, midnight, in_utc = counts.values()
        swapped = year_after <= MANY * year_before and day_before <= MANY * day_after
        if swapped and min(year_before, day_after) >= ENOUGH:
            yield Doubt.told("swapped", name=str(column), where=quoted(str(column)), count=year_before)
        if midnight >= ENOUGH and not in_utc:
            yield Doubt.told("midnight", name=str(column), where=quoted(str(column)), count=midnight)


def _cut_off(counts: ExportCounts) -> Iterator[Doubt]:
    """Tell of tables that end where a program has no more rows, or after a round number without the rest."""
    raw = counts.export
    for unit, count in raw.rows_read.items():
        if count in CUT or count and count % ROUND == 0 and _lacks_some(counts, unit):
            yield _of_sheet(raw, unit)("cut_off", count=count)


def _lacks_some(counts: ExportCounts, unit: str) -> bool:
    """Say whether a sheet lacks families, or days at an end, that others have, as one does that was cut off.

    A family may have no child. What one table for all lacks cannot be told.
    """
    if unit not in UNITS or unit not in counts.places.index or unit not in counts.days.index:
        return True
    families, missing = counts.places.loc[unit, ["families", "missing"]].sum()
    days = counts.days.index.get_level_values("date")
    own = counts.days.loc[unit].index
    short = max(own.min() - days.min(), days.max() - own.max()) > WEEK
    return bool(short or missing > (MANY * families if unit == "kind" else 0))
