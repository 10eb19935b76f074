"""Several reports of one run: in each language, of all pilots and of each, printed, and verified later."""

import io
import json
import re
import sys
from urllib.parse import urlsplit

import nbformat
import pypdf
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from datasets import write_dataset
from helpers import run as pipeline
from helpers.cli import main
from helpers.export import read_dataset
from helpers.parameters import ParameterError, resolve
from helpers.run import RunError
from helpers.run._documents import print_document, steady
from helpers.run._pages import Frame, css, report_contents, together
from helpers.run._plan import folder_names, report_parts
from small_notebooks import notebook, write_notebooks

SHARED = 'clean = "x"\noutput = ""\nlanguage = "nl"\npilots = []'
COMPARES = ('(language, pilots, "compared")',)
ROW = {"gezin": "LEU-001", "pilootproject": "Leuven", "datum": "2022-05-01", "schulden": 3}
PILOTS = ("Baldemore", "Oostende", "Leuven", "Herenthout", "Bilzen")


class Study:
    """A dataset with two chosen pilots and three notebooks, the last of which compares pilots."""

    def __init__(self, folder, **cells):
        self.raw = write_dataset(folder / "raw" / "klein", huishouden=[ROW])
        self.notebooks = write_notebooks(folder / "notebooks", **cells)
        nbformat.write(notebook(SHARED, *COMPARES), self.notebooks / "08_pilots.ipynb")
        self.clean, self.out = folder / "clean", folder / "reports" / "klein"

    def run(self, **options):
        self.told = io.StringIO()
        places = {"notebook_folder": self.notebooks, "clean_folder": self.clean}
        return pipeline.run(self.raw, self.out, **places, stream=self.told, **options)


