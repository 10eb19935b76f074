"""The study's definitions: reference files in, typed and checked definitions out.

What a researcher may dispute is in `data/reference/`: the items with their labels, the outputs, the
kansarmoede index, the official series, the pilot projects, and the words for every value.
`load_definitions` reads these and names all faults at once. Beside it, each with a loader of its own:
`claims`, `choices` (what is varied, planned and compared), `themes`.

The types are plain frozen dataclasses. Their annotations say what a file may hold: pydantic checks exactly
that, and `python -m helpers.definitions` makes of them the JSON Schemas with which an editor checks a file.
"""

import os
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import lru_cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self, TypeVar, get_args

import pandas as pd
from pydantic import (
    AfterValidator,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
    ValidationInfo,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from helpers.definitions.languages import DEFAULT as DEFAULT
from helpers.definitions.languages import LANGUAGES, REFERENCE, TEXTS, Text, texts
from helpers.definitions.languages import ROOT as ROOT
from helpers.definitions.outputs import (
    UNITS,
    UNITS_COUNTED,
    Direction,
    Figure,
    Key,
    Moves,
    Outputs,
    Table,
    known_item,
    read_outputs,
)
from helpers.definitions.reading import (
    ONE_OR_MORE,
    Count,
    DefinitionError,
    Document,
    Words,
    document_of,
    entry,
    fault,
    nearest,
    read_csv,
    read_rows,
    read_yaml,
    typed,
)
from helpers.errors import NoSuchTable, PipelineError

LEVELS = (1, 2, 3, 4, 5)
MOMENTS = ("baseline", "follow_up")
DOMAINS = ("tewerkstelling", "inkomen", "huisvesting", "opleiding", "gezondheid", "stimulatie")
CHANGE_CLASSES = (
    "out_of_poverty", "improved_poor", "improved_not_poor", "stable_not_poor", "stable_poor", "into_poverty",
    "declined_poor", "declined_not_poor",
)  # fmt: skip

Unit = Literal["huishouden", "volwassene", "kind"]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]

# ---- loading ---------------------------------------------------------------------------------------------


class ReferenceFile:
    """What `load` reads: a YAML file of `data/reference/` as a type."""

    FILE: ClassVar[str]
    ALONE: ClassVar[bool] = False  # whether it says nothing of the definitions beside it

    def check(self, file: Document, folder: Path) -> None:
        """Note what the types cannot say."""

    @classmethod
    def read(cls, folder: Path, faults: list[str]) -> Self | None:
        """Read and check the file; what is wrong is noted."""
        items = None
        try:
            items = None if cls.ALONE else load_definitions(folder).items
        except DefinitionError as error:
            faults += error.faults
        file = read_yaml(folder / cls.FILE, faults)
        found = typed(file, cls, items=items)
        if file is not None and found is not None:
            found.check(file, folder)
        return found


Found = TypeVar("Found", bound=ReferenceFile)


def load(kind: type[Found], folder: Path = REFERENCE) -> Found:
    """Read and check reference files as their type; what was read is kept until a file of the folder changes.

    `kind` is `Definitions`, or the type of another file, such as `claims.Claims`.

    Raises DefinitionError: naming every fault: file, row or line, what was found, what was expected.

    >>> from helpers.definitions.choices import Planning
    >>> load(Planning).alpha
    0.05
    """
    folder = Path(folder)
    paths = (os.path.join(place, name) for place, _, names in os.walk(folder) for name in names)
    files = ((path, os.stat(path)) for path in paths if os.path.isfile(path))
    stamps = frozenset((path, file.st_mtime_ns, file.st_size) for path, file in files)
    return _load(kind, folder, stamps)  # type: ignore[arg-type]


@lru_cache(maxsize=32)
def _load(kind: type[Found], folder: Path, stamps: frozenset[object]) -> Found:
    faults: list[str] = []
    found = kind.read(folder, faults)
    if found is None or faults:
        raise DefinitionError(folder, faults)
    return found


def load_definitions(folder: Path = REFERENCE) -> "Definitions":
    """Read and check the items, figures, words, the index, the official series and the pilots: see `load`."""
    return load(Definitions, folder)


