"""What is said of a distribution over the levels at baseline (Figures 4–14)."""

import pandas as pd

from helpers import words
from helpers.definitions import LEVELS, Definitions, Figure, Text
from helpers.sentences import _conclusions as conclusions
from helpers.sentences._phrases import (
    AND,
    INTERVAL,
    NOUNS,
    OF_UNIT,
    Account,
    count_and_share,
    fill,
    listed,
    quoted,
    sentences,
)

WITHIN = {
    "best": Text("het beste niveau", "the best level"),
    "median": Text("de mediaan, naar beneden afgerond,", "the median, rounded down,"),
}
MEMBERS = {"volwassene": Text("de volwassenen", "its adults"), "kind": Text("de kinderen", "its children")}
NOBODY_KNOWN = Text("Van niemand is het niveau bekend", "The level of no one is known")
LEVELS_DESCRIBED = Text(
    "Staafdiagram, niveaus van 1 (slechtst) tot 5 (best).", "Bar chart, levels from 1 (worst) to 5 (best)."
)
READING_WITHIN = Text(
    "Per gezin telt {level} van {members}; elke balk is het aandeel gezinnen op dat niveau, van 1 "
    "(slechtst) tot 5 (best), onder de bekende niveaus.",
    "For each family {level} of {members} counts; each bar is the share of families at that level, from 1 "
    "(worst) to 5 (best), among the known levels.",
)


def distribution(
    table: pd.DataFrame, *, definitions: Definitions, figure: Figure, within_family: str = "worst"
) -> Account:
    """Tell how many stand at each level of one item, or of two side by side.

    Parameters
    ----------
    table : unit, item, level, n, share: seven rows per item.
    definitions : for labels and words.
    figure : its items, unit of analysis and how to read it.
    within_family : which level of its members a family has: `worst`, `best`, `median`.
    """
    parts = [_Part(table, key, figure, definitions) for key in figure.items]
    unit = Text("Eenheid: {unit} op de nulmeting.", "Unit: {unit} at baseline.")
    units = listed([NOUNS[part.kind][1] for part in parts], last=AND)
    reading = _reading(figure, within_family)
    cases = [part.known_and_unknown(named=len(parts) > 1) for part in parts]
    described = [part.described() for part in parts]
    return Account(
        words.of_side(table, figure, level="level") if parts[0].known or parts[-1].known else NOBODY_KNOWN,
        sentences(fill(unit, unit=units), *cases, reading, INTERVAL),
        sentences(LEVELS_DESCRIBED, *described),
        parts[0].conclusion() if len(parts) == 1 else _conclusion(parts),
    )


def _reading(figure: Figure, within_family: str) -> Text:
    """Say how to read the figure; another level than the worst of a family is another sentence."""
    unit = figure.items[0][0]
    if figure.unit_of_analysis != "family" or unit not in MEMBERS or within_family == "worst":
        return figure.reading
    return fill(READING_WITHIN, level=WITHIN[within_family], members=MEMBERS[unit])


class _Part:
    """The seven rows of one item: who they are of, and what is said of them."""

    def __init__(
        self, table: pd.DataFrame, key: tuple[str, str], figure: Figure, definitions: Definitions
    ) -> None:
        rows = table[(table["unit"].astype(str) == key[0]) & (table["item"] == key[1])]
        rows = rows.set_index(rows["level"].astype(str))
        self.rows = rows
        self.n = rows["n"].astype(int)
        self.share = rows["share"]
        self.item = definitions.item(*key)
        self.kind = "family" if figure.unit_of_analysis == "family" else OF_UNIT[key[0]]
        self.states = definitions.vocabulary["status"]
        self.known = int(self.n.loc[[str(level) for level in LEVELS]].sum())

    def conclusion(self) -> Text:
        """Say what can be concluded."""
        return conclusions.share(self.rows, self.kind)

    def known_and_unknown(self, *, named: bool) -> Text:
        """Give n known, not applicable and missing."""
        start = "{who}: n" if named else "n"
        template = Text(
            start + " = {known} bekend; {na_word}: {na}; {word}: {missing}.",
            start + " = {known} known; {na_word}: {na}; {word}: {missing}.",
        )
        return fill(template, who=self._who(), known=self.known, **self._others())

    def described(self) -> Text:
        """List every level with its count and share."""
        levels = [
            fill(
                Text("niveau {level}, {label}: {n}", "level {level}, {label}: {n}"),
                level=level,
                label=quoted(self.item.labels[level - 1]),
                n=count_and_share(self.n[str(level)], self.share[str(level)]),
            )
            for level in LEVELS
        ]
        template = Text(
            "{who} – {levels}; {na_word}: {na}; {word}: {missing}.",
            "{who} – {levels}; {na_word}: {na}; {word}: {missing}.",
        )
        return fill(
            template,
            who=self._who(),
            levels=listed(levels, mark="; "),
            **self._others(),
        )

    def _who(self) -> Text:
        """Name the persons, with a capital."""
        many = NOUNS[self.kind][1]
        return Text(many.nl.capitalize(), many.en.capitalize())

    def _others(self) -> dict[str, Text | str | int]:
        """Give the counts without a level."""
        return {
            "na": int(self.n["not_applicable"]),
            "na_word": self.states["not_applicable"],
            "missing": int(self.n["missing"]),
            "word": self.states["missing"],
        }


def _conclusion(parts: list[_Part]) -> Text:
    """Say what can be concluded from two groups."""
    return conclusions.groups([part.rows for part in parts], [part.kind for part in parts])
