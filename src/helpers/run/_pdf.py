"""A document as a PDF, printed by Chromium, with bookmarks."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from helpers.folders import RunError

PDF = "report.pdf"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
ON_A_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
SECONDS = 180
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


def print_document(document: str, pdf: Path, *, browser: str) -> None:
    """Print an HTML document, with the same bytes each time.

    Parameters
    ----------
    document : str
        A whole HTML document that needs no other file.
    pdf : Path
        Where the PDF comes.
    browser : str
        Path of Chromium or Chrome.

    Raises
    ------
    RunError
        The browser did not print.
    """
    with tempfile.TemporaryDirectory(prefix="gezinscoach-", ignore_cleanup_errors=True) as scratch:
        page, printed = Path(scratch) / "report.html", Path(scratch) / PDF
        page.write_text(document, encoding="utf-8", newline="\n")
        _print(browser, page, printed, profile=Path(scratch) / "profile")
        pdf.write_bytes(TIMES.sub(rb"\g<1>" + NO_TIME + rb"\g<2>", printed.read_bytes()))


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
