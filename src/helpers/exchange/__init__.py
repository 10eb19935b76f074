"""The clean data to take along: files for SPSS, Stata and R, with all labels in both languages.

Five tables: families (with their score and class of change), persons, states (a row per family, person and
moment, a column per item), domains (a row per family and moment, a column per domain of the index) and
observations (a row per registered level). Open notes are never among them.
These are microdata: they go into internal folders alone, and of real families under pseudonyms, unless
somebody asks for the codes.
"""

from __future__ import annotations

import hashlib
import io
import json
import secrets
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

from helpers import kansarmoede
from helpers.cleaning.doubts import refusal
from helpers.definitions import LANGUAGES, LEVELS, MOMENTS, Definitions, Item, Text
from helpers.definitions.languages import labels as words_of
from helpers.errors import PipelineError
from helpers.export import read_dataset
from helpers.files import csv_text
from helpers.folders import (
    TargetError,
    internal_folder,
    is_internal,
    keep_apart,
    replacing,
    resolve,
    why_not_here,
    without_times,
)
from helpers.pseudonyms import Key
from helpers.study import RAW, Study
from helpers.tables import TABLES, Column
from helpers.words import templates

FORMATS = ("sav", "dta", "csv", "parquet")
LABELLED = ("sav", "dta")  # formats whose files hold labels, so that there is one of each language
PACKAGE, CODEBOOK, LABELS = "datapackage.json", "codebook.xlsx", "labels.csv"
PREFIX = {"huishouden": "h", "volwassene": "v", "kind": "k"}  # of the columns of items; Stata takes 32 signs
NVT = "n.v.t."  # how not applicable stands in CSV and Parquet
NVT_CODE, NVT_LETTER = -1, "a"  # in SPSS, as a user-missing value; in Stata: .a
LONGEST_LABEL = 120  # bytes of a label of a value in SPSS
LONGEST_SPSS, LONGEST_STATA = 256, 80  # bytes of a label of a variable
KEYS = ("family", "unit", "person", "moment")
COMPARISON = TABLES["families"].column("group").values[-1]
WORDS = words_of("exchange")
TRUTH = {value: WORDS[value] for value in ("False", "True")}
LABEL_COLUMNS = tuple(f"label_{language}" for language in LANGUAGES)
ENDS = {1: WORDS["worst"], 5: WORDS["best"]}


class ExchangeError(PipelineError):
    """The files cannot be made; the message says what is missing and how to get it."""


@dataclass(frozen=True)
class Variable:
    """One column of an exchange table, with what it and its values are called."""

    name: str
    label: Text
    type: str  # string, integer, date, boolean, or level: 1 to 5, not applicable, or nothing
    values: Mapping[str, Text] = field(default_factory=dict)  # of a category in order, or of levels
    item: Item | None = None

    @property
    def is_coded(self) -> bool:
        """Whether SPSS and Stata get numbers for it, with labels."""
        return bool(self.values)

    @property
    def codes(self) -> dict[str, int]:
        """The number that stands for each value, as CSV writes it, in SPSS and Stata."""
        if self.type == "boolean":
            return {"False": 0, "True": 1}
        if self.type == "level":
            return {value: NVT_CODE if value == NVT else int(value) for value in self.values}
        return {value: place for place, value in enumerate(self.values, start=1)}

    def labelled(self, language: str) -> dict[int, str]:
        """Give the label of each number."""
        return {code: self.values[value](language) for value, code in self.codes.items()}


@dataclass(frozen=True)
class Exchanged:
    """One table to take along."""

    name: str
    description: Text
    frame: pd.DataFrame
    variables: tuple[Variable, ...]
    key: tuple[str, ...]

    @property
    def levels(self) -> list[str]:
        """The columns that hold levels."""
        return [one.name for one in self.variables if one.type == "level"]


