"""How the figures of robustness are drawn and told."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from helpers import figures, sentences
from helpers.definitions import Definitions
from helpers.definitions.choices import Choices
from helpers.show._plan import Plan

SHOWN = 10  # rows of a long table on a page; the file has them all


def _headlines(table: pd.DataFrame, *, definitions: Definitions, language: str) -> Plan:
    """Plan the headlines under every choice."""
    account = sentences.headlines(table, definitions=definitions)
    return Plan(figures.headlines, account, figures.headlines_size(table), rows=SHOWN)


def _multiverse(
    table: pd.DataFrame, *, definitions: Definitions, language: str, curve: pd.DataFrame | None = None
) -> Plan:
    """Plan the specification curve."""
    account = sentences.multiverse(table, definitions=definitions, curve=curve)
    return Plan(figures.specification_curve, account, figures.specification_curve_size(table), rows=SHOWN)


def _cutoffs(table: pd.DataFrame, *, definitions: Definitions, language: str) -> Plan:
    """Plan the cutoffs side by side."""
    return Plan(figures.cutoffs, sentences.cutoffs(table, definitions=definitions), figures.SIZES["cutoffs"])


def _attrition(
    table: pd.DataFrame, *, definitions: Definitions, language: str, choices: Choices, **told: Any
) -> Plan:
    """Plan followed against not followed; `chance` and `status` are told."""
    notable = choices.notable_difference
    account = sentences.attrition(table, notable=notable, definitions=definitions, **told)
    size = figures.attrition_size(table, notable=notable)
    return Plan(partial(figures.attrition, notable=notable), account, size)


def _freshness(table: pd.DataFrame, *, definitions: Definitions, language: str) -> Plan:
    """Plan changed, confirmed and carried forward."""
    account = sentences.freshness_by_item(table, definitions=definitions)
    of_all = int((table["pilot"] == "all").sum())
    return Plan(figures.freshness, account, figures.freshness_size(table), rows=of_all)


def _regression(table: pd.DataFrame, *, definitions: Definitions, language: str) -> Plan:
    """Plan the change by score, forward and backward."""
    account = sentences.regression_to_mean(table)
    return Plan(figures.regression_to_mean, account, figures.SIZES["regression_to_mean"])


PLANS: dict[str, Callable[..., Any]] = {
    "headlines": _headlines,
    "multiverse": _multiverse,
    "cutoffs": _cutoffs,
    "attrition": _attrition,
    "freshness": _freshness,
    "regression_to_mean": _regression,
}
