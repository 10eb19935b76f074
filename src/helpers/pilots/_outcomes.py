"""Who moved in each pilot, and how far pilots lie apart beside what chance alone gives."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from helpers import inference, kansarmoede, tables
from helpers import transitions as moves
from helpers.cleaning import of_family
from helpers.definitions import Aspect, Definitions, PilotComparison
from helpers.inference import bootstrap, groups
from helpers.pilots._families import ALL

MOVES = ["n", "improved", "declined"]
SIZES = 60  # at most about so many numbers of families have limits
NOTHING = float("nan")


def transitions(compared: pd.DataFrame, definitions: Definitions, *, pilots: Sequence[str]) -> pd.DataFrame:
    """Count the followed families by class of change, in all pilots and in each.

    Parameters
    ----------
    compared : DataFrame
        family, pilot, class, as from `kansarmoede.compare`.
    definitions : Definitions
        Gives the classes.
    pilots : sequence of str
        In the order of the rows.

    Returns
    -------
    DataFrame
        pilot (`all`, then each), class, families, share, ci_low, ci_high, as in Figure 17.
    """
    parts = {pilot: compared if pilot == ALL else compared[compared["pilot"] == pilot]
             for pilot in (ALL, *pilots)}  # fmt: skip
    rows = [kansarmoede.figure_17(part, definitions).assign(pilot=pilot) for pilot, part in parts.items()]
    return tables.conform("pilot_transitions", pd.concat(rows, ignore_index=True))


def changes(
    states: pd.DataFrame,
    compared: pd.DataFrame,
    families: pd.DataFrame,
    comparison: PilotComparison,
    *,
    poverty_cutoff: int,
) -> pd.DataFrame:
    """Count the changes of every followed family, for each aspect that is compared.

    Parameters
    ----------
    states : DataFrame
        family, person, unit, item, moment, level, fresh.
    compared : DataFrame
        family, baseline_score, follow_up_score, as from `kansarmoede.compare`; for the score and poverty.
    families : DataFrame
        family, pilot.
    comparison : PilotComparison
        Gives the aspects.
    poverty_cutoff : int
        Poor is a score of this or more.

    Returns
    -------
    DataFrame
        aspect, family, pilot, n (pairs; 1 for the score and poverty), improved, declined; sorted by family
        within each aspect.
    """
    parts = [_moved(states, compared, aspect, poverty_cutoff) for aspect in comparison.aspects]
    table = pd.concat(parts, ignore_index=True)
    pilot = of_family(table["family"], families.set_index("family")["pilot"])
    return table.assign(pilot=pilot)[["aspect", "family", "pilot", *MOVES]]


def outcomes(
    changes: pd.DataFrame, comparison: PilotComparison, *, pilots: Sequence[str], seed: int = inference.SEED
) -> pd.DataFrame:
    """Put improved and declined side by side, in all pilots together and in each.

    Parameters
    ----------
    changes : DataFrame
        aspect, family, pilot, n, improved, declined, as from `changes`.
    comparison : PilotComparison
        Gives the aspects, and from how many families on there is an interval.
    pilots : sequence of str
        In the order of the rows.
    seed : int
        Of the bootstrap and the allotments; each row has a stream of its own, for `all` that of the page on
        which it stands too.

    Returns
    -------
    DataFrame
        pilot (`all`, then each), aspect, families (with a pair), n, improved, unchanged, declined, net with
        net_low and net_high (bootstrap of whole families; empty where too few have a pair, and where all
        have the same share: a bootstrap cannot vary then), chance_p (two-sided, against as many families
        drawn by lot from all; exact where each family counts once).
    """
    rows = []
    for aspect in comparison.aspects:
        of = changes[changes["aspect"] == aspect.id]
        apart = _chance_p(of, aspect, pilots, seed)
        for pilot in (ALL, *pilots):
            here = of if pilot == ALL else of[of["pilot"] == pilot]
            row = {"pilot": pilot, "aspect": aspect.id, "chance_p": apart.get(pilot, NOTHING)}
            who = ALL if len(here) == len(of) else pilot  # a pilot that is all there is has the same numbers
            least = 1 if who == ALL else comparison.interval_families
            rows.append(row | _net(here, aspect, who, least=least, seed=seed))
    return tables.conform("pilot_outcomes", pd.DataFrame(rows))


def limits(changes: pd.DataFrame, comparison: PilotComparison) -> pd.DataFrame:
    """Give the limits of the funnel: the net share on the score of so many families drawn by lot from all.

    A pilot lies outside the limits of 95 % exactly when its chance_p is below 0.05. (Spiegelhalter 2005,
    doi:10.1002/sim.1970; here without replacement and exact, because the pilots together are all families.)

    Parameters
    ----------
    changes : DataFrame
        As from `changes`.
    comparison : PilotComparison
        Gives the chances of lying between the limits.

    Returns
    -------
    DataFrame
        families, limit, net (of all families), low, high: for numbers of families up to that of the largest
        pilot, each pilot's own among them. No rows when fewer than two pilots have families.
    """
    of = changes[changes["aspect"] == "score"]
    per_pilot = of.groupby("pilot").size()
    if len(per_pilot) < 2:
        return tables.empty("pilot_limits")
    up, down, total = int(of["improved"].sum()), int(of["declined"].sum()), len(of)
    some = np.linspace(1, per_pilot.max(), min(SIZES, int(per_pilot.max())))
    rows = []
    for size in sorted({*some.round().astype(int).tolist(), *per_pilot.tolist()}):
        draw = groups.net_of_draw(up, down, total, size)
        for limit in comparison.limits:
            low, high = draw.between(limit)
            rows.append((size, limit, (up - down) / total, low / size, high / size))
    return tables.conform(
        "pilot_limits", pd.DataFrame(rows, columns=["families", "limit", "net", "low", "high"])
    )


def heterogeneity(
    changes: pd.DataFrame, comparison: PilotComparison, *, seed: int = inference.SEED
) -> pd.DataFrame:
    """Test whether pilots lie further apart than when families are allotted to them by lot.

    Parameters
    ----------
    changes : DataFrame
        As from `changes`.
    comparison : PilotComparison
        Gives the aspects.
    seed : int
        Of the allotments.

    Returns
    -------
    DataFrame
        aspect, statistic (net: of the net shares; classes: of improved, unchanged and declined), pilots and
        families with a pair, n, chi2, permutation_p, permutation_holm_p (adjusted over all rows).
    """
    rows = []
    for aspect in comparison.aspects:
        of = changes[(changes["aspect"] == aspect.id) & (changes["n"] > 0)]
        names = sorted(of["pilot"].unique())
        test = _tests(of, names, aspect, seed)
        counts = {"aspect": aspect.id, "pilots": len(names), "families": len(of), "n": of["n"].sum()}
        rows.append(counts | {"statistic": "net", "chi2": test.net_chi2, "permutation_p": test.net_p})
        rows.append(
            counts | {"statistic": "classes", "chi2": test.classes_chi2, "permutation_p": test.classes_p}
        )
    table = pd.DataFrame(rows)
    return tables.conform(
        "pilot_heterogeneity", table.assign(permutation_holm_p=inference.holm(table["permutation_p"]))
    )


def _moved(states: pd.DataFrame, compared: pd.DataFrame, aspect: Aspect, poverty_cutoff: int) -> pd.DataFrame:
    """Count family by family on one aspect: aspect, family, n, improved, declined."""
    if aspect.item:
        unit, item = aspect.item
        return moves.family_counts(states, unit=unit, item=item).assign(aspect=aspect.id)
    before, after = (compared[f"{moment}_score"].astype("int64") for moment in ("baseline", "follow_up"))
    if aspect.id == "poverty":
        before, after = (score.ge(poverty_cutoff).astype("int64") for score in (before, after))
    counted = moves.score_counts(compared["family"], before, after).assign(aspect=aspect.id)
    return counted.sort_values("family")


def _net(of: pd.DataFrame, aspect: Aspect, pilot: str, *, least: int, seed: int) -> dict[str, object]:
    """Count one row, with its net share and interval where there are enough families."""
    n, up, down = (int(of[name].sum()) for name in MOVES)
    families = int((of["n"] > 0).sum())
    row: dict[str, object] = {"families": families, "n": n, "improved": up, "unchanged": n - up - down}
    row |= {
        "declined": down,
        "net": (up - down) / n if n else NOTHING,
        "net_low": NOTHING,
        "net_high": NOTHING,
    }
    if n and families >= least:
        low, high = _interval(of, aspect, seed)
        row |= {"net_low": low, "net_high": high} if pilot == ALL or low < high else {}
    return row


def _interval(of: pd.DataFrame, aspect: Aspect, seed: int) -> tuple[float, float]:
    """Bootstrap whole families, with the draws of pages 03 and 04 of the report on the same families."""
    net, pairs = of["improved"] - of["declined"], of["n"].astype("float64")
    if aspect.id == "poverty":  # of which page 03 gives the change in the share of poor families
        stream = inference.row_seed(seed, "poverty_change")
        low, high = bootstrap.bootstrap_share(-net, pairs, seed=stream)
        return -high, -low
    key = ("net", *aspect.item) if aspect.item else ("score_change",)
    return bootstrap.bootstrap_share(net, pairs, seed=inference.row_seed(seed, *key))


def _chance_p(of: pd.DataFrame, aspect: Aspect, pilots: Sequence[str], seed: int) -> dict[str, float]:
    """Set each pilot that has pairs against as many families drawn by lot."""
    some = of[of["n"] > 0]
    names = [pilot for pilot in pilots if (some["pilot"] == pilot).any()]
    if len(names) < 2:
        return {}
    if aspect.item:
        return dict(zip(names, _tests(some, names, aspect, seed).group_p.tolist(), strict=True))
    up, down = int(some["improved"].sum()), int(some["declined"].sum())
    found = {}
    for pilot, here in some.groupby("pilot"):
        net = int(here["improved"].sum() - here["declined"].sum())
        found[str(pilot)] = groups.net_of_draw(up, down, len(some), len(here)).two_sided(net)
    return found


def _tests(some: pd.DataFrame, names: Sequence[str], aspect: Aspect, seed: int) -> groups.GroupTests:
    """Test on one aspect; its stream is the same wherever it is used."""
    pilot = pd.Categorical(some["pilot"], sorted(names)).codes
    stream = inference.row_seed(seed, "pilot_heterogeneity", aspect.id)
    tests = groups.group_tests(
        some["improved"], some["declined"], some["n"], pilot, count=len(names), seed=stream
    )
    place = [sorted(names).index(name) for name in names]
    return replace(tests, group_p=tests.group_p[place])
