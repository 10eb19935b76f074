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
from helpers import cleaning, explore
from helpers import states as state_tables
from helpers.cleaning import CleanError
from helpers.definitions import ROOT, load_definitions
from helpers.explore import Selection, SelectionError
from helpers.explore._explorer import Explorer
from helpers.explore._exports import output_for
from helpers.explore._family_panel import FamilyPanel
from helpers.explore._items_panel import ItemsPanel
from helpers.explore._screen import Screen
from helpers.explore._selection import FAMILY_TYPES
from helpers.explore._tables_panel import NAMES, TablesPanel, interactive, library, words_of_tables
from helpers.explore._timeline import show_timeline
from helpers.explore._views import show_distribution
from helpers.files import csv_text
from helpers.parameters import PARAMETERS
from helpers.run import _notebooks as documents
from helpers.study import Study

RAW = ROOT / "tests" / "data" / "export-0.3"
PATH = ROOT / "notebooks" / "explore.ipynb"
PILOTS = ("Baldemore", "Oostende", "Leuven", "Herenthout", "Bilzen")
CODE = re.compile(r"\b(?:BAL|OOS|LEU|HER|BIL)-?\d{3}\b")  # of a family of the embedded data
DEFINITIONS = load_definitions()


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """The embedded export, cleaned in memory."""
    return explore.open_study(clean=tmp_path_factory.mktemp("none"), raw=RAW)


@pytest.fixture(scope="module")
def panel(data, tmp_path_factory):
    return ItemsPanel(data, tmp_path_factory.mktemp("explore") / "saved")


def small(*rows, types=None, language="nl", synthetic=True, **excluded):
    """Small clean tables as the data of the views; family types by code."""
    tables = small_study.clean_tables(*rows, **excluded)
    later = tables.registrations.groupby(["family", "person"])["date"].min() > pd.Timestamp("2022-04-01")
    keys = pd.MultiIndex.from_frame(tables.persons[["family", "person"]])
    persons = tables.persons.assign(at_baseline=~later.reindex(keys).to_numpy())
    tables = replace(tables, persons=persons)
    if types:
        kinds = tables.families["family"].map(types).astype(tables.families["household_type"].dtype)
        tables = replace(tables, families=tables.families.assign(household_type=kinds))
    study = small_study.open_study(tables, language=language, seed=1)
    if synthetic:
        return study
    about = replace(study.about, synthetic=False)
    return Study(study.tables, study.states, about, language=language, seed=1)


def text(widget):
    """The words of an HTML widget."""
    return " ".join(BeautifulSoup(widget.value, "html.parser").get_text(" ").split())


def same(left, right):
    pd.testing.assert_frame_equal(left.reset_index(drop=True), right.reset_index(drop=True))


# ---- the same numbers as the report ----------------------------------------------------------------------


def reported(data, pilots):
    """The study of the report on these pilots; the best member stands for the family."""
    seed = data.settings["seed"]
    return Study(data.tables, data.states, data.about, pilots=pilots, within_family="best", seed=seed)


@pytest.mark.parametrize("pilots", [(), *((pilot,) for pilot in PILOTS), ("Leuven", "Bilzen")])
def test_a_distribution_is_the_table_of_the_report_on_the_same_pilots(data, pilots):
    report = reported(data, pilots)
    for figure in DEFINITIONS.figures.values():
        if figure.kind == "levels":
            table = report[figure.id]
            count = "best" if figure.unit_of_analysis == "family" else "persons"
            for unit, item in figure.items:
                rows = table[(table["unit"] == unit) & (table["item"] == item)]
                same(explore.distribution(data, Selection(unit, item, pilots, count=count)), rows)


@pytest.mark.slow
@pytest.mark.parametrize("pilots", [(), ("Leuven",)])
def test_a_transition_and_its_tests_are_the_tables_of_the_report(data, pilots):
    report = reported(data, pilots)
    tests, changes = report["transition_tests"], report["item_change"]
    for figure in (one for one in DEFINITIONS.figures.values() if one.kind == "transition"):
        unit, item = figure.items[0]
        chosen = Selection(unit, item, pilots)
        same(explore.matrix(data, chosen), report[figure.id])
        same(explore.tests(data, chosen), tests[tests["figure"] == figure.id].drop(columns="figure"))
        own = (changes["unit"] == unit) & (changes["item"] == item)
        same(explore.change(data, chosen), changes[own])


