"""Time the pipeline on many made-up families, and measure coverage and size: python3 run.py bench.

[--families N] families to time, 0 for none; [--data-sets N] made-up studies for each cell of coverage and
size, 0 for none; [--seed S].

Reading, cleaning and states are held against `polars_floor.py` where polars is installed.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

from clustered_families import EVEN, FAMILIES, MOVES, share_coverage, study, worlds
from gezinscoach_synthesis import write_dataset
from helpers.cleaning import Study as About
from helpers.cleaning import clean
from helpers.definitions import ROOT, load_definitions
from helpers.export import read_export
from helpers.states import build_states
from helpers.study import Study


@contextmanager
def timed(step: str, times: dict[str, float]) -> Iterator[None]:
    """Note how many seconds a block takes."""
    start = perf_counter()
    yield
    times[step] = perf_counter() - start


NO_POLARS = "no ratio to polars: it is not installed (.venv/bin/uv pip install polars)"
ALONE = """
import sys
from pathlib import Path
from time import perf_counter
from helpers.cleaning import clean
from helpers.definitions import load_definitions
from helpers.export import read_export
from helpers.states import build_states
definitions, folder = load_definitions(), Path(sys.argv[1])
def ours():
    build_states(clean(read_export(folder, definitions), definitions), definitions)
def floor():
    polars_floor.states(folder, definitions)
if sys.argv[2] == "floor":
    import polars_floor
start = perf_counter()
{"ours": ours, "floor": floor}[sys.argv[2]]()
status = Path("/proc/self/status")
peak = status.read_text().split("VmHWM:")[1].split()[0] if status.exists() else 0
print(perf_counter() - start, int(peak) // 1024)
"""
TIMES = 3  # of which the fastest counts: other programs only make it slower


def alone(folder: Path, what: str) -> tuple[float, int]:
    """Give seconds, and MiB of memory at most, of `ours` or `floor` in a process of its own."""
    command = [sys.executable, "-c", ALONE, str(folder), what]
    here = Path(__file__).parent
    runs = [
        subprocess.run(command, cwd=here, stdout=subprocess.PIPE, text=True, check=True).stdout.split()
        for _ in range(TIMES)
    ]
    return min(float(seconds) for seconds, _ in runs), max(int(peak) for _, peak in runs)


def against_floor(folder: Path) -> Iterator[str]:
    """Give the lines on time and memory of reading, cleaning and states, beside a polars program."""
    seconds, peak = alone(folder, "ours")
    yield f"read, clean, states, by themselves: {seconds:.2f} s" + (f", {peak} MiB at most" if peak else "")
    if find_spec("polars") is None:
        yield NO_POLARS
        return
    least, peak = alone(folder, "floor")
    yield f"polars, which checks nothing: {least:.2f} s" + (f", {peak} MiB at most" if peak else "")
    yield f"ratio: {seconds / least:.2f}"


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
    study = Study(tables, states, About.of(raw.dataset, {}))
    with timed("kansarmoede", times):
        _ = study.scores
    with timed("item change", times):
        _ = study["item_change"]
    size = {
        "families": len(tables.families),
        "rows": sum(len(table) for table in raw.tables.values()),
        "observations": len(tables.observations),
        "states": len(states),
    }
    return times, size


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


def main() -> None:
    """Print the seconds of each step and the size of the data, then coverage and size of the inference."""
    parser = argparse.ArgumentParser(prog="run.py bench", description=__doc__)
    parser.add_argument("--families", type=int, default=7_000)
    parser.add_argument("--data-sets", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.families:
        with tempfile.TemporaryDirectory() as folder:
            export = Path(folder) / "export"
            times, size = bench(export, families=asked.families, seed=asked.seed)
            beside = list(against_floor(export))
        print(", ".join(f"{count:,} {what}" for what, count in size.items()))
        for step, seconds in times.items():
            print(f"{step:<12} {seconds:8.2f} s")
        print(f"{'in all':<12} {sum(times.values()):8.2f} s", *beside, sep="\n")
    with tempfile.TemporaryDirectory() as folder:
        for line in against_commands(Path(folder)):
            print(line, flush=True)
    if asked.data_sets:
        for lines in (net_shares, shares):
            for line in lines(asked.data_sets, asked.seed):
                print(line, flush=True)


if __name__ == "__main__":
    main()
