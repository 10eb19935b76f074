"""Observed changes → simulated studies → how many families the next wave needs.

A study compares coached families with families for comparison. Both groups are drawn from the followed
families, each with all its changes together, so that families stay as large, as active and as much of one
mind as they were. In the comparison group a coin decides for each family whether its changes go the way they
went or the other way round; in the coached group the coin is loaded. What is simulated stands in
`data/reference/planning.yml`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from helpers import inference, tables, transitions
from helpers.definitions import Outcome, Plan
from helpers.inference import groups

CHUNK = 2_000_000  # numbers held at a time
NOTHING = float("nan")


@dataclass(frozen=True)
class Kinds:
    """The followed families by what matters to a net share: pairs, and how far the changes lean to one side.

    Attributes
    ----------
    pairs, lean : array of int
        Of each kind: pairs of the family, and |improved − declined|.
    families : array of int
        How many families are of that kind.
    changes : int
        Changes of all families together, either way.
    """

    pairs: NDArray[np.int64]
    lean: NDArray[np.int64]
    families: NDArray[np.int64]
    changes: int

    @property
    def largest_net(self) -> float:
        """The net share had every family gone the good way; NaN without pairs."""
        pairs = int(self.pairs @ self.families)
        return int(self.lean @ self.families) / pairs if pairs else NOTHING

    @property
    def design_effect(self) -> float:
        """Variance of the net share when families turn, over that when persons do; NaN without changes."""
        return int(self.lean**2 @ self.families) / self.changes if self.changes else NOTHING


def changes(states: pd.DataFrame, compared: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Count the changes of every followed family, for each outcome of the plan.

    Parameters
    ----------
    states : DataFrame
        family, person, unit, item, moment, level, fresh.
    compared : DataFrame
        family, baseline_score, follow_up_score, as from `kansarmoede.compare`; for the outcome without item.
    plan : Plan
        Gives the outcomes.

    Returns
    -------
    DataFrame
        outcome, family, n (pairs; 1 for the score), improved, declined.
    """
    counts = [_counts(states, compared, outcome).assign(outcome=outcome.id) for outcome in plan.outcomes]
    return pd.concat(counts, ignore_index=True)[["outcome", "family", "n", "improved", "declined"]]


def power(changes: pd.DataFrame, plan: Plan, *, seed: int) -> pd.DataFrame:
    """Simulate studies, and count how often the test finds the difference.

    In each of `plan.simulations` studies both groups have as many families, drawn with replacement from the
    observed ones. The changes of a family go the good way with chance 1/2 in the comparison group, and with
    chance (1 + net/largest_net)/2 in the coached group, so that the expected net shares are 0 and `net`. A
    study finds the difference when `groups.difference_test` gives p < `plan.alpha`; when nothing varies,
    it does not.

    Parameters
    ----------
    changes : DataFrame
        outcome, family, n, improved, declined, as from `changes`.
    plan : Plan
        Outcomes, net shares, families per group, simulations, alpha.
    seed : int
        Each row has a stream of its own.

    Returns
    -------
    DataFrame
        outcome, net (0 first: no difference), families_per_group, power and its 95 % Wilson interval over
        the simulations, power_low and power_high. Empty where nobody has pairs, or too little moved for that
        net.
    """
    found = {outcome.id: _kinds(changes, outcome) for outcome in plan.outcomes}
    designs = list(product(found, (0.0, *plan.net_shares), plan.families_per_group))
    hits = [_hits(found[outcome], net, families, plan, seed, outcome) for outcome, net, families in designs]
    table = pd.DataFrame(designs, columns=["outcome", "net", "families_per_group"])
    share = np.array(hits) / plan.simulations
    simulated = np.where(np.isnan(share), 0, plan.simulations)
    low, high = inference.wilson(np.where(np.isnan(share), 0, hits), simulated)
    return tables.conform("power", table.assign(power=share, power_low=low, power_high=high))


def families_needed(
    simulated: pd.DataFrame, changes: pd.DataFrame, flow: pd.DataFrame, plan: Plan
) -> pd.DataFrame:
    """Read off how many families each group needs, and how many to register for that.

    Parameters
    ----------
    simulated : DataFrame
        As from `power`.
    changes : DataFrame
        As for `power`.
    flow : DataFrame
        stage, families: of the registered families a share is followed.
    plan : Plan
        Outcomes, net shares, and the power to reach.

    Returns
    -------
    DataFrame
        outcome, net, families_observed, largest_net, design_effect, answer, families_needed, followed_share,
        registered_needed: the number at which the power reaches its target, interpolated on a straight line
        between the two simulated numbers round it and rounded up.
    """
    stages = flow.set_index(flow["stage"].astype(str))["families"]
    followed = int(stages["followed"]) / int(stages["registered"]) if stages["registered"] else NOTHING
    rows = [
        _needed(_curve(simulated, outcome.id, net), _kinds(changes, outcome), plan.target_power)
        | {"outcome": outcome.id, "net": net, "followed_share": followed}
        for outcome, net in product(plan.outcomes, plan.net_shares)
    ]
    table = pd.DataFrame(rows)
    table["registered_needed"] = _up(table["families_needed"] / (followed or NOTHING))
    return tables.conform("planning", table)


