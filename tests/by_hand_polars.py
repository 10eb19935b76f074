"""From an export of `scale_export` to counts of moves, as one writes it by hand in polars.

Left out is what this export does not need and a real one does: damaged codes, dates and labels (R01, R04,
R07, R09), tests, other pilots and repeated rows (R02, R03, R06), rows without a person (R05), families of two
pilots (R08), what is told of each rejected cell, and all columns but those of the levels.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

DAY = pl.col("datum")
NOT_APPLICABLE = 9
NAMES = {**{level: str(level) for level in range(1, 6)}, NOT_APPLICABLE: "not_applicable"}
ENOUGH = 4  # household items with a level at baseline


def moves(folder: Path, items: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Count persons of followed families: unit, item, baseline, follow_up, persons."""
    sheets = dict(
        zip(items, pl.collect_all([_sheet(folder, unit, items[unit]) for unit in items]), strict=True)
    )
    families = (
        pl.concat([sheet.select("gezin", "datum") for sheet in sheets.values()])
        .group_by("gezin")
        .agg(t0=DAY.min(), last=DAY.max())
        .with_columns(window=pl.col("t0").dt.offset_by("30d"), until=pl.col("t0").dt.offset_by("6mo"))
    )
    households = _states(sheets.pop("huishouden"), families, items["huishouden"], by=["gezin"])
    known = pl.sum_horizontal(pl.col(f"before_{item}").is_between(1, 5) for item in items["huishouden"])
    households = households.filter((known >= ENOUGH) & (pl.col("last") >= pl.col("until")))
    families = families.join(households.select("gezin"), on="gezin", how="semi")
    counts = _counts(households, "huishouden", items["huishouden"])
    for unit in tuple(sheets):
        persons = _states(sheets.pop(unit), families, items[unit], by=["gezin", "persoon"])
        counts += _counts(persons, unit, items[unit])
    return pl.concat(pl.collect_all(counts))


def _sheet(folder: Path, unit: str, items: Sequence[str]) -> pl.LazyFrame:
    """Read what is needed of a file; a level is the first sign of its cell."""
    rows = pl.scan_csv(folder / f"{unit}.csv", separator=";", infer_schema=False)
    who = ["gezin"] if unit == "huishouden" else ["gezin", "persoon"]
    levels = [
        pl.when(pl.col(item) == "n.v.t.")
        .then(pl.lit(NOT_APPLICABLE, pl.Int8))
        .otherwise(pl.col(item).str.head(1).cast(pl.Int8))
        .alias(item)
        for item in items
    ]
    return rows.select(*who, DAY.str.to_date("%Y-%m-%d"), pl.col("registratie_id").cast(pl.Int64), *levels)


def _states(
    rows: pl.DataFrame, families: pl.DataFrame, items: Sequence[str], *, by: list[str]
) -> pl.DataFrame:
    """Give the first level of each item in the window, and the last one up to the follow-up."""
    early, late = DAY <= pl.col("window"), DAY <= pl.col("until")
    return (
        rows.lazy()
        .join(families.lazy(), on="gezin")
        .sort("datum", "registratie_id")
        .group_by(by)
        .agg(
            pl.col("last", "until").first(),
            *[pl.when(early).then(item).first(ignore_nulls=True).alias(f"before_{item}") for item in items],
            *[pl.when(late).then(item).last(ignore_nulls=True).alias(f"after_{item}") for item in items],
        )
        .collect()
    )


def _counts(states: pl.DataFrame, unit: str, items: Sequence[str]) -> list[pl.LazyFrame]:
    def word(moment: str, item: str) -> pl.Expr:
        return pl.col(f"{moment}_{item}").replace_strict(NAMES, default="missing", return_dtype=pl.String)

    return [
        states.lazy()
        .group_by(f"before_{item}", f"after_{item}")
        .agg(persons=pl.len())
        .select(
            unit=pl.lit(unit),
            item=pl.lit(item),
            baseline=word("before", item),
            follow_up=word("after", item),
            persons="persons",
        )
        for item in items
    ]
