"""What an export held and what became of it, as counts that add up over disjoint sets of whole families.

Doubts, losses and the accounts of an export are derived from these, so that nobody needs all of a large
export at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial

import numpy as np
import pandas as pd

from helpers.cleaning import CleanTables, values
from helpers.cleaning.losses import located
from helpers.cleaning.sheets import ATTRIBUTES, BIRTH, GROUP
from helpers.definitions import UNITS, Definitions
from helpers.export import RawExport
from helpers.export.dates import all_compact, is_month_first
from helpers.outputs import add

LOSING = ("R01", "R03", "R04", "R05")  # what a test family (R02) or a repeated row (R06) says is not lost


@dataclass(frozen=True)
class ExportCounts:
    """Counts of an export: whole numbers, by what is counted.

    `export` is the export without its tables. Rows are lines of its files; a line of a wide export stands
    under the first unit that it holds anything of.

    ============ ======================== ==================================================================
    texts        unit, item, text         cells that R07 emptied, outer white space off
    levels       unit, item, level        cells of kept rows; level 0 is n.v.t.
    rows         unit, pilot as written   rows, lost (rejected by a rule of `LOSING`)
    reasons      unit, reason in English  rows that are lost
    units        unit                     kept registrations, rejected rows; of kept rows: later (another of
                                          the same family and person came before), falls (with a higher
                                          number)
    families     rows, lost               families with a readable code
    attributes   unit, column             filled cells of kept rows, emptied (by R09)
    days         date                     kept registrations
    whole        what                     children with a date of birth, two_births; families, no_group;
                                          rows that name two_groups; days with the month_first
    ============ ======================== ==================================================================
    """

    export: RawExport
    texts: pd.DataFrame
    levels: pd.DataFrame
    rows: pd.DataFrame
    reasons: pd.DataFrame
    units: pd.DataFrame
    families: pd.DataFrame
    attributes: pd.DataFrame
    days: pd.DataFrame
    whole: pd.DataFrame


def count_export(raw: RawExport, clean: CleanTables, definitions: Definitions) -> ExportCounts:
    """Count what an export, or some whole families of one, held and what became of it in cleaning."""
    of_unit = {unit: _rows_of(raw, clean, unit) for unit in UNITS}
    rows = pd.concat(of_unit.values(), ignore_index=True)
    if raw.dataset.layout == "wide":
        rows = rows[~rows["row"].duplicated()]
    rejected = clean.rejected.assign(unit=clean.rejected["sheet"], rows=1, cells=1)
    lost = rejected[(rejected["effect"] == "row_rejected") & rejected["rule"].isin(LOSING)]
    texts = located(raw, rejected[rejected["rule"] == "R07"], definitions)
    levels = pd.concat([clean.observations, clean.excluded_observations])
    levels = levels.assign(level=levels["level"].fillna(0), cells=1)
    families = rows.groupby("family")[["rows", "lost"]].sum()
    return ExportCounts(
        export=replace(raw, tables={}),
        texts=_sums(texts.assign(text=texts["text"].str.strip()), ["unit", "item", "text"], ["cells"]),
        levels=_sums(
            levels.assign(level=levels["level"].fillna(0), cells=1), ["unit", "item", "level"], ["cells"]
        ),
        rows=_sums(rows, ["unit", "pilot"], ["rows", "lost"]),
        reasons=_sums(lost, ["unit", "reason_en"], ["rows"]),
        units=_units(clean, of_unit),
        families=_sums(families.assign(families=1), ["rows", "lost"], ["families"]),
        attributes=_attributes(raw, rejected, of_unit),
        days=_sums(clean.registrations.assign(registrations=1), ["date"], ["registrations"]),
        whole=_whole(raw, clean, of_unit["kind"]),
    )


def add_exports(parts: Sequence[ExportCounts]) -> ExportCounts:
    """Add up the counts of disjoint sets of families of one export, in any order."""
    names = [field.name for field in fields(ExportCounts) if field.name != "export"]
    return ExportCounts(
        parts[0].export, **{name: add([getattr(part, name) for part in parts]) for name in names}
    )


def _sums(rows: pd.DataFrame, by: list[str], counted: list[str]) -> pd.DataFrame:
    """Add rows up by what is counted, with names as texts."""
    sums = rows.groupby(by, observed=True)[counted].sum().astype("int64").reset_index()
    names = {name: "str" for name in by if isinstance(sums[name].dtype, pd.CategoricalDtype)}
    return add([sums.astype(names).set_index(by)])


def _rows_of(raw: RawExport, clean: CleanTables, unit: str) -> pd.DataFrame:
    """Give the rows of a unit: row, who, pilot as written, date, number, whether kept and (0, 1) lost."""
    table = raw.tables[unit]
    of_unit = clean.rejected[clean.rejected["effect"] == "row_rejected"]
    if raw.dataset.layout != "wide":  # a line of which is rejected once, whatever it holds
        of_unit = of_unit[of_unit["sheet"] == unit]
    rules = pd.Series(of_unit["rule"].astype("str").array, of_unit["row"].to_numpy("int64"))
    rules = rules[~rules.index.duplicated()].reindex(table["row"].to_numpy("int64"))
    person = table["persoon"] if "persoon" in table else pd.Series("", table.index)
    compact = all_compact(values.distinct_texts(table["datum"])[1])
    places, numbers = values.distinct_texts(table["registratie_id"])
    return pd.DataFrame(
        {
            "unit": unit,
            "row": table["row"].to_numpy("int64"),
            "family": values.read_column(table["gezin"], values.read_family).values("str"),
            "person": values.read_column(person, lambda text: values.read_person(text) or "").values("str"),
            "pilot": values.read_column(table["pilootproject"], str.strip).values("str"),
            "date": values.read_column(table["datum"], partial(values.read_date, compact=compact)).values(
                "datetime64[us]"
            ),
            "number": np.array([*map(int, numbers)], dtype="int64")[places],
            "kept": rules.isna().to_numpy(),
            "rows": 1,
            "lost": rules.isin(LOSING).to_numpy().astype("int64"),
        }
    )


def _units(clean: CleanTables, of_unit: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Count by unit what is kept and rejected, and compare each kept row with the next date of its person."""
    log = clean.cleaning_log
    rejected = log.groupby(log["sheet"].astype("str"))["rows"].sum()
    kept = clean.registrations["unit"].astype("str").value_counts()
    counted = []
    for unit, rows in of_unit.items():
        mine = rows[rows["kept"]]
        who = mine.groupby(["family", "person"], sort=False).ngroup().to_numpy()
        date, number = mine["date"].to_numpy(), mine["number"].to_numpy()
        order = np.lexsort((number, date, who))
        who, date, number = who[order], date[order], number[order]
        later = (who[1:] == who[:-1]) & (date[1:] > date[:-1])
        falls = later & (number[1:] < number[:-1])
        counted.append((unit, kept.get(unit, 0), rejected.get(unit, 0), later.sum(), falls.sum()))
    names = ["unit", "kept", "rejected", "later", "falls"]
    return _sums(pd.DataFrame(counted, columns=names), ["unit"], names[1:])