def export_data(
    raw: str | Path = RAW,
    folder: str | Path = "",
    *,
    formats: Sequence[str],
    key: Key | None = None,
    codes: bool = False,
    accept_losses: bool = False,
    **given: Any,
) -> Study:
    """Clean an export and write its data for other programs.

    `folder` is an internal one (its name ends in `-internal`), new, empty, or written by this function;
    `formats` are of `sav` (SPSS), `dta` (Stata), `csv`, `parquet`. Without a `key` of pseudonyms, real
    families get those of a key that is thrown away, unless their `codes` are to stay. With `accept_losses` it
    goes on where a run would stop because too much of the export cannot be read. What else is `given` are
    settings of cleaning and of the study, as `Study.clean` takes them.

    Raises TargetError, ExchangeError, ExportError: the folder, the formats or the export cannot be used.
    """
    target = check_folder(folder)
    _check_formats(formats)
    keep_apart(target, resolve(raw))
    synthetic = read_dataset(raw).synthetic
    if not synthetic and (reason := why_not_here(target / PACKAGE)):
        raise TargetError(f"{target}: {reason}")
    if key is None and not codes and not synthetic:
        key = Key(secrets.token_bytes(32))
    study = Study.clean(raw, key=key, **given)
    if not accept_losses and (lines := refusal(study.doubts)):
        raise ExchangeError("\n".join(lines))
    write(study, target, formats=formats)
    return study


def write(study: Study, folder: str | Path, *, formats: Sequence[str]) -> Path:
    """Write the data of a study as they are, codes or pseudonyms, into an internal folder.

    A file per table (SPSS and Stata: per language), `codebook.xlsx`, `labels.csv`, scripts that load the
    tables, and `datapackage.json`.
    """
    target = check_folder(folder)
    _check_formats(formats)
    tables = tables_of(study)
    files: dict[str, bytes] = {}
    for form in formats:
        for table in tables:
            files |= _FILES[form](table)
    files |= {LABELS: csv_text(labels(tables)).encode(), CODEBOOK: _codebook(study, tables)}
    of_code = scripts(tables, formats, language=study.language)
    files |= {name: text.encode() for name, text in of_code.items()}
    files[PACKAGE] = data_package(study, tables, files).encode()
    with replacing(target, private=True) as build:
        for name, content in files.items():
            (build / name).write_bytes(content)
    return target


def check_folder(folder: str | Path) -> Path:
    """Refuse a folder that is not for internal use, or that holds what this room did not write."""
    target = Path(folder).expanduser()
    if not str(folder):
        raise TargetError("give the folder to write to; its name ends in -internal")
    if not is_internal(target):
        raise TargetError(
            f"{target}: these are data of single families, which go into internal folders alone; give a name "
            f"that ends in -internal, such as {internal_folder(target)}"
        )
    if target.exists() and not target.is_dir():
        raise TargetError(f"{target}: is a file; give the name of a folder")
    if target.exists():
        strange = sorted({path.name for path in target.iterdir()} - _own_files(target))
        if strange:
            raise TargetError(
                f"{target}: holds {strange[0]}, which would be lost; give a new or empty folder"
            )
    return target


def _own_files(folder: Path) -> set[str]:
    """Name the files that an earlier export wrote into a folder."""
    try:
        content = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
        return {PACKAGE, *(resource["path"] for resource in content["resources"])}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _check_formats(formats: Sequence[str]) -> None:
    strange = [form for form in formats if form not in FORMATS]
    if strange or not formats:
        raise TargetError(f"--to {', '.join(strange)}: expected one or more of {', '.join(FORMATS)}")
    if set(formats) & set(LABELLED):
        _pyreadstat()


def _pyreadstat() -> ModuleType:
    try:
        import pyreadstat
    except ImportError:
        raise ExchangeError(
            "files for SPSS and Stata need the package pyreadstat, which `python3 run.py` installs; "
            "elsewhere: python -m pip install 'gezinscoach[exchange]'. CSV and Parquet need nothing."
        ) from None
    return pyreadstat


# ---- the tables ------------------------------------------------------------------------------------------


