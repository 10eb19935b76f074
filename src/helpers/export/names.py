"""Texts as they are compared: what a person who looks at two of them does not see does not count."""

from __future__ import annotations

import re
import unicodedata

from helpers.formats import without_diacritics

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_APOSTROPHES = "\u2018\u2019\u201a\u201b\u02bc\u02b9\u2032\u00b4`"
# Not the signs that turn the order of what follows: with them another text is seen than is read.
INVISIBLE = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u2060\u2066\u2069\ufeff"
_SEEN = (
    dict.fromkeys(map(ord, _DASHES), "-")
    | dict.fromkeys(map(ord, _APOSTROPHES), "'")
    | dict.fromkeys(map(ord, INVISIBLE))
)
_GUARDED = re.compile(r'="(.*)"', re.DOTALL)


def tidy(text: str) -> str:
    """Return a text as it is seen: NFC, no invisible signs, one kind of dash, apostrophe and space.

    >>> tidy(" LEU\u2013001\u200b "), tidy("Kinde\u0308ren\u00a0 2023")
    ('LEU-001', 'Kindëren 2023')
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_SEEN)
    return " ".join(text.split())


def fold(text: str) -> str:
    """Return what of a name, a label or a word is compared: as `tidy`, without case, diacritics and stars.

    >>> fold("  Geïntegreerd  of \u2013  \u2026*"), fold("REGISTRATIE_ID\ufeff")
    ('geintegreerd of - ...', 'registratie_id')
    """
    plain = tidy(text).replace("*", "")
    if not plain.isascii():
        plain = without_diacritics(plain.replace("\u2026", "...")).casefold()
    return " ".join(plain.casefold().split())


def sheet_key(name: str) -> str:
    """Return what is compared of the name of a sheet or file.

    >>> sheet_key(" Huishouden.CSV")
    'huishouden'
    """
    return fold(name).removesuffix(".csv")


def unguarded(text: str) -> str:
    """Return the tidy text of a cell without the guard that keeps Excel from changing it: `'5`, `="5"`.

    >>> unguarded("'14/05/2022"), unguarded('="LEU-001"'), unguarded("'t Zand")
    ('14/05/2022', 'LEU-001', "'t Zand")
    """
    text = tidy(text)
    if text.startswith("="):
        found = _GUARDED.fullmatch(text)
        return found[1].strip() if found else text
    return text[1:] if text.startswith("'") and text[1:2].isalnum() and any(map(str.isdigit, text)) else text
