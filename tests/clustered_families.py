"""Made-up families whose children move together, with a known net share; studies of many such data sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

SIZES = (0.3, 0.3, 0.2, 0.1, 0.1)  # chances of one to five children in a family
LEVELS = 5
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class World:
    """How families move.

    A family has a direction of its own (up, down or none, with these chances) and a low level of its own.
    Each child takes over each of the two with chance `together`, else it draws its own with the same
    chances. Who moves goes between the low level and one or two levels higher. So whatever `together` is,
    the expected net share of children is up − down; and with up = down the two moments of a family can be
    swapped without any difference, which is what the permutation tests suppose.
    """

    families: int
    together: float = 0.8
    up: float = 0.2
    down: float = 0.2

    @property
    def net(self) -> float:
        """The true net share."""
        return self.up - self.down

    def draw(self, random: Generator) -> IntArray:
        """Draw one data set: a matrix of baseline level × follow-up level for each family."""
        sizes = random.choice(np.arange(1, len(SIZES) + 1), self.families, p=SIZES)
        family = np.repeat(np.arange(self.families), sizes)
        way = self._taken_over(family, lambda n: random.choice([1, -1, 0], n, p=self._chances), random)
        low = self._taken_over(family, lambda n: random.integers(0, LEVELS - 1, n), random)
        high = np.minimum(low + random.integers(1, 3, len(family)), LEVELS - 1)
        before, after = np.where(way < 0, high, low), np.where(way > 0, high, low)
        matrices = np.zeros((self.families, LEVELS, LEVELS), dtype=np.int64)
        np.add.at(matrices, (family, before, after), 1)
        return matrices

    @property
    def _chances(self) -> list[float]:
        return [self.up, self.down, 1 - self.up - self.down]

    def _taken_over(self, family: IntArray, draw, random: Generator) -> IntArray:
        """Draw for families and for children; a child has that of its family with chance `together`."""
        shared = random.random(len(family)) < self.together
        return np.where(shared, draw(self.families)[family], draw(len(family)))


@dataclass(frozen=True)
class Study:
    """What came out of many data sets, an entry for each: interval of the net share, and four p-values."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    p: dict[str, NDArray[np.float64]]

    def coverage(self, net: float) -> float:
        """Share of the intervals that hold the true net share."""
        return float(np.mean((self.low <= net) & (net <= self.high)))

    def rejected(self, test: str, level: float = 0.05) -> float:
        """Share of the p-values at or below a level."""
        return float(np.mean(self.p[test] <= level))


def study(world: World, *, sets: int, draws: int, seed: int) -> Study:
    """Draw data sets and compute for each what a report would: intervals and p-values."""
    found = list(_each(world, sets, draws, seed))
    names = ["stuart_maxwell_permutation", "bowker_permutation", "stuart_maxwell", "bowker"]
    columns = np.array(found).T
    return Study(columns[0], columns[1], dict(zip(names, columns[2:], strict=True)))


def _each(world: World, sets: int, draws: int, seed: int) -> Iterator[tuple[float, ...]]:
    for stream in np.random.SeedSequence(seed).spawn(sets):
        data, bootstrap, swaps = stream.spawn(3)
        matrices = world.draw(np.random.default_rng(data))
        total = matrices.sum(axis=0)
        net = np.triu(matrices, 1).sum(axis=(1, 2)) - np.tril(matrices, -1).sum(axis=(1, 2))
        interval = bootstrap.bootstrap_share(net, matrices.sum(axis=(1, 2)), seed=bootstrap, draws=draws)
        test = matrices.permutation_tests(matrices, seed=swaps, draws=draws)
        closed = (matrices.stuart_maxwell(total).p, matrices.bowker(total).p)
        yield (*interval, test.stuart_maxwell_p, test.bowker_p, *closed)
