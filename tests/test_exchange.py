"""The data to take along, read back by other programs' readers: values, labels, what is not applicable."""

import json
import re
import shutil
import stat
import subprocess
import zipfile

import frictionless
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner

from datasets import write_dataset
from helpers import exchange
from helpers.cli import main
from helpers.folders import TargetError
from helpers.study import Study

HOME = {"verblijfplaats": 4, "schulden": "n.v.t.", "inkomen": 2, "voeding": 5, "veiligheid": 3}
# one retained and followed family with a household, an adult and two children, and one without a household
ROWS = {
    "huishouden": [
        {"gezin": "LEU-001", "pilootproject": "Leuven", "datum": "2022-05-01", **HOME,
         "gezinstype": "koppel"},
        {"gezin": "LEU-001", "pilootproject": "Leuven", "datum": "2022-11-01", **HOME,
         "verblijfplaats": 5},
    ],
    "volwassene": [
        {"gezin": "LEU-001", "pilootproject": "Leuven", "datum": "2022-05-01", "persoon": "V1", "stress": 2},
        {"gezin": "LEU-002", "pilootproject": "Leuven", "datum": "2022-05-01", "persoon": "V1", "stress": 1},
    ],
    "kind": [
        {"gezin": "LEU-001", "pilootproject": "Leuven", "datum": "2022-05-01", "persoon": "K1", "stress": 4},
        {"gezin": "LEU-001", "pilootproject": "Leuven", "datum": "2022-06-15", "persoon": "K1",
         "stress": "n.v.t."},
        {"gezin": "LEU-001", "pilootproject": "Leuven", "datum": "2022-05-01", "persoon": "K2", "zorg": 1},
    ],
}  # fmt: skip
LABEL_SCHULDEN_5 = {"nl": "Schuldenvrij", "en": "Free of debt"}


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    """The small export in all formats."""
    place = tmp_path_factory.mktemp("taken")
    exchange.export_data(write_dataset(place / "raw", **ROWS), place / "x-internal", formats=exchange.FORMATS)
    return place / "x-internal"


@pytest.fixture(scope="module")
def embedded(tmp_path_factory):
    """The embedded export as CSV, its study, and the command that wrote it."""
    folder = tmp_path_factory.mktemp("embedded") / "data-internal"
    told = CliRunner().invoke(main, ["export-data", "--to", "csv", str(folder)])
    assert told.exit_code == 0, told.output
    return folder, Study.clean()


def sav(folder, table, language="nl", **options):
    return pyreadstat.read_sav(folder / f"{table}_{language}.sav", **options)


def row_of(states, unit, person, moment):
    found = states[(states["unit"] == unit) & (states["person"] == person) & (states["moment"] == moment)]
    assert len(found) == 1
    return found.iloc[0]


def test_a_row_of_states_is_a_family_a_person_and_a_moment(taken):
    states, about = sav(taken, "states", user_missing=True)
    assert len(states) == 8  # household, V1, K1, K2, at two moments
    words = about.variable_value_labels
    for name in ("unit", "moment"):
        states[name] = states[name].map(words[name])
    home = [row_of(states, "huishouden", "", moment) for moment in ("bij de start", "bij de opvolging")]
    assert [(one["h_verblijfplaats"], one["h_schulden"]) for one in home] == [(4, -1), (5, -1)]
    child = [row_of(states, "kind", "K1", moment) for moment in ("bij de start", "bij de opvolging")]
    assert [one["k_stress"] for one in child] == [4, -1]
    assert child[0][["h_verblijfplaats", "v_stress", "k_zorg"]].isna().all()
    assert row_of(states, "kind", "K2", "bij de start")["k_zorg"] == 1
    assert row_of(states, "volwassene", "V1", "bij de start")["v_stress"] == 2
    items = [name for name in states if name[:2] in ("h_", "v_", "k_")]
    assert len(items) == 45 and max(map(len, states)) <= 32


def test_a_row_of_domains_is_a_family_and_a_moment(taken):
    """Income of level 2 and care for a child of level 1 fall short, a home of level 4 and 5 does not."""
    own = "unknown,deprived,not_deprived,unknown,unknown,deprived"
    assert (taken / "domains.csv").read_text().splitlines() == [
        "family,moment,score,tewerkstelling,inkomen,huisvesting,opleiding,gezondheid,stimulatie",
        f"LEU-001,baseline,2,{own}",
        f"LEU-001,follow_up,2,{own}",
    ]
    domains, about = sav(taken, "domains", "en")
    assert about.variable_value_labels["inkomen"][int(domains["inkomen"][0])] == "deprived"
    assert about.column_names_to_labels["inkomen"] == "Income"


