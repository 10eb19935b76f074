"""From ten thousand to a million families: python3 run.py bench --scale [N ...] [--json FILE].

Each step runs in a process of its own, one after the other, on an export that `scale_export` makes. What is
measured begins when its packages are imported: time on the clock; processor time, that of processes which it
starts included; and memory, the largest sum over it and the processes that it started, looked at ten times a
second (PSS of Linux: what several processes share counts once). The same counts are then made by hand in
polars and duckdb (`by_hand_polars`, `by_hand_duckdb`), and must be the same.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from importlib.util import find_spec
from math import log
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

import pandas as pd

from helpers.definitions import load_definitions
from scale_export import write_export
from scale_step import STEPS, WHERE

SIZES = (10_000, 100_000, 1_000_000)
BY_HAND = ("polars", "duckdb")
SUMS = {
    "export to moves": ("read and clean", "count the moves"),  # what is made by hand
    "export to all tables": ("read and clean", "all tables"),
}
EVERY = 0.1  # seconds between two looks at the memory


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, seconds of processor time, MiB of memory at most (0: cannot be told)."""

    wall: float
    cpu: float
    memory: int

    def then(self, other: "Cost") -> "Cost":
        """Give the cost of both, one after the other."""
        return Cost(self.wall + other.wall, self.cpu + other.cpu, max(self.memory, other.memory))


Costs = dict[str, Cost]


class StepFailed(Exception):
    """A step of the bench did not come to its end."""


# ---- one step


class Memory:
    """The largest memory of a process and those that it started, since the last time that one asked."""

    def __init__(self, pid: int) -> None:
        self.pid, self.peak, self.over = pid, 0, Event()

    def watch(self) -> None:
        """Look until it is over."""
        while not self.over.wait(EVERY):
            self.peak = max(self.peak, sum(map(memory_of, started_by(self.pid))))

    def since(self) -> int:
        """Give the peak in MiB, and begin anew."""
        peak, self.peak = self.peak, 0
        return peak // 1024


