"""Names of items and questions as they stand in a sentence."""

from helpers.definitions import Definitions, Text
from helpers.definitions.texts import texts


def item(unit: str, name: str) -> Text:
    """Name an item: "stress van ouders", not the title of the codebook.

    Examples
    --------
    >>> item("volwassene", "administratie").nl
    'administratie van ouders'
    """
    return Text(**texts()["items"][f"{unit}.{name}"])


def question(name: str, definitions: Definitions) -> Text:
    """Name a question of `verdicts`, such as `score` or `kind.opvang`."""
    unit, dot, of_item = name.partition(".")
    return item(unit, of_item) if dot else definitions.vocabulary["question"][name]
