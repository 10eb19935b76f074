"""`dataset.yml`: what a raw dataset is, and how its columns and sheets are called."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from helpers.export._dataset_content import TEST_CODES, Content, Layout, found, raw_name
from helpers.export._messages import ExportError, Faults, Place, listed, quoted
from helpers.export._ordinary import LARGEST_TEXT, read_bytes
from helpers.export._plain_yaml import YamlFault, read_yaml

FILE = "dataset.yml"
QUESTION = "# ?"  # begins a line on which a draft of it asks something
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


@dataclass(frozen=True)
class Naming:
    """How an export calls its columns and sheets, as far as its description can be read.

    Where it cannot, the canonical names are tried, and a name that is not there is no fault of its own.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    sheets: Mapping[str, str] = field(default_factory=dict)
    sure_of_columns: bool = True
    sure_of_sheets: bool = True

    def column(self, unit: str, canonical: str) -> str:
        """Return how this export calls a canonical column of the unit."""
        return raw_name(self.columns, unit, canonical)

    def sheet(self, unit: str) -> str:
        """Return the name of the unit's file or sheet, as it is written."""
        return self.sheets.get(unit, unit)


UNSURE = Naming(sure_of_columns=False, sure_of_sheets=False)


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
    faults = Faults()
    dataset, _ = describe(folder, faults, layout=layout)
    faults.stop()
    assert dataset is not None  # without a fault there is one
    return dataset


def open_questions(folder: Path | str) -> tuple[int, ...]:
    """Return the lines of `dataset.yml` on which a draft still asks something: those that begin with `# ?`.

    None where there is no such file, or none that can be read.
    """
    try:
        lines = _text(Path(folder)).splitlines()
    except (ExportError, FileNotFoundError, UnicodeDecodeError):
        return ()
    return tuple(number for number, line in enumerate(lines, 1) if line.lstrip().startswith(QUESTION))


def describe(folder: Path, faults: Faults, *, layout: Layout | None) -> tuple[Dataset | None, Naming]:
    """Return the description of a dataset, None when it has a fault, and what it says of names all the same.

    Parameters
    ----------
    folder, layout
        As for `load_dataset`.
    faults
        What is wrong is noted here.
    """
    try:
        content = _read(folder)
        model = Content.model_validate(content, context={"layout": layout})
    except ExportError as error:
        faults.add(error)
        return None, UNSURE
    except ValidationError as error:
        details = error.errors()
        faults.add(ExportError("\n".join(dict.fromkeys(map(_fault, details)))))
        return None, _readable_names(content, {str(detail["loc"][0]) for detail in details})
    values = {name: getattr(model, name) for name in type(model).model_fields}
    name = folder.resolve().name
    dataset = Dataset(name=name, **(values | {"title": model.title or name}))
    return dataset, Naming(dataset.columns, dataset.sheets)


def _readable_names(content: Mapping[str, Any], faulty: set[str]) -> Naming:
    """Return the names of a description of which other keys have faults."""
    names = {
        key: {} if key in faulty else {name: text.strip() for name, text in (content.get(key) or {}).items()}
        for key in ("columns", "sheets")
    }
    return Naming(**names, sure_of_columns="columns" not in faulty, sure_of_sheets="sheets" not in faulty)


def _text(folder: Path) -> str:
    return read_bytes(folder / FILE, largest=LARGEST_TEXT).decode("utf-8-sig")


def _read(folder: Path) -> Any:
    place = Place(FILE)
    try:
        content = read_yaml(_text(folder))
    except FileNotFoundError:
        remedy = (
            "Every raw dataset needs one, with at least exported_on, project_start and pilots; "
            "`gezinscoach check --draft-mapping` drafts it"
        )
        raise place.error(f"there is no such file in the folder {quoted(folder.name)}", remedy) from None
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
