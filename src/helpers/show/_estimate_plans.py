"""How the estimates with intervals of pages 03 and 04 are drawn and told."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from helpers import figures, sentences
from helpers.definitions import Definitions
from helpers.show._plan import Plan


def _score_change(table: pd.DataFrame, *, definitions: Definitions, language: str, **told: Any) -> Plan:
    """Plan the net share of families; `left_out` and `verdicts` are told."""
    return Plan(figures.score_net, sentences.score_net(table, **told), figures.SIZES["one_estimate"])


def _poverty_change(table: pd.DataFrame, *, definitions: Definitions, language: str, **told: Any) -> Plan:
    """Plan the change in the share of poor families."""
    return Plan(figures.poverty_line, None, figures.SIZES["one_estimate"])


PLANS: dict[str, Callable[..., Plan]] = {
    "score_change": _score_change,
    "poverty_change": _poverty_change,
}
