"""A first `dataset.yml`: what values and names say of the columns of an export, and what has to be asked."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from datasets import ITEMS, csv_text, write_dataset, write_workbook
from helpers.check import check
from helpers.check.draft import draft_mapping
from helpers.cleaning import clean
from helpers.cli import DEFAULT_RAW, main
from helpers.definitions import REFERENCE, DefinitionError, OtherNames, load
from helpers.export import read_export
from helpers.export.columns import layout_of
from raw_exports import DEFINITIONS, household, person
from twelve_families import Edit, label, sheets, with_labels

UNITS = ("huishouden", "volwassene", "kind")
NAMES = {
    "registratie_id": "Momentopname ID",
    "gezin": "Dossiernummer",
    "pilootproject": "Organisatie",
    "datum": "Datum momentopname",
    "gezinstype": "Gezinssamenstelling",
    "persoon": "Persoonsnummer",
    "opleidingsniveau": "Hoogst behaald diploma",
    "geboortedatum": "Geboortedatum kind",
}
SHARED = ("registratie_id", "gezin", "pilootproject", "datum")
WORDS = ["Slecht", "Zwak", "Matig", "Goed", "Top"]
FILES = {"huishouden": "Export_Gezin", "volwassene": "Export_Volwassenen", "kind": "Export_Kinderen"}
SECRET = "Moeder is opgenomen en wil het niet zeggen, nummer"


def call(*arguments):
    return CliRunner().invoke(main, ["check", *map(str, arguments)])


def titled(unit: str, item: str) -> str:
    return DEFINITIONS.item(unit, item).title.nl


def with_notes(unit: str, place: int, row: dict[str, Any]) -> None:
    """Levels as labels, and beside each a note that is nowhere else."""
    with_labels(unit, place, row)
    row.update({f"{item}_toelichting": f"{SECRET} {place} {item}." for item in ITEMS[unit][:3]})


def write_named(folder, name, edit: Edit = with_notes, names=NAMES):
    """Write the twelve families as a tool that calls its columns `name(title, is_note)` would."""
    folder.mkdir(exist_ok=True)
    for unit, rows in sheets(edit).items():
        header = [
            names.get(column)
            or name(titled(unit, column.removesuffix("_toelichting")), column.endswith("_toelichting"))
            for column in rows[0]
        ]
        lines = [[*row.values(), f"coach {place % 3}"] for place, row in enumerate(rows)]
        text = csv_text([[*header, "Ingevuld door"], *lines])
        (folder / f"{FILES[unit]}.csv").write_bytes(text.encode("cp1252"))
    return folder


def drafted(folder):
    """The text of the draft, and what it says."""
    text = draft_mapping(folder, DEFINITIONS)
    return text, yaml.safe_load(text)


def questions(text: str) -> list[str]:
    return [line.strip().removeprefix("# ? ") for line in text.splitlines() if line.strip().startswith("# ?")]


# --- a table per unit ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        lambda title, note: f"{title} - opmerking" if note else f"{title} (score)",
        lambda title, note: f"SB_{title}_{'comment' if note else 'score'}",
        lambda title, note: f"{'Nota bij ' if note else ''}{title.upper()}",
    ],
    ids=["score and remark", "before and after", "capitals"],
)
def test_an_export_of_a_web_tool_leaves_pilots_and_days_to_be_answered(tmp_path, name):
    text, draft = drafted(write_named(tmp_path / "raw", name))
    assert questions(text) == [
        "on which day was the export made?",
        "on which day did the project begin?",
        "are these the pilots, and all of them? Rows of another name are rejected (R04)",
    ]
    columns = draft["columns"]
    assert {key: columns[key] for key in NAMES} == NAMES
    for unit in UNITS:
        for item in ITEMS[unit]:
            said = columns.get(f"{unit}.{item}", columns.get(item))
            assert said == name(titled(unit, item), False)
        for item in ITEMS[unit][:3]:
            said = columns.get(f"{unit}.{item}_toelichting", columns.get(f"{item}_toelichting"))
            assert said == name(titled(unit, item), True)
    assert draft["pilots"] == ["Leuven", "Oostende"]
    assert draft["sheets"] == {unit: f"{file}.csv" for unit, file in FILES.items()}
    assert columns["coach"] == "Ingevuld door"


def test_values_stand_beside_a_guess_but_no_note_code_or_date_of_birth(tmp_path):
    folder = write_named(tmp_path / "raw", lambda title, note: f"{title} ({'nota' if note else 'score'})")
    text, _ = drafted(folder)
    lines = {line.split(":")[0].strip(): line for line in text.splitlines() if ": " in line}
    assert lines["verblijfplaats"].count("`") == 6 and " - Eigen woonst " in lines["verblijfplaats"]
    assert lines["gezin"].endswith("# `AAA-999`") and lines["persoon"].endswith("# `A9`")
    assert lines["geboortedatum"].endswith("# `9999-99-99`")
    assert lines["verblijfplaats_toelichting"].endswith("Verblijfplaats (nota)")
    assert lines["datum"].endswith("# `2022-05-01`, `2022-09-01`, `2023-05-01`")
    assert SECRET not in text and SECRET not in call(folder).stdout and "FAM-0" not in text


def test_of_who_registered_only_the_shape_is_shown(tmp_path):
    def edit(unit, place, row):
        row["Begeleider"] = "Fatima" if int(row["gezin"][-1]) % 2 else "An"

    text, draft = drafted(write_dataset(tmp_path / "raw", **sheets(edit)))
    assert draft["columns"]["coach"] == "Begeleider"
    assert "`AAAAAA`" in text and "Fatima" not in text


def test_a_name_that_its_values_contradict_is_asked_and_never_an_active_line(tmp_path):
    """The column called `Stress` holds notes, and `Zorg` dates: neither is a level."""

    def edit(unit, place, row):
        if unit == "kind":
            row |= {"stress": f"{SECRET} {place}", "zorg": "2022-05-01"}

    folder = write_named(tmp_path / "raw", lambda title, _: title, edit=edit)
    text, draft = drafted(folder)
    assert not {"kind.stress", "stress", "zorg"} & set(draft["columns"])
    assert (
        draft["columns"]["volwassene.stress"] == "Stress" if "volwassene.stress" in draft["columns"] else True
    )
    assert "kind: `Stress` has the name of stress, but other values; is it that?" in questions(text)
    assert (
        'kind: no column was found for stress (`kind.stress: ""`, if it was never registered)'
        in questions(text)
    )
    assert SECRET not in text


def test_labels_say_which_item_a_column_is_whatever_its_name(tmp_path):
    """Columns called v1, v2, … in an order of their own."""
    folder = tmp_path / "raw"
    folder.mkdir()
    wanted = {}
    for unit, rows in sheets(with_labels).items():
        columns = [*list(rows[0])[: -len(ITEMS[unit])], *reversed(ITEMS[unit])]
        names = [NAMES.get(column, f"{unit[0]}{place}") for place, column in enumerate(columns)]
        wanted |= {f"{unit}.{column}": name for column, name in zip(columns, names, strict=True)}
        table = [names, *([row[column] for column in columns] for row in rows)]
        (folder / f"{unit}.csv").write_text(csv_text(table), encoding="utf-8")
    columns = drafted(folder)[1]["columns"]
    for key, name in wanted.items():
        assert columns.get(key, columns.get(key.split(".")[1])) == name


# --- long and wide ---------------------------------------------------------------------------------------


def test_an_export_of_one_answer_a_line_is_drafted_as_long(tmp_path):
    header = [
        "ID registratie",
        "Dossiernummer",
        "Organisatie",
        "Datum momentopname",
        "Persoon",
        "Eenheid",
        "Vraag",
        "Antwoord",
        "Opmerking",
        "Aantal opmerkingen",
    ]
    rows = [
        [row["registratie_id"], row["gezin"], row["pilootproject"], row["datum"], row.get("persoon"),
         "Gezin" if unit == "huishouden" else unit, titled(unit, item), row[item], f"{SECRET} {place} {item}",
         1 + place % 3]
        for unit, some in sheets(with_labels).items()
        for place, row in enumerate(some)
        for item in ITEMS[unit]
    ]  # fmt: skip
    (tmp_path / "antwoorden.csv").write_text(csv_text([header, *rows]), encoding="utf-8")
    (tmp_path / "coaches.csv").write_text("naam;sinds\nEls;2020\n", encoding="utf-8")
    text, draft = drafted(tmp_path)
    assert (draft["layout"], draft["sheets"]) == ("long", {"all": "antwoorden.csv"})
    assert "# `coaches.csv` is about no unit and is not read" in text
    assert draft["units"] == {"Gezin": "huishouden"}
    wanted = {"unit": "Eenheid", "item": "Vraag", "value": "Antwoord", "toelichting": "Opmerking"}
    wanted |= {"registratie_id": "ID registratie"}  # one number stands on as many lines as there are items
    wanted |= {"gezin": "Dossiernummer", "pilootproject": "Organisatie", "datum": "Datum momentopname"}
    assert {key: draft["columns"].get(key) for key in wanted} == wanted
    assert len(questions(text)) <= 4 and SECRET not in text
    said = call(tmp_path).stdout
    assert "antwoorden.csv, 1620 rows: one answer a line (`layout: long`)" in said and SECRET not in said


@pytest.mark.parametrize(
    ("name", "pattern", "units"),
    [
        (lambda person, title: f"{person} - {title}", "{person} - {item}", None),
        (lambda person, title: f"{title} [{person}]", "{item} [{person}]", None),
        (
            lambda person, title: f"{person.replace('V', 'Ouder ').replace('K', 'Kind ')}: {title}",
            "{person}: {item}",
            {"OUDER": "volwassene", "KIND": "kind"},
        ),
    ],
)
def test_an_export_of_one_family_a_line_is_drafted_as_wide(tmp_path, name, pattern, units):
    lines: dict[int, dict[str, Any]] = {}
    for unit, rows in sheets(with_labels).items():
        for place, row in enumerate(rows):
            line = lines.setdefault(place, {NAMES[key]: row[key] for key in SHARED})
            code = row.get("persoon", "")
            line |= {
                name(code, titled(unit, item)) if code else titled(unit, item): row[item]
                for item in ITEMS[unit]
            }
    table = [list(lines[0]), *(list(line.values()) for line in lines.values())]
    (tmp_path / "alles.csv").write_text(csv_text(table), encoding="utf-8")
    text, draft = drafted(tmp_path)
    assert (draft["layout"], draft["person"], draft.get("units")) == ("wide", pattern, units)
    assert draft["sheets"] == {"all": "alles.csv"}
    wanted = {item: titled("huishouden", item) for item in ITEMS["huishouden"]}
    wanted |= {key: NAMES[key] for key in SHARED}
    assert draft["columns"] == wanted
    assert len(questions(text)) == 3


@pytest.mark.parametrize("layout", ["long", "wide"])
def test_a_column_of_one_table_for_all_units_is_told_once(tmp_path, layout):
    """Of a wide table a name that is no item's once for all persons; also where a fault stops the reading."""
    persons = {"V1": "volwassene", "K1": "kind", "K2": "kind"}
    of_person = {f"{code} - {item}": "3" for code, unit in persons.items() for item in ITEMS[unit]}
    wide = dict.fromkeys([*ITEMS["huishouden"], "K1 - hoe zorgt men", "K2 - hoe zorgt men"], "3") | of_person
    long = {"eenheid": "kind", "vraag": "stress", "antwoord": "3", "persoon": "K1"}
    row = {"registratie_id": "1", "gezin": "LEU-1", "pilootproject": "Leuven", "datum": "2022-05-01"}
    row |= (wide if layout == "wide" else long) | {"zomaar": "x"}
    (tmp_path / "alles.csv").write_text(csv_text([list(row), list(row.values())]), encoding="utf-8")
    more = {"long": "columns: {unit: eenheid, item: vraag, value: antwoord}\n", "wide": ""}[layout]
    if layout == "wide":
        text, _ = drafted(tmp_path)
        assert "# `K1 - hoe zorgt men` is not recognised" in text and "K2 - hoe" not in text
    (tmp_path / "dataset.yml").write_text(
        f"exported_on: 2023-09-30\nproject_start: 2022-03-01\npilots: [Leuven]\nlayout: {layout}\n{more}",
        "utf-8",
    )
    strange = ["K1 - hoe zorgt men", "K2 - hoe zorgt men"] if layout == "wide" else []
    assert [one.name for one in check(tmp_path, DEFINITIONS).unread] == [*strange, "zomaar"]
    broken = csv_text([list(row), ["", *list(row.values())[1:]]])
    (tmp_path / "alles.csv").write_text(broken, encoding="utf-8")
    assert "zomaar" in (told := [one.name for one in check(tmp_path, DEFINITIONS).unread])
    assert not {"gezin", "pilootproject", "datum", "persoon"} & {*told}


