"""A raw dataset folder → what a run would do with it, found without writing anything.

The findings are for whoever holds the export. Even so notes, dates of birth and codes of families and persons
are never in them: rows are named by their number, and a code by its shape. In this room `guess` tells what
the columns and tables of an unknown export hold, `draft` writes a first `dataset.yml`, `words` puts a finding
into words, `hand_back` lists all that was rejected for whoever can mend it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from helpers.check.draft import draft_of
from helpers.check.guess import Guess, Known, guess
from helpers.cleaning import CleanTables
from helpers.cleaning.doubts import Doubt, doubts, refusal, summary
from helpers.cleaning.losses import losses
from helpers.definitions import UNITS, Definitions, Text
from helpers.errors import PipelineError
from helpers.export import RawExport, read_any_tables, read_dataset
from helpers.export.dataset import FILE, open_questions
from helpers.export.messages import ExportError
from helpers.folders import git_warnings
from helpers.study import Study


@dataclass(frozen=True)
class Unread:
    """A column outside the layout, and the known name nearest to its own."""

    unit: str
    name: str
    nearest: str


@dataclass(frozen=True)
class Finding:
    """What a run would do with a dataset.

    `reasons` say why a run would stop or describe nobody, one line each; none: it is usable. `warnings` say
    what to see to before a report is passed on. `raw` and `clean` (at the default parameters) are None where
    the reading stopped. `lost` and `doubts` are what `losses` and `doubts` say of them, `silent` the items
    (unit, item) without a single level from 1 to 5 in the rows that are kept, `questions` the lines of
    `dataset.yml` on which its draft still asks something. Without a `dataset.yml`, `seen` is what the tables
    seem to be about, and `draft` could be one.
    """

    folder: Path
    reasons: tuple[str, ...]
    warnings: tuple[Text, ...] = ()
    unread: tuple[Unread, ...] = ()
    raw: RawExport | None = None
    clean: CleanTables | None = None
    lost: pd.DataFrame = field(default_factory=pd.DataFrame)
    doubts: tuple[Doubt, ...] = ()
    silent: tuple[tuple[str, str], ...] = ()
    questions: tuple[int, ...] = ()
    seen: Guess | None = None
    draft: str = ""

    @property
    def usable(self) -> bool:
        """Whether a run would make a report of it."""
        return not self.reasons


def check(folder: Path | str, definitions: Definitions) -> Finding:
    """Read an export and clean it at the default parameters; nothing is written.

    The finding has all reasons at once where the dataset cannot be used.
    """
    folder = Path(folder)
    known = Known.of(definitions)
    study, said = None, ""
    try:
        study = Study.clean(folder)
    except PipelineError as error:
        said = str(error)  # alone, so that nothing of a large export stays in the memory
    if study is None or study.export is None:
        return _finding_of_faulty(folder, tuple(said.splitlines()), known)
    raw, cleaned = study.export, study.tables
    lost = losses(raw, cleaned, definitions)
    found = doubts(raw, cleaned, definitions, lost=lost)
    reasons = [*refusal(found)]
    if not study["flow"].set_index("stage")["families"]["retained"]:
        reasons.append(
            f"no family would be retained: {len(cleaned.families)} families keep a row after the rules, and "
            "none of them has a household row with enough known items at baseline. See the rules below for "
            "what was rejected."
        )
    levels = pd.concat([cleaned.observations, cleaned.excluded_observations]).dropna(subset="level")
    told = set(zip(levels["unit"].astype("str"), levels["item"].astype("str"), strict=True))
    return Finding(
        folder,
        tuple(reasons),
        (*_git(folder), *(remark.text for remark in raw.remarks), *summary(found)),
        tuple(Unread(u, name, known.nearest(u, name)) for u in UNITS for name in raw.unknown_columns[u]),
        raw,
        cleaned,
        lost,
        found,
        tuple(key for key in definitions.items if key not in told),
        open_questions(folder),
    )


def _git(folder: Path) -> tuple[Text, ...]:
    """Warn of personal data under git; a description that cannot be read counts as one of real families."""
    try:
        synthetic = read_dataset(folder).synthetic
    except ExportError:
        synthetic = False
    return () if synthetic else git_warnings(folder)


def _finding_of_faulty(folder: Path, faults: tuple[str, ...], known: Known) -> Finding:
    """Tell of a folder that cannot be read as a dataset what its tables say of themselves."""
    try:
        tables, others = read_any_tables(folder)
    except ExportError:
        tables, others = (), ()
    seen = guess(tables, known)
    finding = Finding(folder, faults, _git(folder), _unread_of_faulty(folder, seen, known))
    if tables and not (folder / FILE).exists():
        return replace(finding, seen=seen, draft=draft_of(seen, others, known, title=folder.resolve().name))
    return replace(finding, questions=open_questions(folder))


def _unread_of_faulty(folder: Path, seen: Guess, known: Known) -> tuple[Unread, ...]:
    """List the columns that are not recognised in a folder that cannot be read as a dataset."""
    try:
        mapped = set(read_dataset(folder).columns.values())
    except ExportError:
        mapped = set()
    found = []
    for unit, sheet in seen.sheets.items():
        canonical = known.canonical.get(unit, frozenset())
        likely = {column.name: name for name, column in sheet.taken.items()}
        likely |= {column.name: names[0] for column, names in sheet.perhaps}
        columns = [*sheet.taken.values(), *(column for column, _ in sheet.perhaps), *sheet.free]
        for column in sorted(columns, key=lambda column: column.place):
            if column.name not in mapped and column.name not in canonical:
                found.append(Unread(unit, column.name, likely.get(column.name, "")))
    return tuple(found)
