"""How the figures of pilots side by side are drawn and told."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from helpers import figures
from helpers.definitions import Definitions
from helpers.show._plan import Plan

SHOWN = 66  # rows of a long table on a page; the file has them all


def _profile(table: pd.DataFrame, *, definitions: Definitions, language: str) -> Plan:
    """Plan the families of each pilot."""
    return Plan(figures.pilot_profile, None, figures.pilot_profile_size(table), rows=SHOWN)


def _transitions(table: pd.DataFrame, *, definitions: Definitions, language: str) -> Plan:
    """Plan the classes of change of each pilot."""
    return Plan(figures.pilot_transitions, None, figures.pilot_transitions_size(table), rows=SHOWN)


def _outcomes(table: pd.DataFrame, *, definitions: Definitions, language: str) -> Plan:
    """Plan the net shares of each pilot."""
    return Plan(figures.pilot_outcomes, None, figures.pilot_outcomes_size(table))


def _limits(table: pd.DataFrame, *, definitions: Definitions, language: str, outcomes: pd.DataFrame) -> Plan:
    """Plan the funnel."""
    draw = partial(figures.pilot_limits, outcomes=outcomes)
    return Plan(draw, None, figures.LIMITS_SIZE, rows=SHOWN)


PLANS: dict[str, Callable[..., Any]] = {
    "pilot_profile": _profile,
    "pilot_transitions": _transitions,
    "pilot_outcomes": _outcomes,
    "pilot_limits": _limits,
}
