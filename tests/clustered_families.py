"""Made-up families whose children move together, with a known net share; studies of many of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from helpers import inference
from helpers.inference import matrices

LEVELS = 5
ONE = (1,)
CHILDREN = (1,) * 11 + (2,) * 16 + (3,) * 15 + (4,) * 7 + (5, 6)  # of version 0.3, by stress
FAMILIES = (8, 15, 56, 200)
MOVES = ((0.39, 0.20), (0.24, 0.09), (0.07, 0.018))  # up, down
EVEN = ((0.30, 0.30), (0.15, 0.15), (0.04, 0.04))
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class World:
    """How families move.

    A family has as many children as one of `sizes`, the first of them `largest` when that is given. With
    chance `together` it is of one mind: all its children go up, down or nowhere, with chances `up`, `down`
    and the rest; else each child draws for itself, with the same chances. So the expected net share of
    children is up − down, whatever `together` is; and with up = down the two moments of a family can be
    turned round without any difference, which is what the tests suppose.
    """

    families: int
    together: float = 0.8
    up: float = 0.2
    down: float = 0.2
    sizes: tuple[int, ...] = CHILDREN
    largest: int | None = None

    @property
    def net(self) -> float:
        """The true net share."""
        return self.up - self.down

    def nets(self, random: Generator, studies: int) -> tuple[IntArray, IntArray]:
        """Improved less declined children, and children, of each family: studies × families."""
        n = self._sizes(random, (studies, self.families))
        one_mind = random.random(n.shape) < self.together
        drawn = random.multinomial(np.where(one_mind, 1, n), self._chances)
        return np.where(one_mind, n, 1) * (drawn[..., 0] - drawn[..., 1]), n

    def matrices(self, random: Generator) -> IntArray:
        """One study as a matrix of baseline level × follow-up level for each family.

        Who moves goes between a low level, that of the family or its own, and one or two levels higher.
        """
        sizes = self._sizes(random, (self.families,))
        family = np.repeat(np.arange(self.families), sizes)
        shared = (random.random(self.families) < self.together)[family]

        def taken_over(draw):
            return np.where(shared, draw(self.families)[family], draw(len(family)))

        way = taken_over(lambda n: random.choice([1, -1, 0], n, p=self._chances))
        low = taken_over(lambda n: random.integers(0, LEVELS - 1, n))
        high = np.minimum(low + random.integers(1, 3, len(family)), LEVELS - 1)
        before, after = np.where(way < 0, high, low), np.where(way > 0, high, low)
        found = np.zeros((self.families, LEVELS, LEVELS), dtype=np.int64)
        np.add.at(found, (family, before, after), 1)
        return found

    def _sizes(self, random: Generator, shape: tuple[int, ...]) -> IntArray:
        n = random.choice(self.sizes, shape)
        if self.largest:
            n[..., 0] = self.largest
        return n

    @property
    def _chances(self) -> list[float]:
        return [self.up, self.down, 1 - self.up - self.down]


def worlds(moves: tuple[tuple[float, float], ...]) -> Iterator[tuple[str, World]]:
    """The worlds in which coverage and size are measured, with a name for their families' sizes.

    Families of one child, of one to six, and the same with one family of twelve;
    children by themselves, half of the families of one mind, or all.
    """
    for (name, sizes, largest), (up, down), families in product(
        [("one child", ONE, None), ("one to six", CHILDREN, None), ("one of twelve", CHILDREN, 12)],
        moves,
        FAMILIES,
    ):
        for together in (0.0,) if sizes == ONE else (0.0, 0.5, 1.0):
            yield name, World(families, together, up, down, sizes, largest)


@dataclass(frozen=True)
class Study:
    """What came out of many studies, an entry for each: interval of the net share, and p-values by test."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    p: dict[str, NDArray[np.float64]]

    def coverage(self, net: float) -> float:
        """Share of the intervals that hold the true net share."""
        return float(np.mean((self.low <= net + 1e-12) & (net - 1e-12 <= self.high)))

    def rejected(self, test: str, level: float = 0.05) -> float:
        """Share of the p-values at or below a level."""
        return float(np.mean(self.p[test] <= level))


def study(world: World, *, sets: int, seed: int) -> Study:
    """Draw studies, and compute for each what a report would: the interval, and the tests of families and
    persons."""
    net, n = world.nets(np.random.default_rng(seed), sets)
    found = [inference.net_change(*each) for each in zip(net, n, strict=True)]
    low, high, p = (
        np.array([getattr(one, part) for one in found]) for part in ("net_low", "net_high", "family_p")
    )
    return Study(low, high, {"family": p})


def matrix_study(world: World, *, sets: int, draws: int, seed: int) -> Study:
    """Draw studies, and compute the tests of their transition matrices."""
    found = {"stuart_maxwell": [], "bowker": [], "stuart_maxwell_permutation": [], "bowker_permutation": []}
    for stream in np.random.SeedSequence(seed).spawn(sets):
        data, swaps = stream.spawn(2)
        families = world.matrices(np.random.default_rng(data))
        total = families.sum(axis=0)
        test = matrices.permutation_tests(families, seed=swaps, draws=draws)
        found["stuart_maxwell"].append(matrices.stuart_maxwell(total).p)
        found["bowker"].append(matrices.bowker(total).p)
        found["stuart_maxwell_permutation"].append(test.stuart_maxwell_p)
        found["bowker_permutation"].append(test.bowker_p)
    nothing = np.full(sets, np.nan)
    return Study(nothing, nothing, {test: np.array(p) for test, p in found.items()})


def sign_tests(world: World, *, sets: int, seed: int) -> NDArray[np.float64]:
    """p-values of the sign test that takes children as independent."""
    random = np.random.default_rng(seed)
    p = []
    for _ in range(sets):
        total = world.matrices(random).sum(axis=0)
        p.append(inference.sign_test(np.triu(total, 1).sum(), np.tril(total, -1).sum()).exact_p)
    return np.array(p, dtype=float)


def share_coverage(families: int, share: float, together: float, *, sets: int, seed: int) -> float:
    """How many intervals of a share of children hold the true one; `together`: chance of a family of one
    mind."""
    random = np.random.default_rng(seed)
    n = random.choice(CHILDREN, (sets, families))
    one_mind = random.random(n.shape) < together
    y = np.where(one_mind, n, 1) * random.binomial(np.where(one_mind, 1, n), share)
    sums = [np.full(sets, families), n.sum(1), y.sum(1), (n * n).sum(1), (n * y).sum(1), (y * y).sum(1)]
    found = inference.share_interval(inference.FamilySums(*sums))
    return float(np.mean((found.low <= share) & (share <= found.high)))
