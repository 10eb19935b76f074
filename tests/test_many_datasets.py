"""Several datasets in one folder are one study, in which each is a pilot under its title."""

import io
import json
import shutil
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner

from datasets import ITEMS, write_dataset
from helpers import export, partitions, registration
from helpers import run as pipeline
from helpers.cleaning import CleanError, CleanTables
from helpers.cli import main
from helpers.definitions import ROOT, load_definitions
from helpers.errors import PipelineError
from helpers.export import read_dataset, read_export
from helpers.export.messages import ExportError
from helpers.files import CLEANED_WITH
from helpers.folders import RunError
from helpers.outputs import MAKERS
from helpers.parameters import PARAMETERS
from helpers.partitions import WORKERS, WorkerError
from helpers.run._manifest import NUMBERED
from helpers.study import Cleaning, Study

pytestmark = pytest.mark.usefixtures("few_simulations")

EMBEDDED = ROOT / "data" / "raw" / "synthetic"
PILOTS = {"bal": "Baldemore", "bil": "Bilzen", "her": "Herenthout", "leu": "Leuven", "oos": "Oostende"}


def letters(row):
    """Say to which dataset a row belongs: by the letters of its family code, else by its pilot."""
    for name in (str(row["gezin"]).strip().lower()[:3], str(row["pilootproject"]).strip().lower()[:3]):
        if name in PILOTS:
            return name
    return "leu"


def put(folder, tables, **about):
    folder.mkdir(parents=True)
    for unit, table in tables.items():
        table.drop(columns="row").to_csv(folder / f"{unit}.csv", sep=";", index=False)
    content = yaml.safe_load((EMBEDDED / "dataset.yml").read_text(encoding="utf-8"))
    text = yaml.safe_dump({**content, "pilots": list(PILOTS.values()), **about}, allow_unicode=True)
    (folder / "dataset.yml").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """The embedded export as it is, the same rows as five datasets, one for each pilot, and two of these."""
    place = tmp_path_factory.mktemp("many")
    tables = read_export(EMBEDDED, load_definitions()).tables
    put(place / "one", tables)
    of = {unit: table.apply(letters, axis=1) for unit, table in tables.items()}
    for name, title in PILOTS.items():
        put(
            place / "five" / name,
            {unit: table[of[unit] == name] for unit, table in tables.items()},
            title=title,
        )
    for name in ("her", "leu"):
        shutil.copytree(place / "five" / name, place / "two" / name)
    return place


@pytest.fixture(scope="module")
def five(folders, tmp_path_factory):
    return Study.clean(folders / "five", tmp_path_factory.mktemp("clean") / "five")


def test_counts_and_family_tables_are_those_of_one_export(folders, five):
    """And so is all that is derived of them."""
    one = Study.clean(folders / "one")
    for name in one.counts:
        pd.testing.assert_frame_equal(five.counts[name], one.counts[name], obj=name)
    for name in MAKERS["family_table"]:
        found = five.family_table(name)
        named = [column for column in ("family", "coach", "organisation") if column in found]
        found = found.assign(
            **{column: found[column].str.replace(r"^.../", "", regex=True) for column in named}
        )
        found, wanted = (table.reset_index(drop=True) for table in (found, one.family_table(name)))
        pd.testing.assert_frame_equal(found, wanted, obj=name)
    for name in ("flow", "cases_by_pilot", "figure_18", "pilot_heterogeneity"):
        pd.testing.assert_frame_equal(five[name], one[name], obj=name)


def test_a_family_is_known_by_its_dataset_and_code(five):
    assert five.families["family"].is_monotonic_increasing
    assert five.families["family"].str.fullmatch("(bal|bil|her|leu|oos)/[A-Z]{3}-[0-9]{3}").all()
    assert five.families["coach"].dropna().str.match("(bal|bil|her|leu|oos)/").all()
    assert five.tables.rejected["file"].str.fullmatch("(bal|bil|her|leu|oos)/[a-z]+[.]csv").all()


