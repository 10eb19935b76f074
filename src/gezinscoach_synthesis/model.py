"""What the synthesiser builds up: families, their members, and one cell per item of each of them.

These objects are filled in by the steps of `gezinscoach_synthesis` and are not meant for anything else.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from gezinscoach_synthesis.targets import ItemPlan, Key

OBSERVED, NOT_APPLICABLE, MISSING = "observed", "not_applicable", "missing"
BASELINE, FOLLOW_UP = 0, 1
HOUSEHOLD, ADULT, CHILD = "huishouden", "volwassene", "kind"
UNITS = (HOUSEHOLD, ADULT, CHILD)
WINDOW_DAYS = 30
FOLLOW_UP_MONTHS = 6
UNBORN = -1

Value = int | str
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Coach:
    """A coach and what is the hand of one: how readily an item is given a high level, how much is left blank.

    `pace` stretches the time between registrations, `lapses` how often it becomes too long.
    """

    pilot: str
    code: str
    full_rows: bool
    leans: Mapping[Key, float]
    gaps: float
    pace: float
    lapses: float


@dataclass(eq=False)
class Person:
    """An adult or child. `own` is what sets it apart from its family, `push` which way it tends to move."""

    unit: str
    code: str
    late: bool = False
    expected: bool = False
    education: str | None = None
    age: int = UNBORN
    birth: date | None = None
    birth_known: bool = True
    own: float = 0.0
    push: float = 0.0
    first_date: date | None = None


@dataclass(eq=False, slots=True)
class Cell:
    """One item of one unit: what may stand there, and what does, at baseline and at follow-up.

    `bounds` are the lowest and highest level that the family's domains allow, `pinned` says that the level
    must be known. `crisis` and `drops` mark the published events. The lists hold the baseline first, the
    follow-up second.
    """

    family: "Family"
    person: Person | None
    plan: ItemPlan
    bounds: list[tuple[int, int]] = field(default_factory=lambda: [(1, 5), (1, 5)])
    pinned: list[bool] = field(default_factory=lambda: [False, False])
    status: list[str] = field(default_factory=lambda: [OBSERVED, OBSERVED])
    level: list[int | None] = field(default_factory=lambda: [None, None])
    crisis: str | None = None
    drops: bool = False

    def narrow(self, moment: int, *, low: int = 1, high: int = 5, pin: bool = False) -> None:
        """Allow only levels from `low` to `high` at a moment; `pin` makes sure that the level is known."""
        old_low, old_high = self.bounds[moment]
        self.bounds[moment] = (max(low, old_low), min(high, old_high))
        if pin:
            self.pinned[moment] = True
            self.status[moment] = OBSERVED

    @property
    def late(self) -> bool:
        """True for persons who come into the family after the baseline."""
        return self.person is not None and self.person.late

    @property
    def paired(self) -> bool:
        """True when there is a level at both moments."""
        return self.status == [OBSERVED, OBSERVED] and not self.late

    def value(self, moment: int) -> Value | None:
        """Give the level, `not_applicable`, or None for nothing registered."""
        if self.status[moment] == OBSERVED:
            return self.level[moment]
        return NOT_APPLICABLE if self.status[moment] == NOT_APPLICABLE else None


@dataclass(eq=False)
class Family:
    """A family: who follows it, for how many months, what becomes of it (`drift`: after the follow-up), and
    the traits that tie its items together.
    """

    number: int
    coach: Coach
    household_type: str
    child_count: int = 0
    expected_count: int = 0
    followed: bool = False
    excluded: bool = False
    change_class: str | None = None
    direction: str | None = None
    scores: tuple[int, int] = (0, 0)
    deprived: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
    code: str = ""
    months: int = FOLLOW_UP_MONTHS
    drift: str = ""
    dates: list[date] = field(default_factory=list)
    half_year: date = date.min
    members: list[Person] = field(default_factory=list)
    cells: dict[tuple[Person | None, Key], Cell] = field(default_factory=dict)
    newcomers: bool = False
    severity: float = 0.0
    gaps: float = 0.0
    mobility: float = 0.0
    themes: dict[str, float] = field(default_factory=dict)
    pushes: dict[str, float] = field(default_factory=dict)

    @property
    def pilot(self) -> str:
        """The pilot of its coach."""
        return self.coach.pilot

    @property
    def t0(self) -> date:
        """Day of the first registration; `half_year` is the last day that counts for the follow-up."""
        return self.dates[0]

    def of_unit(self, unit: str) -> list[Person | None]:
        """Give the members of a unit, late ones too; [None] stands for the household."""
        return [None] if unit == HOUSEHOLD else [p for p in self.members if p.unit == unit]


def stream(seed: int, *names: str) -> random.Random:
    """Give the random draws of one step; a step that draws more does not move what the others draw."""
    return random.Random("/".join((str(seed), *names)))


def pick(rng: random.Random, options: Sequence[T], weights: Sequence[float]) -> T:
    """Draw one option by weight."""
    return rng.choices(options, weights)[0]


def shuffled(values: Sequence[T], rng: random.Random) -> list[T]:
    """Give the values in another order."""
    return rng.sample(list(values), len(values))


def pick_some(rng: random.Random, options: Sequence[T], weights: Sequence[float], number: int) -> list[T]:
    """Draw different options by weight, one after the other; those of weight 0 never."""
    left = [(option, weight) for option, weight in zip(options, weights, strict=True) if weight > 0]
    chosen = []
    for _ in range(min(number, len(left))):
        place = pick(rng, range(len(left)), [weight for _, weight in left])
        chosen.append(left.pop(place)[0])
    return chosen
