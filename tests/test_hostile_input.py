"""Hostile and damaged input: rejected row by row with its reason, or stopped by lines that say where."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from datasets import COLUMNS, write_dataset
from fuzz_readers import PLACES, part_of_workbook
from helpers.cleaning import CleanError, clean, families, rules
from helpers.export import read_any_tables, read_dataset, read_export
from helpers.export.messages import ExportError
from raw_exports import DEFINITIONS, household, person, raw_export, touched
from raw_folders import column, lines, put_csv, read, rewrite_parts, stops

HOSTILE = sorted(path for path in (Path(__file__).parent / "hostile").iterdir() if path.suffix == ".bin")
KIND = COLUMNS["kind"]


def rejected(folder):
    """(sheet, row, column, value, rule, effect) of what cleaning touches in a folder."""
    return touched(clean(read_export(folder, DEFINITIONS), DEFINITIONS))


def sheet_of_children(folder, change):
    """Change the XML of the sheet of children of a workbook."""
    rewrite_parts(folder / "export.xlsx", lambda name, text: change(text) if "sheet3" in name else text)
    return folder


# --- found by fuzzing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", HOSTILE, ids=lambda path: path.stem)
def test_every_case_that_was_found_is_read_or_told(case, tmp_path):
    """A name begins with what it stands in for: csv, xlsx, yml, parts (a byte: which part; its content)."""
    kind, content = case.name.partition("-")[0], case.read_bytes()
    folder = write_dataset(tmp_path, kind=[household()], layout="csv" if kind in ("csv", "yml") else "xlsx")
    path = folder / PLACES[kind]
    path.write_bytes(part_of_workbook(path.read_bytes(), content) if kind == "parts" else content)
    start = time.monotonic()
    try:
        read(folder)
    except ExportError as error:
        assert error.faults and all(line.isprintable() for line in error.faults)
    assert time.monotonic() - start < 20


# --- values: row by row ----------------------------------------------------------------------------------


def test_dates_that_no_calendar_or_project_has_are_rejected_row_by_row(tmp_path):
    days = [
        "2022-05-01",
        "31/02/2023",
        "0001-01-01",
        "9999-12-31",
        "0000-00-00",
        "1/1/1",
        "2023-13-01",
        "=NOW()",
    ]
    folder = write_dataset(tmp_path, huishouden=[household(day) for day in days])
    assert rejected(folder) == [
        ("huishouden", row, "datum", day, "R03", "row_rejected") for row, day in enumerate(days[1:], 3)
    ]


def test_dates_of_birth_of_year_1_and_9999_are_emptied(tmp_path):
    births = ["0001-01-01", "9999-12-31", "31/02/2020"]
    rows = [person(f"K{place}", geboortedatum=birth) for place, birth in enumerate(births)]
    found = rejected(write_dataset(tmp_path, huishouden=[household()], kind=rows))
    assert [(row[1], row[4], row[5]) for row in found] == [
        (place, "R09", "cell_emptied") for place in (2, 3, 4)
    ]


@pytest.mark.parametrize(
    "value", ["good", "très bien", "\u202e3", "<script>", "=1+1", "3\n", "٣", "1e400", "3" * 90]
)
def test_levels_in_other_words_signs_and_formulas_are_emptied_with_their_reason(tmp_path, value):
    found = rejected(write_dataset(tmp_path, huishouden=[household(inkomen=value)]))
    expected = [] if value.strip() == "3" else [("huishouden", 2, "inkomen", value, "R07", "cell_emptied")]
    assert found == expected


def test_a_merged_day_is_that_of_each_row(tmp_path):
    folder = write_dataset(tmp_path, huishouden=[household(), household("2022-06-01")], layout="xlsx")
    book = openpyxl.load_workbook(folder / "export.xlsx")
    book["huishouden"].merge_cells("D2:D3")  # datum: so the second row is the first one again
    book.save(folder / "export.xlsx")
    assert rejected(folder) == [("huishouden", 3, "", "= row 2", "R06", "row_rejected")]


# --- names and headers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sign", "shown"),
    [("\u202e", "\\u202e"), ("\x1b[31m", "\\x1b[31m"), ("\x07", "\\x07")],
)
def test_a_header_with_signs_that_are_not_seen_is_told_with_them_visible(tmp_path, sign, shown):
    folder = write_dataset(tmp_path, rename={"kind.datum": f"datum{sign}"})
    stops(folder, "kind.csv: the header has no column `datum`")
    folder = write_dataset(tmp_path, rename={"kind.datum": f"datum{sign}", "kind.stress": f"datum{sign}"})
    with pytest.raises(ExportError) as caught:
        read(folder)
    assert f"the header holds `datum{shown}` more than once" in caught.value.faults[0]
    assert all(line.isprintable() for line in caught.value.faults)


@pytest.mark.parametrize("key", ["title", "pilots"])
def test_titles_and_pilots_with_signs_that_are_not_seen_are_refused(tmp_path, key):
    name = "Leu\u202even"
    folder = write_dataset(tmp_path, dataset_yml={key: [name] if key == "pilots" else name})
    stops(folder, f", key `{key}`: `Leu\\u202even` holds a sign that is not seen, U+202E")


def test_a_header_of_a_workbook_as_wide_as_a_sheet_can_be(tmp_path):
    folder = write_dataset(
        tmp_path, kind=[{f"x{place}": 1 for place in range(16_384 - len(KIND))}], layout="xlsx"
    )
    stops(folder, "export.xlsx, sheet kind, row 1: the header has 16,384 columns, more than 1,000")


@pytest.mark.parametrize(
    "name", ["a\nb.csv", "x" * 250 + ".csv", "\u202evsc.csv", "'; rm -rf ~;.csv", "-rf.csv"]
)
def test_hostile_names_of_files_are_only_told(tmp_path, name):
    folder = write_dataset(tmp_path)
    (folder / "kind.csv").rename(folder / name)
    assert stops(folder, "kind.csv: there is no such file").isprintable()
    if name.isprintable():
        assert read(write_dataset(tmp_path, dataset_yml={"sheets": {"kind": name}})).files["kind"] == name


# --- files that are none ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["kind.csv", "dataset.yml", "export.xlsx"])
@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("out", "a link that leads out of the folder"),
        ("device", "a link that leads out of the folder"),
        ("nowhere", "a link that leads nowhere"),
        ("loop", "a link that leads nowhere"),
        ("pipe", "no ordinary file but a pipe or a device"),
    ],
)
def test_links_pipes_and_devices_are_not_read(tmp_path, name, what, said):
    folder = write_dataset(tmp_path / "raw", layout="xlsx" if name == "export.xlsx" else "csv")
    path = folder / name
    path.rename(tmp_path / name)
    if what == "pipe":
        os.mkfifo(path)
    else:
        target = {"out": tmp_path / name, "device": "/dev/zero", "nowhere": "niets", "loop": name}[what]
        path.symlink_to(target)
    assert stops(folder, f"{name}: it is {said}").isprintable()


def test_a_link_within_the_folder_is_read(tmp_path):
    folder = write_dataset(tmp_path, kind=[{"gezin": "a"}])
    (folder / "kind.csv").rename(folder / "oud.txt")
    (folder / "kind.csv").symlink_to("oud.txt")
    assert column(folder, "gezin", "kind") == ["a"]


def test_a_dataset_folder_may_itself_be_a_link(tmp_path):
    write_dataset(tmp_path / "ver" / "weg", kind=[{"gezin": "a"}])
    (tmp_path / "raw").symlink_to(tmp_path / "ver" / "weg")
    assert column(tmp_path / "raw", "gezin", "kind") == ["a"]


def test_a_folder_of_the_name_of_a_file(tmp_path):
    folder = write_dataset(tmp_path)
    (folder / "huishouden.csv").unlink()
    (folder / "huishouden.csv").mkdir()
    stops(folder, "huishouden.csv: it is a folder")


def test_all_files_that_cannot_be_read_are_told_at_once(tmp_path):
    folder = write_dataset(tmp_path)
    (folder / "huishouden.csv").write_bytes(b"")
    (folder / "volwassene.csv").write_bytes(b"a\0b")
    (folder / "kind.csv").write_bytes(b'x;"a')
    (folder / "dataset.yml").write_bytes(b"\xff")
    with pytest.raises(ExportError) as caught:
        read(folder)
    starts = [line.split(":")[0].split(",")[0] for line in caught.value.faults]
    assert starts == ["dataset.yml", "huishouden.csv", "volwassene.csv", "kind.csv"]


LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [{f'*{a},' * 9}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)

# --- YAML ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS, "[" * 100_000, "{" * 100_000, "- " * 90_000, "? " * 90_000, "a: " * 60_000, "!" * 190_000,
        "&a " * 60_000,
        "'" * 199_999, "|" * 199_999, "a:\n" + " b:\n" * 60_000, "#" * 199_999, "x" * 2**21,
    ],
)  # fmt: skip
def test_yaml_that_explodes_is_refused_soon(tmp_path, text):
    folder = write_dataset(tmp_path, dataset_yml=text)
    start = time.monotonic()
    stops(folder, "dataset.yml: ", action=read_dataset)
    assert time.monotonic() - start < 10


def test_a_dataset_yml_of_100_megabytes_is_not_read(tmp_path):
    folder = write_dataset(tmp_path)
    with (folder / "dataset.yml").open("wb") as file:
        file.truncate(100 * 2**20)
    stops(folder, "dataset.yml: it has 104,857,600 bytes, more than 1,048,576")


# --- CSV -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "said"), [("", "column `gezin`"), ('"a;b";', "row 3")])
def test_a_cell_of_a_million_signs(tmp_path, before, said):
    header = ["registratie_id", "gezin"] if not before else ["registratie_id", "pilootproject", "gezin"]
    rest = [name for name in COLUMNS["huishouden"] if name not in header]
    text = lines(["1"], ["2", f"{before}{'x' * 10**6}"], header=[*header, *rest])
    stops(put_csv(write_dataset(tmp_path), text), "huishouden.csv, row 3", said, "more than 131,072 signs")


def test_a_cell_of_a_million_signs_in_a_workbook(tmp_path):
    folder = write_dataset(tmp_path, kind=[{"gezin": "a"}, {"gezin": "BIG"}], layout="xlsx")
    grow = lambda name, text: text.replace("BIG", "x" * 10**6)  # noqa: E731
    rewrite_parts(folder / "export.xlsx", grow)
    stops(folder, "export.xlsx, sheet kind, row 3, column `gezin`: a cell holds more than 131,072 signs")


def test_rows_that_do_not_fit_are_counted_and_the_first_are_named(tmp_path):
    good = ";".join(["1"] * 13)
    text = lines() + f"{good}\n1;2\n" * 9
    said = stops(put_csv(write_dataset(tmp_path), text), "huishouden.csv, row 3: the row ends 11 cells early")
    assert "(so does row 5, 7, 9 and 5 more)" in said


# --- workbooks -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reference", ["A1:XFD1048576", "A1", "XFD1048576", "A1:A1"])
def test_a_sheet_that_says_it_is_as_large_as_can_be_and_holds_one_row(tmp_path, reference):
    folder = write_dataset(tmp_path, kind=[{"gezin": "a"}], layout="xlsx")
    sheet_of_children(folder, lambda text: text.replace('ref="A1:V2"', f'ref="{reference}"'))
    start = time.monotonic()
    assert column(folder, "gezin", "kind") == ["a"]
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('<row r="3"', '<row r="2"', "row 2: the row stands below row 2"),
        ('<row r="2"', '<row r="9"', "row 3: the row stands below row 9"),
        ('r="B3"', 'r="A3"', "row 3: column 1 stands there twice"),
        ('r="B3"', 'r="ZZZ3"', "row 3: column 18278 stands there twice, or beyond the last one"),
    ],
)
def test_rows_and_cells_that_a_reader_would_drop_in_silence_stop(tmp_path, old, new, said):
    folder = write_dataset(tmp_path, kind=[{"gezin": "a"}, {"gezin": "b"}], layout="xlsx")
    sheet_of_children(folder, lambda text: text.replace(old, new))
    stops(folder, f"export.xlsx, sheet kind, {said}")


@pytest.mark.parametrize(
    "bomb",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet',
    ],
)
def test_document_types_and_entities_are_not_read(tmp_path, bomb):
    folder = write_dataset(tmp_path, kind=[{"gezin": "a"}], layout="xlsx")
    sheet_of_children(folder, lambda text: text.replace("<worksheet", bomb))
    stops(folder, "export.xlsx: ", "damaged")


MILLION = "x" * 1_000_000
PIECE = "larger than 1 MiB"


@pytest.fixture
def narrow(monkeypatch):
    """Limits a quarter and a sixteenth of what they are, so that little is too much."""
    monkeypatch.setattr("helpers.export.workbook.LARGEST_PIECE", 2**20)
    monkeypatch.setattr("helpers.export.workbook.LARGEST_SHARED", 2**23)


@pytest.mark.parametrize(
    ("part", "old", "new", "said"),
    [
        ("sheet3", "<sheetData>", "<sheetData>" + "<x/>" * 275_000, PIECE),
        ("sheet3", '<row r="2"', f'<row r="2">{"<c/>" * 275_000}</row><row r="3"', PIECE),
        ("sheet3", "<sheetData>", "<!--" + "x" * 1_250_000 + "--><sheetData>", PIECE),
        ("sheet3", "<sheetData>", f'<x y="{"z" * 1_250_000}"/><sheetData>', PIECE),
        ("workbook.xml", "<sheets>", "<row/>" * 200_000 + "<sheets>", PIECE),
        ("sheet3", '<row r="2"', f'<row r="2">{f"<c>{MILLION}</c>" * 2}</row><row r="3"', PIECE),
        ("styles", "<fonts", "<x>" * 300 + "</x>" * 300 + "<fonts", "nested too deeply"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("narrow")
def test_a_workbook_of_which_each_byte_becomes_an_object_is_stopped(tmp_path, part, old, new, said):
    folder = write_dataset(tmp_path, kind=[{"gezin": "a"}], layout="xlsx")
    change = lambda name, text: text.replace(old, new, 1) if part in name else text  # noqa: E731
    rewrite_parts(folder / "export.xlsx", change)
    assert "export.xlsx" in stops(folder, said, "CSV")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<si><t>a</t></si>", ""),
        ("<si>" + "<r><t>a</t></r>" * 75_000 + "</si>", PIECE),
        ("<x/>" * 275_000, PIECE),
        (f"<si><t>{'&#9999;' * 175_000}</t></si>", PIECE),
        (f"<si><t>{MILLION}</t></si>" * 9, "more than 8,388,608 signs"),
        ("<si/>" * 140_000, "more than 8,388,608 signs"),
    ],
)
@pytest.mark.usefixtures("narrow")
def test_texts_that_cells_share_are_watched_too(tmp_path, text, said):
    """A workbook as spreadsheet programs write it: the cell of row 2 says which text is its own."""
    folder = write_dataset(tmp_path, kind=[{"gezin": "a"}], layout="xlsx")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    own = '<c r="B2" t="inlineStr"><is><t>a</t></is></c>'
    rewrite_parts(
        folder / "export.xlsx",
        lambda name, part: part.replace("</Types>", override).replace(own, '<c r="B2" t="s"><v>0</v></c>'),
    )
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(folder / "export.xlsx", "a") as archive:
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{space}">{text}</sst>')
    if said:
        stops(folder, "export.xlsx: ", said)
    else:
        assert column(folder, "gezin", "kind") == ["a"]


def bomb(path, *, part, size, claimed):
    """Replace a part of a workbook by one that unpacks to `size` bytes and says that it has `claimed`."""
    target = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content + b" " * (size - len(content)) if name.endswith(part) else content)
        real = next(info.file_size for info in new.infolist() if info.filename.endswith(part))
    content = target.getvalue()
    if claimed != size:
        assert content.count(real.to_bytes(4, "little")) == 2  # in its header and in the directory
        content = content.replace(real.to_bytes(4, "little"), claimed.to_bytes(4, "little"))
    path.write_bytes(content)
    return len(content)


@pytest.mark.parametrize("part", ["sheet3.xml", "workbook.xml", "styles.xml"])
def test_a_zip_bomb_is_stopped_by_what_it_says_and_one_that_lies_by_what_it_is(tmp_path, part, monkeypatch):
    folder = write_dataset(tmp_path, kind=[{"gezin": "a"}], layout="xlsx")
    whole = (folder / "export.xlsx").read_bytes()
    bomb(folder / "export.xlsx", part=part, size=30_000_000, claimed=30_000_000)
    with monkeypatch.context() as small:
        small.setattr("helpers.export.workbook.LARGEST", 20_000_000)
        stops(folder, "export.xlsx: it unpacks to more than")
    with monkeypatch.context() as small:  # as if the sum of what the parts say were not asked
        small.setattr("helpers.export.workbook.LARGEST", 20_000_000)
        small.setattr("helpers.export.workbook.LARGEST_PIECE", 50_000_000)
        stops(folder, "export.xlsx", "it unpacks to more than 19 MiB")
    (folder / "export.xlsx").write_bytes(whole)
    bomb(folder / "export.xlsx", part=part, size=30_000_000, claimed=500)
    stops(folder, "export.xlsx: ", "damaged")


def test_a_workbook_whose_parts_are_encrypted(tmp_path):
    folder = write_dataset(tmp_path, layout="xlsx")
    content = bytearray((folder / "export.xlsx").read_bytes())
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1
    (folder / "export.xlsx").write_bytes(content)
    stops(folder, "export.xlsx: its parts are protected by a password")


def test_one_text_for_a_million_cells_does_not_fill_the_memory(tmp_path, monkeypatch):
    folder = write_dataset(tmp_path, kind=[{"zorg": "x" * 3000} for _ in range(50)], layout="xlsx")
    monkeypatch.setattr("helpers.export.grid.MOST_SIGNS", 100_000)
    stops(folder, "export.xlsx, sheet kind, row ", "signs up to here", "Export fewer")


def test_a_wide_header_above_many_short_rows_does_not_fill_the_memory(tmp_path, monkeypatch):
    folder = write_dataset(tmp_path, kind=[{"gezin": "a"} for _ in range(60)], layout="xlsx")
    monkeypatch.setattr("helpers.export.grid.MOST_CELLS", 1000)
    stops(folder, "export.xlsx, sheet kind, row 47: the export holds more than 1,000 cells")


@pytest.mark.parametrize("layout", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("limit", "value", "cell"), [("MOST_CELLS", 3_000, "3"), ("MOST_SIGNS", 4_000, "Leuven" * 4)]
)
def test_the_tables_of_an_export_have_to_fit_in_the_memory_together(
    tmp_path, monkeypatch, layout, limit, value, cell
):
    """Sixty rows a sheet: 780, 1620 and 1320 cells, and some 1660 signs in each; each sheet alone fits."""
    monkeypatch.setattr("helpers.export.csv_text.LIGHTER", 1)
    rows = [{"pilootproject": f"{cell}{row}"} for row in range(60)]
    folder = write_dataset(tmp_path, huishouden=rows, volwassene=rows, kind=rows, layout=layout)
    monkeypatch.setattr(f"helpers.export.grid.{limit}", value)
    said = stops(folder, "the export holds more than", "up to here", "Export fewer")
    assert said.startswith(("kind.csv, row ", "export.xlsx, sheet kind, row "))
    monkeypatch.setattr(f"helpers.export.grid.{limit}", 2 * value)
    assert len(read(folder).tables["kind"]) == 60


def test_a_regular_file_may_hold_more_as_a_cell_of_it_is_a_number(tmp_path, monkeypatch):
    """Some 6,500 cells, of which a tenth counts; one short row makes it a file of the other kind."""
    rows = [{"pilootproject": "Leuven"} for _ in range(500)]
    folder = write_dataset(tmp_path, huishouden=rows)
    monkeypatch.setattr("helpers.export.grid.MOST_CELLS", 1_000)
    assert len(read(folder).tables["huishouden"]) == 500
    path = folder / "huishouden.csv"
    path.write_text(path.read_text(encoding="utf-8") + "501;x\n", encoding="utf-8")
    stops(folder, "huishouden.csv, row ", "the export holds more than 1,000 cells")


def test_levels_that_are_none_are_listed_up_to_a_number_and_stop_beyond_it(tmp_path, monkeypatch):
    rows = [household(day, schulden="goed", inkomen="slecht") for day in ("2022-05-01", "2022-06-01")]
    adults = [person("V1", stress="veel"), person("V2", stress="2")]
    folder = write_dataset(tmp_path, huishouden=rows, volwassene=adults)
    monkeypatch.setattr("helpers.cleaning.rules.MOST_NO_LEVELS", 5)
    assert len(rejected(folder)) == 5
    monkeypatch.setattr("helpers.cleaning.rules.MOST_NO_LEVELS", 4)
    with pytest.raises(ExportError) as caught:
        rejected(folder)
    first = "huishouden.csv, huishouden, row 2, column `inkomen`: no level stands here, nor in 4 more cells"
    assert str(caught.value).startswith(first)


def test_a_draft_looks_at_so_many_sheets_only(tmp_path):
    book = openpyxl.Workbook()
    for place in range(50):
        book.create_sheet(f"blad {place}")["A1"] = "x"
    book.save(tmp_path / "export.xlsx")
    assert read_any_tables(tmp_path) == ((), ("export.xlsx: it has more than 50 sheets. Keep the three of "
                                              "the registrations.",))  # fmt: skip


def test_parts_that_are_packed_in_other_ways_are_not_unpacked(tmp_path):
    folder = write_dataset(tmp_path, layout="xlsx")
    with zipfile.ZipFile(folder / "export.xlsx", "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("x", "x")
    stops(folder, "export.xlsx: it is packed as no spreadsheet program does")


def test_a_line_without_end_is_not_cut_into_cells(tmp_path):
    text = lines(["1"]) + "2;" + "\N{LATIN SMALL LETTER O WITH DOUBLE ACUTE};" * 2_200_000
    stops(put_csv(write_dataset(tmp_path), text), "huishouden.csv, row 3: the line holds more than 4,194,304")


# --- memory ----------------------------------------------------------------------------------------------

MEASURE = """
import resource, sys
sys.path.insert(0, sys.argv[2])
from helpers.cleaning import clean
from helpers.definitions import load_definitions
from helpers.export import read_export
definitions = load_definitions()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    clean(read_export(sys.argv[1], definitions), definitions)
finally:
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""


