"""What is wrong with an export is told alike of the whole and of its partitions; disks fail and fill."""

import errno
import io
import os
import random
import time
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pandas as pd
import pytest

from datasets import write_dataset
from helpers import files, partitions
from helpers import run as pipeline
from helpers.cleaning import CleanError, rules
from helpers.errors import PipelineError
from helpers.export.messages import ExportError
from helpers.files import CLEANED_WITH, FileError, csv_text
from helpers.folders import RunError
from helpers.parameters import PARAMETERS
from helpers.partitions import WORKERS, PartError, each
from helpers.pseudonyms import Key
from helpers.run import _execute
from helpers.study import Study

USUAL = {name: PARAMETERS[name].default for name in CLEANED_WITH}
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture(autouse=True)
def here(monkeypatch):
    """All work in this process, in blocks of a few rows, and of each partition what is asked for."""
    monkeypatch.setenv(WORKERS, "1")
    monkeypatch.setattr("helpers.export.csv_blocks.BLOCK", 1_000)
    monkeypatch.setattr("helpers.export.csv_blocks.TOGETHER", 1)
    monkeypatch.setattr(partitions.StudyInParts, "_first", [])


def home(number, **cells):
    row = {"gezin": f"LEU-{number:03d}", "pilootproject": "Leuven", "datum": "2022-05-01"}
    return row | dict.fromkeys(("inkomen", "schulden", "voeding", "veiligheid"), 3) | cells


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    """An export of a few families."""
    homes = [home(number) for number in range(1, 30)] + [home(7, datum="2022-12-01", inkomen=4)]
    persons = {"volwassene": [home(2, persoon="V1", stress=1)], "kind": [home(3, persoon="K1", stress=5)]}
    return write_dataset(tmp_path_factory.mktemp("few") / "raw", huishouden=homes, **persons)


def refused(raw, **given):
    with pytest.raises(PipelineError) as error:
        Study.clean(raw, **given)
    return type(error.value), str(error.value)


# ---- told alike


def numbered(texts, **given):
    """Households of which the first ones have other numbers, or those from a place on."""
    start = given.pop("start", 0)
    homes = [home(number, registratie_id=number) for number in range(1, 100)]
    for row, text in zip(homes[start:], texts, strict=False):
        row["registratie_id"] = text
    return {"huishouden": homes, "kind": [home(1, persoon="K1", registratie_id="x")], **given}


NUMBERS = {
    "blank in the first blocks": numbered([""] * 60),
    "blank in the last blocks": numbered([""] * 60, start=39),
    "blank in the first blocks, letters below": numbered([""] * 60 + ["R1"] * 39),
    "letters in the first blocks, blank below": numbered(["R1"] * 50 + [""] * 49),
    "blank everywhere": numbered([""] * 99),
    "shortened in the first blocks": numbered(["1E+05"] * 60),
    "shortened everywhere": numbered(["1E+05", "2E+05"] * 50),
    "shortened first, letters below": numbered(["1E+05"] * 50 + ["R1"] * 49),
    "a total in the middle, and one below": numbered([""] * 2 + ["som"], start=90),
    "and a column that is not there": numbered([""] * 60, rename={"huishouden.datum": "Dag"}),
    "and a wrong dataset.yml": numbered(
        [""] * 60,
        dataset_yml={"exported_on": "gisteren"},
        volwassene=[home(1, persoon="V1", datum="44682", registratie_id=1)],
    ),
}


@pytest.mark.parametrize("given", NUMBERS.values(), ids=NUMBERS)
def test_numbers_that_are_none_are_told_of_the_whole_column(tmp_path, given, monkeypatch):
    raw = write_dataset(tmp_path / "raw", **given)
    whole = refused(raw)
    monkeypatch.setattr(partitions, "read_export", None)  # it is read in blocks
    assert refused(raw, partitions=3) == whole and len(whole[1].splitlines()) >= 2


def test_a_header_that_stands_lower_is_told_once(tmp_path, monkeypatch):
    raw = write_dataset(tmp_path / "raw", **numbered([""] * 60))
    path = raw / "huishouden.csv"
    text = path.read_text(encoding="utf-8")
    above = ";".join(f"k{place}" for place in range(text.splitlines()[0].count(";") + 1))
    path.write_text(f"{above}\n{text}", encoding="utf-8")
    whole = refused(raw)
    assert "which are in row 2" in whole[1]
    monkeypatch.setattr(partitions, "read_export", None)
    assert refused(raw, partitions=3) == whole