# --- levels in another coding ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "proposed"),
    [
        (lambda level: f"A{level}", {"A1": 1, "A2": 2, "A3": 3, "A4": 4, "A5": 5}),
        (lambda level: f"{20 * level}%", {"20%": 1, "40%": 2, "60%": 3, "80%": 4, "100%": 5}),
        (lambda level: level - 1, {"0": 1, "1": 2, "2": 3, "3": 4, "4": 5}),
        (lambda level: WORDS[level - 1], dict.fromkeys(WORDS)),
    ],
)  # fmt: skip
def test_another_coding_is_proposed_as_a_question(tmp_path, how, proposed):
    def edit(unit, place, row):
        row.update({item: how(row[item]) for item in ITEMS[unit]})

    folder = write_dataset(tmp_path / "raw", **sheets(edit))
    text, draft = drafted(folder)
    assert "values" not in draft and "no column was found" not in text
    lines = text.splitlines()
    start = lines.index("# values:")
    assert lines[start - 1].startswith("# ? 45 items: levels in another coding (")
    said = yaml.safe_load("\n".join(line.removeprefix("# ") for line in lines[start : start + 2]))
    assert said == {"values": {"*": proposed}}


def test_a_zero_among_levels_from_one_to_five_does_not_shift_them(tmp_path):
    def edit(unit, place, row):
        row.update({item: (0 if place % 4 == 3 else 1 + place % 5) for item in ITEMS[unit]})

    text, _ = drafted(write_dataset(tmp_path / "raw", **sheets(edit)))
    lines = text.splitlines()
    assert lines[lines.index("# values:") + 1] == "#   '*': {'0': }"


