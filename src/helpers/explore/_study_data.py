"""The data that the views are made of: read from the clean tables, or cleaned in memory."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers import cleaning, export, inference
from helpers import definitions as codebook
from helpers import states as state_tables
from helpers.cleaning import CleanTables, Study
from helpers.definitions import ROOT, Definitions
from helpers.parameters import PARAMETERS

CLEANED_WITH = ("min_household_items", "baseline_window_days", "follow_up_months", "follow_up_rule")


@dataclass(frozen=True, eq=False)
class StudyData:
    """All that a view needs. `in_memory`: cleaned now, with the defaults, as no clean tables were found."""

    tables: CleanTables
    states: pd.DataFrame
    study: Study
    definitions: Definitions
    language: str
    seed: int
    clean: Path
    raw: Path
    in_memory: bool


def open_study(
    *, clean: str | Path, raw: str | Path, language: str = "nl", seed: int = inference.SEED
) -> StudyData:
    """Read the clean tables; where there are none, clean the export in memory and write nothing.

    Parameters
    ----------
    clean, raw : path
        Folders of the clean tables and of the export, from the project's root.
    language : str
        `nl` or `en`.
    seed : int
        Of the bootstrap and the permutations, as in the report.

    Raises
    ------
    PipelineError
        Neither can be read; the message says which file is the trouble.
    """
    clean, raw = Path(ROOT, clean), Path(ROOT, raw)
    definitions = codebook.load_definitions()
    in_memory = raw.exists() and not (clean / cleaning.STUDY_FILE).exists()
    tables, states, study = _cleaned(raw, definitions) if in_memory else cleaning.read_clean(clean)
    return StudyData(tables, states, study, definitions, language, seed, clean, raw, in_memory)


def _cleaned(raw: Path, definitions: Definitions) -> tuple[CleanTables, pd.DataFrame, Study]:
    """Clean an export as notebook 01 does with its defaults."""
    chosen = {name: PARAMETERS[name].default for name in CLEANED_WITH}
    exported = export.read_export(raw, definitions)
    clean_with = {name: chosen[name] for name in CLEANED_WITH if name != "follow_up_rule"}
    tables = cleaning.clean(exported, definitions, **clean_with)  # type: ignore[arg-type]
    states_with = {name: chosen[name] for name in CLEANED_WITH if name != "min_household_items"}
    states = state_tables.build_states(tables, definitions, **states_with)  # type: ignore[arg-type]
    return tables, states, cleaning.Study.of(exported.dataset, chosen)  # type: ignore[arg-type]


def from_root(folder: Path) -> str:
    """Write a folder as it is given in a parameter: from the project's root where it lies in it.

    Examples
    --------
    >>> from_root(ROOT / "data" / "clean" / "synthetic")
    'data/clean/synthetic'
    """
    return (folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder).as_posix()
