"""What a researcher explores: the same numbers as the report, in widgets; single families only internally."""

import ast
import re
from dataclasses import replace

import ipywidgets as widgets
import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient

import small_study
import test_notebooks as rules
from datasets import write_dataset
from helpers import explore
from helpers.definitions import ROOT, load_definitions
from helpers.explore import Selection, SelectionError, _views
from helpers.explore._panels import (
    Chooser,
    Explorer,
    FamilyPanel,
    ItemsPanel,
    Screen,
    TablesPanel,
    interactive,
    library,
    output_for,
)
from helpers.explore._views import (
    NAMES,
    between,
    families_of,
    name_of,
    options,
    parts,
    show,
    show_timeline,
)
from helpers.files import csv_text
from helpers.parameters import PARAMETERS
from helpers.run import _notebooks as documents
from helpers.study import Study

RAW = ROOT / "tests" / "data" / "export-0.3"
PATH = ROOT / "notebooks" / "explore.ipynb"
CODE = re.compile(r"\b(?:BAL|OOS|LEU|HER|BIL)-?\d{3}\b")  # of a family of the embedded data
DEFINITIONS = load_definitions()
SCORE = ("gezin", "score")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """The embedded export, cleaned in memory."""
    return explore.open_study(clean=tmp_path_factory.mktemp("none"), raw=RAW)


@pytest.fixture(autouse=True)
def without_pixels(monkeypatch):
    """Pixels are tested where charts are; here an image has a byte for each tenth of an inch in height."""

    def pngs(canvas, _):
        return (bytes(round(10 * canvas.get_figheight())),) * 2

    monkeypatch.setattr("helpers.report.output.pngs", pngs)


@pytest.fixture
def panel(data, tmp_path):
    return ItemsPanel(data, tmp_path / "saved")


def small(*rows, types=None, children=(), language="nl", synthetic=True):
    """Small clean tables as the data of the views; family types by code, ages of children by person."""
    tables = small_study.clean_tables(*rows)
    later = tables.registrations.groupby(["family", "person"])["date"].min() > pd.Timestamp("2022-04-01")
    keys = pd.MultiIndex.from_frame(tables.persons[["family", "person"]])
    persons = tables.persons.assign(at_baseline=~later.reindex(keys).to_numpy())
    persons["age_years"] = pd.array([dict(children).get(key) for key in keys], dtype="Int64")
    tables = replace(tables, persons=persons)
    if types:
        kinds = tables.families["family"].map(types).astype(tables.families["household_type"].dtype)
        tables = replace(tables, families=tables.families.assign(household_type=kinds))
    study = small_study.open_study(tables, language=language, seed=1)
    about = replace(study.about, synthetic=synthetic)
    return Study(study.tables, study.states, about, language=language, seed=1)


def text(widget):
    """The words of an HTML widget."""
    return " ".join(BeautifulSoup(widget.value, "html.parser").get_text(" ").split())


def same(left, right):
    pd.testing.assert_frame_equal(
        left.reset_index(drop=True), right.reset_index(drop=True), check_dtype=False
    )


# ---- by hand ---------------------------------------------------------------------------------------------

DEBT = "schulden"
FAMILIES = (
    ("LEU-001", "huishouden", None, 0, {DEBT: 1}),
    ("LEU-001", "kind", "K1", 0, {"stress": 2}),
    ("LEU-001", "huishouden", None, 200, {DEBT: 4}),  # after the follow-up of 1 September
    ("LEU-002", "huishouden", None, 0, {DEBT: 2}),
    ("LEU-002", "kind", "K1", 0, {"stress": 3}),
    ("LEU-002", "huishouden", None, 100, {DEBT: 5}),
    ("LEU-002", "kind", "K2", 100, {"stress": 1}),  # was not there at baseline
    ("LEU-002", "huishouden", None, 190, {}),
    ("LEU-003", "huishouden", None, 0, {DEBT: 3}),  # not followed
)
TYPES = {"LEU-001": "koppel", "LEU-002": "alleenstaande ouder", "LEU-003": "koppel"}
AGES = ((("LEU-001", "K1"), 4), (("LEU-002", "K1"), 9), (("LEU-002", "K2"), 1))
STRESS = {"unit": "kind", "item": "stress"}


def counts(data, **chosen):
    table = explore.distribution(data, Selection(**{"unit": "huishouden", "item": DEBT} | chosen))
    return table["n"].tolist()


def test_who_is_counted_and_what_holds_of_them_by_hand():
    found = explore.frame(small(*FAMILIES), Selection("kind", "stress"))
    assert found.fillna("").to_numpy().tolist() == [
        ["LEU-001", "K1", True, "2", "2"],
        ["LEU-002", "K1", True, "3", "3"],
        ["LEU-002", "K2", False, "missing", "1"],
    ]
    worst = explore.frame(small(*FAMILIES), Selection("kind", "stress", count="worst"))
    assert worst.fillna("").to_numpy().tolist() == [
        ["LEU-001", "", True, "2", "2"],
        ["LEU-002", "", True, "3", "1"],
        ["LEU-003", "", True, "missing", ""],
    ]