def test_levels_in_several_codings_are_one_answer_of_which_only_the_signs_have_to_go(tmp_path):
    def edit(unit, place, row):
        mark = {"huishouden": "A", "volwassene": "B", "kind": "B"}[unit]
        row.update({item: f"{mark}{row[item]}" for item in ITEMS[unit]})

    text, _ = drafted(write_dataset(tmp_path / "raw", **sheets(edit)))
    lines = text.splitlines()
    start = lines.index("# values:")
    end = next(place for place in range(start + 1, len(lines)) if not lines[place].startswith("#   "))
    assert text.count("levels in another coding") == 2 and text.count("values:") == 1
    said = yaml.safe_load("\n".join(line.removeprefix("# ") for line in lines[start:end]))["values"]
    assert said["huishouden.schulden"]["A2"] == 2 and said["kind.stress"]["B5"] == 5
    assert len(said) == 45


def test_other_words_of_an_attribute_are_asked_and_the_answer_is_read(tmp_path):
    """A word on several rows is asked and shown however long it is; one on a single row may be a note."""

    def edit(unit, place, row):
        if unit == "huishouden":
            words = ("feitelijk samenwonend", "gehuwd", "alleenstaande ouder")
            row["gezinstype"] = SECRET if place == 0 else words[int(row["gezin"][-1]) % 3]

    rows = sheets(edit)
    folder = write_dataset(tmp_path / "raw", **rows, rename={"huishouden.gezinstype": "Gezinssituatie"})
    text, draft = drafted(folder)
    assert draft["columns"]["gezinstype"] == "Gezinssituatie"
    line = "#   gezinstype: {feitelijk samenwonend: , gehuwd: }"
    assert "# ? gezinstype: other words (`feitelijk samenwonend`, `gehuwd`). Which is each: alleens" in text
    (folder / "dataset.yml").write_text(text, "utf-8")
    said = call(folder).output
    assert "`feitelijk samenwonend`" in said and "other text" in said and SECRET not in text + said
    assert f"# values:\n{line}\n" in text
    answer = line.removeprefix("# ").replace(": ,", ": koppel,").replace(": }", ": koppel}")
    (folder / "dataset.yml").write_text(text.replace(f"# values:\n{line}", f"values:\n{answer}"), "utf-8")
    types = clean(read_export(folder, DEFINITIONS), DEFINITIONS).families["household_type"]
    assert set(types) == {"koppel", "alleenstaande ouder", "onbekend"}  # the note


