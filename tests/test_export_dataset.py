"""What `dataset.yml` says, and how it maps a real export onto the layout."""

from __future__ import annotations

import datetime as dt

import pytest

from datasets import write_dataset
from helpers.cleaning import Study, study_from_json, study_to_json
from helpers.export import read_dataset
from helpers.export.messages import ExportError
from raw_folders import UNITS, column, read, stops

REQUIRED = "exported_on: 2023-09-30\nproject_start: 2022-03-01\npilots: [Leuven]\n"


# --- dataset.yml -----------------------------------------------------------------------------------------


def test_a_dataset_and_its_defaults(tmp_path):
    content = "exported_on: 2023-09-30\nproject_start: '2022-03-01'\npilots: [Leuven, 7]\n"
    dataset = read_dataset(write_dataset(tmp_path / "proef", dataset_yml=content))
    assert (dataset.name, dataset.title) == ("proef", "proef")
    assert dataset.synthetic is False  # so that disclosure control is on
    assert (dataset.exported_on, dataset.project_start) == (dt.date(2023, 9, 30), dt.date(2022, 3, 1))
    assert dataset.pilots == ("Leuven", "7")
    assert dataset.test_codes == ("TEST", "DEMO")
    assert (dataset.columns, dataset.sheets) == ({}, {})


def test_a_dataset_as_it_is_written(tmp_path):
    content = {
        "title": "Été",
        "synthetic": True,
        "pilots": ["  Genk Noord ", "Genk"],
        "test_codes": [],
        "columns": {"datum": " Datum ", "kind.stress": "spanning"},
        "sheets": {"kind": "kinderen.csv"},
    }
    dataset = read_dataset(write_dataset(tmp_path, dataset_yml=content))
    assert (dataset.title, dataset.synthetic, dataset.test_codes) == ("Été", True, ())
    assert dataset.pilots == ("Genk Noord", "Genk")
    assert dataset.columns == {"datum": "Datum", "kind.stress": "spanning"}
    assert dataset.sheets == {"kind": "kinderen.csv"}


def test_a_title_may_be_another_in_another_language(tmp_path):
    text = f"{REQUIRED}title: Gezinnen\ntitles: {{en: ' Families '}}\n"
    found = read_dataset(write_dataset(tmp_path, dataset_yml=text))
    assert [found.title_in(language) for language in ("nl", "en")] == ["Gezinnen", "Families"]
    about = Study.of(found, {})
    assert study_from_json(study_to_json(about)).title_in("en") == "Families"
    with pytest.raises(
        ExportError, match="`titles`: `de` is no language of the report, which has nl, en. Write"
    ):
        read_dataset(write_dataset(tmp_path / "de", dataset_yml=f"{REQUIRED}titles: {{de: Familien}}\n"))
    with pytest.raises(ExportError, match="`titles`: .* holds a sign that is not seen, U"):
        read_dataset(write_dataset(tmp_path / "bel", dataset_yml=f'{REQUIRED}titles: {{en: "a\\u202eb"}}\n'))


def test_blank_mappings_are_none(tmp_path):
    text = "exported_on: 2023-09-30\nproject_start: 2023-09-30\npilots: [Leuven]\ncolumns:\nsheets: ~\n"
    dataset = read_dataset(write_dataset(tmp_path, dataset_yml=text))
    assert (dataset.columns, dataset.sheets) == ({}, {})


def test_another_spelling_of_a_pilot_is_that_pilot(tmp_path):
    content = {"pilots": ["Leuven", "Oostende"], "pilot_names": {"Ostende": " oostende", "LEU": "Leuven"}}
    dataset = read_dataset(write_dataset(tmp_path, dataset_yml=content))
    assert dataset.pilot_of == {
        "leuven": "Leuven",
        "oostende": "Oostende",
        "ostende": "Oostende",
        "leu": "Leuven",
    }


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("{Ostende: Oostende}", "`Oostende` is not in pilots"),
        ("{leuven: Leuven}", "`leuven` is itself in pilots"),
        ("[Leuven]", "name of the pilot in pilots"),
    ],
)
def test_a_spelling_of_no_pilot_is_refused(tmp_path, names, said):
    folder = write_dataset(tmp_path, dataset_yml=f"{REQUIRED}pilot_names: {names}\n")
    with pytest.raises(ExportError) as caught:
        read_dataset(folder)
    assert "pilot_names" in str(caught.value) and said in str(caught.value)


