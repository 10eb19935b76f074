"""How the themes in the notes are drawn and told; for internal review only."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from helpers import figures, sentences
from helpers.definitions import Definitions
from helpers.show._plan import Plan


def _themes(table: pd.DataFrame, *, definitions: Definitions, language: str, counts: pd.DataFrame) -> Plan:
    """Plan the themes; `counts` says how much was written."""
    return Plan(figures.themes, sentences.themes(table, counts=counts), figures.themes_size(table))


PLANS: dict[str, Callable[..., Any]] = {"theme_counts": _themes}
