"""What a finished page may not have: a missing text alternative, a dead link, an address elsewhere."""

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

from helpers.run._plan import PILOTS

MOST_BYTES = 1_500_000
NO_ALT = "No description has been provided for this image"
REFERENCES = ("src", "href", "srcset", "data", "action", "poster", "xlink:href")
ELSEWHERE = re.compile(r"url\(\s*['\"]?(?!data:)|@import|//[a-z0-9-]+\.", re.IGNORECASE)


def soup_of(page: Path) -> BeautifulSoup:
    """Parse a page, once; it is to be read, not changed."""
    return _parsed(page.read_text(encoding="utf-8"))


@lru_cache(maxsize=64)
def _parsed(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def lint(page: Path, *, internal: bool = False, outside: bool = True) -> list[str]:
    """List what is wrong with a page, in the words of whoever mends the notebook or the template.

    Parameters
    ----------
    page : Path
        A finished page, in the folder of its report.
    internal : bool
        A page of the internal review may be larger: it has a figure for each family.
    outside : bool
        Whether links that leave the folder are checked: other reports of the run may not be there yet.

    Returns
    -------
    list of str
        One line per fault; empty when there is none.
    """
    soup = soup_of(page)
    checks = (_frame, _images, _headings, _tables, _ids, _references)
    faults = [fault for check in checks for fault in check(soup)]
    faults += [
        f"dead link: {link}" for link in _links(soup, outside=outside) if not _exists(link, page, soup)
    ]
    if page.stat().st_size > MOST_BYTES and not internal:
        faults.append(f"the page has {page.stat().st_size:,} bytes, more than {MOST_BYTES:,}")
    return [f"{page.name}: {fault}" for fault in faults]


def _frame(soup: BeautifulSoup) -> Iterator[str]:
    """Check the language, title, landmarks, and that one page of the navigation is marked."""
    html = soup.find("html")
    if not isinstance(html, Tag) or html.get("lang") not in ("nl", "en"):
        yield "no language"
    if soup.title is None or not soup.title.get_text(strip=True):
        yield "no title"
    for name in ("header", "main", "footer"):
        if len(soup.find_all(name)) != 1:
            yield f"not one {name}"
    if len(soup.select('nav.menu [aria-current="page"]')) != 1:
        yield "not one current page in the navigation"
    if soup.select("script[src], main script, iframe, object, embed, link, base"):
        yield "an element that loads or runs something"


def _images(soup: BeautifulSoup) -> Iterator[str]:
    for image in soup.find_all("img"):
        if str(image.get("alt", "")).strip() in ("", NO_ALT):
            figure = image.find_parent("figure")
            yield f"an image without text alternative ({figure.get('id') if figure else 'outside a figure'})"
    for figure in soup.find_all("figure"):
        if not figure.find("figcaption"):
            yield f"a figure without caption ({figure.get('id')})"


def _headings(soup: BeautifulSoup) -> Iterator[str]:
    """Check that there is one first heading and that no rank is skipped on the way down."""
    ranks = [int(heading.name[1]) for heading in soup.find_all(re.compile("^h[1-6]$"))]
    if ranks.count(1) != 1:
        yield f"{ranks.count(1)} headings of the first rank"
    for previous, rank in zip([0, *ranks], ranks, strict=False):
        if rank > previous + 1:
            yield f"a heading of rank {rank} after rank {previous}"


def _tables(soup: BeautifulSoup) -> Iterator[str]:
    for number, table in enumerate(soup.find_all("table"), start=1):
        caption = table.find("caption")
        if not isinstance(caption, Tag) or not caption.get_text(strip=True):
            yield f"table {number} without caption"
        if not table.find("th") or any(not cell.get("scope") for cell in table.find_all("th")):
            yield f"table {number} has header cells without scope, or none"


def _ids(soup: BeautifulSoup) -> Iterator[str]:
    ids = [str(tag["id"]) for tag in soup.find_all(id=True)]
    yield from (f"the id {name} stands twice" for name in sorted({i for i in ids if ids.count(i) > 1}))


def _references(soup: BeautifulSoup) -> Iterator[str]:
    """Check that nothing points to another host, nor to a place on this machine."""
    for tag in soup.find_all(True):
        for name in REFERENCES:
            address = urlsplit(str(tag.get(name, "")))
            if (address.scheme or address.netloc) and address.scheme != "data":
                yield f"an external address: {tag.get(name)}"
            elif address.path.startswith(("/", "\\")):
                yield f"an address on this machine: {tag.get(name)}"
        if ELSEWHERE.search(str(tag.get("style", ""))):
            yield f"a style that loads something: {tag.get('style')}"
    for style in soup.find_all("style"):
        if ELSEWHERE.search(style.get_text()):
            yield "a style sheet that loads something"


def _links(soup: BeautifulSoup, *, outside: bool) -> list[str]:
    found = {str(link["href"]) for link in soup.find_all("a", href=True)}
    local = {link for link in found if not urlsplit(link).scheme}
    return sorted(link for link in local if outside or not _leaves(link))


def _leaves(link: str) -> bool:
    """Tell whether a link leads to another report: out of the folder, or into that of a pilot."""
    path = posixpath.normpath(unquote(urlsplit(link).path) or ".")
    return path.startswith("..") or path.startswith(f"{PILOTS}/")


def _exists(link: str, page: Path, soup: BeautifulSoup) -> bool:
    """Tell whether a link leads to a file of the report, or to a place on the page."""
    address = urlsplit(link)
    if address.path and not (page.parent / unquote(address.path)).is_file():
        return False
    if address.path or not address.fragment:
        return bool(address.path)
    return soup.find(id=unquote(address.fragment)) is not None