# --- mappings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["csv", "xlsx"])
def test_a_plain_name_holds_in_each_unit_that_has_the_column_and_unit_name_goes_before_it(tmp_path, layout):
    folder = write_dataset(
        tmp_path,
        layout=layout,
        huishouden=[{"datum": "1/1/2023"}],
        volwassene=[{"datum": "2/1/2023", "stress": 1}],
        kind=[{"datum": "3/1/2023", "stress": 2}],
        dataset_yml={"columns": {"datum": "Dag", "stress": "spanning", "kind.stress": "spanning kind"}},
        rename={"datum": "Dag", "volwassene.stress": "spanning", "kind.stress": "spanning kind"},
    )
    assert [column(folder, "datum", unit) for unit in UNITS] == [["1/1/2023"], ["2/1/2023"], ["3/1/2023"]]
    assert (column(folder, "stress", "volwassene"), column(folder, "stress", "kind")) == (["1"], ["2"])
    assert read(folder).unknown_columns["kind"] == ()


def test_two_columns_may_change_names(tmp_path):
    folder = write_dataset(
        tmp_path,
        kind=[{"stress": 1, "zorg": 2}],
        dataset_yml={"columns": {"kind.stress": "zorg", "zorg": "stress"}},
    )
    assert (column(folder, "stress", "kind"), column(folder, "zorg", "kind")) == (["2"], ["1"])


def test_notes_are_mapped_by_their_own_name_and_may_be_absent(tmp_path):
    folder = write_dataset(
        tmp_path,
        kind=[{"opm": "tekst"}],
        dataset_yml={"columns": {"stress": "spanning", "stress_toelichting": "opm"}},
        rename={"stress": "spanning"},
    )
    export = read(folder)
    assert export.tables["kind"]["stress_toelichting"].tolist() == ["tekst"]
    assert "stress_toelichting" not in export.tables["volwassene"].columns
    assert export.unknown_columns["kind"] == ()


def test_a_name_that_another_unit_uses_is_unknown_here(tmp_path):
    folder = write_dataset(
        tmp_path,
        huishouden=[{"spanning": 4}],
        dataset_yml={"columns": {"kind.stress": "spanning"}},
        rename={"kind.stress": "spanning"},
    )
    assert read(folder).unknown_columns["huishouden"] == ("spanning",)


@pytest.mark.parametrize("written", ["Gezinnen 2023", "gezinnen 2023.csv", " GEZINNEN 2023.CSV "])
@pytest.mark.parametrize("layout", ["csv", "xlsx"])
def test_sheets_are_named_with_or_without_suffix(tmp_path, written, layout):
    folder = write_dataset(
        tmp_path,
        layout=layout,
        huishouden=[{"gezin": "a"}],
        names={"huishouden": "gezinnen 2023"},
        dataset_yml={"sheets": {"huishouden": written}},
    )
    assert column(folder, "gezin") == ["a"]


def test_units_may_change_sheets(tmp_path):
    names = {"kind": "volwassene", "volwassene": "kind"}
    folder = write_dataset(tmp_path, kind=[{"gezin": "a"}], names=names, dataset_yml={"sheets": names})
    export = read(folder)
    assert export.tables["kind"]["gezin"].tolist() == ["a"]
    assert export.files["kind"] == "volwassene.csv"


# --- faults of dataset.yml -------------------------------------------------------------------------------