def test_a_small_study_by_hand():
    data = small(*FAMILIES, types=TYPES)
    assert counts(data) == [1, 1, 1, 0, 0, 0, 0]
    assert counts(data, moment="follow_up") == [1, 0, 0, 0, 1, 0, 0]
    assert counts(data, household_types=("koppel",)) == [1, 0, 1, 0, 0, 0, 0]
    assert counts(data, household_types=("koppel",), moment="follow_up") == [1, 0, 0, 0, 0, 0, 0]
    assert counts(data, **STRESS) == [0, 1, 1, 0, 0, 0, 0]
    assert counts(data, **STRESS, moment="follow_up") == [1, 1, 1, 0, 0, 0, 0]
    assert counts(data, **STRESS, moment="follow_up", count="worst") == [1, 1, 0, 0, 0, 0, 0]
    assert counts(data, **STRESS, moment="follow_up", count="best") == [0, 1, 1, 0, 0, 0, 0]
    moves = explore.matrix(data, Selection("huishouden", DEBT))
    moved = moves[moves["n"] > 0]
    assert moved[["baseline_level", "follow_up_level"]].to_numpy().tolist() == [
        ["1", "1"],
        ["2", "5"],
        ["3", "lost"],
    ]
    change = explore.change(data, Selection("huishouden", DEBT)).iloc[0]
    assert (change["n"], change["improved"], change["declined"], change["net"]) == (2, 1, 0, 0.5)


def test_change_counts_families_where_the_distribution_does():
    change = explore.change(small(*FAMILIES), Selection("kind", "stress", count="worst")).iloc[0]
    assert (change["n"], change["improved"], change["declined"]) == (2, 0, 1)  # 3 -> 1: K2 came, at 1


def test_filters_on_persons_keep_these_persons_and_the_families_that_have_one():
    data = small(*FAMILIES, children=AGES)
    assert counts(data, **STRESS, ages=(4, 4)) == [0, 1, 0, 0, 0, 0, 0]
    assert counts(data, **STRESS, ages=(0, 3)) == [0] * 7  # K2 is 1, but was not there at baseline
    assert counts(data, ages=pd.Series([5, 99]).to_numpy()) == [0, 1, 0, 0, 0, 0, 0]
    assert counts(data, children=(1, 1)) == [1, 1, 0, 0, 0, 0, 0]
    assert counts(data, children=(0, 0), followed=False) == [0, 0, 1, 0, 0, 0, 0]
    coached = Study(
        replace(data.tables, families=data.families.assign(coach=["C1", "C2", None])), data.states, data.about
    )
    assert counts(coached, without_coaches=("C1",)) == [0, 1, 1, 0, 0, 0, 0]


def test_filters_on_score_and_class_are_on_those_of_the_study(data):
    families, scores = data.families.set_index("family"), data.scores.set_index("family")
    poor = families_of(data, Selection(scores=(3, 6)))
    assert len(poor) == 77  # published: 77 of the 90 families were poor
    moved = families_of(data, Selection(classes=("out_of_poverty", "into_poverty")))
    assert len(moved) == 4 and families.loc[moved, "followed"].all()  # published: four out, none into it
    assert (scores.loc[moved, "baseline_score"] >= 3).all() and (
        scores.loc[moved, "follow_up_score"] < 3
    ).all()


def test_one_name_or_a_list_is_as_good_as_a_tuple(data):
    asked = Selection("huishouden", DEBT, pilots=("Leuven",), children=(0, 3))
    said = Selection("huishouden", DEBT, pilots="Leuven", children=[0, 3])
    assert said == asked and said.code() == asked.code()
    assert explore.change(data, said).equals(explore.change(data, asked))
    for several in (["Leuven"], {"Leuven"}, pd.Series(["Leuven"])):
        assert Selection("huishouden", DEBT, pilots=several, children=(0, 3)) == asked


def test_nobody_moved_where_there_is_nobody():
    nobody = Selection("huishouden", DEBT, children=(20, 30))
    assert explore.change(small(*FAMILIES, types=TYPES), nobody)["n"].tolist() == [0]


def test_two_selections_are_held_against_each_other_by_hand():
    data = small(*FAMILIES, types=TYPES)
    couples, single = (
        Selection("huishouden", DEBT, household_types=(kind,)) for kind in ("koppel", "alleenstaande ouder")
    )
    found = explore.contrast(data, couples, single)
    assert [(one["lacking"], one["known"], one["net"]) for one in found["sides"]] == [(2, 2, 0), (1, 1, 1)]
    assert found["p"] is None, "a family each that moved: nothing to test"


