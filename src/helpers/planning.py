"""Observed changes → simulated studies → how many families the next wave needs.

A study compares coached families with families for comparison. Both groups are drawn from the followed
families, each with all its changes together, so that families stay as large, as active and as much of one
mind as they were. In the comparison group a coin decides for each family whether its changes go the way they
went or the other way round; in the coached group the coin is loaded. What is simulated stands in
`data/reference/planning.yml`.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from helpers import inference, nets, tables
from helpers.definitions.choices import Outcome, Planning
from helpers.inference import groups
from helpers.outputs import derives
from helpers.primary import COACH
from helpers.transitions import nets_of

CHUNK = 2_000_000  # numbers held at a time
NOTHING = float("nan")


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

    Followed families without a pair are drawn too. Each row has a stream of its own.
    """
    found = {outcome.id: kinds(outcome, item_nets, score_pairs, flow) for outcome in plan.outcomes}
    designs = list(product(found, (0.0, *plan.net_shares), plan.families_per_group))
    hits = [_hits(found[outcome], net, families, plan, seed, outcome) for outcome, net, families in designs]
    table = pd.DataFrame(designs, columns=["outcome", "net", "families_per_group"])
    share = np.array(hits) / plan.simulations
    simulated = np.where(np.isnan(share), 0, plan.simulations)
    low, high = inference.wilson(np.where(np.isnan(share), 0, hits), simulated)
    return tables.conform("power", table.assign(power=share, power_low=low, power_high=high))


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
    table = table.assign(registered_needed=registered, registered_low=low, registered_high=high)
    return tables.conform("planning", table)


def kinds(outcome: Outcome, item_nets: pd.DataFrame, score_pairs: pd.DataFrame, flow: pd.DataFrame) -> Kinds:
    """Put families together that are alike in pairs and in how far their changes lean to one side."""
    if outcome.item:
        unit, item = outcome.item
        found = nets_of(item_nets, unit=unit, item=item)
        followed = int(flow.loc[flow["stage"].astype("str") == "followed", "families"].sum())
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


def _hits(found: Kinds, net: float, families: int, plan: Planning, seed: int, outcome: str) -> float:
    """Count the simulated studies with p < alpha; NaN where they cannot be simulated."""
    if not net <= found.largest_net:  # also when there are no pairs
        return NOTHING
    stream = inference.row_seed(seed, "power", outcome, repr(net), str(families))
    generator = np.random.default_rng(stream)
    good_way = 0.5 if net == 0 else (1 + net / found.largest_net) / 2
    hits, portion = 0, max(1, CHUNK // (2 * len(found.pairs)))  # so many studies are held at a time
    for start in range(0, plan.simulations, portion):
        studies = min(portion, plan.simulations - start)
        coached, others = (_drawn(found, way, families, studies, generator) for way in (good_way, 0.5))
        hits += int(np.count_nonzero(groups.difference_test(coached, others).p < plan.alpha))
    return float(hits)


def _drawn(
    found: Kinds, good_way: float, families: int, studies: int, generator: Generator
) -> inference.FamilySums:
    """Draw a group of families for each study; only how many are of each kind and direction matters."""
    share = found.families / found.families.sum()
    chances = np.concatenate([share * good_way, share * (1 - good_way)])
    drawn = generator.multinomial(families, chances, size=studies)
    net = np.concatenate([found.lean, -found.lean])
    return inference.family_sums(net, np.tile(found.pairs, 2), drawn)


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
