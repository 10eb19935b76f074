"""Which counts are withheld: the small ones, and as many more as it takes that none can be worked out."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log1p

import numpy as np

from helpers.disclosure._system import Block, Key, Known, Quantity, Relation, block_of, solve
from helpers.disclosure._widen import cheapest

SMALL, OTHER, ANY = "small", "other", "any"  # why a count is withheld; `any`: small, but without saying so
ENOUGH = 1e-6
ROUNDS = 3  # of a first look round


@dataclass
class Decision:
    """What is withheld and why, and what could not be protected.

    Attributes
    ----------
    withheld : dict of quantity to reason
        `small`: 1 to min_cell − 1; `other`: another could be worked out from it; `any`: small, and its own
        mark would tell what it is.
    order : list
        The withheld quantities in the order in which they were, each with what it protects.
    narrow : dict
        Withheld quantities whose possible values lie closer than min_cell, as the margins allow no more.
    open : tuple
        Quantities that can still be worked out: nothing is left to withhold.
    """

    withheld: dict[Key, str] = field(default_factory=dict)
    order: list[tuple[Key, Key]] = field(default_factory=list)
    narrow: dict[Key, float] = field(default_factory=dict)
    open: list[Key] = field(default_factory=list)
    blocks: list[tuple[Key, ...]] = field(default_factory=list)

    def withhold(self, key: Key, why: str, protects: Key) -> None:
        """Withhold one quantity."""
        self.withheld[key] = why
        self.order.append((key, protects))

    def take_over(self, other: "Decision", keys: Iterable[Key]) -> None:
        """Decide on some quantities as another decision does."""
        block = set(keys)
        self.withheld |= {key: why for key, why in other.withheld.items() if key in block}
        self.order += [pair for pair in other.order if pair[0] in block and pair not in self.order]
        self.narrow |= {key: width for key, width in other.narrow.items() if key in block}
        self.open += [key for key in other.open if key in block]


def suppress(
    quantities: Mapping[Key, Quantity],
    relations: Sequence[Relation],
    *,
    min_cell: int,
    before: Decision | None = None,
    changed: Collection[Key] = (),
) -> Decision:
    """Decide what to withhold.

    Populations come first and on their own: shares are of them, so they are withheld for their own sake only.
    All that is shown of them is known in the rest.

    Parameters
    ----------
    quantities : mapping
        All that is shown, and what follows from it.
    relations : sequence
        All that ties them; true.
    min_cell : int
        Counts from 1 to min_cell − 1 are small.
    before : Decision, optional
        An earlier decision on the same quantities, of which stands what has nothing to do with `changed`.
    changed : collection of quantities
        Those that have changed since.
    """
    decision = Decision()
    earlier = (
        {} if before is None else {keys: before for keys in before.blocks if not set(keys) & set(changed)}
    )
    for key, quantity in quantities.items():
        if quantity.sensitive and quantity.weight and 0 < quantity.value < min_cell:
            decision.withhold(key, SMALL, key)
    for population in (True, False):
        loose = _loose(quantities, relations, decision, population=population)
        for keys, tied in _parts(loose, relations):
            decision.blocks.append(tuple(keys))
            if tuple(keys) in earlier:
                decision.take_over(earlier[tuple(keys)], keys)
            else:
                _Search(keys, quantities, tied, decision, min_cell).run()
    return decision


def _loose(
    quantities: Mapping[Key, Quantity], relations: Sequence[Relation], decision: Decision, *, population: bool
) -> set[Key]:
    """Give the quantities that a round is about: populations and what follows from them, or the rest."""
    if population:
        alone = {key for key, one in quantities.items() if one.population}
        hidden = {key for key, one in quantities.items() if not one.weight and key not in alone}
        for tie in relations:
            keys = {key for key, _ in tie.terms}
            if len(keys - alone) > 1 or not keys & alone:
                hidden -= keys
        return alone | {key for tie in relations for key, _ in tie.terms if key in hidden}
    return {key for key, one in quantities.items() if not one.population or key in decision.withheld}


def _parts(loose: set[Key], relations: Sequence[Relation]) -> list[tuple[list[Key], list[Relation]]]:
    """Take apart what does not hang together."""
    root = {key: key for key in loose}

    def top(key: Key) -> Key:
        while root[key] != key:
            root[key] = root[root[key]]
            key = root[key]
        return key

    tied = [(tie, [key for key, _ in tie.terms if key in loose]) for tie in relations]
    for _, keys in tied:
        for key in keys[1:]:
            root[top(key)] = top(keys[0])
    members: dict[Key, list[Key]] = defaultdict(list)
    ties: dict[Key, list[Relation]] = defaultdict(list)
    for key in sorted(loose):
        members[top(key)].append(key)
    for tie, keys in tied:
        if keys:
            ties[top(keys[0])].append(tie)
    return [(keys, ties[key]) for key, keys in members.items()]


class _Search:
    """The search in one block."""

    def __init__(
        self,
        keys: list[Key],
        quantities: Mapping[Key, Quantity],
        relations: Sequence[Relation],
        decision: Decision,
        min_cell: int,
    ) -> None:
        self.quantities, self.decision, self.min_cell = quantities, decision, min_cell
        self.freely = block_of(keys, quantities, relations)  # without what the marks tell
        self.strictly = block_of(keys, quantities, relations)  # with it, in whole numbers
        self.top = 2 * float(np.abs(self.freely.values).max(initial=0)) + 10 * min_cell
        self.at = {key: i for i, key in enumerate(self.freely.keys)}
        self.queue: deque[Key] = deque()
        self.read: dict[bool, dict[int, Known]] = {}  # until something more is withheld

    def run(self) -> None:
        """Protect every withheld count, and every small one that is not shown but follows."""
        todo = [key for key in self.at if self._guarded(key)]
        self.queue.extend(sorted(todo, key=lambda key: (self.quantities[key].value, key)))
        if todo:
            self._explore(ROUNDS)
        while self.queue:
            key = self.queue.popleft()
            self._widen_freely(key)
            self._widen_strictly(key)

    def _explore(self, rounds: int) -> None:
        """Find solutions far apart in many unknowns at once, so that few need a search of their own."""
        directions = np.random.default_rng(len(self.at))
        for block, strictly in ((self.freely, False), (self.strictly, True)):
            known = self.known(strictly=strictly)
            for _ in range(rounds):
                objective = directions.choice([-1.0, 1.0], len(block.keys))
                for sign in (1, -1):
                    found = solve(block, known, sign * objective, whole=strictly)
                    if found is not None:
                        block.keep(found)

    def _guarded(self, key: Key) -> bool:
        """Whether a count must not be worked out."""
        quantity = self.quantities[key]
        small = quantity.sensitive and 0 < quantity.value < self.min_cell
        return small or (key in self.decision.withheld and quantity.weight > 0)

    def known(self, *, strictly: bool) -> dict[int, Known]:
        """What a reader takes each unknown to be."""
        if strictly not in self.read:
            self.read[strictly] = {
                i: self._known(key, strictly=strictly)
                for key, i in self.at.items()
                if key in self.decision.withheld or not self.quantities[key].weight
            }
        return self.read[strictly]

    def _known(self, key: Key, *, strictly: bool) -> Known:
        """What a reader takes one unknown to be: by its mark, or whatever a count can be."""
        why, quantity = self.decision.withheld.get(key), self.quantities[key]
        if quantity.signed:
            return Known(-self.top, self.top)
        if strictly and why == SMALL:
            return Known(1, self.min_cell - 1)
        if strictly and why == OTHER and quantity.sensitive and not 0 < quantity.value < self.min_cell:
            return Known(self.min_cell, self.top, or_zero=True)
        return Known(0, self.top)

    def _widen_freely(self, key: Key) -> None:
        """Withhold more until a count may, by the numbers shown alone, be min_cell values apart."""
        i, given_up = self.at[key], False
        while self._search(self.freely, i, self.min_cell, strictly=False) < self.min_cell - ENOUGH:
            lacks = self.min_cell - self.freely.width(i)
            more = [] if given_up else self._cheapest(i, lacks, strictly=False)
            if not more:
                self.decision.narrow[key] = self.freely.width(i)
                return
            self._withhold(more, key)

    def _widen_strictly(self, key: Key) -> None:
        """Withhold more until a count may be one of two, whatever the marks tell; else tell less by them."""
        i, steps = self.at[key], iter((self._untell_one, self._untell_all, self._withhold_all))
        while self._search(self.strictly, i, 1, strictly=True) < 1 - ENOUGH:
            more = self._cheapest(i, 1, strictly=True)
            if more:
                self._withhold(more, key)
                continue
            step = next(steps, None)
            if step is None:
                self.decision.open.append(key)
                return
            step(key)

    def _search(self, block: Block, i: int, enough: float, *, strictly: bool) -> float:
        """Look for solutions that differ in one unknown, until they are enough apart."""
        for sign in (-1.0, 1.0):
            if block.width(i) >= enough - ENOUGH:
                break
            known = self.known(strictly=strictly)
            objective = np.zeros(len(block.keys))
            objective[i] = sign
            beyond = None
            if strictly:
                objective[:] = 0
                own = block.values[i]
                beyond = (i, own + 1, self.top) if sign < 0 else (i, -self.top, own - 1)
            found = solve(block, known, objective, whole=strictly, beyond=beyond)
            if found is not None:
                block.keep(found)
        return block.width(i)

    def _cheapest(self, i: int, lacks: float, *, strictly: bool) -> list[Key]:
        """Find what to withhold so that one unknown can move further, up or down."""
        block = self.strictly if strictly else self.freely
        known = self.known(strictly=strictly)
        prices = {j: self._price(key) for key, j in self.at.items() if j not in known}
        lows = {j: -self.top if self.quantities[block.keys[j]].signed else 0.0 for j in prices}
        leaps = {j: self.min_cell if strictly else 0 for j in prices if self._leaps(block.keys[j])}
        return [
            block.keys[j]
            for j in cheapest(
                block, known, prices, lows, leaps, target=i, lacks=lacks, top=self.top, whole=strictly
            )
        ]

    def _leaps(self, key: Key) -> bool:
        """Whether a withheld count, when it is no small one, is read as 0 or as min_cell and more."""
        quantity = self.quantities[key]
        return quantity.sensitive and not quantity.signed

    def _price(self, key: Key) -> float:
        """What withholding a count costs: small ones in detailed tables least, zeros much."""
        quantity = self.quantities[key]
        size = abs(quantity.value)
        return quantity.weight * ((1 + log1p(size)) if size or not quantity.sensitive else 50)

    def _withhold(self, keys: Iterable[Key], protects: Key) -> None:
        self.read.clear()
        for key in keys:
            self.decision.withhold(key, OTHER, protects)
            self.queue.append(key)

    def _untell_one(self, key: Key) -> None:
        """Say of one count no more that it is small."""
        if self.decision.withheld.get(key) == SMALL:
            self.decision.withheld[key] = ANY
            self.read.clear()

    def _untell_all(self, key: Key) -> None:
        """Say of no count of the block any more that it is small."""
        for other in self.at:
            self._untell_one(other)

    def _withhold_all(self, key: Key) -> None:
        """Withhold all of the block."""
        shown = [k for k in self.at if k not in self.decision.withheld and self.quantities[k].weight]
        self._withhold(shown, key)