def tables_of(study: Study) -> tuple[Exchanged, ...]:
    """Give the tables to take along: families, persons, states and domains (wide), observations (long).

    Of families for comparison too, by their group; ExchangeError where a code stands for one of each.
    """
    definitions = study.definitions
    if study.others and (both := set(study.families["family"]) & set(study.others.families["family"])):
        raise ExchangeError(
            f"{min(both)}: is the code of a coached family and of one for comparison, which no table could "
            "tell apart; leave out `comparison`, and write that export to a folder of its own"
        )
    scores = _everyone(study, "scores")[["family", "baseline_score", "follow_up_score", "class"]]
    families = _everyone(study, "families").merge(scores, on="family", how="left", validate="one_to_one")
    families["group"] = families["group"].mask(~families["family"].isin(study.families["family"]), COMPARISON)
    of_score = [TABLES["figure_16"].column(name) for name in ("baseline_score", "follow_up_score")]
    of_score.append(TABLES["figure_17"].column("class"))
    return (
        _declared("families", families, definitions, more=of_score),
        _declared("persons", _everyone(study, "persons"), definitions),
        _states(_everyone(study, "states"), definitions),
        _domains(_everyone(study, "domains"), definitions),
        _observations(_everyone(study, "observations"), definitions),
    )


def _everyone(study: Study, frame: str) -> pd.DataFrame:
    """Give a frame of a study, families for comparison included."""
    groups = [study, study.others] if study.others else [study]
    return pd.concat([getattr(one, frame) for one in groups], ignore_index=True)


def _declared(
    name: str, frame: pd.DataFrame, definitions: Definitions, *, more: Iterable[Column] = ()
) -> Exchanged:
    table = TABLES[name]
    variables = tuple(_variable(column, definitions) for column in (*table.columns, *more))
    return Exchanged(name, table.description, frame, variables, table.key)


def _variable(column: Column, definitions: Definitions) -> Variable:
    words = definitions.vocabulary
    if column.name == "class":
        values = {one.id: one.title for one in definitions.kansarmoede.classes}
    elif column.type == "family_rule":
        values = {value: words["rule"][value] for value in column.values}
    elif column.dtype == "bool":
        values = TRUTH
    else:
        values = {value: words[column.type][value] for value in column.values}
    return Variable(column.name, column.description, column.schema_type, values)


def item_column(item: Item) -> str:
    """Name the column of an item: the first letter of its unit in Dutch, and its id.

    >>> from helpers.definitions import load_definitions
    >>> item_column(load_definitions().items["volwassene", "stress"])
    'v_stress'
    """
    return f"{PREFIX[item.unit]}_{item.item}"


def _states(states: pd.DataFrame, definitions: Definitions) -> Exchanged:
    """Lay the states wide: a row per family, person and moment, a column per item."""
    columns = {key: item_column(item) for key, item in definitions.items.items()}
    names = [columns[key] for key in zip(states["unit"], states["item"], strict=True)]
    keys = {name: states[name] for name in KEYS} | {"person": states["person"].fillna("")}
    long = pd.DataFrame(keys | {"column": names, "value": _with_nvt(states)})
    wide = long.pivot(index=list(KEYS), columns="column", values="value").reindex(columns=columns.values())
    wide = wide.reset_index().sort_values(list(KEYS), ignore_index=True)
    frame = wide.assign(person=wide["person"].mask(wide["person"] == ""))
    keyed = [_variable(TABLES["states"].column(name), definitions) for name in KEYS]
    items = [_of_item(columns[key], item, definitions) for key, item in definitions.items.items()]
    return Exchanged("states", WORDS["states"], frame.rename_axis(columns=None), (*keyed, *items), KEYS)


def _domains(domains: pd.DataFrame, definitions: Definitions) -> Exchanged:
    """Lay the domains wide: a row per family and moment, with the score and a column per domain."""
    keys = ("family", "moment")
    index, words = definitions.kansarmoede, definitions.vocabulary["domain_status"]
    keyed = [_variable(TABLES["states"].column(name), definitions) for name in keys]
    score = Variable("score", WORDS["score"], "integer")
    each = [Variable(domain.id, domain.title, "string", words) for domain in index.domains]
    variables = (*keyed, score, *each)
    wide = domains.pivot(index=list(keys), columns="domain", values="status")
    wide = wide.reindex(columns=[one.name for one in each]).astype("str").reset_index()
    scores = kansarmoede.scores(domains)[[*keys, "score"]]
    frame = scores.merge(wide, on=list(keys), validate="one_to_one")[[one.name for one in variables]]
    return Exchanged("domains", WORDS["domains"], frame, variables, keys)


def _with_nvt(rows: pd.DataFrame) -> pd.Series:
    """Give levels as text, with n.v.t. for what is not applicable and nothing for what is missing."""
    return rows["level"].astype("str").mask(rows["status"] == "not_applicable", NVT).astype("str")


