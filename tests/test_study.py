"""One study: every table by name, made once; counts and family tables that add; settings given once."""

import hashlib
import linecache
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pandas as pd
import pytest

from helpers import cleaning, files
from helpers import states as state_tables
from helpers.cleaning import CleanError
from helpers.definitions import ROOT, Text, load_definitions
from helpers.export import read_export
from helpers.files import FileError, check_version, clean_folder, csv_text, made_once, table_of
from helpers.outputs import MAKERS, OF_KIND, add
from helpers.parameters import PARAMETERS, ParameterError
from helpers.pseudonyms import Key
from helpers.study import NoSuchTable, Study, settings
from helpers.tables import TABLES, conform

pytestmark = pytest.mark.usefixtures("few_simulations")

RAW = ROOT / "tests" / "data" / "export-0.3"
EMPTY = ROOT / "tests" / "data" / "export-empty"
STAGES = TABLES["flow"].column("stage").values
USUAL = {
    "min_household_items": 4,
    "baseline_window_days": 30,
    "follow_up_months": 6,
    "follow_up_rule": "at",
}


@pytest.fixture(scope="module")
def study():
    return Study.clean(RAW)


# ---- adding up


def family_of(code):
    """The family that a code of the export names, or nothing that can be read."""
    found = re.fullmatch(r"([A-Z]+)[-_ ]?([0-9]+)", code.strip().upper())
    return f"{found[1]}-{int(found[2]):03d}" if found else re.sub(r"[-_\s]", "", code.upper())


def part_of(code, parts, salt):
    """Deal one family in twenty to the first part; what has no readable code is a part of its own."""
    digits = int(hashlib.sha256(f"{salt} {family_of(code)}".encode()).hexdigest(), 16)
    if not re.search("[0-9]", code):
        return parts
    return 1 + digits % (parts - 1) if digits % 20 else 0


def in_parts(parts, salt, **given):
    """Clean an export family by family, in so many parts, and open a study of each."""
    raw, definitions = read_export(RAW, load_definitions()), load_definitions()
    studies = []
    for number in range(parts + 1):
        tables = {
            unit: rows[[part_of(str(code), parts, salt) == number for code in rows["gezin"].fillna("")]]
            for unit, rows in raw.tables.items()
        }
        read = {unit: len(rows) for unit, rows in tables.items()}
        cleaned = cleaning.clean(replace(raw, tables=tables, rows_read=read), definitions)
        states = state_tables.build_states(cleaned, definitions)
        about = cleaning.Study.of(raw.dataset, USUAL)
        studies.append(Study(cleaned, states, about, **given))
    return studies


def lay_together(parts):
    """Family tables of disjoint sets of families by family; the rows of one keep their order."""
    return pd.concat(parts, ignore_index=True).sort_values("family", kind="stable", ignore_index=True)


@pytest.mark.parametrize("given", [{}, {"unknown_domain": "exclude", "within_family": "median"}])
def test_counts_and_family_tables_add_up_over_families(given):
    whole, dealt = Study.clean(RAW, **given), in_parts(2, "first", **given)
    different = []
    for name in whole.counts:
        added = add([one.counts[name] for one in dealt])
        expected = add([whole.counts[name]])
        if not added.equals(expected):
            different.append(f"counts {name}")
    for name in MAKERS["family_table"]:
        laid = lay_together([one.family_table(name) for one in dealt])
        if not laid.equals(lay_together([whole.family_table(name)])):
            different.append(f"family table {name}")
    assert not different


def test_counts_are_whole_numbers_by_what_is_counted(study):
    for name in study.counts:
        counted = study.counts[name]
        assert all(dtype.kind in "iu" or str(dtype) == "Int64" for dtype in counted.dtypes), name
        assert None not in counted.index.names and counted.index.is_unique, name


def test_rows_in_any_order_give_the_same(study):
    raw, definitions = read_export(RAW, load_definitions()), load_definitions()
    shuffled = {unit: rows.sample(frac=1, random_state=5) for unit, rows in raw.tables.items()}
    cleaned = cleaning.clean(replace(raw, tables=shuffled), definitions)
    states = state_tables.build_states(cleaned, definitions).sample(frac=1, random_state=6)
    other = Study(cleaned, states.reset_index(drop=True), study.about)
    names = "figure_11 item_change coach_clusters transition_tests multiverse pilot_heterogeneity"
    for name in names.split():
        assert csv_text(other[name]) == csv_text(study[name]), name