def memory_of(pid: int) -> int:
    """Give the KiB of memory that are of a process; 0 where that cannot be told."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (OSError, ValueError):
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def started_by(pid: int) -> Iterator[int]:
    """Give a process and all that it and they started."""
    yield pid
    for told in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = told.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from started_by(int(child))


@contextmanager
def watched(pid: int) -> Iterator[Memory]:
    """Watch the memory of a process beside what is done."""
    memory = Memory(pid)
    thread = Thread(target=memory.watch)
    thread.start()
    try:
        yield memory
    finally:
        memory.over.set()
        thread.join()


def cost_of(step: str, folder: Path) -> Costs:
    """Run a step in a process of its own, and give what each of its parts cost."""
    command = [sys.executable, str(Path(__file__).with_name("scale_step.py")), step, str(folder)]
    ended = ended_cpu()
    parts: list[str] = []
    clock, spent, peaks = [], [], []
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process,
        watched(process.pid) as memory,
    ):
        assert process.stdout
        for line in process.stdout:
            part, cpu = json.loads(line)
            parts.append(part)
            clock.append(perf_counter())
            spent.append(cpu)
            peaks.append(memory.since())
    if process.returncode != 0:
        raise StepFailed(f"{step}: ended with {process.returncode}")
    clock[-1], spent[-1] = perf_counter(), ended_cpu() - ended  # until all that it started has ended
    return {
        part: Cost(clock[n] - clock[n - 1], spent[n] - spent[n - 1], peaks[n])
        for n, part in enumerate(parts)
        if n
    }


def ended_cpu() -> float:
    """Seconds of processor time of processes that were started here and have ended."""
    times = os.times()
    return times.children_user + times.children_system


# ---- one size


def prepare(folder: Path, families: int) -> None:
    """Make an export, and say beside it which columns are items, as whoever writes by hand knows."""
    write_export(folder / "export", families=families)
    items: dict[str, list[str]] = {}
    for unit, item in load_definitions().items:
        items.setdefault(unit, []).append(item)
    (folder / "items.json").write_text(json.dumps(items))


def costs_at(families: int, folder: Path) -> tuple[Costs, list[str]]:
    """Make an export, run every step on it; give the costs, and what there is to say of the moves."""
    prepare(folder, families)
    costs: Costs = {}
    for step in STEPS:
        if step not in BY_HAND or find_spec(step):
            found = cost_of(step, folder)
            costs |= found
            for part, cost in found.items():
                print(f"{families:,} families, {part}: {cost.wall:.1f} s, {cost.memory:,} MiB", flush=True)
    costs |= {name: costs[one].then(costs[other]) for name, (one, other) in SUMS.items()}
    ours = moves_of(folder / "ours.csv")
    return costs, [told_of(name, ours, moves_of(folder / f"{name}.csv")) for name in BY_HAND if name in costs]


def moves_of(path: Path) -> pd.Series:
    """Read counts of moves: persons by unit, item, baseline and follow-up."""
    return pd.read_csv(path, dtype=dict.fromkeys(WHERE, "str")).set_index(WHERE)["persons"].sort_index()


def told_of(name: str, ours: pd.Series, others: pd.Series) -> str:
    """Say that two programs counted the same moves; StepFailed where they did not."""
    both = pd.concat({"ours": ours, name: others}, axis=1).fillna(0)
    different = both[both["ours"] != both[name]]
    if len(different):
        raise StepFailed(f"{name}: {len(different)} counts of moves differ\n{different.head(10)}")
    return f"{name} counts the same {int(ours.sum()):,} moves in {len(ours):,} cells"


# ---- all sizes


def lines_of(families: int, costs: Costs, smaller: tuple[int, Costs] | None) -> Iterator[dict[str, object]]:
    """Give the rows of the table for one size: with exponents of growth, and ratios to what is by hand."""
    for part, cost in costs.items():
        row: dict[str, object] = {"families": families, "step": part, **asdict(cost)}
        if smaller and part in smaller[1]:
            before = smaller[1][part]
            for of in ("wall", "cpu"):
                growth = log(getattr(cost, of) / getattr(before, of)) / log(families / smaller[0])
                row[f"exponent_{of}"] = growth
        if part == "export to moves":
            for name in (name for name in BY_HAND if name in costs):
                row[f"to_{name}_wall"] = cost.wall / costs[name].wall
                row[f"to_{name}_cpu"] = cost.cpu / costs[name].cpu
        yield row


HEAD = ("families", "step", "seconds", "of processor", "MiB", "n to the", "× polars", "× duckdb")


def cells_of(row: Mapping[str, object]) -> tuple[str, ...]:
    """Write a row of the table; where there are two numbers, the first is by the clock."""

    def two(*names: str) -> str:
        return " / ".join(f"{row[name]:.2f}" for name in names if name in row)

    return (
        f"{row['families']:,}",
        str(row["step"]),
        f"{row['wall']:.1f}",
        f"{row['cpu']:.1f}",
        f"{row['memory']:,}" if row["memory"] else "",
        two("exponent_wall", "exponent_cpu"),
        *(two(f"to_{name}_wall", f"to_{name}_cpu") for name in BY_HAND),
    )


def as_table(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Lay rows out as a table of Markdown, the first as its head."""
    for number, row in enumerate(rows):
        yield "| " + " | ".join(row) + " |"
        if number == 0:
            yield "| --- | --- " + "| ---: " * (len(row) - 2) + "|"


def machine() -> dict[str, str]:
    """Say on what is measured."""
    told = Path("/proc/meminfo")
    memory = f"{int(told.read_text().split()[1]) / 2**20:.0f} GiB" if told.exists() else "unknown"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    packages = ["gezinscoach", "numpy", "pandas", "pyarrow", *filter(find_spec, BY_HAND)]
    return {
        "date": date.today().isoformat(),
        "cores": str(cores),
        "memory": memory,
        "system": platform.platform(),
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
    }


def bench(sizes: Sequence[int], path: Path | None = None) -> int:
    """Print what each size costs, and write it as JSON where a path is given; give the exit code."""
    about = machine()
    print(", ".join(f"{name} {value}" for name, value in about.items()))
    for name in BY_HAND:
        if name not in about:
            print(
                f"no ratio to {name}: it is not installed (`{name}` of the extra `bench` in pyproject.toml)"
            )
    rows: list[dict[str, object]] = []
    smaller = None
    for families in sorted(sizes):
        folder = Path(tempfile.mkdtemp(prefix="scale-"))
        try:
            costs, told = costs_at(families, folder)
        except StepFailed as error:
            print(f"{families:,} families: {error}", file=sys.stderr)
            return 1
        finally:
            shutil.rmtree(folder)
        rows += lines_of(families, costs, smaller)
        smaller = (families, costs)
        print("", *(f"{families:,} families: {line}" for line in told), sep="\n", flush=True)
        print(*as_table([HEAD, *map(cells_of, rows)]), sep="\n", flush=True)
    if path:
        path.write_text(json.dumps({"machine": about, "rows": rows}, indent=1) + "\n", encoding="utf-8")
    return 0
