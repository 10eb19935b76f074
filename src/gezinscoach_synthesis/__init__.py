"""Synthetic datasets: families, a seed → a raw dataset, with the truth behind its blemishes.

The families are drawn, no real one is among them. What the draw aims at is data
(`data/reference/synthesis.yml`). The steps, each in a module of its own, in this order: coaches and families
(`households`), days of registration (`dates`), members (`households`), one cell per item (`cells`),
deprived domains at both moments (`deprivation`), published events (`events`), levels at baseline
(`baseline`), levels at follow-up (`change`), registrations (`registrations`), attributes and open text
(`attributes`), text as coaches write it (`raw`, `spelling`), what goes wrong (`blemishes`), files
(`files`) and the truth (`truth`).
"""

from collections import defaultdict
from pathlib import Path

import yaml

from gezinscoach_synthesis.attributes import describe
from gezinscoach_synthesis.baseline import settle_baseline
from gezinscoach_synthesis.blemishes import (
    TEST_CODES,
    Spoiler,
    excluded_counts,
    excluded_kinds,
    leave_out,
    mistake_pilots,
    strange_note,
)
from gezinscoach_synthesis.cells import make_cells
from gezinscoach_synthesis.change import settle_follow_up
from gezinscoach_synthesis.dates import draw_dates
from gezinscoach_synthesis.deprivation import set_deprivation
from gezinscoach_synthesis.events import place_events
from gezinscoach_synthesis.files import csv_bytes, dataset_text, number_rows, readme_text
from gezinscoach_synthesis.households import draw_coaches, draw_families, draw_members
from gezinscoach_synthesis.model import UNITS, Coach, Family, stream
from gezinscoach_synthesis.raw import RawRow, Writer, columns
from gezinscoach_synthesis.registrations import Row, register
from gezinscoach_synthesis.targets import SynthesisError, Targets, load_targets
from gezinscoach_synthesis.truth import Truth, make_truth
from helpers.definitions import REFERENCE, Definitions, load_definitions

__all__ = [
    "DEFAULT_FAMILIES",
    "DEFAULT_SEED",
    "SynthesisError",
    "Truth",
    "draw",
    "meant_rows",
    "synthesise",
    "write_dataset",
]

DEFAULT_FAMILIES = 90
DEFAULT_SEED = 2023
TARGETS = REFERENCE / "synthesis.yml"
Coaches = dict[str, list[Coach]]
OWN_FILES = ("README.md", "dataset.yml", *(f"{unit}.csv" for unit in UNITS))


def write_dataset(folder: Path | str, *, families: int = DEFAULT_FAMILIES, seed: int = DEFAULT_SEED) -> Path:
    """Write a synthetic dataset and give its folder; see `synthesise`."""
    synthesise(folder, families=families, seed=seed)
    return Path(folder)


def synthesise(
    folder: Path | str,
    *,
    families: int = DEFAULT_FAMILIES,
    seed: int = DEFAULT_SEED,
    definitions: Definitions | None = None,
) -> Truth:
    """Write a synthetic dataset, and give the truth behind it: what cleaning should make of the files.

    Into the folder, made when it is not there, go three CSV files, dataset.yml and README.md; the truth is
    written nowhere. `families` is how many cleaning should retain, 1 or more; those that it has to leave out
    come on top. The same seed and number give the same bytes.

    Raises SynthesisError: the number is below 1, the targets cannot be read, or the folder holds other files
    or real data.
    """
    folder = Path(folder)
    _refuse_other_data(folder)
    files, truth = draw(families=families, seed=seed, definitions=definitions)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise SynthesisError(
            f"{folder}: cannot be written to: {error.strerror}. Choose another folder."
        ) from error
    return truth


def draw(
    *, families: int = DEFAULT_FAMILIES, seed: int = DEFAULT_SEED, definitions: Definitions | None = None
) -> tuple[dict[str, bytes], Truth]:
    """Make a synthetic dataset without writing it: the content of each file by name, and the truth."""
    if families < 1:
        raise SynthesisError(f"families: {families}; expected 1 or more. Ask for at least one family.")
    definitions = definitions or load_definitions()
    targets = load_targets(TARGETS)
    _refuse_other_items(targets, definitions)
    coaches = draw_coaches(targets, seed=seed)
    retained, rows = _populate(targets, definitions, coaches, count=families, seed=seed)
    extra, extra_rows = _extra_families(targets, definitions, coaches, families=families, seed=seed)
    everyone = retained + extra
    _give_codes(everyone, targets)
    kinds = excluded_kinds(everyone, targets)
    rows = leave_out(everyone, _in_order(rows + extra_rows), targets)
    mistake_pilots(everyone, rows, targets, seed=seed)
    strange_note(rows, stream(seed, "strange note"))
    writer = Writer(targets, definitions, seed=seed)
    spoiler = Spoiler(writer, targets, definitions, families=families)
    raw = spoiler.spoil([writer.write(row) for row in rows], kinds)
    files = _files(raw, targets)
    text = dataset_text(targets, families=families, seed=seed, test_codes=TEST_CODES)
    files |= {"dataset.yml": text.encode(), "README.md": readme_text(families=families, seed=seed).encode()}
    return files, make_truth(raw, kinds, targets.pilots)


