"""An attack on rounded tables: every rounded count allows some exact ones; no small one may be left alone."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest

import disclosure_tables
from gezinscoach_synthesis import write_dataset
from helpers.definitions import ROOT, load, load_definitions
from helpers.definitions.claims import Claims
from helpers.definitions.disclosure import DisclosureRules
from helpers.disclosure import Protected, protect_together
from helpers.files import csv_text
from helpers.study import Study
from helpers.tables import TABLES
from test_disclosure_attack import MIN_CELL, Reader, told

BASE = 5
SUMS = {"points", "poorpoints", "sum", "ages"}  # made of rounded counts, so they tell no more than these
TOTALS = {name: [total for total, _ in table.total] for name, table in TABLES.items()}


def rounded(reports: Mapping[str, Mapping[str, pd.DataFrame]]) -> dict[str, Protected]:
    return protect_together(
        reports, mode="round", min_cell=MIN_CELL, definitions=load_definitions(), rules=load(DisclosureRules),
        settings=disclosure_tables.SETTINGS, claims=load(Claims),
    )  # fmt: skip


def written(protected: Mapping[str, Protected]) -> dict[str, dict[str, str]]:
    return {
        report: {name: csv_text(one.written(name)) for name in one.masked}
        for report, one in protected.items()
    }


class RoundedReader(Reader):
    """A reader who knows that every count is the multiple of five next to the exact one."""

    def __init__(self, published, small) -> None:
        self.shown: dict[tuple, float] = {}
        self.shares: list[tuple[tuple, tuple, float]] = []
        self.made = 0  # shares, means and differences that are made of what is shown
        super().__init__(published)
        self.marked = {name for name in small if name in self.low}

    def _read(self, report, name, rows) -> None:
        # the sum of rounded parts tells no more than they do
        super()._read(report, name, [row | dict.fromkeys(TOTALS[name], "") for row in rows])

    def cell(self, name: tuple, text: str) -> None:
        if name not in self.low:
            self.low[name], self.high[name] = 0.0, 10_000.0
        if text:
            half = (BASE - 1) / 2
            self.shown[name] = float(text)
            self.low[name] = max(self.low[name], float(text) - half)
            self.high[name] = min(self.high[name], float(text) + half)

    def ratio(self, part: tuple, whole: tuple, text: str, factor: float = 1.0) -> None:
        """A share of rounded counts tells the rounded count that it is made of."""
        if text:
            self.shares.append((part, whole, float(text) * factor))

    def net(self, up: tuple, down: tuple, whole: tuple, text: str) -> None:
        if up[1] in ("poor", "into"):  # the others are of the total of their own table
            self.ratio(("difference", up, down), whole, text)

    def _change_in_m0(self, r: str, d: str, k: str, text: str) -> None:
        self.ratio(("difference", d, k), (r, "families", "followed"), text, 6)

    def _tie(self) -> None:
        for part, whole, share in self.shares:
            if whole in self.shown and part not in self.shown:
                self.made += 1
                count = multiple(share * self.shown[whole])
                if part[0] != "difference" and not {part[-1], *part[1].split()} & SUMS:
                    self.cell(part, str(count))
        super()._tie()


def multiple(count: float) -> int:
    """A rounded count, of the share that it is shown as."""
    assert abs(count - BASE * round(count / BASE)) < 1e-3, f"{count} is made of an exact count"
    return BASE * round(count / BASE)


def small(reports: Mapping[str, Mapping[str, pd.DataFrame]]) -> set[tuple]:
    """The exact small counts, as a reader of the exact tables knows them."""
    texts = {
        report: {name: csv_text(one) for name, one in tables.items() if name in TABLES}
        for report, tables in reports.items()
    }
    exact = Reader(texts)
    return {
        name: exact.low[name]
        for name in exact.low
        if exact.low[name] == exact.high[name] and 0 < exact.low[name] < MIN_CELL
    }


def check(reports: Mapping[str, Mapping[str, pd.DataFrame]]) -> RoundedReader:
    """No small count can be told, and all means and shares are made of multiples of five."""
    protected = rounded(reports)
    shown = {
        report: {name: table for name, table in tables.items() if name in protected[report].masked}
        for report, tables in reports.items()
    }
    exact = small(shown)
    reader = RoundedReader(written(protected), exact)
    intervals = reader.intervals()
    assert len(exact) > 30 and reader.made > 30 and set(intervals) == reader.marked == set(exact)
    assert [(name, exact[name]) for name in told(intervals)] == []
    assert all(
        low <= exact[name] + 1e-6 and exact[name] <= high + 1e-6 for name, (low, high) in intervals.items()
    )
    return reader


@pytest.mark.slow
@pytest.mark.parametrize(("families", "seed"), [(30, 2)])
def test_no_small_count_of_a_rounded_report_can_be_told(tmp_path, families, seed):
    folder = write_dataset(tmp_path / "small", families=families, seed=seed)
    check({"all": disclosure_tables.run_tables(Study.clean(folder))})


@pytest.mark.slow
def test_no_small_count_can_be_told_from_the_rounded_whole_and_a_pilot():
    study = Study.clean(ROOT / "tests" / "data" / "export-0.3")
    check(
        {
            name: disclosure_tables.run_tables(study, pilots)
            for name, pilots in {"all": [], "Bilzen": ["Bilzen"]}.items()
        }
    )