def test_tables_are_filtered_by_what_is_asked_of_their_columns():
    data = small(*FAMILIES, types=TYPES)
    rows = explore.clean_table(data, "observations", where={"level": ">=3", "item": "SCHUL"})
    assert rows["level"].tolist() == [4, 5, 3]
    rows = explore.clean_table(
        data, "observations", where={"date": "<2022-04-01", "level": "=2", "person": ""}
    )
    assert rows["item"].tolist() == ["stress", DEBT]
    couples = Selection(household_types=("koppel",))
    assert explore.clean_table(data, "families", chosen=couples)["family"].tolist() == ["LEU-001", "LEU-003"]
    assert explore.clean_table(data, "families", where={"followed": "=false"})["family"].tolist() == [
        "LEU-003"
    ]
    assert explore.clean_table(data, "observations", where={"level": 4})["level"].tolist() == [4]
    same(
        explore.clean_table(data, "observations", where={"date": "<2/4/2022"}),
        explore.clean_table(data, "observations", where={"date": "<2022-04-02"}),
    )
    with pytest.raises(SelectionError, match="‘<4/31/2022’ kan niet vergeleken worden"):
        explore.clean_table(data, "observations", where={"date": "<4/31/2022"})
    with pytest.raises(SelectionError, match="table: ‘state’ bestaat niet; kies uit families"):
        explore.clean_table(data, "state")
    with pytest.raises(SelectionError, match="geen kolom met die naam; er zijn family"):
        explore.clean_table(data, "families", where={"code": "LEU"})
    with pytest.raises(SelectionError, match="‘<a’ kan niet vergeleken worden"):
        explore.clean_table(data, "states", where={"level": "<a"})


# ---- the same numbers as the report ----------------------------------------------------------------------


def reported(data, pilots):
    """The study of the report on these pilots; the best member stands for the family."""
    return Study(data.tables, data.states, data.about, pilots=pilots, within_family="best", seed=2023)


@pytest.mark.parametrize("pilots", [(), ("Leuven",), ("Leuven", "Bilzen")])
def test_a_distribution_is_the_table_of_the_report_on_the_same_pilots(data, pilots):
    report = reported(data, pilots)
    for figure in DEFINITIONS.figures.values():
        if figure.kind == "levels":
            table = report[figure.id]
            count = "best" if figure.unit_of_analysis == "family" else "persons"
            for unit, item in figure.items:
                rows = table[(table["unit"] == unit) & (table["item"] == item)]
                found = explore.distribution(data, Selection(unit, item, pilots=pilots, count=count))
                same(found[["label", "n", "share", "ci_low", "ci_high"]], rows[list(found)[1:]])


@pytest.mark.parametrize("pilots", [(), ("Leuven",)])
def test_every_change_is_the_row_of_the_report(data, pilots):
    table = reported(data, pilots)["item_change"].set_index(["unit", "item"])
    columns = ["n", "improved", "declined", "net", "net_low", "net_high", "family_p"]
    for unit, item in DEFINITIONS.items:
        found = explore.change(data, Selection(unit, item, pilots=pilots)).iloc[0]
        assert found[columns].astype(float).tolist() == pytest.approx(
            table.loc[(unit, item), columns].astype(float).tolist(), nan_ok=True
        ), (unit, item)
    score = reported(data, pilots)["score_change"].iloc[0]
    found = explore.change(data, Selection(*SCORE, pilots=pilots)).iloc[0]
    assert found[columns[:-1]].tolist() == score[columns[:-1]].tolist()


def test_a_matrix_is_the_figure_of_the_report_and_the_score_that_of_figure_16(data):
    for figure in (one for one in DEFINITIONS.figures.values() if one.kind == "transition"):
        found = explore.matrix(data, Selection(*figure.items[0]))
        known = found[~found.isin(["unknown", "lost"]).any(axis=1)]
        table = data[figure.id]
        assert known["n"].tolist() == table["persons"].tolist()
        assert known["share"].tolist() == pytest.approx(table["row_share"].tolist(), nan_ok=True)
    scores = data["figure_16"].set_index(["baseline_score", "follow_up_score"])["families"]
    found = explore.matrix(data, Selection(*SCORE))
    known = found[~found.isin(["unknown", "lost"]).any(axis=1)]
    for row in known.itertuples():
        assert row.n == scores[int(row.baseline_level), int(row.follow_up_level)]
    assert len(known) == 49 and found["n"].sum() == 90


def test_domains_are_those_of_the_report(data):
    table = data["poverty_domains"].query("pilot == 'all'").set_index(["moment", "domain"])
    for domain in DEFINITIONS.kansarmoede.domains:
        for moment in ("baseline", "follow_up"):
            chosen = Selection("gezin", domain.id, moment=moment, followed=True)
            n = explore.distribution(data, chosen).set_index("value")["n"]
            row = table.loc[(moment, domain.id)]
            assert (n["deprived"], n["deprived"] + n["not_deprived"]) == (row["deprived"], row["known"])


@pytest.mark.parametrize("by", ["pilot", "household_type", "followed", "children", "class"])
def test_the_parts_of_a_selection_add_up_to_it(data, by):
    for key in (("huishouden", DEBT), ("volwassene", "stress"), SCORE):
        chosen = Selection(*key, followed=True if by == "class" else None)
        table = explore.distribution(data, replace(chosen, by=by))
        assert table.groupby("value", sort=False)["n"].sum().tolist() == (
            explore.distribution(data, chosen)["n"].tolist()
        )
        assert table["group"].nunique() > 1
    moved = explore.change(data, Selection("kind", "stress", by="pilot", pilots=("Leuven", "Bilzen")))
    assert moved["group"].tolist() == ["Leuven", "Bilzen"]
    assert (
        moved["n"].sum() == explore.change(data, Selection(**STRESS, pilots=("Bilzen", "Leuven")))["n"].sum()
    )


