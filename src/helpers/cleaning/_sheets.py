"""One sheet of an export, read: the meaning of each cell beside its text."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.cleaning import _values as values
from helpers.cleaning._values import Invalid, Reading, read_column
from helpers.definitions import UNITS, Definitions
from helpers.export import Dataset, RawExport, canonical_columns, fold_name, note_columns
from helpers.pseudonyms import Key, Pseudonyms, pseudonyms_of

NOT_APPLICABLE_CODE = 6
ATTRIBUTES = {"gezinstype": "household_type", "opleidingsniveau": "education"}
BIRTH = "geboortedatum"
NOTE = "_toelichting"
UNIT_TYPE = pd.CategoricalDtype(list(UNITS), ordered=True)
_PROVENANCE = ("row", "registratie_id")


@dataclass(frozen=True)
class Sheet:
    """The rows of one unit in the order of the file, as text (`raw`) and as they were read (`readings`).

    `readings` has every column but the row number and registratie_id, by its place in `raw`.
    """

    unit: str
    file: str
    raw: pd.DataFrame
    readings: tuple[Reading, ...]
    test: NDArray[np.bool_]
    items: tuple[str, ...]
    layout: frozenset[str]
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

        Columns: unit, row, registration, family, person, date, pilot. The codes are pseudonyms where the
        sheet has these.
        """
        nobody = pd.Series(pd.NA, self.raw.index, dtype="str")
        rows = pd.DataFrame(
            {
                "unit": unit_column(self.unit, len(self.raw)),
                "row": self.raw["row"].to_numpy("int64"),
                "registration": self.raw["registratie_id"].astype("int64"),
                "family": self["gezin"].values("str"),
                "person": self["persoon"].values("str") if "persoon" in self else nobody,
                "date": self["datum"].values("datetime64[us]"),
                "pilot": self["pilootproject"].values("str"),
            }
        )
        return self.pseudonyms.put_in(rows) if self.pseudonyms else rows

    def told(self, column: str, places: NDArray[np.intp]) -> pd.api.extensions.ExtensionArray:
        """Give the cells of a column as they were written; empty where the sheet has pseudonyms.

        A code can stand in any cell by mistake, so none is repeated; file, row and column lead to it.
        """
        cells = self.raw[column].iloc[places].array
        return pd.array([None] * len(cells), dtype="str") if self.pseudonyms else cells

    def note(self, item: str) -> Any:
        """Give the open texts at an item; a family code in them becomes its pseudonym, where there is one."""
        texts = self[f"{item}{NOTE}"].values("str")
        if self.pseudonyms is None:
            return texts
        hide = partial(_without_codes, families=self.pseudonyms.families)
        return pd.Series(texts).map(hide, na_action="ignore").astype("str").array

    def level_codes(self) -> NDArray[np.int8]:
        """Rows × items: 1 to 5, `NOT_APPLICABLE_CODE`, and 0 for nothing registered or invalid."""
        columns = [_level_codes(self[item]) for item in self.items]
        return np.column_stack(columns)


def read_sheet(raw: RawExport, unit: str, definitions: Definitions) -> Sheet:
    """Read every cell of one sheet.

    Parameters
    ----------
    raw : RawExport
        What `helpers.export.read_export` gives.
    unit : str
        `huishouden`, `volwassene` or `kind`.
    definitions : Definitions
        For the items' labels and the values of the attributes.

    Returns
    -------
    Sheet
        With the rows in the order of the file.
    """
    table = raw.tables[unit].sort_values("row", ignore_index=True)
    layout = frozenset((*canonical_columns(unit, definitions), *note_columns(unit, definitions)))
    readers = {
        name: read for name, read in _readers(raw.dataset, unit, definitions).items() if name in layout
    }
    readings = tuple(
        read_column(table.iloc[:, place], readers.get(name, values.read_text))
        for place, name in enumerate(table.columns)
        if name not in _PROVENANCE
    )
    is_test = partial(values.is_test_code, test_codes=raw.dataset.test_codes)
    test = np.asarray(read_column(table["gezin"], is_test).values("bool"), dtype=bool)
    items = tuple(item.item for item in definitions.unit_items(unit))
    return Sheet(unit, raw.files[unit], table, readings, test, items, layout)


def with_pseudonyms(sheets: Sequence[Sheet], key: Key) -> list[Sheet]:
    """Give the sheets of an export pseudonyms in place of the codes of families and persons.

    Raises
    ------
    KeyFileError
        Two of them would get the same one.
    """
    codes = pd.concat([sheet.frame[["family", "person"]] for sheet in sheets], ignore_index=True)
    found = pseudonyms_of(codes, key)
    return [replace(sheet, pseudonyms=found) for sheet in sheets]


def _without_codes(text: str, families: Mapping[str, str]) -> str:
    """Put pseudonyms in place of the family codes of the export in a text, however these are spelled.

    Examples
    --------
    >>> _without_codes("zie leu 7, met 2 kinderen", {"LEU-007": "G-1f"})
    'zie G-1f, met 2 kinderen'
    """

    def told(found: re.Match[str]) -> str:
        code = values.read_family(found[0])
        return families.get(code, found[0]) if isinstance(code, str) else found[0]

    return values.FAMILY.sub(told, text)


def unit_column(unit: str, rows: int) -> pd.Categorical:
    """Give a column that names one unit on every row."""
    return pd.Categorical.from_codes(np.full(rows, UNITS.index(unit), dtype="int8"), dtype=UNIT_TYPE)


def _readers(dataset: Dataset, unit: str, definitions: Definitions) -> dict:
    """Give the reader of each canonical column; every other column is text."""
    pilots = {fold_name(pilot): pilot for pilot in dataset.pilots}
    readers = {
        "gezin": values.read_family,
        "datum": values.read_date,
        "pilootproject": partial(values.read_pilot, pilots=pilots),
        "persoon": values.read_person,
        BIRTH: values.read_birth,
    }
    for column, kind in ATTRIBUTES.items():
        words = {values.fold(word): word for word in definitions.vocabulary[kind]}
        readers[column] = partial(values.read_word, words=words)
    for item in definitions.unit_items(unit):
        readers[item.item] = partial(values.read_level, labels=values.level_labels(item))
    return readers


def _level_codes(reading: Reading) -> NDArray[np.int8]:
    """Give the level codes of one column."""
    codes = {values.NOT_APPLICABLE: NOT_APPLICABLE_CODE, None: 0}
    by_meaning = [0 if isinstance(m, Invalid) else codes.get(m, m) for m in reading.meanings]
    return np.asarray(by_meaning, dtype=np.int8)[reading.codes]
