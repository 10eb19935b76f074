"""What every test shares: repeatable random draws, a guard on the global random state, and a browser."""

import gc
import io
import os
import random
from contextlib import nullcontext
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy
import pytest
from hypothesis import settings
from jupyter_client.provisioning import KernelProvisionerFactory

collect_ignore = ["by_hand_polars.py", "by_hand_duckdb.py"]  # their threads do not go with a fork

settings.register_profile("project", max_examples=50, deadline=None, derandomize=True, print_blob=True)
settings.load_profile("project")


gc.disable()  # until all tests are there: what is imported and collected stays

LONGEST = """
test_end_to_end test_partitions test_personal_data test_public_run test_explore_lab test_explore
test_partitions_faults test_many_datasets test_hostile_input test_protect test_study test_killed_runs
test_frozen test_recipes test_notebooks test_export_counts test_texts test_export_cases test_comparison
test_cli test_synthesis test_editions
""".split()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the longest files first, then notebooks and files with slow tests, so that no core ends alone."""
    slow = {item.path for item in items if item.get_closest_marker("slow") or item.path.suffix == ".ipynb"}
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONGEST) + (item.path not in slow)))


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """Look for what is no longer used from here on, but not among what has been collected."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Use a process more than there are cores, as much of the time a run or a browser is waited for."""
    return 1 + (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def pytest_configure(config: pytest.Config) -> None:
    """Make the clean tables that the notebooks read, so that these can run in any order."""
    notebooks = any(str(one).endswith(".ipynb") for one in config.args)
    if notebooks and not hasattr(config, "workerinput"):
        from helpers.study import Study

        Study.clean("data/raw/synthetic", "data/clean/synthetic")
    if notebooks:
        KernelProvisionerFactory.create_provisioner_instance = _forking


@cache
def nursery():
    """The process that all kernels of this process are forked from, those of nbval too: it imports once."""
    from helpers.forks import Nursery

    return Nursery()


def _forking(_, kernel_id, kernel_spec, parent):
    from helpers.forks import Forking

    return Forking(kernel_id=kernel_id, kernel_spec=kernel_spec, parent=parent, nursery=nursery())


def pytest_unconfigure() -> None:
    """End that process, where there is one."""
    if nursery.cache_info().currsize:
        nursery().__exit__()


def _global_random_state() -> tuple:
    """What the two global generators stand at, in a form that can be compared."""
    name, keys, position, has_gauss, gauss = numpy.random.get_state()
    return random.getstate(), name, keys.tobytes(), position, has_gauss, gauss


@pytest.fixture(autouse=True)
def global_random_state_untouched():
    """Fail a test that draws from or seeds the global generators: results would depend on what ran before."""
    before = _global_random_state()
    yield
    if _global_random_state() != before:
        pytest.fail("the global random state moved: pass a numpy.random.Generator instead")


@pytest.fixture(scope="session", autouse=True)
def one_process_each():
    """Let all runs of a test process share the processes that make kernels and workbooks."""
    from helpers import forks
    from helpers import run as pipeline
    from helpers.run import _build, _execute

    made: list[_build.Workbooks] = []

    class Workbooks(_build.Workbooks):
        """Stays for the next run, unless this one went away before its workbook was made."""

        asked = 0

        def begin(self, *of):
            super().begin(*of)
            self.asked += 1

        def wait(self):
            super().wait()
            self.asked -= 1

        def end(self):
            if self.asked:
                super().end()
                made.remove(self)

    def workbooks():
        return made[0] if made else made.append(Workbooks()) or made[0]

    kernels = nursery()
    with pytest.MonkeyPatch.context() as patch:
        for room in (forks, _execute):
            patch.setattr(room, "Nursery", lambda: nullcontext(kernels))
        patch.setitem(pipeline.run.__kwdefaults__, "nursery", kernels)
        patch.setattr(pipeline, "Workbooks", workbooks)
        yield
        for process in made:
            process.asked = 1
            process.end()


@pytest.fixture(scope="module")
def few_simulations():
    """Simulate few studies for the power of a next one, where nobody looks at how many find a difference."""
    from helpers import study
    from helpers.definitions.choices import Planning

    load = study.load
    few = {Planning: replace(load(Planning), simulations=100)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(study, "load", lambda kind: few.get(kind) or load(kind))
        yield


class WholeRun(NamedTuple):
    """The report of the embedded data in Dutch, its internal review, the clean tables, and what was told."""

    report: Path
    review: Path
    clean: Path
    told: str


@pytest.fixture(scope="session")
def whole_run(tmp_path_factory, worker_id) -> WholeRun:
    """One run of the embedded data, made by the first test that asks, whichever process that is in."""
    shared = tmp_path_factory.getbasetemp()
    place = (shared if worker_id == "master" else shared.parent) / "whole"
    place.mkdir(exist_ok=True)
    found = WholeRun(place / "report", place / "report-internal", place / "clean" / "synthetic", "")
    done = place / "told.txt"
    from helpers import run as pipeline
    from helpers.definitions import ROOT
    from helpers.folders import locked

    with locked(done, wait_seconds=900):
        if not done.exists():
            told = io.StringIO()
            raw = ROOT / "data" / "raw" / "synthetic"
            pipeline.run(raw, found.report, clean_folder=place / "clean", stream=told, internal=True)
            done.write_text(told.getvalue())
    return found._replace(told=done.read_text())


NO_BROWSER = "no browser"  # how the reason of a skip begins, so that the end of the run can name it


def find_browser(playwright) -> str | None:
    """The browser of the machine, or else that of playwright."""
    from helpers.run import RunError, _documents

    own = playwright.chromium.executable_path
    try:
        return _documents.find_browser()
    except RunError:
        return own if Path(own).is_file() else None


@pytest.fixture(scope="session")
def installed_browser() -> str:
    """The browser of the machine, with which a run prints; without one the test is skipped."""
    from helpers.run import RunError, _documents

    try:
        return _documents.find_browser()
    except RunError as error:
        pytest.skip(f"{NO_BROWSER}: {error}")


@pytest.fixture(scope="module")
def browser():
    """A browser; its driver draws from the global random generator, which is put back as it was."""
    sync_api = pytest.importorskip("playwright.sync_api", reason=f"{NO_BROWSER}: playwright is missing")
    state = random.getstate()
    with sync_api.sync_playwright() as playwright:
        path = find_browser(playwright)
        if path is None:
            random.setstate(state)
            pytest.skip(f"{NO_BROWSER}: neither Chromium nor Chrome is on this machine")
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        random.setstate(state)
        yield opened
        state = random.getstate()
    random.setstate(state)


def pytest_terminal_summary(terminalreporter) -> None:
    """Say which tests were not run for want of a browser, and how to get one."""
    skipped = terminalreporter.stats.get("skipped", [])
    missed = sorted({report.nodeid for report in skipped if NO_BROWSER in str(report.longrepr)})
    if missed:
        terminalreporter.section("NOT TESTED: no browser was found", sep="!", red=True, bold=True)
        for name in missed:
            terminalreporter.line(f"not run: {name}")
        terminalreporter.line(
            "What only a browser can tell (accessibility, keyboard, print, phones) was not tested. "
            "Get one: on Debian or Ubuntu `apt install chromium`, elsewhere `playwright install chromium`."
        )