def test_what_stands_out_is_told_of_each_dataset_but_in_public_of_all_together(five):
    """There a dataset is a pilot: that some of its rows are lost says that it has families."""
    by_title = "(" + "|".join(PILOTS.values()) + ")(: |$)"
    exact, safe = (registration.all_warnings(five, "nl", exact=exact) for exact in (True, False))
    assert exact["where"].str.match(by_title).all() and len(safe) > 1
    assert not safe["where"].fillna("").str.match(by_title).any()
    assert not safe.duplicated(["what", "where", "levels", "share"]).any()


def test_what_was_written_opens_as_the_same_study(five):
    again = Study.open(five.folder)
    assert again.about == five.about and again.about.pilots == tuple(PILOTS.values())
    pd.testing.assert_frame_equal(again.states, five.states)
    pd.testing.assert_frame_equal(again["figure_18"], five["figure_18"])


def test_the_same_code_in_two_datasets_is_of_two_families(tmp_path):
    row = {"gezin": "G-1", "pilootproject": "Leuven", "datum": "2022-05-01"}
    for name in ("gent", "genk"):
        write_dataset(tmp_path / name, huishouden=[row], dataset_yml={"title": name})
    study = Study.clean(tmp_path)
    assert list(study.families["family"]) == ["genk/G-001", "gent/G-001"]
    assert list(study.families["pilot"]) == ["genk", "gent"] == list(study.pilots)


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"title": "Gent"}, "are the same name. Give each dataset a `title` of its own"),
        ({"title": "Genk", "synthetic": True}, "is synthetic, other datasets are real"),
        ({"title": "Genk", "exported_on": "2023-06-30"}, "on different days, 2023-06-30 to 2023-09-30"),
    ],
)
def test_datasets_that_do_not_go_together_are_refused(tmp_path, about, said):
    for name, own in {"a": {"title": "Gent"}, "b": about}.items():
        write_dataset(tmp_path / "both" / name, dataset_yml={"synthetic": False} | own)
    with pytest.raises(PipelineError, match=said):
        read_dataset(tmp_path / "both")
    assert CliRunner().invoke(main, ["check", str(tmp_path / "both")]).exit_code == 1


def test_no_folder_is_left_out_in_silence(folders, tmp_path):
    raw = tmp_path / "raw"
    shutil.copytree(folders / "five" / "her", raw / "her")
    shutil.copytree(folders / "five" / "bil", raw / "bil")
    (raw / "brieven").mkdir()  # without tables
    (raw / "bil" / "dataset.yml").unlink()
    for read in (read_dataset, Study.clean):
        with pytest.raises(ExportError, match="bil: dataset.yml: there is no such file in the folder"):
            read(raw)
    shutil.copy(folders / "five" / "bil" / "dataset.yml", raw / "bil")
    (raw / "bil" / "kind.csv").unlink()
    with pytest.raises(ExportError, match="bil: kind.csv: there is no such file"):
        Study.clean(raw)
    shutil.copy(folders / "five" / "bil" / "kind.csv", raw / "bil")
    shutil.copytree(raw / "her", raw / "nog" / "een")
    with pytest.raises(ExportError, match="nog: a dataset stands further down"):
        Study.clean(raw)
    shutil.rmtree(raw / "nog")
    shutil.copy(folders / "five" / "bil" / "kind.csv", raw)
    with pytest.raises(ExportError, match="raw: `kind.csv` stand beside the datasets"):
        Study.clean(raw)


