"""How each output of the report is drawn and told: its figure, its sentences, its size."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from helpers import figures, sentences
from helpers.definitions import Definitions, Figure, Text
from helpers.show._case_plans import PLANS as CASES
from helpers.show._claim_plans import PLANS as CLAIMS
from helpers.show._estimate_plans import PLANS as ESTIMATES
from helpers.show._pilot_plans import PLANS as PILOTS
from helpers.show._plan import Plan as _Plan
from helpers.show._planning_plans import PLANS as PLANNING
from helpers.show._robustness_plans import PLANS as ROBUSTNESS
from helpers.tables import TABLES
from helpers.words import UNSAID, Account

EMPTY_HEIGHT = 1.6  # inches
OFFICIAL = "kansarmoede_vlaanderen"


@dataclass(frozen=True)
class Presentation:
    """What a figure needs to be shown: its title, how to draw it, what to say of it, its size in inches."""

    title: Text
    draw: Callable[[Axes], Axes]
    account: Account
    size: tuple[float, float]
    rows: int | None = None  # of the table that are shown; None: all


def presentation(
    name: str,
    table: pd.DataFrame,
    *,
    definitions: Definitions,
    language: str,
    headline: bool = True,
    account: Account | None = None,
    **context: Any,
) -> Presentation:
    """Say how an output is drawn and told.

    Parameters
    ----------
    name : str
        A figure of the source report, or one of the tables that are drawn.
    table : DataFrame
        The finished table.
    definitions : Definitions
        Words and colours.
    language : str
        `nl` or `en`.
    headline : bool
        Whether the drawing is headed by its finding.
    account : Account, optional
        What is said of it; by default what its sentences say.
    context
        What else the figure or its sentences need, such as `scheme`, `measures`, `tests`.
    """
    figure = definitions.figures.get(name)
    kind = figure.kind if figure else name
    if kind not in PLANS:
        raise ValueError(f"nothing is known of how to draw {name!r}; known are {sorted(PLANS)}")
    known: dict[str, Any] = {"definitions": definitions}
    plan = PLANS[kind](table, language=language, **known, **({"figure": figure} if figure else {}), **context)
    told = account or plan.account or Account(UNSAID, UNSAID, UNSAID)
    finding = told.finding(language) if headline else ""
    draw = partial(plan.draw, table, language=language, title=finding, **known)
    return Presentation(
        _title(name, figure),
        lambda ax: draw(ax=ax),
        told,
        _size(table, plan.size, finding),
        plan.rows,
    )


def _size(table: pd.DataFrame, size: tuple[float, float], finding: str) -> tuple[float, float]:
    """Make room for a long finding, and none for what is not there."""
    if figures.is_empty(table):
        return (size[0], EMPTY_HEIGHT)
    more = max(0, figures.headline_lines(finding) - 2)  # the sizes leave room for two lines
    return (size[0], size[1] + 0.19 * more)


def _title(name: str, figure: Figure | None) -> Text:
    """Give the title of an output."""
    if figure:
        return figure.title
    return TABLES[name].title


def _flow(table: pd.DataFrame, *, definitions: Definitions, language: str) -> _Plan:
    """Plan the selection of families."""
    return _Plan(figures.flow_diagram, None, figures.SIZES["flow_diagram"])


def _cases(table: pd.DataFrame, *, definitions: Definitions, language: str) -> _Plan:
    """Plan the cases per pilot."""
    return _Plan(figures.cases, None, figures.cases_size(table))


def _profile(table: pd.DataFrame, *, definitions: Definitions, language: str, figure: Figure) -> _Plan:
    """Plan Figure 2."""
    return _Plan(figures.profile, None, figures.SIZES["profile"])


def _education(table: pd.DataFrame, *, definitions: Definitions, language: str, figure: Figure) -> _Plan:
    """Plan Figure 3."""
    return _Plan(figures.education, None, figures.SIZES["education"])


def _distribution(table: pd.DataFrame, *, definitions: Definitions, language: str, figure: Figure) -> _Plan:
    """Plan Figures 4–14."""
    return _Plan(partial(figures.distribution, figure=figure), None, figures.distribution_size(table))


def _scheme(table: pd.DataFrame, *, definitions: Definitions, language: str, figure: Figure) -> _Plan:
    """Plan Figure 15."""
    account = sentences.scheme(table, definitions=definitions, figure=figure)
    return _Plan(figures.scheme, account, figures.SIZES["scheme"])


def _score_matrix(
    table: pd.DataFrame,
    *,
    definitions: Definitions,
    language: str,
    figure: Figure,
    scheme: pd.DataFrame,
    left_out: int = 0,
) -> _Plan:
    """Plan Figure 16."""
    account = sentences.score_matrix(table, figure=figure, left_out=left_out)
    return _Plan(partial(figures.score_matrix, scheme=scheme), account, figures.SIZES["score_matrix"])


def _classes(
    table: pd.DataFrame, *, definitions: Definitions, language: str, figure: Figure, **told: Any
) -> _Plan:
    """Plan Figure 17; `left_out` and `tests` (score_change) are told."""
    account = sentences.classes(table, definitions=definitions, figure=figure, **told)
    return _Plan(figures.classes, account, figures.SIZES["classes"])


def _transition(table: pd.DataFrame, *, definitions: Definitions, language: str, figure: Figure) -> _Plan:
    """Plan Figures 18–21."""
    size = figures.transition_size(table, definitions=definitions, language=language)
    return _Plan(figures.transition, None, size)


def _item_change(table: pd.DataFrame, *, definitions: Definitions, language: str) -> _Plan:
    """Plan the change of all items."""
    size = figures.item_change_size(table, definitions=definitions, language=language)
    return _Plan(figures.item_change, None, size)


def _poverty_measures(
    table: pd.DataFrame, *, definitions: Definitions, language: str, left_out: int = 0
) -> _Plan:
    """Plan H, A and M0."""
    account = sentences.poverty_measures(table, definitions=definitions, left_out=left_out)
    return _Plan(figures.poverty_measures, account, figures.measures_size(table))


def _poverty_domains(
    table: pd.DataFrame,
    *,
    definitions: Definitions,
    language: str,
    measures: pd.DataFrame,
    left_out: int = 0,
    pilot: str = "all",
) -> _Plan:
    """Plan the domains."""
    account = sentences.poverty_domains(
        table, measures=measures, definitions=definitions, pilot=pilot, left_out=left_out
    )
    return _Plan(partial(figures.poverty_domains, pilot=pilot), account, figures.SIZES["poverty_domains"])


def _change_domains(
    table: pd.DataFrame,
    *,
    definitions: Definitions,
    language: str,
    measures: pd.DataFrame,
    left_out: int = 0,
) -> _Plan:
    """Plan the change in M0."""
    account = sentences.change_domains(table, measures=measures, definitions=definitions, left_out=left_out)
    return _Plan(figures.change_domains, account, figures.SIZES["change_domains"])


def _official(
    table: pd.DataFrame, *, definitions: Definitions, language: str, measures: pd.DataFrame
) -> _Plan:
    """Plan the official series."""
    account = sentences.official_series(table, measures=measures, definitions=definitions)
    return _Plan(
        partial(figures.official_series, measures=measures), account, figures.SIZES["official_series"]
    )


PLANS: dict[str, Callable[..., _Plan]] = {
    "flow": _flow,
    "cases_by_pilot": _cases,
    "profile": _profile,
    "education": _education,
    "levels": _distribution,
    "scheme": _scheme,
    "score_matrix": _score_matrix,
    "classes": _classes,
    "transition": _transition,
    "item_change": _item_change,
    "poverty_measures": _poverty_measures,
    "poverty_domains": _poverty_domains,
    "poverty_change_domains": _change_domains,
    OFFICIAL: _official,
    **ESTIMATES,
    **CASES,
    **PLANNING,
    **PILOTS,
    **CLAIMS,
    **ROBUSTNESS,
}
