"""Disclosure control in a run: what leaves it is made of protected tables; nothing comes around the door."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from pathlib import Path

import nbformat
import openpyxl
import pandas as pd
import pytest
from bs4 import BeautifulSoup

import report_tables
from datasets import write_dataset
from gezinscoach_synthesis import write_dataset as synthesise
from helpers import overview, show
from helpers import run as pipeline
from helpers.cleaning.study import Study
from helpers.definitions import Text, load
from helpers.definitions.disclosure import DisclosureRules
from helpers.disclosure import DisclosureError
from helpers.disclosure._quantities import row_rule
from helpers.files import csv_text
from helpers.parameters import ParameterError
from helpers.run import RunError
from helpers.run import _disclosure as control
from helpers.run._parts import COMPARISON
from helpers.run._plan import make_plan
from helpers.show import ShowError
from helpers.show._partly import ROW_BY_ROW
from helpers.show._presentations import PLANS, presentation
from helpers.show.safe import (
    LEFT_OUT,
    NOTHING,
    REPLACED,
    SAFE_MARK,
    SAFE_TABLES,
    SHORTENED,
    TABLES_ONLY,
    SafeTables,
    Stand,
    digest,
    read_safe,
    save_safe,
)
from helpers.tables import TABLES
from small_notebooks import READ_CLEAN, WRITE_CLEAN, write_notebooks
from stands import DEFINITIONS, Shown, stand, svg_texts, whole
from test_disclosure_attack import Reader, told

MARKS = ("<5", "x", "")
HELD_ANEW = ("claims", "claims_summary")  # the published statements, held against what is shown


# ---- the door, by hand -------------------------------------------------------------------------------------


RESIDENCE = report_tables.residence((11, 2, 0, 40, 30, 6, 7))
PARTLY = stand(
    RESIDENCE,
    small=[(1, "n")],
    other=[(0, "n")],
    derived=[(row, name) for row in (0, 1) for name in ("share", "ci_low", "ci_high")],
)


def test_a_table_that_the_run_has_not_protected_is_refused(tmp_path):
    shown = Shown(tmp_path, {"figure_04": PARTLY})
    with pytest.raises(ShowError, match="flow: the run has not protected this table"):
        shown.output.present("flow", report_tables.flow())
    with pytest.raises(ShowError, match="cases_by_pilot: the run has not protected"):
        shown.output.table("cases_by_pilot", report_tables.cases())
    with pytest.raises(ShowError, match="flow: the run has not protected"):
        shown.output.file("flow", report_tables.flow())
    assert not shown.published and not list(tmp_path.iterdir())


def test_another_table_of_that_name_is_refused(tmp_path):
    shown = Shown(tmp_path, {"figure_04": PARTLY})
    for door in (shown.output.present, shown.output.table, shown.output.file):
        with pytest.raises(ShowError, match="figure_04: is not the table that the run has protected"):
            door("figure_04", report_tables.residence((11, 3, 0, 40, 30, 6, 7)))
    assert not shown.published and not list(tmp_path.iterdir())


def test_the_protected_table_stands_for_the_exact_one(tmp_path):
    shown = Shown(tmp_path, {"figure_04": PARTLY})
    shown.output.present("figure_04", RESIDENCE, within_family="worst")
    rows = list(
        csv.DictReader(io.StringIO((tmp_path / "tables" / "figure_04.csv").read_text(encoding="utf-8")))
    )
    assert [row["n"] for row in rows] == ["x", "<5", "0", "40", "30", "6", "7"]
    assert [row["share"] for row in rows][:2] == ["", ""]
    table = next(data for data, _ in shown.published if "data-table" in data.get("text/html", ""))
    cells = [cell.text for cell in BeautifulSoup(table["text/html"], "html.parser").select("tbody tr td")]
    assert "x" in cells and "<5" in cells
    (image,) = shown.images
    assert "Dakloos: niet getoond" in image["text/plain"] and "minder dan 5" in image["text/plain"]
    texts = svg_texts(tmp_path / "figures" / "figure_04.svg", "text")
    assert "11" not in texts and "2" not in texts and "x" in texts and "<5" in texts
    assert "11 van" not in shown.text


def test_without_anything_withheld_the_output_is_as_always(tmp_path):
    shown = Shown(tmp_path / "on", {"figure_04": whole(RESIDENCE)})
    shown.output.present("figure_04", RESIDENCE, within_family="worst")
    usual = []
    plain = show.Output(
        language="nl",
        folder=tmp_path / "off",
        definitions=DEFINITIONS,
        publish=lambda data, metadata: usual.append((data, metadata)),
    )
    plain.present("figure_04", RESIDENCE, within_family="worst")
    assert [data for data, _ in shown.published] == [data for data, _ in usual]
    assert all(metadata.pop(SAFE_MARK) for _, metadata in shown.published)
    assert [metadata for _, metadata in shown.published] == [metadata for _, metadata in usual]
    for path in (tmp_path / "off").rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "on" / path.relative_to(tmp_path / "off")).read_bytes()


def test_texts_of_which_nobody_knows_what_they_are_made_of_are_left_out():
    shown = Shown(None, {})
    for door in (shown.output.say, shown.output.remark, shown.output.heading):
        door(Text("Van 3 gezinnen ging er 1 vooruit.", "Of 3 families 1 improved."))
    assert "gezinnen ging" not in shown.text and shown.text.count("weggelaten") == 3
    with pytest.raises(ShowError, match="finished HTML"):
        shown.output.display("<p>3</p>", "3")


def test_a_drawing_of_the_notebook_is_not_drawn(tmp_path):
    shown = Shown(tmp_path, {"figure_04": PARTLY})

    def draw(ax):
        raise AssertionError("drawn")

    words = Text("2 gezinnen", "2 families")
    shown.output.figure("figure_04", RESIDENCE, draw, title=words, caption=words, finding=words)
    assert "2 gezinnen" not in shown.text and "Verblijfplaats" in shown.text


def test_a_table_without_a_name_is_shown_when_it_counts_nobody_or_is_a_protected_one():
    shown = Shown(None, {"figure_04": PARTLY})
    pilots = overview.pilots(DEFINITIONS, "nl")
    shown.output.table(None, pilots, caption=overview.PILOTS, labels=overview.LABELS)
    assert "Leuven" in shown.text
    shown.output.table(None, RESIDENCE, caption=Text("Zonder naam", "No name"))
    assert "<5" in shown.text and "Niet getoond met onthullingscontrole" not in shown.text
    states = pd.DataFrame({"unit": ["kind"], "observed": [3]})
    shown.output.table(None, states, caption=overview.KNOWN_STATES)
    shown.output.table(None, states, caption=overview.PILOTS)  # the title alone is not enough
    assert shown.text.count("Niet getoond met onthullingscontrole") == 2
    assert "3" not in shown.text.split("Niet getoond met")[1]


def test_what_is_withheld_whole_is_named_only(tmp_path):
    profile = report_tables.profile()
    shown = Shown(tmp_path, {"figure_02": (digest(profile), NOTHING)})
    shown.output.present("figure_02", profile)
    shown.output.table("figure_02", profile)
    assert shown.text.count("Niet getoond met onthullingscontrole") == 2 and not list(tmp_path.iterdir())


def test_rows_that_are_missing_make_a_table_partial():
    cases = report_tables.cases()
    known, short = stand(cases, kind=SHORTENED)
    shown = Shown(None, {"cases_by_pilot": (known, short)})
    shown.output.present("cases_by_pilot", cases)
    assert not short.whole and not shown.images


def test_a_matrix_gives_way_to_who_improved_stayed_and_declined(tmp_path):
    exact = report_tables.stress()
    summary = pd.DataFrame(
        {
            "unit": ["volwassene"] * 3,
            "item": ["stress"] * 3,
            "change": ["improved", "unchanged", "declined"],
            "persons": pd.array([5, None, None], dtype="Int64"),
        }
    )
    reasons = pd.DataFrame("", index=range(3), columns=summary.columns, dtype="object")
    reasons["persons"] = ["", "other", "small"]
    written = summary.assign(persons=["5", "x", "<5"])
    one = Stand(REPLACED, summary, written, reasons)
    shown = Shown(tmp_path, {"figure_18": (digest(exact), one)})
    shown.output.present(
        "figure_18", exact, tests=report_tables.sign_and_margins(), without=3, moved_families=2
    )
    assert len(shown.images) == 1 and "hier staat alleen in welke richting" in shown.text
    text = (tmp_path / "tables" / "figure_18.csv").read_text(encoding="utf-8")
    assert text == "unit,item,change,persons\nvolwassene,stress,improved,5\n" + (
        "volwassene,stress,unchanged,x\nvolwassene,stress,declined,<5\n"
    )


def test_of_what_else_an_output_needs_only_what_is_safe_is_left():
    tests = report_tables.sign_and_margins()
    safe = SafeTables("suppress", 5, {"transition_tests": whole(tests)})
    given = {"tests": tests, "left_out": 3, "without": object(), "within_family": "worst", "synthetic": True}
    kept = safe.context(given)
    assert set(kept.stands) == {"tests"} and set(kept.plain) == {"within_family", "synthetic"}
    assert safe.context({"tests": tests}, optional=["tests"]).stands
    for kind in (SHORTENED, REPLACED, LEFT_OUT):
        part = SafeTables("suppress", 5, {"transition_tests": stand(tests, kind=kind)})
        assert part.context(given) is None
        assert not part.context(given, optional=["tests"]).stands
    assert SafeTables("suppress", 5, {}).context({"tests": tests}) is None


def test_an_internal_review_shows_families_whatever_the_kernel_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv(SAFE_TABLES, str(tmp_path / "nowhere"))
    output = show.Output(language="nl", folder=None, definitions=DEFINITIONS, internal=True)
    output.say(Text("3 gezinnen", "3 families"))
    with pytest.raises(ShowError, match="cannot be read, so nothing is shown"):
        show.Output(language="nl", folder=None, definitions=DEFINITIONS)


def study(*, synthetic):
    day = dt.date(2023, 9, 30)
    return Study("echt", "Echt", synthetic, day, day, ("Leuven",), {})


def test_outside_a_run_nothing_of_real_families_is_written_into_an_ordinary_folder(monkeypatch, tmp_path):
    known = {"language": "nl", "definitions": DEFINITIONS}
    with pytest.raises(ShowError, match="report: the data are of real families, and outside a run nothing"):
        show.Output(folder=tmp_path / "report", study=study(synthetic=False), **known)
    for folder in (None, tmp_path / "report-internal"):
        show.Output(folder=folder, study=study(synthetic=False), **known)
    show.Output(folder=tmp_path / "report", study=study(synthetic=True), **known)
    monkeypatch.setenv(SAFE_TABLES, "")  # a run with disclosure control off, which needs --internal
    show.Output(folder=tmp_path / "report", study=study(synthetic=False), **known)


def test_who_looks_at_real_families_in_a_notebook_is_told_that_nothing_protects_them(monkeypatch):
    told = []
    in_notebook = lambda data, metadata: told.append(data["text/plain"])  # noqa: E731
    monkeypatch.setattr(show, "in_ipython", in_notebook)
    for synthetic in (True, False):
        show.Output(
            language="en", folder=None, definitions=DEFINITIONS, study=study(synthetic=synthetic),
            publish=in_notebook,
        )  # fmt: skip
    assert [text[:44] for text in told] == ["Real data without disclosure control: for in"]


def test_the_first_pass_writes_the_exact_tables_and_shows_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv(SAFE_TABLES, "")
    monkeypatch.setenv(TABLES_ONLY, "1")
    told = []
    output = show.Output(
        language="nl", folder=tmp_path, definitions=DEFINITIONS, study=study(synthetic=False),
        publish=lambda data, metadata: told.append(data),
    )  # fmt: skip
    tables = {"flow": report_tables.flow(), "figure_18": report_tables.stress(), "figure_04": RESIDENCE}
    output.present("flow", tables["flow"])
    output.present("figure_18", tables["figure_18"], tests=report_tables.sign_and_margins(), without=3)
    output.table("figure_04", RESIDENCE)
    output.file("cases_by_pilot", report_tables.cases())
    output.table(None, RESIDENCE, caption=Text("Zonder naam", "No name"))
    output.say(Text("Zin", "Sentence"))
    with pytest.raises(ShowError, match="finished HTML"):
        output.display("<p>3</p>", "3")
    assert told == []
    files = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*.*")}
    assert set(files) == {f"tables/{name}.csv" for name in (*tables, "cases_by_pilot")}
    for name, table in tables.items():
        assert files[f"tables/{name}.csv"].read_text(encoding="utf-8") == csv_text(table)


def test_protected_tables_read_back_as_they_were(tmp_path):
    safe = SafeTables("suppress", 5, {"figure_04": PARTLY, "flow": (digest(report_tables.flow()), NOTHING)})
    save_safe(safe, tmp_path)
    back = read_safe(tmp_path)
    assert (back.mode, back.min_cell, back.names) == ("suppress", 5, safe.names)
    assert csv_text(back.written("figure_04")) == csv_text(safe.written("figure_04"))
    assert back.stand("figure_04", RESIDENCE).table.dtypes.equals(RESIDENCE.dtypes)
    assert back.stand("flow", report_tables.flow()).kind == LEFT_OUT


# ---- which runs have it ------------------------------------------------------------------------------------


def planned(folder, *, synthetic, given=None, internal=False, each_pilot=False):
    row = {"gezin": "LEU-001", "pilootproject": "Leuven", "datum": "2022-05-01", "schulden": 3}
    raw = write_dataset(folder / "raw", huishouden=[row], dataset_yml={"synthetic": synthetic})
    return make_plan(
        raw,
        folder / "out",
        given=given or {},
        notebook_folder=pipeline.NOTEBOOKS,
        clean_folder=folder / "clean",
        internal=internal,
        each_pilot=each_pilot,
    )


def test_real_data_are_protected_by_default_and_synthetic_data_are_not(tmp_path):
    real = planned(tmp_path / "a", synthetic=False)
    assert (real.disclosure, real.min_cell, real.parameters["disclosure"]) == ("suppress", 5, "suppress")
    made = planned(tmp_path / "b", synthetic=True)
    assert made.disclosure == "off" and not {"disclosure", "min_cell"} & set(made.parameters)
    asked = planned(tmp_path / "c", synthetic=True, given={"disclosure": "round", "min_cell": 10})
    assert (asked.disclosure, asked.min_cell) == ("round", 10)


def test_no_page_compares_pilots_of_which_nothing_could_be_shown(tmp_path):
    real = planned(tmp_path / "a", synthetic=False, each_pilot=True)
    made = planned(tmp_path / "b", synthetic=True, each_pilot=True)
    assert [COMPARISON in part.sources for part in real.parts] == [False] * len(real.parts)
    assert COMPARISON in made.parts[0].sources and len(real.parts) == len(made.parts) == 6


def test_off_on_real_data_needs_an_internal_run(tmp_path):
    with pytest.raises(ParameterError, match="for internal use only; add --internal"):
        planned(tmp_path / "a", synthetic=False, given={"disclosure": "off"})
    plan = planned(tmp_path / "b", synthetic=False, given={"disclosure": "off"}, internal=True)
    assert plan.disclosure == "off" and plan.parameters["disclosure"] == "off"


# ---- around the door ---------------------------------------------------------------------------------------

EXACT = """\
tables = Path(output) / "tables"
tables.mkdir()
rows = "registered,60 test,6 no_household,12 too_few_items,3 retained,45 followed,{followed}"
_ = (tables / "flow.csv").write_text("stage,families\\n" + rows.replace(" ", "\\n") + "\\n")"""
DOOR = """\
import pandas as pd
from pathlib import Path
from helpers import definitions as codebook, show
from helpers.tables import conform
rows = {{"registered": 60, "test": 6, "no_household": 7, "too_few_items": 8, "retained": 45}}
rows["followed"] = {followed}
flow = conform("flow", pd.DataFrame({{"stage": list(rows), "families": list(rows.values())}}))
door = show.Output(language=language, folder=output, definitions=codebook.load_definitions())
door.table("flow", flow)
print("exact", rows)
rows"""


SCRATCH = """\
import os
# what Jupyter keeps of itself lies in the folder of the run, so that nothing is left when it is killed
assert Path(os.environ["IPYTHONDIR"]).is_relative_to(Path(output).parent)"""


def small_run(folder, *cells, **options):
    row = {"gezin": "LEU-001", "pilootproject": "Leuven", "datum": "2022-05-01", "schulden": 3}
    raw = write_dataset(folder / "raw", huishouden=[row], dataset_yml={"synthetic": False})
    notebooks = write_notebooks(folder / "notebooks", cleaning=(WRITE_CLEAN, *cells), baseline=(READ_CLEAN,))
    parameters = {"notebook_folder": notebooks, "clean_folder": folder / "clean"}
    told = io.StringIO()
    out = pipeline.run(raw, folder / "report", stream=told, **parameters, **options)
    return out, told.getvalue()


@pytest.mark.slow
def test_what_a_notebook_shows_around_the_door_is_left_out(tmp_path):
    out, said = small_run(tmp_path, DOOR.format(followed=20), SCRATCH)
    notebook = nbformat.read(out / "notebooks" / "01_cleaning.ipynb", as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert [output.output_type for output in outputs] == ["display_data"]
    assert SAFE_MARK not in outputs[0].metadata and "came around helpers.show" in said
    assert (
        (out / "tables" / "flow.csv").read_text(encoding="utf-8").startswith("stage,families\nregistered,60")
    )
    page = (out / "01_cleaning.html").read_text(encoding="utf-8")
    assert "Echte gegevens, met onthullingscontrole" in page and "‘&lt;5’ staat voor" in page
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.slow
def test_a_file_that_a_notebook_writes_around_the_door_stops_the_run(tmp_path):
    with pytest.raises(RunError, match="flow.csv: was not made by"):
        small_run(tmp_path, EXACT.format(followed=20))
    assert not (tmp_path / "report").exists()


@pytest.mark.slow
def test_the_notebook_of_a_run_that_stopped_keeps_nothing_that_came_around_the_door(tmp_path):
    with pytest.raises(RunError, match="stopped at cell"):
        small_run(tmp_path, 'print("exact")', 'raise ValueError("exact as well")')
    (kept,) = tmp_path.glob("report.failed/*.ipynb")
    cells = nbformat.read(kept, as_version=4).cells
    assert not [output for cell in cells for output in cell.get("outputs", ())]


BY_PILOT = """\
import pandas as pd
from helpers import definitions as codebook, show
from helpers.tables import conform
both = {"registered": 60, "test": 6, "no_household": 7, "too_few_items": 8, "retained": 45, "followed": 20}
one = {"registered": 30, "test": 0, "no_household": 2, "too_few_items": 6, "retained": 22, "followed": 10}
other = {"registered": 30, "test": 0, "no_household": 5, "too_few_items": 2, "retained": 23, "followed": 10}
rows = {"Leuven": one, "Bilzen": other}[pilots[0]] if len(pilots) == 1 else both
flow = conform("flow", pd.DataFrame({"stage": list(rows), "families": list(rows.values())}))
door = show.Output(language=language, folder=output, definitions=codebook.load_definitions())
door.present("flow", flow)"""


@pytest.mark.slow
def test_reports_in_two_languages_and_of_each_pilot_are_protected_together(tmp_path):
    out, _ = small_run(
        tmp_path, BY_PILOT, pilots=["Leuven", "Bilzen"], languages=["nl", "en"], each_pilot=True
    )
    for language, banner in (("nl", "Echte gegevens, met"), ("en", "Real data, with disclosure control")):
        tables = {
            name: (out / language / name / "tables" / "flow.csv").read_text(encoding="utf-8")
            for name in (".", "pilots/leuven", "pilots/bilzen")
        }
        assert "no_household,<5" in tables["pilots/leuven"] and "too_few_items,<5" in tables["pilots/bilzen"]
        assert "no_household,2" not in tables["pilots/leuven"] and "registered,60" in tables["."]
        assert "too_few_items,6" not in tables["pilots/leuven"]  # 30 registered, 22 retained
        for page in [*out.glob(f"{language}/*.html"), *out.glob(f"{language}/pilots/*/*.html")]:
            assert banner in page.read_text(encoding="utf-8")
    assert "Real data, with disclosure control" in (out / "index.html").read_text(encoding="utf-8")
    assert not (out / "nl" / "pilots" / "leuven" / "exact").exists()


@pytest.mark.slow
def test_very_few_families_are_no_report(tmp_path):
    with pytest.raises(DisclosureError, match="fewer than 5 followed families"):
        small_run(tmp_path, DOOR.format(followed=3))
    assert not (tmp_path / "report").exists()


# ---- a whole run -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A report of 45 families that are said to be real, and the exact tables that it was made of."""
    folder = tmp_path_factory.mktemp("real")
    synthesise(folder / "raw", families=45, seed=5)
    about = folder / "raw" / "dataset.yml"
    about.write_text(about.read_text(encoding="utf-8").replace("synthetic: true", "synthetic: false"))
    exact = {}

    def spied(place):
        exact.update(read(place))
        return dict(exact)

    read, patch = control.exact_tables, pytest.MonkeyPatch()
    patch.setattr(control, "exact_tables", spied)
    try:
        out = pipeline.run(
            folder / "raw", folder / "report", clean_folder=folder / "clean", stream=io.StringIO()
        )
    finally:
        patch.undo()
    return out, exact


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


