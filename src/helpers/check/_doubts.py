"""What in an export that can be used asks for a second look: no rule stops it, and yet it may be wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator

from helpers.cleaning import CleanTables
from helpers.definitions import Text
from helpers.export import RawExport
from helpers.overview import accounting

MANY = 0.5  # of the rows of a sheet; where more are rejected a name or a day in dataset.yml is likelier wrong
MONTH_FIRST = re.compile(r"\s*([0-9]{1,2})([-/])([0-9]{1,2})\2([0-9]{4})")


def doubts(raw: RawExport, clean: CleanTables) -> tuple[Text, ...]:
    """Warn of values that no one reads, of sheets that hardly stay, and of dates with the month first."""
    return (*_nameless(raw), *_hardly_kept(raw, clean), *_month_first(clean))


def _nameless(raw: RawExport) -> Iterator[Text]:
    """Warn of values that no one reads because their column has no name."""
    for unit, count in raw.nameless.items():
        if count:
            yield Text(
                f"{raw.files[unit]} ({unit}): {count} waarden in kolommen zonder naam worden niet gelezen",
                f"{raw.files[unit]} ({unit}): {count} values in columns without a name are not read",
            )


def _hardly_kept(raw: RawExport, clean: CleanTables) -> Iterator[Text]:
    """Warn of sheets of which most rows are rejected."""
    for row in accounting(raw, clean).itertuples(index=False):
        if row.rejected > MANY * row.rows:
            yield Text(
                f"{raw.files[row.unit]} ({row.unit}): {row.rejected} van de {row.rows} rijen zijn verworpen; "
                "kijk naar de regels hierboven en naar wat dataset.yml zegt",
                f"{raw.files[row.unit]} ({row.unit}): {row.rejected} of the {row.rows} rows are rejected; "
                "look at the rules above and at what dataset.yml says",
            )


def _month_first(clean: CleanTables) -> Iterator[Text]:
    """Warn where dates that cannot be read could be with the month first: others then are read wrong."""
    values = clean.rejected.loc[clean.rejected["column"] == "datum", "value"].dropna()
    count = sum(map(_is_month_first, values))
    if count:
        yield Text(
            f"{count} onleesbare data zouden leesbaar zijn met de maand eerst. Hier staat de dag altijd "
            "eerst: van deze export zijn dan ook andere data, zoals 03/04/2023, verkeerd gelezen",
            f"{count} unreadable dates could be read with the month first. Here the day is always first: "
            "then other dates of this export, such as 03/04/2023, have been read wrong as well",
        )


def _is_month_first(text: str) -> bool:
    """Say whether a date is one only with the month before the day.

    >>> [_is_month_first(text) for text in ("05/13/2023", "13/05/2023", "03/04/2023", "13/13/2023")]
    [True, False, False, False]
    """
    found = MONTH_FIRST.match(text)
    return found is not None and int(found[1]) <= 12 < int(found[3]) <= 31