def test_cleaned_in_memory_is_what_is_written_and_read(data, tmp_path):
    written = Study.clean(RAW, tmp_path / "export")
    read = explore.open_study(clean=tmp_path / "export", raw=tmp_path / "none")
    assert read.folder == written.folder and data.folder is None
    assert read.about == data.about
    same(read.states, data.states)
    for name in NAMES[:-1]:
        same(getattr(read.tables, name), getattr(data.tables, name))


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


def counts(data, **chosen):
    table = explore.distribution(data, Selection(**{"unit": "huishouden", "item": DEBT} | chosen))
    return table["n"].tolist()


def test_a_small_study_by_hand():
    data = small(*FAMILIES, types=TYPES)
    assert counts(data) == [1, 1, 1, 0, 0, 0, 0]
    assert counts(data, moment="follow_up") == [1, 0, 0, 0, 1, 0, 0]
    assert counts(data, household_type="koppel") == [1, 0, 1, 0, 0, 0, 0]
    assert counts(data, household_type="koppel", moment="follow_up") == [1, 0, 0, 0, 0, 0, 0]
    stress = {"unit": "kind", "item": "stress"}
    assert counts(data, **stress) == [0, 1, 1, 0, 0, 0, 0]
    assert counts(data, **stress, moment="follow_up") == [1, 1, 1, 0, 0, 0, 0]
    assert counts(data, **stress, moment="follow_up", count="worst") == [1, 1, 0, 0, 0, 0, 0]
    assert counts(data, **stress, moment="follow_up", count="best") == [0, 1, 1, 0, 0, 0, 0]
    moves = explore.matrix(data, Selection("huishouden", DEBT))
    moved = moves[moves["persons"] > 0]
    assert moved[["baseline_level", "follow_up_level"]].to_numpy().tolist() == [[1, 1], [2, 5]]
    change = explore.change(data, Selection("huishouden", DEBT)).iloc[0]
    assert (change["n"], change["improved"], change["declined"], change["net"]) == (2, 1, 0, 0.5)


def test_at_follow_up_families_stand_where_the_helper_of_states_has_them(data):
    tables = data.tables
    for (unit, item), count in zip(DEFINITIONS.items, ("worst", "best", "median") * 15, strict=True):
        found = state_tables.family_level(
            data.states, tables.families, tables.persons,
            unit=unit, item=item, moment="follow_up", within_family=count,
        )  # fmt: skip
        levels = found["level"].astype("str").fillna(found["status"].astype("str"))
        table = explore.distribution(data, Selection(unit, item, count=count, moment="follow_up"))
        expected = [int((levels == level).sum()) for level in table["level"].astype("str")]
        assert table["n"].tolist() == expected, (unit, item)


@pytest.mark.parametrize("moment", ["baseline", "follow_up"])
def test_the_parts_of_the_families_add_up_to_all_of_them(data, moment):
    for unit, item in (("huishouden", DEBT), ("volwassene", "stress"), ("kind", "jeugdzorg")):
        chosen = Selection(unit, item, moment=moment)
        whole = explore.distribution(data, chosen)["n"]
        by_pilot = (explore.distribution(data, replace(chosen, pilots=(one,)))["n"] for one in PILOTS)
        by_type = (
            explore.distribution(data, replace(chosen, household_type=kind))["n"] for kind in FAMILY_TYPES
        )
        assert whole.tolist() == sum(by_pilot).tolist() == sum(by_type).tolist()
        assert whole.sum() > 0


# ---- what cannot be shown, in words ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"item": "schuld"}, "Er is geen item ‘schuld’"),
        ({"household_type": "trio"}, "kies uit all, koppel, alleenstaande ouder, onbekend"),
        ({"moment": "later"}, "kies uit baseline, follow_up, change"),
        ({"count": "mean"}, "kies uit persons, worst, best, median"),
    ],
)
def test_a_choice_that_does_not_exist_is_named_with_what_does(data, chosen, said):
    with pytest.raises(SelectionError, match=re.escape(said)):
        explore.distribution(data, Selection(**{"unit": "huishouden", "item": DEBT} | chosen))


def test_an_unknown_pilot_is_named(data):
    with pytest.raises(CleanError, match="Gent not in this dataset"):
        explore.matrix(data, Selection("huishouden", DEBT, ("Gent",)))


def test_a_selection_without_families_says_so_and_saves_nothing(tmp_path):
    panel = ItemsPanel(small(*FAMILIES, types=TYPES), tmp_path / "saved")
    panel.family_type.value = "onbekend"
    assert "geen enkel beschreven gezin" in text(panel.left) and panel.right.value == ""
    panel._save(None)
    assert "geen enkel beschreven gezin" in text(panel.status)
    assert list(tmp_path.iterdir()) == []


