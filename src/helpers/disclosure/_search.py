"""The search in one block of quantities for what must be withheld, and what may be shown after all."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from math import inf, isinf, log1p

import numpy as np

from helpers.disclosure._decision import ANY, OTHER, SMALL, Decision
from helpers.disclosure._solve import limits, shortest, solve
from helpers.disclosure._system import Block, FloatArray, Key, Known, Quantity, Relation, Solutions, block_of
from helpers.disclosure._widen import Moves

ENOUGH = 1e-6
EFFORT = 800  # tries to give a count back, times the quantities of its block; not seconds, see NODES
HELPS = 0.8  # looking in many directions at once goes on while no more than this part stays narrow


class Search:
    """The search in one block.

    Parameters
    ----------
    keys : sequence
        The quantities of the block.
    quantities : mapping
        All quantities.
    relations : sequence
        What ties those of the block.
    decision : Decision
        Says which counts are withheld so far; more are added.
    min_cell : int
        Counts from 1 to min_cell − 1 are small.
    """

    def __init__(
        self,
        keys: Sequence[Key],
        quantities: Mapping[Key, Quantity],
        relations: Sequence[Relation],
        decision: Decision,
        min_cell: int,
    ) -> None:
        self.quantities, self.decision, self.min_cell = quantities, decision, min_cell
        self.top = 2.0 * max(abs(quantities[key].value) for key in keys) + 10 * min_cell
        guarded = {key for key in keys if self._guarded(key)}
        self.block: Block = block_of(keys, quantities, relations, guarded=guarded, top=self.top)
        self.at = {key: i for i, key in enumerate(self.block.keys)}
        self.freely = Solutions(self.block.values)  # without what the marks tell
        self.strictly = Solutions(self.block.values)  # with it, in whole numbers
        self.directions = np.random.default_rng(len(self.at))
        self.queue: deque[Key] = deque()
        self.kept: set[Key] = set()  # given back: not withheld again
        self.paid = 0.0
        self.read: dict[bool, dict[int, Known]] = {}  # until something more is withheld
        self.told: tuple[FloatArray, FloatArray] | None = None  # until then too

    def run(self) -> None:
        """Protect every withheld count, and every small one that is not shown but follows."""
        self._protect(float("inf"))

    def _protect(self, limit: float) -> bool:
        """Withhold until all is protected, or a price is reached; tell whether it is not."""
        todo = [key for key in self.at if self._guarded(key)]
        self.queue.extend(sorted(todo, key=lambda key: (self.quantities[key].value, key)))
        self.paid, self.limit = 0.0, limit
        if isinf(limit):
            self._spread()
        while self.queue and self.paid < limit:
            key = self.queue.popleft()
            self._widen_freely(key)
            self._widen_strictly(key)
        self.queue.clear()
        return self.paid < limit

    def give_back(self) -> None:
        """Show dear counts after all where something cheaper protects as much, dearest first."""
        others = [key for key in self.at if self.decision.withheld.get(key) == OTHER]
        tries = EFFORT // max(1, len(self.at))
        for key in sorted(others, key=self.price, reverse=True)[:tries]:
            before = dict(self.decision.withheld), list(self.decision.open), self.freely, self.strictly
            del self.decision.withheld[key]
            self.kept.add(key)
            self.freely = self.freely.with_shown(self.at[key], between=True)
            self.strictly = self.strictly.with_shown(self.at[key], between=False)
            self._forget()
            if not self._protect(self.price(key)):
                self.decision.withheld, self.decision.open, self.freely, self.strictly = before
                self.kept.discard(key)
                self._forget()

    def _give_up(self) -> None:
        """Note that nothing protects a count fully: what is tried to be given back stays withheld."""
        if not isinf(self.limit):
            self.paid = inf

    def _forget(self) -> None:
        """What was read of the marks and numbers holds no more."""
        self.read.clear()
        self.told = None

    def _guarded(self, key: Key) -> bool:
        """Whether a count must not be worked out."""
        quantity = self.quantities[key]
        small = quantity.sensitive and 0 < quantity.value < self.min_cell
        return small or (key in self.decision.withheld and quantity.weight > 0)

    # -- what a reader can tell --------------------

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

    def _enough(self, *, strictly: bool) -> float:
        """How far apart the values of a count must be possible."""
        return (1 if strictly else self.min_cell) - ENOUGH

    def _keep(self, solution: np.ndarray | None, *, strictly: bool) -> None:
        """Note a solution; one in whole numbers that fits the marks fits without them too."""
        if solution is not None:
            self.freely.keep(solution)
            if strictly:
                self.strictly.keep(solution)

    def _spread(self) -> None:
        """Push all counts that are not seen to be safe apart at once, as long as that helps."""
        known, left = self.known(strictly=False), self._narrow()
        while left:
            push = self.directions.choice([-1.0, 1.0], len(left))
            for sign in (1, -1):
                objective = np.zeros(len(self.at))
                objective[left] = sign * push
                self._keep(solve(self.block, known, objective, whole=False), strictly=False)
            before, left = len(left), self._narrow()
            if len(left) > HELPS * before:
                break

    def _narrow(self) -> list[int]:
        """Give the counts in the queue whose values are not seen to lie apart by the numbers alone."""
        enough = self._enough(strictly=False)
        return [i for i in map(self.at.__getitem__, self.queue) if self.freely.width(i) < enough]

    def _apart_freely(self, i: int) -> bool:
        """Whether a count may, by the numbers shown alone, be min_cell values apart."""
        known, (low, high) = self.known(strictly=False), self._limits()
        for sign, limit, seen in ((-1.0, high, self.freely.high), (1.0, low, self.freely.low)):
            if self.freely.width(i) < self._enough(strictly=False) and abs(limit[i] - seen[i]) > ENOUGH:
                objective = np.zeros(len(self.at))
                objective[i] = sign
                self._keep(solve(self.block, known, objective, whole=False), strictly=False)
        return self.freely.width(i) >= self._enough(strictly=False)

    def _limits(self) -> tuple[FloatArray, FloatArray]:
        """Between what each count lies, as far as single equations tell by the numbers shown alone."""
        if self.told is None:
            self.told = limits(self.block, self.known(strictly=False))
        return self.told

    def _apart_strictly(self, i: int) -> bool:
        """Whether a count may be one of two by numbers and marks.

        That a withheld count may be 0 as well as large is taken into account only when it must be: it makes
        the search many times longer.
        """
        known, own = self.known(strictly=True), self.block.values[i]
        plainly, nothing = _plainly(known, self.block), np.zeros(len(self.at))
        up, down = (i, own + 1, self.top), (i, -self.top, own - 1)
        for attempt in (
            partial(shortest, self.block, plainly, i, 1),
            partial(shortest, self.block, plainly, i, -1),
            *(
                partial(solve, self.block, reading, nothing, whole=True, beyond=beyond)
                for reading in (plainly, known)
                for beyond in (up, down)
            ),
        ):
            if self.strictly.width(i) >= self._enough(strictly=True):
                break
            self._keep(attempt(), strictly=True)
        return self.strictly.width(i) >= self._enough(strictly=True)

    # -- what more is withheld --------------------

    def _widen_freely(self, key: Key) -> None:
        """Withhold more until a count may, by the numbers shown alone, be min_cell values apart."""
        i = self.at[key]
        while self.paid < self.limit and not self._apart_freely(i):
            lacks = self.min_cell - self.freely.width(i)
            if not self._withhold_cheapest(i, lacks, strictly=False):
                self._give_up()
                return

    def _widen_strictly(self, key: Key) -> None:
        """Withhold more until a count may be one of two, whatever the marks tell; else tell less by them."""
        i, steps = self.at[key], iter((self._untell_one, self._untell_all, self._withhold_all))
        while self.paid < self.limit and not self._apart_strictly(i):
            if self._withhold_cheapest(i, 1, strictly=True):
                continue
            self._give_up()
            if isinf(self.paid):
                return
            step = next(steps, None)
            if step is None:
                self.decision.open.append(key)
                return
            step(key)

    def _withhold_cheapest(self, i: int, lacks: float, *, strictly: bool) -> bool:
        """Withhold what lets one unknown move further, at least price; tell whether anything does."""
        keys, known = self.block.keys, self.known(strictly=strictly)
        shown = [j for j in range(len(keys)) if j not in known and keys[j] not in self.kept]
        moves = Moves(
            self.block,
            self.strictly if strictly else self.freely,
            known,
            prices={j: self.price(keys[j]) for j in shown},
            lows={j: -self.top if self.quantities[keys[j]].signed else 0.0 for j in shown},
            leaps={j: self.min_cell for j in shown if strictly and self._leaps(keys[j])},
            top=self.top,
            whole=strictly,
        )
        found = moves.cheapest(i, lacks)
        if found is None:
            return False
        self._withhold(keys[j] for j in found.withheld)
        self._keep(found.solution, strictly=strictly)
        return True

    def _leaps(self, key: Key) -> bool:
        """Whether a withheld count, when it is no small one, is read as 0 or as min_cell and more."""
        quantity = self.quantities[key]
        return quantity.sensitive and not quantity.signed

    def price(self, key: Key) -> float:
        """What withholding a count costs: small ones in detailed tables least, zeros much."""
        quantity = self.quantities[key]
        size = abs(quantity.value)
        return quantity.weight * ((1 + log1p(size)) if size or not quantity.sensitive else 50)

    def _withhold(self, keys: Iterable[Key]) -> None:
        self._forget()
        for key in keys:
            self.decision.withheld[key] = OTHER
            self.paid += self.price(key)
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
        self._withhold(k for k in self.at if k not in self.decision.withheld and self.quantities[k].weight)


def _plainly(known: Mapping[int, Known], block: Block) -> dict[int, Known]:
    """Take what is 0, or may be 0 and is not, for just that."""
    return {
        i: one if not one.or_zero else Known(one.low, one.high) if block.values[i] else Known(0, 0)
        for i, one in known.items()
    }
