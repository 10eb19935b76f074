"""A polars program that only reads, parses and takes the states of an export: the floor of the time.

No fault of a file is looked for, no rejected cell is told, nothing is accounted for.
"""

from datetime import date, timedelta
from pathlib import Path

import polars as pl

from helpers.cleaning.values import level_labels
from helpers.definitions import Definitions, Item
from helpers.export.names import fold

NOT_APPLICABLE = 9
TESTS = ["TEST", "DEMO"]
PILOTS = ["baldemore", "oostende", "leuven", "herenthout", "bilzen"]
PERIOD = (date(2022, 3, 1), date(2023, 9, 30))
NOT_APPLICABLE_WORDS = ("n.v.t.", "nvt", "niet van toepassing")


def states(folder: Path, definitions: Definitions, *, days: int = 30, months: int = 6) -> pl.DataFrame:
    """Give the states of an export that the synthesiser wrote: family, person, unit, item, moment, level."""
    cell = ["family", "persoon", "unit", "item"]
    row = ["family", "persoon", "datum", "registratie_id", "unit"]
    long, firsts = [], []
    for unit in ("huishouden", "volwassene", "kind"):
        rows = _rows(folder / f"{unit}.csv")
        items = [item.item for item in definitions.unit_items(unit)]
        levels = [_level(rows[item.item], item).alias(item.item) for item in definitions.unit_items(unit)]
        rows = rows.with_columns(levels)
        firsts.append(rows.select("family", "datum"))
        long.append(
            rows.select(*row[:-1], pl.lit(unit).alias("unit"), *items)
            .unpivot(items, index=row, variable_name="item", value_name="level")
            .drop_nulls("level")
        )
    day = pl.col("datum")
    t0 = pl.concat(firsts).group_by("family").agg(day.min().alias("t0"), day.max().alias("last"))
    values = pl.concat(long).join(t0, on="family").sort("datum", "registratie_id")
    until = pl.col("t0").dt.offset_by(f"{months}mo")
    early = values.filter(day <= pl.col("t0") + timedelta(days=days))
    late = values.filter((day <= until) & (pl.col("last") >= until))
    moments = {
        "baseline": early.unique(cell, keep="first", maintain_order=True),
        "follow_up": late.unique(cell, keep="last", maintain_order=True),
    }
    return pl.concat(
        frame.select(*cell, pl.lit(moment).alias("moment"), "level") for moment, frame in moments.items()
    )


def _rows(path: Path) -> pl.DataFrame:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    header = text[: text.find("\n")]
    delimiter = max(";,\t", key=header.count)
    rows = pl.read_csv(text.encode(), separator=delimiter, infer_schema=False).fill_null("")
    code = pl.col("gezin").str.strip_chars().str.to_uppercase()
    day = pl.col("datum").str.strip_chars()
    forms = {"%Y-%m-%d": day.str.slice(0, 10), "%-d/%-m/%Y": day, "%-d-%-m-%Y": day}
    dates = [texts.str.to_date(form, strict=False) for form, texts in forms.items()]
    person = pl.col("persoon") if "persoon" in rows.columns else pl.lit("")
    letters, digits = code.str.extract(r"^(\p{L}+)"), code.str.extract(r"^\p{L}+[-_\s]?(\d+)$")
    rows = rows.with_columns(
        (letters + "-" + digits.str.zfill(3)).alias("family"),
        letters.alias("letters"),
        person.str.strip_chars().str.to_uppercase().alias("persoon"),
        pl.coalesce(dates).alias("datum"),
        pl.col("registratie_id").cast(pl.Int64, strict=False),
        pl.col("pilootproject").str.strip_chars().str.to_lowercase(),
    )
    kept = (
        ~pl.col("letters").is_in(TESTS)
        & pl.col("pilootproject").is_in(PILOTS)
        & pl.col("datum").is_between(*PERIOD)
        & pl.col("family").is_not_null()
    )
    others = [name for name in rows.columns if name != "registratie_id"]
    return rows.filter(kept).unique(others, keep="first", maintain_order=True)


def _level(column: pl.Series, item: Item) -> pl.Series:
    """Parse each distinct text once, and join."""
    texts = column.unique()
    labels = level_labels(item)
    found = {}
    for text in texts.to_list():
        word = fold(text)
        number = int(word[0]) if word[:1] in tuple("12345") else 0
        agrees = number and (word[1:] in ("", ".0") or labels.get(word[1:].lstrip(" -.")) == number)
        others = NOT_APPLICABLE if word in NOT_APPLICABLE_WORDS else None
        level = labels.get(word) or (number if agrees else others)
        if level:
            found[text] = level
    return column.replace_strict(found, default=None, return_dtype=pl.Int8)
