"""A study in partitions of whole families: the same as in one piece, in any number and on any workers."""

import codecs
import gc
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import fields
from typing import ClassVar

import pandas as pd
import pytest

from datasets import write_dataset
from helpers import partitions
from helpers.cleaning import CleanError, CleanTables
from helpers.definitions import ROOT
from helpers.export.csv_blocks import Irregular, blocks_of
from helpers.export.csv_text import Words, read_csv
from helpers.export.messages import ExportError, Faults, Place
from helpers.files import CLEANED_WITH, WATCHED, FileError, csv_text
from helpers.folders import RunError
from helpers.outputs import add
from helpers.parameters import PARAMETERS, ParameterError
from helpers.partitions import CLUSTER, WORKERS, WorkerError, each
from helpers.pseudonyms import Key
from helpers.study import Cleaning, Study

pytestmark = pytest.mark.usefixtures("few_simulations")

EMBEDDED = ROOT / "data" / "raw" / "synthetic"
OTHER = ROOT / "tests" / "data" / "export-0.3"
USUAL = {name: PARAMETERS[name].default for name in CLEANED_WITH}


@pytest.fixture
def here(monkeypatch):
    """All work in this process."""
    monkeypatch.setenv(WORKERS, "1")


@pytest.fixture
def only_asked(monkeypatch):
    """Of each partition is made what is asked for, and nothing beside it."""
    monkeypatch.setattr(partitions.StudyInParts, "_first", [])


def by_family(table):
    return table.sort_values("family", kind="stable", ignore_index=True)


# ---- the same in any number of partitions


def test_all_tables_are_the_same_in_partitions(here):
    whole, parts = Study.clean(EMBEDDED), Study.clean(EMBEDDED, partitions=2)
    assert not [name for name in whole if csv_text(whole[name]) != csv_text(parts[name])]
    assert parts._data_mark == whole._data_mark
    assert [doubt.text("en") for doubt in parts.doubts] == [doubt.text("en") for doubt in whole.doubts]


@pytest.mark.parametrize("number", [1, 3])
def test_rows_and_counts_are_the_same_in_any_number_of_partitions(number, here, only_asked):
    given = {"pilots": ("Leuven", "Bilzen"), "started_from": "2022-06-01", "within_family": "median"}
    whole, parts = Study.clean(OTHER, **given), Study.clean(OTHER, partitions=number, **given)
    for one in fields(CleanTables):
        expected, found = (getattr(study.cleaned, one.name) for study in (whole, parts))
        pd.testing.assert_frame_equal(found.reset_index(drop=True), expected.reset_index(drop=True))
    pd.testing.assert_frame_equal(parts.states, whole.states)
    for name in ("family_nets", "compared") if number == 3 else ():
        assert parts.family_table(name).equals(by_family(whole.family_table(name)))
    for name in ("score_pairs", "level_moves", "figure_02") if number == 3 else ("flow",):
        pd.testing.assert_frame_equal(parts.counts[name], add([whole.counts[name]]))


def test_families_for_comparison_are_others_in_partitions_too(tmp_path, here, only_asked):
    days = ("2022-05-01", "2022-11-20")
    households = [
        {"gezin": f"LEU-{number:03d}", "pilootproject": "Leuven", "datum": day, "groep": group}
        | dict.fromkeys(("inkomen", "schulden", "voeding", "veiligheid"), 2 + at)
        for number, group in enumerate(("gezinscoach", "vergelijking") * 6)
        for at, day in enumerate(days)
    ]
    raw = write_dataset(tmp_path / "two", huishouden=households)
    whole, parts = Study.clean(raw), Study.clean(raw, partitions=4)
    assert csv_text(parts["flow"]) == csv_text(whole["flow"])
    assert list(parts.cleaned.flow["stage"]) == list(whole.cleaned.flow["stage"])
    found, expected = (study.others.family_table("outcome_changes") for study in (parts, whole))
    assert len(found) and found.equals(by_family(expected))
    for name in ("families", "registrations", "observations", "states"):
        mine, theirs = getattr(parts.others, name), getattr(whole.others, name)
        assert len(mine) and mine.reset_index(drop=True).equals(theirs.reset_index(drop=True)), name
    some = list(whole.others.families["family"][:2])
    assert list(parts.others.select(some).families["family"]) == some


