"""The workbook of all tables: every value of the CSVs, as what it is; a guide that leads there and back."""

import csv
import json
import time
import zipfile
from datetime import date, datetime

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import workbook
from helpers.files import csv_text
from helpers.tables import TABLES, conform, empty
from helpers.workbook import write_package, write_workbook
from report_tables import flow, item_change, residence, sign_and_margins
from workbook_cells import as_csv

TEXTS = ["=1+1", "+a", "-b", "@c", "-", "'=d", "<5", "é", "a,b", 'a"b', "1e5x", " x ", "a\nb", "TRUE", "007a"]
HEADING = ["Een studie", "Synthetische gegevens"]


def measures(*texts) -> pd.DataFrame:
    """A table with any texts in it, and numbers that are easily lost."""
    values = [0.1 + 0.2, 1e-7, -2.5, 1e22, None] * len(texts)
    return conform("claim_measures", pd.DataFrame({"measure": texts, "value": values[: len(texts)]}))


TABLES_OF_A_RUN = {
    "flow": flow(),
    "figure_04": residence(),
    "item_change": item_change(),
    "transition_tests": sign_and_margins(),
    "claim_measures": measures(*TEXTS),
    "cases_by_pilot": empty("cases_by_pilot"),
}


def written(folder, tables=TABLES_OF_A_RUN, *, language="nl", heading=HEADING):
    """The workbook of these tables, written into a folder."""
    (folder / "tables").mkdir(parents=True)
    for name, table in tables.items():
        (folder / "tables" / f"{name}.csv").write_text(csv_text(table), encoding="utf-8", newline="")
    write_workbook(folder / "tables", folder / "tables.xlsx", language=language, heading=heading)
    return folder / "tables.xlsx"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return written(tmp_path_factory.mktemp("workbook"))


@pytest.fixture
def book(path):
    return openpyxl.load_workbook(path)


# ---- values ----------------------------------------------------------------------------------------------


def test_the_sheets_hold_what_the_csv_files_hold_and_nothing_else(book, path):
    files = {file.stem: file for file in (path.parent / "tables").iterdir()}
    assert book.sheetnames == ["Leeswijzer", *sorted(files)]
    for name, file in files.items():
        with file.open(encoding="utf-8", newline="") as opened:
            rows = list(csv.reader(opened))
        # the ' that keeps a text of a CSV from being calculated is not needed where text is text
        rows = [[cell[1:] if cell[:2] in ("'=", "'+", "'-", "'@") else cell for cell in row] for row in rows]
        assert as_csv(book[name]) == rows, name


def test_values_are_of_their_kind(book):
    row = dict(zip(*list(book["transition_tests"].values)[:2], strict=True))
    assert row["n"] == 10 and isinstance(row["n"], int) and row["note"] is None
    assert row["sign_exact_p"] == 0.21875 and row["figure"] == "figure_18"
    values = {text: value for text, value in list(book["claim_measures"].values)[1:]}
    assert values["=1+1"] == 0.1 + 0.2 and values["+a"] == 1e-7
    assert [text for text in TEXTS if text not in values and text != "'=d"] == []


def test_nothing_is_a_formula_whatever_it_looks_like(path):
    with zipfile.ZipFile(path) as files:
        sheets = [files.read(name) for name in files.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 7 and not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)


def test_truth_and_days_are_what_they_are_and_what_is_suppressed_stays_text(tmp_path):
    columns = TABLES["multiverse"].column_names
    line = "default,default,not_deprived,3,at,30,True,False,<5,0.9,,2,1,0,0.5"
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "multiverse.csv").write_text(",".join(columns) + f"\n{line}\n")
    fell = "LEU-001,,huishouden,inkomen,,,,2,2022-03-01\n"
    header = ",".join(TABLES["fallen_items"].column_names)
    (tmp_path / "tables" / "fallen_items.csv").write_text(f"{header}\n{fell}")
    write_workbook(tmp_path / "tables", tmp_path / "x.xlsx", language="nl", heading=[])
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    row = dict(zip(*book["multiverse"].values, strict=True))
    assert row["default"] is True and row["equivalent"] is False and row["families"] == "<5"
    (day,) = book["fallen_items"]["I"][1:]
    assert day.value.date() == date(2022, 3, 1) and day.number_format == "yyyy-mm-dd"


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1), min_size=1, max_size=5
    )
)
@settings(max_examples=15, deadline=None)
def test_any_text_is_text_and_reads_back(tmp_path_factory, texts):
    texts = list(dict.fromkeys(texts))
    path = written(tmp_path_factory.mktemp("texts"), {"claim_measures": measures(*texts)})
    column = [
        cell for (cell,) in openpyxl.load_workbook(path)["claim_measures"]["A2:A9"] if cell.value is not None
    ]
    illegal = openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE
    assert {cell.data_type for cell in column} == {"s"} or not column
    found = [cell.value for cell in column]
    assert [illegal.sub(" ", text) for text in texts][: len(found)] == found