def _of_item(name: str, item: Item, definitions: Definitions) -> Variable:
    unit = definitions.vocabulary["unit"][item.unit]
    label = Text.of(lambda language: f"{item.title(language)} ({unit(language)})")
    values = {str(level): text for level, text in zip(LEVELS, item.labels, strict=True)}
    return Variable(
        name, label, "level", values | {NVT: definitions.vocabulary["status"]["not_applicable"]}, item
    )


def _observations(observations: pd.DataFrame, definitions: Definitions) -> Exchanged:
    """Give the registered levels; the numbers of the export stay behind."""
    table = TABLES["observations"]
    numbers = observations.groupby("family")["registration"].rank("dense").astype("Int64")
    frame = observations.assign(registration=numbers, level=_with_nvt(observations)).drop(columns="status")
    ends = {str(level): ENDS.get(level, Text.alike(str(level))) for level in LEVELS}
    ends[NVT] = definitions.vocabulary["status"]["not_applicable"]
    variables = [_variable(column, definitions) for column in table.columns if column.name != "status"]
    own = {"registration": {"label": WORDS["numbered"]}, "level": {"type": "level", "values": ends}}
    named = tuple(replace(one, **own.get(one.name, {})) for one in variables)  # type: ignore[arg-type]
    return Exchanged("observations", table.description, frame, named, table.key)


# ---- the files -------------------------------------------------------------------------------------------


def _parquet(table: Exchanged) -> dict[str, bytes]:
    levels = pd.CategoricalDtype([*map(str, LEVELS), NVT], ordered=True)
    file = io.BytesIO()
    table.frame.astype(dict.fromkeys(table.levels, levels)).to_parquet(file, index=False)
    return {f"{table.name}.parquet": file.getvalue()}


def _sav(table: Exchanged) -> dict[str, bytes]:
    levels, frame = table.levels, _coded(table)
    measures = {
        one.name: "ordinal" if one.name in levels else "nominal" for one in table.variables if one.is_coded
    }
    whole = [name for name in frame if frame[name].dtype == "Int64"]
    options = {
        "missing_ranges": dict.fromkeys(levels, [NVT_CODE]),
        "variable_measure": measures,
        "variable_format": dict.fromkeys(whole, "F8.0"),
    }
    files = {}
    for language in LANGUAGES:
        words = _value_labels(table, language, longest=LONGEST_LABEL)
        written = _written("write_sav", frame, table, language, words, **options)
        files[f"{table.name}_{language}.sav"] = written
    return files


def _dta(table: Exchanged) -> dict[str, bytes]:
    """Write for Stata, once a language; n.v.t. is the extended missing value .a."""
    levels, frame, files = table.levels, _coded(table), {}
    for name in levels:
        values = frame[name].astype("object")
        frame[name] = values.mask(frame[name] == NVT_CODE, NVT_LETTER).where(frame[name].notna(), None)
    missing = dict.fromkeys(levels, [NVT_LETTER])
    for language in LANGUAGES:
        words: dict[str, dict[Any, str]] = {
            name: {NVT_LETTER if code == NVT_CODE else code: text for code, text in known.items()}
            for name, known in _value_labels(table, language).items()
        }
        written = _written(
            "write_dta", frame, table, language, words, missing_user_values=missing, version=14
        )
        files[f"{table.name}_{language}.dta"] = written
    return files


def _coded(table: Exchanged) -> pd.DataFrame:
    columns: dict[str, Any] = {}
    for one in table.variables:
        values = table.frame[one.name]
        if one.is_coded:
            texts = values.astype("str").astype("object")
            columns[one.name] = texts.map(one.codes).astype("Int64")
        elif one.type == "date":
            columns[one.name] = values.dt.date.where(values.notna(), None)
        elif one.type == "string":
            columns[one.name] = values.astype("object").where(values.notna(), "")
        else:
            columns[one.name] = values
    return pd.DataFrame(columns)


def _value_labels(
    table: Exchanged, language: str, *, longest: int | None = None
) -> dict[str, dict[int, str]]:
    """Give the labels of values by their number; those that a program would cut end in an ellipsis."""
    return {
        one.name: {code: _cut(text, longest) for code, text in one.labelled(language).items()}
        for one in table.variables
        if one.is_coded
    }


