"""The tables of version 0.3 stay what they were, number by number, but for inference."""

import re
from pathlib import Path

import pandas as pd
import pytest

from helpers.study import Study

DATA = Path(__file__).parent / "data"
FROZEN = DATA / "frozen"
VARIANTS = {
    "nl": ("export-0.3", {}),
    "en": ("export-0.3", {"language": "en"}),
    "leuven": ("export-0.3", {"pilots": ["Leuven"]}),
    "cutoff-4": ("export-0.3", {"poverty_cutoff": 4}),
    "empty": ("export-empty", {}),
    "one-family": ("export-one-family", {}),
}
LIKE_NL = ("en", "leuven", "cutoff-4")  # of these only the tables that differ are kept
INFERENCE = re.compile(r"(_low|_high|_p|_midp)$|^(ci_|gee_)|^(note|verdict|computed)$")


@pytest.fixture(scope="module", params=VARIANTS)
def study(request):
    export, settings = VARIANTS[request.param]
    opened = Study.clean(DATA / export, **settings)
    opened.variant = request.param
    return opened


def frozen(variant):
    """The frozen tables of a variant by name, as text."""
    there = {path.stem: path for path in (FROZEN / variant).glob("*.csv")}
    if variant in LIKE_NL:
        there = {path.stem: path for path in (FROZEN / "nl").glob("*.csv")} | there
    return {
        name: pd.read_csv(path, dtype="str", keep_default_na=False) for name, path in sorted(there.items())
    }


def test_every_table_is_what_it_was(study):
    differences = []
    for name, before in frozen(study.variant).items():
        if study.variant == "leuven" and name.startswith("pilot_"):
            continue
        now = study[name]
        if name == "claims":  # those about a test name another test
            of_test = before["measure"].str.contains("_p[", regex=False)
            assert of_test.sum() == 2
            now, before = now[~of_test].reset_index(drop=True), before[~of_test].reset_index(drop=True)
        if name == "regression_to_mean":  # which reads from the second registration too
            now = now[now["direction"].isin(before["direction"])].reset_index(drop=True)
        kept = [column for column in now.columns if not INFERENCE.search(column)]
        if kept[: len(before.columns)] != list(before.columns) or len(now) != len(before):
            differences.append(f"{name}: {kept} in {len(now)} rows, were {list(before)} in {len(before)}")
            continue
        differences += [
            f"{name}.{column}: {row}" for column in before for row in differing(now, before, column)
        ]
    assert not differences, "\n".join(differences[:40])


def differing(now, before, column):
    """Say in which rows a column differs: numbers by more than 1e-9, anything else at all."""
    texts = now[column].astype("object").where(now[column].notna(), "").tolist()
    for row, (one, other) in enumerate(zip(texts, before[column], strict=True)):
        same = str(one) == other.removeprefix("'") or (
            isinstance(one, float) and other not in ("", "True", "False") and abs(one - float(other)) <= 1e-9
        )
        if not same and not (hasattr(one, "date") and one.date().isoformat() == other):
            yield f"row {row}: {one!r}, was {other!r}"