def test_where_nobody_is_described_tables_have_their_columns_and_no_row(tmp_path):
    lost = write_dataset(tmp_path / "raw", huishouden=[ROWS["huishouden"][0] | dict.fromkeys(HOME, "")])
    study = exchange.export_data(lost, tmp_path / "x-internal", formats=exchange.FORMATS)
    assert study.families["status"].tolist() == ["excluded"]
    assert [len(one.frame) for one in exchange.tables_of(study)] == [1, 0, 0, 0, 0]
    domains, about = sav(tmp_path / "x-internal", "domains")
    assert domains.empty and about.column_names[:4] == ["family", "moment", "score", "tewerkstelling"]


def test_a_code_of_a_coached_family_and_of_one_for_comparison_is_named(tmp_path):
    coached = write_dataset(tmp_path / "hier", **ROWS)
    low = dict.fromkeys(HOME, 1)
    others = write_dataset(tmp_path / "elders", huishouden=[row | low for row in ROWS["huishouden"]])
    with pytest.raises(exchange.ExchangeError, match="LEU-001: is the code of a coached family and of one"):
        exchange.tables_of(Study.clean(coached, comparison=others))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_spss_has_the_labels_of_a_language_and_knows_what_is_not_applicable(taken, language):
    states, about = sav(taken, "states", language)
    assert states["h_schulden"].isna().all()  # a reader that does not ask for user-missing values
    label = about.column_names_to_labels["h_schulden"]
    assert label == {"nl": "Schulden (huishouden)", "en": "Debts (household)"}[language]
    values = about.variable_value_labels["h_schulden"]
    assert set(values) == {-1, 1, 2, 3, 4, 5} and values[5] == LABEL_SCHULDEN_5[language]
    _, as_asked = sav(taken, "states", language, user_missing=True)
    assert as_asked.missing_ranges["h_schulden"] == [{"lo": -1, "hi": -1}]
    assert max(len(text.encode()) for words in about.variable_value_labels.values() for text in words.values()
               ) <= 120  # fmt: skip


@pytest.mark.parametrize("language", ["nl", "en"])
def test_stata_has_the_labels_of_a_language_and_knows_what_is_not_applicable(taken, language):
    states, about = pyreadstat.read_dta(taken / f"states_{language}.dta", user_missing=True)
    assert set(states["h_schulden"].dropna()) == {"a"} and sorted(states["k_stress"].dropna(), key=str) == [
        4,
        "a",
    ]
    assert about.variable_value_labels["h_schulden"][5] == LABEL_SCHULDEN_5[language]
    assert about.variable_value_labels["h_schulden"]["a"].startswith({"nl": "niet", "en": "not"}[language])
    families, _ = pyreadstat.read_dta(taken / f"families_{language}.dta")
    assert [str(day) for day in families["t0"]] == ["2022-05-01", "2022-05-01"]


def test_csv_and_parquet_hold_the_same_and_nothing_that_could_pass_for_a_level(taken):
    csv = pd.read_csv(taken / "states.csv", dtype="str", keep_default_na=False)
    parquet = pd.read_parquet(taken / "states.parquet").astype("str").fillna("")
    assert csv.equals(parquet)
    levels = csv.filter(regex="^[hvk]_")
    assert set(levels.to_numpy().ravel()) == {"", "n.v.t.", "1", "2", "3", "4", "5"}


def test_observations_are_long_and_leave_the_numbers_of_the_export_behind(taken):
    found = pd.read_csv(taken / "observations.csv", keep_default_na=False)
    of_child = found[(found["person"] == "K1") & (found["item"] == "stress")]
    assert of_child[["date", "level"]].to_numpy().tolist() == [["2022-05-01", "4"], ["2022-06-15", "n.v.t."]]
    assert len(found) == 14 and set(found["family"]) == {"LEU-001"}  # 5 + 5 + 1 + 3; LEU-002 is not retained
    assert found["registration"].min() == 1


def test_families_come_with_their_score_and_class(taken):
    found = pd.read_csv(taken / "families.csv").set_index("family")
    assert found.loc["LEU-001", "household_type"] == "koppel" and bool(found.loc["LEU-001", "followed"])
    assert found.loc["LEU-002", "rule"] == "F01" and pd.isna(found.loc["LEU-002", "class"])


def test_counts_of_the_codebook_are_those_of_the_figures(embedded):
    folder, study = embedded
    values = pd.read_excel(folder / "codebook.xlsx", sheet_name="values", dtype={"value": "str"})
    for column, figure in (("h_verblijfplaats", "figure_04"), ("k_zorg", "figure_14")):
        item = study[figure].set_index(study[figure]["level"].astype("str"))
        assert (item["item"] == column[2:]).all()
        expected = item["n"]
        found = values[(values["table"] == "states") & (values["variable"] == column)].set_index("value")
        for level in "12345":
            assert found.loc[level, "baseline"] == expected[level], (column, level)


