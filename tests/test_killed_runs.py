"""A run that is killed at any step of its writing, on a full or read-only disk, or beside another one.

Kernels and workbook are left out here (stand-ins write what the small notebooks would), so that each of the
many runs takes a moment; they are real in the last tests.
"""

import copy
import errno
import io
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
import warnings
from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner

from datasets import write_dataset
from helpers import cli, folders, forks
from helpers import run as pipeline
from helpers.definitions import ROOT
from helpers.files import FileError
from helpers.partitions import WORKERS
from helpers.run import RunError, _execute, _plan
from small_notebooks import write_notebooks

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks, and kills with signals")
MOMENTS = 25
WRITING = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree", "shutil.copytree", "os.chmod"}
ROW = {"gezin": "LEU-001", "pilootproject": "Leuven", "datum": "2022-05-01", "schulden": 3}
STAGES = {"registered": 3, "test": 0, "no_household": 0, "too_few_items": 1, "retained": 2, "followed": 1}
TABLE = "\n".join(["stage,families", *(f"{stage},{n}" for stage, n in STAGES.items()), ""])


def without_kernels(jobs, *_, **__):
    """Do what the small notebooks do, here."""
    for job in jobs:
        job.done = copy.deepcopy(job.source)
        if job.name == "01_cleaning":
            clean, output = Path(job.parameters["clean"]), Path(job.parameters["output"])
            clean.mkdir(parents=True)
            for name in ("families.parquet", "study.json"):
                (clean / name).write_text(f"{name} {job.parameters['language']}")
            (output / "tables").mkdir()
            (output / "tables" / "flow.csv").write_text(TABLE)


class Study:
    def __init__(self, folder):
        self.folder = folder
        self.raw = write_dataset(folder / "raw" / "klein", huishouden=[ROW])
        self.notebooks = write_notebooks(folder / "notebooks")
        self.clean, self.out = folder / "made" / "clean", folder / "made" / "reports" / "klein"

    def run(self, language, **options):
        places = {"notebook_folder": self.notebooks, "clean_folder": self.clean}
        told = io.StringIO()
        return pipeline.run(
            self.raw, self.out, **places, languages=[language], stream=told, internal=False, **options
        )

    def language(self):
        """In which language the report in place is, after a check that it is whole; None without one."""
        if not self.out.exists():
            return None
        assert pipeline.verify(self.out, raw=self.raw).faults == ()
        return "nl" if 'lang="nl"' in (self.out / "index.html").read_text(encoding="utf-8") else "en"

    def clean_language(self):
        """In which language the clean data in place were made; all of them, or they are half-written."""
        texts = {path.read_text() for path in sorted((self.clean / "klein").iterdir())}
        assert len(texts) == 2 and len({text.split()[1] for text in texts}) == 1, texts
        return texts.pop().split()[1]


class WithoutProcess:
    """Stands for a process beside the run: writes something in place of the workbook, makes no kernel."""

    def begin(self, folder, _):
        (folder / "tables.xlsx").write_bytes(b"workbook")

    def wait(self):
        pass

    start = end = wait


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.setattr(_execute, "execute_all", without_kernels)
    monkeypatch.setattr(pipeline, "Workbooks", WithoutProcess)
    monkeypatch.setattr(forks, "Nursery", lambda: nullcontext(WithoutProcess()))
    study = Study(tmp_path)
    study.run("nl")
    return study