def test_a_header_alone_is_in_a_code_page_too(tmp_path, monkeypatch):
    raw = write_dataset(tmp_path / "raw", encoding="cp1252", rename={"huishouden.inkomen": "inkomen €"})
    whole = refused(raw)
    assert "(`inkomen €` is there)" in whole[1]
    monkeypatch.setattr(partitions, "read_export", None)
    assert refused(raw, partitions=3) == whole


ODD = {
    "is no quoted text": (
        lambda line: line.replace(";3;", ';3"3;', 1),
        "row 61: a quotation mark stands nei",
    ),
    "is too long": (lambda line: f"{line};9", "or one below it has more or fewer cells than the header"),
    "is too short": (lambda line: line[:20], "or one below it has more or fewer cells than the header"),
    "has a NUL": (lambda line: f"{line[:-1]}\0", "it holds NUL bytes"),
}


@pytest.mark.parametrize(("damage", "told"), ODD.values(), ids=ODD)
def test_of_an_export_that_is_too_large_it_is_told_which_row_is_odd(tmp_path, monkeypatch, damage, told):
    raw = write_dataset(tmp_path / "raw", huishouden=[home(number) for number in range(1, 100)])
    path = raw / "huishouden.csv"
    above, *lines = ["sep=;", *path.read_text(encoding="utf-8").splitlines()]
    lines[59] = damage(lines[59])
    path.write_text("\n".join([above, *lines]), encoding="utf-8")
    monkeypatch.setattr("helpers.export.content.LARGEST_TABLE", 1_000)
    monkeypatch.setattr("helpers.export.files.LARGEST_TABLE", 1_000)
    first, second = refused(raw, partitions=3)[1].splitlines()
    assert first.startswith("huishouden.csv") and told in first
    assert second.startswith("huishouden.csv: it has ") and "more than 1,000" in second


def test_a_file_that_is_cut_short_in_a_quoted_text_is_refused(tmp_path, monkeypatch):
    raw = write_dataset(tmp_path / "raw", huishouden=[home(number) for number in range(1, 100)])
    path = raw / "huishouden.csv"
    path.write_text(path.read_text(encoding="utf-8").rstrip().rpartition(";")[0] + ';"3', encoding="utf-8")
    whole = refused(raw)
    assert "row 100, column `veiligheid`: a quotation mark is opened here and not closed" in whole[1]
    assert refused(raw, partitions=3) == whole
    monkeypatch.setattr("helpers.export.content.LARGEST_TABLE", 1_000)
    monkeypatch.setattr("helpers.export.files.LARGEST_TABLE", 1_000)
    told = refused(raw, partitions=3)[1]
    assert "row 100: a quotation mark that is opened here or above is not closed" in told


def test_rows_that_a_quotation_mark_takes_with_it_are_told(tmp_path, monkeypatch):
    raw = write_dataset(tmp_path / "raw", huishouden=[home(number, inkomen="x") for number in range(1, 100)])
    path = raw / "huishouden.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[60], lines[80] = lines[60].replace("x", '"x'), lines[80].replace("x", 'x"')
    path.write_text("\n".join(lines), encoding="utf-8")
    whole = refused(raw)
    assert "row 61, column `inkomen`" in whole[1] and "closed 20 lines further down" in whole[1]
    monkeypatch.setattr(partitions, "read_export", None)
    assert refused(raw, partitions=3) == whole


def test_a_file_that_is_not_there_is_told_with_the_faults_of_the_others(tmp_path, monkeypatch):
    raw = write_dataset(tmp_path / "raw", **numbered([""] * 60))
    (raw / "volwassene.csv").rename(raw / "volwassenen.csv")
    whole = refused(raw)
    monkeypatch.setattr(partitions, "read_export", None)
    assert refused(raw, partitions=3) == whole and len(whole[1].splitlines()) == 3


def remarks(raw, **given):
    study = Study.clean(raw, **given)
    return [(one.kind, one.text("en")) for one in study.export_counts.export.remarks]