def test_a_partition_without_families_changes_no_type(tmp_path, here, only_asked):
    rows = [{"gezin": "LEU-001", "pilootproject": "Leuven", "datum": "2022-05-01", "inkomen": 3}]
    raw = write_dataset(tmp_path / "one", huishouden=rows)
    whole, parts = Study.clean(raw), Study.clean(raw, partitions=4)
    for name in ("families", "persons"):
        assert getattr(parts, name).dtypes.equals(getattr(whole, name).dtypes), name


def test_what_is_not_regular_is_cleaned_in_partitions_all_the_same(tmp_path, here, only_asked):
    rows = [
        {"gezin": f"LEU-{number:03d}", "pilootproject": "Leuven", "datum": "2022-05-01"}
        | dict.fromkeys(("inkomen", "schulden", "voeding", "veiligheid"), 3)
        for number in range(1, 5)
    ]
    raw = write_dataset(tmp_path / "book", huishouden=rows, layout="xlsx")
    assert len(Study.clean(raw, tmp_path / "clean", partitions=3).families) == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["book", "clean"]
    with pytest.raises(ParameterError, match="partitions -1: expected a whole number up to 1000"):
        Study.clean(raw, partitions=-1)


def test_a_file_that_cannot_be_looked_at_is_told_as_ever(tmp_path):
    raw = write_dataset(tmp_path / "links")
    (raw / "kind.csv").unlink()
    (raw / "kind.csv").symlink_to(tmp_path / "nowhere.csv")
    with pytest.raises(ExportError, match="kind.csv: it is a link that leads nowhere"):
        Study.clean(raw)


def test_a_folder_that_is_not_for_it_is_refused_before_a_row_is_read(tmp_path, here):
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean" / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FileError, match="holds thesis.txt"):
        Study.clean(EMBEDDED, tmp_path / "clean", partitions=2)
    assert [path.name for path in tmp_path.iterdir()] == ["clean"]


def test_a_cleaning_that_was_stopped_goes_on_with_all_and_leaves_no_rows(
    tmp_path, here, only_asked, monkeypatch
):
    """Stopped when the rows of a partition were to be removed; then a partition is lost on the way."""
    whole = Study.clean(EMBEDDED).counts["flow"]

    def stopped(*_, **__):
        raise KeyboardInterrupt

    for lost in (False, True):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(partitions.shutil, "rmtree", stopped)
            Study.clean(EMBEDDED, tmp_path / "clean", partitions=3)
        (work,) = (path for path in tmp_path.iterdir() if path.name.endswith("parts"))
        assert list(work.glob("*/raw"))
        if lost:
            (work / "002").rename(tmp_path / "lost")
        study = Study.clean(EMBEDDED, tmp_path / "clean", partitions=3)
        pd.testing.assert_frame_equal(study.counts["flow"], add([whole]))
        assert not list((tmp_path / "clean").rglob("raw"))


def test_nobody_else_cleans_into_a_folder_until_all_is_in_its_place(tmp_path, here, only_asked, monkeypatch):
    monkeypatch.setattr(partitions, "WAIT", 0)
    first = partitions.clean_study(EMBEDDED, tmp_path / "clean", Cleaning(USUAL), 2)
    with first, pytest.raises(RunError, match="clean"):
        Study.clean(EMBEDDED, tmp_path / "clean", partitions=2)
    assert Study.clean(EMBEDDED, tmp_path / "clean", partitions=2).counts["flow"] is not None


def test_a_choice_of_families_that_there_are_not_is_refused(here, only_asked):
    with pytest.raises(CleanError, match="started_from 2030-01-01: no family was first registered then"):
        Study.clean(EMBEDDED, partitions=2, started_from="2030-01-01")
    with pytest.raises(CleanError, match="Gent not in this dataset"):
        Study.clean(EMBEDDED, partitions=2, pilots=("Gent",))