def test_children_fall_into_parts_by_age_those_of_no_known_age_into_none(data):
    chosen = Selection("kind", "stress", by="age", ages=(3, 11))
    assert list(parts(data, chosen)) == ["3–5", "6–11"]
    alone = parts(small(*FAMILIES), Selection("huishouden", DEBT, by="children"))
    assert list(alone) == ["0–2"]  # no family has more
    whole = explore.distribution(data, replace(chosen, by=""))["n"]
    assert (
        whole.tolist() == explore.distribution(data, chosen).groupby("value", sort=False)["n"].sum().tolist()
    )
    persons = data.persons.query("unit == 'kind' and at_baseline and age_years >= 3 and age_years <= 11")
    assert whole.sum() == len(persons) > 0


@pytest.mark.parametrize("key", [SCORE, ("gezin", "inkomen"), ("huishouden", DEBT), ("kind", "jeugdzorg")])
def test_every_kind_can_be_shown_at_follow_up(data, key):
    screen = Screen()
    show(output_for(data, publish=screen), data, Selection(*key, moment="follow_up"))
    words = BeautifulSoup(screen.html, "html.parser")
    said = [one["alt"] for one in words.find_all("img")]
    assert len(screen.figures) == 2 and all(re.search(r"\d", one) for one in said)
    assert not re.search(r"\b(lost|unknown|(not_)?deprived)\b", " ".join(said))  # in words of the language
    assert "None" not in words.get_text() and "bij de start;" not in words.get_text()


def test_cleaned_in_memory_is_what_is_written_and_read(data, tmp_path):
    written = Study.clean(RAW, tmp_path / "export")
    read = explore.open_study(clean=tmp_path / "export", raw=tmp_path / "none")
    assert read.folder == written.folder and data.folder is None
    same(read.states, data.states)


@pytest.mark.parametrize(("beyond", "said"), [(0, False), (-1, True)])
def test_of_a_large_export_it_is_said_that_opening_takes_a_while(tmp_path, monkeypatch, capsys, beyond, said):
    raw = write_dataset(tmp_path / "raw")
    size = sum(path.stat().st_size for path in raw.iterdir())
    monkeypatch.setattr(_views, "LONG", size + beyond)
    explore.open_study(clean=tmp_path / "none", raw=raw, language="en")
    assert capsys.readouterr().out.startswith("The export is cleaned first") == said


# ---- what cannot be shown, in words ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"item": "schuld"}, "Er is geen item ‘schuld’"),
        ({"pilots": ("Gent",)}, "pilots: ‘Gent’ bestaat niet; kies uit Baldemore"),
        ({"household_types": ("trio",)}, "kies uit koppel, alleenstaande ouder, onbekend"),
        ({"moment": "later"}, "kies uit baseline, follow_up"),
        ({"count": "mean"}, "kies uit persons, worst, best, median"),
        ({"by": "age"}, "wel volgens pilot, household_type"),
        ({"children": 2}, "children: ‘2’ is geen laagste en hoogste getal, zoals (1, 3)"),
        ({"ages": (5, 1)}, "ages: ‘(5, 1)’ is geen laagste"),
        ({"scores": "0-3"}, "scores: ‘0-3’ is geen laagste"),
        ({"followed": "ja"}, "followed: ‘ja’ bestaat niet; kies uit True, False"),
        ({"followed": pd.NA}, "followed: ‘<NA>’ bestaat niet; kies uit True, False"),
        ({"pilots": pd.NA}, "pilots: ‘<NA>’ bestaat niet; kies uit Baldemore"),
        ({"classes": [["stable_poor"]]}, "classes: ‘['stable_poor']’ bestaat niet"),
    ],
)
def test_a_choice_that_does_not_exist_is_named_with_what_does(data, chosen, said):
    with pytest.raises(SelectionError, match=re.escape(said)):
        explore.distribution(data, Selection(**{"unit": "huishouden", "item": DEBT} | chosen))


def test_a_selection_without_families_says_so_and_saves_nothing(tmp_path):
    panel = ItemsPanel(small(*FAMILIES, types=TYPES), tmp_path / "saved")
    panel.choosers["A"].filters["household_types"].boxes["onbekend"].value = True
    assert "geen enkel beschreven gezin" in text(panel.shown["A"])
    panel.save.click()
    assert "geen enkel beschreven gezin" in text(panel.working.line)
    assert list(tmp_path.iterdir()) == []


def test_a_selection_without_follow_up_still_shows_its_baseline():
    panel = ItemsPanel(small(*FAMILIES[-1:]), None)
    assert "Geen enkel gezin van deze keuze is opgevolgd" in text(panel.shown["A"])
    assert panel.shown["A"].value.count("<img") == 1
    panel.choosers["A"].moment.value = "follow_up"
    assert "<img" not in panel.shown["A"].value