def test_no_dataset_yml(tmp_path):
    folder = write_dataset(tmp_path)
    (folder / "dataset.yml").unlink()
    stops(folder, "dataset.yml: there is no such file", "exported_on, project_start and pilots")
    (folder / "dataset.yml").mkdir()
    stops(folder, "dataset.yml: it is a folder")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "it is empty"),
        ("# nothing\n", "it is empty"),
        ("just text", "does not hold keys and values"),
        ("- a\n- b", "does not hold keys and values"),
        ("title: [", "cannot be read as YAML"),
        ("title: a: b", "cannot be read as YAML, line 1"),
        (REQUIRED + "\ttitle: x", "cannot be read as YAML, line 4"),
        (REQUIRED + "title: \x00", "cannot be read as YAML"),
        (REQUIRED + 'title: "\\ud800"', "cannot be read as YAML"),
        (REQUIRED + "---\na: b", "cannot be read as YAML"),
        ("[" * 5000, "cannot be read as YAML"),
        (REQUIRED + "title: a\ntitle: b", "line 5 ('title' stands twice"),
        (REQUIRED + "columns: {datum: a, datum: b}", "line 4 ('datum' stands twice"),
        (REQUIRED + "title: !!python/object/apply:os.system [ls]", "a tag"),
        (REQUIRED + "title: !!int 3", "a tag"),
        (REQUIRED + "title: &a x\ntest_codes: [*a]", "line 5 (an alias (`*name`) is not accepted)"),
        (REQUIRED + "columns: &a {b: *a}", "an alias"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "an alias"),
        (REQUIRED + "? [a]\n: b", "a name must be text"),
        ("title: " + "x" * 300_000, "longer than"),
    ],
)
def test_broken_and_unsafe_yaml(tmp_path, text, part):
    folder = write_dataset(tmp_path, dataset_yml=text)
    stops(folder, "dataset.yml: ", part)
    stops(folder, "dataset.yml: ", part, action=read_dataset)


def test_a_dataset_yml_that_is_not_utf_8(tmp_path):
    folder = write_dataset(tmp_path)
    (folder / "dataset.yml").write_bytes("title: été".encode("cp1252"))
    stops(folder, "dataset.yml: it is not in UTF-8")


@pytest.mark.parametrize(
    ("key", "value", "part"),
    [
        *[(key, None, "it is missing") for key in ("exported_on", "project_start", "pilots")],
        ("exported_on", "30/9/2023", "`30/9/2023` is no date"),
        ("exported_on", "20230930", "`20230930` is no date"),
        ("exported_on", "2023-02-30", "`2023-02-30` is no date"),
        ("project_start", "2023-10-01", "2023-10-01 is after exported_on, 2023-09-30"),
        ("project_start", ["2022-03-01"], "a list is no date"),
        ("synthetic", "perhaps", "`perhaps` is neither true nor false"),
        ("synthetic", 1, "`1` is neither true nor false"),
        ("title", ["a"], "a list"),
        ("pilots", "Leuven", "`Leuven` does not fit"),
        ("pilots", [], "the list is empty"),
        ("pilots", ["Leuven", ""], "is no name"),
        ("pilots", ["Leuven", ["Bilzen"]], "a list is no name"),
        ("pilots", {"Leuven": 1}, "a mapping does not fit"),
        ("pilots", ["Liège", " LIEGE "], "`Liège` and `LIEGE` are the same name"),
        ("pilots", ["Leuven", "All"], "`All` is a word of the tables"),
        ("pilots", ["Únknown"], "`Únknown` is a word of the tables"),
        ("test_codes", "TEST", "`TEST` does not fit"),
        ("test_codes", ["TEST", "- "], "`-` holds no letter"),
        ("columns", ["datum"], "a list does not fit"),
        ("columns", {"dag": "datum"}, "`dag` names no column of the layout"),
        ("columns", {"huishouden.stress": "x"}, "`huishouden.stress` names no column"),
        ("columns", {"kinderen.stress": "x"}, "`kinderen.stress` names no column"),
        ("columns", {"gezin_toelichting": "x"}, "`gezin_toelichting` names no column"),
        ("columns", {"zorg": "x", "stress": "x"}, "`zorg`, `stress` of kind lead to one column, `x`"),
        ("columns", {"kind.zorg": "x", "stress": "x"}, "`zorg`, `stress` of kind lead to one column"),
        ("columns", {"stress": "zorg"}, "`zorg`, `stress` of kind lead to one column, `zorg`"),
        ("sheets", {"kinderen": "kind"}, "`kinderen` is no unit"),
        ("sheets", {"kind": "volwassene"}, "`volwassene`, `kind` lead to one sheet"),
        ("sheets", {"kind": "x.csv", "volwassene": "X"}, "`volwassene`, `kind` lead to one sheet"),
        *[
            ("sheets", {"kind": path}, "is a path")
            for path in ("../kind", "a/b.csv", "/etc/passwd", "a\\b", "C:kind", "..", ".", ".csv", "...csv")
        ],
    ],
)
def test_a_fault_of_dataset_yml_is_named_with_its_key(tmp_path, key, value, part):
    folder = write_dataset(tmp_path, dataset_yml={key: value})
    stops(folder, f", key `{key}`: ", part, ". Write ")


