"""A run on real data, from end to end: what leaves the house, and what does not."""

import csv
import io
import json
import re
import shutil
import zipfile

import frictionless
import nbformat
import pytest
from bs4 import BeautifulSoup

from helpers import run as pipeline
from helpers.folders import PUBLISHED, RunError
from helpers.parameters import ParameterError
from helpers.run import NOTEBOOKS, _execute
from helpers.study import NotInPublicRun, PublicStudy
from seen_pages import faults_in

PLANTED = "zeldzaamwoord"  # in every note, coach and code of the export, and in the names of its files
RAW = f"{PLANTED}-map"
UNITS = ("huishouden", "volwassene", "kind")
TESTED = ("01_cleaning", "02_baseline", "03_kansarmoede", "04_transitions")


def real_export(folder, *, planted=PLANTED):
    """The embedded export as that of real families, with a word of its own wherever nobody may read on."""
    shutil.copytree("data/raw/synthetic", folder)
    about = folder / "dataset.yml"
    named = ", ".join(f"{unit}: {planted}-{unit}" for unit in UNITS)
    told = about.read_text(encoding="utf-8").replace("synthetic: true", "synthetic: false")
    about.write_text(told.replace("sheets: {}", f"sheets: {{{named}}}"), "utf-8")
    for unit in UNITS:
        path = folder / f"{unit}.csv"
        content = path.read_bytes()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252")
        path.unlink()
        mark = ";" if ";" in text.splitlines()[0] else ","
        header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        for row in rows:
            if any(row):  # rows that repeat each other go on doing so
                for at, column in enumerate(header):
                    if column == "coach":
                        row[at] = f"{planted}{int(float(row[0])) % 14}"
                    elif column.endswith("_toelichting") and row[at]:
                        row[at] += f" {planted}"
                    elif column == "persoon" and row[at].strip():
                        row[at] = f"{planted}{row[at].strip()}"
                    elif column == "gezin":
                        row[at] = re.sub(r"(?i)\b(BAL|HER)(?=\W*\d)", planted, row[at])
        lines = [[*header, f"kolom {planted}"], *([*row, planted if any(row) else ""] for row in rows)]
        with (folder / f"{planted}-{unit}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=mark).writerows(lines)
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A public run of real families, in Dutch and in English."""
    place = tmp_path_factory.mktemp("real")
    raw = real_export(place / RAW)
    told = io.StringIO()
    out = pipeline.run(
        raw, place / "report", languages=["nl", "en"], clean_folder=place / "clean", stream=told
    )
    return place, out, told.getvalue()


def pages(out, language):
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((out / language).glob("*.html"))}


def words_of(html):
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup(["style", "svg"]):
        tag.decompose()
    return soup.get_text(" ")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:os.path.commonprefix")  # of frictionless, under Python 3.15
def test_there_are_pages_tables_and_a_workbook_of_what_is_public(made):
    _, out, _ = made
    for language in ("nl", "en"):
        assert set(pages(out, language)) == {"index", "about", *TESTED}
        tables = {path.stem for path in (out / language / "tables").glob("*.csv")}
        assert {
            "item_moves",
            "figure_17_moves",
            "poverty_moves",
            "figure_04_groups",
            "verdict_words",
        } <= tables
        assert not tables & {"figure_04", "figure_16", "figure_18", "item_change", "verdicts", "attrition"}
        assert (out / language / "tables.xlsx").is_file()
        assert frictionless.validate(str(out / language / "datapackage.json")).valid
        assert not (out / language / "edition.json").exists()


@pytest.mark.slow
def test_no_byte_of_what_goes_out_holds_a_note_a_coach_a_code_or_the_name_of_a_file(made):
    place, out, _ = made
    read = (place / RAW / f"{PLANTED}-kind.csv").read_text("utf-8")
    codes = re.findall(r"\b(?:LEU|OOS|BIL)-\d{3}\b", read)
    assert len(set(codes)) > 50 and read.count(PLANTED) > 1000
    for path in (one for one in out.rglob("*") if one.is_file()):
        content = path.read_bytes()
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                content = b"".join(book.read(name) for name in book.namelist())
        assert PLANTED.encode() not in content.lower() and PLANTED not in path.name, path
        assert not any(code.encode() in content for code in set(codes)), path


@pytest.mark.slow
def test_the_export_of_a_public_edition_is_verified_though_its_files_are_not_named(made):
    place, out, _ = made
    assert pipeline.verify(out / "nl", raw=place / RAW).faults == ()
    path = place / RAW / f"{PLANTED}-kind.csv"
    before = path.read_bytes()
    path.write_bytes(before + b"\n")
    try:
        assert len(pipeline.verify(out / "nl", raw=place / RAW).faults) == 1
    finally:
        path.write_bytes(before)


@pytest.mark.slow
def test_every_page_has_its_foot_and_no_heading_stands_over_nothing(made):
    _, out, _ = made
    feet = {
        "01_cleaning": "Testgezinnen tellen nergens mee.",
        "02_baseline": "over andere gezinnen zegt ze niets.",
        "03_kansarmoede": "met hun eigen start vergeleken: niets hier zegt waardoor er iets verschoof.",
        "04_transitions": "met hun eigen start vergeleken: niets hier zegt waardoor er iets verschoof.",
    }
    there = pages(out, "nl")
    for name, foot in feet.items():
        soup = BeautifulSoup(there[name], "html.parser").main
        assert foot in soup.get_text(" ").replace("\n", " "), name
        for head in soup.find_all("h2"):
            below = head.find_next(["h2", "p", "figure", "table", "details"])
            assert below is not None and below.name != "h2", (name, head.get_text())


@pytest.mark.slow
def test_links_of_the_first_page_name_the_figures_as_they_are_headed(made):
    _, out, _ = made
    there = pages(out, "nl")
    for link in BeautifulSoup(there["index"], "html.parser").select(".findings a"):
        page, _, anchor = str(link["href"]).partition("#")
        figure = BeautifulSoup(there[page.removesuffix(".html")], "html.parser").find(id=anchor)
        named = link.select_one(".unseen").get_text().removeprefix(": ")
        assert figure is not None and named in figure.get_text(" "), link


@pytest.mark.slow
def test_youth_care_is_not_said_to_go_forward(made):
    _, out, _ = made
    for language, less, judged in (
        ("nl", "minder jeugdzorg", "vooruit"),
        ("en", "less youth care", "forward"),
    ):
        soup = BeautifulSoup(pages(out, language)["04_transitions"], "html.parser")
        figure = soup.find(id="figure_21").get_text(" ").lower()
        assert less in figure and judged not in figure


@pytest.mark.slow
def test_no_page_tells_a_count_that_is_no_multiple(made):
    """The numbers of families and persons in sentences, charts and tables are multiples of five."""
    _, out, _ = made
    for html in pages(out, "nl").values():
        soup = BeautifulSoup(html, "html.parser")
        for headline in soup.select("p.headline, p.answer"):
            said = re.sub(r"\d+ rijen van de export [^.]*\.", "", headline.get_text())  # rows, not people
            found = [int(n) for n in re.findall(r"(?<![\d,–])\d+(?![\d,–])", said)]
            assert all(n % 5 == 0 for n in found if n > 5), headline.get_text()
        for word in ("p =", "p &lt;", "McNemar", "Holm", "geen enkel gezin", "niemand"):
            assert word not in "".join(
                tag.get_text() for tag in soup.select("p.headline, p.answer, figcaption")
            )


@pytest.mark.slow
def test_the_public_edition_is_not_too_much_to_read_and_begins_with_a_picture(made):
    _, out, _ = made
    soups = {name: BeautifulSoup(html, "html.parser").main for name, html in pages(out, "nl").items()}
    assert soups["index"].select_one(".main-figure svg") and soups["index"].select(".findings li")
    for soup in soups.values():
        for hidden in soup.select("details > :not(summary), svg, .unseen"):
            hidden.decompose()
    assert sum(len(soup.get_text(" ", strip=True).split()) for soup in soups.values()) <= 4000


@pytest.mark.slow
def test_both_languages_hold_the_same_numbers_and_the_page_says_that_they_are_rounded(made):
    _, out, _ = made
    for path in (out / "nl" / "tables").glob("*.csv"):
        assert path.read_bytes() == (out / "en" / "tables" / path.name).read_bytes(), path.name
    assert "veelvouden van 5" in words_of(pages(out, "nl")["02_baseline"])
    assert "multiples of 5" in words_of(pages(out, "en")["02_baseline"])


@pytest.mark.slow
def test_nothing_refers_to_what_is_not_there(made):
    _, out, _ = made
    for language in ("nl", "en"):
        there = pages(out, language)
        for name, html in there.items():
            for link in BeautifulSoup(html, "html.parser").select("a[href]"):
                target = str(link["href"]).partition("#")
                if target[0] and ":" not in target[0]:
                    assert (out / language / target[0]).exists(), (name, link["href"])
            assert "05_robustness" not in html and "08_pilots" not in html
            assert not any(
                page in words_of(html) for page in ("pagina 05", "page 05", "pagina 08", "page 08")
            )
        soup = BeautifulSoup(there["03_kansarmoede"], "html.parser")
        assert not [tag for tag in soup.find_all("h2") if "M0" in tag.get_text()]


@pytest.mark.slow
def test_the_clean_data_are_kept_for_the_owner_alone_with_what_was_published(made):
    place, _, _ = made
    note = place / "clean" / RAW / PUBLISHED
    content = json.loads(note.read_text(encoding="utf-8"))
    assert content["min_cell"] == 5 and len(content["families"]) > 80
    assert note.stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_another_edition_of_the_same_data_is_refused(made):
    place, out, _ = made
    before = (out / "nl" / "index.html").read_bytes()
    given = {"clean_folder": place / "clean", "stream": io.StringIO()}
    with pytest.raises(RunError, match="min_cell was 5, now 7"):
        pipeline.run(place / RAW, out, parameters={"min_cell": 7}, **given)
    with pytest.raises(RunError, match="poverty_cutoff was 3, now 4"):
        pipeline.run(place / RAW, out, parameters={"poverty_cutoff": 4}, **given)
    path = place / RAW / f"{PLANTED}-huishouden.csv"
    whole = path.read_text("utf-8")
    kept = [line for line in whole.splitlines() if "LEU-01" not in line]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    try:
        with pytest.raises(RunError, match="families were added, removed or changed; at least 20"):
            pipeline.run(place / RAW, out, **given)
    finally:
        path.write_text(whole, encoding="utf-8")
    assert (out / "nl" / "index.html").read_bytes() == before


@pytest.mark.slow
def test_of_two_editions_that_are_made_at_once_there_is_one(tmp_path, monkeypatch):
    raw, few = real_export(tmp_path / "echt"), tmp_path / "notebooks"
    few.mkdir()
    shutil.copy(NOTEBOOKS / "03_kansarmoede.ipynb", few)
    given = {"notebook_folder": few, "clean_folder": tmp_path / "clean", "stream": io.StringIO()}
    execute = _execute.execute_all

    def execute_all(*jobs, **options):
        monkeypatch.setattr(_execute, "execute_all", execute)
        pipeline.run(raw, tmp_path / "first", parameters={"poverty_cutoff": 4}, **given)
        execute(*jobs, **options)

    monkeypatch.setattr(_execute, "execute_all", execute_all)
    with pytest.raises(RunError, match="poverty_cutoff was 4, now 3"):
        pipeline.run(raw, tmp_path / "second", **given)
    assert (tmp_path / "first").exists() and not (tmp_path / "second").exists()


@pytest.mark.slow
def test_an_edition_of_the_same_families_under_another_name_takes_the_place_of_the_first_once(tmp_path):
    first, again = real_export(tmp_path / "september"), real_export(tmp_path / "oktober")
    path = again / f"{PLANTED}-huishouden.csv"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join(one for one in lines if "LEU-01" not in one) + "\n", encoding="utf-8")
    few = tmp_path / "notebooks"
    few.mkdir()
    shutil.copy(NOTEBOOKS / "03_kansarmoede.ipynb", few)
    given = {"notebook_folder": few, "clean_folder": tmp_path / "clean", "stream": io.StringIO()}
    made = [pipeline.run(first, tmp_path / "first", replace_public=True, **given)]
    with pytest.raises(RunError, match=r"exists already \(september\)"):
        pipeline.run(again, tmp_path / "again", **given)
    for name, replaces in (("again", True), ("once-more", False)):  # the second makes the same
        made.append(pipeline.run(again, tmp_path / name, replace_public=replaces, **given))
    said = [json.loads((one / "manifest.json").read_text(encoding="utf-8")).get("replaces") for one in made]
    assert said == [None, True, None]
    with pytest.raises(RunError, match=r"exists already \(september\)"):
        pipeline.run(first, tmp_path / "first", **given)


@pytest.mark.slow
def test_a_notebook_that_looks_for_clean_data_finds_none(tmp_path):
    raw = real_export(tmp_path / "mevrouw-janssens")
    own = tmp_path / "notebooks"
    own.mkdir()
    source = nbformat.read(NOTEBOOKS / "04_transitions.ipynb", 4)
    look = f"""\
import os
from pathlib import Path
asked = [name for name in dir(study) if not name.startswith("__")]
found = {{}}
for name in asked:
    try:
        found[name] = repr(getattr(study, name))
    except Exception as error:
        found[name] = type(error).__name__
here = (clean or ".", output, Path(output).parent, Path(os.environ["IPYTHONDIR"]).parent, ".")
near = [str(path) for top in here for path in Path(top).rglob("*.parquet")]
around = str(dict(os.environ)) + str(found) + str(near) + str(globals().get("raw", ""))
print("NEAR", near, "CLEAN", repr(clean), "PLANTED", "{PLANTED}" in around, "FOLDER", {raw.name!r} in around)
print("FAMILIES", found["families"], found["observations"], found["pairs"], found["counts"])"""
    at = next(i for i, cell in enumerate(source.cells) if "Study.open" in cell.source)
    source.cells = [*source.cells[: at + 1], nbformat.v4.new_code_cell(look)]
    nbformat.write(source, own / "04_transitions.ipynb")
    pipeline.run(
        raw, tmp_path / "report", notebook_folder=own, clean_folder=tmp_path / "clean", stream=io.StringIO()
    )
    told = "".join(
        output.get("text", "")
        for cell in nbformat.read(tmp_path / "report" / "notebooks" / "04_transitions.ipynb", 4).cells
        for output in cell.get("outputs", [])
    )
    assert "NEAR [] CLEAN '' PLANTED False FOLDER False" in told
    assert "FAMILIES" + 4 * " NotInPublicRun" in told


@pytest.mark.slow
def test_groups_of_pilots_have_reports_of_which_the_whole_is_the_sum(tmp_path):
    raw = real_export(tmp_path / RAW)
    given = {"clean_folder": tmp_path / "clean"}
    few = tmp_path / "notebooks"
    few.mkdir()
    shutil.copy(NOTEBOOKS / "03_kansarmoede.ipynb", few)
    told = io.StringIO()
    out = pipeline.run(raw, tmp_path / "r", each_pilot=True, notebook_folder=few, stream=told, **given)
    others = "Baldemore, Oostende, Herenthout, Bilzen"
    assert f"groups of at least 20 followed families: Leuven; {others}" in told.getvalue()
    places = {"": out, "Leuven": out / "pilots" / "leuven"}
    places[others] = out / "pilots" / "baldemore-oostende-herenthout-bilzen"
    n = {}
    for name, place in places.items():
        text = words_of((place / "03_kansarmoede.html").read_text(encoding="utf-8"))
        assert f"0 is 0 tot {2 if name else 4}." in text
        rows = csv.DictReader(io.StringIO((place / "tables" / "figure_17_moves.csv").read_text("utf-8")))
        n[name] = [int(row["families"]) for row in rows]
    assert n[""] == [a + b for a, b in zip(n["Leuven"], n[others], strict=True)] and sum(n["Leuven"]) == 20
    noted = json.loads((tmp_path / "clean" / RAW / PUBLISHED).read_text(encoding="utf-8"))
    assert noted["groups"] == [["Leuven"], others.split(", ")]
    with pytest.raises(RunError, match="groups was .*Leuven.*, now \\[\\]"):
        pipeline.run(raw, out, notebook_folder=few, stream=io.StringIO(), **given)


@pytest.mark.slow
def test_internal_makes_the_full_edition_and_nothing_else(tmp_path):
    raw = real_export(tmp_path / "echt")
    given = {"clean_folder": tmp_path / "clean", "stream": io.StringIO()}
    few = tmp_path / "notebooks"
    few.mkdir()
    for name in ("01_cleaning", "03_kansarmoede", "07_case_review"):
        shutil.copy(NOTEBOOKS / f"{name}.ipynb", few)
    given |= {"pilots": ["Leuven"], "notebook_folder": few}  # few families, so that their review is short
    out = pipeline.run(raw, tmp_path / "report", internal=True, **given)
    assert out == tmp_path / "report-internal" and not (tmp_path / "report").exists()
    assert {"03_kansarmoede", "07_case_review"} <= {path.stem for path in out.glob("*.html")}
    assert "figure_16" in {path.stem for path in (out / "tables").glob("*.csv")}
    for path in out.glob("*.html"):
        assert "niet verspreiden" in words_of(path.read_text(encoding="utf-8")), path
    assert not (tmp_path / "clean" / "echt" / PUBLISHED).exists()
    assert out.stat().st_mode & 0o077 == 0


def test_the_old_modes_are_refused_with_what_to_write(tmp_path):
    raw = real_export(tmp_path / "echt")
    for mode in ("off", "suppress", "round"):
        with pytest.raises(ParameterError, match="leave it out: real data get the public edition"):
            pipeline.run(raw, tmp_path / "report", parameters={"disclosure": mode}, stream=io.StringIO())
    with pytest.raises(ParameterError, match="one of 5, 7, 9, 11"):
        pipeline.run(raw, tmp_path / "report", parameters={"min_cell": 6}, stream=io.StringIO())
    with pytest.raises(ParameterError, match="--internal makes the full edition"):
        pipeline.run(
            raw, tmp_path / "r", internal=True, parameters={"disclosure": "public"}, stream=io.StringIO()
        )


def test_a_public_study_has_tables_alone(tmp_path):
    (tmp_path / "edition.json").write_text(
        json.dumps(
            {
                "study": {
                    "name": "echt", "title": "Echt", "synthetic": False, "exported_on": "2023-09-30",
                    "project_start": "2022-03-01", "pilots": ["Leuven"], "parameters": {},
                },
                "edition": {"min_cell": 5, "min_group": 20},
                "tables": ["flow_groups"],
            }
        )
    )  # fmt: skip
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "flow_groups.csv").write_text(
        "stage,families\nregistered,95\nretained,90\nfollowed,55\n"
    )
    study = PublicStudy(tmp_path)
    assert list(study) == ["flow_groups"] and study["flow_groups"]["families"].tolist() == [95, 90, 55]
    for name in ("families", "counts", "pairs", "later_scores", "others", "losses"):
        with pytest.raises(NotInPublicRun, match=f"^{name}: .*--internal"):
            getattr(study, name)
    with pytest.raises(NotInPublicRun, match="^item_change: "):
        _ = study["item_change"]


@pytest.mark.slow
@pytest.mark.parametrize(("language", "width"), [("nl", 360), ("en", 1280)])
def test_no_page_has_a_violation_or_scrolls_sideways_when_all_is_unfolded(made, browser, language, width):
    paths = sorted((made[1] / language).glob("*.html"))
    assert len(paths) > 4
    assert [fault for path in paths for fault in faults_in(browser, path, width)] == []
