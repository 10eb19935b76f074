"""Next step: what has changed at follow-up, so that change has structure and the published results come out.

Per item and direction of the family's score a number of pairs rises and a number falls. Which ones is
decided by ranking: families that move a lot do so on many items, related items move together, and what the
domains force comes first.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field

from gezinscoach_synthesis.baseline import assign, cells_of
from gezinscoach_synthesis.cells import settle_seekers
from gezinscoach_synthesis.events import keep_from_dropping
from gezinscoach_synthesis.model import BASELINE, CHILD, FOLLOW_UP, MISSING, OBSERVED, Cell, Family, stream
from gezinscoach_synthesis.targets import ItemPlan, Key, Targets

DIRECTIONS = ("improved", "unchanged", "declined")
TWO_STEPS = 0.15
ENOUGH_FAMILIES = 10
FEWEST_PAIRS = 3
LEAD = 0.06


@dataclass(eq=False)
class Moves:
    """Which pairs of an item move in families of one direction; the last of `free_up` is the first to be
    undone.
    """

    cells: list[Cell]
    forced_up: list[Cell] = field(default_factory=list)
    forced_down: list[Cell] = field(default_factory=list)
    free_up: list[Cell] = field(default_factory=list)
    free_down: list[Cell] = field(default_factory=list)

    @property
    def net(self) -> int:
        """Pairs that rise less pairs that fall."""
        return len(self.forced_up) + len(self.free_up) - len(self.forced_down) - len(self.free_down)


Table = dict[Key, dict[str, Moves]]


def settle_follow_up(families: list[Family], targets: Targets, *, seed: int) -> None:
    """Give every cell of followed families its level at follow-up."""
    followed = [family for family in families if family.followed]
    keep_from_dropping(
        cells_of(followed, _plan(targets, (CHILD, targets.care_drop["item"]))),
        targets.care_drop["from_above"],
    )
    if sum(family.direction == "improved" for family in followed) >= ENOUGH_FAMILIES:
        _drop_lone_pairs(followed, targets)
    table: Table = {}
    for seekers in (False, True):
        plans = [plan for plan in targets.items if (plan.applies == "seekers") == seekers]
        part = {plan.key: _choose_item(followed, plan, stream(seed, "change", *plan.key)) for plan in plans}
        table |= part
        _keep_leaders_ahead(table, [plan.key for plan in targets.items if plan.leading])
        steps = stream(seed, "change", "steps", str(seekers))
        _move([moves for by_direction in part.values() for moves in by_direction.values()], steps)


def _choose_item(followed: list[Family], plan: ItemPlan, rng: random.Random) -> dict[str, Moves]:
    """Choose what moves of one item; give what is known for the first time at follow-up its level."""
    cells = cells_of(followed, plan)
    if plan.applies == "seekers":
        settle_seekers(cells, FOLLOW_UP, rng=rng)
    first_seen = [cell for cell in cells if cell.status[FOLLOW_UP] == OBSERVED and not cell.paired]
    assign(first_seen, plan.levels, FOLLOW_UP, rng=rng)
    return {direction: _choose(cells, plan, direction, rng) for direction in DIRECTIONS}


def _plan(targets: Targets, key: Key) -> ItemPlan:
    return next(plan for plan in targets.items if plan.key == key)


def _drop_lone_pairs(followed: list[Family], targets: Targets) -> None:
    """Blank the baseline of items with so few pairs in improving families that a single one would lead the
    list.
    """
    improving = [family for family in followed if family.direction == "improved"]
    for plan in targets.items:
        pairs = [cell for cell in cells_of(improving, plan) if cell.paired]
        if len(pairs) < FEWEST_PAIRS and not plan.steady:
            for cell in pairs:
                cell.status[BASELINE] = MISSING


def _choose(cells: list[Cell], plan: ItemPlan, direction: str, rng: random.Random) -> Moves:
    """Choose the pairs of an item that rise and that fall, in families of one direction."""
    pairs = [cell for cell in cells if cell.paired and cell.family.direction == direction]
    moves = Moves(pairs)
    for cell in pairs:
        low, high = cell.bounds[FOLLOW_UP]
        if _level(cell) < low:
            moves.forced_up.append(cell)
        elif _level(cell) > high:
            moves.forced_down.append(cell)
    forced = {id(cell) for cell in moves.forced_up + moves.forced_down}
    free = [cell for cell in pairs if id(cell) not in forced]
    up, down = _numbers(plan, direction, moves, rng)
    moves.free_up = _most_moving([c for c in free if _level(c) < c.bounds[FOLLOW_UP][1]], up, 1, rng)
    rising = {id(cell) for cell in moves.free_up}
    falling = [c for c in free if id(c) not in rising and _level(c) > c.bounds[FOLLOW_UP][0]]
    moves.free_down = _most_moving(falling, down, -1, rng)
    _balance(moves, plan, direction)
    return moves


def _level(cell: Cell) -> int:
    level = cell.level[BASELINE]
    assert level is not None
    return level


def _numbers(plan: ItemPlan, direction: str, moves: Moves, rng: random.Random) -> tuple[int, int]:
    """How many pairs should rise and fall on top of the forced ones; in improving families more rise than
    fall.
    """
    more, less = (1 + rng.uniform(-1, 1) * plan.variation / 100 for _ in range(2))
    shares = zip(plan.change[direction], (more, more if plan.steady else less), strict=True)
    up, down = (int(share * factor * len(moves.cells) / 100 + 0.5) for share, factor in shares)
    up, down = up - len(moves.forced_up), max(0, down - len(moves.forced_down))
    if direction == "improved" and not plan.steady and moves.cells:
        up = max(up, down + len(moves.forced_down) + 1 - len(moves.forced_up))
    return max(0, up), down


def _most_moving(cells: list[Cell], number: int, sign: int, rng: random.Random) -> list[Cell]:
    """Give the cells most likely to move up (sign 1) or down (-1), the most likely first."""
    value = {id(cell): _movement(cell, sign, rng) for cell in cells}
    return sorted(cells, key=lambda cell: -value[id(cell)])[:number]


def _movement(cell: Cell, sign: int, rng: random.Random) -> float:
    family = cell.family
    person = cell.person.push if cell.person else 0.0
    return (
        0.8 * family.mobility
        + sign * (0.9 * family.pushes[cell.plan.theme] + 0.4 * person)
        + rng.gauss(0, 0.5)
    )


def _balance(moves: Moves, plan: ItemPlan, direction: str) -> None:
    """Let as many of a steady item rise as fall; of others, let more rise in improving families."""
    up, down = plan.change[direction]
    if plan.steady and up == down:
        while moves.net > 0 and moves.free_up:
            moves.free_up.pop()
        while moves.net < 0 and moves.free_down:
            moves.free_down.pop()
    elif direction == "improved" and not plan.steady:
        while moves.net <= 0 and moves.free_down:
            moves.free_down.pop()


def _keep_leaders_ahead(table: Table, leaders: list[Key]) -> None:
    """Undo free rises of items that would come too near to the leading ones, in improving and in all
    families.
    """
    for directions in (("improved",), DIRECTIONS):
        lead = min((_net_share(table[key], directions) for key in leaders), default=1.0) - LEAD
        for key, moves in table.items():
            while key not in leaders and _net_share(moves, directions) > lead:
                undoable = [
                    moves[d] for d in directions if moves[d].free_up and (d != "improved" or moves[d].net > 1)
                ]
                if not undoable:
                    break
                undoable[-1].free_up.pop()


def _net_share(moves: dict[str, Moves], directions: Iterable[str]) -> float:
    pairs = sum(len(moves[direction].cells) for direction in directions)
    return sum(moves[direction].net for direction in directions) / pairs if pairs else 0.0


def _move(moves: Iterable[Moves], rng: random.Random) -> None:
    """Set the levels at follow-up: a step up or down, now and then two, and what did not move as it was."""
    for chosen in moves:
        for cell in chosen.cells:
            cell.level[FOLLOW_UP] = cell.level[BASELINE]
        for cell in chosen.forced_up + chosen.free_up:
            low, high = cell.bounds[FOLLOW_UP]
            cell.level[FOLLOW_UP] = min(high, max(low, _level(cell) + _step(rng)))
        for cell in chosen.forced_down + chosen.free_down:
            low, high = cell.bounds[FOLLOW_UP]
            cell.level[FOLLOW_UP] = max(low, min(high, _level(cell) - _step(rng)))


def _step(rng: random.Random) -> int:
    return 2 if rng.random() < TWO_STEPS else 1