def in_child(action):
    """Run an action in a forked process; return its exit status as `waitpid` gives it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            action()
        except BaseException:
            os._exit(7)
        os._exit(0)
    return os.waitpid(child, 0)[1]


def killed_at(step, study):
    """Run in a child that is killed right before its step-th change of the disk; return whether it was."""

    def action():
        left = [step]

        def hook(event, arguments):
            writes = event in WRITING or (event == "open" and (arguments[2] or 0) & os.O_ACCMODE)
            if writes and not left.__setitem__(0, left[0] - 1) and left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        study.run("en")

    status = in_child(action)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def steps_of(study):
    """Count the changes of the disk that a run makes."""
    read, write = os.pipe()

    def action():
        count = [0]

        def hook(event, arguments):
            if event in WRITING or (event == "open" and (arguments[2] or 0) & os.O_ACCMODE):
                count[0] += 1

        sys.addaudithook(hook)
        study.run("en")
        os.write(write, str(count[0]).encode())

    assert in_child(action) == 0
    os.close(write)
    with os.fdopen(read) as told:
        return int(told.read())


@pytest.mark.slow
def test_a_run_killed_at_any_step_leaves_a_whole_report_and_the_next_run_succeeds(study, tmp_path):
    shutil.copytree(tmp_path / "made", tmp_path / "before")
    steps = steps_of(study)
    assert steps > MOMENTS
    last = range(steps - 19, steps + 1)  # the folders change places at the end
    seen = set()
    chosen = {*last, *random.Random(2023).sample(range(1, last[0]), MOMENTS - len(last))}
    for step in sorted(chosen):
        shutil.rmtree(tmp_path / "made")
        shutil.copytree(tmp_path / "before", tmp_path / "made")
        assert killed_at(step, study), step
        state = (study.language(), study.clean_language())
        seen.add(state)
        assert state[0] in ("nl", "en"), f"no report after a kill at step {step} of {steps}"
        assert in_child(lambda: study.run("en")) == 0
        assert (study.language(), study.clean_language()) == ("en", "en")
        left = [path.name for path in (*study.out.parent.iterdir(), *study.clean.iterdir())]
        assert sorted(left) == ["klein", "klein"], (step, left)
    assert {("nl", "nl"), ("en", "en")} <= seen  # before the folders change places, and after
    assert not killed_at(steps + 10, study)


def test_without_exchange_a_killed_run_leaves_the_report_aside_and_the_next_brings_it_back(
    study, monkeypatch
):
    monkeypatch.setattr(folders, "_exchanged", lambda new, target: False)
    renamed = []

    def interrupted(self, target):
        renamed.append(target.name)
        if self.name == "report":
            raise KeyboardInterrupt
        return os.rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", interrupted)
        with pytest.raises(KeyboardInterrupt):
            study.run("en")
    assert ".klein.old" in renamed and study.language() is None
    with pytest.raises(RuntimeError, match="stop"):  # the next run brings it back before anything else
        monkeypatch.setattr(_execute, "execute_all", stop)
        study.run("en")
    assert study.language() == "nl"


def stop(*_, **__):
    raise RuntimeError("stop")


def test_a_disk_that_is_full_is_told_in_one_line_and_the_report_stays(study, monkeypatch):
    """A limit on the size of files stands for a full disk: every write beyond it fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    monkeypatch.setitem(pipeline.make_plan.__kwdefaults__, "notebook_folder", study.notebooks)
    monkeypatch.setitem(pipeline.make_plan.__kwdefaults__, "clean_folder", study.clean)
    command = ["run", "--raw", str(study.raw), "--out", str(study.out), "--language", "en"]
    for size in (0, 20, 600, 4_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            result = CliRunner().invoke(cli.main, command)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert result.exit_code == 1, size
        assert result.stderr.splitlines()[-1].startswith("error: ") and "Traceback" not in result.stderr
        assert (study.language(), study.clean_language()) == ("nl", "nl")
    assert CliRunner().invoke(cli.main, command).exit_code == 0
    assert study.language() == "en"


def test_what_the_system_says_becomes_one_line_that_says_that_nothing_changed(study, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "x/tables/flow.csv")

    monkeypatch.setattr(_execute, "execute_all", full)
    monkeypatch.setitem(pipeline.make_plan.__kwdefaults__, "notebook_folder", study.notebooks)
    result = CliRunner().invoke(cli.main, ["run", "--raw", str(study.raw), "--out", str(study.out)])
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (
        1,
        "error: x/tables/flow.csv: No space left on device. What was there before is as it was.",
    )


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to_stops_before_anything_runs(study, monkeypatch):
    monkeypatch.setattr(_execute, "execute_all", stop)
    study.out.parent.chmod(0o555)
    try:
        with pytest.raises(RunError, match="cannot be written to"):
            study.run("en")
    finally:
        study.out.parent.chmod(0o755)
    assert study.language() == "nl"


def test_a_target_below_a_file_stops_before_anything_runs(study, monkeypatch):
    """As good as read-only, for root too."""
    monkeypatch.setattr(_execute, "execute_all", stop)
    file = study.folder / "file"
    file.write_text("x")
    study.out = file / "klein"
    with pytest.raises(RunError, match="cannot be written to"):
        study.run("en")


# --- what would stop a run at its end is told before the export is read ---


@pytest.fixture
def unread(study, monkeypatch):
    """The study, whose export may not be read any more."""

    def read(*_):
        pytest.fail("the export was read")

    monkeypatch.setattr(_plan, "read_export", read)
    return study


def test_a_place_for_clean_tables_that_cannot_be_written_is_told_first_and_soon(unread):
    file = unread.folder / "file"
    file.write_text("x")
    unread.clean = file / "clean"
    begun = time.monotonic()
    with pytest.raises(RunError, match=re.escape(f"{unread.clean}: cannot be written to (Not a directory)")):
        unread.run("en")
    assert time.monotonic() - begun < 20  # no waiting for what waiting does not cure


def test_another_run_on_the_same_target_is_told_first(unread):
    with folders.locked(unread.out), pytest.raises(RunError, match="klein: another run is writing there"):
        unread.run("en")


@pytest.mark.parametrize(("free", "where"), [(20, "reports"), (0, "clean")])
def test_a_disk_that_is_too_small_is_told_first_with_the_folder(unread, monkeypatch, free, where):
    folder = {"reports": unread.out.parent, "clean": unread.clean}[where]
    disk = shutil.disk_usage(folder)._replace(free=free * 2**20)
    monkeypatch.setattr(folders.shutil, "disk_usage", lambda _: disk)
    with pytest.raises(RunError, match=re.escape(f"{folder}: {free} MiB are free on that disk")):
        unread.run("en")


def test_clean_tables_of_another_export_are_told_first(unread):
    (unread.clean / "klein" / "study.json").write_text('{"raw": "elsewhere"}')
    with pytest.raises(FileError, match="klein: holds the clean tables of another export, elsewhere"):
        unread.run("en")


def test_a_run_that_succeeds_leaves_no_partitions_to_go_on_from(study, monkeypatch):
    monkeypatch.setattr("helpers.export.LARGE", 10)
    monkeypatch.setenv(WORKERS, "1")
    study.run("en")
    assert [path.name for path in study.clean.iterdir()] == ["klein"]


def test_of_a_full_disk_the_folder_is_named(study, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(_execute, "execute_all", full)
    with pytest.raises(RunError, match=re.escape(f"{study.out.parent}: No space left on device")):
        study.run("en")


def test_of_two_runs_at_once_one_is_refused_and_the_other_succeeds(study, monkeypatch):
    begun, go, faults = threading.Event(), threading.Event(), []

    def waits(jobs, *_, **options):
        begun.set()
        assert go.wait(30)
        without_kernels(jobs, **options)

    monkeypatch.setattr(_execute, "execute_all", waits)
    first = threading.Thread(target=lambda: study.run("en"))
    first.start()
    assert begun.wait(30)
    try:
        study.run("nl")
    except RunError as error:
        faults.append(str(error))
    go.set()
    first.join()
    assert len(faults) == 1 and "another run is writing there" in faults[0]
    assert study.language() == "en"


# ---- with kernels ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_run_with_kernels_that_is_killed_leaves_the_report_and_its_kernels_end(tmp_path):
    study = Study(tmp_path)
    start = time.monotonic()
    study.run("nl")
    took = time.monotonic() - start
    code = (
        "import sys\nfrom pathlib import Path\nfrom helpers import run as pipeline\n"
        "raw, out, notebooks, clean = map(Path, sys.argv[1:])\n"
        "print('begun', flush=True)\n"
        "pipeline.run(raw, out, languages=['en'], notebook_folder=notebooks, clean_folder=clean)\n"
    )
    places = map(str, (study.raw, study.out, study.notebooks, study.clean))
    run = subprocess.Popen(
        [sys.executable, "-c", code, *places],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    with run:
        assert run.stdout.readline() == "begun\n"
        time.sleep(0.6 * took)
        run.kill()
    assert study.language() in ("nl", "en")
    study.run("en")
    assert study.language() == "en"
    assert [path.name for path in study.out.parent.iterdir()] == ["klein"]
