"""The hand-back: every rejected row and cell with what to write, for the pilot alone, and out of git."""

from __future__ import annotations

import os
import stat
import subprocess

import openpyxl
import pytest
from click.testing import CliRunner

from datasets import ITEMS, csv_text, write_dataset
from helpers.cli import main
from raw_exports import household, person
from twelve_families import label

NOTE = "de vader is ziek; " * 20
FORMULA = "=1+1<script>alert(1)</script>"


def call(*arguments):
    return CliRunner().invoke(main, ["check", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path):
    """Rows that break each rule once, in Leuven but for the one row of `Oostend`."""
    schulden = label("huishouden", "schulden", 2)
    return write_dataset(
        tmp_path / "raw",
        huishouden=[
            household("2022-05-01", "LEU-001", schulden=f"2 - {schulden} (crisis)"),
            household("2022-12-01", "LEU-001", inkomen=NOTE, gezinstype="samen"),
            household("31/02/2023", "LEU-001"),
            household("2022-06-01", FORMULA),
            household("2022-06-01", "TEST-1"),
            household("2022-12-01", "LEU-002", pilootproject="Oostend"),
            household("2022-05-01", "LEU-003"),
            household("2022-05-01", "LEU-003"),
            household("2022-05-02", "LEU-003", pilootproject="Bilzen"),
        ],
        volwassene=[person("", stress="2")],
        kind=[person("K1", geboortedatum="1899-05-06", zorg="4")],
        dataset_yml={"synthetic": False},
    )


def sheets(path):
    """Sheet -> its rows as texts."""
    book = openpyxl.load_workbook(path)
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def test_each_row_and_cell_is_listed_with_its_whole_value_and_what_to_write(folder, tmp_path):
    target = tmp_path / "faults.xlsx"
    result = call(folder, "--report", target, "--language", "en")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == str(target)
    found = sheets(target)
    assert list(found) == ["Read me", "households", "adults", "children", "Texts without a level"]
    header, *rows = found["households"]
    places = [header.index(name) for name in ("row", "column", "rule", "what stands there", "what to write")]
    said = {row[places[2]]: [row[place] for place in places] for row in rows}
    two = label("huishouden", "schulden", 2)
    levels = "1 to 5, n.v.t., or nothing"
    assert [row[places[0]] for row in rows] == [2, 3, 3, 4, 5, 6, 7, 9, 10]
    assert said["R01"] == [
        5,
        "gezin",
        "R01",
        FORMULA,
        "the code of the family: letters, dash, digits, such as LEU-007",
    ]
    assert said["R02"][:2] == [6, "gezin"] and said["R06"][:4] == [9, None, "R06", "= row 8"]
    assert (
        said["R03"][4]
        == "the day of the registration, as YYYY-MM-DD, from 2022-03-01 up to and including 2023-09-30"
    )
    assert said["R04"][3:] == [
        "Oostend",
        "perhaps Oostende; else one of: Baldemore, Oostende, Leuven, Herenthout, Bilzen",
    ]
    assert said["R08"][:4] == [10, "pilootproject", "R08", "Bilzen"]
    assert said["R09"][3:] == ["samen", "one of: koppel, alleenstaande ouder, or nothing"]
    of_levels = {
        row[places[1]]: [row[place] for place in places[3:]] for row in rows if row[places[2]] == "R07"
    }
    assert of_levels["schulden"] == [f"2 - {two} (crisis)", f"perhaps 2 ({two}); else {levels}"]
    assert of_levels["inkomen"] == [NOTE, levels] and len(NOTE) > 300
    assert [row[header.index("family")] for row in rows][:2] == ["LEU-001", "LEU-001"]
    assert found["adults"][1][8] == "R05" and found["children"][1][7] == "1899-05-06"
    assert found["Texts without a level"][1] == ["huishouden", "schulden", f"2 - {two} (crisis)", 1, two, 2]


WHO = {"gezin": "LEU-001", "pilootproject": "Leuven", "datum": "2022-05-01"}


def one_table(folder, rows, **dataset_yml):
    """Write an export that is one table, and what there is to mend in it: person, column, value, by unit."""
    write_dataset(folder, dataset_yml={"columns": {"gezinstype": ""}, **dataset_yml})
    for unit in ITEMS:
        (folder / f"{unit}.csv").unlink()
    text = csv_text([[*rows[0]], *([*row.values()] for row in rows)])
    (folder / "alles.csv").write_text(text, encoding="utf-8")
    result = call(folder, "--report", folder.parent / "faults.xlsx", "--language", "en")
    assert result.exit_code == 0, result.output
    assert "1815" not in result.output  # a date of birth, which is for the workbook alone
    found = sheets(folder.parent / "faults.xlsx")
    named = ("row", "person", "column", "what stands there")
    return {
        unit: [tuple(row[header.index(name)] for name in named) for row in rows]
        for unit, (header, *rows) in found.items()
        if unit in ("households", "adults", "children")
    }


def test_of_a_line_of_several_persons_each_fault_is_told_of_the_person_whom_it_is_about(tmp_path):
    """A wide export: a word of the second adult and a day of the second child are not those of the first."""
    levels = WHO | dict.fromkeys(ITEMS["huishouden"], "4")
    adults = {"V1 - stress": "2", "V1 - opleidingsniveau": "lager secundair", "V2 - stress": NOTE}
    adults |= {"V2 - opleidingsniveau": "lager", "V3 - opleidingsniveau": "lager"}
    children = {"K1 - zorg": "2", "K1 - geboortedatum": "2015-02-03", "K2 - geboortedatum": "1815-02-03"}
    first = levels | adults | children
    rows = [first, first | {"datum": "gisteren", "V2 - stress": "x"}]
    assert one_table(tmp_path / "raw", rows, layout="wide") == {
        "households": [(3, None, "datum", "gisteren")],
        "adults": [
            (2, "V2", "V2 - stress", NOTE),
            (2, "V2", "V2 - opleidingsniveau", "lager"),
            (2, "V3", "V3 - opleidingsniveau", "lager"),
        ],
        "children": [(2, "K2", "K2 - geboortedatum", "1815-02-03")],
    }


def test_of_one_answer_a_line_the_item_is_that_of_the_line(tmp_path):
    answers = [("huishouden", "", item, "4") for item in ITEMS["huishouden"]]
    answers += [("volwassene", "V1", "lezen", "3"), ("volwassene", "V1", "stress", NOTE)]
    answers += [("kind", "", "stress", "3"), ("kind", "K1", "zorg", "9")]
    rows = [WHO | dict(zip(("unit", "persoon", "item", "value"), one, strict=True)) for one in answers]
    first = 2 + len(ITEMS["huishouden"])
    never = {"columns": dict.fromkeys(("gezinstype", "opleidingsniveau", "geboortedatum"), "")}
    assert one_table(tmp_path / "raw", rows, layout="long", **never) == {
        "households": [],
        "adults": [(first + 1, "V1", "value", NOTE)],
        "children": [(first + 2, None, "persoon", None), (first + 3, "K1", "value", "9")],
    }
    texts = sheets(tmp_path / "faults.xlsx")["Texts without a level"]
    assert [row[:3] for row in texts[1:]] == [["volwassene", "stress", NOTE.strip()], ["kind", "zorg", "9"]]


def test_it_says_that_it_is_personal_and_only_its_owner_may_read_it(folder, tmp_path):
    said = call(folder, "--report", tmp_path / "faults.xlsx").stdout
    assert "What the export holds" in said  # in English on the screen, in Dutch what goes to a pilot
    assert "Persoonlijke gegevens" in sheets(tmp_path / "faults.xlsx")["Lees mij"][2][0]
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "faults.xlsx").stat().st_mode) == 0o600


