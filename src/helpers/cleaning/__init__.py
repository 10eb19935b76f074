"""From the raw export to clean tables: what is kept, what is rejected and why, and who is in the study.

The rules for rows and cells, R01 to R09, are in `rules`; what a cell means is in `values`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from helpers.cleaning import families as made
from helpers.cleaning import rules
from helpers.cleaning.export_counts import ExportCounts, count_export
from helpers.cleaning.families import UNKNOWN_PILOT, for_comparison
from helpers.cleaning.sheets import Sheet, read_sheet, with_pseudonyms
from helpers.definitions import UNITS, Definitions
from helpers.definitions.reading import adapter
from helpers.errors import PipelineError
from helpers.export import RawExport
from helpers.export.dataset import ALL, Dataset
from helpers.export.names import fold
from helpers.folders import resolve
from helpers.pseudonyms import Key
from helpers.tables import TABLES, SchemaError, check, conform

STUDY_FILE = "study.json"
COMPARISON = "comparison"  # in a folder of clean tables: those of a second export, for comparison
SHOWN_ROWS = 5  # that a message names
OF_FAMILIES = ("persons", "registrations", "observations", "excluded_observations", "notes")


class CleanError(PipelineError):
    """The clean tables are not there or cannot be read, a pilot is not in them, or a row was lost."""


@dataclass(frozen=True)
class CleanTables:
    """The clean tables, with the columns that `outputs/clean.yml` declares under the same names."""

    families: pd.DataFrame
    persons: pd.DataFrame
    registrations: pd.DataFrame
    observations: pd.DataFrame
    excluded_observations: pd.DataFrame
    rejected: pd.DataFrame
    flow: pd.DataFrame
    notes: pd.DataFrame
    cleaning_log: pd.DataFrame
    cases_by_pilot: pd.DataFrame


def clean(raw: RawExport, definitions: Definitions, **given: Any) -> CleanTables:
    """Clean an export as `clean_and_count` does, for its clean tables alone."""
    return clean_and_count(raw, definitions, **given)[0]


def clean_and_count(
    raw: RawExport,
    definitions: Definitions,
    *,
    min_household_items: int = 4,
    baseline_window_days: int = 30,
    follow_up_months: int = 6,
    key: Key | None = None,
    together: Callable[[rules.Together], None] | None = None,
) -> tuple[CleanTables, ExportCounts]:
    """Clean an export: apply R01 to R09 to rows and cells, then F01 and F02 to families; count what it held.

    Per sheet, rows in the export = rows kept + rows rejected, exactly.

    Parameters
    ----------
    min_household_items
        How many household items need a level 1–5 at baseline (F02).
    baseline_window_days, follow_up_months
        Length of the baseline window; calendar months after t0 that the last registration of a followed
        family must reach.
    key
        Puts pseudonyms in place of the codes of families and persons, once these are normalised; the values
        in `rejected` are then left out.
    together
        Of some whole families of an export, it is given what is to be looked at in all of them; an export may
        be refused for that at once.

    Raises
    ------
    ExportError
        In a sheet two rows that are left share a registratie_id, or in all too many cells hold no level.
    CleanError
        A row of the export is not accounted for: a fault of this program.
    KeyFileError
        With this key two codes would get the same pseudonym.
    """
    sheets = [read_sheet(raw, unit, definitions) for unit in UNITS]
    if key is not None:
        sheets = with_pseudonyms(sheets, key, elsewhere=raw.of_whole.families if raw.of_whole else ())
    together = together or (lambda own: rules.refuse([own], raw.files))
    judged, kept, stands, found = _apply_rules(sheets, raw.dataset, together)
    registrations = conform("registrations", made.list_dates(kept))
    rejected = conform("rejected", found)
    account_for_rows(raw, kept, registrations, rejected)
    families = made.summarise_families(
        kept,
        stands,
        made.list_levels(judged[:1]),
        min_household_items=min_household_items,
        baseline_window_days=baseline_window_days,
        follow_up_months=follow_up_months,
    )
    persons = made.list_persons(kept, families, baseline_window_days=baseline_window_days)
    registered, test = made.count_codes(sheets)
    lost = registered - len(families)
    in_study = families["status"] == "retained"
    retained = made.only_families(judged, families.loc[in_study, "family"])
    excluded = made.only_families(judged, families.loc[~in_study, "family"])
    tables = CleanTables(
        families=conform("families", families),
        persons=conform("persons", persons),
        registrations=registrations,
        observations=check("observations", made.list_levels(retained)),
        excluded_observations=check("excluded_observations", made.list_levels(excluded)),
        rejected=rejected,
        flow=conform("flow", made.count_flow(families, lost=lost, test=test)),
        notes=conform("notes", made.list_notes(retained)),
        cleaning_log=conform("cleaning_log", rules.cleaning_log(found, sheets)),
        cases_by_pilot=conform("cases_by_pilot", made.count_cases(families, raw.dataset.pilots, lost=lost)),
    )
    return tables, count_export(raw, judged, tables)


def _apply_rules(
    sheets: Sequence[Sheet], dataset: Dataset, together: Callable[[rules.Together], None]
) -> tuple[list[rules.Judged], pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Apply the rules in their order: rows (R02, R01, R03 to R06), cells (R07, R09), families (R08).

    Returns the sheets with the rows that are left, these rows, pilot and group of each family, the rejected.
    """
    judged = rules.r06_repeats([rules.judge_rows(one, dataset) for one in sheets])
    together(rules.Together.of(judged))
    found = [rows for sheet in judged for rows in sheet.found + rules.r07_levels(sheet)]
    emptied, attributes = zip(*map(rules.r09_attributes, judged), strict=True)
    overruled, stands = rules.r08_families(judged)
    kept = made.list_registrations(judged, attributes)
    return judged, kept, stands, rules.list_rejected([*found, *chain(*emptied), *overruled])


