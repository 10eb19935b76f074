"""Personal data: pseudonyms by a key, private folders, what git ignores, and a published run without any."""

import hashlib
import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from functools import cache, partial
from html import unescape

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from PIL import Image
from pypdf import PdfReader

from datasets import write_dataset
from helpers import cleaning, pseudonyms
from helpers import run as pipeline
from helpers.definitions import ROOT, load_definitions
from helpers.export import read_export
from helpers.folders import internal_folder
from helpers.pseudonyms import Key, KeyFileError, pseudonyms_of, read_key
from helpers.run import RunError
from helpers.run._documents import BROWSERS
from helpers.run._pages import TEMPLATES
from helpers.study import Study
from hostile_export import TITLE, write_hostile
from small_notebooks import READ_CLEAN, WRITE_CLEAN, WRITE_FLOW, write_notebooks

SECRET = b"a secret of some thirty-two bytes"
KEY = Key(SECRET)
WITH_KEY = f"+key-{KEY.fingerprint}"  # clean tables with pseudonyms lie beside those with codes
# how far numbers from draws may lie apart, where the families come in another order
DRAWN = {"maxt_p": 0.03, "adjusted_p": 0.03, "redrawn": 0.1}
POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
LEVELS = dict.fromkeys("schulden voeding veiligheid inkomen onderhoud_woning".split(), 3)


def row(family, day="2022-05-01", **cells):
    return {"gezin": family, "pilootproject": "Leuven", "datum": day, **LEVELS, **cells}


def person(code, family, day="2022-05-01", **cells):
    return {"gezin": family, "pilootproject": "Leuven", "datum": day, "persoon": code, "stress": 2, **cells}


def cleaned(folder, key=KEY, **sheets):
    definitions = load_definitions()
    return cleaning.clean(read_export(write_dataset(folder, **sheets), definitions), definitions, key=key)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


# ---- the pseudonym -----------------------------------------------------------------------------------------


def hmac_by_hand(secret, message):
    """RFC 2104: H(K xor opad, H(K xor ipad, text)), with K filled up to the block of 64 bytes."""
    filled = secret.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(sign ^ 0x36 for sign in filled) + message).digest()
    return hashlib.sha256(bytes(sign ^ 0x5C for sign in filled) + inner).hexdigest()


def test_a_pseudonym_is_the_keyed_hash_of_the_code():
    assert KEY.family("LEU-007") == "G-" + hmac_by_hand(SECRET, b"family\0LEU-007")[:10]
    assert KEY.person("LEU-007", "V1") == "P-" + hmac_by_hand(SECRET, b"person\0LEU-007\0V1")[:10]


def test_all_spellings_of_a_code_have_one_pseudonym_and_the_same_key_joins_two_exports(tmp_path):
    first = cleaned(tmp_path / "a", huishouden=[row("LEU-007"), row("leu 7", "2022-12-01")])
    second = cleaned(tmp_path / "b", huishouden=[row(" Leu_0007 ", "2023-01-01"), row("LEU-008")])
    assert first.families["family"].tolist() == [KEY.family("LEU-007")]
    assert set(first.families["family"]) < set(second.families["family"])
    other = cleaned(tmp_path / "c", Key(SECRET[::-1]), huishouden=[row("LEU-007")])
    assert set(other.families["family"]).isdisjoint(first.families["family"])


def test_a_person_has_a_pseudonym_within_the_family(tmp_path):
    tables = cleaned(
        tmp_path,
        huishouden=[row("LEU-001"), row("LEU-002")],
        volwassene=[person("V1", "LEU-001"), person(" v1", "LEU-001", "2022-06-01"), person("V1", "LEU-002")],
        kind=[person("V1", "LEU-001")],
    )
    of = tables.persons.set_index(["family", "unit"])["person"]
    one, two = KEY.family("LEU-001"), KEY.family("LEU-002")
    assert of[one, "volwassene"] == of[one, "kind"] == KEY.person("LEU-001", "V1")
    assert of[two, "volwassene"] == KEY.person("LEU-002", "V1") != of[one, "volwassene"]
    assert (tables.families["adults"].tolist(), len(tables.persons)) == ([1, 1], 3)


