"""Disclosure control: what is withheld, worked by hand; marks, statistics, matrices, rounding, the file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pandas as pd
import pytest

from helpers import disclosure
from helpers.definitions import REFERENCE, DefinitionError, load, load_definitions
from helpers.definitions.disclosure import DisclosureRules
from helpers.disclosure import DisclosureError, Quantity, Relation, rounded, suppress
from helpers.disclosure._decision import Decision
from helpers.disclosure._quantities import Shown
from helpers.disclosure._rounded import Rounding
from helpers.disclosure._search import Search
from helpers.disclosure._told import hidden_counts
from helpers.files import csv_text
from helpers.tables import TABLES, conform

RULES, DEFINITIONS = load(DisclosureRules), load_definitions()
SETTINGS = {"poverty_cutoff": 3, "severe_cutoff": 5}


def ties(*sums: str) -> list[Relation]:
    """`t = a + b` -> equations."""
    made = []
    for text in sums:
        whole, parts = text.split(" = ")
        made.append(Relation((((whole,), -1), *(((part,), 1) for part in parts.split(" + ")))))
    return made


def counts(**values: int) -> dict[tuple[str, ...], Quantity]:
    """Counts by name; a capital letter is a total, dear to lose."""
    return {(name,): Quantity(value, weight=20 if name[0].isupper() else 1) for name, value in values.items()}


def withheld(quantities, relations, min_cell: int = 5) -> dict[str, str]:
    decision = suppress(quantities, relations, min_cell=min_cell)
    assert not decision.open
    return {key[0]: why for key, why in decision.withheld.items()}


def protect(tables, mode="suppress", min_cell=5, **others):
    return disclosure.protect_together(
        {"all": tables},
        mode=mode,
        min_cell=min_cell,
        definitions=DEFINITIONS,
        rules=RULES,
        settings=SETTINGS,
        **others,
    )["all"]


# -- which counts --------------------


def test_a_small_cell_of_a_3_by_3_table_takes_the_cheapest_rectangle_with_it():
    # 3 is small. Another cell of its row and of its column must go, and the fourth corner: the corners
    # 10, 8 and 9 cost less than 10, 20, 10 with any other row and column.
    #  3 10  9 | 22
    # 10 20 30 | 60
    #  8 30  9 | 47
    # 21 60 48 | 129
    quantities = counts(
        a=3, b=10, c=9, d=10, e=20, f=30, g=8, h=30, i=9,
        R1=22, R2=60, R3=47, K1=21, K2=60, K3=48, T=129,
    )  # fmt: skip
    relations = ties(
        "R1 = a + b + c", "R2 = d + e + f", "R3 = g + h + i",
        "K1 = a + d + g", "K2 = b + e + h", "K3 = c + f + i", "T = R1 + R2 + R3", "T = K1 + K2 + K3",
    )  # fmt: skip
    assert withheld(quantities, relations) == {"a": "small", "c": "other", "g": "other", "i": "other"}


def test_a_total_that_would_pin_two_small_counts_takes_a_third_with_it():
    # 1 + 2 = 3: together they are a small group, so a third count hides how many they are together.
    assert withheld(counts(a=1, b=2, c=30, d=8, T=41), ties("T = a + b + c + d")) == {
        "a": "small", "b": "small", "d": "other",
    }  # fmt: skip
    # 3 + 4 = 7: each can be anything from 0 to 7, so nothing more has to go.
    assert withheld(counts(a=3, b=4, c=30, T=37), ties("T = a + b + c")) == {"a": "small", "b": "small"}


def test_marks_that_pin_counts_are_not_enough():
    # 4 + 4 = 8 with both marked <5 leaves 4 and 4 only; the zero must go as well, although it costs much.
    quantities = counts(a=4, b=4, c=0) | {("T",): Quantity(8, weight=100)}
    assert withheld(quantities, ties("T = a + b + c")) == {"a": "small", "b": "small", "c": "other"}
    # five counts of 1 that make 5: their marks (1 to 4) would tell each, so one at least says less
    quantities = counts(a=1, b=1, c=1, d=1, e=1) | {("T",): Quantity(5, weight=100, population=True)}
    told = withheld(quantities, ties("T = a + b + c + d + e"))
    assert set(told) >= {"a", "b", "c", "d", "e"} and "any" in told.values()


def test_zeros_stay_when_another_count_does():
    assert withheld(counts(a=2, b=0, c=9, T=11), ties("T = a + b + c")) == {"a": "small", "c": "other"}


def test_two_tables_that_share_a_margin_are_protected_together():
    # x is small in one table; its margin M is a part in the other, where nothing is small
    quantities = counts(x=2, y=9, z=14, M=25, w=30, T=55)
    assert withheld(quantities, ties("M = x + y + z", "T = M + w")) == {"x": "small", "y": "other"}
    # the same count y in a second table whose other parts are shown: y can be worked out there
    more = quantities | counts(u=7, v=20, N=36)
    both = withheld(more, ties("M = x + y + z", "T = M + w", "N = y + u + v"))
    assert both["x"] == "small" and len({"y", "z"} & set(both)) >= 1
    assert "z" in both or {"u", "v", "N"} & set(both)


def test_what_is_left_of_a_whole_without_a_part_is_protected_when_it_is_small():
    quantities = counts(PART=50, WHOLE=53) | {("rest",): Quantity(3)}  # 3 are in the whole alone
    relations = ties("WHOLE = PART + rest")
    assert set(withheld(quantities, relations)) & {"PART", "WHOLE"}
    quantities[("rest",)] = Quantity(3, sensitive=False)
    assert withheld(quantities, relations) == {}


def test_a_pilot_is_not_the_whole_less_the_other_pilots():
    quantities = counts(A=3, B=12, C=20, ALL=35)
    assert withheld(quantities, ties("ALL = A + B + C")) == {"A": "small", "B": "other"}


def test_a_weighted_sum_is_an_equation_too():
    # ages 18 and 19 with 2 and 3 children: 5 together and 93 years together tell both, so a third age goes
    quantities = counts(a=2, b=3, c=40, T=45, Years=2 * 18 + 3 * 19 + 40 * 5)
    quantities[("Years",)] = replace(quantities["Years",], sensitive=False)
    years = Relation(((("Years",), -1), (("a",), 18), (("b",), 19), (("c",), 5)))
    assert set(withheld(quantities, [*ties("T = a + b + c"), years])) > {"a", "b"}


def test_the_smallest_count_that_is_small_follows_min_cell():
    quantities = counts(a=3, b=9, c=12, T=24)
    assert withheld(quantities, ties("T = a + b + c"), min_cell=3) == {}
    assert withheld(quantities, ties("T = a + b + c"), min_cell=10) == {"a": "small", "b": "small"}


def search(quantities, relations, **why: str) -> Search:
    """A search in one block where some counts are withheld already."""
    decision = Decision(withheld={(name,): one for name, one in why.items()})
    return Search(list(quantities), quantities, relations, decision, 5)


def test_a_count_that_protects_nothing_any_more_is_given_back_the_dearest_first():
    found = search(counts(a=3, b=10, c=9, T=22), ties("T = a + b + c"), a="small", b="other", c="other")
    found.run()
    found.give_back()
    assert found.decision.withheld == {("a",): "small", ("c",): "other"}


def test_a_dear_count_is_given_back_for_a_cheaper_one():
    found = search(counts(a=3, b=50, T=53), ties("T = a + b"), a="small", T="other")
    found.run()
    found.give_back()
    assert found.decision.withheld == {("a",): "small", ("b",): "other"}


def test_a_count_that_alone_protects_another_is_not_given_back():
    found = search(counts(a=3, b=50, T=53), ties("T = a + b"), a="small", b="other")
    found.run()
    found.give_back()
    assert found.decision.withheld == {("a",): "small", ("b",): "other"}


# -- what a table looks like then --------------------


def education(*numbers: int) -> pd.DataFrame:
    levels = ["geen of lager onderwijs", "lager secundair", "hoger secundair", "hoger onderwijs", "onbekend"]
    table = pd.DataFrame({"education": levels, "n": numbers})
    table["share"] = table["n"] / table["n"].sum()
    return conform("figure_03", table.assign(ci_low=table["share"], ci_high=table["share"]))


def score_change(improved: int, unchanged: int, declined: int) -> pd.DataFrame:
    n = improved + unchanged + declined
    row = {"n": n, "improved": improved, "unchanged": unchanged, "declined": declined}
    row |= {"net": (improved - declined) / n, "net_low": 0.0, "net_high": 0.4}
    return conform("score_change", pd.DataFrame([row | {"sign_exact_p": 0.08, "sign_midp": 0.06}]))


def item_change(*rows: tuple[str, int, int, int, int]) -> pd.DataFrame:
    columns = ["item", "improved", "unchanged_fresh", "unchanged_carried", "declined"]
    table = pd.DataFrame(rows, columns=columns).assign(unit="huishouden", net_low=0.0, net_high=0.5)
    table["n"] = table[columns[1:]].sum(axis=1)
    table["net"] = (table["improved"] - table["declined"]) / table["n"]
    table = table.assign(sign_exact_p=0.02, sign_midp=0.01, sign_holm_p=0.04, family_p=0.03, maxt_p=0.05)
    table = table.assign(families_improved=table["improved"], families_declined=table["declined"])
    table = table.sort_values("net", ascending=False, kind="stable")
    return conform("item_change", table[list(TABLES["item_change"].column_names)])


def matrix(persons: dict[tuple[int, int], int]) -> pd.DataFrame:
    rows = [("volwassene", "stress", b, f, persons.get((b, f), 0)) for b in range(1, 6) for f in range(1, 6)]
    columns = ["unit", "item", "baseline_level", "follow_up_level", "persons"]
    table = pd.DataFrame(rows, columns=columns)
    whole = table.groupby("baseline_level")["persons"].transform("sum")
    return conform("figure_18", table.assign(row_share=table["persons"] / whole.where(whole > 0)))


def test_a_small_count_reads_less_than_five_another_x_and_their_shares_are_empty():
    safe = protect({"figure_03": education(23, 22, 35, 4, 51)})
    text = csv_text(safe.written("figure_03")).splitlines()
    assert text[4] == "hoger onderwijs,<5,,,"
    assert text[2] == "lager secundair,x,,,"
    assert text[3].startswith("hoger secundair,35,0.259")
    reasons = safe.masked["figure_03"].reasons
    assert reasons["n"].tolist() == ["", "other", "", "small", ""]
    assert safe.tables["figure_03"]["n"].isna().tolist() == [False, True, False, True, False]
    assert safe.log.loc[0].tolist() == ["figure_03", 2, "n", "other"]


def test_other_numbers_make_another_mark():
    safe = protect({"figure_03": education(23, 22, 35, 9, 51)}, min_cell=10)
    assert "<10" in csv_text(safe.written("figure_03"))


def test_a_table_without_small_counts_stays_as_it_is_to_the_byte():
    table = education(23, 22, 35, 5, 51)
    safe = protect({"figure_03": table})
    assert csv_text(safe.written("figure_03")) == csv_text(table)
    assert safe.log.empty


def test_statistics_go_with_the_counts_that_they_tell():
    safe = protect({"score_change": score_change(22, 31, 3)})
    row = safe.written("score_change").loc[0]
    assert row["declined"] == "<5" and row["n"] == 56
    assert row[["net", "net_low", "net_high", "sign_exact_p", "sign_midp"]].isna().all()
    kept = protect({"score_change": score_change(22, 23, 11)}).written("score_change").loc[0]
    assert kept["sign_exact_p"] == 0.08


def test_rows_whose_place_would_tell_the_net_share_come_last_in_the_order_of_the_codebook():
    table = item_change(
        ("veiligheid", 3, 20, 30, 0), ("schulden", 2, 20, 30, 0),
        ("voeding", 20, 10, 20, 6), ("inkomen", 9, 9, 30, 8),
    )  # fmt: skip
    assert table["item"].tolist() == ["voeding", "veiligheid", "schulden", "inkomen"]
    assert protect({"item_change": table}).written("item_change")["item"].tolist() == [
        "voeding", "inkomen", "schulden", "veiligheid",
    ]  # fmt: skip


def test_a_matrix_that_would_lose_more_than_half_gives_way_to_its_summary():
    few = matrix({(1, 2): 7, (2, 2): 20, (3, 2): 1, (3, 4): 2, (4, 5): 3, (5, 5): 1})
    safe = protect({"figure_18": few, "figure_03": education(23, 22, 35, 5, 51)})
    assert safe.replaced == ("figure_18",)
    many = matrix({(b, f): 9 for b in range(1, 6) for f in range(1, 6)} | {(1, 5): 2})
    kept = protect({"figure_18": many})
    assert kept.replaced == ()
    assert kept.written("figure_18")["persons"].isin(["<5", "x"]).sum() >= 1


def test_the_summary_of_a_matrix_has_the_counts_of_the_tests():
    few = matrix({(1, 2): 4, (1, 3): 3, (2, 2): 20, (3, 2): 3, (4, 3): 3, (5, 3): 2})
    summary = protect({"figure_18": few, "item_change": item_change(("inkomen", 9, 9, 30, 8))}).written(
        "figure_18"
    )
    assert summary["change"].tolist() == ["improved", "unchanged", "declined"]


def test_a_table_that_is_not_declared_is_refused():
    with pytest.raises(DisclosureError, match="does not say what it counts"):
        protect({"new_table": pd.DataFrame({"n": [3]})})
    with pytest.raises(DisclosureError, match=r"'more'"):
        protect({"figure_03": education(23, 22, 35, 5, 51).assign(more=1)})


@pytest.mark.parametrize("mode", ["suppress", "round"])
def test_tables_that_are_withheld_whole_are_left_out(mode):
    safe = protect(
        {"pilot_limits": pd.DataFrame({"families": [3]}), "figure_03": education(23, 22, 35, 5, 51)}, mode
    )
    assert set(safe.tables) == {"figure_03"}


def test_tables_of_two_runs_are_refused():
    other = education(23, 22, 35, 5, 52)
    with pytest.raises(DisclosureError, match="not of one run"):
        disclosure.protect_together(
            {"all": {"figure_03": education(23, 22, 35, 5, 51)}, "Leuven": {"item_change": item_change(
                ("inkomen", 9, 9, 30, 8))}, "Bilzen": {"figure_03": other}} | {"all": {
                "score_change": score_change(22, 23, 11),
                "attrition_bounds": conform("attrition_bounds", pd.DataFrame({
                    "measure": ["net"], "case": ["observed"], "families": [55], "value": [0.2]}))}},
            mode="suppress", min_cell=5, definitions=DEFINITIONS, rules=RULES, settings=SETTINGS,
        )  # fmt: skip


def test_a_report_about_very_few_families_is_refused():
    stages = ["registered", "test", "no_household", "too_few_items", "retained", "followed"]
    flow = conform("flow", pd.DataFrame({"stage": stages, "families": [4, 0, 0, 0, 4, 0]}))
    with pytest.raises(DisclosureError, match="fewer than 5 retained families"):
        protect({"flow": flow})


def test_off_changes_nothing():
    table = education(23, 22, 35, 4, 51)
    assert csv_text(protect({"figure_03": table}, mode="off").written("figure_03")) == csv_text(table)


@pytest.mark.parametrize(("mode", "min_cell"), [("hide", 5), ("suppress", 1)])
def test_unknown_modes_and_senseless_limits_are_refused(mode, min_cell):
    with pytest.raises(ValueError, match=r"mode is one of|min_cell is at least 2"):
        protect({}, mode=mode, min_cell=min_cell)


# -- rounding --------------------


def test_rounding_goes_to_the_nearest_multiple():
    assert [rounded(n, 5) for n in (0, 1, 2, 3, 7, 8, 22, 23)] == [0, 0, 0, 5, 5, 10, 20, 25]


def test_rounded_shares_are_made_of_rounded_counts():
    safe = protect({"figure_03": education(23, 22, 33, 4, 51)}, mode="round").written("figure_03")
    assert safe["n"].tolist() == [25, 20, 35, 5, 50]
    assert safe["share"].tolist() == pytest.approx([25 / 135, 20 / 135, 35 / 135, 5 / 135, 50 / 135])
    assert (safe["ci_low"] <= safe["share"]).all()


def test_rounded_totals_are_the_sums_of_the_rounded_parts_and_tests_are_left_out():
    row = protect({"score_change": score_change(22, 22, 12)}, mode="round").written("score_change").loc[0]
    assert row[["improved", "unchanged", "declined", "n"]].tolist() == [20, 20, 10, 50]
    assert row["net"] == pytest.approx(10 / 50)
    assert row[["net_low", "sign_exact_p"]].isna().all()


def test_a_rounded_count_that_would_tell_small_ones_is_left_out():
    # four counts of 2 read 0, so they are 0 to 2; their total of 8 reads 10, so it is 8 to 12: all are 2
    found = Shown(counts(a=2, b=2, c=2, d=2, T=8))
    read = {key: (0, 2) if key != ("T",) else (8, 12) for key in found.quantities}
    relations = ties("T = a + b + c + d")
    assert hidden_counts(found, relations, read, min_cell=5) == {("a",)}
    assert hidden_counts(found, relations, read | {("T",): (3, 7)}, min_cell=5) == set()


def test_a_mean_is_made_of_rounded_counts_or_not_at_all():
    # of 7 and 12 families with 3 and 4 points, 5 and 10 are shown: 55 points of 15 families
    families = {
        ("families",): Quantity(19, 1.0),
        ("start", "3"): Quantity(7, 1.0),
        ("start", "4"): Quantity(12, 1.0),
    }
    found = Shown(families | {("points",): Quantity(69, 1.0, sensitive=False)})
    points = Relation(((("points",), -1), (("start", "3"), 3), (("start", "4"), 4)))
    by_start = Rounding(found, [points], RULES, base=5, min_cell=5)
    assert by_start.share(("points",), ("start 3",), {}) == 55 / 5
    assert Rounding(found, [], RULES, base=5, min_cell=5).share(("points",), ("start 3",), {}) is None


# -- the declarations --------------------


def test_every_report_table_is_declared_and_each_of_its_columns_once():
    declared = RULES.by_table
    for name, table in TABLES.items():
        if table.kind != "report" or name in {*RULES.plain, *RULES.withheld, "claims", "claims_summary"}:
            continue
        assert name in declared, f"disclosure.yml says nothing about {name}"
        for rule in declared[name].rows:
            assert rule.columns.isdisjoint(declared[name].labels), name
            assert rule.columns | set(declared[name].labels) == set(table.column_names), name


def test_nothing_is_declared_that_does_not_exist():
    assert {*RULES.by_table, *RULES.plain, *RULES.withheld} <= set(TABLES)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("round_to: 5", "round_to: 1", "greater than or equal to 2"),
        ("    weight: total\n", "    weight: heavy\n", "'heavy' is none of the weights"),
        ("net: [improved, declined, n]", "net: [improves, declined, n]", "'improves' is no column"),
        ("populations:", "people:", "populations"),
    ],
)
def test_faults_of_the_file_are_named(tmp_path: Path, before: str, after: str, said: str):
    folder = copytree(REFERENCE, tmp_path / "reference")
    file = folder / "disclosure.yml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(DefinitionError, match=said):
        load(DisclosureRules, folder)


def test_how_many_families_to_register_is_not_shown():
    # needed × in time / followed, rounded up: a few rows together leave one number of families in time
    for row in load(DisclosureRules).by_table["planning"].rows:
        assert "registered_needed" not in row.plain
        assert row.statistics["registered_needed"] == row.statistics["followed_share"]
        assert row.statistics["followed_share"] == ("registered {pilot} in_time",)  # which no table shows
