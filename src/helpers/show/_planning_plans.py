"""How the figure of planning is drawn and told."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from helpers import figures, sentences
from helpers.definitions import Definitions
from helpers.definitions.choices import Planning as Simulated
from helpers.show._plan import Plan


def _power(
    table: pd.DataFrame, *, definitions: Definitions, language: str, needed: pd.DataFrame, plan: Simulated
) -> Plan:
    """Plan the power by number of families."""
    account = sentences.power(table, needed=needed, plan=plan, definitions=definitions)
    draw = partial(figures.power, target=plan.target_power)
    rows = len(plan.families_per_group)  # of some two hundred; the answers have a table of their own
    return Plan(draw, account, figures.SIZES["power"], rows)


PLANS: dict[str, Callable[..., Any]] = {"power": _power}
