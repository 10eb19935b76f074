"""The declared tables: what is asked of a frame, and that the declaration is the published contract."""

import shutil

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import definitions as codebook
from helpers import tables
from helpers.definitions.reading import parse_yaml
from helpers.tables import TABLES, SchemaError

ITEM_CHANGE = (
    "unit item n improved unchanged_fresh unchanged_carried declined net net_low net_high sign_exact_p "
    "sign_midp sign_holm_p"
)

# The contract with whoever reads the files: every table and its columns, in order. Written out, not derived.
CONTRACT = {
    "families": "family pilot household_type t0 last_date registrations adults children status rule followed "
    "coach organisation group",
    "persons": "family person unit education age_years expected at_baseline",
    "registrations": "family unit person date registration",
    "observations": "family person unit item date registration level status",
    "excluded_observations": "family person unit item date registration level status",
    "states": "family person unit item moment level status date fresh",
    "rejected": "sheet file row column value rule effect reason_nl reason_en",
    "notes": "family person unit item date text",
    "flow": "stage families",
    "family_classes": "family pilot baseline_score follow_up_score class",
    "family_sheets": "family unit person item first_date first_level last_date last_level change",
    "due_families": "family pilot last_date days",
    "registration_starts": "month pilot families",
    "item_use": "unit item known moved",
    "registration_gaps": "pilot gaps longer_than_three_months families silent",
    "items_distribution": "unit item moment level n share",
    "course_flow": "months before after families",
    "course": "months families H M0 net net_low net_high",
    "multistate": "outcome reading quantity value low high families moves note",
    "persistence": "direction families still registered_later still_later",
    "domain_pairs": "moment domain other families",
    "domain_numbers": "moment number families share",
    "domain_sets": "moment domains families",
    "lever_change": "lever items n improved unchanged declined net net_low net_high family_p",
    "lever_signals": "lever unit item n low share",
    "measurement": "scale items n families alpha alpha_low alpha_high omega smallest_change repeated "
    "differing floor ceiling coaches coach_share",
    "group_comparison": "outcome coached_families coached_n coached_net coached_net_low coached_net_high "
    "coached_score comparison_families comparison_n comparison_net comparison_net_low comparison_net_high "
    "comparison_score difference difference_low difference_high strata left_out strata_p",
    "needs": "figure unit item level n share",
    "cases_by_pilot": "pilot registered retained followed",
    "cleaning_log": "rule sheet rows cells",
    "figure_02": "characteristic value n share ci_low ci_high",
    "figure_03": "education n share ci_low ci_high",
    **{f"figure_{n:02}": "unit item level label n share ci_low ci_high" for n in range(4, 15)},
    "figure_15": "baseline_score follow_up_score class",
    "figure_16": "baseline_score follow_up_score families",
    "figure_17": "class families share ci_low ci_high",
    "score_change": "n improved unchanged declined net net_low net_high sign_exact_p sign_midp "
    "known_improved known_declined",
    "poverty_change": "n poor_baseline poor_follow_up out_of_poverty into_poverty mcnemar_exact_p "
    "mcnemar_midp difference difference_low difference_high severe_baseline severe_follow_up",
    "poverty_measures": "pilot moment families H A M0 H_se H_low H_high A_se A_low A_high "
    "M0_se M0_low M0_high",
    "poverty_measure_changes": "measure change se low high family_p from_H from_A",
    "dominance": "cutoff H_baseline H_follow_up into out",
    "poverty_domains": "pilot moment domain known deprived raw_headcount censored_headcount contribution",
    "poverty_change_domains": "domain into_deprivation out_of_deprivation change_in_mean_score change_in_M0",
    "poverty_bounds": "pilot moment families H_low H_high M0_low M0_high",
    **{f"figure_{n}": "unit item baseline_level follow_up_level persons row_share" for n in range(18, 22)},
    "transition_tests": "figure unit item n improved unchanged declined net net_low net_high "
    "sign_exact_p sign_midp stuart_maxwell_chi2 stuart_maxwell_df stuart_maxwell_p "
    "stuart_maxwell_permutation_p bowker_chi2 bowker_df bowker_p bowker_permutation_p kappa_linear "
    "p_better gee_log_odds gee_low gee_high gee_p note family_p families_improved families_declined",
    "item_change": f"{ITEM_CHANGE} family_p maxt_p families_improved families_declined",
    "item_change_improvers": f"{ITEM_CHANGE} family_p families_improved families_declined",
    "coach_clusters": "outcome coaches net net_low net_high family_p",
    "primary_outcomes": "outcome n net net_low net_high family_p holm_p verdict",
    "overall_change": "items changes improved declined families_improved families_declined families_level "
    "net net_low net_high family_p",
    "flow_groups": "stage families",
    "figure_02_groups": "characteristic group n share ci_low ci_high",
    "figure_03_groups": "group n share ci_low ci_high",
    **dict.fromkeys(
        [f"figure_{number:02d}_groups" for number in range(4, 15)], "unit item group n share ci_low ci_high"
    ),
    "item_moves": "unit item improved unchanged declined unknown net net_low net_high",
    "figure_17_moves": "class families share ci_low ci_high",
    "poverty_moves": "outcome both out in neither",
    "verdict_words": "question outcome verdict",
    "verdicts": "question outcome family_p adjusted_p verdict",
    "claim_measures": "measure value",
    "claims": "id place claim_nl claim_en measure published computed verdict redrawn",
    "claims_summary": "section holds does_not_hold unknown",
    "power": "outcome net families_per_group power power_low power_high",
    "planning": "outcome net families_observed largest_net design_effect answer families_needed "
    "followed_share registered_needed registered_low registered_high",
    "pilot_registration": "pilot registered retained followed registrations_per_family cells known "
    "known_share pairs looked_again looked_again_share",
    "pilot_profile": "pilot feature value n share ci_low ci_high",
    "pilot_transitions": "pilot class families share ci_low ci_high",
    "pilot_outcomes": "pilot aspect families n improved unchanged declined net net_low net_high chance_p",
    "pilot_limits": "families limit net low high",
    "pilot_heterogeneity": "aspect statistic pilots families n chi2 permutation_p permutation_holm_p",
    "pilot_case_mix": "pilot strata way families observed expected excess excess_low excess_high ratio "
    "strata_p why_not",
    "kansarmoede_vlaanderen": "year percentage source",
    "headlines": "dimension option headline n value standing",
    "multiverse": "mapping members unknown_domain poverty_cutoff follow_up_rule baseline_window_days default "
    "equivalent families H_baseline H_follow_up improved declined out_of_poverty net",
    "cutoffs": "poverty_cutoff n poor_baseline poor_follow_up out_of_poverty into_poverty mcnemar_exact_p "
    "mcnemar_midp difference difference_low difference_high severe_baseline severe_follow_up H_baseline "
    "A_baseline M0_baseline H_follow_up A_follow_up M0_follow_up improved_poor improved_not_poor "
    "stable_not_poor stable_poor declined_poor declined_not_poor",
    "cutoffs_domains": "poverty_cutoff domain censored_baseline censored_follow_up contribution_baseline "
    "contribution_follow_up change_in_M0",
    "attrition": "unit item n_followed mean_followed n_lost mean_lost standardised_difference",
    "attrition_bounds": "measure case families value",
    "follow_up_status": "pilot status families",
    "attrition_chance": "line observed expected low high",
    "specification_curve": "specifications distinct median low high p draws",
    "freshness": "pilot unit item n changed confirmed carried",
    "headline_fresh": "measure families value",
    "regression_to_mean": "direction score families mean_other_score mean_change",
    "item_tests": "unit item n net sign_exact_p sign_holm_p sign_bh_p",
    "declined_families": "number family pilot baseline_score follow_up_score class registrations "
    "later_registrations notes later_notes",
    "declined_domains": "domain families from_unknown",
    "fallen_items": "family person unit item domain at_most baseline_level follow_up_level date",
    "timelines": "family person unit item date level status registered change",
    "tagged_notes": "family person unit item date text themes words",
    "theme_counts": "theme label declined_families declined_with_theme declined_share declined_low "
    "declined_high other_families other_with_theme other_share other_low other_high difference "
    "fisher_exact_p fisher_holm_p",
    "note_counts": "group families families_with_notes notes notes_per_family median_notes",
}

