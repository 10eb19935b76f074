"""The reader of raw datasets: what arrives, with its row number, from all forms of a CSV file."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from datasets import COLUMNS, ITEMS, csv_text, write_dataset
from helpers.export.columns import canonical_columns, note_columns
from helpers.export.grid import build
from helpers.export.messages import Faults, Place
from raw_folders import UNITS, column, lines, put_csv, read, stops

# --- the tables ------------------------------------------------------------------------------------------


def test_a_row_arrives_as_text_under_canonical_names_with_its_row_number(tmp_path):
    row = {
        "registratie_id": 12,
        "gezin": "LEU-001",
        "pilootproject": "Leuven",
        "datum": "1/5/2022",
        "schulden": "3 - x",
    }
    table = read(write_dataset(tmp_path, huishouden=[row])).tables["huishouden"]
    # The one row of the sheet stands below the header, so in row 2. Cells that the file leaves blank are "".
    blank = dict.fromkeys(COLUMNS["huishouden"], "")
    assert table.to_dict("records") == [{"row": 2, **blank, **row, "registratie_id": "12"}]


def test_columns_stand_in_the_order_of_the_layout_whatever_the_order_of_the_file(tmp_path):
    folder = write_dataset(tmp_path)
    header = ["extra", "stress_toelichting", "zorg_toelichting", *reversed(COLUMNS["kind"])]
    put_csv(folder, ";".join(header), unit="kind")
    # Notes in the order of the items (zorg before stress), then what the layout does not know.
    expected = ["row", *COLUMNS["kind"], "zorg_toelichting", "stress_toelichting", "extra"]
    assert list(read(folder).tables["kind"].columns) == expected


def test_dtypes_are_int64_for_row_and_texts_for_all_else_also_without_rows(tmp_path):
    export = read(write_dataset(tmp_path, kind=[{"gezin": "LEU-001"}]))
    for unit in UNITS:
        dtypes = export.tables[unit].dtypes.astype(str).to_dict()
        assert dtypes.pop("row") == "Int64"
        assert set(dtypes.values()) == {"category"}
        assert {str(table.cat.categories.dtype) for _, table in export.tables[unit].iloc[:, 1:].items()} == {
            "str"
        }
    assert [len(export.tables[unit]) for unit in UNITS] == [0, 0, 1]


def test_the_text_na_and_quotes_and_inner_white_space_stay_text(tmp_path):
    rows = [{"gezin": text} for text in ("NA", "nan", "null", 'a "b"', "a;b", "a  b", "None")]
    folder = write_dataset(tmp_path, huishouden=rows)
    assert column(folder, "gezin") == ["NA", "nan", "null", 'a "b"', "a;b", "a  b", "None"]


def test_no_cell_is_ever_missing(tmp_path):
    for layout in ("csv", "xlsx"):
        export = read(
            write_dataset(tmp_path / layout, volwassene=[{"gezin": "NA"}, {"stress": 3}], layout=layout)
        )
        assert not any(table.isna().to_numpy().any() for table in export.tables.values())


def test_provenance_and_unknown_columns(tmp_path):
    export = read(write_dataset(tmp_path / "proef", kind=[{"gezin": "x", "merk": "A", "geluk": 3}]))
    assert export.files == {unit: f"{unit}.csv" for unit in UNITS}
    assert export.unknown_columns == {"huishouden": (), "volwassene": (), "kind": ("merk", "geluk")}
    names = ["dataset.yml", "huishouden.csv", "volwassene.csv", "kind.csv"]
    assert export.inputs == tuple(tmp_path / "proef" / name for name in names)
    workbook = read(write_dataset(tmp_path / "boek", layout="xlsx"))
    assert set(workbook.files.values()) == {"export.xlsx"}
    assert [path.name for path in workbook.inputs] == ["dataset.yml", "export.xlsx"]


def test_what_was_never_registered_is_an_empty_column(tmp_path):
    rows = {"huishouden": [{"gezin": "LEU-001", "inkomen": 3}], "kind": [{"gezin": "LEU-001", "stress": 2}]}
    never = {"vrije_tijd": "", "kind.zorg": "", "gezinstype": ""}
    gone = dict.fromkeys(
        ["volwassene.vrije_tijd", "kind.vrije_tijd", "kind.zorg", "huishouden.gezinstype"], ""
    )
    there = read(write_dataset(tmp_path / "leeg", **rows))
    absent = read(write_dataset(tmp_path / "weg", **rows, rename=gone, dataset_yml={"columns": never}))
    for unit in UNITS:
        assert_frame_equal(absent.tables[unit], there.tables[unit])
    folder = write_dataset(tmp_path / "toch", **rows, dataset_yml={"columns": never})  # told, and not read
    assert read(folder).unknown_columns["kind"] == ("zorg ", "vrije_tijd ")


def one_table(folder, cells, **dataset_yml):
    """Write an export of one table of one line with these cells, or of a line for each of several."""
    several = cells if isinstance(cells, list) else [cells]
    write_dataset(folder, dataset_yml=dataset_yml)
    for unit in UNITS:
        (folder / f"{unit}.csv").unlink()
    rows = [";".join(row) for row in (several[0], *(one.values() for one in several))]
    (folder / "alles.csv").write_text("\n".join(rows))
    return folder


WHO = {"gezin": "LEU-001", "pilootproject": "Leuven", "datum": "2022-05-01"}
NEVER = {"schulden": "", "kind.stress": "", "gezinstype": "", "geboortedatum": ""}


def test_a_wide_export_need_not_have_what_was_never_registered(tmp_path):
    own = dict.fromkeys(ITEMS["huishouden"], "4") | {"K1 - zorg": "2"}
    strange = {"K1 - stress": "1"}
    full = one_table(tmp_path / "leeg", WHO | own | {"schulden": ""}, layout="wide")
    own.pop("schulden")
    for name, more, unknown in (("weg", {}, ()), ("toch", strange, tuple(strange))):
        found = read(one_table(tmp_path / name, WHO | own | more, layout="wide", columns=NEVER))
        for unit in UNITS:
            alike = found.tables[unit].drop(columns=[*unknown])
            assert_frame_equal(alike, read(full).tables[unit], check_like=True)
            assert found.unknown_columns[unit] == unknown


def test_a_long_export_has_no_value_of_what_was_never_registered(tmp_path):
    lines_of = {("huishouden", "inkomen"): "", ("huishouden", "schulden"): "", ("kind", "stress"): "K1"}
    rows = [
        WHO | {"persoon": who, "unit": unit, "item": item, "value": "3"}
        for (unit, item), who in lines_of.items()
    ]
    found = read(one_table(tmp_path / "x", rows, layout="long", columns=NEVER))
    assert found.tables["huishouden"]["inkomen"].tolist() == ["3", ""]
    assert set(found.tables["huishouden"]["schulden"]) == set(found.tables["kind"]["stress"]) == {""}
    assert [one.kind for one in found.remarks] == ["missing_id", "unknown_items"]


@pytest.mark.parametrize("key", ["gezin", "kind.persoon", "registratie_id", "item"])
def test_no_row_can_do_without_what_it_is_about(tmp_path, key):
    stops(
        write_dataset(tmp_path, dataset_yml={"columns": {key: ""}}), f'`{key}` is "", which is for what was'
    )


def test_an_unknown_column_called_row_does_not_take_the_place_of_the_row_number(tmp_path):
    export = read(write_dataset(tmp_path, kind=[{"gezin": "x", "row": "99"}]))
    assert export.unknown_columns["kind"] == ("row ",)
    assert export.tables["kind"][["row", "row "]].to_numpy().tolist() == [[2, "99"]]


def test_a_note_of_another_unit_is_an_unknown_column(tmp_path):
    export = read(write_dataset(tmp_path, huishouden=[{"zorg_toelichting": "x", "inkomen_toelichting": "y"}]))
    assert export.unknown_columns["huishouden"] == ("zorg_toelichting",)


def test_the_layout_is_that_of_the_codebook():
    codebook = pytest.importorskip("helpers.definitions")
    real = codebook.load_definitions()
    for unit in UNITS:
        assert canonical_columns(unit, real) == COLUMNS[unit]
        assert note_columns(unit, real) == tuple(f"{item}_toelichting" for item in ITEMS[unit])


# --- row numbers -----------------------------------------------------------------------------------------


def test_blank_lines_count_but_are_no_rows(tmp_path):
    text = lines(["1"], None, ["", "", " "], ["2"], None)  # rows 2, 3 (empty), 4 (no value), 5, 6 (empty)
    folder = put_csv(write_dataset(tmp_path), text)
    table = read(folder).tables["huishouden"]
    assert table[["row", "registratie_id"]].to_numpy().tolist() == [[2, "1"], [5, "2"]]


def test_a_line_of_delimiters_alone_is_blank_even_when_it_is_too_short_or_too_long(tmp_path):
    folder = put_csv(
        write_dataset(tmp_path), lines(["1"]) + ";;\n" + ";" * 40 + "\n" + lines(["2"]).split("\n")[1]
    )
    assert column(folder, "row") == [2, 5]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_break_in_quotes_does_not_count(tmp_path, end):
    text = lines(
        ["1", f'"a{end}{end}b"'], None, ["2", "c"], end=end
    )  # row 2 takes three lines, row 3 is blank
    table = read(put_csv(write_dataset(tmp_path), text)).tables["huishouden"]
    assert table[["row", "gezin"]].to_numpy().tolist() == [[2, f"a{end}{end}b"], [4, "c"]]


def test_blank_lines_above_the_header_count_too(tmp_path):
    folder = put_csv(write_dataset(tmp_path), "\n;;\n" + lines(["1"]))
    assert column(folder, "row") == [4]


def test_row_numbers_of_a_workbook_are_those_of_the_sheet(tmp_path):
    folder = write_dataset(tmp_path, layout="xlsx", huishouden=[{"gezin": "a"}, {}, {"gezin": "b"}])
    book = openpyxl.load_workbook(folder / "export.xlsx")
    book["huishouden"]["A3"] = " "  # row 3 holds nothing but white space
    book["huishouden"].move_range("A4:Z4", rows=3)
    book["huishouden"].row_dimensions[2].hidden = True
    book.save(folder / "export.xlsx")
    assert column(folder, "row") == [2, 7]


# --- forms of a CSV file ---------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_delimiters_and_encodings_give_the_same_tables(tmp_path, delimiter, encoding):
    row = {
        "gezin": "Liège;€,7",
        "datum": "2022-05-01",
        "schulden_toelichting": 'één\n"twee"; drie, vier\tvijf',
    }
    rows = {"huishouden": [row], "kind": [{"persoon": "K1", "coach": "Zoë"}]}
    plain = read(write_dataset(tmp_path / "plain", **rows))
    other = read(write_dataset(tmp_path / "other", **rows, delimiter=delimiter, encoding=encoding))
    assert plain.tables["huishouden"].loc[0, "gezin"] == "Liège;€,7"
    for unit in UNITS:
        assert_frame_equal(plain.tables[unit], other.tables[unit])


def test_encoding_and_delimiter_are_those_of_each_file(tmp_path):
    folder = write_dataset(tmp_path)
    for unit, delimiter, encoding in (("volwassene", ",", "cp1252"), ("kind", "\t", "utf-8-sig")):
        grid = [COLUMNS[unit], ["1", "Zoë", *[""] * (len(COLUMNS[unit]) - 2)]]
        put_csv(folder, csv_text(grid, delimiter=delimiter).encode(encoding), unit=unit)
    assert column(folder, "gezin", "volwassene") == column(folder, "gezin", "kind") == ["Zoë"]


def test_the_delimiter_gives_the_header_most_cells_not_the_rows(tmp_path):
    # The text of the row holds more commas than the header has semicolons.
    folder = write_dataset(tmp_path, huishouden=[{"gezin": "," * 50}])
    assert column(folder, "gezin") == ["," * 50]


def test_windows_1252_is_no_mixed_encoding_when_a_capital_a_tilde_stands_alone(tmp_path):
    folder = write_dataset(tmp_path, huishouden=[{"gezin": "SÃO é"}], encoding="cp1252")
    assert column(folder, "gezin") == ["SÃO é"]


def test_header_names_lose_outer_white_space(tmp_path):
    folder = write_dataset(tmp_path, huishouden=[{"gezin": "a"}], rename={"gezin": "  gezin\t"})
    assert column(folder, "gezin") == ["a"]


def test_a_column_without_a_name_is_ignored_and_so_is_a_row_that_has_nothing_else(tmp_path):
    header = [*COLUMNS["huishouden"][:2], " ", *COLUMNS["huishouden"][2:], ""]
    text = lines(["1", "a", "weg"], ["", "", "weg"], ["2", "b"], header=header)
    export = read(put_csv(write_dataset(tmp_path), text))
    table = export.tables["huishouden"]
    assert list(table.columns) == ["row", *COLUMNS["huishouden"]]
    assert table[["row", "gezin"]].to_numpy().tolist() == [[2, "a"], [4, "b"]]
    assert export.unknown_columns["huishouden"] == ()


def test_rows_without_a_value_below_a_table_do_not_count_as_cells(monkeypatch):
    """A sheet that is formatted down to its last row has a million of them."""
    monkeypatch.setattr("helpers.export.grid.MOST_CELLS", 100)
    blank = [(row, []) for row in range(3, 1000)]
    grid = build(Place("x.xlsx"), [(1, ["a", "b"]), (2, ["1"]), *blank], Faults(), placed=True)
    assert grid.row_numbers.tolist() == [2]


def test_a_header_without_rows_is_fine(tmp_path):
    assert all(table.empty for table in read(write_dataset(tmp_path)).tables.values())


def test_file_names_are_compared_without_case_and_other_files_are_left_alone(tmp_path):
    folder = write_dataset(tmp_path, huishouden=[{"gezin": "a"}], names={"huishouden": "Huishouden"})
    (folder / "kind.csv").rename(folder / "KIND.CSV")
    for name in ("~$export.xlsx", ".huishouden.csv", ".~lock.kind.csv#", "notes.csv", "readme.txt"):
        (folder / name).write_text("x")
    assert read(folder).files == {
        "huishouden": "Huishouden.csv",
        "volwassene": "volwassene.csv",
        "kind": "KIND.CSV",
    }


# --- registratie_id --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("1", "1"),
        (" 7 ", "7"),
        ("1.0", "1"),
        ("-3", "-3"),
        ("007", "7"),
        ("0" * 25 + "7", "7"),
        ("+5", "5"),
        ("-0", "0"),
        (str(2**63 - 1),) * 2,
    ],
)
def test_registratie_id_is_the_text_of_an_integer(tmp_path, written, read_as):
    folder = write_dataset(tmp_path, kind=[{"registratie_id": written}])
    assert column(folder, "registratie_id", "kind") == [read_as]


def test_equal_registratie_ids_are_not_judged_here(tmp_path):
    assert column(write_dataset(tmp_path, kind=[{"registratie_id": 1}] * 2), "registratie_id", "kind") == [
        "1",
        "1",
    ]


# --- properties ------------------------------------------------------------------------------------------

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)


@given(
    cells=st.lists(CELLS, max_size=5),
    delimiter=st.sampled_from(";,\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig"]),
)
def test_every_text_comes_through_a_csv_file_unchanged(tmp_path_factory, cells, delimiter, encoding):
    folder = tmp_path_factory.mktemp("csv")
    rows = [{"gezin": cell} for cell in cells]
    write_dataset(folder, kind=rows, delimiter=delimiter, encoding=encoding)
    assert column(folder, "gezin", "kind") == cells


@given(blanks=st.lists(st.integers(0, 3), min_size=1, max_size=6))
def test_row_numbers_count_all_lines(tmp_path_factory, blanks):
    folder = tmp_path_factory.mktemp("csv")
    rows, expected, row = [], [], 1
    for number, blank in enumerate(blanks):
        rows += [None] * blank + [[str(number), '"x\ny"']]
        row += blank + 1
        expected.append(row)
    table = read(put_csv(write_dataset(folder), lines(*rows))).tables["huishouden"]
    assert table["row"].tolist() == expected


def test_many_rows_are_read_in_pieces_without_a_seam(tmp_path):
    text = lines(*[[str(number)] for number in range(45_000)])
    table = read(put_csv(write_dataset(tmp_path), text)).tables["huishouden"]
    assert table["row"].equals(pd.Series(range(2, 45_002), dtype="Int64"))
    assert table["registratie_id"].tolist() == [str(number) for number in range(45_000)]