def account_for_rows(
    raw: RawExport, kept: pd.DataFrame, registrations: pd.DataFrame, rejected: pd.DataFrame
) -> None:
    """Hold the rows of the files against those that are kept and rejected: each is one of the two, once.

    `kept` (unit, row) are the rows from which the clean tables are made, `registrations` and `rejected` the
    tables in which each of them stands.

    Raises CleanError: names the sheet, its counts and the first rows that are lost, or that stand twice.
    """
    by_row = rejected[rejected["effect"] == "row_rejected"]
    layout, keys = raw.dataset.layout, ["family", "person", "date", "registration"]
    sources = {unit: [unit] for unit in raw.tables} if layout == "sheets" else {ALL: list(raw.tables)}
    for source, units in sources.items():
        rows = np.concatenate([raw.lines(unit) for unit in units])
        counted = raw.rows_read.get(source, len(rows))
        mine = kept[kept["unit"].isin(units)]
        lines = mine["row"].drop_duplicates() if layout == "wide" else mine["row"]
        gone = by_row.loc[by_row["sheet"].isin(units), "row"]
        found = pd.concat([lines, gone]).astype("int64")
        of_units = mine.drop_duplicates(["unit", *keys])["unit"], registrations["unit"]
        wanted, written = ([int((unit == one).sum()) for one in units] for unit in of_units)
        if written != wanted or counted != len(rows) or not np.array_equal(np.sort(found), np.sort(rows)):
            strange = sorted({*(set(rows) ^ set(found)), *found[found.duplicated()]})[:SHOWN_ROWS]
            named = ", ".join(map(str, strange)) or "none that can be named"
            raise CleanError(
                f"{raw.files[units[0]]}, {units[0]}: {counted} rows were read, {len(lines)} are kept "
                f"({sum(written)} of {sum(wanted)} registrations written) and {len(gone)} rejected; rows "
                f"not accounted for once: {named}. This is a fault of the program, not of the export: "
                "nothing was written; report it."
            )


def only(tables: CleanTables, families: Iterable[str]) -> CleanTables:
    """Keep some families (codes), whole.

    In flow and cases_by_pilot, registered counts those with a kept row, and test is 0. rejected and
    cleaning_log stay whole: they are about the export.
    """
    return _of(tables, tables.families["family"].isin(list(families)), pilots_of(tables))


def select_pilots(tables: CleanTables, pilots: Sequence[str]) -> CleanTables:
    """Keep the families of some pilots, whole, as `only` does; no pilots means all.

    Names are compared without case, outer white space and diacritics; CleanError where one is no pilot of
    this dataset.
    """
    if not pilots:
        return tables
    chosen = chosen_pilots(tables.cases_by_pilot["pilot"], pilots)
    return _of(tables, tables.families["pilot"].isin(chosen), chosen)


def select_started(
    tables: CleanTables, started_from: str, started_until: str, *, partial: bool = False
) -> CleanTables:
    """Keep the families of a cohort, whole, as `only` does: those first registered in a period.

    The first and the last day (YYYY-MM-DD) on which their first kept row may be; empty: no bound. CleanError
    where no family started then, unless the tables are `partial`: others may have.
    """
    t0 = tables.families["t0"]
    there = t0.between(pd.Timestamp(started_from or t0.min()), pd.Timestamp(started_until or t0.max()))
    if not there.any() and not partial:
        given = {"started_from": started_from, "started_until": started_until}
        asked = ", ".join(f"{name} {value}" for name, value in given.items() if value)
        days = " and ".join(f"{day:%Y-%m-%d}" for day in (t0.min(), t0.max()) if not pd.isna(day))
        raise CleanError(f"{asked}: no family was first registered then; first and last start: {days or '–'}")
    return _of(tables, there, pilots_of(tables))