def test_without_any_data_every_panel_says_what_to_do(tmp_path):
    explorer = Explorer(clean=str(tmp_path / "clean"), raw=str(tmp_path / "raw"))
    for panel in (explorer.study(), explorer.items(), explorer.families(), explorer.tables()):
        said = text(panel.children[-1])
        assert "Voer eerst notebook 01 uit, of `python3 run.py report`" in said
        assert str(tmp_path / "clean") in said


def test_without_clean_tables_the_export_is_cleaned_and_nothing_written(tmp_path):
    explorer = Explorer(clean=str(tmp_path / "clean"), raw=str(RAW))
    assert "in het geheugen opgeschoond" in text(explorer.study().children[-1])
    assert "90 beschreven gezinnen, waarvan 56 opgevolgd" in text(explorer.study().children[-1])
    assert list(tmp_path.iterdir()) == []


def test_clean_tables_that_were_made_otherwise_are_told(tmp_path):
    told = {}
    for days in (30, 60):
        study = Study.clean(RAW, tmp_path / "clean" / "synthetic", baseline_window_days=days)
        told[days] = text(Explorer(clean=str(study.folder), raw=str(RAW)).study().children[-1])
    assert "een waarde bij de start hoort: 60 (standaard 30)" in told[60]
    assert "standaardwaarden opgeschoond" not in told[30]


# ---- the panels ------------------------------------------------------------------------------------------


def test_what_is_chosen_is_what_is_shown(panel, data):
    chooser = panel.choosers["A"]
    chooser.list.value = ("kind", "stress")
    chooser.filters["pilots"].boxes["Leuven"].value = True
    chooser.filters["ages"].value = "6+"
    chooser.filters["followed"].value = True
    chooser.moment.value = "follow_up"
    chosen = Selection(**STRESS, pilots=("Leuven",), ages=(6, 99), followed=True, moment="follow_up")
    assert chooser.selection == chosen
    change, families = explore.change(data, chosen).iloc[0], len(families_of(data, chosen))
    said = text(panel.shown["A"])
    up, down, n = (int(change[name]) for name in ("improved", "declined", "n"))
    assert f"{up} van de {n} kinderen vooruit, {down} achteruit" in said
    assert f"{families} beschreven gezinnen in deze keuze, waarvan {families} opgevolgd" in said
    chooser.filters["ages"].value = "oud"
    assert "‘oud’ is geen getal of bereik" in text(panel.shown["A"])


def test_two_selections_stand_side_by_side(panel, data):
    assert panel.sides["B"].layout.display == "none" and panel.shown["B"].value == ""
    panel.compare.value = True
    panel.choosers["B"].list.value = SCORE
    assert "Kansarmoedescore" in text(panel.shown["B"]) and "Kansarmoedescore" not in text(panel.shown["A"])
    assert re.search(r"A: \d+ van de \d+ .* B: 77 van de 90", text(panel.contrast))  # published: 77 were poor
    assert list(panel.chosen()) == ["A", "B"]


def test_the_second_selection_begins_as_the_first_and_is_kept(panel):
    a, b = (panel.choosers[name] for name in "AB")
    a.list.value, a.moment.value, a.count.value = ("kind", "stress"), "follow_up", "worst"
    a.filters["pilots"].boxes["Leuven"].value = True
    a.filters["ages"].value, a.by.value = "0-9", "household_type"
    panel.compare.value = True
    assert b.selection == a.selection
    b.filters["pilots"].value = ("Oostende",)
    a.list.value = ("kind", "zorg")
    panel.compare.value = False
    panel.compare.value = True
    assert (b.selection.item, b.selection.pilots, b.selection.ages) == ("stress", ("Oostende",), (0, 9))


def test_a_divided_selection_also_shows_each_group_by_itself(panel):
    chooser = panel.choosers["A"]
    assert chooser.multiples.disabled
    chooser.by.value = "household_type"
    chooser.multiples.value = True
    assert panel.shown["A"].value.count("<img") == 2 + 2 * 3
    chooser.by.value = ""  # and is shown once where it is divided no longer, though it stays ticked
    assert panel.shown["A"].value.count("<img") == 2


def test_while_something_is_done_it_says_so(panel, data):
    seen = []
    panel.working.line.observe(lambda change: seen.append(text(panel.working.line)), "value")
    panel.shown["A"].observe(lambda change: seen.append("gc-busy" in panel.view._dom_classes), "value")
    panel.choosers["A"].list.value = ("kind", "stress")
    assert seen == ["Bezig…", True, "Klaar."] and "gc-busy" not in panel.view._dom_classes
    seen.clear()
    panel.save.click()
    assert seen[0] == "Bezig…" and seen[-1].startswith("Bewaard in")


def test_what_can_be_counted_and_divided_fits_the_item(data):
    chooser = Chooser(data)
    chooser.count.value = "median"
    assert chooser.count.disabled and chooser.selection.count == "persons"
    chooser.list.value = ("volwassene", "stress")
    assert not chooser.count.disabled and chooser.selection.count == "median"
    assert "education" not in [value for _, value in chooser.by.options]
    chooser.count.value = "persons"
    chooser.by.value = "education"
    chooser.list.value = ("kind", "stress")
    assert chooser.selection.by == "" and "age" in [value for _, value in chooser.by.options]