def test_the_codebook_counts_what_is_known_and_missing_of_each_item(taken):
    sheet = pd.read_excel(taken / "codebook.xlsx", sheet_name="variables").set_index(["table", "variable"])
    counts = ["rows", "known", "not_applicable", "missing"]
    # two children at two moments: K1 4, then n.v.t.; K2 nothing
    assert sheet.loc[("states", "k_stress"), counts].tolist() == [4, 1, 1, 2]
    assert sheet.loc[("states", "h_schulden"), counts].tolist() == [2, 0, 2, 0]
    assert sheet.loc[("states", "k_stress"), "label_en"] == "Stress (child)"
    assert openpyxl.load_workbook(taken / "codebook.xlsx").sheetnames == ["about", "variables", "values"]


@pytest.mark.filterwarnings("ignore:os.path.commonprefix")  # of frictionless, under Python 3.15
def test_the_data_package_is_valid_and_a_level_of_6_would_not_be(embedded, tmp_path):
    folder, _ = embedded
    found = frictionless.validate(str(folder / "datapackage.json"))
    assert found.valid, found.flatten(["type", "message"])[:5]
    schema = json.loads((folder / "datapackage.json").read_text())["resources"]
    schema = next(one["schema"] for one in schema if one["name"] == "states")
    lines = (folder / "states.csv").read_text().splitlines()[:2]
    changed = lines[1].replace(",4,", ",6,", 1)
    (tmp_path / "states.csv").write_text(f"{lines[0]}\n{changed}\n")
    own = {name: value for name, value in schema.items() if name != "foreignKeys"}
    resource = frictionless.Resource(
        {"name": "states", "path": "states.csv", "schema": own}, basepath=str(tmp_path)
    )
    assert [error.type for error in resource.validate().tasks[0].errors] == ["constraint-error"]


def test_no_script_is_left_for_a_program_that_cannot_read_the_format(taken, tmp_path):
    assert {"load.R", "load.sps", "load.do"} <= {path.name for path in taken.iterdir()}
    raw = write_dataset(tmp_path / "raw", **ROWS)
    exchange.export_data(raw, tmp_path / "p-internal", formats=["parquet"])
    assert {path.name for path in (tmp_path / "p-internal").glob("load.*")} == {"load.R"}


def test_spss_reads_days_as_days_and_numbers_as_numbers(tmp_path):
    exchange.export_data(write_dataset(tmp_path / "raw", **ROWS), tmp_path / "x-internal", formats=["csv"])
    script = (tmp_path / "x-internal" / "load.sps").read_text()
    read = dict(re.findall(r"^    (\w+) (\w+\.?0?)$", script.partition("RECODE")[0], re.MULTILINE))
    assert (read["family"], read["t0"], read["children"]) == ("A8", "SDATE10", "F8.0")


@pytest.mark.skipif(not shutil.which("Rscript"), reason="needs R")
def test_r_loads_the_tables_from_any_folder(tmp_path):
    folder = tmp_path / "a folder-internal"
    exchange.export_data(write_dataset(tmp_path / "raw", **ROWS), folder, formats=["csv"])
    shown = "cat(sum(states$k_stress %in% 4), basename(folder))"
    with (folder / "load.R").open("a") as file:
        file.write(f"{shown}\n")
    own = tmp_path / "own.R"
    own.write_text(f"source({str(folder / 'load.R')!r})\nsetwd('/')\nstates <- read_table('states')\n{shown}")

    def r(*words, at=tmp_path):
        done = subprocess.run(["Rscript", "--vanilla", *words], cwd=at, capture_output=True, text=True)
        return done.stderr or done.stdout

    one = f"1 {folder.name}"  # one child at level 4
    assert r(own) == one + one
    assert r(folder / "load.R") == one
    assert r("-e", f"source('{folder.name}/load.R', chdir = TRUE)") == one
    assert r("-e", "source('load.R')", at=folder) == one
    (folder / "labels.csv").unlink()
    assert "go with setwd() to the folder of load.R first" in r(folder / "load.R")


def test_open_notes_stay_behind(tmp_path):
    rows = ROWS["volwassene"][:1]
    secret = rows[0] | {"stress_toelichting": "Marie slaapt slecht"}
    raw = write_dataset(tmp_path / "raw", **{**ROWS, "volwassene": [secret]})
    folder = tmp_path / "x-internal"
    exchange.export_data(raw, folder, formats=exchange.FORMATS)
    assert not [path.name for path in folder.iterdir() if b"Marie" in path.read_bytes()]


# ---- where it may go, and under which names ----------------------------------------------------------------


def call(*arguments):
    return CliRunner().invoke(main, ["export-data", *map(str, arguments)])