def test_codes_that_would_share_a_pseudonym_stop_the_run_also_from_different_sheets(tmp_path, monkeypatch):
    monkeypatch.setattr(pseudonyms, "DIGITS", 1)
    codes = [f"LEU-{number:03}" for number in range(1, 200)]
    shared = next(code for code in codes[1:] if KEY.family(code) == KEY.family(codes[0]))
    with pytest.raises(KeyFileError, match="two codes of the export would get the same pseudonym"):
        cleaned(tmp_path, huishouden=[row(codes[0])], kind=[person("K1", shared)])


@pytest.mark.parametrize(
    ("name", "made"), [("person", partial(KEY.person, "LEU-001")), ("coach", partial(KEY.other, "coach"))]
)
def test_persons_of_a_family_and_coaches_do_not_share_a_pseudonym_either(monkeypatch, name, made):
    monkeypatch.setattr(pseudonyms, "DIGITS", 1)
    codes = [f"V{number}" for number in range(1, 200)]
    shared = next(code for code in codes[1:] if made(code) == made(codes[0]))
    rows = {"family": "LEU-001", "person": None, "coach": None, "organisation": None}
    with pytest.raises(KeyFileError, match="two codes of the export would get the same pseudonym"):
        pseudonyms_of(pd.DataFrame(rows | {name: [codes[0], shared]}), KEY)


def test_the_rules_count_and_keep_the_same_rows_with_and_without_a_key(tmp_path):
    """R01, R02, R05 and R06 see the codes; what they reject is the same, but for its values."""
    rows = {
        "huishouden": [
            row("LEU-001"),
            row("LEU--1"),
            row("TEST 3"),
            row("leu 1"),
            row("LEU-002", schulden="9"),
        ],
        "volwassene": [person(" ", "LEU-001"), person("V1", "LEU-001"), person("v1 ", "leu1")],
    }
    plain, hidden = cleaned(tmp_path, None, **rows), cleaned(tmp_path, **rows)
    for name in ("flow", "cases_by_pilot", "cleaning_log"):
        pd.testing.assert_frame_equal(getattr(plain, name), getattr(hidden, name))
    pd.testing.assert_frame_equal(plain.rejected.drop(columns="value"), hidden.rejected.drop(columns="value"))
    assert plain.rejected["value"].dropna().tolist() == ["LEU--1", "TEST 3", "= row 2", "9", " ", "= row 3"]
    assert hidden.rejected["value"].dropna().tolist() == ["= row 2", "= row 3"]
    levels = [table.observations.drop(columns=["family", "person"]) for table in (plain, hidden)]
    assert levels[0].value_counts().sort_index().equals(levels[1].value_counts().sort_index())


def test_a_code_in_a_note_becomes_its_pseudonym_however_it_is_spelled(tmp_path):
    note = "zus van leu 2, zie ook LEU-002; 2 kinderen, niet LEU-003"
    tables = cleaned(tmp_path, huishouden=[row("LEU-001", schulden_toelichting=note), row("LEU-002")])
    name = KEY.family("LEU-002")
    assert tables.notes["text"].tolist() == [f"zus van {name}, zie ook {name}; 2 kinderen, niet LEU-003"]


# ---- the key file ------------------------------------------------------------------------------------------


def key_file(folder, content=SECRET + b"\n"):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "sleutel.txt"
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def test_an_end_of_line_is_no_part_of_the_key(tmp_path):
    names = {
        read_key(key_file(tmp_path, SECRET + end)).family("LEU-001") for end in (b"", b"\n", b"\r\n", b"\n\n")
    }
    assert names == {KEY.family("LEU-001")}


@pytest.mark.parametrize(
    "content", [b"", b"short", b"123456789012345\n", b"x" * 64, b"ab" * 3000, b"\n" * 40]
)
def test_a_weak_key_is_refused_and_not_repeated(tmp_path, content):
    with pytest.raises(KeyFileError, match="is no key of 16 to 4,096 bytes") as caught:
        read_key(key_file(tmp_path, content))
    assert content.decode().strip() == "" or content.decode().strip() not in str(caught.value)


