"""Which counts are withheld: the small ones, and as many more as it takes that none can be worked out."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from helpers.disclosure._decision import SMALL, Decision
from helpers.disclosure._search import Search
from helpers.disclosure._system import Key, Quantity, Relation


def suppress(
    quantities: Mapping[Key, Quantity],
    relations: Sequence[Relation],
    *,
    min_cell: int,
    before: Decision | None = None,
    changed: Collection[Key] = (),
) -> Decision:
    """Decide what to withhold.

    Populations come first and on their own: shares are of them, so they are withheld for their own sake only.
    All that is shown of them is known in the rest.

    Parameters
    ----------
    quantities : mapping
        All that is shown, and what follows from it.
    relations : sequence
        All that ties them; true.
    min_cell : int
        Counts from 1 to min_cell − 1 are small.
    before : Decision, optional
        An earlier decision on the same quantities, of which stands what has nothing to do with `changed`.
    changed : collection of quantities
        Those that have changed since.
    """
    decision = Decision()
    earlier = (
        {} if before is None else {keys: before for keys in before.blocks if not set(keys) & set(changed)}
    )
    for key, quantity in quantities.items():
        if quantity.sensitive and quantity.weight and 0 < quantity.value < min_cell:
            decision.withheld[key] = SMALL
    for population in (True, False):
        loose = _loose(quantities, relations, decision, population=population)
        for keys, tied in _parts(loose, relations):
            decision.blocks.append(tuple(keys))
            if tuple(keys) in earlier:
                decision.take_over(earlier[tuple(keys)], keys)
            else:
                search = Search(keys, quantities, tied, decision, min_cell)
                search.run()
                search.give_back()
    return decision


def _loose(
    quantities: Mapping[Key, Quantity], relations: Sequence[Relation], decision: Decision, *, population: bool
) -> set[Key]:
    """Give the quantities that a round is about: populations and what follows from them, or the rest."""
    if population:
        alone = {key for key, one in quantities.items() if one.population}
        hidden = {key for key, one in quantities.items() if not one.weight and key not in alone}
        for tie in relations:
            keys = {key for key, _ in tie.terms}
            if len(keys - alone) > 1 or not keys & alone:
                hidden -= keys
        return alone | {key for tie in relations for key, _ in tie.terms if key in hidden}
    return {key for key, one in quantities.items() if not one.population or key in decision.withheld}


def _parts(loose: set[Key], relations: Sequence[Relation]) -> list[tuple[list[Key], list[Relation]]]:
    """Take apart what does not hang together."""
    root = {key: key for key in loose}

    def top(key: Key) -> Key:
        while root[key] != key:
            root[key] = root[root[key]]
            key = root[key]
        return key

    tied = [(tie, [key for key, _ in tie.terms if key in loose]) for tie in relations]
    for _, keys in tied:
        for key in keys[1:]:
            root[top(key)] = top(keys[0])
    members: dict[Key, list[Key]] = defaultdict(list)
    ties: dict[Key, list[Relation]] = defaultdict(list)
    for key in sorted(loose):
        members[top(key)].append(key)
    for tie, keys in tied:
        if keys:
            ties[top(keys[0])].append(tie)
    return [(keys, ties[key]) for key, keys in members.items()]
