"""Files in a form that is not read, and tables that stand elsewhere: named, with what to do about it."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from datasets import write_dataset
from helpers.cli import main
from raw_folders import column, read, rewrite_parts, stops

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
SAVE = "save it as an ordinary workbook (.xlsx)"
TABLE = b"<table><tr><td>gezin</td></tr></table>"


def packed(**parts: bytes) -> bytes:
    """An archive with these parts; `__` in a name stands for a slash, `_` for a point."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


KINDS = {
    "old": (OLE + bytes(500) + "Workbook".encode("utf-16-le"), "an old Excel workbook (.xls). "),
    "password": (OLE + bytes(500) + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
    "either": (OLE + bytes(500), "an old Excel workbook (.xls), or protected by a password"),
    "binary": (packed(xl__workbook_bin=b"x"), "a binary Excel workbook (.xlsb)"),
    "opendocument": (packed(mimetype=b"x", content_xml=b"<x/>"), "an OpenDocument spreadsheet (.ods)"),
    "numbers": (packed(Index__Document_iwa=b"x"), "a Numbers document"),
    "page": (b"\xef\xbb\xbf\r\n" + TABLE, "a web page (HTML)"),
    "page with a head": (b"<!DOCTYPE html>" + TABLE, "a web page (HTML)"),
    "xml": (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "an XML workbook of Excel 2003"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "kind"), KINDS.values(), ids=KINDS)
def test_a_file_with_the_name_of_a_workbook_that_is_another_kind(tmp_path, content, kind):
    folder = write_dataset(tmp_path, layout="xlsx")
    (folder / "export.xlsx").write_bytes(content)
    stops(folder, f"export.xlsx: it is {kind}", SAVE)


@pytest.mark.parametrize(("content", "kind"), KINDS.values(), ids=KINDS)
def test_a_file_with_the_name_of_a_csv_file_that_is_another_kind(tmp_path, content, kind):
    folder = write_dataset(tmp_path)
    (folder / "kind.csv").write_bytes(content)
    stops(folder, f"kind.csv: it is {kind}", "Save it as CSV with encoding UTF-8")


def test_a_workbook_with_the_name_of_a_csv_file(tmp_path):
    content = (write_dataset(tmp_path / "book", layout="xlsx") / "export.xlsx").read_bytes()
    folder = write_dataset(tmp_path / "csv")
    (folder / "kind.csv").write_bytes(content)
    stops(folder, "kind.csv: it is a workbook or another archive, and no CSV")


def test_a_strict_open_xml_workbook(tmp_path):
    """Excel's third kind of .xlsx: the same parts, in which every name is another."""
    folder = write_dataset(tmp_path, layout="xlsx", kind=[{"gezin": "a", "datum": dt.date(2022, 5, 14)}])
    old = "http://schemas.openxmlformats.org/"
    names = {
        f"{old}officeDocument/2006/": "http://purl.oclc.org/ooxml/officeDocument/",
        f"{old}spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
    }

    def strict(_: str, text: str) -> str:
        for name, other in names.items():
            text = text.replace(name, other)
        return text

    rewrite_parts(folder / "export.xlsx", strict)
    assert read(folder).tables["kind"][["gezin", "datum"]].to_numpy().tolist() == [["a", "2022-05-14"]]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("export.XLS", f"it is an old Excel workbook (.xls). Open it in a spreadsheet program and {SAVE}"),
        ("export.xlsb", "it is a binary Excel workbook"),
        ("export.xlsm", "it is an Excel workbook with macros"),
        ("export.ods", "it is an OpenDocument spreadsheet"),
        ("export.numbers", "it is a Numbers document"),
        ("export.zip", "it is an archive. Unpack it"),
        ("2023/kind.csv", "the tables stand in this subfolder. Put them beside dataset.yml"),
        ("2023/Export.XLSX", "the tables stand in this subfolder"),
    ],
)
def test_a_folder_of_which_the_tables_are_in_another_form_or_place(tmp_path, name, said):
    folder = write_dataset(tmp_path)
    for path in folder.glob("*.csv"):
        path.unlink()
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"x")
    stops(folder, f"{Path(name).parts[0]}: {said}")
    result = CliRunner().invoke(main, ["check", str(folder), "--draft-mapping", "-"])
    assert (result.exit_code, result.stdout) == (1, "") and said in result.stderr


def test_what_systems_and_programs_leave_behind_is_not_seen(tmp_path):
    folder = write_dataset(tmp_path, kind=[{"gezin": "a"}])
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "~$kind.csv", "~$export.xlsx", "._kind.csv",
                 ".~lock.kind.csv#", "leesmij.pdf", "export.xls"):  # fmt: skip
        (folder / name).write_bytes(b"\0")
    (folder / "__MACOSX").mkdir()
    (folder / "__MACOSX" / "._kind.csv").write_bytes(b"\0")
    assert column(folder, "gezin", "kind") == ["a"]
    for unit in ("huishouden", "volwassene", "kind"):
        (folder / f"{unit}.csv").unlink()
    (folder / "export.xls").unlink()
    with pytest.raises(Exception, match=r"huishouden\.csv: there is no such file") as caught:
        read(folder)
    assert "MACOSX" not in str(caught.value)


def test_an_archive_in_place_of_a_folder(tmp_path):
    path = tmp_path / "export.zip"
    path.write_bytes(packed(kind_csv=b"x"))
    result = CliRunner().invoke(main, ["check", str(path)])
    assert result.exit_code == 2 and "export.zip" in result.stderr and "Traceback" not in result.stderr


def test_a_csv_file_of_which_the_first_name_begins_as_an_archive_does(tmp_path):
    folder = write_dataset(
        tmp_path,
        kind=[{"gezin": "a"}],
        rename={"kind.registratie_id": "PK"},
        dataset_yml={"columns": {"kind.registratie_id": "PK"}},
    )
    assert column(folder, "gezin", "kind") == ["a"]