def test_the_list_is_narrowed_by_words_and_keeps_what_is_chosen(data):
    chooser = Chooser(data)
    chooser.list.value = ("volwassene", "stress")
    chooser.search.value = "ONGEZONDE stréss"  # words of labels; case and accents apart
    assert {key for _, key in chooser.list.options} == {("volwassene", "stress"), ("kind", "stress")}
    assert chooser.list.value == ("volwassene", "stress")
    chooser.search.value = "kansarmoede huishouden"  # of the domains, on the household
    assert chooser.list.value is None and chooser.key == ("volwassene", "stress"), "waits for a choice"
    assert ("huishouden", "inkomen") in [key for _, key in chooser.list.options]
    chooser.search.value = ""
    assert chooser.list.value == ("volwassene", "stress") and len(chooser.list.options) == 45 + 6 + 1
    chooser.search.value = "verblijf"
    assert chooser.key == chooser.list.value == ("huishouden", "verblijfplaats"), "the only one is chosen"
    assert text(chooser.found) == "1 van 52"


def inputs(widget):
    """Every widget below one that takes something in."""
    below = [one for child in getattr(widget, "children", ()) for one in inputs(child)]
    takes = isinstance(widget, (widgets.ValueWidget, widgets.Button)) and not isinstance(
        widget, (widgets.HTML, widgets.Label)
    )
    return [*below, widget] if takes else below


def test_every_widget_has_a_label(panel, data):
    found = [
        one for view in (panel, FamilyPanel(data, None), TablesPanel(data, None)) for one in inputs(view.view)
    ]
    assert len(found) > 40 and [one for one in found if not one.description] == []


def test_in_english_it_says_the_same():
    panel = ItemsPanel(small(*FAMILIES, language="en"), None)
    panel.compare.value = True
    panel.choosers["A"].list.value = ("kind", "stress")
    told = " ".join(map(text, (*panel.shown.values(), panel.contrast, panel.code)))
    assert "described families in this selection" in told and "children" in told and "net " in told
    assert [word for word in ("gezinnen", "bij de start", "vooruit", "keuze") if word in told] == []
    panel.save.click()
    assert "there is no folder to save in" in text(panel.working.line)


# ---- saving ----------------------------------------------------------------------------------------------


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_what_is_shown_is_saved_with_code_that_gives_the_same_tables(data, panel):
    chooser = panel.choosers["A"]
    chooser.list.value = ("kind", "jeugdzorg")
    chooser.filters["pilots"].boxes["Baldemore"].value = True
    chooser.count.value = "best"
    panel.save.click()
    name, folder = "kind_jeugdzorg_baseline_best_Baldemore", panel.folder
    drawn = [
        f"figures/{one}_{name}.{kind}"
        for one in ("distribution", "transition")
        for kind in ("svg", "narrow.svg", "png")
    ]
    tables = {"distribution": "distribution", "matrix": "transition", "change": "change"}
    written = [f"tables/{one}_{name}.csv" for one in tables.values()]
    assert files(folder) == sorted([*drawn, *written, f"code/{name}.py"])
    assert "Bewaard in" in text(panel.working.line)
    given: dict = {}
    exec((folder / "code" / f"{name}.py").read_text(encoding="utf-8"), given)
    for variable, file in tables.items():
        saved = (folder / "tables" / f"{file}_{name}.csv").read_text(encoding="utf-8")
        assert csv_text(given[variable]) == saved, variable
    texts = [
        path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.suffix in (".csv", ".svg")
    ]
    assert [CODE.findall(one) for one in texts if CODE.search(one)] == [], "no family is named"


def test_selections_with_long_names_are_saved_under_names_of_their_own(data):
    chosen = options(data)["classes"]
    one, other, usual = (
        name_of(Selection("huishouden", DEBT, classes=classes))
        for classes in (chosen, chosen[:-1], chosen[:1])
    )
    assert one != other and len(one) == len(other) == 100
    assert usual == f"huishouden_{DEBT}_baseline_out_of_poverty"


@pytest.mark.parametrize("typed", ["²", "1-²", "1,5", "3-1", "-"])
def test_what_is_no_range_is_told(typed):
    with pytest.raises(SelectionError, match=f"‘{typed}’ is geen getal of bereik"):
        between(typed, "nl")


def test_two_selections_are_saved_together(panel):
    panel.compare.value = True
    panel.choosers["B"].list.value = SCORE
    panel.save.click()
    code = "code/huishouden_verblijfplaats_baseline_and_gezin_score_baseline.py"
    assert {code, "tables/distribution_gezin_score_baseline.csv"} <= set(files(panel.folder))
    given: dict = {}
    exec((panel.folder / code).read_text(encoding="utf-8"), given)
    assert given["distribution_b"]["n"].sum() == 90


