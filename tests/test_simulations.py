"""Coverage and size, tested and not assumed: many made-up studies of families whose children move together.

The small version; `python3 run.py bench` prints the large one. `sets` studies give a share of 0.95 or 0.05 a
Monte Carlo standard error of √(0.95 · 0.05/sets): what is asserted of one world leaves room for four of them,
what is asserted of many worlds together for hardly any.
"""

import numpy as np
import pytest

from clustered_families import (
    EVEN,
    FAMILIES,
    MOVES,
    World,
    matrix_study,
    share_coverage,
    sign_tests,
    study,
    worlds,
)

SETS, DRAWS = 600, 499
STREAM = 20231128


def error(share: float, sets: int = SETS) -> float:
    """Monte Carlo standard error of a simulated share."""
    return float(np.sqrt(share * (1 - share) / sets))


@pytest.mark.parametrize("together", [0.0, 0.8])
def test_the_generator_has_the_net_share_that_it_says(together):
    """Whatever the clustering, both as nets and as matrices; the standard error is that of families as
    units."""
    world = World(20_000, together=together, up=0.35, down=0.15)
    families = world.matrices(np.random.default_rng(1))
    net = np.triu(families, 1).sum(axis=(1, 2)) - np.tril(families, -1).sum(axis=(1, 2))
    (other,), (sizes,) = world.nets(np.random.default_rng(1), 1)
    for moved, persons in ((net, families.sum(axis=(1, 2))), (other, sizes)):
        share = moved.sum() / persons.sum()
        residual = moved - share * persons
        assert abs(share - 0.2) < 4 * np.sqrt((residual**2).sum()) / persons.sum()
        independent = np.sqrt(persons.sum() * (0.5 - share**2))  # each child's direction by itself
        assert (np.sqrt((residual**2).sum()) / independent > 1.25) == (together > 0)


def test_the_interval_covers():
    """In each world of docs/methods.md; the fewer families, the more careful it is."""
    found = {families: [] for families in FAMILIES}
    for _, world in worlds(MOVES):
        covered = study(world, sets=60, seed=STREAM).coverage(world.net)
        assert covered > 0.95 - 4 * error(0.95, 60), world
        found[world.families].append(covered)
    pooled = [float(np.mean(covered)) for covered in found.values()]
    assert min(pooled) > 0.95 - 3 * error(0.95, 21 * 60) and pooled[0] > 0.98, pooled


def test_the_family_test_keeps_its_level():
    """Where families go up as often as down, whatever their sizes and however much they are of one mind."""
    found = []
    for _, world in worlds(EVEN):
        found.append(study(world, sets=50, seed=STREAM).rejected("family"))
        assert found[-1] <= 0.05 + 4 * error(0.05, 50), world
    assert 0.01 < np.mean(found) < 0.05


def test_what_takes_children_as_independent_does_not_keep_its_level():
    """That of the sign test is twice what it says; where each goes by itself it is right."""
    assert (sign_tests(World(56), sets=SETS, seed=STREAM) <= 0.05).mean() > 0.1
    alone = sign_tests(World(56, together=0.0), sets=SETS, seed=STREAM)
    assert (alone <= 0.05).mean() <= 0.05 + 4 * error(0.05)


def test_a_strong_shift_is_found():
    world = World(56, up=0.7, down=0.05)
    assert study(world, sets=200, seed=STREAM).rejected("family") > 0.97
    found = matrix_study(world, sets=100, draws=DRAWS, seed=STREAM)
    assert found.rejected("stuart_maxwell_permutation") > 0.95


@pytest.mark.parametrize("together", [0.0, 0.5, 1.0])
def test_the_interval_of_a_share_of_persons_covers(together):
    found = [
        share_coverage(families, share, together, sets=2_000, seed=STREAM)
        for families in FAMILIES
        for share in (0.05, 0.3, 0.6)
    ]
    assert min(found) > 0.93 - 3 * error(0.93, 2_000) and np.mean(found) > 0.945


@pytest.fixture(scope="module")
def null():
    """As many families as were followed, children together, nothing moving on balance."""
    return matrix_study(World(56), sets=SETS, draws=DRAWS, seed=STREAM)


@pytest.mark.parametrize("test", ["stuart_maxwell_permutation", "bowker_permutation"])
def test_permutation_of_whole_families_keeps_its_level(null, test):
    """At no level more than that share of p-values, four Monte Carlo errors allowed."""
    for level in (0.01, 0.05, 0.1, 0.25, 0.5):
        assert null.rejected(test, level) <= level + 4 * error(level)


@pytest.mark.parametrize("test", ["stuart_maxwell", "bowker"])
def test_chi_square_does_not_keep_its_level_when_children_move_together(null, test):
    """It treats children of a family as independent; where they are, it keeps its level."""
    alone = matrix_study(World(56, together=0.0), sets=300, draws=1, seed=STREAM)
    assert null.rejected(test) > 0.15
    assert alone.rejected(test) <= 0.05 + 4 * error(0.05, 300)


def test_the_same_seed_gives_the_same_and_the_global_state_stays():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first, again = (study(World(12), sets=5, seed=STREAM) for _ in range(2))
    one, other = (matrix_study(World(12), sets=5, draws=9, seed=STREAM) for _ in range(2))
    assert np.array_equal(first.low, again.low) and np.array_equal(one.p["bowker"], other.p["bowker"])
    assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002