def _cut(text: str, longest: int | None) -> str:
    if longest is None or len(text.encode()) <= longest:
        return text
    return text.encode()[: longest - len("…".encode())].decode(errors="ignore").rstrip() + "…"


def _written(
    writer: str,
    frame: pd.DataFrame,
    table: Exchanged,
    language: str,
    words: Mapping[str, Mapping[Any, str]],
    **options: Any,
) -> bytes:
    """Write one file with pyreadstat, which needs a path, and give its content."""
    longest = LONGEST_STATA if writer == "write_dta" else LONGEST_SPSS
    named = {one.name: _cut(one.label(language), longest) for one in table.variables}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / table.name
        write_file = getattr(_pyreadstat(), writer)
        write_file(frame, path, column_labels=named, variable_value_labels=words, **options)
        return path.read_bytes()


_FILES = {
    "sav": _sav,
    "dta": _dta,
    "csv": lambda table: {f"{table.name}.csv": csv_text(table.frame).encode()},
    "parquet": _parquet,
}


# ---- scripts that load them, from the format that each program reads best --------------------------------

TEMPLATES = Path(__file__).parent / "templates"
HEAD = "Loads the tables of this folder: data of single families, not to be passed on."
READ_BY = {"load.R": FORMATS, "load.sps": ("sav", "csv"), "load.do": ("dta", "csv")}  # the best one first


def scripts(tables: Sequence[Exchanged], formats: Iterable[str], *, language: str) -> dict[str, str]:
    """Write the scripts that can load what is there: SPSS and Stata do not read Parquet."""
    made = templates(TEMPLATES, escape=False)  # these are no pages
    made.filters |= {
        "width": _spss_format,
        "spss": lambda text: "'" + text.replace("'", "''") + "'",
        "stata": lambda text: '`"' + text.replace("`", "'") + "\"'",
    }
    there, facts = set(formats), {"head": HEAD, "languages": LANGUAGES, "language": language}
    best = {name: [form for form in order if form in there][:1] for name, order in READ_BY.items()}
    return {
        name: made.get_template(f"{name}.j2").render(tables=tables, form=form, **facts).rstrip() + "\n"
        for name, forms in best.items()
        for form in forms
    }


def _spss_format(one: Variable, table: Exchanged) -> str:
    if one.type in ("date", "integer"):
        return "SDATE10" if one.type == "date" else "F8.0"
    texts = table.frame[one.name].dropna().astype("str")
    return f"A{max([8, *(len(text.encode()) for text in texts)])}"


# ---- what explains them ----------------------------------------------------------------------------------


def labels(tables: Iterable[Exchanged]) -> pd.DataFrame:
    """List every variable (empty value) and every value that has a label.

    table, variable, type, value (as in CSV), code (in SPSS; Stata has .a for -1), label_nl, label_en.
    """
    rows = [
        (table.name, one.name, one.type, value, code, *text.words)
        for table in tables
        for one in table.variables
        for value, code, text in [
            ("", None, one.label),
            *((value, one.codes[value], text) for value, text in one.values.items()),
        ]
    ]
    names = ["table", "variable", "type", "value", "code", *LABEL_COLUMNS]
    return pd.DataFrame(rows, columns=names).astype({"code": "Int64"})


def _codebook(study: Study, tables: Sequence[Exchanged]) -> bytes:
    """Write the codebook: a sheet of variables with what is known and missing, one of values with counts."""
    file = io.BytesIO()
    about = [study.about.title, *WORDS["microdata"].words]
    with pd.ExcelWriter(file, engine="openpyxl") as book:
        pd.DataFrame({"gezinscoach": about}).to_excel(book, sheet_name="about", index=False)
        for name, frame in (("variables", counted_variables(tables)), ("values", counted_values(tables))):
            frame.to_excel(book, sheet_name=name, index=False, freeze_panes=(1, 2))
            sheet = book.sheets[name]
            sheet.auto_filter.ref = sheet.dimensions
            for column in sheet.columns:
                width = max(len(str(cell.value or "")) for cell in column)
                sheet.column_dimensions[column[0].column_letter].width = min(60, width + 3)
        book.sheets["about"].column_dimensions["A"].width = 100
    return without_times(file.getvalue())


