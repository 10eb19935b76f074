"""A study with another edition of the instrument: what its codebook and its files say is what is counted.

The definitions are read once a process, so that a copy of the project with other ones has a process of its
own.
"""

import json
import os
import re
import shutil
import subprocess
import sys

from helpers.definitions import ROOT
from test_codebook_changes import edit, edit_items

STUDY = """
import json
from helpers import protect
from helpers.parameters import PARAMETERS
from small_study import clean_tables, open_study
rows = []
for family, levels in {"A": (2, 4), "B": (3, 5), "C": (4, 1), "D": (3, 3)}.items():
    for day, level in zip((0, 180), levels):
        rows.append((family, "huishouden", None, day, {"energie": level, "inkomen": 3}))
        rows.append((family, "volwassene", "V1", day, {"spanning": level}))
    rows.append((family, "huishouden", None, 200, {}))
study = open_study(clean_tables(*rows))
change = study["item_change"].astype({"unit": "str"}).set_index(["unit", "item"])
ways = ["improved", "declined", "n"]
verdicts = study["verdicts"]["question"].astype("str")
print(json.dumps({
    "items": len(change),
    "adjusted": protect.ITEMS,
    "household": PARAMETERS["min_household_items"].high,
    "energie": change.loc[("huishouden", "energie"), ways].astype(int).tolist(),
    "spanning": change.loc[("volwassene", "spanning"), ways].astype(int).tolist(),
    "outcomes": study["primary_outcomes"]["outcome"].astype("str").tolist(),
    "multistate": len(study["multistate"]),
    "questions": [one for one in verdicts if "." not in one],
}, default=bool))
"""

NEW = """\
  huishouden.energie: {nl: energie, en: energy}
  huishouden.water: {nl: water, en: water}
"""


def revise(rows: list[dict[str, str]]) -> None:
    """Add two items of the household, give one of adults another name, and drop one of children."""
    rows[4:4] = [rows[3] | {"item": item} for item in ("energie", "water")]
    for row in rows:
        if (row["unit"], row["item"]) == ("volwassene", "stress"):
            row["item"] = "spanning"
    rows[:] = [row for row in rows if row["item"] != "babyuitzet"]


def test_items_that_join_go_and_change_their_name_and_four_primary_outcomes(tmp_path):
    """Two households improve on the new item and one declines; so do their adults on the renamed one."""
    for part in ("src", "data/reference"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    folder = tmp_path / "data" / "reference"
    edit_items(folder, revise)
    for path in folder.rglob("*.yml"):
        text = path.read_text(encoding="utf-8")
        text = text.replace("[volwassene, stress]", "[volwassene, spanning]")
        text = text.replace("unit: volwassene, item: stress}", "unit: volwassene, item: spanning}")
        text = text.replace("unit: volwassene, item: stress,", "unit: volwassene, item: spanning,")
        path.write_text(text, encoding="utf-8")
    edit(
        folder,
        "texts/shared.yml",
        ("  volwassene.stress:", f"{NEW}  volwassene.spanning:"),
    )
    edit(folder, "primary_outcomes.yml", ("  - {id: care, item: [kind, zorg]}\n", ""))
    edit(folder, "outputs/shared.yml", ("stress_children, care, youth_care]", "stress_children, youth_care]"))
    words = (folder / "texts/shared.yml").read_text(encoding="utf-8")
    (folder / "texts/shared.yml").write_text(re.sub(r"  kind\.babyuitzet: .*\n", "", words), encoding="utf-8")
    paths = os.pathsep.join([str(tmp_path / "src"), str(ROOT / "tests")])
    made = subprocess.run(
        [sys.executable, "-c", STUDY],
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    found = json.loads(made.stdout)
    outcomes = ["score", "stress_parents", "stress_children", "youth_care"]
    assert found == {
        "items": 46,
        "adjusted": 46,
        "household": 10,
        "energie": [2, 1, 4],
        "spanning": [2, 1, 4],
        "outcomes": outcomes,
        "multistate": 4 * 2 * 10,
        "questions": [*outcomes, "poverty", "overall", "H", "A", "M0"],
    }
