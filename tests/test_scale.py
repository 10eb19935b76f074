"""The large bench, small: its export, what is counted by hand in polars and duckdb, and its sums."""

import csv
import json
from collections import Counter

import pytest

import bench
import scale
from helpers.study import Study
from scale import WHERE, Cost
from scale_export import EVERY, write_export

FAMILIES = 80


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scale")
    scale.prepare(folder, FAMILIES)
    return folder


@pytest.fixture(scope="module")
def study(folder):
    return Study.clean(folder / "export")


def rows_of(folder, unit):
    with (folder / f"{unit}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_the_export_is_kept_whole_and_has_the_families_that_it_says(study):
    log, flow = study["cleaning_log"], study["flow"].set_index("stage")["families"]
    assert log[["rows", "cells"]].to_numpy().sum() == 0
    assert flow["registered"] == FAMILIES and flow["no_household"] == FAMILIES // EVERY
    assert 0 < flow["too_few_items"] <= FAMILIES // EVERY
    assert 0 < flow["followed"] < flow["retained"] == FAMILIES - flow["no_household"] - flow["too_few_items"]


def test_copies_are_alike_but_for_codes_and_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr("scale_export.BLOCK", 6)  # of ten families, five are drawn
    monkeypatch.setattr("scale_export.LINES", 8)
    rows = rows_of(write_export(tmp_path, families=10), "volwassene")
    numbers = [row.pop("registratie_id") for row in rows]
    assert numbers == [str(number) for number in range(1, len(rows) + 1)]
    codes = [int(row.pop("gezin").split("-")[1]) for row in rows]
    assert set(codes) == set(range(1, 11))
    of_family = {
        code: [row for row, of in zip(rows, codes, strict=True) if of == code] for code in range(1, 11)
    }
    assert all(of_family[code] == of_family[code + 5] for code in range(1, 6))
    assert codes[1] == codes[0] + 5, "copies of a row stand beneath each other"


@pytest.mark.parametrize("program", scale.BY_HAND)
def test_by_hand_comes_to_the_same_moves(program, folder, study):
    cost = scale.cost_of(program, folder)[program]
    assert cost.wall > 0 and cost.cpu > 0 and cost.memory > 30  # MiB that Python alone needs
    ours = study.counts["level_moves"].groupby(WHERE)["persons"].sum()
    counted = scale.moves_of(folder / f"{program}.csv")
    assert counted.to_dict() == ours.to_dict() and ours.sum() > 1_000
    with pytest.raises(scale.StepFailed, match="1 counts of moves differ"):
        scale.told_of(program, ours, counted + (counted.index == counted.index[3]))


def test_a_step_that_fails_is_no_result(tmp_path):
    with pytest.raises(scale.StepFailed, match="polars: ended with 1"):
        scale.cost_of("polars", tmp_path)


def test_growth_and_ratios(tmp_path, monkeypatch):
    costs = {
        100: {"read and clean": Cost(3, 5, 70), "count the moves": Cost(1, 1, 90), "polars": Cost(2, 3, 50)},
        1_000: {
            "read and clean": Cost(30, 500, 800),
            "count the moves": Cost(1, 4, 9),
            "polars": Cost(4, 3, 60),
        },
    }

    def made(families, folder):
        one = costs[families]
        return one | {"export to moves": one["read and clean"].then(one["count the moves"])}, []

    monkeypatch.setattr(scale, "costs_at", made)
    assert scale.bench([1_000, 100], tmp_path / "found.json") == 0
    rows = json.loads((tmp_path / "found.json").read_text())["rows"]
    assert Counter(row["families"] for row in rows) == {100: 4, 1_000: 4}
    small, large = ([row for row in rows if row["families"] == size][-1] for size in (100, 1_000))
    assert (small["wall"], small["cpu"], small["memory"]) == (4, 6, 90)
    assert (small["to_polars_wall"], small["to_polars_cpu"]) == (2, 2)
    assert "exponent_wall" not in small and "to_duckdb_wall" not in small
    assert (large["wall"], large["cpu"], large["memory"]) == (31, 504, 800)
    assert large["to_polars_cpu"] == 168
    assert rows[4]["exponent_wall"] == pytest.approx(1) and rows[4]["exponent_cpu"] == pytest.approx(2)
    assert rows[6]["step"] == "polars" and "to_polars_wall" not in rows[6]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--scale", "0"], "argument --scale: '0' is no whole number from 1 on"),
        (["--families", "-5"], "argument --families: '-5' is no whole number from 0 on"),
        (["--json", "no/such/found.json"], "argument --json: there is no folder no/such"),
    ],
)
def test_what_cannot_be_measured_or_kept_is_told_before_anything_is(arguments, said, capsys):
    with pytest.raises(SystemExit, match="2"):
        bench.main(arguments)
    assert said in capsys.readouterr().err
