"""Whatever the bytes of the files, the reader returns tables or raises `ExportError`."""

from __future__ import annotations

import codecs
import io
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from datasets import COLUMNS, write_dataset
from helpers.export import csv_text
from helpers.export.messages import ExportError, Faults, Place
from raw_folders import UNITS, lines, put_csv, read, rewrite_parts

REQUIRED = "exported_on: 2023-09-30\nproject_start: 2022-03-01\npilots: [Leuven]\n"


def outcome(folder):
    """Read a folder; anything but tables or an ExportError is a fault of the program."""
    try:
        read(folder)
    except ExportError as error:
        assert str(error)


FUZZ = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
SIGNS = st.text(alphabet=';,\t"\n\r \0aé\ufeff1.', max_size=60)


@given(content=st.binary(max_size=200) | SIGNS.map(str.encode))
@settings(FUZZ)
def test_any_bytes_as_csv(tmp_path, content):
    outcome(put_csv(write_dataset(tmp_path), content))


@given(tail=SIGNS, encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]))
@settings(FUZZ)
def test_any_text_below_a_good_header(tmp_path, tail, encoding):
    outcome(put_csv(write_dataset(tmp_path), (lines() + tail).encode(encoding, errors="replace")))


CELLS = st.sampled_from(
    ["a", "3 - Soms", "", '"b;c"', '"zei ""ja"""', '"een\ntwee"', "  ", "é", '5"', '"x" y']
)


@given(
    rows=st.lists(st.lists(CELLS, min_size=2, max_size=3), max_size=6), line=st.sampled_from(["\n", "\r\n"])
)
@example(rows=[["a", "", '"b;c"'], ["", "", ""], ['"zei ""ja"""', '"een\ntwee"', "é"]], line="\n")
@settings(FUZZ, max_examples=200)
def test_what_the_fast_reader_reads_is_what_the_other_reads(rows, line):
    content = line.join(["n;o;p", *map(";".join, rows)]).encode()
    fast = as_read(content)
    with pytest.MonkeyPatch.context() as without:
        without.setattr(csv_text, "_read_regular", lambda *args, **given: None)
        assert as_read(content) == fast


@pytest.mark.parametrize("text", ["n\to\n1\té\n", 'n;o\n1;"x" y\n2\n', "sep=;\nn;o\n1;\u0394\n"])
def test_utf_16_with_its_mark_is_read_as_utf_8_is(text):
    """A regular text, one that is not, and one with a line above."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        assert as_read(mark + text.encode(encoding)) == as_read(text.encode())


def as_read(content):
    """Give all that is read of a CSV file, or the message at which it stops."""
    faults = Faults()
    try:
        grid = csv_text.read_csv(content, Place("x.csv"), faults, csv_text.Words())
    except ExportError as error:
        return str(error)
    columns = [(column.texts, column.codes.tolist()) for column in grid.columns]
    known = (grid.header, grid.rows, grid.nameless, grid.header_row, dict(grid.short), dict(grid.long))
    first = [(row, list(cells)) for row, cells in grid.first]
    return known, columns, grid.row_numbers.tolist(), first, faults.lines


def test_a_regular_file_is_read_fast(monkeypatch):
    monkeypatch.setattr(csv_text, "build", None)  # which reads all others
    assert as_read(b'n;o\n1;"a;b"\n;\n"een\ntwee";2\n')[2] == [2, 4]


@given(content=st.binary(max_size=300))
@settings(FUZZ)
def test_any_bytes_as_a_workbook(tmp_path, content):
    folder = write_dataset(tmp_path, layout="xlsx")
    for start in (b"", b"PK\x03\x04"):
        (folder / "export.xlsx").write_bytes(start + content)
        outcome(folder)


def _small_workbook():
    file = io.BytesIO()
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for unit in UNITS:
        book.create_sheet(unit).append(list(COLUMNS[unit]))
        book[unit].append([1, "LEU-001", "Leuven", "2022-05-01", "=1"])
    book.save(file)
    return file.getvalue()


WORKBOOK = _small_workbook()


@given(
    edits=st.lists(st.tuples(st.integers(0, len(WORKBOOK) - 1), st.integers(0, 255)), min_size=1, max_size=20)
)
@settings(FUZZ)
def test_any_bytes_changed_in_a_workbook(tmp_path, edits):
    folder = write_dataset(tmp_path, layout="xlsx")
    content = bytearray(WORKBOOK)
    for position, byte in edits:
        content[position] = byte
    (folder / "export.xlsx").write_bytes(content)
    outcome(folder)


@given(data=st.data())
@settings(FUZZ)
def test_any_signs_changed_in_the_parts_of_a_workbook(tmp_path, data):
    folder = write_dataset(tmp_path, layout="xlsx")
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as archive:
        name = data.draw(
            st.sampled_from([name for name in archive.namelist() if name.endswith((".xml", ".rels"))])
        )
    (folder / "export.xlsx").write_bytes(WORKBOOK)
    start = data.draw(st.integers(0, 2000))
    new = data.draw(st.text(alphabet='<>/="&1Ar e', max_size=5))
    width = data.draw(st.integers(0, 10))
    rewrite_parts(
        folder / "export.xlsx",
        lambda part, text: text[:start] + new + text[start + width :] if part == name else text,
    )
    outcome(folder)


YAML_SIGNS = st.text(alphabet="ab:-[]{}#&*!|>'\"%@`,? \n\t~<=0123.\\u\0é", max_size=40)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = ["title", "synthetic", "exported_on", "project_start", "pilots", "test_codes", "columns", "sheets"]


@given(
    content=st.binary(max_size=100)
    | YAML_SIGNS.map(str.encode)
    | YAML_SIGNS.map(lambda text: (REQUIRED + text).encode())
)
@example(content=b'title: "\\U00110000"')
@example(content=b"- 2023-99-99")
@settings(FUZZ)
def test_any_bytes_as_dataset_yml(tmp_path, content):
    folder = write_dataset(tmp_path)
    (folder / "dataset.yml").write_bytes(content)
    outcome(folder)


@given(changes=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=8))
@settings(FUZZ)
def test_any_values_in_dataset_yml(tmp_path, changes):
    outcome(write_dataset(tmp_path, dataset_yml=changes))
