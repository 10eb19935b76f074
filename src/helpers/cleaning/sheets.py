"""One sheet of an export, read: the meaning of each cell beside its text."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.cleaning import values
from helpers.cleaning.values import Invalid, Reading, read_column
from helpers.definitions import UNITS, Definitions
from helpers.export import RawExport
from helpers.export.columns import layout_of, words_of
from helpers.export.names import fold
from helpers.pseudonyms import Key, Pseudonyms, pseudonyms_of
from helpers.tables import TABLES

NOT_APPLICABLE_CODE = 6
GROUP, GROUPS = "groep", TABLES["families"].column("group").values
CODES = {"coach": "coach", "organisatie": "organisation"}
BIRTH = "geboortedatum"
NOTE = "_toelichting"
UNIT_TYPE = pd.CategoricalDtype(list(UNITS), ordered=True)
_PROVENANCE = ("row", "registratie_id")


@dataclass(frozen=True)
class Sheet:
    """The rows of one unit in the order of the file, as text (`raw`) and as they were read (`readings`).

    `readings` has every column but the row number and registratie_id, by its place in `raw`. `home` is true
    for the rows under which their line of the file is accounted for: all of them, but in a wide export, where
    a line holds several units and persons. `kind` is the layout of the file, `headers` what the columns of
    levels are called there, as `RawExport.headers` has it.
    """

    unit: str
    file: str
    raw: pd.DataFrame
    readings: tuple[Reading, ...]
    test: NDArray[np.bool_]
    items: tuple[str, ...]
    layout: frozenset[str]
    home: NDArray[np.bool_]
    kind: str = "sheets"
    headers: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    has_numbers: bool = True
    pseudonyms: Pseudonyms | None = None

    def __getitem__(self, column: str) -> Reading:
        """Give the reading of a canonical column; KeyError when the sheet has no such column."""
        return self.readings[self._places[column]]

    def __contains__(self, column: str) -> bool:
        """Say whether the sheet has this column of its unit; one of another unit is an unknown column."""
        return column in self.layout and column in self._places

    @cached_property
    def _places(self) -> dict[str, int]:
        """Place in `readings` of each column; of two equal names the first, which is the canonical one."""
        names = [name for name in self.raw.columns if name not in _PROVENANCE]
        return {name: place for place, name in reversed(list(enumerate(names)))}

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Who, when and where each row is about; what is blank or cannot be read is missing.

        Columns: unit, row, registration, family, person, date, pilot, coach, organisation, group. The codes
        are pseudonyms where the sheet has these.
        """
        nobody = pd.Series(pd.NA, self.raw.index, dtype="str")
        rows = pd.DataFrame(
            {
                "unit": unit_column(self.unit, len(self.raw)),
                "row": self.raw["row"].to_numpy("int64"),
                "registration": self._registrations(),
                "family": self["gezin"].values("str"),
                "person": self["persoon"].values("str") if "persoon" in self else nobody,
                "date": self["datum"].values("datetime64[us]"),
                "pilot": self["pilootproject"].values("str"),
                **{
                    name: self[column].values("str") if column in self else nobody
                    for column, name in (CODES | {GROUP: "group"}).items()
                },
            }
        )
        return self.pseudonyms.put_in(rows) if self.pseudonyms else rows

    def _registrations(self) -> NDArray[np.int64]:
        """Give the number of the registration of each row; without numbers, that of its first line.

        Then the lines of one family, person and day of a long export are a registration.
        """
        positions, distinct = values.distinct_texts(self.raw["registratie_id"])
        numbers = np.array([*map(int, distinct)], dtype=np.int64)[positions]
        if self.kind != "long" or self.has_numbers:
            return numbers
        keys = [self[name].codes for name in ("gezin", "persoon", "datum") if name in self]
        return pd.Series(numbers).groupby(keys, sort=False).transform("min").to_numpy()

    def told(self, column: str, places: NDArray[np.intp]) -> pd.api.extensions.ExtensionArray:
        """Give the cells of a column as they were written; empty where the sheet has pseudonyms.

        A code can stand in any cell by mistake, so none is repeated; file, row and column lead to it.
        """
        if self.pseudonyms:
            return pd.array([None] * len(places), dtype="str")
        return self.raw[column].iloc[places].astype("str").array

    def name_of(self, column: str, places: NDArray[np.intp]) -> list[str]:
        """Give the name of a column of levels as the file has it, for some rows; else the canonical one.

        In a wide export it holds the code of the person: not where the sheet has pseudonyms.
        """
        if not self.headers or column not in self.items or self.pseudonyms:
            return [column] * len(places)
        persons = self.raw["persoon"].iloc[places] if "persoon" in self.raw else [""] * len(places)
        return [
            self.headers.get((self.unit, values.read_person(str(person)) or "", column))
            or self.headers.get((self.unit, "", column), column)
            for person in persons
        ]

    def note(self, item: str) -> Any:
        """Give the open texts at an item; a family code in them becomes its pseudonym, where there is one."""
        texts = self[f"{item}{NOTE}"].values("str")
        if self.pseudonyms is None:
            return texts
        hide = partial(_without_codes, pseudonym=self.pseudonyms.of_family)
        return pd.Series(texts).map(hide, na_action="ignore").astype("str").array

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """Give the places of the rows, ordered by family, person, date, registration."""
        keys = ["family", "person", "date", "registration"]
        return self.frame[keys].reset_index(drop=True).sort_values(keys, kind="stable").index.to_numpy()

    @cached_property
    def level_codes(self) -> NDArray[np.int8]:
        """Rows × items: 1 to 5, `NOT_APPLICABLE_CODE`, and 0 for nothing registered or invalid."""
        codes = {values.NOT_APPLICABLE: NOT_APPLICABLE_CODE, None: 0}
        columns = []
        for reading in (self[item] for item in self.items):
            known = [0 if isinstance(m, Invalid) else codes.get(m, m) for m in reading.meanings]
            columns.append(np.asarray(known, dtype=np.int8)[reading.codes])
        return np.column_stack(columns)


