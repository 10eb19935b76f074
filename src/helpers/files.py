"""Where things lie, and tables as files: clean tables as Parquet, tables of a report as CSV that reads back.

A folder of clean tables belongs to how they were made: what departs from the defaults stands in its name.
"""

import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.cleaning import COMPARISON, STUDY_FILE, CleanError, CleanTables, study_to_json
from helpers.cleaning import Study as About
from helpers.cleaning.doubts import DOUBTS
from helpers.definitions import ROOT, load_definitions
from helpers.errors import PipelineError
from helpers.folders import PUBLISHED, aside, keep_apart, locked, replacing, said_in
from helpers.formats import plain_text, safe_text
from helpers.parameters import PARAMETERS
from helpers.pseudonyms import Key
from helpers.tables import TABLES, conform

CLEANED_WITH = ("min_household_items", "baseline_window_days", "follow_up_months", "follow_up_rule")
PARTS = "parts"  # in a folder of clean tables: those of each partition
MARK = "mark"  # beside the partitions that a cleaning goes on from
BESIDE = "GEZINSCOACH_BESIDE"  # variable with the folder of the clean tables that a run will leave
WATCHED = "GEZINSCOACH_WATCHED"  # variable of a notebook that somebody works in, and so is told of progress
MADE = ".made"  # beside the tables of a report: each as it was made, under a name that says of what
WAIT_FOR_TABLE = 3_600  # seconds for another notebook that makes the same table
WAIT = 60  # seconds for another run that writes the same clean tables


def csv_text(table: pd.DataFrame) -> str:
    r"""Write a table as CSV: comma, `.` decimal, line feed.

    Missing is empty. A number is the shortest text that reads back to the same double; counts have no decimal
    point. Dates are YYYY-MM-DD. What a spreadsheet would take for a formula gets a `'` before it.

    Columns are of text, category, Int64, float64, bool or datetime.

    >>> csv_text(pd.DataFrame({"pilot": ["Leuven", "=1+1"], "share": [0.1, None]}))
    "pilot,share\nLeuven,0.1\n'=1+1,\n"
    """
    written = pd.DataFrame(index=table.index)
    for name, values in table.items():
        if values.dtype.kind in "OT" or isinstance(values.dtype, pd.CategoricalDtype | pd.StringDtype):
            values = values.map(
                lambda value: safe_text(value) if isinstance(value, str) else value, na_action="ignore"
            )
        written[safe_text(str(name))] = values
    return written.to_csv(index=False, lineterminator="\n")


class FileError(PipelineError):
    """Something cannot be written where it should be; the message says what and why."""


# ---- tables of a report


