"""Time the pipeline on many made-up families, and measure coverage and size: python3 run.py bench.

[--families N] families to time, 0 for none; [--data-sets N] made-up studies for each cell of coverage and
size, 0 for none; [--seed S]. With --scale [N ...] only the time and memory of so many families (10,000,
100,000 and a million), as `scale.py` measures them; [--json FILE] for what it found.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import scale
from clustered_families import EVEN, FAMILIES, MOVES, share_coverage, study, worlds
from helpers.definitions import ROOT


@contextmanager
def timed(step: str, times: dict[str, float]) -> Iterator[None]:
    """Note how many seconds a block takes."""
    start = perf_counter()
    yield
    times[step] = perf_counter() - start


def against_commands(folder: Path) -> Iterator[str]:
    """Give the lines on a whole run of the embedded data, beside papermill and nbconvert one by one."""
    programs = Path(sys.executable).parent
    notebooks = sorted((ROOT / "notebooks").glob("0[1-6]_*.ipynb"))

    def run(*command: object) -> None:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([str(part) for part in command], cwd=ROOT / "notebooks", check=True, **quiet)

    times: dict[str, float] = {}
    with timed("run", times):
        run(programs / "gezinscoach", "run", "--out", folder / "run")
    with timed("commands", times):
        for path in notebooks:
            made, given = (
                folder / path.name,
                ["-p", "clean", folder / "clean", "-p", "output", folder / "loop"],
            )
            run(programs / "papermill", "--no-progress-bar", path, made, *given)
            run(programs / "jupyter", "nbconvert", "--to", "html", made)
    yield f"gezinscoach run: {times['run']:.1f} s; papermill and nbconvert by hand: {times['commands']:.1f} s"
    yield f"ratio: {times['run'] / times['commands']:.2f}"


COVERAGE = """
Coverage of the 95 % interval of a net share, {sets:,} studies a cell (Monte Carlo standard error
{error:.4f}). Children by themselves / half of the families of one mind / all of one mind.
"""
SIZE = """
How often the family test gives p ≤ 0.05 where families go up as often as down, {sets:,} studies a cell.
"""
SHARES = """
Coverage of the 95 % interval of a share of persons, one to six a family, {sets:,} studies a cell.
"""


def net_shares(sets: int, seed: int) -> Iterator[str]:
    """Give the lines of two tables: coverage of the interval, and size of the family test."""
    for head, moves in ((COVERAGE, MOVES), (SIZE, EVEN)):
        yield head.format(sets=sets, error=(0.95 * 0.05 / sets) ** 0.5)
        cells: dict[tuple[str, str], dict[int, list[float]]] = {}
        for number, (sizes, world) in enumerate(worlds(moves)):
            found = study(world, sets=sets, seed=seed + number)
            row = cells.setdefault((sizes, f"{world.up} / {world.down}"), {n: [] for n in FAMILIES})
            row[world.families].append(
                found.coverage(world.net) if moves is MOVES else found.rejected("family")
            )
        yield from table(["families of", "up / down"], cells)


def shares(sets: int, seed: int) -> Iterator[str]:
    """Give the lines of a table: coverage of the interval of a share of persons."""
    yield SHARES.format(sets=sets)
    cells = {
        (str(share),): {
            families: [
                share_coverage(families, share, together, sets=sets, seed=seed)
                for together in (0.0, 0.5, 1.0)
            ]
            for families in FAMILIES
        }
        for share in (0.02, 0.1, 0.3, 0.6)
    }
    yield from table(["share"], cells)


def table(keys: list[str], cells: dict[tuple[str, ...], dict[int, list[float]]]) -> Iterator[str]:
    """Lay cells out as a table of Markdown, and say between which values they lie."""
    head = [*keys, *(f"{families} families" for families in FAMILIES)]
    yield "| " + " | ".join(head) + " |\n" + "| --- " * len(head) + "|"
    for key, row in cells.items():
        values = [" / ".join(f"{value:.3f}" for value in row[families]) for families in FAMILIES]
        yield "| " + " | ".join([*key, *values]) + " |"
    every = [value for row in cells.values() for values in row.values() for value in values]
    yield f"\nBetween {min(every):.3f} and {max(every):.3f} in {len(every)} cells."


def at_least(least: int) -> Callable[[str], int]:
    """Read a whole number that is not below one."""

    def whole(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} on")
        return int(text)

    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the cost of each step of the pipeline, then coverage and size of the inference."""
    parser = argparse.ArgumentParser(prog="run.py bench", description=__doc__)
    parser.add_argument("--families", type=at_least(0), default=7_000)
    parser.add_argument("--data-sets", type=at_least(0), default=1_000)
    parser.add_argument("--seed", type=at_least(0), default=1)
    parser.add_argument("--scale", type=at_least(1), nargs="*", metavar="N")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    if asked.json and not asked.json.parent.is_dir():  # told now, and not when all is measured
        parser.error(f"argument --json: there is no folder {asked.json.parent}")
    if asked.scale is not None:
        return scale.bench(asked.scale or scale.SIZES, asked.json)
    if asked.families and (failed := scale.bench([asked.families], asked.json)):
        return failed
    with tempfile.TemporaryDirectory() as folder:
        for line in against_commands(Path(folder)):
            print(line, flush=True)
    if asked.data_sets:
        for lines in (net_shares, shares):
            for line in lines(asked.data_sets, asked.seed):
                print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