def test_what_is_odd_is_told_in_the_same_order(tmp_path, monkeypatch):
    """A copy lies beside the files, one is in a code page, many rows are blank, and all of one sheet."""
    blank, label = [{"registratie_id": ""}] * 300, "Geïntegreerd of sociaal/recreatief gebruik"
    homes = [home(1, inkomen="1-mrt"), *blank, home(2, inkomen="be?t"), home(3)]
    adults = [home(number, persoon="V1", middelengebruik=label) for number in range(1, 30)]
    sheets = {"huishouden": homes, "volwassene": adults, "kind": blank}
    raw = write_dataset(tmp_path / "raw", **sheets, encoding="cp850")
    (raw / "kind (1).csv").write_text("x", encoding="utf-8")
    whole = remarks(raw)
    kinds = [kind for kind, _ in whole]
    assert kinds == ["code_page", "unread_file", "question_marks", "made_dates", "no_rows"]
    monkeypatch.setattr(partitions, "read_export", None)
    assert remarks(raw, partitions=3) == whole


def told_by_runs(tmp_path, monkeypatch, **given):
    """Run a study of an export that is not large, and of the same one that is; give what each tells."""
    raw, told = write_dataset(tmp_path / "raw", **given), []
    for large in (2**27, 10):
        monkeypatch.setattr("helpers.export.LARGE", large)
        stream = io.StringIO()
        with pytest.raises(PipelineError) as error:
            pipeline.run(raw, tmp_path / "out", clean_folder=tmp_path / "clean", stream=stream)
        told.append([*stream.getvalue().splitlines(), *str(error.value).splitlines()])
    return told


@pytest.mark.parametrize("synthetic", [True, False])
def test_a_run_tells_what_is_odd_and_what_is_lost(tmp_path, monkeypatch, synthetic):
    homes = [home(number, inkomen="A3", onderhoud_woning=3) for number in range(1, 30)]
    given = {"kind": [home(1, persoon="K1")], "dataset_yml": {"synthetic": synthetic}}
    whole, parts = told_by_runs(tmp_path, monkeypatch, huishouden=homes, **given)
    assert whole == parts and "warning: volwassene.csv: has a header and not a single row" in whole
    assert whole[-2].startswith("Items that lose more than 20% of their cells")


@pytest.mark.parametrize("synthetic", [True, False])
def test_a_run_that_would_describe_nobody_stops(tmp_path, monkeypatch, synthetic):
    homes = [home(number, inkomen="") for number in range(1, 30)]
    given = {"huishouden": homes, "dataset_yml": {"synthetic": synthetic}}
    whole, parts = told_by_runs(tmp_path, monkeypatch, **given)
    assert whole == parts and "29 too few known household items at the start" in whole[-1]


def test_a_run_tells_all_faults_at_once(tmp_path, monkeypatch):
    """Those of dataset.yml, which are seen before, with those of the rows."""
    given = {"huishouden": [home(1, registratie_id="x")], "dataset_yml": {"columns": {"datm": "x"}}}
    whole, parts = told_by_runs(tmp_path, monkeypatch, **given)
    assert whole == parts and len(whole) == 2