# ---- by name


def test_every_declared_table_of_a_report_is_made_and_nothing_else_is(study):
    declared = {name for name, table in TABLES.items() if table.kind != "clean"}
    shown_by_cases = {"fallen_items", "timelines", "tagged_notes"}
    assert set(study) == declared - shown_by_cases


def test_every_function_makes_something_that_is_declared():
    for stage in ("derives", "lists", "publishes"):
        assert set(MAKERS[stage]) <= set(TABLES)
    assert set(MAKERS["tells"]) <= {*TABLES, "item_moves_one"}  # one row of a table
    for stage, makers in OF_KIND.items():
        assert set(makers) <= {table.kind for table in TABLES.values()}, stage


def test_a_table_is_made_once(study, monkeypatch):
    first = study["figure_18"]
    assert study["figure_18"] is first


def test_what_a_table_is_derived_from_stands_under_its_name(study):
    assert study.counts["figure_18"] is study.counts["level_moves"]
    assert list(study.counts["figure_05"].index.names) == ["unit", "item", "level"]
    with pytest.raises(NoSuchTable, match="figure_15: is derived from no counts, but from definitions"):
        study.counts["figure_15"]
    assert study.origin("due_families") == ("families", "exported_on")


def test_pairs_are_those_of_the_matrix(study):
    pairs = study.pairs("volwassene", "stress")
    crossed = pd.crosstab(pairs["baseline_level"], pairs["follow_up_level"])
    table = study["figure_18"].astype({"persons": int})
    square = table.pivot(index="baseline_level", columns="follow_up_level", values="persons")
    assert (crossed.reindex(index=square.index, columns=square.columns, fill_value=0) == square).all(
        axis=None
    )


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda study: study["figure_81"], "figure_81: no table of the report; nearest: .*figure_18"),
        (lambda study: study.origin("due_family"), "due_family: no table of the report; nearest: due_fam"),
        (lambda study: study.counts["item_move"], "item_move: no counts; nearest: item_moves"),
        (
            lambda study: study.pairs("kind", "schulden"),
            "kind schulden: no item of the Sociale",
        ),
        (lambda study: study.pairs("huishouden", "schuld"), "nearest: huishouden schulden"),
        (lambda study: study.pairs("adult", "stress"), "nearest: volwassene stress, "),
        (lambda study: study.pairs("Household", "debts"), "nearest: huishouden schulden"),
        (lambda study: study.family_table("move"), "move: no family table; nearest: moves"),
        (
            lambda study: study.answer("figure_17", "figure17"),
            "figure17: no table of the report; nearest: fig",
        ),
        (lambda study: study[["figure_18"]], r"\['figure_18'\]: no table of the report; nearest: figure_18"),
        (lambda study: study[None], "None: no table of the report"),
        (lambda study: study["scores"], "scores: no table of the report; it is `study.scores`$"),
        (lambda study: study["moved"], "moved: no table of the report; nearest: "),
        (lambda study: study.counts[18], "18: no counts"),
        (
            lambda study: study.pairs(["kind"], "stress"),
            "no item of the Sociale Balans; nearest: kind stress",
        ),
    ],
)
def test_a_wrong_name_gets_the_nearest_ones(study, ask, message):
    with pytest.raises(NoSuchTable, match=message):
        ask(study)


def test_a_notebook_shows_of_an_error_the_line_and_the_message_alone(study):
    cell = "names = ['figure_81']\nfor name in names:\n    study[name]\n"
    place = "/tmp/ipykernel_1/81.py"
    linecache.cache[place] = (len(cell), None, cell.splitlines(keepends=True), place)
    with pytest.raises(NoSuchTable) as caught:
        exec(compile(cell, place, "exec"), {"study": study})
    line, message = caught.value._render_traceback_()
    assert line == "line 3: study[name]"
    assert message.startswith("NoSuchTable: figure_81: no table of the report; nearest: ")
    assert NoSuchTable("by hand")._render_traceback_() == ["NoSuchTable: by hand"]


def test_it_is_shown_by_its_name_and_title(study):
    assert (
        repr(study)
        == "<Study of export-0.3: Synthetische registraties van gezinscoaches (geen echte gezinnen)>"
    )
    some = study.select(study.families["family"][:2])
    assert repr(some).startswith("<Study of export-0.3 (2 of its families): Synthetische ")


