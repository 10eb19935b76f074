"""`gezinscoach check`: what a run would do, told without writing anything and without personal values."""

from __future__ import annotations

import re
import subprocess

import openpyxl
import pytest
import yaml
from click.testing import CliRunner

from datasets import write_dataset, write_workbook
from helpers import check as checking
from helpers.cli import DEFAULT_RAW, main
from helpers.export import read_export
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
            household("2022-12-01", "LEU-001", inkomen="6", coach="An", Inkomens="x"),
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
    assert "  child: kind.csv, 1122 rows, 1050 kept, 72 rejected" in said
    assert (
        "97 families in the export (and 3 test families, which are left out): 90 retained, of whom 56"
        in result.stdout
    )
    assert "  F01 no household registration left: 3 families" in said
    assert "  R04 pilot project not in the list: 25 rows" in said
    assert max(map(len, said)) <= 100


def test_rules_are_told_with_rows_and_without_personal_values(small):
    """By hand: rows 4, 5 and 7 of the households go, and row 3 of the adults; two cells are emptied."""
    said = call(small).stdout
    assert "  household: huishouden.csv, 6 rows, 3 kept, 3 rejected" in said
    assert "  adult: volwassene.csv, 2 rows, 1 kept, 1 rejected" in said
    for rule, example in (
        ("R01 family code blank or unreadable: 1 rows", "huishouden.csv, huishouden, row 5, gezin: `AAAAAA`"),
        ("R02 test family: 1 rows", "row 7, gezin: `AAAA-9`"),
        ("R03 date unreadable or outside the period: 1 rows", "row 4, datum: `31/02/2023` (no readable date"),
        ("R05 person code blank: 1 rows", "volwassene.csv, volwassene, row 3, persoon: blank"),
        ("R07 invalid level: 1 cells", "row 3, inkomen: `6`"),
        (
            "R09 attribute outside its values: 1 cells",
            "row 2, geboortedatum: not shown (date of birth before",
        ),
    ):
        after = said.split(rule)[1]
        assert example in " ".join(after.split())[: len(example) + 40], rule
    assert "  F02 too few household items at baseline: 1 family" in said
    assert "2 families in the export (and 1 test families, which are left out): 1 retained, of whom 1" in said
    assert "  Leuven: 2 registered, 1 retained, 1 followed" in said
    assert "  2022-05-01 – 2022-12-01 in the rows that are kept" in said
    for secret in ("LEU-00", "geheim", "1899-05", "V1", "K1"):
        assert secret not in said


def test_columns_that_are_not_recognised_and_silent_items_are_told(small):
    said = call(small).stdout
    assert "  household: `coach`\n" in said
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
    assert "R05 persoonscode ontbreekt: 1 rijen" in said and "rij 3, persoon: leeg" in said
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
    assert "export.xlsx (huishouden): 1 values in columns without a name are not read" in call(folder).stdout


# --- a dataset that cannot be used -----------------------------------------------------------------------


def test_all_reasons_are_told_at_once_one_line_each(tmp_path):
    folder = write_dataset(
        tmp_path,
        dataset_yml={"exported_on": "30/9/2023", "pilots": None},
        kind=[{"registratie_id": "x"}, {"registratie_id": "y"}],
        rename={"kind.datum": "Datum", "volwassene.persoon": "gezin"},
    )
    path = folder / "huishouden.csv"
    path.write_text(path.read_text() + "1;2\n" * 7)
    with (folder / "volwassene.csv").open("a") as file:
        file.write('1;"open')
    finding = checking.check(folder, DEFINITIONS)
    parts = [
        ("dataset.yml, key `exported_on`", "is no date"),
        ("dataset.yml, key `pilots`", "is missing"),
        ("huishouden.csv, row 2: the row has 2 cells and the header 13", "nor does row 3, 4, 5 and 3 more"),
        ("volwassene.csv, row 2", "not closed"),
        ("volwassene.csv", "`gezin` more than once"),
        ("volwassene.csv", "no column `persoon`"),
        ("kind.csv", "no column `datum`"),
        ("kind.csv, row 2, column `registratie_id`: `x` is no integer (and 1 more in this column)",),
    ]  # fmt: skip
    assert len(finding.reasons) == len(parts)
    for part in parts:
        assert [line for line in finding.reasons if all(piece in line for piece in part)], part
    result = call(folder)
    assert result.exit_code == 1 and ": not usable" in result.stdout
    assert "child: `Datum` (nearest known name: datum)" in result.stdout