# And what a column of that name holds, in every table that has it.
DTYPES = {
    "str": "month domains "
    "group id place claim_nl claim_en published section change themes words theme family person pilot "
    "item file column value(rejected) value(figure_02) value(pilot_profile) "
    "reason_nl reason_en text label figure coach organisation "
    "measure source dimension option headline mapping members unknown_domain follow_up_rule "
    "direction question line",
    "Int64": "coached_families coached_n comparison_families comparison_n strata(group_comparison) left_out "
    "known_improved known_declined first_level last_level low(lever_signals) items(lever_change) "
    "items(measurement) repeated "
    "months days gaps longer_than_three_months silent still "
    "registered_later still_later "
    "both in neither holds does_not_hold unknown registrations(families) "
    "registrations(declined_families) number "
    "later_registrations notes later_notes from_unknown at_most level(timelines) "
    "declined_families declined_with_theme other_families other_with_theme families_with_notes "
    "adults children age_years registration level(observations) level(excluded_observations) "
    "level(states) level(needs) row families moved registered retained followed(cases_by_pilot) "
    "followed(pilot_registration) rows cells n "
    "persons improved unchanged unchanged_fresh unchanged_carried declined baseline_score "
    "follow_up_score baseline_level follow_up_level poor_baseline poor_follow_up out_of_poverty "
    "into_poverty severe_baseline severe_follow_up known deprived into_deprivation "
    "out_of_deprivation stuart_maxwell_df bowker_df year poverty_cutoff baseline_window_days "
    "improved_poor improved_not_poor stable_not_poor stable_poor declined_poor declined_not_poor "
    "n_followed n_lost changed confirmed carried families_per_group families_needed "
    "families_observed registered_needed score pairs looked_again pilots observed "
    "families_improved families_declined families_level changes cutoff into out specifications distinct "
    "draws registered_low registered_high coaches moves",
    "float64": "computed declined_share declined_low declined_high other_share other_low other_high "
    "fisher_exact_p fisher_holm_p notes_per_family median_notes share ci_low ci_high row_share "
    "net difference mcnemar_exact_p mcnemar_midp H A M0 H_low H_high M0_low M0_high "
    "raw_headcount censored_headcount contribution change_in_mean_score change_in_M0 "
    "sign_exact_p sign_midp sign_holm_p stuart_maxwell_chi2 stuart_maxwell_p "
    "stuart_maxwell_permutation_p bowker_chi2 bowker_p bowker_permutation_p kappa_linear "
    "p_better net_low net_high difference_low difference_high gee_log_odds gee_low gee_high "
    "gee_p value(claim_measures) value(multistate) percentage value(headlines) value(attrition_bounds) "
    "value(headline_fresh) H_baseline A_baseline M0_baseline H_follow_up A_follow_up "
    "M0_follow_up censored_baseline censored_follow_up contribution_baseline "
    "contribution_follow_up mean_followed mean_lost standardised_difference mean_other_score "
    "mean_change power power_low power_high largest_net design_effect followed_share sign_bh_p "
    "registrations_per_family known_share looked_again_share chance_p limit low high chi2 permutation_p "
    "permutation_holm_p expected excess excess_low excess_high ratio strata_p family_p "
    "maxt_p holm_p adjusted_p H_se A_se A_low A_high M0_se change(poverty_measure_changes) se from_H from_A "
    "coached_net coached_net_low coached_net_high coached_score comparison_net comparison_net_low "
    "comparison_net_high comparison_score "
    "median p redrawn alpha alpha_low alpha_high omega smallest_change differing floor ceiling coach_share",
    "bool": "registered(timelines) followed(families) expected(persons) at_baseline fresh default equivalent",
    "datetime64[us]": "t0 first_date last_date date",
    "category": "direction(persistence) before after other lever scale "
    "group(note_counts) group(families) unit moment status household_type education rule sheet effect stage "
    "characteristic "
    "note class domain level case answer outcome standing verdict items "
    "measure(poverty_measure_changes) "
    "feature aspect statistic strata way why_not reading quantity",
}

