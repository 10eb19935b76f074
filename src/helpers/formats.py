"""Numbers as a language writes them, such as with a decimal comma; nothing is computed here.

And texts as they are compared, as names in addresses, and as cells that no spreadsheet takes for a formula.
"""

import math
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from helpers.definitions import LANGUAGES
from helpers.definitions.languages import texts

NOTHING = "–"
THOUSANDS = "\N{NARROW NO-BREAK SPACE}"  # as international style has it, where languages differ

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
# A spreadsheet knows a formula by its first sign, whatever blank or unseen signs come before. One that
# divides lines at `;` or tabs does not see our quotation marks, and takes what follows them for a cell.
UNSEEN = "[\\s\\x00-\\x20\\x7f-\\xa0\\u200b-\\u200f\\u2028-\\u202f\\u2060-\\u206f\\ufeff]*"
SIGN = "[=+\\-@\\uff1d\\uff0b\\uff0d\\uff20]"
FORMULA = re.compile(f"(^|[;\\t\\r\\n])({UNSEEN})({SIGN})")
# Signs that are not seen, or that turn round what stands after them: control characters, marks of direction,
# line and paragraph separators, halves of pairs, tags. Those of emoji and of other scripts stay.
HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
MARKED = re.compile(f"(^|[;\\t\\r\\n])({UNSEEN})'({SIGN})")


def count(value: Any) -> str:
    """Write a count without decimals, from ten thousand on with a space between thousands; none as a dash.

    >>> count(12), count(9999), count(None), count(43587).replace(THOUSANDS, "_")
    ('12', '9999', '–', '43_587')
    """
    if pd.isna(value):
        return NOTHING
    number = int(value)
    return str(number) if abs(number) < 10_000 else f"{number:,}".replace(",", THOUSANDS)


def decimal(value: Any, language: str, *, digits: int = 2, signed: bool = False) -> str:
    """Write a number with a fixed number of decimals.

    With `signed` the plus is written too; a minus is always a real minus sign. Zero has no sign.

    >>> decimal(-0.125, "nl", digits=3), decimal(0.5, "en", signed=True)
    ('−0,125', '+0.50')
    """
    if pd.isna(value) or math.isinf(value):
        return NOTHING
    return _written(Decimal(repr(float(value))), language, digits=digits, signed=signed)


def _written(value: Decimal, language: str, *, digits: int, signed: bool) -> str:
    """Round half up, as readers do, and write."""
    rounded = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    sign = "" if not rounded else "−" if rounded < 0 else "+" if signed else ""
    written = f"{abs(rounded):.{digits}f}"
    return sign + written.replace(".", LANGUAGES[language].decimal)


def percentage(share: Any, language: str, *, digits: int = 1, signed: bool = False) -> str:
    """Write a share (0–1) as a percentage.

    >>> percentage(22 / 56, "en"), percentage(9 / 16, "en")
    ('39.3%', '56.3%')
    """
    if pd.isna(share):
        return NOTHING
    percent = 100 * Decimal(repr(float(share)))
    return _written(percent, language, digits=digits, signed=signed) + LANGUAGES[language].percent


def points(
    difference: Any, language: str, *, digits: int | None = None, signed: bool = False, unit: bool = True
) -> str:
    """Write a difference between two shares in percentage points, with a decimal where it needs one.

    >>> points(0.2, "nl"), points(0.125, "en", signed=True), points(0.125, "en", digits=0, unit=False)
    ('20 procentpunt', '+12.5 percentage points', '13')
    >>> points(-0.01, "en", signed=True)
    '−1 percentage point'
    """
    if pd.isna(difference):
        return NOTHING
    percent = 100 * Decimal(repr(float(difference)))
    needed = 0 if percent == int(percent) else 1
    number = _written(percent, language, digits=needed if digits is None else digits, signed=signed)
    said = texts()["point" if number.lstrip("+−") == "1" else "points"][language]
    return f"{number} {said}" if unit else number


def p_value(value: Any, language: str) -> str:
    """Write a p-value with three decimals, and what is smaller as such.

    >>> p_value(0.0801, "nl"), p_value(0.00001, "en"), p_value(None, "en")
    ('p = 0,080', 'p < 0.001', 'p –')
    """
    if pd.isna(value):
        return f"p {NOTHING}"
    small = value < 0.001
    return f"p {'<' if small else '='} {decimal(0.001 if small else value, language, digits=3)}"


def safe_text(text: str) -> str:
    r"""Put a `'` before what a spreadsheet would take for a formula; numbers stay as they are.

    >>> safe_text("-1"), safe_text("-a"), safe_text(" @x"), safe_text("a;=b")
    ('-1', "'-a", " '@x", "a;'=b")
    """
    return text if NUMBER.fullmatch(text.strip()) else FORMULA.sub(r"\1\2'\3", text)


def plain_text(text: str) -> str:
    """Take off what `safe_text` put in, for where text is text.

    >>> plain_text("'-a"), plain_text("a;'=b"), plain_text("'a'")
    ('-a', 'a;=b', "'a'")
    """
    return MARKED.sub(r"\1\2\3", text)


def visible(text: str) -> str:
    r"""Write signs that are not seen, or that turn the text round, by their numbers.

    >>> visible("a\u202eb\x07")
    'a[U+202E]b[U+0007]'
    """
    return HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def first_upper(words: str) -> str:
    """Begin with a capital, which in the Dutch for one has no accent.

    >>> first_upper("één op de tien"), first_upper("élke"), first_upper("")
    ('Eén op de tien', 'Élke', '')
    """
    return ("E" if words.startswith("éé") else words[:1].upper()) + words[1:]


def without_diacritics(text: str) -> str:
    """Take the accents off the letters, for comparing words.

    >>> without_diacritics("Liège, één")
    'Liege, een'
    """
    signs = unicodedata.normalize("NFD", text)
    return "".join(sign for sign in signs if not unicodedata.combining(sign))


def slug(text: str) -> str:
    """Write a text with small letters, digits and hyphens alone, for an id or a folder; "" when none is left.

    >>> slug("Wie is kansarm? (Figuur 16)"), slug("Liège"), slug("…")
    ('wie-is-kansarm-figuur-16', 'liege', '')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))
