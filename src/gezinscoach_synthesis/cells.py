"""Next step: one cell per item of the household and of each member, and where an item does not apply."""

import random
from datetime import date

from gezinscoach_synthesis.dates import after_window
from gezinscoach_synthesis.model import (
    ADULT,
    BASELINE,
    CHILD,
    FOLLOW_UP,
    MISSING,
    NOT_APPLICABLE,
    OBSERVED,
    Cell,
    Family,
    Person,
    stream,
)
from gezinscoach_synthesis.targets import ItemPlan, Targets

WRITTEN_DOWN = 0.6  # how often a coach writes that an item does not apply, and does not leave it blank
NOTICED = 0.6  # how often an item that begins or ceases to apply is looked at by the follow-up
LATE_KNOWN = 0.6
WORK = (ADULT, "tewerkstelling")
AT_WORK = 4


def make_cells(families: list[Family], targets: Targets, *, seed: int) -> None:
    """Give each family its cells, with the status that follows from age, origin and chance."""
    rng = stream(seed, "cells")
    for family in families:
        for plan in targets.items:
            for person in family.of_unit(plan.unit):
                family.cells[person, plan.key] = _cell(family, person, plan, rng)


def _cell(family: Family, person: Person | None, plan: ItemPlan, rng: random.Random) -> Cell:
    cell = Cell(family, person, plan)
    if person is not None and person.late:
        known = _of_age(plan, person, family.half_year) and rng.random() < LATE_KNOWN
        cell.status = [MISSING, OBSERVED if known and after_window(family) else MISSING]
    elif not _applies(plan, family, rng):
        cell.status = [_not_applicable(rng)] * 2
    elif person is not None and person.unit == CHILD:
        cell.status = _status_by_age(plan, person, family, rng)
    return cell


def _applies(plan: ItemPlan, family: Family, rng: random.Random) -> bool:
    if plan.applies == "newcomers" and not family.newcomers:
        return False
    return rng.random() * 100 >= plan.not_applicable


def _not_applicable(rng: random.Random) -> str:
    return NOT_APPLICABLE if rng.random() < WRITTEN_DOWN else MISSING


def _status_by_age(plan: ItemPlan, child: Person, family: Family, rng: random.Random) -> list[str]:
    """Say whether an item is for children of this age, at baseline and half a year later."""
    before, after = (_of_age(plan, child, day) for day in (family.t0, family.half_year))
    first = OBSERVED if before else _not_applicable(rng)
    if before == after or rng.random() >= NOTICED:
        return [first, first]
    return [first, OBSERVED if after else NOT_APPLICABLE]


def _of_age(plan: ItemPlan, person: Person, day: date) -> bool:
    if person.birth is None:
        return True
    years = day.year - person.birth.year - ((day.month, day.day) < (person.birth.month, person.birth.day))
    return plan.ages[0] <= max(years, -1) <= plan.ages[1]


def settle_seekers(cells: list[Cell], moment: int, *, rng: random.Random) -> None:
    """Who works does not look for work: the item does not apply to adults at work at a moment."""
    for cell in cells:
        work = cell.family.cells[cell.person, WORK]
        at_work = work.status[moment] == OBSERVED and (work.level[moment] or 0) >= AT_WORK
        if moment == BASELINE and at_work and cell.status[BASELINE] == OBSERVED:
            cell.status = [_not_applicable(rng)] * 2
        elif moment == FOLLOW_UP and at_work and cell.status[FOLLOW_UP] == OBSERVED:
            cell.status[FOLLOW_UP] = NOT_APPLICABLE
        elif (
            moment == FOLLOW_UP
            and not at_work
            and cell.status[BASELINE] == NOT_APPLICABLE
            and _lost_work(work)
        ):
            cell.status[FOLLOW_UP] = OBSERVED


def _lost_work(work: Cell) -> bool:
    return work.paired and (work.level[BASELINE] or 0) >= AT_WORK > (work.level[FOLLOW_UP] or 0)