def test_a_description_above_datasets_does_not_hide_them(folders, tmp_path):
    study = shutil.copytree(folders / "two", tmp_path / "study")
    shutil.copy(EMBEDDED / "dataset.yml", study)
    for beside in ((), EMBEDDED.glob("*.csv")):  # with tables of its own too
        for file in beside:
            shutil.copy(file, study)
        for command in ("check", "run"):
            given = (
                ["--raw", str(study), "--out", str(tmp_path / "out")] if command == "run" else [str(study)]
            )
            result = CliRunner().invoke(main, [command, *given])
            assert result.exit_code == 1, result.output
            assert "study: its dataset.yml hides the datasets `her`, `leu`. Take" in result.stderr


def test_check_adds_up_what_a_run_would_keep_of_all(folders, five):
    result = CliRunner().invoke(main, ["check", str(folders / "five")])
    assert result.exit_code == 0
    *_, together = result.stdout.split("\n\n")
    heading, rows, families, *pilots = [line.strip() for line in together.strip().splitlines()]
    assert heading == "All 5 datasets together, at the default parameters"
    log, flow = five["cleaning_log"], five["flow"].set_index("stage")["families"]
    assert rows.endswith(f"{len(five.cleaned.registrations)} kept, {log['rows'].sum()} rejected")
    assert families.startswith(f"{flow['registered']} families in the export (and {flow['test']} test ")
    assert f"{flow['retained']} described, of whom {flow['followed']} followed" in f"{families} {pilots[0]}"
    cases = five["cases_by_pilot"].set_index("pilot").loc["Leuven"]
    assert f"Leuven: {cases['registered']} registered, {cases['retained']} described, " in together


# In partitions ----------------------------------------------------------------------------------------------


@pytest.fixture
def together_large(monkeypatch, folders):
    """All datasets of a folder together are a large export, none of them is."""
    monkeypatch.setenv(WORKERS, "1")
    monkeypatch.setattr(export, "LARGE", 500_000)


@pytest.mark.parametrize("parts", [0, 2])
def test_a_large_study_of_datasets_is_the_same_in_partitions(
    folders, five, tmp_path, together_large, monkeypatch, parts
):
    """Small datasets share a partition, large ones have some; nobody needs all rows of all at once."""
    monkeypatch.setattr(partitions.StudyInParts, "_first", [])  # nothing but what is asked for
    monkeypatch.setattr(partitions, "OF_A_PART", 1)  # `parts` 0: here two share one
    monkeypatch.setattr(partitions, "bytes_of", lambda folder, packed: int(folder.name != "bal"))
    cleaned = Study.clean(folders / "five", tmp_path / "clean" / "five", partitions=parts)
    opened = Study.open(tmp_path / "clean" / "five")
    found = len(list((opened.folder / "parts").rglob("families.parquet")))
    assert found == (10 if parts else 4)
    for study in (cleaned, opened):
        assert study.about == five.about and study._data_mark == five._data_mark
        for name in (field.name for field in fields(CleanTables)):
            pd.testing.assert_frame_equal(getattr(study.cleaned, name), getattr(five.cleaned, name), obj=name)
        pd.testing.assert_frame_equal(study.states, five.states)
    for name in ("flow", "cases_by_pilot", "cleaning_log", "figure_18", "pilot_heterogeneity"):
        pd.testing.assert_frame_equal(opened[name], five[name], obj=name)
    assert cleaned.doubts == five.doubts
    for told in (registration.all_warnings, registration.all_sheets):
        pd.testing.assert_frame_equal(told(cleaned, "nl"), told(five, "nl"))
    pd.testing.assert_frame_equal(registration.all_losses(cleaned), registration.all_losses(five))
    some, wanted = (one._of_pilots(["Leuven", "Bilzen"]) for one in (cleaned, five))
    pd.testing.assert_frame_equal(some["figure_18"], wanted["figure_18"])


def test_a_public_edition_of_a_large_study_of_datasets_is_that_of_a_small_one(
    folders, tmp_path, few, request
):
    raw = as_real(folders / "five", tmp_path / "vlaanderen")
    small = run(raw, tmp_path / "small", few)
    request.getfixturevalue("together_large")
    large = run(raw, tmp_path / "large", few)
    assert (tmp_path / "large" / "clean" / "vlaanderen" / "parts").is_dir()
    for path in (small / "tables").iterdir():
        assert (large / "tables" / path.name).read_bytes() == path.read_bytes(), path.name