NOTHING = float("nan")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "02_baseline",
            "    share:\n",
            "    shares:\n",
            "has no type and no title, nor has a shared column of its name; did you mean 'share'?",
        ),
        ("clean", "{type: household_type,", "{type: household,", "'household' is none of the types"),
        (
            "shared",
            "families: {type: count, unit: families",
            "families: {type: count, unit: family",
            "columns.families: 'family' is none of the units; did you mean 'families'?",
        ),
        (
            "shared",
            "level: {dtype: Int64, low: 1, high: 5, unit: level}",
            "level: {dtype: Int64, unit: levels}",
            "types.level: 'levels' is none of the units; did you mean 'level'?",
        ),
        ("shared", "dtype: str}", "dtype: string}", "types.text.dtype: must be 'str', 'Int64'"),
        ("shared", 'format: "0.0%"', 'format: "0,0%"', "must be a format such as 0.0%, +0.00, points or p"),
        (
            "shared",
            "    of: levels",
            "    of: level",
            "levels_groups: 'level' is none of the kinds; did you mean 'le",
        ),
        (
            "clean",
            "key: [family]",
            "key: [familie]",
            "families.key: has no column 'familie'; did you mean 'family'?",
        ),
        (
            "03_kansarmoede",
            "complete: [class]",
            "complete: [klasse]",
            "figure_17.complete: has no column 'kl",
        ),
        (
            "01_cleaning",
            "  key: [month, pilot]\n",
            "  key: [month, pilot]\n  complete: [month]\n",
            "registration_starts.complete: 'month' can have any value; list its `values`",
        ),
        ("04_transitions", "{n: [improved,", "{n: [improve,", "total: has no column 'improve'; did you mean"),
        (
            "03_kansarmoede",
            "\nscore_change:",
            "\nflow:",
            "flow: stands in outputs/01_cleaning.yml too; keep one",
        ),
        ("clean", "kind: clean\n", "sort: clean\n", "families.sort: is not a known name; use title, kind"),
        (
            "clean",
            "kind: clean\n",
            "kind: clan\n",
            "families.kind: 'clan' is none of the kinds; did you mean",
        ),
        ("02_baseline", "kind: levels\n", "kind: classes\n", "takes none in items; found 1"),
        (
            "02_baseline",
            "figure_04:\n",
            "housing:\n",
            "housing: an output of kind 'levels' is a figure, call",
        ),
        ("03_kansarmoede", "  source_section: ", "  # ", "figure_15: is a figure, and has no source_section"),
        ("01_cleaning", "  public: flow_groups\n", "", "flow: must say in `public` whether it is public"),
        (
            "01_cleaning",
            "public: flow_groups",
            "public: false",
            "flow.public: must be true, the name of the ou",
        ),
        (
            "01_cleaning",
            "public: flow_groups",
            "public: groups",
            "flow.public: 'groups' is none of the public",
        ),
        (
            "04_transitions",
            "carries: unchanged",
            "carries: same",
            "item_moves.carries: 'same' is none of the g",
        ),
        (
            "02_baseline",
            '["1-2", "3-4", "5"]',
            '["1-2", "4", "5"]',
            "every level from 1 to 5 stands in one gr",
        ),
        (
            "02_baseline",
            '["1-2", "3-4", "5"]',
            '["laag", "4", "5"]',
            "a group of levels is written as 3 or 1-2",
        ),
        ("03_kansarmoede", "group: compared", "group: adults", "needs `values` of its first column, and one"),
        ("04_transitions", "sure: verdicts", "sure: verdict", "item_change.key_result: 'verdict' is none of"),
    ],
)
def test_a_fault_of_the_declaration_is_named_with_its_line(tmp_path, file, old, new, said):
    folder = shutil.copytree(codebook.REFERENCE, tmp_path / "reference")
    path = folder / "outputs" / f"{file}.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(codebook.DefinitionError) as caught:
        codebook.load_definitions(folder)
    assert any(line.startswith(f"outputs/{file}.yml, line ") and said in line for line in caught.value.faults)


