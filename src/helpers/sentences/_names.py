"""Names of items and values that sentences go by, and what is said when there is nothing to tell."""

from helpers.definitions import Definitions, Text
from helpers.sentences._phrases import Account, ended, fill

ALL = "all"  # what the rows of a table call all pilots together
UNKNOWN = "onbekend"
NO_PAIRS = Text(
    "Van niemand is het niveau op beide momenten bekend",
    "The level at both moments is known of no one",
)


def item_name(row: object, definitions: Definitions) -> Text:
    """Name an item by its title and unit.

    Parameters
    ----------
    row : something with `unit` and `item`, such as a row of a table.
    definitions : for titles and words.
    """
    unit, item = str(row.unit), row.item  # type: ignore[attr-defined]
    return fill(
        Text("{title} ({unit})", "{title} ({unit})"),
        title=definitions.item(unit, item).title,
        unit=definitions.vocabulary["unit"][unit],
    )


def nothing_to_tell(finding: Text) -> Account:
    """Give the account of a figure without cases: its finding, as a sentence too."""
    return Account(finding, ended(finding), ended(finding))
