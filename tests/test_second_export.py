"""Families for comparison in an export of their own: beside the coached, never among them."""

import io
import json

import nbformat
import pandas as pd
import pytest

from datasets import write_dataset
from helpers import registration
from helpers import run as pipeline
from helpers.cleaning import CleanError
from helpers.export.messages import ExportError
from helpers.files import FileError
from helpers.folders import MADE_BY
from helpers.parameters import ParameterError
from helpers.partitions import WORKERS
from helpers.run import RunError
from helpers.study import Study
from small_notebooks import CLEANING, SHOW, WRITE_FLOW, notebook

FIRST, AGAIN, LAST = "2022-05-01", "2022-10-20", "2022-11-20"  # the last is beyond six months
HOUSEHOLD = ("inkomen", "schulden", "voeding", "veiligheid")


def rows(*families, group=None, first=FIRST, known=3):
    """(code, stress of its parent at the start, and at the end), of one family each."""
    marked = {} if group is None else {"groep": group}
    days = (first, AGAIN, LAST)
    both = [
        (code, day, level)
        for code, start, end in families
        for day, level in zip(days, (start, end, end), strict=True)
    ]
    base = [{"gezin": code, "pilootproject": "Leuven", "datum": day} for code, day, _ in both]
    return {
        "huishouden": [one | dict.fromkeys(HOUSEHOLD, known) | marked for one in base],
        "volwassene": [
            one | {"persoon": "V1", "stress": level} for one, (*_, level) in zip(base, both, strict=True)
        ],
    }


COACHED = rows(("LEU-001", 2, 4), ("LEU-002", 3, 3))
OTHERS = rows(("LEU-001", 4, 1), ("LEU-007", 2, 2), ("LEU-009", 3, 2), first="2022-05-08", known=2)


@pytest.fixture
def exports(tmp_path):
    """The coached, and families for comparison one of which has the code of a coached family."""
    return write_dataset(tmp_path / "hier", **COACHED), write_dataset(tmp_path / "elders", **OTHERS)


def test_both_groups_stand_side_by_side(exports):
    """One of two coached families moved forward; of three others two moved back."""
    first, second = exports
    study = Study.clean(first, comparison=second)
    row = study["group_comparison"].set_index("outcome").loc["stress_parents"]
    assert row[["coached_net", "comparison_net"]].tolist() == pytest.approx([1 / 2, -2 / 3])
    assert study.families["family"].tolist() == ["LEU-001", "LEU-002"]
    assert study.pairs("volwassene", "stress")["follow_up_level"].tolist() == [4, 3]
    assert study.others.pairs("volwassene", "stress")["follow_up_level"].tolist() == [1, 2, 2]


def test_no_other_table_of_the_coached_changes(exports):
    first, second = exports
    alone, beside = Study.clean(first), Study.clean(first, comparison=second)
    names = ("flow", "cases_by_pilot", "item_change", "figure_16", "cleaning_log", "course", "attrition")
    for name in names:
        pd.testing.assert_frame_equal(beside[name], alone[name])


def test_page_01_accounts_for_the_rows_of_both(exports, tmp_path):
    first, second = exports
    alone, study = Study.clean(first), Study.clean(first, comparison=second)
    files = registration.all_sheets(study, "nl")
    assert files["file"].tolist()[:2] == ["huishouden.csv", "volwassene.csv"]
    beside = files[files["file"].str.startswith("Test: ")].set_index("unit")  # the title of the second
    assert beside["rows"].tolist() == [9, 9, 0] and (beside["rows"] == beside["kept"]).all()
    pd.testing.assert_frame_equal(registration.all_losses(study), registration.all_losses(alone))
    inner = write_dataset(tmp_path / "elders2" / "a", **OTHERS, dataset_yml={"title": "A"})
    write_dataset(tmp_path / "elders2" / "b", **rows(("LEU-020", 2, 2)), dataset_yml={"title": "B"})
    of_two = registration.all_sheets(Study.clean(first, comparison=inner.parent), "nl")["file"]
    assert [one[0] for one in of_two] == ["h", "v", "k", *"AAABBB"]


def test_a_column_and_a_second_export_give_the_same(tmp_path):
    others = rows(("LEU-007", 2, 2), ("LEU-009", 3, 2), group="vergelijking")
    apart = write_dataset(tmp_path / "elders", **others)
    both = {unit: COACHED[unit] + others[unit] for unit in COACHED}
    together = Study.clean(write_dataset(tmp_path / "samen", **both))
    beside = Study.clean(write_dataset(tmp_path / "hier", **COACHED), comparison=apart)
    pd.testing.assert_frame_equal(beside["group_comparison"], together["group_comparison"])