def test_its_definitions_are_shown_by_what_they_hold_and_not_by_all_of_it(study):
    assert repr(study.definitions).startswith("<Definitions: items, outputs, palette, kansarmoede, ")
    assert len(repr(study.definitions)) < 110


def test_a_folder_is_looked_for_at_the_home_of_who_names_it_so(tmp_path, monkeypatch):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    with pytest.raises(CleanError, match=re.escape(f"; looked at {tmp_path / 'clean'}. Run notebook")):
        Study.open("~/clean")


def test_tab_completion_names_tables_and_counts(study):
    assert "figure_18" in study._ipython_key_completions_()
    assert "level_moves" in study.counts._ipython_key_completions_()


def test_some_families_make_a_study_of_their_own(study):
    couples = study.families[study.families["household_type"] == "koppel"]["family"]
    chosen = study.select(couples)
    assert set(chosen.states["family"]) <= set(couples)
    assert chosen["figure_16"]["families"].sum() == study.scores["family"].isin(couples).sum()
    assert int(chosen["flow"].set_index("stage")["families"]["registered"]) == len(couples)


def test_tables_of_real_families_are_kept_in_internal_folders_alone(study, tmp_path):
    real = Study.clean(RAW)
    real.about = replace(real.about, synthetic=False)
    exposed, internal = (
        real.select(real.families["family"], output=tmp_path / name) for name in ("all", "all-internal")
    )
    with pytest.raises(FileError, match="all: the data are of real families, and outside a run"):
        exposed["figure_18"]
    with pytest.raises(FileError, match="all: the data are of real families, and outside a run"):
        exposed.show("sheets")  # no table of the report, and written by another door
    assert not (tmp_path / "all").exists()
    assert internal["figure_18"].equals(study["figure_18"]) and (tmp_path / "all-internal").is_dir()


def test_some_families_are_shown_in_a_folder_of_their_own(study, tmp_path):
    couples = study.families[study.families["household_type"] == "koppel"]["family"]
    study.select(couples, output=tmp_path / "couples").show("figure_18")
    written = pd.read_csv(tmp_path / "couples" / "tables" / "figure_18.csv")["persons"].sum()
    assert written == study.pairs("volwassene", "stress")["family"].isin(couples).sum() > 0
    assert (tmp_path / "couples" / "figures" / "figure_18.svg").is_file()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (lambda families: families, "`adults`, `children`, "),
        (lambda families: "LEU-", "`LEU-`. Give"),
        (lambda families: [*families["family"], "LEU-999"], "`LEU-999`. Give"),
    ],
)
def test_what_is_no_family_of_a_study_is_named_and_not_left_out(study, given, named):
    with pytest.raises(CleanError, match=f"no family of this study is called {named}"):
        study.select(given(study.families))


def test_what_was_lost_is_told_by_the_export_and_not_by_clean_tables(study):
    assert "text" in Study.clean(EMPTY).losses
    with pytest.raises(CleanError, match="losses: clean tables do not hold what was lost"):
        _ = study.select(study.families["family"]).losses


def test_a_table_without_its_function_says_which_is_missing(study, monkeypatch):
    fresh = study.select(study.families["family"])
    monkeypatch.delitem(MAKERS["counts"], "figure_02")
    with pytest.raises(NoSuchTable, match='figure_02: .* begins with `@counts\\("figure_02"\\)`'):
        fresh["figure_02"]


# ---- settings, given once


def test_a_cohort_is_a_study_of_the_families_that_started_in_it(study):
    given = {"started_from": "2022-05-01", "started_until": "2022-10-31", "pilots": ["Leuven", "Bilzen"]}
    cohort = Study(study.cleaned, study.states, study.about, **given)
    families = study.families
    wanted = families[
        (families["t0"] >= "2022-05-01")
        & (families["t0"] < "2022-11-01")
        & families["pilot"].isin(given["pilots"])
    ]["family"]
    assert 20 < len(wanted) < len(families)
    assert cohort.families["family"].tolist() == wanted.tolist() and cohort.pilots == ("Leuven", "Bilzen")
    for name in ("figure_17", "figure_18", "item_change", "course_flow"):
        pd.testing.assert_frame_equal(cohort[name], study.select(wanted)[name])
        assert cohort.mark(name) != study.mark(name)
    with pytest.raises(CleanError, match="started_from 2030-01-01: no family"):
        Study(study.cleaned, study.states, study.about, started_from="2030-01-01")