def test_a_run_tells_the_same_reasons(tmp_path):
    names = {"kind.datum": "Datum", "volwassene.datum": "Datum"}
    folder = write_dataset(tmp_path / "raw", rename=names)
    finding = checking.check(folder, DEFINITIONS)
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
    reasons = checking.check(folder, DEFINITIONS).reasons
    assert [line.split(",")[0] for line in reasons] == ["huishouden.csv", "volwassene.csv"]


def test_levels_in_another_language_are_told_and_leave_nobody(tmp_path):
    row = household(inkomen="good", schulden="bad", voeding="bon", veiligheid="bien")
    result = call(write_dataset(tmp_path, huishouden=[row]))
    assert result.exit_code == 1
    assert "no family would be retained: 1 families keep a row" in " ".join(result.stdout.split())
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
    assert "Warnings" not in call(folder).stdout


def test_real_data_that_git_tracks(repository):
    root, folder = repository
    git("add", "raw", at=root)
    assert "git tracks 4 files of this real dataset" in call(folder).stdout


def test_synthetic_data_may_lie_anywhere(repository):
    root, folder = repository
    write_dataset(folder, huishouden=[household()])
    git("add", "raw", at=root)
    assert "Warnings" not in call(folder).stdout


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


# --- a first dataset.yml ---------------------------------------------------------------------------------


def titles(unit):
    """A name in another spelling for each column of a unit: the titles of the codebook for the items."""
    changes = (str.upper, str.lower, lambda text: text.replace(" ", "_") + "*", lambda text: f" {text}. ")
    other = {"registratie_id": "Registratie-ID", "gezin": "Gezin", "pilootproject": "Piloot Project",
             "datum": "DATUM", "gezinstype": "Gezins-type", "persoon": "Persoon",
             "opleidingsniveau": "Opleidings niveau", "geboortedatum": "Geboorte-datum"}  # fmt: skip
    for place, item in enumerate(DEFINITIONS.unit_items(unit)):
        other[item.item] = changes[place % len(changes)](item.title.nl)
        other[f"{item.item}_toelichting"] = f"{item.title.nl} (toelichting)"
    return other


@pytest.fixture(scope="module")
def renamed(tmp_path_factory):
    """The embedded export as a workbook of which no name is ours, without a dataset.yml."""
    folder = tmp_path_factory.mktemp("onbekend")
    raw = read_export(DEFAULT_RAW, DEFINITIONS)
    sheets = {"Uitleg": [["Over deze export"], ["zomaar tekst"]]}
    for unit, name in zip(UNITS, ("Gezinnen 2023", "Ouders", "Kinderen (alle)"), strict=True):
        table = raw.tables[unit].drop(columns="row")
        names = [titles(unit).get(column, column) for column in table.columns]
        rows = {
            int(row): list(cells)
            for row, cells in zip(raw.tables[unit]["row"], table.to_numpy(), strict=True)
        }
        sheets[name] = [names, *(rows.get(row, [None]) for row in range(2, max(rows) + 1))]
    write_workbook(folder / "uitvoer.xlsx", sheets)
    return folder


def test_a_draft_for_an_unknown_export_makes_it_usable_with_the_same_counts(renamed, tmp_path):
    target = renamed / "dataset.yml"
    before = files_of(renamed)
    shown = call(renamed, "--draft-mapping", "-")
    assert shown.exit_code == 0 and files_of(renamed) == before
    result = call(renamed, "--draft-mapping", target)
    assert (result.exit_code, result.stdout) == (0, f"{target}\n")
    text = target.read_text(encoding="utf-8")
    assert text == shown.stdout
    draft = yaml.safe_load(text)
    assert draft["synthetic"] is False
    assert draft["sheets"] == {
        "huishouden": "Gezinnen 2023",
        "volwassene": "Ouders",
        "kind": "Kinderen (alle)",
    }
    assert draft["pilots"] == ["Baldemore", "Bilzen", "Herenthout", "Leuven", "Oostende"]
    assert "# ? is `Gent` a pilot too?" in text and "# `Uitleg` is about no unit" in text
    assert "`coach` is not recognised" in text and "no column was found" not in text
    # the days of the export and the start are the ones thing that no data tell: written as a person would
    text = re.sub("exported_on: .*", "exported_on: 2023-09-30", text)
    target.write_text(re.sub("project_start: .*", "project_start: 2022-03-01", text), encoding="utf-8")
    drafted, own = (checking.check(folder, DEFINITIONS) for folder in (renamed, DEFAULT_RAW))
    target.unlink()
    assert drafted.usable
    assert drafted.clean.cleaning_log.equals(own.clean.cleaning_log)
    assert drafted.clean.flow.equals(own.clean.flow)
    assert drafted.clean.observations.equals(own.clean.observations)


