"""One step of the large bench in a process of its own: scale_step.py STEP FOLDER.

FOLDER holds the export (`export`), the clean tables (`clean`), the items of each unit (`items.json`), and the
moves that each program counted. After each part of a step a line says its name and the seconds of processor
time until then; the first, `ready`, stands before what is measured.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

WHERE = ["unit", "item", "baseline", "follow_up"]


def clean(folder: Path) -> Iterator[str]:
    """Read, clean, write the clean tables, and count the moves on each item."""
    from helpers.study import Study

    yield "ready"
    study = Study.clean(folder / "export", folder / "clean")
    yield "read and clean"
    moves = study.counts["level_moves"].groupby(WHERE)["persons"].sum()
    moves.reset_index().to_csv(folder / "ours.csv", index=False)
    yield "count the moves"


def forget(folder: Path) -> Path:
    """Forget what was counted of partitions, and give the folder of the clean tables."""
    for made in (folder / "clean").glob("parts/*/.made"):
        shutil.rmtree(made)
    return folder / "clean"


def counts(folder: Path) -> Iterator[str]:
    """Make all counts of clean tables."""
    from helpers.study import Study

    clean = forget(folder)
    yield "ready"
    study = Study.open(clean)
    for name in study.counts:
        _ = study.counts[name]
    yield "all counts"


def tables(folder: Path) -> Iterator[str]:
    """Make all tables of clean tables but the lists of single families."""
    from helpers.outputs import MAKERS
    from helpers.study import Study

    clean = forget(folder)
    yield "ready"
    study = Study.open(clean)
    for name in study:
        if name not in MAKERS["lists"]:
            _ = study[name]
    yield "all tables"


def polars(folder: Path) -> Iterator[str]:
    """Count the moves as one does by hand in polars."""
    import by_hand_polars

    items = json.loads((folder / "items.json").read_text())
    yield "ready"
    by_hand_polars.moves(folder / "export", items).write_csv(folder / "polars.csv")
    yield "polars"


def duckdb(folder: Path) -> Iterator[str]:
    """Count the moves as one does by hand in duckdb."""
    import by_hand_duckdb

    items = json.loads((folder / "items.json").read_text())
    yield "ready"
    by_hand_duckdb.moves(folder / "export", items).to_csv(folder / "duckdb.csv", index=False)
    yield "duckdb"


STEPS = {"clean": clean, "counts": counts, "tables": tables, "polars": polars, "duckdb": duckdb}


if __name__ == "__main__":
    for part in STEPS[sys.argv[1]](Path(sys.argv[2])):
        print(json.dumps([part, sum(os.times()[:4])]), flush=True)