def test_a_fault_of_dataset_yml_is_named_with_its_line(tmp_path):
    text = """project_start: 2022-03-01
pilots:
  - Leuven
  -
columns:
  datum: Dag
  stress: [x]
titel: x
"""
    with pytest.raises(ExportError) as caught:
        read(write_dataset(tmp_path, dataset_yml=text))
    starts = [line.partition(": ")[0] for line in caught.value.faults]
    assert starts[:4] == [
        "dataset.yml, key `exported_on`",
        "dataset.yml, line 4, key `pilots`",
        "dataset.yml, line 7, key `columns.stress`",
        "dataset.yml, line 8, key `titel`",
    ]


@pytest.mark.parametrize("value", [None, [1], {"a": "b"}])
@pytest.mark.parametrize(("key", "inner"), [("columns", "datum"), ("sheets", "kind")])
def test_a_mapping_to_something_that_is_no_name(tmp_path, key, inner, value):
    stops(write_dataset(tmp_path, dataset_yml={key: {inner: value}}), f"key `{key}.{inner}`", "is no name")


@pytest.mark.parametrize(("key", "meant"), [("pilot", "; did you mean 'pilots'?"), ("name", "")])
def test_a_key_that_is_unknown(tmp_path, key, meant):
    folder = write_dataset(tmp_path, dataset_yml={key: "x"})
    stops(folder, f", key `{key}`: there is no such key{meant}. Known", "`pilots`", action=read_dataset)


def test_a_column_that_there_is_not_has_a_neighbour(tmp_path):
    folder = write_dataset(tmp_path, dataset_yml={"columns": {"strees": "x"}})
    stops(folder, "`strees` names no column of the layout; did you mean 'stress'?")
    folder = write_dataset(tmp_path, dataset_yml={"values": {"strees": {"a": 1}}})
    stops(folder, "`strees` is no item; did you mean 'stress'?")


def test_all_faults_of_dataset_yml_are_named_at_once(tmp_path):
    text = (
        "exported_on: 2023-09-30\nproject_start: 2024-01-01\nsynthetic: x\nnaam: y\ncolumns: {a: b, c: d}\n"
    )
    with pytest.raises(ExportError) as caught:
        read(write_dataset(tmp_path, dataset_yml=text))
    faults = str(caught.value).splitlines()
    assert sorted(fault.split("`")[1] for fault in faults) == [
        "columns",
        "naam",
        "pilots",
        "project_start",
        "synthetic",
    ]
    assert "`a` names no column" in str(caught.value) and "`c` names no column" in str(caught.value)


def test_what_follows_from_a_fault_of_dataset_yml_is_not_told(tmp_path):
    """The other line under the key says what a column and a file are called; it is not read for the fault."""
    folder = write_dataset(tmp_path / "a", dataset_yml={"columns": {"zorg": "care", "dag": "datum"}})
    kind = folder / "kind.csv"
    kind.write_text(kind.read_text(encoding="utf-8").replace("zorg", "care"), encoding="utf-8")
    stops(folder, "`dag` names no column of the layout")
    folder = write_dataset(tmp_path / "b", dataset_yml={"sheets": {"kind": "kinderen", "baby": "kind"}})
    (folder / "kind.csv").rename(folder / "kinderen.csv")
    stops(folder, "`baby` is no unit")


def test_a_column_with_the_canonical_name_of_a_mapped_one_is_an_unknown_column(tmp_path):
    folder = write_dataset(
        tmp_path, dataset_yml={"columns": {"kind.datum": "dag"}}, kind=[{"dag": "1/1/2023", "datum": "druk"}]
    )
    raw = read(folder)
    assert raw.tables["kind"]["datum"].tolist() == ["1/1/2023"]
    assert raw.unknown_columns["kind"] == ("datum ",) and raw.tables["kind"]["datum "].tolist() == ["druk"]
