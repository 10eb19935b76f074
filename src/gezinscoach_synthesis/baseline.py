"""Next step: what is known at baseline, and the levels, so that the shares of the targets come out.

Levels are dealt in quotas to cells that are ranked by what families, themes and persons have in common:
the worst levels go to where most is wrong, within what the family's domains allow.
"""

import random
from collections.abc import Sequence

from gezinscoach_synthesis.cells import settle_seekers
from gezinscoach_synthesis.model import (
    BASELINE,
    FOLLOW_UP,
    HOUSEHOLD,
    MISSING,
    OBSERVED,
    Cell,
    Family,
    stream,
)
from gezinscoach_synthesis.targets import ItemPlan, Targets, quota

MIN_HOUSEHOLD_ITEMS = 4
SHOWS_LATER = 0.4
OTHER_MEMBER_UNKNOWN = 0.12
STEPS_ABOVE_WORST = (0, 0, 0, 1, 1, 2)
LEVELS = (1, 2, 3, 4, 5)


def settle_baseline(families: list[Family], targets: Targets, *, seed: int) -> None:
    """Settle what is missing and give every known cell its level at baseline, item by item."""
    for plan in last_seekers(targets.items):
        rng = stream(seed, "baseline", *plan.key)
        cells = cells_of(families, plan)
        if plan.applies == "seekers":
            settle_seekers(cells, BASELINE, rng=rng)
        if plan.of_family:
            _settle_by_family(families, plan, targets.families, rng)
        else:
            _settle_missing(cells, plan, rng)
            known = [cell for cell in cells if cell.status[BASELINE] == OBSERVED]
            assign(known, plan.levels, BASELINE, rng=rng)
        _leave_room(cells, rng)


def _leave_room(cells: list[Cell], rng: random.Random) -> None:
    """Make sure that something can rise in improving families: else swap a highest level with a lower one
    elsewhere.
    """
    pairs = [cell for cell in cells if cell.family.followed and cell.paired]
    improving = [cell for cell in pairs if cell.family.direction == "improved"]
    if not improving or any((cell.level[BASELINE] or 5) < cell.bounds[FOLLOW_UP][1] for cell in improving):
        return
    free = [(1, 5), (1, 5)]
    lower = [
        cell for cell in pairs if cell.level[BASELINE] == 4 and cell.bounds == free and cell not in improving
    ]
    open_cells = [cell for cell in improving if cell.bounds == free]
    if lower and open_cells:
        one, other = rng.choice(open_cells), rng.choice(lower)
        one.level[BASELINE], other.level[BASELINE] = other.level[BASELINE], one.level[BASELINE]


def last_seekers(plans: Sequence[ItemPlan]) -> list[ItemPlan]:
    """Put the items last that depend on being at work."""
    return sorted(plans, key=lambda plan: plan.applies == "seekers")


def cells_of(families: list[Family], plan: ItemPlan) -> list[Cell]:
    """Give all cells of an item."""
    return [family.cells[person, plan.key] for family in families for person in family.of_unit(plan.unit)]


def _settle_missing(cells: list[Cell], plan: ItemPlan, rng: random.Random) -> None:
    """Leave part of the cells blank, most of all in families of which much is unknown."""
    observed = [cell for cell in cells if cell.status[BASELINE] == OBSERVED]
    free = [cell for cell in observed if not cell.pinned[BASELINE] and _spares_one(cell)]
    number = quota([plan.missing, 100 - plan.missing], len(observed))[0]
    noise = {id(cell): cell.family.gaps + rng.gauss(0, 0.8) for cell in free}
    for cell in sorted(free, key=lambda cell: -noise[id(cell)])[:number]:
        _leave_blank(cell, SHOWS_LATER, rng)


def _leave_blank(cell: Cell, shows_later: float, rng: random.Random) -> None:
    """Blank a cell at baseline; by the follow-up it may be known, and is where it has to be."""
    cell.status[BASELINE] = MISSING
    if cell.status[FOLLOW_UP] == OBSERVED and not cell.pinned[FOLLOW_UP] and rng.random() >= shows_later:
        cell.status[FOLLOW_UP] = MISSING


