"""Two tiny notebooks that do what the real ones do, in seconds: read, write, show a figure and a table."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PNG = (  # one white point
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP4////fwAJ+wP9KobjigAAAABJRU5ErkJggg=="
)
SHARED = 'clean = "data/clean/nowhere"\noutput = ""\nlanguage = "nl"\npilots = []'
CLEANING = f'raw = "data/raw/nowhere"\n{SHARED}\nmin_household_items = 4\nbaseline_window_days = 30\n' + (
    'follow_up_months = 6\nfollow_up_rule = "at"'
)
BASELINE = f'{SHARED}\nwithin_family = "worst"'
WRITE_CLEAN = """\
import json, os, time
from pathlib import Path
Path(clean).mkdir(parents=True)
lines = sorted(file.name for file in Path(raw).iterdir())
_ = (Path(clean) / "study.json").write_text(json.dumps(lines))"""
WRITE_FLOW = """\
tables = Path(output) / "tables"
tables.mkdir()
stages = "registered,13 test,0 no_household,0 too_few_items,1 retained,12 followed,11"
_ = (tables / "flow.csv").write_text("stage,families\\n" + stages.replace(" ", "\\n") + "\\n")
print(output, clean, raw, pilots, follow_up_months, os.getcwd(), hash("a"))"""
BLOCK = {  # a figure with its table, as `study.show` makes it
    "kind": "figure",
    "name": "flow",
    "finding": "Drie <gezinnen>",
    "heading": "Figuur.",
    "conclusion": "",
    "caption": "n = 3.",
    "link": ["tables/flow.csv", "flow.csv"],
    "table": {
        "kind": "table",
        "id": "table-flow",
        "caption": "Cijfers",
        "notes": [],
        "head": [
            [
                {"text": text, "columns": 0, "rows": 1, "numeric": number, "meaning": ""}
                for text, number in (("stap", False), ("n", True))
            ]
        ],
        "headers": ["stap", "n"],
        "numeric": [False, True],
        "rows": [["een", "3"]],
        "size": "",
        "cards": False,
        "fold": "Cijfers als tabel",
        "link": None,
    },
}
SVG = '<svg role="img" aria-label="Drie" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>'
SHOW = f"""\
import base64
from IPython.display import display
_ = (Path(output) / "figures").mkdir()
_ = (Path(output) / "figures" / "flow.svg").write_text({SVG!r})
_ = (Path(output) / "figures" / "flow.png").write_bytes(base64.b64decode("{PNG}"))
display({{"application/vnd.gezinscoach+json": {BLOCK!r}, "text/plain": "flow"}}, raw=True)"""
READ_CLEAN = """\
from pathlib import Path
(Path(clean) / "study.json").read_text(), within_family"""


def notebook(parameters: str, *cells: str) -> nbformat.NotebookNode:
    """A notebook in both languages with these parameters and code cells, a heading before each."""
    made = new_notebook(
        cells=[
            new_markdown_cell("# Een titel", metadata={"tags": ["lang-nl"]}),
            new_markdown_cell("# A title", metadata={"tags": ["lang-en"]}),
            new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        ]
    )
    for number, cell in enumerate(cells, start=1):
        made.cells.append(new_markdown_cell(f"## Stap {number}", metadata={"tags": ["lang-nl"]}))
        made.cells.append(new_markdown_cell(f"## Step {number}", metadata={"tags": ["lang-en"]}))
        made.cells.append(new_code_cell(cell))
    return made


def write_notebooks(folder: Path, **cells: tuple[str, ...]) -> Path:
    """Write 01_cleaning and 02_baseline to a folder; other cells than the usual by the notebook's name."""
    folder.mkdir(parents=True, exist_ok=True)
    first = notebook(CLEANING, *cells.get("cleaning", (WRITE_CLEAN, WRITE_FLOW, SHOW)))
    second = notebook(BASELINE, *cells.get("baseline", (READ_CLEAN,)))
    nbformat.write(first, folder / "01_cleaning.ipynb")
    nbformat.write(second, folder / "02_baseline.ipynb")
    return folder