@pytest.fixture
def debts() -> pd.DataFrame:
    """Figure 7 of eight families with a known level, one not applicable, none missing."""
    return pd.DataFrame(
        {
            "unit": pd.Categorical(["huishouden"] * 7, ["huishouden", "volwassene", "kind"], ordered=True),
            "item": ["schulden"] * 7,
            "level": pd.Categorical(
                STATES := ["1", "2", "3", "4", "5", "not_applicable", "missing"], STATES, ordered=True
            ),
            "label": ["a", "b", "c", "d", "e", "niet van toepassing", "ontbreekt"],
            "n": pd.array([4, 0, 2, 0, 2, 1, 0], dtype="Int64"),
            "share": [0.5, 0.0, 0.25, 0.0, 0.25, NOTHING, NOTHING],
            "ci_low": [0.22, 0.0, 0.07, 0.0, 0.07, NOTHING, NOTHING],
            "ci_high": [0.78, 0.32, 0.59, 0.32, 0.59, NOTHING, NOTHING],
        }
    )


def test_every_table_of_the_contract_is_declared_with_its_columns_in_order():
    assert {name: " ".join(table.column_names) for name, table in TABLES.items()} == CONTRACT


def test_every_column_has_the_dtype_of_the_contract():
    dtype_of = {name: dtype for dtype, names in DTYPES.items() for name in names.split()}
    for table in TABLES.values():
        for column in table.columns:
            expected = dtype_of.get(f"{column.name}({table.name})") or dtype_of.get(column.name)
            assert column.dtype == expected, f"{column.name} of {table.name}"


