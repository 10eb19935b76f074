"""Faults of the files stop the run with a message that says where, what and what to do."""

from __future__ import annotations

import shutil

import pytest

from datasets import COLUMNS, write_dataset
from helpers.errors import PipelineError
from helpers.export import read_dataset
from helpers.export.messages import ExportError
from raw_folders import UNITS, lines, put_csv, read, stops


def test_an_export_error_is_a_pipeline_error():
    assert issubclass(ExportError, PipelineError)


# --- the folder ------------------------------------------------------------------------------------------


def test_no_folder(tmp_path):
    stops(tmp_path / "niets", "niets", "no such folder")
    (tmp_path / "file").write_text("")
    stops(tmp_path / "file", "no such folder", action=read_dataset)


@pytest.mark.parametrize("unit", UNITS)
def test_a_missing_file_is_named_with_what_there_is(tmp_path, unit):
    folder = write_dataset(tmp_path)
    (folder / f"{unit}.csv").rename(folder / "andere.csv")
    stops(folder, f"{unit}.csv: there is no such file", "`andere.csv`", "`sheets`")


def test_a_file_that_sheets_names_is_not_looked_for_under_its_own_name(tmp_path):
    folder = write_dataset(tmp_path, dataset_yml={"sheets": {"kind": "kinderen.csv"}})
    stops(folder, "kinderen.csv: there is no such file", "`kind.csv`")


def test_csv_files_and_a_workbook_together(tmp_path):
    folder = write_dataset(tmp_path, layout="xlsx")
    put_csv(folder, lines(unit="kind"), unit="kind")
    stops(folder, "`export.xlsx`, `kind.csv`", "Move `export.xlsx` to another folder, or the CSV files if")


def test_a_workbook_beside_a_csv_file_that_sheets_names(tmp_path):
    names = {"kind": "kinderen"}
    folder = write_dataset(tmp_path, layout="xlsx", names=names, dataset_yml={"sheets": names})
    read(folder)
    (folder / "Kinderen.CSV").write_text("x")
    stops(folder, "`export.xlsx`, `Kinderen.CSV`")


def test_two_workbooks(tmp_path):
    folder = write_dataset(tmp_path, layout="xlsx")
    shutil.copy(folder / "export.xlsx", folder / "oud.XLSX")
    stops(folder, "`export.xlsx`, `oud.XLSX`", "move the others to another folder")


def test_two_files_of_one_name(tmp_path):
    folder = write_dataset(tmp_path)
    (folder / "Kind.csv").write_text("x")
    if len(list(folder.glob("[Kk]ind.csv"))) == 2:  # not where the file system compares without case
        stops(folder, "`Kind.csv`, `kind.csv`", "same name")


# --- bytes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"\n\n", b" ;;\n", b",,\n,,", b"\t\t\n", b"\xef\xbb\xbf"])
def test_an_empty_file(tmp_path, content):
    stops(put_csv(write_dataset(tmp_path), content), "huishouden.csv: it is empty")


def test_nul_bytes(tmp_path):
    folder = put_csv(write_dataset(tmp_path), lines(["1"], ["2", "a\0b"]))
    stops(folder, "huishouden.csv, row 3, column `gezin`: the file holds NUL bytes", "UTF-8")
    for text in (lines(["1"]).encode("utf-16-le"), lines(["1"], ["2", "a\0b"]).encode("utf-16")):
        stops(put_csv(folder, text), "huishouden.csv", "NUL bytes", "UTF-16", "UTF-8")


# --- quotation marks and cells ---------------------------------------------------------------------------


def test_an_open_quotation_mark(tmp_path):
    folder = put_csv(write_dataset(tmp_path), lines(["1"], None, ["2", "a", '"b'], ["3"]))
    stops(folder, "huishouden.csv, row 4, column `pilootproject`", "not closed")