def test_columns_that_the_draft_names_are_not_told_as_unrecognised(tmp_path):
    def edit(unit, place, row):
        row["zomaar"] = f"tekst {place}"

    names = {"huishouden.gezinstype": "Gezinssituatie", "zorg": "Zorg voor kinderen"}
    folder = write_dataset(tmp_path, **sheets(edit), rename=names)
    faulty = folder / "dataset.yml"
    faulty.write_text("pilots: [Leuven]\n", "utf-8")
    named = {one.name for one in check(folder, DEFINITIONS).unread}
    assert named == {"zomaar", "Gezinssituatie", "Zorg voor kinderen"}
    faulty.unlink()
    finding = check(folder, DEFINITIONS)
    assert {one.name for one in finding.unread} == {"zomaar"}
    assert all(name in finding.draft for name in names.values())


# --- what was there before -------------------------------------------------------------------------------


def titles(unit):
    """A name in another spelling for each column of a unit: the titles of the codebook for the items."""
    changes = (str.upper, str.lower, lambda text: text.replace(" ", "_") + "*", lambda text: f" {text}. ")
    other = {"registratie_id": "Registratie-ID", "gezin": "Gezin", "pilootproject": "Piloot Project",
             "datum": "DATUM", "gezinstype": "Gezins-type", "persoon": "Persoon",
             "opleidingsniveau": "Opleidings niveau", "geboortedatum": "Geboorte-datum"}  # fmt: skip
    for place, item in enumerate(DEFINITIONS.unit_items(unit)):
        other[item.item] = changes[place % len(changes)](item.title.nl)
        other[f"{item.item}_toelichting"] = f"{item.title.nl} (toelichting)"
    return other


