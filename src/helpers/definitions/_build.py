"""From checked rows and files to the typed definitions."""

from helpers.definitions._definitions import (
    LEVELS,
    ChangeClass,
    Domain,
    Item,
    Kansarmoede,
    Key,
    Palette,
    Part,
    Rule,
    Text,
)
from helpers.definitions._reference_checks import Rows
from helpers.definitions._reference_shapes import KansarmoedeFile, Vocabulary
from helpers.definitions._rule_text import rule_text


def build_items(rows: Rows, vocabulary: Vocabulary) -> dict[Key, Item]:
    """Turn the codebook's rows into items, in the order of the annex."""
    items = (_item(row, vocabulary["section"]) for _, row in rows)
    return {item.key: item for item in items}


def _item(row: dict[str, str], sections: dict[str, Text]) -> Item:
    """Turn one row of the codebook into an item."""
    return Item(
        unit=row["unit"],
        section=sections[row["section"]],
        item=row["item"],
        title=Text(row["title_nl"], row["title_en"]),
        labels=tuple(Text(row[f"level_{level}_nl"], row[f"level_{level}_en"]) for level in LEVELS),
        alternatives=tuple(row[f"alt_{level}_nl"] for level in LEVELS),
        note=row["note"],
    )


def build_index(index: KansarmoedeFile, palette: Palette, items: dict[Key, Item]) -> Kansarmoede:
    """Give the rules their text and the classes their colours."""

    def rule(parts: tuple[Part, ...]) -> Rule:
        return Rule(parts, rule_text(parts, items))

    domains = (
        Domain(d.id, d.title, d.criterion, d.source, rule(d.default), rule(d.stricter), rule(d.looser))
        for d in index.domains
    )
    classes = (
        ChangeClass(
            c.id, c.title, c.direction, palette.change[c.colour].colour, palette.change[c.colour].name
        )
        for c in index.classes
    )
    return Kansarmoede(tuple(domains), tuple(classes), index.official_warning)