def test_a_study_in_partitions_is_kept_and_opened_as_any_other(tmp_path, here, only_asked):
    kept = Study.clean(EMBEDDED, tmp_path / "clean", partitions=2)
    opened = Study.open(tmp_path / "clean")
    assert sorted(path.name for path in (tmp_path / "clean").iterdir()) == [
        "doubts.json",
        "parts",
        "study.json",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["clean"]
    assert {path.suffix for path in (tmp_path / "clean").rglob("*") if path.is_file()} == {
        ".json",
        ".parquet",
    }
    assert opened.counts["flow"].equals(kept.counts["flow"]) and kept.families.equals(opened.families)
    codes = list(opened.families["family"][:5])
    assert list(opened.select(codes).families["family"]) == codes
    again = Study.clean(EMBEDDED, tmp_path / "clean")  # in one piece, in the place of partitions
    assert again.counts["flow"].equals(kept.counts["flow"]) and not (tmp_path / "clean" / "parts").exists()


def test_pseudonyms_are_those_of_the_whole(here, only_asked, tmp_path):
    """A family that a note names may be in another partition."""
    key = Key(b"not a secret, as it stands here")
    note = {"inkomen_toelichting": "woont bij LEU-001, en leu 2 komt mee met 2 kinderen"}
    rows = [
        {"gezin": f"LEU-{number:03d}", "pilootproject": "Leuven", "datum": "2022-05-01", "coach": "C1"}
        | dict.fromkeys(("inkomen", "schulden", "voeding", "veiligheid"), 3)
        | note
        for number in range(1, 9)
    ]
    raw = write_dataset(tmp_path / "notes", huishouden=rows)
    whole, parts = Study.clean(raw, key=key), Study.clean(raw, partitions=5, key=key)
    assert parts.cleaned.notes.equals(whole.cleaned.notes)
    assert (
        parts.cleaned.notes["text"].str.contains(f"{key.family('LEU-001')}, en {key.family('LEU-002')}").all()
    )
    assert list(parts.families["coach"].unique()) == [key.other("coach", "C1")]


# ---- what only the whole shows


def test_a_number_on_rows_of_two_families_is_refused_wherever_they_are(tmp_path, here, only_asked):
    rows = [
        {
            "gezin": f"LEU-{number:03d}",
            "pilootproject": "Leuven",
            "datum": "2022-05-01",
            "registratie_id": number,
        }
        | dict.fromkeys(("inkomen", "schulden", "voeding", "veiligheid"), 3)
        for number in range(1, 9)
    ]
    rows[5]["registratie_id"] = 2
    raw = write_dataset(tmp_path / "twice", huishouden=rows)
    said = "huishouden.csv, huishouden, rows 3, 7, column `registratie_id`: 2 stands on rows that differ"
    with pytest.raises(ExportError, match=said):
        Study.clean(raw)
    for number in (2, 3):
        with pytest.raises(ExportError, match=said):
            Study.clean(raw, tmp_path / "clean", partitions=number)
    assert [path.name for path in tmp_path.iterdir()] == ["twice"]


def test_faults_of_all_sheets_are_told_at_once(tmp_path, here, monkeypatch):
    row = {"gezin": "LEU-001", "pilootproject": "Leuven", "datum": "2022-05-01"}
    home, child = row | {"registratie_id": "x"}, row | {"registratie_id": "", "persoon": "K1"}
    raw = write_dataset(tmp_path / "odd", huishouden=[row, home], kind=[row | {"persoon": "K1"}, child])
    with pytest.raises(ExportError) as whole:
        Study.clean(raw)
    monkeypatch.setattr(partitions, "read_export", None)  # it is read in blocks
    with pytest.raises(ExportError) as parts:
        Study.clean(raw, partitions=2)
    assert parts.value.faults == whole.value.faults and len(whole.value.faults) == 2


def test_compact_days_are_told_by_the_whole_column(tmp_path, here, only_asked, monkeypatch):
    """20220501 is a day where the whole column is written so; one family elsewhere says that it is not."""
    monkeypatch.setattr("helpers.export.csv_blocks.BLOCK", 1_000)
    monkeypatch.setattr("helpers.export.csv_blocks.TOGETHER", 1)
    rows = [
        {"gezin": f"LEU-{number:03d}", "pilootproject": "Leuven", "datum": "20220501"}
        | dict.fromkeys(("inkomen", "schulden", "voeding", "veiligheid"), 3)
        for number in range(1, 49)
    ]
    for first, kept in (("20220501", 48), ("2022-05-01", 1)):
        raw = write_dataset(tmp_path / first, huishouden=[rows[0] | {"datum": first}, *rows[1:]])
        monkeypatch.setattr(
            partitions, "read_export", None
        )  # it is read in blocks, though two sheets are empty
        parts = Study.clean(raw, partitions=3)
        assert len(parts.families) == len(Study.clean(raw).families) == kept


# ---- blocks of a file


def test_blocks_laid_below_each_other_are_the_table(tmp_path, monkeypatch):
    """Of made-up files that are regular or nearly so, in small blocks; many of them are read in blocks."""
    monkeypatch.setattr("helpers.export.csv_blocks.BLOCK", 100)
    monkeypatch.setattr("helpers.export.csv_blocks.TOGETHER", 2)
    draw, words, path, read = random.Random(3), Words(), tmp_path / "x.csv", 0
    for _ in range(400):
        delimiter, width, odd = draw.choice(";,\t"), draw.choice((2, 3, 4)), draw.random() < 0.3
        cells = ["a", "1", "", "b c", "é", '"x;y"', '"l\nm"', '""', '"q""r"', "  ", "z" * draw.randint(1, 60)]
        cells += ['"l\r\nm"'] * 6
        cells += ['a"b', '"a"b', "\0"] if odd else []
        rows = [[f"k{place}" for place in range(width)]]
        for _ in range(draw.randint(0, 60)):
            many = width if not odd or draw.random() < 0.98 else width + draw.choice((-1, 1))
            rows.append([draw.choice(cells) for _ in range(many)])
        text = draw.choice(("\n", "\r\n")).join(map(delimiter.join, rows))
        text += draw.choice(("", "\n", "\r\n", "\n\n", "\x1a", "\n\x1a"))
        content = text.encode(draw.choice(("utf-8", "cp1252")), "replace")
        mark, hint = codecs.BOM_UTF8, f"sep={delimiter}\n".encode()
        content = draw.choice((b"", mark, mark + mark, hint)) + content
        path.write_bytes(content)
        noted, faults = Faults(), Faults()
        try:
            blocks = list(blocks_of(path, noted, words, block=draw.choice((150, 300, 3000))))
        except Irregular:
            continue
        whole = read_csv(content, Place(path.name), faults, words)
        read += len(blocks) > 1
        assert not faults.lines and noted.remarks == faults.remarks
        assert {block.header for block in blocks} <= {whole.header}
        assert sum(block.rows for block in blocks) == whole.rows
        assert [int(row) for block in blocks for row in block.row_numbers] == whole.row_numbers.tolist()
        for place, column in enumerate(whole.columns if blocks else ()):
            texts = [
                block.columns[place].texts[code] for block in blocks for code in block.columns[place].codes
            ]
            assert texts == [column.texts[code] for code in column.codes]
    assert read > 50, read


def test_a_line_break_in_a_cell_is_kept_where_pyarrow_begins_a_block():
    head, last, line = b"k;l\r\n", b'2;"a\r\nb"\r\n', b"1;" + 60 * b"x" + b"\r\n"
    until = 2**20 - len(head) - last.index(b"\n") - len(b"1;\r\n")
    content = head + until // len(line) * line + b"1;" + until % len(line) * b"y" + b"\r\n" + last
    assert content[2**20 - 1 : 2**20 + 1] == b"\r\n"
    grid = read_csv(content, Place("x.csv"), Faults(), Words())
    assert grid.columns[1].texts[-1] == "a\r\nb"


@pytest.mark.parametrize("last", ["1;2;3", 'a;"b"c', "a;\0"])
def test_a_file_whose_last_row_is_not_regular_is_read_as_a_whole(tmp_path, last):
    path = tmp_path / "x.csv"
    path.write_text("k;l\n" + "1;2\n" * 1000 + last, encoding="utf-8")
    with pytest.raises(Irregular):
        list(blocks_of(path, Faults(), Words(), block=500))


@pytest.mark.parametrize(
    ("cell", "regular"),
    [
        *(('"a"b', False), ('"a ""b"" c"', True), ('""', True), ('a"b', False), ('"""a"" b"""', True)),
        *(('"a""" ', False), ('""""', True), ('"""" b', False), ('"a""""" b', False)),
        *(('"a\n""b"" c"', True), ('"a;""b"""', True), ('"a;"b', False), ('"a;"";b', False)),
    ],
)
def test_a_quotation_mark_is_judged_alike_wherever_a_block_ends(tmp_path, cell, regular, monkeypatch):
    path = tmp_path / "x.csv"
    path.write_text("k;l\n" + "1;2\n" * 29 + f"1;{cell}\n1;2\n", encoding="utf-8")
    for block in range(1, 24):
        monkeypatch.setattr("helpers.export.csv_blocks.BLOCK", block)
        if regular:
            assert sum(grid.rows for grid in blocks_of(path, Faults(), Words(), block=500)) == 31
        else:
            with pytest.raises(Irregular):
                list(blocks_of(path, Faults(), Words(), block=500))


# ---- workers


def dies_once(job):
    """Double a number; the process that is first to do so with 3 is killed."""
    number, mark = job
    if number == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def dies_always(number):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_job_whose_worker_was_killed_is_done_again(tmp_path, monkeypatch):
    monkeypatch.setenv(WORKERS, "2")
    jobs = [(number, tmp_path / "died") for number in range(6)]
    assert each(dies_once, jobs, "doubling") == [0, 2, 4, 6, 8, 10]
    assert (tmp_path / "died").exists()
    monkeypatch.setattr(partitions, "TRIES", 1)
    with pytest.raises(WorkerError, match="doubling: a process that does it died 1 times"):
        each(dies_always, [1], "doubling")
    monkeypatch.setenv(WORKERS, "none")
    with pytest.raises(WorkerError, match="GEZINSCOACH_WORKERS is 'none'; expected how many processes"):
        each(dies_always, [1], "doubling")


def double(number):
    return 2 * number


def test_progress_is_told_in_a_notebook_that_somebody_works_in(monkeypatch, capfd):
    monkeypatch.setattr(partitions, "QUIET", 0)
    monkeypatch.setenv(WORKERS, "1")
    assert each(double, [1, 2], "doubling") == [2, 4] and capfd.readouterr().err == ""  # no terminal
    monkeypatch.setenv(WATCHED, "1")
    assert each(double, [1, 2], "doubling") == [2, 4] and "doubling:" in capfd.readouterr().err


ON_A_CLUSTER = """
import os, sys
from pathlib import Path
from distributed import LocalCluster
from helpers import partitions
from helpers.study import Study
from test_partitions import dies_once

if __name__ == "__main__":
    os.environ.pop(partitions.WORKERS, None)
    mark = Path(sys.argv[1])
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        os.environ[partitions.CLUSTER] = cluster.scheduler_address
        print(partitions.each(dies_once, [(number, mark) for number in range(6)], "doubling"))
        partitions.StudyInParts._first = []
        partitions.is_large = bool  # so that sheets are split on the cluster too
        print(Study.clean(sys.argv[2], partitions=3).counts["flow"]["families"].tolist())
"""


def test_a_cluster_does_the_same_though_one_of_its_workers_is_killed(tmp_path):
    script = tmp_path / "on_a_cluster.py"
    script.write_text(ON_A_CLUSTER, encoding="utf-8")
    known = os.pathsep.join([str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, script, tmp_path / "died", EMBEDDED],
        env=os.environ | {"PYTHONPATH": known}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["[0, 2, 4, 6, 8, 10]", "[97, 3, 3, 4, 90, 56]"], done.stderr
    assert (tmp_path / "died").exists()


def test_without_a_cluster_or_its_package_it_is_said_what_to_do(monkeypatch):
    monkeypatch.setenv(CLUSTER, "tcp://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(WorkerError, match=r"tcp://127.0.0.1:1: a cluster needs the package distributed"):
        each(dies_always, [1], "doubling")
    monkeypatch.undo()
    monkeypatch.setenv(CLUSTER, "nowhere")
    with pytest.raises(WorkerError, match=r"nowhere: no cluster answers there \(missing port number"):
        each(dies_always, [1], "doubling")
    with pytest.raises(WorkerError, match="the key of the pseudonyms stays on this machine"):
        Study.clean(EMBEDDED, partitions=2, key=Key(b"not a secret, as it stands here"))


class Vanishing(nullcontext):
    """Stands in for a client of Dask that is cut off from its scheduler, where there still is one."""

    cut_off: ClassVar[list[str]] = []  # how, each time that it is

    def __init__(self, *_, **__):
        super().__init__(self)
        self.how = self.cut_off.pop(0)
        if self.how == "for good":
            raise OSError("Timed out")

    def get_executor(self, **_):
        return self

    def nthreads(self):
        from distributed.comm import CommClosedError

        if self.how == "without workers":
            raise CommClosedError("reset by peer")
        return {"a worker": 1}

    def submit(self, work, job):
        future = Future()
        if self.how == "cancelled":
            assert future.cancel() and not future.set_running_or_notify_cancel()
        else:
            future.set_result(work(job))
        return future


def test_a_cluster_that_vanishes_is_asked_again_and_told_where_it_does_not_come_back(monkeypatch):
    monkeypatch.setenv(CLUSTER, "tcp://127.0.0.1:1")
    monkeypatch.setattr("distributed.Client", Vanishing)
    monkeypatch.setattr(Vanishing, "cut_off", ["cancelled", "without workers", "no more"])
    assert each(str, [1, 2], "naming") == ["1", "2"]
    monkeypatch.setattr(Vanishing, "cut_off", ["cancelled", "for good"])
    with pytest.raises(WorkerError, match=r"tcp://127.0.0.1:1: no cluster answers there \(Timed out\)"):
        each(str, [1, 2], "naming")


def waits(folder):
    """Say who does the job, and do it for a minute."""
    (folder / str(os.getpid())).touch()
    time.sleep(60)


WAITING = """
import sys
from pathlib import Path
from helpers.partitions import each
from test_partitions import waits

each(waits, [Path(sys.argv[1])], "waiting")  # as a user writes it, who knows nothing of workers
"""


def is_there(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_workers_end_with_the_process_that_they_work_for(tmp_path):
    script, there = tmp_path / "waiting.py", tmp_path / "there"
    script.write_text(WAITING, encoding="utf-8")
    there.mkdir()
    environment = os.environ | {"PYTHONPATH": str(ROOT / "tests"), WORKERS: "2"}
    with subprocess.Popen([sys.executable, script, there], env=environment) as parent:
        end = time.monotonic() + 60
        while not list(there.iterdir()) and time.monotonic() < end:
            time.sleep(0.1)
        workers = [int(path.name) for path in there.iterdir()]
        parent.kill()
    while any(map(is_there, workers)) and time.monotonic() < end:
        time.sleep(0.1)
    assert len(workers) == 1 and not any(map(is_there, workers))


def test_cleaning_goes_on_where_it_was_stopped(tmp_path, here, only_asked, monkeypatch):
    done, clean_part = [], partitions.clean_part

    def stopped(folder, **given):
        if folder.name == "002" and len(done) < 3:
            raise KeyboardInterrupt
        if not partitions._is_done(folder):
            done.append(folder.name)
        clean_part(folder, **given)

    monkeypatch.setattr(partitions, "clean_part", stopped)
    with pytest.raises(KeyboardInterrupt):
        Study.clean(EMBEDDED, tmp_path / "clean", partitions=4)
    work = tmp_path / ".clean.parts"
    assert done == ["000", "001"] and not (tmp_path / "clean").exists()
    states = work / "001" / "states.parquet"
    states.write_bytes(states.read_bytes()[:-1])  # as after a full disk: its rows are gone, all begins anew
    done.append("stopped once")
    study = Study.clean(EMBEDDED, tmp_path / "clean", partitions=4)
    assert done[3:] == ["000", "001", "002", "003"] and not work.exists()
    assert study.states.equals(Study.clean(EMBEDDED).states)


KILLED = """
import os, signal, sys
from helpers.study import Study
study = Study.clean(sys.argv[1], partitions=2)
print(study.counts["flow"]["families"].sum(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_rows_of_a_process_that_was_killed_go_with_the_next_and_those_of_others_stay(
    tmp_path, here, only_asked, monkeypatch
):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    killed = subprocess.run([sys.executable, "-c", KILLED, EMBEDDED], capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL and int(killed.stdout) > 0
    (left,) = tmp_path.glob("gezinscoach-*")
    assert list(left.rglob("observations.parquet"))
    study = Study.clean(EMBEDDED, partitions=2)
    assert not left.exists()
    (first,) = tmp_path.glob("gezinscoach-*")
    second = Study.clean(EMBEDDED, partitions=2)
    assert len(study.observations) == len(second.observations) > 0
    del study
    gc.collect()
    assert not first.exists() and len(list(tmp_path.glob("gezinscoach-*"))) == 1
    del second
    gc.collect()
    assert not [path for path in tmp_path.iterdir() if "gezinscoach" in path.name]
