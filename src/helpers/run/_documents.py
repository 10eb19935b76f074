"""A report as one document: a PDF, printed by Chromium with bookmarks, or one of Word, made by pandoc.

Both have the same bytes each time.
"""

import io
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from datetime import date
from html import escape
from pathlib import Path

from helpers.folders import RunError, zipped

PDF, WORD = "report.pdf", "report.docx"
SECONDS = 180
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
ON_A_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
TIMES = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)[^)]*(\))")
NODES = re.compile(rb"node\d{8}")  # what a header of a table is known by: the browser's number of its element
NO_TIME = b"19800101000000+00'00'"  # as long as what Chromium writes, so that no offset in the file moves
SPACE = "http://schemas.openxmlformats.org"
HEADER, FOOTER = "header1.xml", "footer1.xml"
SECTION = re.compile(r"<w:sectPr>.*?</w:sectPr>", re.DOTALL)
ROW = re.compile(r"<w:tr>(?!<w:trPr>)")  # of a table; it may not break over pages
SOURCE = re.compile(r'descr="data:[^"]*"')  # pandoc notes beside a picture where it came from: all of it


# ---- PDF ---------------------------------------------------------------------------------------------------


def find_browser() -> str:
    """Find a browser that can print; RunError says how to get one."""
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
    """Print an HTML document that needs no other file."""
    with tempfile.TemporaryDirectory(prefix="gezinscoach-", ignore_cleanup_errors=True) as scratch:
        page, printed = Path(scratch) / "report.html", Path(scratch) / PDF
        page.write_text(document, encoding="utf-8", newline="\n")
        _print(browser, page, printed, profile=Path(scratch) / "profile")
        pdf.write_bytes(steady(printed.read_bytes()))


def steady(printed: bytes) -> bytes:
    """Take out what a browser prints otherwise each time: when it was, and how many elements came before."""
    number = {name: b"node%08d" % place for place, name in enumerate(sorted(set(NODES.findall(printed))))}
    numbered = NODES.sub(lambda node: number[node[0]], printed)
    return TIMES.sub(rb"\g<1>" + NO_TIME + rb"\g<2>", numbered)


def _print(browser: str, page: Path, pdf: Path, *, profile: Path) -> None:
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


# ---- Word --------------------------------------------------------------------------------------------------


def find_pandoc() -> str:
    """Find the pandoc that comes with its Python package; RunError says how to get it."""
    try:
        import pypandoc
    except ImportError:
        raise RunError(
            "--docx: needs the package pypandoc-binary, which `python3 run.py` installs; elsewhere: "
            "python -m pip install 'gezinscoach[word]'"
        ) from None
    return str(pypandoc.get_pandoc_path())


