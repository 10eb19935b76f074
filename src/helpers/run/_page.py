"""The content of a page after nbconvert: figures with captions, tables that scroll, headings with ids."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag

from helpers.formats import slug

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LONGEST_ALT = 600  # characters of a text alternative that is read in one go
SHORT_ALT = 300  # of a longer one: as much as fits, the rest stands below the figure
MANY_FROM, WIDE_FROM = 9, 16  # columns from which a table is printed smaller, and across the page
OPEN_UP_TO = 15  # rows of a table that stand open on the page
NUMBER = re.compile(r"[-−+<≤]?\s?\d[\d.,\s\u202f]*\s?%?|[–—]?")


@dataclass(frozen=True)
class Entry:
    """A line of a table of contents."""

    id: str
    text: str


@dataclass(frozen=True)
class Content:
    """The finished content of a page."""

    html: str
    title: str
    toc: tuple[Entry, ...]
    figures: Mapping[str, str] = field(default_factory=dict)  # id -> heading of its caption


def finish(html: str, *, words: Mapping[str, str], drawings: Collection[str] = ()) -> Content:
    """Finish the content of a page.

    Parameters
    ----------
    html : str
        What the notebook template makes: prose, folded code, images, captions, tables.
    words : mapping
        The words of the frame in the language of the page.
    drawings : collection of str
        Names of the figures that can also be had as SVG.

    Returns
    -------
    Content
        Images and captions joined to figures, tables in regions that scroll, headings with ids.
    """
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup.find_all(["style", "script"]):
        tag.decompose()
    for summary in soup.select("details.code > summary"):
        summary.string = words["code"]
    for caption in soup.select("div.caption[data-figure]"):
        if str(caption["data-figure"]) in drawings:
            _link_drawing(soup, caption, words["drawing"])
        _join_figure(soup, caption, words=words)
    for number, table in enumerate(soup.find_all("table"), start=1):
        _finish_table(soup, table, number, words)
    _drop_empty(soup)
    _gather_code(soup)
    _fold_sources(soup, words["researchers"])
    toc = _name_headings(soup)
    title = soup.find("h1")
    headings = {str(tag["id"]): tag.get_text(" ", strip=True) for tag in soup.select("figcaption [id]")}
    figures = {str(tag["id"]): headings.get(f"{tag['id']}-heading", "") for tag in soup.select("figure[id]")}
    return Content(str(soup).strip(), title.get_text(" ", strip=True) if title else "", toc, figures)


def _link_drawing(soup: BeautifulSoup, caption: Tag, label: str) -> None:
    """Add a link to the figure as a drawing that can be enlarged."""
    link = soup.new_tag("a", href=f"figures/{caption['data-figure']}.svg")
    link.string = label
    caption.extend([" ", link])


def _join_figure(soup: BeautifulSoup, caption: Tag, *, words: Mapping[str, str]) -> None:
    """Make one figure of a finding, its image, a hint for narrow screens, and the caption that follows."""
    image = caption.find_previous("img")
    if image is None or image.find_parent("figure"):
        return
    name, holder = str(caption["data-figure"]), caption.parent
    figure = soup.new_tag("figure", id=name)
    heading = caption.find("strong") or caption  # its text names the region of the image
    heading["id"] = f"{name}-heading"
    image.replace_with(figure)
    if (headline := soup.find("p", class_="headline", attrs={"data-figure": name})) is not None:
        del headline["data-figure"]
        figure.append(headline.extract())
    figure.append(_scrolling(soup, image, heading=f"{name}-heading"))
    figure.append(soup.new_tag("p", attrs={"class": "hint"}, string=words["hint"]))
    caption.name = "figcaption"
    del caption["data-figure"], caption["class"]
    figure.append(caption.extract())
    _shorten_alt(soup, image, figure, words)
    if holder is not None and not holder.get_text(strip=True) and not holder.find("img"):
        holder.decompose()


def _shorten_alt(soup: BeautifulSoup, image: Tag, figure: Tag, words: Mapping[str, str]) -> None:
    """Keep a text alternative short enough to listen to: a long one stands below the figure, to unfold."""
    alt = str(image.get("alt", ""))
    if len(alt) <= LONGEST_ALT:
        return
    start = alt[:SHORT_ALT].rpartition(" ")[0] or alt[:SHORT_ALT]
    ends = [start.rfind(mark) for mark in ("; ", ". ")]
    begun = start[: max(ends)] if max(ends) > 0 else start
    begun = begun.rstrip(";. ")
    image["alt"] = f"{begun.rstrip('.')}. {words['more_below']}"
    details = soup.new_tag("details", attrs={"class": "described no-print"})
    details.append(soup.new_tag("summary", string=words["described"]))
    details.append(soup.new_tag("p", string=alt))
    figure.append(details)


def _fold_sources(soup: BeautifulSoup, label: str) -> None:
    """Fold what a notebook reads and writes, with the code that only prepares: for who runs it."""
    title = soup.find("h1")
    prose = title.find_parent("div", class_="prose") if isinstance(title, Tag) else None
    region = prose.select_one("div.region") if isinstance(prose, Tag) else None
    if not isinstance(prose, Tag) or not isinstance(region, Tag):
        return
    details = soup.new_tag("details", attrs={"class": "code sources no-print"})
    region.wrap(details)
    details.insert(0, soup.new_tag("summary", string=label))
    cell = prose.find_next_sibling()
    if (code := _only_code(cell)) is not None and cell is not None:
        for block in code.select(".highlight"):
            details.append(block.extract())
        cell.decompose()


def _scrolling(soup: BeautifulSoup, image: Tag, *, heading: str) -> Tag:
    """Put an image in a region that scrolls, so that its text need not shrink on a phone."""
    holder = soup.new_tag("div")
    holder.attrs |= {"class": "image", "role": "group", "tabindex": "0", "aria-labelledby": heading}
    holder.append(image)
    return holder


def _finish_table(soup: BeautifulSoup, table: Tag, number: int, words: Mapping[str, str]) -> None:
    """Give a table scopes, aligned numbers and a region that scrolls; below its figure it can be folded."""
    for attribute in ("border", "style", "class"):
        del table[attribute]
    _scopes(table)
    _align_numbers(table)
    caption = table.find("caption") or _caption(soup, table, words["table"])
    caption["id"] = f"table-{number}"
    region = soup.new_tag("div", attrs={"class": "region", "role": "region", "tabindex": "0"})
    region["aria-labelledby"] = f"table-{number}"
    region["class"] = " ".join(["region", *_print_classes(table)])
    table.wrap(region)
    shown = table.find_parent("div", class_="data-table")
    rows = len(table.select("tbody tr"))
    if shown is not None and soup.find("figure", id=str(shown.get("data-table"))):
        _fold(soup, region, words["numbers"], rows=rows)
    elif shown is not None and shown.get("data-table") and rows > OPEN_UP_TO:
        _fold(soup, region, f"{words['table']}: {next(caption.stripped_strings, '')}", rows=rows)


def _print_classes(table: Tag) -> list[str]:
    """Say whether a table has so many columns that it is printed smaller, or across the page."""
    columns = max((len(row.find_all(["th", "td"])) for row in table.select("tbody tr")), default=0)
    return ["wide"] if columns >= WIDE_FROM else ["many"] if columns >= MANY_FROM else []


def _caption(soup: BeautifulSoup, table: Tag, word: str) -> Tag:
    """Name a table of the prose after the heading above it, for who does not see where it stands."""
    heading = table.find_previous(HEADINGS)
    caption = soup.new_tag("caption", attrs={"class": "unseen"})
    caption.string = f"{word}: {heading.get_text(' ', strip=True)}" if heading else word
    table.insert(0, caption)
    return caption


def _fold(soup: BeautifulSoup, region: Tag, label: str, *, rows: int) -> None:
    """Put a region in an element that can be folded, closed where the table is long."""
    details = soup.new_tag("details", attrs={"class": "numbers"})
    if rows <= OPEN_UP_TO:
        details["open"] = ""
    region.wrap(details)
    summary = soup.new_tag("summary")
    summary.string = label
    details.insert(0, summary)


def _scopes(table: Tag) -> None:
    """Say of each header cell what it is the header of."""
    for row in table.find_all("tr"):
        in_head = row.find_parent("thead") is not None
        for cell in row.find_all("th"):
            if not cell.get("scope"):
                cell["scope"] = "col" if in_head else "row"


def _align_numbers(table: Tag) -> None:
    """Mark the columns that hold numbers only, so that they stand flush right."""
    rows = [row.find_all(["th", "td"]) for row in table.select("tbody tr")]
    heads = [row.find_all(["th", "td"]) for row in table.select("thead tr")]
    if not rows or len({len(row) for row in rows}) > 1 or table.select_one("[colspan]"):
        return
    for index in range(len(rows[0])):
        column = [row[index] for row in rows]
        texts = [cell.get_text(strip=True) for cell in column]
        if any(texts) and all(NUMBER.fullmatch(text) for text in texts):
            for cell in column + [row[index] for row in heads if len(row) == len(rows[0])]:
                cell["class"] = "number"


def _drop_empty(soup: BeautifulSoup) -> None:
    """Drop the wrappers of what has moved elsewhere."""
    for tag in soup.select("div.shown, div.cell"):
        if not tag.get_text(strip=True) and not tag.find(["img", "table", "details"]):
            tag.decompose()


def _gather_code(soup: BeautifulSoup) -> None:
    """Put the code of cells that follow each other and show nothing behind one summary."""
    for cell in soup.select("div.cell"):
        details = _only_code(cell)
        while details is not None and (following := _only_code(cell.find_next_sibling())) is not None:
            for code in following.select(".highlight"):
                details.append(code.extract())
            cell.find_next_sibling().decompose()  # type: ignore[union-attr]


def _only_code(tag: Tag | None) -> Tag | None:
    """Give the folded code of a cell that holds nothing else."""
    if tag is None or tag.decomposed or "cell" not in tag.get_attribute_list("class"):
        return None
    children = tag.find_all(True, recursive=False)
    return children[0] if [child.name for child in children] == ["details"] else None


def _name_headings(soup: BeautifulSoup) -> tuple[Entry, ...]:
    """Give each heading an id of its own and list those of the second rank."""
    taken: set[str] = {str(tag["id"]) for tag in soup.find_all(id=True) if tag.name not in HEADINGS} | {
        "main"
    }
    entries = []
    for heading in soup.find_all(HEADINGS):
        text = heading.get_text(" ", strip=True)
        heading["id"] = _unique(slug(text) or "section", taken)
        if heading.name == "h2":
            entries.append(Entry(str(heading["id"]), text))
    return tuple(entries)


def _unique(name: str, taken: set[str]) -> str:
    """Number a name where it is taken, and take it."""
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name}-{number}", number + 1
    taken.add(candidate)
    return candidate
