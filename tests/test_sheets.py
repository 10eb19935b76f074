"""A sheet per family: values worked again one by one, and a page that stays where it belongs."""

import re
import shutil
import stat
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from helpers.cli import main
from helpers.folders import check_page
from helpers.pseudonyms import Key
from helpers.study import Study

EXPORT = Path(__file__).parent / "data" / "export-0.3"


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clean") / "old"
    Study.clean(EXPORT, folder)
    return folder


@pytest.fixture(scope="module")
def page(clean, tmp_path_factory):
    out = tmp_path_factory.mktemp("sheets") / "sheets.html"
    made = CliRunner().invoke(main, ["sheets", str(clean), "--out", str(out), "--language", "en"])
    assert made.exit_code == 0, made.output
    return out


def test_first_and_last_values_one_by_one(clean):
    study = Study.open(clean)
    values = {}
    for row in study.observations.sort_values(["date", "registration"], kind="stable").itertuples():
        person = None if pd.isna(row.person) else row.person
        level = "n/a" if pd.isna(row.level) else int(row.level)
        values.setdefault((row.family, row.unit, person, row.item), []).append((row.date, level))
    ways = {"improved": 0, "declined": 0, "other": 0, None: 0}
    found = study["family_sheets"]
    assert len(found) == len(values) > 5000
    for row in found.itertuples():
        person = None if pd.isna(row.person) else row.person
        of = values[row.family, row.unit, person, row.item]
        first, last = of[0], of[-1]
        assert (row.first_date, row.last_date) == (first[0], last[0])
        for said, (_, level) in ((row.first_level, first), (row.last_level, last)):
            assert ("n/a" if pd.isna(said) else int(said)) == level
        if first[1] == last[1]:
            way = None
        elif "n/a" in (first[1], last[1]):
            way = "other"
        else:
            way = "improved" if last[1] > first[1] else "declined"
        assert (None if pd.isna(row.change) else row.change) == way
        ways[way] += 1
    assert all(ways.values())


def test_every_described_family_has_one_sheet_with_its_notes(clean, page):
    text, study = page.read_text(encoding="utf-8"), Study.open(clean)
    retained = study.families.loc[study.families["status"] == "retained", "family"]
    assert len(retained) == text.count('<article class="sheet"') == 90
    assert all(text.count(f'<article class="sheet" id="{code}"') == 1 for code in retained)
    notes = study.tables.notes
    assert text.count("<li>") == text.count('<span lang="nl">') == notes["family"].isin(retained).sum() > 100
    regions = re.findall(r'role="region" aria-label="([^"]*)"', text)
    assert len(regions) == len(set(regions)) > 90  # told apart in a list of all
    assert stat.S_IMODE(page.stat().st_mode) == 0o600


def test_what_a_coach_wrote_cannot_become_part_of_the_page(clean, tmp_path):
    folder = tmp_path / "clean" / "wild"
    shutil.copytree(clean, folder)
    notes = pd.read_parquet(folder / "notes.parquet")
    notes["text"] = "<script>alert(1)</script> & more"
    notes.to_parquet(folder / "notes.parquet")
    out = tmp_path / "wild.html"
    assert CliRunner().invoke(main, ["sheets", str(folder), "--out", str(out)]).exit_code == 0
    text = out.read_text(encoding="utf-8")
    assert "<script" not in text and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in text


def test_one_family_alone_by_a_code_in_small_letters(clean, tmp_path):
    out = tmp_path / "one.html"
    made = CliRunner().invoke(main, ["sheets", str(clean), "--out", str(out), "--family", "bal-002"])
    assert made.exit_code == 0 and out.read_text(encoding="utf-8").count("<article") == 1


def test_one_family_alone_by_its_pseudonym(tmp_path):
    study = Study.clean(EXPORT, tmp_path / "old", key=Key(b"a key of some thirty-two bytes ..."))
    code = study.families.loc[study.families["status"] == "retained", "family"].iloc[0]
    out = tmp_path / "one.html"
    made = CliRunner().invoke(main, ["sheets", str(study.folder), "--out", str(out), "--family", code])
    assert made.exit_code == 0 and f'id="{code}"' in out.read_text(encoding="utf-8"), made.output


def test_a_code_that_nobody_has_is_told_with_those_like_it(clean, tmp_path):
    out = tmp_path / "none.html"
    made = CliRunner().invoke(main, ["sheets", str(clean), "--out", str(out), "--family", "BAL-02"])
    assert (
        made.exit_code == 2
        and "--family BAL-02: no" in made.output
        and "BAL-002" in made.output
        and not out.exists()
    )


def test_sheets_of_real_families_go_into_internal_folders_alone(tmp_path, monkeypatch):
    raw = tmp_path / "leuven"
    shutil.copytree(EXPORT, raw)
    about = (raw / "dataset.yml").read_text(encoding="utf-8")
    (raw / "dataset.yml").write_text(about.replace("synthetic: true", "synthetic: false"), encoding="utf-8")
    clean = tmp_path / "clean" / "leuven"
    Study.clean(raw, clean)
    out = tmp_path / "sheets" / "all.html"
    refused = CliRunner().invoke(main, ["sheets", str(clean), "--out", str(out)])
    assert refused.exit_code == 2 and "-internal" in refused.output and not out.parent.exists()
    out = tmp_path / "sheets-internal" / "all.html"
    made = CliRunner().invoke(main, ["sheets", str(clean), "--out", str(out)])
    assert made.exit_code == 0, made.output
    assert "Intern" in out.read_text(encoding="utf-8")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    refused = CliRunner().invoke(main, ["sheets", str(clean), "--out", str(out)])
    assert refused.exit_code == 2 and "git does not ignore all.html there" in refused.output
    check_page(tmp_path / "sheets" / "made-up.html", personal=False)  # which git may take along
    monkeypatch.setenv("PATH", "")
    refused = CliRunner().invoke(main, ["sheets", str(clean), "--out", str(out)])
    assert refused.exit_code == 2 and "git could not be asked about it" in refused.output


def test_where_no_run_has_cleaned_it_says_what_to_do(tmp_path):
    refused = CliRunner().invoke(main, ["sheets", str(tmp_path / "leuven"), "--out", "leuven.html"])
    assert refused.exit_code == 1 and "Run notebook 01_cleaning, or `gezinscoach run`" in refused.output