def test_settings_reach_what_depends_on_them_and_nothing_else():
    three, four = Study.clean(RAW), Study.clean(RAW, poverty_cutoff=4)
    assert int(four["poverty_change"]["poor_baseline"].iloc[0]) < int(
        three["poverty_change"]["poor_baseline"].iloc[0]
    )
    assert three.mark("poverty_change") != four.mark("poverty_change")
    assert three.mark("item_change") == four.mark("item_change")
    assert three.depends_on("figure_17") == {"poverty_cutoff", "unknown_domain"}  # the latter of the scores
    assert three.depends_on("claims") == set(three.settings)  # which may ask for any table
    assert three.mark("figure_05") != Study.clean(RAW, within_family="best").mark("figure_05")
    assert three.mark("figure_05") != Study.clean(RAW, pilots=["Leuven"]).mark("figure_05")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"poverty_cutof": 3}, "poverty_cutof: no setting of a study; nearest: poverty_cutoff"),
        ({"poverty_cutoff": 9}, "poverty_cutoff: 9 is not a whole number from 1 to 6"),
        ({"unknown_domain": "exclud"}, "did you mean exclude"),
        ({"severe_cutoff": 2}, "severe_cutoff: 2 lies below poverty_cutoff"),
        ({"pilots": "Leuven"}, "pilots: 'Leuven' is not a list"),
        ({"output": None}, "output: None is not the name of a folder"),
        ({"internal": "no"}, "internal: 'no' is not True or False"),
        ({"clean": None}, "clean: None is not the name of a folder"),
        ({"key": "sleutel.txt"}, "key: expected what `helpers.pseudonyms.read_key"),
    ],
)
def test_a_setting_that_is_not_possible_is_refused(given, message):
    with pytest.raises(ParameterError, match=message):
        Study.clean(EMPTY, **given)


def test_what_is_not_named_is_told():
    with pytest.raises(CleanError, match="no export is named"):
        Study.clean("")
    with pytest.raises(CleanError, match="no clean tables are named"):
        Study.open("")
    with pytest.raises(ParameterError, match="clean: None is not the name of a folder"):
        Study.open(None)


def test_what_is_set_when_cleaning_is_not_asked_of_clean_tables(tmp_path):
    with pytest.raises(
        ParameterError, match="follow_up_months: is set when an export is cleaned, with `Study.c"
    ):
        Study.open(tmp_path, follow_up_months=12)


CELL = 'clean: str = "data/clean/synthetic"\nlanguage: str = "nl"\nseed: int = 2023'


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            {"clean": "a", "language": "nl", "seed": 1, "poverty_cutoff": 4},
            "poverty_cutoff: is no param",
        ),
        ({"clean": "a", "language": "nl"}, "seed: missing, expected a whole number"),
        ({"clean": "a", "language": "nl", "seed": 1, "langage": "en"}, "langage: .* did you mean language"),
        ({"clean": "a", "language": "de", "seed": 1}, "language: 'de' is not one of nl, en"),
    ],
)
def test_a_notebook_has_the_parameters_of_its_tagged_cell(names, message):
    with pytest.raises(ParameterError, match=message):
        injected = "\n".join(f"{name} = {value!r}" for name, value in names.items())
        settings(names | {"In": ["", "from helpers.study import settings", CELL, injected], "_": 3})


def test_what_papermill_injects_counts():
    history = ["", "import pandas", CELL, "seed = 7"]
    assert settings({"clean": "a", "language": "nl", "seed": 7, "In": history, "pd": pd})["seed"] == 7


def test_what_one_sets_oneself_is_no_parameter_when_the_study_is_opened_again():
    opened, own = "study = Study.open(**settings(globals()))", "items = ['stress']\nfor n in (1, 2): pass"
    names = {"clean": "a", "language": "nl", "seed": 1, "items": ["stress"], "n": 2}
    history = ["", CELL, opened, own]
    for again in ([opened], [CELL, opened]):
        assert list(settings(names | {"In": history + again})) == ["clean", "language", "seed"]
    with pytest.raises(ParameterError, match="items: there is no such parameter"):
        settings(names | {"In": [CELL, own, opened]})


# ---- clean tables belong to how they were made


