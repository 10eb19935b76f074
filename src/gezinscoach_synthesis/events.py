"""Next step: place the events of which the report gives a number, crises in youth care and care that falls
short.
"""

import random

from gezinscoach_synthesis.dates import after_window
from gezinscoach_synthesis.model import BASELINE, CHILD, FOLLOW_UP, OBSERVED, Cell, Family, pick, stream
from gezinscoach_synthesis.targets import Targets

YOUTH_CARE = (CHILD, "jeugdzorg")
CRISIS_LEVEL = 1
SIBLING_TOO = 0.4
WHOLE_FAMILY = 0.8
WORSE_OFF = {"declined": 6, "unchanged": 3, "improved": 2, None: 1}


def place_events(families: list[Family], targets: Targets, *, seed: int) -> None:
    """Mark the cells in which the events happen; keep them from happening anywhere else."""
    _place_crises(families, targets, stream(seed, "crises"))
    _place_care_drops(families, targets, stream(seed, "care drops"))


def _place_crises(families: list[Family], targets: Targets, rng: random.Random) -> None:
    """Choose families with a child for whom youth care meets a crisis between t0 and the follow-up.

    It stands at baseline, passes in between, or stands at follow-up; no other followed family meets one by
    then.
    """
    kinds = [kind for kind, n in targets.crises.items() for _ in range(targets.scaled(n, len(families)))]
    able = [family for family in families if family.followed and _youth_care(family)]
    for kind in kinds:
        fit = [family for family in able if kind != "passing" or len(after_window(family)) > 1]
        if fit:
            family = pick(rng, fit, [WORSE_OFF[f.direction] + max(0, f.severity) for f in fit])
            able.remove(family)
            _mark_crisis(_youth_care(family), kind, rng)
    for family in families:
        for cell in _youth_care(family, late=True) if family.followed else []:
            _allow(cell)


def _youth_care(family: Family, *, late: bool = False) -> list[Cell]:
    cells = [family.cells[person, YOUTH_CARE] for person in family.of_unit(CHILD)]
    return [c for c in cells if late or (c.paired and c.person is not None and not c.person.expected)]


def _mark_crisis(cells: list[Cell], kind: str, rng: random.Random) -> None:
    first = rng.randrange(len(cells))
    for place, cell in enumerate(cells):
        if place == first or rng.random() < SIBLING_TOO:
            cell.crisis = kind


def _allow(cell: Cell) -> None:
    """Let the lowest level stand only where a crisis was placed."""
    for moment, kind in ((BASELINE, "baseline"), (FOLLOW_UP, "follow_up")):
        if cell.crisis == kind:
            cell.narrow(moment, high=CRISIS_LEVEL)
        else:
            cell.narrow(moment, low=CRISIS_LEVEL + 1)
        cell.pinned[moment] |= cell.crisis is not None


def _place_care_drops(families: list[Family], targets: Targets, rng: random.Random) -> None:
    """Choose the children whose care falls from above a level to it or lower, mostly whole families."""
    limit, key = targets.care_drop["from_above"], (CHILD, targets.care_drop["item"])
    left = targets.scaled(targets.care_drops, len(families))
    followed = _by_need(families, rng)
    able = [c for f in followed for c in (f.cells[p, key] for p in f.of_unit(CHILD)) if _can_drop(c, limit)]
    forced = [cell for cell in able if cell.bounds[FOLLOW_UP][1] <= limit]
    free = [
        cell for cell in able if cell.bounds[FOLLOW_UP][1] > limit and cell.family.direction != "improved"
    ]
    spared = {id(cell) for cell in free if rng.random() >= WHOLE_FAMILY}
    free.sort(key=lambda cell: id(cell) in spared)
    for cell in forced + free[: max(0, left - len(forced))]:
        _drop(cell, limit)


def _by_need(families: list[Family], rng: random.Random) -> list[Family]:
    """Give the followed families, those that decline first."""
    ranked = [(family.direction != "declined", rng.random(), family.number, family) for family in families]
    return [family for *_, family in sorted(ranked) if family.followed]


def _can_drop(cell: Cell, limit: int) -> bool:
    return cell.paired and cell.bounds[BASELINE][1] > limit and cell.bounds[FOLLOW_UP][0] <= limit


def _drop(cell: Cell, limit: int) -> None:
    cell.drops = True
    cell.narrow(BASELINE, low=limit + 1, pin=True)
    cell.narrow(FOLLOW_UP, high=limit, pin=True)


def keep_from_dropping(cells: list[Cell], limit: int) -> None:
    """Keep every other child's care above the limit where it was; baseline levels have to stand."""
    for cell in cells:
        level = cell.level[BASELINE]
        if cell.status[BASELINE] == OBSERVED and not cell.drops and level is not None and level > limit:
            cell.narrow(FOLLOW_UP, low=limit + 1)
