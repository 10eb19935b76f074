"""What was registered, and when: starts by month, gaps, who is due; the accounts of an export.

The accounts, and the definitions, are small tables for reading: they are shown, never written. What a reader
may want as a file is declared in `data/reference/outputs/`.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers.cleaning.doubts import MANY, OF_FAMILIES, TOO_MANY, UNNAMED, Doubt, what
from helpers.cleaning.export_counts import ExportCounts
from helpers.cleaning.losses import nearest_pilot
from helpers.cleaning.windows import add_months
from helpers.definitions import UNITS, Definitions
from helpers.definitions.choices import Choices
from helpers.errors import PipelineError
from helpers.export import RawExport
from helpers.export.columns import canonical_columns
from helpers.export.messages import Remark
from helpers.multiverse import Worlds
from helpers.outputs import counts, derives, family_table, lists
from helpers.words import say

if TYPE_CHECKING:
    from helpers.study import Export, Study

Make = Callable[[Any], pd.DataFrame]
RULE_MONTHS = 3  # the instrument asks for one registration per family per three months


@counts("registration_starts")
def start_counts(families: pd.DataFrame) -> pd.DataFrame:
    """Count families by the month and pilot of their first kept row: families."""
    month = families["t0"].dt.strftime("%Y-%m").rename("month")
    return families.groupby([month, "pilot"]).size().to_frame("families")


@derives("registration_starts")
def registration_starts(counts: pd.DataFrame, pilots: Sequence[str]) -> pd.DataFrame:
    """Give the families that started, for each month from the first to the last and each pilot.

    Months without a start have 0.
    """
    months = counts.index.get_level_values("month")
    known = (
        [f"{month:%Y-%m}" for month in pd.period_range(min(months), max(months), freq="M")]
        if len(counts)
        else []
    )
    cells = pd.MultiIndex.from_product([known, pilots], names=["month", "pilot"])
    return counts.reindex(cells, fill_value=0).reset_index()


@family_table("registration_days")
def registration_days(registrations: pd.DataFrame, families: pd.DataFrame) -> pd.DataFrame:
    """Give the days on which each family was registered, with the time until the next.

    Gives family, pilot, date, and longer: whether the next registration came more than three months later;
    missing on the last day of a family.
    """
    days = registrations[["family", "date"]].drop_duplicates().sort_values(["family", "date"])
    days = days.merge(families[["family", "pilot"]], on="family", validate="many_to_one")
    following = days.groupby("family")["date"].shift(-1)
    longer = (following > add_months(days["date"], months=RULE_MONTHS)).astype("boolean")
    return days[["family", "pilot", "date"]].assign(longer=longer.mask(following.isna()))


@counts("registration_gaps")
def gap_counts(registration_days: pd.DataFrame, families: pd.DataFrame, exported_on: date) -> pd.DataFrame:
    """Count by pilot: gaps between two registrations, those longer than three months, and families.

    By pilot: gaps, longer_than_three_months, families, and silent: those whose last registration is more than
    three months before the day of the export.
    """
    between = registration_days.dropna(subset="longer")
    due = is_due(families, exported_on)
    parts = {
        "gaps": between.groupby("pilot").size(),
        "longer_than_three_months": between["longer"].astype("int64").groupby(between["pilot"]).sum(),
        "families": families.groupby("pilot").size(),
        "silent": due.astype("int64").groupby(families["pilot"]).sum(),
    }
    return pd.DataFrame(parts).fillna(0).astype("int64").rename_axis("pilot")


@derives("registration_gaps")
def registration_gaps(counts: pd.DataFrame, pilots: Sequence[str]) -> pd.DataFrame:
    """Hold registrations against the rule of one per family per three months."""
    found = counts.reindex(pd.Index(pilots, name="pilot"), fill_value=0)
    return found.reset_index()


@counts("item_use")
def use_counts(worlds: Worlds, families: pd.DataFrame) -> pd.DataFrame:
    """Count persons, or families on items of the household, by unit and item: known, moved (of these)."""
    described = families.loc[families["status"] == "retained", "family"]
    cell, level, _ = worlds.cells.known(described)
    moved = cell[1:][(cell[1:] == cell[:-1]) & (level[1:] != level[:-1])]
    items = pd.MultiIndex.from_tuples(list(worlds.cells.items), names=["unit", "item"])
    found = {
        name: np.bincount(pd.unique(cells) % len(items), minlength=len(items))
        for name, cells in (("known", cell), ("moved", moved))
    }
    table = pd.DataFrame(found, index=items)
    return table[table["known"] > 0].sort_index()


@derives("item_use")
def item_use(counts: pd.DataFrame, definitions: Definitions) -> pd.DataFrame:
    """Tell of every item who ever had a level, and whose level ever became another.

    Of the described families, in the order of the codebook.
    """
    items = pd.MultiIndex.from_tuples(list(definitions.items), names=["unit", "item"])
    return counts.reindex(items, fill_value=0).reset_index()


@lists("due_families")
def due_families(families: pd.DataFrame, exported_on: date) -> pd.DataFrame:
    """List the retained families that are due: not registered in the last three months before the export.

    Longest ago first. Its coach stands in the clean table `families`: codes of coaches are in no table of a
    report.
    """
    due = families[is_due(families, exported_on) & (families["status"] == "retained")]
    days = (pd.Timestamp(exported_on) - due["last_date"]).dt.days
    found = due[["family", "pilot", "last_date"]].assign(days=days)
    return found.sort_values(["days", "family"], ascending=[False, True])


def is_due(families: pd.DataFrame, exported_on: date) -> pd.Series:
    """Tell which families were last registered more than three months before the export."""
    return add_months(families["last_date"], months=RULE_MONTHS) < np.datetime64(exported_on)


def accounting(counts: ExportCounts) -> pd.DataFrame:
    """Account for every row of the export.

    Gives unit, rows, kept, rejected, each counted by itself: in the export, in the registrations and in the
    cleaning log. `clean` stops when rows are not kept + rejected. Of a long or wide export rows are lines of
    its file, each under one unit; what is kept of them is the rest, as a registration has many lines or a
    line many registrations.
    """
    table = counts.units.loc[list(UNITS), ["rows", "kept", "rejected"]]
    if counts.export.dataset.layout != "sheets":
        table["kept"] = table["rows"] - table["rejected"]
    return table.reset_index()


def all_sheets(study: "Study", language: str) -> pd.DataFrame:
    """Lay the overviews of `sheets` of all datasets of a study below each other, a second export's too."""
    return _of_each(study, lambda one: sheets(one.export_counts, language), at="file", language=language)


