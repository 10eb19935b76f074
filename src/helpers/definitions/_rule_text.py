"""A rule of the kansarmoede index in words, so that a changed cut-off changes the text."""

from collections.abc import Mapping

from helpers.definitions._definitions import LANGUAGES, Condition, Item, Key, Part, Text

MEMBERS = {
    ("household", ("huishouden",)): Text("huishouden", "household"),
    ("any", ("volwassene",)): Text("minstens één volwassene", "at least one adult"),
    ("any", ("kind",)): Text("minstens één kind", "at least one child"),
    ("any", ("volwassene", "kind")): Text("minstens één volwassene of kind", "at least one adult or child"),
    ("all", ("volwassene",)): Text("alle volwassenen", "all adults"),
    ("all", ("kind",)): Text("alle kinderen", "all children"),
    ("all", ("volwassene", "kind")): Text("alle volwassenen en kinderen", "all adults and children"),
}
ONLY = {"volwassene": Text("bij een volwassene", "for an adult"), "kind": Text("bij een kind", "for a child")}
OR = Text("of", "or")


def rule_text(parts: tuple[Part, ...], items: Mapping[Key, Item]) -> Text:
    """Say when a domain is deprived.

    Parameters
    ----------
    parts : the rule; one part is enough.
    items : the codebook, for titles and labels.

    Returns
    -------
    Text such as "alle volwassenen: Tewerkstelling ≤ 3 (‘Onregelmatige tewerkstelling’)".
    """
    nl, en = (f"; {OR(lang)} ".join(_part(part, items, lang) for part in parts) for lang in LANGUAGES)
    return Text(nl, en)


def _part(part: Part, items: Mapping[Key, Item], language: str) -> str:
    """Word one part; what holds of adults and children alike is said once, what holds of one is marked."""
    said: dict[str, list[str]] = {}
    for condition in part.conditions:
        said.setdefault(_condition(condition, items, language), []).append(condition.unit)
    units = tuple(
        unit for unit in ("huishouden", "volwassene", "kind") if any(unit in u for u in said.values())
    )
    words = [
        text if len(units) == 1 or len(set(found)) > 1 else f"{ONLY[found[0]](language)} {text}"
        for text, found in said.items()
    ]
    return f"{MEMBERS[(part.members, units)](language)}: " + f" {OR(language)} ".join(words)


def _condition(condition: Condition, items: Mapping[Key, Item], language: str) -> str:
    """Word one condition with the item's title and the label of its cut-off."""
    item = items[(condition.unit, condition.item)]
    return f"{item.title(language)} ≤ {condition.at_most} (‘{item.label(condition.at_most, language)}’)"