def test_clean_tables_belong_to_both_exports_and_open_again(exports, tmp_path):
    first, second = exports
    study = Study.clean(first, tmp_path / "clean" / "hier", comparison=second, within_family="best")
    assert study.folder.name == "hier+comparison-elders"
    again = Study.open(study.folder, within_family="best")
    pd.testing.assert_frame_equal(again["group_comparison"], study["group_comparison"])
    assert again.others.settings["within_family"] == "best" and again.others.about.name == "elders"
    alone = Study.clean(first, tmp_path / "clean" / "hier")
    assert alone.folder.name == "hier" and alone.others is None
    assert alone.mark("group_comparison") != again.mark("group_comparison")


@pytest.mark.parametrize("given", [{}, {"started_from": "2022-05-01"}, {"pilots": ("Leuven",)}])
def test_in_partitions_they_are_the_same(exports, tmp_path, monkeypatch, given):
    monkeypatch.setenv(WORKERS, "1")
    whole = Study.clean(exports[0], comparison=exports[1], **given)
    in_parts = Study.clean(
        exports[0], tmp_path / "clean" / "hier", comparison=exports[1], partitions=2, **given
    )
    assert [path.name for path in (tmp_path / "clean").iterdir()] == ["hier+comparison-elders"]
    for study in (in_parts, Study.open(in_parts.folder, **given)):
        pd.testing.assert_frame_equal(study["group_comparison"], whole["group_comparison"])
        assert study.mark("group_comparison") == whole.mark("group_comparison")
    pd.testing.assert_frame_equal(
        registration.all_sheets(in_parts, "nl"), registration.all_sheets(whole, "nl")
    )


def test_a_folder_of_somebody_among_the_clean_tables_is_not_lost(exports, tmp_path):
    first, second = exports
    study = Study.clean(first, tmp_path / "clean" / "hier", comparison=second)
    own = study.folder / "eigen" / "analyse.parquet"
    own.parent.mkdir()
    own.touch()
    with pytest.raises(FileError, match="holds eigen, which is no clean data and would be lost"):
        Study.clean(first, tmp_path / "clean" / "hier", comparison=second)
    assert own.exists()
    deep = tmp_path / "clean" / "daar" / "comparison" / "comparison" / "analyse.xlsx"
    deep.parent.mkdir(parents=True)
    deep.touch()
    with pytest.raises(FileError, match="holds comparison, which is no clean data and would be lost"):
        Study.clean(first, tmp_path / "clean" / "daar")


def test_a_cohort_is_taken_of_both(exports):
    study = Study.clean(exports[0], comparison=exports[1], started_from="2022-05-01")
    assert len(study.others.families) == 3
    with pytest.raises(CleanError, match="no family was first registered then"):
        Study.clean(exports[0], comparison=exports[1], started_until="2022-05-05")


@pytest.mark.parametrize(
    ("second", "told"),
    [
        (COACHED, r"elders: 2 families stand in the other export too, .*\(LEU-001, LEU-002\)"),
        (rows(("LEU-007", 2, 2), group="gezinscoach"), r"1 families have groep gezinscoach \(LEU-007\)"),
    ],
)
def test_the_coached_are_no_families_for_comparison(tmp_path, monkeypatch, second, told):
    monkeypatch.setenv(WORKERS, "1")
    first = write_dataset(tmp_path / "hier", **COACHED)
    others = write_dataset(tmp_path / "elders", **second)
    for partitions in (0, 2):
        with pytest.raises(CleanError, match=told):
            Study.clean(first, tmp_path / "clean" / "hier", comparison=others, partitions=partitions)
        assert not any((tmp_path / "clean").glob("*"))


def test_the_group_of_an_export_for_comparison_may_stand_in_it(tmp_path, monkeypatch):
    monkeypatch.setenv(WORKERS, "1")
    first = write_dataset(tmp_path / "hier", **COACHED)
    marked = write_dataset(tmp_path / "elders", **rows(("LEU-007", 2, 2), group="vergelijking"))
    for partitions in (0, 2):
        study = Study.clean(first, comparison=marked, partitions=partitions)
        assert study.others.families["family"].tolist() == ["LEU-007"]


