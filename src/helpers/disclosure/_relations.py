"""What ties quantities together: the equations of disclosure.yml, and the whole as the sum of its pilots."""

import operator
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from helpers.definitions.disclosure import DisclosureRules
from helpers.disclosure._quantities import WHOLE, DisclosureError, Shown, key_of
from helpers.disclosure._system import Key, Quantity, Relation

Binding = dict[str, str]
CONDITION = re.compile(r"(\?\w+)\s*(<=|>=|!=|<|>|=)\s*(\S+)")
TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "=": operator.eq, "!=": operator.ne,
}  # fmt: skip


class Ties:
    """The relations between the quantities that are shown, and the quantities that only follow from them.

    Parameters
    ----------
    found : Shown
        What is shown; what follows is added to its quantities.
    rules : DisclosureRules
        The equations.
    settings : mapping
        poverty_cutoff, severe_cutoff.

    Raises
    ------
    DisclosureError
        An equation is false.
    """

    def __init__(self, found: Shown, rules: DisclosureRules, settings: Mapping[str, Any]) -> None:
        self.quantities, self.rules, self.settings = found.quantities, rules, settings
        self.relations: list[Relation] = []
        self.index: dict[tuple[int, Key], list[Key]] = defaultdict(list)  # by number of words and first ones
        for key in self.quantities:
            self._list(key)
        for rule in rules.sums:
            self._sum(rule)
        self._pilots()
        for rest in rules.rests:
            self._rest(rest)

    def _list(self, key: Key) -> None:
        for words in range(1, len(key)):
            self.index[len(key), key[:words]].append(key)

    def _new(self, key: Key, value: int, *, weight: float = 0.0, sensitive: bool = False) -> None:
        """Note a quantity that only follows from what is shown."""
        population = key[0] in self.rules.populations
        self.quantities[key] = Quantity(
            value, weight, sensitive=sensitive, signed=key[0] in self.rules.differences, population=population
        )
        self._list(key)

    def matches(self, pattern: str, binding: Binding) -> Iterator[tuple[Key, Binding]]:
        """Give each quantity that fits a pattern, with what its words stand for."""
        parts = pattern.split()
        fixed = tuple(binding.get(part, part) for part in parts)
        if not any(part[0] == "?" or "|" in part for part in fixed):
            if fixed in self.quantities:
                yield fixed, binding
            return
        known = next(place for place, part in enumerate(fixed) if part[0] == "?" or "|" in part)
        for key in list(self.index.get((len(parts), fixed[:known]), ())):
            bound = _fit(parts, key, binding)
            if bound is not None:
                yield key, bound

    def _bindings(self, patterns: Iterable[str], names: set[str]) -> list[Binding]:
        """Give what the words of the whole can stand for."""
        found: dict[tuple[tuple[str, str], ...], Binding] = {}
        for pattern in patterns:
            if names <= _names(pattern):
                for _, bound in self.matches(pattern, {}):
                    kept = {name: bound[name] for name in names}
                    found[tuple(sorted(kept.items()))] = kept
        return list(found.values())

    def _sum(self, rule: Any) -> None:
        """Add one equation for everything that it is about."""
        names = _names(rule.whole) | _names(rule.each or "")
        patterns = [rule.each] if rule.each else [rule.whole, *rule.parts]
        for binding in self._bindings(patterns, names):
            terms = self._terms(rule, binding)
            if not terms:
                continue
            whole = tuple(binding.get(part, part) for part in rule.whole.split())
            total = sum(factor * self.quantities[key].value for key, factor in terms)
            if whole not in self.quantities:
                weight = self.rules.weights[rule.shown] if rule.shown else 0.0
                counts = bool(rule.shown) and whole[0] not in self.rules.amounts
                self._new(whole, total, weight=weight, sensitive=counts)
            elif rule.unless_false and self.quantities[whole].value != total:
                continue
            self._tie([(whole, -1), *terms])

    def _terms(self, rule: Any, binding: Binding) -> list[tuple[Key, int]]:
        """Give the parts of one equation with their factors; none when a part is nowhere."""
        terms = []
        for pattern in rule.parts:
            found = list(self.matches(pattern, binding))
            if not found or not _all_choices(pattern, [key for key, _ in found]):
                return []
            for key, bound in found:
                factor = _number(rule.times, bound)
                if factor is not None and _holds(rule.where, bound):
                    terms.append((key, factor))
        return terms

    def _rest(self, rule: Any) -> None:
        """Add what is left of a whole without a part."""
        rest, whole_pattern, part_pattern = (
            " ".join(key_of(pattern, self.settings)) for pattern in (rule.rest, rule.whole, rule.part)
        )
        for key, bound in list(self.matches(part_pattern, {})):
            for whole, both in list(self.matches(whole_pattern, bound)):
                name = tuple(both.get(part, part) for part in rest.split())
                factor = _number(rule.times, both) or 1
                value = rule.whole_times * self.quantities[whole].value - factor * self.quantities[key].value
                if name not in self.quantities:
                    if value < 0:
                        raise DisclosureError(f"{' '.join(key)} is more than {' '.join(whole)}")
                    self._new(name, value, sensitive=rule.sensitive)
                self._tie([(whole, rule.whole_times), (key, -factor), (name, -1)])

    def _pilots(self) -> None:
        """Say that each quantity of the whole is the sum of those of the pilots."""
        pilots = {key[1] for key in self.quantities if len(key) > 1 and key[0] == "families"} - {WHOLE}
        if not pilots:
            return
        kinds = {key[0] for key in self.quantities if len(key) > 1 and key[1] in pilots}
        for key in [key for key in self.quantities if len(key) > 1 and key[1] == WHOLE and key[0] in kinds]:
            parts = [(key[0], pilot, *key[2:]) for pilot in sorted(pilots)]
            there = [part for part in parts if part in self.quantities]
            if not there:
                continue
            left = self.quantities[key].value - sum(self.quantities[part].value for part in there)
            terms = [(key, -1), *((part, 1) for part in there)]
            if left:
                others = ("other_pilots", *key)
                self._new(others, left, sensitive=key[0] not in self.rules.amounts)
                terms.append((others, 1))
            self._tie(terms)

    def _tie(self, terms: Sequence[tuple[Key, int]]) -> None:
        """Add a relation, when it is true."""
        off = sum(factor * self.quantities[key].value for key, factor in terms)
        if off:
            raise DisclosureError(f"{' '.join(terms[0][0])} is not the sum of its parts: {off} off")
        merged: dict[Key, int] = defaultdict(int)
        for key, factor in terms:
            merged[key] += factor
        self.relations.append(Relation(tuple((key, factor) for key, factor in merged.items() if factor)))


