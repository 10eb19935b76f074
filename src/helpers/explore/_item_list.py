"""The list of items: narrowed by whom they are about, by part of the questionnaire or domain, by words."""

from typing import Any

import ipywidgets as widgets  # type: ignore[import-untyped]

from helpers.definitions import UNITS, Definitions, Domain, Item
from helpers.definitions.themes import plain
from helpers.explore._layout import labelled
from helpers.explore._screen import framed
from helpers.explore._selection import ALL
from helpers.words import say

ROWS = 6
Key = tuple[str, str]


class ItemList:
    """Widgets that narrow the list, and the list itself (`chosen`), whose value is (unit, item)."""

    def __init__(self, definitions: Definitions, language: str) -> None:
        self.definitions, self.language = definitions, language
        self.narrowing = False
        units = [(definitions.word("unit", unit, language), unit) for unit in UNITS]
        self.unit = labelled(widgets.Dropdown, self._say("unit"), [(self._say("all_units"), ALL), *units])
        self.part = labelled(widgets.Dropdown, self._say("part"), self._parts())
        self.search = labelled(widgets.Text, self._say("search"), placeholder=self._say("search_hint"))
        self.chosen = labelled(widgets.Select, self._say("list"), self._options(), rows=ROWS)
        self.found = widgets.HTML()
        self._count()
        self.unit.observe(self._new_unit, "value")
        for widget in (self.part, self.search):
            widget.observe(self._narrow, "value")

    @property
    def widgets(self) -> list[Any]:
        """All of them, in their order."""
        return [self.unit, self.part, self.search, self.chosen, self.found]

    def _say(self, word: str, **facts: Any) -> str:
        return say("explore_items", word, self.language, **facts)

    def _parts(self, unit: str = ALL) -> list[tuple[str, str]]:
        """List the sections of the questionnaire and the domains that have an item of this unit."""
        items = [item for item in self.definitions.items.values() if unit in (ALL, item.unit)]
        sections = dict.fromkeys(item.section for item in items)
        keys = {item.key for item in items}
        domains = [d for d in self.definitions.kansarmoede.domains if keys & keys_of(d)]
        return [
            (self._say("all_parts"), ALL),
            *((section(self.language), section.nl) for section in sections),
            *((self._say("domain", domain=d.title), d.id) for d in domains),
        ]

    def _options(self) -> list[tuple[str, Key]]:
        """List the items that are left: whom they are about, their section, their title."""
        return [
            (self._label(item), item.key) for item in self.definitions.items.values() if self._wanted(item)
        ]

    def _label(self, item: Item) -> str:
        unit = self.definitions.word("unit", item.unit, self.language)
        return f"{unit} · {item.section(self.language)} · {item.title(self.language)}"

    def _wanted(self, item: Item) -> bool:
        """Whether an item is in the part and has all words that are searched for, accents and case apart."""
        if not hasattr(self, "chosen"):
            return True
        part = self.part.value
        domains = {d.id for d in self.definitions.kansarmoede.domains if item.key in keys_of(d)}
        if self.unit.value not in (ALL, item.unit) or part not in (ALL, item.section.nl, *domains):
            return False
        said = [self._label(item), item.item, *(label(self.language) for label in item.labels)]
        text = plain(" ".join(said))
        return all(word in text for word in plain(self.search.value).split())

    def _new_unit(self, change: Any) -> None:
        """List the parts of the chosen unit, and keep the chosen one where it has that."""
        parts = self._parts(self.unit.value)
        kept = self.part.value if self.part.value in dict(parts).values() else ALL
        self.part.unobserve(self._narrow, "value")
        self.part.options = parts
        self.part.value = kept
        self.part.observe(self._narrow, "value")
        self._narrow(change)

    def _narrow(self, change: Any) -> None:
        """List what is left; the chosen item stays chosen while it is in the list, else none is."""
        options, chosen = self._options(), self.chosen.value
        left = [key for _, key in options]
        self.narrowing = True  # new options choose their first for a moment
        self.chosen.options = options
        self.chosen.value = chosen if chosen in left else None
        self.narrowing = False
        self._count()

    def _count(self) -> None:
        """Say how many items are left."""
        said = self._say("found", n=len(self.chosen.options), all=len(self.definitions.items))
        self.found.value = framed(f'<p role="status">{said}</p>')


def keys_of(domain: Domain) -> set[Key]:
    """Give the items that decide about a domain by its default rule."""
    return {(c.unit, c.item) for part in domain.default.parts for c in part.conditions}