def test_cleaning_of_many_goes_on_where_it_was_stopped(folders, tmp_path, together_large, monkeypatch):
    raw, read, refuse = tmp_path / "raw", [], partitions.refuse_twice
    shutil.copytree(folders / "five", raw)
    monkeypatch.setattr(partitions, "OF_A_PART", 1)  # a partition each
    usual = Cleaning({name: PARAMETERS[name].default for name in CLEANED_WITH})
    work = tmp_path / "clean" / ".five.parts"
    partitions.clean_in_parts(folders / "one", work, usual, parts=2)  # it was one dataset, and stopped

    def reading(folder, definitions):
        read.append(folder.name)
        return read_export(folder, definitions)

    def stopped(*_):
        raise WorkerError("stopped")

    monkeypatch.setattr(partitions, "read_export", reading)
    monkeypatch.setattr(partitions, "refuse_twice", stopped)
    with pytest.raises(WorkerError):
        Study.clean(raw, tmp_path / "clean" / "five")
    assert read == list(PILOTS)
    sheet = raw / "leu" / "kind.csv"
    sheet.write_text(sheet.read_text(encoding="utf-8") + "\n", "utf-8")
    rejected = work / "001" / "rejected.parquet"
    rejected.write_bytes(rejected.read_bytes()[:-1])
    shutil.rmtree(raw / "oos")
    with pytest.raises(WorkerError):  # without the one, all are of another study
        Study.clean(raw, tmp_path / "clean" / "five")
    assert read[5:] == ["bal", "bil", "her", "leu"]
    rejected.write_bytes(rejected.read_bytes()[:-1])
    monkeypatch.setattr(partitions, "refuse_twice", refuse)
    study = Study.clean(raw, tmp_path / "clean" / "five")
    assert read[9:] == ["bil"] and not work.exists()
    assert list(study["cases_by_pilot"]["pilot"]) == [
        "Baldemore",
        "Bilzen",
        "Herenthout",
        "Leuven",
        "unknown",
    ]


def test_a_fault_of_one_of_many_is_told_with_its_name(folders, tmp_path, together_large):
    for name in ("her", "bil"):
        shutil.copytree(folders / "five" / name, tmp_path / "raw" / name)
    (tmp_path / "raw" / "her" / "kind.csv").unlink()
    for parts in (0, 1):
        with pytest.raises(ExportError, match="^her: kind.csv: there is no such file"):
            Study.clean(tmp_path / "raw", tmp_path / "clean", partitions=parts)
        assert not any(tmp_path.glob(".clean*"))


def test_workbooks_count_for_what_their_tables_would_have(tmp_path):
    for name in ("kind.csv", "export.xlsx", "brief.docx"):
        (tmp_path / name).write_bytes(b"0" * 100)
    assert export.bytes_of(tmp_path) == 100 < export.bytes_of(tmp_path, packed=True) < 1000


@pytest.mark.parametrize("parts", [0, 1])
@pytest.mark.parametrize("code", ["HER-", "OUD-"])
def test_a_family_in_two_datasets_is_named_whatever_its_code(folders, tmp_path, code, parts):
    for name in ("her", "kopie"):
        shutil.copytree(folders / "five" / "her", tmp_path / "raw" / name)
    path = tmp_path / "raw" / "kopie" / "dataset.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("title: Herenthout", "title: Kopie"), "utf-8")
    for sheet in (tmp_path / "raw" / "kopie").glob("*.csv"):
        sheet.write_text(sheet.read_text(encoding="utf-8").replace("HER-", code), "utf-8")
    with pytest.raises(CleanError, match=r"^families stand in more .* \(her/HER-001, her/HER-00\d, .*Take"):
        Study.clean(tmp_path / "raw", partitions=parts)
    assert "more than one dataset" in CliRunner().invoke(main, ["check", str(tmp_path / "raw")]).output