def test_a_selection_without_follow_up_still_shows_its_baseline():
    panel = ItemsPanel(small(*FAMILIES[-1:]), None)
    assert "Niet opgevolgd" not in text(panel.left) and "nulmeting" in text(panel.left)
    assert "Geen enkel gezin van deze keuze is opgevolgd" in text(panel.right)
    panel.moment.value = "change"
    assert "Geen enkel gezin van deze keuze is opgevolgd" in text(panel.left)


def explorer_of(tmp_path, raw="raw"):
    return Explorer(clean=str(tmp_path / "clean"), raw=str(tmp_path / raw))


def test_without_any_data_every_panel_says_what_to_do(tmp_path):
    explorer = explorer_of(tmp_path)
    for panel in (explorer.study(), explorer.items(), explorer.families(), explorer.tables()):
        said = text(panel.children[-1])
        assert (
            "Voer eerst notebook 01 uit, of `python3 run.py report`" in said
            and str(tmp_path / "clean") in said
        )


def test_without_clean_tables_the_export_is_cleaned_and_nothing_written(tmp_path):
    explorer = explorer_of(tmp_path, raw=RAW)
    assert "in het geheugen opgeschoond" in text(explorer.study().children[-1])
    assert "90 beschreven gezinnen, waarvan 56 opgevolgd" in text(explorer.study().children[-1])
    assert list(tmp_path.iterdir()) == []


# ---- the panel of the items ------------------------------------------------------------------------------


def shown_counts(widget):
    """The counts in the table of a distribution, as they stand on the screen."""
    table = BeautifulSoup(widget.value, "html.parser").find("table")
    heads = [head.get_text(strip=True) for head in table.thead.find_all("th")]
    at = heads.index("n")
    return [int(row.find_all(["th", "td"])[at].get_text(strip=True)) for row in table.tbody.find_all("tr")]


def test_what_is_chosen_is_what_is_shown(panel, data):
    panel.items.chosen.value = ("kind", "stress")
    panel.pilots[PILOTS.index("Leuven")].value = True
    panel.moment.value = "follow_up"
    panel.count.value = "worst"
    chosen = Selection("kind", "stress", ("Leuven",), count="worst", moment="follow_up")
    assert panel.selection == chosen
    assert shown_counts(panel.left) == explore.distribution(data, chosen)["n"].tolist()
    tests = explore.tests(data, chosen).iloc[0]
    said = f"Vooruit: {tests['improved']} van de {tests['n']} kinderen; achteruit: {tests['declined']}"
    assert text(panel.right).startswith("De verandering telt personen") and said in text(panel.right)
    flow = cleaning.select_pilots(data.tables, ["Leuven"]).flow.set_index("stage")["families"]
    assert f"{flow['retained']} beschreven gezinnen in deze keuze, waarvan {flow['followed']} opgevolgd" in (
        text(panel.about)
    )


def test_at_follow_up_nothing_is_said_of_the_baseline(data):
    for unit, item in (("huishouden", DEBT), ("kind", "stress")):
        screen = Screen()
        show_distribution(output_for(data, publish=screen), data, Selection(unit, item, moment="follow_up"))
        assert "opvolgmeting" in screen.html and "nulmeting" not in screen.html


def test_the_change_of_an_item_is_told(panel, data):
    panel.items.chosen.value = ("kind", "stress")
    panel.moment.value = "change"
    change = explore.change(data, panel.selection).iloc[0]
    said = f"Stress van kinderen: {change['improved']} vooruit, {change['declined']} achteruit"
    assert said in text(panel.left)


def test_household_items_count_families_whatever_is_asked():
    panel = ItemsPanel(small(*FAMILIES), None)
    panel.count.value = "median"
    panel.items.chosen.value = ("huishouden", DEBT)
    assert panel.count.disabled and panel.selection.count == "persons"
    panel.items.chosen.value = ("volwassene", "stress")
    assert not panel.count.disabled and panel.selection.count == "median"