def _names(pattern: str) -> set[str]:
    """Give the words of a pattern that stand for any."""
    return {part.partition("=")[0] for part in pattern.split() if part[0] == "?"}


def _fit(parts: Sequence[str], key: Key, binding: Binding) -> Binding | None:
    """Fit a name into a pattern."""
    bound = dict(binding)
    for part, value in zip(parts, key, strict=True):
        name, _, choice = part.partition("=") if part[0] == "?" else ("", "", part)
        if choice and value not in choice.split("|"):
            return None
        if name and bound.setdefault(name, value) != value:
            return None
    return bound


def _all_choices(pattern: str, keys: Sequence[Key]) -> bool:
    """Whether each of the words of a|b is there."""
    return all(
        set(part.rpartition("=")[2].split("|")) <= {key[place] for key in keys}
        for place, part in enumerate(pattern.split())
        if "|" in part
    )


def _number(text: str, bound: Binding) -> int | None:
    """Read a number, or the number that a word stands for; None when it is none."""
    value = bound.get(text, text)
    return int(value) if value.isdigit() else None


def _holds(where: str | None, bound: Binding) -> bool:
    """Whether conditions hold; numbers are compared as numbers, and no word is more or less than a number."""
    for name, sign, other in CONDITION.findall(where or ""):
        one, two = bound[name], bound.get(other.rstrip(","), other.rstrip(","))
        if one.isdigit() and two.isdigit():
            if not TESTS[sign](int(one), int(two)):
                return False
        elif sign not in ("=", "!=") or not TESTS[sign](one, two):
            return False
    return True
