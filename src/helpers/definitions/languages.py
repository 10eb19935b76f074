"""The languages of the report, and in each of them the words of a text and all words of `texts/`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from helpers.definitions.reading import (
    ONE_OR_MORE,
    DefinitionError,
    Document,
    Place,
    Words,
    entry,
    fault,
    nearest,
    read_yaml,
    typed,
)

ROOT = Path(__file__).resolve().parents[3]
REFERENCE = ROOT / "data" / "reference"
FILE = "languages.yml"


def _twelve(months: tuple[str, ...]) -> tuple[str, ...]:
    if len(months) != 12:
        raise fault(f"must be the names of twelve months; found {len(months)}")
    return months


@entry
class Language:
    """How a language writes numbers and days, and which form of a noun goes with n."""

    name: Words
    decimal: Annotated[str, Field(min_length=1, max_length=1)]
    percent: Annotated[str, Field(min_length=1)]
    plural: Words
    months: Annotated[tuple[Words, ...], AfterValidator(_twelve)]


Code = Annotated[str, Field(pattern="^[a-z]{2,3}$")]
LanguagesFile = Annotated[
    dict[Code, Language], ONE_OR_MORE, Field(json_schema_extra={"additionalProperties": False})
]


def read_languages(folder: Path = REFERENCE) -> Mapping[str, Language]:
    """Read the languages, by code; DefinitionError names every fault of the file."""
    faults: list[str] = []
    found = typed(read_yaml(folder / FILE, faults), LanguagesFile)  # type: ignore[arg-type]
    if found is None or faults:
        raise DefinitionError(folder, faults)
    return found  # type: ignore[return-value]


LANGUAGES = read_languages()
DEFAULT = next(iter(LANGUAGES))  # of a report that names no language


@dataclass(frozen=True, init=False)
class Text:
    """The same words in every language; false where there are no words.

    >>> text = Text(nl="gezin", en="family")
    >>> text("en"), text.nl
    ('family', 'gezin')
    >>> text
    Text(nl='gezin', en='family')
    """

    words: tuple[str, ...]

    def __init__(self, **words: str) -> None:
        if set(words) != set(LANGUAGES):
            raise TypeError(f"a text has words in {', '.join(LANGUAGES)}; found {', '.join(words)}")
        object.__setattr__(self, "words", tuple(words[code] for code in LANGUAGES))

    @classmethod
    def of(cls, say: Callable[[str], str]) -> Self:
        """Say something in every language: `say` is given its code.

        >>> Text.of(lambda language: f"({language})").en
        '(en)'
        """
        return cls(**{code: say(code) for code in LANGUAGES})

    @classmethod
    def alike(cls, words: str) -> Self:
        """Give words that are the same in every language, such as a name."""
        return cls(**dict.fromkeys(LANGUAGES, words))

    def __call__(self, language: str) -> str:
        """Give the words in one language."""
        return self.by_language[language]

    @property
    def by_language(self) -> dict[str, str]:
        """The words by the code of their language."""
        return dict(zip(LANGUAGES, self.words, strict=True))

    def __getattr__(self, language: str) -> str:
        if language not in LANGUAGES:
            raise AttributeError(language)
        return self(language)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *LANGUAGES]

    def __repr__(self) -> str:
        return f"Text({', '.join(f'{code}={said!r}' for code, said in self.by_language.items())})"

    def __bool__(self) -> bool:
        return any(self.words)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read a block with words for each language and nothing else, and write one."""
        words = core_schema.typed_dict_field(handler.generate_schema(Words))
        block = core_schema.typed_dict_schema(dict.fromkeys(LANGUAGES, words), extra_behavior="forbid")
        return core_schema.no_info_after_validator_function(
            lambda found: cls(**found),
            block,
            ref="Text",
            serialization=core_schema.plain_serializer_function_ser_schema(lambda text: text.by_language),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe it to an editor."""
        made: dict[str, Any] = handler.resolve_ref_schema(handler(schema))
        made["description"] = "The same words in every language."
        made.pop("title", None)
        for field in made["properties"].values():
            field.pop("title", None)
        return made


TEXTS = "texts"
SHARE = "share"  # of a share that has a name: a number, which stands beside its words


@cache
def texts(folder: Path = REFERENCE) -> Mapping[str, Any]:
    """Read all texts: those of each output by its name, and those that have a name of their own.

    DefinitionError names each text that lacks a language, with its file and line.
    """
    faults: list[str] = []
    found: dict[str, Any] = {}
    for path in sorted((folder / TEXTS).glob("*.yml")):
        if (document := read_yaml(path, faults, name=f"{TEXTS}/{path.name}")) is None:
            continue
        if not isinstance(document.content, dict):
            faults.append(f"{TEXTS}/{path.name}: holds no texts; restore it from the repository")
            continue
        _check(document, document.content, ())
        for name in set(found) & set(document.content):
            document.note("stands in another file too; keep one", name)
        found |= document.content
    if faults:
        raise DefinitionError(folder, faults)
    return found


def labels(block: str) -> Mapping[str, Text]:
    """Give plain words, which nothing is filled into by a template, by their names in a block.

    >>> labels("certain")["clear"].en
    'clear'
    """
    return {name: Text(**words) for name, words in texts()[block].items()}


def _check(document: Document, part: Any, place: Place) -> None:
    """Note words that stand in no language, and what is not said in every one."""
    if isinstance(part, dict) and not set(part).isdisjoint(LANGUAGES):
        for code in LANGUAGES:
            if code not in part:
                document.note("is missing", *place, code)
            elif not part[code]:
                document.note("must have text", *place, code)
        for other in set(part) - set(LANGUAGES) - {SHARE}:
            said = f"is no language of languages.yml, which has {', '.join(LANGUAGES)}"
            document.note(said + nearest(other, LANGUAGES), *place, other)
    elif isinstance(part, dict | list):
        for step, within in part.items() if isinstance(part, dict) else enumerate(part):
            _check(document, within, (*place, step))
    else:
        document.note(f"must have words in each language: {', '.join(LANGUAGES)}", *place)