def test_of_real_families_everything_is_saved_internally(tmp_path):
    panel = ItemsPanel(small(*FAMILIES, synthetic=False), tmp_path / "saved")
    panel.save.click()
    assert [path.name for path in tmp_path.iterdir()] == ["saved-internal"]


def test_single_families_are_saved_in_an_internal_folder_for_its_owner_alone(data, tmp_path):
    family = FamilyPanel(data, tmp_path / "saved")
    family.code.value = "leu-001"
    family.save.click()
    tables = TablesPanel(data, tmp_path / "saved")
    tables.where["pilot"].value = "bilzen"
    tables.where["children"].value = ">=3"
    tables.save.click()
    assert [path.name for path in tmp_path.iterdir()] == ["saved-internal"]
    inner = tmp_path / "saved-internal"
    drawn = [f"figures/timeline_LEU-001.{kind}" for kind in ("narrow.svg", "png", "svg")]
    written = ["tables/families.csv", "tables/timeline_LEU-001.csv"]
    assert files(inner) == ["code/families.py", "code/timeline_LEU-001.py", *drawn, *written]
    assert inner.stat().st_mode & 0o077 == 0
    given: dict = {}
    exec((inner / "code" / "families.py").read_text(encoding="utf-8"), given)
    assert csv_text(given["table"]) == (inner / "tables" / "families.csv").read_text(encoding="utf-8")
    families = data.families[(data.families["pilot"] == "Bilzen") & (data.families["children"] >= 3)]
    same(given["table"], families)


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "saved").write_text("a file")
    panel = ItemsPanel(small(*FAMILIES), tmp_path / "saved")
    panel.save.click()
    assert "cannot be written" in text(panel.working.line) and "saved" in text(panel.working.line)


# ---- one family ------------------------------------------------------------------------------------------


def test_a_timeline_goes_on_after_the_follow_up():
    data = small(*FAMILIES)
    timeline = explore.family_timeline(data, "LEU-001")
    debts = timeline[timeline["item"] == DEBT]
    assert debts["level"].tolist() == [1, 4] and debts["change"].tolist()[1] == "improved"
    alone = explore.family_timeline(data, "LEU-003")  # never followed
    assert alone["level"].tolist() == [3]


def test_the_timeline_of_a_family_is_drawn_and_told(data):
    panel = FamilyPanel(data, None)
    assert panel.save.disabled
    panel.code.value = " leu-001 "
    family = data.families.set_index("family").loc["LEU-001"]
    assert f"LEU-001 (Leuven, koppel): {family['registrations']} registratiedagen" in text(panel.shown)
    assert f"van {family['t0']:%d/%m/%Y} tot" in text(panel.shown) and panel.list.value == "LEU-001"
    alt = BeautifulSoup(panel.shown.value, "html.parser").img["alt"]
    timeline = explore.family_timeline(data, "LEU-001")
    assert alt.count(" naar ") >= timeline["change"].notna().sum()
    fewer = len(panel.shown.value)
    panel.all_items.value = True
    assert len(panel.shown.value) > fewer
    panel.code.value = ""
    assert text(panel.shown).startswith("Kies een gezin uit de lijst") and panel.save.disabled


@pytest.mark.parametrize("code", ["G-02d30bf845", "gent/LEU-001"])
def test_a_code_with_small_letters_is_found_too(code):
    tables = small(*FAMILIES).tables
    called = {"LEU-001": code}
    frames = {name: getattr(tables, name) for name in NAMES if name != "states"}
    renamed = {
        name: table.assign(family=table["family"].replace(called).astype("str"))
        for name, table in frames.items()
        if "family" in table
    }
    panel = FamilyPanel(small_study.open_study(replace(tables, **renamed), language="nl", seed=1), None)
    panel.code.value = code.upper()
    assert f"{code} (" in text(panel.shown) and panel.list.value == code


def test_families_are_gone_through_class_by_class_and_by_what_is_chosen(data, panel):
    view = FamilyPanel(data, None, panel.chosen)
    codes = data.families["family"].tolist()
    view.forth.click()
    assert view.code.value == codes[0] and f"{codes[0]} (" in text(view.shown)
    view.forth.click()
    assert view.code.value == view.list.value == codes[1]
    view.back.click()
    view.back.click()
    assert view.code.value == codes[-1]  # round
    view.list.value = codes[5]
    assert view.code.value == codes[5]
    out = data.scores.query("`class` == 'out_of_poverty'")["family"].tolist()
    (name,) = (label for label, _ in view.group.options if label.startswith("Vooruitgang, uit kansarmoede"))
    assert name.endswith("(4)") and len(out) == 4  # published: four families out of poverty
    view.group.value = dict(view.group.options)[name]
    assert view.code.value == out[0] and view.list.options == tuple(out)
    panel.choosers["A"].filters["classes"].boxes["into_poverty"].value = True
    panel.choosers["A"].filters["classes"].boxes["declined_poor"].value = True
    view.group.value = "A"
    declined = data.scores[data.scores["class"].isin(["into_poverty", "declined_poor"])]["family"]
    assert view.list.options == tuple(declined) and len(declined)
    assert sum(map(len, view.groups.values())) == 2 * len(codes)  # all, and each in one class or without


