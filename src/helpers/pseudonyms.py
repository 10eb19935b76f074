"""Codes of families and persons in, pseudonyms out: a keyed hash that only who holds the key can repeat.

The key stays in its file. A run tells the kernels that clean the export where that file is, and no other; it
is written nowhere. Who has the key and a list of codes can tell which pseudonym is whose: the data are
pseudonymous, not anonymous.
"""

import hashlib
import hmac
import os
import stat
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from helpers.definitions import ROOT
from helpers.errors import PipelineError

KEY_FILE = "GEZINSCOACH_KEY_FILE"  # variable that tells a kernel where the key is
SHORTEST, LONGEST = 16, 4096  # bytes of a key
FEWEST_BYTES = 8  # different ones: sixteen times the same is no key
DIGITS = 10  # hexadecimal ones of a pseudonym: 1 in 500,000 that two of 2,000 families share one
OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyFileError(PipelineError):
    """The key cannot be used; the message says why and what to do, never what the key is."""


class Key:
    """A secret that turns codes into pseudonyms; it does not show itself.

    >>> key = Key(b"not a secret, as it stands here")
    >>> key.family("LEU-007"), key.person("LEU-007", "V1"), key
    ('G-e627563df7', 'P-74399421fb', Key(…))
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def __repr__(self) -> str:
        """Say that it is a key, and no more."""
        return "Key(…)"

    @property
    def fingerprint(self) -> str:
        """Six digits that tell keys apart, and from which no key follows."""
        return hmac.new(self._secret, b"gezinscoach", hashlib.sha256).hexdigest()[:6]

    def family(self, code: str) -> str:
        """Give the pseudonym of a normalised family code (R01)."""
        return f"G-{self._hash('family', code)}"

    def person(self, family: str, code: str) -> str:
        """Give the pseudonym of a person code within a family, whose code, not pseudonym, is given."""
        return f"P-{self._hash('person', family, code)}"

    def other(self, kind: str, code: str) -> str:
        """Give the pseudonym of the code of a coach or an organisation; `kind` tells them apart."""
        return f"{kind[0].upper()}-{self._hash(kind, code)}"

    def _hash(self, *parts: str) -> str:
        """HMAC-SHA256 of the parts, the first digits; no part can hold the NUL between them."""
        text = "\0".join(parts).encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()[:DIGITS]


def read_key(path: Path | str, *, away_from: Iterable[Path] = ()) -> Key:
    """Read a key from its file; an end of line after it is no part of it.

    It lies outside the project, whatever git ignores there (folders are copied and packed as a whole), and
    `away_from` other folders that may not hold it, such as that of the export.

    Raises KeyFileError: no such file, or none that can be read; inside one of these folders; too short, too
    long, or hardly more than one sign again and again.
    """
    path = Path(path)
    place = path.resolve()
    for folder in (ROOT, *away_from):
        if place.is_relative_to(folder.resolve()):
            raise KeyFileError(
                f"{path}: the key lies in {folder}, and would go wherever that folder goes; keep it elsewhere"
            )
    secret = _content(path).rstrip(b"\r\n")
    if not SHORTEST <= len(secret) <= LONGEST or len(set(secret)) < FEWEST_BYTES:
        raise KeyFileError(
            f"{path}: is no key of {SHORTEST} to {LONGEST:,} bytes that nobody would guess; make one with "
            '`python3 -c "import secrets; print(secrets.token_hex(32))"`, and keep it: another key gives '
            "other pseudonyms"
        )
    return Key(secret)


def is_open_to_others(path: Path | str) -> bool:
    """Tell whether others on this machine may read or change a file, where the system knows owners."""
    return os.name != "nt" and bool(Path(path).stat().st_mode & OTHERS)


def key_of_run() -> Key | None:
    """Give the key of the run that this kernel belongs to; None where codes are to stay as they are."""
    path = os.environ.get(KEY_FILE)
    return read_key(path) if path else None


@dataclass(frozen=True)
class Pseudonyms:
    """The pseudonyms of an export: of each family, each person by family and code, coaches and others."""

    families: Mapping[str, str]
    persons: Mapping[tuple[str, str], str]
    others: Mapping[str, Mapping[str, str]]
    elsewhere: Callable[[str], str | None] = field(default=lambda code: None)

    def of_family(self, code: str) -> str | None:
        """Give the pseudonym of a family of the export, wherever its rows are; None of any other text."""
        return self.families.get(code) or self.elsewhere(code)

    def put_in(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Put pseudonyms in place of codes in family, person, coach and organisation; missing stays so."""
        pairs = zip(rows["family"], rows["person"], strict=True)
        persons = [self.persons.get(pair) for pair in pairs]
        return rows.assign(
            family=rows["family"].map(self.families).astype("str"),
            person=pd.Series(persons, rows.index, dtype="str"),
            **{name: rows[name].map(found).astype("str") for name, found in self.others.items()},
        )


def pseudonyms_of(rows: pd.DataFrame, key: Key, *, elsewhere: Collection[str] = ()) -> Pseudonyms:
    """Give every family and person of an export a pseudonym; the same key gives the same ones.

    `rows` hold the normalised codes of all sheets together: family, person, coach, organisation; `elsewhere`
    are the codes of all families where some of the rows are not at hand. KeyFileError where two families, or
    two persons of one family, would share a pseudonym.
    """
    known = rows[["family", "person"]].dropna(subset="family").drop_duplicates()
    families = {code: key.family(code) for code in known["family"].unique()}
    pairs = known.dropna(subset="person").itertuples(index=False, name=None)
    persons = {pair: key.person(*pair) for pair in pairs}
    refuse_shared(families.values())
    refuse_shared((family, name) for (family, _), name in persons.items())
    others = {
        name: {code: key.other(name, code) for code in rows[name].dropna().unique()}
        for name in ("coach", "organisation")
    }
    for found in others.values():
        refuse_shared(found.values())
    return Pseudonyms(families, persons, others, lambda code: key.family(code) if code in elsewhere else None)


def are_pseudonyms(families: pd.Series) -> bool:
    """Tell whether all families go by a pseudonym, of several datasets behind the name of theirs."""
    return bool(families.str.fullmatch(f"([^/]+/)?G-[0-9a-f]{{{DIGITS}}}").all())


def _content(path: Path) -> bytes:
    """Read what stands in a file, no more than may be there and one byte."""
    if not path.is_file():
        raise KeyFileError(f"{path}: there is no such file; give the file with the key")
    try:
        with path.open("rb") as file:
            return file.read(LONGEST + 2)
    except OSError as error:
        raise KeyFileError(f"{path}: cannot be read ({error.strerror})") from None


def refuse_shared(pseudonyms: Iterable[object]) -> None:
    """Stop where two of the pseudonyms are the same (KeyFileError)."""
    found = list(pseudonyms)
    if len(set(found)) < len(found):
        raise KeyFileError(
            "with this key two codes of the export would get the same pseudonym; make another key "
            "(it gives other pseudonyms to all)"
        )