def test_a_frame_that_fits_comes_back_as_the_same_object(debts):
    assert tables.check("figure_07", debts) is debts


# Each of these differs from the frame that fits in one thing only.
FAULTS = {
    "order of columns": (lambda f: f[["item", "unit", *f.columns[2:]]], "columns are"),
    "column missing": (lambda f: f.drop(columns="label"), "columns are"),
    "column too many": (lambda f: f.assign(net=0.0), "columns are"),
    "count as float": (lambda f: f.assign(n=f["n"].astype("float64")), "'n' to have type Int64"),
    "text as object": (lambda f: f.assign(label=f["label"].astype("object")), "to have type str"),
    "text empty": (lambda f: f.assign(label=f["label"].replace("a", "")), "holds empty text"),
    "text missing": (lambda f: f.assign(label=f["label"].mask(f["n"] == 4)), "'label' contains null"),
    "category as text": (lambda f: f.assign(unit="huishouden"), "'unit' to have type category"),
    "category unordered": (
        lambda f: f.assign(level=f["level"].cat.as_unordered()),
        "'level' to have type",
    ),
    "category in another order": (
        lambda f: f.assign(level=f["level"].cat.reorder_categories(f["level"].cat.categories[::-1])),
        "'level' to have type",
    ),
    "category with a state too many": (
        lambda f: f.assign(level=f["level"].cat.add_categories("6")),
        "'level' to have",
    ),
    "count negative": (lambda f: f.assign(n=f["n"] - 1), "not between 0 and inf"),
    "share above 1": (
        lambda f: f.assign(share=f["share"] * 3, ci_high=f["share"] * 3),
        "not between 0 and 1",
    ),
    "share below 0": (
        lambda f: f.assign(share=f["share"] - 0.25, ci_low=f["share"] - 0.25),
        "not between 0 and 1",
    ),
    "share outside its interval": (lambda f: f.assign(ci_low=f["share"] + 0.01), "outside its interval"),
    "share without interval": (lambda f: f.assign(ci_low=NOTHING), "outside its interval"),
    "interval without share": (lambda f: f.assign(share=NOTHING), "outside its interval"),
    "two rows with one key": (lambda f: pd.concat([f, f.iloc[[0]]]), "two rows share"),
    "a state without row": (lambda f: f.iloc[:-1], "not every state"),
    "no row": (lambda f: f.iloc[:0], "not every state"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_frame_that_does_not_fit_is_refused_with_its_table_and_fault(fault, debts):
    spoil, message = FAULTS[fault]
    with pytest.raises(SchemaError, match=message) as caught:
        tables.check("figure_07", spoil(debts))
    assert str(caught.value).startswith("figure_07: ")


def test_two_items_of_one_figure_each_need_their_seven_rows(debts):
    both = pd.concat([debts, debts.assign(item="inkomen")], ignore_index=True)
    tables.check("figure_11", both)
    with pytest.raises(SchemaError, match="not every state"):
        tables.check("figure_11", both.iloc[1:])


def test_an_infinite_statistic_is_refused():
    measures = pd.DataFrame({"measure": ["children_mean_age"], "value": [float("inf")]})
    with pytest.raises(SchemaError, match="not between"):
        tables.check("claim_measures", measures)


def test_counts_that_must_add_up_are_added_up():
    # Two improved, three the same (one of them registered again), one declined: six pairs.
    row = {
        "unit": "kind",
        "item": "stress",
        "n": 6,
        "improved": 2,
        "unchanged_fresh": 1,
        "unchanged_carried": 2,
    }
    row |= {"declined": 1, "net": 1 / 6, "net_low": -0.3, "net_high": 0.6}
    row |= {"sign_exact_p": 1.0, "sign_midp": 0.75, "sign_holm_p": 1.0, "family_p": 1.0, "maxt_p": 1.0}
    row |= {"families_improved": 2, "families_declined": 1}
    tables.conform("item_change", pd.DataFrame([row]))
    with pytest.raises(SchemaError, match="n is not the sum of"):
        tables.conform("item_change", pd.DataFrame([row | {"n": 7}]))


def test_a_table_of_one_row_has_one_row():
    row = dict.fromkeys(CONTRACT["poverty_change"].split(), 0)
    assert len(tables.conform("poverty_change", pd.DataFrame([row]))) == 1
    with pytest.raises(SchemaError, match="1 row"):
        tables.conform("poverty_change", pd.DataFrame([row, row]))


def test_the_scheme_has_all_49_cells():
    cells = pd.MultiIndex.from_product([range(7), range(7)], names=["baseline_score", "follow_up_score"])
    scheme = pd.DataFrame({"families": 0}, index=cells).reset_index()
    assert len(tables.conform("figure_16", scheme)) == 49
    with pytest.raises(SchemaError, match="not every state"):
        tables.conform("figure_16", scheme.iloc[1:])


def test_the_household_as_one_of_two_states_has_no_person_and_still_a_key():
    state = {
        "family": "LEU-001",
        "person": None,
        "unit": "huishouden",
        "item": "schulden",
        "moment": "baseline",
    }
    state |= {"level": 3, "status": "observed", "date": pd.Timestamp("2022-03-01"), "fresh": False}
    frame = tables.conform("states", pd.DataFrame([state]))
    assert frame["person"].isna().all()
    with pytest.raises(SchemaError, match="two rows share"):
        tables.check("states", pd.concat([frame, frame]))


def test_conform_gives_declared_types_and_order_without_touching_the_frame():
    given_frame = pd.DataFrame(
        {"families": [5.0, 0, 4, 1, 1, 3, 2], "stage": list(TABLES["flow"].column("stage").values)}
    )
    before = given_frame.copy()
    frame = tables.conform("flow", given_frame)
    assert list(frame.columns) == ["stage", "families"]
    assert frame["stage"].cat.ordered and frame["families"].dtype == "Int64"
    pd.testing.assert_frame_equal(given_frame, before)


@pytest.mark.parametrize(
    ("spoilt", "message"),
    [
        (
            {"stage": ["registered", "test", "no_household", "too_few_items", "retained", "kept"]},
            "stage holds .'kept'.",
        ),
        ({"families": [1.5, 0, 0, 0, 0, 0]}, "families: cannot safely cast"),
        ({"families": [None, 0, 0, 0, 0, 0]}, "'families' contains null"),
    ],
)
def test_conform_loses_nothing_in_silence(spoilt, message):
    stages = list(TABLES["flow"].column("stage").values)[:6]
    frame = pd.DataFrame({"stage": stages, "families": [0] * 6} | spoilt)
    with pytest.raises(SchemaError, match=message):
        tables.conform("flow", frame)


def test_conform_makes_empty_text_missing():
    row = dict.fromkeys(CONTRACT["rejected"].split(), "x")
    row |= {"sheet": "kind", "row": 2, "column": "", "value": "", "rule": "R06", "effect": "row_rejected"}
    frame = tables.conform("rejected", pd.DataFrame([row]))
    assert frame[["column", "value"]].isna().all(axis=None)


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_table_has_the_declared_columns_and_types(name):
    frame = tables.empty(name)
    assert len(frame) == 0
    assert list(frame.columns) == CONTRACT[name].split()
    for column in TABLES[name].columns:
        assert frame[column.name].dtype == column.pandas_dtype


@given(st.permutations(CONTRACT["cases_by_pilot"].split()))
def test_conform_does_not_depend_on_the_order_of_columns(order):
    frame = pd.DataFrame(
        {"pilot": ["Leuven", "Bilzen"], "registered": [4, 1], "retained": [3, 1], "followed": [2, 0]}
    )
    pd.testing.assert_frame_equal(
        tables.conform("cases_by_pilot", frame[order]), tables.conform("cases_by_pilot", frame)
    )


def _values(kind: str) -> tuple[str, ...]:
    columns = {column.type: column for table in TABLES.values() for column in table.columns}
    return columns[kind].values


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (kind, kind)
        for kind in ("unit", "moment", "status", "household_type", "education", "family_status", "effect")
    ]
    + [("stage", "flow_stage"), ("characteristic", "characteristic")],
)
def test_categories_are_the_vocabulary_in_its_order(kind, words):
    assert _values(kind) == tuple(codebook.load_definitions().vocabulary[words])