def all_warnings(study: "Study", language: str, *, exact: bool = True) -> pd.DataFrame:
    """Lay the overviews of `warnings` of all datasets of a study below each other, a second export's too.

    In a public edition they are added up: a dataset is a pilot, and one that loses some of its rows has
    others, and so families.
    """

    def made(one: Any) -> pd.DataFrame:
        return warnings(one.export_counts, one.doubts, study.definitions, language, exact=exact)

    return _added_up(_of_each(study, made, at="where" if exact else "", language=language))


def all_losses(study: "Study") -> pd.DataFrame:
    """List what R07 emptied by what it would have been; the texts themselves may be personal and stay out.

    Gives unit, item, nearest (label of the codebook), would_be (level; empty where nothing tells), cells, of
    all datasets of a study together; a second export's are not among them.
    """
    lost = pd.concat([_of_export(one, lambda one: one.losses) for one in study.parts]).rename(
        columns={"level": "would_be"}
    )
    by = ["unit", "item", "nearest", "would_be"]
    return lost.groupby(by, dropna=False, sort=True)["cells"].sum().reset_index()


def _of_each(study: "Study", make: Make, *, at: str, language: str) -> pd.DataFrame:
    """Make an overview of each export; of several, each names its dataset `at` one of its columns, if any.

    Of a first export that is one dataset the rows stand as they are.
    """
    beside = study.second.parts if study.second else ()
    tables = []
    for one in (*study.parts, *beside):
        table = _of_export(one, make)
        if at and (one in beside or len(study.parts) > 1):
            title = one.about.title_in(language)
            table[at] = (f"{title}: " + table[at].fillna("")).str.removesuffix(": ")
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _of_export(study: "Export", make: Make) -> pd.DataFrame:
    """Make an overview of one export.

    PipelineError for a study that was opened: its export is not at hand.
    """
    if study.export_counts is None:
        raise PipelineError("what the export held is shown by a study that was made with Study.clean")
    return make(study)


def sheets(counts: ExportCounts, language: str) -> pd.DataFrame:
    """Account for the rows of each sheet of an export, and name its columns that are not recognised.

    Gives unit, file, rows, kept, rejected, unknown_columns.
    """
    table, exported = accounting(counts), counts.export
    nothing = say("export_words", "none", language)
    table.insert(1, "file", table["unit"].map(exported.files))
    unknown = [", ".join(exported.unknown_columns[unit]) or nothing for unit in table["unit"]]
    return table.assign(unknown_columns=unknown)


