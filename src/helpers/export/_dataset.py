"""`dataset.yml`: what a raw dataset is, and how its columns and sheets are called."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from helpers.export._dataset_content import TEST_CODES, Content, Layout, found, raw_name
from helpers.export._grid import ExportError, Place, listed, quoted
from helpers.export._plain_yaml import YamlFault, read_yaml

FILE = "dataset.yml"
WANTED = {
    "title": "Write one line of text",
    "synthetic": "Write true or false",
    "exported_on": "Write the day of the export as 2023-09-30",
    "project_start": "Write the first day of the project as 2022-03-01",
    "pilots": "Write the names of the pilots as a list: [Leuven, Oostende]",
    "test_codes": "Write the letters of test families as a list: [TEST, DEMO], or [] for none",
    "columns": "Write `canonical name: name in this export`, one a line",
    "sheets": "Write `unit: name of its file or sheet`, one a line, for huishouden, volwassene or kind",
}


@dataclass(frozen=True)
class Dataset:
    """The description of a raw dataset.

    Attributes
    ----------
    name, title
        Name of the folder, and title for pages (default: the name).
    synthetic
        Whether no real family is in it; False unless the file says so.
    exported_on, project_start
        The last and the first day that a registration may have.
    pilots
        Names as written, in the file's order.
    test_codes
        Codes of test families.
    columns, sheets
        Canonical name (or `unit.name`) -> name in this export; unit -> name of its file or sheet.
    """

    name: str
    title: str
    synthetic: bool
    exported_on: dt.date
    project_start: dt.date
    pilots: tuple[str, ...]
    test_codes: tuple[str, ...] = TEST_CODES
    columns: Mapping[str, str] = field(default_factory=dict)
    sheets: Mapping[str, str] = field(default_factory=dict)

    def column(self, unit: str, canonical: str) -> str:
        """Return how this export calls a canonical column of the unit."""
        return raw_name(self.columns, unit, canonical)

    def sheet(self, unit: str) -> str:
        """Return the name of the unit's file or sheet, as it is written."""
        return self.sheets.get(unit, unit)


def load_dataset(folder: Path, *, layout: Layout | None = None) -> Dataset:
    """Return the description of the dataset in a folder.

    Parameters
    ----------
    folder
        Holds `dataset.yml`.
    layout
        Where given, the keys of `columns` are checked against it.

    Raises
    ------
    ExportError
        No file, broken or unsafe YAML, or any fault of its content; all of these are named at once.
    """
    content = _read(folder)
    try:
        model = Content.model_validate(content, context={"layout": layout})
    except ValidationError as error:
        faults = [_fault(detail) for detail in error.errors()]
        raise ExportError("\n".join(dict.fromkeys(faults))) from None
    values = {name: getattr(model, name) for name in type(model).model_fields}
    name = folder.resolve().name
    return Dataset(name=name, **(values | {"title": model.title or name}))


def _read(folder: Path) -> Any:
    place = Place(FILE)
    try:
        text = (folder / FILE).read_bytes().decode("utf-8-sig")
        content = read_yaml(text)
    except FileNotFoundError:
        remedy = "Every raw dataset needs one, with at least exported_on, project_start and pilots"
        raise place.error(f"there is no such file in the folder {quoted(folder.name)}", remedy) from None
    except OSError as error:
        raise place.error(f"it cannot be read ({error.strerror})", "Check the file") from None
    except UnicodeDecodeError:
        raise place.error("it is not in UTF-8", "Save it again with encoding UTF-8") from None
    except YamlFault as fault:
        raise place.error(str(fault), "Write `key: value`, one a line") from None
    if not isinstance(content, dict):
        problem = "it is empty" if content is None else "it does not hold keys and values"
        raise place.error(problem, "Write `key: value`, one a line")
    return content


def _fault(detail: Any) -> str:
    """Return one line for one fault that pydantic found."""
    kind, where = detail["type"], detail["loc"]
    key = str(where[0])
    start = f"{FILE}, key {quoted('.'.join(part for part in where if isinstance(part, str)))}"
    if kind == "extra_forbidden":
        return f"{start}: there is no such key. Known are {listed(WANTED)}."
    if kind == "missing":
        problem = "it is missing"
    elif kind == "value_error":
        problem = str(detail["ctx"]["error"])
    else:
        problem = f"{found(detail['input'])} does not fit here"
    return f"{start}: {problem}. {WANTED[key]}."
