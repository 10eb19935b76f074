"""What the synthesiser aims at, read from `data/reference/synthesis.yml`, and how counts are scaled to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from helpers.errors import PipelineError

Key = tuple[str, str]
Shares = tuple[float, float]


class SynthesisError(PipelineError):
    """The targets cannot be read, or what is asked for cannot be made."""


@dataclass(frozen=True)
class PilotPlan:
    """Families of a pilot (a weight), the letters of its family codes, the day on which it starts to
    register, the per cent of times that the next registration comes after more than three months.
    """

    families: int
    code: str
    start: date
    lapses: float


@dataclass(frozen=True)
class ItemPlan:
    """What one item should look like: see the head of the items in `data/reference/synthesis.yml`.

    `change` gives per direction of the family's score the per cent of pairs that rise and that fall,
    `variation` the per cent by which both may differ.
    """

    unit: str
    item: str
    theme: str
    levels: tuple[float, ...]
    of_family: bool
    missing: float
    change: Mapping[str, Shares]
    variation: float
    ages: tuple[int, int]
    applies: str
    not_applicable: float
    driver: float
    steady: bool
    leading: bool
    notes: Mapping[str, Sequence[str]]

    @property
    def key(self) -> Key:
        """(unit, item)."""
        return (self.unit, self.item)


@dataclass(frozen=True)
class Targets:
    """The content of `data/reference/synthesis.yml`; counts are per `families` families."""

    families: int
    followed: int
    project_start: date
    exported_on: date
    pilots: Mapping[str, PilotPlan]
    months: Mapping[int, int]
    late_starts: int
    drift: Mapping[str, float]
    change_classes: Mapping[str, Mapping[str, Any]]
    scores_of_others: Mapping[int, int]
    domains: Mapping[str, Mapping[str, float]]
    swaps: float
    care_drops: int
    care_drop: Mapping[str, Any]
    crises: Mapping[str, int]
    household_type: Mapping[str, int]
    children: Mapping[int, int]
    expected_births: int
    late_partners: int
    late_children: int
    ages: Mapping[int, float]
    unknown_birth: float
    education: Mapping[str, float]
    newcomers: float
    excluded: Mapping[str, int]
    blemishes: Mapping[str, int]
    items: tuple[ItemPlan, ...]

    def scaled(self, count: float, families: int) -> int:
        """Scale a count per `self.families` to a number of families, halves up."""
        return int(Fraction(count) * families / self.families + Fraction(1, 2))


def load_targets(path: Path) -> Targets:
    """Read the targets; SynthesisError where the file cannot be read, or lacks the keys of `Targets`."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        pilots = {name: PilotPlan(**plan) for name, plan in raw.pop("pilots").items()}
        items = _item_plans(raw)
        for key in ("change", "variation", "steady", "steady_items", "leading_items", "notes"):
            del raw[key]
        return Targets(**raw | {"pilots": pilots, "items": items})
    except (OSError, yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise SynthesisError(
            f"{path.name}: cannot be read as targets of the synthesiser: {error}. "
            "Put back the file of this version."
        ) from error


def _item_plans(raw: Mapping[str, Any]) -> tuple[ItemPlan, ...]:
    return tuple(
        _item_plan(raw, unit, item, given)
        for unit, items in raw["items"].items()
        for item, given in items.items()
    )


def _item_plan(raw: Mapping[str, Any], unit: str, item: str, given: Mapping[str, Any]) -> ItemPlan:
    steady = item in raw["steady_items"].get(unit, ())
    usual = dict.fromkeys(raw["change"], raw["steady"]) if steady else raw["change"]
    return ItemPlan(
        unit=unit,
        item=item,
        theme=given["theme"],
        levels=tuple(given["of_family"] if "of_family" in given else given["levels"]),
        of_family="of_family" in given,
        missing=given.get("missing", 0),
        change={direction: (up, down) for direction, (up, down) in given.get("change", usual).items()},
        variation=0 if "change" in given else raw["variation"],
        ages=tuple(given.get("ages", (-1, 99))),
        applies=given.get("applies", "all"),
        not_applicable=given.get("nvt", 0),
        driver=given.get("driver", 1),
        steady=steady,
        leading=item in raw["leading_items"].get(unit, ()),
        notes=raw["notes"].get(unit, {}).get(item, {}),
    )


def quota(weights: Sequence[float], total: int) -> list[int]:
    """Share a total out by weight in whole numbers, by largest remainder; ties go to the first.

    >>> quota([1, 1, 1], 4)
    [2, 1, 1]
    >>> quota([4, 16, 2], 22)
    [4, 16, 2]
    """
    exact = [Fraction(weight).limit_denominator(10**6) for weight in weights]
    whole = sum(exact)
    if total <= 0 or whole == 0:
        return [0] * len(exact)
    parts = [weight * total / whole for weight in exact]
    counts = [int(part) for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda place: (counts[place] - parts[place], place))
    for place in by_remainder[: total - sum(counts)]:
        counts[place] += 1
    return counts


def deal(weights: Mapping[Any, float], total: int) -> list[Any]:
    """Give `total` values in quotas by weight, in the order of the values.

    >>> deal({"a": 2, "b": 1}, 3)
    ['a', 'a', 'b']
    """
    counts = quota(list(weights.values()), total)
    return [value for value, count in zip(weights, counts, strict=True) for _ in range(count)]