# ---- the guide -------------------------------------------------------------------------------------------


def guide_of(book):
    """The lines of the reading guide below its header, and the row of that header."""
    rows = list(book["Leeswijzer"].values)
    at = rows.index(("tabel", "kolom", "betekenis", "eenheid"))
    return rows[at + 1 :], at + 1


def test_the_guide_explains_each_table_and_each_column_with_its_unit(book):
    rows, _ = guide_of(book)
    for name in TABLES_OF_A_RUN:
        about, *columns = [row for row in rows if row[0] == name]
        assert about[1] is None and TABLES[name].description.nl in about[2]
        assert [row[1:3] for row in columns] == [(c.name, c.description.nl) for c in TABLES[name].columns]
    units = {row[:2]: row[3] for row in rows}
    assert units["flow", "families"] == "gezinnen" and units["flow", "stage"] == "tekst"
    assert units["figure_04", "share"] == "aandeel, 0–1; kan leeg zijn"
    assert units["transition_tests", "sign_exact_p"] == "p-waarde, 0–1; kan leeg zijn"
    assert units["item_change", "improved"] == "paren"
    about = next(row[2] for row in rows if row[:2] == ("figure_04", None))
    assert about.startswith("Figuur 4. Verblijfplaats van de gezinnen. Verdeling over de vijf niveaus")


def test_the_guide_is_in_the_language_of_the_run(tmp_path):
    book = openpyxl.load_workbook(written(tmp_path, {"flow": flow()}, language="en"))
    assert book.sheetnames == ["Reading guide", "flow"]
    rows = list(book["Reading guide"].values)
    assert rows[0][0] == "Een studie" and ("table", "column", "meaning", "unit") in rows
    assert rows[-1] == ("flow", "families", "Number of families", "families")
    assert book["flow"]["A1"].hyperlink.location == f"'Reading guide'!A{len(rows) - 2}"


def test_links_lead_from_the_guide_to_each_table_and_back(book):
    guide = book["Leeswijzer"]
    links = {cell.value: cell for (cell,) in guide["A1:A200"] if cell.hyperlink}
    assert set(links) == set(TABLES_OF_A_RUN)
    for name, cell in links.items():
        assert cell.hyperlink.location == f"'{name}'!A1" and cell.hyperlink.target is None
        assert book[name]["A1"].hyperlink.location == f"'Leeswijzer'!A{cell.row}"


