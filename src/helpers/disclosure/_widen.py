"""The cheapest counts to withhold so that one count can be something else: a linear program of moves."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, milp
from scipy.sparse import csr_array, hstack

from helpers.disclosure._solve import INTEGER, NODES, PLAINLY, ZERO_OR_MORE_THAN
from helpers.disclosure._system import Block, FloatArray, Known, Solutions

SOME = 1e-6


@dataclass(frozen=True)
class Move:
    """One unknown moves, and what must move with it.

    Attributes
    ----------
    price : float
        Of what is no longer shown.
    withheld : list of int
        Positions of the shown counts that move.
    solution : array
        Where all counts are then.
    """

    price: float
    withheld: list[int]
    solution: FloatArray


@dataclass(frozen=True)
class Moves:
    """What can be withheld in a block.

    Attributes
    ----------
    block : Block
        The counts and their equations.
    found : Solutions
        Tell how far each unknown moves now.
    known : mapping of position to Known
        The unknowns.
    prices, lows : mapping of position to float
        What each shown count costs, and the lowest that it can be.
    leaps : mapping of position to float
        Shown counts that, once withheld, are read as 0 or at least this.
    top : float
        The highest that a count can be.
    whole : bool
        Only whole numbers.
    """

    block: Block
    found: Solutions
    known: Mapping[int, Known]
    prices: Mapping[int, float]
    lows: Mapping[int, float]
    leaps: Mapping[int, float]
    top: float
    whole: bool

    def cheapest(self, target: int, lacks: float) -> Move | None:
        """Find the shown counts that must move when one unknown moves further than now, at least price.

        Parameters
        ----------
        target : int
            Position of the unknown.
        lacks : float
            How much further it must move, all in all.
        """
        own, low = self.block.values[target], self.found.low[target]
        up = (self.found.high[target] - own) + lacks
        down = (own - low) + min(lacks, max(0.0, low - self.known[target].low))
        tries = [self._move(target, up)]
        if down > own - low + SOME:
            tries.append(self._move(target, -down))
        return min((move for move in tries if move), key=lambda move: move.price, default=None)

    def _move(self, target: int, far: float) -> Move | None:
        """Move the target so far, and what must move with it at least price."""
        free, shown = np.array(sorted(self.known), dtype=int), np.array(sorted(self.prices), dtype=int)
        values, matrix = self.block.values, self.block.matrix
        low, high, kinds = self._unknowns(free, target, far)
        if (low > high).any():
            return None
        first, rise, fall, rising = self._room(shown)
        wide = csr_array(hstack([matrix[:, free], matrix[:, shown], -matrix[:, shown]], format="csr"))
        paid = np.array([self.prices[i] for i in shown])
        found = milp(
            np.concatenate([np.zeros(len(free)), paid, paid]),
            constraints=self.block.ties(wide, matrix[:, free] @ values[free]),
            bounds=Bounds(np.concatenate([low, first, 0 * fall]), np.concatenate([high, rise, fall])),
            integrality=np.concatenate([kinds, rising, np.full(len(shown), INTEGER if self.whole else 0)]),
            options={"node_limit": NODES} if self.whole else PLAINLY,
        )
        if found.x is None:
            return None
        moved = found.x[len(free) : len(free) + len(shown)] - found.x[len(free) + len(shown) :]
        chosen = np.abs(moved) > SOME
        if not chosen.any():
            return None
        solution = values.copy()
        solution[free] = found.x[: len(free)]
        solution[shown[chosen]] += moved[chosen]
        if self.whole:
            solution = np.rint(solution)
        return Move(float(paid @ np.abs(moved)), [int(i) for i in shown[chosen]], solution)

    def _room(self, shown: np.ndarray) -> tuple[FloatArray, FloatArray, FloatArray, np.ndarray]:
        """Give how far shown counts can rise and fall: least rise, most rise, most fall, kind of the rise."""
        values = self.block.values
        first, rise = np.zeros(len(shown)), np.full(len(shown), self.top)
        fall = values[shown] - np.array([self.lows[i] for i in shown], dtype=float)
        rising = np.full(len(shown), INTEGER if self.whole else 0)
        for place, i in enumerate(shown):
            least = self.leaps.get(int(i), 0)
            if least and values[i] >= least:
                fall[place] = values[i] - least
            elif least:
                first[place], rising[place], fall[place] = least, ZERO_OR_MORE_THAN, 0
        return first, rise, fall, rising

    def _unknowns(
        self, free: np.ndarray, target: int, far: float
    ) -> tuple[FloatArray, FloatArray, np.ndarray]:
        """Give what each unknown can be; the target lies at least so far from what it is."""
        low = np.array([self.known[i].low for i in free], dtype=float)
        high = np.array([self.known[i].high for i in free], dtype=float)
        kinds = np.zeros(len(free))
        if self.whole:
            kinds[:] = [ZERO_OR_MORE_THAN if self.known[i].or_zero else INTEGER for i in free]
        place = int(np.searchsorted(free, target))
        end = self.block.values[target] + far
        if far > 0:
            low[place] = max(low[place], end)
        elif self.known[target].or_zero and end <= low[place]:
            low[place] = high[place] = 0 if end < self.known[target].low else end
            kinds[place] = INTEGER if self.whole else 0
        else:
            high[place] = min(high[place], end)
        return low, high, kinds
