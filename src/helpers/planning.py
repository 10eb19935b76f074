"""Observed changes → simulated studies → how many families the next wave needs.

A study compares coached families with families for comparison. Both groups are drawn from the followed
families, each with all its changes together, so that families stay as large, as active and as much of one
mind as they were. In the comparison group a coin decides for each family whether its changes go the way they
went or the other way round; in the coached group the coin is loaded. What is simulated stands in
`data/reference/planning.yml`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers import inference, nets
from helpers.definitions.choices import Outcome, Planning
from helpers.inference import NOTHING, FloatArray, IntArray, groups
from helpers.outputs import derives
from helpers.primary import COACH
from helpers.transitions import nets_of

PORTION = 250  # studies held at a time


@dataclass(frozen=True)
class Kinds:
    """The followed families by what matters to a net share: pairs, and how far the changes lean to one side.

    Of each kind: `pairs` of the family, its `lean` |improved − declined|, and how many `families` there are;
    `changes` are those of all families together, either way.
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


@derives("power")
def power(
    item_nets: pd.DataFrame, score_pairs: pd.DataFrame, flow: pd.DataFrame, plan: Planning, seed: int
) -> pd.DataFrame:
    """Simulate studies, and count how often the test finds the difference.

    In each of `plan.simulations` studies both groups have as many families, drawn with replacement from the
    observed ones. The changes of a family go the good way with chance 1/2 in the comparison group, and with
    chance (1 + net/largest_net)/2 in the coached group, so that the expected net shares are 0 and `net`. A
    study finds the difference when `groups.difference_test` gives p < `plan.alpha`; when nothing varies,
    it does not.

    Empty where nobody has pairs, or too little moved for that net.

    Followed families without a pair are drawn too. Of an outcome all rows are about the same studies: a
    larger one has the families of a smaller one and more, and what goes the good way for a small net share
    does so for a large one. So rows differ by their design, not by the draw, and none depends on which others
    there are.
    """
    found = [kinds(outcome, item_nets, score_pairs, flow) for outcome in plan.outcomes]
    ids = [outcome.id for outcome in plan.outcomes]
    hits = np.concatenate([_hits(*one, plan, seed).ravel() for one in zip(ids, found, strict=True)])
    designs = list(product(ids, (0.0, *plan.net_shares), plan.families_per_group))
    table = pd.DataFrame(designs, columns=["outcome", "net", "families_per_group"])
    share = hits / plan.simulations
    simulated = np.where(np.isnan(share), 0, plan.simulations)
    low, high = inference.wilson(np.where(np.isnan(share), 0, hits), simulated)
    return table.assign(power=share, power_low=low, power_high=high)


@derives("planning")
def families_needed(
    power: pd.DataFrame,
    item_nets: pd.DataFrame,
    score_pairs: pd.DataFrame,
    flow: pd.DataFrame,
    follow_up_counts: pd.DataFrame,
    family_coaches: pd.DataFrame,
    plan: Planning,
    icc: float,
) -> pd.DataFrame:
    """Read off how many families each group needs, and how many to register for that.

    The number at which the power reaches its target is interpolated on a straight line between the two
    simulated numbers round it and rounded up; times the design effect of coaches or pilots, over the share
    followed and the ends of its 95 % Wilson interval.

    Of the families registered in time (retained or not) a share is followed. Families of one coach, or of one
    pilot where there are no coaches, move together as far as `icc` says.
    """
    counted = follow_up_counts.reset_index()
    in_time = int(counted.loc[counted["in_time"], "families"].sum())
    followed = int(counted.loc[counted["status"] == "followed", "families"].sum())
    coached = family_coaches.dropna(subset="coach")
    together = (
        len(coached) / len(coached.drop_duplicates(COACH))
        if len(coached)
        else counted["families"].sum() / max(1, counted["pilot"].nunique())
    )
    curves = {
        key: rows.set_index(rows["families_per_group"].astype(int))["power"].sort_index()
        for key, rows in power.astype({"outcome": "str"}).groupby(["outcome", "net"])
    }
    rows = [
        _needed(curves[outcome.id, net], kinds(outcome, item_nets, score_pairs, flow), plan.target_power)
        | {"outcome": outcome.id, "net": net, "followed_share": followed / in_time if in_time else NOTHING}
        for outcome, net in product(plan.outcomes, plan.net_shares)
    ]
    table = pd.DataFrame(rows)
    registered, low, high = groups.families_to_register(
        table["families_needed"].astype("float64"), followed, in_time, per_coach=together, icc=icc
    )
    return table.assign(registered_needed=registered, registered_low=low, registered_high=high)