def _spares_one(cell: Cell) -> bool:
    """Say whether enough household items stay known when this one is left blank."""
    if cell.plan.unit != HOUSEHOLD:
        return True
    household = [c for (person, _), c in cell.family.cells.items() if person is None]
    return sum(c.status[BASELINE] == OBSERVED for c in household) > MIN_HOUSEHOLD_ITEMS


def latent(cell: Cell, rng: random.Random) -> float:
    """Say how good a cell is likely to be: what family, theme and person share, the coach, and chance."""
    family = cell.family
    shared = -0.6 * family.severity + 0.7 * family.themes[cell.plan.theme]
    own = 0.4 * cell.person.own if cell.person else 0.0
    needs_support = 0.5 if cell.plan.leading and family.direction == "improved" else 0.0
    return shared + own - needs_support + family.coach.leans.get(cell.plan.key, 0) + rng.gauss(0, 0.7)


def assign(cells: list[Cell], shares: Sequence[float], moment: int, *, rng: random.Random) -> None:
    """Give cells their levels at a moment, in quotas; first where the bounds leave least choice."""
    left = quota(shares, len(cells))
    value = {id(cell): latent(cell, rng) for cell in cells}
    groups: dict[tuple[int, int], list[Cell]] = {}
    for cell in cells:
        groups.setdefault(cell.bounds[moment], []).append(cell)
    for low, high in sorted(groups, key=lambda bounds: (bounds[1] - bounds[0], bounds)):
        group = sorted(groups[low, high], key=lambda cell: value[id(cell)])
        counts = _share_out(left, shares, low, high, len(group))
        levels = [level for level, count in zip(LEVELS, counts, strict=True) for _ in range(count)]
        for cell, level in zip(group, levels, strict=True):
            cell.level[moment] = level
        left = [max(0, n - count) for n, count in zip(left, counts, strict=True)]


def _share_out(left: Sequence[int], shares: Sequence[float], low: int, high: int, number: int) -> list[int]:
    """Share a number of cells out over the levels from low to high, by what is left of the quotas.

    What does not fit goes to the most common of these levels.
    """
    within = [n if low <= level <= high else 0 for level, n in zip(LEVELS, left, strict=True)]
    if sum(within) >= number:
        return quota(within, number)
    within[max(range(low, high + 1), key=lambda level: shares[level - 1]) - 1] += number - sum(within)
    return within


def _settle_by_family(families: list[Family], plan: ItemPlan, basis: int, rng: random.Random) -> None:
    """Deal the level of the worst member to families; of the others nothing is known for any member."""
    members = {family.number: _members(family, plan) for family in families}
    able = [family for family in families if members[family.number]]
    counts = quota([*plan.levels, basis - sum(plan.levels)], len(families))
    known_number = min(sum(counts[:-1]), len(able))
    openness = {family.number: family.gaps + rng.gauss(0, 0.8) for family in able}
    able.sort(key=lambda family: openness[family.number])
    known, others = able[:known_number], able[known_number:]
    value = {family.number: latent(members[family.number][0], rng) for family in known}
    levels = [
        level for level, n in zip(LEVELS, quota(counts[:-1], known_number), strict=True) for _ in range(n)
    ]
    for family, level in zip(sorted(known, key=lambda f: value[f.number]), levels, strict=True):
        _spread(members[family.number], level, rng)
    for family in others:
        for cell in members[family.number]:
            _leave_blank(cell, SHOWS_LATER, rng)


def _members(family: Family, plan: ItemPlan) -> list[Cell]:
    cells = [family.cells[person, plan.key] for person in family.of_unit(plan.unit)]
    return [cell for cell in cells if cell.status[BASELINE] == OBSERVED and not cell.late]


def _spread(cells: list[Cell], worst: int, rng: random.Random) -> None:
    """Give one member the family's level, and the others that or somewhat better, or nothing known."""
    first = rng.randrange(len(cells))
    for place, cell in enumerate(cells):
        cell.level[BASELINE] = worst if place == first else min(5, worst + rng.choice(STEPS_ABOVE_WORST))
        if place != first and rng.random() < OTHER_MEMBER_UNKNOWN:
            cell.level[BASELINE] = None
            _leave_blank(cell, SHOWS_LATER, rng)
