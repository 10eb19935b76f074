"""How a chart calls things: the words of the reference files and its own, in the language of a run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers.definitions import Definitions, Direction, Text
from helpers.formats import count, decimal, percentage

SIGNS = {"improved": "▲", "unchanged": "=", "declined": "▼"}
WORDS = {  # that stand in charts alone
    "apart": Text("apart gehouden: {stage}", "kept apart: {stage}"),
    "backward": Text("Terug: van opvolgmeting naar nulmeting", "Backward: from follow-up to baseline"),
    "best": Text("best", "best"),
    "by_item": Text("Per item, alle pilootprojecten", "By item, all pilot projects"),
    "by_pilot": Text("Per pilootproject, alle items", "By pilot project, all items"),
    "declined": Text("achteruit", "worse"),
    "equivalent": Text("gelijkwaardig", "equivalent"),
    "excluded": Text("uitgesloten: {stage}", "excluded: {stage}"),
    "families": Text("gezinnen", "families"),
    "families_per_group": Text("opgevolgde gezinnen per groep", "followed families per group"),
    "fewer": Text("{direction} (rechts: minder domeinen)", "{direction} (right: fewer domains)"),
    "forward": Text("Vooruit: van nulmeting naar opvolgmeting", "Forward: from baseline to follow-up"),
    "from_domain": Text("Kansarm vanaf {k} domein", "Poor from {k} domain"),
    "from_domains": Text("Kansarm vanaf {k} domeinen", "Poor from {k} domains"),
    "green": Text("vooruit", "better"),
    "improved": Text("vooruit", "better"),
    "levels": Text(
        "↓ nulmeting   → opvolgmeting: niveau 1 ({worst}) tot 5 ({best})",
        "↓ baseline   → follow-up: level 1 ({worst}) to 5 ({best})",
    ),
    "limits": Text("grenzen van het toeval, {chance}", "limits of chance, {chance}"),
    "newly": Text("tekort erbij", "newly deprived"),
    "no_comparison": Text(
        "Er zijn geen twee groepen om te vergelijken.", "There are no two groups to compare."
    ),
    "no_longer": Text("tekort weg", "no longer deprived"),
    "no_pilots": Text(
        "Er zijn geen twee pilootprojecten met opgevolgde gezinnen om te vergelijken.",
        "There are no two pilot projects with followed families to compare.",
    ),
    "not_equivalent": Text("niet gelijkwaardig", "not equivalent"),
    "not_excluded": Text("uitgesloten", "excluded"),
    "not_followed": Text("niet lang genoeg opgevolgd", "not followed long enough"),
    "of_pilot": Text("opgevolgde gezinnen in het pilootproject", "followed families in the pilot project"),
    "orange": Text("gelijk, kansarm", "the same, poor"),
    "into": Text("kansarm geworden: {n}", "became poor: {n}"),
    "out": Text("uit kansarmoede: {n}", "out of poverty: {n}"),
    "points": Text("in procentpunt", "in percentage points"),
    "poor_difference": Text("Aandeel kansarm, verschil", "Share poor, difference"),
    "red": Text("achteruit", "worse"),
    "right": Text("rechts: {more}", "right: {more}"),
    "score": Text("Kansarmoedescore (rechts: slechter)", "Kansarmoede score (right: worse)"),
    "scores": Text(
        "↓ nulmeting   → opvolgmeting: domeinen met een tekort",
        "↓ baseline   → follow-up: deprived domains",
    ),
    "score_net": Text("Gezinnen, vooruit min achteruit", "Families, improved less declined"),
    "target": Text("doel: {share}", "target: {share}"),
    "to": Text("{low} tot {high}", "{low} to {high}"),
    "together": Text("alle gezinnen samen", "all families together"),
    "total": Text("alle", "all"),
    "unchanged": Text("gelijk", "the same"),
    "unknown": Text("onbekend", "not known"),
    "with_score": Text("score {score} (n = {n})", "score {score} (n = {n})"),
    "worst": Text("slechtst", "worst"),
    "yellow": Text("gelijk, niet kansarm", "the same, not poor"),
}


@dataclass(frozen=True)
class Names:
    """What things are called."""

    definitions: Definitions
    language: str

    def say(self, name: str, **numbers: Any) -> str:
        """Give a word that stands in charts alone."""
        return WORDS[name](self.language).format(**numbers)

    def word(self, kind: str, value: Any) -> str:
        """Give the word for a value of a closed vocabulary."""
        return self.definitions.word(kind, str(value), self.language)

    def pilot(self, pilot: str) -> str:
        """Name a pilot; `all` and `unknown` in the language."""
        known = self.definitions.vocabulary.get("pilot", {})
        return known[pilot](self.language) if pilot in known else pilot

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
        return f"{value} pp" + (f" ({self.say('to', low=ends[0], high=ends[1])})" if ends else "")

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