def content(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


def pages(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    study = Study(tmp_path_factory.mktemp("editions"))
    study.run(languages=["nl", "en"], pilots=["Leuven", "Bilzen"], each_pilot=True)
    return study


def test_each_language_has_a_report_and_in_it_one_of_each_pilot(finished):
    whole = ["01_cleaning.html", "02_baseline.html", "08_pilots.html", "about.html", "index.html"]
    single = [name for name in whole if name != "08_pilots.html"]
    expected = {"": ["index.html"]}
    for language in ("nl", "en"):
        expected |= {f"{language}/": whole}
        expected |= {f"{language}/pilots/{pilot}/": single for pilot in ("leuven", "bilzen")}
    assert pages(finished.out) == sorted(place + name for place, names in expected.items() for name in names)


def test_each_report_is_about_its_pilots_in_its_language(finished):
    for language in ("nl", "en"):
        for folder, pilots in {"": ["Leuven", "Bilzen"], "pilots/leuven": ["Leuven"]}.items():
            report = finished.out / language / folder
            manifest = json.loads((report / "manifest.json").read_text(encoding="utf-8"))
            assert (manifest["parameters"]["language"], manifest["parameters"]["pilots"]) == (
                language,
                pilots,
            )
            executed = nbformat.read(report / "notebooks" / "01_cleaning.ipynb", as_version=4)
            injected = next(c for c in executed.cells if "injected-parameters" in c.metadata.get("tags", []))
            assert f"pilots = {json.dumps(pilots)}" in injected.source
            assert f'output = "klein/{language}{"/" if folder else ""}{folder}"' in injected.source
            html = BeautifulSoup((report / "index.html").read_text(encoding="utf-8"), "html.parser")
            assert html.html["lang"] == language


def test_every_link_between_the_reports_leads_to_a_page(finished):
    seen = set()
    for page in finished.out.rglob("*.html"):
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        for link in soup.find_all("a", href=True):
            path = urlsplit(link["href"]).path
            if path:
                target = (page.parent / path).resolve()
                assert target.is_file(), (page, path)
                places = (page.parent, target.parent)
                seen.add(tuple(place.relative_to(finished.out).as_posix() for place in places))
    twins = [("nl", "en"), ("en", "nl"), ("nl/pilots/leuven", "en/pilots/leuven")]
    others = [
        ("nl", "nl/pilots/leuven"),
        ("nl/pilots/leuven", "nl"),
        ("en/pilots/leuven", "en/pilots/bilzen"),
    ]
    assert {*twins, *others, (".", "nl"), (".", "en")} <= seen
    warned = [line for line in finished.told.getvalue().splitlines() if line.startswith("warning")]
    assert all(line.endswith("has a header and not a single row") for line in warned)  # none of links


def test_a_page_leads_to_the_same_page_in_the_other_language(finished):
    html = (finished.out / "nl" / "pilots" / "bilzen" / "02_baseline.html").read_text(encoding="utf-8")
    link = BeautifulSoup(html, "html.parser").find("a", hreflang="en")
    assert link["href"] == "../../../en/pilots/bilzen/02_baseline.html" and link["lang"] == "en"


def test_a_second_run_gives_the_same_bytes(finished, tmp_path):
    again = Study(tmp_path)
    again.run(languages=["nl", "en"], pilots=["Leuven", "Bilzen"], each_pilot=True)
    changed = {
        name for name, data in content(finished.out).items() if content(again.out)[name] != data
    } - {  # prints its working directory on purpose
        name for name in content(finished.out) if "01_cleaning" in name
    }
    assert content(finished.out).keys() == content(again.out).keys() and changed == set()


def test_one_language_needs_no_folder_of_its_own(tmp_path):
    study = Study(tmp_path)
    study.run(languages=["en"])
    assert pages(study.out) == ["01_cleaning.html", "02_baseline.html", "about.html", "index.html"]


def test_one_pilot_alone_has_no_reports_apart(tmp_path):
    study = Study(tmp_path)
    with pytest.raises(ParameterError, match="--each-pilot: there is one pilot only, Leuven"):
        study.run(pilots=["Leuven"], each_pilot=True)
    assert not study.out.exists()


def test_a_cell_that_stops_names_its_report_and_leaves_the_previous_one(tmp_path):
    study = Study(tmp_path, baseline=('1 / (pilots != ["Leuven"])',))
    study.run(pilots=["Leuven", "Bilzen"])
    before = content(study.out)
    with pytest.raises(RunError, match=r"^pilots/leuven/02_baseline stopped at cell .*under \"Stap 1\""):
        study.run(pilots=["Leuven", "Bilzen"], each_pilot=True)
    assert content(study.out) == before
    failed = study.out.parent / "klein.failed"
    assert [path.relative_to(failed).as_posix() for path in failed.rglob("*.ipynb")] == [
        "pilots/leuven/02_baseline.ipynb"
    ]
    write_notebooks(study.notebooks)
    study.run(pilots=["Leuven", "Bilzen"], each_pilot=True)
    assert not failed.exists()


def test_names_of_folders_are_plain_and_never_the_same():
    names = folder_names(["Sint-Niklaas", "sint niklaas", "Gent/../..", "日本", "x" * 300])
    assert list(names.values()) == ["sint-niklaas", "sint-niklaas-2", "gent", "pilot", "x" * 60]


def test_siblings_of_a_single_report_are_none(tmp_path):
    (alone,) = report_parts(tmp_path, {}, {"language": "nl", "pilots": []}, languages=["nl"])
    assert (alone.path, alone.siblings) == ("", ())


# ---- print ----------------------------------------------------------------------------------------------


def printable(report):
    """The executed notebooks of a report as one document for print."""
    read = {path.stem: nbformat.read(path, as_version=4) for path in (report / "notebooks").glob("*.ipynb")}
    about = read_dataset(report.parents[2] / "raw" / "klein")
    frame = Frame(report.name, about, resolve({"language": report.name}), "1.0.0")
    contents = report_contents(report, read, frame=frame, inputs={}, kind="print")
    return together("print", contents, frame=frame)


def test_one_document_has_no_id_twice_and_every_link_leads_somewhere_in_it(finished):
    soup = BeautifulSoup(printable(finished.out / "nl"), "html.parser")
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)) and {"index", "08_pilots", "01_cleaning--flow"} <= set(ids)
    links = [link["href"] for link in soup.find_all("a", href=True)]
    assert links and all(link.startswith("#") and link[1:] in ids for link in links)
    labelled = soup.find_all(attrs={"aria-labelledby": True})
    assert labelled and all(tag["aria-labelledby"] in ids for tag in labelled)
    assert "flow.csv (tables/flow.csv)" in soup.get_text()
    assert soup.select("nav, script") == []
    assert "Synthetische gegevens" in soup.header.get_text()  # what only stands in a margin is not read aloud
    assert "Synthetische gegevens" in re.sub(r"\\[0-9a-f]{6} ", "", soup.style.get_text())


def parts_of(part):
    """The parts of a tagged document, those of a part after it."""
    if "/S" in part:
        yield part
    inside = part.get("/K", [])
    for one in inside if isinstance(inside, list) else [inside]:
        if isinstance(found := one.get_object(), dict):
            yield from parts_of(found)


def test_a_bookmark_of_more_than_a_line_keeps_its_spaces(tmp_path, installed_browser):
    title = " ".join(["Vier op de tien gezinnen"] * 6)
    document = f"<html><title>t</title><style>{css()}</style><h1>{title}</h1></html>"
    print_document(document, tmp_path / "report.pdf", browser=installed_browser)
    assert [one.title for one in pypdf.PdfReader(tmp_path / "report.pdf").outline] == [title]