def test_a_key_shows_itself_nowhere():
    assert SECRET.decode() not in f"{KEY!r} {KEY} {[KEY]}"


def test_a_key_inside_the_project_the_export_or_what_a_run_writes_is_refused(tmp_path):
    """Also where git ignores it, and by a link from outside."""
    link = tmp_path / "link"
    link.symlink_to(ROOT / "pyproject.toml")
    for inside in (ROOT / "pyproject.toml", ROOT / "data" / "raw" / "x" / "sleutel.key", link):
        with pytest.raises(KeyFileError, match="the key lies in"):
            read_key(inside)
    raw = write_dataset(tmp_path / "raw", huishouden=[row("LEU-001")])
    for folder in (raw, tmp_path / "clean", tmp_path / "out", tmp_path / "out-internal"):
        with pytest.raises(KeyFileError, match="the key lies in"):
            pipeline.run(raw, tmp_path / "out", clean_folder=tmp_path / "clean", key_file=key_file(folder))
        (folder / "sleutel.txt").unlink()


def test_a_key_that_is_not_there_or_a_folder_is_refused(tmp_path):
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(KeyFileError, match="there is no such file"):
            read_key(path)


# ---- a run with a key --------------------------------------------------------------------------------------

TELL = f"import os\nprint(os.environ.get('{pseudonyms.KEY_FILE}'))"
WRITE_FAMILIES = """\
import pandas as pd
from helpers import pseudonyms
key = pseudonyms.key_of_run()
code = key.family("LEU-001") if key else "LEU-001"
_ = pd.DataFrame({"family": [code]}).to_parquet(f"{clean}/families.parquet")"""
IN_PARTITIONS = f"""\
import os
os.makedirs(f"{{clean}}/parts/000")
{WRITE_FAMILIES.replace("{clean}", "{clean}/parts/000")}"""


def small_run(folder, *, key, write=WRITE_FAMILIES, **options):
    raw = write_dataset(
        folder / "raw" / "klein", huishouden=[row("LEU-001")], dataset_yml={"synthetic": False}
    )
    cells = {"cleaning": (WRITE_CLEAN, write, WRITE_FLOW, TELL), "baseline": (READ_CLEAN, TELL)}
    notebooks = write_notebooks(folder / "notebooks", **cells)
    places = {"notebook_folder": notebooks, "clean_folder": folder / "clean"}
    told = io.StringIO()
    pipeline.run(raw, folder / "report", key_file=key, stream=told, internal=True, **places, **options)
    return told.getvalue()