def test_families_of_one_code_in_many_datasets_are_others_unless_two_have_the_same_levels(
    tmp_path, monkeypatch
):
    """Most levels of a family stand in one or another of seven datasets, few in any one of them."""
    monkeypatch.setenv(WORKERS, "1")
    drawn = np.random.default_rng(1)
    for number in range(8):
        row = {"gezin": "G-001", "persoon": "V1", "pilootproject": "Leuven", "datum": "2022-05-01"}
        rows = {
            unit: [row | {item: int(drawn.integers(1, 6)) for item in ITEMS[unit]}]
            for unit in ("huishouden", "volwassene")
        }
        about = {"title": f"Gemeente {number}", "pilots": ["Leuven"]}
        write_dataset(tmp_path / f"g{number:02}", dataset_yml=about, **rows)
    assert all(len(Study.clean(tmp_path, partitions=parts).families) == 8 for parts in (0, 1))
    mended = rows["huishouden"][0]["schulden"] % 5 + 1
    rows["huishouden"][0]["schulden"] = mended
    write_dataset(tmp_path / "nog", dataset_yml=about | {"title": "Nog eens"}, **rows)
    with pytest.raises(CleanError, match=r"\(g07/G-001, nog/G-001 …, in all 2\)"):
        Study.clean(tmp_path)
    with pytest.raises(CleanError, match=r"\(g07/G-001, nog/G-001 …, in all 2\)"):
        Study.clean(tmp_path, partitions=1)


@pytest.mark.parametrize(("different", "refused"), [({}, False), ({"stress": 1, "schulden": 2}, True)])
def test_families_of_whom_a_form_was_left_as_it_is_are_not_the_same(tmp_path, different, refused):
    for name, code in (("gent", "GEN-001"), ("leuven", "LEU-009")):
        row = {"gezin": code, "persoon": "V1", "pilootproject": "Leuven", "datum": "2022-05-01"}
        rows = {
            unit: [row | dict.fromkeys(ITEMS[unit], 3) | different] for unit in ("huishouden", "volwassene")
        }
        about = {"title": name, "pilots": ["Leuven"]}
        write_dataset(tmp_path / name, dataset_yml=about, **rows)
    if refused:
        with pytest.raises(CleanError, match=r"\(gent/GEN-001, leuven/LEU-009 …, in all 2\)"):
            Study.clean(tmp_path)
    else:
        assert len(Study.clean(tmp_path).families) == 2


def test_two_years_of_one_pilot_are_no_two_datasets(tmp_path):
    def years(families, second, pilot="Leuven", born=()):
        for place, (name, day) in enumerate({"eerste": "2022-05-01", "tweede": second}.items(), start=1):
            levels = dict.fromkeys(("schulden", "inkomen", "voeding", "veiligheid"), 2 + place)
            row = {"pilootproject": "Leuven", "datum": day, **levels}
            rows = [row | {"gezin": f"LEU-{number:03d}"} for number in range(families)]
            about = {"title": name, "pilots": ["Leuven"]}
            if place == 2:
                about |= {"pilots": [pilot], "pilot_names": {"Leuven": pilot} if pilot != "Leuven" else {}}
            children = [
                {"gezin": f"LEU-{number:03d}", "persoon": "K1", "datum": day, "pilootproject": "Leuven",
                 "geboortedatum": f"{year + 4 * number * (place - 1)}-06-01"}
                for number, year in enumerate(born)
            ]  # fmt: skip
            write_dataset(tmp_path / name, huishouden=rows, kind=children, dataset_yml=about)
        return len(Study.clean(tmp_path).families)

    refused = pytest.raises(
        CleanError, match=r"^5 families with the same code and pilot .* one dataset; if these are"
    )
    with refused:
        years(5, "2023-05-02")
    with refused:  # one of two children is of another age
        years(5, "2023-05-02", born=(2010, 2012))
    assert years(5, "2023-05-02", born=(2010, 2012, 2014)) == 10  # two of three are
    assert years(4, "2023-05-02") == 8
    assert years(5, "2022-05-01") == 10  # beside each other
    assert years(5, "2023-05-02", pilot="Leuven-Zuid") == 10