def counted_variables(tables: Iterable[Exchanged]) -> pd.DataFrame:
    """Count for every variable the rows that it could have a value in, and those that have one.

    table, variable, type, unit and item (of items), label_nl, label_en, rows (of its unit), known,
    not_applicable, missing.
    """
    rows = []
    for table in tables:
        for one in table.variables:
            there = table.frame["unit"] == one.item.unit if one.item else slice(None)
            values = table.frame.loc[there, one.name]
            nvt, known = int((values == NVT).sum()) if one.type == "level" else 0, int(values.notna().sum())
            unit, item = (one.item.unit, one.item.item) if one.item else ("", "")
            counts = (len(values), known - nvt, nvt, len(values) - known)
            rows.append((table.name, one.name, one.type, unit, item, *one.label.words, *counts))
    names = ["table", "variable", "type", "unit", "item", *LABEL_COLUMNS]
    return pd.DataFrame(rows, columns=[*names, "rows", "known", "not_applicable", "missing"])


def counted_values(tables: Iterable[Exchanged]) -> pd.DataFrame:
    """Count each labelled value: table, variable, value, code, label_nl, label_en, n; in states by moment."""
    tables = list(tables)
    known = labels(tables).query("value != ''").drop(columns="type")
    frames = {table.name: table.frame for table in tables}
    counts: dict[str, list[int | None]] = {name: [] for name in ("n", *MOMENTS)}
    for table, variable, value in zip(known["table"], known["variable"], known["value"], strict=True):
        frame = frames[table]
        there = frame[variable].astype("str") == value
        counts["n"].append(int(there.sum()))
        for moment in MOMENTS:
            at = int((there & (frame["moment"] == moment)).sum()) if table == "states" else None
            counts[moment].append(at)
    return known.assign(**counts).astype(dict.fromkeys(MOMENTS, "Int64"))


def data_package(study: Study, tables: Sequence[Exchanged], files: Mapping[str, bytes]) -> str:
    """Describe the folder as a Frictionless data package, each CSV with its Table Schema."""
    of_file = {f"{table.name}.csv": table for table in tables}
    resources = []
    for name, content in files.items():
        hashed = f"sha256:{hashlib.sha256(content).hexdigest()}"
        about = {"path": name, "bytes": len(content), "hash": hashed}
        table = of_file.get(name)
        if table:
            words = {"description": table.description.en, "description_nl": table.description.nl}
            own = {"name": table.name, "type": "table", "encoding": "utf-8", **words}
            resources.append(own | about | {"schema": _schema(table)})
        else:
            resources.append({"name": name.lower().replace(".", "-"), "type": "file"} | about)
    package = {
        "profile": "data-package",
        "name": "gezinscoach-data",
        "title": study.about.title,
        "description": WORDS["microdata"].en,
        "description_nl": WORDS["microdata"].nl,
        "version": version("gezinscoach"),
        "synthetic": study.about.synthetic,
        "cleaned_with": dict(study.about.parameters),
        "resources": resources,
    }
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _schema(table: Exchanged) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(one, table) for one in table.variables],
        "missingValues": ["", NVT] if any(one.type == "level" for one in table.variables) else [""],
    }
    if not table.frame[list(table.key)].isna().to_numpy().any():
        schema["primaryKey"] = list(table.key)  # the household has no person
    if table.name != "families":
        reference = {"resource": "families", "fields": ["family"]}
        schema["foreignKeys"] = [{"fields": ["family"], "reference": reference}]
    return schema


def _field(one: Variable, table: Exchanged) -> dict[str, Any]:
    kind = "integer" if one.type == "level" else one.type
    found: dict[str, Any] = {"name": one.name, "type": kind, "title": one.label.en, "title_nl": one.label.nl}
    constraints: dict[str, Any] = {"required": True} if not table.frame[one.name].isna().any() else {}
    if one.type == "level":
        constraints = {"minimum": min(LEVELS), "maximum": max(LEVELS)}
        found["labels"] = {value: text.by_language for value, text in one.values.items()}
    elif one.values:
        constraints["enum"] = list(one.values)
    return found | ({"constraints": constraints} if constraints else {})
