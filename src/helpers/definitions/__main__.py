"""Write the JSON Schemas of the reference files, with which an editor completes and checks them."""

import json
from collections.abc import Mapping
from typing import Any

from helpers.definitions import REFERENCE, Kansarmoede, OtherNames, Palette, PilotsFile, Vocabulary
from helpers.definitions.choices import Choices, Course, PilotComparison, Planning, Themes
from helpers.definitions.claims import Claims
from helpers.definitions.languages import LanguagesFile
from helpers.definitions.outputs import OutputsFile, Shared
from helpers.definitions.reading import adapter

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
    "published_claims": Claims,
    "themes": Themes,
    "vocabulary": Vocabulary,
}


def schema_text(name: str) -> str:
    """Give the JSON Schema of one of the files as it is written."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **adapter(FILES[name]).json_schema()}
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write them all."""
    SCHEMAS.mkdir(exist_ok=True)
    for name in FILES:
        (SCHEMAS / f"{name}.json").write_text(schema_text(name), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