def test_a_family_of_several_datasets_is_not_compared_with_itself(folders):
    for coached, others in (("two", "two/her"), ("two/her", "two")):
        with pytest.raises(CleanError, match="stand in the other export too"):
            Study.clean(folders / coached, comparison=folders / others)


def test_a_fault_is_told_with_the_dataset_that_has_it(folders, tmp_path):
    shutil.copytree(folders / "five" / "her", tmp_path / "raw" / "her")
    shutil.copytree(folders / "five" / "bil", tmp_path / "raw" / "bil")
    table = pd.read_csv(tmp_path / "raw" / "her" / "kind.csv", sep=";", dtype="str")
    table.assign(stress="veel").to_csv(tmp_path / "raw" / "her" / "kind.csv", sep=";", index=False)
    lost = [doubt for doubt in Study.clean(tmp_path / "raw").doubts if doubt.kind == "item_loses"]
    assert [str(doubt.text("en")).startswith("Herenthout: ") for doubt in lost] == [True]


# A run -----------------------------------------------------------------------------------------------------


@pytest.fixture
def few(tmp_path):
    """A folder with one notebook whose tables are public."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    shutil.copy(ROOT / "notebooks" / "03_kansarmoede.ipynb", folder)
    return folder


def run(raw, place, few, **options):
    given = {"notebook_folder": few, "clean_folder": place / "clean", "stream": io.StringIO()}
    return pipeline.run(raw, place / "report" / raw.name, **given, **options)


def as_real(raw, folder):
    shutil.copytree(raw, folder)
    for path in folder.rglob("dataset.yml"):
        told = path.read_text(encoding="utf-8").replace("synthetic: true", "synthetic: false")
        path.write_text(told, encoding="utf-8")
    return folder


def inputs_of(report):
    return json.loads((report / "manifest.json").read_text(encoding="utf-8"))["inputs"]


def test_a_run_names_the_files_of_each_dataset(folders, tmp_path, few):
    shutil.copy(ROOT / "notebooks" / "01_cleaning.ipynb", few)
    report = run(folders / "five", tmp_path, few)
    files = {f"{name}/{file}" for name in PILOTS for file in ("dataset.yml", "kind.csv")}
    assert files < inputs_of(report).keys()
    assert pipeline.verify(report, raw=folders / "five").faults == ()
    page = (report / "01_cleaning.html").read_text(encoding="utf-8")
    assert "Baldemore: huishouden.csv" in page and "bal/BAL" not in page


def test_a_dataset_is_in_one_public_edition(folders, tmp_path, few):
    raw = as_real(folders / "two", tmp_path / "vlaanderen")
    report = run(raw, tmp_path, few)
    assert all(name.startswith(NUMBERED) for name in inputs_of(report))
    assert pipeline.verify(report, raw=raw).faults == ()
    with pytest.raises(RunError, match=r"datasets was \['her', 'leu'\], now \[\]"):
        run(raw / "leu", tmp_path, few)


def test_what_was_published_alone_is_in_no_edition_of_several(folders, tmp_path, few):
    raw = as_real(folders / "two", tmp_path / "vlaanderen")
    run(raw / "leu", tmp_path, few)
    with pytest.raises(RunError, match=r"datasets was \[\], now"):
        run(raw, tmp_path, few)
    assert not (tmp_path / "clean" / "vlaanderen").exists()
