"""First steps: draw families with their change class and scores, and the adults and children in them."""

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from gezinscoach_synthesis.dates import on_year
from gezinscoach_synthesis.model import ADULT, CHILD, Coach, Family, Person, pick, pick_some, shuffled, stream
from gezinscoach_synthesis.targets import Targets, deal

COUPLE, UNKNOWN = "koppel", "onbekend"
LONGEST_EXPECTED_DAYS = 190
THEMES_SPREAD = 0.8
COACHES = 3
FULL_ROWS = 0.27
LEANING = 0.35  # of the items
LEAN_SPREAD = 1.0
PACES = (0.7, 1.3)
LAPSES = (0.3, 1.7)


def draw_coaches(targets: Targets, *, seed: int) -> dict[str, list[Coach]]:
    """Draw a few coaches for each pilot: some fill in full rows, most only what changed."""
    rng = stream(seed, "coaches")
    number = COACHES * len(targets.pilots)
    full = iter(shuffled([place < round(FULL_ROWS * number) for place in range(number)], rng))
    return {
        pilot: [_coach(pilot, n, next(full), targets, rng) for n in range(1, COACHES + 1)]
        for pilot in targets.pilots
    }


def _coach(pilot: str, number: int, full_rows: bool, targets: Targets, rng: random.Random) -> Coach:
    leans = {plan.key: rng.gauss(0, LEAN_SPREAD) for plan in targets.items if rng.random() < LEANING}
    gaps, pace, lapses = rng.gauss(0, 0.8), rng.uniform(*PACES), rng.uniform(*LAPSES)
    return Coach(pilot, f"coach {number}", full_rows, leans, gaps, pace, lapses)


def draw_families(
    targets: Targets, coaches: Mapping[str, Sequence[Coach]], *, count: int, seed: int
) -> list[Family]:
    """Draw families: pilot, coach, type, children, whether they are followed, change class, scores, traits.

    All of these are dealt in quotas, so that they come out the same for every seed.
    """
    rng = stream(seed, "families")
    pilots = shuffled(deal({name: plan.families for name, plan in targets.pilots.items()}, count), rng)
    types = shuffled(deal(targets.household_type, count), rng)
    children = shuffled(deal(targets.children, count), rng)
    families = [
        Family(number, rng.choice(coaches[pilot]), household_type, child_count=child_count)
        for number, (pilot, household_type, child_count) in enumerate(
            zip(pilots, types, children, strict=True)
        )
    ]
    _expect_births(families, targets, rng)
    _follow(families, targets, rng)
    for family in families:
        _draw_traits(family, targets, rng)
    return families


def _expect_births(families: list[Family], targets: Targets, rng: random.Random) -> None:
    """In some families one of the children is still expected."""
    candidates = [family for family in families if family.child_count]
    number = min(targets.scaled(targets.expected_births, len(families)), len(candidates))
    for family in rng.sample(candidates, number):
        family.expected_count = 1


def _follow(families: list[Family], targets: Targets, rng: random.Random) -> None:
    """Say which families are followed, and deal change classes and scores.

    A family without a child that is born cannot be deprived on what concerns children, so it is not followed.
    """
    number = targets.scaled(targets.followed, len(families))
    with_child = [family for family in families if family.child_count > family.expected_count]
    followed = rng.sample(with_child, min(number, len(with_child)))
    weights = {name: plan["families"] for name, plan in targets.change_classes.items()}
    classes = deal(weights, len(followed))
    scores = {
        name: iter(_deal_scores(plan["scores"], classes.count(name), rng))
        for name, plan in targets.change_classes.items()
    }
    for family, change_class in zip(followed, classes, strict=True):
        family.followed, family.change_class = True, change_class
        family.scores = next(scores[change_class])
        family.direction = _direction(*family.scores)
    others = [family for family in families if not family.followed]
    for family, score in zip(others, shuffled(deal(targets.scores_of_others, len(others)), rng), strict=True):
        family.scores = (score, score)


def _deal_scores(plan: list[list[int]], number: int, rng: random.Random) -> list[tuple[int, int]]:
    pairs = {(before, after): families for before, after, families in plan}
    return shuffled(deal(pairs, number), rng)


def _direction(before: int, after: int) -> str:
    return "unchanged" if after == before else "improved" if after < before else "declined"


