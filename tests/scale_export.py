"""An export of any number of families, made quickly: the synthesiser's families again and again, under other
codes and registration numbers.

A block of some 2,000 families is drawn, and written down plainly: `LEU-0000123`, `2023-01-31`, `n.v.t.`, and
for a level `3 - label` by every third coach, `3` by the others. Nothing goes wrong, so that no rule for rows
or cells fires. One family in forty has no household row (F01), one in forty too few household items (F02).
The copies of a row stand beneath each other, so that the rows of a family are spread over the whole file, as
where rows stand in order of entry.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from gezinscoach_synthesis import TARGETS, meant_rows
from gezinscoach_synthesis.model import HOUSEHOLD, NOT_APPLICABLE, UNITS, Value
from gezinscoach_synthesis.raw import ATTRIBUTE, NOTE, columns
from gezinscoach_synthesis.registrations import Row
from gezinscoach_synthesis.targets import Targets, load_targets
from helpers.definitions import Definitions, Item, load_definitions

BLOCK = 2_000  # families that are drawn; the others are copies
LINES = 100_000  # that are made at a time
EVERY = 40  # of so many families one has no household row, and one too few household items
FEW = 3


def write_export(folder: Path, *, families: int, seed: int = 2023) -> Path:
    """Write three CSV files with `dataset.yml`, and give the folder."""
    definitions, targets = load_definitions(), load_targets(TARGETS)
    copies = -(-families // BLOCK)
    block = -(-families // copies)
    rows = meant_rows(families=block, seed=seed, definitions=definitions)
    place = {id(family): number for number, family in enumerate(dict.fromkeys(row.family for row in rows))}
    folder.mkdir(parents=True, exist_ok=True)
    for unit in UNITS:
        names = columns(unit, targets)
        lines: dict[tuple[int, str, str], None] = {}  # none twice: of few items, a correction may be no other
        for row in rows:
            number = place[id(row.family)]
            if row.unit == unit and (unit != HOUSEHOLD or number % EVERY != 0):
                few = unit == HOUSEHOLD and number % EVERY == 1
                line = _line(row, names, definitions, few=few)
                lines[number, targets.pilots[row.family.pilot].code, line] = None
        with (folder / f"{unit}.csv").open("wb") as file:
            file.write((";".join(names) + "\n").encode())
            for text in _copies(list(lines), families=families, block=block):
                file.write(text)
    (folder / "dataset.yml").write_text(_dataset(targets, families), encoding="utf-8")
    return folder


def _line(row: Row, names: list[str], definitions: Definitions, *, few: bool) -> str:
    """Write what stands behind the code of the family."""
    items = [item for item in definitions.unit_items(row.unit) if item.item in row.values]
    by_number = int(row.family.coach.code.split()[-1]) % 3 > 0
    cells = {
        item.item: _level(row.values[item.item], item, by_number=by_number)
        for item in items[: FEW if few else None]
    }
    cells |= {item + NOTE: text for item, text in row.notes.items()}
    cells |= {
        "pilootproject": row.pilot,
        "datum": row.day.isoformat(),
        "persoon": row.person.code if row.person else "",
        ATTRIBUTE[row.unit]: str(row.attribute or ""),
        "coach": row.family.coach.code,
    }
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerow(cells.get(name, "") for name in names[2:])
    return text.getvalue()


def _level(value: Value, item: Item, *, by_number: bool) -> str:
    if value == NOT_APPLICABLE:
        return "n.v.t."
    return str(value) if by_number else f"{value} - {item.label(int(value), 'nl')}"


def _copies(lines: list[tuple[int, str, str]], *, families: int, block: int) -> Iterator[memoryview]:
    """Give the lines of all copies, numbered, some at a time; a line is family, letters of its code, rest."""
    copies = -(-families // block)
    who = np.array([number for number, _, _ in lines])
    code, rest = (pa.array([line[part] for line in lines], pa.string()) for part in (1, 2))
    width, last = len(str(families)), 0
    for start in range(0, len(lines), max(1, LINES // copies)):
        places = np.arange(start, min(start + max(1, LINES // copies), len(lines)))
        number = (who[places][:, None] + block * np.arange(copies)).ravel()
        there = number < families
        places, number = np.repeat(places, copies)[there], number[there]
        ids = np.arange(last + 1, last + 1 + len(places))
        last += len(places)
        digits = pc.utf8_lpad(pa.array(number + 1).cast(pa.string()), width=width, padding="0")
        family = pc.binary_join_element_wise(code.take(pa.array(places)), digits, "-")
        made = pc.binary_join_element_wise(
            pa.array(ids).cast(pa.string()), family, rest.take(pa.array(places)), ";"
        )
        yield memoryview(made.buffers()[2])  # the texts stand in it one after the other


def _dataset(targets: Targets, families: int) -> str:
    about = {
        "title": f"{families} synthetische gezinnen (geen echte gezinnen)",
        "synthetic": True,
        "exported_on": targets.exported_on,
        "project_start": targets.project_start,
        "pilots": list(targets.pilots),
    }
    return yaml.safe_dump(about, allow_unicode=True, sort_keys=False)