@pytest.fixture(scope="module")
def renamed(tmp_path_factory):
    """The embedded export as a workbook of which no name is ours, without a dataset.yml."""
    folder = tmp_path_factory.mktemp("onbekend")
    raw = read_export(DEFAULT_RAW, DEFINITIONS)
    sheets = {"Uitleg": [["Over deze export"], ["zomaar tekst"]]}
    for unit, name in zip(UNITS, ("Gezinnen 2023", "Ouders", "Kinderen (alle)"), strict=True):
        table = raw.tables[unit].drop(columns="row")
        names = [titles(unit).get(column, column) for column in table.columns]
        rows = {
            int(row): list(cells)
            for row, cells in zip(raw.tables[unit]["row"], table.to_numpy(), strict=True)
        }
        sheets[name] = [names, *(rows.get(row, [None]) for row in range(2, max(rows) + 1))]
    write_workbook(folder / "uitvoer.xlsx", sheets)
    return folder


def test_a_draft_for_an_unknown_export_makes_it_usable_with_the_same_counts(renamed, tmp_path):
    target = renamed / "dataset.yml"
    shown = call(renamed, "--draft-mapping", "-")
    assert shown.exit_code == 0 and not target.exists()
    result = call(renamed, "--draft-mapping", target)
    assert (result.exit_code, result.stdout) == (0, f"{target}\n")
    text = target.read_text(encoding="utf-8")
    assert text == shown.stdout
    draft = yaml.safe_load(text)
    assert draft["synthetic"] is False
    assert draft["sheets"] == {
        "huishouden": "Gezinnen 2023",
        "volwassene": "Ouders",
        "kind": "Kinderen (alle)",
    }
    assert draft["pilots"] == ["Baldemore", "Bilzen", "Herenthout", "Leuven", "Oostende"]
    assert "# ? is `Gent` a pilot too?" in text and "# `Uitleg` is about no unit" in text
    assert "no column was found" not in text
    # the days of the export and the start are the ones thing that no data tell: written as a person would
    text = re.sub("exported_on: .*", "exported_on: 2023-09-30", text)
    target.write_text(re.sub("project_start: .*", "project_start: 2022-03-01", text), encoding="utf-8")
    drafted, own = (check(folder, DEFINITIONS) for folder in (renamed, DEFAULT_RAW))
    target.unlink()
    assert drafted.usable
    assert drafted.clean.cleaning_log.equals(own.clean.cleaning_log)
    assert drafted.clean.flow.equals(own.clean.flow)
    assert drafted.clean.observations.equals(own.clean.observations)