def test_other_cleaning_goes_to_a_folder_of_its_own(tmp_path):
    usual = Study.clean(EMPTY, tmp_path / "export")
    other = Study.clean(EMPTY, tmp_path / "export", baseline_window_days=90, follow_up_rule="last")
    assert usual.folder.name == "export"
    assert other.folder.name == "export+baseline_window_days-90+follow_up_rule-last"
    again = Study.clean(EMPTY, other.folder, baseline_window_days=90, follow_up_rule="last")
    assert again.folder == other.folder
    assert Study.open(other.folder).about.parameters["baseline_window_days"] == 90


def test_an_export_is_not_opened_as_clean_tables():
    with pytest.raises(CleanError, match="it holds an export, not clean tables. Clean it with"):
        Study.open(RAW)


def test_a_key_has_a_folder_of_its_own(tmp_path):
    usual = {name: PARAMETERS[name].default for name in USUAL}
    one, other = (
        clean_folder(tmp_path / "export", usual, Key(secret)).name for secret in (b"a" * 16, b"b" * 16)
    )
    assert re.fullmatch(r"export\+key-[0-9a-f]{6}", one) and one != other


def test_clean_tables_of_another_version_or_export_are_refused(tmp_path):
    study = Study.clean(EMPTY, tmp_path / "export")
    about = study.folder / "study.json"
    text = about.read_text(encoding="utf-8")
    with pytest.raises(FileError, match="holds the clean tables of another export, tests/data/export-empty"):
        Study.clean(RAW, tmp_path / "export")
    about.write_text(re.sub('"version": "[^"]*"', '"version": "0.9"', text), encoding="utf-8")
    with pytest.raises(CleanError, match=r"another version of this program \(0.9; .* Run notebook"):
        Study.open(study.folder)
    about.write_text(text, encoding="utf-8")
    check_version(study.folder)


@pytest.mark.parametrize("changed", ["item", "label"])
def test_clean_tables_of_another_codebook_are_refused(tmp_path, monkeypatch, changed):
    folder = Study.clean(EMPTY, tmp_path / "export").folder
    definitions = load_definitions()
    item = definitions.item("kind", "zorg")
    said = replace(item, labels=(Text.alike("Geen"), *item.labels[1:]))
    other = {"item": replace(item, item="verzorging"), "label": said}[changed]
    items = {one.key: one for one in (*(one for one in definitions.items.values() if one != item), other)}
    monkeypatch.setattr(files, "load_definitions", lambda: replace(definitions, items=items))
    with pytest.raises(CleanError, match=r"with another codebook: items of sociale_balans.csv, .* Run noteb"):
        Study.open(folder)


# ---- what one has written the next one reads


def test_a_finished_table_of_the_same_data_and_settings_is_read(tmp_path):
    first = Study.clean(EMPTY, output=tmp_path / "report-internal")
    assert int(first["poverty_change"]["n"].iloc[0]) == 0
    (path,) = (tmp_path / "report-internal" / "tables").rglob("poverty_change-*.csv")
    path.write_text(path.read_text().replace("\n0,", "\n7,", 1))
    same = Study.clean(EMPTY, output=tmp_path / "report-internal")
    assert int(same["poverty_change"]["n"].iloc[0]) == 7
    other = Study.clean(EMPTY, output=tmp_path / "report-internal", poverty_cutoff=4)
    assert int(other["poverty_change"]["n"].iloc[0]) == 0


def test_a_table_is_made_by_whoever_asks_first_while_the_others_wait(tmp_path):
    begun, made = threading.Event(), []

    def slowly():
        begun.set()
        time.sleep(0.3)
        made.append(1)
        return conform("flow", pd.DataFrame({"stage": STAGES, "families": range(len(STAGES))}))

    with ThreadPoolExecutor() as pool:
        first = pool.submit(made_once, tmp_path, "flow", "mark", slowly)
        assert begun.wait(10)
        others = [pool.submit(made_once, tmp_path, "flow", "mark", slowly) for _ in range(3)]
    assert [one.result()["families"].tolist() for one in (first, *others)] == [list(range(len(STAGES)))] * 4
    assert made == [1]
    assert made_once(tmp_path, "flow", "another", slowly) is not None and made == [1, 1]


def test_every_table_reads_back_as_it_was_written(study):
    for name in study:
        table = study[name]
        read = table_of(name, csv_text(table))
        assert csv_text(read) == csv_text(table), name
        assert list(read.dtypes) == list(table.dtypes), name


def test_a_pilot_goes_by_any_name():
    text = "pilot,registered,retained,followed\nNA,3,2,1\nnull,3,2,1\n"
    assert table_of("cases_by_pilot", text)["pilot"].tolist() == ["NA", "null"]
