"""Time the pipeline on many made-up families, and measure coverage and size: python3 run.py bench.

[--families N] families to time; [--data-sets N] data sets for each line of coverage and size, 0 for none;
[--seed S].
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from clustered_families import World, study
from gezinscoach_synthesis import write_dataset
from helpers import kansarmoede, transitions
from helpers.cleaning import clean
from helpers.definitions import load_definitions
from helpers.export import read_export
from helpers.states import build_states


@contextmanager
def timed(step: str, times: dict[str, float]) -> Iterator[None]:
    """Note how many seconds a block takes."""
    start = perf_counter()
    yield
    times[step] = perf_counter() - start


def bench(folder: Path, *, families: int, seed: int) -> tuple[dict[str, float], dict[str, int]]:
    """Run every step once, in order; give the seconds of each and the size of what it worked on."""
    times: dict[str, float] = {}
    definitions = load_definitions()
    with timed("synthesise", times):
        write_dataset(folder, families=families, seed=seed)
    with timed("read", times):
        raw = read_export(folder, definitions)
    with timed("clean", times):
        tables = clean(raw, definitions)
    with timed("states", times):
        states = build_states(tables, definitions)
    with timed("kansarmoede", times):
        kansarmoede.scores(kansarmoede.domain_status(states, definitions))
    with timed("item change", times):
        transitions.item_change(states, definitions)
    size = {
        "families": len(tables.families),
        "rows": sum(len(table) for table in raw.tables.values()),
        "observations": len(tables.observations),
        "states": len(states),
    }
    return times, size


FAMILIES, TOGETHER = (10, 20, 56, 200), (0.0, 0.5, 0.8)
DRAWS = 999  # resamples and swaps of each data set
HEAD = f"""
Of {{sets:,}} data sets a line, {DRAWS} draws each: how many 95 % bootstrap intervals hold the true net share
(0, and 0.2), and how many p-values are at most 0.05 where nothing moves on balance (SM Stuart-Maxwell, B
Bowker; permutation of whole families, and chi-squared), and where the true net share is 0.2. Monte Carlo
standard error of 0.95 and of 0.05: {{error:.4f}}. `together`: chance that a child moves as its family does.

families together | covers 0  covers 0.2 | SM perm  B perm   SM chi2  B chi2 | power SM perm  B perm"""


def coverage_and_size(*, sets: int, seed: int) -> Iterator[str]:
    """Give the lines of a table: coverage of the bootstrap, and size and power of the tests."""
    yield HEAD.format(sets=sets, error=(0.95 * 0.05 / sets) ** 0.5)
    for families in FAMILIES:
        for together in TOGETHER:
            null = study(World(families, together), sets=sets, draws=DRAWS, seed=seed)
            world = World(families, together, up=0.35, down=0.15)
            moved = study(world, sets=sets, draws=DRAWS, seed=seed)
            size = [null.rejected(test) for test in null.p]
            power = [moved.rejected(test) for test in list(moved.p)[:2]]
            shares = [null.coverage(0), moved.coverage(world.net), *size, *power]
            cells = "{:8.3f} {:10.3f}  | {:7.3f} {:7.3f} {:9.3f} {:7.3f} | {:13.3f} {:7.3f}".format(*shares)
            yield f"{families:>8} {together:>8}  | {cells}"


def main() -> None:
    """Print the seconds of each step and the size of the data, then coverage and size of the inference."""
    parser = argparse.ArgumentParser(prog="run.py bench", description=__doc__)
    parser.add_argument("--families", type=int, default=2_000)
    parser.add_argument("--data-sets", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        times, size = bench(Path(folder) / "export", families=asked.families, seed=asked.seed)
    print(", ".join(f"{count:,} {what}" for what, count in size.items()))
    for step, seconds in times.items():
        print(f"{step:<12} {seconds:8.2f} s")
    print(f"{'in all':<12} {sum(times.values()):8.2f} s")
    if asked.data_sets:
        for line in coverage_and_size(sets=asked.data_sets, seed=asked.seed):
            print(line, flush=True)


if __name__ == "__main__":
    main()
