"""CONTRIBUTING, followed to the letter in a copy of the project: two new tables, and a Figure 22."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter

import nbformat
import numpy as np
import openpyxl
import pandas as pd
import pytest

from helpers.definitions import ROOT
from helpers.study import Study

BLOCK = re.compile(r"```(?:python|yaml)\n# (\S+)\n(.*?)```", re.DOTALL)
NAME, MONTHS = "registrations_per_family", "registrations_by_month"
SIZES = {"1-2": (1, 2), "3-5": (3, 5), "6+": (6, 1000)}
FOLLOWED = """
import json, sys
from pathlib import Path
from helpers.definitions import load_definitions
from helpers.dictionary import data_dictionary
from helpers.outputs import add
from helpers.protect import Edition
from helpers.study import FinishedStudy, Study
from helpers.workbook import write_workbook

out, cell = Path(sys.argv[1]), sys.argv[2]
new = name, months = "registrations_per_family", "registrations_by_month"
sys.path.append(sys.argv[3])
import texts
study = Study.open("data/clean/copy", output=out / "full")
exec(cell)
write_workbook(out / "full" / "tables", out / "tables.xlsx", language="nl", heading=["x"])
edition = Edition()
published = FinishedStudy(study.published(edition), study.about, edition=edition, language="nl")
published.output = out / "public"
published.show(months)  # what stands in for it
codes = study.families["family"]
parts = [study.select(codes[codes.index % 2 == rest]).counts for rest in (0, 1)]
print(json.dumps({
    "adds_up": [add([one[each] for one in parts]).equals(add([study.counts[each]])) for each in new],
    "dictionary": data_dictionary(load_definitions()),
    "said": [study.account(name).finding.nl, published.account(name).finding.en],
    "figure": study.account("figure_22").finding.nl,
    "months": study.account(months).finding.en,
    "settings": [sorted(study.depends_on(each)) for each in new],
    "of_nobody": study.select([]).account(months).finding.nl,
    "names": [one for one in study if one in (*new, "figure_22")],
    "written": [one for notebook in texts.notebooks() for one in texts.outputs(notebook)],
}))
"""


@pytest.fixture(scope="module")
def study() -> Study:
    return Study.clean(ROOT / "data" / "raw" / "synthetic")


@pytest.fixture(scope="module")
def followed(study, tmp_path_factory):
    """The copy in which the blocks stand where they say, and what came of it."""
    copy, out = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("out")
    for folder in ("src", "notebooks", "data/reference", "docs"):
        shutil.copytree(ROOT / folder, copy / folder)
    blocks = BLOCK.findall((ROOT / "docs" / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    cells = []
    for place, text in blocks:
        assert (copy / place).is_file(), place
        if place.endswith(".ipynb"):
            book = nbformat.read(copy / place, as_version=4)
            book.cells.append(nbformat.v4.new_code_cell(text))
            nbformat.write(book, copy / place)
            cells.append(book.cells[-1].source)
        else:
            with (copy / place).open("a", encoding="utf-8") as file:
                file.write("\n\n" + text)
    Study.clean(ROOT / "data" / "raw" / "synthetic", copy / "data" / "clean" / "copy")
    environment = os.environ | {"PYTHONPATH": str(copy / "src"), "GEZINSCOACH_RUN": "1"}
    command = [sys.executable, "-c", FOLLOWED, str(out), "\n".join(cells), str(ROOT / "tests")]
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return out, json.loads(done.stdout.splitlines()[-1]), len(blocks)


def expected(study: Study) -> dict[str, int]:
    """The retained families by the number of their registrations, counted one by one."""
    retained = study.families[study.families["status"] == "retained"]
    numbers = [int(n) for n in retained["registrations"]]
    return {size: sum(low <= n <= high for n in numbers) for size, (low, high) in SIZES.items()}


def table(folder, name: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO((folder / "tables" / f"{name}.csv").read_text(encoding="utf-8")))


def test_every_block_of_the_page_is_followed(followed):
    _, found, blocks = followed
    assert blocks == 12 and found["names"] == [NAME, MONTHS, "figure_22"]


def test_what_they_say_is_written_down_once(followed):
    written = followed[1]["written"]
    assert [written.count(name) for name in (NAME, MONTHS, "figure_22")] == [1, 1, 1]


def test_the_new_table_is_counted_and_derived(followed, study):
    out, found, _ = followed
    counted, shown = expected(study), table(out / "full", NAME)
    assert dict(zip(shown["size"], shown["families"], strict=True)) == counted
    total = sum(counted.values())
    assert shown["share"].tolist() == pytest.approx([n / total for n in counted.values()])
    assert (shown["ci_low"] < shown["share"]).all() and (shown["share"] < shown["ci_high"]).all()
    assert found["adds_up"] == [True, True]
    assert found["settings"] == [[], []]
    most = max(counted, key=counted.__getitem__)
    assert found["said"][0].startswith(f"{counted[most]} van de {total} gezinnen hebben {most[0]}")


def test_its_chart_sheet_and_explanation_follow(followed, study):
    out, found, _ = followed
    drawn = (out / "full" / "figures" / f"{NAME}.svg").read_text(encoding="utf-8")
    assert all(f">{n}  ·" in drawn or f"{n} " in drawn for n in expected(study).values())
    book = openpyxl.load_workbook(out / "tables.xlsx")
    assert [row[1].value for row in book[NAME].iter_rows(min_row=2)] == [*expected(study).values()]
    guide = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert any(row[0] == NAME and "Registraties per gezin." in str(row[2]) for row in guide)
    assert f"### `{NAME}`\n\n- Registrations per family" in found["dictionary"]
    assert "| `size` | `1-2`, `3-5`, `6+` | registrations" in found["dictionary"]


def test_its_public_form_follows(followed, study):
    out, found, _ = followed
    shown, counted = table(out / "public", NAME), expected(study)
    assert (shown["families"] % 5 == 0).all()
    assert shown["families"].sum() == round(sum(counted.values()) / 5) * 5
    away = np.abs(shown["families"].to_numpy() - np.array([*counted.values()]))
    assert (np.sort(away)[:2] <= 2).all()  # all but the group that carries
    assert re.match(r"\d+ of the \d+ families have \d", found["said"][1])


def test_the_table_of_no_known_kind_has_its_rows_and_its_sentence(followed, study):
    out, found, _ = followed
    retained = study.families[study.families["status"] == "retained"].set_index("family")
    days = {(row.family, row.date) for row in study.registrations.itertuples()}
    counted = Counter((f"{day:%Y-%m}", retained["pilot"][one]) for one, day in days if one in retained.index)
    shown = table(out / "full", MONTHS)
    rows = {(row.month, row.pilot): row.registrations for row in shown.itertuples()}
    assert {key: n for key, n in rows.items() if n} == dict(counted)
    assert len(rows) == len(shown) == shown["month"].nunique() * len(study.about.pilots)
    months = Counter(month for month, _ in counted.elements())
    most = max(months.values())
    assert found["months"].startswith("Most was registered in ")
    assert found["months"].endswith(f": {most} of {months.total()} times")
    assert found["of_nobody"] == "Geen enkel gezin is geregistreerd"
    assert not (out / "public" / "tables" / f"{MONTHS}.csv").exists()


def test_figure_22_has_its_matrix_and_its_words(followed, study):
    out, found, _ = followed
    shown, pairs = table(out / "full", "figure_22"), study.pairs("kind", "vrije_tijd")
    up = int((pairs["follow_up_level"] > pairs["baseline_level"]).sum())
    assert shown["persons"].sum() == len(pairs)
    assert found["figure"].startswith(f"{up} van de {len(pairs)} kinderen hebben meer vrije tijd")
    assert "figure_22" in found["dictionary"] and "Figure 22. Leisure of children" in found["dictionary"]
