"""`gezinscoach compare`: hand-made reports that differ in known places."""

import json
import shutil
import zipfile

import nbformat
import pytest
from click.testing import CliRunner

from helpers import run as pipeline
from helpers.cli import main
from helpers.definitions import REFERENCE
from helpers.definitions.__main__ import faults
from helpers.report import blocks
from helpers.run import RunError, TargetError, _manifest

FIGURE_16 = "baseline_score,follow_up_score,families"
CLASSES = "family,pilot,baseline_score,follow_up_score,class"
RULES = "domains:\n  work:\n    at_most: 2\n  education:\n    at_most: 1\n"


class Made:
    """A report with a few files, written by hand."""

    def __init__(self, folder):
        self.folder = folder
        self.manifest = {
            "made_by": "gezinscoach",
            "parameters": {"language": "en", "pilots": [], "poverty_cutoff": 3},
            "dataset": {"title": "Small", "exported_on": "2023-09-30", "synthetic": True},
            "git": {"commit": "a" * 40, "dirty": False},
            "versions": {"pandas": "3.1.1"},
            "inputs": {"kind.csv": "1" * 64},
            "reference": {},
        }
        self.tables = {"own": "x\n1\n2\n", "flow": "stage,families\nregistered,97\nfollowed,56\n"}
        self.rules = RULES
        self.finding = "22 of 56 families improved"

    def write(self):
        for name in ("tables", "notebooks"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        for name, text in self.tables.items():
            (self.folder / "tables" / f"{name}.csv").write_text(text)
        if self.rules:
            with zipfile.ZipFile(self.folder / "definitions.zip", "w") as kept:
                kept.writestr("kansarmoede.yml", self.rules)
        block = {"kind": "figure", "name": "figure_17", "caption": "x", "finding": self.finding}
        output = nbformat.v4.new_output("display_data", {blocks.MIME: block})
        cell = nbformat.v4.new_code_cell("", outputs=[output])
        nbformat.write(
            nbformat.v4.new_notebook(cells=[cell]), self.folder / "notebooks" / "03_kansarmoede.ipynb"
        )
        (self.folder / "manifest.json").write_text(json.dumps(self.manifest))
        return self.folder


@pytest.fixture
def before(tmp_path):
    return Made(tmp_path / "before")


@pytest.fixture
def after(tmp_path):
    return Made(tmp_path / "after")


def rows(before, after, **options):
    """What differs, by kind of section."""
    found = pipeline.compare(before.write(), after.write(), **options)
    told = {}
    for section in found.sections:
        told.setdefault(section.kind, []).extend((row.place, row.before, row.after) for row in section.rows)
    return found.moved, told


def test_equal_reports_differ_in_nothing(before, after):
    assert rows(before, after) == (False, {})


def test_a_run_differs_from_itself_in_nothing(whole_run):
    found = pipeline.compare(whole_run.report, whole_run.report)
    assert (found.moved, found.sections, found.remarks) == (False, (), ())


def test_a_report_keeps_the_definitions_that_it_was_made_with(whole_run):
    manifest = json.loads((whole_run.report / "manifest.json").read_text(encoding="utf-8"))
    with zipfile.ZipFile(whole_run.report / "definitions.zip") as kept:
        assert set(kept.namelist()) == set(manifest["reference"])
        assert "outputs/04_transitions.yml" in kept.namelist()
        for name in kept.namelist():
            assert kept.read(name) == (REFERENCE / name).read_bytes()


def test_the_definitions_of_a_report_are_all_that_is_read_and_nothing_else_that_lies_there(
    tmp_path, monkeypatch
):
    """An editor leaves copies, somebody a list of coaches; a report is passed on with all that is in it."""
    folder = shutil.copytree(REFERENCE, tmp_path / "reference")
    for name in ("coaches.yml", "coaches.csv", ".pilots.yml.swp", "texts/notes.txt", "old/pilots.yml"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("Jan Janssens", encoding="utf-8")
    monkeypatch.setattr(_manifest, "REFERENCE", folder)
    _manifest.keep_definitions(tmp_path)
    with zipfile.ZipFile(tmp_path / "definitions.zip") as kept:
        kept.extractall(tmp_path / "kept")
        assert set(kept.namelist()) == set(_manifest.reference_hashes())
        assert not any(b"Janssens" in kept.read(name) for name in kept.namelist())
    assert faults(tmp_path / "kept") == []


def test_settings_data_and_programs_are_told_but_are_no_move(before, after):
    after.manifest["parameters"] |= {"poverty_cutoff": 4, "pilots": ["Leuven", "Bilzen"]}
    after.manifest["inputs"] = {"kind.csv": "2" * 64}
    after.manifest["versions"] = {"pandas": "3.2.0"}
    after.manifest["git"] = {"commit": "b" * 40, "dirty": True}
    moved, told = rows(before, after)
    assert not moved
    assert told == {
        "parameters": [("pilots", "–", "Leuven, Bilzen"), ("poverty_cutoff", "3", "4")],
        "data": [("kind.csv", "1" * 12, "2" * 12)],
        "programs": [
            ("version of this project (git)", "a" * 12, "b" * 12 + " with changes"),
            ("pandas", "3.1.1", "3.2.0"),
        ],
    }


def test_a_definition_is_told_with_file_and_line(before, after):
    after.rules = RULES.replace("at_most: 1", "at_most: 2") + "  health:\n"
    assert rows(before, after)[1] == {
        "definitions": [
            ("kansarmoede.yml:5", "at_most: 1", "at_most: 2"),
            ("kansarmoede.yml:6", "", "health:"),
        ]
    }


def test_without_kept_definitions_files_are_told_by_their_hashes(before, after):
    before.rules = ""
    before.manifest["reference"] = {"kansarmoede.yml": "1" * 64, "themes.yml": "2" * 64}
    after.manifest["reference"] = {"kansarmoede.yml": "3" * 64, "themes.yml": "2" * 64}
    ((place, _, said),) = rows(before, after)[1]["definitions"]
    assert place == "kansarmoede.yml"
    assert "did not keep its lines" in said


def test_a_family_that_moves_by_a_domain_shows_in_every_table_that_has_it(before, after):
    before.tables |= {
        "figure_16": f"{FIGURE_16}\n2,3,1\n2,4,0\n",
        "family_classes": f"{CLASSES}\nLEU-001,Leuven,2,3,declined_into_poverty\n",
    }
    after.tables |= {
        "figure_16": f"{FIGURE_16}\n2,3,0\n2,4,1\n",
        "family_classes": f"{CLASSES}\nLEU-001,Leuven,2,4,declined_into_poverty\n",
    }
    moved, told = rows(before, after)
    assert moved
    places = [(place.split(" – ")[0], *values) for place, *values in told["tables"]]
    assert ("LEU-001", "3", "4") in places
    assert sum(values == ["1", "0"] for _, *values in places) == 1
    assert sum(values == ["0", "1"] for _, *values in places) == 1
    assert any("2" in place and "4" in place for place, *_ in places)


def test_rows_and_tables_of_one_report_alone_are_told(before, after):
    after.tables["flow"] = "stage,families\nregistered,97\nretained,90\n"
    after.tables["more"] = "x\n1\n"
    _, told = rows(before, after)
    assert told["tables"] == [
        ("described", "–", "present"), ("followed", "present", "–"), ("more", "–", "present")
    ]  # fmt: skip


def test_cells_of_an_unknown_table_are_found_by_their_row(before, after):
    after.tables["own"] = "x\n1\n3\n"
    assert rows(before, after)[1]["tables"] == [("#2 – x", "2", "3")]


@pytest.mark.parametrize(("value", "moves"), [("0.30000000000000004", False), ("0.300001", True)])
def test_numbers_that_differ_by_rounding_alone_are_the_same(before, after, value, moves):
    before.tables["own"], after.tables["own"] = "x\n0.3\n", f"x\n{value}\n"
    moved, told = rows(before, after)
    assert moved == moves
    assert told.get("tables", []) == ([("x", "0.3", value)] if moves else [])


def test_findings_and_verdicts_are_told_by_themselves(before, after):
    after.finding = "20 of 56 families improved"
    head = "question,outcome,family_p,adjusted_p,verdict\nscore,improved,"
    before.tables["verdicts"] = f"{head}0.03,0.05,indication\n"
    after.tables["verdicts"] = f"{head}0.03,0.05,cannot_be_told\n"
    _, told = rows(before, after)
    ((place, *findings),) = told["findings"]
    assert place == "Poverty: Figure 17. Kansarmoede index of the registrations, in brief"
    assert findings == [before.finding, after.finding]
    ((place, was, now),) = told["verdicts"]
    assert place.endswith("verdict")
    assert (was, now) == ("indication", "cannot be told")


def test_a_table_without_rows_lacks_each_row_of_the_other(before, after):
    head = "moment,domains,families\n"
    before.tables["domain_sets"], after.tables["domain_sets"] = f"{head}baseline,huisvesting,7\n", head
    ((_, was, now),) = rows(before, after)[1]["tables"]
    assert (was, now) == ("present", "–")


def test_sentences_of_two_languages_are_not_compared(before, after):
    after.manifest["parameters"]["language"], after.finding = "nl", "22 van 56"
    found = pipeline.compare(before.write(), after.write())
    assert not found.moved and "parameters" not in {one.kind for one in found.sections}
    assert "languages" in found.remarks[0]


def test_of_a_run_in_two_languages_the_one_asked_for_is_taken(before, after, tmp_path):
    root = Made(tmp_path / "both")
    root.manifest = {"made_by": "gezinscoach", "reports": ["nl", "en"]}
    root.write()
    for language in ("nl", "en"):
        part = Made(tmp_path / "both" / language)
        part.manifest["parameters"]["language"] = language
        part.tables["own"] = f"x\n{language}\n"
        part.write()
    found = pipeline.compare(root.folder, before.write(), language="en")
    shown = [row.before for section in found.sections for row in section.rows if row.place.startswith("#1")]
    assert shown == ["en"]


def test_the_page_has_every_row_and_escapes_it(before, after, tmp_path):
    before.tables["own"] = "x\n" + "\n".join(map(str, range(40))) + "\n"
    after.tables["own"] = "x\n" + "\n".join(f"<b>{number}" for number in range(40)) + "\n"
    page = tmp_path / "page.html"
    found, text = pipeline.compare_all(before.write(), [after.write(), before.folder], page=page)
    html = page.read_text()
    assert html.count("&lt;b&gt;") == 40
    assert "<b>" not in html
    assert html.count("<h1>") == 2
    assert "28 more" in text
    assert [one.moved for one in found] == [True, False]
    assert "in 1 table 40 cells moved." in html and "in 1 table 40 cells moved." in text


def test_sentences_of_the_reports_are_read_aloud_in_their_language(before, after, tmp_path):
    for report in (before, after):
        report.manifest["parameters"]["language"] = "nl"
    after.finding, page = "21 van 56 gezinnen gingen vooruit", tmp_path / "page.html"
    pipeline.compare_all(before.write(), [after.write()], page=page)
    assert page.read_text().count('<html lang="en">') == page.read_text().count('<tbody lang="nl">') == 1


def test_a_page_about_single_families_goes_into_an_internal_folder_alone(after, tmp_path):
    one = Made(tmp_path / "x-internal")
    one.manifest["internal"] = True
    with pytest.raises(TargetError, match="-internal"):
        pipeline.compare_all(one.write(), [after.write()], page=tmp_path / "page.html")
    page = tmp_path / "kept-internal" / "page.html"
    pipeline.compare_all(one.folder, [after.folder], page=page)
    assert page.stat().st_mode & 0o077 == 0
    assert "Internal" in page.read_text()


def test_a_report_of_single_families_is_one_whatever_its_folder_is_called(after, tmp_path):
    one = Made(tmp_path / "renamed")
    one.manifest["internal"] = True
    with pytest.raises(TargetError, match="-internal"):
        pipeline.compare_all(one.write(), [after.write()], page=tmp_path / "page.html")


@pytest.mark.parametrize("name", ["before/index.html", "before/new/page.html", "kind.csv"])
def test_a_page_takes_the_place_of_no_page_of_a_report_and_of_no_other_file(before, after, tmp_path, name):
    before.write()
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(TargetError, match="give a place outside of it|ends in .html"):
        pipeline.compare_all(before.folder, [after.write()], page=tmp_path / name)
    assert (tmp_path / name).read_text() == "mine"


def test_a_folder_that_is_no_report_is_named(before, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(RunError, match="empty: is no report"):
        pipeline.compare(before.write(), tmp_path / "empty")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tables/own.csv", b"x\n\xe9\n"),
        ("tables/own.csv", b'x\n"1'),
        ("tables/own.csv", b""),
        ("notebooks/03_kansarmoede.ipynb", b"x"),
        ("notebooks/no_cells.ipynb", b"{}"),
        ("definitions.zip", b"x"),
    ],
)
def test_a_file_that_a_run_did_not_write_so_is_named_with_what_to_do(before, after, name, content):
    (after.write() / name).write_bytes(content)
    with pytest.raises(RunError, match=rf"{name}: cannot be read \(.*gezinscoach verify .*after"):
        pipeline.compare(before.write(), after.folder)


def test_a_statement_is_told_in_its_words(before, after):
    head = "id,place,claim_nl,claim_en,measure,published,computed,verdict,redrawn\n"
    row = "worse,p. 3,Het wordt erger.,It gets worse.,flow,> 0,3,{},0.9\n"
    before.tables["claims"], after.tables["claims"] = (
        head + row.format(verdict) for verdict in ("holds", "does_not_hold")
    )
    assert rows(before, after)[1]["verdicts"] == [("It gets worse. – verdict", "holds", "does not hold")]
    ((dutch, *_),) = rows(before, after, language="nl")[1]["verdicts"]
    assert dutch.startswith("Het wordt erger. – ")


def test_a_section_of_the_research_report_is_told_by_its_title(before, after):
    head = "section,holds,does_not_hold,unknown\n"
    before.tables["claims_summary"] = f"{head}4.2.3,13,0,0\n"
    after.tables["claims_summary"] = f"{head}4.2.3,12,1,0\n"
    assert {place.split(" – ")[0] for place, *_ in rows(before, after)[1]["tables"]} == {
        "Stress, care and youth care"
    }


def test_an_interval_of_which_both_ends_moved_is_told_once(before, after):
    head = "group,n,share,ci_low,ci_high\nupper_secondary,5,0.5,0.24,0.76\n"
    head += "higher,0,0.0,0.0,0.28\nunknown,0,0.0,0.0,0.28\n"
    before.tables["figure_03_groups"] = f"{head}at_most_lower_secondary,5,0.5,0.24,0.76\n"
    after.tables["figure_03_groups"] = f"{head}at_most_lower_secondary,5,0.5,0.2,0.8\n"
    ((_, *values),) = rows(before, after)[1]["tables"]
    assert values == ["24.0 to 76.0%", "20.0 to 80.0%"]


def test_a_number_that_no_page_shows_is_told_in_brief(before, after):
    head = "measure,change,se,low,high,family_p,from_H,from_A\nM0,-0.02,"
    before.tables["poverty_measure_changes"] = f"{head}0.02558013245987216,-0.1,0.1,0.5,0.0,0.0\n"
    after.tables["poverty_measure_changes"] = f"{head}0.026275810410711243,-0.1,0.1,0.5,0.0,0.0\n"
    ((place, *values),) = rows(before, after)[1]["tables"]
    assert (place.startswith("M0"), values) == (True, ["0.0255801", "0.0262758"])


def test_a_column_that_no_page_has_is_told_as_the_file_has_it(before, after):
    head = "pilot,moment,families,H,A,M0,H_se,H_low,H_high,A_se,A_low,A_high,M0_se,M0_low,M0_high\n"
    row = "56,0.5,0.5,0.25,0.0125,0.4,0.6,0.01,0.4,0.6,0.01,0.2,0.3\n"
    text = f"{head}all,baseline,{row}all,follow_up,{row}"
    before.tables["poverty_measures"] = text
    after.tables["poverty_measures"] = text.replace("0.0125", "0.025", 1)
    ((place, *values),) = rows(before, after)[1]["tables"]
    assert (place.endswith("H_se"), values) == (True, ["0.0125", "0.025"])


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--strict"], 3)])
def test_the_command_ends_with_3_only_where_it_is_asked_to(before, after, options, code):
    after.tables["own"] = "x\n1\n3\n"
    places = [str(one.write()) for one in (before, after)]
    done = CliRunner().invoke(main, ["compare", *places, *options])
    assert done.exit_code == code
    assert "#2 – x: 2 → 3" in done.output
    assert CliRunner().invoke(main, ["compare", places[0], places[0], "--strict"]).exit_code == 0


def test_the_command_speaks_english_of_dutch_reports_too_unless_it_is_asked_for_dutch(before, after):
    for one in (before, after):
        one.manifest["parameters"]["language"] = "nl"
    places = [str(one.write()) for one in (before, after)]
    english, dutch = (
        CliRunner().invoke(main, ["compare", *places, *options]).output
        for options in ([], ["--language", "nl"])
    )
    assert "before and after\nNo finding" in english and "before en after\nGeen bevinding" in dutch