# ---- the types -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """One item of the Sociale Balans; its five labels run from the worst situation to the best.

    `lever` says whose hands it is in most: of rules and means (`structural`), of an offer (`service`), of the
    family with its coach (`family`).
    """

    unit: str
    section: Text
    item: str
    title: Text
    labels: tuple[Text, ...]
    alternatives: tuple[str, ...]
    lever: str
    note: str

    @property
    def key(self) -> Key:
        """(unit, item): only together do they name an item."""
        return (self.unit, self.item)

    def label(self, level: int, language: str) -> str:
        """Give the label of a level from 1 to 5."""
        return self.labels[level - 1](language)


@entry
class NamedColour:
    """A colour and what it is called."""

    colour: Colour
    name: Text


def complete(colours: dict[str, str]) -> dict[str, str]:
    """Refuse a palette that leaves out a direction of change."""
    missing = [name for name in get_args(Direction) if name not in colours]
    if missing:
        raise fault(f"has no colour for {', '.join(missing)}")
    return colours


@entry
class Palette:
    """Colours: levels 1 to 5, the states without a level, the change classes, the directions.

    `moves` holds the directions of a figure that has words of its own for them, and so does not judge.
    """

    levels: tuple[Colour, Colour, Colour, Colour, Colour]
    not_applicable: Colour
    missing: Colour
    change: dict[str, NamedColour]
    direction: Annotated[dict[Direction, Colour], AfterValidator(complete)]
    moves: Annotated[dict[Direction, Colour], AfterValidator(complete)]


@entry
class Condition:
    """True of who stands at `at_most` or lower on an item."""

    unit: Unit
    item: str
    at_most: Annotated[int, Field(strict=True, ge=1, le=4)]

    @model_validator(mode="after")
    def known(self, info: ValidationInfo) -> Self:
        """Refuse an item that the codebook does not have."""
        known_item((self.unit, self.item), info)
        return self


@entry
class Part:
    """Conditions, one of which is enough, asked of the household, of any member or of all members."""

    members: Literal["household", "any", "all"]
    conditions: Annotated[tuple[Condition, ...], ONE_OR_MORE]

    @model_validator(mode="after")
    def matching(self) -> Self:
        """Refuse to ask the household about a person's item, or the persons about a household's."""
        if any((self.members == "household") != (c.unit == "huishouden") for c in self.conditions):
            raise fault(
                "members 'household' goes with items of unit huishouden only, 'any' and 'all' with the others"
            )
        return self


@dataclass(frozen=True)
class Rule:
    """When a domain counts as deprived: one part is enough. `text` is made from the parts.

    A file holds the parts alone.
    """

    parts: tuple[Part, ...]
    text: Text

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read the parts, and word them."""
        parts = handler.generate_schema(Annotated[tuple[Part, ...], ONE_OR_MORE])
        return core_schema.with_info_after_validator_function(cls._worded, parts)

    @classmethod
    def _worded(cls, parts: tuple[Part, ...], info: ValidationInfo) -> Self:
        items = (info.context or {}).get("items")
        return cls(parts, rule_text(parts, items) if items else Text.alike(""))


@entry
class Domain:
    """One of the six domains of the kansarmoede index, with its official criterion and our three readings."""

    id: Words
    title: Text
    criterion: Text
    source: Words
    default: Rule
    stricter: Rule
    looser: Rule


Year = Annotated[int, Field(ge=1990, le=2100)]
Percentage = Annotated[float, Field(gt=0, lt=100)]


def known_colour(name: str, info: ValidationInfo) -> str:
    """Refuse the name of a colour that the palette does not have; the palette comes as validation context."""
    colours = (info.context or {}).get("colours")
    if colours and name not in colours:
        raise fault(f"palette.yml has no colour '{name}'{nearest(name, colours)}")
    return name


@entry
class ChangeClass:
    """A change class, with the name of its colour in palette.yml."""

    id: Words
    title: Text
    direction: Direction
    colour: Annotated[str, AfterValidator(known_colour)]


@entry
class OfficialDomain:
    """Of all children born poor by the official index, the percentage deprived in a domain."""

    domain: Literal["tewerkstelling", "inkomen", "huisvesting", "opleiding", "gezondheid", "stimulatie"]
    year: Year
    percentage: Percentage
    source: Words


@entry
class Kansarmoede:
    """kansarmoede.yml: the index as this study reads it."""

    domains: tuple[Domain, ...]
    classes: tuple[ChangeClass, ...]
    official_domains: tuple[OfficialDomain, ...]

    def domain(self, domain_id: str) -> Domain:
        """Give the domain with this id; NoSuchTable, a KeyError with the nearest one, when there is none."""
        found = {domain.id: domain for domain in self.domains}
        if domain_id not in found:
            raise NoSuchTable(f"{domain_id}: no domain of the index{nearest(domain_id, found)}")
        return found[domain_id]