def made_once(folder: Path, name: str, mark: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Give a table of a report, made by whoever asks for it first: notebooks of a run wait for one another.

    `folder` is that of the report; `mark` is the same for the same data and settings.
    """
    kept = folder / "tables" / MADE / f"{name}-{mark}.csv"
    if not kept.is_file():
        with locked(kept, wait_seconds=WAIT_FOR_TABLE):
            if not kept.is_file():
                table = make()
                write(kept, csv_text(table).encode("utf-8"))
                return table
    return table_of(name, kept.read_text(encoding="utf-8"))


def table_of(name: str, text: str) -> pd.DataFrame:
    """Read the CSV text of a declared table, with its dtypes."""
    texts = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False, na_values=[""])
    columns = {}
    for column in TABLES[name].columns:
        values = texts[column.name]
        if column.dtype == "bool":
            columns[column.name] = values == "True"
        elif column.dtype in ("Int64", "float64"):
            columns[column.name] = values.astype("float64")
        else:
            columns[column.name] = values.map(plain_text, na_action="ignore").astype("str")
    return conform(name, pd.DataFrame(columns))


def write(path: Path, content: bytes) -> None:
    """Write a file, with the folders that it needs; in one go, so that nobody reads half of it."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):  # where that cannot be made, it is not there either
            part.unlink()
        raise FileError(f"{path}: cannot be written ({error.strerror})") from None


# ---- clean tables


def clean_folder(folder: Path, how: Mapping[str, Any], key: Key | None = None) -> Path:
    """Give the folder of clean tables that were made in some way.

    The folder is `data/clean/<dataset>`, or what this function made of it; `how` has the parameters of
    cleaning, and as `comparison` the name of a second export, of families for comparison; the key is of the
    pseudonyms.

    >>> usual = {name: PARAMETERS[name].default for name in CLEANED_WITH}
    >>> clean_folder(Path("data/clean/synthetic"), usual | {"baseline_window_days": 90}).name
    'synthetic+baseline_window_days-90'
    """
    parts = [f"{name}-{how[name]}" for name in CLEANED_WITH if how[name] != PARAMETERS[name].default]
    parts += [f"{COMPARISON}-{how[COMPARISON]}"] if how.get(COMPARISON) else []
    parts += [f"key-{key.fingerprint}"] if key else []
    suffix = "".join(f"+{part}" for part in parts)
    return folder if folder.name.endswith(suffix) else folder.with_name(folder.name + suffix)


def work_of(clean: Path, *, for_comparison: bool = False) -> Path:
    """Give the folder in which the partitions of clean tables, or of a second export in them, are made.

    >>> work_of(Path("data/clean/leuven"), for_comparison=True).as_posix()
    'data/clean/.leuven.comparison.parts'
    """
    return aside(clean, f"{COMPARISON}.{PARTS}" if for_comparison else PARTS)


def cleaned_otherwise(how: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List in what ways clean tables were not made by default: `sets` (in words), `value` and `usual`.

    >>> [(one["value"], one["usual"]) for one in cleaned_otherwise({"baseline_window_days": 90})]
    [(90, 30)]
    """
    known = {name: (how[name], PARAMETERS[name].default) for name in CLEANED_WITH if name in how}
    return [
        {"sets": PARAMETERS[name].text, "value": value, "usual": usual}
        for name, (value, usual) in known.items()
        if value != usual
    ]


@dataclass(frozen=True)
class Cleaned:
    """An export that was cleaned: tables and states, which become files of their names, and what they are of.

    `raw` is the folder of the export, so that another one of the same name is not mistaken for it; `beside`
    holds other files of the folder, by name. Of one that was cleaned in partitions, `parts` is the folder in
    which each has its tables.
    """

    tables: CleanTables | None
    states: pd.DataFrame | None
    about: About
    raw: Path
    beside: Mapping[str, str] = field(default_factory=dict)
    parts: Path | None = None


def keep_clean(
    cleaned: Cleaned, folder: Path, *, key: Key | None = None, comparison: Cleaned | None = None
) -> Path:
    """Write clean tables as Parquet, with `study.json`, in place of what the folder held; give where they
    are.

    The folder is `data/clean/<dataset>`: what departs from the defaults is added to its name. It is new,
    empty, or holds clean data, and is replaced as a whole once everything is written; of real data it is for
    its owner alone. A second export, of families for comparison, goes into a folder of that name in it.
    FileError where it holds other files, which would be lost, or the tables of another export, or cannot be
    written to.
    """
    target = clean_folder(folder, cleaned.about.parameters, key)
    check_clean(target, cleaned.raw, comparison.raw if comparison else None)
    try:
        with replacing(target, private=not cleaned.about.synthetic, wait_seconds=WAIT) as build:
            write_clean(cleaned, build)
            if comparison:
                write_clean(comparison, build / COMPARISON)
    except OSError as error:
        raise unwritten(target, error) from None
    return target


def unwritten(folder: Path, error: OSError) -> FileError:
    """Give the error for clean data that cannot be written into a folder."""
    why = os.strerror(error.errno) if error.errno else error
    return FileError(
        f"{folder}: the clean data cannot be written ({why}). Make room on that disk, or see that it may be "
        "written to, and run again"
    )


def write_clean(cleaned: Cleaned, folder: Path) -> None:
    """Write clean tables, or the partitions in which they are, with what they are of, into a folder."""
    folder.mkdir(exist_ok=True)
    about = json.loads(study_to_json(cleaned.about))
    about |= {"version": version("gezinscoach"), "codebook": _codebook(), "raw": _place(cleaned.raw)}
    text = json.dumps(about, ensure_ascii=False, indent=2) + "\n"
    if cleaned.tables is not None and cleaned.states is not None:
        frames = {one.name: getattr(cleaned.tables, one.name) for one in fields(cleaned.tables)}
        for name, table in {**frames, "states": cleaned.states}.items():
            table.to_parquet(folder / f"{name}.parquet", index=False)
    for name, content in {STUDY_FILE: text, **cleaned.beside}.items():
        (folder / name).write_text(content, encoding="utf-8", newline="\n")
    if cleaned.parts:
        others = shutil.ignore_patterns("*.pickle", MARK, ".*.lock*")  # codes and texts, to go on from
        shutil.copytree(cleaned.parts, folder / PARTS, ignore=others, copy_function=_linked)


def _linked(source: str, target: str) -> None:
    """Give a file, which nobody writes to again, a second place; a copy where the system has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _codebook() -> str:
    """Tell codebooks apart by what cleaning reads of them: the items, and the words for their levels."""
    read = [(item.key, item.labels, item.alternatives) for item in load_definitions().items.values()]
    return hashlib.sha256(repr(read).encode()).hexdigest()[:12]


def check_version(folder: Path) -> None:
    """Refuse clean tables of another version of this program, or of another codebook (CleanError, with what
    to do): of an item that has another name by now, nothing would be known of anybody.
    """
    about = said_in(folder / STUDY_FILE)
    said = ""
    if about and about.get("version") != version("gezinscoach"):  # else what reads them says what is wrong
        before = about.get("version") or "before 1.0"
        said = f"by another version of this program ({before}; this is {version('gezinscoach')})"
    elif about and about.get("codebook") != _codebook():
        said = "with another codebook: items of sociale_balans.csv, or words for their levels, have changed"
    if said:
        again = "Run notebook 01_cleaning or `gezinscoach run` again for this dataset."
        raise CleanError(f"{folder}: these clean tables were made {said}. {again}")


def check_clean(folder: Path, raw: Path, comparison: Path | None = None) -> None:
    """Refuse a folder for clean data that holds other files, or the clean tables of another export.

    `raw` is the folder of the export, `comparison` that of the second one in a study that has it. FileError
    names the folder, and what to do; so does TargetError, where it lies in the export.
    """
    if folder.exists() and not folder.is_dir():
        raise FileError(f"{folder}: is a file; give the name of a folder for the clean data")
    keep_apart(folder, raw)
    if not folder.is_dir():
        return
    if comparison:
        check_clean(folder / COMPARISON, comparison)
    others = sorted(path.name for path in folder.iterdir() if not _is_clean(path))
    if others:
        raise FileError(
            f"{folder}: holds {others[0]}, which is no clean data and would be lost; "
            "give a new folder, or one that holds clean data only"
        )
    before = said_in(folder / STUDY_FILE).get("raw")
    if before not in (None, _place(raw)):
        raise FileError(
            f"{folder}: holds the clean tables of another export, {before}. Rename the folder of one of the "
            "two exports, or remove these clean tables first."
        )


def _place(raw: Path) -> str:
    """Tell exports apart: the folder from the project's root, or for one elsewhere its name and a hash."""
    path = raw.resolve()
    if path.is_relative_to(ROOT):
        return path.relative_to(ROOT).as_posix()
    return f"{path.name} ({hashlib.sha256(str(path).encode()).hexdigest()[:8]})"


def _is_clean(path: Path) -> bool:
    """Whether a file is one that `keep_clean` writes, or marks an empty folder."""
    others = (STUDY_FILE, PUBLISHED, DOUBTS, ".gitkeep")
    if path.name == PARTS and path.is_dir() and not path.is_symlink():
        return all(one.is_dir() for one in path.iterdir())
    if path.name == COMPARISON and path.is_dir() and not path.is_symlink():
        return all(map(_is_clean, path.iterdir()))
    return path.is_file() and (path.suffix == ".parquet" or path.name in others)
