"""Whole runs: the embedded data, and in English one pilot with another cutoff from a workbook."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import frictionless
import nbformat
import openpyxl
import pandas as pd
import pypdf
import pytest
from bs4 import BeautifulSoup

from helpers import run as pipeline
from helpers.definitions import ROOT, load_definitions
from helpers.export import read_dataset
from helpers.folders import internal_folder
from helpers.run._documents import print_document
from helpers.run._pages import Frame, report_contents, together
from helpers.tables import TABLES
from page_faults import lint, soup_of
from seen_pages import faults_in
from workbook_cells import as_csv

pytestmark = pytest.mark.slow

RAW = ROOT / "data" / "raw" / "synthetic"
PILOT, CUTOFF = "Leuven", 4
REPORTED = (
    "01_cleaning",
    "02_baseline",
    "03_kansarmoede",
    "04_transitions",
    "05_robustness",
    "06_published_claims",
    "09_deeper",
)
OF_ALL = {"06_published_claims": ("claims", "claims_summary")}  # not in a report about some families


def reported(report):
    """The pages of a report, but for those that every run has."""
    some = json.loads((report / "manifest.json").read_text())["parameters"]["pilots"]
    return [name for name in REPORTED if not (some and name in OF_ALL)]


def run(place, raw=RAW, **options):
    """A run in a folder of its own; what it told is kept beside the report."""
    told = io.StringIO()
    out = pipeline.run(raw, place / "report", clean_folder=place / "clean", stream=told, **options)
    (place / "told.txt").write_text(told.getvalue())
    return out


@pytest.fixture(scope="module")
def dutch(whole_run):
    """With the internal review beside it, of which the report must show nothing."""
    return whole_run.report


@pytest.fixture(scope="module")
def pilot(tmp_path_factory):
    """In English one pilot, with another cutoff, from a workbook made of the embedded CSV files."""
    place = tmp_path_factory.mktemp("pilot")
    raw = place / "export"
    raw.mkdir()
    shutil.copy(RAW / "dataset.yml", raw)
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for unit in ("huishouden", "volwassene", "kind"):
        sheet = book.create_sheet(unit.capitalize())
        for row in rows_of(RAW / f"{unit}.csv"):
            sheet.append([value or None for value in row])
    book.save(raw / "export.xlsx")
    return run(place, raw, pilots=[PILOT], languages=["en"], parameters={"poverty_cutoff": CUTOFF})


def rows_of(path):
    """The rows of one of the embedded CSV files, as text."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    header = text.partition("\n")[0]
    delimiter = max(";,\t", key=header.count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def table(report, name):
    with (report / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def content(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


REPORTS = ("dutch", "pilot")


@pytest.fixture(params=REPORTS)
def report(request):
    return request.getfixturevalue(request.param)


SOMETIMES = {"poverty_bounds", "group_comparison"}  # with one parameter, with families for comparison


# ---- what every report has -------------------------------------------------------------------------------


def test_every_table_is_there_with_its_columns_also_in_the_workbook(report):
    declared = {
        name: one
        for name, one in TABLES.items()
        if one.is_report and name not in SOMETIMES and not name.startswith("pilot_")
        if OF_ALL.keys() <= {*reported(report)} or name not in sum(OF_ALL.values(), ())
    }  # without those of the comparison that goes with reports of each pilot
    written = {path.stem for path in (report / "tables").iterdir()}
    assert set(declared) - written == set()
    headers = {name: table_header(report, name) for name in declared}
    assert headers == {name: list(one.column_names) for name, one in declared.items()}
    book = openpyxl.load_workbook(report / "tables.xlsx", read_only=True)
    assert set(book.sheetnames[1:]) == written
    for name in written:
        with (report / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert as_csv(book[name]) == list(csv.reader(file)), name


@pytest.mark.filterwarnings("ignore:os.path.commonprefix")  # of frictionless, under Python 3.15
def test_every_table_is_what_the_data_package_says(report):
    checked = frictionless.validate(str(report / "datapackage.json"))
    assert checked.valid, checked.flatten(["type", "message"])[:5]
    assert {task.name for task in checked.tasks} == {path.stem for path in (report / "tables").iterdir()}


def table_header(report, name):
    return (report / "tables" / f"{name}.csv").read_text(encoding="utf-8").partition("\n")[0].split(",")


def test_every_figure_of_the_source_report_is_drawn_twice(report):
    names = {f"figure_{number:02d}{kind}" for number in range(2, 22) for kind in (".svg", ".png")}
    assert names - {path.name for path in (report / "figures").iterdir()} == set()


def test_every_page_is_without_fault_and_only_the_blemishes_of_the_export_were_warned_of(report):
    pages = sorted(report.glob("*.html"))
    assert [page.stem for page in pages] == [*reported(report), "about", "index"]
    assert [fault for page in pages for fault in lint(page)] == []
    lines = (report.parent / "told.txt").read_text().splitlines()
    warned = [line.removeprefix("warning: ") for line in lines if line.startswith("warning: ")]
    blemishes = (
        *("a year of two digits", "day number of Excel"),
        *("Names that are no pilot", "Families that lose", "Children with more than one date"),
    )
    assert len(warned) == len(blemishes) and all(map(str.__contains__, warned, blemishes))
    told = [line for line in lines if not line.startswith("warning: ")]
    executed = [*reported(report), *(["07_case_review"] if internal_folder(report).exists() else [])]
    assert sorted(line.split()[0] for line in told) == sorted(executed)


def test_nothing_says_on_which_machine_or_in_which_folder_it_was_made(report):
    places = [str(ROOT).encode(), str(Path.home()).encode(), str(report.parent).encode(), b".report."]
    texts = {name: text for name, text in content(report).items() if not name.endswith((".png", ".xlsx"))}
    manifest = (report / "manifest.json").read_bytes()
    found = [
        (name, place)
        for name, text in (texts | {"manifest": manifest}).items()
        for place in places
        if place in text
    ]
    assert found == []


def test_figures_2_to_21_stand_on_their_pages_with_a_text_alternative(report):
    soups = {page.stem: soup_of(page) for page in report.glob("*.html")}
    for figure in load_definitions().figures.values():
        shown = soups[figure.page].find("figure", id=figure.id)
        assert shown is not None and str(figure.number) in shown.figcaption.get_text()
        drawn = shown.svg
        assert any(letter.isdigit() for letter in drawn["aria-label"]) and drawn["role"] == "img"


# ---- the embedded data -----------------------------------------------------------------------------------


def test_the_embedded_data_give_the_published_counts(dutch):
    flow = {row["stage"]: int(row["families"]) for row in table(dutch, "flow")}
    assert (flow["retained"], flow["followed"]) == (90, 56)
    classes = {row["class"]: int(row["families"]) for row in table(dutch, "figure_17")}
    assert classes == {
        "out_of_poverty": 4,
        "improved_poor": 16,
        "improved_not_poor": 2,
        "stable_not_poor": 4,
        "stable_poor": 19,
        "into_poverty": 0,
        "declined_poor": 11,
        "declined_not_poor": 0,
    }
    scores = table(dutch, "figure_16")
    poor = sum(int(row["families"]) for row in scores if int(row["baseline_score"]) >= 3)
    assert (poor, len(scores)) == (50, 49)


def test_the_index_tells_the_key_results(dutch, pilot):
    whole, part = ("90", "56", "11 gezinnen meer vooruit"), ("18 of the", "Leuven")
    for folder, numbers, words in (
        (dutch, whole, ("gezinnen", "kansarm")),
        (pilot, part, ("families", "poor")),
    ):
        soup = soup_of(folder / "index.html")
        assert len(soup.select(".findings li")) == 6 and soup.select(".findings details")
        said = " ".join(part.get_text() for part in soup.select("ul.design, .findings"))
        assert [number for number in numbers if number not in said] == []
        assert [word for word in words if word not in said] == []
        assert len(soup.select(".drawing.wide svg")) == 2  # what happened, and the flow of families


def test_each_language_is_that_of_its_pages(dutch, pilot):
    for folder, language, banner in (
        (dutch, "nl", "Synthetische gegevens"),
        (pilot, "en", "Synthetic data"),
    ):
        for page in folder.glob("*.html"):
            soup = soup_of(page)
            assert soup.html["lang"] == language
            assert soup.select_one(".banner").get_text().startswith(banner)


ELSEWHERE = """
import io, os, sys
from pathlib import Path
os.umask(0o077)
from helpers import run as pipeline
from helpers.run import _execute
_execute.AT_A_TIME = 5
raw, place = map(Path, sys.argv[1:])
pipeline.run(
    raw, place / "report", notebook_folder=place / "some", clean_folder=place / "clean", stream=io.StringIO()
)
"""
SOME = ("01_cleaning", "04_transitions", "05_robustness")  # with draws, and with what one reads of another


def test_a_second_run_gives_the_same_bytes_and_the_same_clean_tables(dutch, tmp_path):
    """Pages hold what the notebooks do; their bytes are compared in small runs."""
    (tmp_path / "some").mkdir()
    for name in SOME:
        shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", tmp_path / "some")
    # another process, hash seed, time zone, language, working directory, mode of files, order of notebooks
    settings = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LANG": "C", "LC_ALL": "C"}
    command = [sys.executable, "-c", ELSEWHERE, RAW, tmp_path]
    subprocess.run(command, env=os.environ | settings, cwd=tmp_path, check=True)
    before, after = content(dutch), content(tmp_path / "report")
    made = [name for name in after if name.startswith(("figures/", "notebooks/", "tables/"))]
    assert len(made) > 60 and [name for name in made if before.get(name) != after[name]] == []
    assert content(dutch.parent / "clean") == content(tmp_path / "clean")


def test_no_page_is_heavier_than_a_share_can_bear(report):
    sizes = {name: len(data) for name, data in content(report).items()}
    heavy = {name: size for name, size in sizes.items() if name.endswith(".html") and size >= 1e6}
    assert heavy == {} and sum(sizes.values()) < 10e6


def visible(path):
    """What a reader sees of a page before unfolding anything: words, figures, open tables."""
    main = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").main
    figures = len(main.find_all("figure"))
    for hidden in main.select("details > :not(summary), svg, .unseen"):
        hidden.decompose()
    return len(main.get_text(" ", strip=True).split()), figures, len(main.find_all("table"))


def test_a_report_is_not_too_much_to_read(dutch):
    deeper = dutch / "09_deeper.html"
    pages = [visible(page) for page in dutch.glob("*.html") if page != deeper]
    words, figures, tables = map(sum, zip(*pages, strict=True))
    assert words <= 7000 and figures <= 28 and tables <= 15
    words, figures, tables = visible(deeper)
    assert words <= 2000 and figures <= 8 and tables <= 5


def test_on_paper_a_report_is_short_and_figures_stand_below_their_titles(dutch, installed_browser, tmp_path):
    dataset, given = read_dataset(RAW), json.loads((dutch / "manifest.json").read_text())["parameters"]
    frame = Frame("nl", dataset, given, "1.0.0")
    executed = {path.stem: nbformat.read(path, 4) for path in sorted((dutch / "notebooks").iterdir())}
    contents = report_contents(dutch, executed, frame=frame, inputs={}, kind="print")
    print_document(
        together("print", contents, frame=frame), tmp_path / "report.pdf", browser=installed_browser
    )
    pages = [squeezed(page.extract_text()) for page in pypdf.PdfReader(tmp_path / "report.pdf").pages]
    assert len(pages) <= 45
    figures = [figure for one in contents.values() for figure in one.figures.values()]
    assert len(figures) > 20
    word = report_contents(dutch, executed, frame=frame, inputs={}, kind="word").values()
    assert [name for one in word for name in one.figures] == [name for one in word for name in one.pictures]
    for figure in figures:
        title, caption = squeezed(figure["finding"]), squeezed(figure["heading"])
        assert any(title in page and caption in page for page in pages), figure["name"]
    nearly_empty = [page for page in pages[:-1] if len(page) < 600 and "zekerisdit?Vraag." not in page]
    assert len(nearly_empty) <= 1, nearly_empty  # at the end of a chapter, in the one font or in the other


def squeezed(text):
    """A text without its blanks: a PDF breaks lines anywhere."""
    return "".join(text.split())


def test_the_manifest_holds_the_parameters_and_the_times(dutch):
    manifest = json.loads((dutch / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["dataset"]["folder"] == "data/raw/synthetic"
    assert set(manifest["inputs"]) == {"dataset.yml", "huishouden.csv", "volwassene.csv", "kind.csv"}
    assert manifest["outputs"].keys() == content(dutch).keys()
    assert set(manifest["seconds"]) == {*REPORTED, "tables.xlsx", "pages", "all"}


# ---- one pilot, another cutoff, a workbook ----------------------------------------------------------------


def test_one_pilot_from_a_workbook_is_that_pilots_part_of_all(dutch, pilot):
    (row,) = table(pilot, "cases_by_pilot")
    assert row == next(row for row in table(dutch, "cases_by_pilot") if row["pilot"] == PILOT)
    flow = {row["stage"]: int(row["families"]) for row in table(pilot, "flow")}
    assert (flow["retained"], flow["followed"]) == (int(row["retained"]), int(row["followed"]))
    assert sum(int(cell["families"]) for cell in table(pilot, "figure_16")) == int(row["followed"])
    everyone = {
        (c["baseline_score"], c["follow_up_score"]): int(c["families"]) for c in table(dutch, "figure_16")
    }
    mine = {
        (c["baseline_score"], c["follow_up_score"]): int(c["families"]) for c in table(pilot, "figure_16")
    }
    assert all(mine[cell] <= everyone[cell] for cell in everyone)
    # the log of the cleaning is about the whole export, and a workbook of the same cells cleans the same
    assert table(pilot, "cleaning_log") == table(dutch, "cleaning_log")


def test_the_cutoff_moves_the_classes_but_not_the_scores(pilot):
    scores = table(pilot, "figure_16")
    before = sum(int(row["families"]) for row in scores if int(row["baseline_score"]) >= CUTOFF)
    after = sum(int(row["families"]) for row in scores if int(row["follow_up_score"]) >= CUTOFF)
    (change,) = table(pilot, "poverty_change")
    assert (int(change["poor_baseline"]), int(change["poor_follow_up"])) == (before, after)
    stable = sum(
        int(row["families"])
        for row in scores
        if row["baseline_score"] == row["follow_up_score"] and int(row["baseline_score"]) < CUTOFF
    )
    classes = {row["class"]: int(row["families"]) for row in table(pilot, "figure_17")}
    assert classes["stable_not_poor"] == stable


def test_the_pages_of_one_pilot_say_so(pilot):
    soup = soup_of(pilot / "index.html")
    assert f"in {PILOT}" in soup.main.get_text() and PILOT in soup.title.get_text()
    assert read_dataset(RAW).title_in("en") in soup.footer.get_text()
    soup = soup_of(pilot / "about.html")
    rows = [[cell.get_text() for cell in row.find_all(["th", "td"])][:2] for row in soup.find_all("tr")]
    assert ["pilots", PILOT] in rows and ["poverty_cutoff", f"{CUTOFF} domains"] in rows


# ---- the internal review -----------------------------------------------------------------------------------


def texts_of(report):
    """Every text that a run wrote into a report, in whatever file, by the file."""
    book = openpyxl.load_workbook(report / "tables.xlsx", read_only=True)
    cells = (str(cell) for sheet in book for row in sheet.values for cell in row if cell is not None)
    written = {"tables.xlsx": "\n".join(cells)}
    for name, data in content(report).items():
        if not name.endswith((".png", ".xlsx", ".zip")):
            written[name] = data.decode("utf-8")
    manifest = json.loads((report / "manifest.json").read_text(encoding="utf-8"))
    del manifest["reference"]  # names, as the archive of definitions has them: the project's own files
    return written | {"manifest.json": json.dumps(manifest, ensure_ascii=False)}


def test_a_report_made_with_the_review_holds_no_note_and_no_family(dutch, whole_run):
    clean = whole_run.clean
    notes = set(pd.read_parquet(clean / "notes.parquet")["text"])
    families = set(pd.read_parquet(clean / "families.parquet")["family"])
    assert len(notes) > 100 and len(families) > 80
    for name, text in texts_of(dutch).items():
        assert [one for one in (notes | families) if one in text] == [], name
        assert "-internal" not in text and "07_case_review" not in text, name


def test_the_review_shows_each_declined_family_and_is_marked_on_each_page(dutch):
    inner = internal_folder(dutch)
    pages = sorted(inner.glob("*.html"))
    assert [page.name for page in pages] == ["07_case_review.html", "about.html", "index.html"]
    assert [fault for page in pages for fault in lint(page, internal=True)] == []
    soups = [soup_of(page) for page in pages]
    assert all("Intern – niet verspreiden" in soup.select_one("header .banner").text for soup in soups)
    declined = {row["family"] for row in table(inner, "declined_families")}
    assert len(declined) == 11  # the source report, section 2.2
    headings = [heading.text for heading in soups[0].select("main h2")]
    assert {code for code in declined for heading in headings if f": {code} (" in heading} == declined
    assert (
        sum(f"timeline_{n:02}" in name for name in content(inner) for n in range(1, 12)) == 4 * 11
    )  # PNG, two SVGs, CSV
    notes = {row["text"] for row in table(inner, "tagged_notes")}
    assert notes and all(one in soups[0].select_one("main").text for one in notes if "\n" not in one)


# ---- as a browser sees it --------------------------------------------------------------------------------


def test_no_page_has_a_violation_asks_for_anything_or_scrolls_sideways(dutch, pilot, browser):
    paths = sorted([*dutch.glob("*.html"), *internal_folder(dutch).glob("*.html")])
    assert len(paths) >= len(REPORTED) + 1
    faults = [fault for path in paths for fault in faults_in(browser, path, 1280, 390)]
    narrow = [fault for path in pilot.glob("*.html") for fault in faults_in(browser, path, 320, axe=False)]
    assert (faults, narrow) == ([], [])