@entry
class Interview:
    """One conversation of the source report's Tabel 1; `people` is None where the table gives no number."""

    group: Literal["coordinators", "coaches", "families"]
    date: date
    people: Count | None = None
    note: Text | None = None


@entry
class Pilot:
    """One pilot project, as Figuur 1 and Tabel 1 of the source report describe it."""

    name: Words
    area: Text
    organisation: Text
    coaches: Count
    coaches_note: Text
    target_group: Text
    working: Text
    partners: Text
    specificity: Text
    caseload: Text
    project_name: Text | None = None
    interviews: tuple[Interview, ...] = ()


# ---- the files -------------------------------------------------------------------------------------------

CODEBOOK, OFFICIAL = "sociale_balans.csv", "kansarmoede_vlaanderen.csv"
SHARED_TEXTS = f"{TEXTS}/shared.yml"
Vocabulary = dict[str, dict[str, Text]]


@entry
class OfficialYear:
    """One year of the official index, in per cent."""

    year: Year
    percentage: Percentage
    source: Words


@entry
class PilotsFile:
    """pilots.yml: the pilot projects."""

    pilots: Annotated[tuple[Pilot, ...], ONE_OR_MORE]


@entry
class OtherNames(ReferenceFile):
    """other_names.yml: what exports may call columns of the layout, and tables about a unit."""

    FILE, ALONE = "other_names.yml", True

    columns: dict[Words, tuple[Words, ...]]
    sheets: dict[Words, tuple[Words, ...]]

    def check(self, file: Document, folder: Path) -> None:
        """Note units that are not there, or are none."""
        file.exactly([*self.sheets], UNITS, "sheets")


@dataclass(frozen=True, eq=False)
class Definitions(ReferenceFile):
    """What the study is about: sociale_balans.csv, outputs/, palette.yml, kansarmoede.yml,
    kansarmoede_vlaanderen.csv, pilots.yml and vocabulary.yml, checked.

    `outputs` holds what the report puts out: its tables, the figures of the source report, overviews.
    `official` (year, percentage, source) is the official Flemish index, per cent of births;
    `official_domains` (domain, year, percentage, source) the share of poor children deprived in a domain.
    """

    items: dict[Key, Item]
    outputs: Outputs
    palette: Palette
    kansarmoede: Kansarmoede
    official: pd.DataFrame
    official_domains: pd.DataFrame
    pilots: tuple[Pilot, ...]
    vocabulary: dict[str, dict[str, Text]]

    def __repr__(self) -> str:
        """Name what there is: all of it would fill a notebook."""
        return f"<Definitions: {', '.join(field.name for field in fields(self))}>"

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures of the source report, such as `figure_04`."""
        return self.outputs.figures

    @property
    def tables(self) -> dict[str, Table]:
        """The tables that the pipeline writes."""
        return self.outputs.tables

    def item(self, unit: str, item: str) -> Item:
        """Give one item; NoSuchTable, a KeyError with the nearest one, when the codebook has none such."""
        if (unit, item) not in self.items:
            asked, known = f"{unit} {item}", map(" ".join, self.items)
            raise NoSuchTable(f"{asked}: no item of the Sociale Balans{nearest(asked, known)}")
        return self.items[unit, item]

    def rule(self, text: str) -> Rule:
        """Read a rule of a domain that is written as in kansarmoede.yml, to see what it would do.

        PipelineError names what is wrong, such as an item that the codebook does not have.
        """
        faults: list[str] = []
        rule = typed(document_of(text, "rule", faults), Rule, items=self.items)
        if rule is None:
            raise PipelineError("\n".join(faults))
        return rule

    def moves(self, unit: str, item: str) -> Moves | None:
        """Give the words of an item's directions where a figure says so; None: improved and declined do."""
        own = (f.moves for f in self.figures.values() if f.moves and (unit, item) in f.items)
        return next(own, None)

    def unit_items(self, unit: str) -> tuple[Item, ...]:
        """Give the items of a unit, in the order of the annex."""
        return tuple(item for item in self.items.values() if item.unit == unit)

    def word(self, kind: str, value: str, language: str) -> str:
        """Give the word for a value of a closed vocabulary, such as `word("unit", "kind", "en")`."""
        return self.vocabulary[kind][value](language)

    @classmethod
    def read(cls, folder: Path, faults: list[str]) -> Self | None:
        """Read and check the files; what is wrong is noted."""
        rows = read_csv(folder / CODEBOOK, ITEM_COLUMNS, faults)
        colours, about, projects, words = (
            read_yaml(folder / f"{name}.yml", faults)
            for name in ("palette", "kansarmoede", "pilots", "vocabulary")
        )
        _check_items(rows, faults)
        vocabulary = typed(words, Vocabulary) or {}
        items = _items(rows, vocabulary.get("section", {}))
        outputs = read_outputs(folder, items, faults)
        _check_vocabulary(words, rows, outputs)
        _check_sentences(read_yaml(folder / SHARED_TEXTS, faults, name=SHARED_TEXTS), items)
        palette = typed(colours, Palette)
        index = typed(about, Kansarmoede, items=items, colours=colours.names("change") if colours else [])
        pilots = typed(projects, PilotsFile)
        if about:
            about.exactly(about.names("domains"), DOMAINS, "domains")
            about.exactly(about.names("classes"), CHANGE_CLASSES, "classes")
        official = read_rows(folder / OFFICIAL, OfficialYear, faults)
        for (_, before), (number, after) in pairwise(official.items()):
            if after.year <= before.year:
                said = f"years must rise; found {after.year} after {before.year}"
                faults.append(f"{OFFICIAL}, row {number}: {said}")
        if faults or outputs is None or palette is None or index is None or pilots is None:
            return None
        years = pd.DataFrame(map(asdict, official.values())).astype({"year": "Int64"})
        domains = pd.DataFrame(map(asdict, index.official_domains))
        return cls(items, outputs, palette, index, years, domains, pilots.pilots, vocabulary)


