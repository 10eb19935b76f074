"""Time the steps of the pipeline on many made-up families: python3 run.py bench [--families N] [--seed S]."""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from helpers import kansarmoede, transitions
from helpers.cleaning import clean
from helpers.codebook import load_definitions
from helpers.export import read_export
from helpers.states import build_states
from helpers.synthesis import write_dataset


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


def main() -> None:
    """Print the seconds of each step and the size of the data."""
    parser = argparse.ArgumentParser(prog="run.py bench", description=__doc__)
    parser.add_argument("--families", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        times, size = bench(Path(folder) / "export", families=asked.families, seed=asked.seed)
    print(", ".join(f"{count:,} {what}" for what, count in size.items()))
    for step, seconds in times.items():
        print(f"{step:<12} {seconds:8.2f} s")
    print(f"{'in all':<12} {sum(times.values()):8.2f} s")


if __name__ == "__main__":
    main()
