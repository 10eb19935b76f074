"""What is lost or odd in a realistic export is told by `check`, by a run and on page 01: planted losses."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from datasets import write_dataset
from helpers import registration, report
from helpers import run as pipeline
from helpers.check import check
from helpers.cli import DEFAULT_RAW, main
from helpers.folders import RunError
from helpers.report.output import Output
from helpers.run import _execute
from helpers.study import Study
from raw_exports import DEFINITIONS, household
from twelve_families import label, sheets

Row = dict[str, str]


def changed(folder: Path, unit: str, change: Callable[[Row], None]) -> int:
    """Change the rows of a file of the embedded export, and count those that became others."""
    path = folder / f"{unit}.csv"
    content = path.read_bytes()
    encoding = "cp1252" if unit == "volwassene" else "utf-8-sig"
    text = content.decode(encoding)
    delimiter = "," if unit == "kind" else ";"
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    before = [dict(row) for row in rows]
    for row in rows:
        change(row)
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(file.getvalue().encode(encoding))
    return sum(one != other for one, other in zip(before, rows, strict=True))


def plant_level(folder: Path) -> int:
    """Every level 2 of debts is written with something after it."""

    def change(row: Row) -> None:
        if row["schulden"].startswith("2") or row["schulden"] == label("huishouden", "schulden", 2):
            row["schulden"] = f"2 - {label('huishouden', 'schulden', 2)} (crisis)"

    return changed(folder, "huishouden", change)


def plant_pilot(folder: Path) -> int:
    def change(row: Row) -> None:
        if row["pilootproject"].strip().casefold() == "bilzen":
            row["pilootproject"] = "Bilsen"

    return sum(changed(folder, unit, change) for unit in ("huishouden", "volwassene", "kind"))


def plant_sheet(folder: Path) -> int:
    """Every date of the children has a year of two digits."""

    def change(row: Row) -> None:
        if row["registratie_id"]:  # not a blank line
            row["datum"] = "14/05/22"

    return changed(folder, "kind", change)


PLANTED = {
    "a level of an item": (
        plant_level,
        "household schulden: level 2 ",
        (
            "Wat verloren gaat, is geen toeval: sommige niveaus verliezen meer dan andere",
            "huishouden: Schulden",
            "2",
            "meer dan 20\u00a0%",
        ),
    ),
    "a pilot": (
        plant_pilot,
        "Bilzen: ",
        (
            "Pilootprojecten die meer dan 5 % van hun rijen verliezen",
            "Bilzen",
            "",
            "meer dan 20\u00a0%",
        ),
    ),
    "a sheet": (
        plant_sheet,
        "kind.csv (kind): ",
        (
            "Bladen die meer dan 5 % van hun rijen verliezen",
            "kind: kind.csv",
            "",
            "meer dan 20\u00a0%",
        ),
    ),
}


@pytest.fixture(params=PLANTED.values(), ids=PLANTED)
def planted(request, tmp_path):
    folder = tmp_path / "export"
    shutil.copytree(DEFAULT_RAW, folder)
    plant, said, row = request.param
    count = plant(folder)
    assert count > 10
    return folder, f"{said}", row, count


def on_page(folder: Path) -> str:
    """What page 01 shows of what stands out, as plain text."""
    study = Study.clean(folder)
    shown: list[str] = []
    study.doors[False] = Output(
        language="nl",
        folder=None,
        definitions=DEFINITIONS,
        study=study.about,
        publish=lambda data, _: shown.append(data["text/plain"]),
    )
    report.show(study, "warnings")
    return "\n".join(shown)


def clean_and_stop(jobs, _, *, after_cleaning, **__):
    """Do what the first notebook does, without a kernel, and none of the others (in public nothing)."""
    if raw := jobs[0].parameters["raw"]:
        Study.clean(raw, jobs[0].parameters["clean"])
        after_cleaning()
    raise RunError("stop")


@pytest.mark.parametrize("synthetic", [True, False])
def test_a_run_stops_where_check_says_that_it_would_describe_nobody(tmp_path, monkeypatch, synthetic):
    unknown = dict.fromkeys(("inkomen", "schulden", "voeding", "veiligheid"), "")
    rows = [household("2022-05-01", **unknown), household("2022-12-01", "LEU-002", **unknown)]
    folder = write_dataset(tmp_path / "raw", dataset_yml={"synthetic": synthetic}, huishouden=rows)
    (reason,) = check(folder, DEFINITIONS).reasons
    assert reason.startswith("no family would be described: 0 have no household row that is kept, 2 too few")

    monkeypatch.setattr(_execute, "execute_all", clean_and_stop)
    places = {"clean_folder": tmp_path / "clean", "stream": io.StringIO()}
    with pytest.raises(RunError, match="^no family would be described") as refused:
        pipeline.run(folder, tmp_path / "out", **places)
    assert str(refused.value) == reason
    with pytest.raises(RunError, match="^stop$"):
        pipeline.run(folder, tmp_path / "out", **places, accept_losses=True)


def test_a_loss_is_told_by_check_by_a_run_and_on_page_01(planted, tmp_path, monkeypatch):
    folder, said, (what, where, levels, share), count = planted
    checked = " ".join(CliRunner().invoke(main, ["check", str(folder)]).stdout.split())
    assert said in checked.split("Warnings")[1]

    monkeypatch.setattr(_execute, "execute_all", clean_and_stop)
    told = io.StringIO()
    with pytest.raises(RunError, match="^stop$"):
        pipeline.run(
            folder, tmp_path / "out", clean_folder=tmp_path / "clean", stream=told, accept_losses=True
        )
    assert any(line.startswith("warning: ") and said in line for line in told.getvalue().splitlines())

    lines = [line for line in on_page(folder).splitlines() if line.startswith(what) and where in line]
    assert len(lines) == 1
    cells = lines[0].removeprefix(what).split(where)[1].split(maxsplit=2)
    assert cells[0] == (levels or "–")
    assert cells[2] == share
    assert abs(int(cells[1]) - count) <= 0.2 * count  # but for what other rules took


def test_page_01_says_that_an_export_is_in_order(tmp_path):
    assert on_page(write_dataset(tmp_path, **sheets())) == "Aan deze export viel niets op."


def test_page_01_tells_what_was_read_and_is_odd(tmp_path):
    folder = write_dataset(tmp_path, layout="xlsx", **sheets())
    book = openpyxl.load_workbook(folder / "export.xlsx")
    for row in range(2, 8):
        book["kind"].row_dimensions[row].hidden = True
    book["volwassene"].sheet_state = "hidden"
    book.save(folder / "export.xlsx")
    lines = on_page(folder).splitlines()[2:]
    told = [" ".join(line.split()) for line in lines]
    assert any(
        line.startswith("Een verborgen blad, dat toch gelezen is export.xlsx, volwassene") for line in told
    )
    assert any(
        line.startswith("Verborgen rijen, die toch gelezen zijn export.xlsx, kind: 2, 3, 4, 5, 6")
        for line in told
    )


def test_of_a_public_page_no_count_of_people_is_left(tmp_path):
    """Half of the families lose all rows, as their pilot is written otherwise in dataset.yml."""
    folder = write_dataset(tmp_path, dataset_yml={"pilots": ["Leuven", "Ostende"]}, **sheets())
    study = Study.clean(folder)
    given = (study.export_counts, study.doubts, DEFINITIONS, "en")
    exact, safe = registration.warnings(*given), registration.warnings(*given, exact=False)
    people = "Families that lose more than 5% of their rows"
    assert people in set(exact["what"]) and people not in set(safe["what"])
    assert exact["count"].notna().all() and safe["count"].isna().all()
    pilot = safe[safe["what"] == "Pilots that lose more than 5% of their rows"].iloc[0]
    assert pilot["share"] == "more than 20%" and pd.isna(pilot["where"])


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ([], "Pilots of dataset.yml without a single row: is the export whole?"),
        (["2022-05-01", "2022-06-01", "unreadable"], "Pilots that lose more than 5% of their rows"),
    ],
)
def test_a_public_page_tells_not_which_pilot_or_table_has_nobody(tmp_path, days, told):
    """That a pilot is without a row makes 0 of a 0 that may be up to two; that it loses some, one or two."""
    rows = sheets() | {"kind": []}
    rows["huishouden"] = [
        *rows["huishouden"],
        *(household(day, gezin="GEN-001", pilootproject="Gent", datum=day) for day in days),
    ]
    pilots = {"pilots": ["Leuven", "Oostende", "Gent"]}
    study = Study.clean(write_dataset(tmp_path, dataset_yml=pilots, **rows))
    given = (study.export_counts, study.doubts, DEFINITIONS, "en")
    exact, safe = registration.warnings(*given), registration.warnings(*given, exact=False)
    assert {told, "A table without a single row"} <= set(exact["what"]) and "Gent" in exact.to_csv()
    assert "Gent" not in safe.to_csv() and "A table without a single row" not in set(safe["what"])


def test_no_text_from_a_cell_is_on_page_01(tmp_path):
    rows = [
        household(f"2022-0{month}-01", pilootproject="Jan is ziek", inkomen="Jan") for month in range(3, 9)
    ]
    rows += [household(f"2022-0{month}-01", inkomen="Jan") for month in range(3, 9)]
    study = Study.clean(write_dataset(tmp_path, huishouden=rows))
    table = registration.warnings(study.export_counts, study.doubts, DEFINITIONS, "nl")
    assert len(table) >= 3 and "Jan" not in table.to_csv()
    assert isinstance(table["count"].dtype, pd.Int64Dtype)