def _attributes(raw: RawExport, rejected: pd.DataFrame, of_unit: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    emptied = rejected[rejected["rule"] == "R09"].groupby(["unit", "column"], observed=True).size()
    counted = []
    for unit, rows in of_unit.items():
        for name in (*ATTRIBUTES, BIRTH, GROUP):
            if name in raw.tables[unit]:
                filled = ~values.read_column(raw.tables[unit][name], values.read_text).blank
                count = emptied.get((unit, name), 0)
                counted.append((unit, name, int((filled & rows["kept"]).sum()), count))
    names = ["unit", "column", "filled", "emptied"]
    return _sums(pd.DataFrame(counted, columns=names), names[:2], names[2:])


def _whole(raw: RawExport, clean: CleanTables, children: pd.DataFrame) -> pd.DataFrame:
    """Count what is not told by unit; a child that was still expected may be born on another day."""
    table, rejected, groups = raw.tables["kind"], clean.rejected, clean.families["group"]
    births = pd.Series(dtype="int64")
    if BIRTH in table:  # not in a long or wide export
        birth = values.read_column(table[BIRTH], values.read_birth).values("datetime64[us]")
        born = children.assign(birth=birth)[children["kept"] & (birth <= children["date"])]
        births = born.groupby(["family", "person"])["birth"].nunique()
    days = rejected.loc[rejected["column"] == "datum", "value"].dropna()
    counted = {
        "children": len(births),
        "two_births": int((births > 1).sum()),
        "families": len(groups),
        "no_group": int(groups.isna().sum()),
        "two_groups": int(((rejected["column"] == GROUP) & (rejected["rule"] == "R08")).sum()),
        "month_first": sum(map(is_month_first, days)),
    }
    return add([pd.DataFrame({"count": counted}).rename_axis("what")])