def _items(rows: Mapping[int, Mapping[str, str]], sections: Mapping[str, Text]) -> dict[Key, Item]:
    items = {}
    for row in rows.values():
        title, *labels = (
            Text(**{language: row[f"{name}_{language}"] for language in LANGUAGES})
            for name in ("title", *(f"level_{level}" for level in LEVELS))
        )
        section = sections.get(row["section"], Text.alike(row["section"]))
        other = tuple(row[f"alt_{level}_nl"] for level in LEVELS)
        key = row["unit"], row["item"]
        items[key] = Item(key[0], section, key[1], title, tuple(labels), other, row["lever"], row["note"])
    return items


# ---- the text of a rule ----------------------------------------------------------------------------------


def rule_text(parts: tuple[Part, ...], items: Mapping[Key, Item]) -> Text:
    """Say when a domain is deprived, so that a changed cut-off changes the text.

    Such as "alle volwassenen: Tewerkstelling ≤ 3 (‘Onregelmatige tewerkstelling’)".
    """
    return Text.of(
        lambda lang: f"; {texts()['rules']['or'][lang]} ".join(_part(part, items, lang) for part in parts)
    )


def _part(part: Part, items: Mapping[Key, Item], language: str) -> str:
    """Word one part; what holds of adults and children alike is said once, what holds of one is marked."""
    said = {name: str(one[language]) for name, one in texts()["rules"].items()}
    of_units: dict[str, list[str]] = {}
    for condition in part.conditions:
        item, at_most = items[(condition.unit, condition.item)], condition.at_most
        text = f"{item.title(language)} ≤ {at_most} (‘{item.label(at_most, language)}’)"
        of_units.setdefault(text, []).append(condition.unit)
    units = tuple(unit for unit in UNITS if any(unit in found for found in of_units.values()))
    words = [
        text if len(units) == 1 or len(set(found)) > 1 else f"{said[f'for_{found[0]}']} {text}"
        for text, found in of_units.items()
    ]
    return f"{said['_'.join((part.members, *units))]}: " + f" {said['or']} ".join(words)


# ---- what must hold across rows and entries --------------------------------------------------------------

ITEM_COLUMNS = (
    "unit", "section", "item",
    *(f"title_{language}" for language in LANGUAGES),
    *(f"level_{level}_{language}" for language in LANGUAGES for level in LEVELS),
    *(f"alt_{level}_nl" for level in LEVELS),
    "lever", "note",
)  # fmt: skip
LEVERS = ("structural", "service", "family")
VALUES = {  # of vocabularies that no declared column has as its type
    "unit_plural": UNITS,
    "unit_of_analysis": tuple(UNITS_COUNTED),
    "freshness": ("changed", "confirmed", "carried"),
    "child_age": ("expected", "onbekend"),
    "flow_stage": (
        "registered", "test", "comparison", "no_household", "too_few_items", "retained", "followed"
    ),
    "rule": ("R01", "R02", "R03", "R04", "R05", "R06", "R07", "R09", "R08", "F01", "F02"),
    "domain_status": ("deprived", "not_deprived", "unknown"),
    "direction": get_args(Direction),
    "score_range": ("not_poor", "poor", "severe"),
    "variant": ("default", "stricter", "looser"),
    "measure": ("H", "A", "M0"),
    "pilot": ("all", "unknown"),
}  # fmt: skip


