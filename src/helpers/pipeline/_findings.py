"""What the index says: what was studied, and the key results, in words made from the tables of the run."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from helpers import sentences
from helpers.codebook import Definitions, Text
from helpers.pipeline._page_words import ABOUT, AND, ONLY
from helpers.pipeline._render import Frame, day
from helpers.tables import TABLES

Sentence = Callable[..., Text]  # of a table and the definitions; `synthetic` goes to all


@dataclass(frozen=True)
class Finding:
    """A key result in words, and where it is shown."""

    text: str
    table: str
    page: str

    @property
    def link(self) -> str:
        """The place on the page."""
        return f"{self.page}#{self.table}"


def about(frame: Frame) -> str:
    """Say in a few lines what was studied.

    Parameters
    ----------
    frame : Frame
        Gives the dataset and the parameters.

    Returns
    -------
    str
        Plain text in the language of the run.
    """
    language, dataset = frame.language, frame.dataset
    chosen = list(frame.parameters["pilots"])
    text = ABOUT(language).format(
        pilots=_listed(chosen or list(dataset.pilots), AND(language)),
        start=day(dataset.project_start, language),
        end=day(dataset.exported_on, language),
        months=frame.parameters["follow_up_months"],
    )
    return f"{text} {ONLY(language)}" if chosen else text


def findings(
    tables: Path, *, definitions: Definitions, language: str, synthetic: bool | None = None
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
    synthetic : bool, optional
        Whether the data were made to agree with the source report, which is then said.

    Returns
    -------
    list of Finding
        In the order of the pages.
    """
    told = []
    for page, name, sentence in KEY_RESULTS:
        path = tables / f"{name}.csv"
        if path.is_file():
            text = sentence(_read(path), definitions, synthetic=synthetic)(language)
            told.append(Finding(text if text.endswith(".") else f"{text}.", name, f"{page}.html"))
    return told


def _listed(names: list[str], last: str) -> str:
    """Put names behind each other, with a word before the last one."""
    return last.join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _read(path: Path) -> pd.DataFrame:
    """Read a table of the run back with its declared dtypes."""
    dtypes = {column.name: column.pandas_dtype or "str" for column in TABLES[path.stem].columns}
    return pd.read_csv(path, dtype=dtypes, keep_default_na=False, na_values=[""])


def _flow(table: pd.DataFrame, definitions: Definitions, **known: bool | None) -> Text:
    return sentences.flow(table, definitions=definitions).finding


def _classes(table: pd.DataFrame, definitions: Definitions, **known: bool | None) -> Text:
    figure = definitions.figures["figure_17"]
    return sentences.classes(table, definitions=definitions, figure=figure).finding


def _score_change(table: pd.DataFrame, definitions: Definitions, **known: bool | None) -> Text:
    account = sentences.score_net(table)
    return account.conclusion or account.finding


def _poverty(table: pd.DataFrame, definitions: Definitions, **known: bool | None) -> Text:
    return sentences.poverty_change(table)


def _items(table: pd.DataFrame, definitions: Definitions, **known: bool | None) -> Text:
    account = sentences.item_change(table, definitions=definitions)
    if account.conclusion is None:
        return account.finding
    both = Text("{finding}. {conclusion}", "{finding}. {conclusion}")
    return sentences.fill(both, finding=account.finding, conclusion=account.conclusion)


def _net_shares(table: pd.DataFrame, definitions: Definitions, **known: bool | None) -> Text:
    return sentences.net_shares(table, definitions=definitions).finding


def _multiverse(table: pd.DataFrame, definitions: Definitions, **known: bool | None) -> Text:
    return sentences.multiverse(table).finding


def _transition(table: pd.DataFrame, definitions: Definitions, *, figure: str, **known: bool | None) -> Text:
    return sentences.transition(table, figure=definitions.figures[figure]).finding


def _claims(table: pd.DataFrame, definitions: Definitions, **known: bool | None) -> Text:
    return sentences.claims_summary(table, definitions=definitions, **known).finding


KEY_RESULTS: tuple[tuple[str, str, Sentence], ...] = (
    ("01_cleaning", "flow", _flow),
    ("03_kansarmoede", "figure_17", _classes),
    ("03_kansarmoede", "score_change", _score_change),
    ("03_kansarmoede", "poverty_change", _poverty),
    ("04_transitions", "item_change", _items),
    ("04_transitions", "figure_18", partial(_transition, figure="figure_18")),
    ("04_transitions", "figure_19", partial(_transition, figure="figure_19")),
    ("04_transitions", "figure_20", partial(_transition, figure="figure_20")),
    ("04_transitions", "figure_21", partial(_transition, figure="figure_21")),
    ("04_transitions", "transition_tests", _net_shares),
    ("05_robustness", "multiverse", _multiverse),
    ("06_published_claims", "claims_summary", _claims),
)