def test_a_file_that_cannot_be_read_to_its_end_is_told(tmp_path, monkeypatch):
    raw = write_dataset(tmp_path / "raw", huishouden=[home(number) for number in range(1, 100)])

    def fails(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("helpers.export.csv_blocks._is_utf8", fails)
    kind, told = refused(raw, partitions=3)
    assert kind is ExportError and told.splitlines()[0].startswith(
        "huishouden.csv: it cannot be read (Input/output error)"
    )


@pytest.mark.parametrize("layout", ["csv", "xlsx"])
def test_numbers_of_several_rows_are_told_at_once(tmp_path, layout):
    """One is on rows of one family, one of two families, and on a row that is rejected."""
    homes = [home(number, registratie_id=number) for number in range(1, 40)]
    homes[20] |= {"registratie_id": 4}
    homes[25] |= {"registratie_id": 4, "datum": "gisteren"}
    homes[30] |= {"gezin": "LEU-008", "registratie_id": 8, "inkomen": 1}
    adults = [home(number, persoon="V1", stress=2, registratie_id=number % 38) for number in range(1, 40)]
    raw = write_dataset(tmp_path / "raw", huishouden=homes, volwassene=adults, layout=layout)
    file = (raw / "export.xlsx" if layout == "xlsx" else raw / "huishouden.csv").name
    kind, told = refused(raw)
    assert told.startswith(f"{file}, huishouden, rows 5, 22, column `registratie_id`: 4 stands on rows that ")
    assert "(numbers that do so: 2)" in told and len(told.splitlines()) == 2
    for number in (1, 2, 7):
        assert refused(raw, partitions=number) == (kind, told)


def test_too_many_cells_without_a_level_are_told_as_of_the_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(rules, "MOST_NO_LEVELS", 3)
    most = [home(number, voeding="" if number < 9 else "goed", veiligheid="a") for number in range(1, 20)]
    raw = write_dataset(tmp_path / "most", huishouden=most)
    kind, told = refused(raw)
    assert (
        "row 10, column `voeding`: no level stands here, nor in 29 more cells of this export, of 68" in told
    )
    for number in (1, 5):
        assert refused(raw, partitions=number) == (kind, told)


def test_cells_without_a_level_are_many_or_few_by_all_partitions(tmp_path, monkeypatch):
    """One partition would be refused by itself, and all together are not."""
    monkeypatch.setattr(rules, "MOST_NO_LEVELS", 2)
    rows = [home(number, **({"inkomen": "a", "schulden": "b", "voeding": "c"} if number == 5 else {}))
            for number in range(1, 30)]  # fmt: skip
    raw = write_dataset(tmp_path / "few", huishouden=rows)
    whole, parts = Study.clean(raw), Study.clean(raw, partitions=20)
    assert csv_text(parts.cleaned.rejected) == csv_text(whole.cleaned.rejected)
    assert len(whole.cleaned.rejected) == 3


CELLS = {
    "registratie_id": ["", "x", "1E+05", "7", "8", "1,0"],
    "gezin": ["", "leu 7", "LEU--7", "TEST-1", "3-jan", "LEU-008"],
    "pilootproject": ["", "Luven", "bilzen"],
    "datum": ["", "20220501", "44682", "1-5-22", "gisteren", "2030-01-01", "2022-06-01"],
    "persoon": ["", "v1", "K1"],
    "inkomen": ["", "0", "A3", "40%", "goed", "3-mrt", "Ã©", "be?t", "n.v.t."],
    "stress": ["5", "6", "slecht", "\ufffd"],
    "Extra": ["", "x"],
}


def damaged(folder, draw):
    """Write an export of which some cells, columns, rows and files are not as they should be."""
    day = {"datum": draw.choice(("2022-05-01", "20220501"))}
    homes = [home(number % 20, registratie_id=number, **day) for number in range(1, 60)]
    adults = [home(number, persoon="V1", stress=2, **day) for number in range(1, 50)]
    for _ in range(draw.randint(1, 4)):
        rows, name = draw.choice((homes, adults)), draw.choice(list(CELLS))
        first = draw.choice((0, len(rows) // 2))
        for row in draw.choice((rows, rows[first : first + 25], draw.sample(rows, 2))):
            row[name] = draw.choice(CELLS[name])
        rows[first:first] = [{"registratie_id": ""}] * draw.choice((0, 0, 60))
        rows += draw.choice(([], [rows[-1] | {"registratie_id": 900}], [rows[1]]))
    raw = write_dataset(folder, huishouden=homes, volwassene=adults)
    path = raw / draw.choice(("huishouden.csv", "kind.csv"))
    lines = path.read_text(encoding="utf-8").splitlines()
    odd = {
        "a copy": lines,
        "a total": [*lines, "Totaal;1"],
        "a quotation mark": [*lines[:-1], 'x"y"' + lines[-1]],
    }
    kind = draw.choice((None, None, None, "none", *odd))
    if kind == "none":
        path.unlink()
    elif kind:
        path = path.with_name("kopie.csv") if kind == "a copy" else path
        path.write_text("\n".join(odd[kind]), encoding="utf-8")
    return raw


def all_told(raw, **given):
    """Give all that is told of an export, or why it is refused."""
    try:
        study = Study.clean(raw, **given)
    except PipelineError as error:
        return type(error), str(error)
    told = [one.text("en") for one in (*study.export_counts.export.remarks, *study.doubts)]
    return told, [csv_text(getattr(study.cleaned, name)) for name in ("rejected", "cleaning_log", "families")]


def test_whatever_is_damaged_is_told_alike(tmp_path):
    refusals = 0
    for seed in range(24):
        raw = damaged(tmp_path / f"raw-{seed}", random.Random(seed))
        whole = all_told(raw)
        assert all_told(raw, partitions=1 + seed % 4) == whole, seed
        refusals += isinstance(whole[0], type)
    assert 6 < refusals < 18


# ---- the disk


@contextmanager
def limited(what, number):
    """Let this process have no more than some number of something, as `ulimit` does."""
    resource = pytest.importorskip("resource")
    kind = getattr(resource, what)
    before = resource.getrlimit(kind)
    resource.setrlimit(kind, (number, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(kind, before)


def test_more_partitions_than_files_that_may_be_open(tmp_path):
    rows = [home(number) for number in range(1, 200)]
    raw = write_dataset(tmp_path / "raw", huishouden=rows)
    opened = len(os.listdir("/dev/fd"))
    with limited("RLIMIT_NOFILE", opened + 30):
        shell = partitions.split(raw, tmp_path / "into", 1_100)
    places = partitions.places_in(tmp_path / "into")
    assert [int(place.name) for place in places] == list(range(1_100))
    sizes = {place: (place / partitions.RAW / "huishouden.arrows").stat().st_size for place in places}
    filled = [place / partitions.RAW for place, size in sizes.items() if size > min(sizes.values())]
    for place in filled:
        partitions._mark_done(place)
    found = pd.concat([partitions.read_part(place, shell).tables["huishouden"] for place in filled])
    assert sorted(found["gezin"]) == [row["gezin"] for row in rows]


def stopped_after_the_split(raw, tmp_path, monkeypatch):
    """Split the export, and stop at the second partition; give the folder of all."""
    clean_part = partitions.clean_part

    def stops(folder, **given):
        if folder.name == "001":
            raise KeyboardInterrupt
        return clean_part(folder, **given)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(partitions, "clean_part", stops)
        Study.clean(raw, tmp_path / "clean", partitions=3)
    return tmp_path / ".clean.parts"


def cut(path):
    path.write_bytes(path.read_bytes()[:-20])


def changed(path):
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)


def test_partitions_are_there_until_all_else_is_written(raw, tmp_path, monkeypatch):
    """The disk is full when families for comparison are written, after all partitions were cleaned."""
    beside = write_dataset(tmp_path / "beside", huishouden=[home(99)])
    clean, given = tmp_path / "clean+comparison-beside", {"comparison": beside, "partitions": 3}

    def full(cleaned, folder):
        if folder.name == "comparison":
            raise FULL
        write_clean(cleaned, folder)

    write_clean = files.write_clean
    with monkeypatch.context() as patch:
        patch.setattr(files, "write_clean", full)
        kind, _ = refused(raw, clean=tmp_path / "clean", **given)
    assert kind is FileError and not clean.exists()
    monkeypatch.setattr(partitions, "split", None)
    monkeypatch.setattr(partitions, "WAIT", 0)
    assert Study.clean(raw, tmp_path / "clean", **given).folder == clean
    assert sorted(path.name for path in tmp_path.iterdir()) == ["beside", clean.name]


def test_a_run_that_stops_after_its_cleaning_goes_on_with_it(raw, tmp_path, monkeypatch):
    """Its second report is not cleaned for anew either, and neither is that of the next run."""
    monkeypatch.setattr("helpers.export.LARGE", 10)
    beside = write_dataset(tmp_path / "beside", huishouden=[home(98), home(99)])
    counts = []

    def stops(jobs, *_, **__):
        for job in jobs:
            if job.name == "01_cleaning":
                study = Study.clean(raw, job.parameters["clean"], comparison=beside)
                counts.append(pd.concat([study.counts["flow"], study.others.counts["flow"]]))
        raise RunError("stopped")

    monkeypatch.setattr(_execute, "execute_all", stops)
    split, times = partitions.split, []
    monkeypatch.setattr(partitions, "split", lambda *given: times.append(given) or split(*given))
    for _ in range(2):
        with pytest.raises(RunError, match="stopped"):
            places = {"clean_folder": tmp_path / "clean", "languages": ["nl", "en"], "comparison": beside}
            pipeline.run(raw, tmp_path / "out", stream=io.StringIO(), **places)
    assert len(times) == 2
    assert len(counts) == 4 and all(one.equals(counts[0]) for one in counts)
    left = sorted(path.name for path in (tmp_path / "clean").iterdir())
    assert left == [".raw+comparison-beside.comparison.parts", ".raw+comparison-beside.parts"]


def test_a_run_that_is_killed_when_all_is_in_its_place_leaves_no_codes(raw, tmp_path, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(partitions.StudyInParts, "_kept_in", killed)
        Study.clean(raw, tmp_path / "clean", partitions=3, key=Key(b"not a secret, as it stands here"))
    assert {path.suffix for path in tmp_path.glob("clean+key*/**/*") if path.is_file()} == {
        ".json",
        ".parquet",
    }


@pytest.mark.parametrize("damage", [cut, changed, Path.unlink])
@pytest.mark.parametrize(
    "file",
    [
        *("001/raw/kind.arrows", "001/raw/done.json", "000/study.json", "000/states.parquet"),
        *("split.pickle", "mark"),
    ],
)
def test_what_is_damaged_after_a_stop_is_split_again(raw, tmp_path, monkeypatch, damage, file):
    work = stopped_after_the_split(raw, tmp_path, monkeypatch)
    damage(work / file)
    split, again = partitions.split, []
    monkeypatch.setattr(partitions, "split", lambda *given: again.append(given) or split(*given))
    study = Study.clean(raw, tmp_path / "clean", partitions=3)
    assert len(again) == 1 and study.states.equals(Study.clean(raw).states)


def test_rows_that_are_damaged_on_the_way_are_told_with_what_to_do(raw, tmp_path, monkeypatch):
    mark_done = partitions._mark_done

    def damages(folder):
        mark_done(folder)
        if folder.parent.name == "001":
            cut(folder / "kind.arrows")

    with monkeypatch.context() as patch:
        patch.setattr(partitions, "_mark_done", damages)
        kind, told = refused(raw, clean=tmp_path / "clean", partitions=3)
    assert kind is PartError and "001/raw: the rows of the export are not there as they were written" in told
    assert not list(tmp_path.iterdir())


def test_a_disk_that_is_full_when_an_export_is_split(raw, tmp_path):
    with limited("RLIMIT_FSIZE", 2_000):
        kind, told = refused(raw, clean=tmp_path / "clean", partitions=3)
    assert kind is FileError and not list(tmp_path.iterdir())
    said = (
        f"{tmp_path}/.clean.parts: the clean data cannot be written ({os.strerror(errno.EFBIG)}). Make room"
    )
    assert told.startswith(said)
    assert Study.clean(raw, tmp_path / "clean", partitions=3).states.equals(Study.clean(raw).states)


@pytest.mark.parametrize("full_at", ["notes.parquet", "export_counts.pickle", "done.json", "together.pickle"])
def test_a_disk_that_is_full_when_a_partition_is_cleaned(raw, tmp_path, monkeypatch, full_at):
    """Half of a file is written; what was done before stays done."""
    work, write = tmp_path / ".clean.parts", Path.open
    done = work / "000" / "states.parquet"

    def full(path, mode="r", *given, **more):
        if mode[0] == "w" and path.parent == work / "001" and path.name == full_at:
            with write(path, mode, *given, **more) as file:
                file.write("half" if "b" not in mode else b"half")
            raise FULL
        return write(path, mode, *given, **more)

    to_parquet = pd.DataFrame.to_parquet

    def full_parquet(table, path=None, **given):
        if path == work / "001" / full_at:
            path.write_bytes(b"half")
        return to_parquet(table, path, **given)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", full)
        patch.setattr(pd.DataFrame, "to_parquet", full_parquet)
        kind, told = refused(raw, clean=tmp_path / "clean", partitions=3)
    assert kind is FileError and told.startswith(f"{work}: the clean data cannot be written (No space left")
    before = done.stat().st_mtime_ns
    monkeypatch.setattr(partitions, "split", None)  # it goes on from there
    study = Study.clean(raw, tmp_path / "clean", partitions=3)
    assert (tmp_path / "clean" / "parts" / "000" / "states.parquet").stat().st_mtime_ns == before
    assert study.states.equals(Study.clean(raw).states)


def test_a_disk_that_is_full_when_a_partition_is_counted(raw, tmp_path):
    study = Study.clean(raw, tmp_path / "clean", partitions=2)
    with (
        limited("RLIMIT_FSIZE", 1_000),
        pytest.raises(FileError, match=r"cannot be written \(File too large"),
    ):
        _ = study.counts["figure_02"]
    assert not [path for path in (tmp_path / "clean").rglob("*") if path.name.startswith(".figure")]
    assert not list((tmp_path / "clean" / "parts").glob("*/.made/*"))
    assert len(study.counts["figure_02"])


def test_what_is_killed_while_it_counts_leaves_nothing_but_clean_data(raw, tmp_path, monkeypatch):
    study = Study.clean(raw, tmp_path / "clean", partitions=2)

    def killed(*_, **__):
        files.check_clean(tmp_path / "clean", raw)
        raise KeyboardInterrupt

    monkeypatch.setattr(partitions, "count_part", killed)
    with pytest.raises(KeyboardInterrupt):
        _ = study.counts["flow"]


@pytest.mark.parametrize("other", [{"partitions": 2}, {}])
def test_a_study_whose_partitions_were_replaced_is_to_be_opened_again(raw, tmp_path, other):
    study = Study.clean(raw, tmp_path / "clean", partitions=3)
    _ = study.counts["flow"]
    Study.clean(raw, tmp_path / "clean", **other)
    for ask in (lambda: study.counts["figure_02"], lambda: study.cleaned, lambda: study.states):
        with pytest.raises(CleanError, match="clean: another run has put other clean tables there"):
            ask()
    assert len(Study.open(tmp_path / "clean").families) == len(Study.clean(raw).families)


@pytest.mark.parametrize("damage", [cut, Path.unlink])
def test_counts_that_are_damaged_are_made_again(raw, tmp_path, damage):
    counts = Study.clean(raw, tmp_path / "clean", partitions=3).counts["flow"]
    for kept in (tmp_path / "clean").glob("parts/*/.made/counts-flow-*"):
        damage(kept)
    (tmp_path / "clean" / "parts" / ".ipynb_checkpoints").mkdir()
    assert Study.open(tmp_path / "clean").counts["flow"].equals(counts)


# ---- workers


def works(job):
    """Fail, or write after a while."""
    path, seconds = job
    time.sleep(seconds)
    if path is None:
        raise PipelineError("this one fails")
    path.touch()


def test_nothing_is_written_any_more_when_a_job_has_failed(tmp_path, monkeypatch):
    """Of workers of a cluster nobody waits for those that run, unless it is done here."""

    @contextmanager
    def cluster():
        yield pool, lambda: 1

    monkeypatch.setattr(partitions, "_executor", cluster)
    with ThreadPoolExecutor(2) as pool:
        jobs = [(None, 0.1), (tmp_path / "begun", 0.5), *((tmp_path / f"{n}", 0) for n in range(5))]
        with pytest.raises(PipelineError, match="this one fails"):
            each(works, jobs, "working")
        assert [path.name for path in tmp_path.iterdir()] == ["begun"]
        time.sleep(0.2)
        assert [path.name for path in tmp_path.iterdir()] == ["begun"]
        each(works, jobs[1:], "working")
        assert len(list(tmp_path.iterdir())) == 6


def test_workers_may_die_as_often_as_they_like_while_more_gets_done(monkeypatch):
    """Each job fails the first time, as when another worker is lost every hour."""
    begun = set()

    def works(job):
        if job not in begun:
            begun.add(job)
            raise BrokenExecutor
        return job

    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(partitions, "_executor", lambda: nullcontext((pool, lambda: 1)))
        assert each(works, range(12), "counting") == list(range(12))


def test_workers_may_go_and_come(monkeypatch):
    """At first there are four, then none, then one."""
    there = iter([4, 0, 0, *[1] * 20])

    @contextmanager
    def cluster():
        yield pool, lambda: next(there)

    monkeypatch.setattr(partitions, "_executor", cluster)
    with ThreadPoolExecutor(2) as pool:
        assert each(abs, [-number for number in range(12)], "counting") == list(range(12))