def warnings(
    counts: ExportCounts,
    found: Iterable[Doubt],
    definitions: Definitions,
    language: str,
    *,
    exact: bool = True,
) -> pd.DataFrame:
    """List what stands out in an export: what was read and is odd, and what may be wrong with its losses.

    Gives what; where (file, sheet and column, or unit and item, or pilot); levels (those that are lost more
    than others, or never occur); count (cells, rows, ranges or, of families and children, these); share
    (`more than 5 %`, `more than 20 %`, empty). No text from a cell is in it.

    In a public edition (not `exact`) what counts families or persons, or says which levels nobody has or
    which pilot no family, is left out, and so are the names of files, sheets and columns, which may be those
    of people, and of a pilot that loses rows, which has a family then; of all other losses only whether they
    are more than 5 or 20 %.
    """
    exported = counts.export
    rows: list[tuple[str | int | None, ...]] = [
        (
            say("remark_kinds", remark.kind, language),
            _remarked(remark, exported, definitions, language, exact=exact) or None,
            None,
            remark.count,
            None,
        )
        for remark in exported.remarks
        if exact or remark.kind not in OF_FAMILIES
    ]
    for doubt in found:
        if exact or doubt.kind not in OF_FAMILIES:
            rows.append(
                (
                    what(doubt.kind)(language),
                    _where(doubt, exported, definitions, language, exact=exact) or None,
                    ", ".join(map(str, doubt.levels)) or None,
                    doubt.count if exact and doubt.count else None,
                    _more_than(doubt.share, language),
                )
            )
    table = pd.DataFrame(rows, columns=["what", "where", "levels", "count", "share"])
    table = table.astype(dict.fromkeys(["what", "where", "levels", "share"], "str") | {"count": "Int64"})
    return _added_up(table)


def _added_up(table: pd.DataFrame) -> pd.DataFrame:
    by = ["what", "where", "levels", "share"]
    return table.groupby(by, sort=False, dropna=False)["count"].sum(min_count=1).reset_index()[table.columns]


def _remarked(
    remark: Remark, exported: RawExport, definitions: Definitions, language: str, *, exact: bool
) -> str:
    """Say where something was read that is odd; without names that are not of the codebook, unless exact."""
    if exact:
        return ": ".join(filter(None, (", ".join(filter(None, (remark.file, remark.sheet))), remark.place)))
    units = [unit for unit, file in exported.files.items() if file == remark.file]
    if len(units) != 1:
        return ""
    place = remark.place if remark.place in canonical_columns(units[0], definitions) else ""
    return ": ".join(filter(None, (definitions.word("unit", units[0], language), place)))


def _where(doubt: Doubt, exported: RawExport, definitions: Definitions, language: str, *, exact: bool) -> str:
    """Say what a doubt is about, in words of the codebook and of dataset.yml, and the name of a file."""
    if doubt.kind == "labels_changed":
        return say("label_changes", doubt.name, language)
    if doubt.kind == "pilot_unknown":
        near = nearest_pilot(doubt.name, exported.dataset.pilots)
        return say("export_words", "like", language, near=near) if near else ""
    unit = definitions.word("unit", doubt.unit, language) if doubt.unit else ""
    name = definitions.items[doubt.unit, doubt.item].title(language) if doubt.item else doubt.name
    return ": ".join(filter(None, (unit, name if exact or doubt.kind not in UNNAMED else "")))


def _more_than(share: float, language: str) -> str | None:
    """Say which of the limits of losses a share is beyond; None within both."""
    beyond = next((limit for limit in (TOO_MANY, MANY) if share > limit), None)
    return say("export_words", "more_than", language, share=beyond) if beyond else None


# ---- definitions -------------------------------------------------------------------------------------------


def pilots(definitions: Definitions, named: Collection[str], language: str) -> pd.DataFrame:
    """Say for whom those pilots work that are of the research report, and with how many (its Figuur 1).

    Gives pilot, target_group, caseload; texts in the language. No rows where a study has none of them.
    """
    rows = [
        (pilot.name, pilot.target_group(language), pilot.caseload(language))
        for pilot in definitions.pilots
        if pilot.name in named
    ]
    return pd.DataFrame(rows, columns=["pilot", "target_group", "caseload"])


def domains(definitions: Definitions, language: str) -> pd.DataFrame:
    """Lay our reading of each domain beside its official criterion.

    Gives domain, criterion, default, stricter, looser; texts in the language.
    """
    return pd.DataFrame(
        {
            "domain": domain.id,
            "criterion": domain.criterion(language),
            "default": domain.default.text(language),
            "stricter": domain.stricter.text(language),
            "looser": domain.looser.text(language),
        }
        for domain in definitions.kansarmoede.domains
    )


def choices(varied: Choices, language: str) -> pd.DataFrame:
    """List the options of every choice that notebook 05 varies, and whether they ask the same question.

    Gives dimension, option, equivalent, why; texts in the language, the default option of each choice first.
    """
    rows = [
        (dimension.title(language), option.title(language), option.equivalent, option.why(language))
        for dimension in varied.dimensions
        for option in sorted(dimension.options, key=lambda each: each.id != dimension.default.id)
    ]
    return pd.DataFrame(rows, columns=["dimension", "option", "equivalent", "why"])
