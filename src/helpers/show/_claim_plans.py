"""How the figure of the published results is drawn and told."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from helpers import figures
from helpers.definitions import Definitions
from helpers.show._plan import Plan


def _claims_summary(table: pd.DataFrame, *, definitions: Definitions, language: str) -> Plan:
    """Plan the statements that hold, by section."""
    size = figures.claims_summary_size(table, definitions=definitions, language=language)
    return Plan(figures.claims_summary, None, size)


PLANS: dict[str, Callable[..., Any]] = {"claims_summary": _claims_summary}