def write_word(document: str, path: Path, *, title: str, running: str, day: date, pandoc: str) -> None:
    """Write an HTML document that needs no other file as one of Word.

    `running` is what every page says at its top; `day` is that of the data, which Word shows as the day on
    which the document was made.
    """
    command = [pandoc, "--sandbox", "--from", "html", "--to", "docx", "--output", "-"]
    command += ["--metadata", f"title={title}"]
    try:
        done = subprocess.run(
            command, input=document.encode("utf-8"), capture_output=True, timeout=SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise RunError(f"--docx: pandoc could not make the document ({error})") from None
    path.write_bytes(_laid_out(done.stdout, running, day))


def _laid_out(made: bytes, running: str, day: date) -> bytes:
    """Make the pages A4, with a text at the top of each and its number at the foot; give it its day."""
    with zipfile.ZipFile(io.BytesIO(made)) as old:
        parts = {name: old.read(name) for name in sorted(old.namelist()) if not name.endswith("/")}
    for name, (old_text, new_text) in _CHANGES.items():
        parts[name] = parts[name].decode().replace(old_text, new_text + old_text, 1).encode()
    text = SOURCE.sub('descr=""', parts["word/document.xml"].decode())
    text = ROW.sub("<w:tr><w:trPr><w:cantSplit /></w:trPr>", text)
    parts["word/document.xml"] = SECTION.sub(_PAGES, _as_field(text)).encode()
    parts["word/styles.xml"] = _styles(parts["word/styles.xml"].decode()).encode()
    parts[f"word/{HEADER}"] = _edge("hdr", f"<w:t>{escape(running)}</w:t>").encode()
    parts[f"word/{FOOTER}"] = _edge("ftr", _NUMBER).encode()
    about = parts["docProps/core.xml"].decode()  # a sandbox knows no day
    parts["docProps/core.xml"] = about.replace("1970-01-01T", f"{day}T").encode()
    return zipped(parts)


def _as_field(text: str) -> str:
    """Make the list of contents a field, which Word puts page numbers to when a reader updates it."""
    first = text.index('<w:pStyle w:val="TOC1" /></w:pPr>')
    last = text.index("</w:p>", text.rindex('<w:pStyle w:val="TOC'))
    begin = text.index("</w:pPr>", first) + len("</w:pPr>")
    return f"{text[:begin]}{_FIELD}{text[begin:last]}{_END}{text[last:]}"


def _styles(text: str) -> str:
    """Make letters smaller than pandoc does, and define the styles that are not pandoc's."""
    for name, (shown, paragraph, letters) in _STYLES.items():
        text = re.sub(rf'<w:style [^>]*w:styleId="{name}".*?</w:style>', "", text, flags=re.DOTALL)
        style = (
            f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{shown}" />'
            f'<w:basedOn w:val="BodyText" /><w:pPr>{paragraph}</w:pPr><w:rPr>{letters}</w:rPr></w:style>'
        )
        text = text.replace("</w:styles>", f"{style}</w:styles>")
    return re.sub(r'(<w:szC?s? w:val=")(\d+)"', lambda at: f'{at[1]}{_SIZES.get(at[2], at[2])}"', text)


def _edge(kind: str, content: str) -> str:
    space = f"{SPACE}/wordprocessingml/2006/main"
    look = '<w:rPr><w:color w:val="595959" /><w:sz w:val="16" /></w:rPr>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><w:{kind} xmlns:w="{space}"><w:p><w:r>{look}{content}</w:r>'
        f"</w:p></w:{kind}>"
    )


_NUMBER = (
    '<w:fldChar w:fldCharType="begin" /><w:instrText xml:space="preserve"> PAGE </w:instrText>'
    '<w:fldChar w:fldCharType="end" />'
)
_FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin" /></w:r><w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\h '
    '\\z \\u </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate" /></w:r>'
)
_END = '<w:r><w:fldChar w:fldCharType="end" /></w:r>'
_CLOSE = '<w:spacing w:before="{}" w:after="0" />'
_STYLES = {  # id: name, its paragraphs, its letters
    "TOC1": ("toc 1", _CLOSE.format(100), "<w:b />"),
    "TOC2": ("toc 2", f'{_CLOSE.format(0)}<w:ind w:left="280" />', ""),
    "Headline": ("Headline", "<w:keepNext /><w:keepLines />", "<w:b />"),
    "FirstParagraph": ("First Paragraph", "<w:keepNext />", ""),  # below a heading: with what it is about
    "Compact": ("Compact", '<w:spacing w:before="20" w:after="20" />', '<w:sz w:val="17" />'),
}
_SIZES = {"24": "20", "56": "44", "40": "32", "32": "26", "28": "22"}  # in half points
_PAGES = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rIdTop" />'
    '<w:footerReference w:type="default" r:id="rIdFoot" /><w:pgSz w:w="11906" w:h="16838" />'
    '<w:pgMar w:top="1247" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" '
    'w:gutter="0" /></w:sectPr>'
)
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATED = f"{SPACE}/officeDocument/2006/relationships"
_CHANGES = {  # part: what stands before which text
    "[Content_Types].xml": (
        "</Types>",
        f'<Override PartName="/word/{HEADER}" ContentType="{_TYPE}.header+xml" />'
        f'<Override PartName="/word/{FOOTER}" ContentType="{_TYPE}.footer+xml" />',
    ),
    "word/_rels/document.xml.rels": (
        "</Relationships>",
        f'<Relationship Id="rIdTop" Type="{_RELATED}/header" Target="{HEADER}" />'
        f'<Relationship Id="rIdFoot" Type="{_RELATED}/footer" Target="{FOOTER}" />',
    ),
}
