"""What every test shares: repeatable random draws, a guard on the global random state, and a browser."""

import random
from pathlib import Path

import numpy
import pytest
from hypothesis import settings

settings.register_profile("project", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("project")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the files with slow tests first, so that no core is left with them at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


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


NO_BROWSER = "no browser"  # how the reason of a skip begins, so that the end of the run can name it


def find_browser(playwright) -> str | None:
    """The browser of the machine, or else that of playwright."""
    from helpers.run import RunError, _pdf

    own = playwright.chromium.executable_path
    try:
        return _pdf.find_browser()
    except RunError:
        return own if Path(own).is_file() else None


@pytest.fixture(scope="session")
def installed_browser() -> str:
    """The browser of the machine, with which a run prints; without one the test is skipped."""
    from helpers.run import RunError, _pdf

    try:
        return _pdf.find_browser()
    except RunError as error:
        pytest.skip(f"{NO_BROWSER}: {error}")


@pytest.fixture
def browser():
    """A browser; its driver draws from the global random generator, which is put back as it was."""
    sync_api = pytest.importorskip("playwright.sync_api", reason=f"{NO_BROWSER}: playwright is missing")
    state = random.getstate()
    with sync_api.sync_playwright() as playwright:
        path = find_browser(playwright)
        if path is None:
            random.setstate(state)
            pytest.skip(f"{NO_BROWSER}: neither Chromium nor Chrome is on this machine")
        yield playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
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