def test_an_open_quotation_mark_in_a_file_so_large_that_the_cell_has_no_end(tmp_path):
    folder = put_csv(write_dataset(tmp_path), lines(["1", '"a'], *[["2", "b" * 50]] * 3000))
    stops(folder, "huishouden.csv, row 2", "not closed")


def test_an_open_quotation_mark_in_the_header(tmp_path):
    folder = put_csv(write_dataset(tmp_path), '"' + lines(["1"]))
    stops(folder, "huishouden.csv, row 1", "quotation mark")


def test_a_quotation_mark_that_is_not_doubled(tmp_path):
    folder = put_csv(write_dataset(tmp_path), lines(["1", '"zij zei "ja""']))
    stops(folder, "huishouden.csv, row 2", "quotation mark", "twice")


@pytest.mark.parametrize("name", ["inkomen_toelichting", ""])  # a column without a name: no regular file
def test_a_quotation_mark_that_is_closed_some_rows_below(tmp_path, name):
    header = [*COLUMNS["huishouden"], name, "coach"]
    note, rows = len(header) - 2, [[str(number), *[""] * (len(header) - 1)] for number in range(1, 6)]
    rows[0][note], rows[3][note] = '"zij zei', 'en toen"'
    folder = put_csv(write_dataset(tmp_path), lines(*rows, header=header))
    stops(folder, "huishouden.csv, row 2", "closed 3 lines further down", "Close the quotation mark")


def test_a_quotation_mark_that_is_closed_below_rows_that_end_early(tmp_path):
    header = [*COLUMNS["huishouden"], "inkomen_toelichting", "coach"]
    blank = ";" * 12
    text = f'1{blank};"zij zei\n2;LEU-001\n3;LEU-002;Leuven\n4{blank};en toen"\n5{blank}\n'
    folder = put_csv(write_dataset(tmp_path), ";".join(header) + "\n" + text)
    stops(folder, "huishouden.csv, row 2, column `inkomen_toelichting`", "closed 3 lines further down")


@pytest.mark.parametrize(
    "note", ["een\ntwee", "een; twee\ndrie;vier", "; ".join("abcdefgh") + "\n" + "; ".join("abcdefg")]
)
def test_a_note_of_some_lines_is_a_note(tmp_path, note):
    header = [*COLUMNS["huishouden"], "inkomen_toelichting", "coach"]
    text = lines(["1", *[""] * 12, f'"{note}"', "C1"], ["2"], header=header)
    folder = put_csv(write_dataset(tmp_path), text)
    assert read(folder).tables["huishouden"]["inkomen_toelichting"].tolist() == [note, ""]


def test_a_row_with_more_or_fewer_cells_than_the_header(tmp_path):
    header, row, _ = lines(["1"]).split("\n")  # the sheet of households has 13 columns
    full = ";".join([*"2abcdefghijkl"])
    for wrong, said in (
        (full + ";x", "the row has 14 cells and the header 13"),
        (full[:-2], "the row ends 1 cell early"),
        ("2;a", "the row ends 11 cells early"),
    ):
        folder = put_csv(write_dataset(tmp_path), f"{header}\n\n{full}\n{wrong}\n")
        stops(folder, f"huishouden.csv, row 4: {said}")


def test_cells_that_are_blank_decide_nothing(tmp_path):
    header, row, _ = lines(["1"]).split("\n")
    for odd in (row + ";", row + "; ;;", row[:-1], "1", "1;;"):
        folder = put_csv(write_dataset(tmp_path), f"{header}\n\n{row}\n{odd}\n")
        assert read(folder).tables["huishouden"]["row"].tolist() == [3, 4]


# --- the header ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", UNITS)
def test_a_missing_column_is_named(tmp_path, unit):
    for name in COLUMNS[unit]:
        folder = put_csv(write_dataset(tmp_path), ";".join(set(COLUMNS[unit]) - {name}) + "\n", unit=unit)
        stops(folder, f"{unit}.csv: the header has no column `{name}`.", "`columns`", "dataset.yml")


