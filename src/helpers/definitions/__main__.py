"""Check all reference files and the languages of the notebooks, and write the JSON Schemas for an editor."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from helpers.definitions import (
    REFERENCE,
    Definitions,
    Kansarmoede,
    OtherNames,
    Palette,
    PilotsFile,
    ReferenceFile,
    Vocabulary,
    load,
)
from helpers.definitions.choices import Choices, Course, PilotComparison, Planning, PrimaryOutcomes, Themes
from helpers.definitions.claims import Claims
from helpers.definitions.languages import LANGUAGES, ROOT, LanguagesFile, texts
from helpers.definitions.outputs import OutputsFile, Shared
from helpers.definitions.reading import DefinitionError, adapter

SCHEMAS = REFERENCE / "schemas"
FILES: Mapping[str, Any] = {
    "languages": LanguagesFile,
    "kansarmoede": Kansarmoede,
    "course": Course,
    "multiverse": Choices,
    "other_names": OtherNames,
    "outputs": OutputsFile,
    "outputs_shared": Shared,
    "palette": Palette,
    "pilot_comparison": PilotComparison,
    "pilots": PilotsFile,
    "planning": Planning,
    "primary_outcomes": PrimaryOutcomes,
    "published_claims": Claims,
    "themes": Themes,
    "vocabulary": Vocabulary,
}


def schema_text(name: str) -> str:
    """Give the JSON Schema of one of the files as it is written."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **adapter(FILES[name]).json_schema()}
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def faults(reference: Path = REFERENCE, notebooks: Path = ROOT / "notebooks") -> list[str]:
    """Name all that is wrong in the reference files, and the notebooks that say less in one language."""
    kinds: list[type[ReferenceFile]] = [Definitions]
    kinds += [one for one in FILES.values() if isinstance(one, type) and issubclass(one, ReferenceFile)]
    found: list[str] = []
    reads: list[Callable[[], object]] = [partial(load, kind, reference) for kind in kinds]
    reads.append(partial(texts, reference))
    for read in reads:
        try:
            read()
        except DefinitionError as error:
            found += error.faults
    return list(dict.fromkeys([*found, *_untold(notebooks)]))


def _untold(notebooks: Path) -> Iterator[str]:
    for path in sorted(notebooks.glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        tags = Counter(tag for cell in cells for tag in cell["metadata"].get("tags", ()))
        told = {language: tags[f"lang-{language}"] for language in LANGUAGES}
        most = max(told.values())
        for language, n in told.items():
            if n < most:
                yield f"{path.name}: of {most} texts {n} are there in `{language}` (tag `lang-{language}`)"


def main() -> None:
    """Write the schemas, and end with what is wrong in the files that they describe."""
    SCHEMAS.mkdir(exist_ok=True)
    for name in FILES:
        (SCHEMAS / f"{name}.json").write_text(schema_text(name), encoding="utf-8", newline="\n")
    if found := faults():
        sys.exit(str(DefinitionError(REFERENCE, found)))


if __name__ == "__main__":
    main()