def test_a_family_is_known_in_a_study_of_several_datasets_too(tmp_path):
    first = write_dataset(tmp_path / "hier", **COACHED)
    write_dataset(tmp_path / "elders" / "a", **COACHED, dataset_yml={"title": "A"})
    write_dataset(tmp_path / "elders" / "b", **rows(("LEU-020", 2, 2)), dataset_yml={"title": "B"})
    with pytest.raises(CleanError, match=r"2 families .*\(a/LEU-001, a/LEU-002\)"):
        Study.clean(first, comparison=tmp_path / "elders")


def test_two_sources_of_families_for_comparison_are_refused(tmp_path):
    marked = {unit: COACHED[unit] + rows(("LEU-005", 1, 2), group="vergelijking")[unit] for unit in COACHED}
    first = write_dataset(tmp_path / "hier", **marked)
    with pytest.raises(CleanError, match="give these or a second export, not both"):
        Study.clean(first, comparison=write_dataset(tmp_path / "elders", **OTHERS))


def test_real_families_are_not_set_beside_synthetic_ones(exports, tmp_path):
    real = write_dataset(tmp_path / "echt", **OTHERS, dataset_yml={"synthetic": False})
    with pytest.raises(ExportError, match="its families are real, the coached synthetic"):
        Study.clean(exports[0], comparison=real)
    with pytest.raises(ExportError, match="its families are synthetic, the coached real"):
        run(tmp_path, real, comparison=exports[0], internal=True)
    assert not (tmp_path / "clean").exists()


# A run -----------------------------------------------------------------------------------------------------

CLEAN_BOTH = """\
import os
from pathlib import Path
from helpers.study import Study
study = Study.clean(raw, clean, comparison=comparison)
len(study.others.families)"""


def run(folder, first, **options):
    notebooks = folder / "notebooks"
    if not notebooks.is_dir():
        notebooks.mkdir()
        made = notebook(f'{CLEANING}\ncomparison = ""', CLEAN_BOTH, WRITE_FLOW, SHOW)
        nbformat.write(made, notebooks / "01_cleaning.ipynb")
    places = {"notebook_folder": notebooks, "clean_folder": folder / "clean"}
    return pipeline.run(first, folder / "reports" / "hier", **places, stream=io.StringIO(), **options)


def test_a_run_says_what_it_read_and_keeps_both(exports, tmp_path):
    first, second = exports
    report = run(tmp_path, first, comparison=second)
    manifest = json.loads((report / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["comparison"]["name"] == "elders" and manifest["dataset"]["name"] == "hier"
    assert set(manifest["comparison"]["inputs"]) == {f"{name}.csv" for name in COACHED} | {
        "dataset.yml",
        "kind.csv",
    }
    assert pipeline.verify(report, raw=first).faults == ()
    assert "elders/huishouden.csv" in (report / "about.html").read_text(encoding="utf-8")
    kept = Study.open(tmp_path / "clean" / "hier+comparison-elders")
    assert kept.others.families["family"].tolist() == ["LEU-001", "LEU-007", "LEU-009"]
    other = write_dataset(tmp_path / "ergens" / "elders", **OTHERS)
    with pytest.raises(FileError, match="the clean tables of another export"):
        run(tmp_path, first, comparison=other)


def test_a_manifest_changed_by_hand_is_told(tmp_path):
    content = {"made_by": MADE_BY, "outputs": {}, "inputs": {}, "reference": {}, "comparison": "elders"}
    (tmp_path / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(RunError, match="holds no hashes of its inputs; it was changed by hand"):
        pipeline.verify(tmp_path)


def test_losses_of_the_second_export_stop_a_run_too(exports, tmp_path):
    many = rows(*((f"LEU-{number}", 3, 3) for number in range(101, 121)))
    many["huishouden"] = [one | {"schulden": "heel veel"} for one in many["huishouden"]]
    second = write_dataset(tmp_path / "kapot", **many)
    with pytest.raises(RunError, match="comparison: .*schulden"):
        run(tmp_path, exports[0], comparison=second)
    assert not (tmp_path / "reports" / "hier").exists()


def test_a_public_edition_has_none(tmp_path):
    real = [
        write_dataset(tmp_path / name, **some, dataset_yml={"synthetic": False})
        for name, some in (("hier", COACHED), ("elders", OTHERS))
    ]
    with pytest.raises(ParameterError, match="a public edition is about the coached families alone"):
        run(tmp_path, real[0], comparison=real[1])
