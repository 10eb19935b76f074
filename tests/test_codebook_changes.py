"""Changing the reference files: what is changed is what is loaded, and every fault is named.

All changes and faults are made on copies of the reference folder.
"""

import csv
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import yaml

from helpers.definitions import (
    ITEM_COLUMNS,
    REFERENCE,
    ROOT,
    Condition,
    DefinitionError,
    Part,
    load_definitions,
    reading,
)
from helpers.definitions.__main__ import FILES as SCHEMAS
from helpers.definitions.__main__ import faults as all_faults
from helpers.definitions.__main__ import schema_text
from helpers.definitions.languages import read_languages, texts
from helpers.definitions.reading import parse_yaml
from helpers.errors import PipelineError

FILES = (
    "sociale_balans.csv",
    "palette.yml",
    "kansarmoede.yml",
    "kansarmoede_vlaanderen.csv",
    "pilots.yml",
    "vocabulary.yml",
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the reference folder that a test may break."""
    for name in FILES:
        shutil.copy(REFERENCE / name, tmp_path / name)
    for name in ("outputs", "texts"):
        shutil.copytree(REFERENCE / name, tmp_path / name)
    return tmp_path


def edit(folder: Path, name: str, *changes: tuple[str, str]) -> None:
    """Replace the first place where each text stands, which must be there."""
    text = (folder / name).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, f"{name} has no {old!r}"
        text = text.replace(old, new, 1)
    (folder / name).write_text(text, encoding="utf-8")


def edit_items(folder: Path, change: Callable[[list[dict[str, str]]], object]) -> None:
    """Change the rows of the codebook and write it again."""
    path = folder / "sociale_balans.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ITEM_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def faults(folder: Path) -> tuple[str, ...]:
    """The faults that loading reports; there must be some."""
    with pytest.raises(DefinitionError) as error:
        load_definitions(folder)
    assert error.value.faults
    return error.value.faults


# --- changing a definition --------------------------------------------------------------------------------


def test_an_untouched_copy_loads(copy):
    assert load_definitions(copy).items == load_definitions().items


def test_a_changed_cut_off_changes_rule_and_text(copy):
    edit(copy, "kansarmoede.yml", ("item: inkomen, at_most: 2", "item: inkomen, at_most: 3"))
    rule = load_definitions(copy).kansarmoede.domain("inkomen").default
    assert rule.parts == (Part("household", (Condition("huishouden", "inkomen", 3),)),)
    assert rule.text("nl") == "huishouden: Inkomen ≤ 3 (‘Inkomen is nipt toereikend’)"


def test_a_changed_label_unit_or_colour_is_what_is_loaded(copy):
    edit(copy, "sociale_balans.csv", ("Dakloos", "Zonder dak"))
    edit(
        copy,
        "outputs/02_baseline.yml",
        (
            "unit_of_analysis: child\n  items: [[kind, zorg]]",
            "unit_of_analysis: family\n  items: [[kind, zorg]]",
        ),
    )
    edit(copy, "palette.yml", ("#6cbf95", "#00FF00"))
    changed = load_definitions(copy)
    assert changed.item("huishouden", "verblijfplaats").label(1, "nl") == "Zonder dak"
    assert changed.figures["figure_14"].unit_of_analysis == "family"
    (name,) = (one.colour for one in changed.kansarmoede.classes if one.id == "improved_poor")
    assert changed.palette.change[name].colour == "#00FF00"


def test_what_is_loaded_is_kept_until_a_file_changes(copy):
    before = load_definitions(copy)
    assert load_definitions(copy) is before
    edit(copy, "kansarmoede.yml", ("item: inkomen, at_most: 2", "item: inkomen, at_most: 4"))
    (condition,) = load_definitions(copy).kansarmoede.domain("inkomen").default.parts[0].conditions
    assert condition.at_most == 4


FIGURE_99 = """
figure_99:
  title: {nl: Schulden, en: Debts}
  kind: transition
  unit_of_analysis: family
  items: [[huishouden, schulden]]
  source_section: none
  reading: {nl: Elke cel telt gezinnen., en: Each cell counts families.}
"""


def test_a_further_figure_is_declared_in_one_file_and_has_its_table(copy):
    with (copy / "outputs/04_transitions.yml").open("a", encoding="utf-8") as file:
        file.write(FIGURE_99)
    found = load_definitions(copy)
    assert found.figures["figure_99"].items == (("huishouden", "schulden"),)
    assert found.figures["figure_99"].page == "04_transitions"
    table = found.tables["figure_99"]
    assert table.heading("nl") == "Figuur 99. Schulden" and table.public == "item_moves"
    assert table.columns == found.tables["figure_18"].columns


# --- faults -----------------------------------------------------------------------------------------------


def drop(rows: list[dict[str, str]]) -> None:
    del rows[0]


def no_children(rows: list[dict[str, str]]) -> None:
    del rows[-16:]


def add(rows: list[dict[str, str]]) -> None:
    rows.insert(4, rows[3] | {"item": "energie"})


def double(rows: list[dict[str, str]]) -> None:
    rows[1]["item"] = "verblijfplaats"


def other_unit(rows: list[dict[str, str]]) -> None:
    rows[44]["unit"] = "buur"


def other_lever(rows: list[dict[str, str]]) -> None:
    rows[0]["lever"] = "gezin"


def blank_label(rows: list[dict[str, str]]) -> None:
    rows[2]["level_4_en"] = " "


def same_label(rows: list[dict[str, str]]) -> None:
    rows[0]["level_2_nl"] = " DAKLOOS*"


def alternative_of_another_level(rows: list[dict[str, str]]) -> None:
    for level in range(1, 6):
        rows[0][f"alt_{level}_nl"] = f"andere lezing {level}"
    rows[0]["alt_3_nl"] = "Dakloos"


def half_alternatives(rows: list[dict[str, str]]) -> None:
    rows[0]["alt_3_nl"] = "iets anders"


def new_section(rows: list[dict[str, str]]) -> None:
    rows[0]["section"] = "Onderdak"


CSV = "sociale_balans.csv"
CODEBOOK_FAULTS = [
    (
        drop,
        [
            f"figure_04.items[0]: {CSV} has no item 'verblijfplaats' of unit 'huishouden'",
            f"items.huishouden.verblijfplaats: is no item of {CSV}; take it out",
        ],
    ),
    (no_children, [f"{CSV}: must hold at least one item of unit 'kind'"]),
    (
        add,
        [
            "texts/shared.yml, line",
            f"items: has no words for 'huishouden.energie', an item of {CSV}: what a sentence calls it",
        ],
    ),
    (double, [f"{CSV}, row 3: item 'verblijfplaats' of unit 'huishouden' stands in row 2 already"]),
    (other_unit, [f"{CSV}, row 46, column unit: must be one of huishouden, volwassene, kind; found 'buur'"]),
    (other_lever, [f"{CSV}, row 2, column lever: must be one of structural, service, family; found 'gezin'"]),
    (blank_label, [f"{CSV}, row 4, column level_4_en: item 'zelfstandig_wonen' must have text here"]),
    (
        same_label,
        [f"{CSV}, row 2, columns level_1_nl and level_2_nl: item 'verblijfplaats' has the same label twice"],
    ),
    (
        alternative_of_another_level,
        [f"{CSV}, row 2, columns level_1_nl and alt_3_nl: item 'verblijfplaats' has the same label twice"],
    ),
    (half_alternatives, [f"{CSV}, row 2, column alt_1_nl: item 'verblijfplaats' must have text here"]),
    (new_section, ["section: has no words for 'Onderdak'"]),
]


@pytest.mark.parametrize(("change", "expected"), CODEBOOK_FAULTS)
def test_a_fault_of_the_codebook_is_named(copy, change, expected):
    edit_items(copy, change)
    found = "\n".join(faults(copy))
    for fault in expected:
        assert fault in found


BASELINE, TRANSITIONS = "outputs/02_baseline.yml", "outputs/04_transitions.yml"
# file, what is changed into what, and what the message must say.
YAML_FAULTS = [
    ("palette.yml", '  declined: "#9e1b32"\n', "", "direction: has no colour for declined"),
    ("pilots.yml", "name: Bilzen", "name: Leuven", "pilots: 'Leuven' stands 2 times; keep one"),
    (BASELINE, "items: [[kind, zorg]]", "items: [[kind, zorgen]]", "no item 'zorgen' of unit 'kind'"),
    (BASELINE, "unit_of_analysis: child", "unit_of_analysis: adult", "'adult' does not go with 'zorg'"),
    (
        BASELINE,
        "unit_of_analysis: child",
        "unit_of_analysis: kids",
        "figure_14.unit_of_analysis: must be",
    ),
    (TRANSITIONS, "[[kind, jeugdzorg]]", "[]", "kind 'transition' takes 1 in items; found 0"),
    (
        "palette.yml",
        '"#67172f"',
        '"dark red"',
        "levels[0]: must be a colour such as #1f77b4; found 'dark red'",
    ),
    ("palette.yml", '"#67172f", ', "", "levels[4]: is missing"),
    (BASELINE, "en: Income}", "an: Income}", "figure_06.title.an: is not a known name; use nl, en"),
    (
        "kansarmoede.yml",
        "item: inkomen,",
        "item: inkomens,",
        "no item 'inkomens' of unit 'huishouden'; did you mean 'inkomen'?",
    ),
    (
        "kansarmoede.yml",
        "at_most: 3",
        "at_most: 5",
        "at_most: must be less than or equal to 4; found 5",
    ),
    (
        "kansarmoede.yml",
        "at_most: 3",
        "at_most: 0",
        "at_most: must be greater than or equal to 1; found 0",
    ),
    ("kansarmoede.yml", "at_most: 3", "at_most: '3'", "at_most: must be a valid integer; found '3'"),
    ("kansarmoede.yml", "at_most: 3", "at_most: yes", "at_most: must be a valid integer; found True"),
    (
        "kansarmoede.yml",
        "members: all",
        "members: some",
        "members: must be 'household', 'any' or 'all'; found 'some'",
    ),
    (
        "kansarmoede.yml",
        "members: all",
        "membres: all",
        "tewerkstelling.default[0].membres: is not a known name; use members, conditions; did you mean 'mem",
    ),
    ("kansarmoede.yml", "members: all", "members: household", "goes with items of unit huishouden only"),
    ("kansarmoede.yml", "id: inkomen", "id: loon", "domains: 'inkomen' is missing"),
    ("kansarmoede.yml", "id: inkomen", "id: loon", "domains: 'loon' is not one of"),
    ("kansarmoede.yml", "id: stable_poor", "id: stable_not_poor", "classes: 'stable_poor' is missing"),
    (
        "kansarmoede.yml",
        "colour: orange",
        "colour: purple",
        "palette.yml has no colour 'purple'",
    ),
    (
        "kansarmoede.yml",
        "direction: unchanged",
        "direction: same",
        "classes.stable_not_poor.direction: must be",
    ),
    ("kansarmoede.yml", "nl: Huisvesting,", "nl: no,", "domains.huisvesting.title.nl: must be text"),
    (
        "kansarmoede.yml",
        "domain: inkomen,",
        "domain: loon,",
        "official_domains[0].domain: must be 'tewerkstelling', 'inkomen'",
    ),
    (
        "pilots.yml",
        "coaches: 3",
        "coaches: drie",
        "pilots.Baldemore.coaches: must be a valid integer; found 'drie'",
    ),
    ("pilots.yml", "people: 2}", "poeple: 2}", "interviews[1].poeple: is not a known name; use group, date"),
    ("pilots.yml", "  - name: Bilzen", "  - naam: Bilzen", "pilots[4].name: is missing"),
    (
        "vocabulary.yml",
        "{nl: bij de start, en: at the start}",
        "{nl: bij de start}",
        "moment.baseline.en: is missing",
    ),
    ("vocabulary.yml", "  too_few_items:", "  too_few:", "flow_stage: 'too_few_items' is missing"),
    ("vocabulary.yml", "\neducation:", "\nschooling:", "must have words for 'education'"),
    (
        "vocabulary.yml",
        "  missing: {nl: ontbreekt, en: missing}",
        "  missing: {nl: '', en: x}",
        "must have text",
    ),
    (
        "kansarmoede_vlaanderen.csv",
        "2013,11.2",
        "2013,x",
        "row 3, column percentage: must be a valid number",
    ),
    (
        "kansarmoede_vlaanderen.csv",
        "2013,11.2",
        "2013,112",
        "row 3, column percentage: must be less than 100",
    ),
    ("kansarmoede_vlaanderen.csv", "2014,", "2013,", "row 4: years must rise; found 2013 after 2013"),
    ("kansarmoede_vlaanderen.csv", "2014,", "2014;", "row 4: has 2 cells, the header 3"),
    (
        "kansarmoede_vlaanderen.csv",
        "year,",
        "jaar,",
        "row 1: the header must be exactly year,percentage,source",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "expected"), YAML_FAULTS)
def test_a_fault_of_a_file_is_named(copy, file, old, new, expected):
    edit(copy, file, (old, new))
    found = faults(copy)
    assert any(line.startswith(file) and expected in line for line in found), found


CLEAR = "clear: {nl: duidelijk, en: clear}"


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ("clear: {nl: duidelijk}", "certain.clear.en: is missing"),
        ("clear: {nl: '', en: clear}", "certain.clear.nl: must have text"),
        ("clear: duidelijk", "certain.clear: must have words in each language: nl, en"),
        ("clear: {nl: duidelijk, en: clear, fr: clair}", "certain.clear.fr: is no language of languages.yml"),
    ],
)
def test_a_text_without_one_of_the_languages_is_named_with_its_line(copy, new, expected):
    edit(copy, "texts/shared.yml", (CLEAR, new))
    lines = (copy / "texts" / "shared.yml").read_text(encoding="utf-8").splitlines()
    line = next(number for number, words in enumerate(lines, start=1) if "clear: " in words)
    with pytest.raises(DefinitionError) as caught:
        texts(copy)
    (found,) = caught.value.faults
    assert found.startswith(f"texts/shared.yml, line {line}, {expected}")


def test_a_file_of_texts_that_holds_none_is_named(copy):
    (copy / "texts" / "check.yml").write_text("", encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        texts(copy)
    assert caught.value.faults == ("texts/check.yml: holds no texts; restore it from the repository",)


def test_a_fault_in_the_languages_is_named(copy):
    shutil.copy(REFERENCE / "languages.yml", copy)
    edit(copy, "languages.yml", ("maart, ", ""), ('al: ","', "al: komma"), ("  name: English\n", ""))
    with pytest.raises(DefinitionError) as caught:
        read_languages(copy)
    assert [line.split(", ", 1)[1] for line in caught.value.faults] == [
        "line 12, nl.decimal: String should have at most 1 character; found 'komma'",
        "line 15, nl.months: must be the names of twelve months; found 11",
        "line 16, en.name: is missing",
    ]


def test_a_fault_in_yaml_names_its_line(copy):
    text = (copy / "kansarmoede.yml").read_text(encoding="utf-8").splitlines()
    line = next(n for n, words in enumerate(text, start=1) if "item: inkomen, at_most: 1" in words)
    edit(copy, "kansarmoede.yml", ("item: inkomen, at_most: 1", "item: inkomen, at_most: 7"))
    place = "domains.inkomen.stricter[0].conditions[0].at_most"
    assert faults(copy) == (
        f"kansarmoede.yml, line {line}, {place}: must be less than or equal to 4; found 7",
    )


def test_a_rule_without_parts_or_conditions_is_a_fault(copy):
    condition = "        conditions:\n          - {unit: volwassene, item: tewerkstelling, at_most: 3}\n"
    edit(copy, "kansarmoede.yml", (condition, "        conditions: []\n"))
    (fault,) = faults(copy)
    assert fault.endswith("domains.tewerkstelling.default[0].conditions: must hold at least one entry")


def test_values_in_another_order_are_a_fault(copy):
    low, high = (
        "  deprived: {nl: onvoldoende, en: deprived}\n",
        "  not_deprived: {nl: voldoende, en: not deprived}\n",
    )
    edit(copy, "vocabulary.yml", (low + high, high + low))
    (fault,) = faults(copy)
    assert fault.endswith("domain_status: the order must be deprived, not_deprived, unknown")


def test_a_date_that_does_not_exist_names_its_line(copy):
    edit(copy, "pilots.yml", ("date: 2023-02-10", "date: 2023-02-30"))
    (fault,) = faults(copy)
    assert re.match(r"pilots.yml, line \d+, column \d+: is not valid YAML: day", fault)


def test_broken_yaml_names_file_and_line(copy):
    (copy / "pilots.yml").write_text("pilots:\n  - name: [Leuven\n", encoding="utf-8")
    (fault,) = faults(copy)
    assert fault.startswith("pilots.yml, line 3, column 1: is not valid YAML: ")


def test_a_name_that_stands_twice_in_yaml_is_a_fault(copy):
    (copy / "vocabulary.yml").write_bytes((copy / "vocabulary.yml").read_bytes() + b"unit: {}\n")
    found = faults(copy)
    assert any("'unit' stands twice; keep one" in fault for fault in found)


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_named_and_nothing_else(copy, file):
    (copy / file).unlink()
    (fault,) = faults(copy)
    assert fault == f"{file}: is missing from {copy}; restore it from the repository"


@pytest.mark.parametrize("file", FILES)
def test_an_empty_file_is_a_fault(copy, file):
    (copy / file).write_bytes(b"")
    assert all(fault.startswith(file) for fault in faults(copy))


def test_a_series_without_a_year_is_a_fault(copy):
    (copy / "kansarmoede_vlaanderen.csv").write_text("year,percentage,source\n", encoding="utf-8")
    assert faults(copy) == ("kansarmoede_vlaanderen.csv: must hold at least one row",)


def test_a_file_that_is_not_utf8_is_a_fault(copy):
    text = (copy / "sociale_balans.csv").read_text(encoding="utf-8")
    (copy / "sociale_balans.csv").write_bytes(text.encode("cp1252"))
    (fault,) = faults(copy)
    assert fault.startswith("sociale_balans.csv: is not UTF-8")


def test_a_spreadsheet_s_byte_order_mark_and_blank_lines_do_no_harm(copy):
    data = (copy / "sociale_balans.csv").read_bytes()
    (copy / "sociale_balans.csv").write_bytes(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n") + b"\r\n\r\n")
    assert load_definitions(copy).items == load_definitions().items


def test_all_faults_of_all_files_are_named_at_once(copy):
    edit_items(copy, blank_label)
    edit(copy, BASELINE, ("[[kind, zorg]]", "[[kind, zorgen]]"))
    edit(copy, "palette.yml", ("#67172f", "#67172"))
    edit(copy, "kansarmoede.yml", ("at_most: 3", "at_most: 9"), ("colour: red", "colour: rood"))
    edit(copy, "kansarmoede_vlaanderen.csv", ("2013,11.2", "2013,x"))
    edit(copy, "vocabulary.yml", ("  expected:", "  expected_:"), ("  deprived:", "  poor:"))
    (copy / "pilots.yml").unlink()
    found = faults(copy)
    expected = [
        "column level_4_en: item 'zelfstandig_wonen' must have text here",
        "no item 'zorgen'",
        "found '#67172'",
        "found 9",
        "no colour 'rood'",
        "row 3, column percentage",
        "domain_status: 'deprived' is missing",
        "pilots.yml: is missing",
    ]
    for fault in expected:
        assert sum(fault in line for line in found) == 1, (fault, found)


def test_what_lacks_a_language_is_named_at_once_in_texts_definitions_and_notebooks(tmp_path):
    copy, notebooks = tmp_path / "reference", tmp_path / "notebooks"
    shutil.copytree(REFERENCE, copy)
    shutil.copytree(ROOT / "notebooks", notebooks, ignore=shutil.ignore_patterns("own"))
    assert all_faults() == []
    edit(copy, "vocabulary.yml", ("{nl: volwassene, en: adult}", "{nl: volwassene}"))
    edit(copy, "texts/shared.yml", (CLEAR, "clear: {nl: duidelijk}"))
    edit(copy, "themes.yml", ("      en:", "      fr:"))
    book = json.loads((notebooks / "02_baseline.ipynb").read_text(encoding="utf-8"))
    spoken = [at for at, cell in enumerate(book["cells"]) if "lang-en" in cell["metadata"].get("tags", ())]
    del book["cells"][spoken[0]]
    (notebooks / "02_baseline.ipynb").write_text(json.dumps(book), encoding="utf-8")
    found = all_faults(copy, notebooks)
    told = f"02_baseline.ipynb: of {len(spoken)} texts {len(spoken) - 1} are there in `en`"
    missing = ("unit.volwassene.en: is missing", "certain.clear.en: is missing", "description.en: is missing")
    for fault in (*missing, told):
        assert sum(fault in line for line in found) == 1, (fault, found)


def test_the_message_counts_the_faults_and_names_the_folder(copy):
    edit(copy, "kansarmoede.yml", ("at_most: 3", "at_most: 9"))
    with pytest.raises(PipelineError) as error:
        load_definitions(copy)
    first, second = str(error.value).splitlines()
    assert first == f"1 fault in the definitions in {copy}:"
    assert second.startswith("  kansarmoede.yml, line ")


# --- schemas for editors ----------------------------------------------------------------------------------


YAML = [path for path in sorted(REFERENCE.glob("**/*.yml")) if path.parent.name != "texts"]


def schema_of(path: Path) -> str:
    """The schema that the first line of a file asks for, from where it is."""
    asked = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text(encoding="utf-8"))
    assert asked and (path.parent / asked[1]).resolve().parent == REFERENCE / "schemas", path.name
    return Path(asked[1]).stem


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_committed_schema_is_that_of_the_types(name):
    committed = (REFERENCE / "schemas" / f"{name}.json").read_text(encoding="utf-8")
    assert committed == schema_text(name), "make it anew: python -m helpers.definitions"


@pytest.mark.parametrize("path", [path for path in YAML if path.stem != "synthesis"], ids=lambda p: p.stem)
def test_a_file_keeps_to_the_schema_that_it_asks_for_and_a_misspelt_name_does_not(path):
    schema = jsonschema.Draft202012Validator(json.loads(schema_text(schema_of(path))))
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content = json.loads(json.dumps(content, default=str))  # an editor sees a date as text
    assert [error.message for error in schema.iter_errors(content)] == []
    assert list(schema.iter_errors(content | {"misspelt": 1}))


def test_every_schema_is_asked_for():
    assert {schema_of(path) for path in YAML if path.stem != "synthesis"} == set(SCHEMAS)


# --- YAML that somebody else wrote ------------------------------------------------------------------------


def test_values_from_outside_stay_what_was_written():
    text = "exported_on: 2023-09-30\ncodes: [007, yes, 1e3, ~, '~', '']\n"
    assert parse_yaml(text, outside=True)[1] == {
        "exported_on": "2023-09-30",
        "codes": ["007", "yes", "1e3", None, "~", ""],
    }


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def loader(request, monkeypatch):
    """The loader in C, and that which does without where nobody has built it."""
    monkeypatch.setattr(reading, "LOADER", getattr(yaml, request.param, yaml.SafeLoader))


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ("a: &x [1]\nb: *x\n", "an alias", 2),
        ("a:\n  !!python/object:os.system x\n", "a tag", 2),
        ("a: " + "[" * 60 + "]" * 60, "nested too deeply", 1),
        ("a: " + "[" * 50_000, "nested too deeply", 1),
        ("a: 1\nb: 2\na: 3\n", "'a' stands twice", 3),
        ("[a]: 1\n", "a name must be text", 1),
        ("a: [1\n", "expected ',' or ']'", 2),
    ],
)
def test_what_no_description_holds_is_refused_with_its_line(text, said, line):
    with pytest.raises(yaml.MarkedYAMLError) as caught:
        parse_yaml(text, outside=True)
    assert said in caught.value.problem
    assert caught.value.problem_mark.line + 1 == line


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: " + "x" * 200_000, "longer than"),
        ("a: \x07", "a sign that"),
        ('a: "\\U00110000"', ""),  # the loader in C has words of its own for these two
        ('a: "\\ud800"', ""),
    ],
)
def test_what_is_too_long_or_no_text_is_refused(text, said):
    with pytest.raises(yaml.MarkedYAMLError) as caught:
        parse_yaml(text, outside=True)
    assert said in caught.value.problem
