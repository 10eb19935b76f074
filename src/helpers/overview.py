"""Small tables for reading: the definitions, the export and the accounts of the cleaning, as pages show them.

They are shown, never written: what a reader may want as a file is declared in `data/reference/outputs/`.
"""

from collections.abc import Iterable

import pandas as pd

from helpers.cleaning import CleanTables
from helpers.cleaning.doubts import MANY, OF_FAMILIES, OF_FILES, TOO_MANY, Doubt, what
from helpers.cleaning.losses import losses, nearest_pilot
from helpers.definitions import Definitions
from helpers.definitions.choices import Choices
from helpers.export import RawExport
from helpers.export.columns import canonical_columns
from helpers.export.messages import Remark
from helpers.words import say


def accounting(exported: RawExport, cleaned: CleanTables) -> pd.DataFrame:
    """Account for every row of the export.

    Gives unit, rows, kept, rejected, each counted by itself: in the export, in the registrations and in the
    cleaning log. `clean` stops when rows are not kept + rejected. Of a long or wide export rows are lines of
    its file, each under one unit; what is kept of them is the rest, as a registration has many lines or a
    line many registrations.
    """
    rows = pd.Series({unit: len(exported.lines(unit)) for unit in exported.tables}, name="rows")
    log = cleaned.cleaning_log
    rejected = log.groupby(log["sheet"].astype("str"))["rows"].sum().reindex(rows.index, fill_value=0)
    kept = cleaned.registrations["unit"].astype("str").value_counts().reindex(rows.index, fill_value=0)
    kept = kept if exported.dataset.layout == "sheets" else rows - rejected
    table = pd.DataFrame({"rows": rows, "kept": kept, "rejected": rejected})
    return table.rename_axis("unit").reset_index()


def sheets(exported: RawExport, cleaned: CleanTables, language: str) -> pd.DataFrame:
    """Account for the rows of each sheet of an export, and name its columns that are not recognised.

    Gives unit, file, rows, kept, rejected, unknown_columns.
    """
    table = accounting(exported, cleaned)
    nothing = say("export_words", "none", language)
    table.insert(1, "file", table["unit"].map(exported.files))
    unknown = [", ".join(exported.unknown_columns[unit]) or nothing for unit in table["unit"]]
    return table.assign(unknown_columns=unknown)


def lost_levels(exported: RawExport, cleaned: CleanTables, definitions: Definitions) -> pd.DataFrame:
    """List what R07 emptied by what it would have been; the texts themselves may be personal and stay out.

    Gives unit, item, nearest (label of the codebook), would_be (level; empty where nothing tells), cells.
    """
    lost = losses(exported, cleaned, definitions).rename(columns={"level": "would_be"})
    by = ["unit", "item", "nearest", "would_be"]
    return lost.groupby(by, dropna=False, observed=True, sort=True)["cells"].sum().reset_index()


def warnings(
    exported: RawExport,
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

    In a public edition (not `exact`) what counts families or persons, or says which levels nobody has, is
    left out, and so are the names of files, sheets and columns, which may be those of people; of all other
    losses only whether they are more than 5 or 20 %.
    """
    rows: list[tuple[str | int | None, ...]] = [
        (
            say("remark_kinds", remark.kind, language),
            _remarked(remark, exported, definitions, language, exact=exact) or None,
            None,
            remark.count,
            None,
        )
        for remark in exported.remarks
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
    if exact:
        return table
    by = ["what", "where", "levels", "share"]
    return table.groupby(by, sort=False, dropna=False)["count"].sum(min_count=1).reset_index()[table.columns]


def _remarked(
    remark: Remark, exported: RawExport, definitions: Definitions, language: str, *, exact: bool
) -> str:
    """Say where something was read that is odd; without names that are not of the codebook, unless exact."""
    if exact:
        return ": ".join(filter(None, (", ".join(filter(None, (remark.file, remark.sheet))), remark.place)))
    units = [unit for unit, file in exported.files.items() if file == remark.file]
    if len(units) > 1 or not units:
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
    return ": ".join(filter(None, (unit, name if exact or doubt.kind not in OF_FILES else "")))


def _more_than(share: float, language: str) -> str | None:
    """Say which of the limits of losses a share is beyond; None within both."""
    beyond = next((limit for limit in (TOO_MANY, MANY) if share > limit), None)
    return say("export_words", "more_than", language, share=beyond) if beyond else None


# ---- definitions -------------------------------------------------------------------------------------------


def pilots(definitions: Definitions, language: str) -> pd.DataFrame:
    """Say for whom the pilots of the research report work, and with how many (its Figuur 1).

    Gives pilot, target_group, caseload; texts in the language.
    """
    return pd.DataFrame(
        {
            "pilot": pilot.name,
            "target_group": pilot.target_group(language),
            "caseload": pilot.caseload(language),
        }
        for pilot in definitions.pilots
    )


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