def test_a_printed_report_has_a_bookmark_for_each_page_and_the_same_bytes_each_time(
    finished, tmp_path, installed_browser
):
    copies = []
    for number in (1, 2):
        path = tmp_path / f"{number}.pdf"
        print_document(printable(finished.out / "en"), path, browser=installed_browser)
        copies.append(path.read_bytes())
    assert copies[0] == copies[1]
    pdf = pypdf.PdfReader(io.BytesIO(copies[0]))
    top = [entry.title for entry in pdf.outline if not isinstance(entry, list)]
    assert top[1:] == ["A title"] * 3 + ["About this report"] and "Family coaching" in top[0]
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"] and pdf.trailer["/Root"]["/Lang"] == "en"
    pictures = [part for part in parts_of(pdf.trailer["/Root"]["/StructTreeRoot"]) if part["/S"] == "/Figure"]
    assert pictures and all(part.get("/Alt") for part in pictures)
    text = "".join(page.extract_text() for page in pdf.pages)
    assert "Synthetic data: no family in this report is real." in text and f"1 / {len(pdf.pages)}" in text
    assert str(tmp_path).encode() not in copies[0] and b"file://" not in copies[0]


def test_how_many_elements_a_browser_made_before_a_table_is_not_in_the_document():
    once, again = (
        b"/CreationDate (D:%s) /ID (node%08d) /ID (node%08d) /Headers [(node%08d)]"
        % (at, first, first + 3, first)
        for at, first in ((b"20260101000000+00'00'", 98), (b"20260102000000+00'00'", 99))
    )
    assert steady(once) == steady(again) != once
    assert re.findall(rb"node(\d+)", steady(once)) == [b"00000000", b"00000001", b"00000000"]


@pytest.mark.usefixtures("installed_browser")
def test_documents_go_into_every_report_and_its_manifest(tmp_path):
    study = Study(tmp_path)
    study.run(pilots=["Leuven", "Bilzen"], each_pilot=True, pdf=True, docx=True)
    reports = [study.out, study.out / "pilots" / "leuven", study.out / "pilots" / "bilzen"]
    for report in reports:
        manifest = json.loads((report / "manifest.json").read_text(encoding="utf-8"))
        for name in ("report.pdf", "report.docx"):
            assert name in manifest["outputs"] and manifest["seconds"][name] > 0


def test_without_a_browser_pdf_stops_before_anything_runs(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    study = Study(tmp_path)
    with pytest.raises(RunError, match="--pdf: .*apt install chromium"):
        study.run(pdf=True)
    assert not study.out.parent.exists()


def test_without_pandoc_docx_stops_before_anything_runs(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pypandoc", None)
    study = Study(tmp_path)
    with pytest.raises(RunError, match=r"--docx: needs .*gezinscoach\[word\]"):
        study.run(docx=True)
    assert not study.out.parent.exists()


def test_a_browser_that_fails_is_named(tmp_path):
    with pytest.raises(RunError, match="--pdf: false could not print"):
        print_document("<html><main><h1>x</h1></main></html>", tmp_path / "report.pdf", browser="false")
    assert not (tmp_path / "report.pdf").exists()


# ---- verified later -------------------------------------------------------------------------------------


def verify(*arguments):
    result = CliRunner().invoke(main, ["verify", *map(str, arguments)])
    return result.exit_code, result.output


def test_a_report_that_nobody_touched_agrees_with_its_manifest(finished):
    code, said = verify(finished.out, "--raw", finished.raw)
    assert code == 0 and re.fullmatch(r"\d+ files agree with the manifest, 0 do not\n", said)
    code, said = verify(finished.out / "en" / "pilots" / "leuven")
    assert code == 0 and "inputs: not here, so not compared (4 files); --raw says where they are\n" in said


def test_whatever_changed_is_named(tmp_path):
    study = Study(tmp_path)
    study.run()
    (study.out / "tables" / "flow.csv").write_text("stage,families\nregistered,4\n", encoding="utf-8")
    (study.out / "index.html").unlink()
    (study.out / "more.txt").write_text("x", encoding="utf-8")
    (study.raw / "huishouden.csv").write_text("x", encoding="utf-8")
    manifest = json.loads((study.out / "manifest.json").read_text(encoding="utf-8"))
    manifest["reference"]["kansarmoede.yml"] = "0" * 64
    (study.out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    code, said = verify(study.out, "--raw", study.raw)
    assert code == 1
    assert said.splitlines()[:-1] == [
        "more.txt: is no file that the run wrote",
        "klein/index.html: is missing",
        "klein/tables/flow.csv: is not what the run read or wrote",
        "klein/huishouden.csv: is not what the run read or wrote",
        "reference/kansarmoede.yml: is not what the run read or wrote",
    ]


@pytest.mark.parametrize("manifest", [None, "{}", '{"made_by": "gezinscoach", "outputs": [1]}'])
def test_what_is_no_report_cannot_be_verified(tmp_path, manifest):
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    code, said = verify(tmp_path)
    assert code == 1 and "manifest.json" in said and "Traceback" not in said


def test_a_manifest_cannot_lead_out_of_the_report(tmp_path):
    outside = tmp_path / "secret.txt"
    outside.write_text("x", encoding="utf-8")
    study = Study(tmp_path)
    study.run()
    path = study.out / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["outputs"]["../../secret.txt"] = "0" * 64
    path.write_text(json.dumps(manifest), encoding="utf-8")
    code, said = verify(study.out, "--raw", study.raw)
    assert code == 1 and "../../secret.txt: leads out of klein" in said
