"""A decision: which counts are withheld, and why."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from helpers.disclosure._system import Key

SMALL, OTHER, ANY = "small", "other", "any"  # why a count is withheld; `any`: small, but without saying so
DERIVED = "derived"  # a share or statistic that would tell a count


@dataclass
class Decision:
    """What is withheld and why, and what could not be protected.

    Attributes
    ----------
    withheld : dict of quantity to reason
        `small`: 1 to min_cell − 1; `other`: another could be worked out from it; `any`: small, and its own
        mark would tell what it is.
    open : list
        Quantities that can still be worked out: nothing is left to withhold.
    blocks : list
        The quantities that were decided on together.
    """

    withheld: dict[Key, str] = field(default_factory=dict)
    open: list[Key] = field(default_factory=list)
    blocks: list[tuple[Key, ...]] = field(default_factory=list)

    def take_over(self, other: "Decision", keys: Iterable[Key]) -> None:
        """Decide on some quantities as another decision does."""
        block = set(keys)
        self.withheld |= {key: why for key, why in other.withheld.items() if key in block}
        self.open += [key for key in other.open if key in block]