@pytest.mark.slow
def test_no_small_count_stands_in_its_place(finished):
    out, exact = finished
    rules, marked = load(DisclosureRules), 0
    for path in sorted((out / "tables").glob("*.csv")):
        rows, name = rows_of(path), path.stem
        if not rows or name not in rules.by_table or "change" in rows[0]:
            continue
        rule = rules.by_table[name]
        before = exact[name].astype("object").where(exact[name].notna(), "")
        keys = {tuple(str(row[label]) for label in rule.labels): row for _, row in before.iterrows()}
        for row in rows:
            was = keys[tuple(row[label] for label in rule.labels)]
            here = row_rule(rule, row)
            protected = [c for c, key in here.counts.items() if key.split()[0] not in rules.amounts]
            for column in (*protected, *here.coarse):
                if was[column] != "" and 0 < float(was[column]) < 5:
                    assert row[column] in MARKS, (name, column, was[column])
                marked += row[column] in MARKS[:2]
    assert marked > 100


@pytest.mark.slow
def test_nothing_withheld_can_be_worked_out_from_the_finished_folder(finished):
    out, _ = finished
    tables = {path.stem: path.read_text(encoding="utf-8") for path in (out / "tables").glob("*.csv")}
    reader = Reader({"all": tables})
    assert reader.marked and told(reader.intervals()) == []