def test_what_the_terminal_shows_holds_none_of_it(folder, tmp_path):
    said = call(folder, "--report", tmp_path / "faults.xlsx").stdout
    assert "vader" not in said and "alert" not in said and "LEU-00" not in said and "1899" not in said


def test_for_one_pilot_it_holds_no_other(folder, tmp_path):
    """The one row of `Oostend` is taken for Oostende, and none of the others is."""
    assert call(folder, "--report", tmp_path / "oostende.xlsx", "--pilot", "oostende").exit_code == 0
    found = sheets(tmp_path / "oostende.xlsx")
    assert [row[8] for row in found["huishoudens"][1:]] == ["R04"] and len(found["kinderen"]) == 1
    assert "LEU-001" not in str(found)
    result = call(folder, "--report", tmp_path / "gent.xlsx", "--pilot", "Gent")
    assert result.exit_code == 2 and "--pilot Gent: not in the dataset" in result.stderr


def test_rows_that_name_no_pilot_are_told_where_the_lists_are_of_pilots(tmp_path):
    rows = [household("2022-05-01", "LEU-001"), household("2022-05-01", "LEU-002", pilootproject="Gent")]
    rows += [household("2022-06-01", "LEU-002", pilootproject=""), household("", "LEU-001")]
    folder = write_dataset(tmp_path / "raw", huishouden=rows, dataset_yml={"synthetic": True})
    said = call(folder, "--report", tmp_path / "leuven.xlsx", "--pilot", "Leuven").stderr
    assert said.startswith("left out: rejected rows and cells that name no pilot of the dataset: 2;")
    assert call(folder, "--report", tmp_path / "all.xlsx").stderr == ""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("faults.csv", "give the name of a workbook"),
        ("raw/faults.xlsx", "lies in the export"),
        ("nowhere/faults.xlsx", "cannot be written (No such file or directory)"),
        ("there.xlsx", "there.xlsx: is there already"),
    ],
)
def test_targets_that_are_refused(folder, tmp_path, name, said):
    (tmp_path / "there.xlsx").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    result = call(folder, "--report", tmp_path / name)
    assert result.exit_code == 2 and said in result.stderr
    assert sorted(tmp_path.rglob("*")) == before and (tmp_path / "there.xlsx").read_text() == "mine"


def test_git_must_ignore_it_unless_no_real_family_is_in_it(folder, tmp_path):
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "out").mkdir()
    target = tmp_path / "out" / "faults.xlsx"
    result = call(folder, "--report", target)
    assert result.exit_code == 2 and "git does not ignore faults.xlsx there" in result.stderr
    (tmp_path / ".gitignore").write_text("out/\n")
    assert call(folder, "--report", target).exit_code == 0 and target.exists()
    (tmp_path / ".gitignore").write_text("")
    write_dataset(tmp_path / "raw", huishouden=[household()])
    assert call(folder, "--report", tmp_path / "synthetic.xlsx").exit_code == 0


def test_an_export_that_cannot_be_read_has_none(tmp_path):
    folder = write_dataset(tmp_path / "raw", rename={"kind.gezin": "zzz"})
    result = call(folder, "--report", tmp_path / "faults.xlsx")
    assert result.exit_code == 1 and "not written, as the export cannot be read" in result.stderr
    assert not (tmp_path / "faults.xlsx").exists()