def test_categories_are_the_constants_of_the_study():
    definitions = codebook.load_definitions()
    assert _values("unit") == codebook.UNITS
    assert _values("moment") == codebook.MOMENTS
    assert _values("state") == (*map(str, codebook.LEVELS), *_values("status")[1:])
    assert _values("rule") + _values("family_rule") == tuple(definitions.vocabulary["rule"])
    assert _values("domain") == tuple(domain.id for domain in definitions.kansarmoede.domains)
    assert _values("change_class") == tuple(each.id for each in definitions.kansarmoede.classes)


def test_every_figure_has_a_table_and_every_table_of_a_figure_a_figure():
    figures = set(codebook.load_definitions().figures)
    tables = {name for name in TABLES if name.startswith("figure_")}
    assert figures == {name for name in tables if not name.endswith(("_groups", "_moves"))}
    assert {name.removesuffix("_groups").removesuffix("_moves") for name in tables} == figures


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_two_numbers_of_a_table_have_one_title(language):
    for table in TABLES.values():
        numbers = [one for one in table.columns if one.title and one.dtype in ("Int64", "float64")]
        titles = [one.title(language) for one in numbers if not one.name.endswith("_low")]  # of an interval
        assert sorted(set(titles)) == sorted(titles), table.name


def test_every_description_of_a_column_is_worded_in_both_languages():
    texts = {(name, one.name): one.description for name, table in TABLES.items() for one in table.columns}
    assert not [place for place, text in texts.items() if not text.nl or text.nl == text.en]


def test_nothing_that_is_shared_is_left_over():
    folder = codebook.REFERENCE / "outputs"
    files = {path.stem: parse_yaml(path.read_text(encoding="utf-8"))[1] for path in folder.glob("*.yml")}
    shared = files.pop("shared")
    outputs = [*shared["kinds"].values(), *(one for file in files.values() for one in file.values())]
    uses = [pair for one in outputs for pair in (one.get("columns") or {}).items()]
    declared = [{"type": use} if isinstance(use, str) else use or {} for _, use in uses]
    declared += shared["columns"].values()
    assert set(shared["columns"]) <= {name for name, _ in uses}
    assert set(shared["types"]) == {one["type"] for one in declared if "type" in one}
    units = [*declared, *shared["types"].values()]
    assert set(shared["units"]) == {one["unit"] for one in units if one.get("unit")}
    beside = {name for name, one in shared["kinds"].items() if "of" in one}
    assert set(shared["kinds"]) <= beside | {one.get("kind") for one in outputs}