def test_dates_far_from_the_others_are_no_proposal(tmp_path):
    days = ("1922-05-01", "2022-05-01", "2022-07-01", "2022-09-30", "2099-01-01")
    folder = write_dataset(tmp_path, huishouden=[household(day) for day in days])
    text = draft_mapping(folder, DEFINITIONS)
    draft = yaml.safe_load(text)
    assert (str(draft["project_start"]), str(draft["exported_on"])) == ("2022-05-01", "2022-09-30")
    assert "2 rows have a date far from these two days" in text


def test_an_existing_file_is_not_overwritten(tmp_path):
    folder = write_dataset(tmp_path / "raw")
    before = (folder / "dataset.yml").read_bytes()
    result = call(folder, "--draft-mapping", folder / "dataset.yml")
    assert result.exit_code == 2 and "is there already" in result.stderr
    assert (folder / "dataset.yml").read_bytes() == before


def test_a_folder_without_any_table_has_no_draft(tmp_path):
    result = call(tmp_path, "--draft-mapping", "-")
    assert (result.exit_code, result.stdout) == (1, "") and "holds no CSV file or workbook" in result.stderr


def test_names_that_could_be_two_columns_and_columns_that_are_not_there_are_asked_about(tmp_path):
    folder = write_dataset(tmp_path, rename={"kind.stress": "Stress kind", "kind.datum": "zzz"})
    path = folder / "kind.csv"
    path.write_text(path.read_text().replace("vrije_tijd", "fysieke mentale gezondheid", 1))
    text = draft_mapping(folder, DEFINITIONS)
    assert "# ? kind: no column was found for datum" in text
    assert "# ? kind: no column was found for vrije_tijd" in text
    assert "# kind: `zzz` is not recognised and takes no part" in text
    yaml.safe_load(text)


def test_a_name_that_may_be_a_column_is_proposed_in_a_line_of_which_only_the_sign_has_to_go(tmp_path):
    """A day is known by its value, `Zorg.` by its name, a note by both; `Stres " kind` is like a name."""
    names = {"kind.datum": "Datum reg.", "kind.stress": 'Stres " kind', "kind.zorg": "Zorg."}
    rows = [person("K1", stress="2") | {"stress toelichting van de coach": "moe", "zomaar": "x"}]
    folder = write_dataset(tmp_path, huishouden=[household()], kind=rows, rename=names)
    (folder / "dataset.yml").unlink()
    text = draft_mapping(folder, DEFINITIONS)
    below = text[text.index("\ncolumns:") :].splitlines()[2:]
    assert below == [
        "  kind.datum: Datum reg.  # `2022-05-01`",
        "  zorg: Zorg.",
        "  kind.stress_toelichting: stress toelichting van de coach",
        '  # ? kind: `Stres " kind` may be stress',
        '  # kind.stress: Stres " kind  # `2`',
        "sheets: {}",
    ]
    asked = [number for number, line in enumerate(text.splitlines(), 1) if line.strip()[:3] == "# ?"]
    target = folder / "dataset.yml"
    target.write_text(text.replace("\n  # kind.", "\n  kind."), encoding="utf-8")
    finding = check(folder, DEFINITIONS)
    assert finding.usable and finding.questions == tuple(asked)
    assert [one.name for one in finding.unread] == ["zomaar"]
    said = " ".join(call(folder).stdout.split())
    lines = ", ".join(map(str, asked))
    assert f"{folder}: usable, and dataset.yml has open questions" in said
    assert f"still a draft: {len(asked)} open questions (`# ?` on line {lines}). Answer them" in said
    answered = "".join(line for line in target.read_text().splitlines(keepends=True) if "# ? " not in line)
    target.write_text(answered, encoding="utf-8")
    assert "open questions" not in call(folder).stdout