def memory_of(folder):
    """Bytes that reading and cleaning a folder take in a process of its own, beside the program itself."""
    source = str(Path(__file__).parents[1] / "src")
    command = [sys.executable, "-c", MEASURE, str(folder), source]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.mark.slow
@pytest.mark.parametrize("row", ["{};;;;;;;;;;;;\n", "{};LEU-1;Leuven;2022-05-01;;3;3;3;3;3;3;3;3\n"])
def test_a_csv_file_takes_less_than_forty_times_its_size(tmp_path, row):
    """2 GB for 50 MB; the first rows are the worst: no value but the number, each cell a delimiter."""
    folder = write_dataset(tmp_path)
    text = lines() + "".join(map(row.format, range(5_000_000 // len(row) - 1)))
    put_csv(folder, text)
    assert memory_of(folder) < 40 * len(text)


@pytest.mark.slow
def test_as_many_levels_that_are_none_as_can_be_listed_take_less_than_2_gb(tmp_path):
    """Each is a row of what was rejected, with its reasons: no cell takes more memory."""
    fault = {item: "6" for item in COLUMNS["volwassene"][6:]}
    adults = (person("V1", family=f"LEU-{place}", **fault) for place in range(47_000))
    folder = write_dataset(tmp_path, volwassene=list(adults))
    assert memory_of(folder) < 1_500_000_000


@pytest.mark.slow
def test_a_workbook_takes_less_than_forty_times_its_size_or_little(tmp_path):
    folder = write_dataset(tmp_path)
    for unit in COLUMNS:
        (folder / f"{unit}.csv").unlink()
    book = openpyxl.Workbook(write_only=True)
    for unit, names in COLUMNS.items():
        sheet = book.create_sheet(unit)
        sheet.append(names)
        for place in range(4_000 if unit == "huishouden" else 0):
            sheet.append([place, f"LEU-{place}", "Leuven", "2022-05-01", None, *[3] * 8])
    book.save(folder / "export.xlsx")
    assert memory_of(folder) < 100_000_000


# --- every row is accounted for --------------------------------------------------------------------------

THREE = [household("2022-05-01"), household("2022-06-01"), household("31/02/2023")]


def test_rows_in_are_rows_kept_and_rejected_in_every_run():
    tables = clean(raw_export(THREE), DEFINITIONS)
    assert (len(tables.registrations), (tables.rejected["effect"] == "row_rejected").sum()) == (2, 1)


def test_a_rule_that_drops_a_row_without_a_word_stops_the_run(monkeypatch):
    judge = rules.judge_rows

    def forgetful(sheet, dataset):
        judged = judge(sheet, dataset)
        judged.left[:1] = False  # the row in the first place is neither kept nor rejected
        return judged

    monkeypatch.setattr("helpers.cleaning.rules.judge_rows", forgetful)
    with pytest.raises(CleanError) as caught:
        clean(raw_export(THREE), DEFINITIONS)
    assert "huishouden.csv, huishouden: 3 rows were read, 1 are kept" in str(caught.value)
    assert "not accounted for once: 2. This is a fault of the program" in str(caught.value)


def test_a_row_that_is_rejected_and_kept_stops_the_run(monkeypatch):
    judge = rules.judge_rows

    def both(sheet, dataset):
        judged = judge(sheet, dataset)
        judged.left[:] = True
        return judged

    monkeypatch.setattr("helpers.cleaning.rules.judge_rows", both)
    rows = [*THREE[:2], household("2022-07-01", pilootproject="Gent")]
    with pytest.raises(CleanError, match="not accounted for once: 4"):
        clean(raw_export(rows), DEFINITIONS)


@pytest.mark.parametrize("step", ["list_registrations", "list_dates", "list_rejected"])
def test_a_later_step_that_loses_a_row_stops_the_run(monkeypatch, step):
    room = rules if step == "list_rejected" else families
    whole = getattr(room, step)
    monkeypatch.setattr(room, step, lambda *given: whole(*given).iloc[1:])
    with pytest.raises(CleanError, match="rows were read"):
        clean(raw_export(THREE), DEFINITIONS)


def test_rows_that_get_lost_between_the_file_and_the_table_stop_the_run(tmp_path):
    raw = read_export(write_dataset(tmp_path, huishouden=THREE), DEFINITIONS)
    assert raw.rows_read == {"huishouden": 3, "volwassene": 0, "kind": 0}
    raw.tables["huishouden"] = raw.tables["huishouden"].iloc[1:]
    with pytest.raises(CleanError, match="3 rows were read, 1 are kept"):
        clean(raw, DEFINITIONS)
