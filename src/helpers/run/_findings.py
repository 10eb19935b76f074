"""What the index says: what was studied, and the key results, in words made from the tables of the run."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from helpers import sentences
from helpers.cleaning.study import Study as About
from helpers.definitions import Definitions, Text
from helpers.export.dataset import Dataset
from helpers.protect import Edition
from helpers.run._page_words import (
    AND,
    DESIGN,
    FOLLOWED,
    FOLLOWED_RULE,
    ONLY,
    QUESTION,
    RETAINED,
)
from helpers.run._render import Frame, day
from helpers.study import FinishedStudy, finished_tables
from helpers.tables import TABLES

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class KeyResult:
    """One of the few results that the index tells.

    It is told when its first two parts, the page and the table that its figure shows, are there with all the
    tables that it `needs`; those that it may use besides are looked up.
    """

    page: str
    shown: str
    title: Text
    needs: tuple[str, ...]
    sentence: Callable[[Tables, Definitions], Text]
    uses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """A key result in words, and where it is shown."""

    text: str
    title: str
    table: str
    page: str

    @property
    def link(self) -> str:
        """The place on the page."""
        return f"{self.page}#{self.table}"


def question(frame: Frame) -> str:
    """Ask the question of the study in one sentence, in the language of the run."""
    return QUESTION(frame.language).format(months=frame.parameters["follow_up_months"])


def design(frame: Frame, tables: Path, *, definitions: Definitions) -> list[str]:
    """Say in short sentences how the study was made.

    Parameters
    ----------
    frame : Frame
        Gives the dataset and the parameters.
    tables : Path
        The tables of the run; `flow` gives the numbers of families. Without it they are left out.
    definitions : Definitions
        For the number of items and domains.

    Returns
    -------
    list of str
        Who registered what and when; who is counted at which moment; the measures; what cannot be said.
    """
    language, dataset, given = frame.language, frame.dataset, frame.parameters
    chosen = list(given["pilots"])
    known = {
        "pilots": _listed(chosen or list(dataset.pilots), AND(language)),
        "start": day(dataset.project_start, language),
        "end": day(dataset.exported_on, language),
        "months": given["follow_up_months"],
        "days": given["baseline_window_days"],
        "cutoff": given["poverty_cutoff"],
        "items": len(definitions.items),
        "domains": len(definitions.kansarmoede.domains),
    }
    who, *rest = (text(language) for text in DESIGN)
    if chosen:
        who = f"{who} {ONLY(language)}"
    said = [who, _moments(frame, tables), *rest]
    return [sentence.format(**known) for sentence in said if sentence]


def _moments(frame: Frame, tables: Path) -> str:
    """Say which families are counted at which moment, with their numbers."""
    path, language = tables / ("flow_groups.csv" if frame.edition else "flow.csv"), frame.language
    if not path.is_file():
        return ""
    families = pd.read_csv(path, dtype="str", keep_default_na=False).set_index("stage")["families"]
    numbers = {stage: families.get(stage, "0") for stage in ("registered", "retained", "followed")}
    rule = FOLLOWED_RULE[str(frame.parameters["follow_up_rule"])](language)
    retained = RETAINED(language).format(days="{days}", **numbers)
    followed = FOLLOWED(language).format(months="{months}", rule=rule, **numbers)
    return f"{retained} {followed}"


def findings(
    tables: Path,
    *,
    definitions: Definitions,
    language: str,
    edition: Edition | None = None,
    dataset: Dataset | None = None,
) -> list[Finding]:
    """Tell the key results.

    Parameters
    ----------
    tables : Path
        The tables of the run. What a missing table would tell is left out.
    definitions : Definitions
        For titles and words.
    language : str
        Of the run.
    edition : Edition, optional
        Of the public edition, which tells what its coarse tables found.
    dataset : Dataset, optional
        Of the public edition.

    Returns
    -------
    list of Finding
        In the order of the pages.
    """
    if edition and dataset:
        finished = finished_tables(tables.parent)
        return list(
            _public_findings(FinishedStudy(finished, About.of(dataset, {}), edition=edition), language)
        )
    told = []
    for result in KEY_RESULTS:
        names = [name for name in (*result.needs, *result.uses) if (tables / f"{name}.csv").is_file()]
        if set(result.needs) <= set(names):
            found = {name: _read(tables / f"{name}.csv") for name in names}
            text = result.sentence(found, definitions)
            told.append(Finding(text(language), result.title(language), result.shown, f"{result.page}.html"))
    return told


def _public_findings(study: FinishedStudy, language: str) -> Iterator[Finding]:
    """Tell what the coarse tables found, in the order of the pages."""
    for name, page, title in PUBLIC_RESULTS:
        if name in study and (said := study.account(name)) and said.finding.nl:
            yield Finding(f"{said.finding(language)}.", title(language), name, f"{page}.html")


def _listed(names: list[str], last: str) -> str:
    """Put names behind each other, with a word before the last one."""
    return last.join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _read(path: Path) -> pd.DataFrame:
    """Read a table of the run back with its declared dtypes."""
    dtypes = {column.name: column.pandas_dtype or "str" for column in TABLES[path.stem].columns}
    return pd.read_csv(path, dtype=dtypes, keep_default_na=False, na_values=[""])


def _classes(tables: Tables, definitions: Definitions) -> Text:
    return sentences.key_classes(tables["score_change"], tables.get("verdicts"))


def _poverty(tables: Tables, definitions: Definitions) -> Text:
    return sentences.key_poverty(tables["poverty_change"], tables.get("verdicts"))


def _items(tables: Tables, definitions: Definitions, *, figures: tuple[str, ...]) -> Text:
    tests, verdicts = tables["transition_tests"], tables.get("verdicts")
    return sentences.key_items(tests, verdicts, figures=figures, definitions=definitions)


def _overall(tables: Tables, definitions: Definitions) -> Text:
    return sentences.key_overall(tables["overall_change"], tables.get("verdicts"))


def _robustness(tables: Tables, definitions: Definitions) -> Text:
    return sentences.key_robustness(tables["specification_curve"], tables.get("attrition_bounds"))


PUBLIC_RESULTS = (
    ("figure_06_groups", "02_baseline", Text("Inkomen", "Income")),
    ("figure_17_moves", "03_kansarmoede", Text("Vooruit en achteruit", "Forward and back")),
    ("poverty_moves", "03_kansarmoede", Text("In en uit kansarmoede", "In and out of poverty")),
    ("item_moves", "04_transitions", Text("Wat het meest bewoog", "What moved most")),
    ("verdict_words", "04_transitions", Text("Hoe zeker", "How certain")),
)
KEY_RESULTS = (
    KeyResult(
        "03_kansarmoede",
        "figure_17",
        Text("Vooruit en achteruit", "Improved and declined"),
        ("score_change",),
        _classes,
        ("verdicts",),
    ),
    KeyResult(
        "03_kansarmoede",
        "poverty_change",
        Text("In en uit kansarmoede", "In and out of poverty"),
        ("poverty_change",),
        _poverty,
        ("verdicts",),
    ),
    KeyResult(
        "04_transitions",
        "figure_18",
        Text("Stress van ouders en kinderen", "Stress of parents and children"),
        ("transition_tests",),
        partial(_items, figures=("figure_18", "figure_19")),
        ("verdicts",),
    ),
    KeyResult(
        "04_transitions",
        "figure_20",
        Text("Zorg voor de kinderen en jeugdzorg", "Care for the children and youth care"),
        ("transition_tests",),
        partial(_items, figures=("figure_20", "figure_21")),
        ("verdicts",),
    ),
    KeyResult(
        "04_transitions",
        "item_change",
        Text("Alle items samen", "All items together"),
        ("overall_change",),
        _overall,
        ("verdicts",),
    ),
    KeyResult(
        "05_robustness",
        "multiverse",
        Text("Bij andere keuzes", "Under other choices"),
        ("specification_curve",),
        _robustness,
        ("attrition_bounds",),
    ),
)