def test_proposals_stand_below_columns_also_where_no_other_name_is_mapped(tmp_path):
    folder = write_dataset(tmp_path, huishouden=[household()], rename={"kind.datum": "Datum reg."})
    text = draft_mapping(folder, DEFINITIONS)
    assert yaml.safe_load(text)["columns"] is None
    (folder / "dataset.yml").write_text(text.replace("  # kind.datum", "  kind.datum"), encoding="utf-8")
    assert check(folder, DEFINITIONS).usable


def test_a_run_on_a_draft_says_so_before_it_begins(tmp_path, monkeypatch):
    folder = write_dataset(tmp_path / "raw", huishouden=[household()])
    text = draft_mapping(folder, DEFINITIONS)
    (folder / "dataset.yml").write_text(text, encoding="utf-8")
    monkeypatch.setattr("helpers.run.run", lambda *_, **__: tmp_path)
    result = CliRunner().invoke(main, ["run", "--raw", str(folder)])
    assert result.exit_code == 0
    assert result.stderr.startswith("warning: dataset.yml is still a draft: 3 open questions (`# ?` on line ")
    text = "\n".join(line for line in text.splitlines() if "# ?" not in line)
    (folder / "dataset.yml").write_text(text, encoding="utf-8")
    assert "warning" not in CliRunner().invoke(main, ["run", "--raw", str(folder)]).stderr


def test_without_a_dataset_yml_all_that_can_be_told_is_told(tmp_path):
    names = {"kind.datum": "Datum registratie", "huishouden.schulden": "zzz"}
    folder = write_dataset(tmp_path, huishouden=[household(), household("2022-07-01")], rename=names)
    (folder / "dataset.yml").unlink()
    result = call(folder)
    said = result.stdout
    assert result.exit_code == 1 and "dataset.yml: there is no such file" in said
    seen = said.split("What the export seems to hold, by values and names (certain only with dataset.yml)")[1]
    assert seen.splitlines()[1:4] == [
        "  household: huishouden.csv, 2 rows, columns not found: schulden",
        "  adult: volwassene.csv, 0 rows, columns not found: none",
        "  child: kind.csv, 0 rows, columns not found: none",
    ]
    draft = said.split("The dataset.yml that `--draft-mapping` would write\n")[1]
    assert yaml.safe_load(draft) == yaml.safe_load(draft_mapping(folder, DEFINITIONS))
    dutch = call(folder, "--language", "nl").stdout
    assert "huishouden: huishouden.csv, 2 rijen, niet gevonden kolommen: schulden" in dutch
    (folder / "dataset.yml").write_text("[", encoding="utf-8")
    assert "seems to hold" not in call(folder).stdout  # there is one, and it has to be mended


@pytest.mark.parametrize("name", ["Gezinnen", "Blad1"])
def test_what_stands_above_the_names_of_the_columns_is_to_be_taken_out(tmp_path, name):
    """A sheet with a title and a blank row above its header, as people make them."""
    rows = [
        ["gezin", "datum", "Inkomen", "Schulden"],
        *([f"FAM-{n:03}", "2022-07-01", 2, 3] for n in range(9)),
    ]
    write_workbook(tmp_path / "plain.xlsx", {name: rows})
    assert "seem to be in row" not in draft_mapping(tmp_path, DEFINITIONS)
    write_workbook(tmp_path / "plain.xlsx", {name: [["Opvolging 2023"], [], *rows]})
    lines = draft_mapping(tmp_path, DEFINITIONS).splitlines()
    asked = [line for line in lines if f"the names of the columns of `{name}` seem to be in row 3" in line]
    assert len(asked) == 1 and asked[0].startswith("# ? ")
    assert not any("huishouden: no column was found" in line for line in lines)


