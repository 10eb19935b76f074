"""Exports as people damage them: each is told in a clear line, or rejected row by row with its reason."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from datasets import COLUMNS, csv_text, write_dataset
from helpers.check import check
from raw_exports import DEFINITIONS, household, person, touched

DAYS = ("2022-05-01", "2022-06-01", "2022-07-01")
HOUSEHOLDS = [household(day) for day in DAYS]
CHILDREN = [person("K1", day, zorg="3") for day in DAYS]


def found(folder):
    return check(folder, DEFINITIONS)


def changed(folder, column, values, unit="kind", layout="csv"):
    """An export of three registrations, in which a column of a unit holds these values."""
    rows = {"huishouden": HOUSEHOLDS, "kind": CHILDREN}
    rows[unit] = [row | {column: value} for row, value in zip(rows[unit], values, strict=True)]
    return write_dataset(folder, **rows, layout=layout)


@pytest.mark.parametrize(
    ("column", "values", "rule", "rows"),
    [
        ("zorg", ("-3", "3", "−1"), "R07", (2, 4)),
        ("zorg", ("3,0", "3.0", "3,00"), "", ()),
        ("zorg", ("3%", "300%", "3"), "R07", (2, 3)),
        ("zorg", ("３", "Ⅲ", "drie"), "R07", (2, 3, 4)),
        ("zorg", ("3 ", "\u00a03", "“3”"), "R07", (4,)),
        ("gezin", ("leu1", "LEU-1", "LEU 0001"), "", ()),
        ("gezin", ("7", "007", "LEU"), "R01", (2, 3, 4)),
        ("gezin", ("LEU\u200b-001", "LEU\u00ad-001", "\ufeffLEU-001"), "", ()),
        ("datum", ("14:30", "1.5.2022", "2 mei 2022"), "R03", (2,)),
        ("datum", ("2022-05-01T14:30:00Z", "2022-05-02 14:30:00.000", "1/5/2022 2:30 PM"), "R03", (4,)),
        ("datum", ("1-5-2022", "01/06/2022", "2022-07-01 09:00"), "", ()),
        ("datum", ("2023-10-01", "2021-05-01", "2022-07-01"), "R03", (2, 3)),
    ],
)
def test_values_are_rejected_row_by_row(tmp_path, column, values, rule, rows):
    finding = found(changed(tmp_path, column, values))
    assert [(hit[4], hit[1]) for hit in touched(finding.clean)] == [(rule, row) for row in rows]


def test_percent_cells_and_cells_with_an_error_of_a_workbook(tmp_path):
    folder = changed(tmp_path, "zorg", (0.03, "#REF!", 3), layout="xlsx")
    book = openpyxl.load_workbook(folder / "export.xlsx")
    book["kind"].cell(2, COLUMNS["kind"].index("zorg") + 1).number_format = "0%"
    book["kind"].sheet_state = "veryHidden"
    book["huishouden"].row_dimensions[3].hidden = True
    book.save(folder / "export.xlsx")
    finding = found(folder)
    values = [(hit[1], hit[3], hit[4]) for hit in touched(finding.clean)]
    assert values == [(2, "0.03", "R07"), (3, "#REF!", "R07")]
    assert (len(finding.raw.tables["kind"]), len(finding.raw.tables["huishouden"])) == (3, 3)


def test_dates_of_a_workbook_that_counts_from_1904_in_every_row(tmp_path):
    folder = changed(tmp_path, "datum", DAYS, layout="xlsx")
    book = openpyxl.load_workbook(folder / "export.xlsx")
    book.epoch = CALENDAR_MAC_1904
    for row in (2, 3, 4):
        book["kind"].cell(row, 4).value = dt.datetime(2022, row, 1)
    book.save(folder / "export.xlsx")
    assert [hit[1:5:3] for hit in touched(found(folder).clean)] == [
        (2, "R03")
    ]  # 1 February, before the start


@pytest.mark.parametrize("layout", ["csv", "xlsx"])
def test_a_row_of_totals_and_a_second_header_are_named(tmp_path, layout):
    rows = [*CHILDREN, {"registratie_id": "Totaal", "gezin": 3}]
    reasons = found(write_dataset(tmp_path, kind=rows, layout=layout)).reasons
    assert len(reasons) == 1 and "row 5, column `registratie_id`: `Totaal` is no integer" in reasons[0]
    assert "take out totals and headers between the rows" in reasons[0]
    rows = [{name: name for name in COLUMNS["kind"]}, *CHILDREN]
    reasons = found(write_dataset(tmp_path, kind=rows, layout=layout)).reasons
    assert len(reasons) == 1 and "row 2, column `registratie_id`: `registratie_id` is no" in reasons[0]


def test_a_title_above_the_header_is_told_in_one_line(tmp_path):
    folder = write_dataset(tmp_path, huishouden=HOUSEHOLDS, kind=CHILDREN)
    text = (folder / "kind.csv").read_text()
    (folder / "kind.csv").write_text(f"Export Sociale Balans{';' * 21}\n{text}")
    (reason,) = found(folder).reasons
    assert "kind.csv: the first row with a value is the header, and holds none of the columns, but" in reason
    assert "`Export Sociale Balans`" in reason and "which are in row 2" in reason


def test_each_file_has_its_own_encoding_and_delimiter(tmp_path):
    folder = write_dataset(tmp_path, huishouden=HOUSEHOLDS)
    names = [*COLUMNS["kind"], "zorg_toelichting"]
    notes = ['één\nregel; en "nog" één', "\t", "x"]
    rows = [
        [
            {"registratie_id": place, **row}.get(name, note if name.endswith("toelichting") else "")
            for name in names
        ]
        for place, (row, note) in enumerate(zip(CHILDREN, notes, strict=True), 1)
    ]
    for delimiter, encoding in ((";", "cp1252"), (",", "utf-8-sig"), ("\t", "utf-8")):
        (folder / "kind.csv").write_bytes(csv_text([names, *rows], delimiter=delimiter).encode(encoding))
        finding = found(folder)
        assert finding.clean.notes["text"].tolist() == [notes[0], "x"] and not touched(finding.clean)


def test_a_person_twice_in_one_registration_stays_and_an_equal_row_goes(tmp_path):
    """The level is 2, and 4 under the later number; the third row says no more than the second."""
    rows = [person("K1", DAYS[0], zorg=level) for level in ("2", "4", "4")]
    finding = found(write_dataset(tmp_path, huishouden=HOUSEHOLDS, kind=rows))
    assert [(hit[1], hit[3], hit[4]) for hit in touched(finding.clean)] == [(4, "= row 3", "R06")]
    assert finding.clean.observations.query("unit == 'kind'")["level"].tolist() == [2, 4]


# --- warnings --------------------------------------------------------------------------------------------


def warned(folder):
    """The warnings but for that of the sheet of adults, which is empty here."""
    return [warning.en for warning in found(folder).warnings]


def test_a_sheet_of_which_most_rows_are_rejected_is_warned_of(tmp_path):
    said = (
        "Sheets that lose more than 5% of their rows: kind.csv (kind): 2 of 3 (67%), most for a family code "
    )
    assert f"{said}without letters: letters, at most one separator, digits" in warned(
        changed(tmp_path, "gezin", ("7", "8", "LEU-001"))
    )
    assert not [line for line in warned(changed(tmp_path, "zorg", ("1", "2", "3"))) if "lose" in line]


def test_dates_that_only_the_month_first_explains_are_warned_of(tmp_path):
    """03/04/2022 is 3 April here; beside 05/13/2022 it was 4 March."""
    months = [
        [line for line in warned(changed(tmp_path, "datum", days)) if "month first" in line]
        for days in (("05/13/2022", "03/04/2022", "2022-06-01"), ("2022-05-01", "03/04/2021", "2022-06-01"))
    ]
    assert months[0][0].startswith("Dates with the month first: 1 unreadable dates would then be readable")
    assert months[1] == []