def _counts(states: pd.DataFrame, compared: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    """Count family by family: family, n, improved, declined."""
    if outcome.item:
        unit, item = outcome.item
        return transitions.family_counts(states, unit=unit, item=item)
    return transitions.score_counts(
        compared["family"], compared["baseline_score"], compared["follow_up_score"]
    )


def _kinds(changes: pd.DataFrame, outcome: Outcome) -> Kinds:
    """Put families together that are alike in pairs and in how far their changes lean to one side."""
    chosen = changes[changes["outcome"] == outcome.id]
    n, up, down = (chosen[name].to_numpy("int64") for name in ("n", "improved", "declined"))
    kinds, families = np.unique(np.column_stack([n, abs(up - down)]), axis=0, return_counts=True)
    return Kinds(kinds[:, 0], kinds[:, 1], families.astype(np.int64), int((up + down).sum()))


def _hits(kinds: Kinds, net: float, families: int, plan: Plan, seed: int, outcome: str) -> float:
    """Count the simulated studies with p < alpha; NaN where they cannot be simulated."""
    if not net <= kinds.largest_net:  # also when there are no pairs
        return NOTHING
    stream = inference.row_seed(seed, "power", outcome, repr(net), str(families))
    generator = np.random.default_rng(stream)
    good_way = 0.5 if net == 0 else (1 + net / kinds.largest_net) / 2
    return float(
        sum(
            np.count_nonzero(
                groups.difference_test(
                    _drawn(kinds, good_way, families, studies, generator),
                    _drawn(kinds, 0.5, families, studies, generator),
                ).p
                < plan.alpha
            )
            for studies in _portions(plan.simulations, 2 * len(kinds.pairs))
        )
    )


def _portions(simulations: int, width: int) -> Iterator[int]:
    """Divide the simulations so that no more than a fixed amount of numbers is held at a time."""
    portion = max(1, CHUNK // width)
    for start in range(0, simulations, portion):
        yield min(portion, simulations - start)


def _drawn(
    kinds: Kinds, good_way: float, families: int, studies: int, generator: Generator
) -> inference.FamilySums:
    """Draw a group of families for each study; only how many are of each kind and direction matters."""
    share = kinds.families / kinds.families.sum()
    chances = np.concatenate([share * good_way, share * (1 - good_way)])
    drawn = generator.multinomial(families, chances, size=studies)
    net = np.concatenate([kinds.lean, -kinds.lean])
    return inference.family_sums(net, np.tile(kinds.pairs, 2), drawn)


def _curve(simulated: pd.DataFrame, outcome: str, net: float) -> pd.Series:
    """Give the power by number of families."""
    rows = simulated[(simulated["outcome"] == outcome) & (simulated["net"] == net)]
    return rows.set_index(rows["families_per_group"].astype(int))["power"].sort_index()


def _needed(curve: pd.Series, kinds: Kinds, target: float) -> dict[str, object]:
    """Say at how many families a curve reaches its target, and how that answer came about."""
    known: dict[str, object] = {
        "families_observed": int(kinds.families.sum()),
        "largest_net": kinds.largest_net,
        "design_effect": kinds.design_effect,
    }
    if np.isnan(kinds.largest_net):
        return known | {"answer": "no_pairs", "families_needed": NOTHING}
    if curve.isna().any():
        return known | {"answer": "infeasible", "families_needed": NOTHING}
    reached = np.flatnonzero(curve >= target)
    if not reached.size:
        return known | {"answer": "above", "families_needed": NOTHING}
    if reached[0] == 0:
        return known | {"answer": "at_most", "families_needed": curve.index[0]}
    around = slice(reached[0] - 1, reached[0] + 1)
    exact = np.interp(target, curve.to_numpy()[around], curve.index[around])
    return known | {"answer": "found", "families_needed": _up(exact)}


def _up(families: Any) -> Any:
    """Round up to whole families; what is whole but for the last digits of a double stays."""
    return np.ceil(families - 1e-9)