def test_all_missing_columns_are_named_at_once(tmp_path):
    stops(
        put_csv(write_dataset(tmp_path), "gezin;datum\n"),
        "`registratie_id`, `pilootproject`, ",
        "`veiligheid`",
    )


@pytest.mark.parametrize("header", ["datum;datum", "datum; datum ", "datum;DATUM", "coach;Coach\u200b"])
def test_a_name_that_stands_twice(tmp_path, header):
    others = ";".join(name for name in COLUMNS["kind"] if name != "datum" or "datum" not in header)
    folder = put_csv(write_dataset(tmp_path), f"{others};{header}\n", unit="kind")
    stops(folder, "kind.csv", f"`{header.split(';')[0]}`", "more than once")


# --- registratie_id --------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["1.5", "1,5", "1.000", "x", "1e3", "--1", "٣", "9,223,372"])
def test_a_registratie_id_that_is_no_integer(tmp_path, value):
    rows = [{"registratie_id": 1}, {"gezin": "TEST-1", "registratie_id": value}]
    folder = write_dataset(tmp_path, volwassene=rows)
    stops(
        folder,
        "volwassene.csv, row 3, column `registratie_id`",
        f"`{value[:70]}",
        "is no integer",
        "whole number",
    )


@pytest.mark.parametrize(
    "value", ["9223372036854775808", "-9223372036854775809", "9" * 5000, "1" * 20 + ".0"]
)
def test_a_registratie_id_that_is_too_large_is_not_called_no_number(tmp_path, value):
    folder = write_dataset(tmp_path, volwassene=[{"registratie_id": value}])
    said = "is a number beyond the largest that is read, 9223372036854775807"
    told = stops(folder, "volwassene.csv, row 2, column `registratie_id`", said)
    assert "no integer" not in told and "more in this column" not in told


@pytest.mark.parametrize("value", ["", "  "])
def test_a_blank_registratie_id(tmp_path, value):
    rows = [{"registratie_id": value, "gezin": "a"}, {"registratie_id": value, "gezin": "b"}]
    folder = write_dataset(tmp_path, kind=rows)
    stops(folder, "kind.csv, column `registratie_id`: every cell is blank")


def test_what_is_wrong_with_a_whole_column_is_told_before_what_is_in_a_row(tmp_path):
    blank = [{"registratie_id": "", "gezin": family} for family in "ab"]
    folder = write_dataset(tmp_path, volwassene=[{"registratie_id": "x"}], kind=blank)
    with pytest.raises(ExportError) as caught:
        read(folder)
    places = [line.partition(" column")[0] for line in caught.value.faults]
    assert places == ["kind.csv,", "volwassene.csv, row 2,"]


def test_a_blank_registratie_id_among_others(tmp_path):
    rows = [{"registratie_id": value, "gezin": "a"} for value in ("1", "", " ")]
    folder = write_dataset(tmp_path, kind=rows)
    stops(folder, "kind.csv, row 3, column `registratie_id`: it is blank (and 1 more in this column)")


@pytest.mark.parametrize("value", [True, "=ROW()", 1.5, None])
def test_a_registratie_id_in_a_workbook(tmp_path, value):
    folder = write_dataset(tmp_path, kind=[{"registratie_id": value, "gezin": "a"}], layout="xlsx")
    stops(folder, "export.xlsx, sheet kind, row 2, column `registratie_id`")


# --- mappings and the header -----------------------------------------------------------------------------


def test_a_column_that_a_mapping_names_is_missing_and_the_canonical_name_does_not_stand_in(tmp_path):
    folder = write_dataset(tmp_path, dataset_yml={"columns": {"kind.datum": "dag"}})
    stops(folder, "kind.csv: the header has no column `dag` (dataset.yml: `datum`)")


def test_messages_stay_on_one_line_and_short(tmp_path):
    folder = write_dataset(tmp_path, kind=[{"registratie_id": "a\n\x1b[31m" + "b" * 500}])
    assert len(stops(folder, "`a \\x1b[31mbbb", "…`")) < 300