def test_dates_far_from_the_others_are_no_proposal(tmp_path):
    days = ("1922-05-01", "2022-05-01", "2022-07-01", "2022-09-30", "2099-01-01")
    folder = write_dataset(tmp_path, huishouden=[household(day) for day in days])
    text = checking.draft_mapping(folder, DEFINITIONS)
    draft = yaml.safe_load(text)
    assert (str(draft["project_start"]), str(draft["exported_on"])) == ("2022-05-01", "2022-09-30")
    assert "2 rows have a date far from these two days" in text


def test_an_existing_file_is_not_overwritten(small):
    before = files_of(small)
    result = call(small, "--draft-mapping", small / "dataset.yml")
    assert result.exit_code == 2 and "is there already" in result.stderr
    assert files_of(small) == before


def test_a_folder_without_any_table_has_no_draft(tmp_path):
    result = call(tmp_path, "--draft-mapping", "-")
    assert (result.exit_code, result.stdout) == (1, "") and "holds no CSV file or workbook" in result.stderr


def test_names_that_could_be_two_columns_and_columns_that_are_not_there_are_asked_about(tmp_path):
    folder = write_dataset(tmp_path, rename={"kind.stress": "Stress kind", "kind.datum": "zzz"})
    path = folder / "kind.csv"
    path.write_text(path.read_text().replace("vrije_tijd", "fysieke mentale gezondheid", 1))
    text = checking.draft_mapping(folder, DEFINITIONS)
    assert "# ? kind: no column was found for datum" in text
    assert "# ? kind: no column was found for vrije_tijd" in text
    assert "# kind: `zzz` is not recognised and takes no part" in text
    yaml.safe_load(text)


def test_a_name_that_may_be_a_column_is_proposed_in_a_line_of_which_only_the_sign_has_to_go(tmp_path):
    """By hand: two names are read as columns, three are like one; a note is proposed for a name of notes."""
    names = {"kind.datum": "Datum reg.", "kind.stress": 'Stres " kind', "kind.zorg": "Zorg."}
    rows = [person("K1", stress="2") | {"stress toelichting van de coach": "moe", "zomaar": "x"}]
    folder = write_dataset(tmp_path, huishouden=[household()], kind=rows, rename=names)
    (folder / "dataset.yml").unlink()
    text = checking.draft_mapping(folder, DEFINITIONS)
    below = text[text.index("\ncolumns:") :].splitlines()[2:]
    assert below == [
        "  zorg: Zorg.",
        "  # ? kind: `Datum reg.` may be datum",
        '  # kind.datum: "Datum reg."',
        '  # ? kind: `Stres " kind` may be stress',
        '  # kind.stress: "Stres \\" kind"',
        "  # ? kind: `stress toelichting van de coach` may be stress_toelichting",
        '  # kind.stress_toelichting: "stress toelichting van de coach"',
        "sheets: {}",
    ]
    asked = [number for number, line in enumerate(text.splitlines(), 1) if line.strip()[:3] == "# ?"]
    target = folder / "dataset.yml"
    target.write_text(text.replace("\n  # kind.", "\n  kind."), encoding="utf-8")
    finding = checking.check(folder, DEFINITIONS)
    assert finding.usable and finding.questions == tuple(asked)
    assert [one.name for one in finding.unread] == ["zomaar"]
    said = " ".join(call(folder).stdout.split())
    lines = ", ".join(map(str, asked))
    assert f"{folder}: usable, but dataset.yml has open questions" in said
    assert f"still a draft: {len(asked)} open questions (`# ?` on line {lines}). Answer them" in said
    answered = "".join(line for line in target.read_text().splitlines(keepends=True) if "# ? " not in line)
    target.write_text(answered, encoding="utf-8")
    assert "open questions" not in call(folder).stdout