@pytest.mark.slow
def test_the_workbook_holds_what_the_files_hold(finished):
    out, _ = finished
    book = openpyxl.load_workbook(out / "tables.xlsx")
    for path in (out / "tables").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            written = list(csv.reader(file))
        sheet = [["" if cell is None else cell for cell in row] for row in book[path.stem].values]
        for row, cells in zip(written, sheet, strict=True):
            for text, cell in zip(row, cells, strict=True):
                same = text == str(cell) or (text and cell != "" and _number(text) == _number(cell))
                assert same or text.lstrip("'") == str(cell), (path.stem, text, cell)


def _number(value):
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


@pytest.mark.slow
def test_figures_captions_and_alternatives_of_partial_tables_hold_only_what_is_published(finished):
    out, exact = finished
    seen = 0
    for path in sorted((out / "tables").glob("*.csv")):
        name, published = path.stem, path.read_text(encoding="utf-8")
        if "<5" not in published and ",x" not in published:
            continue
        drawing = out / "figures" / f"{name}.svg"
        if not drawing.is_file():
            continue
        known = set(re.findall(r"\d+", published)) | {"5"}
        told_in, ends = svg_texts(drawing, "title", "desc"), svg_texts(drawing, "text")
        loose = set(re.findall(r": (?:minder dan )?(\d+)", " ".join(told_in))) - known
        assert loose == set(), name
        for row in rows_of(path):
            if name in ROW_BY_ROW:  # drawn are the counts of who moved, of the rows that are whole
                drawn = all(row[column] not in MARKS[:2] for column in row)
                counts = [row["improved"], row["declined"]] if drawn else []
            elif name == "multiverse":  # drawn are dots
                counts = []
            else:
                counts = [next(row[column] for column in ("n", "families", "persons") if column in row)]
            assert all(count in ends or count == "0" for count in counts), (name, counts)
        seen += 1
    assert seen >= 8