def _draw_traits(family: Family, targets: Targets, rng: random.Random) -> None:
    """Draw what ties a family's items together: how severe things are, how much moves, where, what becomes of
    that later, and what is unknown.
    """
    family.severity = 0.6 * (family.scores[0] - 4) + rng.gauss(0, 0.5)
    family.gaps = rng.expovariate(1.0) + family.coach.gaps
    family.mobility = rng.expovariate(1.0)
    family.drift = pick(rng, list(targets.drift), list(targets.drift.values()))
    family.newcomers = rng.random() * 100 < targets.newcomers
    for theme in sorted({plan.theme for plan in targets.items}):
        family.themes[theme] = rng.gauss(0, THEMES_SPREAD)
        family.pushes[theme] = rng.gauss(0, 1)
    family.themes["stress"] += 0.5 * family.themes["health"]


def draw_members(families: list[Family], targets: Targets, *, seed: int) -> None:
    """Draw the adults and children of families whose dates are known."""
    rng = stream(seed, "members")
    for family in families:
        adults = 2 if family.household_type == COUPLE else 1
        if family.household_type == UNKNOWN:
            adults = pick(rng, (1, 2), (3, 2))
        family.members = [_person(ADULT, number, rng) for number in range(1, adults + 1)]
        family.members += [_person(CHILD, number, rng) for number in range(1, family.child_count + 1)]
        children = [person for person in family.members if person.unit == CHILD]
        for child in children[len(children) - family.expected_count :]:
            child.expected = True
    _deal_ages(families, targets, rng)
    for family in families:
        for person in family.members:
            _set_birth(person, family, targets, rng)
    _add_late_persons(families, targets, rng)


def _person(unit: str, number: int, rng: random.Random) -> Person:
    letter = "V" if unit == ADULT else "K"
    return Person(unit, f"{letter}{number}", own=rng.gauss(0, 1), push=rng.gauss(0, 1))


def _deal_ages(families: list[Family], targets: Targets, rng: random.Random) -> None:
    """Deal the ages in quotas; brothers and sisters are of about the same age, the eldest first."""
    ranked = []
    for family in families:
        stage = rng.gauss(0, 1) - family.expected_count
        born = [person for person in family.members if person.unit == CHILD and not person.expected]
        ranked += [(stage + rng.gauss(0, 0.6), family.number, child) for child in born]
    ranked.sort(key=lambda entry: entry[0])
    for (_, _, child), age in zip(ranked, deal(targets.ages, len(ranked)), strict=True):
        child.age = age
    for family in families:
        children = [person for person in family.members if person.unit == CHILD]
        ages = sorted((child.age for child in children if not child.expected), reverse=True)
        for child, age in zip([c for c in children if not c.expected], ages, strict=True):
            child.age = age


def _set_birth(person: Person, family: Family, targets: Targets, rng: random.Random) -> None:
    """Give a child a date of birth that makes it as old as it is on the day of the first registration."""
    if person.unit != CHILD:
        return
    if person.expected:
        person.birth = family.t0 + timedelta(rng.randint(1, LONGEST_EXPECTED_DAYS))
        return
    person.birth = on_year(family.t0, family.t0.year - person.age) - timedelta(rng.randint(0, 364))
    person.birth_known = rng.random() * 100 >= targets.unknown_birth


def _add_late_persons(families: list[Family], targets: Targets, rng: random.Random) -> None:
    """Let a partner move in, or a child come, after the baseline of some followed families."""
    followed = [family for family in families if family.followed]
    single = [family for family in followed if family.household_type == "alleenstaande ouder"]
    for unit, candidates, count in (
        (ADULT, single, targets.late_partners),
        (CHILD, followed, targets.late_children),
    ):
        number = min(targets.scaled(count, len(families)), len(candidates))
        for family in pick_some(rng, candidates, [1] * len(candidates), number):
            person = _person(unit, 1 + len(family.of_unit(unit)), rng)
            person.late = True
            if unit == CHILD:
                person.age, person.birth = 0, _late_birth(family, rng)
            family.members.append(person)


def _late_birth(family: Family, rng: random.Random) -> date:
    """Give the birth of a child that nobody had written down before: born around the end of the baseline
    window.
    """
    return family.t0 + timedelta(rng.randint(-60, 31))