def test_a_table_of_too_many_rows_is_in_the_guide_only(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    four, three = (measures(*"abcd"[:n]) for n in (4, 3))
    book = openpyxl.load_workbook(written(tmp_path, {"claim_measures": four, "measures_of_three": three}))
    assert book.sheetnames == ["Leeswijzer", "measures_of_three"]
    about = next(row for row in book["Leeswijzer"].values if row[:2] == ("claim_measures", None))
    assert about[2].endswith("Meer dan 3 rijen: zonder blad, alleen als tables/claim_measures.csv.")
    links = {cell.value for (cell,) in book["Leeswijzer"]["A1:A200"] if cell.hyperlink}
    assert links == {"measures_of_three"}


# ---- for reading -----------------------------------------------------------------------------------------


def test_shares_are_shown_as_percentages_and_stay_between_0_and_1(book):
    shown = {
        cell.value: column[1].number_format for column in book["item_change"].columns for cell in column[:1]
    }
    assert shown["net"] == "+0.0%;-0.0%;0.0%" and shown["sign_exact_p"] == "0.000" and shown["n"] == "General"
    sheet = book["figure_04"]
    assert [cell.number_format for cell in sheet[2]][-3:] == ["0.0%"] * 3 and sheet["F2"].value == 0.1


def test_headers_stay_in_view_and_on_paper_and_no_cell_is_merged(book):
    _, head = guide_of(book)
    for sheet in book:
        row = head if sheet.title == "Leeswijzer" else 1
        assert sheet.freeze_panes == f"A{row + 1}" and sheet.print_title_rows == f"${row}:${row}"
        assert sheet.page_setup.orientation == "landscape" and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert not sheet.merged_cells.ranges and all(cell.font.bold for cell in sheet[row])
        widths = [column.width for column in sheet.column_dimensions.values()]
        assert min(widths) >= 10 and max(widths) <= 90


def test_each_table_is_a_range_with_a_name_and_a_filter(book):
    for name, table in TABLES_OF_A_RUN.items():
        (found,) = book[name].tables.values()
        last = openpyxl.utils.get_column_letter(table.shape[1])
        assert found.displayName == f"t_{name}" and found.autoFilter.ref == found.ref
        assert found.ref == f"A1:{last}{max(2, len(table) + 1)}"  # a range needs a row below its header
        assert [column.name for column in found.tableColumns] == list(table.columns)


def test_the_document_has_a_title_an_author_a_language_and_no_date_of_its_own(book, path):
    about = book.properties
    assert (about.title, about.creator, about.language) == ("Een studie", "gezinscoach", "nl")
    assert about.created == about.modified == datetime(1980, 1, 1)
    with zipfile.ZipFile(path) as files:
        assert {entry.date_time for entry in files.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_same_tables_give_the_same_bytes(path, tmp_path):
    time.sleep(1.1)  # a second later, in case a time of saving went in somewhere
    assert written(tmp_path).read_bytes() == path.read_bytes()


def test_no_name_of_a_table_is_too_long_for_a_sheet():
    assert [name for name in TABLES if len(name) > 31] == []


# ---- the data package ------------------------------------------------------------------------------------


def packaged(folder, tables):
    """The data package of these tables, beside their folder."""
    written(folder, tables)
    write_package(folder / "tables", folder / "datapackage.json", language="en", heading=HEADING)
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def test_a_package_has_the_table_schema_of_every_csv(tmp_path):
    package = packaged(tmp_path, {"flow": flow(), "transition_tests": sign_and_margins()})
    assert [package["title"], *package["description"].split("\n")] == HEADING
    stages, tests = package["resources"]
    assert (stages["name"], stages["path"]) == ("flow", "tables/flow.csv")
    stage, families = stages["schema"].pop("fields")
    assert stages["schema"] == {"primaryKey": ["stage"], "missingValues": [""]}
    assert (stage["type"], families["type"]) == ("string", "integer")
    assert stage["constraints"]["enum"] == list(TABLES["flow"].column("stage").values)
    assert json.dumps(families["constraints"]) == '{"required": true, "minimum": 0}'  # an integer, as all
    fields = {field["name"]: field for field in tests["schema"]["fields"]}
    assert list(fields) == list(TABLES["transition_tests"].column_names)
    chance = fields["sign_exact_p"]
    assert chance["type"] == "number"
    assert chance["constraints"] == {"required": False, "minimum": 0, "maximum": 1}
    assert chance["title"] == TABLES["transition_tests"].column("sign_exact_p").title.en


def test_a_package_tells_the_columns_that_a_file_has_and_no_key_of_others(tmp_path):
    """A public table has fewer columns; a file that is not declared has columns without a type."""
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "flow.csv").write_text("families\n3\n", encoding="utf-8")
    (tmp_path / "tables" / "own.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    write_package(tmp_path / "tables", tmp_path / "p.json", language="nl", heading=[])
    stages, own = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))["resources"]
    assert [field["name"] for field in stages["schema"]["fields"]] == ["families"]
    assert "primaryKey" not in stages["schema"]
    assert own["schema"]["fields"] == [{"name": "a", "type": "any"}, {"name": "b", "type": "any"}]