def test_a_check_says_that_the_names_of_the_columns_stand_lower(tmp_path):
    rows = [["Opvolging 2023"], ["gezin", "datum", "Inkomen", "Schulden"], ["FAM-001", "2022-07-01", 2, 3]]
    write_workbook(tmp_path / "titled.xlsx", {"Gezinnen": rows})
    said = " ".join(call(tmp_path).stdout.split("The dataset.yml that")[0].split())
    assert "Gezinnen, 2 rows, the names of the columns seem to be in row 2: take out what stands" in said
    dutch = " ".join(call(tmp_path, "--language", "nl").stdout.split())
    assert "de namen van de kolommen lijken in rij 2 te staan: schrap wat erboven staat" in dutch


def test_two_columns_that_are_as_good_are_both_asked_about(tmp_path):
    rows = [
        {"geboortedatum": day, "Geboorte datum": day} for day in ("2010-01-01", "2015-01-01", "2020-01-01")
    ]
    text = draft_mapping(write_dataset(tmp_path, kind=rows), DEFINITIONS)
    assert "# ? kind: `Geboorte datum` may be geboortedatum" in text
    assert "geboortedatum" not in (yaml.safe_load(text)["columns"] or {})


@pytest.mark.parametrize(
    "name", ["a\nb: [", "# x", "{%", "!!python/object:x", "\u202edatum", "'\"", "- a", "*a"]
)
def test_a_draft_is_yaml_whatever_the_names_in_the_export_are(tmp_path, name):
    folder = write_dataset(
        tmp_path,
        kind=[{name: "1", **person("K1"), "pilootproject": name}],
        rename={"kind.stress": f"{name}stress"},
    )
    for text in (draft_mapping(folder, DEFINITIONS), call(folder, "--draft-mapping", "-").stdout):
        assert set(yaml.safe_load(text)) >= {"title", "synthetic", "columns", "sheets"}
        assert "\u202e" not in "".join(line for line in text.splitlines() if line.startswith("#"))


def test_labels_among_numbers_are_no_other_coding(tmp_path):
    """Level 4 is written as its label, which stands there often; all others as numbers."""

    def edit(unit, place, row):
        with_notes(unit, place, row)
        if unit == "kind":
            level = 1 + place % 5
            row["babyuitzet"] = label(unit, "babyuitzet", level) if level == 4 else level

    text, _ = drafted(write_named(tmp_path / "raw", lambda title, note: f"{title}{' opm' * note}", edit))
    assert len(questions(text)) == 3 and "another coding" not in text


def test_a_name_much_like_that_of_another_pilot_is_asked_about(tmp_path):
    names = ["Oostende"] * 6 + ["Ostende"] * 4 + ["Leuven"] * 5
    rows = [household(family=f"FAM-{n:03}", pilootproject=name) for n, name in enumerate(names)]
    text = draft_mapping(write_dataset(tmp_path, huishouden=rows), DEFINITIONS)
    assert "# ? is `Ostende` another spelling of `Oostende`?" in text
    assert "{Ostende: Oostende}" in text and text.count("another spelling") == 1


def test_words_for_persons_are_no_codes_of_families(tmp_path):
    """`kind 2` is written as a code of a family is; those of the families here are none that is read."""
    words = {
        "volwassene": ["ouder 1", "ouder 2"],
        "kind": [f"{kind} {n}" for n in (1, 2, 3, 4) for kind in ("kind", "Kind")],
    }
    rows = {
        unit: [
            {
                "gezin": 10_000 + n,
                "pilootproject": "Leuven",
                "datum": "2022-05-01",
                "persoon": names[n % len(names)],
            }
            for n in range(60)
        ]
        for unit, names in (words | {"huishouden": [""]}).items()
    }
    renamed = {"gezin": "Nummer", "persoon": "Wie"}
    _, draft = drafted(write_dataset(tmp_path, **rows, rename=renamed))
    assert "Wie" not in [name for column, name in draft["columns"].items() if column.endswith("gezin")]
    assert draft["columns"]["persoon"] == "Wie"


def test_other_names_are_of_columns_of_the_layout_and_of_each_unit(tmp_path):
    names = load(OtherNames)
    assert set(names.columns) <= {name for columns in layout_of(DEFINITIONS).values() for name in columns}
    text = (REFERENCE / OtherNames.FILE).read_text(encoding="utf-8")
    (tmp_path / OtherNames.FILE).write_text(text.replace("  kind: [", "  baby: ["), encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"sheets.*'kind' is missing"):
        load(OtherNames, tmp_path)