def test_the_list_of_items_is_narrowed_by_unit_part_domain_and_words():
    panel = ItemsPanel(small(*FAMILIES), None)
    items = panel.items
    items.chosen.value = ("volwassene", "stress")
    shown = panel.left.value
    items.search.value = "ONGEZONDE stréss"  # words of labels; case and accents apart
    assert {key for _, key in items.chosen.options} == {("volwassene", "stress"), ("kind", "stress")}
    assert items.chosen.value == ("volwassene", "stress"), "what was chosen stays chosen"
    items.search.value = "verblijf"
    assert items.chosen.value is None and panel.left.value == shown, "the view waits for a choice"
    assert text(items.found) == "1 van 45 items"
    assert panel.selection.key == ("volwassene", "stress")
    items.search.value = ""
    items.unit.value = "huishouden"
    assert len(items.chosen.options) == 8
    assert "Opvang en zorg" not in [label for label, _ in items.part.options]
    items.part.value = "inkomen"
    assert ("huishouden", "inkomen") in [key for _, key in items.chosen.options]
    assert {unit for _, (unit, _) in items.chosen.options} == {"huishouden"}
    items.unit.value = "all"
    items.part.value = "all"
    assert len(items.chosen.options) == 45


def inputs(widget):
    """Every widget below one that takes something in."""
    below = [one for child in getattr(widget, "children", ()) for one in inputs(child)]
    takes = isinstance(widget, (widgets.ValueWidget, widgets.Button)) and not isinstance(
        widget, (widgets.HTML, widgets.Label)
    )
    return [*below, widget] if takes else below


def test_every_widget_has_a_label_and_every_image_its_numbers_in_words(panel, data):
    family = FamilyPanel(data, None)
    family.code.value = "LEU-001"
    found = [one for view in (panel, family, TablesPanel(data, None)) for one in inputs(view.view)]
    assert len(found) > 15 and [one for one in found if not one.description] == []
    for widget in (panel.left, panel.right, family.shown):
        images = BeautifulSoup(widget.value, "html.parser").find_all("img")
        assert images and all(re.search(r"\d", image["alt"]) for image in images)


def test_in_english_it_says_the_same():
    panel = ItemsPanel(small(*FAMILIES, language="en"), None)
    panel.items.chosen.value = ("kind", "stress")
    told = " ".join(text(one) for one in (panel.left, panel.right, panel.about, panel.code))
    assert "described families in this selection" in told and "children" in told and "Better: " in told
    assert [word for word in ("gezinnen", "nulmeting", "Vooruit", "keuze") if word in told] == []
    panel._save(None)
    assert "there is no folder to save in" in text(panel.status)


# ---- saving ----------------------------------------------------------------------------------------------


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.mark.slow
def test_a_selection_is_saved_with_code_that_gives_the_same_tables(data, tmp_path):
    panel = ItemsPanel(data, tmp_path / "saved")
    panel.items.chosen.value = ("kind", "jeugdzorg")
    panel.pilots[0].value = True
    panel.family_type.value = "koppel"
    panel.count.value = "best"
    panel._save(None)
    name = "kind_jeugdzorg_Baldemore_koppel"
    views = {
        "distribution": f"distribution_{name}_baseline_best",
        "matrix": f"transition_{name}",
        "change": f"change_{name}",
    }
    drawn = [f"figures/{one}.{kind}" for one in views.values() for kind in ("svg", "narrow.svg", "png")]
    written = [f"tables/{one}.csv" for one in (*views.values(), f"tests_{name}")]
    assert files(tmp_path / "saved") == sorted([*drawn, *written, f"code/{name}.py"])
    assert "Bewaard in" in text(panel.status) and "saved" in text(panel.status)
    given: dict = {}
    exec((tmp_path / "saved" / "code" / f"{name}.py").read_text(encoding="utf-8"), given)
    for variable, file in {**views, "tests": f"tests_{name}"}.items():
        saved = (tmp_path / "saved" / "tables" / f"{file}.csv").read_text(encoding="utf-8")
        assert csv_text(given[variable]) == saved, variable


def test_nothing_that_is_saved_of_a_selection_names_a_family(panel):
    panel._save(None)
    folder = panel.folder
    texts = [
        path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.suffix in (".csv", ".svg")
    ]
    assert texts and [CODE.findall(one) for one in texts if CODE.search(one)] == []


def test_of_real_families_everything_is_saved_internally(tmp_path):
    panel = ItemsPanel(small(*FAMILIES, synthetic=False), tmp_path / "saved")
    panel._save(None)
    assert [path.name for path in tmp_path.iterdir()] == ["saved-internal"]