def test_an_unknown_code_is_answered_with_codes_that_look_like_it(data):
    panel = FamilyPanel(data, None)
    panel.code.value = "LEU001"
    assert "Er is geen gezin met code LEU001. Bedoelde u LEU-001" in text(panel.shown)
    assert panel.save.disabled and panel.snippet.value == ""


def test_a_family_that_was_not_retained_is_shown_as_such(data):
    excluded = data.families[data.families["rule"] == "F02"].iloc[0]
    panel = FamilyPanel(data, None)
    panel.code.value = excluded["family"]
    assert "niet beschreven (regel F02)" in text(panel.shown) and "<img" in panel.shown.value


def test_a_timeline_is_refused_by_an_output_that_is_not_internal(data):
    with pytest.raises(ValueError, match="internal output only"):
        show_timeline(output_for(data), data, "LEU-001")


# ---- the clean tables ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_clean_table_is_shown_whole(data, name):
    panel = TablesPanel(data, None)
    panel.table.value = name
    rows = data.states if name == "states" else getattr(data.tables, name)
    many = str(len(rows)) if len(rows) < 10_000 else f"{len(rows):,}".replace(",", " ")
    assert f"{many} van {many} rijen" in text(panel.about)
    html = panel.shown.outputs[0]["data"]["text/html"]
    data_of = re.search(r'"data_json": "(.*?)",\n', html)[1]
    assert data_of.count("], [") == len(rows) - 1
    assert list(panel.where) == rows.columns.tolist()
    assert [column for column in rows.columns if f"<th>{column}</th>" not in html] == []


def test_a_table_of_a_selection_has_the_rows_of_its_families_alone(data, panel):
    panel.choosers["A"].filters["pilots"].boxes["Bilzen"].value = True
    view = TablesPanel(data, None, panel.chosen)
    view.table.value = "states"
    view.of.value = "A"
    same(view.rows(), reported(data, ("Bilzen",)).states)
    view.where["level"].value = "<x"
    assert "kan niet vergeleken worden" in text(view.working.line)


def test_interactive_tables_ask_nothing_of_the_internet(data):
    for html in (library(), interactive(data.families, "nl")):
        assert re.findall(r"""(?:src=|from |import\()\s*["']https?:""", html) == []
    shown = interactive(data.families, "nl")
    assert "NaN" not in shown and "alleenstaande ouder" in shown and "rijen per keer" in shown


# ---- the notebook ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def notebook():
    return documents.read(PATH)


@pytest.fixture(scope="module")
def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_it_keeps_the_rules_of_the_other_notebooks(notebook, code, tmp_path):
    rules.test_prose_comes_in_pairs_dutch_first(notebook)
    rules.test_both_languages_have_the_same_headings_and_tables(notebook)
    assert [word for word in ("Vraag", "Antwoord") if word not in notebook.cells[0].source] == []
    rules.test_the_second_cell_imports_and_no_other_does(code)
    rules.test_each_parameter_has_a_line_with_a_comment(code)
    assert code[2].source == "explorer = explore.Explorer(**settings(globals()))"
    rules.test_cells_load_transform_check_or_show_and_no_more(code)
    rules.test_no_path_and_no_number_to_dispute_stands_in_the_code(code)
    rules.test_no_cell_ends_in_a_semicolon_or_holds_a_magic(code)
    rules.test_the_file_is_normalised(PATH.stem, notebook, tmp_path)
    rules.test_no_output_tells_where_it_was_made(PATH.stem)


def test_it_is_committed_without_outputs():
    """Unlike the others: widgets live as long as their kernel; what is kept of them is ids, new each time."""
    cells = [cell for cell in documents.read(PATH).cells if cell.cell_type == "code"]
    assert [(cell.outputs, cell.execution_count) for cell in cells] == [([], None)] * len(cells)


def test_its_parameters_are_declared_and_have_the_defaults_of_the_others_but_where_it_saves(code):
    values = {line.target.id: ast.literal_eval(line.value) for line in ast.parse(code[1].source).body}
    assert list(values) == ["clean", "raw", "output", "language", "seed"]
    defaults = {name: PARAMETERS[name].default for name in values}
    assert values == defaults | {"output": "reports/explore"}


@pytest.mark.slow
def test_it_runs_without_a_screen_and_keeps_nothing_of_what_it_shows(tmp_path):
    made = nbformat.read(PATH, as_version=4)
    NotebookClient(made, timeout=120, kernel_name="python3", store_widget_state=False).execute(cwd=tmp_path)
    outputs = [output for cell in made.cells for output in cell.get("outputs", ())]
    assert [output.output_type for output in outputs] == ["execute_result"] * 4
    kinds = [set(output.data) for output in outputs]
    assert kinds == [{"application/vnd.jupyter.widget-view+json", "text/plain"}] * 4
    kept = nbformat.writes(made)
    assert CODE.findall(kept) == ["LEU-001"] * kept.count("LEU-001") and len(kept) < 20_000
    assert list(tmp_path.iterdir()) == []