def comparable(text: str) -> str:
    """Text as labels are compared: without case, extra white space, diacritics and stars.

    >>> comparable("  Maatschappelijke ORIËNTATIE *")
    'maatschappelijke orientatie'
    """
    letters = unicodedata.normalize("NFKD", text.replace("*", ""))
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).casefold().split())


def _check_items(rows: Mapping[int, Mapping[str, str]], faults: list[str]) -> None:
    seen: dict[Key, int] = {}
    for number, row in rows.items():
        where, key = f"{CODEBOOK}, row {number}", (row["unit"], row["item"])
        for column, known in (("unit", UNITS), ("lever", LEVERS)):
            if row[column] not in known:
                found = f"found '{row[column]}'{nearest(row[column], known)}"
                faults.append(f"{where}, column {column}: must be one of {', '.join(known)}; {found}")
        if key in seen:
            faults.append(f"{where}: item '{key[1]}' of unit '{key[0]}' stands in row {seen[key]} already")
        seen.setdefault(key, number)
        alternatives = [f"alt_{level}_nl" for level in LEVELS]  # all are there, or none is
        may_lack = () if any(row[column] for column in alternatives) else alternatives
        for column, text in row.items():
            if not text and column not in (*may_lack, "note", "unit", "lever"):
                faults.append(f"{where}, column {column}: item '{row['item']}' must have text here")
        _check_labels(where, row, faults)
    without = [unit for unit in UNITS if rows and unit not in {unit for unit, _ in seen}]
    faults += [f"{CODEBOOK}: must hold at least one item of unit '{unit}'" for unit in without]


def _check_labels(where: str, row: Mapping[str, str], faults: list[str]) -> None:
    """No two levels of an item share a label: a registration in words could not be read."""
    dutch = [(level, f"{kind}_{level}_nl") for kind in ("level", "alt") for level in LEVELS]
    others = [[(level, f"level_{level}_{code}") for level in LEVELS] for code in LANGUAGES if code != "nl"]
    bare = {column: comparable(row[column]) for columns in (dutch, *others) for _, column in columns}
    pairs = (pair for columns in (dutch, *others) for pair in combinations(columns, 2))
    for (one, first), (other, second) in pairs:
        if one != other and bare[first] and bare[first] == bare[second]:
            said = f"item '{row['item']}' has the same label twice: '{row[second]}'"
            faults.append(f"{where}, columns {first} and {second}: {said}")


def _check_vocabulary(
    words: Document | None, rows: Mapping[int, Mapping[str, str]], outputs: Outputs | None
) -> None:
    """Check that each closed vocabulary has words for its values, and `section` for the codebook's."""
    if words is None or not words.names():
        return
    columns = [column for table in (outputs.tables.values() if outputs else ()) for column in table.columns]
    named = [one for one in columns if one.vocabulary == one.type != "domain"]  # that has its own words
    declared = {one.type: one.values for one in named if one.values}
    for kind, expected in (declared | VALUES).items():
        if kind not in words.names():
            words.note(f"must have words for '{kind}': {', '.join(expected)}")
        else:
            words.exactly(words.names(kind), expected, kind)
    known = words.names("section")
    for section in dict.fromkeys(row["section"] for row in rows.values()):
        if section not in known:
            said = f"has no words for '{section}', a section of {CODEBOOK}{nearest(section, known)}"
            words.note(said, "section")


def _check_sentences(words: Document | None, items: Mapping[Key, Item]) -> None:
    """Check that sentences have a name for each item of the codebook, and for no other."""
    if words is None or not items:
        return
    expected = [".".join(key) for key in items]
    missing = [name for name in expected if name not in words.names("items")]
    for name in missing:
        words.note(f"has no words for '{name}', an item of {CODEBOOK}: what a sentence calls it", "items")
    for block in ("items", "notes_on_items"):
        for name in words.names(block):
            if name not in expected:
                words.note(f"is no item of {CODEBOOK}; take it out{nearest(name, missing)}", block, name)