def printed(report, name):
    cells = json.loads((report / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    return "".join("".join(out.get("text", "")) for out in cells[-1]["outputs"]).strip()


def test_only_the_kernel_that_cleans_is_told_where_the_key_is(tmp_path, monkeypatch):
    key = key_file(tmp_path / "safe")
    monkeypatch.setenv(pseudonyms.KEY_FILE, "/what/a/user/set")
    told = small_run(tmp_path, key=key)
    report = tmp_path / "report-internal"
    assert (printed(report, "01_cleaning"), printed(report, "02_baseline")) == (str(key), "None")
    families = pd.read_parquet(tmp_path / "clean" / f"klein{WITH_KEY}" / "families.parquet")["family"]
    assert families.tolist() == [KEY.family("LEU-001")]
    manifest = json.loads((report / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["dataset"]["pseudonymised"] is True and "can read the key" not in told
    for path in (path for path in report.rglob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        assert "sleutel" not in "".join("".join(cell["source"]) for cell in notebook["cells"])


@pytest.mark.parametrize(
    ("asked", "places"),
    [({"languages": ["nl", "en"]}, ("nl", "en")), ({"each_pilot": True}, ("", "pilots/leuven"))],
)
def test_each_report_of_a_run_is_cleaned_for_with_the_key(tmp_path, asked, places):
    key = key_file(tmp_path / "safe")
    small_run(tmp_path, key=key, **asked)
    reports = [tmp_path / "report-internal" / place for place in places]
    assert {printed(report, "01_cleaning") for report in reports} == {str(key)}
    families = pd.read_parquet(tmp_path / "clean" / f"klein{WITH_KEY}" / "families.parquet")["family"]
    assert families.tolist() == [KEY.family("LEU-001")]


def test_clean_tables_in_partitions_have_the_pseudonyms_of_the_key(tmp_path):
    small_run(tmp_path, key=key_file(tmp_path / "safe"), write=IN_PARTITIONS)
    part = tmp_path / "clean" / f"klein{WITH_KEY}" / "parts" / "000"
    assert pd.read_parquet(part / "families.parquet")["family"].tolist() == [KEY.family("LEU-001")]


@pytest.mark.parametrize("write", [WRITE_FAMILIES, IN_PARTITIONS])
def test_notebooks_that_do_not_know_of_the_key_leave_nothing(tmp_path, write):
    blind = write.replace("if key else", "if False else")
    with pytest.raises(RunError, match="would hold codes of families, not pseudonyms"):
        small_run(tmp_path, key=key_file(tmp_path / "safe"), write=blind)
    assert not (tmp_path / "report-internal").exists() and list(tmp_path.glob("clean/klein*")) == []


@POSIX
def test_a_key_that_others_can_read_is_told_of(tmp_path):
    key = key_file(tmp_path / "safe")
    key.chmod(0o640)
    assert "others on this machine can read the key; keep it to yourself (chmod 600)" in small_run(
        tmp_path, key=key
    )


# ---- private folders, and git ------------------------------------------------------------------------------


@POSIX
@pytest.mark.parametrize(("synthetic", "folder", "file"), [(False, 0o700, 0o600), (True, 0o755, 0o644)])
def test_clean_data_of_real_families_are_for_their_owner_alone(tmp_path, synthetic, folder, file):
    yml = {"synthetic": synthetic}
    raw = write_dataset(tmp_path / "raw", huishouden=[row("LEU-001")], dataset_yml=yml)
    before = os.umask(0o022)
    try:
        Study.clean(raw, tmp_path / "clean" / "x")
    finally:
        os.umask(before)
    assert mode(tmp_path / "clean" / "x") == folder
    assert {mode(path) for path in (tmp_path / "clean" / "x").iterdir()} == {file}


SEE_BUILD = """\
import os, stat
from pathlib import Path
build = next(one for one in Path(output).parents if one.name.endswith(".build"))
print(oct(stat.S_IMODE(build.stat().st_mode)))"""


@POSIX
def test_what_a_run_on_real_data_holds_on_its_way_is_private_and_goes(tmp_path):
    before = os.umask(0o022)
    try:
        small_run(tmp_path, key=None, write=WRITE_FAMILIES + "\n" + SEE_BUILD)
    finally:
        os.umask(before)
    notebook = (tmp_path / "report-internal" / "notebooks" / "01_cleaning.ipynb").read_text(encoding="utf-8")
    assert "0o700" in notebook
    clean = tmp_path / "clean" / "klein"
    assert (mode(clean), {mode(path) for path in clean.iterdir()}) == (0o700, {0o600})
    assert mode(tmp_path / "report-internal") == 0o700
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "clean",
        "notebooks",
        "raw",
        "report-internal",
    ]


@POSIX
def test_what_a_stopped_run_on_real_data_leaves_is_private(tmp_path):
    with pytest.raises(RunError, match=r"report-internal\.failed"):
        small_run(tmp_path, key=None, write="raise ValueError(clean)")
    assert mode(tmp_path / "report-internal.failed") == 0o700


def test_the_temporary_files_of_a_run_are_private_and_removed(tmp_path, monkeypatch):
    """Settings of kernels, connection files and the like, as seen from the kernel and afterwards."""
    scratch, runtime = tmp_path / "tmp", tmp_path / "runtime"
    scratch.mkdir()
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(runtime))
    look = (
        "import os, stat, tempfile\n"
        "places = (tempfile.gettempdir(), os.environ['JUPYTER_RUNTIME_DIR'])\n"
        "seen = [os.path.join(place, name) for place in places for name in os.listdir(place)]\n"
        "print(sorted({oct(stat.S_IMODE(os.stat(one).st_mode) & 0o077) for one in seen}), len(seen))"
    )
    small_run(tmp_path / "run", key=None, write=WRITE_FAMILIES + "\n" + look)
    notebook = (tmp_path / "run" / "report-internal" / "notebooks" / "01_cleaning.ipynb").read_text(
        encoding="utf-8"
    )
    assert os.name == "nt" or "['0o0'] " in notebook
    assert [path.name for folder in (scratch, runtime) for path in folder.iterdir()] == []


IGNORED = """
export.csv Export.XLSX registraties_2023.xls huishouden.tsv leuven.ods export.zip notities.parquet sleutel.key
data/export.xlsx data/huishouden.csv data/leuven/volwassene.csv data/leuven/dataset.yml data/notities.txt
data/raw/leuven/dataset.yml data/raw/leuven/notities.docx data/raw/export.xlsx data/clean/leuven/notes.parquet
data/clean/.leuven.build/notes.parquet reports/leuven/index.html reports/leuven.failed/01_cleaning.ipynb
uitvoer-internal/index.html uitvoer.failed/01_cleaning.ipynb .uitvoer.build/clean/0/study.json docs/export.csv
notebooks/export.xlsx src/helpers/export.csv
""".split()
KEPT = """
data/raw/synthetic/dataset.yml data/raw/synthetic/kind.csv data/raw/synthetic/README.md
data/reference/sociale_balans.csv data/reference/palette.yml reports/README.md tests/hostile/x.xlsx
notebooks/explore.ipynb
""".split()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not there")
def test_git_ignores_real_data_wherever_they_were_dropped(tmp_path):
    """In a repository of its own, so that what is already tracked plays no part."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    shutil.copy(ROOT / ".gitignore", tmp_path)
    asked = subprocess.run(
        ["git", "-C", str(tmp_path), "check-ignore", "--stdin"],
        input="\n".join([*IGNORED, *KEPT]),
        capture_output=True,
        text=True,
    )
    assert asked.stdout.split() == IGNORED


# ---- whole runs with the real notebooks --------------------------------------------------------------------

RUN = """
import sys
from pathlib import Path
from helpers import run as pipeline
place, key, options = Path(sys.argv[1]), sys.argv[2], eval(sys.argv[3])
pipeline.run(Path("."), place / "report", clean_folder=place / "clean",
             key_file=Path(key) if key else None,
             **options | {n: Path(v) for n, v in options.items() if n == "notebook_folder"})
"""
MODULES = """
sitecustomize usercustomize pandas numpy helpers json papermill conftest ipython_config jupyter_config
ipython_kernel_config antigravity matplotlib ipykernel_launcher
""".split()


def plant_programs(raw, mark):
    """Programs that tell that they ran; and settings and templates that a library may look for."""
    program = f"from builtins import open\nopen({str(mark)!r}, 'a').write(__file__)\n"
    for name in MODULES:
        (raw / f"{name}.py").write_text(program)
    for folder in ("profile_default/startup", "notebook", ".git/hooks"):
        (raw / folder).mkdir(parents=True)
    (raw / "profile_default" / "startup" / "00.py").write_text(program)
    (raw / "01_cleaning.ipynb").write_text("{}")
    (raw / "notebook" / "index.html.j2").write_text("<script>alert('template')</script>")
    (raw / "matplotlibrc").write_text("text.usetex: True\n")
    (raw / "pyvenv.cfg").write_text("home = .\n")


def run_from_the_dataset(place, *, key="", **options):
    """A run that is started in the folder of the export, which holds more than an export."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [sys.executable, "-P", "-c", RUN, str(place), str(key), repr(options)]
    done = subprocess.run(command, cwd=place / "boos", env=kept, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The same hostile export with codes and the internal review, and with pseudonyms."""
    pdf = any(shutil.which(name) for name in BROWSERS)
    coded, hidden = tmp_path_factory.mktemp("coded"), tmp_path_factory.mktemp("hidden")
    planted = write_hostile(coded / "boos", synthetic=True)  # the full edition beside the review
    shutil.copytree(coded / "boos", hidden / "boos")
    for place in (coded, hidden):
        plant_programs(place / "boos", place / "executed.txt")
    some = tmp_path_factory.mktemp("some")  # the others show numbers; test_primary looks at every table
    for name in ("01_cleaning", "02_baseline", "03_kansarmoede", "04_transitions", "07_case_review"):
        shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", some)
    run_from_the_dataset(coded, pdf=pdf, internal=True, notebook_folder=str(some))
    for name in ("02_baseline", "03_kansarmoede"):  # a key changes codes, which the others show
        (some / f"{name}.ipynb").unlink()
    key = key_file(tmp_path_factory.mktemp("key"))
    run_from_the_dataset(hidden, key=key, internal=True, notebook_folder=str(some))
    return coded, hidden, planted


def texts_of(report):
    """Everything that a report holds, byte by byte and as what it means, by the file."""
    for path in sorted(path for path in report.rglob("*") if path.is_file()):
        name, content = path.relative_to(report).as_posix(), path.read_bytes()
        yield name, content
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                yield from ((f"{name}!{part}", book.read(part)) for part in book.namelist())
        elif path.suffix == ".png":
            with Image.open(path) as image:
                yield f"{name}!metadata", repr(image.info).encode()
        elif path.suffix == ".ipynb":
            yield f"{name}!text", "\n".join(strings(json.loads(content))).encode()
        elif path.suffix == ".html":
            yield f"{name}!text", unescape(re.sub("<[^>]*>", "", content.decode())).encode()
        elif path.suffix == ".pdf":
            reader = PdfReader(path)
            pages = [page.extract_text() for page in reader.pages]
            yield f"{name}!text", "\n".join([*pages, repr(reader.metadata)]).encode()


@cache
def lowered(report):
    """The same in small letters, read once."""
    return [(name, content.lower()) for name, content in texts_of(report)]


def strings(value):
    """Every string in a notebook."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings(one)


BEGINNING = 5  # letters


def holders(report, words):
    """The places where any of the words is, in whatever case, with a break of line in it or not."""
    wanted: dict[bytes, list[bytes]] = {}  # by how they begin, so that few are looked for one by one
    for word in (word.lower().encode() for word in words):
        wanted.setdefault(word[:BEGINNING], []).append(word)
    found = []
    for name, low in lowered(report):
        near = [word for start, those in wanted.items() if start in low for word in those]
        found += [(name, word.decode()) for word in near if word in low]
    return found


@pytest.mark.slow
def test_nothing_personal_is_in_what_goes_out(runs):
    coded, hidden, planted = runs
    words = [word for found in planted.values() for word in found]
    assert len(words) > 600
    for place in (coded, hidden):
        assert holders(place / "report", words)[:5] == []
    # the search would have found them: the internal review has notes and codes
    inside = {word for _, word in holders(internal_folder(coded / "report"), planted["note"])}
    assert len(inside) > 20
    assert holders(internal_folder(coded / "report"), planted["family"])


@pytest.mark.slow
def test_with_a_key_clean_tables_and_review_hold_pseudonyms_alone(runs):
    coded, hidden, planted = runs
    codes = [*planted["family"], *planted["person"], *planted["coach"], *planted["cell"]]
    folders = {coded: coded / "clean" / "boos", hidden: hidden / "clean" / f"boos{WITH_KEY}"}
    assert all([path] == list(path.parent.iterdir()) for path in folders.values())
    tables = {place: {p.stem: pd.read_parquet(p) for p in folder.glob("*.parquet")}
              for place, folder in folders.items()}  # fmt: skip
    written = {place: "\n".join(table.to_csv() for table in tables[place].values()) for place in tables}
    assert all(code in written[coded].upper() for code in planted["family"])
    assert any(code.upper() in written[coded].upper() for code in planted["coach"])
    assert [code for code in codes if code.upper() in written[hidden].upper()] == []
    assert holders(internal_folder(hidden / "report"), codes)[:3] == []
    assert pseudonyms.are_pseudonyms(tables[hidden]["families"]["family"])
    born = [word for word in planted["birth"] if word in written[hidden]]
    assert born == []


@pytest.mark.slow
def test_with_a_key_every_number_is_the_same_but_for_the_luck_of_the_draw(runs):
    coded, hidden, _ = runs
    paths = sorted((hidden / "report" / "tables").glob("*.csv"))
    assert len(paths) > 10
    for path in paths:
        second, first = pd.read_csv(path), pd.read_csv(coded / "report" / "tables" / path.name)
        drawn = [name for name in first if name in DRAWN or name.endswith("permutation_p")]
        for name in drawn:  # families are turned, and drawn again, in the order of their codes
            apart = (first.pop(name) - second.pop(name)).abs().fillna(0).max()
            assert apart <= DRAWN.get(name, 0.03), (path.name, name)
        pd.testing.assert_frame_equal(first, second, check_exact=False, rtol=1e-9, atol=1e-12, obj=path.name)


@pytest.mark.slow
def test_the_key_and_where_it_is_stand_nowhere(runs):
    _, hidden, _ = runs
    digits = hashlib.sha256(SECRET).hexdigest()
    for folder in (hidden / "report", internal_folder(hidden / "report"), hidden / "clean"):
        assert holders(folder, [SECRET.decode(), SECRET.hex(), digits, "sleutel.txt"]) == []


@pytest.mark.slow
def test_nothing_in_the_folder_of_the_export_is_executed(runs):
    for place in runs[:2]:
        assert not (place / "executed.txt").exists(), (place / "executed.txt").read_text()
        assert "alert('template')" not in (place / "report" / "index.html").read_text(encoding="utf-8")


MARKS = {
    "g",
    "path",
    "rect",
    "line",
    "polyline",
    "circle",
    "text",
    "tspan",
    "title",
    "use",
    "defs",
    "clippath",
}
ELEMENTS = ("script", "iframe", "object", "embed", "base", "form", "svg", "link", "meta[http-equiv]")


@pytest.mark.slow
def test_no_text_of_the_export_becomes_a_tag_a_formula_or_a_template(runs):
    coded, _, _ = runs
    pages = [path for folder in (coded / "report", internal_folder(coded / "report"))
             for path in folder.glob("*.html")]  # fmt: skip
    assert len(pages) >= 9
    for path in pages:
        soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        (own,) = soup.body.find_all("script", recursive=False)
        assert own.get_text().strip() == (TEMPLATES / "report.js").read_text(encoding="utf-8").strip()
        own.decompose()
        for drawing in soup.select("div.drawing > svg"):
            assert {tag.name for tag in drawing.find_all(True)} <= MARKS, path.name
            drawing.decompose()
        assert soup.select(", ".join(ELEMENTS)) == [], path.name
        assert [a for tag in soup.find_all(True) for a in tag.attrs if a.startswith("on")] == [], path.name
        assert all(str(tag["src"]).startswith("data:image/png;base64,") for tag in soup.select("[src]"))
        assert not [
            a["href"] for a in soup.select("a[href]") if str(a["href"]).lower().startswith("javascript")
        ]
    index = BeautifulSoup((coded / "report" / "index.html").read_text(encoding="utf-8"), "html.parser")
    assert TITLE in index.get_text() and TITLE in (coded / "report" / "manifest.json").read_text("utf-8")
    first = (coded / "report" / "01_cleaning.html").read_text(encoding="utf-8")
    assert "{{ 5*9 }} [U+202E]gpj.exe[U+0007]" in first and "\u202e" not in first
    for path in (coded / "report" / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                html = "".join(output.get("data", {}).get("text/html", ""))
                assert BeautifulSoup(html, "html.parser").select("script, img, svg, b, i") == [], path.name