def _of(tables: CleanTables, there: pd.Series, pilots: Sequence[str]) -> CleanTables:
    """Keep the families that are there, and count them anew."""
    kept = _rows_of(tables, there)
    return replace(
        kept,
        flow=conform("flow", made.count_flow(kept.families, lost=0, test=0)),
        cases_by_pilot=conform("cases_by_pilot", made.count_cases(kept.families, pilots, lost=0)),
    )


def _rows_of(tables: CleanTables, there: pd.Series) -> CleanTables:
    families = tables.families[there].reset_index(drop=True)
    kept = {name: select_families(getattr(tables, name), families) for name in OF_FAMILIES}
    return replace(tables, families=families, **kept)


def in_groups(tables: CleanTables) -> tuple[CleanTables, CleanTables | None]:
    """Set the families for comparison apart from the coached ones.

    The flow of the first tables says how many families are set apart. The second are tables of their own,
    where the others have no group and so count as the coached do in theirs; None where there are none.
    """
    apart = for_comparison(tables.families)
    if not apart.any():
        return tables, None
    return _rows_of(tables, ~apart), _of(without_group(tables), apart, pilots_of(tables))


def without_group(tables: CleanTables) -> CleanTables:
    """Let families for comparison count as the coached do, in tables that hold no others."""
    families = tables.families
    return replace(tables, families=families.assign(group=families["group"].mask(for_comparison(families))))


def pilots_of(tables: CleanTables) -> tuple[str, ...]:
    """Give the pilots that the tables are about, in the order of `dataset.yml`."""
    return chosen_pilots(tables.cases_by_pilot["pilot"], ())


def select_families(rows: pd.DataFrame, families: pd.DataFrame) -> pd.DataFrame:
    """Give the rows of a table, such as the states, that are about one of the families."""
    return rows[rows["family"].isin(families["family"])].reset_index(drop=True)


@dataclass(frozen=True)
class Study:
    """A dataset as it was cleaned; it goes with the clean tables as `study.json`.

    `pilots` are all pilots of `dataset.yml`, in its order. `parameters` holds min_household_items,
    baseline_window_days, follow_up_months and follow_up_rule; `titles` the title in languages where it is
    another.
    """

    name: str
    title: str
    synthetic: bool
    exported_on: date
    project_start: date
    pilots: tuple[str, ...]
    parameters: Mapping[str, int | str]
    titles: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, dataset: Dataset, parameters: Mapping[str, int | str]) -> Self:
        """Describe a dataset that was cleaned with these parameters."""
        names = [field.name for field in fields(cls) if field.name != "parameters"]
        return cls(**{name: getattr(dataset, name) for name in names}, parameters=dict(parameters))

    def title_in(self, language: str) -> str:
        """Give the title in a language of the report."""
        return self.titles.get(language, self.title)


def study_to_json(study: Study) -> str:
    """Write a study as JSON text, dates as YYYY-MM-DD."""
    return adapter(Study).dump_json(study, indent=2).decode() + "\n"


def study_from_json(text: str) -> Study:
    """Read what `study_to_json` wrote; ValueError where a text is no JSON, or not that of a study."""
    return adapter(Study).validate_json(text)


def read_clean(folder: Path | str) -> tuple[CleanTables, pd.DataFrame, Study]:
    """Read what the cleaning notebook wrote into a folder of `data/clean/`: tables, states, which study.

    Raises CleanError: the folder or a file in it is missing or cannot be read.
    """
    folder = resolve(folder)
    names = [*(field.name for field in fields(CleanTables)), "states"]
    path = folder
    try:
        tables = {name: _read_table(path := folder / f"{name}.parquet", name) for name in names}
        study = study_from_json((path := folder / STUDY_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, SchemaError) as error:
        trouble = "cannot be read" if path.exists() else "is not there"
        raise CleanError(
            f"{path} {trouble}: expected the clean tables that notebook 01_cleaning writes. Run that "
            "notebook, or `gezinscoach run`, for this dataset first."
        ) from error
    states = tables.pop("states")
    return CleanTables(**tables), states, study


def _read_table(path: Path, name: str) -> pd.DataFrame:
    """Read and check one table; Parquet forgets the categories of a column that has no value."""
    categories = {column.name: column.pandas_dtype for column in TABLES[name].columns if column.values}
    return check(name, pd.read_parquet(path).astype(categories))


def chosen_pilots(known: Iterable[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """Pick pilots out of those that there are, in their order; none wanted means all (CleanError)."""
    pilots = {fold(pilot): pilot for pilot in known if pilot != UNKNOWN_PILOT}
    strange = [name for name in wanted if fold(name) not in pilots]
    if strange:
        raise CleanError(
            f"pilots: {', '.join(strange)} not in this dataset; expected one or more of "
            f"{', '.join(pilots.values())}."
        )
    chosen = {fold(name) for name in wanted} or set(pilots)
    return tuple(pilot for name, pilot in pilots.items() if name in chosen)
