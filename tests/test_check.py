"""`gezinscoach check`: what a run would do, told without writing anything and without personal values."""

from __future__ import annotations

import re
import subprocess

import openpyxl
import pytest
from click.testing import CliRunner

from datasets import write_dataset
from helpers.check import check
from helpers.cli import DEFAULT_RAW, main
from raw_exports import DEFINITIONS, household, person

UNITS = ("huishouden", "volwassene", "kind")


def call(*arguments):
    return CliRunner().invoke(main, ["check", *map(str, arguments)])


def files_of(folder):
    """Every file with its bytes and time."""
    return {
        path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture
def small(tmp_path):
    """Two families of which one is retained and followed, and a row for each of some rules."""
    return write_dataset(
        tmp_path / "raw",
        huishouden=[
            household("2022-05-01", "LEU-001"),
            household("2022-12-01", "LEU-001", inkomen="6", zomaar="An", Inkomens="x"),
            household("31/02/2023", "LEU-001"),
            household("2022-05-01", "geheim"),
            {"gezin": "LEU-002", "pilootproject": "Leuven", "datum": "2022-05-01", "inkomen": "3"},
            household("2022-05-01", "TEST-1"),
        ],
        volwassene=[person("V1", stress="2"), person("", stress="2")],
        kind=[person("K1", geboortedatum="1899-05-06", zorg="4", stress_toelichting="geheime nota")],
    )


# --- a dataset that can be used --------------------------------------------------------------------------


def test_the_embedded_export_is_usable_and_gets_the_reports_own_numbers():
    result = call(DEFAULT_RAW)
    assert result.exit_code == 0
    said = result.stdout.splitlines()
    assert said[0].endswith(": usable")
    rows = len(
        re.findall(rb"^\d+,", (DEFAULT_RAW / "kind.csv").read_bytes(), re.M)
    )  # each begins with its number
    child = re.search(rf"child: kind.csv, {rows} rows, (\d+) kept, (\d+) rejected", result.stdout)
    assert child and sum(map(int, child.groups())) == rows > 1000
    assert (
        "97 families in the export (and 3 test families, which are left out): 90 described, of whom 56"
        in result.stdout
    )
    assert "  F01 no household registration left: 3 families" in said
    assert re.search(r"R04 pilot project not in the list: \d+ rows\n.*`Kortrijk`\n.*`Gent`", result.stdout)
    assert max(map(len, said)) <= 100


def test_rules_are_told_with_rows_and_without_personal_values(small):
    """By hand: rows 4, 5 and 7 of the households go, and row 3 of the adults; two cells are emptied."""
    said = call(small).stdout
    assert "  household: huishouden.csv, 6 rows, 3 kept, 3 rejected" in said
    assert "  adult: volwassene.csv, 2 rows, 1 kept, 1 rejected" in said
    for rule, example in (
        ("R01 family code blank or unreadable: 1 row", "huishouden.csv, huishouden, row 5, gezin: `AAAAAA`"),
        ("R02 test family: 1 row", "row 7, gezin: `AAAA-9`"),
        ("R03 date unreadable or outside the period: 1 row", "row 4, datum: `31/02/2023` (no readable date"),
        ("R05 person code blank: 1 row", "volwassene.csv, volwassene, row 3, persoon: blank"),
        ("R07 invalid level: 1 cell", "row 3, inkomen: `6`"),
        (
            "R09 attribute outside its values: 1 cell",
            "row 2, geboortedatum: not shown (date of birth before",
        ),
    ):
        after = said.split(rule)[1]
        assert example in " ".join(after.split())[: len(example) + 40], rule
    assert "  F02 too few household items at the start: 1 family" in said
    assert "2 families in the export (and 1 test family, which is left out): 1 described, of whom 1" in said
    assert "  Leuven: 2 registered, 1 described, 1 followed" in said
    assert "  2022-05-01 – 2022-12-01 in the rows that are kept" in said
    for secret in ("LEU-00", "geheim", "1899-05", "V1", "K1"):
        assert secret not in said


def test_columns_that_are_not_recognised_and_silent_items_are_told(small):
    said = call(small).stdout
    assert "  household: `zomaar`\n" in said
    assert "  household: `Inkomens` (nearest known name: inkomen)" in said
    silent = said.split("Items without a single level")[1]
    assert "household: verblijfplaats (" in silent and "child: zorg (" not in silent
    assert (
        len(re.findall(r"^  (household|adult|child): ", silent, re.M)) == 45 - 6
    )  # 4 + stress + zorg are known


def test_in_dutch(small):
    said = call(small, "--language", "nl").stdout
    assert said.startswith(f"{small}: bruikbaar") or ": bruikbaar\n" in said
    assert "huishouden: huishouden.csv, 6 rijen, 3 behouden, 3 verworpen" in said
    assert "R05 persoonscode ontbreekt: 1 rij" in said and "rij 3, persoon: leeg" in said
    assert "meest gelijkend: inkomen" in said


def test_nothing_is_written(small, monkeypatch, tmp_path):
    monkeypatch.chdir(small)
    before = files_of(tmp_path)
    call(small)
    call(small, "--draft-mapping", "-")
    assert files_of(tmp_path) == before


def test_values_in_columns_without_a_name_are_told(tmp_path):
    folder = write_dataset(tmp_path, huishouden=[household()], layout="xlsx")
    book = openpyxl.load_workbook(folder / "export.xlsx")
    book["huishouden"].cell(2, 30).value = "los"
    book.save(folder / "export.xlsx")
    assert (
        "no one reads, as their column has no name: export.xlsx (huishouden): 1 values" in call(folder).stdout
    )


# --- a dataset that cannot be used -----------------------------------------------------------------------


def test_all_reasons_are_told_at_once_one_line_each(tmp_path):
    folder = write_dataset(
        tmp_path,
        dataset_yml={"exported_on": "30/9/2023", "pilots": None},
        kind=[{"registratie_id": "x"}, {"registratie_id": "y"}],
        rename={"kind.datum": "Dag", "volwassene.persoon": "gezin"},
    )
    with (folder / "volwassene.csv").open("a") as file:
        file.write('1;"open')
    finding = check(folder, DEFINITIONS)
    parts = [
        (", key `exported_on`", "is no date"),
        ("dataset.yml, key `pilots`", "is missing"),
        ("volwassene.csv, row 2", "not closed"),
        ("volwassene.csv", "`gezin` more than once"),
        ("volwassene.csv", "no column `persoon`"),
        ("kind.csv", "no column `datum`"),
        ("kind.csv, column `registratie_id`: every number is written with letters, as `x`",),
    ]  # fmt: skip
    assert len(finding.reasons) == len(parts)
    for part in parts:
        assert [line for line in finding.reasons if all(piece in line for piece in part)], part
    result = call(folder)
    assert result.exit_code == 1 and ": not usable" in result.stdout
    assert "child: `Dag`" in result.stdout


def test_a_run_tells_the_same_reasons(tmp_path):
    names = {"kind.datum": "Dag", "volwassene.datum": "Dag"}
    folder = write_dataset(tmp_path / "without_dates", rename=names)
    finding = check(folder, DEFINITIONS)
    result = CliRunner().invoke(main, ["run", "--raw", str(folder), "--out", str(tmp_path / "out")])
    assert (result.exit_code, len(finding.reasons)) == (1, 2)
    assert result.stderr.splitlines() == [f"error: {finding.reasons[0]}", finding.reasons[1]]


def test_shared_numbers_are_told_of_every_sheet(tmp_path):
    twice = [{"registratie_id": 1}, {"registratie_id": 1}]
    folder = write_dataset(
        tmp_path,
        huishouden=[household("2022-05-01") | twice[0], household("2022-06-01") | twice[1]],
        volwassene=[person("V1") | twice[0], person("V2") | twice[1]],
    )
    reasons = check(folder, DEFINITIONS).reasons
    assert [line.split(",")[0] for line in reasons] == ["huishouden.csv", "volwassene.csv"]


def test_where_no_row_is_kept_there_is_no_date(tmp_path):
    result = call(write_dataset(tmp_path, huishouden=[household("2022-05-01", gezin="")]))
    assert "  none in the rows that are kept; dataset.yml allows" in result.stdout


def test_levels_in_another_language_are_told_and_leave_nobody(tmp_path):
    row = household(inkomen="good", schulden="bad", voeding="bon", veiligheid="bien")
    result = call(write_dataset(tmp_path, huishouden=[row]))
    assert result.exit_code == 1
    assert "no family would be described: 0 have no household row that is kept, 1 too few" in " ".join(
        result.stdout.split()
    )
    assert "R07 invalid level: 4 cells" in result.stdout and "inkomen: `good`" in result.stdout


@pytest.mark.parametrize("arguments", [["niets"], [], ["--langage", "nl"], [".", "--language", "fr"]])
def test_a_wrong_command(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call(*arguments).exit_code == 2


# --- git -------------------------------------------------------------------------------------------------


def git(*arguments, at):
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments],
        cwd=at,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def repository(tmp_path):
    git("init", "-q", at=tmp_path)
    real = {"synthetic": False}
    return tmp_path, write_dataset(tmp_path / "raw", huishouden=[household()], dataset_yml=real)


def test_real_data_that_git_would_take_along(repository):
    root, folder = repository
    assert "git does not ignore this folder with real data" in call(folder).stdout
    (root / ".gitignore").write_text("raw/\n")
    assert "git " not in call(folder).stdout


def test_real_data_that_git_tracks(repository):
    root, folder = repository
    git("add", "raw", at=root)
    assert "git tracks 4 files of this real dataset" in call(folder).stdout


def test_synthetic_data_may_lie_anywhere(repository):
    root, folder = repository
    write_dataset(folder, huishouden=[household()])
    git("add", "raw", at=root)
    assert "git " not in call(folder).stdout


def test_a_repository_inside_the_dataset_is_named_and_its_settings_run_nothing(repository):
    root, folder = repository
    git("init", "-q", at=folder)
    proof = root / "proof"
    hook = root / "hook.sh"
    hook.write_text(f"#!/bin/sh\ntouch {proof}\n")
    hook.chmod(0o700)
    for place in (folder, root):
        git("config", "core.fsmonitor", str(hook), at=place)
    assert "itself a git repository" in call(folder).stdout
    other = write_dataset(root / "other", huishouden=[household()], dataset_yml={"synthetic": False})
    assert "git does not ignore" in call(other).stdout
    assert not proof.exists()
