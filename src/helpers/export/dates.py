"""Days as people and programs write them: every form with one reading, the day always before the month."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from helpers.export.names import fold, unguarded

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january", "feb februari february", "mrt maart mar march", "apr april", "mei may",
            "jun juni june", "jul juli july", "aug augustus august", "sep sept september",
            "okt oktober oct october", "nov november", "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_CLOCK = r"(?:[01]?[0-9]|2[0-3])(?:[:u][0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?| ?u)"
_TIME = rf"(?:(?:,? |T){_CLOCK}(?: ?uur)?(?: ?(?:Z|UTC|[+-][0-9]{{2}}:?[0-9]{{2}}))?)?"
_WEEKDAY = r"(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag,? )?"
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR_FIRST = re.compile(
    r"(?P<year>[0-9]{4}) ?([-/]) ?(?P<month>[0-9]{1,2}) ?\2 ?(?P<day>[0-9]{1,2})" + _TIME, re.IGNORECASE
)
_DAY_FIRST = re.compile(
    r"(?P<day>[0-9]{1,2}) ?([-/.]) ?(?P<month>[0-9]{1,2}) ?\2 ?(?P<year>[0-9]{4})" + _TIME, re.IGNORECASE
)
_IN_WORDS = re.compile(
    rf"{_WEEKDAY}(?P<day>[0-9]{{1,2}})(?P<between>[ \-/.]|\. )(?P<month>{_MONTH})\.?(?P=between)"
    rf"(?P<year>[0-9]{{4}}){_TIME}",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
_SHORT_YEAR = re.compile(
    rf"[0-9]{{1,2}}([-/. ])(?:[0-9]{{1,2}}|(?:{_MONTH})\.?)\1[0-9]{{2}}{_TIME}", re.IGNORECASE
)
_NUMBER = re.compile(r"([0-9]{5})(?:[.,][0-9]+)?")
_PART_OF_DATE = re.compile(
    rf"[0-9]{{1,2}}[-/ .](?:{_MONTH})\.?|(?:{_MONTH})\.?[-/ .](?:[0-9]{{1,2}}|[0-9]{{4}})", re.IGNORECASE
)
_MONTH_FIRST = re.compile(r"\s*([0-9]{1,2})([-/])([0-9]{1,2})\2([0-9]{4})")
_UTC = re.compile(r"[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})\S* ?(?:Z|UTC|[+-]00:?00)", re.IGNORECASE)
_EXCEL = dt.date(1899, 12, 30)


def day_of(text: str, *, compact: bool = False) -> dt.date | None:
    """Return the day that a text names, as it is written; None when it names none, or could name two.

    `2022-05-14`, `2022/05/14`, `14/05/2022`, `14-5-2022`, `14.05.2022`, `14 mei 2022`, `14-May-2022`, each
    with or without a time of day, which does not move the day; with `compact` `20220514` as well: where a
    whole column has that form.

    >>> str(day_of("3/4/2023")), str(day_of("2023-04-03T23:59:59.999+02:00")), str(day_of("3 april 2023"))
    ('2023-04-03', '2023-04-03', '2023-04-03')
    >>> [day_of(text) for text in ("31/02/2023", "3/4/23", "44695", "20230403", "2023-04-03 25:61")]
    [None, None, None, None, None]
    """
    plain = unguarded(text)
    found = (
        _YEAR_FIRST.fullmatch(plain)
        or _DAY_FIRST.fullmatch(plain)
        or _IN_WORDS.fullmatch(plain)
        or (_COMPACT.fullmatch(plain) if compact else None)
    )
    if found is None:
        return None
    month = found["month"]
    try:
        return dt.date(int(found["year"]), _MONTHS.get(month.lower()) or int(month), int(found["day"]))
    except ValueError:  # no such day in the calendar
        return None


def all_compact(texts: Iterable[str]) -> bool:
    """Return whether every text that is not blank is a day written as `20220514`, and there is one.

    >>> all_compact(["20220514", ""]), all_compact(["20220514", "2022-05-14"]), all_compact(["20221314"])
    (True, False, False)
    """
    filled = [text for text in texts if text.strip()]
    return bool(filled) and all(
        _COMPACT.fullmatch(unguarded(text)) and day_of(text, compact=True) for text in filled
    )


def has_short_year(text: str) -> bool:
    """Return whether a text is a date but for its year of two digits, which could be of two centuries.

    >>> has_short_year("14/05/22"), has_short_year("14-mei-22"), has_short_year("14/05/2022")
    (True, True, False)
    """
    return _SHORT_YEAR.fullmatch(unguarded(text)) is not None


def form_of(text: str) -> str:
    """Return how a day is written, where that may tell that a program changed it; "" of any other text.

    `before` and `after` the twelfth, the year or the day first: a program that takes the month for the day
    makes dates of the former alone. In UTC `midnight` is that of our own country: the day is then one too
    early.

    >>> [form_of(text) for text in ("2023-04-12", "13/04/2023", "gisteren")]
    ['year first, before', 'day first, after', '']
    >>> [form_of(f"2023-04-12T{time}Z") for time in ("22:00:00.000", "23:00", "09:30")]
    ['midnight', 'midnight', 'in UTC']
    """
    plain = unguarded(text)
    found = _YEAR_FIRST.fullmatch(plain) or _DAY_FIRST.fullmatch(plain)
    if found is None or day_of(plain) is None:
        return ""
    if utc := _UTC.search(plain):
        return "midnight" if utc["hour"] in ("22", "23") and utc["minute"] == "00" else "in UTC"
    first = "year" if len(plain) - len(plain.lstrip("0123456789")) == 4 else "day"
    return f"{first} first, {'before' if int(found['day']) <= 12 else 'after'}"


def is_month_first(text: str) -> bool:
    """Return whether a date is one only with the month before the day.

    >>> [is_month_first(text) for text in ("05/13/2023", "13/05/2023", "03/04/2023", "13/13/2023")]
    [True, False, False, False]
    """
    found = _MONTH_FIRST.match(text)
    return found is not None and int(found[1]) <= 12 < int(found[3]) <= 31


def excel_day(text: str) -> dt.date | None:
    """Return the day for which Excel keeps this number; None for what is no such number.

    >>> str(excel_day("44695")), str(excel_day("44695,4375")), excel_day("2022")
    ('2022-05-14', '2022-05-14', None)
    """
    found = _NUMBER.fullmatch(unguarded(text))
    return _EXCEL + dt.timedelta(days=int(found[1])) if found else None


def made_date(text: str) -> bool:
    """Return whether a text is what a spreadsheet program makes of a code such as `3-5` or `MEI-01`.

    >>> [made_date(text) for text in ("2023-05-03", "3-mei", "mei/01", "1 mei", "LEU-001", "3")]
    [True, True, True, True, False, False]
    """
    if text.isdigit() or text[:1].isalpha() and text[:3].lower() not in _MONTHS:
        return False  # most codes and levels, fast
    plain = unguarded(text)
    if not plain[:1].isdigit() and plain[:3].lower() not in _MONTHS:
        return False
    return day_of(plain) is not None or _PART_OF_DATE.fullmatch(fold(plain)) is not None
