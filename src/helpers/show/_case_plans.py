"""How the themes in the notes are drawn and told; for internal review only."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from helpers import figures
from helpers.definitions import Definitions
from helpers.show._plan import Plan


def _themes(table: pd.DataFrame, *, definitions: Definitions, language: str) -> Plan:
    """Plan the themes."""
    return Plan(figures.themes, None, figures.themes_size(table))


PLANS: dict[str, Callable[..., Any]] = {"theme_counts": _themes}