def kinds(outcome: Outcome, item_nets: pd.DataFrame, score_pairs: pd.DataFrame, flow: pd.DataFrame) -> Kinds:
    """Put families together that are alike in pairs and in how far their changes lean to one side."""
    if outcome.item:
        unit, item = outcome.item
        found = nets_of(item_nets, unit=unit, item=item)
        followed = int(flow.loc[flow["stage"] == "followed", "families"].sum())
    else:
        found = nets.of_scores(score_pairs)
        followed = int(found["families"].sum())
    pairs, up, down = (found.index.get_level_values(name).to_numpy("int64") for name in nets.WAYS)
    families = found["families"].to_numpy("int64")
    alike = pd.Series(families).groupby([pairs, abs(up - down)]).sum()
    rows = [(0, 0, followed - int(families.sum()))] if followed > families.sum() else []
    rows += [(int(n), int(lean), int(count)) for (n, lean), count in alike.items()]
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Kinds(table[:, 0], table[:, 1], table[:, 2], int((up + down) @ families))


def _hits(outcome: str, found: Kinds, plan: Planning, seed: int) -> FloatArray:
    """Count the simulated studies with p < alpha: net shares × numbers of families.

    NaN where they cannot be simulated.
    """
    shares = np.array([0.0, *plan.net_shares])
    possible = shares <= found.largest_net  # nothing is when there are no pairs
    hits = np.full((len(shares), len(plan.families_per_group)), NOTHING)
    hits[possible] = 0
    for start in range(0, plan.simulations if possible.any() else 0, PORTION):
        studies = min(PORTION, plan.simulations - start)
        coached, others = (
            _drawn(found, plan.families_per_group, studies, inference.row_seed(seed, "power", outcome, *row))
            for row in (("coached", str(start)), ("others", str(start)))
        )
        compared = others(0.5)
        for place in np.flatnonzero(possible):
            good_way = (1 + shares[place] / found.largest_net) / 2 if shares[place] else 0.5
            p = groups.difference_test(coached(good_way), compared).p
            hits[place] += np.count_nonzero(p < plan.alpha, axis=1)
    return hits


def _drawn(
    found: Kinds, sizes: Sequence[int], studies: int, seed: inference.Seed
) -> Callable[[float], inference.FamilySums]:
    """Draw a group of families for each study; give what they add up to: numbers of families × studies.

    What is given asks with what chance a family goes the good way. One number says which family is drawn,
    and with its digits behind the point which way it goes.
    """
    pairs, lean = (np.repeat(one, found.families) for one in (found.pairs, found.lean))
    drawn = np.random.default_rng(seed).random((sizes[-1], studies)) * len(pairs)
    family = drawn.astype(np.int64)
    lot, n, net = drawn - family, pairs[family], lean[family]
    starts = [0, *sizes[:-1]]

    def total(term: IntArray) -> IntArray:
        return np.add.reduceat(term, starts, axis=0).cumsum(axis=0)

    some, persons, squares, moved = total((n > 0).astype(np.int64)), total(n), total(n**2), total(net**2)

    def sums(good_way: float) -> inference.FamilySums:
        y = np.where(lot < good_way, net, -net)
        return inference.FamilySums(some, persons, total(y), squares, total(n * y), moved)

    return sums


def _needed(curve: pd.Series, found: Kinds, target: float) -> dict[str, object]:
    """Say at how many families a curve reaches its target, and how that answer came about."""
    known: dict[str, object] = {
        "families_observed": int(found.families.sum()),
        "largest_net": found.largest_net,
        "design_effect": found.design_effect,
    }
    if np.isnan(found.largest_net):
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
    families = np.ceil(exact - 1e-9)  # what is whole but for the last digits of a double stays
    return known | {"answer": "found", "families_needed": families}
