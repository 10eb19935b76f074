"""What the planning of a next wave simulates, in `data/reference/planning.yml`: read and checked."""

from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from helpers.definitions._definition_checks import Fraction, Key, filled, known_key
from helpers.definitions._definitions import Definitions, Words, closed
from helpers.definitions._reference_checks import check_rising
from helpers.definitions._reference_files import Document, Faults, read_checked

FILE = "planning.yml"
MOST_STUDIES = 100_000_000  # some minutes
Families = Annotated[int, Field(strict=True, ge=2, le=1_000_000)]


@closed
@dataclass(frozen=True)
class Outcome:
    """What a net share is about: an item, or without one the kansarmoede score of a family."""

    id: Words
    item: Annotated[Key, AfterValidator(known_key)] | None = None


@closed
@dataclass(frozen=True)
class Plan:
    """The simulated studies: outcomes, differences (shares), families per group, and when one is found."""

    outcomes: Annotated[tuple[Outcome, ...], BeforeValidator(filled)]
    net_shares: Annotated[tuple[Fraction, ...], BeforeValidator(filled)]
    headline: Fraction
    families_per_group: Annotated[tuple[Families, ...], BeforeValidator(filled)]
    simulations: Annotated[int, Field(strict=True, ge=100, le=1_000_000)]
    alpha: Fraction
    target_power: Fraction


def read_plan(folder: Path, definitions: Definitions, faults: Faults) -> Plan | None:
    """Read and check the file.

    Parameters
    ----------
    folder : where planning.yml is.
    definitions : for the items and the titles of the outcomes.
    faults : what is wrong is noted here.
    """
    check = partial(_check, definitions=definitions)
    return read_checked(folder / FILE, Plan, check, faults, items=set(definitions.items))


def _check(plan: Plan, document: Document, faults: Faults, *, definitions: Definitions) -> None:
    """Note what the types cannot say: outcomes once and with a title, rising numbers, a known headline."""
    titles = definitions.vocabulary.get("planning_outcome", {})
    for outcome, times in Counter(outcome.id for outcome in plan.outcomes).items():
        if times > 1:
            faults.add(document.at("outcomes"), f"'{outcome}' stands {times} times; keep one")
        if outcome not in titles:
            faults.add(
                document.at("outcomes"), f"'{outcome}' has no title under planning_outcome in vocabulary.yml"
            )
    for name in ("net_shares", "families_per_group"):
        check_rising(document, name, getattr(plan, name), faults)
    studies = (
        len(plan.outcomes) * (len(plan.net_shares) + 1) * len(plan.families_per_group) * plan.simulations
    )
    if studies > MOST_STUDIES:
        said = f"all in all {studies:,} studies would be simulated; at most {MOST_STUDIES:,}"
        faults.add(document.at("simulations"), said)
    if plan.headline not in plan.net_shares:
        faults.add(document.at("headline"), f"must be one of net_shares; found {plan.headline}")