def test_single_families_go_into_an_internal_folder_for_its_owner_alone(taken, tmp_path):
    refused = call("--to", "csv", tmp_path / "open")
    assert refused.exit_code == 2 and "open-internal" in refused.stderr
    assert not list(tmp_path.iterdir())
    assert {stat.S_IMODE(path.stat().st_mode) for path in taken.iterdir()} == {0o600}
    assert stat.S_IMODE(taken.stat().st_mode) == 0o700


@pytest.mark.parametrize("options", [(), ("--pseudonymise",)])
def test_real_families_go_by_pseudonyms(tmp_path, options):
    raw = write_dataset(tmp_path / "raw", dataset_yml={"synthetic": False}, **ROWS)
    key = tmp_path / "key"
    key.write_text("a secret of some thirty-two bytes")
    keys = [*options, key] if options else []
    found = []
    for name in ("a-internal", "b-internal"):
        done = call("--to", "csv", "--to", "sav", "--raw", raw, *keys, tmp_path / name)
        assert done.exit_code == 0 and "not anonymous" in done.output, done.output
        for path in (tmp_path / name).iterdir():
            assert b"LEU-00" not in path.read_bytes().replace(b"LEU-007", b""), path.name  # 007: of the label
        found.append(set(pd.read_csv(tmp_path / name / "families.csv")["family"]))
    assert (found[0] == found[1]) == bool(options)  # only one's own key makes them again


def test_codes_of_real_families_are_kept_on_request_alone(tmp_path):
    raw = write_dataset(tmp_path / "raw", dataset_yml={"synthetic": False}, **ROWS)
    done = call("--to", "csv", "--raw", raw, "--codes", tmp_path / "x-internal")
    assert done.exit_code == 0 and "with the codes" in done.output
    families = pd.read_csv(tmp_path / "x-internal" / "families.csv")["family"]
    assert families.tolist() == ["LEU-001", "LEU-002"]


def test_a_language_is_given_in_either_way_and_not_in_both(tmp_path):
    raw = write_dataset(tmp_path / "raw", **ROWS)
    english = ["-p", "language", "en"]
    assert call("--to", "csv", "--raw", raw, *english, tmp_path / "x-internal").exit_code == 0
    assert 'language <- "en"' in (tmp_path / "x-internal" / "load.R").read_text(encoding="utf-8")
    both = call("--to", "csv", "--raw", raw, *english, "--language", "nl", tmp_path / "x-internal")
    assert both.exit_code == 2 and "language: given twice" in both.stderr


def test_nothing_is_written_into_the_export(tmp_path):
    raw = write_dataset(tmp_path / "raw", **ROWS)
    before = sorted(raw.iterdir())
    refused = call("--to", "csv", "--raw", raw, raw / "x-internal")
    assert refused.exit_code == 2 and "overlaps the raw export" in refused.stderr
    with pytest.raises(TargetError, match="never written to; give a folder apart"):
        Study.clean(raw, raw / "clean")
    assert sorted(raw.iterdir()) == before


def test_the_codebook_does_not_hold_when_it_was_saved(taken):
    """So its hash in the data package says whether it is another codebook."""
    with zipfile.ZipFile(taken / exchange.CODEBOOK) as book:
        assert {part.date_time for part in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        times = re.findall(rb"(\d{4})-\d\d-\d\dT", book.read("docProps/core.xml"))
    assert times and set(times) == {b"1980"}


def test_it_replaces_what_it_wrote_and_nothing_else(tmp_path):
    raw, folder = write_dataset(tmp_path / "raw", **ROWS), tmp_path / "x-internal"
    assert call("--to", "csv", "--raw", raw, folder).exit_code == 0
    assert call("--to", "parquet", "--raw", raw, folder).exit_code == 0
    assert not (folder / "states.csv").exists()
    (folder / "my-analysis.R").write_text("summary(states)")
    refused = call("--to", "csv", "--raw", raw, folder)
    assert refused.exit_code == 2 and "my-analysis.R" in refused.stderr
    assert (folder / "states.parquet").exists()


def test_without_pyreadstat_the_message_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyreadstat", None)
    raw = write_dataset(tmp_path / "raw", **ROWS)
    refused = call("--to", "sav", "--raw", raw, tmp_path / "x-internal")
    assert refused.exit_code == 1 and "gezinscoach[exchange]" in refused.stderr
    assert call("--to", "csv", "--raw", raw, tmp_path / "x-internal").exit_code == 0


def test_a_parameter_of_another_study_is_named(tmp_path):
    refused = call("--to", "csv", "-p", "baseline_window", 60, tmp_path / "x-internal")
    assert refused.exit_code == 2 and "baseline_window_days" in refused.stderr
