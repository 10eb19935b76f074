"""A report as one PDF: all its pages behind each other, with bookmarks, printed by Chromium."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from markupsafe import Markup

from helpers.folders import RunError
from helpers.run._page_words import words
from helpers.run._render import TEMPLATES, environment

PDF = "report.pdf"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
ON_A_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
SECONDS = 180
REFERRING = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "headers")
TIMES = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)[^)]*(\))")
NO_TIME = b"19800101000000+00'00'"  # as long as what Chromium writes, so that no offset in the file moves


def find_browser() -> str:
    """Find a browser that can print.

    Raises
    ------
    RunError
        There is none; says how to get one.
    """
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None and ON_A_MAC.is_file():
        found = str(ON_A_MAC)
    if found is None:
        raise RunError(
            "--pdf: the report is printed by Chromium or Chrome, and none is found; install one (on Debian "
            "and Ubuntu: apt install chromium), or leave --pdf out and print the pages yourself"
        )
    return found


def print_report(folder: Path, *, names: Iterable[str], language: str, browser: str) -> float:
    """Print all pages of a report to `report.pdf` in its folder.

    Parameters
    ----------
    folder : Path
        The report, with its pages.
    names : iterable of str
        The names of its pages after the index, in order.
    language : str
        Of the report.
    browser : str
        Path of Chromium or Chrome.

    Returns
    -------
    float
        How many seconds it took.

    Raises
    ------
    RunError
        The browser did not print.
    """
    start = time.monotonic()
    pages = {name: (folder / f"{name}.html").read_text(encoding="utf-8") for name in ("index", *names)}
    with tempfile.TemporaryDirectory(prefix="gezinscoach-", ignore_cleanup_errors=True) as scratch:
        page, printed = Path(scratch) / "report.html", Path(scratch) / PDF
        page.write_text(one_page(pages, language=language), encoding="utf-8", newline="\n")
        _print(browser, page, printed, profile=Path(scratch) / "profile")
        (folder / PDF).write_bytes(TIMES.sub(rb"\g<1>" + NO_TIME + rb"\g<2>", printed.read_bytes()))
    return time.monotonic() - start


def one_page(pages: dict[str, str], *, language: str) -> str:
    """Put the contents of pages behind each other in one document for print.

    Parameters
    ----------
    pages : dict of str to str
        Finished pages by their name without `.html`, the index first.
    language : str
        Of the document.

    Returns
    -------
    str
        A whole HTML document. A link between pages leads to a place in it; a link to a file became its name,
        since a printed link would lead to a folder of this machine.
    """
    soups = {name: BeautifulSoup(html, "html.parser") for name, html in pages.items()}
    first = next(iter(soups.values()))
    title, banner, footer = first.title, first.select_one("p.banner"), first.find("footer")
    contents = [_section(name, soup, set(pages)) for name, soup in soups.items()]
    return (
        environment()
        .get_template("print.html.j2")
        .render(
            language=language,
            words=words(language),
            css=Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),  # noqa: S704
            title=title.get_text() if title else "",
            banner=_css_text(banner.get_text(" ", strip=True) if banner else ""),
            sections=[Markup(content) for content in contents],  # noqa: S704
            footer=[p.get_text(" ", strip=True) for p in footer.find_all("p")] if footer else [],
        )
    )


def _css_text(text: str) -> Markup:
    """Write a text as one of a style sheet: everything but letters, digits and blanks by its number."""
    return Markup("".join(c if c.isalnum() or c == " " else f"\\{ord(c):06x} " for c in text))  # noqa: S704


def _section(name: str, soup: BeautifulSoup, names: set[str]) -> str:
    """Give the content of a page, unfolded, with ids and links that hold in the whole document."""
    main = soup.find("main")
    assert isinstance(main, Tag)
    for tag in main.select("details.code, .hint, .no-print"):
        tag.decompose()
    for details in main.find_all("details"):
        details["open"] = ""
    for tag in main.find_all(True):
        if tag.get("id"):
            tag["id"] = _inside(name, str(tag["id"]))
        for attribute in REFERRING:
            if tag.get(attribute):
                given = tag[attribute]
                ids = given.split() if isinstance(given, str) else given
                tag[attribute] = " ".join(_inside(name, one) for one in ids)
        del tag["tabindex"]
    for link in main.find_all("a", href=True):
        _relink(link, name, names)
    return f'<section id="{name}">{main.decode_contents()}</section>'


def _relink(link: Tag, name: str, names: set[str]) -> None:
    """Let a link lead to a place in the document, or become text with the name of the file."""
    address = urlsplit(str(link["href"]))
    page = address.path.removesuffix(".html") if address.path else name
    if not address.scheme and page in names:
        link["href"] = f"#{_inside(page, address.fragment) if address.fragment else page}"
        return
    if address.path and address.path not in link.get_text():
        link.append(f" ({address.path})")
    link.unwrap()


def _inside(name: str, identifier: str) -> str:
    """Make the id of a page one of the whole document."""
    return f"{name}--{identifier}"


def _print(browser: str, page: Path, pdf: Path, *, profile: Path) -> None:
    """Let a browser print a page."""
    command = [
        browser,
        "--headless",
        "--disable-gpu",
        "--disable-extensions",
        "--no-first-run",
        "--no-pdf-header-footer",
        "--generate-pdf-document-outline",
        f"--user-data-dir={profile}",
        f"--print-to-pdf={pdf}",
        page.as_uri(),
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.insert(1, "--no-sandbox")  # Chromium refuses to run for root with its sandbox
    try:
        subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise RunError(f"--pdf: {Path(browser).name} could not print the report ({error})") from None
    if not pdf.is_file():
        raise RunError(f"--pdf: {Path(browser).name} said nothing and printed nothing")