@pytest.mark.slow
def test_what_is_found_and_concluded_of_a_partial_table_holds_for_the_exact_one_too(finished):
    out, exact = finished
    exactly = {
        name: account
        for name in exact
        if (name in PLANS or name in DEFINITIONS.figures) and name not in HELD_ANEW
        for account in [_account(name, exact)]
        if account
    }
    told = 0
    for page in out.glob("0*.html"):
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        for figure in soup.find_all("figure", id=list(exactly)):
            for place, text in (("headline", "finding"), ("conclusion", "conclusion")):
                words = getattr(exactly[figure["id"]], text)  # none where it needs more tables
                for element in figure.select(f".{place}") if words else ():
                    assert element.get_text(" ", strip=True) == words.nl
                    told += 1
    assert told > 5


def _account(name, exact):
    """What is said of an exact table; None where that needs more than the table."""
    try:
        return presentation(name, exact[name], definitions=DEFINITIONS, language="nl").account
    except (TypeError, KeyError):
        return None


@pytest.mark.slow
def test_notebooks_hold_only_what_has_come_through_the_door(finished):
    out, exact = finished
    pages = "".join(path.read_text(encoding="utf-8") for path in out.glob("*.html"))
    for path in (out / "notebooks").glob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        kinds = {output["output_type"] for cell in notebook["cells"] for output in cell.get("outputs", ())}
        assert kinds <= {"display_data"}
        assert SAFE_MARK not in path.read_text(encoding="utf-8")
    assert "Echte gegevens, met onthullingscontrole" in pages and "Intern" not in pages
    assert not {"pilot_registration", "pilot_outcomes"} & {path.stem for path in out.rglob("*.csv")}


@pytest.mark.slow
def test_no_exact_table_is_left_anywhere(finished):
    out, exact = finished
    left = {path.name for path in out.parent.iterdir()}
    assert left == {"raw", "report", "clean"}
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["parameters"]["disclosure"] == "suppress" and manifest["parameters"]["min_cell"] == 5
    assert set(exact) - set(TABLES) == set()
    assert pipeline.verify(out).faults == ()