def meant_rows(*, families: int, seed: int, definitions: Definitions | None = None) -> list[Row]:
    """Draw the registrations of families as they were meant, in order of entry: without codes, and without
    what goes wrong when they are written down.
    """
    targets = load_targets(TARGETS)
    coaches = draw_coaches(targets, seed=seed)
    return _populate(targets, definitions or load_definitions(), coaches, count=families, seed=seed)[1]


def _populate(
    targets: Targets, definitions: Definitions, coaches: Coaches, *, count: int, seed: int
) -> tuple[list[Family], list[Row]]:
    """Draw families and their registrations: the steps that the module's head names."""
    families = draw_families(targets, coaches, count=count, seed=seed)
    draw_dates(families, targets, seed=seed)
    draw_members(families, targets, seed=seed)
    make_cells(families, targets, seed=seed)
    set_deprivation(families, targets, definitions, seed=seed)
    place_events(families, targets, seed=seed)
    settle_baseline(families, targets, seed=seed)
    settle_follow_up(families, targets, seed=seed)
    rows = register(families, seed=seed)
    describe(rows, families, targets, seed=seed)
    for row in rows:
        row.pilot = row.family.pilot
    return families, rows


def _extra_families(
    targets: Targets, definitions: Definitions, coaches: Coaches, *, families: int, seed: int
) -> tuple[list[Family], list[Row]]:
    """Draw the families that cleaning has to leave out, numbered after the others."""
    count = sum(excluded_counts(targets, families).values())
    extra, rows = _populate(targets, definitions, coaches, count=count, seed=-1 - seed)
    for family in extra:
        family.number += families
        family.excluded = True
    return extra, rows


def _in_order(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row.entered)


def _give_codes(families: list[Family], targets: Targets) -> None:
    """Number the families of each pilot in the order in which they came."""
    counts: dict[str, int] = defaultdict(int)
    for family in sorted(families, key=lambda family: (family.t0, family.number)):
        counts[family.pilot] += 1
        family.code = f"{targets.pilots[family.pilot].code}-{counts[family.pilot]:03d}"


def _files(raw: list[RawRow], targets: Targets) -> dict[str, bytes]:
    """Number the rows of each sheet and write them."""
    files = {}
    for unit in UNITS:
        rows = [row for row in raw if row.row.unit == unit]
        number_rows(rows, unit)
        files[f"{unit}.csv"] = csv_bytes(rows, columns(unit, targets), unit)
    return files


def _refuse_other_items(targets: Targets, definitions: Definitions) -> None:
    """Refuse targets of another codebook: an item that nothing aims at would be missing from the export."""
    aimed_at = {plan.key for plan in targets.items}
    faults = [
        f"{said} {', '.join('.'.join(key) for key in sorted(keys))}"
        for said, keys in (
            ("has no entry for", definitions.items.keys() - aimed_at),
            ("sociale_balans.csv does not have", aimed_at - definitions.items.keys()),
        )
        if keys
    ]
    if faults:
        said = "; ".join(faults)
        raise SynthesisError(f"{TARGETS.name}, items: {said}. Give each item of the codebook an entry there.")


def _refuse_other_data(folder: Path) -> None:
    """Refuse to write among other files, or over data that do not say that they are synthetic."""
    found = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    other = [name for name in found if name not in OWN_FILES]
    if other:
        raise SynthesisError(
            f"{folder}: holds {other[0]}, which is not synthetic data. Choose another folder."
        )
    if found and not _says_synthetic(folder / "dataset.yml"):
        raise SynthesisError(f"{folder}: holds data that do not say synthetic: true. Choose another folder.")


def _says_synthetic(path: Path) -> bool:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return False
    return isinstance(content, dict) and content.get("synthetic") is True