def test_proposals_stand_below_columns_also_where_no_other_name_is_mapped(tmp_path):
    folder = write_dataset(tmp_path, huishouden=[household()], rename={"kind.datum": "Datum reg."})
    text = checking.draft_mapping(folder, DEFINITIONS)
    assert yaml.safe_load(text)["columns"] is None
    (folder / "dataset.yml").write_text(text.replace("  # kind.datum", "  kind.datum"), encoding="utf-8")
    assert checking.check(folder, DEFINITIONS).usable


def test_a_run_on_a_draft_says_so_before_it_begins(tmp_path, monkeypatch):
    folder = write_dataset(tmp_path / "raw", huishouden=[household()])
    text = checking.draft_mapping(folder, DEFINITIONS)
    (folder / "dataset.yml").write_text(text, encoding="utf-8")
    monkeypatch.setattr("helpers.run.run", lambda *_, **__: tmp_path)
    result = CliRunner().invoke(main, ["run", "--raw", str(folder)])
    assert result.exit_code == 0
    assert result.stderr.startswith("warning: dataset.yml is still a draft: 2 open questions (`# ?` on line ")
    text = "\n".join(line for line in text.splitlines() if "# ?" not in line)
    (folder / "dataset.yml").write_text(text, encoding="utf-8")
    assert CliRunner().invoke(main, ["run", "--raw", str(folder)]).stderr == ""


def test_without_a_dataset_yml_all_that_can_be_told_is_told(tmp_path):
    names = {"kind.datum": "Datum registratie", "huishouden.schulden": "zzz"}
    folder = write_dataset(tmp_path, huishouden=[household(), household("2022-07-01")], rename=names)
    (folder / "dataset.yml").unlink()
    result = call(folder)
    said = result.stdout
    assert result.exit_code == 1 and "dataset.yml: there is no such file" in said
    seen = said.split("What the export seems to hold, by its names (certain only with a dataset.yml)\n")[1]
    assert seen.splitlines()[:3] == [
        "  household: huishouden.csv, 2 rows, columns not found: schulden",
        "  adult: volwassene.csv, 0 rows, columns not found: none",
        "  child: kind.csv, 0 rows, columns not found: none",
    ]
    draft = said.split("The dataset.yml that `--draft-mapping` would write\n")[1]
    assert yaml.safe_load(draft) == yaml.safe_load(checking.draft_mapping(folder, DEFINITIONS))
    dutch = call(folder, "--language", "nl").stdout
    assert "huishouden: huishouden.csv, 2 rijen, niet gevonden kolommen: schulden" in dutch
    (folder / "dataset.yml").write_text("[", encoding="utf-8")
    assert "seems to hold" not in call(folder).stdout  # there is one, and it has to be mended


def test_two_names_for_one_column_are_both_told(tmp_path):
    folder = write_dataset(tmp_path, kind=[{"Geboortedatum ": "2020-01-01"}])
    text = checking.draft_mapping(folder, DEFINITIONS)
    assert "# ? kind: `Geboortedatum` may be geboortedatum" in text
    assert "geboortedatum" not in (yaml.safe_load(text)["columns"] or {})


@pytest.mark.parametrize(
    "name", ["a\nb: [", "# x", "{%", "!!python/object:x", "\u202edatum", "'\"", "- a", "*a"]
)
def test_a_draft_is_yaml_whatever_the_names_in_the_export_are(tmp_path, name):
    folder = write_dataset(
        tmp_path,
        kind=[{name: "1", **person("K1"), "pilootproject": name}],
        rename={"kind.stress": f"{name}stress"},
    )
    for text in (checking.draft_mapping(folder, DEFINITIONS), call(folder, "--draft-mapping", "-").stdout):
        assert set(yaml.safe_load(text)) >= {"title", "synthetic", "columns", "sheets"}
        assert "\u202e" not in "".join(line for line in text.splitlines() if line.startswith("#"))