def read_sheet(raw: RawExport, unit: str, definitions: Definitions) -> Sheet:
    """Read every cell of one sheet, rows in the order of the file."""
    table = raw.tables[unit]
    if not table["row"].is_monotonic_increasing:
        table = table.sort_values("row", ignore_index=True, kind="stable")
    layout = frozenset(layout_of(definitions)[unit])
    readers = {name: read for name, read in _readers(raw, unit, definitions).items() if name in layout}
    readings = tuple(
        read_column(table.iloc[:, place], readers.get(name, values.read_text))
        for place, name in enumerate(table.columns)
        if name not in _PROVENANCE
    )
    positions, codes = values.distinct_texts(table["gezin"])
    test = np.array(values.are_test_codes(codes, raw.dataset.test_codes), dtype=bool)[positions]
    items = tuple(item.item for item in definitions.unit_items(unit))
    home = table["row"].isin(raw.lines(unit)).to_numpy() & ~table["row"].duplicated().to_numpy()
    numbers = not any(remark.kind == "missing_id" for remark in raw.remarks)
    about = raw.files[unit], table, readings, test, items, layout, home, raw.dataset.layout, raw.headers
    return Sheet(unit, *about, has_numbers=numbers)


def with_pseudonyms(sheets: Sequence[Sheet], key: Key, *, elsewhere: Collection[str] = ()) -> list[Sheet]:
    """Put pseudonyms in place of codes of families and persons; KeyFileError where two would be the same.

    `elsewhere` are the codes of all families where not all rows are at hand.
    """
    columns = ["family", "person", *CODES.values()]
    codes = pd.concat([sheet.frame[columns] for sheet in sheets], ignore_index=True)
    found = pseudonyms_of(codes, key, elsewhere=elsewhere)
    return [replace(sheet, pseudonyms=found) for sheet in sheets]


def _without_codes(text: str, pseudonym: Callable[[str], str | None]) -> str:
    """Put pseudonyms in place of the family codes of the export in a text, however these are spelled.

    >>> _without_codes("zie leu 7, met 2 kinderen", {"LEU-007": "G-1f"}.get)
    'zie G-1f, met 2 kinderen'
    """

    def told(found: re.Match[str]) -> str:
        code = values.read_family(found[0])
        return (pseudonym(code) if isinstance(code, str) else None) or found[0]

    return values.FAMILY_IN_TEXT.sub(told, text)


def unit_column(unit: str, rows: int) -> pd.Categorical:
    """Give a column that names one unit on every row."""
    return pd.Categorical.from_codes(np.full(rows, UNITS.index(unit), dtype="int8"), dtype=UNIT_TYPE)


def _readers(raw: RawExport, unit: str, definitions: Definitions) -> dict:
    """Give the reader of each canonical column; every other column is text."""
    dataset = raw.dataset
    compact = {name: raw.is_compact(unit, name) for name in ("datum", BIRTH) if name in raw.tables[unit]}
    readers: dict = {
        "gezin": values.read_family,
        "datum": partial(values.read_date, compact=compact.get("datum", False)),
        "pilootproject": partial(values.read_pilot, pilots=dataset.pilot_of),
        "persoon": values.read_person,
        BIRTH: partial(values.read_birth, compact=compact.get(BIRTH, False)),
        GROUP: partial(values.read_word, words={fold(word): word for word in GROUPS}),
        **dict.fromkeys(CODES, values.read_code),
    }
    for column, known in words_of(definitions).items():
        words = values.given_words(dataset.values, unit, column, known)
        readers[column] = partial(values.read_word, words=words)
    for item in definitions.unit_items(unit):
        given = values.given_levels(dataset.values, item)
        readers[item.item] = partial(values.read_level, labels=values.level_labels(item), given=given)
    return readers
