"""Fuzz the readers of exports by hand; what is found goes into tests/hostile/ and is replayed from there.

    python tests/fuzz_readers.py csv|xlsx|parts|yml FOLDER -max_total_time=300

Needs atheris, which is no part of the environment. FOLDER keeps inputs that reach new code; a crash is
written to the working directory. Any outcome but tables or an `ExportError` on one line per fault is a crash.
"""

from __future__ import annotations

import io
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from datasets import COLUMNS, write_dataset  # noqa: E402
from helpers.definitions import load_definitions  # noqa: E402

PLACES = {"csv": "huishouden.csv", "xlsx": "export.xlsx", "parts": "export.xlsx", "yml": "dataset.yml"}


def part_of_workbook(workbook: bytes, content: bytes) -> bytes:
    """Replace one XML part of a workbook, which the first byte chooses, by the other bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(target, "w") as new:
        names = old.namelist()
        chosen = names[content[0] % len(names)] if content else ""
        for name in names:
            new.writestr(name, content[1:] if name == chosen else old.read(name))
    return target.getvalue()


def main() -> None:
    """Fuzz one reader without end, or as long as the options say."""
    import atheris

    kind = sys.argv.pop(1)
    with atheris.instrument_imports(include=["helpers.export", "openpyxl", "csv", "yaml", "zipfile"]):
        from helpers.export import read_export
        from helpers.export.messages import ExportError

    folder = Path(tempfile.mkdtemp())
    rows = [{"gezin": "LEU-001", "pilootproject": "Leuven", "datum": "2022-05-01", "schulden": 3}]
    write_dataset(folder, huishouden=rows, layout="csv" if kind in ("csv", "yml") else "xlsx")
    workbook = (folder / "export.xlsx").read_bytes() if kind == "parts" else b""
    header = ";".join(COLUMNS["huishouden"]).encode() + b"\n"
    known = load_definitions()

    def one(content: bytes) -> None:
        if kind == "parts":
            content = part_of_workbook(workbook, content)
        elif kind == "csv" and content[:1] == b"h":
            content = header + content[1:]
        (folder / PLACES[kind]).write_bytes(content)
        try:
            read_export(folder, known)
        except ExportError as error:
            assert error.faults and all(line.isprintable() for line in error.faults)

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
