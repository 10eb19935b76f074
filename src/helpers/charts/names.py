"""How a chart calls things: the words of the reference files and its own, in the language of a run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers.definitions import LANGUAGES, Definitions, Direction
from helpers.formats import count, decimal, percentage
from helpers.words import names, say

SIGNS = {"improved": "▲", "unchanged": "=", "declined": "▼"}


@dataclass(frozen=True)
class Names:
    """What things are called."""

    definitions: Definitions
    language: str

    def say(self, name: str, **numbers: Any) -> str:
        """Give a word that stands in charts alone."""
        return say("charts", name, self.language, **numbers)

    def word(self, kind: str, value: Any) -> str:
        """Give the word for a value of a closed vocabulary."""
        return self.definitions.word(kind, str(value), self.language)

    def pilot(self, pilot: str) -> str:
        """Name a pilot; `all` and `unknown` in the language."""
        return names.pilot(pilot, self.definitions)(self.language)

    def month(self, month: str) -> str:
        """Write a month, such as 2022-03, in words."""
        return f"{LANGUAGES[self.language].months[int(month[5:]) - 1]} {month[:4]}"

    def item(self, unit: Any, item: str) -> str:
        """Name an item with its unit, and say what right means where that is not improvement."""
        if (unit, item) not in self.definitions.items:
            return self.say("score")
        own = self.definitions.moves(str(unit), item)
        title = self.definitions.item(str(unit), item).title(self.language)
        right = f"; {self.say('right', more=own.improved(self.language))}" if own else ""
        return f"{title} ({self.word('unit', unit)}{right})"

    def ways(self, unit: str, item: str) -> dict[Direction, str]:
        """Give the words of the directions: those of the item where it has them."""
        own = self.definitions.moves(unit, item)
        ways: tuple[Direction, ...] = ("improved", "unchanged", "declined")
        return {way: getattr(own, way)(self.language) if own else self.say(way) for way in ways}

    def way_colours(self, unit: str, item: str) -> dict[Direction, str]:
        """Give their colours: blues for an item whose higher level is not plainly better."""
        palette = self.definitions.palette
        return palette.moves if self.definitions.moves(unit, item) else palette.direction

    def share(self, share: Any, digits: int = 0) -> str:
        """Write a share as a percentage."""
        return percentage(share, self.language, digits=digits)

    def with_share(self, n: Any, share: Any) -> str:
        """Write a count with its share, where it has one."""
        return count(n) if pd.isna(share) else f"{count(n)} · {self.share(share)}"

    def difference(self, value: Any, low: Any = None, high: Any = None) -> str:
        """Write a difference of shares in percentage points, with its interval."""
        if pd.isna(value):
            return "–"
        value, *ends = (
            decimal(100 * one, self.language, digits=0, signed=True)
            for one in (value, low, high)
            if one is not None and pd.notna(one)
        )
        return self.between(f"{value} pp", *ends) if ends else f"{value} pp"

    def between(self, value: str, low: str, high: str) -> str:
        """Write a number beside its interval."""
        return f"{value} ({self.say('to', low=low, high=high)})"

    def chance(self, value: Any, low: Any, high: Any) -> str:
        """Write a chance as a percentage, with its interval."""
        if pd.isna(low):
            return self.share(value)
        return self.between(*map(self.share, (value, low, high)))

    def range(self, low: Any, high: Any) -> str:
        """Write the ends of a range of differences."""
        low, high = (decimal(100 * end, self.language, digits=0, signed=True) for end in (low, high))
        return self.say("to", low=low, high=f"{high} pp")

    def ticks(
        self, edges: Sequence[float], write: Callable[..., str], **options: Any
    ) -> list[tuple[float, str]]:
        """Write the ticks of an axis."""
        return [(edge, write(edge, self.language, **options)) for edge in edges]

    def around_zero(self, shares: pd.DataFrame) -> list[tuple[float, str]]:
        """Give ticks of differences of shares that hold all of them, the same on both sides."""
        widest = shares.abs().max(axis=None)
        edge = next((edge for edge in (0.1, 0.2, 0.5) if widest <= edge), 1.0)
        return [(at, self.difference(at)) for at in (-edge, -edge / 2, 0.0, edge / 2, edge)]