def test_single_families_are_saved_in_an_internal_folder_for_its_owner_alone(data, tmp_path):
    family = FamilyPanel(data, tmp_path / "saved")
    family.code.value = "leu-001"
    family._save(None)
    tables = TablesPanel(data, tmp_path / "saved")
    tables.pilot.value = "Bilzen"
    tables._save(None)
    assert [path.name for path in tmp_path.iterdir()] == ["saved-internal"]
    inner = tmp_path / "saved-internal"
    assert files(inner) == [
        "code/families.py",
        "code/timeline_LEU-001.py",
        "figures/timeline_LEU-001.narrow.svg",
        "figures/timeline_LEU-001.png",
        "figures/timeline_LEU-001.svg",
        "tables/families_Bilzen.csv",
        "tables/timeline_LEU-001.csv",
    ]
    assert inner.stat().st_mode & 0o077 == 0
    given: dict = {}
    exec((inner / "code" / "families.py").read_text(encoding="utf-8"), given)
    assert csv_text(given["table"]) == (inner / "tables" / "families_Bilzen.csv").read_text(encoding="utf-8")
    assert set(given["table"]["pilot"]) == {"Bilzen"}


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "saved").write_text("a file")
    panel = ItemsPanel(small(*FAMILIES), tmp_path / "saved")
    panel._save(None)
    assert "cannot be written" in text(panel.status) and "saved" in text(panel.status)


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
    panel.code.value = " leu-001 "
    family = data.tables.families.set_index("family").loc["LEU-001"]
    assert f"LEU-001 (Leuven, koppel): {family['registrations']} registratiedagen" in text(panel.shown)
    alt = BeautifulSoup(panel.shown.value, "html.parser").img["alt"]
    timeline = explore.family_timeline(data, "LEU-001")
    assert alt.count(" naar ") >= timeline["change"].notna().sum()
    fewer = len(panel.shown.value)
    panel.all_items.value = True
    assert len(panel.shown.value) > fewer
    panel.code.value = ""
    assert text(panel.shown).startswith("Typ een gezinscode") and panel.export.disabled


def test_families_are_gone_through_class_by_class(data):
    panel = FamilyPanel(data, None)
    codes = data.tables.families["family"].tolist()
    panel.forth.click()
    assert panel.code.value == codes[0] and f"{codes[0]} (" in text(panel.shown)
    panel.forth.click()
    assert panel.code.value == codes[1]
    panel.back.click()
    panel.back.click()
    assert panel.code.value == codes[-1]  # round
    out = data.scores.query("`class` == 'out_of_poverty'")["family"].tolist()
    (name,) = (label for label, _ in panel.group.options if label.startswith("Vooruitgang, uit kansarmoede"))
    assert name.endswith("(4)") and len(out) == 4  # published: four families out of poverty
    panel.group.value = dict(panel.group.options)[name]
    seen = [panel.code.value]
    for _ in range(3):
        panel.forth.click()
        seen.append(panel.code.value)
    assert seen == out
    sizes = {label: len(panel.groups[value]) for label, value in panel.group.options}
    assert sum(sizes.values()) == 2 * len(codes)  # all, and each family in one class or without


def test_an_unknown_code_is_answered_with_codes_that_look_like_it(data):
    panel = FamilyPanel(data, None)
    panel.code.value = "LEU001"
    assert "Er is geen gezin met code LEU001. Bedoelde u LEU-001" in text(panel.shown)
    assert panel.export.disabled and panel.snippet.value == ""


def test_a_family_that_was_not_retained_is_shown_as_such(data):
    families = data.tables.families
    excluded = families[families["rule"] == "F02"].iloc[0]
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
    assert f"{len(rows)} rijen" in text(panel.about)
    html = panel.shown.outputs[0]["data"]["text/html"]
    data_of = re.search(r'"data_json": "(.*?)",\n', html)[1]
    assert data_of.count("], [") == len(rows) - 1
    assert [column for column in rows.columns if f"<th>{column}</th>" not in html] == []


def test_a_table_of_one_pilot_has_its_rows_alone(data):
    panel = TablesPanel(data, None)
    panel.table.value = "states"
    panel.pilot.value = "Bilzen"
    same(panel.chosen(), reported(data, ("Bilzen",)).states)


def test_interactive_tables_ask_nothing_of_the_internet(data):
    for html in (library(), interactive(data.tables.families, "nl")):
        assert re.findall(r"""(?:src=|from |import\()\s*["']https?:""", html) == []
    assert library() == library()
    shown = interactive(data.tables.families, "nl")
    assert "NaN" not in shown and "alleenstaande ouder" in shown and words_of_tables("nl")["search"] in shown


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
