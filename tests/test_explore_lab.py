"""The notebook for exploring as a researcher uses it: a real JupyterLab in a real browser."""

import json
import re
import socket
import subprocess
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from helpers import explore
from helpers import lab as lab_room
from helpers.definitions import ROOT
from helpers.explore import Selection
from helpers.explore._views import NAMES

pytestmark = pytest.mark.slow

TOKEN = "only-for-this-test"
WAIT = 60_000  # milliseconds: what takes longer does not come
OF_LAB = ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR")
CODE = re.compile(r"\b(?:BAL|OOS|LEU|HER|BIL)-\d{3}\b")  # of a family of the embedded data
ITEM, PILOT, FAMILY = "kind · Gezondheid · Stress", "Leuven", "LEU-004"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """The copies, in a folder of the test's own; the committed notebooks are only read."""
    place = tmp_path_factory.mktemp("lab")
    return lab_room.prepare(work=place / "work", clean=place / "clean")


@pytest.fixture(scope="module")
def address(desk):
    """A server on a free port, which knows no settings and leaves no files but in the test's own folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    command, environment = lab_room.jupyter(desk, options)
    place = desk.folder.parent
    own = {f"JUPYTER_{name}": str(place / name) for name in ("CONFIG_PATH", "DATA_DIR", "RUNTIME_DIR")}
    own |= {name: str(place / name) for name in OF_LAB} | {"JUPYTER_TOKEN": TOKEN}
    with subprocess.Popen(
        command,
        env=environment | own,
        cwd=place,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        told = []
        for line in server.stderr:  # until it says where it listens
            told.append(line)
            if f"127.0.0.1:{port}/lab" in line:
                break
        else:
            pytest.fail("JupyterLab did not start:\n" + "".join(told))
        threading.Thread(target=server.stderr.read, daemon=True).start()
        yield f"http://127.0.0.1:{port}/lab/tree/start.md?token={TOKEN}"
        server.terminate()


class Lab:
    """The open notebook: what was asked of which host, what the console said, and ways to look and do."""

    def __init__(self, browser, address):
        self.hosts, self.faults = set(), []
        self.page = browser.new_page(viewport={"width": 1280, "height": 800})
        self.page.set_default_timeout(WAIT)
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname))
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.goto(address)
        self.page.get_by_role("link", name="explore").click()
        self.page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()

    def _said(self, message):
        if message.type == "error":
            self.faults.append(message.text)

    def menu(self, name, entry):
        self.page.get_by_role("menuitem", name=name, exact=True).click()
        self.page.get_by_role("menuitem", name=entry, exact=True).click()

    def panel(self, number):
        """The panels: 0 the line about the data, 1 selections, 2 one family, 3 tables."""
        return self.page.locator(".gc-panel").nth(number)

    def figure(self, panel, words, side=0):
        """Wait for a figure whose title has these words, and give it."""
        found = self.panel(panel).locator(".gc-figures").nth(side).locator("> div", has_text=words).first
        found.wait_for()
        return found

    def counts(self, figure):
        """The counts in the table of a distribution, which is folded."""
        return [int(row.locator("td").nth(1).text_content()) for row in figure.locator("tbody tr").all()]


@pytest.fixture(scope="module")
def lab(browser, address):
    """JupyterLab with the notebook open, and all its cells run."""
    lab = Lab(browser, address)
    lab.menu("Run", "Run All Cells")
    lab.page.locator("table.dataTable tbody tr").first.wait_for()
    lab.page.keyboard.press("Control+b")  # without the list of files
    return lab


@pytest.fixture(scope="module")
def data(desk):
    return desk.study


def test_what_is_chosen_is_shown_with_the_numbers_of_the_helpers(lab, data):
    panel = lab.panel(1)
    first = lab.figure(1, "Verblijfplaats (huishouden), bij de start; alle gezinnen")
    assert lab.counts(first) == explore.distribution(data, Selection())["n"].tolist()
    panel.get_by_label("Zoek").first.fill("stress")
    panel.get_by_text("2 van 52", exact=True).wait_for()
    panel.get_by_label("Items", exact=True).first.select_option(label=ITEM)
    panel.get_by_label(PILOT).first.check()
    panel.get_by_label("Moment").first.select_option(label="bij de opvolging")
    chosen = Selection("kind", "stress", "follow_up", pilots=(PILOT,))
    shown = lab.figure(1, f"Stress (kind), bij de opvolging; {PILOT}")
    assert lab.counts(shown) == explore.distribution(data, chosen)["n"].tolist()
    change = explore.change(data, chosen).iloc[0].astype(int, errors="ignore")
    moved = lab.figure(1, f"Stress (kind), van start naar opvolging; {PILOT}")
    up, down, n = (int(change[name]) for name in ("improved", "declined", "n"))
    assert f"{up} van de {n} kinderen vooruit, {down} achteruit" in moved.inner_text()
    alt = moved.locator("img").get_attribute("alt")
    in_words = {"unknown": "onbekend", "lost": "niet opgevolgd"}
    for row in explore.matrix(data, chosen).replace(in_words).query("n > 0").itertuples():
        assert f"{row.baseline_level} → {row.follow_up_level}: {row.n}" in alt


def test_the_views_stand_side_by_side_and_nothing_sticks_out_at_1280_pixels(lab):
    left, right = (lab.panel(1).locator("img").nth(at).bounding_box() for at in (0, 1))
    assert left["x"] + left["width"] <= right["x"] and abs(left["y"] - right["y"]) < 120
    assert right["x"] + right["width"] <= 1280 and left["width"] > 450
    for number in (1, 2, 3):
        beyond = lab.panel(number).evaluate("panel => panel.scrollWidth - panel.clientWidth")
        assert beyond <= 1, number


def test_it_works_by_keyboard_alone(lab):
    lab.panel(1).get_by_label("Items", exact=True).first.focus()
    lab.page.keyboard.press("ArrowUp")
    lab.figure(1, "Stress (volwassene)")
    lab.page.keyboard.press("ArrowDown")
    lab.figure(1, "Stress (kind)")
    search = lab.panel(1).get_by_label("Zoek", exact=True).first
    search.focus()
    assert search.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"  # where one is, is seen


def test_a_second_selection_stands_beside_the_first_and_says_while_it_is_made(lab):
    panel = lab.panel(1)
    lab.panel(1).evaluate(
        """panel => { window.gcSeen = []; new MutationObserver(() => window.gcSeen.push(
            panel.className.includes("gc-busy") + " " + panel.querySelector("[role=status]")?.innerText
        )).observe(panel, {attributes: true, childList: true, subtree: true, characterData: true}) }"""
    )
    panel.get_by_label("vergelijk met een tweede keuze").check()
    lab.figure(1, f"Stress (kind), bij de opvolging; {PILOT}", side=1)  # it begins as the first
    panel.get_by_label("Items", exact=True).nth(1).select_option(label="gezin · Kansarmoedescore")
    panel.get_by_label("Moment").nth(1).select_option(label="bij de start")
    panel.get_by_role("checkbox", name=PILOT).nth(1).uncheck()
    other = lab.figure(1, "Kansarmoedescore, bij de start; alle gezinnen", side=1)
    assert "77 van de 90 gezinnen: kansarm" in other.inner_text()  # published: 77
    panel.get_by_text(re.compile(r"A: \d+ van de \d+ .* B: 77 van de 90")).wait_for()
    boxes = [panel.locator(".gc-figures").nth(side).bounding_box() for side in (0, 1)]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    assert panel.evaluate("panel => panel.scrollWidth - panel.clientWidth") <= 1
    assert any(seen.startswith("true") for seen in lab.page.evaluate("window.gcSeen"))


def test_what_is_shown_is_saved(lab, desk):
    lab.panel(1).get_by_label("vergelijk met een tweede keuze").uncheck()
    lab.panel(1).get_by_role("button", name="Bewaar wat hier staat").click()
    lab.panel(1).get_by_text("Bewaard in").wait_for()
    saved = {path.relative_to(desk.folder).as_posix() for path in (desk.folder / "saved").rglob("*.*")}
    name = f"kind_stress_follow_up_{PILOT}"
    assert saved >= {
        f"saved/tables/distribution_{name}.csv",
        f"saved/figures/transition_{name}.svg",
        f"saved/figures/transition_{name}.png",
        f"saved/code/{name}.py",
    }


def test_families_are_picked_from_a_list_gone_through_and_found_by_code(lab, data):
    panel = lab.panel(2)
    panel.get_by_label("Gezinscode").fill("LEU-999")
    lab.page.keyboard.press("Enter")
    panel.get_by_text("Er is geen gezin met code LEU-999.").wait_for()
    panel.get_by_label("Lijst").select_option(label=FAMILY)
    panel.locator(".headline", has_text=FAMILY).wait_for()
    timeline = explore.family_timeline(data, FAMILY)
    assert panel.locator("img").get_attribute("alt").count(" naar ") >= timeline["change"].notna().sum() > 0
    codes = data.families["family"].tolist()
    panel.get_by_role("button", name="Volgende").click()
    panel.locator(".headline", has_text=codes[codes.index(FAMILY) + 1]).wait_for()


def test_a_clean_table_is_filtered_sorted_and_saved_as_it_is_filtered(lab, data, desk):
    panel = lab.panel(3)
    panel.get_by_label("Tabel").select_option(label="Gezinnen (families)")
    found = data.families[data.families["pilot"].eq(PILOT) & (data.families["children"] >= 3)]
    panel.get_by_label("pilot", exact=True).fill(PILOT)
    panel.get_by_label("children", exact=True).fill(">=3")
    lab.page.keyboard.press("Enter")
    panel.get_by_text(f"1 tot 10 van {len(found)} rijen").wait_for()
    panel.get_by_role("columnheader", name="last_date").first.click()
    first = found.sort_values("last_date", kind="stable").iloc[0]
    panel.locator("tbody tr").first.get_by_text(f"{first['last_date']:%Y-%m-%d}", exact=True).last.wait_for()
    assert first["family"] in panel.locator("tbody tr").first.inner_text()
    panel.get_by_role("button", name="Bewaar deze rijen").click()
    panel.get_by_text("Bewaard in").wait_for()
    saved = desk.folder / "saved-internal" / "tables" / "families.csv"
    assert len(saved.read_text(encoding="utf-8").splitlines()) == len(found) + 1


def test_no_column_of_a_table_lies_over_its_neighbour(lab, data):
    panel = lab.panel(3)
    for name, rows in (("states", data.states), ("families", data.families)):
        panel.get_by_label("Tabel").select_option(index=NAMES.index(name))
        panel.get_by_text(re.compile(f"1 tot 10 van {len(rows):,}".replace(",", r"\.?"))).wait_for()
        wide = panel.locator("table.dataTable").first.evaluate(
            "table => [...table.querySelectorAll('th, td')]"
            ".filter(cell => cell.scrollWidth > cell.clientWidth + 1).map(cell => cell.innerText)"
        )
        assert wide == []


def test_axe_finds_no_violation_in_the_panels(lab):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    violations = axe.run(lab.page, context=".gc-panel").response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in violations] == []


def test_nothing_is_saved_unasked_and_no_news_is_fetched(lab):
    ask = f"fetch('/lab/api/settings', {{headers: {{Authorization: 'token {TOKEN}'}}}})"
    asked = lab.page.evaluate(f"async () => (await {ask}).json()")
    found = {one["id"]: one["schema"].get("properties") for one in asked["settings"]}
    assert found["@jupyterlab/docmanager-extension:plugin"]["autosave"]["default"] is False
    assert found["@jupyterlab/apputils-extension:notification"]["fetchNews"]["default"] == "false"


def test_prose_in_tables_is_left_aligned(lab):
    cells = lab.page.locator(".jp-MarkdownOutput td")
    found = cells.evaluate_all("all => all.map(one => getComputedStyle(one).textAlign)")
    assert found and set(found) == {"left"}


def test_saving_the_notebook_keeps_no_family_and_no_result(lab, desk):
    path = desk.folder / "explore.ipynb"
    lab.page.locator(".jp-Notebook .jp-MarkdownCell").first.click()  # shortcuts are off within the panels
    with lab.page.expect_response(
        lambda reply: reply.request.method == "PUT" and "explore.ipynb" in reply.url
    ):
        lab.page.keyboard.press("Control+s")
    after = path.read_text(encoding="utf-8")
    assert CODE.findall(after) == []
    outputs = [one for cell in json.loads(after)["cells"] for one in cell.get("outputs", ())]
    assert outputs and {kind for one in outputs for kind in one["data"]} == {
        "application/vnd.jupyter.widget-view+json",
        "text/plain",
    }


def test_no_host_but_the_own_was_asked_and_the_console_is_silent(lab):
    """Last, after all that was done above."""
    assert lab.hosts <= {"127.0.0.1", None}
    assert lab.faults == []


def test_the_committed_notebook_was_left_alone():
    assert not Path(ROOT / "notebooks" / ".ipynb_checkpoints" / "explore-checkpoint.ipynb").exists()
