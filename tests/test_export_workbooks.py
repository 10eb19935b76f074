"""Workbooks: the same tables as from CSV files, and cells that only a workbook has."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from pandas.testing import assert_frame_equal

from datasets import COLUMNS, write_dataset, write_workbook
from helpers.export.messages import ExportError
from raw_folders import UNITS, column, lines, put_csv, read, rewrite_parts, stops

# --- workbooks -------------------------------------------------------------------------------------------


def test_both_layouts_give_identical_tables(tmp_path):
    rows = {
        "huishouden": [
            {"gezin": "LEU-001", "datum": dt.date(2022, 5, 1), "schulden": 3, "inkomen": "n.v.t.", "x": 1}
        ],
        "volwassene": [{}, {"persoon": "V1", "stress": "3 - label", "stress_toelichting": "één\ntwee"}],
        "kind": [
            {"persoon": 7, "geboortedatum": dt.datetime(2015, 2, 28, 13, 5), "zorg": 3.5, "stress": True}
        ],
    }
    csvs = read(write_dataset(tmp_path / "csv", **rows))
    book = read(write_dataset(tmp_path / "xlsx", **rows, layout="xlsx"))
    assert csvs.unknown_columns == book.unknown_columns
    for unit in UNITS:
        assert_frame_equal(csvs.tables[unit], book.tables[unit])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (3.0, "3"),
        (3.5, "3.5"),
        (1e20, "100000000000000000000"),
        ("3", "3"),
        ("3,0", "3,0"),
        ("NA", "NA"),
        (True, "TRUE"),
        (False, "FALSE"),
        (dt.date(2023, 1, 3), "2023-01-03"),
        (dt.datetime(2023, 1, 3, 9, 30), "2023-01-03 09:30:00"),
        (dt.time(9, 30), "09:30:00"),
        (44927, "44927"),
        ("#N/A", "#N/A"),
        ("=1+2", "=1+2"),
        ("=IF(A1,", "=IF(A1,"),
    ],
)
def test_a_cell_of_a_workbook_arrives_as_the_text_that_cleaning_can_judge(tmp_path, value, text):
    folder = write_dataset(tmp_path, kind=[{"zorg": value}], layout="xlsx")
    assert column(folder, "zorg", "kind") == [text]


def test_a_registration_number_of_a_workbook_may_be_a_whole_float(tmp_path):
    folder = write_dataset(tmp_path, kind=[{"registratie_id": 4.0}], layout="xlsx")
    assert column(folder, "registratie_id", "kind") == ["4"]


def test_formulas_of_arrays_and_data_tables_are_never_blank(tmp_path):
    folder = write_dataset(tmp_path, kind=[{"zorg": 1}], layout="xlsx")
    book = openpyxl.load_workbook(folder / "export.xlsx")
    zorg = COLUMNS["kind"].index("zorg") + 1
    book["kind"].cell(2, zorg).value = ArrayFormula("A1", "=SUM(B1:B2)")
    book["kind"].cell(2, zorg + 1).value = DataTableFormula("A1")
    book.save(folder / "export.xlsx")
    table = read(folder).tables["kind"]
    assert table.loc[0, ["zorg", "opvang"]].tolist() == ["=SUM(B1:B2)", "="]


def test_a_number_that_is_formatted_as_a_date_but_is_none_is_an_error_value(tmp_path):
    folder = write_dataset(tmp_path, kind=[{"datum": 99_999_999}], layout="xlsx")
    book = openpyxl.load_workbook(folder / "export.xlsx")
    book["kind"]["D2"].number_format = "yyyy-mm-dd"
    book.save(folder / "export.xlsx")
    assert column(folder, "datum", "kind") == ["#VALUE!"]  # and no warning


def test_a_workbook_with_dates_from_1904(tmp_path):
    folder = write_dataset(tmp_path, layout="xlsx")
    book = openpyxl.load_workbook(folder / "export.xlsx")
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for position, value in enumerate((1, "x", "y", dt.date(2023, 1, 3)), 1):
        book["kind"].cell(2, position).value = value
    book.save(folder / "export.xlsx")
    assert column(folder, "datum", "kind") == ["2023-01-03"]


def test_escaped_signs_of_a_workbook_are_read(tmp_path):
    folder = write_dataset(tmp_path, kind=[{"zorg": "a_x000D_\nb_xD800_c"}], layout="xlsx")
    # A carriage return is written so; half of a surrogate pair is no sign and stays as it is written.
    assert column(folder, "zorg", "kind") == ["a\r\nb_xD800_c"]


def test_sheet_names_without_case_a_fourth_sheet_and_merged_cells(tmp_path):
    folder = write_dataset(
        tmp_path, layout="xlsx", kind=[{"gezin": "a"}], names={"huishouden": "Huishouden", "kind": "KIND"}
    )
    book = openpyxl.load_workbook(folder / "export.xlsx")
    book.create_sheet("Toelichting")["A1"] = "vrije tekst"
    book["KIND"]["H2"] = 4
    book["KIND"].merge_cells("H2:H3")
    book["KIND"].sheet_state = "hidden"
    book.save(folder / "export.xlsx")
    export = read(folder)
    assert export.tables["kind"][["row", "gezin", "opvang"]].to_numpy().tolist() == [[2, "a", "4"]]


def test_blank_cells_beyond_the_header_and_short_rows_are_fine_in_a_workbook(tmp_path):
    folder = write_dataset(tmp_path)
    for unit in UNITS:
        (folder / f"{unit}.csv").unlink()
    grids = {unit: [[*COLUMNS[unit], None, "  "], [1, "a"], [2, "b", *[""] * 60]] for unit in UNITS}
    write_workbook(folder / "export.xlsx", grids)
    table = read(folder).tables["kind"]
    assert table[["row", "gezin"]].to_numpy().tolist() == [[2, "a"], [3, "b"]]
    assert list(table.columns) == ["row", *COLUMNS["kind"]]


def test_header_cells_that_are_no_text_are_read_as_text(tmp_path):
    folder = write_dataset(tmp_path)
    for unit in UNITS:
        (folder / f"{unit}.csv").unlink()
    header = [2023, dt.date(2023, 1, 3), True]
    write_workbook(folder / "b.xlsx", {unit: [[*COLUMNS[unit], *header]] for unit in UNITS})
    assert read(folder).unknown_columns["kind"] == ("2023", "2023-01-03", "TRUE")


def test_what_a_workbook_says_of_its_size_is_not_believed(tmp_path):
    folder = write_dataset(tmp_path, kind=[{"gezin": "a"}, {"gezin": "b"}], layout="xlsx")
    rewrite_parts(
        folder / "export.xlsx",
        lambda name, text: text.replace('<dimension ref="A1:V3"', '<dimension ref="A1"'),
    )
    assert column(folder, "gezin", "kind") == ["a", "b"]


# --- faults of a workbook --------------------------------------------------------------------------------


def test_values_beside_the_table_are_in_columns_without_a_name_and_are_counted(tmp_path):
    """The sheet of children has 22 columns; each cell of a workbook has its place, so nothing can shift."""
    folder = write_dataset(tmp_path, layout="xlsx", kind=[{"gezin": "a"}])
    book = openpyxl.load_workbook(folder / "export.xlsx")
    book["kind"].cell(1, 23).value = " "
    book["kind"].cell(2, 23).value = "opmerking"
    book["kind"].cell(2, 25).value = "nog een"
    book["kind"].cell(3, 25).value = "op een rij zonder registratie"
    book.save(folder / "export.xlsx")
    raw = read(folder)
    assert raw.tables["kind"]["gezin"].tolist() == ["a"]
    assert list(raw.tables["kind"].columns) == ["row", *COLUMNS["kind"]]
    assert (raw.nameless["kind"], raw.nameless["huishouden"], raw.unknown_columns["kind"]) == (3, 0, ())


def test_values_under_a_blank_name_of_a_csv_file_are_counted_too(tmp_path):
    header = ["", *COLUMNS["huishouden"]]
    folder = put_csv(write_dataset(tmp_path), lines(["x", "1"], ["y"], header=header))
    assert read(folder).tables["huishouden"]["row"].tolist() == [2]
    assert read(folder).nameless["huishouden"] == 2


def test_a_missing_sheet(tmp_path):
    folder = write_dataset(tmp_path, layout="xlsx", names={"kind": "kinderen"})
    stops(
        folder, "export.xlsx: sheet `kind` is missing", "`huishouden`, `volwassene`, `kinderen`", "`sheets`"
    )


def test_two_sheets_of_one_name(tmp_path):
    folder = write_dataset(tmp_path, layout="xlsx")
    book = openpyxl.load_workbook(folder / "export.xlsx")
    book.create_sheet("kind.csv")
    book.save(folder / "export.xlsx")
    stops(folder, "export.xlsx: sheet `kind` stands there twice")


def test_an_empty_sheet(tmp_path):
    folder = write_dataset(tmp_path, layout="xlsx")
    book = openpyxl.load_workbook(folder / "export.xlsx")
    book["kind"].delete_rows(1)
    book.save(folder / "export.xlsx")
    stops(folder, "export.xlsx, sheet kind: it is empty")


def test_faults_of_the_header_of_a_sheet(tmp_path):
    folder = write_dataset(tmp_path, layout="xlsx", rename={"kind.datum": "gezin"})
    with pytest.raises(ExportError) as caught:
        read(folder)
    twice, missing = caught.value.faults
    assert "export.xlsx, sheet kind: the header holds `gezin` more than once" in twice
    assert "export.xlsx, sheet kind: the header has no column `datum`" in missing


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "it is empty"),
        (b"gezin;datum", "it is no workbook but CSV text"),
        (b"gezin", "cannot be read as an Excel workbook"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "protected by a password"),
        (b"PK\x05\x06" + bytes(18), "cannot be read as an Excel workbook"),
    ],
)
def test_a_file_that_is_no_workbook(tmp_path, content, part):
    folder = write_dataset(tmp_path, layout="xlsx")
    (folder / "export.xlsx").write_bytes(content)
    stops(folder, "export.xlsx: ", part)


def test_a_workbook_that_is_cut_off_or_lacks_a_part(tmp_path):
    folder = write_dataset(tmp_path, layout="xlsx")
    whole = (folder / "export.xlsx").read_bytes()
    (folder / "export.xlsx").write_bytes(whole[: len(whole) // 2])
    stops(folder, "export.xlsx: ", "damaged or incomplete")
    (folder / "export.xlsx").write_bytes(whole)
    rewrite_parts(
        folder / "export.xlsx", lambda name, text: text[: len(text) // 2] if "sheet2" in name else text
    )
    stops(folder, "export.xlsx: ", "damaged or incomplete")


def test_a_workbook_that_unpacks_to_too_much(tmp_path, monkeypatch):
    folder = write_dataset(tmp_path, layout="xlsx")
    monkeypatch.setattr("helpers.export.workbook.LARGEST", 1000)
    stops(folder, "export.xlsx: it unpacks to more than")


def test_a_row_number_that_no_sheet_has(tmp_path):
    folder = write_dataset(tmp_path, layout="xlsx", kind=[{"gezin": "a"}])
    rewrite_parts(
        folder / "export.xlsx",
        lambda name, text: text.replace('row r="2"', 'row r="1048577"') if "sheet3" in name else text,
    )
    stops(folder, "export.xlsx, sheet kind: it has more rows")


def test_entities_in_a_workbook_are_not_expanded(tmp_path):
    folder = write_dataset(tmp_path, layout="xlsx", kind=[{"gezin": "a"}])
    bomb = '<!DOCTYPE x [<!ENTITY a "b">]><worksheet'
    rewrite_parts(
        folder / "export.xlsx",
        lambda name, text: text.replace("<worksheet", bomb) if "sheet3" in name else text,
    )
    stops(folder, "export.xlsx: ", "damaged")
