"""Next step: choose which domains a family is deprived in at either moment, and bind its levels to that.

The rules are the default ones of the kansarmoede index, as `data/reference/kansarmoede.yml` gives them.
"""

import random

from gezinscoach_synthesis.model import (
    BASELINE,
    FOLLOW_UP,
    OBSERVED,
    Cell,
    Family,
    Person,
    pick,
    pick_some,
    stream,
)
from gezinscoach_synthesis.targets import Targets
from helpers.definitions import Definitions, Part, Rule

MOSTLY_SOUND = 0.7
MOST_LEAVING = 0.36
Driver = tuple[Cell, int]


def set_deprivation(families: list[Family], targets: Targets, definitions: Definitions, *, seed: int) -> None:
    """Draw each family's deprived domains so that they make its scores, and narrow its cells to them."""
    rng = stream(seed, "deprivation")
    rules = {domain.id: domain.default for domain in definitions.kansarmoede.domains}
    improving = sum(family.direction == "improved" for family in families)
    room = dict.fromkeys(rules, max(1, int(MOST_LEAVING * improving)))
    for family in families:
        possible = [
            name for name, rule in rules.items() if _drivers(family, rule, moments=[BASELINE], rng=rng)
        ]
        family.deprived = _draw_domains(family, possible, targets, room, rng)
        for name in family.deprived[BASELINE] - family.deprived[FOLLOW_UP]:
            room[name] -= family.direction == "improved"
        for name, rule in rules.items():
            _bind(family, rule, tuple(name in deprived for deprived in family.deprived), rng)
        _keep_steady(family)


def _draw_domains(
    family: Family, possible: list[str], targets: Targets, room: dict[str, int], rng: random.Random
) -> tuple[frozenset[str], frozenset[str]]:
    """Choose the domains that move first, then those that are deprived at both moments.

    `room` says how many families may still leave a domain, so that no domain leads the change.
    """
    before, after = (min(score, len(possible)) for score in family.scores)
    leaving = after < before
    weight = {name: targets.domains[name] for name in possible}
    leaves = {name: weight[name]["leaves"] * (room[name] > 0) for name in possible}
    by_move = [leaves[name] if leaving else weight[name]["enters"] for name in possible]
    moving = pick_some(rng, possible, by_move, abs(before - after))
    others = [name for name in possible if name not in moving]
    staying = pick_some(rng, others, [weight[name]["weight"] for name in others], min(before, after))
    first, second = frozenset(staying), frozenset(staying)
    if before == after and family.followed and rng.random() * 100 < targets.swaps:
        return first, _swap(staying, possible, weight, rng)
    return (first | set(moving), second) if leaving else (first, second | set(moving))


def _swap(staying: list[str], possible: list[str], weight: dict, rng: random.Random) -> frozenset[str]:
    """Let one domain make place for another, where there are two that can."""
    out = pick_some(rng, staying, [weight[name]["leaves"] for name in staying], 1)
    free = [name for name in possible if name not in staying]
    into = pick_some(rng, free, [weight[name]["enters"] for name in free], 1)
    return frozenset(staying) if not (out and into) else frozenset(staying) - set(out) | set(into)


def _bind(family: Family, rule: Rule, deprived: tuple[bool, ...], rng: random.Random) -> None:
    """Narrow the cells of a rule so that the domain is deprived, or not, at each moment."""
    moments = [moment for moment in (BASELINE, FOLLOW_UP) if deprived[moment]]
    drivers = _drivers(family, rule, moments=moments, rng=rng, moving=len(moments) == 1) if moments else []
    for cell, at_most in drivers:
        for moment in moments:
            cell.narrow(moment, high=at_most, pin=not cell.late)
    for moment in (BASELINE, FOLLOW_UP):
        if not deprived[moment]:
            for part in rule.parts:
                _bind_sound(family, part, moment, rng)
    if moments == [BASELINE]:
        _keep_mostly_sound(family, rule, [cell for cell, _ in drivers], rng)


def _drivers(
    family: Family, rule: Rule, *, moments: list[int], rng: random.Random, moving: bool = False
) -> list[Driver]:
    """Choose what makes a domain deprived: a cell and its cut-off, for *all* one of each member."""
    parts = [part for part in rule.parts if _candidates(family, part, moments, moving=moving)]
    if not parts:
        return []
    weights = [
        sum(c.plan.driver for c, _ in _candidates(family, part, moments, moving=moving)) for part in parts
    ]
    part = pick(rng, parts, weights)
    candidates = _candidates(family, part, moments, moving=moving)
    if part.members != "all":
        return [_one(candidates, rng)]
    persons = [person for person in family.members if not person.late]
    of_person = [[(cell, cut) for cell, cut in candidates if cell.person is person] for person in persons]
    return [_one(own, rng) for own in of_person if own] + [
        (cell, cut) for cell, cut in candidates if cell.late
    ]


def _one(candidates: list[Driver], rng: random.Random) -> Driver:
    return pick(rng, candidates, [cell.plan.driver for cell, _ in candidates])


def _candidates(family: Family, part: Part, moments: list[int], *, moving: bool) -> list[Driver]:
    """Give the cells that can make a part deprived at these moments; steady items only when nothing moves."""
    return [
        (cell, cut)
        for cell, cut in _cells(family, part)
        if (part.members == "all" or not cell.late)
        and all(cell.status[moment] == OBSERVED or cell.late for moment in moments)
        and not (moving and cell.plan.steady)
    ]


def _cells(family: Family, part: Part) -> list[Driver]:
    """Give the family's cells that a part asks about, each with its cut-off."""
    return [
        (family.cells[person, (condition.unit, condition.item)], condition.at_most)
        for condition in part.conditions
        for person in family.of_unit(condition.unit)
    ]


def _bind_sound(family: Family, part: Part, moment: int, rng: random.Random) -> None:
    """Keep a part from being deprived: no member is, or for *all* one member is not and is known."""
    cells = _cells(family, part)
    if part.members == "all":
        sound = _sound_member(family, cells, moment)
        cells = [(cell, cut) for cell, cut in cells if cell.person is sound]
    for cell, cut in cells:
        cell.narrow(moment, low=cut + 1, pin=part.members == "all" and cell.status[moment] == OBSERVED)


def _sound_member(family: Family, cells: list[Driver], moment: int) -> Person | None:
    """Give the member that keeps *all* from being deprived: always the same one, and there at baseline."""
    known = [cell.person for cell, _ in cells if cell.status[moment] == OBSERVED and not cell.late]
    return known[family.number % len(known)] if known else None


def _keep_mostly_sound(family: Family, rule: Rule, drivers: list[Cell], rng: random.Random) -> None:
    """Where a domain is left, leave little else to mend in it."""
    for part in rule.parts:
        for cell, cut in _cells(family, part) if part.members == "any" else []:
            if cell not in drivers and rng.random() < MOSTLY_SOUND:
                cell.narrow(BASELINE, low=cut + 1)


def _keep_steady(family: Family) -> None:
    """Where both moments allow it, bind the items that move least to what both allow."""
    for cell in family.cells.values():
        (low, high), (low_after, high_after) = cell.bounds
        if cell.plan.steady and max(low, low_after) <= min(high, high_after):
            cell.bounds = [(max(low, low_after), min(high, high_after))] * 2
