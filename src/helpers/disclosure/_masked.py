"""A table without what is withheld: counts emptied and marked, and all that would tell them emptied too."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers.definitions import Definitions
from helpers.definitions.disclosure import DisclosureRules, RowRule, TableRule
from helpers.disclosure._decision import DERIVED, OTHER, SMALL, Decision
from helpers.disclosure._quantities import Cell, Shown, key_of, row_rule, rows_of
from helpers.disclosure._rounded import coarse_row
from helpers.disclosure._system import Key

MARK = "x"  # a count that is withheld to protect another
WHOLE_NUMBER = 1e-9
ITEMS = 45  # at most so many tests are adjusted together


@dataclass(frozen=True)
class Masked:
    """A table of which some cells are withheld.

    Attributes
    ----------
    table : DataFrame
        The declared columns and dtypes; empty where withheld.
    reasons : DataFrame
        For each cell: `small`, `other`, `derived`, or nothing.
    """

    table: pd.DataFrame
    reasons: pd.DataFrame

    def marked(self, min_cell: int) -> pd.DataFrame:
        """Give the table as it is written: `<5` or `x` for withheld counts; columns with any are text."""
        marked = self.table.copy()
        for name in marked:
            why = self.reasons[name]
            if why.isin([SMALL, OTHER]).any():
                texts = [_text(value) for value in marked[name].tolist()]
                marks = {SMALL: small_mark(min_cell), OTHER: MARK}
                marked[name] = pd.array(
                    [marks.get(one, text) for one, text in zip(why, texts, strict=True)], dtype="object"
                )
        return marked


def small_mark(min_cell: int) -> str:
    """Give the mark of a small count: `<5`."""
    return f"<{min_cell}"


def _text(value: Any) -> str | None:
    """Write a count; nothing where there is none."""
    if pd.isna(value):
        return None
    return str(int(value)) if float(value).is_integer() else repr(float(value))


class Masker:
    """Applies a decision to tables.

    Parameters
    ----------
    found : Shown
        What is shown in which cell.
    decision : Decision
        What is withheld.
    rules : DisclosureRules
        What goes with it.
    settings : mapping
        poverty_cutoff, severe_cutoff.
    definitions : Definitions
        For the order of the items.
    min_cell : int
        Counts from 1 to min_cell − 1 are small.
    """

    def __init__(
        self,
        found: Shown,
        decision: Decision,
        rules: DisclosureRules,
        settings: Mapping[str, Any],
        definitions: Definitions,
        min_cell: int,
    ) -> None:
        self.found, self.decision, self.rules = found, decision, rules
        self.settings, self.definitions, self.min_cell = settings, definitions, min_cell
        self.kinds: dict[tuple[Key, int], list[Key]] = {}  # by the first words and the number of all
        for key in found.quantities:
            self.kinds.setdefault((key[:2], len(key)), []).append(key)

    def is_shown(self, need: Key) -> bool:
        """Whether a quantity, or every quantity that a pattern with * fits, is shown."""
        if "*" in need:
            some = [key for key in self.kinds.get((need[:2], len(need)), []) if _fits(key, need)]
            return bool(some) and all(self.is_shown(key) for key in some)
        return not self._reason(need)

    def mask(self, report: str, name: str, table: pd.DataFrame) -> Masked:
        """Withhold what must be withheld of one table."""
        rule = self.rules.by_table.get(name)
        empty = pd.DataFrame("", index=range(len(table)), columns=table.columns, dtype="object")
        if rule is None:
            return Masked(table, empty)
        masked = table.reset_index(drop=True).copy()
        reasons = {column: [""] * len(table) for column in table.columns}
        values: dict[str, dict[int, Any]] = {}
        for i, words in rows_of(report, table, self.settings):
            self._row(report, name, i, words, row_rule(rule, words), reasons, values)
        why = pd.DataFrame(reasons, dtype="object")
        for column, found in values.items():
            made = [found.get(i, value) for i, value in enumerate(masked[column].tolist())]
            masked[column] = pd.Series(made, index=masked.index).astype(masked[column].dtype)
        for column in masked:
            hidden = why[column] != ""
            if hidden.any():
                masked[column] = masked[column].mask(hidden)
        return self._sorted(rule, Masked(masked, why))

    def _row(
        self,
        report: str,
        name: str,
        i: int,
        words: Mapping[str, Any],
        rule: RowRule,
        reasons: dict[str, list[str]],
        values: dict[str, dict[int, Any]],
    ) -> None:
        """Say why the cells of one row are withheld."""
        for column in rule.counts:
            key = self.found.keys.get(Cell(report, name, i, column))
            reasons[column][i] = self._reason(key) if key else ""
        for column, counted in rule.counted.items():
            per = [key_of(part, words) for part in counted.per if isinstance(part, str)]
            of = key_of(counted.of, words)
            few = any(
                0 < self.found.quantities[key].value < self.min_cell
                for key in per
                if key in self.found.quantities
            )
            if not pd.isna(words[column]) and (few or not all(self.is_shown(key) for key in (of, *per))):
                reasons[column][i] = DERIVED
        for column, needs in rule.statistics.items():
            there = all(self._told(need, words, rule, reasons, i) for need in needs)
            if not pd.isna(words[column]) and not there:
                reasons[column][i] = DERIVED
        for column, own in rule.adjusted.items():
            if not pd.isna(words[column]) and (reasons[own][i] or not _follows(words[column], words[own])):
                reasons[column][i] = DERIVED
        if rule.coarse:
            found = coarse_row(rule, words, self.min_cell, base=max(self.rules.round_to, self.min_cell))
            for column, (value, why) in found.items():
                reasons[column][i] = why
                if not why:
                    values.setdefault(column, {})[i] = value

    def _told(
        self, need: str, words: Mapping[str, Any], rule: RowRule, reasons: Mapping[str, list[str]], i: int
    ) -> bool:
        """Whether what a statistic needs is shown: a quantity, or another column of the row."""
        if " " in need:
            return self.is_shown(key_of(need, words))
        if need in rule.counts:
            return self.is_shown(key_of(rule.counts[need], words))
        if need in rule.counted and not pd.isna(words[need]):
            return self.is_shown(key_of(rule.counted[need].of, words))
        return not reasons[need][i]

    def _sorted(self, rule: TableRule, masked: Masked) -> Masked:
        """Put rows whose place would tell what is withheld last, in the order of the codebook."""
        if rule.sorted_by is None:
            return masked
        known = masked.table[rule.sorted_by].notna().to_numpy()
        order = {key: place for place, key in enumerate(self.definitions.items)}
        keys = zip(masked.table["unit"].astype("str"), masked.table["item"], strict=True)
        place = [
            (0, i) if there else (1, order.get(key, i))
            for i, (there, key) in enumerate(zip(known, keys, strict=True))
        ]
        rows = sorted(range(len(place)), key=place.__getitem__)
        return Masked(
            masked.table.iloc[rows].reset_index(drop=True), masked.reasons.iloc[rows].reset_index(drop=True)
        )

    def summary(self, report: str, name: str, table: pd.DataFrame) -> Masked:
        """Make the table that stands for a matrix: who improved, stayed and declined."""
        rule = self.rules.by_table[name]
        assert rule.matrix is not None
        words = {**dict(table.iloc[0]), "pilot": report}
        counted = next(iter(rule.rows[0].counts))
        directions = ("improved", "unchanged", "declined")
        keys = [(*key_of(rule.matrix.summary, words), direction) for direction in directions]
        why = [self._reason(key) for key in keys]
        kept = [name for name in rule.labels if name not in (rule.matrix.before, rule.matrix.after)]
        made: dict[str, Any] = {name: [table[name].iloc[0]] * 3 for name in kept}
        made["change"] = list(directions)
        made[counted] = pd.array(
            [None if one else self.found.quantities[key].value for key, one in zip(keys, why, strict=True)],
            dtype="Int64",
        )
        reasons = pd.DataFrame("", index=range(3), columns=list(made), dtype="object")
        reasons[counted] = why
        return Masked(pd.DataFrame(made), reasons)

    def _reason(self, key: Key) -> str:
        """Say why a count is withheld; what no table shows any more is withheld too."""
        if key in self.decision.withheld:
            return SMALL if self.decision.withheld[key] == SMALL else OTHER
        quantity = self.found.quantities.get(key)
        return "" if quantity and quantity.weight else OTHER


def _fits(key: Key, pattern: Key) -> bool:
    """Whether a name fits a pattern with *."""
    return all(want in ("*", got) for got, want in zip(key, pattern, strict=True))


def _follows(adjusted: float, own: float) -> bool:
    """Whether an adjusted p-value tells its own row alone: 1, or its own p times a ratio of whole numbers."""
    if adjusted >= 1 or not own or pd.isna(own):
        return adjusted >= 1
    times = adjusted / own
    return any(abs(times * k - round(times * k)) < WHOLE_NUMBER for k in range(1, ITEMS + 1))
