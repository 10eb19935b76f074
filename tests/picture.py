"""The picture of the first page in the README: `.venv/bin/python tests/picture.py` takes it anew.

In the file stands what the page says above its first heading of a section, by which `test_readme.py` knows
whether it still does.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from PIL import Image, PngImagePlugin
from playwright.sync_api import sync_playwright

from helpers import run as pipeline
from helpers.definitions import ROOT
from helpers.run._documents import find_browser
from page_faults import soup_of

PICTURE = ROOT / "docs" / "report.png"
SIZE = {"width": 1280, "height": 720}


def said_on_top(index: Path) -> str:
    """What a first page says above its first heading of a section, the menu included."""
    soup = soup_of(index)
    menu, page = (" ".join(part.stripped_strings) for part in (soup.header, soup.main))
    return f"{menu} {page.split(soup.main.h2.get_text(strip=True))[0]}".strip()


def picture() -> None:
    """Make the report of the embedded data, and take the picture of its first page as a window shows it."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        pipeline.run(ROOT / "data" / "raw" / "synthetic", Path(folder) / "r", clean_folder=Path(folder) / "c")
        index = Path(folder) / "r" / "index.html"
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE)
        page.goto(index.as_uri())
        page.screenshot(path=PICTURE)
        browser.close()
        about = PngImagePlugin.PngInfo()
        about.add_itxt("said", said_on_top(index))
    with Image.open(PICTURE) as taken:
        taken.convert("P", palette=Image.Palette.ADAPTIVE).save(PICTURE, pnginfo=about, optimize=True)


if __name__ == "__main__":
    picture()
